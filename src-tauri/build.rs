//! Build script of the window: the commands that the web view may ever call, where the capabilities stand, and an
//! empty `ui/dist` where the interface was not built. Not here: building the interface (`./studio` does that).

use std::path::Path;

/// What a checkout without a built interface shows.
const PLACEHOLDER: &str = "<!doctype html><meta charset=\"utf-8\"><title>Diptych</title>\
<p>The interface is not built. Run <code>./studio run</code>.\n";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let dist = Path::new("ui/dist");
    if !dist.join("index.html").exists() {
        std::fs::create_dir_all(dist)?;
        std::fs::write(dist.join("index.html"), PLACEHOLDER)?;
    }
    fold_twins();
    println!("cargo:rerun-if-changed=src-tauri/capabilities");
    println!("cargo:rerun-if-changed=ui/dist");
    let commands = tauri_build::AppManifest::new().commands(&[
        "rpc",
        "words",
        "picture",
        "answer_close",
        "choose_folder",
        "ui_ready",
        "drag_out",
        "take_dropped",
    ]);
    tauri_build::try_build(
        tauri_build::Attributes::new()
            .app_manifest(commands)
            .capabilities_path_pattern("./src-tauri/capabilities/**/*"),
    )?;
    Ok(())
}

/// Functions that compile to the same code become one. Only where Rust brings the linker that can: there it is LLD.
fn fold_twins() {
    let is = |name: &str, value: &str| std::env::var(name).is_ok_and(|found| found == value);
    if is("PROFILE", "release") && is("TARGET", "x86_64-unknown-linux-gnu") {
        println!("cargo:rustc-link-arg-bins=-Wl,--icf=all");
    }
}
