//! Documents in all pieces, good and bad, against `serde_json`, which reads them whole.

use super::*;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Feeds a document in pieces of `step` bytes.
fn scanned(document: &str, step: usize) -> Scanned {
    struct Steps<'a>(&'a [u8], usize);
    impl Read for Steps<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let take = self.1.min(self.0.len()).min(buffer.len());
            buffer[..take].copy_from_slice(&self.0[..take]);
            self.0 = &self.0[take..];
            Ok(take)
        }
    }
    let folder = tempfile::tempdir().expect("folder");
    let scanned = scan(Steps(document.as_bytes(), step), &folder.path().join("t1")).expect("scans");
    for blob in &scanned.blobs {
        let bytes = std::fs::read(&blob.path).expect("the blob is there");
        assert_eq!(blob.length, bytes.len() as u64);
        assert_eq!(blob.hash, blake3::hash(&bytes).to_hex().to_string());
    }
    scanned
}

fn picture() -> Vec<u8> {
    (0..200_003u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
}

#[test]
fn pictures_leave_and_the_rest_stays_whatever_the_pieces() {
    let bytes = picture();
    let text = STANDARD.encode(&bytes).replace('/', "\\/").replace('=', "\\u003d");
    let document = format!(
        "{{ \"a\": [\"da\\\"ta\", {{\"data\" : \"{text}\", \"mimeType\": \"image/png\"}}], \"data\": 3, \"b\": {{\"data\":\"\"}} }}"
    );
    for step in [1, 3, 7, 1000, 70_000] {
        let scanned = scanned(&document, step);
        let rest = String::from_utf8(scanned.rest).expect("text");
        assert_eq!(
            rest,
            r#"{ "a": ["da\"ta", {"data" : 0, "mimeType": "image/png"}], "data": 3, "b": {"data":1} }"#
        );
        assert_eq!(scanned.blobs[0].hash, blake3::hash(&bytes).to_hex().to_string());
        assert_eq!((scanned.blobs[0].damaged_at, scanned.blobs[1].length), (None, 0));
    }
}

#[test]
fn damage_is_found_at_its_byte() {
    let mut text = STANDARD.encode(picture());
    text.replace_range(150_000..150_001, "*");
    let document = format!("{{\"data\":\"{text}\"}}");
    let scanned = scanned(&document, 4096);
    assert_eq!(scanned.blobs[0].damaged_at, Some(9 + 150_000));
}

#[test]
fn a_document_that_stops_leaves_what_had_come() {
    let text = STANDARD.encode(picture());
    let scanned = scanned(&format!("{{\"data\":\"{}", &text[..100_000]), 4096);
    assert_eq!(scanned.blobs[0].length, 75_000);
    assert!(serde_json::from_slice::<serde_json::Value>(&scanned.rest).is_err());
}

#[test]
fn what_stands_before_the_base64_is_no_part_of_it() {
    let document = r#"{"data":"data:image\/png;base64,QUJD","b64_json":"\u0051UJE","url":"data:image/jpeg;base64,QUJF","b":{"url":"https://x.test/a,b"},"c":{"url":"dat"}}"#;
    for step in [1, 2, 1000] {
        let scanned = scanned(document, step);
        let rest = String::from_utf8(scanned.rest).expect("text");
        let left = r#"{"data":0,"b64_json":1,"url":2,"b":{"url":"https://x.test/a,b"},"c":{"url":"dat"}}"#;
        assert_eq!(rest, left);
        let hashes: Vec<_> = scanned.blobs.iter().map(|blob| blob.hash.clone()).collect();
        assert_eq!(hashes, [b"ABC", b"ABD", b"ABE"].map(|bytes| blake3::hash(bytes).to_hex().to_string()));
    }
    let long = format!("{{\"data\":\"data:{};base64,QUJD\"}}", "x".repeat(1000));
    assert!(scanned(&long, 7).blobs[0].damaged_at.is_some(), "no prefix is so long");
}

#[test]
fn padding_in_the_middle_is_damage() {
    let scanned = scanned("{\"data\":\"QUJD=UJD\"}", 100);
    assert!(scanned.blobs[0].damaged_at.is_some());
}

/// Small numbers in an order that is the same each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }

    fn bytes(&mut self, most: usize) -> Vec<u8> {
        (0..self.roll(most)).map(|_| self.roll(256) as u8).collect()
    }

    /// A value as an answer has them, with pictures at any depth, and those pictures.
    fn value(&mut self, depth: usize, pictures: &mut Vec<Vec<u8>>) -> String {
        match self.roll(if depth == 0 { 4 } else { 7 }) {
            0 => ["null", "true", "-12.5e3"][self.roll(3)].into(),
            1 => [
                r#""da\\\"ta\": {\u0064 ]""#,
                r#"{"url": "https:\/\/x.test\/a.png?q=\"1\""}"#,
                r#"{"url": "data"}"#,
                r#"{"url": "data:text\/plain,hello, \"you\""}"#,
                r#"{"b64_jsonx": "QUJD", "xurl": "data:;base64,QUJD"}"#,
            ][self.roll(5)]
            .into(),
            2 => format!("{:?}", ["data", "", "x : data", "naïve 图"][self.roll(4)]),
            3 => {
                let bytes = self.bytes(200);
                let number = pictures.len();
                pictures.push(bytes);
                let mut text = STANDARD.encode(&pictures[number]);
                if self.roll(2) == 0 {
                    text = text.replace('/', "\\/").replace('=', "\\u003D").replace('A', "\\u0041");
                }
                let gap = ["", " ", "\n\t"][self.roll(3)];
                let scheme = ["data:image/png;base64,", "DATA:image\\/webp;charset=x;base64,"][self.roll(2)];
                let key = ["data", "b64_json", "url"][self.roll(3)];
                let scheme = if key == "url" || self.roll(3) == 0 { scheme } else { "" };
                format!("{{\"{key}\"{gap}:{gap}\"{scheme}{text}\"}}")
            }
            4 => format!("[{}, {}]", self.value(depth - 1, pictures), self.value(depth - 1, pictures)),
            _ => format!(
                "{{\"text\": {}, \"data\": {{\"inner\": {}}}}}",
                self.value(depth - 1, pictures),
                self.value(depth - 1, pictures)
            ),
        }
    }
}

