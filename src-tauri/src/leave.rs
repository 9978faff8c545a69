//! Leaving without losing a paid call: the window's close button, the answer to its question, and signals.
//!
//! Closing asks only where a call is on the wire. A first signal waits for those calls, a second leaves at once. Not
//! here: what waiting and leaving do to jobs; that is `Studio::close`.

use crate::{Shell, window};
use diptych_host::Close;
use serde::{Deserialize, Serialize};
use std::sync::atomic::Ordering;
use tauri::{AppHandle, Manager, Window, WindowEvent};

/// Exit code after a second signal: the shell's word for "interrupted".
const INTERRUPTED: i32 = 130;

/// What to do with calls that are still on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Answer {
    /// Send nothing new, and leave when they have landed.
    Wait,
    /// Leave now; their outcome will be unknown.
    Leave,
    /// Do not leave.
    Stay,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct CloseRequest {
    in_flight: u32,
}

/// The close button. The window stays until the question is answered, or nothing is at stake.
pub(crate) fn on_window_event(on: &Window, event: &WindowEvent) {
    let WindowEvent::CloseRequested { api, .. } = event else { return };
    api.prevent_close();
    window::remember(on);
    let app = on.app_handle().clone();
    tauri::async_runtime::spawn(async move {
        let shell = app.state::<Shell>();
        let in_flight = shell.studio.in_flight().await;
        if in_flight > 0 && shell.ui_ready.load(Ordering::Acquire) {
            window::tell(&app, "close-request", &CloseRequest { in_flight });
        } else {
            go(&app, Close::Wait, 0).await;
        }
    });
}

/// The answer to `close-request`.
pub(crate) fn answered(app: &AppHandle, how: Answer) {
    let how = match how {
        Answer::Wait => Close::Wait,
        Answer::Leave => Close::Leave,
        Answer::Stay => return,
    };
    let app = app.clone();
    tauri::async_runtime::spawn(async move { go(&app, how, 0).await });
}

/// As a session's end, Ctrl-C in the terminal, or its end send them.
pub(crate) fn on_signals(app: &AppHandle) {
    #[cfg(unix)]
    {
        let app = app.clone();
        tauri::async_runtime::spawn(async move {
            let mut signals = match diptych_host::Signals::listen() {
                Ok(signals) => signals,
                Err(error) => return tracing::error!(%error, "signals are not watched"),
            };
            loop {
                signals.next().await;
                let again = app.state::<Shell>().leaving.load(Ordering::Acquire);
                let (how, code) = if again { (Close::Leave, INTERRUPTED) } else { (Close::Wait, 0) };
                let app = app.clone();
                tauri::async_runtime::spawn(async move { go(&app, how, code).await });
            }
        });
    }
    #[cfg(not(unix))]
    let _ = app;
}

async fn go(app: &AppHandle, how: Close, code: i32) {
    let shell = app.state::<Shell>();
    let already = shell.leaving.swap(true, Ordering::AcqRel);
    if already && how == Close::Wait {
        return; // Somebody waits already; waiting twice changes nothing.
    }
    shell.studio.close(how).await;
    app.exit(code);
}
