//! `diptych weather`: how each route is, what it met in the last hour, and what is worth an alert.

use crate::exit::Exit;
use crate::output;
use crate::watch::ask;
use diptych_api::catalogue::{duration, usd};
use diptych_api::wire::{AlertView, QuotaView, RouteView, WeatherView};
use diptych_host::Studio;
use serde_json::json;

/// Runs it.
pub(crate) async fn run(studio: &Studio, json: bool) -> anyhow::Result<Exit> {
    let weather: WeatherView = ask(studio, "weather.get", &json!({})).await?;
    if json {
        output::object(&weather);
        return Ok(Exit::Done);
    }
    output::table(&weather.routes.iter().map(row).collect::<Vec<_>>());
    let notes = weather.routes.iter().flat_map(|route| route.hint.iter().chain(&route.shared));
    // Rows of one project share its quota, and what is said of it.
    let mut told = std::collections::HashSet::new();
    for note in notes.map(output::say) {
        if told.insert(note.clone()) {
            output::line(&note);
        }
    }
    for alert in weather.alerts.iter().filter(|alert| alert.resolved_ms.is_none()) {
        output::line(&said(alert, weather.now_ms));
    }
    Ok(Exit::Done)
}

fn row(route: &RouteView) -> Vec<String> {
    let state = if route.paused { "paused" } else { &route.state };
    let words = if route.paused {
        "Paused by you. Nothing is sent here.".into()
    } else {
        output::say(&route.sentence)
    };
    vec![
        route.account.clone(),
        if route.tier == "flex" { format!("{} at half price", route.model) } else { route.model.clone() },
        state.into(),
        words,
        calls(route),
        route.quota.iter().filter_map(quota).collect::<Vec<_>>().join(", "),
    ]
}

fn calls(route: &RouteView) -> String {
    if route.calls == 0 {
        return "no calls in the last hour".into();
    }
    let mut text = format!(
        "{} {}, {} overloaded, {} over quota",
        route.calls,
        if route.calls == 1 { "call" } else { "calls" },
        share(route.overloaded, route.calls),
        route.limited
    );
    if route.timeouts > 0 {
        text.push_str(&format!(", {} timed out", route.timeouts));
    }
    text
}

/// `0 %`, `<1 %`, `40 %`: never a zero that is not one.
fn share(part: u32, whole: u32) -> String {
    match u64::from(part) * 100 / u64::from(whole.max(1)) {
        0 if part > 0 => "<1 %".into(),
        percent => format!("{percent} %"),
    }
}

/// Only what has a limit: the rest is no quota.
fn quota(quota: &QuotaView) -> Option<String> {
    let limit = quota.limit?;
    let unit = match quota.dimension.as_str() {
        "ipm" => "pictures/min",
        "rpm" => "requests/min",
        "tpm" => "tokens/min",
        "rpd" => "requests/day",
        "usd_10min" => return Some(format!("{} of {} in 10 min", usd(quota.used), usd(limit))),
        other => other,
    };
    Some(format!("{} of {limit} {unit}", quota.used))
}

fn said(alert: &AlertView, now: i64) -> String {
    let of = alert.account.as_ref().map(|account| format!("{account}: ")).unwrap_or_default();
    format!("! {of}{} (for {})", output::say(&alert.sentence), duration(now - alert.raised_ms))
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn a_share_is_never_a_zero_that_is_not_one() {
        let shares = [(0, 20), (1, 200), (1, 50), (20, 20), (0, 0)].map(|(part, whole)| share(part, whole));
        assert_eq!(shares, ["0 %", "<1 %", "2 %", "100 %", "0 %"]);
    }
}
