"""A matrix product over lists of lists."""


def matrix(n, seed):
    rows = []
    value = seed
    for i in range(n):
        row = []
        for j in range(n):
            value = (value * 1103515245 + 12345) % 2147483648
            row.append(value % 1000 - 500)
        rows.append(row)
    return rows


def product(a, b):
    columns = len(b[0])
    inner = len(b)
    result = []
    for row in a:
        out = []
        for j in range(columns):
            total = 0
            for k in range(inner):
                total += row[k] * b[k][j]
            out.append(total)
        result.append(out)
    return result


def trace(m):
    return sum([m[i][i] for i in range(len(m))])


print(product([[1, 2], [3, 4]], [[5, 6], [7, 8]]))
n = 220
c = product(matrix(n, 1), matrix(n, 2))
print(trace(c), c[0][0], c[n - 1][n - 1])
