//! The sentences of the catalogue: said here for hosts that print, and given as they stand to the interface, which fills
//! them itself.

use crate::wire::Sentence;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

/// The files of a language.
macro_rules! files {
    ($language:literal: $($file:literal)*) => {
        &[$(include_str!(concat!("../catalogue/", $language, "/", $file, ".json"))),*]
    };
}

const ENGLISH: &[&str] =
    files!("en": "codes" "outside" "shell" "compose" "gallery" "review" "settings" "wall" "weather");
const CHINESE: &[&str] =
    files!("zh-CN": "codes" "outside" "shell" "compose" "gallery" "review" "settings" "wall" "weather");

/// A language that sentences are said in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English; leads.
    English,
    /// Simplified Chinese.
    Chinese,
}

impl Language {
    /// The language of a setting (`system`, `en`, `zh-CN`); `system`: the locale's name as the system has it.
    #[must_use]
    pub fn of(setting: &str, system: &str) -> Self {
        let name = if setting == "system" { system } else { setting };
        if name.to_ascii_lowercase().starts_with("zh") { Self::Chinese } else { Self::English }
    }

    /// The language of a setting, where this process runs.
    #[must_use]
    pub fn here(setting: &str) -> Self {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| std::env::var(name).ok());
        Self::of(setting, &locale.unwrap_or_default())
    }

    fn sentences(self) -> &'static HashMap<String, String> {
        static ENGLISH_TEXTS: OnceLock<HashMap<String, String>> = OnceLock::new();
        static CHINESE_TEXTS: OnceLock<HashMap<String, String>> = OnceLock::new();
        let (files, texts) = match self {
            Self::English => (ENGLISH, &ENGLISH_TEXTS),
            Self::Chinese => (CHINESE, &CHINESE_TEXTS),
        };
        let read = |file: &&str| serde_json::from_str::<HashMap<_, _>>(file).unwrap_or_default();
        texts.get_or_init(|| files.iter().flat_map(read).collect())
    }
}

/// All sentences of a language, by their keys, as one JSON object. `name` as in the setting; what is not Chinese is English.
#[must_use]
pub fn words(name: &str) -> String {
    serde_json::to_string(Language::of(name, "").sentences()).unwrap_or_default()
}

/// A sentence in English. An unknown code shows itself and its parameters: better than silence.
#[must_use]
pub fn say(sentence: &Sentence) -> String {
    say_in(Language::English, sentence)
}

/// A sentence in a language.
#[must_use]
pub fn say_in(language: Language, sentence: &Sentence) -> String {
    match language.sentences().get(&sentence.code) {
        Some(template) => fill(template, &sentence.params),
        None => format!("{} {:?}", sentence.code, sentence.params),
    }
}

fn fill(template: &str, params: &BTreeMap<String, Value>) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some(start) = rest.find('{') {
        let Some(length) = rest[start..].find('}') else { break };
        out.push_str(&rest[..start]);
        let mut parts = rest[start + 1..start + length].splitn(3, ':');
        let value = params.get(parts.next().unwrap_or_default()).unwrap_or(&Value::Null);
        out.push_str(&show(value, parts.next(), parts.next()));
        rest = &rest[start + length + 1..];
    }
    out.push_str(rest);
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn show(value: &Value, format: Option<&str>, words: Option<&str>) -> String {
    let number = value.as_i64().unwrap_or(0);
    match format {
        Some("usd") if value.is_null() => "$?".into(),
        Some("usd") => usd(number),
        Some("duration") => duration(number),
        Some("time") => time(number),
        Some("size") => size(number.unsigned_abs()),
        Some("select") => {
            let word = value.as_str().unwrap_or_default();
            let each = words.into_iter().flat_map(|words| words.split('|'));
            let found = each.filter_map(|one| one.split_once('=')).find(|(name, _)| *name == word);
            found.map_or(word, |(_, shown)| shown).into()
        }
        Some("plural") => {
            let (one, other) = words.and_then(|words| words.split_once('|')).unwrap_or(("", ""));
            if number == 1 { one.into() } else { other.into() }
        }
        _ => match value {
            Value::String(text) => text.clone(),
            Value::Null => String::new(),
            other => other.to_string(),
        },
    }
}

