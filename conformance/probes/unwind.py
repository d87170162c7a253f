# hognose: -X interpret=top,bottom
"""An exception and its `finally` clauses pass through frames of the VM, of native code and of the VM again."""


def bottom(depth):
    try:
        if depth == 0:
            return [1, 2][2]
        middle(depth - 1)
    finally:
        print("bottom leaves", depth)


def middle(depth):
    try:
        try:
            return bottom(depth)
        except KeyError:
            print("not this one")
        finally:
            print("middle leaves", depth)
    except IndexError as error:
        if depth:
            raise
        raise ValueError("turned at the lowest middle") from error


def top():
    try:
        middle(2)
    except ValueError as error:
        print(type(error).__name__, error, "from", type(error.__cause__).__name__)
        entry = error.__traceback__
        while entry is not None:
            print("  through", entry.tb_frame.f_code.co_name, entry.tb_lineno)
            entry = entry.tb_next
    else:
        print("nothing was raised")
    finally:
        print("top leaves")


def swallow(n):
    while True:
        try:
            if n == 3:
                return "returned " + str(n)
            middle(0)
        except ValueError:
            n += 1
            continue
        finally:
            if n == 2:
                n = 3


top()
print(swallow(0))
top.__code__
middle(1)
