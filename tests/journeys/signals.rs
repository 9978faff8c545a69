//! Ctrl-C, SIGTERM and SIGHUP: the first sends nothing new and waits for what is on the wire, the second leaves at once.

use diptych_acceptance::{Home, Practice, Running, binary, count, expect_job, plain, text, until, until_or};
use rustix::process::Signal;
use std::process::Command;

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

/// Waits for a prompt that never ends. It becomes the program itself, so that it gets the signal.
const NO_PROMPT: &str = r#"mkfifo "$DIPTYCH_HOME/prompt"; exec 3<>"$DIPTYCH_HOME/prompt"; exec "$0" generate - --model flash <&3"#;

#[test]
fn who_stops_before_the_prompt_is_read_loses_nothing_that_was_queued_before() {
    let practice = Practice::start(&plain(1.5, ""));
    let home = Home::with(&practice, &[]);
    drop(home.generate("Queued before", &["--count", "2", "--detach"]).exits(0));
    let mut command = Command::new("sh");
    command.args(["-c", NO_PROMPT]).arg(binary());
    home.surround(&mut command);
    let mut run = Running::start(&mut command, b"");
    until("they are on the wire", || practice.in_flight() == 2);
    run.signal(Signal::INT);
    drop(run.wait().exits(3));
    let lines = home.jobs();
    assert_eq!((count(&lines, "done"), lines.len(), practice.bill().len()), (2, 2, 2), "{lines:#?}");
}
