//! One call from admission to answer: books, waiting, commitment, drawing.
//!
//! It runs in a task of its own, so that a client that hangs up does not stop it: the model commits, the picture is
//! billed, and nobody is there to take it. That is what the real service does, and what clients must survive.

mod effect;
mod pictures;

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::answer::{Outcome, Reply};
use crate::gemini::problem::Problem;
use crate::gemini::quota_body;
use crate::gemini::validate::Call;
use crate::latency;
use crate::quota::{Moment, Take};
use crate::scenario::{Fault, Scenario};
use crate::state::{Provider, State};

/// What the books say about a call.
struct Admitted {
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
    let epoch = {
        let mut state = provider.state();
        state.stats.begin(model);
        state.epoch
    };
    let outcome = work(&provider, &project, &call, timeout).await;
    let status = match &outcome {
        Outcome::Reply(reply) => reply.status,
        Outcome::Severed => 0,
    };
    let mut state = provider.state();
    if state.epoch == epoch {
        state.stats.end(model, status);
    }
    drop(state);
    outcome
}

async fn work(provider: &Arc<Provider>, project: &str, call: &Call, timeout: Option<Duration>) -> Outcome {
    let admission = admit(&mut provider.state(), provider.speed, project, call);
    let admitted = match admission {
        Ok(admitted) => admitted,
        Err((problem, delay)) => {
            tokio::time::sleep(delay).await;
            return Outcome::Reply(Reply::problem(&problem));
        }
    };
    let fault = admitted.fault.as_ref();
    if let Some(fault) = fault.filter(|fault| !fault.is_billed())
        && let Some(outcome) = effect::instead(fault, call)
    {
        return outcome;
    }
    if let Some(timeout) = timeout.filter(|timeout| *timeout < admitted.latency) {
        tokio::time::sleep(timeout).await;
        return Outcome::Reply(Reply::problem(&Problem::of_status(504, None)));
    }
    tokio::time::sleep(admitted.latency).await;
    let made = pictures::make(provider, &admitted, project, call).await;
    if let Some(outcome) = fault.and_then(|fault| effect::instead(fault, call)) {
        return outcome;
    }
    match made {
        Ok(made) => Outcome::Reply(effect::reply(provider, &admitted, call, made)),
        Err(problem) => Outcome::Reply(Reply::problem(&problem)),
    }
}

/// Asks capacity, demand, quotas and faults, in this order: what does not get through takes nothing further on.
fn admit(state: &mut State, speed: f64, project: &str, call: &Call) -> Result<Admitted, (Problem, Duration)> {
    let scenario = Arc::clone(&state.scenario);
    let model = call.model.id;
    let applies = |filter: &Option<String>| filter.as_deref().is_none_or(|f| f == model);
    let full = scenario
        .capacity
        .iter()
        .any(|c| applies(&c.model) && state.stats.in_flight(model) > u64::from(c.concurrent));
    let now = state.started.elapsed().as_secs_f64();
    let demand = scenario.overload.iter().any(|o| {
        let open = now >= o.from_s && now < o.to_s.unwrap_or(f64::INFINITY);
        applies(&o.model) && open && state.random.chance(o.probability)
    });
    if full || demand {
        state.demand_text = !state.demand_text;
        let delay = latency::overload(&scenario.latency, speed, &mut state.random);
        return Err((Problem::overloaded(state.demand_text), delay));
    }
    let (_, usd_micros) = call.model.offer(call.size).unwrap_or_default();
    let take = Take { tokens: call.text_tokens + call.image_tokens, usd_micros };
    let moment = Moment { instant: Instant::now(), time: Timestamp::now() };
    state
        .quotas
        .admit(&scenario.quota, project, model, take, moment)
        .map_err(|refusal| (quota_body::refused(&refusal, model), Duration::ZERO))?;
    let fault = state.faults.hit(&scenario, model, project, &call.prompt, &mut state.random);
    let latency = latency::draw(&scenario.latency, model, call.size, speed, &mut state.random);
    Ok(Admitted { scenario, fault, latency, epoch: state.epoch })
}
