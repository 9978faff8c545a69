//! The program `diptych-desktop`: calls the library, so that everything else can be tested.

#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

fn main() -> std::process::ExitCode {
    diptych_desktop::run()
}
