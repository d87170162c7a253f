//! Loops.

use super::{ColdCase, Emitter, asm, reg};
use dynasmrt::{DynasmApi, DynasmLabelApi, dynasm};
use hognose_runtime::heap::TupleBody;
use hognose_runtime::layout::{body, list_layout};
use hognose_runtime::object::iterator::{ListIteratorBody, RangeIteratorBody, TupleIteratorBody};
use hognose_runtime::object::list::ListBody;

impl Emitter<'_> {
    /// `a` = next item of the iterator in `b`: ranges here, lists and tuples as a rare case. The end is left to the helper.
    pub(super) fn for_iter(&mut self) {
        let inst = self.inst();
        let (slow, end) = self.slow();
        let other = self.cold_to(ColdCase::NextItem, end);
        self.load_slot(reg::RCX, inst.b);
        if self.input.exact_identity {
            // The items of a range may have to be boxed.
            asm!(self; jmp =>other; =>end);
            return;
        }
        self.check_exact::<RangeIteratorBody>(reg::RCX, other);
        asm!(self
            ; mov rdx, [rcx + body::RANGE_LEFT as i32]
            ; sub rdx, BYTE 1
            ; jb =>slow
            ; mov rsi, [rcx + body::RANGE_NEXT as i32]
            ; mov rax, rsi
            ; add rax, rax
            ; jo =>slow
            ; or rax, BYTE 1
            ; add rsi, [rcx + body::RANGE_STEP as i32]
            ; mov [rcx + body::RANGE_LEFT as i32], rdx
            ; mov [rcx + body::RANGE_NEXT as i32], rsi);
        self.store_result();
        asm!(self; =>end);
    }

    /// The rare case of a loop: the next item of a list or a tuple.
    pub(super) fn next_item(&mut self) {
        let (slow, end) = self.slow();
        let (tuple, found) = (self.ops.new_dynamic_label(), self.ops.new_dynamic_label());
        let list = list_layout();
        self.check_exact::<ListIteratorBody>(reg::RCX, tuple);
        asm!(self; mov rdx, [rcx + body::LIST_ITERATOR_LIST as i32]);
        self.check_exact::<ListBody>(reg::RDX, slow);
        asm!(self
            ; mov rsi, [rcx + body::LIST_ITERATOR_INDEX as i32]
            ; cmp rsi, [rdx + list.len as i32]
            ; jae =>slow
            ; mov rax, [rdx + list.items as i32]
            ; mov rax, [rax + rsi * 8]
            ; add rsi, BYTE 1
            ; mov [rcx + body::LIST_ITERATOR_INDEX as i32], rsi
            ; jmp =>found
            ; =>tuple);
        self.check_exact::<TupleIteratorBody>(reg::RCX, slow);
        asm!(self; mov rdx, [rcx + body::TUPLE_ITERATOR_TUPLE as i32]);
        self.check_exact::<TupleBody>(reg::RDX, slow);
        asm!(self
            ; mov rsi, [rcx + body::TUPLE_ITERATOR_INDEX as i32]
            ; cmp rsi, [rdx + body::TUPLE_LEN as i32]
            ; jae =>slow
            ; mov rax, [rdx + body::TUPLE_ITEMS as i32]
            ; mov rax, [rax + rsi * 8]
            ; add rsi, BYTE 1
            ; mov [rcx + body::TUPLE_ITERATOR_INDEX as i32], rsi
            ; =>found);
        self.retain(reg::RAX);
        self.store_result();
        asm!(self; =>end);
    }
}
