//! Listings: machine code decoded again, with names for what its operands mean.

use crate::compile::Compiled;
use crate::emit::{Input, Note};
use crate::helper::Helper;
use crate::listing::{Line, Listing, Part, Source};
use hognose_bytecode::ConstValue;
use hognose_primitives::Constant;
use hognose_runtime::layout::{frame, heap, thread};
use hognose_runtime::object::float::FloatBody;
use iced_x86::{Decoder, DecoderOptions, Formatter, Instruction, IntelFormatter, OpKind, Register};
use std::collections::HashMap;

/// Longest text of a constant in a comment.
const LONGEST_CONSTANT: usize = 60;

/// Decodes and names.
pub(crate) fn listing(input: &Input<'_>, compiled: &Compiled) -> Listing {
    let locations = input.code.positions();
    let lowered = input.lowered;
    let sources = (0..lowered.code.len() as u32)
        .map(|inst| Source {
            text: lowered.code[inst as usize].to_string(),
            unit: lowered.unit(inst),
            location: locations.get(lowered.unit(inst) as usize).copied().unwrap_or(hognose_bytecode::Location::NONE),
        })
        .collect();
    let notes: HashMap<usize, Note> = compiled.notes.iter().copied().collect();
    let mut formatter = IntelFormatter::new();
    let options = formatter.options_mut();
    options.set_hex_prefix("0x");
    options.set_hex_suffix("");
    options.set_uppercase_hex(false);
    options.set_space_after_operand_separator(true);
    options.set_branch_leading_zeros(false);
    let mut lines = Vec::new();
    for (index, span) in compiled.spans.iter().enumerate() {
        let end = compiled.spans.get(index + 1).map_or(compiled.bytes.len(), |next| next.offset);
        let address = (input.address + span.offset) as u64;
        if span.part == Part::Table {
            lines.extend(table_lines(&compiled.bytes[span.offset..end], address));
            continue;
        }
        let code = &compiled.bytes[span.offset..end];
        let mut decoder = Decoder::with_ip(64, code, address, DecoderOptions::NONE);
        while decoder.can_decode() {
            let start = span.offset + decoder.position();
            let instruction = decoder.decode();
            let mut text = String::new();
            formatter.format(&instruction, &mut text);
            lines.push(Line {
                address: instruction.ip(),
                bytes: compiled.bytes[start..start + instruction.len()].to_vec(),
                text,
                comment: comment(input, &instruction, notes.get(&start).copied()),
                part: span.part,
                inst: span.inst,
            });
        }
    }
    Listing { lines, sources, size: compiled.bytes.len() }
}

/// The table: padding, then a distance for each template.
fn table_lines(bytes: &[u8], address: u64) -> Vec<Line> {
    let padding = bytes.len() % 4;
    let line = |address: u64, bytes: &[u8], text: String, comment: Option<String>| Line {
        address,
        bytes: bytes.to_vec(),
        text,
        comment,
        part: Part::Table,
        inst: None,
    };
    let mut lines = Vec::new();
    if padding > 0 {
        lines.push(line(address, &bytes[..padding], "padding".to_owned(), None));
    }
    let table = address + padding as u64;
    for (index, entry) in bytes[padding..].chunks_exact(4).enumerate() {
        let distance = i32::from_le_bytes([entry[0], entry[1], entry[2], entry[3]]);
        let target = table.wrapping_add_signed(i64::from(distance));
        let here = table + 4 * index as u64;
        lines.push(line(here, entry, format!("dd {distance}"), Some(format!("instruction {index} at {target:#x}"))));
    }
    lines
}

fn comment(input: &Input<'_>, instruction: &Instruction, note: Option<Note>) -> Option<String> {
    let memory = memory_name(input, instruction);
    match (note.map(|note| note_text(input, note)), memory) {
        (Some(note), Some(memory)) => Some(format!("{memory}, {note}")),
        (note, memory) => note.or(memory),
    }
}

