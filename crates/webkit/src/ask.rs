//! Dialogs that the page cannot draw: because it is not there, or because it must not see what is chosen.

use gtk::prelude::*;
use std::cell::RefCell;
use std::path::PathBuf;

/// A sentence in a dialog, where there is no window to show it in. Returns when it was read.
pub fn alert(sentence: &str) {
    let none: Option<&gtk::Window> = None;
    let kind = (gtk::MessageType::Error, gtk::ButtonsType::Close);
    let dialog = gtk::MessageDialog::new(none, gtk::DialogFlags::MODAL, kind.0, kind.1, sentence);
    dialog.set_title("Diptych");
    dialog.run();
    dialog.close();
}

/// A sentence over a window, with what can be done about it; the last button is the one that Enter presses. `answered`
/// hears which was pressed, or nothing if it was closed.
pub(crate) fn ask(
    over: &impl IsA<gtk::Widget>,
    sentence: &str,
    buttons: &[&str],
    answered: impl Fn(Option<usize>) + 'static,
) -> gtk::MessageDialog {
    let parent = over.toplevel().and_downcast::<gtk::Window>();
    let kind = (gtk::MessageType::Warning, gtk::ButtonsType::None);
    let dialog =
        gtk::MessageDialog::new(parent.as_ref(), gtk::DialogFlags::empty(), kind.0, kind.1, sentence);
    dialog.set_title("Diptych");
    for (at, words) in (0_u16..).zip(buttons) {
        dialog.add_button(words, gtk::ResponseType::Other(at));
    }
    if let Some(last) = u16::try_from(buttons.len()).ok().and_then(|count| count.checked_sub(1)) {
        dialog.set_default_response(gtk::ResponseType::Other(last));
    }
    dialog.connect_response(move |dialog, response| {
        dialog.close();
        answered(match response {
            gtk::ResponseType::Other(at) => Some(at.into()),
            _ => None,
        });
    });
    dialog.show_all();
    dialog
}

/// Asks for a folder, over a window. `chosen` hears it once, or that there is none.
pub fn choose_folder(
    over: &impl IsA<gtk::Widget>,
    title: &str,
    accept: &str,
    start: Option<PathBuf>,
    chosen: impl FnOnce(Option<PathBuf>) + 'static,
) {
    let parent = over.toplevel().and_downcast::<gtk::Window>();
    let action = gtk::FileChooserAction::SelectFolder;
    let dialog = gtk::FileChooserNative::new(Some(title), parent.as_ref(), action, Some(accept), None);
    dialog.set_modal(true);
    dialog.set_create_folders(true);
    if let Some(folder) = start {
        dialog.set_current_folder(folder);
    }
    // A native dialog lives as long as somebody holds it: its own answer does, and lets go.
    let held = RefCell::new(Some((chosen, dialog.clone())));
    dialog.connect_response(move |dialog, response| {
        let Some((chosen, _)) = held.take() else { return };
        let folder = (response == gtk::ResponseType::Accept).then(|| dialog.filename()).flatten();
        dialog.hide();
        chosen(folder);
    });
    dialog.show();
}
