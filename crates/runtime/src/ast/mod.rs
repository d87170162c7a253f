//! `ast` nodes as Python objects: what `compile()` takes and gives.

mod build;

use crate::Result;
use crate::builtins::code_functions::raise_frontend_error;
use crate::frontend::{CompileOptions, FrontendError};
use crate::object::dict::{self, DictBody};
use crate::object::types::TypeBody;
use crate::object::{list, str};
use crate::ops::{Args, attribute, types};
use crate::thread::Thread;
use crate::value::Value;
use hognose_primitives::Constant;
use hognose_syntax::{Field, Mod, NodeRef};

impl Thread {
    /// The class of a kind of node, made when first needed.
    fn node_class(&mut self, kind: &str) -> Result {
        if let Some(class) = self.node_classes.borrow().get(kind) {
            return Ok(class.clone());
        }
        let bases = if kind == "AST" { Vec::new() } else { vec![self.node_class("AST")?] };
        let namespace = dict::new(self);
        let key = self.names().__module__.clone();
        let module = str::new(self, "ast");
        drop(namespace.cast::<DictBody>().set_str(self, &key, module));
        let meta = self.types().type_.clone();
        let name = self.intern(kind);
        let class = types::new_class(self, &meta, &name, &bases, &namespace, Args::NONE)?;
        self.node_classes.borrow_mut().insert(kind.to_owned(), class.clone());
        Ok(class)
    }
}

/// Whether a value is an instance of a class of module `ast`.
pub fn is_node(thread: &Thread, value: &Value) -> bool {
    let base = thread.node_classes.borrow().get("AST").cloned();
    base.is_some_and(|base| thread.is_instance(value, base.cast::<TypeBody>()))
}

/// Compiles a tree of nodes.
///
/// # Errors
/// TypeError and ValueError for malformed trees, SyntaxError.
pub fn compile_node(thread: &mut Thread, node: &Value, options: &CompileOptions) -> Result {
    let Some(frontend) = thread.frontend() else { return Err(thread.unsupported("compile() without a compiler")) };
    let compiled = frontend.compile_tree(&mut |arena| build::module(thread, arena, node), options);
    match compiled {
        Ok(code) => Ok(thread.load_code(&code)?.into_value()),
        // The exception is set already.
        Err(FrontendError::Other("", _)) => Err(crate::value::Raised),
        Err(error) => Err(raise_frontend_error(thread, error, &options.filename)),
    }
}

/// Parses text to a tree of nodes.
///
/// # Errors
/// SyntaxError.
pub fn parse(thread: &mut Thread, source: &[u8], options: &CompileOptions) -> Result {
    let Some(frontend) = thread.frontend() else { return Err(thread.unsupported("compile() without a compiler")) };
    let mut made: Option<Result> = None;
    let mut visit = |tree: &Mod<'_>| made = Some(object(thread, NodeRef::Mod(tree)));
    if let Err(error) = frontend.parse(source, options, &mut visit) {
        return Err(raise_frontend_error(thread, error, &options.filename));
    }
    made.unwrap_or_else(|| Ok(Value::none()))
}

/// A node as an object.
fn object(thread: &mut Thread, node: NodeRef<'_>) -> Result {
    let class = thread.node_class(node.kind())?;
    let object = types::new_instance(thread, class.cast::<TypeBody>());
    let mut fields: Vec<(&'static str, Field<'_>)> = Vec::new();
    node.fields(&mut |name, field| fields.push((name, field)));
    for (name, field) in fields {
        let value = thread.nested(" during ast construction", |thread| field_value(thread, field))?;
        let name = thread.intern(name);
        attribute::set_instance_attribute(thread, &object, &name, Some(&value));
    }
    if let Some(span) = node.span() {
        let places = [
            ("lineno", span.start.line),
            ("col_offset", span.start.column_bytes),
            ("end_lineno", span.end.line),
            ("end_col_offset", span.end.column_bytes),
        ];
        for (name, number) in places {
            let name = thread.intern(name);
            let number = Value::small_int(i64::from(number));
            attribute::set_instance_attribute(thread, &object, &name, Some(&number));
        }
    }
    Ok(object)
}

fn field_value(thread: &mut Thread, field: Field<'_>) -> Result {
    Ok(match field {
        Field::Absent | Field::None => Value::none(),
        Field::Node(node) => object(thread, node)?,
        Field::Text(text) => thread.intern(text),
        Field::Int(number) => thread.int(number),
        Field::Constant(constant) => thread.constant(constant),
        Field::List(items) => {
            let mut values = Vec::with_capacity(items.len());
            for item in items.iter() {
                values.push(field_value(thread, item)?);
            }
            list::new(thread, values)
        }
    })
}

/// A constant from a value; `None` for what cannot stand in a tree.
pub(crate) fn constant_of(value: &Value) -> Option<Constant> {
    use crate::object::{bytes::BytesBody, complex::ComplexBody, float, int, tuple};
    use hognose_primitives::Text;
    if value.is_none() {
        return Some(Constant::None);
    }
    if value.is_ellipsis() {
        return Some(Constant::Ellipsis);
    }
    if value.is_bool() {
        return Some(Constant::Bool(value.is_true()));
    }
    if let Some(number) = int::to_ibig(value) {
        return Some(Constant::Int(number));
    }
    if let Some(number) = float::get(value) {
        return Some(Constant::Float(number));
    }
    if let Some(chars) = str::chars(value) {
        return Some(Constant::Str(Text::from_code_points(chars.iter())));
    }
    if let Some(bytes) = value.downcast::<BytesBody>() {
        return Some(Constant::Bytes(bytes.bytes.clone()));
    }
    if let Some(number) = value.downcast::<ComplexBody>() {
        return Some(Constant::Complex { real: number.real, imag: number.imag });
    }
    let items: Option<Vec<Constant>> = tuple::items(value)?.iter().map(constant_of).collect();
    Some(Constant::Tuple(items?.into()))
}
