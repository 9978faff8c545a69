//! Reads google.rpc.Status out of an error body, in all the shapes it was seen in: plain, wrapped in an array, with
//! details in any order or none, or re-serialised by a relay with a textual code.

use crate::policy::duration;
use crate::policy::verdict::Dimension;
use serde_json::Value;
use std::time::Duration;

/// One violated quota.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Violation {
    /// `GenerateRequestsPerMinutePerProjectPerModel-FreeTier` and kin.
    pub quota_id: String,
    /// The server's name of the model.
    pub model: Option<String>,
    /// The limit; Google leaves it out where it is 0.
    pub value: Option<u64>,
}

impl Violation {
    /// A limit per day.
    #[must_use]
    pub fn per_day(&self) -> bool {
        self.quota_id.contains("PerDay") || self.quota_id.contains("Daily")
    }

    /// What it counts.
    #[must_use]
    pub fn dimension(&self) -> Dimension {
        let id = &self.quota_id;
        match () {
            () if self.per_day() => Dimension::Day,
            () if id.contains("Images") => Dimension::Images,
            () if id.contains("Token") => Dimension::Tokens,
            () => Dimension::Requests,
        }
    }
}

/// An error body that was understood.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GoogleError {
    /// `error.code`, where it is a number.
    pub code: Option<u16>,
    /// `error.status`, or `error.code`/`error.type` where they are words.
    pub status: String,
    /// `error.message`.
    pub message: String,
    /// `ErrorInfo.reason`.
    pub reason: String,
    /// Quotas.
    pub violations: Vec<Violation>,
    /// `RetryInfo.retryDelay`, else the wait the message names.
    pub retry: Option<Duration>,
}

impl GoogleError {
    /// Parses a body. `None` where it is no JSON object with an `error` in it.
    #[must_use]
    pub fn parse(body: &[u8]) -> Option<Self> {
        Self::from_value(&serde_json::from_slice(body).ok()?)
    }

    /// The same from parsed JSON.
    #[must_use]
    pub fn from_value(value: &Value) -> Option<Self> {
        // Google's OpenAI endpoint and some streams wrap the object in a one-element array.
        let value = value.as_array().and_then(|all| all.first()).unwrap_or(value);
        // Relays fill what is missing with `null`: that is no error, and a picture may stand beside it.
        let error = value.get("error").filter(|error| !error.is_null())?;
        if let Some(message) = error.as_str() {
            return Some(Self { message: message.into(), ..Self::default() });
        }
        let text = |key: &str| error.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let mut out = Self { message: text("message"), status: text("status"), ..Self::default() };
        match error.get("code") {
            Some(Value::Number(code)) => out.code = code.as_u64().and_then(|code| u16::try_from(code).ok()),
            Some(Value::String(word)) if out.status.is_empty() => out.status.clone_from(word),
            _ => {}
        }
        for detail in error.get("details").and_then(Value::as_array).into_iter().flatten() {
            out.read_detail(detail);
        }
        out.retry = out.retry.or_else(|| duration::in_message(&out.message));
        Some(out)
    }

    fn read_detail(&mut self, detail: &Value) {
        let kind = detail.get("@type").and_then(Value::as_str).unwrap_or_default();
        let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
        if kind.ends_with("RetryInfo") {
            self.retry = text(detail, "retryDelay").as_deref().and_then(duration::parse);
        } else if kind.ends_with("ErrorInfo") {
            self.reason = text(detail, "reason").unwrap_or_default();
        } else if kind.ends_with("QuotaFailure") {
            for violation in detail.get("violations").and_then(Value::as_array).into_iter().flatten() {
                self.violations.push(Violation {
                    quota_id: text(violation, "quotaId").unwrap_or_default(),
                    model: violation.get("quotaDimensions").and_then(|d| text(d, "model")),
                    value: text(violation, "quotaValue").and_then(|v| v.parse().ok()),
                });
            }
        }
    }

    /// The project has no quota at all for this: the wait that comes with it is misleading.
    #[must_use]
    pub fn no_grant(&self) -> bool {
        let mut zeros = self.message.match_indices("limit: 0").map(|(at, found)| at + found.len());
        let zero_limit = zeros.any(|end| {
            let mut tail = self.message[end..].chars();
            match tail.next() {
                Some('.') => !tail.next().is_some_and(|c| c.is_ascii_digit()),
                Some(c) => !c.is_ascii_digit(),
                None => true,
            }
        });
        // Image models have no free tier; a free-tier quota that names no value is a limit of 0.
        let free = |v: &Violation| v.quota_id.contains("FreeTier") && v.value.unwrap_or(0) == 0;
        zero_limit
            || (!self.violations.is_empty()
                && self.violations.iter().all(free)
                && !self.message.contains("limit: "))
    }

    /// A cap on the month's spending, not a rate.
    #[must_use]
    pub fn spend_cap(&self) -> bool {
        let lower = self.message.to_ascii_lowercase();
        // By whole words: "capacity" is no cap, and every quota message names the billing details.
        let mut words = lower.split(|c: char| !c.is_ascii_alphabetic());
        let cap = words.any(|word| matches!(word, "cap" | "caps" | "monthly"));
        cap && (lower.contains("spend") || lower.contains("billing"))
    }

    /// It is about money per time.
    #[must_use]
    pub fn mentions_spending(&self) -> bool {
        self.message.to_ascii_lowercase().contains("spend")
    }
}
