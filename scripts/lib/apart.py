"""A network of a check's own: namespaces in which every address of the Internet is this machine, with its own names.

Nothing leaves the machine, and private and public addresses are as real to the program as they can be.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

MARK = "TELLAL_CHECK_APART"
BUNDLE = pathlib.Path("/etc/ssl/certs/ca-certificates.crt")


def enter():
    """Starts this script anew in namespaces of its own, once. False, after saying why, where there are none to be had."""
    if os.environ.get(MARK):
        return setup()
    unshare = ["unshare", "--net", "--mount"] + ([] if os.geteuid() == 0 else ["--map-root-user"])
    missing = [tool for tool in ("unshare", "ip", "mount") if not shutil.which(tool)]
    if not missing and subprocess.run(unshare + ["true"], capture_output=True).returncode == 0:
        os.execvpe("unshare", unshare + [sys.executable] + sys.argv, dict(os.environ, **{MARK: "yes"}))
    why = "missing here: " + ", ".join(missing) if missing else "this system gives no namespaces to this user"
    print("NOT CHECKED: %s needs a network of its own; %s" % (pathlib.Path(sys.argv[0]).name, why))
    return False


def setup():
    run("ip", "link", "set", "lo", "up")
    run("ip", "route", "add", "local", "0.0.0.0/0", "dev", "lo")
    if pathlib.Path("/proc/net/if_inet6").exists():
        run("ip", "-6", "route", "add", "local", "::/0", "dev", "lo")
    cover(pathlib.Path("/etc/resolv.conf"), "nameserver 127.0.0.1\noptions timeout:2 attempts:1\n")
    return True


def trust(certificate):
    """Makes this the only authority that is trusted in here."""
    cover(BUNDLE, pathlib.Path(certificate).read_text())


def cover(path, text):
    """Puts a file of this text in place of another, for this namespace alone."""
    with tempfile.NamedTemporaryFile("w") as file:
        file.write(text)
        file.flush()
        run("mount", "--bind", file.name, str(path.resolve()))


def run(*command):
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
