//! Words and values: how every Python object is represented.
//!
//! # The word
//!
//! | low bits | meaning |
//! | --- | --- |
//! | `...1` | int of 63 bits: `(n << 1) \| 1` |
//! | `..10` | an immortal singleton: None, False, True, Ellipsis, NotImplemented, and the reserved EXHAUSTED |
//! | `..00` | pointer to a counted [`Object`]; all zero is *unbound* in a slot and *raised* in a returned word |
//!
//! The singletons are immediates: no count to keep, compared with a small constant, the same in every interpreter.

use crate::heap;
use crate::object::code::CodeBody;
use crate::object::kinds::KINDS;
use crate::object::types::TypeBody;
use crate::thread::Thread;
use std::cell::{Cell, UnsafeCell};
use std::fmt;
use std::marker::PhantomData;
use std::num::NonZeroU64;
use std::ops::Deref;

pub use crate::object::kinds::Kind;

/// A plain copy of a value's bits, for the engines: taking and releasing counts is explicit.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
pub struct Word(pub u64);

/// An owned value: `Clone` counts up, `Drop` counts down. Never zero, never sent to another thread.
#[repr(transparent)]
pub struct Value(NonZeroU64, PhantomData<*mut ()>);

/// Says that the thread state holds a raised exception.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Raised;

const _: () = assert!(size_of::<Result<Value, Raised>>() == 8);
const _: () = assert!(size_of::<Option<Value>>() == 8);
const _: () = assert!(size_of::<Header>() == 16);

/// The least int that is tagged.
pub const TAGGED_MIN: i64 = -(1 << 62);
/// The greatest int that is tagged.
pub const TAGGED_MAX: i64 = (1 << 62) - 1;

#[allow(missing_docs)]
impl Word {
    /// Unbound in a slot, raised in a returned word.
    pub const UNBOUND: Word = Word(0);
    pub const NONE: Word = Word(0x02);
    pub const FALSE: Word = Word(0x06);
    pub const TRUE: Word = Word(0x0A);
    pub const ELLIPSIS: Word = Word(0x0E);
    pub const NOT_IMPLEMENTED: Word = Word(0x12);
    /// What `next` gives at the end; never seen by a program.
    pub const EXHAUSTED: Word = Word(0x16);

    /// The int, which must be within [`TAGGED_MIN`] and [`TAGGED_MAX`].
    #[inline]
    pub const fn int(value: i64) -> Word {
        Word(((value as u64) << 1) | 1)
    }

    #[inline]
    pub const fn bool(value: bool) -> Word {
        if value { Word::TRUE } else { Word::FALSE }
    }

    #[inline]
    pub const fn is_int(self) -> bool {
        self.0 & 1 != 0
    }

    /// The value of a tagged int.
    #[inline]
    pub const fn as_int(self) -> i64 {
        (self.0 as i64) >> 1
    }

    /// Whether this points to a counted object; zero does not.
    #[inline]
    pub const fn is_object(self) -> bool {
        self.0 & 3 == 0 && self.0 != 0
    }

    #[inline]
    pub const fn is_unbound(self) -> bool {
        self.0 == 0
    }

    /// The header behind an object word.
    #[inline]
    pub fn header(self) -> *mut Header {
        debug_assert!(self.is_object());
        self.0 as *mut Header
    }

    /// Counts up, if this is an object.
    ///
    /// # Safety
    /// An object word must point to a live object.
    #[inline(always)]
    pub unsafe fn retain(self) -> Word {
        if self.is_object() {
            // SAFETY: the caller promises that the object lives.
            unsafe { (*self.header()).retain() };
        }
        self
    }

    /// Counts down, if this is an object, and frees or queues it at zero. Runs no Python: look at
    /// [`Thread::has_pending`] afterwards.
    ///
    /// # Safety
    /// The caller owns one count of it.
    #[inline(always)]
    pub unsafe fn release(self) {
        if self.is_object() {
            // SAFETY: the caller owns a count, so the object lives until it is given back here.
            unsafe { heap::release(self.header()) };
        }
    }

    /// As [`Word::release`], for an object word; true when that was the last count.
    ///
    /// # Safety
    /// The word is an object, and the caller owns one count of it.
    #[inline(always)]
    pub unsafe fn release_last(self) -> bool {
        // SAFETY: the caller owns a count, so the object lives.
        let last = unsafe { (*self.header()).is_unique() };
        // SAFETY: the caller gives the count back here.
        unsafe { heap::release(self.header()) };
        last
    }

