//! Operations that the runtime does not have yet, under the names that they will have: each raises.
#![allow(missing_docs, clippy::missing_errors_doc)]

pub mod arithmetic {
    #[allow(unused_imports)]
    use crate::ops::{CompareOp, Operator};
    #[allow(unused_imports)]
    use crate::{FrameRef, Raised, Result, Thread, Value};

    pub fn binary(thread: &mut Thread, _: Operator, _: &Value, _: &Value) -> Result {
        Err(thread.unsupported("arithmetic"))
    }
    pub fn inplace(thread: &mut Thread, _: Operator, _: &Value, _: &Value) -> Result {
        Err(thread.unsupported("arithmetic"))
    }
    pub fn negative(thread: &mut Thread, _: &Value) -> Result {
        Err(thread.unsupported("arithmetic"))
    }
    pub fn positive(thread: &mut Thread, _: &Value) -> Result {
        Err(thread.unsupported("arithmetic"))
    }
    pub fn invert(thread: &mut Thread, _: &Value) -> Result {
        Err(thread.unsupported("arithmetic"))
    }
}
pub mod compare {
    #[allow(unused_imports)]
    use crate::ops::{CompareOp, Operator};
    #[allow(unused_imports)]
    use crate::{FrameRef, Raised, Result, Thread, Value};

    pub fn compare(thread: &mut Thread, _: CompareOp, _: &Value, _: &Value) -> Result {
        Err(thread.unsupported("compare"))
    }
}
pub mod item {
    #[allow(unused_imports)]
    use crate::ops::{CompareOp, Operator};
    #[allow(unused_imports)]
    use crate::{FrameRef, Raised, Result, Thread, Value};

    pub fn getitem(thread: &mut Thread, _: &Value, _: &Value) -> Result {
        Err(thread.unsupported("item"))
    }
    pub fn setitem(thread: &mut Thread, _: &Value, _: &Value, _: &Value) -> Result<()> {
        Err(thread.unsupported("item"))
    }
    pub fn delitem(thread: &mut Thread, _: &Value, _: &Value) -> Result<()> {
        Err(thread.unsupported("item"))
    }
    pub fn contains(thread: &mut Thread, _: &Value, _: &Value) -> Result<bool> {
        Err(thread.unsupported("item"))
    }
}
pub mod iterate {
    #[allow(unused_imports)]
    use crate::ops::{CompareOp, Operator};
    #[allow(unused_imports)]
    use crate::{FrameRef, Raised, Result, Thread, Value};

    pub fn iter(thread: &mut Thread, _: &Value) -> Result {
        Err(thread.unsupported("iterate"))
    }
    pub fn next(thread: &mut Thread, _: &Value) -> Result {
        Err(thread.unsupported("iterate"))
    }
    pub fn unpack(thread: &mut Thread, _: &Value, _: usize) -> Result<Vec<Value>> {
        Err(thread.unsupported("iterate"))
    }
    pub fn unpack_star(thread: &mut Thread, _: &Value, _: usize, _: usize) -> Result<Vec<Value>> {
        Err(thread.unsupported("iterate"))
    }
}
pub mod truth {
    #[allow(unused_imports)]
    use crate::ops::{CompareOp, Operator};
    #[allow(unused_imports)]
    use crate::{FrameRef, Raised, Result, Thread, Value};

    pub fn is_true(thread: &mut Thread, _: &Value) -> Result<bool> {
        Err(thread.unsupported("truth"))
    }
}
pub mod build {
    #[allow(unused_imports)]
    use crate::ops::{CompareOp, Operator};
    #[allow(unused_imports)]
    use crate::{FrameRef, Raised, Result, Thread, Value};

    pub fn set(thread: &mut Thread, _: Vec<Value>) -> Result {
        Err(thread.unsupported("build"))
    }
    pub fn string(thread: &mut Thread, _: &[Value]) -> Value {
        let _ = thread;
        Value::none()
    }
    pub fn set_add(thread: &mut Thread, _: &Value, _: Value) -> Result<()> {
        Err(thread.unsupported("build"))
    }
    pub fn list_extend(thread: &mut Thread, _: &Value, _: &Value) -> Result<()> {
        Err(thread.unsupported("build"))
    }
    pub fn set_update(thread: &mut Thread, _: &Value, _: &Value) -> Result<()> {
        Err(thread.unsupported("build"))
    }
    pub fn dict_update(thread: &mut Thread, _: &Value, _: &Value) -> Result<()> {
        Err(thread.unsupported("build"))
    }
    pub fn dict_merge(thread: &mut Thread, _: &Value, _: &Value, _: &Value) -> Result<()> {
        Err(thread.unsupported("build"))
    }
}
pub mod call {
    #[allow(unused_imports)]
    use crate::ops::{CompareOp, Operator};
    #[allow(unused_imports)]
    use crate::{FrameRef, Raised, Result, Thread, Value};

