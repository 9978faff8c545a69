//! The page and its process: drawn in the mode that suits the machine, brought back when it dies, asked about when it hangs.

use crate::ask::ask;
use crate::card;
use gtk::glib;
use gtk::prelude::*;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::{Duration, Instant};
use webkit2gtk::{CacheModel, HardwareAccelerationPolicy, SettingsExt, WebContextExt, WebView, WebViewExt};

/// A page that kills its process more often than this a minute is not brought back unasked.
const RELOADS: usize = 3;
/// WebKit says after three seconds that a page does not answer; so much longer it may take.
const PATIENCE: Duration = Duration::from_secs(7);

/// What a person is asked, in the words of their language.
pub struct Words {
    /// The page keeps dying: the sentence.
    pub gone: String,
    /// It hangs: the sentence.
    pub stuck: String,
    /// “Load it again.”
    pub again: String,
    /// “Wait.”
    pub wait: String,
    /// “Close Diptych.”
    pub close: String,
}

/// Where those words come from when they are needed, and who hears what happened.
pub struct Watch {
    /// The words, asked for only then: a start does not wait for a language.
    pub words: Box<dyn Fn() -> Words>,
    /// Called whenever the page's process has ended; says whether it is loaded again.
    pub ended: Box<dyn Fn(bool)>,
}

/// Sets the rendering mode and the cache, and watches over the page's process.
pub fn look_after(view: &WebView, watch: Watch) {
    if !card::draws()
        && let Some(settings) = WebViewExt::settings(view)
    {
        settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
    }
    if let Some(context) = view.context() {
        // One page, no history: the caches of a browser would only hold memory.
        context.set_cache_model(CacheModel::DocumentViewer);
    }
    let watch = Rc::new(watch);
    bring_back(view, Rc::clone(&watch));
    ask_when_stuck(view, watch);
}

fn bring_back(view: &WebView, watch: Rc<Watch>) {
    let reloads = Rc::new(RefCell::new(VecDeque::new()));
    view.connect_web_process_terminated(move |view, reason| {
        let comes_back = may_reload(&mut reloads.borrow_mut(), Instant::now());
        tracing::warn!(?reason, comes_back, "the page's process ended");
        (watch.ended)(comes_back);
        if comes_back {
            view.reload();
            return;
        }
        let (view, reloads) = (view.clone(), Rc::clone(&reloads));
        let words = (watch.words)();
        ask(&view.clone(), &words.gone, &[&words.close, &words.again], move |answer| match answer {
            Some(1) => {
                reloads.borrow_mut().clear();
                view.reload();
            }
            Some(_) => close(&view),
            None => {}
        });
    });
}

fn may_reload(reloads: &mut VecDeque<Instant>, now: Instant) -> bool {
    reloads.retain(|at| now.duration_since(*at) < Duration::from_secs(60));
    let may = reloads.len() < RELOADS;
    if may {
        reloads.push_back(now);
    }
    may
}

fn ask_when_stuck(view: &WebView, watch: Rc<Watch>) {
    let asked: Rc<RefCell<Option<gtk::MessageDialog>>> = Rc::default();
    view.connect_is_web_process_responsive_notify(move |view| {
        if view.is_web_process_responsive() {
            // It answers: nothing is to be asked any more.
            if let Some(dialog) = asked.take() {
                dialog.close();
            }
            return;
        }
        tracing::warn!("the page does not answer");
        let (view, watch, asked) = (view.clone(), Rc::clone(&watch), Rc::clone(&asked));
        glib::timeout_add_local_once(PATIENCE, move || {
            if view.is_web_process_responsive() || asked.borrow().is_some() {
                return;
            }
            let (page, own) = (view.clone(), Rc::clone(&asked));
            let words = (watch.words)();
            let dialog = ask(&view, &words.stuck, &[&words.again, &words.wait], move |answer| {
                own.take();
                if answer == Some(0) {
                    page.terminate_web_process();
                }
            });
            asked.replace(Some(dialog));
        });
    });
}

fn close(view: &WebView) {
    if let Some(window) = view.toplevel().and_downcast::<gtk::Window>() {
        window.close();
    }
}

#[cfg(test)]
mod tests {
    use super::{RELOADS, may_reload};
    use std::collections::VecDeque;
    use std::time::{Duration, Instant};

    #[test]
    fn a_page_that_keeps_dying_is_left_alone_until_it_was_quiet_for_a_minute() {
        let (mut reloads, now) = (VecDeque::new(), Instant::now());
        assert!((0..RELOADS).all(|_| may_reload(&mut reloads, now)));
        assert!(!may_reload(&mut reloads, now + Duration::from_secs(59)));
        assert!(may_reload(&mut reloads, now + Duration::from_secs(61)));
    }
}
