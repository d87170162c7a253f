//! The functions of module `builtins`; those that deal with code stand in [`super::code_functions`].

use super::arguments::{named, positional, shown_type};
use super::list::sorted as sort_items;
use super::stream::{flush_stream, write_text};
use crate::Result;
use crate::exceptions::ExceptionKind;
use crate::modules;
use crate::object::bytes::BytesBody;
use crate::object::float::{self, FloatBody};
use crate::object::iterator::IteratorState;
use crate::object::native::NativeRow;
use crate::object::str::{self, StrBody};
use crate::object::stream::StreamBody;
use crate::object::{int, list, tuple};
use crate::ops::{
    Args, CompareOp, Operator, arithmetic, attribute, call, compare, format as formatting, hash as hashing, iterate,
    namespace, repr as representation, truth, types,
};
use crate::thread::Thread;
use crate::value::{Raised, Value};
use hognose_primitives::{Constant, IBig, arith};

/// The table of functions.
pub const FUNCTIONS: &[NativeRow] = &[
    NativeRow::one_arg("abs", abs, "($module, x, /)"),
    NativeRow::one_arg("all", all, "($module, iterable, /)"),
    NativeRow::one_arg("any", any, "($module, iterable, /)"),
    NativeRow::one_arg("ascii", |thread, _, value| representation::ascii(thread, value), "($module, obj, /)"),
    NativeRow::one_arg("bin", |thread, _, value| digits(thread, value, 2, "0b"), "($module, number, /)"),
    NativeRow::one_arg("callable", callable, "($module, obj, /)"),
    NativeRow::one_arg("chr", chr, "($module, i, /)"),
    NativeRow::args("delattr", delattr, "($module, obj, name, /)"),
    NativeRow::args("dir", dir, ""),
    NativeRow::args("divmod", divmod, "($module, x, y, /)"),
    NativeRow::args("format", format, "($module, value, format_spec='', /)"),
    NativeRow::args("getattr", getattr, ""),
    NativeRow::args("hasattr", hasattr, "($module, obj, name, /)"),
    NativeRow::one_arg("hash", hash, "($module, obj, /)"),
    NativeRow::one_arg("hex", |thread, _, value| digits(thread, value, 16, "0x"), "($module, number, /)"),
    NativeRow::one_arg("id", id, "($module, obj, /)"),
    NativeRow::args("isinstance", isinstance, "($module, obj, class_or_tuple, /)"),
    NativeRow::args("issubclass", issubclass, "($module, cls, class_or_tuple, /)"),
    NativeRow::args("iter", iter, ""),
    NativeRow::one_arg("len", len, "($module, obj, /)"),
    NativeRow::args("max", |thread, _, args| extreme(thread, args, "max", CompareOp::Gt), ""),
    NativeRow::args("min", |thread, _, args| extreme(thread, args, "min", CompareOp::Lt), ""),
    NativeRow::args("next", next, ""),
    NativeRow::one_arg("oct", |thread, _, value| digits(thread, value, 8, "0o"), "($module, number, /)"),
    NativeRow::one_arg("ord", ord, "($module, c, /)"),
    NativeRow::args("pow", pow, "($module, /, base, exp, mod=None)"),
    NativeRow::args("print", print, "($module, /, *args, sep=' ', end='\\n', file=None, flush=False)"),
    NativeRow::one_arg("repr", |thread, _, value| representation::repr(thread, value), "($module, obj, /)"),
    NativeRow::args("round", round, "($module, /, number, ndigits=None)"),
    NativeRow::args("setattr", setattr, "($module, obj, name, value, /)"),
    NativeRow::args("sorted", sorted, "($module, iterable, /, *, key=None, reverse=False)"),
    NativeRow::args("sum", sum, "($module, iterable, /, start=0)"),
    NativeRow::args("vars", vars, ""),
];

fn abs(thread: &mut Thread, _: &Value, value: &Value) -> Result {
    let function = thread.type_of(value).slots.absolute.get();
    match function {
        Some(function) => function(thread, value),
        None => {
            let message = format!("bad operand type for abs(): '{}'", thread.type_name(value));
            Err(thread.type_error(&message))
        }
    }
}

