//! What a fault does to the answer; and the answer itself, since most calls have none.

use std::time::Duration;

use super::pictures::Made;
use crate::answer::{Outcome, Reply, Say, Shape, Tokens, success};
use crate::gemini::problem::{Problem, page};
use crate::gemini::quota_body;
use crate::gemini::validate::Call;
use crate::quota::{Limit, Violation};
use crate::random::Random;
use crate::scenario::{Fault, FaultKind};

/// The answer a fault gives instead of the model's; `None` if the model does answer.
pub(crate) fn instead(fault: &Fault, model: &str) -> Option<Outcome> {
    let message = fault.message.as_deref();
    let minute = |wait| Violation { limit: Limit::RequestsPerMinute, value: 20, tier: 1, wait };
    let problem = match fault.kind {
        FaultKind::Status => {
            let status = fault.status.unwrap_or(500);
            if fault.html || status == 502 && message.is_none() {
                return Some(Outcome::Reply(Reply::html(status, page(status))));
            }
            Problem::of_status(status, message)
        }
        FaultKind::Invalid => Problem::invalid(message.unwrap_or("Request contains an invalid argument.")),
        FaultKind::QuotaMinute => {
            quota_body::exceeded(&[minute(fault.seconds.unwrap_or(11.769_242_877))], model)
        }
        FaultKind::QuotaDay => {
            let day = Violation { limit: Limit::RequestsPerDay, value: 250, tier: 1, wait: 59.0 };
            quota_body::exceeded(&[day], model)
        }
        FaultKind::LimitZero => quota_body::limit_zero(model),
        FaultKind::Bare429 => quota_body::bare(message),
        FaultKind::SpendCap => quota_body::spend_cap(message),
        FaultKind::Overload if fault.details => Problem::capacity_exhausted(model),
        FaultKind::Overload => Problem::overloaded(true),
        FaultKind::Html200 => return Some(Outcome::Reply(Reply::html(200, page(200)))),
        FaultKind::ArrayWrappedError => {
            let problem = Problem::of_status(fault.status.unwrap_or(503), message);
            return Some(Outcome::Reply(Reply::json(problem.code, &[problem.json()])));
        }
        FaultKind::Redirect => {
            let status = fault.status.unwrap_or(302);
            let reply = Reply::html(status, page(status)).header("location", fault.location.clone()?);
            return Some(Outcome::Reply(reply));
        }
        FaultKind::ResetBeforeAnswer => return Some(Outcome::Severed),
        _ => return None,
    };
    Some(Outcome::Reply(Reply::problem(&problem)))
}

/// How long the answer of a fault takes that the model has no part in.
pub(crate) fn before(fault: &Fault) -> Duration {
    let takes = matches!(fault.kind, FaultKind::Status | FaultKind::Invalid | FaultKind::Overload);
    Duration::from_secs_f64(fault.seconds.filter(|_| takes).unwrap_or(0.0))
}

/// The model's answer, bent by the fault if there is one.
pub(crate) fn reply(fault: Option<&Fault>, call: &Call, made: Made, mut random: Random) -> Reply {
    let tokens = tokens(call, &made, &mut random);
    let id = response_id(&mut random);
    let downgraded = fault.is_some_and(|fault| fault.kind == FaultKind::TierDowngrade);
    let tier = if downgraded { "standard" } else { &call.tier };
    let mut reply = success(call, &say(fault, call), made.pictures, tokens, &id, tier);
    if let Some(fault) = fault {
        let fraction = Some(fault.fraction.unwrap_or(0.6));
        match fault.kind {
            FaultKind::Hang => reply.hold = Duration::from_secs_f64(fault.seconds.unwrap_or(3600.0)),
            FaultKind::Cut => reply.transport.cut = fraction,
            FaultKind::TruncatedJson => reply.transport.truncate = fraction,
            FaultKind::BadBase64 => reply.transport.damage = true,
            FaultKind::SlowDrip => {
                reply.transport.drip = Some(Duration::from_secs_f64(fault.seconds.unwrap_or(10.0).max(0.01)));
            }
            _ => {}
        }
        reply.transport.chunked = fault.chunked;
    }
    reply.serials = made.serials;
    reply
}

fn say(fault: Option<&Fault>, call: &Call) -> Say {
    let usual = Say {
        text: call.with_text.then(|| "Here is the picture you asked for.".to_owned()),
        thought: call
            .include_thoughts
            .then(|| "**Composing the scene**\n\nLight first, then the land.\n".to_owned()),
        ..Say::default()
    };
    let Some(fault) = fault else { return usual };
    let text = fault.text.clone();
    match fault.kind {
        FaultKind::Refusal => Say {
            text,
            finish_reason: Some(fault.reason.clone().unwrap_or_else(|| "IMAGE_SAFETY".to_owned())),
            finish_message: Some(fault.message.clone().unwrap_or_else(|| {
                "Unable to show the generated image. The image was filtered out because it violated the policy. Try rephrasing the prompt.".to_owned()
            })),
            ..Say::default()
        },
        FaultKind::PromptBlocked => Say {
            block_reason: Some(fault.reason.clone().unwrap_or_else(|| "PROHIBITED_CONTENT".to_owned())),
            ..Say::default()
        },
        FaultKind::Empty => Say { shape: Shape::NoCandidates, ..Say::default() },
        FaultKind::PartsNull => Say { shape: Shape::NullParts, ..Say::default() },
        FaultKind::TextOnly => Say {
            text: Some(text.unwrap_or_else(|| "I would love to, but could you describe the scene in more detail?".to_owned())),
            ..Say::default()
        },
        _ => usual,
    }
}

fn tokens(call: &Call, made: &Made, random: &mut Random) -> Tokens {
    let (per_picture, _) = call.model.offer(call.size).unwrap_or_default();
    let finals = made.pictures.iter().filter(|picture| !picture.thought).count() as u32;
    // Measured: what the candidates cost beyond the pictures is between 88 and 630 tokens.
    let beyond = 88 + random.below(543) as u32;
    let thoughts = match call.thinking.as_deref() {
        None | Some("MINIMAL") => None,
        Some("LOW") => Some(60 + random.below(120) as u32),
        Some("MEDIUM") => Some(110 + random.below(260) as u32),
        Some(_) => Some(140 + random.below(420) as u32),
    };
    Tokens { images: per_picture * finals, beyond, thoughts }
}

fn response_id(random: &mut Random) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    (0..22).map(|_| char::from(LETTERS[random.below(64)])).collect()
}
