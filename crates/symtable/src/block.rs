//! Blocks, their names and the whole table.

use crate::Features;
use hognose_syntax::{ClassDef, Comprehension, Expr, FunctionDef, Place, Span};
use std::collections::HashMap;

/// What a block does with a name: the bits that `_symtable` shows, below [`flag::SCOPE_OFFSET`].
pub mod flag {
    /// `global` statement in this block.
    pub const DEF_GLOBAL: u32 = 1;
    /// Assigned in this block.
    pub const DEF_LOCAL: u32 = 2;
    /// A parameter.
    pub const DEF_PARAM: u32 = 4;
    /// `nonlocal` statement in this block.
    pub const DEF_NONLOCAL: u32 = 8;
    /// Read in this block.
    pub const USE: u32 = 16;
    /// A name of the class block that one of its functions reads from an enclosing function.
    pub const DEF_FREE_CLASS: u32 = 64;
    /// Bound by an import.
    pub const DEF_IMPORT: u32 = 128;
    /// Annotated.
    pub const DEF_ANNOT: u32 = 256;
    /// An iteration variable of a comprehension.
    pub const DEF_COMP_ITER: u32 = 512;
    /// Every way to be bound in a block.
    pub const DEF_BOUND: u32 = DEF_LOCAL | DEF_PARAM | DEF_IMPORT;
    /// Where the [`Scope`](super::Scope) begins.
    pub const SCOPE_OFFSET: u32 = 11;
}

/// How a block reaches a name.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs)]
#[repr(u8)]
pub enum Scope {
    Local = 1,
    GlobalExplicit = 2,
    GlobalImplicit = 3,
    Free = 4,
    Cell = 5,
}

impl Scope {
    /// CPython's word for it.
    pub fn name(self) -> &'static str {
        match self {
            Scope::Local => "LOCAL",
            Scope::GlobalExplicit => "GLOBAL_EXPLICIT",
            Scope::GlobalImplicit => "GLOBAL_IMPLICIT",
            Scope::Free => "FREE",
            Scope::Cell => "CELL",
        }
    }

    fn from_bits(bits: u32) -> Option<Self> {
        match bits {
            1 => Some(Scope::Local),
            2 => Some(Scope::GlobalExplicit),
            3 => Some(Scope::GlobalImplicit),
            4 => Some(Scope::Free),
            5 => Some(Scope::Cell),
            _ => None,
        }
    }
}

/// One name of a block.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Symbol<'a> {
    /// The name, mangled.
    pub name: &'a str,
    /// [`flag`]s, and the scope above [`flag::SCOPE_OFFSET`].
    pub flags: u32,
}

impl Symbol<'_> {
    /// How its block reaches it.
    pub fn scope(&self) -> Option<Scope> {
        Scope::from_bits(self.flags >> flag::SCOPE_OFFSET)
    }
}

/// Numbers the blocks of a table in the order they are entered; the module is 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct BlockId(pub u32);

/// What opens a block; the discriminant is `_symtable`'s `type`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs)]
#[repr(u8)]
pub enum BlockKind {
    /// Also a lambda or comprehension.
    Function = 0,
    Class = 1,
    Module = 2,
    /// An annotation under `from __future__ import annotations`; no code is generated for it.
    Annotation = 3,
}

/// Which kind of comprehension a function block is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs)]
pub enum ComprehensionKind {
    List,
    Set,
    Dict,
    Generator,
}

/// The names of a block in the order of their first mention, found by name.
#[derive(Clone, Default, Debug)]
pub(crate) struct Symbols<'a> {
    entries: Vec<Symbol<'a>>,
    /// Positions in `entries`; empty while a scan is quicker.
    index: HashMap<&'a str, u32>,
}

impl<'a> Symbols<'a> {
    /// From this many names on the index is used.
    const INDEXED_FROM: usize = 12;

