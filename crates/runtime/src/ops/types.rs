//! Types of values, interned names, and how a type object is completed.

use crate::Result;
use crate::exceptions::ExceptionKind;
use crate::object::descriptor::{ClassMethodBody, GetSetBody, StaticMethodBody};
use crate::object::dict::{self, DictBody};
use crate::object::function::FunctionBody;
use crate::object::native::{MethodCode, NativeCode, NativeFunctionBody, NativeMethodBody, NativeRow};
use crate::object::slots::Slots;
use crate::object::str::{self, StrBody};
use crate::object::table::{TypeTable, blank};
use crate::object::types::{Type, TypeBody, TypeRef, type_flags};
use crate::object::{cell, tuple};
use crate::ops::special::special_methods;
use crate::ops::{Args, attribute, call};
use crate::thread::Thread;
use crate::value::{Kind, Value, Word, header_flags};
use hognose_bytecode::Opcode;
use std::rc::Rc;

impl Thread {
    /// The type of a value.
    #[inline]
    pub fn type_of<'a>(&'a self, value: &'a Value) -> &'a Type {
        match value.header() {
            Some(header) => header.ty(),
            None => self.type_of_immediate(value),
        }
    }

    fn type_of_immediate(&self, value: &Value) -> &Type {
        let types = self.types();
        match value.word() {
            word if word.is_int() => &types.int,
            Word::TRUE | Word::FALSE => &types.bool,
            Word::ELLIPSIS => &types.ellipsis,
            Word::NOT_IMPLEMENTED => &types.not_implemented,
            _ => &types.none,
        }
    }

    /// Whether the value is an instance of a type or of a subclass (without `__instancecheck__`).
    #[inline]
    pub fn is_instance(&self, value: &Value, ty: &Type) -> bool {
        let own = self.type_of(value);
        own.same(ty) || own.is_subtype(ty)
    }

    pub(crate) fn create_characters(&mut self) {
        let ty = self.types().str.clone();
        self.empty_str = Some(self.heap().alloc(&ty, StrBody::from_ascii(b"")));
        self.characters = (0..256).map(|point| self.heap().alloc(&ty, StrBody::from_code_points(&[point]))).collect();
        for character in self.characters.clone() {
            drop(self.intern_value(character));
        }
        drop(self.intern_value(self.empty_str()));
    }

    /// The interned str with this text.
    pub fn intern(&self, text: &str) -> Value {
        self.intern_value(str::new(self, text))
    }

    /// The interned str equal to `value`, which must be a str; an instance of a subclass is given back as it is.
    pub fn intern_value(&self, value: Value) -> Value {
        let Some(text) = value.exact::<StrBody>() else { return value };
        if text.header().has_flag(header_flags::INTERNED) {
            return value;
        }
        let hash = crate::ops::hash::hash_str(self, text) as u64;
        let mut interned = self.interned.borrow_mut();
        let bucket = interned.entry(hash).or_default();
        for known in bucket.iter() {
            if str::equal(known, &value) {
                return known.clone();
            }
        }
        text.header().set_flag(header_flags::INTERNED);
        bucket.push(value.clone());
        value
    }

