//! Type objects.

use crate::object::dict::DictBody;
use crate::object::shape::ShapeId;
use crate::object::slots::Slots;
use crate::value::{Body, Frozen, Kind, Object, Ref, Slot, Value};
use std::cell::{Cell, OnceCell, RefCell};

/// A type object, owned.
pub type TypeRef = Ref<TypeBody>;
/// A type object, borrowed.
pub type Type = Object<TypeBody>;

/// Bits of [`TypeBody::flags`].
#[allow(missing_docs)]
pub mod type_flags {
    /// Made by a class statement or `type()`.
    pub const HEAP: u32 = 1;
    /// May be a base.
    pub const BASE: u32 = 2;
    /// Its MRO has a `__del__`.
    pub const FINALIZER: u32 = 4;
    /// Its instances have a `__dict__`.
    pub const HAS_DICT: u32 = 8;
    /// Its instances are exceptions.
    pub const EXCEPTION: u32 = 16;
    /// `__getattribute__` is `object`'s and there is no `__getattr__`: attribute caches apply.
    pub const PLAIN_GETATTR: u32 = 32;
    /// `__setattr__` and `__delattr__` are `object`'s.
    pub const PLAIN_SETATTR: u32 = 64;
    /// `isinstance` and `issubclass` need no `__instancecheck__`.
    pub const MATCHES_SEQUENCE: u32 = 128;
    /// Matches a mapping pattern.
    pub const MATCHES_MAPPING: u32 = 256;
    /// Calls on instances or the class reach `object.__new__` (a class call is allocation and `__init__`).
    pub const PLAIN_NEW: u32 = 512;
    /// Attributes cannot be set (built-in types).
    pub const IMMUTABLE: u32 = 1024;
}

/// The body of a type object. It is read without a token; what changes is in cells.
#[repr(C)]
pub struct TypeBody {
    /// Changes with every change to the type or one of its bases, unique over all types; caches compare it.
    pub version: Cell<u32>,
    /// Bits of [`type_flags`].
    pub flags: Cell<u32>,
    /// The empty shape of its instances.
    pub root_shape: Cell<ShapeId>,
    /// Slots that a new instance gets room for.
    pub instance_capacity: Cell<u32>,
    /// The layout of its instances.
    pub instance_kind: Kind,
    /// Native functions for operations.
    pub slots: Slots,
    /// `__name__`, a str.
    pub name: Slot<Value>,
    /// `__qualname__`, a str.
    pub qualname: Slot<Value>,
    /// `__bases__`.
    pub bases: RefCell<Vec<TypeRef>>,
    /// The base whose layout is used: `__base__`.
    pub base: Slot<Option<TypeRef>>,
    /// `__mro__`, the type itself first.
    pub mro: Slot<std::rc::Rc<[TypeRef]>>,
    /// The namespace, a dict; set once the type is complete.
    pub dict: OnceCell<Value>,
    /// Direct subclasses, by address; a dying class takes itself out.
    pub subclasses: RefCell<Vec<*const Type>>,
}

impl Body for TypeBody {
    const KIND: Kind = Kind::Type;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.dict.get().into_iter().for_each(&mut *visit);
        self.bases.borrow().iter().for_each(|base| visit(base.value()));
        self.base.get().iter().for_each(|base| visit(base.value()));
        self.mro.get().iter().for_each(|ty| visit(ty.value()));
    }
}

impl Frozen for TypeBody {}

impl TypeBody {
    /// Whether this is the one built-in type of its kind that objects of it are `exact` for.
    #[inline]
    pub fn is_builtin(&self) -> bool {
        self.flags.get() & type_flags::HEAP == 0
    }

    /// Whether the bits are all set.
    #[inline]
    pub fn has(&self, flags: u32) -> bool {
        self.flags.get() & flags == flags
    }

    /// Whether instances have a `__del__`.
    #[inline]
    pub fn has_finalizer(&self) -> bool {
        self.has(type_flags::FINALIZER)
    }

    /// The namespace.
    #[inline]
    pub fn namespace(&self) -> &Object<DictBody> {
        self.dict.get().expect("types are completed before they are used").cast::<DictBody>()
    }

    /// `__name__`.
    pub fn name(&self) -> String {
        crate::object::str::to_string(&self.name.get())
    }
}

impl Object<TypeBody> {
    /// Whether this is `other` or has it in its MRO.
    pub fn is_subtype(&self, other: &Type) -> bool {
        self.same(other) || self.mro.get().iter().any(|ty| ty.same(other))
    }
}
