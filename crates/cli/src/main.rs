//! `diptych`: the engine in a terminal.
//!
//! Results go to stdout, as text or, with `--json`, as one object per line; progress and complaints go to stderr. Exit
//! codes: 0 done, 1 something failed, 2 wrong usage, 3 needs the user's decision, 4 parked until later, 130 left at
//! once. Not here: anything about retries, quotas or models.

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
    let studio = Studio::open(home, holder).await?;
    let done = match arguments.command {
        Command::Generate(options) => generate::run(&studio, *options, json).await,
        Command::Accounts { command } => accounts::run(&studio, command, json).await,
        Command::Queue { command } => queue::run(&studio, command, began_ms, json).await,
        Command::Pictures { command } => pictures::run(&studio, command, json).await,
        Command::Models => simple::models(&studio, json).await,
        Command::Weather => weather::run(&studio, json).await,
        Command::Spend { since } => simple::spend(&studio, since.as_deref(), json).await,
        Command::Settings { command } => simple::settings(&studio, command, json).await,
        Command::Import { paths } => Box::pin(import::run(&studio, paths, json)).await,
        Command::Check { read_data, repair } => simple::check(&studio, read_data, repair, json).await,
        Command::Storage { command } => storage::run(&studio, command, json).await,
        Command::Serve(options) => serve::run(&studio, options, json).await,
        Command::Practice(_)
        | Command::Bench { .. }
        | Command::Completions { .. }
        | Command::RebuildIndex => Ok(Exit::Done),
    };
    // What other processes have queued in the meantime may be on the wire: it is waited for, unless we were told to leave.
    let left = done.as_ref().is_err_and(|error| error.downcast_ref() == Some(&Exit::Left));
    if !left && signals::close(&studio).await {
        return Ok(Exit::Left);
    }
    done
}
