//! Refusals that cost nothing (rows 1–7 of the table of bad inputs): said with their reason, waited out exactly where
//! that helps, never tried where it does not.

use diptych_acceptance::{FLASH, Home, Practice, count, expect_job, plain, text, until};
use serde_json::Value;
use std::net::TcpListener;
use std::time::{Duration, Instant};

fn fault(fault: &str) -> Practice {
    Practice::start(&plain(0.0, &format!("[[fault]]\n{fault}\n")))
}

#[test]
fn an_address_without_encryption_is_refused() {
    let home = Home::new();
    for kind in ["gemini", "relay-gemini"] {
        let add = ["accounts", "add", "relay", "--kind", kind, "--base-url", "http://relay.example/"];
        let words = ["[E-URL-INSECURE]", "not encrypted", "Use https://", "Nothing was sent"];
        drop(home.feed(&[&add[..], &["--key-stdin"]].concat(), b"sk-secret").exits(2).says(&words));
        // The permission is for this machine only.
        drop(home.run(&[&add[..], &["--allow-http"]].concat()).exits(2).says(&words));
        let here = ["accounts", "add", "relay", "--kind", kind, "--base-url", "http://127.0.0.1:9/"];
        drop(home.run(&here).exits(2).says(&words));
    }
    assert_eq!(text(&home.run(&["accounts", "list", "--json"]).exits(0).line(), "name"), "practice");
}

#[test]
fn a_reference_that_is_not_there_or_no_picture_fails_and_is_no_wrong_usage() {
    let practice = Practice::calm();
    let home = Home::with(&practice, &[]);
    let after = |name: &str| {
        let file = home.path().join(name).display().to_string();
        home.generate("After a picture", &["--ref", &file]).exits(1)
    };
    std::fs::write(home.path().join("notes.txt"), "no picture").expect("a file");
    drop(after("nowhere.png").says(&["nowhere.png"]));
    drop(after("notes.txt").says(&["[E-REFERENCE]", "notes.txt"]));
    assert_eq!((practice.calls(), home.jobs().len()), (0, 0));
}

#[test]
fn a_redirect_to_another_host_is_not_followed() {
    for status in [301, 302, 303, 307, 308] {
        let canary = TcpListener::bind("127.0.0.2:0").expect("a listener");
        canary.set_nonblocking(true).expect("a listener that does not wait");
        let place = canary.local_addr().expect("its address");
        let practice =
            fault(&format!("kind = \"redirect\"\nstatus = {status}\nlocation = \"http://{place}/steal\""));
        let home = Home::with(&practice, &[]);
        let line = home.generate("A straight road", &[]).exits(1).line();
        expect_job(
            &line,
            "failed",
            "E-REDIRECT",
            "no",
            &["tried to pass your request and key to 127.0.0.2", "We stopped"],
        );
        assert!(canary.accept().is_err(), "{status}: somebody came");
        assert_eq!(practice.calls(), 1);
    }
}

#[test]
fn a_wrong_key_is_said_with_its_last_characters_only() {
    let practice = Practice::calm();
    let mut home = Home::with(&practice, &[]);
    home.lend("sim", "wrong-key-000-ab12");
    let ran = home.generate("A locked door", &[]).exits(1);
    expect_job(
        &ran.line(),
        "failed",
        "E-KEY-REJECTED",
        "no",
        &["refused the key ending …ab12", "Not charged"],
    );
    assert!(!ran.out.contains("wrong-key") && !ran.err.contains("wrong-key"), "the key is not repeated");
    let listed = home.run(&["accounts", "list", "--json"]).exits(0);
    assert!(!listed.out.contains("wrong-key"), "{}", listed.out);
    drop(home.run(&["accounts", "test", "sim"]).exits(1));
    assert!(practice.bill().is_empty());

    // With the right key, the same job goes through.
    home.lend("sim", &practice.key);
    drop(home.run(&["accounts", "test", "sim"]).exits(0));
    drop(home.run(&["queue", "retry", "--failed"]).exits(0));
    assert_eq!(text(&home.work().exits(0).line(), "state"), "done");
    assert_eq!(practice.bill().len(), 1);
}

#[test]
fn an_account_that_stands_still_is_an_alert_until_it_is_mended() {
    let practice = fault("kind = \"status\"\nstatus = 402\nmessage = \"Prepay balance is empty\"");
    let mut home = Home::with(&practice, &["--concurrency", "1"]);
    let studio = home.start(&["serve", "--json"]);
    until("it serves", || studio.out().contains("#token="));
    // The studio has the key. A command that lent one would be a reason to try the account again.
    home.forget_keys();
    drop(home.generate("An empty purse", &["--count", "2"]).exits(1));
    let alerts = || {
        let weather = home.run(&["weather", "--json"]).exits(0).line();
        let alerts = weather["alerts"].as_array().cloned().unwrap_or_default();
        let said = |alert: &Value| {
            let code = alert["sentence"]["code"].as_str().unwrap_or_default().to_owned();
            (
                text(alert, "kind").to_owned(),
                text(alert, "account").to_owned(),
                code,
                alert["resolved_ms"].is_null(),
            )
        };
        alerts.iter().map(said).collect::<Vec<_>>()
    };
    let parked = |open| vec![("parked".to_owned(), "sim".to_owned(), "E-CREDIT".to_owned(), open)];
    until("it is said", || alerts() == parked(true));
    let shown = home.run(&["weather"]).exits(0).out;
    assert!(shown.contains("! sim: The account has no credit. Not charged."), "{shown}");
    practice.reset(&plain(0.0, ""));
    drop(home.run(&["accounts", "test", "sim"]).exits(0));
    until("it is over", || alerts() == parked(false));
}

