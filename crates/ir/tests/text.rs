//! The text form: what it looks like, that it reads back, and what it rejects.

use expect_test::{Expect, expect};
use hognose_ir::{parse_cfg, to_dot};

fn check(text: &str, expected: Expect) {
    let printed = match parse_cfg(text) {
        Ok(cfg) => cfg.to_string(),
        Err(error) => format!("{error}\n"),
    };
    expected.assert_eq(&printed);
    if let Ok(cfg) = parse_cfg(&printed) {
        assert_eq!(cfg.to_string(), printed, "what is printed reads back");
    }
}

#[test]
fn instructions_show_places_and_what_arguments_mean() {
    check(
        "consts None, 86400, 7; names print; varnames a
         RESUME 0 @1:0-1:0; LOAD_CONST 1 @2; STORE_FAST 0; LOAD_GLOBAL 1 @3:4-3:9; BINARY_OP 18; RETURN_VALUE @-1:0-0:0",
        expect![[r#"
            consts None, 86400, 7
            names print
            varnames a
            b0:
              RESUME 0 @1:0-1:0
              LOAD_CONST 1 @2  # 86400
              STORE_FAST 0  # a
              LOAD_GLOBAL 1 @3:4-3:9  # NULL + print
              BINARY_OP 18  # *=
              RETURN_VALUE @?:0-0:0
        "#]],
    );
}

#[test]
fn blocks_keep_their_names_and_their_order() {
    check(
        "b0: JUMP b3\nb3 (2): POP_JUMP_IF_FALSE b1 !b5/1+lasti # remark\nb1:\nb5: RERAISE 1",
        expect![[r#"
            b0:
              JUMP b3
            b3 (2):
              POP_JUMP_IF_FALSE b1 !b5/1+lasti
            b1:
            b5:
              RERAISE 1
        "#]],
    );
}

#[test]
fn the_header_says_what_is_not_usual() {
    check(
        "unit g; qualname C.g; file 'a b.py'; line 7; flags 0x23; args 2 1 0; cellvars c; freevars d; slots x local, c local+cell, d free; lifted; stack 4",
        expect![[r#"
            unit g
            qualname C.g
            file 'a b.py'
            line 7
            flags 0x23
            args 2 1 0
            cellvars c
            freevars d
            slots x local, c local+cell, d free
            lifted
            stack 4
            b0:
        "#]],
    );
}

#[test]
fn constants_read_back_by_exact_value() {
    check(
        r#"consts -0.0, 1e400, nan, complex(1.0, -0.0), 'a\n\ud83d\'', b'\x00\xff', (), (1,), frozenset({1, 'x'}), 170141183460469231731687303715884105728, Ellipsis, True"#,
        expect![[r#"
            consts -0.0, inf, nan, complex(1.0, -0.0), "a\n\ud83d'", b'\x00\xff', (), (1,), frozenset({1, 'x'}), 170141183460469231731687303715884105728, Ellipsis, True
            b0:
        "#]],
    );
}

#[test]
fn what_is_no_graph_is_refused_with_its_line() {
    check("NOP\n  JMUP b1", expect![["line 2: \"JMUP\" is not an instruction\n"]]);
    check("NOP 1 2", expect![["line 1: there is something left over on the line\n"]]);
    check("b0 NOP", expect![["line 1: a colon is missing\n"]]);
    check("b0: NOP\nb0: NOP", expect![["line 2: this block stands there already\n"]]);
    check("JUMP b99999999", expect![["line 1: this block number is too large\n"]]);
    check("consts 'a", expect![["line 1: the closing quote is missing\n"]]);
    check("consts '\\U00110000'", expect![["line 1: this escape has no character\n"]]);
    check(&format!("consts {}", "(".repeat(300)), expect![["line 1: constants are nested too deeply\n"]]);
}

#[test]
fn dot_shows_the_three_kinds_of_edges() {
    let text = "b0: SETUP_FINALLY b2; POP_JUMP_IF_TRUE b0\nb1: POP_BLOCK; RETURN_VALUE\nb2: RERAISE 0";
    let cfg = parse_cfg(text).expect("a graph");
    expect![[r#"
        digraph {
          node [shape=box, fontname=monospace];
          label="f";
          b0 [label="b0:\lSETUP_FINALLY b2\lPOP_JUMP_IF_TRUE b0\l"];
          b1 [label="b1:\lPOP_BLOCK\lRETURN_VALUE\l"];
          b2 [label="b2:\lRERAISE 0\l"];
          b0 -> b0 [color=blue];
          b0 -> b1;
          b0 -> b2 [color=red, style=dotted];
        }
    "#]]
    .assert_eq(&to_dot(&cfg));
}