    /// Completes a built-in type: names, bases, MRO, slots, namespace.
    pub(crate) fn complete_type(&mut self, ty: &TypeRef, name: &str, base: Option<TypeRef>, table: &'static TypeTable) {
        let name = self.intern(name);
        drop(ty.name.set(name.clone()));
        drop(ty.qualname.set(name));
        let mut mro = vec![ty.clone()];
        if let Some(base) = &base {
            mro.extend(base.mro.get().iter().cloned());
            *ty.bases.borrow_mut() = vec![base.clone()];
            base.subclasses.borrow_mut().push(&raw const **ty);
        }
        drop(ty.mro.set(Rc::from(mro)));
        drop(ty.base.set(base.clone()));
        let namespace = dict::new(self);
        drop(ty.dict.set(namespace.clone()));
        ty.version.set(self.next_version());
        let shape = self.shapes.borrow_mut().new_root(&raw const **ty);
        ty.root_shape.set(shape);

        (table.fill)(&ty.slots);
        for (index, row) in special_methods() {
            if (row.is_filled)(&ty.slots) {
                let name = self.intern(row.name);
                let body = NativeMethodBody { code: MethodCode::Slot(index), owner: ty.clone(), name: name.clone() };
                let method = self.heap().alloc(&self.types().wrapper_descriptor, body);
                self.set_namespace_item(ty, &name, method);
            }
        }
        if ty.slots.new.get().is_some() {
            let name = self.names().__new__.clone();
            let new = call::native_function(self, &NEW_ROW, ty.value().clone(), Value::none());
            self.set_namespace_item(ty, &name, new);
        }
        if ty.slots.richcompare.get().is_some() && ty.slots.hash.get().is_none() {
            let name = self.names().__hash__.clone();
            self.set_namespace_item(ty, &name, Value::none());
            ty.slots.hash.set(Some(unhashable));
        }
        for row in table.methods {
            let name = self.intern(row.name);
            let method = call::native_method(self, ty, row, &name);
            self.set_namespace_item(ty, &name, method);
        }
        for row in table.getsets {
            let name = self.intern(row.name);
            let body = GetSetBody { owner: ty.clone(), name: name.clone(), get: row.get, set: row.set };
            let attribute = self.heap().alloc(&self.types().getset_descriptor, body);
            self.set_namespace_item(ty, &name, attribute);
        }
        if let Some(base) = &base {
            ty.slots.inherit(&base.slots);
            if base.has(type_flags::HAS_DICT) {
                ty.flags.set(ty.flags.get() | type_flags::HAS_DICT);
            }
        }
        let doc = self.intern("__doc__");
        if ty.namespace().get_str(self, &doc).is_none() {
            let text = if table.doc.is_empty() { Value::none() } else { str::new(self, table.doc) };
            self.set_namespace_item(ty, &doc, text);
        }
    }

    fn set_namespace_item(&mut self, ty: &TypeRef, name: &Value, value: Value) {
        let namespace = ty.dict.get().expect("just set").clone();
        let old = namespace.cast::<DictBody>().set_str(self, name, value);
        drop(old);
    }
}

impl Thread {
    /// Completes the built-in exception that has two bases.
    pub(crate) fn add_multiple_bases(&mut self) {
        use crate::exceptions::ExceptionKind::{BaseExceptionGroup, Exception, ExceptionGroup};
        let types = self.exception_types();
        let (group, base, exception) =
            (types.get(ExceptionGroup).clone(), types.get(BaseExceptionGroup).clone(), types.get(Exception).clone());
        *group.bases.borrow_mut() = vec![base.clone(), exception.clone()];
        let mut mro = vec![group.clone(), base];
        mro.extend(exception.mro.get().iter().cloned());
        drop(group.mro.set(Rc::from(mro)));
    }
}

/// `__new__` of a built-in type; the receiver is the type.
pub(crate) static NEW_ROW: NativeRow = NativeRow {
    name: "__new__",
    code: NativeCode::Args(call_new),
    signature: "($type, *args, **kwargs)",
    binding: crate::object::native::Binding::Static,
};

fn call_new(thread: &mut Thread, receiver: &Value, args: Args<'_>) -> Result {
    let base = receiver.cast::<TypeBody>();
    let Some((class, _)) = args.positionals().split_first() else {
        let message = format!("{}.__new__(): not enough arguments", base.name());
        return Err(thread.type_error(&message));
    };
    let Some(ty) = class.downcast::<TypeBody>() else {
        let message = format!("{}.__new__(X): X is not a type object ({})", base.name(), thread.type_name(class));
        return Err(thread.type_error(&message));
    };
    if !ty.is_subtype(base) {
        let message = format!("{0}.__new__({1}): {1} is not a subtype of {0}", base.name(), ty.name());
        return Err(thread.type_error(&message));
    }
    let new = base.slots.new.get().expect("only made for types that have it");
    new(thread, class, Args { values: &args.values[1..], names: args.names })
}

/// `hash()` of a type whose `__hash__` is None.
fn unhashable(thread: &mut Thread, value: &Value) -> Result<i64> {
    let message = format!("unhashable type: '{}'", thread.type_name(value));
    Err(thread.type_error(&message))
}

