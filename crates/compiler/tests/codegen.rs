//! Graphs as code generation leaves them, and the errors and warnings it gives.

use expect_test::{Expect, expect};
use hognose_compiler::{
    CompileError, Options, Plan, Profile, Source, codegen_options, compile, finish, fold, future, parse, symbols,
};
use hognose_syntax::Arena;
use std::sync::Arc;

fn source(text: &str) -> Source {
    Source::from_text(text).expect("no NUL in tests")
}

/// The graphs of all units, innermost first.
fn graphs(text: &str, options: &Options<'_>) -> Result<String, CompileError> {
    let arena = Arena::new();
    let mut fuel = options.fuel();
    let tree = parse(&arena, &source(text), options)?.tree;
    let future = future(&tree, options)?;
    let tree = fold(&arena, &tree, &future, options, &mut fuel)?;
    let symbols = symbols(&arena, &tree, &future, options)?;
    let mut out = String::new();
    hognose_codegen::generate(&arena, &tree, &symbols, &codegen_options(&future, options), &mut |cfg| {
        out.push_str(&cfg.to_string());
        Ok(Arc::new(finish(cfg, options, &mut fuel)?))
    })?;
    Ok(out)
}

fn check(text: &str, expected: Expect) {
    expected.assert_eq(&graphs(text, &Options::default()).expect("the program is valid"));
}

fn check_error(text: &str, expected: Expect) {
    let shown = match compile(&source(text), &Options::default()) {
        Err(CompileError::Syntax(error)) => format!("{error} {:?}", error.location),
        Err(CompileError::Unsupported(construct)) => construct.to_string(),
        Ok(compiled) => compiled
            .warnings
            .iter()
            .map(|warning| format!("{} line {}: {}", warning.category, warning.line, warning.message))
            .collect::<Vec<_>>()
            .join("\n"),
    };
    expected.assert_eq(&shown);
}

