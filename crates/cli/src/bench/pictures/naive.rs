//! The way everyone takes first. Kept honest: the file is made durable here too.

use anyhow::Context as _;
use base64::Engine as _;
use serde_json::Value;
use std::path::Path;

/// The whole body as a `String`, the whole picture as bytes, a file, a thumbnail.
pub(super) fn ingest(body: &Path, folder: &Path, number: usize) -> anyhow::Result<()> {
    let mut text = String::new();
    super::arriving(body, None, |piece| {
        text.push_str(std::str::from_utf8(piece).map_err(std::io::Error::other)?);
        Ok(())
    })?;
    let document: Value = serde_json::from_str(&text)?;
    let data = document.pointer("/candidates/0/content/parts/0/inlineData/data").and_then(Value::as_str);
    let bytes = base64::engine::general_purpose::STANDARD.decode(data.context("a picture")?)?;
    let file = folder.join(format!("naive-{number}"));
    std::fs::write(&file, &bytes)?;
    std::fs::File::open(&file)?.sync_data()?;
    small(&bytes, &folder.join(format!("naive-{number}.jpg")))
}

/// A thumbnail of a picture.
pub(super) fn thumb(picture: &[u8], folder: &Path) -> anyhow::Result<()> {
    small(picture, &folder.join("naive.jpg"))
}

fn small(bytes: &[u8], out: &Path) -> anyhow::Result<()> {
    let picture = image::load_from_memory(bytes)?;
    let small = picture.resize(512, 512, image::imageops::FilterType::Lanczos3).into_rgb8();
    Ok(small.save_with_format(out, image::ImageFormat::Jpeg)?)
}
