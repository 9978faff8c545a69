//! What WebKitGTK needs to be told on Linux, and what stands in for it elsewhere. Not here: environment variables
//! that switch the graphics card off for everybody; they cost more than they cure.

#[cfg(not(target_os = "linux"))]
pub(crate) use elsewhere::{alert, display_works, look_after};
#[cfg(target_os = "linux")]
pub(crate) use gtk_window::{alert, display_works, look_after};

#[cfg(target_os = "linux")]
mod gtk_window {
    use gtk::prelude::*;
    use std::cell::RefCell;
    use std::collections::VecDeque;
    use std::time::{Duration, Instant};
    use webkit2gtk::{CacheModel, HardwareAccelerationPolicy, SettingsExt, WebContextExt, WebViewExt};

    /// A page that kills its process more often than this a minute is not brought back.
    const RELOADS: usize = 3;

    /// Can a window be opened at all?
    pub(crate) fn display_works() -> bool {
        gtk::init().is_ok()
    }

    /// A sentence in a dialog, where there is no window to show it in.
    pub(crate) fn alert(sentence: &str) {
        let none: Option<&gtk::Window> = None;
        let kind = (gtk::MessageType::Error, gtk::ButtonsType::Close);
        let dialog = gtk::MessageDialog::new(none, gtk::DialogFlags::MODAL, kind.0, kind.1, sentence);
        dialog.set_title("Diptych");
        dialog.run();
        dialog.close();
    }

    /// Sets the rendering mode and the cache, and brings the page back when its process dies.
    pub(crate) fn look_after(window: &tauri::WebviewWindow) -> tauri::Result<()> {
        window.with_webview(|webview| {
            let view = webview.inner();
            if !has_graphics_card()
                && let Some(settings) = WebViewExt::settings(&view)
            {
                // Drawing by a simulated graphics card is two to three times slower than drawing without one.
                settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
            }
            if let Some(context) = view.context() {
                // One page, no history: the caches of a browser would only hold memory.
                context.set_cache_model(CacheModel::DocumentViewer);
            }
            let reloads = RefCell::new(VecDeque::new());
            view.connect_web_process_terminated(move |view, reason| {
                let now = Instant::now();
                let mut reloads = reloads.borrow_mut();
                reloads.retain(|at| now.duration_since(*at) < Duration::from_secs(60));
                if reloads.len() < RELOADS {
                    reloads.push_back(now);
                    tracing::warn!(?reason, "the page's process ended; it is loaded again");
                    view.reload();
                } else {
                    crate::say(
                        "The page's process keeps ending, so it stays closed. Pictures and queue are safe.",
                    );
                }
            });
        })
    }

    fn has_graphics_card() -> bool {
        let Ok(devices) = std::fs::read_dir("/dev/dri") else { return false };
        devices.flatten().any(|device| device.file_name().to_string_lossy().starts_with("renderD"))
    }
}

#[cfg(not(target_os = "linux"))]
mod elsewhere {
    /// The system always has a display.
    pub(crate) fn display_works() -> bool {
        true
    }

    /// The sentence on stderr has to do.
    pub(crate) fn alert(_sentence: &str) {}

    /// The system's web view looks after itself.
    pub(crate) fn look_after(_window: &tauri::WebviewWindow) -> tauri::Result<()> {
        Ok(())
    }
}
