//! What every graph between code generation and assembly must hold to.

use crate::{AssembleError, BlockId, Cfg, ExceptionTargets, Instr, Op, Pseudo};
use hognose_bytecode::{Argument, COMPARISONS, Opcode, kind};
use std::fmt;

/// A graph that is not well formed: where, and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VerifyError {
    /// The block.
    pub block: BlockId,
    /// The instruction in it, if it is about one.
    pub instr: Option<usize>,
    /// What is wrong.
    pub fault: Fault,
}

/// What can be wrong with a graph.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fault {
    /// The block stands twice in the layout.
    LaidOutTwice,
    /// A jump or `SETUP_*` has no target, or something else has one.
    TargetMissingOrTooMuch,
    /// The target or handler is not laid out.
    TargetNotLaidOut(BlockId),
    /// Something follows an instruction that must end its block.
    NotAtEnd,
    /// The last block falls off the end of the code.
    FallsOffTheEnd,
    /// The argument names nothing.
    ArgumentOutOfRange(u32),
    /// The instruction takes or looks at more values than there are.
    StackUnderflow,
    /// Two ways lead here with different stack depths.
    DepthsDiffer(i64, i64),
    /// `SETUP_*` and `POP_BLOCK` do not nest, or stand in a graph that has handlers on its instructions.
    BlocksDoNotNest,
    /// Real edges that targets and layout do not call for, or the other way round.
    EdgesDisagree,
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.block)?;
        if let Some(instr) = self.instr {
            write!(f, "[{instr}]")?;
        }
        match &self.fault {
            Fault::LaidOutTwice => f.write_str(": stands twice in the layout"),
            Fault::TargetMissingOrTooMuch => f.write_str(": a target is missing, or there should be none"),
            Fault::TargetNotLaidOut(target) => write!(f, ": goes to {target}, which is not laid out"),
            Fault::NotAtEnd => f.write_str(": should be the last instruction of its block"),
            Fault::FallsOffTheEnd => f.write_str(": falls off the end of the code"),
            Fault::ArgumentOutOfRange(arg) => write!(f, ": argument {arg} names nothing"),
            Fault::StackUnderflow => f.write_str(": takes more from the stack than is there"),
            Fault::DepthsDiffer(one, other) => write!(f, ": is reached with stack depth {one} and {other}"),
            Fault::BlocksDoNotNest => f.write_str(": SETUP and POP_BLOCK do not nest"),
            Fault::EdgesDisagree => f.write_str(": the edges of the graph do not agree with the targets"),
        }
    }
}

impl std::error::Error for VerifyError {}

/// Checks that a graph is well formed. What no way leads to is only checked for its targets and arguments.
///
/// # Errors
/// The first fault in the order of the layout.
pub fn verify(cfg: &Cfg) -> Result<(), VerifyError> {
    let mut laid_out = vec![false; cfg.block_count()];
    for &block in cfg.layout() {
        if std::mem::replace(&mut laid_out[block.index()], true) {
            return Err(VerifyError { block, instr: None, fault: Fault::LaidOutTwice });
        }
    }
    for &id in cfg.layout() {
        let block = cfg.block(id);
        for (place, instr) in block.instrs.iter().enumerate() {
            let last = place + 1 == block.instrs.len();
            check_instr(cfg, &laid_out, instr, last).map_err(|fault| VerifyError {
                block: id,
                instr: Some(place),
                fault,
            })?;
        }
    }
    if let Err(AssembleError::UnbalancedPopBlock(block)) = ExceptionTargets::of(cfg) {
        return Err(VerifyError { block, instr: None, fault: Fault::BlocksDoNotNest });
    }
    check_depths(cfg)?;
    check_edges(cfg)
}

fn check_instr(cfg: &Cfg, laid_out: &[bool], instr: &Instr, last: bool) -> Result<(), Fault> {
    if instr.op.has_target() != instr.target.is_some() {
        return Err(Fault::TargetMissingOrTooMuch);
    }
    let handler = instr.handler.map(|handler| cfg.handler(handler).block);
    for target in instr.target.into_iter().chain(handler) {
        if !laid_out[target.index()] {
            return Err(Fault::TargetNotLaidOut(target));
        }
    }
    if !last && (instr.op.is_jump() || instr.op.is_exit()) {
        return Err(Fault::NotAtEnd);
    }
    match instr.op {
        Op::Real(op) if argument_fits(cfg, op, instr.arg) => Ok(()),
        Op::Real(_) => Err(Fault::ArgumentOutOfRange(instr.arg)),
        Op::Pseudo(op) if cfg.is_lifted() && op.is_block_mark() => Err(Fault::BlocksDoNotNest),
        Op::Pseudo(_) => Ok(()),
    }
}

