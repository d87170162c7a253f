//! The native engine: compiles functions and enters them.

use crate::arena::Arena;
use crate::compile::compile;
use crate::emit::{Input, shared};
use crate::error::NativeError;
use crate::helper::{Helper, Table, table};
use crate::listing::Listing;
use crate::naming;
use hognose_bytecode::{CodeObject, ConstValue};
use hognose_lowered::{Form, Op, Options};
use hognose_primitives::Constant;
use hognose_runtime::layout::CodeEntry;
use hognose_runtime::object::code::{CodeBody, RunnableCode};
use hognose_runtime::value::{TAGGED_MAX, TAGGED_MIN};
use hognose_runtime::{Engine, FrameRef, Raised, Ref, Result, Thread, Word};
use std::cell::{Cell, RefCell, UnsafeCell};
use std::collections::{BTreeMap, HashSet};

/// Runs functions as native code. One engine serves one thread.
pub struct NativeEngine {
    arena: RefCell<Arena>,
    /// At `r14` while native code runs.
    table: Box<UnsafeCell<Table>>,
    /// `co_name`s of functions that stay on the interpreter.
    interpreted: HashSet<String>,
    /// Why code objects were refused, by address.
    refused: RefCell<BTreeMap<u64, NativeError>>,
    exact_identity: Cell<bool>,
}

impl NativeEngine {
    /// A new engine.
    ///
    /// # Errors
    /// [`NativeError::Memory`] when the system refuses address space.
    pub fn new() -> std::result::Result<NativeEngine, NativeError> {
        let mut arena = Arena::new()?;
        let shared = shared::assemble(arena.next_address());
        let start = arena.place(&shared.bytes)?.as_ptr() as usize;
        let mut table = table();
        for (helper, offset) in shared.entries {
            table[helper as usize] = start + offset;
        }
        Ok(NativeEngine {
            arena: RefCell::new(arena),
            table: Box::new(UnsafeCell::new(table)),
            interpreted: HashSet::new(),
            refused: RefCell::default(),
            exact_identity: Cell::new(false),
        })
    }

    /// Keeps functions with these names (`co_name`) on the interpreter.
    #[must_use]
    pub fn interpret(mut self, names: impl IntoIterator<Item = String>) -> NativeEngine {
        self.interpreted.extend(names);
        self
    }

    /// Why a function was refused.
    pub fn refusal(&self, code: &Ref<CodeBody>) -> Option<NativeError> {
        self.refused.borrow().get(&code.word().0).cloned()
    }

    /// The native code of a function that has been compiled.
    pub fn listing_of(&self, code: &Ref<CodeBody>) -> Option<Listing> {
        let address = code.entry.get()? as usize;
        let runnable = code.runnable(false)?;
        let constants = constant_words(code);
        let input = self.input(code, runnable, &constants, address);
        // The same input gives the same bytes.
        Some(naming::listing(&input, &compile(&input).ok()?))
    }

    fn input<'a>(
        &self,
        code: &'a CodeBody,
        runnable: &'a RunnableCode,
        constants: &'a [Word],
        address: usize,
    ) -> Input<'a> {
        // SAFETY: looks at the address of the first cache; the boxes live as long as the code object.
        let caches = unsafe { (*runnable.caches.get()).as_ptr() as u64 };
        // SAFETY: as above, of the first instruction.
        let insts = unsafe { (*runnable.insts.get()).as_ptr() as u64 };
        Input {
            lowered: &runnable.lowered,
            code: &code.source,
            constants,
            caches,
            insts,
            address,
            table: self.table.get() as u64,
            exact_identity: self.exact_identity.get(),
        }
    }

    fn compile(&self, code: &Ref<CodeBody>) -> std::result::Result<CodeEntry, NativeError> {
        if self.interpreted.contains(&code.source.name.to_string()) {
            return Err(NativeError::Excluded);
        }
        let Some(runnable) = code.runnable(false) else {
            let error = code.lower_error().cloned();
            return Err(error.map_or(NativeError::Excluded, NativeError::Lower));
        };
        forget_empty_caches(runnable);
        let constants = constant_words(code);
        let mut arena = self.arena.borrow_mut();
        let input = self.input(code, runnable, &constants, arena.next_address());
        let start = arena.place(&compile(&input)?.bytes)?;
        // SAFETY: the code begins with a function of this type, and the arena outlives all frames that run it.
        Ok(unsafe { std::mem::transmute::<*mut u8, CodeEntry>(start.as_ptr()) })
    }
}

