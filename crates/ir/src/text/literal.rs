//! Constants in the text form: Python's `repr`, with complex numbers written `complex(1.0, -0.0)`.

use super::parse::{Cursor, ParseError};
use hognose_primitives::{Constant, IBig, Text, float_repr};

/// Tuples and frozensets inside each other that the reader accepts.
const MAX_NESTING: usize = 200;

pub(super) fn write(out: &mut String, constant: &Constant) {
    match constant {
        Constant::Complex { real, imag } => {
            out.push_str(&format!("complex({}, {})", float_repr(*real), float_repr(*imag)));
        }
        Constant::Tuple(items) => {
            out.push('(');
            write_items(out, items);
            out.push_str(if items.len() == 1 { ",)" } else { ")" });
        }
        Constant::FrozenSet(items) => {
            out.push_str("frozenset({");
            write_items(out, items);
            out.push_str("})");
        }
        Constant::None
        | Constant::Ellipsis
        | Constant::Bool(_)
        | Constant::Int(_)
        | Constant::Float(_)
        | Constant::Str(_)
        | Constant::Bytes(_) => constant.write_repr(out),
    }
}

fn write_items(out: &mut String, items: &[Constant]) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        write(out, item);
    }
}

pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Constant, ParseError> {
    read_nested(cursor, 0)
}

fn read_nested(cursor: &mut Cursor<'_>, depth: usize) -> Result<Constant, ParseError> {
    if depth > MAX_NESTING {
        return Err(cursor.error("constants are nested too deeply"));
    }
    cursor.skip_blanks();
    if cursor.eat("(") {
        return Ok(Constant::Tuple(read_items(cursor, ")", depth)?.into()));
    }
    if cursor.eat("frozenset({") {
        let items = read_items(cursor, "})", depth)?;
        return Ok(Constant::FrozenSet(items.into()));
    }
    if cursor.eat("complex(") {
        let items = read_items(cursor, ")", depth)?;
        return match items[..] {
            [Constant::Float(real), Constant::Float(imag)] => Ok(Constant::Complex { real, imag }),
            _ => Err(cursor.error("a complex number has two floats")),
        };
    }
    if cursor.eat("b'") {
        return Ok(Constant::Bytes(read_bytes(cursor, '\'')?.into()));
    }
    if cursor.eat("b\"") {
        return Ok(Constant::Bytes(read_bytes(cursor, '"')?.into()));
    }
    if cursor.eat("'") {
        return Ok(Constant::Str(read_text(cursor, '\'')?));
    }
    if cursor.eat("\"") {
        return Ok(Constant::Str(read_text(cursor, '"')?));
    }
    let word = cursor.word_of(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+' | '_'));
    match word {
        "None" => Ok(Constant::None),
        "Ellipsis" | "..." => Ok(Constant::Ellipsis),
        "True" => Ok(Constant::Bool(true)),
        "False" => Ok(Constant::Bool(false)),
        "nan" => Ok(Constant::Float(f64::NAN)),
        "inf" => Ok(Constant::Float(f64::INFINITY)),
        "-inf" => Ok(Constant::Float(f64::NEG_INFINITY)),
        number => {
            let is_int = number.trim_start_matches('-').bytes().all(|byte| byte.is_ascii_digit());
            let int = is_int.then(|| number.parse::<IBig>().ok()).flatten().map(Constant::Int);
            let float = || number.parse::<f64>().ok().map(Constant::Float);
            int.or_else(float).ok_or_else(|| cursor.error("this is not a constant"))
        }
    }
}

fn read_items(cursor: &mut Cursor<'_>, end: &str, depth: usize) -> Result<Vec<Constant>, ParseError> {
    let mut items = Vec::new();
    loop {
        cursor.skip_blanks();
        if cursor.eat(end) {
            return Ok(items);
        }
        items.push(read_nested(cursor, depth + 1)?);
        cursor.skip_blanks();
        if !cursor.eat(",") && !cursor.rest().starts_with(end) {
            return Err(cursor.error("a comma or the end is missing"));
        }
    }
}

/// Code points up to the closing quote.
fn read_points(cursor: &mut Cursor<'_>, quote: char) -> Result<Vec<u32>, ParseError> {
    let mut points = Vec::new();
    loop {
        let character = cursor.next_char().ok_or_else(|| cursor.error("the closing quote is missing"))?;
        if character == quote {
            return Ok(points);
        }
        if character != '\\' {
            points.push(character.into());
            continue;
        }
        let digits = match cursor.next_char() {
            Some('n') => Err('\n'),
            Some('r') => Err('\r'),
            Some('t') => Err('\t'),
            Some(same @ ('\\' | '\'' | '"')) => Err(same),
            Some('x') => Ok(2),
            Some('u') => Ok(4),
            Some('U') => Ok(8),
            _ => return Err(cursor.error("this escape is not known")),
        };
        points.push(match digits {
            Err(character) => character.into(),
            Ok(count) => {
                let digits = cursor.take(count).and_then(|digits| u32::from_str_radix(digits, 16).ok());
                digits
                    .filter(|point| *point <= 0x10_FFFF)
                    .ok_or_else(|| cursor.error("this escape has no character"))?
            }
        });
    }
}

pub(super) fn read_text(cursor: &mut Cursor<'_>, quote: char) -> Result<Text, ParseError> {
    Ok(Text::from_code_points(read_points(cursor, quote)?))
}

fn read_bytes(cursor: &mut Cursor<'_>, quote: char) -> Result<Vec<u8>, ParseError> {
    let points = read_points(cursor, quote)?;
    points.into_iter().map(|point| u8::try_from(point).map_err(|_| cursor.error("this is not a byte"))).collect()
}
