//! Where a library, its cache, its settings and its logs lie: below `DIPTYCH_HOME`, else in the platform's own folders. A
//! library that was moved lies where the pointer says, a small file among the settings.

use crate::studio::OpenError;
use diptych_engine::store::folder::{Folders, write_durably};
use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// Longest path of a socket that every system takes.
const SOCKET_PATH: usize = 100;

/// The folders of one user's Diptych.
#[derive(Debug, Clone)]
pub struct Home {
    data: PathBuf,
    cache: PathBuf,
    config: PathBuf,
    logs: PathBuf,
}

impl Home {
    /// `DIPTYCH_HOME`, else the platform's folders. Makes what is missing, for the user only.
    ///
    /// # Errors
    /// There is no home folder, or it cannot be made.
    pub fn discover() -> Result<Self, OpenError> {
        let mut home = match std::env::var_os("DIPTYCH_HOME").filter(|home| !home.is_empty()) {
            Some(home) => Self::below(&std::path::absolute(home)?),
            None => {
                let own = directories::ProjectDirs::from("", "", "diptych").ok_or(OpenError::NoHome)?;
                let state = own.state_dir().unwrap_or_else(|| own.data_local_dir());
                Self {
                    data: own.data_dir().into(),
                    cache: own.cache_dir().into(),
                    config: own.config_dir().into(),
                    logs: state.join("logs"),
                }
            }
        };
        home.look_again()?;
        home.make()?;
        Ok(home)
    }

    fn pointer_file(&self) -> PathBuf {
        self.config.join("library-folder")
    }

    /// Where the library was moved to, if it was.
    fn pointer(&self) -> Option<PathBuf> {
        std::fs::read(self.pointer_file()).ok().map(|path| OsString::from_vec(path).into())
    }

    /// From now on the library lies there.
    pub(crate) fn point_to(&self, data: &Path) -> std::io::Result<()> {
        write_durably(&self.pointer_file(), data.as_os_str().as_bytes())
    }

    /// Takes the folder in which the library lies now.
    pub(crate) fn look_again(&mut self) -> Result<(), OpenError> {
        if let Some(data) = self.pointer() {
            // A disk that is not there must not look like an empty library, nor must the folder on which it is mounted else.
            if !data.join("ledger.sqlite").exists() && !data.join("pictures").is_dir() {
                return Err(OpenError::Away(data));
            }
            self.data = data;
        }
        Ok(())
    }

    /// The same, with its library there.
    pub(crate) fn lying_in(&self, data: &Path) -> Self {
        Self { data: data.into(), ..self.clone() }
    }

    /// Whether the library still lies where it did when we looked. Asked under its lock, as it is moved under it.
    pub(crate) fn is_current(&self) -> bool {
        self.pointer().is_none_or(|data| data == self.data)
    }

    /// Everything below one folder.
    #[must_use]
    pub fn below(root: &Path) -> Self {
        Self {
            data: root.join("library"),
            cache: root.join("cache"),
            config: root.join("config"),
            logs: root.join("state").join("logs"),
        }
    }

    /// Makes what is missing, for the user only.
    ///
    /// # Errors
    /// The file system's.
    pub fn make(&self) -> std::io::Result<()> {
        for folder in [&self.data, &self.cache, &self.config, &self.logs] {
            std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        }
        Ok(())
    }

    /// The engine's folders.
    #[must_use]
    pub fn folders(&self) -> Folders {
        Folders { data: self.data.clone(), cache: self.cache.clone() }
    }

    /// The library.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// Small pictures; deletable at any time.
    #[must_use]
    pub fn cache(&self) -> &Path {
        &self.cache
    }

    /// The user's corrections of the model catalogue, and nothing secret.
    #[must_use]
    pub fn config(&self) -> &Path {
        &self.config
    }

    /// Logs.
    #[must_use]
    pub fn logs(&self) -> &Path {
        &self.logs
    }

    /// The lock.
    #[must_use]
    pub fn lock(&self) -> PathBuf {
        self.data.join("lock")
    }

    /// A private socket: in the library, or in the runtime folder where that path is too long for one.
    #[must_use]
    pub fn socket(&self, name: &str) -> PathBuf {
        let here = self.data.join(name);
        if here.as_os_str().len() <= SOCKET_PATH {
            return here;
        }
        let runtime = std::env::var_os("XDG_RUNTIME_DIR").map_or_else(std::env::temp_dir, PathBuf::from);
        // Named by the library's path, so that two libraries never meet.
        let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
        for byte in self.data.as_os_str().as_encoded_bytes() {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
        runtime.join(format!("diptych-{hash:016x}-{name}"))
    }
}
