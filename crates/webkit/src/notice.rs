//! Notices on the desktop, over the session bus, which GTK speaks anyway.

use gtk::gio::{BusType, Cancellable, DBusCallFlags, bus_get_sync};
use gtk::glib::{self, ToVariant as _, Variant};
use std::collections::HashMap;

/// Who shows them, and where it listens.
const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";
/// How long the desktop may take, ms.
const PATIENCE: i32 = 5_000;

/// Shows a notice under the program's name, with the icon of this name. Blocks.
///
/// # Errors
/// There is nothing on this desktop that shows notices.
pub fn notify(program: &str, icon: &str, text: &str) -> Result<(), glib::Error> {
    let (actions, hints) = (Vec::<String>::new(), HashMap::<String, Variant>::new());
    let notice = (program, 0_u32, icon, program, text, actions, hints, -1_i32).to_variant();
    let (none, flags) = (Cancellable::NONE, DBusCallFlags::NONE);
    let bus = bus_get_sync(BusType::Session, none)?;
    bus.call_sync(Some(NAME), PATH, NAME, "Notify", Some(&notice), None, flags, PATIENCE, none).map(drop)
}
