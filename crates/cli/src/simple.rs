//! The commands that ask one thing and show it.

use crate::arguments::Settings;
use crate::exit::Exit;
use crate::generate::dollars;
use crate::output;
use crate::watch::{ask, say_what_waits};
use diptych_api::catalogue::usd;
use diptych_api::wire::{CheckReport, GetSpend, Models, RunCheck, Spend};
use diptych_host::Studio;
use serde_json::{Value, json};

/// `diptych models`.
pub(crate) async fn models(studio: &Studio, json: bool) -> anyhow::Result<Exit> {
    let models: Models = ask(studio, "models.list", &json!({})).await?;
    if json {
        models.models.iter().for_each(output::object);
        return Ok(Exit::Done);
    }
    let rows = models.models.iter().map(|model| {
        let sizes: Vec<String> =
            model.sizes.iter().map(|size| format!("{} {}", size.size, usd(size.usd))).collect();
        let until = model.shutdown.as_deref().map(|day| format!("until {day}")).unwrap_or_default();
        let alias = model.alias.clone().unwrap_or_default();
        vec![alias, model.id.clone(), model.name.clone(), sizes.join(" · "), model.status.clone(), until]
    });
    output::table(&rows.collect::<Vec<_>>());
    output::line(&format!("Prices and dates as of {}.", models.dated));
    Ok(Exit::Done)
}

/// `diptych spend`.
pub(crate) async fn spend(studio: &Studio, since: Option<&str>, json: bool) -> anyhow::Result<Exit> {
    let since_ms = match since {
        None => None,
        Some(text) => match moment(text) {
            Some(at) => Some(at),
            None => {
                output::complain(&format!("--since {text}: write a day (2026-11-01) or a time ago (7d)"));
                return Ok(Exit::Usage);
            }
        },
    };
    let spend: Spend = ask(studio, "spend.get", &GetSpend { since_ms }).await?;
    if json {
        spend.rows.iter().for_each(output::object);
        return Ok(Exit::Done);
    }
    let rows = spend.rows.iter().map(|row| {
        let world = if row.practice { "practice" } else { "" };
        let maybe =
            if row.usd_unknown > 0 { format!("+ {} perhaps", usd(row.usd_unknown)) } else { String::new() };
        vec![
            row.day.clone(),
            row.account.clone(),
            row.model.clone(),
            row.pictures.to_string(),
            usd(row.usd),
            maybe,
            world.into(),
        ]
    });
    output::table(&rows.collect::<Vec<_>>());
    let maybe = if spend.usd_unknown > 0 {
        format!(", and perhaps {}", usd(spend.usd_unknown))
    } else {
        String::new()
    };
    output::line(&format!(
        "Spent {}{maybe}. Practice {} (no cost).",
        usd(spend.usd),
        usd(spend.practice_usd)
    ));
    Ok(Exit::Done)
}

/// `diptych settings`.
pub(crate) async fn settings(studio: &Studio, command: Settings, json: bool) -> anyhow::Result<Exit> {
    let mut all: Value = ask(studio, "settings.get", &json!({})).await?;
    let known = |name: &str| all.get(name).is_some();
    let only = match command {
        Settings::Get { name } => name,
        Settings::Set { name, value } if known(&name) => {
            let value = match name.as_str() {
                "day_limit" | "month_limit" | "confirm_usd" | "minute_usd" => dollars(&value)?.into(),
                "default_models" => value.split(',').map(str::trim).collect::<Vec<_>>().into(),
                // Empty is the catalogue's choice.
                "fallback_models" => {
                    value.split(',').map(str::trim).filter(|id| !id.is_empty()).collect::<Vec<_>>().into()
                }
                "default_size" | "fallback_size" | "default_aspect" | "theme" | "language"
                | "auto_save_name" => Value::from(value),
                "auto_save_folder" if value.is_empty() => Value::from(value),
                "auto_save_folder" => std::path::absolute(value)?.display().to_string().into(),
                _ => serde_json::from_str(&value).unwrap_or(Value::from(value)),
            };
            all = ask(studio, "settings.set", &json!({ name.clone(): value })).await?;
            Some(name)
        }
        // Below all names are said.
        Settings::Set { name, .. } => Some(name),
    };
    let fields = all.as_object().cloned().unwrap_or_default();
    if let Some(name) = &only
        && !fields.contains_key(name)
    {
        output::complain(&format!(
            "{name}: one of {}",
            fields.keys().cloned().collect::<Vec<_>>().join(", ")
        ));
        return Ok(Exit::Usage);
    }
    let shown = fields.iter().filter(|(name, _)| only.as_ref().is_none_or(|only| only == *name));
    if json {
        output::object(&shown.collect::<std::collections::BTreeMap<_, _>>());
        return Ok(Exit::Done);
    }
    let rows = shown.map(|(name, value)| {
        let text = match (name.as_str(), value) {
            ("day_limit" | "month_limit" | "confirm_usd" | "minute_usd", Value::Number(micros)) => {
                usd(micros.as_i64().unwrap_or(0))
            }
            (_, Value::String(text)) => text.clone(),
            (_, Value::Null) => "none".into(),
            (_, other) => other.to_string(),
        };
        vec![name.clone(), text]
    });
    output::table(&rows.collect::<Vec<_>>());
    Ok(Exit::Done)
}

/// `diptych check`.
pub(crate) async fn check(
    studio: &Studio,
    read_data: bool,
    repair: bool,
    json: bool,
) -> anyhow::Result<Exit> {
    say_what_waits(studio).await?;
    let report: CheckReport = ask(studio, "check.run", &RunCheck { read_data, repair }).await?;
    if json {
        output::object(&report);
    } else {
        report
            .repaired
            .iter()
            .chain(&report.problems)
            .for_each(|sentence| output::line(&output::say(sentence)));
        let read = if read_data {
            format!(", {:.1} MB read", report.bytes_read as f64 / 1e6)
        } else {
            String::new()
        };
        let verdict = if report.clean { "all is well" } else { "something is wrong" };
        output::line(&format!("{} pictures{read}: {verdict}.", report.pictures));
    }
    Ok(if report.clean { Exit::Done } else { Exit::Failed })
}

/// Reads a day (`2026-11-01`) or a time ago (`7d`), to milliseconds since 1970.
fn moment(text: &str) -> Option<i64> {
    if let Ok(day) = text.parse::<jiff::civil::Date>() {
        return Some(day.to_zoned_datetime(jiff::tz::TimeZone::system()).ok()?.timestamp().as_millisecond());
    }
    let days: i64 = text.strip_suffix('d')?.parse().ok()?;
    jiff::Timestamp::now().as_millisecond().checked_sub(days.checked_mul(86_400_000)?)
}
