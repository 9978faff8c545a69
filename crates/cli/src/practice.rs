//! `diptych practice`: the simulated provider by itself.

use crate::arguments::Practice as Options;
use crate::exit::Exit;
use crate::output;
use crate::signals::Signals;
use anyhow::Context as _;
use diptych_practice::pipe::Pipe;
use diptych_practice::{Practice, Scenario};
use serde_json::json;
use std::io::BufRead as _;

/// Runs it until a signal, or, as a pipe, until its input ends.
pub(crate) async fn run(options: Options) -> anyhow::Result<Exit> {
    let scenario = match &options.scenario {
        None => Scenario::default(),
        Some(path) => {
            let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
            match Scenario::parse(&text) {
                Ok(scenario) => scenario,
                Err(error) => {
                    output::complain(&format!("{}: {error}", path.display()));
                    return Ok(Exit::Usage);
                }
            }
        }
    };
    let start = diptych_practice::Options { scenario, seed: options.seed, speed: options.speed };
    if options.pipe {
        return pipe(start);
    }
    let practice = Practice::new(start);
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", options.port)).await?;
    let url = format!("http://{}", listener.local_addr()?);
    let signals = Signals::listen()?;
    output::object(&json!({ "url": url, "keys": practice.keys() }));
    practice.serve_tcp(listener, async move { signals.first().await }).await?;
    Ok(Exit::Done)
}

/// One line out for each line in. Nothing else runs in the process, so it may wait for its input.
fn pipe(start: diptych_practice::Options) -> anyhow::Result<Exit> {
    let mut pipe = Pipe::new(start);
    for line in std::io::stdin().lock().lines() {
        output::line(&pipe.answer(&line?));
    }
    Ok(Exit::Done)
}
