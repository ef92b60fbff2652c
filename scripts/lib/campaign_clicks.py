"""Who opens links, where they lead, and what the report counts; and what a stranger makes of a link."""

import csv
import random
import re
import socket

from bench import until
from calls import call
from campaign_scene import BROWSER, NEWS, PEOPLE, Scene

PREVIEW = {"User-Agent": "TelegramBot (like TwitterBot)"}
FUZZED = 2000


def clicks(world, tally):
    scene = Scene(world, NEWS.replace("article", "linked"), PEOPLE, is_public=True)
    base = scene.base
    scene.begin()
    scene.serve()

    def ask(method, path, headers={}):
        status, _, found = call(base + path, method, headers=headers)
        return status, found

    until(scene.answers)
    scene.publish()
    until(lambda: len(scene.entries()) == 3)

    def links(person):
        return [button["url"] for message in scene.messages(person) for button in message.get("buttons", [])]

    urls = {person: links(person) for person in ["700000001", "700000002", "700000003"]}
    tally.check("links lead through this server, each person's their own", all(
        url.startswith(base + "/c/") for pair in urls.values() for url in pair)
        and len({url for pair in urls.values() for url in pair}) == 6, "%s" % urls)
    read, shop = [url[len(base):] for url in urls["700000001"]]
    article = "https://example.org/1"
    wanted = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer-when-downgrade"}

    def leads(answer, to=article):
        return answer[0] == 302 and answer[1].get_all("Location") == [to]

    answer = ask("GET", read, BROWSER)
    tally.check("it leads to the article", leads(answer), "%s" % list(answer))
    tally.check("and nobody keeps it or follows it", all(answer[1].get(key) == value for key, value in wanted.items()),
                "%s" % answer[1].items())
    tally.check("the other one to the shop", leads(ask("GET", shop, BROWSER), "https://example.org/shop?a=1&b=2"))
    tally.check("what is added does not lead elsewhere", leads(ask("GET", read + "?url=https://evil.example/", BROWSER)))
    tally.check("another's link leads there, too", leads(ask("GET", urls["700000002"][0][len(base):], BROWSER)))
    tally.check("whoever asks for the header only is led on", leads(ask("HEAD", read, BROWSER)))
    tally.check("a program that says nothing of itself is led on", leads(ask("GET", read)))
    tally.check("a platform's preview is led on", leads(ask("GET", read, PREVIEW)))
    expected = {"clicked": 2, "clicks": 4, "bot_clicks": 2, "preview_clicks": 1}

    for name, path in [("a changed letter", swapped(read)), ("the end of another link", read[:-16] + shop[-16:]),
                       ("less", read[:-1]), ("more", read + "A"), ("another key", read.replace("/c/1.", "/c/2."))]:
        replies = [ask(method, path, BROWSER) for method in ["GET", "HEAD"]]
        tally.check("a link with %s leads nowhere" % name, all(
            status == 404 and headers.get("Location") is None for status, headers in replies), "%s" % replies)
    status, headers = ask("POST", read, BROWSER)
    tally.check("links are not for posting", 400 <= status < 500 and headers.get("Location") is None, "%d" % status)
    strange = fuzz(scene.port, read[len("/c/"):])
    tally.check("%d strange paths lead nowhere" % FUZZED, not strange, "%s" % strange[:3])
    tally.check("and the server goes on", scene.server.poll() is None and scene.answers())

    def report(*arguments):
        return scene.lines("report", *arguments)

    def counted():
        (line,) = report()
        return {key: line[key] for key in expected} == expected and line

    line = until(counted, 10)
    tally.check("the report counts people, programs and previews apart", line, "%s" % report())
    kinds = dict(scene.look("SELECT visitor, COUNT(*) FROM clicks GROUP BY visitor"))
    openers = scene.look("SELECT COUNT(DISTINCT delivery_id) FROM clicks WHERE visitor = 'person'")[0][0]
    states = dict(scene.look("SELECT state, COUNT(*) FROM deliveries WHERE campaign_id IS NOT NULL GROUP BY state"))
    line = report()[0]
    recount = {"clicks": kinds.get("person"), "bot_clicks": kinds.get("bot"), "preview_clicks": kinds.get("preview"),
               "clicked": openers, "sent": states.get("sent"), "planned": sum(states.values())}
    tally.check("as does the database", {key: line[key] for key in recount} == recount, "%s %s" % (line, recount))
    table = list(csv.DictReader(scene.run("report", "--csv").stdout.splitlines()))
    tally.check("the table has the same numbers", len(table) == 1 and all(
        table[0][key] == str(line[key]) for key in [*recount, "failed", "unknown", "waiting", "unsubscribed"]), "%s" % table)
    words = [text.strip() for text in scene.run("report").stdout.splitlines()]
    tally.check("and so have the words", words == [
        "news: 3 of 3 sent (100.0 %), 2 clicked", "links were opened 4 times, and 3 by programs and previews"], "%s" % words)
    runs = report("news", "--runs")
    tally.check("and so have its runs", len(runs) == 1 and all(runs[0][key] == line[key] for key in recount), "%s" % runs)
    (scene.folder / "sale.yaml").write_text(
        "name: sale\nchannels: [bot]\nmodules:\n  - text: Sale\n    buttons: [{title: See, url: 'https://example.org/sale'}]\n")
    scene.tell("campaign", "send", "sale.yaml")
    until(lambda: len(links("700000003")) == 3)
    tally.check("links of a message by hand are counted as well", leads(
        ask("GET", links("700000003")[2][len(base):], BROWSER), "https://example.org/sale")
        and until(lambda: report("sale")[0]["clicked"] == 1, 10) and report("news")[0] == line, "%s" % report())
    tally.check("serve ends as told", scene.end() == 0)


