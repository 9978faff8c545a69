//! Takes a spooled answer in: out comes a verdict, and the pictures that were stored for good.
//!
//! Works from the file alone, so that it can be done again after a crash, with the same result and no network. Blocks.

use crate::driver::source_of;
use crate::picture::derive::Derived;
use crate::picture::inspect::{Facts, inspect};
use crate::policy::judge::{self, Asked, Flaw, Refusal};
use crate::policy::verdict::{Billed, Verdict};
use crate::provider::gemini::{self, ImagePart};
use crate::provider::scan::{Blob, Scanned, scan};
use crate::store::folder::{Folders, rename_durably};
use crate::store::objects::Objects;
use crate::store::spool::{Spooled, file_path};
use crate::value::account::Account;
use crate::value::catalogue::Model;
use crate::value::id::{AttemptId, PictureId};
use crate::value::job::{Attempt, Job, Picture};
use crate::value::lane::Tier;
use crate::value::money::Usd;
use crate::value::sentence::Sentence;
use crate::value::time::Timestamp;
use serde_json::Value;
use std::fs::File;
use std::io;
use std::path::Path;
use std::time::Duration;

/// What the intake needs to know.
pub(super) struct Context<'a> {
    pub(super) folders: &'a Folders,
    pub(super) objects: &'a Objects,
    pub(super) account: &'a Account,
    pub(super) model: Option<&'a Model>,
    pub(super) job: &'a Job,
    pub(super) attempt: &'a Attempt,
    pub(super) expected: Option<(u32, u32)>,
    pub(super) derived: &'a Derived,
    pub(super) now: Timestamp,
}

/// What an answer came to.
#[derive(Debug)]
pub(super) struct Taken {
    pub(super) status: Option<u16>,
    pub(super) request_id: Option<String>,
    /// Pictures stored, the final one last.
    pub(super) pictures: Vec<Picture>,
    /// What the user should know about them.
    pub(super) notes: Vec<Sentence>,
    /// Charged, as far as the answer says.
    pub(super) usd: Usd,
    /// Input tokens, where the answer says.
    pub(super) tokens: Option<u32>,
    /// `None` where all is well.
    pub(super) verdict: Option<Verdict>,
    /// The raw answer is worth keeping.
    pub(super) keep: bool,
}

impl Taken {
    fn flawed(spooled: &Spooled, verdict: Verdict, usd: Usd) -> Self {
        let usd = if verdict.billed == Billed::Yes { usd } else { Usd::ZERO };
        Self {
            status: Some(spooled.head.status),
            request_id: spooled.head.request_id.clone(),
            pictures: Vec::new(),
            notes: Vec::new(),
            usd,
            tokens: None,
            keep: verdict.billed != Billed::No,
            verdict: Some(verdict),
        }
    }
}

/// Takes an answer in. `endless` is true where we stopped it; `along` is what reading it along has left, if anybody did.
pub(super) fn take_in(
    context: &Context<'_>,
    asked: &Asked<'_>,
    spooled: &Spooled,
    endless: bool,
    along: impl FnOnce() -> Option<Scanned>,
) -> io::Result<Taken> {
    let price = context.attempt.reserved.unwrap_or(Usd::ZERO);
    if spooled.head.status != 200 {
        let body = spooled.beginning(1024 * 1024)?;
        return Ok(Taken::flawed(spooled, refused(asked, spooled, &body), price));
    }
    let flaw = |flaw: Flaw| Ok(Taken::flawed(spooled, judge::flawed(asked, &flaw), price));
    if endless {
        return flaw(Flaw::Endless(spooled.length));
    }
    if !spooled.complete {
        return flaw(Flaw::Truncated(spooled.length));
    }
    let scanned = match along() {
        Some(scanned) => scanned,
        None => match scan(spooled.body(), &context.folders.spool().join(context.attempt.id.as_str())) {
            // It would be the same each time: a flaw of the answer, not of the disk.
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                return flaw(Flaw::Endless(spooled.length));
            }
            scanned => scanned?,
        },
    };
    let Ok(document) = serde_json::from_slice::<Value>(&scanned.rest) else {
        let beginning = spooled.beginning(64 * 1024)?;
        return match beginning.iter().find(|byte| !byte.is_ascii_whitespace()) {
            Some(b'{' | b'[') => flaw(Flaw::Truncated(spooled.length)),
            _ => flaw(Flaw::NotJson(page_title(&beginning))),
        };
    };
    if crate::policy::google_error::GoogleError::from_value(&document).is_some() {
        return Ok(Taken::flawed(spooled, refused(asked, spooled, &scanned.rest), price));
    }
    pictures(context, asked, spooled, &document, &scanned.blobs)
}

