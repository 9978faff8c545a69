//! Pictures as each program writes them, by its documented layout; then the same bytes cut, bent and inflated.

use super::container::COMMENT;
use super::*;
use flate2::{Compression, write::ZlibEncoder};
use std::io::{Cursor, Write as _};

fn png(chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    image::RgbImage::new(2, 2).write_to(&mut out, image::ImageFormat::Png).expect("encodes");
    let mut bytes = out.into_inner();
    for (kind, data) in chunks.iter().rev() {
        let head = (data.len() as u32).to_be_bytes();
        bytes.splice(33..33, [&head, kind.as_slice(), data, &[0; 4]].concat());
    }
    bytes
}

fn text(keyword: &str, value: &str) -> (&'static [u8; 4], Vec<u8>) {
    (b"tEXt", [keyword.as_bytes(), b"\0", value.as_bytes()].concat())
}

fn zipped(data: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(data).expect("packs");
    encoder.finish().expect("packs")
}

fn found(bytes: &[u8], format: Format) -> Found {
    read(&mut Cursor::new(bytes), format).expect("reads from memory")
}

fn in_png(keyword: &str, value: &str) -> Found {
    found(&png(&[text(keyword, value)]), Format::Png)
}

const A1111: &str = "a lake at dawn, (mist:1.2),\ngolden light\nNegative prompt: blurry, people\nSteps: 20, Sampler: \
    DPM++ 2M Karras, CFG scale: 7, Seed: 1234567890, Size: 512x768, Model hash: abc, Model: dreamshaper_8, Lora hashes: \
    \"a: 1, b: 2\", Version: v1.10.0";

#[test]
fn web_uis_text_is_read_where_png_keeps_it() {
    let utf8 = [b"parameters\0\0\0\0\0".as_slice(), A1111.as_bytes()].concat();
    let packed = [b"parameters\0\x01\0\0\0".as_slice(), &zipped(A1111.as_bytes())].concat();
    let short = [b"parameters\0\0".as_slice(), &zipped(A1111.as_bytes())].concat();
    for chunk in [text("parameters", A1111), (b"iTXt", utf8), (b"iTXt", packed), (b"zTXt", short)] {
        let found = found(&png(&[chunk]), Format::Png);
        assert_eq!(found.tool, Some(Tool::A1111));
        assert_eq!(found.prompt, "a lake at dawn, (mist:1.2),\ngolden light");
        assert_eq!(found.negative.as_deref(), Some("blurry, people"));
        assert_eq!(found.model.as_deref(), Some("dreamshaper_8"));
        assert_eq!((found.seed.as_deref(), found.size.as_deref()), (Some("1234567890"), Some("512x768")));
        assert_eq!(found.raw, A1111);
    }
}

#[test]
fn a_last_line_with_few_facts_belongs_to_the_prompt() {
    let found = in_png("parameters", "a clock: 12, at noon\nand a hill: green");
    assert_eq!((found.prompt.as_str(), found.seed), ("a clock: 12, at noon\nand a hill: green", None));
    let found = in_png("parameters", "Negative prompt: all\nSteps: 1, Seed: 2, Size: 3x3");
    assert_eq!((found.prompt.as_str(), found.negative.as_deref()), ("", Some("all")));
    assert_eq!(in_png("parameters", "{\"sui_image_params\": {}}").tool, None, "somebody else's");
}

#[test]
fn latin_letters_and_others_are_told_apart() {
    assert_eq!(in_png("parameters", "un café, 湖").prompt, "un café, 湖");
    let latin = (b"tEXt", b"parameters\0un caf\xe9".to_vec());
    assert_eq!(found(&png(&[latin]), Format::Png).prompt, "un café");
}

/// Exif with a user comment, in either order of bytes.
fn exif(comment: &[u8], big: bool, kind: u16) -> Vec<u8> {
    let mut out = if big { b"MM\0*".to_vec() } else { b"II*\0".to_vec() };
    let short = |n: u16| if big { n.to_be_bytes() } else { n.to_le_bytes() };
    let long = |n: u32| if big { n.to_be_bytes() } else { n.to_le_bytes() };
    out.extend(long(8));
    for (tag, kind, count, value) in [(0x8769, 4, 1, 26), (0x9286, kind, comment.len() as u32, 44)] {
        out.extend([short(1), short(tag), short(kind)].concat());
        out.extend([long(count), long(value), long(0)].concat());
    }
    out.extend(comment);
    out
}

