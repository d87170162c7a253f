//! Gives local variables, cells and free variables their slots.

use crate::Fuel;
use hognose_bytecode::{Argument, kind};
use hognose_ir::{Cfg, Op, Slots, Unit};
use hognose_primitives::Text;
use std::collections::HashMap;

/// Numbers cells and free variables after the locals; a captured parameter keeps the slot of the parameter.
///
/// # Source
/// CPython 3.11, `Python/compile.c`, `build_cellfixedoffsets` and `fix_cell_offsets`.
pub(crate) fn run(cfg: &mut Cfg, _fuel: &mut Fuel) -> usize {
    if cfg.slots().is_some() {
        return 0;
    }
    let Unit { varnames, cellvars, freevars, .. } = &cfg.unit;
    let locals: HashMap<&Text, usize> = varnames.iter().enumerate().map(|(slot, name)| (name, slot)).collect();
    let mut slots = Slots { names: varnames.clone(), kinds: vec![kind::LOCAL; varnames.len()] };
    let mut fixed = Vec::with_capacity(cellvars.len() + freevars.len());
    for name in cellvars {
        match locals.get(name) {
            Some(&slot) => {
                slots.kinds[slot] |= kind::CELL;
                fixed.push(slot as u32);
            }
            None => fixed.push(add(&mut slots, name, kind::CELL)),
        }
    }
    for name in freevars {
        fixed.push(add(&mut slots, name, kind::FREE));
    }
    cfg.set_slots(slots);
    if fixed.is_empty() {
        return 0;
    }
    let mut rewrites = 0;
    for place in 0..cfg.layout().len() {
        let id = cfg.layout()[place];
        for instr in &mut cfg.block_mut(id).instrs {
            if let Op::Real(op) = instr.op
                && op.argument() == Argument::Deref
                && let Some(&slot) = fixed.get(instr.arg as usize)
            {
                instr.arg = slot;
                rewrites += 1;
            }
        }
    }
    rewrites
}

fn add(slots: &mut Slots, name: &Text, kind: u8) -> u32 {
    slots.names.push(name.clone());
    slots.kinds.push(kind);
    slots.names.len() as u32 - 1
}
