//! type: methods, attributes and slots.

use crate::Result;
use crate::object::dict::DictBody;
use crate::object::native::{GetSetRow, NativeRow};
use crate::object::slots::Slots;
use crate::object::str::{self, StrBody};
use crate::object::table::TypeTable;
use crate::object::types::TypeBody;
use crate::object::view::MappingProxyBody;
use crate::object::{list, tuple};
use crate::ops::{Args, Operator, attribute, hash, repr, types};
use crate::thread::Thread;
use crate::value::Value;

fn fill(slots: &Slots) {
    slots.repr.set(Some(|thread, value| {
        let ty = value.cast::<TypeBody>();
        let name = repr::qualified_name(thread, ty);
        Ok(str::from_string(thread, format!("<class '{name}'>")))
    }));
    slots.hash.set(Some(|_, value| Ok(hash::hash_pointer(value.id()))));
    slots.call.set(Some(types::type_call));
    slots.getattr.set(Some(attribute::type_getattr));
    slots.setattr.set(Some(attribute::type_setattr));
    slots.new.set(Some(new));
    slots.init.set(Some(init));
    slots.binary[Operator::BitOr as usize].set(Some(union));
}

/// `int | str`.
fn union(thread: &mut Thread, left: &Value, right: &Value) -> Result {
    let is_part = |value: &Value| value.is_none() || value.is_a::<TypeBody>();
    if is_part(left) && is_part(right) {
        return Err(thread.unsupported("union of types"));
    }
    Ok(Value::not_implemented())
}

fn new(thread: &mut Thread, metatype: &Value, args: Args<'_>) -> Result {
    if args.positionals().len() == 1 && !args.names.is_empty() {
        return Err(thread.type_error("type() takes no keyword arguments"));
    }
    let [name, bases, namespace] = args.positionals() else {
        return Err(thread.type_error("type() takes 1 or 3 arguments"));
    };
    if !name.is_a::<StrBody>() {
        let message =
            format!("type.__new__() argument 1 must be str, not {}", super::arguments::shown_type(thread, name));
        return Err(thread.type_error(&message));
    }
    let Some(bases) = tuple::items(bases) else {
        let message = format!("type.__new__() argument 2 must be tuple, not {}", thread.type_name(bases));
        return Err(thread.type_error(&message));
    };
    if !namespace.is_a::<DictBody>() {
        let message = format!("type.__new__() argument 3 must be dict, not {}", thread.type_name(namespace));
        return Err(thread.type_error(&message));
    }
    types::new_class(thread, metatype.cast::<TypeBody>(), name, bases, namespace, args)
}

fn init(thread: &mut Thread, _: &Value, args: Args<'_>) -> Result<()> {
    match args.positionals().len() {
        1 | 3 => Ok(()),
        _ => Err(thread.type_error("type.__init__() takes 1 or 3 arguments")),
    }
}

fn mro(thread: &mut Thread, class: &Value) -> Result {
    let items: Vec<Value> = class.cast::<TypeBody>().mro.get().iter().map(|ty| ty.value().clone()).collect();
    Ok(tuple::new(thread, items))
}

fn mro_list(thread: &mut Thread, class: &Value) -> Result {
    let items: Vec<Value> = class.cast::<TypeBody>().mro.get().iter().map(|ty| ty.value().clone()).collect();
    Ok(list::new(thread, items))
}

fn bases(thread: &mut Thread, class: &Value) -> Result {
    let items: Vec<Value> = class.cast::<TypeBody>().bases.borrow().iter().map(|ty| ty.value().clone()).collect();
    Ok(tuple::new(thread, items))
}

fn base(_: &mut Thread, class: &Value) -> Result {
    Ok(class.cast::<TypeBody>().base.get().map_or_else(Value::none, |base| base.into_value()))
}

fn subclasses(thread: &mut Thread, class: &Value) -> Result {
    let items: Vec<Value> = class.cast::<TypeBody>().live_subclasses().into_iter().map(|ty| ty.into_value()).collect();
    Ok(list::new(thread, items))
}

fn dict(thread: &mut Thread, class: &Value) -> Result {
    let mapping = class.cast::<TypeBody>().namespace().to_value();
    Ok(thread.heap().alloc(&thread.types().mappingproxy, MappingProxyBody { mapping }))
}

fn name(_: &mut Thread, class: &Value) -> Result {
    Ok(class.cast::<TypeBody>().name.get())
}

fn qualname(_: &mut Thread, class: &Value) -> Result {
    Ok(class.cast::<TypeBody>().qualname.get())
}

