//! Lanes: what each would cost and when it would be done; the queue by lane and sheet.

use super::Sentence;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a plan would cost in a lane, and when it would be done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct LanePlan {
    /// Lane.
    #[ts(type = r#""now" | "off-peak" | "economy""#)]
    pub lane: String,
    /// Micro-dollars for all; absent where a price is unknown.
    pub usd: Option<i64>,
    /// Expected finish; absent where too little is known.
    pub finish_ms: Option<i64>,
    /// It can be chosen.
    pub possible: bool,
    /// Why not, or what to know about it.
    pub why: Option<Sentence>,
}

/// `queue.get`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct GetQueue {
    /// Only of this lane.
    pub lane: Option<String>,
    /// Sheets to leave out at the beginning.
    pub offset: u32,
    /// At most this many sheets; 0 means 100.
    pub limit: u32,
}

/// A lane in numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LaneView {
    /// Lane.
    #[ts(type = r#""now" | "off-peak" | "economy""#)]
    pub lane: String,
    /// Jobs that wait.
    pub queued: u32,
    /// Jobs on the wire.
    pub sending: u32,
    /// Jobs that cannot go on before something changes.
    pub parked: u32,
    /// Next moment at which one goes out, where it is known.
    pub next_ms: Option<i64>,
    /// Expected finish, where it can be told.
    pub finish_ms: Option<i64>,
}

/// A sheet in the queue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct QueueSheet {
    /// Its id.
    pub sheet: String,
    /// First words of its prompt.
    pub title: String,
    /// Lane.
    #[ts(type = r#""now" | "off-peak" | "economy""#)]
    pub lane: String,
    /// A person waits for it.
    pub interactive: bool,
    /// Simulated.
    pub practice: bool,
    /// The user holds it.
    pub paused: bool,
    /// Models asked.
    pub models: Vec<String>,
    /// Size asked.
    pub size: String,
    /// Jobs that wait.
    pub queued: u32,
    /// Jobs on the wire.
    pub sending: u32,
    /// Jobs that cannot go on before something changes.
    pub parked: u32,
    /// Jobs for the user to decide.
    pub unknown: u32,
    /// Jobs that failed.
    pub failed: u32,
    /// Jobs done.
    pub done: u32,
    /// Jobs in all.
    pub jobs: u32,
    /// Why its first job waits.
    pub reason: Option<Sentence>,
    /// Until when.
    pub opens_ms: Option<i64>,
    /// Expected finish, where it can be told.
    pub finish_ms: Option<i64>,
    /// Big sheets: what they leave of the day's requests, or how many wait for the next day.
    pub feasibility: Option<Sentence>,
    /// It goes out in time for this.
    pub deadline_ms: Option<i64>,
    /// When it was asked for.
    pub created_ms: i64,
}

/// The queue by lane and sheet: sheets with open jobs, in order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct QueuePage {
    /// Nothing new is sent.
    pub paused: bool,
    /// Closing: nothing new is sent.
    pub draining: bool,
    /// All three.
    pub lanes: Vec<LaneView>,
    /// Sheets.
    pub sheets: Vec<QueueSheet>,
}
