//! A sheet as a contact sheet: what its labels say. How it is drawn: the engine's `export::contact`.

use super::Context;
use super::export::{failed, own_folder, pictures_of};
use super::sheets::jobs_of;
use crate::catalogue::{self, Language};
use crate::wire::{ById, ContactSheet, Exported, Failure, SavedPictures};
use diptych_engine::engine::blocking;
use diptych_engine::export::contact::{Cell, Contact, ContactError, draw};
use diptych_engine::export::{name, write_new};
use diptych_engine::value::catalogue::Catalogue;
use diptych_engine::value::id::{AccountId, SheetId};
use diptych_engine::value::job::{Job, KeptPicture, Sheet};
use diptych_engine::value::sentence::Sentence;
use std::path::{Path, PathBuf};

pub(crate) async fn export(context: &Context, contact: ContactSheet) -> Result<Exported, Failure> {
    let path = write(context, SheetId::from_text(contact.id), Path::new(&contact.out)).await?;
    Ok(Exported { paths: vec![path.display().to_string()], failed: Vec::new() })
}

pub(crate) async fn save(context: &Context, by: ById) -> Result<SavedPictures, Failure> {
    let folder = own_folder(context)?;
    write(context, SheetId::from_text(by.id), &folder).await?;
    let folder = folder.display().to_string();
    Ok(SavedPictures { pictures: 1, failed: 0, reason: None, folder, stopped: false })
}

async fn write(context: &Context, id: SheetId, folder: &Path) -> Result<PathBuf, Failure> {
    let sheet = context.engine.ledger.sheet(id.clone()).await?;
    let sheet: Sheet = sheet.ok_or_else(|| Failure::not_found("sheet", id.as_str()))?;
    let contact = contact(context, &sheet).await?;
    let day = sheet.created.day(&context.engine.clock.zone());
    let stem = format!("{day}-{}-contact-sheet", name::words(&contact.title));
    let drawn = blocking(move || draw(&contact)).await;
    let bytes = match drawn {
        Some(Ok(bytes)) => bytes,
        Some(Err(error)) => return Err(refused(&error)),
        None => return Err(Failure::internal("the contact sheet was given up")),
    };
    write_new(folder, &stem, "png", &bytes).map_err(|error| failed(folder, &error))
}

fn refused(error: &ContactError) -> Failure {
    match error {
        ContactError::TooMany => Failure::of(Sentence::new("E-CONTACT-MANY")),
        ContactError::NoFont => Failure::of(Sentence::new("E-NO-FONT")),
        ContactError::Picture(error) => Failure::internal(&error.to_string()),
    }
}

async fn contact(context: &Context, sheet: &Sheet) -> Result<Contact, Failure> {
    let language = Language::here(&context.engine.settings().language);
    let catalogue = &context.engine.catalogue;
    let jobs = jobs_of(context, sheet.id.clone()).await?;
    let (mut cells, mut billed, mut count) = (Vec::new(), 0, 0_i64);
    for job in &jobs {
        billed += job.billed_usd.micros();
        let pictures = pictures_of(context, job).await?;
        if pictures.iter().all(|kept| kept.trashed) {
            let rejected = (!pictures.is_empty()).then(|| Sentence::new("contact.rejected"));
            cells.push(empty(catalogue, job, rejected, language));
        }
        for kept in pictures.iter().filter(|kept| !kept.trashed) {
            count += 1;
            cells.push(filled(context, job, kept, language));
        }
    }
    let facts = if sheet.practice { "contact.facts-practice" } else { "contact.facts" };
    let facts =
        Sentence::new(facts).with("time", sheet.created.millis()).with("n", count).with("usd", billed);
    Ok(Contact {
        title: jobs.first().map(|job| job.request.prompt.clone()).unwrap_or_default(),
        facts: say(language, facts),
        columns: columns(catalogue, sheet, &jobs, |id| {
            context.engine.account(id).map_or_else(|| id.to_string(), |kept| kept.account.name)
        }),
        cells,
    })
}

/// What the jobs of a column have in common; where they are asked of several accounts, that too.
fn columns(
    catalogue: &Catalogue,
    sheet: &Sheet,
    jobs: &[Job],
    name: impl Fn(&AccountId) -> String,
) -> Vec<String> {
    let last = jobs.iter().map(|job| job.column).max().unwrap_or(0);
    let head = |column| {
        let Some(job) = jobs.iter().find(|job| job.column == column) else { return String::new() };
        let model = model_name(catalogue, &job.request.model);
        match &job.account_asked {
            Some(account) if sheet.accounts.len() > 1 => format!("{model} · {}", name(account)),
            _ => model,
        }
    };
    (0..=last).map(head).collect()
}