    /// Takes over the count that this word stands for.
    ///
    /// # Safety
    /// The word is not zero, and the caller owns one count of it, which passes to the result.
    #[inline(always)]
    pub unsafe fn into_value(self) -> Value {
        debug_assert!(self.0 != 0);
        // SAFETY: the caller promises that the word is not zero.
        Value(unsafe { NonZeroU64::new_unchecked(self.0) }, PhantomData)
    }

    /// Looks at the word as a value without counting.
    ///
    /// # Safety
    /// The word is not zero, and what keeps it alive outlives the result.
    #[inline(always)]
    pub unsafe fn as_value(&self) -> &Value {
        debug_assert!(self.0 != 0);
        // SAFETY: both types are one transparent word, and the word is not zero.
        unsafe { &*std::ptr::from_ref(self).cast::<Value>() }
    }

    /// `result` as one word: zero when raised.
    #[inline(always)]
    pub fn from_result(result: Result<Value, Raised>) -> Word {
        match result {
            Ok(value) => value.into_word(),
            Err(Raised) => Word::UNBOUND,
        }
    }
}

impl fmt::Debug for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Word::UNBOUND => f.write_str("unbound"),
            Word::NONE => f.write_str("None"),
            Word::FALSE => f.write_str("False"),
            Word::TRUE => f.write_str("True"),
            Word::ELLIPSIS => f.write_str("Ellipsis"),
            Word::NOT_IMPLEMENTED => f.write_str("NotImplemented"),
            Word::EXHAUSTED => f.write_str("exhausted"),
            word if word.is_int() => write!(f, "{}", word.as_int()),
            word => write!(f, "object@{:#x}", word.0),
        }
    }
}

macro_rules! singletons {
    ($($constant:ident, $make:ident, $test:ident;)*) => {
        #[allow(missing_docs)]
        impl Value {
            $(
                #[inline]
                pub const fn $make() -> Value {
                    // A singleton has no count to take.
                    match NonZeroU64::new(Word::$constant.0) {
                        Some(bits) => Value(bits, PhantomData),
                        None => unreachable!(),
                    }
                }

                #[inline]
                pub fn $test(&self) -> bool {
                    self.0.get() == Word::$constant.0
                }
            )*
        }
    };
}

singletons! {
    NONE, none, is_none;
    FALSE, false_, is_false;
    TRUE, true_, is_true;
    ELLIPSIS, ellipsis, is_ellipsis;
    NOT_IMPLEMENTED, not_implemented, is_not_implemented;
    EXHAUSTED, exhausted, is_exhausted;
}

impl Value {
    /// A tagged int, when it fits 63 bits; otherwise see [`crate::object::int::from_i64`].
    #[inline]
    pub fn small_int(value: i64) -> Value {
        debug_assert!((TAGGED_MIN..=TAGGED_MAX).contains(&value));
        // SAFETY: a tagged int has its low bit set and no count.
        unsafe { Word::int(value).into_value() }
    }

    /// `True` or `False`.
    #[inline]
    pub fn bool(value: bool) -> Value {
        if value { Value::true_() } else { Value::false_() }
    }

    /// The bits, without counting.
    #[inline(always)]
    pub fn word(&self) -> Word {
        Word(self.0.get())
    }

    /// The bits together with the count.
    #[inline(always)]
    pub fn into_word(self) -> Word {
        let word = self.word();
        std::mem::forget(self);
        word
    }

    /// The value of a tagged int.
    #[inline]
    pub fn as_small_int(&self) -> Option<i64> {
        self.word().is_int().then(|| self.word().as_int())
    }

    /// Whether this is a tagged int (never a bool).
    #[inline]
    pub fn is_small_int(&self) -> bool {
        self.word().is_int()
    }

    /// Whether this is `True` or `False`.
    #[inline]
    pub fn is_bool(&self) -> bool {
        self.is_true() || self.is_false()
    }

    /// Python's `is`.
    #[inline]
    pub fn is(&self, other: &Value) -> bool {
        self.0 == other.0
    }

    /// `id()`.
    #[inline]
    pub fn id(&self) -> u64 {
        self.0.get()
    }

    /// The header, when this is a counted object.
    #[inline]
    pub fn header(&self) -> Option<&Header> {
        let word = self.word();
        // SAFETY: the value owns a count, so the object lives as long as the borrow.
        word.is_object().then(|| unsafe { &*word.header() })
    }

