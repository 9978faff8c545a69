//! The painter: for every row the sky, then each layer back to front where it shows, then grain and vignette.

use super::encode::Canvas;
use super::noise::{Row, ramp, smooth};
use super::palette::{Rgb, blend};
use super::ridge::{Layer, Shape};
use super::scene::{Finish, Scene};
use super::{sky, water};
use crate::random::{Random, mix};

/// One row while it is painted: three planes of 0–255.
pub(super) struct RowOf<'a> {
    pub(super) r: &'a mut [f32],
    pub(super) g: &'a mut [f32],
    pub(super) b: &'a mut [f32],
}

impl RowOf<'_> {
    /// Lays `colour` over column `x` with this much cover.
    pub(super) fn mix(&mut self, x: usize, colour: Rgb, cover: f32) {
        self.r[x] += (colour[0] - self.r[x]) * cover;
        self.g[x] += (colour[1] - self.g[x]) * cover;
        self.b[x] += (colour[2] - self.b[x]) * cover;
    }
}

/// Paints the scene.
pub(super) fn paint(scene: &Scene, canvas: &mut Canvas) {
    let (width, height) = canvas.size();
    let columns = width as usize;
    let mut planes = vec![0.0f32; columns * 3];
    let mut spare = vec![0.0f32; columns * 3];
    let film = Film::new(scene, columns);
    let horizon_hidden: Vec<f32> = (0..columns)
        .map(|x| scene.layers.iter().map(|l| l.top[x] + l.soft[x] / 2.0).fold(f32::INFINITY, f32::min))
        .collect();
    let sky_ends = horizon_hidden.iter().copied().fold(0.0, f32::max);
    for line in 0..height {
        let y = line as f32 + 0.5;
        let (r, rest) = planes.split_at_mut(columns);
        let (g, b) = rest.split_at_mut(columns);
        let mut row = RowOf { r, g, b };
        if y <= sky_ends {
            runs(
                columns,
                |x| y <= horizon_hidden[x],
                |from, to| sky::paint(scene, y, &mut row, from, to, &mut spare[..columns]),
            );
        }
        for layer in &scene.layers {
            if let Some(tower) =
                scene.lighthouse.as_ref().filter(|_| layer.shape == Shape::Rock && layer.depth > 0.7)
            {
                tower.paint(y, &mut row, scene.palette.glow, scene.palette.near, scene.disc.x);
            }
            if y < layer.rows.0 || y > layer.rows.1 {
                continue;
            }
            let shows = |x: usize| y > layer.top[x] - layer.soft[x] / 2.0 && y <= layer.hidden[x];
            runs(columns, shows, |from, to| {
                if layer.shape == Shape::Water {
                    water::paint(scene, layer, y, &mut row, (from, to), canvas, &mut spare[..columns]);
                } else {
                    land(scene, layer, y, &mut row, (from, to), &mut spare);
                }
            });
        }
        if let Some(tower) = &scene.lighthouse {
            tower.shine(y, &mut row);
        }
        film.expose(line, &row, canvas.row_mut(line));
    }
}

/// Calls `each` for every longest run of columns that `shows`.
fn runs(columns: usize, shows: impl Fn(usize) -> bool, mut each: impl FnMut(usize, usize)) {
    let mut x = 0;
    while x < columns {
        while x < columns && !shows(x) {
            x += 1;
        }
        let from = x;
        while x < columns && shows(x) {
            x += 1;
        }
        if from < x {
            each(from, x);
        }
    }
}

fn land(
    scene: &Scene,
    layer: &Layer,
    y: f32,
    row: &mut RowOf<'_>,
    (from, to): (usize, usize),
    spare: &mut [f32],
) {
    let palette = &scene.palette;
    let t = layer.depth;
    let crest = blend(palette.far, palette.near, t.powf(0.8));
    let haze = blend(palette.haze, crest, 0.12 + 0.70 * t);
    let warm = blend(haze, palette.glow, 0.45 * (1.0 - t) * palette.shine);
    let thickness = scene.unit * (0.10 + 0.10 * t);
    let (relief, spare) = spare.split_at_mut(to - from);
    relief.fill(0.0);
    let strength = model(scene, layer, y, from, relief, spare);
    let step = 1.0 / (scene.unit * 0.55);
    let snow = palette.snow && matches!(layer.shape, Shape::Rock | Shape::Grass);
    for (i, lit) in relief.iter().enumerate() {
        let x = from + i;
        let down = (y - layer.top[x]).max(0.0) / thickness;
        let m = down / (down + 0.9);
        let dx = (x as f32 - scene.disc.x) * step;
        let side = 1.0 / (1.0 + dx * dx);
        let base = blend(haze, warm, side);
        let mut c = blend(crest, base, m * (0.95 - 0.42 * t));
        let light = lit * strength * (1.0 - 0.75 * m);
        if snow {
            let cap = ramp(-0.02, 0.22, lit + 0.30 - down * 1.1) * (0.85 - 0.45 * t) * (1.0 - 0.6 * m);
            c = blend(c, blend(palette.sky[3], palette.disc, 0.5), cap.clamp(0.0, 1.0));
        }
        let gain = (1.0 + light).clamp(0.55, 1.7);
        // A thin rim of light on the crest, where the sun stands behind it.
        let rim = side * (1.0 - t) * 0.22 / (1.0 + down * down * 900.0);
        c = [c[0] * gain, c[1] * gain, c[2] * gain];
        if layer.shape == Shape::City {
            c = windows(scene, layer, x, y, c);
        }
        c = blend(c, palette.glow, rim * palette.shine);
        let cover = ((y - layer.top[x]) / layer.soft[x] + 0.5).clamp(0.0, 1.0);
        row.mix(x, c, cover);
    }
}

