"""What an owner writes by hand: who gets it, when, and what becomes of it until then."""

from bench import until
from campaign_scene import NEWS, PEOPLE, Scene


def greetings(scene, name):
    """Who got a message, and what each read."""
    return {entry["chat"]: entry["text"] for entry in scene.entries() if entry["text"].startswith(name + " ")}


def by_hand(world, tally):
    scene = Scene(world, NEWS, PEOPLE)
    scene.begin()
    everybody = {"700000001": "%s for Ayşe", "700000002": "%s for friend", "700000003": "%s for Zoë"}

    def settle(mark):
        """What waits goes now; a message that comes after it proves that nothing else does."""
        if not scene.server:
            return scene.lines("run")
        scene.send(mark, "{{campaign.name}} .")
        return until(lambda: len(greetings(scene, mark)) == 3)

    for how in ["nobody serves", "served"]:
        served = how == "served"
        if served:
            scene.serve()
        name = "sale-" + how.split()[0]
        code, lines = scene.send(name, "{{campaign.name}} for {{subscriber.first_name | or: \"friend\"}}")
        tally.check("a message is taken (%s)" % how, code == 0 and lines[0]["campaign"] == name
                    and lines[0]["reach"][0]["counts"]["now"] == 3, "%s" % lines)
        if not served:
            tally.check("and goes with the next run", greetings(scene, name) == {})
            scene.lines("run")
        wanted = {chat: text % name for chat, text in everybody.items()}
        tally.check("everybody gets it, by their name (%s)" % how, until(lambda: greetings(scene, name) == wanted),
                    "%s" % scene.entries())
        code, lines = scene.tell("campaign", "send", name + ".yaml")
        tally.check("its name is taken (%s)" % how, code == 64 and "already" in lines[-1]["error"]["message"], "%s" % lines)

        code, lines = scene.send("dry-" + name, "{{campaign.name}} x", "--dry-run")
        tally.check("a dry run says whom it would reach (%s)" % how, code == 0 and lines[0]["counts"]["now"] == 3, "%s" % lines)
        code, lines = scene.send("try-" + name, "{{campaign.name}} x", "--test")
        tally.check("a test is named so (%s)" % how, code == 0 and lines[0]["campaign"].startswith("try-%s.test-" % name),
                    "%s" % lines)
        code, lines = scene.send("vip-" + name, "{{campaign.name}} x", more="audience: {tags: [vip]}\n")
        settle(name + "-then")
        tested = [entry["chat"] for entry in scene.entries() if entry["text"].startswith("try-" + name)]
        tally.check("it reaches only testers (%s)" % how, tested == ["700000001"], "%s" % tested)
        tally.check("an audience is kept to (%s)" % how, list(greetings(scene, "vip-" + name)) == ["700000003"])
        tally.check("and the dry run reached nobody (%s)" % how, greetings(scene, "dry-" + name) == {}
                    and scene.campaign("dry-" + name) == {})
        total = len(scene.entries())

        later = "later-" + name
        code, lines = scene.send(later, "{{campaign.name}} x", "--at", "2040-01-01 10:00", "--time-zone", "Europe/Berlin")
        tally.check("a message waits for its time (%s)" % how, code == 0 and lines[0]["at"] == "2040-01-01T09:00:00Z"
                    and scene.campaign(later).get("one_off") == "scheduled", "%s" % lines)
        code, lines = scene.tell("campaign", "reschedule", later, "--at", "2040-07-02 10:00", "--time-zone", "Europe/Berlin")
        tally.check("which can be changed (%s)" % how, code == 0 and lines[0]["at"] == "2040-07-02T08:00:00Z"
                    and scene.campaign(later).get("send_at") == "2040-07-02T08:00:00Z", "%s" % lines)
        code, lines = scene.tell("campaign", "reschedule", later, "--at", "2020-07-02 10:00")
        tally.check("but not into the past (%s)" % how, code == 64, "%s" % lines)
        code, lines = scene.tell("campaign", "cancel", later)
        tally.check("it is cancelled before it went (%s)" % how, code == 0 and lines[0].get("never_sent") is True
                    and scene.campaign(later).get("one_off") == "cancelled", "%s" % lines)
        code, lines = scene.tell("campaign", "reschedule", later, "--at", "2040-07-02 10:00")
        tally.check("and stays so (%s)" % how, code == 64, "%s" % lines)
        settle(name + "-last")
        tally.check("nobody gets it (%s)" % how, greetings(scene, later) == {}
                    and len(scene.entries()) == total + (3 if served else 0), "%s" % scene.entries()[total:])
    codes = [scene.send("again", "{{campaign.name}} x", "--test")[0] for _ in range(3)]
    tally.check("a test can be sent again at once", codes == [0, 0, 0], "%s" % codes)
    tally.check("serve ends as told", scene.end() == 0)

    scene.write("broken", "{{subscriber.shoe_size}}", "audience: {tagz: [vip]}\n")
    done = scene.run("campaign", "send", "broken.yaml")
    text = done.stdout + done.stderr
    tally.check("a broken message is refused, by file, line and field", done.returncode == 65
                and "broken.yaml:3: audience.tagz" in text and "broken.yaml:5: modules[0].text" in text,
                "%d %s" % (done.returncode, text))
    done = scene.run("check", "broken.yaml")
    tally.check("check says the same", done.returncode == 78 and "broken.yaml:3: audience.tagz" in done.stdout
                and "broken.yaml:5: modules[0].text" in done.stdout, done.stdout + done.stderr)
    tally.check("check finds nothing wrong with one that is right", scene.run("check", "again.yaml").returncode == 0)
    (scene.folder / "nobody.yaml").write_text("name: nobody\nmodules:\n  - text: x\nchannels: [bott]\n")
    done = scene.run("check", "nobody.yaml")
    tally.check("a channel that is not there is named by its line", done.returncode == 78
                and "nobody.yaml:4: channels" in done.stdout, done.stdout + done.stderr)
    tally.check("one that is not there", scene.run("campaign", "send", "nothing.yaml").returncode == 66)


