//! Where a function begins and ends.

use super::{ColdCase, Emitter, Note, asm, owned, reg};
use crate::helper::Helper;
use crate::listing::Part;
use dynasmrt::{DynasmApi, DynasmLabelApi, dynasm};
use hognose_bytecode::flags;
use hognose_lowered::{Op, flag};
use hognose_runtime::frame::frame_flags;
use hognose_runtime::layout::{body, frame, heap, thread};

/// How far behind the general entry the direct one stands: for calls from native code.
pub(crate) const DIRECT_ENTRY: usize = 16;
/// Most locals that are released one by one in native code.
const MOST_LOCALS: usize = 24;
/// Most locals that are cleared one by one in native code.
const MOST_CLEARED: usize = 16;

impl Emitter<'_> {
    /// Whether the frame will belong to a generator.
    pub(super) fn is_generator(&self) -> bool {
        self.input.code.flags & (flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR) != 0
    }

    /// The two entries.
    ///
    /// The general one is called from Rust with thread and frame, and goes on where the frame stands. The direct one is called from
    /// native code with the function in `rdi`, its code in `rsi` and the first argument's address in `rcx`; it makes the frame.
    pub(super) fn function_entry(&mut self) {
        self.begin(Part::Entry, None);
        let general = self.ops.new_dynamic_label();
        let (refuse, refuse_counted) = (self.ops.new_dynamic_label(), self.ops.new_dynamic_label());
        let code = self.input.code;
        let locals = usize::from(self.input.lowered.nlocalsplus);
        let registers = i32::from(self.input.lowered.registers);
        let arguments = code.argcount as usize;
        asm!(self; jmp =>general; .align DIRECT_ENTRY);

        // A new frame behind the caller's.
        asm!(self
            ; mov rdx, [BYTE r13 + thread::NEXT_RECORD as i8]
            ; lea rax, [rcx + registers * 8]
            ; cmp rax, [BYTE r13 + thread::REGISTER_LIMIT as i8]
            ; ja =>refuse
            ; cmp rdx, [BYTE r13 + thread::RECORD_LIMIT as i8]
            ; jae =>refuse
            ; sub DWORD [BYTE r13 + thread::RECURSION_LEFT as i8], BYTE 1
            ; js =>refuse_counted
            ; push rbp
            ; mov rbp, rsp
            ; push rbx
            ; push r12
            ; mov rbx, rcx
            ; mov [BYTE rdx + frame::STACK_TOP as i8], rax
            ; mov [rdx + frame::REGISTERS as i32], rcx
            ; mov [BYTE rdx + frame::CODE as i8], rsi
            ; mov [BYTE rdx + frame::PREVIOUS as i8], r12
            ; mov r12, rdx
            ; mov DWORD [BYTE r12 + frame::PC as i8], DWORD 0
            ; mov DWORD [BYTE r12 + frame::FLAGS as i8], DWORD frame_flags::ENTRY as i32
            ; mov [BYTE r12 + frame::FUNCTION as i8], rdi
            ; mov rax, [rdi + body::FUNCTION_GLOBALS as i32]
            ; mov [BYTE r12 + frame::GLOBALS as i8], rax
            ; mov rax, [rdi + body::FUNCTION_BUILTINS as i32]
            ; mov [BYTE r12 + frame::BUILTINS as i8], rax
            ; xor eax, eax
            ; mov [BYTE r12 + frame::RETURN_REGISTER as i8], rax
            ; mov [BYTE r12 + frame::LOCALS as i8], rax
            ; mov [BYTE r12 + frame::FRAME_OBJECT as i8], rax
            ; mov [BYTE r12 + frame::GENERATOR as i8], rax
            ; mov [BYTE r12 + frame::REPORTED_UNIT as i8], rax
            ; mov [BYTE r13 + thread::CURRENT_FRAME as i8], r12
            ; add rdx, BYTE frame::SIZE as i8
            ; mov [BYTE r13 + thread::NEXT_RECORD as i8], rdx);
        if locals.saturating_sub(arguments) <= MOST_CLEARED {
            for local in arguments..locals {
                self.store_slot(reg::RAX, local as u16);
            }
        } else {
            asm!(self
                ; lea rdi, [rbx + arguments as i32 * 8]
                ; mov ecx, DWORD (locals - arguments) as i32
                ; rep stosq);
        }
        let first = self.labels[usize::from(self.input.lowered.code[0].op == Op::RESUME)];
        asm!(self; jmp =>first);

        self.begin(Part::Entry, None);
        asm!(self
            ; =>refuse_counted
            ; add DWORD [BYTE r13 + thread::RECURSION_LEFT as i8], BYTE 1
            ; =>refuse
            ; mov rsi, rdi
            ; mov rdx, rcx
            ; mov ecx, DWORD arguments as i32
            ; mov rdi, r13
            ; jmp QWORD [r14 + Helper::RefuseCall.offset()]);

        let inner = self.ops.new_dynamic_label();
        asm!(self
            ; =>general
            ; push rbp
            ; mov rbp, rsp
            ; push rbx
            ; push r12
            ; push r13
            ; push r14
            ; push r15
            ; sub rsp, BYTE 8);
        self.note(Note::Text("table of helpers"));
        asm!(self
            ; mov r14, QWORD self.input.table as i64
            ; mov r13, rdi
            ; mov r12, rsi
            ; mov r15, [BYTE r13 + thread::HEAP as i8]
            ; call =>inner
            ; add rsp, BYTE 8
            ; pop r15
            ; pop r14
            ; pop r13
            ; pop r12
            ; pop rbx
            ; pop rbp
            ; ret
            ; =>inner
            ; push rbp
            ; mov rbp, rsp
            ; push rbx
            ; push r12
            ; mov rbx, [r12 + frame::REGISTERS as i32]
            ; mov eax, [BYTE r12 + frame::PC as i8]);
        self.go_to_instruction();
    }

    /// Goes to the template of the instruction in `eax`.
    fn go_to_instruction(&mut self) {
        asm!(self
            ; lea rcx, [=>self.table]
            ; movsxd rax, DWORD [rcx + rax * 4]
            ; add rax, rcx
            ; jmp rax);
    }

    /// What all instructions share, and the table.
    pub(super) fn function_end(&mut self) {
        self.begin(Part::Shared, None);
        // The position is saved, and the thread holds the exception.
        asm!(self; =>self.raise);
        self.thread_and_frame();
        self.call_helper(Helper::Unwind);
        asm!(self; sub eax, BYTE 1; jb >ended);
        self.go_to_instruction();
        asm!(self; ended: ; xor eax, eax; jmp =>self.exit; =>self.leave);
        self.thread_and_frame();
        self.call_helper(Helper::RunInVm);
        asm!(self; =>self.exit; pop r12; pop rbx; pop rbp; ret);
        self.begin(Part::Table, None);
        asm!(self; .align 4, 0xCC; =>self.table);
        let table = self.ops.offset().0;
        for offset in std::mem::take(&mut self.offsets) {
            self.ops.push_i32(offset as i32 - table as i32);
        }
    }

    /// Tests the poll word; a function that was called directly begins behind this, its caller has tested it.
    pub(super) fn resume(&mut self) {
        let (slow, end) = self.slow();
        self.test_poll_word();
        asm!(self; jne =>slow; =>end);
    }

    /// Ends the frame and gives the value to the caller.
    pub(super) fn return_value(&mut self) {
        let inst = self.inst();
        let operand = inst.value_a();
        let locals = self.input.lowered.nlocalsplus;
        let is_owned = owned(inst, flag::A_OWNED);
        let (looked_at, _) = self.cold(ColdCase::Leave);
        if self.is_generator() || usize::from(locals) > MOST_LOCALS {
            asm!(self; jmp =>looked_at);
            return;
        }
        asm!(self
            ; mov rdx, [BYTE r12 + frame::FRAME_OBJECT as i8]
            ; or rdx, [BYTE r12 + frame::LOCALS as i8]
            ; jnz =>looked_at);
        self.load(reg::RAX, operand);
        let moved = operand.as_register().filter(|_| !is_owned);
        if moved.is_none() {
            self.retain_operand(reg::RAX, operand, is_owned);
        }
        for local in (0..locals).filter(|&local| Some(local) != moved) {
            self.load_slot(reg::RCX, local);
            let (release, end) = self.cold(ColdCase::ReleaseQuiet);
            asm!(self; test cl, BYTE 3; jz =>release; =>end);
        }
        let (dead, end) = self.cold(ColdCase::DeadQuiet);
        let (settle, _) = self.cold(ColdCase::Settle);
        asm!(self
            ; mov rdx, [BYTE r12 + frame::PREVIOUS as i8]
            ; mov [BYTE r13 + thread::CURRENT_FRAME as i8], rdx
            ; mov [BYTE r13 + thread::NEXT_RECORD as i8], r12
            ; add DWORD [BYTE r13 + thread::RECURSION_LEFT as i8], BYTE 1
            ; mov rcx, [BYTE r12 + frame::FUNCTION as i8]
            ; sub DWORD [rcx], BYTE 1
            ; jz =>dead
            ; =>end
            ; cmp DWORD [r15 + heap::PENDING as i32], BYTE 0
            ; jne =>settle
            ; pop r12
            ; pop rbx
            ; pop rbp
            ; ret);
    }

    /// The rare case of a return: the frame may outlive its call.
    pub(super) fn leave_looked_at(&mut self) {
        let inst = self.inst();
        let operand = inst.value_a();
        self.save_position();
        self.load(reg::RDX, operand);
        self.retain_operand(reg::RDX, operand, owned(inst, flag::A_OWNED));
        self.thread_and_frame();
        self.call_helper(Helper::Leave);
        asm!(self; jmp =>self.exit);
    }

    /// The rare case of a return: a finalizer must run before the caller goes on.
    pub(super) fn settle_and_exit(&mut self) {
        asm!(self; mov rdi, r13; mov rsi, rax);
        self.call_helper(Helper::Settle);
        asm!(self; jmp =>self.exit);
    }

    pub(super) fn return_generator(&mut self) {
        self.save_position();
        self.thread_and_frame();
        self.call_helper(Helper::MakeGenerator);
        asm!(self; jmp =>self.exit);
    }

    /// Suspends the frame and gives the value to whoever resumed it.
    pub(super) fn yield_value(&mut self) {
        let inst = self.inst();
        let operand = inst.value_b();
        let depth = i32::from(inst.a) - i32::from(self.input.lowered.nlocalsplus);
        self.save_position();
        self.thread_and_frame();
        asm!(self; mov edx, DWORD depth);
        self.call_helper(Helper::Suspend);
        self.load(reg::RAX, operand);
        self.retain_operand(reg::RAX, operand, owned(inst, flag::B_OWNED));
        asm!(self; jmp =>self.exit);
    }
}
