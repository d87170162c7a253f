//! Blocks, their order and their edges.
//!
//! The target of an instruction is the truth; the edges of the graph are derived from the targets and the layout by
//! [`Cfg::connect`], and [`crate::verify`] checks that they agree. Edge order and edge indices mean nothing, node
//! indices mean nothing but identity: whatever needs an order takes the layout or the list of allocation.

use crate::Op;
use hognose_bytecode::{ConstValue, Location, flags};
use hognose_primitives::Text;
use petgraph::stable_graph::{NodeIndex, StableDiGraph};
use std::fmt;
use std::num::NonZeroU32;

/// Names a block of one [`Cfg`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct BlockId(pub(crate) NodeIndex);

impl BlockId {
    /// A number below [`Cfg::block_count`], for tables over blocks.
    pub fn index(self) -> usize {
        self.0.index()
    }

    /// The node of [`Cfg::graph`].
    pub fn node(self) -> NodeIndex {
        self.0
    }
}

impl From<NodeIndex> for BlockId {
    fn from(node: NodeIndex) -> Self {
        BlockId(node)
    }
}

impl fmt::Display for BlockId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "b{}", self.index())
    }
}

/// Names an entry of [`Cfg::handlers`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct HandlerId(NonZeroU32);

impl HandlerId {
    pub(crate) fn of_index(index: usize) -> Self {
        let number = u32::try_from(index + 1).expect("a graph has fewer handlers than bytes of code");
        HandlerId(NonZeroU32::new(number).expect("one more than an index"))
    }

    /// The index into [`Cfg::handlers`].
    pub fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// Where an exception goes, as an exception table says it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Handler {
    /// The block that goes on.
    pub block: BlockId,
    /// Values that stay on the stack below what the handler gets.
    pub depth: u32,
    /// Whether the offset of the raising instruction is pushed too.
    pub lasti: bool,
}

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
    /// Where its exception goes, in a graph that was lifted from a code object. In a graph that code generation
    /// made, `SETUP_*` and `POP_BLOCK` say so and this is `None`.
    pub handler: Option<HandlerId>,
}

impl Instr {
    /// An instruction without target and handler.
    pub fn new(op: impl Into<Op>, arg: u32, location: Location) -> Self {
        Instr { op: op.into(), arg, target: None, location, handler: None }
    }

    /// Makes it do nothing; its location stays.
    pub fn make_nop(&mut self) {
        self.op = Op::Real(hognose_bytecode::Opcode::NOP);
        self.arg = 0;
        self.target = None;
    }
}

/// Instructions that run one after the other.
#[derive(Clone, Default, Debug)]
pub struct Block {
    /// In order of execution.
    pub instrs: Vec<Instr>,
    /// How many ways lead here, as pass `remove-unreachable` counted them.
    ///
    /// CPython does not count again after later passes, and some of them depend on the old number; so this is not the
    /// in-degree of the graph.
    pub predecessors: u32,
}

impl Block {
    /// The last instruction.
    pub fn last(&self) -> Option<&Instr> {
        self.instrs.last()
    }

    /// Whether its end goes on to the next block.
    pub fn falls_through(&self) -> bool {
        !self.last().is_some_and(|instr| instr.op.ends_flow())
    }

    /// Whether its end leaves the code unit.
    pub fn is_exit(&self) -> bool {
        self.last().is_some_and(|instr| instr.op.is_exit())
    }
}

/// How one block reaches another.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Edge {
    /// By falling off its end.
    Next,
    /// By a jump.
    Jump,
    /// By an exception.
    Handler,
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

impl Unit {
    /// Whether its frame outlives the call: a generator, a coroutine or both.
    pub fn is_generator(&self) -> bool {
        self.flags & (flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR) != 0
    }
}

/// The final numbering of local variables, cells and free variables.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Slots {
    /// `co_localsplusnames`.
    pub names: Vec<Text>,
    /// `co_localspluskinds`.
    pub kinds: Vec<u8>,
}

/// The graph of one unit.
#[derive(Clone, Debug)]
pub struct Cfg {
    /// Everything but the instructions.
    pub unit: Unit,
    graph: StableDiGraph<Block, Edge>,
    /// Whether the edges agree with targets and layout.
    connected: bool,
    /// Blocks in the order of their creation (CPython's allocation list, oldest first).
    allocated: Vec<BlockId>,
    /// Blocks in the order of assembly; the first is the entry.
    layout: Vec<BlockId>,
    handlers: Vec<Handler>,
    slots: Option<Slots>,
    stack_floor: u32,
    lifted: bool,
}

impl Cfg {
    /// A graph with one empty block, the entry, which is in use.
    pub fn new(unit: Unit) -> Self {
        let mut cfg = Cfg::without_blocks(unit);
        let entry = cfg.new_block();
        cfg.use_block(entry);
        cfg
    }

    pub(crate) fn without_blocks(unit: Unit) -> Self {
        Cfg {
            unit,
            graph: StableDiGraph::default(),
            connected: false,
            allocated: Vec::new(),
            layout: Vec::new(),
            handlers: Vec::new(),
            slots: None,
            stack_floor: 0,
            lifted: false,
        }
    }

    /// Creates a block that is not laid out yet.
    pub fn new_block(&mut self) -> BlockId {
        let block = BlockId(self.graph.add_node(Block::default()));
        self.allocated.push(block);
        block
    }

    /// Puts a block at the end of the layout; what is emitted next goes into it.
    pub fn use_block(&mut self, block: BlockId) {
        self.connected = false;
        self.layout.push(block);
    }

    /// The block that instructions are emitted into.
    pub fn current(&self) -> BlockId {
        *self.layout.last().expect("the entry is laid out from the start")
    }