/// What stands in the document once pictures are numbers.
fn numbered(value: &mut serde_json::Value, next: &mut u64) {
    use serde_json::Value;
    match value {
        Value::Array(list) => list.iter_mut().for_each(|value| numbered(value, next)),
        Value::Object(map) => {
            for (key, value) in map {
                let picture = match key.as_str() {
                    "data" | "b64_json" => value.is_string(),
                    "url" => value.as_str().is_some_and(|text| text.contains(";base64,")),
                    _ => false,
                };
                if picture {
                    *value = (*next).into();
                    *next += 1;
                } else {
                    numbered(value, next);
                }
            }
        }
        _ => {}
    }
}

#[test]
fn any_document_in_any_pieces_gives_what_a_whole_parse_gives() {
    let mut dice = Dice(4);
    for _ in 0..300 {
        let mut pictures = Vec::new();
        // Objects of serde_json are sorted: one key more would come in another order than in the text.
        let document = dice.value(4, &mut pictures);
        let step = 1 + dice.roll(40);
        let scanned = scanned(&document, step);
        let found: Vec<_> = scanned.blobs.iter().map(|blob| (blob.hash.clone(), blob.damaged_at)).collect();
        let meant: Vec<_> = pictures.iter().map(|p| (blake3::hash(p).to_hex().to_string(), None)).collect();
        assert_eq!(found, meant, "{document}");
        let rest: serde_json::Value = serde_json::from_slice(&scanned.rest).expect("parses");
        let text: serde_json::Value = serde_json::from_str(&document).expect("parses");
        let places = |value: &serde_json::Value| value.to_string().matches("\":").count();
        assert_eq!(places(&rest), places(&text), "{document}");
        let (mut emptied, mut left) = (text, rest);
        // Which number stands where depends on the order of keys; that each has one does not.
        numbered(&mut emptied, &mut 0);
        flattened(&mut emptied);
        flattened(&mut left);
        assert_eq!(left, emptied, "{document}");
    }
}

