//! `diptych accounts`.

use crate::arguments::{Account, Accounts};
use crate::exit::Exit;
use crate::generate::dollars;
use crate::output;
use crate::watch::ask;
use diptych_api::catalogue::usd;
use diptych_api::wire::{
    AccountOrder, AccountSaved, AccountSpec, AccountTest, AccountView, Budgets, Done, Hello, KeyStore,
    Limits, PriceSpec,
};
use diptych_host::Studio;
use serde_json::json;
use std::io::Read as _;

/// Runs it.
pub(crate) async fn run(studio: &Studio, command: Accounts, json: bool) -> anyhow::Result<Exit> {
    match command {
        Accounts::Add(account) => save(studio, "accounts.add", *account, json).await,
        Accounts::Set(account) => save(studio, "accounts.set", *account, json).await,
        Accounts::List => {
            let accounts: Vec<AccountView> = ask(studio, "accounts.list", &json!({})).await?;
            show(&accounts, json);
            Ok(Exit::Done)
        }
        Accounts::Test { name } => {
            let test: AccountTest = ask(studio, "accounts.test", &json!({ "id": name })).await?;
            if json {
                output::object(&test);
            } else if let Some(trouble) = &test.trouble {
                output::line(&output::say(trouble));
            } else {
                output::line(&format!("{name}: good, {} models, {} ms", test.models, test.elapsed_ms));
            }
            Ok(if test.ok { Exit::Done } else { Exit::Failed })
        }
        Accounts::Remove { name } => {
            let _: Done = ask(studio, "accounts.remove", &json!({ "id": name })).await?;
            if json {
                output::object(&json!({ "name": name, "removed": true }));
            }
            Ok(Exit::Done)
        }
        Accounts::Order { names } => {
            let _: Done = ask(studio, "accounts.order", &AccountOrder { names }).await?;
            if json {
                let accounts: Vec<AccountView> = ask(studio, "accounts.list", &json!({})).await?;
                show(&accounts, json);
            }
            Ok(Exit::Done)
        }
    }
}

fn from_stdin() -> std::io::Result<String> {
    let mut text = String::new();
    std::io::stdin().take(8192).read_to_string(&mut text)?;
    Ok(text.trim().to_owned())
}

async fn save(studio: &Studio, command: &str, account: Account, json: bool) -> anyhow::Result<Exit> {
    let key = if account.key_stdin { Some(tokio::task::spawn_blocking(from_stdin).await??) } else { None };
    let spec = AccountSpec {
        name: account.name,
        rename: account.rename,
        kind: account.kind,
        base_url: account.base_url,
        auth: account.bearer.then(|| "bearer".into()),
        allow_http: account.allow_http,
        project: account.project,
        billing: account.billing,
        tier: account.tier,
        limits: Limits {
            ipm: account.ipm,
            rpm: account.rpm,
            tpm: account.tpm,
            rpd: account.rpd,
            usd_10min: money(account.usd_10min.as_deref())?,
            concurrency: account.concurrency,
        },
        budgets: Budgets {
            day_limit: money(account.day_limit.as_deref())?,
            month_limit: money(account.month_limit.as_deref())?,
            billing_day_limit: money(account.billing_day_limit.as_deref())?,
            billing_month_limit: money(account.billing_month_limit.as_deref())?,
        },
        prices: account.prices.iter().map(|text| price(text)).collect::<anyhow::Result<_>>()?,
        key,
    };
    let saved: AccountSaved = ask(studio, command, &spec).await?;
    if let Some(warning) = &saved.warning {
        output::progress(&output::say(warning));
        let name = diptych_engine::value::secret::environment_name(&saved.account.name);
        output::progress(&format!("{} Set {name} to have it always.", how_long(studio).await?));
    }
    show(&[saved.account], json);
    Ok(Exit::Done)
}

/// Without a keychain a key stays with the process that holds the library: this one, or another that goes on.
async fn how_long(studio: &Studio) -> anyhow::Result<String> {
    if studio.holds().await {
        return Ok("This process ends now, and the key with it.".into());
    }
    let hello: Hello = ask(studio, "hello", &json!({})).await?;
    let holder = match hello.holder.as_str() {
        "window" => "The window",
        "serve" => "diptych serve",
        _ => "Another command",
    };
    Ok(format!("{holder} (pid {}) has the library open, and the key until it ends.", hello.pid))
}

fn money(text: Option<&str>) -> anyhow::Result<Option<i64>> {
    text.map(dollars).transpose()
}

fn price(text: &str) -> anyhow::Result<PriceSpec> {
    let wrong = || {
        output::complain(&format!("--price {text}: write MODEL:SIZE=USD, for example pro:4K=0.24"));
        anyhow::Error::from(Exit::Usage)
    };
    let (what, usd) = text.split_once('=').ok_or_else(wrong)?;
    let (model, size) = what.rsplit_once(':').ok_or_else(wrong)?;
    let usd = if usd.eq_ignore_ascii_case("none") { None } else { Some(dollars(usd)?) };
    Ok(PriceSpec { model: model.into(), size: size.into(), usd })
}

/// What may be spent, in words.
fn budgets(account: &AccountView) -> String {
    let budgets = &account.budgets;
    let billing = format!(" by {}", account.billing);
    let said = [
        (budgets.day_limit, "a day", ""),
        (budgets.month_limit, "a month", ""),
        (budgets.billing_day_limit, "a day", &*billing),
        (budgets.billing_month_limit, "a month", &*billing),
    ];
    let words = said.iter().filter_map(|(limit, span, by)| Some(format!("{} {span}{by}", usd((*limit)?))));
    words.collect::<Vec<_>>().join(", ")
}

fn show(accounts: &[AccountView], json: bool) {
    if json {
        accounts.iter().for_each(output::object);
        return;
    }
    let rows = accounts.iter().map(|account| {
        let key = match (&account.key.store, &account.key.last4) {
            (Some(store), last4) => {
                let place = match store {
                    KeyStore::Keychain => "keychain",
                    KeyStore::Session => "this session",
                    KeyStore::Environment => "environment",
                };
                format!("key …{} ({place})", last4.as_deref().unwrap_or(""))
            }
            (None, _) if account.builtin => "no key needed".into(),
            (None, _) => "no key".into(),
        };
        let host = account.base_url.clone().unwrap_or_else(|| "built in".into());
        let trouble = account.trouble.as_ref().map(output::say).unwrap_or_default();
        vec![
            account.name.clone(),
            account.kind.clone(),
            host,
            format!("project {}", account.project),
            key,
            budgets(account),
            trouble,
        ]
    });
    output::table(&rows.collect::<Vec<_>>());
}
