//! What `ComfyUI` writes: no prompt, but the graph of nodes that made the picture. From the node that saved it the way
//! leads back to the sampler, and from the sampler's `positive` to the texts that were encoded for it.
//!
//! Nodes of extensions are understood as far as they name their inputs as others do. Where no text is found, the picture
//! still counts as `ComfyUI`'s, without a prompt.

use super::Found;
use super::container::Said;
use super::graph::{Graph, Input, Link, Node, of_prompt, of_workflow};
use crate::value::imported::Tool;
use serde_json::Value;
use std::collections::{BTreeSet, VecDeque};

/// Inputs that hold what is said, in the order in which they are asked.
const WORDS: [&str; 9] =
    ["text", "text_g", "text_l", "t5xxl", "clip_l", "prompt", "positive_prompt", "string", "value"];
/// Inputs that lead to no words of the prompt.
const WORDLESS: [&str; 10] = [
    "clip",
    "clip_vision_output",
    "control_net",
    "image",
    "latent_image",
    "mask",
    "model",
    "pixels",
    "samples",
    "vae",
];
const MODELS: [&str; 4] = ["ckpt_name", "unet_name", "gguf_name", "model_name"];
const SEEDS: [&str; 4] = ["seed", "noise_seed", "value", "int"];

pub(super) fn recognise(said: &Said) -> Option<Found> {
    let prompt = said.text("prompt").and_then(|text| Some((text, of_prompt(&parsed(text)?)?)));
    let (raw, graph) = prompt.filter(|(_, graph)| !graph.is_empty()).or_else(|| {
        let text = said.text("workflow")?;
        Some((text, of_workflow(&parsed(text)?)?))
    })?;
    if graph.is_empty() {
        return None;
    }
    let sampler = sampler(&graph);
    let words = |name: &str| {
        let link = sampler.and_then(|node| node.link(name).or_else(|| node.link("conditioning")));
        link.map(|link| texts(&graph, link).join("\n")).filter(|text| !text.is_empty())
    };
    let negative = sampler.and_then(|node| node.link("negative")).and_then(|_| words("negative"));
    let prompt = words("positive").unwrap_or_default();
    Some(Found {
        tool: Some(Tool::ComfyUi),
        // A graph may feed one text to both sides.
        negative: negative.filter(|text| *text != prompt),
        prompt,
        model: sampler.and_then(|node| model(&graph, node)),
        seed: sampler.and_then(|node| seed(&graph, node)),
        raw: raw.into(),
        ..Found::default()
    })
}

/// Python writes numbers that JSON has no words for; `ComfyUI` does so wherever a node wants to be run anew each time.
fn parsed(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok().or_else(|| serde_json::from_str(&without_nan(text)).ok())
}

