//! The words that scripts rely on. Design §7 is their source; what is not built yet is not here.

mod pictures;
mod queue;

pub(crate) use pictures::{Collections, PictureState, Pictures, Storage};
pub(crate) use queue::Queue;

use clap::{Args, CommandFactory as _, Parser, Subcommand};
use std::path::PathBuf;

/// A studio for pictures: send a prompt to several image models and judge the results side by side.
///
/// Everything works without a key on the built-in practice provider. Pictures, queue and settings lie below
/// DIPTYCH_HOME, else in the platform's own folders; keys lie in the keychain.
#[derive(Debug, Parser)]
#[command(name = "diptych", version, arg_required_else_help = true, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Print results as one JSON object per line.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXAMPLES: &str = "\
Examples:
  diptych generate \"A lighthouse at dusk, long exposure\" --model pro --model flash --size 4K --aspect 16:9
  diptych accounts add studio --kind gemini --key-stdin < key.txt
  diptych queue add --file jobs.jsonl && diptych queue run --until-idle
  diptych serve

Exit codes: 0 done · 1 something failed · 2 wrong usage · 3 needs your decision · 4 parked until later";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make pictures and wait for them.
    #[command(after_help = "\
Examples:
  diptych generate \"Layered hills at ${time:dawn}\" --var time=dusk --count 2
  diptych generate \"The same, in winter\" --ref hills.jpg --model pro --size 2K --dry-run
  echo \"A red kettle\" | diptych generate - --json --out .")]
    Generate(Box<Generate>),
    /// Accounts: who makes the pictures, and who pays.
    Accounts {
        #[command(subcommand)]
        command: Accounts,
    },
    /// The queue: what waits, what failed, what you must decide.
    Queue {
        #[command(subcommand)]
        command: Queue,
    },
    /// Pictures that were made.
    Pictures {
        #[command(subcommand)]
        command: Pictures,
    },
    /// Models, what they make and cost.
    Models,
    /// How each route is now: clear, overloaded, out of quota; and what is worth an alert.
    ///
    /// With --json: one object with all of it, the last six hours, the hours of the week and the spend of 30 days.
    Weather,
    /// What was spent, by day, account and model. Practice dollars stand apart.
    Spend {
        /// From this day (2026-11-01), or this long ago (7d). Without it: 30 days.
        #[arg(long)]
        since: Option<String>,
    },
    /// Settings.
    Settings {
        #[command(subcommand)]
        command: Settings,
    },
    /// Take pictures in from files and folders. What A1111, ComfyUI, InvokeAI or Diptych wrote into them is read.
    ///
    /// Folders are gone through with all that is in them; links in them are not followed. The files stay as they are and
    /// where they are; a picture that the library has already is recognised by its bytes. With --json: one object per
    /// file. Exit code 1 where a file was refused.
    #[command(after_help = "\
Examples:
  diptych import ~/Pictures/stable-diffusion
  diptych import a.png b.jpg --json")]
    Import {
        /// Files and folders.
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
    },
    /// Make the library's index anew from originals and sidecars, where it is lost or damaged.
    ///
    /// The old index stays beside the new one, under a dated name. Accounts and settings are taken over from it where it
    /// can be read; what waited in the queue is not. No other Diptych may be running on this library.
    RebuildIndex,
    /// Verify the library: every row has its file, every file its row.
    Check {
        /// Read every picture and verify its bytes.
        #[arg(long)]
        read_data: bool,
        /// Put right what can be put right; nothing is deleted.
        #[arg(long)]
        repair: bool,
    },
    /// What takes how much room on the disk, and how to have more.
    Storage {
        #[command(subcommand)]
        command: Option<Storage>,
    },
    /// Serve the studio to a browser on this machine.
    Serve(Serve),
    /// Run the practice provider by itself, for other programs and tests.
    #[command(after_help = "\
