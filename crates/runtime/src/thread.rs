//! The thread state: the token that every operation takes, and with it the interpreter.

use crate::Result;
use crate::engine::Engine;
use crate::exceptions::ExceptionTypes;
use crate::frame::{FrameHeader, MARGIN, RECORDS, REGISTER_WORDS, Reserved};
use crate::frontend::Frontend;
use crate::heap::{Heap, HeapState, MethodCache};
use crate::host::Host;
use crate::object::shape::Shapes;
use crate::object::table::Types;
use crate::value::{Raised, Value, Word};
use hashbrown::HashMap;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Bits of the poll word.
#[allow(missing_docs)]
pub mod poll {
    /// A signal arrived (Ctrl-C): KeyboardInterrupt.
    pub const INTERRUPT: u32 = 1;
    /// Tracing was switched on: frames leave folded code.
    pub const TRACE: u32 = 2;
    /// The fuel counter must be looked at.
    pub const FUEL: u32 = 4;
    /// The program must stop.
    pub const STOP: u32 = 8;
}

/// How a program runs.
#[derive(Clone, Debug)]
pub struct Options {
    /// `sys.argv`.
    pub argv: Vec<String>,
    /// `PYTHONHASHSEED`: a number, or `None` for a random seed.
    pub hash_seed: Option<u32>,
    /// `-X exact-identity`: ints outside -5..=256 are boxed.
    pub exact_identity: bool,
    /// `-O` counted.
    pub optimize: u8,
    /// Native code is made at the first call (`--backend native`); otherwise only when hot.
    pub native_eagerly: bool,
    /// How many back edges and calls may run; `None` for any number.
    pub fuel: Option<u64>,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            argv: vec![String::new()],
            hash_seed: Some(0),
            exact_identity: false,
            optimize: 0,
            native_eagerly: false,
            fuel: None,
        }
    }
}

/// One thread of an interpreter, and for now the interpreter itself.
///
/// It never moves: engines keep its address. What they know of it is in [`crate::layout`] and stands first.
#[repr(C)]
pub struct Thread {
    /// The record of the frame that runs, or null.
    pub(crate) current_frame: *mut FrameHeader,
    /// The first free record.
    pub(crate) next_record: *mut FrameHeader,
    /// End of the usable registers.
    pub(crate) register_limit: *mut Word,
    /// End of the usable records.
    pub(crate) record_limit: *mut FrameHeader,
    /// Nested calls that are still allowed, Python and native together.
    pub(crate) recursion_left: i32,
    /// A trace or profile function is set.
    pub(crate) tracing: Cell<u32>,
    /// The poll word, which other threads may set.
    pub(crate) poll: *const AtomicU32,
    /// The heap's part that engines know.
    pub(crate) heap_state: *const HeapState,
    /// The exception being raised, or zero.
    pub(crate) raised: Cell<Option<Value>>,

    /// The exceptions being handled: one entry per generator being resumed and one for the rest; None for none.
    pub(crate) handled: Vec<Value>,
    pub(crate) registers: Reserved,
    #[allow(dead_code)]
    records: Reserved,
    poll_owner: Arc<AtomicU32>,
    pub(crate) recursion_limit: i32,
    pub(crate) trace_function: Option<Value>,
    /// Set while a trace function runs, so that it is not traced itself.
    pub(crate) in_trace: bool,
    pub(crate) vm: Option<Rc<dyn Engine>>,
    pub(crate) native: Option<Rc<dyn Engine>>,
    pub(crate) host: Rc<RefCell<dyn Host>>,
    pub(crate) frontend: Option<Rc<dyn Frontend>>,
    pub(crate) options: Options,
    /// `(k0, k1)` of SipHash.
    pub(crate) hash_key: (u64, u64),
    pub(crate) interned: RefCell<HashMap<u64, Vec<Value>>>,
    pub(crate) characters: Vec<Value>,
    pub(crate) empty_str: Option<Value>,
    pub(crate) names: Option<Box<crate::object::table::Names>>,
    keys_versions: Cell<u64>,
    versions: Cell<u32>,
    pub(crate) identity_observed: Cell<bool>,
    pub(crate) unsupported: RefCell<Option<String>>,
    pub(crate) modules: Option<Value>,
    pub(crate) sys: Option<Value>,
    /// Classes of `ast` nodes, by name.
    pub(crate) node_classes: RefCell<HashMap<String, Value>>,
    pub(crate) collector_enabled: bool,
    /// Source files that tracebacks have shown.
    pub(crate) source_texts: RefCell<HashMap<String, Option<Rc<str>>>>,
    pub(crate) builtins: Option<Value>,
    /// What ended the iteration that last gave EXHAUSTED: the StopIteration itself, or the value for one.
    pub(crate) stop_exception: Cell<Option<Value>>,
    pub(crate) stop_value: Cell<Option<Value>>,
    pub(crate) exit_status: Option<i32>,
    pub(crate) method_cache: MethodCache,
    pub(crate) shapes: RefCell<Shapes>,
    pub(crate) types: Option<Box<Types>>,
    pub(crate) exception_types: Option<Box<ExceptionTypes>>,
    /// Last, so that everything that holds values goes before it.
    pub(crate) heap: Heap,
}

