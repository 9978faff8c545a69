//! Alerts on the desktop, for a person who looks elsewhere. Who looks at the window sees them there.
//!
//! Not here: when an alert is raised (see `diptych_engine::policy::alert`), and what the window shows of it.

use crate::{Shell, window};
use diptych_api::catalogue::{Language, say_in};
use diptych_api::wire::{AlertView, Failure, Settings, WeatherView};
use diptych_host::Audience;
use std::collections::HashSet;
use tauri::{AppHandle, Manager};

/// Alerts that were said.
#[derive(Default)]
pub(crate) struct Notifier {
    said: HashSet<String>,
}

impl Notifier {
    /// An alert was raised, resolved or seen.
    pub(crate) async fn alert(&mut self, app: &AppHandle, id: &str) {
        // One that was raised in view stays there: it is not said later, when the window loses the focus.
        if !self.said.insert(id.to_owned()) || window::is_watched(app) {
            return;
        }
        match text(app, id).await {
            Ok(Some(text)) => show(text).await,
            Ok(None) => {}
            Err(failure) => tracing::warn!(?failure, "an alert could not be read"),
        }
    }
}

/// What is to be said of an alert; `None` where it is over, was seen, or the user does not want to hear of it here.
async fn text(app: &AppHandle, id: &str) -> Result<Option<String>, Failure> {
    let studio = &app.state::<Shell>().studio;
    let nothing = || serde_json::json!({});
    let settings: Settings = read(studio.call("settings.get", nothing(), Audience::Webview).await?)?;
    if !settings.alerts.desktop {
        return Ok(None);
    }
    let weather: WeatherView = read(studio.call("weather.get", nothing(), Audience::Webview).await?)?;
    let open = |alert: &&AlertView| alert.id == id && alert.resolved_ms.is_none() && !alert.seen;
    let language = Language::here(&settings.language);
    Ok(weather.alerts.iter().find(open).map(|alert| say_in(language, &alert.sentence)))
}

fn read<T: serde::de::DeserializeOwned>(value: serde_json::Value) -> Result<T, Failure> {
    serde_json::from_value(value).map_err(|error| crate::commands::internal(&error))
}

async fn show(text: String) {
    if let Ok(Err(error)) = tauri::async_runtime::spawn_blocking(move || say_on_desktop(&text)).await {
        tracing::info!(%error, "there is nothing on this desktop that shows notifications");
    }
}

/// Over the session bus, which GTK speaks anyway.
#[cfg(target_os = "linux")]
fn say_on_desktop(text: &str) -> Result<(), gtk::glib::Error> {
    use gtk::gio::{BusType, Cancellable, DBusCallFlags, bus_get_sync};
    use gtk::glib::{ToVariant as _, Variant};
    let (name, path) = ("org.freedesktop.Notifications", "/org/freedesktop/Notifications");
    let (actions, hints) = (Vec::<String>::new(), std::collections::HashMap::<String, Variant>::new());
    let notice = ("Diptych", 0_u32, "diptych-desktop", "Diptych", text, actions, hints, -1_i32).to_variant();
    let (none, flags) = (Cancellable::NONE, DBusCallFlags::NONE);
    let bus = bus_get_sync(BusType::Session, none)?;
    bus.call_sync(Some(name), path, name, "Notify", Some(&notice), None, flags, 5_000, none).map(drop)
}

#[cfg(not(target_os = "linux"))]
fn say_on_desktop(text: &str) -> Result<(), notify_rust::error::Error> {
    notify_rust::Notification::new().appname("Diptych").summary("Diptych").body(text).show().map(drop)
}
