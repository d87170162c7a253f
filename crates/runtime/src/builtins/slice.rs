//! slice: methods, attributes and slots.

use super::arguments::positional;
use super::sequence;
use crate::Result;
use crate::object::native::{GetSetRow, NativeRow};
use crate::object::slice::{self, SliceBody};
use crate::object::slots::Slots;
use crate::object::str::StrBuilder;
use crate::object::table::TypeTable;
use crate::object::tuple;
use crate::ops::{Args, CompareOp, compare, repr};
use crate::thread::Thread;
use crate::value::Value;

/// What the type can do.
pub const TYPE: TypeTable = TypeTable {
    methods: &[NativeRow::one_arg("indices", indices, "")],
    getsets: &[
        GetSetRow { name: "start", get: |_, slice| Ok(own(slice).start.clone()), set: None },
        GetSetRow { name: "stop", get: |_, slice| Ok(own(slice).stop.clone()), set: None },
        GetSetRow { name: "step", get: |_, slice| Ok(own(slice).step.clone()), set: None },
    ],
    fill,
    doc: "slice(stop)\nslice(start, stop[, step])\n\nCreate a slice object.  This is used for extended slicing (e.g. a[0:10:2]).",
};

fn fill(slots: &Slots) {
    slots.repr.set(Some(slice_repr));
    slots.richcompare.set(Some(richcompare));
    slots.new.set(Some(new));
}

fn own(slice: &Value) -> &SliceBody {
    slice.cast::<SliceBody>()
}

fn new(thread: &mut Thread, _: &Value, args: Args<'_>) -> Result {
    let values = positional(thread, "slice", args, 1, 3)?;
    let part = |index: usize| values.get(index).cloned().unwrap_or_else(Value::none);
    Ok(match values.len() {
        1 => slice::new(thread, Value::none(), part(0), Value::none()),
        _ => slice::new(thread, part(0), part(1), part(2)),
    })
}

fn indices(thread: &mut Thread, slice: &Value, len: &Value) -> Result {
    let len = crate::ops::arithmetic::index_as_i64(thread, len)?;
    let Ok(len) = usize::try_from(len) else {
        return Err(thread.value_error("length should not be negative"));
    };
    let selection = sequence::bounds(thread, slice)?.select(len);
    let items = [selection.start, selection.stop, selection.step].map(|number| thread.int(number));
    Ok(tuple::new(thread, items.into()))
}

fn slice_repr(thread: &mut Thread, slice: &Value) -> Result {
    let SliceBody { start, stop, step } = own(slice);
    let mut text = StrBuilder::new("slice(");
    for (part, end) in [(start, ", "), (stop, ", "), (step, ")")] {
        text.push_str(&repr::repr(thread, part)?);
        text.push_ascii(end);
    }
    Ok(text.finish(thread))
}

fn richcompare(thread: &mut Thread, left: &Value, right: &Value, op: CompareOp) -> Result {
    let (Some(first), Some(second)) = (left.downcast::<SliceBody>(), right.downcast::<SliceBody>()) else {
        return Ok(Value::not_implemented());
    };
    let parts = |slice: &SliceBody| vec![slice.start.clone(), slice.stop.clone(), slice.step.clone()];
    let (first, second) = (tuple::new(thread, parts(first)), tuple::new(thread, parts(second)));
    compare::compare(thread, op, &first, &second)
}
