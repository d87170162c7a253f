//! Attributes: `object.name` read, written and deleted, with CPython's order of descriptors and dicts.

use crate::Result;
use crate::builtins::unsupported;
use crate::exceptions::ExceptionKind;
use crate::heap::{InstanceBody, attributes_word};
use crate::object::dict::{self, DictBody};
use crate::object::exception::ExceptionBody;
use crate::object::function::FunctionBody;
use crate::object::module::ModuleBody;
use crate::object::shape::ShapeId;
use crate::object::str;
use crate::object::types::{Type, TypeBody, type_flags};
use crate::ops::{Args, call};
use crate::thread::Thread;
use crate::value::{Kind, Raised, Value};
use hognose_primitives::bug;

/// `object.name`.
///
/// # Errors
/// AttributeError, or what Python code on the way raises.
#[inline]
pub fn getattr(thread: &mut Thread, object: &Value, name: &Value) -> Result {
    let get = thread.type_of(object).slots.getattr.get().unwrap_or(generic_getattr);
    get(thread, object, name)
}

/// `object.name`, by a Rust string.
///
/// # Errors
/// As [`getattr`].
pub fn getattr_named(thread: &mut Thread, object: &Value, name: &str) -> Result {
    let name = thread.intern(name);
    getattr(thread, object, &name)
}

/// `object.name`, or `None` without raising AttributeError.
///
/// # Errors
/// Anything but AttributeError.
pub fn getattr_optional(thread: &mut Thread, object: &Value, name: &Value) -> Result<Option<Value>> {
    let result = getattr(thread, object, name);
    thread.catch(result, ExceptionKind::AttributeError)
}

/// `object.name = value`.
///
/// # Errors
/// AttributeError, or what Python code on the way raises.
#[inline]
pub fn setattr(thread: &mut Thread, object: &Value, name: &Value, value: &Value) -> Result<()> {
    let set = thread.type_of(object).slots.setattr.get().unwrap_or(generic_setattr);
    set(thread, object, name, Some(value))
}

/// `del object.name`.
///
/// # Errors
/// AttributeError, or what Python code on the way raises.
pub fn delattr(thread: &mut Thread, object: &Value, name: &Value) -> Result<()> {
    let set = thread.type_of(object).slots.setattr.get().unwrap_or(generic_setattr);
    set(thread, object, name, None)
}

/// `object.__getattribute__`.
///
/// # Errors
/// AttributeError, or what a descriptor raises.
pub fn generic_getattr(thread: &mut Thread, object: &Value, name: &Value) -> Result {
    let name = &thread.intern_value(name.clone());
    match find_attribute(thread, object, name)? {
        Some(value) => Ok(value),
        None => Err(no_attribute(thread, object, name)),
    }
}

fn find_attribute(thread: &mut Thread, object: &Value, name: &Value) -> Result<Option<Value>> {
    let ty = thread.type_ref(object);
    let on_type = thread.lookup(&ty, name);
    let get = on_type.as_ref().and_then(|found| thread.type_of(found).slots.descr_get.get());
    if let (Some(found), Some(get)) = (&on_type, get)
        && bug!("data-descriptor-loses-to-instance", thread.type_of(found).slots.descr_set.get().is_some(), false)
    {
        return get(thread, found, Some(object), ty.value()).map(Some);
    }
    if let Some(value) = own_attribute(thread, object, name) {
        return Ok(Some(value));
    }
    match (on_type, get) {
        (Some(found), Some(get)) => get(thread, &found, Some(object), ty.value()).map(Some),
        (found, _) => Ok(found),
    }
}

#[cold]
pub(crate) fn no_attribute(thread: &mut Thread, object: &Value, name: &Value) -> Raised {
    if let Some(raised) = unsupported::attribute(thread, object, name) {
        return raised;
    }
    let text = str::to_string(name);
    let message = match object.downcast::<TypeBody>() {
        Some(ty) => format!("type object '{}' has no attribute '{text}'", ty.name()),
        None => format!("'{}' object has no attribute '{text}'", thread.type_name(object)),
    };
    thread.raise_with_attributes(ExceptionKind::AttributeError, &message, &[("name", name), ("obj", object)])
}

