//! The scheduler: looks at the jobs that may go out, chooses a route for each, books and sends.
//!
//! Nobody sleeps holding a call: a job that must wait is a row with a time, and this loop is the only place that waits.
//! The wall clock is read again at least every 30 seconds, because timers do not count while a computer sleeps.

use crate::driver::alerts;
use crate::driver::attempt::{Flying, fly};
use crate::driver::budgets::unpriced;
use crate::driver::clock;
use crate::driver::core::{Core, Flight, Live};
use crate::driver::ready::{Ready, Stays, Wish, ready};
use crate::driver::stand_in;
use crate::driver::waits;
use crate::ledger::{KeptAccount, LedgerError};
use crate::policy::fleet::{Load, Route, Tier};
use crate::policy::queue::{LineKey, Next, Waiting};
use crate::policy::route::lasts;
use crate::value::account::Account;
use crate::value::budget::in_force;
use crate::value::catalogue::Model;
use crate::value::event::Event;
use crate::value::id::{AccountId, JobId};
use crate::value::job::{Job, JobState};
use crate::value::money::Usd;
use crate::value::sentence::Sentence;
use crate::value::time::Timestamp;
use std::sync::Arc;
use std::time::Duration;

/// The wall clock is looked at this often, whatever happens.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);
/// Why jobs wait is told no oftener than this: in a storm it changes with every answer.
const TOLD_EVERY: Duration = Duration::from_millis(250);
/// Nobody looks at more cells than this at once.
const TOLD: usize = 500;

