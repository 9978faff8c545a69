//! Requests that the service would refuse, and how it words that.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{FLASH, PRO, ask, start};
use serde_json::{Value, json};

fn with(path: &str, value: &Value) -> Value {
    let mut body = ask("a hill");
    *body.pointer_mut(path).unwrap() = value.clone();
    body
}

#[tokio::test]
async fn each_bad_field_is_a_400_with_its_place() {
    let bench = start("[pictures]\nstyle = \"plain\"").await;
    let config = "/generationConfig/imageConfig";
    let unknown = "Invalid JSON payload received. Unknown name \"quality\" at 'generation_config.image_config': Cannot find field.";
    let user = |part: Value| json!({"contents": [{"parts": [{"text": "x"}, part]}]});
    let turn = |part: Value| json!({"contents": [{"role": "user", "parts": [{"text": "x"}]}, {"role": "model", "parts": [part]}]});
    let pixel =
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    let image = json!({"inlineData": {"mimeType": "image/png", "data": pixel}});
    let many = json!({"contents": [{"parts": vec![image.clone(); 15]}]});
    let cases = [
        (PRO, with(config, &json!({"quality": "best"})), unknown),
        (PRO, json!({"prompt": "x"}), "Unknown name \"prompt\": Cannot find field."),
        (
            PRO,
            user(json!({"txt": "y"})),
            "Unknown name \"txt\" at 'contents[0].parts[1]': Cannot find field.",
        ),
        (
            PRO,
            with(config, &json!({"aspectRatio": "17:9"})),
            "Invalid value at 'generation_config.image_config.aspect_ratio'",
        ),
        (
            PRO,
            with(config, &json!({"aspectRatio": "1:8"})),
            "Invalid value at 'generation_config.image_config.aspect_ratio'",
        ),
        (
            PRO,
            with(config, &json!({"imageSize": "4k"})),
            "Invalid value at 'generation_config.image_config.image_size'",
        ),
        (
            PRO,
            with(config, &json!({"image_size": "512"})),
            "Invalid value at 'generation_config.image_config.image_size'",
        ),
        (FLASH, with(config, &json!({"imageSize": "512"})), "image_size"),
        ("gemini-3.1-flash-lite-image", with(config, &json!({"imageSize": "2K"})), "image_size"),
        ("gemini-2.5-flash-image", ask("x"), "image size is not supported"),
        (PRO, with(config, &json!({"imageSize": 4})), "(TYPE_STRING), 4"),
        (PRO, with("/generationConfig/responseModalities", &json!(["AUDIO"])), "not supported by the model"),
        (
            PRO,
            with("/generationConfig/responseModalities", &json!(["SMELL"])),
            "GenerationConfig.Modality), \"SMELL\"",
        ),
        (
            PRO,
            turn(image.clone()),
            "Image part is missing a thought_signature in content position 1, part position 0.",
        ),
        (
            PRO,
            user(json!({"inlineData": {"mimeType": "image/png", "data": "@@@"}})),
            "Base64 decoding failed for \"@@@\"",
        ),
        (
            PRO,
            user(json!({"inlineData": {"mimeType": "image/gif", "data": pixel}})),
            "Unsupported MIME type: image/gif",
        ),
        (
            PRO,
            user(json!({"inlineData": {"mimeType": "image/png", "data": "aGVsbG8="}})),
            "Unable to process input image",
        ),
        (PRO, user(json!({"thought": true})), "contents[0].parts[1].data: required oneof field"),
        (PRO, many, "Please use fewer than 15 images"),
        (PRO, json!({"contents": []}), "contents is not specified"),
        (PRO, json!({"contents": [{"role": "bot", "parts": [{"text": "x"}]}]}), "valid role"),
    ];
    for (model, body, message) in cases {
        let (status, answer) = bench.call(model, &body).await;
        let text = answer["error"]["message"].as_str().unwrap_or_default();
        assert!(text.contains(message), "{body}: {answer}");
        assert_eq!((status, &answer["error"]["status"]), (400, &json!("INVALID_ARGUMENT")), "{answer}");
    }
    let raw = bench.post(PRO, &json!({})).body("{\"contents\": [").send().await.unwrap();
    let answer: Value = raw.json().await.unwrap();
    assert!(answer["error"]["message"].as_str().unwrap().starts_with("Invalid JSON payload received."));
    assert_eq!(bench.practice.bill().pictures.len(), 0);
}

