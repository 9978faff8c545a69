//! The commands, events and wire types that every host of Diptych shares: the window, the browser, the terminal.
//!
//! The only place where a value of the engine meets a wire type. Deliberately not here: how a command travels (sockets,
//! HTTP, Tauri), where the home folder is, and the words of the catalogue's sentences in the engine.

pub mod catalogue;
mod commands;
pub mod schema;
mod typescript;
pub mod view;
pub mod wire;

pub use commands::import::bytes as import_bytes;
pub use commands::{Audience, Context};
pub use view::reference;
