//! Running a program as `python` does.

use crate::arguments::{Backend, Program, RunOptions};
use crate::exit::Exit;
use crate::frontend::Compiler;
use crate::host::SystemHost;
use crate::interrupt;
use crate::source::Input;
use crate::view::compile::compile;
use hognose_bytecode::CodeObject;
use hognose_compiler::Options as CompilerOptions;
use hognose_passes::Plan;
use hognose_runtime::{Engine, Exit as ProgramExit, Options, Thread};
use std::cell::RefCell;
use std::ffi::OsStr;
use std::rc::Rc;
use std::sync::Arc;

/// Compiles and runs the program.
pub fn run(options: &RunOptions) -> Exit {
    match load(options) {
        Ok((code, file)) => execute(options, &code, file.as_deref()),
        Err(exit) => exit,
    }
}

/// The code of the program, and its file name if it has one.
fn load(options: &RunOptions) -> Result<(Arc<CodeObject>, Option<String>), Exit> {
    let (input, file) = match &options.program {
        Program::File(path) => {
            let path = absolute(&path.to_string_lossy());
            let Ok(bytes) = std::fs::read(&path) else {
                eprintln!("hognose: can't open file '{path}': [Errno 2] No such file or directory");
                return Err(Exit::TROUBLE);
            };
            if path.ends_with(".pyc") {
                let (_, code) = hognose_bytecode::pyc::read(&bytes).map_err(|error| {
                    eprintln!("error: '{path}' is no usable .pyc file: {error}");
                    Exit::TROUBLE
                })?;
                return Ok((code, Some(path)));
            }
            (Input { filename: path.clone(), bytes, qualname: None }, Some(path))
        }
        Program::Command(text) => {
            (Input { filename: "<string>".to_owned(), bytes: text.clone().into_bytes(), qualname: None }, None)
        }
        Program::Stdin => (Input::read("-")?, None),
        Program::Module(_) => return Err(unsupported("-m")),
        Program::Interactive => return Err(unsupported("the interactive prompt")),
    };
    let compiler = CompilerOptions {
        filename: input.filename.as_str().into(),
        optimize: options.optimize,
        plan: Plan::new(options.profile.into()),
        filename_is_source: file.is_some(),
        ..CompilerOptions::default()
    };
    Ok((compile(&input, &compiler)?.code, file))
}

/// The path as CPython makes it absolute: behind the working directory, nothing else resolved.
fn absolute(path: &str) -> String {
    match std::env::current_dir() {
        Ok(directory) if !path.starts_with('/') => {
            format!("{}/{}", directory.to_string_lossy(), path.strip_prefix("./").unwrap_or(path))
        }
        _ => path.to_owned(),
    }
}

fn unsupported(what: &str) -> Exit {
    eprintln!("unsupported: {what}");
    Exit::UNSUPPORTED
}

fn execute(options: &RunOptions, code: &Arc<CodeObject>, file: Option<&str>) -> Exit {
    let Ok(hash_seed) = hash_seed() else {
        eprintln!(
            "Fatal Python error: config_init_hash_seed: PYTHONHASHSEED must be \"random\" or an integer in range [0; 4294967295]"
        );
        return Exit::FAILURE;
    };
    let first = match &options.program {
        Program::Command(_) => "-c".to_owned(),
        Program::File(path) => path.to_string_lossy().into_owned(),
        _ => "-".to_owned(),
    };
    let rest = options.arguments.iter().map(|argument| OsStr::to_string_lossy(argument).into_owned());
    let runtime = Options {
        argv: std::iter::once(first).chain(rest).collect(),
        hash_seed,
        exact_identity: options.exact_identity,
        optimize: options.optimize,
        native_eagerly: options.backend == Backend::Native,
        fuel: None,
    };
    let native: Option<Rc<dyn Engine>> = match options.backend {
        Backend::Vm => None,
        Backend::Native | Backend::Auto => match hognose_native::NativeEngine::new() {
            Ok(engine) => Some(Rc::new(engine.interpret(options.interpret.iter().cloned()))),
            Err(problem) if options.backend == Backend::Native => {
                eprintln!("error: {problem}");
                return Exit::TROUBLE;
            }
            Err(_) => None,
        },
    };
    let frontend = Rc::new(Compiler { profile: options.profile.into() });
    let mut thread = Thread::new(Rc::new(RefCell::new(SystemHost)), Some(frontend), runtime);
    thread.set_engines(Rc::new(hognose_vm::Vm), native);
    interrupt::install(thread.interrupter());
    let exit = thread.run_main(code, file);
    report_identity(&thread);
    if let Some(construct) = thread.unsupported_construct() {
        eprintln!("unsupported: {construct}");
        return Exit::UNSUPPORTED;
    }
    match exit {
        ProgramExit::Status(status) => Exit::of_program(status),
        ProgramExit::Interrupted => interrupt::end_by_signal(),
    }
}

/// Tells the harness that the program saw identities of ints that CPython may not give: writes `1` into the file that
/// `HOGNOSE_IDENTITY_REPORT` names.
fn report_identity(thread: &Thread) {
    if let Some(path) = std::env::var_os("HOGNOSE_IDENTITY_REPORT")
        && thread.identity_observed()
        && let Err(problem) = std::fs::write(&path, "1")
    {
        eprintln!("error: cannot write '{}': {problem}", path.to_string_lossy());
    }
}

/// `PYTHONHASHSEED`: a number, or none for random keys.
fn hash_seed() -> Result<Option<u32>, ()> {
    match std::env::var("PYTHONHASHSEED") {
        Ok(text) if !text.is_empty() && text != "random" => text.parse().map(Some).map_err(|_| ()),
        _ => Ok(None),
    }
}
