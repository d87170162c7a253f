//! The heap of one interpreter: cells by size class, and what happens when a last count goes.
//!
//! Small cells stand in aligned pages of one size class each; a page knows its heap, so that giving a cell back
//! needs nothing but its address. Whatever is large (list items, text, dict tables) is a buffer of its own behind a
//! small cell. The collector finds all objects by walking the pages: no links, no lists.

mod collect;
mod instance;
mod method_cache;
mod tuple;

pub use instance::InstanceBody;
pub(crate) use method_cache::MethodCache;
pub use tuple::TupleBody;

use crate::object::types::TypeBody;
use crate::value::{Body, Header, Kind, Object, Ref, Value, Word, header_flags};
use hognose_primitives::bug;
use std::alloc::Layout;
use std::cell::{Cell, RefCell, UnsafeCell};
use std::collections::VecDeque;
use std::ptr::{self, NonNull};

/// Bytes of a page, and its alignment.
pub const PAGE_SIZE: usize = 1 << 16;
/// Bytes of the largest cell.
pub const LARGEST_CELL: usize = 1024;
/// Size classes: one for every 8 bytes.
pub const CLASSES: usize = LARGEST_CELL / 8 + 1;
/// Nested destructions before an object waits for its turn instead.
const DESTRUCTION_DEPTH: u32 = 50;
/// Creations of instances with finalizers that are remembered.
const MOST_CREATIONS: usize = 1 << 16;
/// Cells that a refill takes from its page at once.
const REFILL: usize = 32;

/// What [`crate::layout`] shows of a heap: the engines take cells from here themselves.
#[repr(C)]
pub struct HeapState {
    /// Head of the list of free cells, per size class (`bytes / 8`). A free cell is `{ count: 0, next }`.
    pub(crate) free: [Cell<*mut FreeCell>; CLASSES],
    /// How many objects wait for their finalizer.
    pub(crate) pending_count: Cell<u32>,
    depth: Cell<u32>,
    pending: RefCell<VecDeque<Value>>,
    deferred: RefCell<Vec<*mut Header>>,
    /// Addresses of instances with a finalizer in the order in which they were made; only compared, never followed.
    created: RefCell<Vec<usize>>,
    pages: RefCell<Vec<Page>>,
    /// The page of each class that still has cells never used, as an index, and how many bytes of it are taken.
    fresh: RefCell<[Option<usize>; CLASSES]>,
}

/// A cell on a free list.
#[repr(C)]
pub struct FreeCell {
    count: u32,
    _padding: u32,
    next: *mut FreeCell,
}

#[repr(C)]
struct PageHeader {
    heap: *const HeapState,
    class: usize,
}

struct Page {
    start: NonNull<PageHeader>,
    /// Bytes in use from the start of the page.
    taken: usize,
}

const PAGE_LAYOUT: Layout = match Layout::from_size_align(PAGE_SIZE, PAGE_SIZE) {
    Ok(layout) => layout,
    Err(_) => unreachable!(),
};

/// Owner of the cells of one interpreter.
pub struct Heap {
    state: Box<HeapState>,
}

impl Heap {
    /// An empty heap.
    #[allow(clippy::new_without_default)]
    pub fn new() -> Heap {
        Heap {
            state: Box::new(HeapState {
                free: [const { Cell::new(ptr::null_mut()) }; CLASSES],
                pending_count: Cell::new(0),
                depth: Cell::new(0),
                pending: RefCell::default(),
                deferred: RefCell::default(),
                created: RefCell::default(),
                pages: RefCell::default(),
                fresh: RefCell::new([None; CLASSES]),
            }),
        }
    }

    /// Address of the part that the engines know.
    pub fn state(&self) -> *const HeapState {
        &raw const *self.state
    }

    /// How many objects wait for their finalizer.
    #[inline(always)]
    pub fn pending_count(&self) -> u32 {
        self.state.pending_count.get()
    }

    /// Takes the objects that wait for their finalizer, first queued first.
    pub fn take_pending(&self) -> VecDeque<Value> {
        self.state.pending_count.set(0);
        self.state.pending.take()
    }

