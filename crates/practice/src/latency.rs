//! How long a model takes: a lognormal around a median per model and size.

use std::time::Duration;

use crate::catalogue::Size;
use crate::random::Random;
use crate::scenario::{Latency, Profile};

/// Draws the latency of one call. `speed` divides it; nothing else in the provider is sped up.
pub(crate) fn draw(latency: &Latency, model: &str, size: Size, speed: f64, random: &mut Random) -> Duration {
    let spread = (latency.sigma * random.normal()).exp();
    let seconds = latency
        .seconds
        .unwrap_or_else(|| latency.median_s.unwrap_or_else(|| median(latency.profile, model, size)) * spread);
    Duration::try_from_secs_f64(seconds * latency.scale / speed.max(1e-3)).unwrap_or_default()
}

/// How long a server takes to refuse: what the scenario says, or else up to a second.
pub(crate) fn refusal(
    range: Option<[f64; 2]>,
    latency: &Latency,
    speed: f64,
    random: &mut Random,
) -> Duration {
    let ([low, high], scale) = match range {
        Some(range) => (range, 1.0),
        None => ([0.2, 1.0], latency.scale.min(1.0)),
    };
    let seconds = (low + (high - low) * f64::from(random.unit())) * scale / speed.max(1e-3);
    Duration::try_from_secs_f64(seconds).unwrap_or_default()
}

/// Medians in seconds at 512, 1K, 2K, 4K.
fn median(profile: Profile, model: &str, size: Size) -> f64 {
    let row: [f64; 4] = match (profile, model) {
        (Profile::Brisk, "gemini-3-pro-image") => [2.5, 2.5, 4.0, 6.0],
        (Profile::Brisk, "gemini-3.1-flash-lite-image") => [0.8; 4],
        (Profile::Brisk, "gemini-2.5-flash-image") => [1.0; 4],
        (Profile::Brisk, _) => [0.9, 1.2, 1.8, 2.5],
        (Profile::Real, "gemini-3-pro-image") => [23.0, 23.0, 55.0, 75.0],
        (Profile::Real, "gemini-3.1-flash-lite-image") => [6.0; 4],
        (Profile::Real, "gemini-2.5-flash-image") => [9.0; 4],
        (Profile::Real, _) => [11.0, 13.0, 23.0, 38.0],
    };
    row[size as usize]
}
