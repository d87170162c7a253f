//! Native modules: `builtins`, `sys`, `time`, `gc`, `math`, and how they are made from tables of rows.

mod builtins;
mod gc;
mod math;
mod sys;
mod time;

use crate::Result;
use crate::object::dict::{self, DictBody};
use crate::object::module::{self, ModuleBody};
use crate::object::native::NativeRow;
use crate::object::str;
use crate::ops::call;
use crate::thread::Thread;
use crate::value::Value;

pub use sys::{flush_standard_streams, stream};
pub(crate) use sys::{get as get_sys, put as put_sys};

/// Makes the modules of a new interpreter.
pub(crate) fn create(thread: &mut Thread) {
    thread.modules = Some(dict::new(thread));
    builtins::create(thread);
    sys::create(thread);
}

/// A new module with the functions of a table, entered nowhere.
pub(crate) fn new_module(thread: &mut Thread, name: &str, rows: &'static [NativeRow]) -> Value {
    let namespace = dict::new(thread);
    let module = module::new(thread, namespace);
    let name_value = thread.intern(name);
    set(thread, &module, "__name__", name_value.clone());
    set(thread, &module, "__doc__", Value::none());
    set(thread, &module, "__package__", str::new(thread, ""));
    set(thread, &module, "__loader__", Value::none());
    set(thread, &module, "__spec__", Value::none());
    add_functions(thread, &module, &name_value, rows);
    module
}

pub(crate) fn add_functions(thread: &mut Thread, module: &Value, name: &Value, rows: &'static [NativeRow]) {
    for row in rows {
        let function = call::native_function(thread, row, module.clone(), name.clone());
        set(thread, module, row.name, function);
    }
}

/// Puts a value into a module's namespace.
pub(crate) fn set(thread: &mut Thread, module: &Value, name: &str, value: Value) {
    let key = thread.intern(name);
    let dict = module.cast::<ModuleBody>().dict.clone();
    let old = dict.cast::<DictBody>().set_str(thread, &key, value);
    drop(old);
}

/// Enters a module into `sys.modules`.
pub(crate) fn enter(thread: &mut Thread, name: &str, module: Value) {
    let key = thread.intern(name);
    let modules = thread.modules().clone();
    let old = modules.cast::<DictBody>().set_str(thread, &key, module);
    drop(old);
}

/// Makes a native module; `None` when there is none of this name.
///
/// # Errors
/// What making it raises.
pub fn load(thread: &mut Thread, name: &str) -> Result<Option<Value>> {
    Ok(match name {
        "time" => Some(time::create(thread)),
        "gc" => Some(gc::create(thread)),
        "math" => Some(math::create(thread)),
        _ => None,
    })
}
