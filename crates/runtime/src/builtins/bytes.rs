//! bytes: methods, attributes and slots.

use super::arguments::{named, parsed, positional, shown_type};
use super::sequence::{Subscript, place, subscript};
use crate::Result;
use crate::exceptions::ExceptionKind;
use crate::object::bytes::{self, BytesBody};
use crate::object::iterator::IteratorState;
use crate::object::native::NativeRow;
use crate::object::slots::Slots;
use crate::object::str::{self, StrBody};
use crate::object::table::TypeTable;
use crate::object::types::TypeBody;
use crate::object::{int, list, tuple};
use crate::ops::arithmetic::{index_as_i64, index_clamped};
use crate::ops::{Args, CompareOp, Operator, compare, hash, iterate};
use crate::thread::Thread;
use crate::value::Value;
use hognose_primitives::write_bytes_repr;
use std::cell::Cell;
use std::ops::Range;

/// What the type can do.
pub const TYPE: TypeTable = TypeTable {
    methods: METHODS,
    getsets: &[],
    fill,
    doc: "bytes(iterable_of_ints) -> bytes\nbytes(string, encoding[, errors]) -> bytes\nbytes(bytes_or_buffer) -> immutable copy of bytes_or_buffer\nbytes(int) -> bytes object of size given by the parameter initialized with null bytes\nbytes() -> empty bytes object\n\nConstruct an immutable array of bytes from:\n  - an iterable yielding integers in range(256)\n  - a text string encoded using the specified encoding\n  - any object implementing the buffer API.\n  - an integer",
};

const METHODS: &[NativeRow] = &[
    NativeRow::args("count", count, ""),
    NativeRow::args("decode", decode, "($self, /, encoding='utf-8', errors='strict')"),
    NativeRow::args("endswith", |thread, own, args| has_affix(thread, own, args, "endswith"), ""),
    NativeRow::args("find", |thread, own, args| find(thread, own, args, "find", false), ""),
    NativeRow::args("hex", hex, ""),
    NativeRow::args("index", |thread, own, args| index(thread, own, args, "index", false), ""),
    NativeRow::one_arg("join", join, "($self, iterable_of_bytes, /)"),
    NativeRow::no_args("lower", |thread, own| Ok(bytes::new(thread, data(own).to_ascii_lowercase())), ""),
    NativeRow::args(
        "lstrip",
        |thread, own, args| strip(thread, own, args, "lstrip", true, false),
        "($self, bytes=None, /)",
    ),
    NativeRow::args("replace", replace, "($self, old, new, count=-1, /)"),
    NativeRow::args("rfind", |thread, own, args| find(thread, own, args, "rfind", true), ""),
    NativeRow::args("rindex", |thread, own, args| index(thread, own, args, "rindex", true), ""),
    NativeRow::args(
        "rstrip",
        |thread, own, args| strip(thread, own, args, "rstrip", false, true),
        "($self, bytes=None, /)",
    ),
    NativeRow::args("split", split, "($self, /, sep=None, maxsplit=-1)"),
    NativeRow::args("startswith", |thread, own, args| has_affix(thread, own, args, "startswith"), ""),
    NativeRow::args(
        "strip",
        |thread, own, args| strip(thread, own, args, "strip", true, true),
        "($self, bytes=None, /)",
    ),
    NativeRow::no_args("upper", |thread, own| Ok(bytes::new(thread, data(own).to_ascii_uppercase())), ""),
    NativeRow::no_args("__bytes__", |thread, own| Ok(bytes::new(thread, data(own))), "($self, /)"),
    NativeRow::no_args("__getnewargs__", getnewargs, ""),
];

fn fill(slots: &Slots) {
    slots.repr.set(Some(bytes_repr));
    slots.hash.set(Some(|thread, own| {
        let body = own.cast::<BytesBody>();
        if body.hash.get() == -1 {
            body.hash.set(hash::hash_bytes(thread, &body.bytes));
        }
        Ok(body.hash.get())
    }));
    slots.richcompare.set(Some(richcompare));
    slots.iter.set(Some(|thread, own| {
        let ty = thread.types().bytes_iterator.clone();
        Ok(iterate::new_iterator(thread, &ty, IteratorState::Indexed(own.clone(), 0)))
    }));
    slots.len.set(Some(|_, own| Ok(data(own).len())));
    slots.getitem.set(Some(getitem));
    slots.contains.set(Some(contains));
    slots.concat.set(Some(concat));
    slots.repeat.set(Some(repeat));
    slots.binary[Operator::Mod as usize].set(Some(|thread, left, _| match left.is_a::<BytesBody>() {
        true => Err(thread.unsupported("bytes % arguments")),
        false => Ok(Value::not_implemented()),
    }));
    slots.new.set(Some(new));
}

