//! What is folded in small programs, printed as `ast.dump` does.

use expect_test::{Expect, expect};
use hognose_parser::{Options, parse};
use hognose_passes::Fuel;
use hognose_passes::tree::{FoldOptions, fold};
use hognose_syntax::{Arena, DumpOptions, ErrorClass, Mod, StmtKind, SyntaxError, dump};

fn folded<'a>(arena: &'a Arena, source: &str, options: FoldOptions, fuel: &mut Fuel) -> Result<Mod<'a>, SyntaxError> {
    let module = parse(arena, source.as_bytes(), &Options::default()).expect("the source parses");
    fold(arena, &module, options, fuel)
}

/// Prints the value of each statement that is an expression, and other statements whole.
fn shown(source: &str, fuel: &mut Fuel) -> String {
    let arena = Arena::new();
    let Ok(Mod::Module { body, .. }) = folded(&arena, source, FoldOptions::default(), fuel) else {
        panic!("a module that folds")
    };
    let options = DumpOptions { annotate_fields: false, ..DumpOptions::default() };
    let lines = body.iter().map(|statement| match statement.kind {
        StmtKind::Expr { value } => dump(value, &options),
        _ => dump(statement, &options),
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn check(source: &str, expected: Expect) {
    expected.assert_eq(&shown(source, &mut Fuel::unlimited()));
}

#[test]
fn folds_constants_up_to_the_limits() {
    check(
        "7 * 86400\n7 * seconds_per_day",
        expect![[r#"
        Constant(604800)
        BinOp(Constant(7), Mult(), Name('seconds_per_day', Load()))"#]],
    );
    check(
        "2 ** 64\n2 ** 65\n0x8000000000000000 * 0x8000000000000000\n0x8000000000000000 * 0x10000000000000000",
        expect![[r#"
            Constant(18446744073709551616)
            BinOp(Constant(2), Pow(), Constant(65))
            Constant(85070591730234615865843651857942052864)
            BinOp(Constant(9223372036854775808), Mult(), Constant(18446744073709551616))"#]],
    );
    check(
        "1 << 127\n1 << 128",
        expect![[r#"
        Constant(170141183460469231731687303715884105728)
        BinOp(Constant(1), LShift(), Constant(128))"#]],
    );
    check("'é' * 4097", expect!["BinOp(Constant('é'), Mult(), Constant(4097))"]);
    check(
        "(1,) * 3\n((1,) * 2, 3) * 257",
        expect![[r#"
        Constant((1, 1, 1))
        BinOp(Constant(((1, 1), 3)), Mult(), Constant(257))"#]],
    );
}

#[test]
fn leaves_what_would_raise() {
    check(
        "1 // 0\n'a'[1]\n-'a'\n1 << -1\n'%d' % 1",
        expect![[r#"
        BinOp(Constant(1), FloorDiv(), Constant(0))
        Subscript(Constant('a'), Constant(1), Load())
        UnaryOp(USub(), Constant('a'))
        BinOp(Constant(1), LShift(), Constant(-1))
        BinOp(Constant('%d'), Mod(), Constant(1))"#]],
    );
}

#[test]
fn folds_what_is_only_searched() {
    check(
        "x in [1, 2]\nx not in {1, 1.0, 2}\nx in [y]\nx in [*y]\nnot x in y\nnot x == y",
        expect![[r#"
        Compare(Name('x', Load()), [In()], [Constant((1, 2))])
        Compare(Name('x', Load()), [NotIn()], [Constant(frozenset({1, 2}))])
        Compare(Name('x', Load()), [In()], [Tuple([Name('y', Load())], Load())])
        Compare(Name('x', Load()), [In()], [List([Starred(Name('y', Load()), Load())], Load())])
        Compare(Name('x', Load()), [NotIn()], [Name('y', Load())])
        UnaryOp(Not(), Compare(Name('x', Load()), [Eq()], [Name('y', Load())]))"#]],
    );
    check(
        "for x in [1, 2]: pass\n[x for x in {1}]",
        expect![[r#"
        For(Name('x', Store()), Constant((1, 2)), [Pass()], [])
        ListComp(Name('x', Load()), [comprehension(Name('x', Store()), Constant(frozenset({1})), [], 0)])"#]],
    );
}

#[test]
fn formats_become_f_strings() {
    check(
        "'%s %5r%%%-3.2a' % (a, b, c)",
        expect![
            "JoinedStr([FormattedValue(Name('a', Load()), 115), Constant(' '), FormattedValue(Name('b', Load()), 114, Constant('>5')), Constant('%'), FormattedValue(Name('c', Load()), 97, Constant('3.2'))])"
        ],
    );
    check(
        "'%d' % (a,)\n'%s' % (a, b)\n'%s' % a",
        expect![[r#"
        BinOp(Constant('%d'), Mod(), Tuple([Name('a', Load())], Load()))
        BinOp(Constant('%s'), Mod(), Tuple([Name('a', Load()), Name('b', Load())], Load()))
        BinOp(Constant('%s'), Mod(), Name('a', Load()))"#]],
    );
}

#[test]
fn a_folded_string_is_no_docstring() {
    check("'a' + 'b'", expect!["JoinedStr([Constant('ab')])"]);
    check(
        "'a'\n'b' + 'c'",
        expect![[r#"
        Constant('a')
        Constant('bc')"#]],
    );
}

#[test]
fn fuel_ends_folding_at_a_rewrite() {
    let mut fuel = Fuel::limited(1);
    expect![[r#"
        Constant(3)
        BinOp(Constant(3), Add(), Constant(4))"#]]
    .assert_eq(&shown("1 + 2\n3 + 4", &mut fuel));
    assert_eq!(fuel.used(), 1);
}

#[test]
fn nesting_is_bounded_as_calls_are() {
    let class = |terms: usize| {
        let options = FoldOptions { recursion_limit: 10, ..FoldOptions::default() };
        let source = vec!["a"; terms].join("+");
        folded(&Arena::new(), &source, options, &mut Fuel::unlimited()).err().map(|error| error.class)
    };
    assert_eq!(class(29), None);
    assert_eq!(class(30), Some(ErrorClass::RecursionError));
}
