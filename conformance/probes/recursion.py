# hognose: -X interpret=odd
"""RecursionError comes at the same depth wherever the frames are."""


def deep(n):
    return deep(n + 1)


def count(n):
    try:
        return count(n + 1)
    except RecursionError:
        return n


def even(n):
    return True if n == 0 else odd(n - 1)


def odd(n):
    return False if n == 0 else even(n - 1)


class Endless:
    def __repr__(self):
        return repr(self)

    def __add__(self, other):
        return self + other

    def __eq__(self, other):
        return self == other

    def __len__(self):
        return len(self)


try:
    deep(0)
except RecursionError as error:
    print(error)

print(count(0))
print(even(900), odd(901))
try:
    even(5000)
except RecursionError as error:
    print(error)

for attempt in (lambda: repr(Endless()), lambda: Endless() + 1, lambda: Endless() == 1, lambda: len(Endless())):
    try:
        attempt()
    except RecursionError as error:
        print(type(error).__name__, error)

nested = []
for i in range(100000):
    nested = [nested]
try:
    repr(nested)
except RecursionError as error:
    print(error)
nested = None
print("a deep list is gone")
deep(1)
