//! The standing corpus is identical, or as `conformance/expected` says.

use std::path::Path;
use std::process::Command;

const CONFORM: &str = env!("CARGO_BIN_EXE_hognose-conform");

/// Runs `hognose-conform conform` in the root of the workspace.
fn conform(arguments: &[&str]) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the package is in the workspace");
    let output = Command::new(CONFORM).arg("conform").args(arguments).current_dir(root).output();
    let output = output.expect("the harness starts");
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}{errors}");
}

/// Builds the command next to the harness, in the same profile.
fn build_command() {
    let folder = Path::new(CONFORM).parent().and_then(Path::file_name).and_then(|name| name.to_str());
    let profile = match folder {
        Some("debug") | None => "dev",
        Some(profile) => profile,
    };
    let target = Path::new(CONFORM).parent().and_then(Path::parent).expect("cargo's folder");
    let status = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--package", "hognose-cli", "--profile", profile, "--target-dir"])
        .arg(target)
        .status();
    assert!(status.expect("cargo starts").success());
}

const STAGES: &str = "tokens,ast,symtable,bytecode,pyc,errors";

#[test]
fn programs_pass_through_every_stage() {
    conform(&["examples", "conformance/programs", "conformance/probes", "conformance/bench", "--level", STAGES]);
}

#[test]
fn rejected_programs_are_rejected_in_cpythons_words() {
    // CPython's own parser stops before the tokenizer's last word; what it says then is level `errors`.
    conform(&["conformance/rejected", "--level", "ast,symtable,bytecode,pyc,errors"]);
}

#[test]
fn programs_do_the_same_on_both_back_ends() {
    build_command();
    let corpus = ["examples", "conformance/programs", "conformance/probes"];
    conform(&[&corpus[..], &["--level", "result", "--backend", "vm,native"]].concat());
}

#[test]
fn a_part_of_the_library_passes_through_every_stage() {
    conform(&["--stdlib", "--limit", "60", "--level", STAGES]);
}
