//! `hognose cfg`: the graph of basic blocks, before and after the passes.

use super::compile::{CompileArguments, rejected};
use crate::exit::Exit;
use crate::source::Input;
use clap::ValueEnum;
use hognose_compiler::CompileError;
use hognose_ir::Cfg;
use hognose_syntax::Arena;
use std::sync::Arc;

/// Arguments of `hognose cfg`.
#[derive(clap::Args)]
pub struct Arguments {
    /// The program; `-` is the standard input, `FILE::qualname` one function
    file: String,
    #[command(flatten)]
    compile: CompileArguments,
    /// Show the graph as code generation left it
    #[arg(long)]
    before: bool,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Dot,
}

/// The text to print.
pub fn show(arguments: &Arguments) -> Result<String, Exit> {
    let input = Input::read(&arguments.file)?;
    let plan = arguments.compile.plan()?;
    let mut graphs = Vec::new();
    let options = arguments.compile.options(&input, plan);
    each_graph(&input, &options, &mut |cfg, fuel| {
        let mut passed = cfg.clone();
        hognose_passes::run(&mut passed, &options.plan, fuel);
        graphs.push(if arguments.before { cfg } else { passed.clone() });
        passed
    })?;
    // Inner units were finished first; a reader begins with the module.
    graphs.reverse();
    let mut out = String::new();
    for cfg in graphs.iter_mut().filter(|cfg| wanted(cfg, input.qualname.as_deref())) {
        match arguments.format {
            Format::Text => out.push_str(&format!("{cfg}\n")),
            Format::Dot => out.push_str(&hognose_ir::to_dot(cfg)),
        }
    }
    if out.is_empty() {
        let qualname = input.qualname.as_deref().unwrap_or_default();
        eprintln!("error: {} has no function '{qualname}'", input.filename);
        return Err(Exit::TROUBLE);
    }
    Ok(out)
}

fn wanted(cfg: &Cfg, qualname: Option<&str>) -> bool {
    qualname.is_none_or(|qualname| cfg.unit.qualname == *qualname)
}

/// Compiles a program, with the passes on each unit's graph done by `pass`.
///
/// # Errors
/// The status to leave with; the problem has been told.
pub fn each_graph(
    input: &Input,
    options: &hognose_compiler::Options<'_>,
    pass: &mut dyn FnMut(Cfg, &mut hognose_passes::Fuel) -> Cfg,
) -> Result<(), Exit> {
    let source = input.source()?;
    let arena = Arena::new();
    let mut fuel = options.fuel();
    let mut compile = || -> Result<(), CompileError> {
        let tree = hognose_compiler::parse(&arena, &source, options)?.tree;
        let future = hognose_compiler::future(&tree, options)?;
        let tree = hognose_compiler::fold(&arena, &tree, &future, options, &mut fuel)?;
        let symbols = hognose_compiler::symbols(&arena, &tree, &future, options)?;
        let codegen = hognose_compiler::codegen_options(&future, options);
        hognose_codegen::generate(&arena, &tree, &symbols, &codegen, &mut |cfg| {
            hognose_compiler::assemble(&pass(cfg, &mut fuel)).map(Arc::new)
        })?;
        Ok(())
    };
    compile().map_err(|error| rejected(input, &error))
}
