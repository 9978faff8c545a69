//! What the provider remembers between calls, behind one lock.
//!
//! The lock is held for bookkeeping only: never while a model "thinks", draws or sends.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Semaphore;

use crate::admission::Gates;
use crate::bill::Bill;
use crate::clock::Clock;
use crate::random::Random;
use crate::scenario::Scenario;
use crate::stats::Stats;
use crate::{KeyInfo, Options};

/// The provider behind every clone of `Practice`.
#[derive(Debug)]
pub(crate) struct Provider {
    seed: u64,
    speed: f64,
    /// Drawing takes a core: at most as many at once as there are cores.
    pub(crate) easels: Arc<Semaphore>,
    state: Mutex<State>,
}

#[derive(Debug)]
pub(crate) struct State {
    /// Counts the resets, so that work begun before one does not write into the books after it.
    pub(crate) epoch: u64,
    pub(crate) scenario: Arc<Scenario>,
    pub(crate) clock: Clock,
    pub(crate) gates: Gates,
    pub(crate) bill: Bill,
    pub(crate) stats: Stats,
    pub(crate) random: Random,
    /// How often a model was asked for one prompt: the variant of the next picture.
    pub(crate) variants: HashMap<(&'static str, u64), u64>,
}

impl Provider {
    pub(crate) fn new(options: Options) -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            seed: options.seed,
            speed: options.speed,
            easels: Arc::new(Semaphore::new(cores)),
            state: Mutex::new(State::new(Arc::new(options.scenario), options.seed, options.speed, 0)),
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
        *state = State::new(scenario, self.seed, self.speed, state.epoch + 1);
    }
}

impl State {
    fn new(scenario: Arc<Scenario>, seed: u64, speed: f64, epoch: u64) -> Self {
        let clock = Clock::now();
        Self {
            epoch,
            gates: Gates::new(Arc::clone(&scenario), seed, speed, clock.ms()),
            scenario,
            clock,
            bill: Bill::default(),
            stats: Stats::default(),
            random: Random::new(seed),
            variants: HashMap::new(),
        }
    }

    pub(crate) fn keys(&self) -> Vec<KeyInfo> {
        self.scenario.keys()
    }

    /// The counts until now.
    pub(crate) fn stats(&mut self) -> Stats {
        self.gates.settle(self.clock.ms());
        Stats { draws: self.gates.draws(None), foreign: self.gates.foreign(), ..self.stats.clone() }
    }
}
