//! What is known about a picture, in the forms that other programs read: the parameters text of Stable Diffusion web UI,
//! our own JSON, and what XMP has words for, IPTC's for what made it among them. Account, price and other private matters stay
//! here. Not here: how it gets into a file.

use super::xmp::Property;
use crate::value::job::KeptPicture;
use serde_json::json;
use std::fmt::Write as _;

/// The recipe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipe {
    /// As Stable Diffusion web UI writes it: the prompt, then a line of facts.
    pub parameters: String,
    /// Ours, JSON.
    pub json: String,
    /// For XMP.
    pub properties: Vec<Property>,
}

impl Recipe {
    /// Gathers it.
    #[must_use]
    pub fn of(kept: &KeptPicture) -> Self {
        let picture = &kept.picture;
        let asked = picture.request.as_ref();
        let json = json!({
            "diptych": 1,
            "id": picture.id,
            "prompt": picture.prompt(),
            "model_asked": asked.map(|asked| &asked.model),
            "model_used": picture.model_used,
            "size": asked.map(|asked| asked.size),
            "aspect": asked.map(|asked| &asked.aspect),
            "seed": asked.and_then(|asked| asked.seed),
            "thinking": asked.and_then(|asked| asked.thinking.as_ref()),
            "references": asked.map(|asked| asked.references.as_slice()).unwrap_or_default(),
            "created": picture.created.rfc3339(),
            "original": picture.hash,
            "practice": picture.practice,
        })
        .to_string();
        Self { parameters: parameters(kept), properties: properties(kept, &json), json }
    }
}

/// Readers want at least three facts with a colon in the last line, or they take it for a part of the prompt.
fn parameters(kept: &KeptPicture) -> String {
    let picture = &kept.picture;
    let mut text = format!("{}\n", picture.prompt().trim_end());
    if let Some(seed) = picture.request.as_ref().and_then(|asked| asked.seed) {
        let _ = write!(text, "Seed: {seed}, ");
    }
    let _ = write!(
        text,
        "Size: {}x{}, Model: {}, Version: Diptych {}",
        picture.width,
        picture.height,
        picture.model_used,
        env!("CARGO_PKG_VERSION")
    );
    text
}

/// IPTC's digital source type: practice pictures are drawn by rule, not learned from samples. Of a picture from outside
/// that does not say what made it, nothing is said: it may be a photograph.
fn source_type(kept: &KeptPicture) -> Option<&'static str> {
    let picture = &kept.picture;
    let edits = picture.request.as_ref().is_some_and(|asked| !asked.references.is_empty());
    match &picture.imported {
        _ if picture.practice => Some("algorithmicMedia"),
        Some(imported) if imported.tool.is_none() => None,
        _ if edits => Some("compositeWithTrainedAlgorithmicMedia"),
        _ => Some("trainedAlgorithmicMedia"),
    }
}

/// What XMP has words for, and our own property.
fn properties(kept: &KeptPicture, json: &str) -> Vec<Property> {
    let picture = &kept.picture;
    let mut all = vec![
        Property::fact("xmp:CreatorTool", concat!("Diptych ", env!("CARGO_PKG_VERSION"))),
        Property::fact("xmp:CreateDate", &picture.created.rfc3339()),
    ];
    if let Some(source) = source_type(kept) {
        let source = format!("http://cv.iptc.org/newscodes/digitalsourcetype/{source}");
        all.push(Property::fact("Iptc4xmpExt:DigitalSourceType", &source));
        all.push(Property::fact("Iptc4xmpExt:AISystemUsed", &picture.model_used));
    }
    if kept.rating > 0 {
        all.push(Property::fact("xmp:Rating", &kept.rating.to_string()));
    }
    all.push(Property::text("Iptc4xmpExt:AIPromptInformation", picture.prompt()));
    all.push(Property::text("diptych:recipe", json));
    all.push(Property::description(picture.prompt()));
    if !kept.tags.is_empty() {
        all.push(Property::subjects(&kept.tags));
    }
    all
}
