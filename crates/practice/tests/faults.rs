//! Every kind of fault, as a client meets it.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::time::{Duration, Instant};

use common::{FLASH, PRO, ask, pictures, start};
use serde_json::{Value, json};

const PLAIN: &str = "[pictures]\nstyle = \"plain\"\n[[fault]]\n";

#[tokio::test]
async fn errors_instead_of_an_answer() {
    let cases: [(&str, u16, &str); 16] = [
        ("kind = \"status\"\nstatus = 400", 400, "FAILED_PRECONDITION"),
        ("kind = \"status\"\nstatus = 402", 402, "depleted"),
        ("kind = \"status\"\nstatus = 403", 403, "PERMISSION_DENIED"),
        ("kind = \"status\"\nstatus = 408", 408, "timed out"),
        ("kind = \"status\"\nstatus = 500", 500, "INTERNAL"),
        ("kind = \"status\"\nstatus = 502", 502, "<title>502 Bad Gateway"),
        ("kind = \"status\"\nstatus = 504", 504, "Deadline expired"),
        ("kind = \"status\"\nstatus = 524\nhtml = true", 524, "<html>"),
        ("kind = \"status\"\nstatus = 529", 529, "UNAVAILABLE"),
        ("kind = \"quota_minute\"", 429, "Please retry in 11.769242877s."),
        ("kind = \"quota_day\"", 429, "\"retryDelay\": \"59s\""),
        ("kind = \"limit_zero\"", 429, "limit: 0, model: gemini-3-pro-image"),
        ("kind = \"bare_429\"", 429, "Resource has been exhausted (e.g. check quota)."),
        ("kind = \"spend_cap\"", 429, "monthly spending cap"),
        ("kind = \"overload\"", 503, "high demand"),
        ("kind = \"overload\"\ndetails = true", 503, "MODEL_CAPACITY_EXHAUSTED"),
    ];
    for (fault, status, text) in cases {
        let bench = start(&format!("{PLAIN}{fault}\ntimes = 1")).await;
        let response = bench.post(PRO, &ask("x")).send().await.unwrap();
        assert_eq!(response.status().as_u16(), status, "{fault}");
        let body = response.text().await.unwrap();
        assert!(body.contains(text), "{fault}: {body}");
        assert!(bench.practice.bill().pictures.is_empty(), "{fault}");
        assert_eq!(bench.call(PRO, &ask("x")).await.0, 200, "{fault}: once only");
    }
}

#[tokio::test]
async fn filters_choose_the_calls() {
    let bench = start(&format!("{PLAIN}kind = \"bare_429\"\nmodel = \"{PRO}\"\nproject = \"studio-a\"\nprompt_contains = \"storm\"\nafter = 1\ntimes = 1")).await;
    let mut statuses = Vec::new();
    for (model, prompt) in
        [(PRO, "a storm"), (PRO, "a calm"), (FLASH, "a storm"), (PRO, "a storm"), (PRO, "a storm")]
    {
        statuses.push(bench.call(model, &ask(prompt)).await.0);
    }
    assert_eq!(statuses, [200, 200, 200, 429, 200]);
}

#[tokio::test]
async fn a_web_page_a_redirect_and_an_array() {
    let bench = start(&format!("{PLAIN}kind = \"html_200\"\ntimes = 1\n[[fault]]\nkind = \"redirect\"\nstatus = 307\nlocation = \"https://other.example/\"\ntimes = 1\n[[fault]]\nkind = \"array_wrapped_error\"")).await;
    let page = bench.post(PRO, &ask("x")).send().await.unwrap();
    assert_eq!(
        (page.status().as_u16(), &page.headers()["content-type"].to_str().unwrap()[..9]),
        (200, "text/html")
    );
    let redirect = bench.post(PRO, &ask("x")).send().await.unwrap();
    assert_eq!(
        (redirect.status().as_u16(), &redirect.headers()["location"]),
        (307, &"https://other.example/".parse().unwrap())
    );
    let (status, array) = bench.call(PRO, &ask("x")).await;
    assert_eq!((status, &array[0]["error"]["code"]), (503, &json!(503)));
    let bill = bench.practice.bill();
    assert_eq!((bill.pictures.len(), bill.pictures[0].delivered), (1, false));
}

