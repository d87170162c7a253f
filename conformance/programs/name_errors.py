"""Scopes of names: module, class, function, builtins, and what is said when they are missing."""
x = "global"


def reads():
    return x


def shadows():
    x = "local"
    return x, reads()


class Body:
    x = x + " in class"
    y = [x for _ in range(1)]
    z = x

    def method(self):
        return x


print(reads(), shadows(), Body.x, Body.y, Body.z, Body().method())
for name in ("missing", "x"):
    try:
        print(eval_missing if name == "missing" else x)
    except NameError as error:
        print(error)
len = lambda value: "shadowed"
print(len([1]))
del len
print(len([1]))


def uses_late():
    return late


try:
    uses_late()
except NameError as error:
    print(error)
late = 1
print(uses_late())
late = 2
print(uses_late())
for i in range(3):
    def loop_function():
        return i
print(loop_function())
try:
    del never
except NameError as error:
    print(error)


def deletes():
    global x
    del x


deletes()
try:
    reads()
except NameError as error:
    print(error)
x = 5
print(reads(), "x" in globals(), sorted(k for k in locals() if k == "late"))


def outer():
    v = 1

    class C:
        v = v_outer = 2
        def get(self):
            return v

    return C().get(), C.v


print(outer())
