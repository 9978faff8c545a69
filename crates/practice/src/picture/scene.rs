//! Composition: what stands where, in pixels, before anything is painted.
//!
//! Everything random is drawn here from the subject's seed, in the same order for every size and finish, so that one
//! prompt is recognisably one scene on every model.

use super::landmark::{self, Lighthouse};
use super::noise::Noise;
use super::palette::{self, Palette, mentions};
use super::ridge::{self, Layer};
use crate::random::{Random, hash, mix};

/// How finely a model paints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finish {
    /// Crisp edges, rock and cloud detail, film grain.
    Fine,
    /// Soft edges, fewer details, no grain.
    Soft,
    /// Softer still, hardly any detail.
    Plain,
}

impl Finish {
    /// Width in pixels of the transition at an edge, for a picture whose shorter side is `unit`.
    pub(super) fn edge(self, unit: f32) -> f32 {
        match self {
            Self::Fine => 1.0,
            Self::Soft => (unit / 620.0).max(1.3),
            Self::Plain => (unit / 430.0).max(1.6),
        }
    }

    /// Octaves that clouds, rock and waves get.
    pub(super) fn octaves(self) -> u32 {
        match self {
            Self::Fine => 6,
            Self::Soft => 3,
            Self::Plain => 2,
        }
    }

    /// How strongly surfaces are modelled.
    pub(super) fn relief(self) -> f32 {
        match self {
            Self::Fine => 1.0,
            Self::Soft => 0.5,
            Self::Plain => 0.3,
        }
    }
}

/// The kind of land.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Land {
    Mountains,
    Hills,
    Dunes,
    Forest,
    Sea,
    City,
}

/// What the prompt asks for.
#[derive(Debug, Clone)]
pub struct Subject {
    pub(super) land: Land,
    pub(super) palette: Palette,
    pub(super) lighthouse: bool,
    pub(super) lake: bool,
    seed: u64,
}

impl Subject {
    /// Reads palette and land from the words, and the rest from a hash of words, seed and variant.
    #[must_use]
    pub fn read(prompt: &str, seed: u64, variant: u64) -> Self {
        let lower = prompt.to_lowercase();
        let words: Vec<&str> =
            lower.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
        let theme = hash(&lower);
        let lighthouse = mentions(&words, &["lighthouse", "beacon", "leuchtturm", "phare"]);
        let land = if lighthouse
            || mentions(
                &words,
                &[
                    "sea", "ocean", "coast", "beach", "harbour", "harbor", "island", "bay", "shore", "wave",
                    "boat", "ship",
                ],
            ) {
            Land::Sea
        } else if mentions(
            &words,
            &[
                "city",
                "skyscraper",
                "skyline",
                "street",
                "tower",
                "urban",
                "cities",
                "neon",
                "stadt",
                "building",
            ],
        ) {
            Land::City
        } else if mentions(&words, &["forest", "wood", "pine", "tree", "spruce", "jungle", "wald", "cabin"]) {
            Land::Forest
        } else if mentions(&words, &["desert", "dune", "sand", "dust", "sahara"]) {
            Land::Dunes
        } else if mentions(
            &words,
            &["mountain", "peak", "alpine", "alp", "summit", "rock", "glacier", "lake", "snow", "berg"],
        ) {
            Land::Mountains
        } else if mentions(&words, &["hill", "meadow", "valley", "field", "mist"]) {
            Land::Hills
        } else {
            [Land::Mountains, Land::Hills, Land::Sea, Land::Forest, Land::Mountains]
                [(theme >> 40) as usize % 5]
        };
        let mut palette = palette::for_words(&words, (theme >> 20) as usize);
        palette.snow |= mentions(&words, &["snow", "winter", "glacier"]);
        let lake = land == Land::Mountains
            && (mentions(&words, &["lake", "reflection", "mirror", "fjord"]) || (theme >> 50) & 3 == 0);
        Self { land, palette, lighthouse, lake, seed: mix(theme ^ mix(seed ^ variant.rotate_left(32))) }
    }
}

/// The light in the sky.
#[derive(Debug, Clone, Copy)]
pub(super) struct Disc {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) radius: f32,
}

/// A star: place and brightness.
#[derive(Debug, Clone, Copy)]
pub(super) struct Star {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) light: f32,
    pub(super) radius: f32,
}

