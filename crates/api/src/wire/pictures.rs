//! Pictures as they cross the wire: ids and facts, never bytes or paths.

use super::Sentence;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A stored picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct PictureView {
    /// Id.
    pub id: String,
    /// Its place in the library; lists of many name pictures by it.
    pub seq: i64,
    /// BLAKE3 of its bytes.
    pub hash: String,
    /// The job it was made for; none, where it came from outside.
    pub job: Option<String>,
    /// That job's sheet.
    pub sheet: Option<String>,
    /// When it was stored; of a picture from outside: made.
    pub created_ms: i64,
    /// Width in pixels, read from the file.
    pub width: u32,
    /// Height in pixels, read from the file.
    pub height: u32,
    /// Media type by its bytes.
    pub mime: String,
    /// Size of the file.
    pub bytes: u64,
    /// Model asked for.
    pub model_asked: String,
    /// Model that answered; empty where nobody knows.
    pub model_used: String,
    /// Account it came from; empty where it came from none.
    pub account: String,
    /// Another model than the one asked was used.
    pub fallback: bool,
    /// Size asked, where that is known.
    pub size: Option<String>,
    /// Aspect asked, where that is known.
    pub aspect: Option<String>,
    /// The prompt as sent, or as the picture says it.
    pub prompt: String,
    /// Seed asked.
    pub seed: Option<i32>,
    /// Thinking level asked.
    pub thinking: Option<String>,
    /// Safety threshold asked.
    pub safety: Option<String>,
    /// References sent, by the hash of their bytes.
    pub references: Vec<String>,
    /// Pictures by their hash of which smaller copies were sent as references.
    pub sources: Vec<String>,
    /// The colour there is most of in it, `#rrggbb`, once somebody has looked.
    pub colour: Option<String>,
    /// 64 bits in hexadecimal digits, of which nearly alike pictures share most.
    pub likeness: Option<String>,
    /// Micro-dollars it cost.
    pub usd: i64,
    /// From the first byte sent to the last received.
    pub elapsed_ms: i64,
    /// Calls it took.
    pub attempts: u32,
    /// Simulated.
    pub practice: bool,
    /// Serial number, on practice pictures.
    pub serial: Option<String>,
    /// 1 to 5, 0 for none.
    pub rating: u8,
    /// In the trash.
    pub trashed: bool,
    /// Tags.
    pub tags: Vec<String>,
    /// Collections it is in.
    pub collections: Vec<String>,
    /// What the user should know about it (`W-…`, `E-INCOMPLETE`).
    pub notes: Vec<Sentence>,
    /// It carries Content Credentials. They were not verified.
    pub credentials: bool,
    /// How it came in from outside.
    pub imported: Option<ImportedView>,
}

/// How a picture came in from outside, and what it says of itself. Nothing of it is proven.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ImportedView {
    /// Name of the file it was.
    pub file: String,
    /// When it came in.
    pub at_ms: i64,
    /// Whose recipe is in it; none that we can read, where this is absent.
    #[ts(type = r#""diptych" | "a1111" | "comfyui" | "invokeai" | null"#)]
    pub tool: Option<String>,
    /// What was to be kept out of the picture.
    pub negative: Option<String>,
    /// Seed, as it is written there.
    pub seed: Option<String>,
    /// Size asked, as it is written there.
    pub size: Option<String>,
}

/// `pictures.recipe`: what a picture says of itself, as it stands in the file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PictureRecipe {
    /// The text, shortened where it is very long; empty where there is none.
    pub text: String,
}

