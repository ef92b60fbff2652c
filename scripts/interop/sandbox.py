"""Starts the sandbox on a free port and talks to its control calls."""

import socket
import subprocess
import time
from contextlib import contextmanager

import requests


class Sandbox:
    def __init__(self, base):
        self.base = base

    def control(self, path, **body):
        answer = requests.post(f"{self.base}/sandbox/api/{path}", json=body, timeout=5)
        answer.raise_for_status()
        return answer.json()

    def ledger(self):
        return requests.get(f"{self.base}/sandbox/api/ledger", timeout=5).json()["entries"]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(binary, *options):
    port = free_port()
    process = subprocess.Popen([binary, "sandbox", "--listen", f"127.0.0.1:{port}", *options])
    sandbox = Sandbox(f"http://127.0.0.1:{port}")
    try:
        for _ in range(150):
            try:
                requests.get(f"{sandbox.base}/sandbox/api/stats", timeout=1)
                break
            except requests.ConnectionError:
                if process.poll() is not None:
                    raise SystemExit(f"the sandbox ended with {process.returncode}")
                time.sleep(0.1)
        else:
            raise SystemExit("the sandbox did not answer within 15 s")
        yield sandbox
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
