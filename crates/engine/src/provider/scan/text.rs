//! Strings of JSON, byte by byte: what a key promises, and what an escape stands for.

/// What a string under a key may be.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Key {
    /// Base64, or a data URL of it.
    Picture,
    /// A data URL, or an address.
    Address,
}

impl Key {
    pub(super) fn of(word: &[u8]) -> Option<Self> {
        match word {
            b"data" | b"b64_json" => Some(Self::Picture),
            b"url" => Some(Self::Address),
            _ => None,
        }
    }
}

/// How far an escape has come.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Escape {
    No,
    Backslash,
    Unicode(u32, u8),
}

impl Escape {
    /// Takes a byte of a string; the character it ends, if it ends one.
    pub(super) fn take(&mut self, byte: u8) -> Option<u8> {
        let (next, character) = match *self {
            Self::No if byte == b'\\' => (Self::Backslash, None),
            Self::No => (Self::No, Some(byte)),
            Self::Backslash => match byte {
                b'u' => (Self::Unicode(0, 0), None),
                // Line breaks inside base64 are harmless; a slash may come escaped.
                b'n' | b'r' | b't' => (Self::No, None),
                other => (Self::No, Some(other)),
            },
            Self::Unicode(value, digits) => {
                let value = value << 4 | char::from(byte).to_digit(16).unwrap_or(0);
                match digits {
                    3 => (Self::No, Some(u8::try_from(value).unwrap_or(b'?'))),
                    _ => (Self::Unicode(value, digits + 1), None),
                }
            }
        };
        *self = next;
        character
    }
}
