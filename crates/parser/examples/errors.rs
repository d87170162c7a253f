//! Prints what rejects each program of a file: programs are separated by a line of a single NUL character.
//!
//! `cargo run --example errors -- FILE`; per program one line, `ok` or class, message, place and text.

use hognose_parser::{Options, ParseError, Source, parse_source};
use hognose_syntax::Arena;

fn main() {
    let path = std::env::args().nth(1).expect("the file to read");
    let programs = std::fs::read_to_string(path).expect("a readable file of UTF-8 text");
    for program in programs.split("\n\0\n") {
        let arena = Arena::new();
        let parsed = Source::from_text(program)
            .map_err(ParseError::from)
            .and_then(|source| parse_source(&arena, &source, &Options::default()).map(|_| ()));
        match parsed {
            Ok(()) => println!("ok"),
            Err(ParseError::Unsupported(construct)) => println!("{construct}"),
            Err(ParseError::Syntax(error)) => println!(
                "{}\t{}\t{:?}\t{:?}",
                error.class.name(),
                error.message.escape_default(),
                error.location,
                error.text.as_deref().unwrap_or("").escape_default().to_string()
            ),
        }
    }
}
