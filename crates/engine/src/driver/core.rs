//! What the driver's parts share: the stores, what was handed in, and the live state of gates, pools and calls.

use super::stop::Stop;
use crate::driver::alerts::Watch;
use crate::driver::heat::Heat;
use crate::driver::looks::Looks;
use crate::driver::off_peak::OffPeakNow;
use crate::driver::terms::Terms;
use crate::driver::waits::Notes;
use crate::ledger::{KeptAccount, Ledger, LedgerError};
use crate::picture::derive::Derived;
use crate::policy::fleet::{Fleet, Rules};
use crate::policy::judge;
use crate::policy::queue::{Queue, Waiting};
use crate::policy::stand_in;
use crate::provider::call::Endpoint;
use crate::store::folder::Folders;
use crate::store::objects::Objects;
use crate::value::account::Account;
use crate::value::catalogue::Catalogue;
use crate::value::event::Event;
use crate::value::id::{AccountId, JobId, Randomness, SheetId};
use crate::value::job::{Job, Sheet};
use crate::value::secret::{ApiKey, SecretStore};
use crate::value::sentence::Sentence;
use crate::value::settings::Settings;
use crate::value::time::{Clock, Timestamp};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, broadcast};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How the built-in practice provider is reached.
#[derive(Clone)]
pub struct PracticeEndpoint {
    /// Its private socket.
    pub socket: PathBuf,
    /// The key it takes.
    pub key: ApiKey,
}

/// Everything the engine must be handed.
pub struct Parts {
    /// Where the library is.
    pub folders: Folders,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub randomness: Arc<dyn Randomness>,
    /// Keys.
    pub secrets: Arc<dyn SecretStore>,
    /// The built-in practice provider, if there is one.
    pub practice: Option<PracticeEndpoint>,
    /// The user's corrections of the model catalogue, TOML.
    pub catalogue: Option<String>,
    /// Whether it works the queue from the start. A process that only asks, or changes something and leaves, sends nothing
    /// of its own accord.
    pub sends: bool,
    /// A call's time-out instead of the setting's: for tests, which cannot wait ten minutes.
    pub call_timeout: Option<Duration>,
}

/// A call on the wire.
#[derive(Debug, Clone)]
pub(super) struct Flight {
    pub(super) account: AccountId,
}

/// State that is not in the ledger, or is an index of what is there.
#[derive(Default)]
pub(super) struct Live {
    pub(super) settings: Settings,
    pub(super) accounts: Vec<KeptAccount>,
    pub(super) fleet: Fleet,
    pub(super) queue: Queue,
    pub(super) flights: HashMap<JobId, Flight>,
    /// What the sheets of jobs that wait have asked of the time.
    pub(super) terms: HashMap<SheetId, Terms>,
    /// Which hours are good.
    pub(super) off_peak: OffPeakNow,
    /// What jobs wait for, to be written down.
    pub(super) notes: Notes,
    /// What was last told of why jobs wait.
    pub(super) told: HashMap<JobId, (Option<Timestamp>, String)>,
    /// When.
    pub(super) told_at: Timestamp,
    pub(super) draining: bool,
    pub(super) watch: Watch,
    /// How the last copy of a new picture went; `None` before one was tried.
    pub(super) auto_save: Option<Result<(), Sentence>>,
    /// Overload by hour, and when it was last read: it is weeks of the books.
    pub(super) heat: Option<(Timestamp, Vec<Heat>)>,
}

impl Live {
    /// What settings and accounts say holds for all routes.
    pub(super) fn rule(&mut self) {
        self.fleet.set_limits(self.accounts.iter().map(|kept| &kept.account));
        self.fleet.set_rules(Rules {
            // Zero leaves it to what each route proves to take.
            concurrency: (self.settings.concurrency > 0).then_some(self.settings.concurrency),
            max_attempts: self.settings.max_attempts,
            minute: self.settings.minute_usd,
            paused: self.settings.paused,
            draining: self.draining,
        });
    }
}

