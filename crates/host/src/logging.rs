//! The log: one file a day, a week of them, for the user only. Prompts and keys are not logged.

use crate::home::Home;
use tracing_appender::rolling::{Builder, Rotation};
use tracing_subscriber::EnvFilter;

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
    let filter = EnvFilter::try_from_env("DIPTYCH_LOG")
        .unwrap_or_else(|_| EnvFilter::new("info,hyper=warn,reqwest=warn"));
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(writer);
    // A test may have started one before us: then it stays.
    drop(subscriber.try_init());
    guard
}
