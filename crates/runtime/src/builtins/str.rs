//! str: methods, attributes and slots.

use super::arguments::{named, parsed, positional, shown_type};
use super::sequence::{Subscript, place, subscript};
use super::{str_case, str_format, str_replacement};
use crate::Result;
use crate::exceptions::ExceptionKind;
use crate::object::iterator::IteratorState;
use crate::object::native::NativeRow;
use crate::object::slots::Slots;
use crate::object::str::{self, Chars, StrBody, StrBuilder};
use crate::object::table::TypeTable;
use crate::object::types::TypeBody;
use crate::object::{bytes, list, tuple};
use crate::ops::arithmetic::{index_as_i64, index_clamped};
use crate::ops::{Args, CompareOp, Operator, compare, hash, iterate, repr};
use crate::thread::Thread;
use crate::value::Value;
use hognose_primitives::write_str_repr;
use std::ops::Range;

/// What the type can do.
pub const TYPE: TypeTable = TypeTable {
    methods: METHODS,
    getsets: &[],
    fill,
    doc: "str(object='') -> str\nstr(bytes_or_buffer[, encoding[, errors]]) -> str\n\nCreate a new string object from the given object. If encoding or\nerrors is specified, then the object must expose a data buffer\nthat will be decoded using the given encoding and error handler.\nOtherwise, returns the result of object.__str__() (if defined)\nor repr(object).\nencoding defaults to sys.getdefaultencoding().\nerrors defaults to 'strict'.",
};

const METHODS: &[NativeRow] = &[
    NativeRow::one_arg("join", join, "($self, iterable, /)"),
    NativeRow::args(
        "split",
        |thread, text, args| split(thread, text, args, false),
        "($self, /, sep=None, maxsplit=-1)",
    ),
    NativeRow::args(
        "rsplit",
        |thread, text, args| split(thread, text, args, true),
        "($self, /, sep=None, maxsplit=-1)",
    ),
    NativeRow::args("splitlines", splitlines, "($self, /, keepends=False)"),
    NativeRow::args(
        "strip",
        |thread, text, args| strip(thread, text, args, "strip", true, true),
        "($self, chars=None, /)",
    ),
    NativeRow::args(
        "lstrip",
        |thread, text, args| strip(thread, text, args, "lstrip", true, false),
        "($self, chars=None, /)",
    ),
    NativeRow::args(
        "rstrip",
        |thread, text, args| strip(thread, text, args, "rstrip", false, true),
        "($self, chars=None, /)",
    ),
    NativeRow::args("replace", replace, "($self, old, new, count=-1, /)"),
    NativeRow::args("find", |thread, text, args| find(thread, text, args, "find", false), ""),
    NativeRow::args("rfind", |thread, text, args| find(thread, text, args, "rfind", true), ""),
    NativeRow::args("index", |thread, text, args| index(thread, text, args, "index", false), ""),
    NativeRow::args("rindex", |thread, text, args| index(thread, text, args, "rindex", true), ""),
    NativeRow::args("count", count, ""),
    NativeRow::args("startswith", |thread, text, args| has_affix(thread, text, args, "startswith"), ""),
    NativeRow::args("endswith", |thread, text, args| has_affix(thread, text, args, "endswith"), ""),
    NativeRow::one_arg(
        "removeprefix",
        |thread, text, affix| remove_affix(thread, text, affix, true),
        "($self, prefix, /)",
    ),
    NativeRow::one_arg(
        "removesuffix",
        |thread, text, affix| remove_affix(thread, text, affix, false),
        "($self, suffix, /)",
    ),
    NativeRow::one_arg(
        "partition",
        |thread, text, separator| partition(thread, text, separator, false),
        "($self, sep, /)",
    ),
    NativeRow::one_arg(
        "rpartition",
        |thread, text, separator| partition(thread, text, separator, true),
        "($self, sep, /)",
    ),
    NativeRow::no_args("upper", upper, "($self, /)"),
    NativeRow::no_args("lower", lower, "($self, /)"),
    NativeRow::no_args("capitalize", capitalize, "($self, /)"),
    NativeRow::args(
        "center",
        |thread, text, args| pad(thread, text, args, "center"),
        "($self, width, fillchar=' ', /)",
    ),
    NativeRow::args("ljust", |thread, text, args| pad(thread, text, args, "ljust"), "($self, width, fillchar=' ', /)"),
    NativeRow::args("rjust", |thread, text, args| pad(thread, text, args, "rjust"), "($self, width, fillchar=' ', /)"),
    NativeRow::one_arg("zfill", zfill, "($self, width, /)"),
    NativeRow::no_args("isdigit", |thread, text| ascii_all(thread, text, u8::is_ascii_digit), "($self, /)"),
    NativeRow::no_args("isdecimal", |thread, text| ascii_all(thread, text, u8::is_ascii_digit), "($self, /)"),
    NativeRow::no_args("isalpha", |_, text| every(text, char::is_alphabetic), "($self, /)"),
    NativeRow::no_args("isalnum", |_, text| every(text, char::is_alphanumeric), "($self, /)"),
    NativeRow::no_args("isspace", |_, text| every(text, is_space), "($self, /)"),
    NativeRow::no_args("isascii", isascii, "($self, /)"),
    NativeRow::no_args("isupper", |thread, text| cased(thread, text, true), "($self, /)"),
    NativeRow::no_args("islower", |thread, text| cased(thread, text, false), "($self, /)"),
    NativeRow::no_args("casefold", str_case::casefold, "($self, /)"),
    NativeRow::no_args("swapcase", str_case::swapcase, "($self, /)"),
    NativeRow::no_args("title", str_case::title, "($self, /)"),
    NativeRow::no_args("istitle", str_case::istitle, "($self, /)"),
    NativeRow::no_args("isnumeric", str_case::isnumeric, "($self, /)"),
    NativeRow::no_args("isidentifier", str_case::isidentifier, "($self, /)"),
    NativeRow::no_args("isprintable", str_case::isprintable, "($self, /)"),
    NativeRow::args("expandtabs", str_case::expandtabs, "($self, /, tabsize=8)"),
    NativeRow::args("format", str_replacement::format, ""),
    NativeRow::one_arg("format_map", str_replacement::format_map, ""),
    NativeRow::args("encode", encode, "($self, /, encoding='utf-8', errors='strict')"),
    NativeRow::one_arg("__format__", str_format::format_str, "($self, format_spec, /)"),
    NativeRow::no_args("__getnewargs__", getnewargs, ""),
];

