//! tuple: methods, attributes and slots.

use super::arguments::positional;
use super::list::repeat_items;
use super::sequence::{Subscript, place, subscript};
use crate::Result;
use crate::exceptions::ExceptionKind;
use crate::heap::TupleBody;
use crate::object::iterator::TupleIteratorBody;
use crate::object::native::NativeRow;
use crate::object::slots::Slots;
use crate::object::str::StrBuilder;
use crate::object::table::TypeTable;
use crate::object::tuple;
use crate::object::types::TypeBody;
use crate::ops::arithmetic::index_clamped;
use crate::ops::{Args, CompareOp, compare, hash, iterate, repr};
use crate::thread::Thread;
use crate::value::{Slot, Value};
use std::cell::Cell;

/// What the type can do.
pub const TYPE: TypeTable = TypeTable {
    methods: METHODS,
    getsets: &[],
    fill,
    doc: "Built-in immutable sequence.\n\nIf no argument is given, the constructor returns an empty tuple.\nIf iterable is specified the tuple is initialized from iterable's items.\n\nIf the argument is a tuple, the return value is the same object.",
};

const METHODS: &[NativeRow] = &[
    NativeRow::one_arg("count", count, "($self, value, /)"),
    NativeRow::args("index", index, "($self, value, start=0, stop=sys.maxsize, /)"),
    NativeRow::no_args("__getnewargs__", getnewargs, "($self, /)"),
];

fn fill(slots: &Slots) {
    slots.repr.set(Some(tuple_repr));
    slots.hash.set(Some(tuple_hash));
    slots.richcompare.set(Some(richcompare));
    slots.iter.set(Some(iter));
    slots.len.set(Some(|_, tuple| Ok(own(tuple).len())));
    slots.getitem.set(Some(getitem));
    slots.contains.set(Some(contains));
    slots.concat.set(Some(concat));
    slots.repeat.set(Some(repeat));
    slots.new.set(Some(new));
}

fn own(tuple: &Value) -> &[Value] {
    tuple.cast::<TupleBody>().items()
}

fn new(thread: &mut Thread, class: &Value, args: Args<'_>) -> Result {
    let class = class.cast::<TypeBody>();
    if !args.names.is_empty() && class.is_builtin() {
        return Err(thread.type_error("tuple() takes no keyword arguments"));
    }
    let values = positional(thread, "tuple", Args::positional(args.positionals()), 0, 1)?;
    let items = match values.first() {
        Some(same) if class.is_builtin() && same.is_exact::<TupleBody>() => return Ok(same.clone()),
        Some(iterable) => iterate::collect(thread, iterable)?,
        None => Vec::new(),
    };
    if class.is_builtin() {
        Ok(tuple::new(thread, items))
    } else {
        Ok(thread.heap().alloc(class, TupleBody::boxed(items)))
    }
}

fn getnewargs(thread: &mut Thread, tuple: &Value) -> Result {
    let items = tuple::new(thread, own(tuple).to_vec());
    Ok(tuple::new(thread, vec![items]))
}

fn iter(thread: &mut Thread, tuple: &Value) -> Result {
    let body = TupleIteratorBody { tuple: Slot::new(tuple.clone()), index: Cell::new(0) };
    Ok(thread.heap().alloc(&thread.types().tuple_iterator, body))
}

fn count(thread: &mut Thread, tuple: &Value, value: &Value) -> Result {
    let mut found = 0;
    for item in own(tuple) {
        found += i64::from(compare::equals(thread, item, value)?);
    }
    Ok(thread.int(found))
}