/// Sets bits of a thread's poll word from anywhere, a signal handler included.
#[derive(Clone)]
pub struct Interrupter(Arc<AtomicU32>);

impl Interrupter {
    /// Sets bits of [`poll`]; the thread sees them at its next back edge or call.
    pub fn set(&self, bits: u32) {
        self.0.fetch_or(bits, Ordering::SeqCst);
    }
}

impl Thread {
    /// A new interpreter and its main thread. Give it engines with [`Thread::set_engines`] before running code.
    ///
    /// # Panics
    /// When address space for the frames cannot be reserved.
    pub fn new(host: Rc<RefCell<dyn Host>>, frontend: Option<Rc<dyn Frontend>>, options: Options) -> Box<Thread> {
        let registers = Reserved::new(REGISTER_WORDS * 8).expect("address space for registers");
        let records = Reserved::new(RECORDS * size_of::<FrameHeader>()).expect("address space for frames");
        let poll_owner = Arc::new(AtomicU32::new(0));
        let heap = Heap::new();
        let hash_key = crate::ops::hash::key_from_seed(options.hash_seed, &host);
        let mut thread = Box::new(Thread {
            current_frame: std::ptr::null_mut(),
            next_record: records.start(),
            register_limit: registers.start::<Word>().wrapping_add(REGISTER_WORDS - MARGIN),
            record_limit: records.start::<FrameHeader>().wrapping_add(RECORDS),
            recursion_left: 1000,
            tracing: Cell::new(0),
            poll: Arc::as_ptr(&poll_owner),
            heap_state: heap.state(),
            raised: Cell::new(None),
            handled: vec![Value::none()],
            registers,
            records,
            poll_owner,
            recursion_limit: 1000,
            trace_function: None,
            in_trace: false,
            vm: None,
            native: None,
            host,
            frontend,
            options,
            hash_key,
            interned: RefCell::default(),
            characters: Vec::new(),
            empty_str: None,
            names: None,
            keys_versions: Cell::new(0),
            versions: Cell::new(0),
            identity_observed: Cell::new(false),
            unsupported: RefCell::default(),
            modules: None,
            sys: None,
            node_classes: RefCell::default(),
            collector_enabled: true,
            source_texts: RefCell::default(),
            builtins: None,
            stop_exception: Cell::new(None),
            stop_value: Cell::new(None),
            exit_status: None,
            method_cache: MethodCache::new(),
            shapes: RefCell::default(),
            types: None,
            exception_types: None,
            heap,
        });
        crate::object::table::create_types(&mut thread);
        crate::modules::create(&mut thread);
        thread
    }

    /// Gives the thread its engines. Without `native` everything runs on `vm`.
    pub fn set_engines(&mut self, vm: Rc<dyn Engine>, native: Option<Rc<dyn Engine>>) {
        self.vm = Some(vm);
        self.native = native;
    }

    /// The heap.
    #[inline(always)]
    pub fn heap(&self) -> &Heap {
        &self.heap
    }

    /// The built-in types.
    #[inline(always)]
    pub fn types(&self) -> &Types {
        self.types.as_ref().expect("made by new")
    }

    /// The exception types.
    #[inline]
    pub fn exception_types(&self) -> &ExceptionTypes {
        self.exception_types.as_ref().expect("made by new")
    }

    /// Names that the runtime itself looks up, interned.
    #[inline]
    pub fn names(&self) -> &crate::object::table::Names {
        self.names.as_ref().expect("made by new")
    }

    /// How the program runs.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// The host.
    pub fn host(&self) -> &Rc<RefCell<dyn Host>> {
        &self.host
    }

    /// The front end, if there is one.
    pub fn frontend(&self) -> Option<Rc<dyn Frontend>> {
        self.frontend.clone()
    }

