//! list: methods, attributes and slots.

use super::arguments::{named, positional};
use super::list_sort;
use super::sequence::{Bounds, Subscript, place, subscript};
use crate::Result;
use crate::exceptions::ExceptionKind;
use crate::object::float::FloatBody;
use crate::object::iterator::{IteratorState, ListIteratorBody};
use crate::object::list::{self, ListBody};
use crate::object::native::NativeRow;
use crate::object::slots::Slots;
use crate::object::str::{self, StrBody, StrBuilder};
use crate::object::table::TypeTable;
use crate::object::types::TypeBody;
use crate::ops::arithmetic::index_clamped;
use crate::ops::{Args, CompareOp, call, compare, iterate, repr, truth};
use crate::thread::Thread;
use crate::value::{Object, Slot, Value};
use std::cell::Cell;
use std::cmp::Ordering;

/// What the type can do.
pub const TYPE: TypeTable = TypeTable {
    methods: METHODS,
    getsets: &[],
    fill,
    doc: "Built-in mutable sequence.\n\nIf no argument is given, the constructor creates a new empty list.\nThe argument must be an iterable if specified.",
};

const METHODS: &[NativeRow] = &[
    NativeRow::one_arg("append", append, "($self, object, /)"),
    NativeRow::no_args("clear", clear, "($self, /)"),
    NativeRow::no_args("copy", copy, "($self, /)"),
    NativeRow::one_arg("count", count, "($self, value, /)"),
    NativeRow::one_arg("extend", extend, "($self, iterable, /)"),
    NativeRow::args("index", index, "($self, value, start=0, stop=sys.maxsize, /)"),
    NativeRow::args("insert", insert, "($self, index, object, /)"),
    NativeRow::args("pop", pop, "($self, index=-1, /)"),
    NativeRow::one_arg("remove", remove, "($self, value, /)"),
    NativeRow::no_args("reverse", reverse, "($self, /)"),
    NativeRow::args("sort", sort, "($self, /, *, key=None, reverse=False)"),
    NativeRow::no_args("__reversed__", reversed, "($self, /)"),
    NativeRow::one_arg("__getitem__", getitem, ""),
];

fn fill(slots: &Slots) {
    slots.repr.set(Some(list_repr));
    slots.richcompare.set(Some(richcompare));
    slots.iter.set(Some(iter));
    slots.len.set(Some(|thread, list| Ok(own(list).items(thread).len())));
    slots.getitem.set(Some(getitem));
    slots.setitem.set(Some(setitem));
    slots.contains.set(Some(contains));
    slots.concat.set(Some(concat));
    slots.repeat.set(Some(repeat));
    slots.inplace_concat.set(Some(inplace_concat));
    slots.inplace_repeat.set(Some(inplace_repeat));
    slots.new.set(Some(new));
    slots.init.set(Some(init));
}

fn own(list: &Value) -> &Object<ListBody> {
    list.cast::<ListBody>()
}

fn iter(thread: &mut Thread, list: &Value) -> Result {
    let body = ListIteratorBody { list: Slot::new(list.clone()), index: Cell::new(0) };
    Ok(thread.heap().alloc(&thread.types().list_iterator, body))
}

fn new(thread: &mut Thread, class: &Value, _: Args<'_>) -> Result {
    Ok(thread.heap().alloc(class.cast::<TypeBody>(), ListBody::default()))
}

fn init(thread: &mut Thread, list: &Value, args: Args<'_>) -> Result<()> {
    if !args.names.is_empty() && thread.type_of(list).is_builtin() {
        return Err(thread.type_error("list() takes no keyword arguments"));
    }
    let values = positional(thread, "list", Args::positional(args.positionals()), 0, 1)?;
    let old = std::mem::take(own(list).items_mut(thread));
    drop_last_first(old);
    match values.first() {
        Some(iterable) => extend_with(thread, list, iterable),
        None => Ok(()),
    }
}

