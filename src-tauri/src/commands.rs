//! Commands that the web view may call; with `dropped.rs` they are five. `build.rs` declares them, `capabilities/main.json` allows them.
//! Not here: what a command means. The list of commands and their types is `diptych_api::schema`.

use crate::{Shell, leave, window};
use diptych_api::wire::{ById, Done, Failure, Sentence};
use diptych_host::Audience;
use serde_json::Value;
use std::sync::atomic::Ordering;
use tauri::ipc::{InvokeBody, Request};
use tauri::{AppHandle, State};
use tauri_plugin_opener::OpenerExt;

/// Any command of the schema. Showing a file needs a desktop, so that one is done here, and the path stays here.
#[tauri::command]
pub(crate) async fn rpc(
    app: AppHandle,
    shell: State<'_, Shell>,
    command: String,
    args: Value,
) -> Result<Value, Failure> {
    if command != "pictures.reveal" {
        return shell.studio.call(&command, args, Audience::Webview).await;
    }
    let ById { id } = serde_json::from_value(args).map_err(|error| internal(&error))?;
    let file = shell.studio.picture_file(&id).await?;
    // It talks to the file manager over the session bus, which may take its time to answer.
    let shown = tauri::async_runtime::spawn_blocking(move || app.opener().reveal_item_in_dir(file)).await;
    shown.map_err(|error| internal(&error))?.map_err(|error| internal(&error))?;
    serde_json::to_value(Done {}).map_err(|error| internal(&error))
}

/// A picture as raw bytes: to be imported, where the header `file` says its name and when it was written, else a reference.
#[tauri::command]
pub(crate) async fn picture(request: Request<'_>, shell: State<'_, Shell>) -> Result<Value, Failure> {
    let InvokeBody::Raw(bytes) = request.body() else {
        return Err(internal(&"a picture must come as bytes"));
    };
    let bytes = bytes::Bytes::copy_from_slice(bytes);
    let Some(file) = request.headers().get("file").and_then(|file| file.to_str().ok()) else {
        let view = shell.studio.add_reference(bytes).await?;
        return serde_json::to_value(view).map_err(|error| internal(&error));
    };
    let file = tauri::Url::parse(&format!("file:?{file}")).map_err(|error| internal(&error))?;
    let fact = |name| file.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    let modified = fact("modified").and_then(|ms| ms.parse().ok());
    let done = shell.studio.import(&fact("name").unwrap_or_default(), modified, bytes).await?;
    serde_json::to_value(done).map_err(|error| internal(&error))
}

/// What the person said when the window asked before closing.
#[tauri::command]
pub(crate) async fn answer_close(app: AppHandle, how: leave::Answer) -> Result<(), Failure> {
    leave::answered(&app, how);
    Ok(())
}

/// The interface has drawn itself.
#[tauri::command]
pub(crate) async fn ui_ready(app: AppHandle, shell: State<'_, Shell>) -> Result<(), Failure> {
    shell.ui_ready.store(true, Ordering::Release);
    window::show(&app);
    Ok(())
}

pub(crate) fn internal(error: &dyn std::fmt::Display) -> Failure {
    let params = [("text".to_owned(), Value::from(error.to_string()))].into();
    Failure { sentence: Sentence { code: "E-INTERNAL".to_owned(), params }, billed: None }
}