fn fill(slots: &Slots) {
    slots.repr.set(Some(str_repr));
    slots.str.set(Some(plain));
    slots.hash.set(Some(|thread, text| Ok(hash::hash_str(thread, text.cast::<StrBody>()))));
    slots.richcompare.set(Some(richcompare));
    slots.iter.set(Some(iter));
    slots.len.set(Some(|_, text| Ok(own(text).len())));
    slots.getitem.set(Some(getitem));
    slots.contains.set(Some(contains));
    slots.concat.set(Some(concat));
    slots.repeat.set(Some(repeat));
    slots.binary[Operator::Mod as usize].set(Some(str_format::percent));
    slots.new.set(Some(new));
}

fn own(text: &Value) -> Chars<'_> {
    text.cast::<StrBody>().chars()
}

/// The text itself, as an exact str.
fn plain(thread: &mut Thread, text: &Value) -> Result {
    if text.is_exact::<StrBody>() { Ok(text.clone()) } else { Ok(str::from_chars(thread, own(text))) }
}

fn new(thread: &mut Thread, class: &Value, args: Args<'_>) -> Result {
    let [object, encoding, errors] = named(thread, "str", args, ["object", "encoding", "errors"], 3, 0, 0)?;
    let text = match object {
        None => thread.empty_str(),
        Some(_) if encoding.is_some() || errors.is_some() => return Err(thread.unsupported("str() of encoded bytes")),
        Some(object) => repr::str(thread, object)?,
    };
    let class = class.cast::<TypeBody>();
    if class.is_builtin() { Ok(text) } else { Ok(thread.heap().alloc(class, own(&text).to_body())) }
}

