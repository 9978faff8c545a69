//! A graph of `ComfyUI`, from either of the forms in which it is kept: `prompt` (what was carried out) or `workflow` (what
//! the editor shows). Not here: what its nodes mean (`comfy.rs`).

use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

/// Most nodes that are looked at.
const MAX_NODES: usize = 5_000;

/// A node.
#[derive(Debug, Default)]
pub(super) struct Node {
    /// Its type.
    pub(super) class: String,
    inputs: BTreeMap<String, Input>,
}

/// What goes into a node.
#[derive(Debug)]
pub(super) enum Input {
    Text(String),
    Number(String),
    /// Another node's output.
    Link(Link),
}

/// An output: of which node, and the how manieth.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Link {
    pub(super) node: String,
    pub(super) slot: u64,
}

impl Node {
    pub(super) fn link(&self, name: &str) -> Option<&Link> {
        self.inputs.get(name).and_then(Input::link)
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        match self.inputs.get(name)? {
            Input::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn inputs(&self) -> impl Iterator<Item = (&str, &Input)> {
        self.inputs.iter().map(|(name, input)| (name.as_str(), input))
    }

    pub(super) fn links(&self) -> impl Iterator<Item = &Link> {
        self.inputs.values().filter_map(Input::link)
    }
}

impl Input {
    fn link(&self) -> Option<&Link> {
        match self {
            Self::Link(link) => Some(link),
            _ => None,
        }
    }
}

/// Nodes by id.
pub(super) type Graph = BTreeMap<String, Node>;

/// An id, which is a text here and a number there.
fn id(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn value(value: &Value) -> Option<Input> {
    match value {
        Value::String(text) => Some(Input::Text(text.clone())),
        Value::Number(number) => Some(Input::Number(number.to_string())),
        _ => None,
    }
}

/// What was carried out: `{"6": {"class_type": "CLIPTextEncode", "inputs": {"text": "…", "clip": ["4", 1]}}, …}`.
pub(super) fn of_prompt(json: &Value) -> Option<Graph> {
    let input = |json: &Value| match json.as_array().map(Vec::as_slice) {
        Some([node, slot]) => Some(Input::Link(Link { node: id(node)?, slot: slot.as_u64()? })),
        _ => value(json),
    };
    let nodes = json.as_object()?.iter().take(MAX_NODES).filter_map(|(id, node)| {
        let class = node["class_type"].as_str()?.to_owned();
        let inputs = node["inputs"].as_object()?;
        let inputs = inputs.iter().filter_map(|(name, json)| Some((name.clone(), input(json)?))).collect();
        Some((id.clone(), Node { class, inputs }))
    });
    Some(nodes.collect())
}

/// What the editor shows: nodes with their links by number, and the values of their fields without names. The names are
/// known for the nodes that matter.
pub(super) fn of_workflow(json: &Value) -> Option<Graph> {
    let mut links = HashMap::new();
    for link in json["links"].as_array()?.iter().take(MAX_NODES * 8) {
        let (number, node, slot) = match link {
            Value::Array(parts) => (parts.first(), parts.get(1), parts.get(2)),
            other => (other.get("id"), other.get("origin_id"), other.get("origin_slot")),
        };
        if let (Some(number), Some(node), Some(slot)) =
            (number.and_then(Value::as_u64), node.and_then(id), slot.and_then(Value::as_u64))
        {
            links.insert(number, Link { node, slot });
        }
    }
    let nodes = json["nodes"].as_array()?.iter().take(MAX_NODES).filter_map(|node| {
        let class = node["type"].as_str()?.to_owned();
        let mut inputs: BTreeMap<_, _> = fields(&class, &node["widgets_values"]).into_iter().collect();
        for input in node["inputs"].as_array().into_iter().flatten() {
            let link = input["link"].as_u64().and_then(|number| links.get(&number));
            if let (Some(name), Some(link)) = (input["name"].as_str(), link) {
                // A field that became an input has both: the link is what counts.
                inputs.insert(name.into(), Input::Link(link.clone()));
            }
        }
        Some((id(&node["id"])?, Node { class, inputs }))
    });
    Some(nodes.collect())
}

fn fields(class: &str, values: &Value) -> Vec<(String, Input)> {
    if let Some(named) = values.as_object() {
        return named.iter().filter_map(|(name, json)| Some((name.clone(), value(json)?))).collect();
    }
    let (name, at) = match class {
        "KSampler" => ("seed", 0),
        "KSamplerAdvanced" | "SamplerCustom" => ("noise_seed", 1),
        "RandomNoise" => ("noise_seed", 0),
        _ if class.contains("Checkpoint") => ("ckpt_name", 0),
        _ if class.contains("UNET") || class.contains("Unet") => ("unet_name", 0),
        _ if ["Text", "String", "Prompt", "Primitive"].iter().any(|word| class.contains(word)) => ("text", 0),
        _ => return Vec::new(),
    };
    values.get(at).and_then(value).map(|input| (name.to_owned(), input)).into_iter().collect()
}
