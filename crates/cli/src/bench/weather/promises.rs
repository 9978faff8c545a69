//! What was promised of each scenario, in numbers: the medians are held against it.

/// A bound of a figure's median.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Bound {
    Least(f64),
    Most(f64),
}

use Bound::{Least, Most};

impl Bound {
    pub(crate) fn holds(self, value: f64) -> bool {
        match self {
            Least(bound) => value >= bound,
            Most(bound) => value <= bound,
        }
    }
}

type Promise = (&'static str, Bound);

/// Of every scenario: nobody waits without a reason, and what may have been charged is not sent again.
static ALWAYS: [Promise; 2] = [("mute", Most(0.0)), ("unknown_sent_again", Most(0.0))];

/// By the beginning of a scenario's name; the first that fits.
const PROMISES: &[(&str, &[Promise])] = &[
    ("A known", &[("goodput", Least(99.0)), ("calls_per_picture", Most(1.01))]),
    ("A unknown", &[("goodput", Least(97.0)), ("calls_per_picture", Most(1.01))]),
    ("B known", &[("goodput", Least(99.0)), ("calls_per_picture", Most(1.01))]),
    ("B unknown", &[("goodput", Least(97.0)), ("calls_per_picture", Most(1.01))]),
    ("B sliding known", &[("goodput", Least(99.0)), ("calls_per_picture", Most(1.01))]),
    ("B sliding unknown", &[("goodput", Least(97.0)), ("calls_per_picture", Most(1.01))]),
    ("C .3", &[("goodput", Least(98.0)), ("times_floor", Most(1.02)), ("false_alerts", Most(0.0))]),
    ("C .5", &[("goodput", Least(95.0)), ("times_floor", Most(1.02)), ("false_alerts", Most(0.0))]),
    ("C .7", &[("goodput", Least(90.0)), ("times_floor", Most(1.02)), ("false_alerts", Most(0.0))]),
    ("C .85", &[("goodput", Least(75.0)), ("times_floor", Most(1.02))]),
    (
        "D",
        &[
            ("goodput", Least(98.0)),
            ("calls_per_picture", Most(1.08)),
            ("inside", Most(60.0)),
            ("out_alert_s", Most(35.0)),
            ("first_after_s", Most(40.0)),
        ],
    ),
    ("E", &[("goodput", Least(98.0)), ("times_floor", Most(1.02))]),
    ("F", &[("goodput", Least(98.0)), ("times_floor", Most(1.02)), ("after_day_end", Most(3.0))]),
    ("G", &[("goodput", Least(98.0)), ("calls_per_picture", Most(1.1)), ("other_got", Least(95.0))]),
    ("H", &[("goodput", Least(98.0)), ("calls_per_picture", Most(1.03))]),
    ("I", &[("goodput", Least(96.0)), ("calls_per_picture", Most(1.02))]),
    ("J", &[("goodput", Least(96.0)), ("calls_per_picture", Most(1.02))]),
    ("K", &[("pictures", Least(232.0)), ("failed_calls", Most(18.0))]),
    ("L off-peak, set", &[("goodput", Least(100.0)), ("times_floor", Most(1.03))]),
    ("L off-peak, learned", &[("goodput", Least(100.0)), ("times_floor", Most(1.1))]),
    ("M", &[("goodput", Least(98.0)), ("calls_per_picture", Most(1.03))]),
    ("N a person", &[("person_p50_s", Most(0.1)), ("person_p95_s", Most(1.5)), ("person_max_s", Most(6.0))]),
    ("P", &[("goodput", Least(98.0)), ("times_floor", Most(1.03)), ("hint_calls", Most(15.0))]),
    ("Q", &[("goodput", Least(96.0)), ("calls_per_picture", Most(1.05)), ("learned", Least(1.0))]),
    ("R", &[("goodput", Least(98.0)), ("calls_per_picture", Most(1.02))]),
];

/// What was promised of a scenario.
pub(crate) fn of(name: &str) -> impl Iterator<Item = Promise> {
    let own = PROMISES.iter().find(|(begins, _)| name.starts_with(begins)).map_or(&[][..], |(_, own)| *own);
    ALWAYS.iter().chain(own).copied()
}
