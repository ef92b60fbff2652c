"""What the black-box checks share: a folder to work in, feeds and a web server for them, a running sandbox."""

import atexit
import hashlib
import http.server
import json
import os
import pathlib
import socket
import sqlite3
import subprocess
import threading
import time
import urllib.request

from calls import call

ROOT = pathlib.Path(__file__).resolve().parents[2]
FEED = """<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
<title>t</title><link>https://example.org/</link><description>d</description>
%s</channel></rss>"""
ITEM = """<item><guid isPermaLink="false">urn:x:%(number)s</guid><title>%(title)s</title>
<link>https://example.org/%(number)s</link>%(more)s</item>"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(condition, seconds=20, pause=0.05):
    """Waits for what must come, and returns it; None if it does not. Where nobody answers yet, it has not come yet."""
    give_up = time.monotonic() + seconds
    while True:
        try:
            value = condition()
            if value:
                return value
        except OSError:
            pass
        if time.monotonic() > give_up:
            return None
        time.sleep(pause)


def stop(process, seconds=30):
    """Tells a process to end; its exit code."""
    process.terminate()
    return process.wait(timeout=seconds)


def item(number, title=None, more=""):
    return ITEM % {"number": number, "title": title or "n%s" % number, "more": more}


def feed(items):
    """An RSS document. The last item is the newest, and so it comes first."""
    return (FEED % "".join(reversed(items))).encode()


def numbered(count, first=0):
    """A feed of so many items that are named by their numbers."""
    return feed([item(number, "Number %d" % number) for number in range(first, first + count)])


class QuietServer(http.server.ThreadingHTTPServer):
    def handle_error(self, *_):
        """A client that hangs up is no news."""


class Feeds:
    """Serves documents from memory, with validators, and counts how they are asked for."""

    def __init__(self):
        self.documents = {}
        self.hits = []
        feeds = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                body = feeds.documents.get(self.path)
                status = 404 if body is None else 200
                body = body or b"nothing here"
                tag = '"%s"' % hashlib.sha256(body).hexdigest()[:16]
                if status == 200 and self.headers.get("If-None-Match") == tag:
                    status, body = 304, b""
                feeds.hits.append((self.path, status))
                self.send_response(status)
                self.send_header("ETag", tag)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = QuietServer(("127.0.0.1", 0), Handler)
        self.base = "http://127.0.0.1:%d" % self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


class Sandbox:
    """A `tellal sandbox` of our own."""

    def __init__(self, binary, subscribers=3, *arguments):
        self.base = "http://127.0.0.1:%d" % free_port()
        self.process = subprocess.Popen(
            [binary, "sandbox", "--listen", self.base[len("http://"):], "--subscribers", str(subscribers),
             "--templates", str(ROOT / "templates"), *arguments],
            stdout=subprocess.DEVNULL, env=environment())
        # Whatever becomes of the check, nothing of it goes on; to end it twice does no harm.
        atexit.register(self.process.kill)
        answer = until(lambda: self.process.poll() is not None or self.get("/healthz", raw=True))
        if not answer or self.process.poll() is not None:
            raise SystemExit("the sandbox did not start")

    def get(self, path, raw=False):
        with urllib.request.urlopen(self.base + path, timeout=30) as answer:
            body = answer.read()
        return body if raw else json.loads(body)

    def post(self, path, value):
        request = urllib.request.Request(
            self.base + path, data=json.dumps(value).encode(), headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.read()

    def ledger(self):
        entries, after = [], 0
        while True:
            page = self.get("/sandbox/api/ledger?after=%d" % after)
            page = page if isinstance(page, list) else page.get("entries", page.get("ledger", []))
            if not page:
                return entries
            entries += page
            after = max(entry["sequence"] for entry in page)

    def stop(self):
        stop(self.process)


def environment(**settings):
    """This process's environment with TELLAL_* of its own and nothing inherited of them."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("TELLAL_")}
    clean["SWIFT_BACKTRACE"] = "enable=no"
    clean.update({key: str(value) for key, value in settings.items()})
    return clean


class Workplace:
    """A folder with feeds/, the project's templates and a database, and tellal to work in it, at an address of its own."""

    def __init__(self, binary, folder, **settings):
        self.binary = binary
        self.folder = pathlib.Path(folder)
        (self.folder / "feeds").mkdir(parents=True, exist_ok=True)
        self.database = self.folder / "tellal.db"
        self.port = free_port()
        self.listen = "127.0.0.1:%d" % self.port
        self.base = "http://" + self.listen
        self.environment = environment(**{
            "TELLAL_DATABASE": "sqlite:%s" % self.database, "TELLAL_FEEDS": self.folder / "feeds",
            "TELLAL_TEMPLATES": ROOT / "templates", "TELLAL_FETCH_ALLOW_ADDRESSES": "127.0.0.0/8",
            "TELLAL_LISTEN": self.listen, **settings})

    def content(self, text, name="content.yaml"):
        (self.folder / "feeds" / name).write_text(text)

    def layouts(self, texts):
        """Layouts of its own by their names, instead of the project's."""
        folder = self.folder / "templates" / "layouts"
        folder.mkdir(parents=True)
        for name, text in texts.items():
            (folder / (name + ".yaml")).write_text(text)
        self.environment["TELLAL_TEMPLATES"] = str(folder.parent)

    def run(self, *arguments, timeout=300):
        return subprocess.run(
            [self.binary, *arguments], env=self.environment, cwd=self.folder, capture_output=True, text=True,
            timeout=timeout)

    def start(self, *arguments, more={}, output=subprocess.DEVNULL):
        """With `more` in its environment; `output` takes all that it says."""
        process = subprocess.Popen(
            [self.binary, *arguments], env=dict(self.environment, **more), cwd=self.folder,
            stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        # As with the sandbox.
        atexit.register(process.kill)
        return process

    def answers(self):
        """Whether its web server is well."""
        try:
            return call(self.base + "/healthz")[0] == 200
        except OSError:
            return False

    def lines(self, *arguments):
        done = self.run(*arguments, "--json")
        if done.returncode != 0:
            raise SystemExit("tellal %s failed: %s" % (" ".join(arguments), done.stderr))
        return [json.loads(line) for line in done.stdout.splitlines()]

    def tell(self, *arguments):
        """A command's exit code and its JSON lines, among them what is wrong."""
        done = self.run(*arguments, "--json", timeout=120)
        text = done.stdout if done.returncode == 0 else done.stdout + done.stderr
        return done.returncode, [json.loads(line) for line in text.splitlines()]

    def look(self, sql):
        """What is in the database, beside whoever works in it."""
        database = sqlite3.connect("file:%s?mode=ro" % self.database, uri=True, timeout=30)
        try:
            return database.execute(sql).fetchall()
        finally:
            database.close()

    def change(self, *statements):
        """What time or a mishap would do is done to the database."""
        database = sqlite3.connect(self.database, timeout=30)
        with database:
            for statement in statements:
                database.execute(statement)
        database.close()


class Tally:
    def __init__(self):
        self.passed = self.failed = 0

    def check(self, name, holds, detail=""):
        if holds:
            self.passed += 1
            print("ok   %s" % name)
        else:
            self.failed += 1
            print("FAIL %s%s" % (name, ": %s" % detail if detail else ""))

    def end(self):
        print("%d passed, %d failed" % (self.passed, self.failed))
        raise SystemExit(1 if self.failed else 0)
