//! `diptych import` and `diptych rebuild-index`.

use crate::exit::Exit;
use crate::output;
use crate::signals::Signals;
use crate::watch::{ask, say_what_waits};
use diptych_api::wire::{Event, ImportFate, ImportPictures, Imported, Sentence};
use diptych_host::{Audience, Home, OpenError, Studio};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::time::Duration;

/// A sentence with one number.
fn counted(code: &str, n: u32) -> Sentence {
    Sentence { code: code.into(), params: [("n".to_owned(), n.into())].into() }
}

/// Runs an import. The first signal stops it after the files in hand; what came in stays.
pub(crate) async fn run(
    studio: &Studio,
    paths: Vec<PathBuf>,
    signals: &Signals,
    json: bool,
) -> anyhow::Result<Exit> {
    let paths = paths.iter().map(|path| Ok(std::path::absolute(path)?.display().to_string()));
    let args = ImportPictures { paths: paths.collect::<std::io::Result<_>>()?, list: true };
    say_what_waits(studio).await?;
    let mut events = studio.events();
    let mut work = std::pin::pin!(ask::<Imported>(studio, "pictures.import", &args));
    let (mut shown, mut stopping) = (0, false);
    // One that has not begun does not hear it: it is said until it has ended.
    let mut again = tokio::time::interval(Duration::from_millis(200));
    if signals.stopping() {
        return Ok(Exit::Left);
    }
    let done = loop {
        tokio::select! {
            done = &mut work => break done?,
            event = events.recv() => match event {
                Ok(Event::Import { done, total }) if done >= shown + 100 => {
                    shown = done;
                    output::progress(&format!("{done} of {total}"));
                }
                // Events are for show: where some are lost, it goes on.
                _ => {}
            },
            () = async { signals.first().await; again.tick().await; } => {
                if !std::mem::replace(&mut stopping, true) {
                    output::progress("Stopping; what came in stays. Once more to leave at once.");
                }
                drop(studio.call("pictures.import-stop", json!({}), Audience::Terminal).await);
            }
        }
    };
    if json {
        done.files.iter().for_each(output::object);
    } else {
        for file in done.files.iter().filter(|file| file.fate == ImportFate::Refused) {
            let why = file.reason.as_ref().map(output::say).unwrap_or_default();
            output::progress(&format!("{}: {why}", file.name));
        }
        output::line(&summary(&done));
    }
    Ok(if done.refused > 0 || done.cancelled { Exit::Failed } else { Exit::Done })
}

/// `12 imported, 3 already here, 1 refused.`
fn summary(done: &Imported) -> String {
    let counts = [("N-IMPORTED", done.imported), ("N-KNOWN", done.known), ("N-REFUSED", done.refused)];
    let said: Vec<String> = counts
        .into_iter()
        .filter(|(code, n)| *n > 0 || *code == "N-IMPORTED")
        .map(|(code, n)| output::say(&counted(code, n)))
        .collect();
    format!("{}.", said.join(", "))
}

/// Makes the library's index anew from its files, while nobody holds the library.
pub(crate) async fn rebuild(home: &Home, json: bool) -> anyhow::Result<Exit> {
    let found = match diptych_host::rebuild_index(home).await {
        Ok(found) => found,
        Err(error @ OpenError::AlreadyOpen { .. }) => {
            output::complain(&error.to_string());
            return Ok(Exit::Failed);
        }
        Err(error) => return Err(error.into()),
    };
    let problems: Vec<Sentence> = found.problems.into_iter().map(Into::into).collect();
    let backup = found.backup.map(|path| path.display().to_string());
    if json {
        output::object(&json!({
            "pictures": found.pictures,
            "bare": found.bare,
            "accounts": found.accounts,
            "answers": found.answers,
            "problems": problems,
            "backup": backup,
        }));
        return Ok(if problems.is_empty() { Exit::Done } else { Exit::Failed });
    }
    problems.iter().for_each(|problem| output::progress(&output::say(problem)));
    let say = |sentence: &Sentence| output::line(&output::say(sentence));
    say(&counted("N-REBUILT", found.pictures));
    for (code, n) in [("N-REBUILT-BARE", found.bare), ("N-REBUILT-ANSWERS", found.answers)] {
        if n > 0 {
            say(&counted(code, n));
        }
    }
    match found.accounts {
        Some(accounts) => say(&counted("N-REBUILT-ACCOUNTS", accounts)),
        None => say(&counted("N-REBUILT-NO-ACCOUNTS", 0)),
    }
    if let Some(path) = backup {
        say(&Sentence {
            code: "N-REBUILT-BACKUP".into(),
            params: [("path".to_owned(), Value::from(path))].into(),
        });
    }
    Ok(if problems.is_empty() { Exit::Done } else { Exit::Failed })
}
