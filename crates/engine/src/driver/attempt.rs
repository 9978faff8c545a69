//! One attempt in the air: the request goes out, the answer comes into the spool, and is handed to the landing.

use crate::driver::along::Along;
use crate::driver::apply::{Landing, land};
use crate::driver::core::Core;
use crate::driver::intake::{self, Taken};
use crate::ledger::KeptAccount;
use crate::policy::fleet::Route;
use crate::policy::judge::{self, Asked, OwnUse};
use crate::policy::verdict::{Billed, Verdict};
use crate::provider::call::{Call, Endpoint, Sent, send};
use crate::provider::gemini::{self, Reference};
use crate::store::spool::{Spool, Spooled};
use crate::value::account::Account;
use crate::value::catalogue::{Model, Terms};
use crate::value::job::{Attempt, Job, Sheet};
use crate::value::money::Usd;
use crate::value::request::Request;
use crate::value::secret::ApiKey;
use crate::value::sentence::Sentence;
use crate::value::settings::MIN_TIMEOUT;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// All that a call needs, taken and booked.
pub(super) struct Flying {
    pub(super) job: Job,
    pub(super) sheet: Sheet,
    pub(super) attempt: Attempt,
    pub(super) account: Account,
    pub(super) model: Model,
    pub(super) endpoint: Endpoint,
    pub(super) key: ApiKey,
    pub(super) references: Vec<Reference>,
    pub(super) spool: Spool,
    pub(super) last4: String,
}

/// How a call ended, for the landing.
pub(super) enum Outcome {
    /// Surely nothing was sent.
    Unsent(String, String),
    /// Sent; no answer after this time.
    Lost(Duration),
    /// An earlier process sent it and left.
    Interrupted,
    /// An answer lies in the spool, whole or not; `true` where we stopped it; and who read it along.
    Spooled(PathBuf, bool, Option<Along>),
    /// A short refusal lies there, written a moment ago.
    Refused(PathBuf),
    /// The answer could not be written down.
    Unwritten(String),
}

impl Outcome {
    /// Judged at once: there is nothing to read, or a page that is still in memory. To wake a thread that may block costs
    /// more than that.
    pub(super) fn is_at_hand(&self) -> bool {
        !matches!(self, Self::Spooled(..))
    }

    /// The same for another landing. Nobody reads along twice: then the spool alone is read.
    pub(super) fn again(&self) -> Self {
        match self {
            Self::Unsent(host, text) => Self::Unsent(host.clone(), text.clone()),
            Self::Lost(after) => Self::Lost(*after),
            Self::Interrupted => Self::Interrupted,
            Self::Spooled(path, endless, _) => Self::Spooled(path.clone(), *endless, None),
            Self::Refused(path) => Self::Refused(path.clone()),
            Self::Unwritten(text) => Self::Unwritten(text.clone()),
        }
    }
}

/// An answer that could not be booked is tried again after this, then after twice as long, …
const LAND_AGAIN: Duration = Duration::from_secs(2);
/// … but at least this often.
const LAND_AGAIN_AT_MOST: Duration = Duration::from_secs(60);
/// Who leaves waits no longer than this for it.
const LOOK_UP: Duration = Duration::from_millis(200);

/// Sends and lands. Never aborted: what is on the wire may be paid.
pub(super) async fn fly(core: Arc<Core>, flying: Flying) {
    let Flying { job, sheet, attempt, account, model, endpoint, key, references, spool, last4 } = flying;
    // The model that stands in may be asked for a smaller size than the job was.
    let asked = Request { size: attempt.size, ..job.request.clone() };
    let (target, tier) = (model.clone(), attempt.tier);
    // Base64 of references is work of tens of milliseconds; without any there is next to nothing to do.
    let body = if references.is_empty() {
        Ok(gemini::request(&target, tier, &asked, &references))
    } else {
        tokio::task::spawn_blocking(move || gemini::request(&target, tier, &asked, &references)).await
    };
    let setting = Duration::from_secs(core.settings().call_timeout_s.into()).max(MIN_TIMEOUT);
    let started = tokio::time::Instant::now();
    let outcome = match body {
        Err(error) => Outcome::Unsent(endpoint.host(), error.to_string()),
        Ok(body) => {
            let call = Call {
                endpoint: &endpoint,
                path: &gemini::path(&model.id),
                auth: account.auth,
                key: &key,
                body,
                timeout: core.call_timeout.unwrap_or(setting),
                attempt: attempt.id.as_str(),
            };
            let mut along = None;
            let sent = send(call, spool, |follow| along = Along::start(&core, &attempt.id, follow)).await;
            match sent {
                Sent::Not(text) => Outcome::Unsent(endpoint.host(), text),
                Sent::Lost => Outcome::Lost(started.elapsed()),
                Sent::Whole(path) => Outcome::Spooled(path, false, along),
                Sent::Refused(path) => Outcome::Refused(path),
                Sent::Partial(path) => Outcome::Spooled(path, false, None),
                Sent::Endless(path) => Outcome::Spooled(path, true, None),
                Sent::Unwritten(error) => Outcome::Unwritten(error.to_string()),
            }
        }
    };
    let last4 = if last4.is_empty() { key.last4() } else { last4 };
    let landing = Landing { job, sheet, attempt, account, model: Some(model), last4 };
    land_at_last(core, landing, outcome).await;
}

