//! The iterators of built-in types: methods, attributes and slots.

use super::arguments::{named, positional};
use crate::Result;
use crate::exceptions::ExceptionKind;
use crate::object::bytes::BytesBody;
use crate::object::dict::DictBody;
use crate::object::iterator::{IteratorBody, IteratorState, ListIteratorBody, RangeIteratorBody, TupleIteratorBody};
use crate::object::list::ListBody;
use crate::object::native::NativeRow;
use crate::object::slots::Slots;
use crate::object::table::TypeTable;
use crate::object::types::TypeBody;
use crate::object::view::ViewKind;
use crate::object::{int, str, tuple};
use crate::ops::{Args, Operator, arithmetic, call, compare, item, iterate, truth};
use crate::thread::Thread;
use crate::value::{Raised, Value};

const HINT: &[NativeRow] = &[NativeRow::no_args("__length_hint__", length_hint, "")];

/// What the iterators that share one body can do.
pub const TYPE: TypeTable = TypeTable { methods: HINT, fill, ..TypeTable::EMPTY };

/// What a list iterator can do.
pub const LIST_TYPE: TypeTable = TypeTable {
    methods: HINT,
    fill: |slots| {
        slots.iter.set(Some(itself));
        slots.next.set(Some(|thread, value| Ok(iterate::list_next(thread, value.cast::<ListIteratorBody>()))));
    },
    ..TypeTable::EMPTY
};

/// What a tuple iterator can do.
pub const TUPLE_TYPE: TypeTable = TypeTable {
    methods: HINT,
    fill: |slots| {
        slots.iter.set(Some(itself));
        slots.next.set(Some(|_, value| Ok(iterate::tuple_next(value.cast::<TupleIteratorBody>()))));
    },
    ..TypeTable::EMPTY
};

/// What a range iterator can do.
pub const RANGE_TYPE: TypeTable = TypeTable {
    methods: HINT,
    fill: |slots| {
        slots.iter.set(Some(itself));
        slots.next.set(Some(|thread, value| Ok(iterate::range_next(thread, value.cast::<RangeIteratorBody>()))));
    },
    ..TypeTable::EMPTY
};

/// What `reversed` can do.
pub const REVERSED_TYPE: TypeTable = TypeTable {
    methods: HINT,
    getsets: &[],
    fill: |slots| {
        fill(slots);
        slots.new.set(Some(new_reversed));
    },
    doc: "Return a reverse iterator over the values of the given sequence.",
};

/// What `enumerate` can do.
pub const ENUMERATE_TYPE: TypeTable = TypeTable {
    methods: &[],
    getsets: &[],
    fill: |slots| {
        fill(slots);
        slots.new.set(Some(new_enumerate));
    },
    doc: "Return an enumerate object.\n\n  iterable\n    an object supporting iteration\n\nThe enumerate object yields pairs containing a count (from start, which\ndefaults to zero) and a value yielded by the iterable argument.\n\nenumerate is useful for obtaining an indexed list:\n    (0, seq[0]), (1, seq[1]), (2, seq[2]), ...",
};

/// What `zip` can do.
pub const ZIP_TYPE: TypeTable = TypeTable {
    methods: &[],
    getsets: &[],
    fill: |slots| {
        fill(slots);
        slots.new.set(Some(new_zip));
    },
    doc: "zip(*iterables, strict=False) --> Yield tuples until an input is exhausted.\n\n   >>> list(zip('abcdefg', range(3), range(4)))\n   [('a', 0, 0), ('b', 1, 1), ('c', 2, 2)]\n\nThe zip object yields n-length tuples, where n is the number of iterables\npassed as positional arguments to zip().  The i-th element in every tuple\ncomes from the i-th iterable argument to zip().  This continues until the\nshortest argument is exhausted.\n\nIf strict is true and one of the arguments is exhausted before the others,\nraise a ValueError.",
};

