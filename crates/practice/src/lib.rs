//! Diptych's simulated image provider.
//!
//! It speaks Gemini's wire format over real sockets, validates like the real service, keeps quotas per project, has
//! rush hours and faults by scenario, keeps its own bill, and draws its own pictures. Tests, benchmarks and the first
//! run without a key stand on it, so it errs on the side of the real service's habits.
//!
//! It knows no other crate of the workspace, on purpose: a provider that shared code with its client would share its
//! mistakes. Nothing in here reaches beyond the sockets it is given.

mod admission;
mod answer;
mod bill;
mod body;
mod catalogue;
mod clock;
mod fault;
mod gemini;
mod generate;
mod latency;
pub mod picture;
pub mod pipe;
mod quota;
mod random;
mod router;
pub mod scenario;
mod server;
pub mod simulation;
mod state;
mod stats;
mod testers;

use std::future::Future;
use std::sync::Arc;

use serde::Serialize;

pub use admission::{Draws, ForeignStats};
pub use bill::{Bill, BilledPicture};
pub use scenario::{Scenario, ScenarioError};
pub use simulation::Simulation;
pub use stats::{ModelStats, Stats};

/// How a provider starts.
#[derive(Debug, Clone)]
pub struct Options {
    /// Quotas, rush hours and faults.
    pub scenario: Scenario,
    /// Seeds latencies and chances. Pictures depend on the prompt, not on this.
    pub seed: u64,
    /// Divides model latency and the time that refusals take, and nothing else.
    pub speed: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self { scenario: Scenario::default(), seed: 1, speed: 1.0 }
    }
}

/// A key that the provider accepts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyInfo {
    /// The key.
    pub key: String,
    /// The project it belongs to.
    pub project: String,
}

/// A provider. Clones share one bill, one set of quotas and one clock.
#[derive(Debug, Clone)]
pub struct Practice {
    provider: Arc<state::Provider>,
}

impl Practice {
    /// Starts a provider; it answers once a listener is served.
    #[must_use]
    pub fn new(options: Options) -> Self {
        Self { provider: Arc::new(state::Provider::new(options)) }
    }

    /// The keys it accepts.
    #[must_use]
    pub fn keys(&self) -> Vec<KeyInfo> {
        self.provider.state().keys()
    }

    /// Serves a TCP listener until `stop`. Connections still open are then dropped.
    pub async fn serve_tcp(
        &self,
        listener: tokio::net::TcpListener,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> std::io::Result<()> {
        server::serve(Arc::clone(&self.provider), listener, stop).await
    }

    /// Serves a Unix socket until `stop`. Connections still open are then dropped.
    pub async fn serve_unix(
        &self,
        listener: tokio::net::UnixListener,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> std::io::Result<()> {
        server::serve(Arc::clone(&self.provider), listener, stop).await
    }

    /// Every picture made so far.
    #[must_use]
    pub fn bill(&self) -> Bill {
        self.provider.state().bill.clone()
    }

    /// The counts so far.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.provider.state().stats()
    }

    /// Clears bill, counts, quotas and the scenario's clock.
    pub fn reset(&self) {
        self.provider.reset(None);
    }
}
