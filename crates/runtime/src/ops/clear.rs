//! Breaking a cycle: an unreachable object gives up what it holds.

use crate::heap::InstanceBody;
use crate::object::cell::CellBody;
use crate::object::dict::DictBody;
use crate::object::exception::ExceptionBody;
use crate::object::function::FunctionBody;
use crate::object::generator::GeneratorBody;
use crate::object::iterator::{IteratorBody, IteratorState};
use crate::object::list::ListBody;
use crate::object::set::SetBody;
use crate::object::types::TypeBody;
use crate::thread::Thread;
use crate::value::{Kind, Value};
use std::rc::Rc;

/// Empties an object that the collector found unreachable.
pub(crate) fn clear(thread: &mut Thread, value: &Value) {
    match value.kind() {
        Some(Kind::List) => {
            let items = std::mem::take(value.cast::<ListBody>().items_mut(thread));
            drop(items);
        }
        Some(Kind::Dict) => {
            let body = std::mem::take(value.cast::<DictBody>().body_mut(thread));
            drop(body);
        }
        Some(Kind::Set) => {
            let body = std::mem::take(value.cast::<SetBody>().body_mut(thread));
            drop(body);
        }
        Some(Kind::Cell) => drop(value.cast::<CellBody>().set(thread, None)),
        Some(Kind::Instance) => {
            let instance = value.cast::<InstanceBody>();
            for slot in 0..instance.body(thread).slots().len() {
                drop(instance.set_slot(thread, slot, None));
            }
            let dict = instance.body_mut(thread).dict.take();
            drop(dict);
        }
        Some(Kind::Function) => {
            let function = value.cast::<FunctionBody>();
            drop(function.defaults.set(Value::none()));
            drop(function.kwdefaults.set(Value::none()));
            drop(function.dict.set(None));
        }
        Some(Kind::Exception) => {
            let exception = value.cast::<ExceptionBody>();
            drop(exception.traceback.set(Value::none()));
            drop(exception.context.set(Value::none()));
            drop(exception.cause.set(Value::none()));
            drop(exception.dict.set(None));
            drop(exception.extra.take());
        }
        Some(Kind::Generator) => {
            let frame = value.cast::<GeneratorBody>().body_mut(thread).frame.take();
            drop(frame);
        }
        Some(Kind::Iterator) => {
            let state =
                std::mem::replace(&mut value.cast::<IteratorBody>().body_mut(thread).state, IteratorState::Done);
            drop(state);
        }
        Some(Kind::Type) => {
            let ty = value.cast::<TypeBody>();
            if !ty.is_builtin() {
                let own = ty.to_ref();
                drop(ty.mro.set(Rc::from(vec![own])));
                drop(ty.mro.set(Rc::from(Vec::new())));
            }
        }
        _ => {}
    }
}
