//! The list of models and the entry of one.

use serde_json::{Value, json};

use super::problem::Problem;
use crate::catalogue::{MODELS, Model, Thinking};

/// One page of the list.
pub(crate) fn list(query: Option<&str>) -> Result<Value, Problem> {
    let value = |name: &str| {
        let pairs = query.into_iter().flat_map(|q| q.split('&')).filter_map(|pair| pair.split_once('='));
        pairs.filter(|(key, _)| *key == name).map(|(_, value)| value).find(|value| !value.is_empty())
    };
    let number = |name: &str, usual: usize| {
        let wrong = || Problem::invalid(format!("Invalid value at '{name}'"));
        value(name).map_or(Ok(usual), |text| text.parse().map_err(|_| wrong()))
    };
    let size = match number("pageSize", 50)? {
        0 => 50,
        n => n.min(1000),
    };
    let from = number("pageToken", 0)?.min(MODELS.len());
    let to = (from + size).min(MODELS.len());
    let mut page = json!({"models": MODELS[from..to].iter().map(entry).collect::<Vec<_>>()});
    if to < MODELS.len() {
        page["nextPageToken"] = json!(to.to_string());
    }
    Ok(page)
}

/// The entry of one model.
pub(crate) fn entry(model: &Model) -> Value {
    json!({
        "name": format!("models/{}", model.id),
        "version": "001",
        "displayName": model.display_name,
        "description": "A simulated model that draws landscapes.",
        "inputTokenLimit": 65_536,
        "outputTokenLimit": 32_768,
        "supportedGenerationMethods": ["generateContent"],
        "temperature": 1,
        "topP": 0.95,
        "topK": 64,
        "maxTemperature": 2,
        "thinking": model.thinking != Thinking::No
    })
}

/// 404 for an id that means no model.
pub(crate) fn unknown(id: &str, version: &str) -> Problem {
    Problem::new(
        404,
        "NOT_FOUND",
        format!(
            "models/{id} is not found for API version {version}, or is not supported for generateContent. Call ListModels to see the list of available models and their supported methods."
        ),
    )
}
