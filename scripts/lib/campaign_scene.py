"""What the scenes of scripts/campaigns-check play in: one sandbox, and a folder, a bot, a feed, people and a clock for each."""

import datetime
import pathlib
import re
import struct
import sys
import time

from bench import Feeds, Sandbox, Workplace, feed, item, stop, until
from preloaded import built

CHANNELS = """
channels:
  - {name: bot, platform: telegram, token: '%(bot)d:sandbox', api: '%(sandbox)s'%(channel)s}
sources:
  - {name: feed, url: '%(feeds)s/feed.xml', every: 1s}
campaigns:
%(campaigns)s
"""
LAYOUTS = {
    "article": 'name: article\nmodules:\n  - text: "{{campaign.name}}: {{item.title}}"\n',
    "digest": """name: digest
each: digest
modules:
  - text: "{{campaign.name}}:{{#items}} {{item.title}}{{/items}}"
""",
    "linked": """name: linked
modules:
  - text: "{{item.title}}"
    buttons: [{title: Read, url: "{{item.link}}"}, {title: Shop, url: "https://example.org/shop?a=1&b=2"}]
""",
}
NEWS = "  - {name: news, source: feed, layout: article, channels: [bot]}\n"
PEOPLE = "700000001,Ayşe,tester\n700000002,,\n700000003,Zoë,vip\n"
BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}


class World:
    """What the scenes share: the program, one sandbox with a bot for each scene, and what moves clocks."""

    def __init__(self, binary, folder):
        self.binary, self.folder, self.bots = binary, pathlib.Path(folder), 0
        self.sandbox = Sandbox(binary, 3)
        self.clock = built("clock") if sys.platform == "linux" else None


class Scene(Workplace):
    """A folder of its own, with a bot, a feed and people."""

    def __init__(self, world, campaigns, people="700000001\n", channel="", layouts={}, is_public=False):
        world.bots += 1
        super().__init__(world.binary, world.folder / ("scene-%d" % world.bots))
        self.world, self.bot, self.server = world, world.bots, None
        self.sandbox, self.feeds, self.items = world.sandbox, Feeds(), [item(0)]
        if is_public:
            self.environment["TELLAL_PUBLIC_URL"] = self.base
        self.layouts({**LAYOUTS, **layouts})
        self.content(CHANNELS % {
            "bot": self.bot, "sandbox": self.sandbox.base, "feeds": self.feeds.base, "campaigns": campaigns,
            "channel": channel})
        self.show()
        (self.folder / "people.csv").write_text("address,first_name,tags\n" + people)

    # The clock

    def moves(self):
        """From here on, this scene's clock is set with `at`."""
        self.hand = self.folder / "clock"
        self.hand.write_bytes(bytes(8))
        self.environment.update(LD_PRELOAD=self.world.clock, TELLAL_CLOCK_FILE=str(self.hand))
        return self

    def at(self, moment):
        """In UTC. The clock goes on from there."""
        wanted = datetime.datetime.fromisoformat(moment).replace(tzinfo=datetime.timezone.utc)
        with open(self.hand, "r+b", buffering=0) as hand:
            hand.write(struct.pack("=q", int(wanted.timestamp()) - int(time.time())))

    # What happens

    def join(self):
        self.lines("subscribers", "import", "--channel", "bot", "people.csv")

    def publish(self, *items):
        self.items += items or [item(len(self.items))]
        self.show()

    def show(self):
        """The feed is as `items` has it."""
        self.feeds.documents["/feed.xml"] = feed(self.items)

    def go(self, moment=None):
        """A pass that does not depend on when the feed was looked at last."""
        if moment:
            self.at(moment)
        self.lines("poll", "feed")
        return self.lines("run")

    def begin(self, moment=None):
        if moment:
            self.at(moment)
        self.join()
        return self.go()

    def serve(self):
        self.server = self.start("serve")
        return until((self.folder / "tellal.db.sock").exists)

    def end(self):
        return stop(self.server)

    # What came of it

    def entries(self):
        return [entry for entry in self.sandbox.ledger() if entry["sender"] == str(self.bot)]

    def texts(self, chat="700000001"):
        return [entry["text"] for entry in self.entries() if entry["chat"] == chat]

    def messages(self, chat="700000001"):
        """What a person's phone shows of this scene's bot."""
        found = self.sandbox.get("/sandbox/api/messages?platform=telegram&address=" + chat)["messages"]
        return [message for message in found if message["sender"] == str(self.bot)]

    def told(self, campaign, chat="700000001"):
        """The numbers of the items that each digest of a campaign told of, smallest first."""
        mine = [text for text in self.texts(chat) if text.startswith(campaign + ":")]
        return [sorted(int(number) for number in re.findall(r" n(\d+)", text)) for text in mine]

    def send(self, name, text="{{campaign.name}} .", *arguments, more=""):
        self.write(name, text, more)
        return self.tell("campaign", "send", name + ".yaml", *arguments)

    def write(self, name, text, more=""):
        """A message by hand; `more` begins at its third line."""
        (self.folder / (name + ".yaml")).write_text(
            "name: %s\nchannels: [bot]\n%smodules:\n  - text: '%s'\n" % (name, more, text))

    def campaign(self, name):
        return next((line for line in self.lines("campaign", "list") if line["name"] == name), {})

    def runs(self, campaign):
        """The oldest first."""
        return self.lines("runs", campaign)[::-1]
