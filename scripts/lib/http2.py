"""Just enough of HTTP/2 (RFC 9113) to serve over TLS what a check needs, and HTTP/1.1 to those who ask for that."""

import socket
import ssl
import struct
import threading

DATA, HEADERS, RESET, SETTINGS, PING, GOAWAY, WINDOW = 0, 1, 3, 4, 6, 7, 8


class Reset(Exception):
    """Raised by a body: the stream ends here with an error, the connection does not."""


class SecureWeb:
    """Whatever the path, the answer is `headers` and the body that `body()` makes, in pieces."""

    def __init__(self, certificate, key):
        self.headers, self.body = [], lambda: []
        # What a POST is answered with.
        self.bot = b"{}"
        # (version, method) of each request.
        self.requests = []
        self.connections = 0
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate, key)
        self.context.set_alpn_protocols(["h2", "http/1.1"])
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.base = "https://127.0.0.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client, _ = self.listener.accept()
            self.connections += 1
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        try:
            with self.context.wrap_socket(client, server_side=True) as secure:
                try:
                    if secure.selected_alpn_protocol() == "h2":
                        Connection(self, secure).serve()
                    else:
                        self.serve_plain(secure)
                finally:
                    # Its file keeps the socket open.
                    secure.shutdown(socket.SHUT_RDWR)
        except (OSError, EOFError):
            return

    def serve_plain(self, client):
        stream = client.makefile("rb")
        while True:
            line = stream.readline().decode("latin-1").split(" ")
            if len(line) < 2:
                return
            length = 0
            while (header := stream.readline()) not in (b"\r\n", b""):
                if header.lower().startswith(b"content-length:"):
                    length = int(header[15:])
            stream.read(length)
            self.requests.append(("HTTP/1.1", line[0]))
            body = self.bot if line[0] == "POST" else b"".join(self.body())
            client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n" % len(body)
                           + b"".join(b"%s: %s\r\n" % header for header in self.headers) + b"\r\n" + body)


class Connection:
    def __init__(self, web, client):
        self.web, self.client, self.stream = web, client, client.makefile("rb")
        self.window, self.first = 65535, 65535
        self.windows = {}
        self.waiting = []

    def serve(self):
        if self.stream.read(24) != b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n":
            return
        self.send(SETTINGS, 0, 0, b"")
        while True:
            while not self.waiting:
                self.read()
            number = self.waiting.pop(0)
            try:
                self.respond(number)
            except Reset:
                self.send(RESET, 0, number, b"\0\0\0\2")

    def send(self, kind, flags, number, load):
        self.client.sendall(struct.pack(">I", len(load))[1:] + bytes([kind, flags]) + struct.pack(">I", number) + load)

    def read(self):
        head = self.stream.read(9)
        if len(head) < 9:
            raise EOFError
        load = self.stream.read(int.from_bytes(head[:3], "big"))
        kind, flags, number = head[3], head[4], int.from_bytes(head[5:], "big")
        if kind == SETTINGS and not flags & 1:
            for at in range(0, len(load), 6):
                name, value = struct.unpack(">HI", load[at:at + 6])
                if name == 4:
                    self.first = value
            self.send(SETTINGS, 1, 0, b"")
        elif kind == PING and not flags & 1:
            self.send(PING, 1, 0, load)
        elif kind == WINDOW:
            more = int.from_bytes(load, "big")
            if number:
                self.windows[number] = self.windows.get(number, 0) + more
            else:
                self.window += more
        elif kind == HEADERS:
            self.waiting.append(number)
        elif kind == RESET:
            self.windows[number] = None
        elif kind == GOAWAY:
            raise EOFError

    def respond(self, number):
        self.web.requests.append(("HTTP/2", "GET"))
        # 0x88 is ":status: 200".
        block = b"\x88" + b"".join(b"\0" + text(name.lower()) + text(value) for name, value in self.web.headers)
        kinds = [HEADERS] + [9] * (len(block) // 16384)
        for at, kind in enumerate(kinds):
            self.send(kind, 4 if at == len(kinds) - 1 else 0, number, block[at * 16384:(at + 1) * 16384])
        self.windows[number] = self.windows.get(number, 0) + self.first
        for piece in self.web.body():
            while piece:
                while self.windows[number] is not None and min(self.window, self.windows[number]) <= 0:
                    self.read()
                if self.windows[number] is None:
                    return
                size = min(16384, self.window, self.windows[number])
                self.send(DATA, 0, number, piece[:size])
                self.window -= size
                self.windows[number] -= size
                piece = piece[size:]
        self.send(DATA, 1, number, b"")


def text(value):
    """A string of HPACK, as it is."""
    if len(value) < 127:
        return bytes([len(value)]) + value
    size, rest = b"\x7f", len(value) - 127
    while rest >= 128:
        size, rest = size + bytes([rest % 128 + 128]), rest // 128
    return size + bytes([rest]) + value
