//! Sheets and their plans.

use super::{Failure, JobView, LanePlan, Sentence};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;

/// What one press of *Generate* asks for. Also one line of `jobs.jsonl`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(default, deny_unknown_fields)]
pub struct SheetSpec {
    /// The prompt; `${name:default}` are variables.
    pub prompt: String,
    /// Model ids or aliases; empty means the default ones.
    #[serde(alias = "model")]
    #[serde(deserialize_with = "one_or_many")]
    pub models: Vec<String>,
    /// Account names to compare; empty means: whichever is best.
    #[serde(alias = "account")]
    #[serde(deserialize_with = "one_or_many")]
    pub accounts: Vec<String>,
    /// `512`, `1K`, `2K`, `4K`; absent means the setting.
    pub size: Option<String>,
    /// `16:9`; absent follows the last reference, else the setting.
    pub aspect: Option<String>,
    /// Pictures per model (and account); 0 means 1.
    pub count: u32,
    /// References: ids that `references.add` gave.
    #[serde(alias = "ref")]
    #[serde(deserialize_with = "one_or_many")]
    pub references: Vec<String>,
    /// Seed, best effort.
    pub seed: Option<i32>,
    /// Thinking level.
    pub thinking: Option<String>,
    /// Safety threshold, `BLOCK_ONLY_HIGH` and kin; absent means the provider's own.
    pub safety: Option<String>,
    /// Values of the prompt's variables.
    pub vars: BTreeMap<String, String>,
    /// `now` (default), `off-peak`, `economy`.
    pub lane: Option<String>,
    /// An off-peak sheet goes out in time for this moment, whatever the hour.
    pub deadline_ms: Option<i64>,
    /// `never`, `now`, `ask`, `after:600` (seconds); absent means the default of the design.
    pub fallback: Option<String>,
    /// How many outcomes-unknown may be sent again without asking.
    pub resend_unknown: u32,
    /// And for so many micro-dollars in all; with this alone, any number.
    pub resend_unknown_usd: Option<i64>,
    /// Budget of the sheet in micro-dollars.
    pub max_usd: Option<i64>,
    /// Make new pictures though the library has an answer.
    pub new: bool,
    /// The user was shown the price and agreed.
    pub confirmed: bool,
    /// `window`, `cli` or `batch`: who waits for it.
    pub origin: Option<String>,
}

fn one_or_many<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OneOrMany {
        One(String),
        Many(Vec<String>),
    }
    Ok(match OneOrMany::deserialize(deserializer)? {
        OneOrMany::One(one) => vec![one],
        OneOrMany::Many(many) => many,
    })
}

/// One column of a plan: a model on an account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct PlanItem {
    /// Model id.
    pub model: String,
    /// Account the job would go to first.
    pub account: String,
    /// Size.
    pub size: String,
    /// Aspect.
    pub aspect: String,
    /// Expected width in pixels.
    pub width: u32,
    /// Expected height in pixels.
    pub height: u32,
    /// Pictures to make.
    pub count: u32,
    /// Of these, how many the library already has.
    pub from_library: u32,
    /// Price of one in micro-dollars; absent where unknown.
    pub usd_each: Option<i64>,
    /// What such a call usually takes, in milliseconds, from our own attempts.
    pub typical_ms: Option<i64>,
    /// Why it would have to wait now.
    pub wait: Option<Sentence>,
}

/// What a sheet would do. Nothing is sent or stored for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Plan {
    /// Pictures to make, those from the library left out.
    pub pictures: u32,
    /// Pictures that the library already has.
    pub from_library: u32,
    /// Their ids.
    pub existing: Vec<String>,
    /// Price of all in micro-dollars.
    pub usd: i64,
    /// Simulated: the dollars are practice dollars.
    pub practice: bool,
    /// Columns.
    pub items: Vec<PlanItem>,
    /// The prompt with its variables filled in.
    pub prompt: String,
    /// Rough input tokens.
    pub tokens: u32,
    /// The default or chosen fallback, `never`, `now`, `ask`, `after:600`.
    pub fallback: String,
    /// Set where the user must agree first (many jobs, much money).
    pub confirm: Option<Sentence>,
    /// What stands in the way; with any, the sheet is refused.
    pub problems: Vec<Failure>,
    /// What the user should know.
    pub notes: Vec<Sentence>,
    /// What each lane would cost, and when it would be done.
    pub lanes: Vec<LanePlan>,
    /// For big sheets: what the day's quota leaves, and when it is done.
    pub feasibility: Option<Sentence>,
}

/// A sheet with its jobs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct SheetView {
    /// Id.
    pub id: String,
    /// First words of the prompt.
    pub title: String,
    /// The prompt as sent.
    pub prompt: String,
    /// When it was asked for.
    pub created_ms: i64,
    /// Size asked.
    pub size: String,
    /// Aspect asked.
    pub aspect: String,
    /// Columns in order: model ids.
    pub models: Vec<String>,
    /// Accounts compared, if any.
    pub accounts: Vec<String>,
    /// Rows.
    pub count: u32,
    /// Fallback policy.
    pub fallback: String,
    /// Simulated.
    pub practice: bool,
    /// Jobs, row by row.
    pub jobs: Vec<JobView>,
    /// Micro-dollars spent for certain.
    pub usd_spent: i64,
    /// Micro-dollars that may have been spent (outcomes unknown).
    pub usd_unknown: i64,
    /// Micro-dollars still reserved.
    pub usd_reserved: i64,
    /// Budget.
    pub max_usd: Option<i64>,
    /// `now`, `off-peak`, `economy`.
    pub lane: String,
    /// An off-peak sheet goes out in time for this.
    pub deadline_ms: Option<i64>,
    /// The user holds it.
    pub paused: bool,
}

/// One line of the list of sheets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct SheetRow {
    /// Id.
    pub id: String,
    /// First words of the prompt.
    pub title: String,
    /// When.
    pub created_ms: i64,
    /// Jobs in all.
    pub jobs: u32,
    /// Jobs done.
    pub done: u32,
    /// Jobs that still wait or run.
    pub open: u32,
}

/// `sheets.list`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct ListSheets {
    /// At most this many; 0 means 50.
    pub limit: u32,
}

/// A reference picture that was taken in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReferenceView {
    /// Id: the hash of its bytes.
    pub id: String,
    /// Media type by its bytes.
    pub mime: String,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Bytes.
    pub bytes: u64,
}

/// Changes what a sheet does about a model that is not to be had.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct SetFallback {
    /// Sheet id.
    pub id: String,
    /// `never`, `now`, `ask`, `after:600`.
    pub fallback: String,
}

/// Changes the budget of a sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SetBudget {
    /// Sheet id.
    pub id: String,
    /// Micro-dollars; null takes the budget away. It must be said: a name that was mistyped would take it away, too.
    #[serde(deserialize_with = "Option::deserialize")]
    pub max_usd: Option<i64>,
}
