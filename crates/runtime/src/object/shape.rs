//! Shapes: which attribute stands in which slot of an instance.

use crate::object::types::Type;
use crate::value::Value;
use hashbrown::HashMap;

/// A shape of this interpreter; one belongs to one class, so comparing it checks class and layout at once.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(transparent)]
pub struct ShapeId(pub u32);

impl ShapeId {
    /// The instance keeps its attributes in a dict.
    pub const DICTIONARY: ShapeId = ShapeId(0);
}

/// Names in order of insertion; slot *i* holds the value of the *i*-th.
pub struct Shape {
    /// The class, which outlives its shapes' use.
    pub class: *const Type,
    /// Interned names.
    pub names: Vec<Value>,
    index: HashMap<u64, u32>,
    children: HashMap<u64, ShapeId>,
}

/// The shapes of one interpreter.
#[derive(Default)]
pub struct Shapes {
    table: Vec<Shape>,
}

impl Shapes {
    /// A new empty shape of a class.
    pub fn new_root(&mut self, class: *const Type) -> ShapeId {
        self.push(class, Vec::new())
    }

    fn push(&mut self, class: *const Type, names: Vec<Value>) -> ShapeId {
        let index = names.iter().enumerate().map(|(slot, name)| (name.id(), slot as u32)).collect();
        self.table.push(Shape { class, names, index, children: HashMap::new() });
        ShapeId(u32::try_from(self.table.len()).expect("fewer than 2^32 shapes"))
    }

    /// The shape, unless it is [`ShapeId::DICTIONARY`].
    pub fn get(&self, id: ShapeId) -> Option<&Shape> {
        self.table.get((id.0 as usize).wrapping_sub(1))
    }

    /// The slot of an interned name.
    #[inline]
    pub fn slot(&self, id: ShapeId, name: &Value) -> Option<usize> {
        let shape = self.get(id)?;
        if shape.names.len() <= 8 {
            return shape.names.iter().position(|other| other.is(name));
        }
        shape.index.get(&name.id()).map(|&slot| slot as usize)
    }

    /// The shape with one more name, which is interned and not in `id` yet.
    pub fn extend(&mut self, id: ShapeId, name: &Value) -> ShapeId {
        let shape = &self.table[id.0 as usize - 1];
        if let Some(&child) = shape.children.get(&name.id()) {
            return child;
        }
        let mut names = shape.names.clone();
        names.push(name.clone());
        let class = shape.class;
        let child = self.push(class, names);
        self.table[id.0 as usize - 1].children.insert(name.id(), child);
        child
    }

    /// Gives up every name, at the end of the interpreter.
    pub fn clear(&mut self) -> Vec<Shape> {
        std::mem::take(&mut self.table)
    }
}
