//! What can be done with the queue: its jobs, sheets and ways.

use clap::Subcommand;
use std::path::PathBuf;

/// `diptych queue`.
#[derive(Debug, Subcommand)]
pub(crate) enum Queue {
    /// Add jobs from a file: one JSON object a line, with the options of generate as keys.
    #[command(after_help = "\
A line: {\"prompt\": \"A red kettle\", \"model\": \"pro\", \"size\": \"4K\", \"count\": 2}
Also: models, aspect, ref (files), seed, thinking, vars, account, lane, deadline_ms, fallback, resend_unknown, new; max_usd and
resend_unknown_usd in micro-dollars.")]
    Add {
        /// The file; - is stdin.
        #[arg(long)]
        file: PathBuf,
        /// Agree to many pictures or much money.
        #[arg(long)]
        yes: bool,
    },
    /// List jobs, newest first.
    List {
        /// queued, sending, done, failed, unknown, parked or cancelled.
        #[arg(long)]
        state: Option<String>,
    },
    /// A job with its attempts, and what it waited for.
    Show {
        /// Id.
        id: String,
    },
    /// Work on the queue until stopped, or until nothing is left that can be done now.
    Run {
        /// Leave when nothing is left that can be done now, and tell how the jobs of this run ended.
        #[arg(long)]
        until_idle: bool,
    },
    /// Send nothing new: of all, of one sheet, or to one model of an account. What is on the wire still arrives.
    #[command(after_help = HOLDS)]
    Pause {
        /// Only this sheet.
        sheet: Option<String>,
        /// Only this way: jobs that can go another take it.
        #[arg(long, value_name = "ACCOUNT/MODEL", conflicts_with = "sheet")]
        route: Option<String>,
    },
    /// Go on: with all, with one sheet, or with one model of an account.
    #[command(after_help = HOLDS)]
    Resume {
        /// Only this sheet.
        sheet: Option<String>,
        /// Only this way.
        #[arg(long, value_name = "ACCOUNT/MODEL", conflicts_with = "sheet")]
        route: Option<String>,
    },
    /// What a sheet does about a model that is not to be had: never, now, ask or after:10m. With now, what waits for such
    /// a model takes the other at once.
    Fallback {
        /// Sheet.
        sheet: String,
        /// never, now, ask or after:10m.
        policy: String,
    },
    /// What a sheet may cost: another budget, or none. Jobs that the old one kept go on where the new one has room; one below
    /// what is spent already stops the rest.
    #[command(after_help = "\
Examples:
  diptych queue budget s7k2m9q4x8w1c 2.50
  diptych queue budget s7k2m9q4x8w1c none")]
    Budget {
        /// Sheet.
        sheet: String,
        /// Dollars, or none.
        #[arg(value_name = "USD|none")]
        usd: String,
    },
    /// Stop a job, a sheet, a lane or all: what is not sent is not sent; what is on the wire is kept if it still arrives.
    #[command(after_help = "\
Examples:
  diptych queue cancel s7k2m9q4x8w1c
  diptych queue cancel --lane off-peak
  diptych queue cancel --all")]
    Cancel {
        /// A job, or a sheet.
        id: Option<String>,
        /// All that waits in this lane: now, off-peak or economy.
        #[arg(long, conflicts_with = "id")]
        lane: Option<String>,
        /// All that waits.
        #[arg(long, conflicts_with_all = ["id", "lane"])]
        all: bool,
    },
    /// Try again: a failed, parked or cancelled job, what failed or is parked of a sheet, or all such.
    Retry {
        /// A job, or a sheet.
        id: Option<String>,
        /// All that failed or are parked.
        #[arg(long, conflicts_with = "id")]
        failed: bool,
    },
    /// Make a job's picture again: on another model, or in another size.
    ///
    /// A job that waits is stopped for another model. With a smaller size it goes on waiting beside it: 2K now, 4K later.
    #[command(after_help = "\
Examples:
  diptych queue redo j4c8x1v6n2p9b --model flash
  diptych queue redo j4c8x1v6n2p9b --size 2K")]
    Redo {
        /// Id.
        id: String,
        /// Model; without it the one that was asked for.
        #[arg(long, required_unless_present = "size")]
        model: Option<String>,
        /// 512, 1K, 2K or 4K; without it the size that was asked for.
        #[arg(long)]
        size: Option<String>,
    },
    /// Decide about calls whose outcome is unknown: they may have been charged.
    Resolve {
        /// A job, or a sheet.
        id: Option<String>,
        /// All of them.
        #[arg(long, conflicts_with = "id")]
        all: bool,
        /// Send again, at the risk of paying twice.
        #[arg(long, conflicts_with = "give_up")]
        resend: bool,
        /// Let them be.
        #[arg(long)]
        give_up: bool,
    },
}

const HOLDS: &str = "\
Examples:
  diptych queue pause
  diptych queue pause s7k2m9q4x8w1c
  diptych queue pause --route studio/pro
  diptych queue resume --route studio/pro";
