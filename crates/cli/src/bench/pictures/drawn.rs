//! The pictures that are measured with: 4096 × 4096, as hard to pack as a photograph (octaves of noise, hard edges, the
//! grain of a sensor), the same bytes on every machine. Not from a model: a flat drawing unpacks faster.

use super::Subject;
use base64::Engine as _;
use std::io::Write as _;
use std::path::Path;

pub(in crate::bench) const SIDE: u32 = 4096;

/// Draws and writes them: a PNG of some 21 MB, JPEGs of some 9 and 2.8 MB.
pub(super) fn all(folder: &Path) -> anyhow::Result<Vec<Subject>> {
    let pixels = pixels(0);
    let mut subjects = Vec::new();
    for (name, extension, mime) in [
        ("PNG 4096", "png", "image/png"),
        ("JPEG 4096 fine", "fine.jpg", "image/jpeg"),
        ("JPEG 4096 usual", "usual.jpg", "image/jpeg"),
    ] {
        let bytes = match extension {
            "png" => png(&pixels)?,
            "fine.jpg" => jpeg(&pixels, 98, jpeg_encoder::SamplingFactor::R_4_4_4)?,
            _ => jpeg(&pixels, 94, jpeg_encoder::SamplingFactor::R_4_2_0)?,
        };
        subjects.push(written(folder, name, extension, mime, &bytes)?);
    }
    Ok(subjects)
}

/// The PNG by itself.
pub(super) fn png_alone(folder: &Path) -> anyhow::Result<Subject> {
    written(folder, "PNG 4096", "png", "image/png", &png(&pixels(0))?)
}

fn written(
    folder: &Path,
    name: &'static str,
    extension: &str,
    mime: &str,
    bytes: &[u8],
) -> anyhow::Result<Subject> {
    let file = folder.join(format!("picture.{extension}"));
    let body = folder.join(format!("{extension}.json"));
    std::fs::write(&file, bytes)?;
    answer(&mut std::fs::File::create(&body)?, mime, bytes)?;
    Ok(Subject { name, file, body })
}

/// As Gemini prints it.
fn answer(out: &mut std::fs::File, mime: &str, bytes: &[u8]) -> anyhow::Result<()> {
    let text = base64::engine::general_purpose::STANDARD.encode(bytes);
    write!(
        out,
        "{{\n  \"candidates\": [\n    {{\n      \"content\": {{\n        \"parts\": [\n          {{\n            \"inlineData\": {{\n              \"mimeType\": \"{mime}\",\n              \"data\": \"{text}\"\n            }}\n          }}\n        ],\n        \"role\": \"model\"\n      }},\n      \"finishReason\": \"STOP\"\n    }}\n  ],\n  \"modelVersion\": \"bench\"\n}}\n"
    )?;
    Ok(())
}

fn hash(x: u32, y: u32) -> u32 {
    let mut h = x.wrapping_mul(0x9e37_79b1) ^ y.wrapping_mul(0x85eb_ca77);
    h ^= h >> 15;
    h = h.wrapping_mul(0x2c1b_3c6d);
    h ^ h >> 12
}

/// Noise between the corners of a grid, 0 to 255.
fn smooth(x: u32, y: u32, cell: u32) -> u32 {
    let (cx, cy, fx, fy) = (x / cell, y / cell, x % cell, y % cell);
    let corner = |dx, dy| (hash(cx + dx + cell, cy + dy) & 255) * cell;
    let top = (corner(0, 0) * (cell - fx) + corner(1, 0) * fx) / cell;
    let bottom = (corner(0, 1) * (cell - fx) + corner(1, 1) * fx) / cell;
    (top * (cell - fy) + bottom * fy) / cell / cell
}

/// Another picture for each number, all alike.
pub(in crate::bench) fn pixels(number: u32) -> Vec<u8> {
    let mut out = Vec::with_capacity((SIDE * SIDE * 3) as usize);
    let (left, tint) = (number * SIDE, number * 17 % 60);
    for y in 0..SIDE {
        for x in left..left + SIDE {
            let base = smooth(x, y, 512) * 5 + smooth(x, y, 64) * 2 + smooth(x, y, 8);
            // Thin lines, such as lettering has.
            let edge = if (x / 3 + y / 5) % 97 == 0 && smooth(x, y, 256) > 140 { 70 } else { 0 };
            let grain = hash(x, y);
            for channel in 0..3 {
                let value = base / 10
                    + 20
                    + 8 * channel
                    + (tint + channel * number * 23) % 60
                    + (grain >> (8 * channel) & 255) % 5
                    + edge;
                out.push(value.min(255) as u8);
            }
        }
    }
    out
}

pub(in crate::bench) fn png(pixels: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut out = std::io::Cursor::new(Vec::new());
    let coder = image::codecs::png::PngEncoder::new_with_quality(
        &mut out,
        image::codecs::png::CompressionType::Default,
        image::codecs::png::FilterType::Adaptive,
    );
    image::ImageEncoder::write_image(coder, pixels, SIDE, SIDE, image::ExtendedColorType::Rgb8)?;
    Ok(out.into_inner())
}

fn jpeg(pixels: &[u8], quality: u8, factor: jpeg_encoder::SamplingFactor) -> anyhow::Result<Vec<u8>> {
    let mut out = Vec::new();
    let mut coder = jpeg_encoder::Encoder::new(&mut out, quality);
    coder.set_sampling_factor(factor);
    coder.encode(pixels, SIDE as u16, SIDE as u16, jpeg_encoder::ColorType::Rgb)?;
    Ok(out)
}
