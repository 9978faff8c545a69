//! Other applications on a project's quota. They take theirs in the order of time, whenever somebody looks.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use serde::{Deserialize, Serialize};

use super::chance;
use crate::quota::{Quotas, Take};
use crate::scenario::{Foreign, Scenario, Spacing};

/// How another application fared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForeignStats {
    /// Whose quota it uses.
    pub project: String,
    /// On which model.
    pub model: String,
    /// Calls it wanted to make.
    pub wanted: u64,
    /// Those it got through.
    pub got: u64,
    /// Those it has given up.
    pub lost: u64,
}

/// A wish that waits for its moment: due at, born at, which application.
type Due = Reverse<(i64, i64, usize)>;

#[derive(Debug)]
struct Application {
    /// When its next wish is born; exact, so that an even spacing does not drift.
    next_ms: f64,
    draws: u64,
    wanted: u64,
    lost: u64,
    /// When it got what it got.
    got: Vec<i64>,
}

/// All the others.
#[derive(Debug)]
pub(super) struct Others {
    seed: u64,
    applications: Vec<Application>,
    due: BinaryHeap<Due>,
}

/// What such a call takes: a text like ours, and no money that we would be billed for.
const TAKE: Take = Take { tokens: 100, usd_micros: 0 };

impl Others {
    pub(super) fn new(rules: &[Foreign], seed: u64, start_ms: i64) -> Self {
        let fresh = Application { next_ms: start_ms as f64, draws: 0, wanted: 0, lost: 0, got: Vec::new() };
        let mut others = Self { seed, applications: Vec::new(), due: BinaryHeap::new() };
        for (i, rule) in rules.iter().enumerate() {
            others.applications.push(Application { got: Vec::new(), ..fresh });
            others.plan(rule, i);
        }
        others
    }

    /// Plans the next wish of an application.
    fn plan(&mut self, rule: &Foreign, i: usize) {
        let application = &mut self.applications[i];
        let gap = 60_000.0 / rule.per_minute;
        application.next_ms += match rule.spacing {
            Spacing::Even => gap,
            Spacing::Poisson => {
                application.draws += 1;
                let unit = f64::from(chance::foreign(self.seed, i, application.draws).unit());
                -gap * (1.0 - unit).max(1e-9).ln()
            }
        };
        let at = application.next_ms as i64;
        self.due.push(Reverse((at, at, i)));
    }

    /// Everything that is due until now.
    pub(super) fn advance(&mut self, scenario: &Scenario, quotas: &mut Quotas, now_ms: i64) {
        while let Some(Reverse((at, born, i))) = self.due.peek().copied()
            && at <= now_ms
        {
            self.due.pop();
            let rule = &scenario.foreign[i];
            if at == born {
                self.applications[i].wanted += 1;
                self.plan(rule, i);
            }
            let application = &mut self.applications[i];
            if quotas.admit(&scenario.quota, &rule.project, &rule.model, TAKE, at).is_ok() {
                application.got.push(at);
                continue;
            }
            application.draws += 1;
            let jitter = f64::from(chance::foreign(self.seed, i, application.draws).between(0.5, 1.5));
            let again = at + ((rule.retry_s * jitter * 1000.0) as i64).max(1);
            if (again - born) as f64 <= rule.patience_s * 1000.0 {
                self.due.push(Reverse((again, born, i)));
            } else {
                application.lost += 1;
            }
        }
    }

    /// Calls that others made in `[from, to)`.
    pub(super) fn taken(
        &self,
        rules: &[Foreign],
        project: &str,
        model: &str,
        (from, to): (i64, i64),
    ) -> usize {
        let same = |rule: &Foreign| rule.project == project && rule.model == model;
        let of = |application: &Application| {
            application.got.partition_point(|at| *at < to) - application.got.partition_point(|at| *at < from)
        };
        rules.iter().zip(&self.applications).filter(|(rule, _)| same(rule)).map(|(_, a)| of(a)).sum()
    }

    pub(super) fn stats(&self, rules: &[Foreign]) -> Vec<ForeignStats> {
        let stats = |(rule, application): (&Foreign, &Application)| ForeignStats {
            project: rule.project.clone(),
            model: rule.model.clone(),
            wanted: application.wanted,
            got: application.got.len() as u64,
            lost: application.lost,
        };
        rules.iter().zip(&self.applications).map(stats).collect()
    }
}
