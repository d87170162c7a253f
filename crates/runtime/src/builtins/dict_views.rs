//! dict_keys, dict_values and dict_items: methods, attributes and slots.

use super::dict::{iterator, next_hashed, reversed_iterator};
use super::set;
use crate::Result;
use crate::object::dict::DictBody;
use crate::object::list;
use crate::object::native::{GetSetRow, NativeRow};
use crate::object::set::SetBody;
use crate::object::slots::Slots;
use crate::object::str::StrBuilder;
use crate::object::table::TypeTable;
use crate::object::tuple;
use crate::object::view::{DictViewBody, MappingProxyBody, ViewKind};
use crate::ops::{CompareOp, Operator, compare, hash, iterate, mapping, repr, truth};
use crate::thread::Thread;
use crate::value::Value;

const GETSETS: &[GetSetRow] = &[GetSetRow { name: "mapping", get: mapping_of, set: None }];

/// What the keys can do.
pub const KEYS_TYPE: TypeTable = TypeTable { methods: SET_METHODS, getsets: GETSETS, fill: fill_set_like, doc: "" };

/// What the values can do.
pub const VALUES_TYPE: TypeTable = TypeTable { methods: METHODS, getsets: GETSETS, fill, doc: "" };

/// What the items can do.
pub const ITEMS_TYPE: TypeTable = TypeTable { methods: SET_METHODS, getsets: GETSETS, fill: fill_set_like, doc: "" };

const METHODS: &[NativeRow] = &[NativeRow::no_args("__reversed__", reversed, "")];

const SET_METHODS: &[NativeRow] =
    &[NativeRow::one_arg("isdisjoint", isdisjoint, ""), NativeRow::no_args("__reversed__", reversed, "")];

fn fill(slots: &Slots) {
    slots.repr.set(Some(view_repr));
    slots.iter.set(Some(|thread, view| Ok(iterator(thread, &own(view).dict, own(view).kind))));
    slots.len.set(Some(len));
}

fn fill_set_like(slots: &Slots) {
    fill(slots);
    slots.contains.set(Some(contains));
    slots.richcompare.set(Some(richcompare));
    slots.binary[Operator::BitAnd as usize].set(Some(intersection));
    slots.binary[Operator::BitOr as usize].set(Some(|thread, left, right| {
        let result = as_set(thread, left)?;
        set::update_with(thread, &result, right)?;
        Ok(result)
    }));
    slots.binary[Operator::Sub as usize].set(Some(|thread, left, right| {
        let result = as_set(thread, left)?;
        set::difference_update_with(thread, &result, right)?;
        Ok(result)
    }));
    slots.binary[Operator::BitXor as usize].set(Some(symmetric_difference));
}

fn own(view: &Value) -> &DictViewBody {
    view.cast::<DictViewBody>()
}

fn entries(view: &Value) -> &Value {
    &own(view).dict
}

fn len(thread: &mut Thread, view: &Value) -> Result<usize> {
    Ok(entries(view).cast::<DictBody>().len(thread))
}

fn reversed(thread: &mut Thread, view: &Value) -> Result {
    Ok(reversed_iterator(thread, entries(view), own(view).kind))
}

fn mapping_of(thread: &mut Thread, view: &Value) -> Result {
    let body = MappingProxyBody { mapping: entries(view).clone() };
    Ok(thread.heap().alloc(&thread.types().mappingproxy, body))
}

fn view_repr(thread: &mut Thread, view: &Value) -> Result {
    repr::guarded(thread, view, "...", |thread| {
        let items = iterate::collect(thread, view)?;
        let items = list::new(thread, items);
        let mut text = StrBuilder::new(&format!("{}(", thread.type_name(view)));
        text.push_str(&repr::repr(thread, &items)?);
        text.push_ascii(")");
        Ok(text.finish(thread))
    })
}

/// Whether a value is `dict_keys` or `dict_items`.
fn is_set_view(value: &Value) -> bool {
    value.downcast::<DictViewBody>().is_some_and(|view| view.kind != ViewKind::Values)
}

fn contains(thread: &mut Thread, view: &Value, item: &Value) -> Result<bool> {
    let DictViewBody { dict, kind } = &**view.cast::<DictViewBody>();
    if *kind == ViewKind::Keys {
        let hash = hash::hash(thread, item)?;
        return Ok(mapping::find(thread, dict.cast::<DictBody>(), item, hash)?.is_some());
    }
    let Some([key, value]) = tuple::items(item) else { return Ok(false) };
    match mapping::get(thread, dict.cast::<DictBody>(), key)? {
        Some(found) => compare::equals(thread, &found, value),
        None => Ok(false),
    }
}

fn all_contained(thread: &mut Thread, items: &Value, container: &Value) -> Result<bool> {
    let iterator = iterate::iter(thread, items)?;
    loop {
        let item = iterate::next(thread, &iterator)?;
        if item.is_exhausted() {
            return Ok(true);
        }
        if !compare::contains(thread, container, &item)? {
            return Ok(false);
        }
    }
}

