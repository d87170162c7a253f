//! Writes marshal data that CPython loads, with the reference numbers that CPython's own writer would give.
//!
//! CPython numbers an object when more than one reference to it exists at the time of writing. For a code object fresh
//! from the compiler that follows from its content: equal constants are one object, names are interned, and a few
//! values (small ints, empty and one-character strings) exist once in the process.

use super::{MAX_DEPTH, WriteError, kind};
use crate::{CodeObject, ConstValue};
use hognose_primitives::{Constant, ConstantKey, IBig, Text, bug};
use std::collections::{HashMap, HashSet};

/// The bytes of a code object as `py_compile` puts them after the header of a `.pyc` file.
///
/// # Errors
/// [`WriteError::TooDeep`] beyond 2000 levels of nesting, [`WriteError::TooLarge`] for counts above 31 bits.
pub fn dump(code: &CodeObject) -> Result<Vec<u8>, WriteError> {
    let mut writer = Writer::default();
    writer.top(code)?;
    if writer.has_sets {
        // The order within a set depends on which of its items occur elsewhere too.
        let shared = writer.shared();
        writer = Writer { shared_elsewhere: shared, ..Writer::default() };
        writer.top(code)?;
    }
    Ok(writer.finish())
}

/// Which object a value is.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Identity {
    /// A string that CPython interns.
    Interned(Text),
    /// One of the names that the interpreter itself holds, or the file name.
    Held(Text),
    /// Constants that merge are one object.
    Merged(ConstantKey),
}

#[derive(Default)]
struct Writer {
    out: Vec<u8>,
    known: HashMap<Identity, usize>,
    /// Objects in the order of their first byte.
    objects: Vec<Object>,
    /// Where the number of an object is to be filled in, and which.
    references: Vec<(usize, usize)>,
    depth: usize,
    has_sets: bool,
    shared_elsewhere: HashSet<Identity>,
}

struct Object {
    /// The offset of its type byte.
    at: usize,
    has_number: bool,
}

type Written = Result<(), WriteError>;

impl Writer {
    fn top(&mut self, code: &CodeObject) -> Written {
        self.begin(true);
        self.code(code)
    }

    fn shared(&self) -> HashSet<Identity> {
        let shared = |(_, object): &(&Identity, &usize)| self.objects[**object].has_number;
        self.known.iter().filter(shared).map(|(identity, _)| identity.clone()).collect()
    }

    /// Sets the flags and fills in the numbers, now that it is known which objects are met again.
    fn finish(mut self) -> Vec<u8> {
        let mut numbers = Vec::with_capacity(self.objects.len());
        let mut next = 0_u32;
        for object in &self.objects {
            numbers.push(next);
            if object.has_number {
                self.out[object.at] |= kind::FLAG_REF;
                next += 1;
            }
        }
        for (at, object) in self.references {
            self.out[at..at + 4].copy_from_slice(&numbers[object].to_le_bytes());
        }
        self.out
    }

    /// Notes that an object begins here; `has_number` when CPython numbers it in any case.
    fn begin(&mut self, has_number: bool) -> usize {
        self.objects.push(Object { at: self.out.len(), has_number });
        self.objects.len() - 1
    }

    /// Writes a reference if the object was written before. Otherwise the caller writes it.
    fn is_known(&mut self, identity: Identity, has_number: bool) -> bool {
        if let Some(&object) = self.known.get(&identity) {
            self.objects[object].has_number = true;
            self.out.push(kind::REF);
            self.references.push((self.out.len(), object));
            self.out.extend([0; 4]);
            return true;
        }
        let object = self.begin(has_number);
        self.known.insert(identity, object);
        false
    }

    fn code(&mut self, code: &CodeObject) -> Written {
        self.nested(|writer| {
            let first_object = writer.objects.len();
            writer.out.push(kind::CODE);
            for count in [code.argcount, code.posonlyargcount, code.kwonlyargcount, code.stacksize, code.flags]
                .map(i32::try_from)
            {
                writer.i32(count.map_err(|_| WriteError::TooLarge)?);
            }
            if code.code.len() > 1 {
                writer.begin(true);
                writer.bytes(&code.code)?;
            } else {
                writer.merged_bytes(&code.code)?;
            }
            writer.consts(&code.consts)?;
            writer.names(&code.names)?;
            writer.names(&code.localsplusnames)?;
            if code.localspluskinds.is_empty() {
                writer.merged_bytes(&code.localspluskinds)?;
            } else {
                writer.bytes(&code.localspluskinds)?;
            }
            writer.held(&code.filename)?;
            let name_is_held = code.name.as_str().is_some_and(|name| name.starts_with('<'));
            if name_is_held {
                writer.held(&code.name)?;
            } else {
                writer.interned(&code.name)?;
            }
            if code.qualname != code.name {
                writer.qualname(code, first_object)?;
            } else if name_is_held {
                writer.held(&code.name)?;
            } else {
                writer.interned(&code.name)?;
            }
            writer.i32(code.firstlineno);
            writer.merged_bytes(&code.linetable)?;
            writer.merged_bytes(&code.exceptiontable)
        })
    }

