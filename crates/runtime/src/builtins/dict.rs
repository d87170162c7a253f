//! dict: methods, attributes and slots.

use super::arguments::positional;
use crate::Result;
use crate::exceptions::ExceptionKind;
use crate::object::dict::{self, DictBody};
use crate::object::iterator::IteratorState;
use crate::object::native::NativeRow;
use crate::object::slots::Slots;
use crate::object::str::StrBuilder;
use crate::object::table::TypeTable;
use crate::object::tuple;
use crate::object::types::TypeBody;
use crate::object::view::{DictViewBody, ViewKind};
use crate::ops::{Args, CompareOp, Operator, attribute, build, call, compare, hash, item, iterate, mapping, repr};
use crate::thread::Thread;
use crate::value::{Object, Raised, Value};

/// What the type can do.
pub const TYPE: TypeTable = TypeTable {
    methods: METHODS,
    getsets: &[],
    fill,
    doc: "dict() -> new empty dictionary\ndict(mapping) -> new dictionary initialized from a mapping object's\n    (key, value) pairs\ndict(iterable) -> new dictionary initialized as if via:\n    d = {}\n    for k, v in iterable:\n        d[k] = v\ndict(**kwargs) -> new dictionary initialized with the name=value pairs\n    in the keyword argument list.  For example:  dict(one=1, two=2)",
};

const METHODS: &[NativeRow] = &[
    NativeRow::args("get", get, "($self, key, default=None, /)"),
    NativeRow::args("setdefault", setdefault, "($self, key, default=None, /)"),
    NativeRow::args("pop", pop, ""),
    NativeRow::no_args("popitem", popitem, "($self, /)"),
    NativeRow::no_args("keys", |thread, dict| Ok(view(thread, dict, ViewKind::Keys)), ""),
    NativeRow::no_args("items", |thread, dict| Ok(view(thread, dict, ViewKind::Items)), ""),
    NativeRow::no_args("values", |thread, dict| Ok(view(thread, dict, ViewKind::Values)), ""),
    NativeRow::args("update", update, ""),
    NativeRow::args("fromkeys", fromkeys, "($type, iterable, value=None, /)").class_method(),
    NativeRow::no_args("clear", clear, ""),
    NativeRow::no_args("copy", copy, ""),
    NativeRow::no_args(
        "__reversed__",
        |thread, dict| Ok(reversed_iterator(thread, dict, ViewKind::Keys)),
        "($self, /)",
    ),
    NativeRow::one_arg(
        "__contains__",
        |thread, dict, key| contains(thread, dict, key).map(Value::bool),
        "($self, key, /)",
    ),
    NativeRow::one_arg("__getitem__", getitem, ""),
];

fn fill(slots: &Slots) {
    slots.repr.set(Some(dict_repr));
    slots.richcompare.set(Some(richcompare));
    slots.iter.set(Some(|thread, dict| Ok(iterator(thread, dict, ViewKind::Keys))));
    slots.len.set(Some(|thread, dict| Ok(own(dict).len(thread))));
    slots.getitem.set(Some(getitem));
    slots.setitem.set(Some(setitem));
    slots.contains.set(Some(contains));
    slots.binary[Operator::BitOr as usize].set(Some(union));
    slots.inplace[Operator::BitOr as usize].set(Some(inplace_union));
    slots.new.set(Some(new));
    slots.init.set(Some(init));
}

fn own(dict: &Value) -> &Object<DictBody> {
    dict.cast::<DictBody>()
}

fn new(thread: &mut Thread, class: &Value, _: Args<'_>) -> Result {
    Ok(thread.heap().alloc(class.cast::<TypeBody>(), DictBody::default()))
}

fn init(thread: &mut Thread, dict: &Value, args: Args<'_>) -> Result<()> {
    update_from(thread, dict, args, "dict")
}

fn update(thread: &mut Thread, dict: &Value, args: Args<'_>) -> Result {
    update_from(thread, dict, args, "update")?;
    Ok(Value::none())
}

fn update_from(thread: &mut Thread, dict: &Value, args: Args<'_>, name: &str) -> Result<()> {
    let values = positional(thread, name, Args::positional(args.positionals()), 0, 1)?;
    if let Some(source) = values.first() {
        merge_any(thread, dict, source)?;
    }
    for (key, value) in args.keywords() {
        mapping::set(thread, own(dict), key, value.clone())?;
    }
    Ok(())
}

/// Takes over what a mapping or an iterable of pairs has.
fn merge_any(thread: &mut Thread, dict: &Value, source: &Value) -> Result<()> {
    if source.is_exact::<DictBody>() {
        return merge_dict(thread, dict, source);
    }
    let keys = thread.names().keys.clone();
    if attribute::getattr_optional(thread, source, &keys)?.is_some() {
        if source.is_a::<DictBody>() && iterates_as_dict(thread, source) {
            return merge_dict(thread, dict, source);
        }
        return build::for_each_item(thread, source, |thread, key, value| {
            mapping::set(thread, own(dict), key, value.clone())
        });
    }
    merge_pairs(thread, dict, source)
}

