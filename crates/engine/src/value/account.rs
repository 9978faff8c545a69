//! Accounts: a provider, an endpoint, the project whose quota it draws on, the billing account that pays.
//!
//! Not here: the key (see [`crate::value::secret`]).

use crate::value::budget::Budget;
use crate::value::catalogue::Model;
use crate::value::id::AccountId;
use crate::value::lane::Tier;
use crate::value::money::Usd;
use crate::value::sentence::Sentence;
use crate::value::size::Size;
use crate::value::time::Timestamp;
use serde::{Deserialize, Serialize};
use url::{Host, Url};

/// What an account speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Google's Gemini Developer API.
    Gemini,
    /// A relay that speaks Gemini.
    RelayGemini,
    /// The simulated provider.
    Practice,
}

impl Kind {
    /// As written by users.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gemini => "gemini",
            Self::RelayGemini => "relay-gemini",
            Self::Practice => "practice",
        }
    }

    /// Reads what users write.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Gemini, Self::RelayGemini, Self::Practice].into_iter().find(|kind| kind.as_str() == text)
    }

    /// The billing terms such an account starts with.
    #[must_use]
    pub fn terms(self) -> &'static str {
        match self {
            Self::Gemini => "google",
            Self::RelayGemini => "relay",
            Self::Practice => "practice",
        }
    }
}

/// How the key goes out. Always a header: a key in a URL ends up in logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Auth {
    /// `x-goog-api-key: …`
    #[default]
    XGoogApiKey,
    /// `Authorization: Bearer …`
    Bearer,
}

/// Limits that the user knows. Absent means unknown.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// Images per minute.
    pub ipm: Option<u32>,
    /// Requests per minute.
    pub rpm: Option<u32>,
    /// Input tokens per minute.
    pub tpm: Option<u32>,
    /// Requests per day.
    pub rpd: Option<u32>,
    /// Dollars per rolling ten minutes.
    pub usd_10min: Option<Usd>,
    /// Calls on the wire at once: a hard cap.
    pub concurrency: Option<u32>,
}

/// A price the user set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// Model id.
    pub model: String,
    /// Size.
    pub size: Size,
    /// Per picture.
    pub usd: Usd,
    /// When the user said so; prices from before that was written down have none.
    #[serde(default)]
    pub dated: Option<Timestamp>,
}

/// An account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Account {
    /// Id, stable over renames.
    pub id: AccountId,
    /// The user's name for it.
    pub name: String,
    /// What it speaks.
    pub kind: Kind,
    /// Endpoint; `None` for the built-in practice account, which is reached over a private socket.
    pub base_url: Option<Url>,
    /// How the key goes out.
    #[serde(default)]
    pub auth: Auth,
    /// Project whose quota it draws on. Accounts of one project share one ledger.
    pub project: String,
    /// Billing account that pays.
    pub billing: String,
    /// The provider's tier.
    #[serde(default)]
    pub tier: Option<String>,
    /// Limits the user knows.
    #[serde(default)]
    pub limits: Limits,
    /// What may be spent on it.
    #[serde(default)]
    pub budget: Budget,
    /// Prices the user set.
    #[serde(default)]
    pub prices: Vec<Price>,
}

/// Google's own endpoint.
const GOOGLE: &str = "https://generativelanguage.googleapis.com/";

impl Account {
    /// The account that is there by itself while there is no other.
    #[must_use]
    pub fn built_in_practice() -> Self {
        Self {
            id: AccountId::practice(),
            name: "practice".into(),
            kind: Kind::Practice,
            base_url: None,
            auth: Auth::XGoogApiKey,
            project: "practice".into(),
            billing: "practice".into(),
            tier: None,
            limits: Limits::default(),
            budget: Budget::default(),
            prices: Vec::new(),
        }
    }

    /// Simulated: never mixed with real ones.
    #[must_use]
    pub fn practice(&self) -> bool {
        self.kind == Kind::Practice
    }

    /// Who refuses or answers, for sentences.
    #[must_use]
    pub fn provider(&self) -> String {
        match (self.kind, &self.base_url) {
            (Kind::Practice, _) => "The practice provider".into(),
            (Kind::Gemini, Some(url)) if url.as_str() == GOOGLE => "Google".into(),
            (_, Some(url)) => url.host_str().unwrap_or("The provider").into(),
            (_, None) => "The provider".into(),
        }
    }

