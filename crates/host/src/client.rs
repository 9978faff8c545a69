//! Being a client of the process that holds the engine: HTTP over its private socket.

use crate::local::PROTOCOL;
use crate::studio::{OpenError, PictureBytes, PictureError};
use bytes::Bytes;
use diptych_api::Audience;
use diptych_api::wire::{Event, Failure, Hello};
use serde_json::Value;
use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Header by which a window says that it speaks for its web view.
pub(crate) const AUDIENCE: &str = "x-diptych-audience";
/// A client that listens so wants the queue to be worked.
pub(crate) const WORKS: &str = "x-diptych-works";

/// A connection to the holder.
pub(crate) struct Remote {
    http: reqwest::Client,
    /// Done when it is no longer anybody's seat.
    pub(crate) given_up: CancellationToken,
}

/// What came of a call.
pub(crate) enum Answer {
    /// The holder's answer.
    Said(Result<Value, Failure>),
    /// There is nobody there: nothing was done.
    Gone,
    /// It left in the middle: nobody knows.
    Broken(String),
}

fn url(path: &str) -> String {
    format!("http://diptych/{path}")
}

impl Remote {
    /// Connects and compares versions. `Ok(None)` where nobody answers within that time: a process that is stopped takes
    /// connections and says nothing.
    pub(crate) async fn connect(socket: &Path, within: Duration) -> Result<Option<Self>, OpenError> {
        diptych_engine::provider::call::ready_tls();
        let http = reqwest::Client::builder().unix_socket(socket).no_proxy().build();
        let http = http.map_err(|error| OpenError::Library(error.to_string()))?;
        let remote = Self { http, given_up: CancellationToken::new() };
        let answer = tokio::time::timeout(
            within,
            remote.call("hello", Value::Object(Default::default()), Audience::Terminal),
        );
        let hello: Hello = match answer.await {
            Ok(Answer::Said(Ok(value))) => match serde_json::from_value(value) {
                Ok(hello) => hello,
                Err(_) => return Err(OpenError::Protocol { theirs: "?".into(), pid: 0 }),
            },
            Ok(Answer::Said(Err(failure))) => {
                return Err(OpenError::Library(diptych_api::catalogue::say(&failure.sentence)));
            }
            Ok(Answer::Gone | Answer::Broken(_)) | Err(_) => return Ok(None),
        };
        if hello.protocol != PROTOCOL || hello.version != env!("CARGO_PKG_VERSION") {
            return Err(OpenError::Protocol { theirs: hello.version, pid: hello.pid });
        }
        Ok(Some(remote))
    }

    pub(crate) async fn call(&self, command: &str, args: Value, audience: Audience) -> Answer {
        let audience = if audience == Audience::Webview { "webview" } else { "terminal" };
        let sent = self
            .http
            .post(url(&format!("rpc/{command}")))
            .header(AUDIENCE, audience)
            .json(&args)
            .send()
            .await;
        let response = match sent {
            Ok(response) => response,
            Err(error) if error.is_connect() => return Answer::Gone,
            Err(error) => return Answer::Broken(error.without_url().to_string()),
        };
        let good = response.status().is_success();
        match response.bytes().await {
            Ok(body) if good => match serde_json::from_slice(&body) {
                Ok(value) => Answer::Said(Ok(value)),
                Err(error) => Answer::Broken(error.to_string()),
            },
            Ok(body) => Answer::Said(Err(serde_json::from_slice(&body)
                .unwrap_or_else(|_| Failure::internal(&String::from_utf8_lossy(&body))))),
            Err(error) => Answer::Broken(error.without_url().to_string()),
        }
    }

    /// `None` where there is nobody, or it left in the middle: it can be asked again.
    pub(crate) async fn picture(&self, path: &str) -> Option<Result<PictureBytes, PictureError>> {
        let response = self.http.get(url(path)).send().await.ok()?;
        let mime = match response.headers().get("content-type").and_then(|value| value.to_str().ok()) {
            _ if response.status() == reqwest::StatusCode::BAD_REQUEST => {
                return Some(Err(PictureError::Bad("the holder refused it".into())));
            }
            _ if !response.status().is_success() => return Some(Err(PictureError::NotFound)),
            Some("image/png") => "image/png",
            Some("image/webp") => "image/webp",
            _ => "image/jpeg",
        };
        Some(Ok(PictureBytes { mime, bytes: response.bytes().await.ok()? }))
    }

    pub(crate) async fn reference(&self, bytes: Bytes) -> Answer {
        self.hand_over(&url("reference"), bytes).await
    }

    pub(crate) async fn import(&self, name: &str, modified_ms: Option<i64>, bytes: Bytes) -> Answer {
        let modified = modified_ms.map(|ms| ("modified", ms.to_string()));
        let query = [("name", name.to_owned())].into_iter().chain(modified);
        match reqwest::Url::parse_with_params(&url("import"), query) {
            Ok(url) => self.hand_over(url.as_str(), bytes).await,
            Err(error) => Answer::Broken(error.to_string()),
        }
    }

    async fn hand_over(&self, url: &str, bytes: Bytes) -> Answer {
        match self.http.post(url).body(bytes).send().await {
            Err(error) if error.is_connect() => Answer::Gone,
            Err(error) => Answer::Broken(error.without_url().to_string()),
            Ok(response) => {
                let good = response.status().is_success();
                let body = response.bytes().await.unwrap_or_default();
                let parsed = serde_json::from_slice::<Value>(&body).unwrap_or_default();
                Answer::Said(if good {
                    Ok(parsed)
                } else {
                    Err(serde_json::from_value(parsed).unwrap_or_else(|e| Failure::internal(&e.to_string())))
                })
            }
        }
    }

    /// Lends keys of our environment for as long as the returned response is held.
    pub(crate) async fn lend(&self, keys: &HashMap<String, String>) -> Option<reqwest::Response> {
        self.http.post(url("lend")).json(keys).send().await.ok()
    }

    /// Reads events until the holder leaves. What was before the first of them must be asked for: that is told, too. While
    /// `works`, the holder works the queue, whatever it came for itself.
    pub(crate) async fn events(&self, works: bool, tell: impl Fn(Event)) {
        let asked = self.http.get(url("events")).header(WORKS, if works { "yes" } else { "no" });
        let Ok(mut response) = asked.send().await else { return };
        tell(Event::Resync {});
        let mut pending = Vec::new();
        while let Ok(Some(piece)) = response.chunk().await {
            pending.extend_from_slice(&piece);
            while let Some(end) = pending.windows(2).position(|two| two == b"\n\n") {
                let block: Vec<u8> = pending.drain(..end + 2).collect();
                let text = String::from_utf8_lossy(&block);
                let data: String = text.lines().filter_map(|line| line.strip_prefix("data:")).collect();
                if let Ok(event) = serde_json::from_str(data.trim()) {
                    tell(event);
                }
            }
        }
    }
}
