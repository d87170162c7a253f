//! `"%s is %r" % (a, b)` as an f-string.

use hognose_primitives::{Constant, Text, bug};
use hognose_syntax::{Arena, Expr, ExprKind, Span};

/// The parts of the f-string that formats `values` as `format` says.
///
/// `None` when `format` holds something other than text and `%s`, `%r`, `%a` with flags, width and precision of up to
/// two digits, or does not fit the number of values.
pub(super) fn parts_of_format<'a>(arena: &'a Arena, format: &Text, values: &'a [Expr<'a>]) -> Option<&'a [Expr<'a>]> {
    let points: Vec<u32> = format.code_points().collect();
    let mut rest = &points[..];
    let mut values = values.iter();
    let mut parts = Vec::new();
    loop {
        let literal = take_literal(&mut rest);
        if !literal.is_empty() {
            parts.push(constant(arena, Text::from_code_points(literal)));
        }
        match rest.split_first() {
            None => break,
            Some((_percent, unit)) => rest = unit,
        }
        let value = values.next()?;
        let Unit { conversion, spec } = take_unit(&mut rest)?;
        let format_spec: Option<&Expr<'_>> =
            if spec.is_empty() { None } else { Some(arena.alloc(constant(arena, spec.into()))) };
        let kind = ExprKind::FormattedValue { value, conversion, format_spec };
        parts.push(Expr { kind, span: value.span });
    }
    if values.next().is_some() {
        return None;
    }
    Some(arena.slice(&parts))
}

fn constant<'a>(arena: &'a Arena, text: Text) -> Expr<'a> {
    Expr { kind: ExprKind::Constant { value: arena.constant(Constant::Str(text)), kind: None }, span: Span::NONE }
}

const PERCENT: u32 = '%' as u32;

/// Takes the text in front of the next unit, with `%%` as `%`.
fn take_literal(rest: &mut &[u32]) -> Vec<u32> {
    let mut literal = Vec::new();
    loop {
        match **rest {
            [PERCENT, PERCENT, ..] => {
                literal.push(PERCENT);
                *rest = &rest[2..];
            }
            [] | [PERCENT, ..] => return literal,
            [point, ..] => {
                literal.push(point);
                *rest = &rest[1..];
            }
        }
    }
}

struct Unit {
    /// The code of `s`, `r` or `a`.
    conversion: i32,
    /// As in an f-string; may be empty.
    spec: String,
}

/// Takes what follows a `%`.
fn take_unit(rest: &mut &[u32]) -> Option<Unit> {
    let next = |rest: &mut &[u32]| {
        let (&point, tail) = rest.split_first()?;
        *rest = tail;
        char::from_u32(point)
    };
    // Takes digits from `first` on: their value, and what follows. CPython gives up at three digits.
    let number = |rest: &mut &[u32], first: char| {
        let (mut value, mut digits, mut character) = (0, 0, first);
        while let Some(digit) = character.to_digit(10) {
            value = value * 10 + digit;
            character = next(rest)?;
            digits += 1;
            if digits >= 3 {
                return None;
            }
        }
        Some((value, digits > 0, character))
    };

    let mut left_justified = false;
    let mut character = next(rest)?;
    while matches!(character, '-' | '+' | ' ' | '#' | '0') {
        left_justified |= character == '-';
        character = next(rest)?;
    }
    let mut spec = String::new();
    let (width, has_width, after_width) = number(rest, character)?;
    character = after_width;
    if has_width {
        // A format aligns text to the right, an f-string to the left.
        if bug!("format-ignores-minus", width > 0 && !left_justified, width > 0) {
            spec.push('>');
        }
        spec += &width.to_string();
    }
    if character == '.' {
        let first = next(rest)?;
        let (precision, _, after_precision) = number(rest, first)?;
        spec.push('.');
        spec += &precision.to_string();
        character = after_precision;
    }
    matches!(character, 's' | 'r' | 'a').then_some(Unit { conversion: character as i32, spec })
}
