//! The layers of land and water: the line where each begins, and how far each is hidden by those before it.
//!
//! A layer is a height per column. The slope widens the transition at its edge, which is all the anti-aliasing that
//! a height field needs. Not here: colours and surfaces (`paint`, `water`).

use super::noise::{Noise, ramp};
use super::scene::{Finish, Land, Subject};
use crate::random::Random;

/// What a layer is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Rock,
    Grass,
    Sand,
    Trees,
    City,
    Water,
}

/// One layer of the scene.
#[derive(Debug)]
pub(super) struct Layer {
    pub(super) shape: Shape,
    /// 0 far, 1 near.
    pub(super) depth: f32,
    /// Row at which the layer begins, per column.
    pub(super) top: Vec<f32>,
    /// Height of the transition there.
    pub(super) soft: Vec<f32>,
    /// Row from which nearer layers hide this one, per column.
    pub(super) hidden: Vec<f32>,
    /// First and last row on which it shows at all.
    pub(super) rows: (f32, f32),
}

/// The canvas as the composition sees it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    pub(super) width: f32,
    pub(super) height: f32,
    pub(super) unit: f32,
    pub(super) horizon: f32,
    pub(super) finish: Finish,
    pub(super) disc_on_left: bool,
}

/// How a crest is drawn.
struct Line {
    shape: Shape,
    depth: f32,
    base: f32,
    amplitude: f32,
    frequency: f32,
    offset: f32,
}

impl Frame {
    pub(super) fn layers(&self, subject: &Subject, noise: &Noise, random: &mut Random) -> Vec<Layer> {
        let below = self.height - self.horizon;
        let mut layers = Vec::new();
        let mut add = |shape, depth: f32, base: f32, amplitude: f32, frequency: f32, random: &mut Random| {
            let offset = random.between(0.0, 200.0);
            let line = Line { shape, depth, base, amplitude: amplitude * self.unit, frequency, offset };
            // A stream of its own, so that the number of trees in one layer does not move what comes after.
            layers.push(self.layer(&line, noise, &mut Random::new(random.bits())));
        };
        match subject.land {
            Land::Sea => {
                add(Shape::Grass, 0.0, self.horizon + 0.002 * self.unit, 0.055, 0.9, random);
                add(Shape::Grass, 0.20, self.horizon + 0.022 * self.unit, 0.075, 0.6, random);
                add(Shape::Water, 0.5, self.horizon, 0.0, 1.0, random);
                add(Shape::Rock, 0.82, self.horizon + below * 0.20, 0.11, 1.3, random);
                add(Shape::Grass, 0.97, self.horizon + below * 0.84, 0.16, 1.2, random);
            }
            Land::City => {
                let base = self.horizon + 0.01 * self.unit;
                add(Shape::Rock, 0.05, base - 0.03 * self.unit, 0.12, 1.2, random);
                add(Shape::City, 0.30, base, 0.20, 1.0, random);
                add(Shape::City, 0.58, base, 0.30, 0.8, random);
                add(Shape::City, 0.85, base, 0.15, 0.6, random);
                add(Shape::Water, 0.5, self.horizon, 0.0, 1.0, random);
            }
            land => {
                let count = 5 + random.below(3);
                for i in 0..count {
                    let t = i as f32 / (count - 1) as f32;
                    let shape = match land {
                        Land::Mountains if t < 0.75 => Shape::Rock,
                        Land::Mountains | Land::Forest if t > 0.45 => Shape::Trees,
                        Land::Dunes => Shape::Sand,
                        Land::Forest => Shape::Rock,
                        _ => Shape::Grass,
                    };
                    let lift =
                        if land == Land::Mountains { 0.30 * (1.0 - t) * (1.0 - t) } else { 0.06 * (1.0 - t) };
                    let amplitude = match shape {
                        Shape::Rock => 0.15 + lift,
                        Shape::Sand => 0.10 + 0.03 * t,
                        _ => 0.17 - 0.05 * t,
                    };
                    // Before a lake the land is low and lies at the very bottom.
                    let shore = subject.lake && i > 1;
                    let fall = if shore { 0.62 + 0.32 * t } else { 0.05 + 0.86 * t.powf(1.25) };
                    let base = self.horizon + below * fall + 0.01 * self.unit;
                    let amplitude = if shore { amplitude * 0.45 } else { amplitude };
                    add(shape, t, base, amplitude * random.between(0.8, 1.2), 1.45 - 0.6 * t, random);
                    if subject.lake && i == 1 {
                        add(Shape::Water, 0.45, self.horizon + below * 0.16, 0.0, 1.0, random);
                    }
                }
            }
        }
        layers
    }

