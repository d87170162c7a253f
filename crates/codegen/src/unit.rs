//! The state of one unit: what becomes one code object.

use crate::Options;
use crate::error::Result;
use crate::frame_block::FrameBlock;
use crate::generator::{FinishedCode, Generator, Resume};
use crate::hash::Map;
use hognose_bytecode::{Location, Opcode, flags};
use hognose_ir::Cfg;
use hognose_primitives::{Constant, ConstantKey, Text};
use hognose_symtable::{Block, BlockId, BlockKind, Scope, mangle};

/// What kind of code a unit is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum UnitKind {
    Module,
    Class,
    Function,
    AsyncFunction,
    Lambda,
    Comprehension,
}

/// What a code object ends with when control reaches its end.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum ImplicitReturn {
    /// `return None`.
    None,
    /// Returns what is on the stack.
    Top,
}

/// The state of one unit.
pub(crate) struct Unit<'a, 'o> {
    pub(crate) cfg: Cfg,
    pub(crate) kind: UnitKind,
    pub(crate) scope: &'o Block<'a>,
    /// The current location.
    pub(crate) cur: Location,
    /// The last instruction ended its block: the next one begins a new block.
    pub(crate) needs_block: bool,
    /// The current block holds a `RETURN_VALUE`.
    pub(crate) block_returns: bool,
    pub(crate) frame_blocks: Vec<FrameBlock<'a>>,
    /// The class whose name mangles private names.
    pub(crate) private: Option<&'a str>,
    pub(crate) const_index: Map<ConstantKey, u32>,
    /// Constants with a NaN inside: equal only when they are the same objects, here nodes of the tree.
    pub(crate) nan_index: Vec<(Vec<*const Constant>, u32)>,
    pub(crate) name_index: Map<&'a str, u32>,
    pub(crate) varname_index: Map<&'a str, u32>,
    /// Sorted, as `cfg.unit` has them.
    pub(crate) cellvars: Vec<&'a str>,
    /// Sorted, as `cfg.unit` has them.
    pub(crate) freevars: Vec<&'a str>,
}

impl<'a, 'o> Unit<'a, 'o> {
    fn new(kind: UnitKind, scope: &'o Block<'a>, name: Text, first_line: i32, options: &Options) -> Self {
        let cfg = Cfg::new(hognose_ir::Unit {
            qualname: name.clone(),
            name,
            filename: options.filename.clone(),
            firstlineno: first_line,
            flags: code_flags(scope, options),
            argcount: 0,
            posonlyargcount: 0,
            kwonlyargcount: 0,
            consts: Vec::new(),
            names: Vec::new(),
            varnames: Vec::new(),
            cellvars: Vec::new(),
            freevars: Vec::new(),
        });
        Unit {
            cfg,
            kind,
            scope,
            cur: Location { line: first_line, end_line: first_line, column: 0, end_column: 0 },
            needs_block: false,
            block_returns: false,
            frame_blocks: Vec::new(),
            private: None,
            const_index: Map::default(),
            nan_index: Vec::new(),
            name_index: Map::default(),
            varname_index: Map::default(),
            cellvars: Vec::new(),
            freevars: Vec::new(),
        }
    }

    /// The unit of a module, before its first instruction.
    pub(crate) fn module(scope: &'o Block<'a>, options: &Options) -> Self {
        Unit::new(UnitKind::Module, scope, Text::from("<module>"), 1, options)
    }

    /// Whether names may be fast locals: a function, lambda or comprehension.
    pub(crate) fn is_function_like(&self) -> bool {
        self.scope.kind == BlockKind::Function
    }
}

