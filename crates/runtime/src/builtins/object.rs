//! object: methods, attributes and slots that every type inherits.

use crate::Result;
use crate::heap::InstanceBody;
use crate::object::native::{GetSetRow, NativeRow};
use crate::object::slots::Slots;
use crate::object::str;
use crate::object::table::TypeTable;
use crate::object::types::TypeBody;
use crate::ops::{CompareOp, attribute, hash, repr, truth, types};
use crate::thread::Thread;
use crate::value::Value;

fn fill(slots: &Slots) {
    slots.repr.set(Some(repr::object_repr));
    slots.str.set(Some(repr::repr));
    slots.hash.set(Some(|_, value| Ok(hash::hash_pointer(value.id()))));
    slots.getattr.set(Some(attribute::generic_getattr));
    slots.setattr.set(Some(attribute::generic_setattr));
    slots.richcompare.set(Some(rich_compare));
    slots.new.set(Some(types::object_new));
    slots.init.set(Some(types::object_init));
}

/// Equal is the same; unequal is the opposite of what `__eq__` says.
fn rich_compare(thread: &mut Thread, lhs: &Value, rhs: &Value, op: CompareOp) -> Result {
    match op {
        CompareOp::Eq if lhs.is(rhs) => Ok(Value::true_()),
        CompareOp::Ne => {
            let function = thread.type_of(lhs).slots.richcompare.get();
            let Some(function) = function else { return Ok(Value::not_implemented()) };
            let equal = function(thread, lhs, rhs, CompareOp::Eq)?;
            if equal.is_not_implemented() {
                return Ok(equal);
            }
            Ok(Value::bool(!truth::is_true(thread, &equal)?))
        }
        _ => Ok(Value::not_implemented()),
    }
}

fn format(thread: &mut Thread, value: &Value, specification: &Value) -> Result {
    let Some(chars) = str::chars(specification) else {
        let message =
            format!("__format__() argument must be str, not {}", super::arguments::shown_type(thread, specification));
        return Err(thread.type_error(&message));
    };
    if !chars.is_empty() {
        let message = format!("unsupported format string passed to {}.__format__", thread.type_name(value));
        return Err(thread.type_error(&message));
    }
    repr::str(thread, value)
}

fn class(thread: &mut Thread, value: &Value) -> Result {
    Ok(thread.type_ref(value).into_value())
}

fn set_class(thread: &mut Thread, _: &Value, value: &Value, class: Option<&Value>) -> Result<()> {
    let Some(class) = class else { return Err(thread.type_error("can't delete __class__ attribute")) };
    let Some(new) = class.downcast::<TypeBody>() else {
        let message = format!("__class__ must be set to a class, not '{}' object", thread.type_name(class));
        return Err(thread.type_error(&message));
    };
    let old = thread.type_ref(value);
    if old.is_builtin() || new.is_builtin() {
        return Err(thread.type_error("__class__ assignment only supported for mutable types or ModuleType subclasses"));
    }
    if old.instance_kind != new.instance_kind {
        let message = format!("__class__ assignment: '{}' object layout differs from '{}'", new.name(), old.name());
        return Err(thread.type_error(&message));
    }
    if value.is_a::<InstanceBody>() {
        drop(attribute::enter_dictionary_mode(thread, value));
    }
    if let Some(header) = value.header() {
        header.set_type(new);
    }
    Ok(())
}

fn dir(thread: &mut Thread, value: &Value) -> Result {
    let mut names: Vec<Value> = Vec::new();
    if let Some(dict) = attribute::instance_dict(thread, value) {
        let dict = dict.cast::<crate::object::dict::DictBody>();
        names.extend(dict.body(thread).iter().map(|(key, _)| key.clone()));
    }
    let ty = thread.type_ref(value);
    for owner in ty.mro.get().iter() {
        let body = owner.namespace().body(thread);
        for (key, _) in body.iter() {
            if !names.iter().any(|name| str::equal(name, key)) {
                names.push(key.clone());
            }
        }
    }
    Ok(crate::object::list::new(thread, names))
}

fn init_subclass(thread: &mut Thread, class: &Value, args: crate::ops::Args<'_>) -> Result {
    if args.is_empty() {
        return Ok(Value::none());
    }
    let message = match args.names.is_empty() {
        false => {
            format!("{}.__init_subclass__() takes no keyword arguments", class.cast::<TypeBody>().name())
        }
        true => format!(
            "{}.__init_subclass__() takes no arguments ({} given)",
            class.cast::<TypeBody>().name(),
            args.values.len()
        ),
    };
    Err(thread.type_error(&message))
}

fn sizeof(_: &mut Thread, _: &Value) -> Result {
    Ok(Value::small_int(16))
}

/// The getter of `__dict__` for types whose instances have one.
pub fn get_dict(thread: &mut Thread, value: &Value) -> Result {
    match attribute::instance_dict(thread, value) {
        Some(dict) => Ok(dict),
        None => {
            let name = thread.names().__dict__.clone();
            Err(attribute::no_attribute(thread, value, &name))
        }
    }
}

/// The setter of `__dict__` for types whose instances have one.
///
/// # Errors
/// TypeError for what is no dict.
pub fn set_dict(thread: &mut Thread, _: &Value, value: &Value, dict: Option<&Value>) -> Result<()> {
    match dict {
        Some(dict) if dict.is_a::<crate::object::dict::DictBody>() => {
            attribute::set_dict(thread, value, dict.clone());
            Ok(())
        }
        Some(other) => {
            let message = format!("__dict__ must be set to a dictionary, not a '{}'", thread.type_name(other));
            Err(thread.type_error(&message))
        }
        None => Err(thread.type_error("cannot delete __dict__")),
    }
}

/// The attribute `__dict__` of classes made by class statements.
pub static DICT_ROW: GetSetRow = GetSetRow { name: "__dict__", get: get_dict, set: Some(set_dict) };

/// What every object can do.
pub const TYPE: TypeTable = TypeTable {
    methods: &[
        NativeRow::one_arg("__format__", format, "($self, format_spec, /)"),
        NativeRow::no_args("__dir__", dir, "($self, /)"),
        NativeRow::no_args("__sizeof__", sizeof, "($self, /)"),
        NativeRow::args("__init_subclass__", init_subclass, "").class_method(),
    ],
    getsets: &[GetSetRow { name: "__class__", get: class, set: Some(set_class) }],
    fill,
    doc: "The base class of the class hierarchy.\n\nWhen called, it accepts no arguments and returns a new featureless\ninstance that has no instance attributes and cannot be given any.\n",
};