/// What `map` can do.
pub const MAP_TYPE: TypeTable = TypeTable {
    methods: &[],
    getsets: &[],
    fill: |slots| {
        fill(slots);
        slots.new.set(Some(new_map));
    },
    doc: "map(func, *iterables) --> map object\n\nMake an iterator that computes the function using arguments from\neach of the iterables.  Stops when the shortest iterable is exhausted.",
};

/// What `filter` can do.
pub const FILTER_TYPE: TypeTable = TypeTable {
    methods: &[],
    getsets: &[],
    fill: |slots| {
        fill(slots);
        slots.new.set(Some(new_filter));
    },
    doc: "filter(function or None, iterable) --> filter object\n\nReturn an iterator yielding those items of iterable for which function(item)\nis true. If function is None, return the items that are true.",
};

fn fill(slots: &Slots) {
    slots.iter.set(Some(itself));
    slots.next.set(Some(next));
}

fn itself(_: &mut Thread, value: &Value) -> Result {
    Ok(value.clone())
}

fn make(thread: &mut Thread, class: &Value, state: IteratorState) -> Result {
    Ok(thread.heap().alloc(class.cast::<TypeBody>(), IteratorBody { state }))
}

/// Raises TypeError for keywords given to the type itself; a subclass may deal with them in `__init__`.
fn no_keywords(thread: &mut Thread, class: &Value, args: Args<'_>, name: &str) -> Result<()> {
    if args.names.is_empty() || !class.cast::<TypeBody>().is_builtin() {
        return Ok(());
    }
    Err(thread.type_error(&format!("{name}() takes no keyword arguments")))
}

fn new_reversed(thread: &mut Thread, class: &Value, args: Args<'_>) -> Result {
    no_keywords(thread, class, args, "reversed")?;
    let values = positional(thread, "reversed", Args::positional(args.positionals()), 1, 1)?;
    let value = &values[0];
    let name = thread.names().__reversed__.clone();
    let ty = thread.type_ref(value);
    let refused = thread.lookup(&ty, &name).is_some_and(|method| method.is_none());
    if !refused && let Some(result) = thread.call_special(value, &name, &[])? {
        return Ok(result);
    }
    let slots = &thread.type_of(value).slots;
    let is_sequence = slots.getitem.get().is_some() && !value.is_a::<DictBody>();
    if refused || !is_sequence {
        let message = format!("'{}' object is not reversible", thread.type_name(value));
        return Err(thread.type_error(&message));
    }
    let len = truth::len(thread, value)? as i64;
    make(thread, class, IteratorState::Reversed(value.clone(), len - 1))
}

fn new_enumerate(thread: &mut Thread, class: &Value, args: Args<'_>) -> Result {
    if args.is_empty() {
        return Err(thread.type_error("enumerate() missing required argument 'iterable'"));
    }
    if args.values.len() > 2 {
        let message = format!("enumerate() takes at most 2 arguments ({} given)", args.values.len());
        return Err(thread.type_error(&message));
    }
    if let Some((keyword, _)) =
        args.keywords().find(|(keyword, _)| !str::is(keyword, "iterable") && !str::is(keyword, "start"))
    {
        let message = format!("'{}' is an invalid keyword argument for enumerate()", str::to_string(keyword));
        return Err(thread.type_error(&message));
    }
    let [iterable, start] = named(thread, "enumerate", args, ["iterable", "start"], 2, 0, 1)?;
    let Some(iterable) = iterable else {
        return Err(thread.type_error("enumerate() missing required argument 'iterable'"));
    };
    let start = match start {
        Some(start) => arithmetic::index(thread, start)?,
        None => Value::small_int(0),
    };
    let iterator = iterate::iter(thread, iterable)?;
    make(thread, class, IteratorState::Enumerate(iterator, start))
}

fn new_zip(thread: &mut Thread, class: &Value, args: Args<'_>) -> Result {
    let mut strict = false;
    for (keyword, value) in args.keywords() {
        if !str::is(keyword, "strict") {
            let message = format!("'{}' is an invalid keyword argument for zip()", str::to_string(keyword));
            return Err(thread.type_error(&message));
        }
        strict = truth::is_true(thread, value)?;
    }
    let iterators = all_iterators(thread, args.positionals())?;
    make(thread, class, IteratorState::Zip(iterators, strict))
}

