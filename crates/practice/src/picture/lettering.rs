//! The word PRACTICE in the lower right corner: thin, pale, scaled with the picture.

use super::encode::Canvas;

type Stroke = &'static [(f32, f32)];

// Letters as polylines in a box one unit high; y grows downwards. Curves are a few straight pieces, enough at this size.
const P: (f32, &[Stroke]) = (
    0.52,
    &[&[
        (0.0, 1.0),
        (0.0, 0.0),
        (0.30, 0.0),
        (0.43, 0.04),
        (0.51, 0.14),
        (0.52, 0.27),
        (0.50, 0.41),
        (0.42, 0.51),
        (0.30, 0.55),
        (0.0, 0.55),
    ]],
);
const R: (f32, &[Stroke]) = (0.56, &[P.1[0], &[(0.28, 0.55), (0.56, 1.0)]]);
const A: (f32, &[Stroke]) = (0.72, &[&[(0.0, 1.0), (0.36, 0.0), (0.72, 1.0)], &[(0.13, 0.65), (0.59, 0.65)]]);
const C: (f32, &[Stroke]) = (
    0.70,
    &[&[
        (0.70, 0.20),
        (0.60, 0.08),
        (0.46, 0.01),
        (0.33, 0.01),
        (0.18, 0.08),
        (0.06, 0.23),
        (0.01, 0.42),
        (0.01, 0.58),
        (0.06, 0.77),
        (0.18, 0.92),
        (0.33, 0.99),
        (0.46, 0.99),
        (0.60, 0.92),
        (0.70, 0.80),
    ]],
);
const T: (f32, &[Stroke]) = (0.60, &[&[(0.0, 0.0), (0.60, 0.0)], &[(0.30, 0.0), (0.30, 1.0)]]);
const I: (f32, &[Stroke]) = (0.0, &[&[(0.0, 0.0), (0.0, 1.0)]]);
const E: (f32, &[Stroke]) =
    (0.48, &[&[(0.48, 0.0), (0.0, 0.0), (0.0, 1.0), (0.48, 1.0)], &[(0.0, 0.49), (0.42, 0.49)]]);
const WORD: [(f32, &[Stroke]); 8] = [P, R, A, C, T, I, C, E];
const GAP: f32 = 0.42;

/// Draws the mark.
pub(super) fn mark(canvas: &mut Canvas) {
    let (width, height) = canvas.size();
    let unit = width.min(height) as f32;
    let cap = (unit * 0.0155).max(6.0).min(width as f32 / 12.0);
    let length: f32 = WORD.iter().map(|(w, _)| w).sum::<f32>() + GAP * (WORD.len() - 1) as f32;
    let margin = (unit * 0.032).max(8.0);
    let (left, top) = (width as f32 - margin - length * cap, height as f32 - margin - cap);
    let thick = (cap * 0.055).max(0.42);
    let mut segments = Vec::new();
    let mut pen = left;
    for (advance, strokes) in WORD {
        for stroke in strokes {
            segments.extend(stroke.windows(2).map(|s| {
                let at = |p: (f32, f32)| (pen + p.0 * cap, top + p.1 * cap);
                (at(s[0]), at(s[1]))
            }));
        }
        pen += (advance + GAP) * cap;
    }
    let reach = thick + 1.0;
    for y in (top - reach).max(0.0) as u32..((top + cap + reach) as u32 + 1).min(height) {
        let row = canvas.row_mut(y);
        for x in (left - reach).max(0.0) as usize..((pen + reach) as usize).min(width as usize) {
            let p = (x as f32 + 0.5, y as f32 + 0.5);
            let near = segments.iter().map(|s| distance(p, *s)).fold(f32::INFINITY, f32::min);
            let cover = (thick + 0.5 - near).clamp(0.0, 1.0) * 0.62;
            for channel in &mut row[x * 3..x * 3 + 3] {
                *channel = (f32::from(*channel) * (1.0 - cover) + 255.0 * cover) as u8;
            }
        }
    }
}

fn distance(p: (f32, f32), (a, b): ((f32, f32), (f32, f32))) -> f32 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let t = (((p.0 - a.0) * dx + (p.1 - a.1) * dy) / (dx * dx + dy * dy)).clamp(0.0, 1.0);
    ((p.0 - a.0 - t * dx).powi(2) + (p.1 - a.1 - t * dy).powi(2)).sqrt()
}
