"""When campaigns run, and that no clock that jumps makes them run twice or too early."""

import time

from bench import until
from campaign_scene import Scene

DAILY = "  - {name: %s, source: feed, layout: digest, channels: [bot], frequency: %s, time_zone: Europe/Berlin%s}\n"
PATIENCE = 75


def daily(world, tally):
    scene = Scene(world, DAILY % ("daily", "daily at 09:00", "")).moves()
    scene.begin("2027-03-01 07:00:00")
    scene.publish()
    scene.go("2027-03-01 07:30:00")
    scene.publish()
    scene.go("2027-03-01 07:59:30")
    tally.check("nothing is sent before 09:00 in Berlin", scene.told("daily") == [], "%s" % scene.texts())
    scene.go("2027-03-01 08:00:00")
    tally.check("at 09:00 one digest tells all that is new", scene.told("daily") == [[1, 2]], "%s" % scene.texts())
    scene.publish()
    scene.go("2027-03-01 08:00:20")
    scene.go("2027-03-01 22:00:00")
    tally.check("and none until the next day", scene.told("daily") == [[1, 2]], "%s" % scene.texts())
    scene.go("2027-03-02 08:00:00")
    tally.check("which tells what came since", scene.told("daily") == [[1, 2], [3]], "%s" % scene.texts())
    at = [run["report"].get("nominal_at") for run in scene.runs("daily")]
    tally.check("each run says whose it is", at == ["2027-03-01T08:00:00Z", "2027-03-02T08:00:00Z"], "%s" % at)
    return scene


def backwards(scene, tally):
    """The clock that was at 2027-03-02 08:00 is set back, and forward again."""
    before = scene.told("daily")
    for moment, what in [("2027-03-02 07:30:00", "by half an hour"), ("2027-03-01 08:00:10", "by a day"),
                         ("2027-03-02 07:59:30", "by less than a minute"), ("2027-02-20 12:00:00", "by ten days"),
                         ("1970-01-01 12:00:00", "to 1970")]:
        scene.publish()
        scene.go(moment)
        tally.check("a clock that is set back %s repeats nothing" % what, scene.told("daily")[:2] == before
                    and all(number > 3 for digest in scene.told("daily")[2:] for number in digest), "%s" % scene.texts())
    scene.go("2027-03-02 08:10:00")
    scene.go("2027-03-02 20:00:00")
    told = scene.told("daily")
    tally.check("nor does one that is right again, on the same day", told == before, "%s" % told)
    scene.publish()
    scene.go("2027-03-03 08:00:05")
    told = [number for digest in scene.told("daily") for number in digest]
    tally.check("the next day tells all that came meanwhile, each once", told == list(range(1, len(scene.items))),
                "%s" % scene.texts())
    scene.go("2027-03-03 08:30:00")
    tally.check("in one digest, and nothing comes after it", len(scene.told("daily")) == len(before) + 1, "%s" % scene.texts())


def moment_in_1970(world, tally):
    """A campaign that has not run yet today, for it was made after its hour, and a clock that is wrong for a moment."""
    names = [("once", ""), ("skip", ", missed: skip"), ("all", ", missed: catch up")]
    scene = Scene(world, "".join(DAILY % (name, "daily at 09:00", more) for name, more in names)).moves()
    scene.begin("2027-03-02 10:00:00")
    scene.publish()
    scene.go("2027-03-02 11:00:00")
    scene.go("1970-01-01 12:00:00")
    scene.go("2027-03-02 12:00:00")
    for name, _ in names:
        tally.check("a moment in 1970 makes no run of a time that was not missed (%s)" % name, scene.told(name) == [],
                    "%s" % scene.runs(name)[:3])
    scene.go("2027-03-03 08:00:00")
    tally.check("and all run at the next time", all(scene.told(name) == [[1]] for name, _ in names), "%s" % scene.texts())


def summertime(world, tally):
    """02:30 is left out on 2027-03-28 in Berlin, for 02:00 is 03:00; it comes twice on 2026-10-25, for 03:00 is 02:00."""
    scene = Scene(world, DAILY % ("night", "daily at 02:30", "")).moves()
    scene.begin("2027-03-27 12:00:00")
    scene.publish()
    scene.go("2027-03-28 00:59:30")
    tally.check("a time that is left out has not come before the hour", scene.told("night") == [], "%s" % scene.texts())
    scene.go("2027-03-28 01:00:00")
    tally.check("it comes at 03:00", scene.told("night") == [[1]], "%s" % scene.texts())
    scene.publish()
    scene.go("2027-03-28 01:30:05")
    scene.go("2027-03-29 00:29:30")
    tally.check("once", scene.told("night") == [[1]], "%s" % scene.texts())
    scene.go("2027-03-29 00:30:00")
    tally.check("and at 02:30 again the day after", scene.told("night") == [[1], [2]], "%s" % scene.texts())

    scene = Scene(world, DAILY % ("night", "daily at 02:30", "")).moves()
    scene.begin("2026-10-24 12:00:00")
    scene.publish()
    scene.go("2026-10-25 00:29:30")
    tally.check("a time that comes twice is waited for", scene.told("night") == [], "%s" % scene.texts())
    scene.go("2026-10-25 00:30:00")
    tally.check("it counts the first time", scene.told("night") == [[1]], "%s" % scene.texts())
    scene.publish()
    scene.go("2026-10-25 01:30:00")
    scene.go("2026-10-25 01:31:00")
    scene.go("2026-10-26 01:29:30")
    tally.check("and not the second time", scene.told("night") == [[1]], "%s" % scene.texts())
    scene.go("2026-10-26 01:30:00")
    tally.check("the day after it comes by the new time", scene.told("night") == [[1], [2]], "%s" % scene.texts())