fn filled(context: &Context, job: &Job, kept: &KeptPicture, language: Language) -> Cell {
    let (picture, catalogue) = (&kept.picture, &context.engine.catalogue);
    let used = model_name(catalogue, &picture.model_used);
    let name = if picture.fallback {
        let asked = model_name(catalogue, &job.request.model);
        say(language, Sentence::new("contact.fallback").with("used", used).with("asked", asked))
    } else {
        used
    };
    let mut facts = vec![format!("{} × {}", picture.width, picture.height)];
    if job.from_library {
        facts.push(say(language, Sentence::new("contact.from-library")));
    } else {
        let price = if picture.practice { "contact.price-practice" } else { "contact.price" };
        facts.push(say(language, Sentence::new(price).with("usd", picture.usd.micros())));
        facts.push(say(language, Sentence::new("contact.took").with("ms", picture.elapsed_ms)));
        if picture.attempts > 1 {
            facts.push(say(language, Sentence::new("contact.tries").with("n", picture.attempts)));
        }
    }
    if let Some(seed) = job.request.seed {
        facts.push(say(language, Sentence::new("contact.seed").with("seed", seed)));
    }
    if kept.rating > 0 {
        facts.push("★".repeat(kept.rating.into()));
    }
    Cell {
        row: job.row,
        column: job.column,
        original: Some(context.engine.objects.path(&picture.hash, &picture.extension)),
        size: (picture.width, picture.height),
        name,
        facts: facts.join(" · "),
    }
}

/// The place of a picture that is not there, with the reason.
fn empty(catalogue: &Catalogue, job: &Job, rejected: Option<Sentence>, language: Language) -> Cell {
    let state = || Sentence::new(&format!("contact.state.{}", job.state.as_str()));
    let pixels = |model| catalogue.pixels(model, job.request.size, &job.request.aspect);
    Cell {
        row: job.row,
        column: job.column,
        original: None,
        size: catalogue.model(&job.request.model).and_then(pixels).unwrap_or((1, 1)),
        name: model_name(catalogue, &job.request.model),
        facts: say(language, rejected.or_else(|| job.reason.clone()).unwrap_or_else(state)),
    }
}

fn say(language: Language, sentence: Sentence) -> String {
    catalogue::say_in(language, &sentence.into())
}

fn model_name(catalogue: &Catalogue, id: &str) -> String {
    catalogue.model(id).map_or_else(|| id.to_owned(), |model| model.name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use diptych_engine::value::id::JobId;
    use diptych_engine::value::job::{Fallback, Question};
    use diptych_engine::value::lane::{Lane, Tier};
    use diptych_engine::value::money::Usd;
    use diptych_engine::value::request::Request;
    use diptych_engine::value::size::Size;
    use diptych_engine::value::time::Timestamp;

    const MODEL: &str = "gemini-2.5-flash-image";

    fn sheet(accounts: &[&str]) -> Sheet {
        Sheet {
            id: SheetId::from_text("s1"),
            created: Timestamp(0),
            title: "A kettle".into(),
            prompt: "A kettle".into(),
            size: Size::One,
            aspect: "1:1".parse().expect("aspect"),
            models: vec![MODEL.into()],
            accounts: accounts.iter().copied().map(AccountId::from_text).collect(),
            count: 1,
            fallback: Fallback::Never,
            resend_unknown: 0,
            resend_unknown_usd: None,
            max_usd: None,
            practice: false,
            interactive: true,
            lane: Lane::Now,
            deadline: None,
        }
    }

    fn job(column: u32, account: &str) -> Job {
        let request = Request {
            model: MODEL.into(),
            prompt: "A kettle".into(),
            size: Size::One,
            aspect: "1:1".parse().expect("aspect"),
            references: Vec::new(),
            seed: None,
            thinking: None,
            safety: None,
        };
        let question = Question {
            sheet: SheetId::from_text("s1"),
            row: 0,
            column,
            identity: request.identity(Some(account), false),
            request,
            account_asked: Some(AccountId::from_text(account)),
            practice: false,
            interactive: true,
            tier: Tier::Standard,
            usd: Usd(39_000),
        };
        Job::asked(question, JobId::from_text(format!("j{column}")), Timestamp(0))
    }

    #[test]
    fn columns_of_one_model_are_told_apart_by_the_accounts_that_are_compared() {
        let catalogue = Catalogue::load(None).expect("is shipped");
        let model = model_name(&catalogue, MODEL);
        let jobs = [job(0, "a1"), job(1, "a2")];
        let heads = |accounts: &[&str], jobs: &[Job]| {
            columns(&catalogue, &sheet(accounts), jobs, |id| format!("Account {id}"))
        };
        let compared = heads(&["a1", "a2"], &jobs);
        assert_eq!(compared, [format!("{model} · Account a1"), format!("{model} · Account a2")]);
        assert_eq!(heads(&["a1"], &jobs[..1]), [model], "one account says nothing that the others do not");
    }
}