/// CPython lets the last item go first.
fn drop_last_first(mut items: Vec<Value>) {
    while let Some(item) = items.pop() {
        drop(item);
    }
}

fn append(thread: &mut Thread, list: &Value, item: &Value) -> Result {
    own(list).items_mut(thread).push(item.clone());
    Ok(Value::none())
}

fn clear(thread: &mut Thread, list: &Value) -> Result {
    let old = std::mem::take(own(list).items_mut(thread));
    drop_last_first(old);
    Ok(Value::none())
}

fn copy(thread: &mut Thread, list: &Value) -> Result {
    let items = own(list).items(thread).to_vec();
    Ok(list::new(thread, items))
}

fn count(thread: &mut Thread, list: &Value, value: &Value) -> Result {
    let mut found = 0;
    let mut index = 0;
    while let Some(item) = own(list).get(thread, index) {
        found += i64::from(compare::equals(thread, &item, value)?);
        index += 1;
    }
    Ok(thread.int(found))
}

fn extend(thread: &mut Thread, list: &Value, iterable: &Value) -> Result {
    extend_with(thread, list, iterable)?;
    Ok(Value::none())
}

/// Appends the items of an iterable, each as soon as it comes.
///
/// # Errors
/// TypeError, or what the iteration raises; the items so far stay.
pub fn extend_with(thread: &mut Thread, list: &Value, iterable: &Value) -> Result<()> {
    if iterable.is_exact::<ListBody>() || iterable.is_exact::<crate::heap::TupleBody>() {
        let items = iterate::collect(thread, iterable)?;
        own(list).items_mut(thread).extend(items);
        return Ok(());
    }
    let iterator = iterate::iter(thread, iterable)?;
    loop {
        let item = iterate::next(thread, &iterator)?;
        if item.is_exhausted() {
            return Ok(());
        }
        own(list).items_mut(thread).push(item);
    }
}

fn index(thread: &mut Thread, list: &Value, args: Args<'_>) -> Result {
    let values = positional(thread, "list.index", args, 1, 3)?;
    let bound = |thread: &mut Thread, number: usize, default: i64| -> Result<i64> {
        let Some(value) = values.get(number) else { return Ok(default) };
        if thread.type_of(value).slots.index.get().is_none() {
            return Err(thread.type_error("slice indices must be integers or have an __index__ method"));
        }
        let index = index_clamped(thread, value)?;
        let len = own(list).items(thread).len() as i64;
        Ok(if index < 0 { index.saturating_add(len).max(0) } else { index })
    };
    let (start, stop) = (bound(thread, 1, 0)?, bound(thread, 2, i64::MAX)?);
    let mut at = start;
    while at < stop {
        let Some(item) = own(list).get(thread, at as usize) else { break };
        if compare::equals(thread, &item, &values[0])? {
            return Ok(thread.int(at));
        }
        at += 1;
    }
    let text = repr::repr_text(thread, &values[0])?;
    Err(thread.value_error(&format!("{text} is not in list")))
}

fn insert(thread: &mut Thread, list: &Value, args: Args<'_>) -> Result {
    let values = positional(thread, "list.insert", args, 2, 2)?;
    let index = crate::ops::arithmetic::index_as_i64(thread, &values[0])?;
    let items = own(list).items_mut(thread);
    let len = items.len() as i64;
    let at = if index < 0 { index.saturating_add(len).max(0) } else { index.min(len) };
    items.insert(at as usize, values[1].clone());
    Ok(Value::none())
}

fn pop(thread: &mut Thread, list: &Value, args: Args<'_>) -> Result {
    let values = positional(thread, "list.pop", args, 0, 1)?;
    let index = match values.first() {
        Some(index) => crate::ops::arithmetic::index_as_i64(thread, index)?,
        None => -1,
    };
    let items = own(list).items_mut(thread);
    if items.is_empty() {
        return Err(thread.raise(ExceptionKind::IndexError, "pop from empty list"));
    }
    match place(index, items.len()) {
        Some(at) => Ok(items.remove(at)),
        None => Err(thread.raise(ExceptionKind::IndexError, "pop index out of range")),
    }
}

