//! Code that all functions of an engine share: it stands once, at the start of the arena.

use super::asm;
use crate::helper::Helper;
use dynasmrt::x64::X64Relocation;
use dynasmrt::{DynasmApi, DynasmLabelApi, VecAssembler, dynasm};
use hognose_runtime::layout::{body, heap};
use hognose_runtime::object::float::FloatBody;

/// The code, and the offsets in it of [`Helper::Dead`], [`Helper::DeadQuiet`] and [`Helper::Float`].
pub(crate) struct SharedCode {
    pub bytes: Vec<u8>,
    pub entries: [(Helper, usize); 3],
}

struct Assembly {
    ops: VecAssembler<X64Relocation>,
}

/// Assembles the shared code.
pub(crate) fn assemble(address: usize) -> SharedCode {
    let mut a = Assembly { ops: VecAssembler::new(address) };
    let free = heap::free_list::<FloatBody>() as i32;
    let mut entries = [(Helper::Dead, 0), (Helper::DeadQuiet, 0), (Helper::Float, 0)];
    for (entry, (helper, destroy)) in
        [(Helper::Dead, Helper::Destroy), (Helper::DeadQuiet, Helper::DestroyQuiet)].into_iter().enumerate()
    {
        entries[entry] = (helper, a.ops.offset().0);
        asm!(a
            ; mov rdx, [r14 + Helper::FloatHeader.offset()]
            ; sub rdx, BYTE 1
            ; cmp [rdi], rdx
            ; jne >other
            // A float owns nothing: its cell goes back to the free list.
            ; mov rdx, [r15 + free]
            ; mov QWORD [rdi], DWORD 0
            ; mov [rdi + heap::FREE_NEXT as i32], rdx
            ; mov [r15 + free], rdi
            ; ret
            ; other:
            ; push rax
            ; mov rsi, rdi
            ; mov rdi, r13
            ; call QWORD [r14 + destroy.offset()]
            ; pop rax
            ; ret
            ; .align 16);
    }
    entries[2] = (Helper::Float, a.ops.offset().0);
    asm!(a
        ; mov rax, [r15 + free]
        ; test rax, rax
        ; jz >empty
        ; mov rdx, [rax + heap::FREE_NEXT as i32]
        ; mov [r15 + free], rdx
        ; mov rdx, [r14 + Helper::FloatHeader.offset()]
        ; mov [rax], rdx
        ; mov rdx, [r14 + Helper::FloatType.offset()]
        ; mov [rax + 8], rdx
        ; movsd [rax + body::FLOAT as i32], xmm0
        ; ret
        ; empty:
        ; push rcx
        ; mov rdi, r13
        ; call QWORD [r14 + Helper::NewFloat.offset()]
        ; pop rcx
        ; ret);
    let bytes = a.ops.finalize().expect("the shared code jumps within itself");
    SharedCode { bytes, entries }
}
