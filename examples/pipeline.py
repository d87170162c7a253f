"""Generators, each drawing from the one before."""


def numbers(limit):
    n = 0
    while n < limit:
        yield n
        n += 1


def odd(source):
    for n in source:
        if n % 2:
            yield n


def running_total(source):
    total = 0
    for n in source:
        total += n
        yield n, total


def first(count, source):
    if count <= 0:
        return
    for item in source:
        yield item
        count -= 1
        if not count:
            return


for n, total in first(8, running_total(odd(numbers(1000000)))):
    print(n, total)

print(sum(odd(numbers(10000))))


def echo():
    received = None
    try:
        while True:
            received = yield received
    finally:
        print("echo closed after", received)


conversation = echo()
next(conversation)
print(conversation.send("hello"), conversation.send(42))
conversation.close()