/// A composed scene.
#[derive(Debug)]
pub(super) struct Scene {
    pub(super) finish: Finish,
    pub(super) palette: Palette,
    pub(super) width: f32,
    pub(super) height: f32,
    /// The length that a "size" is relative to: about the shorter side.
    pub(super) unit: f32,
    pub(super) horizon: f32,
    pub(super) disc: Disc,
    pub(super) clouds: f32,
    pub(super) stars: Vec<Star>,
    /// Back to front.
    pub(super) layers: Vec<Layer>,
    pub(super) lighthouse: Option<Lighthouse>,
    pub(super) noise: Noise,
}

impl Scene {
    pub(super) fn compose(subject: &Subject, width: u32, height: u32, finish: Finish) -> Self {
        let mut random = Random::new(subject.seed);
        let (w, h) = (width as f32, height as f32);
        let unit = h.min(w * 1.25);
        let mut palette = subject.palette;
        if subject.land == Land::City && palette.dark {
            // The city's own light in the air above it.
            palette.sky[3] = palette::blend(palette.sky[3], [226., 150., 104.], 0.42);
            palette.sky[2] = palette::blend(palette.sky[2], [150., 104., 120.], 0.22);
            palette.haze = palette::blend(palette.haze, [150., 110., 110.], 0.35);
        }
        let noise = Noise::new(random.bits());
        let horizon = h * match subject.land {
            Land::City => random.between(0.68, 0.76),
            _ => random.between(0.56, 0.66),
        };
        let (low, high) = palette.altitude;
        let (third, side) = (random.between(0.24, 0.40), random.chance(0.5));
        let mut disc = Disc {
            x: w * if side { third } else { 1.0 - third },
            y: horizon - unit.min(horizon) * (1.0 - random.between(low, high)) * 0.95,
            radius: unit * random.between(0.026, 0.042),
        };
        let clouds = palette.clouds * random.between(0.5, 1.0);
        let frame = ridge::Frame { width: w, height: h, unit, horizon, finish, disc_on_left: side };
        let mut layers = frame.layers(subject, &noise, &mut random);
        ridge::hide(&mut layers);
        if subject.land != Land::Sea {
            disc.x = gap(&layers, w, disc);
        }
        let lighthouse =
            subject.lighthouse.then(|| landmark::place(&frame, &layers, palette.dark, &mut random));
        let stars = stars(&palette, &frame, &mut random);
        Self {
            finish,
            palette,
            width: w,
            height: h,
            unit,
            horizon,
            disc,
            clouds,
            stars,
            layers,
            lighthouse,
            noise,
        }
    }
}

/// Where the disc stands free of the land, as near as possible to where it was meant to stand.
fn gap(layers: &[Layer], width: f32, disc: Disc) -> f32 {
    // Few places and a coarse skyline: every finish must choose the same one.
    let skyline = |x: f32| {
        let column = ((x / width * 64.0).round() / 64.0 * (width - 1.0)) as usize;
        layers.iter().map(|layer| layer.top[column]).fold(f32::INFINITY, f32::min)
    };
    let cost = |x: f32| {
        let sunk = ((disc.y + disc.radius * 0.4 - skyline(x)) / disc.radius).clamp(0.0, 4.0);
        sunk * 0.12 + (x - disc.x).abs() / width
    };
    let places = (0..15).map(|i| width * (0.15 + 0.05 * i as f32));
    places.chain([disc.x]).min_by(|a, b| cost(*a).total_cmp(&cost(*b))).unwrap_or(disc.x)
}

fn stars(palette: &Palette, frame: &ridge::Frame, random: &mut Random) -> Vec<Star> {
    // Dusk has a few, high up; only a night sky is full of them.
    if !palette.dark {
        return Vec::new();
    }
    let night = palette.shine < 0.6;
    let area = (frame.width / frame.unit).max(0.4) * (frame.horizon / frame.unit).max(0.4);
    let count = (area * if night { 1500.0 } else { 120.0 }) as usize;
    let mut stars: Vec<Star> = (0..count)
        .map(|_| {
            let up = random.unit();
            let rank = random.unit();
            let reach = if night { 0.95 } else { 0.45 };
            Star {
                x: random.unit() * frame.width,
                y: up * up.sqrt() * frame.horizon * reach,
                light: (0.22 + 0.78 * rank.powi(7)) * (1.0 - 0.75 * up),
                radius: (frame.unit / 2400.0).max(0.55)
                    * (0.8 + 1.3 * rank.powi(14))
                    * (frame.finish.edge(frame.unit) * 0.35 + 0.65),
            }
        })
        .collect();
    stars.sort_by(|a, b| a.y.total_cmp(&b.y));
    stars
}
