//! Things that stand on the land: conifers, a skyline, a lighthouse.
//!
//! Trees and buildings only reshape a layer's crest; the lighthouse is painted on its own, because it has stripes.

use super::noise::Noise;
use super::paint::RowOf;
use super::palette::{Rgb, blend};
use super::ridge::{Frame, Layer, Shape};
use super::scene::Finish;
use crate::random::Random;

/// Plants conifers along a crest.
pub(super) fn plant(frame: &Frame, depth: f32, top: &mut [f32], noise: &Noise, random: &mut Random) {
    let size = frame.unit * (0.012 + 0.085 * (depth - 0.3).max(0.0).powi(2) * 2.0);
    let ground = top.to_vec();
    let mut x = -size;
    while x < frame.width + size {
        // Groves and clearings: neighbours are of a height, and now and then one stands out.
        let grove = 0.75 + 0.6 * noise.at(x / frame.unit * 5.0, depth * 90.0);
        let height = size * grove * (0.6 + 0.5 * random.unit() + 0.5 * random.unit().powi(6));
        let spread = height * random.between(0.16, 0.23);
        let tiers = random.between(7.0, 10.0);
        let tiers = if frame.finish == Finish::Fine { tiers } else { tiers / 2.0 };
        let lean = random.between(0.0, 1.0);
        let foot = ground[(x.max(0.0) as usize).min(ground.len() - 1)] + height * 0.12;
        let (from, to) = ((x - spread).max(0.0) as usize, ((x + spread).max(0.0) as usize).min(top.len()));
        for (column, slot) in top.iter_mut().enumerate().take(to).skip(from) {
            let away = (column as f32 - x).abs() / spread;
            // Each tier of branches overhangs the one below it.
            let tier = (1.0 - away) * tiers + lean;
            let jag = (tier.fract() - 0.5) * 0.09 * (0.3 + away);
            let crown = foot - height * (1.0 - away.powf(0.85) + jag).clamp(0.0, 1.0);
            *slot = slot.min(crown);
        }
        x += spread * (0.35 + 1.5 * random.unit() * random.unit() + 0.4 * random.unit());
    }
}

/// Builds a skyline on a base line.
pub(super) fn build(
    frame: &Frame,
    depth: f32,
    amplitude: f32,
    base: f32,
    top: &mut [f32],
    random: &mut Random,
) {
    top.fill(base);
    let centre = random.between(0.3, 0.7);
    let mut x = -random.between(0.0, 0.05) * frame.unit;
    while x < frame.width {
        let width = frame.unit * random.between(0.022, 0.06) * (0.7 + 0.6 * depth);
        let from_centre = ((x / frame.width - centre).abs() * 2.2).min(1.0);
        let height = amplitude * (0.18 + (1.0 - from_centre * from_centre) * random.unit().powf(1.6));
        let (from, to) = (x.max(0.0) as usize, ((x + width).max(0.0) as usize).min(top.len()));
        let crown = random.below(4);
        for (column, slot) in top.iter_mut().enumerate().take(to).skip(from) {
            let across = (column as f32 - x) / width;
            let extra = match crown {
                0 if (0.2..0.8).contains(&across) => 0.10,
                1 if (0.46..0.54).contains(&across) => 0.30,
                2 => 0.0 + 0.12 * (1.0 - (across - 0.5).abs() * 2.0),
                _ => 0.0,
            };
            *slot = slot.min(base - height * (1.0 + extra));
        }
        x += width * random.between(0.75, 1.25);
    }
}

/// A lighthouse, in pixels.
#[derive(Debug)]
pub(super) struct Lighthouse {
    x: f32,
    foot: f32,
    height: f32,
    lit: bool,
    edge: f32,
    reach: f32,
}

/// Stands a lighthouse on the headland, on the side away from the light.
pub(super) fn place(frame: &Frame, layers: &[Layer], lit: bool, random: &mut Random) -> Lighthouse {
    let third = random.between(0.17, 0.25);
    let x = frame.width * if frame.disc_on_left { 1.0 - third } else { third };
    let ground = layers.iter().find(|layer| layer.shape == Shape::Rock && layer.depth > 0.7);
    let column = x as usize;
    let half = (frame.unit * 0.03) as usize;
    let foot = ground.map_or(frame.horizon, |layer| {
        layer.top[column.saturating_sub(half)..(column + half).min(layer.top.len())]
            .iter()
            .copied()
            .fold(0.0, f32::max)
    });
    let height = frame.unit * random.between(0.30, 0.36);
    Lighthouse {
        x,
        foot: foot + height * 0.03,
        height,
        lit,
        edge: frame.finish.edge(frame.unit),
        reach: frame.unit * 1.5,
    }
}

