//! The waiting jobs in memory, and which of them goes out next.
//!
//! Jobs that could take the same routes stand in one line; a step looks at lines and routes, not at jobs. People come
//! before batches, which keep a fifth; batches share by what they cost; order within a sheet is kept, and a job that
//! comes back keeps its place. Not here: whether a route is open (`fleet`), what became of a job (`step`), the ledger.

mod line;
#[cfg(test)]
mod tests;

pub use line::{Lane, LineKey, Waiting, place};

use crate::policy::fleet::{Fleet, Load, Route};
use crate::policy::route::{Candidate as Weighed, Choice, Way, Worth, choose};
use crate::value::id::{JobId, SheetId};
use crate::value::lane::Tier;
use crate::value::money::Usd;
use crate::value::sentence::Sentence;
use crate::value::time::Timestamp;
use line::Line;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

/// Input tokens that a call is taken to have had where nothing says more: after a crash.
pub const TOKENS: u32 = 300;
/// Of so many sends under a constant stream of people's jobs one is a batch's.
pub(super) const BATCH_TURN: u32 = 5;
/// So long a person is kept waiting for a cheaper account's quota at most, and so long a batch.
const PERSON_SAVES: Duration = Duration::from_secs(60);
const BATCH_SAVES: Duration = Duration::from_secs(600);
/// A job costs at least this in the sharing: or jobs of unknown price would take every turn.
const LEAST_COST: i64 = 1000;

/// What to do next.
#[derive(Debug, Clone, PartialEq)]
pub enum Next {
    /// Send this job by the route of this index. It is out of the queue.
    Send {
        /// The job.
        job: JobId,
        /// Index into the routes of its line.
        route: usize,
    },
    /// These cannot go before then, or (`None`) before the user mends something. They are out of the queue.
    Park {
        /// The jobs.
        jobs: Vec<JobId>,
        /// Until.
        until: Option<Timestamp>,
        /// Why.
        why: Sentence,
    },
    /// Their line was overloaded for as long as their sheet waits for the asked model: they go to the fallback now. They
    /// are out of the queue.
    FallBack {
        /// The jobs.
        jobs: Vec<JobId>,
    },
    /// The time has come that these were parked until: they stand in line again, and may be told so.
    Return {
        /// The jobs.
        jobs: Vec<JobId>,
    },
    /// Nothing to do before then, or before something happens.
    Idle {
        /// When to look again.
        wake: Option<Timestamp>,
    },
}

/// Routes by line.
pub type Routes<'a> = &'a dyn Fn(&LineKey) -> Arc<[Route]>;
/// When a job that may wait for a better hour goes: `None` for now.
pub type Hours<'a> = &'a dyn Fn(&Waiting, Timestamp) -> Option<Timestamp>;

/// Why a line waits.
type Why = (Option<Timestamp>, Sentence);

/// What is held.
#[derive(Debug, Clone, PartialEq)]
pub enum Holds {
    /// A sheet: by the user, or until a better hour.
    Sheet(SheetId),
    /// A line; its people's jobs, or its batches.
    Line(LineKey, bool),
}

/// The queue.
#[derive(Debug, Default)]
pub struct Queue {
    jobs: HashMap<JobId, Waiting>,
    lines: HashMap<LineKey, Line>,
    /// Jobs whose time has not come.
    later: BTreeSet<(Timestamp, i64, JobId)>,
    paused: HashSet<SheetId>,
    /// Jobs that want the half-price tier, those whose time has not come among them.
    flex: usize,
    /// What each sheet was sent, in cost, since the queue was empty.
    shares: HashMap<SheetId, i64>,
    /// The share of the sheet that went last: a new sheet begins there, not at zero.
    front: i64,
    /// People's jobs sent in a row while a batch waited.
    in_a_row: u32,
    whys: HashMap<(LineKey, bool), Why>,
    held: HashMap<SheetId, Why>,
}

/// A job that may go now: its line, its sheet, its route.
struct Candidate {
    line: LineKey,
    sheet: SheetId,
    job: JobId,
    seq: i64,
    interactive: bool,
    route: usize,
}

impl Queue {
    /// A job waits. One that is there already is replaced.
    pub fn put(&mut self, waiting: Waiting) {
        self.take(&waiting.job.clone());
        match waiting.not_before {
            Some(at) => {
                self.later.insert((at, waiting.seq, waiting.job.clone()));
            }
            None => self.stand(&waiting),
        }
        self.flex += usize::from(waiting.line.tier == Tier::Flex);
        self.jobs.insert(waiting.job.clone(), waiting);
    }