/// Looks for an item whose truth is `wanted`.
fn find_truth(thread: &mut Thread, iterable: &Value, wanted: bool) -> Result<bool> {
    let iterator = iterate::iter(thread, iterable)?;
    loop {
        let item = iterate::next(thread, &iterator)?;
        if item.is_exhausted() {
            return Ok(false);
        }
        if truth::is_true(thread, &item)? == wanted {
            return Ok(true);
        }
    }
}

fn all(thread: &mut Thread, _: &Value, iterable: &Value) -> Result {
    Ok(Value::bool(!find_truth(thread, iterable, false)?))
}

fn any(thread: &mut Thread, _: &Value, iterable: &Value) -> Result {
    Ok(Value::bool(find_truth(thread, iterable, true)?))
}

fn digits(thread: &mut Thread, value: &Value, base: u8, prefix: &str) -> Result {
    let number = arithmetic::index(thread, value)?;
    let number = int::to_ibig(&number).unwrap_or(IBig::ZERO);
    let (sign, number) = if number < IBig::ZERO { ("-", -number) } else { ("", number) };
    let text = format!("{sign}{prefix}{}", number.in_radix(base));
    Ok(str::from_string(thread, text))
}

fn callable(thread: &mut Thread, _: &Value, value: &Value) -> Result {
    Ok(Value::bool(thread.type_of(value).slots.call.get().is_some()))
}

fn chr(thread: &mut Thread, _: &Value, value: &Value) -> Result {
    let number = arithmetic::index(thread, value)?;
    match int::to_i64(&number).and_then(|number| i32::try_from(number).ok()) {
        Some(point @ 0..=0x10FFFF) => Ok(thread.character(point as u32)),
        Some(_) => Err(thread.value_error("chr() arg not in range(0x110000)")),
        None => Err(thread.raise(ExceptionKind::OverflowError, "Python int too large to convert to C int")),
    }
}

fn ord(thread: &mut Thread, _: &Value, value: &Value) -> Result {
    let (len, first) = if let Some(chars) = str::chars(value) {
        (chars.len(), chars.get(0))
    } else if let Some(bytes) = value.downcast::<BytesBody>() {
        (bytes.bytes.len(), bytes.bytes.first().map(|&byte| u32::from(byte)))
    } else {
        let message = format!("ord() expected string of length 1, but {} found", thread.type_name(value));
        return Err(thread.type_error(&message));
    };
    match first {
        Some(point) if len == 1 => Ok(thread.int(i64::from(point))),
        _ => {
            let message = format!("ord() expected a character, but string of length {len} found");
            Err(thread.type_error(&message))
        }
    }
}

/// The name of an attribute, which must be a str.
fn attribute_name<'a>(thread: &mut Thread, name: &'a Value) -> Result<&'a Value> {
    if name.is_a::<StrBody>() {
        return Ok(name);
    }
    let message = format!("attribute name must be string, not '{}'", thread.type_name(name));
    Err(thread.type_error(&message))
}

fn getattr(thread: &mut Thread, _: &Value, args: Args<'_>) -> Result {
    let values = positional(thread, "getattr", args, 2, 3)?;
    let name = attribute_name(thread, &values[1])?;
    match values.get(2) {
        None => attribute::getattr(thread, &values[0], name),
        Some(default) => Ok(attribute::getattr_optional(thread, &values[0], name)?.unwrap_or_else(|| default.clone())),
    }
}

fn hasattr(thread: &mut Thread, _: &Value, args: Args<'_>) -> Result {
    let values = positional(thread, "hasattr", args, 2, 2)?;
    let name = attribute_name(thread, &values[1])?;
    Ok(Value::bool(attribute::getattr_optional(thread, &values[0], name)?.is_some()))
}

fn setattr(thread: &mut Thread, _: &Value, args: Args<'_>) -> Result {
    let values = positional(thread, "setattr", args, 3, 3)?;
    let name = attribute_name(thread, &values[1])?;
    attribute::setattr(thread, &values[0], name, &values[2])?;
    Ok(Value::none())
}

