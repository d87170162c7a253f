//! Hands `diff`, `conform`, `bench` and the like to `hognose-conform`, as cargo does with its subcommands.

use crate::exit::Exit;
use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Command;

const HARNESS: &str = "hognose-conform";

/// Becomes the harness; comes back only when there is none.
pub fn start(arguments: &[OsString]) -> Exit {
    let beside = std::env::current_exe().ok().map(|own| own.with_file_name(HARNESS)).filter(|path| path.exists());
    let program = beside.unwrap_or_else(|| PathBuf::from(HARNESS));
    let error = Command::new(program).args(arguments).exec();
    let subcommand = arguments.first().map(|name| name.to_string_lossy()).unwrap_or_default();
    eprintln!("error: '{subcommand}' needs {HARNESS}, which is not there: {error}");
    eprintln!("help: it links CPython 3.11; `cargo build --release --workspace` builds it beside this command");
    Exit::TROUBLE
}
