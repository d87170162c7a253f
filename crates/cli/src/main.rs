//! The `hognose` command.

mod arguments;
mod check;
mod exit;
mod frontend;
mod host;
mod interrupt;
mod run;
mod source;
mod view;

use arguments::{Invocation, invocation};
use exit::Exit;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Stack of the thread that compiles and runs: deep trees and deep recursion of the program stay far below it.
const STACK_BYTES: usize = 512 << 20;

fn main() {
    exit::install_panic_hook();
    let worker = std::thread::Builder::new()
        .name("main".to_owned())
        .stack_size(STACK_BYTES)
        .spawn(|| perform(invocation(std::env::args_os().skip(1).collect())))
        .expect("a thread can be started");
    // The panic hook has ended the process before a panic could arrive here.
    let exit = worker.join().unwrap_or(Exit::OUR_BUG);
    exit.leave()
}

fn perform(invocation: Invocation) -> Exit {
    match invocation {
        Invocation::Run(options) => run::run(&options),
        Invocation::Tool(tool) => tool.perform(),
        Invocation::Check(arguments) => check::start(&arguments),
    }
}
