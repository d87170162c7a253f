//! Small cases of everything that this crate does with code objects.

mod canonical;
mod dis;
mod marshal;
mod pyc;
mod tables;
mod verify;

use hognose_bytecode::{CodeObject, ConstValue, Opcode, kind};
use hognose_primitives::{Constant, Text};

/// Code from instructions like `LOAD_CONST 1; RETURN_VALUE`. Arguments above 255 get their prefixes, caches follow.
fn assemble(text: &str) -> Box<[u8]> {
    let mut code = Vec::new();
    for instruction in text.split(';').map(str::trim) {
        let (name, arg) = instruction.split_once(' ').unwrap_or((instruction, "0"));
        let op = Opcode::from_name(name).unwrap_or_else(|| panic!("no instruction {name}"));
        let arg: u32 = arg.parse().unwrap();
        for shift in [24, 16, 8] {
            if arg >> shift != 0 {
                code.extend([Opcode::EXTENDED_ARG as u8, (arg >> shift) as u8]);
            }
        }
        code.extend([op as u8, arg as u8]);
        code.extend(std::iter::repeat_n(0, 2 * op.caches()));
    }
    code.into()
}

/// A function without parameters that has four values of room on its stack, locals `a` and `b`, and the constants
/// `None`, `1`, `("a", "b")`, `1.5`.
fn function(text: &str) -> CodeObject {
    let names: Vec<Text> = ["a", "b"].map(Text::from).into();
    let tuple = names.iter().cloned().map(Constant::Str).collect();
    let consts = [Constant::None, Constant::Int(1.into()), Constant::Tuple(tuple), Constant::Float(1.5)];
    CodeObject {
        argcount: 0,
        posonlyargcount: 0,
        kwonlyargcount: 0,
        stacksize: 4,
        flags: hognose_bytecode::flags::OPTIMIZED | hognose_bytecode::flags::NEWLOCALS,
        code: assemble(text),
        consts: consts.into_iter().map(ConstValue::Value).collect(),
        names: ["x", "y"].map(Text::from).into(),
        localsplusnames: names.into(),
        localspluskinds: [kind::LOCAL; 2].into(),
        filename: "f.py".into(),
        name: "f".into(),
        qualname: "C.f".into(),
        firstlineno: 3,
        linetable: Box::new([]),
        exceptiontable: Box::new([]),
    }
}
