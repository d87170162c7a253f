//! The graph as Graphviz draws it.

use crate::{Cfg, Edge};
use std::fmt::Write;

/// The graph in the DOT language: falling through is solid, a jump is blue, an exception is red and dotted.
pub fn to_dot(cfg: &Cfg) -> String {
    let mut out = String::from("digraph {\n  node [shape=box, fontname=monospace];\n");
    let _ = writeln!(out, "  label={};", quoted(&cfg.unit.qualname.to_string_lossy()));
    for &id in cfg.layout() {
        let mut label = format!("{id}:\n");
        for instr in &cfg.block(id).instrs {
            let _ = writeln!(label, "{}", crate::text::instr_text(cfg, instr));
        }
        let _ = writeln!(out, "  {id} [label={}];", quoted(&label));
    }
    let mut edges = cfg.wanted_edges();
    edges.sort_unstable();
    edges.dedup();
    for (from, to, edge) in edges {
        let style = match edge {
            Edge::Next => "",
            Edge::Jump => " [color=blue]",
            Edge::Handler => " [color=red, style=dotted]",
        };
        let _ = writeln!(out, "  b{} -> b{}{style};", from.index(), to.index());
    }
    out.push_str("}\n");
    out
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\l"),
            other => out.push(other),
        }
    }
    out.push('"');
    out
}
