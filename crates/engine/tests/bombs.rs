//! Pictures and answers that are made to fill memory, each opened in every way by a process of its own: it may take what
//! is written down (`MAX_ALLOCATION`) and no more, and has to come back. What a process has taken is what the kernel says
//! it has, so that decoders in C are counted too; what it asks for and does not touch is stopped by a limit.
#![cfg(target_os = "linux")]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use diptych_engine::import;
use diptych_engine::picture::clean::cleaned;
use diptych_engine::picture::convert::{Conversion, CopyFormat, convert};
use diptych_engine::picture::decode::MAX_ALLOCATION;
use diptych_engine::picture::derive::{Crop, Derived};
use diptych_engine::picture::inspect::{Format, inspect};
use diptych_engine::provider::events::Events;
use diptych_engine::provider::scan::scan;
use diptych_engine::store::folder::Folders;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use rustix::process::{Resource, Rlimit, setrlimit};
use std::fs::{self, File};
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

const MIB: u64 = 1 << 20;
/// Address space for what is asked for and never touched, and for what a process has by itself.
const SPACE: u64 = MAX_ALLOCATION + 300 * MIB;
/// The child is told by these what to open.
const BOMB: &str = "DIPTYCH_TEST_BOMB";

/// A chunk of PNG.
fn chunk(out: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    out.extend((data.len() as u32).to_be_bytes());
    let start = out.len();
    out.extend(kind);
    out.extend(data);
    let mut sum = flate2::Crc::new();
    sum.update(&out[start..]);
    out.extend(sum.sum().to_be_bytes());
}

/// So many zeros, packed: a thousandth of them.
fn zeros(count: u64) -> Vec<u8> {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::fast());
    io::copy(&mut io::repeat(0).take(count), &mut packed).expect("packs");
    packed.finish().expect("packs")
}

/// A PNG of this kind of colour whose pixels unpack to so many zeros, with other chunks before them.
fn png(
    width: u32,
    height: u32,
    colour: u8,
    interlaced: bool,
    pixels: u64,
    others: &[(&[u8; 4], &[u8])],
) -> Vec<u8> {
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut head = [width.to_be_bytes(), height.to_be_bytes()].concat();
    head.extend([8, colour, 0, 0, u8::from(interlaced)]);
    chunk(&mut out, b"IHDR", &head);
    for (kind, data) in others {
        chunk(&mut out, kind, data);
    }
    chunk(&mut out, b"IDAT", &zeros(pixels));
    chunk(&mut out, b"IEND", b"");
    out
}

const GREY: u8 = 0;
const RGB: u8 = 2;

