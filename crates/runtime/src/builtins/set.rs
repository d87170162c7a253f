//! set and frozenset: methods, attributes and slots. The order in which tables are filled and resized is CPython's,
//! since iteration shows it.

use super::arguments::positional;
use crate::Result;
use crate::exceptions::ExceptionKind;
use crate::object::dict::DictBody;
use crate::object::iterator::IteratorState;
use crate::object::native::NativeRow;
use crate::object::set::{SetBody, SetSlot};
use crate::object::slots::Slots;
use crate::object::str::StrBuilder;
use crate::object::table::TypeTable;
use crate::object::types::TypeBody;
use crate::ops::{Args, CompareOp, Operator, hash, iterate, mapping, repr};
use crate::thread::Thread;
use crate::value::{Object, Raised, Value};

/// What a set can do.
pub const TYPE: TypeTable = TypeTable {
    methods: &[
        NativeRow::one_arg("add", add, ""),
        NativeRow::no_args("clear", clear, ""),
        NativeRow::no_args("copy", copy, ""),
        NativeRow::one_arg("discard", discard, ""),
        NativeRow::args("difference", difference, ""),
        NativeRow::args("difference_update", difference_update, ""),
        NativeRow::args("intersection", intersection, ""),
        NativeRow::args("intersection_update", intersection_update, ""),
        NativeRow::one_arg("isdisjoint", isdisjoint, ""),
        NativeRow::one_arg("issubset", issubset, ""),
        NativeRow::one_arg("issuperset", issuperset, ""),
        NativeRow::no_args("pop", pop, ""),
        NativeRow::one_arg("remove", remove, ""),
        NativeRow::one_arg("symmetric_difference", symmetric_difference, ""),
        NativeRow::one_arg("symmetric_difference_update", symmetric_difference_update, ""),
        NativeRow::args("union", union, ""),
        NativeRow::args("update", update, ""),
        NativeRow::one_arg("__contains__", |thread, set, key| contains(thread, set, key).map(Value::bool), ""),
    ],
    getsets: &[],
    fill: fill_set,
    doc: "set() -> new empty set object\nset(iterable) -> new set object\n\nBuild an unordered collection of unique elements.",
};

/// What a frozenset can do.
pub const FROZENSET_TYPE: TypeTable = TypeTable {
    methods: &[
        NativeRow::no_args("copy", frozen_copy, ""),
        NativeRow::args("difference", difference, ""),
        NativeRow::args("intersection", intersection, ""),
        NativeRow::one_arg("isdisjoint", isdisjoint, ""),
        NativeRow::one_arg("issubset", issubset, ""),
        NativeRow::one_arg("issuperset", issuperset, ""),
        NativeRow::one_arg("symmetric_difference", symmetric_difference, ""),
        NativeRow::args("union", union, ""),
        NativeRow::one_arg("__contains__", |thread, set, key| contains(thread, set, key).map(Value::bool), ""),
    ],
    getsets: &[],
    fill: fill_frozenset,
    doc: "frozenset() -> empty frozenset object\nfrozenset(iterable) -> frozenset object\n\nBuild an immutable unordered collection of unique elements.",
};

fn fill(slots: &Slots) {
    slots.repr.set(Some(set_repr));
    slots.richcompare.set(Some(richcompare));
    slots.iter.set(Some(iter));
    slots.len.set(Some(|thread, set| Ok(own(set).body(thread).len())));
    slots.contains.set(Some(contains));
    slots.binary[Operator::BitOr as usize].set(Some(or));
    slots.binary[Operator::BitAnd as usize].set(Some(and));
    slots.binary[Operator::Sub as usize].set(Some(sub));
    slots.binary[Operator::BitXor as usize].set(Some(xor));
}

fn fill_set(slots: &Slots) {
    fill(slots);
    slots.inplace[Operator::BitOr as usize].set(Some(|thread, set, other| in_place(thread, set, other, update_with)));
    slots.inplace[Operator::BitAnd as usize].set(Some(|thread, set, other| {
        in_place(thread, set, other, |thread, set, other| {
            let result = intersection_with(thread, set, other)?;
            swap_bodies(thread, set, &result);
            Ok(())
        })
    }));
    slots.inplace[Operator::Sub as usize]
        .set(Some(|thread, set, other| in_place(thread, set, other, difference_update_with)));
    slots.inplace[Operator::BitXor as usize]
        .set(Some(|thread, set, other| in_place(thread, set, other, symmetric_difference_update_with)));
    slots.new.set(Some(|thread, class, _| Ok(thread.heap().alloc(class.cast::<TypeBody>(), SetBody::default()))));
    slots.init.set(Some(init));
}

