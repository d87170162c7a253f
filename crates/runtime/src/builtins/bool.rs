//! bool: methods, attributes and slots.

use super::arguments::positional;
use super::number;
use crate::Result;
use crate::object::slots::{BinaryFn, Slots};
use crate::object::str;
use crate::object::table::TypeTable;
use crate::ops::{Args, Operator, truth};
use crate::thread::Thread;
use crate::value::Value;

/// What the type can do.
pub const TYPE: TypeTable = TypeTable {
    methods: &[],
    getsets: &[],
    fill,
    doc: "bool(x) -> bool\n\nReturns True when the argument x is true, False otherwise.\nThe builtins True and False are the only two instances of the class bool.\nThe class bool is a subclass of the class int, and cannot be subclassed.",
};

fn fill(slots: &Slots) {
    slots.repr.set(Some(|thread, value| Ok(str::new(thread, if value.is_true() { "True" } else { "False" }))));
    slots.new.set(Some(new));
    let logic: [(Operator, BinaryFn); 3] = [
        (Operator::BitAnd, |thread, left, right| logic(thread, Operator::BitAnd, left, right)),
        (Operator::BitOr, |thread, left, right| logic(thread, Operator::BitOr, left, right)),
        (Operator::BitXor, |thread, left, right| logic(thread, Operator::BitXor, left, right)),
    ];
    for (op, function) in logic {
        slots.binary[op as usize].set(Some(function));
    }
}

fn new(thread: &mut Thread, _: &Value, args: Args<'_>) -> Result {
    match positional(thread, "bool", args, 0, 1)?.first() {
        Some(value) => Ok(Value::bool(truth::is_true(thread, value)?)),
        None => Ok(Value::false_()),
    }
}

fn logic(thread: &mut Thread, op: Operator, left: &Value, right: &Value) -> Result {
    if !left.is_bool() || !right.is_bool() {
        let function = number::INT[op as usize].expect("ints have the operator");
        return function(thread, left, right);
    }
    let (left, right) = (left.is_true(), right.is_true());
    Ok(Value::bool(match op {
        Operator::BitAnd => left & right,
        Operator::BitOr => left | right,
        _ => left ^ right,
    }))
}
