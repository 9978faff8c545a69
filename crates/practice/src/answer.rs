//! What goes back for one call: a reply with its body in segments, or a broken connection.
//!
//! The success body follows the order of the real service (`mimeType` before `data`), since clients that salvage a
//! cut answer depend on it. Base64 is not made here but on the way out (`body`).

use std::time::Duration;

use base64::Engine as _;
use bytes::Bytes;
use serde::Serialize;
use serde_json::{Value, json};

use crate::body::{Segment, Transport};
use crate::gemini::problem::Problem;
use crate::gemini::validate::Call;

/// The end of a call.
#[derive(Debug)]
pub(crate) enum Outcome {
    Reply(Reply),
    /// The connection is reset without an answer.
    Severed,
}

/// An HTTP answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) segments: Vec<Segment>,
    pub(crate) transport: Transport,
    /// Silence before the answer.
    pub(crate) hold: Duration,
    /// Pictures inside, and the epoch of the books they are in.
    pub(crate) serials: Vec<String>,
    pub(crate) epoch: u64,
}

pub(crate) const JSON: &str = "application/json; charset=UTF-8";

impl Reply {
    fn new(status: u16, content_type: &str, segments: Vec<Segment>) -> Self {
        let headers = vec![("content-type", content_type.to_owned())];
        Self {
            status,
            headers,
            segments,
            transport: Transport::default(),
            hold: Duration::ZERO,
            serials: Vec::new(),
            epoch: 0,
        }
    }

    pub(crate) fn json(status: u16, value: &impl Serialize) -> Self {
        Self::new(status, JSON, vec![Segment::Text(pretty(value).into())])
    }

    pub(crate) fn html(status: u16, page: String) -> Self {
        Self::new(status, "text/html; charset=utf-8", vec![Segment::Text(page.into())])
    }

    pub(crate) fn problem(problem: &Problem) -> Self {
        Self::json(problem.code, &problem.json())
    }

    /// The whole body, with the faults of transport that still let it be read.
    pub(crate) fn text(&self) -> String {
        let mut bytes = Vec::new();
        for segment in &self.segments {
            match segment {
                Segment::Text(text) => bytes.extend_from_slice(text),
                Segment::Base64(data) => {
                    let text = base64::engine::general_purpose::STANDARD.encode(data);
                    bytes.extend_from_slice(text.as_bytes());
                }
            }
        }
        let middle = bytes.len() / 2;
        if let Some(byte) = bytes.get_mut(middle).filter(|_| self.transport.damage) {
            *byte = b'*';
        }
        if let Some(share) = self.transport.truncate {
            bytes.truncate((bytes.len() as f64 * share) as usize);
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

fn pretty(value: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}

/// A picture as it lies in the answer.
#[derive(Debug)]
pub(crate) struct Picture {
    pub(crate) mime: &'static str,
    pub(crate) bytes: Bytes,
    pub(crate) thought: bool,
}

/// What the model says, beside or instead of pictures.
#[derive(Debug, Default)]
pub(crate) struct Say {
    pub(crate) text: Option<String>,
    pub(crate) thought: Option<String>,
    pub(crate) finish_reason: Option<String>,
    pub(crate) finish_message: Option<String>,
    pub(crate) block_reason: Option<String>,
    pub(crate) shape: Shape,
}

/// The odd shapes of an answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Shape {
    #[default]
    Usual,
    /// `candidates: []`
    NoCandidates,
    /// `parts: null`
    NullParts,
}

/// Token counts of one answer.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tokens {
    /// Image tokens of all pictures together.
    pub(crate) images: u32,
    /// What the candidates cost beyond that.
    pub(crate) beyond: u32,
    pub(crate) thoughts: Option<u32>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    candidates: Option<Vec<Candidate<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prompt_feedback: Option<Value>,
    usage_metadata: Usage<'a>,
    model_version: &'a str,
    response_id: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Candidate<'a> {
    content: ContentOrNothing<'a>,
    finish_reason: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    finish_message: Option<&'a str>,
    index: u32,
}

#[derive(Serialize)]
#[serde(untagged)]
enum ContentOrNothing<'a> {
    Empty {},
    Content { parts: Option<Vec<Part<'a>>>, role: &'a str },
}

#[derive(Serialize, Default)]
#[serde(rename_all = "camelCase")]
struct Part<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    inline_data: Option<InlineData<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thought: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thought_signature: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct InlineData<'a> {
    mime_type: &'a str,
    data: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Usage<'a> {
    prompt_token_count: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    candidates_token_count: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thoughts_token_count: Option<u32>,
    total_token_count: u32,
    prompt_tokens_details: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    candidates_tokens_details: Option<Vec<Value>>,
    service_tier: &'a str,
}