    /// The body of a class stores its qualified name, so that there it is one of the constants, unless an equal constant
    /// was made before: then the two are merged, and the name stands alone.
    fn qualname(&mut self, code: &CodeObject, first_object: usize) -> Written {
        let qualname = Constant::Str(code.qualname.clone());
        match self.known.get(&Identity::Merged(qualname.key())) {
            Some(&object) if object >= first_object => self.constant(&qualname, false),
            _ => self.str(&code.qualname, false),
        }
    }

    fn consts(&mut self, consts: &[ConstValue]) -> Written {
        let values = consts.iter().map(|item| match item {
            ConstValue::Value(value) => Some(value.key()),
            ConstValue::Code(_) => None,
        });
        if let Some(keys) = values.collect::<Option<Vec<_>>>()
            && self.is_known(Identity::Merged(ConstantKey::Tuple(keys)), consts.is_empty())
        {
            return Ok(());
        }
        self.nested(|writer| {
            writer.tuple(consts.len())?;
            for item in consts {
                match item {
                    ConstValue::Value(value) => writer.constant(value, false)?,
                    ConstValue::Code(code) => writer.code(code)?,
                }
            }
            Ok(())
        })
    }

    fn names(&mut self, names: &[Text]) -> Written {
        let keys = names.iter().cloned().map(ConstantKey::Str).collect();
        if self.is_known(Identity::Merged(ConstantKey::Tuple(keys)), names.is_empty()) {
            return Ok(());
        }
        self.nested(|writer| {
            writer.tuple(names.len())?;
            names.iter().try_for_each(|name| writer.interned(name))
        })
    }

    /// `in_set`: CPython holds the items of a set twice while it writes them.
    fn constant(&mut self, value: &Constant, in_set: bool) -> Written {
        match value {
            Constant::None => self.out.push(kind::NONE),
            Constant::Ellipsis => self.out.push(kind::ELLIPSIS),
            Constant::Bool(false) => self.out.push(kind::FALSE),
            Constant::Bool(true) => self.out.push(kind::TRUE),
            Constant::Str(text) if is_name_like(text) => return self.nested(|writer| writer.interned(text)),
            _ => {
                let identity = Identity::Merged(value.key());
                let is_number = in_set || exists_once(value) || self.shared_elsewhere.contains(&identity);
                if !self.is_known(identity, is_number) {
                    return self.nested(|writer| writer.referable(value));
                }
            }
        }
        Ok(())
    }

    fn referable(&mut self, value: &Constant) -> Written {
        match value {
            Constant::Int(value) => self.int(value)?,
            Constant::Float(value) => {
                self.out.push(kind::FLOAT);
                self.out.extend(value.to_le_bytes());
            }
            Constant::Complex { real, imag } => {
                self.out.push(kind::COMPLEX);
                self.out.extend(real.to_le_bytes());
                self.out.extend(imag.to_le_bytes());
            }
            Constant::Str(text) => self.str(text, false)?,
            Constant::Bytes(bytes) => self.bytes(bytes)?,
            Constant::Tuple(items) => {
                self.tuple(items.len())?;
                items.iter().try_for_each(|item| self.constant(item, false))?;
            }
            Constant::FrozenSet(items) => {
                self.out.push(kind::FROZENSET);
                self.length(items.len())?;
                self.has_sets = true;
                for item in self.in_order_of_bytes(items)? {
                    self.constant(item, true)?;
                }
            }
            Constant::None | Constant::Ellipsis | Constant::Bool(_) => self.constant(value, false)?,
        }
        Ok(())
    }

