//! How the command ends.

/// An exit status.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Exit(i32);

impl Exit {
    /// All went well.
    pub const SUCCESS: Exit = Exit(0);
    /// The Python program failed, or a check found a difference.
    pub const FAILURE: Exit = Exit(1);
    /// The command line or a file was wrong.
    pub const TROUBLE: Exit = Exit(2);
    /// A construct that Hognose does not do yet.
    pub const UNSUPPORTED: Exit = Exit(3);
    /// A bug of Hognose.
    pub const OUR_BUG: Exit = Exit(101);

    /// The status that a program asked for.
    pub fn of_program(status: i32) -> Self {
        Exit(status)
    }

    /// Ends the process.
    pub fn leave(self) -> ! {
        std::process::exit(self.0)
    }
}

/// Makes a panic anywhere end the process with status 101 and a request to report it.
pub fn install_panic_hook() {
    std::panic::set_hook(Box::new(|info| {
        eprintln!("hognose: internal error: {info}");
        eprintln!(
            "hognose {} stopped because of a bug of its own; please report the program that showed it",
            env!("CARGO_PKG_VERSION")
        );
        Exit::OUR_BUG.leave()
    }));
}
