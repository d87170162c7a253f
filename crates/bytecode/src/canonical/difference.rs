//! The first place where two code objects differ.

use super::{Hex, canonical_constant};
use crate::{CodeObject, ConstValue, ExceptionEntry, Instruction, Location};
use hognose_primitives::{Text, str_repr};
use std::fmt;

/// Where two code objects differ, and what each has there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// Which field: `co_consts[2].co_code @ 14`. What follows `@` is a byte offset in the code.
    pub path: String,
    /// What the first has.
    pub left: String,
    /// What the second has.
    pub right: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} | {}", self.path, self.left, self.right)
    }
}

/// The first difference, looking at a code object before those in its constants; `None` when they are equal.
pub fn first_difference(left: &CodeObject, right: &CodeObject) -> Option<Difference> {
    let mut waiting = vec![(String::new(), left, right)];
    while let Some((path, left, right)) = waiting.pop() {
        if let Some(difference) = in_fields(&path, left, right) {
            return Some(difference);
        }
        for (index, pair) in left.consts.iter().zip(&right.consts).enumerate().rev() {
            if let (ConstValue::Code(left), ConstValue::Code(right)) = pair {
                waiting.push((format!("{path}co_consts[{index}]."), left, right));
            }
        }
    }
    None
}

fn in_fields(path: &str, left: &CodeObject, right: &CodeObject) -> Option<Difference> {
    let number = |field: &str, get: fn(&CodeObject) -> i64| {
        let (left, right) = (get(left), get(right));
        (left != right).then(|| difference(path, field, left.to_string(), right.to_string()))
    };
    let text = |field: &str, get: fn(&CodeObject) -> &Text| {
        let (left, right) = (get(left), get(right));
        (left != right).then(|| difference(path, field, str_repr(left), str_repr(right)))
    };
    text("co_name", |code| &code.name)
        .or_else(|| text("co_qualname", |code| &code.qualname))
        .or_else(|| text("co_filename", |code| &code.filename))
        .or_else(|| number("co_firstlineno", |code| code.firstlineno.into()))
        .or_else(|| number("co_argcount", |code| code.argcount.into()))
        .or_else(|| number("co_posonlyargcount", |code| code.posonlyargcount.into()))
        .or_else(|| number("co_kwonlyargcount", |code| code.kwonlyargcount.into()))
        .or_else(|| number("co_flags", |code| code.flags.into()))
        .or_else(|| in_names(path, "co_names", &left.names, &right.names))
        .or_else(|| in_names(path, "co_localsplusnames", &left.localsplusnames, &right.localsplusnames))
        .or_else(|| {
            let (left, right) = (&left.localspluskinds, &right.localspluskinds);
            in_list(path, "co_localspluskinds", left, right, |kind| format!("{kind:#04x}"), PartialEq::eq)
        })
        .or_else(|| in_code(path, left, right))
        .or_else(|| in_list(path, "co_consts", &left.consts, &right.consts, const_text, are_equal))
        .or_else(|| number("co_stacksize", |code| code.stacksize.into()))
        .or_else(|| in_exception_table(path, left, right))
        .or_else(|| in_line_table(path, left, right))
}

fn difference(path: &str, field: impl fmt::Display, left: String, right: String) -> Difference {
    Difference { path: format!("{path}{field}"), left, right }
}

fn in_list<T>(
    path: &str,
    field: &str,
    left: &[T],
    right: &[T],
    text: impl Fn(&T) -> String,
    are_equal: impl Fn(&T, &T) -> bool,
) -> Option<Difference> {
    let same = left.iter().zip(right).take_while(|(left, right)| are_equal(left, right)).count();
    if same == left.len() && same == right.len() {
        return None;
    }
    let at = |list: &[T]| list.get(same).map_or_else(|| "(end)".to_owned(), &text);
    Some(difference(path, format_args!("{field}[{same}]"), at(left), at(right)))
}

fn in_names(path: &str, field: &str, left: &[Text], right: &[Text]) -> Option<Difference> {
    in_list(path, field, left, right, str_repr, PartialEq::eq)
}

