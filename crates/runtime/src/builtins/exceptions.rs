//! Exceptions: methods, attributes and slots of the classes.

use crate::Result;
use crate::exceptions::ExceptionKind;
use crate::object::exception::ExceptionBody;
use crate::object::native::{GetSetRow, NativeRow};
use crate::object::slots::Slots;
use crate::object::str::{self, StrBody};
use crate::object::table::TypeTable;
use crate::object::traceback::TracebackBody;
use crate::object::types::TypeBody;
use crate::object::{list, tuple};
use crate::ops::{Args, attribute, iterate, repr};
use crate::thread::Thread;
use crate::value::Value;

/// What an exception class adds to its base.
pub fn table_of(kind: ExceptionKind) -> &'static TypeTable {
    match kind {
        ExceptionKind::BaseException => const { &BASE },
        ExceptionKind::StopIteration => const { &STOP_ITERATION },
        ExceptionKind::SystemExit => const { &SYSTEM_EXIT },
        ExceptionKind::KeyError => const { &KEY_ERROR },
        ExceptionKind::NameError => const { &NAME_ERROR },
        ExceptionKind::AttributeError => const { &ATTRIBUTE_ERROR },
        ExceptionKind::ImportError => const { &IMPORT_ERROR },
        ExceptionKind::SyntaxError => const { &SYNTAX_ERROR },
        ExceptionKind::OSError => const { &OS_ERROR },
        _ => const { &TypeTable::EMPTY },
    }
}

fn fill_base(slots: &Slots) {
    slots.new.set(Some(|thread, class, args| {
        let body = thread.exception_body(args.positionals().to_vec());
        Ok(thread.heap().alloc(class.cast::<TypeBody>(), body))
    }));
    slots.init.set(Some(|thread, value, args| {
        no_keywords(thread, value, args)?;
        set_args(thread, value, args);
        Ok(())
    }));
    slots.str.set(Some(|thread, value| {
        let args = value.cast::<ExceptionBody>().args.get();
        match tuple::items(&args).unwrap_or_default() {
            [] => Ok(thread.empty_str()),
            [one] => repr::str(thread, one),
            _ => repr::repr(thread, &args),
        }
    }));
    slots.repr.set(Some(|thread, value| {
        let args = value.cast::<ExceptionBody>().args.get();
        let name = thread.type_name(value);
        let text = match tuple::items(&args).unwrap_or_default() {
            [one] => format!("{name}({})", repr::repr_text(thread, one)?),
            _ => format!("{name}{}", repr::repr_text(thread, &args)?),
        };
        Ok(str::from_string(thread, text))
    }));
}

fn no_keywords(thread: &mut Thread, value: &Value, args: Args<'_>) -> Result<()> {
    if args.names.is_empty() {
        return Ok(());
    }
    let message = format!("{}() takes no keyword arguments", thread.type_name(value));
    Err(thread.type_error(&message))
}

fn set_args(thread: &mut Thread, value: &Value, args: Args<'_>) {
    let new = tuple::new(thread, args.positionals().to_vec());
    drop(value.cast::<ExceptionBody>().args.set(new));
}

fn get_args(_: &mut Thread, value: &Value) -> Result {
    Ok(value.cast::<ExceptionBody>().args.get())
}

fn write_args(thread: &mut Thread, _: &Value, value: &Value, args: Option<&Value>) -> Result<()> {
    let Some(args) = args else { return Err(thread.type_error("args may not be deleted")) };
    let items = iterate::collect(thread, args)?;
    let new = tuple::new(thread, items);
    drop(value.cast::<ExceptionBody>().args.set(new));
    Ok(())
}

fn get_traceback(_: &mut Thread, value: &Value) -> Result {
    Ok(value.cast::<ExceptionBody>().traceback.get())
}

fn set_traceback(thread: &mut Thread, _: &Value, value: &Value, traceback: Option<&Value>) -> Result<()> {
    match traceback {
        Some(traceback) if traceback.is_none() || traceback.is_a::<TracebackBody>() => {
            drop(value.cast::<ExceptionBody>().traceback.set(traceback.clone()));
            Ok(())
        }
        Some(_) => Err(thread.type_error("__traceback__ must be a traceback or None")),
        None => Err(thread.type_error("__traceback__ may not be deleted")),
    }
}

