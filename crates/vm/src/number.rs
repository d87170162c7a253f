//! The inline paths for tagged ints and floats: `None` where the general operation must decide.

use hognose_primitives::bug;
use hognose_runtime::Word;

/// Whether both are tagged ints.
#[inline(always)]
pub(crate) fn both_ints(lhs: Word, rhs: Word) -> bool {
    lhs.0 & rhs.0 & 1 != 0
}

/// The tagged int, when 63 bits hold it.
#[inline(always)]
fn tagged(value: i64) -> Option<Word> {
    let word = value << 1;
    (word >> 1 == value).then_some(Word(word as u64 | 1))
}

#[inline(always)]
pub(crate) fn add(lhs: Word, rhs: Word) -> Option<Word> {
    let (sum, overflow) = (lhs.0 as i64).overflowing_add(rhs.0 as i64 - 1);
    (!overflow).then_some(Word(sum as u64))
}

#[inline(always)]
pub(crate) fn sub(lhs: Word, rhs: Word) -> Option<Word> {
    let (difference, overflow) = (lhs.0 as i64).overflowing_sub(rhs.0 as i64 - 1);
    (!overflow).then_some(Word(difference as u64))
}

#[inline(always)]
pub(crate) fn mul(lhs: Word, rhs: Word) -> Option<Word> {
    let (product, overflow) = (lhs.0 as i64 - 1).overflowing_mul(rhs.as_int());
    (!overflow).then_some(Word(product as u64 | 1))
}

#[inline(always)]
pub(crate) fn floor_div(lhs: Word, rhs: Word) -> Option<Word> {
    let (a, b) = (lhs.as_int(), rhs.as_int());
    if b == 0 {
        return None;
    }
    let quotient = a / b;
    let inexact = a % b != 0 && bug!("floor-div-truncates", (a ^ b) < 0, a < 0 && b > 0);
    tagged(quotient - i64::from(inexact))
}

#[inline(always)]
pub(crate) fn modulo(lhs: Word, rhs: Word) -> Option<Word> {
    let (a, b) = (lhs.as_int(), rhs.as_int());
    if b == 0 {
        return None;
    }
    let rest = a % b;
    let rest = if rest != 0 && (rest ^ b) < 0 { rest + b } else { rest };
    Some(Word::int(rest))
}

#[inline(always)]
pub(crate) fn and(lhs: Word, rhs: Word) -> Option<Word> {
    Some(Word(lhs.0 & rhs.0))
}

#[inline(always)]
pub(crate) fn or(lhs: Word, rhs: Word) -> Option<Word> {
    Some(Word(lhs.0 | rhs.0))
}

#[inline(always)]
pub(crate) fn xor(lhs: Word, rhs: Word) -> Option<Word> {
    Some(Word((lhs.0 ^ rhs.0) | 1))
}

#[inline(always)]
pub(crate) fn lshift(lhs: Word, rhs: Word) -> Option<Word> {
    let (a, count) = (lhs.as_int(), rhs.as_int());
    if !(0..=62).contains(&count) {
        return None;
    }
    let shifted = a << count;
    if shifted >> count != a { None } else { tagged(shifted) }
}

#[inline(always)]
pub(crate) fn rshift(lhs: Word, rhs: Word) -> Option<Word> {
    let count = rhs.as_int();
    if count < 0 {
        return None;
    }
    Some(Word::int(lhs.as_int() >> count.min(63)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every operation agrees with 128-bit arithmetic where it answers, and answers whenever 63 bits hold the result.
    #[test]
    fn agrees_with_wide_arithmetic() {
        let edge =
            [0, 1, -1, 2, -2, 3, 7, -7, 62, 63, 255, -256, 1 << 31, -(1 << 31), (1 << 62) - 1, -(1 << 62), 1 << 61];
        let fits = |value: i128| (-(1 << 62)..1 << 62).contains(&value).then_some(value as i64);
        let check = |name: &str, a: i64, b: i64, got: Option<Word>, expected: Option<i64>| {
            assert_eq!(got.map(Word::as_int), expected, "{a} {name} {b}");
            assert!(got.is_none_or(Word::is_int));
        };
        for a in edge {
            for b in edge {
                let (lhs, rhs, wide, by) = (Word::int(a), Word::int(b), i128::from(a), i128::from(b));
                check("+", a, b, add(lhs, rhs), fits(wide + by));
                check("-", a, b, sub(lhs, rhs), fits(wide - by));
                check("*", a, b, mul(lhs, rhs), fits(wide * by));
                check("&", a, b, and(lhs, rhs), Some(a & b));
                check("|", a, b, or(lhs, rhs), Some(a | b));
                check("^", a, b, xor(lhs, rhs), Some(a ^ b));
                if b != 0 {
                    let floor = wide.div_euclid(by) - i128::from(by < 0 && wide.rem_euclid(by) != 0);
                    check("//", a, b, floor_div(lhs, rhs), fits(floor));
                    check("%", a, b, modulo(lhs, rhs), fits(wide - floor * by));
                }
                if (0..=62).contains(&b) {
                    check("<<", a, b, lshift(lhs, rhs), fits(wide << b));
                }
                if b >= 0 {
                    check(">>", a, b, rshift(lhs, rhs), Some(a >> b.min(63)));
                }
            }
        }
    }
}