fn fill_frozenset(slots: &Slots) {
    fill(slots);
    slots.hash.set(Some(frozen_hash));
    slots.new.set(Some(new_frozenset));
}

fn own(set: &Value) -> &Object<SetBody> {
    set.cast::<SetBody>()
}

fn is_set(value: &Value) -> bool {
    value.is_a::<SetBody>()
}

fn len(thread: &Thread, set: &Value) -> usize {
    own(set).body(thread).len()
}

/// A new empty set.
pub(super) fn empty(thread: &Thread) -> Value {
    thread.heap().alloc(&thread.types().set, SetBody::default())
}

/// A new empty set of the built-in type that `like` is or derives from.
fn empty_like(thread: &Thread, like: &Value) -> Value {
    let types = thread.types();
    let ty = if thread.is_instance(like, &types.frozenset) { &types.frozenset } else { &types.set };
    thread.heap().alloc(ty, SetBody::default())
}

fn copy_like(thread: &mut Thread, set: &Value) -> Result {
    let new = empty_like(thread, set);
    update_with(thread, &new, set)?;
    Ok(new)
}

/// A plain set of the items of any iterable; the value itself when it is a set already.
fn to_set(thread: &mut Thread, other: &Value) -> Result {
    if is_set(other) {
        return Ok(other.clone());
    }
    let new = empty(thread);
    update_with(thread, &new, other)?;
    Ok(new)
}

fn init(thread: &mut Thread, set: &Value, args: Args<'_>) -> Result<()> {
    if !args.names.is_empty() && thread.type_of(set).is_builtin() {
        return Err(thread.type_error("set() takes no keyword arguments"));
    }
    let values = positional(thread, "set", Args::positional(args.positionals()), 0, 1)?;
    clear(thread, set)?;
    match values.first() {
        Some(iterable) => update_with(thread, set, iterable),
        None => Ok(()),
    }
}

fn new_frozenset(thread: &mut Thread, class: &Value, args: Args<'_>) -> Result {
    let class = class.cast::<TypeBody>();
    if !args.names.is_empty() && class.is_builtin() {
        return Err(thread.type_error("frozenset() takes no keyword arguments"));
    }
    let values = positional(thread, "frozenset", Args::positional(args.positionals()), 0, 1)?;
    if let Some(same) = values.first()
        && class.is_builtin()
        && same.is_exact::<SetBody>()
        && thread.is_instance(same, &thread.types().frozenset)
    {
        return Ok(same.clone());
    }
    let new = thread.heap().alloc(class, SetBody::default());
    if let Some(iterable) = values.first() {
        update_with(thread, &new, iterable)?;
    }
    Ok(new)
}

/// The first item at or after a slot: the slot behind it, hash and key.
pub(super) fn next_item(thread: &Thread, set: &Value, position: usize) -> Option<(usize, i64, Value)> {
    let table = own(set).body(thread).table.get(position..)?;
    table.iter().enumerate().find_map(|(offset, slot)| match slot {
        SetSlot::Used(hash, key) => Some((position + offset + 1, *hash, key.clone())),
        _ => None,
    })
}

fn add_hashed(thread: &mut Thread, set: &Value, key: &Value, hash: i64) -> Result<()> {
    if mapping::set_find(thread, own(set), key, hash)?.is_none() {
        own(set).body_mut(thread).insert_new(key.clone(), hash);
    }
    Ok(())
}

/// Takes a key out; false when it was not there.
fn discard_hashed(thread: &mut Thread, set: &Value, key: &Value, hash: i64) -> Result<bool> {
    match mapping::set_find(thread, own(set), key, hash)? {
        Some(slot) => {
            let old = own(set).body_mut(thread).remove_at(slot);
            drop(old);
            Ok(true)
        }
        None => Ok(false),
    }
}

/// Adds what another container has, as `update` does.
pub(super) fn update_with(thread: &mut Thread, set: &Value, other: &Value) -> Result<()> {
    if is_set(other) {
        return merge(thread, set, other);
    }
    if let Some(dict) = other.exact::<DictBody>() {
        let more = dict.len(thread);
        own(set).body_mut(thread).reserve(more);
        let mut position = 0;
        while let Some((next, hash, key, _)) = super::dict::next_hashed(thread, other, position) {
            position = next;
            add_hashed(thread, set, &key, hash)?;
        }
        return Ok(());
    }
    let iterator = iterate::iter(thread, other)?;
    loop {
        let key = iterate::next(thread, &iterator)?;
        if key.is_exhausted() {
            return Ok(());
        }
        mapping::set_add(thread, own(set), &key)?;
    }
}

