//! One register instruction and its operands.

use crate::op::{Field, Op};
use std::fmt;

/// A value operand, also the place of a stack slot: a register from 0 up, or constant `k` as `-1 - k`.
///
/// An engine that keeps the constants in reverse order before some address reads `constants[operand]` with the same
/// index as `registers[operand]`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(transparent)]
pub struct Operand(pub i16);

impl Operand {
    /// CPython's NULL below a callable: a live stack slot that nothing was written for. Only in stack maps.
    pub const NULL: Operand = Operand(i16::MIN);

    /// The operand for a register.
    pub fn register(register: u16) -> Operand {
        debug_assert!(register <= i16::MAX as u16);
        Operand(register as i16)
    }

    /// The operand for an entry of `co_consts`.
    pub fn constant(index: u16) -> Operand {
        debug_assert!(index < i16::MAX as u16);
        Operand(-1 - index as i16)
    }

    /// The register, if it is one.
    pub fn as_register(self) -> Option<u16> {
        (self.0 >= 0).then_some(self.0 as u16)
    }

    /// The index into `co_consts`, if it is one.
    pub fn as_constant(self) -> Option<u16> {
        (self.0 < 0 && self != Operand::NULL).then_some((-1 - self.0) as u16)
    }
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.as_register(), self.as_constant()) {
            (Some(register), _) => write!(f, "r{register}"),
            (_, Some(constant)) => write!(f, "k{constant}"),
            _ => f.write_str("null"),
        }
    }
}

/// Bits of [`Inst::flags`].
pub mod flag {
    /// The value operand in field `a` is consumed.
    pub const A_OWNED: u8 = 1;
    /// The value operand in field `b` is consumed.
    pub const B_OWNED: u8 = 2;
    /// The value operand in field `c` is consumed.
    pub const C_OWNED: u8 = 4;
    /// The destination is a local: its old value is released.
    pub const LOCAL_DEST: u8 = 8;
    /// Where the instruction's own four bits begin ([`super::Inst::aux`]).
    pub const AUX_SHIFT: u32 = 4;
}

/// A register instruction: 64 bits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(C, align(8))]
pub struct Inst {
    /// What to do.
    pub op: Op,
    /// Ownership of operands and the instruction's own bits, see [`flag`].
    pub flags: u8,
    /// First field; what it holds is in [`Op::fields`].
    pub a: u16,
    /// Second field.
    pub b: u16,
    /// Third field.
    pub c: u16,
}

const _: () = assert!(size_of::<Inst>() == 8);

impl Inst {
    /// An instruction without flags.
    pub fn new(op: Op, a: u16, b: u16, c: u16) -> Inst {
        Inst { op, flags: 0, a, b, c }
    }

    /// The four bits whose meaning is the instruction's own.
    pub fn aux(self) -> u8 {
        self.flags >> flag::AUX_SHIFT
    }

    /// The value operand in field `a`.
    pub fn value_a(self) -> Operand {
        Operand(self.a as i16)
    }

    /// The value operand in field `b`.
    pub fn value_b(self) -> Operand {
        Operand(self.b as i16)
    }

    /// The value operand in field `c`.
    pub fn value_c(self) -> Operand {
        Operand(self.c as i16)
    }

    /// The distance to the jump's target, in instructions; 0 for one that does not jump.
    pub fn distance(self) -> i32 {
        match self.op.fields() {
            [_, Field::Far, _] => (u32::from(self.b) | u32::from(self.c) << 16) as i32,
            [_, _, Field::Jump] => i32::from(self.c as i16),
            _ => 0,
        }
    }

    /// Sets the distance to the jump's target; false when it does not fit.
    #[must_use]
    pub fn set_distance(&mut self, distance: i32) -> bool {
        match self.op.fields() {
            [_, Field::Far, _] => {
                self.b = distance as u32 as u16;
                self.c = (distance as u32 >> 16) as u16;
                true
            }
            [_, _, Field::Jump] => {
                self.c = distance as i16 as u16;
                i32::from(distance as i16) == distance
            }
            _ => false,
        }
    }
}
