"""Generators: send, throw, close, yield from, generator expressions, early exits."""


def count(n):
    i = 0
    while i < n:
        received = yield i
        if received:
            i += received
        i += 1
    return "done"


print(list(count(4)), [x for x in count(3)], sum(count(10)), tuple(x * x for x in range(5)))
g = count(10)
print(next(g), g.send(3), g.send(None), next(g))
g.close()
try:
    next(g)
except StopIteration as stop:
    print("stopped", stop.value)


def delegating():
    result = yield from count(3)
    print("inner said", result)
    yield from [10, 20]
    return "outer"


print(list(delegating()))


def guarded():
    try:
        while True:
            try:
                x = yield
                print("got", x)
            except ValueError as error:
                print("caught", error)
    finally:
        print("cleanup")


g = guarded()
next(g)
g.send(1)
g.throw(ValueError("thrown"))
g.send(2)
try:
    g.throw(KeyError("out"))
except KeyError as error:
    print("escaped", error)
try:
    g.send(3)
except StopIteration:
    print("finished")
g = guarded()
try:
    g.send(1)
except TypeError as error:
    print(error)
del g
g = guarded()
next(g)
del g


def fib():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b


out = []
for value in fib():
    if value > 100:
        break
    out.append(value)
print(out)


def tree(depth):
    if depth:
        yield from tree(depth - 1)
        yield depth
        yield from tree(depth - 1)


print(list(tree(4)))


def stops():
    yield 1
    raise StopIteration


try:
    list(stops())
except RuntimeError as error:
    print(error, repr(error.__cause__))


def reenter():
    yield next(me)


me = reenter()
try:
    next(me)
except ValueError as error:
    print(error)
pairs = ((a, b) for a in range(3) for b in range(a))
print(list(pairs), list(pairs))
print(max(len(s) for s in ["a", "bbb", "cc"]), any(x > 2 for x in [1, 2, 3]), all(x > 2 for x in [1, 2, 3]))


def state(values):
    try:
        for v in values:
            try:
                yield 10 // v
            except ZeroDivisionError:
                yield "zero"
    finally:
        print("state ends")


print(list(state([1, 0, 5])))
first, *rest = state([2, 4])
print(first, rest)
