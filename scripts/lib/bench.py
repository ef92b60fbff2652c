"""What the black-box checks share: a folder of content, a web server for feeds, a running sandbox."""

import hashlib
import http.server
import json
import os
import pathlib
import socket
import subprocess
import threading
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


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
        deadline = time.monotonic() + 20
        while True:
            try:
                self.get("/healthz", raw=True)
                return
            except OSError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise SystemExit("the sandbox did not start")
                time.sleep(0.05)

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
        self.process.terminate()
        self.process.wait(timeout=30)


def environment(**settings):
    """This process's environment with TELLAL_* of its own and nothing inherited of them."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("TELLAL_")}
    clean["SWIFT_BACKTRACE"] = "enable=no"
    clean.update({key: str(value) for key, value in settings.items()})
    return clean


class Workplace:
    """A folder with feeds/, the project's templates and a database, and tellal to work in it."""

    def __init__(self, binary, folder, **settings):
        self.binary = binary
        self.folder = pathlib.Path(folder)
        (self.folder / "feeds").mkdir(parents=True, exist_ok=True)
        self.environment = environment(
            TELLAL_DATABASE="sqlite:%s" % (self.folder / "tellal.db"), TELLAL_FEEDS=self.folder / "feeds",
            TELLAL_TEMPLATES=ROOT / "templates", TELLAL_FETCH_ALLOW_ADDRESSES="127.0.0.0/8", **settings)

    def content(self, text, name="content.yaml"):
        (self.folder / "feeds" / name).write_text(text)

    def run(self, *arguments, timeout=300):
        return subprocess.run(
            [self.binary, *arguments], env=self.environment, cwd=self.folder, capture_output=True, text=True,
            timeout=timeout)

    def start(self, *arguments):
        return subprocess.Popen(
            [self.binary, *arguments], env=self.environment, cwd=self.folder, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)

    def lines(self, *arguments):
        done = self.run(*arguments, "--json")
        if done.returncode != 0:
            raise SystemExit("tellal %s failed: %s" % (" ".join(arguments), done.stderr))
        return [json.loads(line) for line in done.stdout.splitlines()]


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
