//! What a job waited for, and from when to when: put together from what was noted of all jobs, of its sheet, of its line
//! in the queue and of itself.
//!
//! Not here: who notes it, and how it is kept.

use crate::value::sentence::Sentence;
use crate::value::time::Timestamp;
use std::time::Duration;

/// Shorter waits are nobody's question.
pub const BRIEF: Duration = Duration::from_millis(1500);
/// A story tells at most so many waits between two calls: the longest.
const MOST: usize = 12;

/// From then on something else holds, or nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Note {
    /// When.
    pub at: Timestamp,
    /// Over then by itself.
    pub until: Option<Timestamp>,
    /// What holds; `None`: nothing any more.
    pub reason: Option<Sentence>,
}

/// A wait.
#[derive(Debug, Clone, PartialEq)]
pub struct Wait {
    /// From.
    pub from: Timestamp,
    /// To.
    pub to: Timestamp,
    /// For what.
    pub reason: Sentence,
}

/// What held between two moments. Each layer is in order of time; of those that hold at once the first is told.
#[must_use]
pub fn waits(layers: &[Vec<Note>], from: Timestamp, to: Timestamp) -> Vec<Wait> {
    let mut edges = vec![from, to];
    for note in layers.iter().flatten() {
        edges.extend([Some(note.at), note.until].into_iter().flatten().filter(|at| from < *at && *at < to));
    }
    edges.sort_unstable();
    edges.dedup();
    let mut all: Vec<Wait> = Vec::new();
    for pair in edges.windows(2) {
        let &[from, to] = pair else { continue };
        if let Some(reason) = layers.iter().find_map(|layer| holds(layer, from)) {
            all.push(Wait { from, to, reason: reason.clone() });
        }
    }
    shorten(merge(all, Duration::ZERO))
}

fn holds(layer: &[Note], at: Timestamp) -> Option<&Sentence> {
    let note = layer.iter().rev().find(|note| note.at <= at)?;
    note.reason.as_ref().filter(|_| note.until.is_none_or(|until| at < until))
}

/// Waits for the same are one, where no more than so much lies between them.
fn merge(all: Vec<Wait>, gap: Duration) -> Vec<Wait> {
    let mut merged: Vec<Wait> = Vec::new();
    for wait in all {
        match merged.last_mut() {
            Some(last) if last.reason.code == wait.reason.code && wait.from.since(last.to) <= gap => {
                last.to = wait.to;
            }
            _ => merged.push(wait),
        }
    }
    merged
}

/// The brief ones go, and of very many the shortest.
fn shorten(mut all: Vec<Wait>) -> Vec<Wait> {
    let length = |wait: &Wait| wait.to.since(wait.from);
    all.retain(|wait| length(wait) >= BRIEF);
    let mut all = merge(all, BRIEF);
    let mut lengths: Vec<_> = all.iter().map(length).collect();
    lengths.sort_unstable();
    if let Some(least) = lengths.len().checked_sub(MOST).and_then(|index| lengths.get(index)) {
        let mut left = MOST;
        all.retain(|wait| {
            let stays = length(wait) >= *least && left > 0;
            left -= usize::from(stays);
            stays
        });
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(at: i64, code: &str) -> Note {
        let reason = (!code.is_empty()).then(|| Sentence::new(code));
        Note { at: Timestamp(at * 1000), until: None, reason }
    }

    fn told(layers: &[Vec<Note>], from: i64, to: i64) -> Vec<(i64, i64, String)> {
        let all = waits(layers, Timestamp(from * 1000), Timestamp(to * 1000));
        all.into_iter().map(|w| (w.from.millis() / 1000, w.to.millis() / 1000, w.reason.code)).collect()
    }

    #[test]
    fn the_first_layer_that_holds_is_told_and_the_others_go_on_beneath_it() {
        let all = vec![note(10, "R-paused"), note(60, "")];
        let sheet = vec![note(40, "R-off-peak"), note(100, "")];
        let line = vec![note(0, "E-RATE-MINUTE")];
        let expected = [(5, 10, "E-RATE-MINUTE"), (10, 60, "R-paused"), (60, 100, "R-off-peak")];
        let mut expected = expected.map(|(from, to, code)| (from, to, code.to_owned())).to_vec();
        expected.push((100, 130, "E-RATE-MINUTE".into()));
        assert_eq!(told(&[all, sheet, line], 5, 130), expected);
    }

    #[test]
    fn what_ends_by_itself_ends() {
        let own = vec![Note { until: Some(Timestamp(30_000)), ..note(10, "E-NO-ROOM") }];
        assert_eq!(told(&[own], 0, 100), [(10, 30, "E-NO-ROOM".to_owned())]);
    }

    #[test]
    fn a_flicker_is_one_wait_and_a_long_story_stays_short() {
        let mut line = Vec::new();
        for minute in 0..100 {
            line.push(note(minute * 60, "E-RATE-MINUTE"));
            line.push(note(minute * 60 + 59, "R-concurrency"));
        }
        assert_eq!(told(&[line], 0, 6000), [(0, 5999, "E-RATE-MINUTE".to_owned())]);
        let many = (0..100).map(|at| note(at * 60, &format!("R-{at}"))).collect();
        assert_eq!(told(&[many], 0, 6000).len(), MOST);
        assert_eq!(told(&[Vec::new()], 0, 6000), []);
    }
}
