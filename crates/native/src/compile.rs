//! One function: register code in, machine code out.

use crate::emit::{Emitter, Input, Note, Span};
use crate::error::NativeError;

/// Machine code, and what listings say about it.
pub(crate) struct Compiled {
    pub bytes: Vec<u8>,
    pub spans: Vec<Span>,
    /// By the offset of the machine instruction.
    pub notes: Vec<(usize, Note)>,
}

/// Compiles one function.
pub(crate) fn compile(input: &Input<'_>) -> Result<Compiled, NativeError> {
    let mut emitter = Emitter::new(input);
    emitter.emit();
    let bytes = emitter.ops.finalize().map_err(|error| NativeError::Assembler(error.to_string()))?;
    Ok(Compiled { bytes, spans: emitter.spans, notes: emitter.notes })
}
