//! Ids: opaque, short enough to read aloud, made from randomness that was handed in.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Source of randomness. Handed to the engine, so that tests can fix it.
pub trait Randomness: Send + Sync {
    /// Fills the buffer.
    fn fill(&self, bytes: &mut [u8]);

    /// A number in `[0, 1)`.
    fn unit(&self) -> f64 {
        let mut bytes = [0; 8];
        self.fill(&mut bytes);
        // 53 bits are what an f64 holds exactly.
        (u64::from_le_bytes(bytes) >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// Crockford's alphabet: no letter that can be taken for a digit.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

fn fresh(prefix: char, randomness: &dyn Randomness) -> String {
    let mut bytes = [0; 12];
    randomness.fill(&mut bytes);
    spelt(prefix, &bytes)
}

fn spelt(prefix: char, bytes: &[u8]) -> String {
    std::iter::once(prefix)
        .chain(bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])))
        .collect()
}

macro_rules! id {
    ($(#[$doc:meta] $name:ident $prefix:literal;)*) => {$(
        #[$doc]
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// A new one: 60 random bits.
            pub fn fresh(randomness: &dyn Randomness) -> Self {
                Self(fresh($prefix, randomness))
            }

            /// Takes an id from outside as it is; whether there is such a thing is found out by looking.
            pub fn from_text(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

id! {
    /// An account.
    AccountId 'a';
    /// A sheet.
    SheetId 's';
    /// A job.
    JobId 'j';
    /// One call over the wire.
    AttemptId 't';
    /// A stored picture.
    PictureId 'p';
    /// An alert.
    AlertId 'w';
}

impl PictureId {
    /// Of a picture from outside, by the hash of its bytes: taken in again after a crash, it is the same.
    #[must_use]
    pub fn of(hash: &str) -> Self {
        let bytes = blake3::hash(hash.as_bytes());
        Self(spelt('p', &bytes.as_bytes()[..12]))
    }
}

impl AccountId {
    /// The built-in practice account: always the same, in every library.
    #[must_use]
    pub fn practice() -> Self {
        Self("practice".into())
    }
}
