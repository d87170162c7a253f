"""try, except, else, finally, raise from, contexts, and what each path does."""


def path(kind):
    steps = []
    try:
        steps.append("try")
        if kind == "value":
            raise ValueError("v")
        if kind == "key":
            raise KeyError("k")
        if kind == "return":
            return steps
        if kind == "zero":
            1 // 0
    except ValueError as error:
        steps.append(repr(error))
    except (KeyError, TypeError):
        steps.append("key or type")
    except ArithmeticError as error:
        steps.append(str(error))
    else:
        steps.append("else")
    finally:
        steps.append("finally")
    return steps


for kind in ("none", "value", "key", "return", "zero"):
    print(kind, path(kind))


def nested():
    try:
        try:
            raise ValueError("first")
        finally:
            raise KeyError("second")
    except KeyError as error:
        return repr(error), repr(error.__context__), error.__cause__, error.__suppress_context__


print(nested())


def chained():
    try:
        try:
            [][1]
        except IndexError as error:
            raise RuntimeError("chained") from error
    except RuntimeError as error:
        return repr(error.__cause__), repr(error.__context__), error.__suppress_context__


print(chained())


def override():
    for i in range(5):
        try:
            continue
        finally:
            if i == 3:
                break
    try:
        raise ValueError
    finally:
        return "finally wins at %d" % i


print(override())


def reraise():
    try:
        try:
            raise ValueError("again")
        except ValueError:
            try:
                pass
            finally:
                raise
    except ValueError as error:
        return str(error)


print(reraise())


class Mine(Exception):
    def __init__(self, code):
        super().__init__("mine", code)
        self.code = code


try:
    raise Mine(7)
except Mine as error:
    print(error.args, error.code, error, isinstance(error, Exception))
try:
    raise Mine
except TypeError as error:
    print(error)
for bad in (5, int, None):
    try:
        raise bad
    except TypeError as error:
        print(error)
try:
    try:
        1 / 0
    except "text":
        pass
except TypeError as error:
    print(error, repr(error.__context__))
try:
    error
except NameError as again:
    print(again)
try:
    raise
except RuntimeError as error:
    print(error)
try:
    assert 1 == 1, "fine"
    assert [], "message"
except AssertionError as error:
    print(repr(error))


def through(depth):
    try:
        if depth == 0:
            raise LookupError("bottom")
        through(depth - 1)
    finally:
        print("leaving", depth)


try:
    through(3)
except LookupError as error:
    entry, lines = error.__traceback__, []
    while entry:
        lines.append(entry.tb_lineno)
        entry = entry.tb_next
    print(lines)


def loop_with_try(n):
    out = []
    for i in range(n):
        try:
            if i % 3 == 0:
                raise ValueError(i)
            out.append(i)
        except ValueError as error:
            out.append(-error.args[0])
    return out


print(loop_with_try(8))


def stack_below():
    return [1, 2 + (3 if helper() else 4), helper()]


def helper():
    try:
        int("x")
    except ValueError:
        return True


print(stack_below())
