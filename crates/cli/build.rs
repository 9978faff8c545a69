//! Makes an empty interface where none was built yet, so that the engine and its tests need no Node.

fn main() -> std::io::Result<()> {
    let dist = std::path::Path::new("../../ui/dist");
    println!("cargo::rerun-if-changed=../../ui/dist");
    if !dist.join("index.html").exists() {
        std::fs::create_dir_all(dist)?;
        std::fs::write(
            dist.join("index.html"),
            "<!doctype html><title>Diptych</title><p>Run ./studio run first.</p>",
        )?;
    }
    Ok(())
}
