//! From what came back to what it means. One function per way in which a call can end without a usable picture.
//!
//! Classified by status and details; text only breaks ties. Whether it was billed comes from the account's billing
//! terms. Every rule here has rows in `tests/fixtures/verdicts.json`, with their sources.

use crate::policy::google_error::{GoogleError, Violation};
use crate::policy::verdict::{Again, Billed, Blame, Class, Dimension, Scope, Taught, Verdict};
use crate::policy::{backoff, duration};
use crate::value::catalogue::Terms;
use crate::value::money::Usd;
use crate::value::sentence::{Sentence, quote};
use crate::value::time::Timestamp;
use std::time::Duration;

/// What the judge knows of the call.
#[derive(Debug, Clone)]
pub struct Asked<'a> {
    /// Who answers, for sentences.
    pub provider: &'a str,
    /// Name of the account.
    pub account: &'a str,
    /// Project.
    pub project: &'a str,
    /// Who pays.
    pub billing: &'a str,
    /// Model it was sent to.
    pub model: &'a str,
    /// What takes the model's place, should it be gone.
    pub successor: Option<&'a str>,
    /// Last characters of the key.
    pub last4: &'a str,
    /// Price of the picture, where it is known.
    pub usd: Option<Usd>,
    /// Billing terms.
    pub terms: &'a Terms,
    /// Our own use of the quota.
    pub own: OwnUse,
    /// Now.
    pub now: Timestamp,
}

/// How much of the quota we know to have used ourselves.
#[derive(Debug, Clone, Copy, Default)]
pub struct OwnUse {
    /// Calls in the last minute.
    pub minute: u64,
    /// Calls on the provider's current day.
    pub day: u64,
    /// Limit per minute, where the user or an earlier 429 told it.
    pub minute_limit: Option<u64>,
    /// Limit per day, likewise.
    pub day_limit: Option<u64>,
    /// Dollars of the last ten minutes and their limit, where one is known.
    pub spent: Option<(Usd, Usd)>,
}

/// An answer that is a refusal: any status but 200, or an error object in a 200.
#[derive(Debug, Clone, Default)]
pub struct Refusal<'a> {
    /// HTTP status.
    pub status: u16,
    /// `Retry-After` or `retry-after-ms`, as a duration text.
    pub retry_after: Option<&'a str>,
    /// `Location`.
    pub location: Option<&'a str>,
    /// First part of the body.
    pub body: &'a [u8],
    /// How long the call took.
    pub after: Duration,
}

/// Judges a refusal.
#[must_use]
pub fn refusal(asked: &Asked<'_>, refusal: &Refusal<'_>) -> Verdict {
    let error = GoogleError::parse(refusal.body).unwrap_or_default();
    if (300..400).contains(&refusal.status) {
        return redirect(asked, refusal.location);
    }
    // An error inside a 200, as on streams and relays, counts by its own code; without one it proves nothing.
    let status = if refusal.status == 200 { error.code.unwrap_or(200) } else { refusal.status };
    // Some relays charge every 200. Who does not vouch for failures behind it does not vouch for these either.
    let vouched = refusal.status != 200 || asked.terms.no.contains(&500);
    if status == 429 && !vouched {
        return lost_sentence(asked, refusal.after, Some(status), Class::Lost, Blame::Provider);
    }
    let billed = if vouched && asked.terms.no.contains(&status) { Billed::No } else { Billed::Unknown };
    let text = quote(&error.message);
    let hint = error
        .retry
        .or_else(|| refusal.retry_after.and_then(|h| duration::retry_after(h, asked.now.millis())));
    let say = |code: &str| Sentence::new(code).with("provider", asked.provider).with("text", text.clone());
    match status {
        400 | 401 if status == 401 || is_key(&error) => {
            let sentence = say("E-KEY-REJECTED").with("last4", asked.last4);
            Verdict::new(Class::Key, billed, Blame::You, Again::WhenMended, Scope::Account, sentence)
        }
        400 if error.status == "FAILED_PRECONDITION" => Verdict::new(
            Class::Precondition,
            billed,
            Blame::You,
            Again::WhenMended,
            Scope::Account,
            say("E-PRECONDITION"),
        ),
        400 => Verdict::new(
            Class::BadRequest,
            billed,
            Blame::You,
            Again::Never,
            Scope::Job,
            say("E-BAD-REQUEST"),
        ),
        402 | 403 if status == 402 || is_credit(&error) => Verdict::new(
            Class::Credit,
            billed,
            Blame::You,
            Again::WhenMended,
            Scope::Billing,
            say("E-CREDIT"),
        ),
        403 => Verdict::new(
            Class::Forbidden,
            billed,
            Blame::You,
            Again::WhenMended,
            Scope::Account,
            say("E-FORBIDDEN"),
        ),
        404 => {
            let successor = asked.successor.map_or_else(String::new, |id| format!("→ {id}"));
            let sentence = say("E-MODEL-GONE").with("model", asked.model).with("successor", successor);
            Verdict::new(Class::ModelGone, billed, Blame::You, Again::Never, Scope::Pool, sentence)
        }
        413 => Verdict::new(
            Class::TooBigRequest,
            billed,
            Blame::You,
            Again::Never,
            Scope::Job,
            say("E-TOO-BIG-REQUEST"),
        ),
        429 => too_many(asked, &error, billed, hint, &text),
        503 | 529 if billed == Billed::No => overload(asked, Class::Overload, "E-OVERLOAD", hint),
        500 if billed == Billed::No => {
            Verdict::new(Class::Server, billed, Blame::Provider, Again::Once, Scope::Job, say("E-SERVER"))
        }
        // 408, 502, 504, 52x, and every 5xx of a relay: it may have been made, and charged.
        _ => lost_sentence(asked, refusal.after, Some(status), Class::Lost, Blame::Provider),
    }
}