fn getnewargs(thread: &mut Thread, text: &Value) -> Result {
    let text = plain(thread, text)?;
    Ok(tuple::new(thread, vec![text]))
}

fn str_repr(thread: &mut Thread, text: &Value) -> Result {
    let mut out = String::new();
    write_str_repr(&mut out, &own(text).to_wtf8());
    Ok(str::from_string(thread, out))
}

fn richcompare(thread: &mut Thread, left: &Value, right: &Value, op: CompareOp) -> Result {
    let _ = thread;
    match (str::chars(left), str::chars(right)) {
        (Some(first), Some(second)) => Ok(Value::bool(compare::holds(op, first.compare(second)))),
        _ => Ok(Value::not_implemented()),
    }
}

fn iter(thread: &mut Thread, text: &Value) -> Result {
    let ty = match own(text) {
        Chars::Ascii(_) => thread.types().str_ascii_iterator.clone(),
        _ => thread.types().str_iterator.clone(),
    };
    Ok(iterate::new_iterator(thread, &ty, IteratorState::Indexed(text.clone(), 0)))
}

fn getitem(thread: &mut Thread, text: &Value, key: &Value) -> Result {
    let chars = own(text);
    if !key.is_small_int()
        && !key.is_a::<crate::object::slice::SliceBody>()
        && thread.type_of(key).slots.index.get().is_none()
    {
        let message = format!("string indices must be integers, not '{}'", thread.type_name(key));
        return Err(thread.type_error(&message));
    }
    match subscript(thread, "string", key)? {
        Subscript::Index(index) => match place(index, chars.len()).and_then(|at| chars.get(at)) {
            Some(point) => Ok(thread.character(point)),
            None => Err(thread.raise(ExceptionKind::IndexError, "string index out of range")),
        },
        Subscript::Slice(bounds) => {
            let selection = bounds.select(chars.len());
            match selection.range() {
                Some(range) if range.len() == chars.len() => plain(thread, text),
                Some(range) => Ok(str::from_chars(thread, chars.slice(range))),
                None => {
                    let points: Vec<u32> = selection.indices().filter_map(|index| chars.get(index)).collect();
                    Ok(str::from_code_points(thread, &points))
                }
            }
        }
    }
}

fn contains(thread: &mut Thread, text: &Value, part: &Value) -> Result<bool> {
    match str::chars(part) {
        Some(part) => Ok(search(own(text), part, false).is_some()),
        None => {
            let message = format!("'in <string>' requires string as left operand, not {}", thread.type_name(part));
            Err(thread.type_error(&message))
        }
    }
}

fn concat(thread: &mut Thread, left: &Value, right: &Value) -> Result {
    let Some(second) = str::chars(right) else {
        let message = format!("can only concatenate str (not \"{}\") to str", thread.type_name(right));
        return Err(thread.type_error(&message));
    };
    let first = own(left);
    if first.is_empty() && right.is_exact::<StrBody>() {
        return Ok(right.clone());
    }
    if second.is_empty() && left.is_exact::<StrBody>() {
        return Ok(left.clone());
    }
    let mut text = StrBuilder::new("");
    text.push_chars(first);
    text.push_chars(second);
    Ok(text.finish(thread))
}

fn repeat(thread: &mut Thread, text: &Value, count: i64) -> Result {
    let chars = own(text);
    let count = usize::try_from(count).unwrap_or(0);
    match chars.len().checked_mul(count) {
        Some(0) => Ok(thread.empty_str()),
        Some(_) if count == 1 => plain(thread, text),
        Some(len) if len < 1 << 40 => {
            let mut points = Vec::new();
            if let Chars::Ascii(bytes) = chars {
                if points.try_reserve_exact(0).is_ok() && len < isize::MAX as usize {
                    return Ok(str::from_ascii(thread, &bytes.repeat(count)));
                }
            } else if points.try_reserve_exact(len).is_ok() {
                for _ in 0..count {
                    chars.append_to(&mut points);
                }
                return Ok(str::from_code_points(thread, &points));
            }
            Err(thread.raise_with(ExceptionKind::MemoryError, Vec::new()))
        }
        _ => Err(thread.raise_with(ExceptionKind::MemoryError, Vec::new())),
    }
}

