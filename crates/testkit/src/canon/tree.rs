//! Trees: one line per field, with its depth, name and value; all four positions of each node.

use super::{Form, constant};
use hognose_syntax::{Field, Mod, NodeRef, Span};

/// Prints a tree.
///
/// ```text
/// 0 Module
/// 1 body [1]
/// 2 - Pass 1 0 1 4
/// 1 type_ignores [0]
/// ```
pub fn tree(module: &Mod<'_>) -> Form {
    let mut form = Form::new();
    let mut pending = vec![(0, "", Field::Node(NodeRef::Mod(module)))];
    let mut fields = Vec::new();
    // Depth first without recursion: the writer adds no bound of its own to the depth of a tree.
    while let Some((depth, name, field)) = pending.pop() {
        match field {
            Field::Absent | Field::None => none(&mut form, depth, name),
            Field::Int(value) => int(&mut form, depth, name, value),
            Field::Text(value) => text(&mut form, depth, name, value.as_bytes()),
            Field::Constant(value) => {
                field_name(&mut form, depth, name);
                constant(&mut form, value);
                form.end_line();
            }
            Field::Node(child) => {
                let kind = child.fields(&mut |name, field| fields.push((depth + 1, name, field)));
                node(&mut form, depth, name, kind, child.span().map(numbers));
            }
            Field::List(list) => {
                list_head(&mut form, depth, name, list.len());
                fields.extend(list.iter().map(|element| (depth + 1, "-", element)));
            }
        }
        pending.extend(fields.drain(..).rev());
    }
    form
}

fn numbers(span: Span) -> [i64; 4] {
    [span.start.line, span.start.column_bytes, span.end.line, span.end.column_bytes].map(i64::from)
}

/// Begins a line: depth and name of the field; an element of a list is called `-`.
pub fn field_name<'form>(form: &'form mut Form, depth: u32, name: &str) -> &'form mut Form {
    form.push_int(depth.into());
    if !name.is_empty() {
        form.push(" ").push(name);
    }
    form.push(" ")
}

/// The line of a node: its kind and place.
pub fn node(form: &mut Form, depth: u32, name: &str, kind: &str, span: Option<[i64; 4]>) {
    form.count_unit();
    field_name(form, depth, name).push(kind);
    for number in span.into_iter().flatten() {
        form.push(" ").push_int(number);
    }
    form.end_line();
}

/// The line of a list; its elements follow one step deeper.
pub fn list_head(form: &mut Form, depth: u32, name: &str, length: usize) {
    field_name(form, depth, name).push("[").push_int(length as i64).push("]").end_line();
}

/// The line of a field without a value.
pub fn none(form: &mut Form, depth: u32, name: &str) {
    field_name(form, depth, name).push("None").end_line();
}

/// The line of a number that is no constant.
pub fn int(form: &mut Form, depth: u32, name: &str, value: i64) {
    field_name(form, depth, name).push_int(value).end_line();
}

/// The line of a name or type comment.
pub fn text(form: &mut Form, depth: u32, name: &str, value: &[u8]) {
    field_name(form, depth, name).push_quoted(value).end_line();
}