/// Makes sure that a cache of a global which was never filled does not match a dict whose keys have no version yet.
fn forget_empty_caches(runnable: &RunnableCode) {
    // SAFETY: a single access by the thread that runs.
    let caches = unsafe { &mut *runnable.caches.get() };
    for (site, cache) in runnable.lowered.caches.iter().zip(caches.iter_mut()) {
        let op = runnable.lowered.code[site.inst as usize].op;
        if op == Op::LOAD_GLOBAL && cache.payload2 == 0 {
            cache.guard = u64::MAX;
        }
    }
}

/// The words of a code object's constants.
fn constant_words(code: &CodeBody) -> Vec<Word> {
    (0..code.constant_count()).map(|index| code.constant(index).word()).collect()
}

impl Engine for NativeEngine {
    fn name(&self) -> &'static str {
        "native"
    }

    fn prepare(&self, thread: &mut Thread, code: &Ref<CodeBody>) {
        if code.entry.get().is_some() || code.refused.get() {
            return;
        }
        self.exact_identity.set(thread.options().exact_identity);
        let float = thread.types().float.word().0 as usize;
        // SAFETY: the word is only read by native code, which does not run while we are here.
        unsafe { (*self.table.get())[Helper::FloatType as usize] = float };
        match self.compile(code) {
            Ok(entry) => code.entry.set(Some(entry)),
            Err(error) => {
                code.refused.set(true);
                self.refused.borrow_mut().insert(code.word().0, error);
            }
        }
    }

    fn run(&self, thread: &mut Thread, frame: FrameRef) -> Result {
        if frame.code().entry.get().is_none() {
            let code = frame.code().to_ref();
            self.prepare(thread, &code);
        }
        match frame.code().entry.get() {
            Some(entry) => {
                // SAFETY: the frame is the thread's current one, flagged as entered from Rust, and not in plain code.
                let word = Word(unsafe { entry(std::ptr::from_mut(thread), frame.0.as_ptr()) });
                if word.is_unbound() {
                    return Err(Raised);
                }
                // SAFETY: native code gives its count of the result to its caller.
                Ok(unsafe { word.into_value() })
            }
            // Somebody else must run it.
            None => {
                code_stays(frame);
                thread.run_frame(frame)
            }
        }
    }
}

/// A frame whose code was refused is never handed to this engine again.
fn code_stays(frame: FrameRef) {
    frame.code().refused.set(true);
}

/// The address that listings of code that does not run begin at.
const LISTING_ADDRESS: usize = 0x1000;
/// Where they say that constants, caches and so on are.
const LISTING_CONSTANTS: u64 = 0x1000_0000_0000;
const LISTING_CACHES: u64 = 0x2000_0000_0000;
const LISTING_INSTRUCTIONS: u64 = 0x3000_0000_0000;
const LISTING_TABLE: u64 = 0x4000_0000_0000;

/// The native code of a code object that is not loaded. Addresses of objects, caches and of the code itself are made up.
///
/// # Errors
/// What the verifier of code objects or the lowering says.
pub fn listing(code: &CodeObject) -> std::result::Result<Listing, NativeError> {
    hognose_bytecode::verify::verify(code).map_err(|error| NativeError::Malformed(error.to_string()))?;
    let options = Options { form: Form::Folded, exact_identity: false };
    let lowered = hognose_lowered::lower(code, options).map_err(NativeError::Lower)?;
    let constants: Vec<Word> =
        code.consts.iter().enumerate().map(|(index, constant)| listing_word(constant, index)).collect();
    let input = Input {
        lowered: &lowered,
        code,
        constants: &constants,
        caches: LISTING_CACHES,
        insts: LISTING_INSTRUCTIONS,
        address: LISTING_ADDRESS,
        table: LISTING_TABLE,
        exact_identity: false,
    };
    Ok(naming::listing(&input, &compile(&input)?))
}

fn listing_word(constant: &ConstValue, index: usize) -> Word {
    let object = Word(LISTING_CONSTANTS + 16 * index as u64);
    match constant {
        ConstValue::Value(Constant::None) => Word::NONE,
        ConstValue::Value(Constant::Ellipsis) => Word::ELLIPSIS,
        ConstValue::Value(Constant::Bool(value)) => Word::bool(*value),
        ConstValue::Value(Constant::Int(value)) => match i64::try_from(value) {
            Ok(value) if (TAGGED_MIN..=TAGGED_MAX).contains(&value) => Word::int(value),
            _ => object,
        },
        _ => object,
    }
}