/// Runs until `stop` is done. Calls on the wire go on.
pub async fn run(core: Arc<Core>, stop: tokio_util::sync::CancellationToken) {
    let mut seen = clock::Seen::default();
    loop {
        let wake = pass(&core, &mut seen).await.unwrap_or_else(|error| {
            tracing::error!(%error, "the scheduler could not look at the queue");
            None
        });
        let wake =
            [wake, alerts::look(&core).await, waits::write_down(&core).await].into_iter().flatten().min();
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
async fn pass(core: &Arc<Core>, seen: &mut clock::Seen) -> crate::ledger::Result<Option<Timestamp>> {
    // Who drains waits for this look, too: a job that it is just sending would be lost otherwise.
    let _look = core.calls.token();
    clock::look(core, seen).await?;
    super::off_peak::learn(core).await?;
    super::economy::give_up(core).await?;
    if !core.sends() {
        return Ok(tell_waits(core));
    }
    loop {
        match next(core) {
            Next::Send { job, route } => {
                let sent = send(core, job.clone(), route).await;
                kept_in_line(core, sent, [job]).await?;
            }
            Next::Park { jobs, until, why } => {
                let parked = async {
                    let stay = if lasts(&why) {
                        stand_in::take_over(core, jobs.clone()).await?
                    } else {
                        jobs.clone()
                    };
                    park(core, stay, until, why).await
                };
                kept_in_line(core, parked.await, jobs).await?;
            }
            Next::Return { jobs } => {
                let returned = back_in_line(core, jobs.clone()).await;
                kept_in_line(core, returned, jobs).await?;
            }
            Next::FallBack { jobs } => {
                let fallen = fall_back(core, jobs.clone()).await;
                kept_in_line(core, fallen, jobs).await?;
            }
            Next::Idle { wake } => {
                let told = tell_waits(core);
                waits::look(core);
                return Ok([wake, told].into_iter().flatten().min());
            }
        }
    }
}

/// What is to be done with a job takes it out of the queue before it is in the books: should that fail, it is put back.
async fn kept_in_line(
    core: &Core,
    done: crate::ledger::Result<()>,
    jobs: impl IntoIterator<Item = JobId>,
) -> crate::ledger::Result<()> {
    if done.is_err() {
        for job in jobs {
            if let Ok(Some(job)) = core.ledger.job(job).await {
                core.follow([&job]);
            }
        }
    }
    done
}

/// What was parked until now is so no more: it waits for its turn, and for nothing else that was said of it.
async fn back_in_line(core: &Core, jobs: Vec<JobId>) -> crate::ledger::Result<()> {
    let change = |job: &mut Job| {
        let parked = job.state == JobState::Parked;
        if parked {
            job.state = JobState::Queued;
            job.not_before = None;
            job.reason = None;
        }
        parked
    };
    let changed = core.ledger.change_jobs(jobs, change).await?;
    core.follow(&changed);
    core.note_free(changed.iter().map(|job| &job.id));
    changed.into_iter().take(TOLD).for_each(|job| core.tell(Event::Job(job.id)));
    core.tell(Event::Status);
    Ok(())
}

/// Jobs that nothing stands in for wait for their own model without an end; others of their sheet need not.
async fn fall_back(core: &Core, jobs: Vec<JobId>) -> crate::ledger::Result<()> {
    for id in stand_in::take_over(core, jobs).await? {
        let Some(waiting) = core.ledger.job(id).await?.as_ref().and_then(Waiting::of) else { continue };
        let mut live = core.live();
        let terms = live.terms.get(&waiting.sheet).copied();
        let patient = terms.map_or(waiting.clone(), |terms| terms.apply(waiting, false));
        live.queue.put(patient);
    }
    Ok(())
}

fn next(core: &Core) -> Next {
    let now = core.clock.now();
    // The accounts are behind the same lock as the queue.
    let accounts = core.accounts();
    let mut live = core.live();
    let Live { queue, fleet, off_peak, settings, .. } = &mut *live;
    let (jobs, zone) = (queue.len(), core.clock.zone());
    let hours = |waiting: &Waiting, now| {
        off_peak.opens(&waiting.line, waiting.deadline, (&settings.off_peak, &accounts), jobs, (now, &zone))
    };
    let routes = |line: &LineKey| -> Arc<[Route]> {
        let way = |(kept, model): (KeptAccount, &Model)| {
            let route = route_of(&kept.account, model, line);
            let limited = || line.budgeted || !in_force(settings, &kept.account, now, &zone).is_empty();
            let shut = route.price.is_none() && limited();
            Route { shut: shut.then(|| unpriced(&model.id, line.size, &kept.account)), ..route }
        };
        candidates(core, &accounts, line).map(way).collect()
    };
    let ticks = fleet.tick(now);
    match queue.next(fleet, &routes, &hours, now) {
        Next::Idle { wake } => Next::Idle { wake: [wake, ticks].into_iter().flatten().min() },
        next => next,
    }
}

pub(super) fn route_of(account: &Account, model: &Model, line: &LineKey) -> Route {
    let tier = tier_of(model, line);
    let price = account.price(&model.id, line.size, model.price(line.size)).map(|usual| tier.price(usual));
    Route::of(account, &model.id, tier, price, model.id != line.model)
}

/// A model that stands in and is not to be had at half the price is taken at its own.
fn tier_of(model: &Model, line: &LineKey) -> Tier {
    if model.flex || model.id == line.model { line.tier } else { Tier::Standard }
}

/// Where the jobs of a line can go: the accounts of their world, in the user's order, with the model they use now.
pub(super) fn candidates<'a>(
    core: &'a Core,
    accounts: &'a [KeptAccount],
    line: &'a LineKey,
) -> impl Iterator<Item = (KeptAccount, &'a Model)> {
    let asked = core.catalogue.model(&line.model);
    let stand_in = line.stand_in.as_deref().or_else(|| asked.and_then(|model| model.fallback.as_deref()));
    let stand_in = stand_in.and_then(|id| core.catalogue.model(id));
    let model = if line.fell_back { stand_in.or(asked) } else { asked };
    // The built-in account is no account of the user's, but jobs may have been made for it.
    let built_in = line
        .account
        .iter()
        .filter(|id| **id == AccountId::practice())
        .map(|_| KeptAccount { account: Account::built_in_practice(), last4: String::new() });
    let fits = |kept: &&KeptAccount| match &line.account {
        Some(id) => kept.account.id == *id && *id != AccountId::practice(),
        None => kept.account.practice() == line.practice,
    };
    built_in
        .chain(accounts.iter().filter(fits).cloned())
        .filter_map(move |kept| model.map(|model| (kept, model)))
        .filter(|(kept, model)| kept.account.serves(tier_of(model, line), model))
}

async fn send(core: &Arc<Core>, id: JobId, route: usize) -> crate::ledger::Result<()> {
    let Some(job) = core.ledger.job(id).await? else { return Ok(()) };
    let line = LineKey::of(&job);
    let accounts = core.accounts();
    let found = candidates(core, &accounts, &line).nth(route).map(|(kept, model)| (kept, model.clone()));
    match found {
        Some((kept, model)) => dispatch(core, job, kept, model).await,
        // The account went in this very moment.
        None => {
            core.follow([&job]);
            Ok(())
        }
    }
}

/// Tells why jobs wait, where that has changed. Not kept in the ledger: it would be an fsync for a sentence. Returns when
/// to do so again, where it is too soon.
fn tell_waits(core: &Core) -> Option<Timestamp> {
    let mut changed = Vec::new();
    let now = core.clock.now();
    {
        let mut live = core.live();
        let due = live.told_at.after(TOLD_EVERY);
        if (live.told_at..due).contains(&now) {
            return Some(due);
        }
        live.told_at = now;
        let Live { queue, told, .. } = &mut *live;
        told.retain(|job, _| queue.get(job).is_some());
        // Nobody looks at 100,000 at once; who looks closer asks for the job itself.
        for waiting in queue.iter().take(TOLD) {
            let Some((until, why)) = queue.why(&waiting.job) else { continue };
            let new = (until, why.code);
            if told.get(&waiting.job) != Some(&new) {
                told.insert(waiting.job.clone(), new);
                changed.push(waiting.job.clone());
            }
        }
    }
    changed.into_iter().for_each(|job| core.tell(Event::Job(job)));
    None
}

async fn park(
    core: &Core,
    jobs: Vec<JobId>,
    until: Option<Timestamp>,
    why: Sentence,
) -> crate::ledger::Result<()> {
    let told = why.clone();
    let change = move |job: &mut Job| {
        let waiting = matches!(job.state, JobState::Queued | JobState::Parked);
        if waiting {
            job.state = JobState::Parked;
            job.not_before = until;
            job.reason = Some(why.clone());
        }
        waiting
    };
    let changed = core.ledger.change_jobs(jobs, change).await?;
    core.follow(&changed);
    changed.iter().for_each(|job| core.note(&job.id, &told, until));
    if !changed.is_empty() {
        changed.into_iter().take(TOLD).for_each(|job| core.tell(Event::Job(job.id)));
        core.tell(Event::Status);
    }
    Ok(())
}

/// The other jobs of its sheet that its budget has no room for either.
fn as_dear(core: &Core, job: &Job) -> Vec<JobId> {
    // What the same line costs is the same; of others it is not known which way they would take.
    let line = LineKey { budgeted: true, ..LineKey::of(job) };
    let live = core.live();
    let others = live.queue.iter().filter(|other| other.sheet == job.sheet && other.line == line);
    others.map(|other| other.job.clone()).collect()
}

/// Lets a job fly, or says why it stays.
async fn dispatch(core: &Arc<Core>, job: Job, kept: KeptAccount, model: Model) -> crate::ledger::Result<()> {
    let account = kept.account;
    let (Some(endpoint), Some(sheet)) =
        (core.endpoint(&account), core.ledger.sheet(job.sheet.clone()).await?)
    else {
        let why = Sentence::new("E-ACCOUNT").with("name", account.name.as_str());
        return park(core, vec![job.id], None, why).await;
    };
    let route = route_of(&account, &model, &LineKey::of(&job));
    let wish = Wish { job, sheet, account, model, price: route.price, tier: route.tier };
    let (inside, id) = (core.clone(), wish.job.id.clone());
    let prepared = tokio::task::spawn_blocking(move || (ready(&inside, &wish), wish)).await;
    let (prepared, wish) = prepared.map_err(|_| LedgerError::Closed)?;
    let Ready { job, attempt, key, references, spool } = match prepared? {
        Ok(ready) => ready,
        Err(Stays::Put) => return Ok(()),
        Err(Stays::Parked(until, why)) if why.code == "R-budget" => {
            // One after the other: the sheet may have another budget since it was read.
            let _deciding = core.deciding.lock().await;
            let sheet = core.ledger.sheet(wish.sheet.id.clone()).await?;
            if sheet.is_some_and(|sheet| sheet.max_usd != wish.sheet.max_usd) {
                core.follow([&wish.job]);
                return Ok(());
            }
            let jobs = as_dear(core, &wish.job);
            return park(core, jobs.into_iter().chain([id]).collect(), until, why).await;
        }
        Err(Stays::Parked(until, why)) => return park(core, vec![id], until, why).await,
    };
    let Wish { sheet, account, model, .. } = wish;
    {
        let mut live = core.live();
        let load = Load {
            size: attempt.size,
            tokens: job.request.tokens(),
            usd: attempt.reserved.unwrap_or(Usd::ZERO),
            reserves: !job.interactive,
            trials_overloads: job.trials.overloads,
        };
        live.fleet.start(attempt.id.clone(), &route, &load, attempt.started);
        live.flights.insert(job.id.clone(), Flight { account: account.id.clone() });
    }
    core.tell(Event::Job(job.id.clone()));
    core.tell(Event::Status);
    let flying =
        Flying { job, sheet, attempt, account, model, endpoint, key, references, spool, last4: kept.last4 };
    core.calls.spawn(fly(core.clone(), flying));
    Ok(())
}
