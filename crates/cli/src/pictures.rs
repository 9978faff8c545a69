//! `diptych pictures`.

use crate::arguments::{Collections, PictureState, Pictures};
use crate::exit::Exit;
use crate::watch::ask;
use crate::{output, pages};
use anyhow::Context as _;
use diptych_api::catalogue::usd;
use diptych_api::wire::{
    ChangePictures, ChangedPictures, ContactSheet, ConvertPictures, ExportPictures, Exported, LabelKind,
    PictureFacets, PictureFilter, PicturePath, PictureRows, PictureView, RatePicture, RenameLabel,
};
use diptych_host::Studio;
use serde_json::json;
use std::path::Path;

/// Runs it.
pub(crate) async fn run(studio: &Studio, command: Pictures, json: bool) -> anyhow::Result<Exit> {
    match command {
        Pictures::List { limit, trash, tag, collection, rating, state } => {
            let mut filter = PictureFilter {
                trash,
                tags: tag,
                collections: collection,
                rating_min: rating,
                ..PictureFilter::default()
            };
            state.into_iter().for_each(|state| narrow(&mut filter, state));
            list(studio, filter, limit, json).await?;
        }
        Pictures::Search { text } => {
            let filter = PictureFilter { search: Some(text), ..PictureFilter::default() };
            list(studio, filter, u32::MAX, json).await?;
        }
        Pictures::Tag { ids, add, remove } => {
            let change = ChangePictures { tag: add, untag: remove, ..ChangePictures::default() };
            show(&changed(studio, &ids, change).await?, json);
        }
        Pictures::Collect { name, ids, remove } => {
            let (put, take) = if remove { (vec![], vec![name]) } else { (vec![name], vec![]) };
            let change = ChangePictures { collect: put, uncollect: take, ..ChangePictures::default() };
            show(&changed(studio, &ids, change).await?, json);
        }
        Pictures::Collections { command } => {
            if let Some(command) = command {
                let (name, to) = match command {
                    Collections::Rename { name, to } => (name, Some(to)),
                    Collections::Delete { name } => (name, None),
                };
                let rename = RenameLabel { kind: LabelKind::Collection, name, to };
                ask::<ChangedPictures>(studio, "labels.rename", &rename).await?;
            }
            let facets: PictureFacets = ask(studio, "pictures.facets", &json!({})).await?;
            if json {
                facets.collections.iter().for_each(output::object);
            } else {
                let rows =
                    facets.collections.into_iter().map(|one| vec![one.value, one.pictures.to_string()]);
                output::table(&rows.collect::<Vec<_>>());
            }
        }
        Pictures::Show { id } => {
            let picture: PictureView = ask(studio, "pictures.get", &json!({ "id": id })).await?;
            let path: PicturePath = ask(studio, "pictures.path", &json!({ "id": id })).await?;
            let mut value = serde_json::to_value(&picture)?;
            value["path"] = path.path.into();
            output::line(&if json { value.to_string() } else { serde_json::to_string_pretty(&value)? });
        }
        Pictures::Export { ids, sheet, out, metadata, name, format, quality, max_edge } => {
            let convert = format.map(|format| ConvertPictures { format, quality, max_edge });
            let export = ExportPictures { ids, sheet, out: folder(&out)?, metadata, name, convert };
            let exported: Exported = ask(studio, "pictures.export", &export).await?;
            // Paths come in the order of the ids, without those that failed; those of a sheet come after them.
            let failed = |id: &&String| exported.failed.iter().any(|one| one.picture == **id);
            let copied: Vec<&String> = export.ids.iter().filter(|id| !failed(id)).collect();
            for (at, path) in exported.paths.iter().enumerate() {
                match copied.get(at) {
                    Some(id) if json => output::object(&json!({ "picture": id, "path": path })),
                    None if json => output::object(&json!({ "sheet": export.sheet, "path": path })),
                    _ => output::line(path),
                }
            }
            not_copied(&exported);
            if !exported.failed.is_empty() {
                return Ok(Exit::Failed);
            }
        }
        Pictures::ContactSheet { sheet, out } => {
            let contact = ContactSheet { id: sheet, out: folder(&out)? };
            let exported: Exported = ask(studio, "sheets.contact", &contact).await?;
            for path in &exported.paths {
                if json {
                    output::object(&json!({ "sheet": contact.id, "path": path }));
                } else {
                    output::line(path);
                }
            }
        }
        Pictures::Rate { id, rating } => {
            show(&[ask(studio, "pictures.rate", &RatePicture { id, rating }).await?], json);
        }
        Pictures::Trash { id } => show(&[ask(studio, "pictures.trash", &json!({ "id": id })).await?], json),
        Pictures::Restore { id } => {
            show(&[ask(studio, "pictures.restore", &json!({ "id": id })).await?], json);
        }
    }
    Ok(Exit::Done)
}

