//! What a picture is like, from its thumbnail: the colour there is most of, and 64 bits that nearly alike pictures share.
//! Not here: what is made of that.

use image::RgbImage;

/// What a picture is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Essence {
    /// The colour there is most of: a place for the picture until it comes.
    pub colour: [u8; 3],
    /// dHash: for each of 8 × 8 places, whether it is brighter than the one right of it.
    pub hash: u64,
}

impl Essence {
    /// Of a thumbnail.
    #[must_use]
    pub fn of(thumb: &RgbImage) -> Self {
        Self { colour: colour(thumb), hash: hash(thumb) }
    }

    /// In how many of 64 places two pictures differ; up to ten they are likely the same motif.
    #[must_use]
    pub fn distance(&self, other: &Self) -> u32 {
        (self.hash ^ other.hash).count_ones()
    }

    /// As a number: red, green, blue.
    #[must_use]
    pub fn colour_number(&self) -> u32 {
        u32::from_be_bytes([0, self.colour[0], self.colour[1], self.colour[2]])
    }

    /// The other way round.
    #[must_use]
    pub fn of_numbers(colour: u32, hash: u64) -> Self {
        let [_, r, g, b] = colour.to_be_bytes();
        Self { colour: [r, g, b], hash }
    }
}

/// The mean of the fullest of 4,096 boxes.
fn colour(thumb: &RgbImage) -> [u8; 3] {
    let mut boxes = vec![[0u32; 4]; 4096];
    for pixel in thumb.pixels() {
        let [r, g, b] = pixel.0.map(usize::from);
        let sums = &mut boxes[(r >> 4) << 8 | (g >> 4) << 4 | b >> 4];
        sums.iter_mut().zip([r, g, b, 1]).for_each(|(sum, value)| *sum += value as u32);
    }
    let [r, g, b, count] = boxes.into_iter().max_by_key(|sums| sums[3]).unwrap_or_default();
    [r, g, b].map(|sum| (sum / count.max(1)) as u8)
}

fn hash(thumb: &RgbImage) -> u64 {
    let (width, height) = thumb.dimensions();
    let mean = |column: u32, row: u32| {
        let (left, right) = (column * width / 9, ((column + 1) * width).div_ceil(9));
        let (top, bottom) = (row * height / 8, ((row + 1) * height).div_ceil(8));
        let mut sum = 0u64;
        for y in top..bottom {
            for x in left..right {
                let [r, g, b] = thumb.get_pixel(x, y).0.map(u64::from);
                sum += 299 * r + 587 * g + 114 * b;
            }
        }
        sum / u64::from(((right - left) * (bottom - top)).max(1))
    };
    let places = (0..8).flat_map(|row| (0..8).map(move |column| (column, row)));
    places.fold(0, |bits, (column, row)| bits << 1 | u64::from(mean(column, row) > mean(column + 1, row)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;
    use image::imageops::{FilterType, flip_horizontal, resize};

    #[test]
    fn alike_pictures_are_near_and_others_far() {
        let scene = RgbImage::from_fn(300, 200, |x, y| {
            let hill = y > 120 + (x / 7 % 50);
            if hill { Rgb([30, 90 + (x / 9) as u8, 40]) } else { Rgb([110, 150, 220 - (y / 4) as u8]) }
        });
        let smaller = resize(&scene, 150, 100, FilterType::Triangle);
        let mut brighter = scene.clone();
        brighter.iter_mut().for_each(|value| *value = value.saturating_add(15));
        let essence = Essence::of(&scene);
        assert!(essence.distance(&Essence::of(&smaller)) <= 4);
        assert!(essence.distance(&Essence::of(&brighter)) <= 6);
        assert!(essence.distance(&Essence::of(&flip_horizontal(&scene))) > 10);
        let [r, g, b] = essence.colour;
        assert!(b > r && b > g, "more sky than hill: {r} {g} {b}");
        assert_eq!(Essence::of(&RgbImage::new(1, 1)).hash, 0);
    }
}