fn delattr(thread: &mut Thread, _: &Value, args: Args<'_>) -> Result {
    let values = positional(thread, "delattr", args, 2, 2)?;
    let name = attribute_name(thread, &values[1])?;
    attribute::delattr(thread, &values[0], name)?;
    Ok(Value::none())
}

fn dir(thread: &mut Thread, _: &Value, args: Args<'_>) -> Result {
    let names = match positional(thread, "dir", args, 0, 1)?.first() {
        Some(value) => {
            let name = thread.names().__dir__.clone();
            match thread.call_special(value, &name, &[])? {
                Some(names) => names,
                None => return Err(thread.type_error("object does not provide __dir__")),
            }
        }
        None => match thread.current_frame() {
            Some(frame) => {
                let locals = namespace::locals(thread, frame);
                call::call_method(thread, &locals, "keys", &[])?
            }
            None => return Err(thread.raise(ExceptionKind::SystemError, "frame does not exist")),
        },
    };
    let names = iterate::collect(thread, &names)?;
    let (names, result) = sort_items(thread, names, None, false);
    result?;
    Ok(list::new(thread, names))
}

fn vars(thread: &mut Thread, _: &Value, args: Args<'_>) -> Result {
    match positional(thread, "vars", args, 0, 1)?.first() {
        Some(value) => {
            let name = thread.names().__dict__.clone();
            match attribute::getattr_optional(thread, value, &name)? {
                Some(dict) => Ok(dict),
                None => Err(thread.type_error("vars() argument must have __dict__ attribute")),
            }
        }
        None => match thread.current_frame() {
            Some(frame) => Ok(namespace::locals(thread, frame)),
            None => Err(thread.raise(ExceptionKind::SystemError, "frame does not exist")),
        },
    }
}

fn divmod(thread: &mut Thread, _: &Value, args: Args<'_>) -> Result {
    let values = positional(thread, "divmod", args, 2, 2)?;
    let (left, right) = (&values[0], &values[1]);
    let is_plain = |value: &Value| int::is_int(value) || value.is_a::<FloatBody>();
    let is_builtin = |thread: &Thread, value: &Value| thread.type_of(value).is_builtin();
    if is_plain(left) && is_plain(right) && is_builtin(thread, left) && is_builtin(thread, right) {
        return divmod_numbers(thread, left, right);
    }
    let (name, reflected) = (thread.intern("__divmod__"), thread.intern("__rdivmod__"));
    let (left_type, right_type) = (thread.type_ref(left), thread.type_ref(right));
    let mut orders = vec![(left, &name, right), (right, &reflected, left)];
    if left_type.same(&right_type) {
        orders.pop();
    } else if right_type.is_subtype(&left_type) {
        orders.reverse();
    }
    for (receiver, name, other) in orders {
        if let Some(result) = thread.call_special(receiver, name, &[other])?
            && !result.is_not_implemented()
        {
            return Ok(result);
        }
    }
    if is_plain(left) && is_plain(right) {
        return divmod_numbers(thread, left, right);
    }
    let message = format!(
        "unsupported operand type(s) for divmod(): '{}' and '{}'",
        thread.type_name(left),
        thread.type_name(right)
    );
    Err(thread.type_error(&message))
}

fn divmod_numbers(thread: &mut Thread, left: &Value, right: &Value) -> Result {
    let parts = if let (Some(left), Some(right)) = (int::to_ibig(left), int::to_ibig(right)) {
        arith::int::div_mod(&left, &right)
            .map(|(quotient, rest)| (int::from_ibig(thread, quotient), int::from_ibig(thread, rest)))
    } else {
        let (left, right) = (as_f64(thread, left)?, as_f64(thread, right)?);
        arith::float::div_mod(left, right)
            .map(|(quotient, rest)| (float::new(thread, quotient), float::new(thread, rest)))
    };
    match parts {
        Ok((quotient, rest)) => Ok(tuple::new(thread, vec![quotient, rest])),
        Err(error) => Err(thread.arith_error(&error)),
    }
}

