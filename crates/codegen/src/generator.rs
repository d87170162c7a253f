//! The state of one run of code generation, and how instructions and blocks are added.

use crate::error::{CompileError, Result};
use crate::hash::Map;
use crate::unit::Unit;
use crate::warning::SyntaxWarning;
use crate::{Finish, Options};
use hognose_bytecode::{Location, Opcode};
use hognose_ir::{BlockId, Op, Pseudo};
use hognose_primitives::Text;
use hognose_symtable::{Block, SymbolTable};
use hognose_syntax::{Arena, ErrorClass, Span, SyntaxError};

/// Sequences longer than this are not built on the stack (CPython's `STACK_USE_GUIDELINE`).
pub(crate) const STACK_USE_GUIDELINE: usize = 30;

/// How deep the tree may be; the symbol table, which is built before, stops at 3000.
const MAX_DEPTH: u32 = 6000;

/// How many instructions one compilation may generate. A `finally` body is generated for each way out of its `try`, so
/// nested ones grow a program exponentially; CPython ends such a program when memory does.
const MAX_INSTRUCTIONS: u64 = 1 << 25;

/// What `RESUME` continues after.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub(crate) enum Resume {
    Start = 0,
    Yield = 1,
    YieldFrom = 2,
    Await = 3,
}

/// One run of code generation.
pub(crate) struct Generator<'a, 'o> {
    pub(crate) arena: &'a Arena,
    pub(crate) symbols: &'o SymbolTable<'a>,
    pub(crate) options: &'o Options,
    pub(crate) finish: &'o mut (dyn FnMut(hognose_ir::Cfg) -> std::result::Result<FinishedCode, CompileError> + 'o),
    /// The unit whose code is being generated.
    pub(crate) unit: Unit<'a, 'o>,
    /// The units around it, the module first.
    pub(crate) enclosing: Vec<Unit<'a, 'o>>,
    pub(crate) warnings: Vec<SyntaxWarning>,
    /// Whether expression statements of the module are printed.
    pub(crate) interactive: bool,
    texts: Map<&'a str, Text>,
    depth: u32,
    emitted: u64,
}

/// What `finish` gives.
pub(crate) type FinishedCode = std::sync::Arc<hognose_bytecode::CodeObject>;

impl<'a, 'o> Generator<'a, 'o> {
    pub(crate) fn new(
        arena: &'a Arena,
        symbols: &'o SymbolTable<'a>,
        options: &'o Options,
        finish: &'o mut Finish<'_>,
    ) -> Self {
        Generator {
            arena,
            symbols,
            options,
            finish,
            unit: Unit::module(symbols.top(), options),
            enclosing: Vec::new(),
            warnings: Vec::new(),
            interactive: false,
            texts: Map::default(),
            depth: 0,
            emitted: 0,
        }
    }

    /// The block of the symbol table that belongs to the current unit.
    pub(crate) fn scope(&self) -> &'o Block<'a> {
        self.unit.scope
    }

    /// A name as text; equal names share one allocation in all code objects.
    pub(crate) fn text(&mut self, name: &'a str) -> Text {
        self.texts.entry(name).or_insert_with(|| Text::from(name)).clone()
    }

    // Locations.

    /// Sets the current location.
    pub(crate) fn locate(&mut self, span: Span) {
        self.unit.cur = location(span);
    }

    /// Clears the current location.
    pub(crate) fn unlocate(&mut self) {
        self.unit.cur = Location::NONE;
    }

    // Instructions.

    /// Adds an instruction whose argument is not used.
    pub(crate) fn op(&mut self, op: Opcode) {
        self.op_arg(op, 0);
    }

    /// Adds an instruction.
    pub(crate) fn op_arg(&mut self, op: Opcode, arg: u32) {
        self.begin_block_if_needed();
        self.unit.cfg.emit(op, arg, self.unit.cur);
        if matches!(op, Opcode::RETURN_VALUE | Opcode::RAISE_VARARGS | Opcode::RERAISE) {
            self.unit.needs_block = true;
            self.unit.block_returns |= op == Opcode::RETURN_VALUE;
        }
    }

