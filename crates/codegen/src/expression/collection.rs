//! Displays of tuples, lists, sets and dicts, and unpacking into targets.

use crate::error::Result;
use crate::generator::{Generator, STACK_USE_GUIDELINE};
use hognose_bytecode::Opcode;
use hognose_primitives::{Constant, bug};
use hognose_syntax::{Expr, ExprContext, ExprKind};

/// What a display builds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Collection {
    List,
    /// Built as a list when it has to grow.
    Tuple,
    Set,
}

impl Collection {
    fn build(self) -> Opcode {
        match self {
            Collection::List | Collection::Tuple => Opcode::BUILD_LIST,
            Collection::Set => Opcode::BUILD_SET,
        }
    }

    fn add(self) -> Opcode {
        match self {
            Collection::List | Collection::Tuple => Opcode::LIST_APPEND,
            Collection::Set => Opcode::SET_ADD,
        }
    }

    fn extend(self) -> Opcode {
        match self {
            Collection::List | Collection::Tuple => Opcode::LIST_EXTEND,
            Collection::Set => Opcode::SET_UPDATE,
        }
    }
}

/// The value of a constant node.
pub(crate) fn constant<'a>(expr: &Expr<'a>) -> Option<&'a Constant> {
    match expr.kind {
        ExprKind::Constant { value, .. } => Some(value),
        _ => None,
    }
}

fn starred<'a>(expr: &Expr<'a>) -> Option<&'a Expr<'a>> {
    match expr.kind {
        ExprKind::Starred { value, .. } => Some(value),
        _ => None,
    }
}

