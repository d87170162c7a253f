//! Options that choose how a program is compiled, shared by the views behind the tree.

use crate::arguments::Profile;
use crate::exit::Exit;
use crate::source::{Input, tell_unsupported};
use hognose_compiler::{CompileError, Compiled, Options, Warning};
use hognose_passes::Plan;

/// How to compile.
#[derive(clap::Args)]
pub struct CompileArguments {
    /// Which passes run
    #[arg(long, value_enum, default_value_t = Profile::Cpython)]
    profile: Profile,
    /// Drop asserts; twice: docstrings too
    #[arg(short = 'O', action = clap::ArgAction::Count)]
    optimize: u8,
    /// Leave out a pass; may be repeated
    #[arg(long, value_name = "PASS")]
    disable_pass: Vec<String>,
    /// Stop rewriting after this many rewrites
    #[arg(long, value_name = "N")]
    fuel: Option<u64>,
}

impl CompileArguments {
    /// The passes that run.
    ///
    /// # Errors
    /// The status to leave with, when a pass does not exist; the problem has been told.
    pub fn plan<'a>(&self) -> Result<Plan<'a>, Exit> {
        let mut plan = Plan::new(self.profile.into());
        for name in &self.disable_pass {
            plan = plan.disable(name).map_err(|problem| {
                eprintln!("error: {problem}");
                Exit::TROUBLE
            })?;
        }
        Ok(plan)
    }

    /// Compiler options for a program under a plan.
    pub fn options<'p>(&self, input: &Input, plan: Plan<'p>) -> Options<'p> {
        Options {
            filename: input.filename.as_str().into(),
            optimize: self.optimize.min(2),
            plan,
            fuel: self.fuel,
            filename_is_source: true,
            ..Options::default()
        }
    }

    /// The name of the profile, for headers.
    pub fn profile_name(&self) -> &'static str {
        hognose_passes::Profile::from(self.profile).name()
    }

    /// Compiles a program.
    ///
    /// # Errors
    /// The status to leave with; the problem has been told.
    pub fn compile(&self, input: &Input) -> Result<Compiled, Exit> {
        compile(input, &self.options(input, self.plan()?))
    }
}

/// Compiles a program under any options.
///
/// # Errors
/// The status to leave with; the problem has been told.
pub fn compile(input: &Input, options: &Options<'_>) -> Result<Compiled, Exit> {
    let source = input.source()?;
    let compiled = hognose_compiler::compile(&source, options).map_err(|error| rejected(input, &error))?;
    eprint!("{}", report_warnings(&compiled.warnings, &input.filename, |line| source.line(line).map(str::to_owned)));
    Ok(compiled)
}

/// What CPython prints for the warnings of a compilation: under its default filters, only SyntaxWarnings.
///
/// # Source
/// CPython 3.11, `Lib/warnings.py`, `_formatwarnmsg_impl`.
pub fn report_warnings(warnings: &[Warning], filename: &str, line_text: impl Fn(i32) -> Option<String>) -> String {
    let mut out = String::new();
    for warning in warnings.iter().filter(|warning| warning.category == "SyntaxWarning") {
        out.push_str(&format!("{filename}:{}: {}: {}\n", warning.line, warning.category, warning.message));
        if let Some(text) = line_text(warning.line) {
            out.push_str(&format!("  {}\n", text.trim()));
        }
    }
    out
}

/// Tells why a program does not compile, and with which status to leave.
pub fn rejected(input: &Input, error: &CompileError) -> Exit {
    match error {
        CompileError::Syntax(error) => input.rejected_by_syntax(error),
        CompileError::Unsupported(construct) => {
            tell_unsupported(&input.filename, construct);
            Exit::UNSUPPORTED
        }
    }
}
