//! What Linux needs done by GTK and WebKitGTK themselves (see `diptych_webkit`), and what stands in for it elsewhere.

#[cfg(not(target_os = "linux"))]
pub(crate) use elsewhere::{alert, choose_folder, display_works, drag_out, is_dragging, look_after};
#[cfg(target_os = "linux")]
pub(crate) use linux::{alert, choose_folder, display_works, drag_out, is_dragging, look_after};

#[cfg(target_os = "linux")]
mod linux {
    use crate::Shell;
    use diptych_webkit::{Pinch, Watch, Words};
    use std::path::PathBuf;
    use std::sync::atomic::Ordering;
    use tauri::{Manager, WebviewWindow};
    use tokio::sync::oneshot;

    pub(crate) use diptych_webkit::{alert, display_works, is_dragging};

    /// Sets the rendering mode, brings the page back when its process dies, and tells it of two fingers.
    pub(crate) fn look_after(
        window: &WebviewWindow,
        say: impl Fn(&str) -> String + Send + 'static,
    ) -> tauri::Result<()> {
        let app = window.app_handle().clone();
        window.with_webview(move |webview| {
            let view = webview.inner();
            let telling = app.clone();
            diptych_webkit::on_pinch(&view, move |Pinch { factor, x, y }| {
                crate::window::tell(&telling, "pinch", &(factor, x, y));
            });
            let watch = Watch {
                words: Box::new(move || Words {
                    gone: say("N-PAGE-GONE"),
                    stuck: say("N-PAGE-STUCK"),
                    again: say("N-PAGE-AGAIN"),
                    wait: say("N-PAGE-WAIT"),
                    close: say("N-PAGE-CLOSE"),
                }),
                // Nobody is there to be asked before it closes.
                ended: Box::new(move |_| app.state::<Shell>().ui_ready.store(false, Ordering::Release)),
            };
            diptych_webkit::look_after(&view, watch);
        })
    }

    /// A folder that the person chooses in a dialog, if they do.
    pub(crate) async fn choose_folder(
        window: &WebviewWindow,
        [title, accept]: [String; 2],
        start: Option<PathBuf>,
    ) -> tauri::Result<Option<PathBuf>> {
        let (chosen, folder) = oneshot::channel();
        window.with_webview(move |webview| {
            let told = move |folder| drop(chosen.send(folder));
            diptych_webkit::choose_folder(&webview.inner(), &title, &accept, start, told);
        })?;
        Ok(folder.await.unwrap_or_default())
    }

    /// Begins a drag of these files.
    pub(crate) fn drag_out(window: &WebviewWindow, files: Vec<PathBuf>) -> tauri::Result<()> {
        window.with_webview(move |webview| diptych_webkit::drag_out(&webview.inner(), &files))
    }
}

#[cfg(not(target_os = "linux"))]
mod elsewhere {
    use std::path::PathBuf;
    use tauri::WebviewWindow;

    /// The system always has a display.
    pub(crate) fn display_works() -> bool {
        true
    }

    /// The sentence on stderr has to do.
    pub(crate) fn alert(_sentence: &str) {}

    /// The system's web view looks after itself.
    pub(crate) fn look_after(_: &WebviewWindow, _: impl Fn(&str) -> String) -> tauri::Result<()> {
        Ok(())
    }

    /// Nobody chose one.
    pub(crate) async fn choose_folder(
        _: &WebviewWindow,
        _: [String; 2],
        _: Option<PathBuf>,
    ) -> tauri::Result<Option<PathBuf>> {
        Ok(None)
    }

    /// Nothing is dragged.
    pub(crate) fn is_dragging() -> bool {
        false
    }

    /// Nothing is dragged.
    pub(crate) fn drag_out(_: &WebviewWindow, _: Vec<PathBuf>) -> tauri::Result<()> {
        Ok(())
    }
}