/// `NaN` and `Infinity` outside of strings become `null`.
fn without_nan(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut rest, mut inside) = (text, false);
    while let Some(c) = rest.chars().next() {
        let word =
            ["NaN", "-Infinity", "Infinity"].into_iter().find(|word| !inside && rest.starts_with(word));
        let length = match (word, c) {
            (Some(word), _) => {
                out.push_str("null");
                word.len()
            }
            // An escaped quotation mark ends nothing.
            (None, '\\') if inside => {
                let length = rest.chars().take(2).map(char::len_utf8).sum();
                out.push_str(&rest[..length]);
                length
            }
            (None, c) => {
                inside ^= c == '"';
                out.push(c);
                c.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    out
}

fn is_sampler(node: &Node) -> bool {
    let samples =
        ["seed", "noise_seed", "latent_image"].iter().any(|name| node.inputs().any(|(n, _)| n == *name));
    let positive = node.link("positive").is_some();
    let guides = node.class.contains("Guider") && (positive || node.link("conditioning").is_some());
    guides || (positive && (samples || node.class.contains("Sampler")))
}

/// The last one before the picture was saved: a second pass comes after the first.
fn sampler(graph: &Graph) -> Option<&Node> {
    let saves = |node: &Node| node.class.contains("Save") || node.class.starts_with("PreviewImage");
    let mut queue: VecDeque<&Node> = graph.values().filter(|node| saves(node)).collect();
    let mut seen = BTreeSet::new();
    while let Some(node) = queue.pop_front() {
        if is_sampler(node) {
            return Some(node);
        }
        for link in node.links() {
            if seen.insert(link.node.as_str()) {
                queue.extend(graph.get(&link.node));
            }
        }
    }
    graph.values().find(|node| is_sampler(node))
}

/// The texts that an output is made of, in order, each once.
fn texts(graph: &Graph, from: &Link) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut seen = BTreeSet::new();
    let mut stack = vec![from.clone()];
    while let Some(link) = stack.pop() {
        // Of the slots only these two differ; a file may name thousands.
        let way = (link.node.clone(), link.slot == 1);
        let Some(node) = graph.get(&link.node).filter(|_| seen.insert(way)) else { continue };
        let mut next = Vec::new();
        if node.link("positive").is_some() && node.link("negative").is_some() {
            // Such a node passes both sides on, in this order.
            next.extend(node.link(if link.slot == 1 { "negative" } else { "positive" }).cloned());
        } else {
            let spoken: Vec<&Input> = words_of(node).collect();
            for input in &spoken {
                match input {
                    Input::Text(text)
                        if !text.trim().is_empty() && !out.iter().any(|known| known == text.trim()) =>
                    {
                        out.push(text.trim().to_owned());
                    }
                    Input::Link(link) => next.push(link.clone()),
                    _ => {}
                }
            }
            if spoken.is_empty() {
                let leads = |name: &str| !WORDLESS.contains(&name);
                next.extend(node.inputs().filter_map(|(name, input)| match input {
                    Input::Link(link) if leads(name) => Some(link.clone()),
                    _ => None,
                }));
            }
        }
        stack.extend(next.into_iter().rev());
    }
    out
}

/// What a node says: under a name that is known, or under numbered ones, as nodes that join texts have them.
fn words_of(node: &Node) -> impl Iterator<Item = &Input> {
    let known = |name: &str| WORDS.iter().position(|word| *word == name);
    let joined = |name: &str| (name.starts_with("text") || name.starts_with("string")).then_some(WORDS.len());
    let mut found: Vec<_> = node
        .inputs()
        .filter(|(_, input)| !matches!(input, Input::Number(_)))
        .filter_map(|(name, input)| Some((known(name).or_else(|| joined(name))?, input)))
        .collect();
    found.sort_by_key(|(place, _)| *place);
    found.into_iter().map(|(_, input)| input)
}

/// Along `model`, through whatever changes it, to where it was loaded.
fn model(graph: &Graph, sampler: &Node) -> Option<String> {
    let mut node = sampler;
    for _ in 0..graph.len() {
        if let Some(name) = MODELS.iter().find_map(|name| node.text(name)) {
            return Some(name.into());
        }
        node = graph.get(&node.link("model")?.node)?;
    }
    None
}

fn seed(graph: &Graph, sampler: &Node) -> Option<String> {
    let number = |node: &Node| {
        SEEDS.iter().find_map(|name| match node.inputs().find(|(known, _)| known == name)?.1 {
            Input::Number(number) => Some(number.clone()),
            _ => None,
        })
    };
    let follow = |node: &Node| {
        let link = ["seed", "noise_seed", "noise"].iter().find_map(|name| node.link(name))?;
        number(graph.get(&link.node)?)
    };
    // Beside a guider stands the node that samples, and that one knows the noise.
    let user = || {
        let guides = |node: &&Node| {
            node.link("guider")
                .and_then(|link| graph.get(&link.node))
                .is_some_and(|guider| std::ptr::eq(guider, sampler))
        };
        graph.values().find(guides).and_then(|node| number(node).or_else(|| follow(node)))
    };
    number(sampler).or_else(|| follow(sampler)).or_else(user)
}
