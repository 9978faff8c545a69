//! One library, several processes: whoever comes first holds the engine, everybody else works through it, and when it is
//! gone another one goes on.

use diptych_acceptance::{Home, Practice, Running, count, expect_job, plain, text, until};
use rustix::process::Signal;
use std::time::{Duration, Instant};

fn serve(home: &Home) -> Running {
    let serve = home.start(&["serve", "--json"]);
    until("it serves", || serve.out().contains("#token="));
    serve
}

#[test]
fn while_the_studio_is_open_i_can_queue_list_and_generate_from_a_terminal() {
    let practice = Practice::start(&plain(0.1, ""));
    let home = Home::with(&practice, &[]);
    let studio = serve(&home);
    let file = home.path().join("jobs.jsonl");
    let line = |n| {
        format!(
            "{{\"prompt\": \"From a file, {n}\", \"model\": \"flash\", \"size\": \"1K\", \"count\": 2}}\n"
        )
    };
    std::fs::write(&file, (0..4).map(line).collect::<String>()).expect("the file");
    let file = file.display().to_string();

    let waiting = home.start_generate("One that waits", &["--count", "2"]);
    let detached = home.start_generate("One that leaves", &["--count", "3", "--detach"]);
    let added = home.start(&["queue", "add", "--file", &file, "--json"]);
    let listed = home.start(&["queue", "list", "--json"]);
    let shown = home.start(&["weather"]);
    assert_eq!(added.wait().exits(0).lines().len(), 8);
    assert_eq!(detached.wait().exits(0).lines().len(), 3);
    drop((listed.wait().exits(0).lines(), shown.wait().exits(0)));
    assert_eq!(count(&waiting.wait().exits(0).lines(), "done"), 2);
    until("all are done", || count(&home.jobs(), "done") == 13);

    assert_eq!(home.holder(), u64::from(studio.pid()), "one engine, and it is the studio's");
    assert_eq!((practice.calls(), practice.bill().len()), (13, 13));
    home.check();
}

#[test]
fn a_signal_to_my_terminal_holds_my_sheet_at_the_studio_and_nobody_elses() {
    let practice = Practice::start(&plain(1.0, ""));
    let home = Home::with(&practice, &["--concurrency", "2"]);
    let studio = serve(&home);
    let mut mine = home.start_generate("Held", &["--count", "6"]);
    until("two are on the wire", || practice.in_flight() == 2);
    mine.signal(Signal::INT);
    let ended = mine.wait();
    drop(ended.says(&["diptych queue resume"]));
    until("what was sent has landed", || practice.in_flight() == 0);
    assert_eq!(practice.calls(), 2, "nothing new of it is sent");
    let other = home.start_generate("Not held", &[]);
    assert_eq!(count(&other.wait().exits(0).lines(), "done"), 1);
    let jobs = home.jobs();
    let sheet =
        jobs.iter().find(|job| text(job, "state") == "queued").map(|job| text(job, "sheet").to_owned());
    drop(home.start(&["queue", "resume", &sheet.expect("four wait")]).wait().exits(0));
    until("all are done", || count(&home.jobs(), "done") == 7);
    assert_eq!((practice.calls(), practice.bill().len()), (7, 7));
    drop(studio);
    home.check();
}

#[test]
fn a_line_that_is_wrong_keeps_the_whole_file_out() {
    let practice = Practice::calm();
    let home = Home::with(&practice, &[]);
    let good = "{\"prompt\": \"Fine\", \"model\": \"flash\"}\n";
    for (bad, words) in [
        ("{\"prompt\": \"Odd\", \"size\": \"8K\"}", "[E-OPTION]"),
        ("{\"prompt\": \"Odd\", \"colour\": \"red\"}", "line 2"),
        ("not JSON", "line 2"),
    ] {
        let text = format!("{good}{bad}\n");
        drop(home.feed(&["queue", "add", "--file", "-"], text.as_bytes()).exits(2).says(&[words]));
    }
    assert_eq!((practice.calls(), home.jobs().len()), (0, 0));
}

#[test]
fn a_key_of_my_terminal_serves_for_my_run_and_no_longer() {
    let practice = Practice::calm();
    let mut home = Home::with(&practice, &[]);
    home.forget_keys();
    let studio = serve(&home);
    for round in 0..5 {
        home.lend("sim", &practice.key);
        let line = home.generate(&format!("Mine, {round}"), &[]).exits(0).line();
        assert_eq!(text(&line, "state"), "done", "{line:#}");
        home.forget_keys();
        until("the key is given back", || {
            let account = home.run(&["accounts", "list", "--json"]).exits(0).line();
            account["key"]["present"] == false
        });
        let line = home.generate(&format!("Not mine, {round}"), &[]).exits(4).line();
        expect_job(&line, "parked", "E-KEY-MISSING", "no", &["sim has no key here"]);
        drop(home.run(&["queue", "cancel", text(&line, "job")]).exits(0));
    }
    assert_eq!((practice.calls(), practice.bill().len()), (5, 5));
    assert_eq!(home.holder(), u64::from(studio.pid()));
}

