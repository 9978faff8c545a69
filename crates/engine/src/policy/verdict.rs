//! Verdicts: what an outcome means. A verdict always says whether money was spent, and whether the same request may go
//! out again is bound to that: only what is surely not billed is ever sent again by itself.

use crate::value::sentence::Sentence;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Was money spent?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Billed {
    /// Surely not.
    No,
    /// Surely, or as good as.
    Yes,
    /// Nobody here can know.
    Unknown,
}

impl Billed {
    /// As stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::Yes => "yes",
            Self::Unknown => "unknown",
        }
    }
}

/// Whose fault it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Blame {
    /// The user's account, key, quota or request.
    You,
    /// The provider.
    Provider,
    /// The way there.
    Network,
    /// What was asked for.
    Prompt,
}

/// What kind of outcome it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// A picture came.
    Picture,
    /// The model refused, or answered without a picture.
    Refused,
    /// An answer without picture or reason.
    Empty,
    /// The answer was not JSON.
    NotJson,
    /// The answer stopped half-way.
    Truncated,
    /// The picture's text form is damaged.
    Damaged,
    /// The bytes are no picture.
    NotImage,
    /// The picture has no end.
    Incomplete,
    /// The picture is too large to be opened.
    TooLarge,
    /// The model has no capacity (503 and kin).
    Overload,
    /// The same, said as 429.
    Capacity,
    /// A limit per minute, or per some minutes.
    QuotaMinute,
    /// A limit per day.
    QuotaDay,
    /// The project has no quota at all.
    NoGrant,
    /// A spending cap of the project.
    SpendCap,
    /// No credit.
    Credit,
    /// The key was refused.
    Key,
    /// The key may not do this.
    Forbidden,
    /// The account is not ready (billing off, region).
    Precondition,
    /// The request is wrong.
    BadRequest,
    /// There is no such model.
    ModelGone,
    /// The request is too big.
    TooBigRequest,
    /// The provider failed inside.
    Server,
    /// The provider passed the call on to another host.
    Redirect,
    /// Nothing was sent.
    Unreachable,
    /// It was sent, and no whole answer came.
    Lost,
}

impl Class {
    /// As stored and metered.
    #[must_use]
    pub fn as_str(self) -> String {
        serde_json::to_value(self)
            .ok()
            .and_then(|value| value.as_str().map(str::to_owned))
            .unwrap_or_default()
    }

    /// Want of capacity, however it was said.
    #[must_use]
    pub fn is_overload(self) -> bool {
        matches!(self, Self::Overload | Self::Capacity)
    }
}

/// When the same request may go out again by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Again {
    /// Not at all: it ended.
    Never,
    /// Only on the user's word: money may have been spent.
    Ask,
    /// After exactly this wait, which the provider told.
    Told(Duration),
    /// After a back-off that we choose; the provider's hint is its floor.
    BackOff(Option<Duration>),
    /// Once more, then never.
    Once,
    /// When the provider's day turns, or after the wait it told.
    NextDay(Option<Duration>),
    /// When the user has put something right.
    WhenMended,
}

/// What a verdict shuts, beside the job that met it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Nothing else.
    Job,
    /// The model at this endpoint, for every account.
    Model,
    /// This project's quota for the model.
    Pool,
    /// This account.
    Account,
    /// All accounts of the billing account.
    Billing,
    /// Everything at this host.
    Origin,
}

/// What a quota counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dimension {
    /// Pictures a minute.
    Images,
    /// Requests a minute.
    Requests,
    /// Input tokens a minute.
    Tokens,
    /// Requests a day.
    Day,
    /// Dollars in ten minutes.
    Spend,
}

impl Dimension {
    /// As on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Images => "ipm",
            Self::Requests => "rpm",
            Self::Tokens => "tpm",
            Self::Day => "rpd",
            Self::Spend => "usd_10min",
        }
    }
}

/// What a refusal taught about a quota.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taught {
    /// Which quota.
    pub dimension: Dimension,
    /// Its limit, where it was told.
    pub limit: Option<u64>,
    /// The wait that the provider told; `None` where it told none and we chose one.
    pub retry: Option<Duration>,
}

/// What an outcome means.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// Kind.
    pub class: Class,
    /// Was money spent?
    pub billed: Billed,
    /// Whose fault?
    pub blame: Blame,
    again: Again,
    /// What else is shut by it.
    pub scope: Scope,
    /// The provider's name of the model whose quota is meant, where it differs from ours.
    pub pool_model: Option<String>,
    /// What it taught about quotas. Empty where a 429 named none.
    pub taught: Vec<Taught>,
    /// What to tell the user.
    pub sentence: Sentence,
}

impl Verdict {
    /// A verdict. Where money may have been spent, sending again becomes a question to the user, whatever was wished.
    #[must_use]
    pub fn new(
        class: Class,
        billed: Billed,
        blame: Blame,
        again: Again,
        scope: Scope,
        sentence: Sentence,
    ) -> Self {
        let again = match (billed, again) {
            (_, Again::Never) => Again::Never,
            (Billed::No, wished) => wished,
            (Billed::Yes | Billed::Unknown, _) => Again::Ask,
        };
        Self { class, billed, blame, again, scope, pool_model: None, taught: Vec::new(), sentence }
    }

    /// When the same request may go out again. Anything but `Never` and `Ask` implies `Billed::No`.
    #[must_use]
    pub fn again(&self) -> Again {
        self.again
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_have_been_billed_is_never_sent_again_by_itself() {
        let wishes = [
            Again::Told(Duration::ZERO),
            Again::BackOff(None),
            Again::Once,
            Again::NextDay(None),
            Again::WhenMended,
            Again::Ask,
        ];
        for billed in [Billed::Yes, Billed::Unknown] {
            for wish in wishes {
                let sentence = Sentence::new("E-X");
                let verdict =
                    Verdict::new(Class::Server, billed, Blame::Provider, wish, Scope::Job, sentence);
                assert_eq!(verdict.again(), Again::Ask);
            }
        }
    }
}
