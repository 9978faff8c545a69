//! Answers that are broken (rows 8–17 and 20 of the table of bad inputs): each is named, priced, kept where it may have
//! cost something, and never asked for again by itself.

use diptych_acceptance::{Home, Practice, count, expect_job, notes, plain, text};
use serde_json::Value;

struct Broken {
    practice: Practice,
    home: Home,
    line: Value,
}

/// One job against one fault, in its own home; `options` go to `generate`.
fn broken(fault: &str, options: &[&str], exit: i32) -> Broken {
    let practice = Practice::start(&plain(0.0, &format!("[[fault]]\n{fault}\ntimes = 1\n")));
    let home = Home::with(&practice, &[]);
    let line = home.generate("A broken day", options).exits(exit).line();
    assert_eq!((practice.calls(), line["attempts"].as_u64()), (1, Some(1)), "one call: {line:#}");
    Broken { practice, home, line }
}

impl Broken {
    fn is(&self, state: &str, code: &str, billed: &str, words: &[&str]) -> &Self {
        expect_job(&self.line, state, code, billed, words);
        self
    }

    /// The bill of the provider.
    fn billed(&self, pictures: usize) -> &Self {
        assert_eq!(self.practice.bill().len(), pictures);
        self
    }

    /// Nothing more is sent without the user's word, and one picture more with it.
    fn asks(&self) {
        let before = self.practice.bill().len();
        let listed = self.home.work().exits(3).line();
        assert_eq!(text(&listed, "state"), "unknown", "{listed:#}");
        assert_eq!(self.practice.calls(), 1, "it is not sent again by itself");
        let resolved = self.home.run(&["queue", "resolve", "--all", "--resend"]).exits(0);
        assert_eq!(resolved.out.trim(), "1 job");
        let done = self.home.work().exits(0).line();
        assert_eq!((text(&done, "state"), self.practice.calls()), ("done", 2), "{done:#}");
        assert_eq!(self.practice.bill().len(), before + 1, "one picture for the user's word");
        self.home.check();
    }

    /// The raw answer lies there for inspection.
    fn kept(&self) -> &Self {
        assert_eq!(self.home.kept_answers(), 1, "the raw answer was kept");
        self
    }
}

#[test]
fn when_no_answer_comes_i_am_told_that_it_may_have_been_charged_and_am_asked() {
    for status in ["504", "524"] {
        let broken = broken(&format!("kind = \"status\"\nstatus = {status}"), &[], 3);
        broken.is("unknown", "E-UNKNOWN", "unknown", &[status, "may have been made and charged", "$0.0336"]);
        broken.billed(0).asks();
    }
    let broken = broken("kind = \"reset_before_answer\"", &[], 3);
    broken
        .is("unknown", "E-UNKNOWN", "unknown", &["may have been made and charged", "Send again or give up"])
        .billed(1)
        .asks();
}

#[test]
fn when_i_give_an_unknown_call_up_nothing_more_is_sent() {
    let broken = broken("kind = \"reset_before_answer\"", &[], 3);
    let resolved = broken.home.run(&["queue", "resolve", "--all", "--give-up"]).exits(0);
    assert_eq!(resolved.out.trim(), "1 job");
    drop(broken.home.work().exits(0));
    let jobs = broken.home.jobs();
    assert_eq!((count(&jobs, "unknown"), count(&jobs, "queued")), (0, 0), "{jobs:#?}");
    broken.billed(1);
    assert_eq!(broken.practice.calls(), 1);
    drop(broken.home.run(&["queue", "resolve", "--all"]).exits(2).says(&["--resend", "--give-up"]));
}

#[test]
fn a_web_page_instead_of_a_picture_is_called_one() {
    let broken = broken("kind = \"html_200\"", &[], 3);
    broken.is(
        "unknown",
        "E-NOT-JSON",
        "unknown",
        &["a web page instead of a result (title: ", "May have been charged"],
    );
    broken.kept().asks();
}

#[test]
fn an_answer_that_stops_is_kept_and_called_charged() {
    for fault in ["kind = \"cut\"", "kind = \"cut\"\nchunked = true", "kind = \"truncated_json\""] {
        let broken = broken(fault, &[], 3);
        broken.is("unknown", "E-TRUNCATED", "yes", &["The answer stopped at ", "Charged, most likely"]);
        broken.billed(1).kept().asks();
    }
}

#[test]
fn damaged_base64_is_found_and_its_place_named() {
    let broken = broken("kind = \"bad_base64\"", &[], 3);
    broken
        .is("unknown", "E-BASE64", "yes", &["damaged at byte ", "The answer was kept"])
        .billed(1)
        .kept()
        .asks();
}

#[test]
fn a_draft_does_not_stand_for_the_picture_that_came_damaged_after_it() {
    let two = broken("kind = \"bad_base64\"\ncount = 2", &[], 3);
    two.is("unknown", "E-BASE64", "yes", &["damaged at byte "]).billed(2).kept();
    assert_eq!(two.home.pictures().len(), 1, "what came before it is there");
    // Of three the one in the middle is damaged: the last is the picture, and nothing of the answer is lost.
    let three = broken("kind = \"bad_base64\"\ncount = 3", &[], 0);
    assert_eq!(
        (text(&three.line, "state"), notes(&three.line)),
        ("done", vec!["W-EXTRA"]),
        "{:#}",
        three.line
    );
    assert!(text(&three.line["notes"][0], "message").contains("2 images arrived"));
    three.kept();
}