    /// A new object of type `ty`.
    #[inline]
    pub fn alloc<T: Body>(&self, ty: &Object<TypeBody>, body: T) -> Value {
        self.alloc_ref(ty, body).into_value()
    }

    /// A new object of type `ty`, as a typed handle.
    #[inline]
    pub fn alloc_ref<T: Body>(&self, ty: &Object<TypeBody>, body: T) -> Ref<T> {
        const { assert!(size_of::<Object<T>>() + 8 <= LARGEST_CELL) };
        let exact = ty.is_builtin();
        let size = size_of::<Object<T>>() + if exact { 0 } else { 8 };
        let cell = self.cell(size).cast::<Object<T>>();
        if !exact {
            ty.header.retain();
        }
        let header =
            Header { count: Cell::new(1), kind: T::KIND, exact, flags: Cell::new(0), ty: Cell::new(ptr::from_ref(ty)) };
        // SAFETY: the cell is ours alone and has room for the object, and for the word behind it when not exact.
        let value = unsafe {
            cell.write(Object { header, body: UnsafeCell::new(body) });
            if !exact {
                cell.add(1).cast::<Word>().write(Word::UNBOUND);
            }
            Word(cell as u64).into_value()
        };
        Ref::new(value).expect("just made with this kind")
    }

    /// The first type object, which is its own type.
    pub(crate) fn alloc_type_of_types(&self, body: TypeBody) -> Ref<TypeBody> {
        let cell = self.cell(size_of::<Object<TypeBody>>()).cast::<Object<TypeBody>>();
        let header =
            Header { count: Cell::new(1), kind: Kind::Type, exact: true, flags: Cell::new(0), ty: Cell::new(cell) };
        // SAFETY: the cell is ours alone and has room for the object.
        let value = unsafe {
            cell.write(Object { header, body: UnsafeCell::new(body) });
            Word(cell as u64).into_value()
        };
        Ref::new(value).expect("just made with this kind")
    }

    /// A cell of at least `size` bytes, uninitialised.
    #[inline(always)]
    fn cell(&self, size: usize) -> *mut u8 {
        let class = size.div_ceil(8);
        let head = self.state.free[class].get();
        if head.is_null() {
            return self.refill(class);
        }
        // SAFETY: a cell on the free list is a `FreeCell` of ours.
        self.state.free[class].set(unsafe { (*head).next });
        head.cast()
    }

    #[cold]
    #[inline(never)]
    fn refill(&self, class: usize) -> *mut u8 {
        let size = class * 8;
        let mut pages = self.state.pages.borrow_mut();
        let mut fresh = self.state.fresh.borrow_mut();
        let index = match fresh[class] {
            Some(index) if pages[index].taken + size <= PAGE_SIZE => index,
            _ => {
                // SAFETY: the layout has a size. The page comes zeroed, so each of its cells has count 0.
                let start = unsafe { std::alloc::alloc_zeroed(PAGE_LAYOUT) };
                let Some(start) = NonNull::new(start.cast::<PageHeader>()) else {
                    std::alloc::handle_alloc_error(PAGE_LAYOUT)
                };
                // SAFETY: the page is ours and larger than its header.
                unsafe { start.write(PageHeader { heap: self.state(), class }) };
                pages.push(Page { start, taken: size_of::<PageHeader>() });
                fresh[class] = Some(pages.len() - 1);
                pages.len() - 1
            }
        };
        let page = &mut pages[index];
        let first = page.taken;
        let count = REFILL.min((PAGE_SIZE - first) / size);
        page.taken += count * size;
        let mut next = ptr::null_mut();
        for number in (1..count).rev() {
            // SAFETY: `first + count * size` lies within the page.
            let cell = unsafe { page.start.as_ptr().cast::<u8>().add(first + number * size).cast::<FreeCell>() };
            // SAFETY: the cell has never been used, and each cell has room for a `FreeCell`.
            unsafe { cell.write(FreeCell { count: 0, _padding: 0, next }) };
            next = cell;
        }
        self.state.free[class].set(next);
        // SAFETY: as above, with number 0.
        unsafe { page.start.as_ptr().cast::<u8>().add(first) }
    }