#[test]
fn without_credit_one_job_fails_and_the_others_wait() {
    let practice = fault("kind = \"status\"\nstatus = 402\nmessage = \"Prepay balance is empty\"");
    let home = Home::with(&practice, &["--concurrency", "1"]);
    let lines = home.generate("An empty purse", &["--count", "4"]).exits(1).lines();
    assert_eq!((count(&lines, "failed"), count(&lines, "parked")), (1, 3), "{lines:#?}");
    for line in &lines {
        expect_job(line, text(line, "state"), "E-CREDIT", "no", &["no credit", "Not charged", "other jobs"]);
    }
    assert_eq!(practice.calls(), 1, "the others were not tried");
    practice.reset(&plain(0.0, ""));
    drop(home.run(&["queue", "retry", "--failed"]).exits(0));
    let lines = home.work().exits(0).lines();
    assert_eq!((count(&lines, "done"), practice.bill().len()), (4, 4), "{lines:#?}");
}

#[test]
fn a_minute_limit_is_waited_out_exactly() {
    let practice = fault("kind = \"quota_minute\"\nseconds = 3.5\ntimes = 1");
    let home = Home::with(&practice, &[]);
    let started = Instant::now();
    let ran = home.generate("A patient heron", &[]).exits(0);
    let took = started.elapsed();
    assert!(took >= Duration::from_millis(3500) && took < Duration::from_secs(7), "{took:?}");
    let line = ran.line();
    assert_eq!((text(&line, "state"), line["attempts"].as_u64()), ("done", Some(2)), "{line:#}");
    drop(ran.says(&["requests/min limit of project sim reached; next slot in ", "Not charged"]));
    assert_eq!((practice.calls(), practice.bill().len()), (2, 1));
}

#[test]
fn my_own_limit_per_minute_is_kept_without_asking_the_provider() {
    let practice = Practice::calm();
    let home = Home::with(&practice, &["--ipm", "2"]);
    let mut run = home.start_generate("Three herons", &["--count", "3"]);
    until("the wait is told", || run.err().contains("2 images/min limit of project sim reached"));
    until("two are out", || practice.calls() == 2);
    until("two are done", || run.err().matches(": done").count() == 2);
    assert_eq!((practice.calls(), run.ended()), (2, false), "the third waits for the minute to pass");
}

#[test]
fn my_own_limit_per_day_parks_what_is_over_it() {
    let practice = Practice::calm();
    let home = Home::with(&practice, &["--rpd", "1"]);
    let lines = home.generate("One a day", &["--count", "3"]).exits(4).lines();
    assert_eq!((count(&lines, "done"), count(&lines, "parked")), (1, 2), "{lines:#?}");
    for line in lines.iter().filter(|line| text(line, "state") == "parked") {
        expect_job(line, "parked", "E-RATE-DAY", "no", &["Daily limit of project sim used up; resumes "]);
        assert!(line["not_before_ms"].as_i64().is_some(), "it comes back by itself: {line:#}");
    }
    assert_eq!((practice.calls(), practice.bill().len()), (1, 1));
}

#[test]
fn a_used_up_day_parks_the_job_until_midnight_at_the_provider() {
    let practice = fault("kind = \"quota_day\"");
    let home = Home::with(&practice, &["--concurrency", "1"]);
    let lines = home.generate("A long day", &["--count", "3", "--fallback", "never"]).exits(4).lines();
    for line in &lines {
        let words = ["Daily limit of project sim used up; resumes ", "Not charged"];
        expect_job(line, "parked", "E-RATE-DAY", "no", &words);
    }
    assert!(lines.iter().any(|line| line["not_before_ms"].as_i64().is_some()), "{lines:#?}");
    assert_eq!(practice.calls(), 1, "the day is not asked twice");
    // The next process knows it still.
    drop(home.work().exits(4));
    assert_eq!((practice.calls(), practice.bill().len()), (1, 0));
}

#[test]
fn overload_is_waited_out_and_costs_nothing() {
    let practice = fault("kind = \"overload\"\ntimes = 2");
    let home = Home::with(&practice, &[]);
    let ran = home.generate("A crowded pier", &[]).exits(0);
    let line = ran.line();
    assert_eq!((text(&line, "state"), line["attempts"].as_u64()), ("done", Some(3)), "{line:#}");
    assert_eq!(text(&line, "model_used"), FLASH);
    drop(ran.says(&["has no capacity (not your quota)", "Not charged"]));
    assert_eq!((practice.calls(), practice.bill().len()), (3, 1));
}
