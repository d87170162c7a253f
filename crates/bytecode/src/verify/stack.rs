//! What is known about the values on the stack.

use super::operands::tuple;
use crate::{CodeObject, ConstValue};
use std::collections::HashMap;

/// What is known about one slot of the stack.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Kind {
    /// Any object.
    Object,
    Null,
    /// An object or NULL.
    MaybeNull,
    /// The constant with this index.
    Const(u32),
    Tuple,
    List,
    Set,
    Dict,
    Cell,
    /// A tuple of so many cells.
    Cells(u32),
    Exception,
    /// An exception or None.
    MaybeException,
    /// What `PUSH_EXC_INFO` saved.
    Previous,
    /// The offset that a handler pushed.
    Lasti,
    /// Different things on different paths; nothing may use it.
    Mixed,
}

impl Kind {
    pub fn is_object(self) -> bool {
        !matches!(self, Kind::Null | Kind::MaybeNull | Kind::Previous | Kind::Lasti | Kind::Mixed)
    }

    pub fn is_tuple(self, code: &CodeObject) -> bool {
        match self {
            Kind::Tuple | Kind::Cells(_) => true,
            Kind::Const(index) => tuple(code, index).is_some(),
            _ => false,
        }
    }

    /// The code object that it is.
    pub fn as_code(self, code: &CodeObject) -> Option<&CodeObject> {
        let Kind::Const(index) = self else { return None };
        match code.consts.get(index as usize)? {
            ConstValue::Code(nested) => Some(nested),
            ConstValue::Value(_) => None,
        }
    }

    fn join(self, other: Kind, code: &CodeObject) -> Kind {
        let can_be_null = |kind| matches!(kind, Kind::Null | Kind::MaybeNull);
        let is_exception = |kind| matches!(kind, Kind::Exception | Kind::MaybeException);
        if self == other {
            self
        } else if is_exception(self) && is_exception(other) {
            Kind::MaybeException
        } else if self.is_tuple(code) && other.is_tuple(code) {
            Kind::Tuple
        } else if self.is_object() && other.is_object() {
            Kind::Object
        } else if (self.is_object() || can_be_null(self)) && (other.is_object() || can_be_null(other)) {
            Kind::MaybeNull
        } else {
            Kind::Mixed
        }
    }
}

/// A whole stack, as the number of its top node. Equal stacks have equal numbers.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct Stack(u32);

impl Stack {
    pub const EMPTY: Stack = Stack(0);
}

struct Node {
    below: Stack,
    kind: Kind,
    depth: u32,
}

/// All stacks met so far. They share their lower parts, so that deep stacks at many instructions take little memory.
pub(super) struct Stacks {
    nodes: Vec<Node>,
    known: HashMap<(Stack, Kind), Stack>,
    /// How many more nodes may be walked over or made.
    budget: u64,
}

/// The budget is used up.
pub(super) struct TooComplex;

impl Stacks {
    pub fn new(budget: u64) -> Self {
        let bottom = Node { below: Stack::EMPTY, kind: Kind::Mixed, depth: 0 };
        Stacks { nodes: vec![bottom], known: HashMap::new(), budget }
    }

    pub fn spend(&mut self, steps: u64) -> Result<(), TooComplex> {
        self.budget = self.budget.checked_sub(steps).ok_or(TooComplex)?;
        Ok(())
    }

    pub fn depth(&self, stack: Stack) -> u32 {
        self.nodes[stack.0 as usize].depth
    }

    pub fn push(&mut self, stack: Stack, kind: Kind) -> Result<Stack, TooComplex> {
        self.spend(1)?;
        let depth = self.depth(stack) + 1;
        let nodes = &mut self.nodes;
        Ok(*self.known.entry((stack, kind)).or_insert_with(|| {
            nodes.push(Node { below: stack, kind, depth });
            Stack((nodes.len() - 1) as u32)
        }))
    }

    /// The kind of the top and the rest. The stack must not be empty.
    pub fn pop(&self, stack: Stack) -> (Kind, Stack) {
        let node = &self.nodes[stack.0 as usize];
        (node.kind, node.below)
    }

    /// The lowest `depth` slots.
    pub fn truncate(&mut self, stack: Stack, depth: u32) -> Result<Stack, TooComplex> {
        let mut rest = stack;
        while self.depth(rest) > depth {
            rest = self.pop(rest).1;
            self.spend(1)?;
        }
        Ok(rest)
    }

    /// The kind of a slot; 1 is the top. There must be so many.
    pub fn peek(&mut self, stack: Stack, from_top: u32) -> Result<Kind, TooComplex> {
        let depth = self.depth(stack) - from_top + 1;
        let upper = self.truncate(stack, depth)?;
        Ok(self.pop(upper).0)
    }

    /// What is known when it can be either of two stacks of the same depth.
    pub fn join(&mut self, one: Stack, other: Stack, code: &CodeObject) -> Result<Stack, TooComplex> {
        let (mut one, mut other) = (one, other);
        let mut joined = Vec::new();
        while one != other {
            let ((one_top, one_rest), (other_top, other_rest)) = (self.pop(one), self.pop(other));
            joined.push(one_top.join(other_top, code));
            (one, other) = (one_rest, other_rest);
            self.spend(1)?;
        }
        while let Some(kind) = joined.pop() {
            one = self.push(one, kind)?;
        }
        Ok(one)
    }
}
