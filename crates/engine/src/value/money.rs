//! Money: integer micro-dollars. Never a float on the way to a sum.

use serde::{Deserialize, Serialize};
use std::iter::Sum;
use std::ops::{Add, AddAssign, Mul, Sub};

/// Micro-dollars.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Usd(pub i64);

impl Usd {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// Micro-dollars.
    #[must_use]
    pub fn micros(self) -> i64 {
        self.0
    }

    /// Reads `0.24`, `$0.24` or `12`. At most six decimals.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_start_matches('$');
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        if whole.is_empty() && fraction.is_empty() || fraction.len() > 6 {
            return None;
        }
        if !whole.chars().chain(fraction.chars()).all(|c| c.is_ascii_digit()) {
            return None;
        }
        let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
        let micros: i64 = format!("{fraction:0<6}").parse().ok()?;
        whole.checked_mul(1_000_000)?.checked_add(micros).map(Self)
    }

    /// Half of it, rounded up: never under-booked.
    #[must_use]
    pub fn half(self) -> Self {
        Self(self.0.saturating_add(1).div_euclid(2))
    }

    /// The price of `tokens` at `rate` micro-dollars per million, rounded up: never under-booked.
    #[must_use]
    pub fn of_tokens(tokens: u64, rate: Usd) -> Self {
        let product = i128::from(tokens) * i128::from(rate.0);
        Self(i64::try_from((product + 999_999) / 1_000_000).unwrap_or(i64::MAX))
    }
}

impl Add for Usd {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Usd {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Mul<u32> for Usd {
    type Output = Self;
    fn mul(self, times: u32) -> Self {
        Self(self.0.saturating_mul(i64::from(times)))
    }
}

impl AddAssign for Usd {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sum for Usd {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::Usd;

    #[test]
    fn reads_what_people_write_and_nothing_else() {
        assert_eq!(Usd::parse("0.24"), Some(Usd(240_000)));
        assert_eq!(Usd::parse("$12"), Some(Usd(12_000_000)));
        assert_eq!(Usd::parse(".0336"), Some(Usd(33_600)));
        for wrong in ["", ".", "-1", "1e3", "0.1234567", "1.2.3", "99999999999999999999"] {
            assert_eq!(Usd::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn tokens_are_never_under_booked() {
        assert_eq!(Usd::of_tokens(2000, Usd(120_000_000)), Usd(240_000));
        assert_eq!(Usd::of_tokens(1, Usd(1)), Usd(1));
    }
}