/// Which pictures are asked for. What is absent or empty asks for nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct PictureFilter {
    /// Words of the prompt, as far as they are typed; in quotation marks in this order.
    pub search: Option<String>,
    /// Any of these models answered.
    pub models: Vec<String>,
    /// From any of these accounts, by name.
    pub accounts: Vec<String>,
    /// Any of these sizes was asked for.
    pub sizes: Vec<String>,
    /// Any of these aspects was asked for.
    pub aspects: Vec<String>,
    /// With all of these tags.
    pub tags: Vec<String>,
    /// In all of these collections.
    pub collections: Vec<String>,
    /// Of this sheet.
    pub sheet: Option<String>,
    /// At least this many stars.
    pub rating_min: Option<u8>,
    /// At most this many stars.
    pub rating_max: Option<u8>,
    /// Stored at this moment or later.
    pub from_ms: Option<i64>,
    /// Stored before this moment.
    pub to_ms: Option<i64>,
    /// Cost at least this, micro-dollars.
    pub usd_min: Option<i64>,
    /// Cost at most this, micro-dollars.
    pub usd_max: Option<i64>,
    /// Simulated, or not.
    pub practice: Option<bool>,
    /// Made by another model than the one asked, or not.
    pub fallback: Option<bool>,
    /// With a note that warns, or without.
    pub trouble: Option<bool>,
    /// From outside, or made here.
    pub imported: Option<bool>,
    /// The last check found its file missing or changed, or not.
    pub damaged: Option<bool>,
    /// The trash instead of the library.
    pub trash: bool,
}

/// In which order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PictureSort {
    /// The last that came first.
    #[default]
    Newest,
    /// The first that came first.
    Oldest,
    /// Most stars first.
    Rating,
    /// Dearest first.
    Price,
}

/// `pictures.find`: all that fit, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct FindPictures {
    /// Which.
    pub filter: PictureFilter,
    /// In which order.
    pub sort: PictureSort,
    /// Those of a sheet stand together.
    pub by_sheet: bool,
    /// As many of the first are answered in full.
    pub rows: u32,
    /// Nothing but these, where that is quicker than all: the newest first, and not grouped.
    pub page: bool,
}

/// All pictures that fit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct FoundPictures {
    /// Their `seq`s in order, packed: base64 of LEB128 numbers, each the zigzag difference from the one before.
    pub seqs: String,
    /// How many follow each other from one sheet, packed alike without differences; empty where not grouped.
    pub groups: String,
    /// How many.
    pub total: u32,
    /// The first of them.
    pub rows: Vec<PictureView>,
    /// These are all; else more follow.
    pub whole: bool,
}

/// `pictures.rows`: these, in this order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PictureRows {
    /// `seq`s, at most 500.
    pub seqs: Vec<i64>,
}

/// `pictures.change`, all or none. What is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct ChangePictures {
    /// `seq`s.
    pub seqs: Vec<i64>,
    /// 1 to 5, 0 to clear.
    pub rating: Option<u8>,
    /// Into the trash, or out of it.
    pub trashed: Option<bool>,
    /// Tags to put on.
    pub tag: Vec<String>,
    /// Tags to take off.
    pub untag: Vec<String>,
    /// Collections to put them into.
    pub collect: Vec<String>,
    /// Collections to take them out of.
    pub uncollect: Vec<String>,
}

/// What a label is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LabelKind {
    /// A tag.
    Tag,
    /// A collection.
    Collection,
}

/// `labels.rename`: of all pictures that carry it. No picture is deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RenameLabel {
    /// Tag or collection.
    pub kind: LabelKind,
    /// Its name.
    pub name: String,
    /// The new one; absent takes the label off.
    pub to: Option<String>,
}

/// How many pictures were changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ChangedPictures {
    /// Pictures.
    pub pictures: u32,
}

/// `pictures.facets`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct GetFacets {
    /// Of the trash.
    pub trash: bool,
}

/// A value to filter by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Facet {
    /// Value.
    pub value: String,
    /// Pictures that have it.
    pub pictures: u32,
}