fn merge(thread: &mut Thread, set: &Value, other: &Value) -> Result<()> {
    let more = len(thread, other);
    if set.is(other) || more == 0 {
        return Ok(());
    }
    let body = own(set).body_mut(thread);
    body.reserve(more);
    if body.fill == 0 {
        let source = own(other).body(thread);
        let table = own(set).body(thread).table.len();
        // A table of the same size without gaps of removed keys is taken over as it is.
        if table == source.table.len() && source.fill == source.used {
            let (copy, used) = (source.table.clone(), source.used);
            let body = own(set).body_mut(thread);
            body.table = copy;
            body.fill = used;
            body.used = used;
            return Ok(());
        }
        let items: Vec<(Value, i64)> = source.hashed().map(|(hash, key)| (key.clone(), hash)).collect();
        own(set).body_mut(thread).fill_clean(items);
        return Ok(());
    }
    let mut position = 0;
    while let Some((next, hash, key)) = next_item(thread, other, position) {
        position = next;
        add_hashed(thread, set, &key, hash)?;
    }
    Ok(())
}

fn add(thread: &mut Thread, set: &Value, key: &Value) -> Result {
    mapping::set_add(thread, own(set), key)?;
    Ok(Value::none())
}

fn clear(thread: &mut Thread, set: &Value) -> Result {
    let body = own(set).body_mut(thread);
    let finger = body.finger;
    let old = std::mem::replace(body, SetBody { finger, ..SetBody::default() });
    drop(old);
    Ok(Value::none())
}

fn copy(thread: &mut Thread, set: &Value) -> Result {
    copy_like(thread, set)
}

fn frozen_copy(thread: &mut Thread, set: &Value) -> Result {
    if set.is_exact::<SetBody>() { Ok(set.clone()) } else { copy_like(thread, set) }
}

/// The key to look for: for an unhashable set a frozenset with its items.
fn with_hashable_key<T>(
    thread: &mut Thread,
    key: &Value,
    mut action: impl FnMut(&mut Thread, &Value, i64) -> Result<T>,
) -> Result<T> {
    let result = hash::hash(thread, key).and_then(|hash| action(thread, key, hash));
    match result {
        Err(Raised) if is_set(key) && thread.raised_is(ExceptionKind::TypeError) => {
            drop(thread.take_raised());
            let frozen = thread.heap().alloc(&thread.types().frozenset, SetBody::default());
            update_with(thread, &frozen, key)?;
            let hash = hash::hash(thread, &frozen)?;
            action(thread, &frozen, hash)
        }
        result => result,
    }
}

fn contains(thread: &mut Thread, set: &Value, key: &Value) -> Result<bool> {
    with_hashable_key(thread, key, |thread, key, hash| Ok(mapping::set_find(thread, own(set), key, hash)?.is_some()))
}

fn discard(thread: &mut Thread, set: &Value, key: &Value) -> Result {
    with_hashable_key(thread, key, |thread, key, hash| discard_hashed(thread, set, key, hash))?;
    Ok(Value::none())
}

fn remove(thread: &mut Thread, set: &Value, key: &Value) -> Result {
    if with_hashable_key(thread, key, |thread, key, hash| discard_hashed(thread, set, key, hash))? {
        return Ok(Value::none());
    }
    Err(thread.key_error(key))
}

fn pop(thread: &mut Thread, set: &Value) -> Result {
    match own(set).body_mut(thread).pop() {
        Some(key) => Ok(key),
        None => Err(thread.raise(ExceptionKind::KeyError, "pop from an empty set")),
    }
}

fn update(thread: &mut Thread, set: &Value, args: Args<'_>) -> Result {
    for other in positional(thread, "set.update", args, 0, usize::MAX)? {
        update_with(thread, set, other)?;
    }
    Ok(Value::none())
}

/// `set.union`, named with the type of the receiver.
fn others<'a>(thread: &mut Thread, set: &Value, name: &str, args: Args<'a>) -> Result<&'a [Value]> {
    if args.names.is_empty() {
        return Ok(args.values);
    }
    let message = format!("{}.{name}() takes no keyword arguments", thread.type_name(set));
    Err(thread.type_error(&message))
}

