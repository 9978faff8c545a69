//! The canvas, and writing it as JPEG or PNG with the serial number inside.
//!
//! The serial is in a PNG `tEXt` chunk `diptych-serial` or a JPEG comment `diptych-serial: P-000001`, so that a test
//! can follow one billed picture into a library. Not here: damaged pictures (`spoil`).

use serde::{Deserialize, Serialize};

/// The file format a model answers with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// JPEG, quality 90.
    Jpeg,
    /// PNG, fast compression.
    Png,
}

impl Format {
    /// The MIME type of the format.
    #[must_use]
    pub fn mime(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }
}

/// Why a picture could not be written.
#[derive(Debug, thiserror::Error)]
pub enum EncodeError {
    /// The JPEG encoder refused.
    #[error("JPEG: {0}")]
    Jpeg(#[from] jpeg_encoder::EncodingError),
    /// The PNG encoder refused.
    #[error("PNG: {0}")]
    Png(#[from] png::EncodingError),
}

/// An 8-bit RGB picture in memory.
#[derive(Debug, Clone)]
pub struct Canvas {
    width: u32,
    height: u32,
    pixels: Vec<u8>,
}

impl Canvas {
    pub(super) fn new(width: u32, height: u32) -> Self {
        Self { width, height, pixels: vec![0; width as usize * height as usize * 3] }
    }

    /// Width and height in pixels.
    #[must_use]
    pub fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// The pixels, RGB, row after row.
    #[must_use]
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    pub(super) fn row_mut(&mut self, y: u32) -> &mut [u8] {
        let stride = self.width as usize * 3;
        &mut self.pixels[y as usize * stride..][..stride]
    }

    /// Writes the picture in `format`, with `serial` in its metadata.
    pub fn encode(&self, format: Format, serial: &str) -> Result<Vec<u8>, EncodeError> {
        match format {
            Format::Jpeg => self.jpeg(serial),
            Format::Png => self.png(serial),
        }
    }

    fn jpeg(&self, serial: &str) -> Result<Vec<u8>, EncodeError> {
        let mut file = Vec::with_capacity(self.pixels.len() / 6);
        let encoder = jpeg_encoder::Encoder::new(&mut file, 90);
        // Sizes of the catalogue end at 12,288 px; a JPEG side may be 65,535.
        encoder.encode(&self.pixels, self.width as u16, self.height as u16, jpeg_encoder::ColorType::Rgb)?;
        let text = format!("diptych-serial: {serial}");
        let mut comment = vec![0xff, 0xfe];
        comment.extend((text.len() as u16 + 2).to_be_bytes());
        comment.extend(text.as_bytes());
        // After the JFIF segment, which must directly follow the start marker.
        let jfif = if file.get(2..4) == Some(&[0xff, 0xe0]) {
            2 + usize::from(u16::from_be_bytes([file[4], file[5]]))
        } else {
            0
        };
        file.splice(2 + jfif..2 + jfif, comment);
        Ok(file)
    }

    fn png(&self, serial: &str) -> Result<Vec<u8>, EncodeError> {
        let mut file = Vec::with_capacity(self.pixels.len() / 4);
        let mut encoder = png::Encoder::new(&mut file, self.width, self.height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::Fast);
        encoder.add_text_chunk("diptych-serial".to_owned(), serial.to_owned())?;
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&self.pixels)?;
        writer.finish()?;
        Ok(file)
    }
}
