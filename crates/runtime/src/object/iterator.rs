//! Iterators of built-in types: their bodies. Those that engines step themselves have a kind of their own.

use crate::object::view::ViewKind;
use crate::value::{Body, Frozen, Guarded, Kind, Slot, Value};
use std::cell::Cell;

/// `list_iterator`.
#[repr(C)]
pub struct ListIteratorBody {
    /// The list; None after the end.
    pub list: Slot<Value>,
    /// The next index.
    pub index: Cell<usize>,
}

impl Body for ListIteratorBody {
    const KIND: Kind = Kind::ListIterator;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.list.get());
    }
}

impl Frozen for ListIteratorBody {}

/// `tuple_iterator`.
#[repr(C)]
pub struct TupleIteratorBody {
    /// The tuple; None after the end.
    pub tuple: Slot<Value>,
    /// The next index.
    pub index: Cell<usize>,
}

impl Body for TupleIteratorBody {
    const KIND: Kind = Kind::TupleIterator;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.tuple.get());
    }
}

impl Frozen for TupleIteratorBody {}

/// `range_iterator`: numbers that fit 64 bits, every intermediate one included.
#[repr(C)]
pub struct RangeIteratorBody {
    /// The next number.
    pub next: Cell<i64>,
    /// Difference.
    pub step: Cell<i64>,
    /// How many are left.
    pub left: Cell<u64>,
}

impl Body for RangeIteratorBody {
    const KIND: Kind = Kind::RangeIterator;
}

impl Frozen for RangeIteratorBody {}

/// The state of any other built-in iterator. Its Python type tells which it is.
#[allow(missing_docs)]
pub enum IteratorState {
    /// Nothing is left.
    Done,
    /// `str_iterator`, `bytes_iterator`: sequence and index.
    Indexed(Value, usize),
    /// `iterator`: any object with `__getitem__`, and the next index.
    Sequence(Value, i64),
    /// `callable_iterator`: function and sentinel.
    Callable(Value, Value),
    /// `dict_keyiterator` and its like: the dict, position of the next entry, length at the start (none once it was
    /// found changed), how many entries are expected, what to give.
    Dict { dict: Value, position: usize, length: Option<usize>, left: usize, view: ViewKind },
    /// `dict_reversekeyiterator` and its like; `position` counts down.
    ReversedDict { dict: Value, position: usize, length: Option<usize>, left: usize, view: ViewKind },
    /// `set_iterator`: the set, position, length at the start (none once it was found changed), how many are expected.
    Set { set: Value, position: usize, length: Option<usize>, left: usize },
    /// `longrange_iterator`: next number, step, how many are left.
    LongRange { next: Value, step: Value, left: Value },
    /// `reversed` over a sequence, `list_reverseiterator`: sequence and next index, below zero at the end.
    Reversed(Value, i64),
    /// `enumerate`: iterator and next index.
    Enumerate(Value, Value),
    /// `zip`: iterators, strict or not.
    Zip(Vec<Value>, bool),
    /// `map`: function and iterators.
    Map(Value, Vec<Value>),
    /// `filter`: function (or None) and iterator.
    Filter(Value, Value),
}

/// The body of the iterators that share one kind.
pub struct IteratorBody {
    /// Where it is.
    pub state: IteratorState,
}

impl Body for IteratorBody {
    const KIND: Kind = Kind::Iterator;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        match &self.state {
            IteratorState::Done => {}
            IteratorState::Indexed(value, _)
            | IteratorState::Sequence(value, _)
            | IteratorState::Dict { dict: value, .. }
            | IteratorState::ReversedDict { dict: value, .. }
            | IteratorState::Set { set: value, .. }
            | IteratorState::Reversed(value, _) => visit(value),
            IteratorState::Callable(first, second)
            | IteratorState::Enumerate(first, second)
            | IteratorState::Filter(first, second) => {
                visit(first);
                visit(second);
            }
            IteratorState::LongRange { next, step, left } => {
                visit(next);
                visit(step);
                visit(left);
            }
            IteratorState::Zip(iterators, _) => iterators.iter().for_each(visit),
            IteratorState::Map(function, iterators) => {
                visit(function);
                iterators.iter().for_each(visit);
            }
        }
    }
}

impl Guarded for IteratorBody {}