/// The engine's inside.
pub struct Core {
    /// The books.
    pub ledger: Ledger,
    /// Originals.
    pub objects: Objects,
    /// Small pictures.
    pub derived: Derived,
    /// Models.
    pub catalogue: Catalogue,
    /// Where the library is.
    pub folders: Folders,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub randomness: Arc<dyn Randomness>,
    /// Keys.
    pub secrets: Arc<dyn SecretStore>,
    pub(super) practice: Option<PracticeEndpoint>,
    sends: AtomicBool,
    /// Read while an answer becomes a picture, written while originals are deleted: the same bytes may arrive again just
    /// when they go.
    pub(super) keeping: tokio::sync::RwLock<()>,
    /// Done when the copies that are being made are no longer wanted.
    pub(super) copying: Stop,
    pub(super) call_timeout: Option<Duration>,
    pub(super) live: Mutex<Live>,
    /// Wakes the scheduler.
    pub(super) wake: Notify,
    /// One landing decides at a time: two lost answers must not both take the last resend that a sheet allows.
    pub(super) deciding: tokio::sync::Mutex<()>,
    /// Calls on the wire and their landing, and imports.
    pub(super) calls: TaskTracker,
    /// Sidecars are written by one at a time.
    pub(super) sidecars: tokio::sync::Mutex<()>,
    /// So are the copies of new pictures.
    pub(super) saving: tokio::sync::Mutex<()>,
    /// What pictures are like, as far as it is not written yet.
    pub(super) looks: Looks,
    /// Stops the imports that run.
    importing: Stop,
    events: broadcast::Sender<Event>,
}

impl Core {
    /// Puts the parts together.
    #[must_use]
    pub fn new(parts: Parts, ledger: Ledger, catalogue: Catalogue) -> Self {
        Self {
            ledger,
            objects: Objects::new(&parts.folders),
            derived: Derived::new(&parts.folders.cache),
            catalogue,
            folders: parts.folders,
            clock: parts.clock,
            randomness: parts.randomness,
            secrets: parts.secrets,
            practice: parts.practice,
            sends: parts.sends.into(),
            keeping: tokio::sync::RwLock::default(),
            copying: Stop::default(),
            call_timeout: parts.call_timeout,
            live: Mutex::default(),
            wake: Notify::new(),
            deciding: tokio::sync::Mutex::default(),
            calls: TaskTracker::new(),
            sidecars: tokio::sync::Mutex::default(),
            saving: tokio::sync::Mutex::default(),
            looks: Looks::default(),
            importing: Stop::default(),
            events: broadcast::channel(1024).0,
        }
    }

    pub(super) fn live(&self) -> MutexGuard<'_, Live> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells everybody who listens.
    pub fn tell(&self, event: Event) {
        // Nobody listening is no error.
        drop(self.events.send(event));
    }

    /// Events from now on.
    #[must_use]
    pub fn listen(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }

    /// Looks at the queue again.
    pub fn nudge(&self) {
        self.wake.notify_one();
    }

    /// The settings.
    #[must_use]
    pub fn settings(&self) -> Settings {
        self.live().settings.clone()
    }

    /// Takes new settings; the ledger has them already.
    pub fn put_settings(&self, settings: Settings) {
        let mut live = self.live();
        live.settings = settings;
        live.fleet.refill();
        live.watch.press();
        live.rule();
    }

    /// The user's accounts, in order.
    #[must_use]
    pub fn own_accounts(&self) -> Vec<KeptAccount> {
        self.live().accounts.clone()
    }

    /// All accounts; without any of the user's, the built-in practice account stands by itself.
    #[must_use]
    pub fn accounts(&self) -> Vec<KeptAccount> {
        let own = self.own_accounts();
        if own.is_empty() && self.practice.is_some() {
            let account = Account::built_in_practice();
            return vec![KeptAccount { account, last4: String::new() }];
        }
        own
    }

