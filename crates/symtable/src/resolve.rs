//! The second walk: each name's scope, from the outside in, and free names back out.

use crate::block::{Block, BlockId, BlockKind, Scope, SymbolTable, flag};
use hognose_primitives::bug;
use hognose_syntax::SyntaxError;
use std::collections::{HashMap, HashSet};

/// Gives each name of each block its scope.
///
/// # Errors
/// A `nonlocal` or `global` that does not fit its surroundings.
pub(crate) fn resolve(table: &mut SymbolTable<'_>) -> Result<(), SyntaxError> {
    let mut resolver = Resolver { blocks: &mut table.blocks, bound: HashMap::new() };
    resolver.resolve_block(SymbolTable::TOP)?;
    Ok(())
}

struct Resolver<'t, 'a> {
    blocks: &'t mut [Block<'a>],
    /// Whether a name is bound in a function around the block at hand, of names ever declared in a function.
    bound: HashMap<&'a str, bool>,
}

impl<'a> Resolver<'_, 'a> {
    /// Resolves a block and all inside it; returns the names that they need from outside.
    fn resolve_block(&mut self, id: BlockId) -> Result<HashSet<&'a str>, SyntaxError> {
        let index = id.0 as usize;
        let kind = self.blocks[index].kind;
        let mut free = HashSet::new();
        // What the inner blocks shall see otherwise than this one does.
        let mut rebound = Vec::new();

        let mut symbols = std::mem::take(&mut self.blocks[index].symbols);
        for symbol in symbols.iter_mut() {
            let name = symbol.name;
            let scope = if symbol.flags & flag::DEF_GLOBAL != 0 {
                if symbol.flags & flag::DEF_NONLOCAL != 0 {
                    return Err(self.error_at_directive(id, format!("name '{name}' is nonlocal and global"), name));
                }
                rebound.push((name, bug!("global-keeps-outer-binding", false, self.is_bound(name))));
                Scope::GlobalExplicit
            } else if symbol.flags & flag::DEF_NONLOCAL != 0 {
                if kind == BlockKind::Module {
                    let message = "nonlocal declaration not allowed at module level".to_owned();
                    return Err(self.error_at_directive(id, message, name));
                }
                if !self.is_bound(name) {
                    let message = format!("no binding for nonlocal '{name}' found");
                    return Err(self.error_at_directive(id, message, name));
                }
                free.insert(name);
                Scope::Free
            } else if symbol.flags & flag::DEF_BOUND != 0 {
                rebound.push((name, true));
                Scope::Local
            } else if self.is_bound(name) {
                free.insert(name);
                Scope::Free
            } else {
                Scope::GlobalImplicit
            };
            symbol.flags |= (scope as u32) << flag::SCOPE_OFFSET;
        }

        match kind {
            BlockKind::Function => {}
            // The names of a class are not seen inside its functions; nor does its `global` reach them.
            BlockKind::Class => {
                bug!("class-names-seen-in-methods", rebound.clear(), ());
                rebound.push(("__class__", true));
            }
            BlockKind::Module | BlockKind::Annotation => rebound.clear(),
        }
        for (name, is_bound) in &mut rebound {
            *is_bound = self.bound.insert(name, *is_bound).unwrap_or(false);
        }
        let mut inner_free = HashSet::new();
        for position in 0..self.blocks[index].children.len() {
            let child = self.blocks[index].children[position];
            let child_free = self.resolve_block(child)?;
            if inner_free.is_empty() {
                inner_free = child_free;
            } else {
                inner_free.extend(child_free);
            }
        }
        for &(name, was_bound) in rebound.iter().rev() {
            self.bound.insert(name, was_bound);
        }

        match kind {
            BlockKind::Function => {
                const LOCAL: u32 = (Scope::Local as u32) << flag::SCOPE_OFFSET;
                const CELL: u32 = (Scope::Cell as u32) << flag::SCOPE_OFFSET;
                const SCOPE: u32 = u32::MAX << flag::SCOPE_OFFSET;
                for symbol in symbols.iter_mut() {
                    if symbol.flags & SCOPE == LOCAL && inner_free.remove(symbol.name) {
                        symbol.flags = symbol.flags & !SCOPE | CELL;
                    }
                }
            }
            BlockKind::Class => self.blocks[index].needs_class_closure = inner_free.remove("__class__"),
            BlockKind::Module | BlockKind::Annotation => {}
        }

        // CPython adds them in the order of a set; sorted is one such order.
        let mut passed_on: Vec<_> = inner_free.iter().copied().collect();
        passed_on.sort_unstable();
        for name in passed_on {
            let flags = symbols.entry(name);
            if *flags == 0 {
                *flags = (Scope::Free as u32) << flag::SCOPE_OFFSET;
            } else if kind == BlockKind::Class && *flags & (flag::DEF_BOUND | flag::DEF_GLOBAL) != 0 {
                *flags |= flag::DEF_FREE_CLASS;
            }
        }
        self.blocks[index].symbols = symbols;
        free.extend(inner_free);
        Ok(free)
    }

    fn is_bound(&self, name: &str) -> bool {
        self.bound.get(name).copied().unwrap_or(false)
    }

    fn error_at_directive(&self, id: BlockId, message: String, name: &str) -> SyntaxError {
        let directives = &self.blocks[id.0 as usize].directives;
        let directive = directives.iter().find(|directive| directive.name == name);
        SyntaxError::at_span(message, directive.expect("a declared name has its declaration").span)
    }
}
