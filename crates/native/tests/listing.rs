//! Golden listings: the templates of small functions.
#![cfg(all(target_arch = "x86_64", unix))]

use expect_test::{Expect, expect};
use hognose_bytecode::{CodeObject, ConstValue, Opcode, kind};
use hognose_native::{NativeError, Part, listing};
use hognose_primitives::{Constant, IBig, Text};
use std::fmt::Write;

/// Code with the parameters `a` and `b`, the local `c`, and constants 7 and 604800.
fn code(text: &str) -> CodeObject {
    let mut code = Vec::new();
    for line in text.split(';').map(str::trim) {
        let (name, arg) = line.split_once(' ').unwrap_or((line, "0"));
        let opcode = Opcode::ALL.iter().find(|opcode| opcode.name() == name).expect("a known instruction");
        code.extend([*opcode as u8, arg.parse().expect("an argument")]);
        code.resize(code.len() + 2 * opcode.caches(), 0);
    }
    CodeObject {
        argcount: 2,
        posonlyargcount: 0,
        kwonlyargcount: 0,
        stacksize: 4,
        flags: 3,
        code: code.into(),
        consts: [7, 604_800].map(|value| ConstValue::Value(Constant::Int(IBig::from(value)))).into(),
        names: ["f"].map(Text::from).into(),
        localsplusnames: ["a", "b", "c"].map(Text::from).into(),
        localspluskinds: [kind::LOCAL; 3].into(),
        filename: "test".into(),
        name: "test".into(),
        qualname: "test".into(),
        firstlineno: 1,
        linetable: [].into(),
        exceptiontable: [].into(),
    }
}

/// The templates, without rare cases; targets of jumps are left out, since they move with everything.
fn check(text: &str, expected: Expect) {
    let listing = listing(&code(text)).expect("the code is valid");
    let mut printed = String::new();
    let mut before = None;
    for line in listing.lines.iter().filter(|line| line.part == Part::Template) {
        if before != line.inst {
            before = line.inst;
            let inst = line.inst.expect("a template belongs to an instruction");
            writeln!(printed, "{}", listing.sources[inst as usize].text).expect("a String takes everything");
        }
        let text = match line.text.split_once(' ') {
            Some((jump, _)) if jump.starts_with('j') => jump,
            _ => &line.text,
        };
        let comment = line.comment.as_ref().map_or(String::new(), |comment| format!(" ; {comment}"));
        writeln!(printed, "    {text}{comment}").expect("a String takes everything");
    }
    expected.assert_eq(&printed);
}

#[test]
fn adds_tagged_ints_in_place() {
    check(
        "LOAD_FAST 0; LOAD_CONST 0; BINARY_OP 0; STORE_FAST 0; LOAD_FAST 0; RETURN_VALUE",
        expect![[r#"
        ADD_IMM =r0, r0, #7
            mov rax, [rbx] ; a
            test al, 1
            je
            add rax, 0xe ; int 7
            jo
            mov [rbx], rax ; a
        RETURN_VALUE r0
            mov rdx, [r12+0x48] ; frame.frame_object
            or rdx, [r12+0x40] ; frame.locals
            jne
            mov rax, [rbx] ; a
            mov rcx, [rbx+8] ; b
            test cl, 3
            je
            mov rcx, [rbx+0x10] ; c
            test cl, 3
            je
            mov rdx, [r12+0x10] ; frame.previous
            mov [r13], rdx ; thread.current_frame
            mov [r13+8], r12 ; thread.next_record
            add dword ptr [r13+0x20], 1 ; thread.recursion_left
            mov rcx, [r12+0x28] ; frame.function
            sub dword ptr [rcx], 1
            je
            cmp dword ptr [r15+0x408], 0 ; heap.pending
            jne
            pop r12
            pop rbx
            pop rbp
            ret
    "#]],
    );
}

#[test]
fn names_a_constant_by_its_value() {
    check(
        "LOAD_CONST 1; RETURN_VALUE",
        expect![[r#"
        RETURN_VALUE k1
            mov rdx, [r12+0x48] ; frame.frame_object
            or rdx, [r12+0x40] ; frame.locals
            jne
            mov eax, 0x127501 ; int 604800
            mov rcx, [rbx] ; a
            test cl, 3
            je
            mov rcx, [rbx+8] ; b
            test cl, 3
            je
            mov rcx, [rbx+0x10] ; c
            test cl, 3
            je
            mov rdx, [r12+0x10] ; frame.previous
            mov [r13], rdx ; thread.current_frame
            mov [r13+8], r12 ; thread.next_record
            add dword ptr [r13+0x20], 1 ; thread.recursion_left
            mov rcx, [r12+0x28] ; frame.function
            sub dword ptr [rcx], 1
            je
            cmp dword ptr [r15+0x408], 0 ; heap.pending
            jne
            pop r12
            pop rbx
            pop rbp
            ret
    "#]],
    );
}

#[test]
fn a_bad_code_object_is_refused() {
    let refused = listing(&code("POP_TOP; LOAD_CONST 0; RETURN_VALUE"));
    assert!(matches!(refused, Err(NativeError::Malformed(_))), "{refused:?}");
}

#[test]
fn the_same_code_gives_the_same_bytes() {
    let code = code("LOAD_FAST 0; LOAD_FAST 1; BINARY_OP 5; RETURN_VALUE");
    assert_eq!(listing(&code), listing(&code));
}
