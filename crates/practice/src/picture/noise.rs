//! Gradient noise, evaluated a whole row at a time.
//!
//! Along a row the second coordinate is fixed, so each lattice cell becomes two straight lines blended by one
//! smoothstep: a few multiplications per pixel and a loop the compiler can vectorise.

use crate::random::Random;

/// A permutation and its gradients: one noise field.
#[derive(Debug, Clone)]
pub(super) struct Noise {
    order: [u8; 256],
    gradients: Vec<(f32, f32)>,
}

impl Noise {
    pub(super) fn new(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let mut order = [0u8; 256];
        for (i, slot) in order.iter_mut().enumerate() {
            *slot = i as u8;
        }
        for i in (1..256).rev() {
            order.swap(i, random.below(i + 1));
        }
        let turn = |i: u32| std::f32::consts::TAU * i as f32 / 64.0;
        let gradients = (0..64).map(|i| (turn(i).cos(), turn(i).sin())).collect();
        Self { order, gradients }
    }

    fn gradient(&self, i: i32, j: i32) -> (f32, f32) {
        let row = self.order[(j & 255) as usize];
        let hash = self.order[(i.wrapping_add(i32::from(row)) & 255) as usize];
        self.gradients[usize::from(hash & 63)]
    }

    /// At lattice column `i` of the row `v`: slope and offset of the line that the noise follows there.
    fn line(&self, i: i32, v: f32) -> (f32, f32) {
        let j = v.floor();
        let down = v - j;
        let (ax, ay) = self.gradient(i, j as i32);
        let (bx, by) = self.gradient(i, j as i32 + 1);
        let s = smooth(down);
        (ax + (bx - ax) * s, ay * down + (by * (down - 1.0) - ay * down) * s)
    }

    /// Adds `gain` × noise(u0 + x·du, v) to every `out[x]`. Skips what is finer than a pixel.
    pub(super) fn add_row(&self, out: &mut [f32], u0: f32, du: f32, v: f32, gain: f32) {
        if du.abs() > 0.7 || gain == 0.0 || du <= 0.0 {
            return;
        }
        let mut cell = u0.floor() as i32;
        let mut left = self.line(cell, v);
        let mut x = 0;
        while x < out.len() {
            let right = self.line(cell + 1, v);
            let end = (((cell + 1) as f32 - u0) / du).ceil().max(x as f32 + 1.0) as usize;
            let end = end.min(out.len());
            let start = u0 - cell as f32 + x as f32 * du;
            for (step, slot) in out[x..end].iter_mut().enumerate() {
                let t = start + step as f32 * du;
                let a = left.0 * t + left.1;
                let b = right.0 * (t - 1.0) + right.1;
                *slot += gain * (a + (b - a) * smooth(t));
            }
            x = end;
            cell += 1;
            left = right;
        }
    }

    /// Several octaves of [`Self::add_row`], each twice as fine and `fade` times as strong.
    pub(super) fn add_octaves(&self, out: &mut [f32], at: Row, octaves: u32, gain: f32, fade: f32) {
        let (mut scale, mut gain) = (1.0, gain);
        for octave in 0..octaves {
            // The shift keeps the lattices of the octaves from lining up, which would show as a grid.
            let shift = octave as f32 * 17.37;
            self.add_row(out, at.u0 * scale + shift, at.du * scale, at.v * scale + shift, gain);
            scale *= 2.0;
            gain *= fade;
        }
    }

    /// The noise at one point: for lines and scattered things, not for pixels.
    pub(super) fn at(&self, u: f32, v: f32) -> f32 {
        let cell = u.floor();
        let t = u - cell;
        let (a, b) = (self.line(cell as i32, v), self.line(cell as i32 + 1, v));
        let (a, b) = (a.0 * t + a.1, b.0 * (t - 1.0) + b.1);
        a + (b - a) * smooth(t)
    }
}

/// Where a row of pixels lies in a noise field: start, step per pixel, and the row's own coordinate.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    pub(super) u0: f32,
    pub(super) du: f32,
    pub(super) v: f32,
}

/// Smoothstep without clamping: the caller keeps `t` in `[0, 1]`.
pub(super) fn smooth(t: f32) -> f32 {
    t * t * (3.0 - 2.0 * t)
}

/// Smoothstep from `low` to `high`.
pub(super) fn ramp(low: f32, high: f32, x: f32) -> f32 {
    smooth(((x - low) / (high - low)).clamp(0.0, 1.0))
}