/// `co_flags`.
fn code_flags(scope: &Block<'_>, options: &Options) -> u32 {
    let mut bits = options.future_flags;
    if scope.kind == BlockKind::Function {
        bits |= flags::NEWLOCALS | flags::OPTIMIZED;
        bits |= match (scope.generator, scope.coroutine) {
            (true, false) => flags::GENERATOR,
            (false, true) => flags::COROUTINE,
            (true, true) => flags::ASYNC_GENERATOR,
            (false, false) => 0,
        };
        let rows =
            [(scope.nested, flags::NESTED), (scope.varargs, flags::VARARGS), (scope.varkeywords, flags::VARKEYWORDS)];
        bits |= rows.iter().filter(|(set, _)| *set).fold(0, |bits, (_, bit)| bits | bit);
    }
    if options.top_level_await && scope.coroutine && !scope.generator {
        bits |= flags::COROUTINE;
    }
    bits
}

impl<'a> Generator<'a, '_> {
    /// Begins the module's unit, which the generator was created with.
    pub(crate) fn enter_module(&mut self) {
        self.unit.cur.line = 0;
        self.op_arg(Opcode::RESUME, Resume::Start as u32);
        self.unit.cur.line = 1;
    }

    /// Begins a unit inside the current one.
    pub(crate) fn enter_unit(&mut self, name: &'a str, kind: UnitKind, scope: BlockId, first_line: i32) {
        let scope = self.symbols.block(scope);
        let qualname = self.qualname(name, kind);
        let name = self.text(name);
        let mut unit = Unit::new(kind, scope, name, first_line, self.options);
        if let Some(qualname) = qualname {
            unit.cfg.unit.qualname = qualname;
        }
        unit.private = self.unit.private;
        unit.varname_index = scope.varnames.iter().copied().zip(0..).collect();
        unit.cfg.unit.varnames = scope.varnames.iter().map(|name| self.text(name)).collect();
        unit.cellvars = if scope.needs_class_closure { vec!["__class__"] } else { scope.cellvars() };
        unit.freevars = scope.freevars();
        unit.cfg.unit.cellvars = unit.cellvars.iter().map(|name| self.text(name)).collect();
        unit.cfg.unit.freevars = unit.freevars.iter().map(|name| self.text(name)).collect();
        self.enclosing.push(std::mem::replace(&mut self.unit, unit));
        self.op_arg(Opcode::RESUME, Resume::Start as u32);
    }

    /// The qualified name of a unit inside the current one; `None` when it is just `name`.
    fn qualname(&mut self, name: &'a str, kind: UnitKind) -> Option<Text> {
        let parent = &self.unit;
        if parent.kind == UnitKind::Module {
            return None;
        }
        if matches!(kind, UnitKind::Function | UnitKind::AsyncFunction | UnitKind::Class)
            && parent.scope.scope_of(&mangle(parent.private, name)) == Some(Scope::GlobalExplicit)
        {
            return None;
        }
        let locals = match parent.kind {
            UnitKind::Function | UnitKind::AsyncFunction | UnitKind::Lambda => ".<locals>",
            UnitKind::Module | UnitKind::Class | UnitKind::Comprehension => "",
        };
        let mut qualname = parent.cfg.unit.qualname.to_string_lossy();
        for part in [locals, ".", name] {
            qualname.push_str(part);
        }
        Some(Text::from(qualname))
    }

    /// Ends the current unit, goes back to the one around it and gives its code.
    pub(crate) fn leave_unit(&mut self, implicit: ImplicitReturn) -> Result<FinishedCode> {
        self.end_with_return(implicit)?;
        let around = self.enclosing.pop().expect("every unit but the module's is inside another");
        let unit = std::mem::replace(&mut self.unit, around);
        (self.finish)(unit.cfg).map_err(Box::new)
    }

    /// Adds the implicit return.
    pub(crate) fn end_with_return(&mut self, implicit: ImplicitReturn) -> Result {
        if !self.unit.block_returns {
            self.unlocate();
            if implicit == ImplicitReturn::None {
                self.load_none()?;
            }
            self.op(Opcode::RETURN_VALUE);
        }
        Ok(())
    }
}
