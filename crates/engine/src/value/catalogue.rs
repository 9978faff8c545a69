//! The model catalogue: what each image model can do and costs, as dated data.
//!
//! Nothing about a model is ever guessed from its id. Not here: prices a user set for an account (they win, see
//! [`crate::value::account`]).

use crate::value::money::Usd;
use crate::value::sentence::Sentence;
use crate::value::size::{Aspect, Size};
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;

/// The catalogue that ships.
const SHIPPED: &str = include_str!("../../data/catalogue.toml");

/// Width and height by size and aspect.
type PixelTable = BTreeMap<Size, BTreeMap<Aspect, (u32, u32)>>;

/// All that is known about models on the day it was checked.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    /// The day, ISO.
    pub dated: String,
    default: Vec<String>,
    aliases: BTreeMap<String, String>,
    pixels: BTreeMap<String, PixelTable>,
    terms: Vec<Terms>,
    #[serde(rename = "model")]
    models: Vec<Model>,
    #[serde(default)]
    retired: Vec<Retired>,
}

/// A model.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Id as on the wire.
    pub id: String,
    /// Full name.
    pub name: String,
    /// Short name.
    pub short: String,
    /// Day it came, ISO.
    pub released: String,
    /// Day it goes, ISO.
    pub shutdown: Option<String>,
    /// What takes its place then.
    pub successor: Option<String>,
    /// What may stand in while it is overloaded.
    pub fallback: Option<String>,
    family: String,
    /// Aspects it makes.
    pub aspects: Vec<Aspect>,
    /// Reference pictures it takes.
    pub references: u32,
    /// Thinking levels it takes.
    pub thinking: Vec<String>,
    /// It refuses `imageSize`.
    #[serde(default)]
    pub omit_size: bool,
    /// It takes calls at half the price.
    #[serde(default)]
    pub flex: bool,
    /// Prices per million tokens.
    pub rates: Rates,
    /// Sizes it makes.
    pub sizes: BTreeMap<Size, SizeFacts>,
}

/// List prices per million tokens.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Rates {
    /// Input.
    #[serde(deserialize_with = "dollars")]
    pub text_in: Usd,
    /// Text and thoughts.
    #[serde(deserialize_with = "dollars")]
    pub text_out: Usd,
    /// Image tokens.
    #[serde(deserialize_with = "dollars")]
    pub image_out: Usd,
}

/// What a size costs.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct SizeFacts {
    /// List price of one picture.
    #[serde(deserialize_with = "dollars")]
    pub usd: Usd,
    /// Image tokens of one picture.
    pub tokens: u64,
}

#[derive(Debug, Clone, Deserialize)]
struct Retired {
    id: String,
    since: String,
    successor: String,
}

/// Billing terms: which refusals are surely not charged.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// `google`, `relay`, `practice`.
    pub id: String,
    /// The day they were checked, ISO.
    pub dated: String,
    /// Statuses that are surely not charged.
    pub no: Vec<u16>,
}

fn dollars<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Usd, D::Error> {
    let text = String::deserialize(deserializer)?;
    Usd::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("{text} is not an amount in dollars")))
}

impl Model {
    /// List price of one picture.
    #[must_use]
    pub fn price(&self, size: Size) -> Option<Usd> {
        self.sizes.get(&size).map(|facts| facts.usd)
    }
}

impl Catalogue {
    /// The shipped catalogue, with the user's corrections laid over it.
    ///
    /// # Errors
    /// What is wrong with the user's file, in TOML's words.
    pub fn load(corrections: Option<&str>) -> Result<Self, String> {
        let mut catalogue: Self = toml::from_str(SHIPPED).map_err(|e| e.to_string())?;
        if let Some(text) = corrections {
            let own: Corrections = toml::from_str(text).map_err(|e| e.to_string())?;
            for model in own.models {
                catalogue.models.retain(|shipped| shipped.id != model.id);
                catalogue.models.push(model);
            }
            catalogue.aliases.extend(own.aliases);
        }
        for model in &catalogue.models {
            if !catalogue.pixels.contains_key(&model.family) {
                return Err(format!("model {}: there is no pixel table {}", model.id, model.family));
            }
        }
        Ok(catalogue)
    }

    /// Models, in the order of the file.
    #[must_use]
    pub fn models(&self) -> &[Model] {
        &self.models
    }

    /// A model by its exact id.
    #[must_use]
    pub fn model(&self, id: &str) -> Option<&Model> {
        self.models.iter().find(|model| model.id == id)
    }

    /// The alias of a model, if it has one.
    #[must_use]
    pub fn alias(&self, id: &str) -> Option<&str> {
        self.aliases.iter().find(|(_, target)| *target == id).map(|(alias, _)| alias.as_str())
    }

