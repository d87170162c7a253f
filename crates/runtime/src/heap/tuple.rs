//! Tuples: items behind one pointer, short ones in the cell itself.

use super::{Heap, LARGEST_CELL};
use crate::object::types::TypeBody;
use crate::value::{Body, Frozen, Header, Kind, Object, Value, Word};
use std::cell::{Cell, UnsafeCell};
use std::marker::PhantomData;
use std::ptr;

/// Most items that stand in the cell.
pub const INLINE_ITEMS: usize = (LARGEST_CELL - size_of::<Object<TupleBody>>()) / 8;

/// The body of a tuple.
#[repr(C)]
pub struct TupleBody {
    pub(crate) items: *mut Value,
    pub(crate) len: usize,
    inline: bool,
    owned: PhantomData<Value>,
}

impl Body for TupleBody {
    const KIND: Kind = Kind::Tuple;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.items().iter().for_each(visit);
    }
}

impl Frozen for TupleBody {}

impl TupleBody {
    /// The items.
    #[inline(always)]
    pub fn items(&self) -> &[Value] {
        // SAFETY: `items` points to `len` values that this body owns, in its cell or in a buffer.
        unsafe { std::slice::from_raw_parts(self.items, self.len) }
    }

    /// The items, while nobody else holds the tuple (see [`Value::unique_mut`]).
    pub fn items_mut(&mut self) -> &mut [Value] {
        // SAFETY: as in `items`, and we are borrowed exclusively.
        unsafe { std::slice::from_raw_parts_mut(self.items, self.len) }
    }

    /// A body with its items in a buffer of their own, for subclasses of tuple.
    pub fn boxed(items: Vec<Value>) -> TupleBody {
        let len = items.len();
        let items = Box::into_raw(items.into_boxed_slice()).cast::<Value>();
        TupleBody { items, len, inline: false, owned: PhantomData }
    }
}

impl Drop for TupleBody {
    fn drop(&mut self) {
        if self.inline {
            // CPython lets the last item go first.
            for index in (0..self.len).rev() {
                // SAFETY: the item is owned and dropped once.
                unsafe { ptr::drop_in_place(self.items.add(index)) };
            }
        } else {
            // SAFETY: the buffer came from a boxed slice of this length.
            let items = unsafe { Box::from_raw(ptr::slice_from_raw_parts_mut(self.items, self.len)) };
            let mut items = items.into_vec();
            while let Some(item) = items.pop() {
                drop(item);
            }
        }
    }
}

impl Heap {
    /// A new tuple of `len` items that `fill` gives in order.
    #[inline]
    pub fn alloc_tuple(&self, ty: &Object<TypeBody>, items: impl ExactSizeIterator<Item = Value>) -> Value {
        let len = items.len();
        if len > INLINE_ITEMS {
            return self.alloc(ty, TupleBody::boxed(items.collect()));
        }
        debug_assert!(ty.is_builtin());
        let cell = self.cell(size_of::<Object<TupleBody>>() + 8 * len).cast::<Object<TupleBody>>();
        // SAFETY: the cell has room for the object and `len` words behind it. Until the header is written its count
        // is whatever a free cell has there, zero; `items` cannot take a free cell that was already handed out.
        unsafe {
            let storage = cell.add(1).cast::<Value>();
            let mut filled = 0;
            for item in items {
                assert!(filled < len, "an exact iterator gives what it promised");
                storage.add(filled).write(item);
                filled += 1;
            }
            assert!(filled == len, "an exact iterator gives what it promised");
            cell.write(Object {
                header: Header {
                    count: Cell::new(1),
                    kind: Kind::Tuple,
                    exact: true,
                    flags: Cell::new(0),
                    ty: Cell::new(ptr::from_ref(ty)),
                },
                body: UnsafeCell::new(TupleBody { items: storage, len, inline: true, owned: PhantomData }),
            });
            Word(cell as u64).into_value()
        }
    }
}
