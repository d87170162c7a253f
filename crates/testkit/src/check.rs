//! What must hold for any input: called by fuzz targets, by `hammer` and by property tests.

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

fn compile_text(program: &str) -> Result<CodeObject, CompileError> {
    let source = Source::from_text(program)?;
    compile(&source, &Options::default()).map(|compiled| (*compiled.code).clone())
}

/// The `.pyc` file of a program; `None` when it is not one that we compile.
pub fn pyc_of(program: &str) -> Option<Vec<u8>> {
    let code = compile_text(program).ok()?;
    pyc::write(&code, Validation::Timestamp { mtime: 0, size: 0 }).ok()
}
