//! What `InvokeAI` writes into a PNG: today JSON under `invokeai_metadata`, before that JSON under `sd-metadata`, at first
//! the line that was typed, under `Dream`.

use super::Found;
use super::container::Said;
use crate::value::imported::Tool;
use serde_json::Value;

pub(super) fn recognise(said: &Said) -> Option<Found> {
    let read = |keyword: &str, read: fn(&Value) -> Option<Found>| {
        let text = said.text(keyword)?;
        let found = read(&serde_json::from_str(text).ok()?)?;
        Some(Found { raw: text.into(), ..found })
    };
    let found = read("invokeai_metadata", today)
        .or_else(|| read("sd-metadata", before))
        .or_else(|| said.text("Dream").and_then(typed))?;
    Some(Found { tool: Some(Tool::InvokeAi), ..found })
}

/// A word or a number, as text.
fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn size(at: &Value) -> Option<String> {
    Some(format!("{}x{}", at["width"].as_u64()?, at["height"].as_u64()?))
}

fn today(json: &Value) -> Option<Found> {
    let model = &json["model"];
    json.as_object()?;
    Some(Found {
        prompt: word(&json["positive_prompt"]).unwrap_or_default(),
        negative: word(&json["negative_prompt"]),
        // The model was a name first, then an object that has one.
        model: word(model).or_else(|| word(&model["name"])).or_else(|| word(&model["model_name"])),
        seed: word(&json["seed"]),
        size: size(json),
        ..Found::default()
    })
}

fn before(json: &Value) -> Option<Found> {
    let image = &json["image"];
    // A prompt, or parts of one with their weights.
    let parts = match &image["prompt"] {
        Value::Array(parts) => parts.iter().filter_map(|part| word(&part["prompt"])).collect::<Vec<_>>(),
        prompt => word(prompt).into_iter().collect(),
    };
    image.as_object()?;
    Some(Found {
        prompt: parts.join(" "),
        model: word(&json["model_weights"]).or_else(|| word(&json["model"])),
        seed: word(&image["seed"]),
        size: size(image),
        ..Found::default()
    })
}

/// `"a lake at dawn" -s 50 -S 1234 -W 512 -H 768`
fn typed(line: &str) -> Option<Found> {
    let line = line.trim();
    let (prompt, options) = match line.strip_prefix('"').and_then(|rest| rest.rsplit_once('"')) {
        Some(split) => split,
        None => line.split_once(" -").unwrap_or((line, "")),
    };
    let mut words = options.split_whitespace().peekable();
    let mut option = std::collections::BTreeMap::new();
    while let Some(name) = words.next() {
        // The value follows, apart or not.
        let name = name.trim_start_matches('-');
        let Some(letter) = name.get(..1) else { continue };
        let apart = || words.next_if(|word| !word.starts_with('-'));
        if let Some(value) = name.get(1..).filter(|value| !value.is_empty()).or_else(apart) {
            option.insert(letter, value);
        }
    }
    Some(Found {
        prompt: prompt.replace("\\\"", "\""),
        seed: option.get("S").map(|seed| (*seed).to_owned()),
        size: option.get("W").zip(option.get("H")).map(|(width, height)| format!("{width}x{height}")),
        raw: line.into(),
        ..Found::default()
    })
}
