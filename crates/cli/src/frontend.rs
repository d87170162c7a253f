//! The compiler as the runtime sees it.

use crate::view::compile::report_warnings;
use hognose_bytecode::CodeObject;
use hognose_compiler::{CompileError, Mode, Options, Source};
use hognose_parser::ParseError;
use hognose_passes::{Plan, Profile};
use hognose_runtime::frontend::{CompileMode, CompileOptions, TreeBuilder};
use hognose_runtime::{Frontend, FrontendError};
use hognose_symtable::Features;
use hognose_syntax::{Arena, Mod};
use std::sync::Arc;

/// Compiles under one profile.
pub struct Compiler {
    /// Which passes run.
    pub profile: Profile,
}

impl Compiler {
    fn options(&self, options: &CompileOptions) -> Options<'static> {
        Options {
            filename: options.filename.as_str().into(),
            mode: mode(options.mode),
            optimize: options.optimize,
            features: Features::from_flags(options.flags),
            plan: Plan::new(self.profile),
            ..Options::default()
        }
    }

    fn finish(
        compiled: Result<hognose_compiler::Compiled, CompileError>,
        filename: &str,
        source: Option<&Source>,
    ) -> Result<Arc<CodeObject>, FrontendError> {
        let compiled = compiled.map_err(frontend_error)?;
        let line_text = |line| source.and_then(|source| source.line(line)).map(str::to_owned);
        eprint!("{}", report_warnings(&compiled.warnings, filename, line_text));
        Ok(compiled.code)
    }
}

fn mode(mode: CompileMode) -> Mode {
    match mode {
        CompileMode::Exec => Mode::Exec,
        CompileMode::Eval => Mode::Eval,
        CompileMode::Single => Mode::Single,
        CompileMode::FuncType => Mode::FuncType,
    }
}

fn frontend_error(error: CompileError) -> FrontendError {
    match error {
        CompileError::Syntax(error) => FrontendError::Syntax(error),
        CompileError::Unsupported(construct) => FrontendError::Unsupported(construct),
    }
}

fn decode(source: &[u8]) -> Result<Source, FrontendError> {
    Source::decode(source).map_err(|error| match error {
        ParseError::Syntax(error) => FrontendError::Syntax(*error),
        ParseError::Unsupported(construct) => FrontendError::Unsupported(construct),
    })
}

impl Frontend for Compiler {
    fn compile(&self, source: &[u8], options: &CompileOptions) -> Result<Arc<CodeObject>, FrontendError> {
        let source = decode(source)?;
        let compiled = hognose_compiler::compile(&source, &self.options(options));
        Compiler::finish(compiled, &options.filename, Some(&source))
    }

    fn parse(
        &self,
        source: &[u8],
        options: &CompileOptions,
        visit: &mut dyn FnMut(&Mod<'_>),
    ) -> Result<(), FrontendError> {
        let arena = Arena::new();
        let parsed =
            hognose_compiler::parse(&arena, &decode(source)?, &self.options(options)).map_err(frontend_error)?;
        visit(&parsed.tree);
        Ok(())
    }

    fn compile_tree(&self, build: TreeBuilder<'_>, options: &CompileOptions) -> Result<Arc<CodeObject>, FrontendError> {
        let arena = Arena::new();
        let tree = build(&arena)?;
        let compiled = hognose_compiler::validate(&tree)
            .map_err(CompileError::from)
            .and_then(|()| hognose_compiler::compile_tree(&arena, tree, &self.options(options)));
        Compiler::finish(compiled, &options.filename, None)
    }
}
