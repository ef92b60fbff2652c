"""Feeds what `tellal preview --json` prints into aiogram's classes of the Bot API's methods.

Each request must be a method that they know, with fields and values that they accept and none that they do not know, at
every depth; and each file must be where the body says `attach://`.
"""

import http.server
import json
import pathlib
import sys
import tempfile
import threading
import time

from aiogram import methods
from pydantic import BaseModel, ValidationError

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
from bench import ROOT, QuietServer, Tally, Workplace  # noqa: E402

CHANNELS = """
channels:
  - {name: bot, platform: telegram, token: "123456:AAAA"}
  - {name: rich, platform: telegram, token: "123457:AAAA", rich: true}
"""

# What each must become, and its modules and options.
LAYOUTS = {
    "text": (["SendMessage"], 'modules: [{text: "<b>{{item.title}}</b> {{{item.content}}}"}]'),
    "buttons": (["SendMessage"], 'modules: [{text: "{{item.title}}", buttons: [{title: Read, url: "{{item.link}}"},'
                ' {title: More, url: "https://example.com/"}]}]'),
    "options": (["SendMessage"], 'silent: true\nprotect: true\nlink_preview: above\nmodules: [{text: "{{item.title}}"}]'),
    "small": (["SendMessage"], 'link_preview: small\nmodules: [{text: "{{item.title}}"}]'),
    "large": (["SendMessage"], 'link_preview: large\nmodules: [{text: "{{item.title}}"}]'),
    "bare": (["SendMessage"], 'link_preview: none\nmodules: [{text: "{{item.title}}"}]'),
    "image": (["SendPhoto"], 'modules: [{image: "https://example.com/1.jpg", caption: "{{item.title}}",'
              ' buttons: [{title: Read, url: "{{item.link}}"}]}]'),
    "film": (["SendVideo"], 'modules: [{video: "https://example.com/1.mp4", caption: "{{item.title}}"}]'),
    "audio": (["SendAudio"], 'modules: [{audio: "https://example.com/1.mp3", title: "{{item.title}}", performer: Us}]'),
    "file": (["SendDocument"], 'modules: [{file: "https://example.com/1.pdf", caption: "{{item.title}}"}]'),
    "upload-image": (["SendPhoto"], "modules: [{image: media/1.png}, {text: Hi}]"),
    "upload-video": (["SendVideo"], "modules: [{video: media/1.png}]"),
    "upload-audio": (["SendAudio"], "modules: [{audio: media/1.png, title: T}]"),
    "upload-file": (["SendDocument"], "modules: [{file: media/1.png}]"),
    "album": (["SendMediaGroup", "SendMessage"],
              'modules: [{image: "https://example.com/1.jpg", caption: "{{item.title}}"}, {image: media/1.png},'
              ' {image: media/2.png}, {text: Hi, buttons: [{title: Read, url: "{{item.link}}"}]}]'),
    "cards": (["SendPhoto"], 'modules: [{cards: {title: "{{item.title}}", subtitle: "<i>{{item.author}}</i>",'
              ' image: "https://example.com/1.jpg", link: "{{item.link}}", buttons: [{title: Read, url: "{{item.link}}"}]}}]'),
    "plain-cards": (["SendMessage"], 'modules: [{cards: {title: "{{item.title}}"}}]'),
    "list": (["SendMessage"], 'each: digest\nmodules: [{text: "{{#items}}<p>{{item.title}}</p>{{/items}}"}]'),
}


def unknown(value, path=""):
    """The names that a model has no field for, at every depth."""
    if isinstance(value, BaseModel):
        for name in value.model_extra or {}:
            yield "%s.%s" % (path, name)
        for name in type(value).model_fields:
            yield from unknown(getattr(value, name), "%s.%s" % (path, name))
    elif isinstance(value, (list, tuple)):
        for index, element in enumerate(value):
            yield from unknown(element, "%s[%d]" % (path, index))


def attached(value):
    """What the body says of files."""
    if isinstance(value, dict):
        for element in value.values():
            yield from attached(element)
    elif isinstance(value, list):
        for element in value:
            yield from attached(element)
    elif isinstance(value, str) and value.startswith("attach://"):
        yield value[len("attach://"):]


def problems(request):
    name = request["url"].rsplit("/", 1)[1]
    method = getattr(methods, name[:1].upper() + name[1:], None)
    if method is None:
        return ["there is no method %s" % name]
    found = []
    try:
        found += ["unknown: " + place for place in unknown(method.model_validate(request["body"]), name)]
    except ValidationError as error:
        found.append(str(error))
    files = [file["field"] for file in request.get("files", [])]
    if sorted(attached(request["body"])) != sorted(files):
        found.append("the files %s are not those of the body" % files)
    if any(file["bytes"] <= 0 for file in request.get("files", [])):
        found.append("a file is empty")
    return found


