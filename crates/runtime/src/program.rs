//! A program from its code object to its exit status.

use crate::Result;
use crate::exceptions::ExceptionKind;
use crate::modules;
use crate::object::code::CodeBody;
use crate::object::dict::{self, DictBody};
use crate::object::exception::ExceptionBody;
use crate::object::function::FunctionBody;
use crate::object::module::ModuleBody;
use crate::object::{module, str};
use crate::ops::{Args, build, call, collect};
use crate::thread::Thread;
use crate::value::{Raised, Ref, Value};
use hognose_bytecode::CodeObject;
use std::sync::Arc;

/// How a program ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Exit {
    /// With this status.
    Status(i32),
    /// By an uncaught KeyboardInterrupt: the process should end by the signal.
    Interrupted,
}

/// Runs code over namespaces: `exec` and `eval`, module bodies.
///
/// # Errors
/// What the code raises.
pub fn eval_code(thread: &mut Thread, code: &Ref<CodeBody>, globals: Value, locals: Value, closure: Value) -> Result {
    let function = build::new_function(thread, code.value(), globals, closure);
    let frame = thread.enter_function(function.cast::<FunctionBody>(), Args::NONE)?;
    drop(function);
    drop(frame.set_locals(Some(locals)));
    thread.run_frame(frame)
}

impl Thread {
    /// A new module `__main__`, entered into `sys.modules`. `file` becomes its `__file__`.
    pub fn create_main(&mut self, file: Option<&str>) -> Value {
        let namespace = dict::new(self);
        let main = module::new(self, namespace);
        let name = self.intern("__main__");
        modules::set(self, &main, "__name__", name);
        modules::set(self, &main, "__doc__", Value::none());
        modules::set(self, &main, "__package__", Value::none());
        modules::set(self, &main, "__loader__", Value::none());
        modules::set(self, &main, "__spec__", Value::none());
        let annotations = dict::new(self);
        modules::set(self, &main, "__annotations__", annotations);
        let key = self.names().builtins.clone();
        let builtins = self.modules().cast::<DictBody>().get_str(self, &key).unwrap_or_else(Value::none);
        modules::set(self, &main, "__builtins__", builtins);
        if let Some(file) = file {
            let file = str::new(self, file);
            modules::set(self, &main, "__file__", file);
            modules::set(self, &main, "__cached__", Value::none());
        }
        modules::enter(self, "__main__", main.clone());
        main
    }

    /// Runs a program in a new module `__main__`, shows an uncaught exception, and ends the interpreter as CPython does.
    pub fn run_main(&mut self, code: &Arc<CodeObject>, file: Option<&str>) -> Exit {
        let main = self.create_main(file);
        let globals = main.cast::<ModuleBody>().dict.clone();
        drop(main);
        let result = match self.load_code(code) {
            Ok(code) => eval_code(self, &code, globals.clone(), globals, Value::none()),
            Err(raised) => Err(raised),
        };
        let exit = match result {
            Ok(value) => {
                drop(value);
                self.run_pending_if_any();
                Exit::Status(0)
            }
            Err(Raised) => {
                // CPython passes on what was printed before it shows the exception.
                let exception = self.take_raised();
                modules::flush_standard_streams(self);
                let _ = self.set_raised(exception);
                self.show_uncaught()
            }
        };
        self.finish();
        exit
    }

    /// Runs what waits, if something does.
    #[inline]
    pub fn run_pending_if_any(&mut self) {
        if self.has_pending() {
            self.run_pending();
        }
    }

    /// Shows the raised exception as uncaught, and says how the program ends.
    pub fn show_uncaught(&mut self) -> Exit {
        self.run_pending_if_any();
        let exception = self.take_raised();
        if self.is_exception(&exception, ExceptionKind::SystemExit) {
            let status = self.exit_status(&exception);
            return Exit::Status(status);
        }
        let interrupted = self.is_exception(&exception, ExceptionKind::KeyboardInterrupt);
        let class = self.type_ref(&exception).into_value();
        let traceback = exception.cast::<ExceptionBody>().traceback.get();
        modules::put_sys(self, "last_type", class.clone());
        modules::put_sys(self, "last_value", exception.clone());
        modules::put_sys(self, "last_traceback", traceback.clone());
        let hook = modules::get_sys(self, "excepthook");
        let own = modules::get_sys(self, "__excepthook__");
        match (hook, own) {
            (Some(hook), Some(own)) if !hook.is(&own) => {
                let args = [class, exception.clone(), traceback];
                if call::call(self, &hook, Args::positional(&args)).is_err() {
                    let error = self.take_raised();
                    let mut text = String::from("Error in sys.excepthook:\n");
                    text.push_str(&self.exception_text(&error));
                    text.push_str("\nOriginal exception was:\n");
                    text.push_str(&self.exception_text(&exception));
                    self.write_error(&text);
                }
            }
            (Some(_), Some(_)) => {
                let text = self.exception_text(&exception);
                self.write_error(&text);
            }
            _ => {
                let text = format!("sys.excepthook is missing\n{}", self.exception_text(&exception));
                self.write_error(&text);
            }
        }
        drop(exception);
        self.run_pending_if_any();
        if interrupted { Exit::Interrupted } else { Exit::Status(1) }
    }

    /// The status that SystemExit asks for; anything but an int or None is shown.
    fn exit_status(&mut self, exception: &Value) -> i32 {
        let code =
            exception.cast::<ExceptionBody>().attribute(ExceptionKind::SystemExit, "code").unwrap_or_else(Value::none);
        if code.is_none() {
            return 0;
        }
        if crate::object::int::is_int(&code) {
            return crate::object::int::to_i64(&code).map_or(-1, |code| code as i32);
        }
        modules::flush_standard_streams(self);
        let text = match crate::ops::repr::str(self, &code) {
            Ok(text) => str::to_string(&text),
            Err(Raised) => {
                drop(self.take_raised());
                String::new()
            }
        };
        self.write_error(&format!("{text}\n"));
        1
    }

    /// Ends the interpreter: flushes, gives up the modules in CPython's order, collects what is left, flushes again.
    pub fn finish(&mut self) {
        self.set_trace_function(None);
        modules::flush_standard_streams(self);
        for name in ["path", "argv", "ps1", "ps2", "last_type", "last_value", "last_traceback"] {
            if modules::get_sys(self, name).is_some() {
                modules::put_sys(self, name, Value::none());
                self.run_pending_if_any();
            }
        }
        for name in ["stdin", "stdout", "stderr"] {
            if let Some(own) = modules::get_sys(self, &format!("__{name}__")) {
                modules::put_sys(self, name, own);
            }
        }
        let all = self.modules().clone();
        let names: Vec<Value> = all.cast::<DictBody>().body(self).iter().map(|(name, _)| name.clone()).collect();
        for name in names {
            if str::is(&name, "sys") || str::is(&name, "builtins") {
                continue;
            }
            drop(all.cast::<DictBody>().remove_str(self, &name));
            self.run_pending_if_any();
        }
        collect::collect(self);
        self.run_pending_if_any();
        collect::collect(self);
        self.run_pending_if_any();
        modules::flush_standard_streams(self);
    }
}
