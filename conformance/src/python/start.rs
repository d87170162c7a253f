//! Starts the linked CPython: isolated, without `site`, with a given home and hash seed.

use pyo3::ffi;
use std::ffi::{CStr, CString, c_int, c_ulong};
use std::mem::MaybeUninit;

/// The interpreter that the linked library belongs to.
pub const EXECUTABLE: &str = env!("HOGNOSE_PYTHON_EXECUTABLE");
/// Its `sys.base_prefix`: where the standard library is.
pub const HOME: &str = env!("HOGNOSE_PYTHON_HOME");
/// Its version when this program was built: `3.11.7`.
pub const VERSION: &str = env!("HOGNOSE_PYTHON_VERSION");

/// Starts CPython in this process; the calling thread becomes Python's main thread.
///
/// # Errors
/// In words, when the library is not the version this was built for, or refuses to start.
pub fn start(hash_seed: u32) -> Result<(), String> {
    // SAFETY: `Py_GetVersion` may be called before initialisation and gives a static text.
    let version = unsafe { CStr::from_ptr(ffi::Py_GetVersion()) }.to_string_lossy();
    let version = version.split_whitespace().next().unwrap_or_default();
    if version != VERSION {
        return Err(format!("built for CPython {VERSION}, but the library found at run time is {version}"));
    }
    // SAFETY: called once per process, before any thread uses Python; `initialize` follows the order that
    // CPython's "Python Initialization Configuration" asks for.
    unsafe { initialize(hash_seed) }
}

/// # Safety
/// CPython must not be running.
unsafe fn initialize(hash_seed: u32) -> Result<(), String> {
    let mut preconfig = MaybeUninit::<ffi::PyPreConfig>::zeroed();
    let mut config = MaybeUninit::<ffi::PyConfig>::zeroed();
    let home = CString::new(HOME).map_err(|error| error.to_string())?;
    let executable = CString::new(EXECUTABLE).map_err(|error| error.to_string())?;
    // SAFETY: both structures are plain C data, filled by the `Init…IsolatedConfig` calls before they are read;
    // the texts outlive the calls, which copy them.
    unsafe {
        ffi::PyPreConfig_InitIsolatedConfig(preconfig.as_mut_ptr());
        (*preconfig.as_mut_ptr()).utf8_mode = 1;
        check(ffi::Py_PreInitialize(preconfig.as_ptr()))?;
        let pointer = config.as_mut_ptr();
        ffi::PyConfig_InitIsolatedConfig(pointer);
        (*pointer).site_import = 0;
        (*pointer).write_bytecode = 0;
        (*pointer).install_signal_handlers = 0;
        (*pointer).use_hash_seed = 1 as c_int;
        (*pointer).hash_seed = c_ulong::from(hash_seed);
        check(ffi::PyConfig_SetBytesString(pointer, &raw mut (*pointer).home, home.as_ptr()))?;
        check(ffi::PyConfig_SetBytesString(pointer, &raw mut (*pointer).program_name, executable.as_ptr()))?;
        check(ffi::Py_InitializeFromConfig(pointer))?;
        ffi::PyConfig_Clear(pointer);
        // `Python::attach` takes the lock again.
        ffi::PyEval_SaveThread();
    }
    Ok(())
}

fn check(status: ffi::PyStatus) -> Result<(), String> {
    // SAFETY: reads the status that a call has just returned.
    if unsafe { ffi::PyStatus_Exception(status) } == 0 {
        return Ok(());
    }
    // SAFETY: `err_msg` is null or a static text of CPython.
    let message = unsafe { status.err_msg.as_ref().map(|text| CStr::from_ptr(text).to_string_lossy().into_owned()) };
    Err(message.unwrap_or_else(|| "CPython does not start".to_owned()))
}
