//! The queue by words: all of a sheet, a lane or everything at once; ways that are held; the smaller picture now and the
//! larger one later; and a job that tells what it waited for.

use diptych_acceptance::{FLASH, Home, PRO, Practice, Running, count, plain, text, until};
use serde_json::Value;

fn serve(home: &Home) -> Running {
    let serve = home.start(&["serve", "--json"]);
    until("it serves", || serve.out().contains("#token="));
    serve
}

/// The state of each job of a sheet, sorted.
fn states(home: &Home, sheet: &str) -> Vec<String> {
    let jobs = home.jobs().into_iter().filter(|line| text(line, "sheet") == sheet);
    let mut states: Vec<String> = jobs.map(|line| text(&line, "state").to_owned()).collect();
    states.sort();
    states
}

fn show(home: &Home, job: &str) -> Value {
    home.run(&["queue", "show", job, "--json"]).exits(0).line()
}

#[test]
fn a_sheet_a_lane_and_all_that_waits_are_stopped_with_one_word_each() {
    let practice = Practice::start(&plain(5.0, ""));
    let home = Home::with(&practice, &["--concurrency", "1"]);
    let _serve = serve(&home);
    let add = |prompt: &str, options: &[&str]| {
        let options = [&["--count", "3", "--detach"], options].concat();
        let lines = home.generate(prompt, &options).exits(0).lines();
        text(&lines[0], "sheet").to_owned()
    };
    let first = add("The first", &[]);
    until("one is on the wire", || practice.in_flight() == 1);
    drop(home.run(&["queue", "pause"]).exits(0));
    let second = add("The second", &[]);
    let cheap = add("The third", &["--lane", "economy", "--model", "pro"]);

    drop(home.run(&["queue", "cancel"]).exits(2));
    drop(home.run(&["queue", "cancel", "--lane", "fast"]).exits(2).says(&["now, off-peak, economy"]));
    assert_eq!(home.run(&["queue", "cancel", "--lane", "economy"]).exits(0).out.trim(), "3 jobs");
    assert_eq!(states(&home, &cheap), ["cancelled"; 3]);
    let stopped = home.run(&["queue", "cancel", &first]).exits(0);
    assert_eq!(stopped.out.trim(), "3 jobs");
    drop(stopped.says(&["1 on the wire: kept if it still arrives"]));
    assert_eq!(home.run(&["queue", "cancel", "--all"]).exits(0).out.trim(), "3 jobs");
    assert_eq!(home.run(&["queue", "cancel", "--all"]).exits(0).out.trim(), "0 jobs", "nothing is left");
    until("the one on the wire is there", || count(&home.jobs(), "done") == 1);
    assert_eq!(states(&home, &second), ["cancelled"; 3]);
    assert_eq!((practice.calls(), practice.bill().len()), (1, 1));
    home.check();
}

#[test]
fn what_failed_or_is_unknown_of_a_sheet_is_decided_for_the_whole_sheet() {
    let fault =
        "[[fault]]\nkind = \"refusal\"\ntimes = 2\n[[fault]]\nkind = \"reset_before_answer\"\ntimes = 2\n";
    let practice = Practice::start(&plain(0.0, fault));
    let home = Home::with(&practice, &["--concurrency", "1"]);
    let lines = home.generate("Bad luck", &["--count", "4"]).exits(1).lines();
    let sheet = text(&lines[0], "sheet");
    assert_eq!((count(&lines, "failed"), count(&lines, "unknown")), (2, 2), "{lines:#?}");
    drop(home.run(&["queue", "resolve", sheet]).exits(2));
    assert_eq!(home.run(&["queue", "resolve", sheet, "--give-up"]).exits(0).out.trim(), "2 jobs");
    assert_eq!(home.run(&["queue", "retry", sheet]).exits(0).out.trim(), "4 jobs");
    assert_eq!(count(&home.work().exits(0).lines(), "done"), 4);
    drop(home.run(&["queue", "retry", "snothing00000"]).exits(1));
}

