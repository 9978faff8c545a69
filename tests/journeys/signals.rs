//! Ctrl-C, SIGTERM and SIGHUP: the first sends nothing new and waits for what is on the wire, the second leaves at once.

use diptych_acceptance::{Home, Practice, Running, binary, count, expect_job, plain, text, until, until_or};
use rustix::process::Signal;
use std::io::Write as _;
use std::net::TcpListener;
use std::process::Command;
use std::time::{Duration, Instant};

const ALL: [Signal; 3] = [Signal::INT, Signal::TERM, Signal::HUP];

/// Six jobs, two of them on the wire.
fn two_of_six(practice: &Practice) -> (Home, Running) {
    let home = Home::with(practice, &["--concurrency", "2"]);
    let run = home.start_generate("An interruption", &["--count", "6"]);
    until("two are on the wire", || practice.in_flight() == 2);
    (home, run)
}

#[test]
fn the_first_signal_sends_nothing_new_and_keeps_what_is_on_the_wire() {
    for signal in ALL {
        let practice = Practice::start(&plain(1.0, ""));
        let (home, mut run) = two_of_six(&practice);
        run.signal(signal);
        let ran = run.wait().exits(4).says(&["Sending nothing new"]);
        let lines = ran.lines();
        assert_eq!((count(&lines, "done"), count(&lines, "queued")), (2, 4), "{lines:#?}");
        assert_eq!((practice.calls(), practice.bill().len()), (2, 2));
        practice.reset(&plain(0.0, ""));
        assert_eq!(count(&home.work().exits(0).lines(), "done"), 4, "the others go on when I say so");
        assert_eq!(practice.bill().len(), 4);
        home.check();
    }
}

#[test]
fn the_second_signal_leaves_and_the_calls_are_unknown() {
    for signal in ALL {
        let practice = Practice::start(&plain(20.0, ""));
        let (home, mut run) = two_of_six(&practice);
        run.signal(signal);
        until("it says what it does", || run.err().contains("Sending nothing new"));
        run.signal(signal);
        drop(run.wait().exits(130));
        practice.reset(&plain(0.0, ""));
        let lines = home.work().exits(3).lines();
        assert_eq!((count(&lines, "unknown"), count(&lines, "done")), (2, 4), "{lines:#?}");
        for line in lines.iter().filter(|line| text(line, "state") == "unknown") {
            let words = ["Diptych stopped while this call was on the wire", "may have been made and charged"];
            expect_job(line, "unknown", "E-UNKNOWN-RESTART", "unknown", &words);
        }
        assert_eq!(practice.calls(), 4, "what is unknown is not sent again");
    }
}

#[test]
fn a_worker_and_a_studio_leave_in_the_same_two_steps() {
    for command in [&["queue", "run"][..], &["serve", "--json"]] {
        let practice = Practice::start(&plain(20.0, ""));
        let home = Home::with(&practice, &["--concurrency", "2"]);
        drop(home.run(&["queue", "pause"]).exits(0));
        drop(home.generate("An interruption", &["--count", "3", "--detach"]).exits(0));
        let mut run = home.start(command);
        let resumed = home.run(&["queue", "resume"]).exits(0);
        until_or(
            "two are on the wire",
            || practice.in_flight() == 2,
            || {
                let queue = home.run(&["queue", "list", "--json"]);
                format!("{command:?} ended: {}, {} {resumed:#?} {queue:#?}", run.ended(), run.err())
            },
        );
        run.signal(Signal::TERM);
        until("it says what it does", || run.err().contains("Waiting for calls on the wire to land"));
        run.signal(Signal::TERM);
        drop(run.wait().exits(130));
        practice.reset(&plain(0.0, ""));
        let lines = home.work().exits(3).lines();
        assert_eq!((count(&lines, "unknown"), count(&lines, "done")), (2, 1), "{command:?} {lines:#?}");
    }
}

