//! The table of special methods: how each is called through a slot, and which slot a class's own method fills.

use crate::Result;
use crate::exceptions::ExceptionKind;
use crate::object::native::NativeMethodBody;
use crate::object::slots::{BinaryFn, RepeatFn, Slots};
use crate::object::str;
use crate::object::types::Type;
use crate::ops::{Args, CompareOp, Operator, attribute, call, compare, iterate, truth};
use crate::thread::Thread;
use crate::value::{Raised, Value};
use std::cell::Cell;

/// A special method.
pub struct SpecialRow {
    /// `__add__`.
    pub name: &'static str,
    /// Whether a type with these slots has it.
    pub is_filled: fn(&Slots) -> bool,
    /// Calls it natively: slots of the type that has it, receiver, arguments.
    pub call: fn(&mut Thread, &Slots, &Value, &[Value]) -> Result,
    /// How many arguments it takes beside the receiver: least and most.
    pub arity: (usize, usize),
    /// Fills the slot with the function that looks the method up and calls it.
    pub install: fn(&Slots),
    /// Copies the slot from the type whose native method a lookup found.
    pub copy: fn(&Slots, &Slots),
}

fn slot<F: Copy>(thread: &mut Thread, slot: &Cell<Option<F>>) -> Result<F> {
    slot.get().ok_or_else(|| thread.type_error("the type lost this operation"))
}

/// Calls the special method `name` of `value`, which its class has.
fn call_own(thread: &mut Thread, value: &Value, name: &str, arguments: &[&Value]) -> Result {
    let interned = thread.intern(name);
    match thread.call_special(value, &interned, arguments)? {
        Some(result) => Ok(result),
        None => {
            let message = format!("'{}' object has no attribute '{name}'", thread.type_name(value));
            Err(thread.raise(ExceptionKind::AttributeError, &message))
        }
    }
}

macro_rules! unary {
    ($name:literal, $slot:ident) => {
        SpecialRow {
            name: $name,
            is_filled: |slots| slots.$slot.get().is_some(),
            call: |thread, slots, receiver, _| slot(thread, &slots.$slot)?(thread, receiver),
            arity: (0, 0),
            install: |slots| slots.$slot.set(Some(|thread, value| call_own(thread, value, $name, &[]))),
            copy: |to, from| to.$slot.set(from.$slot.get()),
        }
    };
}

/// Calls the forward or reflected method of a number operation for a slot function of a Python class.
fn python_binary(thread: &mut Thread, lhs: &Value, rhs: &Value, name: &str, reflected: &str) -> Result {
    let (name, reflected) = (thread.intern(name), thread.intern(reflected));
    let (left, right) = (thread.type_ref(lhs), thread.type_ref(rhs));
    let mut other = !left.same(&right) && has_python_method(thread, &right, &name, &reflected);
    if has_python_method(thread, &left, &name, &reflected) {
        if other && right.is_subtype(&left) {
            let overloaded = match (thread.lookup(&left, &reflected), thread.lookup(&right, &reflected)) {
                (Some(left), Some(right)) => !left.is(&right),
                (left, right) => left.is_none() && right.is_some(),
            };
            if overloaded {
                if let Some(result) = thread.call_special(rhs, &reflected, &[lhs])?
                    && !result.is_not_implemented()
                {
                    return Ok(result);
                }
                other = false;
            }
        }
        if let Some(result) = thread.call_special(lhs, &name, &[rhs])?
            && !result.is_not_implemented()
        {
            return Ok(result);
        }
    }
    if other && let Some(result) = thread.call_special(rhs, &reflected, &[lhs])? {
        return Ok(result);
    }
    Ok(Value::not_implemented())
}

fn has_python_method(thread: &Thread, ty: &Type, name: &Value, reflected: &Value) -> bool {
    !ty.is_builtin()
        && [name, reflected]
            .iter()
            .any(|name| thread.lookup(ty, name).is_some_and(|found| !found.is_a::<NativeMethodBody>()))
}

