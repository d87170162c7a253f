"""A `while` loop over small integers."""


def loop(n):
    i = 0
    total = 0
    while i < n:
        total += (i * 3) ^ (i & 255)
        i += 1
    return total


print(loop(6000000))
