//! Frame objects: how a frame is shown, and what becomes of it when it ends.

use crate::frame::{FrameRef, FrameStorage, frame_flags};
use crate::object::frame::{FrameBody, FrameState};
use crate::object::generator::{GeneratorBody, GeneratorState};
use crate::thread::Thread;
use crate::value::{Slot, Value};
use std::cell::{Cell, RefCell};

impl Thread {
    /// The frame object of a frame, made now if there was none.
    pub fn frame_object(&mut self, frame: FrameRef) -> Value {
        if let Some(object) = frame.frame_object() {
            return object.clone();
        }
        let body = FrameBody {
            state: RefCell::new(FrameState::Live(frame)),
            back: Slot::new(Value::none()),
            trace: Slot::new(Value::none()),
            trace_lines: Cell::new(true),
            trace_opcodes: Cell::new(false),
            line: Cell::new(0),
        };
        let object = self.heap().alloc(&self.types().frame, body);
        drop(frame.set_frame_object(Some(object.clone())));
        object
    }

    /// Ends a frame that has a frame object or belongs to a generator; it is no longer the current one.
    pub(crate) fn retire_frame(&mut self, frame: FrameRef, is_generator: bool) {
        let object = frame.frame_object().cloned();
        // One count is the frame's, one is ours.
        let looked_at = object.filter(|object| object.count() > 2);
        let storage = if is_generator {
            let generator = frame.generator().expect("a generator's frame knows it");
            let body = generator.cast::<GeneratorBody>().body_mut(self);
            body.state = GeneratorState::Finished;
            frame.clear(frame_flags::SUSPENDED);
            body.frame.take().expect("a generator that ran has its frame")
        } else {
            FrameStorage::take(frame, 0)
        };
        match looked_at {
            Some(object) => {
                let back = match frame.previous() {
                    Some(previous) => self.frame_object(previous),
                    None => Value::none(),
                };
                drop(storage.frame().set_frame_object(None));
                let body = object.cast::<FrameBody>();
                drop(body.back.set(back));
                *body.state.borrow_mut() = FrameState::Owned(storage);
            }
            None => drop(storage),
        }
    }

    /// The frame behind a frame object, unless it was cleared.
    pub fn frame_behind(&self, object: &Value) -> Option<FrameRef> {
        match &*object.cast::<FrameBody>().state.borrow() {
            FrameState::Live(frame) => Some(*frame),
            FrameState::Owned(storage) => Some(storage.frame()),
            FrameState::Cleared => None,
        }
    }
}
