//! Events on their way out: the engine's small ones become the wire's whole ones; a status that changed ten times in a
//! moment is told once.

use diptych_api::wire::Event;
use diptych_api::{Context, view};
use diptych_engine::value::event::Event as Inner;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::{Receiver, Sender, error::RecvError};

/// The status line is told at most this often.
const STATUS_EVERY: Duration = Duration::from_millis(250);

/// Listens from now on. Runs until the engine is gone.
pub(crate) fn pump(context: Arc<Context>, out: Sender<Event>) -> impl Future<Output = ()> {
    let events = context.engine.listen();
    pass_on(context, events, out)
}

async fn pass_on(context: Arc<Context>, mut events: Receiver<Inner>, out: Sender<Event>) {
    let mut due: Option<tokio::time::Instant> = None;
    loop {
        let next = async {
            match due {
                Some(at) => tokio::time::sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        let event = tokio::select! {
            event = events.recv() => match event {
                Ok(Inner::Status) => {
                    due.get_or_insert_with(|| tokio::time::Instant::now() + STATUS_EVERY);
                    continue;
                }
                Ok(event) => event,
                Err(RecvError::Lagged(_)) => {
                    drop(out.send(Event::Resync {}));
                    continue;
                }
                Err(RecvError::Closed) => return,
            },
            () = next => {
                due = None;
                Inner::Status
            }
        };
        // An event is told with all that is known of it: work that nobody needs where nobody listens.
        if out.receiver_count() > 0
            && let Some(event) = view::event(&context, event).await
        {
            drop(out.send(event));
        }
    }
}