fn data(own: &Value) -> &[u8] {
    &own.cast::<BytesBody>().bytes
}

/// The bytes of an argument that must be bytes.
fn bytes_argument<'a>(thread: &mut Thread, value: &'a Value) -> Result<&'a [u8]> {
    match value.downcast::<BytesBody>() {
        Some(body) => Ok(&body.bytes),
        None => {
            let message = format!("a bytes-like object is required, not '{}'", thread.type_name(value));
            Err(thread.type_error(&message))
        }
    }
}

fn byte_of(thread: &mut Thread, value: &Value, message: &str) -> Result<u8> {
    let number = crate::ops::arithmetic::index(thread, value)?;
    match int::to_i64(&number).and_then(|number| u8::try_from(number).ok()) {
        Some(byte) => Ok(byte),
        None => Err(thread.value_error(message)),
    }
}

fn new(thread: &mut Thread, class: &Value, args: Args<'_>) -> Result {
    let [source, encoding, errors] = named(thread, "bytes", args, ["source", "encoding", "errors"], 3, 0, 0)?;
    for (argument, name) in [(encoding, "encoding"), (errors, "errors")] {
        if let Some(argument) = argument.filter(|argument| !argument.is_a::<StrBody>()) {
            let message = format!("bytes() argument '{name}' must be str, not {}", shown_type(thread, argument));
            return Err(thread.type_error(&message));
        }
    }
    let class = class.cast::<TypeBody>();
    let content: Vec<u8> = match source {
        None if encoding.is_some() || errors.is_some() => {
            let message = if encoding.is_some() {
                "encoding without a string argument"
            } else {
                "errors without a string argument"
            };
            return Err(thread.type_error(message));
        }
        None => Vec::new(),
        Some(text) if text.is_a::<StrBody>() => {
            if encoding.is_none() {
                return Err(thread.type_error("string argument without an encoding"));
            }
            let arguments: Vec<Value> = encoding.into_iter().chain(errors).cloned().collect();
            let encoded = crate::ops::call::call_method(thread, text, "encode", &arguments)?;
            bytes_argument(thread, &encoded)?.to_vec()
        }
        Some(_) if encoding.is_some() => return Err(thread.type_error("encoding without a string argument")),
        Some(_) if errors.is_some() => return Err(thread.type_error("errors without a string argument")),
        Some(source) => {
            if source.is_exact::<BytesBody>() && class.is_builtin() {
                return Ok(source.clone());
            }
            content_of(thread, source)?
        }
    };
    Ok(thread.heap().alloc(class, BytesBody { bytes: content.into(), hash: Cell::new(-1) }))
}

fn content_of(thread: &mut Thread, source: &Value) -> Result<Vec<u8>> {
    let name = thread.intern("__bytes__");
    if let Some(result) = thread.call_special(source, &name, &[])? {
        return match result.downcast::<BytesBody>() {
            Some(body) => Ok(body.bytes.to_vec()),
            None => {
                let message = format!("__bytes__ returned non-bytes (type {})", thread.type_name(&result));
                Err(thread.type_error(&message))
            }
        };
    }
    if thread.type_of(source).slots.index.get().is_some() {
        let len = index_as_i64(thread, source)?;
        let Ok(len) = usize::try_from(len) else { return Err(thread.value_error("negative count")) };
        let mut content = Vec::new();
        if content.try_reserve_exact(len).is_err() {
            return Err(thread.raise_with(ExceptionKind::MemoryError, Vec::new()));
        }
        content.resize(len, 0);
        return Ok(content);
    }
    let slots = &thread.type_of(source).slots;
    if slots.iter.get().is_none() && slots.getitem.get().is_none() {
        let message = format!("cannot convert '{}' object to bytes", thread.type_name(source));
        return Err(thread.type_error(&message));
    }
    let iterator = iterate::iter(thread, source)?;
    let mut content = Vec::new();
    loop {
        let item = iterate::next(thread, &iterator)?;
        if item.is_exhausted() {
            return Ok(content);
        }
        content.push(byte_of(thread, &item, "bytes must be in range(0, 256)")?);
    }
}