    fn layer(&self, line: &Line, noise: &Noise, random: &mut Random) -> Layer {
        let edge = self.finish.edge(self.unit);
        let columns = self.width as usize;
        let headland = line.shape == Shape::Rock && line.depth > 0.7;
        let mut top: Vec<f32> = (0..columns)
            .map(|x| {
                let across = x as f32 / self.width;
                let u = (x as f32 - self.width / 2.0) / self.unit;
                let rise = self.crest(line, noise, u);
                // The foreground of a coast comes in from the side away from the light, and leaves the water open.
                let side = if self.disc_on_left { across } else { 1.0 - across };
                let y = line.base - line.amplitude * rise;
                if headland { y + self.unit * 0.60 * ramp(0.80, 0.12, side) } else { y }
            })
            .collect();
        match line.shape {
            Shape::Trees => super::landmark::plant(self, line.depth, &mut top, noise, random),
            Shape::City => {
                super::landmark::build(self, line.depth, line.amplitude, line.base, &mut top, random);
            }
            Shape::Water => top.fill(line.base),
            _ => {}
        }
        let soft = (0..columns)
            .map(|x| {
                let slope = (top[(x + 1).min(columns - 1)] - top[x.saturating_sub(1)]) / 2.0;
                let steep =
                    if line.shape == Shape::City { 1.0 } else { (1.0 + slope * slope).sqrt().min(24.0) };
                edge * steep
            })
            .collect();
        Layer { shape: line.shape, depth: line.depth, top, soft, hidden: Vec::new(), rows: (0.0, 0.0) }
    }

    /// Height of the crest at `u`, about −1 to 1.
    fn crest(&self, line: &Line, noise: &Noise, u: f32) -> f32 {
        let finest = match self.finish {
            Finish::Fine => self.unit / line.frequency / 3.0,
            Finish::Soft => 40.0,
            Finish::Plain => 20.0,
        };
        let (mut scale, mut gain, mut sum, mut octave) = (line.frequency, 1.0, 0.0, 0.0);
        let mut weight = 1.0f32;
        while scale / line.frequency < finest && octave < 12.0 {
            let n = noise.at(u * scale + line.offset + octave * 31.7, line.offset + octave * 7.3);
            match line.shape {
                Shape::Rock => {
                    // Ridged: the zero crossings of the noise become summits; detail gathers on the heights.
                    let r = (1.0 - (n * 2.1).abs()) * weight;
                    weight = (0.35 + r * 0.9).clamp(0.3, 1.0);
                    sum += gain * (r - 0.40);
                    gain *= 0.45;
                }
                Shape::Sand => {
                    let r = if octave == 0.0 { 1.0 - (n * 1.8).abs() * 1.4 } else { n };
                    sum += gain * r * if octave > 2.0 { 0.3 } else { 1.0 };
                    gain *= 0.32;
                }
                _ => {
                    sum += gain * n * 1.5;
                    gain *= 0.42;
                }
            }
            scale *= 2.03;
            octave += 1.0;
        }
        sum
    }
}

/// Works out, per layer, where the nearer ones hide it.
pub(super) fn hide(layers: &mut [Layer]) {
    let columns = layers.first().map_or(0, |layer| layer.top.len());
    let mut nearest = vec![f32::INFINITY; columns];
    for layer in layers.iter_mut().rev() {
        layer.hidden.clone_from(&nearest);
        let (mut first, mut last) = (f32::INFINITY, f32::NEG_INFINITY);
        for ((nearest, top), soft) in nearest.iter_mut().zip(&layer.top).zip(&layer.soft) {
            let (start, full) = (top - soft / 2.0, top + soft / 2.0);
            if start < *nearest {
                first = first.min(start);
                last = last.max(*nearest);
            }
            *nearest = nearest.min(full);
        }
        layer.rows = (first, last);
    }
}
