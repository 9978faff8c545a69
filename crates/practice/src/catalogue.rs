//! The models: sizes, pixel tables, tokens and list prices, as data.
//!
//! As of 2026-11; the numbers follow the vendor's published tables. Not here: latency (`latency`) and quotas.

use crate::picture::{Finish, Format};

/// A picture size as the wire names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Size {
    Half,
    One,
    Two,
    Four,
}

impl Size {
    pub(crate) const ALL: [Self; 4] = [Self::Half, Self::One, Self::Two, Self::Four];

    /// The spelling in `imageSize`: upper-case K, and `512` without a suffix.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Half => "512",
            Self::One => "1K",
            Self::Two => "2K",
            Self::Four => "4K",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|size| size.name() == text)
    }
}

/// How a model thinks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Thinking {
    /// Never.
    No,
    /// Always, whatever level is asked for.
    Always,
    /// At the level asked for; this is the default.
    Level(&'static str),
}

/// One model.
#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) id: &'static str,
    pub(crate) display_name: &'static str,
    /// Retired ids that resolve to this model.
    pub(crate) aliases: &'static [&'static str],
    pub(crate) format: Format,
    pub(crate) finish: Finish,
    /// Per size of [`Size::ALL`]: output tokens and list price in millionths of a dollar; `None` = not offered.
    pub(crate) sizes: [Option<(u32, u64)>; 4],
    /// Whether `imageSize` may be sent at all.
    pub(crate) takes_size: bool,
    /// Whether 1:4, 4:1, 1:8 and 8:1 are offered.
    pub(crate) extreme_ratios: bool,
    pub(crate) references: usize,
    pub(crate) tokens_per_reference: u32,
    pub(crate) thinking: Thinking,
}

/// Every model, newest family first.
pub(crate) static MODELS: [Model; 5] = [
    Model {
        id: "gemini-3-pro-image",
        display_name: "Nano Banana Pro",
        aliases: &["gemini-3-pro-image-preview", "nano-banana-pro-preview"],
        format: Format::Jpeg,
        finish: Finish::Fine,
        sizes: [None, Some((1120, 134_000)), Some((1120, 134_000)), Some((2000, 240_000))],
        takes_size: true,
        extreme_ratios: false,
        references: 14,
        tokens_per_reference: 560,
        thinking: Thinking::Always,
    },
    Model {
        id: "gemini-nano-banana-2.1",
        display_name: "Nano Banana 2.1",
        aliases: &[],
        format: Format::Png,
        finish: Finish::Soft,
        sizes: [None, Some((1120, 33_600)), Some((1680, 50_400)), Some((3780, 113_000))],
        takes_size: true,
        extreme_ratios: true,
        references: 14,
        tokens_per_reference: 560,
        thinking: Thinking::Level("MEDIUM"),
    },
    Model {
        id: "gemini-3.1-flash-image",
        display_name: "Nano Banana 2",
        aliases: &["gemini-3.1-flash-image-preview"],
        format: Format::Jpeg,
        finish: Finish::Soft,
        sizes: [Some((747, 45_000)), Some((1120, 67_000)), Some((1680, 101_000)), Some((2520, 151_000))],
        takes_size: true,
        extreme_ratios: true,
        references: 14,
        tokens_per_reference: 560,
        thinking: Thinking::Level("MINIMAL"),
    },
    Model {
        id: "gemini-3.1-flash-lite-image",
        display_name: "Nano Banana 2 Lite",
        aliases: &[],
        format: Format::Jpeg,
        finish: Finish::Plain,
        sizes: [None, Some((1120, 33_600)), None, None],
        takes_size: true,
        extreme_ratios: true,
        references: 14,
        tokens_per_reference: 258,
        thinking: Thinking::Level("MINIMAL"),
    },
    Model {
        id: "gemini-2.5-flash-image",
        display_name: "Nano Banana",
        aliases: &["gemini-2.5-flash-image-preview"],
        format: Format::Png,
        finish: Finish::Plain,
        sizes: [None, Some((1290, 39_000)), None, None],
        takes_size: false,
        extreme_ratios: false,
        references: 3,
        tokens_per_reference: 258,
        thinking: Thinking::No,
    },
];