fn getnewargs(thread: &mut Thread, own: &Value) -> Result {
    let plain = bytes::new(thread, data(own));
    Ok(tuple::new(thread, vec![plain]))
}

fn bytes_repr(thread: &mut Thread, own: &Value) -> Result {
    let mut text = String::new();
    write_bytes_repr(&mut text, data(own));
    Ok(str::from_string(thread, text))
}

fn richcompare(_: &mut Thread, left: &Value, right: &Value, op: CompareOp) -> Result {
    let (Some(first), Some(second)) = (left.downcast::<BytesBody>(), right.downcast::<BytesBody>()) else {
        return Ok(Value::not_implemented());
    };
    Ok(Value::bool(compare::holds(op, first.bytes.cmp(&second.bytes))))
}

fn getitem(thread: &mut Thread, own: &Value, key: &Value) -> Result {
    let content = data(own);
    match subscript(thread, "byte", key)? {
        Subscript::Index(index) => match place(index, content.len()) {
            Some(at) => Ok(Value::small_int(i64::from(content[at]))),
            None => Err(thread.raise(ExceptionKind::IndexError, "index out of range")),
        },
        Subscript::Slice(bounds) => {
            let selection = bounds.select(content.len());
            if selection.count == content.len() && selection.step == 1 && own.is_exact::<BytesBody>() {
                return Ok(own.clone());
            }
            let chosen: Vec<u8> = selection.indices().map(|index| content[index]).collect();
            Ok(bytes::new(thread, chosen))
        }
    }
}

fn search(content: &[u8], part: &[u8], last: bool) -> Option<usize> {
    if part.is_empty() {
        return Some(if last { content.len() } else { 0 });
    }
    let mut windows = content.windows(part.len());
    if last { windows.rposition(|window| window == part) } else { windows.position(|window| window == part) }
}

fn contains(thread: &mut Thread, own: &Value, item: &Value) -> Result<bool> {
    if thread.type_of(item).slots.index.get().is_some() {
        let byte = byte_of(thread, item, "byte must be in range(0, 256)")?;
        return Ok(data(own).contains(&byte));
    }
    let part = bytes_argument(thread, item)?;
    Ok(search(data(own), part, false).is_some())
}

fn concat(thread: &mut Thread, left: &Value, right: &Value) -> Result {
    let Some(second) = right.downcast::<BytesBody>() else {
        let message = format!("can't concat {} to bytes", thread.type_name(right));
        return Err(thread.type_error(&message));
    };
    Ok(bytes::new(thread, [data(left), &second.bytes].concat()))
}

fn repeat(thread: &mut Thread, own: &Value, count: i64) -> Result {
    let count = usize::try_from(count).unwrap_or(0);
    let content = data(own);
    let len = content.len().checked_mul(count).filter(|&len| len <= isize::MAX as usize);
    let mut repeated = Vec::new();
    match len {
        None => return Err(thread.raise(ExceptionKind::OverflowError, "repeated bytes are too long")),
        Some(len) if repeated.try_reserve_exact(len).is_err() => {
            return Err(thread.raise_with(ExceptionKind::MemoryError, Vec::new()));
        }
        Some(_) => {}
    }
    for _ in 0..if content.is_empty() { 0 } else { count } {
        repeated.extend_from_slice(content);
    }
    Ok(bytes::new(thread, repeated))
}

/// Start and end arguments, fitted to the length.
fn limits(thread: &mut Thread, len: usize, bounds: &[Value]) -> Result<Range<i64>> {
    let len = len as i64;
    let mut limits = [0, len];
    for (limit, value) in limits.iter_mut().zip(bounds) {
        if value.is_none() {
            continue;
        }
        if thread.type_of(value).slots.index.get().is_none() {
            return Err(thread.type_error("slice indices must be integers or None or have an __index__ method"));
        }
        let index = index_clamped(thread, value)?;
        *limit = if index < 0 { index.saturating_add(len).max(0) } else { index };
    }
    Ok(limits[0]..limits[1].min(len))
}

/// What is looked for: bytes, or a single byte as an int.
fn part_argument(thread: &mut Thread, value: &Value) -> Result<Vec<u8>> {
    if let Some(body) = value.downcast::<BytesBody>() {
        return Ok(body.bytes.to_vec());
    }
    if thread.type_of(value).slots.index.get().is_some() {
        return Ok(vec![byte_of(thread, value, "byte must be in range(0, 256)")?]);
    }
    let message = format!("argument should be integer or bytes-like object, not '{}'", thread.type_name(value));
    Err(thread.type_error(&message))
}

