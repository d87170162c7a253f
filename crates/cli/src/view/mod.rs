//! The subcommands that show a stage.

mod asm;
mod ast;
mod cfg;
pub mod compile;
mod dis;
mod passes;
mod pyc;
mod select;
mod symtable;
mod tokens;

use crate::exit::Exit;
use clap::Subcommand;
use std::io::Write;

/// Names of the subcommands.
pub const NAMES: &[&str] = &["tokens", "ast", "symtable", "cfg", "passes", "dis", "asm", "pyc"];

/// Which stage to show.
#[derive(Subcommand)]
pub enum View {
    /// The tokens, as `python -m tokenize -e` prints them
    Tokens(tokens::Arguments),
    /// The syntax tree, as `ast.dump` prints it
    Ast(ast::Arguments),
    /// Scopes and the names in them, as CPython's `_symtable` has them
    Symtable(symtable::Arguments),
    /// The graph of basic blocks
    Cfg(cfg::Arguments),
    /// The passes, and what each did to a program
    Passes(passes::Arguments),
    /// The bytecode, as `python -m dis` prints it
    Dis(dis::Arguments),
    /// The machine code: address, bytes, bits, mnemonic, source
    Asm(asm::Arguments),
    /// Write, read and verify `.pyc` files
    Pyc(pyc::Arguments),
}

/// Shows it.
pub fn show(view: View) -> Exit {
    let result = match view {
        View::Tokens(arguments) => tokens::show(&arguments),
        View::Ast(arguments) => ast::show(&arguments),
        View::Symtable(arguments) => symtable::show(&arguments),
        View::Cfg(arguments) => cfg::show(&arguments),
        View::Passes(arguments) => passes::show(&arguments),
        View::Dis(arguments) => dis::show(&arguments),
        View::Asm(arguments) => asm::show(&arguments),
        View::Pyc(arguments) => pyc::show(&arguments),
    };
    match result {
        Ok(text) => print(&text),
        Err(exit) => exit,
    }
}

/// Prints a view; a reader that has gone away is no error of ours.
fn print(text: &str) -> Exit {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => Exit::SUCCESS,
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Exit::SUCCESS,
        Err(error) => {
            eprintln!("error: cannot write: {error}");
            Exit::TROUBLE
        }
    }
}
