//! One paid call over the wire, and the free models list.
//!
//! A paid call has a connection of its own, follows no redirect, is never retried below us, and is not hung up on: the
//! one time-out is long. What decides about money is told apart here: nothing sent, sent without an answer, answered.
//! The key goes out in one header that is marked sensitive, and no error text holds a URL.

use crate::store::spool::{Follow, Head, Spool};
use bytes::Bytes;
use futures_util::stream;
use reqwest::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Once, PoisonError};
use std::time::{Duration, Instant};
use url::Url;

use crate::value::account::Auth;
use crate::value::secret::ApiKey;

/// Longest silence inside an answer that has begun.
const SILENCE: Duration = Duration::from_secs(120);
/// Longest answer.
pub const MAX_ANSWER: u64 = 128 * 1024 * 1024;

/// A refusal up to here is looked at where it arrives.
const SHORT: u64 = 64 * 1024;

/// Where a provider is.
#[derive(Debug, Clone)]
pub enum Endpoint {
    /// On the network.
    Http(Url),
    /// Behind a private socket: the built-in practice provider.
    Socket(PathBuf),
}

impl Endpoint {
    fn url(&self, path: &str) -> Option<Url> {
        match self {
            Self::Http(base) => base.join(path).ok(),
            Self::Socket(_) => Url::parse("http://practice/").ok()?.join(path).ok(),
        }
    }

    /// Host, for sentences.
    #[must_use]
    pub fn host(&self) -> String {
        match self {
            Self::Http(url) => url.host_str().unwrap_or("?").into(),
            Self::Socket(_) => "practice".into(),
        }
    }
}

/// How a call ended.
#[derive(Debug)]
pub enum Sent {
    /// Surely not sent, or not all of it.
    Not(String),
    /// Sent; no answer began.
    Lost,
    /// An answer came, whole.
    Whole(PathBuf),
    /// A refusal came, whole and short.
    Refused(PathBuf),
    /// An answer began and stopped.
    Partial(PathBuf),
    /// An answer grew past all bounds.
    Endless(PathBuf),
    /// The answer could not be written down; money may be spent.
    Unwritten(std::io::Error),
}

/// Names the cryptography of this process. No HTTP client can be made before, not even for a socket without TLS.
pub fn ready_tls() {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        // Whoever installed one before us did it for the same process: theirs serves as well.
        drop(rustls::crypto::ring::default_provider().install_default());
    });
}

/// The client of an endpoint. Clients are kept, because each one reads all root certificates; connections are not: none
/// outlives its call.
fn client(endpoint: &Endpoint) -> Result<reqwest::Client, String> {
    static KEPT: Mutex<BTreeMap<Option<PathBuf>, reqwest::Client>> = Mutex::new(BTreeMap::new());
    ready_tls();
    // A proxy has no business between us and this machine.
    let (socket, proxied) = match endpoint {
        Endpoint::Socket(path) => (Some(path.clone()), false),
        Endpoint::Http(url) if crate::value::account::is_loopback(url) => (Some(PathBuf::new()), false),
        Endpoint::Http(_) => (None, true),
    };
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(client) = kept.get(&socket) {
        return Ok(client.clone());
    }
    let builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .retry(reqwest::retry::never())
        .pool_max_idle_per_host(0)
        .connect_timeout(Duration::from_secs(20))
        .user_agent(concat!("diptych/", env!("CARGO_PKG_VERSION")));
    let builder = if proxied { builder } else { builder.no_proxy() };
    let builder = match endpoint {
        Endpoint::Socket(path) => builder.unix_socket(path.as_path()),
        Endpoint::Http(_) => builder,
    };
    let client = builder.build().map_err(|error| plain(&error))?;
    kept.insert(socket, client.clone());
    Ok(client)
}

fn key_header(auth: Auth, key: &ApiKey) -> Option<(HeaderName, HeaderValue)> {
    let (name, text) = match auth {
        Auth::XGoogApiKey => (HeaderName::from_static("x-goog-api-key"), key.expose().to_owned()),
        Auth::Bearer => (AUTHORIZATION, format!("Bearer {}", key.expose())),
    };
    let mut value = HeaderValue::from_str(&text).ok()?;
    value.set_sensitive(true);
    Some((name, value))
}

/// The causes of an error, without the URL that reqwest would print (it may hold a key).
fn plain(error: &reqwest::Error) -> String {
    let mut text = String::new();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text = cause.to_string();
        source = cause.source();
    }
    if text.is_empty() { "no connection".into() } else { text }
}

/// A call ready to go.
pub struct Call<'a> {
    /// Where.
    pub endpoint: &'a Endpoint,
    /// Path below the endpoint.
    pub path: &'a str,
    /// How the key goes out.
    pub auth: Auth,
    /// The key.
    pub key: &'a ApiKey,
    /// The body.
    pub body: Vec<u8>,
    /// How long to wait for all of the answer.
    pub timeout: Duration,
    /// Attempt, for the spool's header.
    pub attempt: &'a str,
}