/// The model an id means, whether current or retired.
pub(crate) fn find(id: &str) -> Option<&'static Model> {
    MODELS.iter().find(|model| model.id == id || model.aliases.contains(&id))
}

/// Ratio name and pixels at 512, 1K, 2K, 4K; then those of the 2.5 model. The last four are the extreme ones.
type Pixels = (&'static str, [(u32, u32); 4], (u32, u32));

/// The vendor's table. 21:9 at 512 is printed there as 792×168, taken here as the typo it must be.
static RATIOS: [Pixels; 14] = [
    ("1:1", [(512, 512), (1024, 1024), (2048, 2048), (4096, 4096)], (1024, 1024)),
    ("2:3", [(424, 632), (848, 1264), (1696, 2528), (3392, 5056)], (832, 1248)),
    ("3:2", [(632, 424), (1264, 848), (2528, 1696), (5056, 3392)], (1248, 832)),
    ("3:4", [(448, 600), (896, 1200), (1792, 2400), (3584, 4800)], (864, 1184)),
    ("4:3", [(600, 448), (1200, 896), (2400, 1792), (4800, 3584)], (1184, 864)),
    ("4:5", [(464, 576), (928, 1152), (1856, 2304), (3712, 4608)], (896, 1152)),
    ("5:4", [(576, 464), (1152, 928), (2304, 1856), (4608, 3712)], (1152, 896)),
    ("9:16", [(384, 688), (768, 1376), (1536, 2752), (3072, 5504)], (768, 1344)),
    ("16:9", [(688, 384), (1376, 768), (2752, 1536), (5504, 3072)], (1344, 768)),
    ("21:9", [(792, 336), (1584, 672), (3168, 1344), (6336, 2688)], (1536, 672)),
    ("1:4", [(256, 1024), (512, 2048), (1024, 4096), (2048, 8192)], (0, 0)),
    ("4:1", [(1024, 256), (2048, 512), (4096, 1024), (8192, 2048)], (0, 0)),
    ("1:8", [(192, 1536), (384, 3072), (768, 6144), (1536, 12_288)], (0, 0)),
    ("8:1", [(1536, 192), (3072, 384), (6144, 768), (12_288, 1536)], (0, 0)),
];

impl Model {
    /// The names of the ratios this model offers.
    pub(crate) fn ratios(&self) -> impl Iterator<Item = &'static str> + use<> {
        let count = if self.extreme_ratios { 14 } else { 10 };
        RATIOS.iter().take(count).map(|(name, ..)| *name)
    }

    /// Tokens and list price of one picture, if the model offers the size.
    pub(crate) fn offer(&self, size: Size) -> Option<(u32, u64)> {
        self.sizes[size as usize]
    }

    /// What a picture costs in a tier: the list price, times what the tier asks.
    pub(crate) fn price(&self, size: Size, tier: &str) -> u64 {
        let (_, list) = self.offer(size).unwrap_or_default();
        match tier {
            "flex" => list / 2,
            "priority" => list * 7 / 4,
            _ => list,
        }
    }

    /// The exact pixels of a size and ratio.
    pub(crate) fn pixels(&self, ratio: &str, size: Size) -> (u32, u32) {
        let row = RATIOS.iter().find(|(name, ..)| *name == ratio).unwrap_or(&RATIOS[0]);
        if self.takes_size { row.1[size as usize] } else { row.2 }
    }

    /// The offered ratio nearest to that of a reference image.
    pub(crate) fn ratio_like(&self, width: u32, height: u32) -> &'static str {
        let wanted = (f64::from(width) / f64::from(height.max(1))).ln();
        let off = |name: &str| {
            let (w, h) = self.pixels(name, Size::One);
            ((f64::from(w) / f64::from(h)).ln() - wanted).abs()
        };
        self.ratios().min_by(|a, b| off(a).total_cmp(&off(b))).unwrap_or("1:1")
    }
}
