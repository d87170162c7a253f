//! What the command line asks for: to run a program, to look at a stage, or to check against CPython.

use crate::exit::Exit;
use crate::view::{self, View};
use clap::{Parser, Subcommand, ValueEnum};
use std::ffi::{OsStr, OsString};
use std::io::IsTerminal;

/// What the user wants.
pub enum Invocation {
    /// Run a program, as `python` does.
    Run(RunOptions),
    /// Print a stage of the compiler, or leave after a message.
    Tool(Tool),
    /// Hand over to `hognose-conform` with these arguments.
    Check(Vec<OsString>),
}

/// Which program to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Program {
    /// A source file or a `.pyc`.
    File(OsString),
    /// `-c`: the text itself.
    Command(String),
    /// `-m`: a module by its name.
    Module(String),
    /// `-`, or no program while the standard input is not a terminal.
    Stdin,
    /// No program on a terminal.
    Interactive,
}

/// How the program runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Default)]
pub enum Backend {
    /// The interpreter of register code.
    #[default]
    Vm,
    /// x86-64 machine code.
    Native,
    /// Native where this processor has it.
    Auto,
}

/// Which passes run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Default)]
pub enum Profile {
    /// None beyond what assembly needs.
    None,
    /// Exactly CPython 3.11's.
    #[default]
    Cpython,
    /// Hognose's own as well.
    Full,
}

impl From<Profile> for hognose_passes::Profile {
    fn from(profile: Profile) -> Self {
        match profile {
            Profile::None => hognose_passes::Profile::None,
            Profile::Cpython => hognose_passes::Profile::Cpython,
            Profile::Full => hognose_passes::Profile::Full,
        }
    }
}

/// Everything about one run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunOptions {
    /// What to run.
    pub program: Program,
    /// `sys.argv[1:]`.
    pub arguments: Vec<OsString>,
    /// What runs it.
    pub backend: Backend,
    /// Which passes compile it.
    pub profile: Profile,
    /// 0, 1 for `-O`, 2 for `-OO`.
    pub optimize: u8,
    /// `-X exact-identity`: ints outside -5..256 are objects of their own, as in CPython.
    pub exact_identity: bool,
    /// `-X interpret=NAME,...`: functions that stay on the VM while the rest runs as machine code.
    pub interpret: Vec<String>,
}

/// A subcommand, or a message that ends the matter.
pub enum Tool {
    /// Show a stage.
    View(View),
    /// Say this on standard output and leave with status 0, or on standard error and leave with status 2.
    Message {
        /// The text, with its newline.
        text: String,
        /// Whether the command line was wrong.
        is_error: bool,
    },
}

impl Tool {
    /// Does it.
    pub fn perform(self) -> Exit {
        match self {
            Tool::View(view) => view::show(view),
            Tool::Message { text, is_error: true } => {
                eprint!("{text}");
                Exit::TROUBLE
            }
            Tool::Message { text, is_error: false } => {
                print!("{text}");
                Exit::SUCCESS
            }
        }
    }
}

const CHECKS: &[&str] = &["diff", "conform", "bench", "reduce", "zoo"];

const HELP: &str = "\
Compiles Python 3.11 as CPython does and runs it on a bytecode VM or as native x86-64 code.

Usage: hognose [OPTIONS] [FILE | -c CODE | -m MODULE | -] [ARGS]...
       hognose COMMAND ...

Look at a stage (FILE may be - and may end in ::qualname):
  tokens    The tokens of a program, as `python -m tokenize -e` prints them
  ast       The syntax tree, as `ast.dump` prints it
  symtable  Scopes and names
  cfg       The graph of basic blocks after code generation and passes
  passes    The passes; with --print-changed what each did to a program
  dis       The bytecode, as `python -m dis` prints it
  asm       The machine code: address, bytes, bits, mnemonic, source
  pyc       Write and read `.pyc` files

Hold it against CPython (needs hognose-conform):
  diff      Compare programs at each level on each back end
  conform   Compare a corpus, such as the standard library, at one level
  bench     Time CPython, VM and native side by side
  zoo       Plant bugs and see whether the checks find them

Run a program (`hognose run ...` is the same):
  -c CODE             Run this text
  -m MODULE           Run a module (not supported yet)
  -O, -OO             Drop asserts; docstrings too
  -X exact-identity   Give equal ints the identities they have in CPython (slower)
  -X interpret=NAMES  Keep functions of these names on the VM under --backend native
  --backend BACKEND   vm (default), native, auto
  --profile PROFILE   none, cpython (default), full
  -h, --help          Print this; `hognose COMMAND --help` says more
  -V, --version       Print the version

Exit status: the program's own. A check: 0 equal, 1 different, 2 usage or trouble, 3 unsupported construct, 101 a bug
of Hognose.
";

/// Looks at a stage of the compiler.
#[derive(Parser)]
#[command(name = "hognose", version, disable_help_subcommand = true)]
struct Views {
    #[command(subcommand)]
    view: ViewCommand,
}

#[derive(Subcommand)]
enum ViewCommand {
    #[command(flatten)]
    View(View),
}

