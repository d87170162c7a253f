//! A few sharp cases per operator; results are Python's `repr`, or the exception.

use super::*;
use crate::IBig;
use expect_test::{Expect, expect};

fn int(digits: &str) -> Constant {
    Constant::Int(digits.parse().expect("digits"))
}

fn power_of_two(exponent: usize) -> IBig {
    IBig::ONE << exponent
}

fn text(value: &str) -> Constant {
    Constant::Str(value.into())
}

fn shown(result: Result<Constant, ArithError>) -> String {
    result.map_or_else(|error| error.to_string(), |value| value.repr())
}

fn check(lhs: Constant, op: Operator, rhs: Constant, expected: Expect) {
    expected.assert_eq(&shown(binary(op, &lhs, &rhs)));
}

#[test]
fn int_division_rounds_down() {
    check(int("-7"), Operator::FloorDiv, int("2"), expect!["-4"]);
    check(int("-7"), Operator::Mod, int("2"), expect!["1"]);
    check(int("7"), Operator::Mod, int("-2"), expect!["-1"]);
    check(int("-6"), Operator::Mod, int("2"), expect!["0"]);
    check(int("1"), Operator::Mod, int("0"), expect!["ZeroDivisionError: integer modulo by zero"]);
}

#[test]
fn true_division_of_ints_is_rounded_once() {
    check(int("0"), Operator::Div, int("-1"), expect!["-0.0"]);
    // Half way between two floats: to even.
    let half_way = Constant::Int(power_of_two(54) + IBig::from(2));
    check(half_way, Operator::Div, int("2"), expect!["9007199254740992.0"]);
    let above_half = Constant::Int((power_of_two(54) + IBig::from(2)) * power_of_two(100) + IBig::ONE);
    check(above_half, Operator::Div, Constant::Int(power_of_two(101)), expect!["9007199254740994.0"]);
    check(int("3"), Operator::Div, Constant::Int(power_of_two(1075)), expect!["1e-323"]);
    let huge = Constant::Int(power_of_two(1024));
    check(
        huge.clone(),
        Operator::Div,
        int("1"),
        expect!["OverflowError: integer division result too large for a float"],
    );
    check(huge, Operator::Add, Constant::Float(1.0), expect!["OverflowError: int too large to convert to float"]);
}

#[test]
fn powers_leave_the_type_of_their_base() {
    check(int("2"), Operator::Pow, int("-1"), expect!["0.5"]);
    check(int("-1"), Operator::Pow, Constant::Int(power_of_two(70)), expect!["1"]);
    check(int("0"), Operator::Pow, int("-1"), expect!["ZeroDivisionError: 0.0 cannot be raised to a negative power"]);
    check(int("-8"), Operator::Pow, Constant::Float(1.5), expect!["(-4.156589069930368e-15-22.627416997969522j)"]);
    check(
        Constant::Float(10.0),
        Operator::Pow,
        int("309"),
        expect!["OverflowError: (34, 'Numerical result out of range')"],
    );
    check(Constant::Complex { real: 0.0, imag: 1.0 }, Operator::Pow, int("2"), expect!["(-1+0j)"]);
}

#[test]
fn float_remainders_have_the_sign_of_the_divisor() {
    check(Constant::Float(-1.0), Operator::Mod, Constant::Float(1e-20), expect!["3.2714542095686434e-21"]);
    check(Constant::Float(4.0), Operator::Mod, Constant::Float(-2.0), expect!["-0.0"]);
    check(Constant::Float(-0.5), Operator::FloorDiv, Constant::Float(f64::INFINITY), expect!["-1.0"]);
    check(Constant::Float(1.0), Operator::FloorDiv, Constant::Float(0.1), expect!["9.0"]);
}

#[test]
fn shifts_round_down_and_are_bounded() {
    check(int("-5"), Operator::RShift, int("1"), expect!["-3"]);
    check(int("-5"), Operator::RShift, Constant::Int(power_of_two(70)), expect!["-1"]);
    check(int("1"), Operator::LShift, int("-1"), expect!["ValueError: negative shift count"]);
    check(int("1"), Operator::LShift, Constant::Int(power_of_two(62)), expect!["MemoryError"]);
    check(
        int("1"),
        Operator::LShift,
        Constant::Int(power_of_two(80)),
        expect!["OverflowError: too many digits in integer"],
    );
}

#[test]
fn bools_stay_bools_only_under_bit_operators() {
    check(Constant::Bool(true), Operator::BitXor, Constant::Bool(true), expect!["False"]);
    check(Constant::Bool(true), Operator::Add, Constant::Bool(true), expect!["2"]);
    expect!["-2"].assert_eq(&shown(unary(Sign::Invert, &Constant::Bool(true))));
}

#[test]
fn sequences_are_joined_and_repeated() {
    check(text("ab"), Operator::Mult, int("2"), expect!["'abab'"]);
    check(int("-1"), Operator::Mult, text("ab"), expect!["''"]);
    check(text("ab"), Operator::Add, int("1"), expect![[r#"TypeError: can only concatenate str (not "int") to str"#]]);
    check(
        text("ab"),
        Operator::Mult,
        Constant::Float(2.0),
        expect!["TypeError: can't multiply sequence by non-int of type 'float'"],
    );
    check(int("1"), Operator::Sub, text("a"), expect!["TypeError: unsupported operand type(s) for -: 'int' and 'str'"]);
    expect!["'é'"].assert_eq(&shown(subscript(&text("aéz"), &int("-2"))));
    expect!["IndexError: string index out of range"].assert_eq(&shown(subscript(&text("a"), &int("1"))));
}

#[test]
fn ints_and_floats_compare_exactly() {
    let check = |lhs: Constant, op: Comparison, rhs: Constant, expected: bool| {
        assert_eq!(compare(op, &lhs, &rhs), Ok(expected), "{} {} {}", lhs.repr(), op.symbol(), rhs.repr());
    };
    let float = 9_007_199_254_740_992.0;
    check(Constant::Float(float), Comparison::Lt, int("9007199254740993"), true);
    check(int("9007199254740992"), Comparison::Eq, Constant::Float(float), true);
    check(Constant::Int(power_of_two(2000)), Comparison::Lt, Constant::Float(f64::INFINITY), true);
    check(Constant::Float(f64::NAN), Comparison::Ne, int("1"), true);
    check(Constant::Float(f64::NAN), Comparison::Ge, int("1"), false);
}

#[test]
fn modular_powers_have_inverses() {
    let pow_mod = |base: i64, exponent: i64, modulus: i64| {
        shown(int::pow_mod(&base.into(), &exponent.into(), &modulus.into()).map(Constant::Int))
    };
    expect!["4"].assert_eq(&pow_mod(3, -1, 11));
    expect!["-2"].assert_eq(&pow_mod(2, 3, -5));
    expect!["ValueError: base is not invertible for the given modulus"].assert_eq(&pow_mod(2, -1, 4));
}
