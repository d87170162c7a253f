"""A sort key and an `__eq__` that change the list they are called from."""

items = [3, 1, 2]


def key(n):
    items.append(n)
    return n


try:
    items.sort(key=key)
except ValueError as error:
    print("ValueError:", error)
print(items)


def clearing(n):
    items.clear()
    return -n


items = [5, 4, 6]
try:
    items.sort(key=clearing)
except ValueError as error:
    print("ValueError:", error)
print(items)

items = [5, 4, 6]
seen = []


def looking(n):
    seen.append(len(items))
    return n


items.sort(key=looking)
print(items, seen)


def failing(n):
    if n == 4:
        raise KeyError(n)
    return n


try:
    items.sort(key=failing)
except KeyError as error:
    print("KeyError:", error)
print(items)


class Changing:
    def __init__(self, target):
        self.target = target
        self.calls = 0

    def __eq__(self, other):
        self.calls += 1
        self.target.clear()
        return False


target = [1, 2, 3, 4]
target.append(Changing(target))
needle = Changing(target)
print(needle in target, target, needle.calls)

target = [1, 2, 3]
needle = Changing(target)
print(target.count(needle), target)
target = [1, 2, 3]
needle = Changing(target)
try:
    target.index(needle)
except ValueError as error:
    print("ValueError:", error)
try:
    target = [1, 2]
    target.remove(Changing(target))
except ValueError as error:
    print("ValueError:", error)

left = [1, 2, 3]
left.append(Changing(left))
right = [1, 2, 3, 0, 5]
print(left == right, left)


class Key:
    def __init__(self, table):
        self.table = table

    def __hash__(self):
        return 1

    def __eq__(self, other):
        if self.table is not None and len(self.table) < 20:
            for i in range(20):
                self.table[i * 8 + 1] = i
        return self is other


table = {}
table[1] = "one"
probe = Key(table)
print(table.get(probe), len(table))
table[probe] = "probe"
print(len(table), table[probe])
try:
    for k in table:
        table[len(table) + 1000] = k
except RuntimeError as error:
    print("RuntimeError:", error)

growing = [1]
for n in growing:
    if n < 5:
        growing.append(n + 1)
print(growing)
