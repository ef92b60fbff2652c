"""What is tried against the rule that fetches stay outside: addresses, names, redirects, and what each must end with."""

import collections
import ipaddress
import threading
import urllib.parse

from names import A

PUBLIC, PUBLIC6 = "93.184.216.34", "2606:2800:220:1::34"
PRIVATE = "is a private address; add it to fetch.allow_addresses"
# Public, and of an interface of this machine: the others only lead here.
OWN = "93.184.216.40"
OURS = r"is an address of this machine; add \S+ to fetch.allow_addresses"
PORT = r"Port \d+ of \S+ is not one of the web's"
BAD_URL = "is not a complete http:// or https:// URL"
BAD_HOP = "redirects to something that is not an http:// or https:// URL"
UNKNOWN = "cannot be found"
FINE = None

TARGETS = ("127.0.0.1", "10.0.0.1", "169.254.169.254", "192.168.0.1")

# First and last of each block that IANA's registries keep from the public, and of multicast.
BLOCKS4 = ("0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 "
           "192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4").split()
BLOCKS6 = ("::/128 ::1/128 ::ffff:0:0/112 64:ff9b:1::/48 100::/64 100:0:0:1::/64 1000::/4 2001::/32 2001:1::1/128 2001:2::/48 2001:3::/32 "
           "2001:4:112::/48 2001:10::/28 2001:20::/28 2001:30::/28 2001:db8::/32 2002::/16 3fff::/20 4000::/3 5f00::/16 "
           "6000::/3 8000::/3 a000::/3 c000::/3 e000::/4 fc00::/7 fd00::/8 fe80::/10 fec0::/10 ff00::/8").split()


def spellings(address):
    number = int(ipaddress.ip_address(address))
    a, b, c, d = ipaddress.ip_address(address).packed
    yield "decimal", "%d" % number
    yield "hexadecimal", "0x%x" % number
    yield "octal", "0%o" % number
    yield "hexadecimal, large", "0X%08X" % number
    yield "parts in hexadecimal", "0x%x.0x%x.0x%x.0x%x" % (a, b, c, d)
    yield "parts in octal", "0%o.0%o.0%o.0%o" % (a, b, c, d)
    yield "octal with many zeros", "0000%o.000%o.00%o.00%o" % (a, b, c, d)
    yield "two parts", "%d.%d" % (a, number & 0xFFFFFF)
    yield "three parts", "%d.%d.%d" % (a, b, number & 0xFFFF)
    yield "mixed", "0x%x.0%o.%d" % (a, b, number & 0xFFFF)
    yield "mixed in two parts", "0%o.0x%x" % (a, number & 0xFFFFFF)
    yield "percent-encoded", "".join("%%%02x" % byte for byte in address.encode())
    yield "in wide letters", "".join(chr(0xFF10 + int(x)) if x.isdigit() else "\uff0e" for x in address)
    yield "mapped", "[::ffff:%s]" % address
    yield "mapped, in hexadecimal", "[0:0:0:0:0:ffff:%x:%x]" % (number >> 16, number & 0xFFFF)
    yield "compatible", "[::%x:%x]" % (number >> 16, number & 0xFFFF)
    yield "NAT64", "[64:ff9b::%s]" % address
    yield "6to4", "[2002:%x:%x::1]" % (number >> 16, number & 0xFFFF)
    yield "Teredo", "[2001:0:5db8:d822::%x:%x]" % (~(number >> 16) & 0xFFFF, ~number & 0xFFFF)