macro_rules! operator {
    ($op:ident, $name:literal, $reflected:literal, $inplace:literal, $filled:expr, $left:expr, $right:expr) => {
        [
            SpecialRow {
                name: $name,
                is_filled: $filled,
                call: $left,
                arity: (1, 1),
                install: |slots| {
                    slots.binary[Operator::$op as usize]
                        .set(Some(|thread, lhs, rhs| python_binary(thread, lhs, rhs, $name, $reflected)));
                },
                copy: |to, from| to.binary[Operator::$op as usize].set(from.binary[Operator::$op as usize].get()),
            },
            SpecialRow {
                name: $reflected,
                is_filled: |slots| slots.binary[Operator::$op as usize].get().is_some(),
                call: $right,
                arity: (1, 1),
                install: |slots| {
                    slots.binary[Operator::$op as usize]
                        .set(Some(|thread, lhs, rhs| python_binary(thread, lhs, rhs, $name, $reflected)));
                },
                copy: |to, from| to.binary[Operator::$op as usize].set(from.binary[Operator::$op as usize].get()),
            },
            SpecialRow {
                name: $inplace,
                is_filled: |slots| inplace_of(slots, Operator::$op).is_some(),
                call: |thread, slots, receiver, args| match inplace_of(slots, Operator::$op) {
                    Some(Inplace::Binary(function)) => function(thread, receiver, &args[0]),
                    Some(Inplace::Repeat(function)) => call_repeat(thread, function, receiver, &args[0]),
                    None => Ok(Value::not_implemented()),
                },
                arity: (1, 1),
                install: |slots| {
                    slots.inplace[Operator::$op as usize]
                        .set(Some(|thread, lhs, rhs| call_own(thread, lhs, $inplace, &[rhs])));
                },
                copy: |to, from| to.inplace[Operator::$op as usize].set(from.inplace[Operator::$op as usize].get()),
            },
        ]
    };
    ($op:ident, $name:literal, $reflected:literal, $inplace:literal) => {
        operator!(
            $op,
            $name,
            $reflected,
            $inplace,
            |slots| slots.binary[Operator::$op as usize].get().is_some(),
            |thread, slots, receiver, args| {
                slot(thread, &slots.binary[Operator::$op as usize])?(thread, receiver, &args[0])
            },
            |thread, slots, receiver, args| {
                slot(thread, &slots.binary[Operator::$op as usize])?(thread, &args[0], receiver)
            }
        )
    };
}

enum Inplace {
    Binary(BinaryFn),
    Repeat(RepeatFn),
}

fn inplace_of(slots: &Slots, op: Operator) -> Option<Inplace> {
    let own = slots.inplace[op as usize].get().map(Inplace::Binary);
    own.or_else(|| match op {
        Operator::Add => slots.inplace_concat.get().map(Inplace::Binary),
        Operator::Mult => slots.inplace_repeat.get().map(Inplace::Repeat),
        _ => None,
    })
}

fn call_repeat(thread: &mut Thread, repeat: RepeatFn, receiver: &Value, count: &Value) -> Result {
    let count = crate::ops::arithmetic::index_as_i64(thread, count)?;
    repeat(thread, receiver, count)
}

fn call_add(thread: &mut Thread, slots: &Slots, receiver: &Value, args: &[Value]) -> Result {
    match slots.binary[Operator::Add as usize].get() {
        Some(add) => add(thread, receiver, &args[0]),
        None => slot(thread, &slots.concat)?(thread, receiver, &args[0]),
    }
}

fn call_mul(thread: &mut Thread, slots: &Slots, receiver: &Value, args: &[Value]) -> Result {
    match slots.binary[Operator::Mult as usize].get() {
        Some(multiply) => multiply(thread, receiver, &args[0]),
        None => {
            let repeat = slot(thread, &slots.repeat)?;
            call_repeat(thread, repeat, receiver, &args[0])
        }
    }
}

fn call_rmul(thread: &mut Thread, slots: &Slots, receiver: &Value, args: &[Value]) -> Result {
    match slots.binary[Operator::Mult as usize].get() {
        Some(multiply) => multiply(thread, &args[0], receiver),
        None => call_mul(thread, slots, receiver, args),
    }
}

