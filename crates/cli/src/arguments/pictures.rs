//! What can be said about pictures that are there: find, mark, export, make room.

use clap::Subcommand;
use std::path::PathBuf;

/// `diptych storage`.
#[derive(Debug, Subcommand)]
pub(crate) enum Storage {
    /// Delete thumbnails and whatever else is made again on demand.
    EmptyCache,
    /// Delete the pictures in the trash for good. What they cost stays in the books.
    DeleteTrash {
        /// Yes, they cannot be brought back.
        #[arg(long)]
        yes: bool,
    },
    /// Move the library to another folder, on another disk for example. Everything is copied and compared; only then
    /// the new folder is used and the old one removed. Nobody may have the library open meanwhile. What was
    /// interrupted goes on when it is asked for again.
    Move {
        /// A folder that is not there yet, or is empty.
        to: PathBuf,
        /// Leave the old folder as it is.
        #[arg(long, conflicts_with = "discard")]
        keep: bool,
        /// Remove a copy that was begun there; the library stays where it is.
        #[arg(long)]
        discard: bool,
    },
}

/// What a picture can be, for `diptych pictures list`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum PictureState {
    /// Rated, thus kept by a review.
    Rated,
    /// Not rated.
    Unrated,
    /// In the trash.
    Rejected,
    /// Made by another model than the one asked.
    Fallback,
    /// With a warning.
    Trouble,
    /// From outside.
    Imported,
    /// Simulated.
    Practice,
    /// Not simulated.
    Real,
    /// The last check found its file missing or changed.
    Damaged,
}

/// `diptych pictures collections`.
#[derive(Debug, Subcommand)]
pub(crate) enum Collections {
    /// Give it another name.
    Rename {
        /// Name of the collection.
        name: String,
        /// The new one.
        to: String,
    },
    /// Delete it; its pictures stay.
    Delete {
        /// Name of the collection.
        name: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Pictures {
    /// List pictures, newest first.
    List {
        /// At most this many.
        #[arg(long, default_value_t = 50)]
        limit: u32,
        /// The trash instead.
        #[arg(long)]
        trash: bool,
        /// Only with this tag; may be given again.
        #[arg(long, value_name = "TAG")]
        tag: Vec<String>,
        /// Only from this collection; may be given again.
        #[arg(long, value_name = "NAME")]
        collection: Vec<String>,
        /// Only with this many stars or more.
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=5))]
        rating: Option<u8>,
        /// Only in this state; may be given again. *damaged*: the last check found the file missing or changed.
        #[arg(long, value_name = "STATE")]
        state: Vec<PictureState>,
    },
    /// Find pictures by words of their prompt, or beginnings of words; in quotation marks in this order.
    Search {
        /// Words.
        text: String,
    },
    /// Put tags on pictures, or take them off.
    Tag {
        /// Ids.
        #[arg(required = true)]
        ids: Vec<String>,
        /// Put on.
        #[arg(long, value_name = "TAG")]
        add: Vec<String>,
        /// Take off.
        #[arg(long, value_name = "TAG")]
        remove: Vec<String>,
    },
    /// Put pictures into a collection, which is made where it is not there yet, or take them out of it.
    Collect {
        /// Name of the collection.
        name: String,
        /// Ids.
        #[arg(required = true)]
        ids: Vec<String>,
        /// Take out instead.
        #[arg(long)]
        remove: bool,
    },
    /// List the collections; rename one, or delete one. No picture is deleted.
    Collections {
        #[command(subcommand)]
        command: Option<Collections>,
    },
    /// All about a picture, its file included.
    Show {
        /// Id.
        id: String,
    },
    /// Copy originals, byte for byte. Existing files are not overwritten.
    Export {
        /// Ids.
        #[arg(required_unless_present = "sheet")]
        ids: Vec<String>,
        /// All pictures of a sheet.
        #[arg(long, value_name = "SHEET")]
        sheet: Option<String>,
        /// Folder.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// Write prompt and recipe into the copies, for other programs to read. Pixels stay as they are; Content
        /// Credentials of the provider no longer verify in such a copy.
        #[arg(long)]
        metadata: bool,
        /// How files are named, of {date} {time} {prompt} {model} {size} {aspect} {seed} {rating} {id}.
        #[arg(long, value_name = "TEMPLATE")]
        name: Option<String>,
        /// Convert the copies: png, jpeg or webp. Transparency is lost, colours become sRGB.
        #[arg(long, value_name = "FORMAT")]
        format: Option<String>,
        /// Quality of converted JPEG and WebP, 1 to 100.
        #[arg(long, requires = "format", value_name = "N")]
        quality: Option<u8>,
        /// Long edge of converted copies in pixels, at most.
        #[arg(long, requires = "format", value_name = "PIXELS")]
        max_edge: Option<u32>,
    },
    /// Draw a sheet's pictures with their labels as one PNG.
    ContactSheet {
        /// Id of the sheet.
        sheet: String,
        /// Folder.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Rate a picture, 1 to 5; 0 takes the rating away.
    Rate {
        /// Id.
        id: String,
        /// Rating.
        #[arg(value_parser = clap::value_parser!(u8).range(0..=5))]
        rating: u8,
    },
    /// Move a picture into the trash.
    Trash {
        /// Id.
        id: String,
    },
    /// Take it out again.
    Restore {
        /// Id.
        id: String,
    },
}
