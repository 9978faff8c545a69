//! One call from admission to answer: books, waiting, commitment, drawing.
//!
//! It runs in a task of its own, so that a client that hangs up does not stop it: the model commits, the picture is
//! billed, and nobody is there to take it. That is what the real service does, and what clients must survive.

pub(crate) mod commit;
pub(crate) mod effect;
mod pictures;

use std::sync::Arc;
use std::time::Duration;

pub(crate) use pictures::Made;

use crate::admission::{Admitted, Wish};
use crate::answer::{Outcome, Reply};
use crate::gemini::problem::Problem;
use crate::gemini::validate::Call;
use crate::random::Random;
use crate::scenario::{Fault, Scenario};
use crate::state::Provider;

/// A call that got in.
struct Begun {
    scenario: Arc<Scenario>,
    fault: Option<Fault>,
    latency: Duration,
    epoch: u64,
}

/// Works on one call.
pub(crate) async fn run(
    provider: Arc<Provider>,
    project: String,
    call: Call,
    timeout: Option<Duration>,
) -> Outcome {
    let model = call.model.id;
    let (epoch, scenario, admission) = {
        let mut state = provider.state();
        state.stats.begin(model);
        let now_ms = state.clock.ms();
        let admission = state.gates.admit(&wish(&project, &call), now_ms);
        (state.epoch, Arc::clone(&state.scenario), admission)
    };
    let served = admission.is_ok();
    let outcome = match admission {
        Ok(Admitted { fault, latency }) => {
            let begun = Begun { scenario, fault, latency, epoch };
            work(&provider, &begun, &project, &call, timeout).await
        }
        Err(refused) => {
            tokio::time::sleep(refused.delay).await;
            Outcome::Reply(Reply::problem(&refused.problem))
        }
    };
    let status = match &outcome {
        Outcome::Reply(reply) => reply.status,
        Outcome::Severed => 0,
    };
    let mut state = provider.state();
    if state.epoch == epoch {
        state.stats.end(model, status);
        if served {
            state.gates.leave(model);
        }
    }
    drop(state);
    outcome
}

fn wish<'a>(project: &'a str, call: &'a Call) -> Wish<'a> {
    Wish {
        project,
        model: call.model,
        size: call.size,
        tier: &call.tier,
        tokens: call.text_tokens + call.image_tokens,
        prompt: &call.prompt,
    }
}

async fn work(
    provider: &Arc<Provider>,
    begun: &Begun,
    project: &str,
    call: &Call,
    timeout: Option<Duration>,
) -> Outcome {
    let fault = begun.fault.as_ref();
    if let Some(fault) = fault.filter(|fault| !fault.is_billed())
        && let Some(outcome) = effect::instead(fault, call.model.id)
    {
        tokio::time::sleep(effect::before(fault)).await;
        return outcome;
    }
    if let Some(timeout) = timeout.filter(|timeout| *timeout < begun.latency) {
        tokio::time::sleep(timeout).await;
        return Outcome::Reply(Reply::problem(&Problem::of_status(504, None)));
    }
    tokio::time::sleep(begun.latency).await;
    let made = pictures::make(provider, begun, project, call).await;
    if let Some(outcome) = fault.and_then(|fault| effect::instead(fault, call.model.id)) {
        return outcome;
    }
    match made {
        Ok(made) => {
            let random = Random::new(provider.state().random.bits());
            let reply = effect::reply(fault, call, made, random);
            Outcome::Reply(Reply { epoch: begun.epoch, ..reply })
        }
        Err(problem) => Outcome::Reply(Reply::problem(&problem)),
    }
}