/// `type(name, bases, namespace, **keywords)`: a new class.
///
/// # Errors
/// TypeError for unfit bases or names, or what `__set_name__` and `__init_subclass__` raise.
pub fn new_class(
    thread: &mut Thread,
    metatype: &Type,
    name: &Value,
    bases: &[Value],
    namespace: &Value,
    keywords: Args<'_>,
) -> Result {
    let mut base_types = Vec::with_capacity(bases.len().max(1));
    for base in bases {
        match base.downcast::<TypeBody>() {
            Some(ty) if ty.has(type_flags::BASE) => base_types.push(ty.to_ref()),
            Some(ty) => {
                let message = format!("type '{}' is not an acceptable base type", ty.name());
                return Err(thread.type_error(&message));
            }
            None => return Err(thread.type_error("bases must be types")),
        }
    }
    if base_types.is_empty() {
        base_types.push(thread.types().object.clone());
    }
    let mut winner = metatype.to_ref();
    for base in &base_types {
        let meta = base.header().ty();
        if winner.is_subtype(meta) {
            continue;
        }
        if !meta.is_subtype(&winner) {
            return Err(thread.type_error(
                "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all its bases",
            ));
        }
        winner = meta.to_ref();
    }
    let base = best_base(thread, &base_types)?;
    let kind = base.instance_kind;
    let mut flags = type_flags::HEAP | type_flags::BASE;
    flags |= base.flags.get() & (type_flags::EXCEPTION | type_flags::MATCHES_MAPPING | type_flags::MATCHES_SEQUENCE);
    let dict = dict::new(thread);
    let mut position = 0;
    let source = namespace.cast::<DictBody>();
    while let Some((next, key, value)) = source.next_entry(thread, position) {
        position = next;
        let key = thread.intern_value(key);
        drop(dict.cast::<DictBody>().set_str(thread, &key, value));
    }
    let slots_name = thread.names().__slots__.clone();
    let declared = dict.cast::<DictBody>().get_str(thread, &slots_name);
    let has_dict = declared.is_none() || base_types.iter().any(|base| base.has(type_flags::HAS_DICT));
    if let Some(declared) = &declared
        && tuple::items(declared).is_none_or(|items| !items.is_empty())
    {
        return Err(thread.unsupported("__slots__"));
    }
    if has_dict {
        flags |= type_flags::HAS_DICT;
    }
    let ty = thread.heap().alloc_ref(&winner, blank(kind, flags));
    drop(ty.name.set(name.clone()));
    let qualname_key = thread.names().__qualname__.clone();
    let qualname = dict.cast::<DictBody>().remove_str(thread, &qualname_key).unwrap_or_else(|| name.clone());
    drop(ty.qualname.set(qualname));
    *ty.bases.borrow_mut() = base_types.clone();
    let mro = merge_mro(thread, &ty, &base_types)?;
    drop(ty.mro.set(Rc::from(mro)));
    drop(ty.base.set(Some(base.clone())));
    drop(ty.dict.set(dict.clone()));
    for base in &base_types {
        base.subclasses.borrow_mut().push(&raw const *ty);
    }
    let module_key = thread.names().__module__.clone();
    if dict.cast::<DictBody>().get_str(thread, &module_key).is_none()
        && let Some(frame) = thread.current_frame()
    {
        let name_key = thread.names().__name__.clone();
        if let Some(module) = frame.globals().cast::<DictBody>().get_str(thread, &name_key) {
            drop(dict.cast::<DictBody>().set_str(thread, &module_key, module));
        }
    }
    let doc_key = thread.names().__doc__.clone();
    if dict.cast::<DictBody>().get_str(thread, &doc_key).is_none() {
        drop(dict.cast::<DictBody>().set_str(thread, &doc_key, Value::none()));
    }
    if has_dict && !base_types.iter().any(|base| base.has(type_flags::HAS_DICT)) {
        let row = &crate::builtins::object::DICT_ROW;
        let key = thread.names().__dict__.clone();
        let body = GetSetBody { owner: ty.clone(), name: key.clone(), get: row.get, set: row.set };
        let attribute = thread.heap().alloc(&thread.types().getset_descriptor, body);
        drop(dict.cast::<DictBody>().set_str(thread, &key, attribute));
    }
    wrap_implicit(thread, &dict);
    let (eq, hash) = (thread.names().__eq__.clone(), thread.names().__hash__.clone());
    if dict.cast::<DictBody>().find_str(thread, &eq).is_some()
        && dict.cast::<DictBody>().find_str(thread, &hash).is_none()
    {
        drop(dict.cast::<DictBody>().set_str(thread, &hash, Value::none()));
    }
    let shape = thread.shapes.borrow_mut().new_root(&raw const *ty);
    ty.root_shape.set(shape);
    let names = attribute_names(thread, &dict).max(base.instance_capacity.get());
    ty.instance_capacity.set(if kind == Kind::Instance { names.max(4) } else { 0 });
    update_slots(thread, &ty);
    ty.version.set(thread.next_version());

    let cell_key = thread.names().__classcell__.clone();
    if let Some(class_cell) = dict.cast::<DictBody>().remove_str(thread, &cell_key)
        && let Some(class_cell) = class_cell.downcast::<cell::CellBody>()
    {
        drop(class_cell.set(thread, Some(ty.value().clone())));
    }
    set_names(thread, &ty, &dict)?;
    init_subclass(thread, &ty, keywords)?;
    Ok(ty.into_value())
}