macro_rules! comparison {
    ($name:literal, $op:ident) => {
        SpecialRow {
            name: $name,
            is_filled: |slots| slots.richcompare.get().is_some(),
            call: |thread, slots, receiver, args| {
                slot(thread, &slots.richcompare)?(thread, receiver, &args[0], CompareOp::$op)
            },
            arity: (1, 1),
            install: |slots| slots.richcompare.set(Some(python_compare)),
            copy: |to, from| to.richcompare.set(from.richcompare.get()),
        }
    };
}

fn python_compare(thread: &mut Thread, lhs: &Value, rhs: &Value, op: CompareOp) -> Result {
    let name = thread.intern(&format!("__{}__", op.method_stem()));
    match thread.call_special(lhs, &name, &[rhs])? {
        Some(result) => Ok(result),
        None => Ok(Value::not_implemented()),
    }
}

fn python_hash(thread: &mut Thread, value: &Value) -> Result<i64> {
    let result = call_own(thread, value, "__hash__", &[])?;
    match crate::object::int::to_ibig(&result) {
        Some(number) => Ok(match i64::try_from(&number) {
            Ok(-1) => -2,
            Ok(hash) => hash,
            Err(_) => crate::ops::hash::hash_ibig(&number),
        }),
        None => Err(thread.type_error("__hash__ method should return an integer")),
    }
}

fn python_truth(thread: &mut Thread, value: &Value) -> Result<bool> {
    let name = thread.names().__bool__.clone();
    if let Some(result) = thread.call_special(value, &name, &[])? {
        if result.is_bool() {
            return Ok(result.is_true());
        }
        let message = format!("__bool__ should return bool, returned {}", thread.type_name(&result));
        return Err(thread.type_error(&message));
    }
    python_len(thread, value).map(|len| len != 0)
}

fn python_len(thread: &mut Thread, value: &Value) -> Result<usize> {
    let result = call_own(thread, value, "__len__", &[])?;
    let number = crate::ops::arithmetic::index(thread, &result)?;
    let number = crate::object::int::to_ibig(&number).expect("index gives an int");
    if number < hognose_primitives::IBig::from(0) {
        return Err(thread.value_error("__len__() should return >= 0"));
    }
    match i64::try_from(&number) {
        Ok(len) => Ok(len as usize),
        Err(_) => Err(thread.raise(ExceptionKind::OverflowError, "cannot fit 'int' into an index-sized integer")),
    }
}

fn python_next(thread: &mut Thread, value: &Value) -> Result {
    match call_own(thread, value, "__next__", &[]) {
        Err(Raised) if thread.raised_is(ExceptionKind::StopIteration) => {
            // The exception stays with the thread: whoever wants its value takes it, others drop it.
            thread.stop_with_raised();
            Ok(Value::exhausted())
        }
        result => result,
    }
}

fn python_iter(thread: &mut Thread, value: &Value) -> Result {
    let name = thread.names().__iter__.clone();
    let ty = thread.type_ref(value);
    match thread.lookup(&ty, &name) {
        Some(found) if found.is_none() => {
            let message = format!("'{}' object is not iterable", ty.name());
            Err(thread.type_error(&message))
        }
        Some(_) => call_own(thread, value, "__iter__", &[]),
        None => iterate::sequence_iterator(thread, value),
    }
}

fn python_repr(thread: &mut Thread, value: &Value) -> Result {
    call_own(thread, value, "__repr__", &[])
}

fn python_str(thread: &mut Thread, value: &Value) -> Result {
    call_own(thread, value, "__str__", &[])
}

fn python_call(thread: &mut Thread, callable: &Value, args: Args<'_>) -> Result {
    let name = thread.names().__call__.clone();
    match thread.special_method(callable, &name)? {
        Some(method) => call::call(thread, &method, args),
        None => Err(call::not_callable(thread, callable)),
    }
}

