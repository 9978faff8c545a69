//! A provider on a real socket, and a client that speaks to it.
#![allow(dead_code, reason = "each test file uses its own share of this")]

use base64::Engine as _;
use diptych_practice::{Options, Practice, Scenario};
use serde_json::{Value, json};

pub(crate) const PRO: &str = "gemini-3-pro-image";
pub(crate) const FLASH: &str = "gemini-nano-banana-2.1";

pub(crate) struct Bench {
    pub(crate) practice: Practice,
    pub(crate) url: String,
    pub(crate) client: reqwest::Client,
}

/// Starts a provider that answers at once and follows `scenario`.
pub(crate) async fn start(scenario: &str) -> Bench {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let latency = if scenario.contains("[latency]") { "" } else { "[latency]\nscale = 0.0\n" };
    let scenario = Scenario::parse(&format!("{latency}{scenario}")).unwrap();
    let practice = Practice::new(Options { scenario, ..Options::default() });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = practice.clone();
    tokio::spawn(async move { server.serve_tcp(listener, std::future::pending()).await });
    let redirect = reqwest::redirect::Policy::none();
    let client = reqwest::Client::builder().no_proxy().redirect(redirect).build().unwrap();
    Bench { practice, url, client }
}

/// A small request: 1K, square.
pub(crate) fn ask(prompt: &str) -> Value {
    json!({
        "contents": [{"role": "user", "parts": [{"text": prompt}]}],
        "generationConfig": {"responseModalities": ["IMAGE"], "imageConfig": {"imageSize": "1K"}}
    })
}

impl Bench {
    pub(crate) fn post(&self, model: &str, body: &Value) -> reqwest::RequestBuilder {
        let url = format!("{}/v1beta/models/{model}:generateContent", self.url);
        self.client.post(url).header("x-goog-api-key", "practice-key-a").json(body)
    }

    /// Status and JSON of one call.
    pub(crate) async fn call(&self, model: &str, body: &Value) -> (u16, Value) {
        let response = self.post(model, body).send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let request =
            self.client.get(format!("{}{path}", self.url)).header("x-goog-api-key", "practice-key-a");
        request.send().await.unwrap().json().await.unwrap()
    }

    pub(crate) fn in_flight(&self, model: &str) -> u64 {
        self.practice.stats().models.get(model).map_or(0, |stats| stats.in_flight)
    }
}

/// The image parts of an answer: MIME type and bytes.
pub(crate) fn pictures(answer: &Value) -> Vec<(String, Vec<u8>)> {
    let parts = answer["candidates"][0]["content"]["parts"].as_array().cloned().unwrap_or_default();
    let images = parts.iter().filter(|part| part["inlineData"].is_object());
    images
        .map(|part| {
            let data = part["inlineData"]["data"].as_str().unwrap();
            let bytes = base64::engine::general_purpose::STANDARD.decode(data).unwrap();
            (part["inlineData"]["mimeType"].as_str().unwrap().to_owned(), bytes)
        })
        .collect()
}

/// The serial written into a picture.
pub(crate) fn serial(bytes: &[u8]) -> String {
    let at = bytes.windows(4).position(|window| window.starts_with(b"P-0")).unwrap();
    String::from_utf8(bytes[at..at + 8].to_vec()).unwrap()
}