def missed(world, tally):
    names = [("once", ""), ("skip", ", missed: skip"), ("all", ", missed: catch up")]
    scene = Scene(world, "".join(DAILY % (name, "daily at 09:00", more) for name, more in names)).moves()
    scene.begin("2027-05-03 06:00:00")
    scene.publish()
    scene.go("2027-05-03 07:00:00")
    tally.check("all run at their time", all(scene.told(name) == [[1]] for name, _ in names), "%s" % scene.texts())
    scene.publish()
    # Five times pass while nothing runs.
    scene.at("2027-05-08 10:00:00")
    scene.lines("poll", "feed")
    printed = scene.run("run").stdout
    runs = {name: scene.runs(name)[1:] for name, _ in names}
    tally.check("runs that were missed are made up for by one", scene.told("once") == [[1], [2]]
                and [run["report"].get("missed") for run in runs["once"]] == [4], "%s" % runs["once"])
    tally.check("or left out", scene.told("skip") == [[1]] and runs["skip"] == [], "%s" % runs["skip"])
    tally.check("which is said", "5 runs of skip were missed, and are not made up for" in printed, printed)
    at = [run["report"].get("nominal_at") for run in runs["all"]]
    tally.check("or made one by one", at == ["2027-05-%02dT07:00:00Z" % day for day in range(4, 9)]
                and scene.told("all") == [[1], [2]], "%s %s" % (at, scene.texts()))
    scene.publish()
    scene.go("2027-05-09 07:50:00")
    tally.check("less than an hour late is not missed", scene.told("skip") == [[1], [2, 3]], "%s" % scene.texts())
    tally.check("nothing is told twice", scene.told("once") == scene.told("all") == [[1], [2], [3]], "%s" % scene.texts())
    scene.at("2027-05-24 10:00:00")
    printed = scene.run("run").stdout
    at = [run["report"].get("nominal_at") for run in scene.runs("all")[-10:]]
    tally.check("of many that were missed the newest ten are made", "5 runs of all were missed" in printed
                and at == ["2027-05-%02dT07:00:00Z" % day for day in range(15, 25)], "%s %s" % (at, printed))


class Jump:
    """A day passes in a moment, before the eyes of a `serve` that runs: it begins, and is looked at when all else is done."""

    def __init__(self, world):
        self.scene = Scene(world, DAILY % ("daily", "daily at 09:00", "")).moves()
        self.scene.at("2027-05-03 10:00:00")
        self.scene.join()
        self.scene.serve()
        until(lambda: self.scene.look("SELECT 1 FROM source_states WHERE items > 0") if self.scene.database.exists() else None)
        self.scene.publish()
        self.waits = until(lambda: self.scene.campaign("daily").get("waiting") == 1)
        self.before = self.scene.told("daily")
        self.scene.at("2027-05-04 10:00:00")
        self.began = time.time()

    def judge(self, tally):
        scene = self.scene
        tally.check("serve keeps what is new until its time", self.waits and self.before == [], "%s" % self.before)
        until(lambda: scene.told("daily"), max(1, self.began + PATIENCE - time.time()))
        late = [entry["at"] / 1000 - self.began for entry in scene.entries()]
        tally.check("a clock that jumps by a day is noticed within %d s" % PATIENCE,
                    scene.told("daily") == [[1]] and late[0] <= PATIENCE, "%s %s" % (scene.texts(), late))
        for name, moment, what in [
                ("first", "2027-05-04 06:30:00", "set back by hours"), ("second", "2027-05-03 10:00:00", "set back by a day"),
                ("third", "1970-01-01 12:00:00", "set back to 1970"), ("fourth", "2027-05-04 10:30:00", "right again")]:
            scene.at(moment)
            # A message by hand makes it look at once at what is due.
            code, lines = scene.send(name, "{{campaign.name}}")
            came = until(lambda: name in scene.texts())
            tally.check("serve goes on when the clock is %s, and repeats nothing" % what,
                        code == 0 and came and scene.told("daily") == [[1]], "%s %s %s" % (code, lines, scene.texts()))
        tally.check("and ends as told", scene.end() == 0)
