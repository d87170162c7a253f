//! Constants by exact type and value.

use super::Form;
use hognose_primitives::Constant;

/// Appends a constant: its type, then its value, floats by their bits, frozensets in sorted order.
pub fn constant(form: &mut Form, value: &Constant) {
    match value {
        Constant::None => form.push("None"),
        Constant::Ellipsis => form.push("Ellipsis"),
        Constant::Bool(value) => form.push(if *value { "True" } else { "False" }),
        Constant::Int(value) => form.push(&format!("int {value:#x}")),
        Constant::Float(value) => form.push(&format!("float {value:?} {:016x}", value.to_bits())),
        Constant::Complex { real, imag } => {
            form.push(&format!("complex {real:?} {:016x} {imag:?} {:016x}", real.to_bits(), imag.to_bits()))
        }
        Constant::Str(text) => form.push("str ").push_quoted(text.as_wtf8()),
        Constant::Bytes(bytes) => form.push("bytes ").push_hex(bytes),
        Constant::Tuple(items) => {
            form.push("tuple(");
            for item in items.iter() {
                constant(form, item);
                form.push(", ");
            }
            form.push(")")
        }
        Constant::FrozenSet(items) => {
            let mut texts: Vec<Vec<u8>> = items
                .iter()
                .map(|item| {
                    let mut text = Form::new();
                    constant(&mut text, item);
                    text.into_bytes()
                })
                .collect();
            texts.sort();
            form.push("frozenset(");
            for text in &texts {
                form.push_bytes(text).push(", ");
            }
            form.push(")")
        }
    };
}