    /// An account by id; the built-in one is always known, for jobs that were made for it.
    #[must_use]
    pub fn account(&self, id: &AccountId) -> Option<KeptAccount> {
        if *id == AccountId::practice() {
            let account = Account::built_in_practice();
            return Some(KeptAccount { account, last4: String::new() });
        }
        self.own_accounts().into_iter().find(|kept| kept.account.id == *id)
    }

    /// Reads the accounts again after a change.
    ///
    /// # Errors
    /// The ledger's.
    pub async fn reload_accounts(&self) -> crate::ledger::Result<()> {
        let accounts = self.ledger.accounts().await?;
        {
            let mut live = self.live();
            live.accounts = accounts;
            live.rule();
        }
        self.tell(Event::Accounts);
        Ok(())
    }

    /// Why an account is out of use, if it is.
    #[must_use]
    pub fn trouble_of(&self, id: &AccountId) -> Option<Sentence> {
        let kept = self.account(id)?;
        self.live().fleet.trouble(id, &kept.account.billing).cloned()
    }

    /// An account proved to be good: what was held against it is forgotten, and what is shut for long is looked at again.
    pub fn forgive(&self, id: &AccountId) {
        let Some(kept) = self.account(id) else { return };
        let (now, account) = (self.clock.now(), kept.account);
        {
            let mut live = self.live();
            live.fleet.forgive(id, &account.billing);
            live.fleet.look_again(
                |project| project == account.project,
                |billing| billing == account.billing,
                now,
            );
        }
        self.press_alerts();
        self.tell(Event::Accounts);
        self.nudge();
    }

    /// The user believes that something was mended, and does not say what: one call looks at each that is shut for long.
    pub(crate) fn look_again(&self) {
        let now = self.clock.now();
        self.live().fleet.look_again(|_| true, |_| true, now);
        self.press_alerts();
    }

    /// Every account may be tried again.
    pub fn forgive_all(&self) {
        self.live().fleet.forgive_all();
        self.press_alerts();
        self.tell(Event::Accounts);
    }

    /// Everything at an account is open again: the user mended something.
    ///
    /// # Errors
    /// The ledger's: after a restart it would be shut again.
    pub async fn reopen(&self, account: &Account) -> crate::ledger::Result<()> {
        self.live().fleet.reopen(&account.id, &account.project, &account.billing, &account.origin());
        self.press_alerts();
        self.save_fleet().await
    }

    /// Where calls of an account go.
    #[must_use]
    pub fn endpoint(&self, account: &Account) -> Option<Endpoint> {
        match (&account.base_url, &self.practice) {
            (Some(url), _) => Some(Endpoint::Http(url.clone())),
            (None, Some(practice)) => Some(Endpoint::Socket(practice.socket.clone())),
            (None, None) => None,
        }
    }

    /// The key of an account. Blocks, for as long as a keychain takes.
    ///
    /// # Errors
    /// What to tell the user.
    pub fn key_now(&self, account: &Account) -> Result<ApiKey, Sentence> {
        if account.base_url.is_none() {
            let key = self.practice.as_ref().map(|practice| practice.key.clone());
            return key.ok_or_else(|| Sentence::new("E-ACCOUNT").with("name", account.name.as_str()));
        }
        match self.secrets.get(&account.id, &account.name) {
            Ok(Some((key, _))) => Ok(key),
            Err(trouble) if trouble != crate::value::secret::KeychainTrouble::None => Err(trouble.sentence()),
            _ => Err(Sentence::new("E-KEY-MISSING")
                .with("account", account.name.as_str())
                .with("env", crate::value::secret::environment_name(&account.name))),
        }
    }

