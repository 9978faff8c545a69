//! Trouble that lasts: another model stands in where that was allowed, the queue is paused, jobs are stopped and tried
//! again.

use diptych_acceptance::{FLASH, Home, PRO, Practice, count, expect_job, notes, plain, text, until};
use serde_json::Value;
use std::time::{Duration, Instant};

const LITE: &str = "gemini-3.1-flash-lite-image";

fn pro_is_overloaded() -> Practice {
    Practice::start(&plain(0.0, &format!("[[overload]]\nmodel = \"{PRO}\"\n")))
}

#[test]
fn with_fallback_now_another_model_stands_in_and_is_called_a_fallback() {
    let practice = pro_is_overloaded();
    let home = Home::with(&practice, &[]);
    let line = home.generate("A stand-in", &["--model", "pro", "--fallback", "now"]).exits(0).line();
    let used = (text(&line, "state"), text(&line, "model_asked"), text(&line, "model_used"));
    assert_eq!((used, &line["fallback"]), (("done", PRO, FLASH), &true.into()), "{line:#}");
    let bill = practice.bill();
    assert_eq!((bill.len(), bill[0].model.as_str()), (1, FLASH));
    assert_eq!(home.pictures()[0]["fallback"], true);

    // When the storm is over, the asked model makes it with one command.
    practice.reset(&plain(0.0, ""));
    let new = home.run(&["queue", "redo", text(&line, "job"), "--model", "pro"]).exits(0).out;
    let done = home.work().exits(0).lines();
    let redone = done.iter().find(|line| text(line, "job") == new.trim()).expect("the new job");
    assert_eq!((text(redone, "model_used"), &redone["fallback"]), (PRO, &false.into()), "{redone:#}");
}

#[test]
fn with_fallback_after_a_while_it_waits_that_while_first() {
    let practice = pro_is_overloaded();
    let home = Home::with(&practice, &[]);
    let started = Instant::now();
    let line =
        home.generate("A stand-in, later", &["--model", "pro", "--fallback", "after:2s"]).exits(0).line();
    assert!(started.elapsed() >= Duration::from_secs(2), "{:?}", started.elapsed());
    assert_eq!((text(&line, "model_used"), &line["fallback"]), (FLASH, &true.into()), "{line:#}");
    assert!(line["attempts"].as_u64() >= Some(3), "it tried the asked model again: {line:#}");
    assert_eq!(practice.bill().len(), 1);
}

#[test]
fn who_stands_in_and_how_small_is_the_users_choice() {
    let practice = pro_is_overloaded();
    let home = Home::with(&practice, &[]);
    let set = |name: &str, value: &str| home.run(&["settings", "set", name, value]);
    drop(set("fallback_models", &format!("{LITE},flash")).exits(0));
    let large = ["--model", "pro", "--size", "2K", "--fallback", "now"];
    let line = home.generate("As large as asked", &large).exits(0).line();
    assert_eq!(text(&line, "model_used"), FLASH, "the first of the list makes no 2K: {line:#}");
    drop(set("fallback_size", "1K").exits(0));
    let line = home.generate("Smaller will do", &large).exits(0).line();
    assert_eq!((text(&line, "model_used"), &line["fallback"]), (LITE, &true.into()), "{line:#}");
    assert_eq!(
        (line["width"].as_u64(), notes(&line)),
        (Some(1024), vec!["W-FLOOR"]),
        "and that is said: {line:#}"
    );
    drop(set("fallback_models", "nobody").exits(2));
    drop(set("fallback_size", "huge").exits(2));
}

#[test]
fn with_fallback_ask_it_waits_and_says_how_to_let_another_model_take_over() {
    let practice = pro_is_overloaded();
    let home = Home::with(&practice, &[]);
    let made =
        home.start(&["generate", "A question", "--model", "pro", "--fallback", "ask", "--yes", "--json"]);
    until("it asks", || made.err().contains("diptych queue fallback "));
    let asks = made.err();
    let question = asks.lines().find(|line| line.contains("diptych queue fallback")).expect("the question");
    assert!(question.starts_with(&format!("{FLASH} could take over, for $0.")), "{question}");
    assert!(practice.bill().is_empty(), "nothing goes to another model without leave");

    let words = question.split("To let it: diptych ").nth(1).expect("a command");
    let taken = home.run(&words.split(' ').collect::<Vec<_>>()).exits(0).out;
    assert_eq!(taken.trim(), "1 job");
    let line = made.wait().exits(0).line();
    assert_eq!((text(&line, "model_used"), &line["fallback"]), (FLASH, &true.into()), "{line:#}");
    assert_eq!(practice.bill().len(), 1);
    let wrong = home.run(&["queue", "fallback", text(&line, "sheet"), "perhaps"]).exits(2);
    drop(wrong.says(&["never, now, ask, after:10m"]));
}