fn refused(asked: &Asked<'_>, spooled: &Spooled, body: &[u8]) -> Verdict {
    let head = &spooled.head;
    let refusal = Refusal {
        status: head.status,
        retry_after: head.retry_after.as_deref(),
        location: head.location.as_deref(),
        body,
        after: Duration::from_millis(head.first_byte_ms),
    };
    judge::refusal(asked, &refusal)
}

fn page_title(beginning: &[u8]) -> String {
    let text = String::from_utf8_lossy(beginning);
    let lower = text.to_ascii_lowercase();
    let title = lower.find("<title>").and_then(|start| {
        let end = lower[start..].find("</title>")?;
        text.get(start + 7..start + end)
    });
    title.map_or_else(|| text.chars().take(60).collect(), str::to_owned)
}

/// The good and the bad pictures of an answer.
fn pictures(
    context: &Context<'_>,
    asked: &Asked<'_>,
    spooled: &Spooled,
    document: &Value,
    blobs: &[Blob],
) -> io::Result<Taken> {
    let answer = gemini::read(document);
    let mut good: Vec<(&ImagePart, &Blob, Facts)> = Vec::new();
    // Of the last one that was bad, and whether it was the last of all: that is the picture, those before it are drafts.
    let (mut flaw, mut last_is_bad) = (None, false);
    for part in &answer.images {
        let Some(blob) = blobs.get(part.blob) else { continue };
        // The number may be the provider's own.
        if good.iter().any(|(taken, ..)| taken.blob == part.blob) {
            continue;
        }
        match look(blob)? {
            Ok(facts) => {
                good.push((part, blob, facts));
                last_is_bad = false;
            }
            Err(found) => {
                flaw = Some(found);
                last_is_bad = true;
            }
        }
    }
    let own_price = context.account.has_own_price(&context.attempt.model, context.attempt.size);
    let served = served(context, spooled);
    let usual = context.model.and_then(|model| answer.usage.cost(&model.rates));
    // Without the pictures' share of the tokens all would count as text, which costs a tenth.
    let told = answer.usage.images > 0 && !own_price;
    let Some((_, _, last)) = good.last() else {
        // What has no picture at all costs its text; one that cannot be used was made all the same.
        let usual = usual.filter(|_| told || flaw.is_none());
        let found = flaw.unwrap_or_else(|| judge::no_picture(&answer.reason, &answer.text));
        let charged = usual.map(|usual| served.price(usual));
        let charged = charged.or(context.attempt.reserved).unwrap_or(Usd::ZERO);
        let taken = Taken::flawed(spooled, judge::flawed(asked, &found), charged);
        return Ok(Taken { tokens: answer.usage.input(), ..taken });
    };
    let by_usage = usual.filter(|_| told);
    let reserved = context.attempt.reserved.unwrap_or(Usd::ZERO);
    let each = if served == context.attempt.tier { reserved } else { reserved * 2 };
    let usd =
        by_usage.map_or_else(|| each * u32::try_from(good.len()).unwrap_or(1), |usual| served.price(usual));
    let model_used = answer.model.clone().unwrap_or_else(|| context.attempt.model.clone());
    let mut notes = notes(context, spooled, &good, &model_used);
    let damaged = flaw.is_some();
    let last_flaw = flaw.filter(|_| last_is_bad).or_else(|| (!last.complete).then_some(Flaw::Incomplete));
    let verdict = last_flaw.map(|found| judge::flawed(asked, &found));
    notes.extend(verdict.as_ref().map(|verdict| verdict.sentence.clone()));
    let mut pictures = Vec::new();
    for (number, (_, blob, facts)) in good.iter().enumerate() {
        let picture = record(context, spooled, &answer, blob, facts, number, &notes, usd, &model_used);
        context.objects.take(&blob.path, &blob.hash, facts.format.extension())?;
        context.objects.write_sidecar(&picture.clone().into())?;
        pictures.push(picture);
    }
    Ok(Taken {
        status: Some(200),
        request_id: spooled.head.request_id.clone().or(answer.response_id),
        pictures,
        notes,
        usd,
        tokens: answer.usage.input(),
        // Bytes that could not be used were paid for, too.
        keep: verdict.is_some() || damaged,
        verdict,
    })
}

fn look(blob: &Blob) -> io::Result<Result<Facts, Flaw>> {
    if let Some(at) = blob.damaged_at {
        return Ok(Err(Flaw::Base64(at)));
    }
    Ok(match inspect(File::open(&blob.path)?)? {
        Err(not) => Err(Flaw::NotImage(not.0)),
        Ok(facts) if facts.too_large() => Err(Flaw::TooLarge(facts.width, facts.height)),
        Ok(facts) => Ok(facts),
    })
}

/// How it was served: where the cheap tier was not to be had, as usual, and at the usual price.
fn served(context: &Context<'_>, spooled: &Spooled) -> Tier {
    match (context.attempt.tier, spooled.head.tier.as_deref()) {
        (Tier::Flex, Some(tier)) => Tier::from_text(tier),
        (asked, _) => asked,
    }
}