def direct():
    for address in TARGETS:
        for name, host in spellings(address):
            yield "%s %s" % (address, name), "http://%s:8080/feed" % host, PRIVATE
    for block in map(ipaddress.ip_network, BLOCKS4):
        for address in (block[0], block[-1]):
            yield "in %s" % block, "http://%s/feed" % address, PRIVATE
            yield "mapped, in %s" % block, "http://[::ffff:%s]/feed" % address, PRIVATE
    for block in map(ipaddress.ip_network, BLOCKS6):
        for address in {block[0], block[-1]}:
            yield "in %s" % block, "http://[%s]/feed" % address, PRIVATE
    yield "this machine's public address", "http://%s:8080/feed" % OWN, OURS
    yield "this machine's public address, mapped", "http://[::ffff:%s]:8080/feed" % OWN, OURS
    yield "with a zone", "http://[fe80::1%25lo]:8080/feed", PRIVATE
    yield "by name", "http://localhost:8080/feed", PRIVATE
    yield "by name, in large letters", "http://LOCALHOST:8080/feed", PRIVATE
    yield "a dot behind the number", "http://127.0.0.1.:8080/feed", UNKNOWN
    yield "a dot behind the name", "http://loop.test.:8080/feed", PRIVATE
    yield "two dots behind the name", "http://loop.test..:8080/feed", UNKNOWN
    for port in (21, 22, 25, 70, 389):
        yield "a public address's other port", "http://%s:%d/" % (PUBLIC, port), PORT
    yield "a port that wraps around", "http://127.0.0.1:73616/feed", BAD_URL
    yield "three slashes", "http:///127.0.0.1:8080/feed", PRIVATE


def users():
    """User names, and characters that one parser takes for the host's end and another does not."""
    yield "a host as user", "http://public.test@127.0.0.1:8080/feed", PRIVATE
    yield "host and port as user", "http://public.test:80@127.0.0.1:8080/feed", PRIVATE
    yield "two users", "http://a@public.test@127.0.0.1:8080/feed", BAD_URL
    yield "a slash in the user", "http://public.test%2f@127.0.0.1:8080/feed", PRIVATE
    yield "a backslash", "http://127.0.0.1:8080\\@public.test/feed", FINE
    yield "a fragment", "http://127.0.0.1:8080#@public.test/feed", PRIVATE
    yield "a question mark", "http://127.0.0.1:8080?@public.test/feed", PRIVATE
    yield "a fragment behind the public host", "http://public.test#@127.0.0.1:8080/feed", FINE
    yield "a public address in brackets as user", "http://[::1]:8080@public.test/feed", FINE
    yield "a zero byte", "http://127.0.0.1%00.public.test/feed", BAD_URL
    yield "a line break", "http://127.0.0.1:8080%0d%0a/feed", BAD_URL


def names():
    yield "a public name", "http://public.test/feed", FINE
    yield "a public name, IPv6", "http://six.test/feed", FINE
    yield "a public name outside ASCII", "http://b\u00fccher.test/feed", FINE
    yield "a private name outside ASCII", "http://m\u00fcnchen.test/feed", PRIVATE
    for name in ("loop", "ten", "meta", "unspecified", "loop6", "unique", "link", "mapped", "nat64", "both"):
        yield "a private name", "http://%s.test:8080/feed" % name, PRIVATE
    yield "a name of this machine's public address", "http://own.test:8080/feed", OURS
    yield "another name of a private one", "http://alias1.test:8080/feed", PRIVATE
    yield "a chain of five names", "http://alias5.test:8080/feed", PRIVATE
    yield "public and private", "http://mixed.test:8080/feed", FINE
    yield "private and public", "http://mixed2.test:8080/feed", FINE
    yield "private IPv6 and public IPv4", "http://mixed6.test:8080/feed", FINE
    yield "public and private, the public one dead", "http://mixed.test:8099/feed", PRIVATE
    yield "private and public, the public one dead", "http://mixed2.test:8099/feed", PRIVATE
    yield "a chain of names to public and private, the public one dead", "http://aliasmixed.test:8099/feed", PRIVATE
    yield "no such name", "http://nothing.test/feed", UNKNOWN
    for number in range(10):
        yield "a name that changes", "http://p%d.flip.test/flip/p%d" % (number, number), PRIVATE


