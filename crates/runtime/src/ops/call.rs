//! Calls: what can be called, and how arguments reach it.

use crate::Result;
use crate::object::descriptor::StaticMethodBody;
use crate::object::function::{FunctionBody, MethodBody};
use crate::object::native::{Binding, MethodCode, NativeCode, NativeFunctionBody, NativeMethodBody, NativeRow};
use crate::object::str;
use crate::object::types::{TypeBody, TypeRef};
use crate::ops::Args;
use crate::ops::special::{call_wrapper, special_method};
use crate::thread::Thread;
use crate::value::{Kind, Raised, Value};

/// `callable(*args)`.
///
/// # Errors
/// TypeError when it cannot be called or the arguments do not fit, or what the callable raises.
pub fn call(thread: &mut Thread, callable: &Value, args: Args<'_>) -> Result {
    match callable.kind() {
        Some(Kind::Function) => call_function(thread, callable, args),
        Some(Kind::Method) => {
            let method = callable.cast::<MethodBody>();
            call_with_receiver(thread, &method.function, &method.receiver, args)
        }
        Some(Kind::NativeFunction) => {
            let function = callable.cast::<NativeFunctionBody>();
            call_native(thread, function.row, &function.receiver, args)
        }
        Some(Kind::NativeMethod) => call_native_method(thread, callable.cast::<NativeMethodBody>(), args),
        _ => {
            let slot = thread.type_of(callable).slots.call.get();
            match slot {
                Some(slot) => thread.nested(" while calling a Python object", |thread| slot(thread, callable, args)),
                None => Err(not_callable(thread, callable)),
            }
        }
    }
}

/// Raises TypeError for something that cannot be called.
#[cold]
pub fn not_callable(thread: &mut Thread, callable: &Value) -> Raised {
    let message = format!("'{}' object is not callable", thread.type_name(callable));
    thread.type_error(&message)
}

/// `callable(receiver, *args)`.
///
/// # Errors
/// As [`call`].
pub fn call_with_receiver(thread: &mut Thread, callable: &Value, receiver: &Value, args: Args<'_>) -> Result {
    if let (Some(method), true) = (callable.exact::<NativeMethodBody>(), args.names.is_empty())
        && let MethodCode::Row(row) = method.code
        && row.binding == Binding::Instance
        && thread.is_instance(receiver, &method.owner)
    {
        return call_native(thread, row, receiver, args);
    }
    let mut values = Vec::with_capacity(args.values.len() + 1);
    values.push(receiver.clone());
    values.extend_from_slice(args.values);
    call(thread, callable, Args { values: &values, names: args.names })
}

/// `receiver.name(*arguments)`.
///
/// # Errors
/// As [`call`], and AttributeError.
pub fn call_method(thread: &mut Thread, receiver: &Value, name: &str, arguments: &[Value]) -> Result {
    let name = thread.intern(name);
    match crate::ops::attribute::load_method(thread, receiver, &name)? {
        crate::ops::attribute::LoadedMethod::Method(function) => {
            call_with_receiver(thread, &function, receiver, Args::positional(arguments))
        }
        crate::ops::attribute::LoadedMethod::Attribute(callable) => {
            call(thread, &callable, Args::positional(arguments))
        }
    }
}

/// Whether a function found on a class is to be called with the object as first argument, without binding it.
#[inline]
pub fn takes_receiver(found: &Value) -> bool {
    match found.kind() {
        Some(Kind::Function) => true,
        Some(Kind::NativeMethod) => match found.cast::<NativeMethodBody>().code {
            MethodCode::Row(row) => row.binding == Binding::Instance,
            MethodCode::Slot(_) => true,
        },
        _ => false,
    }
}

/// Calls a Python function: makes its frame and runs it.
///
/// # Errors
/// What binding the arguments or the function raises.
pub fn call_function(thread: &mut Thread, function: &Value, args: Args<'_>) -> Result {
    let frame = thread.enter_function(function.cast::<FunctionBody>(), args)?;
    thread.run_frame(frame)
}

/// Calls a row: checks the number of arguments that the row itself does not check.
///
/// # Errors
/// TypeError, or what the function raises.
#[inline]
pub fn call_native(thread: &mut Thread, row: &'static NativeRow, receiver: &Value, args: Args<'_>) -> Result {
    match (row.code, args.values) {
        (NativeCode::OneArg(function), [argument]) if args.names.is_empty() => function(thread, receiver, argument),
        (NativeCode::NoArgs(function), []) => function(thread, receiver),
        (NativeCode::Args(function), _) => {
            thread.nested(" while calling a Python object", |thread| function(thread, receiver, args))
        }
        _ => Err(wrong_native_arguments(thread, row, receiver, args)),
    }
}

#[cold]
fn wrong_native_arguments(thread: &mut Thread, row: &NativeRow, receiver: &Value, args: Args<'_>) -> Raised {
    let name = match native_owner(thread, row, receiver) {
        Some(owner) => format!("{owner}.{}", row.name),
        None => native_qualname(thread, row, receiver),
    };
    let message = match row.code {
        _ if !args.names.is_empty() => format!("{name}() takes no keyword arguments"),
        NativeCode::NoArgs(_) => format!("{name}() takes no arguments ({} given)", args.values.len()),
        _ => format!("{name}() takes exactly one argument ({} given)", args.values.len()),
    };
    thread.type_error(&message)
}

