//! A type's slots: native functions for the operations that have syntax, as CPython's `tp_*`, `nb_*`, `sq_*`, `mp_*`.

use crate::Result;
use crate::ops::{Args, CompareOp};
use crate::thread::Thread;
use crate::value::Value;
use std::cell::Cell;

/// One operand.
pub type UnaryFn = fn(&mut Thread, &Value) -> Result;
/// Two operands in source order; `NotImplemented` passes the operation on.
pub type BinaryFn = fn(&mut Thread, &Value, &Value) -> Result;
/// `__getattribute__`: object and name.
pub type GetAttrFn = fn(&mut Thread, &Value, &Value) -> Result;
/// `__setattr__`, and `__delattr__` without a value.
pub type SetAttrFn = fn(&mut Thread, &Value, &Value, Option<&Value>) -> Result<()>;
/// `__setitem__`, and `__delitem__` without a value.
pub type SetItemFn = fn(&mut Thread, &Value, &Value, Option<&Value>) -> Result<()>;
/// `__hash__`.
pub type HashFn = fn(&mut Thread, &Value) -> Result<i64>;
/// A question.
pub type TestFn = fn(&mut Thread, &Value) -> Result<bool>;
/// `__contains__`: container and item.
pub type ContainsFn = fn(&mut Thread, &Value, &Value) -> Result<bool>;
/// `__len__`.
pub type LenFn = fn(&mut Thread, &Value) -> Result<usize>;
/// `sq_repeat`: sequence and count.
pub type RepeatFn = fn(&mut Thread, &Value, i64) -> Result;
/// One of the six comparisons; `NotImplemented` passes it on.
pub type RichCompareFn = fn(&mut Thread, &Value, &Value, CompareOp) -> Result;
/// A call; see [`Args`].
pub type CallFn = fn(&mut Thread, &Value, Args<'_>) -> Result;
/// `__init__`.
pub type InitFn = fn(&mut Thread, &Value, Args<'_>) -> Result<()>;
/// `__get__`: descriptor, instance (`None` when read from the class), owner.
pub type DescrGetFn = fn(&mut Thread, &Value, Option<&Value>, &Value) -> Result;
/// `__set__`, and `__delete__` without a value: descriptor, instance.
pub type DescrSetFn = fn(&mut Thread, &Value, &Value, Option<&Value>) -> Result<()>;

macro_rules! slots {
    ($($name:ident: $ty:ty;)*) => {
        /// The slots of one type; an empty one means that the type does not have the operation.
        #[derive(Clone, Default)]
        #[allow(missing_docs)]
        pub struct Slots {
            $(pub $name: Cell<Option<$ty>>,)*
            /// By [`hognose_primitives::Operator`].
            pub binary: [Cell<Option<BinaryFn>>; 13],
            /// By [`hognose_primitives::Operator`].
            pub inplace: [Cell<Option<BinaryFn>>; 13],
        }

        impl Slots {
            /// Takes every slot over from `new`.
            pub fn replace(&self, new: &Slots) {
                $(self.$name.set(new.$name.get());)*
                for (own, new) in self.binary.iter().zip(&new.binary).chain(self.inplace.iter().zip(&new.inplace)) {
                    own.set(new.get());
                }
            }

            /// Fills each empty slot from `base`.
            pub fn inherit(&self, base: &Slots) {
                $(if self.$name.get().is_none() { self.$name.set(base.$name.get()); })*
                for (own, base) in self.binary.iter().zip(&base.binary).chain(self.inplace.iter().zip(&base.inplace)) {
                    if own.get().is_none() {
                        own.set(base.get());
                    }
                }
            }
        }
    };
}

slots! {
    repr: UnaryFn;
    str: UnaryFn;
    hash: HashFn;
    call: CallFn;
    getattr: GetAttrFn;
    setattr: SetAttrFn;
    richcompare: RichCompareFn;
    iter: UnaryFn;
    next: UnaryFn;
    descr_get: DescrGetFn;
    descr_set: DescrSetFn;
    new: CallFn;
    init: InitFn;
    negative: UnaryFn;
    positive: UnaryFn;
    absolute: UnaryFn;
    invert: UnaryFn;
    truth: TestFn;
    index: UnaryFn;
    int: UnaryFn;
    float: UnaryFn;
    len: LenFn;
    getitem: BinaryFn;
    setitem: SetItemFn;
    contains: ContainsFn;
    concat: BinaryFn;
    repeat: RepeatFn;
    inplace_concat: BinaryFn;
    inplace_repeat: RepeatFn;
}
