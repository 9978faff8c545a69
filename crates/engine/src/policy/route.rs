//! Route choice: which of the accounts that could take a job does.
//!
//! The user's order makes layers: primary, backup, and so on. The first layer that is open takes the job, unless a later
//! one is clearly sooner and worth its price, or an earlier one that is cheaper opens soon. Accounts of one layer share the
//! work by what they have left. The asked model comes before the fallback, and practice never stands in for real or the
//! other way round: candidates are of one model and world only, which the caller sees to.

use crate::value::budget::is_limit;
use crate::value::money::Usd;
use crate::value::sentence::Sentence;
use crate::value::time::Timestamp;
use std::time::Duration;

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

impl Way {
    /// Why it is not open.
    #[must_use]
    pub fn why(&self) -> Option<&Sentence> {
        match self {
            Self::Open => None,
            Self::Until(_, why) | Self::Busy(why) | Self::Shut(why) => Some(why),
        }
    }

    /// Whether it may open by itself. What the user holds does not.
    fn may_open(&self) -> bool {
        match self {
            Self::Until(..) => true,
            Self::Busy(why) => why.code != "R-route-paused",
            Self::Open | Self::Shut(_) => false,
        }
    }
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

/// Shut until somebody mends it, and looked at now and then.
pub const LOOKED_AT_AGAIN: [&str; 2] = ["E-NO-GRANT", "E-SPEND-CAP"];

/// Whether a wait is so long that a job is parked for it, and comes back by itself.
fn comes_back(why: &Sentence) -> bool {
    why.code == ANOTHER_DAY || LOOKED_AT_AGAIN.contains(&why.code.as_str()) || is_limit(why)
}

/// The provider's day must turn first.
const ANOTHER_DAY: &str = "E-RATE-DAY";

/// A candidate.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// How its way is.
    pub way: Way,
    /// Its place in the user's order. Those of one layer cost the same and are as good as each other.
    pub layer: usize,
    /// What a picture costs there.
    pub usd: Usd,
    /// How long one takes there once it goes, as measured, refusals included; `None` where too little was measured.
    pub takes: Option<Duration>,
    /// The free share of what limits it.
    pub headroom: f64,
}

/// What time is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Worth {
    /// Now.
    pub now: Timestamp,
    /// What a minute of waiting costs who waits; nothing for a batch.
    pub minute: Usd,
    /// No saving is waited for longer than this.
    pub patience: Duration,
}

/// What is expected of a picture where nothing was measured.
const TAKES: Duration = Duration::from_secs(30);
/// Another way must be better by so much to be taken instead of the one whose turn it is, or jobs would swing to and fro.
const CLEARLY: f64 = 0.8;
/// In the same layer, too.
const ROOMIER: f64 = 0.05;

impl Candidate {
    fn takes(&self) -> Duration {
        self.takes.unwrap_or(TAKES)
    }

    /// Price and time in one figure, micro-dollars.
    fn cost(&self, wait: Duration, worth: &Worth) -> f64 {
        let minutes = (wait + self.takes()).as_secs_f64() / 60.0;
        self.usd.micros() as f64 + worth.minute.micros() as f64 * minutes
    }

    /// Whether it takes the place of one of an earlier layer that is open, too: only if it is clearly sooner, and worth
    /// its price.
    fn overtakes(&self, held: &Self, worth: &Worth) -> bool {
        let (Some(own), Some(other)) = (self.takes, held.takes) else { return false };
        own.as_secs_f64() <= CLEARLY * other.as_secs_f64()
            && self.cost(Duration::ZERO, worth) <= CLEARLY * held.cost(Duration::ZERO, worth)
    }

    /// Why and until when it is worth to wait for this one while `open` could be taken now: it comes before it in the
    /// user's order, costs less, and its quota opens soon. A quota opens when it says; want of capacity may not, and a
    /// day is not soon.
    fn worth_waiting<'a>(&'a self, open: &Self, worth: &Worth) -> Option<(Timestamp, &'a Sentence)> {
        let Way::Until(at, why) = &self.way else { return None };
        let wait = at.since(worth.now);
        let saves = is_rate(why)
            && self.layer < open.layer
            && wait <= worth.patience
            && self.cost(wait, worth) <= CLEARLY * open.cost(Duration::ZERO, worth);
        saves.then_some((*at, why))
    }
}

