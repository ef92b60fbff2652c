"""fbmessenger: sends through its client, hears through its dispatcher."""

import collections
import collections.abc
import hashlib
import hmac
import json
import queue
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

import requests

# fbmessenger still looks for it where it was before Python 3.10.
collections.Iterable = collections.abc.Iterable
from fbmessenger import BaseMessenger, MessengerClient
from fbmessenger.attachments import Image
from fbmessenger.elements import Button, Element, Text
from fbmessenger.quick_replies import QuickReplies, QuickReply
from fbmessenger.templates import ButtonTemplate, GenericTemplate

from samples import MESSENGER_PERSON, PICTURE_URL, PNG

CLIENT = "fbmessenger"
TOKEN = "page-of-fbmessenger"
SECRET = "sandbox-app-secret"
VERIFY = "prove it"
PATIENCE = 10
FIELDS = [
    "messages", "messaging_postbacks", "messaging_optins", "messaging_referrals", "message_deliveries", "message_reads",
    "message_reactions", "message_echoes",
]


class Listener(BaseMessenger):
    """Puts what it hears in a queue, by the name of its handler."""

    def __init__(self):
        super().__init__(TOKEN, app_secret=SECRET)
        self.heard = queue.Queue()

    def put(self, kind, event):
        self.heard.put((kind, event))

    def next(self, kind):
        heard, event = self.heard.get(timeout=PATIENCE)
        assert heard == kind, f"expected {kind}, heard {heard}"
        return event

    def account_linking(self, message):
        self.put("account_linking", message)

    def message(self, message):
        self.put("message", message)

    def delivery(self, message):
        self.put("delivery", message)

    def optin(self, message):
        self.put("optin", message)

    def postback(self, message):
        self.put("postback", message)

    def read(self, message):
        self.put("read", message)