def swapped(path):
    """With another last letter."""
    return path[:-1] + ("A" if path[-1] != "A" else "B")


def fuzz(port, token):
    """Paths below /c/ that nobody was given, and the answers to them that are not as they should be."""
    dice, found = random.Random(20261129), []
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."
    elsewhere = ["https://evil.example/", "//evil.example", "@evil.example", "%2f%2fevil.example", "\\evil.example", "%00",
                 "%0d%0aLocation:%20https://evil.example/", ".evil.example", "/../../healthz", ";url=https://evil.example"]

    def some(length):
        return bytes(dice.choice([byte for byte in range(1, 256) if byte not in b"\r\n"]) for _ in range(length))

    def changed():
        text = list(token)
        for _ in range(dice.randint(1, 3)):
            text[dice.randrange(len(text))] = dice.choice(letters)
        return ("".join(text) if "".join(text) != token else token[1:]).encode()

    kinds = [
        lambda: some(dice.randint(0, 60)),
        lambda: "".join(dice.choice(["%%%02X" % dice.randrange(256), "%", "%zz", "a"]) for _ in range(30)).encode(),
        lambda: ("".join(dice.choice(["../", "..%2f", "%2e%2e/", "..\\", "./", "//"]) for _ in range(6))
                 + dice.choice(["etc/passwd", "healthz", "c", token[:-1]])).encode(),
        lambda: dice.choice(letters).encode() * dice.randint(1000, 30000),
        lambda: (token + dice.choice(elsewhere) + dice.choice(["", "x", "/"])).encode(),
        lambda: (dice.choice(["https://evil.example/", "/", "", "1."]) + token[: dice.randint(0, 40)]).encode(),
        changed,
        lambda: ("1.%s.%s" % ("".join(dice.choices(letters[:-1], k=22)), "".join(dice.choices(letters[:-1], k=16)))).encode(),
    ]
    for number in range(FUZZED):
        path = kinds[number % len(kinds)]()
        with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
            line.sendall(b"GET /c/" + path + b" HTTP/1.1\r\nHost: x\r\nUser-Agent: Mozilla/5.0\r\nConnection: close\r\n\r\n")
            answer = b""
            while b"\r\n\r\n" not in answer:
                try:
                    piece = line.recv(65536)
                except ConnectionResetError:
                    break
                if not piece:
                    break
                answer += piece
        refused = re.match(rb"HTTP/1\.[01] 4\d\d ", answer)
        if not refused or b"\nlocation:" in answer.lower():
            found.append((path[:80], answer[:200]))
    return found
