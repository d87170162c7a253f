//! `hognose symtable`: scopes and the names in them.

use crate::exit::Exit;
use crate::source::Input;
use hognose_parser::{Options, ParseError, parse_source};
use hognose_symtable::{build, dump, scan_future};
use hognose_syntax::Arena;

/// Arguments of `hognose symtable`.
#[derive(clap::Args)]
pub struct Arguments {
    /// The program; `-` is the standard input
    file: String,
}

/// The text to print.
pub fn show(arguments: &Arguments) -> Result<String, Exit> {
    let input = Input::read(&arguments.file)?;
    let source = input.source()?;
    let arena = Arena::new();
    let parsed = parse_source(&arena, &source, &Options::default()).map_err(|error| input.rejected(&error))?;
    let future = scan_future(&parsed.tree).map_err(|error| input.rejected(&ParseError::from(error)))?;
    let options = hognose_symtable::Options { features: future.features, ..Default::default() };
    let table = build(&arena, &parsed.tree, options).map_err(|error| input.rejected(&ParseError::from(error)))?;
    Ok(dump(&table))
}