fn with_traceback(thread: &mut Thread, value: &Value, traceback: &Value) -> Result {
    set_traceback(thread, value, value, Some(traceback))?;
    Ok(value.clone())
}

fn get_context(_: &mut Thread, value: &Value) -> Result {
    Ok(value.cast::<ExceptionBody>().context.get())
}

fn get_cause(_: &mut Thread, value: &Value) -> Result {
    Ok(value.cast::<ExceptionBody>().cause.get())
}

fn exception_or_none(thread: &mut Thread, value: Option<&Value>, name: &str) -> Result {
    match value {
        Some(value) if value.is_none() || value.is_a::<ExceptionBody>() => Ok(value.clone()),
        Some(_) => {
            let message = format!("exception {name} must be None or derive from BaseException");
            Err(thread.type_error(&message))
        }
        None => {
            let message = format!("__{name}__ may not be deleted");
            Err(thread.type_error(&message))
        }
    }
}

fn set_context(thread: &mut Thread, _: &Value, value: &Value, context: Option<&Value>) -> Result<()> {
    let context = exception_or_none(thread, context, "context")?;
    drop(value.cast::<ExceptionBody>().context.set(context));
    Ok(())
}

fn set_cause(thread: &mut Thread, _: &Value, value: &Value, cause: Option<&Value>) -> Result<()> {
    let cause = exception_or_none(thread, cause, "cause")?;
    let body = value.cast::<ExceptionBody>();
    body.suppress_context.set(true);
    drop(body.cause.set(cause));
    Ok(())
}

fn get_suppress(_: &mut Thread, value: &Value) -> Result {
    Ok(Value::bool(value.cast::<ExceptionBody>().suppress_context.get()))
}

fn set_suppress(thread: &mut Thread, _: &Value, value: &Value, new: Option<&Value>) -> Result<()> {
    match new {
        Some(new) if new.is_bool() => {
            value.cast::<ExceptionBody>().suppress_context.set(new.is_true());
            Ok(())
        }
        _ => Err(thread.type_error("attribute value type must be bool")),
    }
}

fn add_note(thread: &mut Thread, value: &Value, note: &Value) -> Result {
    if !note.is_a::<StrBody>() {
        let message = format!("note must be a str, not '{}'", thread.type_name(note));
        return Err(thread.type_error(&message));
    }
    let name = thread.names().__notes__.clone();
    let notes = match attribute::getattr_optional(thread, value, &name)? {
        Some(notes) => notes,
        None => {
            let new = list::new(thread, Vec::new());
            attribute::setattr(thread, value, &name, &new)?;
            new
        }
    };
    match notes.downcast::<list::ListBody>() {
        Some(notes) => {
            notes.items_mut(thread).push(note.clone());
            Ok(Value::none())
        }
        None => Err(thread.type_error("Cannot add note: __notes__ is not a list")),
    }
}

const BASE: TypeTable = TypeTable {
    methods: &[NativeRow::one_arg("with_traceback", with_traceback, ""), NativeRow::one_arg("add_note", add_note, "")],
    getsets: &[
        GetSetRow { name: "args", get: get_args, set: Some(write_args) },
        GetSetRow { name: "__traceback__", get: get_traceback, set: Some(set_traceback) },
        GetSetRow { name: "__context__", get: get_context, set: Some(set_context) },
        GetSetRow { name: "__cause__", get: get_cause, set: Some(set_cause) },
        GetSetRow { name: "__suppress_context__", get: get_suppress, set: Some(set_suppress) },
        GetSetRow { name: "__dict__", get: super::object::get_dict, set: Some(super::object::set_dict) },
    ],
    fill: fill_base,
    doc: "Common base class for all exceptions",
};

/// Rows for attributes that stand in an exception's `extra`.
macro_rules! extras {
    ($kind:ident, $($name:literal),*) => {
        &[$(GetSetRow {
            name: $name,
            get: |_, value| {
                Ok(value
                    .cast::<ExceptionBody>()
                    .attribute(ExceptionKind::$kind, $name)
                    .unwrap_or_else(Value::none))
            },
            set: Some(|_, _, value, new| {
                value.cast::<ExceptionBody>().set_attribute(ExceptionKind::$kind, $name, new.cloned());
                Ok(())
            }),
        },)*]
    };
}

