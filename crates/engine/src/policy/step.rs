//! The attempt machine: a verdict comes in, effects go out. What a job does next is decided here and nowhere else.

use crate::policy::backoff;
use crate::policy::verdict::{Again, Billed, Class, Scope, Verdict};
use crate::value::job::{Fallback, Trials};
use crate::value::sentence::Sentence;
use crate::value::time::Timestamp;
use std::time::Duration;

/// What the machine knows of the job.
#[derive(Debug, Clone)]
pub struct Now<'a> {
    /// What it went through, this attempt counted.
    pub trials: &'a Trials,
    /// Fallback policy of its sheet.
    pub fallback: Fallback,
    /// There is a model that may stand in and is not used yet.
    pub can_fall_back: bool,
    /// Outcomes unknown that may still be sent again without asking.
    pub resend_left: u32,
    /// The user has stopped it.
    pub cancelled: bool,
    /// Tries through overload before it is parked.
    pub max_attempts: u32,
    /// Now.
    pub at: Timestamp,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Back into the queue; not before then. The sentence says why it waits.
    Requeue {
        /// Not before.
        not_before: Option<Timestamp>,
        /// Why.
        reason: Sentence,
    },
    /// The fallback model from now on.
    FallBack,
    /// One of the resends that the sheet allows is used.
    CountResend,
    /// It waits for the user's decision.
    AskUser(Sentence),
    /// It waits for a time, or for something to be mended.
    Park {
        /// Until, if time helps.
        until: Option<Timestamp>,
        /// Why.
        reason: Sentence,
    },
    /// It ended without a picture.
    Fail(Sentence),
    /// The user had stopped it, and nothing came.
    Cancel,
}

/// A parked job comes back by itself after this, where time may help.
const PARKED_FOR: Duration = Duration::from_secs(15 * 60);
/// A host that cannot be reached is tried this often by a parked job.
const UNREACHABLE_FOR: Duration = Duration::from_secs(60);
/// Nobody waits longer than this for capacity.
const GIVE_UP_AFTER: Duration = Duration::from_secs(24 * 3600);

/// Decides what becomes of the job; what its verdict means for others is [`crate::policy::fleet`]'s. `unit` is random in `[0, 1)`.
#[must_use]
pub fn step(verdict: &Verdict, now: &Now<'_>, unit: f64) -> Vec<Effect> {
    let why = verdict.sentence.clone();
    if now.cancelled && verdict.again() != Again::Ask {
        return vec![Effect::Cancel];
    }
    // What may have been paid for goes nowhere by itself, another model least of all.
    if verdict.billed == Billed::No && may_fall_back(verdict.class, now) {
        return vec![Effect::FallBack, Effect::Requeue { not_before: None, reason: why }];
    }
    match verdict.again() {
        // Leave was given for outcomes that are unknown, not for what was surely charged.
        Again::Ask if verdict.billed == Billed::Unknown && now.resend_left > 0 && !now.cancelled => {
            vec![Effect::CountResend, Effect::Requeue { not_before: None, reason: why }]
        }
        Again::Ask => vec![Effect::AskUser(why)],
        // The fleet holds the wait, for all whom it is about, and the queue parks where it is long: the job may go
        // another way.
        Again::Told(_) if verdict.scope == Scope::Billing => {
            vec![Effect::Requeue { not_before: None, reason: why }]
        }
        Again::Told(_)
            if verdict.scope == Scope::Pool && verdict.taught.iter().any(|lesson| lesson.retry.is_some()) =>
        {
            vec![Effect::Requeue { not_before: None, reason: why }]
        }
        Again::NextDay(_) => vec![Effect::Requeue { not_before: None, reason: why }],
        Again::WhenMended if matches!(verdict.class, Class::SpendCap | Class::NoGrant) => {
            vec![Effect::Requeue { not_before: None, reason: why }]
        }
        Again::Told(wait) => {
            let at = now.at.after(backoff::told(wait, unit));
            vec![Effect::Requeue { not_before: Some(at), reason: why }]
        }
        Again::BackOff(hint) if verdict.class == Class::Unreachable => unreachable(why, hint, now, unit),
        Again::BackOff(_) => overloaded(why, now),
        Again::Once if now.trials.server_errors <= 1 => {
            let at = now.at.after(backoff::overload(2, None, unit));
            vec![Effect::Requeue { not_before: Some(at), reason: why }]
        }
        Again::Once => vec![Effect::Fail(renamed(why, "E-SERVER-END"))],
        // The call that found it out has failed; those behind it wait until it is mended.
        Again::Never | Again::WhenMended => vec![Effect::Fail(why)],
    }
}

