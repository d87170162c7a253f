//! code: a verified code object with its constants as values, its register code, and its inline caches.

use crate::exceptions::ExceptionKind;
use crate::layout::CodeEntry;
use crate::object::{bytes, complex, float, int, str, tuple};
use crate::thread::Thread;
use crate::value::{Body, Frozen, Kind, Ref, Value};
use hashbrown::HashMap;
use hognose_bytecode::{CodeObject, ConstValue, Location, flags};
use hognose_lowered::{Form, Inst, LowerError, Lowered, Options as LowerOptions};
use hognose_primitives::{Constant, ConstantKey, Text};
use std::cell::{Cell, OnceCell, UnsafeCell};
use std::sync::Arc;

/// An inline cache: what it holds is up to the instruction. Values in it are borrowed from what the first word guards.
#[derive(Clone, Copy, Default, Debug)]
#[repr(C)]
#[allow(missing_docs)]
pub struct Cache {
    pub guard: u64,
    pub guard2: u64,
    pub payload: u64,
    pub payload2: u64,
}

/// Register code as an engine runs it: instructions and caches may be rewritten in place.
#[repr(C)]
pub struct RunnableCode {
    /// The lowering with its tables; never changed.
    pub lowered: Lowered,
    /// A copy of [`Lowered::code`] whose operations an engine replaces by quickened forms of the same shape.
    pub insts: UnsafeCell<Box<[Inst]>>,
    /// As many as [`Lowered::caches`].
    pub caches: UnsafeCell<Box<[Cache]>>,
}

/// The body of a code object. What engines read stands first; see [`crate::layout`].
#[repr(C)]
pub struct CodeBody {
    /// Native code of the folded form, or null.
    pub entry: Cell<Option<CodeEntry>>,
    /// One past constant 0: constant `k` is at `constants_end[-1 - k]`.
    pub constants_end: *const Value,
    /// Locals, cells and free variables.
    pub nlocalsplus: u32,
    /// `nlocalsplus + co_stacksize`: registers of a frame.
    pub registers: u32,
    /// Positional parameters.
    pub argcount: u32,
    /// No `*args`, `**kwargs` nor keyword-only parameters: exactly `argcount` positional arguments can be bound by
    /// moving them.
    pub simple: bool,
    /// `co_flags`.
    pub flags: u32,
    /// Calls and back edges so far; an engine that compiles on demand counts here.
    pub heat: Cell<u32>,
    /// Whether native compilation was refused; it is not tried again.
    pub refused: Cell<bool>,
    /// The code object itself.
    pub source: Arc<CodeObject>,
    /// Constants in reverse order.
    constants: Box<[Value]>,
    /// `co_names`, interned.
    pub names: Box<[Value]>,
    /// Names of locals, cells and free variables by slot, interned.
    pub localsplusnames: Box<[Value]>,
    /// `co_name`.
    pub name: Value,
    /// `co_qualname`.
    pub qualname: Value,
    /// `co_filename`.
    pub filename: Value,
    exact_identity: bool,
    /// The place of each code unit.
    locations: OnceCell<Box<[Location]>>,
    folded: OnceCell<Result<Box<RunnableCode>, LowerError>>,
    plain: OnceCell<Result<Box<RunnableCode>, LowerError>>,
}

impl Body for CodeBody {
    const KIND: Kind = Kind::Code;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.constants.iter().for_each(&mut *visit);
        self.names.iter().for_each(&mut *visit);
        self.localsplusnames.iter().for_each(&mut *visit);
        for value in [&self.name, &self.qualname, &self.filename] {
            visit(value);
        }
    }
}

impl Frozen for CodeBody {}

impl CodeBody {
    /// Constant `index` of `co_consts`.
    #[inline]
    pub fn constant(&self, index: usize) -> &Value {
        &self.constants[self.constants.len() - 1 - index]
    }

    /// Number of constants.
    pub fn constant_count(&self) -> usize {
        self.constants.len()
    }
}

impl CodeBody {
    /// The register code of one form, lowered at the first use; `None` when it cannot be lowered (see
    /// [`CodeBody::lower_error`]).
    #[inline]
    pub fn runnable(&self, plain: bool) -> Option<&RunnableCode> {
        let cell = if plain { &self.plain } else { &self.folded };
        cell.get_or_init(|| self.lower(plain)).as_deref().ok()
    }

    /// Why there is no register code.
    pub fn lower_error(&self) -> Option<&LowerError> {
        self.folded.get_or_init(|| self.lower(false)).as_ref().err()
    }