#[test]
fn while_generates_its_test_twice() {
    check(
        "while a < b:\n    c()\n",
        expect![[r#"
        unit <module>
        file <string>
        flags 0x0
        consts None
        names a, b, c
        b0:
          RESUME 0 @0:0-1:0
        b1:
          LOAD_NAME 0 @1:6-1:7  # a
          LOAD_NAME 1 @1:10-1:11  # b
          COMPARE_OP 0 @1:6-1:11  # <
          POP_JUMP_IF_FALSE b3 @1:6-1:11
        b2:
          PUSH_NULL @2:4-2:5
          LOAD_NAME 2 @2:4-2:5  # c
          PRECALL 0 @2:4-2:7
          CALL 0 @2:4-2:7
          POP_TOP
          LOAD_NAME 0 @1:6-1:7  # a
          LOAD_NAME 1 @1:10-1:11  # b
          COMPARE_OP 0 @1:6-1:11  # <
          POP_JUMP_IF_TRUE b2 @1:6-1:11
        b3:
        b4:
          LOAD_CONST 0  # None
          RETURN_VALUE
    "#]],
    );
}

#[test]
fn return_runs_the_finally_around_it() {
    check(
        "def f():\n    try:\n        return g()\n    finally:\n        h\n",
        expect![[r#"
        file <string>
        consts None
        names g, h
        b0:
          RESUME 0 @1:0-1:0
          SETUP_FINALLY b2 @2:4-5:9
        b1:
          PUSH_NULL @3:15-3:16
          LOAD_GLOBAL 0 @3:15-3:16  # g
          PRECALL 0 @3:15-3:18
          CALL 0 @3:15-3:18
          POP_BLOCK @3:8-3:18
          LOAD_GLOBAL 2 @5:8-5:9  # h
          POP_TOP
          RETURN_VALUE
        b5:
          POP_BLOCK
          LOAD_GLOBAL 2 @5:8-5:9  # h
          POP_TOP
          JUMP b3
        b2:
          SETUP_CLEANUP b4
          PUSH_EXC_INFO
          LOAD_GLOBAL 2 @5:8-5:9  # h
          POP_TOP
          RERAISE 0
        b4:
          COPY 3
          POP_EXCEPT
          RERAISE 1
        b3:
          LOAD_CONST 0  # None
          RETURN_VALUE
        unit <module>
        file <string>
        flags 0x0
        consts code 0, None
        names f
        b0:
          RESUME 0 @0:0-1:0
          LOAD_CONST 0 @1:0-5:9  # code f
          MAKE_FUNCTION 0 @1:0-5:9
          STORE_NAME 0 @1:0-5:9  # f
          LOAD_CONST 1  # None
          RETURN_VALUE
    "#]],
    );
}

#[test]
fn attribute_on_a_later_line_moves_the_start() {
    check(
        "(a\n .b\n .c(d))\n",
        expect![[r#"
        unit <module>
        file <string>
        flags 0x0
        consts None
        names a, b, c, d
        b0:
          RESUME 0 @0:0-1:0
          LOAD_NAME 0 @1:1-1:2  # a
          LOAD_ATTR 1 @2:2-2:3  # b
          LOAD_METHOD 2 @3:2-3:3  # c
          LOAD_NAME 3 @3:4-3:5  # d
          PRECALL 1 @3:2-3:6
          CALL 1 @3:2-3:6
          POP_TOP
          LOAD_CONST 0  # None
          RETURN_VALUE
    "#]],
    );
}

#[test]
fn alternatives_bring_captures_into_one_order() {
    check(
        "match a:\n    case B(x, y) | C(y, x): pass\n",
        expect![[r#"
        unit <module>
        file <string>
        flags 0x0
        consts (), None
        names a, B, C, x, y
        b0:
          RESUME 0 @0:0-1:0
          LOAD_NAME 0 @1:6-1:7  # a
          COPY 1 @2:9-2:16
          LOAD_NAME 1 @2:9-2:10  # B
          LOAD_CONST 0 @2:9-2:16  # ()
          MATCH_CLASS 2 @2:9-2:16
          COPY 1 @2:9-2:16
          LOAD_CONST 1 @2:9-2:16  # None
          IS_OP 1 @2:9-2:16
          POP_JUMP_IF_FALSE b4 @2:9-2:16
        b5:
          UNPACK_SEQUENCE 2 @2:9-2:16
          SWAP 2 @2:11-2:12
          SWAP 2 @2:14-2:15
          JUMP b2 @2:14-2:15
        b4:
          POP_TOP @2:14-2:15
        b3:
          COPY 1 @2:19-2:26
          LOAD_NAME 2 @2:19-2:20  # C
          LOAD_CONST 0 @2:19-2:26  # ()
          MATCH_CLASS 2 @2:19-2:26
          COPY 1 @2:19-2:26
          LOAD_CONST 1 @2:19-2:26  # None
          IS_OP 1 @2:19-2:26
          POP_JUMP_IF_FALSE b7 @2:19-2:26
        b8:
          UNPACK_SEQUENCE 2 @2:19-2:26
          SWAP 2 @2:21-2:22
          SWAP 2 @2:24-2:25
          SWAP 2 @2:24-2:25
          JUMP b2 @2:24-2:25
        b7:
          POP_TOP @2:24-2:25
        b6:
          POP_TOP @2:24-2:25
          JUMP b9 @2:24-2:25
        b2:
          SWAP 3 @2:24-2:25
          SWAP 2 @2:24-2:25
          SWAP 3 @2:24-2:25
          SWAP 2 @2:24-2:25
          POP_TOP @2:24-2:25
          STORE_NAME 3 @2:24-2:25  # x
          STORE_NAME 4 @2:24-2:25  # y
          NOP @2:28-2:32
          JUMP b1
        b9:
        b1:
          LOAD_CONST 1  # None
          RETURN_VALUE
    "#]],
    );
}

#[test]
fn finds_errors_where_cpython_does() {
    check_error("try:\n    break\nfinally:\n    x\n", expect!["SyntaxError: 'break' outside loop Some([2, 5, 2, 10])"]);
    check_error("f(a=1, b=2, a=3)\n", expect!["SyntaxError: keyword argument repeated: a Some([1, 13, 1, 16])"]);
    check_error("é = 1; return\n", expect!["SyntaxError: 'return' outside function Some([1, 9, 1, 15])"]);
    check_error(
        "match a:\n    case b: pass\n    case c: pass\n",
        expect!["SyntaxError: name capture 'b' makes remaining patterns unreachable Some([2, 10, 2, 11])"],
    );
    check_error(
        "x\nfrom __future__ import annotations\n",
        expect!["SyntaxError: from __future__ imports must occur at the beginning of the file Some([2, 1, 2, 35])"],
    );
}

#[test]
fn warns_of_what_cannot_work() {
    check_error(
        "a is 'b'\nassert (a, 'b')\n[1][2, 3]\n{1}()\n",
        expect![[r#"
        SyntaxWarning line 1: "is" with a literal. Did you mean "=="?
        SyntaxWarning line 2: assertion is always true, perhaps remove parentheses?
        SyntaxWarning line 3: list indices must be integers or slices, not tuple; perhaps you missed a comma?
        SyntaxWarning line 4: 'set' object is not callable; perhaps you missed a comma?"#]],
    );
}

#[test]
fn pattern_literals_need_no_folding() {
    let options = Options { plan: Plan::new(Profile::None), ..Options::default() };
    let duplicate = compile(&source("match a:\n    case {-1: b, -1: c}: pass\n"), &options).map(drop);
    expect!["SyntaxError: mapping pattern checks duplicate key (-1)"].assert_eq(&duplicate.unwrap_err().to_string());
    assert!(compile(&source("match a:\n    case -1 | 1 - 2j: pass\n"), &options).is_ok());
}
