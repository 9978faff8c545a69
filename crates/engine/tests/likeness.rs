//! What pictures are like, on pictures of the practice provider: one composition by two models is seen as one, two
//! compositions of one prompt as two.

use diptych_engine::picture::derive::Derived;
use diptych_engine::picture::essence::Essence;
use diptych_engine::store::folder::Folders;
use diptych_practice::picture::{Finish, Format, Order, draw};

fn essence(prompt: &str, seed: u64, (width, height): (u32, u32), finish: Finish, format: Format) -> Essence {
    let folder = tempfile::tempdir().expect("folder");
    let order = Order { prompt: prompt.into(), seed, variant: 0, width, height, finish };
    let original = folder.path().join("original");
    std::fs::write(&original, draw(&order).encode(format, "P-000001").expect("encodes")).expect("written");
    let folders = Folders { data: folder.path().into(), cache: folder.path().into() };
    Derived::new(&folders.cache).essence(&original, "h").expect("decodes")
}

#[test]
fn one_composition_by_two_models_is_alike_and_two_of_one_prompt_are_not() {
    let mut near = 0;
    for prompt in
        ["Layered hills at dawn", "A lighthouse above a stormy sea", "Snow on an alpine lake at dusk"]
    {
        let pro = essence(prompt, 7, (1376, 768), Finish::Fine, Format::Jpeg);
        let flash = essence(prompt, 7, (1376, 768), Finish::Soft, Format::Png);
        assert!(pro.distance(&flash) <= 10, "{prompt}: {}", pro.distance(&flash));
        let other = essence(prompt, 8, (1376, 768), Finish::Fine, Format::Jpeg);
        near += usize::from(pro.distance(&other) <= 10);
    }
    assert!(near < 3, "every other composition is taken for the same");
}
