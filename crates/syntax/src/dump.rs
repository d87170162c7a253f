//! The text of `ast.dump`.

use crate::{Field, NodeRef, Span};
use hognose_primitives::write_str_repr;
use std::fmt::Write;

/// The arguments of `ast.dump`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DumpOptions {
    /// Show fields by name where Python would let it be left out.
    pub annotate_fields: bool,
    /// Show positions.
    pub include_attributes: bool,
    /// Spaces per level, or everything on one line.
    pub indent: Option<usize>,
}

impl Default for DumpOptions {
    fn default() -> Self {
        DumpOptions { annotate_fields: true, include_attributes: false, indent: None }
    }
}

/// Exactly what `ast.dump` of Python 3.11 gives for the node.
pub fn dump<'a>(node: impl Into<NodeRef<'a>>, options: &DumpOptions) -> String {
    let mut printer = Printer { options, out: String::new() };
    printer.node(node.into(), 0);
    printer.out
}

struct Printer<'o> {
    options: &'o DumpOptions,
    out: String,
}

impl Printer<'_> {
    fn node(&mut self, node: NodeRef<'_>, level: usize) {
        let level = level + 1;
        self.out.push_str(node.kind());
        self.out.push('(');
        let on_one_line = self.is_short(node);
        if !on_one_line {
            self.newline(level);
        }
        let mut by_name = self.options.annotate_fields;
        let mut first = true;
        node.fields(&mut |name, field| {
            if matches!(field, Field::Absent) {
                by_name = true;
                return;
            }
            self.separate(&mut first, on_one_line, level);
            if by_name {
                self.out.push_str(name);
                self.out.push('=');
            }
            self.field(field, level);
        });
        if self.options.include_attributes {
            for (name, number) in node.span().iter().flat_map(attributes) {
                self.separate(&mut first, on_one_line, level);
                write!(self.out, "{name}={number}").expect("a String takes all text");
            }
        }
        self.out.push(')');
    }

    fn field(&mut self, field: Field<'_>, level: usize) {
        match field {
            Field::Absent | Field::None => self.out.push_str("None"),
            Field::Node(node) => self.node(node, level),
            Field::Text(text) => write_str_repr(&mut self.out, text.as_bytes()),
            Field::Int(number) => write!(self.out, "{number}").expect("a String takes all text"),
            Field::Constant(value) => value.write_repr(&mut self.out),
            Field::List(list) if list.is_empty() => self.out.push_str("[]"),
            Field::List(list) => {
                let level = level + 1;
                self.out.push('[');
                self.newline(level);
                let mut first = true;
                for element in list.iter() {
                    self.separate(&mut first, false, level);
                    self.field(element, level);
                }
                self.out.push(']');
            }
        }
    }

    /// Whether a node's arguments follow its name on the same line: at most three, none with parts of its own.
    fn is_short(&self, node: NodeRef<'_>) -> bool {
        if self.options.indent.is_none() {
            return true;
        }
        let mut count = 0;
        let mut simple = true;
        node.fields(&mut |_, field| match field {
            Field::Absent => (),
            Field::List(list) => {
                count += 1;
                simple &= list.is_empty();
            }
            Field::Node(child) => {
                count += 1;
                simple &= self.is_bare(child);
            }
            Field::None | Field::Text(_) | Field::Int(_) | Field::Constant(_) => count += 1,
        });
        if self.options.include_attributes && node.span().is_some() {
            count += 4;
        }
        simple && count <= 3
    }

    /// Whether a node prints as `Name()`.
    fn is_bare(&self, node: NodeRef<'_>) -> bool {
        let mut bare = !(self.options.include_attributes && node.span().is_some());
        node.fields(&mut |_, field| bare &= matches!(field, Field::Absent));
        bare
    }

    fn separate(&mut self, first: &mut bool, on_one_line: bool, level: usize) {
        if std::mem::replace(first, false) {
            return;
        }
        if on_one_line || self.options.indent.is_none() {
            self.out.push_str(", ");
        } else {
            self.out.push(',');
            self.newline(level);
        }
    }

    fn newline(&mut self, level: usize) {
        if let Some(indent) = self.options.indent {
            self.out.push('\n');
            self.out.extend(std::iter::repeat_n(' ', indent * level));
        }
    }
}

/// The four attributes of a position, by name.
fn attributes(span: &Span) -> [(&'static str, i32); 4] {
    [
        ("lineno", span.start.line),
        ("col_offset", span.start.column_bytes),
        ("end_lineno", span.end.line),
        ("end_col_offset", span.end.column_bytes),
    ]
}
