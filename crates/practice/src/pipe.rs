//! The simulation as a line protocol, for clients in other languages under a clock of their own: one JSON object in,
//! one out. Not here: reading and writing the lines.
//!
//! | line in | line out |
//! |---|---|
//! | `{"at_ms", "key", "model", "size"?, "prompt"?, "tokens"?, "tier"?}` | `{"after_ms", "status", "body", "headers", "picture", "billed_usd_micros", "serial"}` |
//! | `{"stats": true, "at_ms"?}` | `{"stats", "bill"}`, up to that moment |
//! | `{"ceiling": {"key", "model", …}, "from_ms"?, "to_ms"}` | `{"calls"}`: what the quotas gave out for such calls; `null` = no limit |
//! | `{"keys": true}` | `{"keys", "start_ms"}` |
//! | `{"reset": true, "seed"?, "start_ms"?, "scenario"?}` | `{"reset": true}`: another day; what is absent stays |
//! | anything else | `{"error"}` |
//!
//! Moments are milliseconds since the start, which is a midnight in Los Angeles unless a reset says otherwise (in Unix
//! milliseconds). They must not go back.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::simulation::{Arrival, Simulation, Told};
use crate::{Options, Scenario};

/// A Monday, 5 January 2026, 00:00 in Los Angeles.
const START_MS: i64 = 1_767_600_000_000;

/// A simulation that is talked to in lines.
#[derive(Debug)]
pub struct Pipe {
    options: Options,
    start_ms: i64,
    simulation: Simulation,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Call {
    #[serde(default)]
    at_ms: f64,
    key: String,
    model: String,
    #[serde(default)]
    size: String,
    #[serde(default)]
    prompt: String,
    tokens: Option<u32>,
    tier: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stats {
    #[serde(rename = "stats")]
    _stats: bool,
    at_ms: Option<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ceiling {
    ceiling: Call,
    #[serde(default)]
    from_ms: f64,
    to_ms: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reset {
    #[serde(rename = "reset")]
    _reset: bool,
    seed: Option<u64>,
    start_ms: Option<i64>,
    scenario: Option<String>,
}

impl Pipe {
    /// A first day.
    #[must_use]
    pub fn new(options: Options) -> Self {
        Self { simulation: Simulation::new(options.clone(), START_MS), start_ms: START_MS, options }
    }

    /// The answer to one line, without a line end.
    pub fn answer(&mut self, line: &str) -> String {
        self.value(line).unwrap_or_else(|error| json!({ "error": error })).to_string()
    }

    fn value(&mut self, line: &str) -> Result<Value, String> {
        let value: Value = serde_json::from_str(line).map_err(|error| error.to_string())?;
        if value.get("stats").is_some() {
            let Stats { at_ms, .. } = read(value)?;
            if let Some(at_ms) = at_ms {
                self.simulation.settle(self.moment(at_ms));
            }
            Ok(json!({"stats": self.simulation.stats(), "bill": self.simulation.bill()}))
        } else if value.get("keys").is_some() {
            Ok(json!({"keys": self.simulation.keys(), "start_ms": self.start_ms}))
        } else if value.get("ceiling").is_some() {
            let Ceiling { ceiling, from_ms, to_ms } = read(value)?;
            let (from, to) = (self.moment(from_ms), self.moment(to_ms));
            // JSON has no infinity: it becomes null.
            Ok(json!({"calls": self.simulation.ceiling(&ceiling.arrival(), from, to)}))
        } else if value.get("reset").is_some() {
            let reset: Reset = read(value)?;
            if let Some(scenario) = reset.scenario {
                self.options.scenario = Scenario::parse(&scenario).map_err(|error| error.to_string())?;
            }
            self.options.seed = reset.seed.unwrap_or(self.options.seed);
            self.start_ms = reset.start_ms.unwrap_or(self.start_ms);
            self.simulation = Simulation::new(self.options.clone(), self.start_ms);
            Ok(json!({"reset": true}))
        } else {
            let call: Call = read(value)?;
            let now_ms = self.moment(call.at_ms);
            Ok(written(&self.simulation.arrive(now_ms, &call.arrival())))
        }
    }

    fn moment(&self, since_start_ms: f64) -> i64 {
        self.start_ms.saturating_add(since_start_ms as i64)
    }
}

impl Call {
    fn arrival(&self) -> Arrival<'_> {
        let counted = u32::try_from(self.prompt.len() / 4 + 1).unwrap_or(u32::MAX);
        Arrival {
            key: &self.key,
            model: &self.model,
            size: &self.size,
            tokens: self.tokens.unwrap_or(counted),
            tier: self.tier.as_deref(),
            prompt: &self.prompt,
        }
    }
}

fn read<T: DeserializeOwned>(value: Value) -> Result<T, String> {
    serde_json::from_value(value).map_err(|error| error.to_string())
}

fn written(told: &Told) -> Value {
    let headers: serde_json::Map<String, Value> =
        told.headers.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    json!({
        "after_ms": told.after_ms,
        "status": told.status,
        "body": told.body,
        "headers": headers,
        "picture": told.picture,
        "billed_usd_micros": told.billed_usd_micros,
        "serial": told.serial,
    })
}
