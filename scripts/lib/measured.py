"""A program that is run and measured."""

import os
import resource
import subprocess
import tempfile
import threading
import time

resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class Run:
    """A child that was waited for: how it ended, its errors, seconds of CPU and MiB at its peak.

    The peak is never less than this process had when it started the child, so nothing large is ever held here as a whole.
    """

    def __init__(self, command, limit, environment):
        with tempfile.TemporaryFile() as errors:
            child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors, env=environment)
            timer = threading.Timer(limit, child.kill)
            began = time.monotonic()
            timer.start()
            _, status, used = os.wait4(child.pid, 0)
            timer.cancel()
            child.returncode = self.code = os.waitstatus_to_exitcode(status)
            self.late = time.monotonic() - began >= limit
            errors.seek(0)
            self.errors = errors.read(1 << 16).decode(errors="replace")
        self.seconds = used.ru_utime + used.ru_stime
        self.mebibytes = used.ru_maxrss / 1024
