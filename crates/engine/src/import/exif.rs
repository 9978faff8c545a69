//! The few things of an Exif block that say where a picture comes from: the user comment, recipes among the texts of its
//! first directory, and when it was taken.

use super::container::MAX_TEXTS;
use jiff::civil::DateTime;

/// Most entries of a directory that are looked at.
const MAX_ENTRIES: u16 = 512;

const EXIF_DIRECTORY: u16 = 0x8769;
const TAKEN: u16 = 0x9003;
const COMMENT: u16 = 0x9286;
const BYTE: u16 = 1;
const ASCII: u16 = 2;
const LONG: u16 = 4;
const UNDEFINED: u16 = 7;

/// `ComfyUI`'s way in WebP: whatever tag is free holds `prompt:{…}` and `workflow:{…}`.
const RECIPES: [&str; 2] = ["prompt", "workflow"];

/// What was found.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Exif {
    pub(super) comment: Option<String>,
    /// Recipes in the first directory, with what stands before their colon.
    pub(super) texts: Vec<(&'static str, String)>,
    pub(super) taken: Option<DateTime>,
}

/// A block of TIFF, and which way round its numbers are.
struct Block<'a> {
    bytes: &'a [u8],
    big: bool,
}

struct Entry<'a> {
    tag: u16,
    kind: u16,
    /// Its bytes, wherever they stand.
    data: &'a [u8],
}

impl<'a> Block<'a> {
    fn of(bytes: &'a [u8]) -> Option<Self> {
        let big = match bytes.get(..4)? {
            b"MM\0*" => true,
            b"II*\0" => false,
            _ => return None,
        };
        Some(Self { bytes, big })
    }

    fn short(&self, at: usize) -> Option<u16> {
        let bytes = self.bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if self.big { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    }

    fn long(&self, at: usize) -> Option<usize> {
        let bytes = self.bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if self.big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) } as usize)
    }

    /// The entries of a directory that can be read.
    fn directory(&self, at: usize) -> impl Iterator<Item = Entry<'a>> {
        let entries = self.short(at).unwrap_or(0).min(MAX_ENTRIES);
        (0..usize::from(entries)).filter_map(move |number| {
            let at = at.checked_add(2 + number * 12)?;
            let (tag, kind) = (self.short(at)?, self.short(at + 2)?);
            let width = if kind == LONG { 4 } else { 1 };
            let length = self.long(at + 4)?.checked_mul(width)?;
            let start = if length <= 4 { at + 8 } else { self.long(at + 8)? };
            Some(Entry { tag, kind, data: self.bytes.get(start..start.checked_add(length)?)? })
        })
    }
}

/// Reads a block.
pub(super) fn read(bytes: &[u8]) -> Exif {
    let mut found = Exif::default();
    let Some(block) = Block::of(bytes) else { return found };
    let Some(first) = block.long(4) else { return found };
    let (mut inner, mut bytes) = (None, 0);
    for entry in block.directory(first) {
        match (entry.tag, entry.kind) {
            (EXIF_DIRECTORY, LONG) => {
                inner = Block { bytes: entry.data, big: block.big }.long(0);
            }
            (_, ASCII) => {
                let Some((keyword, json)) = recipe(entry.data) else { continue };
                // All entries may name the same bytes: the file's size is no limit to their sum.
                bytes += json.len();
                if bytes <= MAX_TEXTS {
                    found.texts.push((keyword, text(json)));
                }
            }
            _ => {}
        }
    }
    for entry in inner.into_iter().flat_map(|at| block.directory(at)) {
        match (entry.tag, entry.kind) {
            // Undefined by the letter; Pillow writes bytes.
            (COMMENT, BYTE | ASCII | UNDEFINED) => found.comment = comment(entry.data),
            (TAKEN, ASCII) => found.taken = DateTime::strptime("%Y:%m:%d %H:%M:%S", text(entry.data)).ok(),
            _ => {}
        }
    }
    found
}

/// What stands behind a keyword and its colon.
fn recipe(data: &[u8]) -> Option<(&'static str, &[u8])> {
    RECIPES.into_iter().find_map(|keyword| {
        let (start, rest) = data.split_at_checked(keyword.len())?;
        let rest = rest.strip_prefix(b":")?;
        start.eq_ignore_ascii_case(keyword.as_bytes()).then_some((keyword, rest))
    })
}

fn text(data: &[u8]) -> String {
    String::from_utf8_lossy(data).trim_end_matches('\0').to_owned()
}

/// Eight bytes say how the rest is written.
fn comment(data: &[u8]) -> Option<String> {
    let (kind, rest) = data.split_first_chunk::<8>()?;
    let text = if kind == b"UNICODE\0" { wide(rest) } else { text(rest) };
    let text = text.trim_matches(['\0', ' ', '\n']).to_owned();
    (!text.is_empty()).then_some(text)
}

/// UTF-16 of either order: where no mark says which, the one in which more characters are below 256. Web UI writes the big
/// end first whatever the block says.
fn wide(bytes: &[u8]) -> String {
    let (pairs, _) = bytes.as_chunks::<2>();
    let small = |at: usize| pairs.iter().filter(|pair| pair[at] == 0).count();
    let little = match pairs.first() {
        Some([0xff, 0xfe]) => true,
        Some([0xfe, 0xff]) => false,
        _ => small(1) > small(0),
    };
    let read = |pair: &[u8; 2]| if little { u16::from_le_bytes(*pair) } else { u16::from_be_bytes(*pair) };
    let units = pairs.iter().map(read).filter(|unit| *unit != 0xfeff);
    char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A directory of texts that are all the same bytes.
    fn same(text: &[u8], entries: u16) -> Vec<u8> {
        let at = 10 + 12 * u32::from(entries);
        let mut out = [b"MM\0*\0\0\0\x08".as_slice(), &entries.to_be_bytes()].concat();
        for tag in 0..entries {
            out.extend([tag.to_be_bytes(), ASCII.to_be_bytes()].concat());
            out.extend([(text.len() as u32).to_be_bytes(), at.to_be_bytes()].concat());
        }
        out.extend(text);
        out
    }

    #[test]
    fn texts_that_all_name_the_same_bytes_do_not_add_up() {
        let mut long = b"Prompt:".to_vec();
        long.resize(1 << 20, b'x');
        let found = read(&same(&long, MAX_ENTRIES));
        assert!(!found.texts.is_empty() && found.texts.iter().all(|(keyword, _)| *keyword == "prompt"));
        assert!(found.texts.iter().map(|(_, text)| text.len()).sum::<usize>() <= MAX_TEXTS);
        assert!(read(&same(b"of no use to us", MAX_ENTRIES)).texts.is_empty());
        let short = read(&same(b"workflow:{}\0", 1));
        assert_eq!(short.texts, [("workflow", "{}".to_owned())]);
    }
}
