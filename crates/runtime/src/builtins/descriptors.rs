//! property, staticmethod, classmethod and super: methods, attributes and slots.

use crate::Result;
use crate::exceptions::ExceptionKind;
use crate::object::cell::CellBody;
use crate::object::descriptor::{ClassMethodBody, PropertyBody, StaticMethodBody, SuperBody};
use crate::object::native::{GetSetRow, NativeRow};
use crate::object::slots::Slots;
use crate::object::str;
use crate::object::table::TypeTable;
use crate::object::types::TypeBody;
use crate::ops::{Args, attribute, call};
use crate::thread::Thread;
use crate::value::{Raised, Value};

fn fill_property(slots: &Slots) {
    slots.new.set(Some(|thread, class, _| {
        let none = Value::none;
        let body = PropertyBody { get: none(), set: none(), delete: none(), doc: none(), name: none() };
        Ok(thread.heap().alloc(class.cast::<TypeBody>(), body))
    }));
    slots.init.set(Some(|thread, property, args| {
        let names = ["fget", "fset", "fdel", "doc"];
        let mut found = [Value::none(), Value::none(), Value::none(), Value::none()];
        for (index, value) in args.positionals().iter().enumerate() {
            match found.get_mut(index) {
                Some(slot) => *slot = value.clone(),
                None => {
                    let message = format!("property expected at most 4 arguments, got {}", args.values.len());
                    return Err(thread.type_error(&message));
                }
            }
        }
        for (name, value) in args.keywords() {
            match names.iter().position(|own| str::is(name, own)) {
                Some(index) => found[index] = value.clone(),
                None => {
                    let message = format!("'{}' is an invalid keyword argument for property()", str::to_string(name));
                    return Err(thread.type_error(&message));
                }
            }
        }
        let [get, set, delete, mut doc] = found;
        if doc.is_none() && !get.is_none() {
            let key = thread.names().__doc__.clone();
            doc = attribute::getattr_optional(thread, &get, &key)?.unwrap_or_else(Value::none);
        }
        let body = property.cast::<PropertyBody>().body_mut(thread);
        let name = body.name.clone();
        let old = std::mem::replace(body, PropertyBody { get, set, delete, doc, name });
        drop(old);
        Ok(())
    }));
    slots.descr_get.set(Some(|thread, property, object, _| {
        let Some(object) = object else { return Ok(property.clone()) };
        let get = property.cast::<PropertyBody>().body(thread).get.clone();
        if get.is_none() {
            return Err(no_accessor(thread, property, object, "getter"));
        }
        call::call(thread, &get, Args::positional(std::slice::from_ref(object)))
    }));
    slots.descr_set.set(Some(|thread, property, object, value| {
        let body = property.cast::<PropertyBody>().body(thread);
        let function = match value {
            Some(_) => body.set.clone(),
            None => body.delete.clone(),
        };
        if function.is_none() {
            let word = if value.is_some() { "setter" } else { "deleter" };
            return Err(no_accessor(thread, property, object, word));
        }
        let result = match value {
            Some(value) => call::call(thread, &function, Args::positional(&[object.clone(), value.clone()])),
            None => call::call(thread, &function, Args::positional(std::slice::from_ref(object))),
        };
        result.map(drop)
    }));
}

fn no_accessor(thread: &mut Thread, property: &Value, object: &Value, word: &str) -> Raised {
    let name = property.cast::<PropertyBody>().body(thread).name.clone();
    let ty = thread.type_ref(object);
    let qualname = str::to_string(&ty.qualname.get());
    let message = match name.is_none() {
        true => format!("property of '{qualname}' object has no {word}"),
        false => format!("property '{}' of '{qualname}' object has no {word}", str::to_string(&name)),
    };
    thread.raise(ExceptionKind::AttributeError, &message)
}

fn with_function(thread: &mut Thread, property: &Value, change: impl FnOnce(&mut PropertyBody)) -> Result {
    let body = property.cast::<PropertyBody>().body(thread);
    let mut copy = PropertyBody {
        get: body.get.clone(),
        set: body.set.clone(),
        delete: body.delete.clone(),
        doc: body.doc.clone(),
        name: body.name.clone(),
    };
    change(&mut copy);
    let ty = thread.type_ref(property);
    Ok(thread.heap().alloc(&ty, copy))
}

fn getter(thread: &mut Thread, property: &Value, function: &Value) -> Result {
    with_function(thread, property, |body| body.get = function.clone())
}

fn setter(thread: &mut Thread, property: &Value, function: &Value) -> Result {
    with_function(thread, property, |body| body.set = function.clone())
}

fn deleter(thread: &mut Thread, property: &Value, function: &Value) -> Result {
    with_function(thread, property, |body| body.delete = function.clone())
}

fn set_name(thread: &mut Thread, property: &Value, args: Args<'_>) -> Result {
    if let [_, name] = args.values {
        let old = std::mem::replace(&mut property.cast::<PropertyBody>().body_mut(thread).name, name.clone());
        drop(old);
    }
    Ok(Value::none())
}