/// Whether a subclass of dict leaves `__iter__` alone: its entries are then read directly.
pub fn iterates_as_dict(thread: &Thread, source: &Value) -> bool {
    match (thread.type_of(source).slots.iter.get(), thread.types().dict.slots.iter.get()) {
        (Some(own), Some(plain)) => std::ptr::fn_addr_eq(own, plain),
        _ => false,
    }
}

fn merge_dict(thread: &mut Thread, dict: &Value, source: &Value) -> Result<()> {
    if dict.is(source) {
        return Ok(());
    }
    let length = own(source).len(thread);
    let mut position = 0;
    while let Some((next, hash, key, value)) = next_hashed(thread, source, position) {
        position = next;
        mapping::set_hashed(thread, own(dict), &key, hash, value)?;
        if own(source).len(thread) != length {
            return Err(thread.raise(ExceptionKind::RuntimeError, "dict mutated during update"));
        }
    }
    Ok(())
}

/// The first live entry at or after a position: the position behind it, hash, key and value.
pub(super) fn next_hashed(thread: &Thread, dict: &Value, position: usize) -> Option<(usize, i64, Value, Value)> {
    let entries = own(dict).body(thread).entries().get(position..)?;
    let (offset, entry) = entries.iter().enumerate().find(|(_, entry)| entry.key.is_some())?;
    Some((position + offset + 1, entry.hash, entry.key.clone()?, entry.value.clone()?))
}

fn merge_pairs(thread: &mut Thread, dict: &Value, pairs: &Value) -> Result<()> {
    let iterator = iterate::iter(thread, pairs)?;
    let mut number = 0;
    loop {
        let pair = iterate::next(thread, &iterator)?;
        if pair.is_exhausted() {
            return Ok(());
        }
        let items = match iterate::collect(thread, &pair) {
            Ok(items) => items,
            Err(Raised) if thread.raised_is(ExceptionKind::TypeError) => {
                drop(thread.take_raised());
                let message = format!("cannot convert dictionary update sequence element #{number} to a sequence");
                return Err(thread.type_error(&message));
            }
            Err(Raised) => return Err(Raised),
        };
        let [key, value] = &items[..] else {
            let message =
                format!("dictionary update sequence element #{number} has length {}; 2 is required", items.len());
            return Err(thread.value_error(&message));
        };
        mapping::set(thread, own(dict), key, value.clone())?;
        number += 1;
    }
}

/// A new dict with the same entries.
pub(super) fn copy(thread: &mut Thread, dict: &Value) -> Result {
    let new = dict::new(thread);
    merge_dict(thread, &new, dict)?;
    Ok(new)
}

fn get(thread: &mut Thread, dict: &Value, args: Args<'_>) -> Result {
    let values = positional(thread, "dict.get", args, 1, 2)?;
    let found = mapping::get(thread, own(dict), &values[0])?;
    Ok(found.or_else(|| values.get(1).cloned()).unwrap_or_else(Value::none))
}

fn setdefault(thread: &mut Thread, dict: &Value, args: Args<'_>) -> Result {
    let values = positional(thread, "dict.setdefault", args, 1, 2)?;
    let hash = hash::hash(thread, &values[0])?;
    if let Some(index) = mapping::find(thread, own(dict), &values[0], hash)? {
        return Ok(own(dict).body(thread).entries()[index].value.clone().unwrap_or_else(Value::none));
    }
    let value = values.get(1).cloned().unwrap_or_else(Value::none);
    own(dict).body_mut(thread).insert_new(values[0].clone(), hash, value.clone());
    Ok(value)
}

fn pop(thread: &mut Thread, dict: &Value, args: Args<'_>) -> Result {
    let values = positional(thread, "dict.pop", args, 1, 2)?;
    // An empty dict does not even ask for the hash.
    let found = match own(dict).is_empty(thread) {
        true => None,
        false => mapping::remove(thread, own(dict), &values[0])?,
    };
    match found.or_else(|| values.get(1).cloned()) {
        Some(value) => Ok(value),
        None => Err(thread.key_error(&values[0])),
    }
}

fn popitem(thread: &mut Thread, dict: &Value) -> Result {
    let body = own(dict).body_mut(thread);
    let Some(last) = body.entries().iter().rposition(|entry| entry.key.is_some()) else {
        return Err(thread.raise(ExceptionKind::KeyError, "popitem(): dictionary is empty"));
    };
    let (key, value) = body.remove_at(last);
    body.truncate(last);
    Ok(tuple::new(thread, vec![key, value]))
}

fn clear(thread: &mut Thread, dict: &Value) -> Result {
    let body = own(dict).body_mut(thread);
    let watched = body.watched.clone();
    let old = std::mem::replace(body, DictBody { watched, ..DictBody::default() });
    drop(old);
    Ok(Value::none())
}

