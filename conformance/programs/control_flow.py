"""Loops with else, break and continue, chained comparisons, boolean operators, conditional expressions."""


def loops(limit):
    out = []
    i = 0
    while i < limit:
        i += 1
        if i == 3:
            continue
        if i == 7:
            break
        out.append(i)
    else:
        out.append("else")
    for j in range(limit):
        for k in range(j):
            if k == 2:
                break
        else:
            out.append((j, "inner else"))
            continue
        out.append((j, "inner break"))
    else:
        out.append("outer else")
    return out


print(loops(2), loops(5), loops(10))


def show(name, value):
    print("eval", name)
    return value


print(show("a", 1) < show("b", 2) < show("c", 3))
print(show("a", 3) < show("b", 2) < show("c", 3))
print(show("a", 0) or show("b", "") or show("c", []) or "last")
print(show("a", 1) and show("b", "x") and show("c", 0) and "last")
print(not show("a", 0), not not show("b", 5))
print((show("yes", 1) if show("test", 0) else show("no", 2)) + (10 if not 0 else 20))
x = 5
print(1 < x < 10, 1 < x > 7, 1 == 1 != x is not None, x in (1, 5) in [True])
print([y for y in range(20) if y % 2 if y % 3], {y: y * y for y in range(4)}, {y % 3 for y in range(9)})
print((lambda a, b=2: a if a > b else b)(1), max(x, 3) if x else None)
a = 3
print(a + (a := 10) + a, a)
while True:
    if x > 8: break
    x += 1
print(x)
if x == 1: pass
elif x == 9: print("nine")
else: print("other")
del x
try:
    x
except NameError as error:
    print(error)
