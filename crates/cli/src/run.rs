//! Running a program as `python` does.

use crate::arguments::RunOptions;
use crate::exit::Exit;

/// Compiles and runs the program.
pub fn run(options: &RunOptions) -> Exit {
    eprintln!("unsupported: running {:?}", options.program);
    Exit::UNSUPPORTED
}