/// Lands what came, again and again where the books or the disk refuse it: what is full now may have room in a minute.
/// Until then the job counts as sent, for its money may be spent. Who leaves does not wait: the answer stays in the
/// spool, and the next start takes it in.
pub(super) async fn land_at_last(core: Arc<Core>, landing: Landing, mut outcome: Outcome) {
    let mut wait = LAND_AGAIN;
    loop {
        let again = outcome.again();
        let landed = {
            let _stays = core.keeping.read().await;
            land(&core, landing.clone(), outcome).await
        };
        let Err(error) = landed else { return };
        tracing::error!(%error, attempt = %landing.attempt.id, "an answer could not be booked; it is tried again");
        core.live().fleet.leave(&landing.attempt.id);
        let until = tokio::time::Instant::now() + wait;
        while tokio::time::Instant::now() < until {
            if core.live().draining {
                return;
            }
            tokio::time::sleep(LOOK_UP).await;
        }
        (outcome, wait) = (again, (wait * 2).min(LAND_AGAIN_AT_MOST));
    }
}

/// What the judge needs, owned, so that it can go to a thread that may block.
pub(super) struct Brief {
    provider: String,
    successor: Option<String>,
    terms: Terms,
    own: OwnUse,
}

impl Brief {
    pub(super) fn of(core: &Core, landing: &Landing) -> Self {
        let now = core.clock.now();
        let account = &landing.account;
        let route = Route::of(account, &landing.attempt.model, landing.attempt.tier, None, false);
        let own = core.live().fleet.own_use(&route, now);
        Self {
            provider: landing.attempt.tier.provider(&landing.account.provider()),
            successor: core.catalogue.successor(&landing.attempt.model).map(str::to_owned),
            terms: core.catalogue.terms(landing.account.kind.terms()),
            own,
        }
    }

    fn asked<'a>(&'a self, landing: &'a Landing, now: crate::value::time::Timestamp) -> Asked<'a> {
        Asked {
            provider: &self.provider,
            account: &landing.account.name,
            project: &landing.account.project,
            billing: &landing.account.billing,
            model: &landing.attempt.model,
            successor: self.successor.as_deref(),
            last4: &landing.last4,
            usd: landing.attempt.reserved,
            terms: &self.terms,
            own: self.own,
            now,
        }
    }
}

fn bare(verdict: Verdict) -> Taken {
    Taken {
        status: None,
        request_id: None,
        pictures: Vec::new(),
        notes: Vec::new(),
        usd: Usd::ZERO,
        tokens: None,
        keep: verdict.billed != Billed::No,
        verdict: Some(verdict),
    }
}

/// Judges an outcome; takes the answer in where there is one. Blocks, unless the outcome is at hand.
pub(super) fn judge_outcome(
    core: &Core,
    landing: &Landing,
    brief: &Brief,
    outcome: Outcome,
) -> std::io::Result<Taken> {
    let now = core.clock.now();
    let asked = brief.asked(landing, now);
    Ok(match outcome {
        Outcome::Unsent(host, text) => bare(judge::unsent(&host, &text)),
        Outcome::Lost(after) => bare(judge::lost(&asked, after)),
        Outcome::Interrupted => bare(judge::interrupted(landing.attempt.reserved)),
        Outcome::Unwritten(text) => {
            let mut verdict = judge::lost(&asked, now.since(landing.attempt.started));
            verdict.sentence = Sentence::new("E-LIBRARY").with("text", text.as_str());
            bare(verdict)
        }
        Outcome::Refused(path) => {
            return judge_outcome(core, landing, brief, Outcome::Spooled(path, false, None));
        }
        Outcome::Spooled(path, endless, along) => match Spooled::open(&path)? {
            None => bare(judge::lost(&asked, now.since(landing.attempt.started))),
            Some(spooled) => {
                let context = intake::Context {
                    folders: &core.folders,
                    objects: &core.objects,
                    account: &landing.account,
                    model: landing.model.as_ref(),
                    job: &landing.job,
                    attempt: &landing.attempt,
                    expected: landing.model.as_ref().and_then(|model| {
                        core.catalogue.pixels(model, landing.attempt.size, &landing.job.request.aspect)
                    }),
                    derived: &core.derived,
                    now,
                };
                intake::take_in(&context, &asked, &spooled, endless, || along?.scanned())?
            }
        },
    })
}

/// The account of an attempt as it is now, or as it must have been where it was removed since.
pub(super) fn account_of(core: &Core, attempt: &Attempt) -> KeptAccount {
    core.account(&attempt.account).unwrap_or_else(|| KeptAccount {
        account: Account {
            id: attempt.account.clone(),
            name: attempt.account_name.clone(),
            project: attempt.project.clone(),
            ..Account::built_in_practice()
        },
        last4: String::new(),
    })
}