fn remove(thread: &mut Thread, list: &Value, value: &Value) -> Result {
    let mut index = 0;
    while let Some(item) = own(list).get(thread, index) {
        if compare::equals(thread, &item, value)? {
            let items = own(list).items_mut(thread);
            let removed = (index < items.len()).then(|| items.remove(index));
            drop(removed);
            return Ok(Value::none());
        }
        index += 1;
    }
    Err(thread.value_error("list.remove(x): x not in list"))
}

fn reverse(thread: &mut Thread, list: &Value) -> Result {
    own(list).items_mut(thread).reverse();
    Ok(Value::none())
}

fn reversed(thread: &mut Thread, list: &Value) -> Result {
    let last = own(list).items(thread).len() as i64 - 1;
    let ty = thread.types().list_reverse_iterator.clone();
    Ok(iterate::new_iterator(thread, &ty, IteratorState::Reversed(list.clone(), last)))
}

fn list_repr(thread: &mut Thread, list: &Value) -> Result {
    repr::guarded(thread, list, "[...]", |thread| {
        let mut text = StrBuilder::new("[");
        let mut index = 0;
        while let Some(item) = own(list).get(thread, index) {
            text.push_ascii(if index == 0 { "" } else { ", " });
            text.push_str(&repr::repr(thread, &item)?);
            index += 1;
        }
        text.push_ascii("]");
        Ok(text.finish(thread))
    })
}

fn richcompare(thread: &mut Thread, left: &Value, right: &Value, op: CompareOp) -> Result {
    let (Some(first), Some(second)) = (left.downcast::<ListBody>(), right.downcast::<ListBody>()) else {
        return Ok(Value::not_implemented());
    };
    let lengths = |thread: &Thread| (first.items(thread).len(), second.items(thread).len());
    if matches!(op, CompareOp::Eq | CompareOp::Ne) {
        let (first, second) = lengths(thread);
        if first != second {
            return Ok(Value::bool(op == CompareOp::Ne));
        }
    }
    let mut index = 0;
    while let (Some(a), Some(b)) = (first.get(thread, index), second.get(thread, index)) {
        if !compare::equals(thread, &a, &b)? {
            return match op {
                CompareOp::Eq => Ok(Value::false_()),
                CompareOp::Ne => Ok(Value::true_()),
                _ => compare::compare(thread, op, &a, &b),
            };
        }
        index += 1;
    }
    let (first, second) = lengths(thread);
    Ok(Value::bool(compare::holds(op, first.cmp(&second))))
}

fn getitem(thread: &mut Thread, list: &Value, key: &Value) -> Result {
    match subscript(thread, "list", key)? {
        Subscript::Index(index) => {
            let items = own(list).items(thread);
            match place(index, items.len()) {
                Some(at) => Ok(items[at].clone()),
                None => Err(thread.raise(ExceptionKind::IndexError, "list index out of range")),
            }
        }
        Subscript::Slice(bounds) => {
            let items = own(list).items(thread);
            let selection = bounds.select(items.len());
            let chosen = match selection.range() {
                Some(range) => items[range].to_vec(),
                None => selection.indices().map(|index| items[index].clone()).collect(),
            };
            Ok(list::new(thread, chosen))
        }
    }
}

fn setitem(thread: &mut Thread, list: &Value, key: &Value, value: Option<&Value>) -> Result<()> {
    match (subscript(thread, "list", key)?, value) {
        (Subscript::Index(index), value) => {
            let items = own(list).items_mut(thread);
            let Some(at) = place(index, items.len()) else {
                return Err(thread.raise(ExceptionKind::IndexError, "list assignment index out of range"));
            };
            let old = match value {
                Some(value) => std::mem::replace(&mut items[at], value.clone()),
                None => items.remove(at),
            };
            drop(old);
            Ok(())
        }
        (Subscript::Slice(bounds), Some(value)) => set_slice(thread, list, bounds, value),
        (Subscript::Slice(bounds), None) => {
            delete_slice(thread, list, bounds);
            Ok(())
        }
    }
}

