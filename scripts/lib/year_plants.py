"""Violations that year_check.py must find, each planted into a small log with nothing wrong."""

import copy
import datetime

from year_times import DAY, HOUR, MINUTE, UTC


def sample():
    """A day of one campaign and one person, with nothing wrong."""
    day = int(datetime.datetime(2026, 11, 3, tzinfo=UTC).timestamp() * 1000)
    at = day + 9 * HOUR
    campaign = {
        "type": "campaign", "name": "news", "channels": ["page"], "sources": ["blog"], "frequency": "daily at 09:00",
        "time_zone": "UTC", "personal": False, "quiet": "22:00-07:00", "min": 1, "max": 2, "order": "newest", "overflow": "keep",
        "per_source": None, "include": [], "exclude": ["spam"], "on": ["new"], "tags": [], "without_tags": [], "languages": ["pt"],
        "expires_ms": DAY, "missed": "once", "until": None, "not_before": None, "each": "digest"}
    return {
        "campaign": campaign, "channel": {"type": "channel", "name": "page", "platform": "messenger", "per_day": 1, "per_week": 5},
        "person": {"type": "person", "channel": "page", "address": "1", "tags": [], "language": "pt-br"},
        "joined": {"type": "event", "what": "joined", "channel": "page", "address": "1", "at": day},
        "active": {"type": "event", "what": "active", "channel": "page", "address": "1", "at": day},
        "pass": {"type": "pass", "at": day}, "pass2": {"type": "pass", "at": at}, "pass3": {"type": "pass", "at": at + HOUR},
        "change": {"type": "change", "source": "blog", "position": 1, "kind": "new", "title": "item1 a", "at": day + HOUR},
        "run": {"type": "run", "id": 1, "campaign": "news", "at": at, "nominal": at, "seen": 1, "missed": None, "messages": 1},
        "ran": {"type": "ran", "campaign": "news", "at": at, "nominal": at, "missed": None},
        "decision": {"type": "decision", "run": 1, "campaign": "news", "source": "blog", "title": "item1 a", "kind": "new",
                     "fate": "chosen", "code": None},
        "delivery": {"type": "delivery", "id": 1, "run": 1, "campaign": "news", "channel": "page", "address": "1", "state": "sent",
                     "code": None, "not_before": at, "expires_at": at + DAY, "planned_at": at, "ended_at": at + 1000,
                     "titles": ["item1 a"], "is_catch_up": False, "purpose": "campaign"},
        "send": {"type": "send", "at": at + 1000, "channel": "page", "address": "1", "text": "news: [item1 a]", "note": None,
                 "message": 1},
        "end": {"type": "end", "at": at + 2 * HOUR}, "day": day, "at": at}


