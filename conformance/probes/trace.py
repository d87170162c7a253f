"""`sys.settrace` sees the same events, also when tracing starts in the middle of a frame."""
import sys

events = []


def tracer(frame, event, arg):
    events.append((frame.f_code.co_name, event, frame.f_lineno - frame.f_code.co_firstlineno))
    return tracer


def work(n):
    total = 0
    for i in range(n):
        if i % 2:
            total += i
        else:
            total -= 1
    try:
        total //= 0
    except ZeroDivisionError:
        total = [x * 2 for x in (1, 2)]
    return total


def middle():
    a = 1
    sys._getframe().f_trace = tracer
    sys.settrace(tracer)
    b = (a
         + work(2)[0])
    while b:
        b -= 1
    sys.settrace(None)
    c = a + b
    return c


def generator():
    x = 1
    yield x
    x = 2
    yield x


sys.settrace(tracer)
work(3)
for value in generator():
    pass
sys.settrace(None)
for event in events:
    print(event)
events.clear()
print("--")
print(middle())
for event in events:
    print(event)


def quiet(frame, event, arg):
    print("call only:", frame.f_code.co_name, event)


sys.settrace(quiet)
work(1)
sys.settrace(None)
