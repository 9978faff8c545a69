//! A request after the shape has been checked: typed, in one spelling.

use serde::Deserialize;

/// `GenerateContentRequest`, as far as it matters here.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct GenerateContent {
    pub(crate) contents: Vec<Content>,
    pub(crate) generation_config: GenerationConfig,
    pub(crate) service_tier: Option<String>,
}

/// One turn.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Content {
    pub(crate) role: Option<String>,
    pub(crate) parts: Vec<Part>,
}

/// One part of a turn.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Part {
    pub(crate) text: Option<String>,
    pub(crate) inline_data: Option<InlineData>,
    pub(crate) file_data: Option<FileData>,
    pub(crate) thought: bool,
    pub(crate) thought_signature: Option<String>,
    pub(crate) function_call: Option<serde::de::IgnoredAny>,
    pub(crate) function_response: Option<serde::de::IgnoredAny>,
}

/// Bytes in the request.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct InlineData {
    pub(crate) mime_type: String,
    pub(crate) data: String,
}

/// Bytes elsewhere.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct FileData {
    pub(crate) file_uri: String,
}

/// How to generate.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct GenerationConfig {
    pub(crate) response_modalities: Vec<String>,
    pub(crate) image_config: ImageConfig,
    pub(crate) thinking_config: ThinkingConfig,
    pub(crate) seed: Option<f64>,
    pub(crate) candidate_count: Option<f64>,
}

/// The picture asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ImageConfig {
    pub(crate) aspect_ratio: Option<String>,
    pub(crate) image_size: Option<String>,
}

/// How much to think.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ThinkingConfig {
    pub(crate) thinking_level: Option<String>,
    pub(crate) include_thoughts: bool,
}