def self_test(check):
    """Plants one violation after the other; check looks through lines, and returns what it finds."""
    def found_in(log):
        return check([copy.deepcopy(line) for line in log.values() if isinstance(line, dict)])

    def found(change):
        log = sample()
        change(log)
        return found_in(log)

    def prefs(log, **more):
        log["prefs"] = {"type": "event", "what": "prefs", "channel": "page", "address": "1", "at": log["day"], "frequency": "at_once",
                        "quiet": None, "zone": None, "paused_until": None, **more}

    def again(log):
        log["send2"] = {**log["send"], "at": log["at"] + 2000}
        log["delivery2"] = {**log["delivery"], "id": 2, "ended_at": log["at"] + 2000, "is_catch_up": True}

    def told(log, **more):
        """On Telegram, and edited once."""
        log["campaign"].update(channels=["bot"], on_update="edit")
        log["channel"].update(name="bot", platform="telegram")
        for name in ("person", "joined", "active", "delivery", "send"):
            log[name]["channel"] = "bot"
        log["send"]["note"] = "r1"
        log["update"] = {**log["change"], "position": 2, "kind": "updated", "at": log["at"] + MINUTE, "note": "r2"}
        log["edit"] = {**log["send"], "type": "edit", "at": log["at"] + 2 * MINUTE, "note": "r2", **more}

    plants = {
        "an edit of what 2 does not have": lambda log: told(log, address="2"),
        "an edit of what 1 does not have": lambda log: told(log, message=7),
        "an edit for 1, who left": lambda log: (told(log), log.update(off={
            **log["joined"], "what": "unwanted", "campaign": "news", "at": log["at"] + MINUTE})),
        "which does not want that": lambda log: (told(log), log["campaign"].update(on_update="ignore")),
        "an edit to r3, which": lambda log: told(log, note="r3"),
        "an edit that changes nothing": lambda log: (told(log), log["send"].update(note="r2")),
        "1 has item1 a as r1 and not as r2": lambda log: (told(log), log.pop("edit"), log["end"].update(at=log["at"] + 9 * DAY),
                                                                  log.update({"pass-%d" % hour: {"type": "pass", "at": log["at"] + hour * HOUR}
                                                                              for hour in range(2, 72)})),
        "too many: news: [item1 a] was sent": lambda log: log["delivery"].update(state="failed", code="x"),
        "too few": lambda log: log.pop("send"),
        "too many: item1 a of news went": again,
        "got more than 1": again,
        "before its time": lambda log: log["delivery"].update(not_before=log["at"] + HOUR),
        "before its item was there": lambda log: log["change"].update(at=log["at"] + HOUR),
        "in the quiet hours of 1": lambda log: prefs(log, quiet="08:00-10:00"),
        "in the quiet hours of news": lambda log: log["campaign"].update(quiet="08:30-09:30"),
        "ran for a time that is none": lambda log: log["ran"].update(nominal=log["at"] + MINUTE),
        "ran before its time": lambda log: log["ran"].update(at=log["at"] - MINUTE),
        "did not run": lambda log: log.pop("ran"),
        "though 1 wants it weekly": lambda log: prefs(log, frequency="weekly"),
        "though 1 wants one message": lambda log: (prefs(log, frequency="daily"), again(log), log["delivery2"].update(
            is_catch_up=False, planned_at=log["at"] - HOUR)),
        "was to be told with others": lambda log: log["delivery"].update(state="suppressed", code="caught_up"),
        "an edit back to r2": lambda log: (told(log), log["send"].update(note="r3")),
        "after it was too old": lambda log: log["delivery"].update(expires_at=log["at"] + 500),
        "after the end of news": lambda log: log["campaign"].update(until=log["at"]),
        "who has not joined": lambda log: log["joined"].update(at=log["at"] + HOUR),
        "who turned it off": lambda log: log.update(off={**log["joined"], "what": "unwanted", "campaign": "news"}),
        "who asked for a pause": lambda log: prefs(log, paused_until=log["at"] + HOUR),
        "who is not meant": lambda log: log["person"].update(language="p"),
        "was not there for 24 hours": lambda log: log["active"].update(at=log["day"] - DAY),
        "news chose item1 a, from before": lambda log: log["campaign"].update(not_before=log["at"]),
        "against a choice: news chose": lambda log: log["campaign"].update(exclude=["a"]),
        "chose 1 items": lambda log: log["campaign"].update(min=2),
        "chose 1 of blog": lambda log: log["campaign"].update(per_source=0.5),
        "forgot item1 a": lambda log: log["decision"].update(fate="skipped", code="overflow"),
        "says nothing of item1 a": lambda log: log.pop("decision"),
        "without a reason": lambda log: log["delivery"].update(state="expired"),
        "made 0 deliveries for 1, not 1": lambda log: log.pop("delivery"),
    }
    wrong = []
    for change in (lambda log: None, told):
        clean = found(change)
        if clean:
            wrong.append("a log with nothing wrong: %s" % clean)
    for expected, change in plants.items():
        if not any(expected in line for line in found(change)):
            wrong.append("not found: %s" % expected)
    for line in wrong:
        print(line)
    print("%d of %d planted violations found" % (len(plants) - len(wrong), len(plants)))
    return 1 if wrong else 0
