//! Pictures leave the library as copies. A terminal says where to; a web view is not trusted with paths, and its copies
//! go into the library's own folder for them.

use super::Context;
use super::pictures::find;
use crate::wire::{ExportPictures, Exported, Failure, SavePictures, SavedPictures};
use diptych_engine::engine::blocking;
use diptych_engine::export::name::{FIELDS, Template};
use diptych_engine::export::{Export, export as copy};
use diptych_engine::value::job::KeptPicture;
use diptych_engine::value::sentence::Sentence;
use std::path::{Path, PathBuf};

pub(crate) async fn export(context: &Context, export: ExportPictures) -> Result<Exported, Failure> {
    let name = export.name.as_deref().map_or(Ok(Template::default()), template)?;
    let how = Export { metadata: export.metadata, name };
    let mut paths = Vec::new();
    for id in &export.ids {
        let kept = find(context, id).await?;
        paths.push(one(context, kept, Path::new(&export.out), &how).await?.display().to_string());
    }
    Ok(Exported { paths })
}

pub(crate) async fn save(context: &Context, save: SavePictures) -> Result<SavedPictures, Failure> {
    let folder = context.engine.folders.exports();
    std::fs::create_dir_all(&folder).map_err(|error| failed(&folder, &error))?;
    let how = Export { metadata: save.metadata, ..Export::default() };
    let mut pictures = 0;
    // Rows are read in parts: what is selected may be everything.
    for seqs in save.seqs.chunks(500) {
        for kept in context.engine.ledger.picture_rows(seqs.to_vec()).await? {
            one(context, kept, &folder, &how).await?;
            pictures += 1;
        }
    }
    Ok(SavedPictures { pictures, folder: folder.display().to_string() })
}

async fn one(context: &Context, kept: KeptPicture, folder: &Path, how: &Export) -> Result<PathBuf, Failure> {
    let (objects, zone) = (context.engine.objects.clone(), context.engine.clock.zone());
    let (to, how, id) = (folder.to_owned(), how.clone(), kept.picture.id.to_string());
    match blocking(move || copy(&objects, &kept, &to, &how, &zone)).await {
        Some(Ok(path)) => Ok(path),
        Some(Err(error)) => Err(failed(&folder.join(id), &error)),
        None => Err(Failure::internal("the copy was given up")),
    }
}

fn failed(path: &Path, error: &std::io::Error) -> Failure {
    let path = path.display().to_string();
    Failure::of(Sentence::new("E-FILE").with("path", path).with("text", error.to_string()))
}

fn template(text: &str) -> Result<Template, Failure> {
    text.parse().map_err(|wrong: String| {
        let fields = FIELDS.map(|field| format!("{{{field}}}")).join(" ");
        Failure::of(
            Sentence::new("E-OPTION").with("value", wrong).with("option", "name").with("hint", fields),
        )
    })
}