#[test]
fn when_a_day_is_used_up_every_job_of_the_sheet_falls_back_and_none_waits_for_tomorrow() {
    for fault in ["quota_day", "limit_zero"] {
        let fault = format!("[[fault]]\nkind = \"{fault}\"\nmodel = \"{PRO}\"\n");
        let practice = Practice::start(&plain(0.2, &fault));
        let home = Home::with(&practice, &["--concurrency", "1"]);
        let lines = home.generate("A long day", &["--model", "pro", "--count", "3"]).exits(0).lines();
        for line in &lines {
            assert_eq!((text(line, "model_used"), &line["fallback"]), (FLASH, &true.into()), "{line:#}");
        }
        assert_eq!((lines.len(), practice.calls()), (3, 4), "the day is asked for once");
        assert_eq!(practice.bill().len(), 3);
    }
}

#[test]
fn where_models_are_compared_none_stands_in_and_the_job_is_parked() {
    let practice = pro_is_overloaded();
    let home = Home::with(&practice, &[]);
    drop(home.run(&["settings", "set", "max_attempts", "2"]).exits(0));
    let lines = home.generate("A fair comparison", &["--model", "pro", "--model", "flash"]).exits(4).lines();
    expect_job(&lines[0], "parked", "E-OVERLOAD-END", "no", &["no capacity in 2 tries", "Not charged"]);
    assert_eq!((text(&lines[1], "state"), text(&lines[1], "model_used")), ("done", FLASH));
    assert_eq!(practice.bill().len(), 1);
}

#[test]
fn a_paused_queue_sends_nothing_until_it_is_resumed() {
    let practice = Practice::calm();
    let home = Home::with(&practice, &[]);
    assert!(home.run(&["queue", "pause"]).exits(0).out.starts_with("paused"));
    let lines = home.generate("A pause", &["--count", "3", "--detach"]).exits(0).lines();
    assert_eq!(count(&lines, "queued"), 3);
    assert_eq!(count(&home.work().exits(4).lines(), "queued"), 3);
    assert_eq!(practice.calls(), 0);
    assert!(home.run(&["queue", "resume"]).exits(0).out.starts_with("running"));
    assert_eq!(count(&home.work().exits(0).lines(), "done"), 3);
    assert_eq!(practice.bill().len(), 3);
}

#[test]
fn a_job_i_stop_is_not_sent_and_one_on_the_wire_is_kept() {
    let practice = Practice::start(&plain(1.5, ""));
    let home = Home::with(&practice, &["--concurrency", "1"]);
    let serve = home.start(&["serve", "--json"]);
    until("it serves", || serve.out().contains("#token="));
    let lines = home.generate("A change of mind", &["--count", "2", "--detach"]).exits(0).lines();
    until("one is on the wire", || practice.in_flight() == 1);
    for line in &lines {
        drop(home.run(&["queue", "cancel", text(line, "job")]).exits(0));
    }
    until("nothing is on the wire", || count(&home.jobs(), "sending") == 0);
    let jobs = home.jobs();
    let done: Vec<_> = jobs.iter().filter(|line| text(line, "state") == "done").collect();
    let [late] = done[..] else { panic!("{jobs:#?}") };
    assert_eq!(notes(late), ["W-LATE"], "{late:#}");
    let stopped = jobs.iter().find(|line| text(line, "state") == "cancelled").expect("the other one");
    assert_eq!((text(stopped, "billed"), stopped["attempts"].as_u64()), ("no", Some(0)), "{stopped:#}");
    assert_eq!((practice.calls(), practice.bill().len()), (1, 1));
    assert_eq!(text(&home.pictures()[0], "serial"), practice.bill()[0].serial);
}

#[test]
fn failed_jobs_go_through_when_i_try_them_again() {
    let practice = Practice::start(&plain(0.0, "[[fault]]\nkind = \"refusal\"\ntimes = 2\n"));
    let home = Home::with(&practice, &[]);
    let lines = home.generate("Third time lucky", &["--count", "3"]).exits(1).lines();
    assert_eq!((count(&lines, "failed"), count(&lines, "done")), (2, 1), "{lines:#?}");
    drop(home.run(&["queue", "retry"]).exits(2));
    assert_eq!(home.run(&["queue", "retry", "--failed"]).exits(0).out.trim(), "2 jobs");
    assert_eq!(count(&home.work().exits(0).lines(), "done"), 2);
    assert_eq!((practice.calls(), practice.bill().len()), (5, 3));
    let story = home.run(&["queue", "show", text(&lines[0], "job"), "--json"]).exits(0).line();
    assert!(!text(&story, "prompt").is_empty() && story["attempts"].as_array().is_some(), "{story:#}");
}

#[test]
fn a_failure_inside_the_provider_is_tried_once_more() {
    let practice = Practice::start(&plain(0.0, "[[fault]]\nkind = \"status\"\nstatus = 500\n"));
    let home = Home::with(&practice, &[]);
    let line = home.generate("A bad day", &[]).exits(1).line();
    expect_job(&line, "failed", "E-SERVER-END", "no", &["failed inside (500), twice", "Not charged"]);
    assert_eq!((practice.calls(), practice.bill().len()), (2, 0));
}

