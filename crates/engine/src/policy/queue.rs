//! The jobs that wait, in memory and in order: which of them goes out next, on which route, and why the others wait.
//!
//! Jobs that can only go the same ways stand in one line, and only the head of a line is looked at: a step costs lines ×
//! routes, however many jobs there are. The ledger has every job; this is an index of those that wait.
//!
//! Pure. Not here: whether a way is open (see [`crate::policy::fleet`]).

use crate::policy::fleet::{Fleet, Load, Route};
use crate::policy::route::{Choice, choose};
use crate::value::id::{AccountId, JobId, SheetId};
use crate::value::job::{Job, JobState};
use crate::value::money::Usd;
use crate::value::sentence::Sentence;
use crate::value::size::Size;
use crate::value::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// What decides where a job can go: jobs with the same line stand behind each other.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Line {
    /// A person waits for it (else it is a batch).
    pub interactive: bool,
    /// Its sheet: what it waits for may differ, and its order is kept.
    pub sheet: SheetId,
    /// Model asked for.
    pub model: String,
    /// The fallback model is used instead.
    pub fell_back: bool,
    /// Size.
    pub size: Size,
    /// Only this account.
    pub account: Option<AccountId>,
    /// Simulated.
    pub practice: bool,
}

/// A job that waits.
#[derive(Debug, Clone, PartialEq)]
pub struct Waiting {
    /// Id.
    pub job: JobId,
    /// Order of arrival.
    pub seq: i64,
    /// Its line.
    pub line: Line,
    /// Not before this.
    pub not_before: Option<Timestamp>,
    /// List price.
    pub usd: Usd,
    /// Refusals for want of capacity it has met.
    pub overloads: u32,
}

impl Waiting {
    /// How a job waits; `None` where it does not, or only for the user.
    #[must_use]
    pub fn of(job: &Job) -> Option<Self> {
        let by_itself =
            job.state == JobState::Queued || (job.state == JobState::Parked && job.not_before.is_some());
        by_itself.then(|| Self {
            job: job.id.clone(),
            seq: job.seq,
            line: Line {
                interactive: job.interactive,
                sheet: job.sheet.clone(),
                model: job.request.model.clone(),
                fell_back: job.trials.fell_back,
                size: job.request.size,
                account: job.account_asked.clone(),
                practice: job.practice,
            },
            not_before: job.not_before,
            usd: job.usd,
            overloads: job.trials.overloads,
        })
    }
}

/// What is to be done next.
#[derive(Debug, Clone, PartialEq)]
pub enum Next {
    /// Send a job on the route of this index. It does not wait any more.
    Send {
        /// The job.
        job: JobId,
        /// Index into the routes of its line.
        route: usize,
        /// Its line.
        line: Line,
    },
    /// No route will open by itself before then (`None`: before the user mends something). They do not wait any more.
    Park {
        /// All jobs of the line that were ready.
        jobs: Vec<JobId>,
        /// Until.
        until: Option<Timestamp>,
        /// Why.
        why: Sentence,
    },
    /// Nothing can go out now. Look again then, or when something has changed.
    Idle(Option<Timestamp>),
}

/// Why a line waits, and until when, if that is known.
pub type Why = (Option<Timestamp>, Sentence);

/// For one batch job in so many sent, a person waits a moment: a batch must not starve either.
const BATCH_SHARE: u32 = 5;

#[derive(Debug, Default)]
struct Row {
    ready: BTreeSet<(i64, JobId)>,
    why: Option<Why>,
}

/// The jobs that wait.
#[derive(Debug, Default)]
pub struct Queue {
    jobs: HashMap<JobId, Waiting>,
    lines: BTreeMap<Line, Row>,
    /// Jobs whose time has not come.
    later: BTreeSet<(Timestamp, JobId)>,
    held: HashSet<SheetId>,
    /// What each batch sheet has taken so far, in micro-dollars: the one that took least goes next.
    taken: HashMap<SheetId, i64>,
    /// Jobs of persons sent since a batch job was.
    persons: u32,
}

impl Queue {
    /// A job waits, or waits otherwise than before.
    pub fn put(&mut self, waiting: Waiting) {
        self.take(&waiting.job);
        if !waiting.line.interactive && !self.taken.contains_key(&waiting.line.sheet) {
            // A new batch does not owe and is not owed: it starts where the others are.
            let least = self.taken.values().min().copied().unwrap_or(0);
            self.taken.insert(waiting.line.sheet.clone(), least);
        }
        match waiting.not_before {
            Some(at) => {
                self.later.insert((at, waiting.job.clone()));
            }
            None => self.ready(&waiting),
        }
        self.jobs.insert(waiting.job.clone(), waiting);
    }

