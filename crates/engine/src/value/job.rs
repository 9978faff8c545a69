//! Sheets, jobs, attempts and pictures: the rows of the ledger as values.

mod picture;

pub use picture::{FileState, KeptPicture, Picture};

use crate::policy::verdict::Billed;
use crate::value::id::{AccountId, AttemptId, JobId, PictureId, SheetId};
use crate::value::lane::{Lane, Tier};
use crate::value::money::Usd;
use crate::value::request::Request;
use crate::value::sentence::Sentence;
use crate::value::size::{Aspect, Size};
use crate::value::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What may stand in for a model that stays overloaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fallback {
    /// Nothing: wait.
    Never,
    /// The fallback model, at the first refusal.
    Now,
    /// The fallback model, once this much time was lost.
    After(Duration),
    /// Whatever the user says when it comes to it; until then it waits.
    Ask,
}

impl Fallback {
    /// Whether it comes to pass without anybody's word.
    #[must_use]
    pub fn goes_by_itself(self) -> bool {
        matches!(self, Self::Now | Self::After(_))
    }

    /// Reads `never`, `now`, `ask`, `after:10m`, `after:600`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "never" => Some(Self::Never),
            "now" => Some(Self::Now),
            "ask" => Some(Self::Ask),
            _ => crate::policy::duration::parse(text.strip_prefix("after:")?).map(Self::After),
        }
    }

    /// As on the wire.
    #[must_use]
    pub fn to_text(self) -> String {
        match self {
            Self::Never => "never".into(),
            Self::Now => "now".into(),
            Self::Ask => "ask".into(),
            Self::After(wait) => format!("after:{}", wait.as_secs()),
        }
    }
}

/// A sheet: one press of *Generate*.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sheet {
    /// Id.
    pub id: SheetId,
    /// When.
    pub created: Timestamp,
    /// First words of the prompt.
    pub title: String,
    /// The prompt as sent.
    pub prompt: String,
    /// Size asked for.
    pub size: Size,
    /// Aspect asked for.
    pub aspect: Aspect,
    /// Model ids, in the order of the columns.
    pub models: Vec<String>,
    /// Accounts compared.
    pub accounts: Vec<AccountId>,
    /// Rows.
    pub count: u32,
    /// Fallback policy.
    pub fallback: Fallback,
    /// Outcomes unknown that may be sent again without asking.
    pub resend_unknown: u32,
    /// And for so much money in all; with this alone, any number.
    #[serde(default)]
    pub resend_unknown_usd: Option<Usd>,
    /// Budget.
    pub max_usd: Option<Usd>,
    /// Simulated.
    pub practice: bool,
    /// A person waits for it (else it is a batch).
    pub interactive: bool,
    /// When its jobs go out, and at which price.
    #[serde(default)]
    pub lane: Lane,
    /// An off-peak sheet goes out in time for this moment, whatever the hour.
    #[serde(default)]
    pub deadline: Option<Timestamp>,
}

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Waits its turn.
    Queued,
    /// On the wire.
    Sending,
    /// A picture is stored.
    Done,
    /// Ended without a picture.
    Failed,
    /// Sent, and nobody knows whether it was charged.
    Unknown,
    /// Cannot go on before something changes.
    Parked,
    /// Stopped by the user.
    Cancelled,
}

impl JobState {
    /// All.
    pub const ALL: [Self; 7] =
        [Self::Queued, Self::Sending, Self::Done, Self::Failed, Self::Unknown, Self::Parked, Self::Cancelled];

    /// As stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::Parked => "parked",
            Self::Cancelled => "cancelled",
        }
    }
}

/// Another model in the place of the one that was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandIn {
    /// Model.
    pub model: String,
    /// The size it is asked for: the job's, or a smaller one that the user's floor allows.
    pub size: Size,
}

/// What a job went through so far; the retry policy decides by it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Trials {
    /// Calls made.
    pub attempts: u32,
    /// Refusals for want of capacity, in a row.
    pub overloads: u32,
    /// Failures inside the provider (500).
    pub server_errors: u32,
    /// Times the origin could not be reached, in a row.
    pub unreachable: u32,
    /// Outcomes unknown that were sent again without asking.
    pub resent: u32,
    /// What these calls cost, should the first ones have been charged, too.
    pub resent_usd: Usd,
    /// First trouble on the asked model, for *fall back after*.
    pub trouble_since: Option<Timestamp>,
    /// The last of it: after a long pause it is another trouble.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trouble_last: Option<Timestamp>,
    /// The fallback model is used from now on.
    pub fell_back: bool,
    /// Which one; absent in the books of before there was a choice: the catalogue's, at the size asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stand_in: Option<StandIn>,
    /// It repeats another job on just this model: it waits for it and never falls back.
    pub redo: bool,
    /// The same picture was asked for in a smaller size meanwhile, by this job.
    pub smaller: Option<JobId>,
    /// It is that smaller picture, and this job goes on waiting for the larger one.
    pub larger: Option<Larger>,
}

/// The job that a smaller picture is made ahead of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Larger {
    /// The job.
    pub job: JobId,
    /// Its place in the order of arrival: the smaller one goes out just before it.
    pub seq: i64,
}

impl Trials {
    /// The fallback model is used from now on; it starts with a clean record.
    pub fn fall_back(&mut self) {
        self.fell_back = true;
        self.overloads = 0;
    }

