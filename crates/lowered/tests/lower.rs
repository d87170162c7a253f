//! Golden tests of the lowering: CPython's instructions in, register code out.

use expect_test::{Expect, expect};
use hognose_bytecode::{CodeObject, ConstValue, Opcode, kind};
use hognose_lowered::{Form, LowerError, Options, lower, verify};
use hognose_primitives::{Constant, IBig, Text};

/// Code with two parameters, a third local, constants 7 and 100000, names `f` and `g`, and a stack of eight slots.
fn code(text: &str, exceptiontable: &[u8]) -> CodeObject {
    let mut code = Vec::new();
    for line in text.split(';').map(str::trim).filter(|line| !line.is_empty()) {
        let (name, arg) = line.split_once(' ').unwrap_or((line, "0"));
        let opcode = Opcode::ALL.iter().find(|opcode| opcode.name() == name).expect("a known instruction");
        code.extend([*opcode as u8, arg.parse().expect("an argument")]);
        code.resize(code.len() + 2 * opcode.caches(), 0);
    }
    CodeObject {
        argcount: 2,
        posonlyargcount: 0,
        kwonlyargcount: 0,
        stacksize: 8,
        flags: 3,
        code: code.into(),
        consts: [7, 100_000].map(|value| ConstValue::Value(Constant::Int(IBig::from(value)))).into(),
        names: ["f", "g"].map(Text::from).into(),
        localsplusnames: ["a", "b", "c"].map(Text::from).into(),
        localspluskinds: [kind::LOCAL; 3].into(),
        filename: "test".into(),
        name: "test".into(),
        qualname: "test".into(),
        firstlineno: 1,
        linetable: [].into(),
        exceptiontable: exceptiontable.into(),
    }
}

fn check_form(form: Form, text: &str, exceptiontable: &[u8], expected: Expect) {
    let code = code(text, exceptiontable);
    let printed = match lower(&code, Options { form, exact_identity: false }) {
        Ok(lowered) => {
            verify(&lowered, &code).expect("register code is valid");
            lowered.to_string()
        }
        Err(error) => error.to_string(),
    };
    expected.assert_eq(&printed);
}

fn check(text: &str, expected: Expect) {
    check_form(Form::Folded, text, &[], expected);
}