/// Where `part` stands first (or last) in `text`.
fn search(text: Chars<'_>, part: Chars<'_>, last: bool) -> Option<usize> {
    if part.len() > text.len() {
        return None;
    }
    if let (Chars::Ascii(text), Chars::Ascii(part)) = (text, part)
        && let (Ok(text), Ok(part)) = (std::str::from_utf8(text), std::str::from_utf8(part))
    {
        return if last { text.rfind(part) } else { text.find(part) };
    }
    let fits = |&start: &usize| text.slice(start..start + part.len()).iter().eq(part.iter());
    let mut starts = 0..=text.len() - part.len();
    if last { starts.rev().find(fits) } else { starts.find(fits) }
}

/// A str argument.
fn text_argument<'a>(thread: &mut Thread, value: &'a Value) -> Result<Chars<'a>> {
    match str::chars(value) {
        Some(chars) => Ok(chars),
        None => {
            let message = format!("must be str, not {}", thread.type_name(value));
            Err(thread.type_error(&message))
        }
    }
}

/// The range of indices that optional start and stop arguments name.
fn limits(thread: &mut Thread, len: usize, bounds: &[Value]) -> Result<Range<i64>> {
    let mut read = |number: usize, default: i64| -> Result<i64> {
        match bounds.get(number) {
            Some(value) if !value.is_none() => {
                if thread.type_of(value).slots.index.get().is_none() {
                    let message = "slice indices must be integers or None or have an __index__ method";
                    return Err(thread.type_error(message));
                }
                let index = index_clamped(thread, value)?;
                Ok(if index < 0 { index.saturating_add(len as i64).max(0) } else { index })
            }
            _ => Ok(default),
        }
    };
    let (start, stop) = (read(0, 0)?, read(1, len as i64)?);
    Ok(start..stop.min(len as i64))
}

fn find_place(thread: &mut Thread, text: &Value, args: Args<'_>, name: &str, last: bool) -> Result<Option<usize>> {
    let values = parsed(thread, &format!("str.{name}"), args, 1, 3)?;
    let chars = own(text);
    let range = limits(thread, chars.len(), &values[1..])?;
    let part = text_argument(thread, &values[0])?;
    if range.start > range.end {
        return Ok(None);
    }
    let start = range.start as usize;
    Ok(search(chars.slice(start..range.end as usize), part, last).map(|at| at + start))
}

fn find(thread: &mut Thread, text: &Value, args: Args<'_>, name: &str, last: bool) -> Result {
    let found = find_place(thread, text, args, name, last)?;
    Ok(thread.int(found.map_or(-1, |at| at as i64)))
}

fn index(thread: &mut Thread, text: &Value, args: Args<'_>, name: &str, last: bool) -> Result {
    match find_place(thread, text, args, name, last)? {
        Some(at) => Ok(thread.int(at as i64)),
        None => Err(thread.value_error("substring not found")),
    }
}

fn count(thread: &mut Thread, text: &Value, args: Args<'_>) -> Result {
    let values = parsed(thread, "str.count", args, 1, 3)?;
    let chars = own(text);
    let range = limits(thread, chars.len(), &values[1..])?;
    let part = text_argument(thread, &values[0])?;
    if range.start > range.end {
        return Ok(Value::small_int(0));
    }
    let mut rest = chars.slice(range.start as usize..range.end as usize);
    if part.is_empty() {
        return Ok(thread.int(rest.len() as i64 + 1));
    }
    let mut found = 0;
    while let Some(at) = search(rest, part, false) {
        found += 1;
        rest = rest.slice(at + part.len()..rest.len());
    }
    Ok(thread.int(found))
}