fn python_init(thread: &mut Thread, object: &Value, args: Args<'_>) -> Result<()> {
    let name = thread.names().__init__.clone();
    let ty = thread.type_ref(object);
    let Some(found) = thread.lookup(&ty, &name) else { return Ok(()) };
    let result = if call::takes_receiver(&found) {
        call::call_with_receiver(thread, &found, object, args)?
    } else {
        match thread.special_method(object, &name)? {
            Some(method) => call::call(thread, &method, args)?,
            None => Value::none(),
        }
    };
    if result.is_none() {
        return Ok(());
    }
    let message = format!("__init__() should return None, not '{}'", thread.type_name(&result));
    Err(thread.type_error(&message))
}

fn python_new(thread: &mut Thread, class: &Value, args: Args<'_>) -> Result {
    let name = thread.names().__new__.clone();
    let new = attribute::getattr(thread, class, &name)?;
    call::call_with_receiver(thread, &new, class, args)
}

fn python_setitem(thread: &mut Thread, object: &Value, key: &Value, value: Option<&Value>) -> Result<()> {
    let name = if value.is_some() { "__setitem__" } else { "__delitem__" };
    let interned = thread.intern(name);
    let result = match value {
        Some(value) => thread.call_special(object, &interned, &[key, value])?,
        None => thread.call_special(object, &interned, &[key])?,
    };
    if result.is_none() {
        let verb = if value.is_some() { "assignment" } else { "deletion" };
        let message = format!("'{}' object does not support item {verb}", thread.type_name(object));
        return Err(thread.type_error(&message));
    }
    Ok(())
}

fn python_setattr(thread: &mut Thread, object: &Value, name: &Value, value: Option<&Value>) -> Result<()> {
    let ty = thread.type_ref(object);
    let method = thread.intern(if value.is_some() { "__setattr__" } else { "__delattr__" });
    let native = thread.lookup(&ty, &method).is_none_or(|found| found.is_a::<NativeMethodBody>());
    if native {
        let mro = ty.mro.get();
        let set = mro
            .iter()
            .filter(|ty| ty.is_builtin())
            .find_map(|ty| ty.slots.setattr.get())
            .unwrap_or(attribute::generic_setattr);
        return set(thread, object, name, value);
    }
    let arguments: Vec<&Value> = std::iter::once(name).chain(value).collect();
    thread.call_special(object, &method, &arguments).map(drop)
}

fn python_contains(thread: &mut Thread, container: &Value, item: &Value) -> Result<bool> {
    let name = thread.names().__contains__.clone();
    let ty = thread.type_ref(container);
    match thread.lookup(&ty, &name) {
        Some(found) if found.is_none() => {
            let message = format!("'{}' object is not a container", ty.name());
            Err(thread.type_error(&message))
        }
        Some(_) => {
            let result = call_own(thread, container, "__contains__", &[item])?;
            truth::is_true(thread, &result)
        }
        None => compare::contains_by_iteration(thread, container, item),
    }
}

fn python_descr_get(thread: &mut Thread, descriptor: &Value, object: Option<&Value>, owner: &Value) -> Result {
    let name = thread.names().__get__.clone();
    let none = Value::none();
    match thread.call_special(descriptor, &name, &[object.unwrap_or(&none), owner])? {
        Some(result) => Ok(result),
        None => Ok(descriptor.clone()),
    }
}

fn python_descr_set(thread: &mut Thread, descriptor: &Value, object: &Value, value: Option<&Value>) -> Result<()> {
    match value {
        Some(value) => call_own(thread, descriptor, "__set__", &[object, value]).map(drop),
        None => call_own(thread, descriptor, "__delete__", &[object]).map(drop),
    }
}

fn none<T>(result: Result<T>) -> Result {
    result.map(|_| Value::none())
}