def previews(place, layout, channel):
    return place.lines("preview", "--layout", layout, "--channel", channel, "--limit", "3",
                       "--file", str(ROOT / "feeds/samples/blog.xml"))


class Recorder:
    """A Bot API that says yes to everything, tells of one conversation, and keeps what it was asked."""

    USER = {"id": 7, "is_bot": False, "first_name": "Ada", "language_code": "it"}
    CHAT = {"id": 7, "type": "private"}

    def __init__(self):
        self.requests, self.waiting = [], []
        recorder = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"] or 0)) or b"{}")
                answer = json.dumps({"ok": True, "result": recorder.answer(self.path, body)}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        self.server = QuietServer(("127.0.0.1", 0), Handler)
        self.base = "http://127.0.0.1:%d" % self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, path, body):
        method = path.rsplit("/", 1)[1]
        self.requests.append({"url": path, "body": body})
        if method == "getUpdates":
            # What was told is confirmed by the next call.
            events, self.waiting = self.waiting, []
            return events
        if method.startswith(("send", "editMessage")):
            return {"message_id": body.get("message_id", len(self.requests)), "date": 1, "chat": self.CHAT}
        return {"getMe": {"id": 1, "username": "bot"}, "getWebhookInfo": {"url": ""},
                "getMyDescription": {"description": ""}}.get(method, True)

    def conversation(self):
        now = int(time.time())
        said = ["/start from-a-link", "/settings", "set:t", "set:t:1:off", "set:f", "set:q", "set:z", "set:p", "hello", "stop"]
        updates = []
        for number, text in enumerate(said):
            if text.startswith("set:"):
                event = {"callback_query": {"id": str(number), "from": self.USER, "chat_instance": "1", "data": text,
                                            "message": {"message_id": 1, "date": now, "chat": self.CHAT}}}
            else:
                event = {"message": {"message_id": number, "date": now, "from": self.USER, "chat": self.CHAT, "text": text}}
            updates.append(dict(event, update_id=number + 1))
        return updates


def conversations(tally, folder):
    """All that is asked of Telegram beside campaigns: set-up, examination, updates, answers."""
    recorder = Recorder()
    place = Workplace(sys.argv[1], folder, TELLAL_PUBLIC_URL="https://tellal.example.org", TELLAL_LISTEN="127.0.0.1:0")
    feed = pathlib.Path(folder) / "feed.xml"
    feed.write_text("<rss version='2.0'><channel><title>t</title></channel></rss>")
    place.content(
        "channels:\n  - {name: bot, platform: telegram, token: '1:AAAA', api: '%(api)s', presentation: {description: d, short_description: s}}\n"
        "  - {name: hooked, platform: telegram, token: '2:AAAA', api: '%(api)s', updates: webhook}\n"
        "sources:\n  - {name: feed, url: '%(feed)s'}\n"
        "campaigns:\n  - {name: news, source: feed, layout: article, channels: [bot], topic: News}\n"
        % {"api": recorder.base, "feed": feed})
    place.run("channel", "apply")
    place.run("doctor", "bot", "--tester", "7")
    # The farewell comes in the second run, or nothing would be answered to who has left.
    *before, last = recorder.conversation()
    for recorder.waiting in before, [last]:
        place.run("run")
    wrong = ["%s: %s" % (request["url"].rsplit("/", 1)[1], problem) for request in recorder.requests
             for problem in problems(request)]
    used = {request["url"].rsplit("/", 1)[1] for request in recorder.requests}
    tally.check("the %d calls of set-up, examination and conversation" % len(recorder.requests), not wrong, "; ".join(wrong[:5]))
    wanted = {"getUpdates", "answerCallbackQuery", "sendMessage", "setMyCommands", "setMyDescription", "setMyShortDescription",
              "setChatMenuButton", "setWebhook", "deleteWebhook", "getMe", "getWebhookInfo", "getMyDescription"}
    tally.check("each of them is made", used == wanted, "%s" % sorted(used ^ wanted))
    answers = [request["body"]["text"] for request in recorder.requests if request["url"].endswith("/sendMessage")]
    tally.check("the conversation was held, in Italian", len(answers) == 11 and "iscritto" in "".join(answers), "%s" % answers)


EDITED = {
    "words": 'modules: [{text: "<b>{{item.title}}</b>: {{item.summary}}", buttons: [{title: Read, url: "{{item.link}}"}]}]',
    "picture": 'modules: [{image: "https://example.com/1.jpg", caption: "<i>{{item.summary}}</i>"}]',
    "clip": 'modules: [{video: "https://example.com/1.mp4", caption: "{{item.summary}}"}]',
    "sound": 'modules: [{audio: "https://example.com/1.mp3", title: "{{item.summary}}", performer: Us}]',
    "paper": 'modules: [{file: "https://example.com/1.pdf", caption: "{{item.summary}}"}]',
    "long": 'each: digest\nsilent: true\nprotect: true\nmodules: [{text: "{{#items}}<p>{{item.summary}}</p>{{/items}}"}, {text: Bye}]',
}