    fn stand(&mut self, waiting: &Waiting) {
        let mut share = *self.shares.entry(waiting.sheet.clone()).or_insert(self.front);
        if share < self.front && !self.lines.values().any(|line| line.has(&waiting.sheet)) {
            // All of it was away. Turns that were missed are not made up for.
            share = self.front;
            self.shares.insert(waiting.sheet.clone(), share);
        }
        self.lines.entry(waiting.line.clone()).or_default().put(waiting, share);
    }

    /// A job waits no more.
    pub fn take(&mut self, job: &JobId) -> Option<Waiting> {
        let waiting = self.jobs.remove(job)?;
        self.flex -= usize::from(waiting.line.tier == Tier::Flex);
        if let Some(at) = waiting.not_before {
            self.later.remove(&(at, waiting.seq, job.clone()));
        }
        if let Some(line) = self.lines.get_mut(&waiting.line) {
            line.take(&waiting);
            if line.is_empty() {
                self.lines.remove(&waiting.line);
                self.whys.remove(&(waiting.line.clone(), true));
                self.whys.remove(&(waiting.line.clone(), false));
            }
        }
        if self.jobs.is_empty() {
            self.shares.clear();
            self.front = 0;
        }
        Some(waiting)
    }

    /// A job of the queue.
    #[must_use]
    pub fn get(&self, job: &JobId) -> Option<&Waiting> {
        self.jobs.get(job)
    }

    /// Holds a sheet.
    pub fn pause_sheet(&mut self, sheet: &SheetId) {
        self.paused.insert(sheet.clone());
    }

    /// Lets it go on.
    pub fn resume_sheet(&mut self, sheet: &SheetId) {
        self.paused.remove(sheet);
    }

    /// Whether a sheet is held.
    #[must_use]
    pub fn is_paused(&self, sheet: &SheetId) -> bool {
        self.paused.contains(sheet)
    }

    /// Jobs that wait.
    #[must_use]
    pub fn len(&self) -> usize {
        self.jobs.len()
    }