#[test]
fn off_peak_waits_for_its_hours_and_no_longer_than_its_deadline() {
    let practice = Practice::start(&plain(0.0, ""));
    let home = Home::with(&practice, &[]);
    let avoid = |spans: &str| {
        let hours = format!(r#"{{"mode":"hours","zone":"UTC","avoid":{spans}}}"#);
        drop(home.run(&["settings", "set", "off_peak", &hours]).exits(0));
    };
    // All of the day but one minute, and not the one that is about to come.
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
    let minute = now.as_secs() / 60 % (24 * 60);
    let free = (minute + 12 * 60) % (24 * 60);
    let clock = |minute: u64| format!("{:02}:{:02}", minute / 60 % 24, minute % 60);
    avoid(&format!(r#"[["{}","{}"]]"#, clock(free + 1), clock(free)));

    let sheet = home.start_generate("No hurry", &["--lane", "off-peak"]);
    until("it waits", || home.jobs().iter().any(|job| job["code"] == "R-off-peak"));
    assert_eq!(practice.calls(), 0);
    let soon = home.generate("A little hurry", &["--lane", "off-peak", "--deadline", "5m"]).exits(0).line();
    assert_eq!(text(&soon, "state"), "done", "the deadline is too near to wait: {soon:#}");

    avoid("[]");
    assert_eq!(count(&sheet.wait().exits(0).lines(), "done"), 1);
    drop(home.generate("Never", &["--lane", "off-peak", "--deadline", "2020-01-01T00:00:00Z"]).exits(2));
    drop(home.run(&["settings", "set", "off_peak", r#"{"mode":"hours","zone":"Mars","avoid":[]}"#]).exits(2));
}

#[test]
fn economy_costs_half_and_goes_on_at_the_usual_price_when_its_time_is_up() {
    let practice = Practice::start(&plain(0.0, ""));
    let home = Home::with(&practice, &[]);
    let usual = home.generate("In a hurry", &["--model", "pro"]).exits(0).line();
    let half = home.generate("In no hurry", &["--model", "pro", "--lane", "economy"]).exits(0).line();
    let paid = |line: &Value| line["billed_usd"].as_f64().expect("a price");
    // They think for a different number of tokens, which cost a little, too.
    let about = |one: f64, other: f64| (one / other - 1.0).abs() < 0.1;
    assert!(about(paid(&half) * 2.0, paid(&usual)), "{usual:#} {half:#}");
    let billed: Vec<u64> = practice.bill().iter().map(|line| line.usd_micros).collect();
    assert_eq!(billed[1] * 2, billed[0], "the provider's own bill");
    let refused = home.generate("Not there", &["--model", "flash", "--lane", "economy"]).exits(2);
    assert!(refused.err.contains("half the price"), "{}", refused.err);

    let full = Practice::start(&plain(0.0, "[flex]\nshed = 1.0\n"));
    let home = Home::with(&full, &[]);
    let line = home
        .generate("By then", &["--model", "pro", "--lane", "economy", "--deadline", "4s"])
        .exits(0)
        .line();
    assert_eq!((text(&line, "state"), full.bill().len()), ("done", 1));
    assert!(about(paid(&line), paid(&usual)), "at the usual price: {line:#}");
    assert!(line["attempts"].as_u64() > Some(1), "it had tried the cheap way: {line:#}");
    let weather = home.run(&["weather", "--json"]).exits(0).line();
    let routes = weather["routes"].as_array().expect("routes");
    let pro = routes.iter().find(|route| route["model"] == PRO && route["account"] == "sim").expect("Pro");
    assert_eq!(
        (&pro["calls"], &pro["overloaded"]),
        (&1.into(), &0.into()),
        "shedding is no bad weather: {pro:#}"
    );
    let flex = routes.iter().find(|route| route["model"] == PRO && route["tier"] == "flex").expect("its row");
    assert!(flex["overloaded"].as_u64() >= Some(1), "but it is said of the cheap way itself: {flex:#}");
}

#[test]
fn what_another_model_stood_in_for_is_made_again_once_the_asked_one_is_well_if_that_is_the_rule() {
    let storm = format!("[[overload]]\nmodel = \"{PRO}\"\nto_s = 3\n");
    let practice = Practice::start(&plain(0.0, &storm));
    let home = Home::with(&practice, &[]);
    drop(home.run(&["settings", "set", "redo_when_healthy", "true"]).exits(0));
    let line = home.generate("Twice", &["--model", "pro", "--fallback", "now"]).exits(0).line();
    assert_eq!((text(&line, "model_used"), &line["fallback"]), (FLASH, &true.into()), "{line:#}");
    drop(home.work().exits(0));
    let made = home.jobs();
    let redone = made.iter().find(|line| text(line, "model_used") == PRO).expect("made again");
    assert_eq!((text(redone, "state"), &redone["fallback"]), ("done", &false.into()), "{redone:#}");
    assert_eq!(count(&home.jobs(), "done"), 2, "once, not again and again");
}
