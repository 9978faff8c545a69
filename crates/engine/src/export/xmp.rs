//! XMP packets: written anew, or with what they lack put into one that is there. What stands in a packet stays as it is, a
//! property that it has already too.
//!
//! A packet is text in which one place is looked for: the end of its `rdf:RDF`. Where that is not found, the packet is
//! somebody's whom we do not understand, and is left alone. Not here: where files keep packets.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Prefixes and namespaces of properties.
const NAMESPACES: [(&str, &str); 5] = [
    ("dc", "http://purl.org/dc/elements/1.1/"),
    ("xmp", "http://ns.adobe.com/xap/1.0/"),
    ("Iptc4xmpExt", "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"),
    ("diptych", "urn:diptych:1"),
    ("xmpNote", "http://ns.adobe.com/xmp/note/"),
];
/// The property that names the extension of a packet.
pub(super) const EXTENDED: &str = "xmpNote:HasExtendedXMP";
const END: &str = "</rdf:RDF>";

/// A property.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Property {
    /// With its prefix.
    name: &'static str,
    /// XML.
    value: String,
    /// The value is an element of its own, no attribute.
    element: bool,
    /// As long as a prompt may be: where room is short, it goes elsewhere.
    pub(super) long: bool,
}

impl Property {
    /// A short value.
    pub(super) fn fact(name: &'static str, value: &str) -> Self {
        Self { name, value: escaped(value), element: false, long: false }
    }

    /// A long value.
    pub(super) fn text(name: &'static str, value: &str) -> Self {
        Self { long: true, ..Self::fact(name, value) }
    }

    /// What the picture shows.
    pub(super) fn description(text: &str) -> Self {
        let value = format!("<rdf:Alt><rdf:li xml:lang=\"x-default\">{}</rdf:li></rdf:Alt>", escaped(text));
        Self { name: "dc:description", value, element: true, long: true }
    }

    /// Words it is found by.
    pub(super) fn subjects(words: &[String]) -> Self {
        let items: String = words.iter().map(|word| format!("<rdf:li>{}</rdf:li>", escaped(word))).collect();
        Self { name: "dc:subject", value: format!("<rdf:Bag>{items}</rdf:Bag>"), element: true, long: true }
    }

    /// Whether a packet has it, under whatever prefix.
    fn is_in(&self, packet: &str) -> bool {
        let local = self.name.rsplit(':').next().unwrap_or_default();
        packet.match_indices(local).any(|(at, _)| {
            let before = packet[..at].ends_with(':');
            let after = packet[at + local.len()..].trim_start().starts_with(['=', '>', '/']);
            before && after
        })
    }
}

/// A packet of its own.
pub(super) fn packet(properties: &[Property]) -> String {
    let body = extension(properties);
    format!("<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n{body}\n<?xpacket end=\"w\"?>")
}

/// The same without the frame, as an extension wants it.
pub(super) fn extension(properties: &[Property]) -> String {
    format!(
        "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n  \
         {}\n {END}\n</x:xmpmeta>",
        description(properties.iter(), "")
    )
}

/// A packet with those of the properties that it lacks. `None` where it is not understood.
pub(super) fn merged<'a>(packet: &'a str, properties: &[Property]) -> Option<Cow<'a, str>> {
    let end = packet.rfind(END)?;
    let lacks: Vec<&Property> = properties.iter().filter(|property| !property.is_in(packet)).collect();
    if lacks.is_empty() {
        return Some(packet.into());
    }
    // All descriptions of a packet speak of the same thing.
    let about = packet.split_once("rdf:about=\"").and_then(|(_, rest)| Some(rest.split_once('"')?.0));
    let ours = description(lacks.into_iter(), about.unwrap_or_default());
    Some(format!("{} {ours}\n {}", &packet[..end], &packet[end..]).into())
}

/// Without the room that writers leave at the end.
pub(super) fn tight(packet: &str) -> Cow<'_, str> {
    match packet.rsplit_once("<?xpacket end") {
        Some((body, end)) => format!("{}\n<?xpacket end{end}", body.trim_end()).into(),
        None => packet.into(),
    }
}

fn description<'a>(properties: impl Iterator<Item = &'a Property> + Clone, about: &str) -> String {
    let mut out = format!("<rdf:Description rdf:about=\"{about}\"");
    for (prefix, namespace) in NAMESPACES {
        if properties.clone().any(|property| property.name.split(':').next() == Some(prefix)) {
            let _ = write!(out, "\n    xmlns:{prefix}=\"{namespace}\"");
        }
    }
    for property in properties.clone().filter(|property| !property.element) {
        let _ = write!(out, "\n    {}=\"{}\"", property.name, property.value);
    }
    out.push('>');
    for Property { name, value, .. } in properties.filter(|property| property.element) {
        let _ = write!(out, "\n   <{name}>{value}</{name}>");
    }
    out.push_str("\n  </rdf:Description>");
    out
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
    use super::*;

    #[test]
    fn text_cannot_leave_its_attribute() {
        assert_eq!(escaped("a\"b<c>&\u{0}\n湖"), "a&quot;b&lt;c&gt;&amp;&#10;湖");
    }

    #[test]
    fn a_packet_gets_what_it_lacks_and_nothing_twice() {
        let theirs = packet(&[Property::fact("xmp:Rating", "2"), Property::description("theirs")])
            .replace("about=\"\"", "about=\"uuid:7\"");
        let ours = [
            Property::fact("xmp:Rating", "5"),
            Property::fact("Iptc4xmpExt:DigitalSourceType", "made"),
            Property::description("ours"),
        ];
        let merged_once = merged(&theirs, &ours).expect("understood").into_owned();
        assert!(merged_once.contains("Iptc4xmpExt:DigitalSourceType=\"made\""));
        assert!(merged_once.contains("theirs") && !merged_once.contains("ours"));
        assert!(merged_once.contains("Rating=\"2\"") && !merged_once.contains("Rating=\"5\""));
        assert_eq!(merged_once.matches("rdf:about=\"uuid:7\"").count(), 2);
        assert_eq!(merged(&merged_once, &ours).as_deref(), Some(merged_once.as_str()));
        let end = merged_once.find(END).expect("one end");
        assert!(merged_once[end + END.len()..].trim_start().starts_with("</x:xmpmeta>"));
        assert_eq!(merged("<a packet of another kind/>", &ours), None);
    }
}