    fn ready(&mut self, waiting: &Waiting) {
        let row = self.lines.entry(waiting.line.clone()).or_default();
        row.ready.insert((waiting.seq, waiting.job.clone()));
    }

    /// A job does not wait any more.
    pub fn take(&mut self, job: &JobId) -> Option<Waiting> {
        let waiting = self.jobs.remove(job)?;
        if let Some(at) = waiting.not_before {
            self.later.remove(&(at, job.clone()));
        }
        if let Some(row) = self.lines.get_mut(&waiting.line) {
            row.ready.remove(&(waiting.seq, job.clone()));
            if row.ready.is_empty() {
                self.lines.remove(&waiting.line);
            }
        }
        if !waiting.line.interactive && !self.lines.keys().any(|line| line.sheet == waiting.line.sheet) {
            self.taken.remove(&waiting.line.sheet);
        }
        Some(waiting)
    }

    /// Nothing of a sheet goes out until it is let go.
    pub fn hold(&mut self, sheet: SheetId) {
        self.held.insert(sheet);
    }

    /// The opposite. Whether it was held.
    pub fn release(&mut self, sheet: &SheetId) -> bool {
        self.held.remove(sheet)
    }

    /// Whether a sheet is held.
    #[must_use]
    pub fn holds(&self, sheet: &SheetId) -> bool {
        self.held.contains(sheet)
    }

    /// How many wait.
    #[must_use]
    pub fn len(&self) -> usize {
        self.jobs.len()
    }