fn union(thread: &mut Thread, set: &Value, args: Args<'_>) -> Result {
    let others = others(thread, set, "union", args)?;
    let result = copy_like(thread, set)?;
    for other in others {
        if !other.is(set) {
            update_with(thread, &result, other)?;
        }
    }
    Ok(result)
}

/// A new set of what both have; the type is that of `set`.
pub(super) fn intersection_with(thread: &mut Thread, set: &Value, other: &Value) -> Result {
    if set.is(other) {
        return copy_like(thread, set);
    }
    let result = empty_like(thread, set);
    if is_set(other) {
        let (mut large, mut small) = (set, other);
        if len(thread, small) > len(thread, large) {
            (large, small) = (small, large);
        }
        let mut position = 0;
        while let Some((next, hash, key)) = next_item(thread, small, position) {
            position = next;
            if mapping::set_find(thread, own(large), &key, hash)?.is_some() {
                add_hashed(thread, &result, &key, hash)?;
            }
        }
        return Ok(result);
    }
    let iterator = iterate::iter(thread, other)?;
    loop {
        let key = iterate::next(thread, &iterator)?;
        if key.is_exhausted() {
            return Ok(result);
        }
        let hash = hash::hash(thread, &key)?;
        if mapping::set_find(thread, own(set), &key, hash)?.is_some() {
            add_hashed(thread, &result, &key, hash)?;
        }
    }
}

fn intersection_of_all(thread: &mut Thread, set: &Value, others: &[Value]) -> Result {
    let Some((first, rest)) = others.split_first() else { return copy_like(thread, set) };
    let mut result = intersection_with(thread, set, first)?;
    for other in rest {
        result = intersection_with(thread, &result, other)?;
    }
    Ok(result)
}

fn intersection(thread: &mut Thread, set: &Value, args: Args<'_>) -> Result {
    let others = others(thread, set, "intersection", args)?;
    intersection_of_all(thread, set, others)
}

fn intersection_update(thread: &mut Thread, set: &Value, args: Args<'_>) -> Result {
    let others = others(thread, set, "intersection_update", args)?;
    let result = intersection_of_all(thread, set, others)?;
    swap_bodies(thread, set, &result);
    Ok(Value::none())
}

/// Gives `set` the items of `other`, a new set, and the other way round.
fn swap_bodies(thread: &mut Thread, set: &Value, other: &Value) {
    let new = std::mem::take(own(other).body_mut(thread));
    let body = own(set).body_mut(thread);
    let finger = body.finger;
    let old = std::mem::replace(body, SetBody { finger, ..new });
    drop(old);
}

/// Takes out what another container has.
pub(super) fn difference_update_with(thread: &mut Thread, set: &Value, other: &Value) -> Result<()> {
    if set.is(other) {
        clear(thread, set)?;
        return Ok(());
    }
    if is_set(other) {
        let smaller;
        let other = match len(thread, other) >> 3 > len(thread, set) {
            true => {
                smaller = intersection_with(thread, set, other)?;
                &smaller
            }
            false => other,
        };
        let mut position = 0;
        while let Some((next, hash, key)) = next_item(thread, other, position) {
            position = next;
            discard_hashed(thread, set, &key, hash)?;
        }
    } else {
        let iterator = iterate::iter(thread, other)?;
        loop {
            let key = iterate::next(thread, &iterator)?;
            if key.is_exhausted() {
                break;
            }
            let hash = hash::hash(thread, &key)?;
            discard_hashed(thread, set, &key, hash)?;
        }
    }
    let body = own(set).body_mut(thread);
    if body.fill - body.used > (body.table.len() - 1) / 4 {
        let wanted = if body.used > 50_000 { body.used * 2 } else { body.used * 4 };
        body.resize(wanted);
    }
    Ok(())
}

fn difference_with(thread: &mut Thread, set: &Value, other: &Value) -> Result {
    let other_len = if is_set(other) {
        len(thread, other)
    } else if let Some(dict) = other.exact::<DictBody>() {
        dict.len(thread)
    } else {
        usize::MAX
    };
    if other_len == usize::MAX || len(thread, set) >> 2 > other_len {
        let result = copy_like(thread, set)?;
        difference_update_with(thread, &result, other)?;
        return Ok(result);
    }
    let result = empty_like(thread, set);
    let mut position = 0;
    while let Some((next, hash, key)) = next_item(thread, set, position) {
        position = next;
        let found = match other.exact::<DictBody>() {
            Some(dict) => mapping::find(thread, dict, &key, hash)?.is_some(),
            None => mapping::set_find(thread, own(other), &key, hash)?.is_some(),
        };
        if !found {
            add_hashed(thread, &result, &key, hash)?;
        }
    }
    Ok(result)
}

