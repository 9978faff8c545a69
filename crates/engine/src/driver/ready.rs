//! What a job takes before it goes out: its key, its references, room on the disk, and last its place in the books. All of
//! it may block, and is done by one thread, one after the other: to go from thread to thread costs more than most of it.

use crate::driver::budgets::unpriced;
use crate::driver::core::Core;
use crate::driver::intake::put_away;
use crate::ledger::{Booking, Refused, Result};
use crate::picture::clean::cleaned;
use crate::policy::queue::LineKey;
use crate::provider::gemini::Reference;
use crate::store::spool::{NoSpool, Spool};
use crate::value::account::Account;
use crate::value::catalogue::Model;
use crate::value::id::AttemptId;
use crate::value::job::{Attempt, Job, Sheet};
use crate::value::lane::Tier;
use crate::value::money::Usd;
use crate::value::secret::ApiKey;
use crate::value::sentence::Sentence;
use crate::value::time::Timestamp;
use std::time::Duration;

/// A job that found no room on the disk looks again after this.
const NO_ROOM_FOR: Duration = Duration::from_secs(30);

/// A job, and the way it would take.
pub(super) struct Wish {
    pub(super) job: Job,
    pub(super) sheet: Sheet,
    pub(super) account: Account,
    pub(super) model: Model,
    pub(super) price: Option<Usd>,
    pub(super) tier: Tier,
}

/// Taken and booked: it may go out.
pub(super) struct Ready {
    pub(super) job: Job,
    pub(super) attempt: Attempt,
    pub(super) key: ApiKey,
    pub(super) references: Vec<Reference>,
    pub(super) spool: Spool,
}

/// It does not go out.
pub(super) enum Stays {
    /// Where it is put already.
    Put,
    /// Until then, or until it is mended.
    Parked(Option<Timestamp>, Sentence),
}

/// Takes all of it, or leaves nothing behind. Blocks.
pub(super) fn ready(core: &Core, wish: &Wish) -> Result<std::result::Result<Ready, Stays>> {
    let Wish { job, sheet, account, model, price, tier } = wish;
    let before = core.key_now(account).and_then(|key| Ok((key, load_references(core, job)?)));
    let (key, references) = match before {
        Ok(taken) => taken,
        Err(why) => return Ok(Err(Stays::Parked(None, why))),
    };
    let now = core.clock.now();
    let attempt = Attempt {
        id: AttemptId::fresh(&*core.randomness),
        job: job.id.clone(),
        number: job.trials.attempts + 1,
        account: account.id.clone(),
        account_name: account.name.clone(),
        project: account.project.clone(),
        billing: account.billing.clone(),
        model: model.id.clone(),
        size: LineKey::of(job).size,
        practice: account.practice(),
        tier: *tier,
        started: now,
        reserved: *price,
    };
    let spool = match reserve(core, &attempt) {
        Ok(spool) => spool,
        Err(why) => return Ok(Err(Stays::Parked(Some(now.after(NO_ROOM_FOR)), why))),
    };
    let leave = || put_away(&core.folders, &attempt.id, false);
    if core.live().draining {
        leave();
        core.follow([job]);
        return Ok(Err(Stays::Put));
    }
    let booking = Booking {
        attempt: attempt.clone(),
        fallback: job.request.model != model.id,
        limits: core.limits(sheet, account, now),
    };
    let refused = match core.ledger.book(&booking) {
        Ok(Ok(job)) => return Ok(Ok(Ready { job, attempt, key, references, spool })),
        Ok(Err(refused)) => refused,
        Err(error) => {
            leave();
            return Err(error);
        }
    };
    leave();
    let stays = match refused {
        Refused::Gone => None,
        Refused::Unpriced => Some((None, unpriced(&model.id, job.request.size, account))),
        Refused::Over(over) => core.over_limit(job, *over, now),
    };
    Ok(Err(stays.map_or(Stays::Put, |(until, why)| Stays::Parked(until, why))))
}

/// Room for the worst answer: 4K as PNG in base64 is about 30 MB; the rest in proportion.
fn reserve(core: &Core, attempt: &Attempt) -> std::result::Result<Spool, Sentence> {
    let worst = match attempt.size.as_str() {
        "4K" => 48,
        "2K" => 16,
        _ => 8,
    } * 1024
        * 1024;
    let folder = core.folders.spool();
    Spool::reserve(&folder, &attempt.id, worst).map_err(|none| match none {
        NoSpool::NoRoom(needs, free) => Sentence::new("E-NO-ROOM")
            .with("needs", needs)
            .with("free", free)
            .with("path", folder.display().to_string()),
        NoSpool::Io(error) => Sentence::new("E-LIBRARY").with("text", error.to_string()),
    })
}

/// As they are sent: without what they say of place, camera and owner, unless the user wants that to go along. One that
/// cannot be cleaned is not sent.
fn load_references(core: &Core, job: &Job) -> std::result::Result<Vec<Reference>, Sentence> {
    let clean = core.settings().clean_references;
    let load = |hash: &String| {
        let read = super::compose::find_reference(&core.folders, hash)
            .and_then(|(path, format)| Some((std::fs::read(path).ok()?, format)));
        let (bytes, format) = read.ok_or_else(|| Sentence::new("E-REFERENCE").with("name", hash.as_str()))?;
        let bytes = if clean { cleaned(bytes, format) } else { Some(bytes) };
        let bytes = bytes.ok_or_else(|| Sentence::new("E-REFERENCE-UNCLEAN").with("name", hash.as_str()))?;
        Ok(Reference { mime: format.mime(), bytes })
    };
    job.request.references.iter().map(load).collect()
}
