//! Descriptors: getset, property, staticmethod, classmethod, and super.

use crate::object::slots::{DescrSetFn, UnaryFn};
use crate::object::types::TypeBody;
use crate::value::{Body, Frozen, Guarded, Kind, Ref, Value};

/// A native attribute of a built-in type.
pub struct GetSetBody {
    /// The type that has it.
    pub owner: Ref<TypeBody>,
    /// The attribute's name, a str.
    pub name: Value,
    /// Reads it from an instance.
    pub get: UnaryFn,
    /// Writes or deletes it; none when read-only. The first argument is the descriptor.
    pub set: Option<DescrSetFn>,
}

impl Body for GetSetBody {
    const KIND: Kind = Kind::GetSet;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(self.owner.value());
        visit(&self.name);
    }
}

impl Frozen for GetSetBody {}

/// The body of a property; None stands for a missing function.
#[allow(missing_docs)]
pub struct PropertyBody {
    pub get: Value,
    pub set: Value,
    pub delete: Value,
    pub doc: Value,
    /// Set by `__set_name__`, for messages.
    pub name: Value,
}

impl Body for PropertyBody {
    const KIND: Kind = Kind::Property;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        for value in [&self.get, &self.set, &self.delete, &self.doc, &self.name] {
            visit(value);
        }
    }
}

impl Guarded for PropertyBody {}

/// The body of a staticmethod.
pub struct StaticMethodBody(pub Value);

impl Body for StaticMethodBody {
    const KIND: Kind = Kind::StaticMethod;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.0);
    }
}

impl Frozen for StaticMethodBody {}

/// The body of a classmethod.
pub struct ClassMethodBody(pub Value);

impl Body for ClassMethodBody {
    const KIND: Kind = Kind::ClassMethod;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.0);
    }
}

impl Frozen for ClassMethodBody {}

/// The body of a super object.
pub struct SuperBody {
    /// `__thisclass__`.
    pub class: Value,
    /// `__self__`, or None when unbound.
    pub receiver: Value,
    /// `__self_class__`, or None when unbound.
    pub receiver_class: Value,
}

impl Body for SuperBody {
    const KIND: Kind = Kind::Super;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.class);
        visit(&self.receiver);
        visit(&self.receiver_class);
    }
}

impl Frozen for SuperBody {}
