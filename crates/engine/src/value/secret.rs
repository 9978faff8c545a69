//! Keys, and where they lie. A key cannot be printed, serialised or compared by accident.
//!
//! Not here: the operating system's keychain. It belongs to the edge, which hands in a [`SecretStore`].

use crate::value::id::AccountId;
use crate::value::sentence::Sentence;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use zeroize::Zeroizing;

/// An API key. No `Debug`, `Display` or `Serialize`: the only way out is [`ApiKey::expose`].
#[derive(Clone)]
pub struct ApiKey(Zeroizing<String>);

impl ApiKey {
    /// Takes a key as typed. `None` where it is empty or cannot be a header value.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        let fits = !text.is_empty() && text.len() <= 4096 && text.chars().all(|c| c.is_ascii_graphic());
        fits.then(|| Self(Zeroizing::new(text.into())))
    }

    /// The key itself, for one header.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Its last four characters, all that is ever shown. Short keys show nothing.
    #[must_use]
    pub fn last4(&self) -> String {
        if self.0.len() < 12 { String::new() } else { self.0[self.0.len() - 4..].into() }
    }
}

/// Where a key lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyPlace {
    /// The operating system's keychain.
    Keychain,
    /// This process's memory.
    Session,
    /// An environment variable.
    Environment,
}

/// Why the keychain did not serve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeychainTrouble {
    /// There is none.
    None,
    /// It is locked.
    Locked,
    /// It did not answer in time.
    Timeout,
}

impl KeychainTrouble {
    /// What to tell the user.
    #[must_use]
    pub fn sentence(self) -> Sentence {
        Sentence::new(match self {
            Self::None => "E-KEYCHAIN-NONE",
            Self::Locked => "E-KEYCHAIN-LOCKED",
            Self::Timeout => "E-KEYCHAIN-TIMEOUT",
        })
    }
}

/// A place for keys. Calls may take seconds (a keychain may ask its user) but never hang.
pub trait SecretStore: Send + Sync {
    /// The key of an account and where it lies. No key is `Ok(None)`, a keychain that cannot tell is an error.
    fn get(&self, account: &AccountId, name: &str) -> Result<Option<(ApiKey, KeyPlace)>, KeychainTrouble>;
    /// Stores a key as safely as possible. Trouble is said and the key kept for this session.
    fn set(&self, account: &AccountId, key: ApiKey) -> Result<KeyPlace, KeychainTrouble>;
    /// Forgets a key everywhere it can be forgotten.
    fn delete(&self, account: &AccountId) -> Result<(), KeychainTrouble>;
    /// Whether keys can be stored for good.
    fn state(&self) -> Result<(), KeychainTrouble>;
}

/// Keys in memory only: the fallback, and the store of tests.
#[derive(Default)]
pub struct SessionStore(Mutex<HashMap<AccountId, ApiKey>>);

impl SecretStore for SessionStore {
    fn get(&self, account: &AccountId, _name: &str) -> Result<Option<(ApiKey, KeyPlace)>, KeychainTrouble> {
        let keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(keys.get(account).map(|key| (key.clone(), KeyPlace::Session)))
    }

    fn set(&self, account: &AccountId, key: ApiKey) -> Result<KeyPlace, KeychainTrouble> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(account.clone(), key);
        Ok(KeyPlace::Session)
    }

    fn delete(&self, account: &AccountId) -> Result<(), KeychainTrouble> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(account);
        Ok(())
    }

    fn state(&self) -> Result<(), KeychainTrouble> {
        Err(KeychainTrouble::None)
    }
}

/// The environment variable that may hold an account's key: `DIPTYCH_KEY_` and its name, upper-cased, every other
/// character an underscore.
#[must_use]
pub fn environment_name(account_name: &str) -> String {
    let tail =
        account_name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' });
    format!("DIPTYCH_KEY_{}", tail.collect::<String>())
}
