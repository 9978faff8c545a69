//! The provider without sockets and drawing, under a clock that is handed in.
//!
//! It asks the same gates as the server (`admission`) and words its answers with the same code; the same seed, calls
//! and moments always give the same answers. A picture is a yes with a serial, since nobody looks at it.
//!
//! Not here: checking request bodies, and the time a picture takes on the wire.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use crate::admission::{Admitted, Draws, Gates, Wish, chance};
use crate::answer::{Outcome, Picture, Reply};
use crate::bill::Bill;
use crate::catalogue;
use crate::gemini::problem::Problem;
use crate::gemini::validate::{self, Call};
use crate::gemini::{auth, models};
use crate::generate::{Made, commit, effect};
use crate::picture::not_an_image;
use crate::random::Random;
use crate::scenario::{Fault, FaultKind};
use crate::stats::Stats;
use crate::{KeyInfo, Options};

/// A provider in simulated time.
#[derive(Debug)]
pub struct Simulation {
    seed: u64,
    start_ms: i64,
    /// The latest moment it has seen. It does not go back.
    now_ms: i64,
    keys: Vec<KeyInfo>,
    gates: Gates,
    bill: Bill,
    stats: Stats,
    /// When the calls under way will end.
    ends: BinaryHeap<Reverse<End>>,
    calls: u64,
}

/// The end of a call: when, which, of which model, with which status, and whether it is being served until then.
type End = (i64, u64, &'static str, u16, bool);

/// A call as it arrives.
#[derive(Debug, Clone, Copy)]
pub struct Arrival<'a> {
    /// The API key.
    pub key: &'a str,
    /// The model id.
    pub model: &'a str,
    /// `"1K"`, `"2K"`, `"4K"`; empty for a model that takes no size.
    pub size: &'a str,
    /// Input tokens.
    pub tokens: u32,
    /// `"flex"` or `"priority"`; absent = standard.
    pub tier: Option<&'a str>,
    /// The prompt.
    pub prompt: &'a str,
}

/// What becomes of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// How long until the answer, or until the connection breaks; a hang breaks after its `seconds`.
    pub after_ms: u64,
    /// HTTP status; 0 = the connection breaks without a (whole) answer.
    pub status: u16,
    /// The whole body as on the wire; empty where there is a picture, and where the connection breaks.
    pub body: String,
    /// Headers, their names in lower case.
    pub headers: Vec<(String, String)>,
    /// Whether there is a picture that can be used.
    pub picture: bool,
    /// What the provider charges for the call.
    pub billed_usd_micros: u64,
    /// The number of the (first) picture on the bill.
    pub serial: Option<u64>,
}

impl Simulation {
    /// A provider that opens at `start_ms`, in milliseconds of Unix time: days and hours follow from it.
    #[must_use]
    pub fn new(options: Options, start_ms: i64) -> Self {
        let scenario = Arc::new(options.scenario);
        Self {
            seed: options.seed,
            start_ms,
            now_ms: start_ms,
            keys: scenario.keys(),
            gates: Gates::new(scenario, options.seed, options.speed, start_ms),
            bill: Bill::default(),
            stats: Stats::default(),
            ends: BinaryHeap::new(),
            calls: 0,
        }
    }

    /// The keys it accepts.
    #[must_use]
    pub fn keys(&self) -> &[KeyInfo] {
        &self.keys
    }