/// The base whose layout the class takes.
fn best_base(thread: &mut Thread, bases: &[TypeRef]) -> Result<TypeRef> {
    let mut best: Option<&TypeRef> = None;
    for base in bases {
        let plain = base.instance_kind == Kind::Instance;
        match best {
            None => best = Some(base),
            Some(known) if known.instance_kind == Kind::Instance && !plain => best = Some(base),
            Some(known) if !plain && known.instance_kind != base.instance_kind => {
                return Err(thread.type_error("multiple bases have instance lay-out conflict"));
            }
            Some(known) if base.is_subtype(known) && !plain => best = Some(base),
            Some(_) => {}
        }
    }
    Ok(best.expect("object at least").clone())
}

/// The C3 order of a class and its bases.
fn merge_mro(thread: &mut Thread, ty: &TypeRef, bases: &[TypeRef]) -> Result<Vec<TypeRef>> {
    for (index, base) in bases.iter().enumerate() {
        if bases[..index].iter().any(|other| other.same(base)) {
            let message = format!("duplicate base class {}", base.name());
            return Err(thread.type_error(&message));
        }
    }
    let mut lists: Vec<Vec<TypeRef>> = bases.iter().map(|base| base.mro.get().to_vec()).collect();
    lists.push(bases.to_vec());
    let mut mro = vec![ty.clone()];
    loop {
        lists.retain(|list| !list.is_empty());
        if lists.is_empty() {
            return Ok(mro);
        }
        let next = lists
            .iter()
            .map(|list| list[0].clone())
            .find(|candidate| !lists.iter().any(|list| list[1..].iter().any(|other| other.same(candidate))));
        let Some(next) = next else {
            let mut names: Vec<String> = Vec::new();
            for list in &lists {
                let name = list[0].name();
                if !names.contains(&name) {
                    names.push(name);
                }
            }
            let message =
                format!("Cannot create a consistent method resolution\norder (MRO) for bases {}", names.join(", "));
            return Err(thread.type_error(&message));
        };
        for list in &mut lists {
            if list[0].same(&next) {
                drop(list.remove(0));
            }
        }
        mro.push(next);
    }
}

/// Functions that are class or static methods without saying so.
fn wrap_implicit(thread: &mut Thread, dict: &Value) {
    for (name, is_static) in [("__new__", true), ("__init_subclass__", false), ("__class_getitem__", false)] {
        let key = thread.intern(name);
        let Some(function) = dict.cast::<DictBody>().get_str(thread, &key) else { continue };
        if !function.is_a::<FunctionBody>() {
            continue;
        }
        let wrapped = if is_static {
            thread.heap().alloc(&thread.types().static_method, StaticMethodBody(function))
        } else {
            thread.heap().alloc(&thread.types().class_method, ClassMethodBody(function))
        };
        drop(dict.cast::<DictBody>().set_str(thread, &key, wrapped));
    }
}

