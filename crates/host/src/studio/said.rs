//! What a desktop is told in words of the catalogue: of an alert, and where the page cannot speak for itself. Not here: when
//! an alert is raised (`diptych_engine::policy::alert`), and who shows any of it.

use super::{Studio, parsed};
use diptych_api::Audience;
use diptych_api::catalogue::{Language, say_in};
use diptych_api::wire::{AlertView, Failure, Sentence, Settings, WeatherView};
use serde::Deserialize as _;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::PoisonError;

/// A sentence without parameters, in the language of the settings.
#[must_use]
pub fn words(settings: Option<&Settings>, code: &str) -> String {
    let language = Language::here(settings.map_or("system", |settings| &settings.language));
    say_in(language, &Sentence { code: code.into(), params: BTreeMap::new() })
}

impl Studio {
    /// What is to be said of an alert; `None` where it is over, was seen, or the user does not want to hear of it there.
    ///
    /// # Errors
    /// The library's.
    pub async fn alert_text(&self, id: &str) -> Result<Option<String>, Failure> {
        let settings: Settings = self.ask("settings.get").await?;
        if !settings.alerts.desktop {
            return Ok(None);
        }
        let weather: WeatherView = self.ask("weather.get").await?;
        let open = |alert: &&AlertView| alert.id == id && alert.resolved_ms.is_none() && !alert.seen;
        let language = Language::here(&settings.language);
        Ok(weather.alerts.iter().find(open).map(|alert| say_in(language, &alert.sentence)))
    }

    /// The settings.
    ///
    /// # Errors
    /// The library's.
    pub async fn settings(&self) -> Result<Settings, Failure> {
        self.ask("settings.get").await
    }

    /// The settings as they were last answered, to the page or to anybody else: for who must not wait. Nobody may have asked.
    #[must_use]
    pub fn last_settings(&self) -> Option<Settings> {
        self.0.heard.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn hear(&self, said: &Value) {
        if let Ok(settings) = Settings::deserialize(said) {
            *self.0.heard.lock().unwrap_or_else(PoisonError::into_inner) = Some(settings);
        }
    }

    async fn ask<T: DeserializeOwned>(&self, question: &str) -> Result<T, Failure> {
        parsed(self.call(question, json!({}), Audience::Webview).await?)
    }
}
