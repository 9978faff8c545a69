//! Prompts: `${name:default}` variables, and what cannot be sent.

use crate::value::sentence::Sentence;
use std::collections::BTreeMap;

/// Longest prompt that is sent, in bytes.
pub const MAX_BYTES: usize = 64 * 1024;

/// Fills in the variables. `${name}` needs a value, `${name:default}` has one.
///
/// # Errors
/// `E-PROMPT…`: empty, too long, a character that cannot be sent, a variable without a value.
pub fn expand(template: &str, values: &BTreeMap<String, String>) -> Result<String, Sentence> {
    if template.len() > MAX_BYTES {
        return Err(Sentence::new("E-PROMPT").with("bytes", template.len() as u64));
    }
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(start) = rest.find("${") {
        let Some(length) = rest[start + 2..].find('}') else { break };
        let inside = &rest[start + 2..start + 2 + length];
        let (name, default) = match inside.split_once(':') {
            Some((name, default)) => (name.trim(), Some(default)),
            None => (inside.trim(), None),
        };
        out.push_str(&rest[..start]);
        if is_name(name) {
            let value = values.get(name).map(String::as_str).or(default);
            out.push_str(value.ok_or_else(|| Sentence::new("E-PROMPT-VAR").with("name", name))?);
        } else {
            // Not a variable: shell code, a price. It stays as it was written.
            out.push_str(&rest[start..start + 3 + length]);
        }
        rest = &rest[start + 3 + length..];
    }
    out.push_str(rest);
    let out = out.trim().to_owned();
    if out.is_empty() {
        return Err(Sentence::new("E-PROMPT-EMPTY"));
    }
    if out.len() > MAX_BYTES {
        return Err(Sentence::new("E-PROMPT").with("bytes", out.len() as u64));
    }
    if out.contains('\0') {
        return Err(Sentence::new("E-PROMPT-NUL"));
    }
    Ok(out)
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-' || c == ' ')
}

/// First words of a prompt, for titles.
#[must_use]
pub fn title(prompt: &str) -> String {
    let line = prompt.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().trim();
    if line.chars().count() <= 60 {
        return line.into();
    }
    let cut: String = line.chars().take(60).collect();
    let end = cut.rfind(' ').filter(|end| *end > 30).unwrap_or(cut.len());
    format!("{}…", cut[..end].trim_end_matches([',', '.', ';', ':']))
}

/// A rough count of input tokens: enough to show, never to bill.
#[must_use]
pub fn rough_tokens(prompt: &str) -> u32 {
    let (ascii, other) =
        prompt.chars().fold((0u32, 0u32), |(a, o), c| if c.is_ascii() { (a + 1, o) } else { (a, o + 1) });
    ascii.div_ceil(4) + other
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect()
    }

    #[test]
    fn variables_take_their_value_else_their_default() {
        let made = expand("Hills at ${time:dawn}, ${mood:quiet: and wide}", &values(&[("time", "dusk")]));
        assert_eq!(made.as_deref(), Ok("Hills at dusk, quiet: and wide"));
        assert_eq!(expand("${a}", &values(&[])).unwrap_err().code, "E-PROMPT-VAR");
        assert_eq!(expand("a ${", &values(&[])).as_deref(), Ok("a ${"));
        assert_eq!(expand("cost ${%}", &values(&[])).as_deref(), Ok("cost ${%}"));
    }

    #[test]
    fn what_cannot_be_sent_is_refused_before_it_costs() {
        assert_eq!(expand(&"x".repeat(MAX_BYTES + 1), &values(&[])).unwrap_err().code, "E-PROMPT");
        assert_eq!(expand("a\0b", &values(&[])).unwrap_err().code, "E-PROMPT-NUL");
        assert_eq!(expand("  \n ", &values(&[])).unwrap_err().code, "E-PROMPT-EMPTY");
        assert_eq!(expand("${a:}", &values(&[])).unwrap_err().code, "E-PROMPT-EMPTY");
    }

    #[test]
    fn titles_break_at_words() {
        assert_eq!(title("\n A lighthouse \nmore"), "A lighthouse");
        let long = title("A very long prompt about a lighthouse at dusk, with waves and a storm far away");
        assert_eq!(long, "A very long prompt about a lighthouse at dusk, with waves…");
    }
}
