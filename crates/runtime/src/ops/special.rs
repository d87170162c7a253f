//! The table of special methods: how each is called through a slot, and which slot a class's own method fills.

use crate::Result;
use crate::object::slots::Slots;
use crate::ops::Args;
use crate::thread::Thread;
use crate::value::Value;

/// A special method.
pub struct SpecialRow {
    /// `__add__`.
    pub name: &'static str,
    /// Whether a type with these slots has it.
    pub is_filled: fn(&Slots) -> bool,
    /// Calls it natively: slots of the type that has it, receiver, arguments.
    pub call: fn(&mut Thread, &Slots, &Value, Args<'_>) -> Result,
    /// Fills the slot with the function that looks the method up and calls it.
    pub install: fn(&Slots),
    /// Copies the slot from the type whose native method a lookup found.
    pub copy: fn(&Slots, &Slots),
}

/// Every special method that has a slot.
pub const SPECIAL_METHODS: &[SpecialRow] = &[];
