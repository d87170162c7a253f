"""A class with operators, and one that inherits from it."""


class Vector:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __sub__(self, other):
        return Vector(self.x - other.x, self.y - other.y)

    def __mul__(self, factor):
        if isinstance(factor, Vector):
            return self.x * factor.x + self.y * factor.y
        return Vector(self.x * factor, self.y * factor)

    __rmul__ = __mul__

    def __neg__(self):
        return self * -1

    def __eq__(self, other):
        return isinstance(other, Vector) and self.x == other.x and self.y == other.y

    def __abs__(self):
        return (self.x ** 2 + self.y ** 2) ** 0.5

    def __bool__(self):
        return self.x != 0 or self.y != 0

    def __getitem__(self, index):
        return (self.x, self.y)[index]

    def __len__(self):
        return 2

    def __repr__(self):
        return type(self).__name__ + "(" + repr(self.x) + ", " + repr(self.y) + ")"


class Named(Vector):
    def __init__(self, name, x, y):
        Vector.__init__(self, x, y)
        self.name = name

    def __repr__(self):
        return self.name + "=" + Vector.__repr__(self)


a = Vector(1, 2)
b = Named("b", 3, -4)
print(a + b, a - b, a * b, 2 * a, a * 2, -a)
print(abs(b), len(a), a[0], a[1], list(b))
print(a == Vector(1, 2), a != b, bool(Vector(0, 0)), b)
try:
    a + 1
except AttributeError as error:
    print("AttributeError:", error)
try:
    1 + a
except TypeError as error:
    print("TypeError:", error)
