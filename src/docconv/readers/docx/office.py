"""What all parts of a Word file share while it is read: its styles and numberings, its notes, and who is told.

It assumes that parts are read in the order of the text, since numbers and notes count in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate

from lxml import etree

from docconv import model as m
from docconv.problems import Problem, Say
from docconv.readers.docx.fields import mark_open
from docconv.readers.docx.formulas import formulas_of
from docconv.readers.docx.numbering import Numbering
from docconv.readers.docx.package import Package, inside, value
from docconv.readers.docx.styles import Styles


@dataclass
class Office:
    """`shows_changes` keeps tracked changes as deletions and insertions, and comments as notes."""

    package: Package
    say: Say
    shows_changes: bool
    document: etree._Element
    styles: Styles
    numbering: Numbering
    notes: list[m.Note] = field(default_factory=list)
    known: dict[tuple[str, str], str] = field(default_factory=dict)  # the name of each note that is called
    told: set[str] = field(default_factory=set)  # parts that are read once, however often they are pointed at
    aliases: dict[str, str] = field(default_factory=dict)  # bookmark → the id of what it is in

    @classmethod
    def open(cls, package: Package, say: Say, shows_changes: bool) -> Office:
        document = package.document()
        styles = Styles(package.xml(package.part("styles")))
        numbering = Numbering(package.xml(package.part("numbering")), styles)
        office = cls(package, say, shows_changes, document, styles, numbering)
        office.stories = {kind: package.xml(package.part(f"{kind}s")) for kind in KINDS}
        roots = [document, *(root for root in office.stories.values() if root is not None)]
        office.formulas = formulas_of(roots, package.name)
        for root in roots:
            mark_open(root)
        return office

    stories: dict[str, etree._Element | None] = field(default_factory=dict)
    formulas: list[str] = field(default_factory=list)

    def entries(self, kind: str) -> dict[str, etree._Element]:
        """The notes or comments of a kind, by their numbers."""
        if kind not in self.listed:
            found = {value(each, "w:id"): each for each in inside(self.stories[kind], f"w:{kind}")}
            counts = accumulate((sum(1 for _ in inside(each, "w:p")) for each in found.values()), initial=0)
            self.lines[kind] = dict(zip(found, counts, strict=False))
            self.listed[kind] = found
        return self.listed[kind]

    listed: dict[str, dict[str, etree._Element]] = field(default_factory=dict)
    lines: dict[str, dict[str, int]] = field(default_factory=dict)  # how many paragraphs stand above each

    def uncalled(self, kind: str) -> Iterator[tuple[str, etree._Element]]:
        """What of a kind the text has not called."""
        yield from ((number, each) for number, each in self.entries(kind).items() if (kind, number) not in self.known)

    def is_first(self, part: str) -> bool:
        """Whether a part is met for the first time: its text is read once."""
        first = part not in self.told
        self.told.add(part)
        return first

    def report(self, code: str, message: str, place: m.Place | None, remedy: str = "", words: str = "") -> None:
        self.say(Problem(code, message, place, remedy, words))


KINDS = ("footnote", "endnote", "comment")
"""What stands in parts of its own and is called from the text."""
QUOTED = 40
"""How much of what is left out a message says."""


def quoted(text: str) -> str:
    """The beginning of a text in a message."""
    line = " ".join(text.split())
    return line if len(line) <= QUOTED else f"{line[: QUOTED - 1]}…"
