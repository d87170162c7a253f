//! list: its body.

use crate::thread::Thread;
use crate::value::{Body, Guarded, Kind, Object, Value};

/// The body of a list.
#[derive(Default)]
pub struct ListBody {
    /// The items.
    pub items: Vec<Value>,
}

impl Body for ListBody {
    const KIND: Kind = Kind::List;

    fn traverse(&self, visit: &mut dyn FnMut(&Value)) {
        self.items.iter().for_each(visit);
    }
}

impl Guarded for ListBody {}

impl Drop for ListBody {
    fn drop(&mut self) {
        // CPython lets the last item go first.
        while let Some(item) = self.items.pop() {
            drop(item);
        }
    }
}

impl Object<ListBody> {
    /// The items, for as long as no Python can run.
    #[inline]
    pub fn items<'t>(&'t self, thread: &'t Thread) -> &'t [Value] {
        &self.body(thread).items
    }

    /// The items, to be changed. Take out what is to be dropped and drop it afterwards.
    #[inline]
    pub fn items_mut<'t>(&'t self, thread: &'t mut Thread) -> &'t mut Vec<Value> {
        &mut self.body_mut(thread).items
    }

    /// The item at an index, as a value of its own.
    #[inline]
    pub fn get(&self, thread: &Thread, index: usize) -> Option<Value> {
        self.items(thread).get(index).cloned()
    }
}

/// A new list.
pub fn new(thread: &Thread, items: Vec<Value>) -> Value {
    thread.heap().alloc(&thread.types().list, ListBody { items })
}
