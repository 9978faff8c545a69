//! Pure policy: what an outcome means and what to do next. No async, no IO; time and randomness are arguments.

pub mod alert;
pub mod backoff;
pub mod duration;
pub mod fleet;
pub mod google_error;
pub mod hours;
pub mod judge;
pub mod pace;
pub mod queue;
pub mod route;
pub mod stand_in;
pub mod step;
pub mod verdict;
pub mod waits;
