//! The driver: does what policy decides. Async, IO, the clock; no decision of its own about money.

mod alerts;
mod along;
mod apply;
mod attempt;
mod auto_save;
mod check;
mod compose;
mod copies;
mod core;
mod economy;
mod heat;
mod holds;
mod import;
mod intake;
mod off_peak;
mod outlook;
mod recover;
mod scheduler;
mod sidecars;
mod stop;
mod storage;
mod weather;

pub(crate) use auto_save::{follow_new, save_new};
pub use check::{CheckReport, check, problem};
pub use compose::{Asker, Asking, Plan, PlanItem, create, plan, redo};
pub use copies::Copies;
pub use core::{Core, Parts, PracticeEndpoint};
pub use heat::{Heat, HeatCell, heat};
pub use import::{Fate, ImportReport, import, import_bytes};
pub use outlook::{finishes, prospect};
pub use recover::{Recovered, recover};
pub use scheduler::run;
pub(crate) use sidecars::{catch_up, follow};
pub use storage::{Storage, Taken};
pub use weather::{RouteNow, RouteState, routes};
