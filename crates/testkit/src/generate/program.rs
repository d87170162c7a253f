//! Small typed programs: functions, classes, loops with bounds, exceptions.

use super::Choices;
use super::constant::constant_expression;

/// What an expression gives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Type {
    Int,
    Float,
    Bool,
    Str,
    List,
    Tuple,
    Dict,
}

const TYPES: &[Type] = &[Type::Int, Type::Str, Type::List, Type::Float, Type::Bool, Type::Tuple, Type::Dict];

struct Function {
    name: String,
    parameters: Vec<Type>,
    result: Type,
    is_generator: bool,
}

struct Generator<'c, 'd> {
    choices: &'c mut Choices<'d>,
    text: String,
    indent: usize,
    /// Variables of the function being written.
    variables: Vec<(String, Type)>,
    functions: Vec<Function>,
    has_class: bool,
    names: usize,
    /// Statements still allowed, over the whole program.
    budget: usize,
    /// Loops around the current place.
    loops: usize,
    /// Whether `break` and `continue` may stand here.
    in_loop: bool,
}

/// A whole program that terminates, prints what it computes and catches what it raises.
///
/// It uses no hash order, address, clock or file, so that every conforming implementation prints the same.
pub fn program(choices: &mut Choices<'_>) -> String {
    let mut generator = Generator {
        choices,
        text: String::new(),
        indent: 0,
        variables: Vec::new(),
        functions: Vec::new(),
        has_class: false,
        names: 0,
        budget: 60,
        loops: 0,
        in_loop: false,
    };
    if generator.choices.chance(35) {
        generator.class();
    }
    let count = 1 + generator.choices.below(3);
    for _ in 0..count {
        generator.function();
    }
    for index in 0..generator.functions.len() {
        generator.call_and_print(index);
    }
    generator.text
}

