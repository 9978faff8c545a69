//! Draws pictures into a folder, to be judged by eye: `draw FOLDER WIDTH HEIGHT [PROMPT…]`.

use std::time::Instant;

use diptych_practice::picture::{Finish, Format, Order, draw};

const PROMPTS: [&str; 12] = [
    "A lighthouse at dusk, long exposure",
    "Mountain lake at dawn",
    "Night over the hills, stars",
    "Mist in the valley, morning",
    "Desert dunes in golden light",
    "A pine forest in autumn",
    "City skyline at night",
    "Snow on the peaks, winter",
    "A quiet sea on a summer day",
    "Storm over the mountains",
    "A red kettle on a stove",
    "Portrait of an old friend",
];

#[allow(clippy::print_stdout, reason = "an example reports on its standard output")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let folder = args.next().unwrap_or_else(|| "/tmp/practice-pictures".to_owned());
    let width = args.next().map_or(Ok(1376), |s| s.parse())?;
    let height = args.next().map_or(Ok(768), |s| s.parse())?;
    let mut prompts: Vec<String> = args.collect();
    if prompts.is_empty() {
        prompts = PROMPTS.map(str::to_owned).to_vec();
    }
    std::fs::create_dir_all(&folder)?;
    for (i, prompt) in prompts.iter().enumerate() {
        for (name, finish, format) in
            [("pro", Finish::Fine, Format::Jpeg), ("flash", Finish::Soft, Format::Png)]
        {
            let order = Order { prompt: prompt.clone(), seed: 0, variant: 0, width, height, finish };
            let start = Instant::now();
            let canvas = draw(&order);
            let drawn = start.elapsed().as_millis();
            let file = canvas.encode(format, "P-000000")?;
            let encoded = start.elapsed().as_millis() - drawn;
            let end = if format == Format::Jpeg { "jpg" } else { "png" };
            std::fs::write(format!("{folder}/{i:02}-{name}.{end}"), &file)?;
            println!("{prompt}: {name} draw {drawn} ms, encode {encoded} ms, {} KB", file.len() / 1024);
        }
    }
    Ok(())
}
