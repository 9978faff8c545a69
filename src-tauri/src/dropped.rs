//! Files that a person drops on the window. Their paths stay here: the interface hears that something hovers or was
//! dropped, and may have what was dropped last taken in, once: into the library, or as references.

use crate::commands::Answer;
use crate::{Shell, window};
use diptych_host::Taken;
use tauri::{DragDropEvent, Manager, State, Window, WindowEvent};

/// Tells the interface.
pub(crate) fn on_window_event(on: &Window, event: &WindowEvent) {
    let WindowEvent::DragDrop(event) = event else { return };
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
