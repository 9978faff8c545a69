//! What outcomes mean: one table of every shape that the references name, with what it means for the bill, for sending
//! again, and for everything beside the job.

use diptych_engine::policy::google_error::GoogleError;
use diptych_engine::policy::judge::{self, Asked, Flaw, OwnUse, Refusal};
use diptych_engine::policy::verdict::{Again, Billed, Verdict};
use diptych_engine::provider::gemini;
use diptych_engine::value::catalogue::{Catalogue, Terms};
use diptych_engine::value::money::Usd;
use diptych_engine::value::time::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Tue, 24 Nov 2026 06:00:00 GMT.
const NOW: Timestamp = Timestamp(1_795_500_000_000);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    source: String,
    terms: String,
    #[serde(default)]
    own: Own,
    input: Input,
    expected: Value,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Own {
    minute: u64,
    day: u64,
    minute_limit: Option<u64>,
    day_limit: Option<u64>,
    #[serde(default)]
    spent: Option<[i64; 2]>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Input {
    /// An answer with an error in it.
    Refusal {
        status: u16,
        #[serde(default)]
        headers: BTreeMap<String, String>,
        /// JSON, or text.
        body: Value,
    },
    /// A 200 whose `data` strings are numbers already.
    Answer(Value),
    /// Something is wrong with the bytes of a 200.
    Flaw(Damage),
    /// Not all of it was sent.
    Unsent { text: String },
    /// It was sent, and no answer came.
    Lost { after_ms: u64 },
    /// The process stopped meanwhile.
    Interrupted,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Damage {
    NotJson(String),
    Truncated(u64),
    Endless(u64),
    Base64(u64),
    NotImage(String),
    TooLarge(u32, u32),
    Incomplete,
}

fn rows() -> Vec<Row> {
    serde_json::from_str(include_str!("fixtures/verdicts.json")).expect("the table is well formed")
}

/// `None` where a picture came.
fn verdict(row: &Row, terms: &Terms) -> Option<Verdict> {
    let own = OwnUse {
        minute: row.own.minute,
        day: row.own.day,
        minute_limit: row.own.minute_limit,
        day_limit: row.own.day_limit,
        spent: row.own.spent.map(|[spent, limit]| (Usd(spent), Usd(limit))),
    };
    let asked = Asked {
        provider: "Google",
        account: "studio",
        project: "A",
        billing: "B",
        model: "gemini-3-pro-image",
        successor: None,
        last4: "ab12",
        usd: Some(Usd(134_000)),
        terms,
        own,
        now: NOW,
    };
    Some(match &row.input {
        Input::Refusal { status, headers, body } => refusal(&asked, *status, headers, body),
        Input::Answer(body) if GoogleError::from_value(body).is_some() => {
            refusal(&asked, 200, &BTreeMap::new(), body)
        }
        Input::Answer(body) => {
            let answer = gemini::read(body);
            if !answer.images.is_empty() {
                return None;
            }
            judge::flawed(&asked, &judge::no_picture(&answer.reason, &answer.text))
        }
        Input::Flaw(damage) => judge::flawed(&asked, &flaw(damage)),
        Input::Unsent { text } => judge::unsent("generativelanguage.googleapis.com", text),
        Input::Lost { after_ms } => judge::lost(&asked, Duration::from_millis(*after_ms)),
        Input::Interrupted => judge::interrupted(asked.usd),
    })
}

fn refusal(asked: &Asked<'_>, status: u16, headers: &BTreeMap<String, String>, body: &Value) -> Verdict {
    let body = body.as_str().map_or_else(|| body.to_string(), str::to_owned);
    let retry_after = headers
        .get("retry-after-ms")
        .map(|ms| format!("{ms}ms"))
        .or_else(|| headers.get("retry-after").cloned());
    let refusal = Refusal {
        status,
        retry_after: retry_after.as_deref(),
        location: headers.get("location").map(String::as_str),
        body: body.as_bytes(),
        after: Duration::from_secs(100),
    };
    judge::refusal(asked, &refusal)
}

fn flaw(damage: &Damage) -> Flaw {
    match damage {
        Damage::NotJson(title) => Flaw::NotJson(title.clone()),
        Damage::Truncated(bytes) => Flaw::Truncated(*bytes),
        Damage::Endless(bytes) => Flaw::Endless(*bytes),
        Damage::Base64(at) => Flaw::Base64(*at),
        Damage::NotImage(looks) => Flaw::NotImage(looks.clone()),
        Damage::TooLarge(width, height) => Flaw::TooLarge(*width, *height),
        Damage::Incomplete => Flaw::Incomplete,
    }
}

/// A verdict in the words of the table.
fn told(verdict: Option<&Verdict>) -> Value {
    let Some(verdict) = verdict else { return json!({ "class": "picture" }) };
    let mut out = Map::new();
    out.insert("class".into(), verdict.class.as_str().into());
    out.insert("billed".into(), json!(verdict.billed));
    out.insert("blame".into(), json!(verdict.blame));
    let again = match verdict.again() {
        Again::Told(wait) => json!({ "told": wait.as_secs_f64() }),
        Again::BackOff(hint) => json!({ "back_off": hint.map(|wait| wait.as_secs_f64()) }),
        Again::NextDay(wait) => json!({ "next_day": wait.map(|wait| wait.as_secs_f64()) }),
        other => json!(other),
    };
    out.insert("again".into(), again);
    out.insert("scope".into(), json!(verdict.scope));
    out.insert("code".into(), verdict.sentence.code.as_str().into());
    if let Some(model) = &verdict.pool_model {
        out.insert("pool_model".into(), model.as_str().into());
    }
    out.into()
}

fn goes_out_by_itself(again: Again) -> bool {
    matches!(again, Again::Told(_) | Again::BackOff(_) | Again::Once | Again::NextDay(_))
}

#[test]
fn every_shape_means_what_the_references_say() {
    let catalogue = Catalogue::load(None).expect("ships whole");
    let rows = rows();
    let names: BTreeSet<&str> = rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names.len(), rows.len(), "every row has a name of its own");
    let mut wrong = Vec::new();
    for row in &rows {
        let found = told(verdict(row, &catalogue.terms(&row.terms)).as_ref());
        if found != row.expected {
            let Row { name, source, terms, expected, .. } = row;
            wrong.push(format!("{name} ({terms}; {source})\n  expected {expected}\n  found    {found}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} rows are wrong:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}

#[test]
fn only_what_is_surely_not_billed_goes_out_again_by_itself() {
    let catalogue = Catalogue::load(None).expect("ships whole");
    for row in &rows() {
        for terms in [row.terms.as_str(), "google", "relay", "practice", "unheard of"] {
            let Some(verdict) = verdict(row, &catalogue.terms(terms)) else { continue };
            if goes_out_by_itself(verdict.again()) {
                assert_eq!(verdict.billed, Billed::No, "{} under the terms {terms}", row.name);
            }
        }
    }
}

#[test]
fn under_unknown_terms_nothing_that_was_answered_goes_out_again_by_itself() {
    let nobody = Catalogue::load(None).expect("ships whole").terms("unheard of");
    for row in rows().iter().filter(|row| !matches!(row.input, Input::Unsent { .. })) {
        if let Some(verdict) = verdict(row, &nobody) {
            assert!(!goes_out_by_itself(verdict.again()), "{}: {verdict:?}", row.name);
        }
    }
}