/// An attribute that the object itself holds: in its slots or its `__dict__`.
#[inline]
pub fn own_attribute(thread: &Thread, object: &Value, name: &Value) -> Option<Value> {
    if let Some(instance) = object.downcast::<InstanceBody>() {
        let body = instance.body(thread);
        if let Some(dict) = &body.dict {
            return dict.cast::<DictBody>().get_str(thread, name);
        }
        let slot = thread.shapes.borrow().slot(body.shape(), name)?;
        return body.slots()[slot].clone();
    }
    existing_dict(thread, object)?.cast::<DictBody>().get_str(thread, name)
}

/// The `__dict__` of an object that is no plain instance, if it was made.
fn existing_dict(_thread: &Thread, object: &Value) -> Option<Value> {
    match object.kind()? {
        Kind::Exception => object.cast::<ExceptionBody>().dict.get(),
        Kind::Function => object.cast::<FunctionBody>().dict.get(),
        Kind::Module => Some(object.cast::<ModuleBody>().dict.clone()),
        Kind::Type => object.cast::<TypeBody>().dict.get().cloned(),
        _ => {
            let word = attributes_word(object)?;
            let dict = word.take();
            word.set(dict.clone());
            dict
        }
    }
}

/// Whether objects of a type have a `__dict__`.
pub fn has_dict(ty: &Type) -> bool {
    ty.has(type_flags::HAS_DICT)
}

/// The `__dict__` of an object, made now if need be; `None` when its type has none.
pub fn instance_dict(thread: &mut Thread, object: &Value) -> Option<Value> {
    if !has_dict(thread.type_of(object)) {
        return None;
    }
    if object.is_a::<InstanceBody>() {
        return Some(enter_dictionary_mode(thread, object));
    }
    if let Some(dict) = existing_dict(thread, object) {
        return Some(dict);
    }
    let dict = dict::new(thread);
    set_dict(thread, object, dict.clone());
    Some(dict)
}

/// Makes `dict` the `__dict__` of an object whose type has one.
pub fn set_dict(thread: &mut Thread, object: &Value, dict: Value) {
    match object.kind() {
        Some(Kind::Instance) => {
            drop(enter_dictionary_mode(thread, object));
            let old = object.cast::<InstanceBody>().body_mut(thread).dict.replace(dict);
            drop(old);
        }
        Some(Kind::Exception) => drop(object.cast::<ExceptionBody>().dict.set(Some(dict))),
        Some(Kind::Function) => drop(object.cast::<FunctionBody>().dict.set(Some(dict))),
        _ => {
            if let Some(word) = attributes_word(object) {
                drop(word.replace(Some(dict)));
            }
        }
    }
}

/// Moves the attributes of an instance from its slots to a dict, unless they are in one, and gives the dict.
pub fn enter_dictionary_mode(thread: &mut Thread, object: &Value) -> Value {
    let instance = object.cast::<InstanceBody>();
    if let Some(dict) = &instance.body(thread).dict {
        return dict.clone();
    }
    let dict = dict::new(thread);
    let shape = instance.body(thread).shape();
    let names = thread.shapes.borrow().get(shape).map(|shape| shape.names.clone()).unwrap_or_default();
    for (slot, name) in names.iter().enumerate() {
        if let Some(value) = instance.set_slot(thread, slot, None) {
            drop(dict.cast::<DictBody>().set_str(thread, name, value));
        }
    }
    let body = instance.body_mut(thread);
    body.shape = ShapeId::DICTIONARY;
    body.dict = Some(dict.clone());
    dict
}

