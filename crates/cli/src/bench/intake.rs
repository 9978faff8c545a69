//! `diptych bench intake`: what an answer costs on its way from the spool to the screen, against the way everyone takes
//! first (the whole body as a string, the `image` crate for the thumbnail). Both run in turn, so that a slow moment of
//! the machine meets both. Figures are medians in milliseconds of wall time on one thread.

use crate::exit::Exit;
use crate::output;
use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use diptych_engine::picture::derive::{Crop, Derived};
use diptych_engine::provider::scan::scan;
use diptych_engine::store::folder::Folders;
use diptych_practice::picture::{Finish, Format, Order, draw};
use serde_json::{Value, json};
use std::path::Path;
use std::time::Instant;

const ROUNDS: usize = 9;

/// Runs it.
pub(super) fn run() -> anyhow::Result<Exit> {
    for (format, finish, mime) in
        [(Format::Jpeg, Finish::Fine, "image/jpeg"), (Format::Png, Finish::Soft, "image/png")]
    {
        let order = Order {
            prompt: "Layered hills at dawn".into(),
            seed: 1,
            variant: 0,
            width: 5504,
            height: 3072,
            finish,
        };
        let picture = draw(&order).encode(format, "P-000000")?;
        output::object(&measure(&picture, mime)?);
    }
    Ok(Exit::Done)
}

fn measure(picture: &[u8], mime: &str) -> anyhow::Result<Value> {
    let folder = std::env::temp_dir().join(format!("diptych-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let answer = json!({ "candidates": [{ "content": { "parts": [
        { "inlineData": { "mimeType": mime, "data": STANDARD.encode(picture) } }
    ] }, "finishReason": "STOP" }] })
    .to_string();
    let mut times: [Vec<f64>; 6] = Default::default();
    for round in 0..=ROUNDS {
        let ours = ours(&answer, &folder)?;
        let naive = naive(&answer, &folder)?;
        // The first round warms the caches up.
        if round > 0 {
            for (list, time) in times.iter_mut().zip(ours.into_iter().chain(naive)) {
                list.push(time);
            }
        }
    }
    std::fs::remove_dir_all(&folder)?;
    let [scan, thumb, crop, second_crop, naive_decode, naive_thumb] = times.map(|mut list| {
        list.sort_by(f64::total_cmp);
        (list[list.len() / 2] * 10.0).round() / 10.0
    });
    Ok(json!({
        "bench": "intake",
        "picture": format!("5504x3072 {mime}, {} bytes", picture.len()),
        "rounds": ROUNDS,
        "scan_hash_store_ms": scan,
        "thumbnail_ms": thumb,
        "first_crop_ms": crop,
        "next_crop_ms": second_crop,
        "naive_decode_store_ms": naive_decode,
        "naive_thumbnail_ms": naive_thumb,
        "ratio_to_naive": ((scan + thumb) / (naive_decode + naive_thumb) * 100.0).round() / 100.0,
    }))
}

fn timed<R>(work: impl FnOnce() -> anyhow::Result<R>) -> anyhow::Result<(R, f64)> {
    let start = Instant::now();
    let result = work()?;
    Ok((result, start.elapsed().as_secs_f64() * 1000.0))
}

fn ours(answer: &str, folder: &Path) -> anyhow::Result<[f64; 4]> {
    let folders = Folders { data: folder.into(), cache: folder.into() };
    let (scanned, scan_ms) = timed(|| Ok(scan(answer.as_bytes(), &folder.join("t"))?))?;
    let blob = scanned.blobs.first().context("the answer holds a picture")?;
    let derived = Derived::new(&folders.cache);
    let (_, thumb_ms) = timed(|| Ok(derived.thumb(&blob.path, "bench")?))?;
    derived.forget_frames();
    let crop = Crop::parse("2000,1000,1400,900", "1400x900").context("a rectangle")?;
    let (_, crop_ms) = timed(|| Ok(derived.crop(&blob.path, crop)?))?;
    let (_, next_ms) = timed(|| Ok(derived.crop(&blob.path, crop)?))?;
    std::fs::remove_file(folder.join("bench-512.jpg"))?;
    Ok([scan_ms, thumb_ms, crop_ms, next_ms])
}

fn naive(answer: &str, folder: &Path) -> anyhow::Result<[f64; 2]> {
    let (bytes, decode_ms) = timed(|| {
        let document: Value = serde_json::from_str(answer)?;
        let data = document.pointer("/candidates/0/content/parts/0/inlineData/data").and_then(Value::as_str);
        let bytes = STANDARD.decode(data.context("a picture")?)?;
        std::fs::write(folder.join("naive"), &bytes)?;
        std::fs::File::open(folder.join("naive"))?.sync_data()?;
        Ok(bytes)
    })?;
    let (_, thumb_ms) = timed(|| {
        let picture = image::load_from_memory(&bytes)?;
        let small = picture.resize(512, 512, image::imageops::FilterType::Lanczos3).into_rgb8();
        Ok(small.save_with_format(folder.join("naive.jpg"), image::ImageFormat::Jpeg)?)
    })?;
    Ok([decode_ms, thumb_ms])
}
