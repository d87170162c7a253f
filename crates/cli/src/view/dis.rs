//! `hognose dis`: the bytecode in the words of CPython's `dis`.

use super::compile::CompileArguments;
use super::select;
use crate::exit::Exit;
use crate::source::Input;
use hognose_bytecode::CodeObject;
use hognose_bytecode::dis::{Addresses, Options, dis};

/// Arguments of `hognose dis`.
#[derive(clap::Args)]
pub struct Arguments {
    /// The program or `.pyc` file; `-` is the standard input, `FILE::qualname` one function
    file: String,
    #[command(flatten)]
    compile: CompileArguments,
    /// List the inline caches
    #[arg(short = 'C', long)]
    caches: bool,
    /// Show the bytes of each code unit
    #[arg(long)]
    bytes: bool,
    /// Show the source range of each instruction
    #[arg(long)]
    positions: bool,
}

/// The text to print.
pub fn show(arguments: &Arguments) -> Result<String, Exit> {
    let input = Input::read(&arguments.file)?;
    let code = select::code(&input, &arguments.compile)?;
    // Code objects have no address before they run; CPython's are that of its own objects.
    let address = |code: &CodeObject| std::ptr::from_ref(code) as u64;
    let options = Options {
        show_caches: arguments.caches,
        show_bytes: arguments.bytes,
        show_positions: arguments.positions,
        addresses: Addresses::Supplied(&address),
        ..Options::default()
    };
    Ok(dis(&code, &options))
}
