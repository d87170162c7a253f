//! Walks over `co_code`, instruction by instruction.

use crate::{Argument, CodeObject, Opcode};
use hognose_primitives::bug;
use std::fmt;

/// One instruction with its prefixes and its caches. Offsets are in code units of two bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Instruction {
    /// Where it begins: its first `EXTENDED_ARG`, or itself. Jumps lead here.
    pub start: usize,
    /// Where the opcode stands. `f_lasti` names this unit.
    pub unit: usize,
    /// What it does.
    pub op: Opcode,
    /// Its whole argument, the prefixes included.
    pub arg: u32,
}

impl Instruction {
    /// The first unit after it and its caches.
    pub fn end(&self) -> usize {
        self.unit + 1 + self.op.caches()
    }

    /// Where it jumps to, if it is a jump. The distance counts from the unit after the opcode.
    ///
    /// The target of a hostile jump may lie outside the code, before it too.
    pub fn target(&self) -> Option<i64> {
        let from = self.unit as i64 + 1;
        match self.op.argument() {
            Argument::JumpForward => Some(from + i64::from(self.arg)),
            Argument::JumpBackward => Some(from - i64::from(self.arg)),
            _ => None,
        }
    }
}

/// Why bytes are not a sequence of instructions; each names the code unit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DecodeError {
    /// The length is odd.
    OddLength(usize),
    /// No instruction has this number.
    UnknownOpcode(usize, u8),
    /// A cache entry where an instruction should be.
    StrayCache(usize),
    /// Caches are missing, or not zero.
    BadCache(usize),
    /// More than three prefixes.
    TooManyPrefixes(usize),
    /// The code ends after a prefix.
    PrefixAtEnd(usize),
}

impl DecodeError {
    /// The code unit at fault.
    pub fn unit(&self) -> usize {
        match *self {
            DecodeError::OddLength(unit)
            | DecodeError::UnknownOpcode(unit, _)
            | DecodeError::StrayCache(unit)
            | DecodeError::BadCache(unit)
            | DecodeError::TooManyPrefixes(unit)
            | DecodeError::PrefixAtEnd(unit) => unit,
        }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DecodeError::OddLength(_) => write!(f, "the code ends inside a code unit"),
            DecodeError::UnknownOpcode(_, number) => write!(f, "no instruction has the number {number}"),
            DecodeError::StrayCache(_) => write!(f, "a cache entry where an instruction should be"),
            DecodeError::BadCache(_) => write!(f, "the caches of the instruction are missing or not zero"),
            DecodeError::TooManyPrefixes(_) => write!(f, "more than three EXTENDED_ARG"),
            DecodeError::PrefixAtEnd(_) => write!(f, "the code ends after EXTENDED_ARG"),
        }
    }
}

impl std::error::Error for DecodeError {}

/// Iterator over the instructions of a code object; it ends after the first error.
///
/// ```
/// use hognose_bytecode::{Instructions, Opcode};
///
/// let code = [144, 1, 100, 2, 83, 0];
/// let first = Instructions::new(&code).next().unwrap().unwrap();
/// assert_eq!((first.op, first.arg, first.start, first.end()), (Opcode::LOAD_CONST, 258, 0, 2));
/// ```
#[derive(Clone, Debug)]
pub struct Instructions<'a> {
    code: &'a [u8],
    unit: usize,
}

impl<'a> Instructions<'a> {
    /// Walks over the bytes of `co_code`.
    pub fn new(code: &'a [u8]) -> Self {
        Instructions { code, unit: 0 }
    }

    fn pair(&self, unit: usize) -> Option<(u8, u8)> {
        match self.code.get(unit * 2..) {
            Some(&[number, arg, ..]) => Some((number, arg)),
            _ => None,
        }
    }

    fn instruction(&self) -> Result<Instruction, DecodeError> {
        let start = self.unit;
        let mut high = 0;
        for unit in start.. {
            let Some((number, low)) = self.pair(unit) else {
                let is_odd = self.code.len() > unit * 2;
                return Err(if is_odd { DecodeError::OddLength(unit) } else { DecodeError::PrefixAtEnd(start) });
            };
            let op = Opcode::from_number(number).ok_or(DecodeError::UnknownOpcode(unit, number))?;
            let arg = high << 8 | u32::from(low);
            match op {
                Opcode::CACHE => return Err(DecodeError::StrayCache(unit)),
                Opcode::EXTENDED_ARG if unit == start + 3 => return Err(DecodeError::TooManyPrefixes(start)),
                Opcode::EXTENDED_ARG => high = bug!("second-prefix-replaces-the-first", arg, u32::from(low)),
                _ => {
                    let instruction = Instruction { start, unit, op, arg };
                    let are_caches = (unit + 1..instruction.end()).all(|cache| self.pair(cache) == Some((0, 0)));
                    return if are_caches { Ok(instruction) } else { Err(DecodeError::BadCache(unit)) };
                }
            }
        }
        unreachable!("a fourth prefix is an error")
    }
}

impl Iterator for Instructions<'_> {
    type Item = Result<Instruction, DecodeError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.unit * 2 >= self.code.len() {
            return None;
        }
        let instruction = self.instruction();
        self.unit = match &instruction {
            Ok(instruction) => instruction.end(),
            Err(_) => self.code.len(),
        };
        Some(instruction)
    }
}

impl CodeObject {
    /// The instructions of `co_code`.
    pub fn instructions(&self) -> Instructions<'_> {
        Instructions::new(&self.code)
    }
}
