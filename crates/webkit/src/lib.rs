//! What the window asks of GTK and WebKitGTK itself, because no web standard and no Tauri has it: the rendering mode, a page
//! whose process died, two fingers on a touchpad, pictures dragged out, a folder chosen, a notice on the desktop.
//!
//! Linux only; elsewhere this is empty. Not here: Tauri, the studio, and what is done with any of it.

#![cfg(target_os = "linux")]

mod ask;
mod card;
mod drag;
mod notice;
mod page;
mod pinch;

pub use ask::{alert, choose_folder};
pub use drag::{drag_out, is_dragging};
pub use notice::notify;
pub use page::{Watch, Words, look_after};
pub use pinch::{Pinch, on_pinch};

/// Can a window be opened at all?
#[must_use]
pub fn display_works() -> bool {
    gtk::init().is_ok()
}
