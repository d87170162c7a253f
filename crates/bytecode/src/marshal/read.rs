//! Reads marshal data, whoever wrote it.
//!
//! Memory stays in proportion to the input: a length is believed only as far as bytes are left, and what references
//! unfold to is counted. Depth is bounded along references too, so that no later walk over the result runs deep.

use super::{MAX_DEPTH, MarshalError, kind};
use crate::{CodeObject, ConstValue, flags, kind as local_kind};
use hognose_primitives::{Constant, IBig, Text};
use std::collections::HashSet;
use std::sync::Arc;

/// Reads one object and gives how many bytes it took.
///
/// # Errors
/// Those of CPython's `marshal.loads`. Lists, dicts, sets, code objects inside a tuple, and a tuple that contains itself
/// are refused too: no constant is such a thing.
pub fn load(data: &[u8]) -> Result<(ConstValue, usize), MarshalError> {
    let budget = (1 << 24) + data.len().saturating_mul(16);
    let mut reader = Reader { data, at: 0, refs: Vec::new(), depth: 0, budget };
    let item = reader.object()?.ok_or(MarshalError::Null("object"))?;
    match item.value {
        Loaded::Value(value) => Ok((ConstValue::Value(value), reader.at)),
        Loaded::Code(code) => Ok((ConstValue::Code(code), reader.at)),
        Loaded::Consts(_) => Err(MarshalError::Unsupported("a tuple of code objects")),
    }
}

/// Reads a code object, as a `.pyc` file holds it after its header.
///
/// # Errors
/// Those of [`load`], and `TypeError`'s counterpart [`MarshalError::Unsupported`] when it is something else.
pub fn load_code(data: &[u8]) -> Result<Arc<CodeObject>, MarshalError> {
    match load(data)?.0 {
        ConstValue::Code(code) => Ok(code),
        ConstValue::Value(_) => Err(MarshalError::Unsupported("the code of a module")),
    }
}

struct Reader<'a> {
    data: &'a [u8],
    at: usize,
    /// `None` while the object is being read.
    refs: Vec<Option<Item>>,
    depth: usize,
    /// How much more references may unfold to.
    budget: usize,
}

/// What one object turns out to be.
#[derive(Clone)]
enum Loaded {
    Value(Constant),
    Code(Arc<CodeObject>),
    /// A tuple that holds code objects, which only `co_consts` does.
    Consts(Arc<[ConstValue]>),
}

#[derive(Clone)]
struct Item {
    value: Loaded,
    /// Objects and bytes in it, shared ones counted each time.
    weight: usize,
    /// Levels of nesting, its own included.
    depth: usize,
}

impl Item {
    fn atom(value: Constant) -> Item {
        Item { value: Loaded::Value(value), weight: 1, depth: 1 }
    }

    fn text(text: Text) -> Item {
        let weight = text.as_wtf8().len() + 1;
        Item { value: Loaded::Value(Constant::Str(text)), weight, depth: 1 }
    }
}

type Read<T> = Result<T, MarshalError>;

