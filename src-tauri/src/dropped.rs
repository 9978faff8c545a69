//! Files that a person drops on the window. Their paths stay here: the interface hears that something hovers or was
//! dropped, and may have what was dropped last taken in, once: into the library, or as references.

use crate::commands::{Answer, internal};
use crate::{Shell, window};
use diptych_host::{Audience, MAX_REFERENCE};
use serde::Deserialize;
use serde_json::{Value, json};
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;
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

/// What is to become of it.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Taken {
    /// All of it is imported.
    Library,
    /// The next file becomes a reference; `null` when there is none left.
    Reference,
}

/// Takes in what was dropped last. No path comes from the web view, and none goes there.
#[tauri::command]
pub(crate) async fn take_dropped(shell: State<'_, Shell>, to: Taken) -> Answer {
    match to {
        Taken::Library => {
            let paths = shell.dropped.send_replace(Vec::new());
            let paths: Vec<_> = paths.iter().map(|path| path.to_string_lossy()).collect();
            shell.studio.call("pictures.import", json!({ "paths": paths }), Audience::Terminal).await
        }
        Taken::Reference => {
            let mut next = None;
            shell.dropped.send_modify(|paths| next = (!paths.is_empty()).then(|| paths.remove(0)));
            let Some(path) = next else { return Ok(Value::Null) };
            let read = tauri::async_runtime::spawn_blocking(move || read_reference(&path)).await;
            let bytes = read.map_err(|error| internal(&error))?.map_err(|error| internal(&error))?;
            shell.studio.take_picture(None, bytes.into()).await
        }
    }
}

/// A file's bytes, and not many more than can be sent. What is no file is empty: no picture.
fn read_reference(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if path.is_file() {
        File::open(path)?.take(MAX_REFERENCE as u64 + 1).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::{MAX_REFERENCE, read_reference};

    #[test]
    fn what_is_no_file_is_no_picture_and_no_file_is_read_beyond_the_limit() {
        let folder = std::env::temp_dir().join(format!("diptych-dropped-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        assert!(read_reference(&folder).expect("a folder").is_empty());
        let large = folder.join("large");
        std::fs::write(&large, vec![7; MAX_REFERENCE + 9]).expect("a file");
        assert_eq!(read_reference(&large).expect("a file").len(), MAX_REFERENCE + 1);
        std::fs::remove_dir_all(&folder).expect("tidy");
    }
}
