//! Comprehensions and generator expressions: each is a unit of its own.

use crate::error::Result;
use crate::frame_block::FrameBlock;
use crate::generator::{Generator, Resume};
use crate::unit::{ImplicitReturn, UnitKind};
use hognose_bytecode::{Opcode, flags};
use hognose_ir::Pseudo;
use hognose_syntax::{Comprehension, Expr, ExprKind};

/// What a comprehension does with each turn of its innermost loop.
#[derive(Clone, Copy)]
enum Element<'a> {
    Yield(&'a Expr<'a>),
    Append(&'a Expr<'a>),
    Add(&'a Expr<'a>),
    Put { key: &'a Expr<'a>, value: &'a Expr<'a> },
}

impl<'a> Generator<'a, '_> {
    /// A comprehension of any kind.
    pub(crate) fn comprehension(&mut self, expr: &'a Expr<'a>) -> Result {
        let (name, build, element, generators) = match expr.kind {
            ExprKind::ListComp { elt, generators } => {
                ("<listcomp>", Some(Opcode::BUILD_LIST), Element::Append(elt), generators)
            }
            ExprKind::SetComp { elt, generators } => {
                ("<setcomp>", Some(Opcode::BUILD_SET), Element::Add(elt), generators)
            }
            ExprKind::DictComp { key, value, generators } => {
                ("<dictcomp>", Some(Opcode::BUILD_MAP), Element::Put { key, value }, generators)
            }
            ExprKind::GeneratorExp { elt, generators } => ("<genexpr>", None, Element::Yield(elt), generators),
            _ => return Err(self.unsupported("comprehension", expr.span)),
        };
        let top_level_await = self.options.top_level_await && self.unit.kind == UnitKind::Module;
        let may_be_async =
            top_level_await || matches!(self.unit.kind, UnitKind::AsyncFunction | UnitKind::Comprehension);
        let scope = self.symbols.comprehension(generators).expect("the symbol table was built from this tree");

        self.enter_unit(name, UnitKind::Comprehension, scope, expr.span.start.line);
        self.locate(expr.span);
        let is_coroutine = self.scope().coroutine && build.is_some();
        if is_coroutine && !may_be_async {
            return Err(self.error("asynchronous comprehension outside of an asynchronous function"));
        }
        if let Some(build) = build {
            self.op_arg(build, 0);
        }
        self.generators(generators, 0, 0, element)?;
        if build.is_some() {
            self.op(Opcode::RETURN_VALUE);
        }
        let inner_is_coroutine = self.scope().coroutine;
        let code = self.leave_unit(ImplicitReturn::None)?;
        if top_level_await && inner_is_coroutine {
            self.unit.cfg.unit.flags |= flags::COROUTINE;
        }

        self.make_closure(code, 0)?;
        let outermost = &generators[0];
        self.expr(&outermost.iter)?;
        self.op(if outermost.is_async { Opcode::GET_AITER } else { Opcode::GET_ITER });
        self.op_arg(Opcode::PRECALL, 0);
        self.op_arg(Opcode::CALL, 0);
        if is_coroutine {
            self.await_value(0)?;
        }
        Ok(())
    }

    /// The clauses from `index` on; `depth` loops of them keep an iterator on the stack.
    fn generators(
        &mut self,
        clauses: &'a [Comprehension<'a>],
        index: usize,
        depth: u32,
        element: Element<'a>,
    ) -> Result {
        self.enter_node()?;
        if clauses[index].is_async {
            self.async_generator(clauses, index, depth, element)?;
        } else {
            self.sync_generator(clauses, index, depth, element)?;
        }
        self.leave_node();
        Ok(())
    }

    fn sync_generator(
        &mut self,
        clauses: &'a [Comprehension<'a>],
        index: usize,
        depth: u32,
        element: Element<'a>,
    ) -> Result {
        let clause = &clauses[index];
        let start = self.new_block();
        let if_cleanup = self.new_block();
        let anchor = self.new_block();
        let mut loops = true;
        if index == 0 {
            self.load_iterator();
        } else if let Some(only) = only_element(&clause.iter) {
            // `for x in [value]` is an assignment.
            self.expr(only)?;
            loops = false;
        } else {
            self.expr(&clause.iter)?;
            self.op(Opcode::GET_ITER);
        }
        if loops {
            self.use_block(start);
            self.jump(Opcode::FOR_ITER, anchor);
        }
        self.expr(&clause.target)?;
        // Leak: the location of a comparison stays.
        clause.ifs.iter().try_for_each(|condition| self.jump_if(condition, if_cleanup, false))?;
        self.inner(clauses, index, depth + u32::from(loops), element)?;
        self.use_block(if_cleanup);
        if loops {
            self.jump(Pseudo::JUMP, start);
            self.use_block(anchor);
        }
        Ok(())
    }

    fn async_generator(
        &mut self,
        clauses: &'a [Comprehension<'a>],
        index: usize,
        depth: u32,
        element: Element<'a>,
    ) -> Result {
        let clause = &clauses[index];
        let start = self.new_block();
        let except = self.new_block();
        let if_cleanup = self.new_block();
        if index == 0 {
            self.load_iterator();
        } else {
            self.expr(&clause.iter)?;
            self.op(Opcode::GET_AITER);
        }
        self.use_block(start);
        self.push_frame_block(FrameBlock::AsyncComprehensionGenerator)?;
        self.jump(Pseudo::SETUP_FINALLY, except);
        self.op(Opcode::GET_ANEXT);
        self.load_none()?;
        self.yield_from(Resume::Await);
        self.pop_block();
        self.expr(&clause.target)?;
        clause.ifs.iter().try_for_each(|condition| self.jump_if(condition, if_cleanup, false))?;
        self.inner(clauses, index, depth + 1, element)?;
        self.use_block(if_cleanup);
        self.jump(Pseudo::JUMP, start);
        self.pop_frame_block();
        self.use_block(except);
        self.op(Opcode::END_ASYNC_FOR);
        Ok(())
    }

    /// The outermost iterator is the unit's only argument.
    fn load_iterator(&mut self) {
        self.unit.cfg.unit.argcount = 1;
        self.op_arg(Opcode::LOAD_FAST, 0);
    }

    /// What a clause repeats: the next clause, or the element.
    fn inner(&mut self, clauses: &'a [Comprehension<'a>], index: usize, depth: u32, element: Element<'a>) -> Result {
        if index + 1 < clauses.len() {
            return self.generators(clauses, index + 1, depth, element);
        }
        match element {
            Element::Yield(value) => {
                self.expr(value)?;
                self.yield_value();
                self.op(Opcode::POP_TOP);
            }
            Element::Append(value) => {
                self.expr(value)?;
                self.op_arg(Opcode::LIST_APPEND, depth + 1);
            }
            Element::Add(value) => {
                self.expr(value)?;
                self.op_arg(Opcode::SET_ADD, depth + 1);
            }
            Element::Put { key, value } => {
                self.expr(key)?;
                self.expr(value)?;
                self.op_arg(Opcode::MAP_ADD, depth + 1);
            }
        }
        Ok(())
    }
}

/// The element of a display that has just one.
fn only_element<'a>(iter: &Expr<'a>) -> Option<&'a Expr<'a>> {
    match iter.kind {
        ExprKind::List { elts: [only], .. } | ExprKind::Tuple { elts: [only], .. }
            if !matches!(only.kind, ExprKind::Starred { .. }) =>
        {
            Some(only)
        }
        _ => None,
    }
}
