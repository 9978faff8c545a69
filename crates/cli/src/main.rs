//! `diptych`: the engine in a terminal.
//!
//! Results go to stdout, as text or, with `--json`, as one object per line; progress and complaints go to stderr. Exit
//! codes: 0 done, 1 something failed, 2 wrong usage, 3 needs the user's decision, 4 parked until later, 130 left on a
//! signal. Not here: anything about retries, quotas or models.

mod accounts;
mod arguments;
mod bench;
mod exit;
mod generate;
mod import;
mod output;
mod pages;
mod pictures;
mod practice;
mod queue;
mod serve;
mod signals;
mod simple;
mod storage;
mod watch;
mod weather;

use arguments::{Arguments, Command, Queue, Storage};
use clap::Parser as _;
use diptych_host::{Holder, Home, Move, Studio, init_logging};
use exit::Exit;
use signals::Signals;
use std::process::ExitCode;

// The window does the same: see the workspace's Cargo.toml.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    diptych_host::harden();
    let arguments = Arguments::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            output::complain(&error.to_string());
            return Exit::Failed.into();
        }
    };
    let exit = runtime.block_on(run(arguments)).unwrap_or_else(|error| {
        let exit = error.downcast_ref::<Exit>().copied().unwrap_or(Exit::Failed);
        if error.downcast_ref::<Exit>().is_none() {
            output::complain(&format!("{error:#}"));
        }
        exit
    });
    // A keychain that hangs must not hold the exit up.
    runtime.shutdown_background();
    exit.into()
}

async fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    match arguments.command {
        Command::Practice(options) => return practice::run(options).await,
        Command::Bench { name, scenario, seeds, first_seed, restart, kill, pictures } => {
            let seeds = first_seed..=first_seed.saturating_add(seeds.max(1) - 1);
            let middle = bench::Middle::of(restart, kill);
            return bench::run(&name, &scenario, seeds, middle, pictures).await;
        }
        Command::Completions { shell } => {
            arguments::completions(shell);
            return Ok(Exit::Done);
        }
        _ => {}
    }
    let home = Home::discover()?;
    let _log = init_logging(&home);
    let holder = match &arguments.command {
        Command::Serve(_) => Holder::Serve,
        // A look at the plan sends nothing: not what others have queued either.
        Command::Generate(options) if !options.detach && !options.dry_run => Holder::Worker,
        Command::Queue { command: Queue::Run { .. } } => Holder::Worker,
        _ => Holder::Errand,
    };
    let json = arguments.json;
    if matches!(arguments.command, Command::RebuildIndex) {
        return import::rebuild(&home, json).await;
    }
    if let Command::Storage { command: Some(Storage::Move { to, keep, discard }) } = &arguments.command {
        let how = match (keep, discard) {
            (_, true) => Move::Discard,
            (true, _) => Move::Keep,
            _ => Move::Away,
        };
        return storage::relocate(&home, to, how, json);
    }
    // What a start takes in from the call before is done by this run.
    let began_ms = jiff::Timestamp::now().as_millisecond();
    let signals = Signals::listen()?;
    let studio = Studio::new(home, holder);
    // Who works the queue or has something to bring to an end sees to the first signal itself.
    let own_end = holder != Holder::Errand || matches!(arguments.command, Command::Import { .. });
    let works = matches!(arguments.command, Command::Serve(_) | Command::Queue { .. });
    let work = async {
        // An engine that is starting is never dropped in the middle: it goes on beside us, and is closed.
        let opening = studio.clone();
        let open = tokio::spawn(async move { opening.sit().await });
        tokio::select! {
            opened = open => opened??,
            // A sheet or an import that has not begun has nothing to bring to an end.
            () = signals.first(), if !works => return Ok(Exit::Left),
        }
        Box::pin(carry_out(&studio, arguments.command, &signals, began_ms, json)).await
    };
    let given_up = async { if own_end { signals.second().await } else { signals.first().await } };
    let done = tokio::select! {
        // Who sees to a signal says how it ends.
        biased;
        done = work => done,
        () = given_up => Ok(Exit::Left),
    };
    // An errand, too, may have calls on the wire: it sends for those who work the queue and came while it had the library.
    if signals.close(&studio).await { Ok(Exit::Left) } else { done }
}

async fn carry_out(
    studio: &Studio,
    command: Command,
    signals: &Signals,
    began_ms: i64,
    json: bool,
) -> anyhow::Result<Exit> {
    match command {
        Command::Generate(options) => generate::run(studio, *options, signals, json).await,
        Command::Accounts { command } => accounts::run(studio, command, json).await,
        Command::Queue { command } => queue::run(studio, command, signals, began_ms, json).await,
        Command::Pictures { command } => pictures::run(studio, command, json).await,
        Command::Models => simple::models(studio, json).await,
        Command::Weather => weather::run(studio, json).await,
        Command::Spend { since } => simple::spend(studio, since.as_deref(), json).await,
        Command::Settings { command } => simple::settings(studio, command, json).await,
        Command::Import { paths } => Box::pin(import::run(studio, paths, signals, json)).await,
        Command::Check { read_data, repair } => simple::check(studio, read_data, repair, json).await,
        Command::Storage { command } => storage::run(studio, command, json).await,
        Command::Serve(options) => serve::run(studio, options, signals, json).await,
        Command::Practice(_)
        | Command::Bench { .. }
        | Command::Completions { .. }
        | Command::RebuildIndex => Ok(Exit::Done),
    }
}
