//! Gemini's `generateContent`: the request as JSON, and what an answer says beside its pictures.
//!
//! Parts are chosen by their shape, never by their place: text may come before, after or between pictures, drafts may
//! come marked as thoughts or unmarked, and a relay may turn a missing list into `null`.

use crate::value::catalogue::{Model, Rates};
use crate::value::lane::Tier;
use crate::value::money::Usd;
use crate::value::request::Request;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// A reference picture, ready to be sent.
pub struct Reference {
    /// Media type by its bytes.
    pub mime: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The body of a call. `model` is the one it goes to, which may be the fallback.
#[must_use]
pub fn request(model: &Model, tier: Tier, asked: &Request, references: &[Reference]) -> Vec<u8> {
    let mut parts = vec![json!({ "text": asked.prompt })];
    for reference in references {
        parts.push(json!({ "inlineData": { "mimeType": reference.mime, "data": STANDARD.encode(&reference.bytes) } }));
    }
    let mut image = json!({ "aspectRatio": asked.aspect });
    if !model.omit_size {
        image["imageSize"] = json!(asked.size);
    }
    let mut config = json!({ "responseModalities": ["TEXT", "IMAGE"], "imageConfig": image });
    if let Some(seed) = asked.seed {
        config["seed"] = json!(seed);
    }
    if let Some(level) = asked.thinking.as_ref().filter(|level| model.thinking.contains(level)) {
        config["thinkingConfig"] = json!({ "thinkingLevel": level.to_ascii_uppercase() });
    }
    let mut body = json!({ "contents": [{ "role": "user", "parts": parts }], "generationConfig": config });
    if tier != Tier::Standard {
        body["serviceTier"] = json!(tier.as_str());
    }
    if let Some(threshold) = &asked.safety {
        body["safetySettings"] = ["HARASSMENT", "HATE_SPEECH", "SEXUALLY_EXPLICIT", "DANGEROUS_CONTENT"]
            .map(
                |category| json!({ "category": format!("HARM_CATEGORY_{category}"), "threshold": threshold }),
            )
            .into();
    }
    body.to_string().into_bytes()
}

/// Path of the call below the endpoint.
#[must_use]
pub fn path(model: &str) -> String {
    format!("v1beta/models/{model}:generateContent")
}

/// A picture of the answer: its blob and the label it came with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImagePart {
    /// Index of the blob.
    pub blob: usize,
    /// `mimeType` as labelled.
    pub label: String,
}

/// Usage figures. Absent ones are zero.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Input.
    pub prompt: u64,
    /// Output, thoughts apart.
    pub candidates: u64,
    /// Thoughts.
    pub thoughts: u64,
    /// All.
    pub total: u64,
    /// Of the output, image tokens.
    pub images: u64,
}

impl Usage {
    /// Input tokens, where they were told.
    #[must_use]
    pub fn input(&self) -> Option<u32> {
        u32::try_from(self.prompt).ok().filter(|tokens| *tokens > 0)
    }

    /// What it costs at list rates. `None` without figures.
    #[must_use]
    pub fn cost(&self, rates: &Rates) -> Option<Usd> {
        if self.total == 0 {
            return None;
        }
        let text = self.candidates.saturating_sub(self.images).saturating_add(self.thoughts);
        Some(
            Usd::of_tokens(self.prompt, rates.text_in)
                + Usd::of_tokens(text, rates.text_out)
                + Usd::of_tokens(self.images, rates.image_out),
        )
    }
}

/// What an answer says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// Pictures that are no thoughts, in order; the last is the final one.
    pub images: Vec<ImagePart>,
    /// Text that is no thought.
    pub text: String,
    /// Why it ended, or why the prompt was blocked.
    pub reason: String,
    /// The model that answered.
    pub model: Option<String>,
    /// The answer's id.
    pub response_id: Option<String>,
    /// Usage.
    pub usage: Usage,
}

/// Reads an answer whose `data` strings were replaced by numbers (see [`crate::provider::scan`]).
#[must_use]
pub fn read(document: &Value) -> Answer {
    let document = document.as_array().and_then(|all| all.first()).unwrap_or(document);
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let mut answer = Answer {
        model: text(document, "modelVersion").map(|name| name.trim_start_matches("models/").to_owned()),
        response_id: text(document, "responseId"),
        usage: usage(document.get("usageMetadata").unwrap_or(&Value::Null)),
        ..Answer::default()
    };
    let mut words = Vec::new();
    for candidate in document.get("candidates").and_then(Value::as_array).into_iter().flatten() {
        let parts = candidate.pointer("/content/parts").and_then(Value::as_array);
        for part in parts.into_iter().flatten() {
            if part.get("thought").and_then(Value::as_bool) == Some(true) {
                continue;
            }
            words.extend(text(part, "text"));
            answer.images.extend(image(part));
        }
        if answer.reason.is_empty() {
            answer.reason = text(candidate, "finishReason").unwrap_or_default();
        }
        words.extend(text(candidate, "finishMessage"));
    }
    if let Some(feedback) = document.get("promptFeedback") {
        if let Some(blocked) = text(feedback, "blockReason") {
            answer.reason = blocked;
        }
        words.extend(text(feedback, "blockReasonMessage"));
    }
    answer.text = words.join(" ");
    answer
}

fn image(part: &Value) -> Option<ImagePart> {
    // Relays re-serialise in snake case.
    let inline = part.get("inlineData").or_else(|| part.get("inline_data"))?;
    let label = inline
        .get("mimeType")
        .or_else(|| inline.get("mime_type"))
        .and_then(Value::as_str)
        .unwrap_or_default();
    let blob = usize::try_from(inline.get("data")?.as_u64()?).ok()?;
    (label.is_empty() || label.starts_with("image/")).then(|| ImagePart { blob, label: label.into() })
}

