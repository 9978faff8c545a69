//! A contact sheet: the pictures of a sheet in rows and columns, each with its label, as one PNG. What stands where is
//! decided apart from drawing it. Not here: what the labels say, which is the catalogue's business.

mod page;

use crate::picture::decode::{DecodeError, rows};
use crate::picture::derive::png;
use crate::picture::shrink::Shrink;
use cosmic_text::{
    Attrs, Buffer, Color, Ellipsize, EllipsizeHeightLimit, Family, FontSystem, Metrics, Shaping, SwashCache,
};
use image::{Rgb, RgbImage, imageops};
use page::{LABEL, Page, TITLE};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

const PAPER: Rgb<u8> = Rgb([255, 255, 255]);
const EMPTY: Rgb<u8> = Rgb([236, 236, 238]);
const INK: Color = Color::rgb(0x1b, 0x1b, 0x1f);
const FAINT: Color = Color::rgb(0x63, 0x63, 0x6b);
/// More threads hold more pictures at once than they save time.
const THREADS: usize = 4;

/// What is drawn.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contact {
    /// Over everything; the prompt.
    pub title: String,
    /// A line under it.
    pub facts: String,
    /// Heads of the columns.
    pub columns: Vec<String>,
    /// Cells, in any order. Several in one place stand below each other.
    pub cells: Vec<Cell>,
}

/// A picture, or the place of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Row, from 0.
    pub row: u32,
    /// Column, from 0.
    pub column: u32,
    /// The original.
    pub original: Option<PathBuf>,
    /// Width and height of the picture, or what was asked for.
    pub size: (u32, u32),
    /// First line of the label.
    pub name: String,
    /// The rest of it.
    pub facts: String,
}

/// Why there is no contact sheet.
#[derive(Debug, thiserror::Error)]
pub enum ContactError {
    /// So many pictures would be too small to see.
    #[error("too many pictures for one contact sheet")]
    TooMany,
    /// Labels need a font.
    #[error("no font is installed")]
    NoFont,
    /// A picture, or the sheet itself.
    #[error("{0}")]
    Picture(#[from] DecodeError),
}

/// Draws it, as PNG. Blocks for a second and more: never call it on an async thread.
///
/// # Errors
/// See [`ContactError`]. A picture that cannot be opened is an empty place, not an error: the others are worth seeing.
pub fn draw(contact: &Contact) -> Result<Vec<u8>, ContactError> {
    let page = Page::of(contact).ok_or(ContactError::TooMany)?;
    let mut pen = Pen { fonts: FontSystem::new(), glyphs: SwashCache::new() };
    if pen.fonts.db().is_empty() {
        return Err(ContactError::NoFont);
    }
    let mut paper = RgbImage::from_pixel(page.width, page.height, PAPER);
    pen.write(&mut paper, &contact.title, page.title, (TITLE, INK));
    pen.write(&mut paper, &contact.facts, page.facts, (LABEL, FAINT));
    for (head, area) in contact.columns.iter().zip(&page.heads) {
        pen.write(&mut paper, head, *area, (LABEL, INK));
    }
    let pictures = open(&contact.cells, page.edge);
    for ((cell, place), picture) in contact.cells.iter().zip(&page.cells).zip(pictures) {
        let (left, top, width, height) = place.picture;
        match picture {
            Some(picture) => imageops::replace(&mut paper, &picture, left.into(), top.into()),
            None => {
                for (x, y) in (0..width).flat_map(|x| (0..height).map(move |y| (x, y))) {
                    paper.put_pixel(left + x, top + y, EMPTY);
                }
            }
        }
        pen.write(&mut paper, &cell.name, place.name, (LABEL, INK));
        pen.write(&mut paper, &cell.facts, place.facts, (LABEL, FAINT));
    }
    Ok(png(&paper)?)
}

/// The pictures of the cells at this long edge, in their order.
fn open(cells: &[Cell], edge: u32) -> Vec<Option<RgbImage>> {
    let (next, done) = (AtomicUsize::new(0), Mutex::new(vec![None; cells.len()]));
    let threads = std::thread::available_parallelism().map_or(1, |cores| cores.get().min(THREADS));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(cell) = cells.get(at) else { return };
                    let picture = cell.original.as_ref().and_then(|path| {
                        let mut shrink = Shrink::to(edge);
                        let facts = rows(path, Some(shrink.enough()), &mut shrink).ok()?;
                        shrink.finish(facts.orientation).ok()
                    });
                    if let Ok(mut done) = done.lock() {
                        done[at] = picture;
                    }
                }
            });
        }
    });
    done.into_inner().unwrap_or_default()
}

/// Writes text.
struct Pen {
    fonts: FontSystem,
    glyphs: SwashCache,
}

impl Pen {
    /// Into an area (left, top, width, lines), cut with an ellipsis where it is longer.
    fn write(&mut self, paper: &mut RgbImage, text: &str, area: page::Area, how: (page::Size, Color)) {
        let (left, top, width, lines) = area;
        let (size, color) = how;
        let mut buffer = Buffer::new(&mut self.fonts, Metrics::new(size.font, size.line));
        buffer.set_size(Some(width as f32), None);
        buffer.set_ellipsize(Ellipsize::End(EllipsizeHeightLimit::Lines(lines)));
        // One weight: where a computer has no bold of its usual face, bold words come out in another face.
        let attrs = Attrs::new().family(Family::SansSerif);
        // Lines of their own would each be cut by themselves.
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        buffer.set_text(&text, &attrs, Shaping::Advanced, None);
        buffer.draw(&mut self.fonts, &mut self.glyphs, color, |x, y, width, height, color| {
            let (x, y) = (i64::from(left) + i64::from(x), i64::from(top) + i64::from(y));
            for (x, y) in
                (x..x + i64::from(width)).flat_map(|x| (y..y + i64::from(height)).map(move |y| (x, y)))
            {
                let (Ok(x), Ok(y)) = (u32::try_from(x), u32::try_from(y)) else { continue };
                if let Some(pixel) = paper.get_pixel_mut_checked(x, y) {
                    for (under, over) in pixel.0.iter_mut().zip([color.r(), color.g(), color.b()]) {
                        let alpha = u32::from(color.a());
                        *under = ((u32::from(*under) * (255 - alpha) + u32::from(over) * alpha) / 255) as u8;
                    }
                }
            }
        });
    }
}
