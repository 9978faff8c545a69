//! The wire types: what crosses from the engine to a window, a browser or a terminal.
//!
//! Money is micro-dollars, time is milliseconds since 1970 (UTC), ids are opaque strings. Text for people never
//! crosses: a [`Sentence`] names an entry of the catalogue and its parameters. Not here: any behaviour.

mod accounts;
mod event;
mod import;
mod lanes;
mod pictures;
mod queue;
mod routes;
mod settings;
mod sheets;
mod storage;
mod weather;

pub use accounts::*;
pub use event::*;
pub use import::*;
pub use lanes::*;
pub use pictures::*;
pub use queue::*;
pub use routes::*;
pub use settings::*;
pub use sheets::*;
pub use storage::*;
pub use weather::*;

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;

/// A sentence of the catalogue: its key, and the values that fill it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Sentence {
    /// Key in the catalogue, for example `E-OVERLOAD`.
    pub code: String,
    /// Values by parameter name. Amounts are micro-dollars, times are milliseconds: the catalogue says how to show them.
    #[ts(type = "Record<string, string | number>")]
    pub params: BTreeMap<String, serde_json::Value>,
}

/// Whether money was spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Billed {
    /// Surely not.
    No,
    /// Surely, or as good as surely.
    Yes,
    /// Nobody here can know.
    Unknown,
}

/// A command that could not be carried out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Failure {
    /// What happened and what to do.
    pub sentence: Sentence,
    /// Was money spent? Absent where the command could not have spent any.
    pub billed: Option<Billed>,
}

/// What a command answers that has nothing to say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Done {}

/// The argument of a command that needs none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NoArgs {}

/// The argument of a command about one thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ById {
    /// The thing's id.
    pub id: String,
}