    /// The layout of the object behind this value, when it is a counted object.
    #[inline]
    pub fn kind(&self) -> Option<Kind> {
        self.header().map(|header| header.kind)
    }

    /// Whether the body is a `T`, subclasses included.
    #[inline]
    pub fn is_a<T: Body>(&self) -> bool {
        self.header().is_some_and(|header| header.kind == T::KIND)
    }

    /// Whether the body is a `T` and the type is the built-in type itself, no subclass.
    #[inline]
    pub fn is_exact<T: Body>(&self) -> bool {
        self.header().is_some_and(|header| header.kind == T::KIND && header.exact)
    }

    /// The object, when its body is a `T`, subclasses included.
    #[inline]
    pub fn downcast<T: Body>(&self) -> Option<&Object<T>> {
        if self.is_a::<T>() {
            // SAFETY: the kind in the header names the body's type, and the value keeps the object alive.
            Some(unsafe { &*self.word().header().cast::<Object<T>>() })
        } else {
            None
        }
    }

    /// The object, when its body is a `T` and its type no subclass.
    #[inline]
    pub fn exact<T: Body>(&self) -> Option<&Object<T>> {
        if self.is_exact::<T>() { self.downcast::<T>() } else { None }
    }

    /// The object, which must have a body of type `T`.
    ///
    /// # Panics
    /// When it has another: our bug.
    #[inline]
    #[track_caller]
    pub fn cast<T: Body>(&self) -> &Object<T> {
        self.downcast::<T>().expect("the kind was established before")
    }

    /// The body, when nobody else holds this object: it may then be changed in place, immutable or not.
    pub fn unique_mut<T: Body>(&mut self) -> Option<&mut T> {
        let object = self.exact::<T>()?;
        if object.header.count.get() != 1 {
            return None;
        }
        // SAFETY: the only count is ours, and we hold it by `&mut`.
        Some(unsafe { &mut *object.body.get() })
    }

    /// How many counts the object has; a made-up large number for immediates.
    pub fn count(&self) -> u32 {
        self.header().map_or(1 << 30, |header| header.count.get())
    }
}

impl Slot<Value> {
    /// The bits of what it holds, without counting.
    #[inline(always)]
    pub fn word(&self) -> Word {
        // SAFETY: the borrow ends here and runs nothing.
        unsafe { (*self.0.get()).word() }
    }
}

impl Slot<Ref<CodeBody>> {
    /// The code object, borrowed for as long as nothing runs that could assign `__code__`.
    #[inline]
    pub(crate) fn with_code(&self) -> &Object<CodeBody> {
        // SAFETY: callers use the borrow at once and run nothing meanwhile.
        unsafe { &*self.0.get() }
    }
}

impl Clone for Value {
    #[inline(always)]
    fn clone(&self) -> Value {
        // SAFETY: the value owns a count, so an object lives; the new count belongs to the result.
        unsafe { self.word().retain().into_value() }
    }
}

impl Drop for Value {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: the value owns the count that it gives back here.
        unsafe { self.word().release() }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.word().fmt(f)
    }
}

/// The first two words of every object.
#[repr(C)]
pub struct Header {
    pub(crate) count: Cell<u32>,
    pub(crate) kind: Kind,
    /// The type is the built-in one of this kind, no subclass.
    pub(crate) exact: bool,
    pub(crate) flags: Cell<u16>,
    /// Counted only when not `exact`.
    pub(crate) ty: Cell<*const Object<TypeBody>>,
}

/// Bits of a header's flags.
#[allow(missing_docs)]
pub mod header_flags {
    /// `__del__` (or a generator's close) has run or is queued.
    pub const FINALIZED: u16 = 1;
    /// Reached in the collection that is under way.
    pub const MARKED: u16 = 2;
    /// A str that the interpreter's table of interned strings holds.
    pub const INTERNED: u16 = 4;
    /// `repr` of this object is under way.
    pub const IN_REPR: u16 = 8;
    /// Weak references to this object exist.
    pub const WEAKLY_REFERENCED: u16 = 16;
    /// The finalizer must be asked before the object dies: its type has `__del__`.
    pub const FINALIZABLE: u16 = 32;
}

impl Header {
    /// Counts up.
    #[inline(always)]
    pub fn retain(&self) {
        self.count.set(self.count.get() + 1);
    }

