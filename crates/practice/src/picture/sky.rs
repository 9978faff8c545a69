//! The sky: gradient, the air around the light, its disc, clouds and stars.

use super::noise::{Row, ramp, smooth};
use super::paint::RowOf;
use super::palette::{Rgb, blend};
use super::scene::Scene;

/// The plain sky colour at height `y`, without glow.
pub(super) fn gradient(scene: &Scene, y: f32) -> Rgb {
    const AT: [f32; 4] = [0.0, 0.42, 0.80, 1.0];
    // A tall picture shows more of the upper sky, not a stretched sunset.
    let span = scene.horizon.min(scene.unit * 0.75);
    let t = ((y - (scene.horizon - span)) / span).clamp(0.0, 1.0);
    let i = if t < AT[1] {
        0
    } else if t < AT[2] {
        1
    } else {
        2
    };
    let local = (t - AT[i]) / (AT[i + 1] - AT[i]);
    // Half smooth, half straight: no visible bands at the stops, no plateaus either.
    blend(scene.palette.sky[i], scene.palette.sky[i + 1], 0.5 * local + 0.5 * smooth(local))
}

/// Paints the columns `from..to` of row `y`.
pub(super) fn paint(scene: &Scene, y: f32, row: &mut RowOf<'_>, from: usize, to: usize, spare: &mut [f32]) {
    let base = gradient(scene, y);
    let (disc, glow) = (scene.disc, scene.palette.glow);
    let dy = (y - disc.y) / scene.unit;
    let shine = scene.palette.shine;
    let step = 1.0 / scene.unit;
    for x in from..to {
        let dx = (x as f32 - disc.x) * step;
        let d2 = dx * dx * 0.55 + dy * dy;
        let near = 1.0 / (1.0 + d2 * 130.0);
        let wide = 1.0 / (1.0 + d2 * 9.0);
        let air = (shine * (0.42 * near + 0.72 * wide * wide)).min(0.96);
        row.r[x] = base[0] + (glow[0] - base[0]) * air;
        row.g[x] = base[1] + (glow[1] - base[1]) * air;
        row.b[x] = base[2] + (glow[2] - base[2]) * air;
    }
    stars(scene, y, row, from, to);
    light(scene, y, row, from, to);
    clouds(scene, y, row, from, to, spare);
}

fn light(scene: &Scene, y: f32, row: &mut RowOf<'_>, from: usize, to: usize) {
    let (disc, edge) = (scene.disc, scene.finish.edge(scene.unit) * 1.2);
    let dy = y - disc.y;
    let reach = disc.radius + edge;
    if dy.abs() > reach {
        return;
    }
    let half = (reach * reach - dy * dy).sqrt();
    let (from, to) = (((disc.x - half).max(0.0) as usize).max(from), ((disc.x + half) as usize + 1).min(to));
    let moon = scene.palette.shine < 0.52 && scene.palette.dark;
    let mut maria = vec![0.0; to.saturating_sub(from)];
    if moon {
        let du = 1.0 / disc.radius;
        let at = Row { u0: (from as f32 - disc.x) * du + 40.0, du, v: dy * du + 40.0 };
        scene.noise.add_octaves(&mut maria, at, scene.finish.octaves().min(4), 1.0, 0.55);
    }
    for x in from..to {
        let dx = x as f32 - disc.x;
        let cover = ((disc.radius - (dx * dx + dy * dy).sqrt()) / edge + 0.5).clamp(0.0, 1.0);
        let shade = 1.0 - 0.13 * ramp(-0.1, 0.45, maria[x - from]);
        row.mix(x, scene.palette.disc.map(|c| c * shade), cover);
    }
}

fn stars(scene: &Scene, y: f32, row: &mut RowOf<'_>, from: usize, to: usize) {
    let reach = 8.0;
    let first = scene.stars.partition_point(|star| star.y < y - reach);
    for star in scene.stars[first..].iter().take_while(|star| star.y < y + reach) {
        let dy = (y - star.y) / star.radius;
        if dy.abs() > 2.5 {
            continue;
        }
        let left = ((star.x - star.radius * 2.5).max(0.0) as usize).max(from);
        let right = ((star.x + star.radius * 2.5) as usize + 1).min(to);
        for x in left..right {
            let dx = (x as f32 - star.x) / star.radius;
            let light = star.light * (-(dx * dx + dy * dy)).exp();
            row.mix(x, [250., 246., 240.], light.min(1.0));
        }
    }
}

fn clouds(scene: &Scene, y: f32, row: &mut RowOf<'_>, from: usize, to: usize, spare: &mut [f32]) {
    let up = (scene.horizon - y) / scene.unit;
    let amount = scene.clouds * ramp(0.0, 0.10, up) * (0.35 + 0.65 * ramp(0.75, 0.12, up));
    if amount < 0.02 || from >= to {
        return;
    }
    let spare = &mut spare[from..to];
    spare.fill(0.0);
    // Layers of cloud seen from below: flatter and closer together towards the horizon.
    let lie = 1.0 / (up + 0.20);
    let du = 0.42 * lie.sqrt() / scene.unit;
    let at = Row { u0: (from as f32 - scene.width / 2.0) * du + 90.0, du, v: 4.2 * lie + 11.0 };
    scene.noise.add_octaves(spare, at, scene.finish.octaves(), 1.0, 0.52);
    let palette = &scene.palette;
    let (lit, shade) = (blend(palette.sky[3], palette.glow, 0.6), blend(palette.far, palette.sky[2], 0.45));
    let step = 1.0 / scene.unit;
    let dy = (y - scene.disc.y) * step;
    for (i, n) in spare.iter().enumerate() {
        let x = from + i;
        let thick = ((n + 0.12) * 1.7).clamp(0.0, 1.0);
        let thick = smooth(thick) * amount;
        let dx = (x as f32 - scene.disc.x) * step;
        let near = 1.0 / (1.0 + (dx * dx + dy * dy) * 5.0);
        // Thin edges catch the light, thick middles keep their shade.
        let t = (near * 0.9 + 0.25 - thick * 0.45).clamp(0.0, 1.0);
        let c = blend(shade, lit, t);
        row.mix(x, c, thick * 0.72);
    }
}
