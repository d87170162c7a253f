//! Keeps the crate graph and the invariants of `ARCHITECTURE.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// What each crate may use of the others; the table of `ARCHITECTURE.md`.
const MAY_USE: &[(&str, &[&str])] = &[
    ("primitives", &[]),
    ("syntax", &["primitives"]),
    ("parser", &["primitives", "syntax"]),
    ("symtable", &["primitives", "syntax"]),
    ("bytecode", &["primitives"]),
    ("ir", &["primitives", "bytecode"]),
    ("codegen", &["primitives", "syntax", "symtable", "bytecode", "ir"]),
    ("passes", &["primitives", "syntax", "bytecode", "ir"]),
    ("compiler", &["primitives", "syntax", "parser", "symtable", "bytecode", "ir", "codegen", "passes"]),
    ("lowered", &["primitives", "bytecode"]),
    ("runtime", &["primitives", "syntax", "bytecode", "lowered"]),
    ("vm", &["primitives", "bytecode", "lowered", "runtime"]),
    ("native", &["primitives", "bytecode", "lowered", "runtime"]),
];

/// Where `unsafe` may stand, by the start of a path below `crates/`.
const MAY_BE_UNSAFE: &[&str] = &[
    "runtime/src/value",
    "runtime/src/heap",
    "runtime/src/frame",
    "runtime/src/layout",
    "vm/src/dispatch",
    "native/src",
    "cli/src/host",
    "cli/src/interrupt",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the workspace lies two folders up")
}

fn crate_folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = fs::read_dir(root().join("crates"))
        .expect("crates/ is there")
        .map(|entry| entry.expect("readable").path())
        .filter(|path| path.join("Cargo.toml").exists())
        .collect();
    folders.push(root().join("conformance"));
    folders.sort();
    folders
}

fn name_of(folder: &Path) -> String {
    folder.file_name().expect("a crate has a folder").to_string_lossy().into_owned()
}

/// The package names under `[dependencies]` of a manifest.
fn dependencies(folder: &Path) -> BTreeSet<String> {
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).expect("each crate has a manifest");
    let mut inside = false;
    let mut found = BTreeSet::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            inside = line == "[dependencies]";
        } else if inside && let Some(end) = line.find(['.', ' ', '=']) {
            found.insert(line[..end].to_owned());
        }
    }
    found
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("readable").path();
        if path.is_dir() && path.file_name().is_some_and(|name| name != "target") {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn all_rust_files() -> Vec<(String, String)> {
    let root = root();
    let mut paths = Vec::new();
    for folder in ["crates", "conformance", "fuzz"] {
        rust_files(&root.join(folder), &mut paths);
    }
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).expect("sources are UTF-8");
            (path.strip_prefix(&root).expect("below the root").to_string_lossy().into_owned(), text)
        })
        .collect()
}

#[test]
fn crates_use_only_what_the_design_allows() {
    let allowed: BTreeMap<_, _> = MAY_USE.iter().copied().collect();
    let mut wrong = Vec::new();
    for folder in crate_folders() {
        let name = name_of(&folder);
        for dependency in dependencies(&folder) {
            let Some(used) = dependency.strip_prefix("hognose-") else {
                if dependency.starts_with("pyo3") && name != "conformance" {
                    wrong.push(format!("{name} knows CPython through {dependency}"));
                }
                continue;
            };
            let fine = match name.as_str() {
                "cli" => used != "testkit" && used != "conform",
                "testkit" => used != "conform",
                "conformance" => true,
                _ => allowed.get(name.as_str()).is_some_and(|uses| uses.contains(&used)),
            };
            if !fine {
                wrong.push(format!("{name} -> {used}"));
            }
        }
    }
    assert!(wrong.is_empty(), "edges outside the design: {wrong:#?}");
}

#[test]
fn unsafe_stands_only_where_the_design_allows() {
    let mut wrong = Vec::new();
    for folder in crate_folders() {
        let name = name_of(&folder);
        if MAY_BE_UNSAFE.iter().any(|path| path.starts_with(&format!("{name}/")))
            || matches!(&*name, "conformance" | "cli")
        {
            continue;
        }
        let lib = fs::read_to_string(folder.join("src/lib.rs")).expect("each library has a lib.rs");
        if !lib.contains("#![forbid(unsafe_code)]") {
            wrong.push(format!("{name} does not forbid unsafe code"));
        }
    }
    for (path, text) in all_rust_files() {
        let Some(below) = path.strip_prefix("crates/") else { continue };
        if below.starts_with("testkit/tests/") || MAY_BE_UNSAFE.iter().any(|start| below.starts_with(start)) {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or("");
            if code.contains("unsafe {") || code.contains("unsafe fn") || code.contains("unsafe impl") {
                wrong.push(format!("{path}:{}", number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "unsafe where the design has none: {wrong:#?}");
}

#[test]
fn no_process_wide_mutable_state() {
    let mut wrong = Vec::new();
    for (path, text) in all_rust_files() {
        if !path.starts_with("crates/")
            || path.ends_with("zoo.rs")
            || path.contains("/tests/")
            || path.starts_with("crates/cli/")
        {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or("").trim_start();
            let declares = code.starts_with("static ")
                || code.starts_with("pub static ")
                || code.starts_with("pub(crate) static ");
            if code.contains("static mut ")
                || code.contains("thread_local!")
                || (declares && ["Mutex", "Atomic", "Cell", "RwLock"].iter().any(|kind| code.contains(kind)))
            {
                wrong.push(format!("{path}:{}", number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "two interpreters in one process are legal: {wrong:#?}");
}

#[test]
fn files_open_with_a_sentence_and_hide_nothing() {
    let mut wrong = Vec::new();
    for (path, text) in all_rust_files() {
        if !text.lines().take(6).any(|line| line.starts_with("//!")) {
            wrong.push(format!("{path}: does not say what it is for"));
        }
        if path.ends_with("tests/tidy.rs") {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            if ["#[ignore", "todo!(", "unimplemented!(", "TODO", "FIXME"].iter().any(|mark| line.contains(mark)) {
                wrong.push(format!("{path}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
