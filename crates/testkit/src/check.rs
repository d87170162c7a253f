//! What must hold for any input: called by fuzz targets, by `hammer` and by property tests.

use crate::execute::{On, Outcome, execute};
use crate::worker::{self, Answer, Keeper, Limits, Request, Side, find_executable};
use crate::{Level, Levels, canon, generate};
use hognose_bytecode::canonical::first_difference;
use hognose_bytecode::pyc::{self, Validation};
use hognose_bytecode::verify::verify_all;
use hognose_bytecode::{CodeObject, ConstValue, dis, marshal};
use hognose_compiler::{CompileError, Mode, Options, Source, compile};
use hognose_lowered::{Form, lower};
use hognose_passes::{Plan, Profile};

/// Any bytes as a program, in each mode and under each profile: it is compiled or rejected, and what comes out is
/// valid and the same the second time.
///
/// # Panics
/// When a law is broken.
pub fn source(bytes: &[u8]) {
    let Ok(source) = Source::decode(bytes) else { return };
    for mode in [Mode::Exec, Mode::Eval, Mode::Single, Mode::FuncType] {
        for profile in [Profile::Cpython, Profile::None, Profile::Full] {
            let options = || Options { mode, plan: Plan::new(profile), ..Options::default() };
            let Ok(compiled) = compile(&source, &options()) else { break };
            code(&compiled.code);
            if profile == Profile::Cpython {
                let again = compile(&source, &options()).expect("the same input compiles again");
                assert_eq!(first_difference(&compiled.code, &again.code), None, "compiling twice gives the same code");
            }
            if mode == Mode::FuncType {
                break;
            }
        }
    }
}

/// A code object that our compiler made: the verifier takes it, and it survives being written and read.
///
/// # Panics
/// When a law is broken.
pub fn code(code: &CodeObject) {
    if let Err(problem) = verify_all(code) {
        panic!("the verifier refuses what we compile: {problem}");
    }
    match marshal::dump(code).map(|bytes| marshal::load_code(&bytes)) {
        Ok(Ok(read)) => assert_eq!(first_difference(code, &read), None, "what is written is read back"),
        Ok(Err(problem)) => panic!("what we write we cannot read: {problem}"),
        Err(problem) => panic!("what we compile we cannot write: {problem}"),
    }
}

/// Any bytes as a `.pyc` file: read and verified, or rejected. What the verifier accepts can be listed and lowered.
///
/// # Panics
/// When a law is broken.
pub fn pyc(bytes: &[u8]) {
    let Ok((_, code)) = pyc::read(bytes) else { return };
    if verify_all(&code).is_ok() {
        accepted(&code);
    }
}

/// What must work for each code object that the verifier accepted.
fn accepted(code: &CodeObject) {
    let _ = dis::dis(code, &dis::Options { only_outermost: true, ..dis::Options::default() });
    for form in [Form::Folded, Form::Plain] {
        // What cannot be lowered yet says so; what is lowered is sound.
        if let Ok(lowered) = lower(code, hognose_lowered::Options { form, exact_identity: false }) {
            hognose_lowered::verify(&lowered, code).expect("the lowering keeps its own rules");
        }
    }
    for constant in &code.consts {
        if let ConstValue::Code(code) = constant {
            accepted(code);
        }
    }
}

/// Any bytes as instructions and tables of a code object with a fixed set of names and constants.
///
/// # Panics
/// When a law is broken.
pub fn any_code(bytes: &[u8]) {
    let Some((&lengths, rest)) = bytes.split_first() else { return };
    let tables = usize::from(lengths & 0x3F).min(rest.len());
    let (exceptions, instructions) = rest.split_at(tables);
    let Ok(compiled) = compile_text(TEMPLATE) else { return };
    let ConstValue::Code(function) = &compiled.consts[0] else { return };
    let mutated = CodeObject {
        code: instructions.into(),
        exceptiontable: exceptions.into(),
        stacksize: u32::from(lengths >> 6) * 8 + 4,
        ..(**function).clone()
    };
    if verify_all(&mutated).is_ok() {
        accepted(&mutated);
    }
}

/// A function with locals, a cell, a free variable, names and constants of each kind.
const TEMPLATE: &str = "def outer(a, b=1, *c, d, **e):\n    def inner():\n        return a, free\n    free = 'text'\n    x = (1, 2.0, None)\n    return inner, len(x), b\n";

/// A program that ends: the VM and native code, under each profile, print the same.
///
/// # Panics
/// When a law is broken.
pub fn runs_alike(program: &str) {
    let source = Source::from_text(program).expect("the program is text");
    let run = |profile, on| {
        let options = Options { plan: Plan::new(profile), ..Options::default() };
        compile(&source, &options).ok().map(|compiled| execute(&compiled.code, on))
    };
    let Some(expected) = run(Profile::Cpython, On::Vm) else { return };
    for (profile, on) in [(Profile::Cpython, On::Native), (Profile::None, On::Vm), (Profile::Full, On::Native)] {
        let outcome = run(profile, on).expect("every profile compiles what one does");
        assert_eq!(shown(&outcome), shown(&expected), "profile {} on {on:?}:\n{program}", profile.name());
    }
}

/// Output and status as text, for comparing and for reading.
fn shown(outcome: &Outcome) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    format!("{}{}status {:?} {:?}", text(&outcome.stdout), text(&outcome.stderr), outcome.status, outcome.unsupported)
}

/// Compares what our compiler and CPython's make of generated programs.
pub struct Differential {
    cpython: Keeper,
}

impl Differential {
    /// Finds `hognose-conform`, whose worker knows CPython.
    ///
    /// # Errors
    /// When it is neither beside this program nor on the `PATH`.
    pub fn start() -> Result<Self, String> {
        let executable =
            find_executable("hognose-conform").ok_or("hognose-conform is not there: build the workspace")?;
        Ok(Differential { cpython: Keeper::new(executable, Side::Cpython, Limits::default()) })
    }

    /// A generated program: its bytecode is CPython's, and both engines do the same with it.
    ///
    /// # Panics
    /// When that is not so.
    pub fn check(&mut self, decisions: &[u8]) {
        let program = generate::program(&mut generate::Choices::new(decisions));
        let source = worker::Source::new("<generated>", program.as_bytes());
        let levels: Levels = Level::Bytecode.name().parse().expect("a level names itself");
        let request = Request::Examine { levels, source, full: true };
        let Ok(Answer::Findings(findings)) = self.cpython.ask(&request) else { return };
        let theirs = findings.first().and_then(|finding| finding.outcome.text());
        let options = Options { filename: "<generated>".into(), ..Options::default() };
        let text = Source::from_text(&program).expect("a generated program is text");
        let ours = compile(&text, &options).ok().map(|compiled| canon::code(&compiled.code));
        assert_eq!(
            ours.as_ref().map(|form| String::from_utf8_lossy(form.as_bytes())),
            theirs.map(String::from_utf8_lossy),
            "bytecode of\n{program}"
        );
        runs_alike(&program);
    }
}

fn compile_text(program: &str) -> Result<CodeObject, CompileError> {
    let source = Source::from_text(program)?;
    compile(&source, &Options::default()).map(|compiled| (*compiled.code).clone())
}

/// The `.pyc` file of a program; `None` when it is not one that we compile.
pub fn pyc_of(program: &str) -> Option<Vec<u8>> {
    let code = compile_text(program).ok()?;
    pyc::write(&code, Validation::Timestamp { mtime: 0, size: 0 }).ok()
}
