//! Arithmetic and comparisons of tagged ints. The word of an int `n` is `2 n + 1`.

use super::{ColdCase, Condition, Emitter, Note, asm, reg};
use dynasmrt::{DynamicLabel, DynasmApi, DynasmLabelApi, dynasm};
use hognose_lowered::{Comparison, Op, Operand, flag};
use hognose_primitives::bug;
use hognose_runtime::Word;

impl Emitter<'_> {
    /// Loads the operands of fields `b` and `c` to `rax` and `rcx`; goes to `other` unless both are ints.
    fn load_ints(&mut self, lhs: Operand, rhs: Operand, other: DynamicLabel) {
        self.load(reg::RAX, lhs);
        self.load(reg::RCX, rhs);
        match (self.constant_word(lhs), self.constant_word(rhs)) {
            (Some(_), Some(_)) | (None, None) => asm!(self
                ; mov edx, eax
                ; and edx, ecx
                ; test dl, BYTE 1
                ; jz =>other),
            (Some(_), None) => asm!(self; test cl, BYTE 1; jz =>other),
            (None, Some(_)) => asm!(self; test al, BYTE 1; jz =>other),
        }
    }

    /// Whether a constant rules ints out.
    fn is_no_int(&self, operand: Operand) -> bool {
        self.constant_word(operand).is_some_and(|word| !word.is_int())
    }

    /// `a = b op c`: ints here, floats and everything else as rare cases.
    pub(super) fn arithmetic(&mut self) {
        let inst = self.inst();
        let (lhs, rhs) = (inst.value_b(), inst.value_c());
        let floats = matches!(inst.op.generic(), Op::ADD | Op::SUB | Op::MUL);
        if self.is_no_int(lhs) || self.is_no_int(rhs) {
            if floats {
                return self.float_arithmetic();
            }
            return self.execute();
        }
        let (slow, end) = self.slow();
        let other = if floats { self.cold_to(ColdCase::Float, end) } else { slow };
        self.load_ints(lhs, rhs, other);
        self.int_operation(inst.op.generic(), self.constant_word(rhs), slow);
        self.store_int_result();
        asm!(self; =>end);
    }

    /// `rax = rax op rcx` for two ints; goes to `slow` when it cannot say.
    fn int_operation(&mut self, op: Op, rhs: Option<Word>, slow: DynamicLabel) {
        match op {
            Op::ADD => asm!(self; sub rcx, BYTE 1; add rax, rcx; jo =>slow),
            Op::SUB => asm!(self; sub rax, rcx; jo =>slow; or rax, BYTE 1),
            Op::MUL => asm!(self
                ; sub rax, BYTE 1
                ; sar rcx, BYTE 1
                ; imul rax, rcx
                ; jo =>slow
                ; or rax, BYTE 1),
            Op::AND => asm!(self; and rax, rcx),
            Op::OR => asm!(self; or rax, rcx),
            Op::XOR => asm!(self; xor rax, rcx; or rax, BYTE 1),
            Op::FLOOR_DIV | Op::MOD => match rhs.map(Word::as_int) {
                Some(divisor) if divisor > 0 && divisor & (divisor - 1) == 0 => self.divide_by_power(op, divisor),
                _ => self.divide(op, slow),
            },
            Op::LSHIFT => asm!(self
                ; sar rcx, BYTE 1
                ; cmp rcx, BYTE 62
                ; ja =>slow
                ; sub rax, BYTE 1
                ; mov rdx, rax
                ; shl rdx, cl
                ; mov rsi, rdx
                ; sar rsi, cl
                ; cmp rsi, rax
                ; jne =>slow
                ; lea rax, [rdx + 1]),
            _ => asm!(self
                ; sar rcx, BYTE 1
                ; js =>slow
                ; mov edx, BYTE 63
                ; cmp rcx, rdx
                ; cmova rcx, rdx
                ; sar rax, BYTE 1
                ; sar rax, cl
                ; lea rax, [rax + rax + 1]),
        }
    }

    /// `rax = rax // 2**k` or `rax % 2**k`.
    fn divide_by_power(&mut self, op: Op, divisor: i64) {
        if op == Op::MOD {
            let mask = Word::int(divisor - 1).0;
            match i32::try_from(mask) {
                Ok(mask) => asm!(self; and rax, mask),
                Err(_) => {
                    self.load_word(reg::RCX, mask);
                    asm!(self; and rax, rcx);
                }
            }
            return;
        }
        let shift = divisor.trailing_zeros() as i8;
        if shift > 0 {
            asm!(self; sar rax, BYTE shift; or rax, BYTE 1);
        }
    }

    /// `rax = rax // rcx` or `rax % rcx`, rounded down.
    fn divide(&mut self, op: Op, slow: DynamicLabel) {
        asm!(self
            ; sar rcx, BYTE 1
            ; jz =>slow
            ; sar rax, BYTE 1
            ; mov rdx, rax
            ; or rdx, rcx
            ; shr rdx, BYTE 32
            ; jnz >wide
            ; xor edx, edx
            ; div ecx
            ; jmp >divided
            ; wide:
            ; cqo
            ; idiv rcx
            ; test rdx, rdx
            ; jz >divided
            ; mov rsi, rdx
            ; xor rsi, rcx
            ; jns >divided
            ; sub rax, BYTE bug!("quotient-rounds-to-zero", 1, 0)
            ; add rdx, rcx
            ; divided:);
        if op == Op::MOD {
            asm!(self; lea rax, [rdx + rdx + 1]);
        } else {
            asm!(self; add rax, rax; jo =>slow; or rax, BYTE 1);
        }
    }

    /// `a = b op immediate`.
    pub(super) fn arithmetic_immediate(&mut self) {
        let inst = self.inst();
        let number = i64::from(inst.c as i16);
        if self.is_no_int(inst.value_b()) {
            return self.execute();
        }
        let op = inst.op;
        let shift_fits = (0..=bug!("shift-by-63", 62, 64)).contains(&number);
        if matches!(op, Op::LSHIFT_IMM | Op::RSHIFT_IMM) && !shift_fits {
            return self.execute();
        }
        let (slow, end) = self.slow();
        let floats = matches!(op, Op::ADD_IMM | Op::SUB_IMM | Op::MUL_IMM);
        let other = if floats { self.cold_to(ColdCase::Float, end) } else { slow };
        self.load(reg::RAX, inst.value_b());
        asm!(self; test al, BYTE 1; jz =>other);
        let (double, tagged) = ((number * 2) as i32, (number * 2 + 1) as i32);
        self.note(Note::Int(number));
        match op {
            Op::ADD_IMM => match i8::try_from(double) {
                Ok(double) => asm!(self; add rax, BYTE double; jo =>slow),
                Err(_) => asm!(self; add rax, double; jo =>slow),
            },
            Op::SUB_IMM => match i8::try_from(double) {
                Ok(double) => asm!(self; sub rax, BYTE double; jo =>slow),
                Err(_) => asm!(self; sub rax, double; jo =>slow),
            },
            Op::MUL_IMM => {
                self.notes.pop();
                asm!(self; sub rax, BYTE 1);
                self.note(Note::Int(number));
                asm!(self; imul rax, rax, number as i32; jo =>slow; or rax, BYTE 1);
            }
            Op::AND_IMM => asm!(self; and rax, tagged),
            Op::OR_IMM => asm!(self; or rax, tagged),
            Op::XOR_IMM => asm!(self; xor rax, double),
            Op::LSHIFT_IMM => asm!(self
                ; sub rax, BYTE 1
                ; mov rdx, rax
                ; shl rdx, BYTE number as i8
                ; mov rsi, rdx
                ; sar rsi, BYTE number as i8
                ; cmp rsi, rax
                ; jne =>slow
                ; lea rax, [rdx + 1]),
            Op::RSHIFT_IMM => asm!(self
                ; sar rax, BYTE number as i8 + 1
                ; lea rax, [rax + rax + 1]),
            op => {
                let op = if op == Op::MOD_IMM { Op::MOD } else { Op::FLOOR_DIV };
                if number > 0 && number & (number - 1) == 0 {
                    self.divide_by_power(op, number);
                } else {
                    self.load_word(reg::RCX, Word::int(number).0);
                    self.divide(op, slow);
                }
            }
        }
        self.store_int_result();
        asm!(self; =>end);
    }

    /// `a = b < c` and the like.
    pub(super) fn compare(&mut self) {
        let inst = self.inst();
        let (lhs, rhs) = (inst.value_b(), inst.value_c());
        if self.is_no_int(lhs) || self.is_no_int(rhs) {
            return self.execute();
        }
        let (slow, end) = self.slow();
        self.load_ints(lhs, rhs, slow);
        asm!(self; xor edx, edx; cmp rax, rcx);
        match Comparison::ALL[usize::from(inst.aux())] {
            Comparison::Lt => asm!(self; setl dl),
            Comparison::Le => asm!(self; setle dl),
            Comparison::Eq => asm!(self; sete dl),
            Comparison::Ne => asm!(self; setne dl),
            Comparison::Gt => asm!(self; setg dl),
            Comparison::Ge => asm!(self; setge dl),
        }
        self.bool_from_rdx();
        self.store_int_result();
        asm!(self; =>end);
    }

    /// `rax = True if rdx else False`, where `rdx` is 0 or 1.
    fn bool_from_rdx(&mut self) {
        const { assert!(Word::TRUE.0 == Word::FALSE.0 + 4) };
        asm!(self; lea rax, [rdx * 4 + Word::FALSE.0 as i32]);
    }

    /// `a = not b`, for the two bools.
    pub(super) fn unary_not(&mut self) {
        let (slow, end) = self.slow();
        self.load(reg::RAX, self.inst().value_b());
        let (truth, falsehood) = (Word::TRUE.0 as i32, Word::FALSE.0 as i32);
        asm!(self
            ; xor edx, edx
            ; cmp rax, truth
            ; je >known
            ; cmp rax, falsehood
            ; jne =>slow
            ; mov edx, 1
            ; known:);
        self.bool_from_rdx();
        self.store_result();
        asm!(self; =>end);
    }

    /// `a = b is c`; two equal ints are left to the helper, which takes note.
    pub(super) fn is(&mut self) {
        let inst = self.inst();
        if inst.flags & (flag::B_OWNED | flag::C_OWNED) != 0 {
            return self.execute();
        }
        let (slow, end) = self.slow();
        self.load(reg::RCX, inst.value_b());
        self.load(reg::RSI, inst.value_c());
        let not = inst.aux() & 1 != 0;
        asm!(self
            ; xor edx, edx
            ; cmp rcx, rsi
            ; jne >different
            ; test cl, BYTE 1
            ; jnz =>slow
            ; different:);
        if not {
            asm!(self; setne dl);
        } else {
            asm!(self; sete dl);
        }
        self.bool_from_rdx();
        self.store_result();
        asm!(self; =>end);
    }

    /// A comparison of ints and the jump that depends on it.
    pub(super) fn compare_and_jump(&mut self) {
        let inst = self.inst();
        let (comparison, sense, immediate) = fused(inst.op);
        let condition = condition(comparison);
        let condition = if sense { condition } else { condition.negated() };
        let target = self.target();
        let lhs = inst.value_a();
        let (slow, end) = self.slow();
        if immediate {
            let number = i64::from(inst.b as i16);
            self.load(reg::RAX, lhs);
            asm!(self; test al, BYTE 1; jz =>slow);
            let tagged = (number * 2 + 1) as i32;
            self.note(Note::Int(number));
            asm!(self; cmp rax, tagged);
        } else {
            let owned = inst.flags & (flag::A_OWNED | flag::B_OWNED) != 0;
            let other = if owned { slow } else { self.cold_to(ColdCase::CompareFloats, end) };
            self.load_ints(lhs, inst.value_b(), other);
            asm!(self; cmp rax, rcx);
        }
        self.branch(condition, target);
        asm!(self; =>end);
    }
}

/// The comparison of a fused instruction, the truth it jumps on, and whether the right side is an immediate.
pub(super) fn fused(op: Op) -> (Comparison, bool, bool) {
    // Four groups of six: each comparison with both senses, then both again with an immediate.
    let number = op as usize - Op::JUMP_IF_LT as usize;
    (Comparison::ALL[number % 6], (number / 6).is_multiple_of(2), number >= 12)
}

/// The condition for signed words.
fn condition(comparison: Comparison) -> Condition {
    match comparison {
        Comparison::Lt => Condition::Less,
        Comparison::Le => Condition::LessEqual,
        Comparison::Eq => Condition::Equal,
        Comparison::Ne => Condition::NotEqual,
        Comparison::Gt => Condition::Greater,
        Comparison::Ge => Condition::GreaterEqual,
    }
}
