//! Copies of pictures: the same bytes, or the same pixels with what is known beside them.

#[path = "common/question.rs"]
mod question;

use bytes::Bytes;
use diptych_engine::export::embed::embed;
use diptych_engine::export::recipe::Recipe;
use diptych_engine::export::{Export, NotCopied, export};
use diptych_engine::import::{self, Found};
use diptych_engine::picture::inspect::Format;
use diptych_engine::store::folder::Folders;
use diptych_engine::store::objects::Objects;
use diptych_engine::value::id::{AttemptId, PictureId};
use diptych_engine::value::imported::Tool;
use diptych_engine::value::job::{KeptPicture, Picture};
use diptych_engine::value::money::Usd;
use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
use jiff::tz::TimeZone;
use std::io::Cursor;

const PROMPT: &str = "A <kettle> & \"steam\"\n湖光山色";

fn kept(prompt: &str, mime: &str) -> KeptPicture {
    let job = question::job();
    let mut request = job.request.clone();
    request.prompt = prompt.into();
    request.seed = Some(7);
    let picture = Picture {
        id: PictureId::from_text("p1"),
        hash: "ab12".into(),
        extension: mime.trim_start_matches("image/").into(),
        mime: mime.into(),
        width: 9,
        height: 7,
        bytes: 1,
        job: Some(job.id),
        sheet: Some(question::sheet().id),
        attempt: Some(AttemptId::from_text("t1")),
        number: 0,
        created: question::NOW,
        request: Some(request),
        model_used: question::MODEL.into(),
        account: "Private name".into(),
        fallback: false,
        usd: Usd(40_000),
        elapsed_ms: 1,
        attempts: 1,
        practice: false,
        serial: None,
        notes: vec![],
        response_id: None,
        credentials: false,
        sources: vec![],
        essence: None,
        imported: None,
    };
    KeptPicture { seq: 1, rating: 4, tags: vec!["a<b".into()], ..picture.into() }
}

fn file(format: ImageFormat, alpha: u8) -> Bytes {
    let mut out = Cursor::new(Vec::new());
    let picture = RgbaImage::from_fn(9, 7, |x, y| Rgba([x as u8 * 20, y as u8 * 30, 99, alpha]));
    let picture = DynamicImage::from(picture);
    let picture = if format == ImageFormat::Jpeg { picture.into_rgb8().into() } else { picture };
    picture.write_to(&mut out, format).expect("encodes");
    out.into_inner().into()
}

fn contains(file: &[u8], part: &[u8]) -> bool {
    file.windows(part.len()).any(|window| window == part)
}

#[test]
fn pixels_and_what_holds_them_stay_as_they_are() {
    for (format, mime, holds) in [
        (ImageFormat::Png, "image/png", &b"IDAT"[..]),
        (ImageFormat::Jpeg, "image/jpeg", &[0xff, 0xda]),
        (ImageFormat::WebP, "image/webp", b"VP8L"),
    ] {
        for alpha in [255, 40] {
            let before = file(format, alpha);
            let kept = kept(PROMPT, mime);
            let after = embed(before.clone(), mime, &Recipe::of(&kept)).expect("fits");
            let pixels = |file: &[u8]| image::load_from_memory(file).expect("decodes").into_rgba8();
            assert_eq!(pixels(&before), pixels(&after), "{mime}");
            // The RIFF header and, in WebP, one that is new; everything with pixels in it is there as it was.
            let data = before.windows(holds.len()).position(|window| window == holds).expect("is there");
            let end = if format == ImageFormat::Png { before.len() - 12 } else { before.len() };
            assert!(contains(&after, &before[data..end]), "{mime}");
            assert!(contains(&after, b"trainedAlgorithmicMedia"), "{mime}");
            assert!(!contains(&after, b"Private name"), "{mime}: accounts stay here");
            let again = embed(after.clone(), mime, &Recipe::of(&kept)).expect("fits");
            assert_eq!(again, after, "{mime}: a second time adds nothing");
        }
    }
}

#[test]
fn a_png_is_read_back_by_keyword() {
    let kept = kept(PROMPT, "image/png");
    let after = embed(file(ImageFormat::Png, 255), "image/png", &Recipe::of(&kept)).expect("fits");
    let reader = png::Decoder::new(Cursor::new(after)).read_info().expect("a PNG");
    let text = |keyword: &str| {
        let found = reader.info().utf8_text.iter().find(|chunk| chunk.keyword == keyword);
        found.map(|chunk| chunk.get_text().expect("text")).unwrap_or_default()
    };
    let parameters = text("parameters");
    assert!(parameters.starts_with(&format!("{PROMPT}\nSeed: 7, Size: 9x7, Model: ")), "{parameters}");
    let recipe: serde_json::Value = serde_json::from_str(&text("diptych")).expect("JSON");
    assert_eq!((recipe["prompt"].as_str(), recipe["original"].as_str()), (Some(PROMPT), Some("ab12")));
    let xmp = text("XML:com.adobe.xmp");
    for part in [
        "A &lt;kettle&gt; &amp; &quot;steam&quot;&#10;湖光山色",
        "xmp:Rating=\"4\"",
        "<rdf:li>a&lt;b</rdf:li>",
    ] {
        assert!(xmp.contains(part), "{xmp}");
    }
}

