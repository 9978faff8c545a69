//! Accounts and models as they cross the wire. A key goes in, never out.

use super::Sentence;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Limits that the user set for an account's project. Absent means unknown.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Limits {
    /// Images per minute.
    pub ipm: Option<u32>,
    /// Requests per minute.
    pub rpm: Option<u32>,
    /// Input tokens per minute.
    pub tpm: Option<u32>,
    /// Requests per day (the provider's day).
    pub rpd: Option<u32>,
    /// Micro-dollars per rolling ten minutes.
    pub usd_10min: Option<i64>,
    /// Calls on the wire at once: a hard cap.
    pub concurrency: Option<u32>,
}

/// What an account and the billing account that pays for it may spend, in real micro-dollars. Absent means no limit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Budgets {
    /// The account, a day.
    pub day_limit: Option<i64>,
    /// The account, a month.
    pub month_limit: Option<i64>,
    /// The billing account, a day: one limit for all its accounts.
    pub billing_day_limit: Option<i64>,
    /// The billing account, a month.
    pub billing_month_limit: Option<i64>,
}

/// A price that the user set: account × model × size.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Price {
    /// Model id.
    pub model: String,
    /// `512`, `1K`, `2K` or `4K`.
    pub size: String,
    /// Micro-dollars per picture.
    pub usd: i64,
    /// When the user said so; absent for old ones.
    pub dated_ms: Option<i64>,
}

/// A price to set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PriceSpec {
    /// Model id or alias.
    pub model: String,
    /// `512`, `1K`, `2K` or `4K`.
    pub size: String,
    /// Micro-dollars per picture; absent takes the price away.
    pub usd: Option<i64>,
}

/// Where a key lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum KeyStore {
    /// The operating system's keychain.
    Keychain,
    /// This process's memory, gone with it.
    Session,
    /// An environment variable `DIPTYCH_KEY_…`.
    Environment,
}

/// All that is ever said about a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct KeyView {
    /// Whether there is one.
    pub present: bool,
    /// Its last four characters.
    pub last4: Option<String>,
    /// Where it lies.
    pub store: Option<KeyStore>,
}

/// An account as shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct AccountView {
    /// Id, stable over renames.
    pub id: String,
    /// The user's name for it; unique.
    pub name: String,
    /// `gemini`, `relay-gemini` or `practice`.
    pub kind: String,
    /// The endpoint; absent for the built-in practice account.
    pub base_url: Option<String>,
    /// `x-goog-api-key` or `bearer`.
    pub auth: String,
    /// The project whose quota it draws on.
    pub project: String,
    /// The billing account that pays.
    pub billing: String,
    /// The provider's tier: `free`, `1`, `2`, `3`.
    pub tier: Option<String>,
    /// Limits the user set.
    pub limits: Limits,
    /// What may be spent.
    pub budgets: Budgets,
    /// Prices the user set.
    pub prices: Vec<Price>,
    /// Simulated: never mixed with real ones.
    pub practice: bool,
    /// The account that is there by itself while there is no other.
    pub builtin: bool,
    /// The connection is not encrypted (loopback only).
    pub insecure: bool,
    /// Its key.
    pub key: KeyView,
    /// Why it does not work now, if so.
    pub trouble: Option<Sentence>,
}

/// What `accounts.add` and `accounts.set` take. In `set`, absent fields stay as they are.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct AccountSpec {
    /// Name (in `set`: which one).
    pub name: String,
    /// New name.
    pub rename: Option<String>,
    /// `gemini`, `relay-gemini` or `practice`.
    pub kind: Option<String>,
    /// Endpoint; absent means the provider's own.
    pub base_url: Option<String>,
    /// `x-goog-api-key` (default) or `bearer`.
    pub auth: Option<String>,
    /// Allow `http://` on the loopback interface.
    pub allow_http: bool,
    /// Project.
    pub project: Option<String>,
    /// Billing account.
    pub billing: Option<String>,
    /// Tier.
    pub tier: Option<String>,
    /// Limits; a given field replaces the old one, 0 takes it away.
    pub limits: Limits,
    /// What may be spent; the same.
    pub budgets: Budgets,
    /// Prices to set; those of other models and sizes stay.
    pub prices: Vec<PriceSpec>,
    /// The key. It is stored and never read back.
    pub key: Option<String>,
}

/// The answer of `accounts.test`: the free models list was asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct AccountTest {
    /// Whether the provider took the key.
    pub ok: bool,
    /// How many models the account sees.
    pub models: u32,
    /// Of the catalogue's models, those it lists.
    pub known: Vec<String>,
    /// Milliseconds until the answer.
    pub elapsed_ms: i64,
    /// What went wrong, if anything.
    pub trouble: Option<Sentence>,
}

/// Where a key was put, and whether that was what one would wish.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct AccountSaved {
    /// The account.
    pub account: AccountView,
    /// Said when the key could not go to the keychain (`E-KEYCHAIN-…`).
    pub warning: Option<Sentence>,
}

/// `accounts.order`: names, first is tried first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AccountOrder {
    /// Names in the wanted order; the rest follow as they were.
    pub names: Vec<String>,
}

/// A size a model makes, with its list price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SizeView {
    /// `512`, `1K`, `2K`, `4K`.
    pub size: String,
    /// List price in micro-dollars.
    pub usd: i64,
}

/// Exact pixels of a size and aspect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Pixels {
    /// Size.
    pub size: String,
    /// Aspect, `16:9`.
    pub aspect: String,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

/// A model of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ModelView {
    /// Id as on the wire.
    pub id: String,
    /// Full name, `Nano Banana Pro`.
    pub name: String,
    /// Short name for labels, `Pro`.
    pub short: String,
    /// Alias, `pro` or `flash`.
    pub alias: Option<String>,
    /// `available`, `deprecated` or `retired` on the day asked.
    pub status: String,
    /// Day it stops or stopped, ISO.
    pub shutdown: Option<String>,
    /// What takes its place.
    pub successor: Option<String>,
    /// Sizes and list prices.
    pub sizes: Vec<SizeView>,
    /// Aspects, `1:1` first.
    pub aspects: Vec<String>,
    /// The exact pixel table.
    pub pixels: Vec<Pixels>,
    /// How many reference pictures it takes.
    pub max_references: u32,
    /// Thinking levels it takes; empty where it has none.
    pub thinking: Vec<String>,
    /// The model that stands in for it first where it is not to be had.
    pub stand_in: Option<String>,
}

/// The catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Models {
    /// The day its facts were checked, ISO.
    pub dated: String,
    /// Models chosen where the user names none.
    pub default: Vec<String>,
    /// The models.
    pub models: Vec<ModelView>,
}
