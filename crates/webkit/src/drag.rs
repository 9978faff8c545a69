//! Pictures dragged out of the window, as files to be copied. The page says which; their paths never enter it, and a web
//! view's own drag could not carry them: what it calls a file is not one for other programs.

use gtk::prelude::*;
use gtk::{gdk, gio, glib};
use std::cell::{Cell, RefCell};
use std::path::PathBuf;
use std::rc::Rc;
use webkit2gtk::WebView;

thread_local! {
    /// One pointer drags one thing.
    static DRAGGING: Cell<bool> = const { Cell::new(false) };
}

/// Are pictures on their way out? Asked on the thread of the windows.
#[must_use]
pub fn is_dragging() -> bool {
    DRAGGING.get()
}

/// Begins a drag of these files, to be copied, with the button that is held down. Where it was let go of meanwhile, nothing
/// begins.
pub fn drag_out(view: &WebView, files: &[PathBuf]) {
    let Some((from, x, y)) = held(view).filter(|_| !files.is_empty()) else { return };
    let uris: Vec<_> = files.iter().map(|file| gio::File::for_path(file).uri()).collect();
    let targets = gtk::TargetList::new(&[]);
    targets.add_uri_targets(0);
    let handed = from.connect_drag_data_get(move |_, _, data, _, _| {
        let uris: Vec<_> = uris.iter().map(glib::GString::as_str).collect();
        data.set_uris(&uris);
    });
    // It ends once, and what listens to it goes with it.
    let listening = Rc::new(RefCell::new(vec![handed]));
    let own = Rc::clone(&listening);
    let over = from.connect_drag_end(move |from, _| {
        DRAGGING.set(false);
        for handler in own.take() {
            from.disconnect(handler);
        }
    });
    listening.borrow_mut().push(over);
    // From the window, not from the view: the drags of the view are WebKit's own.
    match from.drag_begin_with_coordinates(&targets, gdk::DragAction::COPY, 1, None, x, y) {
        Some(drag) => {
            DRAGGING.set(true);
            drag.drag_set_icon_name("image-x-generic", 0, 0);
        }
        None => listening.take().into_iter().for_each(|handler| from.disconnect(handler)),
    }
}

/// The window, and where in it the pointer is, while its first button is down.
fn held(view: &WebView) -> Option<(gtk::Widget, i32, i32)> {
    let from = view.toplevel()?;
    let pointer = view.display().default_seat()?.pointer()?;
    let (_, x, y, state) = from.window()?.device_position(&pointer);
    state.contains(gdk::ModifierType::BUTTON1_MASK).then_some((from, x, y))
}