/// `$0.24`, `$0.134`: two decimals, more where there is more to say.
#[must_use]
pub fn usd(micros: i64) -> String {
    let text = format!("{:.4}", micros as f64 / 1e6);
    let keep = text.find('.').map_or(text.len(), |dot| dot + 3);
    let trimmed = text.trim_end_matches('0');
    format!("${}", if trimmed.len() < keep { &text[..keep] } else { trimmed })
}

/// `6 s`, `2 min 10 s`, `3 h 5 min`.
#[must_use]
pub fn duration(ms: i64) -> String {
    let seconds = (ms.max(0) + 500) / 1000;
    match seconds {
        0 => "a moment".into(),
        1..=59 => format!("{seconds} s"),
        60..=3599 if seconds % 60 == 0 => format!("{} min", seconds / 60),
        60..=3599 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

/// The day always stands with the time: this may be read tomorrow.
fn time(ms: i64) -> String {
    let at = jiff::Timestamp::from_millisecond(ms).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    at.to_zoned_datetime(jiff::tz::TimeZone::system()).strftime("%Y-%m-%d %H:%M").to_string()
}

/// `812 kB`, `28.8 MB`, `1.2 GB`.
#[must_use]
pub fn size(bytes: u64) -> String {
    let bytes = bytes as f64;
    match bytes {
        b if b < 1e3 => format!("{b} B"),
        b if b < 1e6 => format!("{:.0} kB", b / 1e3),
        b if b < 1e9 => format!("{:.1} MB", b / 1e6),
        b => format!("{:.1} GB", b / 1e9),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentence(code: &str, params: &[(&str, Value)]) -> Sentence {
        Sentence { code: code.into(), params: params.iter().map(|(k, v)| ((*k).into(), v.clone())).collect() }
    }

    #[test]
    fn sentences_say_what_happened_and_whether_it_cost() {
        let overload = sentence(
            "E-OVERLOAD",
            &[("provider", "Google".into()), ("attempt", 3.into()), ("max", 5.into()), ("wait", 8000.into())],
        );
        assert_eq!(
            say(&overload),
            "Google has no capacity (not your quota). Not charged. Try 3 of 5 in 8 s."
        );
        let extra = sentence("N-UNKNOWN", &[("n", 1.into())]);
        assert!(say(&extra).starts_with("1 call was on the wire"));
        assert_eq!(
            (usd(240_000), usd(134_000), usd(33_600)),
            ("$0.24".into(), "$0.134".into(), "$0.0336".into())
        );
        assert_eq!((duration(130_000), duration(11_700_000)), ("2 min 10 s".into(), "3 h 15 min".into()));
    }

    #[test]
    fn one_of_some_words_is_said_in_the_language_of_the_sentence() {
        let rate = sentence("S-quota", &[("limit", 10.into()), ("of", "rpm".into()), ("wait", 8000.into())]);
        assert_eq!(say(&rate), "Quota: 10 requests/min. Opens in 8 s.");
        assert!(say_in(Language::Chinese, &rate).contains("每分钟请求数 10"));
        let strange = sentence("S-quota", &[("of", "moons".into()), ("wait", 8000.into())]);
        assert_eq!(say(&strange), "Quota: moons. Opens in 8 s.");
    }

    #[test]
    fn every_file_of_the_catalogue_is_told() {
        for language in ["en", "zh-CN"] {
            let told: HashMap<String, String> = serde_json::from_str(&words(language)).expect("an object");
            let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("catalogue").join(language);
            let mut written = 0;
            for file in std::fs::read_dir(folder).expect("a folder") {
                let text = std::fs::read_to_string(file.expect("a file").path()).expect("text");
                let keys: HashMap<String, String> = serde_json::from_str(&text).expect("an object");
                keys.iter().for_each(|(key, text)| assert_eq!(told.get(key), Some(text)));
                written += keys.len();
            }
            assert_eq!(told.len(), written);
        }
    }
}
