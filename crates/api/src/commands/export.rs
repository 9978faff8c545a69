//! Pictures leave the library as copies. A terminal says where to; a web view is not trusted with paths, and its copies
//! go into the library's own folder for them.

use super::Context;
use super::pictures::find;
use super::sheets::jobs_of;
use crate::wire::{
    ConvertPictures, Done, ExportPictures, Exported, Failure, NameExample, NamedFile, NoArgs, SavePictures,
    SavedPictures,
};
use diptych_engine::driver::Copies;
use diptych_engine::export::Export;
use diptych_engine::export::name::{FIELDS, Template};
use diptych_engine::picture::convert::{Conversion, CopyFormat};
use diptych_engine::value::id::SheetId;
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
            pictures.extend(context.engine.ledger.pictures_of(job.id).await?);
        }
    }
    let total = u32::try_from(pictures.len()).unwrap_or(u32::MAX);
    let mut copies = Copies::new(context.engine.core().clone(), total, PathBuf::from(&export.out), how);
    copies.make(pictures).await.map_err(|(path, error)| failed(&path, &error))?;
    Ok(Exported { paths: copies.paths.iter().map(|path| path.display().to_string()).collect() })
}

pub(crate) async fn save(context: &Context, save: SavePictures) -> Result<SavedPictures, Failure> {
    let folder = own_folder(context)?;
    let name = save.name.as_deref().map_or(Ok(Template::default()), template)?;
    let how = Export { metadata: save.metadata, convert: conversion(save.convert)?, name };
    let total = u32::try_from(save.seqs.len()).unwrap_or(u32::MAX);
    let mut copies = Copies::new(context.engine.core().clone(), total, folder.clone(), how);
    for seqs in save.seqs.chunks(PART) {
        let rows = context.engine.ledger.picture_rows(seqs.to_vec()).await?;
        copies.make(rows).await.map_err(|(path, error)| failed(&path, &error))?;
        if copies.stopped() {
            break;
        }
    }
    let pictures = u32::try_from(copies.paths.len()).unwrap_or(u32::MAX);
    Ok(SavedPictures { pictures, folder: folder.display().to_string(), stopped: copies.stopped() })
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
    let path = path.display().to_string();
    Failure::of(Sentence::new("E-FILE").with("path", path).with("text", error.to_string()))
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