/// Sends it, and writes the answer into the spool while it arrives. Where the answer is no refusal, `along` is handed the
/// body to read at its own pace, on a thread of its own.
pub async fn send(call: Call<'_>, mut spool: Spool, along: impl FnOnce(Follow)) -> Sent {
    let started = Instant::now();
    let total = call.body.len() as u64;
    let handed = Arc::new(AtomicU64::new(0));
    let request = match build(&call, handed.clone()) {
        Ok(request) => request,
        Err(text) => return Sent::Not(text),
    };
    let (client, request) = request;
    let mut response = match client.execute(request).await {
        Ok(response) => response,
        // No connection, or the body was not handed over in full: the provider cannot have begun.
        Err(error) if error.is_connect() || handed.load(Ordering::SeqCst) < total => {
            return Sent::Not(plain(&error));
        }
        Err(_) => return Sent::Lost,
    };
    let head = head(&response, call.attempt, started.elapsed());
    if let Err(error) = spool.head(&head) {
        return Sent::Unwritten(error);
    }
    // That nobody reads along costs time later and nothing else.
    if head.status == 200
        && let Ok(follow) = spool.follow()
    {
        along(follow);
    }
    // The head may come long before there is a picture; all of it has the request's own time.
    let mut patience = call.timeout;
    // Writing goes to the page cache, 16 KiB at a time: quicker than handing each piece to another thread.
    loop {
        match tokio::time::timeout(patience, response.chunk()).await {
            Ok(Ok(Some(piece))) => {
                patience = SILENCE;
                if let Err(error) = spool.body(&piece) {
                    return Sent::Unwritten(error);
                }
                if spool.length() > MAX_ANSWER {
                    return finish(spool, End::Endless).await;
                }
            }
            Ok(Ok(None)) if head.status != 200 && spool.length() <= SHORT => {
                return spool.dismiss().map_or_else(Sent::Unwritten, Sent::Refused);
            }
            Ok(Ok(None)) => return finish(spool, End::Whole).await,
            Ok(Err(_)) | Err(_) => return finish(spool, End::Partial).await,
        }
    }
}

enum End {
    Whole,
    Partial,
    Endless,
}

/// Makes the spool durable, on a thread that may block.
async fn finish(spool: Spool, end: End) -> Sent {
    let done = tokio::task::spawn_blocking(move || match end {
        End::Whole => spool.complete().map(Sent::Whole),
        End::Partial => spool.partial().map(Sent::Partial),
        End::Endless => spool.partial().map(Sent::Endless),
    });
    match done.await {
        Ok(Ok(sent)) => sent,
        Ok(Err(error)) => Sent::Unwritten(error),
        Err(error) => Sent::Unwritten(std::io::Error::other(error)),
    }
}

fn build(call: &Call<'_>, handed: Arc<AtomicU64>) -> Result<(reqwest::Client, reqwest::Request), String> {
    let url = call.endpoint.url(call.path).ok_or("the address is not one")?;
    let (name, value) = key_header(call.auth, call.key).ok_or("the key cannot be sent")?;
    let client = client(call.endpoint)?;
    let pieces: Vec<Bytes> = {
        let whole = Bytes::from(call.body.clone());
        (0..whole.len())
            .step_by(64 * 1024)
            .map(|at| whole.slice(at..whole.len().min(at + 64 * 1024)))
            .collect()
    };
    let counted = stream::iter(pieces.into_iter().map(move |piece| {
        handed.fetch_add(piece.len() as u64, Ordering::SeqCst);
        Ok::<_, std::convert::Infallible>(piece)
    }));
    let request = client
        .post(url)
        .timeout(call.timeout)
        .header(name, value)
        .header(CONTENT_TYPE, "application/json")
        .header(CONTENT_LENGTH, call.body.len())
        .body(reqwest::Body::wrap_stream(counted))
        .build()
        .map_err(|error| plain(&error))?;
    Ok((client, request))
}

fn head(response: &reqwest::Response, attempt: &str, after: Duration) -> Head {
    let headers = response.headers();
    Head {
        spool: 1,
        attempt: attempt.into(),
        status: response.status().as_u16(),
        content_type: text(headers, "content-type").unwrap_or_default(),
        retry_after: text(headers, "retry-after-ms")
            .map(|ms| format!("{ms}ms"))
            .or_else(|| text(headers, "retry-after")),
        location: text(headers, "location"),
        request_id: text(headers, "x-request-id"),
        tier: text(headers, "x-gemini-service-tier"),
        first_byte_ms: u64::try_from(after.as_millis()).unwrap_or(u64::MAX),
    }
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    let value = headers.get(name)?.to_str().ok()?;
    Some(value.chars().take(512).collect())
}

/// A small, free answer.
pub struct Free {
    /// HTTP status.
    pub status: u16,
    /// `Location`, if any.
    pub location: Option<String>,
    /// Body, at most a megabyte.
    pub body: Vec<u8>,
}

/// Asks something that costs nothing.
///
/// # Errors
/// Why there was no answer, in plain words.
pub async fn get(endpoint: &Endpoint, path: &str, auth: Auth, key: &ApiKey) -> Result<Free, String> {
    let url = endpoint.url(path).ok_or("the address is not one")?;
    let (name, value) = key_header(auth, key).ok_or("the key cannot be sent")?;
    let request = client(endpoint)?.get(url).timeout(Duration::from_secs(30)).header(name, value);
    let mut response = request.send().await.map_err(|error| plain(&error))?;
    let (status, location) = (response.status().as_u16(), text(response.headers(), "location"));
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(|error| plain(&error))? {
        body.extend_from_slice(&piece);
        if body.len() > 1024 * 1024 {
            break;
        }
    }
    Ok(Free { status, location, body })
}
