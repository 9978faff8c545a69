//! Streams in all pieces, with everything that may stand between events.

use super::*;
use crate::provider::scan::scan;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

/// Gives so many bytes at a time.
struct Steps<'a>(&'a [u8], usize);

impl Read for Steps<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let take = self.1.min(self.0.len()).min(buffer.len());
        buffer[..take].copy_from_slice(&self.0[..take]);
        self.0 = &self.0[take..];
        Ok(take)
    }
}

fn values(stream: &[u8], step: usize) -> String {
    let mut out = String::new();
    Events::new(Steps(stream, step)).read_to_string(&mut out).expect("reads");
    out
}

#[test]
fn only_values_come_out_whatever_stands_between_and_in_whatever_pieces() {
    let stream = "\u{feff}: it's a \"comment\r\n\r\nevent: x\ndata: {\"a\":\ndata:1}\n\nid: 7\rdata: [2]\r\rdate: no\ndata\n\ndata: [DONE]\n\n";
    for step in [1, 2, 3, 7, 1000] {
        let read = values(stream.as_bytes(), step);
        assert_eq!(read, "{\"a\":\n1}\n[2]\n[DONE]\n", "{step}");
        assert_eq!(documents(read.as_bytes()).expect("JSON"), [json!({ "a": 1 }), json!([2])]);
    }
}

#[test]
fn pictures_leave_events_as_they_leave_a_document() {
    let picture: Vec<u8> = (0..100_003u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let text = STANDARD.encode(&picture).replace('/', "\\/").replace('=', "\\u003d");
    let event =
        |part: &str| format!("data: {{\"candidates\":[{{\"content\":{{\"parts\":[{part}]}}}}]}}\r\n\r\n");
    let stream = [
        event("{\"text\":\"soon\"}"),
        ": keep-alive\n\n".into(),
        event(&format!("{{\"inlineData\":{{\"mimeType\":\"image/png\",\"data\":\"{text}\"}}}}")),
        event(&format!("{{\"inline_data\":{{\"data\":\"data:image/png;base64,{text}\"}}}}")),
    ]
    .concat();
    let hash = blake3::hash(&picture).to_hex().to_string();
    for step in [1, 5, 4096] {
        let folder = tempfile::tempdir().expect("folder");
        let scanned =
            scan(Events::new(Steps(stream.as_bytes(), step)), &folder.path().join("t1")).expect("scans");
        let hashes: Vec<_> = scanned.blobs.iter().map(|blob| (blob.hash.clone(), blob.damaged_at)).collect();
        assert_eq!(hashes, [(hash.clone(), None), (hash.clone(), None)], "{step}");
        let documents = documents(&scanned.rest).expect("JSON");
        let numbers = [1, 2].map(|event: usize| {
            let part = &documents[event]["candidates"][0]["content"]["parts"][0];
            part["inlineData"]["data"].as_u64().or(part["inline_data"]["data"].as_u64())
        });
        assert_eq!((documents.len(), numbers), (3, [Some(0), Some(1)]));
    }
}

#[test]
fn cut_at_every_byte_of_its_values_a_stream_is_never_whole_and_nothing_is_made_up() {
    let stream = "data: {\"a\": [{\"data\": \"QUJD\"}]}\n\n";
    let end = stream.find('\n').expect("an end");
    for cut in 7..end {
        for step in [1, 1000] {
            let read = values(&stream.as_bytes()[..cut], step);
            assert!(documents(read.as_bytes()).is_err(), "cut to {cut}");
        }
    }
}

#[test]
fn a_line_without_end_takes_no_room() {
    let flood = b"data: \"".chain(io::repeat(b'x').take(1 << 28));
    let mut events = Events::new(flood);
    let read = io::copy(&mut events, &mut io::sink()).expect("reads");
    assert_eq!((read, events.buffer.len()), ((1 << 28) + 1, 64 * 1024));
    let names = io::repeat(b'd').take(1 << 28);
    assert_eq!(io::copy(&mut Events::new(names), &mut io::sink()).expect("reads"), 0);
}
