//! What can be asked of a picture by a path, for the window's image protocol and its HTTP twin:
//!
//! - `picture/<id>/thumb` (512 px), `…/thumb/256`, `…/overview` (2048 px)
//! - `picture/<id>/tile/<level>/<column>/<row>`: 512 px; level 0 is the original, each next one half as large
//! - `picture/<id>/crop/<x>,<y>,<w>,<h>/<W>x<H>`: exact pixels at 1:1 or closer
//! - `picture/<id>/difference/<other id>/<x>,<y>,<w>,<h>/<W>x<H>?gain=<1 to 64>`: of exact pixels, lossless
//!
//! Not here: how an answer travels.

use crate::studio::{PictureBytes, PictureError};
use diptych_engine::engine::{Engine, blocking};
use diptych_engine::picture::derive::Crop;
use diptych_engine::value::id::PictureId;
use std::path::PathBuf;

#[derive(Debug, PartialEq, Eq)]
enum Wish {
    Thumb,
    SmallThumb,
    Overview,
    Tile([u32; 3]),
    Crop(Crop),
    Difference(PictureId, Crop, u16),
}

fn parse(path: &str) -> Result<(PictureId, Wish), PictureError> {
    let path = path.replace("%2C", ",").replace("%2c", ",");
    let (path, query) = path.split_once('?').unwrap_or((&path, ""));
    let parts: Vec<&str> = path.split('/').collect();
    let ["picture", id, what @ ..] = parts.as_slice() else { return Err(PictureError::NotFound) };
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
        ["difference", other, rectangle, out] => {
            let gain = query.split('&').find_map(|pair| pair.strip_prefix("gain=")).unwrap_or("1");
            let gain = gain.parse().map_err(|_| bad("not a gain"))?;
            Wish::Difference(PictureId::from_text(*other), crop(rectangle, out)?, gain)
        }
        _ => return Err(PictureError::NotFound),
    };
    Ok((PictureId::from_text(*id), wish))
}

/// Answers a path.
pub(crate) async fn answer(engine: Engine, path: &str) -> Result<PictureBytes, PictureError> {
    let (id, wish) = parse(path)?;
    let (original, hash) = original(&engine, id).await?;
    let other = match &wish {
        Wish::Difference(other, ..) => original_of(&engine, other).await?,
        _ => PathBuf::new(),
    };
    let made = blocking(move || {
        let derived = &engine.derived;
        let shown = match wish {
            Wish::Thumb => derived.thumb(&original, &hash),
            Wish::SmallThumb => derived.small_thumb(&original, &hash),
            Wish::Overview => derived.overview(&original, &hash),
            Wish::Tile([level, column, row]) => derived.tile(&original, &hash, level, column, row),
            Wish::Crop(crop) => derived.crop(&original, crop),
            Wish::Difference(_, crop, gain) => derived.difference(&original, &other, crop, gain),
        };
        shown.map_err(|error| PictureError::Bad(error.to_string()))
    });
    let shown = made.await.ok_or_else(|| PictureError::Bad("the decoder broke down".into()))??;
    Ok(PictureBytes { mime: shown.mime, bytes: shown.bytes.into() })
}

async fn original_of(engine: &Engine, id: &PictureId) -> Result<PathBuf, PictureError> {
    Ok(original(engine, id.clone()).await?.0)
}

/// Where the original lies, and its hash.
async fn original(engine: &Engine, id: PictureId) -> Result<(PathBuf, String), PictureError> {
    let kept = engine.ledger.picture(id).await.map_err(|error| PictureError::Bad(error.to_string()))?;
    let picture = kept.ok_or(PictureError::NotFound)?.picture;
    let path = engine.objects.path(&picture.hash, &picture.extension);
    if path.exists() { Ok((path, picture.hash)) } else { Err(PictureError::NotFound) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_say_what_is_wanted() {
        let wish = |path: &str| parse(&format!("picture/p1/{path}")).map(|(_, wish)| wish);
        let crop = Crop { x: 1, y: 2, width: 30, height: 40, out_width: 60, out_height: 80 };
        let other = PictureId::from_text("p2");
        assert_eq!(wish("thumb"), Ok(Wish::Thumb));
        assert_eq!(wish("thumb/256"), Ok(Wish::SmallThumb));
        assert_eq!(wish("tile/2/0/1"), Ok(Wish::Tile([2, 0, 1])));
        assert_eq!(wish("crop/1%2C2,30,40/60x80"), Ok(Wish::Crop(crop)));
        assert_eq!(
            wish("difference/p2/1,2,30,40/60x80?gain=8"),
            Ok(Wish::Difference(other.clone(), crop, 8))
        );
        assert_eq!(wish("difference/p2/1,2,30,40/60x80"), Ok(Wish::Difference(other, crop, 1)));
        for nothing in ["", "thumb/9", "tile/1/2", "original", "../../etc/passwd"] {
            assert_eq!(wish(nothing), Err(PictureError::NotFound), "{nothing}");
        }
        for nonsense in ["tile/1/2/x", "crop/1,2,3/4x5", "difference/p2/1,2,3,4/5x6?gain=loud"] {
            assert!(matches!(wish(nonsense), Err(PictureError::Bad(_))), "{nonsense}");
        }
    }
}
