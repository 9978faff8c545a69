//! The studio: one handle, whether this process holds the engine or is a client of the one that does.

mod moving;
mod outside;
mod said;

use crate::client::{Answer, Remote};
use crate::home::Home;
use crate::local::Local;
use crate::lock::{self, Owner};
use crate::pictures;
use crate::pump::pump;
use crate::secrets::{Lender, environment_keys};
use bytes::Bytes;
use diptych_api::wire::{Event, Failure, Imported, ReferenceView};
use diptych_api::{Audience, catalogue, schema};
use diptych_engine::engine::StartError;
use diptych_engine::value::sentence::Sentence;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};
use std::time::Duration;
use tokio::sync::{RwLock, broadcast};

pub use outside::Purpose;
pub use said::words;

/// What kind of process this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// A window.
    Window,
    /// `diptych serve`.
    Serve,
    /// A command in a terminal that works the queue.
    Worker,
    /// A command in a terminal that asks or changes something and leaves. It sends nothing: what it sent would have to
    /// be waited for, for half a minute and more.
    Errand,
}

impl Holder {
    fn as_str(self) -> &'static str {
        match self {
            Self::Window => "window",
            Self::Serve => "serve",
            Self::Worker | Self::Errand => "cli",
        }
    }

    fn works(self) -> bool {
        self != Self::Errand
    }
}

/// How to leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Close {
    /// Send nothing new, and leave when what was sent has landed.
    Wait,
    /// Leave now; what is on the wire becomes *outcome unknown*.
    Leave,
}

/// Why there is no studio. `Display` is a sentence for people.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// No home folder.
    #[error("There is no home folder. Set DIPTYCH_HOME.")]
    NoHome,
    /// The folder that it was moved to is not there.
    #[error("{}", catalogue::say(&away(.0)))]
    Away(PathBuf),
    /// It was moved while we waited for it.
    #[error("{}", catalogue::say(&Sentence::new("E-MOVED").into()))]
    Moved,
    /// The library was written by a newer program.
    #[error("{}", catalogue::say(&newer(*theirs, *ours)))]
    Newer {
        /// Its schema.
        theirs: i64,
        /// Ours.
        ours: i64,
    },
    /// Another process holds it and does not answer.
    #[error("{}", catalogue::say(&already(*since_ms, *pid)))]
    AlreadyOpen {
        /// Since when.
        since_ms: i64,
        /// Its process.
        pid: u32,
    },
    /// Another version holds it.
    #[error("{}", catalogue::say(&protocol(theirs, *pid)))]
    Protocol {
        /// Its version.
        theirs: String,
        /// Its process.
        pid: u32,
    },
    /// The library cannot be opened.
    #[error("The library cannot be opened: {0}")]
    Library(String),
}

fn newer(theirs: i64, ours: i64) -> diptych_api::wire::Sentence {
    Sentence::new("E-NEWER").with("theirs", theirs).with("ours", ours).into()
}

fn away(path: &Path) -> diptych_api::wire::Sentence {
    Sentence::new("E-LIBRARY-AWAY").with("path", path.display().to_string()).into()
}

fn already(since_ms: i64, pid: u32) -> diptych_api::wire::Sentence {
    Sentence::new("E-ALREADY-OPEN").with("since", since_ms).with("pid", pid).into()
}

fn protocol(theirs: &str, pid: u32) -> diptych_api::wire::Sentence {
    Sentence::new("E-PROTOCOL")
        .with("theirs", theirs)
        .with("ours", env!("CARGO_PKG_VERSION"))
        .with("pid", pid)
        .into()
}

impl OpenError {
    /// The same for hosts that show failures.
    #[must_use]
    pub fn failure(&self) -> Failure {
        let sentence = match self {
            Self::Away(path) => away(path),
            Self::Moved => Sentence::new("E-MOVED").into(),
            Self::Newer { theirs, ours } => newer(*theirs, *ours),
            Self::AlreadyOpen { since_ms, pid } => already(*since_ms, *pid),
            Self::Protocol { theirs, pid } => protocol(theirs, *pid),
            Self::NoHome | Self::Library(_) => {
                Sentence::new("E-INTERNAL").with("text", self.to_string()).into()
            }
        };
        Failure { sentence, billed: None }
    }
}

impl From<std::io::Error> for OpenError {
    fn from(error: std::io::Error) -> Self {
        Self::Library(error.to_string())
    }
}

impl From<StartError> for OpenError {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Newer { theirs, ours } => Self::Newer { theirs, ours },
            StartError::Library(text) => Self::Library(text),
        }
    }
}

/// A picture for the screen.
#[derive(Debug, Clone)]
pub struct PictureBytes {
    /// `image/png`, `image/jpeg` or `image/webp`.
    pub mime: &'static str,
    /// The bytes.
    pub bytes: Bytes,
}

/// Why there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PictureError {
    /// There is no such picture, or its file is gone.
    NotFound,
    /// It was asked for in a way that makes no sense, or cannot be made.
    Bad(String),
}