/// All numbers of pictures are alike.
fn flattened(value: &mut serde_json::Value) {
    use serde_json::Value;
    match value {
        Value::Array(list) => list.iter_mut().for_each(flattened),
        Value::Object(map) => map.iter_mut().for_each(|(key, value)| match value {
            Value::Number(number) if matches!(key.as_str(), "data" | "b64_json" | "url") => {
                *number = 0.into();
            }
            value => flattened(value),
        }),
        _ => {}
    }
}

#[test]
fn cut_at_every_byte_no_document_is_whole() {
    let text = STANDARD.encode([7; 100]).replace('=', "\\u003d");
    let document = format!("{{\"a\":[{{\"data\":\"{text}\",\"b\":\"\\u00e9\"}}],\"c\":1}}");
    for end in 0..document.len() {
        for step in [1, 1000] {
            let scanned = scanned(&document[..end], step);
            assert!(serde_json::from_slice::<serde_json::Value>(&scanned.rest).is_err(), "cut to {end}");
        }
    }
}

#[test]
fn no_bytes_make_it_panic_or_lose_count() {
    let mut dice = Dice(9);
    let alphabet = br#"{}[]:,"\udat \n=/+A0"#;
    for round in 0..2000 {
        let length = dice.roll(120);
        let mut document: Vec<u8> = (0..length).map(|_| alphabet[dice.roll(alphabet.len())]).collect();
        if round % 3 == 0 {
            document.splice(0..0, br#"{"data":""#.iter().copied());
        }
        let folder = tempfile::tempdir().expect("folder");
        let stem = folder.path().join("t1");
        let scanned = scan(document.as_slice(), &stem).expect("only the disk can fail");
        let decoded: u64 = scanned.blobs.iter().map(|blob| blob.length).sum();
        assert!(
            scanned.rest.len() as u64 + decoded <= document.len() as u64 + 4 * scanned.blobs.len() as u64
        );
        drop(scanned);
        assert_eq!(std::fs::read_dir(folder.path()).expect("list").count(), 0, "files go with their blobs");
    }
}

#[test]
fn a_flood_beside_the_pictures_is_stopped() {
    let flood = io::repeat(b'x').take(1 << 40);
    let folder = tempfile::tempdir().expect("folder");
    let error = scan(br#"{"text":""#.chain(flood), &folder.path().join("t1")).expect_err("too much");
    assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    let many = format!("[{}0]", r#"{"data":"QUJD"},"#.repeat(1000));
    assert_eq!(scanned(&many, 77).blobs.len(), MAX_BLOBS, "more stay text");
}

#[test]
fn who_reads_a_picture_along_may_stop_anywhere() {
    let bytes = picture();
    let document = format!("{{\"data\":\"{}\"}}", STANDARD.encode(&bytes));
    for most in [0, 1, 50_000, 150_000, usize::MAX] {
        let folder = tempfile::tempdir().expect("folder");
        let mut scan = Scan::new(document.as_bytes(), &folder.path().join("t1"));
        let mut arriving = scan.next_picture().expect("reads").expect("a picture");
        let mut read = Vec::new();
        (&mut arriving).take(most as u64).read_to_end(&mut read).expect("reads");
        assert_eq!(read, bytes[..most.min(bytes.len())]);
        assert_eq!(arriving.finish().expect("the rest"), blake3::hash(&bytes).to_hex().to_string());
        assert!(scan.next_picture().expect("reads").is_none());
        assert_eq!(scan.finish().blobs[0].length, bytes.len() as u64);
    }
}
