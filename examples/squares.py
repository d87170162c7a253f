"""An append loop beside a list comprehension: `LIST_APPEND` needs no method call."""


def with_append(n):
    squares = []
    for i in range(n):
        squares.append(i * i)
    return squares


def with_comprehension(n):
    return [i * i for i in range(n)]


print(with_append(10))
print(with_comprehension(10))
print(with_append(1000) == with_comprehension(1000))