fn set_slice(thread: &mut Thread, list: &Value, bounds: Bounds, value: &Value) -> Result<()> {
    let plain = bounds.step == 1;
    let new = match iterate::collect(thread, value) {
        Err(_) if thread.raised_is(ExceptionKind::TypeError) && !is_iterable(thread, value) => {
            drop(thread.take_raised());
            let message = if plain { "can only assign an iterable" } else { "must assign iterable to extended slice" };
            return Err(thread.type_error(message));
        }
        result => result?,
    };
    // Iterating may have changed the list, so its length is looked at only now.
    let items = own(list).items_mut(thread);
    let selection = bounds.select(items.len());
    if plain {
        let start = selection.start as usize;
        let old: Vec<Value> = items.splice(start..start + selection.count, new).collect();
        drop_last_first(old);
        return Ok(());
    }
    if new.len() != selection.count {
        let message =
            format!("attempt to assign sequence of size {} to extended slice of size {}", new.len(), selection.count);
        return Err(thread.value_error(&message));
    }
    let old: Vec<Value> =
        selection.indices().zip(new).map(|(index, value)| std::mem::replace(&mut items[index], value)).collect();
    drop(old);
    Ok(())
}

fn is_iterable(thread: &Thread, value: &Value) -> bool {
    let slots = &thread.type_of(value).slots;
    slots.iter.get().is_some() || slots.getitem.get().is_some()
}

fn delete_slice(thread: &mut Thread, list: &Value, bounds: Bounds) {
    let items = own(list).items_mut(thread);
    let selection = bounds.select(items.len());
    let old: Vec<Value> = match selection.range() {
        Some(range) => items.drain(range).collect(),
        None => {
            let mut chosen: Vec<usize> = selection.indices().collect();
            chosen.sort_unstable();
            let mut next = chosen.into_iter().peekable();
            let (mut kept, mut removed) = (Vec::with_capacity(items.len()), Vec::new());
            for (index, item) in std::mem::take(items).into_iter().enumerate() {
                if next.next_if_eq(&index).is_some() { removed.push(item) } else { kept.push(item) }
            }
            *items = kept;
            removed
        }
    };
    drop_last_first(old);
}

fn contains(thread: &mut Thread, list: &Value, value: &Value) -> Result<bool> {
    let mut index = 0;
    while let Some(item) = own(list).get(thread, index) {
        if compare::equals(thread, &item, value)? {
            return Ok(true);
        }
        index += 1;
    }
    Ok(false)
}

fn concat(thread: &mut Thread, left: &Value, right: &Value) -> Result {
    let Some(second) = right.downcast::<ListBody>() else {
        let message = format!("can only concatenate list (not \"{}\") to list", thread.type_name(right));
        return Err(thread.type_error(&message));
    };
    let (first, second) = (own(left).items(thread), second.items(thread));
    let mut items = Vec::with_capacity(first.len() + second.len());
    items.extend_from_slice(first);
    items.extend_from_slice(second);
    Ok(list::new(thread, items))
}

/// The items `count` times over.
///
/// # Errors
/// MemoryError for a length that no memory holds.
pub fn repeat_items(thread: &mut Thread, items: &[Value], count: i64) -> Result<Vec<Value>> {
    let count = usize::try_from(count).unwrap_or(0);
    let len = items.len().checked_mul(count).filter(|&len| len <= isize::MAX as usize / 8);
    let mut repeated = Vec::new();
    match len {
        Some(len) if repeated.try_reserve_exact(len).is_ok() => {}
        _ => return Err(thread.raise_with(ExceptionKind::MemoryError, Vec::new())),
    }
    for _ in 0..if items.is_empty() { 0 } else { count } {
        repeated.extend_from_slice(items);
    }
    Ok(repeated)
}