    fn position(&self, name: &str) -> Option<usize> {
        if self.entries.len() < Self::INDEXED_FROM {
            self.entries.iter().position(|symbol| symbol.name == name)
        } else {
            self.index.get(name).map(|&position| position as usize)
        }
    }

    /// The flags of a name; 0 when the block does not mention it.
    pub(crate) fn flags(&self, name: &str) -> u32 {
        self.position(name).map_or(0, |position| self.entries[position].flags)
    }

    /// The flags of a name, to be changed; the name is added when it is new.
    pub(crate) fn entry(&mut self, name: &'a str) -> &mut u32 {
        let position = self.position(name).unwrap_or_else(|| {
            let position = self.entries.len();
            self.entries.push(Symbol { name, flags: 0 });
            if position + 1 == Self::INDEXED_FROM {
                self.index = self.entries.iter().zip(0..).map(|(symbol, position)| (symbol.name, position)).collect();
            } else if position + 1 > Self::INDEXED_FROM {
                self.index.insert(name, position as u32);
            }
            position
        });
        &mut self.entries[position].flags
    }

    pub(crate) fn iter_mut(&mut self) -> std::slice::IterMut<'_, Symbol<'a>> {
        self.entries.iter_mut()
    }
}

/// A `global` or `nonlocal` declaration, for the place of an error about it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Directive<'a> {
    /// Mangled.
    pub(crate) name: &'a str,
    pub(crate) span: Span,
}

/// One block: a module, class, function, lambda, comprehension or annotation.
#[derive(Clone, Debug)]
pub struct Block<'a> {
    /// What opens it.
    pub kind: BlockKind,
    /// `top`, the name of the function or class, or `lambda`, `genexpr`, `listcomp`, `setcomp`, `dictcomp`,
    /// `_annotation`.
    pub name: &'a str,
    /// Where its node starts: for a decorated function the line of `def`; line 0 for a module.
    pub start: Place,
    /// Parameters in the order of `co_varnames`, mangled.
    pub varnames: Vec<&'a str>,
    /// Blocks inside, in the order they are entered, without annotations.
    pub children: Vec<BlockId>,
    /// Whether a function surrounds it.
    pub nested: bool,
    /// Holds a `yield`, or is a generator expression.
    pub generator: bool,
    /// Is `async` or holds an `await` or an asynchronous comprehension.
    pub coroutine: bool,
    /// Which comprehension it is.
    pub comprehension: Option<ComprehensionKind>,
    /// Has `*args`.
    pub varargs: bool,
    /// Has `**kwargs`.
    pub varkeywords: bool,
    /// Holds a `return` with a value.
    pub returns_value: bool,
    /// A class of which some function uses `__class__`.
    pub needs_class_closure: bool,
    pub(crate) symbols: Symbols<'a>,
    pub(crate) directives: Vec<Directive<'a>>,
    /// An iteration variable is being visited.
    pub(crate) in_iteration_target: bool,
    /// How many iterables of comprehensions surround the node being visited.
    pub(crate) iterable_depth: u32,
}

impl<'a> Block<'a> {
    pub(crate) fn new(kind: BlockKind, name: &'a str, start: Place) -> Self {
        Block {
            kind,
            name,
            start,
            varnames: Vec::new(),
            children: Vec::new(),
            nested: false,
            generator: false,
            coroutine: false,
            comprehension: None,
            varargs: false,
            varkeywords: false,
            returns_value: false,
            needs_class_closure: false,
            symbols: Symbols::default(),
            directives: Vec::new(),
            in_iteration_target: false,
            iterable_depth: 0,
        }
    }

    /// The names, in the order of CPython's dict.
    ///
    /// Names that only inner blocks use (scope `Free`, no flag) come last, sorted; CPython's order of those depends
    /// on its hash seed.
    pub fn symbols(&self) -> &[Symbol<'a>] {
        &self.symbols.entries
    }

    /// [`flag`]s and scope of a mangled name; 0 when the block does not know it.
    pub fn flags_of(&self, name: &str) -> u32 {
        self.symbols.flags(name)
    }

