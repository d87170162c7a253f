# hognose: -X interpret=from_vm
"""One generator, resumed in turn from both engines."""


def squares(limit):
    received = []
    n = 0
    try:
        while n < limit:
            value = yield n * n
            if value is not None:
                received.append(value)
            n += 1
        return received
    except ValueError as error:
        yield "caught " + str(error)
    finally:
        print("squares ends with", received)


def from_vm(generator, value):
    return generator.send(value)


def from_native(generator, value):
    return generator.send(value)


def finish(step, generator):
    try:
        step(generator, "last")
    except StopIteration as stop:
        return stop.value


g = squares(6)
print(next(g))
for n in range(5):
    step = from_vm if n % 2 else from_native
    print(step(g, n))
print(finish(from_vm, g))

g = squares(10)
print(from_native(g, None), from_vm(g, "a"))
print(g.throw(ValueError("thrown")))
print(finish(from_native, g))

g = squares(3)
print(from_vm(g, None))
g.close()


def both(generator):
    total = 0
    for value in generator:
        total += value
        total += from_vm(generator, None)
    return total


print(both(squares(8)))