fn fget(thread: &mut Thread, property: &Value) -> Result {
    Ok(property.cast::<PropertyBody>().body(thread).get.clone())
}

fn fset(thread: &mut Thread, property: &Value) -> Result {
    Ok(property.cast::<PropertyBody>().body(thread).set.clone())
}

fn fdel(thread: &mut Thread, property: &Value) -> Result {
    Ok(property.cast::<PropertyBody>().body(thread).delete.clone())
}

fn property_doc(thread: &mut Thread, property: &Value) -> Result {
    Ok(property.cast::<PropertyBody>().body(thread).doc.clone())
}

/// What a property can do.
pub const PROPERTY_TYPE: TypeTable = TypeTable {
    methods: &[
        NativeRow::one_arg("getter", getter, ""),
        NativeRow::one_arg("setter", setter, ""),
        NativeRow::one_arg("deleter", deleter, ""),
        NativeRow::args("__set_name__", set_name, ""),
    ],
    getsets: &[
        GetSetRow { name: "fget", get: fget, set: None },
        GetSetRow { name: "fset", get: fset, set: None },
        GetSetRow { name: "fdel", get: fdel, set: None },
        GetSetRow { name: "__doc__", get: property_doc, set: None },
    ],
    fill: fill_property,
    doc: "",
};

/// The one argument of `staticmethod()` and `classmethod()`.
fn one_function(thread: &mut Thread, class: &Value, args: Args<'_>) -> Result {
    match args.values {
        [function] if args.names.is_empty() => Ok(function.clone()),
        _ => {
            let name = class.cast::<TypeBody>().name();
            if !args.names.is_empty() {
                return Err(thread.type_error(&format!("{name}() takes no keyword arguments")));
            }
            let message = format!("{name} expected 1 argument, got {}", args.values.len());
            Err(thread.type_error(&message))
        }
    }
}

/// `<staticmethod(...)>`.
fn wrapper_repr(thread: &mut Thread, method: &Value, function: &Value) -> Result {
    let text = format!("<{}({})>", thread.type_name(method), crate::ops::repr::repr_text(thread, function)?);
    Ok(str::from_string(thread, text))
}

fn fill_static(slots: &Slots) {
    slots.repr.set(Some(|thread, method| wrapper_repr(thread, method, &method.cast::<StaticMethodBody>().0)));
    slots.new.set(Some(|thread, class, args| {
        let function = one_function(thread, class, args)?;
        Ok(thread.heap().alloc(class.cast::<TypeBody>(), StaticMethodBody(function)))
    }));
    slots.init.set(Some(|_, _, _| Ok(())));
    slots.descr_get.set(Some(|_, method, _, _| Ok(method.cast::<StaticMethodBody>().0.clone())));
    slots.call.set(Some(|thread, method, args| {
        let function = method.cast::<StaticMethodBody>().0.clone();
        call::call(thread, &function, args)
    }));
}

fn static_function(_: &mut Thread, method: &Value) -> Result {
    Ok(method.cast::<StaticMethodBody>().0.clone())
}

/// What a staticmethod can do.
pub const STATICMETHOD_TYPE: TypeTable = TypeTable {
    methods: &[],
    getsets: &[
        GetSetRow { name: "__func__", get: static_function, set: None },
        GetSetRow { name: "__wrapped__", get: static_function, set: None },
    ],
    fill: fill_static,
    doc: "",
};

fn fill_class(slots: &Slots) {
    slots.repr.set(Some(|thread, method| wrapper_repr(thread, method, &method.cast::<ClassMethodBody>().0)));
    slots.new.set(Some(|thread, class, args| {
        let function = one_function(thread, class, args)?;
        Ok(thread.heap().alloc(class.cast::<TypeBody>(), ClassMethodBody(function)))
    }));
    slots.init.set(Some(|_, _, _| Ok(())));
    slots.descr_get.set(Some(|thread, method, _, owner| {
        let function = method.cast::<ClassMethodBody>().0.clone();
        let get = thread.type_of(&function).slots.descr_get.get();
        match get {
            Some(get) => {
                let meta = thread.type_ref(owner);
                get(thread, &function, Some(owner), meta.value())
            }
            None => Ok(crate::object::function::bind(thread, &function, owner)),
        }
    }));
}

fn class_function(_: &mut Thread, method: &Value) -> Result {
    Ok(method.cast::<ClassMethodBody>().0.clone())
}

/// What a classmethod can do.
pub const CLASSMETHOD_TYPE: TypeTable = TypeTable {
    methods: &[],
    getsets: &[
        GetSetRow { name: "__func__", get: class_function, set: None },
        GetSetRow { name: "__wrapped__", get: class_function, set: None },
    ],
    fill: fill_class,
    doc: "",
};

