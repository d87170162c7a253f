"""Classes with methods, inheritance, operators, properties of instances and classes."""


class Point:
    count = 0

    def __init__(self, x, y):
        self.x = x
        self.y = y
        Point.count += 1

    def __add__(self, other):
        return Point(self.x + other.x, self.y + other.y)

    def __eq__(self, other):
        return isinstance(other, Point) and (self.x, self.y) == (other.x, other.y)

    def __repr__(self):
        return f"Point({self.x}, {self.y})"

    def __getitem__(self, index):
        return (self.x, self.y)[index]

    def __len__(self):
        return 2

    def __bool__(self):
        return bool(self.x or self.y)

    def __neg__(self):
        return Point(-self.x, -self.y)

    def __lt__(self, other):
        return self.x < other.x

    def __contains__(self, value):
        return value in (self.x, self.y)

    def __call__(self, scale):
        return Point(self.x * scale, self.y * scale)

    def move(self, dx=0, dy=0):
        self.x += dx
        self.y += dy
        return self


p, q = Point(1, 2), Point(3, 4)
print(p + q, p == q, p == Point(1, 2), p != q, -p, p[0], p[-1], len(p), bool(Point(0, 0)), p < q, 2 in p, p(10), Point.count)
print(p.move(1).move(dy=5), Point.move(q, 1, 1), p.__class__.__name__)
print([value for value in q])


class Base:
    kind = "base"

    def hello(self):
        return "hello from " + self.kind

    def twice(self):
        return self.hello() + "!" + self.hello()


class Derived(Base):
    kind = "derived"

    def hello(self):
        return "<" + super().hello() + ">"


print(Base().twice(), Derived().twice(), isinstance(Derived(), Base), issubclass(Derived, Base), Derived.__mro__)
d = Derived()
d.kind = "instance"
print(d.hello(), Base.kind, Derived.kind)
Base.kind = "changed"
del Derived.kind
print(Derived().hello())


class Counter:
    def __init__(self):
        self.n = 0

    def __iadd__(self, by):
        self.n += by
        return self

    def __radd__(self, other):
        return ("radd", other)

    def __iter__(self):
        return iter(range(self.n))


c = Counter()
c += 3
print(c.n, 5 + c, list(c), sum(c))
for call in (lambda: c.missing, lambda: c + 1, lambda: Point(1), lambda: p.move(dz=1), lambda: c[0], lambda: len(c), lambda: -c, lambda: p < 5):
    try:
        print(call())
    except (AttributeError, TypeError) as error:
        print(type(error).__name__, error)
bound = p.move
bound(1)
print(p, bound.__self__ is p, Point.move.__name__)


class Nested:
    class Inner:
        value = [i * 2 for i in range(3)]

    def get(self):
        return self.Inner.value


print(Nested().get(), Nested.Inner.__qualname__, Nested.get.__qualname__)


def make(name):
    class Local:
        label = name

        def get(self):
            return name + self.label

    return Local


print(make("a")().get(), make("b").label)
