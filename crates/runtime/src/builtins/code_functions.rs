//! Functions of module `builtins` that have to do with code: `compile`, `exec`, `eval`, `locals`, `globals`, `__build_class__`.

use crate::Result;
use crate::exceptions::ExceptionKind;
use crate::frontend::{CompileMode, CompileOptions, FrontendError};
use crate::object::bytes::BytesBody;
use crate::object::code::CodeBody;
use crate::object::dict::DictBody;
use crate::object::exception::ExceptionBody;
use crate::object::native::NativeRow;
use crate::object::str::{self, StrBody};
use crate::object::tuple;
use crate::ops::{Args, arithmetic, build, import, namespace};
use crate::program::eval_code;
use crate::thread::Thread;
use crate::value::{Raised, Ref, Value};
use hognose_syntax::SyntaxError;

/// `ast.PyCF_ONLY_AST`.
const ONLY_AST: i64 = 0x400;

/// The arguments of a function by position or keyword.
fn by_name<'a, const N: usize>(
    thread: &mut Thread,
    function: &str,
    args: Args<'a>,
    names: [&str; N],
    required: usize,
) -> Result<[Option<&'a Value>; N]> {
    let mut found = [None; N];
    let positionals = args.positionals();
    if positionals.len() > N {
        let message = format!("{function}() takes at most {N} arguments ({} given)", args.values.len());
        return Err(thread.type_error(&message));
    }
    for (slot, value) in found.iter_mut().zip(positionals) {
        *slot = Some(value);
    }
    for (name, value) in args.keywords() {
        match names.iter().position(|own| str::is(name, own)) {
            Some(index) => found[index] = Some(value),
            None => {
                let message = format!("{function}() got an unexpected keyword argument '{}'", str::to_string(name));
                return Err(thread.type_error(&message));
            }
        }
    }
    for (index, name) in names.iter().enumerate().take(required) {
        if found[index].is_none() {
            let message = format!("{function}() missing required argument '{name}' (pos {})", index + 1);
            return Err(thread.type_error(&message));
        }
    }
    Ok(found)
}

/// The bytes of a source argument; `None` for anything but text.
fn source_bytes(thread: &mut Thread, source: &Value) -> Result<Option<Vec<u8>>> {
    if let Some(chars) = str::chars(source) {
        if let Some(point) = chars.iter().find(|point| (0xD800..0xE000).contains(point)) {
            let position = chars.iter().position(|other| other == point).unwrap_or(0);
            let message = format!(
                "'utf-8' codec can't encode character '\\u{point:04x}' in position {position}: surrogates not allowed"
            );
            return Err(thread.raise(ExceptionKind::UnicodeEncodeError, &message));
        }
        return Ok(Some(chars.to_wtf8().into_owned()));
    }
    Ok(source.downcast::<BytesBody>().map(|bytes| bytes.bytes.to_vec()))
}

fn compile(thread: &mut Thread, _: &Value, args: Args<'_>) -> Result {
    let names = ["source", "filename", "mode", "flags", "dont_inherit", "optimize", "_feature_version"];
    let [source, filename, mode, flags, _, optimize, _] = by_name(thread, "compile", args, names, 3)?;
    let (Some(source), Some(filename), Some(mode)) = (source, filename, mode) else { return Err(Raised) };
    let mode_text = str::to_string(mode);
    let flags = flags.map_or(Ok(0), |flags| arithmetic::index_as_i64(thread, flags))?;
    let optimize = optimize.map_or(Ok(-1), |level| arithmetic::index_as_i64(thread, level))?;
    let mode = match mode_text.as_str() {
        "exec" => CompileMode::Exec,
        "eval" => CompileMode::Eval,
        "single" => CompileMode::Single,
        "func_type" if flags & ONLY_AST != 0 => CompileMode::FuncType,
        "func_type" => {
            return Err(thread.value_error("compile() mode 'func_type' requires flag PyCF_ONLY_AST"));
        }
        _ => {
            let words = if flags & ONLY_AST != 0 {
                "compile() mode must be 'exec', 'eval', 'single' or 'func_type'"
            } else {
                "compile() mode must be 'exec', 'eval' or 'single'"
            };
            return Err(thread.value_error(words));
        }
    };
    if !(-1..=2).contains(&optimize) {
        return Err(thread.value_error("compile(): invalid optimize value"));
    }
    if !filename.is_a::<StrBody>() && !filename.is_a::<BytesBody>() {
        let message = format!("expected str, bytes or os.PathLike object, not {}", thread.type_name(filename));
        return Err(thread.type_error(&message));
    }
    let optimize = if optimize < 0 { thread.options().optimize } else { optimize as u8 };
    let options =
        CompileOptions { filename: str::to_string(filename), mode, flags: flags as u32 & !(ONLY_AST as u32), optimize };
    if crate::ast::is_node(thread, source) {
        if flags & ONLY_AST != 0 {
            return Ok(source.clone());
        }
        return crate::ast::compile_node(thread, source, &options);
    }
    let Some(bytes) = source_bytes(thread, source)? else {
        return Err(thread.type_error("compile() arg 1 must be a string, bytes or AST object"));
    };
    if flags & ONLY_AST != 0 {
        return crate::ast::parse(thread, &bytes, &options);
    }
    compile_source(thread, &bytes, &options).map(Ref::into_value)
}

