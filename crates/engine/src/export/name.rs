//! File names from a template, `{date}-{prompt}-{id}`, safe on every file system: letters, digits and a few signs, no
//! name that Windows keeps for itself, short enough.

use crate::value::job::KeptPicture;
use jiff::tz::TimeZone;
use std::str::FromStr;

/// What may stand in a template.
pub const FIELDS: [&str; 9] = ["date", "time", "prompt", "model", "size", "aspect", "seed", "rating", "id"];

/// Bytes of a name: 255 is what file systems take, and an extension and a number have to fit in.
const MAX_BYTES: usize = 180;
/// Bytes of the prompt's words.
const PROMPT_BYTES: usize = 48;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Field(&'static str),
}

/// A template that was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(Vec<Piece>);

impl Default for Template {
    fn default() -> Self {
        let dash = || Piece::Text("-".into());
        Self(vec![Piece::Field("date"), dash(), Piece::Field("prompt"), dash(), Piece::Field("id")])
    }
}

impl FromStr for Template {
    /// The field that there is not, or the whole template where its braces do not match.
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').ok_or_else(|| text.to_owned())?;
            let field = FIELDS.into_iter().find(|field| *field == name).ok_or_else(|| name.to_owned())?;
            pieces.push(Piece::Text(before.into()));
            pieces.push(Piece::Field(field));
            rest = after;
        }
        if rest.contains('}') || text.trim().is_empty() {
            return Err(text.to_owned());
        }
        pieces.push(Piece::Text(rest.into()));
        Ok(Self(pieces))
    }
}

impl Template {
    /// The name of a picture, without extension.
    #[must_use]
    pub fn fill(&self, kept: &KeptPicture, zone: &TimeZone) -> String {
        let picture = &kept.picture;
        let asked = picture.request.as_ref();
        let mut name = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => name.push_str(text),
                Piece::Field("date") => name.push_str(&picture.created.day(zone)),
                Piece::Field("time") => name.push_str(&picture.created.time_of_day(zone)),
                Piece::Field("prompt") => name.push_str(&words(picture.prompt())),
                Piece::Field("model") => name.push_str(&picture.model_used),
                Piece::Field("size") => name.extend(asked.map(|asked| asked.size.as_str())),
                Piece::Field("aspect") => {
                    name.extend(asked.map(|asked| asked.aspect.to_string().replace(':', "x")));
                }
                Piece::Field("seed") => {
                    name.extend(asked.and_then(|asked| asked.seed).map(|seed| seed.to_string()));
                }
                Piece::Field("rating") => name.push_str(&kept.rating.to_string()),
                Piece::Field(_) => name.push_str(picture.id.as_str()),
            }
        }
        safe(&name, picture.id.as_str())
    }
}

/// The words of a prompt as a part of a name: small letters and dashes, short.
#[must_use]
pub fn words(prompt: &str) -> String {
    let mut out = String::new();
    for c in prompt.chars() {
        match c {
            c if c.is_alphanumeric() => out.extend(c.to_lowercase()),
            _ if !out.ends_with('-') && !out.is_empty() => out.push('-'),
            _ => {}
        }
        if out.len() >= PROMPT_BYTES {
            break;
        }
    }
    out.trim_end_matches('-').to_owned()
}

fn safe(name: &str, id: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        let c = if c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ' ' | '(' | ')' | ',' | '+') {
            c
        } else {
            '-'
        };
        if out.len() + c.len_utf8() > MAX_BYTES {
            break;
        }
        out.push(c);
    }
    // A dot in front hides a file, and Windows drops dots and spaces at the end.
    let out = out.trim_matches(['.', ' ', '-']).to_owned();
    if out.is_empty() || is_reserved(&out) { id.to_owned() } else { out }
}

fn is_reserved(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().to_ascii_uppercase();
    let numbered =
        |prefix: &str| stem.strip_prefix(prefix).is_some_and(|rest| matches!(rest.as_bytes(), [b'0'..=b'9']));
    matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL") || numbered("COM") || numbered("LPT")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_understood_or_says_what_is_not() {
        assert_eq!("{date}-{prompt}-{id}".parse::<Template>().map(|t| t.0.len()), Ok(7));
        assert_eq!("{colour}".parse::<Template>(), Err("colour".into()));
        for broken in ["{id", "id}", "", "  "] {
            assert_eq!(broken.parse::<Template>(), Err(broken.into()));
        }
    }

    #[test]
    fn names_are_safe_everywhere() {
        for (name, is) in [
            ("../../etc/passwd", "etc-passwd"),
            ("a/b\\c:d*e?f", "a-b-c-d-e-f"),
            ("con", "p1"),
            ("COM1.txt", "p1"),
            ("company", "company"),
            (" . ", "p1"),
            ("ends. ", "ends"),
            ("樱花 4K", "樱花 4K"),
        ] {
            assert_eq!(safe(name, "p1"), is);
        }
        assert!(safe(&"樱".repeat(200), "p1").len() <= MAX_BYTES);
        assert_eq!(words("  A fox, in the SNOW!  "), "a-fox-in-the-snow");
    }
}
