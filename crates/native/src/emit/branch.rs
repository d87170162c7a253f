//! Jumps, moves and truth tests.

use super::{Cold, ColdCase, Condition, Emitter, asm, reg};
use crate::helper::Helper;
use dynasmrt::{DynamicLabel, DynasmApi, DynasmLabelApi, dynasm};
use hognose_lowered::{Op, flag};
use hognose_primitives::bug;
use hognose_runtime::Word;
use hognose_runtime::layout::thread;

impl Emitter<'_> {
    /// A conditional jump to a label.
    pub(super) fn jump_when(&mut self, condition: Condition, label: DynamicLabel) {
        match condition {
            Condition::Equal => asm!(self; je =>label),
            Condition::NotEqual => asm!(self; jne =>label),
            Condition::Less => asm!(self; jl =>label),
            Condition::LessEqual => asm!(self; jle =>label),
            Condition::Greater => asm!(self; jg =>label),
            Condition::GreaterEqual => asm!(self; jge =>label),
            Condition::Above => asm!(self; ja =>label),
            Condition::AboveEqual => asm!(self; jae =>label),
            Condition::Below => asm!(self; jb =>label),
            Condition::BelowEqual => asm!(self; jbe =>label),
        }
    }

    /// Compares the poll word with zero. Uses `rdx`.
    pub(super) fn test_poll_word(&mut self) {
        asm!(self; mov rdx, [BYTE r13 + thread::POLL as i8]; cmp DWORD [rdx], BYTE 0);
    }

    /// A jump to an instruction; backward it tests the poll word.
    pub(super) fn jump(&mut self, target: u32) {
        let label = self.labels[target as usize];
        if target <= self.at {
            let poll = self.poll_before(target);
            self.test_poll_word();
            asm!(self; jne =>poll);
        }
        asm!(self; jmp =>label);
    }

    /// A conditional jump to an instruction; backward it tests the poll word when taken.
    pub(super) fn branch(&mut self, condition: Condition, target: u32) {
        let label = self.labels[target as usize];
        if target > self.at {
            return self.jump_when(condition, label);
        }
        let next = self.ops.new_dynamic_label();
        let poll = self.poll_before(target);
        self.jump_when(condition.negated(), next);
        self.test_poll_word();
        asm!(self; je =>label; jmp =>poll; =>next);
    }

    fn poll_before(&mut self, target: u32) -> DynamicLabel {
        let (begin, end) = (self.ops.new_dynamic_label(), self.labels[target as usize]);
        self.cold.push(Cold { inst: self.at, begin, end, what: ColdCase::Poll { target } });
        begin
    }

    /// The rare case of a jump backward: something has set the poll word.
    pub(super) fn poll_jump(&mut self, target: u32) {
        self.save_position();
        self.thread_and_frame();
        asm!(self; mov edx, DWORD target as i32);
        self.call_helper(Helper::Poll);
        let label = self.labels[target as usize];
        asm!(self; cmp eax, BYTE 1; jb =>self.raise; ja =>self.leave; jmp =>label);
    }

    pub(super) fn move_value(&mut self) {
        let inst = self.inst();
        match inst.op {
            Op::COPY => {
                let operand = inst.value_b();
                self.load(reg::RAX, operand);
                if operand.as_register().is_some() {
                    // What is copied may be NULL.
                    asm!(self; test al, BYTE 3; jnz >uncounted; test rax, rax; jz >uncounted);
                    asm!(self; inc DWORD [rax]; uncounted:);
                } else {
                    self.retain_operand(reg::RAX, operand, false);
                }
                self.store_result();
            }
            Op::MOVE => {
                self.load_slot(reg::RAX, inst.b);
                self.store_result();
            }
            Op::SWAP => {
                self.load_slot(reg::RAX, inst.a);
                self.load_slot(reg::RCX, inst.b);
                self.store_slot(reg::RCX, inst.a);
                self.store_slot(reg::RAX, inst.b);
            }
            Op::PUSH_NULL => {
                asm!(self; xor eax, eax);
                self.store_slot(reg::RAX, inst.a);
            }
            Op::POP_TOP => {
                self.load_slot(reg::RCX, inst.a);
                let (release, end) = self.cold(ColdCase::Release);
                asm!(self; test cl, BYTE 3; jz =>release; =>end);
            }
            _ => {
                let (slow, end) = self.slow();
                self.load_slot(reg::RAX, inst.a);
                asm!(self; test rax, rax; jz =>slow; =>end);
            }
        }
    }

    /// Jumps on the truth of bools, None and ints; the rest is left to the helper.
    pub(super) fn jump_if_truth(&mut self) {
        let inst = self.inst();
        let target = self.target();
        let sense = inst.op == Op::JUMP_IF_TRUE;
        let (slow, end) = self.slow();
        let taken = self.ops.new_dynamic_label();
        self.load(reg::RAX, inst.value_a());
        let (on_true, on_false) = if sense { (taken, end) } else { (end, taken) };
        asm!(self
            ; cmp rax, Word::TRUE.0 as i32
            ; je =>on_true
            ; cmp rax, Word::FALSE.0 as i32
            ; je =>on_false
            ; cmp rax, Word::NONE.0 as i32
            ; je =>on_false
            ; test al, BYTE 1
            ; jz =>slow
            ; cmp rax, BYTE bug!("zero-is-true", 1, 0));
        if sense {
            asm!(self; je =>end; =>taken);
        } else {
            asm!(self; jne =>end; =>taken);
        }
        self.jump(target);
        asm!(self; =>end);
    }

    pub(super) fn jump_if_none(&mut self) {
        let inst = self.inst();
        let target = self.target();
        let is_owned = inst.flags & flag::A_OWNED != 0;
        self.load(reg::RCX, inst.value_a());
        let next = self.ops.new_dynamic_label();
        if inst.op == Op::JUMP_IF_NONE {
            let other = self.ops.new_dynamic_label();
            asm!(self; cmp rcx, Word::NONE.0 as i32; jne =>other);
            self.jump(target);
            asm!(self; =>other);
            if is_owned {
                self.release_rcx();
            }
        } else {
            asm!(self; cmp rcx, Word::NONE.0 as i32; je =>next);
            if is_owned {
                self.release_rcx();
            }
            self.jump(target);
        }
        asm!(self; =>next);
    }

    /// Bools and None; the rest is left to the helper.
    pub(super) fn jump_or_pop(&mut self) {
        let inst = self.inst();
        let target = self.target();
        let (slow, end) = self.slow();
        let taken = self.ops.new_dynamic_label();
        self.load_slot(reg::RAX, inst.a);
        let sense = inst.op == Op::JUMP_IF_TRUE_OR_POP;
        let (on_true, on_false) = if sense { (taken, end) } else { (end, taken) };
        asm!(self
            ; cmp rax, Word::TRUE.0 as i32
            ; je =>on_true
            ; cmp rax, Word::FALSE.0 as i32
            ; je =>on_false
            ; cmp rax, Word::NONE.0 as i32
            ; je =>on_false
            ; jmp =>slow
            ; =>taken);
        self.jump(target);
        asm!(self; =>end);
    }

    pub(super) fn jump_if_is(&mut self) {
        let inst = self.inst();
        let target = self.target();
        if inst.flags & (flag::A_OWNED | flag::B_OWNED) == flag::A_OWNED | flag::B_OWNED {
            return self.execute();
        }
        let (slow, end) = self.slow();
        self.load(reg::RCX, inst.value_a());
        self.load(reg::RAX, inst.value_b());
        // Two equal ints are left to the helper, which takes note.
        asm!(self; cmp rcx, rax; jne >different; test cl, BYTE 1; jnz =>slow; different:);
        let owned = inst.flags & (flag::A_OWNED | flag::B_OWNED);
        if owned == 0 {
            self.branch(if inst.op == Op::JUMP_IF_IS { Condition::Equal } else { Condition::NotEqual }, target);
            asm!(self; =>end);
            return;
        }
        if owned == flag::B_OWNED {
            asm!(self; xchg rax, rcx);
        }
        // The answer survives the release in `rax`.
        asm!(self; cmp rcx, rax; mov eax, 0; sete al);
        self.release_rcx();
        asm!(self; test eax, eax);
        self.branch(if inst.op == Op::JUMP_IF_IS { Condition::NotEqual } else { Condition::Equal }, target);
        asm!(self; =>end);
    }
}
