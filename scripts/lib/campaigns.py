"""A workplace with bots and Pages that send to a judge, and what must hold between the judge's record and the database."""

import collections
import datetime
import pathlib
import re
import tempfile

from bench import Feeds, Workplace, numbered, until

NUMBER = re.compile(r"Number (\d+)")


class Campaigns(Workplace):
    """`bots` Telegram bots and `pages` Messenger Pages, each with `people` subscribers, and one campaign to all of them."""

    def __init__(self, binary, judge, bots=1, pages=1, people=10, rate="30/s", folder=None, every="1s", more="", **settings):
        # What is kept here is deleted with the object.
        self.home = folder or tempfile.TemporaryDirectory()
        place = pathlib.Path(getattr(self.home, "name", self.home))
        super().__init__(binary, place, **settings)
        self.judge, self.feeds, self.published = judge, Feeds(), 0
        self.names = {}
        lines = ["channels:"]
        for number in range(bots):
            self.names["%d:t" % (number + 1)] = "bot%d" % number
            lines.append("  - {name: bot%d, platform: telegram, token: '%d:t', api: '%s', rate: %s, updates: webhook}"
                         % (number, number + 1, judge.base, rate))
        for number in range(pages):
            self.names["%d" % (900 + number)] = "page%d" % number
            lines.append(
                "  - {name: page%d, platform: messenger, token: t%d, page_id: '%d', api: '%s', rate: %s, version: v25.0}"
                % (number, number, 900 + number, judge.base, rate))
        names = list(self.names.values())
        lines += ["sources:", "  - {name: feed, url: '%s/feed.xml', every: %s}" % (self.feeds.base, every), "campaigns:",
                  "  - {name: news, source: feed, on: [new], layout: article, channels: [%s]%s}" % (", ".join(names), more)]
        self.content("\n".join(lines) + "\n")
        active = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        (self.folder / "readers.csv").write_text("address,last_active_at\n" + "".join(
            "%d,%s\n" % (700000001 + number, active) for number in range(people)))
        self.publish(0)
        for name in names:
            self.lines("subscribers", "import", "--channel", name, "readers.csv")
        self.people = people

    def publish(self, count):
        """So many more items; the next run plans them."""
        self.published += count
        self.feeds.documents["/feed.xml"] = numbered(1 + self.published)
        self.lines("poll")

    @property
    def planned(self):
        return self.published * len(self.names) * self.people

    def states(self):
        return collections.Counter(dict(self.look("SELECT state, COUNT(*) FROM deliveries GROUP BY state")))

    def is_whole(self):
        return self.look("PRAGMA integrity_check") == [("ok",)]

    def findings(self, is_over=True):
        """What does not fit between the judge's record and the rows; nothing, if all is well."""
        findings, seen = [], set()
        rows = self.look(
            "SELECT d.id, d.state, c.name, s.address, m.body, d.platform_message_id FROM deliveries d"
            " JOIN channels c ON c.id = d.channel_id JOIN subscribers s ON s.id = d.subscriber_id"
            " JOIN messages m ON m.id = d.message_id WHERE d.campaign_id IS NOT NULL")
        accepted, ids = {}, {}
        for (account, chat, number), count in self.judge.accepted.items():
            accepted[self.names.get(account, account), chat, number] = count
            ids[self.names.get(account, account), chat, number] = self.judge.ids[account, chat, number]
        for row, state, channel, address, body, identifier in rows:
            place = channel, address, int(NUMBER.search(body)[1])
            if place in seen:
                findings.append("planned twice: %s" % (place,))
            seen.add(place)
            count = accepted.pop(place, 0)
            if count > 1:
                findings.append("accepted %d times: %s is %s" % (count, place, state))
            if state == "sent" and (count == 0 or ids[place] != identifier):
                findings.append("sent as %s, accepted as %s: %s" % (identifier, ids.get(place), place))
            if count and state not in ("sent", "unknown") and not (state == "sending" and not is_over):
                findings.append("accepted, and %s: %s" % (state, place))
            if is_over and state in ("queued", "claimed", "sending"):
                findings.append("forgotten as %s: %s" % (state, place))
        findings += ["accepted, and never planned: %s" % (place,) for place in accepted]
        if is_over and len(rows) != self.planned:
            findings.append("%d planned, %d there" % (self.planned, len(rows)))
        return findings


def wait_for(holds, seconds):
    """As `until`, and closer: what is killed at a moment is watched for that moment."""
    return until(holds, seconds, pause=0.005)
