"""A web server on all addresses: the public ones serve a feed and redirects, all others only count who comes."""

import ipaddress
import socket
import threading
import urllib.parse

PUBLIC = {"93.184.216.34", "93.184.216.35", "2606:2800:220:1::34"}
PORTS = (21, 22, 25, 70, 80, 389, 443, 2375, 2628, 3128, 3306, 6379, 8080, 9200, 11211)
# Here only this machine listens, so that a public address of the same name is dead.
DEAD = 8099
FEED = b"<rss version='2.0'><channel><title>t</title><item><title>a</title><guid>1</guid></item></channel></rss>"


class Everywhere:
    def __init__(self):
        self.counted = []
        self.served = 0
        for port in PORTS:
            self.listen(socket.create_server(("", port), family=socket.AF_INET6, backlog=512, dualstack_ipv6=True))
        self.listen(socket.create_server(("127.0.0.1", DEAD)))

    def listen(self, listener):
        threading.Thread(target=self.accept, args=(listener,), daemon=True).start()

    def accept(self, listener):
        while True:
            client, _ = listener.accept()
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        with client:
            host, port = client.getsockname()[:2]
            address = ipaddress.ip_address(host)
            address = getattr(address, "ipv4_mapped", None) or address
            if str(address) not in PUBLIC:
                self.counted.append("%s %d" % (address, port))
                return
            unread = b""
            try:
                while True:
                    while b"\r\n\r\n" not in unread:
                        piece = client.recv(4096)
                        if not piece:
                            return
                        unread += piece
                    head, unread = unread.split(b"\r\n\r\n", 1)
                    self.served += 1
                    client.sendall(self.answer(head.split(b" ", 2)[1].decode("latin-1")))
            except OSError:
                return

    def answer(self, path):
        """/to/STATUS/HOPS/TARGET leads to the target in so many hops, the last of them with this status."""
        parts = path.split("/", 4)
        if parts[1] == "to":
            status, hops, target = int(parts[2]), int(parts[3]), parts[4]
            if hops > 1:
                return redirect(302, "/to/%d/%d/%s" % (status, hops - 1, target))
            return redirect(status, urllib.parse.unquote(target, "latin-1"))
        if parts[1] == "flip":
            return redirect(302, "http://%s.flip.test:8080/feed" % parts[2])
        if parts[1] == "circle":
            return redirect(302, "/circle/%d" % (1 - int(path[-1])))
        return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(FEED), FEED)


def redirect(status, location):
    return b"HTTP/1.1 %d Moved\r\nContent-Length: 0\r\nLocation: %s\r\n\r\n" % (status, location.encode("latin-1"))