#[tokio::test]
async fn keys_and_models() {
    let bench = start("[pictures]\nstyle = \"plain\"").await;
    let url = format!("{}/v1/models/{PRO}:generateContent", bench.url);
    let none = bench.client.post(&url).json(&ask("x")).send().await.unwrap();
    assert_eq!(none.status(), 403);
    assert_eq!(none.json::<Value>().await.unwrap()["error"]["status"], "PERMISSION_DENIED");
    let wrong = bench.client.post(&url).bearer_auth("nonsense").json(&ask("x")).send().await.unwrap();
    assert_eq!(wrong.status(), 400);
    let wrong: Value = wrong.json().await.unwrap();
    assert_eq!(wrong["error"]["details"][0]["reason"], "API_KEY_INVALID");
    assert_eq!(wrong["error"]["details"][0]["@type"], "type.googleapis.com/google.rpc.ErrorInfo");
    for key in ["practice-key-a", "practice-key-a2", "practice-key-b"] {
        let right = bench.client.post(format!("{url}?key={key}")).json(&ask("x")).send().await.unwrap();
        assert_eq!(right.status(), 200);
    }
    let (status, answer) = bench.call("gemini-9-image", &ask("x")).await;
    assert_eq!(status, 404);
    assert!(
        answer["error"]["message"]
            .as_str()
            .unwrap()
            .starts_with("models/gemini-9-image is not found for API version v1beta")
    );
    let (status, answer) = bench.call("gemini-3-pro-image-preview", &ask("x")).await;
    assert_eq!((status, &answer["modelVersion"]), (200, &json!(PRO)));
    let first = bench.get("/v1beta/models?pageSize=2").await;
    assert_eq!(first["models"].as_array().unwrap().len(), 2);
    let token = first["nextPageToken"].as_str().unwrap();
    let rest = bench.get(&format!("/v1beta/models?pageSize=50&pageToken={token}")).await;
    assert_eq!((rest["models"].as_array().unwrap().len(), &rest["nextPageToken"]), (3, &Value::Null));
    assert_eq!(bench.get(&format!("/v1/models/{FLASH}")).await["name"], format!("models/{FLASH}"));
}

#[tokio::test]
async fn an_edit_with_the_signature_that_was_given_passes() {
    let bench = start("[pictures]\nstyle = \"plain\"").await;
    let (_, answer) = bench.call(PRO, &ask("A red kettle")).await;
    let mut content = answer["candidates"][0]["content"].clone();
    let body = |content: &Value| {
        json!({"contents": [
            {"role": "user", "parts": [{"text": "A red kettle"}]},
            content,
            {"role": "user", "parts": [{"text": "Make it blue"}]}
        ]})
    };
    assert_eq!(bench.call(PRO, &body(&content)).await.0, 200);
    // Protobuf JSON takes the alphabet for URLs too, with or without padding.
    let data = &mut content["parts"][0]["inlineData"]["data"];
    let url_safe = data.as_str().unwrap().replace('+', "-").replace('/', "_");
    *data = json!(url_safe.trim_end_matches('='));
    assert_eq!(bench.call(PRO, &body(&content)).await.0, 200);
    content["parts"][0]["thoughtSignature"] = json!("Zm9yZ2Vk");
    let (status, answer) = bench.call(PRO, &body(&content)).await;
    assert_eq!((status, &answer["error"]["message"]), (400, &json!("Corrupted thought signature.")));
    assert_eq!(bench.practice.bill().pictures[1].prompt, "Make it blue");
}
