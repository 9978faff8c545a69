//! What carries the commands out. Each is a few lines: read the argument, ask the engine, show the answer.

mod account_money;
pub(crate) mod accounts;
pub(crate) mod contact;
pub(crate) mod export;
pub(crate) mod find;
pub(crate) mod import;
pub(crate) mod jobs;
pub(crate) mod pictures;
pub(crate) mod queue;
pub(crate) mod settings;
pub(crate) mod sheets;
pub(crate) mod storage;
pub(crate) mod weather;

use crate::wire::{Failure, Hello};
use diptych_engine::engine::Engine;
use diptych_engine::ledger::LedgerError;
use diptych_engine::value::sentence::Sentence;

/// What commands work with.
#[derive(Clone)]
pub struct Context {
    /// The engine.
    pub engine: Engine,
    /// Who holds it. `keychain`, `welcome`, `now_ms` and `notices` are filled in anew for each greeting.
    pub hello: Hello,
}

/// Who calls. A web view is not trusted with paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// The window or the browser.
    Webview,
    /// A process of this user, over the private socket.
    Terminal,
}

impl Audience {
    pub(crate) fn may(self, needs: Self) -> Result<(), Failure> {
        if self == Self::Terminal || needs == Self::Webview {
            return Ok(());
        }
        Err(Failure::of(Sentence::new("E-LOCAL-ONLY")))
    }
}

impl Failure {
    /// A failure that spent no money and cannot have.
    #[must_use]
    pub fn of(sentence: Sentence) -> Self {
        Self { sentence: sentence.into(), billed: None }
    }

    /// Something that should not happen.
    #[must_use]
    pub fn internal(text: &str) -> Self {
        Self::of(Sentence::new("E-INTERNAL").with("text", text))
    }

    /// Words that the command does not know, or values of another kind.
    pub(crate) fn arguments(error: &serde_json::Error) -> Self {
        Self::of(Sentence::new("E-ARGUMENTS").with("text", error.to_string()))
    }

    pub(crate) fn not_found(what: &str, id: &str) -> Self {
        Self::of(Sentence::new("E-NOT-FOUND").with("what", what).with("id", id))
    }
}

impl From<LedgerError> for Failure {
    fn from(error: LedgerError) -> Self {
        tracing::error!(%error, "a command met the ledger");
        Self::of(Sentence::new("E-LIBRARY").with("text", error.to_string()))
    }
}
