//! `diptych serve`: the studio for a browser on this machine. It can spend money, so: loopback only, a token that
//! stands in the address's fragment (which is never sent) and is exchanged for a cookie, `Host` and `Origin` checked,
//! and a policy that lets the page load nothing from elsewhere.

use crate::arguments::Serve;
use crate::exit::Exit;
use crate::output;
use crate::signals::Signals;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use diptych_host::{Audience, Studio};
use rust_embed::RustEmbed;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// The interface, as it was built.
#[derive(RustEmbed)]
#[folder = "../../ui/dist"]
struct Interface;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
    font-src 'self'; base-uri 'none'; form-action 'none'; frame-src 'none'; object-src 'none'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types svelte-trusted-html";

struct Guard {
    /// `127.0.0.1:PORT` and `localhost:PORT`.
    hosts: [String; 2],
    token: String,
    session: String,
}

/// Runs it until a signal.
pub(crate) async fn run(
    studio: &Studio,
    options: Serve,
    signals: &Signals,
    json: bool,
) -> anyhow::Result<Exit> {
    if !studio.holds().await {
        let hello = studio.call("hello", json!({}), Audience::Terminal).await.unwrap_or_default();
        if hello["holder"] == "serve" {
            let params =
                [("since".into(), hello["since_ms"].clone()), ("pid".into(), hello["pid"].clone())].into();
            let sentence = diptych_api::wire::Sentence { code: "E-ALREADY-OPEN".into(), params };
            output::refused(&diptych_api::wire::Failure { sentence, billed: None });
            return Ok(Exit::Failed);
        }
    }
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", options.port)).await?;
    let port = listener.local_addr()?.port();
    let guard = Arc::new(Guard {
        hosts: [format!("127.0.0.1:{port}"), format!("localhost:{port}")],
        token: secret(),
        session: secret(),
    });
    let url = format!("http://127.0.0.1:{port}/#token={}", guard.token);
    if json {
        output::object(&json!({ "url": url }));
    } else {
        output::line(&url);
        output::progress(
            "Open this address in a browser on this machine. Whoever has it can spend your money. Ctrl-C ends.",
        );
    }
    let inside =
        diptych_host::routes(studio.clone()).layer(middleware::from_fn_with_state(guard.clone(), known));
    let app = Router::new()
        .route("/session", post(session).with_state(guard.clone()))
        .route("/words/{language}", get(words))
        .merge(inside)
        .fallback(get(page))
        .layer(middleware::from_fn_with_state(guard, ours));
    tokio::select! {
        served = axum::serve(listener, app) => served?,
        () = signals.first() => {}
    }
    Ok(Exit::Done)
}

fn secret() -> String {
    let bytes: [u8; 32] = rand::random();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Compares without telling by its duration how much was right.
fn same(one: &str, other: &str) -> bool {
    one.len() == other.len() && one.bytes().zip(other.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}

/// Only pages of our own address may ask, whatever name the browser was led here by.
async fn ours(State(guard): State<Arc<Guard>>, request: Request, next: Next) -> Response {
    if !from_here(&guard, request.method(), request.headers()) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    response
}

fn from_here(guard: &Guard, method: &Method, headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let host = text(header::HOST).is_some_and(|host| guard.hosts.iter().any(|own| own == host));
    match text(header::ORIGIN) {
        Some(origin) => host && guard.hosts.iter().any(|own| origin == format!("http://{own}")),
        // A browser names the origin of everything that changes something.
        None => host && (method == Method::GET || method == Method::HEAD),
    }
}

/// Only who exchanged the token may ask.
async fn known(
    State(guard): State<Arc<Guard>>,
    headers: HeaderMap,
    request: Request,
    next: Next,
) -> Response {
    let cookies = headers.get(header::COOKIE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let name = cookie_name(&guard);
    let given =
        cookies.split(';').filter_map(|cookie| cookie.trim().split_once('=')).find(|(key, _)| *key == name);
    if given.is_some_and(|(_, value)| same(value, &guard.session)) {
        return next.run(request).await;
    }
    StatusCode::UNAUTHORIZED.into_response()
}

/// Cookies do not know ports: two servers must not overwrite each other's.
fn cookie_name(guard: &Guard) -> String {
    format!("diptych-{}", guard.hosts[0].rsplit(':').next().unwrap_or_default())
}

#[derive(Deserialize)]
struct Token {
    token: String,
}

async fn session(State(guard): State<Arc<Guard>>, Json(given): Json<Token>) -> Response {
    if !same(&given.token, &guard.token) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let cookie = format!("{}={}; HttpOnly; SameSite=Strict; Path=/", cookie_name(&guard), guard.session);
    ([(header::SET_COOKIE, cookie)], Json(Value::Object(Default::default()))).into_response()
}

/// The catalogue is no secret: who has no session is told so in their language.
async fn words(Path(language): Path<String>) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], diptych_api::catalogue::words(&language)).into_response()
}

async fn page(uri: Uri) -> Response {
    let path = match uri.path().trim_start_matches('/') {
        "" => "index.html",
        path => path,
    };
    let Some(file) = Interface::get(path) else { return StatusCode::NOT_FOUND.into_response() };
    let kind = match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    };
    ([(header::CONTENT_TYPE, kind)], file.data.into_owned()).into_response()
}
