//! Commands that the web view may call; with the two in `dropped.rs` they are eight. `build.rs` declares them,
//! `capabilities/main.json` allows them. Not here: what a command means. The list of commands and their types is `diptych_api::schema`.

use crate::{Shell, leave, window};
use diptych_api::wire::{ById, Done, Failure};
use diptych_host::{Audience, Purpose};
use serde_json::Value;
use std::sync::atomic::Ordering;
use tauri::ipc::{InvokeBody, Request, Response};
use tauri::{AppHandle, State, WebviewWindow};
use tauri_plugin_opener::OpenerExt;

/// What the schema says, as JSON.
pub(crate) type Answer = Result<Value, Failure>;

/// Any command of the schema. Showing a file needs a desktop, so that one is done here, and the path stays here.
#[tauri::command]
pub(crate) async fn rpc(app: AppHandle, shell: State<'_, Shell>, command: String, args: Value) -> Answer {
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

/// The catalogue in a language: asked for before the engine is there.
#[tauri::command]
pub(crate) fn words(language: &str) -> Response {
    Response::new(diptych_api::catalogue::words(language))
}

/// A picture as raw bytes: to be imported, where the header `file` says its name and when it was written, else a reference.
#[tauri::command]
pub(crate) async fn picture(request: Request<'_>, shell: State<'_, Shell>) -> Answer {
    let InvokeBody::Raw(bytes) = request.body() else {
        return Err(internal(&"a picture must come as bytes"));
    };
    let file = request.headers().get("file").and_then(|file| file.to_str().ok());
    shell.studio.take_picture(file, bytes::Bytes::copy_from_slice(bytes)).await
}

/// A folder that the person chooses in a dialog of the desktop, taken into use; nothing, where they choose none.
#[tauri::command]
pub(crate) async fn choose_folder(window: WebviewWindow, shell: State<'_, Shell>, to: Purpose) -> Answer {
    let studio = &shell.studio;
    let (said, start) = (studio.folder_words(to).await, studio.start_folder(to).await);
    let folder = window::choose_folder(&window, said, start).await;
    match folder.map_err(|error| internal(&error))? {
        Some(folder) => studio.use_folder(to, &folder).await,
        None => Ok(Value::Null),
    }
}

/// What the person said when the window asked before closing.
#[tauri::command]
pub(crate) async fn answer_close(app: AppHandle, how: leave::Answer) -> Result<(), Failure> {
    leave::answered(&app, how);
    Ok(())
}

/// The interface has drawn itself.
#[tauri::command]
pub(crate) async fn ui_ready(shell: State<'_, Shell>) -> Result<(), Failure> {
    shell.ui_ready.store(true, Ordering::Release);
    Ok(())
}

pub(crate) fn internal(error: &dyn std::fmt::Display) -> Failure {
    Failure::internal(&error.to_string())
}