@contextmanager
def callback(listener):
    """A server that answers the handshake and hands on what is rightly signed."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self, status, text=""):
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())

        def do_GET(self):
            query = {name: values[0] for name, values in parse_qs(urlparse(self.path).query).items()}
            if query.get("hub.mode") == "subscribe" and query.get("hub.verify_token") == VERIFY:
                self.answer(200, query["hub.challenge"])
            else:
                self.answer(403)

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            code = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
            if not hmac.compare_digest(code, self.headers.get("X-Hub-Signature-256", "")) or not body.isascii():
                listener.put("unsigned", body)
                return self.answer(403)
            listener.handle(json.loads(body))
            self.answer(200)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook"
    finally:
        server.shutdown()
        server.server_close()


def checks(sandbox):
    client = MessengerClient(TOKEN, api_version="25.0", app_secret=SECRET)
    client.graph_url = f"{sandbox.base}/v25.0"

    def call(method, path, **body):
        return requests.request(
            method, f"{sandbox.base}/v25.0/{path}", params={"access_token": TOKEN}, json=body, timeout=5
        ).json()

    def person(path, **body):
        return sandbox.control(path, platform="messenger", address=MESSENGER_PERSON, **body)

    def accepted(answer):
        assert answer.get("recipient_id") == MESSENGER_PERSON and answer.get("message_id"), answer
        return answer

    def sends():
        replies = QuickReplies([QuickReply(title="Yes", payload="Y")])
        accepted(client.send(Text(text="hello", quick_replies=replies).to_dict(), MESSENGER_PERSON))
        accepted(client.send(Image(url=PICTURE_URL).to_dict(), MESSENGER_PERSON))
        uploaded = client.upload_attachment(Image(url=PICTURE_URL, is_reusable=True))
        accepted(client.send(Image(attachment_id=uploaded["attachment_id"]).to_dict(), MESSENGER_PERSON))
        buttons = [Button(button_type="postback", title="Stop", payload="STOP")]
        accepted(client.send(ButtonTemplate(text="What now?", buttons=buttons).to_dict(), MESSENGER_PERSON))
        card = Element(title="Shoes", subtitle="12 EUR", image_url=PICTURE_URL, buttons=buttons)
        accepted(client.send(GenericTemplate(elements=[card]).to_dict(), MESSENGER_PERSON))
        album = {"attachments": [{"type": "image", "payload": {"url": PICTURE_URL}}] * 3}
        accepted(client.send(album, MESSENGER_PERSON))
        assert client.send_action("typing_on", MESSENGER_PERSON)["recipient_id"] == MESSENGER_PERSON

    def upload():
        message = json.dumps({"attachment": {"type": "image", "payload": {"is_reusable": True}}})
        answer = requests.post(
            f"{sandbox.base}/v25.0/me/message_attachments", params={"access_token": TOKEN},
            data={"message": message}, files={"filedata": ("a.png", PNG, "image/png")}, timeout=5,
        ).json()
        accepted(client.send(Image(attachment_id=answer["attachment_id"]).to_dict(), MESSENGER_PERSON))

    def rules():
        wrong = MessengerClient(TOKEN, api_version="25.0", app_secret="another")
        wrong.graph_url = client.graph_url
        assert wrong.send_action("typing_on", MESSENGER_PERSON)["error"]["code"] == 100
        assert client.subscribe_app_to_page()["error"]["code"] == 100
        data = client.get_user_data(MESSENGER_PERSON)
        assert data["first_name"] == "Reader 1" and data["locale"] and "timezone" in data and data["profile_pic"]
        menu = {"persistent_menu": [{"locale": "default", "call_to_actions": [
            {"type": "postback", "title": "Stop", "payload": "MENU_STOP"}]}]}
        assert client.set_messenger_profile(menu)["error"]["error_subcode"] == 2018145
        assert client.set_messenger_profile({"get_started": {"payload": "GO"}, **menu})["result"] == "success"
        assert "error" in client.delete_get_started()
        stored = call("GET", "me/messenger_profile?fields=persistent_menu,get_started")["data"][0]
        assert stored["get_started"] == {"payload": "GO"} and stored["persistent_menu"] == menu["persistent_menu"]

    def hears():
        listener = Listener()
        with callback(listener) as url:
            app = {"object": "page", "callback_url": url, "fields": ",".join(FIELDS)}
            refused = call("POST", "12345/subscriptions", verify_token="a guess", **app)
            assert refused["error"]["code"] == 2200
            assert call("POST", "12345/subscriptions", verify_token=VERIFY, **app)["success"]
            assert call("POST", "me/subscribed_apps", subscribed_fields=FIELDS)["success"]
            person("say", text="Grüße 😀")
            assert listener.next("message")["message"]["text"] == "Grüße 😀"
            replies = QuickReplies([QuickReply(title="Ja", payload="J")])
            sent = accepted(client.send(Text(text="ok?", quick_replies=replies).to_dict(), MESSENGER_PERSON))
            echo = listener.next("message")["message"]
            assert echo["is_echo"] and echo["mid"] == sent["message_id"] and echo["app_id"] == 12345
            person("press", data="J", message_id=sent["message_id"])
            assert listener.next("message")["message"]["quick_reply"]["payload"] == "J"
            person("press", data="MENU_STOP")
            assert listener.next("postback")["postback"]["payload"] == "MENU_STOP"
            person("deliver")
            assert sent["message_id"] in listener.next("delivery")["delivery"]["mids"]
            person("read")
            assert listener.next("read")["read"]["watermark"]
            person("optin", title="Offers", payload="P")
            assert listener.next("optin")["optin"]["notification_messages_token"]
            sandbox.control("start", platform="messenger", address="7000000000000777", payload="spring")
            postback = listener.next("postback")["postback"]
            assert postback["payload"] == "GO" and postback["referral"]["ref"] == "spring"
        sandbox.control("app", callback_url="")

    def marketing():
        token = person("optin", title="Deals", payload="P")["token"]
        listed = call("GET", "me/notification_message_tokens?limit=1000")["data"]
        assert token in [row["notification_messages_token"] for row in listed]
        page = call("GET", "debug_token?input_token=" + TOKEN)["data"]["profile_id"]
        campaign = call("POST", "act_1/message_campaign", name="Spring", page_id=page)["id"]
        message = {"attachment": {"type": "template", "payload": {
            "template_type": "generic", "elements": [{"title": "Shoes", "subtitle": "12 EUR"}]}}}
        data = {"message_id": campaign, "messenger_delivery_data": {"subscription_token": token}, "message": message}
        assert call("POST", "act_1/messages", **data)["error"]["code"] == 2300003

    def faults():
        sandbox.control("faults", mode="error", code=200, subcode=2018028, recipient=MESSENGER_PERSON, count=1)
        error = client.send(Text(text="x").to_dict(), MESSENGER_PERSON)["error"]
        assert (error["code"], error["error_subcode"]) == (200, 2018028)
        accepted(client.send(Text(text="x").to_dict(), MESSENGER_PERSON))

    return [
        ("text, pictures, templates, several pictures", sends),
        ("an upload and its reuse", upload),
        ("app secret proof, profile, persistent menu", rules),
        ("handshake, signed events, receipts, opt-in, m.me", hears),
        ("marketing messages", marketing),
        ("a fault of one recipient", faults),
    ]