fn note_text(input: &Input<'_>, note: Note) -> String {
    match note {
        Note::Constant(index) => match input.code.consts.get(usize::from(index)) {
            Some(ConstValue::Value(constant)) => shortened(format!("{} {}", type_name(constant), constant.repr())),
            Some(ConstValue::Code(code)) => format!("code {}", code.qualname),
            None => format!("constant {index}"),
        },
        Note::Int(value) => format!("int {value}"),
        Note::Inst(inst) => input.lowered.code[inst as usize].to_string(),
        Note::Position(inst) => format!("instruction {inst}"),
        Note::Cache(index) => {
            let site = input.lowered.caches[usize::from(index)];
            match input.code.names.get(usize::from(site.operand)) {
                Some(name) => format!("cache of {name}"),
                None => format!("cache {index}"),
            }
        }
        Note::Text(text) => text.to_owned(),
    }
}

fn shortened(text: String) -> String {
    match text.char_indices().nth(LONGEST_CONSTANT) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text,
    }
}

fn type_name(constant: &Constant) -> &'static str {
    match constant {
        Constant::None | Constant::Ellipsis => "singleton",
        Constant::Bool(_) => "bool",
        Constant::Int(_) => "int",
        Constant::Float(_) => "float",
        Constant::Complex { .. } => "complex",
        Constant::Str(_) => "str",
        Constant::Bytes(_) => "bytes",
        Constant::Tuple(_) => "tuple",
        Constant::FrozenSet(_) => "frozenset",
    }
}

/// The name of what a memory operand reads or writes, by its base register.
fn memory_name(input: &Input<'_>, instruction: &Instruction) -> Option<String> {
    let has_memory = (0..instruction.op_count()).any(|operand| instruction.op_kind(operand) == OpKind::Memory);
    if !has_memory || instruction.memory_index() != Register::None {
        return None;
    }
    let offset = instruction.memory_displacement64() as usize;
    match instruction.memory_base() {
        Register::RBX => Some(register_name(input, offset / 8)),
        Register::R12 => named(FRAME_FIELDS, offset).map(|name| format!("frame.{name}")),
        Register::R13 => named(THREAD_FIELDS, offset).map(|name| format!("thread.{name}")),
        Register::R14 => Helper::ALL.get(offset / 8).map(|helper| helper.name().to_owned()),
        Register::R15 if offset == heap::PENDING => Some("heap.pending".to_owned()),
        Register::R15 if offset == heap::free_list::<FloatBody>() => Some("heap.free[float]".to_owned()),
        _ => None,
    }
}

fn register_name(input: &Input<'_>, register: usize) -> String {
    match input.code.localsplusnames.get(register) {
        Some(name) => format!("{name}"),
        None => format!("stack {}", register - input.code.localsplusnames.len()),
    }
}

fn named(fields: &[(usize, &'static str)], offset: usize) -> Option<&'static str> {
    fields.iter().find(|(field, _)| *field == offset).map(|(_, name)| *name)
}

const FRAME_FIELDS: &[(usize, &str)] = &[
    (frame::REGISTERS, "registers"),
    (frame::CODE, "code"),
    (frame::PREVIOUS, "previous"),
    (frame::PC, "pc"),
    (frame::FLAGS, "flags"),
    (frame::RETURN_REGISTER, "return_register"),
    (frame::DEPTH, "depth"),
    (frame::FUNCTION, "function"),
    (frame::GLOBALS, "globals"),
    (frame::BUILTINS, "builtins"),
    (frame::LOCALS, "locals"),
    (frame::FRAME_OBJECT, "frame_object"),
    (frame::GENERATOR, "generator"),
    (frame::REPORTED_UNIT, "reported_unit"),
    (frame::TRACED_LINE, "traced_line"),
    (frame::STACK_TOP, "stack_top"),
];

const THREAD_FIELDS: &[(usize, &str)] = &[
    (thread::CURRENT_FRAME, "current_frame"),
    (thread::NEXT_RECORD, "next_record"),
    (thread::REGISTER_LIMIT, "register_limit"),
    (thread::RECORD_LIMIT, "record_limit"),
    (thread::RECURSION_LEFT, "recursion_left"),
    (thread::TRACING, "tracing"),
    (thread::POLL, "poll"),
    (thread::HEAP, "heap"),
    (thread::RAISED, "raised"),
];
