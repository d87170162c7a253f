//! `hognose ast`: the tree in the words of `ast.dump`.

use crate::exit::Exit;
use crate::source::Input;
use clap::ValueEnum;
use hognose_parser::{Mode, Options, parse_source};
use hognose_syntax::{Arena, DumpOptions, dump};

/// Arguments of `hognose ast`.
#[derive(clap::Args)]
pub struct Arguments {
    /// The program; `-` is the standard input
    file: String,
    /// Show lineno, col_offset, end_lineno and end_col_offset of each node
    #[arg(short = 'a', long)]
    include_attributes: bool,
    /// Spaces per level, or `none` for one line
    #[arg(short, long, default_value = "3", value_parser = indent)]
    indent: Indent,
    /// Leave out the names of fields where Python does
    #[arg(long)]
    no_annotate_fields: bool,
    /// What kind of input the program is
    #[arg(short, long, value_enum, default_value_t = ModeArgument::Exec)]
    mode: ModeArgument,
    /// Keep type comments
    #[arg(long)]
    type_comments: bool,
}

#[derive(Clone, Copy)]
struct Indent(Option<usize>);

fn indent(text: &str) -> Result<Indent, String> {
    match text {
        "none" | "None" => Ok(Indent(None)),
        _ => text.parse().map(|spaces| Indent(Some(spaces))).map_err(|_| "a number or `none`".to_owned()),
    }
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ModeArgument {
    Exec,
    Eval,
    Single,
    #[value(name = "func_type")]
    FuncType,
}

/// The text to print.
pub fn show(arguments: &Arguments) -> Result<String, Exit> {
    let input = Input::read(&arguments.file)?;
    let source = input.source()?;
    let mode = match arguments.mode {
        ModeArgument::Exec => Mode::Exec,
        ModeArgument::Eval => Mode::Eval,
        ModeArgument::Single => Mode::Single,
        ModeArgument::FuncType => Mode::FuncType,
    };
    let arena = Arena::new();
    let options = Options { mode, type_comments: arguments.type_comments };
    let parsed = parse_source(&arena, &source, &options).map_err(|error| input.rejected(&error))?;
    let options = DumpOptions {
        annotate_fields: !arguments.no_annotate_fields,
        include_attributes: arguments.include_attributes,
        indent: arguments.indent.0,
    };
    Ok(dump(&parsed.tree, &options) + "\n")
}