def at_its_time(world, tally):
    scene = Scene(world, NEWS).moves()
    scene.begin("2027-05-30 12:00:00")
    scene.send("timely", more="at: 2027-06-01 09:00\ntime_zone: Europe/Berlin\n")
    scene.send("lapsed", more="at: 2027-06-01 05:00\nexpires: 1h\n")
    scene.go("2027-06-01 04:59:30")
    tally.check("a message waits until its time has come", scene.texts() == [], "%s" % scene.texts())
    scene.go("2027-06-01 06:59:30")
    tally.check("nobody gets one for which it is too late", scene.texts() == [], "%s" % scene.texts())
    scene.go("2027-06-01 07:00:00")
    tally.check("at 09:00 in Berlin it goes", scene.texts() == ["timely ."], "%s" % scene.texts())
    scene.go("2027-06-02 07:00:00")
    scene.go("2027-05-31 07:00:00")
    scene.go("2027-06-01 07:00:00")
    tally.check("once, whatever the clock says", scene.texts() == ["timely ."], "%s" % scene.texts())
    tally.check("the other one is kept as too old", scene.look("SELECT state, COUNT(*) FROM deliveries GROUP BY state")
                == [("expired", 1), ("sent", 1)], "%s" % scene.lines("deliveries", "list"))
    scene.at("2026-10-01 12:00:00")
    for name, written, moment in [("skipped", "2027-03-28 02:30", "2027-03-28T01:00:00Z"),
                                  ("twofold", "2026-10-25 02:30", "2026-10-25T00:30:00Z")]:
        code, lines = scene.send(name, "x", "--at", written, "--time-zone", "Europe/Berlin")
        tally.check("%s in Berlin is %s" % (written, moment), code == 0 and lines[0]["at"] == moment, "%s" % lines)
