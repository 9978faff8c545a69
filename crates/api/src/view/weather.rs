//! Routes, bins, alerts and the settings about them, from the engine's values to the wire's and back.

use crate::wire;
use diptych_engine::driver::{Heat, HeatCell, LearnedHours, RouteNow};
use diptych_engine::ledger::{Bin, KeptAlert, Latency};
use diptych_engine::policy::fleet::Level;
use diptych_engine::policy::hours::LearnedHour;
use diptych_engine::value::money::Usd;
use diptych_engine::value::sentence::Sentence;
use diptych_engine::value::settings::{AlertRules, OffPeak, OffPeakMode};
use diptych_engine::value::time::Timestamp;

pub(crate) fn route(route: RouteNow, usd_today: Usd, typical_ms: Option<i64>) -> wire::RouteView {
    let sentence = match typical_ms {
        Some(ms) if route.sentence.code == "S-clear" => Sentence::new("S-clear-typical").with("typical", ms),
        _ => route.sentence,
    };
    wire::RouteView {
        account: route.account,
        account_id: route.account_id.to_string(),
        project: route.project,
        model: route.model,
        practice: route.practice,
        tier: route.tier.as_str().into(),
        since_ms: route.since.map(Timestamp::millis),
        paused: route.paused,
        concurrency: Some(route.concurrency),
        quota: route.quota.iter().map(quota).collect(),
        latency: route.latency.into_iter().map(latency).collect(),
        timeouts: route.timeouts,
        hint: route.hint.map(Into::into),
        shared: route.shared.into_iter().map(Into::into).collect(),
        state: route.state.as_str().into(),
        sentence: sentence.into(),
        opens_ms: route.opens.map(Timestamp::millis),
        calls: route.calls,
        overloaded: route.overloaded,
        limited: route.limited,
        in_flight: route.in_flight,
        typical_ms,
        usd_today: usd_today.micros(),
    }
}

fn quota(level: &Level) -> wire::QuotaView {
    wire::QuotaView {
        dimension: level.dimension.as_str().into(),
        used: level.used.round() as i64,
        limit: level.limit.map(|limit| limit.round() as i64),
        source: level.source.as_str().into(),
        resets_ms: level.resets.map(Timestamp::millis),
    }
}

fn latency(latency: Latency) -> wire::LatencyView {
    wire::LatencyView {
        size: latency.size,
        p50_ms: latency.p50_ms,
        p95_ms: latency.p95_ms,
        calls: latency.calls,
    }
}

pub(crate) fn bin(bin: &Bin) -> wire::WeatherBin {
    wire::WeatherBin {
        start_ms: bin.start,
        calls: bin.calls,
        pictures: bin.pictures,
        limited: bin.limited,
        overloaded: bin.overloaded,
        failed: bin.failed,
        p50_ms: bin.p50_ms,
    }
}

pub(crate) fn heat(heat: Heat) -> wire::HeatView {
    let cell = |cell: HeatCell| wire::HeatCell {
        day: cell.day,
        hour: cell.hour,
        calls: cell.calls,
        overloaded: cell.overloaded,
        rate: cell.rate(),
    };
    wire::HeatView {
        calls: heat.calls(),
        learned: heat.learned(),
        origin: heat.origin,
        model: heat.model,
        practice: heat.practice,
        cells: heat.cells.into_iter().map(cell).collect(),
    }
}

pub(crate) fn learned(learned: LearnedHours) -> wire::LearnedHours {
    let hour = |hour: LearnedHour| wire::LearnedHour {
        hour: u8::try_from(hour.hour).unwrap_or(0),
        calls: hour.calls,
        rate: hour.rate,
        chosen: hour.chosen,
    };
    wire::LearnedHours {
        model: learned.model,
        practice: learned.practice,
        calls: learned.calls,
        hours: learned.hours.into_iter().map(hour).collect(),
    }
}

pub(crate) fn alert(kept: KeptAlert) -> wire::AlertView {
    wire::AlertView {
        id: kept.id.to_string(),
        kind: kept.kind,
        account: kept.account,
        model: kept.model,
        sentence: kept.sentence.into(),
        raised_ms: kept.raised.millis(),
        resolved_ms: kept.resolved.map(Timestamp::millis),
        seen: kept.seen,
    }
}

pub(super) fn off_peak(off_peak: &OffPeak) -> wire::OffPeak {
    wire::OffPeak {
        mode: match off_peak.mode {
            OffPeakMode::Hours => "hours",
            OffPeakMode::Learned => "learned",
        }
        .into(),
        zone: off_peak.zone.clone(),
        avoid: off_peak.avoid.clone(),
    }
}

pub(super) fn alert_settings(rules: &AlertRules) -> wire::AlertSettings {
    wire::AlertSettings {
        overload_rate: rules.overload_rate,
        min_calls: rules.min_calls,
        latency_factor: rules.latency_factor,
        latency_fixed_ms: rules.latency_fixed_ms,
        quota_share: rules.quota_share,
        budget_share: rules.budget_share,
        desktop: rules.desktop,
    }
}

/// Reads what a user wrote, kept within what makes sense.
pub(crate) fn into_alert_rules(rules: &wire::AlertSettings) -> AlertRules {
    let share = |value: f64, default: f64| if value.is_finite() { value.clamp(0.001, 1.0) } else { default };
    let default = AlertRules::default();
    AlertRules {
        overload_rate: share(rules.overload_rate, default.overload_rate),
        min_calls: rules.min_calls.max(1),
        latency_factor: if rules.latency_factor.is_finite() {
            rules.latency_factor.clamp(1.05, 100.0)
        } else {
            default.latency_factor
        },
        latency_fixed_ms: rules.latency_fixed_ms.filter(|ms| *ms > 0),
        quota_share: share(rules.quota_share, default.quota_share),
        budget_share: share(rules.budget_share, default.budget_share),
        desktop: rules.desktop,
    }
}
