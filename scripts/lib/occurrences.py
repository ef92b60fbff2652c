#!/usr/bin/env python3
"""scripts/lib/occurrences.py FIRST_YEAR YEARS [ZONE…]: when schedules occur by Python's zoneinfo, for the tests of ours.

For each zone, schedule and month in UTC one line: zone, schedule, year and month, how many occurrences, the sum of their
minutes since 1970. Clocks that are moved are treated as cron(8) says: a time of day that is skipped counts when the clocks
are moved over it, one that is repeated counts once; what is tied to no time of day (the quarters of an hour) follows the clock.
Nothing here is shared with the program: days come from datetime, changes of clocks are looked for by bisection.
"""

import datetime
import sys
import zoneinfo

UTC = datetime.timezone.utc
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=UTC)
MINUTE = datetime.timedelta(minutes=1)


def minutes(moment):
    return (moment - EPOCH) // MINUTE


def shown(zone, minute):
    """What a clock shows at a minute since 1970."""
    return (EPOCH + minute * MINUTE).astimezone(zone).replace(tzinfo=None)


def first(zone, day, hour, minute):
    """The first minute at which a clock shows that time, or is moved over it."""
    wanted = datetime.datetime.combine(day, datetime.time(hour, minute))
    for fold in (0, 1):
        found = minutes(wanted.replace(tzinfo=zone, fold=fold).astimezone(UTC))
        if shown(zone, found) == wanted:
            return found
    low, high = minutes(wanted.replace(tzinfo=UTC)) - 1800, minutes(wanted.replace(tzinfo=UTC)) + 1800
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if shown(zone, middle) < wanted else (low, middle)
    return high


def days(start, end):
    day = start.date() - datetime.timedelta(days=3)
    while day <= end.date() + datetime.timedelta(days=3):
        yield day
        day += datetime.timedelta(days=1)


def offset(zone, minute):
    return (EPOCH + minute * MINUTE).astimezone(zone).utcoffset() // MINUTE


def steady(zone, low, high):
    """Spans of minutes in which a clock is not moved, with how far it is ahead of UTC."""
    while low < high:
        ahead = offset(zone, low)
        end = low
        while end < high and offset(zone, end) == ahead:
            end += 720
        known, end = max(low, end - 720), min(end, high)
        if end < high or offset(zone, end - 1) != ahead:
            while end - known > 1:
                middle = (known + end) // 2
                known, end = (middle, end) if offset(zone, middle) == ahead else (known, middle)
        yield low, end, ahead
        low = end


def quarters(zone, low, high):
    for start, end, ahead in steady(zone, low, high):
        yield from range(start + -(start + ahead) % 15, end, 15)


def main():
    year, count = int(sys.argv[1]), int(sys.argv[2])
    start, end = (datetime.datetime(y, 1, 1, tzinfo=UTC) for y in (year, year + count))
    months = [datetime.datetime(y, m, 1, tzinfo=UTC) for y in range(year, year + count) for m in range(1, 13)] + [end]
    low, high = minutes(start), minutes(end)
    # What the machine is set to is not a zone of its own.
    for name in sys.argv[3:] or sorted(zoneinfo.available_timezones() - {"localtime"}):
        zone = zoneinfo.ZoneInfo(name)
        schedules = {
            "0 2 * * *": sorted({first(zone, day, 2, 0) for day in days(start, end)}),
            "30 2 * * *": sorted({first(zone, day, 2, 30) for day in days(start, end)}),
            "*/15 * * * *": list(quarters(zone, low, high)),
            "30 1 * * 0": sorted({first(zone, day, 1, 30) for day in days(start, end) if day.isoweekday() == 7}),
        }
        for schedule, found in schedules.items():
            place = next((i for i, minute in enumerate(found) if minute >= low), len(found))
            for month, after in zip(months, months[1:]):
                last = minutes(after)
                here = place
                while here < len(found) and found[here] < last:
                    here += 1
                some = found[place:here]
                print(name, schedule, month.strftime("%Y-%m"), len(some), sum(some), sep="\t")
                place = here


main()