fn jpeg(segments: &[Vec<u8>]) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    image::RgbImage::new(2, 2).write_to(&mut out, image::ImageFormat::Jpeg).expect("encodes");
    let mut bytes = out.into_inner();
    for body in segments {
        let length = (body.len() as u16 + 2).to_be_bytes();
        bytes.splice(2..2, [&[0xff, 0xe1], length.as_slice(), body].concat());
    }
    bytes
}

fn webp(chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    image::RgbImage::new(2, 2).write_to(&mut out, image::ImageFormat::WebP).expect("encodes");
    let mut bytes = out.into_inner();
    for (kind, data) in chunks {
        bytes.extend([kind.as_slice(), &(data.len() as u32).to_le_bytes(), data].concat());
        bytes.extend(vec![0; data.len() % 2]);
    }
    bytes
}

#[test]
fn the_user_comment_is_read_whichever_way_it_was_written() {
    let wide = |big: bool| -> Vec<u8> {
        let units = A1111.encode_utf16();
        let units: Vec<u8> =
            units.flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect();
        [b"UNICODE\0".as_slice(), &units].concat()
    };
    let plain = [b"ASCII\0\0\0".as_slice(), A1111.as_bytes()].concat();
    for comment in [wide(true), wide(false), plain] {
        // Pillow says that they are bytes.
        for (big, kind) in [(true, 7), (false, 7), (true, 1)] {
            let block = exif(&comment, big, kind);
            let segment = [b"Exif\0\0".as_slice(), &block].concat();
            for bytes in [(jpeg(&[segment]), Format::Jpeg), (webp(&[(b"EXIF", block)]), Format::Webp)] {
                let found = found(&bytes.0, bytes.1);
                assert_eq!((found.tool, found.seed.as_deref()), (Some(Tool::A1111), Some("1234567890")));
                assert!(found.prompt.starts_with("a lake at dawn"), "{found:?}");
            }
        }
    }
}

#[test]
fn a_comment_of_a_camera_is_no_prompt() {
    let segment = [b"Exif\0\0".as_slice(), &exif(b"ASCII\0\0\0my holidays", true, 7)].concat();
    let found = found(&jpeg(&[segment]), Format::Jpeg);
    assert_eq!((found.tool, found.prompt.as_str()), (None, ""));
}

/// The graph of ComfyUI's own first example, with a `NaN` as `is_changed` leaves it.
const COMFY: &str = r#"{
  "3": {"inputs": {"seed": 18446744073709551615, "steps": 20, "cfg": 8.0, "sampler_name": "euler", "model": ["10", 0],
        "positive": ["12", 0], "negative": ["7", 0], "latent_image": ["5", 0]}, "class_type": "KSampler"},
  "4": {"inputs": {"ckpt_name": "v1-5-pruned.safetensors"}, "class_type": "CheckpointLoaderSimple", "is_changed": [NaN]},
  "5": {"inputs": {"width": 512, "height": 512, "batch_size": 1}, "class_type": "EmptyLatentImage"},
  "6": {"inputs": {"text": "a glass \"bottle\" NaN", "clip": ["4", 1]}, "class_type": "CLIPTextEncode"},
  "7": {"inputs": {"text": "text, watermark", "clip": ["4", 1]}, "class_type": "CLIPTextEncode"},
  "8": {"inputs": {"samples": ["3", 0], "vae": ["4", 2]}, "class_type": "VAEDecode"},
  "9": {"inputs": {"filename_prefix": "ComfyUI", "images": ["8", 0]}, "class_type": "SaveImage"},
  "10": {"inputs": {"lora_name": "x", "model": ["4", 0], "clip": ["4", 1]}, "class_type": "LoraLoader"},
  "11": {"inputs": {"string": "in the rain"}, "class_type": "StringNode"},
  "12": {"inputs": {"conditioning_1": ["6", 0], "conditioning_2": ["13", 0]}, "class_type": "ConditioningCombine"},
  "13": {"inputs": {"text": ["11", 0], "clip": ["4", 1]}, "class_type": "CLIPTextEncode"},
  "14": {"inputs": {"text": "not this", "clip": ["4", 1]}, "class_type": "CLIPTextEncode"}
}"#;