/// An int or float as a float.
fn as_f64(thread: &mut Thread, value: &Value) -> Result<f64> {
    if let Some(number) = float::get(value) {
        return Ok(number);
    }
    let number = int::to_ibig(value).unwrap_or(IBig::ZERO);
    arith::int::to_f64(&number).map_err(|error| thread.arith_error(&error))
}

fn format(thread: &mut Thread, _: &Value, args: Args<'_>) -> Result {
    let values = positional(thread, "format", args, 1, 2)?;
    match values.get(1) {
        Some(specification) if !specification.is_a::<StrBody>() => {
            let message = format!("format() argument 2 must be str, not {}", shown_type(thread, specification));
            Err(thread.type_error(&message))
        }
        Some(specification) => formatting::format(thread, &values[0], specification),
        None => {
            let empty = thread.empty_str();
            formatting::format(thread, &values[0], &empty)
        }
    }
}

fn hash(thread: &mut Thread, _: &Value, value: &Value) -> Result {
    let hash = hashing::hash(thread, value)?;
    Ok(thread.int(hash))
}

fn id(thread: &mut Thread, _: &Value, value: &Value) -> Result {
    if value.as_small_int().is_some_and(|number| !(-5..=256).contains(&number)) {
        thread.observe_identity();
    }
    Ok(thread.int(value.id() as i64))
}

fn isinstance(thread: &mut Thread, _: &Value, args: Args<'_>) -> Result {
    let values = positional(thread, "isinstance", args, 2, 2)?;
    types::is_instance(thread, &values[0], &values[1]).map(Value::bool)
}

fn issubclass(thread: &mut Thread, _: &Value, args: Args<'_>) -> Result {
    let values = positional(thread, "issubclass", args, 2, 2)?;
    types::is_subclass(thread, &values[0], &values[1]).map(Value::bool)
}

fn iter(thread: &mut Thread, _: &Value, args: Args<'_>) -> Result {
    let values = positional(thread, "iter", args, 1, 2)?;
    let Some(sentinel) = values.get(1) else { return iterate::iter(thread, &values[0]) };
    if thread.type_of(&values[0]).slots.call.get().is_none() {
        return Err(thread.type_error("iter(v, w): v must be callable"));
    }
    let ty = thread.types().callable_iterator.clone();
    Ok(iterate::new_iterator(thread, &ty, IteratorState::Callable(values[0].clone(), sentinel.clone())))
}

fn len(thread: &mut Thread, _: &Value, value: &Value) -> Result {
    let len = truth::len(thread, value)?;
    Ok(int::from_usize(thread, len))
}

fn next(thread: &mut Thread, _: &Value, args: Args<'_>) -> Result {
    let values = positional(thread, "next", args, 1, 2)?;
    let item = iterate::next_keeping_value(thread, &values[0]);
    match (item, values.get(1)) {
        (Ok(item), Some(default)) if item.is_exhausted() => {
            thread.clear_stop();
            Ok(default.clone())
        }
        (Ok(item), None) if item.is_exhausted() => Err(thread.raise_exhausted()),
        (Err(Raised), Some(default)) if thread.raised_is(ExceptionKind::StopIteration) => {
            drop(thread.take_raised());
            Ok(default.clone())
        }
        (item, _) => item,
    }
}

