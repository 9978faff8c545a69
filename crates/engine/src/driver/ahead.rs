//! *2K now, 4K later*: where a model refuses a size that it takes smaller, the smaller picture is made ahead, beside the
//! job that goes on waiting. Once per job, on the user's word, within the sheet's budget; when the larger one arrives,
//! both are kept.
//!
//! Not here: how it is found out that a smaller size passes (the fleet's meter).

use crate::driver::compose::again;
use crate::driver::core::Core;
use crate::driver::scheduler::{candidates, route_of};
use crate::ledger::Result;
use crate::policy::queue::LineKey;
use crate::value::budget::is_limit;
use crate::value::event::Event;
use crate::value::id::{JobId, SheetId};
use crate::value::job::{Job, JobState, Larger, Sheet};
use crate::value::money::Usd;
use crate::value::sentence::Sentence;
use crate::value::size::Size;

/// A smaller picture that could be made now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ahead {
    /// Its size.
    pub size: Size,
    /// What it would cost.
    pub usd: Usd,
}

/// What holds a job whatever its size is: a smaller one would wait for the same.
const HOLDS: [&str; 6] =
    ["R-paused", "R-sheet-paused", "R-route-paused", "R-draining", "R-off-peak", "R-budget"];

fn holds(why: &Sentence) -> bool {
    HOLDS.contains(&why.code.as_str()) || is_limit(why) || why.code.starts_with("E-RATE-DAY")
}

fn may(job: &Job) -> bool {
    let waits = job.state == JobState::Queued || (job.state == JobState::Parked && job.not_before.is_some());
    waits && !job.trials.fell_back && job.trials.smaller.is_none() && job.trials.larger.is_none()
}

/// The smaller size that a waiting job could be made in now, where its own is refused; `None` where it would not help.
#[must_use]
pub fn ahead(core: &Core, job: &Job) -> Option<Ahead> {
    // Thousands of jobs are asked about at once: what is quick comes first.
    if !may(job) || !core.live().fleet.may_hint(&job.request.model) {
        return None;
    }
    let why = core.wait_of(&job.id).map(|(_, why)| why).or_else(|| job.reason.clone());
    if why.is_some_and(|why| holds(&why)) {
        return None;
    }
    let line = LineKey::of(job);
    let accounts = core.accounts();
    let routes: Vec<_> = candidates(core, &accounts, &line)
        .map(|(kept, model)| route_of(&kept.account, model, &line))
        .collect();
    let size = routes.iter().find_map(|route| core.live().fleet.passes(route, job.request.size))?;
    let made = again(core, job, &job.request.model, size, job.tier).ok()?;
    Some(Ahead { size, usd: made.usd })
}

impl Core {
    /// Makes the smaller pictures of a sheet's jobs ahead, of all that have such an offer. Returns how many; `None`: no
    /// such sheet.
    ///
    /// # Errors
    /// `Ok(Err(sentence))` where its budget does not allow them; the ledger's.
    pub async fn make_ahead(&self, id: SheetId) -> Result<Option<std::result::Result<u32, Sentence>>> {
        let Some(sheet) = self.ledger.sheet(id.clone()).await? else { return Ok(None) };
        let waiting = self.ledger.waiting_of(id).await?;
        let pairs = waiting.into_iter().filter_map(|job| Some((ahead(self, &job)?.size, job)));
        let made = self.go_ahead(&sheet, pairs.map(|(size, job)| (job, size)).collect()).await?;
        Ok(Some(made.map(|jobs| u32::try_from(jobs.len()).unwrap_or(u32::MAX))))
    }

    /// Makes these jobs ahead, each in that smaller size, whatever the weather is. Returns the new ones; fewer than were
    /// asked for where a job has one already or waits no more.
    ///
    /// # Errors
    /// `Ok(Err(sentence))` where the model cannot do it, or the budget does not allow it; the ledger's.
    pub async fn go_ahead(
        &self,
        sheet: &Sheet,
        pairs: Vec<(Job, Size)>,
    ) -> Result<std::result::Result<Vec<Job>, Sentence>> {
        // A landing writes the job as it read it: not in between.
        let _deciding = self.deciding.lock().await;
        let mut made = Vec::new();
        for (job, size) in pairs {
            match again(self, &job, &job.request.model, size, job.tier) {
                Ok(mut smaller) => {
                    smaller.trials.larger = Some(Larger { job: job.id.clone(), seq: job.seq });
                    made.push((job.id, smaller));
                }
                Err(problem) => return Ok(Err(problem)),
            }
        }
        if let Some(problem) = self.over_budget(sheet, &made).await? {
            return Ok(Err(problem));
        }
        let added = self.ledger.add_ahead(made).await?;
        if added.iter().any(|(_, smaller)| smaller.interactive) {
            self.live().fleet.person_active(self.clock.now());
        }
        self.follow(added.iter().map(|(_, smaller)| smaller));
        for (larger, smaller) in &added {
            self.tell(Event::Job(larger.id.clone()));
            self.tell(Event::Job(smaller.id.clone()));
        }
        self.tell(Event::Status);
        self.nudge();
        Ok(Ok(added.into_iter().map(|(_, smaller)| smaller).collect()))
    }

    /// The larger ones still have to fit into the sheet's budget, beside them.
    async fn over_budget(&self, sheet: &Sheet, made: &[(JobId, Job)]) -> Result<Option<Sentence>> {
        let Some(limit) = sheet.max_usd else { return Ok(None) };
        if let Some((_, job)) = made.iter().find(|(_, job)| job.usd == Usd::ZERO) {
            let sentence = Sentence::new("E-PRICE-UNKNOWN").with("model", job.request.model.as_str());
            let account = job.account_asked.as_ref().and_then(|id| self.account(id));
            let account = account.or_else(|| self.accounts().into_iter().next());
            let account = account.map_or(String::new(), |kept| kept.account.name);
            return Ok(Some(sentence.with("size", job.request.size.as_str()).with("account", account)));
        }
        let usd =
            self.ledger.promised(sheet.id.clone()).await? + made.iter().map(|(_, job)| job.usd).sum::<Usd>();
        Ok((usd > limit)
            .then(|| Sentence::new("E-BUDGET").with("usd", usd.micros()).with("limit", limit.micros())))
    }
}
