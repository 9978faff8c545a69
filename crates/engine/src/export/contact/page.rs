//! What stands where on a contact sheet: as large as a sheet of this many pictures can be shown. Pure.

use super::{Cell, Contact};
use crate::picture::shrink::fit;

/// Left, top, width, and lines at most.
pub(super) type Area = (u32, u32, u32, usize);

/// A size of text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Size {
    pub(super) font: f32,
    pub(super) line: f32,
}

pub(super) const TITLE: Size = Size { font: 28.0, line: 38.0 };
pub(super) const LABEL: Size = Size { font: 18.0, line: 26.0 };
const TITLE_LINES: usize = 4;
/// Long edges of a picture, the largest that fits is taken.
const EDGES: [u32; 6] = [960, 640, 480, 320, 240, 160];
/// No side of a page is longer: many programs that show pictures give up at 32,768.
const LONGEST: u32 = 30_000;
/// A page is no narrower, so that a prompt has room.
const NARROWEST: u32 = 1_100;
/// Pictures side by side that are shown large need no more pixels than a screen has.
const WIDE_ENOUGH: u32 = 3_000;
const MARGIN: u32 = 48;
const GAP: u32 = 28;

/// Where a cell's things stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// Left, top, width, height.
    pub(super) picture: (u32, u32, u32, u32),
    pub(super) name: Area,
    pub(super) facts: Area,
}

/// The page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) width: u32,
    pub(super) height: u32,
    /// Long edge of a picture.
    pub(super) edge: u32,
    pub(super) title: Area,
    pub(super) facts: Area,
    pub(super) heads: Vec<Area>,
    /// In the order of the cells.
    pub(super) cells: Vec<Place>,
}

impl Page {
    /// `None` where the pictures would be too small.
    pub(super) fn of(contact: &Contact) -> Option<Self> {
        let columns = contact.cells.iter().map(|cell| cell.column + 1).max().unwrap_or(1);
        let columns = columns.max(u32::try_from(contact.columns.len()).ok()?);
        let pages = EDGES.map(|edge| Self::at(contact, columns, edge));
        let smallest = pages.len() - 1;
        let fits = |page: &Self, wide: u32| page.width <= wide && page.height <= LONGEST;
        pages
            .iter()
            .find(|page| fits(page, WIDE_ENOUGH))
            .or_else(|| pages.get(smallest).filter(|page| fits(page, LONGEST)))
            .cloned()
    }

    fn at(contact: &Contact, columns: u32, edge: u32) -> Self {
        let line = LABEL.line as u32;
        let width = (2 * MARGIN + columns * (edge + GAP) - GAP).max(NARROWEST);
        let left = |column: u32| MARGIN + column * (edge + GAP);
        let inside = width - 2 * MARGIN;
        let title = (MARGIN, MARGIN, inside, TITLE_LINES);
        // How many lines a title takes is known when it is drawn; a generous guess leaves no hole that is seen.
        let letters = (inside / (TITLE.font as u32 / 2)).max(1);
        let wide: u32 = contact.title.chars().map(|letter| if letter.is_ascii() { 1 } else { 2 }).sum();
        let lines = wide.div_ceil(letters).clamp(1, TITLE_LINES as u32);
        let mut top = MARGIN + lines * TITLE.line as u32 + 6;
        let facts = (MARGIN, top, inside, 1);
        top += line + GAP;
        let heads = (0..columns).map(|column| (left(column), top, edge, 1)).collect();
        top += line + 8;
        let mut cells = vec![None; contact.cells.len()];
        let rows = contact.cells.iter().map(|cell| cell.row + 1).max().unwrap_or(0);
        for row in 0..rows {
            let mut ends = vec![top; columns as usize];
            for (at, cell) in contact.cells.iter().enumerate().filter(|(_, cell)| cell.row == row) {
                let end = &mut ends[cell.column as usize];
                let place = Place::of(cell, left(cell.column), *end, edge);
                *end = place.facts.1 + 2 * line + GAP;
                cells[at] = Some(place);
            }
            top = ends.into_iter().max().unwrap_or(top);
        }
        let height = top - GAP.min(top) + MARGIN;
        Self { width, height, edge, title, facts, heads, cells: cells.into_iter().flatten().collect() }
    }
}

impl Place {
    fn of(cell: &Cell, left: u32, top: u32, edge: u32) -> Self {
        let (width, height) = match fit(cell.size.0, cell.size.1, edge) {
            (0, _) | (_, 0) => (edge, edge),
            size => size,
        };
        let line = LABEL.line as u32;
        let name = (left, top + height + 8, edge, 1);
        Self { picture: (left, top, width, height), name, facts: (left, name.1 + line, edge, 2) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(rows: u32, columns: u32) -> Contact {
        let cells = (0..rows).flat_map(|row| (0..columns).map(move |column| cell(row, column)));
        Contact {
            title: "A lighthouse".into(),
            columns: (0..columns).map(|column| format!("Model {column}")).collect(),
            cells: cells.collect(),
            ..Contact::default()
        }
    }

    fn cell(row: u32, column: u32) -> Cell {
        let size = (4096, 2304);
        Cell { row, column, original: None, size, name: String::new(), facts: String::new() }
    }

    #[test]
    fn nothing_overlaps_and_everything_is_on_the_page() {
        for (rows, columns) in [(1, 1), (2, 2), (3, 9), (40, 4), (100, 1)] {
            let contact = sheet(rows, columns);
            let page = Page::of(&contact).expect("a page");
            assert_eq!(page.cells.len(), contact.cells.len());
            let boxes: Vec<_> = page
                .cells
                .iter()
                .map(|place| {
                    let (left, top, width, _) = place.picture;
                    let bottom = place.facts.1 + 2 * LABEL.line as u32;
                    assert!(left + width <= page.width && bottom <= page.height, "{rows} × {columns}");
                    (left, top, left + page.edge, bottom)
                })
                .collect();
            for (at, one) in boxes.iter().enumerate() {
                for other in &boxes[at + 1..] {
                    let apart = one.2 <= other.0 || other.2 <= one.0 || one.3 <= other.1 || other.3 <= one.1;
                    assert!(apart, "{one:?} {other:?}");
                }
            }
        }
    }

    #[test]
    fn few_pictures_are_large_and_too_many_are_refused() {
        let edge = |rows, columns| Page::of(&sheet(rows, columns)).map(|page| page.edge);
        assert_eq!(edge(1, 2), Some(960));
        assert_eq!(edge(2, 4), Some(640));
        assert_eq!(edge(3, 80), Some(160));
        assert_eq!(edge(2000, 1), None);
    }

    #[test]
    fn what_stands_in_one_place_is_stacked() {
        let mut contact = sheet(1, 2);
        contact.cells.push(cell(0, 1));
        let page = Page::of(&contact).expect("a page");
        assert!(page.cells[2].picture.1 > page.cells[1].facts.1);
        assert_eq!(page.cells[2].picture.0, page.cells[1].picture.0);
    }
}
