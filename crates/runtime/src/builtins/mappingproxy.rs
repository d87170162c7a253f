//! mappingproxy: methods, attributes and slots. Everything is asked of the mapping behind.

use super::arguments::positional;
use crate::Result;
use crate::object::native::NativeRow;
use crate::object::slots::Slots;
use crate::object::str::StrBuilder;
use crate::object::table::TypeTable;
use crate::object::types::TypeBody;
use crate::object::view::MappingProxyBody;
use crate::ops::{Args, Operator, arithmetic, call, compare, item, iterate, repr, truth};
use crate::thread::Thread;
use crate::value::Value;

/// What the type can do.
pub const TYPE: TypeTable = TypeTable {
    methods: &[
        NativeRow::args(
            "get",
            |thread, proxy, args| {
                let values = positional(thread, "mappingproxy.get", args, 1, 2)?;
                let default = values.get(1).cloned().unwrap_or_else(Value::none);
                call::call_method(thread, own(proxy), "get", &[values[0].clone(), default])
            },
            "",
        ),
        NativeRow::no_args("keys", |thread, proxy| call::call_method(thread, own(proxy), "keys", &[]), ""),
        NativeRow::no_args("values", |thread, proxy| call::call_method(thread, own(proxy), "values", &[]), ""),
        NativeRow::no_args("items", |thread, proxy| call::call_method(thread, own(proxy), "items", &[]), ""),
        NativeRow::no_args("copy", |thread, proxy| call::call_method(thread, own(proxy), "copy", &[]), ""),
        NativeRow::no_args(
            "__reversed__",
            |thread, proxy| call::call_method(thread, own(proxy), "__reversed__", &[]),
            "",
        ),
    ],
    getsets: &[],
    fill,
    doc: "",
};

fn fill(slots: &Slots) {
    slots.repr.set(Some(|thread, proxy| {
        let mut text = StrBuilder::new("mappingproxy(");
        text.push_str(&repr::repr(thread, own(proxy))?);
        text.push_ascii(")");
        Ok(text.finish(thread))
    }));
    slots.str.set(Some(|thread, proxy| repr::str(thread, own(proxy))));
    slots.iter.set(Some(|thread, proxy| iterate::iter(thread, own(proxy))));
    slots.len.set(Some(|thread, proxy| truth::len(thread, own(proxy))));
    slots.getitem.set(Some(|thread, proxy, key| item::getitem(thread, own(proxy), key)));
    slots.contains.set(Some(|thread, proxy, key| compare::contains(thread, own(proxy), key)));
    slots.richcompare.set(Some(|thread, proxy, other, op| compare::compare(thread, op, own(proxy), other)));
    slots.hash.set(Some(|thread, proxy| crate::ops::hash::hash(thread, own(proxy))));
    slots.binary[Operator::BitOr as usize].set(Some(|thread, left, right| {
        let behind = |value: &Value| value.downcast::<MappingProxyBody>().map(|proxy| proxy.mapping.clone());
        let (left, right) =
            (behind(left).unwrap_or_else(|| left.clone()), behind(right).unwrap_or_else(|| right.clone()));
        arithmetic::binary_op(thread, Operator::BitOr, &left, &right)
    }));
    slots.inplace[Operator::BitOr as usize].set(Some(|thread, proxy, _| {
        let message = format!("'|=' is not supported by {}; use '|' instead", thread.type_name(proxy));
        Err(thread.type_error(&message))
    }));
    slots.new.set(Some(new));
}

fn own(proxy: &Value) -> &Value {
    &proxy.cast::<MappingProxyBody>().mapping
}

fn new(thread: &mut Thread, class: &Value, args: Args<'_>) -> Result {
    let [mapping] = super::arguments::named(thread, "mappingproxy", args, ["mapping"], 1, 0, 1)?;
    let mapping = mapping.cloned().unwrap_or_else(Value::none);
    let slots = &thread.type_of(&mapping).slots;
    if slots.getitem.get().is_none()
        || mapping.is_a::<crate::object::list::ListBody>()
        || mapping.is_a::<crate::heap::TupleBody>()
    {
        let message = format!("mappingproxy() argument must be a mapping, not {}", thread.type_name(&mapping));
        return Err(thread.type_error(&message));
    }
    Ok(thread.heap().alloc(class.cast::<TypeBody>(), MappingProxyBody { mapping }))
}