#[test]
fn a_way_and_a_sheet_are_held_and_let_go() {
    let practice = Practice::calm();
    let home = Home::with(&practice, &[]);
    drop(home.run(&["queue", "pause", "--route", "sim"]).exits(2).says(&["studio/pro"]));
    drop(home.run(&["queue", "pause", "--route", "nobody/flash"]).exits(2));
    drop(home.run(&["queue", "pause", "--route", "sim/flash"]).exits(0));
    let lines = home.generate("Held", &["--detach"]).exits(0).lines();
    let _serve = serve(&home);
    let held = |code: &str| {
        let job = show(&home, text(&lines[0], "job"));
        job["job"]["reason"]["code"] == code
    };
    until("it says what holds it", || held("R-route-paused"));
    drop(home.run(&["queue", "pause", text(&lines[0], "sheet")]).exits(0));
    drop(home.run(&["queue", "resume", "--route", "sim/flash"]).exits(0));
    until("it says what holds it", || held("R-sheet-paused"));
    std::thread::sleep(std::time::Duration::from_secs(2));
    drop(home.run(&["queue", "resume", text(&lines[0], "sheet")]).exits(0));
    until("it is there", || count(&home.jobs(), "done") == 1);
    assert_eq!(practice.calls(), 1);

    // It tells so afterwards.
    let story = show(&home, text(&lines[0], "job"));
    let waits: Vec<&str> =
        story["waits"].as_array().expect("waits").iter().map(|wait| text(&wait["reason"], "code")).collect();
    assert!(waits.contains(&"R-sheet-paused"), "{story:#}");
}

#[test]
fn where_4k_is_refused_it_is_made_in_2k_now_and_in_4k_later_and_nothing_is_lost() {
    let refused = format!("[[overload]]\nmodel = \"{PRO}\"\nsize = \"4K\"\n");
    let practice = Practice::start(&plain(0.0, &refused));
    let home = Home::with(&practice, &[]);
    let _serve = serve(&home);
    let small =
        home.generate("Small ones pass", &["--model", "pro", "--size", "2K", "--count", "4"]).exits(0);
    assert_eq!(count(&small.lines(), "done"), 4);
    let lines =
        home.generate("A wide view", &["--model", "pro", "--size", "4K", "--detach"]).exits(0).lines();
    let job = text(&lines[0], "job").to_owned();
    until("it is offered", || !show(&home, &job)["job"]["ahead"].is_null());
    assert_eq!(show(&home, &job)["job"]["ahead"]["size"], "2K");

    drop(home.run(&["queue", "redo", &job]).exits(2));
    drop(home.run(&["queue", "redo", &job, "--size", "4K"]).exits(2));
    let lite = ["queue", "redo", &job, "--model", "gemini-3.1-flash-lite-image"];
    drop(home.run(&lite).exits(2).says(&["E-SIZE"]));
    let waits = show(&home, &job);
    assert!(matches!(text(&waits["job"], "state"), "queued" | "sending"), "nothing was stopped: {waits:#}");
    let ahead = home.run(&["queue", "redo", &job, "--size", "2K"]).exits(0).out.trim().to_owned();
    let again = home.run(&["queue", "redo", &job, "--size", "2K"]).exits(1);
    drop(again.says(&["asked for already", "E-AHEAD"]));
    until("the smaller one is there", || show(&home, &ahead)["job"]["state"] == "done");
    let (larger, smaller) = (show(&home, &job), show(&home, &ahead));
    assert!(matches!(text(&larger["job"], "state"), "queued" | "sending"), "it goes on waiting: {larger:#}");
    assert_eq!(larger["job"]["smaller"], ahead.as_str());
    assert_eq!((text(&smaller["job"], "larger"), text(&smaller["job"], "size")), (job.as_str(), "2K"));
    assert_eq!(smaller["job"]["sheet"], larger["job"]["sheet"]);
    assert!(larger["job"]["ahead"].is_null(), "once per job");

    practice.reset(&plain(0.0, ""));
    until("the larger one is there", || show(&home, &job)["job"]["state"] == "done");
    let sheet = text(&lines[0], "sheet");
    assert_eq!(states(&home, sheet), ["done"; 2]);
    let width = |job: &Value| job["job"]["picture"]["width"].as_u64();
    assert!(width(&show(&home, &job)) > width(&smaller), "both are kept, each in its size");
    assert!(home.pictures().iter().all(|picture| text(picture, "model_used") != FLASH));
    home.check();
}

#[test]
fn the_smaller_picture_stays_within_the_budget_of_its_sheet() {
    let refused = format!("[[overload]]\nmodel = \"{PRO}\"\nsize = \"4K\"\n");
    let practice = Practice::start(&plain(0.0, &refused));
    let home = Home::with(&practice, &[]);
    let options = ["--model", "pro", "--size", "4K", "--max-usd", "0.30", "--detach"];
    let lines = home.generate("A tight budget", &options).exits(0).lines();
    // The 4K picture has $0.24 of it, for when it comes.
    let refused = home.run(&["queue", "redo", text(&lines[0], "job"), "--size", "2K"]).exits(2);
    drop(refused.says(&["over the budget of $0.30", "Nothing was sent"]));
    assert_eq!(states(&home, text(&lines[0], "sheet")), ["queued"]);
}

