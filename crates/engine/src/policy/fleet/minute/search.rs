//! What a refusal makes of a limit that nobody tells. Not here: how it grows while calls are granted (`minute`).

use super::epoch::EPOCH_MS;
use super::{Cause, MINUTE_MS, Minute, OVERDUE, Source};
use crate::value::time::Timestamp;

/// No provider is known to allow less: what refuses oftener is out of order, not out of quota.
const LEAST_RATE: f64 = 0.5;
/// A rate that was measured over so many calls is not given up for a refusal or two, …
const BELIEVED: f64 = 20.0;
/// … but doubted each time that fewer than this were granted since the last: it is too high by more than a hair.
const SOON: u32 = 4;

impl Minute {
    /// What was measured before a pause goes on. The oftener calls are refused soon, the less is it believed: the limit
    /// may be another by now.
    fn resume(&mut self, clean: u32, tested: u32, now: Timestamp) {
        if let Some(before) = self.before.take() {
            self.epoch.get_or_insert(before.resumed(now));
        } else if let Some(epoch) =
            self.epoch.as_mut().filter(|epoch| clean < SOON && epoch.granted >= BELIEVED)
        {
            *epoch = epoch.doubted(now);
        }
        // So many calls at a rate so far above it disprove it.
        if f64::from(tested) >= OVERDUE {
            self.epoch = self.epoch.filter(|epoch| epoch.measured(now).bound() >= 0.8 * self.rate);
        }
    }

    /// Comes nearer to a limit that nobody tells.
    pub(super) fn search(&mut self, since: Option<f64>, clean: u32, tested: u32, now: Timestamp) -> Cause {
        // Refused before there was a rate to speak of: the bucket is small.
        self.room_known |= self.source == Source::Unknown && clean < 3;
        self.resume(clean, tested, now);
        match self.epoch.map(|epoch| epoch.measured(now)) {
            Some(measured) if measured.is_telling() => {
                // While we pressed and nothing ran over, (granted + 1) / time bounds the rate from above. Where the
                // bucket is small and ran over, that is too little; but since the last refusal we were at most one call
                // too quick.
                let bound = measured.bound();
                let one_less = self.rate - MINUTE_MS / since.unwrap_or(measured.ms).max(EPOCH_MS);
                let bound = if self.room_known { bound } else { bound.max(one_less) };
                self.rate = self.rate.min(bound).max(measured.rate() * 0.9);
            }
            // Far too quick: not one came through since the bucket was found empty.
            Some(_) if clean == 0 => self.rate *= 0.6,
            Some(_) => self.rate *= 0.8,
            None if self.source == Source::Learned => self.rate *= 0.97,
            None => {
                // A bucket was emptied: of the last minute's calls at most half were saved up in it.
                let first = self.recent.front().map_or(now, |(at, _)| *at);
                let ms = now.since(first).as_millis() as f64;
                let last = if ms >= EPOCH_MS {
                    self.used() * MINUTE_MS / ms.max(MINUTE_MS * 0.95)
                } else {
                    self.rate
                };
                self.rate = self.rate.min(last) * 0.7;
            }
        }
        self.rate = self.rate.max(LEAST_RATE);
        self.source = Source::Learned;
        Cause::Misjudged
    }
}
