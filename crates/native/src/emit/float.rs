//! Arithmetic and comparisons of floats, and where their results go.

use super::number::fused;
use super::{Condition, Emitter, asm, owned, reg};
use crate::helper::Helper;
use dynasmrt::{DynamicLabel, DynasmApi, DynasmLabelApi, dynasm};
use hognose_bytecode::ConstValue;
use hognose_lowered::{Comparison, Field, Op, Operand, flag};
use hognose_primitives::{Constant, bug};
use hognose_runtime::layout::{body, heap};
use hognose_runtime::object::float::FloatBody;

/// Ints up to this are exact as floats.
const EXACT_BITS: i8 = 53;

impl Emitter<'_> {
    /// The value of a constant that is a float, or an int that is exact as one.
    fn float_constant(&self, operand: Operand) -> Option<f64> {
        match self.input.code.consts.get(usize::from(operand.as_constant()?)) {
            Some(ConstValue::Value(Constant::Float(value))) => Some(*value),
            _ => None,
        }
    }

    /// `xmm(to)` = the number in `register`, a float or an int; goes to `other` for anything else.
    fn load_number(&mut self, to: u8, register: u8, operand: Operand, other: DynamicLabel) {
        if let Some(value) = self.float_constant(operand) {
            asm!(self; mov rdx, QWORD value.to_bits() as i64; movq Rx(to), rdx);
            return;
        }
        let (float, done) = (self.ops.new_dynamic_label(), self.ops.new_dynamic_label());
        asm!(self
            ; test Rb(register), BYTE 1
            ; jz =>float
            ; mov rdx, Rq(register)
            ; sar rdx, BYTE 1
            ; cvtsi2sd Rx(to), rdx
            ; jmp =>done
            ; =>float);
        self.check_exact::<FloatBody>(register, other);
        asm!(self; movsd Rx(to), [BYTE Rq(register) + body::FLOAT as i8]; =>done);
    }

    /// `a = b op c` for `ADD`, `SUB`, `MUL` and their immediate forms, when not both are ints.
    pub(super) fn float_arithmetic(&mut self) {
        let inst = self.inst();
        let (slow, end) = self.slow();
        self.load(reg::RAX, inst.value_b());
        let immediate = inst.op.fields()[2] == Field::Immediate;
        if !immediate {
            self.load(reg::RCX, inst.value_c());
        }
        if !immediate && owned(inst, flag::B_OWNED) && owned(inst, flag::C_OWNED) {
            // The same object twice would have to be counted down twice.
            asm!(self; cmp rax, rcx; je =>slow);
        }
        self.load_number(0, reg::RAX, inst.value_b(), slow);
        if immediate {
            let value = f64::from(inst.c as i16);
            asm!(self; mov rdx, QWORD value.to_bits() as i64; movq xmm1, rdx);
        } else {
            self.load_number(1, reg::RCX, inst.value_c(), slow);
        }
        match inst.op.generic() {
            Op::ADD | Op::ADD_IMM => asm!(self; addsd xmm0, xmm1),
            Op::SUB | Op::SUB_IMM => asm!(self; subsd xmm0, xmm1),
            _ => asm!(self; mulsd xmm0, xmm1),
        }
        self.store_float();
        asm!(self; =>end);
    }

    /// `a = b / c`.
    pub(super) fn division(&mut self) {
        let inst = self.inst();
        let (slow, end) = self.slow();
        let (lhs, rhs) = (inst.value_b(), inst.value_c());
        self.load(reg::RAX, lhs);
        self.load(reg::RCX, rhs);
        let mixed = self.ops.new_dynamic_label();
        if owned(inst, flag::B_OWNED) && owned(inst, flag::C_OWNED) {
            asm!(self; cmp rax, rcx; je =>slow);
        }
        asm!(self; mov edx, eax; and edx, ecx; test dl, BYTE 1; jz =>mixed);
        // Two ints divide exactly as floats only while both are exact as floats.
        for register in [reg::RAX, reg::RCX] {
            asm!(self
                ; mov rdx, Rq(register)
                ; sar rdx, BYTE EXACT_BITS
                ; add rdx, BYTE 1
                ; cmp rdx, BYTE 1
                ; ja =>slow);
        }
        asm!(self; =>mixed);
        self.load_number(0, reg::RAX, lhs, slow);
        self.load_number(1, reg::RCX, rhs, slow);
        asm!(self
            ; xorpd xmm2, xmm2
            ; ucomisd xmm1, xmm2
            ; jp >nan
            ; je =>slow
            ; nan:
            ; divsd xmm0, xmm1);
        self.store_float();
        asm!(self; =>end);
    }

    /// Stores `xmm0`, in the box of a value that dies here when there is one. `rax` and `rcx` still hold the operands.
    fn store_float(&mut self) {
        let inst = self.inst();
        let immediate = inst.op.fields()[2] == Field::Immediate;
        let local = inst.flags & flag::LOCAL_DEST != 0;
        let (b_owned, c_owned) = (owned(inst, flag::B_OWNED), !immediate && owned(inst, flag::C_OWNED));
        let done = self.ops.new_dynamic_label();
        asm!(self; mov rsi, [r14 + Helper::FloatHeader.offset()]);
        if b_owned {
            // A tagged int is no address: its low bit tells.
            let other = self.ops.new_dynamic_label();
            self.is_dying_float(reg::RAX, other);
            asm!(self; movsd [BYTE rax + body::FLOAT as i8], xmm0);
            if c_owned {
                self.release_number(reg::RCX);
            }
            if local || inst.b != inst.a {
                self.store_result();
            }
            asm!(self; jmp =>done; =>other);
        }
        if c_owned {
            let other = self.ops.new_dynamic_label();
            self.is_dying_float(reg::RCX, other);
            asm!(self; movsd [BYTE rcx + body::FLOAT as i8], xmm0);
            if b_owned {
                asm!(self; xchg rax, rcx);
                self.release_number(reg::RCX);
            } else {
                asm!(self; mov rax, rcx);
            }
            self.store_result();
            asm!(self; jmp =>done; =>other);
        }
        // Neither operand can be freed here, or it would have been written in place: counting down is enough.
        for (is_owned, register) in [(b_owned, reg::RAX), (c_owned, reg::RCX)] {
            if is_owned {
                asm!(self; test Rb(register), BYTE 3; jnz >uncounted; sub DWORD [Rq(register)], BYTE 1; uncounted:);
            }
        }
        if local {
            let other = self.ops.new_dynamic_label();
            self.load_slot(reg::RDX, inst.a);
            asm!(self; test rdx, rdx; jz =>other);
            self.is_dying_float(reg::RDX, other);
            asm!(self; movsd [BYTE rdx + body::FLOAT as i8], xmm0; jmp =>done; =>other);
        }
        self.call_helper(Helper::Float);
        self.store_result();
        asm!(self; =>done);
    }

    /// Goes to `other` unless the register holds a float with count 1; `rsi` is the header of one.
    fn is_dying_float(&mut self, register: u8, other: DynamicLabel) {
        asm!(self; test Rb(register), BYTE 3; jnz =>other; cmp [Rq(register)], rsi; jne =>other);
    }

    /// Releases an int or float; `rsi` is the header of a float with count 1. Uses `rdx`.
    fn release_number(&mut self, register: u8) {
        let free = heap::free_list::<FloatBody>() as i32;
        asm!(self
            ; test Rb(register), BYTE 3
            ; jnz >released
            ; cmp [Rq(register)], rsi
            ; je >last
            ; sub DWORD [Rq(register)], BYTE 1
            ; jmp >released
            ; last:
            ; mov rdx, [r15 + free]
            ; mov QWORD [Rq(register)], DWORD 0
            ; mov [BYTE Rq(register) + heap::FREE_NEXT as i8], rdx
            ; mov [r15 + free], Rq(register)
            ; released:);
    }

    /// The rare case of a comparison and jump: two floats that stay.
    pub(super) fn compare_floats(&mut self) {
        let inst = self.inst();
        let (comparison, sense, _) = fused(inst.op);
        let target = self.target();
        let (slow, end) = self.slow();
        self.load_float(0, reg::RAX, slow);
        self.load_float(1, reg::RCX, slow);
        // Unordered sets carry, zero and parity: *above* and *above or equal* are false then.
        let (swap, condition) = match comparison {
            Comparison::Lt => (true, Condition::Above),
            Comparison::Le => (true, bug!("float-less-equal", Condition::AboveEqual, Condition::Above)),
            Comparison::Gt => (false, Condition::Above),
            Comparison::Ge => (false, Condition::AboveEqual),
            Comparison::Eq | Comparison::Ne => {
                let equal_jumps = (comparison == Comparison::Eq) == sense;
                asm!(self; ucomisd xmm0, xmm1);
                if equal_jumps {
                    asm!(self; jp =>end);
                    self.branch(Condition::Equal, target);
                } else {
                    asm!(self; setp al; setne cl; or al, cl);
                    self.branch(Condition::NotEqual, target);
                }
                asm!(self; =>end);
                return;
            }
        };
        if swap {
            asm!(self; ucomisd xmm1, xmm0);
        } else {
            asm!(self; ucomisd xmm0, xmm1);
        }
        self.branch(if sense { condition } else { condition.negated() }, target);
        asm!(self; =>end);
    }

    fn load_float(&mut self, to: u8, register: u8, other: DynamicLabel) {
        self.check_exact::<FloatBody>(register, other);
        asm!(self; movsd Rx(to), [BYTE Rq(register) + body::FLOAT as i8]);
    }
}
