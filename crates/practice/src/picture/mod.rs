//! The pictures: procedural landscapes at the true pixel size, seeded by the prompt.
//!
//! One prompt gives one scene on every model; the model decides only how finely it is painted ([`Finish`]).
//! Everything is computed row by row, without trigonometry per pixel, so that 17 megapixels take well under a second.
//! Not here: which size, format and price a model has (`catalogue`), and when a picture is made (`generate`).

mod encode;
mod landmark;
mod lettering;
mod noise;
mod paint;
mod palette;
mod ridge;
mod scene;
mod sky;
mod spoil;
mod water;

pub use encode::{Canvas, EncodeError, Format};
pub use scene::{Finish, Subject};
pub(crate) use spoil::{bomb, not_an_image, without_end};

/// What to draw.
#[derive(Debug, Clone)]
pub struct Order {
    /// The words that choose palette, land and composition.
    pub prompt: String,
    /// `generationConfig.seed`, or 0.
    pub seed: u64,
    /// Tells several pictures of one prompt and seed apart.
    pub variant: u64,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// How finely it is painted.
    pub finish: Finish,
}

/// Draws the picture. Takes CPU time in proportion to the pixels: call it on a blocking thread.
#[must_use]
pub fn draw(order: &Order) -> Canvas {
    let subject = Subject::read(&order.prompt, order.seed, order.variant);
    let scene = scene::Scene::compose(&subject, order.width, order.height, order.finish);
    let mut canvas = Canvas::new(order.width, order.height);
    paint::paint(&scene, &mut canvas);
    lettering::mark(&mut canvas);
    canvas
}

/// A flat two-tone picture with the same lettering: for benchmarks that must not measure the painter.
#[must_use]
pub fn draw_plain(order: &Order) -> Canvas {
    let mut canvas = Canvas::new(order.width, order.height);
    let tone = crate::random::hash(&order.prompt) ^ crate::random::mix(order.variant ^ order.seed);
    let top = [tone as u8 / 2 + 60, (tone >> 8) as u8 / 2 + 60, (tone >> 16) as u8 / 2 + 60];
    let height = order.height.max(1);
    for y in 0..order.height {
        let shade = |c: u8| (u32::from(c) - u32::from(c) * y / (2 * height)) as u8;
        let pixel = top.map(shade);
        canvas.row_mut(y).chunks_exact_mut(3).for_each(|p| p.copy_from_slice(&pixel));
    }
    lettering::mark(&mut canvas);
    canvas
}
