//! From the bytes of a request to a [`Call`], or to the 400 that the service would answer.

use base64::Engine as _;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use serde_json::{Value, json};

use super::problem::Problem;
use super::request::{Content, GenerateContent, InlineData, Part};
use super::schema::{GENERATE_CONTENT, Violation, normalise};
use crate::catalogue::{Model, Size, Thinking};
use crate::random::hash;

/// A request that passed.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) model: &'static Model,
    pub(crate) prompt: String,
    pub(crate) size: Size,
    pub(crate) ratio: String,
    pub(crate) seed: Option<u64>,
    pub(crate) with_text: bool,
    pub(crate) include_thoughts: bool,
    /// The level in force, if the model thinks at all.
    pub(crate) thinking: Option<String>,
    pub(crate) tier: String,
    pub(crate) text_tokens: u32,
    pub(crate) image_tokens: u32,
    /// Changes the composition when the reference images change.
    pub(crate) reference_hash: u64,
}

/// Begins every signature given out; one that does not begin so was not given out here.
pub(crate) const SIGNATURE: &[u8] = b"practice:";

const PADDED_OR_NOT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&base64::alphabet::STANDARD, PADDED_OR_NOT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&base64::alphabet::URL_SAFE, PADDED_OR_NOT);
const MIMES: [&str; 5] = ["image/png", "image/jpeg", "image/webp", "image/heic", "image/heif"];

/// Checks a request body for `model`.
pub(crate) fn check(body: &[u8], model: &'static Model) -> Result<Call, Problem> {
    let value: Value = serde_json::from_slice(body)
        .map_err(|error| Problem::invalid(format!("Invalid JSON payload received. {error}")))?;
    if !value.is_object() {
        return Err(Problem::invalid(
            "Invalid JSON payload received. Unexpected token.\nRoot element must be a message.",
        ));
    }
    let value = normalise(value, &GENERATE_CONTENT).map_err(|violations| bad_request(&violations))?;
    let request: GenerateContent = serde_json::from_value(value)
        .map_err(|error| Problem::invalid(format!("Invalid JSON payload received. {error}")))?;
    let references = contents(&request.contents, model)?;
    let config = &request.generation_config;
    let size = size(config.image_config.image_size.as_deref(), model)?;
    let ratio = ratio(config.image_config.aspect_ratio.as_deref(), model, references.last_size)?;
    let with_text = modalities(&config.response_modalities, model)?;
    if config.candidate_count.is_some_and(|n| n > 1.0) {
        return Err(Problem::invalid("Multiple candidates is not enabled for this model"));
    }
    let prompt = prompt(&request.contents);
    let level = config.thinking_config.thinking_level.clone();
    let thinking = match model.thinking {
        Thinking::No => None,
        Thinking::Always => Some("HIGH".to_owned()),
        Thinking::Level(usual) => Some(level.unwrap_or_else(|| usual.to_owned())),
    };
    let characters: usize =
        request.contents.iter().flat_map(|c| &c.parts).filter_map(|p| p.text.as_ref()).map(String::len).sum();
    Ok(Call {
        model,
        size,
        ratio,
        seed: config.seed.map(|seed| seed as i64 as u64),
        with_text,
        include_thoughts: config.thinking_config.include_thoughts && thinking.is_some(),
        thinking,
        tier: request.service_tier.map_or("standard".into(), |tier| match tier.as_str() {
            "FLEX" => "flex".into(),
            "PRIORITY" => "priority".into(),
            _ => "standard".into(),
        }),
        text_tokens: u32::try_from(characters / 4 + 1).unwrap_or(u32::MAX),
        image_tokens: model.tokens_per_reference * references.count as u32,
        reference_hash: references.hash,
        prompt,
    })
}

fn bad_request(violations: &[Violation]) -> Problem {
    let lines: Vec<&str> = violations.iter().map(|v| v.description.as_str()).collect();
    let mut problem = Problem::invalid(lines.join("\n"));
    let list: Vec<Value> = violations
        .iter()
        .map(|v| {
            let mut entry = json!({"description": v.description});
            if !v.field.is_empty() {
                entry["field"] = json!(v.field);
            }
            entry
        })
        .collect();
    problem.details =
        vec![json!({"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": list})];
    problem
}

fn invalid_value(field: &str, kind: &str, shown: &str) -> Problem {
    bad_request(&[Violation {
        field: field.to_owned(),
        description: format!("Invalid value at '{field}' ({kind}), {shown}"),
    }])
}

#[derive(Default)]
struct References {
    count: usize,
    last_size: Option<(u32, u32)>,
    hash: u64,
}

fn contents(contents: &[Content], model: &Model) -> Result<References, Problem> {
    if contents.is_empty() {
        return Err(Problem::invalid("* GenerateContentRequest.contents: contents is not specified\n"));
    }
    let mut found = References::default();
    for (i, content) in contents.iter().enumerate() {
        let from_model = match content.role.as_deref() {
            Some("model") => true,
            None | Some("" | "user" | "function") => false,
            Some(_) => return Err(Problem::invalid("Please use a valid role: user, model.")),
        };
        if content.parts.is_empty() {
            return Err(Problem::invalid(format!(
                "* GenerateContentRequest.contents[{i}].parts: contents.parts must not be empty.\n"
            )));
        }
        for (j, part) in content.parts.iter().enumerate() {
            signature(part, from_model, (i, j), model)?;
            if let Some(inline) = &part.inline_data {
                reference(inline, (i, j), &mut found)?;
            } else if let Some(file) = &part.file_data {
                let id = file.file_uri.rsplit('/').next().unwrap_or_default();
                return Err(Problem::new(
                    403,
                    "PERMISSION_DENIED",
                    format!("You do not have permission to access the File {id} or it may not exist."),
                ));
            } else if part.text.is_none() && part.function_call.is_none() && part.function_response.is_none()
            {
                return Err(Problem::invalid(format!(
                    "* GenerateContentRequest.contents[{i}].parts[{j}].data: required oneof field 'data' must have one initialized field\n"
                )));
            }
        }
    }
    if found.count > model.references {
        let (limit, id) = (model.references + 1, model.id);
        return Err(Problem::invalid(format!(
            "Please use fewer than {limit} images in your request to models/{id}."
        )));
    }
    Ok(found)
}