/// How many holders one command outlives.
const SEATS: u32 = 20;

/// Whether a command only asks.
fn is_question(command: &str) -> bool {
    let asks = |word| matches!(word, "get" | "list" | "plan" | "story" | "path" | "recipe");
    command == "hello" || command.rsplit('.').next().is_some_and(asks)
}

enum Seat {
    Local(Box<Local>),
    Remote(Remote),
    Closed,
}

struct Inner {
    /// Another one after the library was moved.
    home: std::sync::RwLock<Home>,
    holder: Holder,
    seat: RwLock<Seat>,
    events: broadcast::Sender<Event>,
}

/// The studio. Clones share it.
#[derive(Clone)]
pub struct Studio(Arc<Inner>);

impl Studio {
    /// Takes the library's lock and starts the engine, or becomes the client of the process that has it.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub async fn open(home: Home, holder: Holder) -> Result<Self, OpenError> {
        let studio = Self::new(home, holder);
        studio.sit().await?;
        Ok(studio)
    }

    fn home(&self) -> Home {
        self.0.home.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// One that finds its seat when it is asked for something, or by [`Self::sit`].
    #[must_use]
    pub fn new(home: Home, holder: Holder) -> Self {
        let (seat, events) = (RwLock::new(Seat::Closed), broadcast::channel(1024).0);
        Self(Arc::new(Inner { home: home.into(), holder, seat, events }))
    }

    /// Finds a seat, where there is none; whoever asks for something meanwhile waits for it.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub async fn sit(&self) -> Result<(), OpenError> {
        let mut seat = self.0.seat.write().await;
        if !matches!(*seat, Seat::Closed) {
            return Ok(());
        }
        let owner = Owner {
            pid: std::process::id(),
            since_ms: jiff::Timestamp::now().as_millisecond(),
            holder: self.0.holder.as_str().into(),
        };
        let home = self.home();
        let mut other = None;
        // A holder that is starting up or leaving needs a moment; then the other way is open.
        for _ in 0..40 {
            match lock::take(&home.lock(), &owner)? {
                Ok(_) if !home.is_current() => return Err(OpenError::Moved),
                Ok(lock) => {
                    let mut local = Local::start(&home, lock, &owner, self.0.holder.works()).await?;
                    local.answer(&home, self.clone())?;
                    tokio::spawn(local.until_shut(pump(local.context.clone(), self.0.events.clone())));
                    *seat = Seat::Local(Box::new(local));
                    return Ok(());
                }
                Err(found) => other = found.or(other),
            }
            if let Some(remote) = Remote::connect(&home.socket("engine.sock")).await? {
                self.follow(&remote);
                *seat = Seat::Remote(remote);
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(150)).await;
        }
        let owner = other.unwrap_or(Owner { pid: 0, since_ms: owner.since_ms, holder: String::new() });
        Err(OpenError::AlreadyOpen { since_ms: owner.since_ms, pid: owner.pid })
    }

    /// Passes the holder's events on; when it leaves, finds a new seat.
    fn follow(&self, remote: &Remote) {
        let (studio, remote) = (self.clone(), remote.clone());
        tokio::spawn(async move {
            let keys = environment_keys();
            let lent = if keys.is_empty() { None } else { remote.lend(&keys).await };
            remote.events(|event| drop(studio.0.events.send(event))).await;
            drop(lent);
            studio.holder_left().await;
        });
    }

    async fn holder_left(&self) {
        {
            let mut seat = self.0.seat.write().await;
            if !matches!(*seat, Seat::Remote(_)) {
                return;
            }
            *seat = Seat::Closed;
        }
        if let Err(error) = Box::pin(self.sit()).await {
            tracing::error!(%error, "nobody holds the library, and we cannot");
        }
        drop(self.0.events.send(Event::Resync {}));
    }

    /// Carries out a command.
    ///
    /// # Errors
    /// What happened, whether money was spent, what to do.
    pub async fn call(&self, command: &str, args: Value, audience: Audience) -> Result<Value, Failure> {
        // Short commands hand the library on quickly: the next holder may be gone as well when we have found it.
        for _ in 0..SEATS {
            let remote = match &*self.0.seat.read().await {
                Seat::Local(local) => {
                    let context = local.context.clone();
                    return schema::dispatch(&context, command, args, audience).await;
                }
                Seat::Remote(remote) => Some(remote.clone()),
                Seat::Closed => None,
            };
            match remote {
                None => self.sit().await.map_err(|error| error.failure())?,
                Some(remote) => match remote.call(command, args.clone(), audience).await {
                    Answer::Said(said) => return said,
                    Answer::Gone => self.holder_left().await,
                    // A question can be asked again; an order may have been carried out before the line broke.
                    Answer::Broken(_) if is_question(command) => self.holder_left().await,
                    Answer::Broken(text) => return Err(Failure::internal(&text)),
                },
            }
        }
        Err(Failure::internal("the process that held the library left"))
    }

    /// Events from now on; they go on when another process takes over.
    #[must_use]
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.0.events.subscribe()
    }

    /// A small picture, by its path: see [`crate::pictures`].
    ///
    /// # Errors
    /// See [`PictureError`].
    pub async fn picture(&self, path: &str) -> Result<PictureBytes, PictureError> {
        let engine = match &*self.0.seat.read().await {
            Seat::Local(local) => local.context.engine.clone(),
            Seat::Remote(remote) => return remote.clone().picture(path).await,
            Seat::Closed => return Err(PictureError::NotFound),
        };
        pictures::answer(engine, path).await
    }

    /// Takes a reference picture in.
    ///
    /// # Errors
    /// `E-REFERENCE` for what cannot be sent.
    pub async fn add_reference(&self, bytes: Bytes) -> Result<ReferenceView, Failure> {
        let remote = match &*self.0.seat.read().await {
            Seat::Local(local) => {
                let engine = local.context.engine.clone();
                return Ok(diptych_api::reference(engine.add_reference(bytes).await.map_err(Failure::of)?));
            }
            Seat::Remote(remote) => remote.clone(),
            Seat::Closed => return Err(Failure::internal("closed")),
        };
        match remote.reference(bytes).await {
            Answer::Said(said) => {
                serde_json::from_value(said?).map_err(|error| Failure::internal(&error.to_string()))
            }
            Answer::Gone => Err(Failure::internal("the process that held the library left")),
            Answer::Broken(text) => Err(Failure::internal(&text)),
        }
    }

    /// Takes one picture in from outside, as bytes.
    ///
    /// # Errors
    /// The library's. A file that is refused is none.
    pub async fn import(
        &self,
        name: &str,
        modified_ms: Option<i64>,
        bytes: Bytes,
    ) -> Result<Imported, Failure> {
        let remote = match &*self.0.seat.read().await {
            Seat::Local(local) => {
                let context = local.context.clone();
                return diptych_api::import_bytes(&context, name, modified_ms, bytes).await;
            }
            Seat::Remote(remote) => remote.clone(),
            Seat::Closed => return Err(Failure::internal("closed")),
        };
        match remote.import(name, modified_ms, bytes).await {
            Answer::Said(said) => {
                serde_json::from_value(said?).map_err(|error| Failure::internal(&error.to_string()))
            }
            Answer::Gone => Err(Failure::internal("the process that held the library left")),
            Answer::Broken(text) => Err(Failure::internal(&text)),
        }
    }

    /// Keys of a client's environment, until they are given back.
    pub(crate) async fn lend(&self, lender: Lender, keys: std::collections::HashMap<String, String>) {
        if let Seat::Local(local) = &*self.0.seat.read().await {
            local.secrets.lend(lender, keys);
            if let Err(error) = local.context.engine.look_for_keys().await {
                tracing::error!(%error, "jobs that wait for a key could not be woken");
            }
        }
    }

    /// Gives lent keys back.
    pub(crate) async fn give_back(&self, lender: Lender) {
        if let Seat::Local(local) = &*self.0.seat.read().await {
            local.secrets.give_back(lender);
        }
    }

    /// Whether this process holds the engine.
    pub async fn holds(&self) -> bool {
        matches!(&*self.0.seat.read().await, Seat::Local(_))
    }

    /// Calls on the wire that would be lost if this process left now.
    pub async fn in_flight(&self) -> u32 {
        match &*self.0.seat.read().await {
            Seat::Local(local) => u32::try_from(local.context.engine.in_flight()).unwrap_or(u32::MAX),
            Seat::Remote(_) | Seat::Closed => 0,
        }
    }

    /// Sends nothing new from now on, without leaving.
    pub async fn stop_sending(&self) {
        if let Seat::Local(local) = &*self.0.seat.read().await {
            local.context.engine.stop_sending();
        }
    }

    /// Leaves the library.
    pub async fn close(&self, how: Close) {
        if how == Close::Wait {
            self.finish().await;
        }
        if let Ok(mut seat) = tokio::time::timeout(Duration::from_secs(2), self.0.seat.write()).await {
            if let Seat::Local(local) = &*seat {
                local.shut();
            }
            *seat = Seat::Closed;
        }
    }

    /// Sends nothing new, and returns when all that was sent has landed and everybody who asked was answered.
    async fn finish(&self) {
        let engine = match &*self.0.seat.read().await {
            Seat::Local(local) => Some(local.context.engine.clone()),
            Seat::Remote(_) | Seat::Closed => None,
        };
        if let Some(engine) = engine {
            engine.close().await;
        }
        let last_answers = match &mut *self.0.seat.write().await {
            Seat::Local(local) => Some(local.last_answers()),
            Seat::Remote(_) | Seat::Closed => None,
        };
        if let Some(last_answers) = last_answers {
            last_answers.await;
        }
    }
}
