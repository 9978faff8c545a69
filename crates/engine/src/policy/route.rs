//! Route choice: the first account, in the user's order, whose way is open, unless a cheaper one's quota opens soon; else
//! the one that opens first.
//!
//! The asked model comes before the fallback, and practice never stands in for real or the other way round: candidates
//! are of one world only, which the caller sees to.

use crate::value::budget::is_limit;
use crate::value::money::Usd;
use crate::value::sentence::Sentence;
use crate::value::time::Timestamp;

/// How the way of a candidate is.
#[derive(Debug, Clone, PartialEq)]
pub enum Way {
    /// Open now.
    Open,
    /// Shut until then.
    Until(Timestamp, Sentence),
    /// Shut until a call that is on the wire comes back.
    Busy(Sentence),
    /// Shut until the user mends something.
    Shut(Sentence),
}

/// What to do with a job.
#[derive(Debug, Clone, PartialEq)]
pub enum Choice {
    /// Send it to the candidate of this index.
    Send(usize),
    /// Wait; until then, or (`None`) until a call comes back.
    Wait(Option<Timestamp>, Sentence),
    /// No candidate can take it: before that moment, or (`None`) before the user mends something.
    Park(Option<Timestamp>, Sentence),
}

/// Whether a way is shut for so long that another model may take its place at once, where the sheet allows one: a day,
/// or for good. Want of capacity is not among them; it may pass any minute.
#[must_use]
pub fn lasts(why: &Sentence) -> bool {
    why.code == ANOTHER_DAY || matches!(why.code.as_str(), "E-NO-GRANT" | "E-MODEL-GONE")
}

/// A rate: it opens when it says.
fn is_rate(why: &Sentence) -> bool {
    matches!(why.code.as_str(), "E-RATE-MINUTE" | "E-RATE-SPEND")
}

/// Whether a wait is so long that a job is parked for it, and comes back by itself.
fn comes_back(why: &Sentence) -> bool {
    matches!(why.code.as_str(), ANOTHER_DAY | "E-NO-GRANT" | "E-SPEND-CAP") || is_limit(why)
}

/// The provider's day must turn first.
const ANOTHER_DAY: &str = "E-RATE-DAY";

/// A candidate: how its way is, and what a picture costs there.
pub type Priced = (Way, Usd);

/// Chooses. `soon`: until then a cheaper way is worth waiting for. `none` is said where there is no candidate at all.
#[must_use]
pub fn choose(ways: &[Priced], soon: Timestamp, none: Sentence) -> Choice {
    if let Some(index) = ways.iter().position(|(way, _)| *way == Way::Open) {
        let saves = |(way, usd): &Priced| match way {
            // A quota opens when it says; want of capacity may not, and a day is not soon.
            Way::Until(at, why) if *usd < ways[index].1 && *at <= soon && is_rate(why) => {
                Some(Choice::Wait(Some(*at), why.clone()))
            }
            _ => None,
        };
        return ways.iter().find_map(saves).unwrap_or(Choice::Send(index));
    }
    let mut best: Option<(Option<Timestamp>, &Sentence)> = None;
    for (way, _) in ways {
        let wait = match way {
            Way::Until(at, why) => (Some(*at), why),
            Way::Busy(why) => (None, why),
            Way::Open | Way::Shut(_) => continue,
        };
        // A call on the wire comes back sooner than any quota opens.
        if best.as_ref().is_none_or(|best| wait.0 < best.0) {
            best = Some(wait);
        }
    }
    if let Some((until, why)) = best {
        // Nobody sits waiting for another day: like the job that found it out, those behind it come back by themselves.
        let parked = until.is_some() && comes_back(why);
        return if parked { Choice::Park(until, why.clone()) } else { Choice::Wait(until, why.clone()) };
    }
    let shut =
        ways.iter().find_map(|(way, _)| if let Way::Shut(why) = way { Some(why.clone()) } else { None });
    Choice::Park(None, shut.unwrap_or(none))
}

#[cfg(test)]
mod tests {
    use super::{Choice, Priced, Sentence, Timestamp, Usd, Way, lasts};

    /// All at one price.
    fn choose(ways: &[Way], none: Sentence) -> Choice {
        let priced: Vec<Priced> = ways.iter().map(|way| (way.clone(), Usd(1))).collect();
        super::choose(&priced, Timestamp(i64::MAX), none)
    }

    fn says(code: &str) -> Sentence {
        Sentence::new(code)
    }

    #[test]
    fn first_open_then_first_to_open_then_why_not() {
        let until = |ms, code| Way::Until(Timestamp(ms), says(code));
        let none = || says("NONE");
        assert_eq!(choose(&[until(5, "A"), Way::Open, Way::Open], none()), Choice::Send(1));
        assert_eq!(
            choose(&[until(9, "A"), until(5, "B")], none()),
            Choice::Wait(Some(Timestamp(5)), says("B"))
        );
        assert_eq!(choose(&[until(9, "A"), Way::Busy(says("B"))], none()), Choice::Wait(None, says("B")));
        assert_eq!(
            choose(&[Way::Shut(says("A")), until(9, "B")], none()),
            Choice::Wait(Some(Timestamp(9)), says("B"))
        );
        assert_eq!(choose(&[Way::Shut(says("A"))], none()), Choice::Park(None, says("A")));
        assert_eq!(choose(&[], none()), Choice::Park(None, says("NONE")));
    }

    #[test]
    fn a_used_up_day_is_not_waited_for_but_parked_until_it_turns() {
        let none = || says("NONE");
        let day = || Way::Until(Timestamp(9), says("E-RATE-DAY"));
        assert_eq!(choose(&[day()], none()), Choice::Park(Some(Timestamp(9)), says("E-RATE-DAY")));
        let minute = Way::Until(Timestamp(5), says("E-RATE-MINUTE"));
        assert_eq!(choose(&[day(), minute], none()), Choice::Wait(Some(Timestamp(5)), says("E-RATE-MINUTE")));
        assert!(lasts(&says("E-RATE-DAY")) && lasts(&says("E-NO-GRANT")) && !lasts(&says("E-OVERLOAD")));
    }

    #[test]
    fn a_dearer_account_waits_for_the_quota_of_a_cheaper_one_that_opens_soon() {
        let until = |ms, code| (Way::Until(Timestamp(ms), says(code)), Usd(100));
        let dear = (Way::Open, Usd(200));
        let choose = |cheap: Priced| super::choose(&[cheap, dear.clone()], Timestamp(10), says("NONE"));
        let minute = || says("E-RATE-MINUTE");
        assert_eq!(choose(until(10, "E-RATE-MINUTE")), Choice::Wait(Some(Timestamp(10)), minute()));
        assert_eq!(choose(until(11, "E-RATE-MINUTE")), Choice::Send(1), "not so soon");
        assert_eq!(choose(until(5, "E-OVERLOAD")), Choice::Send(1), "nobody knows whether it opens then");
        assert_eq!(choose((Way::Shut(says("E-KEY")), Usd(100))), Choice::Send(1));
        assert_eq!(choose((Way::Open, Usd(100))), Choice::Send(0), "the user's order");
        let same = (Way::Until(Timestamp(5), minute()), Usd(200));
        assert_eq!(choose(same), Choice::Send(1), "it saves nothing");
    }
}