fn find_place(thread: &mut Thread, own: &Value, args: Args<'_>, name: &str, last: bool) -> Result<Option<usize>> {
    let values = parsed(thread, &format!("bytes.{name}"), args, 1, 3)?;
    let range = limits(thread, data(own).len(), &values[1..])?;
    let part = part_argument(thread, &values[0])?;
    if range.start > range.end {
        return Ok(None);
    }
    let start = range.start as usize;
    Ok(search(&data(own)[start..range.end as usize], &part, last).map(|at| at + start))
}

fn find(thread: &mut Thread, own: &Value, args: Args<'_>, name: &str, last: bool) -> Result {
    let found = find_place(thread, own, args, name, last)?;
    Ok(thread.int(found.map_or(-1, |at| at as i64)))
}

fn index(thread: &mut Thread, own: &Value, args: Args<'_>, name: &str, last: bool) -> Result {
    match find_place(thread, own, args, name, last)? {
        Some(at) => Ok(thread.int(at as i64)),
        None => Err(thread.value_error("subsection not found")),
    }
}

fn count(thread: &mut Thread, own: &Value, args: Args<'_>) -> Result {
    let values = parsed(thread, "bytes.count", args, 1, 3)?;
    let range = limits(thread, data(own).len(), &values[1..])?;
    let part = part_argument(thread, &values[0])?;
    if range.start > range.end {
        return Ok(Value::small_int(0));
    }
    let mut rest = &data(own)[range.start as usize..range.end as usize];
    if part.is_empty() {
        return Ok(thread.int(rest.len() as i64 + 1));
    }
    let mut found = 0;
    while let Some(at) = search(rest, &part, false) {
        found += 1;
        rest = &rest[at + part.len()..];
    }
    Ok(thread.int(found))
}

fn has_affix(thread: &mut Thread, own: &Value, args: Args<'_>, name: &str) -> Result {
    let values = parsed(thread, &format!("bytes.{name}"), args, 1, 3)?;
    let range = limits(thread, data(own).len(), &values[1..])?;
    let fits = |affix: &[u8]| {
        if range.start > range.end {
            return false;
        }
        let part = &data(own)[range.start as usize..range.end as usize];
        if name == "startswith" { part.starts_with(affix) } else { part.ends_with(affix) }
    };
    if let Some(affixes) = tuple::items(&values[0]) {
        for affix in affixes {
            if fits(bytes_argument(thread, affix)?) {
                return Ok(Value::true_());
            }
        }
        return Ok(Value::false_());
    }
    match values[0].downcast::<BytesBody>() {
        Some(affix) => Ok(Value::bool(fits(&affix.bytes))),
        None => {
            let message =
                format!("{name} first arg must be bytes or a tuple of bytes, not {}", thread.type_name(&values[0]));
            Err(thread.type_error(&message))
        }
    }
}

fn join(thread: &mut Thread, separator: &Value, iterable: &Value) -> Result {
    let slots = &thread.type_of(iterable).slots;
    if slots.iter.get().is_none() && slots.getitem.get().is_none() {
        return Err(thread.type_error("can only join an iterable"));
    }
    let items = iterate::collect(thread, iterable)?;
    let mut joined = Vec::new();
    for (number, item) in items.iter().enumerate() {
        let Some(part) = item.downcast::<BytesBody>() else {
            let message =
                format!("sequence item {number}: expected a bytes-like object, {} found", thread.type_name(item));
            return Err(thread.type_error(&message));
        };
        if number > 0 {
            joined.extend_from_slice(data(separator));
        }
        joined.extend_from_slice(&part.bytes);
    }
    Ok(bytes::new(thread, joined))
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0B | 0x0C)
}

fn strip(thread: &mut Thread, own: &Value, args: Args<'_>, name: &str, left: bool, right: bool) -> Result {
    let values = positional(thread, &format!("bytes.{name}"), args, 0, 1)?;
    let set = match values.first().filter(|set| !set.is_none()) {
        Some(set) => Some(bytes_argument(thread, set)?),
        None => None,
    };
    let goes = |byte: u8| set.map_or_else(|| is_space(byte), |set| set.contains(&byte));
    let content = data(own);
    let (mut start, mut end) = (0, content.len());
    while left && start < end && goes(content[start]) {
        start += 1;
    }
    while right && end > start && goes(content[end - 1]) {
        end -= 1;
    }
    if start == 0 && end == content.len() && own.is_exact::<BytesBody>() {
        return Ok(own.clone());
    }
    Ok(bytes::new(thread, &content[start..end]))
}

