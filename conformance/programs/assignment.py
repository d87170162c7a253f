"""Unpacking, stars, chains, swaps, augmented targets and the order in which they are evaluated."""


def trace(label, value=None):
    print("at", label)
    return value


a, b = 1, 2
a, b = b, a
print(a, b)
a, b, c = b, a, a + b
print(a, b, c)
(a, [b, *c]), d = (1, "xyz"), 4
print(a, b, c, d)
*a, b = range(5)
print(a, b)
a, *b = [1]
print(a, b)
a, *b, c = "abcde"
print(a, b, c)
x = y = z = []
x.append(1)
print(y, z is x)
i = 0
items = [10, 20, 30]
i, items[i] = 2, "at two"
print(i, items)
items[trace("index", 0)] = trace("value", "v")
items[trace("aug index", 1)] += trace("aug value", 5)
print(items)
for first, (second, *rest) in [(1, (2, 3, 4)), (5, [6])]:
    print(first, second, rest)
for bad in ([1], [1, 2, 3], 5, "ab", {}):
    try:
        p, q = bad
        print(p, q)
    except (ValueError, TypeError) as error:
        print(type(error).__name__, error)
try:
    p, *q, r = [1]
except ValueError as error:
    print(error)


class Holder:
    pass


h = Holder()
h.value = 1
h.value += 4
h.value, h.other = h.value * 2, h.value
print(h.value, h.other)
del h.other
try:
    h.other
except AttributeError as error:
    print(error)
n = [[0] * 2 for _ in range(2)]
n[0][1], n[1][0] = 1, 2
print(n)


def unbound(flag):
    if flag:
        local = 1
    try:
        return local
    except UnboundLocalError as error:
        return str(error)


print(unbound(True), unbound(False))


def deleted():
    value = 1
    del value
    try:
        del value
    except UnboundLocalError as error:
        print(error)
    for value in (1, 2):
        pass
    return value


print(deleted())
