//! The size that the window had, for its next start. Not its position: Wayland does not tell, and monitors come and go.

use serde::{Deserialize, Serialize};
use std::io;
use std::path::Path;

/// The size it had.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct WindowSize {
    /// In logical pixels; of a maximised window the one it goes back to.
    pub width: f64,
    /// In logical pixels; of a maximised window the one it goes back to.
    pub height: f64,
    /// It filled the screen.
    pub maximized: bool,
    /// It was drawn dark: so the next one is there in its colour before anything is read. `None` where nobody knows yet.
    #[serde(default)]
    pub dark: Option<bool>,
}

impl WindowSize {
    /// What was kept, where it makes sense and is not smaller than this.
    #[must_use]
    pub fn read(file: &Path, least: (f64, f64)) -> Option<Self> {
        let last: Self = serde_json::from_slice(&std::fs::read(file).ok()?).ok()?;
        let sane = |value: f64, least: f64| value.is_finite() && (least..20_000.0).contains(&value);
        (sane(last.width, least.0) && sane(last.height, least.1)).then_some(last)
    }

    /// Keeps it.
    ///
    /// # Errors
    /// The file system's.
    pub fn keep(self, file: &Path) -> io::Result<()> {
        let before = Self::read(file, (0.0, 0.0));
        let dark = self.dark.or_else(|| before?.dark);
        // What a maximised window goes back to is the size from before.
        let size = before.filter(|_| self.maximized).unwrap_or(self);
        let kept = Self { width: size.width, height: size.height, dark, ..self };
        std::fs::write(file, serde_json::to_vec(&kept)?)
    }
}

#[cfg(test)]
mod tests {
    use super::WindowSize;

    #[test]
    fn who_closes_it_before_its_colour_is_known_finds_it_in_the_colour_from_before() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("window.json");
        let dark = WindowSize { width: 1200.0, height: 800.0, maximized: false, dark: Some(true) };
        dark.keep(&file).expect("kept");
        WindowSize { width: 1000.0, dark: None, ..dark }.keep(&file).expect("kept");
        assert_eq!(WindowSize::read(&file, (0.0, 0.0)), Some(WindowSize { width: 1000.0, ..dark }));
    }

    #[test]
    fn a_maximised_window_goes_back_to_the_size_from_before() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("window.json");
        let plain = WindowSize { width: 1200.0, height: 800.0, maximized: false, dark: Some(true) };
        plain.keep(&file).expect("kept");
        WindowSize { width: 2560.0, height: 1440.0, maximized: true, dark: Some(true) }
            .keep(&file)
            .expect("kept");
        assert_eq!(WindowSize::read(&file, (960.0, 640.0)), Some(WindowSize { maximized: true, ..plain }));
        assert_eq!(WindowSize::read(&file, (1300.0, 640.0)), None, "smaller than it may be");
        std::fs::write(&file, "{}").expect("written");
        assert_eq!(WindowSize::read(&file, (0.0, 0.0)), None);
    }
}