/// `object.__setattr__` and `object.__delattr__`.
///
/// # Errors
/// AttributeError, or what a descriptor raises.
pub fn generic_setattr(thread: &mut Thread, object: &Value, name: &Value, value: Option<&Value>) -> Result<()> {
    let name = &thread.intern_value(name.clone());
    let ty = thread.type_ref(object);
    let on_type = thread.lookup(&ty, name);
    if let Some(found) = &on_type {
        let set = thread.type_of(found).slots.descr_set.get();
        if let Some(set) = set {
            return set(thread, found, object, value);
        }
    }
    if has_dict(&ty) {
        if object.is_a::<InstanceBody>() {
            if set_instance_attribute(thread, object, name, value) {
                return Ok(());
            }
            if let Some(raised) = unsupported::attribute(thread, object, name) {
                return Err(raised);
            }
            let message = format!("'{}' object has no attribute '{}'", ty.name(), str::to_string(name));
            return Err(thread.raise(ExceptionKind::AttributeError, &message));
        }
        let dict = instance_dict(thread, object).expect("its type has one");
        let old = match value {
            Some(value) => dict.cast::<DictBody>().set_str(thread, name, value.clone()),
            None => match dict.cast::<DictBody>().remove_str(thread, name) {
                Some(old) => Some(old),
                None => return Err(no_attribute_to_change(thread, object, name)),
            },
        };
        drop(old);
        return Ok(());
    }
    if on_type.is_some() {
        let message = format!("'{}' object attribute '{}' is read-only", ty.name(), str::to_string(name));
        return Err(thread.raise(ExceptionKind::AttributeError, &message));
    }
    Err(no_attribute(thread, object, name))
}

fn no_attribute_to_change(thread: &mut Thread, object: &Value, name: &Value) -> Raised {
    // CPython does not tell name and object here.
    let message = format!("'{}' object has no attribute '{}'", thread.type_name(object), str::to_string(name));
    thread.raise(ExceptionKind::AttributeError, &message)
}

/// Stores or deletes an attribute in a plain instance; false when there is none to delete.
pub fn set_instance_attribute(thread: &mut Thread, object: &Value, name: &Value, value: Option<&Value>) -> bool {
    let instance = object.cast::<InstanceBody>();
    let shape = instance.body(thread).shape();
    let Some(value) = value else {
        let dict = enter_dictionary_mode(thread, object);
        let old = dict.cast::<DictBody>().remove_str(thread, name);
        return old.is_some();
    };
    if shape == ShapeId::DICTIONARY {
        let dict = enter_dictionary_mode(thread, object);
        drop(dict.cast::<DictBody>().set_str(thread, name, value.clone()));
        return true;
    }
    let slot = thread.shapes.borrow().slot(shape, name);
    if let Some(slot) = slot {
        drop(instance.set_slot(thread, slot, Some(value.clone())));
        return true;
    }
    let used = thread.shapes.borrow().get(shape).map_or(0, |shape| shape.names.len());
    if used == instance.body(thread).slots().len() {
        let ty = thread.type_ref(object);
        let wanted = (used as u32 + 1) * 2;
        ty.instance_capacity.set(ty.instance_capacity.get().max(wanted));
        let dict = enter_dictionary_mode(thread, object);
        drop(dict.cast::<DictBody>().set_str(thread, name, value.clone()));
        return true;
    }
    let larger = thread.shapes.borrow_mut().extend(shape, name);
    let body = instance.body_mut(thread);
    body.shape = larger;
    body.slots_mut()[used] = Some(value.clone());
    true
}

/// `type.__getattribute__`.
///
/// # Errors
/// AttributeError, or what a descriptor raises.
pub fn type_getattr(thread: &mut Thread, object: &Value, name: &Value) -> Result {
    let name = &thread.intern_value(name.clone());
    let ty = object.cast::<TypeBody>();
    let meta = thread.type_ref(object);
    let on_meta = thread.lookup(&meta, name);
    let meta_get = on_meta.as_ref().and_then(|found| thread.type_of(found).slots.descr_get.get());
    if let (Some(found), Some(get)) = (&on_meta, meta_get)
        && thread.type_of(found).slots.descr_set.get().is_some()
    {
        return get(thread, found, Some(object), meta.value());
    }
    if let Some(found) = thread.lookup(ty, name) {
        let get = thread.type_of(&found).slots.descr_get.get();
        return match get {
            Some(get) => get(thread, &found, None, object),
            None => Ok(found),
        };
    }
    match (on_meta, meta_get) {
        (Some(found), Some(get)) => get(thread, &found, Some(object), meta.value()),
        (Some(found), None) => Ok(found),
        (None, _) => Err(no_attribute(thread, object, name)),
    }
}