fn argument_fits(cfg: &Cfg, op: Opcode, arg: u32) -> bool {
    let unit = &cfg.unit;
    let arg = arg as usize;
    let has_kind = |bits: u8| match cfg.slots() {
        Some(slots) => slots.kinds.get(arg).is_some_and(|kind| kind & bits != 0),
        None if bits == kind::LOCAL => arg < unit.varnames.len(),
        None => arg < unit.cellvars.len() + unit.freevars.len(),
    };
    match op.argument() {
        Argument::Const | Argument::KeywordNames => arg < unit.consts.len(),
        Argument::Name => arg < unit.names.len(),
        Argument::Global => arg >> 1 < unit.names.len(),
        Argument::Local => has_kind(kind::LOCAL),
        Argument::Deref => has_kind(kind::CELL | kind::FREE),
        Argument::Compare => arg < COMPARISONS.len(),
        Argument::BinaryOperator => arg < 26,
        Argument::Invert => arg < 2,
        // Depth 0 is above the stack; for RERAISE it says that nothing is there to look at.
        Argument::Depth => arg > 0 || op == Opcode::RERAISE,
        Argument::Prefix => false,
        Argument::None
        | Argument::JumpForward
        | Argument::JumpBackward
        | Argument::Conversion
        | Argument::FunctionParts
        | Argument::Count
        | Argument::HasKeywords
        | Argument::ResumedFrom
        | Argument::AwaitedFrom => true,
    }
}

/// Values that must be on the stack before an instruction, as CPython's compiler counts depths: between `PRECALL` and
/// `CALL` the arguments are no longer counted.
fn needed(instr: &Instr) -> i64 {
    match instr.op {
        Op::Real(Opcode::RETURN_GENERATOR) => 1,
        Op::Real(Opcode::PRECALL) => i64::from(instr.arg) + 2,
        Op::Real(Opcode::CALL) => 2,
        Op::Real(op) => {
            let uses = op.stack_use(instr.arg, false);
            i64::from(uses.popped) + i64::from(uses.peeked)
        }
        Op::Pseudo(op) => match op {
            Pseudo::POP_JUMP_IF_FALSE
            | Pseudo::POP_JUMP_IF_TRUE
            | Pseudo::POP_JUMP_IF_NONE
            | Pseudo::POP_JUMP_IF_NOT_NONE => 1,
            Pseudo::JUMP
            | Pseudo::JUMP_NO_INTERRUPT
            | Pseudo::SETUP_FINALLY
            | Pseudo::SETUP_CLEANUP
            | Pseudo::SETUP_WITH
            | Pseudo::POP_BLOCK => 0,
        },
    }
}

fn check_depths(cfg: &Cfg) -> Result<(), VerifyError> {
    let Some(&entry) = cfg.layout().first() else { return Ok(()) };
    let next = cfg.next_blocks();
    let mut depths: Vec<Option<i64>> = vec![None; cfg.block_count()];
    // The value that was sent is there once RETURN_GENERATOR takes it, which pass `insert-prefix` brings.
    let makes_generator = cfg.block(entry).instrs.iter().any(|instr| instr.op == Opcode::RETURN_GENERATOR);
    depths[entry.index()] = Some(i64::from(cfg.unit.is_generator() && makes_generator));
    let mut work = vec![entry];
    while let Some(id) = work.pop() {
        let block = cfg.block(id);
        let mut depth = depths[id.index()].expect("a block has a depth when it is put to work");
        let mut reach = |to: BlockId, depth: i64| match depths[to.index()] {
            Some(known) if known != depth => {
                Err(VerifyError { block: to, instr: None, fault: Fault::DepthsDiffer(known, depth) })
            }
            Some(_) => Ok(()),
            None => {
                depths[to.index()] = Some(depth);
                work.push(to);
                Ok(())
            }
        };
        for (place, instr) in block.instrs.iter().enumerate() {
            if needed(instr) > depth {
                return Err(VerifyError { block: id, instr: Some(place), fault: Fault::StackUnderflow });
            }
            if let Some(handler) = instr.handler.map(|handler| cfg.handler(handler)) {
                let at_handler = i64::from(handler.depth) + 1 + i64::from(handler.lasti);
                if i64::from(handler.depth) > depth {
                    return Err(VerifyError { block: id, instr: Some(place), fault: Fault::StackUnderflow });
                }
                reach(handler.block, at_handler)?;
            }
            if let Some(target) = instr.target {
                reach(target, depth + i64::from(instr.op.stack_effect(instr.arg, true)))?;
            }
            depth += i64::from(instr.op.stack_effect(instr.arg, false));
        }
        if block.falls_through() {
            let fault = || VerifyError { block: id, instr: None, fault: Fault::FallsOffTheEnd };
            reach(next[id.index()].ok_or_else(fault)?, depth)?;
        }
    }
    Ok(())
}

fn check_edges(cfg: &Cfg) -> Result<(), VerifyError> {
    if !cfg.is_connected() {
        return Ok(());
    }
    let graph = cfg.raw_graph();
    let mut wanted = cfg.wanted_edges();
    let mut real: Vec<_> = graph
        .edge_indices()
        .filter_map(|edge| graph.edge_endpoints(edge).map(|(from, to)| (from, to, graph[edge])))
        .collect();
    wanted.sort_unstable();
    real.sort_unstable();
    match wanted.iter().zip(&real).find(|(wanted, real)| wanted != real).map(|(wanted, _)| wanted.0) {
        None if wanted.len() == real.len() => Ok(()),
        from => {
            let block = from.map_or(cfg.entry(), BlockId);
            Err(VerifyError { block, instr: None, fault: Fault::EdgesDisagree })
        }
    }
}
