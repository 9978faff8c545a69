//! How many calls the quotas give out over a stretch of time: arithmetic on the rules alone, whatever was really asked.

use super::{MINUTE_MS, Quota, SPEND_WINDOW_MS, Take, applicable, minute_limits, pacific_date, room};
use crate::scenario::Window;

/// Calls that cost `take` each and that became possible in `[from_ms, to_ms)`, before others took theirs.
///
/// What is full at the start counts where the stretch begins there (or before), so that stretches add up. A bucket
/// loses nothing here: to let it run over is the caller's fault. The smallest of all limits decides.
pub(crate) fn supply(
    rules: &[Quota],
    project: &str,
    model: &str,
    take: Option<Take>,
    start_ms: i64,
    (from_ms, to_ms): (i64, i64),
) -> f64 {
    let from = from_ms.max(start_ms);
    if to_ms <= from {
        return 0.0;
    }
    let first = from == start_ms;
    // Windows begun in the stretch, if each is used up the moment it begins.
    let windows = |length: i64| {
        let begun = |ms: i64| (ms - start_ms + length - 1) / length;
        (begun(to_ms) - begun(from)) as f64
    };
    let mut least = f64::INFINITY;
    for (_, rule) in applicable(rules, project, model) {
        let cost = take.unwrap_or(Take { tokens: 0, usd_micros: 0 });
        for (limit, value, cost) in minute_limits(rule, cost) {
            if cost <= 0.0 {
                continue;
            }
            let full = if first { room(rule, limit, value) } else { 0.0 };
            let tokens = match rule.window {
                Window::Bucket => full + (to_ms - from) as f64 * f64::from(value) / MINUTE_MS as f64,
                Window::Sliding => f64::from(value) * windows(MINUTE_MS),
            };
            least = least.min(tokens / cost);
        }
        if let Some(value) = rule.rpd {
            let days = (pacific_date(to_ms - 1) - pacific_date(from - i64::from(!first))).get_days();
            least = least.min(f64::from(value) * f64::from(days + i32::from(first)));
        }
        if let (Some(limit), true) = (rule.usd_10min, cost.usd_micros > 0) {
            let each = (limit * 1e6 / cost.usd_micros as f64 + 1e-6).floor();
            least = least.min(each * windows(SPEND_WINDOW_MS));
        }
    }
    least
}