fn richcompare(thread: &mut Thread, left: &Value, right: &Value, op: CompareOp) -> Result {
    if !right.is_a::<SetBody>() && !is_set_view(right) {
        return Ok(Value::not_implemented());
    }
    let (first, second) = (len(thread, left)?, truth::len(thread, right)?);
    let answer = match op {
        CompareOp::Eq | CompareOp::Ne => {
            let equal = first == second && all_contained(thread, left, right)?;
            equal == (op == CompareOp::Eq)
        }
        CompareOp::Lt => first < second && all_contained(thread, left, right)?,
        CompareOp::Le => first <= second && all_contained(thread, left, right)?,
        CompareOp::Gt => first > second && all_contained(thread, right, left)?,
        CompareOp::Ge => first >= second && all_contained(thread, right, left)?,
    };
    Ok(Value::bool(answer))
}

fn isdisjoint(thread: &mut Thread, view: &Value, other: &Value) -> Result {
    if view.is(other) {
        return Ok(Value::bool(len(thread, view)? == 0));
    }
    let (mut view, mut other) = (view, other);
    if (other.is_exact::<SetBody>() || is_set_view(other)) && truth::len(thread, other)? > len(thread, view)? {
        (view, other) = (other, view);
    }
    let iterator = iterate::iter(thread, other)?;
    loop {
        let item = iterate::next(thread, &iterator)?;
        if item.is_exhausted() {
            return Ok(Value::true_());
        }
        if compare::contains(thread, view, &item)? {
            return Ok(Value::false_());
        }
    }
}

/// The items of a view (or of whatever stands at the left) as a new set.
fn as_set(thread: &mut Thread, left: &Value) -> Result {
    let source = match left.downcast::<DictViewBody>() {
        Some(view) if view.kind == ViewKind::Keys && view.dict.is_exact::<DictBody>() => &view.dict,
        _ => left,
    };
    let result = set::empty(thread);
    set::update_with(thread, &result, source)?;
    Ok(result)
}

fn intersection(thread: &mut Thread, left: &Value, right: &Value) -> Result {
    let (mut view, mut other) = if is_set_view(left) { (left, right) } else { (right, left) };
    let own_len = len(thread, view)?;
    let is_set = thread.type_of(other).same(&thread.types().set);
    if is_set && own_len <= truth::len(thread, other)? {
        return set::intersection_with(thread, other, view);
    }
    if is_set_view(other) && len(thread, other)? > own_len {
        (view, other) = (other, view);
    }
    let result = set::empty(thread);
    let iterator = iterate::iter(thread, other)?;
    loop {
        let item = iterate::next(thread, &iterator)?;
        if item.is_exhausted() {
            return Ok(result);
        }
        if contains(thread, view, &item)? {
            mapping::set_add(thread, result.cast::<SetBody>(), &item)?;
        }
    }
}

fn is_items(value: &Value) -> bool {
    value.downcast::<DictViewBody>().is_some_and(|view| view.kind == ViewKind::Items)
}

fn symmetric_difference(thread: &mut Thread, left: &Value, right: &Value) -> Result {
    if is_items(left) && is_items(right) {
        return items_symmetric_difference(thread, entries(left), entries(right));
    }
    let result = as_set(thread, left)?;
    set::symmetric_difference_update_with(thread, &result, right)?;
    Ok(result)
}

fn items_symmetric_difference(thread: &mut Thread, left: &Value, right: &Value) -> Result {
    let (mut first, mut second) = (left, right);
    if first.cast::<DictBody>().len(thread) > second.cast::<DictBody>().len(thread) {
        (first, second) = (second, first);
    }
    let rest = super::dict::copy(thread, second)?;
    let result = set::empty(thread);
    let mut position = 0;
    while let Some((next, hash, key, value)) = next_hashed(thread, first, position) {
        position = next;
        let index = mapping::find(thread, rest.cast::<DictBody>(), &key, hash)?;
        let other = index.and_then(|index| rest.cast::<DictBody>().body(thread).entries()[index].value.clone());
        let same = match &other {
            Some(other) => compare::equals(thread, &value, other)?,
            None => false,
        };
        if same {
            drop(mapping::remove(thread, rest.cast::<DictBody>(), &key)?);
        } else {
            let pair = tuple::new(thread, vec![key, value]);
            mapping::set_add(thread, result.cast::<SetBody>(), &pair)?;
        }
    }
    let mut position = 0;
    while let Some((next, key, value)) = rest.cast::<DictBody>().next_entry(thread, position) {
        position = next;
        let pair = tuple::new(thread, vec![key, value]);
        mapping::set_add(thread, result.cast::<SetBody>(), &pair)?;
    }
    Ok(result)
}
