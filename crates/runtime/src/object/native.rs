//! Functions written in Rust: rows of the built-in types' and modules' tables, and the objects made from them.

use crate::Result;
use crate::object::types::TypeBody;
use crate::ops::Args;
use crate::thread::Thread;
use crate::value::{Body, Frozen, Kind, Ref, Value};

/// The Rust function behind a native function or method, by the arguments it takes beside the receiver.
///
/// For a module's function the receiver is the module (or None).
#[derive(Clone, Copy)]
pub enum NativeCode {
    /// Receiver only.
    NoArgs(fn(&mut Thread, &Value) -> Result),
    /// Receiver and one positional argument.
    OneArg(fn(&mut Thread, &Value, &Value) -> Result),
    /// Receiver and whatever the call gave: the function checks and says CPython's words.
    Args(fn(&mut Thread, &Value, Args<'_>) -> Result),
}

/// A row: a native function or method.
#[derive(Clone, Copy)]
pub struct NativeRow {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub code: NativeCode,
    /// CPython's `__text_signature__`, or empty.
    pub signature: &'static str,
    /// How its first argument is bound.
    pub binding: Binding,
}

/// How a native method of a type receives its first argument.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Binding {
    /// An instance.
    Instance,
    /// The class (a class method).
    Class,
    /// Nothing: the receiver is None (a static method, or a module's function).
    Static,
}

impl NativeRow {
    /// A method that takes no argument.
    pub const fn no_args(name: &'static str, code: fn(&mut Thread, &Value) -> Result, signature: &'static str) -> Self {
        NativeRow { name, code: NativeCode::NoArgs(code), signature, binding: Binding::Instance }
    }

    /// A method that takes one positional argument.
    pub const fn one_arg(
        name: &'static str,
        code: fn(&mut Thread, &Value, &Value) -> Result,
        signature: &'static str,
    ) -> Self {
        NativeRow { name, code: NativeCode::OneArg(code), signature, binding: Binding::Instance }
    }

    /// A method that looks at its arguments itself.
    pub const fn args(
        name: &'static str,
        code: fn(&mut Thread, &Value, Args<'_>) -> Result,
        signature: &'static str,
    ) -> Self {
        NativeRow { name, code: NativeCode::Args(code), signature, binding: Binding::Instance }
    }

    /// The same as a class method.
    pub const fn class_method(self) -> Self {
        NativeRow { binding: Binding::Class, ..self }
    }

    /// The same as a static method.
    pub const fn static_method(self) -> Self {
        NativeRow { binding: Binding::Static, ..self }
    }
}

/// A row: a native attribute of a built-in type.
#[derive(Clone, Copy)]
pub struct GetSetRow {
    /// Its name.
    pub name: &'static str,
    /// Reads it.
    pub get: fn(&mut Thread, &Value) -> Result,
    /// Writes or deletes it, unless it is read-only.
    pub set: Option<crate::object::slots::DescrSetFn>,
}

/// A native function bound to its receiver: `builtin_function_or_method`.
#[repr(C)]
pub struct NativeFunctionBody {
    /// The row.
    pub row: &'static NativeRow,
    /// `__self__`: receiver or module.
    pub receiver: Value,
    /// `__module__`, or None.
    pub module: Value,
}

impl Body for NativeFunctionBody {
    const KIND: Kind = Kind::NativeFunction;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.receiver);
        visit(&self.module);
    }
}

impl Frozen for NativeFunctionBody {}

/// What a native method descriptor does when called.
#[derive(Clone, Copy)]
pub enum MethodCode {
    /// A row of a method table: `method_descriptor` or `classmethod_descriptor`.
    Row(&'static NativeRow),
    /// A special method made from a slot: `wrapper_descriptor`. The index is that of the row in
    /// [`crate::object::table::SPECIAL_METHODS`].
    Slot(u16),
}

/// An unbound native method, in a type's namespace.
#[repr(C)]
pub struct NativeMethodBody {
    /// What it does.
    pub code: MethodCode,
    /// The type that has it.
    pub owner: Ref<TypeBody>,
    /// Its name, a str.
    pub name: Value,
}

impl Body for NativeMethodBody {
    const KIND: Kind = Kind::NativeMethod;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(self.owner.value());
        visit(&self.name);
    }
}

impl Frozen for NativeMethodBody {}
