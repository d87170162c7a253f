//! Assembly: offsets, jumps, stack size, exception table; and that lifting undoes it.

use expect_test::{Expect, expect};
use hognose_bytecode::CodeObject;
use hognose_ir::{assemble, lift, parse_cfg};
use std::fmt::Write;

/// Prints code units, tables and stack size, and checks that `lift` and `assemble` give the same object again.
fn check(text: &str, expected: Expect) {
    let mut cfg = parse_cfg(text).expect("a graph");
    if cfg.slots().is_none() {
        cfg.set_slots(hognose_ir::Slots { names: Vec::new(), kinds: Vec::new() });
    }
    let printed = match assemble(&cfg) {
        Ok(code) => {
            let again = lift(&code).map(|cfg| assemble(&cfg).expect("what was lifted can be assembled"));
            assert_eq!(again.map(|code| show(&code)).as_deref(), Ok(&*show(&code)));
            show(&code)
        }
        Err(error) => format!("{error}\n"),
    };
    expected.assert_eq(&printed);
}

fn show(code: &CodeObject) -> String {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ");
    let mut out = String::new();
    let _ = writeln!(out, "code {}", hex(&code.code));
    let _ = writeln!(out, "lines {}", hex(&code.linetable));
    for entry in code.exception_entries().map_while(Result::ok) {
        let lasti = if entry.lasti { " lasti" } else { "" };
        let _ = writeln!(out, "{} to {} -> {} [{}]{lasti}", entry.start, entry.end, entry.target, entry.depth);
    }
    let _ = writeln!(out, "stack {}", code.stacksize);
    out
}

#[test]
fn jumps_get_their_direction_from_the_layout() {
    check(
        "consts None
         b0: RESUME 0 @1:0-1:0; LOAD_CONST 0 @1:0-1:4; POP_JUMP_IF_TRUE b2 @2
         b1: JUMP b0 @3:1-3:200
         b2: LOAD_CONST 0; RETURN_VALUE",
        expect![[r#"
            code 97 00 64 00 73 01 8c 04 64 00 53 00
            lines 80 00 80 04 e8 02 f0 02 00 02 49 03 f8 f8
            stack 1
        "#]],
    );
}

#[test]
fn a_long_way_takes_prefixes() {
    let far = "NOP @1;".repeat(300);
    let mut cfg = parse_cfg(&format!(
        "consts None\nb0: LOAD_CONST 0; POP_JUMP_IF_NONE b2\nb1: {}\nb2: LOAD_CONST 0; RETURN_VALUE",
        far.replace("NOP", "RESUME 0")
    ))
    .expect("a graph");
    cfg.set_slots(hognose_ir::Slots { names: Vec::new(), kinds: Vec::new() });
    let code = assemble(&cfg).expect("it can be assembled");
    assert_eq!(code.code[..8], [0x64, 0, 0x90, 1, 0x81, 44, 0x97, 0]);
}

#[test]
fn handlers_nest_and_marks_leave_gaps() {
    check(
        "consts None
         b0: SETUP_FINALLY b3 @1
         b1: LOAD_CONST 0 @2; SETUP_WITH b4 @3; LOAD_CONST 0 @4; POP_TOP @4; POP_BLOCK @5; POP_TOP @5; POP_BLOCK
         b2: LOAD_CONST 0 @6; RETURN_VALUE @6
         b4: RERAISE 1 @7
         b3: RERAISE 0 @8",
        expect![[r#"
            code 09 00 64 00 09 00 64 00 01 00 01 00 64 00 53 00 77 01 77 00
            lines e8 00 e8 02 e8 02 e8 02 e8 00 e8 02 e8 02 e8 00 e8 02 e8 02
            1 to 2 -> 9 [0]
            3 to 5 -> 8 [0] lasti
            5 to 6 -> 9 [0]
            8 to 9 -> 9 [0]
            stack 2
        "#]],
    );
}

#[test]
fn code_behind_an_empty_range_is_kept_and_so_is_its_stack() {
    check(
        "consts None
         b0: SETUP_FINALLY b2 @1; POP_BLOCK @1; LOAD_CONST 0 @1; RETURN_VALUE @1
         b2: PUSH_EXC_INFO @2; LOAD_CONST 0 @2; POP_TOP @2; POP_TOP @2; RERAISE 0 @2",
        expect![[r#"
            code 64 00 53 00 23 00 64 00 01 00 01 00 77 00
            lines e8 00 e8 00 e8 02 e8 00 e8 00 e8 00 e8 00
            stack 3
        "#]],
    );
}

#[test]
fn what_cannot_be_assembled_is_an_error() {
    check("POP_TOP; RETURN_VALUE", expect![["the evaluation stack runs empty\n"]]);
    check("POP_BLOCK; LOAD_CONST 0; RETURN_VALUE", expect![["POP_BLOCK in b0 has no SETUP\n"]]);
    check("b0: JUMP b1; PUSH_NULL\nb1: PUSH_NULL", expect![["b0 does not end with its jump\n"]]);
    check("b0: LOAD_CONST 0; FOR_ITER b0", expect![["a jump in b0 cannot go that way\n"]]);
    check("b0: JUMP b1", expect![["a jump in b0 goes nowhere\n"]]);
    check(
        "BUILD_LIST 0; UNPACK_SEQUENCE 4294967295; UNPACK_SEQUENCE 4294967295",
        expect![["the evaluation stack is too deep\n"]],
    );
}
