//! Pictures come in from outside. A terminal names paths, and so does the window for what was dropped on it; a web view
//! hands bytes over ([`bytes`], which is no command of the schema: a file is no JSON).

use super::Context;
use super::pictures::{find, path_of};
use crate::wire::{
    ById, Done, Failure, ImportFate, ImportPictures, Imported, ImportedFile, NoArgs, PictureRecipe,
};
use diptych_engine::driver::{self, Fate};
use diptych_engine::engine::blocking;
use diptych_engine::import::read;
use diptych_engine::picture::inspect::inspect;
use diptych_engine::value::sentence::Sentence;
use diptych_engine::value::time::Timestamp;
use std::fs::File;
use std::path::PathBuf;

/// Refused files that are named where not all are asked for.
const NAMED: usize = 20;

pub(crate) async fn import(context: &Context, import: ImportPictures) -> Result<Imported, Failure> {
    let paths: Vec<PathBuf> = import.paths.into_iter().map(PathBuf::from).collect();
    let report = driver::import(context.engine.core(), paths).await?;
    let mut out = Imported { cancelled: report.cancelled, ..Imported::default() };
    for (path, fate) in report.files {
        let name = if import.list { path.as_os_str() } else { path.file_name().unwrap_or_default() };
        add(&mut out, name.to_string_lossy().into_owned(), fate, import.list);
    }
    Ok(out)
}

/// Takes one file in that was handed over.
///
/// # Errors
/// The ledger's. A file that is refused is none.
pub async fn bytes(
    context: &Context,
    name: &str,
    modified_ms: Option<i64>,
    bytes: bytes::Bytes,
) -> Result<Imported, Failure> {
    let fate = driver::import_bytes(context.engine.core(), name, modified_ms.map(Timestamp), bytes).await?;
    let mut out = Imported::default();
    add(&mut out, name.into(), fate, true);
    Ok(out)
}

fn add(out: &mut Imported, name: String, fate: Fate, list: bool) {
    let (count, file) = match fate {
        Fate::Imported(id) => (
            &mut out.imported,
            ImportedFile { name, fate: ImportFate::Imported, picture: Some(id.to_string()), reason: None },
        ),
        Fate::Known(id) => (
            &mut out.known,
            ImportedFile { name, fate: ImportFate::Known, picture: Some(id.to_string()), reason: None },
        ),
        Fate::Refused(why) => (
            &mut out.refused,
            ImportedFile { name, fate: ImportFate::Refused, picture: None, reason: Some(why.into()) },
        ),
    };
    *count += 1;
    if list || (file.fate == ImportFate::Refused && out.files.len() < NAMED) {
        out.files.push(file);
    }
}

pub(crate) async fn cancel(context: &Context, _: NoArgs) -> Result<Done, Failure> {
    context.engine.cancel_imports();
    Ok(Done {})
}

/// Read from the original each time it is asked for: it stands there, and may be long.
pub(crate) async fn recipe(context: &Context, by: ById) -> Result<PictureRecipe, Failure> {
    let path = path_of(context, &find(context, &by.id).await?);
    let shown = path.display().to_string();
    let found = blocking(move || {
        let mut file = File::open(path)?;
        Ok(match inspect(&mut file)? {
            Ok(facts) => read(&mut file, facts.format)?.raw,
            Err(_) => String::new(),
        })
    });
    match found.await {
        Some(Ok(text)) => Ok(PictureRecipe { text }),
        Some(Err(error)) => {
            let error: std::io::Error = error;
            Err(Failure::of(Sentence::new("E-FILE").with("path", shown).with("text", error.to_string())))
        }
        None => Err(Failure::internal("the file was not read")),
    }
}
