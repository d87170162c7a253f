//! `hognose tokens`: the tokens in the words of `python -m tokenize -e`.

use crate::exit::Exit;
use crate::source::Input;
use hognose_parser::tokenize;

/// Arguments of `hognose tokens`.
#[derive(clap::Args)]
pub struct Arguments {
    /// The program; `-` is the standard input
    file: String,
}

/// The text to print.
pub fn show(arguments: &Arguments) -> Result<String, Exit> {
    let input = Input::read(&arguments.file)?;
    let source = input.source()?;
    let rows = tokenize(&source).map_err(|error| input.rejected_by_syntax(&error))?;
    Ok(rows.iter().map(|row| format!("{row}\n")).collect())
}
