"""The styles of a Word file, and what a paragraph or a run is by them.

It assumes that a property stands with the paragraph or run itself, else in its style, else in one that this is based on
(ECMA-376 part 1, 17.7.2).  Circles of styles are cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from docconv.readers.docx.package import child, inside, is_on, number, value


@dataclass(frozen=True, slots=True)
class Style:
    """`name` is in small letters, as Word compares names."""

    name: str
    based_on: str
    element: etree._Element


class Styles:
    """The styles by their identifiers."""

    def __init__(self, root: etree._Element | None) -> None:
        self.known: dict[str, Style] = {}
        self.default = ""
        self.chains: dict[str, tuple[Style, ...]] = {}
        for each in inside(root, "w:style"):
            identifier = value(each, "w:styleId")
            name = value(child(each, "w:name")).lower()
            self.known[identifier] = Style(name, value(child(each, "w:basedOn")), each)
            if value(each, "w:type") == "paragraph" and value(each, "w:default") in ("1", "true", "on"):
                self.default = identifier

    def chain(self, identifier: str) -> tuple[Style, ...]:
        """A style and those that it is based on, the nearest first."""
        if identifier not in self.chains:
            self.chains[identifier] = tuple(self._followed(identifier))
        return self.chains[identifier]

    def _followed(self, identifier: str) -> Iterator[Style]:
        seen: set[str] = set()
        while identifier in self.known and identifier not in seen and len(seen) < _MOST_BASED:
            seen.add(identifier)
            yield self.known[identifier]
            identifier = self.known[identifier].based_on

    def of_paragraph(self, properties: etree._Element | None) -> Look:
        """What a paragraph is by its properties."""
        return Look(properties, self.chain(value(child(properties, "w:pStyle")) or self.default), "w:pPr")

    def of_run(self, properties: etree._Element | None) -> Look:
        """What a run is by its own properties and those of its character style."""
        return Look(properties, self.chain(value(child(properties, "w:rStyle"))), "w:rPr")


_MOST_BASED = 50
"""How many styles may be based on one another: Word itself stops at eleven."""


@dataclass(frozen=True, slots=True)
class Look:
    """The properties of a paragraph or run with its styles, the nearest first."""

    own: etree._Element | None
    styles: tuple[Style, ...]
    kind: str

    def find(self, name: str) -> etree._Element | None:
        """The property that holds: the nearest."""
        if (found := child(self.own, name)) is not None:
            return found
        found_in_styles = (child(style.element, self.kind, name) for style in self.styles)
        return next((each for each in found_in_styles if each is not None), None)

    def is_on(self, name: str) -> bool:
        return is_on(self.find(name))

    def value(self, name: str, attribute: str = "w:val") -> str:
        return value(self.find(name), attribute)

    def names(self) -> list[str]:
        """The names of the styles, in small letters."""
        return [style.name for style in self.styles]

    def run_is_on(self, name: str) -> bool:
        """Whether the styles of a paragraph say something of its runs."""
        found = (child(style.element, "w:rPr", name) for style in self.styles)
        return is_on(next((each for each in found if each is not None), None))

    def level(self) -> int:
        """The level of a heading, from 1; 0 for what is none (17.3.1.20)."""
        outline = self.value("w:outlineLvl")
        if outline:
            return number(outline, 9) + 1 if number(outline, 9) < 9 else 0
        named = (_HEADING.fullmatch(name) for name in self.names())
        return next((int(found[1]) for found in named if found), 0)


_HEADING = re.compile("(?:heading|标题|標題|見出し|제목|überschrift|titre) ?([1-9])")
"""The names of the styles of headings, where a program writes them in its own language."""
