//! What a number literal is worth.

use hognose_primitives::{Constant, IBig, bug};

/// Most digits of a decimal literal.
const DIGIT_LIMIT: usize = 4300;

/// The value of a number as the lexer gives it; the count of its digits when they are too many.
pub(crate) fn value(literal: &str) -> Result<Constant, usize> {
    let plain;
    let digits = if literal.contains('_') {
        plain = literal.replace('_', "");
        plain.as_str()
    } else {
        literal
    };
    let bytes = digits.as_bytes();
    if let [b'0', letter, ..] = *bytes {
        let radix = match letter {
            b'x' | b'X' => 16,
            b'o' | b'O' => 8,
            b'b' | b'B' => 2,
            _ => 10,
        };
        if radix != 10 {
            let value = IBig::from_str_radix(&digits[2..], radix).expect("the lexer checked the digits");
            return Ok(Constant::Int(value));
        }
    }
    if let Some(imaginary) = digits.strip_suffix(['j', 'J']) {
        return Ok(Constant::Complex { real: 0.0, imag: float(imaginary) });
    }
    if bytes.iter().any(|byte| matches!(byte, b'.' | b'e' | b'E')) {
        return Ok(Constant::Float(float(digits)));
    }
    let limit = bug!("integer-of-nineteen-digits-wraps", 19, 20);
    if digits.len() < limit {
        return Ok(Constant::Int(digits.parse::<u64>().expect("19 digits fit").cast_signed().into()));
    }
    if digits.len() > DIGIT_LIMIT {
        return Err(digits.len());
    }
    Ok(Constant::Int(IBig::from_str_radix(digits, 10).expect("the lexer checked the digits")))
}

fn float(digits: &str) -> f64 {
    digits.parse().expect("the lexer lets only numbers through that Rust reads too")
}

/// CPython's message for a decimal literal with too many digits.
pub(crate) fn too_long(digits: usize) -> String {
    format!(
        "Exceeds the limit ({DIGIT_LIMIT} digits) for integer string conversion: value has {digits} digits; use \
         sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge integer literals to avoid \
         decimal conversion limits."
    )
}