/// Compiles text.
///
/// # Errors
/// SyntaxError and its like.
pub fn compile_source(thread: &mut Thread, source: &[u8], options: &CompileOptions) -> Result<Ref<CodeBody>> {
    if source.contains(&0) {
        return Err(thread.value_error("source code string cannot contain null bytes"));
    }
    let Some(frontend) = thread.frontend() else { return Err(thread.unsupported("compile() without a compiler")) };
    match frontend.compile(source, options) {
        Ok(code) => thread.load_code(&code),
        Err(error) => Err(raise_frontend_error(thread, error, &options.filename)),
    }
}

/// Raises what the front end met.
pub fn raise_frontend_error(thread: &mut Thread, error: FrontendError, filename: &str) -> Raised {
    match error {
        FrontendError::Syntax(error) => raise_syntax_error(thread, &error, filename),
        FrontendError::Unsupported(construct) => thread.unsupported(&construct.construct),
        FrontendError::Other(class, message) => {
            let kind = ExceptionKind::from_name(class).unwrap_or(ExceptionKind::SystemError);
            thread.raise(kind, &message)
        }
    }
}

fn raise_syntax_error(thread: &mut Thread, error: &SyntaxError, filename: &str) -> Raised {
    let kind = ExceptionKind::from_name(error.class.name()).unwrap_or(ExceptionKind::SyntaxError);
    let message = str::new(thread, &error.message);
    let Some(location) = error.location else { return thread.raise_with(kind, vec![message]) };
    let number = |thread: &Thread, number: i32| {
        if number == SyntaxError::NO_OFFSET { Value::none() } else { thread.int(i64::from(number)) }
    };
    let [line, offset, end_line, end_offset] = location.map(|value| number(thread, value));
    let details = [
        ("filename", str::new(thread, filename)),
        ("lineno", line),
        ("offset", offset),
        ("text", error.text.as_deref().map_or_else(Value::none, |text| str::new(thread, text))),
        ("end_lineno", end_line),
        ("end_offset", end_offset),
    ];
    let values: Vec<Value> = details.iter().map(|(_, value)| value.clone()).collect();
    let arguments = vec![message.clone(), tuple::new(thread, values)];
    let exception = thread.new_exception(kind, arguments);
    let body = exception.cast::<ExceptionBody>();
    body.set_attribute(ExceptionKind::SyntaxError, "msg", Some(message));
    for (name, value) in details {
        body.set_attribute(ExceptionKind::SyntaxError, name, Some(value));
    }
    thread.raise_value(exception)
}

/// Globals and locals for `exec` and `eval`.
fn namespaces(
    thread: &mut Thread,
    function: &str,
    globals: Option<&Value>,
    locals: Option<&Value>,
) -> Result<(Value, Value)> {
    let given = |value: Option<&Value>| value.filter(|value| !value.is_none()).cloned();
    let (globals, locals) = (given(globals), given(locals));
    let (globals, locals) = match (globals, locals) {
        (None, locals) => {
            let Some(frame) = thread.current_frame() else {
                return Err(thread.raise(ExceptionKind::SystemError, "globals and locals cannot be NULL"));
            };
            let globals = frame.globals().clone();
            let locals = match locals {
                Some(locals) => locals,
                None => namespace::locals(thread, frame),
            };
            (globals, locals)
        }
        (Some(globals), None) => (globals.clone(), globals),
        (Some(globals), Some(locals)) => (globals, locals),
    };
    if !globals.is_a::<DictBody>() {
        let message = match function {
            "exec" => format!("exec() globals must be a dict, not {}", thread.type_name(&globals)),
            _ => "globals must be a dict".to_owned(),
        };
        return Err(thread.type_error(&message));
    }
    let is_mapping = locals.is_a::<DictBody>() || thread.type_of(&locals).slots.getitem.get().is_some();
    if !is_mapping {
        let message = match function {
            "exec" => format!("locals must be a mapping or None, not {}", thread.type_name(&locals)),
            _ => "locals must be a mapping".to_owned(),
        };
        return Err(thread.type_error(&message));
    }
    let key = thread.names().__builtins__.clone();
    if globals.cast::<DictBody>().get_str(thread, &key).is_none() {
        let builtins = match thread.current_frame() {
            Some(frame) => frame.builtins().clone(),
            None => thread.builtins().clone(),
        };
        drop(globals.cast::<DictBody>().set_str(thread, &key, builtins));
    }
    Ok((globals, locals))
}

