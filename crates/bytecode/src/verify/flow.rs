//! The checks that follow paths: depth of the stack, and what stands on it.

use super::operands::{At, Checked, tuple};
use super::stack::{Kind, Stack, Stacks, TooComplex};
use super::{Problem, VerifiedInfo};
use crate::{CodeObject, Instruction, Opcode, StackUse};
use hognose_primitives::Constant;

pub(super) fn check(code: &CodeObject, checked: Checked) -> At<VerifiedInfo> {
    let units = code.code.len() / 2;
    let count = checked.instructions.len();
    let mut flow = Flow {
        code,
        limit: code.stacksize.min(u32::try_from(units).unwrap_or(u32::MAX).saturating_add(8)),
        handler_of: handler_of(&checked),
        checked: &checked,
        stacks: Stacks::new((1 << 22) + 256 * units as u64),
        before: vec![None; count],
        waiting: Vec::new(),
        max_depth: 0,
    };
    flow.reach(0, Stack::EMPTY).map_err(|problem| (Some(0), problem))?;
    while let Some(index) = flow.waiting.pop() {
        flow.run_from(index)?;
    }
    let mut depths = vec![-1; units];
    for (instruction, stack) in checked.instructions.iter().zip(&flow.before) {
        if let Some(stack) = stack {
            depths[instruction.start] = flow.stacks.depth(*stack) as i32;
        }
    }
    let max_depth = flow.max_depth;
    let Checked { instructions, handlers, prologue, targets, .. } = checked;
    Ok(VerifiedInfo {
        instructions: instructions.into(),
        handlers: handlers.into(),
        max_depth,
        prologue,
        depths: depths.into(),
        targets: targets.into(),
    })
}

/// For each instruction, the index of the entry that protects it.
fn handler_of(checked: &Checked) -> Vec<Option<u32>> {
    let mut handler_of = vec![None; checked.instructions.len()];
    for (index, entry) in checked.handlers.iter().enumerate() {
        let first = checked.starts[entry.start as usize] as usize;
        let covered =
            checked.instructions[first..].iter().take_while(|instruction| instruction.start < entry.end as usize);
        for slot in handler_of[first..].iter_mut().take(covered.count()) {
            *slot = Some(index as u32);
        }
    }
    handler_of
}

struct Flow<'a> {
    code: &'a CodeObject,
    checked: &'a Checked,
    handler_of: Vec<Option<u32>>,
    stacks: Stacks,
    /// The stack before each instruction, as far as paths have reached it.
    before: Vec<Option<Stack>>,
    /// Instructions whose stack has changed.
    waiting: Vec<usize>,
    max_depth: u32,
    limit: u32,
}

impl From<TooComplex> for Problem {
    fn from(_: TooComplex) -> Problem {
        Problem::TooComplex
    }
}

type Step<T> = Result<T, Problem>;

fn operand(depth: u32, needed: &'static str) -> Problem {
    Problem::Operand { depth, needed }
}