fn usage(value: &Value) -> Usage {
    let count = |key: &str| {
        let field = value.get(key);
        // int64 in protobuf JSON may be a string.
        field.and_then(|v| v.as_u64().or_else(|| v.as_str()?.parse().ok())).unwrap_or(0)
    };
    let details = value.get("candidatesTokensDetails").and_then(Value::as_array);
    let images = details
        .into_iter()
        .flatten()
        .filter(|detail| detail.get("modality").and_then(Value::as_str) == Some("IMAGE"))
        .filter_map(|detail| detail.get("tokenCount").and_then(Value::as_u64))
        .fold(0, u64::saturating_add);
    Usage {
        prompt: count("promptTokenCount"),
        candidates: count("candidatesTokenCount"),
        thoughts: count("thoughtsTokenCount"),
        total: count("totalTokenCount"),
        images,
    }
}

/// Model ids of a models list, and the token of the next page.
#[must_use]
pub fn read_models(document: &Value) -> Option<(Vec<String>, Option<String>)> {
    let models = document.get("models")?.as_array()?;
    let name = |model: &Value| Some(model.get("name")?.as_str()?.trim_start_matches("models/").to_owned());
    let next = document.get("nextPageToken").and_then(Value::as_str).filter(|token| !token.is_empty());
    Some((models.iter().filter_map(name).collect(), next.map(str::to_owned)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::catalogue::Catalogue;
    use crate::value::size::Size;

    fn asked() -> Request {
        Request {
            model: "gemini-3-pro-image".into(),
            prompt: "A lighthouse".into(),
            size: Size::Four,
            aspect: "16:9".parse().expect("aspect"),
            references: vec![],
            seed: Some(42),
            thinking: Some("high".into()),
            safety: None,
        }
    }

    #[test]
    fn the_request_says_what_was_asked_and_omits_what_a_model_refuses() {
        let catalogue = Catalogue::load(None).expect("ships whole");
        let body_at = |id: &str, tier: Tier| -> Value {
            let model = catalogue.model(id).expect("known");
            let reference = Reference { mime: "image/png", bytes: vec![1, 2, 3] };
            serde_json::from_slice(&request(model, tier, &asked(), &[reference])).expect("JSON")
        };
        let body = |id: &str| body_at(id, Tier::Standard);
        let pro = body("gemini-3-pro-image");
        assert!(pro.get("serviceTier").is_none(), "relays may refuse what they do not know");
        assert_eq!(body_at("gemini-3-pro-image", Tier::Flex)["serviceTier"], "flex");
        assert_eq!(
            pro["generationConfig"]["imageConfig"],
            json!({ "aspectRatio": "16:9", "imageSize": "4K" })
        );
        assert_eq!(pro["generationConfig"]["seed"], 42);
        assert_eq!(pro["contents"][0]["parts"][1]["inlineData"]["data"], "AQID");
        assert!(pro["generationConfig"].get("thinkingConfig").is_none(), "Pro takes no level");
        let old = body("gemini-2.5-flash-image");
        assert!(old["generationConfig"]["imageConfig"].get("imageSize").is_none());
        let flash = body("gemini-nano-banana-2.1");
        assert_eq!(flash["generationConfig"]["thinkingConfig"]["thinkingLevel"], "HIGH");
    }

    #[test]
    fn pictures_are_found_by_shape_and_drafts_are_not_pictures() {
        let answer = read(&json!({
            "candidates": [{ "content": { "parts": [
                { "text": "thinking", "thought": true },
                { "inlineData": { "mimeType": "image/jpeg", "data": 0 }, "thought": true },
                { "inline_data": { "mime_type": "image/jpeg", "data": 1 } },
                { "text": "Here." },
                { "inlineData": { "mimeType": "image/png", "data": 2 } },
                { "inlineData": { "mimeType": "audio/wav", "data": 3 } }
            ] }, "finishReason": "STOP" }],
            "usageMetadata": { "promptTokenCount": 31, "candidatesTokenCount": 1236, "thoughtsTokenCount": 187,
                "totalTokenCount": 1454, "candidatesTokensDetails": [{ "modality": "IMAGE", "tokenCount": 1120 }] },
            "modelVersion": "gemini-3-pro-image"
        }));
        assert_eq!(answer.images.iter().map(|part| part.blob).collect::<Vec<_>>(), [1, 2]);
        assert_eq!((answer.text.as_str(), answer.reason.as_str()), ("Here.", "STOP"));
        let rates = Catalogue::load(None).expect("ships").model("gemini-3-pro-image").expect("known").rates;
        // 31 × $2 + (116 + 187) × $12 + 1120 × $120, per million.
        assert_eq!(answer.usage.cost(&rates), Some(Usd(62 + 3_636 + 134_400)));
    }

    #[test]
    fn refusals_in_all_their_shapes_have_no_picture_and_a_reason() {
        let blocked = read(&json!({ "promptFeedback": { "blockReason": "PROHIBITED_CONTENT" } }));
        assert_eq!((blocked.images.len(), blocked.reason.as_str()), (0, "PROHIBITED_CONTENT"));
        let nulls =
            read(&json!({ "candidates": [{ "content": { "parts": null }, "finishReason": "NO_IMAGE" }] }));
        assert_eq!(nulls.reason, "NO_IMAGE");
        let said = read(&json!({ "candidates": [{ "content": {}, "finishReason": "IMAGE_OTHER",
            "finishMessage": "Unable to show the generated image." }] }));
        assert_eq!(said.text, "Unable to show the generated image.");
        assert_eq!(read(&json!({})), Answer::default());
    }
}