    /// Host and port of the endpoint: reachability is per origin.
    #[must_use]
    pub fn origin(&self) -> String {
        self.base_url.as_ref().map_or_else(|| "practice".into(), |url| url.origin().ascii_serialization())
    }

    /// How its calls are served that ask for `tier` of a model; a relay is not known to pass the tier on.
    #[must_use]
    pub fn serves(&self, tier: Tier, model: &Model) -> bool {
        tier == Tier::Standard || (model.flex && self.kind != Kind::RelayGemini)
    }

    /// Price of one picture: the user's, else the list price given.
    #[must_use]
    pub fn price(&self, model: &str, size: Size, list: Option<Usd>) -> Option<Usd> {
        let own = self
            .prices
            .iter()
            .find(|price| price.model == model && price.size == size)
            .map(|price| price.usd);
        // A relay sells at its own price: Google's list says nothing about it.
        own.or(if self.kind == Kind::RelayGemini { None } else { list })
    }

    /// Whether the price above is the user's own, so that usage figures do not overrule it.
    #[must_use]
    pub fn has_own_price(&self, model: &str, size: Size) -> bool {
        self.prices.iter().any(|price| price.model == model && price.size == size)
    }
}

/// Checks an endpoint: encrypted, or on this machine after an explicit choice; no user, query or fragment in it.
///
/// # Errors
/// `E-URL` or `E-URL-INSECURE`.
pub fn endpoint(kind: Kind, text: Option<&str>, allow_http: bool) -> Result<Option<Url>, Sentence> {
    let text = match (kind, text) {
        (_, Some(text)) => text.trim(),
        (Kind::Gemini, None) => GOOGLE,
        (Kind::Practice, None) => return Ok(None),
        (Kind::RelayGemini, None) => return Err(Sentence::new("E-URL").with("url", "")),
    };
    let wrong = || Sentence::new("E-URL").with("url", text);
    let mut url = Url::parse(text).map_err(|_| wrong())?;
    let plain = url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    if !plain || url.host().is_none() {
        return Err(wrong());
    }
    match url.scheme() {
        "https" => {}
        "http" if allow_http && is_loopback(&url) => {}
        "http" => return Err(Sentence::new("E-URL-INSECURE").with("url", text)),
        _ => return Err(wrong()),
    }
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    // People paste the version too; it is added to every call.
    for version in ["v1beta/", "v1/"] {
        if let Some(path) = url.path().strip_suffix(version).map(str::to_owned) {
            url.set_path(&path);
        }
    }
    Ok(Some(url))
}

/// Whether the address is this machine, by its literal form: names other than `localhost` are not looked up.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// Whether a name can be an account's.
#[must_use]
pub fn is_name(text: &str) -> bool {
    let count = text.chars().count();
    (1..=40).contains(&count)
        && text.trim() == text
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_never_travels_in_the_clear() {
        let check =
            |url: &str, http| endpoint(Kind::RelayGemini, Some(url), http).map(|url| url.map(String::from));
        assert_eq!(
            check("https://relay.example/gemini/v1beta", false),
            Ok(Some("https://relay.example/gemini/".into()))
        );
        assert_eq!(check("http://127.0.0.1:80", true), Ok(Some("http://127.0.0.1/".into())));
        assert_eq!(check("http://[::1]:9/", true), Ok(Some("http://[::1]:9/".into())));
        for url in ["http://relay.example", "http://127.0.0.1.evil.example", "http://10.0.0.1"] {
            assert_eq!(check(url, true).expect_err(url).code, "E-URL-INSECURE");
        }
        assert_eq!(check("http://127.0.0.1:80", false).expect_err("no choice made").code, "E-URL-INSECURE");
        for url in [
            "",
            "relay",
            "ftp://a.example",
            "https://u:p@a.example",
            "https://a.example?key=1",
            "file:///etc",
        ] {
            assert_eq!(check(url, true).expect_err(url).code, "E-URL");
        }
    }

    #[test]
    fn a_relay_has_no_price_until_the_user_sets_one() {
        let mut account = Account { kind: Kind::RelayGemini, ..Account::built_in_practice() };
        assert_eq!(account.price("m", Size::Four, Some(Usd(1))), None);
        account.prices.push(Price { model: "m".into(), size: Size::Four, usd: Usd(50_000), dated: None });
        assert_eq!(account.price("m", Size::Four, Some(Usd(1))), Some(Usd(50_000)));
    }
}