/// `type.__setattr__` and `type.__delattr__`.
///
/// # Errors
/// TypeError for built-in types, AttributeError, or what a descriptor raises.
pub fn type_setattr(thread: &mut Thread, object: &Value, name: &Value, value: Option<&Value>) -> Result<()> {
    let name = &thread.intern_value(name.clone());
    let ty = object.cast::<TypeBody>();
    if ty.has(type_flags::IMMUTABLE) {
        let message = format!("cannot set '{}' attribute of immutable type '{}'", str::to_string(name), ty.name());
        return Err(thread.type_error(&message));
    }
    let meta = thread.type_ref(object);
    if let Some(found) = thread.lookup(&meta, name) {
        let set = thread.type_of(&found).slots.descr_set.get();
        if let Some(set) = set {
            return set(thread, &found, object, value);
        }
    }
    let old = match value {
        Some(value) => ty.namespace().set_str(thread, name, value.clone()),
        None => match ty.namespace().remove_str(thread, name) {
            Some(old) => Some(old),
            None => return Err(no_attribute(thread, object, name)),
        },
    };
    thread.type_changed(ty, Some(name));
    drop(old);
    Ok(())
}

/// `__getattribute__` and `__getattr__` of a Python class.
///
/// # Errors
/// What they raise.
pub(crate) fn python_getattr(thread: &mut Thread, object: &Value, name: &Value) -> Result {
    let ty = thread.type_ref(object);
    let getattribute = thread.names().__getattribute__.clone();
    let result = match thread.lookup(&ty, &getattribute) {
        Some(found) if call::takes_receiver(&found) && !found.is_a::<crate::object::native::NativeMethodBody>() => {
            call::call(thread, &found, Args::positional(&[object.clone(), name.clone()]))
        }
        _ => native_getattr_of(&ty)(thread, object, name),
    };
    let Err(Raised) = result else { return result };
    if !thread.raised_is(ExceptionKind::AttributeError) {
        return Err(Raised);
    }
    let getattr = thread.names().__getattr__.clone();
    let Some(found) = thread.lookup(&ty, &getattr) else { return Err(Raised) };
    drop(thread.take_raised());
    let get = thread.type_of(&found).slots.descr_get.get();
    let bound = match get {
        Some(get) => get(thread, &found, Some(object), ty.value())?,
        None => found,
    };
    call::call(thread, &bound, Args::positional(std::slice::from_ref(name)))
}

/// The native `__getattribute__` below a Python class.
fn native_getattr_of(ty: &Type) -> crate::object::slots::GetAttrFn {
    let mro = ty.mro.get();
    mro.iter().filter(|ty| ty.is_builtin()).find_map(|ty| ty.slots.getattr.get()).unwrap_or(generic_getattr)
}

/// What `LOAD_METHOD` found.
pub enum LoadedMethod {
    /// A function that takes the object as its first argument.
    Method(Value),
    /// Any other attribute.
    Attribute(Value),
}

/// `object.name`, about to be called: a plain function of the class is not bound.
///
/// # Errors
/// As [`getattr`].
pub fn load_method(thread: &mut Thread, object: &Value, name: &Value) -> Result<LoadedMethod> {
    let ty = thread.type_of(object);
    if !ty.has(type_flags::PLAIN_GETATTR) || object.is_a::<TypeBody>() {
        return getattr(thread, object, name).map(LoadedMethod::Attribute);
    }
    if let Some(found) = thread.lookup(ty, name)
        && call::takes_receiver(&found)
    {
        if let Some(own) = own_attribute(thread, object, name) {
            return Ok(LoadedMethod::Attribute(own));
        }
        return Ok(LoadedMethod::Method(found));
    }
    getattr(thread, object, name).map(LoadedMethod::Attribute)
}

/// What a cache may remember about reading an attribute.
#[allow(missing_docs)]
pub enum LoadHint {
    /// Nothing: always take the long way.
    None,
    /// In slot `index` while the instance has this shape and its class this version.
    Slot { shape: ShapeId, version: u32, index: u32 },
    /// On the type while it has this version; the value is neither shadowed nor a descriptor (for a method: it is a function that
    /// takes the object). For an instance also its shape must be this one; `None` for objects without attributes of
    /// their own.
    Type { version: u32, shape: Option<ShapeId>, value: Value },
    /// The object is a class with the plain metaclass whose own version is this; the value is given as it is.
    Class { version: u32, value: Value },
    /// Entry `index` of the module's dict while its keys have this version.
    Module { keys_version: u64, index: u32 },
}