/// The open candidate to take, if any is.
fn first_open(candidates: &[Candidate], worth: &Worth) -> Option<usize> {
    let mut best: Option<usize> = None;
    for (index, one) in candidates.iter().enumerate().filter(|(_, one)| one.way == Way::Open) {
        let better = best.and_then(|held| candidates.get(held)).is_none_or(|held| {
            if one.layer == held.layer {
                one.headroom > held.headroom + ROOMIER
            } else {
                one.overtakes(held, worth)
            }
        });
        if better {
            best = Some(index);
        }
    }
    best
}

/// Chooses among candidates in the user's order. `none` is said where there is no candidate at all.
#[must_use]
pub fn choose(candidates: &[Candidate], worth: &Worth, none: Sentence) -> Choice {
    if let Some(index) = first_open(candidates, worth) {
        let open = &candidates[index];
        let saves = candidates.iter().find_map(|one| one.worth_waiting(open, worth));
        return saves.map_or(Choice::Send(index), |(at, why)| Choice::Wait(Some(at), why.clone()));
    }
    let mut best: Option<(Option<Timestamp>, &Sentence)> = None;
    // What the user holds says something only where nothing else is to be waited for.
    let all_held = !candidates.iter().any(|one| one.way.may_open());
    for Candidate { way, .. } in candidates.iter().filter(|one| all_held || one.way.may_open()) {
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
    let shut = candidates
        .iter()
        .find_map(|one| if let Way::Shut(why) = &one.way { Some(why.clone()) } else { None });
    Choice::Park(None, shut.unwrap_or(none))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_795_500_000_000);
    /// A batch: only money counts.
    const BATCH: Worth = Worth { now: NOW, minute: Usd::ZERO, patience: Duration::from_secs(600) };
    /// A person: two cents a minute.
    const PERSON: Worth = Worth { now: NOW, minute: Usd(20_000), patience: Duration::from_secs(60) };

    fn says(code: &str) -> Sentence {
        Sentence::new(code)
    }

    fn at(seconds: u64) -> Timestamp {
        NOW.after(Duration::from_secs(seconds))
    }

    fn until(seconds: u64, code: &str) -> Way {
        Way::Until(at(seconds), says(code))
    }

    fn one(layer: usize, way: Way, usd: i64, takes: u64) -> Candidate {
        let takes = (takes > 0).then(|| Duration::from_secs(takes));
        Candidate { way, layer, usd: Usd(usd), takes, headroom: 1.0 }
    }

    /// All at one price, each its own layer.
    fn choose(ways: &[Way], none: Sentence) -> Choice {
        let all = ways.iter().enumerate().map(|(layer, way)| one(layer, way.clone(), 1, 0));
        super::choose(&all.collect::<Vec<_>>(), &BATCH, none)
    }

    #[test]
    fn first_open_then_first_to_open_then_why_not() {
        let none = || says("NONE");
        assert_eq!(choose(&[until(5, "A"), Way::Open, Way::Open], none()), Choice::Send(1));
        assert_eq!(choose(&[until(9, "A"), until(5, "B")], none()), Choice::Wait(Some(at(5)), says("B")));
        assert_eq!(choose(&[until(9, "A"), Way::Busy(says("B"))], none()), Choice::Wait(None, says("B")));
        let shut = [Way::Shut(says("A")), until(9, "B")];
        assert_eq!(choose(&shut, none()), Choice::Wait(Some(at(9)), says("B")));
        assert_eq!(choose(&[Way::Shut(says("A"))], none()), Choice::Park(None, says("A")));
        assert_eq!(choose(&[], none()), Choice::Park(None, says("NONE")));
    }

    #[test]
    fn a_used_up_day_is_not_waited_for_but_parked_until_it_turns() {
        let none = || says("NONE");
        let day = || until(9, "E-RATE-DAY");
        assert_eq!(choose(&[day()], none()), Choice::Park(Some(at(9)), says("E-RATE-DAY")));
        let minute = until(5, "E-RATE-MINUTE");
        assert_eq!(choose(&[day(), minute], none()), Choice::Wait(Some(at(5)), says("E-RATE-MINUTE")));
        assert!(lasts(&says("E-RATE-DAY")) && lasts(&says("E-NO-GRANT")) && !lasts(&says("E-OVERLOAD")));
    }

    #[test]
    fn a_dearer_account_waits_for_the_quota_of_a_cheaper_one_that_opens_soon() {
        let choose = |cheap: Way, usd: i64, worth: &Worth| {
            super::choose(&[one(0, cheap, usd, 0), one(1, Way::Open, 200_000, 0)], worth, says("NONE"))
        };
        let minute = |seconds| until(seconds, "E-RATE-MINUTE");
        let waits = |seconds| Choice::Wait(Some(at(seconds)), says("E-RATE-MINUTE"));
        assert_eq!(choose(minute(600), 100_000, &BATCH), waits(600));
        assert_eq!(choose(minute(601), 100_000, &BATCH), Choice::Send(1), "not so soon");
        assert_eq!(choose(minute(60), 100_000, &PERSON), waits(60), "ten cents are worth a minute");
        assert_eq!(choose(minute(60), 150_000, &PERSON), Choice::Send(1), "five are not");
        assert_eq!(choose(minute(5), 150_000, &PERSON), waits(5));
        assert_eq!(
            choose(until(5, "E-OVERLOAD"), 1, &BATCH),
            Choice::Send(1),
            "nobody knows whether it opens"
        );
        assert_eq!(choose(Way::Shut(says("E-KEY")), 1, &BATCH), Choice::Send(1));
        assert_eq!(choose(minute(5), 200_000, &BATCH), Choice::Send(1), "it saves nothing");
        assert_eq!(choose(Way::Open, 400_000, &BATCH), Choice::Send(0), "the user's order");
        let backup = [one(0, Way::Open, 200_000, 0), one(1, minute(5), 100_000, 0)];
        assert_eq!(
            super::choose(&backup, &BATCH, says("NONE")),
            Choice::Send(0),
            "nobody waits for a backup"
        );
    }

    #[test]
    fn a_backup_goes_before_an_open_primary_only_if_it_is_clearly_sooner() {
        let choose = |primary: (i64, u64), backup: (i64, u64), worth: &Worth| {
            let all = [one(0, Way::Open, primary.0, primary.1), one(1, Way::Open, backup.0, backup.1)];
            super::choose(&all, worth, says("NONE"))
        };
        // A relay that takes five minutes, and a provider that takes half a one.
        assert_eq!(choose((134_000, 300), (134_000, 30), &PERSON), Choice::Send(1));
        assert_eq!(
            choose((134_000, 300), (134_000, 30), &BATCH),
            Choice::Send(0),
            "nobody waits for a batch"
        );
        assert_eq!(choose((134_000, 60), (134_000, 30), &PERSON), Choice::Send(0), "a cent's worth of time");
        assert_eq!(
            choose((134_000, 300), (240_000, 30), &PERSON),
            Choice::Send(0),
            "too dear for what it gains"
        );
        assert_eq!(choose((134_000, 300), (134_000, 0), &PERSON), Choice::Send(0), "never measured");
        assert_eq!(choose((134_000, 30), (60_000, 30), &BATCH), Choice::Send(0), "cheaper, but not sooner");
    }

    #[test]
    fn one_layer_shares_the_work_by_what_is_left() {
        let room = |layer, headroom| Candidate { headroom, ..one(layer, Way::Open, 1, 0) };
        let choose = |all: &[Candidate]| super::choose(all, &BATCH, says("NONE"));
        assert_eq!(choose(&[room(0, 0.2), room(0, 0.9), room(0, 0.5)]), Choice::Send(1));
        assert_eq!(choose(&[room(0, 0.5), room(0, 0.54)]), Choice::Send(0), "about the same");
        assert_eq!(choose(&[room(0, 0.1), room(1, 0.9)]), Choice::Send(0), "the user's order comes first");
    }
}
