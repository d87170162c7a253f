"""Floats alone and mixed with ints and bools."""
values = [0.0, -0.0, 1.0, -1.5, 2.5e10, 1e308, float("inf"), -float("inf"), 3, -4, True, 10**20]
for a in values:
    for b in values:
        row = [a + b, a - b, a * b, a < b, a <= b, a == b, a != b, a > b, a >= b]
        try:
            row.append(a / b)
            row.append(a // b)
            row.append(a % b)
        except ZeroDivisionError as error:
            row.append(str(error))
        print(a, b, row)
nan = float("nan")
print(nan == nan, nan != nan, nan < 1.0, nan > 1.0, nan is nan, [nan] == [nan])
total = 0.0
for i in range(10):
    total += i * 0.1
    total = total * 1.5 - i
print(total)
a = b = 1.0
b += 1.0
print(a, b)
c = [1.0]
d = c[0]
d += 1.0
print(c, d)
print(1e16, 1e-5, 0.1, 123456789.125, 1e22, 5e-324, -0.0)
print(7 / 2, 2**70 / 2**69, 1 / 3, (2**53 + 1) / 1)
