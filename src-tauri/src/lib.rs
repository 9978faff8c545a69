//! The window around Diptych: opens the studio, shows the interface, and takes care that leaving loses nothing.
//!
//! Wiring only. Nothing here knows about retries, quotas, models or files of the library: commands go to
//! [`diptych_host::Studio`] as they come, pictures come from it as bytes, events pass through.

mod commands;
mod dropped;
mod leave;
mod notify;
mod pictures;
mod window;

use diptych_api::wire::Event;
use diptych_host::{Dropped, Holder, Home, OpenError, Studio, init_logging};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use tauri::Manager;
use tauri::async_runtime::JoinHandle;
use tokio::sync::broadcast::error::RecvError;

/// What every part of the shell shares.
pub(crate) struct Shell {
    studio: Studio,
    places: window::Places,
    /// The interface said that it is up.
    ui_ready: AtomicBool,
    /// Somebody asked to leave, and we wait for the calls on the wire.
    leaving: AtomicBool,
    /// What was dropped on the window last.
    dropped: Dropped,
}

/// Opens the studio and its window, and returns when the window is gone.
#[must_use]
pub fn run() -> ExitCode {
    diptych_host::harden();
    if !window::display_works() {
        say("There is no display to open a window on. Use ./studio run --headless, or diptych serve.");
        return ExitCode::FAILURE;
    }
    let home = match Home::discover() {
        Ok(home) => home,
        Err(error) => return refuse(&error.to_string()),
    };
    let _log = init_logging(&home);
    let places = window::Places::beside(home.logs());
    let studio = Studio::new(home, Holder::Window);
    let (ui_ready, leaving) = (AtomicBool::new(false), AtomicBool::new(false));
    let shell = Shell { studio, places, ui_ready, leaving, dropped: Dropped::default() };
    let app = match build(shell) {
        Ok(app) => app,
        Err(error) => return refuse(&format!("The window could not be opened: {error}")),
    };
    // The engine starts while the page's process does: before that the window needs the processor. What the page asks
    // meanwhile waits for it.
    let studio = app.state::<Shell>().studio.clone();
    let opening = tauri::async_runtime::spawn(async move { studio.sit().await });
    refuse_without(opening, app.handle().clone());
    let code = app.run_return(|_, _| {});
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}

fn build(shell: Shell) -> tauri::Result<tauri::App> {
    let mut builder = tauri::Builder::default();
    if may_be_single() {
        // The arguments of the second instance are ignored: all it can do is to bring this window to the front.
        builder = builder.plugin(tauri_plugin_single_instance::init(|app, _, _| window::focus(app)));
    }
    builder
        .plugin(tauri_plugin_opener::Builder::new().open_js_links_on_click(false).build())
        .manage(shell)
        .register_asynchronous_uri_scheme_protocol("diptych", pictures::answer)
        .invoke_handler(tauri::generate_handler![
            commands::rpc,
            commands::words,
            commands::picture,
            commands::answer_close,
            commands::choose_folder,
            commands::ui_ready,
            dropped::drag_out,
            dropped::take_dropped
        ])
        .on_window_event(leave::on_window_event)
        .on_window_event(dropped::on_window_event)
        .setup(|app| {
            window::open(app.handle())?;
            pass_events(app.handle());
            leave::on_signals(app.handle());
            Ok(())
        })
        .build(tauri::generate_context!())
}

/// Everything the engine tells, to the one window. A listener that fell behind is told to ask again.
fn pass_events(app: &tauri::AppHandle) {
    let app = app.clone();
    let mut events = app.state::<Shell>().studio.events();
    tauri::async_runtime::spawn(async move {
        let mut notifier = notify::Notifier::default();
        loop {
            match events.recv().await {
                Ok(event) => {
                    window::tell(&app, "diptych", &event);
                    if let Event::Alert { id } = &event {
                        notifier.alert(&app, id);
                    }
                }
                Err(RecvError::Lagged(_)) => {
                    window::tell(&app, "diptych", &Event::Resync {});
                }
                Err(RecvError::Closed) => return,
            }
        }
    });
}

/// One window per person; but tests and separate homes run side by side.
fn may_be_single() -> bool {
    ["TAURI_AUTOMATION", "DIPTYCH_HOME"].iter().all(|name| std::env::var_os(name).is_none())
}

/// Ends the program where the engine did not start.
fn refuse_without(engine: JoinHandle<Result<(), OpenError>>, app: tauri::AppHandle) {
    tauri::async_runtime::spawn(async move {
        let Ok(Err(error)) = engine.await else { return };
        // Who closed the window meanwhile is not told that it has no library.
        if app.state::<Shell>().leaving.load(Ordering::Acquire) {
            return;
        }
        let own = app.clone();
        drop(app.run_on_main_thread(move || {
            refuse(&error.to_string());
            own.exit(1);
        }));
    });
}

/// A start that cannot go on: the sentence on stderr, in the log, and in a dialog, because a window was expected.
fn refuse(sentence: &str) -> ExitCode {
    say(sentence);
    window::alert(sentence);
    ExitCode::FAILURE
}

/// One sentence for the person who started this from a terminal, and for the log.
#[expect(clippy::print_stderr, reason = "the window may not be there to say it")]
pub(crate) fn say(sentence: &str) {
    tracing::error!("{sentence}");
    eprintln!("diptych-desktop: {sentence}");
}
