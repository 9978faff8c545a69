//! Durations in every form that providers, headers and people write them.

use jiff::fmt::rfc2822;
use std::time::Duration;

/// Longer hints are mistakes or a way of saying "never": they are not obeyed.
const LONGEST: Duration = Duration::from_secs(24 * 3600);

/// Reads `1h2m3.4s`, `900ms`, `56.18s`, `10m`, or a bare number of seconds. `None` for anything else, for negative
/// ones, and for more than a day.
#[must_use]
pub fn parse(text: &str) -> Option<Duration> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let mut total = 0.0;
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let number: f64 = rest[..end].parse().ok()?;
        rest = &rest[end..];
        let end = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        let unit = match rest[..end].trim() {
            "d" => 86_400.0,
            "h" => 3600.0,
            "m" | "min" => 60.0,
            "s" | "" => 1.0,
            "ms" => 0.001,
            _ => return None,
        };
        total += number * unit;
        rest = &rest[end..];
    }
    bounded(total)
}

/// Reads a `Retry-After` header: seconds, or an HTTP date against the given wall clock (ms since 1970).
#[must_use]
pub fn retry_after(header: &str, now_ms: i64) -> Option<Duration> {
    if let Some(wait) = parse(header) {
        return Some(wait);
    }
    let at = rfc2822::parse(header.trim()).ok()?.timestamp().as_millisecond();
    bounded((at - now_ms) as f64 / 1000.0)
}

/// Finds `retry in 11.76s` or `retry in 10h17m5.7s` in a message: the tie-break where the details are missing.
#[must_use]
pub fn in_message(message: &str) -> Option<Duration> {
    let lower = message.to_ascii_lowercase();
    let start = lower.find("retry in ")? + "retry in ".len();
    let word = lower[start..].split_whitespace().next()?;
    parse(word.trim_end_matches(['.', ',', ';', ')', '"']))
}

fn bounded(seconds: f64) -> Option<Duration> {
    (seconds.is_finite() && seconds >= 0.0 && seconds <= LONGEST.as_secs_f64())
        .then(|| Duration::from_secs_f64(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_written_form_is_read() {
        let ms = |text| parse(text).map(|d| d.as_millis());
        assert_eq!(ms("56.18s"), Some(56_180));
        assert_eq!(ms("11.769242877s"), Some(11_769));
        assert_eq!(ms("59s"), Some(59_000));
        assert_eq!(ms("900ms"), Some(900));
        assert_eq!(ms("10h17m5.7s"), Some(37_025_700));
        assert_eq!(ms("1h2m3.4s"), Some(3_723_400));
        assert_eq!(ms("6m0s"), Some(360_000));
        assert_eq!(ms("30"), Some(30_000));
        assert_eq!(ms("39043s"), Some(39_043_000));
        for wrong in ["", "-5s", "soon", "1y", "25h", "s", "1..2s"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn retry_after_is_seconds_or_a_date_but_never_the_past() {
        let now = 1_795_500_000_000; // Tue, 24 Nov 2026 06:00:00 GMT
        assert_eq!(retry_after("120", now), Some(Duration::from_secs(120)));
        assert_eq!(retry_after("Tue, 24 Nov 2026 06:01:00 GMT", now), Some(Duration::from_secs(60)));
        assert_eq!(retry_after("Tue, 24 Nov 2026 05:59:00 GMT", now), None);
        assert_eq!(retry_after("whenever", now), None);
    }

    #[test]
    fn a_message_may_carry_the_wait() {
        assert_eq!(in_message("limit: 2\nPlease retry in 56.18s.").map(|d| d.as_millis()), Some(56_180));
        assert_eq!(in_message("Please retry in 10h17m5.7s.").map(|d| d.as_secs()), Some(37_025));
        assert_eq!(in_message("Please try again later."), None);
    }
}