fn fill_super(slots: &Slots) {
    slots.new.set(Some(new_super));
    slots.init.set(Some(|_, _, _| Ok(())));
    slots.getattr.set(Some(super_getattr));
    slots.repr.set(Some(|thread, value| {
        let body = value.cast::<SuperBody>();
        let name = body.class.downcast::<TypeBody>().map_or_else(|| "NULL".to_owned(), |ty| ty.name());
        let text = match body.receiver_class.downcast::<TypeBody>() {
            Some(ty) => format!("<super: <class '{name}'>, <{} object>>", ty.name()),
            None => format!("<super: <class '{name}'>, NULL>"),
        };
        Ok(str::from_string(thread, text))
    }));
}

fn new_super(thread: &mut Thread, class: &Value, args: Args<'_>) -> Result {
    if !args.names.is_empty() {
        return Err(thread.type_error("super() takes no keyword arguments"));
    }
    let (ty, receiver) = match args.positionals() {
        [] => implicit_arguments(thread)?,
        [ty] => (ty.clone(), Value::none()),
        [ty, receiver] => (ty.clone(), receiver.clone()),
        _ => {
            let message = format!("super() expected at most 2 arguments, got {}", args.values.len());
            return Err(thread.type_error(&message));
        }
    };
    let Some(this) = ty.downcast::<TypeBody>() else {
        let message = format!("super() argument 1 must be a type, not {}", thread.type_name(&ty));
        return Err(thread.type_error(&message));
    };
    let receiver_class = if receiver.is_none() {
        Value::none()
    } else if receiver.downcast::<TypeBody>().is_some_and(|own| own.is_subtype(this)) {
        receiver.clone()
    } else if thread.is_instance(&receiver, this) {
        thread.type_ref(&receiver).into_value()
    } else {
        return Err(thread.type_error("super(type, obj): obj must be an instance or subtype of type"));
    };
    let body = SuperBody { class: ty, receiver, receiver_class };
    Ok(thread.heap().alloc(class.cast::<TypeBody>(), body))
}

/// `super()` without arguments: `__class__` and the first argument of the calling function.
fn implicit_arguments(thread: &mut Thread) -> Result<(Value, Value)> {
    let error = |thread: &mut Thread, text: &str| thread.raise(ExceptionKind::RuntimeError, text);
    let Some(frame) = thread.current_frame() else { return Err(error(thread, "super(): no current frame")) };
    let code = frame.code().to_ref();
    if code.argcount == 0 {
        return Err(error(thread, "super(): no arguments"));
    }
    let first = frame.register(0).cloned();
    let first = match first {
        Some(value)
            if value.is_a::<CellBody>() && code.source.localspluskinds[0] & hognose_bytecode::kind::CELL != 0 =>
        {
            value.cast::<CellBody>().get(thread)
        }
        first => first,
    };
    let Some(first) = first else { return Err(error(thread, "super(): arg[0] deleted")) };
    for register in 0..code.nlocalsplus {
        if code.source.localspluskinds[register as usize] & hognose_bytecode::kind::FREE != 0
            && str::is(&code.localsplusnames[register as usize], "__class__")
        {
            let cell = frame.register(register).cloned();
            let class = cell.and_then(|cell| cell.downcast::<CellBody>()?.get(thread));
            return match class {
                Some(class) => Ok((class, first)),
                None => Err(error(thread, "super(): empty __class__ cell")),
            };
        }
    }
    Err(error(thread, "super(): __class__ cell not found"))
}

fn super_getattr(thread: &mut Thread, object: &Value, name: &Value) -> Result {
    let body = object.cast::<SuperBody>();
    let (class, receiver, receiver_class) = (body.class.clone(), body.receiver.clone(), body.receiver_class.clone());
    if let (Some(own), false) = (receiver_class.downcast::<TypeBody>(), str::is(name, "__class__")) {
        let name = thread.intern_value(name.clone());
        let mro = own.mro.get();
        let behind = mro.iter().skip_while(|ty| !ty.value().is(&class)).skip(1);
        for ty in behind {
            let Some(found) = ty.namespace().get_str(thread, &name) else { continue };
            let get = thread.type_of(&found).slots.descr_get.get();
            return match get {
                Some(get) if receiver.is(&receiver_class) => get(thread, &found, None, &receiver_class),
                Some(get) => get(thread, &found, Some(&receiver), &receiver_class),
                None => Ok(found),
            };
        }
    }
    attribute::generic_getattr(thread, object, name)
}

fn this_class(_: &mut Thread, value: &Value) -> Result {
    Ok(value.cast::<SuperBody>().class.clone())
}

fn super_receiver(_: &mut Thread, value: &Value) -> Result {
    Ok(value.cast::<SuperBody>().receiver.clone())
}

/// What a super object can do.
pub const SUPER_TYPE: TypeTable = TypeTable {
    methods: &[],
    getsets: &[
        GetSetRow { name: "__thisclass__", get: this_class, set: None },
        GetSetRow { name: "__self__", get: super_receiver, set: None },
    ],
    fill: fill_super,
    doc: "",
};
