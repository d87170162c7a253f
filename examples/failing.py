"""Ends with a traceback, carets and a chained exception."""


def average(values):
    return sum(values) / len(values)


def report(groups):
    lines = []
    for name in groups:
        lines.append(name + ": " + str(average(groups[name])))
    return lines


class ReportError(Exception):
    pass


def main():
    groups = {"odd": [1, 3, 5], "even": [2, 4], "none": []}
    try:
        print(report(groups))
    except ZeroDivisionError as error:
        raise ReportError("a group is empty") from error


print(report({"odd": [1, 3, 5]}))
main()
