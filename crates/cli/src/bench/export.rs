//! `diptych bench export`: what it costs to write a recipe into a copy of a 4K picture, against decoding and encoding it
//! again (`image`, its fastest setting). Both run in turn, in memory; figures are medians in milliseconds.

use super::corpus;
use crate::exit::Exit;
use crate::output;
use bytes::Bytes;
use diptych_engine::export::embed::embed;
use diptych_engine::export::recipe::Recipe;
use diptych_engine::value::time::Timestamp;
use diptych_practice::picture::{Finish, Format, Order, draw};
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use serde_json::json;
use std::time::Instant;

const ROUNDS: usize = 7;

/// Runs it.
pub(super) fn run() -> anyhow::Result<Exit> {
    let prompt = "Layered hills at dawn".to_owned();
    let order = Order { prompt, seed: 1, variant: 0, width: 5504, height: 3072, finish: Finish::Soft };
    let file = Bytes::from(draw(&order).encode(Format::Png, "P-000000")?);
    let (ours, naive) = measured(&file, ROUNDS)?;
    output::object(&json!({
        "bench": "export",
        "picture": format!("5504x3072 PNG, {} bytes", file.len()),
        "embed_ms": (ours * 10.0).round() / 10.0,
        "encode_again_ms": naive.round(),
        "ratio": (naive / ours).round(),
    }));
    Ok(Exit::Done)
}

/// Milliseconds of both ways with a PNG.
pub(super) fn measured(file: &Bytes, rounds: usize) -> anyhow::Result<(f64, f64)> {
    let (start, text) = (Timestamp(0), "Layered hills at dawn, mist in the valleys. ".repeat(14));
    let sheet = corpus::sheet(1, "16:9".parse().map_err(|()| anyhow::anyhow!("an aspect"))?, start);
    let recipe = Recipe::of(&corpus::picture(&corpus::job(&sheet, 1, text, start), 1).into());
    let (mut ours, mut naive) = (Vec::new(), Vec::new());
    for round in 0..=rounds {
        let start = Instant::now();
        let copy = embed(file.clone(), "image/png", &recipe)?;
        let embedded = start.elapsed().as_secs_f64() * 1000.0;
        let start = Instant::now();
        let picture = image::load_from_memory(file)?;
        let encoder = PngEncoder::new_with_quality(Vec::new(), CompressionType::Fast, FilterType::Adaptive);
        picture.write_with_encoder(encoder)?;
        // The first round warms the caches up.
        if round > 0 {
            ours.push(embedded);
            naive.push(start.elapsed().as_secs_f64() * 1000.0);
        }
        anyhow::ensure!(copy.len() > file.len(), "the recipe is in the copy");
    }
    let [ours, naive] = [ours, naive].map(|mut times| {
        times.sort_by(f64::total_cmp);
        times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
    });
    Ok((ours, naive))
}