fn has_affix(thread: &mut Thread, text: &Value, args: Args<'_>, name: &str) -> Result {
    let values = parsed(thread, &format!("str.{name}"), args, 1, 3)?;
    let chars = own(text);
    let range = limits(thread, chars.len(), &values[1..])?;
    let at_start = name == "startswith";
    let fits = |affix: Chars<'_>| {
        if range.start > range.end || affix.len() as i64 > range.end - range.start {
            return false;
        }
        let start = if at_start { range.start as usize } else { range.end as usize - affix.len() };
        chars.slice(start..start + affix.len()).iter().eq(affix.iter())
    };
    if let Some(affix) = str::chars(&values[0]) {
        return Ok(Value::bool(fits(affix)));
    }
    let Some(affixes) = tuple::items(&values[0]) else {
        let message = format!("{name} first arg must be str or a tuple of str, not {}", thread.type_name(&values[0]));
        return Err(thread.type_error(&message));
    };
    for affix in affixes {
        match str::chars(affix) {
            Some(affix) if fits(affix) => return Ok(Value::true_()),
            Some(_) => {}
            None => {
                let message = format!("tuple for {name} must only contain str, not {}", thread.type_name(affix));
                return Err(thread.type_error(&message));
            }
        }
    }
    Ok(Value::false_())
}

fn remove_affix(thread: &mut Thread, text: &Value, affix: &Value, at_start: bool) -> Result {
    let Some(affix) = str::chars(affix) else {
        let name = if at_start { "removeprefix" } else { "removesuffix" };
        let message = format!("{name}() argument must be str, not {}", shown_type(thread, affix));
        return Err(thread.type_error(&message));
    };
    let chars = own(text);
    let len = chars.len();
    if affix.len() > len {
        return plain(thread, text);
    }
    let (own_part, rest) =
        if at_start { (0..affix.len(), affix.len()..len) } else { (len - affix.len()..len, 0..len - affix.len()) };
    if chars.slice(own_part).iter().eq(affix.iter()) {
        Ok(str::from_chars(thread, chars.slice(rest)))
    } else {
        plain(thread, text)
    }
}

fn partition(thread: &mut Thread, text: &Value, separator: &Value, last: bool) -> Result {
    let part = text_argument(thread, separator)?;
    if part.is_empty() {
        return Err(thread.value_error("empty separator"));
    }
    let chars = own(text);
    let items = match search(chars, part, last) {
        Some(at) => {
            let (before, after) = (chars.slice(0..at), chars.slice(at + part.len()..chars.len()));
            vec![str::from_chars(thread, before), separator.clone(), str::from_chars(thread, after)]
        }
        None if last => vec![thread.empty_str(), thread.empty_str(), plain(thread, text)?],
        None => vec![plain(thread, text)?, thread.empty_str(), thread.empty_str()],
    };
    Ok(tuple::new(thread, items))
}

fn join(thread: &mut Thread, separator: &Value, iterable: &Value) -> Result {
    let slots = &thread.type_of(iterable).slots;
    if slots.iter.get().is_none() && slots.getitem.get().is_none() {
        return Err(thread.type_error("can only join an iterable"));
    }
    let items = iterate::collect(thread, iterable)?;
    if let [only] = &items[..]
        && only.is_exact::<StrBody>()
    {
        return Ok(only.clone());
    }
    let separator = own(separator);
    let mut text = StrBuilder::new("");
    for (number, item) in items.iter().enumerate() {
        let Some(chars) = str::chars(item) else {
            let message = format!("sequence item {number}: expected str instance, {} found", thread.type_name(item));
            return Err(thread.type_error(&message));
        };
        if number > 0 {
            text.push_chars(separator);
        }
        text.push_chars(chars);
    }
    Ok(text.finish(thread))
}

/// Python's white space: Unicode's, and the four separators of ASCII.
pub fn is_space(character: char) -> bool {
    character.is_whitespace() || ('\x1c'..='\x1f').contains(&character)
}

fn point_is_space(point: u32) -> bool {
    char::from_u32(point).is_some_and(is_space)
}