fn is_key(error: &GoogleError) -> bool {
    matches!(error.reason.as_str(), "API_KEY_INVALID" | "API_KEY_EXPIRED")
        || error.status == "invalid_api_key"
}

/// No credit, in words: relays say it with several statuses.
fn is_credit(error: &GoogleError) -> bool {
    matches!(error.status.as_str(), "insufficient_quota" | "insufficient_user_quota")
}

fn redirect(asked: &Asked<'_>, location: Option<&str>) -> Verdict {
    let target =
        location.and_then(|l| url::Url::parse(l).ok()).and_then(|url| url.host_str().map(str::to_owned));
    let sentence = Sentence::new("E-REDIRECT")
        .with("host", asked.provider)
        .with("target", target.unwrap_or_else(|| quote(location.unwrap_or("?"))));
    Verdict::new(Class::Redirect, Billed::No, Blame::Provider, Again::Never, Scope::Account, sentence)
}

fn overload(asked: &Asked<'_>, class: Class, code: &str, hint: Option<Duration>) -> Verdict {
    let sentence = Sentence::new(code).with("provider", asked.provider);
    Verdict::new(class, Billed::No, Blame::Provider, Again::BackOff(hint), Scope::Model, sentence)
}

/// 429 has many meanings: see wire.md §2.9 and resilience.md §1.8 in the design's references; the fixtures name them.
fn too_many(
    asked: &Asked<'_>,
    error: &GoogleError,
    billed: Billed,
    hint: Option<Duration>,
    text: &str,
) -> Verdict {
    if error.reason.starts_with("MODEL_CAPACITY") && billed == Billed::No {
        return overload(asked, Class::Capacity, "E-CAPACITY", hint);
    }
    let say = |code: &str| Sentence::new(code).with("project", asked.project).with("text", text);
    if error.no_grant() {
        let at = asked.now.after(backoff::DAILY);
        let sentence = say("E-NO-GRANT").with("model", asked.model).with("at", at.millis());
        return Verdict::new(Class::NoGrant, billed, Blame::You, Again::WhenMended, Scope::Pool, sentence);
    }
    if error.spend_cap() {
        return Verdict::new(
            Class::SpendCap,
            billed,
            Blame::You,
            Again::WhenMended,
            Scope::Billing,
            say("E-SPEND-CAP").with("at", asked.now.next_pacific_midnight().millis()),
        );
    }
    if is_credit(error) {
        return Verdict::new(
            Class::Credit,
            billed,
            Blame::You,
            Again::WhenMended,
            Scope::Billing,
            say("E-CREDIT"),
        );
    }
    let Some(violation) = binding(&error.violations, asked.own) else {
        return bare_429(asked, error, billed, hint, say("E-RATE-MINUTE"));
    };
    let pool = violation.model.clone().filter(|model| model != asked.model);
    let mut verdict = if violation.per_day() {
        // A delay of seconds belongs to another limit that the body also lists; a long one is meant for the day.
        let told = hint.filter(|wait| *wait >= Duration::from_secs(15 * 60));
        let until = backoff::next_day(told, asked.now);
        let sentence = say("E-RATE-DAY").with("at", until.millis());
        Verdict::new(Class::QuotaDay, billed, Blame::You, Again::NextDay(told), Scope::Pool, sentence)
    } else {
        let wait = hint.unwrap_or(Duration::from_secs(60));
        let sentence = say("E-RATE-MINUTE")
            .with("limit", violation.value)
            .with("of", violation.dimension().as_str())
            .with("wait", wait.as_millis() as u64);
        Verdict::new(Class::QuotaMinute, billed, Blame::You, Again::Told(wait), Scope::Pool, sentence)
    };
    verdict.pool_model = pool;
    // Of several limits only the one that binds has waited for the told time; the others teach their value.
    let teach = |other: &Violation| Taught {
        dimension: other.dimension(),
        limit: other.value,
        retry: hint.filter(|_| std::ptr::eq(other, violation)),
    };
    verdict.taught = error.violations.iter().map(teach).collect();
    verdict
}