fn fill_stop_iteration(slots: &Slots) {
    slots.init.set(Some(|thread, value, args| {
        no_keywords(thread, value, args)?;
        set_args(thread, value, args);
        let first = args.positionals().first().cloned();
        value.cast::<ExceptionBody>().set_attribute(ExceptionKind::StopIteration, "value", first);
        Ok(())
    }));
}

const STOP_ITERATION: TypeTable = TypeTable {
    getsets: extras!(StopIteration, "value"),
    fill: fill_stop_iteration,
    doc: "Signal the end from iterator.__next__().",
    ..TypeTable::EMPTY
};

fn fill_system_exit(slots: &Slots) {
    slots.init.set(Some(|thread, value, args| {
        no_keywords(thread, value, args)?;
        set_args(thread, value, args);
        let code = match args.positionals() {
            [] => None,
            [one] => Some(one.clone()),
            _ => Some(value.cast::<ExceptionBody>().args.get()),
        };
        value.cast::<ExceptionBody>().set_attribute(ExceptionKind::SystemExit, "code", code);
        Ok(())
    }));
}

const SYSTEM_EXIT: TypeTable = TypeTable {
    getsets: extras!(SystemExit, "code"),
    fill: fill_system_exit,
    doc: "Request to exit from the interpreter.",
    ..TypeTable::EMPTY
};

fn fill_key_error(slots: &Slots) {
    slots.str.set(Some(|thread, value| {
        let args = value.cast::<ExceptionBody>().args.get();
        match tuple::items(&args).unwrap_or_default() {
            [] => Ok(thread.empty_str()),
            [one] => repr::repr(thread, one),
            _ => repr::repr(thread, &args),
        }
    }));
}

const KEY_ERROR: TypeTable = TypeTable { fill: fill_key_error, doc: "Mapping key not found.", ..TypeTable::EMPTY };

/// Keyword arguments that go to attributes; anything else is refused.
fn keyword_attributes(
    thread: &mut Thread,
    value: &Value,
    args: Args<'_>,
    kind: ExceptionKind,
    allowed: &[&str],
) -> Result<()> {
    for (name, argument) in args.keywords() {
        let text = str::to_string(name);
        if !allowed.contains(&text.as_str()) {
            let message = format!("'{text}' is an invalid keyword argument for {}()", kind.name());
            return Err(thread.type_error(&message));
        }
        value.cast::<ExceptionBody>().set_attribute(kind, &text, Some(argument.clone()));
    }
    Ok(())
}

fn fill_name_error(slots: &Slots) {
    slots.init.set(Some(|thread, value, args| {
        set_args(thread, value, args);
        keyword_attributes(thread, value, args, ExceptionKind::NameError, &["name"])
    }));
}

const NAME_ERROR: TypeTable = TypeTable {
    getsets: extras!(NameError, "name"),
    fill: fill_name_error,
    doc: "Name not found globally.",
    ..TypeTable::EMPTY
};

fn fill_attribute_error(slots: &Slots) {
    slots.init.set(Some(|thread, value, args| {
        set_args(thread, value, args);
        keyword_attributes(thread, value, args, ExceptionKind::AttributeError, &["name", "obj"])
    }));
}

const ATTRIBUTE_ERROR: TypeTable = TypeTable {
    getsets: extras!(AttributeError, "name", "obj"),
    fill: fill_attribute_error,
    doc: "Attribute not found.",
    ..TypeTable::EMPTY
};

fn fill_import_error(slots: &Slots) {
    slots.init.set(Some(|thread, value, args| {
        set_args(thread, value, args);
        keyword_attributes(thread, value, args, ExceptionKind::ImportError, &["name", "path"])?;
        let message = match args.positionals() {
            [one] => Some(one.clone()),
            _ => None,
        };
        value.cast::<ExceptionBody>().set_attribute(ExceptionKind::ImportError, "msg", message);
        Ok(())
    }));
}