/// Every special method that has a slot, by subject.
pub static SPECIAL_METHODS: &[&[SpecialRow]] = &[
    &[
        SpecialRow { install: |slots| slots.repr.set(Some(python_repr)), ..unary!("__repr__", repr) },
        SpecialRow { install: |slots| slots.str.set(Some(python_str)), ..unary!("__str__", str) },
        SpecialRow { install: |slots| slots.iter.set(Some(python_iter)), ..unary!("__iter__", iter) },
        SpecialRow {
            name: "__next__",
            is_filled: |slots| slots.next.get().is_some(),
            call: |thread, slots, receiver, _| {
                let result = slot(thread, &slots.next)?(thread, receiver)?;
                if result.is_exhausted() { Err(thread.raise_exhausted()) } else { Ok(result) }
            },
            arity: (0, 0),
            install: |slots| slots.next.set(Some(python_next)),
            copy: |to, from| to.next.set(from.next.get()),
        },
        SpecialRow {
            name: "__hash__",
            is_filled: |slots| slots.hash.get().is_some(),
            call: |thread, slots, receiver, _| {
                let hash = slot(thread, &slots.hash)?(thread, receiver)?;
                Ok(thread.int(hash))
            },
            arity: (0, 0),
            install: |slots| slots.hash.set(Some(python_hash)),
            copy: |to, from| to.hash.set(from.hash.get()),
        },
        SpecialRow {
            name: "__call__",
            is_filled: |slots| slots.call.get().is_some(),
            call: |thread, slots, receiver, args| slot(thread, &slots.call)?(thread, receiver, Args::positional(args)),
            arity: (0, usize::MAX),
            install: |slots| slots.call.set(Some(python_call)),
            copy: |to, from| to.call.set(from.call.get()),
        },
        SpecialRow {
            name: "__init__",
            is_filled: |slots| slots.init.get().is_some(),
            call: |thread, slots, receiver, args| {
                none(slot(thread, &slots.init)?(thread, receiver, Args::positional(args)))
            },
            arity: (0, usize::MAX),
            install: |slots| slots.init.set(Some(python_init)),
            copy: |to, from| to.init.set(from.init.get()),
        },
        SpecialRow {
            name: "__new__",
            // The native function is made apart, with the type as its receiver.
            is_filled: |_| false,
            call: |thread, _, _, _| Err(thread.type_error("__new__ is no slot method")),
            arity: (0, usize::MAX),
            install: |slots| slots.new.set(Some(python_new)),
            copy: |to, from| to.new.set(from.new.get()),
        },
    ],
    &[
        SpecialRow {
            name: "__getattribute__",
            is_filled: |slots| slots.getattr.get().is_some(),
            call: |thread, slots, receiver, args| slot(thread, &slots.getattr)?(thread, receiver, &args[0]),
            arity: (1, 1),
            install: |slots| slots.getattr.set(Some(attribute::python_getattr)),
            copy: |to, from| to.getattr.set(from.getattr.get()),
        },
        SpecialRow {
            name: "__getattr__",
            is_filled: |_| false,
            call: |thread, _, _, _| Err(thread.type_error("__getattr__ is no slot method")),
            arity: (1, 1),
            install: |slots| slots.getattr.set(Some(attribute::python_getattr)),
            copy: |_, _| {},
        },
        SpecialRow {
            name: "__setattr__",
            is_filled: |slots| slots.setattr.get().is_some(),
            call: |thread, slots, receiver, args| {
                none(slot(thread, &slots.setattr)?(thread, receiver, &args[0], Some(&args[1])))
            },
            arity: (2, 2),
            install: |slots| slots.setattr.set(Some(python_setattr)),
            copy: |to, from| to.setattr.set(from.setattr.get()),
        },
        SpecialRow {
            name: "__delattr__",
            is_filled: |slots| slots.setattr.get().is_some(),
            call: |thread, slots, receiver, args| none(slot(thread, &slots.setattr)?(thread, receiver, &args[0], None)),
            arity: (1, 1),
            install: |slots| slots.setattr.set(Some(python_setattr)),
            copy: |to, from| to.setattr.set(from.setattr.get()),
        },
        SpecialRow {
            name: "__get__",
            is_filled: |slots| slots.descr_get.get().is_some(),
            call: |thread, slots, receiver, args| {
                let object = (!args[0].is_none()).then_some(&args[0]);
                let owner = match args.get(1) {
                    Some(owner) => owner.clone(),
                    None => thread.type_ref(&args[0]).into_value(),
                };
                slot(thread, &slots.descr_get)?(thread, receiver, object, &owner)
            },
            arity: (1, 2),
            install: |slots| slots.descr_get.set(Some(python_descr_get)),
            copy: |to, from| to.descr_get.set(from.descr_get.get()),
        },
        SpecialRow {
            name: "__set__",
            is_filled: |slots| slots.descr_set.get().is_some(),
            call: |thread, slots, receiver, args| {
                none(slot(thread, &slots.descr_set)?(thread, receiver, &args[0], Some(&args[1])))
            },
            arity: (2, 2),
            install: |slots| slots.descr_set.set(Some(python_descr_set)),
            copy: |to, from| to.descr_set.set(from.descr_set.get()),
        },
        SpecialRow {
            name: "__delete__",
            is_filled: |slots| slots.descr_set.get().is_some(),
            call: |thread, slots, receiver, args| {
                none(slot(thread, &slots.descr_set)?(thread, receiver, &args[0], None))
            },
            arity: (1, 1),
            install: |slots| slots.descr_set.set(Some(python_descr_set)),
            copy: |to, from| to.descr_set.set(from.descr_set.get()),
        },
    ],
    &[
        comparison!("__lt__", Lt),
        comparison!("__le__", Le),
        comparison!("__eq__", Eq),
        comparison!("__ne__", Ne),
        comparison!("__gt__", Gt),
        comparison!("__ge__", Ge),
    ],
    &operator!(
        Add,
        "__add__",
        "__radd__",
        "__iadd__",
        |slots| slots.binary[Operator::Add as usize].get().is_some() || slots.concat.get().is_some(),
        call_add,
        |thread, slots, receiver, args| {
            slot(thread, &slots.binary[Operator::Add as usize])?(thread, &args[0], receiver)
        }
    ),
    &operator!(
        Mult,
        "__mul__",
        "__rmul__",
        "__imul__",
        |slots| slots.binary[Operator::Mult as usize].get().is_some() || slots.repeat.get().is_some(),
        call_mul,
        call_rmul
    ),
    &operator!(Sub, "__sub__", "__rsub__", "__isub__"),
    &operator!(Div, "__truediv__", "__rtruediv__", "__itruediv__"),
    &operator!(FloorDiv, "__floordiv__", "__rfloordiv__", "__ifloordiv__"),
    &operator!(Mod, "__mod__", "__rmod__", "__imod__"),
    &operator!(Pow, "__pow__", "__rpow__", "__ipow__"),
    &operator!(LShift, "__lshift__", "__rlshift__", "__ilshift__"),
    &operator!(RShift, "__rshift__", "__rrshift__", "__irshift__"),
    &operator!(BitAnd, "__and__", "__rand__", "__iand__"),
    &operator!(BitOr, "__or__", "__ror__", "__ior__"),
    &operator!(BitXor, "__xor__", "__rxor__", "__ixor__"),
    &operator!(MatMult, "__matmul__", "__rmatmul__", "__imatmul__"),
    &[
        unary!("__neg__", negative),
        unary!("__pos__", positive),
        unary!("__abs__", absolute),
        unary!("__invert__", invert),
        unary!("__index__", index),
        unary!("__int__", int),
        unary!("__float__", float),
        SpecialRow {
            name: "__bool__",
            is_filled: |slots| slots.truth.get().is_some(),
            call: |thread, slots, receiver, _| Ok(Value::bool(slot(thread, &slots.truth)?(thread, receiver)?)),
            arity: (0, 0),
            install: |slots| slots.truth.set(Some(python_truth)),
            copy: |to, from| to.truth.set(from.truth.get()),
        },
        SpecialRow {
            name: "__len__",
            is_filled: |slots| slots.len.get().is_some(),
            call: |thread, slots, receiver, _| {
                let len = slot(thread, &slots.len)?(thread, receiver)?;
                Ok(crate::object::int::from_usize(thread, len))
            },
            arity: (0, 0),
            install: |slots| slots.len.set(Some(python_len)),
            copy: |to, from| to.len.set(from.len.get()),
        },
        SpecialRow {
            name: "__getitem__",
            is_filled: |slots| slots.getitem.get().is_some(),
            call: |thread, slots, receiver, args| slot(thread, &slots.getitem)?(thread, receiver, &args[0]),
            arity: (1, 1),
            install: |slots| {
                slots.getitem.set(Some(|thread, object, key| call_own(thread, object, "__getitem__", &[key])));
            },
            copy: |to, from| to.getitem.set(from.getitem.get()),
        },
        SpecialRow {
            name: "__setitem__",
            is_filled: |slots| slots.setitem.get().is_some(),
            call: |thread, slots, receiver, args| {
                none(slot(thread, &slots.setitem)?(thread, receiver, &args[0], Some(&args[1])))
            },
            arity: (2, 2),
            install: |slots| slots.setitem.set(Some(python_setitem)),
            copy: |to, from| to.setitem.set(from.setitem.get()),
        },
        SpecialRow {
            name: "__delitem__",
            is_filled: |slots| slots.setitem.get().is_some(),
            call: |thread, slots, receiver, args| none(slot(thread, &slots.setitem)?(thread, receiver, &args[0], None)),
            arity: (1, 1),
            install: |slots| slots.setitem.set(Some(python_setitem)),
            copy: |to, from| to.setitem.set(from.setitem.get()),
        },
        SpecialRow {
            name: "__contains__",
            is_filled: |slots| slots.contains.get().is_some(),
            call: |thread, slots, receiver, args| {
                Ok(Value::bool(slot(thread, &slots.contains)?(thread, receiver, &args[0])?))
            },
            arity: (1, 1),
            install: |slots| slots.contains.set(Some(python_contains)),
            copy: |to, from| to.contains.set(from.contains.get()),
        },
    ],
];