/// Google lists every limit it looked at, not only the one that was hit. The one that binds is the one our own counters
/// know to be nearly used up; else the shortest window.
fn binding(violations: &[Violation], own: OwnUse) -> Option<&Violation> {
    let used_up = |violation: &Violation| {
        let (count, limit) =
            if violation.per_day() { (own.day, own.day_limit) } else { (own.minute, own.minute_limit) };
        violation.value.or(limit).is_some_and(|limit| count * 10 >= limit * 8)
    };
    let day = violations.iter().find(|v| v.per_day());
    let minute = violations.iter().find(|v| !v.per_day());
    match (minute, day) {
        (Some(minute), Some(day)) => Some(if used_up(day) && !used_up(minute) { day } else { minute }),
        (minute, day) => minute.or(day),
    }
}

/// A 429 that names no quota: far under our own limits it is want of capacity, else it is taken for a quota. Where it
/// speaks of spending, or ours is near its limit, it is the money of ten minutes: our counts of calls say nothing about
/// that.
fn bare_429(
    asked: &Asked<'_>,
    error: &GoogleError,
    billed: Billed,
    hint: Option<Duration>,
    sentence: Sentence,
) -> Verdict {
    let near = asked.own.spent.is_some_and(|(spent, limit)| spent * 10 >= limit * 8);
    if error.mentions_spending() || near {
        return spent_too_fast(asked, error, billed, hint);
    }
    let far_under = asked.own.minute_limit.is_some_and(|limit| asked.own.minute * 2 < limit);
    if far_under && billed == Billed::No {
        return overload(asked, Class::Capacity, "E-CAPACITY", hint);
    }
    let wait = hint.unwrap_or(Duration::from_secs(30));
    let sentence = sentence.with("of", "rate").with("wait", wait.as_millis() as u64);
    let mut verdict =
        Verdict::new(Class::QuotaMinute, billed, Blame::You, Again::Told(wait), Scope::Pool, sentence);
    let told = hint.map(|wait| Taught { dimension: Dimension::Requests, limit: None, retry: Some(wait) });
    verdict.taught.extend(told);
    verdict
}

/// The billing account has spent too much in ten minutes: all its accounts wait.
fn spent_too_fast(asked: &Asked<'_>, error: &GoogleError, billed: Billed, hint: Option<Duration>) -> Verdict {
    let wait = hint.unwrap_or(Duration::from_secs(30));
    let sentence = Sentence::new("E-RATE-SPEND")
        .with("limit", asked.own.spent.map(|(_, limit)| limit.micros()))
        .with("billing", asked.billing)
        .with("wait", wait.as_millis() as u64);
    let again = Again::Told(wait);
    let mut verdict = Verdict::new(Class::QuotaMinute, billed, Blame::You, again, Scope::Billing, sentence);
    // Only what it says itself teaches: a guess would be taken for a lower limit each time.
    let said = error.mentions_spending();
    verdict.taught.extend(said.then_some(Taught { dimension: Dimension::Spend, limit: None, retry: hint }));
    verdict
}

/// Nothing was sent, or not all of it: name not found, no connection, no TLS, or the request's body was cut off.
#[must_use]
pub fn unsent(host: &str, text: &str) -> Verdict {
    let sentence = Sentence::new("E-OFFLINE").with("host", host).with("text", quote(text));
    Verdict::new(
        Class::Unreachable,
        Billed::No,
        Blame::Network,
        Again::BackOff(None),
        Scope::Origin,
        sentence,
    )
}

