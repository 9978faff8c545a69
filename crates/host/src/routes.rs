//! The HTTP face of a studio: the same routes on the private socket and, behind the guards of `diptych serve`, on the
//! loopback interface.

use crate::client::{AUDIENCE, WORKS};
use crate::secrets::Lender;
use crate::studio::{PictureError, Studio};
use axum::Json;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Path, Query, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::sse::{KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use diptych_api::Audience;
use diptych_api::wire::{Event, Failure};
use futures_util::stream::{self, Stream, StreamExt as _};
use serde::Deserialize;
use serde_json::Value;
use std::collections::HashMap;
use std::convert::Infallible;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

/// Largest body: a reference picture.
const MAX_BODY: usize = 8 * 1024 * 1024;
/// Largest picture that a page may hand over; it is held in memory. `diptych import` takes larger ones.
const MAX_IMPORT: usize = 128 * 1024 * 1024;

#[derive(Clone)]
struct Face {
    studio: Studio,
    /// Who may call at most; a window that is a client speaks for its web view.
    audience: Audience,
    /// Ends the streams, so that a holder that leaves can let its clients go.
    leaving: CancellationToken,
}

/// The routes for a web page.
pub fn routes(studio: Studio) -> Router {
    face(Face { studio, audience: Audience::Webview, leaving: CancellationToken::new() })
}

/// The routes on the private socket.
pub(crate) fn private(studio: Studio, leaving: CancellationToken) -> Router {
    let this = Face { studio, audience: Audience::Terminal, leaving };
    let lending = Router::new().route("/lend", post(lend)).with_state(this.clone());
    face(this).merge(lending)
}

fn face(face: Face) -> Router {
    Router::new()
        .route("/rpc/{command}", post(rpc))
        .route("/events", get(events))
        .route("/reference", post(reference))
        .route("/import", post(import).layer(DefaultBodyLimit::max(MAX_IMPORT)))
        .route("/reference/{id}/thumb", get(reference_thumb))
        .route("/picture/{*path}", get(picture))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .with_state(face)
}

fn failed(failure: Failure) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, Json(failure)).into_response()
}

async fn rpc(
    State(face): State<Face>,
    Path(command): Path<String>,
    headers: HeaderMap,
    Json(args): Json<Value>,
) -> Response {
    let humble = headers.get(AUDIENCE).is_some_and(|value| value == "webview");
    let audience = if humble { Audience::Webview } else { face.audience };
    match face.studio.call(&command, args, audience).await {
        Ok(value) => Json(value).into_response(),
        Err(failure) => failed(failure),
    }
}

async fn reference(State(face): State<Face>, body: Bytes) -> Response {
    match face.studio.add_reference(body).await {
        Ok(view) => Json(view).into_response(),
        Err(failure) => failed(failure),
    }
}

#[derive(Deserialize)]
struct FileFacts {
    name: String,
    modified: Option<i64>,
}

async fn import(State(face): State<Face>, Query(file): Query<FileFacts>, body: Bytes) -> Response {
    match face.studio.import(&file.name, file.modified, body).await {
        Ok(done) => Json(done).into_response(),
        Err(failure) => failed(failure),
    }
}

async fn picture(State(face): State<Face>, Path(path): Path<String>, RawQuery(query): RawQuery) -> Response {
    let path = query.map_or_else(|| path.clone(), |query| format!("{path}?{query}"));
    shown(&face, &format!("picture/{path}")).await
}

async fn reference_thumb(State(face): State<Face>, Path(id): Path<String>) -> Response {
    shown(&face, &format!("reference/{id}/thumb")).await
}

async fn shown(face: &Face, path: &str) -> Response {
    match face.studio.picture(path).await {
        Ok(picture) => {
            let headers = [
                (header::CONTENT_TYPE, picture.mime),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
                (header::CACHE_CONTROL, "private, max-age=31536000, immutable"),
            ];
            (headers, picture.bytes).into_response()
        }
        Err(PictureError::NotFound) => StatusCode::NOT_FOUND.into_response(),
        Err(PictureError::Bad(_)) => StatusCode::BAD_REQUEST.into_response(),
    }
}

async fn events(
    State(face): State<Face>,
    headers: HeaderMap,
) -> Sse<impl Stream<Item = Result<axum::response::sse::Event, Infallible>>> {
    // First: what is sent for others is told to them.
    let events = face.studio.events();
    let works = headers.get(WORKS).is_some_and(|value| value == "yes");
    let work = if works { face.studio.work_for_others().await } else { None };
    let stream = stream::unfold((events, work), |(mut events, work)| async move {
        let event = match events.recv().await {
            Ok(event) => event,
            Err(RecvError::Lagged(_)) => Event::Resync {},
            Err(RecvError::Closed) => return None,
        };
        let data = serde_json::to_string(&event).unwrap_or_default();
        Some((Ok(axum::response::sse::Event::default().data(data)), (events, work)))
    });
    Sse::new(stream.take_until(face.leaving.cancelled_owned())).keep_alive(KeepAlive::default())
}

/// Keeps a client's keys while it keeps this answer open.
async fn lend(State(face): State<Face>, Json(keys): Json<HashMap<String, String>>) -> Response {
    struct Guard(Studio, Lender);
    impl Drop for Guard {
        fn drop(&mut self) {
            self.0.give_back(self.1);
        }
    }
    // First: a client may be gone before its keys are taken.
    let guard = Guard(face.studio.clone(), Lender::new());
    face.studio.lend(guard.1, keys).await;
    let open = stream::unfold((guard, true), |(guard, first)| async move {
        if !first {
            std::future::pending::<()>().await;
        }
        Some((Ok::<_, Infallible>(Bytes::from_static(b"lent\n")), (guard, false)))
    });
    Body::from_stream(open.take_until(face.leaving.cancelled_owned())).into_response()
}
