//! What is known of a picture that was brought in from outside, as far as the picture says so itself. Nothing of it is
//! proven: anybody can write such words into a file.

use crate::value::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Whose way of writing a recipe into a picture was found there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tool {
    /// Our own exports.
    Diptych,
    /// Stable Diffusion web UI, and all that write as it does: Forge, SD.Next, Fooocus.
    A1111,
    /// `ComfyUI`.
    ComfyUi,
    /// `InvokeAI`.
    InvokeAi,
}

impl Tool {
    /// As on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Diptych => "diptych",
            Self::A1111 => "a1111",
            Self::ComfyUi => "comfyui",
            Self::InvokeAi => "invokeai",
        }
    }
}

/// How a picture came in from outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// Name of the file it was, without its folder.
    pub file: String,
    /// When it came in.
    pub at: Timestamp,
    /// Whose recipe is in it; `None`: no recipe that we can read.
    pub tool: Option<Tool>,
    /// The prompt in that recipe; empty where there is none.
    pub prompt: String,
    /// What was to be kept out of the picture.
    pub negative: Option<String>,
    /// Seed, as it is written there: some are larger than ours can be.
    pub seed: Option<String>,
    /// Size asked, as it is written there.
    pub size: Option<String>,
}
