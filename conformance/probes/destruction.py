"""`__del__` runs at the moment and in the order in which CPython runs it."""


class Noisy:
    def __init__(self, name, *held):
        self.name = name
        self.held = held

    def __del__(self):
        print("del", self.name)

    def __add__(self, other):
        return Noisy(self.name + "+" + other.name)


def rebinding():
    a = Noisy("first")
    print("bound")
    a = Noisy("second")
    print("rebound")
    a = None
    print("unbound")
    b = Noisy("deleted")
    del b
    print("after del")


def temporaries():
    print("in a call:", len([Noisy("in a list")]))
    Noisy("dropped at once")
    print("sum:", (Noisy("x") + Noisy("y")).name)
    print("attribute:", Noisy("for its name").name)
    (Noisy("p"), Noisy("q"))[0].name
    print("end of temporaries")


def locals_in_order():
    a = Noisy("a")
    b = Noisy("b")
    c = Noisy("c", a, b)
    print("leaving")


def exception_exit():
    a = Noisy("local of a frame that raises")
    Noisy("temporary before")
    return 1 // 0


def catching():
    try:
        exception_exit()
    except ZeroDivisionError as error:
        print("caught; the traceback still holds the frame")
        kept = error.__traceback__.tb_next.tb_frame
        print("kept", kept.f_code.co_name)
    print("error is gone")
    kept = None
    print("frame is gone")


def kept_by_exception():
    local = Noisy("kept alive by a traceback")
    raise ValueError("kept")


def chain():
    outer = Noisy("outer", Noisy("inner", Noisy("innermost")))
    print("chain built")
    outer = None
    print("chain gone")


def in_container():
    items = [Noisy("item 0"), Noisy("item 1"), Noisy("item 2")]
    items[1] = None
    print("replaced")
    del items[0]
    print("deleted")
    items.append(Noisy("item 3"))
    items.clear()
    print("cleared")
    table = {"k": Noisy("old value")}
    table["k"] = Noisy("new value")
    print("value replaced")


def raising():
    class Bad:
        def __del__(self):
            print("bad __del__")
            raise RuntimeError("in __del__")

    b = Bad()
    del b
    print("went on")


def resurrect():
    saved = []

    class Phoenix:
        def __del__(self):
            print("saved")
            saved.append(self)

    Phoenix()
    print(len(saved))
    saved.clear()
    print("end of resurrect")


rebinding()
temporaries()
locals_in_order()
catching()
try:
    kept_by_exception()
except ValueError as error:
    survivor = error
print("survivor holds its frame")
del survivor
print("survivor gone")
chain()
in_container()
resurrect()

module_level_b = Noisy("module b")
module_level_a = Noisy("module a")
_private = Noisy("module _private")
held = [Noisy("in a module's list")]
print("end of module")
