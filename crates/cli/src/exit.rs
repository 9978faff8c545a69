//! Exit codes that scripts rely on.

use diptych_api::wire::JobState;
use std::process::ExitCode;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done.
    Done,
    /// Something failed.
    Failed,
    /// Wrong usage: other words would have been taken.
    Usage,
    /// The user must decide.
    Decide,
    /// Parked until later.
    Parked,
    /// Left on a signal, before it was done.
    Left,
}

impl Exit {
    /// Of jobs: where they mix, failed before decide before parked.
    pub(crate) fn of(jobs: &[JobState]) -> Self {
        let any = |states: &[JobState]| jobs.iter().any(|state| states.contains(state));
        match () {
            () if any(&[JobState::Failed, JobState::Cancelled]) => Self::Failed,
            () if any(&[JobState::Unknown]) => Self::Decide,
            () if any(&[JobState::Parked, JobState::Queued, JobState::Sending]) => Self::Parked,
            () => Self::Done,
        }
    }
}

impl std::fmt::Display for Exit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for Exit {}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::Decide => 3,
            Exit::Parked => 4,
            Exit::Left => 130,
        })
    }
}
