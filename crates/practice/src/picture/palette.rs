//! Colours of the hour and the weather, and the words of a prompt that call for them.

/// A colour in 0–255 per channel, mixed in sRGB like paint on a screen.
pub(super) type Rgb = [f32; 3];

/// Everything coloured in a scene.
#[derive(Debug, Clone, Copy)]
pub(super) struct Palette {
    /// Zenith, high, low, horizon.
    pub(super) sky: [Rgb; 4],
    /// The disc of sun or moon.
    pub(super) disc: Rgb,
    /// The air around it.
    pub(super) glow: Rgb,
    /// The haze that lies between ridges.
    pub(super) haze: Rgb,
    /// The farthest ridge.
    pub(super) far: Rgb,
    /// The nearest ridge.
    pub(super) near: Rgb,
    /// Where in the sky the light may stand: 0 zenith, 1 horizon.
    pub(super) altitude: (f32, f32),
    /// How strongly the air glows, 0–1.
    pub(super) shine: f32,
    /// How many clouds, 0–1.
    pub(super) clouds: f32,
    /// Stars, lit windows and beams.
    pub(super) dark: bool,
    /// Snow on the lit sides.
    pub(super) snow: bool,
}

const DAY: Palette = Palette {
    sky: [[38., 92., 164.], [88., 144., 202.], [164., 202., 226.], [228., 234., 228.]],
    disc: [255., 252., 240.],
    glow: [255., 246., 224.],
    haze: [188., 206., 214.],
    far: [120., 152., 184.],
    near: [20., 42., 40.],
    altitude: (0.28, 0.6),
    shine: 0.55,
    clouds: 0.8,
    dark: false,
    snow: false,
};

const DAWN: Palette = Palette {
    sky: [[44., 66., 116.], [128., 108., 146.], [234., 148., 122.], [252., 206., 142.]],
    disc: [255., 247., 224.],
    glow: [255., 206., 138.],
    haze: [222., 160., 140.],
    far: [158., 124., 156.],
    near: [22., 26., 44.],
    altitude: (0.66, 0.9),
    shine: 0.8,
    clouds: 0.6,
    dark: false,
    snow: false,
};

const DUSK: Palette = Palette {
    sky: [[30., 26., 66.], [98., 52., 108.], [214., 92., 92.], [252., 166., 96.]],
    disc: [255., 232., 190.],
    glow: [255., 158., 88.],
    haze: [196., 104., 104.],
    far: [132., 78., 120.],
    near: [16., 12., 28.],
    altitude: (0.74, 0.95),
    shine: 0.85,
    clouds: 0.75,
    dark: true,
    snow: false,
};

const NIGHT: Palette = Palette {
    sky: [[5., 8., 22.], [13., 22., 54.], [32., 48., 102.], [82., 92., 150.]],
    disc: [246., 244., 252.],
    glow: [150., 160., 220.],
    haze: [64., 72., 122.],
    far: [54., 62., 112.],
    near: [4., 6., 14.],
    altitude: (0.2, 0.55),
    shine: 0.5,
    clouds: 0.25,
    dark: true,
    snow: false,
};

const MIST: Palette = Palette {
    sky: [[122., 162., 188.], [162., 190., 202.], [206., 220., 218.], [234., 235., 224.]],
    disc: [255., 253., 240.],
    glow: [246., 242., 222.],
    haze: [214., 222., 216.],
    far: [168., 190., 194.],
    near: [24., 46., 46.],
    altitude: (0.35, 0.7),
    shine: 0.6,
    clouds: 0.15,
    dark: false,
    snow: false,
};

const DUST: Palette = Palette {
    sky: [[98., 88., 92.], [166., 128., 94.], [216., 160., 98.], [244., 204., 138.]],
    disc: [255., 243., 208.],
    glow: [252., 208., 132.],
    haze: [220., 168., 112.],
    far: [192., 142., 104.],
    near: [46., 26., 20.],
    altitude: (0.5, 0.85),
    shine: 0.7,
    clouds: 0.1,
    dark: false,
    snow: false,
};

const WINTER: Palette = Palette {
    sky: [[92., 124., 172.], [148., 174., 208.], [206., 216., 230.], [248., 234., 226.]],
    disc: [255., 251., 240.],
    glow: [255., 236., 220.],
    haze: [222., 226., 236.],
    far: [166., 184., 212.],
    near: [44., 60., 86.],
    altitude: (0.5, 0.85),
    shine: 0.6,
    clouds: 0.4,
    dark: false,
    snow: true,
};

const AUTUMN: Palette = Palette {
    sky: [[84., 108., 142.], [158., 156., 158.], [228., 190., 148.], [250., 220., 170.]],
    disc: [255., 248., 226.],
    glow: [255., 220., 160.],
    haze: [226., 182., 140.],
    far: [170., 134., 118.],
    near: [50., 22., 14.],
    altitude: (0.5, 0.85),
    shine: 0.7,
    clouds: 0.5,
    dark: false,
    snow: false,
};

const STORM: Palette = Palette {
    sky: [[34., 42., 54.], [66., 78., 90.], [118., 128., 132.], [190., 188., 174.]],
    disc: [226., 224., 212.],
    glow: [206., 204., 188.],
    haze: [132., 142., 144.],
    far: [92., 104., 112.],
    near: [14., 20., 26.],
    altitude: (0.55, 0.8),
    shine: 0.45,
    clouds: 1.0,
    dark: false,
    snow: false,
};

const WORDS: [(&[&str], Palette); 8] = [
    (&["night", "midnight", "star", "moon", "nocturn", "nacht", "noir", "dark"], NIGHT),
    (&["dusk", "sunset", "evening", "twilight", "ember", "neon", "abend"], DUSK),
    (&["dawn", "sunrise", "morning", "blush", "pink", "morgen"], DAWN),
    (&["storm", "rain", "thunder", "grey", "gray", "gloom", "sturm"], STORM),
    (&["snow", "winter", "frost", "ice", "arctic", "alpine", "glacier", "schnee"], WINTER),
    (&["mist", "fog", "haze", "cloud", "nebel", "pale"], MIST),
    (&["dust", "desert", "dune", "sand", "savanna", "canyon", "gold"], DUST),
    (&["autumn", "fall", "maple", "copper", "herbst", "harvest"], AUTUMN),
];

const ANY: [Palette; 7] = [DAWN, DUSK, DAY, MIST, DUST, AUTUMN, NIGHT];

/// The palette the prompt asks for, or one chosen by `pick`.
pub(super) fn for_words(words: &[&str], pick: usize) -> Palette {
    let named = WORDS.iter().find(|(keys, _)| mentions(words, keys)).map(|(_, palette)| *palette);
    let day =
        || mentions(words, &["day", "noon", "summer", "spring", "blue", "meadow", "sunny"]).then_some(DAY);
    named.or_else(day).unwrap_or(ANY[pick % ANY.len()])
}

/// Whether a word of the prompt begins with one of `keys`.
pub(super) fn mentions(words: &[&str], keys: &[&str]) -> bool {
    words.iter().any(|word| {
        // Short keys must match whole, or "ice" would be found in "iced" and "fall" in "fallow".
        keys.iter().any(|key| {
            word == key || (key.len() > 3 && word.starts_with(key)) || word.strip_suffix('s') == Some(key)
        })
    })
}

/// From `a` to `b` by `t`.
pub(super) fn blend(a: Rgb, b: Rgb, t: f32) -> Rgb {
    [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t]
}