impl Flow<'_> {
    /// Follows the code from an instruction as long as that tells something new.
    fn run_from(&mut self, index: usize) -> At<()> {
        let mut index = index;
        // The slots that the handler keeps stay the same from one instruction of its range to the next.
        let mut kept: Option<(u32, Stack)> = None;
        while let Some(stack) = self.before[index] {
            let instruction = self.checked.instructions[index];
            let goes_on = self
                .step(index, &instruction, stack, &mut kept)
                .map_err(|problem| (Some(instruction.start), problem))?;
            if !goes_on {
                break;
            }
            index += 1;
        }
        Ok(())
    }

    /// Notes that an instruction can be reached with this stack. Gives whether that is news.
    fn merge(&mut self, index: usize, stack: Stack) -> Step<bool> {
        let merged = match self.before[index] {
            None => stack,
            Some(known) if known == stack => return Ok(false),
            Some(known) => {
                let (one, other) = (self.stacks.depth(known), self.stacks.depth(stack));
                if one != other {
                    return Err(Problem::DepthMismatch { one, other });
                }
                let joined = self.stacks.join(known, stack, self.code)?;
                if joined == known {
                    return Ok(false);
                }
                joined
            }
        };
        self.before[index] = Some(merged);
        Ok(true)
    }

    fn reach(&mut self, index: usize, stack: Stack) -> Step<()> {
        if self.merge(index, stack)? {
            self.waiting.push(index);
        }
        Ok(())
    }

    /// Does one instruction; gives whether to go on with the next.
    fn step(
        &mut self,
        index: usize,
        instruction: &Instruction,
        stack: Stack,
        kept: &mut Option<(u32, Stack)>,
    ) -> Step<bool> {
        self.stacks.spend(1)?;
        let Instruction { op, arg, .. } = *instruction;
        let depth = self.stacks.depth(stack);
        let uses = op.stack_use(arg, false);
        if depth < uses.popped.saturating_add(uses.peeked) {
            return Err(Problem::Underflow);
        }
        self.operands(op, arg, stack, uses)?;
        self.protect(index, op.can_raise(), depth - uses.popped, stack, kept)?;
        if let Some(target) = instruction.target() {
            let after = self.effect(op, arg, stack, true)?;
            let target = self.checked.starts[target as usize] as usize;
            self.reach(target, after)?;
        }
        if op.ends_flow() {
            return match op {
                Opcode::RETURN_VALUE if depth > 1 => Err(Problem::LeftOver(depth - 1)),
                _ => Ok(false),
            };
        }
        let after = self.effect(op, arg, stack, false)?;
        self.merge(index + 1, after)
    }

    /// Reaches the handler of an instruction that leaves `untouched` slots as they are.
    fn protect(
        &mut self,
        index: usize,
        can_raise: bool,
        untouched: u32,
        stack: Stack,
        kept: &mut Option<(u32, Stack)>,
    ) -> Step<()> {
        let Some(number) = self.handler_of[index] else {
            *kept = None;
            return Ok(());
        };
        let entry = self.checked.handlers[number as usize];
        if untouched < entry.depth {
            *kept = None;
            return if can_raise { Err(Problem::BelowHandler) } else { Ok(()) };
        }
        if matches!(kept, Some((known, _)) if *known == number) {
            return Ok(());
        }
        let slots = self.stacks.truncate(stack, entry.depth)?;
        *kept = Some((number, slots));
        let mut caught = slots;
        if entry.lasti {
            caught = self.push(caught, Kind::Lasti)?;
        }
        caught = self.push(caught, Kind::Exception)?;
        self.reach(self.checked.starts[entry.target as usize] as usize, caught)
    }

    fn push(&mut self, stack: Stack, kind: Kind) -> Step<Stack> {
        let depth = self.stacks.depth(stack) + 1;
        if depth > self.limit {
            return Err(Problem::Overflow);
        }
        self.max_depth = self.max_depth.max(depth);
        Ok(self.stacks.push(stack, kind)?)
    }

    fn peek(&mut self, stack: Stack, from_top: u32) -> Step<Kind> {
        Ok(self.stacks.peek(stack, from_top)?)
    }

    fn need(&mut self, stack: Stack, from_top: u32, needed: &'static str, is: impl Fn(Kind) -> bool) -> Step<()> {
        if is(self.peek(stack, from_top)?) { Ok(()) } else { Err(operand(from_top, needed)) }
    }

    /// Checks what stands on the stack before an instruction; there are enough values.
    fn operands(&mut self, op: Opcode, arg: u32, stack: Stack, uses: StackUse) -> Step<()> {
        let code = self.code;
        match op {
            Opcode::POP_TOP => self.need(stack, 1, "an object", |kind| kind.is_object() || kind == Kind::Lasti),
            Opcode::SWAP => Ok(()),
            Opcode::COPY => {
                let is = |kind| !matches!(kind, Kind::Null | Kind::MaybeNull | Kind::Mixed);
                self.need(stack, arg, "an object", is)
            }
            Opcode::POP_EXCEPT => self.need(stack, 1, "a saved exception", |kind| kind == Kind::Previous),
            Opcode::PUSH_EXC_INFO | Opcode::END_ASYNC_FOR => {
                self.need(stack, 1, "an exception", |kind| kind == Kind::Exception)?;
                self.objects(stack, 1, uses.popped - 1)
            }
            Opcode::CHECK_EXC_MATCH => {
                self.need(stack, 2, "an exception", |kind| kind == Kind::Exception)?;
                self.objects(stack, 0, uses.popped)
            }
            Opcode::CHECK_EG_MATCH => {
                self.need(stack, 2, "an exception", is_maybe_exception)?;
                self.objects(stack, 0, uses.popped)
            }
            Opcode::PREP_RERAISE_STAR => {
                self.need(stack, 2, "an exception", |kind| kind == Kind::Exception)?;
                self.need(stack, 1, "a list", |kind| kind == Kind::List)
            }
            Opcode::RERAISE => {
                self.need(stack, 1, "an exception", is_maybe_exception)?;
                match arg {
                    0 => Ok(()),
                    _ => self.need(stack, arg + 1, "an offset", |kind| kind == Kind::Lasti),
                }
            }
            Opcode::WITH_EXCEPT_START => {
                self.need(stack, 1, "an exception", |kind| kind == Kind::Exception)?;
                self.need(stack, 2, "a saved exception", |kind| kind == Kind::Previous)?;
                self.need(stack, 3, "an offset", |kind| kind == Kind::Lasti)?;
                self.need(stack, 4, "an object", Kind::is_object)
            }
            Opcode::LIST_APPEND | Opcode::LIST_EXTEND => {
                self.need(stack, arg + 1, "a list", |kind| kind == Kind::List)?;
                self.objects(stack, 0, 1)
            }
            Opcode::LIST_TO_TUPLE => self.need(stack, 1, "a list", |kind| kind == Kind::List),
            Opcode::SET_ADD | Opcode::SET_UPDATE => {
                self.need(stack, arg + 1, "a set", |kind| kind == Kind::Set)?;
                self.objects(stack, 0, 1)
            }
            Opcode::MAP_ADD => {
                self.need(stack, arg + 2, "a dict", |kind| kind == Kind::Dict)?;
                self.objects(stack, 0, 2)
            }
            Opcode::DICT_UPDATE => {
                self.need(stack, arg + 1, "a dict", |kind| kind == Kind::Dict)?;
                self.objects(stack, 0, 1)
            }
            Opcode::DICT_MERGE => {
                self.need(stack, arg + 1, "a dict", |kind| kind == Kind::Dict)?;
                self.need(stack, arg + 3, "an object", Kind::is_object)?;
                self.objects(stack, 0, 1)
            }
            Opcode::PRECALL => {
                let or_null = |kind: Kind| kind.is_object() || matches!(kind, Kind::Null | Kind::MaybeNull);
                self.need(stack, arg + 2, "a method or NULL", or_null)?;
                self.objects(stack, 0, arg + 1)
            }
            // The same stack as before PRECALL, which stands in front of it.
            Opcode::CALL => Ok(()),
            Opcode::CALL_FUNCTION_EX => {
                self.need(stack, uses.popped, "NULL", |kind| kind == Kind::Null)?;
                self.objects(stack, 0, uses.popped - 1)
            }
            Opcode::MAKE_FUNCTION => self.function(arg, stack),
            Opcode::BUILD_CONST_KEY_MAP => {
                let has_names = |kind| matches!(kind, Kind::Const(index) if tuple(code, index).is_some_and(|keys| keys.len() == arg as usize));
                self.need(stack, 1, "a constant tuple of so many keys", has_names)?;
                self.objects(stack, 1, arg)
            }
            Opcode::MATCH_CLASS => {
                let is_str = |name: &Constant| matches!(name, Constant::Str(_));
                let has_names = |kind| matches!(kind, Kind::Const(index) if tuple(code, index).is_some_and(|names| names.iter().all(is_str)));
                self.need(stack, 1, "a constant tuple of names", has_names)?;
                self.objects(stack, 1, 2)
            }
            Opcode::MATCH_KEYS => {
                self.need(stack, 1, "a tuple", |kind| kind.is_tuple(code))?;
                self.objects(stack, 1, 1)
            }
            _ => self.objects(stack, 0, uses.popped.saturating_add(uses.peeked)),
        }
    }

    /// Checks that so many slots below the topmost `skip` hold objects.
    fn objects(&mut self, stack: Stack, skip: u32, count: u32) -> Step<()> {
        self.stacks.spend(u64::from(skip) + u64::from(count))?;
        let mut rest = stack;
        for from_top in 1..=skip.saturating_add(count) {
            let (kind, below) = self.stacks.pop(rest);
            if from_top > skip && !kind.is_object() {
                return Err(operand(from_top, "an object"));
            }
            rest = below;
        }
        Ok(())
    }

    fn function(&mut self, parts: u32, stack: Stack) -> Step<()> {
        let code = self.code;
        let (kind, mut rest) = self.stacks.pop(stack);
        let nested = kind.as_code(code).ok_or(operand(1, "a code object"))?;
        let mut from_top = 1;
        let mut cells = 0;
        for part in [8, 4, 2, 1].into_iter().filter(|part| parts & part != 0) {
            let (kind, below) = self.stacks.pop(rest);
            from_top += 1;
            match (part, kind) {
                (8, Kind::Cells(count)) => cells = count as usize,
                (8, _) => return Err(operand(from_top, "a tuple of cells")),
                (2, Kind::Dict) => {}
                (2, _) => return Err(operand(from_top, "a dict")),
                (_, kind) if kind.is_tuple(code) => {}
                _ => return Err(operand(from_top, "a tuple")),
            }
            rest = below;
        }
        if cells == nested.freevars().count() { Ok(()) } else { Err(Problem::ClosureSize) }
    }

    /// The stack after an instruction whose operands are as they should be.
    fn effect(&mut self, op: Opcode, arg: u32, stack: Stack, jump: bool) -> Step<Stack> {
        let StackUse { popped, pushed, .. } = op.stack_use(arg, jump);
        if op == Opcode::SWAP {
            return self.swap(stack, arg);
        }
        let rest = self.stacks.truncate(stack, self.stacks.depth(stack) - popped)?;
        let kind = match op {
            Opcode::LOAD_CONST => Kind::Const(arg),
            Opcode::PUSH_NULL => Kind::Null,
            Opcode::LOAD_CLOSURE => Kind::Cell,
            Opcode::BUILD_TUPLE => self.tuple_of(stack, arg)?,
            Opcode::LIST_TO_TUPLE => Kind::Tuple,
            Opcode::BUILD_LIST => Kind::List,
            Opcode::BUILD_SET => Kind::Set,
            Opcode::BUILD_MAP | Opcode::BUILD_CONST_KEY_MAP => Kind::Dict,
            Opcode::PREP_RERAISE_STAR => Kind::MaybeException,
            Opcode::COPY => self.peek(stack, arg)?,
            Opcode::LOAD_GLOBAL if arg & 1 == 1 => {
                let null = self.push(rest, Kind::Null)?;
                return self.push(null, Kind::Object);
            }
            Opcode::LOAD_METHOD => {
                let method = self.push(rest, Kind::MaybeNull)?;
                return self.push(method, Kind::Object);
            }
            Opcode::PUSH_EXC_INFO => {
                let previous = self.push(rest, Kind::Previous)?;
                return self.push(previous, Kind::Exception);
            }
            Opcode::CHECK_EG_MATCH => {
                let others = self.push(rest, Kind::MaybeException)?;
                return self.push(others, Kind::MaybeException);
            }
            _ => Kind::Object,
        };
        let mut after = rest;
        for _ in 0..pushed {
            after = self.push(after, kind)?;
        }
        Ok(after)
    }

    fn tuple_of(&mut self, stack: Stack, count: u32) -> Step<Kind> {
        let mut rest = stack;
        for _ in 0..count {
            let (kind, below) = self.stacks.pop(rest);
            if kind != Kind::Cell {
                return Ok(Kind::Tuple);
            }
            rest = below;
        }
        Ok(if count > 0 { Kind::Cells(count) } else { Kind::Tuple })
    }

    fn swap(&mut self, stack: Stack, count: u32) -> Step<Stack> {
        self.stacks.spend(u64::from(count))?;
        let mut kinds = Vec::with_capacity(count as usize);
        let mut rest = stack;
        for _ in 0..count {
            let (kind, below) = self.stacks.pop(rest);
            kinds.push(kind);
            rest = below;
        }
        kinds.swap(0, count as usize - 1);
        while let Some(kind) = kinds.pop() {
            rest = self.push(rest, kind)?;
        }
        Ok(rest)
    }
}

fn is_maybe_exception(kind: Kind) -> bool {
    matches!(kind, Kind::Exception | Kind::MaybeException)
}
