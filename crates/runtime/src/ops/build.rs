//! Building functions, classes, arguments and containers: what `BUILD_*`, `MAKE_FUNCTION` and their like do.

use crate::Result;
use crate::exceptions::ExceptionKind;
use crate::object::code::CodeBody;
use crate::object::dict::{self, DictBody};
use crate::object::function::FunctionBody;
use crate::object::list::{self, ListBody};
use crate::object::str::{self, StrBody};
use crate::object::types::TypeBody;
use crate::object::{set, tuple};
use crate::ops::{Args, attribute, call, iterate, mapping};
use crate::thread::Thread;
use crate::value::{Raised, Ref, Slot, Value};
use std::cell::Cell;

/// A new function over the globals of the current frame: `MAKE_FUNCTION`.
pub fn make_function(
    thread: &mut Thread,
    code: &Value,
    defaults: Value,
    kwdefaults: Value,
    annotations: Value,
    closure: Value,
) -> Value {
    let frame = thread.current_frame().expect("an instruction runs in a frame");
    let globals = frame.globals().clone();
    let function = new_function(thread, code, globals, closure);
    let body = function.cast::<FunctionBody>();
    drop(body.defaults.set(defaults));
    drop(body.kwdefaults.set(kwdefaults));
    drop(body.annotations.set(annotations));
    function
}

/// A new function over a namespace.
pub fn new_function(thread: &mut Thread, code: &Value, globals: Value, closure: Value) -> Value {
    let code: Ref<CodeBody> = Ref::new(code.clone()).expect("functions are made of code objects");
    let name_key = thread.names().__name__.clone();
    let builtins = builtins_of(thread, &globals);
    let module = globals.cast::<DictBody>().get_str(thread, &name_key).unwrap_or_else(Value::none);
    let doc = match code.constant_count() {
        0 => Value::none(),
        _ if code.constant(0).is_a::<StrBody>() => code.constant(0).clone(),
        _ => Value::none(),
    };
    let body = FunctionBody {
        version: Cell::new(thread.next_version()),
        globals,
        builtins,
        closure,
        defaults: Slot::new(Value::none()),
        kwdefaults: Slot::new(Value::none()),
        name: Slot::new(code.name.clone()),
        qualname: Slot::new(code.qualname.clone()),
        doc: Slot::new(doc),
        module: Slot::new(module),
        annotations: Slot::new(Value::none()),
        dict: Slot::new(None),
        code: Slot::new(code),
    };
    thread.heap().alloc(&thread.types().function, body)
}

/// The builtins that code over a namespace sees: its `__builtins__`, else the interpreter's.
pub fn builtins_of(thread: &Thread, globals: &Value) -> Value {
    let key = &thread.names().__builtins__;
    match globals.cast::<DictBody>().get_str(thread, key) {
        Some(found) if found.is_a::<DictBody>() => found,
        Some(found) => match found.downcast::<crate::object::module::ModuleBody>() {
            Some(module) => module.dict.clone(),
            None => thread.builtins().clone(),
        },
        None => thread.builtins().clone(),
    }
}

/// `__build_class__(function, name, *bases, **keywords)`: what a class statement calls.
///
/// # Errors
/// TypeError, or what the body or the metaclass raises.
pub fn build_class(thread: &mut Thread, args: Args<'_>) -> Result {
    let positionals = args.positionals();
    if positionals.len() < 2 {
        return Err(thread.type_error("__build_class__: not enough arguments"));
    }
    let Some(function) = positionals[0].downcast::<FunctionBody>() else {
        return Err(thread.type_error("__build_class__: func must be a function"));
    };
    let name = &positionals[1];
    if !name.is_a::<StrBody>() {
        return Err(thread.type_error("__build_class__: name is not a string"));
    }
    let bases = &positionals[2..];
    let mut metaclass = None;
    let mut names = Vec::new();
    let mut values = Vec::new();
    for (keyword, value) in args.keywords() {
        if str::is(keyword, "metaclass") {
            metaclass = Some(value.clone());
        } else {
            names.push(keyword.clone());
            values.push(value.clone());
        }
    }
    let mut meta = match metaclass {
        Some(meta) => meta,
        None => match bases.first() {
            Some(base) => thread.type_ref(base).into_value(),
            None => thread.types().type_.value().clone(),
        },
    };
    // The most derived metaclass of the bases wins.
    if let Some(mut winner) = meta.downcast::<TypeBody>().map(|meta| meta.to_ref()) {
        for base in bases {
            let own = thread.type_ref(base);
            if own.is_subtype(&winner) {
                winner = own;
            }
        }
        meta = winner.into_value();
    }
    let bases_tuple = tuple::new(thread, bases.to_vec());
    let prepare = thread.names().__prepare__.clone();
    let namespace = match attribute::getattr_optional(thread, &meta, &prepare)? {
        Some(prepare) => {
            let mut all = vec![name.clone(), bases_tuple.clone()];
            all.extend_from_slice(&values);
            call::call(thread, &prepare, Args { values: &all, names: &names })?
        }
        None => dict::new(thread),
    };
    if !namespace.is_a::<DictBody>() {
        return Err(thread.unsupported("a class namespace that is no dict"));
    }
    let frame = thread.enter_function(function, Args::NONE)?;
    drop(frame.set_locals(Some(namespace.clone())));
    let class_cell = thread.run_frame(frame)?;
    let mut all = vec![name.clone(), bases_tuple, namespace];
    all.extend_from_slice(&values);
    let class = call::call(thread, &meta, Args { values: &all, names: &names })?;
    if let Some(class_cell) = class_cell.downcast::<crate::object::cell::CellBody>()
        && class.is_a::<TypeBody>()
    {
        match class_cell.get(thread) {
            None => {
                let message = format!(
                    "__class__ not set defining '{}' as <class '{}'>. Was __classcell__ propagated to type.__new__?",
                    str::to_string(name),
                    class.cast::<TypeBody>().name()
                );
                return Err(thread.raise(ExceptionKind::RuntimeError, &message));
            }
            Some(found) if !found.is(&class) => {
                return Err(thread.type_error("__class__ set to another class than the one being defined"));
            }
            Some(_) => {}
        }
    }
    Ok(class)
}

