//! What runs when objects die: `__del__` and the closing of generators, in the order in which they died.

use crate::execute::generator;
use crate::object::generator::GeneratorBody;
use crate::ops::{Args, attribute, call};
use crate::thread::Thread;
use crate::value::{Raised, Value};
use std::collections::VecDeque;

impl Thread {
    /// Runs the finalizers that wait; what their objects release is finalized before the next one in the queue.
    ///
    /// A raised exception is kept aside meanwhile.
    #[cold]
    pub fn run_pending(&mut self) {
        let raised = self.raised.take();
        let mut waiting: VecDeque<Value> = self.heap().take_pending();
        while let Some(object) = waiting.pop_front() {
            finalize(self, &object);
            drop(object);
            if self.has_pending() {
                let mut first = self.heap().take_pending();
                first.append(&mut waiting);
                waiting = first;
            }
        }
        self.raised.set(raised);
    }
}

/// Asks one object's finalizer. Its exceptions are told, not passed on.
pub fn finalize(thread: &mut Thread, object: &Value) {
    if object.is_a::<GeneratorBody>() {
        if generator::close(thread, object).is_err() {
            thread.write_unraisable(object);
        }
        return;
    }
    let name = thread.names().__del__.clone();
    let ty = thread.type_ref(object);
    let Some(method) = thread.lookup(&ty, &name) else { return };
    let result = if call::takes_receiver(&method) {
        call::call(thread, &method, Args::positional(std::slice::from_ref(object)))
    } else {
        match attribute::getattr(thread, object, &name) {
            Ok(bound) => call::call(thread, &bound, Args::NONE),
            Err(raised) => Err(raised),
        }
    };
    if let Err(Raised) = result {
        thread.write_unraisable(&method);
    }
}
