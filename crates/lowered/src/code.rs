//! A code object's register code with its tables.

use crate::inst::{Inst, Operand};

/// Which of the two lowerings of a code object this is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// Loads and stores of locals and constants are folded into operands, comparisons into jumps.
    Folded,
    /// One to one with CPython's instructions: between two of them every stack slot is at home. It can be entered at any of them.
    Plain,
}

/// What the engines read: the instructions of one code object and what CPython knows at each of them.
///
/// Registers `0..nlocalsplus` are the locals, cells and free variables; register `nlocalsplus + d` is the home of stack slot `d`.
#[derive(Clone, Debug)]
pub struct Lowered {
    /// Which lowering this is.
    pub form: Form,
    /// Locals, cells and free variables together.
    pub nlocalsplus: u16,
    /// `nlocalsplus` plus `co_stacksize`: registers of a frame.
    pub registers: u16,
    /// The instructions. The last one never goes on to a next.
    pub code: Box<[Inst]>,
    /// Per instruction: CPython's place and the live stack slots.
    pub points: Box<[Point]>,
    /// The slots that the points' ranges select.
    pub places: Box<[Operand]>,
    /// What each cache belongs to. An engine keeps an array of caches of this length per code object.
    pub caches: Box<[CacheSite]>,
    /// The exception table, sorted by start; later entries are never nested in earlier ones.
    pub handlers: Box<[Handler]>,
    /// For fused instructions, the code unit of their second part; sorted by instruction.
    pub second_units: Box<[(u32, u32)]>,
    /// For each code unit the instruction that starts it, or [`Lowered::NO_ENTRY`]. In folded code only the heads of basic blocks
    /// have an entry; there every stack slot is at home.
    pub entries: Box<[u32]>,
}

/// What holds at one instruction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Point {
    /// The CPython instruction that this one carries out, in code units (`tb_lasti / 2`).
    pub unit: u32,
    /// Start of its slots in [`Lowered::places`].
    pub first_place: u32,
    /// Number of stack slots that are live while it runs: those below its consumed operands.
    pub depth: u16,
}

/// The site of an inline cache.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CacheSite {
    /// The instruction that uses it.
    pub inst: u32,
    /// The index of the attribute's or global's name in `co_names`; for `CALL_KW` that of the keyword names in `co_consts`.
    pub operand: u16,
}

/// An entry of the exception table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Handler {
    /// First code unit covered.
    pub start: u32,
    /// First code unit no longer covered.
    pub end: u32,
    /// The instruction that control goes to.
    pub target: u32,
    /// Stack slots that stay.
    pub depth: u16,
    /// Whether the code unit that raised is pushed, as an int, before the exception.
    pub push_lasti: bool,
}

/// Where a live stack slot is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// In its home register, owned (it may be NULL there).
    Home,
    /// In this local, which owns it.
    Local(u16),
    /// It is this constant.
    Constant(u16),
    /// It is NULL, and its home was not written.
    Null,
}

impl Lowered {
    /// In [`Lowered::entries`]: control cannot enter here.
    pub const NO_ENTRY: u32 = u32::MAX;

    /// The home register of a stack slot.
    pub fn home(&self, slot: u16) -> u16 {
        self.nlocalsplus + slot
    }

    /// The live stack slots at an instruction, from the bottom, as operands: a home register means the slot's own.
    pub fn slots(&self, inst: u32) -> &[Operand] {
        let point = self.points[inst as usize];
        &self.places[point.first_place as usize..][..usize::from(point.depth)]
    }

    /// Where stack slot `slot` is at an instruction.
    pub fn place(&self, inst: u32, slot: u16) -> Place {
        let operand = self.slots(inst)[usize::from(slot)];
        match (operand.as_register(), operand.as_constant()) {
            (Some(register), _) if register >= self.nlocalsplus => Place::Home,
            (Some(register), _) => Place::Local(register),
            (_, Some(constant)) => Place::Constant(constant),
            _ => Place::Null,
        }
    }

    /// CPython's code unit of an instruction.
    pub fn unit(&self, inst: u32) -> u32 {
        self.points[inst as usize].unit
    }

    /// The code unit of the second part of a fused instruction, else of the instruction.
    pub fn second_unit(&self, inst: u32) -> u32 {
        match self.second_units.binary_search_by_key(&inst, |&(inst, _)| inst) {
            Ok(index) => self.second_units[index].1,
            Err(_) => self.unit(inst),
        }
    }

    /// The handler for an exception raised at a code unit.
    pub fn handler(&self, unit: u32) -> Option<&Handler> {
        let after = self.handlers.partition_point(|handler| handler.start <= unit);
        self.handlers[..after].last().filter(|handler| unit < handler.end)
    }

    /// The instruction that starts a code unit, if control can enter there.
    pub fn entry(&self, unit: u32) -> Option<u32> {
        self.entries.get(unit as usize).copied().filter(|&inst| inst != Lowered::NO_ENTRY)
    }
}
