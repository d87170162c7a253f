//! The table as text, with what `_symtable` shows of it.

use crate::block::{Block, BlockKind, SymbolTable, flag};
use std::fmt::Write;

/// Prints every block, each child behind its parent and one step deeper.
///
/// ```text
/// function f line 2 nested varnames=[self]
///   self = 2052 LOCAL DEF_PARAM
/// ```
///
/// The first line of a block has its type, name, line and parameters; then come its names in the order of CPython's dict,
/// with the number that `_symtable` gives and its meaning.
pub fn dump(table: &SymbolTable<'_>) -> String {
    let mut text = String::new();
    // Depth first without recursion: nesting of blocks has no bound of its own here.
    let mut pending = vec![(SymbolTable::TOP, 0)];
    while let Some((id, depth)) = pending.pop() {
        let block = table.block(id);
        dump_block(&mut text, block, depth);
        pending.extend(block.children.iter().rev().map(|&child| (child, depth + 1)));
    }
    text
}

fn dump_block(text: &mut String, block: &Block<'_>, depth: usize) {
    let kind = match block.kind {
        BlockKind::Function => "function",
        BlockKind::Class => "class",
        BlockKind::Module => "module",
        BlockKind::Annotation => "annotation",
    };
    let nested = if block.nested { " nested" } else { "" };
    let varnames = block.varnames.join(", ");
    let width = 2 * depth;
    writeln!(text, "{:width$}{kind} {} line {}{nested} varnames=[{varnames}]", "", block.name, block.start.line)
        .expect("a String takes all");
    for symbol in block.symbols() {
        write!(text, "{:width$}  {} = {}", "", symbol.name, symbol.flags).expect("a String takes all");
        let scope = symbol.scope().map_or("", |scope| scope.name());
        for word in std::iter::once(scope).chain(flag_names(symbol.flags)) {
            text.push(' ');
            text.push_str(word);
        }
        text.push('\n');
    }
}

fn flag_names(flags: u32) -> impl Iterator<Item = &'static str> {
    const NAMES: [(u32, &str); 9] = [
        (flag::DEF_GLOBAL, "DEF_GLOBAL"),
        (flag::DEF_LOCAL, "DEF_LOCAL"),
        (flag::DEF_PARAM, "DEF_PARAM"),
        (flag::DEF_NONLOCAL, "DEF_NONLOCAL"),
        (flag::USE, "USE"),
        (flag::DEF_FREE_CLASS, "DEF_FREE_CLASS"),
        (flag::DEF_IMPORT, "DEF_IMPORT"),
        (flag::DEF_ANNOT, "DEF_ANNOT"),
        (flag::DEF_COMP_ITER, "DEF_COMP_ITER"),
    ];
    NAMES.into_iter().filter(move |(bit, _)| flags & bit != 0).map(|(_, name)| name)
}
