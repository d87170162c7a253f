//! Checks that register code is safe to run without bounds checks.

use crate::code::Lowered;
use crate::inst::{Inst, Operand, flag};
use crate::op::{Field, Op};
use hognose_bytecode::CodeObject;
use std::fmt;

/// The rule that an instruction breaks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VerifyError {
    /// The instruction.
    pub inst: u32,
    /// What should have held.
    pub rule: &'static str,
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "instruction {}: {}", self.inst, self.rule)
    }
}

impl std::error::Error for VerifyError {}

/// Checks every index in the register code of `code`: registers, constants, names, caches, jumps, slots and handlers.
///
/// # Errors
/// The first rule that is broken.
pub fn verify(lowered: &Lowered, code: &CodeObject) -> Result<(), VerifyError> {
    let checker = Checker { lowered, code };
    let count = lowered.code.len();
    for (index, inst) in lowered.code.iter().enumerate() {
        checker.inst(index as u32, inst).map_err(|rule| VerifyError { inst: index as u32, rule })?;
    }
    let end = |rule| Err(VerifyError { inst: count as u32, rule });
    match lowered.code.last() {
        Some(last) if last.op.ends_block() => {}
        _ => return end("the last instruction ends a block"),
    }
    if lowered.points.len() != count {
        return end("every instruction has a point");
    }
    for handler in &lowered.handlers {
        let top = handler.depth + u16::from(handler.push_lasti);
        if handler.target as usize >= count || lowered.nlocalsplus + top >= lowered.registers {
            return end("a handler's target and registers exist");
        }
    }
    for (index, point) in lowered.points.iter().enumerate() {
        let error = |rule| Err(VerifyError { inst: index as u32, rule });
        let Some(places) = (point.first_place as usize)
            .checked_add(usize::from(point.depth))
            .and_then(|end| lowered.places.get(point.first_place as usize..end))
        else {
            return error("the slots of a point exist");
        };
        for (slot, &place) in places.iter().enumerate() {
            let home = usize::from(lowered.nlocalsplus) + slot;
            let good = match (place.as_register(), place.as_constant()) {
                (Some(register), _) => register < lowered.nlocalsplus || usize::from(register) == home,
                (_, Some(constant)) => usize::from(constant) < code.consts.len(),
                _ => place == Operand::NULL,
            };
            if !good {
                return error("a slot is at home, a local or a constant");
            }
        }
    }
    if lowered.entries.iter().any(|&entry| entry != Lowered::NO_ENTRY && entry as usize >= count) {
        return end("entries are instructions");
    }
    Ok(())
}

struct Checker<'a> {
    lowered: &'a Lowered,
    code: &'a CodeObject,
}

impl Checker<'_> {
    fn register(&self, register: u16) -> Result<(), &'static str> {
        if register < self.lowered.registers { Ok(()) } else { Err("registers exist") }
    }

    /// Registers that a run touches from its first one on.
    fn run_length(&self, inst: &Inst) -> usize {
        let count = usize::from(inst.b);
        match inst.op.generic() {
            Op::CALL | Op::CALL_METHOD | Op::CALL_KW => count + 2,
            Op::CALL_FUNCTION_EX => 3 + (count & 1),
            Op::MAKE_FUNCTION => 1 + count.count_ones() as usize,
            Op::BUILD_MAP => 2 * count,
            Op::BUILD_CONST_KEY_MAP => count + 1,
            Op::FORMAT_VALUE => 1 + (count >> 2 & 1),
            Op::LOAD_METHOD | Op::SEND | Op::BEFORE_WITH | Op::IMPORT_NAME => 2,
            Op::MATCH_CLASS => 3,
            Op::UNPACK_SEQUENCE => usize::from(inst.c),
            Op::UNPACK_EX => usize::from(inst.c & 0xFF) + usize::from(inst.c >> 8) + 1,
            _ => count.max(1),
        }
    }

    fn inst(&self, index: u32, inst: &Inst) -> Result<(), &'static str> {
        let owned = [flag::A_OWNED, flag::B_OWNED, flag::C_OWNED];
        let fields = inst.op.fields();
        for (position, field) in fields.into_iter().enumerate() {
            let value = [inst.a, inst.b, inst.c][position];
            match field {
                Field::None | Field::Count | Field::Immediate => {}
                Field::Dest => {
                    self.register(value)?;
                    if (value < self.lowered.nlocalsplus) != (inst.flags & flag::LOCAL_DEST != 0) {
                        return Err("a destination is flagged exactly when it is a local");
                    }
                }
                Field::Register => self.register(value)?,
                // The fields that a shorter `raise` does not use are zero.
                Field::Value if inst.op == Op::RAISE_VARARGS && usize::from(inst.a) < position => {}
                Field::Value => {
                    let operand = Operand(value as i16);
                    match (operand.as_register(), operand.as_constant()) {
                        (Some(register), _) => self.register(register)?,
                        (_, Some(constant)) if usize::from(constant) < self.code.consts.len() => {}
                        _ => return Err("value operands exist"),
                    }
                    let at_home = operand.as_register().is_some_and(|register| register >= self.lowered.nlocalsplus);
                    if inst.op != Op::COPY && at_home != (inst.flags & owned[position] != 0) {
                        return Err("a value operand is consumed exactly when it is at home");
                    }
                }
                Field::Run => {
                    let end = usize::from(value) + self.run_length(inst);
                    // An empty run may begin where the registers end only if nothing is written there.
                    if value < self.lowered.nlocalsplus || end > usize::from(self.lowered.registers) {
                        return Err("a run lies in the home registers");
                    }
                }
                Field::Name => {
                    if usize::from(value) >= self.code.names.len() {
                        return Err("names exist");
                    }
                }
                Field::Cache => {
                    if self.lowered.caches.get(usize::from(value)).is_none_or(|site| site.inst != index) {
                        return Err("caches belong to their instruction");
                    }
                }
                Field::Jump | Field::Far => {
                    let target = i64::from(index) + i64::from(inst.distance());
                    if target < 0 || target >= self.lowered.code.len() as i64 {
                        return Err("jumps stay inside");
                    }
                }
            }
        }
        if inst.op == Op::WITH_EXCEPT_START {
            self.register(inst.a + 4)?;
        }
        if inst.op == Op::PUSH_EXC_INFO {
            self.register(inst.a + 1)?;
        }
        Ok(())
    }
}
