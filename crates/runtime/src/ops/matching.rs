//! The `match` statement: mapping and class patterns.

use crate::Result;
use crate::exceptions::ExceptionKind;
use crate::object::dict::DictBody;
use crate::object::str::{self, StrBody};
use crate::object::tuple::{self, TupleBody};
use crate::object::types::{Type, TypeBody};
use crate::ops::{attribute, call, compare, mapping, repr, truth, types};
use crate::thread::Thread;
use crate::value::Value;

/// `len(subject)`, an int: `GET_LEN`.
///
/// # Errors
/// What `__len__` raises.
pub fn length(thread: &mut Thread, subject: &Value) -> Result {
    let len = truth::len(thread, subject)?;
    Ok(crate::object::int::from_usize(thread, len))
}

/// The values of the keys as a tuple, or None when one is missing: `MATCH_KEYS`.
///
/// # Errors
/// ValueError for a key that comes twice, or what the mapping raises.
pub fn keys(thread: &mut Thread, subject: &Value, keys: &Value) -> Result {
    let keys = tuple::items(keys).unwrap_or_default();
    let mut values = Vec::with_capacity(keys.len());
    let missing = crate::object::list::new(thread, Vec::new());
    for (index, key) in keys.iter().enumerate() {
        for earlier in &keys[..index] {
            if compare::equals(thread, earlier, key)? {
                let message = format!("mapping pattern checks duplicate key ({})", repr::repr_text(thread, key)?);
                return Err(thread.value_error(&message));
            }
        }
        let value = match subject.exact::<DictBody>() {
            Some(dict) => mapping::get(thread, dict, key)?,
            None => {
                let found = call::call_method(thread, subject, "get", &[key.clone(), missing.clone()])?;
                (!found.is(&missing)).then_some(found)
            }
        };
        match value {
            Some(value) => values.push(value),
            None => return Ok(Value::none()),
        }
    }
    Ok(tuple::new(thread, values))
}

/// Whether a lone positional pattern stands for the subject itself.
fn matches_itself(thread: &Thread, class: &Type) -> bool {
    let types = thread.types();
    [
        &types.bool,
        &types.bytes,
        &types.dict,
        &types.float,
        &types.frozenset,
        &types.int,
        &types.list,
        &types.set,
        &types.str,
        &types.tuple,
    ]
    .iter()
    .any(|ty| class.is_subtype(ty))
}

/// The attributes that a class pattern names as a tuple, or None when it does not match: `MATCH_CLASS`.
///
/// # Errors
/// TypeError for what is no class or takes fewer positional patterns, or what reading an attribute raises.
pub fn class(thread: &mut Thread, subject: &Value, class: &Value, positional: usize, names: &Value) -> Result {
    let Some(ty) = class.downcast::<TypeBody>() else {
        return Err(thread.type_error("called match pattern must be a type"));
    };
    if !types::is_instance(thread, subject, class)? {
        return Ok(Value::none());
    }
    let mut wanted: Vec<Value> = Vec::new();
    let mut values: Vec<Value> = Vec::new();
    if positional > 0 {
        let key = thread.intern("__match_args__");
        let own = attribute::getattr_optional(thread, class, &key)?;
        let itself = own.is_none() && matches_itself(thread, ty);
        let declared = match &own {
            None => &[],
            Some(own) if own.is_exact::<TupleBody>() => tuple::items(own).unwrap_or_default(),
            Some(own) => {
                let message = format!("{}.__match_args__ must be a tuple (got {})", ty.name(), thread.type_name(own));
                return Err(thread.type_error(&message));
            }
        };
        let allowed = if itself { 1 } else { declared.len() };
        if allowed < positional {
            let plural = if allowed == 1 { "" } else { "s" };
            let message =
                format!("{}() accepts {allowed} positional sub-pattern{plural} ({positional} given)", ty.name());
            return Err(thread.type_error(&message));
        }
        if itself {
            values.push(subject.clone());
        } else {
            for name in &declared[..positional] {
                if !name.is_a::<StrBody>() {
                    let message = format!("__match_args__ elements must be strings (got {})", thread.type_name(name));
                    return Err(thread.type_error(&message));
                }
                wanted.push(name.clone());
            }
        }
    }
    wanted.extend_from_slice(tuple::items(names).unwrap_or_default());
    for (index, name) in wanted.iter().enumerate() {
        if wanted[..index].iter().any(|earlier| str::equal(earlier, name)) {
            let name = repr::repr_text(thread, name)?;
            let message = format!("{}() got multiple sub-patterns for attribute {name}", ty.name());
            return Err(thread.raise(ExceptionKind::TypeError, &message));
        }
        match attribute::getattr_optional(thread, subject, name)? {
            Some(value) => values.push(value),
            None => return Ok(Value::none()),
        }
    }
    Ok(tuple::new(thread, values))
}
