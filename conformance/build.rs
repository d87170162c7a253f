//! Checks the CPython that will be linked, and remembers where it lives.

const EXPLANATION: &str = "\
hognose-conform links CPython 3.11 with its shared library.
  Debian:  apt install python3.11 libpython3.11-dev
  pyenv:   PYTHON_CONFIGURE_OPTS=--enable-shared pyenv install 3.11.7
Set PYO3_PYTHON when `python3.11` on PATH is not the one to use. `hognose` itself needs no Python:
`cargo build` without `--workspace` builds it.";

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=PYO3_PYTHON");
    println!("cargo:rerun-if-env-changed=PATH");
    let config = pyo3_build_config::get();
    let version = config.version();
    if (version.major, version.minor) != (3, 11) {
        refuse(&format!("the interpreter found is Python {version}"));
    }
    if !config.shared() {
        refuse("the interpreter found was built without a shared library");
    }
    // `python3.11` on PATH may be a launcher; the interpreter itself says what and where it is.
    let script = "import sys; print(sys.executable, sys.base_prefix, sys.version.split()[0], sep='\\n')";
    let told = match config.run_python_script(script) {
        Ok(told) => told,
        Err(error) => refuse(&format!("the interpreter cannot be run: {error}")),
    };
    let mut lines = told.lines();
    for variable in ["HOGNOSE_PYTHON_EXECUTABLE", "HOGNOSE_PYTHON_HOME", "HOGNOSE_PYTHON_VERSION"] {
        match lines.next() {
            Some(value) => println!("cargo:rustc-env={variable}={value}"),
            None => refuse("the interpreter does not say where it is"),
        }
    }
    pyo3_build_config::add_libpython_rpath_link_args();
}

fn refuse(why: &str) -> ! {
    eprintln!("error: {why}\n{EXPLANATION}");
    std::process::exit(1);
}