def edits(tally, folder):
    """What changes messages that were sent, in each form."""
    recorder = Recorder()
    templates = pathlib.Path(folder) / "templates"
    (templates / "layouts").mkdir(parents=True)
    for name, text in EDITED.items():
        (templates / "layouts" / (name + ".yaml")).write_text("name: %s\n%s\n" % (name, text))
    feed = pathlib.Path(folder) / "feed.xml"

    def say(words):
        items = "".join("<item><guid isPermaLink='false'>%s</guid><title>%s</title><link>https://example.com/%s</link>"
                        "<description>%s</description></item>" % (name, name, name, text) for name, text in words.items())
        feed.write_text("<rss version='2.0'><channel><title>t</title>%s</channel></rss>" % items)
        place.run("poll", "feed")
        place.run("run")

    place = Workplace(sys.argv[1], folder)
    place.environment["TELLAL_TEMPLATES"] = str(templates)
    place.content(
        "channels:\n  - {name: bot, platform: telegram, token: '1:AAAA', api: '%s', rich: auto}\n"
        "sources:\n  - {name: feed, url: '%s'}\ncampaigns:\n%s" % (recorder.base, feed, "".join(
            "  - {name: %s, source: feed, layout: %s, channels: [bot], on_update: edit}\n" % (name, name) for name in EDITED)))
    (pathlib.Path(folder) / "people.csv").write_text("address\n7\n")
    say({"a": "first"})
    place.run("subscribers", "import", "--channel", "bot", "people.csv")
    say({"b": "with a mistake", "a": "first"})
    say({"b": "corrected", "a": "first"})
    made = [request for request in recorder.requests if "/edit" in request["url"]]
    methods = sorted(request["url"].rsplit("/", 1)[1] for request in made)
    wrong = ["%s: %s" % (request["url"].rsplit("/", 1)[1], problem) for request in made for problem in problems(request)]
    tally.check("messages are changed in each form", methods == ["editMessageMedia"] * 4 + ["editMessageText"] * 2
                and all("corrected" in json.dumps(request["body"]) for request in made)
                and any("rich_message" in request["body"] for request in made), "%s" % made)
    tally.check("as the models have it", not wrong, "; ".join(wrong))


def main():
    tally = Tally()
    wrong = {"url": "/sendMessage", "body": {"chat_id": 1, "text": "x", "link_preview_options": {"is_disable": True}}}
    tally.check("a field that is not there would be found", problems(wrong) != [])
    with tempfile.TemporaryDirectory() as folder:
        templates = pathlib.Path(folder) / "templates"
        layouts = templates / "layouts"
        (layouts / "media").mkdir(parents=True)
        for number in (1, 2):
            (layouts / "media" / ("%d.png" % number)).write_bytes(b"\x89PNG\r\n\x1a\n" + bytes([number]))
        for name, (_, text) in LAYOUTS.items():
            (layouts / (name + ".yaml")).write_text("name: %s\n%s\n" % (name, text))
        shipped = sorted(path.stem for path in (ROOT / "templates/layouts").glob("*.yaml"))
        assert not set(LAYOUTS) & set(shipped), "a layout of the check has the name of one that is shipped"
        for name in shipped:
            (layouts / (name + ".yaml")).write_bytes((ROOT / "templates/layouts" / (name + ".yaml")).read_bytes())
        place = Workplace(sys.argv[1], pathlib.Path(folder) / "work")
        place.environment["TELLAL_TEMPLATES"] = str(templates)
        place.content(CHANNELS)
        used = set()
        for channel in ("bot", "rich"):
            for name in list(LAYOUTS) + shipped:
                requests = [request for line in previews(place, name, channel) for request in line["requests"]]
                made = [request["url"].rsplit("/", 1)[1] for request in requests]
                used |= set(made)
                wrong = ["%s: %s" % (made[index], problem) for index, request in enumerate(requests)
                         for problem in problems(request)]
                if not requests:
                    wrong.append("no request")
                expected = LAYOUTS[name][0] if name in LAYOUTS and channel == "bot" else []
                for method in expected:
                    if method[:1].lower() + method[1:] not in made:
                        wrong.append("no %s" % method)
                tally.check("%s on %s" % (name, channel), not wrong, "; ".join(wrong))
        wanted = {"sendMessage", "sendPhoto", "sendVideo", "sendAudio", "sendDocument", "sendMediaGroup", "sendRichMessage"}
        conversations(tally, str(pathlib.Path(folder) / "talk"))
        edits(tally, str(pathlib.Path(folder) / "edits"))
        tally.check("every method is used", wanted <= used, "not %s" % ", ".join(sorted(wanted - used)))
    tally.end()


main()
