//! The library moves to another folder, while this process and no other holds it. From the moment in which the pointer is
//! written the new folder is the one in use; until then the old one is, whole. Who waits for the library meanwhile comes in
//! when all of it is done.
//!
//! Not here: how files are copied and compared (`engine/store/relocate`), and where the pointer lies (`home.rs`).

use crate::home::Home;
use crate::lock::{self, Lock, Owner};
use crate::rebuild::hold;
use diptych_api::wire::Failure;
use diptych_engine::store::relocate::{self, Refusal};
use diptych_engine::value::sentence::Sentence;
use std::collections::HashSet;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// Remove the old folder once the new one is in use.
    Away,
    /// Leave the old folder as it is.
    Keep,
    /// Remove a copy that was begun.
    Discard,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// The library's folder now.
    pub library: PathBuf,
    /// Files that were copied.
    pub files: usize,
    /// Where files are left that are nowhere else, and how many.
    pub left: Option<(PathBuf, u32)>,
}

/// Moves it. `told` hears how many bytes of how many are copied.
///
/// # Errors
/// What happened, and what to do: the library is in use where it was.
pub fn move_library(
    home: &Home,
    to: &Path,
    how: Move,
    mut told: impl FnMut(u64, u64),
) -> Result<Moved, Failure> {
    let held = hold(home, "move").map_err(|error| error.failure())?;
    move_while(home, held, to, how, |done, total| {
        told(done, total);
        ControlFlow::Continue(())
    })
}

/// The same by who holds it already, for as long as `told` lets it go on. What is copied by then stays, to be gone on with.
pub(crate) fn move_while(
    home: &Home,
    held: Lock,
    to: &Path,
    how: Move,
    told: impl FnMut(u64, u64) -> ControlFlow<()>,
) -> Result<Moved, Failure> {
    let refused = |refusal| Failure::of(said(refusal, to));
    let from = home.data();
    let in_use = same_folder(from, to);
    let begun = relocate::source(to);
    let (mut copied, mut there) = (HashSet::new(), None);
    let (old, other) = match how {
        Move::Discard => {
            if in_use || begun.as_deref() != Some(from) {
                return Err(refused(Refusal::Taken));
            }
            (to.to_owned(), from.to_owned())
        }
        // It is there; what a crash has left of the old one is tidied up.
        _ if in_use => (begun.unwrap_or_else(|| from.to_owned()), from.to_owned()),
        _ => {
            copied = relocate::copy(from, to, told).map_err(refused)?;
            // Who waits follows the pointer: no engine starts there before the old folder is tidied up.
            let taken = lock::take(&home.lying_in(to).lock(), &Owner::here("move"));
            let taken = taken.map_err(|error| refused(Refusal::File(to.into(), error)))?;
            there = Some(taken.map_err(|_| refused(Refusal::Taken))?);
            home.point_to(to).map_err(|error| refused(Refusal::File(to.into(), error)))?;
            (from.to_owned(), to.to_owned())
        }
    };
    let mut left = None;
    if how != Move::Keep && old != other && old.is_dir() {
        // The mark stays where this fails: then it is said at every start, and asking again goes on.
        let n = relocate::remove(&old, &other, &copied)
            .map_err(|refusal| Failure::of(stays(refusal, &old, &other)))?;
        left = (n > 0).then(|| (old.clone(), n));
    }
    if how != Move::Discard && relocate::source(&other).is_some() {
        relocate::finish(&other).map_err(refused)?;
    }
    drop((held, there));
    let library = if how == Move::Discard { from.to_owned() } else { other };
    Ok(Moved { library, files: copied.len(), left })
}

fn same_folder(one: &Path, other: &Path) -> bool {
    one.canonicalize().is_ok_and(|one| other.canonicalize().is_ok_and(|other| one == other))
}

/// The new folder is in use, and the old one is still there.
fn stays(refusal: Refusal, old: &Path, to: &Path) -> Sentence {
    let text = match refusal {
        Refusal::File(path, error) => format!("{}: {error}", path.display()),
        other => format!("{other:?}"),
    };
    let said = Sentence::new("E-MOVE-OLD").with("from", old.display().to_string());
    said.with("to", to.display().to_string()).with("text", text)
}

fn said(refusal: Refusal, to: &Path) -> Sentence {
    let to = to.display().to_string();
    match refusal {
        Refusal::File(path, error) => Sentence::new("E-MOVE-FILE")
            .with("path", path.display().to_string())
            .with("text", error.to_string())
            .with("to", to),
        Refusal::Full(needed, free) => {
            Sentence::new("E-MOVE-FULL").with("to", to).with("needed", needed).with("free", free)
        }
        Refusal::Taken => Sentence::new("E-MOVE-TAKEN").with("to", to),
        Refusal::Inside => Sentence::new("E-MOVE-INSIDE").with("to", to),
        Refusal::Stopped => {
            Sentence::new("E-MOVE-FILE").with("path", to.clone()).with("text", "stopped").with("to", to)
        }
    }
}
