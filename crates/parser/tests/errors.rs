//! What rejected programs are rejected with: class, message, place, text.

use expect_test::{Expect, expect};
use hognose_parser::{Options, ParseError, Source, parse_source};
use hognose_syntax::Arena;

fn check(source: &str, expected: Expect) {
    let arena = Arena::new();
    let parsed = Source::from_text(source)
        .map_err(ParseError::from)
        .and_then(|source| parse_source(&arena, &source, &Options::default()).map(|_| ()));
    let text = match parsed {
        Err(ParseError::Syntax(error)) => {
            let [line, column, end_line, end_column] = error.location.unwrap_or_default();
            let shown: String = error.text.iter().flat_map(|text| text.chars()).take(40).collect();
            format!("{error} at {line}:{column}-{end_line}:{end_column} in {shown:?}")
        }
        other => format!("{other:?}"),
    };
    expected.assert_eq(&text);
}

#[test]
fn the_first_token_that_fits_nowhere_is_marked() {
    check("a = = b", expect![[r#"SyntaxError: invalid syntax at 1:5-1:6 in "a = = b\n""#]]);
    check(
        "é = (1 2)",
        expect![[r#"SyntaxError: invalid syntax. Perhaps you forgot a comma? at 1:6-1:9 in "é = (1 2)\n""#]],
    );
}

#[test]
fn the_lexer_comes_first() {
    check(
        "x y\n\n0777",
        expect![[
            r#"SyntaxError: leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers at 3:1-3:2 in "0777""#
        ]],
    );
    check("x = (1,\ny = 2", expect![[r#"SyntaxError: '(' was never closed at 1:5-1:0 in "x = (1,""#]]);
    check(
        "if 1:\n  a\n b\n",
        expect![[r#"IndentationError: unindent does not match any outer indentation level at 3:3-3:-1 in " b\n""#]],
    );
}

#[test]
fn mistakes_are_recognised() {
    check(
        "f() = 1",
        expect![[
            r#"SyntaxError: cannot assign to function call here. Maybe you meant '==' instead of '='? at 1:1-1:4 in "f() = 1\n""#
        ]],
    );
    check(
        "def f():\nx",
        expect![[
            r#"IndentationError: expected an indented block after function definition on line 1 at 2:1-2:2 in "x\n""#
        ]],
    );
    check("{1: 2, 3 4}", expect![[r#"SyntaxError: ':' expected after dictionary key at 1:8-1:0 in "{1: 2, 3 4}\n""#]]);
    check(
        "x = f'{a b}'",
        expect![[r#"SyntaxError: f-string: invalid syntax. Perhaps you forgot a comma? at 1:2-1:5 in "(a b)\n""#]],
    );
}

#[test]
fn nesting_has_cpythons_limits() {
    let nested = "(".repeat(201);
    check(
        &nested,
        expect![[
            r#"SyntaxError: too many nested parentheses at 1:201-1:201 in "((((((((((((((((((((((((((((((((((((((((""#
        ]],
    );
    check(&"-".repeat(100_000), expect!["MemoryError:  at 0:0-0:0 in \"\""]);
}
