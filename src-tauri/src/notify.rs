//! Alerts on the desktop, for a person who looks elsewhere. Who looks at the window sees them there.
//!
//! Not here: what is said of one (`diptych_host`), and what the window shows of it.

use crate::{Shell, window};
use std::collections::HashSet;
use tauri::{AppHandle, Manager};

/// Alerts that were said.
#[derive(Default)]
pub(crate) struct Notifier {
    said: HashSet<String>,
}

impl Notifier {
    /// An alert was raised, resolved or seen. It is asked about apart: the page's events do not wait for the answer.
    pub(crate) fn alert(&mut self, app: &AppHandle, id: &str) {
        // One that was raised in view stays there: it is not said later, when the window loses the focus.
        if !self.said.insert(id.to_owned()) || window::is_watched(app) {
            return;
        }
        let (studio, id) = (app.state::<Shell>().studio.clone(), id.to_owned());
        tauri::async_runtime::spawn(async move {
            match studio.alert_text(&id).await {
                Ok(Some(text)) => show(text).await,
                Ok(None) => {}
                Err(failure) => tracing::warn!(?failure, "an alert could not be read"),
            }
        });
    }
}

async fn show(text: String) {
    if let Ok(Err(error)) = tauri::async_runtime::spawn_blocking(move || say_on_desktop(&text)).await {
        tracing::info!(%error, "there is nothing on this desktop that shows notifications");
    }
}

#[cfg(target_os = "linux")]
fn say_on_desktop(text: &str) -> Result<(), impl std::fmt::Display + use<>> {
    diptych_webkit::notify("Diptych", "diptych-desktop", text)
}

#[cfg(not(target_os = "linux"))]
fn say_on_desktop(text: &str) -> Result<(), notify_rust::error::Error> {
    notify_rust::Notification::new().appname("Diptych").summary("Diptych").body(text).show().map(drop)
}
