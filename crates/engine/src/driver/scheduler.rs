//! The scheduler: looks at the jobs that may go out, chooses a route for each, books and sends.
//!
//! Nobody sleeps holding a call: a job that must wait is a row with a time, and this loop is the only place that waits.
//! The wall clock is read again at least every 30 seconds, because timers do not count while a computer sleeps.

use crate::driver::apply::can_fall_back;
use crate::driver::attempt::{Flying, fly};
use crate::driver::core::{Core, Flight, Live};
use crate::ledger::{Booking, KeptAccount, Refused};
use crate::policy::gate::Opening;
use crate::policy::route::{Choice, Way, choose, lasts};
use crate::provider::gemini::Reference;
use crate::store::spool::{NoSpool, Spool};
use crate::value::catalogue::Model;
use crate::value::event::Event;
use crate::value::id::AttemptId;
use crate::value::job::{Attempt, Fallback, Job, JobState, Sheet};
use crate::value::money::Usd;
use crate::value::sentence::Sentence;
use crate::value::time::Timestamp;
use std::sync::Arc;
use std::time::Duration;

/// The wall clock is looked at this often, whatever happens.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);
/// Jobs looked at in one pass.
const PASS: u32 = 500;
/// A job that found no room on the disk looks again after this.
const NO_ROOM_FOR: Duration = Duration::from_secs(30);

/// Runs until `stop` is done. Calls on the wire go on.
pub async fn run(core: Arc<Core>, stop: tokio_util::sync::CancellationToken) {
    loop {
        let wake = pass(&core).await.unwrap_or_else(|error| {
            tracing::error!(%error, "the scheduler could not look at the queue");
            None
        });
        let now = core.clock.now();
        let sleep =
            wake.map_or(LONGEST_SLEEP, |at| at.since(now).clamp(Duration::from_millis(5), LONGEST_SLEEP));
        tokio::select! {
            () = core.wake.notified() => {}
            () = tokio::time::sleep(sleep) => {}
            () = stop.cancelled() => return,
        }
    }
}

/// One look at the queue. Returns when to look again.
async fn pass(core: &Arc<Core>) -> crate::ledger::Result<Option<Timestamp>> {
    // Who drains waits for this look, too: a job that it is just sending would be lost otherwise.
    let _look = core.calls.token();
    let now = core.clock.now();
    let mut wake = core.ledger.next_ready(now).await?;
    for job in core.ledger.ready_jobs(now, PASS).await? {
        let routes = candidates(core, &job);
        let ways = ways(core, &job, &routes, now);
        let none = Sentence::new("E-ACCOUNT").with("name", if job.practice { "practice" } else { "" });
        let choice = choose(&ways, none);
        if let Choice::Wait(_, why) | Choice::Park(_, why) = &choice
            && lasts(why)
            && stands_in(core, &job).await?
        {
            continue;
        }
        match choice {
            Choice::Send(index) => {
                if let Some((kept, model)) = routes.into_iter().nth(index) {
                    dispatch(core, job, kept, model).await?;
                }
            }
            Choice::Wait(until, why) => {
                wake = [wake, until].into_iter().flatten().min();
                wait(core, &job, until, why).await?;
            }
            Choice::Park(until, why) => {
                wake = [wake, until].into_iter().flatten().min();
                park(core, &job, until, why).await?;
            }
        }
    }
    Ok(wake)
}

/// Where a job can go: the accounts of its world, in the user's order, with the model it uses now.
fn candidates(core: &Core, job: &Job) -> Vec<(KeptAccount, Model)> {
    let Some(asked) = core.catalogue.model(&job.request.model) else { return Vec::new() };
    let stand_in = asked.fallback.as_deref().and_then(|id| core.catalogue.model(id));
    let model = if job.trials.fell_back { stand_in.unwrap_or(asked) } else { asked };
    let accounts = match &job.account_asked {
        Some(id) => core.account(id).into_iter().collect(),
        None => core.accounts(),
    };
    let fits = |kept: &KeptAccount| kept.account.practice() == job.practice;
    accounts.into_iter().filter(fits).map(|kept| (kept, model.clone())).collect()
}

fn ways(core: &Core, job: &Job, routes: &[(KeptAccount, Model)], now: Timestamp) -> Vec<Way> {
    let mut live = core.live();
    routes.iter().map(|(kept, model)| way(&mut live, job, kept, model, now)).collect()
}

