//! The engine of Diptych: it turns any provider weather into finished pictures, at the lowest number of calls,
//! without losing or paying twice for one.
//!
//! Three layers, and arrows point one way: [`value`] ← [`policy`] ← driver (everything else). Values are what the
//! product talks about; policy decides, without IO, async, clock or randomness; the driver acts. Deliberately not here:
//! any window or terminal, the keychain, where the home folder is, environment variables, the real clock and the real
//! source of randomness. Whoever starts an [`engine::Engine`] hands them in.

pub mod driver;
pub mod engine;
pub mod export;
pub mod import;
pub mod ledger;
pub mod policy;
pub mod provider;
pub mod rebuild;
pub mod store;
pub mod value;

pub use diptych_picture as picture;
