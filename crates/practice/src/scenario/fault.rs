//! Faults: rules that make calls go wrong. The first rule that matches a call and has calls left decides.
//!
//! Filters: `model`, `project`, `prompt_contains`, `after` (skip the first N matching calls), `times` (then hit only
//! N), `probability`. `billed` says whether a picture is made and charged all the same.
//!
//! | kind | what happens | parameters (default) | billed |
//! |---|---|---|---|
//! | `status` | an HTTP error | `status`, `html` (false), `message`, `seconds` before it (0) | no |
//! | `invalid` | 400, `INVALID_ARGUMENT` | `message`, `seconds` before it (0) | no |
//! | `quota_minute` | 429, minute limit of requests | `seconds` (11.77) | no |
//! | `quota_day` | 429, day limit, RetryInfo 59 s | | no |
//! | `limit_zero` | 429, `limit: 0`, free-tier ids | | no |
//! | `bare_429` | 429 without details | `message` | no |
//! | `spend_cap` | 429, monthly spending cap | `message` | no |
//! | `overload` | 503 | `details` (false): with `MODEL_CAPACITY_EXHAUSTED` and RetryInfo; `seconds` before it (0) | no |
//! | `html_200` | 200 with a web page | | yes |
//! | `array_wrapped_error` | the error object in a one-element array | `status` (503), `message` | no |
//! | `redirect` | 3xx | `location`, `status` (302) | no |
//! | `reset_before_answer` | connection reset after the request was read | | yes |
//! | `hang` | silence before the answer | `seconds` (3600) | yes |
//! | `cut` | connection dropped inside the body | `fraction` (0.6), `chunked` (false) | yes |
//! | `slow_drip` | the body arrives evenly over a time | `seconds` (10) | yes |
//! | `truncated_json` | a complete HTTP answer whose JSON is cut | `fraction` (0.6) | yes |
//! | `bad_base64` | one byte in the middle of the answer is `*` | `count` (1) of pictures | yes |
//! | `wrong_mime` | labelled as the other format | | yes |
//! | `not_image` | labelled `image/png`, is a web page | | yes |
//! | `incomplete_image` | the file lacks its end | | yes |
//! | `bomb` | a PNG header of 65,535 × 65,535 | | yes |
//! | `wrong_size` | 1K delivered, billed as asked | | yes |
//! | `refusal` | no picture, a `finishReason` | `reason` (`IMAGE_SAFETY`), `message`, `text` | no |
//! | `prompt_blocked` | `promptFeedback`, no candidates | `reason` (`PROHIBITED_CONTENT`) | no |
//! | `empty` | an empty list of candidates | | no |
//! | `parts_null` | `parts: null` | | no |
//! | `text_only` | STOP with a text and no picture | `text` | no |
//! | `extra_images` | several pictures, each billed | `count` (5) | yes |
//! | `drafts` | thought pictures before the final one | `count` (2) | yes |
//! | `tier_downgrade` | served and billed as `standard` | | yes |

use serde::Deserialize;

/// What goes wrong; see the table of the module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the module's table documents each kind once")]
pub enum FaultKind {
    Status,
    Invalid,
    QuotaMinute,
    QuotaDay,
    LimitZero,
    #[serde(rename = "bare_429")]
    Bare429,
    SpendCap,
    Overload,
    #[serde(rename = "html_200")]
    Html200,
    ArrayWrappedError,
    Redirect,
    ResetBeforeAnswer,
    Hang,
    Cut,
    SlowDrip,
    TruncatedJson,
    BadBase64,
    WrongMime,
    NotImage,
    IncompleteImage,
    Bomb,
    WrongSize,
    Refusal,
    PromptBlocked,
    Empty,
    PartsNull,
    TextOnly,
    ExtraImages,
    Drafts,
    TierDowngrade,
}

impl FaultKind {
    /// Whether a picture has to be drawn for the answer.
    pub(crate) fn draws(self) -> bool {
        #[rustfmt::skip]
        let none = matches!(
            self,
            Self::Status | Self::Invalid | Self::Overload | Self::ArrayWrappedError | Self::Redirect | Self::Html200
                | Self::QuotaMinute | Self::QuotaDay | Self::LimitZero | Self::Bare429 | Self::SpendCap
                | Self::Refusal | Self::PromptBlocked | Self::Empty | Self::PartsNull | Self::TextOnly
                | Self::ResetBeforeAnswer
        );
        !none
    }
}

/// One rule.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// What goes wrong.
    pub kind: FaultKind,
    /// Only calls of this model.
    pub model: Option<String>,
    /// Only calls of this project.
    pub project: Option<String>,
    /// Only calls whose last user turn contains this text.
    pub prompt_contains: Option<String>,
    /// Let this many matching calls pass first.
    #[serde(default)]
    pub after: u32,
    /// Hit at most this many calls.
    pub times: Option<u32>,
    /// Hit this share of the calls that match.
    pub probability: Option<f64>,
    /// Whether a picture is made and charged; the default depends on the kind.
    pub billed: Option<bool>,
    /// HTTP status.
    pub status: Option<u16>,
    /// A web page instead of JSON.
    #[serde(default)]
    pub html: bool,
    /// The message of the error, or the finish message.
    pub message: Option<String>,
    /// A duration.
    pub seconds: Option<f64>,
    /// How much of the body is sent.
    pub fraction: Option<f64>,
    /// Chunked transfer, so that the client does not know the length.
    #[serde(default)]
    pub chunked: bool,
    /// `finishReason` or `blockReason`.
    pub reason: Option<String>,
    /// A text the model says.
    pub text: Option<String>,
    /// How many pictures.
    pub count: Option<u32>,
    /// Where a redirect points.
    pub location: Option<String>,
    /// Whether the error carries details.
    #[serde(default)]
    pub details: bool,
}

impl Fault {
    /// Whether a picture is made and charged.
    #[must_use]
    pub fn is_billed(&self) -> bool {
        let usual =
            self.kind.draws() || matches!(self.kind, FaultKind::Html200 | FaultKind::ResetBeforeAnswer);
        self.billed.unwrap_or(usual)
    }

    /// The key that makes no sense, and why.
    pub(super) fn check(&self) -> super::Checked {
        let wrong = |key, problem: &str| Err((key, problem.to_owned()));
        if self.kind == FaultKind::Status && self.status.is_none() {
            return wrong("status", "is needed for kind = \"status\"");
        }
        if self.kind == FaultKind::Redirect && self.location.is_none() {
            return wrong("location", "is needed for kind = \"redirect\"");
        }
        if self.status.is_some_and(|s| !(300..=599).contains(&s)) {
            return wrong("status", "must be between 300 and 599");
        }
        if self.fraction.is_some_and(|f| !(0.0..1.0).contains(&f)) {
            return wrong("fraction", "must be at least 0 and below 1");
        }
        if self.probability.is_some_and(|p| !(0.0..=1.0).contains(&p)) {
            return wrong("probability", "must be between 0 and 1");
        }
        if self.seconds.is_some_and(|s| !(0.0..=86_400.0).contains(&s)) {
            return wrong("seconds", "must be between 0 and 86400");
        }
        if self.count.is_some_and(|n| !(1..=20).contains(&n)) {
            return wrong("count", "must be between 1 and 20");
        }
        Ok(())
    }
}
