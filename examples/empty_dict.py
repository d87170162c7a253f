"""`{}` is one instruction; `dict()` looks a name up and calls it."""


def display():
    return {}


def call():
    return dict()


print(display(), call(), display() == call(), display() is call())

real_dict = dict


def dict():
    return "whatever the name means now"


print(display(), call())
dict = real_dict
print(call())
