//! Instances of Python classes: a shape and the slots that it names, in the cell itself.

use super::{Heap, LARGEST_CELL};
use crate::object::shape::ShapeId;
use crate::object::types::TypeBody;
use crate::thread::Thread;
use crate::value::{Body, Guarded, Header, Kind, Object, Ref, Value, Word};
use std::cell::{Cell, UnsafeCell};
use std::ptr;

/// Most slots that stand in an instance's cell; further attributes put it into dictionary mode.
pub const MOST_SLOTS: usize = (LARGEST_CELL - size_of::<Object<InstanceBody>>()) / 8;

/// The fixed part of an instance; `capacity` slot words follow it in the cell.
///
/// Slot *i* belongs to the *i*-th name of the shape, in order of insertion. With shape
/// [`ShapeId::DICTIONARY`] the slots are unbound and `dict` holds the attributes.
#[repr(C)]
pub struct InstanceBody {
    pub(crate) shape: ShapeId,
    pub(crate) capacity: u32,
    pub(crate) dict: Option<Value>,
}

impl Body for InstanceBody {
    const KIND: Kind = Kind::Instance;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.slots().iter().flatten().for_each(&mut *visit);
        self.dict.iter().for_each(visit);
    }
}

impl Guarded for InstanceBody {}

impl InstanceBody {
    /// The shape.
    #[inline]
    pub fn shape(&self) -> ShapeId {
        self.shape
    }

    /// Every slot that the cell has, used or not.
    #[inline]
    pub fn slots(&self) -> &[Option<Value>] {
        let first = ptr::from_ref(self).cast::<u8>();
        // SAFETY: an instance body only exists in a cell with `capacity` initialised words behind it, and a null
        // word is `None`.
        unsafe {
            std::slice::from_raw_parts(
                first.add(size_of::<InstanceBody>()).cast::<Option<Value>>(),
                self.capacity as usize,
            )
        }
    }

    /// Every slot that the cell has, used or not.
    #[inline]
    pub fn slots_mut(&mut self) -> &mut [Option<Value>] {
        let first = ptr::from_mut(self).cast::<u8>();
        // SAFETY: as in `slots`, and we are borrowed exclusively.
        unsafe {
            std::slice::from_raw_parts_mut(
                first.add(size_of::<InstanceBody>()).cast::<Option<Value>>(),
                self.capacity as usize,
            )
        }
    }
}

impl Drop for InstanceBody {
    fn drop(&mut self) {
        for slot in self.slots_mut() {
            drop(slot.take());
        }
    }
}

impl Heap {
    /// A new instance of a Python class, or of `object`, with room for `capacity` attributes.
    pub fn alloc_instance(&self, ty: &Object<TypeBody>, shape: ShapeId, capacity: usize) -> Value {
        let capacity = capacity.min(MOST_SLOTS);
        let cell = self.cell(size_of::<Object<InstanceBody>>() + 8 * capacity).cast::<Object<InstanceBody>>();
        let exact = ty.is_builtin();
        if !exact {
            ty.header.retain();
            if ty.has_finalizer() {
                self.note_creation(cell as usize);
            }
        }
        let header = Header {
            count: Cell::new(1),
            kind: Kind::Instance,
            exact,
            flags: Cell::new(0),
            ty: Cell::new(ptr::from_ref(ty)),
        };
        // SAFETY: the cell is ours alone and has room for the object and `capacity` words behind it.
        unsafe {
            cell.write(Object {
                header,
                body: UnsafeCell::new(InstanceBody { shape, capacity: capacity as u32, dict: None }),
            });
            cell.add(1).cast::<Word>().write_bytes(0, capacity);
            Word(cell as u64).into_value()
        }
    }
}

impl Object<InstanceBody> {
    /// The value in a slot.
    #[inline]
    pub fn slot<'t>(&'t self, thread: &'t Thread, index: usize) -> Option<&'t Value> {
        self.body(thread).slots().get(index)?.as_ref()
    }

    /// Puts a value into a slot that the cell has; what it held comes back, to be dropped after the store.
    #[inline]
    pub fn set_slot(&self, thread: &mut Thread, index: usize, value: Option<Value>) -> Option<Value> {
        std::mem::replace(&mut self.body_mut(thread).slots_mut()[index], value)
    }
}

impl Object<InstanceBody> {
    /// Fills the next free slot and moves to the shape that names it; false when the cell has no such slot.
    ///
    /// # Safety
    /// `value` is live, and with `owned` its count passes to the slot. `shape` names slot `index`, which was not in use.
    #[inline]
    pub unsafe fn add_slot(&self, thread: &mut Thread, shape: ShapeId, index: usize, value: Word, owned: bool) -> bool {
        let body = self.body_mut(thread);
        if index >= body.capacity as usize {
            return false;
        }
        // SAFETY: the caller promises a live value.
        let word = if owned { value } else { unsafe { value.retain() } };
        // SAFETY: a live value is not zero, and its count is ours.
        body.slots_mut()[index] = Some(unsafe { word.into_value() });
        body.shape = shape;
        true
    }
}

impl Ref<InstanceBody> {
    /// How many slots the cell has.
    pub fn capacity(&self, thread: &Thread) -> usize {
        self.body(thread).capacity as usize
    }
}
