//! What a user does with jobs, one or 100,000 of them: stop, try again, decide about outcomes unknown.
//!
//! Not here: which jobs are meant (see [`crate::ledger::Which`]).

use crate::driver::core::Core;
use crate::ledger::Result;
use crate::policy::route::LOOKED_AT_AGAIN;
use crate::value::event::Event;
use crate::value::id::JobId;
use crate::value::job::{Job, JobState};
use crate::value::sentence::Sentence;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// So many are changed in one transaction: a call that lands meanwhile must not wait long for the books.
const AT_ONCE: usize = 1000;
/// More than these are told of by sheet: nobody looks at more cells than that.
const TOLD: usize = 200;

/// What was stopped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stopped {
    /// Jobs, in all.
    pub jobs: u32,
    /// Of these, on the wire: what still arrives is kept.
    pub sent: u32,
}

impl Core {
    /// Stops jobs: those that wait end now; those on the wire are kept if they still arrive.
    ///
    /// # Errors
    /// The ledger's; then some may be stopped and some not.
    pub async fn cancel(&self, ids: Vec<JobId>) -> Result<Stopped> {
        let now = self.clock.now();
        // Out of the queue first: what is to be stopped is not sent while the books are still being written.
        {
            let mut live = self.live();
            ids.iter().for_each(|id| drop(live.queue.take(id)));
        }
        let change = move |job: &mut Job| match job.state {
            JobState::Queued | JobState::Parked => {
                job.state = JobState::Cancelled;
                job.finished = Some(now);
                job.reason = Some(Sentence::new("R-cancelled"));
                job.not_before = None;
                true
            }
            JobState::Sending if !job.cancelled => {
                job.cancelled = true;
                job.reason = Some(Sentence::new("R-cancelled-sent"));
                true
            }
            _ => false,
        };
        let stopped = self.change(&ids, change).await;
        if stopped.is_err() {
            for id in ids {
                if let Some(job) = self.ledger.job(id).await? {
                    self.follow([&job]);
                }
            }
        }
        let stopped = stopped?;
        let sent = stopped.iter().filter(|state| **state == JobState::Sending).count();
        Ok(Stopped { jobs: count(stopped.len()), sent: count(sent) })
    }

    /// Puts failed, parked or cancelled jobs back into the queue. Returns how many.
    ///
    /// # Errors
    /// The ledger's.
    pub async fn retry(&self, ids: Vec<JobId>) -> Result<u32> {
        let shut = Arc::new(AtomicBool::new(false));
        let found = shut.clone();
        let change = move |job: &mut Job| {
            let ended = matches!(job.state, JobState::Failed | JobState::Parked | JobState::Cancelled);
            if ended {
                found.fetch_or(job.reason.as_ref().is_some_and(looked_at_again), Ordering::Relaxed);
                requeue(job);
            }
            ended
        };
        let changed = self.change(&ids, change).await?;
        if shut.load(Ordering::Relaxed) {
            self.look_again();
            self.nudge();
        }
        Ok(count(changed.len()))
    }

    /// The user's word on outcomes unknown: send again, or let it be. Returns how many.
    ///
    /// # Errors
    /// The ledger's.
    pub async fn resolve(&self, ids: Vec<JobId>, resend: bool) -> Result<u32> {
        let now = self.clock.now();
        let change = move |job: &mut Job| {
            if job.state != JobState::Unknown {
                return false;
            }
            if resend {
                requeue(job);
                return true;
            }
            // An incomplete picture was kept: giving up on a better one leaves it as the result.
            job.state = if job.picture.is_some() { JobState::Done } else { JobState::Failed };
            job.finished = Some(now);
            true
        };
        Ok(count(self.change(&ids, change).await?.len()))
    }

    /// Changes jobs, and returns how those that were changed stand now.
    async fn change<F>(&self, ids: &[JobId], change: F) -> Result<Vec<JobState>>
    where
        F: Fn(&mut Job) -> bool + Send + Clone + 'static,
    {
        let mut states = Vec::new();
        let mut sheets = BTreeSet::new();
        for some in ids.chunks(AT_ONCE) {
            let changed = {
                // A landing writes the job as it read it: not in between, or a job that was stopped would go out again.
                let _deciding = self.deciding.lock().await;
                self.ledger.change_jobs(some.to_vec(), change.clone()).await?
            };
            self.remember_terms(&changed).await?;
            self.follow(&changed);
            self.note_free(changed.iter().filter(|job| job.state == JobState::Queued).map(|job| &job.id));
            for job in changed {
                states.push(job.state);
                if ids.len() > TOLD {
                    sheets.insert(job.sheet);
                } else {
                    self.tell(Event::Job(job.id));
                }
            }
        }
        self.press_alerts();
        sheets.into_iter().for_each(|sheet| self.tell(Event::Sheet(sheet)));
        self.tell(Event::Status);
        self.nudge();
        Ok(states)
    }
}

impl Core {
    /// Something was mended: jobs that were parked for a reason that begins so look again.
    ///
    /// # Errors
    /// The ledger's.
    pub async fn unpark(&self, beginning: &'static str) -> Result<()> {
        let jobs = self.ledger.unpark(beginning).await?;
        self.remember_terms(&jobs).await?;
        self.follow(&jobs);
        self.note_free(jobs.iter().map(|job| &job.id));
        jobs.into_iter().take(TOLD).for_each(|job| self.tell(Event::Job(job.id)));
        self.tell(Event::Status);
        self.nudge();
        Ok(())
    }

    /// Of sheets that had nothing to wait for when the program started, nothing is remembered yet.
    pub(super) async fn remember_terms(&self, jobs: &[Job]) -> Result<()> {
        let waiting = jobs.iter().filter(|job| job.state == JobState::Queued).map(|job| &job.sheet);
        let new: BTreeSet<_> = {
            let live = self.live();
            waiting.filter(|sheet| !live.terms.contains_key(*sheet)).cloned().collect()
        };
        for id in new {
            if let Some(sheet) = self.ledger.sheet(id).await? {
                self.remember(&sheet);
            }
        }
        Ok(())
    }
}

fn looked_at_again(why: &Sentence) -> bool {
    LOOKED_AT_AGAIN.contains(&why.code.as_str())
}

fn requeue(job: &mut Job) {
    job.state = JobState::Queued;
    job.finished = None;
    job.not_before = None;
    job.reason = None;
    job.cancelled = false;
    job.trials = job.trials.anew();
}

fn count(all: usize) -> u32 {
    u32::try_from(all).unwrap_or(u32::MAX)
}