/// The built-in type that has a method, by its row.
fn native_owner(thread: &Thread, row: &NativeRow, receiver: &Value) -> Option<String> {
    let name = thread.intern(row.name);
    let has = |ty: &TypeRef| {
        let found = ty.namespace().get_str(thread, &name)?;
        let MethodCode::Row(own) = found.downcast::<NativeMethodBody>()?.code else { return None };
        std::ptr::eq(own, row).then(|| ty.name())
    };
    let found = thread.type_of(receiver).mro.get().iter().find_map(has);
    found.filter(|_| row.binding == Binding::Instance)
}

/// `list.append` for a method, `len` for a function.
pub(crate) fn native_qualname(thread: &Thread, row: &NativeRow, receiver: &Value) -> String {
    match row.binding {
        Binding::Static => row.name.to_owned(),
        Binding::Instance if matches!(receiver.kind(), Some(Kind::Module)) || receiver.is_none() => row.name.to_owned(),
        Binding::Instance => format!("{}.{}", thread.type_name(receiver), row.name),
        Binding::Class => match receiver.downcast::<TypeBody>() {
            Some(ty) => format!("{}.{}", ty.name(), row.name),
            None => row.name.to_owned(),
        },
    }
}

fn call_native_method(thread: &mut Thread, method: &NativeMethodBody, args: Args<'_>) -> Result {
    let row = match method.code {
        MethodCode::Slot(index) => return call_wrapper(thread, method, special_method(index), args),
        MethodCode::Row(row) => row,
    };
    let Some((receiver, _)) = args.positionals().split_first() else {
        let message = format!("unbound method {}.{}() needs an argument", method.owner.name(), row.name);
        return Err(thread.type_error(&message));
    };
    let fits = match row.binding {
        Binding::Class => receiver.downcast::<TypeBody>().is_some_and(|ty| ty.is_subtype(&method.owner)),
        _ => thread.is_instance(receiver, &method.owner),
    };
    if !fits {
        let message = format!(
            "descriptor '{}' for '{}' objects doesn't apply to a '{}' object",
            row.name,
            method.owner.name(),
            thread.type_name(receiver)
        );
        return Err(thread.type_error(&message));
    }
    call_native(thread, row, receiver, Args { values: &args.values[1..], names: args.names })
}

/// `callable(*positional, **keywords)` with a tuple and a dict or None: `CALL_FUNCTION_EX`.
///
/// # Errors
/// As [`call`].
pub fn call_ex(thread: &mut Thread, callable: &Value, positional: &Value, keywords: Option<&Value>) -> Result {
    let positional = crate::ops::build::call_positionals(thread, callable, positional)?;
    let (values, names) = crate::ops::build::call_arguments(thread, callable, &positional, keywords)?;
    call(thread, callable, Args { values: &values, names: &names })
}

/// The object for a row of a built-in type's method table.
pub(crate) fn native_method(thread: &Thread, owner: &TypeRef, row: &'static NativeRow, name: &Value) -> Value {
    let types = thread.types();
    let body = NativeMethodBody { code: MethodCode::Row(row), owner: owner.clone(), name: name.clone() };
    match row.binding {
        Binding::Instance => thread.heap().alloc(&types.method_descriptor, body),
        Binding::Class => thread.heap().alloc(&types.classmethod_descriptor, body),
        Binding::Static => {
            let function = native_function(thread, row, owner.value().clone(), Value::none());
            thread.heap().alloc(&types.static_method, StaticMethodBody(function))
        }
    }
}

/// A native function.
pub fn native_function(thread: &Thread, row: &'static NativeRow, receiver: Value, module: Value) -> Value {
    let body = NativeFunctionBody { row, receiver, module };
    thread.heap().alloc(&thread.types().native_function, body)
}

/// The name of a callable for messages about its arguments: `f()`, or `<class 'C'>` without a name.
pub fn describe(thread: &mut Thread, callable: &Value) -> String {
    let qualname = match callable.kind() {
        Some(Kind::Function) => str::to_string(&callable.cast::<FunctionBody>().qualname.get()),
        Some(Kind::Method) => {
            let function = callable.cast::<MethodBody>().function.clone();
            return describe(thread, &function);
        }
        Some(Kind::NativeFunction) => {
            let function = callable.cast::<NativeFunctionBody>();
            native_qualname(thread, function.row, &function.receiver)
        }
        Some(Kind::NativeMethod) => {
            let method = callable.cast::<NativeMethodBody>();
            format!("{}.{}", method.owner.name(), str::to_string(&method.name))
        }
        Some(Kind::Type) => {
            let ty = callable.cast::<TypeBody>();
            str::to_string(&ty.qualname.get())
        }
        _ => return format!("{} object", thread.type_name(callable)),
    };
    format!("{qualname}()")
}