fn all_iterators(thread: &mut Thread, iterables: &[Value]) -> Result<Vec<Value>> {
    let mut iterators = Vec::with_capacity(iterables.len());
    for iterable in iterables {
        iterators.push(iterate::iter(thread, iterable)?);
    }
    Ok(iterators)
}

fn new_map(thread: &mut Thread, class: &Value, args: Args<'_>) -> Result {
    no_keywords(thread, class, args, "map")?;
    let Some((function, iterables)) = args.positionals().split_first().filter(|(_, rest)| !rest.is_empty()) else {
        return Err(thread.type_error("map() must have at least two arguments."));
    };
    let iterators = all_iterators(thread, iterables)?;
    make(thread, class, IteratorState::Map(function.clone(), iterators))
}

fn new_filter(thread: &mut Thread, class: &Value, args: Args<'_>) -> Result {
    no_keywords(thread, class, args, "filter")?;
    let values = positional(thread, "filter", Args::positional(args.positionals()), 2, 2)?;
    let iterator = iterate::iter(thread, &values[1])?;
    make(thread, class, IteratorState::Filter(values[0].clone(), iterator))
}

/// What an iterator must know to take its next step: its state, cloned as far as that step needs it.
enum Step {
    Done,
    Indexed(Value, usize),
    Sequence(Value, i64),
    Callable(Value, Value),
    Dict { dict: Value, position: usize, length: Option<usize>, left: usize, view: ViewKind, reversed: bool },
    Set { set: Value, position: usize, length: Option<usize>, left: usize },
    LongRange { next: Value, step: Value, left: Value },
    Reversed(Value, i64),
    Enumerate(Value, Value),
    Zip(usize, bool),
    Map(Value, usize),
    Filter(Value, Value),
}

fn step(thread: &Thread, iterator: &Value) -> Step {
    match &iterator.cast::<IteratorBody>().body(thread).state {
        IteratorState::Done => Step::Done,
        IteratorState::Indexed(value, index) => Step::Indexed(value.clone(), *index),
        IteratorState::Sequence(value, index) => Step::Sequence(value.clone(), *index),
        IteratorState::Callable(function, sentinel) => Step::Callable(function.clone(), sentinel.clone()),
        IteratorState::Dict { dict, position, length, left, view } => Step::Dict {
            dict: dict.clone(),
            position: *position,
            length: *length,
            left: *left,
            view: *view,
            reversed: false,
        },
        IteratorState::ReversedDict { dict, position, length, left, view } => Step::Dict {
            dict: dict.clone(),
            position: *position,
            length: *length,
            left: *left,
            view: *view,
            reversed: true,
        },
        IteratorState::Set { set, position, length, left } => {
            Step::Set { set: set.clone(), position: *position, length: *length, left: *left }
        }
        IteratorState::LongRange { next, step, left } => {
            Step::LongRange { next: next.clone(), step: step.clone(), left: left.clone() }
        }
        IteratorState::Reversed(value, index) => Step::Reversed(value.clone(), *index),
        IteratorState::Enumerate(inner, index) => Step::Enumerate(inner.clone(), index.clone()),
        IteratorState::Zip(iterators, strict) => Step::Zip(iterators.len(), *strict),
        IteratorState::Map(function, iterators) => Step::Map(function.clone(), iterators.len()),
        IteratorState::Filter(function, inner) => Step::Filter(function.clone(), inner.clone()),
    }
}

fn set_state(thread: &mut Thread, iterator: &Value, state: IteratorState) {
    let old = std::mem::replace(&mut iterator.cast::<IteratorBody>().body_mut(thread).state, state);
    drop(old);
}

/// Ends an iterator for good.
fn finish(thread: &mut Thread, iterator: &Value) -> Result {
    set_state(thread, iterator, IteratorState::Done);
    Ok(Value::exhausted())
}

