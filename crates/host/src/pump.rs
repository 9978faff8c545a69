//! Events on their way out: the engine's small ones become the wire's whole ones; a status that changed ten times in a
//! moment is told once.

use diptych_api::wire::Event;
use diptych_api::{Context, view};
use diptych_engine::value::event::Event as Inner;
use std::time::Duration;
use tokio::sync::broadcast::{Sender, error::RecvError};

/// The status line is told at most this often.
const STATUS_EVERY: Duration = Duration::from_millis(250);

/// Runs until the engine is gone.
pub(crate) async fn pump(context: Context, out: Sender<Event>) {
    let mut events = context.engine.listen();
    let mut due: Option<tokio::time::Instant> = None;
    loop {
        let next = async {
            match due {
                Some(at) => tokio::time::sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        let told = tokio::select! {
            event = events.recv() => match event {
                Ok(Inner::Status) => {
                    due.get_or_insert_with(|| tokio::time::Instant::now() + STATUS_EVERY);
                    None
                }
                // Each is told with all that is known of it: work that nobody needs where nobody listens.
                Ok(_) if out.receiver_count() == 0 => None,
                Ok(event) => view::event(&context, event).await,
                Err(RecvError::Lagged(_)) => Some(Event::Resync {}),
                Err(RecvError::Closed) => return,
            },
            () = next => {
                due = None;
                if out.receiver_count() == 0 { None } else { view::event(&context, Inner::Status).await }
            }
        };
        if let Some(event) = told {
            // Nobody listens any more: that is no error.
            drop(out.send(event));
        }
    }
}
