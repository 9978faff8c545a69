//! Pictures that are wrong on purpose: files a careless client would trust.
//!
//! Not here: damage to the answer around the picture (`answer`, `body`).

/// The file without its end marker (JPEG `EOI`, PNG `IEND`) and without its last tenth.
pub(crate) fn without_end(mut file: Vec<u8>) -> Vec<u8> {
    file.truncate(file.len() - file.len() / 10 - 12);
    file
}

/// A PNG whose header promises 65,535 × 65,535 pixels and whose data is a few bytes.
pub(crate) fn bomb() -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut header = Vec::new();
    header.extend(65_535u32.to_be_bytes());
    header.extend(65_535u32.to_be_bytes());
    header.extend([8, 2, 0, 0, 0]);
    chunk(&mut file, b"IHDR", &header);
    // An empty zlib stream: valid compression, no pixels.
    chunk(&mut file, b"IDAT", &[0x78, 0x9c, 0x03, 0x00, 0x00, 0x00, 0x00, 0x01]);
    chunk(&mut file, b"IEND", &[]);
    file
}

/// A web page, where an image was promised.
pub(crate) fn not_an_image() -> Vec<u8> {
    b"<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><script>alert(1)</script>\
      <p>Your session has expired.</p></body></html>\n"
        .to_vec()
}

fn chunk(file: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    file.extend((data.len() as u32).to_be_bytes());
    let start = file.len();
    file.extend(kind);
    file.extend(data);
    let crc = crc32(&file[start..]);
    file.extend(crc.to_be_bytes());
}

fn crc32(data: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in data {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg());
        }
    }
    !crc
}
