//! What testers ask: the bill, the counts, a fresh start, a later hour. No key needed.

use hyper::Method;
use serde::Deserialize;

use crate::answer::Reply;
use crate::gemini::problem::Problem;
use crate::scenario::Scenario;
use crate::state::Provider;

/// Answers `/practice/{what}`.
pub(crate) fn answer(provider: &Provider, method: &Method, what: &str, body: &[u8]) -> Reply {
    match (method, what) {
        (&Method::GET, "bill") => Reply::json(200, &provider.state().bill),
        (&Method::GET, "stats") => Reply::json(200, &provider.state().stats()),
        (&Method::POST, "reset") => reset(provider, body),
        (&Method::POST, "clock") => clock(provider, body),
        _ => {
            let known = "Try GET bill, GET stats, POST reset or POST clock.";
            Reply::problem(&Problem::of_status(404, Some(known)))
        }
    }
}

/// `{"skip_s": N}`: the clock goes on by so many seconds, and quotas, hours and days with it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Clock {
    skip_s: f64,
}

/// A year and a bit: further than any scenario looks.
const FARTHEST_S: f64 = 400.0 * 86_400.0;

fn clock(provider: &Provider, body: &[u8]) -> Reply {
    match serde_json::from_slice::<Clock>(body) {
        Ok(Clock { skip_s }) if (0.0..=FARTHEST_S).contains(&skip_s) => {
            let mut state = provider.state();
            state.clock.skip((skip_s * 1000.0) as i64);
            Reply::json(200, &serde_json::json!({"now_ms": state.clock.ms()}))
        }
        Ok(_) => Reply::problem(&Problem::invalid("skip_s: must not be negative, nor above 400 days.")),
        Err(error) => Reply::problem(&Problem::invalid(format!("The body is {{\"skip_s\": N}}: {error}"))),
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
