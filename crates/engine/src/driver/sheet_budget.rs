//! The budget of a sheet, decided again after it was made.
//!
//! Not here: what counts against it (see [`crate::ledger`]), and what becomes of a call that does not fit (see `budgets`).

use crate::driver::core::Core;
use crate::value::budget::Limit;
use crate::value::event::Event;
use crate::value::id::{JobId, SheetId};
use crate::value::job::{Job, JobState};
use crate::value::money::Usd;
use serde_json::Value;

/// More are told of by their sheet alone: nobody looks at more cells than that.
const TOLD: usize = 200;

impl Core {
    /// Gives a sheet another budget, or none. Jobs that it kept go back to the queue where the new one is larger; it may be
    /// less than what is spent, and then no more go out. Returns how many went back; `None`: no such sheet.
    ///
    /// # Errors
    /// The ledger's.
    pub async fn set_budget(&self, id: SheetId, max_usd: Option<Usd>) -> crate::ledger::Result<Option<u32>> {
        let _deciding = self.deciding.lock().await;
        let Some(mut sheet) = self.ledger.sheet(id.clone()).await? else { return Ok(None) };
        self.ledger.set_budget(id.clone(), max_usd).await?;
        sheet.max_usd = max_usd;
        // A sheet of which all is parked may not be known yet since the start.
        self.remember(&sheet);
        let waiting = self.ledger.waiting_of(id.clone()).await?;
        let ids: Vec<JobId> = waiting.iter().map(|job| job.id.clone()).collect();
        let code = Limit::of_sheet(id.clone(), Usd::ZERO).reason().code;
        let change = move |job: &mut Job| look_again(job, &code, max_usd);
        let changed = self.ledger.change_jobs(ids, change).await?;
        self.follow(&waiting);
        self.follow(&changed);
        let free: Vec<&JobId> =
            changed.iter().filter(|job| job.state == JobState::Queued).map(|job| &job.id).collect();
        let count = u32::try_from(free.len()).unwrap_or(u32::MAX);
        self.note_free(free);
        self.press_alerts();
        changed.iter().take(TOLD).for_each(|job| self.tell(Event::Job(job.id.clone())));
        self.tell(Event::Sheet(id));
        self.tell(Event::Status);
        self.nudge();
        Ok(Some(count))
    }
}

/// A parked job under another budget of its sheet. Answers whether that changes it.
fn look_again(job: &mut Job, code: &str, max_usd: Option<Usd>) -> bool {
    if job.state != JobState::Parked {
        return false;
    }
    let Some(why) = &mut job.reason else { return false };
    if why.code == code {
        let kept_by = why.params.get("limit").and_then(Value::as_i64).map(Usd);
        if let (Some(new), Some(old)) = (max_usd, kept_by)
            && new <= old
        {
            // It stays, and says by which budget.
            why.params.insert("limit".into(), new.micros().into());
            return new < old;
        }
    } else if why.code != "E-PRICE-UNKNOWN" || max_usd.is_some() {
        return false;
    }
    // A price that nobody knows fits under no budget; whether another limit asks for one is seen when it goes.
    job.state = JobState::Queued;
    job.not_before = None;
    job.reason = None;
    true
}
