//! `hash()`: SipHash-1-3 for text, CPython's modular arithmetic for numbers.

use crate::Result;
use crate::exceptions::ExceptionKind;
use crate::host::Host;
use crate::object::bytes::BytesBody;
use crate::object::float::FloatBody;
use crate::object::int::IntBody;
use crate::object::str::StrBody;
use crate::thread::Thread;
use crate::value::{Object, Value};
use hognose_primitives::IBig;
use siphasher::sip::SipHasher13;
use std::cell::RefCell;
use std::hash::Hasher;
use std::rc::Rc;

/// `2**61 - 1`: hashes of numbers are taken modulo this.
const MODULUS: u64 = (1 << 61) - 1;
const INFINITY: i64 = 314_159;

/// The key for text, as CPython derives it from `PYTHONHASHSEED`.
pub(crate) fn key_from_seed(seed: Option<u32>, host: &Rc<RefCell<dyn Host>>) -> (u64, u64) {
    let mut bytes = [0; 16];
    match seed {
        Some(0) => {}
        Some(seed) => {
            let mut state = seed;
            for byte in &mut bytes {
                state = state.wrapping_mul(214_013).wrapping_add(2_531_011);
                *byte = (state >> 16) as u8;
            }
        }
        // A host without randomness gives the fixed key.
        None => drop(host.borrow_mut().random(&mut bytes)),
    }
    let (first, second) = bytes.split_at(8);
    let number = |half: &[u8]| u64::from_le_bytes(half.try_into().expect("eight bytes"));
    (number(first), number(second))
}

/// `hash()` of bytes, and of text in its memory form.
pub fn hash_bytes(thread: &Thread, bytes: &[u8]) -> i64 {
    if bytes.is_empty() {
        return 0;
    }
    let (first, second) = thread.hash_key;
    let mut hasher = SipHasher13::new_with_keys(first, second);
    hasher.write(bytes);
    not_minus_one(hasher.finish() as i64)
}

/// `hash()` of a str; kept in it.
#[inline]
pub fn hash_str(thread: &Thread, text: &Object<StrBody>) -> i64 {
    let known = text.hash.get();
    if known != -1 {
        return known;
    }
    let hash = hash_bytes(thread, &text.chars().hash_bytes());
    text.hash.set(hash);
    hash
}

/// `hash()` of an int.
#[inline]
pub fn hash_i64(value: i64) -> i64 {
    let rest = (value.unsigned_abs() % MODULUS) as i64;
    not_minus_one(if value < 0 { -rest } else { rest })
}

/// `hash()` of an int of any size.
pub fn hash_ibig(value: &IBig) -> i64 {
    let modulus = IBig::from(MODULUS);
    let rest = i64::try_from(value % modulus).expect("less than the modulus");
    not_minus_one(rest)
}

/// `hash()` of a float; `address` stands for a NaN.
pub fn hash_f64(value: f64, address: u64) -> i64 {
    if value.is_nan() {
        return hash_pointer(address);
    }
    if value.is_infinite() {
        return if value > 0.0 { INFINITY } else { -INFINITY };
    }
    let (mut mantissa, mut exponent) = frexp(value.abs());
    let mut hash: u64 = 0;
    while mantissa != 0.0 {
        hash = ((hash << 28) & MODULUS) | hash >> (61 - 28);
        mantissa *= 268_435_456.0;
        exponent -= 28;
        let part = mantissa as u64;
        mantissa -= part as f64;
        hash += part;
        if hash >= MODULUS {
            hash -= MODULUS;
        }
    }
    let shift = exponent.rem_euclid(61) as u32;
    hash = ((hash << shift) & MODULUS) | hash >> (61 - shift);
    not_minus_one(if value < 0.0 { -(hash as i64) } else { hash as i64 })
}

/// Mantissa in `0.5..1` and exponent; `(0, 0)` for zero.
fn frexp(value: f64) -> (f64, i32) {
    if value == 0.0 {
        return (0.0, 0);
    }
    let bits = value.to_bits();
    let exponent = (bits >> 52 & 0x7FF) as i32;
    if exponent == 0 {
        let (mantissa, exponent) = frexp(value * 18_446_744_073_709_551_616.0);
        return (mantissa, exponent - 64);
    }
    (f64::from_bits(bits & !(0x7FF << 52) | 1022 << 52), exponent - 1022)
}

/// `hash()` of an object by its address.
pub fn hash_pointer(address: u64) -> i64 {
    not_minus_one(address.rotate_right(4) as i64)
}

fn not_minus_one(hash: i64) -> i64 {
    if hash == -1 { -2 } else { hash }
}

/// `hash()` of items in order, as tuples have it.
pub fn combine(hashes: impl ExactSizeIterator<Item = i64>) -> i64 {
    const PRIME_1: u64 = 11_400_714_785_074_694_791;
    const PRIME_2: u64 = 14_029_467_366_897_019_727;
    const PRIME_5: u64 = 2_870_177_450_012_600_261;
    let len = hashes.len() as u64;
    let mut sum = PRIME_5;
    for hash in hashes {
        sum = sum.wrapping_add((hash as u64).wrapping_mul(PRIME_2)).rotate_left(31).wrapping_mul(PRIME_1);
    }
    sum = sum.wrapping_add(len ^ (PRIME_5 ^ 3_527_539));
    if sum == u64::MAX { 1_546_275_796 } else { sum as i64 }
}

/// `hash(value)`.
///
/// # Errors
/// TypeError for an unhashable type, or what `__hash__` raises.
#[inline]
pub fn hash(thread: &mut Thread, value: &Value) -> Result<i64> {
    if let Some(text) = value.exact::<StrBody>() {
        return Ok(hash_str(thread, text));
    }
    if let Some(small) = value.as_small_int() {
        return Ok(hash_i64(small));
    }
    hash_any(thread, value)
}

fn hash_any(thread: &mut Thread, value: &Value) -> Result<i64> {
    if let Some(number) = value.exact::<FloatBody>() {
        return Ok(hash_f64(number.0, value.id()));
    }
    if let Some(number) = value.exact::<IntBody>() {
        return Ok(hash_ibig(&number.0));
    }
    if let Some(bytes) = value.exact::<BytesBody>() {
        if bytes.hash.get() == -1 {
            bytes.hash.set(hash_bytes(thread, &bytes.bytes));
        }
        return Ok(bytes.hash.get());
    }
    let ty = thread.type_of(value);
    match ty.slots.hash.get() {
        Some(hash) => hash(thread, value),
        None => {
            let message = format!("unhashable type: '{}'", ty.name());
            Err(thread.raise(ExceptionKind::TypeError, &message))
        }
    }
}

/// `hash()` of a constant that is no tuple; 0 for what has none.
pub(crate) fn hash_constant(thread: &Thread, value: &Value) -> i64 {
    if let Some(text) = value.exact::<StrBody>() {
        hash_str(thread, text)
    } else if let Some(number) = crate::object::int::to_i64(value) {
        hash_i64(number)
    } else if let Some(number) = value.exact::<FloatBody>() {
        hash_f64(number.0, value.id())
    } else if let Some(number) = value.exact::<IntBody>() {
        hash_ibig(&number.0)
    } else if let Some(bytes) = value.exact::<BytesBody>() {
        hash_bytes(thread, &bytes.bytes)
    } else {
        hash_pointer(value.id())
    }
}
