//! Parses files and prints their trees as `ast.dump(tree, include_attributes=True)` does.
//!
//! `cargo run --example dump -- FILE...`; with `--time` it prints how fast the files were read instead, with `--walk`
//! every node with its position.

use hognose_parser::{Options, Source, parse_source};
use hognose_syntax::{Arena, DumpOptions, dump, walk};
use std::io::Write;
use std::time::Instant;

fn main() {
    let mut paths: Vec<String> = std::env::args().skip(1).collect();
    let mode = paths.iter().position(|path| path.starts_with("--")).map(|at| paths.remove(at));
    if paths.len() == 1 && paths[0] == "-" {
        paths = std::io::stdin().lines().map_while(Result::ok).collect();
    }
    match mode.as_deref() {
        Some("--time") => time(&paths),
        _ => print(&paths, mode.is_some()),
    }
}

fn print(paths: &[String], positions: bool) {
    let options = DumpOptions { include_attributes: true, ..DumpOptions::default() };
    let mut out = std::io::stdout().lock();
    for path in paths {
        let arena = Arena::new();
        let tree = std::fs::read(path)
            .map_err(|error| error.to_string())
            .and_then(|bytes| hognose_parser::parse(&arena, &bytes, &Options::default()).map_err(|e| format!("{e:?}")));
        let text = match &tree {
            Err(error) => format!("{path}: {error}"),
            Ok(tree) if !positions => dump(tree, &options),
            Ok(tree) => {
                let mut lines = String::new();
                walk(tree, |node| {
                    if let Some(span) = node.span() {
                        let (start, end) = (span.start, span.end);
                        let place = (start.line, start.column_bytes, end.line, end.column_bytes);
                        lines.push_str(&format!("{} {place:?}\n", node.kind()));
                    }
                });
                lines
            }
        };
        if writeln!(out, "{text}").is_err() {
            return;
        }
    }
}

fn time(paths: &[String]) {
    let files: Vec<Vec<u8>> = paths.iter().filter_map(|path| std::fs::read(path).ok()).collect();
    let sources: Vec<Source> = files.iter().filter_map(|bytes| Source::decode(bytes).ok()).collect();
    let bytes: usize = sources.iter().map(|source| source.text().len()).sum();
    for _ in 0..5 {
        let start = Instant::now();
        let mut parsed = 0;
        for source in &sources {
            let arena = Arena::new();
            parsed += usize::from(parse_source(&arena, source, &Options::default()).is_ok());
        }
        let seconds = start.elapsed().as_secs_f64();
        println!(
            "{parsed} of {} files, {bytes} bytes, {seconds:.3} s, {:.1} MB/s",
            paths.len(),
            bytes as f64 / 1e6 / seconds
        );
    }
}