    /// Adds an instruction without location.
    pub(crate) fn op_nowhere(&mut self, op: Opcode, arg: u32) {
        let cur = std::mem::replace(&mut self.unit.cur, Location::NONE);
        self.op_arg(op, arg);
        self.unit.cur = cur;
    }

    /// Adds `POP_BLOCK`.
    pub(crate) fn pop_block(&mut self) {
        self.begin_block_if_needed();
        self.unit.cfg.emit(Pseudo::POP_BLOCK, 0, self.unit.cur);
    }

    /// Adds `POP_BLOCK` without location.
    pub(crate) fn pop_block_nowhere(&mut self) {
        self.begin_block_if_needed();
        self.unit.cfg.emit(Pseudo::POP_BLOCK, 0, Location::NONE);
    }

    /// Adds a jump or a `SETUP_*`. Only a jump ends the block.
    pub(crate) fn jump(&mut self, op: impl Into<Op>, target: BlockId) {
        self.jump_at(op, target, self.unit.cur);
    }

    /// Adds a jump without location.
    pub(crate) fn jump_nowhere(&mut self, op: impl Into<Op>, target: BlockId) {
        self.jump_at(op, target, Location::NONE);
    }

    fn jump_at(&mut self, op: impl Into<Op>, target: BlockId, location: Location) {
        let op = op.into();
        self.begin_block_if_needed();
        self.unit.cfg.emit_jump(op, target, location);
        self.unit.needs_block =
            !matches!(op, Op::Pseudo(Pseudo::SETUP_FINALLY | Pseudo::SETUP_CLEANUP | Pseudo::SETUP_WITH));
    }

    // Blocks.

    /// Creates a block.
    pub(crate) fn new_block(&mut self) -> BlockId {
        self.unit.cfg.new_block()
    }

    /// Goes on in a block.
    pub(crate) fn use_block(&mut self, block: BlockId) {
        self.unit.cfg.use_block(block);
        self.unit.needs_block = false;
        self.unit.block_returns = false;
    }

    fn begin_block_if_needed(&mut self) {
        self.emitted += 1;
        if self.unit.needs_block {
            let block = self.new_block();
            self.use_block(block);
        }
    }

    // Errors.

    /// An error at the current location.
    ///
    /// Unlike those of the parser, its columns count UTF-8 bytes, as CPython's do.
    pub(crate) fn error(&self, message: impl Into<String>) -> Box<CompileError> {
        let cur = self.unit.cur;
        Box::new(CompileError::Syntax(SyntaxError {
            class: ErrorClass::SyntaxError,
            message: message.into(),
            location: Some([cur.line, cur.column + 1, cur.end_line, cur.end_column + 1]),
            text: None,
        }))
    }

    /// Goes one level deeper into the tree.
    pub(crate) fn enter_node(&mut self) -> Result {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let message = "maximum recursion depth exceeded during compilation";
            return Err(limit_error(ErrorClass::RecursionError, message));
        }
        if self.emitted > MAX_INSTRUCTIONS {
            return Err(limit_error(ErrorClass::MemoryError, ""));
        }
        Ok(())
    }

    /// Comes back from [`Generator::enter_node`].
    pub(crate) fn leave_node(&mut self) {
        self.depth -= 1;
    }
}

fn limit_error(class: ErrorClass, message: &str) -> Box<CompileError> {
    Box::new(CompileError::Syntax(SyntaxError { class, message: message.to_owned(), location: None, text: None }))
}

/// A node's span as instructions carry it.
pub(crate) fn location(span: Span) -> Location {
    Location {
        line: span.start.line,
        end_line: span.end.line,
        column: span.start.column_bytes,
        end_column: span.end.column_bytes,
    }
}
