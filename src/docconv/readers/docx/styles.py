"""The styles of a Word file, and what a paragraph or a run is by them.

It assumes that a property stands with the paragraph or run itself, else in its style, else in one that this is based on
(ECMA-376 part 1, 17.7.2).  Circles of styles are cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from lxml import etree

from docconv.readers.docx.package import child, inside, is_on, name_of, number, value


@dataclass(frozen=True, slots=True)
class Style:
    """`name` is in small letters, as Word compares names."""

    name: str
    based_on: str
    element: etree._Element


Properties: TypeAlias = dict[str, etree._Element]
"""Properties by their names."""


class Styles:
    """The styles by their identifiers."""

    def __init__(self, root: etree._Element | None) -> None:
        self.known: dict[str, Style] = {}
        self.default = ""
        self.chains: dict[str, tuple[Style, ...]] = {}
        self.inherited: dict[tuple[str, str], Properties] = {}
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
        own = _named(properties)
        identifier = value(own.get("w:pStyle")) or self.default
        styled, runs = (self._inherited(identifier, kind) for kind in ("w:pPr", "w:rPr"))
        return Look(own, styled, runs, self.chain(identifier))

    def of_run(self, properties: etree._Element | None) -> Look:
        """What a run is by its own properties and those of its character style."""
        own = _named(properties)
        identifier = value(own.get("w:rStyle"))
        return Look(own, self._inherited(identifier, "w:rPr"), {}, self.chain(identifier))

    def _inherited(self, identifier: str, kind: str) -> Properties:
        """What a style says of paragraphs or of runs, with what it is based on."""
        if (identifier, kind) not in self.inherited:
            found: Properties = {}
            for style in reversed(self.chain(identifier)):
                found |= _named(child(style.element, kind))
            self.inherited[identifier, kind] = found
        return self.inherited[identifier, kind]


_MOST_BASED = 50
"""How many styles may be based on one another: Word itself stops at eleven."""


def _named(properties: etree._Element | None) -> Properties:
    return {} if properties is None else {name_of(each): each for each in properties}


@dataclass(frozen=True, slots=True)
class Look:
    """The properties of a paragraph or run: its `own`, those of its styles, and what the styles of a paragraph say of
    its runs; `styles` are its styles, the nearest first."""

    own: Properties
    styled: Properties
    runs: Properties
    styles: tuple[Style, ...]

    def find(self, name: str) -> etree._Element | None:
        """The property that holds."""
        found = self.own.get(name)
        return self.styled.get(name) if found is None else found

    def is_on(self, name: str) -> bool:
        return is_on(self.find(name))

    def value(self, name: str, attribute: str = "w:val") -> str:
        return value(self.find(name), attribute)

    def names(self) -> list[str]:
        """The names of the styles, in small letters."""
        return [style.name for style in self.styles]

    def level(self) -> int:
        """The level of a heading, from 1; 0 for what is none (17.3.1.20)."""
        outline = self.value("w:outlineLvl")
        if outline:
            return number(outline, 9) + 1 if number(outline, 9) < 9 else 0
        named = (_HEADING.fullmatch(name) for name in self.names())
        return next((int(found[1]) for found in named if found), 0)


_HEADING = re.compile("(?:heading|标题|標題|見出し|제목|überschrift|titre) ?([1-9])")
"""The names of the styles of headings, where a program writes them in its own language."""
