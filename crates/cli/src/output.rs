//! Where words go: results to stdout, everything else to stderr. The only place in the program that prints.

use diptych_api::catalogue;
use diptych_api::wire::{Billed, Failure, Sentence};
use serde::Serialize;
use std::io::Write as _;

/// A line of result.
pub(crate) fn line(text: &str) {
    // A reader that has gone away (head, less) is no failure.
    drop(writeln!(std::io::stdout().lock(), "{}", printable(text)));
}

/// Prompts of imported files and providers' words are anybody's: what would steer the terminal is left out.
fn printable(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control() || matches!(letter, '\n' | '\t')).collect()
}

/// An object of result.
pub(crate) fn object(value: &impl Serialize) {
    line(&serde_json::to_string(value).unwrap_or_default());
}

/// Progress.
pub(crate) fn progress(text: &str) {
    drop(writeln!(std::io::stderr().lock(), "{}", printable(text)));
}

/// Something went wrong.
pub(crate) fn complain(text: &str) {
    progress(&format!("diptych: {text}"));
}

/// A command was refused: the sentence, and its code for scripts.
pub(crate) fn refused(failure: &Failure) {
    complain(&format!("{} [{}]", catalogue::say(&failure.sentence), failure.sentence.code));
}

/// A sentence of the catalogue.
pub(crate) fn say(sentence: &Sentence) -> String {
    catalogue::say(sentence)
}

/// `no`, `yes`, `unknown`.
pub(crate) fn billed(billed: Option<Billed>) -> &'static str {
    match billed {
        Some(Billed::Yes) => "yes",
        Some(Billed::Unknown) => "unknown",
        Some(Billed::No) | None => "no",
    }
}

/// Columns of text, aligned.
pub(crate) fn table(rows: &[Vec<String>]) {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|c| c.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    for row in rows {
        let cells: Vec<String> =
            row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}", width = *width)).collect();
        line(cells.join("  ").trim_end());
    }
}

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn words_from_outside_do_not_steer_the_terminal() {
        assert_eq!(printable("a\u{1b}]0;owned\u{7}b\u{9b}31m\r\tc\nd"), "a]0;ownedb31m\tc\nd");
    }
}