    /// A handle that sets bits of the poll word from elsewhere.
    pub fn interrupter(&self) -> Interrupter {
        Interrupter(self.poll_owner.clone())
    }

    /// The poll word.
    #[inline(always)]
    pub fn poll_word(&self) -> u32 {
        self.poll_owner.load(Ordering::Relaxed)
    }

    /// Sets bits of the poll word.
    pub fn set_poll(&self, bits: u32) {
        self.poll_owner.fetch_or(bits, Ordering::SeqCst);
    }

    /// Clears bits of the poll word.
    pub fn clear_poll(&self, bits: u32) {
        self.poll_owner.fetch_and(!bits, Ordering::SeqCst);
    }

    /// Whether objects wait for their finalizer: whoever released something in an operation must then call
    /// [`Thread::run_pending`] before going on. Engines look after each call into [`crate::ops`].
    #[inline(always)]
    pub fn has_pending(&self) -> bool {
        self.heap.pending_count() != 0
    }

    /// Makes `exception` (an instance of BaseException) the raised one, as it is.
    pub fn set_raised(&self, exception: Value) -> Raised {
        self.raised.set(Some(exception));
        Raised
    }

    /// Takes the raised exception.
    ///
    /// # Panics
    /// When none is raised: our bug.
    #[track_caller]
    pub fn take_raised(&self) -> Value {
        self.raised.take().expect("Raised was returned, so an exception is set")
    }

    /// A version of a dict's keys that was never used before.
    pub(crate) fn next_keys_version(&self) -> u64 {
        let version = self.keys_versions.get() + 1;
        self.keys_versions.set(version);
        version
    }

    /// A version of a type or function that was never used before.
    pub(crate) fn next_version(&self) -> u32 {
        let version = self.versions.get().checked_add(1).expect("fewer than 2^32 changes of types");
        self.versions.set(version);
        version
    }

    /// Whether an int must be boxed because the program asked for exact identities.
    #[inline]
    pub(crate) fn exact_identity_boxes(&self, value: i64) -> bool {
        self.options.exact_identity && !(-5..=256).contains(&value)
    }

    /// Remembers that the program saw an identity that CPython may not give.
    pub fn observe_identity(&self) {
        self.identity_observed.set(true);
    }

    /// Whether the program saw an identity of ints that CPython may not give.
    pub fn identity_observed(&self) -> bool {
        self.identity_observed.get()
    }

    /// The shared empty str.
    pub fn empty_str(&self) -> Value {
        self.empty_str.clone().expect("made by new")
    }

    /// The str of one character; those up to U+00FF are shared.
    pub fn character(&self, point: u32) -> Value {
        match self.characters.get(point as usize) {
            Some(shared) => shared.clone(),
            None => self.heap.alloc(&self.types().str, crate::object::str::StrBody::from_code_points(&[point])),
        }
    }

    /// Records that something is not done yet, and raises; the command then exits with status 3.
    pub fn unsupported(&mut self, construct: &str) -> Raised {
        self.unsupported.borrow_mut().get_or_insert_with(|| construct.to_owned());
        self.raise(crate::exceptions::ExceptionKind::SystemError, &format!("unsupported: {construct}"))
    }

    /// What the program met that is not done yet.
    pub fn unsupported_construct(&self) -> Option<String> {
        self.unsupported.borrow().clone()
    }

    /// `sys.modules`.
    pub fn modules(&self) -> &Value {
        self.modules.as_ref().expect("made by new")
    }

    /// The namespace of `builtins`.
    pub fn builtins(&self) -> &Value {
        self.builtins.as_ref().expect("made by new")
    }

    /// Nested calls that are still allowed; for native recursion (repr, comparison, ...).
    ///
    /// # Errors
    /// RecursionError: `maximum recursion depth exceeded` followed by `what`.
    pub fn enter_recursion(&mut self, what: &str) -> Result<()> {
        if self.recursion_left <= 0 {
            return Err(self.raise_recursion_error(what));
        }
        self.recursion_left -= 1;
        Ok(())
    }

    /// Ends what [`Thread::enter_recursion`] began.
    pub fn leave_recursion(&mut self) {
        self.recursion_left += 1;
    }

    #[cold]
    pub(crate) fn raise_recursion_error(&mut self, what: &str) -> Raised {
        // CPython lets handlers of the error itself go a little deeper.
        self.recursion_left += 50;
        let message = format!("maximum recursion depth exceeded{what}");
        let raised = self.raise(crate::exceptions::ExceptionKind::RecursionError, &message);
        self.recursion_left -= 50;
        raised
    }
}
