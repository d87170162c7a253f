//! Offsets of everything that native code touches: all that it knows of memory.

use crate::frame::FrameHeader;
use crate::heap::{HeapState, InstanceBody, TupleBody};
use crate::object::cell::CellBody;
use crate::object::code::{Cache, CodeBody};
use crate::object::dict::{DictBody, Entry};
use crate::object::float::FloatBody;
use crate::object::function::FunctionBody;
use crate::object::iterator::{ListIteratorBody, RangeIteratorBody, TupleIteratorBody};
use crate::object::list::ListBody;
use crate::object::module::ModuleBody;
use crate::object::types::TypeBody;
use crate::thread::Thread;
use crate::value::{Body, Header, Kind, Object, Value};
use std::mem::offset_of;

/// Native code of a function: runs the current frame, whose record is the second argument, until it returns (a word), yields (a
/// word, with the frame's flag `SUSPENDED`) or raises (zero).
pub type CodeEntry = unsafe extern "sysv64" fn(*mut Thread, *mut FrameHeader) -> u64;

/// Where the body begins.
pub const BODY: usize = size_of::<Header>();

/// Fields of the header.
#[allow(missing_docs)]
pub mod header {
    use super::*;
    pub const COUNT: usize = offset_of!(Header, count);
    pub const KIND: usize = offset_of!(Header, kind);
    /// The byte behind [`KIND`]: compare both as one 16-bit number with [`exact_kind`].
    pub const EXACT: usize = offset_of!(Header, exact);
    pub const TYPE: usize = offset_of!(Header, ty);
    const _: () = assert!(EXACT == KIND + 1);

    /// What the 16 bits at [`KIND`] are for an object whose type is the built-in one of this kind.
    pub const fn exact_kind(kind: Kind) -> u16 {
        kind as u16 | 0x100
    }
}

/// Fields of the thread.
#[allow(missing_docs)]
pub mod thread {
    use super::*;
    pub const CURRENT_FRAME: usize = offset_of!(Thread, current_frame);
    pub const NEXT_RECORD: usize = offset_of!(Thread, next_record);
    pub const REGISTER_LIMIT: usize = offset_of!(Thread, register_limit);
    pub const RECORD_LIMIT: usize = offset_of!(Thread, record_limit);
    pub const RECURSION_LEFT: usize = offset_of!(Thread, recursion_left);
    pub const TRACING: usize = offset_of!(Thread, tracing);
    /// Address of the 32-bit poll word.
    pub const POLL: usize = offset_of!(Thread, poll);
    /// Address of the heap's state.
    pub const HEAP: usize = offset_of!(Thread, heap_state);
    pub const RAISED: usize = offset_of!(Thread, raised);
}

/// Fields of the heap's state.
#[allow(missing_docs)]
pub mod heap {
    use super::*;
    /// 32-bit number of objects that wait for their finalizer.
    pub const PENDING: usize = offset_of!(HeapState, pending_count);

    /// Head of the free list for objects with a body of `T`: a cell there has its successor at [`FREE_NEXT`].
    pub const fn free_list<T: Body>() -> usize {
        offset_of!(HeapState, free) + size_of::<Object<T>>().div_ceil(8) * 8
    }
    pub const FREE_NEXT: usize = 8;
}

/// Fields of a frame's record.
#[allow(missing_docs)]
pub mod frame {
    use super::*;
    pub const SIZE: usize = size_of::<FrameHeader>();
    pub const REGISTERS: usize = offset_of!(FrameHeader, registers);
    pub const CODE: usize = offset_of!(FrameHeader, code);
    pub const PREVIOUS: usize = offset_of!(FrameHeader, previous);
    pub const PC: usize = offset_of!(FrameHeader, pc);
    pub const FLAGS: usize = offset_of!(FrameHeader, flags);
    pub const RETURN_REGISTER: usize = offset_of!(FrameHeader, return_register);
    pub const DEPTH: usize = offset_of!(FrameHeader, depth);
    pub const FUNCTION: usize = offset_of!(FrameHeader, function);
    pub const GLOBALS: usize = offset_of!(FrameHeader, globals);
    pub const BUILTINS: usize = offset_of!(FrameHeader, builtins);
    pub const LOCALS: usize = offset_of!(FrameHeader, locals);
    pub const FRAME_OBJECT: usize = offset_of!(FrameHeader, frame_object);
    pub const GENERATOR: usize = offset_of!(FrameHeader, generator);
    pub const REPORTED_UNIT: usize = offset_of!(FrameHeader, reported_unit);
    pub const TRACED_LINE: usize = offset_of!(FrameHeader, traced_line);
    pub const STACK_TOP: usize = offset_of!(FrameHeader, stack_top);
}

