//! `hognose pyc`: writing, reading and verifying `.pyc` files.

use super::compile::CompileArguments;
use super::select;
use crate::exit::Exit;
use crate::source::Input;
use clap::{Subcommand, ValueEnum};
use hognose_bytecode::canonical::canonical;
use hognose_bytecode::pyc::{self, Validation};
use std::path::PathBuf;
use std::time::UNIX_EPOCH;

/// Arguments of `hognose pyc`.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Compile a program to a file that CPython loads
    Write {
        /// The program
        file: String,
        /// Where to write
        #[arg(short, long)]
        output: PathBuf,
        /// How CPython finds out whether the file is up to date
        #[arg(long, value_enum, default_value_t = Invalidation::Timestamp)]
        invalidation: Invalidation,
        #[command(flatten)]
        compile: CompileArguments,
    },
    /// Print the header and every field of every code object
    Read {
        /// The `.pyc` file
        file: String,
    },
    /// Check that both engines and CPython can safely run it
    Verify {
        /// The `.pyc` file
        file: String,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Invalidation {
    Timestamp,
    CheckedHash,
    UncheckedHash,
}

/// The text to print.
pub fn show(arguments: &Arguments) -> Result<String, Exit> {
    match &arguments.action {
        Action::Write { file, output, invalidation, compile } => {
            let input = Input::read(file)?;
            let code = compile.compile(&input)?.code;
            let validation = validation(&input, *invalidation);
            let bytes = pyc::write(&code, validation).map_err(|problem| trouble(file, &problem.to_string()))?;
            std::fs::write(output, bytes)
                .map_err(|problem| trouble(&output.display().to_string(), &problem.to_string()))?;
            Ok(String::new())
        }
        Action::Read { file } => {
            let input = Input::read(file)?;
            let (validation, code) = pyc::read(&input.bytes).map_err(|problem| trouble(file, &problem.to_string()))?;
            Ok(format!("# {file}: {validation:?}\n{}", canonical(&code)))
        }
        Action::Verify { file } => {
            let input = Input::read(file)?;
            select::load(&input)?;
            Ok(format!("{file}: accepted\n"))
        }
    }
}

fn trouble(file: &str, problem: &str) -> Exit {
    eprintln!("error: {file}: {problem}");
    Exit::TROUBLE
}

fn validation(input: &Input, invalidation: Invalidation) -> Validation {
    let hash = || pyc::source_hash(&input.bytes);
    match invalidation {
        Invalidation::CheckedHash => Validation::CheckedHash(hash()),
        Invalidation::UncheckedHash => Validation::UncheckedHash(hash()),
        Invalidation::Timestamp => {
            let modified = std::fs::metadata(&input.filename).and_then(|metadata| metadata.modified()).ok();
            let seconds = modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok()).map_or(0, |age| age.as_secs());
            // Both numbers are kept modulo 2^32, as CPython keeps them.
            Validation::Timestamp { mtime: seconds as u32, size: input.bytes.len() as u32 }
        }
    }
}
