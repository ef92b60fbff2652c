#!/usr/bin/env python3
"""scripts/lib/year_check.py FILE.jsonl: looks through what was written down of a simulated stretch of time.

Nobody may have got a message too many, too early, too late or against a choice, and whatever was not sent must have a reason. Each
violation is one line; the last line says what was looked at. The rules are those of docs/feeds.md and docs/subscribers.md, and nothing
here is shared with the program: times of day come from zoneinfo, choices from the events as they happened.

--self-test plants one violation after the other into a small log of its own, and proves that each of them is found.
"""

import bisect
import collections
import datetime
import json
import sys

import year_plants
from year_times import DAY, MINUTE, UTC, first_shown, is_quiet, moment, occurrences, shown

# Of Messenger: after somebody was there.
WINDOW = DAY
# What is planned and sent at one pass may lie so far apart: messages wait for their turn.
SLACK = 10 * MINUTE


class Person:
    """What somebody wanted at each moment."""

    def __init__(self, fields):
        self.fields = fields
        self.history = [(0, {"joined": False, "active": None, "prefs": {}, "unwanted": frozenset()})]

    def take(self, event):
        state = dict(self.history[-1][1])
        what = event["what"]
        if what in ("joined", "left"):
            state["joined"] = what == "joined"
        elif what == "active":
            state["active"] = event["at"]
        elif what == "prefs":
            state["prefs"] = event
        else:
            change = {event["campaign"]}
            state["unwanted"] = state["unwanted"] | change if what == "unwanted" else state["unwanted"] - change
        self.history.append((event["at"], state))

    def at(self, ms):
        return self.history[bisect.bisect_right([time for time, _ in self.history], ms) - 1][1]

    def zone(self, ms, campaign):
        return self.at(ms)["prefs"].get("zone") or campaign["time_zone"]

    def is_paused(self, ms):
        return (self.at(ms)["prefs"].get("paused_until") or 0) > ms

    def fits(self, campaign):
        language = (self.fields["language"] or "").lower()
        tags = set(self.fields["tags"])
        return ((not campaign["tags"] or tags & set(campaign["tags"])) and not tags & set(campaign["without_tags"])
                and (not campaign["languages"]
                     or any(language == want or language.startswith(want + "-") for want in campaign["languages"])))