#[test]
fn the_graph_leads_from_what_was_saved_to_what_was_said() {
    let found = in_png("prompt", COMFY);
    assert_eq!(found.tool, Some(Tool::ComfyUi));
    assert_eq!(found.prompt, "a glass \"bottle\" NaN\nin the rain");
    assert_eq!(found.negative.as_deref(), Some("text, watermark"));
    assert_eq!(found.model.as_deref(), Some("v1-5-pruned.safetensors"));
    assert_eq!(found.seed.as_deref(), Some("18446744073709551615"), "more than our seeds can hold");
    assert_eq!(found.raw, COMFY);
}

#[test]
fn a_guider_and_a_controlnet_are_followed_on_the_right_side() {
    let graph = r#"{
      "1": {"inputs": {"noise": ["2", 0], "guider": ["3", 0]}, "class_type": "SamplerCustomAdvanced"},
      "2": {"inputs": {"noise_seed": 99}, "class_type": "RandomNoise"},
      "3": {"inputs": {"model": ["4", 0], "positive": ["5", 0], "negative": ["5", 1]}, "class_type": "CFGGuider"},
      "4": {"inputs": {"unet_name": "flux1-dev.sft"}, "class_type": "UNETLoader"},
      "5": {"inputs": {"positive": ["6", 0], "negative": ["7", 0]}, "class_type": "ControlNetApplyAdvanced"},
      "6": {"inputs": {"clip_l": "a fox", "t5xxl": "a red fox in snow"}, "class_type": "CLIPTextEncodeFlux"},
      "7": {"inputs": {"text": "grey"}, "class_type": "CLIPTextEncode"},
      "8": {"inputs": {"images": ["1", 0]}, "class_type": "SaveImage"}}"#;
    let found = in_png("prompt", graph);
    assert_eq!(
        (found.prompt.as_str(), found.negative.as_deref()),
        ("a red fox in snow\na fox", Some("grey"))
    );
    assert_eq!((found.model.as_deref(), found.seed.as_deref()), (Some("flux1-dev.sft"), Some("99")));
    let basic = graph.replace(
        r#""positive": ["5", 0], "negative": ["5", 1]}, "class_type": "CFGGuider""#,
        r#""conditioning": ["6", 0]}, "class_type": "BasicGuider""#,
    );
    assert_eq!(in_png("prompt", &basic).prompt, "a red fox in snow\na fox");
}

const WORKFLOW: &str = r#"{"nodes": [
  {"id": 3, "type": "KSampler", "widgets_values": [42, "fixed", 20], "inputs": [{"name": "model", "link": 1},
    {"name": "positive", "link": 2}, {"name": "negative", "link": 3}, {"name": "latent_image", "link": null}]},
  {"id": 4, "type": "CheckpointLoaderSimple", "widgets_values": ["sdxl.safetensors"]},
  {"id": 6, "type": "CLIPTextEncode", "widgets_values": ["a blue door"], "inputs": [{"name": "clip", "link": 9}]},
  {"id": 7, "type": "CLIPTextEncode", "widgets_values": ["a red door"]}],
  "links": [[1, 4, 0, 3, 0, "MODEL"], [2, 6, 0, 3, 1, "CONDITIONING"], [3, 7, 0, 3, 2, "CONDITIONING"]]}"#;

#[test]
fn the_editors_graph_does_where_the_other_is_missing() {
    let found = in_png("workflow", WORKFLOW);
    assert_eq!((found.prompt.as_str(), found.negative.as_deref()), ("a blue door", Some("a red door")));
    assert_eq!((found.model.as_deref(), found.seed.as_deref()), (Some("sdxl.safetensors"), Some("42")));
    // In WebP, ComfyUI keeps both in tags of Exif that are texts.
    let mut block = b"MM\0*\0\0\0\x08\0\x01\x01\x10\0\x02".to_vec();
    let value = format!("prompt:{COMFY}\0");
    block.extend((value.len() as u32).to_be_bytes());
    block.extend([0, 0, 0, 26, 0, 0, 0, 0]);
    block.extend(value.as_bytes());
    let found = found_webp(block);
    assert_eq!((found.tool, found.negative.as_deref()), (Some(Tool::ComfyUi), Some("text, watermark")));
}

fn found_webp(block: Vec<u8>) -> Found {
    found(&webp(&[(b"EXIF", block)]), Format::Webp)
}