/// Lists them; JSON part by part, a table once all its rows are there.
async fn list(studio: &Studio, filter: PictureFilter, limit: u32, json: bool) -> anyhow::Result<()> {
    let mut pages = pages::Pictures::of(filter, limit);
    let mut rows = Vec::new();
    while let Some(pictures) = pages.next(studio).await? {
        if json {
            pictures.iter().for_each(output::object);
        } else {
            rows.extend(pictures.iter().map(row));
        }
    }
    output::table(&rows);
    if pages.left() > 0 {
        output::progress(&format!("{} more; --limit says how many are shown.", pages.left()));
    }
    Ok(())
}

fn narrow(filter: &mut PictureFilter, state: PictureState) {
    match state {
        PictureState::Rated => filter.rating_min = filter.rating_min.max(Some(1)),
        PictureState::Unrated => filter.rating_max = Some(0),
        PictureState::Rejected => filter.trash = true,
        PictureState::Fallback => filter.fallback = Some(true),
        PictureState::Trouble => filter.trouble = Some(true),
        PictureState::Imported => filter.imported = Some(true),
        PictureState::Practice => filter.practice = Some(true),
        PictureState::Real => filter.practice = Some(false),
        PictureState::Damaged => filter.damaged = Some(true),
    }
}

/// Changes them, and answers how they are now.
async fn changed(
    studio: &Studio,
    ids: &[String],
    mut change: ChangePictures,
) -> anyhow::Result<Vec<PictureView>> {
    for id in ids {
        change.seqs.push(ask::<PictureView>(studio, "pictures.get", &json!({ "id": id })).await?.seq);
    }
    ask::<ChangedPictures>(studio, "pictures.change", &change).await?;
    ask(studio, "pictures.rows", &PictureRows { seqs: change.seqs }).await
}

/// Says which pictures were not copied, and why.
pub(crate) fn not_copied(exported: &Exported) {
    for one in &exported.failed {
        let (why, code) = (output::say(&one.reason), &one.reason.code);
        output::complain(&format!("{} was not copied: {why} [{code}]", one.picture));
    }
}

/// Made where it is not there yet.
fn folder(out: &Path) -> anyhow::Result<String> {
    std::fs::create_dir_all(out).with_context(|| out.display().to_string())?;
    Ok(std::path::absolute(out)?.display().to_string())
}

fn show(pictures: &[PictureView], json: bool) {
    if json {
        pictures.iter().for_each(output::object);
        return;
    }
    output::table(&pictures.iter().map(row).collect::<Vec<_>>());
}

fn row(picture: &PictureView) -> Vec<String> {
    let price = match &picture.imported {
        Some(_) => "imported".into(),
        None if picture.practice => format!("practice {}", usd(picture.usd)),
        None => usd(picture.usd),
    };
    let words: String = picture.prompt.chars().take(48).collect();
    vec![
        picture.id.clone(),
        picture.model_used.clone(),
        format!("{} × {}", picture.width, picture.height),
        price,
        "★".repeat(picture.rating.into()),
        picture.tags.join(", "),
        words.replace('\n', " "),
    ]
}