fn fromkeys(thread: &mut Thread, class: &Value, args: Args<'_>) -> Result {
    let values = positional(thread, "dict.fromkeys", args, 1, 2)?;
    let value = values.get(1).cloned().unwrap_or_else(Value::none);
    let new = call::call(thread, class, Args::NONE)?;
    let iterator = iterate::iter(thread, &values[0])?;
    loop {
        let key = iterate::next(thread, &iterator)?;
        if key.is_exhausted() {
            return Ok(new);
        }
        item::setitem(thread, &new, &key, &value)?;
    }
}

fn dict_repr(thread: &mut Thread, dict: &Value) -> Result {
    repr::guarded(thread, dict, "{...}", |thread| {
        let mut text = StrBuilder::new("{");
        let mut position = 0;
        while let Some((next, key, value)) = own(dict).next_entry(thread, position) {
            text.push_ascii(if position == 0 { "" } else { ", " });
            position = next;
            text.push_str(&repr::repr(thread, &key)?);
            text.push_ascii(": ");
            text.push_str(&repr::repr(thread, &value)?);
        }
        text.push_ascii("}");
        Ok(text.finish(thread))
    })
}

fn richcompare(thread: &mut Thread, left: &Value, right: &Value, op: CompareOp) -> Result {
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) || !left.is_a::<DictBody>() || !right.is_a::<DictBody>() {
        return Ok(Value::not_implemented());
    }
    let equal = equals(thread, left, right)?;
    Ok(Value::bool(equal == (op == CompareOp::Eq)))
}

fn equals(thread: &mut Thread, left: &Value, right: &Value) -> Result<bool> {
    if own(left).len(thread) != own(right).len(thread) {
        return Ok(false);
    }
    let mut position = 0;
    while let Some((next, hash, key, value)) = next_hashed(thread, left, position) {
        position = next;
        let Some(index) = mapping::find(thread, own(right), &key, hash)? else { return Ok(false) };
        let Some(other) = own(right).body(thread).entries()[index].value.clone() else { return Ok(false) };
        if !compare::equals(thread, &value, &other)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn getitem(thread: &mut Thread, dict: &Value, key: &Value) -> Result {
    if let Some(value) = mapping::get(thread, own(dict), key)? {
        return Ok(value);
    }
    if !dict.is_exact::<DictBody>() {
        let name = thread.names().__missing__.clone();
        if let Some(value) = thread.call_special(dict, &name, &[key])? {
            return Ok(value);
        }
    }
    Err(thread.key_error(key))
}

fn setitem(thread: &mut Thread, dict: &Value, key: &Value, value: Option<&Value>) -> Result<()> {
    match value {
        Some(value) => mapping::set(thread, own(dict), key, value.clone()),
        None => match mapping::remove(thread, own(dict), key)? {
            Some(old) => {
                drop(old);
                Ok(())
            }
            None => Err(thread.key_error(key)),
        },
    }
}

fn contains(thread: &mut Thread, dict: &Value, key: &Value) -> Result<bool> {
    let hash = hash::hash(thread, key)?;
    Ok(mapping::find(thread, own(dict), key, hash)?.is_some())
}

fn union(thread: &mut Thread, left: &Value, right: &Value) -> Result {
    if !left.is_a::<DictBody>() || !right.is_a::<DictBody>() {
        return Ok(Value::not_implemented());
    }
    let new = copy(thread, left)?;
    merge_any(thread, &new, right)?;
    Ok(new)
}

fn inplace_union(thread: &mut Thread, dict: &Value, other: &Value) -> Result {
    merge_any(thread, dict, other)?;
    Ok(dict.clone())
}

/// A view of a dict.
fn view(thread: &Thread, dict: &Value, kind: ViewKind) -> Value {
    let types = thread.types();
    let ty = match kind {
        ViewKind::Keys => &types.dict_keys,
        ViewKind::Values => &types.dict_values,
        ViewKind::Items => &types.dict_items,
    };
    thread.heap().alloc(ty, DictViewBody { dict: dict.clone(), kind })
}

/// An iterator over a dict.
pub(super) fn iterator(thread: &Thread, dict: &Value, view: ViewKind) -> Value {
    let types = thread.types();
    let ty = match view {
        ViewKind::Keys => &types.dict_key_iterator,
        ViewKind::Values => &types.dict_value_iterator,
        ViewKind::Items => &types.dict_item_iterator,
    };
    let length = own(dict).len(thread);
    let state = IteratorState::Dict { dict: dict.clone(), position: 0, length: Some(length), left: length, view };
    iterate::new_iterator(thread, ty, state)
}

/// An iterator over a dict from its end.
pub(super) fn reversed_iterator(thread: &Thread, dict: &Value, view: ViewKind) -> Value {
    let types = thread.types();
    let ty = match view {
        ViewKind::Keys => &types.dict_reverse_key_iterator,
        ViewKind::Values => &types.dict_reverse_value_iterator,
        ViewKind::Items => &types.dict_reverse_item_iterator,
    };
    let body = own(dict).body(thread);
    let (position, length) = (body.entries().len(), body.len());
    let state = IteratorState::ReversedDict { dict: dict.clone(), position, length: Some(length), left: length, view };
    iterate::new_iterator(thread, ty, state)
}
