//! Budgets under any order of events: no booking passes the limit of its sheet, of the day or of the month, whatever was
//! booked, settled, lost or resent before, and none is refused that fits. The ledger alone, without a provider.

#[path = "common/question.rs"]
mod question;

use diptych_engine::ledger::{Booking, Ledger, Refused};
use diptych_engine::policy::verdict::Billed;
use diptych_engine::value::budget::{Limit, Purse, Span};
use diptych_engine::value::id::{AccountId, AttemptId, JobId, SheetId};
use diptych_engine::value::job::{Attempt, AttemptState, Job, JobState, Settlement, Sheet};
use diptych_engine::value::lane::Tier;
use diptych_engine::value::money::Usd;
use diptych_engine::value::sentence::Sentence;
use diptych_engine::value::time::Timestamp;
use question::{MODEL, NOW};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

/// Libraries, and what happens in each.
const LIBRARIES: u64 = 40;
const EVENTS: u32 = 60;
const SHEETS: usize = 3;
const JOBS: usize = 8;
const DAY_MS: i64 = 86_400_000;

/// No limit, or one between a tenth of a dollar and so much above it.
fn perhaps(chance: &mut StdRng, most: i64) -> Option<Usd> {
    chance.random_ratio(2, 3).then(|| Usd(100_000 + chance.random_range(0..most)))
}

/// What the books must come to, kept beside them.
struct Entry {
    id: AttemptId,
    job: usize,
    sheet: usize,
    started: Timestamp,
    practice: bool,
    counts: Usd,
    open: bool,
}

struct Books {
    ledger: Ledger,
    sheets: Vec<Sheet>,
    jobs: Vec<Job>,
    tries: Vec<u32>,
    entries: Vec<Entry>,
    day: Option<Usd>,
    month: Option<Usd>,
    now: Timestamp,
}

impl Books {
    async fn open(folder: &std::path::Path, chance: &mut StdRng) -> Self {
        let ledger = Ledger::open(folder).expect("ledger");
        let (mut sheets, mut jobs) = (Vec::new(), Vec::new());
        for number in 0..SHEETS {
            let sheet = Sheet {
                id: SheetId::from_text(format!("s{number}")),
                max_usd: perhaps(chance, 900_000),
                practice: number == 2 && chance.random_ratio(1, 2),
                ..question::sheet()
            };
            let of_sheet: Vec<Job> = (0..JOBS)
                .map(|job| Job {
                    id: JobId::from_text(format!("j{number}-{job}")),
                    sheet: sheet.id.clone(),
                    practice: sheet.practice,
                    ..question::job()
                })
                .collect();
            ledger.add_sheet(sheet.clone(), of_sheet.clone()).await.expect("sheet");
            sheets.push(sheet);
            jobs.extend(of_sheet);
        }
        let (day, month) = (perhaps(chance, 1_500_000), perhaps(chance, 3_000_000));
        let tries = vec![0; jobs.len()];
        Self { ledger, sheets, jobs, tries, entries: Vec::new(), day, month, now: NOW }
    }

    fn booking(&self, job: usize, reserved: Usd) -> Booking {
        let sheet = &self.sheets[job / JOBS];
        Booking {
            attempt: Attempt {
                id: AttemptId::from_text(format!("t{job}-{}", self.tries[job] + 1)),
                job: self.jobs[job].id.clone(),
                number: self.tries[job] + 1,
                account: AccountId::from_text("a1"),
                account_name: "studio".into(),
                project: "studio".into(),
                billing: "studio".into(),
                model: MODEL.into(),
                size: self.jobs[job].request.size,
                practice: sheet.practice,
                started: self.now,
                tier: Tier::Standard,
                reserved: Some(reserved),
            },
            fallback: false,
            limits: self.limits(sheet),
        }
    }

    fn limits(&self, sheet: &Sheet) -> Vec<Limit> {
        let of_sheet = sheet.max_usd.map(|usd| Limit::of_sheet(sheet.id.clone(), usd));
        let spans = [(Span::Month, self.month, NOW), (Span::Day, self.day, self.day_start())];
        let real = spans.into_iter().filter(|_| !sheet.practice).filter_map(|(span, usd, since)| {
            Some(Limit { purse: Purse::All, span, usd: usd?, since, ends: None, name: String::new() })
        });
        of_sheet.into_iter().chain(real).collect()
    }

    fn day_start(&self) -> Timestamp {
        Timestamp(NOW.millis() + (self.now.millis() - NOW.millis()) / DAY_MS * DAY_MS)
    }

    /// The limit that this would pass, if any, by our own count.
    fn passes(&self, job: usize, price: Usd) -> bool {
        let sheet = &self.sheets[job / JOBS];
        let sum = |of: &dyn Fn(&Entry) -> bool| -> Usd {
            self.entries.iter().filter(|entry| of(entry)).map(|entry| entry.counts).sum()
        };
        let over = |limit: Option<Usd>, spent: Usd| limit.is_some_and(|limit| spent + price > limit);
        if over(sheet.max_usd, sum(&|entry| entry.sheet == job / JOBS)) {
            return true;
        }
        let since = |from: Timestamp| sum(&|entry| !entry.practice && entry.started >= from);
        !sheet.practice && (over(self.day, since(self.day_start())) || over(self.month, since(NOW)))
    }

