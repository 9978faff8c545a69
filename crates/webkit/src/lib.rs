//! What the window asks of GTK and WebKitGTK itself, because no web standard and no Tauri has it: the rendering mode, a page
//! whose process died, two fingers on a touchpad, pictures dragged out, a folder chosen.
//!
//! Linux only; elsewhere this is empty. Not here: Tauri, the studio, and what is done with any of it.

#![cfg(target_os = "linux")]

mod ask;
mod card;
mod drag;
mod page;
mod pinch;

pub use ask::{alert, choose_folder};
pub use drag::{drag_out, is_dragging};
pub use page::{Watch, look_after};
pub use pinch::{Pinch, on_pinch};

/// Can a window be opened at all?
#[must_use]
pub fn display_works() -> bool {
    gtk::init().is_ok()
}
