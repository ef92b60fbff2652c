"""Both platforms as the judge of a sender: a server of its own that accepts, refuses or says nothing as it is told, and keeps
the one true record of what it accepted and when."""

import asyncio
import collections
import json
import re
import threading
import time

SEND = re.compile(rb"^POST /(?:bot(?P<bot>[^/]+)/send\w+|v[\d.]+/(?P<page>\d+)/messages)(?:\?\S*)? ")
NUMBER = re.compile(r"Number (\d+)")


class Call:
    """A request to send, as it was read to its end."""

    __slots__ = ("at", "account", "chat", "number", "reference", "accepted", "answered")

    def __init__(self, at, account, chat, number, reference):
        self.at, self.account, self.chat, self.number, self.reference = at, account, chat, number, reference
        self.accepted = None
        self.answered = False

    @property
    def place(self):
        return self.account, self.chat, self.number


class Judge:
    """`fate(call)` says what becomes of a call: "accept", "refuse", "silence" (accepted, and the connection closes),
    "deaf" (not accepted, likewise), ("flood", seconds); and after how many seconds the answer comes, as a pair."""

    def __init__(self, fate=None):
        self.fate = fate or (lambda call: ("accept", 0))
        self.forget()
        ready = threading.Event()
        threading.Thread(target=self._serve, args=(ready,), daemon=True).start()
        ready.wait()

    def forget(self):
        self.calls, self.ids, self.accepted = [], {}, collections.Counter()

    def _serve(self, ready):
        self.loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(
            self.loop.create_server(lambda: _Connection(self), "127.0.0.1", 0, backlog=1024))
        self.base = "http://127.0.0.1:%d" % server.sockets[0].getsockname()[1]
        ready.set()
        self.loop.run_forever()

    def take(self, head, body):
        """The answer to a request and when it comes: (bytes or None to close, seconds)."""
        send = SEND.match(head)
        if not send:
            # The bots ask for updates; there are none.
            return _http(200, {"ok": True, "result": []}), 1 if b"/getUpdates" in head else 0
        fields = json.loads(body)
        is_telegram = send["bot"] is not None
        account = (send["bot"] or send["page"]).decode()
        if is_telegram:
            chat, text, reference = str(fields["chat_id"]), fields.get("text", ""), None
        else:
            chat, message = fields["recipient"]["id"], fields["message"]
            text, reference = json.dumps(message), message.get("metadata")
        number = NUMBER.search(text)
        call = Call(time.monotonic(), account, chat, int(number[1]) if number else -1, reference)
        self.calls.append(call)
        what, delay = self.fate(call)
        seconds = 0
        if isinstance(what, tuple):
            what, seconds = what
        if what in ("accept", "silence"):
            call.accepted = str(len(self.calls)) if is_telegram else "m_%d" % len(self.calls)
            self.ids[call.place] = call.accepted
            self.accepted[call.place] += 1
        if what in ("silence", "deaf"):
            return None, delay
        if what == "accept" and is_telegram:
            answer = _http(200, {"ok": True, "result": {"message_id": int(call.accepted), "date": 1}})
        elif what == "accept":
            answer = _http(200, {"recipient_id": chat, "message_id": call.accepted})
        elif what == "flood" and is_telegram:
            answer = _http(429, {"ok": False, "error_code": 429, "parameters": {"retry_after": seconds},
                                 "description": "Too Many Requests: retry after %d" % seconds})
        elif is_telegram:
            answer = _http(403, {"ok": False, "error_code": 403, "description": "Forbidden: bot was blocked by the user"})
        else:
            answer = _http(400, {"error": {"message": "no", "type": "OAuthException", "fbtrace_id": "A",
                                           "code": 613 if what == "flood" else 551}})
        call.answered = True
        return answer, delay


def _http(status, value):
    body = json.dumps(value).encode()
    return b"HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % (status, len(body)) + body


class _Connection(asyncio.Protocol):
    def __init__(self, judge):
        self.judge = judge
        self.data = b""

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.data += data
        while True:
            head, end, rest = self.data.partition(b"\r\n\r\n")
            if not end:
                return
            length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
            size = int(length[1]) if length else 0
            if len(rest) < size:
                return
            self.data = rest[size:]
            answer, delay = self.judge.take(head, rest[:size])
            if delay:
                self.judge.loop.call_later(delay, self.answer, answer)
            else:
                self.answer(answer)

    def answer(self, answer):
        if self.transport.is_closing():
            return
        if answer is None:
            self.transport.close()
        else:
            self.transport.write(answer)