    /// The counters start anew, on the user's word. What it went through is in its attempts; their number goes on, and so
    /// does what was promised of it.
    #[must_use]
    pub fn anew(&self) -> Self {
        Self {
            attempts: self.attempts,
            resent: self.resent,
            resent_usd: self.resent_usd,
            redo: self.redo,
            smaller: self.smaller.clone(),
            larger: self.larger.clone(),
            ..Self::default()
        }
    }
}

/// A job: one picture asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// Order of arrival.
    pub seq: i64,
    /// Id.
    pub id: JobId,
    /// Its sheet.
    pub sheet: SheetId,
    /// Row, from 0.
    pub row: u32,
    /// Column, from 0.
    pub column: u32,
    /// State.
    pub state: JobState,
    /// What is asked for.
    pub request: Request,
    /// Identity of the question.
    pub identity: String,
    /// Only this account.
    pub account_asked: Option<AccountId>,
    /// Simulated.
    pub practice: bool,
    /// A person waits for it.
    pub interactive: bool,
    /// How its calls are served.
    pub tier: Tier,
    /// List price, at that tier.
    pub usd: Usd,
    /// When it was queued.
    pub created: Timestamp,
    /// When it ended.
    pub finished: Option<Timestamp>,
    /// Not before this.
    pub not_before: Option<Timestamp>,
    /// Why it waits or how it ended.
    pub reason: Option<Sentence>,
    /// Was money spent by the last attempt?
    pub billed: Option<Billed>,
    /// Charged for certain, over all attempts.
    pub billed_usd: Usd,
    /// What the user should know about the result.
    pub notes: Vec<Sentence>,
    /// Model that answered.
    pub model_used: Option<String>,
    /// Account it went to last.
    pub account_used: Option<AccountId>,
    /// Another model than the one asked was used.
    pub fallback: bool,
    /// Answered without a call.
    pub from_library: bool,
    /// The user stopped it while it was on the wire.
    pub cancelled: bool,
    /// What it went through.
    pub trials: Trials,
    /// The picture.
    pub picture: Option<PictureId>,
}

/// What a job asks: the part of it that is there before anything has happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// Its sheet.
    pub sheet: SheetId,
    /// Row, from 0.
    pub row: u32,
    /// Column, from 0.
    pub column: u32,
    /// What is asked for.
    pub request: Request,
    /// Identity of the question.
    pub identity: String,
    /// Only this account.
    pub account_asked: Option<AccountId>,
    /// Simulated.
    pub practice: bool,
    /// A person waits for it.
    pub interactive: bool,
    /// How its calls are served.
    pub tier: Tier,
    /// List price, at that tier.
    pub usd: Usd,
}

impl Job {
    /// A job that waits for its first call.
    #[must_use]
    pub fn asked(question: Question, id: JobId, now: Timestamp) -> Self {
        Self {
            seq: 0,
            id,
            sheet: question.sheet,
            row: question.row,
            column: question.column,
            state: JobState::Queued,
            request: question.request,
            identity: question.identity,
            account_asked: question.account_asked,
            practice: question.practice,
            interactive: question.interactive,
            tier: question.tier,
            usd: question.usd,
            created: now,
            finished: None,
            not_before: None,
            reason: None,
            billed: None,
            billed_usd: Usd::ZERO,
            notes: Vec::new(),
            model_used: None,
            account_used: None,
            fallback: false,
            from_library: false,
            cancelled: false,
            trials: Trials::default(),
            picture: None,
        }
    }
}

/// Where an attempt stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttemptState {
    /// Booked, perhaps on the wire.
    Sending,
    /// A picture came.
    Answered,
    /// It came to nothing, for a reason that is known.
    Refused,
    /// Nobody knows.
    Unknown,
}

impl AttemptState {
    /// As stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sending => "sending",
            Self::Answered => "answered",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
        }
    }
}

/// One call over the wire, as booked.
#[derive(Debug, Clone, PartialEq)]
pub struct Attempt {
    /// Id.
    pub id: AttemptId,
    /// Its job.
    pub job: JobId,
    /// 1 for the first.
    pub number: u32,
    /// Account.
    pub account: AccountId,
    /// The account's name then.
    pub account_name: String,
    /// Project whose quota it drew on.
    pub project: String,
    /// Billing account that paid then.
    pub billing: String,
    /// Model it was sent to.
    pub model: String,
    /// Size asked for.
    pub size: Size,
    /// Simulated.
    pub practice: bool,
    /// When it was booked.
    pub started: Timestamp,
    /// How it was to be served.
    pub tier: Tier,
    /// Price reserved for it; `None` where nobody knows the price, which no budget allows.
    pub reserved: Option<Usd>,
}

/// How an attempt ended, for the books.
#[derive(Debug, Clone, PartialEq)]
pub struct Settlement {
    /// State.
    pub state: AttemptState,
    /// When.
    pub ended: Timestamp,
    /// HTTP status, if any came.
    pub status: Option<u16>,
    /// Was money spent?
    pub billed: Billed,
    /// Charged.
    pub usd: Usd,
    /// What came of it.
    pub verdict: Sentence,
    /// Low-cardinality class of the verdict, for the meter.
    pub class: String,
    /// The provider's id of the request.
    pub request_id: Option<String>,
}
