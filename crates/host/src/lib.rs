//! What every process of Diptych needs around the engine, be it a window, a server or a terminal command: where the
//! home is, who holds it, the private socket, the keychain, the built-in practice provider, the log.
//!
//! One engine per home: whoever gets the lock starts it and answers on the socket; everybody else is its client, and
//! takes over when it leaves. [`Studio`] hides which of the two a process is. Deliberately not here: windows, terminals,
//! and every decision about jobs and money.

mod client;
mod dropped;
mod home;
mod local;
mod lock;
mod logging;
mod pictures;
mod pump;
mod rebuild;
mod relocate;
mod routes;
mod secrets;
#[cfg(unix)]
mod signals;
mod studio;
mod system;
mod window_size;

pub use diptych_api::Audience;
pub use diptych_engine::engine::MAX_REFERENCE;
pub use dropped::{Dropped, Taken};
pub use home::Home;
pub use logging::init_logging;
pub use rebuild::rebuild_index;
pub use relocate::{Move, Moved, move_library};
pub use routes::routes;
#[cfg(unix)]
pub use signals::Signals;
pub use studio::{Close, Holder, OpenError, PictureBytes, PictureError, Purpose, Studio, words};
pub use system::harden;
pub use window_size::WindowSize;
