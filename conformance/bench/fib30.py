"""Calls: `fib(30)` by recursion."""


def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)


for round in range(5):
    print(fib(30))
