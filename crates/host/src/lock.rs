//! The lock of a library: one process holds it, and the file says which.

use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Who holds a library.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Owner {
    pub(crate) pid: u32,
    pub(crate) since_ms: i64,
    pub(crate) holder: String,
}

impl Owner {
    /// This process, from now on.
    pub(crate) fn here(holder: &str) -> Self {
        let since_ms = jiff::Timestamp::now().as_millisecond();
        Self { pid: std::process::id(), since_ms, holder: holder.into() }
    }
}

/// The lock, held as long as it lives. The kernel gives it back even when the process is killed.
pub(crate) struct Lock(#[expect(dead_code, reason = "the open file is the lock")] File);

/// Takes the lock, or says who has it.
pub(crate) fn take(path: &Path, owner: &Owner) -> io::Result<Result<Lock, Option<Owner>>> {
    let mut file =
        OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)?;
    match rustix::fs::flock(&file, rustix::fs::FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => {
            file.set_len(0)?;
            file.write_all(&serde_json::to_vec(owner)?)?;
            Ok(Ok(Lock(file)))
        }
        Err(rustix::io::Errno::WOULDBLOCK) => {
            let mut text = String::new();
            file.rewind()?;
            file.read_to_string(&mut text)?;
            Ok(Err(serde_json::from_str(&text).ok()))
        }
        Err(error) => Err(error.into()),
    }
}
