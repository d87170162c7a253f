//! Making and raising exceptions.

use crate::Result;
use crate::exceptions::ExceptionKind;
use crate::object::exception::ExceptionBody;
use crate::object::types::Type;
use crate::object::{int, str, tuple};
use crate::thread::Thread;
use crate::value::{Raised, Slot, Value};
use hognose_primitives::bug;
use std::cell::{Cell, RefCell};

impl Thread {
    /// The body of a new exception with these `args`.
    pub fn exception_body(&self, args: Vec<Value>) -> ExceptionBody {
        ExceptionBody {
            args: Slot::new(tuple::new(self, args)),
            traceback: Slot::new(Value::none()),
            context: Slot::new(Value::none()),
            cause: Slot::new(Value::none()),
            suppress_context: Cell::new(false),
            dict: Slot::new(None),
            extra: RefCell::default(),
        }
    }

    /// A new exception of a built-in class, as its constructor makes it from positional arguments.
    pub fn new_exception(&self, kind: ExceptionKind, args: Vec<Value>) -> Value {
        let first = args.first().cloned();
        let body = self.exception_body(args);
        match kind {
            // These remember arguments in attributes of their own.
            ExceptionKind::StopIteration => *body.extra.borrow_mut() = vec![Some(first.unwrap_or_else(Value::none))],
            ExceptionKind::ImportError | ExceptionKind::ModuleNotFoundError => {
                *body.extra.borrow_mut() = vec![first, None, None];
            }
            _ => {}
        }
        self.heap().alloc(self.exception_types().get(kind), body)
    }

    /// Raises a built-in exception with a message.
    #[cold]
    pub fn raise(&mut self, kind: ExceptionKind, message: &str) -> Raised {
        let message = str::new(self, message);
        self.raise_with(kind, vec![message])
    }

    /// Raises TypeError.
    #[cold]
    pub fn type_error(&mut self, message: &str) -> Raised {
        self.raise(ExceptionKind::TypeError, message)
    }

    /// Raises ValueError.
    #[cold]
    pub fn value_error(&mut self, message: &str) -> Raised {
        self.raise(ExceptionKind::ValueError, message)
    }

    /// Raises a built-in exception with these `args`.
    #[cold]
    pub fn raise_with(&mut self, kind: ExceptionKind, args: Vec<Value>) -> Raised {
        let exception = self.new_exception(kind, args);
        self.raise_value(exception)
    }

    /// Raises a built-in exception whose attributes are set too (`name`, `obj`, ...).
    #[cold]
    pub fn raise_with_attributes(
        &mut self,
        kind: ExceptionKind,
        message: &str,
        attributes: &[(&str, &Value)],
    ) -> Raised {
        let message = str::new(self, message);
        let exception = self.new_exception(kind, vec![message]);
        for (name, value) in attributes {
            exception.cast::<ExceptionBody>().set_attribute(kind, name, Some((*value).clone()));
        }
        self.raise_value(exception)
    }

    /// Raises an exception object; the one being handled becomes its `__context__`.
    pub fn raise_value(&mut self, exception: Value) -> Raised {
        self.set_context(&exception);
        self.set_raised(exception)
    }

    fn set_context(&self, exception: &Value) {
        let Some(handled) = self.handled_exception() else { return };
        if bug!("context-of-handled-lost", handled.is(exception), true) {
            return;
        }
        // If the exception already stands in the chain, the chain is cut there.
        let mut link = handled.clone();
        let mut slow = handled.clone();
        let mut moves_slow = false;
        loop {
            let next = link.cast::<ExceptionBody>().context.get();
            if next.is_none() {
                break;
            }
            if next.is(exception) {
                drop(link.cast::<ExceptionBody>().context.set(Value::none()));
                break;
            }
            link = next;
            if link.is(&slow) {
                break;
            }
            if moves_slow {
                slow = slow.cast::<ExceptionBody>().context.get();
            }
            moves_slow = !moves_slow;
        }
        drop(exception.cast::<ExceptionBody>().context.set(handled));
    }

    /// The exception that `except` or `finally` is dealing with, as `sys.exc_info()` shows it.
    pub fn handled_exception(&self) -> Option<Value> {
        self.handled.iter().rev().find(|value| !value.is_none()).cloned()
    }

    /// Makes `exception` the handled one and gives what was (None for none): `PUSH_EXC_INFO`.
    pub fn push_handled(&mut self, exception: Value) -> Value {
        let top = self.handled.last_mut().expect("one entry always stands");
        std::mem::replace(top, exception)
    }

    /// Makes `previous` the handled exception again: `POP_EXCEPT`.
    pub fn pop_handled(&mut self, previous: Value) {
        let top = self.handled.last_mut().expect("one entry always stands");
        drop(std::mem::replace(top, previous));
    }

    /// Whether the raised exception is of this built-in class or a subclass.
    pub fn raised_is(&self, kind: ExceptionKind) -> bool {
        let raised = self.raised.take();
        let answer = raised.as_ref().is_some_and(|raised| self.is_exception(raised, kind));
        self.raised.set(raised);
        answer
    }

    /// Whether `value` is an exception of this built-in class or a subclass.
    pub fn is_exception(&self, value: &Value, kind: ExceptionKind) -> bool {
        value.is_a::<ExceptionBody>() && self.type_of(value).is_subtype(self.exception_types().get(kind))
    }

    /// `Ok(None)` for this exception, which is then gone.
    ///
    /// # Errors
    /// Any other exception.
    pub fn catch<T>(&mut self, result: Result<T>, kind: ExceptionKind) -> Result<Option<T>> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(Raised) if self.raised_is(kind) => {
                drop(self.take_raised());
                Ok(None)
            }
            Err(Raised) => Err(Raised),
        }
    }

    /// Raises StopIteration that carries a generator's result.
    pub fn raise_stop_iteration(&mut self, value: Value) -> Raised {
        let args = if value.is_none() { Vec::new() } else { vec![value] };
        self.raise_with(ExceptionKind::StopIteration, args)
    }

    /// Raises KeyError with the key.
    pub fn key_error(&mut self, key: &Value) -> Raised {
        self.raise_with(ExceptionKind::KeyError, vec![key.clone()])
    }

    /// Raises an arithmetic error of `primitives`.
    pub fn arith_error(&mut self, error: &hognose_primitives::arith::ArithError) -> Raised {
        use hognose_primitives::arith::ArithError;
        match error {
            ArithError::Raised { class, message } => {
                let kind = ExceptionKind::from_name(class.name()).unwrap_or(ExceptionKind::ValueError);
                self.raise(kind, message)
            }
            _ => self.raise_with(ExceptionKind::MemoryError, Vec::new()),
        }
    }

    /// The name of a value's type, for messages.
    pub fn type_name(&self, value: &Value) -> String {
        self.type_of(value).name()
    }

    /// An int.
    #[inline]
    pub fn int(&self, value: i64) -> Value {
        int::from_i64(self, value)
    }

    /// The class of an exception among the built-in ones: its nearest base in the table.
    pub fn built_in_kind(&self, ty: &Type) -> ExceptionKind {
        ty.mro
            .get()
            .iter()
            .find_map(|ty| self.exception_types().kind_of(ty.value()))
            .unwrap_or(ExceptionKind::BaseException)
    }
}
