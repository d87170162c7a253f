"""Equal integers are not always the same object."""

a = 100
b = int("100")
print("100:", a == b, a is b)

a = 1000
b = int("1000")
print("1000:", a == b, a is b)

a, b = 1000, 1000
print("one unit:", a is b)

x, y = 4.2, 4.2
print("floats of one unit:", x is y, x is float("4.2"))


def same(n):
    return (n + 1) is (n + 1)


print([n for n in range(250, 260) if same(n)])
