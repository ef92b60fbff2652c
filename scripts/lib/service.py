"""docker/tellal.service under a systemd of its own, in a container: what it locks, and what tellal must still be able to do."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import time
import urllib.request

from bench import ROOT, environment, free_port

IMAGE = "localhost/systemd"
NEEDS = "ca-certificates dbus libcurl4 libjemalloc2 libpq5 libsqlite3-0 libstdc++6 libxml2 sudo systemd"
DOCKERFILE = """FROM debian:bookworm-slim
RUN apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends %s
CMD ["/lib/systemd/systemd"]
""" % NEEDS
CONTENT = """channels: [{name: bot, platform: telegram, token: "${BOT_TOKEN}", api: "%s"}]
sources: [{name: blog, url: "%s/service.xml", every: 1s}]
campaigns: [{name: news, source: blog, layout: article, channels: [bot]}]
"""
FEED = "<rss version='2.0'><channel><title>t</title><link>https://example.org/</link>%s</channel></rss>"
ITEM = "<item><guid>urn:x:%d</guid><title>Number %d</title><link>https://example.org/%d</link></item>"


def document(count):
    return (FEED % "".join(ITEM % (number, number, number) for number in reversed(range(count)))).encode()


def installed(containers, image, folder, content, listen):
    """What `make install` makes, with the image's program, and an owner's files as docs/container.md has them."""
    program = folder / "tellal"
    mounted = containers.podman("image", "mount", image).strip()
    shutil.copy(mounted + "/usr/bin/tellal", program)
    containers.podman("image", "unmount", image)
    subprocess.run(["make", "-s", "-C", str(ROOT), "install", "PREFIX=/usr", "DESTDIR=%s/root" % folder, "BINARY=%s" % program],
                   check=True, env=environment())
    own = folder / "root/etc/tellal"
    (own / "feeds/my.yaml").write_text(content)
    (own / "feeds/readers.csv").write_text("address\n700000001\n")
    (own / "secrets/BOT_TOKEN").write_text("1:sandbox\n")
    # This one is root's, and comes in by LoadCredential.
    (folder / "root/root").mkdir(mode=0o700)
    (folder / "root/root/tellal-listen").write_text(listen)
    (own / "secrets/BOT_TOKEN").chmod(0o640)
    unit = folder / "root/usr/lib/systemd/system/tellal.service"
    example = "#LoadCredential=TELEGRAM_TOKEN:/root/TELEGRAM_TOKEN"
    text = unit.read_text()
    if example not in text:
        raise SystemExit("the unit has no such line: %s" % example)
    unit.write_text(text.replace(example, "LoadCredential=tellal-listen:/root/tellal-listen\n"
                                 "Environment=TELLAL_FETCH_ALLOW_ADDRESSES=127.0.0.0/8"))
    return folder / "root"


def service_checks(tally, containers, image, folder, feeds):
    containers.make(IMAGE, DOCKERFILE, ROOT / "docker")
    names = ["check-%d-%s" % (os.getpid(), name) for name in ("systemd", "beside")]
    listen, sandbox = ("127.0.0.1:%d" % free_port() for _ in range(2))
    feeds.documents["/service.xml"] = document(1)
    root = installed(containers, image, folder, CONTENT % ("http://" + sandbox, feeds.base), listen)

    def inside(*words):
        return containers.tried("exec", names[0], *words)

    def ledger():
        with urllib.request.urlopen("http://%s/sandbox/api/ledger" % sandbox, timeout=10) as answer:
            return json.loads(answer.read())["entries"]

    def wait(holds, patience=40):
        end = time.monotonic() + patience
        while not (found := holds()) and time.monotonic() < end:
            time.sleep(0.2)
        return found

    try:
        containers.podman("run", "--detach", "--name", names[1], "--network=host", image, "sandbox", "--listen", sandbox)
        containers.podman("run", "--detach", "--name", names[0], "--network=host", "--privileged", "--systemd=always", IMAGE)
        if not wait(lambda: inside("systemctl", "is-system-running")[1] == "running"):
            print("NOT CHECKED: the unit under systemd, which does not run in a container here")
            return
        containers.podman("cp", "%s/." % root, names[0] + ":/")
        # What systemd mounts for a service is seen by it only where mounts are shared, as they are on a machine.
        inside("mount", "--make-rshared", "/")
        inside("useradd", "--system", "--user-group", "--home-dir", "/var/lib/tellal", "tellal")
        inside("chgrp", "-R", "tellal", "/etc/tellal/secrets")
        inside("systemctl", "daemon-reload")
        code, said = inside("systemctl", "enable", "--now", "tellal")
        tally.check("systemd: the service starts", code == 0, said)
        well = wait(lambda: inside("tellal", "health", "--listen", listen)[0] == 0)
        tally.check("systemd: it is well, with a secret and a credential", well, "%s\n%s" % (
            inside("tellal", "health", "--listen", listen)[1], inside("journalctl", "-u", "tellal", "-n", 9)[1]))

        def owner(*words):
            return inside("sh", "-c", "cd /etc/tellal && sudo -u tellal CREDENTIALS_DIRECTORY=/etc/tellal/secrets tellal " + " ".join(words))

        code, said = owner("subscribers", "import", "--channel", "bot", "feeds/readers.csv")
        tally.check("systemd: its owner's commands reach it", code == 0, said)
        wait(lambda: ("/service.xml", 200) in feeds.hits)
        feeds.documents["/service.xml"] = document(2)
        tally.check("systemd: it polls and sends", wait(ledger), inside("journalctl", "-u", "tellal", "-n", 9)[1])
        state = inside("stat", "-c", "%U %a", "/var/lib/tellal")[1]
        tally.check("systemd: nobody else may look at its state", state == "tellal 700", state)
        # Where root may not raise limits, neither may this systemd, and threads complain of theirs.
        log = re.sub(".*thread priority.*", "", inside("journalctl", "-u", "tellal")[1])
        tally.check("systemd: nothing that it needs is denied to it", not re.search("[Dd]enied|not permitted|errno=", log), log[-1500:])
        code, said = inside("systemctl", "stop", "tellal")
        shown = inside("systemctl", "show", "-p", "Result,ExecMainStatus,NRestarts", "tellal")[1].split()
        tally.check("systemd: told to stop, it ends with 0", set(shown) == {"Result=success", "ExecMainStatus=0", "NRestarts=0"}, str(shown))
    finally:
        for name in names:
            containers.tried("rm", "--force", "--volumes", "--time", 5, name)
