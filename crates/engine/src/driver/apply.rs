//! The landing: an outcome is judged, its effects are applied, the attempt is settled, and everybody is told.

use crate::driver::attempt::{Brief, Outcome, judge_outcome};
use crate::driver::compose::{Asker, redo};
use crate::driver::core::Core;
use crate::driver::intake::{self, Taken};
use crate::driver::stand_in;
use crate::policy::fleet;
use crate::policy::step::{Effect, Now, step};
use crate::policy::verdict::{Billed, Class, Scope, Verdict};
use crate::value::account::Account;
use crate::value::catalogue::Model;
use crate::value::event::Event;
use crate::value::id::PictureId;
use crate::value::job::{Attempt, AttemptState, Job, JobState, Settlement, Sheet, Trials};
use crate::value::money::Usd;
use crate::value::sentence::Sentence;
use crate::value::time::Timestamp;
use std::sync::Arc;
use std::time::Duration;

/// What lands.
#[derive(Clone)]
pub(super) struct Landing {
    pub(super) job: Job,
    pub(super) sheet: Sheet,
    pub(super) attempt: Attempt,
    pub(super) account: Account,
    /// `None` where the catalogue lost it since.
    pub(super) model: Option<Model>,
    pub(super) last4: String,
}

/// Why a landing did not come through. The spool is still there.
#[derive(Debug, thiserror::Error)]
pub(super) enum LandingError {
    #[error(transparent)]
    Ledger(#[from] crate::ledger::LedgerError),
    #[error(transparent)]
    Io(#[from] std::io::Error),
    #[error(transparent)]
    Join(#[from] tokio::task::JoinError),
}

/// Lands an outcome. May be done twice for the same attempt: the second time changes nothing.
pub(super) async fn land(core: &Arc<Core>, landing: Landing, outcome: Outcome) -> Result<(), LandingError> {
    let brief = Brief::of(core, &landing);
    let judged = if outcome.is_at_hand() {
        Ok(judge_outcome(core, &landing, &brief, outcome))
    } else {
        let (inside, copy) = (core.clone(), landing.clone());
        tokio::task::spawn_blocking(move || judge_outcome(&inside, &copy, &brief, outcome)).await
    };
    core.live().flights.remove(&landing.job.id);
    let taken = judged??;
    let now = core.clock.now();
    let deciding = core.deciding.lock().await;
    // A cancel may have come while it was in the air.
    let job = core.ledger.job(landing.job.id.clone()).await?.unwrap_or_else(|| landing.job.clone());
    // So may a change of the sheet's mind.
    let terms = core.live().terms.get(&landing.sheet.id).copied();
    let mut trials = counted(&job.trials, taken.verdict.as_ref(), now);
    let other = taken.verdict.as_ref().and_then(|_| stand_in::pick(core, &job));
    let effects = match &taken.verdict {
        None => Vec::new(),
        Some(verdict) => {
            let facts = Now {
                trials: &trials,
                fallback: terms.map_or(landing.sheet.fallback, |terms| terms.fallback),
                can_fall_back: other.is_some(),
                resend_left: resends_left(core, &landing).await?,
                cancelled: job.cancelled,
                max_attempts: core.settings().max_attempts.max(1),
                at: now,
            };
            step(verdict, &facts, core.randomness.unit())
        }
    };
    if effects.contains(&Effect::FallBack) {
        trials.stand_in = other;
    }
    surroundings(core, &landing, &taken, now).await?;
    let pictures: Vec<PictureId> = taken.pictures.iter().map(|picture| picture.id.clone()).collect();
    let change = Change::of(&job, &landing.attempt, &taken, trials, &effects, now);
    let settled = core
        .ledger
        .settle(landing.attempt.id.clone(), settlement(&taken, now), taken.pictures.clone(), move |job| {
            change.apply(job);
        })
        .await?;
    drop(deciding);
    intake::put_away(&core.folders, &landing.attempt.id, taken.keep);
    if let Some(job) = settled {
        redo_when_healthy(core, &job).await?;
        core.follow([&job]);
        if let Some(why) = job.reason.as_ref().filter(|_| waits_by_itself(&job)) {
            core.note(&job.id, why, job.not_before);
        }
        make_thumbnails(core, &taken).await;
        core.tell(Event::Job(job.id));
        pictures.into_iter().for_each(|id| core.tell(Event::Picture(id)));
    }
    core.live().watch.landed(taken.verdict.as_ref());
    core.tell(Event::Status);
    core.nudge();
    Ok(())
}

/// Where the user set that rule, what another model stood in for is queued once more for the model that was asked: the
/// queue knows best when that one is well again. Once: a redo never falls back.
async fn redo_when_healthy(core: &Core, job: &Job) -> crate::ledger::Result<()> {
    if job.state == JobState::Done && job.fallback && core.settings().redo_when_healthy {
        let again = redo(core, job, &job.request.model, None, Asker::Rule).await?;
        if let Err(why) = again {
            tracing::warn!(job = %job.id, ?why, "not made again");
        }
    }
    Ok(())
}

/// It waits for something of its own, not only for its turn.
fn waits_by_itself(job: &Job) -> bool {
    job.state == JobState::Parked || (job.state == JobState::Queued && job.not_before.is_some())
}

/// Outcomes unknown that may still be sent again without asking, by number and by money. The ledger is asked only where
/// the sheet allows any: most do not, and every refusal comes by here.
async fn resends_left(core: &Core, landing: &Landing) -> crate::ledger::Result<u32> {
    let Sheet { id, resend_unknown: number, resend_unknown_usd: money, .. } = &landing.sheet;
    if *number == 0 && money.is_none() {
        return Ok(0);
    }
    let (used, spent) = core.ledger.resends_used(id.clone()).await?;
    let left = if *number == 0 { u32::MAX } else { number.saturating_sub(used) };
    let affordable = match (money, landing.attempt.reserved) {
        (None, _) => true,
        (Some(limit), Some(price)) => spent + price <= *limit,
        // Nobody knows what it would cost once more.
        (Some(_), None) => false,
    };
    Ok(if affordable { left } else { 0 })
}

/// The gate lets a call try at least every quarter of an hour, and sheets take turns at it: who met no trouble for much longer
/// did not stand in line.
const ANOTHER_TROUBLE: Duration = Duration::from_secs(2 * 3600);

fn counted(trials: &Trials, verdict: Option<&Verdict>, now: Timestamp) -> Trials {
    let mut trials = trials.clone();
    let class = verdict.map_or(Class::Picture, |verdict| verdict.class);
    match class {
        class if class.is_overload() => trials.overloads += 1,
        Class::Server => trials.server_errors += 1,
        Class::Unreachable => trials.unreachable += 1,
        _ => trials.unreachable = 0,
    }
    if class.is_overload() || matches!(class, Class::QuotaDay | Class::NoGrant | Class::ModelGone) {
        if trials.trouble_last.is_none_or(|last| now.since(last) >= ANOTHER_TROUBLE) {
            trials.trouble_since = None;
        }
        trials.trouble_since.get_or_insert(now);
        trials.trouble_last = Some(now);
    }
    trials
}

/// What the verdict changes beside the job: gates, pools, accounts.
async fn surroundings(
    core: &Core,
    landing: &Landing,
    taken: &Taken,
    now: Timestamp,
) -> Result<(), LandingError> {
    let end = fleet::Landing {
        verdict: taken.verdict.as_ref(),
        status: taken.status,
        usd: taken.usd,
        tokens: taken.tokens,
    };
    let is_to_be_saved = {
        let fleet = &mut core.live().fleet;
        fleet.land(&landing.attempt.id, &end, now, core.randomness.unit());
        fleet.is_to_be_saved(end.verdict, now)
    };
    if is_to_be_saved {
        core.save_fleet().await?;
    }
    if end.verdict.is_some_and(|verdict| matches!(verdict.scope, Scope::Billing | Scope::Account)) {
        core.tell(Event::Accounts);
    }
    Ok(())
}

fn settlement(taken: &Taken, now: Timestamp) -> Settlement {
    let (state, billed, sentence, class) = match &taken.verdict {
        None => (AttemptState::Answered, Billed::Yes, Sentence::new("B-yes"), Class::Picture),
        Some(verdict) => {
            let state = match verdict.billed {
                Billed::Unknown => AttemptState::Unknown,
                Billed::Yes if !taken.pictures.is_empty() => AttemptState::Answered,
                Billed::Yes | Billed::No => AttemptState::Refused,
            };
            (state, verdict.billed, verdict.sentence.clone(), verdict.class)
        }
    };
    Settlement {
        state,
        ended: now,
        status: taken.status,
        billed,
        usd: taken.usd,
        verdict: sentence,
        class: class.as_str(),
        request_id: taken.request_id.clone(),
    }
}

/// What becomes of the job.
struct Change {
    state: JobState,
    not_before: Option<Timestamp>,
    reason: Option<Sentence>,
    finished: Option<Timestamp>,
    trials: Trials,
    notes: Vec<Sentence>,
    picture: Option<PictureId>,
    model_used: Option<String>,
}

impl Change {
    fn of(
        job: &Job,
        attempt: &Attempt,
        taken: &Taken,
        mut trials: Trials,
        effects: &[Effect],
        now: Timestamp,
    ) -> Self {
        let picture = taken.pictures.last();
        let mut notes = taken.notes.clone();
        if job.cancelled && picture.is_some() {
            notes.push(Sentence::new("W-LATE"));
        }
        let mut change = Self {
            state: JobState::Done,
            not_before: None,
            reason: None,
            finished: Some(now),
            trials: Trials::default(),
            notes,
            picture: picture.map(|picture| picture.id.clone()),
            model_used: picture.map(|picture| picture.model_used.clone()),
        };
        for effect in effects {
            match effect {
                Effect::Requeue { not_before, reason } => {
                    change.end(JobState::Queued, Some(reason), *not_before, None);
                }
                Effect::Park { until, reason } => change.end(JobState::Parked, Some(reason), *until, None),
                Effect::AskUser(why) => change.end(JobState::Unknown, Some(why), None, None),
                Effect::Fail(why) => change.end(JobState::Failed, Some(why), None, Some(now)),
                Effect::Cancel => {
                    change.end(JobState::Cancelled, Some(&Sentence::new("R-cancelled")), None, Some(now));
                }
                Effect::FallBack => trials.fall_back(),
                Effect::CountResend => {
                    trials.resent += 1;
                    trials.resent_usd += attempt.reserved.unwrap_or(Usd::ZERO);
                }
            }
        }
        change.trials = trials;
        change
    }

    fn end(
        &mut self,
        state: JobState,
        why: Option<&Sentence>,
        at: Option<Timestamp>,
        finished: Option<Timestamp>,
    ) {
        self.state = state;
        self.reason = why.cloned();
        self.not_before = at;
        self.finished = finished;
    }

    fn apply(&self, job: &mut Job) {
        let attempts = job.trials.attempts;
        job.state = self.state;
        job.not_before = self.not_before;
        job.reason.clone_from(&self.reason);
        job.finished = self.finished;
        job.trials = Trials { attempts, ..self.trials.clone() };
        job.notes.clone_from(&self.notes);
        job.picture.clone_from(&self.picture);
        job.model_used.clone_from(&self.model_used);
    }
}

/// Ready before the event goes out, so that the first look at a picture does not wait for a decoder.
async fn make_thumbnails(core: &Arc<Core>, taken: &Taken) {
    for picture in taken.pictures.clone() {
        let (hash, known) = (picture.hash.clone(), picture.essence.is_some());
        let inside = core.clone();
        let made = tokio::task::spawn_blocking(move || {
            let path = inside.objects.path(&picture.hash, &picture.extension);
            inside.derived.thumb(&path, &picture.hash).map(drop)
        });
        if let Ok(Err(error)) = made.await {
            tracing::warn!(%error, "no thumbnail");
        }
        // Where it could not be decoded while it arrived, its row does not say yet what it is like.
        if let Some(essence) = core.derived.noticed(&hash).filter(|_| !known)
            && let Err(error) = core.ledger.put_essences(vec![(hash, essence)]).await
        {
            tracing::warn!(%error, "not kept what a picture is like");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::verdict::{Again, Blame};

    #[test]
    fn trouble_of_another_day_is_another_trouble() {
        let again = Again::BackOff(None);
        let refused = Verdict::new(
            Class::Overload,
            Billed::No,
            Blame::Provider,
            again,
            Scope::Model,
            Sentence::new("E-OVERLOAD"),
        );
        let at = |minutes: u64| Timestamp(1_795_500_000_000).after(Duration::from_secs(60 * minutes));
        let since = |trials: &Trials| trials.trouble_since;
        let first = counted(&Trials::default(), Some(&refused), at(0));
        let second = counted(&first, Some(&refused), at(20));
        assert_eq!((since(&first), since(&second)), (Some(at(0)), Some(at(0))));
        // The sheet was held over night.
        let morning = counted(&second, Some(&refused), at(15 * 60));
        assert_eq!((since(&morning), morning.overloads), (Some(at(15 * 60)), 3));
        // Written by an earlier version, which did not note the last one.
        let old = Trials { trouble_since: Some(at(0)), ..Trials::default() };
        assert_eq!(since(&counted(&old, Some(&refused), at(5))), Some(at(5)));
    }
}
