//! Accounts: added, changed, ordered, tested, removed. Keys go in and never come out.

use super::{Context, account_money};
use crate::view;
use crate::wire::{
    AccountOrder, AccountSaved, AccountSpec, AccountTest, AccountView, ById, Done, Failure, NoArgs,
};
use diptych_engine::engine::blocking;
use diptych_engine::ledger::KeptAccount;
use diptych_engine::provider::{call, gemini};
use diptych_engine::value::account::{Account, Auth, Kind, Limits, endpoint, is_name};
use diptych_engine::value::budget::Budget;
use diptych_engine::value::id::AccountId;
use diptych_engine::value::money::Usd;
use diptych_engine::value::secret::{ApiKey, KeyPlace, KeychainTrouble, environment_name};
use diptych_engine::value::sentence::Sentence;

pub(crate) async fn list(context: &Context, _: NoArgs) -> Result<Vec<AccountView>, Failure> {
    let mut out = Vec::new();
    for kept in context.engine.accounts() {
        out.push(show(context, kept).await);
    }
    Ok(out)
}

async fn show(context: &Context, kept: KeptAccount) -> AccountView {
    if kept.account.base_url.is_none() {
        // The built-in practice account brings its own key: no keychain is asked.
        return view::account(&kept, None, None, None, Budget::default());
    }
    let (secrets, id, name) =
        (context.engine.secrets.clone(), kept.account.id.clone(), kept.account.name.clone());
    let found = blocking(move || secrets.get(&id, &name)).await;
    let (place, last4, trouble) = match found {
        Some(Ok(Some((key, place)))) => (Some(place), Some(key.last4()), None),
        Some(Ok(None)) | None => (None, None, None),
        Some(Err(trouble)) => (None, None, Some(trouble.sentence())),
    };
    let trouble = context.engine.trouble_of(&kept.account.id).or(trouble);
    let billing = context.engine.settings().billing_limits.get(&kept.account.billing).copied();
    view::account(&kept, place, last4, trouble, billing.unwrap_or_default())
}

/// Whether an account goes by this name or id.
pub(super) fn is_called(kept: &KeptAccount, name: &str) -> bool {
    kept.account.name.eq_ignore_ascii_case(name.trim()) || kept.account.id.as_str() == name
}

fn by_name(context: &Context, name: &str) -> Result<KeptAccount, Failure> {
    let same = |kept: &KeptAccount| is_called(kept, name);
    let missing = || Failure::of(Sentence::new("E-ACCOUNT").with("name", name));
    if let Some(found) = context.engine.own_accounts().into_iter().find(same) {
        return Ok(found);
    }
    Err(if context.engine.accounts().iter().any(same) {
        Failure::of(Sentence::new("E-ACCOUNT-BUILTIN"))
    } else {
        missing()
    })
}

/// A name must be fit, free, and free of doubt about its environment variable.
fn check_name(context: &Context, name: &str, own: Option<&AccountId>) -> Result<(), Failure> {
    if !is_name(name) {
        return Err(Failure::of(Sentence::new("E-ACCOUNT-NAME").with("name", name)));
    }
    for kept in context.engine.own_accounts() {
        if own == Some(&kept.account.id) {
            continue;
        }
        let other = kept.account.name;
        if other.to_lowercase() == name.to_lowercase() {
            return Err(Failure::of(Sentence::new("E-ACCOUNT-EXISTS").with("name", name)));
        }
        if environment_name(&other) == environment_name(name) {
            let sentence =
                Sentence::new("E-ACCOUNT-ENV").with("name", name).with("env", environment_name(name));
            return Err(Failure::of(sentence.with("other", other)));
        }
    }
    Ok(())
}

pub(crate) async fn add(context: &Context, spec: AccountSpec) -> Result<AccountSaved, Failure> {
    check_name(context, &spec.name, None)?;
    let key = key(&spec)?;
    let kind = spec.kind.as_deref().unwrap_or("gemini");
    let kind = Kind::parse(kind).ok_or_else(|| Failure::of(Sentence::new("E-KIND").with("kind", kind)))?;
    let base_url = endpoint(kind, spec.base_url.as_deref(), spec.allow_http).map_err(Failure::of)?;
    let mut account = Account {
        id: AccountId::fresh(&*context.engine.randomness),
        name: spec.name.clone(),
        kind,
        base_url,
        auth: Auth::default(),
        project: spec.name.clone(),
        billing: spec.name.clone(),
        tier: None,
        limits: Limits::default(),
        budget: Budget::default(),
        prices: Vec::new(),
    };
    change(context, &mut account, &spec)?;
    account_money::billing(context, None, &account, &spec).await?;
    save(context, account, String::new(), key).await
}

