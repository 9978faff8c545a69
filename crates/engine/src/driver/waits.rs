//! Notes of what jobs wait for, kept of all, of a sheet, of a line of the queue and of a job by itself, so that 100,000
//! jobs that wait for one quota are one note. Written down a few seconds later, together: a sentence is not worth an
//! fsync. From them comes the story of a job.
//!
//! Not here: how they are put together (see [`crate::policy::waits`]).

use crate::driver::core::{Core, Live};
use crate::ledger::{OpenAttempt, Result};
use crate::policy::queue::{Holds, LineKey};
use crate::policy::waits::{BRIEF, Note, Wait, waits};
use crate::value::id::{JobId, SheetId};
use crate::value::job::{Job, JobState};
use crate::value::sentence::Sentence;
use crate::value::time::Timestamp;
use std::collections::HashMap;
use std::time::Duration;

/// Notes are written down so long after the first of them.
const LATER: Duration = Duration::from_secs(5);
/// All jobs.
const ALL: &str = "all";

/// What was noted.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// What holds all, sheets and lines, by its code, as noted last.
    holding: HashMap<String, String>,
    /// Not written down yet.
    pending: Vec<Pending>,
    /// The engine has gone: what a last look would say of all is not so any more.
    closed: bool,
}

#[derive(Debug)]
struct Pending {
    scope: String,
    note: Note,
    /// What held before.
    before: Option<String>,
}

fn of_job(id: &JobId) -> String {
    format!("job {id}")
}

fn of_sheet(id: &SheetId) -> String {
    format!("sheet {id}")
}

fn of_line(line: &LineKey, interactive: bool) -> String {
    let account = line.account.as_ref().map_or("-", |id| id.as_str());
    let (size, tier) = (line.size, line.tier.as_str());
    // Who fell back to one model does not wait for what another waits for.
    let other = line.stand_in.clone().unwrap_or_else(|| line.fell_back.to_string());
    format!("line {} {size} {account} {} {other} {tier} {interactive}", line.model, line.practice)
}

impl Notes {
    /// Something else holds from now on, or nothing.
    fn turn(&mut self, scope: String, reason: Option<Sentence>, now: Timestamp) {
        let code = reason.as_ref().map(|why| why.code.clone());
        let mut before = self.holding.get(&scope).cloned();
        if code == before {
            return;
        }
        match &code {
            Some(code) => drop(self.holding.insert(scope.clone(), code.clone())),
            None => drop(self.holding.remove(&scope)),
        }
        // What held for a moment only was nothing.
        let last = self.pending.iter().rposition(|pending| pending.scope == scope);
        if let Some(brief) = last.filter(|last| now.since(self.pending[*last].note.at) < BRIEF) {
            before = self.pending.remove(brief).before;
            if code == before {
                return;
            }
        }
        self.pending.push(Pending { scope, note: Note { at: now, until: None, reason }, before });
    }

    /// What holds lines and sheets now; what held others before holds them no more.
    fn look(&mut self, holds: Vec<(Holds, Sentence)>, now: Timestamp) {
        let mut over: Vec<String> = self.holding.keys().filter(|scope| *scope != ALL).cloned().collect();
        for (what, why) in holds {
            let scope = match what {
                Holds::Sheet(sheet) => of_sheet(&sheet),
                Holds::Line(line, interactive) => of_line(&line, interactive),
            };
            over.retain(|other| *other != scope);
            self.turn(scope, Some(why), now);
        }
        over.into_iter().for_each(|scope| self.turn(scope, None, now));
    }
}

/// Looks at the queue after a step of it.
pub(super) fn look(core: &Core) {
    let now = core.clock.now();
    let mut live = core.live();
    let Live { queue, notes, settings, draining, .. } = &mut *live;
    if notes.closed {
        return;
    }
    let all = if *draining { Some("R-draining") } else { settings.paused.then_some("R-paused") };
    notes.turn(ALL.into(), all.map(Sentence::new), now);
    // While all is held, nobody looks at lines.
    if all.is_none() {
        notes.look(queue.holds(), now);
    }
}

/// Writes down what is due. Returns when to do so again.
pub(super) async fn write_down(core: &Core) -> Option<Timestamp> {
    let first = core.live().notes.pending.first().map(|pending| pending.note.at)?;
    let due = first.after(LATER);
    if core.clock.now() < due {
        return Some(due);
    }
    write_all(core).await;
    None
}