    /// Appends an instruction to the current block.
    pub fn emit(&mut self, op: impl Into<Op>, arg: u32, location: Location) {
        self.push(Instr::new(op, arg, location));
    }

    /// Appends a jump or a `SETUP_*` to the current block. It does not end the block: code generation decides.
    pub fn emit_jump(&mut self, op: impl Into<Op>, target: BlockId, location: Location) {
        self.push(Instr { target: Some(target), ..Instr::new(op, 0, location) });
    }

    pub(crate) fn push(&mut self, instr: Instr) {
        let current = self.current();
        self.block_mut(current).instrs.push(instr);
    }

    /// The first block.
    pub fn entry(&self) -> BlockId {
        self.layout[0]
    }

    /// A block.
    ///
    /// # Panics
    /// When the name belongs to another graph.
    pub fn block(&self, block: BlockId) -> &Block {
        &self.graph[block.0]
    }

    /// A block, to change it. The edges count as out of date from now on.
    ///
    /// # Panics
    /// When the name belongs to another graph.
    pub fn block_mut(&mut self, block: BlockId) -> &mut Block {
        self.connected = false;
        &mut self.graph[block.0]
    }

    /// How many blocks were ever created; all [`BlockId::index`]es are below.
    pub fn block_count(&self) -> usize {
        self.allocated.len()
    }

    /// All blocks in the order of their creation, those outside the layout included.
    pub fn allocated(&self) -> &[BlockId] {
        &self.allocated
    }

    /// Blocks in the order of assembly; the first is the entry.
    pub fn layout(&self) -> &[BlockId] {
        &self.layout
    }

    /// Replaces the order of assembly. Blocks that are missing from it no longer belong to the program.
    pub fn set_layout(&mut self, layout: Vec<BlockId>) {
        self.connected = false;
        self.layout = layout;
    }

    /// For each block, by [`BlockId::index`], the one after it in the layout.
    pub fn next_blocks(&self) -> Vec<Option<BlockId>> {
        let mut next = vec![None; self.block_count()];
        for pair in self.layout.windows(2) {
            next[pair[0].index()] = Some(pair[1]);
        }
        next
    }

    /// Every instruction that is laid out, in order.
    pub fn instrs(&self) -> impl Iterator<Item = &Instr> {
        self.layout.iter().flat_map(|&block| &self.block(block).instrs)
    }

    /// Registers where exceptions go; equal handlers have one name.
    pub fn add_handler(&mut self, handler: Handler) -> HandlerId {
        let index = match self.handlers.iter().rposition(|known| *known == handler) {
            Some(index) => index,
            None => {
                self.handlers.push(handler);
                self.handlers.len() - 1
            }
        };
        HandlerId::of_index(index)
    }

    /// The handler of this name.
    pub fn handler(&self, id: HandlerId) -> &Handler {
        &self.handlers[id.index()]
    }

    /// Every registered handler.
    pub fn handlers(&self) -> &[Handler] {
        &self.handlers
    }

    /// Replaces the block of each registered handler, in their order.
    pub fn set_handler_blocks(&mut self, blocks: &[BlockId]) {
        self.connected = false;
        for (handler, block) in self.handlers.iter_mut().zip(blocks) {
            handler.block = *block;
        }
    }

    /// The final numbering of variables, once pass `number-cells` has found it.
    pub fn slots(&self) -> Option<&Slots> {
        self.slots.as_ref()
    }

    /// Says that instructions now name variables by these slots.
    pub fn set_slots(&mut self, slots: Slots) {
        self.slots = Some(slots);
    }

    /// The least `co_stacksize` that assembly may give.
    pub fn stack_floor(&self) -> u32 {
        self.stack_floor
    }

    pub(crate) fn set_stack_floor(&mut self, depth: u32) {
        self.stack_floor = depth;
    }

    /// Whether it comes from a code object: handlers are on the instructions, and each NOP has a reason to be there.
    pub fn is_lifted(&self) -> bool {
        self.lifted
    }

    pub(crate) fn set_lifted(&mut self) {
        self.lifted = true;
    }

    /// The edges that targets and layout call for.
    pub(crate) fn wanted_edges(&self) -> Vec<(NodeIndex, NodeIndex, Edge)> {
        let mut wanted = Vec::new();
        for (place, &id) in self.layout.iter().enumerate() {
            let block = self.block(id);
            let mut handler = None;
            for instr in &block.instrs {
                if let Some(target) = instr.target {
                    let edge = if instr.op.is_block_push() { Edge::Handler } else { Edge::Jump };
                    wanted.push((id.0, target.0, edge));
                }
                if instr.handler != handler {
                    handler = instr.handler;
                    wanted.extend(handler.map(|handler| (id.0, self.handler(handler).block.0, Edge::Handler)));
                }
            }
            if block.falls_through()
                && let Some(next) = self.layout.get(place + 1)
            {
                wanted.push((id.0, next.0, Edge::Next));
            }
        }
        wanted
    }

    /// Brings the edges up to date with targets and layout.
    pub fn connect(&mut self) {
        if self.connected {
            return;
        }
        self.graph.clear_edges();
        for (from, to, edge) in self.wanted_edges() {
            self.graph.add_edge(from, to, edge);
        }
        self.connected = true;
    }

    /// Whether the edges were brought up to date after the last change.
    pub fn is_connected(&self) -> bool {
        self.connected
    }

    /// The graph, its edges up to date.
    pub fn graph(&mut self) -> &StableDiGraph<Block, Edge> {
        self.connect();
        &self.graph
    }

    pub(crate) fn raw_graph(&self) -> &StableDiGraph<Block, Edge> {
        &self.graph
    }
}