fn next(thread: &mut Thread, iterator: &Value) -> Result {
    let result = advance(thread, iterator);
    match result {
        // A StopIteration that comes out of a function ends the iteration as if the iterator had said so.
        Err(Raised) if thread.raised_is(ExceptionKind::StopIteration) => {
            thread.stop_with_raised();
            Ok(Value::exhausted())
        }
        result => result,
    }
}

fn advance(thread: &mut Thread, iterator: &Value) -> Result {
    match step(thread, iterator) {
        Step::Done => Ok(Value::exhausted()),
        Step::Indexed(value, index) => next_indexed(thread, iterator, &value, index),
        Step::Sequence(value, index) => {
            let key = thread.int(index);
            let found = item::getitem(thread, &value, &key);
            match end_of_sequence(thread, found)? {
                Some(found) => {
                    set_state(thread, iterator, IteratorState::Sequence(value, index + 1));
                    Ok(found)
                }
                None => finish(thread, iterator),
            }
        }
        Step::Callable(function, sentinel) => next_call(thread, iterator, &function, &sentinel),
        Step::Dict { dict, position, length, left, view, reversed: false } => {
            next_entry(thread, iterator, dict, position, length, left, view)
        }
        Step::Dict { dict, position, length, left, view, reversed: true } => {
            next_reversed_entry(thread, iterator, dict, position, length, left, view)
        }
        Step::Set { set, position, length, left } => next_set_item(thread, iterator, set, position, length, left),
        Step::LongRange { next, step, left } => {
            if truth::is_true(thread, &left)? {
                let after = arithmetic::binary_op(thread, Operator::Add, &next, &step)?;
                let left = arithmetic::binary_op(thread, Operator::Sub, &left, &Value::small_int(1))?;
                set_state(thread, iterator, IteratorState::LongRange { next: after, step, left });
                return Ok(next);
            }
            Ok(Value::exhausted())
        }
        Step::Reversed(value, index) => next_reversed(thread, iterator, &value, index),
        Step::Enumerate(inner, index) => {
            let item = iterate::next_keeping_value(thread, &inner)?;
            if item.is_exhausted() {
                return Ok(item);
            }
            let after = arithmetic::binary_op(thread, Operator::Add, &index, &Value::small_int(1))?;
            set_state(thread, iterator, IteratorState::Enumerate(inner, after));
            Ok(tuple::new(thread, vec![index, item]))
        }
        Step::Zip(count, strict) => next_zip(thread, iterator, count, strict),
        Step::Map(function, count) => {
            let mut values = Vec::with_capacity(count);
            for number in 0..count {
                let Some(inner) = inner_iterator(thread, iterator, number) else { return Ok(Value::exhausted()) };
                let item = iterate::next_keeping_value(thread, &inner)?;
                if item.is_exhausted() {
                    return Ok(item);
                }
                values.push(item);
            }
            call::call(thread, &function, Args::positional(&values))
        }
        Step::Filter(function, inner) => loop {
            let item = iterate::next_keeping_value(thread, &inner)?;
            if item.is_exhausted() || keeps(thread, &function, &item)? {
                return Ok(item);
            }
            drop(item);
            thread.run_pending_if_any();
        },
    }
}

/// Whether `filter` keeps an item.
fn keeps(thread: &mut Thread, function: &Value, item: &Value) -> Result<bool> {
    if function.is_none() || function.is(thread.types().bool.value()) {
        return truth::is_true(thread, item);
    }
    let answer = call::call(thread, function, Args::positional(std::slice::from_ref(item)))?;
    truth::is_true(thread, &answer)
}

/// Iterator `number` of `zip` or `map`.
fn inner_iterator(thread: &Thread, iterator: &Value, number: usize) -> Option<Value> {
    match &iterator.cast::<IteratorBody>().body(thread).state {
        IteratorState::Zip(iterators, _) | IteratorState::Map(_, iterators) => iterators.get(number).cloned(),
        _ => None,
    }
}

/// `None` for the IndexError or StopIteration that ends a sequence.
fn end_of_sequence(thread: &mut Thread, found: Result) -> Result<Option<Value>> {
    let found = thread.catch(found, ExceptionKind::IndexError);
    match found {
        Err(Raised) if thread.raised_is(ExceptionKind::StopIteration) => {
            drop(thread.take_raised());
            Ok(None)
        }
        found => found,
    }
}

