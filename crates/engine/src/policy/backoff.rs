//! Back-off for want of capacity: full jitter with a cap. The provider's hint is a floor, and randomness an argument.

use crate::value::time::Timestamp;
use std::time::Duration;

/// First step.
const BASE: Duration = Duration::from_secs(2);
/// A project without quota for a model may be given some: that is looked at so often.
pub const DAILY: Duration = Duration::from_secs(24 * 3600);
/// Longest wait between two tries while a person may be waiting.
pub const CAP: Duration = Duration::from_secs(60);

/// The wait before the next try after `failures` refusals in a row: evenly between 0 and min(cap, 2 s · 2ⁿ), at least
/// half a second, and never less than the provider's hint. `unit` is random in `[0, 1)`.
#[must_use]
pub fn overload(failures: u32, hint: Option<Duration>, unit: f64) -> Duration {
    let ceiling = BASE.saturating_mul(1 << failures.saturating_sub(1).min(10)).min(CAP);
    let jittered = ceiling.mul_f64(unit.clamp(0.0, 1.0)).max(Duration::from_millis(500));
    hint.map_or(jittered, |hint| told(hint, unit).max(jittered))
}

/// Told to come back at once, we still take a breath: a provider that always says 0 must not be asked in a circle.
const BREATH: Duration = Duration::from_millis(500);

/// The wait the provider told, and a little jitter on top, so that many clients do not come back on the same tick.
#[must_use]
pub fn told(wait: Duration, unit: f64) -> Duration {
    let wait = wait.max(BREATH);
    wait + wait.mul_f64(0.1).min(Duration::from_secs(2)).mul_f64(unit.clamp(0.0, 1.0))
}

/// When the provider's day turns: after the wait it told, else at midnight in Los Angeles.
#[must_use]
pub fn next_day(told: Option<Duration>, now: Timestamp) -> Timestamp {
    told.map_or_else(|| now.next_pacific_midnight(), |wait| now.after(wait))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jitter_is_full_and_capped() {
        assert_eq!(overload(1, None, 0.0), Duration::from_millis(500));
        assert_eq!(overload(1, None, 1.0), Duration::from_secs(2));
        assert_eq!(overload(4, None, 0.5), Duration::from_secs(8));
        assert_eq!(overload(30, None, 1.0), CAP);
    }

    #[test]
    fn told_to_come_back_at_once_is_no_circle() {
        assert_eq!(told(Duration::ZERO, 0.0), BREATH);
    }

    #[test]
    fn a_told_wait_is_never_shortened() {
        for unit in [0.0, 0.3, 0.999] {
            let wait = told(Duration::from_millis(11_769), unit);
            assert!(
                wait >= Duration::from_millis(11_769) && wait <= Duration::from_millis(12_946),
                "{wait:?}"
            );
            assert!(overload(1, Some(Duration::from_secs(9)), unit) >= Duration::from_secs(9));
        }
    }
}
