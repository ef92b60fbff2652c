"""HTTP calls: one that is waited for, and many that leave by a schedule, whether or not earlier ones were answered, so that
waiting is counted."""

import asyncio
import hashlib
import hmac
import http.client
import json
import time


def call(url, method="GET", body=None, headers={}):
    """The status, the body and the headers of an answer; no redirect is followed."""
    host, slash, path = url.removeprefix("http://").partition("/")
    connection = http.client.HTTPConnection(host, timeout=30)
    try:
        connection.request(method, slash + path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.headers
    finally:
        connection.close()


def signed(body, secret):
    """The header that proves a webhook call to be Messenger's."""
    return {"X-Hub-Signature-256": "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


class Line:
    """Connections that are used again."""

    def __init__(self, port):
        self.port, self.free = port, []

    async def call(self, method, path, body=b"", headers=""):
        reader, writer = self.free.pop() if self.free else await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(("%s %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n%s\r\n" % (
            method, path, len(body), headers)).encode() + body)
        head = await reader.readuntil(b"\r\n\r\n")
        length = [int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")]
        if length and length[0]:
            await reader.readexactly(length[0])
        self.free.append((reader, writer))
        return int(head.split(b" ")[1])


def quantiles(times):
    ordered = sorted(times)
    pick = lambda share: round(1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))], 2)
    return {"calls": len(ordered), "p50": pick(0.5), "p90": pick(0.9), "p99": pick(0.99), "max": pick(1)}


async def on_schedule(rate, seconds, call):
    """Has `call(number, due)` begin `rate` times a second, `due` by time.perf_counter; returns when all have ended."""
    began, tasks = time.perf_counter(), []
    for number in range(rate * seconds):
        due = began + number / rate
        await asyncio.sleep(max(0, due - time.perf_counter()))
        tasks.append(asyncio.ensure_future(call(number, due)))
    await asyncio.gather(*tasks)


def message_event(number, secret):
    """A webhook call of Messenger's about a message of its own, and its headers, signed."""
    item = {"sender": {"id": str(1000 + number % 500)}, "recipient": {"id": "42"}, "timestamp": int(time.time() * 1000),
            "message": {"mid": "m%d" % number, "text": "How much is the kettle?"}}
    body = json.dumps({"object": "page", "entry": [{"id": "42", "time": 1, "messaging": [item]}]}).encode()
    headers = dict(signed(body, secret), **{"Content-Type": "application/json"})
    return body, "".join("%s: %s\r\n" % header for header in headers.items())