impl Lighthouse {
    /// Half the width at `t` (0 top, 1 foot), and whether the part is pale, dark or glass.
    fn profile(&self, t: f32) -> (f32, Part) {
        let h = self.height;
        match t {
            t if t < 0.035 => (h * 0.004, Part::Dark),
            t if t < 0.085 => (h * 0.046 * ((t - 0.03) / 0.055).sqrt(), Part::Dark),
            t if t < 0.16 => (h * 0.036, Part::Glass),
            t if t < 0.18 => (h * 0.062, Part::Dark),
            t if t < 0.20 => (h * 0.048, Part::Dark),
            t => {
                let stripe = ((t - 0.20) / 0.16) as u32;
                (
                    h * (0.043 + 0.042 * (t - 0.2).powf(1.25)),
                    if stripe % 2 == 1 { Part::Red } else { Part::Pale },
                )
            }
        }
    }

    /// Paints the tower's part of one row. Call before nearer layers are painted.
    pub(super) fn paint(&self, y: f32, row: &mut RowOf<'_>, glow: Rgb, near: Rgb, light_from: f32) {
        let t = (y - (self.foot - self.height)) / self.height;
        if !(0.0..=1.0).contains(&t) {
            return;
        }
        let (half, part) = self.profile(t);
        let (from, to) =
            ((self.x - half - self.edge).max(0.0) as usize, (self.x + half + self.edge + 1.0) as usize);
        let side = (light_from - self.x).signum();
        let (pale, red) = (
            blend([238., 232., 222.], near, if self.lit { 0.62 } else { 0.18 }),
            blend([176., 58., 46.], near, if self.lit { 0.55 } else { 0.12 }),
        );
        for x in from..to.min(row.r.len()) {
            let away = x as f32 + 0.5 - self.x;
            let cover = ((half - away.abs()) / self.edge + 0.5).clamp(0.0, 1.0);
            // A round tower: the side towards the light is bright, the other falls into shade.
            let turn = (away / half.max(1.0) * side * 0.5 + 0.5).clamp(0.0, 1.0);
            let round = 0.42 + 0.62 * turn;
            let colour = match part {
                Part::Dark => blend(near, glow, 0.06 + 0.10 * turn),
                Part::Glass if self.lit => [255., 240., 196.],
                Part::Glass => blend(glow, near, 0.35),
                Part::Pale => blend(pale.map(|c| c * round), glow, 0.10 * turn),
                Part::Red => blend(red.map(|c| c * round), glow, 0.08 * turn),
            };
            row.mix(x, colour, cover);
        }
    }

    /// Adds the beam and the bloom of the lamp to one row.
    pub(super) fn shine(&self, y: f32, row: &mut RowOf<'_>) {
        if !self.lit {
            return;
        }
        let lamp = self.foot - self.height * 0.878;
        let dy = y - lamp;
        let bloom = self.height * 0.11;
        if dy.abs() > self.reach * 0.12 + bloom * 4.0 {
            return;
        }
        for x in 0..row.r.len() {
            let dx = x as f32 - self.x;
            let d2 = (dx * dx + dy * dy) / (bloom * bloom);
            let halo = 0.55 / (1.0 + d2 * 2.2).powi(2);
            // Two beams, a little below level on one side and above on the other.
            let width = dx.abs() * 0.045 + self.height * 0.012;
            let off = (dy - dx * 0.035) / width;
            let beam = 0.30 / (1.0 + off * off).powi(2) * (1.0 - dx.abs() / self.reach).max(0.0).powi(2);
            let light = (halo + beam).min(0.9);
            if light > 0.004 {
                row.mix(x, [255., 238., 200.], light);
            }
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Part {
    Dark,
    Pale,
    Red,
    Glass,
}
