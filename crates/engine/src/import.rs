//! Pictures from outside: what they say of themselves. Our own exports, Stable Diffusion web UI (A1111), `ComfyUI` and
//! `InvokeAI` write their recipe into the picture, each in its own way.
//!
//! Every byte here comes from a stranger: lengths are limits, not promises; nothing is believed to be there before it was
//! found. Not here: whether the file is a picture at all (see [`crate::picture`]), and what an import does with what was
//! found (`driver/import.rs`).

mod a1111;
mod comfy;
mod container;
mod exif;
mod graph;
mod invoke;
mod own;
#[cfg(test)]
mod tests;

use crate::picture::inspect::{Facts, Format};
use crate::value::id::PictureId;
use crate::value::imported::{Imported, Tool};
use crate::value::job::Picture;
use crate::value::money::Usd;
use crate::value::request::Request;
use crate::value::time::Timestamp;
use container::Said;
use jiff::tz::TimeZone;
use std::io::{self, Read, Seek};

/// Most bytes of one text in a picture, unpacked. A large `ComfyUI` workflow takes one.
const MAX_TEXT: usize = 2 << 20;
/// Most bytes of a prompt that are kept.
const MAX_PROMPT: usize = 64 << 10;
/// Most bytes of a model's name, a seed, a size that are kept.
const MAX_WORD: usize = 300;
/// Most bytes of a recipe that are shown as they are.
const MAX_RAW: usize = 256 << 10;

/// What a picture says of itself.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    /// Whose recipe it is.
    pub tool: Option<Tool>,
    /// Prompt; empty where none was found.
    pub prompt: String,
    /// What was to be kept out.
    pub negative: Option<String>,
    /// Model, as it is written there.
    pub model: Option<String>,
    /// Seed.
    pub seed: Option<String>,
    /// Size asked.
    pub size: Option<String>,
    /// Our own exports: what was asked.
    pub request: Option<Request>,
    /// Our own exports: a practice picture.
    pub practice: bool,
    /// When it was made, where it says so.
    pub made: Option<Made>,
    /// The recipe as it is, shortened where it is very long.
    pub raw: String,
}

/// When a picture was made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Made {
    /// A moment.
    At(Timestamp),
    /// What a clock somewhere said, as cameras write it.
    Local(jiff::civil::DateTime),
}

/// Reads what a picture says of itself.
///
/// # Errors
/// The file's. What is damaged or too large in it is left out, and is no error.
pub fn read(file: &mut (impl Read + Seek), format: Format) -> io::Result<Found> {
    let said = container::read(file, format)?;
    let mut found = recognise(&said).unwrap_or_default();
    found.made = found.made.or(said.taken.map(Made::Local));
    Ok(found.bounded())
}

/// Our own recipe leads: it says most. A graph comes after texts that say the same plainly.
fn recognise(said: &Said) -> Option<Found> {
    own::recognise(said)
        .or_else(|| invoke::recognise(said))
        .or_else(|| a1111::recognise(said))
        .or_else(|| comfy::recognise(said))
}

/// What is known of a picture that was not made here, beside what it says.
pub struct Outside<'a> {
    /// Its id here.
    pub id: PictureId,
    /// BLAKE3 of its bytes.
    pub hash: String,
    /// How many they are.
    pub bytes: u64,
    /// What they are.
    pub facts: &'a Facts,
    /// Name of the file it was.
    pub file: String,
    /// When that was written.
    pub modified: Option<Timestamp>,
    /// Now.
    pub now: Timestamp,
    /// The zone of clocks that do not say theirs.
    pub zone: TimeZone,
}

/// Such a picture. It was made when it says so, else when its file was written; never in the future.
#[must_use]
pub fn picture(found: Found, outside: Outside<'_>) -> Picture {
    let Outside { id, hash, bytes, facts, file, modified, now, zone } = outside;
    let said = found.made.and_then(|made| match made {
        Made::At(at) => Some(at),
        Made::Local(time) => Some(Timestamp(time.to_zoned_datetime(zone).ok()?.timestamp().as_millisecond())),
    });
    let imported = Imported {
        file,
        at: now,
        tool: found.tool,
        prompt: found.prompt,
        negative: found.negative,
        seed: found.seed,
        size: found.size,
    };
    Picture {
        id,
        hash,
        extension: facts.format.extension().into(),
        mime: facts.format.mime().into(),
        width: facts.width,
        height: facts.height,
        bytes,
        job: None,
        sheet: None,
        attempt: None,
        number: 0,
        created: said.or(modified).unwrap_or(now).min(now),
        request: found.request,
        model_used: found.model.unwrap_or_default(),
        account: String::new(),
        fallback: false,
        usd: Usd::ZERO,
        elapsed_ms: 0,
        attempts: 0,
        practice: found.practice || facts.serial.is_some(),
        serial: facts.serial.clone(),
        notes: Vec::new(),
        response_id: None,
        credentials: facts.credentials,
        sources: Vec::new(),
        essence: None,
        imported: Some(imported),
    }
}

impl Found {
    fn bounded(self) -> Self {
        let word =
            |text: Option<String>| text.map(|text| clip(&text, MAX_WORD)).filter(|text| !text.is_empty());
        Self {
            prompt: clip(self.prompt.trim(), MAX_PROMPT),
            negative: self.negative.map(|text| clip(text.trim(), MAX_PROMPT)).filter(|text| !text.is_empty()),
            model: word(self.model),
            seed: word(self.seed),
            size: word(self.size),
            raw: clip(&self.raw, MAX_RAW),
            ..self
        }
    }
}

/// At most so many bytes, no character cut, no NUL.
fn clip(text: &str, most: usize) -> String {
    let end = (0..=most.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    text.get(..end.unwrap_or(0)).unwrap_or_default().replace('\0', "")
}