fn split(thread: &mut Thread, text: &Value, args: Args<'_>, from_right: bool) -> Result {
    let name = if from_right { "rsplit" } else { "split" };
    let [separator, most] = named(thread, name, args, ["sep", "maxsplit"], 2, 0, 0)?;
    let most = match most {
        Some(most) => usize::try_from(index_as_i64(thread, most)?).unwrap_or(usize::MAX),
        None => usize::MAX,
    };
    let chars = own(text);
    let mut parts = match separator.filter(|separator| !separator.is_none()) {
        None => split_at_spaces(chars, most, from_right),
        Some(separator) => {
            let Some(separator) = str::chars(separator) else {
                let message = format!("must be str or None, not {}", thread.type_name(separator));
                return Err(thread.type_error(&message));
            };
            if separator.is_empty() {
                return Err(thread.value_error("empty separator"));
            }
            split_at(chars, separator, most, from_right)
        }
    };
    if from_right {
        parts.reverse();
    }
    let items = parts.into_iter().map(|range| str::from_chars(thread, chars.slice(range))).collect();
    Ok(list::new(thread, items))
}

/// The parts between separators, from the side where splitting begins.
fn split_at(chars: Chars<'_>, separator: Chars<'_>, most: usize, from_right: bool) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut rest = 0..chars.len();
    while parts.len() < most {
        let Some(at) = search(chars.slice(rest.clone()), separator, from_right).map(|at| at + rest.start) else {
            break;
        };
        if from_right {
            parts.push(at + separator.len()..rest.end);
            rest.end = at;
        } else {
            parts.push(rest.start..at);
            rest.start = at + separator.len();
        }
    }
    parts.push(rest);
    parts
}

fn split_at_spaces(chars: Chars<'_>, most: usize, from_right: bool) -> Vec<Range<usize>> {
    let space = |index: usize| chars.get(index).is_some_and(point_is_space);
    let mut parts = Vec::new();
    let mut rest = 0..chars.len();
    loop {
        // The next part begins behind blanks, on the side where splitting begins.
        if from_right {
            while rest.start < rest.end && space(rest.end - 1) {
                rest.end -= 1;
            }
        } else {
            while rest.start < rest.end && space(rest.start) {
                rest.start += 1;
            }
        }
        if rest.is_empty() {
            return parts;
        }
        if parts.len() == most {
            // What is left stays whole, without the blanks of its other side.
            if from_right {
                while space(rest.start) {
                    rest.start += 1;
                }
            } else {
                while space(rest.end - 1) {
                    rest.end -= 1;
                }
            }
            parts.push(rest);
            return parts;
        }
        if from_right {
            let start = rest.clone().rev().find(|&index| space(index)).map_or(rest.start, |index| index + 1);
            parts.push(start..rest.end);
            rest.end = start;
        } else {
            let end = rest.clone().find(|&index| space(index)).unwrap_or(rest.end);
            parts.push(rest.start..end);
            rest.start = end;
        }
    }
}

fn splitlines(thread: &mut Thread, text: &Value, args: Args<'_>) -> Result {
    let [keep] = named(thread, "splitlines", args, ["keepends"], 1, 0, 0)?;
    let keep = match keep {
        Some(keep) => index_as_i64(thread, keep)? != 0,
        None => false,
    };
    let chars = own(text);
    let ends_line = |point: u32| matches!(point, 0x0A..=0x0D | 0x1C..=0x1E | 0x85 | 0x2028 | 0x2029);
    let mut lines = Vec::new();
    let mut start = 0;
    while start < chars.len() {
        let end = (start..chars.len()).find(|&index| chars.get(index).is_some_and(ends_line)).unwrap_or(chars.len());
        let is_pair = chars.get(end) == Some(0x0D) && chars.get(end + 1) == Some(0x0A);
        let next = (end + 1 + usize::from(is_pair)).min(chars.len());
        lines.push(str::from_chars(thread, chars.slice(start..if keep { next } else { end })));
        start = next;
    }
    Ok(list::new(thread, lines))
}

