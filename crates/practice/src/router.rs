//! From an HTTP request to whoever answers it, and from the reply to an HTTP response.
//!
//! Routes of another provider would be added to [`route`]; nothing else in here is Gemini's.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use hyper::{Method, Request, Response};

use crate::answer::{Outcome, Reply};
use crate::body::{AnswerBody, Receipt};
use crate::gemini::problem::{Problem, page};
use crate::gemini::{auth, models, validate};
use crate::server::Severed;
use crate::state::Provider;
use crate::{catalogue, generate, testers};

/// What the service takes inline.
const BODY_LIMIT: usize = 100 * 1024 * 1024;

/// Answers one request, or ends the connection.
pub(crate) async fn answer(
    provider: Arc<Provider>,
    request: Request<Incoming>,
    reset: Arc<AtomicBool>,
) -> Result<Response<AnswerBody>, Severed> {
    match route(&provider, request).await {
        Outcome::Reply(reply) => {
            // Here and not in the call's task: a client that gives up ends the silence.
            tokio::time::sleep(reply.hold).await;
            Ok(response(&provider, reply))
        }
        Outcome::Severed => {
            reset.store(true, Ordering::Relaxed);
            Err(Severed)
        }
    }
}

async fn route(provider: &Arc<Provider>, request: Request<Incoming>) -> Outcome {
    let path = request.uri().path().replace("%3A", ":").replace("%3a", ":");
    let mut parts = path.trim_matches('/').splitn(3, '/');
    let (first, second, third) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""), parts.next());
    match (first, second) {
        ("practice", what) => {
            let method = request.method().clone();
            match read(request).await {
                Ok((_, body)) => Outcome::Reply(testers::answer(provider, &method, what, &body)),
                Err(outcome) => outcome,
            }
        }
        ("v1" | "v1beta", "models") => gemini(provider, request, first, third).await,
        _ => Outcome::Reply(Reply::html(404, page(404))),
    }
}

async fn gemini(
    provider: &Arc<Provider>,
    request: Request<Incoming>,
    version: &str,
    rest: Option<&str>,
) -> Outcome {
    let query = request.uri().query();
    let project = auth::project(&provider.state().keys(), request.headers(), query);
    let project = match project {
        Ok(project) => project,
        Err(problem) => {
            // The body is read all the same: an answer before that could cut off the client's upload.
            let _ = read(request).await;
            return problem_reply(&problem);
        }
    };
    let (id, method) = match rest.unwrap_or("").split_once(':') {
        Some((id, method)) => (id, Some(method)),
        None => (rest.unwrap_or(""), None),
    };
    let outcome = match (request.method(), method) {
        (&Method::GET, None) if id.is_empty() => match models::list(query) {
            Ok(page) => Reply::json(200, &page),
            Err(problem) => Reply::problem(&problem),
        },
        (&Method::GET, None) => match catalogue::find(id) {
            Some(model) => Reply::json(200, &models::entry(model)),
            None => Reply::problem(&models::unknown(id, version)),
        },
        (&Method::POST, Some("generateContent")) => {
            let id = id.to_owned();
            return generate(provider, request, version, &id, project).await;
        }
        (&Method::POST, Some(_)) if catalogue::find(id).is_some() => {
            Reply::problem(&models::unknown(id, version))
        }
        _ => Reply::html(404, page(404)),
    };
    let _ = read(request).await;
    Outcome::Reply(outcome)
}

async fn generate(
    provider: &Arc<Provider>,
    request: Request<Incoming>,
    version: &str,
    id: &str,
    project: String,
) -> Outcome {
    let (head, body) = match read(request).await {
        Ok(read) => read,
        Err(outcome) => return outcome,
    };
    let Some(model) = catalogue::find(id) else { return problem_reply(&models::unknown(id, version)) };
    let call = match tokio::task::spawn_blocking(move || validate::check(&body, model)).await {
        Ok(Ok(call)) => call,
        Ok(Err(problem)) => {
            let mut state = provider.state();
            state.stats.begin(model.id);
            state.stats.end(model.id, problem.code);
            return problem_reply(&problem);
        }
        Err(_) => return problem_reply(&Problem::of_status(500, None)),
    };
    let seconds =
        head.headers.get("x-server-timeout").and_then(|value| value.to_str().ok()?.trim().parse().ok());
    let timeout = seconds.and_then(|seconds: f64| Duration::try_from_secs_f64(seconds).ok());
    // A task of its own: the call goes on when the client hangs up and this future is dropped.
    let task = tokio::spawn(generate::run(Arc::clone(provider), project, call, timeout));
    task.await.unwrap_or_else(|error| {
        tracing::error!(%error, "a call panicked");
        problem_reply(&Problem::of_status(500, None))
    })
}

fn problem_reply(problem: &Problem) -> Outcome {
    Outcome::Reply(Reply::problem(problem))
}

async fn read(request: Request<Incoming>) -> Result<(hyper::http::request::Parts, Bytes), Outcome> {
    let (head, body) = request.into_parts();
    match Limited::new(body, BODY_LIMIT).collect().await {
        Ok(body) => Ok((head, body.to_bytes())),
        Err(error) if error.is::<http_body_util::LengthLimitError>() => {
            let message = format!("Request payload size exceeds the limit: {BODY_LIMIT} bytes.");
            Err(problem_reply(&Problem::invalid(message)))
        }
        Err(_) => Err(Outcome::Severed),
    }
}

fn response(provider: &Arc<Provider>, reply: Reply) -> Response<AnswerBody> {
    let receipt = (!reply.serials.is_empty()).then(|| Receipt {
        provider: Arc::clone(provider),
        epoch: reply.epoch,
        serials: reply.serials,
    });
    let mut builder = Response::builder().status(reply.status).header("server", "diptych-practice");
    for (name, value) in reply.headers {
        builder = builder.header(name, value);
    }
    let body = AnswerBody::new(reply.segments, &reply.transport, receipt);
    // Only a scenario's `location` can be unfit for a header.
    builder
        .body(body)
        .unwrap_or_else(|_| Response::new(AnswerBody::text("The scenario's location is no header value.\n")))
}
