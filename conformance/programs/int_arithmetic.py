"""Int operators at the edges of machine words."""
edges = [0, 1, -1, 2, 7, -7, 255, -256, 2**31, -(2**31), 2**61, 2**62 - 1, 2**62, -(2**62), -(2**62) - 1, 2**63, 2**64 + 1, -(2**100)]
for a in edges:
    print(a, -a, +a, ~a, abs(a), bool(a))
    for b in edges:
        row = [a + b, a - b, a * b, a & b, a | b, a ^ b, a < b, a <= b, a == b, a != b, a > b, a >= b]
        try:
            row += [a // b, a % b, a / b]
        except (ZeroDivisionError, OverflowError) as error:
            row.append(type(error).__name__ + ": " + str(error))
        print(a, b, row)
for a in (1, -1, 3, -3, 2**40, 2**62 - 1, -(2**62)):
    for count in (0, 1, 5, 21, 22, 61, 62, 63, 64, 100):
        print(a << count, a >> count)
for count in (-1, -(2**70)):
    try:
        print(1 << count)
    except ValueError as error:
        print(error)
x = 10
x += 5; x -= 3; x *= 7; x //= 2; x %= 100; x <<= 4; x >>= 1; x |= 1; x &= 0xFF; x ^= 3; x **= 2
print(x)
print(2**10, 2**-1, (-2) ** 3, 7**0, 0**0)
