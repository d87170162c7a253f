//! Walks CPython's own tree, by the fields that its classes name.

use super::object::{constant, wtf8};
use hognose_testkit::canon::{self, Form, tree as line};
use pyo3::exceptions::PyTypeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyInt, PyList, PyString, PyTuple, PyType};
use std::collections::HashMap;

/// What a class of the `ast` module says about its nodes.
struct Class {
    name: String,
    fields: Vec<(Py<PyString>, String)>,
    has_place: bool,
    /// Its field `value` is a constant, of which `None` is one.
    holds_constant: bool,
}

/// Prints trees; remembers what it learned about the classes of nodes.
pub struct Walker {
    node_class: Py<PyType>,
    /// By address of the class, all of which live as long as the `ast` module.
    classes: HashMap<usize, Class>,
}

/// A field still to be printed.
enum Pending<'py> {
    Field { depth: u32, class: usize, field: usize, value: Bound<'py, PyAny> },
    Element { depth: u32, value: Bound<'py, PyAny> },
}

impl Walker {
    /// A walker that knows no class yet.
    pub fn new(py: Python<'_>) -> PyResult<Self> {
        let node_class = py.import("_ast")?.getattr("AST")?.cast_into::<PyType>()?.unbind();
        Ok(Walker { node_class, classes: HashMap::new() })
    }

    /// The canonical text of a tree.
    pub fn tree(&mut self, root: &Bound<'_, PyAny>) -> PyResult<Form> {
        let mut form = Form::new();
        let mut pending = Vec::new();
        self.node(&mut form, &mut pending, 0, "", root)?;
        while let Some(next) = pending.pop() {
            match next {
                Pending::Element { depth, value } => self.value(&mut form, &mut pending, depth, "-", &value)?,
                Pending::Field { depth, class, field, value } => {
                    let class = &self.classes[&class];
                    let name = class.fields[field].1.clone();
                    if class.holds_constant && name == "value" {
                        line::field_name(&mut form, depth, &name);
                        canon::constant(&mut form, &constant(&value)?);
                        form.end_line();
                    } else {
                        self.value(&mut form, &mut pending, depth, &name, &value)?;
                    }
                }
            }
        }
        Ok(form)
    }

    fn value<'py>(
        &mut self,
        form: &mut Form,
        pending: &mut Vec<Pending<'py>>,
        depth: u32,
        name: &str,
        value: &Bound<'py, PyAny>,
    ) -> PyResult<()> {
        if value.is_none() {
            line::none(form, depth, name);
        } else if let Ok(text) = value.cast_exact::<PyString>() {
            line::text(form, depth, name, &wtf8(text)?);
        } else if let Ok(list) = value.cast_exact::<PyList>() {
            line::list_head(form, depth, name, list.len());
            let first = pending.len();
            pending.extend(list.iter().map(|value| Pending::Element { depth: depth + 1, value }));
            pending[first..].reverse();
        } else if value.is_exact_instance_of::<PyInt>() {
            line::int(form, depth, name, value.extract()?);
        } else {
            self.node(form, pending, depth, name, value)?;
        }
        Ok(())
    }

    fn node<'py>(
        &mut self,
        form: &mut Form,
        pending: &mut Vec<Pending<'py>>,
        depth: u32,
        name: &str,
        node: &Bound<'py, PyAny>,
    ) -> PyResult<()> {
        let py = node.py();
        let key = node.get_type().as_ptr().addr();
        if !self.classes.contains_key(&key) {
            self.classes.insert(key, self.learn(node)?);
        }
        let class = &self.classes[&key];
        let span = if class.has_place {
            let number = |attribute| node.getattr(attribute)?.extract::<i64>();
            Some([
                number(intern!(py, "lineno"))?,
                number(intern!(py, "col_offset"))?,
                number(intern!(py, "end_lineno"))?,
                number(intern!(py, "end_col_offset"))?,
            ])
        } else {
            None
        };
        line::node(form, depth, name, &class.name, span);
        for (field, (attribute, _)) in class.fields.iter().enumerate().rev() {
            let value = node.getattr(attribute)?;
            pending.push(Pending::Field { depth: depth + 1, class: key, field, value });
        }
        Ok(())
    }

    fn learn(&self, node: &Bound<'_, PyAny>) -> PyResult<Class> {
        let py = node.py();
        let class = node.get_type();
        if !class.is_subclass(self.node_class.bind(py))? {
            return Err(PyTypeError::new_err(format!("a tree with a {}", class.name()?)));
        }
        let name: String = class.name()?.extract()?;
        let mut fields = Vec::new();
        for field in class.getattr("_fields")?.cast_into::<PyTuple>()? {
            let field = field.cast_into::<PyString>()?;
            fields.push((field.clone().unbind(), field.to_str()?.to_owned()));
        }
        let has_place = class.getattr("_attributes")?.len()? == 4;
        let holds_constant = name == "Constant" || name == "MatchSingleton";
        Ok(Class { name, fields, has_place, holds_constant })
    }
}