const IMPORT_ERROR: TypeTable = TypeTable {
    getsets: extras!(ImportError, "msg", "name", "path"),
    fill: fill_import_error,
    doc: "Import can't find module, or can't find name in module.",
    ..TypeTable::EMPTY
};

fn fill_syntax_error(slots: &Slots) {
    slots.init.set(Some(|thread, value, args| {
        no_keywords(thread, value, args)?;
        set_args(thread, value, args);
        let body = value.cast::<ExceptionBody>();
        let kind = ExceptionKind::SyntaxError;
        body.set_attribute(kind, "msg", args.positionals().first().cloned());
        if let [_, details] = args.positionals() {
            let details = iterate::collect(thread, details)?;
            if !matches!(details.len(), 4 | 6) {
                let message = "function takes exactly 4 or 6 arguments".to_owned();
                return Err(thread.type_error(&message));
            }
            for (name, detail) in
                ["filename", "lineno", "offset", "text", "end_lineno", "end_offset"].iter().zip(details)
            {
                body.set_attribute(kind, name, Some(detail));
            }
        }
        Ok(())
    }));
    slots.str.set(Some(|thread, value| {
        let body = value.cast::<ExceptionBody>();
        let kind = ExceptionKind::SyntaxError;
        let message = body.attribute(kind, "msg").unwrap_or_else(Value::none);
        let message = str::to_string(&repr::str(thread, &message)?);
        let line = body.attribute(kind, "lineno").and_then(|line| line.as_small_int());
        let file = body.attribute(kind, "filename").filter(|file| file.is_a::<StrBody>());
        let file = file.map(|file| {
            let text = str::to_string(&file);
            text.rsplit('/').next().unwrap_or_default().to_owned()
        });
        let text = match (file, line) {
            (Some(file), Some(line)) => format!("{message} ({file}, line {line})"),
            (Some(file), None) => format!("{message} ({file})"),
            (None, Some(line)) => format!("{message} (line {line})"),
            (None, None) => message,
        };
        Ok(str::from_string(thread, text))
    }));
}

const SYNTAX_ERROR: TypeTable = TypeTable {
    getsets: extras!(
        SyntaxError,
        "msg",
        "filename",
        "lineno",
        "offset",
        "text",
        "print_file_and_line",
        "end_lineno",
        "end_offset"
    ),
    fill: fill_syntax_error,
    doc: "Invalid syntax.",
    ..TypeTable::EMPTY
};

fn fill_os_error(slots: &Slots) {
    slots.init.set(Some(|thread, value, args| {
        no_keywords(thread, value, args)?;
        set_args(thread, value, args);
        let body = value.cast::<ExceptionBody>();
        let positionals = args.positionals();
        if (2..=5).contains(&positionals.len()) {
            for (name, argument) in ["errno", "strerror", "filename"].iter().zip(positionals) {
                body.set_attribute(ExceptionKind::OSError, name, Some(argument.clone()));
            }
            if positionals.len() > 2 {
                let two = tuple::new(thread, positionals[..2].to_vec());
                drop(body.args.set(two));
            }
        }
        Ok(())
    }));
    slots.str.set(Some(|thread, value| {
        let body = value.cast::<ExceptionBody>();
        let get = |name| body.attribute(ExceptionKind::OSError, name);
        if let (Some(errno), Some(text)) = (get("errno"), get("strerror")) {
            let mut message = format!(
                "[Errno {}] {}",
                str::to_string(&repr::str(thread, &errno)?),
                str::to_string(&repr::str(thread, &text)?)
            );
            if let Some(filename) = get("filename").filter(|name| !name.is_none()) {
                message.push_str(": ");
                message.push_str(&repr::repr_text(thread, &filename)?);
            }
            return Ok(str::from_string(thread, message));
        }
        let args = body.args.get();
        match tuple::items(&args).unwrap_or_default() {
            [] => Ok(thread.empty_str()),
            [one] => repr::str(thread, one),
            _ => repr::repr(thread, &args),
        }
    }));
}

const OS_ERROR: TypeTable = TypeTable {
    getsets: extras!(OSError, "errno", "strerror", "filename", "filename2"),
    fill: fill_os_error,
    doc: "Base class for I/O related errors.",
    ..TypeTable::EMPTY
};