#[tokio::test]
async fn broken_connections_are_billed_but_not_delivered() {
    for fault in ["reset_before_answer", "cut", "cut\"\nchunked = true\n#", "truncated_json"] {
        let bench = start(&format!("{PLAIN}kind = \"{fault}\"")).await;
        let sent = bench.post(PRO, &ask("x")).send().await;
        match fault {
            "reset_before_answer" => assert!(sent.is_err()),
            "truncated_json" => {
                let text = sent.unwrap().text().await.unwrap();
                assert!(text.len() > 1000 && serde_json::from_str::<Value>(&text).is_err());
            }
            _ => {
                let mut response = sent.unwrap();
                assert_eq!(response.content_length().is_none(), fault.contains("chunked"));
                let mut received = 0;
                let end = loop {
                    match response.chunk().await {
                        Ok(Some(chunk)) => received += chunk.len(),
                        end => break end,
                    }
                };
                assert!(end.is_err() && received > 1000, "{end:?} after {received}");
            }
        }
        let bill = bench.practice.bill();
        assert_eq!((bill.pictures.len(), bill.pictures[0].delivered), (1, false), "{fault}");
    }
    let bench = start(&format!("{PLAIN}kind = \"reset_before_answer\"\nbilled = false")).await;
    assert!(bench.post(PRO, &ask("x")).send().await.is_err());
    assert!(bench.practice.bill().pictures.is_empty());
}

#[tokio::test]
async fn a_client_that_leaves_is_billed() {
    let bench = start("[latency]\nseconds = 0.4\n[pictures]\nstyle = \"plain\"").await;
    let gone = bench.post(PRO, &ask("x")).timeout(Duration::from_millis(150)).send().await;
    assert!(gone.unwrap_err().is_timeout());
    assert!(bench.practice.bill().pictures.is_empty());
    while bench.in_flight(PRO) > 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let bill = bench.practice.bill();
    assert_eq!((bill.pictures.len(), bill.pictures[0].delivered), (1, false));
}

#[tokio::test]
async fn hanging_and_dripping_take_their_time() {
    for kind in ["hang", "slow_drip"] {
        let bench = start(&format!("{PLAIN}kind = \"{kind}\"\nseconds = 0.5")).await;
        let start = Instant::now();
        let (status, answer) = bench.call(PRO, &ask("x")).await;
        assert!(start.elapsed() > Duration::from_millis(400), "{kind}: {:?}", start.elapsed());
        assert_eq!((status, pictures(&answer).len()), (200, 1));
        assert!(bench.practice.bill().pictures[0].delivered);
    }
}

#[tokio::test]
async fn damaged_pictures() {
    let fetch = async |kind: &str, size: &str| {
        let bench = start(&format!("{PLAIN}kind = \"{kind}\"")).await;
        let mut body = ask("x");
        body["generationConfig"]["imageConfig"]["imageSize"] = json!(size);
        let answer = bench.call(PRO, &body).await.1;
        assert_eq!(bench.practice.bill().pictures[0].size, size);
        answer
    };
    let data = fetch("bad_base64", "1K").await;
    assert!(
        data["candidates"][0]["content"]["parts"][0]["inlineData"]["data"].as_str().unwrap().contains('*')
    );
    let (mime, bytes) = pictures(&fetch("wrong_mime", "1K").await).remove(0);
    assert_eq!((mime.as_str(), &bytes[..2]), ("image/png", &[0xff, 0xd8][..]));
    let (mime, bytes) = pictures(&fetch("not_image", "1K").await).remove(0);
    assert_eq!((mime.as_str(), &bytes[..9]), ("image/png", &b"<!DOCTYPE"[..]));
    let (_, bytes) = pictures(&fetch("incomplete_image", "1K").await).remove(0);
    assert!(bytes.starts_with(&[0xff, 0xd8]) && !bytes.ends_with(&[0xff, 0xd9]));
    let (_, bytes) = pictures(&fetch("bomb", "1K").await).remove(0);
    let reader = image::ImageReader::new(std::io::Cursor::new(&bytes)).with_guessed_format().unwrap();
    assert_eq!(reader.into_dimensions().unwrap(), (65_535, 65_535));
    let (_, bytes) = pictures(&fetch("wrong_size", "4K").await).remove(0);
    assert_eq!(image::load_from_memory(&bytes).unwrap().width(), 1024);
}

