"""The C library that makes a program's system calls fail, and how a process is started with it."""

import pathlib

from preloaded import built


def library():
    made = built("faults")
    if not made:
        raise SystemExit("a C compiler is missing: apt-get install gcc")
    return made


def surroundings(judge, log, at=0, how="kill", calls=None):
    """What a process needs in its environment so that its call number `at` fails."""
    settings = {
        "LD_PRELOAD": library(), "TELLAL_FAULT_FILE": "/tellal.db", "TELLAL_FAULT_PORT": judge.base.rsplit(":", 1)[1],
        "TELLAL_FAULT_LOG": str(log), "TELLAL_FAULT_AT": str(at), "TELLAL_FAULT_HOW": how}
    if calls:
        settings["TELLAL_FAULT_CALLS"] = ",%s," % ",".join(calls)
    return settings


def noted(log):
    """The calls in their order: (name, whether it failed, monotonic seconds)."""
    if not pathlib.Path(log).exists():
        return []
    lines = [line.split() for line in pathlib.Path(log).read_text().splitlines()]
    return [(name.lstrip("!"), name.startswith("!"), float(at)) for name, at in lines]
