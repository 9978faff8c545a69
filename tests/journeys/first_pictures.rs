//! The first promise: one command, two pictures; the same command again costs nothing; they are found, kept, given out.

use diptych_acceptance::{FLASH, Home, PRO, Practice, count, mime_of, plain, text};
use serde_json::Value;

const PROMPT: &str = "A lighthouse at dusk, long exposure";
const COMMAND: [&str; 11] =
    ["generate", PROMPT, "--model", "pro", "--model", "flash", "--size", "4K", "--aspect", "16:9", "--json"];

fn with(more: &[&'static str]) -> Vec<&'static str> {
    [&COMMAND, more].concat()
}

fn pair(lines: &[Value]) {
    assert_eq!(lines.len(), 2, "{lines:#?}");
    for (line, model) in lines.iter().zip([PRO, FLASH]) {
        assert_eq!((text(line, "state"), text(line, "model_asked")), ("done", model), "{line:#}");
        assert_eq!(text(line, "model_used"), model);
        assert_eq!((line["width"].as_u64(), line["height"].as_u64()), (Some(5504), Some(3072)), "{line:#}");
        assert_eq!(line["fallback"], false);
        assert!(text(line, "serial").starts_with("P-"), "{line:#}");
        let bytes = std::fs::read(text(line, "path")).expect("the original");
        assert_eq!(mime_of(&bytes), text(line, "mime"));
        assert!(bytes.len() > 10_000);
    }
}

fn serials(lines: &[Value]) -> Vec<&str> {
    lines.iter().map(|line| text(line, "serial")).collect()
}

#[test]
fn i_get_a_pro_and_a_flash_picture_side_by_side_and_the_second_time_they_cost_nothing() {
    let home = Home::new();
    let first = home.run(&COMMAND).exits(0).lines();
    pair(&first);
    assert!(first.iter().all(|line| line["from_library"] == false && line["attempts"] == 1));
    assert!(first.iter().all(|line| line["billed_usd"].as_f64() > Some(0.1)), "practice dollars are counted");

    let again = home.run(&COMMAND).exits(0).lines();
    pair(&again);
    assert_eq!(serials(&again), serials(&first), "the same pictures");
    for line in &again {
        let nothing = line["billed_usd"].as_f64() == Some(0.0) && line["attempts"] == 0;
        assert!(nothing && line["from_library"] == true, "{line:#}");
    }
    assert_eq!(home.pictures().len(), 2);

    let new = home.run(&with(&["--new"])).exits(0).lines();
    pair(&new);
    assert!(new.iter().all(|line| line["from_library"] == false));
    assert_eq!(home.pictures().len(), 4, "new ones beside the old");

    let spend = home.run(&["spend", "--json"]).exits(0).lines();
    assert_eq!(spend.iter().map(|row| row["pictures"].as_u64().unwrap_or(0)).sum::<u64>(), 4);
    assert!(spend.iter().all(|row| row["practice"] == true), "{spend:#?}");
    let said = home.run(&["spend"]).exits(0).out;
    assert!(said.contains("Spent $0") && said.contains("Practice $0.") && said.contains("no cost"), "{said}");
    home.check();
}

#[test]
fn the_library_answers_without_a_call_and_a_dry_run_sends_nothing() {
    let practice = Practice::calm();
    let home = Home::with(&practice, &[]);
    let plan = home.run(&with(&["--dry-run"])).exits(0).line();
    assert_eq!(
        (plan["pictures"].as_u64(), plan["usd"].as_i64()),
        (Some(2), Some(240_000 + 113_000)),
        "{plan:#}"
    );
    assert_eq!((practice.calls(), home.jobs().len()), (0, 0), "a dry run does nothing");

    let first = home.run(&COMMAND).exits(0).lines();
    pair(&first);
    let bill = practice.bill();
    assert_eq!(bill.len(), 2);
    assert!(bill.iter().all(|billed| billed.delivered && billed.prompt == PROMPT), "{bill:#?}");

    let again = home.run(&COMMAND).exits(0).lines();
    assert_eq!(serials(&again), serials(&first));
    assert_eq!(practice.bill(), bill, "no new bill");
    let plan = home.run(&with(&["--dry-run"])).exits(0).line();
    assert_eq!((plan["pictures"].as_u64(), plan["from_library"].as_u64()), (Some(0), Some(2)), "{plan:#}");

    pair(&home.run(&with(&["--new"])).exits(0).lines());
    assert_eq!(practice.bill().len(), 4);

    drop(home.run(&with(&["--new", "--detach"])).exits(0));
    drop(home.run(&with(&["--new", "--dry-run"])).exits(0));
    assert_eq!((practice.calls(), count(&home.jobs(), "queued")), (4, 2), "nor what was queued before");

    let spend = home.run(&["spend"]).exits(0).out;
    assert!(
        spend.contains("Practice $0 ") || spend.contains("Practice $0.00"),
        "real money is not practice: {spend}"
    );
}

#[test]
fn i_find_rate_export_trash_and_restore_a_picture() {
    let practice = Practice::calm();
    let home = Home::with(&practice, &[]);
    let kettle = home.generate("A red kettle on a sill", &[]).exits(0).line();
    drop(home.generate("Layered hills", &["--model", "pro"]).exits(0));
    let id = text(&kettle, "picture");

    let found = home.run(&["pictures", "search", "kettle", "--json"]).exits(0).line();
    assert_eq!((text(&found, "id"), text(&found, "prompt")), (id, "A red kettle on a sill"));
    assert!(home.run(&["pictures", "search", "submarine", "--json"]).exits(0).lines().is_empty());
    let shown = home.run(&["pictures", "show", id, "--json"]).exits(0).line();
    assert_eq!(text(&shown, "path"), text(&kettle, "path"));

    let original = std::fs::read(text(&kettle, "path")).expect("the original");
    let out = home.path().join("out");
    let folder = out.display().to_string();
    let export = || home.run(&["pictures", "export", id, "--out", &folder]).exits(0).out;
    let copy = export();
    assert_eq!(std::fs::read(copy.trim()).expect("the copy"), original, "byte for byte");
    std::fs::write(copy.trim(), "mine").expect("a file of my own");
    let second = export();
    assert_eq!(std::fs::read(copy.trim()).expect("my file"), b"mine", "not overwritten");
    assert_eq!(std::fs::read(second.trim()).expect("the copy"), original, "and still a copy, beside it");
    assert_eq!(export(), second, "which is not made again");

    let rated = home.run(&["pictures", "rate", id, "4", "--json"]).exits(0).line();
    assert_eq!(rated["rating"], 4);
    drop(home.run(&["pictures", "rate", id, "6"]).exits(2));
    drop(home.run(&["pictures", "trash", id]).exits(0));
    assert_eq!(home.pictures().len(), 1);
    let trash = home.run(&["pictures", "list", "--trash", "--json"]).exits(0).line();
    assert_eq!((text(&trash, "id"), &trash["trashed"], &trash["rating"]), (id, &true.into(), &4.into()));
    drop(home.run(&["pictures", "restore", id]).exits(0));
    assert_eq!(home.pictures().len(), 2);
    drop(home.run(&["pictures", "show", "p000"]).exits(1).says(&["[E-NOT-FOUND]"]));
    home.check();
    assert_eq!(practice.bill().len(), 2);
}

#[test]
fn a_route_gets_as_many_calls_at_once_as_it_proves_to_take_and_a_number_in_the_settings_caps_them() {
    let most = |cap: &str| {
        let practice = Practice::start(&plain(1.0, ""));
        let home = Home::with(&practice, &["--ipm", "600"]);
        drop(home.run(&["settings", "set", "concurrency", cap]).exits(0));
        drop(home.generate("Many at once", &["--count", "60", "--yes"]).exits(0));
        practice.most_in_flight()
    };
    assert!(most("0") > 8, "automatic");
    assert_eq!(most("3"), 3, "a hard cap");
}
