//! int: tagged words, and bodies for what does not fit 63 bits or belongs to a subclass.

use crate::thread::Thread;
use crate::value::{Body, Frozen, Kind, TAGGED_MAX, TAGGED_MIN, Value};
use hognose_primitives::IBig;

/// The body of an int that is not tagged. Results are always normalised: an exact int of this kind needs 64 bits or
/// more; an instance of a subclass (and, in exact-identity mode, an int outside -5..=256) may hold any number.
pub struct IntBody(pub IBig);

impl Body for IntBody {
    const KIND: Kind = Kind::BigInt;
}

impl Frozen for IntBody {}

/// An int of any size, normalised: the one place that decides between tagged and boxed.
#[inline]
pub fn from_i64(thread: &Thread, value: i64) -> Value {
    if (TAGGED_MIN..=TAGGED_MAX).contains(&value) && !thread.exact_identity_boxes(value) {
        Value::small_int(value)
    } else {
        thread.heap().alloc(&thread.types().int, IntBody(IBig::from(value)))
    }
}

/// An int of any size, normalised.
pub fn from_ibig(thread: &Thread, value: IBig) -> Value {
    match i64::try_from(&value) {
        Ok(small) => from_i64(thread, small),
        Err(_) => thread.heap().alloc(&thread.types().int, IntBody(value)),
    }
}

/// An int from a size.
pub fn from_usize(thread: &Thread, value: usize) -> Value {
    match i64::try_from(value) {
        Ok(small) => from_i64(thread, small),
        Err(_) => from_ibig(thread, IBig::from(value)),
    }
}

/// The number, when `value` is an int, a bool or a subclass's instance, and fits.
#[inline]
pub fn to_i64(value: &Value) -> Option<i64> {
    if let Some(small) = value.as_small_int() {
        return Some(small);
    }
    if value.is_bool() {
        return Some(i64::from(value.is_true()));
    }
    value.downcast::<IntBody>().and_then(|object| i64::try_from(&object.0).ok())
}

/// The number, when `value` is an int, a bool or a subclass's instance.
pub fn to_ibig(value: &Value) -> Option<IBig> {
    if let Some(small) = value.as_small_int() {
        return Some(IBig::from(small));
    }
    if value.is_bool() {
        return Some(IBig::from(u8::from(value.is_true())));
    }
    value.downcast::<IntBody>().map(|object| object.0.clone())
}

/// Whether `value` is an int, a bool or a subclass's instance: `PyLong_Check`.
#[inline]
pub fn is_int(value: &Value) -> bool {
    value.is_small_int() || value.is_bool() || value.is_a::<IntBody>()
}
