//! Makes an empty interface where none was built yet, so that the engine and its tests need no Node.

fn main() -> std::io::Result<()> {
    fold_twins();
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

/// Functions that compile to the same code become one. Only where Rust brings the linker that can: there it is LLD.
fn fold_twins() {
    let is = |name: &str, value: &str| std::env::var(name).is_ok_and(|found| found == value);
    if is("PROFILE", "release") && is("TARGET", "x86_64-unknown-linux-gnu") {
        println!("cargo::rustc-link-arg-bins=-Wl,--icf=all");
    }
}