fn strip(thread: &mut Thread, text: &Value, args: Args<'_>, name: &str, left: bool, right: bool) -> Result {
    let values = positional(thread, &format!("str.{name}"), args, 0, 1)?;
    let set = match values.first().filter(|value| !value.is_none()) {
        None => None,
        Some(value) => match str::chars(value) {
            Some(chars) => Some(chars),
            None => {
                let message = format!("{name} arg must be None or str");
                return Err(thread.type_error(&message));
            }
        },
    };
    let goes = |point: u32| match set {
        Some(set) => set.iter().any(|own| own == point),
        None => point_is_space(point),
    };
    let chars = own(text);
    let mut range = 0..chars.len();
    while left && !range.is_empty() && chars.get(range.start).is_some_and(goes) {
        range.start += 1;
    }
    while right && !range.is_empty() && chars.get(range.end - 1).is_some_and(goes) {
        range.end -= 1;
    }
    if range.len() == chars.len() { plain(thread, text) } else { Ok(str::from_chars(thread, chars.slice(range))) }
}

fn replace(thread: &mut Thread, text: &Value, args: Args<'_>) -> Result {
    let values = positional(thread, "str.replace", args, 2, 3)?;
    let argument = |thread: &mut Thread, number: usize| match str::chars(&values[number]) {
        Some(chars) => Ok(chars),
        None => {
            let message =
                format!("replace() argument {} must be str, not {}", number + 1, shown_type(thread, &values[number]));
            Err(thread.type_error(&message))
        }
    };
    let (old, new) = (argument(thread, 0)?, argument(thread, 1)?);
    let most = match values.get(2) {
        Some(count) => usize::try_from(index_as_i64(thread, count)?).unwrap_or(usize::MAX),
        None => usize::MAX,
    };
    let chars = own(text);
    let mut out = StrBuilder::new("");
    let (mut from, mut done) = (0, 0);
    if old.is_empty() {
        // Before each character and at the end.
        while done < most && from < chars.len() {
            out.push_chars(new);
            out.push_chars(chars.slice(from..from + 1));
            from += 1;
            done += 1;
        }
        out.push_chars(chars.slice(from..chars.len()));
        if done < most {
            out.push_chars(new);
        }
        return Ok(out.finish(thread));
    }
    while done < most
        && let Some(at) = search(chars.slice(from..chars.len()), old, false)
    {
        out.push_chars(chars.slice(from..from + at));
        out.push_chars(new);
        from += at + old.len();
        done += 1;
    }
    if done == 0 {
        return plain(thread, text);
    }
    out.push_chars(chars.slice(from..chars.len()));
    Ok(out.finish(thread))
}

fn mapped(thread: &Thread, text: &Value, map: impl Fn(usize, char, &mut Vec<u32>)) -> Value {
    let mut points = Vec::new();
    for (number, point) in own(text).iter().enumerate() {
        match char::from_u32(point) {
            Some(character) => map(number, character, &mut points),
            None => points.push(point),
        }
    }
    str::from_code_points(thread, &points)
}

fn upper(thread: &mut Thread, text: &Value) -> Result {
    Ok(mapped(thread, text, |_, character, out| out.extend(character.to_uppercase().map(u32::from))))
}

fn lower(thread: &mut Thread, text: &Value) -> Result {
    let Chars::Ascii(bytes) = own(text) else {
        // A final sigma has a form of its own; Rust's rule is Unicode's, and so is CPython's.
        let lowered = match std::str::from_utf8(&own(text).to_wtf8()) {
            Ok(text) => text.to_lowercase(),
            Err(_) => return Err(thread.unsupported("str.lower of surrogates")),
        };
        return Ok(str::from_string(thread, lowered));
    };
    Ok(str::from_ascii(thread, &bytes.to_ascii_lowercase()))
}

fn capitalize(thread: &mut Thread, text: &Value) -> Result {
    let lowered = lower(thread, text)?;
    let first = own(text).slice(0..own(text).len().min(1));
    if first.iter().any(|point| point > 0x7F) {
        return Err(thread.unsupported("str.capitalize of text that begins beyond ASCII"));
    }
    Ok(mapped(thread, &lowered, |number, character, out| {
        out.push(u32::from(if number == 0 { character.to_ascii_uppercase() } else { character }));
    }))
}