fn way(live: &mut Live, job: &Job, kept: &KeptAccount, model: &Model, now: Timestamp) -> Way {
    let account = &kept.account;
    if live.draining {
        return Way::Busy(Sentence::new("R-draining"));
    }
    if live.settings.paused {
        return Way::Busy(Sentence::new("R-paused"));
    }
    if let Some(why) = live.troubles.get(&account.id) {
        return Way::Shut(why.clone());
    }
    let pool_key = (account.project.clone(), model.id.clone());
    if let Some(why) = live.disabled.get(&pool_key) {
        return Way::Shut(why.clone());
    }
    let pool = live.pools.entry(pool_key).or_default();
    if let Some((at, why)) = pool.opens(&account.limits, job.usd, now) {
        return Way::Until(at, why.with("project", account.project.as_str()));
    }
    let gate = live.gates.entry((account.origin(), model.id.clone())).or_default();
    let overloaded = || {
        Sentence::new("E-OVERLOAD")
            .with("provider", account.provider())
            .with("attempt", job.trials.overloads + 1)
            .with("max", live.settings.max_attempts)
    };
    match gate.opens(now) {
        Opening::Now => {}
        Opening::At(at) => {
            return Way::Until(at, overloaded().with("wait", at.since(now).as_millis() as u64));
        }
        Opening::AfterProbe => return Way::Busy(overloaded().with("wait", 0)),
    }
    let own = live.flights.values().filter(|flight| flight.account == account.id).count();
    let cap =
        account.limits.concurrency.unwrap_or(live.settings.concurrency).min(live.settings.concurrency).max(1);
    if own >= cap as usize || live.flights.len() >= live.settings.concurrency.max(1) as usize {
        return Way::Busy(Sentence::new("R-concurrency").with("n", live.flights.len() as u64));
    }
    Way::Open
}

/// A model that is shut for long was found out by one job; those behind it fall back as that one did, where their sheet
/// allows it.
async fn stands_in(core: &Core, job: &Job) -> crate::ledger::Result<bool> {
    if !can_fall_back(core, job) {
        return Ok(false);
    }
    let sheet = core.ledger.sheet(job.sheet.clone()).await?;
    if sheet.is_none_or(|sheet| sheet.fallback == Fallback::Never) {
        return Ok(false);
    }
    let change = |job: &mut Job| {
        job.trials.fall_back();
        true
    };
    core.ledger.change_jobs(vec![job.id.clone()], change).await?;
    core.nudge();
    Ok(true)
}

/// Remembers why a job waits. Not in the ledger: it would be an fsync for a sentence.
async fn wait(core: &Core, job: &Job, until: Option<Timestamp>, why: Sentence) -> crate::ledger::Result<()> {
    let (changed, was_parked) = {
        let mut live = core.live();
        let old = live.waits.insert(job.id.clone(), (until, why.clone()));
        (old.is_none_or(|(at, old)| at != until || old.code != why.code), job.state == JobState::Parked)
    };
    if was_parked {
        // Its time has come, and now it waits for something that opens by itself.
        core.ledger
            .change_jobs(vec![job.id.clone()], |job| {
                job.state = JobState::Queued;
                true
            })
            .await?;
    }
    if changed || was_parked {
        core.tell(Event::Job(job.id.clone()));
    }
    Ok(())
}

async fn park(core: &Core, job: &Job, until: Option<Timestamp>, why: Sentence) -> crate::ledger::Result<()> {
    core.live().waits.remove(&job.id);
    let changed = core.ledger.change_jobs(vec![job.id.clone()], move |job| {
        let waiting = matches!(job.state, JobState::Queued | JobState::Parked);
        if waiting {
            job.state = JobState::Parked;
            job.not_before = until;
            job.reason = Some(why.clone());
        }
        waiting
    });
    if !changed.await?.is_empty() {
        core.tell(Event::Job(job.id.clone()));
        core.tell(Event::Status);
    }
    Ok(())
}

