//! Keys: the environment first (an explicit choice of whoever started us), then this session, then the keychain.
//!
//! A keychain may be locked, missing or dead; a dead one blocks for ever. So it is asked on a thread of its own that
//! nobody waits for longer than five seconds, and that is simply left behind. No key is ever written to a file.

use diptych_engine::value::id::AccountId;
use diptych_engine::value::secret::{
    ApiKey, KeyPlace, KeychainTrouble, SecretStore, SessionStore, environment_name,
};
use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(5);
/// A keychain that was found dead is not asked again for this long.
const DEAD_FOR: Duration = Duration::from_secs(60);
const SERVICE: &str = "diptych";

/// A client that lends keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Lender(u64);

impl Lender {
    /// A new one.
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        Self(COUNT.fetch_add(1, Ordering::Relaxed))
    }
}

/// The stores of a process that holds an engine.
#[derive(Default)]
pub(crate) struct HostSecrets {
    session: SessionStore,
    /// Keys that clients lent from their environment, each its own, by variable.
    lent: Mutex<BTreeMap<Lender, HashMap<String, ApiKey>>>,
    dead: Mutex<Option<(Instant, KeychainTrouble)>>,
}

impl HostSecrets {
    /// Takes keys of a client's environment, for as long as it stays.
    pub(crate) fn lend(&self, lender: Lender, keys: HashMap<String, String>) {
        let keys = keys.into_iter().filter_map(|(name, key)| Some((name, ApiKey::new(&key)?))).collect();
        self.lent.lock().unwrap_or_else(PoisonError::into_inner).insert(lender, keys);
    }

    /// Gives them back. Another client's keys of the same names stay.
    pub(crate) fn give_back(&self, lender: Lender) {
        self.lent.lock().unwrap_or_else(PoisonError::into_inner).remove(&lender);
    }

    fn lent(&self, variable: &str) -> Option<ApiKey> {
        let lent = self.lent.lock().unwrap_or_else(PoisonError::into_inner);
        // The latest: whoever came with another key means that one.
        lent.values().rev().find_map(|keys| keys.get(variable).cloned())
    }

    fn ask<R: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<R, keyring::Error> + Send + 'static,
    ) -> Result<R, KeychainTrouble> {
        if let Some((since, trouble)) = *self.dead.lock().unwrap_or_else(PoisonError::into_inner)
            && since.elapsed() < DEAD_FOR
        {
            return Err(trouble);
        }
        let (answer, answered) = mpsc::channel();
        std::thread::spawn(move || drop(answer.send(work())));
        let result = match answered.recv_timeout(PATIENCE) {
            Ok(Ok(value)) => return Ok(value),
            Ok(Err(error)) => Err(trouble(&error)),
            Err(_) => Err(KeychainTrouble::Timeout),
        };
        if let Err(found @ (KeychainTrouble::Timeout | KeychainTrouble::None)) = result {
            *self.dead.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), found));
        }
        result
    }
}

fn trouble(error: &keyring::Error) -> KeychainTrouble {
    match error {
        keyring::Error::NoStorageAccess(_) => KeychainTrouble::Locked,
        _ => KeychainTrouble::None,
    }
}

/// Reads an entry; that there is none is an answer, not an error.
fn read(user: &str) -> Result<Option<String>, keyring::Error> {
    match keyring::Entry::new(SERVICE, user)?.get_password() {
        Ok(text) => Ok(Some(text)),
        Err(keyring::Error::NoEntry) => Ok(None),
        Err(error) => Err(error),
    }
}

impl SecretStore for HostSecrets {
    fn get(&self, account: &AccountId, name: &str) -> Result<Option<(ApiKey, KeyPlace)>, KeychainTrouble> {
        let variable = environment_name(name);
        let own = std::env::var(&variable).ok().and_then(|text| ApiKey::new(&text));
        if let Some(key) = own.or_else(|| self.lent(&variable)) {
            return Ok(Some((key, KeyPlace::Environment)));
        }
        if let Some((key, _)) = self.session.get(account, name)? {
            return Ok(Some((key, KeyPlace::Session)));
        }
        let user = account.to_string();
        let text = self.ask(move || read(&user))?;
        Ok(text.and_then(|text| ApiKey::new(&text)).map(|key| (key, KeyPlace::Keychain)))
    }

    fn set(&self, account: &AccountId, key: ApiKey) -> Result<KeyPlace, KeychainTrouble> {
        let (user, copy) = (account.to_string(), key.clone());
        let stored = self.ask(move || {
            let entry = keyring::Entry::new(SERVICE, &user)?;
            entry.set_password(copy.expose())?;
            // A store that says yes and forgets is worse than none: what was put in must come out.
            entry.get_password().map(drop)
        });
        match stored {
            Ok(()) => {
                self.session.delete(account)?;
                Ok(KeyPlace::Keychain)
            }
            Err(trouble) => {
                self.session.set(account, key)?;
                Err(trouble)
            }
        }
    }

    fn delete(&self, account: &AccountId) -> Result<(), KeychainTrouble> {
        self.session.delete(account)?;
        let user = account.to_string();
        self.ask(move || match keyring::Entry::new(SERVICE, &user)?.delete_credential() {
            Ok(()) | Err(keyring::Error::NoEntry) => Ok(()),
            Err(error) => Err(error),
        })
    }

    fn state(&self) -> Result<(), KeychainTrouble> {
        self.ask(|| read("diptych-probe").map(drop))
    }
}

/// The keys that this process has in its environment, to be lent to the process that holds the engine.
pub(crate) fn environment_keys() -> HashMap<String, String> {
    // Other variables may be no text at all.
    let texts = std::env::vars_os()
        .filter_map(|(name, key)| Some((name.into_string().ok()?, key.into_string().ok()?)));
    texts.filter(|(name, _)| name.starts_with("DIPTYCH_KEY_")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_two_have_lent_stay_until_both_have_left() {
        let secrets = HostSecrets::default();
        let key = |text: &str| HashMap::from([("DIPTYCH_KEY_SIM".to_owned(), text.to_owned())]);
        let lent = || secrets.lent("DIPTYCH_KEY_SIM").map(|key| key.expose().to_owned());
        let (long, short) = (Lender::new(), Lender::new());
        secrets.lend(long, key("first-key-1"));
        secrets.lend(short, key("second-key-2"));
        assert_eq!(lent().as_deref(), Some("second-key-2"));
        secrets.give_back(short);
        assert_eq!(lent().as_deref(), Some("first-key-1"), "a short errand takes nobody else's key away");
        secrets.give_back(long);
        assert_eq!(lent(), None);
    }
}