fn pad(thread: &mut Thread, text: &Value, args: Args<'_>, name: &str) -> Result {
    let values = positional(thread, &format!("str.{name}"), args, 1, 2)?;
    let width = usize::try_from(index_as_i64(thread, &values[0])?).unwrap_or(0);
    let fill = match values.get(1) {
        None => u32::from(' '),
        Some(fill) => match str::chars(fill) {
            Some(chars) if chars.len() == 1 => chars.get(0).expect("one character"),
            Some(_) => {
                return Err(thread.type_error("The fill character must be exactly one character long"));
            }
            None => {
                let message = format!("The fill character must be a unicode character, not {}", thread.type_name(fill));
                return Err(thread.type_error(&message));
            }
        },
    };
    let chars = own(text);
    let missing = width.saturating_sub(chars.len());
    if missing == 0 {
        return plain(thread, text);
    }
    let left = match name {
        "ljust" => 0,
        "rjust" => missing,
        // CPython puts the odd one to the left when the width is odd.
        _ => missing / 2 + (missing & width & 1),
    };
    let mut points = vec![fill; left];
    chars.append_to(&mut points);
    points.extend(std::iter::repeat_n(fill, missing - left));
    Ok(str::from_code_points(thread, &points))
}

fn zfill(thread: &mut Thread, text: &Value, width: &Value) -> Result {
    let width = usize::try_from(index_as_i64(thread, width)?).unwrap_or(0);
    let chars = own(text);
    let missing = width.saturating_sub(chars.len());
    if missing == 0 {
        return plain(thread, text);
    }
    let signs = usize::from(matches!(chars.get(0), Some(0x2B | 0x2D)));
    let mut points = Vec::with_capacity(width);
    chars.slice(0..signs).append_to(&mut points);
    points.extend(std::iter::repeat_n(u32::from('0'), missing));
    chars.slice(signs..chars.len()).append_to(&mut points);
    Ok(str::from_code_points(thread, &points))
}

fn ascii_all(thread: &mut Thread, text: &Value, test: fn(&u8) -> bool) -> Result {
    match own(text) {
        Chars::Ascii(bytes) => Ok(Value::bool(!bytes.is_empty() && bytes.iter().all(test))),
        chars if chars.iter().filter_map(char::from_u32).any(|point| !point.is_ascii() && point.is_numeric()) => {
            Err(thread.unsupported("digits beyond ASCII"))
        }
        _ => Ok(Value::false_()),
    }
}

fn every(text: &Value, test: fn(char) -> bool) -> Result {
    let chars = own(text);
    Ok(Value::bool(!chars.is_empty() && chars.iter().all(|point| char::from_u32(point).is_some_and(test))))
}

fn isascii(_: &mut Thread, text: &Value) -> Result {
    Ok(Value::bool(matches!(own(text), Chars::Ascii(_))))
}

fn cased(_: &mut Thread, text: &Value, upper: bool) -> Result {
    let mut found = false;
    for character in own(text).iter().filter_map(char::from_u32) {
        if character.is_uppercase() != character.is_lowercase() {
            if character.is_uppercase() != upper {
                return Ok(Value::false_());
            }
            found = true;
        }
    }
    Ok(Value::bool(found))
}

fn encode(thread: &mut Thread, text: &Value, args: Args<'_>) -> Result {
    let [encoding, errors] = named(thread, "encode", args, ["encoding", "errors"], 2, 0, 0)?;
    let plain_utf8 = encoding.is_none_or(|name| str::is(name, "utf-8") || str::is(name, "utf8"));
    match std::str::from_utf8(&own(text).to_wtf8()) {
        Ok(text) if plain_utf8 => Ok(bytes::new(thread, text.as_bytes())),
        _ => {
            let _ = errors;
            Err(thread.unsupported("str.encode with another encoding than UTF-8, or of surrogates"))
        }
    }
}