/// A small JPEG that says it is large; what is missing a decoder makes up.
fn jpeg(width: u16, height: u16, change: impl FnOnce(&mut jpeg_encoder::Encoder<&mut Vec<u8>>)) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut out, 80);
    change(&mut encoder);
    let pixels: Vec<u8> = (0..64 * 64 * 3).map(|n: u32| (n * 7) as u8).collect();
    encoder.encode(&pixels, 64, 64, jpeg_encoder::ColorType::Rgb).expect("encodes");
    let frame = out.windows(2).position(|pair| matches!(pair, [0xff, 0xc0..=0xc2])).expect("a frame");
    out[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    out[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    out
}

/// A progressive JPEG with its last scan over and over.
fn many_scans(count: usize) -> Vec<u8> {
    let mut bytes = jpeg(64, 64, |encoder| encoder.set_progressive(true));
    let last = bytes.windows(2).rposition(|pair| pair == [0xff, 0xda]).expect("a scan");
    let scan = bytes[last..bytes.len() - 2].repeat(count);
    let end = bytes.len() - 2;
    bytes.splice(end..end, scan);
    bytes
}

fn turned(mut jpeg: Vec<u8>) -> Vec<u8> {
    let exif = b"\xff\xe1\0\x22Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
    jpeg.splice(2..2, exif[..0x24].iter().copied());
    jpeg
}

/// A lossless WebP: of this size, or one that only says so.
fn webp(width: u32, height: u32, lies: bool) -> Vec<u8> {
    let (real_width, real_height) = if lies { (32, 32) } else { (width, height) };
    let mut out = Vec::new();
    let pixels = vec![90; real_width as usize * real_height as usize * 3];
    image::codecs::webp::WebPEncoder::new_lossless(&mut out)
        .encode(&pixels, real_width, real_height, image::ExtendedColorType::Rgb8)
        .expect("encodes");
    if lies {
        let bits = u32::from_le_bytes(out[21..25].try_into().expect("four")) & 0xf000_0000;
        out[21..25].copy_from_slice(&(bits | (height - 1) << 14 | (width - 1)).to_le_bytes());
    }
    out
}

/// An ICC chunk that unpacks to a GiB.
fn profile_bomb() -> Vec<u8> {
    [b"p\0\0".as_slice(), &zeros(1 << 30)].concat()
}

/// Everything there is, with what may be taken for it in MiB.
fn pictures() -> Vec<(&'static str, Vec<u8>, u64)> {
    let text = [b"parameters\0\0".as_slice(), &zeros(1 << 30)].concat();
    let more_text = [b"XML:com.adobe.xmp\0\x01\0\0\0".as_slice(), &zeros(1 << 30)].concat();
    let small = (100 * 301) as u64;
    let all = MAX_ALLOCATION / MIB;
    vec![
        ("png 200 MP", png(14_140, 14_140, RGB, false, 14_140 * (14_140 * 3 + 1), &[]), all),
        ("png 200 MP grey, one row", png(16_384, 12_000, GREY, false, 12_000 * 16_385, &[]), all),
        ("png says 100 × 100, holds 1 GiB", png(100, 100, RGB, false, 1 << 30, &[]), 100),
        ("png says 200 MP, holds nothing", png(14_140, 14_140, RGB, false, 10, &[]), all),
        ("png 65,535 × 65,535", png(65_535, 65_535, RGB, false, 1 << 20, &[]), 50),
        ("png interlaced, 100 MP", png(10_000, 10_000, RGB, true, 301_000_000, &[]), all),
        ("png interlaced, 200 MP", png(14_140, 14_140, RGB, true, 1 << 20, &[]), 50),
        ("png with zTXt", png(100, 100, RGB, false, small, &[(b"zTXt", &text)]), 100),
        ("png with iTXt", png(100, 100, RGB, false, small, &[(b"iTXt", &more_text)]), 100),
        ("png with iCCP", png(100, 100, RGB, false, small, &[(b"iCCP", &profile_bomb())]), 200),
        ("jpeg 192 MP", jpeg(16_000, 12_000, |_| ()), all),
        ("jpeg 192 MP, turned", turned(jpeg(16_000, 12_000, |_| ())), all),
        ("jpeg 100 MP, turned", turned(jpeg(10_000, 10_000, |_| ())), all),
        ("jpeg 65,535 × 65,535", jpeg(65_535, 65_535, |_| ()), 50),
        ("jpeg progressive, 55 MP", jpeg(7_400, 7_400, |encoder| encoder.set_progressive(true)), all),
        ("jpeg progressive, 200 MP", jpeg(14_140, 14_140, |encoder| encoder.set_progressive(true)), 50),
        (
            "jpeg colour by colour, 200 MP",
            jpeg(14_140, 14_140, |encoder| encoder.set_optimized_huffman_tables(true)),
            50,
        ),
        ("jpeg of 300 scans", many_scans(300), 50),
        ("webp 40 MP", webp(6_400, 6_250, false), all),
        ("webp says 200 MP", webp(16_383, 12_200, true), 50),
        ("webp says 40 MP", webp(6_400, 6_250, true), all),
    ]
}

/// What a process has taken at most, and what it takes, in bytes.
fn taken(what: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("the kernel tells");
    let line = status.lines().find_map(|line| line.strip_prefix(what)).expect("a line");
    line.trim_start_matches(':').trim().trim_end_matches(" kB").parse::<u64>().expect("a number") * 1024
}

fn open_in_every_way(path: &Path, home: &Path) {
    let folders = Folders { data: home.into(), cache: home.into() };
    let derived = Derived::new(&folders.cache);
    let crop = |text| Crop::parse(text, "64x64").expect("a rectangle");
    drop(derived.arriving(io::BufReader::new(File::open(path).expect("opens")), true));
    drop(derived.thumb(path, "h"));
    drop(derived.tile(path, "h", 0, 0, 0));
    drop(derived.crop(path, crop("10,10,32,32")));
    drop(derived.overview(path, "h"));
    derived.forget_frames();
    let how = Conversion { format: CopyFormat::Png, quality: 90, max_edge: Some(64) };
    if inspect(File::open(path).expect("opens"))
        .expect("reads")
        .is_ok_and(|facts| facts.pixels() < 30_000_000)
    {
        drop(convert(path, how));
    }
    for format in [Format::Png, Format::Jpeg, Format::Webp] {
        drop(import::read(&mut File::open(path).expect("opens"), format));
        drop(cleaned(fs::read(path).expect("reads"), format));
    }
}

/// Answers that go on and on.
fn scan_all(home: &Path) {
    let flood = |text: &'static [u8], count: u64| text.chain(io::repeat(b'A').take(count));
    let stem = home.join("t1");
    assert!(scan(flood(b"{\"text\":\"", 1 << 40), &stem).is_err());
    assert!(scan(flood(b"{\"url\":\"data:", 1 << 40), &stem).is_err());
    assert!(scan(Events::new(flood(b"data: {\"text\":\"", 1 << 40)), &stem).is_err());
    for start in [&b"{\"data\":\""[..], b"{\"b64_json\":\"data:image/png;base64,"] {
        assert_eq!(scan(flood(start, 1 << 26), &stem).expect("scans").blobs[0].length, 3 << 24);
    }
    let deep = scan(io::repeat(b'[').take(1 << 22), &stem).expect("scans");
    assert!(serde_json::from_slice::<serde_json::Value>(&deep.rest).is_err(), "too deep");
    let one = format!("{{\"data\":\"{}\"}},", STANDARD.encode([7; 300])).repeat(20_000);
    assert_eq!(scan(one.as_bytes(), &stem).expect("scans").blobs.len(), 64);
}

/// Only what the other test starts.
#[test]
fn a_child_that_opens_one_bomb() {
    let Some(bomb) = std::env::var_os(BOMB).map(PathBuf::from) else { return };
    let home = tempfile::tempdir().expect("folder");
    let (before, space) = (taken("VmRSS"), taken("VmSize") + SPACE);
    setrlimit(Resource::As, Rlimit { current: Some(space), maximum: Some(space) }).expect("less is allowed");
    if bomb.exists() {
        open_in_every_way(&bomb, home.path());
    } else {
        scan_all(home.path());
    }
    let most = taken("VmHWM").saturating_sub(before);
    writeln!(io::stdout(), "took {most} bytes").expect("is read");
}

/// Bytes that a child has taken.
fn child(bomb: &Path) -> Result<u64, String> {
    let output = Command::new(std::env::current_exe().expect("this one"))
        .args(["--exact", "a_child_that_opens_one_bomb", "--nocapture", "--test-threads=1"])
        .env(BOMB, bomb)
        .output()
        .expect("starts");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let took = said.lines().find_map(|line| line.split_once("took ")?.1.strip_suffix(" bytes"));
    let told = || format!("{}: {said}\n{}", output.status, String::from_utf8_lossy(&output.stderr));
    took.filter(|_| output.status.success()).and_then(|text| text.parse().ok()).ok_or_else(told)
}

#[test]
fn no_bomb_takes_more_than_is_allowed() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("bomb");
    let mut failed = Vec::new();
    let mut judge = |name: &str, path: &Path, most: u64| match child(path) {
        Ok(took) if took <= most * MIB => {}
        Ok(took) => failed.push(format!("{name}: {} MiB of {most}", took / MIB)),
        Err(text) => failed.push(format!("{name}: {text}")),
    };
    for (name, bytes, most) in pictures() {
        fs::write(&path, bytes).expect("written");
        judge(name, &path, most);
    }
    judge("streams", Path::new("no file"), 120);
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