/// Every special method, numbered.
pub fn special_methods() -> impl Iterator<Item = (u16, &'static SpecialRow)> {
    SPECIAL_METHODS.iter().flat_map(|group| group.iter()).zip(0..).map(|(row, index)| (index, row))
}

/// The row of a number.
pub fn special_method(index: u16) -> &'static SpecialRow {
    special_methods().nth(usize::from(index)).map(|(_, row)| row).expect("numbered by special_methods")
}

/// Calls a special method made from a slot: `int.__add__(1, 2)`.
pub(crate) fn call_wrapper(thread: &mut Thread, method: &NativeMethodBody, row: &SpecialRow, args: Args<'_>) -> Result {
    let name = str::to_string(&method.name);
    let positionals = args.positionals();
    let Some((receiver, rest)) = positionals.split_first() else {
        let message = format!("descriptor '{name}' of '{}' object needs an argument", method.owner.name());
        return Err(thread.type_error(&message));
    };
    if !thread.is_instance(receiver, &method.owner) {
        let message = format!(
            "descriptor '{name}' requires a '{}' object but received a '{}'",
            method.owner.name(),
            thread.type_name(receiver)
        );
        return Err(thread.type_error(&message));
    }
    let (least, most) = row.arity;
    if most == usize::MAX {
        let args = Args { values: &args.values[1..], names: args.names };
        return match row.name {
            "__init__" => none(slot(thread, &method.owner.slots.init)?(thread, receiver, args)),
            _ => slot(thread, &method.owner.slots.call)?(thread, receiver, args),
        };
    }
    if !args.names.is_empty() {
        let message = format!("wrapper {name}() takes no keyword arguments");
        return Err(thread.type_error(&message));
    }
    if rest.len() < least || rest.len() > most {
        let given = rest.len();
        let plural = |count: usize| if count == 1 { "" } else { "s" };
        // Where CPython unpacks a tuple its message begins with the name that it was not given.
        let message = if least == most {
            let repeats = matches!(row.name, "__mul__" | "__rmul__" | "__imul__")
                && method.owner.slots.binary[Operator::Mult as usize].get().is_none();
            let start = if least == 2 || repeats { " " } else { "" };
            format!("{start}expected {least} argument{}, got {given}", plural(least))
        } else if given < least {
            format!(" expected at least {least} argument{}, got {given}", plural(least))
        } else {
            format!(" expected at most {most} argument{}, got {given}", plural(most))
        };
        return Err(thread.type_error(&message));
    }
    (row.call)(thread, &method.owner.slots, receiver, rest)
}
