"""`exec`, `locals()`, `globals()`, and `compile` of text and of a tree."""

x = 10
exec("y = x + 1")
print(y, "y" in globals())

space = {"x": 100}
exec("z = x * 2\ndef f(a): return a + x", space)
print(space["z"], space["f"](1), "f" in space)

inner = {}
exec("q = x", {"x": 7}, inner)
print(inner)


def function(a, b=2):
    c = a + b
    before = locals()
    print(before)
    d = [n for n in (1, 2)]
    print(locals() is before, len(locals()), before["d"])
    exec("c = 99")
    return c


print(function(1))

code = compile("x + 5", "<text>", "eval")
print(eval(code), code.co_filename, code.co_names, code.co_consts)

code = compile("for i in range(3):\n    total = total + i\n", "<loop>", "exec")
names = {"total": 0}
exec(code, names)
print(names["total"], names["i"])

tree = compile("answer = 6 * 7\nprint('from a tree', answer)", "<tree>", "exec", 0x400)
print(type(tree).__name__, len(tree.body), type(tree.body[0]).__name__, tree.body[0].targets[0].id, tree.body[0].lineno)
tree.body[0].value.left.value = 60
exec(compile(tree, "<tree>", "exec"))
print(answer)

try:
    compile("a b", "<bad>", "exec")
except SyntaxError as error:
    print(type(error).__name__, error.msg, error.lineno, error.offset, error.text)

try:
    exec("1 +")
except SyntaxError as error:
    print(error)


class Local:
    print(list(locals())[:2])
    value = 3
    seen = "value" in locals()


print(Local.seen)
exec("raise ValueError('from exec')")