/// `max` and `min`: the first item that no other one beats.
fn extreme(thread: &mut Thread, args: Args<'_>, name: &str, op: CompareOp) -> Result {
    let positionals = args.positionals();
    if positionals.is_empty() {
        return Err(thread.type_error(&format!("{name} expected at least 1 argument, got 0")));
    }
    let (mut key, mut default) = (None, None);
    for (keyword, value) in args.keywords() {
        if str::is(keyword, "key") {
            key = (!value.is_none()).then_some(value);
        } else if str::is(keyword, "default") {
            default = Some(value);
        } else {
            let message = format!("'{}' is an invalid keyword argument for {name}()", str::to_string(keyword));
            return Err(thread.type_error(&message));
        }
    }
    if positionals.len() > 1 && default.is_some() {
        let message = format!("Cannot specify a default for {name}() with multiple positional arguments");
        return Err(thread.type_error(&message));
    }
    let items = match positionals {
        [iterable] => iterable.clone(),
        _ => tuple::new(thread, positionals.to_vec()),
    };
    let iterator = iterate::iter(thread, &items)?;
    let mut best: Option<(Value, Value)> = None;
    loop {
        let item = iterate::next(thread, &iterator)?;
        if item.is_exhausted() {
            break;
        }
        let weight = match key {
            Some(key) => call::call(thread, key, Args::positional(std::slice::from_ref(&item)))?,
            None => item.clone(),
        };
        let better = match &best {
            Some((_, known)) => compare::compare_bool(thread, op, &weight, known)?,
            None => true,
        };
        if better {
            best = Some((item, weight));
        }
    }
    match (best, default) {
        (Some((item, _)), _) => Ok(item),
        (None, Some(default)) => Ok(default.clone()),
        (None, None) => Err(thread.value_error(&format!("{name}() arg is an empty sequence"))),
    }
}

fn pow(thread: &mut Thread, _: &Value, args: Args<'_>) -> Result {
    let [base, exponent, modulus] = named(thread, "pow", args, ["base", "exp", "mod"], 3, 0, 2)?;
    let (Some(base), Some(exponent)) = (base, exponent) else {
        return Err(thread.type_error("pow() misses an argument"));
    };
    let Some(modulus) = modulus.filter(|modulus| !modulus.is_none()) else {
        return arithmetic::binary_op(thread, Operator::Pow, base, exponent);
    };
    if let (Some(base), Some(exponent), Some(modulus)) =
        (int::to_ibig(base), int::to_ibig(exponent), int::to_ibig(modulus))
    {
        return match arith::int::pow_mod(&base, &exponent, &modulus) {
            Ok(result) => Ok(int::from_ibig(thread, result)),
            Err(error) => Err(thread.arith_error(&error)),
        };
    }
    if !thread.type_of(base).is_builtin() {
        let name = thread.intern("__pow__");
        if let Some(result) = thread.call_special(base, &name, &[exponent, modulus])?
            && !result.is_not_implemented()
        {
            return Ok(result);
        }
    }
    let is_float = |value: &Value| value.is_a::<FloatBody>();
    if [base, exponent, modulus].iter().all(|value| is_float(value) || int::is_int(value)) {
        return Err(thread.type_error("pow() 3rd argument not allowed unless all arguments are integers"));
    }
    let is_complex = |value: &Value| matches!(super::number::number(value), Some(Constant::Complex { .. }));
    if is_complex(base) || is_complex(exponent) {
        return Err(thread.value_error("complex modulo"));
    }
    let message = format!(
        "unsupported operand type(s) for ** or pow(): '{}', '{}', '{}'",
        thread.type_name(base),
        thread.type_name(exponent),
        thread.type_name(modulus)
    );
    Err(thread.type_error(&message))
}

/// `sep` or `end`: a str, or `None` for the usual one.
fn separator<'a>(thread: &mut Thread, name: &str, value: Option<&'a Value>) -> Result<Option<&'a Value>> {
    match value {
        None => Ok(None),
        Some(value) if value.is_none() => Ok(None),
        Some(value) if value.is_a::<StrBody>() => Ok(Some(value)),
        Some(value) => {
            let message = format!("{name} must be None or a string, not {}", thread.type_name(value));
            Err(thread.type_error(&message))
        }
    }
}

