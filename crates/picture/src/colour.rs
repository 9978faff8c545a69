//! Colours: a picture's profile to sRGB. Not here: formats without a profile (taken for sRGB), profiles that are not of
//! three colours (left out: their pixels were made RGB before).

use crate::decode::DecodeError;
use image::{RgbImage, RgbaImage};
use moxcms::{ColorProfile, Layout, TransformExecutor, TransformOptions};
use std::cell::RefCell;
use std::sync::Arc;

/// A change of colours, or none.
pub(super) struct Colour {
    change: Option<Arc<dyn TransformExecutor<u8> + Send + Sync>>,
    changed: RefCell<Vec<u8>>,
}

impl Colour {
    /// For a profile. One that says sRGB in other words changes nothing, so that pixels stay exact.
    pub(super) fn of(profile: Option<&[u8]>) -> Self {
        Self { change: profile.and_then(transform), changed: RefCell::default() }
    }

    /// A row in sRGB.
    pub(super) fn pass<T>(
        &self,
        row: &[u8],
        to: impl FnOnce(&[u8]) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        let Some(change) = &self.change else { return to(row) };
        let mut changed = self.changed.borrow_mut();
        changed.resize(row.len(), 0);
        change.transform(row, &mut changed).map_err(DecodeError::of)?;
        to(&changed)
    }

    /// A whole picture in sRGB.
    pub(super) fn change(&self, picture: &mut RgbImage) {
        let Some(change) = &self.change else { return };
        let stride = picture.width() as usize * 3;
        let mut changed = vec![0; stride];
        for row in picture.chunks_exact_mut(stride) {
            if change.transform(row, &mut changed).is_ok() {
                row.copy_from_slice(&changed);
            }
        }
    }

    /// The same, where each pixel has an alpha: that one stays.
    pub(super) fn change_under(&self, picture: &mut RgbaImage) {
        let Some(change) = &self.change else { return };
        let stride = picture.width() as usize;
        let (mut row, mut changed) = (vec![0; stride * 3], vec![0; stride * 3]);
        for pixels in picture.chunks_exact_mut(stride * 4) {
            row.chunks_exact_mut(3)
                .zip(pixels.chunks_exact(4))
                .for_each(|(rgb, p)| rgb.copy_from_slice(&p[..3]));
            if change.transform(&row, &mut changed).is_ok() {
                let both = pixels.chunks_exact_mut(4).zip(changed.chunks_exact(3));
                both.for_each(|(p, rgb)| p[..3].copy_from_slice(rgb));
            }
        }
    }
}

fn transform(profile: &[u8]) -> Option<Arc<dyn TransformExecutor<u8> + Send + Sync>> {
    let profile = ColorProfile::new_from_slice(profile).ok()?;
    let (layout, options) = (Layout::Rgb, TransformOptions::default());
    let change = profile.create_transform_8bit(layout, &ColorProfile::new_srgb(), layout, options).ok()?;
    let probe: Vec<u8> =
        (0..125u32).flat_map(|n| [n % 5, n / 5 % 5, n / 25].map(|part| (part * 63) as u8)).collect();
    let mut seen = vec![0; probe.len()];
    change.transform(&probe, &mut seen).ok()?;
    let same = probe.iter().zip(&seen).all(|(before, after)| before.abs_diff(*after) <= 1);
    (!same).then_some(change)
}
