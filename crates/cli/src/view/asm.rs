//! `hognose asm`: the machine code of a program, instruction by instruction.

use super::compile::CompileArguments;
use super::select;
use crate::exit::Exit;
use crate::source::Input;
use hognose_bytecode::{CodeObject, ConstValue};
use hognose_native::{Line, Listing, NativeError, Part, listing};
use std::fmt::Write;

/// Arguments of `hognose asm`.
#[derive(clap::Args)]
pub struct Arguments {
    /// The program or `.pyc` file; `-` is the standard input, `FILE::qualname` one function
    file: String,
    #[command(flatten)]
    compile: CompileArguments,
    /// Show the bytes of each instruction
    #[arg(long)]
    bytes: bool,
    /// Show the bits of each instruction, as the chip sees them
    #[arg(long)]
    bits: bool,
    /// Show the rare cases and what all instructions share, too
    #[arg(long)]
    all: bool,
}

/// Bytes per line of a listing: longer instructions go on in the next.
const BYTES_PER_LINE: usize = 10;
const BITS_PER_LINE: usize = 4;

/// The text to print.
pub fn show(arguments: &Arguments) -> Result<String, Exit> {
    let input = Input::read(&arguments.file)?;
    let code = select::code(&input, &arguments.compile)?;
    let lines = source_lines(&input);
    let mut out = format!("# {}, profile {}\n", input.filename, arguments.compile.profile_name());
    let mut refused = false;
    let mut units: Vec<&CodeObject> = vec![&code];
    if input.qualname.is_none() {
        collect(&code, &mut units);
    }
    for unit in units {
        match listing(unit) {
            Ok(listing) => unit_text(&mut out, unit, &listing, &lines, arguments),
            Err(error @ NativeError::Processor) => {
                eprintln!("error: {error}");
                return Err(Exit::UNSUPPORTED);
            }
            Err(error) => {
                refused = true;
                eprintln!("unsupported: native code of {}: {error}", unit.qualname);
            }
        }
    }
    if refused {
        print!("{out}");
        return Err(Exit::UNSUPPORTED);
    }
    Ok(out)
}

fn collect<'c>(code: &'c CodeObject, units: &mut Vec<&'c CodeObject>) {
    for constant in &code.consts {
        if let ConstValue::Code(inner) = constant {
            units.push(inner);
            collect(inner, units);
        }
    }
}

fn source_lines(input: &Input) -> Vec<String> {
    match input.source() {
        Ok(source) => source.text().lines().map(str::to_owned).collect(),
        // A `.pyc` carries no source.
        Err(_) => Vec::new(),
    }
}

/// One function: a heading per source line and register instruction, then the machine instructions made from it.
fn unit_text(out: &mut String, code: &CodeObject, listing: &Listing, lines: &[String], arguments: &Arguments) {
    let _ = writeln!(out, "\n{}: {} bytes of machine code", code.qualname, listing.size);
    let mut before = None;
    let mut before_line = None;
    let mut left_out = (0, 0);
    for line in &listing.lines {
        if !arguments.all && line.part != Part::Template {
            left_out.0 += 1;
            left_out.1 += line.bytes.len();
            continue;
        }
        let here = (line.part, line.inst);
        if before != Some(here) {
            before = Some(here);
            heading(out, line, listing, lines, &mut before_line);
        }
        machine_line(out, line, arguments);
    }
    if left_out.0 > 0 {
        let _ = writeln!(
            out,
            "  (entry, rare cases and shared code: {} lines, {} bytes; --all shows them)",
            left_out.0, left_out.1
        );
    }
}

fn heading(out: &mut String, line: &Line, listing: &Listing, lines: &[String], before_line: &mut Option<i32>) {
    let Some(source) = line.inst.and_then(|inst| listing.sources.get(inst as usize)) else {
        let _ = writeln!(out, "  -- {}", part_name(line.part));
        return;
    };
    let location = source.location;
    if location.line > 0 && *before_line != Some(location.line) {
        *before_line = Some(location.line);
        let text = usize::try_from(location.line - 1).ok().and_then(|index| lines.get(index));
        let _ = writeln!(out, "{:5}  {}", location.line, text.map_or("", |text| text.trim_end()));
    }
    let span = match location.column {
        0.. => format!("{}:{}-{}:{}", location.line, location.column, location.end_line, location.end_column),
        _ => format!("{}", location.line),
    };
    let rare = if line.part == Part::Cold { ", rare cases" } else { "" };
    let _ = writeln!(out, "       {}   @{} {span}{rare}", source.text, source.unit * 2);
}

fn part_name(part: Part) -> &'static str {
    match part {
        Part::Entry => "entry",
        Part::Template => "template",
        Part::Cold => "rare cases",
        Part::Shared => "shared by all instructions",
        Part::Table => "table of entries",
    }
}

fn machine_line(out: &mut String, line: &Line, arguments: &Arguments) {
    let comment = line.comment.as_ref().map(|comment| format!("; {comment}")).unwrap_or_default();
    let text = format!("{:<36} {comment}", line.text);
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x} ")).collect::<String>();
    let binary = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:08b} ")).collect::<String>();
    let width = if arguments.bits { BITS_PER_LINE } else { BYTES_PER_LINE };
    let mut address = line.address;
    for (number, chunk) in line.bytes.chunks(width).enumerate() {
        let mut row = format!("  {address:8x}  ");
        if arguments.bytes {
            let _ = write!(row, "{:<1$} ", hex(chunk), width * 3);
        }
        if arguments.bits {
            let _ = write!(row, "{:<1$} ", binary(chunk), width * 9);
        }
        if number == 0 {
            row.push_str(&text);
        } else if !arguments.bytes && !arguments.bits {
            break;
        }
        out.push_str(row.trim_end());
        out.push('\n');
        address += chunk.len() as u64;
    }
}