fn difference(thread: &mut Thread, set: &Value, args: Args<'_>) -> Result {
    let others = others(thread, set, "difference", args)?;
    let Some((first, rest)) = others.split_first() else { return copy_like(thread, set) };
    let result = difference_with(thread, set, first)?;
    for other in rest {
        difference_update_with(thread, &result, other)?;
    }
    Ok(result)
}

fn difference_update(thread: &mut Thread, set: &Value, args: Args<'_>) -> Result {
    for other in others(thread, set, "difference_update", args)? {
        difference_update_with(thread, set, other)?;
    }
    Ok(Value::none())
}

/// Takes out what both have and adds what only the other has.
pub(super) fn symmetric_difference_update_with(thread: &mut Thread, set: &Value, other: &Value) -> Result<()> {
    if set.is(other) {
        clear(thread, set)?;
        return Ok(());
    }
    if other.is_exact::<DictBody>() {
        let mut position = 0;
        while let Some((next, hash, key, _)) = super::dict::next_hashed(thread, other, position) {
            position = next;
            toggle(thread, set, &key, hash)?;
        }
        return Ok(());
    }
    let other = to_set(thread, other)?;
    let mut position = 0;
    while let Some((next, hash, key)) = next_item(thread, &other, position) {
        position = next;
        toggle(thread, set, &key, hash)?;
    }
    Ok(())
}

fn toggle(thread: &mut Thread, set: &Value, key: &Value, hash: i64) -> Result<()> {
    if discard_hashed(thread, set, key, hash)? {
        return Ok(());
    }
    add_hashed(thread, set, key, hash)
}

fn symmetric_difference_update(thread: &mut Thread, set: &Value, other: &Value) -> Result {
    symmetric_difference_update_with(thread, set, other)?;
    Ok(Value::none())
}

fn symmetric_difference(thread: &mut Thread, set: &Value, other: &Value) -> Result {
    let result = empty_like(thread, set);
    update_with(thread, &result, other)?;
    symmetric_difference_update_with(thread, &result, set)?;
    Ok(result)
}

fn or(thread: &mut Thread, left: &Value, right: &Value) -> Result {
    if !is_set(left) || !is_set(right) {
        return Ok(Value::not_implemented());
    }
    let result = copy_like(thread, left)?;
    if !left.is(right) {
        update_with(thread, &result, right)?;
    }
    Ok(result)
}

fn and(thread: &mut Thread, left: &Value, right: &Value) -> Result {
    if !is_set(left) || !is_set(right) {
        return Ok(Value::not_implemented());
    }
    intersection_with(thread, left, right)
}

fn sub(thread: &mut Thread, left: &Value, right: &Value) -> Result {
    if !is_set(left) || !is_set(right) {
        return Ok(Value::not_implemented());
    }
    difference_with(thread, left, right)
}

fn xor(thread: &mut Thread, left: &Value, right: &Value) -> Result {
    if !is_set(left) || !is_set(right) {
        return Ok(Value::not_implemented());
    }
    symmetric_difference(thread, left, right)
}

fn in_place(
    thread: &mut Thread,
    set: &Value,
    other: &Value,
    action: impl FnOnce(&mut Thread, &Value, &Value) -> Result<()>,
) -> Result {
    if !is_set(other) {
        return Ok(Value::not_implemented());
    }
    action(thread, set, other)?;
    Ok(set.clone())
}

/// Whether each item of one set is in the other.
fn is_subset(thread: &mut Thread, small: &Value, large: &Value) -> Result<bool> {
    if len(thread, small) > len(thread, large) {
        return Ok(false);
    }
    let mut position = 0;
    while let Some((next, hash, key)) = next_item(thread, small, position) {
        position = next;
        if mapping::set_find(thread, own(large), &key, hash)?.is_none() {
            return Ok(false);
        }
    }
    Ok(true)
}

fn issubset(thread: &mut Thread, set: &Value, other: &Value) -> Result {
    let other = to_set(thread, other)?;
    is_subset(thread, set, &other).map(Value::bool)
}

fn issuperset(thread: &mut Thread, set: &Value, other: &Value) -> Result {
    if is_set(other) {
        return is_subset(thread, other, set).map(Value::bool);
    }
    let iterator = iterate::iter(thread, other)?;
    loop {
        let key = iterate::next(thread, &iterator)?;
        if key.is_exhausted() {
            return Ok(Value::true_());
        }
        let hash = hash::hash(thread, &key)?;
        if mapping::set_find(thread, own(set), &key, hash)?.is_none() {
            return Ok(Value::false_());
        }
    }
}

