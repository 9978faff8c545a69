//! Which fault rule hits a call. Not here: what the fault then does (`generate`, `answer`).

use crate::random::Random;
use crate::scenario::{Fault, Scenario};

/// How often each rule of the scenario matched and hit.
#[derive(Debug, Default)]
pub(crate) struct FaultCounts(Vec<(u32, u32)>);

impl FaultCounts {
    /// The first rule that hits this call.
    pub(crate) fn hit(
        &mut self,
        scenario: &Scenario,
        model: &str,
        project: &str,
        prompt: &str,
        random: &mut Random,
    ) -> Option<Fault> {
        self.0.resize(scenario.fault.len(), (0, 0));
        let hits = |filter: &Option<String>, value: &str| filter.as_deref().is_none_or(|f| f == value);
        scenario.fault.iter().zip(&mut self.0).find_map(|(rule, (matched, hit))| {
            let prompt_hits = rule.prompt_contains.as_deref().is_none_or(|part| prompt.contains(part));
            if !hits(&rule.model, model) || !hits(&rule.project, project) || !prompt_hits {
                return None;
            }
            *matched += 1;
            let used_up = rule.times.is_some_and(|times| *hit >= times);
            if *matched <= rule.after || used_up || !random.chance(rule.probability.unwrap_or(1.0)) {
                return None;
            }
            *hit += 1;
            Some(rule.clone())
        })
    }
}
