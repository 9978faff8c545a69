//! SIGKILL at random moments of a run of 20 jobs: every job ends, every picture on the provider's bill is in the library
//! exactly once or its job says that nobody knows, no job is billed twice, and each picture is copied into the user's
//! folder for new ones exactly once.
//!
//! Kills fall into sending, receiving, taking in and into the recovery from the kill before. `DIPTYCH_KILLS` and
//! `DIPTYCH_KILL_SEED` (printed) choose how many and which.

use diptych_acceptance::{Billed, Home, Practice, plain, text};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, SystemTime};

const JOBS: usize = 20;
/// Kills that one library goes through.
const KILLS_PER_HOME: u64 = 5;

/// One kill in four falls into the start, where the one before is recovered from.
fn delay(dice: &mut StdRng) -> Duration {
    let longest = if dice.random_ratio(1, 4) { 80 } else { 900 };
    Duration::from_millis(dice.random_range(0..longest))
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// Queues 20 jobs, each with a prompt of its own. Remembers which is which.
fn add(home: &Home, name: &str, prompts: &mut BTreeMap<String, String>) {
    let added: Vec<String> = (0..JOBS).map(|n| format!("{name} {}", prompts.len() + n)).collect();
    let line =
        |prompt: &String| format!("{{\"prompt\": \"{prompt}\", \"model\": \"flash\", \"size\": \"1K\"}}\n");
    let file: String = added.iter().map(line).collect();
    let lines = home.feed(&["queue", "add", "--file", "-", "--json"], file.as_bytes()).exits(0).lines();
    assert_eq!(lines.len(), JOBS);
    prompts.extend(lines.iter().map(|line| text(line, "job").to_owned()).zip(added));
}

#[derive(Default, Debug)]
struct Counts {
    kills: u64,
    jobs: usize,
    done: usize,
    unknown: usize,
    billed: usize,
    /// Billed pictures of unknown jobs.
    lost: usize,
}

/// What must be true of a library after all that.
fn judge(
    home: &Home,
    prompts: &BTreeMap<String, String>,
    lines: &[Value],
    bill: &[Billed],
    counts: &mut Counts,
) {
    let mut by_prompt: HashMap<&str, Vec<&Billed>> = HashMap::new();
    for billed in bill {
        by_prompt.entry(&billed.prompt).or_default().push(billed);
    }
    let mut library: HashMap<String, usize> = HashMap::new();
    for picture in home.pictures() {
        *library.entry(text(&picture, "serial").to_owned()).or_default() += 1;
    }
    assert_eq!(lines.len(), prompts.len(), "every job that was queued is there");
    for line in lines {
        let prompt = &prompts[text(line, "job")];
        let billed = by_prompt.remove(prompt.as_str()).unwrap_or_default();
        assert!(billed.len() <= 1, "{prompt} was billed twice: {billed:#?} {line:#}");
        counts.billed += billed.len();
        match text(line, "state") {
            "done" => {
                counts.done += 1;
                let serial = billed.first().map(|billed| billed.serial.as_str());
                assert_eq!(serial, Some(text(line, "serial")), "{prompt}: {line:#}");
                assert_eq!(library.get(text(line, "serial")), Some(&1), "{prompt}: {line:#}");
            }
            "unknown" => {
                counts.unknown += 1;
                counts.lost += billed.len();
                assert_ne!(text(line, "billed"), "no", "{line:#}");
                let stray = billed.iter().any(|billed| library.contains_key(&billed.serial));
                assert!(!stray, "{prompt} has a picture, and says that nobody knows: {line:#}");
            }
            _ => panic!("{prompt} did not end: {line:#}"),
        }
    }
    assert!(by_prompt.is_empty(), "billed for no job: {by_prompt:#?}");
    counts.jobs += prompts.len();
}

#[test]
fn killed_at_any_moment_nothing_is_lost_and_nothing_is_paid_twice() {
    let kills = number("DIPTYCH_KILLS").unwrap_or(50);
    let time = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("a clock").as_nanos() as u64;
    let seed = number("DIPTYCH_KILL_SEED").unwrap_or(time);
    println!("DIPTYCH_KILL_SEED={seed}");
    let mut dice = StdRng::seed_from_u64(seed);
    let practice = Practice::start(&plain(0.15, ""));
    let mut counts = Counts::default();
    let mut homes = 0;
    while counts.kills < kills {
        homes += 1;
        let name = format!("Home {homes}, picture");
        let home = Home::with(&practice, &["--concurrency", "4"]);
        let copies = home.path().join("copies");
        std::fs::create_dir(&copies).expect("folder");
        let folder = copies.display().to_string();
        drop(home.run(&["settings", "set", "auto_save_folder", &folder]).exits(0));
        let mut prompts = BTreeMap::new();
        add(&home, &name, &mut prompts);
        let enough = (counts.kills + KILLS_PER_HOME).min(kills);
        while counts.kills < enough {
            let mut run = home.start(&["queue", "run", "--until-idle", "--json"]);
            // No condition to wait for: the moment is the point.
            std::thread::sleep(delay(&mut dice));
            if run.kill() {
                counts.kills += 1;
            } else {
                add(&home, &name, &mut prompts);
            }
        }
        let ran = home.work();
        let lines = home.jobs();
        let bill: Vec<Billed> =
            practice.bill().into_iter().filter(|billed| billed.prompt.starts_with(&name)).collect();
        let before = counts.unknown;
        judge(&home, &prompts, &lines, &bill, &mut counts);
        drop(ran.exits(if counts.unknown > before { 3 } else { 0 }));
        home.check();
        let copied = std::fs::read_dir(&copies).expect("lists").count();
        assert_eq!(copied, home.pictures().len(), "each picture is copied once");
    }
    println!("{counts:?} in {homes} homes");
    assert!(counts.done > counts.unknown, "most pictures arrive: {counts:?}");
}
