"""What is written wrong is named by its place, and what stands in a feed is no more than text."""

import json
import time

from campaign_scene import NEWS, PEOPLE, Scene


def mistakes(world, tally):
    many = ", ".join("word%d" % number for number in range(10_000))
    news = "  - name: news\n    source: feed\n    layout: %s\n    channels: [bot]\n%s"
    line = 11  # what comes behind `channels` of the campaign
    tries = [
        ("a time zone that is not there", news % ("article", "    frequency: daily at 09:00\n    time_zone: Europe/Atlantis\n"),
         "content.yaml:%d: campaigns[0].time_zone" % (line + 1)),
        ("a day that never comes", news % ("article", "    frequency: cron 0 9 31 2 *\n"),
         "content.yaml:%d: campaigns[0].frequency" % line),
        ("more than there is room for", news % ("article", "    items: {min: 11, max: 10}\n"),
         "content.yaml:%d: campaigns[0].items.min" % line),
        ("ten thousand words", news % ("article", "    filter:\n      include: [%s]\n" % many),
         "content.yaml:%d: campaigns[0].filter.include" % (line + 1)),
        ("a layout that is not there", news % ("artikel", ""), "content.yaml:%d: campaigns[0].layout" % (line - 2)),
        ("a zone for what has no time of day", news % ("article", "    frequency: every 6h\n    time_zone: subscriber\n"),
         "content.yaml:%d: campaigns[0].time_zone" % (line + 1)),
    ]
    for name, campaigns, place in tries:
        scene = Scene(world, campaigns)
        began = time.monotonic()
        done = scene.run("check", timeout=30)
        text = done.stdout + done.stderr
        tally.check("check names %s" % name, done.returncode == 78 and place in text and time.monotonic() - began < 10,
                    "%d %s" % (done.returncode, text[:500]))
    few = ", ".join("word%d" % number for number in range(2000))
    done = Scene(world, news % ("article", "    filter: {include: [%s]}\n" % few)).run("check")
    tally.check("two thousand words are not too many", done.returncode == 0, done.stdout + done.stderr)
    for name, text, place in [
            ("a helper that is not there", "{{item.title | shout}}", "article.yaml:3: modules[0].text"),
            ("a field that is not there", "{{item.colour}}", "article.yaml:3: modules[0].text"),
            ("a section that is not closed", "{{#item.title}}x", "article.yaml:3: modules[0].text"),
            ("a partial", "{{> other}}", "article.yaml:3: modules[0].text")]:
        scene = Scene(world, NEWS, layouts={"article": "name: article\nmodules:\n  - text: '%s'\n" % text})
        done = scene.run("check")
        tally.check("check names %s" % name, done.returncode == 78 and place in done.stdout, done.stdout + done.stderr)
        done = scene.run("run")
        tally.check("and nothing runs with it (%s)" % name, done.returncode == 78, "%d" % done.returncode)


def words_in_feeds(world, tally):
    """What stands in a feed is text, whatever it looks like."""
    title = "{{item.link}} {{{item.summary}}} {{#items}}<b>bold</b> &amp; <script>alert(1)</script> {{subscriber.first_name}}"
    words = "<p>{{subscriber.first_name | or: 'x'}} <script>alert(1)</script><b onclick='x'>good</b>{{/items}} &lt;i&gt;</p>"
    layout = """name: article
modules:
  - text: "{{item.title}}"
  - text: "{{{item.content}}}"
    buttons: [{title: "{{item.title}}", url: "https://example.org/"}]
"""
    scene = Scene(world, NEWS, PEOPLE, layouts={"article": layout})
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "t", "items": [
        {"id": "0", "title": "first", "url": "https://example.org/0"}]}

    def show():
        scene.feeds.documents["/feed.xml"] = json.dumps(feed).encode()

    show()
    scene.begin()
    feed["items"].insert(0, {"id": "1", "title": title, "url": "https://example.org/1", "content_html": words})
    show()
    scene.go()
    found = scene.messages()
    texts = [line for message in found for line in message["text"].splitlines() if line]
    tally.check("a title full of braces and tags arrives as it is written", texts[:1] == [title], "%s" % found)
    tally.check("words with markup lose what is no formatting, and nothing of them is filled in",
                texts[1:] == ["{{subscriber.first_name | or: 'x'}} good{{/items}} <i>"], "%s" % found)
    buttons = [button["title"] for message in found for button in message.get("buttons", [])]
    tally.check("on a button as well", len(buttons) == 1 and title.startswith(buttons[0].rstrip("…")), "%s" % buttons)
