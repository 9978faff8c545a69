//! What can be asked of a picture by a path, for the window's image protocol and its HTTP twin:
//!
//! - `picture/<id>/thumb` (512 px), `…/thumb/256`, `…/overview` (2048 px)
//! - `picture/<id>/tile/<level>/<column>/<row>`: 512 px; level 0 is the original, each next one half as large
//! - `picture/<id>/crop/<x>,<y>,<w>,<h>/<W>x<H>`: exact pixels at 1:1 or closer
//! - `reference/<hash>/thumb` (256 px), of a reference picture
//!
//! Not here: how an answer travels.

use crate::studio::{PictureBytes, PictureError};
use diptych_engine::engine::{Engine, blocking};
use diptych_engine::picture::derive::Crop;
use diptych_engine::value::id::PictureId;
use std::path::PathBuf;

#[derive(Debug, PartialEq, Eq)]
enum Subject {
    Picture(PictureId),
    Reference(String),
}

#[derive(Debug, PartialEq, Eq)]
enum Wish {
    Thumb,
    SmallThumb,
    Overview,
    Tile([u32; 3]),
    Crop(Crop),
}

fn parse(path: &str) -> Result<(Subject, Wish), PictureError> {
    let path = path.replace("%2C", ",").replace("%2c", ",");
    let path = path.split_once('?').map_or(&*path, |(path, _)| path);
    let parts: Vec<&str> = path.split('/').collect();
    let (id, what) = match parts.as_slice() {
        ["picture", id, what @ ..] => (*id, what),
        ["reference", hash, "thumb"] => {
            return Ok((Subject::Reference((*hash).to_owned()), Wish::SmallThumb));
        }
        _ => return Err(PictureError::NotFound),
    };
    let bad = |why: &str| PictureError::Bad(why.to_owned());
    let crop = |rectangle, out| Crop::parse(rectangle, out).ok_or_else(|| bad("not a rectangle"));
    let wish = match what {
        ["thumb"] => Wish::Thumb,
        ["thumb", "256"] => Wish::SmallThumb,
        ["overview"] => Wish::Overview,
        ["tile", place @ ..] if place.len() == 3 => {
            let numbers = place.iter().map(|number| number.parse().ok()).collect::<Option<Vec<u32>>>();
            Wish::Tile(numbers.and_then(|n| n.try_into().ok()).ok_or_else(|| bad("not a tile"))?)
        }
        ["crop", rectangle, out] => Wish::Crop(crop(rectangle, out)?),
        _ => return Err(PictureError::NotFound),
    };
    Ok((Subject::Picture(PictureId::from_text(id)), wish))
}

/// Answers a path.
pub(crate) async fn answer(engine: Engine, path: &str) -> Result<PictureBytes, PictureError> {
    let (subject, wish) = parse(path)?;
    let (original, hash, known) = match subject {
        Subject::Picture(id) => original(&engine, id).await?,
        Subject::Reference(hash) => (engine.reference_file(&hash).ok_or(PictureError::NotFound)?, hash, true),
    };
    let look = !known && matches!(wish, Wish::Thumb | Wish::SmallThumb);
    let (inside, bytes) = (engine.clone(), hash.clone());
    let made = blocking(move || {
        let (derived, hash) = (&inside.derived, bytes);
        let shown = match wish {
            Wish::Thumb => derived.thumb(&original, &hash),
            Wish::SmallThumb => derived.small_thumb(&original, &hash),
            Wish::Overview => derived.overview(&original, &hash),
            Wish::Tile([level, column, row]) => derived.tile(&original, &hash, level, column, row),
            Wish::Crop(crop) => derived.crop(&original, crop),
        };
        let seen = if look { derived.essence(&original, &hash).ok() } else { None };
        shown.map(|shown| (shown, seen)).map_err(|error| PictureError::Bad(error.to_string()))
    });
    let (shown, seen) = made.await.ok_or_else(|| PictureError::Bad("the decoder broke down".into()))??;
    if let Some(essence) = seen {
        engine.saw(hash, essence).await;
    }
    Ok(PictureBytes { mime: shown.mime, bytes: shown.bytes.into() })
}

/// Where the original lies, its hash, and whether it is known what it is like.
async fn original(engine: &Engine, id: PictureId) -> Result<(PathBuf, String, bool), PictureError> {
    let kept = engine.ledger.picture(id).await.map_err(|error| PictureError::Bad(error.to_string()))?;
    let picture = kept.ok_or(PictureError::NotFound)?.picture;
    let path = engine.objects.path(&picture.hash, &picture.extension);
    if path.exists() {
        Ok((path, picture.hash, picture.essence.is_some()))
    } else {
        Err(PictureError::NotFound)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_say_what_is_wanted() {
        let wish = |path: &str| parse(&format!("picture/p1/{path}")).map(|(_, wish)| wish);
        let crop = Crop { x: 1, y: 2, width: 30, height: 40, out_width: 60, out_height: 80 };
        assert_eq!(wish("thumb"), Ok(Wish::Thumb));
        assert_eq!(wish("thumb/256"), Ok(Wish::SmallThumb));
        assert_eq!(wish("tile/2/0/1"), Ok(Wish::Tile([2, 0, 1])));
        assert_eq!(wish("crop/1%2C2,30,40/60x80"), Ok(Wish::Crop(crop)));
        let reference = (Subject::Reference("ab".into()), Wish::SmallThumb);
        assert_eq!(parse("reference/ab/thumb"), Ok(reference));
        assert_eq!(parse("reference/ab/overview"), Err(PictureError::NotFound));
        for nothing in ["", "thumb/9", "tile/1/2", "original", "../../etc/passwd"] {
            assert_eq!(wish(nothing), Err(PictureError::NotFound), "{nothing}");
        }
        for nonsense in ["tile/1/2/x", "crop/1,2,3/4x5"] {
            assert!(matches!(wish(nonsense), Err(PictureError::Bad(_))), "{nonsense}");
        }
    }
}
