//! The log: one file a day, a week of them, for the user only. Prompts and keys are not logged.

use crate::home::Home;
use tracing::Level;
use tracing_appender::rolling::{Builder, Rotation};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Starts logging into the home. The log is written as long as the returned guard lives.
#[must_use]
pub fn init_logging(home: &Home) -> impl Drop + use<> {
    let files = Builder::new()
        .rotation(Rotation::DAILY)
        .filename_prefix("diptych")
        .filename_suffix("log")
        .max_log_files(7)
        .build(home.logs());
    let (writer, guard) = match files {
        Ok(files) => tracing_appender::non_blocking(files),
        Err(_) => tracing_appender::non_blocking(std::io::sink()),
    };
    // `DIPTYCH_LOG=info,hyper=debug`: levels by module. Filters by field would need a regular-expression engine.
    let wanted = std::env::var("DIPTYCH_LOG").ok().and_then(|text| text.parse::<Targets>().ok());
    let levels = wanted.unwrap_or_else(|| {
        Targets::new()
            .with_default(Level::INFO)
            .with_targets([("hyper", Level::WARN), ("reqwest", Level::WARN)])
    });
    let lines = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(writer);
    let subscriber = tracing_subscriber::registry().with(lines).with(levels);
    // A test may have started one before us: then it stays.
    drop(subscriber.try_init());
    guard
}