#[test]
fn without_a_keychain_the_studio_keeps_my_key_and_a_change_that_is_refused_leaves_it_there() {
    let practice = Practice::calm();
    let home = Home::new();
    let _studio = serve(&home);
    let add = ["accounts", "add", "sim", "--key-stdin", "--base-url", &practice.url, "--allow-http"];
    let words = ["diptych serve (pid ", "has the library open, and the key until it ends", "DIPTYCH_KEY_SIM"];
    drop(home.feed(&add, practice.key.as_bytes()).exits(0).says(&words));
    let elsewhere = ["accounts", "set", "sim", "--key-stdin", "--base-url", "https://elsewhere.example"];
    drop(home.feed(&elsewhere, b"no key at all").exits(2).says(&["printable characters, no spaces"]));
    assert_eq!(text(&home.generate("Still mine", &[]).exits(0).line(), "state"), "done");
    assert_eq!(practice.bill().len(), 1);

    let ordered = home.run(&["accounts", "order", "sim", "--json"]).exits(0).line();
    assert_eq!((text(&ordered, "name"), &ordered["key"]["present"]), ("sim", &true.into()), "{ordered:#}");
    let removed = home.run(&["accounts", "remove", "sim", "--json"]).exits(0).line();
    assert_eq!((text(&removed, "name"), &removed["removed"]), ("sim", &true.into()), "{removed:#}");
}

#[test]
fn a_studio_that_is_stopped_is_named_within_seconds_and_serves_me_when_it_goes_on() {
    let practice = Practice::calm();
    let home = Home::with(&practice, &[]);
    let mut studio = serve(&home);
    studio.signal(Signal::STOP);
    let begun = Instant::now();
    let ran = home.run(&["queue", "list"]);
    assert_ne!(ran.code, 0, "{ran:#?}");
    drop(ran.says(&["Already open since", &format!("(pid {})", studio.pid())]));
    // It waits seven seconds; the rest is for a machine that is busy.
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
    studio.signal(Signal::CONT);
    assert!(home.jobs().is_empty());
    assert_eq!(home.holder(), u64::from(studio.pid()));
}

#[test]
fn when_the_studio_is_killed_my_terminal_goes_on() {
    let practice = Practice::start(&plain(1.0, ""));
    let home = Home::with(&practice, &["--concurrency", "2"]);
    let mut studio = serve(&home);
    let client = home.start_generate("Carry on", &["--count", "6"]);
    let pid = u64::from(client.pid());
    until("two are on the wire", || practice.in_flight() == 2);
    studio.kill();
    let lines = client.wait().exits(3).lines();
    assert_eq!((count(&lines, "unknown"), count(&lines, "done")), (2, 4), "{lines:#?}");
    let lost: Vec<_> = lines.iter().filter(|line| text(line, "state") == "unknown").collect();
    lost.iter()
        .for_each(|line| expect_job(line, "unknown", "E-UNKNOWN-RESTART", "unknown", &["stopped while"]));
    assert_eq!(home.holder(), pid, "it holds the engine now");
    assert_eq!(practice.calls(), 6, "nothing was sent twice");
    home.check();
}

#[test]
fn what_i_hold_stays_held_over_a_restart_and_keeps_nobody_waiting() {
    let practice = Practice::start(&plain(0.0, ""));
    let home = Home::with(&practice, &[]);
    drop(home.run(&["queue", "pause"]).exits(0));
    let held = home.generate("Held", &["--count", "3", "--detach"]).exits(0).lines();
    let sheet = text(&held[0], "sheet");
    drop(home.generate("Not held", &["--detach"]).exits(0));
    drop(home.run(&["queue", "pause", sheet]).exits(0));
    drop(home.run(&["queue", "resume"]).exits(0));
    let lines = home.work().exits(4).lines();
    assert_eq!((count(&lines, "done"), count(&lines, "queued")), (1, 3), "{lines:#?}");
    drop(home.run(&["queue", "resume", sheet]).exits(0));
    assert_eq!(count(&home.work().exits(0).lines(), "done"), 3);
    assert_eq!(practice.calls(), 4);
}

#[test]
fn eight_commands_at_once_share_one_engine() {
    let practice = Practice::start(&plain(0.1, ""));
    let home = Home::with(&practice, &[]);
    for round in 0..3 {
        let start = |n| home.start_generate(&format!("Racing, {round} {n}"), &[]);
        let racing: Vec<Running> = (0..8).map(start).collect();
        for run in racing {
            let line = run.wait().exits(0).line();
            assert_eq!((text(&line, "state"), line["attempts"].as_u64()), ("done", Some(1)), "{line:#}");
        }
    }
    assert_eq!((practice.calls(), practice.bill().len()), (24, 24));
    home.check();
}
