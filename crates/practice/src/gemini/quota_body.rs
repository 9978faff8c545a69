//! How a 429 reads: quota ids and metrics as captured from the service. Clients classify by them.

use serde_json::{Value, json};

use super::problem::{BARE_429, Problem};
use crate::quota::{Limit, Violation, Why};

/// The 429 for a refusal of the books.
pub(crate) fn refused(why: &Why, model: &str) -> Problem {
    match why {
        Why::Limits(violations) => exceeded(violations, model),
        // The body of the spend-rate limit was never captured; clients must cope with no details at all.
        Why::Spend | Why::Unnamed => bare(None),
        Why::Busy => Problem::overloaded(true),
    }
}

/// A 429 that lists every violation.
pub(crate) fn exceeded(violations: &[Violation], model: &str) -> Problem {
    let rows: Vec<Row> = violations.iter().map(row).collect();
    // The service reports one delay for all; the longest minute, since no delay would help against the day.
    let wait = violations.iter().map(|v| v.wait).fold(0.0, f64::max);
    let minute =
        violations.iter().filter(|v| v.limit != Limit::RequestsPerDay).map(|v| v.wait).fold(0.0, f64::max);
    build(&rows, model, if minute > 0.0 { minute } else { wait })
}

/// A project without any quota for the model: `limit: 0`, and a delay that means nothing.
pub(crate) fn limit_zero(model: &str) -> Problem {
    let row = |metric: &str, id: &str| Row { metric: metric.to_owned(), id: id.to_owned(), value: 0 };
    let requests = "generate_content_free_tier_requests";
    let rows = [
        row(requests, "GenerateRequestsPerDayPerProjectPerModel-FreeTier"),
        row(requests, "GenerateRequestsPerMinutePerProjectPerModel-FreeTier"),
        row(
            "generate_content_free_tier_input_token_count",
            "GenerateContentInputTokensPerModelPerMinute-FreeTier",
        ),
    ];
    build(&rows, model, 57.421_084_132)
}

/// A 429 without details.
pub(crate) fn bare(message: Option<&str>) -> Problem {
    Problem::new(429, "RESOURCE_EXHAUSTED", message.unwrap_or(BARE_429))
}

/// The monthly spending cap of the project.
pub(crate) fn spend_cap(message: Option<&str>) -> Problem {
    bare(Some(message.unwrap_or(
        "Your project has exceeded its monthly spending cap. Please go to AI Studio at https://ai.studio/spend to manage your project spend cap.",
    )))
}

struct Row {
    metric: String,
    id: String,
    value: u32,
}

fn row(violation: &Violation) -> Row {
    let tier = violation.tier;
    let (metric_tier, id_tier) = if tier >= 2 {
        (format!("paid_tier_{tier}"), format!("-PaidTier{tier}"))
    } else {
        ("paid_tier".into(), String::new())
    };
    let (metric, id) = match violation.limit {
        Limit::RequestsPerMinute => (
            "generate_requests_per_model".to_owned(),
            "GenerateRequestsPerMinutePerProjectPerModel".to_owned(),
        ),
        Limit::RequestsPerDay => (
            "generate_requests_per_model_per_day".to_owned(),
            "GenerateRequestsPerDayPerProjectPerModel".to_owned(),
        ),
        Limit::TokensPerMinute => (
            format!("generate_content_{metric_tier}_input_token_count"),
            format!("GenerateContentPaidTierInputTokensPerModelPerMinute{id_tier}"),
        ),
        Limit::ImagesPerMinute => (
            format!("generate_content_{metric_tier}_images"),
            "GenerateContentPaidTierImagesPerMinutePerProjectPerModel".to_owned(),
        ),
    };
    Row { metric, id, value: violation.value }
}

fn build(rows: &[Row], model: &str, wait: f64) -> Problem {
    const DOMAIN: &str = "generativelanguage.googleapis.com";
    let lines: Vec<String> = rows
        .iter()
        .map(|r| {
            format!("* Quota exceeded for metric: {DOMAIN}/{}, limit: {}, model: {model}", r.metric, r.value)
        })
        .collect();
    let violations: Vec<Value> = rows
        .iter()
        .map(|r| {
            let mut v = json!({
                "quotaMetric": format!("{DOMAIN}/{}", r.metric),
                "quotaId": r.id,
                "quotaDimensions": {"location": "global", "model": model},
            });
            // Protobuf JSON leaves out zeros.
            if r.value > 0 {
                v["quotaValue"] = json!(r.value.to_string());
            }
            v
        })
        .collect();
    let delay = duration(wait);
    let mut problem = bare(Some(&format!(
        "You exceeded your current quota. {}\nPlease retry in {delay}.",
        lines.join("\n")
    )));
    problem.details = vec![
        json!({
            "@type": "type.googleapis.com/google.rpc.Help",
            "links": [{
                "description": "Learn more about Gemini API quotas",
                "url": "https://ai.google.dev/gemini-api/docs/rate-limits"
            }]
        }),
        json!({"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": violations}),
        json!({"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay}),
    ];
    problem
}

/// A protobuf duration: up to nine digits after the point, none for whole seconds.
fn duration(seconds: f64) -> String {
    let text = format!("{seconds:.9}");
    format!("{}s", text.trim_end_matches('0').trim_end_matches('.'))
}
