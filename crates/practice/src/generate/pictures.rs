//! Making the pictures of one call: the commitment (variant, serial, bill), then brush and encoder.

use std::sync::Arc;

use super::{Begun, commit};
use crate::answer::Picture;
use crate::catalogue::Size;
use crate::gemini::problem::Problem;
use crate::gemini::validate::Call;
use crate::picture::{self, Format, Order, bomb, draw, draw_plain, not_an_image, without_end};
use crate::random::{hash, mix};
use crate::scenario::{FaultKind, Style};
use crate::state::Provider;

/// The pictures of a call and their serials; none if the call makes none.
#[derive(Debug, Default)]
pub(crate) struct Made {
    pub(crate) pictures: Vec<Picture>,
    pub(crate) serials: Vec<String>,
}

/// Commits to the pictures and draws them.
pub(super) async fn make(
    provider: &Arc<Provider>,
    begun: &Begun,
    project: &str,
    call: &Call,
) -> Result<Made, Problem> {
    let fault = begun.fault.as_ref();
    if fault.is_some_and(|fault| !fault.is_billed() && !fault.kind.draws()) {
        return Ok(Made::default());
    }
    let kind = fault.map(|fault| fault.kind);
    let count = commit::count(fault);
    let mut serials = Vec::new();
    let variants: Vec<u64> = {
        let mut state = provider.state();
        let key = (call.model.id, hash(&call.prompt) ^ mix(hash(&call.ratio) ^ call.reference_hash));
        let next = state.variants.entry(key).or_default();
        // With a seed the same call gives the same picture; without one, each call gives another.
        let first = if call.seed.is_some() { 0 } else { *next };
        *next += u64::from(count);
        if state.epoch == begun.epoch {
            let now_ms = state.clock.ms();
            serials = commit::bill(&mut state.bill, fault, call, project, now_ms);
        }
        (first..first + u64::from(count)).collect()
    };
    if kind.is_some_and(|kind| !kind.draws()) {
        return Ok(Made { pictures: Vec::new(), serials });
    }
    let drafts = fault.filter(|f| f.kind == FaultKind::Drafts).map_or(0, |f| f.count.unwrap_or(2));
    let mut orders = Vec::new();
    for i in 0..drafts {
        orders.push(Job {
            thought: true,
            shrink: 4,
            ..job(call, u64::from(i) + 1000, "draft".to_owned(), kind)
        });
    }
    for (i, variant) in variants.iter().enumerate() {
        let serial = serials.get(i).cloned().unwrap_or_else(|| "P-000000".to_owned());
        orders.push(job(call, *variant, serial, kind));
    }
    let plain = begun.scenario.pictures.style == Style::Plain;
    let mut pictures = Vec::new();
    for order in orders {
        let _easel = Arc::clone(&provider.easels).acquire_owned().await;
        let drawn = tokio::task::spawn_blocking(move || order.execute(plain)).await;
        match drawn {
            Ok(Ok(picture)) => pictures.push(picture),
            Ok(Err(error)) => return Err(broken(&error)),
            Err(error) => return Err(broken(&error)),
        }
    }
    Ok(Made { pictures, serials })
}

fn broken(error: &dyn std::error::Error) -> Problem {
    tracing::error!(%error, "drawing failed");
    Problem::of_status(500, None)
}

/// One picture to be drawn.
struct Job {
    order: Order,
    format: Format,
    serial: String,
    kind: Option<FaultKind>,
    thought: bool,
    shrink: u32,
}

fn job(call: &Call, variant: u64, serial: String, kind: Option<FaultKind>) -> Job {
    let size = match (kind, call.size) {
        (Some(FaultKind::WrongSize), Size::Half | Size::One) => Size::Half,
        (Some(FaultKind::WrongSize), _) => Size::One,
        (_, size) => size,
    };
    let (width, height) = call.model.pixels(&call.ratio, size);
    let seed = call.seed.unwrap_or(0) ^ call.reference_hash;
    let order =
        Order { prompt: call.prompt.clone(), seed, variant, width, height, finish: call.model.finish };
    let format = if kind == Some(FaultKind::WrongMime) { Format::Jpeg } else { call.model.format };
    Job { order, format, serial, kind, thought: false, shrink: 1 }
}

impl Job {
    fn execute(mut self, plain: bool) -> Result<Picture, picture::EncodeError> {
        match self.kind {
            Some(FaultKind::Bomb) => return Ok(self.finished(bomb(), "image/png")),
            Some(FaultKind::NotImage) => return Ok(self.finished(not_an_image(), "image/png")),
            _ => {}
        }
        self.order.width /= self.shrink;
        self.order.height /= self.shrink;
        let canvas = if plain { draw_plain(&self.order) } else { draw(&self.order) };
        let file = canvas.encode(self.format, &self.serial)?;
        Ok(match self.kind {
            Some(FaultKind::IncompleteImage) => self.finished(without_end(file), self.format.mime()),
            Some(FaultKind::WrongMime) => self.finished(file, "image/png"),
            _ => self.finished(file, self.format.mime()),
        })
    }

    fn finished(&self, file: Vec<u8>, mime: &'static str) -> Picture {
        Picture { mime, bytes: file.into(), thought: self.thought }
    }
}
