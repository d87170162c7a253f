def slow_week():
    seconds_per_day = 86400
    return 7 * seconds_per_day


def fast_week():
    return 7 * 86400


print(slow_week(), fast_week())