#[test]
fn a_jpeg_has_the_parameters_where_readers_look_and_no_segment_too_long() {
    let recipe = Recipe::of(&kept("a kettle", "image/jpeg"));
    let after = embed(file(ImageFormat::Jpeg, 255), "image/jpeg", &recipe).expect("fits");
    let comment: Vec<u8> = "a kettle\nSeed: 7".encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert!(contains(&after, &[b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x87\x69".as_slice()].concat()));
    assert!(contains(&after, &[b"UNICODE\0".as_slice(), &comment].concat()));
}

/// What our own reader finds.
fn found(file: &Bytes, format: Format) -> Found {
    import::read(&mut Cursor::new(file), format).expect("reads")
}

#[test]
fn a_long_prompt_goes_into_every_format_and_comes_back() {
    let prompt = format!("{}湖", "long & ".repeat(7000));
    for (image, format) in FORMATS {
        let before = file(image, 255);
        let recipe = Recipe::of(&kept(&prompt, format.mime()));
        let after = embed(before.clone(), format.mime(), &recipe).expect("fits");
        let read = found(&after, format);
        assert_eq!((read.tool, read.prompt == prompt), (Some(Tool::Diptych), true), "{format:?}");
        assert_eq!(
            read.request.map(|asked| asked.prompt == prompt),
            Some(true),
            "{format:?}: all that was asked"
        );
        assert!(contains(&after, b"trainedAlgorithmicMedia"), "{format:?}");
        let pixels = |file: &[u8]| image::load_from_memory(file).expect("decodes").into_rgba8();
        assert_eq!(pixels(&before), pixels(&after), "{format:?}");
        assert_eq!(embed(after.clone(), format.mime(), &recipe).expect("fits"), after, "{format:?}: once");
    }
    let recipe = Recipe::of(&kept(&prompt, "image/jpeg"));
    let after = embed(file(ImageFormat::Jpeg, 255), "image/jpeg", &recipe).expect("fits");
    let comment =
        [b"\xff\xfe".as_slice(), &(recipe.parameters.len() as u16 + 2).to_be_bytes(), prompt.as_bytes()];
    assert!(contains(&after, &comment.concat()), "readers of that text look into the comment too");
    let jpeg = img_parts::jpeg::Jpeg::from_bytes(after).expect("a JPEG");
    assert!(jpeg.segments().iter().all(|segment| segment.contents().len() <= 65_533));
}

const FORMATS: [(ImageFormat, Format); 3] =
    [(ImageFormat::Png, Format::Png), (ImageFormat::Jpeg, Format::Jpeg), (ImageFormat::WebP, Format::Webp)];

/// A packet as another program writes it, with room at its end.
fn theirs() -> String {
    format!(
        "<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF \
         xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description rdf:about='' \
         xmlns:photoshop='http://ns.adobe.com/photoshop/1.0/' photoshop:Credit='Somebody'/></rdf:RDF></x:xmpmeta>{}\
         <?xpacket end='w'?>",
        " ".repeat(2000)
    )
}

/// A picture with that packet in it; in PNG packed.
fn signed(image: ImageFormat, packet: &str) -> Bytes {
    use img_parts::riff::{RiffChunk, RiffContent};
    let plain = file(image, 255);
    match image {
        ImageFormat::Png => {
            let mut png = img_parts::png::Png::from_bytes(plain).expect("a PNG");
            let mut packed = flate2::read::ZlibEncoder::new(packet.as_bytes(), flate2::Compression::fast());
            let mut text = b"XML:com.adobe.xmp\0\x01\0\0\0".to_vec();
            std::io::Read::read_to_end(&mut packed, &mut text).expect("packs");
            png.chunks_mut().insert(1, img_parts::png::PngChunk::new(*b"iTXt", text.into()));
            png.encoder().bytes()
        }
        ImageFormat::Jpeg => {
            let mut jpeg = img_parts::jpeg::Jpeg::from_bytes(plain).expect("a JPEG");
            let contents = [b"http://ns.adobe.com/xap/1.0/\0", packet.as_bytes()].concat();
            let segment = img_parts::jpeg::JpegSegment::new_with_contents(0xe1, contents.into());
            jpeg.segments_mut().insert(1, segment);
            jpeg.encoder().bytes()
        }
        _ => {
            let mut webp = img_parts::webp::WebP::from_bytes(plain).expect("a WebP");
            let data = RiffContent::Data(Bytes::copy_from_slice(packet.as_bytes()));
            webp.chunks_mut().push(RiffChunk::new(*b"XMP ", data));
            webp.encoder().bytes()
        }
    }
}

#[test]
fn a_packet_that_is_there_stays_and_gets_what_it_lacks() {
    for (image, format) in FORMATS {
        for packet in [theirs(), theirs().replace("Somebody", &"Somebody ".repeat(7000))] {
            let before = signed(image, &packet);
            let recipe = Recipe::of(&kept(PROMPT, format.mime()));
            let after = embed(before.clone(), format.mime(), &recipe).expect("fits");
            for part in ["Credit='Somebody", "digitalsourcetype/trainedAlgorithmicMedia", "xmp:Rating"] {
                assert!(contains(&after, part.as_bytes()), "{format:?}: {part}");
            }
            let read = found(&after, format);
            assert_eq!((read.tool, read.prompt.as_str()), (Some(Tool::Diptych), PROMPT), "{format:?}");
            let pixels = |file: &[u8]| image::load_from_memory(file).expect("decodes").into_rgba8();
            assert_eq!(pixels(&before), pixels(&after), "{format:?}");
            assert_eq!(
                embed(after.clone(), format.mime(), &recipe).expect("fits"),
                after,
                "{format:?}: once"
            );
        }
        let strange = "<a packet of a kind that nobody knows/>";
        let after = embed(signed(image, strange), format.mime(), &Recipe::of(&kept("a", format.mime())));
        let after = after.expect("the rest is written");
        assert!(image == ImageFormat::Png || contains(&after, strange.as_bytes()), "{format:?}: left alone");
    }
}

#[test]
fn broken_files_are_refused_or_copied_but_nothing_breaks_down() {
    let mut state = 11u32;
    let mut random = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as usize
    };
    for (image, format) in FORMATS {
        let recipe = Recipe::of(&kept(PROMPT, format.mime()));
        let whole = signed(image, &theirs());
        for end in 0..whole.len() {
            drop(embed(whole.slice(..end), format.mime(), &recipe));
        }
        for _ in 0..3000 {
            let mut broken = whole.to_vec();
            for _ in 0..=random() % 4 {
                let at = random() % broken.len();
                broken[at] = random() as u8;
            }
            drop(embed(broken.into(), format.mime(), &recipe));
        }
        let noise: Vec<u8> = (0..5000).map(|_| random() as u8).collect();
        let mut led = whole[..12].to_vec();
        led.extend(noise);
        drop(embed(led.into(), format.mime(), &recipe));
    }
}

#[test]
fn what_is_broken_or_strange_is_refused() {
    let recipe = Recipe::of(&kept("a", "image/png"));
    let png = file(ImageFormat::Png, 255);
    for (bytes, mime) in [
        (png.slice(..png.len() / 2), "image/png"),
        (png.clone(), "image/jpeg"),
        (Bytes::new(), "image/webp"),
        (png, "image/gif"),
    ] {
        assert!(embed(bytes, mime, &recipe).is_err(), "{mime}");
    }
}

#[test]
fn a_copy_never_takes_the_place_of_another_file() {
    let home = tempfile::tempdir().expect("folder");
    let folders = Folders { data: home.path().join("data"), cache: home.path().join("cache") };
    folders.make().expect("folders");
    let objects = Objects::new(&folders);
    let (kept, original) = (kept("A kettle", "image/png"), file(ImageFormat::Png, 255));
    let at = objects.path("ab12", "png");
    std::fs::create_dir_all(at.parent().expect("folder")).expect("folder");
    std::fs::write(&at, &original).expect("original");
    let out = tempfile::tempdir().expect("folder");
    let go = |how: &Export| export(&objects, &kept, out.path(), how, &TimeZone::UTC).expect("exports");
    let plain = go(&Export::default());
    assert_eq!(std::fs::read(&plain).expect("reads"), original);
    assert_eq!(plain.file_name().and_then(|name| name.to_str()), Some("2026-11-24-a-kettle-p1.png"));
    assert_eq!(go(&Export::default()), plain, "the same bytes are there already");
    let with = go(&Export { metadata: true, ..Export::default() });
    assert_eq!(with.file_name().and_then(|name| name.to_str()), Some("2026-11-24-a-kettle-p1 (2).png"));
    let named = Export { name: "{rating} {seed} {time}".parse().expect("a template"), ..Export::default() };
    assert_eq!(go(&named).file_name().and_then(|name| name.to_str()), Some("4 7 06-00-00.png"));
    assert_eq!(std::fs::read(&at).expect("reads"), original, "the original stays");
    std::fs::write(&plain, b"another").expect("writes");
    assert!(go(&Export::default()) != plain && std::fs::read(&plain).expect("reads") == b"another");
    std::fs::remove_file(&at).expect("removes");
    let refused = export(&objects, &kept, out.path(), &Export::default(), &TimeZone::UTC);
    assert!(matches!(refused, Err(NotCopied::Original(path, _)) if path == at), "the original is named");
    std::fs::write(&at, &original).expect("writes");
    let nowhere = out.path().join("nowhere");
    let refused = export(&objects, &kept, &nowhere, &Export::default(), &TimeZone::UTC);
    assert!(matches!(refused, Err(NotCopied::Folder(_))) && !nowhere.exists());
}