/// How many attribute names the functions of a class body store to: room for that many is made in each instance.
fn attribute_names(thread: &Thread, dict: &Value) -> u32 {
    let mut names: Vec<Word> = Vec::new();
    for (_, value) in dict.cast::<DictBody>().body(thread).iter() {
        let Some(function) = value.downcast::<FunctionBody>() else { continue };
        let code = function.code();
        let mut high = 0;
        for unit in code.source.code.chunks_exact(2) {
            let arg = high << 8 | usize::from(unit[1]);
            high = if unit[0] == Opcode::EXTENDED_ARG as u8 { arg } else { 0 };
            if unit[0] == Opcode::STORE_ATTR as u8
                && let Some(name) = code.names.get(arg)
                && !names.contains(&name.word())
            {
                names.push(name.word());
            }
        }
    }
    names.len().min(48) as u32
}

/// Works out the slots and flags of a class from what its MRO has.
pub(crate) fn update_slots(thread: &mut Thread, ty: &Type) {
    let slots = Slots::default();
    let mro = ty.mro.get();
    for base in mro.iter().filter(|base| base.is_builtin()) {
        slots.inherit(&base.slots);
    }
    let mut own: Vec<(&'static crate::ops::special::SpecialRow, Value)> = Vec::new();
    for (_, row) in special_methods() {
        let name = thread.intern(row.name);
        let Some((found, owner)) = thread.lookup_with_owner(ty, &name) else { continue };
        if !owner.is_builtin() {
            own.push((row, found));
        }
    }
    for (row, found) in &own {
        match found.downcast::<NativeMethodBody>() {
            Some(method) => (row.copy)(&slots, &method.owner.slots),
            None if row.name == "__new__" && found.is_a::<NativeFunctionBody>() => {
                let owner = found.cast::<NativeFunctionBody>().receiver.clone();
                if let Some(owner) = owner.downcast::<TypeBody>() {
                    slots.new.set(owner.slots.new.get());
                }
            }
            None => {}
        }
    }
    for (row, found) in &own {
        if found.is_none() && row.name == "__hash__" {
            slots.hash.set(Some(unhashable));
        } else if !(found.is_a::<NativeMethodBody>() || row.name == "__new__" && found.is_a::<NativeFunctionBody>()) {
            (row.install)(&slots);
        }
    }
    // `bool()` of a class with `__len__` alone.
    let mut flags = ty.flags.get()
        & !(type_flags::FINALIZER | type_flags::PLAIN_GETATTR | type_flags::PLAIN_SETATTR | type_flags::PLAIN_NEW);
    let has = |name: &Value| thread.lookup_with_owner(ty, name).map(|(_, owner)| owner);
    let names = thread.names();
    if has(&names.__del__).is_some() {
        flags |= type_flags::FINALIZER;
    }
    let object = &thread.types().object;
    let inherited_plain = |flag| mro.iter().filter(|base| base.is_builtin()).all(|base| base.has(flag));
    if inherited_plain(type_flags::PLAIN_GETATTR)
        && has(&names.__getattr__).is_none()
        && has(&names.__getattribute__).is_some_and(|owner| owner.is_builtin())
    {
        flags |= type_flags::PLAIN_GETATTR;
    }
    if inherited_plain(type_flags::PLAIN_SETATTR)
        && has(&names.__setattr__).is_some_and(|owner| owner.is_builtin())
        && has(&names.__delattr__).is_some_and(|owner| owner.is_builtin())
    {
        flags |= type_flags::PLAIN_SETATTR;
    }
    if has(&names.__new__).is_some_and(|owner| owner.same(object)) {
        flags |= type_flags::PLAIN_NEW;
    }
    ty.flags.set(flags);
    ty.slots.replace(&slots);
}

fn set_names(thread: &mut Thread, ty: &TypeRef, dict: &Value) -> Result<()> {
    let name = thread.names().__set_name__.clone();
    let entries: Vec<(Value, Value)> = {
        let body = dict.cast::<DictBody>().body(thread);
        body.iter().map(|(key, value)| (key.clone(), value.clone())).collect()
    };
    for (key, value) in entries {
        let own = thread.type_ref(&value);
        if thread.lookup(&own, &name).is_some() {
            thread.call_special(&value, &name, &[ty.value(), &key])?;
        }
    }
    Ok(())
}

fn init_subclass(thread: &mut Thread, ty: &TypeRef, keywords: Args<'_>) -> Result<()> {
    let name = thread.names().__init_subclass__.clone();
    let mro = ty.mro.get();
    for base in &mro[1..] {
        let Some(found) = base.namespace().get_str(thread, &name) else { continue };
        let get = thread.type_of(&found).slots.descr_get.get();
        let bound = match get {
            Some(get) => get(thread, &found, None, ty.value())?,
            None => found,
        };
        let first = keywords.values.len() - keywords.names.len();
        let args = Args { values: &keywords.values[first..], names: keywords.names };
        return call::call(thread, &bound, args).map(drop);
    }
    if !keywords.names.is_empty() {
        let message = format!("{}.__init_subclass__() takes no keyword arguments", ty.name());
        return Err(thread.type_error(&message));
    }
    Ok(())
}

impl Thread {
    /// Gives a type and its subclasses new versions, and new slots when a special method changed.
    pub(crate) fn type_changed(&mut self, ty: &Type, name: Option<&Value>) {
        let special = name.is_none_or(|name| {
            let text = str::to_string(name);
            text.starts_with("__") && text.ends_with("__")
        });
        let mut waiting = vec![ty.to_ref()];
        while let Some(ty) = waiting.pop() {
            ty.version.set(self.next_version());
            if special && !ty.is_builtin() {
                update_slots(self, &ty);
            }
            waiting.extend(live_subclasses(&ty));
        }
    }
}

/// The direct subclasses of a type.
pub fn live_subclasses(ty: &Type) -> Vec<TypeRef> {
    ty.live_subclasses()
}

/// A new instance of a class whose layout is the plain one.
///
/// # Errors
/// TypeError for arguments that nobody takes.
pub fn object_new(thread: &mut Thread, class: &Value, args: Args<'_>) -> Result {
    let ty = class.cast::<TypeBody>();
    if !args.is_empty() {
        let names = thread.names();
        let object = &thread.types().object;
        let owner = |name: &Value| thread.lookup_with_owner(ty, name).map(|(_, owner)| owner);
        if owner(&names.__new__).is_some_and(|owner| !owner.same(object)) {
            return Err(thread.type_error("object.__new__() takes exactly one argument (the type to instantiate)"));
        }
        if owner(&names.__init__).is_some_and(|owner| owner.same(object)) {
            let message = format!("{}() takes no arguments", ty.name());
            return Err(thread.type_error(&message));
        }
    }
    if ty.instance_kind != Kind::Instance {
        let message = format!("object.__new__({0}) is not safe, use {0}.__new__()", ty.name());
        return Err(thread.type_error(&message));
    }
    Ok(new_instance(thread, ty))
}

/// A new instance of a class whose layout is the plain one.
#[inline]
pub fn new_instance(thread: &Thread, ty: &Type) -> Value {
    thread.heap().alloc_instance(ty, ty.root_shape.get(), ty.instance_capacity.get() as usize)
}

/// `object.__init__`.
///
/// # Errors
/// TypeError for arguments that nobody takes.
pub fn object_init(thread: &mut Thread, object: &Value, args: Args<'_>) -> Result<()> {
    if args.is_empty() {
        return Ok(());
    }
    let ty = thread.type_ref(object);
    let names = thread.names();
    let base = &thread.types().object;
    let owner = |name: &Value| thread.lookup_with_owner(&ty, name).map(|(_, owner)| owner);
    if owner(&names.__init__).is_some_and(|owner| !owner.same(base)) {
        return Err(thread.type_error("object.__init__() takes exactly one argument (the instance to initialize)"));
    }
    if owner(&names.__new__).is_some_and(|owner| owner.same(base)) {
        let message = format!("{}.__init__() takes exactly one argument (the instance to initialize)", ty.name());
        return Err(thread.type_error(&message));
    }
    Ok(())
}

/// `class(...)`: `__new__`, then `__init__`.
///
/// # Errors
/// What they raise.
pub fn type_call(thread: &mut Thread, class: &Value, args: Args<'_>) -> Result {
    let ty = class.cast::<TypeBody>();
    if ty.same(&thread.types().type_) && args.names.is_empty() && args.values.len() == 1 {
        return Ok(thread.type_ref(&args.values[0]).into_value());
    }
    let Some(new) = ty.slots.new.get() else {
        let message = format!("cannot create '{}' instances", ty.name());
        return Err(thread.type_error(&message));
    };
    let object = new(thread, class, args)?;
    let own = thread.type_ref(&object);
    if own.is_subtype(ty)
        && let Some(init) = own.slots.init.get()
    {
        init(thread, &object, args)?;
    }
    Ok(object)
}

/// Whether `value` is a subclass of a built-in exception class.
pub fn is_exception_class(value: &Value) -> bool {
    value.downcast::<TypeBody>().is_some_and(|ty| ty.has(type_flags::EXCEPTION))
}

/// `isinstance(value, class)`, tuples of classes included.
///
/// # Errors
/// TypeError for what is no class, or what `__instancecheck__` raises.
pub fn is_instance(thread: &mut Thread, value: &Value, class: &Value) -> Result<bool> {
    if let Some(ty) = class.downcast::<TypeBody>() {
        if class.header().is_some_and(|header| header.is_exact()) {
            return is_plain_instance(thread, value, ty);
        }
    } else if let Some(classes) = tuple::items(class) {
        return thread.nested(" in __instancecheck__", |thread| {
            for class in classes {
                if is_instance(thread, value, class)? {
                    return Ok(true);
                }
            }
            Ok(false)
        });
    }
    let name = thread.names().__instancecheck__.clone();
    if let Some(answer) = thread.call_special(class, &name, &[value])? {
        return crate::ops::truth::is_true(thread, &answer);
    }
    match class.downcast::<TypeBody>() {
        Some(ty) => is_plain_instance(thread, value, ty),
        None => Err(thread.type_error("isinstance() arg 2 must be a type, a tuple of types, or a union")),
    }
}

fn is_plain_instance(thread: &mut Thread, value: &Value, ty: &Type) -> Result<bool> {
    if thread.is_instance(value, ty) {
        return Ok(true);
    }
    // `__class__` may say otherwise for classes that define it.
    if thread.type_of(value).has(type_flags::PLAIN_GETATTR) {
        return Ok(false);
    }
    let name = thread.names().__class__.clone();
    let class = attribute::getattr_optional(thread, value, &name)?;
    Ok(class.is_some_and(|class| class.downcast::<TypeBody>().is_some_and(|class| class.is_subtype(ty))))
}

/// `issubclass(class, base)`, tuples of classes included.
///
/// # Errors
/// TypeError for what is no class, or what `__subclasscheck__` raises.
pub fn is_subclass(thread: &mut Thread, class: &Value, base: &Value) -> Result<bool> {
    if let Some(bases) = tuple::items(base) {
        return thread.nested(" in __subclasscheck__", |thread| {
            for base in bases {
                if is_subclass(thread, class, base)? {
                    return Ok(true);
                }
            }
            Ok(false)
        });
    }
    if base.is_a::<TypeBody>() && !base.is_exact::<TypeBody>() {
        let name = thread.names().__subclasscheck__.clone();
        if let Some(answer) = thread.call_special(base, &name, &[class])? {
            return crate::ops::truth::is_true(thread, &answer);
        }
    }
    match (class.downcast::<TypeBody>(), base.downcast::<TypeBody>()) {
        (Some(class), Some(base)) => Ok(class.is_subtype(base)),
        (None, _) => Err(thread.type_error("issubclass() arg 1 must be a class")),
        (_, None) => Err(thread.type_error("issubclass() arg 2 must be a class, a tuple of classes, or a union")),
    }
}

/// Raises TypeError for the class of an exception that cannot be raised.
pub(crate) fn must_derive(thread: &mut Thread) -> crate::value::Raised {
    thread.raise(ExceptionKind::TypeError, "exceptions must derive from BaseException")
}