fn repeat(thread: &mut Thread, list: &Value, count: i64) -> Result {
    let items = own(list).items(thread).to_vec();
    let repeated = repeat_items(thread, &items, count)?;
    Ok(list::new(thread, repeated))
}

fn inplace_concat(thread: &mut Thread, list: &Value, iterable: &Value) -> Result {
    extend_with(thread, list, iterable)?;
    Ok(list.clone())
}

fn inplace_repeat(thread: &mut Thread, list: &Value, count: i64) -> Result {
    let items = own(list).items(thread).to_vec();
    let repeated = repeat_items(thread, &items, count)?;
    let old = std::mem::replace(own(list).items_mut(thread), repeated);
    drop(old);
    Ok(list.clone())
}

fn sort(thread: &mut Thread, list: &Value, args: Args<'_>) -> Result {
    let [key, reverse] = named(thread, "sort", args, ["key", "reverse"], 0, 0, 0)?;
    let reverse = match reverse {
        Some(value) => crate::ops::arithmetic::index_as_i64(thread, value)? != 0,
        None => false,
    };
    let key = key.filter(|key| !key.is_none());
    // While it is sorted the list is empty, so that a comparison that looks sees nothing half done.
    let items = std::mem::take(own(list).items_mut(thread));
    let (items, result) = sorted(thread, items, key, reverse);
    let meanwhile = std::mem::replace(own(list).items_mut(thread), items);
    let changed = !meanwhile.is_empty() || meanwhile.capacity() > 0;
    drop_last_first(meanwhile);
    result?;
    if changed {
        return Err(thread.value_error("list modified during sort"));
    }
    Ok(Value::none())
}

/// Sorts values, by what `key` makes of them if given. Also gives them back when that raises, in some order.
pub fn sorted(
    thread: &mut Thread,
    mut items: Vec<Value>,
    key: Option<&Value>,
    reverse: bool,
) -> (Vec<Value>, Result<()>) {
    let mut keys = Vec::new();
    if let Some(key) = key {
        keys.reserve(items.len());
        for item in &items {
            match call::call(thread, key, Args::positional(std::slice::from_ref(item))) {
                Ok(value) => keys.push(value),
                Err(raised) => return (items, Err(raised)),
            }
        }
    }
    // Reversed before and after, equal items keep their order.
    if reverse {
        items.reverse();
        keys.reverse();
    }
    let mut order: Vec<u32> = (0..items.len() as u32).collect();
    let result = sort_order(thread, &mut order, if key.is_some() { &keys } else { &items });
    let mut items: Vec<Option<Value>> = items.into_iter().map(Some).collect();
    let mut arranged: Vec<Value> =
        order.iter().map(|&index| items[index as usize].take().expect("each index stands once")).collect();
    if reverse {
        arranged.reverse();
    }
    drop(keys);
    (arranged, result)
}

/// Sorts indices by their keys, with the comparison that fits all of them.
fn sort_order(thread: &mut Thread, order: &mut [u32], keys: &[Value]) -> Result<()> {
    let at = |index: u32| &keys[index as usize];
    if keys.iter().all(Value::is_small_int) {
        return list_sort::sort(order, |a, b| Ok(at(a).word().as_int() < at(b).word().as_int()));
    }
    if keys.iter().all(Value::is_exact::<FloatBody>) {
        let number = |index| at(index).cast::<FloatBody>().0;
        return list_sort::sort(order, |a, b| Ok(number(a) < number(b)));
    }
    if keys.iter().all(Value::is_exact::<StrBody>) {
        let chars = |index| str::chars(at(index)).expect("each is a str");
        return list_sort::sort(order, |a, b| Ok(chars(a).compare(chars(b)) == Ordering::Less));
    }
    list_sort::sort(order, |a, b| {
        let less = compare::compare(thread, CompareOp::Lt, at(a), at(b))?;
        let answer = truth::is_true(thread, &less)?;
        drop(less);
        thread.run_pending();
        Ok(answer)
    })
}
