//! The one window: how it is made, what it may not do, and how it is looked after.
//!
//! Not here: a menu, a tray, a second window, or anything that the interface draws itself.

mod platform;

use crate::{Shell, say};
use diptych_host::{WindowSize, words};
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::Duration;
use tauri::webview::NewWindowResponse;
use tauri::window::Color;
use tauri::{AppHandle, Emitter, Manager, Runtime, Theme, Url, WebviewUrl, WebviewWindowBuilder, Window};

pub(crate) use platform::{alert, choose_folder, display_works, drag_out, is_dragging};

const MAIN: &str = "main";
const SIZE: (f64, f64) = (1440.0, 900.0);
const SMALLEST: (f64, f64) = (960.0, 640.0);
/// The interface draws in well under a second; this long without a sign means that it never will.
const PATIENCE: Duration = Duration::from_secs(15);
/// The surfaces of `ui/src/styles/tokens.css`, so that nothing flashes before the first frame.
const LIGHT: Color = Color(241, 241, 241, 255);
const DARK: Color = Color(23, 23, 23, 255);

/// Where the shell keeps its own two things, beside the logs.
pub(crate) struct Places {
    window: PathBuf,
    webview: PathBuf,
}

impl Places {
    /// In the folder that holds the logs.
    pub(crate) fn beside(logs: &Path) -> Self {
        Self { window: logs.with_file_name("window.json"), webview: logs.with_file_name("webview") }
    }
}

/// Makes the window and shows it at once, in the colour that its page will have: what the screen has to do for a new
/// window is done while the page loads.
pub(crate) fn open(app: &AppHandle) -> tauri::Result<()> {
    let shell = app.state::<Shell>();
    let last = WindowSize::read(&shell.places.window, SMALLEST);
    let (width, height) = last.as_ref().map_or(SIZE, |last| (last.width, last.height));
    let dark = last.as_ref().and_then(|last| last.dark);
    let own = origin(app);
    let window = WebviewWindowBuilder::new(app, MAIN, WebviewUrl::default())
        .title("Diptych")
        .inner_size(width, height)
        .min_inner_size(SMALLEST.0, SMALLEST.1)
        .maximized(last.is_some_and(|last| last.maximized))
        .center()
        .background_color(if dark == Some(true) { DARK } else { LIGHT })
        .data_directory(shell.places.webview.clone())
        .on_navigation(move |to| is_at(to, &own))
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .build()?;
    if dark.is_none() && window.theme().is_ok_and(|theme| theme == Theme::Dark) {
        window.set_background_color(Some(DARK))?;
    }
    // Looked up when something is to be said, as it is known then: this thread waits for nobody.
    let studio = shell.studio.clone();
    platform::look_after(&window, move |code| words(studio.last_settings().as_ref(), code))?;
    watch(app);
    Ok(())
}

/// The origin of our own pages: all that the window may show, and all that may read pictures.
pub(crate) fn origin<R: Runtime>(app: &AppHandle<R>) -> String {
    let dev = app.config().build.dev_url.as_ref().filter(|_| tauri::is_dev());
    match dev {
        Some(url) => url.origin().ascii_serialization(),
        None if cfg!(windows) => "http://tauri.localhost".to_owned(),
        None => "tauri://localhost".to_owned(),
    }
}

fn is_at(to: &Url, origin: &str) -> bool {
    to.as_str() == origin
        || to.as_str().strip_prefix(origin).is_some_and(|rest| rest.starts_with(['/', '?', '#']))
}

/// Sends an event to the window; where there is none any more, nobody misses it.
pub(crate) fn tell<T: Serialize + Clone>(app: &AppHandle, event: &str, payload: &T) {
    if let Err(error) = app.emit_to(MAIN, event, payload) {
        tracing::warn!(%error, event, "an event did not reach the window");
    }
}

/// Whether a person looks at the window.
pub(crate) fn is_watched(app: &AppHandle) -> bool {
    app.get_webview_window(MAIN).is_some_and(|window| window.is_focused().unwrap_or(false))
}

/// Brings the window to the front.
pub(crate) fn focus(app: &AppHandle) {
    let Some(window) = app.get_webview_window(MAIN) else { return };
    if let Err(error) = window.unminimize().and_then(|()| window.show()).and_then(|()| window.set_focus()) {
        tracing::warn!(%error, "the window could not be brought to the front");
    }
}

/// Keeps the window's size and colour for the next start. It is closing: nobody is asked, who might not answer.
pub(crate) fn remember(window: &Window) {
    let kept = (|| -> Result<(), Box<dyn std::error::Error>> {
        let size = window.inner_size()?.to_logical::<f64>(window.scale_factor()?);
        let shell = window.state::<Shell>();
        let dark = match shell.studio.last_settings().map(|settings| settings.theme).as_deref() {
            Some("dark") => Some(true),
            Some("light") => Some(false),
            Some(_) => Some(window.theme()? == Theme::Dark),
            None => None,
        };
        let maximized = window.is_maximized()?;
        let size = WindowSize { width: size.width, height: size.height, maximized, dark };
        Ok(size.keep(&shell.places.window)?)
    })();
    if let Err(error) = kept {
        tracing::warn!(%error, "the window's size was not kept");
    }
}

/// A blank window says nothing by itself: some graphics drivers show one. So the missing sign of life is said.
fn watch(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(PATIENCE).await;
        if !app.state::<Shell>().ui_ready.load(Ordering::Acquire) {
            say("The interface did not come up within 15 s. If the window stays blank, start it with \
                 WEBKIT_DISABLE_DMABUF_RENDERER=1, or use diptych serve. Your pictures and queue are safe.");
        }
    });
}

#[cfg(test)]
mod tests {
    use super::is_at;

    #[test]
    fn the_window_shows_its_own_pages_only() {
        let own = "tauri://localhost";
        for (url, shown) in [
            ("tauri://localhost", true),
            ("tauri://localhost/index.html", true),
            ("tauri://localhost/#/gallery", true),
            ("tauri://localhost.example.com/", false),
            ("tauri://evil/", false),
            ("diptych://localhost/picture/1/thumb", false),
            ("https://example.com/?tauri://localhost/", false),
            ("data:text/html,hello", false),
            ("file:///etc/passwd", false),
        ] {
            assert_eq!(is_at(&url.parse().expect("a URL"), own), shown, "{url}");
        }
    }
}