    /// How the block reaches a mangled name; `None` when the block does not know it.
    pub fn scope_of(&self, name: &str) -> Option<Scope> {
        Scope::from_bits(self.flags_of(name) >> flag::SCOPE_OFFSET)
    }

    /// `co_cellvars` as code generation starts with them: the names with scope `Cell`, sorted.
    ///
    /// A class that needs a class closure has `__class__` instead, which is not among its names.
    pub fn cellvars(&self) -> Vec<&'a str> {
        self.sorted(|symbol| symbol.scope() == Some(Scope::Cell))
    }

    /// `co_freevars`: the names with scope `Free` or flag `DEF_FREE_CLASS`, sorted.
    pub fn freevars(&self) -> Vec<&'a str> {
        self.sorted(|symbol| symbol.scope() == Some(Scope::Free) || symbol.flags & flag::DEF_FREE_CLASS != 0)
    }

    fn sorted(&self, wanted: impl Fn(&Symbol<'a>) -> bool) -> Vec<&'a str> {
        // UTF-8 sorts by code point, as Python's strings do.
        let mut names: Vec<_> =
            self.symbols().iter().filter(|symbol| wanted(symbol)).map(|symbol| symbol.name).collect();
        names.sort_unstable();
        names
    }
}

/// The blocks of one module.
#[derive(Clone, Debug)]
pub struct SymbolTable<'a> {
    pub(crate) blocks: Vec<Block<'a>>,
    pub(crate) by_node: HashMap<NodeKey, BlockId>,
    /// Future features it was built under.
    pub features: Features,
}

impl<'a> SymbolTable<'a> {
    /// The block of the module.
    pub const TOP: BlockId = BlockId(0);

    /// The block of that number.
    pub fn block(&self, id: BlockId) -> &Block<'a> {
        &self.blocks[id.0 as usize]
    }

    /// The block of the module.
    pub fn top(&self) -> &Block<'a> {
        self.block(Self::TOP)
    }

    /// The block of a function; `None` when it is not of this table's tree.
    pub fn function(&self, node: &FunctionDef<'_>) -> Option<BlockId> {
        self.by_node.get(&NodeKey::function(node)).copied()
    }

    /// The block of a class; `None` when it is not of this table's tree.
    pub fn class(&self, node: &ClassDef<'_>) -> Option<BlockId> {
        self.by_node.get(&NodeKey::class(node)).copied()
    }

    /// The block of the lambda that has this body; `None` when it is not of this table's tree.
    pub fn lambda(&self, body: &Expr<'_>) -> Option<BlockId> {
        self.by_node.get(&NodeKey::lambda(body)).copied()
    }

    /// The block of the comprehension that has these generators; `None` when it is not of this table's tree.
    pub fn comprehension(&self, generators: &[Comprehension<'_>]) -> Option<BlockId> {
        self.by_node.get(&NodeKey::comprehension(generators)).copied()
    }
}

/// The address of a part of a node, which is its identity while its arena lives.
///
/// Only compared for equality: the order of addresses never shows. A list of generators begins with a
/// `Comprehension`, which begins with an `Expr`; the kind keeps such parts apart.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum NodeKey {
    Function(usize),
    Class(usize),
    LambdaBody(usize),
    Generators(usize),
}

impl NodeKey {
    pub(crate) fn function(node: &FunctionDef<'_>) -> Self {
        NodeKey::Function(std::ptr::from_ref(node).addr())
    }

    pub(crate) fn class(node: &ClassDef<'_>) -> Self {
        NodeKey::Class(std::ptr::from_ref(node).addr())
    }

    pub(crate) fn lambda(body: &Expr<'_>) -> Self {
        NodeKey::LambdaBody(std::ptr::from_ref(body).addr())
    }

    pub(crate) fn comprehension(generators: &[Comprehension<'_>]) -> Self {
        NodeKey::Generators(generators.as_ptr().addr())
    }
}