class Year:
    def __init__(self, lines):
        by = collections.defaultdict(list)
        for line in lines:
            by[line["type"]].append(line)
        self.campaigns = {line["name"]: line for line in by["campaign"]}
        self.channels = {line["name"]: line for line in by["channel"]}
        self.people = {(line["channel"], line["address"]): Person(line) for line in by["person"]}
        for event in sorted(by["event"], key=lambda line: line["at"]):
            self.people[event["channel"], event["address"]].take(event)
        self.passes = sorted(line["at"] for line in by["pass"])
        self.changes = [line for line in by["change"] if line["kind"] != "updated"]
        self.updates = [line for line in by["change"] if line["kind"] == "updated"]
        self.runs = {line["id"]: line for line in by["run"]}
        # As they were told when they were made: those that had nothing to look at are forgotten after a week.
        self.told = by["ran"]
        self.nominals = {(run["campaign"], run["at"]): run["nominal"] for run in self.told}
        self.decisions = [line for line in by["decision"] if line["kind"] != "updated"]
        self.deliveries = [line for line in by["delivery"] if line["purpose"] != "edit"]
        self.edits = sorted(by["edit"], key=lambda line: line["at"])
        self.sends = sorted(by["send"], key=lambda line: line["at"])
        self.end = by["end"][0]["at"]
        self.found = []
        for send in self.sends:
            name, _, rest = send["text"].partition(": ")
            send["campaign"], send["titles"] = name, [part for part in rest.strip("[]").split("][") if part]
        for delivery in self.deliveries:
            delivery["person"] = self.people[delivery["channel"], delivery["address"]]

    def say(self, kind, what, at=None):
        self.found.append("%s: %s%s" % (kind, what, "" if at is None else " at %s" % moment(at).isoformat()))

    def check(self):
        for rule in (self.pair_up, self.too_many, self.caps, self.too_early, self.schedules, self.collected, self.floods, self.gathered, self.edited, self.too_late,
                     self.stuck, self.against_choice, self.choice_of_items, self.fates, self.everybody):
            rule()
        return self.found

    # Too many

    def pair_up(self):
        """Each request is one delivery that was sent, and each of these one request."""
        waiting = collections.defaultdict(list)
        for delivery in self.deliveries:
            if delivery["state"] == "sent":
                key = (delivery["channel"], delivery["address"], delivery["campaign"], tuple(sorted(delivery["titles"])))
                waiting[key].append(delivery)
        for send in self.sends:
            key = (send["channel"], send["address"], send["campaign"], tuple(sorted(send["titles"])))
            match = next((one for one in waiting[key] if abs(one["ended_at"] - send["at"]) <= 5000), None)
            if match is None:
                self.say("too many", "%s was sent to %s and no delivery says so" % (send["text"], send["address"]), send["at"])
                continue
            waiting[key].remove(match)
            match["sent_at"] = send["at"]
        for rest in waiting.values():
            for delivery in rest:
                self.say("too few", "delivery %s is sent, and nothing went out" % delivery["id"], delivery["ended_at"])

    def too_many(self):
        seen = set()
        for send in self.sends:
            for title in send["titles"]:
                key = (send["channel"], send["address"], send["campaign"], title)
                if key in seen:
                    self.say("too many", "%s of %s went to %s again" % (title, send["campaign"], send["address"]), send["at"])
                seen.add(key)

    def caps(self):
        times = collections.defaultdict(list)
        for send in self.sends:
            times[send["channel"], send["address"]].append(send["at"])
        for (channel, address), sent in times.items():
            for limit, length in ((self.channels[channel]["per_day"], DAY), (self.channels[channel]["per_week"], 7 * DAY)):
                for place, at in enumerate(sent):
                    if limit and place >= limit and at - sent[place - limit] < length:
                        self.say("too many", "%s got more than %d" % (address, limit), at)

    # Too early

    def sent(self):
        return [one for one in self.deliveries if "sent_at" in one]

    def too_early(self):
        logged = {(change["title"]): change["at"] for change in self.changes}
        for one in self.sent():
            at, campaign, person = one["sent_at"], self.campaigns[one["campaign"]], one["person"]
            if at < one["not_before"] - 1000:
                self.say("too early", "delivery %s before its time" % one["id"], at)
            if any(logged[title] > at for title in one["titles"]):
                self.say("too early", "delivery %s before its item was there" % one["id"], at)
            own = person.zone(at, campaign)
            if is_quiet(at, person.at(at)["prefs"].get("quiet"), own):
                self.say("too early", "delivery %s in the quiet hours of %s" % (one["id"], one["address"]), at)
            if is_quiet(at, campaign["quiet"], own if campaign["personal"] else campaign["time_zone"]):
                self.say("too early", "delivery %s in the quiet hours of %s" % (one["id"], campaign["name"]), at)

    def schedules(self):
        for campaign in self.campaigns.values():
            runs = sorted((run for run in self.told if run["campaign"] == campaign["name"]), key=lambda run: run["at"])
            if campaign["frequency"] == "every update":
                continue
            times = dict(occurrences(campaign, self.passes[0] - 3 * DAY, self.end + 3 * DAY))
            nominals = [run["nominal"] for run in runs]
            if len(set(nominals)) != len(nominals):
                self.say("too many", "%s ran twice for one of its times" % campaign["name"])
            for run in runs:
                if run["nominal"] not in times:
                    self.say("too early", "%s ran for a time that is none" % campaign["name"], run["nominal"])
                    continue
                self.check_run(campaign, run, times)
            self.check_covered(campaign, runs, times)

    def check_run(self, campaign, run, times):
        if not campaign["personal"]:
            if run["at"] < run["nominal"]:
                self.say("too early", "%s ran before its time" % campaign["name"], run["at"])
            return
        wall = datetime.datetime.fromtimestamp(run["nominal"] / 1000, UTC).replace(tzinfo=None)
        # Nobody's clock is further ahead.
        if run["at"] < first_shown(wall, "Pacific/Kiritimati"):
            self.say("too early", "%s ran before anybody's clock showed it" % campaign["name"], run["at"])
        for one in self.sent():
            if one["campaign"] == run["campaign"] and one["planned_at"] == run["at"] and not one["is_catch_up"]:
                # Who chose another clock meanwhile is reached by that one; what is chosen and sent in one moment has no order.
                zones = {one["person"].zone(at, campaign) for at in (one["sent_at"], one["sent_at"] - 1)}
                if all(one["sent_at"] < first_shown(wall, zone) for zone in zones):
                    self.say("too early", "delivery %s before the clock of %s showed it" % (one["id"], one["address"]), one["sent_at"])

    def check_covered(self, campaign, runs, times):
        """Each time has its run at the first pass after it, or a later one made up for it. By everyone's own clock the first of them
        counts, so a run may come up to 26 hours before the campaign's own clock shows it."""
        made = {run["nominal"]: run for run in runs}
        begun = self.passes[0] + (2 * DAY if campaign["personal"] else 0)
        for nominal, at in sorted(times.items()):
            if not begun < at <= self.passes[-1]:
                continue
            first = self.passes[bisect.bisect_left(self.passes, at)]
            run = made.get(nominal)
            if run:
                if run["at"] > first + SLACK:
                    self.say("too late", "%s ran late" % campaign["name"], run["at"])
            elif not any(later["nominal"] > nominal and (later["missed"] or 0) > 0 and later["at"] <= first + SLACK
                         for later in runs):
                self.say("too late", "%s did not run" % campaign["name"], at)

    def collected(self):
        """Who wants everything once a day or week gets it at nine in the morning at the earliest."""
        for one in self.sent():
            planned, person, campaign = one["planned_at"], one["person"], self.campaigns[one["campaign"]]
            choice = person.at(planned)["prefs"].get("frequency", "at_once")
            # Another choice in the meantime counts from then on; a window that opened brings what had waited.
            changed = any(planned < time <= one["sent_at"] and state["prefs"] is not person.at(planned)["prefs"]
                          for time, state in person.history)
            if choice == "at_once" or changed or one["is_catch_up"]:
                continue
            zone = person.zone(planned, campaign)
            start = self.meant_for(one, campaign, zone)
            wall = shown(start, zone).replace(hour=9, minute=0, second=0, microsecond=0)
            while first_shown(wall, zone) < start or (choice == "weekly" and wall.weekday() != 0):
                wall += datetime.timedelta(days=1)
            if one["sent_at"] < first_shown(wall, zone):
                self.say("too early", "delivery %s though %s wants it %s" % (one["id"], one["address"], choice), one["sent_at"])

    def floods(self):
        """Who wants everything at one time gets what is due then in one message a campaign."""
        by = collections.defaultdict(list)
        for one in self.sent():
            by[one["channel"], one["address"], one["campaign"]].append(one)
        for sent in by.values():
            sent.sort(key=lambda one: one["sent_at"])
            for first, second in zip(sent, sent[1:]):
                at, person = first["sent_at"], first["person"]
                if (person.at(at)["prefs"].get("frequency", "at_once") != "at_once" and not second["is_catch_up"]
                        and second["planned_at"] < at and second["not_before"] <= at):
                    self.say("too many", "delivery %s beside %s, though %s wants one message"
                             % (second["id"], first["id"], first["address"]), at)

    def gathered(self):
        """What was left out for a message that tells of all is in one, and such a message goes or has a reason."""
        told = collections.defaultdict(set)
        for one in self.deliveries:
            if one["is_catch_up"]:
                told[one["channel"], one["address"], one["campaign"]].update(one["titles"])
        for one in self.deliveries:
            if one["code"] == "caught_up" and not told[one["channel"], one["address"], one["campaign"]] & set(one["titles"]):
                self.say("too few", "delivery %s was to be told with others, and no message tells it" % one["id"])

    def meant_for(self, delivery, campaign, zone):
        """The time that the run was for, by such a clock: what is for nine o'clock itself comes at nine."""
        planned = delivery["planned_at"]
        nominal = self.nominals.get((delivery["campaign"], planned))
        if nominal is None or campaign["frequency"] == "every update":
            return planned
        if not campaign["personal"]:
            return nominal
        return first_shown(datetime.datetime.fromtimestamp(nominal / 1000, UTC).replace(tzinfo=None), zone)

    # Edits

    def edited(self):
        """Only who has a message gets it changed, to what its item says, and everybody who has it does."""
        sends = {send["message"]: send for send in self.sends if send["channel"] == "bot"}
        words = collections.defaultdict(list)
        for change in self.updates:
            words[change["title"]].append((change["at"], change["note"]))
        last = {}
        for edit in self.edits:
            at, send = edit["at"], sends.get(edit["message"])
            if not send or send["address"] != edit["address"] or send["at"] > at or send["text"] != edit["text"]:
                self.say("against a choice", "an edit of what %s does not have" % edit["address"], at)
                continue
            state = self.people["bot", edit["address"]].at(at)
            if not state["joined"] or send["campaign"] in state["unwanted"]:
                self.say("against a choice", "an edit for %s, who left" % edit["address"], at)
            if self.campaigns[send["campaign"]].get("on_update") != "edit":
                self.say("against a choice", "an edit of %s, which does not want that" % send["campaign"], at)
            if not any(told <= at and note == edit["note"] for told, note in words[send["titles"][0]]):
                self.say("too early", "an edit to %s, which %s did not say" % (edit["note"], send["titles"][0]), at)
            if last.get(edit["message"], send["note"]) == edit["note"]:
                self.say("too many", "an edit that changes nothing for %s" % edit["address"], at)
            # A revision is a number that grows.
            elif int(last.get(edit["message"], send["note"])[1:]) > int(edit["note"][1:]):
                self.say("too late", "an edit back to %s for %s" % (edit["note"], edit["address"]), at)
            last[edit["message"]] = edit["note"]
        for number, send in sends.items():
            found = words[send["titles"][0]] if len(send["titles"]) == 1 else []
            if not send["note"] or not found or self.campaigns[send["campaign"]].get("on_update") != "edit":
                continue
            since, note = found[-1]
            history = [state for time, state in self.people["bot", send["address"]].history if time >= since]
            history.append(self.people["bot", send["address"]].at(since))
            stays = all(state["joined"] and send["campaign"] not in state["unwanted"] and not state["prefs"].get("paused_until")
                        for state in history)
            # While nothing ran for a day it may have grown too old.
            awake = [at for at in self.passes if since <= at < since + 3 * DAY]
            ran = len(awake) > 1 and max(later - at for at, later in zip(awake, awake[1:])) < DAY < awake[-1] - since
            # Few are edited in one run.
            if stays and ran and since < self.end - 5 * DAY and last.get(number, send["note"]) != note:
                self.say("too few", "%s has %s as %s and not as %s" % (
                    send["address"], send["titles"][0], last.get(number, send["note"]), note), since)

    # Too late

    def too_late(self):
        for one in self.sent():
            campaign = self.campaigns[one["campaign"]]
            if one["sent_at"] >= one["expires_at"]:
                self.say("too late", "delivery %s after it was too old" % one["id"], one["sent_at"])
            if campaign["until"] and one["sent_at"] >= campaign["until"]:
                self.say("too late", "delivery %s after the end of %s" % (one["id"], campaign["name"]), one["sent_at"])

    def stuck(self):
        """What could have gone at each of the last passes has gone."""
        line = collections.defaultdict(list)
        for one in sorted(self.deliveries, key=lambda one: one["id"]):
            line[one["channel"], one["address"], one["campaign"]].append(one)
        for one in self.deliveries:
            if one["state"] != "queued" or one["code"] == "enough":
                continue
            campaign, person = self.campaigns[one["campaign"]], one["person"]
            # What a campaign has for somebody goes in its order: one that waits holds up those behind it.
            before = [other for other in line[one["channel"], one["address"], one["campaign"]]
                      if other["id"] < one["id"] and (other["ended_at"] or self.end) >= self.passes[-6]]
            could = [at for at in self.passes[-6:] if self.may_go(one, campaign, person, at)
                     and all((other["ended_at"] or self.end + 1) < at for other in before)]
            if len(could) >= 4:
                self.say("too late", "delivery %s waits and nobody knows why" % one["id"], self.end)

    def may_go(self, one, campaign, person, at):
        own = person.zone(at, campaign)
        state = person.at(at)
        return (one["planned_at"] < at and one["not_before"] <= at < one["expires_at"] and state["joined"]
                and not person.is_paused(at) and not is_quiet(at, state["prefs"].get("quiet"), own)
                and not is_quiet(at, campaign["quiet"], own if campaign["personal"] else campaign["time_zone"])
                and (self.channels[one["channel"]]["platform"] == "telegram"
                     or (state["active"] or 0) > at - WINDOW)
                and state["prefs"].get("frequency", "at_once") == "at_once")

    # Against a choice

    def against_choice(self):
        for one in self.sent():
            at, campaign, person = one["sent_at"], self.campaigns[one["campaign"]], one["person"]
            state = person.at(at)
            reasons = [
                (not state["joined"], "has not joined"), (campaign["name"] in state["unwanted"], "turned it off"),
                (person.is_paused(at), "asked for a pause"), (not person.fits(campaign), "is not meant"),
                (self.channels[one["channel"]]["platform"] == "messenger" and (state["active"] or 0) <= at - WINDOW,
                 "was not there for 24 hours"),
            ]
            for holds, reason in reasons:
                if holds:
                    self.say("against a choice", "delivery %s to %s, who %s" % (one["id"], one["address"], reason), at)

    def choice_of_items(self):
        logged = {change["title"]: change for change in self.changes}
        chosen = collections.defaultdict(list)
        for decision in self.decisions:
            campaign = self.campaigns[decision["campaign"]]
            change = logged[decision["title"]]
            words = decision["title"].split()
            if decision["fate"] != "chosen":
                if decision["code"] == "overflow" and campaign["overflow"] == "keep":
                    self.say("unexplained", "%s forgot %s" % (campaign["name"], decision["title"]))
                continue
            chosen[decision["campaign"], decision["run"]].append(change)
            if set(words) & set(campaign["exclude"]) or (campaign["include"] and not set(words) & set(campaign["include"])):
                self.say("against a choice", "%s chose %s" % (campaign["name"], decision["title"]))
            if campaign["not_before"] and change["at"] < campaign["not_before"]:
                self.say("too early", "%s chose %s, from before it began" % (campaign["name"], decision["title"]))
        for (name, run), items in chosen.items():
            campaign = self.campaigns[name]
            if not campaign["min"] <= len(items) <= campaign["max"]:
                self.say("too many", "run %s of %s chose %d items" % (run, name, len(items)))
            for source, count in collections.Counter(item["source"] for item in items).items():
                if campaign["per_source"] and count > campaign["per_source"]:
                    self.say("too many", "run %s of %s chose %d of %s" % (run, name, count, source))

    # Unexplained

    def fates(self):
        fate = collections.defaultdict(list)
        for decision in self.decisions:
            fate[decision["campaign"], decision["title"]].append(decision)
        for campaign in self.campaigns.values():
            last = max((run["at"] for run in self.runs.values() if run["campaign"] == campaign["name"]), default=0)
            for change in self.changes:
                if change["source"] not in campaign["sources"]:
                    continue
                known = fate[campaign["name"], change["title"]]
                ends = [one for one in known if one["fate"] != "waiting"]
                if not known and change["at"] < last - SLACK:
                    self.say("unexplained", "%s says nothing of %s" % (campaign["name"], change["title"]), change["at"])
                if len(ends) > 1:
                    self.say("too many", "%s decided %d times about %s" % (campaign["name"], len(ends), change["title"]))
                if any(one["fate"] == "skipped" and not one["code"] for one in known):
                    self.say("unexplained", "%s skipped %s without a reason" % (campaign["name"], change["title"]))

    def everybody(self):
        """A run made something for everybody who was meant, and for nobody else."""
        made = collections.defaultdict(collections.Counter)
        for one in self.deliveries:
            if not one["is_catch_up"]:
                made[one["run"]][one["channel"], one["address"]] += 1
            if one["state"] not in ("sent", "queued") and not one["code"]:
                self.say("unexplained", "delivery %s is %s without a reason" % (one["id"], one["state"]))
        for run in self.runs.values():
            if not run["messages"]:
                continue
            campaign = self.campaigns[run["campaign"]]
            for key, person in self.people.items():
                state = person.at(run["at"])
                is_meant = (key[0] in campaign["channels"] and state["joined"] and person.fits(campaign)
                            and campaign["name"] not in state["unwanted"] and not person.is_paused(run["at"]))
                wanted = run["messages"] if is_meant else 0
                if made[run["id"]][key] != wanted:
                    self.say("unexplained", "run %s of %s made %d deliveries for %s, not %d"
                             % (run["id"], campaign["name"], made[run["id"]][key], key[1], wanted), run["at"])

    def summary(self):
        return "looked at %d sends, %d edits, %d deliveries, %d runs, %d decisions, %d people, %d days" % (
            len(self.sends), len(self.edits), len(self.deliveries), len(self.runs), len(self.decisions), len(self.people),
            (self.end - self.passes[0]) // DAY)


def main():
    if sys.argv[1:] == ["--self-test"]:
        return year_plants.self_test(lambda lines: Year(lines).check())
    with open(sys.argv[1], encoding="utf-8") as file:
        year = Year([json.loads(line) for line in file])
    found = year.check()
    for line in found[:50]:
        print(line)
    if len(found) > 50:
        print("… and %d more" % (len(found) - 50))
    print(year.summary())
    return 1 if found else 0


sys.exit(main())