#[test]
fn a_graph_that_runs_in_circles_ends() {
    let graph = r#"{"1": {"inputs": {"seed": ["1", 0], "positive": ["2", 0], "model": ["1", 0]}, "class_type": "KSampler"},
        "2": {"inputs": {"text": ["3", 0]}, "class_type": "X"}, "3": {"inputs": {"text": ["2", 0]}, "class_type": "X"}}"#;
    let found = in_png("prompt", graph);
    assert_eq!((found.tool, found.prompt.as_str(), found.model), (Some(Tool::ComfyUi), "", None));
}

#[test]
fn invoke_is_read_in_all_three_of_its_ages() {
    let today = r#"{"generation_mode": "sdxl_txt2img", "positive_prompt": "a ship", "negative_prompt": "fog", "width": 1024,
        "height": 768, "seed": 77, "model": {"key": "k", "name": "Juggernaut XL", "base": "sdxl"}, "app_version": "5.0.0"}"#;
    let found = in_png("invokeai_metadata", today);
    assert_eq!((found.tool, found.prompt.as_str()), (Some(Tool::InvokeAi), "a ship"));
    assert_eq!((found.negative.as_deref(), found.model.as_deref()), (Some("fog"), Some("Juggernaut XL")));
    assert_eq!((found.seed.as_deref(), found.size.as_deref()), (Some("77"), Some("1024x768")));
    let before = r#"{"model": "stable diffusion", "model_weights": "sd-1.5", "app_id": "invoke-ai/InvokeAI",
        "image": {"prompt": [{"prompt": "a ship", "weight": 1.0}], "seed": 8, "width": 512, "height": 512}}"#;
    let found = in_png("sd-metadata", before);
    assert_eq!((found.tool, found.prompt.as_str()), (Some(Tool::InvokeAi), "a ship"));
    assert_eq!((found.model.as_deref(), found.seed.as_deref()), (Some("sd-1.5"), Some("8")));
    let found = in_png("Dream", r#""a \"tall\" ship" -s 50 -S 1234 -W512 -H 768 -C 7.5 -A k_lms"#);
    assert_eq!((found.tool, found.prompt.as_str()), (Some(Tool::InvokeAi), "a \"tall\" ship"));
    assert_eq!((found.seed.as_deref(), found.size.as_deref()), (Some("1234"), Some("512x768")));
}

#[test]
fn our_own_recipe_leads_and_says_what_was_asked() {
    let json = r#"{"diptych": 1, "prompt": "a \"kettle\"\n湖 & <b>", "model_asked": "pro", "model_used": "gemini-3-pro-image",
        "size": "4K", "aspect": "16:9", "seed": 7, "references": [], "created": "2026-11-24T12:00:00Z", "practice": true}"#;
    let xmp = json.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('\n', "&#10;");
    let xmp = format!("http://ns.adobe.com/xap/1.0/\0<rdf:Description diptych:recipe=\"{xmp}\"/>");
    let utf8 = (b"iTXt", [b"diptych\0\0\0\0\0".as_slice(), json.as_bytes()].concat());
    let packet =
        [b"XML:com.adobe.xmp\0\0\0\0\0".as_slice(), xmp.split_once('\0').expect("split").1.as_bytes()]
            .concat();
    for (bytes, format) in [
        (png(&[text("parameters", A1111), utf8]), Format::Png),
        (png(&[(b"iTXt", packet.clone())]), Format::Png),
        (jpeg(&[xmp.into_bytes()]), Format::Jpeg),
        (webp(&[(b"XMP ", packet)]), Format::Webp),
    ] {
        let found = found(&bytes, format);
        assert_eq!((found.tool, found.practice), (Some(Tool::Diptych), true), "{format:?}");
        assert_eq!(found.prompt, "a \"kettle\"\n湖 & <b>");
        let asked = found.request.expect("all of it is there");
        assert_eq!((asked.model.as_str(), asked.size.as_str(), asked.seed), ("pro", "4K", Some(7)));
        assert_eq!(found.made, Some(Made::At(Timestamp(1_795_521_600_000))));
    }
}

#[test]
fn the_time_of_a_camera_is_found() {
    let mut block = b"MM\0*\0\0\0\x08\0\x01\x87\x69\0\x04\0\0\0\x01\0\0\0\x1a\0\0\0\0".to_vec();
    block.extend(b"\0\x01\x90\x03\0\x02\0\0\0\x14\0\0\0\x2c\0\0\0\0");
    block.extend(b"2025:07:31 18:04:59\0");
    let made = found_webp(block).made;
    assert_eq!(made, Some(Made::Local(jiff::civil::datetime(2025, 7, 31, 18, 4, 59, 0))));
}

