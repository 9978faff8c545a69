//! The shape of a request, and the walk that refuses what is not in it.
//!
//! Protobuf JSON takes both `camelCase` and `snake_case`; the walk renames everything to the latter, so that the
//! typed request has to know one spelling only. An unknown name anywhere is an error, as at the real service.

use serde_json::{Map, Value};

/// What a field may hold.
#[derive(Debug)]
pub(crate) enum Kind {
    Message(&'static [(&'static str, Kind)]),
    List(&'static Kind),
    Text,
    Number,
    Flag,
    /// One of these names, in any case; the first text is the type's name.
    Enum(&'static str, &'static [&'static str]),
    /// Not looked into.
    Any,
}

use Kind::{Any, Enum, Flag, List, Message, Number, Text};

static PART: &[(&str, Kind)] = &[
    ("text", Text),
    ("inline_data", Message(&[("mime_type", Text), ("data", Text)])),
    ("file_data", Message(&[("mime_type", Text), ("file_uri", Text)])),
    ("thought", Flag),
    ("thought_signature", Text),
    ("media_resolution", Any),
    ("function_call", Any),
    ("function_response", Any),
];
static CONTENT: Kind = Message(&[("role", Text), ("parts", List(&Message(PART)))]);

static GENERATION: &[(&str, Kind)] = &[
    (
        "response_modalities",
        List(&Enum("GenerationConfig.Modality", &["MODALITY_UNSPECIFIED", "TEXT", "IMAGE", "AUDIO"])),
    ),
    ("image_config", Message(&[("aspect_ratio", Text), ("image_size", Text)])),
    (
        "thinking_config",
        Message(&[
            (
                "thinking_level",
                Enum(
                    "ThinkingConfig.ThinkingLevel",
                    &["THINKING_LEVEL_UNSPECIFIED", "MINIMAL", "LOW", "MEDIUM", "HIGH", "XHIGH"],
                ),
            ),
            ("include_thoughts", Flag),
            ("thinking_budget", Number),
        ]),
    ),
    ("seed", Number),
    ("candidate_count", Number),
    ("temperature", Number),
    ("top_p", Number),
    ("top_k", Number),
    ("max_output_tokens", Number),
    ("stop_sequences", List(&Text)),
    ("presence_penalty", Number),
    ("frequency_penalty", Number),
    ("media_resolution", Text),
    ("response_mime_type", Text),
    ("response_schema", Any),
    ("response_json_schema", Any),
    ("response_logprobs", Flag),
    ("logprobs", Number),
];

static SAFETY: Kind = Message(&[
    (
        "category",
        Enum(
            "HarmCategory",
            &[
                "HARM_CATEGORY_UNSPECIFIED",
                "HARM_CATEGORY_HARASSMENT",
                "HARM_CATEGORY_HATE_SPEECH",
                "HARM_CATEGORY_SEXUALLY_EXPLICIT",
                "HARM_CATEGORY_DANGEROUS_CONTENT",
                "HARM_CATEGORY_CIVIC_INTEGRITY",
            ],
        ),
    ),
    (
        "threshold",
        Enum(
            "SafetySetting.HarmBlockThreshold",
            &[
                "HARM_BLOCK_THRESHOLD_UNSPECIFIED",
                "BLOCK_LOW_AND_ABOVE",
                "BLOCK_MEDIUM_AND_ABOVE",
                "BLOCK_ONLY_HIGH",
                "BLOCK_NONE",
                "OFF",
            ],
        ),
    ),
]);

static TOOL: Kind = Message(&[
    ("google_search", Any),
    ("google_search_retrieval", Any),
    ("url_context", Any),
    ("code_execution", Any),
    ("function_declarations", Any),
]);

/// `GenerateContentRequest`.
pub(crate) static GENERATE_CONTENT: Kind = Message(&[
    ("model", Text),
    ("contents", List(&CONTENT)),
    ("system_instruction", Message(&[("role", Text), ("parts", List(&Message(PART)))])),
    ("generation_config", Message(GENERATION)),
    ("safety_settings", List(&SAFETY)),
    ("tools", List(&TOOL)),
    ("tool_config", Any),
    ("service_tier", Enum("ServiceTier", &["UNSPECIFIED", "STANDARD", "FLEX", "PRIORITY"])),
    ("store", Flag),
    ("cached_content", Text),
    ("labels", Any),
    ("continuation_token", Text),
]);

/// What is wrong at one place: the path of the enclosing message, and the sentence about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Violation {
    pub(crate) field: String,
    pub(crate) description: String,
}

/// Renames every field to `snake_case` and checks names and types.
pub(crate) fn normalise(value: Value, kind: &Kind) -> Result<Value, Vec<Violation>> {
    let mut wrong = Vec::new();
    let value = walk(value, kind, "", &mut wrong);
    if wrong.is_empty() { Ok(value) } else { Err(wrong) }
}

fn walk(value: Value, kind: &Kind, path: &str, wrong: &mut Vec<Violation>) -> Value {
    if value.is_null() {
        return Value::Null;
    }
    match (kind, value) {
        (Message(fields), Value::Object(map)) => Value::Object(message(map, fields, path, wrong)),
        // Protobuf JSON takes one message where a list of them belongs.
        (List(item), Value::Array(list)) => {
            let each = |(i, value)| walk(value, item, &format!("{path}[{i}]"), wrong);
            Value::Array(list.into_iter().enumerate().map(each).collect())
        }
        (List(item), value @ Value::Object(_)) => Value::Array(vec![walk(value, item, path, wrong)]),
        (Any, value)
        | (Text, value @ Value::String(_))
        | (Flag, value @ Value::Bool(_))
        | (Number, value @ Value::Number(_)) => value,
        // 64-bit numbers travel as strings.
        (Number, Value::String(text)) if text.parse::<f64>().is_ok() => {
            text.parse::<i64>().map_or_else(|_| Value::from(text.parse::<f64>().unwrap_or(0.0)), Value::from)
        }
        (Enum(_, names), Value::String(text)) if names.contains(&text.to_uppercase().as_str()) => {
            Value::String(text.to_uppercase())
        }
        (kind, value) => {
            wrong.push(invalid(path, kind, &value));
            Value::Null
        }
    }
}

fn message(
    map: Map<String, Value>,
    fields: &[(&str, Kind)],
    path: &str,
    wrong: &mut Vec<Violation>,
) -> Map<String, Value> {
    let mut out = Map::new();
    for (name, value) in map {
        let snake = snake_case(&name);
        if let Some((field, kind)) = fields.iter().find(|(field, _)| *field == snake) {
            let below = if path.is_empty() { (*field).to_owned() } else { format!("{path}.{field}") };
            let value = walk(value, kind, &below, wrong);
            if !value.is_null() {
                out.insert(snake, value);
            }
        } else {
            let place = if path.is_empty() { String::new() } else { format!(" at '{path}'") };
            let description =
                format!("Invalid JSON payload received. Unknown name \"{name}\"{place}: Cannot find field.");
            wrong.push(Violation { field: path.to_owned(), description });
        }
    }
    out
}

fn invalid(path: &str, kind: &Kind, value: &Value) -> Violation {
    let expected = match kind {
        Text => "TYPE_STRING".to_owned(),
        Number => "TYPE_INT32".to_owned(),
        Flag => "TYPE_BOOL".to_owned(),
        Enum(name, _) => format!("type.googleapis.com/google.ai.generativelanguage.v1beta.{name}"),
        Message(_) | List(_) | Any => "TYPE_MESSAGE".to_owned(),
    };
    let mut shown = value.to_string();
    if shown.len() > 80 {
        shown = shown.chars().take(80).chain("…".chars()).collect();
    }
    Violation {
        field: path.to_owned(),
        description: format!("Invalid value at '{path}' ({expected}), {shown}"),
    }
}

fn snake_case(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    for c in name.chars() {
        if c.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}