    pub fn call(thread: &mut Thread, _: &Value, _: crate::ops::Args<'_>) -> Result {
        Err(thread.unsupported("call"))
    }
    pub fn call_ex(thread: &mut Thread, _: &Value, _: &Value, _: Option<&Value>) -> Result {
        Err(thread.unsupported("call"))
    }
    pub fn enter_context(thread: &mut Thread, _: Value) -> Result<(Value, Value)> {
        Err(thread.unsupported("call"))
    }
    pub fn exit_context(thread: &mut Thread, _: &Value, _: &Value) -> Result {
        Err(thread.unsupported("call"))
    }
    pub fn run_pending(thread: &mut Thread) {
        drop(thread.heap().take_pending());
    }
}
pub mod collect {
    #[allow(unused_imports)]
    use crate::ops::{CompareOp, Operator};
    #[allow(unused_imports)]
    use crate::{FrameRef, Raised, Result, Thread, Value};

    pub fn to_vec(thread: &mut Thread, _: &Value) -> Result<Vec<Value>> {
        Err(thread.unsupported("collect"))
    }
}
pub mod mapping {
    #[allow(unused_imports)]
    use crate::ops::{CompareOp, Operator};
    #[allow(unused_imports)]
    use crate::{FrameRef, Raised, Result, Thread, Value};

    pub fn insert(thread: &mut Thread, _: &Value, _: Value, _: Value) -> Result<()> {
        Err(thread.unsupported("mapping"))
    }
}
pub mod format {
    #[allow(unused_imports)]
    use crate::ops::{CompareOp, Operator};
    #[allow(unused_imports)]
    use crate::{FrameRef, Raised, Result, Thread, Value};

    pub fn format_value(thread: &mut Thread, _: &Value, _: u16, _: Option<&Value>) -> Result {
        Err(thread.unsupported("format"))
    }
}
pub mod import {
    #[allow(unused_imports)]
    use crate::ops::{CompareOp, Operator};
    #[allow(unused_imports)]
    use crate::{FrameRef, Raised, Result, Thread, Value};

    pub fn import_name(thread: &mut Thread, _: FrameRef, _: &Value, _: &Value, _: &Value) -> Result {
        Err(thread.unsupported("import"))
    }
    pub fn import_from(thread: &mut Thread, _: &Value, _: &Value) -> Result {
        Err(thread.unsupported("import"))
    }
    pub fn import_star(thread: &mut Thread, _: FrameRef, _: &Value) -> Result<()> {
        Err(thread.unsupported("import"))
    }
}
pub mod raise {
    #[allow(unused_imports)]
    use crate::ops::{CompareOp, Operator};
    #[allow(unused_imports)]
    use crate::{FrameRef, Raised, Result, Thread, Value};

    pub fn raise_statement(thread: &mut Thread, _: Option<Value>, _: Option<Value>) -> Raised {
        thread.unsupported("raise")
    }
    pub fn exception_matches(thread: &mut Thread, _: &Value, _: &Value) -> Result<bool> {
        Err(thread.unsupported("raise"))
    }
}
pub mod attribute {
    #[allow(unused_imports)]
    use crate::ops::{CompareOp, Operator};
    #[allow(unused_imports)]
    use crate::{FrameRef, Raised, Result, Thread, Value};

    pub enum LoadedMethod {
        Method(Value),
        Attribute(Value),
    }
    pub fn getattr(thread: &mut Thread, _: &Value, _: &Value) -> Result {
        Err(thread.unsupported("attribute"))
    }
    pub fn setattr(thread: &mut Thread, _: &Value, _: &Value, _: &Value) -> Result<()> {
        Err(thread.unsupported("attribute"))
    }
    pub fn delattr(thread: &mut Thread, _: &Value, _: &Value) -> Result<()> {
        Err(thread.unsupported("attribute"))
    }
    pub fn load_method(thread: &mut Thread, _: &Value, _: &Value) -> Result<LoadedMethod> {
        Err(thread.unsupported("attribute"))
    }

    use crate::object::shape::ShapeId;
    #[allow(dead_code)]
    pub enum LoadHint {
        None,
        Slot { shape: ShapeId, version: u32, index: u32 },
        Type { version: u32, shape: Option<ShapeId>, value: Value },
        Module { keys_version: u64, index: u32 },
    }
    #[allow(dead_code)]
    pub enum StoreHint {
        None,
        Slot { shape: ShapeId, version: u32, index: u32 },
        Add { before: ShapeId, after: ShapeId, version: u32, index: u32 },
    }
    pub fn load_hint(_: &mut Thread, _: &Value, _: &Value, _: bool) -> LoadHint {
        LoadHint::None
    }
    pub fn store_hint(_: &mut Thread, _: &Value, _: &Value) -> StoreHint {
        StoreHint::None
    }
}