#[test]
fn a_text_that_unpacks_to_too_much_is_left_out() {
    let bomb = [b"parameters\0\0".as_slice(), &zipped(&vec![b'a'; 64 << 20])].concat();
    assert!(bomb.len() < 100_000);
    let found = found(&png(&[(b"zTXt", bomb), text("Dream", "\"after\" -S 1")]), Format::Png);
    assert_eq!(found.prompt, "after", "and what comes after it is read");
}

#[test]
fn what_is_kept_has_limits() {
    let long = "湖".repeat(500_000);
    let found = in_png("parameters", &format!("{long}\nSteps: 1, Seed: {}, Size: 1x1", "9".repeat(1000)));
    assert!(found.prompt.len() <= MAX_PROMPT && found.prompt.len() > MAX_PROMPT - 3);
    assert!(found.raw.len() <= MAX_RAW && found.seed.is_some_and(|seed| seed.len() == MAX_WORD));
    let many: Vec<_> = (0..10).map(|_| text("Comment", &"x".repeat(MAX_TEXT - 100))).collect();
    let said = container::read(&mut Cursor::new(png(&many)), Format::Png).expect("reads");
    assert!(said.text("Comment").is_some() && said.text(COMMENT).is_none());
}

fn samples() -> Vec<(Vec<u8>, Format)> {
    let comment = exif(&[b"UNICODE\0".as_slice(), &[0, b'a', 0, b':']].concat(), true, 7);
    let packed = [b"parameters\0\x01\0\0\0".as_slice(), &zipped(A1111.as_bytes())].concat();
    vec![
        (png(&[text("prompt", COMFY), (b"iTXt", packed), (b"eXIf", comment.clone())]), Format::Png),
        (
            png(&[text("workflow", WORKFLOW), text("Dream", "\"a\" -S"), text("diptych", "{\"diptych\":1}")]),
            Format::Png,
        ),
        (
            jpeg(&[
                [b"Exif\0\0".as_slice(), &comment].concat(),
                b"http://ns.adobe.com/xap/1.0/\0<a".to_vec(),
            ]),
            Format::Jpeg,
        ),
        (webp(&[(b"EXIF", comment), (b"XMP ", b"diptych:recipe=\"&#x110000;&".to_vec())]), Format::Webp),
    ]
}

#[test]
fn a_file_cut_at_any_byte_is_read_as_far_as_it_goes() {
    for (bytes, format) in samples() {
        for end in 0..bytes.len() {
            read(&mut Cursor::new(&bytes[..end]), format).expect("no failure of reading");
        }
    }
}

/// A small generator with a good enough spread.
fn noise(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

#[test]
fn bent_bytes_and_pure_noise_harm_nobody() {
    let mut state = 0x9e37_79b9_7f4a_7c15;
    for (bytes, format) in samples() {
        for _ in 0..3_000 {
            let mut bent = bytes.clone();
            for _ in 0..1 + noise(&mut state) % 8 {
                let at = noise(&mut state) as usize % bent.len();
                bent[at] = noise(&mut state) as u8;
            }
            read(&mut Cursor::new(&bent), format).expect("no failure of reading");
        }
    }
    for format in [Format::Png, Format::Jpeg, Format::Webp] {
        for _ in 0..3_000 {
            let length = noise(&mut state) as usize % 400;
            let bytes: Vec<u8> = (0..length).map(|_| noise(&mut state) as u8).collect();
            read(&mut Cursor::new(&bytes), format).expect("no failure of reading");
        }
    }
}

#[test]
fn texts_bent_anywhere_are_read_or_not_but_never_break() {
    let mut state = 7;
    let json = r#"{"positive_prompt": "a", "model": {"name": "b"}, "seed": 1}"#;
    for (keyword, sample) in [
        ("parameters", A1111),
        ("prompt", COMFY),
        ("workflow", WORKFLOW),
        ("invokeai_metadata", json),
        ("Dream", "\"é\" -S 1 -W"),
    ] {
        let letters: Vec<char> = sample.chars().collect();
        for _ in 0..2_000 {
            let mut bent = letters.clone();
            for _ in 0..1 + noise(&mut state) % 5 {
                let at = noise(&mut state) as usize % bent.len();
                bent[at] =
                    ['"', '\\', ':', ',', '{', '[', '湖', '\n', '-', '9'][noise(&mut state) as usize % 10];
            }
            in_png(keyword, &bent.into_iter().collect::<String>());
        }
    }
}