/// What there is to filter by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PictureFacets {
    /// Models that answered.
    pub models: Vec<Facet>,
    /// Names of accounts.
    pub accounts: Vec<Facet>,
    /// Sizes asked for.
    pub sizes: Vec<Facet>,
    /// Aspects asked for.
    pub aspects: Vec<Facet>,
    /// Tags.
    pub tags: Vec<Facet>,
    /// Collections.
    pub collections: Vec<Facet>,
}

/// `pictures.list`, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct ListPictures {
    /// Continue after this cursor.
    #[ts(type = "number | null")]
    pub after: Option<i64>,
    /// At most this many; 0 means 60.
    pub limit: u32,
    /// Which.
    pub filter: PictureFilter,
}

/// One page of pictures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct PicturePage {
    /// Newest first.
    pub pictures: Vec<PictureView>,
    /// Cursor of the next page; absent at the end.
    #[ts(type = "number | null")]
    pub next: Option<i64>,
    /// How many there are in all.
    pub total: u32,
}

/// `pictures.rate`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RatePicture {
    /// Which.
    pub id: String,
    /// 1 to 5, 0 to clear.
    pub rating: u8,
}

/// Where a picture's file lies. Answered to the terminal only, never to a web view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PicturePath {
    /// Absolute path of the original.
    pub path: String,
}

/// `pictures.export`: copies of originals, byte for byte where nothing else is said. Answered to the terminal only.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct ExportPictures {
    /// Which.
    pub ids: Vec<String>,
    /// All pictures of this sheet as well.
    pub sheet: Option<String>,
    /// Absolute path of an existing folder.
    pub out: String,
    /// With the recipe written into the copies.
    pub metadata: bool,
    /// Template of the file names; absent means `{date}-{prompt}-{id}`.
    pub name: Option<String>,
    /// Into another format, or smaller; absent means the original bytes.
    pub convert: Option<ConvertPictures>,
}

/// How copies are converted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ConvertPictures {
    /// `png`, `jpeg` or `webp`.
    pub format: String,
    /// 1 to 100; absent means 90. No matter for PNG.
    pub quality: Option<u8>,
    /// The long edge in pixels at most; absent means as it is. Never enlarges.
    pub max_edge: Option<u32>,
}

/// `sheets.contact`: a contact sheet of a sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ContactSheet {
    /// The sheet.
    pub id: String,
    /// Absolute path of an existing folder.
    pub out: String,
}

/// `pictures.save`: the same into the library's own folder for it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct SavePictures {
    /// `seq`s.
    pub seqs: Vec<i64>,
    /// With the recipe written into the copies.
    pub metadata: bool,
    /// Into another format, or smaller; absent means the original bytes.
    pub convert: Option<ConvertPictures>,
    /// Template of the file names; absent means `{date}-{prompt}-{id}`.
    pub name: Option<String>,
}

/// `pictures.name-example`: what a copy would be called.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct NameExample {
    /// `seq` of the picture.
    pub seq: i64,
    /// Template; absent means `{date}-{prompt}-{id}`.
    pub name: Option<String>,
    /// `png`, `jpeg` or `webp`; absent means as it is.
    pub format: Option<String>,
}

/// The name of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NamedFile {
    /// With its extension, without a folder.
    pub name: String,
}

/// Copies that were saved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct SavedPictures {
    /// How many.
    pub pictures: u32,
    /// Pictures whose originals could not be read.
    pub failed: u32,
    /// What is wrong with the first of them.
    pub reason: Option<Sentence>,
    /// The folder they are in.
    pub folder: String,
    /// `pictures.stop-saving` came in between: the rest was not copied.
    pub stopped: bool,
}

/// Files that were written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Exported {
    /// Their absolute paths, in the order of the ids; of those that failed there is none.
    pub paths: Vec<String>,
    /// Pictures whose originals could not be read.
    pub failed: Vec<NotExported>,
}

/// A picture that was not copied.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct NotExported {
    /// Its id.
    pub picture: String,
    /// What is wrong with its original.
    pub reason: Sentence,
}
