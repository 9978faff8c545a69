//! Settings, the model catalogue, and the greeting.

use super::Context;
use super::export::template;
use crate::view;
use crate::wire::{Failure, Hello, KeychainView, Models, NoArgs, Settings, SettingsPatch};
use diptych_engine::engine::blocking;
use diptych_engine::policy::hours;
use diptych_engine::value::money::Usd;
use diptych_engine::value::sentence::Sentence;
use diptych_engine::value::settings::{MIN_TIMEOUT, OffPeak, OffPeakMode};
use std::path::PathBuf;

pub(crate) async fn get(context: &Context, _: NoArgs) -> Result<Settings, Failure> {
    Ok(view::settings(&context.engine.settings(), &context.engine.catalogue))
}

pub(crate) async fn set(context: &Context, patch: SettingsPatch) -> Result<Settings, Failure> {
    let mut settings = context.engine.settings();
    let refuse = |value: String, option: &str, hint: &str| {
        Failure::of(Sentence::new("E-OPTION").with("value", value).with("option", option).with("hint", hint))
    };
    if let Some(theme) = patch.theme {
        settings.theme =
            one_of(theme, &["system", "light", "dark"]).map_err(|(v, hint)| refuse(v, "theme", &hint))?;
    }
    if let Some(language) = patch.language {
        let known = &["system", "en", "zh-CN"];
        settings.language = one_of(language, known).map_err(|(v, hint)| refuse(v, "language", &hint))?;
    }
    if let Some(models) = patch.default_models {
        let resolve = |name: &String| context.engine.catalogue.resolve(name).map(|model| model.id.clone());
        settings.default_models =
            models.iter().map(resolve).collect::<Result<_, _>>().map_err(Failure::of)?;
    }
    if let Some(models) = patch.fallback_models {
        let resolve = |name: &String| context.engine.catalogue.resolve(name).map(|model| model.id.clone());
        let named = models.iter().map(resolve).collect::<Result<Vec<_>, _>>().map_err(Failure::of)?;
        settings.fallback_models = named.into_iter().fold(Vec::new(), |mut all, id| {
            if !all.contains(&id) {
                all.push(id);
            }
            all
        });
    }
    if let Some(size) = patch.fallback_size {
        settings.fallback_size = match size.as_str() {
            "" | "asked" => None,
            text => Some(text.parse().map_err(|()| refuse(size, "fallback_size", "asked, 512, 1K, 2K, 4K"))?),
        };
    }
    settings.minute_usd = patch.minute_usd.map_or(settings.minute_usd, |usd| Usd(usd.max(0)));
    if let Some(size) = patch.default_size {
        settings.default_size = size.parse().map_err(|()| refuse(size, "default_size", "512, 1K, 2K, 4K"))?;
    }
    if let Some(aspect) = patch.default_aspect {
        let parsed: Result<diptych_engine::value::size::Aspect, ()> = aspect.parse();
        settings.default_aspect = parsed.map_err(|()| refuse(aspect, "default_aspect", "16:9"))?.to_string();
    }
    if let Some(calls) = patch.concurrency {
        settings.concurrency = calls.min(64);
    }
    if let Some(limit) = patch.day_limit {
        settings.day_limit = (limit > 0).then_some(Usd(limit));
    }
    settings.confirm_jobs = patch.confirm_jobs.unwrap_or(settings.confirm_jobs);
    settings.confirm_usd = patch.confirm_usd.map_or(settings.confirm_usd, |usd| Usd(usd.max(0)));
    if let Some(seconds) = patch.call_timeout_s {
        // Hanging up on a paid call loses the picture: nobody may set less.
        settings.call_timeout_s = seconds.clamp(u32::try_from(MIN_TIMEOUT.as_secs()).unwrap_or(600), 7200);
    }
    settings.max_attempts = patch.max_attempts.map_or(settings.max_attempts, |tries| tries.clamp(1, 1000));
    settings.welcomed = patch.welcomed.unwrap_or(settings.welcomed);
    settings.redo_when_healthy = patch.redo_when_healthy.unwrap_or(settings.redo_when_healthy);
    settings.clean_references = patch.clean_references.unwrap_or(settings.clean_references);
    if let Some(folder) = patch.auto_save_folder {
        settings.auto_save_folder =
            if folder.trim().is_empty() { None } else { Some(own_folder(context, folder).await?) };
    }
    if let Some(name) = patch.auto_save_name {
        if !name.is_empty() {
            template(&name)?;
        }
        settings.auto_save_name = name;
    }
    settings.auto_save_metadata = patch.auto_save_metadata.unwrap_or(settings.auto_save_metadata);
    settings.auto_save_practice = patch.auto_save_practice.unwrap_or(settings.auto_save_practice);
    if let Some(off_peak) = patch.off_peak {
        settings.off_peak = off_hours(off_peak)?;
    }
    if let Some(limit) = patch.month_limit {
        settings.month_limit = (limit > 0).then_some(Usd(limit));
    }
    if let Some(rules) = &patch.alerts {
        settings.alerts = view::into_alert_rules(rules);
    }
    context.engine.set_settings(settings.clone()).await?;
    Ok(view::settings(&settings, &context.engine.catalogue))
}

