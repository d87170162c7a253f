//! Trees of small programs, as `ast.dump` prints them.

use expect_test::{Expect, expect};
use hognose_parser::{Mode, Options, parse};
use hognose_syntax::{Arena, DumpOptions, dump, walk};

fn check(source: &str, expected: Expect) {
    let arena = Arena::new();
    let text = match parse(&arena, source.as_bytes(), &Options { mode: Mode::Eval, ..Options::default() }) {
        Ok(tree) => dump(&tree, &DumpOptions { annotate_fields: false, ..DumpOptions::default() }),
        Err(error) => error.to_string(),
    };
    expected.assert_eq(&text);
}

/// Kind and place of each node that has one.
fn check_places(source: &str, expected: Expect) {
    let arena = Arena::new();
    let tree = parse(&arena, source.as_bytes(), &Options::default()).expect("a program that CPython takes");
    let mut lines = String::new();
    walk(&tree, |node| {
        if let Some(span) = node.span() {
            let (start, end) = (span.start, span.end);
            let place = format!("{}:{}-{}:{}", start.line, start.column_bytes, end.line, end.column_bytes);
            lines.push_str(&format!("{} {place}\n", node.kind()));
        }
    });
    expected.assert_eq(&lines);
}

#[test]
fn operators_group_by_precedence() {
    check(
        "-a ** -b ** c",
        expect![
            "Expression(UnaryOp(USub(), BinOp(Name('a', Load()), Pow(), UnaryOp(USub(), BinOp(Name('b', Load()), Pow(), Name('c', Load()))))))"
        ],
    );
    check(
        "not a < b is not c or d",
        expect![
            "Expression(BoolOp(Or(), [UnaryOp(Not(), Compare(Name('a', Load()), [Lt(), IsNot()], [Name('b', Load()), Name('c', Load())])), Name('d', Load())]))"
        ],
    );
    check("a + not b", expect!["SyntaxError: invalid syntax"]);
}

#[test]
fn literals_have_their_values() {
    check("0x_ff, 1_0.5e-1, 2j", expect!["Expression(Tuple([Constant(255), Constant(1.05), Constant(2j)], Load()))"]);
    check(r"'\101\x41\u0041\N{LATIN SMALL LETTER A}' '\d'", expect![r"Expression(Constant('AAAa\\d'))"]);
    check(
        "f'{x!r:>{w}}{{' 'z'",
        expect![
            "Expression(JoinedStr([FormattedValue(Name('x', Load()), 114, JoinedStr([Constant('>'), FormattedValue(Name('w', Load()), -1)])), Constant('{z')]))"
        ],
    );
}

#[test]
fn parentheses_belong_to_what_follows() {
    check_places(
        "(a).b = (c) + d\n",
        expect![[r#"
            Assign 1:0-1:15
            Attribute 1:0-1:5
            Name 1:1-1:2
            BinOp 1:8-1:15
            Name 1:9-1:10
            Name 1:14-1:15
        "#]],
    );
}

#[test]
fn a_chain_of_branches_ends_where_its_last_block_ends() {
    check_places(
        "if a:\n  b;\nelif c:\n  f(d=1);\n",
        expect![[r#"
            If 1:0-4:9
            Name 1:3-1:4
            Expr 2:2-2:3
            Name 2:2-2:3
            If 3:0-4:9
            Name 3:5-3:6
            Expr 4:2-4:8
            Call 4:2-4:8
            Name 4:2-4:3
            keyword 4:4-4:7
            Constant 4:6-4:7
        "#]],
    );
}

#[test]
fn an_f_string_counts_from_its_brace() {
    check_places(
        "x = f'é{a}'\n",
        expect![[r#"
            Assign 1:0-1:12
            Name 1:0-1:1
            JoinedStr 1:4-1:12
            Constant 1:4-1:12
            FormattedValue 1:4-1:12
            Name 1:9-1:10
        "#]],
    );
}
