"""Plain HTTP calls, as Messenger's documents write them."""

import json

import requests

from samples import MESSENGER_OTHER, MESSENGER_PERSON, PICTURE_URL, PNG

CLIENT = "Messenger by requests"


def checks(sandbox):
    url = f"{sandbox.base}/v25.0/me/messages"

    def send(message, person=MESSENGER_PERSON, **more):
        body = {"recipient": {"id": person}, "messaging_type": "UPDATE", "message": message, **more}
        return requests.post(url, params={"access_token": "page"}, json=body, timeout=5)

    def accepted(answer):
        assert answer.status_code == 200, answer.text
        body = answer.json()
        assert body["recipient_id"] == MESSENGER_PERSON and body["message_id"]
        return body

    def refused(answer, code, subcode=None):
        error = answer.json()["error"]
        assert answer.status_code == 400 and error["code"] == code and error.get("error_subcode") == subcode, answer.text
        assert error["type"] and error["fbtrace_id"]

    def template(**payload):
        return {"attachment": {"type": "template", "payload": payload}}

    link = {"type": "web_url", "url": "https://example.com/", "title": "Read"}
    stop = {"type": "postback", "title": "Stop", "payload": "UNSUBSCRIBE"}

    def text():
        body = accepted(send({"text": "hello", "metadata": "delivery-1"}))
        entry = sandbox.ledger()[-1]
        assert entry["message_id"] == body["message_id"] and entry["metadata"] == "delivery-1"
        refused(send({"text": "x" * 2000}), 100)
        quick = [{"content_type": "text", "title": "Yes", "payload": "Y"}]
        accepted(send({"text": "sure?", "quick_replies": quick}))

    def forms():
        bearer = {"Authorization": "Bearer page"}
        form = {
            "recipient": json.dumps({"id": MESSENGER_PERSON}), "messaging_type": "UPDATE",
            "message": json.dumps({"text": "as a form"}),
        }
        accepted(requests.post(url, headers=bearer, data=form, timeout=5))
        form["message"] = json.dumps({"attachment": {"type": "image", "payload": {"is_reusable": True}}})
        files = {"filedata": ("a.png", PNG, "image/png")}
        body = accepted(requests.post(url, headers=bearer, data=form, files=files, timeout=5))
        reuse = {"attachment": {"type": "image", "payload": {"attachment_id": body["attachment_id"]}}}
        accepted(send(reuse))

    def templates():
        accepted(send(template(template_type="button", text="What now?", buttons=[link, stop])))
        refused(send(template(template_type="button", text="x" * 641, buttons=[link])), 100)
        refused(send(template(template_type="button", text="x", buttons=[link] * 4)), 100)
        card = {
            "title": "Shoes", "subtitle": "12 EUR", "image_url": PICTURE_URL, "buttons": [link, stop],
            "default_action": {"type": "web_url", "url": "https://example.com/"},
        }
        accepted(send(template(template_type="generic", elements=[card] * 10)))
        refused(send(template(template_type="generic", elements=[card] * 11)), 100)
        refused(send(template(template_type="generic", elements=[{"title": "alone"}])), 100)
        refused(send(template(template_type="generic", elements=[{**card, "title": "x" * 81}])), 100)

    def pictures():
        accepted(send({"attachment": {"type": "image", "payload": {"url": PICTURE_URL}}}))
        message = {"attachment": {"type": "image", "payload": {"url": PICTURE_URL, "is_reusable": True}}}
        answer = requests.post(
            f"{sandbox.base}/v25.0/me/message_attachments", params={"access_token": "page"},
            json={"message": message}, timeout=5,
        )
        media = {"media_type": "image", "attachment_id": answer.json()["attachment_id"], "buttons": [link]}
        accepted(send(template(template_type="media", elements=[media])))

    def people():
        refused(send({"text": "x"}, person="1"), 100, 2018001)
        sandbox.control(f"people/messenger/{MESSENGER_OTHER}", blocked=True)
        refused(send({"text": "x"}, person=MESSENGER_OTHER), 551, 1545041)
        sandbox.control(f"people/messenger/{MESSENGER_OTHER}", blocked=False, last_active_at="2020-01-01T00:00:00Z")
        refused(send({"text": "x"}, person=MESSENGER_OTHER), 10, 2018278)
        sandbox.control("say", platform="messenger", address=MESSENGER_OTHER, text="hi")
        assert send({"text": "x"}, person=MESSENGER_OTHER).status_code == 200

    def rules():
        refused(requests.post(url, json={"recipient": {"id": MESSENGER_PERSON}}, timeout=5), 190)
        refused(send({"text": "x"}, messaging_type="MESSAGE_TAG", tag="ACCOUNT_UPDATE"), 100)
        refused(send({}), 100)

    def profile():
        answer = requests.get(
            f"{sandbox.base}/v25.0/{MESSENGER_PERSON}",
            params={"fields": "first_name,last_name", "access_token": "page"}, timeout=5,
        ).json()
        assert answer["first_name"] == "Reader 1" and answer["id"] == MESSENGER_PERSON
        apps = f"{sandbox.base}/v25.0/me/subscribed_apps"
        token = {"access_token": "page"}
        assert requests.post(apps, params={**token, "subscribed_fields": "messages"}, timeout=5).json()["success"]
        assert requests.get(apps, params=token, timeout=5).json()["data"][0]["subscribed_fields"] == ["messages"]

    def dropped():
        before = len(sandbox.ledger())
        sandbox.control("faults", mode="drop_after_accept", count=1)
        try:
            send({"text": "no answer"})
        except requests.ConnectionError:
            pass
        else:
            raise AssertionError("expected the connection to close")
        assert len(sandbox.ledger()) == before + 1

    return [
        ("text, metadata, quick replies", text),
        ("forms, uploads, bearer token", forms),
        ("button and generic templates and their limits", templates),
        ("pictures, attachments, media template", pictures),
        ("unknown, blocked, outside the window", people),
        ("token and type rules", rules),
        ("profiles and subscribed_apps", profile),
        ("accepted, then the connection closes", dropped),
    ]