/// Stands in the JSON where a picture's base64 will be. Nothing a model says contains a control character.
const PLACE: &str = "\u{1}picture\u{1}";

/// Builds the body of a `200`.
pub(crate) fn success(
    call: &Call,
    say: &Say,
    pictures: Vec<Picture>,
    tokens: Tokens,
    id: &str,
    tier: &str,
) -> Reply {
    let refused = pictures.iter().all(|picture| picture.thought);
    let body = Body {
        candidates: candidates(say, &pictures, id),
        prompt_feedback: say.block_reason.as_ref().map(|reason| json!({"blockReason": reason})),
        usage_metadata: usage(call, say, tokens, refused, tier),
        model_version: call.model.id,
        response_id: id,
    };
    let text = Bytes::from(pretty(&body));
    let place = serde_json::to_string(PLACE).unwrap_or_default();
    let place = place.trim_matches('"').as_bytes();
    let mut segments = Vec::new();
    let mut from = 0;
    for picture in pictures {
        let Some(at) = text[from..].windows(place.len()).position(|window| window == place) else { break };
        segments.push(Segment::Text(text.slice(from..from + at)));
        segments.push(Segment::Base64(picture.bytes));
        from += at + place.len();
    }
    segments.push(Segment::Text(text.slice(from..)));
    Reply::new(200, JSON, segments).header("x-gemini-service-tier", tier)
}

fn candidates<'a>(say: &'a Say, pictures: &'a [Picture], id: &str) -> Option<Vec<Candidate<'a>>> {
    if say.block_reason.is_some() {
        return None;
    }
    if say.shape == Shape::NoCandidates {
        return Some(Vec::new());
    }
    let mut parts = Vec::new();
    if let Some(thought) = &say.thought {
        parts.push(Part { text: Some(thought), thought: Some(true), ..Part::default() });
    }
    let drafts = pictures.iter().filter(|p| p.thought);
    parts.extend(drafts.map(|p| picture_part(p, None)));
    if let Some(text) = &say.text {
        parts.push(Part {
            text: Some(text),
            thought_signature: Some(signature(id, "text")),
            ..Part::default()
        });
    }
    let finals = pictures.iter().filter(|p| !p.thought);
    parts.extend(finals.enumerate().map(|(i, p)| picture_part(p, Some(signature(id, &i.to_string())))));
    let content = if say.shape == Shape::NullParts {
        ContentOrNothing::Content { parts: None, role: "model" }
    } else if parts.is_empty() {
        ContentOrNothing::Empty {}
    } else {
        ContentOrNothing::Content { parts: Some(parts), role: "model" }
    };
    let finish_reason = say.finish_reason.as_deref().unwrap_or("STOP");
    Some(vec![Candidate { content, finish_reason, finish_message: say.finish_message.as_deref(), index: 0 }])
}

fn picture_part(picture: &Picture, signature: Option<String>) -> Part<'_> {
    Part {
        inline_data: Some(InlineData { mime_type: picture.mime, data: PLACE.to_owned() }),
        thought: picture.thought.then_some(true),
        thought_signature: signature,
        ..Part::default()
    }
}

/// A signature that `gemini::validate` will recognise when the turn comes back.
fn signature(id: &str, part: &str) -> String {
    let text = [crate::gemini::validate::SIGNATURE, id.as_bytes(), b"/", part.as_bytes()].concat();
    base64::engine::general_purpose::STANDARD.encode(text)
}

fn usage<'a>(call: &Call, say: &Say, tokens: Tokens, refused: bool, tier: &'a str) -> Usage<'a> {
    let prompt = call.text_tokens + call.image_tokens;
    let mut details = vec![json!({"modality": "TEXT", "tokenCount": call.text_tokens})];
    if call.image_tokens > 0 {
        details.push(json!({"modality": "IMAGE", "tokenCount": call.image_tokens}));
    }
    // As measured: a refusal counts its thoughts as candidates, once; a blocked prompt counts nothing but itself.
    let (candidates, total) = if say.block_reason.is_some() {
        (None, prompt)
    } else if refused {
        let thoughts = tokens.thoughts.unwrap_or(tokens.beyond);
        (Some(thoughts), prompt + thoughts)
    } else {
        let candidates = tokens.images + tokens.beyond;
        (Some(candidates), prompt + candidates + tokens.thoughts.unwrap_or(0))
    };
    Usage {
        prompt_token_count: prompt,
        candidates_token_count: candidates,
        thoughts_token_count: tokens.thoughts.filter(|_| say.block_reason.is_none()),
        total_token_count: total,
        prompt_tokens_details: details,
        candidates_tokens_details: (!refused)
            .then(|| vec![json!({"modality": "IMAGE", "tokenCount": tokens.images})]),
        service_tier: tier,
    }
}