    async fn book(&mut self, job: usize, price: Usd, say: &str) {
        let booking = self.booking(job, price);
        let (id, practice) = (booking.attempt.id.clone(), booking.attempt.practice);
        match self.ledger.book(&booking).expect("ledger") {
            Ok(_) => {
                assert!(!self.passes(job, price), "booked over a budget; {say}");
                self.tries[job] += 1;
                let sheet = job / JOBS;
                let started = self.now;
                self.entries.push(Entry { id, job, sheet, started, practice, counts: price, open: true });
            }
            Err(Refused::Over(_)) => assert!(self.passes(job, price), "refused though it fits; {say}"),
            Err(Refused::Unpriced) => panic!("its price is known; {say}"),
            Err(Refused::Gone) => {}
        }
    }

    /// A call comes back: refused for free, charged (for less than was reserved, or for all), or nobody knows.
    async fn settle(&mut self, entry: usize, chance: &mut StdRng) {
        let entry = &mut self.entries[entry];
        let (state, billed, usd, then) = match chance.random_range(0..4) {
            0 => (AttemptState::Refused, Billed::No, Usd::ZERO, JobState::Queued),
            1 => (AttemptState::Unknown, Billed::Unknown, Usd::ZERO, JobState::Unknown),
            2 => (AttemptState::Answered, Billed::Yes, entry.counts.half(), JobState::Queued),
            _ => (AttemptState::Answered, Billed::Yes, entry.counts, JobState::Done),
        };
        let end = Settlement {
            state,
            ended: self.now,
            status: None,
            billed,
            usd,
            verdict: Sentence::new("B-no"),
            class: "test".into(),
            request_id: None,
        };
        let change = move |job: &mut Job| job.state = then;
        self.ledger.settle(entry.id.clone(), end, Vec::new(), change).await.expect("settled");
        entry.open = false;
        if billed != Billed::Unknown {
            entry.counts = usd;
        }
    }

    /// The user's word: what is unknown is sent again. What it may have cost still counts.
    async fn resend(&mut self, job: usize) {
        let change = |job: &mut Job| {
            let unknown = job.state == JobState::Unknown;
            job.state = if unknown { JobState::Queued } else { job.state };
            unknown
        };
        self.ledger.change_jobs(vec![self.jobs[job].id.clone()], change).await.expect("changed");
    }
}

#[tokio::test]
async fn no_order_of_bookings_and_settlements_passes_a_budget() {
    let mut booked = 0;
    for seed in 1..=LIBRARIES {
        let folder = tempfile::tempdir().expect("folder");
        let mut chance = StdRng::seed_from_u64(seed);
        let mut books = Books::open(folder.path(), &mut chance).await;
        for event in 0..EVENTS {
            let say = format!("seed {seed}, event {event}");
            let job = chance.random_range(0..SHEETS * JOBS);
            let open: Vec<usize> =
                (0..books.entries.len()).filter(|index| books.entries[*index].open).collect();
            match chance.random_range(0..10) {
                0..=4 => books.book(job, Usd(20_000 + chance.random_range(0..220_000)), &say).await,
                5..=7 if !open.is_empty() => {
                    let entry = open[chance.random_range(0..open.len())];
                    books.settle(entry, &mut chance).await;
                }
                8 => books.resend(job).await,
                9 => books.now = Timestamp(books.now.millis() + chance.random_range(0..DAY_MS)),
                _ => {}
            }
        }
        booked += books.entries.len();
        assert!(books.entries.iter().all(|entry| entry.job < SHEETS * JOBS));
    }
    assert!(booked > LIBRARIES as usize, "{booked} bookings are next to none");
}

/// Many at the same moment: as many as fit, and not one more.
#[tokio::test(flavor = "multi_thread")]
async fn bookings_at_the_same_moment_share_a_budget() {
    let folder = tempfile::tempdir().expect("folder");
    let mut books = Books::open(folder.path(), &mut StdRng::seed_from_u64(7)).await;
    books.sheets[0].max_usd = Some(Usd(540_000));
    books.sheets[1].max_usd = None;
    (books.day, books.month) = (Some(Usd(1_000_000)), None);
    let tasks: Vec<_> = (0..2 * JOBS)
        .map(|job| {
            let (ledger, booking) = (books.ledger.clone(), books.booking(job, Usd(134_000)));
            tokio::spawn(async move { ledger.book(&booking).expect("ledger").is_ok() })
        })
        .collect();
    let (mut of_sheet, mut all) = (0, 0);
    for (job, task) in tasks.into_iter().enumerate() {
        let booked = usize::from(task.await.expect("it ran"));
        all += booked;
        of_sheet += if job < JOBS { booked } else { 0 };
    }
    assert!(of_sheet <= 4, "{of_sheet} of $0.134 in $0.54");
    assert_eq!(all, 7, "seven of $0.134 fit into a day of $1");
}