fn next_indexed(thread: &mut Thread, iterator: &Value, value: &Value, index: usize) -> Result {
    let item = match str::chars(value) {
        Some(chars) => chars.get(index).map(|point| thread.character(point)),
        None => value
            .downcast::<BytesBody>()
            .and_then(|bytes| bytes.bytes.get(index).map(|&byte| Value::small_int(i64::from(byte)))),
    };
    let Some(item) = item else { return finish(thread, iterator) };
    if let IteratorState::Indexed(_, index) = &mut iterator.cast::<IteratorBody>().body_mut(thread).state {
        *index += 1;
    }
    Ok(item)
}

fn next_call(thread: &mut Thread, iterator: &Value, function: &Value, sentinel: &Value) -> Result {
    match call::call(thread, function, Args::NONE) {
        Ok(result) => {
            if compare::equals(thread, sentinel, &result)? {
                return finish(thread, iterator);
            }
            Ok(result)
        }
        Err(Raised) if thread.raised_is(ExceptionKind::StopIteration) => {
            drop(thread.take_raised());
            finish(thread, iterator)
        }
        Err(Raised) => Err(Raised),
    }
}

/// What a dict iterator gives of an entry.
fn shown(thread: &Thread, view: ViewKind, key: Value, value: Value) -> Value {
    match view {
        ViewKind::Keys => key,
        ViewKind::Values => value,
        ViewKind::Items => tuple::new(thread, vec![key, value]),
    }
}

fn next_entry(
    thread: &mut Thread,
    iterator: &Value,
    dict: Value,
    position: usize,
    length: Option<usize>,
    left: usize,
    view: ViewKind,
) -> Result {
    if length != Some(dict.cast::<DictBody>().len(thread)) {
        set_state(thread, iterator, IteratorState::Dict { dict, position, length: None, left, view });
        return Err(thread.raise(ExceptionKind::RuntimeError, "dictionary changed size during iteration"));
    }
    let Some((position, key, value)) = dict.cast::<DictBody>().next_entry(thread, position) else {
        return finish(thread, iterator);
    };
    if left == 0 {
        set_state(thread, iterator, IteratorState::Done);
        return Err(thread.raise(ExceptionKind::RuntimeError, "dictionary keys changed during iteration"));
    }
    let state = IteratorState::Dict { dict, position, length, left: left - 1, view };
    set_state(thread, iterator, state);
    Ok(shown(thread, view, key, value))
}

fn next_reversed_entry(
    thread: &mut Thread,
    iterator: &Value,
    dict: Value,
    position: usize,
    length: Option<usize>,
    left: usize,
    view: ViewKind,
) -> Result {
    let body = dict.cast::<DictBody>().body(thread);
    if length != Some(body.len()) {
        set_state(thread, iterator, IteratorState::ReversedDict { dict, position, length: None, left, view });
        return Err(thread.raise(ExceptionKind::RuntimeError, "dictionary changed size during iteration"));
    }
    let before = body.entries().get(..position).unwrap_or_else(|| body.entries());
    let found = before
        .iter()
        .enumerate()
        .rev()
        .find_map(|(index, entry)| Some((index, entry.key.clone()?, entry.value.clone()?)));
    let Some((position, key, value)) = found else { return finish(thread, iterator) };
    let state = IteratorState::ReversedDict { dict, position, length, left: left.saturating_sub(1), view };
    set_state(thread, iterator, state);
    Ok(shown(thread, view, key, value))
}

fn next_set_item(
    thread: &mut Thread,
    iterator: &Value,
    set: Value,
    position: usize,
    length: Option<usize>,
    left: usize,
) -> Result {
    if length != Some(set.cast::<crate::object::set::SetBody>().body(thread).len()) {
        set_state(thread, iterator, IteratorState::Set { set, position, length: None, left });
        return Err(thread.raise(ExceptionKind::RuntimeError, "Set changed size during iteration"));
    }
    let Some((position, _, key)) = super::set::next_item(thread, &set, position) else {
        return finish(thread, iterator);
    };
    set_state(thread, iterator, IteratorState::Set { set, position, length, left: left.saturating_sub(1) });
    Ok(key)
}

