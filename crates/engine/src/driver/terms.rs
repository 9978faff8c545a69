//! What a sheet asks of the time and of other models, for each of its jobs that wait.

use crate::policy::queue::{LineKey, Waiting};
use crate::value::job::{Fallback, Sheet};
use crate::value::lane::Lane;
use crate::value::time::Timestamp;
use std::time::Duration;

/// What a sheet asks of the time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terms {
    pub(super) lane: Lane,
    pub(super) deadline: Option<Timestamp>,
    created: Timestamp,
    pub(super) fallback: Fallback,
    /// It has a budget.
    budgeted: bool,
    /// How long it holds out for an overloaded model before it takes the fallback; `None`: for ever.
    patience: Option<Duration>,
}

impl Terms {
    pub(super) fn of(sheet: &Sheet) -> Self {
        let patience = match sheet.fallback {
            Fallback::Never | Fallback::Ask => None,
            Fallback::Now => Some(Duration::ZERO),
            Fallback::After(wait) => Some(wait),
        };
        Self {
            lane: sheet.lane,
            deadline: sheet.deadline,
            created: sheet.created,
            fallback: sheet.fallback,
            budgeted: sheet.max_usd.is_some(),
            patience,
        }
    }

    /// The same for one of its jobs. `can_fall_back`: the fallback can do what it asks.
    pub(super) fn apply(&self, waiting: Waiting, can_fall_back: bool) -> Waiting {
        let falls_back = self.patience.filter(|_| can_fall_back).map(|after| (self.created, after));
        let line = LineKey { budgeted: self.budgeted, ..waiting.line };
        // Who asked for one picture again sits and waits for it, whatever hour its sheet was meant for.
        let lane = if waiting.interactive { Lane::Now } else { self.lane };
        Waiting { lane, deadline: self.deadline, falls_back, line, ..waiting }
    }
}
