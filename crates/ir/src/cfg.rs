//! Blocks, their order and their edges.

use crate::Op;
use hognose_bytecode::{ConstValue, Location};
use hognose_primitives::Text;
use petgraph::stable_graph::{NodeIndex, StableDiGraph};

/// Names a block of one [`Cfg`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct BlockId(pub(crate) NodeIndex);

/// One instruction: what it does, its argument or its target, and where it comes from.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Instr {
    /// What it does.
    pub op: Op,
    /// Its argument; not used by jumps.
    pub arg: u32,
    /// Where a jump goes, or the handler that a `SETUP_*` names.
    pub target: Option<BlockId>,
    /// Source range.
    pub location: Location,
}

/// Instructions that run one after the other.
#[derive(Clone, Default, Debug)]
pub struct Block {
    /// In order of execution.
    pub instrs: Vec<Instr>,
}

/// What a code object holds besides its instructions.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Unit {
    pub name: Text,
    pub qualname: Text,
    pub filename: Text,
    pub firstlineno: i32,
    pub flags: u32,
    pub argcount: u32,
    pub posonlyargcount: u32,
    pub kwonlyargcount: u32,
    pub consts: Vec<ConstValue>,
    pub names: Vec<Text>,
    pub varnames: Vec<Text>,
    /// In the order code generation numbers them (sorted); assembly finds the final order.
    pub cellvars: Vec<Text>,
    pub freevars: Vec<Text>,
}

/// The graph of one unit.
#[derive(Clone, Debug)]
pub struct Cfg {
    /// Everything but the instructions.
    pub unit: Unit,
    graph: StableDiGraph<Block, ()>,
    /// Blocks in the order of their creation (CPython's allocation list, oldest first).
    allocated: Vec<BlockId>,
    /// Blocks in the order of assembly; the first is the entry.
    layout: Vec<BlockId>,
}

impl Cfg {
    /// A graph with one empty block, the entry, which is in use.
    pub fn new(unit: Unit) -> Self {
        let mut cfg = Cfg { unit, graph: StableDiGraph::new(), allocated: Vec::new(), layout: Vec::new() };
        let entry = cfg.new_block();
        cfg.use_block(entry);
        cfg
    }

    /// Creates a block that is not laid out yet.
    pub fn new_block(&mut self) -> BlockId {
        let block = BlockId(self.graph.add_node(Block::default()));
        self.allocated.push(block);
        block
    }

    /// Puts a block at the end of the layout; what is emitted next goes into it.
    pub fn use_block(&mut self, block: BlockId) {
        self.layout.push(block);
    }

    /// The block that instructions are emitted into.
    pub fn current(&self) -> BlockId {
        *self.layout.last().expect("the entry is laid out from the start")
    }

    /// Appends an instruction to the current block.
    pub fn emit(&mut self, op: impl Into<Op>, arg: u32, location: Location) {
        self.push(Instr { op: op.into(), arg, target: None, location });
    }

    /// Appends a jump or a `SETUP_*` to the current block. It does not end the block: code generation decides.
    pub fn emit_jump(&mut self, op: impl Into<Op>, target: BlockId, location: Location) {
        self.push(Instr { op: op.into(), arg: 0, target: Some(target), location });
    }

    fn push(&mut self, instr: Instr) {
        let current = self.current();
        self.graph[current.0].instrs.push(instr);
    }
}