    /// Whether nobody else holds the object.
    #[inline(always)]
    pub fn is_unique(&self) -> bool {
        self.count.get() == 1
    }

    /// The layout of the body.
    #[inline]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Whether the type is the built-in one of this kind.
    #[inline]
    pub fn is_exact(&self) -> bool {
        self.exact
    }

    pub(crate) fn has_flag(&self, flag: u16) -> bool {
        self.flags.get() & flag != 0
    }

    pub(crate) fn set_flag(&self, flag: u16) {
        self.flags.set(self.flags.get() | flag);
    }

    pub(crate) fn clear_flag(&self, flag: u16) {
        self.flags.set(self.flags.get() & !flag);
    }

    /// The object's type.
    #[inline]
    pub fn ty(&self) -> &Object<TypeBody> {
        // SAFETY: built-in types live as long as the interpreter, and instances count their class.
        unsafe { &*self.ty.get() }
    }

    /// Makes `ty` the object's type (`__class__ = ...`); both have the same layout.
    pub(crate) fn set_type(&self, ty: &Object<TypeBody>) {
        debug_assert!(!self.exact);
        ty.header.retain();
        let old = self.ty.replace(ty);
        // SAFETY: an object that is not exact owned a count of its class.
        unsafe { heap::release(old.cast_mut().cast()) };
    }
}

/// The part of an object behind its header.
pub trait Body: Sized + 'static {
    /// The kind that stands for this type, and for no other.
    const KIND: Kind;

    /// Calls `visit` with each value that the body owns. The cycle collector needs all of them.
    fn traverse(&self, _visit: &mut dyn FnMut(&Value)) {}

    /// Whether the object must be kept for [`crate::ops::finalize`] when its last count goes: it may run Python then.
    fn needs_finalizer(&self) -> bool {
        false
    }
}

/// A body that is only changed through interior cells, or while [`Value::unique_mut`] proves that nobody else looks.
pub trait Frozen: Body {}

/// A body that is borrowed through the thread token.
pub trait Guarded: Body {}

/// A changeable field of a [`Frozen`] body: values are cloned out and moved in, never borrowed.
#[repr(transparent)]
pub struct Slot<V>(UnsafeCell<V>);

impl<V: Clone> Slot<V> {
    /// A slot that holds `value`.
    pub const fn new(value: V) -> Slot<V> {
        Slot(UnsafeCell::new(value))
    }

    /// What it holds. (`V` is a handle or a list of handles: cloning counts up and calls nothing.)
    #[inline]
    pub fn get(&self) -> V {
        // SAFETY: the borrow ends with the clone, which runs nothing that could come back here.
        unsafe { (*self.0.get()).clone() }
    }

    /// Stores, and gives what was there, to be dropped after the store.
    #[inline]
    pub fn set(&self, value: V) -> V {
        // SAFETY: no borrow of the content outlives a method of this type.
        unsafe { std::ptr::replace(self.0.get(), value) }
    }

    /// Shows what it holds to `look`, which must not come back to this slot.
    pub(crate) fn with<T>(&self, look: impl FnOnce(&V) -> T) -> T {
        let value = self.get();
        look(&value)
    }
}

/// A counted object: header and body.
#[repr(C)]
pub struct Object<T> {
    pub(crate) header: Header,
    pub(crate) body: UnsafeCell<T>,
}

impl<T: Guarded> Object<T> {
    /// The body, for as long as no Python can run.
    #[inline(always)]
    pub fn body<'t>(&'t self, _: &'t Thread) -> &'t T {
        // SAFETY: a `&mut` to a body needs `&mut Thread`, which cannot exist beside our `&Thread`.
        unsafe { &*self.body.get() }
    }

    /// The body, to be changed; no Python can run meanwhile.
    #[inline(always)]
    pub fn body_mut<'t>(&'t self, _: &'t mut Thread) -> &'t mut T {
        // SAFETY: every other borrow of a body holds the thread, shared or not, and ours is exclusive.
        unsafe { &mut *self.body.get() }
    }
}

impl<T: Body> Object<T> {
    /// The header.
    #[inline]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The object as a value of its own.
    #[inline]
    pub fn to_value(&self) -> Value {
        self.header.retain();
        // SAFETY: the count was just taken, and an object's address is not zero.
        unsafe { Word(std::ptr::from_ref(self) as u64).into_value() }
    }

    /// The object as a typed handle of its own.
    #[inline]
    pub fn to_ref(&self) -> Ref<T> {
        Ref(self.to_value(), PhantomData)
    }

