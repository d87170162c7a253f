//! `hognose passes`: the table of passes, and what each did to a program.

use super::cfg::each_graph;
use super::compile::CompileArguments;
use crate::exit::Exit;
use crate::source::Input;
use hognose_passes::{PASSES, Pass, Run};
use std::cell::RefCell;

/// Arguments of `hognose passes`.
#[derive(clap::Args)]
pub struct Arguments {
    /// A program; without one the table of passes is printed. `FILE::qualname` is one function
    file: Option<String>,
    #[command(flatten)]
    compile: CompileArguments,
    /// Print the graph after each pass that changed it
    #[arg(long)]
    print_changed: bool,
}

/// The text to print.
pub fn show(arguments: &Arguments) -> Result<String, Exit> {
    match &arguments.file {
        None => Ok(table()),
        Some(file) => changes(&Input::read(file)?, arguments),
    }
}

fn table() -> String {
    let mut out = String::from("profile  works on  pass\n");
    for pass in PASSES {
        let on = match pass.run {
            Run::Tree => "tree",
            Run::Graph(_) => "graph",
        };
        out.push_str(&format!("{:8} {on:9} {}\n", pass.profile.name(), pass.name));
        for (other, reason) in pass.after {
            out.push_str(&format!("{:20}after {other}: {reason}\n", ""));
        }
    }
    out
}

/// What the passes did, unit by unit.
fn changes(input: &Input, arguments: &Arguments) -> Result<String, Exit> {
    let out = RefCell::new(format!("# {}, profile {}\n", input.filename, arguments.compile.profile_name()));
    let wanted = |name: &hognose_primitives::Text| input.qualname.as_deref().is_none_or(|qualname| *name == *qualname);
    let tell = |pass: &Pass, cfg: &hognose_ir::Cfg| {
        if wanted(&cfg.unit.qualname) {
            let mut out = out.borrow_mut();
            out.push_str(&format!("after {}\n", pass.name));
            if arguments.print_changed {
                out.push_str(&format!("{cfg}\n"));
            }
        }
    };
    let plan = arguments.compile.plan()?.print_changed(&tell);
    let options = arguments.compile.options(input, plan);
    each_graph(input, &options, &mut |mut cfg, fuel| {
        if wanted(&cfg.unit.qualname) {
            let mut out = out.borrow_mut();
            out.push_str(&format!("\n{}: as generated\n", cfg.unit.qualname));
            if arguments.print_changed {
                out.push_str(&format!("{cfg}\n"));
            }
        }
        hognose_passes::run(&mut cfg, &options.plan, fuel);
        cfg
    })?;
    drop(options);
    Ok(out.into_inner())
}
