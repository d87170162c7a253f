"""Lists, tuples, dicts, slices, membership, and iteration over things that change."""
items = [3, 1, 2]
items.append(4)
items[1:3] = ["a", "b", "c"]
print(items, items[::-1], items[1:], items[:-1], items[-2], items[10:], items[::2], len(items))
del items[0]
del items[-2:]
print(items, "a" in items, 9 not in items, items + [1], items * 2, items == ["a", "b"], [1, 2] < [1, 3])
items.extend((7, 8))
items.insert(1, "new")
print(items.pop(), items.pop(0), items, items.index(7), items.count(7))
t = (1, 2, 3)
print(t[0], t[-1], t[1:], t + (4,), t * 2, 2 in t, len(t), t == (1, 2, 3), hash(t) == hash((1, 2, 3)))
d = {"a": 1, "b": 2}
d["c"] = 3
d["a"] += 10
print(d, d["a"], d.get("x"), d.get("x", 5), "a" in d, len(d), list(d), list(d.items()), list(d.values()))
del d["b"]
d["b"] = "moved"
print(d, {**d, "z": 0}, dict(d, y=1), dict([(1, 2)]))
for bad in (lambda: items[9], lambda: t[3], lambda: d["nope"], lambda: d[[]], lambda: items["x"], lambda: {}.pop("k"), lambda: [].pop()):
    try:
        print(bad())
    except (IndexError, KeyError, TypeError) as error:
        print(type(error).__name__, error)
grow = [1, 2, 3]
for x in grow:
    if len(grow) < 8:
        grow.append(x * 10)
print(grow)
try:
    for key in d:
        d[key + "!"] = 1
except RuntimeError as error:
    print(error)
print(list(range(5)), list(range(5, 0, -2)), range(3), len(range(0, 100, 7)), 14 in range(0, 100, 7), range(10)[2:8:3], range(10)[-1])
big = range(2**62 - 1, 2**62 + 2)
print(list(big), [n for n in range(-(2**63), -(2**63) + 3)])
matrix = [[1, 2, 3], [4, 5, 6]]
print([[row[i] for row in matrix] for i in range(3)], [x for row in matrix for x in row])
keys = {1: "int", 1.0: "float", True: "bool", "1": "str", None: "none", (1, 2): "tuple"}
print(keys, keys[1], keys[(1, 2)])
s = "hello"
print(s[0], s[-1], s[1:3], s[::-1], s + " world", s * 2, "ell" in s, len(s), [c for c in s], s == "hello", s < "help")
a = [1, 2]
a += (3,)
b = a
b += [4]
print(a, a is b)
a = a + [5]
print(a, b)
nested = [0]
nested.append(nested)
print(nested)
print(sorted([3, 1, 2], key=lambda v: -v), list(zip("ab", [1, 2, 3])), list(enumerate("xy", 1)), list(map(lambda v: v + 1, [1, 2])), sum([1, 2.5]))
print(min(3, 1, 2), max([4, 9, 2]), abs(-3), list(reversed([1, 2, 3])))