    /// A call arrives. Moments must not go back; one that does counts as the latest seen.
    pub fn arrive(&mut self, now_ms: i64, call: &Arrival<'_>) -> Told {
        self.settle(now_ms);
        let project = match auth::of_key(&self.keys, call.key) {
            Ok(project) => project.to_owned(),
            Err(problem) => return told(Reply::problem(&problem), Duration::ZERO),
        };
        let Some(model) = catalogue::find(call.model) else {
            return told(Reply::problem(&models::unknown(call.model, "v1beta")), Duration::ZERO);
        };
        self.stats.begin(model.id);
        let (told, served) = match validate::size(Some(call.size), model) {
            Ok(size) => {
                let tier = call.tier.unwrap_or("standard");
                let wish =
                    Wish { project: &project, model, size, tier, tokens: call.tokens, prompt: call.prompt };
                match self.gates.admit(&wish, self.now_ms) {
                    Ok(admitted) => (self.work(&wish, &admitted), true),
                    Err(refused) => (told(Reply::problem(&refused.problem), refused.delay), false),
                }
            }
            Err(problem) => (told(Reply::problem(&problem), Duration::ZERO), false),
        };
        self.calls += 1;
        let end_ms = self.now_ms.saturating_add_unsigned(told.after_ms);
        self.ends.push(Reverse((end_ms, self.calls, model.id, told.status, served)));
        told
    }

    /// Lets time pass: calls end, other applications take what they want. Before reading figures at the end of a run.
    pub fn settle(&mut self, now_ms: i64) {
        self.now_ms = self.now_ms.max(now_ms);
        while let Some(Reverse((end_ms, _, model, status, served))) = self.ends.peek().copied()
            && end_ms <= self.now_ms
        {
            self.ends.pop();
            self.stats.end(model, status);
            if served {
                self.gates.leave(model);
            }
        }
        self.gates.settle(self.now_ms);
    }

    /// Every picture made, including those whose answers are still under way.
    #[must_use]
    pub fn bill(&self) -> &Bill {
        &self.bill
    }

    /// The counts up to the latest moment seen, with the draws and what the other applications got.
    #[must_use]
    pub fn stats(&self) -> Stats {
        Stats { draws: self.gates.draws(None), foreign: self.gates.foreign(), ..self.stats.clone() }
    }

    /// How many calls the quotas of a project and model gave out in `[from_ms, to_ms)` by the arithmetic of the rules:
    /// what was full when the provider opened (if the stretch begins there), plus what came, minus what other
    /// applications really took. Counts requests and images per minute and requests per day; stretches add up.
    ///
    /// It is an upper bound: a bucket that runs over loses nothing here. Infinite without a limit.
    #[must_use]
    pub fn tokens(&self, project: &str, model: &str, from_ms: i64, to_ms: i64) -> f64 {
        self.gates.supply(project, model, None, (from_ms, to_ms))
    }

    /// As [`Self::tokens`], for calls that are all like this one: its input tokens and its price count too. Nothing for
    /// a key, model or size that is not accepted.
    #[must_use]
    pub fn ceiling(&self, call: &Arrival<'_>, from_ms: i64, to_ms: i64) -> f64 {
        self.wish(call).map_or(0.0, |wish| {
            self.gates.supply(wish.project, wish.model.id, Some(wish.take()), (from_ms, to_ms))
        })
    }

    /// How many calls came as far as the draw of demand in this run, and how many passed it.
    #[must_use]
    pub fn draws(&self) -> Draws {
        self.gates.draws(None)
    }

    /// The same for one model and size.
    #[must_use]
    pub fn draws_of(&self, model: &str, size: &str) -> Draws {
        self.gates.draws(Some((model, size)))
    }

    /// The k-th draw of demand (from 0): that call is turned away if the probability then in force is above it. It
    /// depends on the seed and `k` only, so a clairvoyant can count beforehand.
    #[must_use]
    pub fn draw(&self, k: u64) -> f64 {
        chance::demand(self.seed, k)
    }

    /// The probability that such a call would be turned away by demand at a moment; with [`Self::draw`] all that a
    /// clairvoyant needs. Nothing for a key, model or size that is not accepted.
    #[must_use]
    pub fn demand_at(&self, call: &Arrival<'_>, at_ms: i64) -> f64 {
        self.wish(call).map_or(0.0, |wish| self.gates.demand_at(&wish, at_ms))
    }

    /// When it opened.
    #[must_use]
    pub fn start_ms(&self) -> i64 {
        self.start_ms
    }

