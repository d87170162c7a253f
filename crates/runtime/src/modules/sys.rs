//! `sys`.

use super::{enter, new_module, set};
use crate::Result;
use crate::builtins::stream::{flush_stream, write_text};
use crate::exceptions::ExceptionKind;
use crate::frame::FrameRef;
use crate::host::HostError;
use crate::object::dict::DictBody;
use crate::object::exception::ExceptionBody;
use crate::object::module::ModuleBody;
use crate::object::native::NativeRow;
use crate::object::str::{self, StrBody};
use crate::object::stream::StreamBody;
use crate::object::{dict, int, list, tuple};
use crate::ops::{Args, arithmetic, attribute, call, types};
use crate::thread::Thread;
use crate::value::{Raised, Value};

/// `sys.version_info`.
const VERSION: [i64; 3] = [3, 11, 7];
const VERSION_TEXT: &str = "3.11.7 (hognose)";

pub(super) fn create(thread: &mut Thread) {
    let module = new_module(thread, "sys", FUNCTIONS);
    thread.sys = Some(module.clone());
    let modules = thread.modules().clone();
    set(thread, &module, "modules", modules);
    let argv: Vec<Value> = thread.options().argv.clone().iter().map(|argument| str::new(thread, argument)).collect();
    let argv = list::new(thread, argv);
    set(thread, &module, "argv", argv);
    let path = list::new(thread, Vec::new());
    set(thread, &module, "path", path);
    let text = |thread: &mut Thread, name: &str, text: &str| {
        let value = str::new(thread, text);
        set(thread, &module, name, value);
    };
    text(thread, "version", VERSION_TEXT);
    text(thread, "platform", "linux");
    text(thread, "byteorder", "little");
    text(thread, "executable", "");
    text(thread, "prefix", "");
    text(thread, "copyright", "");
    set(thread, &module, "maxsize", int::from_ibig(thread, i64::MAX.into()));
    set(thread, &module, "maxunicode", Value::small_int(0x10FFFF));
    set(thread, &module, "hexversion", Value::small_int(0x030B_07F0));
    let dont_write = Value::false_();
    set(thread, &module, "dont_write_bytecode", dont_write);
    let info = version_info(thread);
    set(thread, &module, "version_info", info);
    let implementation = implementation(thread);
    set(thread, &module, "implementation", implementation);
    for (descriptor, name, mode) in [(0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")] {
        let is_terminal = thread.host().borrow_mut().isatty(descriptor);
        let body = StreamBody {
            descriptor,
            name: ["<stdin>", "<stdout>", "<stderr>"][descriptor as usize],
            mode,
            line_buffering: is_terminal || descriptor == 2,
            buffer: Vec::new(),
            errors: if descriptor == 2 { "backslashreplace" } else { "strict" },
        };
        let stream = thread.heap().alloc(&thread.types().text_stream, body);
        set(thread, &module, &format!("__{name}__"), stream.clone());
        set(thread, &module, name, stream);
    }
    let excepthook = get(thread, "excepthook").unwrap_or_else(Value::none);
    set(thread, &module, "__excepthook__", excepthook);
    let displayhook = get(thread, "displayhook").unwrap_or_else(Value::none);
    set(thread, &module, "__displayhook__", displayhook);
    enter(thread, "sys", module);
}

/// An attribute of `sys`.
pub(crate) fn get(thread: &Thread, name: &str) -> Option<Value> {
    let sys = thread.sys.clone()?;
    let key = thread.intern(name);
    sys.cast::<ModuleBody>().dict.cast::<DictBody>().get_str(thread, &key)
}

/// Sets an attribute of `sys`.
pub(crate) fn put(thread: &mut Thread, name: &str, value: Value) {
    if let Some(sys) = thread.sys.clone() {
        set(thread, &sys, name, value);
    }
}

/// What `sys.stdout` (or another standard stream) is now, if it is one of ours.
pub fn stream(thread: &Thread, name: &str) -> Option<Value> {
    get(thread, name)
}

/// Passes on what the standard streams hold back, errors ignored.
pub fn flush_standard_streams(thread: &mut Thread) {
    for name in ["stdout", "stderr"] {
        let Some(stream) = get(thread, name) else { continue };
        let flushed = match stream.downcast::<StreamBody>() {
            Some(stream) => flush_stream(thread, stream),
            None if stream.is_none() => Ok(()),
            None => call::call_method(thread, &stream, "flush", &[]).map(drop),
        };
        if flushed.is_err() {
            drop(thread.take_raised());
        }
    }
}

impl Thread {
    /// Writes text to `sys.stderr`, or to the descriptor when there is no such stream.
    pub fn write_error(&mut self, text: &str) {
        let Some(stream) = get(self, "stderr").filter(|stream| !stream.is_none()) else {
            // Nobody is left to tell.
            let _ = self.host().borrow_mut().write(2, text.as_bytes());
            return;
        };
        let value = str::new(self, text);
        let result = match stream.downcast::<StreamBody>() {
            Some(stream) => write_text(self, stream, &value).and_then(|()| flush_stream(self, stream)),
            None => call::call_method(self, &stream, "write", &[value]).map(drop),
        };
        if result.is_err() {
            drop(self.take_raised());
        }
    }

    /// Raises the OSError of a host's error.
    pub fn raise_os_error(&mut self, error: HostError) -> Raised {
        let text = std::io::Error::from_raw_os_error(error.0).to_string();
        let text = text.split(" (os error").next().unwrap_or_default().to_owned();
        let kind = match error.0 {
            libc::EPIPE => ExceptionKind::BrokenPipeError,
            libc::ENOENT => ExceptionKind::FileNotFoundError,
            libc::EACCES | libc::EPERM => ExceptionKind::PermissionError,
            libc::EINTR => ExceptionKind::InterruptedError,
            _ => ExceptionKind::OSError,
        };
        let (number, text) = (self.int(i64::from(error.0)), str::new(self, &text));
        let exception = self.new_exception(kind, vec![number.clone(), text.clone()]);
        let body = exception.cast::<ExceptionBody>();
        body.set_attribute(ExceptionKind::OSError, "errno", Some(number));
        body.set_attribute(ExceptionKind::OSError, "strerror", Some(text));
        self.raise_value(exception)
    }
}

/// A class whose instances only carry attributes.
fn plain_class(thread: &mut Thread, name: &str, module: &str) -> Option<Value> {
    let namespace = dict::new(thread);
    let key = thread.names().__module__.clone();
    let module = str::new(thread, module);
    drop(namespace.cast::<DictBody>().set_str(thread, &key, module));
    let meta = thread.types().type_.clone();
    let name = thread.intern(name);
    types::new_class(thread, &meta, &name, &[], &namespace, Args::NONE).ok()
}

fn version_info(thread: &mut Thread) -> Value {
    let mut items: Vec<Value> = VERSION.iter().map(|&number| Value::small_int(number)).collect();
    items.push(str::new(thread, "final"));
    items.push(Value::small_int(0));
    tuple::new(thread, items)
}

fn implementation(thread: &mut Thread) -> Value {
    let Some(class) = plain_class(thread, "SimpleNamespace", "types") else { return Value::none() };
    let object = types::new_instance(thread, class.cast());
    let name = str::new(thread, "hognose");
    let tag = str::new(thread, "cpython-311");
    let version = version_info(thread);
    for (key, value) in
        [("name", name), ("cache_tag", tag), ("version", version), ("hexversion", Value::small_int(0x030B_07F0))]
    {
        let key = thread.intern(key);
        attribute::set_instance_attribute(thread, &object, &key, Some(&value));
    }
    object
}

fn exit(thread: &mut Thread, _: &Value, args: Args<'_>) -> Result {
    if args.values.len() > 1 {
        let message = format!("exit expected at most 1 argument, got {}", args.values.len());
        return Err(thread.type_error(&message));
    }
    let code = args.values.first().cloned();
    let exception = thread.new_exception(ExceptionKind::SystemExit, code.iter().cloned().collect());
    exception.cast::<ExceptionBody>().set_attribute(ExceptionKind::SystemExit, "code", code);
    Err(thread.raise_value(exception))
}

fn settrace(thread: &mut Thread, _: &Value, function: &Value) -> Result {
    thread.set_trace_function((!function.is_none()).then(|| function.clone()));
    Ok(Value::none())
}

fn gettrace(thread: &mut Thread, _: &Value) -> Result {
    Ok(thread.trace_function().unwrap_or_else(Value::none))
}

fn exc_info(thread: &mut Thread, _: &Value) -> Result {
    let items = match thread.handled_exception() {
        Some(exception) => {
            let class = thread.type_ref(&exception).into_value();
            let traceback = exception.cast::<ExceptionBody>().traceback.get();
            vec![class, exception, traceback]
        }
        None => vec![Value::none(), Value::none(), Value::none()],
    };
    Ok(tuple::new(thread, items))
}

fn exception(thread: &mut Thread, _: &Value) -> Result {
    Ok(thread.handled_exception().unwrap_or_else(Value::none))
}

fn getrecursionlimit(thread: &mut Thread, _: &Value) -> Result {
    Ok(Value::small_int(i64::from(thread.recursion_limit)))
}

fn setrecursionlimit(thread: &mut Thread, _: &Value, limit: &Value) -> Result {
    let limit = arithmetic::index_as_i64(thread, limit)?;
    let Ok(limit) = i32::try_from(limit) else {
        return Err(thread.raise(ExceptionKind::OverflowError, "Python int too large to convert to C int"));
    };
    if limit < 1 {
        return Err(thread.value_error("recursion limit must be greater or equal than 1"));
    }
    let depth = thread.recursion_limit - thread.recursion_left;
    if depth >= limit {
        let message =
            format!("cannot set the recursion limit to {limit} at the recursion depth {depth}: the limit is too low");
        return Err(thread.raise(ExceptionKind::RecursionError, &message));
    }
    thread.recursion_left += limit - thread.recursion_limit;
    thread.recursion_limit = limit;
    Ok(Value::none())
}

fn getrefcount(thread: &mut Thread, _: &Value, value: &Value) -> Result {
    Ok(thread.int(i64::from(value.count())))
}

fn get_frame(thread: &mut Thread, _: &Value, args: Args<'_>) -> Result {
    let mut depth = match args.values.first() {
        Some(depth) => arithmetic::index_as_i64(thread, depth)?,
        None => 0,
    };
    let mut frame = thread.current_frame();
    while depth > 0 {
        frame = frame.as_ref().and_then(FrameRef::previous);
        depth -= 1;
    }
    match frame {
        Some(frame) => Ok(thread.frame_object(frame)),
        None => Err(thread.value_error("call stack is not deep enough")),
    }
}

fn intern(thread: &mut Thread, _: &Value, value: &Value) -> Result {
    if value.is_exact::<StrBody>() {
        return Ok(thread.intern_value(value.clone()));
    }
    let message = if value.is_a::<StrBody>() {
        format!("can't intern {}", thread.type_name(value))
    } else {
        format!("intern() argument must be str, not {}", thread.type_name(value))
    };
    Err(thread.type_error(&message))
}

fn excepthook(thread: &mut Thread, _: &Value, args: Args<'_>) -> Result {
    let [_, exception, _] = args.values else {
        let message = format!("excepthook expected 3 arguments, got {}", args.values.len());
        return Err(thread.type_error(&message));
    };
    if exception.is_a::<ExceptionBody>() {
        let text = thread.exception_text(exception);
        thread.write_error(&text);
    }
    Ok(Value::none())
}

fn displayhook(thread: &mut Thread, _: &Value, value: &Value) -> Result {
    if value.is_none() {
        return Ok(Value::none());
    }
    let text = crate::ops::repr::repr(thread, value)?;
    let newline = str::new(thread, "\n");
    if let Some(stream) = get(thread, "stdout") {
        call::call_method(thread, &stream, "write", &[text])?;
        call::call_method(thread, &stream, "write", &[newline])?;
    }
    let builtins = thread.builtins().clone();
    let key = thread.intern("_");
    let old = builtins.cast::<DictBody>().set_str(thread, &key, value.clone());
    drop(old);
    Ok(Value::none())
}

fn getsizeof(thread: &mut Thread, _: &Value, args: Args<'_>) -> Result {
    match args.values.first() {
        Some(value) => call::call_method(thread, value, "__sizeof__", &[]),
        None => Err(thread.type_error("getsizeof() missing required argument 'object' (pos 1)")),
    }
}

fn is_finalizing(_: &mut Thread, _: &Value) -> Result {
    Ok(Value::false_())
}

fn getdefaultencoding(thread: &mut Thread, _: &Value) -> Result {
    Ok(str::new(thread, "utf-8"))
}

const FUNCTIONS: &[NativeRow] = &[
    NativeRow::args("exit", exit, "($module, status=None, /)"),
    NativeRow::one_arg("settrace", settrace, ""),
    NativeRow::no_args("gettrace", gettrace, "($module, /)"),
    NativeRow::no_args("exc_info", exc_info, "($module, /)"),
    NativeRow::no_args("exception", exception, "($module, /)"),
    NativeRow::no_args("getrecursionlimit", getrecursionlimit, "($module, /)"),
    NativeRow::one_arg("setrecursionlimit", setrecursionlimit, "($module, limit, /)"),
    NativeRow::one_arg("getrefcount", getrefcount, "($module, object, /)"),
    NativeRow::args("_getframe", get_frame, "($module, depth=0, /)"),
    NativeRow::one_arg("intern", intern, "($module, string, /)"),
    NativeRow::args("excepthook", excepthook, "($module, exctype, value, traceback, /)"),
    NativeRow::one_arg("displayhook", displayhook, "($module, object, /)"),
    NativeRow::args("getsizeof", getsizeof, ""),
    NativeRow::no_args("is_finalizing", is_finalizing, "($module, /)"),
    NativeRow::no_args("getdefaultencoding", getdefaultencoding, "($module, /)"),
];