def hop(target, hops=1, status=302):
    quoted = urllib.parse.quote(target.encode("utf-8"), safe="")
    return "http://public.test/to/%d/%d/%s" % (status, hops, quoted)


def redirects():
    for hops in range(1, 6):
        for target in ("http://127.0.0.1:8080/", "http://169.254.169.254/latest/meta-data/", "http://[::1]:8080/", "http://ten.test/"):
            yield "%d hops" % hops, hop(target, hops), PRIVATE
    for status in (301, 302, 303, 307, 308):
        yield "by %d" % status, hop("http://10.0.0.1/", 1, status), PRIVATE
    yield "to this machine's public address", hop("http://own.test:8080/"), OURS
    yield "six hops", hop("http://public.test/feed", 6), "redirects more than 5 times"
    yield "five hops to what is public", hop("http://public.test/feed", 5), FINE
    yield "in a circle", "http://public.test/circle/0", "redirects in a circle"
    for target in ("file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1:70/_x", "dict://127.0.0.1:2628/d:x", "ldap://127.0.0.1/x",
                   "tftp://127.0.0.1/x", "smb://127.0.0.1/x", "telnet://127.0.0.1:22", "imap://127.0.0.1", "smtp://127.0.0.1:25/x",
                   "scp://127.0.0.1/x", "ws://127.0.0.1:8080/", "jar:http://127.0.0.1!/x", "data:text/plain,x", "javascript:x",
                   "unix:/run/x.sock", "netdoc:///etc/passwd", "FILE:///etc/passwd"):
        yield "to another scheme", hop(target), BAD_HOP
    for port in (21, 22, 25, 70, 389):
        yield "to another port", hop("http://public.test:%d/" % port), PORT
    yield "to a private place by its scheme alone", hop("//127.0.0.1:8080/feed"), PRIVATE
    yield "to a private place by https", hop("https://127.0.0.1/"), PRIVATE
    for name, url, wanted in users():
        yield "to " + name, hop(url), BAD_HOP if wanted == BAD_URL else wanted
    for name, host in spellings("127.0.0.1"):
        yield "to 127.0.0.1, " + name, hop("http://%s:8080/feed" % host), PRIVATE


def all_tries():
    for made in (direct, users, names, redirects):
        yield from made()


def few():
    """Enough to see that no proxy of the environment is used."""
    yield "a public name", "http://public.test/feed", FINE
    yield "a private address", "http://127.0.0.1:8080/feed", PRIVATE
    yield "a private name", "http://ten.test/feed", PRIVATE
    yield "a redirect", hop("http://10.0.0.1/"), PRIVATE


ZONE = {
    "public": [PUBLIC], "xn--bcher-kva": [PUBLIC], "xn--mnchen-3ya": ["10.0.0.1"], "six": [PUBLIC6], "own": [OWN], "loop": ["127.0.0.1"], "ten": ["10.0.0.1"], "meta": ["169.254.169.254"],
    "unspecified": ["0.0.0.0"], "loop6": ["::1"], "unique": ["fd00::1"], "link": ["fe80::1"], "mapped": ["::ffff:127.0.0.1"],
    "nat64": ["64:ff9b::a00:1"], "both": ["10.0.0.1", "fd00::1"], "mixed": [PUBLIC, "127.0.0.1"], "mixed2": ["127.0.0.1", PUBLIC],
    "mixed6": ["::1", PUBLIC], "alias1": ["loop.test", "127.0.0.1"], "alias5": ["a.test", "b.test", "c.test", "d.test", "loop.test", "127.0.0.1"],
    "aliasmixed": ["a.test", "mixed.test", PUBLIC, "127.0.0.1"],
}
lookups = collections.Counter()
lock = threading.Lock()


def lookup(name, kind):
    if name.endswith(".flip.test"):
        with lock:
            lookups[name] += kind == A
            return [PUBLIC if lookups[name] == 1 else "127.0.0.1"]
    return ZONE.get(name.removesuffix(".test")) if name.endswith(".test") else None