#[test]
fn a_run_ends_where_i_hold_the_only_way_and_works_on_what_has_another() {
    let practice = Practice::calm();
    let home = Home::with(&practice, &[]);
    drop(home.run(&["queue", "pause", "--route", "sim/flash"]).exits(0));
    drop(home.generate("Held", &["--count", "2", "--detach"]).exits(0));
    let held = home.work().exits(4).lines();
    assert_eq!((count(&held, "queued"), practice.calls()), (2, 0), "{held:#?}");
    assert!(held.iter().all(|line| text(line, "code") == "R-route-paused"), "{held:#?}");
    drop(home.generate("Not held", &["--model", "pro", "--detach"]).exits(0));
    let lines = home.work().exits(4).lines();
    assert_eq!((count(&lines, "done"), count(&lines, "queued")), (1, 2), "{lines:#?}");
    drop(home.run(&["queue", "resume", "--route", "sim/flash"]).exits(0));
    assert_eq!(count(&home.work().exits(0).lines(), "done"), 2);
    assert_eq!(practice.calls(), 3);
}

#[test]
fn a_run_tells_of_its_own_jobs_and_not_of_what_failed_before() {
    let unlucky = plain(0.0, "[[fault]]\nkind = \"refusal\"\ntimes = 1\n");
    let practice = Practice::start(&unlucky);
    let home = Home::with(&practice, &[]);
    drop(home.generate("Bad luck", &[]).exits(1));
    assert!(home.work().exits(0).lines().is_empty(), "that was another run");
    let queued = home.generate("Good luck", &["--detach"]).exits(0).line();
    // A long errand says that it keeps the queue waiting, and what to do about that.
    let words = ["1 job waits in the queue", "unless Diptych is opened or diptych queue run is started"];
    drop(home.run(&["check"]).exits(0).says(&words));
    let done = home.work().exits(0).line();
    assert_eq!((text(&done, "job"), text(&done, "state")), (text(&queued, "job"), "done"), "{done:#}");
    practice.reset(&unlucky);
    drop(home.generate("Bad luck again", &["--detach"]).exits(0));
    assert_eq!(text(&home.work().exits(1).line(), "state"), "failed", "its own failure counts");
    assert_eq!(count(&home.jobs(), "failed"), 2);
}

#[test]
fn a_long_queue_is_listed_to_its_end() {
    let practice = Practice::calm();
    let home = Home::with(&practice, &[]);
    drop(home.run(&["queue", "pause"]).exits(0));
    drop(home.generate("Very many", &["--count", "1201", "--yes", "--detach"]).exits(0));
    let once: std::collections::BTreeSet<String> =
        home.jobs().iter().map(|line| text(line, "job").to_owned()).collect();
    assert_eq!(once.len(), 1201);
    let waiting = home.run(&["queue", "list", "--state", "queued", "--json"]).exits(0).lines();
    assert_eq!(waiting.len(), 1201);
    assert_eq!(home.work().exits(4).lines().len(), 1201);
}

#[test]
fn what_is_done_with_the_queue_is_told_as_json() {
    let practice = Practice::calm();
    let home = Home::with(&practice, &[]);
    let say = |words: &[&str]| home.run(&[words, &["--json"]].concat()).exits(0).line();
    assert_eq!(say(&["queue", "pause"])["paused"], true);
    let lines = home.generate("Told", &["--count", "3", "--detach"]).exits(0).lines();
    let (sheet, job) = (text(&lines[0], "sheet"), text(&lines[0], "job"));
    let held = say(&["queue", "pause", sheet]);
    assert_eq!((text(&held, "sheet"), &held["paused"]), (sheet, &true.into()), "{held:#}");
    assert_eq!(say(&["queue", "resume", sheet])["paused"], false);
    let way = say(&["queue", "pause", "--route", "sim/flash"]);
    let named = (text(&way, "account"), text(&way, "model"), &way["paused"]);
    assert_eq!(named, ("sim", "flash", &true.into()), "{way:#}");
    assert_eq!(say(&["queue", "fallback", sheet, "never"])["jobs"], 0, "no other model took over");
    let stopped = say(&["queue", "cancel", job]);
    assert_eq!((&stopped["jobs"], &stopped["sent"]), (&1.into(), &0.into()), "{stopped:#}");
    assert_eq!(say(&["queue", "retry", job])["jobs"], 1);
    assert_eq!(say(&["queue", "resolve", "--all", "--give-up"])["jobs"], 0);
    let redone = say(&["queue", "redo", job, "--model", "pro"]);
    assert_eq!((text(&redone, "sheet"), text(&redone, "model_asked")), (sheet, PRO), "{redone:#}");
    assert_eq!(
        say(&["queue", "resume"])["queued"],
        3,
        "two of three, and the one that was made of the third"
    );
    assert_eq!(practice.calls(), 0);
}
