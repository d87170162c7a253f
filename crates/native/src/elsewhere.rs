//! The engine on processors that it makes no code for: it cannot be made.

use crate::error::NativeError;
use crate::listing::Listing;
use hognose_bytecode::CodeObject;
use hognose_runtime::object::code::CodeBody;
use hognose_runtime::{Engine, FrameRef, Raised, Ref, Result, Thread};

/// The native engine; here there is no way to make one.
#[derive(Debug)]
pub enum NativeEngine {}

impl NativeEngine {
    /// Always an error here.
    ///
    /// # Errors
    /// [`NativeError::Processor`].
    pub fn new() -> std::result::Result<NativeEngine, NativeError> {
        Err(NativeError::Processor)
    }

    /// Keeps functions with these names on the interpreter.
    #[must_use]
    pub fn interpret(self, _names: impl IntoIterator<Item = String>) -> NativeEngine {
        self
    }

    /// The native code of a function that has been compiled.
    pub fn listing_of(&self, _code: &Ref<CodeBody>) -> Option<Listing> {
        match *self {}
    }

    /// Why a function was refused.
    pub fn refusal(&self, _code: &Ref<CodeBody>) -> Option<NativeError> {
        match *self {}
    }
}

impl Engine for NativeEngine {
    fn name(&self) -> &'static str {
        "native"
    }

    fn run(&self, _thread: &mut Thread, _frame: FrameRef) -> Result {
        let _ = Raised;
        match *self {}
    }
}

/// The native code of a code object.
///
/// # Errors
/// [`NativeError::Processor`].
pub fn listing(_code: &CodeObject) -> std::result::Result<Listing, NativeError> {
    Err(NativeError::Processor)
}