/// Fills `relief` with light and shadow of the surface and returns how strong it should show.
fn model(scene: &Scene, layer: &Layer, y: f32, from: usize, relief: &mut [f32], spare: &mut [f32]) -> f32 {
    let octaves = scene.finish.octaves();
    let t = layer.depth;
    let (frequency, stretch, strength) = match layer.shape {
        Shape::Rock => (3.2 + 2.0 * t, 0.8, 1.15),
        Shape::Grass => (2.2 + 2.0 * t, 2.0, 0.45 * (0.3 + 0.7 * ramp(0.0, 0.4, t))),
        Shape::Sand => (2.0, 3.2, 0.40),
        Shape::Trees => (14.0, 1.6, 0.45),
        Shape::City | Shape::Water => return 0.0,
    };
    let ridged = layer.shape == Shape::Rock;
    // Lit from the side of the disc: the difference of the field along the row is the slope towards it. The distance
    // is the same in every octave's own lattice, so fine detail keeps its edges.
    let ahead = if scene.disc.x > scene.width / 2.0 { 0.14 } else { -0.14 };
    let (this, other) = spare.split_at_mut(relief.len());
    let other = &mut other[..relief.len()];
    let (mut scale, mut gain) = (frequency / scene.unit, 1.6);
    for octave in 0..octaves {
        let slant = (y - scene.horizon) * 0.30 * if octave % 2 == 0 { 1.0 } else { -0.8 };
        let shift = 50.0 + t * 70.0 + octave as f32 * 17.37;
        let u0 = (from as f32 - scene.width / 2.0 + slant) * scale + shift;
        let at = Row { u0, du: scale, v: y * scale * stretch + shift };
        this.fill(0.0);
        other.fill(0.0);
        scene.noise.add_row(this, at.u0 - ahead, at.du, at.v, gain);
        scene.noise.add_row(other, at.u0 + ahead, at.du, at.v, gain);
        if ridged {
            relief
                .iter_mut()
                .zip(this.iter().zip(other.iter()))
                .for_each(|(r, (a, b))| *r += b.abs() - a.abs());
        } else {
            relief.iter_mut().zip(this.iter().zip(other.iter())).for_each(|(r, (a, b))| *r += a - b);
        }
        scale *= 2.07;
        gain *= 0.62;
    }
    strength * scene.finish.relief() * (0.75 - 0.35 * (t - 0.4).abs())
}

/// Lit windows in a grid; most are dark, and far buildings have hardly any.
fn windows(scene: &Scene, layer: &Layer, x: usize, y: f32, wall: Rgb) -> Rgb {
    if layer.depth < 0.2 {
        return wall;
    }
    let pitch = (scene.unit * (0.0055 + 0.004 * layer.depth)).max(3.0);
    let (column, floor) = (x as f32 / pitch, y / (pitch * 1.25));
    let (cx, cy) = (column.fract(), floor.fract());
    if !(0.22..0.78).contains(&cx) || !(0.25..0.75).contains(&cy) || y - layer.top[x] < pitch {
        return wall;
    }
    // No window wider than the wall it is in: spires and edges stay dark.
    let reach = pitch as usize;
    if layer.top[x.saturating_sub(reach)] > y - pitch
        || layer.top[(x + reach).min(layer.top.len() - 1)] > y - pitch
    {
        return wall;
    }
    let key = mix((column as u64) << 32 | floor as u64 ^ u64::from(layer.depth.to_bits()) << 12);
    let share = if scene.palette.dark { 0.34 } else { 0.10 };
    let chance = (key & 0xffff) as f32 / 65_536.0;
    if chance > share {
        return blend(wall, scene.palette.near, 0.12);
    }
    let tone = if key & 0x1_0000 == 0 { [255., 214., 140.] } else { [255., 236., 196.] };
    blend(wall, tone, (0.30 + 0.6 * chance / share) * if scene.palette.dark { 0.9 } else { 0.3 })
}

/// What the camera adds: grain, and a fall-off towards the corners.
struct Film {
    grain: Vec<f32>,
    across: Vec<f32>,
    height: f32,
}

impl Film {
    fn new(scene: &Scene, columns: usize) -> Self {
        let strength = match scene.finish {
            Finish::Fine => 3.0,
            Finish::Soft | Finish::Plain => 0.0,
        };
        let mut random = Random::new(0x67_7261_696e);
        // Longer than a row, so that every row can begin at another place.
        let grain = (0..columns + 65_536).map(|_| random.normal() as f32 * strength + 0.5).collect();
        let across = (0..columns)
            .map(|x| {
                let d = (x as f32 / columns as f32 - 0.5) * 2.0;
                d * d
            })
            .collect();
        Self { grain, across, height: scene.height }
    }

    fn expose(&self, line: u32, row: &RowOf<'_>, out: &mut [u8]) {
        let d = (line as f32 / self.height - 0.5) * 2.0;
        let down = d * d;
        let start = (mix(u64::from(line)) & 0xffff) as usize;
        let grain = &self.grain[start..start + row.r.len()];
        for (x, pixel) in out.chunks_exact_mut(3).enumerate() {
            let fall = 1.0 - 0.16 * smooth(((self.across[x] + down) * 0.5).min(1.0));
            // Float to integer saturates, which is the clamp.
            pixel[0] = (row.r[x] * fall + grain[x]) as u8;
            pixel[1] = (row.g[x] * fall + grain[x]) as u8;
            pixel[2] = (row.b[x] * fall + grain[x]) as u8;
        }
    }
}