fn replace(thread: &mut Thread, own: &Value, args: Args<'_>) -> Result {
    let values = positional(thread, "bytes.replace", args, 2, 3)?;
    let (old, new) = (bytes_argument(thread, &values[0])?, bytes_argument(thread, &values[1])?);
    let most = match values.get(2) {
        Some(most) => usize::try_from(index_as_i64(thread, most)?).unwrap_or(usize::MAX),
        None => usize::MAX,
    };
    let content = data(own);
    let mut result = Vec::with_capacity(content.len());
    let mut done = 0;
    if old.is_empty() {
        for (number, &byte) in content.iter().enumerate() {
            if number < most {
                result.extend_from_slice(new);
            }
            result.push(byte);
        }
        if content.len() < most {
            result.extend_from_slice(new);
        }
        return Ok(bytes::new(thread, result));
    }
    let mut rest = content;
    while done < most
        && let Some(at) = search(rest, old, false)
    {
        result.extend_from_slice(&rest[..at]);
        result.extend_from_slice(new);
        rest = &rest[at + old.len()..];
        done += 1;
    }
    result.extend_from_slice(rest);
    Ok(bytes::new(thread, result))
}

fn split(thread: &mut Thread, own: &Value, args: Args<'_>) -> Result {
    let [separator, most] = named(thread, "split", args, ["sep", "maxsplit"], 2, 0, 0)?;
    let most = match most {
        Some(most) => usize::try_from(index_as_i64(thread, most)?).unwrap_or(usize::MAX),
        None => usize::MAX,
    };
    let mut rest = data(own);
    let mut parts = Vec::new();
    match separator.filter(|separator| !separator.is_none()) {
        Some(separator) => {
            let separator = bytes_argument(thread, separator)?;
            if separator.is_empty() {
                return Err(thread.value_error("empty separator"));
            }
            while parts.len() < most
                && let Some(at) = search(rest, separator, false)
            {
                parts.push(&rest[..at]);
                rest = &rest[at + separator.len()..];
            }
            parts.push(rest);
        }
        None => {
            while let Some(start) = rest.iter().position(|&byte| !is_space(byte)) {
                rest = &rest[start..];
                if parts.len() == most {
                    let end = rest.iter().rposition(|&byte| !is_space(byte)).map_or(0, |last| last + 1);
                    parts.push(&rest[..end]);
                    break;
                }
                let end = rest.iter().position(|&byte| is_space(byte)).unwrap_or(rest.len());
                parts.push(&rest[..end]);
                rest = &rest[end..];
            }
        }
    }
    let items = parts.into_iter().map(|part| bytes::new(thread, part)).collect();
    Ok(list::new(thread, items))
}

fn hex(thread: &mut Thread, own: &Value, args: Args<'_>) -> Result {
    if !args.is_empty() {
        return Err(thread.unsupported("bytes.hex with a separator"));
    }
    let text: String = data(own).iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(str::from_string(thread, text))
}

fn decode(thread: &mut Thread, own: &Value, args: Args<'_>) -> Result {
    let [encoding, errors] = named(thread, "decode", args, ["encoding", "errors"], 2, 0, 0)?;
    for (number, argument) in [encoding, errors].into_iter().enumerate() {
        if let Some(argument) = argument.filter(|argument| !argument.is_a::<StrBody>()) {
            let name = ["encoding", "errors"][number];
            let message = format!("decode() argument '{name}' must be str, not {}", shown_type(thread, argument));
            return Err(thread.type_error(&message));
        }
    }
    let encoding = encoding.map_or_else(|| "utf-8".to_owned(), |name| str::to_string(name).to_ascii_lowercase());
    match encoding.as_str() {
        "utf-8" | "utf8" | "ascii" => match std::str::from_utf8(data(own)) {
            Ok(text) if encoding != "ascii" || text.is_ascii() => Ok(str::new(thread, text)),
            _ => Err(thread.unsupported("bytes.decode of bytes that the encoding does not have")),
        },
        "latin-1" | "latin1" | "iso-8859-1" => {
            let points: Vec<u32> = data(own).iter().map(|&byte| u32::from(byte)).collect();
            Ok(str::from_code_points(thread, &points))
        }
        other => Err(thread.unsupported(&format!("encoding {other}"))),
    }
}