fn isdisjoint(thread: &mut Thread, set: &Value, other: &Value) -> Result {
    if set.is(other) {
        return Ok(Value::bool(len(thread, set) == 0));
    }
    if other.is_exact::<SetBody>() {
        let (mut large, mut small) = (set, other);
        if len(thread, small) > len(thread, large) {
            (large, small) = (small, large);
        }
        let mut position = 0;
        while let Some((next, hash, key)) = next_item(thread, small, position) {
            position = next;
            if mapping::set_find(thread, own(large), &key, hash)?.is_some() {
                return Ok(Value::false_());
            }
        }
        return Ok(Value::true_());
    }
    let iterator = iterate::iter(thread, other)?;
    loop {
        let key = iterate::next(thread, &iterator)?;
        if key.is_exhausted() {
            return Ok(Value::true_());
        }
        let hash = hash::hash(thread, &key)?;
        if mapping::set_find(thread, own(set), &key, hash)?.is_some() {
            return Ok(Value::false_());
        }
    }
}

fn richcompare(thread: &mut Thread, left: &Value, right: &Value, op: CompareOp) -> Result {
    if !is_set(left) || !is_set(right) {
        return Ok(Value::not_implemented());
    }
    let (first, second) = (len(thread, left), len(thread, right));
    let answer = match op {
        CompareOp::Eq | CompareOp::Ne => {
            let known = |thread: &Thread, set| own(set).body(thread).hash.get();
            let hashes_differ =
                known(thread, left) != -1 && known(thread, right) != -1 && known(thread, left) != known(thread, right);
            let equal = first == second && !hashes_differ && is_subset(thread, left, right)?;
            equal == (op == CompareOp::Eq)
        }
        CompareOp::Le => is_subset(thread, left, right)?,
        CompareOp::Ge => is_subset(thread, right, left)?,
        CompareOp::Lt => first < second && is_subset(thread, left, right)?,
        CompareOp::Gt => first > second && is_subset(thread, right, left)?,
    };
    Ok(Value::bool(answer))
}

fn iter(thread: &mut Thread, set: &Value) -> Result {
    let length = len(thread, set);
    let state = IteratorState::Set { set: set.clone(), position: 0, length: Some(length), left: length };
    Ok(iterate::new_iterator(thread, &thread.types().set_iterator.clone(), state))
}

fn set_repr(thread: &mut Thread, set: &Value) -> Result {
    let name = thread.type_name(set);
    let placeholder = format!("{name}(...)");
    if len(thread, set) == 0 {
        return Ok(crate::object::str::from_string(thread, format!("{name}()")));
    }
    repr::guarded(thread, set, &placeholder, |thread| {
        let plain = thread.type_of(set).same(&thread.types().set);
        let keys: Vec<Value> = own(set).body(thread).iter().cloned().collect();
        let mut text = StrBuilder::new("");
        if !plain {
            text.push_str(&crate::object::str::from_string(thread, format!("{name}(")));
        }
        text.push_ascii("{");
        for (number, key) in keys.iter().enumerate() {
            text.push_ascii(if number == 0 { "" } else { ", " });
            text.push_str(&repr::repr(thread, key)?);
        }
        text.push_ascii(if plain { "}" } else { "})" });
        Ok(text.finish(thread))
    })
}

/// CPython's hash of a frozenset, which does not depend on the order of its items.
fn frozen_hash(thread: &mut Thread, set: &Value) -> Result<i64> {
    let body = own(set).body(thread);
    if body.hash.get() != -1 {
        return Ok(body.hash.get());
    }
    let shuffled = |hash: i64| {
        let hash = hash as u64;
        ((hash ^ 89_869_747) ^ (hash << 16)).wrapping_mul(3_644_798_167)
    };
    let mut hash = body.hashed().fold(0, |sum, (hash, _)| sum ^ shuffled(hash));
    hash ^= (body.len() as u64 + 1).wrapping_mul(1_927_868_237);
    hash ^= (hash >> 11) ^ (hash >> 25);
    hash = hash.wrapping_mul(69_069).wrapping_add(907_133_923);
    let hash = if hash == u64::MAX { 590_923_713 } else { hash as i64 };
    body.hash.set(hash);
    Ok(hash)
}
