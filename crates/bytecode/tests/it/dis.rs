//! Listings.

use crate::function;
use expect_test::{Expect, expect};
use hognose_bytecode::dis::{Addresses, Options, code_info, dis};
use hognose_bytecode::{CodeObject, ConstValue, ExceptionEntry, Location, encode_exception_table, encode_linetable};
use std::sync::Arc;

fn check(code: &CodeObject, options: &Options, expected: Expect) {
    // The name keeps the blanks at the start of all other lines.
    expected.assert_eq(&format!("{}\n{}", code.name, dis(code, options)));
}

fn with_lines(text: &str, lines: &[(i32, usize)]) -> CodeObject {
    let place = |line| Location { line, end_line: line, column: 4, end_column: 9 };
    let linetable = encode_linetable(3, lines.iter().map(|(line, units)| (place(*line), *units))).into();
    CodeObject { linetable, ..function(text) }
}

#[test]
fn a_function_with_a_handler() {
    let mut code = with_lines(
        "RESUME; LOAD_GLOBAL 1; LOAD_CONST 2; PRECALL 1; CALL 1; RETURN_VALUE; PUSH_EXC_INFO; STORE_FAST 1; POP_EXCEPT; LOAD_CONST 3; JUMP_BACKWARD 6",
        &[(3, 1), (4, 15), (1005, 5)],
    );
    code.exceptiontable =
        encode_exception_table(&[ExceptionEntry { start: 1, end: 15, target: 16, depth: 0, lasti: true }]).into();
    check(
        &code,
        &Options { lasti: Some(20), ..Options::default() },
        expect![[r#"
            f
               3           0 RESUME                   0

               4           2 LOAD_GLOBAL              1 (NULL + x)
                          14 LOAD_CONST               2 (('a', 'b'))
                          16 PRECALL                  1
                 -->      20 CALL                     1
                     >>   30 RETURN_VALUE

            1005     >>   32 PUSH_EXC_INFO
                          34 STORE_FAST               1 (b)
                          36 POP_EXCEPT
                          38 LOAD_CONST               3 (1.5)
                          40 JUMP_BACKWARD            6 (to 30)
            ExceptionTable:
              2 to 28 -> 32 [0] lasti
        "#]],
    );
}

#[test]
fn nested_code_follows() {
    let mut code = function("LOAD_CONST; MAKE_FUNCTION 9; FORMAT_VALUE 6; BINARY_OP 13; RETURN_VALUE");
    code.consts[0] = ConstValue::Code(Arc::new(with_lines("COMPARE_OP 5; RETURN_VALUE", &[(0, 3)])));
    check(
        &code,
        &Options::default(),
        expect![[r#"
            f
                      0 LOAD_CONST               0 (<code object f at <@1>, file "f.py", line 3>)
                      2 MAKE_FUNCTION            9 (defaults, closure)
                      4 FORMAT_VALUE             6 (repr, with format)
                      6 BINARY_OP               13 (+=)
                     10 RETURN_VALUE

            Disassembly of <code object f at <@1>, file "f.py", line 3>:
              0           0 COMPARE_OP               5 (>=)
                          6 RETURN_VALUE
        "#]],
    );
}

#[test]
fn more_than_cpython_shows() {
    let code = with_lines("LOAD_CONST 258; UNARY_NOT; BINARY_OP 0; RETURN_VALUE", &[(3, 2), (4, 1), (-1, 3)]);
    let options = Options { show_bytes: true, show_positions: true, show_caches: true, ..Options::default() };
    check(
        &code,
        &options,
        expect![[r#"
            f
              3           0  90 01  EXTENDED_ARG             1  ; 3:4-3:9
                          2  64 02  LOAD_CONST             258  ; 3:4-3:9

              4           4  0c 00  UNARY_NOT  ; 4:4-4:9
                          6  7a 00  BINARY_OP                0 (+)  ; no place
                          8  00 00  CACHE                    0  ; no place
                         10  53 00  RETURN_VALUE  ; no place
        "#]],
    );
}

#[test]
fn any_bytes_have_a_listing() {
    let code = CodeObject {
        code: Box::new([3, 1, 144, 255, 144, 255, 144, 255, 144, 255, 110, 255, 255, 255, 100]),
        exceptiontable: Box::new([0x80, 9, 0x7F, 0x7F, 0x3F, 0x00, 0x80]),
        ..function("NOP")
    };
    check(
        &code,
        &Options::default(),
        expect![[r#"
            f
                      0 <3>
                      2 EXTENDED_ARG           255
                      4 EXTENDED_ARG         65535
                      6 EXTENDED_ARG         16777215
                      8 EXTENDED_ARG            -1
                >>   10 JUMP_FORWARD            -1 (to 10)
                     12 <255>                  255
            ExceptionTable:
              0 to 16 -> 524286 [0]
        "#]],
    );
}

#[test]
fn fields() {
    let code = function("NOP");
    let options = Options { addresses: Addresses::Supplied(&|_| 0xC0DE), ..Options::default() };
    expect![[r#"
        Name:              f
        Filename:          f.py
        Argument count:    0
        Positional-only arguments: 0
        Kw-only arguments: 0
        Number of locals:  2
        Stack size:        4
        Flags:             OPTIMIZED, NEWLOCALS
        Constants:
           0: None
           1: 1
           2: ('a', 'b')
           3: 1.5
        Names:
           0: x
           1: y
        Variable names:
           0: a
           1: b"#]]
    .assert_eq(&code_info(&code, &options));
}