#[test]
fn a_wrong_label_is_noted_and_the_picture_saved_as_what_it_is() {
    for model in ["pro", "flash"] {
        let broken = broken("kind = \"wrong_mime\"", &["--model", model], 0);
        assert_eq!(
            (text(&broken.line, "state"), notes(&broken.line)),
            ("done", vec!["W-MIME"]),
            "{:#}",
            broken.line
        );
        let bytes = std::fs::read(text(&broken.line, "path")).expect("the original");
        assert_eq!(diptych_acceptance::mime_of(&bytes), text(&broken.line, "mime"));
        broken.billed(1).home.check();
    }
}

#[test]
fn a_page_labelled_as_a_picture_is_not_shown() {
    let broken = broken("kind = \"not_image\"", &[], 3);
    broken.is(
        "unknown",
        "E-NOT-IMAGE",
        "unknown",
        &["Not an image (looks like HTML)", "Kept for inspection"],
    );
    assert!(broken.home.pictures().is_empty());
    broken.billed(1).kept().asks();
}

#[test]
fn an_incomplete_picture_is_kept_with_a_warning() {
    for model in ["pro", "flash"] {
        let broken = broken("kind = \"incomplete_image\"", &["--model", model], 3);
        broken.is("unknown", "E-INCOMPLETE", "yes", &["incomplete", "Charged, most likely"]).billed(1);
        let picture = &broken.home.pictures()[0];
        assert_eq!(
            text(picture, "id"),
            text(&broken.line, "picture"),
            "the picture is kept: {:#}",
            broken.line
        );
        assert_eq!(text(&picture["notes"][0], "code"), "E-INCOMPLETE");
        broken.asks();
    }
}

#[test]
fn a_picture_of_four_billion_pixels_is_not_opened() {
    let broken = broken("kind = \"bomb\"", &[], 1);
    broken
        .is("failed", "E-TOO-LARGE", "yes", &["65535×65535 px", "200-megapixel limit", "not opened"])
        .billed(1);
    assert!(broken.home.pictures().is_empty());
}

#[test]
fn a_refusal_gives_the_models_reason_and_its_words() {
    for reason in ["IMAGE_SAFETY", "NO_IMAGE"] {
        let fault = format!("kind = \"refusal\"\nreason = \"{reason}\"\ntext = \"Not that one.\"");
        let broken = broken(&fault, &[], 1);
        broken
            .is("failed", "E-REFUSED", "unknown", &[&format!("(reason: {reason})"), "Not that one."])
            .billed(0);
    }
    let blocked = broken("kind = \"prompt_blocked\"", &[], 1);
    blocked.is("failed", "E-REFUSED", "unknown", &["PROHIBITED_CONTENT", "Tokens may be charged"]).billed(0);
    let chatty = broken("kind = \"text_only\"\ntext = \"What kind of day?\"", &[], 1);
    chatty.is("failed", "E-REFUSED", "unknown", &["What kind of day?"]).billed(0);
}

#[test]
fn an_empty_answer_asks_me() {
    for fault in ["kind = \"empty\"", "kind = \"parts_null\""] {
        let broken = broken(fault, &[], 3);
        broken
            .is("unknown", "E-EMPTY", "unknown", &["no image and no reason", "raw answer was kept"])
            .kept()
            .asks();
    }
}

#[test]
fn five_pictures_for_one_are_all_kept() {
    let broken = broken("kind = \"extra_images\"\ncount = 5", &[], 0);
    assert_eq!(
        (text(&broken.line, "state"), notes(&broken.line)),
        ("done", vec!["W-EXTRA"]),
        "{:#}",
        broken.line
    );
    assert!(text(&broken.line["notes"][0], "message").contains("5 images arrived, all kept"));
    assert_eq!(broken.home.pictures().len(), 5);
    let mut serials: Vec<String> =
        broken.home.pictures().iter().map(|p| text(p, "serial").to_owned()).collect();
    let mut bill: Vec<String> = broken.practice.bill().into_iter().map(|billed| billed.serial).collect();
    serials.sort();
    bill.sort();
    assert_eq!(serials, bill, "each billed picture is there once");
    broken.home.check();
}

#[test]
fn a_smaller_picture_than_the_one_i_paid_is_said() {
    for model in ["pro", "flash"] {
        let broken = broken("kind = \"wrong_size\"", &["--model", model, "--size", "2K"], 0);
        assert_eq!(
            (text(&broken.line, "state"), notes(&broken.line)),
            ("done", vec!["W-SIZE"]),
            "{:#}",
            broken.line
        );
        let said = text(&broken.line["notes"][0], "message").to_owned();
        assert!(
            said.contains("2048 × 2048") && said.contains("1024 × 1024") && said.contains("Charged as 2K"),
            "{said}"
        );
        broken.billed(1);
    }
}
