//! What is shut for long, by the provider's word or for want of one, and looked at again in time: by one call, which is a
//! queued job and, where it is refused again, costs nothing.

use crate::policy::route::Way;
use crate::value::sentence::Sentence;
use crate::value::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A day that was said to be over sooner than our counts can explain is looked at after this at first, …
pub const SOON: Duration = Duration::from_secs(600);
/// … then after twice as long, up to this.
const LATE: Duration = Duration::from_secs(2 * 3600);

/// Something that is shut until then at least.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recheck {
    /// Looked at again then.
    at: Timestamp,
    wait: Duration,
    why: Sentence,
}

impl Recheck {
    /// Looked at again at that moment.
    #[must_use]
    pub fn at(at: Timestamp, why: &Sentence) -> Self {
        Self { at, wait: Duration::ZERO, why: why.clone().with("at", at.millis()) }
    }

    /// Looked at again after `wait`, or after twice the wait of before, but no later than `last`.
    #[must_use]
    pub fn after(
        before: Option<&Self>,
        wait: Duration,
        last: Timestamp,
        why: &Sentence,
        now: Timestamp,
    ) -> Self {
        let wait = before.map_or(wait, |before| (before.wait * 2).max(wait)).min(LATE);
        Self { wait, ..Self::at(now.after(wait).min(last), why) }
    }

    /// The user mended something, or believes so: it is looked at now.
    pub fn now(&mut self, now: Timestamp) {
        self.at = self.at.min(now);
    }

    /// How the way is: shut, or being looked at by a call on the wire; `None` where this call may look.
    #[must_use]
    pub fn way(&self, looking: bool, now: Timestamp) -> Option<Way> {
        if self.at > now {
            return Some(Way::Until(self.at, self.why.clone()));
        }
        looking.then(|| Way::Busy(self.why.clone()))
    }

    /// Whether a call that started then, and was let in, says that it is open again.
    #[must_use]
    pub fn is_over(&self, started: Timestamp) -> bool {
        started >= self.at
    }

    /// When it is looked at again.
    #[must_use]
    pub fn next(&self) -> Timestamp {
        self.at
    }

    /// Why.
    #[must_use]
    pub fn why(&self) -> &Sentence {
        &self.why
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::backoff::DAILY;

    #[test]
    fn it_waits_twice_as_long_each_time_and_never_past_the_end() {
        let (t, why) = (Timestamp(1_795_500_000_000), Sentence::new("E-RATE-DAY"));
        let last = t.after(DAILY);
        let mut recheck = Recheck::after(None, SOON, last, &why, t);
        let mut minutes = Vec::new();
        for _ in 0..6 {
            minutes.push(recheck.next().since(t).as_secs() / 60);
            recheck = Recheck::after(Some(&recheck), SOON, last, &why, t);
        }
        assert_eq!(minutes, [10, 20, 40, 80, 120, 120]);
        assert_eq!(Recheck::after(None, SOON, t.after(SOON / 2), &why, t).next(), t.after(SOON / 2));
    }

    #[test]
    fn one_call_looks_and_only_its_own_answer_counts() {
        let (t, why) = (Timestamp(1_795_500_000_000), Sentence::new("E-NO-GRANT"));
        let mut recheck = Recheck::at(t.after(DAILY), &why);
        assert!(matches!(recheck.way(false, t), Some(Way::Until(at, _)) if at == t.after(DAILY)));
        assert!(!recheck.is_over(t), "it was on the wire before");
        recheck.now(t);
        assert_eq!((recheck.way(false, t), recheck.is_over(t)), (None, true));
        assert!(matches!(recheck.way(true, t), Some(Way::Busy(_))), "another one looks already");
    }
}