fn index(thread: &mut Thread, tuple: &Value, args: Args<'_>) -> Result {
    let values = positional(thread, "tuple.index", args, 1, 3)?;
    let items = own(tuple);
    let mut bound = |number: usize, default: usize| -> Result<usize> {
        let Some(value) = values.get(number) else { return Ok(default) };
        if thread.type_of(value).slots.index.get().is_none() {
            return Err(thread.type_error("slice indices must be integers or have an __index__ method"));
        }
        let index = index_clamped(thread, value)?;
        let len = items.len() as i64;
        Ok(if index < 0 { index.saturating_add(len).max(0) } else { index.min(len) } as usize)
    };
    let (start, stop) = (bound(1, 0)?, bound(2, items.len())?);
    for (at, item) in items.iter().enumerate().take(stop).skip(start) {
        if compare::equals(thread, item, &values[0])? {
            return Ok(thread.int(at as i64));
        }
    }
    Err(thread.value_error("tuple.index(x): x not in tuple"))
}

fn tuple_repr(thread: &mut Thread, tuple: &Value) -> Result {
    repr::guarded(thread, tuple, "(...)", |thread| {
        let items = own(tuple);
        let mut text = StrBuilder::new("(");
        for (number, item) in items.iter().enumerate() {
            text.push_ascii(if number == 0 { "" } else { ", " });
            text.push_str(&repr::repr(thread, item)?);
        }
        text.push_ascii(if items.len() == 1 { ",)" } else { ")" });
        Ok(text.finish(thread))
    })
}

fn tuple_hash(thread: &mut Thread, tuple: &Value) -> Result<i64> {
    let hashes = own(tuple).iter().map(|item| hash::hash(thread, item)).collect::<Result<Vec<i64>>>()?;
    Ok(hash::combine(hashes.into_iter()))
}

fn richcompare(thread: &mut Thread, left: &Value, right: &Value, op: CompareOp) -> Result {
    let (Some(first), Some(second)) = (tuple::items(left), tuple::items(right)) else {
        return Ok(Value::not_implemented());
    };
    for (a, b) in first.iter().zip(second) {
        if !compare::equals(thread, a, b)? {
            return match op {
                CompareOp::Eq => Ok(Value::false_()),
                CompareOp::Ne => Ok(Value::true_()),
                _ => compare::compare(thread, op, a, b),
            };
        }
    }
    Ok(Value::bool(compare::holds(op, first.len().cmp(&second.len()))))
}

fn getitem(thread: &mut Thread, tuple: &Value, key: &Value) -> Result {
    let items = own(tuple);
    match subscript(thread, "tuple", key)? {
        Subscript::Index(index) => match place(index, items.len()) {
            Some(at) => Ok(items[at].clone()),
            None => Err(thread.raise(ExceptionKind::IndexError, "tuple index out of range")),
        },
        Subscript::Slice(bounds) => {
            let selection = bounds.select(items.len());
            if selection.count == items.len() && selection.step == 1 && tuple.is_exact::<TupleBody>() {
                return Ok(tuple.clone());
            }
            Ok(tuple::from_iter(thread, selection.indices().map(|index| items[index].clone())))
        }
    }
}

fn contains(thread: &mut Thread, tuple: &Value, value: &Value) -> Result<bool> {
    for item in own(tuple) {
        if compare::equals(thread, item, value)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn concat(thread: &mut Thread, left: &Value, right: &Value) -> Result {
    let Some(second) = tuple::items(right) else {
        let message = format!("can only concatenate tuple (not \"{}\") to tuple", thread.type_name(right));
        return Err(thread.type_error(&message));
    };
    let first = own(left);
    if first.is_empty() && right.is_exact::<TupleBody>() {
        return Ok(right.clone());
    }
    if second.is_empty() && left.is_exact::<TupleBody>() {
        return Ok(left.clone());
    }
    Ok(tuple::new(thread, first.iter().chain(second).cloned().collect()))
}

fn repeat(thread: &mut Thread, tuple: &Value, count: i64) -> Result {
    let items = own(tuple);
    if (count == 1 || items.is_empty()) && tuple.is_exact::<TupleBody>() {
        return Ok(tuple.clone());
    }
    let repeated = repeat_items(thread, items, count)?;
    Ok(tuple::new(thread, repeated))
}