fn print(thread: &mut Thread, _: &Value, args: Args<'_>) -> Result {
    let (mut sep, mut end, mut file, mut flush) = (None, None, None, None);
    for (keyword, value) in args.keywords() {
        match str::to_string(keyword).as_str() {
            "sep" => sep = Some(value),
            "end" => end = Some(value),
            "file" => file = Some(value),
            "flush" => flush = Some(value),
            other => {
                return Err(thread.type_error(&format!("'{other}' is an invalid keyword argument for print()")));
            }
        }
    }
    let flush = match flush {
        Some(flush) => truth::is_true(thread, flush)?,
        None => false,
    };
    let file = match file.filter(|file| !file.is_none()) {
        Some(file) => file.clone(),
        None => match modules::get_sys(thread, "stdout") {
            Some(stdout) if stdout.is_none() => return Ok(Value::none()),
            Some(stdout) => stdout,
            None => return Err(thread.raise(ExceptionKind::RuntimeError, "lost sys.stdout")),
        },
    };
    let (sep, end) = (separator(thread, "sep", sep)?, separator(thread, "end", end)?);
    let (blank, newline) = (thread.character(u32::from(b' ')), thread.character(u32::from(b'\n')));
    for (number, value) in args.positionals().iter().enumerate() {
        if number > 0 {
            write(thread, &file, sep.unwrap_or(&blank))?;
        }
        write(thread, &file, value)?;
    }
    write(thread, &file, end.unwrap_or(&newline))?;
    if flush {
        match file.exact::<StreamBody>() {
            Some(stream) => flush_stream(thread, stream)?,
            None => drop(call::call_method(thread, &file, "flush", &[])?),
        }
    }
    Ok(Value::none())
}

/// Writes `str(value)` to a file object.
fn write(thread: &mut Thread, file: &Value, value: &Value) -> Result<()> {
    if let Some(stream) = file.exact::<StreamBody>() {
        let text = representation::str(thread, value)?;
        return write_text(thread, stream, &text);
    }
    let writer = attribute::getattr_named(thread, file, "write")?;
    let text = representation::str(thread, value)?;
    drop(call::call(thread, &writer, Args::positional(&[text]))?);
    Ok(())
}

fn round(thread: &mut Thread, _: &Value, args: Args<'_>) -> Result {
    let [number, digits] = named(thread, "round", args, ["number", "ndigits"], 2, 0, 1)?;
    let Some(number) = number else { return Err(thread.type_error("round() misses an argument")) };
    let name = thread.names().__round__.clone();
    let result = match digits.filter(|digits| !digits.is_none()) {
        Some(digits) => thread.call_special(number, &name, &[digits])?,
        None => thread.call_special(number, &name, &[])?,
    };
    match result {
        Some(result) => Ok(result),
        None => {
            let message = format!("type {} doesn't define __round__ method", thread.type_name(number));
            Err(thread.type_error(&message))
        }
    }
}

fn sorted(thread: &mut Thread, _: &Value, args: Args<'_>) -> Result {
    let given = args.positionals().len();
    let [iterable] = args.positionals() else {
        return Err(thread.type_error(&format!("sorted expected 1 argument, got {given}")));
    };
    let items = iterate::collect(thread, iterable)?;
    let keywords = Args { values: &args.values[given..], names: args.names };
    let [key, reverse] = named(thread, "sort", keywords, ["key", "reverse"], 0, 0, 0)?;
    let reverse = match reverse {
        Some(reverse) => arithmetic::index_as_i64(thread, reverse)? != 0,
        None => false,
    };
    let (items, result) = sort_items(thread, items, key.filter(|key| !key.is_none()), reverse);
    result?;
    Ok(list::new(thread, items))
}

fn sum(thread: &mut Thread, _: &Value, args: Args<'_>) -> Result {
    let [iterable, start] = named(thread, "sum", args, ["", "start"], 2, 1, 1)?;
    let Some(iterable) = iterable else { return Err(thread.type_error("sum() misses an argument")) };
    let iterator = iterate::iter(thread, iterable)?;
    let mut total = match start {
        Some(start) if start.is_a::<StrBody>() => {
            return Err(thread.type_error("sum() can't sum strings [use ''.join(seq) instead]"));
        }
        Some(start) if start.is_a::<BytesBody>() => {
            return Err(thread.type_error("sum() can't sum bytes [use b''.join(seq) instead]"));
        }
        Some(start) => start.clone(),
        None => Value::small_int(0),
    };
    loop {
        let item = iterate::next(thread, &iterator)?;
        if item.is_exhausted() {
            return Ok(total);
        }
        total = arithmetic::binary_op(thread, Operator::Add, &total, &item)?;
    }
}
