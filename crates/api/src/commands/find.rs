//! Pictures by the thousand: found as a packed list, shown by rows, changed at once.

use super::Context;
use super::pictures::check_rating;
use crate::view;
use crate::wire::{
    ChangePictures, ChangedPictures, Facet, Failure, FindPictures, FoundPictures, GetFacets, LabelKind,
    PictureFacets, PictureRows, PictureSort, PictureView, RenameLabel,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use diptych_engine::ledger;
use diptych_engine::value::event::Event;
use diptych_engine::value::id::PictureId;
use diptych_engine::value::sentence::Sentence;
use std::collections::BTreeMap;

/// Most rows in one answer.
const MAX_ROWS: usize = 500;
/// Up to so many changed pictures are told one by one.
const TOLD_SINGLY: usize = 24;
const LABEL_CHARS: usize = 60;

pub(crate) async fn find(context: &Context, find: FindPictures) -> Result<FoundPictures, Failure> {
    let ledger = &context.engine.ledger;
    let sort = match find.sort {
        PictureSort::Newest => ledger::PictureSort::Newest,
        PictureSort::Oldest => ledger::PictureSort::Oldest,
        PictureSort::Rating => ledger::PictureSort::Rating,
        PictureSort::Price => ledger::PictureSort::Price,
    };
    let filter = view::picture_filter(find.filter);
    let rows = MAX_ROWS.min(find.rows as usize);
    let (found, whole) = if find.page && !find.by_sheet && matches!(find.sort, PictureSort::Newest) {
        let limit = u32::try_from(rows).unwrap_or(u32::MAX);
        let seqs = ledger.page(filter, None, limit).await?;
        let whole = seqs.len() < rows;
        (ledger::Found { seqs, groups: Vec::new() }, whole)
    } else {
        (ledger.find(filter, sort, find.by_sheet).await?, true)
    };
    let first = found.seqs.iter().take(rows).copied().collect();
    let mut before = 0;
    Ok(FoundPictures {
        total: u32::try_from(found.seqs.len()).unwrap_or(u32::MAX),
        rows: ledger.picture_rows(first).await?.into_iter().map(view::picture).collect(),
        whole,
        groups: pack(found.groups.into_iter().map(u64::from)),
        seqs: pack(found.seqs.into_iter().map(|seq| zigzag(seq - std::mem::replace(&mut before, seq)))),
    })
}

fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)).cast_unsigned()
}

/// Neighbours of a list differ by little: most take one byte, and 100,000 are an answer of 133 kB.
fn pack(numbers: impl Iterator<Item = u64>) -> String {
    let mut bytes = Vec::new();
    for mut number in numbers {
        while number >= 0x80 {
            bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        bytes.push(number as u8);
    }
    STANDARD.encode(bytes)
}

pub(crate) async fn rows(context: &Context, mut rows: PictureRows) -> Result<Vec<PictureView>, Failure> {
    rows.seqs.truncate(MAX_ROWS);
    let kept = context.engine.ledger.picture_rows(rows.seqs).await?;
    Ok(kept.into_iter().map(view::picture).collect())
}

pub(crate) async fn facets(context: &Context, get: GetFacets) -> Result<PictureFacets, Failure> {
    let facets = context.engine.ledger.facets(get.trash).await?;
    let list = |values: BTreeMap<String, u32>| {
        let mut list: Vec<_> =
            values.into_iter().map(|(value, pictures)| Facet { value, pictures }).collect();
        list.sort_by_key(|facet| std::cmp::Reverse(facet.pictures));
        list
    };
    Ok(PictureFacets {
        models: list(facets.models),
        accounts: list(facets.accounts),
        sizes: list(facets.sizes),
        aspects: list(facets.aspects),
        tags: list(facets.tags),
        collections: list(facets.collections),
    })
}

pub(crate) async fn change(context: &Context, change: ChangePictures) -> Result<ChangedPictures, Failure> {
    change.rating.map_or(Ok(()), check_rating)?;
    let what = ledger::PictureChange {
        rating: change.rating,
        trashed: change.trashed,
        tag: change.tag.iter().map(|tag| name(tag)).collect::<Result<_, _>>()?,
        untag: change.untag,
        collect: change.collect.iter().map(|label| name(label)).collect::<Result<_, _>>()?,
        uncollect: change.uncollect,
    };
    let ids = context.engine.ledger.change_pictures(change.seqs, what).await?;
    Ok(changed(context, ids))
}

pub(crate) async fn rename_label(context: &Context, rename: RenameLabel) -> Result<ChangedPictures, Failure> {
    let (kind, what) = match rename.kind {
        LabelKind::Tag => (ledger::Label::Tag, "tag"),
        LabelKind::Collection => (ledger::Label::Collection, "collection"),
    };
    let to = rename.to.as_deref().map(name).transpose()?;
    let ids = context.engine.ledger.rename_label(kind, rename.name.clone(), to.clone()).await?;
    match ids {
        None => Err(Failure::of(Sentence::new("E-LABEL-TAKEN").with("name", to.unwrap_or_default()))),
        Some(ids) if ids.is_empty() => Err(Failure::not_found(what, &rename.name)),
        Some(ids) => Ok(changed(context, ids)),
    }
}

/// Says which were changed.
fn changed(context: &Context, ids: Vec<PictureId>) -> ChangedPictures {
    let pictures = u32::try_from(ids.len()).unwrap_or(u32::MAX);
    if ids.len() > TOLD_SINGLY {
        context.engine.tell(Event::Pictures);
    } else {
        ids.into_iter().for_each(|id| context.engine.tell(Event::Picture(id)));
    }
    ChangedPictures { pictures }
}

/// A label as it is kept: one line, without needless spaces.
fn name(label: &str) -> Result<String, Failure> {
    let name = label.split_whitespace().collect::<Vec<_>>().join(" ");
    if !name.is_empty() && name.chars().count() <= LABEL_CHARS && !name.contains(char::is_control) {
        return Ok(name);
    }
    Err(Failure::of(Sentence::new("E-LABEL").with("name", label).with("n", LABEL_CHARS)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packed_list_is_small_and_reads_back() {
        assert_eq!(pack([0, 127, 128, 300].into_iter()), STANDARD.encode([0, 127, 0x80, 1, 0xac, 2]));
        assert_eq!([0, -1, 1, -2, i64::MIN].map(zigzag), [0, 1, 2, 3, u64::MAX]);
    }

    #[test]
    fn a_label_is_one_short_line() {
        assert_eq!(name("  blue \n hour ").ok().as_deref(), Some("blue hour"));
        assert!(name(" ").is_err() && name(&"x".repeat(61)).is_err() && name("a\u{7}").is_err());
    }
}
