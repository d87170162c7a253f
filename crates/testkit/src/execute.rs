//! Running a program inside this process, on either engine, with its output caught.

use hognose_bytecode::CodeObject;
use hognose_runtime::host::HostResult;
use hognose_runtime::{Engine, Exit, Host, Options, Thread};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

/// What runs a program.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum On {
    /// The interpreter of register code.
    Vm,
    /// Machine code; on a processor without it, the VM.
    Native,
}

/// What a program did.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Outcome {
    /// What it wrote to its standard output.
    pub stdout: Vec<u8>,
    /// What it wrote to its standard error.
    pub stderr: Vec<u8>,
    /// Its exit status; `None` when it was interrupted.
    pub status: Option<i32>,
    /// What it met that Hognose does not do yet.
    pub unsupported: Option<String>,
}

/// Keeps what is written and refuses everything else: no file, no clock, no randomness.
#[derive(Default)]
struct Sandbox {
    stdout: Vec<u8>,
    stderr: Vec<u8>,
}

impl Host for Sandbox {
    fn write(&mut self, descriptor: i32, bytes: &[u8]) -> HostResult<usize> {
        match descriptor {
            1 => self.stdout.extend_from_slice(bytes),
            _ => self.stderr.extend_from_slice(bytes),
        }
        Ok(bytes.len())
    }
}

/// Runs a module's code as `__main__`, without a file and with the fixed hash seed 0.
pub fn execute(code: &Arc<CodeObject>, on: On) -> Outcome {
    let sandbox = Rc::new(RefCell::new(Sandbox::default()));
    let options = Options { hash_seed: Some(0), native_eagerly: on == On::Native, ..Options::default() };
    let mut thread = Thread::new(sandbox.clone(), None, options);
    let native: Option<Rc<dyn Engine>> = match on {
        On::Vm => None,
        On::Native => hognose_native::NativeEngine::new().ok().map(|engine| Rc::new(engine) as Rc<dyn Engine>),
    };
    thread.set_engines(Rc::new(hognose_vm::Vm), native);
    let status = match thread.run_main(code, None) {
        Exit::Status(status) => Some(status),
        Exit::Interrupted => None,
    };
    let unsupported = thread.unsupported_construct();
    drop(thread);
    let caught = sandbox.take();
    Outcome { stdout: caught.stdout, stderr: caught.stderr, status, unsupported }
}
