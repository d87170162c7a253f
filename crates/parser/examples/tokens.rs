//! Prints the tokens of files as `python -m tokenize -e` does.

use hognose_parser::{Source, tokenize};
use std::io::Write;

fn main() {
    let mut out = std::io::stdout().lock();
    for path in std::env::args().skip(1) {
        let rows = std::fs::read(&path)
            .map_err(|error| error.to_string())
            .and_then(|bytes| Source::decode(&bytes).map_err(|error| error.to_string()))
            .and_then(|source| tokenize(&source).map_err(|error| error.to_string()));
        let text = match rows {
            Ok(rows) => rows.iter().map(|row| format!("{row}\n")).collect(),
            Err(error) => format!("{path}: {error}\n"),
        };
        if out.write_all(text.as_bytes()).is_err() {
            return;
        }
    }
}