fn const_text(item: &ConstValue) -> String {
    match item {
        ConstValue::Value(value) => canonical_constant(value),
        ConstValue::Code(code) => format!("code {}", code.qualname),
    }
}

/// Code objects count as equal here: their fields are compared later, to name what differs in them.
fn are_equal(left: &ConstValue, right: &ConstValue) -> bool {
    match (left, right) {
        (ConstValue::Value(left), ConstValue::Value(right)) => left.key() == right.key(),
        (ConstValue::Code(_), ConstValue::Code(_)) => true,
        (ConstValue::Value(_), ConstValue::Code(_)) | (ConstValue::Code(_), ConstValue::Value(_)) => false,
    }
}

fn in_code(path: &str, left: &CodeObject, right: &CodeObject) -> Option<Difference> {
    if left.code == right.code {
        return None;
    }
    let (mut lefts, mut rights) = (left.instructions(), right.instructions());
    let text = |instruction: Option<Result<Instruction, _>>| match instruction {
        Some(Ok(Instruction { op, arg, .. })) if op.has_argument() => format!("{} {arg}", op.name()),
        Some(Ok(Instruction { op, .. })) => op.name().to_owned(),
        Some(Err(_)) => "(no instruction)".to_owned(),
        None => "(end)".to_owned(),
    };
    loop {
        let (left_item, right_item) = (lefts.next(), rights.next());
        if left_item == right_item && matches!(left_item, Some(Ok(_))) {
            continue;
        }
        let start = [left_item, right_item].into_iter().flatten().flatten().map(|instruction| instruction.start).min();
        let same = left.code.iter().zip(&right.code).take_while(|(left, right)| left == right).count();
        // Bytes that mean nothing can differ too: arguments of instructions that have none.
        let offset = start.map_or(same, |start| (start * 2).min(same));
        let (left_text, right_text) = (text(left_item), text(right_item));
        if left_text == right_text {
            let (left, right) = (Hex(&left.code).to_string(), Hex(&right.code).to_string());
            return Some(difference(path, format_args!("co_code @ {same}"), left, right));
        }
        return Some(difference(path, format_args!("co_code @ {offset}"), left_text, right_text));
    }
}

fn in_exception_table(path: &str, left: &CodeObject, right: &CodeObject) -> Option<Difference> {
    if left.exceptiontable == right.exceptiontable {
        return None;
    }
    let text = |entry: &ExceptionEntry| {
        let ExceptionEntry { start, end, target, depth, lasti } = entry;
        let lasti = if *lasti { " lasti" } else { "" };
        format!("{} to {} -> {} [{depth}]{lasti}", start * 2, end * 2, target * 2)
    };
    let entries = |code: &CodeObject| code.exception_entries().map_while(Result::ok).collect::<Vec<_>>();
    in_list(path, "co_exceptiontable", &entries(left), &entries(right), text, PartialEq::eq).or_else(|| {
        let (left, right) = (Hex(&left.exceptiontable).to_string(), Hex(&right.exceptiontable).to_string());
        Some(difference(path, "co_exceptiontable", left, right))
    })
}

fn in_line_table(path: &str, left: &CodeObject, right: &CodeObject) -> Option<Difference> {
    if left.linetable == right.linetable {
        return None;
    }
    let (lefts, rights) = (left.positions(), right.positions());
    let text = |location: &Location| match *location {
        Location::NONE => "no place".to_owned(),
        Location { line, end_line, column, end_column } => format!("{line}:{column}-{end_line}:{end_column}"),
    };
    let unit = lefts.iter().zip(&rights).position(|(left, right)| left != right);
    Some(match unit {
        Some(unit) => {
            difference(path, format_args!("co_positions @ {}", unit * 2), text(&lefts[unit]), text(&rights[unit]))
        }
        None => difference(path, "co_linetable", Hex(&left.linetable).to_string(), Hex(&right.linetable).to_string()),
    })
}