    fn lower(&self, plain: bool) -> Result<Box<RunnableCode>, LowerError> {
        let form = if plain { Form::Plain } else { Form::Folded };
        let lowered = hognose_lowered::lower(&self.source, LowerOptions { form, exact_identity: self.exact_identity })?;
        let insts = UnsafeCell::new(lowered.code.clone());
        let caches = UnsafeCell::new(vec![Cache::default(); lowered.caches.len()].into());
        Ok(Box::new(RunnableCode { lowered, insts, caches }))
    }

    /// The line of a code unit, or -1.
    pub fn line_of(&self, unit: u32) -> i32 {
        self.location(unit).line
    }

    /// The source place of a code unit.
    pub fn location(&self, unit: u32) -> Location {
        let locations = self.locations.get_or_init(|| self.source.positions().into());
        locations.get(unit as usize).copied().unwrap_or(Location::NONE)
    }
}

impl Thread {
    /// A code object ready to run, its nested code objects too.
    ///
    /// Equal constants of the whole tree become one object, as CPython's compiler merges them.
    ///
    /// # Errors
    /// What [`hognose_bytecode::verify`] says, as SystemError.
    pub fn load_code(&mut self, code: &Arc<CodeObject>) -> crate::Result<Ref<CodeBody>> {
        if let Err(error) = hognose_bytecode::verify::verify_all(code) {
            return Err(self.raise(ExceptionKind::SystemError, &format!("bad code object: {error}")));
        }
        Ok(self.make_code(code, &mut HashMap::new()))
    }

    fn make_code(&mut self, code: &Arc<CodeObject>, merged: &mut HashMap<ConstantKey, Value>) -> Ref<CodeBody> {
        let mut constants = Vec::with_capacity(code.consts.len());
        for constant in &code.consts {
            constants.push(match constant {
                ConstValue::Value(value) => self.make_constant(value, merged),
                ConstValue::Code(nested) => self.make_code(nested, merged).into_value(),
            });
        }
        constants.reverse();
        let constants: Box<[Value]> = constants.into();
        let names = |names: &[Text]| -> Box<[Value]> {
            names.iter().map(|name| self.intern_value(str::from_text(self, name))).collect()
        };
        const NOT_SIMPLE: u32 = flags::VARARGS | flags::VARKEYWORDS;
        let nlocalsplus = code.localsplusnames.len() as u32;
        let body = CodeBody {
            entry: Cell::new(None),
            constants_end: constants.as_ptr_range().end,
            nlocalsplus,
            registers: nlocalsplus + code.stacksize,
            argcount: code.argcount,
            simple: code.flags & NOT_SIMPLE == 0 && code.kwonlyargcount == 0,
            flags: code.flags,
            heat: Cell::new(0),
            refused: Cell::new(false),
            exact_identity: self.options().exact_identity,
            names: names(&code.names),
            localsplusnames: names(&code.localsplusnames),
            name: self.intern_value(str::from_text(self, &code.name)),
            qualname: self.intern_value(str::from_text(self, &code.qualname)),
            filename: str::from_text(self, &code.filename),
            source: code.clone(),
            constants,
            locations: OnceCell::new(),
            folded: OnceCell::new(),
            plain: OnceCell::new(),
        };
        self.heap().alloc_ref(&self.types().code, body)
    }

    /// A constant as a value.
    pub fn constant(&self, constant: &Constant) -> Value {
        self.make_constant(constant, &mut HashMap::new())
    }

    fn make_constant(&self, constant: &Constant, merged: &mut HashMap<ConstantKey, Value>) -> Value {
        let key = constant.key();
        if let Some(known) = merged.get(&key) {
            return known.clone();
        }
        let value = match constant {
            Constant::None => Value::none(),
            Constant::Ellipsis => Value::ellipsis(),
            Constant::Bool(value) => Value::bool(*value),
            Constant::Int(value) => int::from_ibig(self, value.clone()),
            Constant::Float(value) => float::new(self, *value),
            Constant::Complex { real, imag } => complex::new(self, *real, *imag),
            Constant::Str(text) => {
                let value = str::from_text(self, text);
                let is_name = text.as_wtf8().iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
                if is_name { self.intern_value(value) } else { value }
            }
            Constant::Bytes(bytes) => bytes::new(self, bytes.clone()),
            Constant::Tuple(items) => {
                let items: Vec<Value> = items.iter().map(|item| self.make_constant(item, merged)).collect();
                tuple::new(self, items)
            }
            Constant::FrozenSet(items) => {
                let items: Vec<Value> = items.iter().map(|item| self.make_constant(item, merged)).collect();
                crate::object::set::frozen_of_constants(self, items)
            }
        };
        merged.insert(key, value.clone());
        value
    }
}