    /// The items of a set sorted by the bytes that each would have alone.
    fn in_order_of_bytes<'a>(&self, items: &'a [Constant]) -> Result<Vec<&'a Constant>, WriteError> {
        let mut sorted = Vec::with_capacity(items.len());
        for item in items {
            let mut alone =
                Writer { depth: self.depth, shared_elsewhere: self.shared_elsewhere.clone(), ..Writer::default() };
            alone.constant(item, false)?;
            sorted.push((alone.finish(), item));
        }
        sorted.sort_by(|lhs, rhs| lhs.0.cmp(&rhs.0));
        Ok(sorted.into_iter().map(|(_, item)| item).collect())
    }

    fn int(&mut self, value: &IBig) -> Written {
        if let Ok(small) = i32::try_from(value) {
            self.out.push(kind::INT);
            self.i32(small);
            return Ok(());
        }
        let is_negative = *value < IBig::ZERO;
        let magnitude = if is_negative { -value.clone() } else { value.clone() };
        let mut digits: Vec<u16> = Vec::new();
        let (mut pending, mut bits) = (0_u32, 0);
        for byte in magnitude.to_le_bytes() {
            pending |= u32::from(byte) << bits;
            bits += 8;
            if bits >= 15 {
                digits.push(pending as u16 & 0x7FFF);
                pending >>= 15;
                bits -= 15;
            }
        }
        digits.push(pending as u16);
        while digits.last() == Some(&0) {
            digits.pop();
        }
        self.out.push(kind::LONG);
        let count = i32::try_from(digits.len()).map_err(|_| WriteError::TooLarge)?;
        self.i32(if bug!("marshal-big-int-loses-sign", is_negative, false) { -count } else { count });
        self.out.extend(digits.iter().flat_map(|digit| digit.to_le_bytes()));
        Ok(())
    }

    fn interned(&mut self, text: &Text) -> Written {
        if self.is_known(Identity::Interned(text.clone()), true) {
            return Ok(());
        }
        self.str(text, true)
    }

    fn held(&mut self, text: &Text) -> Written {
        if self.is_known(Identity::Held(text.clone()), true) {
            return Ok(());
        }
        self.str(text, false)
    }

    fn str(&mut self, text: &Text, is_interned: bool) -> Written {
        let bytes = text.as_wtf8();
        let pick = |plain, interned| if is_interned { interned } else { plain };
        if !bytes.is_ascii() {
            self.out.push(pick(kind::STR, kind::INTERNED));
            self.length(bytes.len())?;
        } else if let Ok(length) = u8::try_from(bytes.len()) {
            self.out.extend([pick(kind::SHORT_ASCII, kind::SHORT_ASCII_INTERNED), length]);
        } else {
            self.out.push(pick(kind::ASCII, kind::ASCII_INTERNED));
            self.length(bytes.len())?;
        }
        self.out.extend(bytes);
        Ok(())
    }

    fn merged_bytes(&mut self, bytes: &[u8]) -> Written {
        if self.is_known(Identity::Merged(ConstantKey::Bytes(bytes.into())), bytes.is_empty()) {
            return Ok(());
        }
        self.bytes(bytes)
    }

    fn bytes(&mut self, bytes: &[u8]) -> Written {
        self.out.push(kind::BYTES);
        self.length(bytes.len())?;
        self.out.extend(bytes);
        Ok(())
    }

    fn tuple(&mut self, length: usize) -> Written {
        match u8::try_from(length) {
            Ok(length) => self.out.extend([kind::SMALL_TUPLE, length]),
            Err(_) => {
                self.out.push(kind::TUPLE);
                self.length(length)?;
            }
        }
        Ok(())
    }

    fn length(&mut self, length: usize) -> Written {
        self.i32(i32::try_from(length).map_err(|_| WriteError::TooLarge)?);
        Ok(())
    }

    fn i32(&mut self, value: i32) {
        self.out.extend(value.to_le_bytes());
    }

    fn nested(&mut self, write: impl FnOnce(&mut Writer) -> Written) -> Written {
        if self.depth >= MAX_DEPTH {
            return Err(WriteError::TooDeep);
        }
        self.depth += 1;
        write(self)?;
        self.depth -= 1;
        Ok(())
    }
}

/// Whether CPython interns a string constant for its looks, or as the name in `from module import *`.
fn is_name_like(text: &Text) -> bool {
    *text == *"*" || text.as_wtf8().iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

/// Whether the interpreter has one object for all uses of this value.
fn exists_once(value: &Constant) -> bool {
    match value {
        Constant::Int(value) => i16::try_from(value).is_ok_and(|value| (-5..=256).contains(&value)),
        Constant::Str(text) => {
            let mut points = text.code_points();
            matches!((points.next(), points.next()), (Some(0..=0xFF), None))
        }
        Constant::Bytes(bytes) => bytes.len() <= 1,
        Constant::Tuple(items) => items.is_empty(),
        Constant::None
        | Constant::Ellipsis
        | Constant::Bool(_)
        | Constant::Float(_)
        | Constant::Complex { .. }
        | Constant::FrozenSet(_) => false,
    }
}