    /// Calls on the wire.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.live().flights.len()
    }

    /// Whether an account has a call on the wire.
    #[must_use]
    pub fn flies(&self, id: &AccountId) -> bool {
        self.live().flights.values().any(|flight| flight.account == *id)
    }

    /// What a refusal of a free call means.
    #[must_use]
    pub fn judge_free(&self, account: &Account, last4: &str, free: &crate::provider::call::Free) -> Sentence {
        let terms = self.catalogue.terms(account.kind.terms());
        let provider = account.provider();
        let asked = judge::Asked {
            provider: &provider,
            account: &account.name,
            project: &account.project,
            billing: &account.billing,
            model: "",
            successor: None,
            last4,
            usd: None,
            terms: &terms,
            own: judge::OwnUse::default(),
            now: self.clock.now(),
        };
        if free.status == 200 {
            let title = String::from_utf8_lossy(&free.body).chars().take(60).collect();
            return judge::flawed(&asked, &judge::Flaw::NotJson(title)).sentence;
        }
        let refusal = judge::Refusal {
            status: free.status,
            location: free.location.as_deref(),
            body: &free.body,
            ..judge::Refusal::default()
        };
        judge::refusal(&asked, &refusal).sentence
    }

    /// Why a waiting job waits, where the ledger does not say.
    #[must_use]
    pub fn wait_of(&self, id: &JobId) -> Option<(Option<Timestamp>, Sentence)> {
        let live = self.live();
        if live.draining {
            return Some((None, Sentence::new("R-draining")));
        }
        if live.settings.paused {
            return Some((None, Sentence::new("R-paused")));
        }
        let why = live.queue.why(id);
        if self.sends() {
            return why;
        }
        // What a route was waited for is over since nobody works.
        let held = why.filter(|(_, why)| why.code == "R-sheet-paused");
        held.or_else(|| Some((None, Sentence::new("R-nobody"))))
    }

    /// Remembers what a sheet asks of the time.
    pub(super) fn remember(&self, sheet: &Sheet) {
        self.live().terms.insert(sheet.id.clone(), Terms::of(sheet));
    }

    /// Jobs as the ledger has them now: those that wait stand in the queue, the others do not.
    pub(crate) fn follow<'a>(&self, jobs: impl IntoIterator<Item = &'a Job>) {
        let mut live = self.live();
        for job in jobs {
            match Waiting::of(job) {
                Some(waiting) => {
                    let terms = live.terms.get(&job.sheet).copied();
                    let waiting = match terms {
                        Some(terms) => {
                            let able = stand_in::able(&self.catalogue, &live.settings, job);
                            terms.apply(waiting, !able.is_empty())
                        }
                        None => waiting,
                    };
                    live.queue.put(waiting);
                }
                None => drop(live.queue.take(&job.id)),
            }
        }
    }

    /// Imports that run end after the files they have in hand. What came in stays.
    pub fn cancel_imports(&self) {
        self.importing.stop();
    }

    pub(super) fn import_token(&self) -> CancellationToken {
        self.importing.token()
    }

    /// Nothing new is sent from now on; returns when what was sent has landed.
    pub async fn drain(&self) {
        self.stop_sending();
        self.cancel_imports();
        self.calls.close();
        self.calls.wait().await;
        self.note_presence(false).await;
        if let Err(error) = self.save_fleet().await {
            tracing::error!(%error, "what is known of the quotas could not be written down");
        }
    }

    /// Writes down what is known of the quotas: a restart must not burst.
    ///
    /// # Errors
    /// The ledger's.
    pub(super) async fn save_fleet(&self) -> crate::ledger::Result<()> {
        let saved = self.live().fleet.save(self.clock.now());
        match serde_json::to_string(&saved) {
            Ok(json) => self.ledger.save_fleet(json).await,
            Err(error) => Err(LedgerError::Damaged(error.to_string())),
        }
    }

    /// Whether it works the queue.
    pub(super) fn sends(&self) -> bool {
        self.sends.load(Ordering::Acquire)
    }

    /// Works the queue from now on, or no more: somebody who wants that came to a process that does not, or left it.
    pub async fn work(&self, sends: bool) {
        if !sends {
            self.note_presence(false).await;
        }
        let before = self.sends.swap(sends, Ordering::AcqRel);
        if sends && !before {
            self.note_presence(true).await;
        }
        self.nudge();
    }

    /// Nothing new is sent from now on.
    pub fn stop_sending(&self) {
        {
            let mut live = self.live();
            live.draining = true;
            live.rule();
        }
        self.nudge();
    }
}
