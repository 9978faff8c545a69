//! Quotas and times of high demand, and how they read.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{FLASH, PRO, ask, start};
use serde_json::{Value, json};

#[tokio::test]
async fn a_quota_is_the_projects_and_lists_minute_and_day() {
    let bench = start("[pictures]\nstyle = \"plain\"\n[[quota]]\nproject = \"studio-a\"\nmodel = \"gemini-3-pro-image\"\nipm = 2\nrpd = 2").await;
    let url = format!("{}/v1beta/models/{PRO}:generateContent", bench.url);
    let post =
        |key: &'static str| bench.client.post(&url).header("x-goog-api-key", key).json(&ask("x")).send();
    assert_eq!(post("practice-key-a").await.unwrap().status(), 200);
    assert_eq!(post("practice-key-a2").await.unwrap().status(), 200);
    let refused = post("practice-key-a").await.unwrap();
    assert_eq!(refused.status(), 429);
    assert!(!refused.headers().contains_key("retry-after"));
    let error = refused.json::<Value>().await.unwrap()["error"].clone();
    assert_eq!(error["status"], "RESOURCE_EXHAUSTED");
    let details = error["details"].as_array().unwrap();
    let kind = |name: &str| {
        let wanted = format!("type.googleapis.com/google.rpc.{name}");
        details.iter().find(|d| d["@type"] == wanted.as_str()).unwrap().clone()
    };
    let violations = kind("QuotaFailure")["violations"].clone();
    let ids: Vec<&str> =
        violations.as_array().unwrap().iter().map(|v| v["quotaId"].as_str().unwrap()).collect();
    assert_eq!(
        ids,
        [
            "GenerateContentPaidTierImagesPerMinutePerProjectPerModel",
            "GenerateRequestsPerDayPerProjectPerModel"
        ]
    );
    assert_eq!(violations[1]["quotaValue"], "2");
    assert_eq!(violations[1]["quotaDimensions"], json!({"location": "global", "model": PRO}));
    assert_eq!(kind("Help")["links"][0]["url"], "https://ai.google.dev/gemini-api/docs/rate-limits");
    let delay = kind("RetryInfo")["retryDelay"].as_str().unwrap().to_owned();
    let seconds: f64 = delay.strip_suffix('s').unwrap().parse().unwrap();
    assert!((20.0..=30.0).contains(&seconds), "{delay}");
    let message = error["message"].as_str().unwrap();
    assert!(message.starts_with(
        "You exceeded your current quota. * Quota exceeded for metric: generativelanguage.googleapis.com/"
    ));
    assert!(message.ends_with(&format!("\nPlease retry in {delay}.")), "{message}");
    // Another project and another model have their own.
    assert_eq!(post("practice-key-b").await.unwrap().status(), 200);
    assert_eq!(bench.call(FLASH, &ask("x")).await.0, 200);
    bench.practice.reset();
    assert_eq!(post("practice-key-a").await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_limit_of_zero_has_no_quota_value() {
    let bench = start("[[quota]]\nrpm = 0").await;
    let (status, answer) = bench.call(PRO, &ask("x")).await;
    assert_eq!(status, 429);
    assert!(answer["error"]["message"].as_str().unwrap().contains("limit: 0, model: gemini-3-pro-image"));
    assert!(answer["error"]["details"][1]["violations"][0].get("quotaValue").is_none());
}

#[tokio::test]
async fn spending_too_fast_is_a_429_without_details() {
    let bench = start("[pictures]\nstyle = \"plain\"\n[[quota]]\nusd_10min = 0.2").await;
    assert_eq!(bench.call(PRO, &ask("x")).await.0, 200);
    let (status, answer) = bench.call(PRO, &ask("x")).await;
    assert_eq!((status, answer["error"].get("details")), (429, None));
}

#[tokio::test]
async fn overload_alternates_its_texts_and_keeps_to_its_window() {
    let bench = start("[pictures]\nstyle = \"plain\"\n[[overload]]\nmodel = \"gemini-3-pro-image\"\nto_s = 3600\n[[overload]]\nmodel = \"gemini-nano-banana-2.1\"\nfrom_s = 3600").await;
    let mut texts = Vec::new();
    for _ in 0..2 {
        let (status, answer) = bench.call(PRO, &ask("x")).await;
        assert_eq!((status, &answer["error"]["status"]), (503, &json!("UNAVAILABLE")));
        assert!(answer["error"].get("details").is_none());
        texts.push(answer["error"]["message"].as_str().unwrap().to_owned());
    }
    assert!(texts[0].contains("high demand") && texts[1].contains("overloaded"));
    assert_eq!(bench.call(FLASH, &ask("x")).await.0, 200);
    assert_eq!(bench.practice.stats().models[PRO].by_status[&503], 2);
}

#[tokio::test]
async fn capacity_refuses_what_is_too_much_at_once() {
    let bench =
        start("[latency]\nseconds = 0.3\n[pictures]\nstyle = \"plain\"\n[[capacity]]\nconcurrent = 1").await;
    let body = ask("x");
    let (a, b) = tokio::join!(bench.call(PRO, &body), bench.call(PRO, &body));
    let mut statuses = [a.0, b.0];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 503]);
    assert_eq!(bench.practice.stats().models[PRO].max_in_flight, 2);
}

#[tokio::test]
async fn the_servers_own_timeout_is_a_504_and_costs_nothing() {
    let bench = start("[latency]\nseconds = 5.0").await;
    let response = bench.post(PRO, &ask("x")).header("X-Server-Timeout", "0.05").send().await.unwrap();
    assert_eq!(response.status(), 504);
    assert_eq!(response.json::<Value>().await.unwrap()["error"]["status"], "DEADLINE_EXCEEDED");
    assert!(bench.practice.bill().pictures.is_empty());
}

#[tokio::test]
async fn testers_move_the_clock_on() {
    let bench = start(
        "[pictures]\nstyle = \"plain\"\n[[quota]]\nipm = 1\nrpd = 3\n[[overload]]\nfrom_s = 100000\nto_s = 200000",
    )
    .await;
    let skip = async |seconds: f64| {
        let request = bench.client.post(format!("{}/practice/clock", bench.url));
        request.json(&json!({"skip_s": seconds})).send().await.unwrap().status().as_u16()
    };
    let ask = async || bench.call(PRO, &ask("x")).await.0;
    assert_eq!((ask().await, ask().await), (200, 429));
    assert_eq!((skip(60.0).await, ask().await, ask().await), (200, 200, 429));
    assert_eq!((skip(100_000.0).await, ask().await), (200, 503));
    assert_eq!((skip(100_000.0).await, ask().await), (200, 200));
    assert_eq!((skip(-1.0).await, skip(1e12).await), (400, 400));
    let bill = bench.practice.bill();
    assert!(bill.pictures[2].at.duration_since(bill.pictures[0].at).as_secs() >= 200_060);
    bench.practice.reset();
    assert_eq!(ask().await, 200);
}
