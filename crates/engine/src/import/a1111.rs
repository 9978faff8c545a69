//! The text of Stable Diffusion web UI: the prompt, perhaps `Negative prompt: …`, and a last line of facts
//! (`Steps: 20, Sampler: Euler a, Seed: 7, Size: 512x768, Model: …`). In PNG under `parameters`, in JPEG and WebP as the
//! user comment of Exif, or where that has no room as the comment of a JPEG. Many other programs write the same.

use super::Found;
use super::container::{COMMENT, REMARK, Said};
use crate::value::imported::Tool;

/// Fewer facts than that are words of the prompt; web UI reads its own text by this rule.
const LEAST_FACTS: usize = 3;
const NEGATIVE: &str = "Negative prompt:";

pub(super) fn recognise(said: &Said) -> Option<Found> {
    // JSON under this keyword is somebody else's.
    if let Some(text) = said.text("parameters").filter(|text| !text.trim_start().starts_with('{')) {
        return Some(read(text));
    }
    // A comment may be anything: it has to look like it.
    let comments = said.text(COMMENT).into_iter().chain(said.texts(REMARK));
    comments.map(read).find(|found| found.negative.is_some() || found.size.is_some())
}

fn read(text: &str) -> Found {
    let whole = text.trim();
    let (body, last) = whole.rsplit_once('\n').unwrap_or(("", whole));
    let facts = facts(last);
    let (body, facts) = if facts.len() < LEAST_FACTS { (whole, Vec::new()) } else { (body, facts) };
    let (prompt, negative) = match body.strip_prefix(NEGATIVE) {
        Some(negative) => ("", Some(negative)),
        None => match body.split_once(&format!("\n{NEGATIVE}")) {
            Some((prompt, negative)) => (prompt, Some(negative)),
            None => (body, None),
        },
    };
    let fact = |name: &str| facts.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    let ours = fact("Version").is_some_and(|version| version.starts_with("Diptych"));
    Found {
        tool: Some(if ours { Tool::Diptych } else { Tool::A1111 }),
        prompt: prompt.into(),
        negative: negative.map(str::to_owned),
        model: fact("Model").or_else(|| fact("Model hash")),
        seed: fact("Seed"),
        size: fact("Size"),
        raw: text.into(),
        ..Found::default()
    }
}

/// `Name: value, Name: "a value, quoted", …`
fn facts(line: &str) -> Vec<(String, String)> {
    let mut facts = Vec::new();
    let mut rest = line;
    while let Some((name, after)) = rest.split_once(':') {
        let after = after.trim_start();
        let (value, after) = match quoted(after) {
            Some((value, after)) => (value, after.split_once(',').map_or("", |(_, after)| after)),
            None => {
                let (value, after) = after.split_once(',').unwrap_or((after, ""));
                (value.trim().to_owned(), after)
            }
        };
        // What stands before a comma in front of the name is no part of it.
        let name = name.rsplit(',').next().unwrap_or_default().trim();
        if is_name(name) {
            facts.push((name.into(), value));
        }
        rest = after;
    }
    facts
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_alphanumeric() || c == '_')
        && name.chars().count() > 1
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | ' ' | '-' | '/'))
}

/// A JSON string at the beginning, and what follows it.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut escaped = false;
    let end = text.strip_prefix('"')?.find(|c| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    })? + 2;
    Some((serde_json::from_str(text.get(..end)?).ok()?, text.get(end..)?))
}