    /// The call as the gates would see it, if they would.
    fn wish<'a>(&'a self, call: &Arrival<'a>) -> Option<Wish<'a>> {
        let project = auth::of_key(&self.keys, call.key).ok()?;
        let model = catalogue::find(call.model)?;
        let size = validate::size(Some(call.size), model).ok()?;
        let tier = call.tier.unwrap_or("standard");
        Some(Wish { project, model, size, tier, tokens: call.tokens, prompt: call.prompt })
    }

    /// What comes of a call that got in.
    fn work(&mut self, wish: &Wish<'_>, admitted: &Admitted) -> Told {
        let fault = admitted.fault.as_ref();
        let latency = admitted.latency;
        let model = wish.model.id;
        if let Some(fault) = fault.filter(|fault| !fault.is_billed())
            && let Some(outcome) = effect::instead(fault, model)
        {
            return ended(outcome, effect::before(fault));
        }
        let call = plain_call(wish);
        let made_ms = self.now_ms.saturating_add(i64::try_from(latency.as_millis()).unwrap_or(i64::MAX));
        let serials = commit::bill(&mut self.bill, fault, &call, wish.project, made_ms);
        let serial = serials.first().and_then(|serial| Bill::number(serial));
        let billed_usd_micros = commit::price(fault, &call) * serials.len() as u64;
        let told = match fault {
            Some(fault) => self.bent(fault, &call, latency, serials),
            None => picture(latency, wish.tier),
        };
        Told { billed_usd_micros, serial, ..told }
    }

    /// An answer that a fault has changed.
    fn bent(&mut self, fault: &Fault, call: &Call, latency: Duration, serials: Vec<String>) -> Told {
        let seconds = |usual: f64| Duration::from_secs_f64(fault.seconds.unwrap_or(usual));
        if let Some(outcome) = effect::instead(fault, call.model.id) {
            return ended(outcome, latency);
        }
        match fault.kind {
            FaultKind::Hang => return broken(seconds(3600.0)),
            FaultKind::Cut => return broken(latency),
            FaultKind::SlowDrip => return picture(latency + seconds(10.0), &call.tier),
            FaultKind::WrongSize | FaultKind::ExtraImages | FaultKind::Drafts => {
                return picture(latency, &call.tier);
            }
            FaultKind::TierDowngrade => return picture(latency, "standard"),
            _ => {}
        }
        let pictures = if fault.kind.draws() {
            vec![Picture { mime: "image/png", bytes: Bytes::from(not_an_image()), thought: false }]
        } else {
            Vec::new()
        };
        let random = Random::new(self.seed ^ self.calls);
        ended(Outcome::Reply(effect::reply(Some(fault), call, Made { pictures, serials }, random)), latency)
    }
}

/// The call as it would have been read from the wire.
fn plain_call(wish: &Wish<'_>) -> Call {
    Call {
        model: wish.model,
        prompt: wish.prompt.to_owned(),
        size: wish.size,
        ratio: "1:1".to_owned(),
        seed: None,
        with_text: false,
        include_thoughts: false,
        thinking: None,
        tier: wish.tier.to_owned(),
        text_tokens: wish.tokens,
        image_tokens: 0,
        reference_hash: 0,
    }
}

fn told(reply: Reply, after: Duration) -> Told {
    Told {
        after_ms: u64::try_from(after.as_millis()).unwrap_or(u64::MAX),
        status: reply.status,
        body: reply.text(),
        headers: reply.headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        picture: false,
        billed_usd_micros: 0,
        serial: None,
    }
}

fn ended(outcome: Outcome, after: Duration) -> Told {
    match outcome {
        Outcome::Reply(reply) => told(reply, after),
        Outcome::Severed => broken(after),
    }
}

fn broken(after: Duration) -> Told {
    let nothing = told(Reply::problem(&Problem::of_status(500, None)), after);
    Told { status: 0, body: String::new(), headers: Vec::new(), ..nothing }
}

fn picture(after: Duration, tier: &str) -> Told {
    let tier = ("x-gemini-service-tier".to_owned(), tier.to_owned());
    let kind = ("content-type".to_owned(), crate::answer::JSON.to_owned());
    Told { status: 200, headers: vec![kind, tier], picture: true, ..broken(after) }
}