/// It was sent, and no answer came: a time-out, or the connection broke.
#[must_use]
pub fn lost(asked: &Asked<'_>, after: Duration) -> Verdict {
    lost_sentence(asked, after, None, Class::Lost, Blame::Network)
}

fn lost_sentence(
    asked: &Asked<'_>,
    after: Duration,
    status: Option<u16>,
    class: Class,
    blame: Blame,
) -> Verdict {
    let sentence = Sentence::new("E-UNKNOWN")
        .with("after", after.as_millis() as u64)
        .with("status", status.map_or_else(String::new, |status| format!(" ({status})")))
        .with("usd", asked.usd.map(Usd::micros));
    Verdict::new(class, Billed::Unknown, blame, Again::Ask, Scope::Job, sentence)
}

/// The process stopped while the call was on the wire.
#[must_use]
pub fn interrupted(usd: Option<Usd>) -> Verdict {
    let sentence = Sentence::new("E-UNKNOWN-RESTART").with("usd", usd.map(Usd::micros));
    Verdict::new(Class::Lost, Billed::Unknown, Blame::Network, Again::Ask, Scope::Job, sentence)
}

/// What is wrong with a 200.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flaw {
    /// No JSON; the page's title.
    NotJson(String),
    /// It stopped after this many bytes.
    Truncated(u64),
    /// It went past the cap.
    Endless(u64),
    /// The picture's base64 is damaged at this byte of the answer.
    Base64(u64),
    /// The bytes are no picture; what they look like.
    NotImage(String),
    /// The picture claims this many pixels.
    TooLarge(u32, u32),
    /// The picture has no end marker.
    Incomplete,
    /// No picture, for a reason: finish or block reason, and the text that came with it.
    Refused(String, String),
    /// No picture and no reason.
    Empty,
}

/// What is wrong with an answer that brought no picture at all, by its finish or block reason and its text.
#[must_use]
pub fn no_picture(reason: &str, text: &str) -> Flaw {
    match (reason, text.trim()) {
        ("" | "STOP", "") => Flaw::Empty,
        ("", text) => Flaw::Refused("NO_IMAGE".into(), text.into()),
        (reason, text) => Flaw::Refused(reason.into(), text.into()),
    }
}

/// Judges a 200 without a usable picture.
#[must_use]
pub fn flawed(asked: &Asked<'_>, flaw: &Flaw) -> Verdict {
    let provider = |code: &str| Sentence::new(code).with("provider", asked.provider);
    let new = |class, billed, blame, again, sentence| {
        Verdict::new(class, billed, blame, again, Scope::Job, sentence)
    };
    let ask = |class, billed, sentence| new(class, billed, Blame::Provider, Again::Ask, sentence);
    match flaw {
        Flaw::NotJson(title) => {
            ask(Class::NotJson, Billed::Unknown, provider("E-NOT-JSON").with("title", quote(title)))
        }
        Flaw::Truncated(bytes) => new(
            Class::Truncated,
            Billed::Yes,
            Blame::Network,
            Again::Ask,
            Sentence::new("E-TRUNCATED").with("bytes", *bytes),
        ),
        Flaw::Endless(bytes) => new(
            Class::TooLarge,
            Billed::Yes,
            Blame::Provider,
            Again::Never,
            Sentence::new("E-ANSWER-TOO-LARGE").with("bytes", *bytes),
        ),
        Flaw::Base64(at) => ask(Class::Damaged, Billed::Yes, Sentence::new("E-BASE64").with("at", *at)),
        Flaw::NotImage(looks) => {
            ask(Class::NotImage, Billed::Unknown, Sentence::new("E-NOT-IMAGE").with("looks", looks.as_str()))
        }
        Flaw::TooLarge(width, height) => new(
            Class::TooLarge,
            Billed::Yes,
            Blame::Provider,
            Again::Never,
            Sentence::new("E-TOO-LARGE").with("width", *width).with("height", *height),
        ),
        Flaw::Incomplete => ask(Class::Incomplete, Billed::Yes, Sentence::new("E-INCOMPLETE")),
        Flaw::Refused(reason, text) => {
            let sentence = Sentence::new("E-REFUSED").with("reason", quote(reason)).with("text", quote(text));
            // No picture is never asked for again by itself: not here, and not on another provider.
            new(Class::Refused, Billed::Unknown, Blame::Prompt, Again::Never, sentence)
        }
        Flaw::Empty => ask(Class::Empty, Billed::Unknown, Sentence::new("E-EMPTY")),
    }
}