fn next_reversed(thread: &mut Thread, iterator: &Value, value: &Value, index: i64) -> Result {
    if index < 0 {
        return finish(thread, iterator);
    }
    let found = match value.exact::<ListBody>() {
        Some(list) => list.get(thread, index as usize),
        None => {
            let key = thread.int(index);
            let found = item::getitem(thread, value, &key);
            end_of_sequence(thread, found)?
        }
    };
    match found {
        Some(found) => {
            set_state(thread, iterator, IteratorState::Reversed(value.clone(), index - 1));
            Ok(found)
        }
        None => finish(thread, iterator),
    }
}

fn next_zip(thread: &mut Thread, iterator: &Value, count: usize, strict: bool) -> Result {
    let mut items = Vec::with_capacity(count);
    for number in 0..count {
        let Some(inner) = inner_iterator(thread, iterator, number) else { return Ok(Value::exhausted()) };
        let item = iterate::next_keeping_value(thread, &inner)?;
        if !item.is_exhausted() {
            items.push(item);
            continue;
        }
        if !strict {
            return Ok(item);
        }
        thread.clear_stop();
        if number > 0 {
            return Err(uneven(thread, number, "shorter"));
        }
        for number in 1..count {
            let Some(inner) = inner_iterator(thread, iterator, number) else { return Ok(Value::exhausted()) };
            let item = iterate::next(thread, &inner)?;
            if !item.is_exhausted() {
                return Err(uneven(thread, number, "longer"));
            }
        }
        return Ok(Value::exhausted());
    }
    // Without iterables there is nothing to give.
    if items.is_empty() { Ok(Value::exhausted()) } else { Ok(tuple::new(thread, items)) }
}

fn uneven(thread: &mut Thread, number: usize, word: &str) -> Raised {
    let others = if number == 1 { "argument 1".to_owned() } else { format!("arguments 1-{number}") };
    thread.value_error(&format!("zip() argument {} is {word} than {others}", number + 1))
}

fn length_hint(thread: &mut Thread, iterator: &Value) -> Result {
    if let Some(range) = iterator.downcast::<RangeIteratorBody>() {
        return Ok(int::from_usize(thread, range.left.get() as usize));
    }
    if let Some(list) = iterator.downcast::<ListIteratorBody>() {
        let len = list.list.get().downcast::<ListBody>().map_or(0, |items| items.items(thread).len());
        return Ok(int::from_usize(thread, len.saturating_sub(list.index.get())));
    }
    if let Some(items) = iterator.downcast::<TupleIteratorBody>() {
        let len = tuple::items(&items.tuple.get()).map_or(0, <[Value]>::len);
        return Ok(int::from_usize(thread, len.saturating_sub(items.index.get())));
    }
    let hint = match step(thread, iterator) {
        Step::Indexed(value, index) => truth::len(thread, &value)?.saturating_sub(index),
        Step::Sequence(value, index) => truth::len(thread, &value)?.saturating_sub(index as usize),
        Step::Dict { dict, length, left, .. } => {
            if length == Some(dict.cast::<DictBody>().len(thread)) {
                left
            } else {
                0
            }
        }
        Step::Set { set, length, left, .. } => {
            if length == Some(truth::len(thread, &set)?) {
                left
            } else {
                0
            }
        }
        Step::LongRange { left, .. } => return Ok(left),
        Step::Reversed(value, index) => {
            let len = truth::len(thread, &value)? as i64;
            if index < len { (index + 1).max(0) as usize } else { 0 }
        }
        Step::Done => 0,
        Step::Callable(..) | Step::Enumerate(..) | Step::Zip(..) | Step::Map(..) | Step::Filter(..) => {
            return Err(thread.unsupported("__length_hint__ of this iterator"));
        }
    };
    Ok(int::from_usize(thread, hint))
}