#[tokio::test]
async fn answers_without_a_picture() {
    let fetch = async |fault: &str| {
        let bench = start(&format!("{PLAIN}{fault}")).await;
        let (status, answer) = bench.call(PRO, &ask("x")).await;
        assert_eq!(
            (status, bench.practice.bill().pictures.len(), pictures(&answer).len()),
            (200, 0, 0),
            "{answer}"
        );
        answer
    };
    let refusal = fetch("kind = \"refusal\"\nreason = \"NO_IMAGE\"\ntext = \"I cannot draw that.\"").await;
    let candidate = &refusal["candidates"][0];
    assert_eq!(candidate["finishReason"], "NO_IMAGE");
    assert!(candidate["finishMessage"].as_str().unwrap().starts_with("Unable to show the generated image"));
    assert_eq!(candidate["content"]["parts"][0]["text"], "I cannot draw that.");
    let usage = &refusal["usageMetadata"];
    assert_eq!(usage["candidatesTokenCount"], usage["thoughtsTokenCount"]);
    assert_eq!(fetch("kind = \"refusal\"").await["candidates"][0]["content"], json!({}));
    let blocked = fetch("kind = \"prompt_blocked\"").await;
    assert_eq!(
        (blocked.get("candidates"), &blocked["promptFeedback"]["blockReason"]),
        (None, &json!("PROHIBITED_CONTENT"))
    );
    assert_eq!(fetch("kind = \"empty\"").await["candidates"], json!([]));
    assert_eq!(fetch("kind = \"parts_null\"").await["candidates"][0]["content"]["parts"], Value::Null);
    let text = fetch("kind = \"text_only\"").await;
    assert_eq!(text["candidates"][0]["finishReason"], "STOP");
    assert!(text["candidates"][0]["content"]["parts"][0]["text"].is_string());
}

#[tokio::test]
async fn more_than_was_asked_and_less_than_was_paid() {
    let bench = start(&format!("{PLAIN}kind = \"extra_images\"")).await;
    let (_, answer) = bench.call(PRO, &ask("x")).await;
    assert_eq!((pictures(&answer).len(), bench.practice.bill().pictures.len()), (5, 5));
    assert_eq!(answer["usageMetadata"]["candidatesTokensDetails"][0]["tokenCount"], 5600);
    let bench = start(&format!("{PLAIN}kind = \"drafts\"")).await;
    let (_, answer) = bench.call(PRO, &ask("x")).await;
    let parts = answer["candidates"][0]["content"]["parts"].as_array().unwrap();
    let thoughts: Vec<bool> = parts.iter().map(|part| part["thought"] == true).collect();
    assert_eq!((thoughts, bench.practice.bill().pictures.len()), (vec![true, true, false], 1));
    let bench = start(&format!("{PLAIN}kind = \"tier_downgrade\"\ntimes = 1")).await;
    let mut body = ask("x");
    body["serviceTier"] = json!("priority");
    let tier = |response: &reqwest::Response| {
        response.headers()["x-gemini-service-tier"].to_str().unwrap().to_owned()
    };
    assert_eq!(tier(&bench.post(PRO, &body).send().await.unwrap()), "standard");
    assert_eq!(tier(&bench.post(PRO, &body).send().await.unwrap()), "priority");
    let prices: Vec<u64> = bench.practice.bill().pictures.iter().map(|p| p.usd_micros).collect();
    assert_eq!(prices, [134_000, 234_500]);
}
