//! A clock that is set back while the program runs: the hour that a second system on the computer left in it, put right by
//! the network. Calls and refusals of an hour ago lie in the future then, and every wait that was counted from them would
//! last as long as the jump.
//!
//! Not here: a clock that goes forward, after which all waits have just ended; and a start (see `recover`).

use crate::driver::core::Core;
use crate::value::job::{Job, JobState};
use crate::value::time::Timestamp;
use std::time::Duration;

/// Less is put right all the time, and no wait is lost by it.
const JUMP: Duration = Duration::from_secs(5);

/// The latest time that was seen.
#[derive(Debug, Default)]
pub(super) struct Seen(Timestamp);

impl Seen {
    /// How far the clock was set back since the last look, if it was.
    fn jump(&mut self, now: Timestamp) -> Option<Duration> {
        let jump = std::mem::replace(&mut self.0, now).since(now);
        (jump >= JUMP).then_some(jump)
    }
}

/// Looks at the clock, and puts right what lies in the future since.
pub(super) async fn look(core: &Core, seen: &mut Seen) -> crate::ledger::Result<()> {
    let now = core.clock.now();
    let Some(jump) = seen.jump(now) else { return Ok(()) };
    tracing::warn!(?jump, "the clock was set back");
    let late = {
        let mut live = core.live();
        live.fleet.set_back(now);
        live.told_at = Timestamp::default();
        let late = live.queue.iter().filter(|waiting| waiting.not_before.is_some());
        late.map(|waiting| waiting.job.clone()).collect()
    };
    // Only pauses between calls: what is parked waits for a provider's day, which turns when it turns.
    let sooner = move |job: &mut Job| {
        let pauses = job.state == JobState::Queued && job.not_before.is_some();
        job.not_before = job.not_before.map(|at| if pauses { at.before(jump) } else { at });
        pauses
    };
    core.follow(&core.ledger.change_jobs(late, sooner).await?);
    Ok(())
}
