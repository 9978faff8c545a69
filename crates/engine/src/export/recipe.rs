//! What is known about a picture, in the forms that other programs read: the parameters text of Stable Diffusion web UI,
//! our own JSON, and an XMP packet with IPTC's word for what made it. Account, price and other private matters stay
//! here. Not here: how it gets into a file.

use crate::value::job::KeptPicture;
use serde_json::json;
use std::fmt::Write as _;

/// Namespace of our own XMP property.
const NAMESPACE: &str = "urn:diptych:1";

/// The recipe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipe {
    /// As Stable Diffusion web UI writes it: the prompt, then a line of facts.
    pub parameters: String,
    /// Ours, JSON.
    pub json: String,
    /// XMP packet.
    pub xmp: String,
    /// XMP packet without the texts, where there is no room for them.
    pub short_xmp: String,
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
        Self { parameters: parameters(kept), xmp: xmp(kept, Some(&json)), short_xmp: xmp(kept, None), json }
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

fn xmp(kept: &KeptPicture, json: Option<&str>) -> String {
    let picture = &kept.picture;
    let mut attributes = format!(
        "xmp:CreatorTool=\"Diptych {}\"\n    xmp:CreateDate=\"{}\"",
        env!("CARGO_PKG_VERSION"),
        picture.created.rfc3339(),
    );
    if let Some(source) = source_type(kept) {
        let _ = write!(
            attributes,
            "\n    Iptc4xmpExt:DigitalSourceType=\"http://cv.iptc.org/newscodes/digitalsourcetype/{source}\"\n    \
             Iptc4xmpExt:AISystemUsed=\"{}\"",
            escaped(&picture.model_used)
        );
    }
    if kept.rating > 0 {
        let _ = write!(attributes, "\n    xmp:Rating=\"{}\"", kept.rating);
    }
    let mut elements = String::new();
    if let Some(json) = json {
        let prompt = escaped(picture.prompt());
        let _ = write!(
            attributes,
            "\n    Iptc4xmpExt:AIPromptInformation=\"{prompt}\"\n    diptych:recipe=\"{}\"",
            escaped(json)
        );
        let _ = write!(
            elements,
            "\n   <dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\">{prompt}</rdf:li></rdf:Alt></dc:description>"
        );
        let tags: String = kept.tags.iter().map(|tag| format!("<rdf:li>{}</rdf:li>", escaped(tag))).collect();
        if !tags.is_empty() {
            let _ = write!(elements, "\n   <dc:subject><rdf:Bag>{tags}</rdf:Bag></dc:subject>");
        }
    }
    format!(
        "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n\
         <x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n  \
         <rdf:Description rdf:about=\"\"\n    xmlns:dc=\"http://purl.org/dc/elements/1.1/\"\n    \
         xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\"\n    \
         xmlns:Iptc4xmpExt=\"http://iptc.org/std/Iptc4xmpExt/2008-02-29/\"\n    xmlns:diptych=\"{NAMESPACE}\"\n    \
         {attributes}>{elements}\n  </rdf:Description>\n </rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"w\"?>"
    )
}

/// Text for XML, in an attribute too: line breaks survive, what XML 1.0 cannot hold goes.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            '\t' => out.push_str("&#9;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn text_cannot_leave_its_attribute() {
        assert_eq!(escaped("a\"b<c>&\u{0}\n湖"), "a&quot;b&lt;c&gt;&amp;&#10;湖");
    }
}
