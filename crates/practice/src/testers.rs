//! What testers ask: the bill, the counts, a fresh start. No key needed.

use hyper::Method;

use crate::answer::Reply;
use crate::gemini::problem::Problem;
use crate::scenario::Scenario;
use crate::state::Provider;

/// Answers `/practice/{what}`.
pub(crate) fn answer(provider: &Provider, method: &Method, what: &str, body: &[u8]) -> Reply {
    match (method, what) {
        (&Method::GET, "bill") => Reply::json(200, &provider.state().bill),
        (&Method::GET, "stats") => Reply::json(200, &provider.state().stats),
        (&Method::POST, "reset") => reset(provider, body),
        _ => Reply::problem(&Problem::of_status(404, Some("Try GET bill, GET stats or POST reset."))),
    }
}

fn reset(provider: &Provider, body: &[u8]) -> Reply {
    let text = match std::str::from_utf8(body) {
        Ok(text) => text.trim(),
        Err(error) => {
            return Reply::problem(&Problem::invalid(format!("The scenario is not UTF-8: {error}")));
        }
    };
    let scenario = if text.is_empty() { None } else { Some(Scenario::parse(text)) };
    match scenario.transpose() {
        Ok(scenario) => {
            provider.reset(scenario);
            Reply::json(200, &serde_json::json!({"reset": true}))
        }
        Err(error) => Reply::problem(&Problem::invalid(error.to_string())),
    }
}
