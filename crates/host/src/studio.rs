//! The studio: one handle, whether this process holds the engine or is a client of the one that does.

mod moving;
mod outside;
mod said;
mod seat;
mod work;

use crate::client::Answer;
use crate::home::Home;
use crate::pictures;
use crate::secrets::Lender;
use bytes::Bytes;
use diptych_api::wire::{Event, Failure, Imported, ReferenceView, Settings};
use diptych_api::{Audience, catalogue, schema};
use diptych_engine::engine::StartError;
use diptych_engine::value::sentence::Sentence;
use seat::{Found, Seat};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

pub use outside::Purpose;
pub use said::words;
pub(crate) use work::Workers;

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

    /// Whether it stays until everything that others have it do is done: a terminal can be interrupted while it does, a
    /// window that was closed cannot.
    fn stays_for_others(self) -> bool {
        matches!(self, Self::Worker | Self::Errand)
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
#[derive(Debug, Clone, thiserror::Error)]
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
/// A window that was closed waits this long for what it was asked to do, when nothing is on the wire any more.
const LAST_COMMANDS: Duration = Duration::from_secs(5);

/// Whether a command only asks.
fn is_question(command: &str) -> bool {
    let asks = |word| matches!(word, "get" | "list" | "plan" | "story" | "path" | "recipe");
    command == "hello" || command.rsplit('.').next().is_some_and(asks)
}

/// Who is left by the process that held the library.
fn left() -> Failure {
    Failure::internal("the process that held the library left")
}

fn parsed<T: DeserializeOwned>(said: Value) -> Result<T, Failure> {
    serde_json::from_value(said).map_err(|error| Failure::internal(&error.to_string()))
}

struct Inner {
    /// Another one after the library was moved.
    home: RwLock<Home>,
    holder: Holder,
    /// Said that it sends nothing new: so it is in every seat that it finds.
    stopped: AtomicBool,
    /// Looked at for a moment: see [`seat`].
    seat: Mutex<Seat>,
    /// Held by whoever changes the seat, for as long as that takes. When and why nobody found one the last time.
    turn: tokio::sync::Mutex<Option<(Instant, OpenError)>>,
    /// Done when this process leaves: nobody looks for a seat any more, and a library that moves stays where it is.
    leaving: CancellationToken,
    /// The settings as they were last answered.
    heard: Mutex<Option<Settings>>,
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
        Self(Arc::new(Inner {
            home: home.into(),
            holder,
            stopped: AtomicBool::new(false),
            seat: Seat::Closed.into(),
            turn: tokio::sync::Mutex::default(),
            leaving: CancellationToken::new(),
            heard: Mutex::default(),
            events: broadcast::channel(1024).0,
        }))
    }

    /// Carries out a command.
    ///
    /// # Errors
    /// What happened, whether money was spent, what to do.
    pub async fn call(&self, command: &str, args: Value, audience: Audience) -> Result<Value, Failure> {
        let said = self.carry_out(command, args, audience).await;
        if let (Ok(said), "settings.get" | "settings.set") = (&said, command) {
            self.hear(said);
        }
        said
    }

    async fn carry_out(&self, command: &str, args: Value, audience: Audience) -> Result<Value, Failure> {
        // Short commands hand the library on quickly: the next holder may be gone as well when we have found it.
        for _ in 0..SEATS {
            match self.find().await.map_err(|error| error.failure())? {
                Found::Here(context, _asked) => {
                    return schema::dispatch(&context, command, args, audience).await;
                }
                Found::There(remote) => match remote.call(command, args.clone(), audience).await {
                    Answer::Said(said) => return said,
                    Answer::Gone => self.holder_left(&remote),
                    // A question can be asked again; an order may have been carried out before the line broke.
                    Answer::Broken(_) if is_question(command) => self.holder_left(&remote),
                    Answer::Broken(text) => return Err(Failure::internal(&text)),
                },
            }
        }
        Err(left())
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
        for _ in 0..SEATS {
            match self.find().await.map_err(|error| PictureError::Bad(error.to_string()))? {
                Found::Here(context, _asked) => return pictures::answer(context.engine.clone(), path).await,
                Found::There(remote) => match remote.picture(path).await {
                    Some(shown) => return shown,
                    None => self.holder_left(&remote),
                },
            }
        }
        Err(PictureError::Bad("the process that held the library left".into()))
    }

    /// Takes a reference picture in.
    ///
    /// # Errors
    /// `E-REFERENCE` for what cannot be sent.
    pub async fn add_reference(&self, bytes: Bytes) -> Result<ReferenceView, Failure> {
        for _ in 0..SEATS {
            match self.find().await.map_err(|error| error.failure())? {
                Found::Here(context, _asked) => {
                    let added = context.engine.add_reference(bytes).await.map_err(Failure::of)?;
                    return Ok(diptych_api::reference(added));
                }
                Found::There(remote) => match remote.reference(bytes.clone()).await {
                    Answer::Said(said) => return parsed(said?),
                    Answer::Gone => self.holder_left(&remote),
                    Answer::Broken(text) => return Err(Failure::internal(&text)),
                },
            }
        }
        Err(left())
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
        for _ in 0..SEATS {
            match self.find().await.map_err(|error| error.failure())? {
                Found::Here(context, _asked) => {
                    return diptych_api::import_bytes(&context, name, modified_ms, bytes).await;
                }
                Found::There(remote) => match remote.import(name, modified_ms, bytes.clone()).await {
                    Answer::Said(said) => return parsed(said?),
                    Answer::Gone => self.holder_left(&remote),
                    Answer::Broken(text) => return Err(Failure::internal(&text)),
                },
            }
        }
        Err(left())
    }

    /// Keys of a client's environment, until they are given back.
    pub(crate) async fn lend(&self, lender: Lender, keys: HashMap<String, String>) {
        let engine = match &*self.seat() {
            Seat::Local(local) => {
                local.secrets.lend(lender, keys);
                local.context.engine.clone()
            }
            Seat::Remote(_) | Seat::Closed => return,
        };
        if let Err(error) = engine.look_for_keys().await {
            tracing::error!(%error, "jobs that wait for a key could not be woken");
        }
    }

    /// Gives lent keys back.
    pub(crate) fn give_back(&self, lender: Lender) {
        if let Seat::Local(local) = &*self.seat() {
            local.secrets.give_back(lender);
        }
    }

    /// Whether this process holds the engine, once it is known who does.
    pub async fn holds(&self) -> bool {
        drop(self.0.turn.lock().await);
        self.engine().is_some()
    }

    /// Calls on the wire that would be lost if this process left now. Who wants to leave is not kept waiting for it.
    pub async fn in_flight(&self) -> u32 {
        let in_flight = self.engine().map_or(0, |engine| engine.in_flight());
        u32::try_from(in_flight).unwrap_or(u32::MAX)
    }

    /// Leaves the library, for good.
    pub async fn close(&self, how: Close) {
        self.0.leaving.cancel();
        if how == Close::Wait {
            // Whoever finds a seat or moves the library has come to an end by then.
            let _turn = self.0.turn.lock().await;
            self.finish().await;
        }
        // Another process may have the library as soon as we let go of it, and this one lives on for a moment.
        if let Some(engine) = self.engine() {
            engine.stop_sending();
        }
        let seat = std::mem::replace(&mut *self.seat(), Seat::Closed);
        if let Seat::Remote(remote) = seat {
            remote.given_up.cancel();
        }
    }

    /// Sends nothing new, and returns when all that was sent has landed and who had asked by then was answered. The turn is
    /// the caller's.
    async fn finish(&self) {
        let Some(engine) = self.engine() else { return };
        engine.close().await;
        let asked = match &mut *self.seat() {
            // Who asks from now on is not waited for: there is no end to it.
            Seat::Local(local) => std::mem::take(&mut local.asked),
            Seat::Remote(_) | Seat::Closed => return,
        };
        asked.close();
        if self.0.holder.stays_for_others() {
            asked.wait().await;
        } else {
            engine.stop_copying();
            drop(tokio::time::timeout(LAST_COMMANDS, asked.wait()).await);
        }
        let last_answers = match &mut *self.seat() {
            Seat::Local(local) => Some(local.last_answers()),
            Seat::Remote(_) | Seat::Closed => None,
        };
        if let Some(last_answers) = last_answers {
            last_answers.await;
        }
    }
}
