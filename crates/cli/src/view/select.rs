//! Finding the code object that a view is about: from a program or a `.pyc`, whole or by qualified name.

use super::compile::CompileArguments;
use crate::exit::Exit;
use crate::source::Input;
use hognose_bytecode::verify::verify_all;
use hognose_bytecode::{CodeObject, ConstValue, pyc};
use std::sync::Arc;

/// The code object of a program or `.pyc`, or the one in it with the selected qualified name.
///
/// # Errors
/// The status to leave with; the problem has been told.
pub fn code(input: &Input, arguments: &CompileArguments) -> Result<Arc<CodeObject>, Exit> {
    let module = if input.bytes.starts_with(&pyc::MAGIC) { load(input)? } else { arguments.compile(input)?.code };
    match &input.qualname {
        None => Ok(module),
        Some(qualname) => find(&module, qualname).ok_or_else(|| {
            eprintln!("error: {} has no function '{qualname}'", input.filename);
            eprintln!("help: it has {}", names(&module).join(", "));
            Exit::TROUBLE
        }),
    }
}

/// Reads and verifies a `.pyc`.
///
/// # Errors
/// The status to leave with; the problem has been told.
pub fn load(input: &Input) -> Result<Arc<CodeObject>, Exit> {
    let problem = match pyc::read(&input.bytes) {
        Ok((_, code)) => match verify_all(&code) {
            Ok(()) => return Ok(code),
            Err(problem) => problem.to_string(),
        },
        Err(problem) => problem.to_string(),
    };
    eprintln!("error: {}: {problem}", input.filename);
    Err(Exit::TROUBLE)
}

fn nested(code: &CodeObject) -> impl Iterator<Item = &Arc<CodeObject>> {
    code.consts.iter().filter_map(|constant| match constant {
        ConstValue::Code(code) => Some(code),
        ConstValue::Value(_) => None,
    })
}

fn find(code: &Arc<CodeObject>, qualname: &str) -> Option<Arc<CodeObject>> {
    if code.qualname == *qualname {
        return Some(code.clone());
    }
    nested(code).find_map(|code| find(code, qualname))
}

fn names(code: &CodeObject) -> Vec<String> {
    let mut found = vec![code.qualname.to_string()];
    for code in nested(code) {
        found.extend(names(code));
    }
    found
}