/// Whether a value found on a type is given as it is when read from an instance.
fn is_plain(thread: &Thread, value: &Value) -> bool {
    thread.type_of(value).slots.descr_get.get().is_none()
}

/// What a cache may remember about `object.name`, read as an attribute or (`as_method`) to be called.
pub fn load_hint(thread: &mut Thread, object: &Value, name: &Value, as_method: bool) -> LoadHint {
    let ty = thread.type_of(object);
    let version = ty.version.get();
    if let Some(module) = object.exact::<ModuleBody>() {
        if thread.lookup(ty, name).is_some() {
            return LoadHint::None;
        }
        let dict = module.dict.cast::<DictBody>();
        return match dict.find_str(thread, name) {
            Some(index) => LoadHint::Module { keys_version: dict.keys_version(thread), index: index as u32 },
            None => LoadHint::None,
        };
    }
    if let Some(class) = object.exact::<TypeBody>() {
        // A class attribute read from the class itself, with the plain metaclass.
        let version = class.version.get();
        return match thread.lookup(class, name) {
            Some(value)
                if thread.lookup(ty, name).is_none()
                    && (is_plain(thread, &value) || value.is_a::<FunctionBody>())
                    && !as_method =>
            {
                LoadHint::Class { version, value }
            }
            _ => LoadHint::None,
        };
    }
    if !ty.has(type_flags::PLAIN_GETATTR) {
        return LoadHint::None;
    }
    let found = thread.lookup(ty, name);
    let instance = object.downcast::<InstanceBody>();
    let shape = instance.map(|instance| instance.body(thread).shape());
    if let Some(found) = found {
        let fits = if as_method { call::takes_receiver(&found) } else { is_plain(thread, &found) };
        if !fits || own_attribute(thread, object, name).is_some() {
            return LoadHint::None;
        }
        return match shape {
            Some(ShapeId::DICTIONARY) => LoadHint::None,
            Some(shape) => LoadHint::Type { version, shape: Some(shape), value: found },
            None if !has_dict(ty) => LoadHint::Type { version, shape: None, value: found },
            None => LoadHint::None,
        };
    }
    let Some(shape) = shape else { return LoadHint::None };
    match thread.shapes.borrow().slot(shape, name) {
        Some(index) => LoadHint::Slot { shape, version, index: index as u32 },
        None => LoadHint::None,
    }
}

/// What a cache may remember about writing an attribute.
#[allow(missing_docs)]
pub enum StoreHint {
    /// Nothing: always take the long way.
    None,
    /// Replace slot `index` while the instance has this shape and its class this version.
    Slot { shape: ShapeId, version: u32, index: u32 },
    /// Fill slot `index` and move to shape `after`, while the instance has shape `before`, its class this version, and
    /// the cell has more than `index` slots.
    Add { before: ShapeId, after: ShapeId, version: u32, index: u32 },
}

/// What a cache may remember about `object.name = ...`; to be asked *before* the store.
pub fn store_hint(thread: &mut Thread, object: &Value, name: &Value) -> StoreHint {
    let ty = thread.type_of(object);
    let version = ty.version.get();
    let Some(instance) = object.downcast::<InstanceBody>() else { return StoreHint::None };
    if !ty.has(type_flags::PLAIN_SETATTR | type_flags::HAS_DICT)
        || thread.lookup(ty, name).is_some_and(|found| !is_storable(thread, &found))
    {
        return StoreHint::None;
    }
    let body = instance.body(thread);
    let shape = body.shape();
    if shape == ShapeId::DICTIONARY {
        return StoreHint::None;
    }
    let (slot, used) = {
        let shapes = thread.shapes.borrow();
        (shapes.slot(shape, name), shapes.get(shape).map_or(0, |shape| shape.names.len()))
    };
    match slot {
        Some(index) => StoreHint::Slot { shape, version, index: index as u32 },
        None if used < body.slots().len() => {
            let after = thread.shapes.borrow_mut().extend(shape, name);
            StoreHint::Add { before: shape, after, version, index: used as u32 }
        }
        None => StoreHint::None,
    }
}

/// Whether a class attribute lets instances store over it.
fn is_storable(thread: &Thread, found: &Value) -> bool {
    thread.type_of(found).slots.descr_set.get().is_none()
}