/// The positional arguments of `f(*args)`, as a tuple.
///
/// # Errors
/// TypeError for what is not iterable, or what the iteration raises.
pub fn call_positionals(thread: &mut Thread, callable: &Value, positional: &Value) -> Result {
    if positional.is_exact::<tuple::TupleBody>() {
        return Ok(positional.clone());
    }
    let slots = &thread.type_of(positional).slots;
    if slots.iter.get().is_none() && slots.getitem.get().is_none() {
        let message = format!(
            "{} argument after * must be an iterable, not {}",
            describe_with_module(thread, callable),
            thread.type_name(positional)
        );
        return Err(thread.type_error(&message));
    }
    let items = iterate::collect(thread, positional)?;
    Ok(tuple::new(thread, items))
}

/// A callable as messages about `*` and `**` name it.
fn describe_with_module(thread: &mut Thread, callable: &Value) -> String {
    let text = call::describe(thread, callable);
    let module_name = thread.names().__module__.clone();
    let module = attribute::getattr_optional(thread, callable, &module_name);
    match module {
        Ok(Some(module)) if module.is_a::<StrBody>() && !str::is(&module, "builtins") => {
            format!("{}.{text}", str::to_string(&module))
        }
        Ok(_) => text,
        Err(Raised) => {
            drop(thread.take_raised());
            text
        }
    }
}

/// Values and keyword names of `f(*positional, **keywords)`.
///
/// # Errors
/// TypeError for keywords that are no strs.
pub fn call_arguments(
    thread: &mut Thread,
    callable: &Value,
    positional: &Value,
    keywords: Option<&Value>,
) -> Result<(Vec<Value>, Vec<Value>)> {
    let mut values = tuple::items(positional).unwrap_or_default().to_vec();
    let mut names = Vec::new();
    if let Some(keywords) = keywords {
        let merged;
        let keywords = match keywords.is_a::<DictBody>() {
            true => keywords,
            false => {
                merged = dict::new(thread);
                dict_merge(thread, &merged, keywords, callable)?;
                &merged
            }
        };
        let body = keywords.cast::<DictBody>().body(thread);
        for (name, value) in body.iter() {
            names.push(name.clone());
            values.push(value.clone());
        }
        if names.iter().any(|name| !name.is_a::<StrBody>()) {
            return Err(thread.type_error("keywords must be strings"));
        }
    }
    Ok((values, names))
}

/// A new list: `BUILD_LIST`.
pub fn build_list(thread: &mut Thread, items: Vec<Value>) -> Value {
    list::new(thread, items)
}

/// A new tuple: `BUILD_TUPLE`.
pub fn build_tuple(thread: &mut Thread, items: Vec<Value>) -> Value {
    tuple::new(thread, items)
}

/// A new set: `BUILD_SET`.
///
/// # Errors
/// TypeError for unhashable items, or what a comparison raises.
pub fn build_set(thread: &mut Thread, items: &[Value]) -> Result {
    let new = thread.heap().alloc(&thread.types().set, set::SetBody::default());
    for item in items {
        mapping::set_add(thread, new.cast::<set::SetBody>(), item)?;
    }
    Ok(new)
}

/// A new dict from keys and values in turn: `BUILD_MAP`.
///
/// # Errors
/// TypeError for unhashable keys, or what a comparison raises.
pub fn build_map(thread: &mut Thread, items: &[Value]) -> Result {
    let new = dict::new(thread);
    for pair in items.chunks_exact(2) {
        mapping::set(thread, new.cast::<DictBody>(), &pair[0], pair[1].clone())?;
    }
    Ok(new)
}

/// A new dict from values and a tuple of keys: `BUILD_CONST_KEY_MAP`.
///
/// # Errors
/// As [`build_map`].
pub fn build_const_key_map(thread: &mut Thread, keys: &Value, values: &[Value]) -> Result {
    let new = dict::new(thread);
    for (key, value) in tuple::items(keys).unwrap_or_default().iter().zip(values) {
        mapping::set(thread, new.cast::<DictBody>(), key, value.clone())?;
    }
    Ok(new)
}

