//! Exceptions: the body that all of them share.

use crate::exceptions::ExceptionKind;
use crate::value::{Body, Frozen, Kind, Slot, Value};
use std::cell::{Cell, RefCell};

/// The body of an exception. Attributes of single classes (`name`, `value`, `errno`, ...) stand in `extra`, by the
/// class's own table of attributes.
pub struct ExceptionBody {
    /// `args`, a tuple.
    pub args: Slot<Value>,
    /// `__traceback__`, or None.
    pub traceback: Slot<Value>,
    /// `__context__`, or None.
    pub context: Slot<Value>,
    /// `__cause__`, or None.
    pub cause: Slot<Value>,
    /// `__suppress_context__`.
    pub suppress_context: Cell<bool>,
    /// `__dict__`, made when first needed; `__notes__` stands there.
    pub dict: Slot<Option<Value>>,
    /// Attributes that the class's table names, in its order.
    pub extra: RefCell<Vec<Option<Value>>>,
}

impl Body for ExceptionBody {
    const KIND: Kind = Kind::Exception;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        for cell in [&self.args, &self.traceback, &self.context, &self.cause] {
            visit(&cell.get());
        }
        self.dict.get().iter().for_each(&mut *visit);
        self.extra.borrow().iter().flatten().for_each(visit);
    }
}

impl Frozen for ExceptionBody {}

impl ExceptionBody {
    /// An attribute that the class's table names.
    pub fn attribute(&self, kind: ExceptionKind, name: &str) -> Option<Value> {
        let index = kind.attributes().iter().position(|own| *own == name)?;
        self.extra.borrow().get(index).cloned().flatten()
    }

    /// Sets an attribute that the class's table names; false when it names no such.
    pub fn set_attribute(&self, kind: ExceptionKind, name: &str, value: Option<Value>) -> bool {
        let attributes = kind.attributes();
        let Some(index) = attributes.iter().position(|own| *own == name) else { return false };
        let mut extra = self.extra.borrow_mut();
        if extra.len() < attributes.len() {
            extra.resize(attributes.len(), None);
        }
        let old = std::mem::replace(&mut extra[index], value);
        drop(extra);
        drop(old);
        true
    }
}