pub(crate) async fn set(context: &Context, spec: AccountSpec) -> Result<AccountSaved, Failure> {
    let KeptAccount { mut account, last4 } = by_name(context, &spec.name)?;
    let key = key(&spec)?;
    if let Some(name) = &spec.rename {
        check_name(context, name, Some(&account.id))?;
        account.name.clone_from(name);
    }
    if let Some(kind) = &spec.kind {
        account.kind = Kind::parse(kind)
            .ok_or_else(|| Failure::of(Sentence::new("E-KIND").with("kind", kind.as_str())))?;
    }
    let mut moved = false;
    if spec.base_url.is_some() {
        let url = endpoint(account.kind, spec.base_url.as_deref(), spec.allow_http).map_err(Failure::of)?;
        moved = match (&url, &account.base_url) {
            (Some(new), Some(old)) => new.origin() != old.origin(),
            (new, old) => new.is_some() != old.is_some(),
        };
        account.base_url = url;
    }
    let billing = account.billing.clone();
    change(context, &mut account, &spec)?;
    // A key is bound to one origin: at another one it must be given anew. One that a keychain would not let go of, or would
    // not take the new one in place of, must not be found there later.
    if moved {
        let (secrets, id) = (context.engine.secrets.clone(), account.id.clone());
        if let Some(Err(trouble @ (KeychainTrouble::Locked | KeychainTrouble::Timeout))) =
            blocking(move || secrets.delete(&id)).await
        {
            return Err(Failure::of(trouble.sentence()));
        }
    }
    account_money::billing(context, Some(&billing), &account, &spec).await?;
    save(context, account, last4, key).await
}

/// The key that was given. It is looked at before anything is changed: a refusal leaves the old one where it is.
fn key(spec: &AccountSpec) -> Result<Option<ApiKey>, Failure> {
    let Some(text) = &spec.key else { return Ok(None) };
    let wrong = || {
        let sentence = Sentence::new("E-OPTION").with("value", "…").with("option", "key");
        Failure::of(sentence.with("hint", "printable characters, no spaces"))
    };
    ApiKey::new(text).map(Some).ok_or_else(wrong)
}

/// Lays the given fields over the account; 0 takes a limit away, an empty tier is one that nobody knows.
fn change(context: &Context, account: &mut Account, spec: &AccountSpec) -> Result<(), Failure> {
    if let Some(auth) = &spec.auth {
        account.auth = match auth.as_str() {
            "bearer" => Auth::Bearer,
            "x-goog-api-key" => Auth::XGoogApiKey,
            other => {
                let sentence = Sentence::new("E-OPTION").with("value", other).with("option", "auth");
                return Err(Failure::of(sentence.with("hint", "x-goog-api-key, bearer")));
            }
        };
    }
    let text = |field: &mut String, given: &Option<String>| {
        if let Some(given) = given.as_ref().filter(|given| !given.trim().is_empty()) {
            *field = given.trim().into();
        }
    };
    text(&mut account.project, &spec.project);
    text(&mut account.billing, &spec.billing);
    if let Some(tier) = &spec.tier {
        account.tier = Some(tier.clone()).filter(|tier| !tier.is_empty());
    }
    let count = |field: &mut Option<u32>, given: Option<u32>| {
        if let Some(given) = given {
            *field = (given > 0).then_some(given);
        }
    };
    let limits = &mut account.limits;
    count(&mut limits.ipm, spec.limits.ipm);
    count(&mut limits.rpm, spec.limits.rpm);
    count(&mut limits.tpm, spec.limits.tpm);
    count(&mut limits.rpd, spec.limits.rpd);
    count(&mut limits.concurrency, spec.limits.concurrency);
    if let Some(usd) = spec.limits.usd_10min {
        limits.usd_10min = (usd > 0).then_some(Usd(usd));
    }
    account_money::budget(account, spec);
    account_money::price(context, account, &spec.prices)
}

