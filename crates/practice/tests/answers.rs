//! Good answers: body, tokens, pixels, serials, and that the same order gives the same picture.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{FLASH, PRO, ask, pictures, serial, start};
use diptych_practice::picture::{Finish, Format, Order, draw};
use serde_json::{Value, json};

fn sized(ratio: &str, size: Option<&str>) -> Value {
    let mut config = json!({"aspectRatio": ratio});
    if let Some(size) = size {
        config["imageSize"] = json!(size);
    }
    json!({"contents": [{"parts": [{"text": "a hill"}]}], "generationConfig": {"imageConfig": config}})
}

#[tokio::test]
async fn the_body_adds_up_and_has_the_usual_shape() {
    let bench = start("").await;
    let mut body = ask("A lighthouse at dusk");
    body["generationConfig"]["responseModalities"] = json!(["Text", "Image"]);
    let response = bench.post(PRO, &body).send().await.unwrap();
    assert_eq!(response.headers()["x-gemini-service-tier"], "standard");
    assert_eq!(response.headers()["content-type"], "application/json; charset=UTF-8");
    assert!(!response.headers().contains_key("retry-after"));
    let text = response.text().await.unwrap();
    assert!(text.starts_with("{\n  \"candidates\": [\n    {\n"));
    assert!(text.find("mimeType").unwrap() < text.find("\"data\"").unwrap());
    let answer: Value = serde_json::from_str(&text).unwrap();
    let parts = answer["candidates"][0]["content"]["parts"].as_array().unwrap();
    assert!(parts[0]["text"].is_string() && parts[0]["thoughtSignature"].is_string());
    assert!(parts[1]["inlineData"].is_object() && parts[1]["thoughtSignature"].is_string());
    let usage = &answer["usageMetadata"];
    let count = |name: &str| usage[name].as_u64().unwrap_or(0);
    let sum = count("promptTokenCount") + count("candidatesTokenCount") + count("thoughtsTokenCount");
    assert_eq!(count("totalTokenCount"), sum);
    assert!(count("thoughtsTokenCount") > 0);
    assert_eq!(usage["candidatesTokensDetails"][0]["tokenCount"], 1120);
    assert!((1208..=1750).contains(&count("candidatesTokenCount")));
}

#[tokio::test]
async fn pixels_follow_the_table_and_the_serial_is_inside() {
    let bench = start("[pictures]\nstyle = \"plain\"").await;
    let cases = [
        (PRO, "1:1", Some("1K"), (1024, 1024), "image/jpeg"),
        (PRO, "16:9", Some("2K"), (2752, 1536), "image/jpeg"),
        (PRO, "16:9", Some("4K"), (5504, 3072), "image/jpeg"),
        (FLASH, "4:5", None, (928, 1152), "image/png"),
        (FLASH, "21:9", Some("4K"), (6336, 2688), "image/png"),
        (FLASH, "8:1", Some("4K"), (12_288, 1536), "image/png"),
        ("gemini-3.1-flash-image", "1:8", Some("4K"), (1536, 12_288), "image/jpeg"),
        ("gemini-3.1-flash-image", "9:16", Some("512"), (384, 688), "image/jpeg"),
        ("gemini-3.1-flash-lite-image", "3:2", Some("1K"), (1264, 848), "image/jpeg"),
        ("gemini-2.5-flash-image", "2:3", None, (832, 1248), "image/png"),
    ];
    for (i, (model, ratio, size, pixels, mime)) in cases.into_iter().enumerate() {
        let (status, answer) = bench.call(model, &sized(ratio, size)).await;
        assert_eq!(status, 200, "{answer}");
        let found = pictures(&answer);
        assert_eq!((found.len(), found[0].0.as_str()), (1, mime));
        let decoded = image::load_from_memory(&found[0].1).unwrap();
        assert_eq!((decoded.width(), decoded.height()), pixels, "{model} {ratio} {size:?}");
        assert_eq!(serial(&found[0].1), format!("P-{:06}", i + 1));
    }
    let bill = bench.practice.bill();
    assert_eq!(bill.pictures[2].usd_micros, 240_000);
    assert_eq!(bill.total_usd_micros, bill.pictures.iter().map(|p| p.usd_micros).sum::<u64>());
    assert!(bill.pictures.iter().all(|p| p.delivered));
}

#[tokio::test]
async fn repeats_differ_unless_a_seed_is_given() {
    let bench = start("").await;
    let pixels = |answer: &Value| image::load_from_memory(&pictures(answer)[0].1).unwrap().to_rgb8();
    let mut body = ask("dunes");
    let (first, second) = (bench.call(FLASH, &body).await.1, bench.call(FLASH, &body).await.1);
    assert!(pixels(&first) != pixels(&second));
    body["generationConfig"]["seed"] = json!(42);
    let (first, second) = (bench.call(FLASH, &body).await.1, bench.call(FLASH, &body).await.1);
    assert!(pixels(&first) == pixels(&second));
}

#[test]
fn the_same_order_gives_the_same_bytes() {
    for prompt in ["A lighthouse at dusk", "city at night", "pine forest in snow", "mountain lake", "x"] {
        let order = |variant, finish| Order {
            prompt: prompt.to_owned(),
            seed: 7,
            variant,
            width: 344,
            height: 192,
            finish,
        };
        let file = |variant, finish| draw(&order(variant, finish)).encode(Format::Jpeg, "P-000001").unwrap();
        let first = file(0, Finish::Fine);
        assert!(first == file(0, Finish::Fine), "{prompt}");
        assert!(first != file(1, Finish::Fine) && first != file(0, Finish::Soft), "{prompt}");
    }
}

#[test]
fn every_shape_of_picture_can_be_drawn() {
    for (width, height) in [(12_288, 96), (96, 3000), (24, 24), (512, 64)] {
        for prompt in ["lighthouse", "city", "forest", "lake at dawn", "desert", "stars"] {
            let order =
                Order { prompt: prompt.to_owned(), seed: 0, variant: 0, width, height, finish: Finish::Fine };
            assert_eq!(draw(&order).size(), (width, height));
        }
    }
}
