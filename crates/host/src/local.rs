//! Holding the engine: the practice provider beside it, the socket in front of it.

use crate::home::Home;
use crate::lock::{Lock, Owner};
use crate::secrets::HostSecrets;
use crate::studio::{OpenError, Studio, Workers};
use crate::system::{SystemClock, SystemRandomness};
use axum::Router;
use diptych_api::Context;
use diptych_api::wire::{Hello, KeychainView};
use diptych_engine::driver::{Parts, PracticeEndpoint};
use diptych_engine::engine::Engine;
use diptych_engine::value::secret::ApiKey;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::UnixListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Version of the wire between a holder and its clients.
pub(crate) const PROTOCOL: u32 = 1;

/// An engine in this process.
pub(crate) struct Local {
    pub(crate) context: Arc<Context>,
    pub(crate) secrets: Arc<HostSecrets>,
    /// What was asked and is not answered yet.
    pub(crate) asked: TaskTracker,
    /// Clients that want the queue to be worked.
    pub(crate) workers: Arc<Workers>,
    stop: CancellationToken,
    /// Ends what clients listen to, so that their connections can close.
    leaving: CancellationToken,
    served: Option<JoinHandle<()>>,
    sockets: [PathBuf; 2],
    /// `None` once it was handed on.
    lock: Option<Lock>,
}

/// Clients that have connected by now are answered for this long after the socket's name is gone.
const LAST_CALLERS: Duration = Duration::from_millis(50);
/// A client that does not take its answer holds nobody up for longer.
const SLOW_CALLER: Duration = Duration::from_secs(2);

impl Local {
    /// Starts the engine and answers clients on the private socket, for this studio.
    pub(crate) async fn start(
        home: &Home,
        lock: Lock,
        owner: &Owner,
        works: bool,
        studio: Studio,
    ) -> Result<Self, OpenError> {
        let stop = CancellationToken::new();
        // Where it fails, what was begun by then ends.
        let begun = stop.clone().drop_guard();
        let secrets = Arc::new(HostSecrets::default());
        let sockets = ["practice.sock", "engine.sock"].map(|name| home.socket(name));
        let practice = start_practice(&sockets[0], &stop)?;
        // Before the engine: without a socket it would go on sending when the lock is given back. Who comes by then waits.
        let listener = private_socket(&sockets[1])?;
        let parts = Parts {
            folders: home.folders(),
            clock: Arc::new(SystemClock),
            randomness: Arc::new(SystemRandomness),
            secrets: secrets.clone(),
            practice,
            catalogue: std::fs::read_to_string(home.config().join("models.toml")).ok(),
            sends: works,
            call_timeout: None,
        };
        let engine = Engine::start(parts).await?;
        let place = |path: &Path| path.display().to_string();
        let hello = Hello {
            version: env!("CARGO_PKG_VERSION").into(),
            protocol: PROTOCOL,
            pid: owner.pid,
            holder: owner.holder.clone(),
            since_ms: owner.since_ms,
            now_ms: 0,
            keychain: KeychainView { ready: false, trouble: None },
            welcome: false,
            notices: Vec::new(),
            places: [
                ("library".into(), place(home.data())),
                ("cache".into(), place(home.cache())),
                ("config".into(), place(home.config())),
                ("logs".into(), place(home.logs())),
            ]
            .into(),
        };
        let leaving = CancellationToken::new();
        let router = crate::routes::private(studio, leaving.clone());
        let served = tokio::spawn(serve(listener, router, stop.clone(), leaving.clone()));
        drop(begun.disarm());
        Ok(Self {
            context: Arc::new(Context { engine, hello }),
            secrets,
            asked: TaskTracker::new(),
            workers: Arc::default(),
            stop,
            leaving,
            served: Some(served),
            sockets,
            lock: Some(lock),
        })
    }

    /// For who goes on with the library when the engine is gone: it is not free for a moment.
    pub(crate) fn hand_on(&mut self) -> Option<Lock> {
        self.lock.take()
    }

    /// What a client needs no lock to wait for: that everybody who has connected was answered. First the name goes, so
    /// that nobody new comes; who is in the line behind it is still let in, and no answer is cut off.
    pub(crate) fn last_answers(&mut self) -> impl Future<Output = ()> + use<> {
        self.remove_sockets();
        let (leaving, served) = (self.leaving.clone(), self.served.take());
        async move {
            tokio::time::sleep(LAST_CALLERS).await;
            leaving.cancel();
            if let Some(served) = served {
                drop(tokio::time::timeout(SLOW_CALLER, served).await);
            }
        }
    }

    fn remove_sockets(&self) {
        for socket in &self.sockets {
            drop(std::fs::remove_file(socket));
        }
    }

    /// Does this until everything but the engine is closed.
    pub(crate) fn until_shut<T: Future<Output = ()>>(&self, work: T) -> impl Future<Output = ()> + use<T> {
        let stopped = self.stop.clone();
        async move {
            stopped.run_until_cancelled_owned(work).await;
        }
    }
}

/// Closes everything but the engine, which lives for as long as somebody works with it.
impl Drop for Local {
    fn drop(&mut self) {
        self.remove_sockets();
        self.stop.cancel();
    }
}

async fn serve(listener: UnixListener, router: Router, stop: CancellationToken, leaving: CancellationToken) {
    let serve = axum::serve(listener, router).with_graceful_shutdown(leaving.cancelled_owned());
    tokio::select! {
        served = serve => if let Err(error) = served { tracing::error!(%error, "the socket failed") },
        () = stop.cancelled() => {}
    }
}

fn start_practice(socket: &Path, stop: &CancellationToken) -> Result<Option<PracticeEndpoint>, OpenError> {
    let practice = diptych_practice::Practice::new(diptych_practice::Options::default());
    let listener = private_socket(socket)?;
    let key = practice.keys().first().and_then(|key| ApiKey::new(&key.key));
    let stopped = stop.clone().cancelled_owned();
    tokio::spawn(async move {
        if let Err(error) = practice.serve_unix(listener, stopped).await {
            tracing::error!(%error, "the practice provider stopped");
        }
    });
    Ok(key.map(|key| PracticeEndpoint { socket: socket.into(), key }))
}

/// A socket for this user only. The lock is ours, so a file that is there was left by a killed process.
fn private_socket(path: &Path) -> std::io::Result<UnixListener> {
    drop(std::fs::remove_file(path));
    let listener = UnixListener::bind(path)?;
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    Ok(listener)
}
