//! Pictures leave the library as copies. A terminal says where to; a web view is not trusted with paths, and its copies
//! go into the library's own folder for them.

use super::Context;
use super::pictures::find;
use super::sheets::jobs_of;
use crate::wire::{
    ConvertPictures, Done, ExportPictures, Exported, Failure, NameExample, NamedFile, NoArgs, NotExported,
    SavePictures, SavedPictures,
};
use diptych_engine::driver::{Copies, Uncopied};
use diptych_engine::export::Export;
use diptych_engine::export::name::{FIELDS, Template};
use diptych_engine::picture::convert::{Conversion, CopyFormat};
use diptych_engine::value::id::SheetId;
use diptych_engine::value::job::{Job, KeptPicture};
use diptych_engine::value::sentence::Sentence;
use std::path::{Path, PathBuf};

/// What a person cannot tell from the original by eye.
const QUALITY: u8 = 90;
/// Rows are read in parts: what is selected may be everything.
const PART: usize = 500;

pub(crate) async fn export(context: &Context, export: ExportPictures) -> Result<Exported, Failure> {
    let name = export.name.as_deref().map_or(Ok(Template::default()), template)?;
    let how = Export { metadata: export.metadata, convert: conversion(export.convert)?, name };
    let mut pictures = Vec::new();
    for id in &export.ids {
        pictures.push(find(context, id).await?);
    }
    if let Some(id) = export.sheet {
        for job in jobs_of(context, SheetId::from_text(id)).await? {
            pictures.extend(pictures_of(context, &job).await?.into_iter().filter(|kept| !kept.trashed));
        }
    }
    let (all, out) = (pictures.len(), PathBuf::from(&export.out));
    let total = u32::try_from(all).unwrap_or(u32::MAX);
    let mut copies = Copies::new(context.engine.core().clone(), total, out.clone(), how);
    copies.make(pictures).await.map_err(|error| failed(&out, &error))?;
    // By a page, or because the holder leaves: who asked would take a part for all.
    if copies.stopped() && copies.paths.len() + copies.failed.len() < all {
        let text = format!("stopped after {} of {all} copies", copies.paths.len());
        return Err(failed(&out, &std::io::Error::other(text)));
    }
    Ok(Exported {
        paths: copies.paths.iter().map(|path| path.display().to_string()).collect(),
        failed: copies
            .failed
            .iter()
            .map(|one| NotExported { picture: one.picture.to_string(), reason: why(one) })
            .collect(),
    })
}

pub(crate) async fn save(context: &Context, save: SavePictures) -> Result<SavedPictures, Failure> {
    let folder = own_folder(context)?;
    let name = save.name.as_deref().map_or(Ok(Template::default()), template)?;
    let how = Export { metadata: save.metadata, convert: conversion(save.convert)?, name };
    let total = u32::try_from(save.seqs.len()).unwrap_or(u32::MAX);
    let mut copies = Copies::new(context.engine.core().clone(), total, folder.clone(), how);
    for seqs in save.seqs.chunks(PART) {
        let rows = context.engine.ledger.picture_rows(seqs.to_vec()).await?;
        copies.make(rows).await.map_err(|error| failed(&folder, &error))?;
        if copies.stopped() {
            break;
        }
    }
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Ok(SavedPictures {
        pictures: count(copies.paths.len()),
        failed: count(copies.failed.len()),
        reason: copies.failed.first().map(why),
        folder: folder.display().to_string(),
        stopped: copies.stopped(),
    })
}

/// A job's pictures; where the library answered it, the one that it was answered with.
pub(super) async fn pictures_of(context: &Context, job: &Job) -> Result<Vec<KeptPicture>, Failure> {
    let ledger = &context.engine.ledger;
    let own = ledger.pictures_of(job.id.clone()).await?;
    match &job.picture {
        Some(id) if own.is_empty() => Ok(ledger.picture(id.clone()).await?.into_iter().collect()),
        _ => Ok(own),
    }
}

pub(crate) async fn name_example(context: &Context, asked: NameExample) -> Result<NamedFile, Failure> {
    let name = asked.name.as_deref().map_or(Ok(Template::default()), template)?;
    let format = match asked.format {
        Some(format) => Some(CopyFormat::parse(&format).ok_or_else(|| unknown(format))?),
        None => None,
    };
    let rows = context.engine.ledger.picture_rows(vec![asked.seq]).await?;
    let kept = rows.first().ok_or_else(|| Failure::not_found("picture", &asked.seq.to_string()))?;
    let extension = format.map_or(&*kept.picture.extension, |format| format.extension());
    let stem = name.fill(kept, &context.engine.clock.zone());
    Ok(NamedFile { name: format!("{stem}.{extension}") })
}

pub(crate) async fn stop_saving(context: &Context, _: NoArgs) -> Result<Done, Failure> {
    context.engine.stop_copying();
    Ok(Done {})
}

/// The library's own folder for copies.
pub(super) fn own_folder(context: &Context) -> Result<PathBuf, Failure> {
    let folder = context.engine.folders.exports();
    std::fs::create_dir_all(&folder).map_err(|error| failed(&folder, &error))?;
    Ok(folder)
}

pub(super) fn failed(path: &Path, error: &std::io::Error) -> Failure {
    Failure::of(of_file(path, error))
}

fn of_file(path: &Path, error: &std::io::Error) -> Sentence {
    Sentence::new("E-FILE").with("path", path.display().to_string()).with("text", error.to_string())
}

/// Why a picture was not copied.
fn why(one: &Uncopied) -> crate::wire::Sentence {
    of_file(&one.original, &one.error).into()
}

fn conversion(convert: Option<ConvertPictures>) -> Result<Option<Conversion>, Failure> {
    let Some(convert) = convert else { return Ok(None) };
    let Some(format) = CopyFormat::parse(&convert.format) else {
        return Err(unknown(convert.format));
    };
    let quality = convert.quality.unwrap_or(QUALITY);
    if !(1..=100).contains(&quality) {
        return Err(wrong(quality.to_string(), "quality", "1 … 100"));
    }
    if convert.max_edge == Some(0) {
        return Err(wrong("0".into(), "max-edge", "1 …"));
    }
    Ok(Some(Conversion { format, quality, max_edge: convert.max_edge }))
}

fn unknown(format: String) -> Failure {
    wrong(format, "format", "png jpeg webp")
}

pub(super) fn template(text: &str) -> Result<Template, Failure> {
    let fields = || FIELDS.map(|field| format!("{{{field}}}")).join(" ");
    text.parse().map_err(|value: String| wrong(value, "name", &fields()))
}

fn wrong(value: String, option: &str, hint: &str) -> Failure {
    Failure::of(Sentence::new("E-OPTION").with("value", value).with("option", option).with("hint", hint))
}