/// A folder that is there, outside of the library. It is the one path that a web view may name: nothing but new pictures
/// go there, under names that are free.
async fn own_folder(context: &Context, folder: String) -> Result<String, Failure> {
    let library = context.engine.folders.data.clone();
    let path = PathBuf::from(&folder);
    let found = blocking(move || {
        let real = path.is_absolute().then(|| path.canonicalize().ok()).flatten()?;
        let inside = library.canonicalize().is_ok_and(|library| real.starts_with(library));
        (real.is_dir() && !inside).then_some(())
    });
    match found.await.flatten() {
        Some(()) => Ok(folder),
        None => Err(Failure::of(Sentence::new("E-AUTO-SAVE").with("path", folder))),
    }
}

fn off_hours(off_peak: crate::wire::OffPeak) -> Result<OffPeak, Failure> {
    let refuse = |value: &str, hint: &str| {
        let sentence = Sentence::new("E-OPTION").with("value", value).with("option", "off_peak");
        Failure::of(sentence.with("hint", hint))
    };
    let mode = match off_peak.mode.as_str() {
        "hours" => OffPeakMode::Hours,
        "learned" => OffPeakMode::Learned,
        other => return Err(refuse(other, "hours, learned")),
    };
    if let Some(zone) = off_peak.zone.as_deref().filter(|zone| !hours::is_zone(zone)) {
        return Err(refuse(zone, "Europe/Berlin"));
    }
    let times = off_peak.avoid.iter().flat_map(|(from, to)| [from, to]);
    if let Some(wrong) = times.into_iter().find(|time| hours::clock_time(time).is_none()) {
        return Err(refuse(wrong, "09:00"));
    }
    Ok(OffPeak { mode, zone: off_peak.zone, avoid: off_peak.avoid })
}

fn one_of(value: String, known: &[&str]) -> Result<String, (String, String)> {
    if known.contains(&value.as_str()) { Ok(value) } else { Err((value, known.join(", "))) }
}

pub(crate) async fn models(context: &Context, _: NoArgs) -> Result<Models, Failure> {
    Ok(view::models(
        &context.engine.catalogue,
        &context.engine.settings(),
        &context.engine.clock.now().rfc3339(),
    ))
}

pub(crate) async fn hello(context: &Context, _: NoArgs) -> Result<Hello, Failure> {
    let engine = &context.engine;
    let mut notices: Vec<_> = engine.complaints.iter().cloned().map(Into::into).collect();
    if engine.recovered.completed > 0 {
        notices.push(Sentence::new("N-RECOVERED").with("n", engine.recovered.completed).into());
    }
    if engine.recovered.unknown > 0 {
        notices.push(Sentence::new("N-UNKNOWN").with("n", engine.recovered.unknown).into());
    }
    let secrets = engine.secrets.clone();
    // A keychain may take its time; it answers within five seconds or is said not to.
    let state = std::thread::spawn(move || secrets.state());
    let trouble = tokio_join(state).await;
    Ok(Hello {
        now_ms: engine.clock.now().millis(),
        keychain: KeychainView { ready: trouble.is_none(), trouble },
        welcome: !engine.settings().welcomed && engine.own_accounts().is_empty(),
        notices,
        ..context.hello.clone()
    })
}

async fn tokio_join(
    thread: std::thread::JoinHandle<Result<(), diptych_engine::value::secret::KeychainTrouble>>,
) -> Option<crate::wire::Sentence> {
    let joined = diptych_engine::engine::blocking(move || thread.join()).await?;
    joined.ok()?.err().map(|trouble| trouble.sentence().into())
}