    /// Whether none does.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.jobs.is_empty()
    }

    /// Why a job waits, as of the last look.
    #[must_use]
    pub fn why(&self, job: &JobId) -> Option<Why> {
        let waiting = self.jobs.get(job)?;
        if self.held.contains(&waiting.line.sheet) {
            return Some((None, Sentence::new("R-sheet-paused")));
        }
        self.lines.get(&waiting.line)?.why.clone()
    }

    /// Whether anybody stands in a line.
    #[must_use]
    pub fn stands(&self, line: &Line) -> bool {
        self.lines.contains_key(line)
    }

    /// Lines that wait, with why and the jobs that stand in them.
    pub fn lines(&self) -> impl Iterator<Item = (&Line, Option<&Why>, impl Iterator<Item = &JobId>)> {
        self.lines.iter().map(|(line, row)| (line, row.why.as_ref(), row.ready.iter().map(|(_, job)| job)))
    }

    /// What is to be done now. `routes` gives the ways of a line, in the user's order; call it again after each answer
    /// until it is [`Next::Idle`].
    pub fn next<R: AsRef<[Route]>>(
        &mut self,
        fleet: &mut Fleet,
        routes: impl Fn(&Line) -> R,
        now: Timestamp,
    ) -> Next {
        self.wake(now);
        let mut wake = self.later.first().map(|(at, _)| *at);
        for line in self.order() {
            let Some((_, job)) = self.lines.get(&line).and_then(|row| row.ready.first()).cloned() else {
                continue;
            };
            let Some(waiting) = self.jobs.get(&job) else { continue };
            let load = Load {
                size: line.size,
                usd: waiting.usd,
                interactive: line.interactive,
                overloads: waiting.overloads,
            };
            let all = routes(&line);
            let ways: Vec<_> = all.as_ref().iter().map(|route| fleet.way(route, &load, now)).collect();
            let none = Sentence::new("E-ACCOUNT").with("name", if line.practice { "practice" } else { "" });
            match choose(&ways, none) {
                Choice::Send(route) => {
                    self.count(&line, load.usd);
                    self.take(&job);
                    return Next::Send { job, route, line };
                }
                Choice::Wait(until, why) => {
                    wake = [wake, until].into_iter().flatten().min();
                    if let Some(row) = self.lines.get_mut(&line) {
                        row.why = Some((until, why));
                    }
                }
                Choice::Park(until, why) => {
                    let jobs: Vec<JobId> = self
                        .lines
                        .get(&line)
                        .map_or_else(Vec::new, |row| row.ready.iter().map(|(_, job)| job.clone()).collect());
                    jobs.iter().for_each(|job| drop(self.take(job)));
                    return Next::Park { jobs, until, why };
                }
            }
        }
        Next::Idle(wake)
    }

    /// Jobs whose time has come stand in their lines.
    fn wake(&mut self, now: Timestamp) {
        while self.later.first().is_some_and(|(at, _)| *at <= now) {
            let Some((_, job)) = self.later.pop_first() else { return };
            if let Some(waiting) = self.jobs.get_mut(&job) {
                waiting.not_before = None;
                let waiting = waiting.clone();
                self.ready(&waiting);
            }
        }
    }

    /// Persons by age, then batches, the one that took least first; every so often a batch before the persons.
    fn order(&self) -> Vec<Line> {
        let head = |line: &Line| self.lines.get(line).and_then(|row| row.ready.first()).map(|(seq, _)| *seq);
        let mut persons: Vec<&Line> = Vec::new();
        let mut batches: Vec<&Line> = Vec::new();
        for line in self.lines.keys().filter(|line| !self.held.contains(&line.sheet)) {
            if line.interactive { persons.push(line) } else { batches.push(line) }
        }
        persons.sort_by_key(|line| head(line));
        batches.sort_by_key(|line| (self.taken.get(&line.sheet).copied().unwrap_or(0), head(line)));
        let (first, second) =
            if self.persons + 1 >= BATCH_SHARE { (batches, persons) } else { (persons, batches) };
        first.into_iter().chain(second).cloned().collect()
    }

    fn count(&mut self, line: &Line, usd: Usd) {
        if line.interactive {
            self.persons += 1;
        } else {
            self.persons = 0;
            // A free job takes a turn, too.
            *self.taken.entry(line.sheet.clone()).or_default() += usd.micros().max(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::account::Limits;
    use std::time::Duration;

    const T: Timestamp = Timestamp(1_795_500_000_000);

    fn route() -> Route {
        Route {
            account: AccountId::practice(),
            account_name: "a".into(),
            project: "p".into(),
            billing: "b".into(),
            origin: "o".into(),
            provider: "P".into(),
            model: "m".into(),
            limits: Limits::default(),
        }
    }

    fn waiting(sheet: &str, seq: i64, interactive: bool) -> Waiting {
        Waiting {
            job: JobId::from_text(format!("{sheet}{seq}")),
            seq,
            line: Line {
                interactive,
                sheet: SheetId::from_text(sheet),
                model: "m".into(),
                fell_back: false,
                size: Size::One,
                account: None,
                practice: false,
            },
            not_before: None,
            usd: Usd(1000),
            overloads: 0,
        }
    }

    fn send(queue: &mut Queue, fleet: &mut Fleet, now: Timestamp) -> Option<String> {
        match queue.next(fleet, |_| [route()], now) {
            Next::Send { job, .. } => Some(job.to_string()),
            _ => None,
        }
    }

    fn fleet() -> Fleet {
        let mut fleet = Fleet::default();
        fleet.concurrency = 1;
        fleet
    }

    #[test]
    fn a_person_goes_before_a_batch_but_does_not_starve_it() {
        let (mut queue, mut fleet) = (Queue::default(), fleet());
        (1..=3).for_each(|seq| queue.put(waiting("batch", seq, false)));
        (4..=12).for_each(|seq| queue.put(waiting("person", seq, true)));
        let order: Vec<_> = std::iter::from_fn(|| send(&mut queue, &mut fleet, T)).collect();
        assert_eq!(order[..6], ["person4", "person5", "person6", "person7", "batch1", "person8"]);
        assert_eq!(order.len(), 12);
        assert!(queue.is_empty());
    }

    #[test]
    fn batches_take_turns_and_each_keeps_its_order() {
        let (mut queue, mut fleet) = (Queue::default(), fleet());
        (1..=3).for_each(|seq| queue.put(waiting("x", seq, false)));
        (4..=6).for_each(|seq| queue.put(waiting("y", seq, false)));
        let order: Vec<_> = std::iter::from_fn(|| send(&mut queue, &mut fleet, T)).collect();
        assert_eq!(order, ["x1", "y4", "x2", "y5", "x3", "y6"]);
    }

    #[test]
    fn what_has_its_time_waits_for_it_and_what_is_held_for_its_release() {
        let (mut queue, mut fleet) = (Queue::default(), fleet());
        let later = T.after(Duration::from_secs(5));
        queue.put(Waiting { not_before: Some(later), ..waiting("x", 1, true) });
        assert_eq!(queue.next(&mut fleet, |_| [route()], T), Next::Idle(Some(later)));
        queue.hold(SheetId::from_text("x"));
        assert_eq!(queue.next(&mut fleet, |_| [route()], later), Next::Idle(None));
        assert_eq!(
            queue.why(&JobId::from_text("x1")).map(|(_, why)| why.code),
            Some("R-sheet-paused".into())
        );
        queue.release(&SheetId::from_text("x"));
        assert_eq!(send(&mut queue, &mut fleet, later).as_deref(), Some("x1"));
    }

    #[test]
    fn without_a_route_the_whole_line_is_parked_at_once() {
        let (mut queue, mut fleet) = (Queue::default(), fleet());
        (1..=3).for_each(|seq| queue.put(waiting("x", seq, true)));
        let next = queue.next(&mut fleet, |_| Vec::<Route>::new(), T);
        assert!(matches!(next, Next::Park { jobs, until: None, .. } if jobs.len() == 3));
        assert!(queue.is_empty());
    }
}