/// Reads the command line (without the program's own name).
pub fn invocation(arguments: Vec<OsString>) -> Invocation {
    let first = arguments.first().and_then(|argument| argument.to_str()).unwrap_or("");
    if first == "run" {
        return run(&arguments[1..]);
    }
    if first == "help" {
        return message(HELP, false);
    }
    if CHECKS.contains(&first) {
        return Invocation::Check(arguments);
    }
    if view::NAMES.contains(&first) {
        let with_name = std::iter::once(OsString::from("hognose")).chain(arguments);
        return match Views::try_parse_from(with_name) {
            Ok(Views { view: ViewCommand::View(view) }) => Invocation::Tool(Tool::View(view)),
            Err(error) => message(&error.render().to_string(), error.use_stderr()),
        };
    }
    run(&arguments)
}

fn message(text: &str, is_error: bool) -> Invocation {
    Invocation::Tool(Tool::Message { text: text.to_owned(), is_error })
}

fn usage(problem: &str) -> Invocation {
    message(&format!("error: {problem}\n\nFor more information, try 'hognose --help'.\n"), true)
}

/// Reads options as `python` does: everything behind the program belongs to the program.
fn run(arguments: &[OsString]) -> Invocation {
    let mut options = RunOptions {
        program: if std::io::stdin().is_terminal() { Program::Interactive } else { Program::Stdin },
        arguments: Vec::new(),
        backend: Backend::default(),
        profile: Profile::default(),
        optimize: 0,
        exact_identity: false,
        interpret: Vec::new(),
    };
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let text = argument.to_string_lossy();
        let (flag, attached) = split_flag(&text);
        match flag {
            "-h" | "--help" => return message(HELP, false),
            "-V" | "--version" => return message(&format!("hognose {}\n", env!("CARGO_PKG_VERSION")), false),
            "-O" => options.optimize = options.optimize.max(1),
            "-OO" => options.optimize = 2,
            // Isolation and start-up switches of CPython: Hognose reads no environment and no site to begin with.
            "-I" | "-S" | "-s" | "-E" | "-B" | "-u" | "-q" => {}
            "-c" | "-m" | "-X" | "--backend" | "--profile" => {
                let value = match attached.map(str::to_owned).or_else(|| rest.next().map(|value| lossy(value))) {
                    Some(value) => value,
                    None => return usage(&format!("a value is required for '{flag}'")),
                };
                match flag {
                    "-c" | "-m" => {
                        options.program = if flag == "-c" { Program::Command(value) } else { Program::Module(value) };
                        break;
                    }
                    "-X" if value == "exact-identity" => options.exact_identity = true,
                    "-X" if value.starts_with("interpret=") => {
                        options.interpret.extend(value["interpret=".len()..].split(',').map(str::to_owned));
                    }
                    // CPython, too, lets options of other implementations pass.
                    "-X" => {}
                    "--backend" => match Backend::from_str(&value, false) {
                        Ok(backend) => options.backend = backend,
                        Err(_) => {
                            return usage(&format!("invalid value '{value}' for '--backend': vm, native or auto"));
                        }
                    },
                    _ => match Profile::from_str(&value, false) {
                        Ok(profile) => options.profile = profile,
                        Err(_) => {
                            return usage(&format!("invalid value '{value}' for '--profile': none, cpython or full"));
                        }
                    },
                }
            }
            "-" => {
                options.program = Program::Stdin;
                break;
            }
            _ if text.starts_with('-') => return usage(&format!("unexpected argument '{text}' found")),
            _ => {
                options.program = Program::File(argument.clone());
                break;
            }
        }
    }
    options.arguments = rest.cloned().collect();
    Invocation::Run(options)
}

/// `--backend=vm` and `-Xname` into flag and value.
fn split_flag(text: &str) -> (&str, Option<&str>) {
    if text.starts_with("--") {
        return match text.split_once('=') {
            Some((flag, value)) => (flag, Some(value)),
            None => (text, None),
        };
    }
    for flag in ["-c", "-m", "-X"] {
        if let Some(value) = text.strip_prefix(flag)
            && !value.is_empty()
        {
            return (flag, Some(value));
        }
    }
    (text, None)
}

fn lossy(text: &OsStr) -> String {
    text.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(line: &str) -> RunOptions {
        match invocation(line.split(' ').map(OsString::from).collect()) {
            Invocation::Run(options) => options,
            _ => panic!("{line} runs a program"),
        }
    }

    #[test]
    fn what_follows_the_program_belongs_to_it() {
        let file = options("--backend=native -O week.py --backend vm -c x");
        assert_eq!(file.program, Program::File("week.py".into()));
        assert_eq!((file.backend, file.optimize), (Backend::Native, 1));
        assert_eq!(file.arguments, ["--backend", "vm", "-c", "x"]);

        let command = options("-X exact-identity -cpass -O");
        assert_eq!(command.program, Program::Command("pass".to_owned()));
        assert_eq!((command.exact_identity, command.optimize), (true, 0));
        assert_eq!(command.arguments, ["-O"]);
    }

    #[test]
    fn a_wrong_command_line_is_told_so() {
        for line in ["--backend cuda x.py", "--unknown", "-c"] {
            let arguments = line.split(' ').map(OsString::from).collect();
            assert!(matches!(invocation(arguments), Invocation::Tool(Tool::Message { is_error: true, .. })), "{line}");
        }
    }
}
