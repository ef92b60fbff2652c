"""What campaigns choose of what is new, and what is left out or waits."""

import datetime

from bench import feed, item, until
from campaign_scene import Scene


def choosing(world, tally):
    words = """
  - name: words
    source: feed
    layout: article
    channels: [bot]
    filter: {include: ["program*", open source], exclude: [sponsored]}
    items: {max: 3, per_author: 1, order: oldest, overflow: drop}
  - name: cheap
    source: feed
    layout: digest
    channels: [bot]
    filter: {price: {max: 50, currency: EUR}, brands: [acme], availability: [in_stock]}
    items: {max: 2, order: cheapest, overflow: drop}
  - name: dear
    source: feed
    layout: digest
    channels: [bot]
    filter: {categories: [lamps]}
    items: {min: 2, max: 2, order: oldest}
  - name: gone
    source: feed
    layout: digest
    channels: [bot]
    on: [removed]
"""
    scene = Scene(world, words)
    scene.begin()
    clock = datetime.datetime.now(datetime.timezone.utc)

    def written(number, title, author):
        at = (clock + datetime.timedelta(seconds=number)).strftime("%a, %d %b %Y %H:%M:%S +0000")
        return item(number, title, "<pubDate>%s</pubDate><dc:creator>%s</dc:creator>" % (at, author))

    def offered(number, price, brand="Acme", stock="in stock", category="Home &gt; Lamps"):
        return item(number, None, "<g:id>%d</g:id><g:price>%s EUR</g:price><g:brand>%s</g:brand><g:availability>%s"
                    "</g:availability><g:product_type>%s</g:product_type>" % (number, price, brand, stock, category))

    titles = [("Programming with care", "Ann"), ("A programmer&#x2019;s lunch", "Ann"), ("The Open-Source shelf", "Bob"),
              ("An open question of source", "Cy"), ("Programs to buy (SPONSORED)", "Dee"), ("Reprogram the oven", "Eve"),
              ("PROGRAMM&#xC1;TIC art", "Fay"), ("More programs", "Gil")]
    scene.publish(*[written(number, *each) for number, each in enumerate(titles, 1)])
    scene.go()

    def reasons(run):
        return {entry["title"]: entry["code"] for entry in run["report"]["skipped"]}

    (run,) = scene.runs("words")
    names = ["Programming with care", "A programmer’s lunch", "The Open-Source shelf", "An open question of source",
             "Programs to buy (SPONSORED)", "Reprogram the oven", "PROGRAMMÁTIC art", "More programs"]
    chosen = [entry["title"] for entry in run["report"]["chosen"]]
    tally.check("words choose, the oldest first, one an author", chosen == [names[0], names[2], names[6]], "%s" % chosen)
    tally.check("and each that is left out has a reason", reasons(run) == {
        names[1]: "overflow", names[3]: "filter_include", names[4]: "filter_exclude", names[5]: "filter_include",
        names[7]: "overflow"}, "%s" % run["report"]["skipped"])
    sentences = {entry["title"]: entry["reason"] for entry in run["report"]["skipped"]}
    tally.check("in words as well", "author" in sentences[names[1]] and "3" in sentences[names[7]]
                and "sponsored" in sentences[names[4]].lower(), "%s" % sentences)
    got = [text for text in scene.texts() if text.startswith("words:")]
    tally.check("that is what arrives", got == ["words: " + each for each in chosen], "%s" % got)

    scene.publish(offered(11, 30), offered(12, 10), offered(13, 60), offered(14, 5, brand="Other"),
                  offered(15, 7, stock="out of stock"), offered(16, 20), offered(17, 4, category="Home &gt; Chairs"))
    scene.go()
    run = scene.runs("cheap")[-1]
    chosen = [entry["title"] for entry in run["report"]["chosen"]]
    tally.check("the cheapest are chosen", chosen == ["n17", "n12"], "%s" % run["report"])
    tally.check("brand, stock and price are reasons", reasons(run) == {
        "n11": "overflow", "n13": "filter_price", "n14": "filter_brand", "n15": "filter_availability", "n16": "overflow"},
        "%s" % run["report"]["skipped"])
    run = scene.runs("dear")[-1]
    tally.check("a category is found in its path, and what finds no place waits",
                [entry["title"] for entry in run["report"]["chosen"]] == ["n11", "n12"]
                and [entry["title"] for entry in run["report"]["waiting"]] == ["n13", "n14", "n15", "n16"]
                and reasons(run) == {"n17": "filter_category"}, "%s" % run["report"])
    for _ in range(3):
        # A pass that looks at the feed itself: what waits for the next look goes on.
        until(lambda: any("poll" in line for line in scene.lines("run")))
    tally.check("it goes with the next runs, two at a time", scene.told("dear") == [[11, 12], [13, 14], [15, 16]],
                "%s" % scene.texts())
    scene.publish(offered(18, 1))
    scene.go()
    tally.check("one alone waits for another", len(scene.told("dear")) == 3 and scene.campaign("dear")["waiting"] == 1)
    scene.publish(offered(19, 1))
    scene.go()
    tally.check("and goes with it", scene.told("dear")[3:] == [[18, 19]], "%s" % scene.told("dear"))

    whole = list(scene.items)
    for items in ([each for each in whole if "urn:x:16<" not in each], whole):
        scene.feeds.documents["/feed.xml"] = feed(items)
        scene.go()
    tally.check("a product that is gone is told as it was, once, and its return is no news",
                scene.told("gone") == [[16]] and len(scene.told("dear")) == 4, "%s" % scene.texts())
