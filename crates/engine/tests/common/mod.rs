//! A library on the disk in any state, and an engine over it that can reach nobody.

mod question;

use diptych_engine::driver::{Parts, PracticeEndpoint};
use diptych_engine::engine::Engine;
use diptych_engine::ledger::{Booking, Ledger};
use diptych_engine::store::folder::Folders;
use diptych_engine::store::spool::{Head, Spool};
use diptych_engine::value::id::{AccountId, AttemptId, JobId, Randomness};
use diptych_engine::value::job::Attempt;
use diptych_engine::value::lane::Tier;
use diptych_engine::value::money::Usd;
use diptych_engine::value::secret::SessionStore;
use diptych_engine::value::size::Size;
use diptych_engine::value::time::{Clock, Timestamp};
use jiff::tz::TimeZone;
use std::io::Cursor;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

/// Pixels of a side of the test picture.
pub(crate) const PNG_SIDE: u32 = 48;

pub(crate) use question::MODEL;
use question::NOW;
pub(crate) use question::{job, sheet};

pub(crate) struct FixedClock;

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        NOW
    }
    fn zone(&self) -> TimeZone {
        TimeZone::UTC
    }
}

/// Counts up: every id is another, and the same in every run.
#[derive(Default)]
struct Counting(AtomicU8);

impl Randomness for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill_with(|| self.0.fetch_add(1, Ordering::Relaxed));
    }
}

/// A library.
pub(crate) struct Library {
    _folder: tempfile::TempDir,
    pub(crate) folders: Folders,
}

impl Library {
    /// A new one.
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().expect("folder");
        let folders = Folders { data: folder.path().join("data"), cache: folder.path().join("cache") };
        folders.make().expect("folders");
        Self { _folder: folder, folders }
    }

    /// Starts an engine that can reach nobody.
    pub(crate) async fn start(&self) -> Engine {
        self.start_with(None).await
    }

    /// Starts an engine that can reach this provider.
    pub(crate) async fn start_with(&self, practice: Option<PracticeEndpoint>) -> Engine {
        let parts = Parts {
            folders: self.folders.clone(),
            clock: Arc::new(FixedClock),
            randomness: Arc::new(Counting::default()),
            secrets: Arc::new(SessionStore::default()),
            practice,
            catalogue: None,
            sends: true,
            call_timeout: None,
        };
        Engine::start(parts).await.expect("starts")
    }

    /// Books an attempt, as the scheduler does before it sends, and leaves.
    pub(crate) async fn book(&self) -> JobId {
        self.book_with(Vec::new()).await
    }

    /// The same with references.
    pub(crate) async fn book_with(&self, references: Vec<String>) -> JobId {
        let ledger = Ledger::open(&self.folders.data).expect("ledger");
        let (sheet, mut job) = (sheet(), job());
        job.request.references = references;
        let id = job.id.clone();
        ledger.add_sheet(sheet, vec![job]).await.expect("sheet");
        let attempt = Attempt {
            id: AttemptId::from_text(self.attempt()),
            job: id.clone(),
            number: 1,
            account: AccountId::practice(),
            account_name: "practice".into(),
            project: "practice".into(),
            billing: "practice".into(),
            model: MODEL.into(),
            size: Size::One,
            practice: true,
            started: NOW,
            tier: Tier::Standard,
            reserved: Some(Usd(39_000)),
        };
        let booking = Booking { attempt, fallback: false, limits: Vec::new() };
        ledger.book(&booking).expect("ledger").expect("booked");
        id
    }

    /// Id of the attempt.
    pub(crate) fn attempt(&self) -> &'static str {
        "tattempt00001"
    }

    /// The picture of an answer.
    pub(crate) fn picture(&self) -> Vec<u8> {
        let mut png = Cursor::new(Vec::new());
        let picture = image::RgbImage::from_fn(PNG_SIDE, PNG_SIDE, |x, y| image::Rgb([x as u8, y as u8, 99]));
        picture.write_to(&mut png, image::ImageFormat::Png).expect("encodes");
        png.into_inner()
    }

    /// An answer with a picture, as Gemini gives it.
    pub(crate) fn answer(&self) -> Vec<u8> {
        use base64::Engine as _;
        let data = base64::engine::general_purpose::STANDARD.encode(self.picture());
        serde_json::json!({
            "candidates": [{ "content": { "role": "model", "parts": [
                { "inlineData": { "mimeType": "image/png", "data": data } }
            ] }, "finishReason": "STOP" }],
            "modelVersion": MODEL,
            "responseId": "r1"
        })
        .to_string()
        .into_bytes()
    }

    /// Writes an answer into the spool: whole, or only the first half of it.
    pub(crate) fn spool(&self, body: &[u8], whole: bool) {
        self.write(200, if whole { body } else { &body[..body.len() / 2] }, whole);
    }

    /// A whole answer with another status.
    pub(crate) fn spool_status(&self, status: u16, body: &[u8]) {
        self.write(status, body, true);
    }

    fn write(&self, status: u16, body: &[u8], whole: bool) {
        let id = AttemptId::from_text(self.attempt());
        let mut spool =
            Spool::reserve(&self.folders.spool(), &id, 1 << 20).unwrap_or_else(|e| panic!("{e:?}"));
        let head = Head { spool: 1, attempt: id.to_string(), status, ..Head::default() };
        spool.head(&head).expect("head");
        spool.body(body).expect("body");
        if whole { spool.complete() } else { spool.partial() }.expect("written");
    }

    /// Takes the last commit back, as if the process had been killed before it.
    pub(crate) fn uncommit(&self) {
        self.change(
            "DELETE FROM pictures; UPDATE attempts SET state = 'sending', ended = NULL, billed = NULL, settled = 0;
             UPDATE jobs SET state = 'sending', picture = NULL, billed_usd = 0, finished = NULL;",
        );
    }

    /// Changes the books behind everybody's back.
    pub(crate) fn change(&self, sql: &str) {
        let ledger = rusqlite::Connection::open(self.folders.data.join("ledger.sqlite")).expect("opens");
        ledger.execute_batch(sql).expect("changes");
    }

    /// Files in a folder of the library.
    pub(crate) fn files(&self, folder: &str) -> usize {
        std::fs::read_dir(self.folders.data.join(folder)).expect("folder").count()
    }
}