The first line on stdout is {\"url\": …, \"keys\": [{\"key\": …, \"project\": …}, …]}.
GET /practice/bill, GET /practice/stats and POST /practice/reset answer testers;
POST /practice/clock {\"skip_s\": 86400} moves minutes and days on.

With --pipe there is no socket and no waiting: each line on stdin is a call at a moment of your own,
{\"at_ms\": …, \"key\": …, \"model\": …, \"size\": …, \"prompt\": …}, and is answered with one line,
{\"after_ms\": …, \"status\": …, \"body\": …, \"headers\": …, \"picture\": …}. {\"stats\": true} gives counts and bill.

Examples:
  diptych practice --port 8080 --scenario storm.toml --speed 10
  diptych practice --pipe --scenario storm.toml --seed 7 <calls.jsonl")]
    Practice(Practice),
    /// Measure, and print the figures as JSON: engine, export, find, intake, pictures, weather; or make a library to measure with.
    Bench {
        /// Name.
        name: String,
        /// Weather: only these scenarios, by letter.
        #[arg(long, value_delimiter = ',')]
        scenario: Vec<String>,
        /// Weather: runs of each.
        #[arg(long, default_value_t = 20)]
        seeds: u64,
        /// Weather: the first of their seeds.
        #[arg(long, default_value_t = 1)]
        first_seed: u64,
        /// Weather: the program is stopped and started again in the middle of each run.
        #[arg(long)]
        restart: bool,
        /// Weather: it is killed there instead, and started again.
        #[arg(long, conflicts_with = "restart")]
        kill: bool,
        /// Library: so many pictures.
        #[arg(long, default_value_t = 1000)]
        pictures: usize,
    },
    /// Print shell completions.
    Completions {
        /// For this shell.
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Generate {
    /// The prompt; - reads it from stdin. ${name:default} are variables.
    pub(crate) prompt: String,
    /// Model id, or pro, or flash. May be given several times. Without it: the setting, else both.
    #[arg(long = "model", value_name = "MODEL")]
    pub(crate) models: Vec<String>,
    /// 512, 1K, 2K or 4K.
    #[arg(long)]
    pub(crate) size: Option<String>,
    /// Aspect ratio, 16:9.
    #[arg(long, value_name = "W:H")]
    pub(crate) aspect: Option<String>,
    /// Pictures per model.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) count: u32,
    /// Reference picture (PNG, JPEG, WebP). May be given several times.
    #[arg(long = "ref", value_name = "FILE")]
    pub(crate) references: Vec<PathBuf>,
    /// Seed, best effort.
    #[arg(long)]
    pub(crate) seed: Option<i32>,
    /// Thinking level, where the model has one.
    #[arg(long, value_name = "LEVEL")]
    pub(crate) thinking: Option<String>,
    /// Safety threshold for all categories, for example BLOCK_ONLY_HIGH.
    #[arg(long, value_name = "THRESHOLD")]
    pub(crate) safety: Option<String>,
    /// Value of a variable of the prompt.
    #[arg(long = "var", value_name = "K=V")]
    pub(crate) vars: Vec<String>,
    /// Only this account; several are compared.
    #[arg(long = "account", value_name = "NAME")]
    pub(crate) accounts: Vec<String>,
    /// now; off-peak: in the hours that the settings leave; economy: at half the price, where the provider has it, whenever
    /// it has room.
    #[arg(long, value_name = "now|off-peak|economy")]
    pub(crate) lane: Option<String>,
    /// With off-peak: be done by then, whatever the hour; with economy: at the usual price from then on. A time from now (8h) or a moment (2026-11-25T07:00:00Z).
    #[arg(long, value_name = "WHEN")]
    pub(crate) deadline: Option<String>,
    /// never, now, ask or after:10m: whether another model may stand in for one that stays overloaded.
    #[arg(long)]
    pub(crate) fallback: Option<String>,
    /// So many calls of unknown outcome may be sent again without asking, at the risk of paying twice.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) resend_unknown: u32,
    /// And for at most so many dollars in all; without --resend-unknown, any number of them.
    #[arg(long, value_name = "X")]
    pub(crate) resend_unknown_usd: Option<String>,
    /// Budget of this sheet in dollars.
    #[arg(long, value_name = "X")]
    pub(crate) max_usd: Option<String>,
    /// Make new pictures though the library has an answer.
    #[arg(long)]
    pub(crate) new: bool,
    /// Copy the originals into this folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Say what would be done, and what it would cost in each lane and when it would be there; do nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Agree to many pictures or much money.
    #[arg(long)]
    pub(crate) yes: bool,
    /// Print the ids and leave; whoever holds the library next makes them.
    #[arg(long)]
    pub(crate) detach: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Accounts {
    /// Add an account.
    #[command(after_help = "\
Examples:
  diptych accounts add studio --kind gemini --key-stdin --ipm 10 < key.txt
  diptych accounts add relay --kind relay-gemini --base-url https://relay.example --bearer --price pro:4K=0.05
  diptych accounts set relay --day-limit 5 --month-limit 60 --billing-month-limit 100
  diptych accounts add sim --kind gemini --base-url http://127.0.0.1:8080 --allow-http
A key may also come from the environment: DIPTYCH_KEY_ and the name in capitals.")]
    Add(Box<Account>),
    /// Change an account. A limit of 0 takes it away.
    Set(Box<Account>),
    /// List accounts. Keys are never shown, only their last characters.
    List,
    /// Ask for the free models list: is the key good? Costs nothing.
    Test {
        /// Name.
        name: String,
    },
    /// Remove an account and its key. Its pictures stay.
    Remove {
        /// Name.
        name: String,
    },
    /// Put accounts in order: the first is tried first.
    Order {
        /// Names.
        #[arg(required = true)]
        names: Vec<String>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Account {
    /// Name.
    pub(crate) name: String,
    /// New name (with set).
    #[arg(long)]
    pub(crate) rename: Option<String>,
    /// gemini, relay-gemini or practice.
    #[arg(long)]
    pub(crate) kind: Option<String>,
    /// Endpoint, https://…
    #[arg(long, value_name = "URL")]
    pub(crate) base_url: Option<String>,
    /// Allow http:// on this machine.
    #[arg(long)]
    pub(crate) allow_http: bool,
    /// Send the key as Authorization: Bearer instead of x-goog-api-key.
    #[arg(long)]
    pub(crate) bearer: bool,
    /// Project whose quota it draws on.
    #[arg(long)]
    pub(crate) project: Option<String>,
    /// Billing account that pays.
    #[arg(long)]
    pub(crate) billing: Option<String>,
    /// free, 1, 2 or 3.
    #[arg(long)]
    pub(crate) tier: Option<String>,
    /// Read the key from stdin. It is stored in the keychain.
    #[arg(long)]
    pub(crate) key_stdin: bool,
    /// Images per minute.
    #[arg(long, value_name = "N")]
    pub(crate) ipm: Option<u32>,
    /// Requests per minute.
    #[arg(long, value_name = "N")]
    pub(crate) rpm: Option<u32>,
    /// Input tokens per minute.
    #[arg(long, value_name = "N")]
    pub(crate) tpm: Option<u32>,
    /// Requests per day.
    #[arg(long, value_name = "N")]
    pub(crate) rpd: Option<u32>,
    /// Dollars per ten minutes; the smallest that one of its accounts names holds for the whole billing account.
    #[arg(long, value_name = "X")]
    pub(crate) usd_10min: Option<String>,
    /// Calls on the wire at once, at most.
    #[arg(long, value_name = "N")]
    pub(crate) concurrency: Option<u32>,
    /// Most dollars a day on this account.
    #[arg(long, value_name = "X")]
    pub(crate) day_limit: Option<String>,
    /// Most dollars a month on this account.
    #[arg(long, value_name = "X")]
    pub(crate) month_limit: Option<String>,
    /// Most dollars a day of its billing account: one limit for all accounts that it pays for.
    #[arg(long, value_name = "X")]
    pub(crate) billing_day_limit: Option<String>,
    /// Most dollars a month of its billing account.
    #[arg(long, value_name = "X")]
    pub(crate) billing_month_limit: Option<String>,
    /// Price of a picture: pro:4K=0.24, or pro:4K=none to take it back. May be given several times.
    #[arg(long = "price", value_name = "MODEL:SIZE=USD")]
    pub(crate) prices: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Settings {
    /// Show all settings, or one.
    Get {
        /// Name.
        name: Option<String>,
    },
    /// Change a setting. Money is in dollars: day_limit 10, or 0 for none.
    Set {
        /// Name.
        name: String,
        /// Value.
        value: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Port; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    pub(crate) port: u16,
}

#[derive(Debug, Args)]
pub(crate) struct Practice {
    /// Port; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    pub(crate) port: u16,
    /// Quotas, storms and faults, as TOML.
    #[arg(long, value_name = "FILE")]
    pub(crate) scenario: Option<PathBuf>,
    /// Randomness.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Divides the model's latency. Minutes and days stay real.
    #[arg(long, default_value_t = 1.0)]
    pub(crate) speed: f64,
    /// Answer lines on stdin at once, in simulated time, instead of serving a port.
    #[arg(long, conflicts_with = "port")]
    pub(crate) pipe: bool,
}

/// Prints completions for a shell.
pub(crate) fn completions(shell: clap_complete::Shell) {
    clap_complete::generate(shell, &mut Arguments::command(), "diptych", &mut std::io::stdout());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_well_formed() {
        Arguments::command().debug_assert();
    }
}
