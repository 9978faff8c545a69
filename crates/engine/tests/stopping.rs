//! A job is stopped in the very moment in which its refusal is being booked: whichever comes first, it is not sent again.

#[expect(dead_code, reason = "the library of recovery.rs, of which one state is enough here")]
mod common;

use common::{Library, MODEL};
use diptych_engine::driver::{self, Asking, PracticeEndpoint};
use diptych_engine::value::job::JobState;
use diptych_engine::value::secret::ApiKey;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixListener;
use tokio::sync::Notify;

const OVERLOADED: &str =
    r#"{"error":{"code":503,"status":"UNAVAILABLE","message":"The model is overloaded."}}"#;

/// A provider that refuses each call when it is told to.
struct Provider {
    calls: AtomicUsize,
    refuse: Notify,
}

impl Provider {
    async fn serve(self: Arc<Self>, listener: UnixListener) {
        loop {
            let (mut stream, _) = listener.accept().await.expect("a call");
            let mut request = vec![0; 64 * 1024];
            while stream.read(&mut request).await.is_ok_and(|read| read == request.len()) {}
            self.calls.fetch_add(1, Ordering::SeqCst);
            self.refuse.notified().await;
            let answer = format!(
                "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{OVERLOADED}",
                OVERLOADED.len()
            );
            stream.write_all(answer.as_bytes()).await.expect("answered");
        }
    }
}

#[tokio::test]
async fn what_is_stopped_while_its_refusal_is_booked_is_not_sent_again() {
    let library = Library::new().await;
    let socket = library.folders.data.join("provider.sock");
    let listener = UnixListener::bind(&socket).expect("a socket");
    let provider = Arc::new(Provider { calls: AtomicUsize::new(0), refuse: Notify::new() });
    let serving = tokio::spawn(provider.clone().serve(listener));
    let key = ApiKey::new("practice-key").expect("a key");
    let engine = Arc::new(library.start_with(Some(PracticeEndpoint { socket, key })).await);
    let asking = Asking {
        prompt: "A kettle".into(),
        models: vec![MODEL.into()],
        size: Some("1K".into()),
        aspect: Some("1:1".into()),
        new: true,
        ..Asking::default()
    };
    let sheet = driver::create(&engine, &asking).await.expect("ledger").expect("a sheet");
    let job = engine.ledger.waiting_of(sheet).await.expect("reads").remove(0).id;
    for _ in 0..500 {
        if provider.calls.load(Ordering::SeqCst) > 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }

    // Somebody else holds the books. The cancel waits for them first, the refusal comes while it does.
    let other = rusqlite::Connection::open(library.folders.data.join("ledger.sqlite")).expect("opens");
    other.execute_batch("BEGIN IMMEDIATE").expect("held");
    let (inside, id) = (engine.clone(), job.clone());
    let cancel = tokio::spawn(async move { inside.cancel(vec![id]).await.expect("ledger") });
    tokio::time::sleep(Duration::from_millis(300)).await;
    provider.refuse.notify_one();
    tokio::time::sleep(Duration::from_millis(300)).await;
    other.execute_batch("ROLLBACK").expect("let go");

    let stopped = cancel.await.expect("ended");
    assert_eq!((stopped.jobs, stopped.sent), (1, 1));
    let mut state = JobState::Sending;
    for _ in 0..300 {
        state = engine.ledger.job(job.clone()).await.expect("reads").expect("is there").state;
        if state != JobState::Sending {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(state, JobState::Cancelled);
    assert_eq!(provider.calls.load(Ordering::SeqCst), 1);
    serving.abort();
}
