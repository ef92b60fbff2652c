"""Tries the YAML examples of the pages with `tellal check`, each in a folder of its own."""

import json
import pathlib
import re
import subprocess
import tempfile

from bench import ROOT, environment

LAYOUTS = sorted((ROOT / "templates/layouts").glob("*.yaml"))
CHANNELS = """channels:
  - {name: my-bot, platform: telegram, token: "1:t"}
  - {name: my-page, platform: messenger, token: t, page_id: "1", app_secret: s, verify_token: v}
"""
SOURCES = """sources:
  - {name: blog, url: "https://blog.example.com/feed.xml"}
  - {name: shop, url: "https://shop.example.com/catalog.xml"}
"""


def setting_keys(binary):
    """The words with which a line of tellal.yaml may begin."""
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "templates/layouts").mkdir(parents=True)
        (pathlib.Path(folder) / "feeds").mkdir()
        said = subprocess.run([binary, "check", "--settings", "--json"], cwd=folder, env=environment(), capture_output=True,
                              text=True, timeout=30).stdout
    keys = set()
    for line in said.splitlines():
        value = json.loads(line)
        keys |= set(value.get("settings", value) if isinstance(value.get("settings", value), dict) else [])
    return {key.split(".")[0] for key in keys}


def kind(block, settings):
    """What a block shows: content, a layout, a message, settings, another program's file (compose), or None."""
    keys = set(re.findall(r"^(\w+):", block, re.M))
    if {"channels", "modules"} <= keys:
        return "message"
    if keys & {"channels", "sources", "campaigns"}:
        return "content"
    if "modules" in keys:
        return "layout"
    if keys and keys <= settings:
        return "settings"
    if "services" in keys:
        return "compose"
    return None


def try_example(binary, what, block):
    """What `tellal check` says against it; None when nothing. Content that lacks channels or sources gets some."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "feeds").mkdir()
        (folder / "templates/layouts").mkdir(parents=True)
        arguments = [binary, "check", "--feeds", str(folder / "feeds"), "--templates", str(folder / "templates")]
        if what == "layout":
            (folder / "templates/layouts/example.yaml").write_text(block)
        elif what == "settings":
            # Only the settings themselves: the folders that they name are not here.
            (folder / "tellal.yaml").write_text(block)
        elif what == "message":
            # Its time may have passed, and its channels stand elsewhere.
            block = re.sub(r"^at:.*$", "at: 2099-01-01 09:00", block, flags=re.M)
            (folder / "message.yaml").write_text(block)
            names = re.search(r"^channels: \[(.*)\]$", block, re.M)[1].split(", ")
            (folder / "feeds/channels.yaml").write_text("channels:\n" + "".join(
                '  - {name: %s, platform: telegram, token: "%d:t"}\n' % (name, number) for number, name in enumerate(names, 1)))
            arguments.insert(2, "message.yaml")
        else:
            for layout in LAYOUTS:
                (folder / "templates/layouts" / layout.name).write_bytes(layout.read_bytes())
            for layout in set(re.findall(r"\blayout: ([\w-]+)", block)) - {layout.stem for layout in LAYOUTS}:
                (folder / "templates/layouts" / (layout + ".yaml")).write_text("name: %s\nmodules: [{text: x}]\n" % layout)
            (folder / "feeds/example.yaml").write_text(block)
            if not re.search(r"^channels:", block, re.M):
                (folder / "feeds/channels.yaml").write_text(CHANNELS)
            if not re.search(r"^sources:", block, re.M):
                (folder / "feeds/sources.yaml").write_text(SOURCES)
        secrets = {name: "x" for name in re.findall(r"\$\{(\w+)\}", block)}
        done = subprocess.run(arguments, cwd=folder, env=environment(**secrets), capture_output=True, text=True, timeout=30)
        return None if done.returncode == 0 else (done.stdout + done.stderr).strip()