#[test]
fn a_signal_at_any_moment_leaves_nothing_unknown() {
    let practice = Practice::start(&plain(0.02, ""));
    let home = Home::with(&practice, &["--concurrency", "3"]);
    for round in 0..12 {
        let mut run = home.start_generate(&format!("Round {round}"), &["--count", "12"]);
        let before = practice.calls();
        // As many calls in as there are rounds before: each round stops at another place.
        until("it is on its way", || practice.calls() > before + round || run.ended());
        if !run.ended() {
            run.signal(Signal::INT);
        }
        let ran = run.wait();
        assert!([0, 4].contains(&ran.code), "{ran:#?}");
        let lines = ran.lines();
        assert_eq!(count(&lines, "done") + count(&lines, "queued"), 12, "{lines:#?}");
    }
    drop(home.work().exits(0));
    assert_eq!(count(&home.jobs(), "done"), 12 * 12);
    assert_eq!((practice.calls(), practice.bill().len()), (144, 144));
}

/// Becomes a command whose stdin never ends: the program itself, so that it gets the signal.
const WAITS: &str = r#"mkfifo "$DIPTYCH_HOME/in.$$"; exec 3<>"$DIPTYCH_HOME/in.$$"; exec "$0" "$@" <&3"#;

fn start_waiting(home: &Home, arguments: &[&str]) -> Running {
    let mut command = Command::new("sh");
    command.args(["-c", WAITS]).arg(binary()).args(arguments);
    home.surround(&mut command);
    Running::start(&mut command, b"")
}

const ADD_JOBS: [&str; 4] = ["queue", "add", "--file", "-"];
const ADD_ACCOUNT: [&str; 6] = ["accounts", "add", "late", "--kind", "gemini", "--key-stdin"];

/// A short command that has the library and waits for its stdin.
fn start_errand(home: &Home, arguments: &[&str]) -> Running {
    let errand = start_waiting(home, arguments);
    let mark = format!("\"pid\":{},", errand.pid());
    let lock = || std::fs::read_to_string(home.library().join("lock")).unwrap_or_default();
    until_or("it has the library", || lock().contains(&mark), || errand.err());
    errand
}

#[test]
fn who_stops_before_the_prompt_is_read_loses_nothing_that_was_queued_before() {
    let practice = Practice::start(&plain(1.5, ""));
    let home = Home::with(&practice, &[]);
    drop(home.generate("Queued before", &["--count", "2", "--detach"]).exits(0));
    let mut run = start_waiting(&home, &["generate", "-", "--model", "flash"]);
    until("they are on the wire", || practice.in_flight() == 2);
    run.signal(Signal::INT);
    drop(run.wait().exits(3));
    let lines = home.jobs();
    assert_eq!((count(&lines, "done"), lines.len(), practice.bill().len()), (2, 2, 2), "{lines:#?}");
}

#[test]
fn who_stops_before_there_is_a_sheet_pays_for_none() {
    let practice = Practice::start(&plain(0.0, ""));
    let home = Home::with(&practice, &[]);
    let kettle = home.generate("A red kettle on a sill", &[]).exits(0).line();
    let pipe = home.path().join("reference.png").display().to_string();
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
    let mut run = home.start_generate("The same in blue", &["--ref", &pipe]);
    // It goes on when somebody reads.
    let mut file = std::fs::OpenOptions::new().write(true).open(&pipe).expect("opens");
    run.signal(Signal::INT);
    std::thread::sleep(Duration::from_millis(300));
    file.write_all(&std::fs::read(text(&kettle, "path")).expect("reads")).expect("writes");
    drop(file);
    drop(run.wait().exits(130).says(&["Stopped before anything was sent"]));
    assert_eq!((practice.calls(), home.jobs().len()), (1, 1));
}

#[test]
fn a_short_command_that_others_work_through_loses_none_of_their_calls() {
    for (signal, errand) in ALL.into_iter().zip([&ADD_ACCOUNT[..], &ADD_JOBS, &ADD_ACCOUNT]) {
        let practice = Practice::start(&plain(3.0, ""));
        let home = Home::with(&practice, &["--concurrency", "2"]);
        drop(home.generate("A paid call", &["--count", "2", "--detach"]).exits(0));
        let mut errand = start_errand(&home, errand);
        assert_eq!(practice.calls(), 0, "it sends nothing of its own accord");
        let mut run = home.start(&["queue", "run"]);
        until_or("they are on the wire", || practice.in_flight() == 2, || errand.err());
        errand.signal(signal);
        drop(errand.wait().exits(130).says(&["Waiting for calls on the wire to land"]));
        let lines = home.jobs();
        assert_eq!((count(&lines, "done"), count(&lines, "unknown")), (2, 0), "{lines:#?}");
        assert_eq!((practice.calls(), practice.bill().len()), (2, 2));
        run.signal(Signal::TERM);
        drop(run.wait().exits(0));
        home.check();
    }
}

