//! Two fingers on a touchpad. WebKitGTK takes them itself and magnifies the whole page; other engines tell the page. So they
//! are taken before it, and told.

use gtk::gdk;
use gtk::glib;
use gtk::prelude::*;
use std::cell::Cell;
use webkit2gtk::WebView;

/// One step of the fingers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pinch {
    /// How much larger than at the step before.
    pub factor: f64,
    /// Where, in the coordinates of the view.
    pub x: f64,
    /// Where, in the coordinates of the view.
    pub y: f64,
}

/// Tells of every step, and keeps the page at its size, for fingers on a touchpad and on a screen.
pub fn on_pinch(view: &WebView, told: impl Fn(Pinch) + 'static) {
    leave_page_alone(view);
    let steps = Steps::default();
    view.connect_event(move |_, event| {
        let Some(pinch) = event.downcast_ref::<gdk::EventTouchpadPinch>() else {
            return glib::Propagation::Proceed;
        };
        let (x, y) = pinch.position();
        if let Some(factor) = steps.step(pinch.as_ref().phase, pinch.scale()) {
            told(Pinch { factor, x, y });
        }
        glib::Propagation::Stop
    });
}

/// GDK tells how large it is since the fingers touched.
struct Steps(Cell<f64>);

impl Default for Steps {
    fn default() -> Self {
        Self(Cell::new(1.0))
    }
}

impl Steps {
    /// How much larger than at the step before, where that is a step.
    fn step(&self, phase: i8, scale: f64) -> Option<f64> {
        const UPDATE: i8 = gdk::ffi::GDK_TOUCHPAD_GESTURE_PHASE_UPDATE as i8;
        // The end says nothing: its scale is 1 on some systems.
        if phase != UPDATE {
            self.0.set(1.0);
            return None;
        }
        if !(scale.is_finite() && scale > 0.0) {
            return None;
        }
        let factor = scale / self.0.replace(scale);
        (factor != 1.0).then_some(factor)
    }
}

/// WebKit has no setting for it. The gesture by which it magnifies hangs on its view under this name; where a later version
/// calls it otherwise, only fingers on a touchscreen are lost to it, those on a touchpad are taken before.
fn leave_page_alone(view: &WebView) {
    use glib::translate::FromGlibPtrNone;
    const NAME: &str = "wk-view-zoom-gesture";
    #[expect(unsafe_code, reason = "WebKit keeps a GtkGestureZoom, or nothing, under this name")]
    let gesture: Option<gtk::GestureZoom> = unsafe {
        view.data::<gtk::ffi::GtkGestureZoom>(NAME)
            .map(|kept| gtk::GestureZoom::from_glib_none(kept.as_ptr()))
    };
    match gesture {
        Some(gesture) => gesture.set_propagation_phase(gtk::PropagationPhase::None),
        None => tracing::info!("the web view has no gesture that magnifies"),
    }
}

#[cfg(test)]
mod tests {
    use super::Steps;
    use gtk::gdk::ffi::{
        GDK_TOUCHPAD_GESTURE_PHASE_BEGIN as BEGIN, GDK_TOUCHPAD_GESTURE_PHASE_CANCEL as CANCEL,
        GDK_TOUCHPAD_GESTURE_PHASE_END as END, GDK_TOUCHPAD_GESTURE_PHASE_UPDATE as UPDATE,
    };

    #[test]
    fn each_step_says_how_much_larger_and_a_gesture_begins_anew() {
        let steps = Steps::default();
        let told = [
            (BEGIN, 1.0, None),
            (UPDATE, 2.0, Some(2.0)),
            (UPDATE, 3.0, Some(1.5)),
            (UPDATE, 3.0, None),
            (UPDATE, 1.5, Some(0.5)),
            (END, 1.0, None),
            (BEGIN, 1.0, None),
            (UPDATE, 0.5, Some(0.5)),
            (UPDATE, 0.0, None),
            (UPDATE, f64::NAN, None),
            (CANCEL, 1.0, None),
            (UPDATE, 4.0, Some(4.0)),
        ];
        for (phase, scale, step) in told {
            assert_eq!(steps.step(phase as i8, scale), step, "{phase} {scale}");
        }
    }
}
