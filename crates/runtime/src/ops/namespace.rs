//! The names of a frame as `locals()` shows them.

use crate::frame::FrameRef;
use crate::object::cell::CellBody;
use crate::object::dict::{self, DictBody};
use crate::thread::Thread;
use crate::value::Value;
use hognose_bytecode::kind;

/// `locals()` of a frame: the mapping of a module or class body, or one dict per frame that is brought up to date.
pub fn locals(thread: &mut Thread, frame: FrameRef) -> Value {
    const OPTIMIZED: u32 = hognose_bytecode::flags::OPTIMIZED;
    let code = frame.code().to_ref();
    if code.flags & OPTIMIZED == 0
        && let Some(locals) = frame.locals()
        && !locals.is_a::<DictBody>()
    {
        return locals.clone();
    }
    let dict = match frame.locals() {
        Some(dict) => dict.clone(),
        None => {
            let new = dict::new(thread);
            drop(frame.set_locals(Some(new.clone())));
            new
        }
    };
    let target = dict.cast::<DictBody>();
    for register in 0..code.nlocalsplus {
        let kinds = code.source.localspluskinds[register as usize];
        // In a class body free variables are no names of its own.
        if kinds & kind::FREE != 0 && code.flags & OPTIMIZED == 0 {
            continue;
        }
        let name = &code.localsplusnames[register as usize];
        let held = frame.register(register).cloned();
        let value = match &held {
            Some(value) if kinds & (kind::CELL | kind::FREE) != 0 && value.is_a::<CellBody>() => {
                value.cast::<CellBody>().get(thread)
            }
            _ => held,
        };
        let old = match value {
            Some(value) => target.set_str(thread, name, value),
            None => target.remove_str(thread, name),
        };
        drop(old);
    }
    dict
}
