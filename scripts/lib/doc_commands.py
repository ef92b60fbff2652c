"""Runs the commands that the pages show, one page after the other, each in an installation of its own.

Such a place has the channels, sources, campaigns and files that the pages speak of; `tellal sandbox` is both platforms,
and every address at example.com is a server on this machine.
"""

import os
import pathlib
import re
import shlex
import shutil
import signal
import subprocess
import time
import urllib.request

from bench import ROOT, Feeds, Sandbox, environment, free_port

PEOPLE = 60
CONTENT = """
channels:
  - {name: my-bot, platform: telegram, token: "123456:sandbox", api: "%(sandbox)s", title: The Blog,
     presentation: {description: News of the blog, short_description: News}}
  - {name: my-page, platform: messenger, token: page-token, page_id: "1234567890", app_id: "9876543210",
     app_secret: sandbox-app-secret, verify_token: verify-me, api: "%(sandbox)s",
     presentation: {description: News of the blog}, marketing: {ad_account: "77", token: system-token, country: US}}
sources:
  - {name: blog, url: "%(feeds)s/feed.xml"}
  - {name: shop, url: "%(feeds)s/catalog.xml"}
campaigns:
  # One item a run: a chat gets one message a second, and nobody wants to wait for that here.
  - {name: new-articles, source: blog, layout: article-card, channels: [my-bot, my-page], items: {max: 1, overflow: drop}}
  - {name: news, source: blog, layout: article, channels: [my-bot], approval: true}
  - {name: weekly, source: blog, layout: weekly-digest, channels: [my-bot], frequency: weekly on monday at 09:00}
  - {name: price-drops, source: shop, on: [price_drop], layout: price-drop, channels: [my-bot, my-page]}
"""
ITEM = "<item><guid>%(n)s</guid><title>%(title)s</title><link>%(base)s/%(n)s</link><description>words</description></item>"
PRODUCT = ("<item><g:id>%(n)s</g:id><title>%(title)s</title><link>%(base)s/%(n)s</link><g:price>%(price)s EUR</g:price>"
           "<g:availability>in_stock</g:availability></item>")
RSS = '<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel><title>t</title><link>%s/</link>%s</channel></rss>'
MESSAGE = 'name: %s\nchannels: [my-bot]\nmodules:\n  - text: "Autumn sale"\n'
LIST = '<opml version="2.0"><body><outline type="rss" text="A feed" xmlUrl="https://planet.example.net/%d.xml"/></body></opml>'

# What stands for something of the owner's, and what it is here. The first that fits a word counts.
VALUES = [
    (r"postgres://.*", "sqlite:moved-%(count)d.db"),
    (r"sqlite:/.*/", "sqlite:"),
    (r"https?://(?:blog|shop|radio|www|planet)?\.?example\.(?:com|org)", "%(feeds)s"),
    (r"^127\.0\.0\.1:\d+$", "127.0.0.1:%(port)d"),
    (r"^http://127\.0\.0\.1:\d+$", "%(sandbox)s"),
    (r"^/(?:backups|srv/tellal|var/backups|var/lib/tellal|etc/tellal|tmp)/", ""),
    (r"^(?:4711|4712|ID)$", "%(delivery)s"),
    (r"^(?:7000\d{5}|123456789|ADDRESS)$", "%(person)d"),
    (r"^my-bot:(?:7000\d{5}|123456789|ADDRESS)$", "my-bot:%(person)d"),
    (r"^7000\d{12}$", "7000000000000002"),
    (r"^(?:storm lantern|TITLE)$", "Number 3"),
    (r"^weekly-digest$", "weekly"),
    (r"^(?:autumn-sale|sale)$", "%(message)s"),
]
# Programs of others that pages may name; they are not run.
OTHERS = {"make", "cd", "export", "alias", "curl", "git", "docker", "podman", "sudo", "systemctl", "journalctl", "pg_dump",
          "psql", "swift", "crontab", "cat", "cp", "mkdir", "chmod", "man", "ss", "df", "printf", "openssl", "tar", "ls",
          "install", "useradd"}
LIMIT = 60
# So long a server has to itself before it is told to stop.
SETTLED = 0.3


def lines(block):
    """The command lines of a block: all of a shell's, those behind `$` of a console's, those of a crontab's."""
    text = re.sub(r"\\\n\s*", "", block.text)
    for line in text.splitlines():
        if block.language == "console" and not line.startswith("$ "):
            continue
        if block.language == "crontab":
            line = line if line.startswith("#") else " ".join(line.split()[5:])
        if block.language == "console":
            line = line[2:]
        if line.strip() and not line.lstrip().startswith("#"):
            yield line


