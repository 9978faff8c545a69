//! Files that a person drops on the window, and pictures dragged out of it. Their paths stay here: the interface hears that
//! something hovers or was dropped, and may have what was dropped last taken in, once: into the library, or as references.

use crate::commands::Answer;
use crate::{Shell, window};
use diptych_api::wire::Failure;
use diptych_host::Taken;
use tauri::{DragDropEvent, Manager, State, WebviewWindow, Window, WindowEvent};

/// Tells the interface.
pub(crate) fn on_window_event(on: &Window, event: &WindowEvent) {
    let WindowEvent::DragDrop(event) = event else { return };
    // What is dragged out of the library is in it.
    if window::is_dragging() {
        return;
    }
    let happened = match event {
        DragDropEvent::Enter { .. } => "over",
        DragDropEvent::Drop { paths, .. } => {
            on.state::<Shell>().dropped.put(paths.clone());
            "dropped"
        }
        DragDropEvent::Leave => "gone",
        _ => return,
    };
    window::tell(on.app_handle(), "drop", &happened);
}

/// Takes in what was dropped last. No path comes from the web view, and none goes there.
#[tauri::command]
pub(crate) async fn take_dropped(shell: State<'_, Shell>, to: Taken) -> Answer {
    shell.dropped.take(&shell.studio, to).await
}

/// The button is down on pictures and moves: they are dragged to another program, which may copy the originals.
#[tauri::command]
pub(crate) async fn drag_out(
    window: WebviewWindow,
    shell: State<'_, Shell>,
    pictures: Vec<String>,
) -> Result<(), Failure> {
    let files = shell.studio.picture_files(&pictures).await?;
    window::drag_out(&window, files).map_err(|error| crate::commands::internal(&error))
}