fn notes(
    context: &Context<'_>,
    spooled: &Spooled,
    good: &[(&ImagePart, &Blob, Facts)],
    model_used: &str,
) -> Vec<Sentence> {
    let mut notes = Vec::new();
    let Some((part, _, facts)) = good.last() else { return notes };
    if !part.label.is_empty() && part.label != facts.format.mime() {
        let labelled = part.label.trim_start_matches("image/").to_ascii_uppercase();
        notes.push(Sentence::new("W-MIME").with("labelled", labelled).with("real", facts.format.name()));
    }
    if good.len() > 1 {
        notes.push(Sentence::new("W-EXTRA").with("n", good.len() as u64));
    }
    if let Some((width, height)) = context.expected {
        let off = |real: u32, asked: u32| real.abs_diff(asked) * 32 > asked;
        if off(facts.width, width) || off(facts.height, height) {
            let sentence = Sentence::new("W-SIZE")
                .with("asked", format!("{width} × {height}"))
                .with("got", format!("{} × {}", facts.width, facts.height))
                .with("asked_size", context.attempt.size.as_str());
            notes.push(sentence);
        }
    }
    let (asked, sent) = (context.job.request.size, context.attempt.size);
    if sent < asked {
        let sentence = Sentence::new("W-FLOOR").with("asked", asked.as_str()).with("got", sent.as_str());
        let name = context.model.map_or(context.attempt.model.as_str(), |model| model.name.as_str());
        notes.push(sentence.with("model", name));
    }
    if model_used != context.attempt.model {
        let sentence =
            Sentence::new("W-MODEL").with("asked", context.attempt.model.as_str()).with("used", model_used);
        notes.push(sentence);
    }
    if let Some(tier) = spooled.head.tier.as_deref().filter(|tier| *tier != context.attempt.tier.as_str()) {
        notes.push(Sentence::new("W-TIER").with("tier", tier));
    }
    notes
}

#[expect(clippy::too_many_arguments, reason = "a record has this many sources, and no two belong together")]
fn record(
    context: &Context<'_>,
    spooled: &Spooled,
    answer: &gemini::Answer,
    blob: &Blob,
    facts: &Facts,
    number: usize,
    notes: &[Sentence],
    usd: Usd,
    model_used: &str,
) -> Picture {
    let references = &context.job.request.references;
    Picture {
        id: picture_id(&context.attempt.id, number),
        hash: blob.hash.clone(),
        extension: facts.format.extension().into(),
        mime: facts.format.mime().into(),
        width: facts.width,
        height: facts.height,
        bytes: blob.length,
        job: Some(context.job.id.clone()),
        sheet: Some(context.job.sheet.clone()),
        attempt: Some(context.attempt.id.clone()),
        number: u32::try_from(number).unwrap_or(u32::MAX),
        created: context.now,
        request: Some(context.job.request.clone()),
        model_used: model_used.into(),
        account: context.attempt.account_name.clone(),
        fallback: context.attempt.model != context.job.request.model,
        // One bill for the answer: it stands with its first picture.
        usd: if number == 0 { usd } else { Usd::ZERO },
        elapsed_ms: i64::try_from(context.now.since(context.attempt.started).as_millis()).unwrap_or(i64::MAX),
        attempts: context.attempt.number,
        practice: context.attempt.practice,
        serial: facts.serial.clone(),
        notes: notes.to_vec(),
        response_id: answer.response_id.clone().or_else(|| spooled.head.request_id.clone()),
        credentials: facts.credentials,
        sources: references.iter().filter_map(|hash| source_of(context.folders, hash)).collect(),
        essence: context.derived.noticed(&blob.hash),
        imported: None,
    }
}

/// The same answer taken in twice gives the same ids, so a crash between leaves no second sidecar.
fn picture_id(attempt: &AttemptId, number: usize) -> PictureId {
    let tail = attempt.as_str().get(1..).unwrap_or_default();
    PictureId::from_text(if number == 0 { format!("p{tail}") } else { format!("p{tail}-{number}") })
}

/// Removes the spool of an attempt whose settlement is on the books, or keeps the raw answer for inspection.
pub(super) fn put_away(folders: &Folders, attempt: &AttemptId, keep: bool) {
    let from = file_path(&folders.spool(), attempt);
    let done = if keep {
        rename_durably(&from, &folders.kept().join(format!("{attempt}.answer")))
    } else {
        std::fs::remove_file(&from)
    };
    if let Err(error) = done.or_else(|error| if Path::new(&from).exists() { Err(error) } else { Ok(()) }) {
        tracing::warn!(%attempt, %error, "the spool was left behind");
    }
}
