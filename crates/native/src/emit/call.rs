//! Calls.

use super::function::DIRECT_ENTRY;
use super::{ColdCase, Emitter, Note, asm, reg};
use crate::helper::{Helper, inst_bits};
use dynasmrt::{DynamicLabel, DynasmApi, DynasmLabelApi, dynasm};
use hognose_lowered::Op;
use hognose_runtime::layout::{body, frame};
use hognose_runtime::object::function::FunctionBody;

impl Emitter<'_> {
    /// A call: direct when the callable is a Python function with native code that takes exactly these arguments.
    pub(super) fn call(&mut self) {
        let inst = self.inst();
        let (base, count) = (inst.a, inst.b);
        let method = inst.op.generic() == Op::CALL_METHOD;
        if method && self.is_generator() {
            return self.call_through_helper();
        }
        let (other, end) = self.cold(ColdCase::Call);
        let after = self.cold_to(ColdCase::PollAfterCall, end);
        if method {
            self.load_slot(reg::RDI, base);
            asm!(self
                ; lea rcx, [rbx + (i32::from(base) + 1) * 8]
                ; mov edx, DWORD i32::from(count) + 1
                ; test rdi, rdi
                ; jnz >callable);
            self.load_slot(reg::RDI, base + 1);
            asm!(self; add rcx, BYTE 8; sub edx, BYTE 1; callable:);
        } else {
            self.load_slot(reg::RDI, base + 1);
        }
        self.check_exact::<FunctionBody>(reg::RDI, other);
        asm!(self; mov rsi, [rdi + body::FUNCTION_CODE as i32]);
        if method {
            asm!(self; cmp [rsi + body::CODE_ARGCOUNT as i32], edx);
        } else {
            asm!(self; cmp DWORD [rsi + body::CODE_ARGCOUNT as i32], DWORD i32::from(count));
        }
        asm!(self
            ; jne =>other
            ; cmp BYTE [rsi + body::CODE_SIMPLE as i32], BYTE 0
            ; je =>other
            ; mov rax, [rsi + body::CODE_ENTRY as i32]
            ; test rax, rax
            ; jz =>other);
        self.test_poll_word();
        asm!(self; jne =>other);
        self.save_position();
        if !method {
            if self.is_generator() {
                // The registers of a generator's frame lie in a block of its own.
                asm!(self; mov rcx, [BYTE r12 + frame::STACK_TOP as i8]);
                for index in 0..count {
                    self.load_slot(reg::RDX, base + 2 + index);
                    asm!(self; mov [rcx + i32::from(index) * 8], rdx);
                }
            } else {
                asm!(self; lea rcx, [rbx + (i32::from(base) + 2) * 8]);
            }
        }
        asm!(self; add rax, BYTE DIRECT_ENTRY as i8; call rax; test rax, rax; jz =>self.raise);
        self.store_slot(reg::RAX, base);
        self.test_poll_word();
        asm!(self; jne =>after; =>end);
    }

    /// A call that is never direct.
    pub(super) fn call_through_helper(&mut self) {
        self.call_helper_for_call();
        asm!(self; ja =>self.leave);
    }

    /// Raised goes to the handler; otherwise *above* says that the interpreter must go on.
    fn call_helper_for_call(&mut self) {
        let (at, inst) = (self.at, self.inst());
        self.save_position();
        self.thread_and_frame();
        self.note(Note::Inst(at));
        asm!(self; mov rdx, QWORD inst_bits(inst) as i64);
        self.call_helper(Helper::Call);
        asm!(self; cmp eax, BYTE 1; jb =>self.raise);
    }

    /// The rare case of a call: any other callable.
    pub(super) fn general_call(&mut self, end: DynamicLabel) {
        self.call_helper_for_call();
        asm!(self; je =>end; jmp =>self.leave);
    }

    /// The rare case of a call that has returned: something has set the poll word.
    pub(super) fn poll_after_call(&mut self) {
        let base = i32::from(self.inst().a);
        self.thread_and_frame();
        asm!(self; mov edx, DWORD base);
        self.call_helper(Helper::PollAfterCall);
        asm!(self; cmp eax, BYTE 1; jb =>self.raise; ja =>self.leave);
    }
}