    /// Remembers that an instance with a finalizer was made.
    #[cold]
    fn note_creation(&self, address: usize) {
        let mut created = self.state.created.borrow_mut();
        if created.len() >= MOST_CREATIONS {
            created.drain(..MOST_CREATIONS / 2);
        }
        created.push(address);
    }

    /// When the instances with finalizers were made, by address; the later of two that had the same.
    pub(crate) fn creation_order(&self) -> hashbrown::HashMap<usize, usize> {
        self.state.created.borrow().iter().enumerate().map(|(order, &address)| (address, order)).collect()
    }

    /// Every live object, in the order of addresses within each page.
    pub(crate) fn live_objects(&self) -> Vec<*mut Header> {
        let mut found = Vec::new();
        for page in self.state.pages.borrow().iter() {
            // SAFETY: the page is ours; its header was written when it was made.
            let size = unsafe { page.start.as_ref().class } * 8;
            let mut offset = size_of::<PageHeader>();
            while offset + size <= page.taken {
                // SAFETY: the cell lies in the taken part of the page, and each cell begins with its count.
                let cell = unsafe { page.start.as_ptr().cast::<u8>().add(offset) };
                // SAFETY: as above.
                if unsafe { *cell.cast::<u32>() } != 0 {
                    found.push(cell.cast::<Header>());
                }
                offset += size;
            }
        }
        found
    }
}

impl Drop for Heap {
    fn drop(&mut self) {
        if self.live_objects().is_empty() {
            for page in self.state.pages.take() {
                // SAFETY: allocated with this layout, and no object in it lives.
                unsafe { std::alloc::dealloc(page.start.as_ptr().cast(), PAGE_LAYOUT) };
            }
        } else {
            // Somebody still holds a value: the pages and their owner stay for good.
            let state = std::mem::replace(&mut self.state, Heap::new().into_state());
            Box::leak(state);
        }
    }
}

impl Heap {
    fn into_state(mut self) -> Box<HeapState> {
        let empty = Box::new(HeapState {
            free: [const { Cell::new(ptr::null_mut()) }; CLASSES],
            pending_count: Cell::new(0),
            depth: Cell::new(0),
            pending: RefCell::default(),
            deferred: RefCell::default(),
            created: RefCell::default(),
            pages: RefCell::default(),
            fresh: RefCell::new([None; CLASSES]),
        });
        std::mem::replace(&mut self.state, empty)
    }
}

/// The heap that a cell belongs to.
///
/// # Safety
/// `object` is a cell of a heap that still exists.
unsafe fn page_of(object: *mut Header) -> *const PageHeader {
    object.map_addr(|address| address & !(PAGE_SIZE - 1)).cast::<PageHeader>()
}

/// Counts down, and frees or queues the object at zero.
///
/// # Safety
/// The caller owns one count of the object.
#[inline(always)]
pub unsafe fn release(object: *mut Header) {
    // SAFETY: the caller owns a count, so the object lives.
    let count = unsafe { &(*object).count };
    let left = count.get() - 1;
    count.set(left);
    if left == 0 {
        // SAFETY: the last count is gone.
        unsafe { dead(object) };
    }
}