def simple_commands(line):
    """The words of each command of a line, the settings before it, and what `printf` in a pipe before it hands to it."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    lexer.commenters = "#"
    words, settings, text = [], {}, None
    for token in [*lexer, ";"]:
        if token and set(token) <= set("|&;"):
            if words:
                yield words, settings, text
            text = words[1].replace("\\n", "\n") if token == "|" and words[:1] == ["printf"] else None
            words, settings = [], {}
        elif not words and re.match(r"[A-Z_]+=", token):
            name, _, value = token.partition("=")
            settings[name] = value
        else:
            words.append(token)


class Installation:
    """One page's place."""

    def __init__(self, runner, folder):
        self.runner, self.folder = runner, folder
        self.count, self.person, self.message, self.delivery = 0, 700000001, "autumn-sale", "1"
        self.port = free_port()
        address = "127.0.0.1:%d" % self.port
        self.environment = environment(
            TELLAL_FETCH_ALLOW_ADDRESSES="127.0.0.0/8", TELLAL_LISTEN=address, TELLAL_PUBLIC_URL="http://" + address,
            TELEGRAM_TOKEN="123456:sandbox")
        self.environment["HOME"] = str(folder)

    def tellal(self, *arguments, text=None):
        return subprocess.run([self.runner.binary, *arguments], cwd=self.folder, env=self.environment, input=text or "",
                              capture_output=True, text=True, timeout=LIMIT)

    def demand(self, *arguments, text=None):
        done = self.tellal(*arguments, text=text)
        if done.returncode != 0:
            raise SystemExit("the installation: tellal %s: %s" % (" ".join(arguments), done.stdout + done.stderr))
        return done.stdout

    def value(self, word):
        for pattern, value in VALUES:
            if re.search(pattern, word):
                fields = {"count": self.count, "port": free_port(), "delivery": self.delivery, "person": self.person,
                          "message": self.message, "feeds": self.runner.feeds.base, "sandbox": self.runner.sandbox.base}
                return re.sub(pattern, lambda _: value % fields, word)
        return word

    # What must be so before a command makes sense.

    def prepare(self, words):
        self.count += 1
        path = tuple(word for word in words[1:3] if not word.startswith("-"))
        if path[:1] == ("source",):
            self.runner.publish(30)
            self.tellal("poll", words[-1])
        elif path == ("deliveries", "resolve"):
            self.runner.sandbox.post("/sandbox/api/faults", {"mode": "drop_after_accept", "count": 1, "platform": "telegram"})
            self.delivery = self._news("unknown")
        elif path == ("deliveries", "show"):
            self.delivery = self._news("sent")
        elif path[:1] == ("subscribers",) and "erase" in path:
            self.person += 1
            self.demand("subscribers", "import", "--channel", "my-bot", "-", text="address\n%d\n" % self.person)
        elif path in (("campaign", "send"), ("campaign", "skip")) and words[3:4] and not words[3].endswith(".yaml"):
            self.runner.publish(1)
            self.demand("run")
        elif path == ("campaign", "send"):
            self.message = "message-%d" % self.count
            (self.folder / words[3]).write_text(MESSAGE % self.message)
        elif path == ("campaign", "reschedule"):
            self.message = "message-%d" % self.count
            (self.folder / "later.yaml").write_text(MESSAGE % self.message)
            self.demand("campaign", "send", "later.yaml", "--at", "2099-01-01 09:00")
        elif path == ("sources", "import"):
            (self.folder / "subscriptions.opml").write_text(LIST % self.count)
            for file in (self.folder / "feeds").glob("*.yaml"):
                if file.name != "content.yaml":
                    file.unlink()

    def _news(self, state):
        self.runner.publish(1)
        self.tellal("poll", "blog")
        self.demand("run")
        listed = self.demand("deliveries", "list", "--state", state, "--limit", "1")
        return listed.split()[0] if listed else "1"

    # Running.

    def run(self, words, settings, codes, text=None):
        """What is wrong with the command; None when nothing is."""
        for name, value in settings.items():
            self.environment[name] = self.value(value)
            if name == "TELLAL_LISTEN":
                self.port = int(self.environment[name].rpartition(":")[2])
        self.prepare(words)
        words = [self.value(word) for word in words]
        for position, word in enumerate(words[:-1]):
            if word in ("--count", "--subscribers"):
                words[position + 1] = "50"
            if word in (">", "<"):
                words = words[:position]
                break
        if words[1:3] == ["database", "backup"]:
            (self.folder / words[3]).unlink(missing_ok=True)
        if words[1:3] == ["database", "restore"]:
            (self.folder / words[3]).unlink(missing_ok=True)
            self.demand("database", "backup", words[3])
        if words[1:2] in (["serve"], ["sandbox"]):
            return self.serve(words[1:])
        needs_serve = words[1:2] in (["doctor"], ["channel"], ["health"])
        server = self._start(["serve"]) if needs_serve else None
        try:
            if needs_serve and (wrong := self._wait(server, self.port)):
                return wrong
            if words[1:2] == ["doctor"]:
                self.demand("channel", "apply")
            done = self.tellal(*words[1:], text=text or self.runner.document("/feed.xml"))
        except subprocess.TimeoutExpired:
            return "it did not end within %d s" % LIMIT
        finally:
            if server and (wrong := self._stop(server)):
                return wrong
        if done.returncode == 0 or done.returncode in codes - {64, 70}:
            return None
        return "`tellal %s` ended with %d: %s" % (" ".join(words[1:]), done.returncode, (done.stdout + done.stderr).strip())

    def serve(self, arguments):
        port = self.port
        if arguments[0] == "sandbox":
            port = int(next(iter(re.findall(r"127\.0\.0\.1:(\d+)", " ".join(arguments))), free_port()))
            arguments += [] if "--listen" in arguments else ["--listen", "127.0.0.1:%d" % port]
        server = self._start(arguments)
        roles = arguments[arguments.index("--roles") + 1] if "--roles" in arguments else "web"
        wrong = self._wait(server, port if "web" in roles else None)
        return self._stop(server) or wrong

    def _start(self, arguments):
        with (self.folder / "serve.log").open("w") as log:
            return subprocess.Popen([self.runner.binary, *arguments], cwd=self.folder, env=self.environment,
                                    stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def _wait(self, server, port):
        give_up = time.monotonic() + 20
        while time.monotonic() < give_up and server.poll() is None:
            try:
                if port is None:
                    os.stat(self.folder / "tellal.db.sock")
                else:
                    urllib.request.urlopen("http://127.0.0.1:%d/healthz" % port, timeout=5).close()
                return None
            except OSError:
                time.sleep(0.05)
        return "it did not begin: " + (self.folder / "serve.log").read_text()

    def _stop(self, server):
        time.sleep(SETTLED)
        server.send_signal(signal.SIGTERM)
        try:
            status = server.wait(timeout=25)
        except subprocess.TimeoutExpired:
            server.kill()
            return "it did not end within 25 s of SIGTERM"
        return None if status == 0 else "it ended with %d: %s" % (status, (self.folder / "serve.log").read_text())


class Runner:
    """What all installations share: the platforms, the feeds, and one that is ready to be copied."""

    def __init__(self, binary, folder):
        self.binary, self.folder = binary, pathlib.Path(folder)
        self.feeds, self.sandbox = Feeds(), Sandbox(binary, PEOPLE, "--campaign-wait", "0")
        self.feeds.documents = self
        self.titles = ["One of the blog", "Another of the blog", "A third one"]
        self.ready = self.folder / "ready"
        self._make()

    def stop(self):
        self.sandbox.stop()

    # The documents of the feeds' server.

    def get(self, path):
        return self.document(path).encode()

    def document(self, path):
        if path.endswith(".opml"):
            return LIST % 0
        form = PRODUCT if re.search("catalog|product|shop|prices", path) else ITEM
        return RSS % (self.feeds.base, "".join(
            form % {"n": number, "title": title, "price": 10 + number, "base": self.feeds.base}
            for number, title in reversed(list(enumerate(self.titles)))))

    def publish(self, count):
        self.titles = self.titles + ["Number %d" % (len(self.titles) + more) for more in range(count)]

    def _make(self):
        (self.ready / "feeds").mkdir(parents=True)
        shutil.copytree(ROOT / "templates", self.ready / "templates")
        (self.ready / "feeds/content.yaml").write_text(
            CONTENT % {"sandbox": self.sandbox.base, "feeds": self.feeds.base})
        for name in ("feed.xml", "yesterday.xml", "catalog.xml", "products.xml", "old.xml"):
            (self.ready / name).write_text(self.document("/" + name))
        self.publish(1)
        for name in ("today.xml", "new.xml"):
            (self.ready / name).write_text(self.document("/" + name))
        self.titles = self.titles[:-1]
        (self.ready / "shop.yaml").write_text("item: /rss/channel/item\nfields: {id: guid, title: title, link: link}\n")
        for name in ("sale.yaml", "message.yaml"):
            (self.ready / name).write_text(MESSAGE % "autumn-sale")
        (self.ready / "readers.csv").write_text("address,first_name,tags\n700000021,Reader 1,tester;news\n700000022,Reader 2,\n")
        (self.ready / "page.csv").write_text("address,first_name\n7000000000000021,Reader 1\n")
        (self.ready / "titles.txt").write_text("One\twords\n")
        (self.ready / "words.txt").write_text("one\n")
        (self.ready / "backups").mkdir()
        place = Installation(self, self.ready)
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        people = ["address,tags,last_active_at"] + ["70000000%d,tester,%s" % (number, now) for number in range(1, 4)]
        place.demand("subscribers", "import", "--channel", "my-bot", "-", text="\n".join(people))
        place.demand("subscribers", "import", "--channel", "my-page", "-", text="\n".join(people).replace("7000", "7000000000007000"))
        place.demand("run")
        self.publish(1)
        place.demand("poll", "blog")
        place.demand("run")
        self.known = list(self.titles)

    def installation(self, name):
        folder = self.folder / re.sub(r"\W", "-", name)
        shutil.copytree(self.ready, folder, ignore=shutil.ignore_patterns("*.sock", "*.lock"))
        self.titles = list(self.known)
        return Installation(self, folder)
