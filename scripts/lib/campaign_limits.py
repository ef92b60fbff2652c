"""How much reaches a person: all at once, in one message a day, or no more than is enough."""

from bench import until
from campaign_scene import NEWS, Scene


def gathering(world, tally):
    """Who wants everything once a day gets it in one message."""
    scene = Scene(world, NEWS, "700000001,Ayşe,\n700000002,,\n")
    scene.begin()
    for what, more in [("say", {"text": "/settings"}), ("press", {"data": "set:f"}), ("press", {"data": "set:f:daily"})]:
        scene.sandbox.post("/sandbox/api/" + what, dict(more, platform="telegram", address="700000001", bot=str(scene.bot)))
        scene.lines("run")
    scene.moves()
    for hour in ("07:00:00", "07:30:00", "08:00:00"):
        scene.publish()
        scene.go("2027-03-01 " + hour)
    tally.check("others get each message when it comes", scene.told("news", "700000002") == [[1], [2], [3]],
                "%s" % scene.texts("700000002"))
    tally.check("who chose once a day gets none before nine", scene.told("news") == [], "%s" % scene.texts())
    # What comes at nine itself is for the next day.
    scene.publish()
    scene.go("2027-03-01 09:00:10")
    tally.check("and at nine one message of all that waited", scene.told("news") == [[1, 2, 3]], "%s" % scene.texts())
    scene.go("2027-03-02 09:00:10")
    tally.check("what waits alone comes as it is", scene.told("news") == [[1, 2, 3], [4]], "%s" % scene.texts())


def enough(world, tally):
    """`at_most`: two a day are enough."""
    campaigns = "".join("  - {name: %s, source: feed, layout: article, channels: [bot]}\n" % name for name in "abc")
    scene = Scene(world, campaigns, "700000001\n700000002\n", ", at_most: {per_day: 2}")
    if world.clock:
        scene.moves().at("2027-05-03 10:00:00")
    scene.begin()
    scene.publish()
    scene.go()
    until(lambda: len(scene.entries()) >= 4, 5)
    tally.check("two messages a day arrive, the third waits", [len(scene.texts(chat)) for chat in
                ["700000001", "700000002"]] == [2, 2], "%s" % scene.entries())
    waits = [line for line in scene.lines("deliveries", "list") if line["state"] == "queued"]
    tally.check("and says why", [line.get("code") for line in waits] == ["enough", "enough"]
                and {line["campaign"] for line in waits} <= set("abc"), "%s" % waits)
    tally.check("in words as well", "at_most" in scene.run("deliveries", "list", "--state", "queued").stdout)
    # What was not written for a campaign is not counted, and a message by hand is one.
    scene.send("extra", "{{campaign.name}} .")
    scene.go()
    tally.check("a message by hand waits as well", scene.texts().count("extra .") == 0, "%s" % scene.texts())
    if not world.clock:
        return
    scene.go("2027-05-04 09:59:00")
    tally.check("until a day has passed", len(scene.entries()) == 4, "%s" % scene.entries())
    scene.go("2027-05-04 10:01:00")
    tally.check("then they arrive", sorted(scene.texts()) == ["a: n1", "b: n1", "c: n1", "extra ."]
                and len(scene.entries()) == 8, "%s" % scene.entries())