    /// Model ids where the user names none.
    #[must_use]
    pub fn default_models(&self) -> Vec<String> {
        self.default.iter().map(|name| self.aliases.get(name).unwrap_or(name).clone()).collect()
    }

    /// Finds the model a user means by an alias or an id, on the given day (ISO).
    ///
    /// # Errors
    /// `E-MODEL` where there is none, `E-MODEL-RETIRED` with the successor where it is gone.
    pub fn resolve(&self, name: &str) -> Result<&Model, Sentence> {
        let lower = name.trim().to_ascii_lowercase();
        let id = lower.strip_prefix("models/").unwrap_or(&lower);
        let id = self.aliases.get(id).map_or(id, String::as_str);
        if let Some(gone) = self.retired.iter().find(|gone| gone.id == id) {
            return Err(Sentence::new("E-MODEL-RETIRED")
                .with("model", id)
                .with("date", gone.since.as_str())
                .with("successor", gone.successor.as_str()));
        }
        self.model(id).ok_or_else(|| {
            let known: Vec<_> =
                self.aliases.keys().chain(self.models.iter().map(|m| &m.id)).cloned().collect();
            Sentence::new("E-MODEL").with("model", name).with("hint", known.join(", "))
        })
    }

    /// What took the place of a retired id.
    #[must_use]
    pub fn successor(&self, id: &str) -> Option<&str> {
        let retired = self.retired.iter().find(|gone| gone.id == id).map(|gone| gone.successor.as_str());
        retired.or_else(|| self.model(id)?.successor.as_deref())
    }

    /// Exact pixels of a size and aspect.
    #[must_use]
    pub fn pixels(&self, model: &Model, size: Size, aspect: &Aspect) -> Option<(u32, u32)> {
        self.pixels.get(&model.family)?.get(&size)?.get(aspect).copied()
    }

    /// Billing terms by id; unknown ids know nothing, so nothing is surely free.
    #[must_use]
    pub fn terms(&self, id: &str) -> Terms {
        self.terms.iter().find(|terms| terms.id == id).cloned().unwrap_or_else(|| Terms {
            id: id.into(),
            dated: self.dated.clone(),
            no: Vec::new(),
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Corrections {
    #[serde(default)]
    aliases: BTreeMap<String, String>,
    #[serde(default, rename = "model")]
    models: Vec<Model>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pro_and_flash_are_aliases_and_retired_ids_name_their_successor() {
        let catalogue = Catalogue::load(None).expect("ships whole");
        assert_eq!(catalogue.resolve("pro").expect("known").id, "gemini-3-pro-image");
        assert_eq!(catalogue.resolve("Flash").expect("known").id, "gemini-nano-banana-2.1");
        let gone = catalogue.resolve("gemini-3-pro-image-preview").expect_err("retired");
        assert_eq!(
            (gone.code.as_str(), &gone.params["successor"]),
            ("E-MODEL-RETIRED", &"gemini-3-pro-image".into())
        );
        assert_eq!(catalogue.resolve("dall-e-3").expect_err("unknown").code, "E-MODEL");
    }

    #[test]
    fn every_model_has_pixels_for_all_it_says_it_makes() {
        let catalogue = Catalogue::load(None).expect("ships whole");
        for model in catalogue.models() {
            for size in model.sizes.keys() {
                for aspect in &model.aspects {
                    assert!(catalogue.pixels(model, *size, aspect).is_some(), "{} {size} {aspect}", model.id);
                }
            }
        }
        let pro = catalogue.resolve("pro").expect("known");
        assert_eq!(catalogue.pixels(pro, Size::Four, &"16:9".parse().expect("aspect")), Some((5504, 3072)));
        assert_eq!(pro.price(Size::Four), Some(Usd(240_000)));
        assert_eq!(pro.price(Size::Half), None);
    }

    #[test]
    fn a_users_file_replaces_a_model_and_its_mistakes_are_said() {
        let shipped = Catalogue::load(None).expect("ships whole");
        let lite = shipped.model("gemini-3.1-flash-lite-image").expect("known");
        assert_eq!(lite.price(Size::One), Some(Usd(33_600)));
        let own = r#"
            [[model]]
            id = "gemini-3.1-flash-lite-image"
            name = "Lite"
            short = "Lite"
            released = "2026-06-30"
            family = "gemini-3"
            aspects = ["1:1"]
            references = 1
            thinking = []
            rates = { text_in = "1", text_out = "1", image_out = "1" }
            sizes."1K" = { usd = "0.5", tokens = 10 }
        "#;
        let mended = Catalogue::load(Some(own)).expect("right");
        assert_eq!(mended.model(&lite.id).and_then(|m| m.price(Size::One)), Some(Usd(500_000)));
        assert!(Catalogue::load(Some("[[model]]\nid = 1")).is_err());
    }
}
