//! module: its body.

use crate::thread::Thread;
use crate::value::{Body, Frozen, Kind, Value};

/// The body of a module.
pub struct ModuleBody {
    /// `__dict__`.
    pub dict: Value,
}

impl Body for ModuleBody {
    const KIND: Kind = Kind::Module;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.dict);
    }
}

impl Frozen for ModuleBody {}

/// A new module over a namespace.
pub fn new(thread: &Thread, dict: Value) -> Value {
    thread.heap().alloc(&thread.types().module, ModuleBody { dict })
}
