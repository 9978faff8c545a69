//! Overload by hour of the week, as our own calls met it, for people to look at.
//!
//! Not here: which hours an off-peak sheet takes (see [`crate::value::settings::OffPeak`]).

use crate::driver::core::Core;
use crate::ledger::Met;
use crate::value::id::AccountId;
use crate::value::time::Timestamp;
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

/// So far back it looks: eight weeks.
const LOOK_BACK_MS: i64 = 56 * 24 * 3_600_000;
/// Weeks of the books are not read at every look.
const FRESH: Duration = Duration::from_secs(300);
/// Below this many calls a share says nothing.
const ENOUGH: u32 = 20;

/// One hour of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeatCell {
    /// 0 is Monday.
    pub day: u8,
    /// 0 to 23, local.
    pub hour: u8,
    /// Calls that say something about capacity.
    pub calls: u32,
    /// Of these, refused for want of it.
    pub overloaded: u32,
}

impl HeatCell {
    /// Share that was refused, where enough calls were made.
    #[must_use]
    pub fn rate(&self) -> Option<f64> {
        (self.calls >= ENOUGH).then(|| f64::from(self.overloaded) / f64::from(self.calls))
    }
}

/// Overload of a model at an endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heat {
    /// Endpoint; the account's name where the account is gone.
    pub origin: String,
    /// Model.
    pub model: String,
    /// Simulated.
    pub practice: bool,
    /// Hours in which anything was called.
    pub cells: Vec<HeatCell>,
}

impl Heat {
    /// Calls in all.
    #[must_use]
    pub fn calls(&self) -> u32 {
        self.cells.iter().map(|cell| cell.calls).sum()
    }

    /// There are enough calls to go by.
    #[must_use]
    pub fn learned(&self) -> bool {
        self.calls() >= ENOUGH
    }
}

/// Overload by hour. Read from the books at most every few minutes.
///
/// # Errors
/// The ledger's.
pub async fn heat(core: &Core) -> crate::ledger::Result<Vec<Heat>> {
    let now = core.clock.now();
    if let Some((_, kept)) = core.live().heat.as_ref().filter(|(at, _)| now.since(*at) < FRESH) {
        return Ok(kept.clone());
    }
    let met = core.ledger.quarters(Timestamp(now.millis() - LOOK_BACK_MS)).await?;
    let origins: HashMap<AccountId, String> =
        core.accounts().into_iter().map(|kept| (kept.account.id.clone(), kept.account.origin())).collect();
    let heat = fold(&met, &origins, &core.clock.zone());
    core.live().heat = Some((now, heat.clone()));
    Ok(heat)
}

/// Calls and refusals by day and hour.
type Cells = BTreeMap<(u8, u8), (u32, u32)>;

fn fold(met: &[Met], origins: &HashMap<AccountId, String>, zone: &TimeZone) -> Vec<Heat> {
    let mut all: BTreeMap<(bool, &str, &str), Cells> = BTreeMap::new();
    for one in met {
        let origin = origins.get(&one.account).unwrap_or(&one.account_name);
        let cell = all
            .entry((one.practice, one.model.as_str(), origin.as_str()))
            .or_default()
            .entry(one.at.hour_of_week(zone))
            .or_default();
        cell.0 += one.calls;
        cell.1 += one.overloaded;
    }
    let cell = |((day, hour), (calls, overloaded))| HeatCell { day, hour, calls, overloaded };
    all.into_iter()
        .map(|((practice, model, origin), cells)| Heat {
            origin: origin.into(),
            model: model.into(),
            practice,
            cells: cells.into_iter().map(cell).collect(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn met(account: &str, at: i64, calls: u32, overloaded: u32) -> Met {
        Met {
            account: AccountId::from_text(account),
            account_name: format!("{account}'s"),
            practice: false,
            model: "m".into(),
            at: Timestamp(at),
            calls,
            overloaded,
        }
    }

    #[test]
    fn accounts_at_one_endpoint_are_one_map_and_hours_are_local() {
        // 1970-01-01 was a Thursday; India is half an hour off.
        let zone = TimeZone::get("Asia/Kolkata").expect("a zone");
        let hour = 3_600_000;
        let origins = ["a", "b"].map(|id| (AccountId::from_text(id), "o".to_owned())).into();
        let rows = [
            met("a", 0, 10, 1),
            met("b", hour / 4, 10, 2),
            met("a", hour / 2, 1, 0),
            met("a", 7 * 24 * hour, 5, 5),
            met("gone", 0, 1, 1),
        ];
        let heat = fold(&rows, &origins, &zone);
        assert_eq!(heat.iter().map(|one| one.origin.as_str()).collect::<Vec<_>>(), ["gone's", "o"]);
        let cell = |hour, calls, overloaded| HeatCell { day: 3, hour, calls, overloaded };
        assert_eq!(heat[1].cells, [cell(5, 25, 8), cell(6, 1, 0)]);
        assert_eq!((heat[1].cells[0].rate(), heat[1].cells[1].rate()), (Some(0.32), None));
        assert!(heat[1].learned() && !heat[0].learned());
    }
}