#[test]
fn folds_loads_stores_and_immediates() {
    check(
        "LOAD_FAST 0; LOAD_CONST 0; BINARY_OP 0; LOAD_FAST 1; LOAD_CONST 1; BINARY_OP 18; BINARY_OP 5; STORE_FAST 2; LOAD_FAST 2; RETURN_VALUE",
        expect![[r#"
            Folded: 3 locals, 11 registers
               0 @2    ADD_IMM r3, r0, #7
               1 @6    MUL = r4, r1, k1  [r3]
               2 @8    MUL =r2, !r3, !r4
               3 @12   RETURN_VALUE r2
        "#]],
    );
}

#[test]
fn checks_a_local_once_where_it_may_be_unbound() {
    check(
        "LOAD_FAST 2; LOAD_FAST 2; BINARY_OP 0; RETURN_VALUE",
        expect![[r#"
        Folded: 3 locals, 11 registers
           0 @0    CHECK_FAST r2
           1 @2    ADD r3, r2, r2
           2 @4    RETURN_VALUE !r3
    "#]],
    );
}

#[test]
fn a_store_copies_home_what_reads_the_local() {
    // a + (a := b)
    check(
        "LOAD_FAST 0; LOAD_FAST 1; COPY 1; STORE_FAST 0; BINARY_OP 0; RETURN_VALUE",
        expect![[r#"
        Folded: 3 locals, 11 registers
           0 @3    COPY r3, r0  [r0 r1]
           1 @3    COPY =r0, r1  [r3 r1]
           2 @4    ADD r3, !r3, r1
           3 @6    RETURN_VALUE !r3
    "#]],
    );
}

#[test]
fn swaps_two_locals_with_one_temporary() {
    check(
        "LOAD_FAST 1; LOAD_FAST 0; SWAP 2; STORE_FAST 0; STORE_FAST 1; LOAD_CONST 0; RETURN_VALUE",
        expect![[r#"
        Folded: 3 locals, 11 registers
           0 @3    COPY r3, r0  [r0]
           1 @3    COPY =r0, r1  [r3]
           2 @4    MOVE =r1, r3
           3 @6    RETURN_VALUE k0
    "#]],
    );
}

#[test]
fn fuses_comparison_and_jump_and_tests_loops_at_the_end() {
    check(
        "LOAD_FAST 0; LOAD_CONST 0; COMPARE_OP 0; POP_JUMP_FORWARD_IF_FALSE 11; LOAD_FAST 0; LOAD_CONST 0; BINARY_OP 13; STORE_FAST 0; \
         LOAD_FAST 0; LOAD_FAST 1; COMPARE_OP 0; POP_JUMP_BACKWARD_IF_TRUE 11; LOAD_CONST 0; RETURN_VALUE",
        expect![[r#"
            Folded: 3 locals, 11 registers
               0 @2    JUMP_IF_NOT_LT_IMM r0, #7, +3
               1 @8    ADD_IMM = =r0, r0, #7
               2 @13   JUMP_IF_LT r0, r1, -1
               3 @18   RETURN_VALUE k0
        "#]],
    );
}

#[test]
fn calls_have_their_operands_at_home() {
    check(
        "LOAD_GLOBAL 1; LOAD_FAST 0; LOAD_CONST 0; PRECALL 2; CALL 2; LOAD_METHOD 1; LOAD_FAST 1; KW_NAMES 0; PRECALL 1; CALL 1; RETURN_VALUE",
        expect![[r#"
            Folded: 3 locals, 11 registers
               0 @0    LOAD_GLOBAL r4, name 0, cache 0  [null]
               1 @10   COPY r5, r0  [null r4 r0 k0]
               2 @10   COPY r6, k0  [null r4 r5 k0]
               3 @10   CALL r3.., 2, cache 1
               4 @15   LOAD_METHOD r3.., !r3, cache 2
               5 @30   COPY r5, r1  [r3 r4 r1]
               6 @30   CALL_KW r3.., 1, cache 3
               7 @35   RETURN_VALUE !r3
        "#]],
    );
}

#[test]
fn a_loop_over_an_iterator_stores_into_the_local() {
    check(
        "LOAD_FAST 0; GET_ITER; FOR_ITER 2; STORE_FAST 2; JUMP_BACKWARD 3; LOAD_CONST 0; RETURN_VALUE",
        expect![[r#"
            Folded: 3 locals, 11 registers
               0 @1    GET_ITER r3, r0
               1 @2    FOR_ITER =r2, r3, +2  [r3]
               2 @4    JUMP -1  [r3]
               3 @6    RETURN_VALUE k0
        "#]],
    );
}

#[test]
fn handlers_keep_their_depth() {
    // A loop's iterator stays below a handler that covers the body.
    check_form(
        Form::Folded,
        "LOAD_FAST 0; GET_ITER; FOR_ITER 7; STORE_FAST 2; LOAD_FAST 2; LOAD_CONST 0; BINARY_OP 11; POP_TOP; JUMP_BACKWARD 8; \
         LOAD_CONST 0; RETURN_VALUE; PUSH_EXC_INFO; POP_TOP; POP_EXCEPT; JUMP_BACKWARD 14",
        &[0x80 | 3, 5, 12, 1 << 1],
        expect![[r#"
            Folded: 3 locals, 11 registers
               0 @1    GET_ITER r3, r0
               1 @2    FOR_ITER =r2, r3, +4  [r3]
               2 @6    DIV r4, r2, k0  [r3]
               3 @8    POP_TOP r4  [r3]
               4 @9    JUMP -3  [r3]
               5 @11   RETURN_VALUE k0
               6 @12   PUSH_EXC_INFO r4  [r3 r4]
               7 @13   POP_TOP r5  [r3 r4]
               8 @14   POP_EXCEPT r4  [r3]
               9 @15   JUMP -8  [r3]
            @3..@8 -> 6 depth 1
        "#]],
    );
}

#[test]
fn plain_code_is_one_to_one() {
    check_form(
        Form::Plain,
        "LOAD_FAST 0; LOAD_CONST 0; BINARY_OP 0; STORE_FAST 2; NOP; LOAD_FAST 2; LOAD_FAST 1; COMPARE_OP 0; POP_JUMP_FORWARD_IF_FALSE 1; NOP; \
         LOAD_CONST 1; RETURN_VALUE",
        &[],
        expect![[r#"
            Plain: 3 locals, 11 registers
               0 @0    CHECK_FAST r0
               1 @0    COPY r3, r0  [r0]
               2 @1    COPY r4, k0  [r3 k0]
               3 @2    ADD r3, !r3, !r4
               4 @4    MOVE =r2, r3
               5 @5    NOP
               6 @6    CHECK_FAST r2
               7 @6    COPY r3, r2  [r2]
               8 @7    CHECK_FAST r1  [r3]
               9 @7    COPY r4, r1  [r3 r1]
              10 @8    COMPARE_OP < r3, !r3, !r4
              11 @11   JUMP_IF_FALSE !r3, +2
              12 @12   NOP
              13 @13   COPY r3, k1  [k1]
              14 @14   RETURN_VALUE !r3
        "#]],
    );
}

#[test]
fn names_what_is_not_done() {
    check("LOAD_FAST 0; GET_AWAITABLE; RETURN_VALUE", expect!["unsupported: async (code unit 1)"]);
}

#[test]
fn refuses_broken_code() {
    check("BINARY_OP 0; RETURN_VALUE", expect!["malformed code: stack underflow (code unit 0)"]);
    check("LOAD_FAST 9; RETURN_VALUE", expect!["malformed code: no such local (code unit 0)"]);
    check("JUMP_FORWARD 9", expect!["malformed code: jump to no instruction (code unit 0)"]);
    check("NOP", expect!["malformed code: control runs off the end (code unit 1)"]);
    assert!(matches!(
        lower(&code("", &[]), Options { form: Form::Folded, exact_identity: false }),
        Err(LowerError::Malformed { .. })
    ));
}
