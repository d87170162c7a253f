"""Parameters of every kind, defaults, closures, recursion, and the errors of calls."""


def f(a, b=2, *args, c, d=4, **kwargs):
    return a, b, args, c, d, sorted(kwargs.items())


print(f(1, c=3), f(1, 20, 30, 40, c=3, d=5, e=6, g=7), f(*[1, 2, 3], **{"c": 1, "z": 2}))


def positional(a, b, /, c):
    return a, b, c


print(positional(1, 2, 3), positional(1, 2, c=3))


def g(a, b):
    return a - b


print(g(5, 3), g(b=5, a=3), g(5, b=3))
calls = [
    lambda: g(), lambda: g(1), lambda: g(1, 2, 3), lambda: g(1, 2, c=3), lambda: g(1, a=2), lambda: f(1), lambda: positional(a=1, b=2, c=3),
    lambda: (lambda: 0)(1), lambda: (lambda *, k: k)(), lambda: (lambda *, k, m: k)(), lambda: (lambda a, b, c: 0)(), lambda: (lambda five: five())(5), lambda: g(**{"a": 1}, **{"a": 2}),
    lambda: g(*5), lambda: g(**5), lambda: f(1, 2, **{"c": 1, 2: 3}),
]
for call in calls:
    try:
        print(call())
    except TypeError as error:
        print(error)


def counter():
    count = 0

    def step(by=1):
        nonlocal count
        count += by
        return count

    return step


first, second = counter(), counter()
print(first(), first(5), second(), first())


def defaults(value, into=[]):
    into.append(value)
    return into


print(defaults(1), defaults(2), defaults(3, []))


def fact(n):
    return 1 if n < 2 else n * fact(n - 1)


print(fact(30))
total = 0


def add(n):
    global total
    total = total + n
    return total


print(add(3), add(4), total)


def cells(a):
    def inner():
        return a

    a += 1
    before = inner()
    a = "changed"
    return before, inner()


print(cells(1))


def free():
    def inner():
        return later

    try:
        inner()
    except NameError as error:
        print(type(error).__name__, error)
    later = 1
    return inner()


print(free())
print([fn() for fn in [lambda: i for i in range(3)]], [fn() for fn in [lambda i=i: i for i in range(3)]])


def deep(n):
    return deep(n - 1) + 1 if n else 0


print(deep(500))
print(f.__name__, f.__qualname__, counter().__qualname__, (lambda: 0).__name__)


def star(*args, **kwargs):
    return args, kwargs


print(star(*range(3), *"ab", x=1, **{"y": 2}), star(), star(*(), **{}))