fn set_text(thread: &mut Thread, class: &Value, value: Option<&Value>, attribute: &str) -> Result<Value> {
    let ty = class.cast::<TypeBody>();
    if ty.is_builtin() {
        let message = format!("cannot set '{attribute}' attribute of immutable type '{}'", ty.name());
        return Err(thread.type_error(&message));
    }
    match value {
        Some(value) if value.is_a::<StrBody>() => Ok(value.clone()),
        Some(value) => {
            let message =
                format!("can only assign string to {}.{attribute}, not '{}'", ty.name(), thread.type_name(value));
            Err(thread.type_error(&message))
        }
        None => {
            let message = format!("cannot delete '{attribute}' attribute of type '{}'", ty.name());
            Err(thread.type_error(&message))
        }
    }
}

fn set_name(thread: &mut Thread, _: &Value, class: &Value, value: Option<&Value>) -> Result<()> {
    let value = set_text(thread, class, value, "__name__")?;
    drop(class.cast::<TypeBody>().name.set(value));
    Ok(())
}

fn set_qualname(thread: &mut Thread, _: &Value, class: &Value, value: Option<&Value>) -> Result<()> {
    let value = set_text(thread, class, value, "__qualname__")?;
    drop(class.cast::<TypeBody>().qualname.set(value));
    Ok(())
}

fn module(thread: &mut Thread, class: &Value) -> Result {
    let ty = class.cast::<TypeBody>();
    let key = thread.names().__module__.clone();
    match ty.namespace().get_str(thread, &key) {
        Some(module) => Ok(module),
        None if ty.is_builtin() => Ok(str::new(thread, "builtins")),
        None => Err(attribute::no_attribute(thread, class, &key)),
    }
}

fn set_module(thread: &mut Thread, _: &Value, class: &Value, value: Option<&Value>) -> Result<()> {
    let ty = class.cast::<TypeBody>();
    let key = thread.names().__module__.clone();
    if let Some(value) = value {
        drop(ty.namespace().set_str(thread, &key, value.clone()));
        thread.type_changed(ty, Some(&key));
    }
    Ok(())
}

fn doc(thread: &mut Thread, class: &Value) -> Result {
    let key = thread.names().__doc__.clone();
    let Some(found) = class.cast::<TypeBody>().namespace().get_str(thread, &key) else { return Ok(Value::none()) };
    let get = thread.type_of(&found).slots.descr_get.get();
    match get {
        Some(get) => get(thread, &found, None, class),
        None => Ok(found),
    }
}

fn set_doc(thread: &mut Thread, _: &Value, class: &Value, value: Option<&Value>) -> Result<()> {
    let key = thread.names().__doc__.clone();
    if let Some(value) = value {
        drop(class.cast::<TypeBody>().namespace().set_str(thread, &key, value.clone()));
    }
    Ok(())
}

fn instance_check(thread: &mut Thread, class: &Value, value: &Value) -> Result {
    Ok(Value::bool(thread.is_instance(value, class.cast::<TypeBody>())))
}

fn subclass_check(thread: &mut Thread, class: &Value, other: &Value) -> Result {
    match other.downcast::<TypeBody>() {
        Some(other) => Ok(Value::bool(other.is_subtype(class.cast::<TypeBody>()))),
        None => Err(thread.type_error("issubclass() arg 1 must be a class")),
    }
}

fn prepare(thread: &mut Thread, _: &Value, _: Args<'_>) -> Result {
    Ok(crate::object::dict::new(thread))
}

fn dir(thread: &mut Thread, class: &Value) -> Result {
    let mut names: Vec<Value> = Vec::new();
    for owner in class.cast::<TypeBody>().mro.get().iter() {
        for (key, _) in owner.namespace().body(thread).iter() {
            if !names.iter().any(|name| str::equal(name, key)) {
                names.push(key.clone());
            }
        }
    }
    Ok(list::new(thread, names))
}

/// What a type can do.
pub const TYPE: TypeTable = TypeTable {
    methods: &[
        NativeRow::no_args("mro", mro_list, "($self, /)"),
        NativeRow::no_args("__subclasses__", subclasses, "($self, /)"),
        NativeRow::one_arg("__instancecheck__", instance_check, "($self, instance, /)"),
        NativeRow::one_arg("__subclasscheck__", subclass_check, "($self, subclass, /)"),
        NativeRow::args("__prepare__", prepare, "").class_method(),
        NativeRow::no_args("__dir__", dir, "($self, /)"),
    ],
    getsets: &[
        GetSetRow { name: "__name__", get: name, set: Some(set_name) },
        GetSetRow { name: "__qualname__", get: qualname, set: Some(set_qualname) },
        GetSetRow { name: "__module__", get: module, set: Some(set_module) },
        GetSetRow { name: "__mro__", get: mro, set: None },
        GetSetRow { name: "__bases__", get: bases, set: None },
        GetSetRow { name: "__base__", get: base, set: None },
        GetSetRow { name: "__dict__", get: dict, set: None },
        GetSetRow { name: "__doc__", get: doc, set: Some(set_doc) },
    ],
    fill,
    doc: "type(object) -> the object's type\ntype(name, bases, dict, **kwds) -> a new type",
};
