"""The moment at which objects die: temporaries, locals, arguments, containers, exceptions."""


class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name)

    def __add__(self, other):
        return Noisy(self.name + "+" + other.name)

    def method(self):
        print("method of", self.name)
        return self.name


print("temporary")
Noisy("t1")
print("operands")
Noisy("a") + Noisy("b")
print("kept")
x = Noisy("x1")
x = Noisy("x2")
print("rebound")
x = x + Noisy("y")
print("method call")
Noisy("m").method()
print("arguments")


def use(first, second):
    print("in use")
    second = None
    print("dropped second")
    return first


use(Noisy("arg1"), Noisy("arg2"))
print("after use")


def locals_in_order():
    c = Noisy("c")
    a = Noisy("a")
    b = Noisy("b")
    a = None
    print("end of function")


locals_in_order()
print("containers")
pair = [Noisy("first"), Noisy("second")]
pair[0] = None
print("replaced")
del pair
print("comparison")
Noisy("left") == Noisy("right")
print("attribute")
Noisy("attr").name
print("subscript")
[Noisy("s0"), Noisy("s1")][1].name
print("loop")
for n in [Noisy("l1"), Noisy("l2")]:
    print("body", n.name)
del n
print("unpack")
p, q = Noisy("p"), Noisy("q")
p, q = q, p
p = None
print("p gone")
q = None


def fails(victim):
    local = Noisy("local")
    raise ValueError("failed")


print("exception")
try:
    fails(Noisy("victim"))
except ValueError:
    print("handler")
print("after handler")
try:
    fails(Noisy("victim2"))
except ValueError as error:
    kept = error
print("traceback keeps them")
kept = None
print("call that fails")
try:
    len(Noisy("len"))
except TypeError:
    print("no len")
print("boolean")
(Noisy("or") or None).name
print("closure")


def closing():
    held = Noisy("held")

    def inner():
        return held

    return inner


fn = closing()
print("returned")
del fn
print("generator")


def gen():
    g = Noisy("in generator")
    yield 1
    yield 2


it = gen()
next(it)
del it
print("end")
last = Noisy("at exit")
