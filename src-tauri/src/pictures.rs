//! The image protocol `diptych://…`: ids in, bytes out, off the window's thread.
//!
//! Tauri counts every page of a registered scheme as local, with access to the commands. So this answers images of
//! three types and nothing else: no HTML, no SVG, no text, not even in an error. Not here: where pictures lie.

use crate::Shell;
use diptych_host::PictureError;
use tauri::http::{Request, Response, StatusCode, header};
use tauri::{Manager, Runtime, UriSchemeContext, UriSchemeResponder};

const TYPES: [&str; 3] = ["image/png", "image/jpeg", "image/webp"];

/// Answers one request on the async runtime.
#[expect(clippy::needless_pass_by_value, reason = "the signature is Tauri's")]
pub(crate) fn answer<R: Runtime>(
    context: UriSchemeContext<'_, R>,
    request: Request<Vec<u8>>,
    responder: UriSchemeResponder,
) {
    let app = context.app_handle().clone();
    let wanted =
        request.uri().path_and_query().map_or("", |path| path.as_str()).trim_start_matches('/').to_owned();
    tauri::async_runtime::spawn(async move {
        let origin = crate::window::origin(&app);
        let answer = match app.state::<Shell>().studio.picture(&wanted).await {
            Ok(picture) if TYPES.contains(&picture.mime) => {
                image(picture.mime, &origin, picture.bytes.to_vec())
            }
            Ok(_) | Err(PictureError::NotFound) => nothing(StatusCode::NOT_FOUND, &origin),
            Err(PictureError::Bad(why)) => {
                tracing::warn!(wanted, why, "a picture could not be answered");
                nothing(StatusCode::BAD_REQUEST, &origin)
            }
        };
        responder.respond(answer);
    });
}

fn image(mime: &'static str, origin: &str, bytes: Vec<u8>) -> Response<Vec<u8>> {
    let answer = Response::builder()
        .header(header::CONTENT_TYPE, mime)
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .header(header::CACHE_CONTROL, "private, max-age=31536000, immutable")
        .header(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin)
        .body(bytes);
    answer.unwrap_or_else(|_| nothing(StatusCode::NOT_FOUND, origin))
}

fn nothing(status: StatusCode, origin: &str) -> Response<Vec<u8>> {
    let mut answer = Response::new(Vec::new());
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static("image/png"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, header::HeaderValue::from_static("nosniff"));
    headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    if let Ok(origin) = header::HeaderValue::from_str(origin) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    }
    answer
}