    /// Nobody waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.jobs.is_empty()
    }

    /// Somebody waits for the half-price tier.
    #[must_use]
    pub fn wants_flex(&self) -> bool {
        self.flex > 0
    }

    /// All that wait, in no order.
    pub fn iter(&self) -> impl Iterator<Item = &Waiting> {
        self.jobs.values()
    }

    /// Where jobs wait that may go now.
    pub fn lines(&self) -> impl Iterator<Item = &LineKey> {
        self.lines.keys()
    }

    /// Why a job waits, and until when, as the last step found.
    #[must_use]
    pub fn why(&self, job: &JobId) -> Option<Why> {
        let waiting = self.jobs.get(job)?;
        if self.paused.contains(&waiting.sheet) {
            return Some((None, Sentence::new("R-sheet-paused")));
        }
        if waiting.lane == Lane::OffPeak
            && let Some(held) = self.held.get(&waiting.sheet)
        {
            return Some(held.clone());
        }
        self.whys.get(&(waiting.line.clone(), waiting.interactive)).cloned()
    }

    /// Everything that is held, and by what, as the last step found.
    #[must_use]
    pub fn holds(&self) -> Vec<(Holds, Sentence)> {
        let lines = self
            .whys
            .iter()
            .map(|((line, interactive), (_, why))| (Holds::Line(line.clone(), *interactive), why.clone()));
        let held = self.held.iter().filter(|(sheet, _)| !self.paused.contains(*sheet));
        let hours = held.map(|(sheet, (_, why))| (Holds::Sheet(sheet.clone()), why.clone()));
        let paused = self.paused.iter();
        let paused = paused.map(|sheet| (Holds::Sheet(sheet.clone()), Sentence::new("R-sheet-paused")));
        lines.chain(hours).chain(paused).collect()
    }

    /// One step. Call it again until it says `Idle`.
    pub fn next(&mut self, fleet: &mut Fleet, routes: Routes<'_>, hours: Hours<'_>, now: Timestamp) -> Next {
        let (mut wake, mut back) = (fleet.tick(now), Vec::new());
        while let Some((at, _, job)) = self.later.first().cloned() {
            if at > now {
                wake = earlier(wake, Some(at));
                break;
            }
            self.later.pop_first();
            if let Some(waiting) = self.jobs.get_mut(&job) {
                waiting.not_before = None;
                if std::mem::take(&mut waiting.parked) {
                    back.push(job);
                }
                let waiting = waiting.clone();
                self.stand(&waiting);
            }
        }
        if !back.is_empty() {
            return Next::Return { jobs: back };
        }
        self.held.clear();
        let all: Vec<(LineKey, Arc<[Route]>)> =
            self.lines.keys().map(|line| (line.clone(), routes(line))).collect();
        fleet.expect_nothing();
        for (key, routes) in &all {
            let line = &self.lines[key];
            fleet.expect(routes, u32::try_from(line.len()).unwrap_or(u32::MAX), line.has_people());
        }
        let mut best: [Option<Candidate>; 2] = [None, None];
        let (turn, mut batches) = (self.in_a_row + 1 >= BATCH_TURN, false);
        for (key, routes) in &all {
            for interactive in [true, false] {
                let look = Look { interactive, reserves: !interactive && !turn };
                match self.look(key, routes, look, fleet, hours, now) {
                    Looked::Nobody => {}
                    Looked::Held(at) => wake = earlier(wake, at),
                    Looked::Later(at) => {
                        batches |= !interactive;
                        wake = earlier(wake, at);
                    }
                    Looked::Park(next) => return next,
                    Looked::Go(candidate) => {
                        batches |= !interactive;
                        let slot = &mut best[usize::from(!interactive)];
                        if slot.as_ref().is_none_or(|best| self.before(&candidate, best)) {
                            *slot = Some(candidate);
                        }
                    }
                }
            }
        }
        let [person, batch] = best;
        let Some(candidate) = (if turn { batch.or(person) } else { person.or(batch) }) else {
            return Next::Idle { wake };
        };
        self.in_a_row = if batches && candidate.interactive { self.in_a_row.saturating_add(1) } else { 0 };
        self.send(candidate)
    }

    fn send(&mut self, candidate: Candidate) -> Next {
        let usd = self.jobs.get(&candidate.job).map_or(Usd::ZERO, |waiting| waiting.usd);
        // What people are sent is no batch's turn.
        if !candidate.interactive
            && let Some(share) = self.shares.get(&candidate.sheet).copied()
        {
            self.front = self.front.max(share);
            self.share(&candidate.sheet, share + usd.micros().max(LEAST_COST));
        }
        self.whys.remove(&(candidate.line, candidate.interactive));
        self.take(&candidate.job);
        Next::Send { job: candidate.job, route: candidate.route }
    }

    fn share(&mut self, sheet: &SheetId, share: i64) {
        self.shares.insert(sheet.clone(), share);
        self.lines.values_mut().for_each(|line| line.share(sheet, share));
    }

    /// People's jobs in the order they came; of batches the one that had least.
    fn before(&self, a: &Candidate, b: &Candidate) -> bool {
        if a.interactive {
            return a.seq < b.seq;
        }
        let share = |candidate: &Candidate| self.shares.get(&candidate.sheet).copied().unwrap_or(0);
        (share(a), a.seq) < (share(b), b.seq)
    }

    /// The first of a line that may go, and how its ways are.
    fn look(
        &mut self,
        key: &LineKey,
        routes: &Arc<[Route]>,
        Look { interactive, reserves }: Look,
        fleet: &mut Fleet,
        hours: Hours<'_>,
        now: Timestamp,
    ) -> Looked {
        let (mut wake, mut let_go) = (None, Vec::new());
        let mut first: Option<(i64, i64, &JobId, &SheetId)> = None;
        let Some(line) = self.lines.get_mut(key) else { return Looked::Nobody };
        for (sheet, boat) in line.boats(interactive) {
            let Some(waiting) = boat.head().and_then(|(_, job)| self.jobs.get(job)) else { continue };
            if self.paused.contains(sheet) {
                boat.hold(true, now);
                continue;
            }
            if waiting.lane == Lane::OffPeak
                && waiting.deadline.is_none_or(|deadline| deadline > now)
                && let Some(at) = hours(waiting, now)
            {
                let at = waiting.deadline.map_or(at, |deadline| at.min(deadline));
                let why = Sentence::new("R-off-peak").with("at", at.millis());
                self.held.insert(sheet.clone(), (Some(at), why));
                boat.hold(true, now);
                wake = earlier(wake, Some(at));
                continue;
            }
            if boat.hold(false, now) && boat.share < self.front {
                // Turns that were missed are not made up for: others would have none for a while.
                boat.share = self.front;
                let_go.push(sheet.clone());
            }
            let share = if interactive { 0 } else { boat.share };
            if let Some((seq, job)) = boat.head()
                && first.is_none_or(|(best, at, ..)| (share, seq) < (best, at))
            {
                first = Some((share, seq, job, sheet));
            }
        }
        let first = first.map(|(_, seq, job, sheet)| (seq, job.clone(), sheet.clone()));
        let_go.iter().for_each(|sheet| self.share(sheet, self.front));
        let Some((seq, job, sheet)) = first else {
            return if wake.is_some() { Looked::Held(wake) } else { Looked::Nobody };
        };
        let Some(line) = self.lines.get_mut(key) else { return Looked::Nobody };
        let waiting = &self.jobs[&job];
        let load = Load {
            size: key.size,
            tokens: waiting.tokens,
            usd: waiting.usd,
            reserves,
            trials_overloads: waiting.overloads,
        };
        let candidates = fleet.candidates(routes, &load, now);
        let none = Sentence::new("E-ACCOUNT").with("name", if key.practice { "practice" } else { "" });
        let (minute, patience) =
            if interactive { (fleet.rules().minute, PERSON_SAVES) } else { (Usd::ZERO, BATCH_SAVES) };
        let worth = Worth { now, minute, patience };
        match choose(&candidates, &worth, none) {
            Choice::Send(route) => {
                // A probe ends no outage, only its success does.
                if routes.get(route).is_some_and(|route| !fleet.is_overloaded(route)) {
                    line.overloaded(interactive, None);
                }
                Looked::Go(Candidate { line: key.clone(), sheet, job, seq, interactive, route })
            }
            Choice::Wait(until, why) => {
                let overloaded = for_capacity(&why, &candidates, routes, fleet);
                self.whys.insert((key.clone(), interactive), (until, why));
                // Where one way is busy and another opens at a known time, that time counts, too.
                for candidate in &candidates {
                    if let Way::Until(at, _) = candidate.way {
                        wake = earlier(wake, Some(at));
                    }
                }
                line.overloaded(interactive, overloaded.then_some(now));
                let (jobs, next) = line.impatient(interactive, now);
                if jobs.is_empty() {
                    return Looked::Later(earlier(wake, next));
                }
                for job in &jobs {
                    self.take(job);
                }
                Looked::Park(Next::FallBack { jobs })
            }
            // All of a line that could go now share the reason.
            Choice::Park(until, why) => {
                let jobs = line.free(interactive);
                for job in &jobs {
                    self.take(job);
                }
                Looked::Park(Next::Park { jobs, until, why })
            }
        }
    }
}

