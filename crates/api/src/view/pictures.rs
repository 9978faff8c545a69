//! Pictures, references and what pictures are found by, on their way to and from the wire.

use super::says;
use crate::wire;
use crate::wire::{PictureView, ReferenceView};
use diptych_engine::driver::problem;
use diptych_engine::engine::AddedReference;
use diptych_engine::ledger::PictureFilter;
use diptych_engine::value::id::SheetId;
use diptych_engine::value::job::KeptPicture;
use diptych_engine::value::money::Usd;
use diptych_engine::value::time::Timestamp;

/// A reference that was taken in.
#[must_use]
pub fn reference(added: AddedReference) -> ReferenceView {
    let (facts, mime) = (&added.facts, added.facts.format.mime().into());
    ReferenceView { width: facts.width, height: facts.height, bytes: added.bytes, mime, id: added.hash }
}

pub(crate) fn picture(kept: KeptPicture) -> PictureView {
    let picture = kept.picture;
    let prompt = picture.prompt().to_owned();
    let asked = picture.request;
    let mut notes = says(picture.notes);
    notes.extend(problem(kept.file, picture.id.as_str()).map(Into::into));
    PictureView {
        id: picture.id.to_string(),
        seq: kept.seq,
        hash: picture.hash,
        job: picture.job.map(|id| id.to_string()),
        sheet: picture.sheet.map(|id| id.to_string()),
        created_ms: picture.created.millis(),
        width: picture.width,
        height: picture.height,
        mime: picture.mime,
        bytes: picture.bytes,
        model_asked: asked.as_ref().map_or_else(|| picture.model_used.clone(), |asked| asked.model.clone()),
        model_used: picture.model_used,
        account: picture.account,
        fallback: picture.fallback,
        size: asked.as_ref().map(|asked| asked.size.to_string()),
        aspect: asked.as_ref().map(|asked| asked.aspect.to_string()),
        prompt,
        seed: asked.as_ref().and_then(|asked| asked.seed),
        thinking: asked.as_ref().and_then(|asked| asked.thinking.clone()),
        safety: asked.as_ref().and_then(|asked| asked.safety.clone()),
        references: asked.map(|asked| asked.references).unwrap_or_default(),
        sources: picture.sources,
        colour: picture.essence.map(|essence| format!("#{:06x}", essence.colour_number())),
        likeness: picture.essence.map(|essence| format!("{:016x}", essence.hash)),
        usd: picture.usd.micros(),
        elapsed_ms: picture.elapsed_ms,
        attempts: picture.attempts,
        practice: picture.practice,
        serial: picture.serial,
        rating: kept.rating,
        trashed: kept.trashed,
        tags: kept.tags,
        collections: kept.collections,
        notes,
        credentials: picture.credentials,
        imported: picture.imported.map(|imported| wire::ImportedView {
            file: imported.file,
            at_ms: imported.at.millis(),
            tool: imported.tool.map(|tool| tool.as_str().into()),
            negative: imported.negative,
            seed: imported.seed,
            size: imported.size,
        }),
    }
}

pub(crate) fn picture_filter(filter: wire::PictureFilter) -> PictureFilter {
    PictureFilter {
        search: filter.search,
        models: filter.models,
        accounts: filter.accounts,
        sizes: filter.sizes,
        aspects: filter.aspects,
        tags: filter.tags,
        collections: filter.collections,
        sheet: filter.sheet.map(SheetId::from_text),
        rating_min: filter.rating_min,
        rating_max: filter.rating_max,
        from: filter.from_ms.map(Timestamp),
        to: filter.to_ms.map(Timestamp),
        usd_min: filter.usd_min.map(Usd),
        usd_max: filter.usd_max.map(Usd),
        practice: filter.practice,
        fallback: filter.fallback,
        trouble: filter.trouble,
        imported: filter.imported,
        damaged: filter.damaged,
        trash: filter.trash,
    }
}