impl<'a> Generator<'a, '_> {
    pub(super) fn list(&mut self, elts: &'a [Expr<'a>], ctx: ExprContext) -> Result {
        match ctx {
            ExprContext::Load => self.collect(elts, 0, Collection::List),
            ExprContext::Store => self.unpack(elts),
            ExprContext::Del => self.exprs(elts),
        }
    }

    pub(super) fn tuple(&mut self, elts: &'a [Expr<'a>], ctx: ExprContext) -> Result {
        match ctx {
            ExprContext::Load => self.collect(elts, 0, Collection::Tuple),
            ExprContext::Store => self.unpack(elts),
            ExprContext::Del => self.exprs(elts),
        }
    }

    pub(super) fn set(&mut self, elts: &'a [Expr<'a>]) -> Result {
        self.collect(elts, 0, Collection::Set)
    }

    /// A collection of `pushed` values on the stack and then of these elements.
    pub(crate) fn collect(&mut self, elts: &'a [Expr<'a>], pushed: u32, kind: Collection) -> Result {
        if elts.len() > 2
            && let Some(constants) = elts.iter().map(constant).collect::<Option<Vec<_>>>()
        {
            return self.collect_constants(&constants, pushed, kind);
        }
        let big = elts.len() + pushed as usize > STACK_USE_GUIDELINE;
        if !big && !elts.iter().any(|element| starred(element).is_some()) {
            self.exprs(elts)?;
            let build = if kind == Collection::Tuple { Opcode::BUILD_TUPLE } else { kind.build() };
            self.op_arg(build, elts.len() as u32 + pushed);
            return Ok(());
        }
        let mut built = false;
        if big {
            self.op_arg(kind.build(), pushed);
            built = true;
        }
        for (element, before) in elts.iter().zip(pushed..) {
            if let Some(value) = starred(element) {
                if !built {
                    self.op_arg(kind.build(), before);
                    built = true;
                }
                self.expr(value)?;
                self.op_arg(kind.extend(), 1);
            } else {
                self.expr(element)?;
                if built {
                    self.op_arg(kind.add(), 1);
                }
            }
        }
        if kind == Collection::Tuple {
            self.op(Opcode::LIST_TO_TUPLE);
        }
        Ok(())
    }

    fn collect_constants(&mut self, constants: &[&'a Constant], pushed: u32, kind: Collection) -> Result {
        let items = constants.iter().copied().cloned();
        let constant = match kind {
            Collection::List | Collection::Tuple => Constant::Tuple(items.collect()),
            Collection::Set => Constant::frozenset(items),
        };
        if kind == Collection::Tuple && pushed == 0 {
            return self.load_collection(&constant, constants);
        }
        self.op_arg(kind.build(), pushed);
        self.load_collection(&constant, constants)?;
        self.op_arg(kind.extend(), 1);
        if kind == Collection::Tuple {
            self.op(Opcode::LIST_TO_TUPLE);
        }
        Ok(())
    }

    /// Assigns the items of what lies on the stack.
    fn unpack(&mut self, elts: &'a [Expr<'a>]) -> Result {
        match elts.iter().position(|element| starred(element).is_some()) {
            Some(index) => {
                let after = elts.len() - index - 1;
                if index >= 1 << 8 || after >= (i32::MAX >> 8) as usize {
                    return Err(self.error("too many expressions in star-unpacking assignment"));
                }
                self.op_arg(
                    Opcode::UNPACK_EX,
                    bug!("star-target-counts-swapped", index + (after << 8), after + (index << 8)) as u32,
                );
                if elts[index + 1..].iter().any(|element| starred(element).is_some()) {
                    return Err(self.error("multiple starred expressions in assignment"));
                }
            }
            None => self.op_arg(Opcode::UNPACK_SEQUENCE, elts.len() as u32),
        }
        elts.iter().try_for_each(|element| self.expr(starred(element).unwrap_or(element)))
    }

    pub(super) fn dict(&mut self, keys: &'a [Option<&'a Expr<'a>>], values: &'a [Expr<'a>]) -> Result {
        let mut have_dict = false;
        let mut pending = 0;
        for (index, (key, value)) in keys.iter().zip(values).enumerate() {
            if key.is_none() {
                if pending > 0 {
                    let first = index - pending;
                    self.merge_pairs(&keys[first..index], &values[first..index], &mut have_dict)?;
                    pending = 0;
                }
                if !have_dict {
                    self.op_arg(Opcode::BUILD_MAP, 0);
                    have_dict = true;
                }
                self.expr(value)?;
                self.op_arg(Opcode::DICT_UPDATE, 1);
            } else if pending * 2 > STACK_USE_GUIDELINE {
                let first = index - pending;
                self.merge_pairs(&keys[first..=index], &values[first..=index], &mut have_dict)?;
                pending = 0;
            } else {
                pending += 1;
            }
        }
        if pending > 0 {
            let first = keys.len() - pending;
            self.merge_pairs(&keys[first..], &values[first..], &mut have_dict)?;
        }
        if !have_dict {
            self.op_arg(Opcode::BUILD_MAP, 0);
        }
        Ok(())
    }

    /// A dict of pairs, merged into the one on the stack if there is one.
    fn merge_pairs(
        &mut self,
        keys: &'a [Option<&'a Expr<'a>>],
        values: &'a [Expr<'a>],
        have_dict: &mut bool,
    ) -> Result {
        self.pairs(keys, values)?;
        if *have_dict {
            self.op_arg(Opcode::DICT_UPDATE, 1);
        }
        *have_dict = true;
        Ok(())
    }

    fn pairs(&mut self, keys: &'a [Option<&'a Expr<'a>>], values: &'a [Expr<'a>]) -> Result {
        let count = keys.len();
        let big = 2 * count > STACK_USE_GUIDELINE;
        if count > 1
            && !big
            && let Some(constants) = keys.iter().map(|key| key.and_then(constant)).collect::<Option<Vec<_>>>()
        {
            self.exprs(values)?;
            let tuple = Constant::Tuple(constants.iter().copied().cloned().collect());
            self.load_collection(&tuple, &constants)?;
            self.op_arg(Opcode::BUILD_CONST_KEY_MAP, count as u32);
            return Ok(());
        }
        if big {
            self.op_arg(Opcode::BUILD_MAP, 0);
        }
        for (key, value) in keys.iter().zip(values) {
            if let Some(key) = key {
                self.expr(key)?;
            }
            self.expr(value)?;
            if big {
                self.op_arg(Opcode::MAP_ADD, 1);
            }
        }
        if !big {
            self.op_arg(Opcode::BUILD_MAP, count as u32);
        }
        Ok(())
    }
}
