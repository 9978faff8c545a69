//! Between prompts and the word index: what stands in it, and what is asked of it.
//!
//! Chinese, Japanese and Korean are written without spaces between words, and FTS5 knows no words in them. Every pair of
//! neighbouring characters is a word of the index instead: two characters find what holds them, longer words are
//! pairs in a row. Everything else is cut into words by FTS5 itself. Not here: any SQL.

/// Characters of scripts that are indexed in pairs.
fn is_dense(c: char) -> bool {
    matches!(c,
        '\u{3005}' | '\u{3007}' | '\u{3041}'..='\u{3096}' | '\u{309d}'..='\u{309f}' | '\u{30a1}'..='\u{30fa}'
        | '\u{30fc}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ff9d}' | '\u{20000}'..='\u{3ffff}')
}

/// The text in runs of one kind of script each.
fn runs(text: &str) -> impl Iterator<Item = (bool, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let dense = is_dense(rest.chars().next()?);
        let end = rest.find(|c| is_dense(c) != dense).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        rest = after;
        Some((dense, run))
    })
}

fn pairs(run: &str) -> impl Iterator<Item = &str> {
    let starts: Vec<usize> = run.char_indices().map(|(at, _)| at).chain([run.len()]).collect();
    let windows: Vec<&str> = starts.windows(3).filter_map(|at| run.get(*at.first()?..*at.last()?)).collect();
    windows.into_iter()
}

/// What the index is given for a prompt.
pub(super) fn index_text(prompt: &str) -> String {
    let mut out = String::with_capacity(prompt.len() * 2);
    for (dense, run) in runs(prompt) {
        if !dense {
            out.push_str(run);
            continue;
        }
        for pair in pairs(run) {
            out.push(' ');
            out.push_str(pair);
        }
        // The last one by itself, so that one character finds it too.
        out.push(' ');
        out.extend(run.chars().next_back());
        out.push(' ');
    }
    out
}

/// What the index is asked for what somebody has typed so far: every word, each perhaps unfinished, in any order;
/// between quotation marks in this order. `None` where there is nothing that could be found.
pub(super) fn query(typed: &str) -> Option<String> {
    let mut terms = Vec::new();
    for (number, part) in typed.split(['"', '“', '”', '„']).enumerate() {
        if number % 2 == 1 {
            terms.extend(phrase(part));
            continue;
        }
        for (dense, run) in part.split_whitespace().flat_map(runs) {
            if dense {
                terms.push(dense_term(run));
            } else if run.contains(char::is_alphanumeric) {
                terms.push(format!("\"{run}\" *"));
            }
        }
    }
    (!terms.is_empty()).then(|| terms.join(" AND "))
}

fn dense_term(run: &str) -> String {
    let pairs: Vec<&str> = pairs(run).collect();
    if pairs.is_empty() { format!("\"{run}\" *") } else { format!("\"{}\"", pairs.join(" ")) }
}

/// Words in this order. The lone last character of a dense run stands in the index and so in between.
fn phrase(text: &str) -> Option<String> {
    let mut words = index_text(text);
    if text.trim_end().ends_with(is_dense) {
        let cut = words.trim_end().rfind(' ').unwrap_or(0);
        // A single character may be the beginning of a pair.
        if words.get(..cut).is_some_and(|before| before.contains(char::is_alphanumeric)) {
            words.truncate(cut);
        } else {
            return Some(format!("\"{}\" *", words.trim()));
        }
    }
    words.contains(char::is_alphanumeric).then(|| format!("\"{words}\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dense_scripts_are_indexed_in_pairs_and_the_rest_as_it_is() {
        assert_eq!(index_text("golden hour"), "golden hour");
        assert_eq!(index_text("樱花树 4K"), " 樱花 花树 树  4K");
        assert_eq!(index_text("a山b"), "a 山 b");
    }

    #[test]
    fn what_is_typed_becomes_terms_that_cannot_be_syntax() {
        assert_eq!(query("gol hi"), Some("\"gol\" * AND \"hi\" *".into()));
        assert_eq!(query("樱花"), Some("\"樱花\"".into()));
        assert_eq!(query("樱花树"), Some("\"樱花 花树\"".into()));
        assert_eq!(query("树"), Some("\"树\" *".into()));
        assert_eq!(query("NEAR(a b) -c*"), Some("\"NEAR(a\" * AND \"b)\" * AND \"-c*\" *".into()));
        assert_eq!(query("\"golden hour\" cat"), Some("\"golden hour\" AND \"cat\" *".into()));
        assert_eq!((query("  "), query("— \"!\"")), (None, None));
    }
}