impl<'a> Reader<'a> {
    /// An object, or the NULL that ends a dict.
    fn object(&mut self) -> Read<Option<Item>> {
        let byte = *self.data.get(self.at).ok_or(MarshalError::NoObject)?;
        self.at += 1;
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(MarshalError::TooDeep);
        }
        let kind = byte & !kind::FLAG_REF;
        let has_slot = byte & kind::FLAG_REF != 0;
        let item = match kind {
            kind::NULL => None,
            kind::NONE => Some(Item::atom(Constant::None)),
            kind::FALSE => Some(Item::atom(Constant::Bool(false))),
            kind::TRUE => Some(Item::atom(Constant::Bool(true))),
            kind::ELLIPSIS => Some(Item::atom(Constant::Ellipsis)),
            kind::REF => Some(self.reference()?),
            _ => {
                let slot = has_slot.then(|| {
                    self.refs.push(None);
                    self.refs.len() - 1
                });
                let item = self.referable(kind)?;
                if let Some(slot) = slot {
                    self.refs[slot] = Some(item.clone());
                }
                Some(item)
            }
        };
        self.depth -= 1;
        Ok(item)
    }

    /// An object of a type that can have a reference number.
    fn referable(&mut self, kind: u8) -> Read<Item> {
        Ok(match kind {
            kind::TUPLE | kind::SMALL_TUPLE | kind::FROZENSET => return self.container(kind),
            kind::CODE => return self.code(),
            kind::INT => Item::atom(Constant::Int(self.i32()?.into())),
            kind::INT64 => Item::atom(Constant::Int(i64::from_le_bytes(self.array()?).into())),
            kind::LONG => self.long()?,
            kind::FLOAT => Item::atom(Constant::Float(self.float()?)),
            kind::FLOAT_TEXT => Item::atom(Constant::Float(self.float_text()?)),
            kind::COMPLEX => Item::atom(Constant::Complex { real: self.float()?, imag: self.float()? }),
            kind::COMPLEX_TEXT => Item::atom(Constant::Complex { real: self.float_text()?, imag: self.float_text()? }),
            kind::BYTES => {
                let length = self.length("bytes object size out of range")?;
                let bytes = self.take(length)?;
                Item { value: Loaded::Value(Constant::Bytes(bytes.into())), weight: length + 1, depth: 1 }
            }
            kind::ASCII | kind::ASCII_INTERNED => {
                let length = self.length("string size out of range")?;
                Item::text(latin1(self.take(length)?))
            }
            kind::SHORT_ASCII | kind::SHORT_ASCII_INTERNED => {
                let length = usize::from(self.byte()?);
                Item::text(latin1(self.take(length)?))
            }
            kind::STR | kind::INTERNED => {
                let length = self.length("string size out of range")?;
                let bytes = self.take(length)?;
                Item::text(Text::from_wtf8(bytes).ok_or_else(|| not_utf8(bytes))?)
            }
            kind::LIST => {
                self.length("list size out of range")?;
                return Err(MarshalError::Unsupported("a list"));
            }
            kind::SET => {
                self.length("set size out of range")?;
                return Err(MarshalError::Unsupported("a set"));
            }
            kind::DICT => return Err(MarshalError::Unsupported("a dict")),
            kind::STOP_ITERATION => return Err(MarshalError::Unsupported("StopIteration")),
            _ => return Err(MarshalError::Bad("unknown type code")),
        })
    }

    fn reference(&mut self) -> Read<Item> {
        let index = self.i32()?;
        let item = usize::try_from(index).ok().and_then(|index| self.refs.get(index)?.clone());
        let item = item.ok_or(MarshalError::Bad("invalid reference"))?;
        if self.depth + item.depth > MAX_DEPTH + 1 {
            return Err(MarshalError::TooDeep);
        }
        self.budget = self.budget.checked_sub(item.weight).ok_or(MarshalError::TooLarge)?;
        Ok(item)
    }

    #[inline(never)]
    fn container(&mut self, kind: u8) -> Read<Item> {
        let (name, length) = match kind {
            kind::SMALL_TUPLE => ("tuple", usize::from(self.byte()?)),
            kind::TUPLE => ("tuple", self.length("tuple size out of range")?),
            _ => ("set", self.length("set size out of range")?),
        };
        let mut items = Vec::with_capacity(length.min(self.data.len() - self.at));
        let (mut weight, mut depth) = (1, 0);
        for _ in 0..length {
            let item = self.object()?.ok_or(MarshalError::Null(name))?;
            weight += item.weight;
            depth = item.depth.max(depth);
            match item.value {
                Loaded::Value(value) => items.push(value),
                Loaded::Code(code) if kind != kind::FROZENSET => {
                    let mut consts: Vec<_> = items.drain(..).map(ConstValue::Value).collect();
                    consts.push(ConstValue::Code(code));
                    return self.consts(consts, length, weight, depth);
                }
                Loaded::Code(_) => return Err(MarshalError::Unsupported("a set of code objects")),
                Loaded::Consts(_) => return Err(MarshalError::Unsupported("a tuple of code objects")),
            }
        }
        let value = match kind {
            kind::FROZENSET => Constant::FrozenSet(without_duplicates(items).into()),
            _ => Constant::Tuple(items.into()),
        };
        Ok(Item { value: Loaded::Value(value), weight, depth: depth + 1 })
    }

    /// Goes on with a tuple in which a code object was met.
    #[inline(never)]
    fn consts(&mut self, mut consts: Vec<ConstValue>, length: usize, weight: usize, depth: usize) -> Read<Item> {
        let (mut weight, mut depth) = (weight, depth);
        while consts.len() < length {
            let item = self.object()?.ok_or(MarshalError::Null("tuple"))?;
            weight += item.weight;
            depth = item.depth.max(depth);
            consts.push(match item.value {
                Loaded::Value(value) => ConstValue::Value(value),
                Loaded::Code(code) => ConstValue::Code(code),
                Loaded::Consts(_) => return Err(MarshalError::Unsupported("a tuple of code objects")),
            });
        }
        Ok(Item { value: Loaded::Consts(consts.into()), weight, depth: depth + 1 })
    }

    #[inline(never)]
    fn code(&mut self) -> Read<Item> {
        let mut fields = CodeReader { reader: self, weight: 1, depth: 0, is_bad: false, has_bad_name: false };
        let code = fields.code()?;
        let (weight, depth) = (fields.weight, fields.depth + 1);
        Ok(Item { value: Loaded::Code(Arc::new(code)), weight, depth })
    }

    fn long(&mut self) -> Read<Item> {
        let count = self.i32()?;
        if count == i32::MIN {
            return Err(MarshalError::Bad("long size out of range"));
        }
        let length = (count.unsigned_abs() as usize).saturating_mul(2);
        let rest = &self.data[self.at..];
        let digits = &rest[..length.min(rest.len())];
        let mut bytes = Vec::with_capacity(digits.len() + 1);
        let (mut pending, mut bits, mut digit) = (0_u32, 0, 0);
        for pair in digits.chunks_exact(2) {
            digit = u16::from_le_bytes([pair[0], pair[1]]);
            if digit > 0x7FFF {
                return Err(MarshalError::Bad("digit out of range in long"));
            }
            pending |= u32::from(digit) << bits;
            bits += 15;
            while bits >= 8 {
                bytes.push(pending as u8);
                pending >>= 8;
                bits -= 8;
            }
        }
        // CPython reads digit by digit: a bad one is met before the end of the data.
        self.take(length)?;
        if count != 0 && digit == 0 {
            return Err(MarshalError::Bad("unnormalized long data"));
        }
        // The last byte keeps the sign bit clear: a number of less than eight bits is left.
        bytes.push(pending as u8);
        let magnitude = IBig::from_le_bytes(&bytes);
        let value = if count < 0 { -magnitude } else { magnitude };
        Ok(Item { value: Loaded::Value(Constant::Int(value)), weight: length + 1, depth: 1 })
    }

    fn float(&mut self) -> Read<f64> {
        Ok(f64::from_le_bytes(self.array()?))
    }

    fn float_text(&mut self) -> Read<f64> {
        let length = usize::from(self.byte()?);
        let bytes = self.take(length)?;
        let text = String::from_utf8_lossy(bytes.split(|byte| *byte == 0).next().unwrap_or_default());
        text.parse().map_err(|_| MarshalError::NotAFloat(text.into_owned()))
    }

    fn length(&mut self, complaint: &'static str) -> Read<usize> {
        usize::try_from(self.i32()?).map_err(|_| MarshalError::Bad(complaint))
    }

    fn byte(&mut self) -> Read<u8> {
        let byte = *self.data.get(self.at).ok_or(MarshalError::NoByte)?;
        self.at += 1;
        Ok(byte)
    }

    fn i32(&mut self) -> Read<i32> {
        Ok(i32::from_le_bytes(self.array()?))
    }

    fn array<const N: usize>(&mut self) -> Read<[u8; N]> {
        Ok(self.take(N)?.try_into().expect("take gives what it is asked for"))
    }

    fn take(&mut self, length: usize) -> Read<&'a [u8]> {
        let rest = &self.data[self.at..];
        let taken = rest.get(..length).ok_or(MarshalError::TooShort)?;
        self.at += length;
        Ok(taken)
    }
}

