//! What the provider remembers between calls, behind one lock.
//!
//! The lock is held for bookkeeping only: never while a model "thinks", draws or sends.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio::sync::Semaphore;

use crate::bill::Bill;
use crate::fault::FaultCounts;
use crate::quota::Quotas;
use crate::random::Random;
use crate::scenario::Scenario;
use crate::stats::Stats;
use crate::{KeyInfo, Options};

/// The provider behind every clone of `Practice`.
#[derive(Debug)]
pub(crate) struct Provider {
    seed: u64,
    pub(crate) speed: f64,
    /// Drawing takes a core: at most as many at once as there are cores.
    pub(crate) easels: Arc<Semaphore>,
    state: Mutex<State>,
}

#[derive(Debug)]
pub(crate) struct State {
    /// Counts the resets, so that work begun before one does not write into the books after it.
    pub(crate) epoch: u64,
    pub(crate) scenario: Arc<Scenario>,
    pub(crate) started: Instant,
    pub(crate) bill: Bill,
    pub(crate) stats: Stats,
    pub(crate) quotas: Quotas,
    pub(crate) faults: FaultCounts,
    pub(crate) random: Random,
    /// How often a model was asked for one prompt: the variant of the next picture.
    pub(crate) variants: HashMap<(&'static str, u64), u64>,
    /// Which of the two texts the next 503 carries.
    pub(crate) demand_text: bool,
}

impl Provider {
    pub(crate) fn new(options: Options) -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            seed: options.seed,
            speed: options.speed,
            easels: Arc::new(Semaphore::new(cores)),
            state: Mutex::new(State::new(Arc::new(options.scenario), options.seed, 0)),
        }
    }

    /// The state. A panic elsewhere leaves counts that are still good enough to read.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts the books anew, with another scenario if one is given.
    pub(crate) fn reset(&self, scenario: Option<Scenario>) {
        let mut state = self.state();
        let scenario = scenario.map_or_else(|| Arc::clone(&state.scenario), Arc::new);
        *state = State::new(scenario, self.seed, state.epoch + 1);
    }
}

impl State {
    fn new(scenario: Arc<Scenario>, seed: u64, epoch: u64) -> Self {
        Self {
            epoch,
            scenario,
            started: Instant::now(),
            bill: Bill::default(),
            stats: Stats::default(),
            quotas: Quotas::default(),
            faults: FaultCounts::default(),
            random: Random::new(seed),
            variants: HashMap::new(),
            demand_text: false,
        }
    }

    pub(crate) fn keys(&self) -> Vec<KeyInfo> {
        let info = |key: &str, project: &str| KeyInfo { key: key.to_owned(), project: project.to_owned() };
        if self.scenario.key.is_empty() {
            return vec![
                info("practice-key-a", "studio-a"),
                info("practice-key-a2", "studio-a"),
                info("practice-key-b", "studio-b"),
            ];
        }
        self.scenario.key.iter().map(|k| info(&k.key, &k.project)).collect()
    }
}