fn may_fall_back(class: Class, now: &Now<'_>) -> bool {
    let unavailable =
        class.is_overload() || matches!(class, Class::QuotaDay | Class::NoGrant | Class::ModelGone);
    if !unavailable || !now.can_fall_back {
        return false;
    }
    match now.fallback {
        Fallback::Never | Fallback::Ask => false,
        Fallback::Now => true,
        // Known to last for hours: waiting ten minutes first would gain nothing.
        Fallback::After(_) if !class.is_overload() => true,
        Fallback::After(wait) => now.trials.trouble_since.is_some_and(|since| now.at.since(since) >= wait),
    }
}

/// The gate holds the wait, so that all jobs of the model share it; the job itself is ready at once.
fn overloaded(why: Sentence, now: &Now<'_>) -> Vec<Effect> {
    let tries = now.trials.overloads;
    if tries < now.max_attempts {
        let reason = why.with("attempt", tries + 1).with("max", now.max_attempts);
        return vec![Effect::Requeue { not_before: None, reason }];
    }
    let reason = renamed(why, "E-OVERLOAD-END").with("attempt", tries);
    // Of trouble, not of age: the last of a thousand has waited for days in the line, and is as good as new.
    if now.trials.trouble_since.is_some_and(|since| now.at.since(since) >= GIVE_UP_AFTER) {
        return vec![Effect::Fail(reason)];
    }
    vec![Effect::Park { until: Some(now.at.after(PARKED_FOR)), reason }]
}

fn unreachable(why: Sentence, hint: Option<Duration>, now: &Now<'_>, unit: f64) -> Vec<Effect> {
    let tries = now.trials.unreachable;
    if tries >= 8 {
        return vec![Effect::Park { until: Some(now.at.after(UNREACHABLE_FOR)), reason: why }];
    }
    let at = now.at.after(backoff::overload(tries, hint, unit));
    vec![Effect::Requeue { not_before: Some(at), reason: why }]
}

