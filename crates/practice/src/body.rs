//! The body of an answer, sent in pieces: text as it is, pictures encoded to base64 on the way out.
//!
//! Faults of transport live here too: a body that stops, drips, is cut, or has one wrong byte.

use std::collections::VecDeque;
use std::future::Future as _;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::{Instant, Sleep};

use crate::state::Provider;

/// A part of the body.
#[derive(Debug, Clone)]
pub(crate) enum Segment {
    Text(Bytes),
    Base64(Bytes),
}

impl Segment {
    fn length(&self) -> u64 {
        match self {
            Self::Text(text) => text.len() as u64,
            Self::Base64(data) => data.len().div_ceil(3) as u64 * 4,
        }
    }
}

/// How the body travels.
#[derive(Debug, Clone, Default)]
pub(crate) struct Transport {
    /// Send this share and break the connection.
    pub(crate) cut: Option<f64>,
    /// Send this share and call it complete.
    pub(crate) truncate: Option<f64>,
    /// Spread the body over this time.
    pub(crate) drip: Option<Duration>,
    /// Put a `*` into the middle of the body.
    pub(crate) damage: bool,
    /// Do not announce the length.
    pub(crate) chunked: bool,
}

/// Marks pictures as delivered once the body has gone out whole.
#[derive(Debug)]
pub(crate) struct Receipt {
    pub(crate) provider: Arc<Provider>,
    pub(crate) epoch: u64,
    pub(crate) serials: Vec<String>,
}

/// The body.
pub(crate) struct AnswerBody {
    segments: VecDeque<Segment>,
    sent: u64,
    /// How much is sent before the end, or before the break.
    limit: u64,
    whole: u64,
    breaks: bool,
    chunked: bool,
    damage_at: Option<u64>,
    pause: Option<(Duration, Pin<Box<Sleep>>)>,
    piece: usize,
    receipt: Option<Receipt>,
}

/// Raw bytes per piece; a multiple of three, so that base64 pieces join without padding.
const PIECE: usize = 48 * 1024;
/// Before breaking, hyper needs a moment to flush what it has.
const BEFORE_BREAK: Duration = Duration::from_millis(60);

impl AnswerBody {
    pub(crate) fn new(segments: Vec<Segment>, transport: &Transport, receipt: Option<Receipt>) -> Self {
        let whole: u64 = segments.iter().map(Segment::length).sum();
        let share = transport.cut.or(transport.truncate);
        let limit = share.map_or(whole, |share| (whole as f64 * share) as u64);
        let pieces = transport.drip.map(|time| (time.as_secs_f64() * 10.0).clamp(2.0, 600.0));
        let piece = pieces.map_or(PIECE, |n| ((whole as f64 * 0.75 / n) as usize / 3 * 3).clamp(3, PIECE));
        let pause = transport.drip.map(|time| {
            let step = time.div_f64((whole as f64 * 0.75 / piece as f64).max(1.0));
            (step, Box::pin(tokio::time::sleep(step)))
        });
        Self {
            segments: segments.into(),
            sent: 0,
            limit,
            whole,
            breaks: transport.cut.is_some(),
            chunked: transport.chunked,
            damage_at: transport.damage.then_some(whole / 2),
            pause,
            piece,
            receipt,
        }
    }

    /// A short body that nobody is billed for.
    pub(crate) fn text(text: impl Into<Bytes>) -> Self {
        Self::new(vec![Segment::Text(text.into())], &Transport::default(), None)
    }

    fn next_piece(&mut self) -> Option<Vec<u8>> {
        let piece = self.piece;
        loop {
            let (out, done) = match self.segments.front_mut()? {
                Segment::Text(text) => {
                    let part = text.split_to(text.len().min(piece));
                    (part.to_vec(), text.is_empty())
                }
                Segment::Base64(data) => {
                    let part = data.split_to(data.len().min(piece));
                    (STANDARD.encode(part).into_bytes(), data.is_empty())
                }
            };
            if done {
                self.segments.pop_front();
            }
            if !out.is_empty() {
                return Some(out);
            }
        }
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let body = self.get_mut();
        if let Some((step, sleep)) = &mut body.pause {
            ready!(sleep.as_mut().poll(cx));
            sleep.as_mut().reset(Instant::now() + *step);
        }
        if body.sent >= body.limit {
            if !body.breaks {
                return Poll::Ready(None);
            }
            if body.pause.is_none() {
                let mut sleep = Box::pin(tokio::time::sleep(BEFORE_BREAK));
                // Polled once, to be woken; the second visit falls through to the error.
                let _ = sleep.as_mut().poll(cx);
                body.pause = Some((BEFORE_BREAK, sleep));
                return Poll::Pending;
            }
            return Poll::Ready(Some(Err(io::Error::new(io::ErrorKind::BrokenPipe, "cut on purpose"))));
        }
        let Some(mut out) = body.next_piece() else { return Poll::Ready(None) };
        out.truncate(usize::try_from(body.limit - body.sent).unwrap_or(usize::MAX));
        if let Some(at) = body.damage_at
            && (body.sent..body.sent + out.len() as u64).contains(&at)
        {
            out[(at - body.sent) as usize] = b'*';
        }
        body.sent += out.len() as u64;
        if body.sent == body.whole
            && let Some(receipt) = body.receipt.take()
        {
            let mut state = receipt.provider.state();
            if state.epoch == receipt.epoch {
                state.bill.deliver(&receipt.serials);
            }
        }
        Poll::Ready(Some(Ok(Frame::data(Bytes::from(out)))))
    }

    fn is_end_stream(&self) -> bool {
        self.sent >= self.limit && !self.breaks
    }

    fn size_hint(&self) -> SizeHint {
        if self.chunked {
            return SizeHint::default();
        }
        // A cut body announces all of itself; a truncated one only what it will send.
        let announced = if self.breaks { self.whole } else { self.limit };
        SizeHint::with_exact(announced.saturating_sub(self.sent))
    }
}