/// Fields of bodies, counted from the start of the object.
#[allow(missing_docs)]
pub mod body {
    use super::*;
    pub const FLOAT: usize = BODY + offset_of!(FloatBody, 0);
    pub const TUPLE_ITEMS: usize = BODY + offset_of!(TupleBody, items);
    pub const TUPLE_LEN: usize = BODY + offset_of!(TupleBody, len);
    pub const CELL_CONTENTS: usize = BODY + offset_of!(CellBody, contents);
    pub const INSTANCE_SHAPE: usize = BODY + offset_of!(InstanceBody, shape);
    pub const INSTANCE_CAPACITY: usize = BODY + offset_of!(InstanceBody, capacity);
    pub const INSTANCE_SLOTS: usize = BODY + size_of::<InstanceBody>();
    pub const RANGE_NEXT: usize = BODY + offset_of!(RangeIteratorBody, next);
    pub const RANGE_STEP: usize = BODY + offset_of!(RangeIteratorBody, step);
    pub const RANGE_LEFT: usize = BODY + offset_of!(RangeIteratorBody, left);
    pub const LIST_ITERATOR_LIST: usize = BODY + offset_of!(ListIteratorBody, list);
    pub const LIST_ITERATOR_INDEX: usize = BODY + offset_of!(ListIteratorBody, index);
    pub const TUPLE_ITERATOR_TUPLE: usize = BODY + offset_of!(TupleIteratorBody, tuple);
    pub const TUPLE_ITERATOR_INDEX: usize = BODY + offset_of!(TupleIteratorBody, index);
    pub const TYPE_VERSION: usize = BODY + offset_of!(TypeBody, version);
    pub const MODULE_DICT: usize = BODY + offset_of!(ModuleBody, dict);
    /// Holds the code object.
    pub const FUNCTION_CODE: usize = BODY + offset_of!(FunctionBody, code);
    pub const FUNCTION_VERSION: usize = BODY + offset_of!(FunctionBody, version);
    pub const FUNCTION_GLOBALS: usize = BODY + offset_of!(FunctionBody, globals);
    pub const FUNCTION_BUILTINS: usize = BODY + offset_of!(FunctionBody, builtins);
    pub const FUNCTION_CLOSURE: usize = BODY + offset_of!(FunctionBody, closure);
    pub const DICT_KEYS_VERSION: usize = BODY + offset_of!(DictBody, keys_version);
    pub const CODE_ENTRY: usize = BODY + offset_of!(CodeBody, entry);
    pub const CODE_NLOCALSPLUS: usize = BODY + offset_of!(CodeBody, nlocalsplus);
    pub const CODE_REGISTERS: usize = BODY + offset_of!(CodeBody, registers);
    pub const CODE_ARGCOUNT: usize = BODY + offset_of!(CodeBody, argcount);
    pub const CODE_SIMPLE: usize = BODY + offset_of!(CodeBody, simple);
}

/// Fields of an inline cache.
#[allow(missing_docs)]
pub mod cache {
    use super::*;
    pub const SIZE: usize = size_of::<Cache>();
    pub const GUARD: usize = offset_of!(Cache, guard);
    pub const GUARD2: usize = offset_of!(Cache, guard2);
    pub const PAYLOAD: usize = offset_of!(Cache, payload);
}

/// Fields of a dict's entry.
#[allow(missing_docs)]
pub mod entry {
    use super::*;
    pub const SIZE: usize = size_of::<Entry>();
    pub const VALUE: usize = offset_of!(Entry, value);
}

/// Where a `Vec` keeps its parts, found out by looking at one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct VecLayout {
    /// Offset of the pointer to the items.
    pub items: usize,
    /// Offset of the length.
    pub len: usize,
    /// Offset of the capacity.
    pub capacity: usize,
}

/// Where a `Vec<T>` keeps its parts.
pub fn vec_layout<T>() -> VecLayout {
    const { assert!(size_of::<Vec<T>>() == 24 && size_of::<T>() != 0) };
    let probe: Vec<T> = Vec::with_capacity(5);
    let address = probe.as_ptr() as usize;
    let capacity = probe.capacity();
    // SAFETY: a Vec is three initialised words.
    let words = unsafe { std::ptr::from_ref(&probe).cast::<[usize; 3]>().read() };
    let find = |value: usize| words.iter().position(|&word| word == value).expect("a Vec has this part") * 8;
    VecLayout { items: find(address), len: find(0), capacity: find(capacity) }
}

/// Offset of a list's items pointer and length from the start of the object.
pub fn list_layout() -> VecLayout {
    let offset = BODY + offset_of!(ListBody, items);
    let part = vec_layout::<Value>();
    VecLayout { items: part.items + offset, len: part.len + offset, capacity: part.capacity + offset }
}

/// Offset of a dict's entries pointer and length from the start of the object.
pub fn dict_entries_layout() -> VecLayout {
    let offset = BODY + offset_of!(DictBody, entries);
    let part = vec_layout::<Entry>();
    VecLayout { items: part.items + offset, len: part.len + offset, capacity: part.capacity + offset }
}