async fn save(
    context: &Context,
    account: Account,
    last4: String,
    key: Option<ApiKey>,
) -> Result<AccountSaved, Failure> {
    let engine = &context.engine;
    let mut kept = KeptAccount { account: account.clone(), last4 };
    let mut warning = None;
    if let Some(key) = key {
        kept.last4 = key.last4();
        let (secrets, id) = (engine.secrets.clone(), account.id.clone());
        match blocking(move || secrets.set(&id, key)).await {
            Some(Err(trouble)) => warning = Some(trouble.sentence().into()),
            Some(Ok(KeyPlace::Keychain | KeyPlace::Session | KeyPlace::Environment)) | None => {}
        }
    }
    engine.ledger.save_account(kept.clone()).await?;
    // Whatever was wrong may be mended now: what waits looks again.
    engine.reopen(&account).await?;
    engine.reload_accounts().await?;
    engine.unpark("").await?;
    Ok(AccountSaved { account: show(context, kept).await, warning })
}

pub(crate) async fn remove(context: &Context, by: ById) -> Result<Done, Failure> {
    let kept = by_name(context, &by.id)?;
    let id = kept.account.id;
    if context.engine.flies(&id) {
        return Err(Failure::of(Sentence::new("E-ACCOUNT-BUSY").with("name", kept.account.name)));
    }
    let (secrets, gone) = (context.engine.secrets.clone(), id.clone());
    blocking(move || secrets.delete(&gone)).await;
    context.engine.ledger.remove_account(id).await?;
    context.engine.reload_accounts().await?;
    Ok(Done {})
}

pub(crate) async fn order(context: &Context, order: AccountOrder) -> Result<Done, Failure> {
    let mut ids = Vec::new();
    for name in &order.names {
        ids.push(by_name(context, name)?.account.id);
    }
    let rest =
        context.engine.own_accounts().into_iter().map(|kept| kept.account.id).filter(|id| !ids.contains(id));
    let rest: Vec<_> = rest.collect();
    ids.extend(rest);
    context.engine.ledger.order_accounts(ids).await?;
    context.engine.reload_accounts().await?;
    Ok(Done {})
}

/// Asks for the free models list: no picture, no cost.
pub(crate) async fn test(context: &Context, by: ById) -> Result<AccountTest, Failure> {
    let engine = &context.engine;
    let kept = match by_name(context, &by.id) {
        Ok(kept) => kept,
        Err(_) if by.id == "practice" => {
            engine.account(&AccountId::practice()).ok_or_else(|| Failure::not_found("account", &by.id))?
        }
        Err(failure) => return Err(failure),
    };
    let account = &kept.account;
    let started = engine.clock.now();
    let answer = async {
        let key = engine.key(account).await?;
        let endpoint = engine
            .endpoint(account)
            .ok_or_else(|| Sentence::new("E-ACCOUNT").with("name", account.name.as_str()))?;
        let free = call::get(&endpoint, "v1beta/models?pageSize=1000", account.auth, &key)
            .await
            .map_err(|text| Sentence::new("E-OFFLINE").with("host", endpoint.host()).with("text", text))?;
        let parsed = if free.status == 200 { serde_json::from_slice(&free.body).ok() } else { None };
        let models = parsed.as_ref().and_then(gemini::read_models);
        models.map(|(ids, _)| ids).ok_or_else(|| engine.judge_free(account, &key.last4(), &free))
    }
    .await;
    let elapsed_ms = i64::try_from(engine.clock.now().since(started).as_millis()).unwrap_or(i64::MAX);
    Ok(match answer {
        Ok(ids) => {
            engine.mended(&account.id).await?;
            let known = engine
                .catalogue
                .models()
                .iter()
                .map(|m| m.id.clone())
                .filter(|id| ids.contains(id))
                .collect();
            AccountTest {
                ok: true,
                models: u32::try_from(ids.len()).unwrap_or(u32::MAX),
                known,
                elapsed_ms,
                trouble: None,
            }
        }
        Err(why) => {
            AccountTest { ok: false, models: 0, known: Vec::new(), elapsed_ms, trouble: Some(why.into()) }
        }
    })
}
