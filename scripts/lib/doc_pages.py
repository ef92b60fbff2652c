"""The pages of a project: their blocks, links, headings, and what their words name."""

import pathlib
import re
import subprocess
from typing import NamedTuple

from bench import ROOT

LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\(([^)\s]+)\)|!\[[^\]\n]*\]\(([^)\s]+)\)")
# A comment `<!-- exit: 69 -->` before a block says which exit codes its commands may end with beside 0.
BLOCK = re.compile(r"^(?:<!-- exit: ([\d ]+) -->\n\n?)?```([^\n]*)\n(.*?)^```$", re.M | re.S)
SPAN = re.compile(r"`([^`\n]+)`")
PATH = re.compile(r"(?<![\w/.{-])((?:Sources|Tests|docker|scripts|docs|templates/web|feeds/samples|\.ci)/[\w.+/-]*[\w+])")
SWIFT = re.compile(r"(?<![\w/])[\w+]+\.swift\b(?!\.)")
TYPE = re.compile(r"[A-Z][a-z]+(?:[A-Z]+[a-z]*)+$")


class Block(NamedTuple):
    line: int
    language: str
    text: str
    codes: frozenset


class Page:
    def __init__(self, file):
        self.file, self.text = file, file.read_text(encoding="utf-8")
        self.name = str(file.relative_to(ROOT))
        self.prose = BLOCK.sub("", self.text)

    def blocks(self):
        for match in BLOCK.finditer(self.text):
            yield Block(self.text[:match.start(2)].count("\n") + 1, match[2], match[3],
                        frozenset(map(int, (match[1] or "").split())))

    def anchors(self):
        return {anchor(line) for line in re.findall(r"^#+\s+(.*)$", self.prose, re.M)}

    def dead_links(self):
        for match in LINK.finditer(self.prose):
            target = match[1] or match[2]
            if re.match(r"[a-z]+:", target):
                continue
            path, _, fragment = target.partition("#")
            file = (self.file.parent / path) if path else self.file
            if not file.exists():
                yield "%s is not there" % target
            elif fragment and file.suffix == ".md" and fragment not in Page(file.resolve()).anchors():
                yield "%s has no heading #%s" % (path or self.file.name, fragment)

    def spans(self):
        return [match[1].replace("\\|", "|") for match in SPAN.finditer(self.prose)]

    def dead_paths(self):
        """Paths of this repository that its words name, and that are not there."""
        text = LINK.sub("", self.prose)
        dead = {path for path in PATH.findall(text) if not (ROOT / path.rstrip(".")).exists()}
        return sorted(dead | {name for name in SWIFT.findall(text) if not any(ROOT.glob("[ST]*/**/" + name))})

    def unknown_types(self, words):
        """What is written like a type of the code, and is no word of it."""
        return sorted({span for span in self.spans() if TYPE.fullmatch(span) and span not in words})


def pages():
    listed = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-z", "-co", "--exclude-standard", "*.md"],
                            capture_output=True, text=True, check=True).stdout
    return [Page(ROOT / name) for name in sorted(listed.split("\0")) if name and (ROOT / name).exists()]


def anchor(heading):
    """A heading's anchor, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower().replace("`", "")).replace(" ", "-")


def code_words():
    """All the words of the code, and of what is made for those who watch it."""
    words = set()
    for file in [*(ROOT / "Sources").rglob("*.swift"), *(ROOT / "Tests").rglob("*.swift"), *(ROOT / "docker").rglob("*.yaml")]:
        words |= set(re.findall(r"\w+", file.read_text(encoding="utf-8"))) | {file.stem}
    return words


def targets():
    return set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))


def unknown_targets(span):
    """Of `make one two NAME=value`, those that the Makefile does not have."""
    return [word for word in span.split()[1:] if "=" not in word and not word.startswith("-") and word not in targets()]


class Commands:
    """The program's commands and their options, as its own parser knows them."""

    def __init__(self, tree):
        self.tree = tree

    def wrong(self, line):
        """What is not so in `tellal …`, where words may be `a|b`, `[--option]` or NAME; None when all is."""
        return self._walk(self.tree, re.sub(r"[\[\]]", "", line).split()[1:])

    def _walk(self, command, words):
        children = {child["commandName"]: child for child in command.get("subcommands", [])}
        if words and children and not words[0].startswith("-"):
            if words[0] == "help":
                return self._walk(command, words[1:])
            for word in words[0].split("|"):
                if word in children:
                    wrong = self._walk(children[word], words[1:])
                else:
                    wrong = None if word in ("…", "COMMAND") else "there is no command `%s`" % word
                if wrong:
                    return wrong
            return None
        names = {"-h", "--help", "--version"}
        for argument in command.get("arguments", []):
            names |= {"--" + name["name"] for name in argument.get("names", []) if name["kind"] == "long"}
        for word in words:
            name = word.split("=")[0].rstrip(",.;")
            if name.startswith("--") and name != "--" and name not in names:
                return "%s has no option %s" % (command["commandName"], name)
        return None

    def names(self, command=None, above=()):
        """All commands, as they are called."""
        for child in (command or self.tree).get("subcommands", []):
            if child["shouldDisplay"] and child["commandName"] != "help":
                yield " ".join([*above, child["commandName"]])
                yield from self.names(child, [*above, child["commandName"]])

    def examples(self, command=None):
        """Each line of the help texts that shows a command: whose help, and the line."""
        command = command or self.tree
        for line in command.get("discussion", "").splitlines():
            if line.strip().startswith("tellal "):
                # What stands behind it, apart, is said about it.
                yield command["commandName"], re.split(r"\s{2,}", line.strip())[0]
        for child in command.get("subcommands", []):
            yield from self.examples(child)
