//! What stands in the sidecar of a picture: all that the ledger knows of it, so that the library can be rebuilt from its
//! files alone. Not here: where sidecars lie (`objects.rs`).

use crate::value::job::{KeptPicture, Picture};
use serde::{Deserialize, Serialize};

const FORMAT: &str = "diptych-picture";

#[derive(Serialize)]
struct Written<'a> {
    format: &'static str,
    /// 2: what the user did to it stands there, too.
    version: u32,
    /// For people who look into it.
    created_text: String,
    rating: u8,
    trashed: bool,
    tags: &'a [String],
    collections: &'a [String],
    #[serde(flatten)]
    picture: &'a Picture,
}

#[derive(Deserialize)]
struct Read {
    format: String,
    #[serde(default)]
    rating: u8,
    #[serde(default)]
    trashed: bool,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    collections: Vec<String>,
    #[serde(flatten)]
    picture: Picture,
}

/// The bytes of a sidecar.
pub(super) fn written(kept: &KeptPicture) -> serde_json::Result<Vec<u8>> {
    serde_json::to_vec_pretty(&Written {
        format: FORMAT,
        version: 2,
        created_text: kept.picture.created.rfc3339(),
        rating: kept.rating,
        trashed: kept.trashed,
        tags: &kept.tags,
        collections: &kept.collections,
        picture: &kept.picture,
    })
}

/// What a sidecar says; `None` where it is none, or damaged.
#[must_use]
pub fn read(bytes: &[u8]) -> Option<KeptPicture> {
    let Read { format, rating, trashed, tags, collections, picture } = serde_json::from_slice(bytes).ok()?;
    (format == FORMAT && rating <= 5).then(|| KeptPicture {
        rating,
        trashed,
        tags,
        collections,
        ..picture.into()
    })
}