/// What happens at count zero: what may run Python waits in the queue; everything else is destroyed now.
///
/// # Safety
/// The object's count has just become zero.
#[inline(never)]
pub unsafe fn dead(object: *mut Header) {
    // SAFETY: the object is whole until it is destroyed below.
    let header = unsafe { &*object };
    // SAFETY: the cell belongs to a living heap.
    let heap = unsafe { &*(*page_of(object)).heap };
    if header.kind == Kind::Float && header.exact {
        // SAFETY: a float owns nothing.
        return unsafe { free_cell(heap, object) };
    }
    if !header.has_flag(header_flags::FINALIZED) {
        let asks = match header.kind {
            // SAFETY: the object is whole, and nobody has its body borrowed: its last count is gone.
            Kind::Generator => unsafe { (header.kind.info().needs_finalizer)(object) },
            _ => !header.exact && header.ty().has_finalizer(),
        };
        if asks {
            header.set_flag(header_flags::FINALIZED);
            header.count.set(1);
            // SAFETY: the count that was just set belongs to the queue.
            let waiting = unsafe { Word(object as u64).into_value() };
            let mut pending = heap.pending.borrow_mut();
            bug!("finalizers-run-backwards", pending.push_back(waiting), pending.push_front(waiting));
            drop(pending);
            heap.pending_count.set(heap.pending_count.get() + 1);
            return;
        }
    }
    let depth = heap.depth.get();
    if depth >= DESTRUCTION_DEPTH {
        heap.deferred.borrow_mut().push(object);
        return;
    }
    heap.depth.set(depth + 1);
    // SAFETY: nobody holds the object any more.
    unsafe { destroy(heap, object) };
    if depth == 0 {
        loop {
            let Some(next) = heap.deferred.borrow_mut().pop() else { break };
            // SAFETY: a deferred object is dead and has not been destroyed.
            unsafe { destroy(heap, next) };
        }
    }
    heap.depth.set(depth);
}

/// Drops the body and gives the cell back.
///
/// # Safety
/// The object is dead and has not been destroyed.
unsafe fn destroy(heap: &HeapState, object: *mut Header) {
    // SAFETY: the object is whole.
    let header = unsafe { &*object };
    let (kind, exact, ty) = (header.kind, header.exact, header.ty.get());
    let info = kind.info();
    // SAFETY: the object is dead, of this kind, and its body is dropped here once.
    unsafe { (info.drop_body)(object) };
    if !exact {
        if kind != Kind::Instance {
            // SAFETY: an object that is not exact owns a word behind its body.
            let attributes = unsafe { *object.cast::<u8>().add(info.size).cast::<Word>() };
            // SAFETY: the object owned a count of it.
            unsafe { attributes.release() };
        }
        // SAFETY: an object that is not exact owned a count of its type.
        unsafe { release(ty.cast_mut().cast()) };
    }
    // SAFETY: nothing of the object is used after this.
    unsafe { free_cell(heap, object) };
}

/// Puts a cell on its free list.
///
/// # Safety
/// The cell belongs to `heap`, and its object has been destroyed.
#[inline]
unsafe fn free_cell(heap: &HeapState, object: *mut Header) {
    // SAFETY: a cell's page tells its class.
    let class = unsafe { (*page_of(object)).class };
    let cell = object.cast::<FreeCell>();
    // SAFETY: the cell is free and has room for a `FreeCell`.
    unsafe { cell.write(FreeCell { count: 0, _padding: 0, next: heap.free[class].get() }) };
    heap.free[class].set(cell);
}

/// The word behind the body of an instance of a subclass of a built-in type: its `__dict__`, when it has one.
///
/// `None` for exact objects and plain instances, which keep attributes elsewhere.
pub fn attributes_word(value: &Value) -> Option<&Cell<Option<Value>>> {
    let header = value.header()?;
    if header.exact || header.kind == Kind::Instance {
        return None;
    }
    let offset = header.kind.info().size;
    // SAFETY: an object that is not exact has a word behind its body, null or owned; only this function lends it.
    Some(unsafe { &*ptr::from_ref(header).cast::<u8>().add(offset).cast::<Cell<Option<Value>>>() })
}

/// Calls `visit` with everything that an object owns, its class included.
pub(crate) fn traverse(object: &Header, visit: &mut dyn FnMut(&Value)) {
    let pointer = ptr::from_ref(object).cast_mut();
    // SAFETY: the object lives, and the collector runs while nobody has a body borrowed mutably.
    unsafe { (object.kind.info().traverse)(pointer, visit) };
    if !object.exact {
        visit(&object.ty().to_value());
        if object.kind != Kind::Instance {
            // SAFETY: an object that is not exact owns a word behind its body.
            let attributes = unsafe { *pointer.cast::<u8>().add(object.kind.info().size).cast::<Word>() };
            if !attributes.is_unbound() {
                // SAFETY: the object owns a count of it.
                visit(unsafe { attributes.as_value() });
            }
        }
    }
}