/// Reads the fields of a code object. CPython looks at their types only when it has them all.
struct CodeReader<'r, 'a> {
    reader: &'r mut Reader<'a>,
    weight: usize,
    depth: usize,
    is_bad: bool,
    has_bad_name: bool,
}

impl CodeReader<'_, '_> {
    fn code(&mut self) -> Read<CodeObject> {
        let argcount = self.count()?;
        let posonlyargcount = self.count()?;
        let kwonlyargcount = self.count()?;
        let stacksize = self.count()?;
        let flags = self.count()?;
        let code = self.bytes()?;
        let consts = self.consts()?;
        let names = self.names()?;
        let localsplusnames = self.names()?;
        let localspluskinds = self.bytes()?;
        let filename = self.text()?;
        let name = self.text()?;
        let qualname = self.text()?;
        let firstlineno = self.reader.i32()?;
        let linetable = self.bytes()?;
        let exceptiontable = self.bytes()?;
        if self.is_bad || argcount < posonlyargcount || localsplusnames.len() != localspluskinds.len() {
            return Err(MarshalError::BadCode);
        }
        if code.len() % 2 != 0 {
            return Err(MarshalError::OddCode);
        }
        let locals = localspluskinds.iter().filter(|kind| **kind & local_kind::LOCAL != 0).count();
        let stars = (flags & (flags::VARARGS | flags::VARKEYWORDS)).count_ones();
        if (locals as u64) < u64::from(argcount) + u64::from(kwonlyargcount) + u64::from(stars) {
            return Err(MarshalError::VarnamesTooSmall);
        }
        if self.has_bad_name {
            return Err(MarshalError::NotAString);
        }
        Ok(CodeObject {
            argcount,
            posonlyargcount,
            kwonlyargcount,
            stacksize,
            flags,
            code,
            consts,
            names,
            localsplusnames,
            localspluskinds,
            filename,
            name,
            qualname,
            firstlineno,
            linetable,
            exceptiontable,
        })
    }