fn signature(part: &Part, from_model: bool, (i, j): (usize, usize), model: &Model) -> Result<(), Problem> {
    let given = part.thought_signature.as_deref().filter(|text| !text.is_empty());
    if let Some(text) = given {
        let bytes = decode(text).map_err(|_| {
            let field = format!("contents[{i}].parts[{j}].thought_signature");
            invalid_value(&field, "TYPE_BYTES", &format!("Base64 decoding failed for \"{}\"", start_of(text)))
        })?;
        if !bytes.starts_with(SIGNATURE) {
            return Err(Problem::invalid("Corrupted thought signature."));
        }
    } else if from_model && part.inline_data.is_some() && !part.thought && model.thinking != Thinking::No {
        return Err(Problem::invalid(format!(
            "Image part is missing a thought_signature in content position {i}, part position {j}."
        )));
    }
    Ok(())
}

fn reference(inline: &InlineData, (i, j): (usize, usize), found: &mut References) -> Result<(), Problem> {
    if !MIMES.contains(&inline.mime_type.as_str()) {
        return Err(Problem::invalid(format!("Unsupported MIME type: {}", inline.mime_type)));
    }
    let bytes = decode(&inline.data).map_err(|_| {
        let field = format!("contents[{i}].parts[{j}].inline_data.data");
        invalid_value(
            &field,
            "TYPE_BYTES",
            &format!("Base64 decoding failed for \"{}\"", start_of(&inline.data)),
        )
    })?;
    let reader = image::ImageReader::new(std::io::Cursor::new(&bytes)).with_guessed_format();
    let size = reader.ok().and_then(|reader| reader.into_dimensions().ok());
    // HEIC is taken on trust: nothing here reads it.
    if size.is_none() && !inline.mime_type.starts_with("image/hei") {
        return Err(Problem::invalid(
            "Unable to process input image. Please retry or report in https://developers.generativeai.google/guide/troubleshooting",
        ));
    }
    found.count += 1;
    found.last_size = size.or(found.last_size);
    // The start is enough to tell references apart, and cheap for 7 MB of data.
    found.hash = found.hash.rotate_left(7)
        ^ hash(&inline.data[..inline.data.len().min(4096)])
        ^ inline.data.len() as u64;
    Ok(())
}

/// Protobuf JSON takes either alphabet; Google's own Python client writes the one that is safe in a URL.
fn decode(text: &str) -> Result<Vec<u8>, base64::DecodeError> {
    if text.contains(['-', '_']) { URL_SAFE.decode(text) } else { STANDARD.decode(text) }
}

fn start_of(text: &str) -> String {
    text.chars().take(32).collect()
}

/// The size that is meant, if the model offers it.
pub(crate) fn size(asked: Option<&str>, model: &Model) -> Result<Size, Problem> {
    let Some(text) = asked.filter(|text| !text.is_empty()) else { return Ok(Size::One) };
    let field = "generation_config.image_config.image_size";
    if !model.takes_size {
        return Err(Problem::invalid(format!(
            "Invalid value at '{field}': image size is not supported for models/{}.",
            model.id
        )));
    }
    let known = Size::parse(text).filter(|size| model.offer(*size).is_some());
    known.ok_or_else(|| invalid_value(field, "TYPE_STRING", &format!("{text:?}")))
}

fn ratio(asked: Option<&str>, model: &Model, like: Option<(u32, u32)>) -> Result<String, Problem> {
    let Some(text) = asked.filter(|text| !text.is_empty()) else {
        return Ok(like.map_or("1:1", |(w, h)| model.ratio_like(w, h)).to_owned());
    };
    if model.ratios().any(|ratio| ratio == text) {
        return Ok(text.to_owned());
    }
    Err(invalid_value("generation_config.image_config.aspect_ratio", "TYPE_STRING", &format!("{text:?}")))
}

/// Whether a text is wanted beside the picture.
fn modalities(asked: &[String], model: &Model) -> Result<bool, Problem> {
    let has = |name: &str| asked.iter().any(|m| m == name);
    if asked.is_empty() {
        return Ok(true);
    }
    if has("AUDIO") || !has("IMAGE") {
        return Err(Problem::invalid(format!(
            "The requested combination of response modalities ({}) is not supported by the model. models/{} accepts the following combination of response modalities:\n* IMAGE\n* TEXT, IMAGE\n",
            asked.join(", "),
            model.id
        )));
    }
    Ok(has("TEXT"))
}

/// The words of the last user turn that has any.
fn prompt(contents: &[Content]) -> String {
    let text = |content: &Content| {
        let texts: Vec<&str> = content.parts.iter().filter_map(|part| part.text.as_deref()).collect();
        texts.join("\n")
    };
    let turns = contents.iter().rev().filter(|content| content.role.as_deref() != Some("model"));
    turns.map(text).find(|text| !text.is_empty()).unwrap_or_default()
}
