//! Files that a person drops on the window. Their paths stay here: the interface hears that something hovers or was
//! dropped, and may have what was dropped last imported, once.

use crate::commands::Answer;
use crate::{Shell, window};
use diptych_host::Audience;
use serde_json::json;
use tauri::{DragDropEvent, Manager, State, Window, WindowEvent};

/// Tells the interface.
pub(crate) fn on_window_event(on: &Window, event: &WindowEvent) {
    let WindowEvent::DragDrop(event) = event else { return };
    let happened = match event {
        DragDropEvent::Enter { .. } => "over",
        DragDropEvent::Drop { paths, .. } => {
            on.state::<Shell>().dropped.send_replace(paths.clone());
            "dropped"
        }
        DragDropEvent::Leave => "gone",
        _ => return,
    };
    window::tell(on.app_handle(), "drop", &happened);
}

/// Imports what was dropped last. No path comes from the web view, and none goes there.
#[tauri::command]
pub(crate) async fn import_dropped(shell: State<'_, Shell>) -> Answer {
    let paths = shell.dropped.send_replace(Vec::new());
    let paths: Vec<_> = paths.iter().map(|path| path.to_string_lossy()).collect();
    shell.studio.call("pictures.import", json!({ "paths": paths }), Audience::Terminal).await
}
