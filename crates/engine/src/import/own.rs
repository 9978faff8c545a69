//! What our own exports say (`export/recipe.rs` writes it): JSON, in a PNG under its own keyword, elsewhere in the XMP
//! packet.

use super::container::{EXTENSION, Said, XMP};
use super::{Found, MAX_PROMPT, Made};
use crate::value::imported::Tool;
use crate::value::request::Request;
use crate::value::time::Timestamp;
use serde::Deserialize;

/// Most references of a recipe that are believed.
const MAX_REFERENCES: usize = 64;

#[derive(Deserialize)]
struct Recipe {
    diptych: u32,
    #[serde(default)]
    prompt: String,
    model_asked: Option<String>,
    model_used: Option<String>,
    size: Option<String>,
    aspect: Option<String>,
    seed: Option<i32>,
    thinking: Option<String>,
    #[serde(default)]
    references: Vec<String>,
    created: Option<jiff::Timestamp>,
    #[serde(default)]
    practice: bool,
}

pub(super) fn recognise(said: &Said) -> Option<Found> {
    let packed = || [XMP, EXTENSION].into_iter().find_map(|keyword| from_xmp(said.text(keyword)?));
    let json = said.text("diptych").map(str::to_owned).or_else(packed)?;
    let recipe: Recipe = serde_json::from_str(&json).ok().filter(|recipe: &Recipe| recipe.diptych > 0)?;
    let made = recipe.created.map(|at| Made::At(Timestamp(at.as_millisecond())));
    Some(Found {
        tool: Some(Tool::Diptych),
        prompt: recipe.prompt.clone(),
        model: recipe.model_used.clone(),
        seed: recipe.seed.map(|seed| seed.to_string()),
        practice: recipe.practice,
        request: request(recipe),
        made,
        raw: json,
        ..Found::default()
    })
}

/// What was asked, where all of it is there.
fn request(recipe: Recipe) -> Option<Request> {
    let is_hash = |text: &String| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if recipe.prompt.len() > MAX_PROMPT || recipe.references.len() > MAX_REFERENCES {
        return None;
    }
    Some(Request {
        model: recipe.model_asked?,
        prompt: recipe.prompt,
        size: recipe.size?.parse().ok()?,
        aspect: recipe.aspect?.parse().ok()?,
        references: recipe.references.into_iter().filter(is_hash).collect(),
        seed: recipe.seed,
        thinking: recipe.thinking,
        safety: None,
    })
}

/// The property as we write it, or as an element, as others write it again.
fn from_xmp(packet: &str) -> Option<String> {
    let between = |start: &str, end: &str| {
        let from = packet.find(start)? + start.len();
        let length = packet.get(from..)?.find(end)?;
        packet.get(from..from + length)
    };
    between("diptych:recipe=\"", "\"")
        .or_else(|| between("<diptych:recipe>", "</diptych:recipe>"))
        .map(unescaped)
}

/// The references that XML text has without a document type, and numbers.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let known = after.split_once(';').and_then(|(name, after)| {
            let c = match name {
                "amp" => '&',
                "lt" => '<',
                "gt" => '>',
                "quot" => '"',
                "apos" => '\'',
                number => {
                    let digits = number.strip_prefix('#')?;
                    let code = match digits.strip_prefix('x') {
                        Some(hex) => u32::from_str_radix(hex, 16),
                        None => digits.parse(),
                    };
                    char::from_u32(code.ok()?)?
                }
            };
            Some((c, after))
        });
        match known {
            Some((c, after)) => {
                out.push(c);
                rest = after;
            }
            None => {
                out.push('&');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}
