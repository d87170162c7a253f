"""Fibonacci numbers: by swapping a tuple, and by recursion."""


def fib(n):
    a, b = 0, 1
    while n > 0:
        a, b = b, a + b
        n -= 1
    return a


def fib_recursive(n):
    if n < 2:
        return n
    return fib_recursive(n - 1) + fib_recursive(n - 2)


print([fib(n) for n in range(20)])
print(fib(300))
print(fib_recursive(24))
