//! Water: a mirror of the rows already painted above it, shaken by waves, with a path of light under the disc.

use super::encode::Canvas;
use super::noise::Row;
use super::paint::RowOf;
use super::palette::blend;
use super::ridge::Layer;
use super::scene::Scene;

/// Paints the columns `from..to` of row `y` of a water layer.
pub(super) fn paint(
    scene: &Scene,
    layer: &Layer,
    y: f32,
    row: &mut RowOf<'_>,
    span: (usize, usize),
    done: &Canvas,
    waves: &mut [f32],
) {
    let (from, to) = span;
    let shore = layer.top[from];
    let palette = &scene.palette;
    let below = (y - shore).max(0.5);
    let p = below / (scene.height - shore).max(1.0);
    let deep = blend(blend(palette.near, palette.sky[1], 0.30), palette.haze, 0.10);
    let waves = &mut waves[from..to];
    waves.fill(0.0);
    // Perspective: wave length grows with the distance below the shore line.
    let z = scene.unit / (below + 0.006 * scene.unit);
    let du = 1.15 * z.sqrt() / scene.unit * 2.2;
    let at = Row { u0: (from as f32 - scene.disc.x) * du + 300.0, du, v: 9.0 * z.ln() + 1.4 * z + 60.0 };
    scene.noise.add_octaves(waves, at, scene.finish.octaves(), 1.0, 0.62);
    // What is mirrored, and how far a wave throws it sideways.
    let (width, _) = done.size();
    let mirrored = (shore - below * 0.92 - 1.0).max(0.0);
    let stride = width as usize * 3;
    let rough = 0.010 * scene.unit * (0.15 + p);
    let body = 0.16 + 0.44 * p;
    let path = scene.disc.radius * (0.9 + 3.2 * p);
    let strength = 0.85 * palette.shine * (1.0 - 0.45 * p);
    let gleam = blend(palette.disc, palette.glow, 0.45);
    let pixels = done.pixels();
    // Only rows that are painted already: a soft shore begins above its own line.
    let last = (shore.min(y - 0.5).max(1.0)) as usize - 1;
    for (i, n) in waves.iter().enumerate() {
        let x = from + i;
        let source_x = (x as f32 + n * rough * 1.5).clamp(0.0, scene.width - 1.0) as usize;
        let source_y = ((mirrored + n * rough * 2.5).max(0.0) as usize).min(last);
        let at = source_y * stride + source_x * 3;
        let seen = [f32::from(pixels[at]), f32::from(pixels[at + 1]), f32::from(pixels[at + 2])];
        let tilt = (body - n * 0.30).clamp(0.05, 0.85);
        let mut c = blend(seen, deep, tilt);
        // Facets that face the light: a broken path that widens towards the viewer.
        let off = (x as f32 - scene.disc.x + n * path * 0.8) / path;
        let spread = 1.0 / (1.0 + off * off);
        let facet = ((n - 0.02) * 3.4).clamp(0.0, 1.0);
        c = blend(c, gleam, strength * spread * spread * (0.12 + 0.88 * facet));
        row.r[x] = c[0];
        row.g[x] = c[1];
        row.b[x] = c[2];
    }
}