/// The strs joined: `BUILD_STRING`.
pub fn build_string(thread: &mut Thread, parts: &[Value]) -> Value {
    let mut points = Vec::new();
    let mut ascii = Vec::new();
    for part in parts {
        match str::chars(part) {
            Some(str::Chars::Ascii(bytes)) if points.is_empty() => ascii.extend_from_slice(bytes),
            Some(chars) => {
                if points.is_empty() {
                    points.extend(ascii.iter().map(|&byte| u32::from(byte)));
                }
                chars.append_to(&mut points);
            }
            None => {}
        }
    }
    if points.is_empty() { str::from_ascii(thread, &ascii) } else { str::from_code_points(thread, &points) }
}

/// `list.extend(iterable)` in a display or for `*args`: `LIST_EXTEND`.
///
/// # Errors
/// TypeError, or what the iteration raises.
pub fn list_extend(thread: &mut Thread, target: &Value, iterable: &Value) -> Result<()> {
    let slots = &thread.type_of(iterable).slots;
    if slots.iter.get().is_none() && slots.getitem.get().is_none() {
        let message = format!("Value after * must be an iterable, not {}", thread.type_name(iterable));
        return Err(thread.type_error(&message));
    }
    let items = iterate::collect(thread, iterable)?;
    target.cast::<ListBody>().items_mut(thread).extend(items);
    Ok(())
}

/// `set.update(iterable)`: `SET_UPDATE`.
///
/// # Errors
/// TypeError, or what the iteration raises.
pub fn set_update(thread: &mut Thread, target: &Value, iterable: &Value) -> Result<()> {
    let iterator = iterate::iter(thread, iterable)?;
    loop {
        let item = iterate::next(thread, &iterator)?;
        if item.is_exhausted() {
            return Ok(());
        }
        mapping::set_add(thread, target.cast::<set::SetBody>(), &item)?;
    }
}

/// `dict.update(mapping)` in a display: `DICT_UPDATE`.
///
/// # Errors
/// TypeError for what is no mapping, or what its methods raise.
pub fn dict_update(thread: &mut Thread, target: &Value, source: &Value) -> Result<()> {
    let keys = thread.names().keys.clone();
    if !source.is_a::<DictBody>() && attribute::getattr_optional(thread, source, &keys)?.is_none() {
        let message = format!("'{}' object is not a mapping", thread.type_name(source));
        return Err(thread.type_error(&message));
    }
    for_each_item(thread, source, |thread, key, value| {
        mapping::set(thread, target.cast::<DictBody>(), key, value.clone())
    })
}

/// Merges `**mapping` into the keywords of a call: `DICT_MERGE`.
///
/// # Errors
/// TypeError for what is no mapping, for a keyword that is no str or comes twice.
pub fn dict_merge(thread: &mut Thread, target: &Value, source: &Value, callable: &Value) -> Result<()> {
    let keys = thread.names().keys.clone();
    if !source.is_a::<DictBody>() && attribute::getattr_optional(thread, source, &keys)?.is_none() {
        let message = format!(
            "{} argument after ** must be a mapping, not {}",
            describe_with_module(thread, callable),
            thread.type_name(source)
        );
        return Err(thread.type_error(&message));
    }
    for_each_item(thread, source, |thread, key, value| {
        let target = target.cast::<DictBody>();
        if mapping::get(thread, target, key)?.is_some() {
            if !key.is_a::<StrBody>() {
                let message = format!("{} keywords must be strings", describe_with_module(thread, callable));
                return Err(thread.type_error(&message));
            }
            let message = format!(
                "{} got multiple values for keyword argument '{}'",
                describe_with_module(thread, callable),
                str::to_string(key)
            );
            return Err(thread.type_error(&message));
        }
        mapping::set(thread, target, key, value.clone())
    })
}

/// Calls `action` with each key and value of a dict or of an object with `keys()`.
///
/// # Errors
/// What the mapping's methods or `action` raise.
pub fn for_each_item(
    thread: &mut Thread,
    source: &Value,
    mut action: impl FnMut(&mut Thread, &Value, &Value) -> Result<()>,
) -> Result<()> {
    if let Some(dict) = source.downcast::<DictBody>()
        && crate::builtins::dict::iterates_as_dict(thread, source)
    {
        let mut position = 0;
        while let Some((next, key, value)) = dict.next_entry(thread, position) {
            position = next;
            action(thread, &key, &value)?;
        }
        return Ok(());
    }
    let keys = call::call_method(thread, source, "keys", &[])?;
    let iterator = iterate::iter(thread, &keys)?;
    loop {
        let key = iterate::next(thread, &iterator)?;
        if key.is_exhausted() {
            return Ok(());
        }
        let value = crate::ops::item::getitem(thread, source, &key)?;
        action(thread, &key, &value)?;
    }
}
