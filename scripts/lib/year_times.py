"""What a clock on the wall shows, and when a frequency's times come by it: from zoneinfo alone."""

import datetime
import zoneinfo

UTC = datetime.timezone.utc
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


def moment(ms):
    return datetime.datetime.fromtimestamp(ms / 1000, UTC)


def shown(ms, zone):
    """What a clock on the wall shows."""
    return moment(ms).astimezone(zoneinfo.ZoneInfo(zone)).replace(tzinfo=None)


def first_shown(wall, zone):
    """The first moment at which a clock shows that, or is moved over it."""
    info = zoneinfo.ZoneInfo(zone)
    for fold in (0, 1):
        at = wall.replace(tzinfo=info, fold=fold).astimezone(UTC)
        if at.astimezone(info).replace(tzinfo=None) == wall:
            return int(at.timestamp() * 1000)
    low = int(wall.replace(tzinfo=UTC).timestamp()) - 50 * 3600
    high = low + 100 * 3600
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if shown(middle * 1000, zone) < wall else (low, middle)
    return high * 1000


def time_of_day(text):
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def is_quiet(ms, span, zone):
    if not span:
        return False
    start, end = (time_of_day(part) for part in span.split("-"))
    wall = shown(ms, zone)
    minute = wall.hour * 60 + wall.minute
    return start <= minute < end if start <= end else minute >= start or minute < end


def walls(frequency, start, end):
    """The times that a frequency with a time of day names, as a clock shows them, between two days."""
    words = frequency.replace(",", " ").split()
    day = start.date()
    while day <= end.date():
        last = (day + datetime.timedelta(days=1)).month != day.month
        if words[0] == "cron":
            minute, hour = int(words[1]), int(words[2])
            assert words[3:] == ["*", "*", "*"], frequency
            matches = True
        else:
            hour, minute = (int(part) for part in words[-1].split(":"))
            named = words[2:-2] if words[0] != "daily" else []
            matches = {
                "daily": True, "weekly": WEEKDAYS[day.weekday()] in named,
                "monthly": str(day.day) in named or ("last" in named and last),
            }[words[0]]
        if matches:
            yield datetime.datetime.combine(day, datetime.time(hour, minute))
        day += datetime.timedelta(days=1)


def occurrences(campaign, start, end):
    """Every nominal time with the moment at which it comes by the campaign's own clock."""
    frequency, zone = campaign["frequency"], campaign["time_zone"]
    if frequency.startswith("every "):
        length = int(frequency.split()[1][:-1]) * {"m": MINUTE, "h": HOUR}[frequency[-1]]
        return [(at, at) for at in range(-(-start // length) * length, end + 1, length)]
    margin = datetime.timedelta(days=2)
    found = []
    for wall in walls(frequency, shown(start, zone) - margin, shown(end, zone) + margin):
        at = first_shown(wall, zone)
        nominal = int(wall.replace(tzinfo=UTC).timestamp() * 1000) if campaign["personal"] else at
        found.append((nominal, at))
    return sorted(set(found))