impl Generator<'_, '_> {
    fn line(&mut self, line: &str) {
        self.text.extend(std::iter::repeat_n("    ", self.indent));
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn fresh(&mut self, stem: &str) -> String {
        self.names += 1;
        format!("{stem}{}", self.names)
    }

    fn class(&mut self) {
        self.has_class = true;
        self.line("class Box:");
        self.line("    limit = 100");
        self.line("    def __init__(self, value):");
        self.line("        self.value = value");
        self.line("    def __add__(self, other):");
        self.line("        return Box((self.value + other) % self.limit)");
        self.line("    def __eq__(self, other):");
        self.line("        return isinstance(other, Box) and self.value == other.value");
        self.line("    def __lt__(self, other):");
        self.line("        return self.value < other.value");
        self.line("    def __repr__(self):");
        self.line("        return 'Box(' + repr(self.value) + ')'");
        self.line("    def bump(self, by=1):");
        self.line("        self.value += by");
        self.line("        return self.value");
        self.line("class Crate(Box):");
        self.line("    limit = 7");
        self.line("    def bump(self, by=2):");
        self.line("        return Box.bump(self, by) * 2");
    }

    fn function(&mut self) {
        let name = self.fresh("f");
        let parameters: Vec<Type> = (0..self.choices.below(4)).map(|_| self.choices.one_of(TYPES)).collect();
        let is_generator = self.choices.chance(20);
        let result = self.choices.one_of(TYPES);
        self.variables = parameters.iter().enumerate().map(|(index, ty)| (format!("p{index}"), *ty)).collect();
        let mut head: Vec<String> = self.variables.iter().map(|(name, _)| name.clone()).collect();
        if self.choices.chance(30)
            && let Some(&ty) = parameters.last()
        {
            let default = self.literal(ty);
            let last = head.last_mut().expect("there is a parameter");
            *last = format!("{last}={default}");
        }
        self.line(&format!("def {name}({}):", head.join(", ")));
        self.indent += 1;
        self.block(3, 6);
        if is_generator {
            let value = self.expression(result, 2);
            let steps = 1 + self.choices.below(4);
            self.line(&format!("for step in range({steps}):"));
            self.line(&format!("    yield {value}"));
        }
        let value = self.expression(result, 3);
        self.line(&format!("return {value}"));
        self.indent -= 1;
        self.functions.push(Function { name, parameters, result, is_generator });
    }

    fn call_and_print(&mut self, index: usize) {
        self.variables.clear();
        let parameters = self.functions[index].parameters.clone();
        let arguments: Vec<String> = parameters.iter().map(|&ty| self.literal(ty)).collect();
        let call = format!("{}({})", self.functions[index].name, arguments.join(", "));
        self.line("try:");
        if self.functions[index].is_generator {
            self.line(&format!("    print(list({call}))"));
        } else {
            self.line(&format!("    print({call})"));
        }
        self.line("except Exception as error:");
        self.line("    print(type(error).__name__, error)");
    }

    /// `least` to `most` statements, one level of nesting further in.
    fn block(&mut self, nesting: usize, most: usize) {
        let known = self.variables.len();
        let count = 1 + self.choices.below(most);
        for _ in 0..count {
            self.statement(nesting);
        }
        // What a branch or a loop body bound may be unbound behind it.
        if self.indent > 1 {
            self.variables.truncate(known);
        }
    }

    fn nested(&mut self, nesting: usize) {
        self.indent += 1;
        self.block(nesting - 1, 3);
        self.indent -= 1;
    }

    fn statement(&mut self, nesting: usize) {
        if self.budget == 0 {
            self.line("pass");
            return;
        }
        self.budget -= 1;
        let simple = nesting == 0 || self.choices.exhausted();
        match if simple { self.choices.below(6) } else { self.choices.below(14) } {
            0 | 1 => self.assign(),
            2 => self.augmented(),
            3 => {
                let ty = self.choices.one_of(TYPES);
                let value = self.expression(ty, 2);
                self.line(&format!("print({value})"));
            }
            4 => self.container_update(),
            5 => {
                if self.in_loop && self.choices.chance(30) {
                    let test = self.expression(Type::Bool, 1);
                    let jump = self.choices.one_of(&["break", "continue"]);
                    self.line(&format!("if {test}: {jump}"));
                } else {
                    self.unpack();
                }
            }
            6 | 7 => {
                let test = self.expression(Type::Bool, 2);
                self.line(&format!("if {test}:"));
                self.nested(nesting);
                if self.choices.chance(40) {
                    let test = self.expression(Type::Bool, 1);
                    self.line(&format!("elif {test}:"));
                    self.nested(nesting);
                }
                if self.choices.chance(50) {
                    self.line("else:");
                    self.nested(nesting);
                }
            }
            8 | 9 if self.loops < 2 => self.for_loop(nesting),
            10 if self.loops < 2 => self.while_loop(nesting),
            11 => self.try_statement(nesting),
            12 => self.closure(),
            13 if self.has_class => self.boxes(),
            _ => self.assign(),
        }
    }

    fn assign(&mut self) {
        let ty = self.choices.one_of(TYPES);
        let value = self.expression(ty, 3);
        let name = self.fresh("v");
        self.line(&format!("{name} = {value}"));
        self.variables.push((name, ty));
    }

    fn augmented(&mut self) {
        match self.variable(Type::Int) {
            Some(name) => {
                let op = self.choices.one_of(&["+=", "-=", "*=", "|=", "&=", "^=", "//=", "%=", ">>="]);
                let value = if op == ">>=" { "3".to_owned() } else { self.expression(Type::Int, 1) };
                self.line(&format!("{name} {op} {value}"));
            }
            None => self.assign(),
        }
    }

    fn container_update(&mut self) {
        if let Some(name) = self.variable(Type::List) {
            let value = self.expression(Type::Int, 2);
            match self.choices.below(4) {
                0 => self.line(&format!("{name} = {name}[:8] + [{value}]")),
                1 => self.line(&format!("if len({name}) < 12: {name}.append({value})")),
                2 => self.line(&format!("{name}[0] = {value}")),
                _ => {
                    let kept = self.choices.below(3);
                    self.line(&format!("del {name}[{kept}:]"));
                }
            }
        } else if let Some(name) = self.variable(Type::Dict) {
            let (key, value) = (self.expression(Type::Str, 1), self.expression(Type::Int, 1));
            self.line(&format!("{name}[{key}] = {value}"));
        } else {
            self.assign();
        }
    }

    fn unpack(&mut self) {
        let (a, b) = (self.fresh("v"), self.fresh("v"));
        let (left, right) = (self.expression(Type::Int, 2), self.expression(Type::Str, 2));
        match self.choices.below(3) {
            0 => {
                self.line(&format!("{a}, {b} = {left}, {right}"));
                self.variables.push((b, Type::Str));
            }
            1 => {
                self.line(&format!("{a}, *{b} = [{left}, 1, 2]"));
                self.variables.push((b, Type::List));
            }
            _ => {
                self.line(&format!("({a}, {b}) = ({left}, {right})"));
                self.line(&format!("{a} = {b} = {a}"));
                self.variables.push((b, Type::Int));
            }
        }
        self.variables.push((a, Type::Int));
    }

    fn loop_body(&mut self, nesting: usize) {
        let outer = std::mem::replace(&mut self.in_loop, true);
        self.loops += 1;
        self.nested(nesting);
        self.loops -= 1;
        self.in_loop = outer;
        if self.choices.chance(20) {
            self.line("else:");
            self.nested(nesting);
        }
    }

    fn for_loop(&mut self, nesting: usize) {
        let name = self.fresh("i");
        let known = self.variables.len();
        let (over, ty) = match self.choices.below(5) {
            0 => (format!("range({})", self.choices.below(7)), Type::Int),
            1 => (format!("range({}, -3, -2)", self.choices.below(9)), Type::Int),
            2 => (format!("{}[:6]", self.expression(Type::List, 1)), Type::Int),
            3 => (format!("{}[:5]", self.expression(Type::Str, 1)), Type::Str),
            _ => (format!("list({})", self.expression(Type::Dict, 1)), Type::Str),
        };
        self.line(&format!("for {name} in {over}:"));
        self.variables.push((name, ty));
        self.loop_body(nesting);
        self.variables.truncate(known);
    }

    fn while_loop(&mut self, nesting: usize) {
        let counter = self.fresh("n");
        let limit = 1 + self.choices.below(6);
        self.line(&format!("{counter} = 0"));
        let test = if self.choices.chance(50) {
            let test = self.expression(Type::Bool, 1);
            format!("{counter} < {limit} and ({test})")
        } else {
            format!("{counter} < {limit}")
        };
        self.line(&format!("while {test}:"));
        self.line(&format!("    {counter} += 1"));
        // The counter is readable in the body, but nothing there may write to it.
        self.loop_body(nesting);
    }

    fn try_statement(&mut self, nesting: usize) {
        self.line("try:");
        self.nested(nesting);
        let raises = self.choices.below(3);
        if raises > 0 {
            self.indent += 1;
            let value = self.expression(Type::Int, 1);
            match raises {
                1 => self.line(&format!("print(1 // ({value}))")),
                _ => self.line(&format!("raise ValueError({value})")),
            }
            self.indent -= 1;
        }
        let with_handler = self.choices.chance(75);
        if with_handler {
            let class =
                self.choices.one_of(&["Exception", "ZeroDivisionError", "(ValueError, KeyError)", "ArithmeticError"]);
            self.line(&format!("except {class} as error:"));
            self.line("    print(type(error).__name__, error)");
            if self.choices.chance(30) {
                self.line("else:");
                self.nested(nesting);
            }
        }
        if !with_handler || self.choices.chance(40) {
            let outer = std::mem::replace(&mut self.in_loop, false);
            self.line("finally:");
            self.nested(nesting);
            self.in_loop = outer;
        }
    }

    fn closure(&mut self) {
        let (name, cell) = (self.fresh("inner"), self.fresh("c"));
        let start = self.expression(Type::Int, 1);
        let step = self.expression(Type::Int, 1);
        self.line(&format!("{cell} = {start}"));
        let key = self.choices.below(5);
        self.line(&format!("def {name}(x, *rest, key={key}):"));
        self.line(&format!("    nonlocal {cell}"));
        self.line(&format!("    {cell} = ({cell} + x * key + len(rest)) % 1000"));
        self.line(&format!("    return {cell}"));
        self.line(&format!("print({name}({step}), {name}(1, 2, 3, key=2), {cell})"));
        self.variables.push((cell, Type::Int));
    }

    fn boxes(&mut self) {
        let name = self.fresh("b");
        let class = self.choices.one_of(&["Box", "Crate"]);
        let value = self.expression(Type::Int, 1);
        self.line(&format!("{name} = {class}({value})"));
        match self.choices.below(3) {
            0 => self.line(&format!("print({name}, {name}.bump(), {name} + 3)")),
            1 => self.line(&format!("print({name} == Box({value}), {name} < Box(5), {name}.bump(by=4))")),
            _ => self.line(&format!("print([{name}.bump() for i in range(3)], {name}.limit)")),
        }
    }

    fn variable(&mut self, ty: Type) -> Option<String> {
        let fitting: Vec<usize> = (0..self.variables.len()).filter(|&index| self.variables[index].1 == ty).collect();
        if fitting.is_empty() {
            return None;
        }
        let index = fitting[self.choices.below(fitting.len())];
        Some(self.variables[index].0.clone())
    }

    fn literal(&mut self, ty: Type) -> String {
        match ty {
            Type::Int => self
                .choices
                .one_of(&[
                    "0",
                    "1",
                    "2",
                    "-1",
                    "7",
                    "10",
                    "255",
                    "256",
                    "1000",
                    "4611686018427387903",
                    "-4611686018427387904",
                    "10**19",
                    "2**70",
                ])
                .to_owned(),
            Type::Float => {
                self.choices.one_of(&["0.0", "1.0", "0.5", "-2.25", "1e10", "0.1", "-0.0", "1e-7"]).to_owned()
            }
            Type::Bool => self.choices.one_of(&["False", "True"]).to_owned(),
            Type::Str => self
                .choices
                .one_of(&["''", "'a'", "'xyz'", "'h\\u00e9llo'", "'0'", "'a b'", "'\\u20ac\\U0001f40d'"])
                .to_owned(),
            Type::List => {
                self.choices.one_of(&["[]", "[1]", "[3, 1, 2]", "[0, -1, 5, 9]", "list(range(4))"]).to_owned()
            }
            Type::Tuple => {
                self.choices.one_of(&["()", "(1,)", "(2, 'b')", "(1, (2, 3))", "(0.5, None, True)"]).to_owned()
            }
            Type::Dict => self.choices.one_of(&["{}", "{'a': 1}", "{'b': 2, 'a': 1}", "dict(x=1, y=2)"]).to_owned(),
        }
    }

    fn expression(&mut self, ty: Type, depth: usize) -> String {
        if depth == 0 || self.choices.exhausted() || self.choices.chance(15) {
            return match self.variable(ty) {
                Some(name) => name,
                None => self.literal(ty),
            };
        }
        if self.choices.chance(8) {
            let test = self.expression(Type::Bool, depth - 1);
            return format!("({} if {test} else {})", self.expression(ty, depth - 1), self.expression(ty, depth - 1));
        }
        if self.choices.chance(6)
            && let Some(call) = self.call(ty, depth)
        {
            return call;
        }
        let d = depth - 1;
        match ty {
            Type::Int => match self.choices.below(9) {
                0..=2 => {
                    let op = self.choices.one_of(&["+", "-", "*", "&", "|", "^"]);
                    format!("({} {op} {})", self.expression(Type::Int, d), self.expression(Type::Int, d))
                }
                3 => {
                    let op = self.choices.one_of(&["//", "%"]);
                    format!("({} {op} {})", self.expression(Type::Int, d), self.expression(Type::Int, d))
                }
                4 => format!(
                    "({} {} {})",
                    self.expression(Type::Int, d),
                    self.choices.one_of(&["<<", ">>"]),
                    self.choices.below(70)
                ),
                5 => format!("({}{})", self.choices.one_of(&["-", "~", "+"]), self.expression(Type::Int, d)),
                6 => {
                    let of = self.choices.one_of(&[Type::List, Type::Str, Type::Tuple, Type::Dict]);
                    format!("len({})", self.expression(of, d))
                }
                7 => {
                    let index = self.choices.one_of(&["0", "-1", "1", "2"]);
                    format!("{}[{index}]", self.expression(Type::List, d))
                }
                _ => match self.choices.below(3) {
                    0 => format!("abs({})", self.expression(Type::Int, d)),
                    1 => format!("sum({})", self.expression(Type::List, d)),
                    _ => format!("int({})", self.expression(Type::Bool, d)),
                },
            },
            Type::Float => match self.choices.below(4) {
                0 | 1 => {
                    let op = self.choices.one_of(&["+", "-", "*", "/", "//", "%"]);
                    format!("({} {op} {})", self.expression(Type::Float, d), self.expression(Type::Float, d))
                }
                2 => format!("({} / {})", self.expression(Type::Int, d), self.expression(Type::Int, d)),
                _ => format!("float({})", self.expression(Type::Int, d)),
            },
            Type::Bool => match self.choices.below(6) {
                0 | 1 => {
                    let of = self.choices.one_of(&[Type::Int, Type::Float, Type::Str, Type::List]);
                    let op = self.choices.one_of(&["<", "==", "!=", ">=", "<=", ">"]);
                    format!("({} {op} {})", self.expression(of, d), self.expression(of, d))
                }
                2 => format!("(not {})", self.expression(Type::Bool, d)),
                3 => {
                    let op = self.choices.one_of(&["and", "or"]);
                    format!("({} {op} {})", self.expression(Type::Bool, d), self.expression(Type::Bool, d))
                }
                4 => format!(
                    "({} {} {})",
                    self.expression(Type::Int, d),
                    self.choices.one_of(&["in", "not in"]),
                    self.expression(Type::List, d)
                ),
                _ => {
                    format!(
                        "({0} < {1} <= {2})",
                        self.expression(Type::Int, d),
                        self.expression(Type::Int, d),
                        self.expression(Type::Int, d)
                    )
                }
            },
            Type::Str => match self.choices.below(5) {
                0 | 1 => format!("({} + {})", self.expression(Type::Str, d), self.expression(Type::Str, d)),
                2 => format!("({} * {})", self.expression(Type::Str, d), self.choices.below(4)),
                3 => {
                    let slice = self.slice();
                    format!("{}[{slice}]", self.expression(Type::Str, d))
                }
                _ => {
                    let of = self.choices.one_of(TYPES);
                    format!("{}({})", self.choices.one_of(&["str", "repr"]), self.expression(of, d))
                }
            },
            Type::List => match self.choices.below(4) {
                0 => format!("[{}, {}]", self.expression(Type::Int, d), self.expression(Type::Int, d)),
                1 => {
                    let name = self.fresh("e");
                    let over = self.choices.below(6);
                    self.variables.push((name.clone(), Type::Int));
                    let value = self.expression(Type::Int, d);
                    let filter = if self.choices.chance(40) {
                        format!(" if {}", self.expression(Type::Bool, 1.min(d)))
                    } else {
                        String::new()
                    };
                    self.variables.retain(|(variable, _)| *variable != name);
                    format!("[{value} for {name} in range({over}){filter}]")
                }
                2 => {
                    let slice = self.slice();
                    format!("{}[{slice}]", self.expression(Type::List, d))
                }
                _ => format!("({} + {})", self.expression(Type::List, d), self.expression(Type::List, d)),
            },
            Type::Tuple => match self.choices.below(4) {
                0 => {
                    let (a, b) = (self.choices.one_of(TYPES), self.choices.one_of(TYPES));
                    format!("({}, {})", self.expression(a, d), self.expression(b, d))
                }
                1 => format!("tuple({})", self.expression(Type::List, d)),
                2 => format!("({} + {})", self.expression(Type::Tuple, d), self.expression(Type::Tuple, d)),
                _ => format!("({},)", constant_expression(self.choices, 2.min(d + 1))),
            },
            Type::Dict => format!("{{{}: {}}}", self.expression(Type::Str, d), self.expression(Type::Int, d)),
        }
    }

    fn slice(&mut self) -> String {
        let part = |choices: &mut Choices<'_>| choices.one_of(&["", "1", "0", "-1", "2", "-3"]);
        let (from, to) = (part(self.choices), part(self.choices));
        match self.choices.one_of(&["", "2", "-1", "1", "-2"]) {
            "" => format!("{from}:{to}"),
            step => format!("{from}:{to}:{step}"),
        }
    }

    /// A call of a function written earlier, which therefore ends.
    fn call(&mut self, ty: Type, depth: usize) -> Option<String> {
        let index = self.functions.iter().position(|f| f.result == ty && !f.is_generator)?;
        if self.loops > 0 {
            return None;
        }
        let parameters = self.functions[index].parameters.clone();
        let arguments: Vec<String> = parameters.iter().map(|&ty| self.expression(ty, depth.min(2) - 1)).collect();
        Some(format!("{}({})", self.functions[index].name, arguments.join(", ")))
    }
}