    fn count(&mut self) -> Read<u32> {
        let count = self.reader.i32()?;
        self.is_bad |= count < 0;
        Ok(count as u32)
    }

    fn field(&mut self) -> Read<Loaded> {
        let item = self.reader.object()?.ok_or(MarshalError::Null("code object"))?;
        self.weight += item.weight;
        self.depth = self.depth.max(item.depth);
        Ok(item.value)
    }

    fn bytes(&mut self) -> Read<Box<[u8]>> {
        match self.field()? {
            Loaded::Value(Constant::Bytes(bytes)) => Ok((*bytes).into()),
            _ => self.bad(),
        }
    }

    fn text(&mut self) -> Read<Text> {
        match self.field()? {
            Loaded::Value(Constant::Str(text)) => Ok(text),
            _ => {
                self.is_bad = true;
                Ok(Text::from(""))
            }
        }
    }

    fn consts(&mut self) -> Read<Box<[ConstValue]>> {
        match self.field()? {
            Loaded::Consts(consts) => Ok((*consts).into()),
            Loaded::Value(Constant::Tuple(items)) => Ok(items.iter().cloned().map(ConstValue::Value).collect()),
            _ => self.bad(),
        }
    }

    fn names(&mut self) -> Read<Box<[Text]>> {
        let Loaded::Value(Constant::Tuple(items)) = self.field()? else { return self.bad() };
        let names = items.iter().map(|item| match item {
            Constant::Str(text) => text.clone(),
            _ => {
                self.has_bad_name = true;
                Text::from("")
            }
        });
        Ok(names.collect())
    }

    fn bad<T>(&mut self) -> Read<Box<[T]>> {
        self.is_bad = true;
        Ok(Box::new([]))
    }
}

/// CPython does not look whether "ASCII" strings are ASCII: their bytes are code points.
fn latin1(bytes: &[u8]) -> Text {
    match std::str::from_utf8(bytes) {
        Ok(text) if text.is_ascii() => Text::from(text),
        _ => Text::from_code_points(bytes.iter().map(|byte| u32::from(*byte))),
    }
}

fn without_duplicates(items: Vec<Constant>) -> Vec<Constant> {
    let mut seen = HashSet::new();
    items.into_iter().filter(|item| seen.insert(item.key())).collect()
}

/// What CPython's decoder says about the first bytes that are neither UTF-8 nor a surrogate.
fn not_utf8(bytes: &[u8]) -> MarshalError {
    let mut start = 0;
    while let Err(error) = std::str::from_utf8(&bytes[start..]) {
        start += error.valid_up_to();
        let bad = &bytes[start..];
        if let [0xED, 0xA0..=0xBF, 0x80..=0xBF, ..] = bad {
            start += 3;
            continue;
        }
        let (length, reason) = match (error.error_len(), bad[0]) {
            (None, _) => (bad.len(), "unexpected end of data"),
            (Some(_), 0x80..=0xC1 | 0xF5..=0xFF) => (1, "invalid start byte"),
            (Some(length), _) => (length, "invalid continuation byte"),
        };
        return MarshalError::NotUtf8 { bytes: bad[..length].to_vec(), start, reason };
    }
    unreachable!("asked only about bytes that are not WTF-8")
}