#[test]
fn a_short_command_with_nothing_on_the_wire_ends_at_the_first_signal() {
    let practice = Practice::calm();
    let home = Home::with(&practice, &[]);
    for (signal, errand) in ALL.into_iter().zip([&ADD_ACCOUNT[..], &ADD_JOBS, &ADD_ACCOUNT]) {
        let mut errand = start_errand(&home, errand);
        let begun = Instant::now();
        errand.signal(signal);
        drop(errand.wait().exits(130));
        assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    }
    let account = home.run(&["accounts", "list", "--json"]).exits(0).line();
    assert_eq!(text(&account, "name"), "sim", "no other was added: {account:#}");
}

#[test]
fn a_short_command_says_that_it_finishes_what_another_process_asked_for() {
    // It takes calls and never answers.
    let mute = TcpListener::bind("127.0.0.1:0").expect("a port");
    mute.set_nonblocking(true).expect("a choice");
    let url = format!("http://{}", mute.local_addr().expect("its address"));
    let mut home = Home::new();
    let add = ["accounts", "add", "mute", "--kind", "gemini", "--base-url", &url, "--allow-http"];
    drop(home.run(&add).exits(0));
    home.lend("mute", "a-key-that-nobody-checks");
    let mut errand = start_errand(&home, &ADD_JOBS);
    let test = home.start(&["accounts", "test", "mute"]);
    let mut call = None;
    until_or(
        "it is asked",
        || {
            call = mute.accept().ok();
            call.is_some()
        },
        || test.err(),
    );
    errand.signal(Signal::INT);
    let said = "Finishing what another process has asked for";
    until_or("it says what it does", || errand.err().contains(said), || test.err());
    errand.signal(Signal::INT);
    drop(errand.wait().exits(130));
}

#[test]
fn a_run_until_idle_that_is_stopped_tells_how_far_it_came() {
    let practice = Practice::start(&plain(1.0, ""));
    let home = Home::with(&practice, &["--concurrency", "2"]);
    drop(home.generate("Half of it", &["--count", "6", "--detach"]).exits(0));
    let mut run = home.start(&["queue", "run", "--until-idle", "--json"]);
    until("two are on the wire", || practice.in_flight() == 2);
    run.signal(Signal::INT);
    let lines = run.wait().exits(4).says(&["Sending nothing new"]).lines();
    assert_eq!((count(&lines, "done"), count(&lines, "queued")), (2, 4), "{lines:#?}");
    assert_eq!((practice.calls(), practice.bill().len()), (2, 2));
}

/// The second signal ends a command soon, whoever it waits for.
fn leaves_at_the_second(mut run: Running, said: &str) {
    run.signal(Signal::INT);
    until_or("it says what it does", || run.err().contains(said), || run.err());
    let begun = Instant::now();
    run.signal(Signal::INT);
    drop(run.wait().exits(130));
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
}

#[test]
fn who_waits_for_a_process_that_is_stopped_can_leave() {
    let practice = Practice::start(&plain(20.0, ""));
    let home = Home::with(&practice, &["--concurrency", "1"]);
    let mut studio = home.start(&["serve", "--json"]);
    until("it serves", || studio.out().contains("#token="));
    let generate = home.start_generate("Through a studio", &["--count", "2"]);
    until("one is on the wire", || practice.in_flight() == 1);
    studio.signal(Signal::STOP);
    leaves_at_the_second(generate, "Sending nothing new");
    drop(studio);

    let practice = Practice::start(&plain(20.0, ""));
    let home = Home::with(&practice, &["--concurrency", "1"]);
    drop(home.generate("Through a short command", &["--count", "2", "--detach"]).exits(0));
    let mut errand = start_errand(&home, &ADD_JOBS);
    let run = home.start(&["queue", "run", "--until-idle"]);
    until("one is on the wire", || practice.in_flight() == 1);
    errand.signal(Signal::STOP);
    leaves_at_the_second(run, "Another process works the queue");
}
