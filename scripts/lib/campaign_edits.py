"""An article that is corrected corrects the messages that told of it."""

from bench import item
from calls import call
from campaign_scene import BROWSER, Scene


def editing(world, tally):
    """An article that is corrected corrects its message, for whoever has it."""
    layouts = {
        "described": "name: described\nmodules:\n  - text: '<b>{{item.title}}</b>: {{item.summary}}'\n"
                     "    buttons: [{title: Read, url: '{{item.link}}'}]\n",
        "pictured": "name: pictured\nmodules:\n  - image: 'https://example.org/1.jpg'\n"
                    "    caption: '{{item.title}}: {{item.summary}}'\n",
    }
    campaigns = ("  - {name: words, source: feed, layout: described, channels: [bot], on_update: edit}\n"
                 "  - {name: pictures, source: feed, layout: pictured, channels: [bot], on_update: edit}\n"
                 "  - {name: still, source: feed, layout: described, channels: [bot]}\n")
    scene = Scene(world, campaigns, "700000001,Ayşe,\n700000002,,\n", layouts=layouts, is_public=True)
    scene.begin()

    def say(summary):
        scene.items[1:] = [item(1, "n1", "<description>%s</description>" % summary)]
        scene.show()
        scene.go()

    def form(message):
        return message["message_id"], message.get("media"), len(message.get("buttons", []))

    say("with a mistake")
    before, sends = scene.messages(), len(scene.entries())
    tally.check("each campaign tells of the article once", len(before) == 3 and all(
        "with a mistake" in message["text"] and "edited" not in message for message in before), "%s" % before)
    (scene.folder / "people.csv").write_text("address,first_name,tags\n700000003,Late,\n")
    scene.join()
    say("corrected")
    after = scene.messages()
    tally.check("messages are changed where they stand, with their words, picture and button",
                [form(message) for message in after] == [form(message) for message in before]
                and sorted(("corrected" in message["text"], "edited" in message) for message in after)
                == [(False, False), (True, True), (True, True)], "%s" % after)
    tally.check("nobody gets another message, and who came later gets none",
                len(scene.entries()) == sends and scene.messages("700000003") == [], "%s" % scene.texts())
    link = next(button["url"] for message in after for button in message.get("buttons", []) if "edited" in message)
    say("corrected")
    tally.check("what is as it was is not touched again", scene.look(
        "SELECT COUNT(*) FROM deliveries WHERE purpose = 'edit'") == [(4,)])
    said = scene.run("why", "n1").stdout
    tally.check("why tells of it", "words changed the message that told of it" in said
                and "still skipped it" in said, said)
    scene.serve()
    status, _, headers = call(link, headers=BROWSER)
    tally.check("a link of a changed message leads on", status == 302
                and headers["Location"] == "https://example.org/1", "%s" % status)
    scene.end()
    reports = {line["campaign"]: [line[name] for name in ("planned", "sent", "edited", "clicked")]
               for line in scene.lines("report")}
    tally.check("the report counts edits apart, and clicks for the message", reports == {
        "words": [2, 2, 2, 1], "pictures": [2, 2, 2, 0], "still": [2, 2, 0, 0]}, "%s" % reports)
    say("so long that it would be two messages: " + "word " * 250)
    failed = scene.lines("deliveries", "list", "--state", "failed")
    tally.check("a message that would have another form stays as it is, and it is said why",
                [line["code"] for line in failed] == ["other_form"] * 2
                and [message["media"] for message in scene.messages() if "corrected" in message["text"]] == [["photo"]],
                "%s" % failed)
