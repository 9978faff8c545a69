//! `diptych practice`: the simulated provider by itself.

use crate::arguments::Practice as Options;
use crate::exit::Exit;
use crate::output;
use crate::signals::Signals;
use anyhow::Context as _;
use diptych_practice::{Practice, Scenario};
use serde_json::json;

/// Runs it until a signal.
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
    let practice =
        Practice::new(diptych_practice::Options { scenario, seed: options.seed, speed: options.speed });
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", options.port)).await?;
    let url = format!("http://{}", listener.local_addr()?);
    let mut signals = Signals::listen()?;
    output::object(&json!({ "url": url, "keys": practice.keys() }));
    practice.serve_tcp(listener, async move { signals.next().await }).await?;
    Ok(Exit::Done)
}
