//! Jobs, their attempts, and what a user may do with them.

use super::{Billed, PictureView, Sentence};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Waits its turn, or for the reason given.
    Queued,
    /// On the wire.
    Sending,
    /// A picture is stored.
    Done,
    /// It ended without a picture.
    Failed,
    /// It was sent and nobody knows whether it was charged: the user decides.
    Unknown,
    /// It cannot go on before something changes (a day passes, a key is mended).
    Parked,
    /// The user stopped it.
    Cancelled,
}

/// A job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct JobView {
    /// Id.
    pub id: String,
    /// Its sheet.
    pub sheet: String,
    /// Row in the sheet, from 0.
    pub row: u32,
    /// Column in the sheet, from 0.
    pub column: u32,
    /// State.
    pub state: JobState,
    /// Model asked for.
    pub model_asked: String,
    /// Model that answered, as the provider named it.
    pub model_used: Option<String>,
    /// Account it went to last.
    pub account: Option<String>,
    /// Another model than the one asked was used.
    pub fallback: bool,
    /// Answered without a call.
    pub from_library: bool,
    /// The answer came after the user had stopped it.
    pub late: bool,
    /// Calls made.
    pub attempts: u32,
    /// Micro-dollars charged for certain.
    pub billed_usd: i64,
    /// Was money spent by the last attempt?
    pub billed: Option<Billed>,
    /// Size asked.
    pub size: String,
    /// Aspect asked.
    pub aspect: String,
    /// Expected width in pixels.
    pub width: u32,
    /// Expected height in pixels.
    pub height: u32,
    /// When it was queued.
    pub created_ms: i64,
    /// When the running attempt was sent.
    pub sent_ms: Option<i64>,
    /// When it ended.
    pub finished_ms: Option<i64>,
    /// When it may go out again.
    pub not_before_ms: Option<i64>,
    /// What such a call usually takes, from our own attempts.
    pub typical_ms: Option<i64>,
    /// List price in micro-dollars.
    pub usd: i64,
    /// Why it waits, or why it ended without a picture.
    pub reason: Option<Sentence>,
    /// What the user should know about the result (`W-…`).
    pub notes: Vec<Sentence>,
    /// Its model is not to be had, and this one could take its place.
    pub stand_in: Option<StandIn>,
    /// Its size is refused, and this smaller one could be made now while it goes on waiting.
    pub ahead: Option<AheadView>,
    /// The job that makes the same picture smaller meanwhile.
    pub smaller: Option<String>,
    /// It is made ahead of this larger job, which goes on waiting.
    pub larger: Option<String>,
    /// The picture.
    pub picture: Option<PictureView>,
    /// Simulated.
    pub practice: bool,
}

/// A model that could take another's place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct StandIn {
    /// Model id.
    pub model: String,
    /// The size it would be asked for: the largest it makes, where the user allows a smaller one.
    pub size: String,
    /// What the picture would cost there, micro-dollars, at the list price.
    pub usd: i64,
}

/// A smaller picture that could be made now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct AheadView {
    /// Its size.
    pub size: String,
    /// What it would cost, micro-dollars, at the list price.
    pub usd: i64,
}

/// One call over the wire.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct AttemptView {
    /// 1 for the first.
    pub number: u32,
    /// Account.
    pub account: String,
    /// Model it was sent to.
    pub model: String,
    /// `sending`, `answered`, `refused` or `unknown`.
    pub state: String,
    /// When it was sent.
    pub started_ms: i64,
    /// When it ended.
    pub ended_ms: Option<i64>,
    /// HTTP status, if any came.
    pub status: Option<u16>,
    /// Was money spent?
    pub billed: Option<Billed>,
    /// Micro-dollars settled.
    pub usd: i64,
    /// What came of it.
    pub verdict: Option<Sentence>,
    /// The provider's id of the request.
    pub request_id: Option<String>,
}

/// A job with its story.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct JobStory {
    /// The job.
    pub job: JobView,
    /// The prompt as sent.
    pub prompt: String,
    /// Its attempts, oldest first.
    pub attempts: Vec<AttemptView>,
    /// What it waited for before and between them, as far as it was noted.
    pub waits: Vec<WaitView>,
}

/// A wait.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct WaitView {
    /// From.
    pub from_ms: i64,
    /// To; of one that goes on: now.
    pub to_ms: i64,
    /// For what.
    pub reason: Sentence,
}

/// `jobs.list`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct ListJobs {
    /// Only of this sheet.
    pub sheet: Option<String>,
    /// Only in this state.
    pub state: Option<JobState>,
    /// Those that need somebody first, those that are over last, instead of by age.
    pub attention: bool,
    /// At most this many, newest first; 0 means 200.
    pub limit: u32,
    /// Continue after this job; by age, not by attention.
    #[ts(optional)]
    pub after: Option<String>,
    /// Leave out what was over before this moment.
    #[ts(optional)]
    pub over_since_ms: Option<i64>,
}

/// `jobs.cancel`: a job, the jobs of a sheet, of a lane, or all. With nothing named nothing is stopped.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct CancelJobs {
    /// A job, or a sheet.
    pub id: Option<String>,
    /// All of this lane.
    pub lane: Option<String>,
    /// All there are.
    pub all: bool,
}

/// What was stopped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Stopped {
    /// Jobs, in all.
    pub jobs: u32,
    /// Of these, on the wire: what still arrives is kept.
    pub sent: u32,
}

/// `jobs.tally`: counts jobs before somebody decides about all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct TallyJobs {
    /// Of this sheet; absent means all.
    pub sheet: Option<String>,
    /// Of this lane.
    pub lane: Option<String>,
    /// In these states.
    pub states: Vec<JobState>,
    /// Where all are meant: of those that failed, only those since then.
    pub failed_since_ms: Option<i64>,
}

/// Jobs, counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Tally {
    /// How many.
    pub jobs: u32,
    /// Of these, on the wire.
    pub sending: u32,
    /// Of these, simulated.
    pub practice: u32,
    /// Of the others, the list price of all that have one, micro-dollars.
    pub usd: i64,
    /// Of the others, those whose price nobody knows.
    pub unpriced: u32,
}

/// `jobs.retry`: a job, the jobs of a sheet that failed or are parked, or all such.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct RetryJobs {
    /// A job, or a sheet.
    pub id: Option<String>,
    /// All that failed or are parked.
    pub failed: bool,
    /// Of all that failed, only those since then.
    pub failed_since_ms: Option<i64>,
}

/// `jobs.resolve`: what to do with outcomes unknown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ResolveJobs {
    /// A job, or a sheet; absent means all.
    pub id: Option<String>,
    /// Send again, at the risk of paying twice; else give up.
    pub resend: bool,
}

/// `jobs.redo`: make it again, on another model, in another size, or both.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct RedoJob {
    /// The job.
    pub id: String,
    /// Model id or alias; absent means the one it asked for. A job that waits is stopped for another model.
    pub model: Option<String>,
    /// Size; absent means its own. A job that waits goes on waiting beside a smaller one.
    pub size: Option<String>,
}

/// How many jobs a command touched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Touched {
    /// That many.
    pub jobs: u32,
}

/// The queue in numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct QueueView {
    /// Waiting.
    pub queued: u32,
    /// On the wire.
    pub sending: u32,
    /// Cannot go on before something changes.
    pub parked: u32,
    /// For the user to decide.
    pub unknown: u32,
    /// Failed in the last day.
    pub failed: u32,
    /// Nothing new is sent.
    pub paused: bool,
}
