//! Symbol tables: what `_symtable` shows of each block.

use super::Form;
use hognose_symtable::SymbolTable;

/// One block as `_symtable` shows it.
#[derive(Clone, Debug)]
pub struct Scope<'a> {
    /// `type`: 0 function, 1 class, 2 module.
    pub kind: i64,
    /// `name`.
    pub name: &'a str,
    /// `lineno`.
    pub line: i64,
    /// `nested`.
    pub nested: bool,
    /// `varnames`.
    pub varnames: Vec<&'a str>,
    /// `symbols` in the order of the dict.
    pub symbols: Vec<(&'a str, i64)>,
}

/// A name that a block only passes on to inner blocks: scope FREE and no flag.
const PASSED_ON: i64 = 4 << 11;

/// Prints one block. Names that it only passes on come last and sorted, since CPython's order of
/// those depends on its hash seed.
pub fn scope(form: &mut Form, depth: u32, scope: &Scope<'_>) {
    form.count_unit();
    form.push_int(depth.into()).push(" scope ").push_int(scope.kind).push(" ");
    form.push_quoted(scope.name.as_bytes()).push(" line ").push_int(scope.line);
    form.push(if scope.nested { " nested" } else { "" }).end_line();
    for name in &scope.varnames {
        form.push_int(depth.into()).push(" varname ").push_quoted(name.as_bytes()).end_line();
    }
    let (mut passed_on, own): (Vec<_>, Vec<_>) = scope.symbols.iter().partition(|symbol| symbol.1 == PASSED_ON);
    passed_on.sort();
    for (name, flags) in own.into_iter().chain(passed_on) {
        form.push_int(depth.into()).push(" symbol ").push_quoted(name.as_bytes()).push(" ").push_int(flags).end_line();
    }
}

/// Prints our table, each child behind its parent.
pub fn symtable(table: &SymbolTable<'_>) -> Form {
    let mut form = Form::new();
    let mut pending = vec![(0, SymbolTable::TOP)];
    while let Some((depth, id)) = pending.pop() {
        let block = table.block(id);
        let shown = Scope {
            kind: block.kind as i64,
            name: block.name,
            line: block.start.line.into(),
            nested: block.nested,
            varnames: block.varnames.clone(),
            symbols: block.symbols().iter().map(|symbol| (symbol.name, symbol.flags.into())).collect(),
        };
        scope(&mut form, depth, &shown);
        pending.extend(block.children.iter().rev().map(|&child| (depth + 1, child)));
    }
    form
}