/// Whether it is want of capacity that is waited for. A quota that opens later than the gate changes nothing of that; nor
/// does one refusal make an outage, and who could go another way does not wait for it.
fn for_capacity(why: &Sentence, candidates: &[Weighed], routes: &[Route], fleet: &Fleet) -> bool {
    let of_calls = matches!(why.code.as_str(), "E-RATE-MINUTE" | "E-RATE-SPEND" | "R-concurrency");
    let mut ways = candidates.iter().zip(routes);
    let mut waited_for = || ways.find(|(one, _)| one.way.why() == Some(why)).map(|(_, route)| route);
    let open = candidates.iter().any(|one| one.way == Way::Open);
    why.code == "E-OVERLOAD"
        || (of_calls && !open && waited_for().is_some_and(|route| fleet.is_out_of_capacity(route)))
}

/// Whose jobs are looked for.
#[derive(Clone, Copy)]
struct Look {
    interactive: bool,
    /// They leave room for a person.
    reserves: bool,
}

/// What a look at a line found.
enum Looked {
    Nobody,
    /// By the hour.
    Held(Option<Timestamp>),
    Later(Option<Timestamp>),
    Park(Next),
    Go(Candidate),
}

fn earlier(a: Option<Timestamp>, b: Option<Timestamp>) -> Option<Timestamp> {
    [a, b].into_iter().flatten().min()
}