fn exec(thread: &mut Thread, _: &Value, args: Args<'_>) -> Result {
    let [source, globals, locals, closure] =
        by_name(thread, "exec", args, ["source", "globals", "locals", "closure"], 1)?;
    let Some(source) = source else { return Err(Raised) };
    let (globals, locals) = namespaces(thread, "exec", globals, locals)?;
    run(thread, source, CompileMode::Exec, globals, locals, closure)?;
    Ok(Value::none())
}

fn eval(thread: &mut Thread, _: &Value, args: Args<'_>) -> Result {
    let [source, globals, locals] = by_name(thread, "eval", args, ["source", "globals", "locals"], 1)?;
    let Some(source) = source else { return Err(Raised) };
    let (globals, locals) = namespaces(thread, "eval", globals, locals)?;
    run(thread, source, CompileMode::Eval, globals, locals, None)
}

fn run(
    thread: &mut Thread,
    source: &Value,
    mode: CompileMode,
    globals: Value,
    locals: Value,
    closure: Option<&Value>,
) -> Result {
    let function = if mode == CompileMode::Exec { "exec" } else { "eval" };
    let code = match Ref::<CodeBody>::new(source.clone()) {
        Ok(code) => {
            let free = code.source.freevars().count();
            let cells = closure.and_then(tuple::items).map_or(0, <[Value]>::len);
            if free != cells {
                let message = if closure.is_some() {
                    format!("code object requires a closure of exactly length {free}")
                } else {
                    format!("code object passed to {function}() may not contain free variables")
                };
                return Err(thread.type_error(&message));
            }
            code
        }
        Err(source) => {
            let Some(bytes) = source_bytes(thread, &source)? else {
                let message = format!("{function}() arg 1 must be a string, bytes or code object");
                return Err(thread.type_error(&message));
            };
            let bytes = match mode {
                CompileMode::Eval => {
                    let start = bytes.iter().position(|byte| !matches!(byte, b' ' | b'\t')).unwrap_or(bytes.len());
                    bytes[start..].to_vec()
                }
                _ => bytes,
            };
            let options =
                CompileOptions { filename: "<string>".to_owned(), mode, flags: 0, optimize: thread.options().optimize };
            compile_source(thread, &bytes, &options)?
        }
    };
    let closure = closure.cloned().unwrap_or_else(Value::none);
    eval_code(thread, &code, globals, locals, closure)
}

fn locals(thread: &mut Thread, _: &Value) -> Result {
    match thread.current_frame() {
        Some(frame) => Ok(namespace::locals(thread, frame)),
        None => Err(thread.raise(ExceptionKind::SystemError, "frame does not exist")),
    }
}

fn globals(thread: &mut Thread, _: &Value) -> Result {
    match thread.current_frame() {
        Some(frame) => Ok(frame.globals().clone()),
        None => Err(thread.raise(ExceptionKind::SystemError, "frame does not exist")),
    }
}

fn build_class(thread: &mut Thread, _: &Value, args: Args<'_>) -> Result {
    build::build_class(thread, args)
}

fn import_function(thread: &mut Thread, _: &Value, args: Args<'_>) -> Result {
    let names = ["name", "globals", "locals", "fromlist", "level"];
    let [name, _, _, list, level] = by_name(thread, "__import__", args, names, 1)?;
    let (zero, none) = (Value::small_int(0), Value::none());
    match (name, thread.current_frame()) {
        (Some(name), Some(frame)) => {
            import::import_name(thread, frame, name, level.unwrap_or(&zero), list.unwrap_or(&none))
        }
        _ => Err(thread.type_error("__import__() needs a name and a frame")),
    }
}

/// The table of functions.
pub const FUNCTIONS: &[NativeRow] = &[
    NativeRow::args(
        "compile",
        compile,
        "($module, /, source, filename, mode, flags=0,\n        dont_inherit=False, optimize=-1, *, _feature_version=-1)",
    ),
    NativeRow::args("exec", exec, "($module, source, globals=None, locals=None, /, *, closure=None)"),
    NativeRow::args("eval", eval, "($module, source, globals=None, locals=None, /)"),
    NativeRow::no_args("locals", locals, "($module, /)"),
    NativeRow::no_args("globals", globals, "($module, /)"),
    NativeRow::args("__build_class__", build_class, ""),
    NativeRow::args("__import__", import_function, ""),
];