async fn write_all(core: &Core) {
    let pending = std::mem::take(&mut core.live().notes.pending);
    if !core.sends() || pending.is_empty() {
        return;
    }
    let notes = pending.into_iter().map(|pending| (pending.scope, pending.note)).collect();
    if let Err(error) = core.ledger.note(notes).await {
        tracing::warn!(%error, "what jobs wait for could not be noted");
    }
}

impl Core {
    /// A job waits for something of its own, until then or until it is mended.
    pub(super) fn note(&self, job: &JobId, reason: &Sentence, until: Option<Timestamp>) {
        let note = Note { at: self.clock.now(), until, reason: Some(reason.clone()) };
        self.live().notes.pending.push(Pending { scope: of_job(job), note, before: None });
    }

    /// It waits for that no more: it takes its turn again.
    pub(crate) fn note_free<'a>(&self, jobs: impl IntoIterator<Item = &'a JobId>) {
        let now = self.clock.now();
        let mut live = self.live();
        for id in jobs {
            let note = Note { at: now, until: None, reason: None };
            live.notes.pending.push(Pending { scope: of_job(id), note, before: None });
        }
    }

    /// An engine that sends is here, or (`false`) is about to go: between the two nothing is sent.
    pub(crate) async fn note_presence(&self, here: bool) {
        if !self.sends() {
            return;
        }
        let note =
            Note { at: self.clock.now(), until: None, reason: (!here).then(|| Sentence::new("R-closed")) };
        {
            let mut live = self.live();
            live.notes.closed = !here;
            live.notes.pending.push(Pending { scope: ALL.into(), note, before: None });
        }
        if !here {
            write_all(self).await;
        }
    }
}

/// What a job waited for before and between its calls, and waits for now.
///
/// # Errors
/// The ledger's.
pub async fn story(core: &Core, job: &Job, attempts: &[OpenAttempt]) -> Result<Vec<Wait>> {
    let now = core.clock.now();
    let (line, own) = (LineKey::of(job), of_job(&job.id));
    // The model that stands in may be asked for a smaller size than the job was.
    let asked = LineKey { size: job.request.size, fell_back: false, stand_in: None, ..line.clone() };
    let asked = of_line(&asked, job.interactive);
    let stand_in = of_line(&LineKey { fell_back: true, ..line }, job.interactive);
    let scopes = vec![own.clone(), ALL.into(), of_sheet(&job.sheet), asked.clone(), stand_in.clone()];
    let end = job.finished.unwrap_or(now);
    let mut notes = core.ledger.notes(scopes.clone(), job.created, end).await?;
    for pending in &core.live().notes.pending {
        if scopes.contains(&pending.scope) {
            notes.entry(pending.scope.clone()).or_default().push(pending.note.clone());
        }
    }
    let mut take = |scope: &str| notes.remove(scope).unwrap_or_default();
    let (own, all, sheet) = (take(&own), take(ALL), take(&of_sheet(&job.sheet)));
    let (asked, stand_in) = (take(&asked), take(&stand_in));
    let mut gaps = Vec::new();
    let mut from = job.created;
    let mut before = None;
    for attempt in attempts {
        gaps.push((from, attempt.attempt.started, before));
        from = attempt.ended.unwrap_or(now);
        before = Some(attempt);
    }
    if matches!(job.state, JobState::Queued | JobState::Parked | JobState::Cancelled) {
        gaps.push((from, end, before));
    }
    let mut found = Vec::new();
    for (from, to, before) in gaps {
        let own: Vec<Note> = own.iter().filter(|note| note.at >= from && note.at < to).cloned().collect();
        let from = again(&own, from, before, &mut found);
        let fell_back = before.is_some_and(|before| before.attempt.model != job.request.model);
        let line = if fell_back { &stand_in } else { &asked };
        found.extend(waits(&[own, all.clone(), sheet.clone(), line.clone()], from, to));
    }
    Ok(found)
}

/// Where a call had ended it, or left it to the user, a job waits again from their word on: told as that.
fn again(own: &[Note], from: Timestamp, before: Option<&OpenAttempt>, found: &mut Vec<Wait>) -> Timestamp {
    let held = own.iter().position(|note| note.reason.is_some()).unwrap_or(own.len());
    let Some(word) = own[..held].iter().rev().find(|note| note.reason.is_none()) else { return from };
    let code = if before.is_some_and(|before| before.state == "unknown") { "R-decide" } else { "R-ended" };
    if word.at.since(from) >= BRIEF {
        found.push(Wait { from, to: word.at, reason: Sentence::new(code) });
    }
    word.at
}