    /// Whether both are the same object.
    #[inline]
    pub fn same(&self, other: &Object<T>) -> bool {
        std::ptr::eq(self, other)
    }

    /// The address, as a value's bits have it.
    #[inline]
    pub fn word(&self) -> Word {
        Word(std::ptr::from_ref(self) as u64)
    }
}

impl<T: Frozen> Deref for Object<T> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: a frozen body is changed through cells, or while nobody else holds the object.
        unsafe { &*self.body.get() }
    }
}

/// An owned value whose body is known to be a `T`.
#[repr(transparent)]
pub struct Ref<T>(Value, PhantomData<*const T>);

impl<T: Body> Ref<T> {
    /// The value as a typed handle.
    ///
    /// # Errors
    /// The value itself, when its body is no `T`.
    pub fn new(value: Value) -> Result<Ref<T>, Value> {
        if value.is_a::<T>() { Ok(Ref(value, PhantomData)) } else { Err(value) }
    }

    /// The untyped value.
    #[inline]
    pub fn value(&self) -> &Value {
        &self.0
    }

    /// The untyped value.
    #[inline]
    pub fn into_value(self) -> Value {
        self.0
    }
}

impl<T> Clone for Ref<T> {
    fn clone(&self) -> Self {
        Ref(self.0.clone(), PhantomData)
    }
}

impl<T: Body> Deref for Ref<T> {
    type Target = Object<T>;

    #[inline(always)]
    fn deref(&self) -> &Object<T> {
        // SAFETY: `new` checked the kind, and the value keeps the object alive.
        unsafe { &*self.0.word().header().cast::<Object<T>>() }
    }
}

/// Calls a function with each value that the object owns.
type TraverseFn = unsafe fn(*mut Header, &mut dyn FnMut(&Value));

/// What the heap must know of one kind of body.
pub struct KindInfo {
    /// For messages of ours.
    pub name: &'static str,
    /// Size of header and body, in bytes.
    pub size: usize,
    pub(crate) drop_body: unsafe fn(*mut Header),
    pub(crate) traverse: TraverseFn,
    pub(crate) needs_finalizer: unsafe fn(*mut Header) -> bool,
}

impl KindInfo {
    /// The row of `T`.
    pub const fn of<T: Body>(name: &'static str) -> KindInfo {
        KindInfo {
            name,
            size: size_of::<Object<T>>(),
            drop_body: drop_body::<T>,
            traverse: traverse::<T>,
            needs_finalizer: needs_finalizer::<T>,
        }
    }
}

impl Kind {
    /// The row of this kind.
    #[inline]
    pub fn info(self) -> &'static KindInfo {
        &KINDS[self as usize]
    }
}

unsafe fn drop_body<T: Body>(object: *mut Header) {
    // SAFETY: the heap calls this once, for a dead object of this kind.
    unsafe { std::ptr::drop_in_place(UnsafeCell::raw_get(&raw const (*object.cast::<Object<T>>()).body)) }
}

unsafe fn traverse<T: Body>(object: *mut Header, visit: &mut dyn FnMut(&Value)) {
    // SAFETY: the heap calls this for a live object of this kind while nobody has a body borrowed.
    unsafe { (*(*object.cast::<Object<T>>()).body.get()).traverse(visit) }
}

unsafe fn needs_finalizer<T: Body>(object: *mut Header) -> bool {
    // SAFETY: the heap calls this for an object of this kind that nobody holds any more.
    unsafe { (*(*object.cast::<Object<T>>()).body.get()).needs_finalizer() }
}

impl Object<TypeBody> {
    /// The direct subclasses that live.
    pub fn live_subclasses(&self) -> Vec<Ref<TypeBody>> {
        // SAFETY: a class takes itself out of its bases' lists when it dies, so every address is a live type.
        self.subclasses.borrow().iter().map(|&ty| unsafe { &*ty }.to_ref()).collect()
    }
}

impl Drop for TypeBody {
    fn drop(&mut self) {
        for base in self.bases.borrow().iter() {
            let own = std::ptr::from_ref(self);
            base.subclasses.borrow_mut().retain(|&ty| {
                // SAFETY: only the address is computed; the type itself is still there while its body drops.
                let body: *const TypeBody = unsafe { UnsafeCell::raw_get(&raw const (*ty).body) };
                body != own
            });
        }
    }
}