fn renamed(sentence: Sentence, code: &str) -> Sentence {
    Sentence { code: code.into(), ..sentence }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::verdict::{Billed, Blame, Dimension, Taught};

    const T: Timestamp = Timestamp(1_795_500_000_000);

    fn now(trials: &Trials) -> Now<'_> {
        Now {
            trials,
            fallback: Fallback::Never,
            can_fall_back: true,
            resend_left: 0,
            cancelled: false,
            max_attempts: 5,
            at: T,
        }
    }

    fn verdict(class: Class, billed: Billed, again: Again, scope: Scope) -> Verdict {
        Verdict::new(class, billed, Blame::Provider, again, scope, Sentence::new("E-X"))
    }

    fn overload() -> Verdict {
        verdict(Class::Overload, Billed::No, Again::BackOff(None), Scope::Model)
    }

    #[test]
    fn overload_keeps_the_job_in_the_queue_until_it_is_parked() {
        let trials = Trials { overloads: 1, ..Trials::default() };
        let effects = step(&overload(), &now(&trials), 0.5);
        assert!(matches!(effects[..], [Effect::Requeue { not_before: None, .. }]));
        let trials = Trials { overloads: 5, trouble_since: Some(T), ..Trials::default() };
        let effects = step(&overload(), &now(&trials), 0.5);
        assert!(matches!(&effects[0], Effect::Park { until: Some(at), .. } if *at == T.after(PARKED_FOR)));
        let late = T.after(GIVE_UP_AFTER);
        let old = Now { at: late, ..now(&trials) };
        assert!(matches!(step(&overload(), &old, 0.5)[0], Effect::Fail(_)), "the queue ends");
        let new = Trials { trouble_since: Some(late), ..trials };
        let stood_in_line = Now { at: late, ..now(&new) };
        assert!(
            matches!(step(&overload(), &stood_in_line, 0.5)[0], Effect::Park { .. }),
            "its turn came late"
        );
    }

    #[test]
    fn the_fallback_model_is_used_when_the_policy_says_so_and_not_before() {
        let trials = Trials { overloads: 1, trouble_since: Some(T), ..Trials::default() };
        let after = Fallback::After(Duration::from_secs(600));
        let early = Now { fallback: after, ..now(&trials) };
        assert!(!step(&overload(), &early, 0.5).contains(&Effect::FallBack));
        let late = Now { at: T.after(Duration::from_secs(600)), ..early.clone() };
        assert!(step(&overload(), &late, 0.5).contains(&Effect::FallBack));
        let none = Now { can_fall_back: false, ..late };
        assert!(!step(&overload(), &none, 0.5).contains(&Effect::FallBack));
        let day = verdict(Class::QuotaDay, Billed::No, Again::NextDay(None), Scope::Pool);
        assert!(
            step(&day, &early, 0.5).contains(&Effect::FallBack),
            "a used-up day lasts: no ten minutes first"
        );
        let refused = verdict(Class::Refused, Billed::Unknown, Again::Never, Scope::Job);
        let at_once = Now { fallback: Fallback::Now, ..now(&trials) };
        assert!(!step(&refused, &at_once, 0.5).contains(&Effect::FallBack), "a refusal is no overload");
    }

    #[test]
    fn a_told_wait_is_obeyed_to_the_letter() {
        let trials = Trials::default();
        let quota =
            verdict(Class::QuotaMinute, Billed::No, Again::Told(Duration::from_millis(11_769)), Scope::Pool);
        let effects = step(&quota, &now(&trials), 0.0);
        let exact = T.after(Duration::from_millis(11_769));
        assert!(matches!(&effects[..], [Effect::Requeue { not_before: Some(job), .. }] if *job == exact));
        // Where the pool keeps it, for all its calls, the job may go by another account meanwhile.
        let retry = Some(Duration::from_millis(11_769));
        let lesson = Taught { dimension: Dimension::Images, limit: None, retry };
        let mut kept = quota;
        kept.taught.push(lesson);
        assert!(matches!(&step(&kept, &now(&trials), 0.0)[..], [Effect::Requeue { not_before: None, .. }]));
    }

    #[test]
    fn unknown_asks_unless_the_sheet_allows_a_resend() {
        let trials = Trials::default();
        let lost = verdict(Class::Lost, Billed::Unknown, Again::Ask, Scope::Job);
        assert!(matches!(step(&lost, &now(&trials), 0.5)[..], [Effect::AskUser(_)]));
        let allowed = Now { resend_left: 1, ..now(&trials) };
        assert!(matches!(step(&lost, &allowed, 0.5)[..], [Effect::CountResend, Effect::Requeue { .. }]));
        let stopped = Now { cancelled: true, ..allowed };
        assert!(
            matches!(step(&lost, &stopped, 0.5)[..], [Effect::AskUser(_)]),
            "what is unknown stays so after a cancel"
        );
    }

    #[test]
    fn a_server_error_is_tried_once_more() {
        let server = verdict(Class::Server, Billed::No, Again::Once, Scope::Job);
        let first = Trials { server_errors: 1, ..Trials::default() };
        assert!(matches!(
            step(&server, &now(&first), 0.5)[..],
            [Effect::Requeue { not_before: Some(_), .. }]
        ));
        let second = Trials { server_errors: 2, ..Trials::default() };
        assert!(
            matches!(&step(&server, &now(&second), 0.5)[..], [Effect::Fail(why)] if why.code == "E-SERVER-END")
        );
    }

    #[test]
    fn a_cancelled_job_is_not_sent_again() {
        let trials = Trials { overloads: 1, ..Trials::default() };
        let stopped = Now { cancelled: true, ..now(&trials) };
        assert_eq!(step(&overload(), &stopped, 0.5), [Effect::Cancel]);
    }
}