/// Takes the disk, the books and the quota for a job, in this order, and lets it fly.
async fn dispatch(core: &Arc<Core>, job: Job, kept: KeptAccount, model: Model) -> crate::ledger::Result<()> {
    let account = kept.account;
    let (Some(endpoint), Some(sheet)) =
        (core.endpoint(&account), core.ledger.sheet(job.sheet.clone()).await?)
    else {
        return park(core, &job, None, Sentence::new("E-ACCOUNT").with("name", account.name.as_str())).await;
    };
    let key = match core.key(&account).await {
        Ok(key) => key,
        Err(why) => return park(core, &job, None, why).await,
    };
    let references = match load_references(core, &job) {
        Ok(references) => references,
        Err(why) => return park(core, &job, None, why).await,
    };
    let now = core.clock.now();
    let list = model.price(job.request.size);
    let attempt = Attempt {
        id: AttemptId::fresh(&*core.randomness),
        job: job.id.clone(),
        number: job.trials.attempts + 1,
        account: account.id.clone(),
        account_name: account.name.clone(),
        project: account.project.clone(),
        model: model.id.clone(),
        size: job.request.size,
        practice: account.practice(),
        started: now,
        reserved: account.price(&model.id, job.request.size, list).unwrap_or(Usd::ZERO),
    };
    let spool = match reserve_spool(core, &attempt).await {
        Ok(spool) => spool,
        Err(why) => return park(core, &job, Some(now.after(NO_ROOM_FOR)), why).await,
    };
    if core.live().draining {
        drop_spool(core, &attempt);
        return Ok(());
    }
    let booked = core.ledger.book(booking(core, &attempt, &sheet, job.request.model != model.id, now)).await;
    let job = match booked {
        Ok(Ok(job)) => job,
        Ok(Err(refused)) => {
            drop_spool(core, &attempt);
            return match refused {
                Refused::Gone => Ok(()),
                // Tomorrow's limit is a new one; a sheet's budget is not.
                Refused::Budget(why) if why.code == "R-day-limit" => {
                    park(core, &job, Some(tomorrow(core, now)), why).await
                }
                Refused::Budget(why) => park(core, &job, None, why).await,
            };
        }
        Err(error) => {
            drop_spool(core, &attempt);
            return Err(error);
        }
    };
    {
        let mut live = core.live();
        live.waits.remove(&job.id);
        live.gates.entry((account.origin(), model.id.clone())).or_default().started();
        live.pools
            .entry((account.project.clone(), model.id.clone()))
            .or_default()
            .book(now, attempt.reserved);
        let flight = Flight { account: account.id.clone(), model: model.id.clone() };
        live.flights.insert(job.id.clone(), flight);
    }
    core.tell(Event::Job(job.id.clone()));
    core.tell(Event::Status);
    let flying =
        Flying { job, sheet, attempt, account, model, endpoint, key, references, spool, last4: kept.last4 };
    core.calls.spawn(fly(core.clone(), flying));
    Ok(())
}

fn tomorrow(core: &Core, now: Timestamp) -> Timestamp {
    // Noon of the next day is in the next day, however long daylight saving makes this one.
    let zone = core.clock.zone();
    now.day_start(&zone).after(Duration::from_secs(36 * 3600)).day_start(&zone)
}

fn booking(core: &Core, attempt: &Attempt, sheet: &Sheet, fallback: bool, now: Timestamp) -> Booking {
    let settings = core.settings();
    Booking {
        attempt: attempt.clone(),
        fallback,
        sheet: sheet.id.clone(),
        max_usd: sheet.max_usd,
        day_limit: settings.day_limit.map(|limit| (limit, now.day_start(&core.clock.zone()))),
    }
}

/// Room for the worst answer: 4K as PNG in base64 is about 30 MB; the rest in proportion.
async fn reserve_spool(core: &Core, attempt: &Attempt) -> Result<Spool, Sentence> {
    let worst = match attempt.size.as_str() {
        "4K" => 48,
        "2K" => 16,
        _ => 8,
    } * 1024
        * 1024;
    let (folder, id) = (core.folders.spool(), attempt.id.clone());
    let path = folder.display().to_string();
    match tokio::task::spawn_blocking(move || Spool::reserve(&folder, &id, worst)).await {
        Ok(Ok(spool)) => Ok(spool),
        Ok(Err(NoSpool::NoRoom(needs, free))) => {
            Err(Sentence::new("E-NO-ROOM").with("needs", needs).with("free", free).with("path", path))
        }
        Ok(Err(NoSpool::Io(error))) => Err(Sentence::new("E-LIBRARY").with("text", error.to_string())),
        Err(error) => Err(Sentence::new("E-LIBRARY").with("text", error.to_string())),
    }
}

fn drop_spool(core: &Core, attempt: &Attempt) {
    super::intake::put_away(&core.folders, &attempt.id, false);
}

fn load_references(core: &Core, job: &Job) -> Result<Vec<Reference>, Sentence> {
    let load = |hash: &String| {
        super::compose::find_reference(&core.folders, hash)
            .and_then(|(path, format)| {
                Some(Reference { mime: format.mime(), bytes: std::fs::read(path).ok()? })
            })
            .ok_or_else(|| Sentence::new("E-REFERENCE").with("name", hash.as_str()))
    };
    job.request.references.iter().map(load).collect()
}
