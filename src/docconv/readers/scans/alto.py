"""ALTO, the text of scans in libraries and archives of newspapers, and METS, which says how its pages and stories go.

It assumes http://www.loc.gov/standards/alto/ in any version, and METS with maps of the pages (physical) and of the
stories (logical).  METS may name files in its own folder and in no other.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from lxml import etree

from docconv import model as m
from docconv.problems import Say, SourceError, silent
from docconv.readers.layout.things import Thing, ThingKind, attach_captions, read_things
from docconv.readers.scans.words import Word, box_of, line_of, text_of
from docconv.readers.scans.xml import children, inside, name_of, parse_xml
from docconv.readers.source import Source

_MARGINS = ("TopMargin", "LeftMargin", "RightMargin", "BottomMargin")
_BLOCKS = ("TextBlock", "Illustration", "GraphicalElement")
_LABELS: tuple[tuple[str, ThingKind, int], ...] = (
    (r"caption|legend", "caption", 0),
    (r"running|header|footer|page.?num|numbering|signature.?mark|catch.?word|quire|stamp|margin", "furniture", 0),
    (r"foot.?note|end.?note", "note", 0),
    (r"abstract", "abstract", 0),
    (r"sub.?head|sub.?title|cross.?head|title.?2|heading.?2", "head", 2),
    (r"heading|headline|^title|title.?1|titre", "head", 1),
)
"""What labels mean, by the words in them: those of SegmOnto, of Transkribus, and of docWORKS in METS."""


def read_alto(source: Source, say: Say = silent) -> m.Document:
    """The document of an ALTO file, or of the ALTO files that a METS file names.

    Raises `SourceError` if it is not well-formed, or a file that it names is not there."""
    root = parse_xml(source, ("alto", "mets"), "ALTO or METS")
    blocks = list(_pages(root)) if name_of(root) == "alto" else _Mets(source, root).blocks()
    things = [_thing(block, number) for number, block in enumerate(blocks, 1)]
    return read_things(attach_captions(things), source.name, labelled=any(thing.kind == "head" for thing in things))


@dataclass(slots=True)
class _Block:
    element: etree._Element
    page: int
    label: str  # what the file calls it
    margin: bool = False


def _thing(block: _Block, number: int) -> Thing:
    kind, level = kind_of(block.label)
    if name_of(block.element) != "TextBlock":
        return Thing("picture", "", number, block.page)
    if block.margin and kind == "lines":
        kind = "furniture"
    lines = [
        (line_of(list(_words(line))), box_of([line.get(name) for name in _BOX], extent=True))
        for line in children(block.element, "TextLine")
    ]
    return Thing(kind, text_of(lines), number, block.page, level=level)


def kind_of(label: str) -> tuple[ThingKind, int]:
    """The kind of thing that a label names, and the level of a head; "lines" if it says nothing."""
    for words, kind, level in _LABELS:
        if label and re.search(words, label, re.I):
            return kind, level
    return "lines", 0


_BOX = ("HPOS", "VPOS", "WIDTH", "HEIGHT")


def _words(line: etree._Element) -> Iterator[Word]:
    """The words of a line, one to a String, with or without SP between them.  Where the line is broken inside a word,
    HYP has the hyphen that is printed there, unless the word has it already."""
    last = ""
    for part in line:
        if name_of(part) == "String":
            last = part.get("CONTENT", "")
            yield Word(last, box_of([part.get(name) for name in _BOX], extent=True), spaced=True)
        elif name_of(part) == "HYP" and not last.endswith(part.get("CONTENT", "")):
            yield Word(re.sub("[\u00ad\u00ac]", "-", part.get("CONTENT", "")))  # some write a soft hyphen


def _pages(root: etree._Element, first: int = 0) -> Iterator[_Block]:
    """The blocks of the pages, in the order that the file gives or has."""
    tags = {tag.get("ID", ""): tag.get("LABEL", "") for group in children(root, "Tags") for tag in group}
    for number, page in enumerate(inside(root, "Page"), first):
        blocks: list[_Block] = []
        for space in children(page):
            margin = name_of(space) in _MARGINS
            blocks += [_Block(block, number, _label(block, tags), margin) for block in inside(space, *_BLOCKS)]
        blocks = [block for block in blocks if name_of(block.element) != "GraphicalElement"]
        yield from _ordered(blocks, root)


def _label(block: etree._Element, tags: dict[str, str]) -> str:
    """What a block is called: by its tags, its type, or those of the blocks around it."""
    for element in (block, *block.iterancestors()):
        named = [tags.get(ref, "") for ref in element.get("TAGREFS", "").split()]
        if label := next(filter(None, [*named, element.get("TYPE", "")]), ""):
            return label
        if name_of(element) == "PrintSpace":
            break
    return ""


def _ordered(blocks: list[_Block], root: etree._Element) -> list[_Block]:
    """The blocks by the file's `ReadingOrder` (4.3) or by `IDNEXT`, as far as these go; the rest keep their places."""
    named = {block.element.get("ID", ""): block for block in blocks}
    wanted = [ref for ref in (each.get("REF", "") for each in inside(root, "ElementRef")) if ref in named]
    if not wanted:
        following = {name: block.element.get("IDNEXT", "") for name, block in named.items()}
        followed = set(following.values())
        chains: dict[str, None] = {}
        for start in named:
            if start in followed or following[start] not in named:
                continue
            while start in named and start not in chains:
                chains[start] = None
                start = following[start]
        wanted = list(chains)
    wanted = list(dict.fromkeys(wanted))
    places, known = iter(wanted), set(wanted)
    return [named[next(places)] if block.element.get("ID", "") in known else block for block in blocks]


# ── METS ─────────────────────────────────────────────────────────────────────────────────────────────────

_HREF = "{http://www.w3.org/1999/xlink}href"


class _Mets:
    """`fileSec` names files, the physical `structMap` their order, the logical one the order of blocks in stories."""

    def __init__(self, source: Source, root: etree._Element) -> None:
        self.source, self.root = source, root
        self.files = {
            file.get("ID", ""): location.get(_HREF, "")
            for file in inside(root, "file")
            for location in children(file, "FLocat")
        }

    def blocks(self) -> list[_Block]:
        """The blocks of all pages: those of the stories in their order, and behind each page's last the others."""
        pages: dict[str, list[_Block]] = {}
        for name in self._text_files():
            root = self._alto(name)
            if root is not None:
                pages[name] = list(_pages(root, len(pages)))
        if not pages:
            raise SourceError(f"{self.source.name}: this METS names no ALTO file")
        known = {(name, block.element.get("ID", "")): block for name, blocks in pages.items() for block in blocks}
        told: list[_Block] = []
        for name, begin, label in self._areas():
            block = known.pop((name, begin), None)
            if block is not None:
                block.label = label if kind_of(label)[0] != "lines" else block.label
                told.append(block)
        left: dict[int, list[_Block]] = {}
        for block in known.values():
            left.setdefault(block.page, []).append(block)
        last = {block.page: at for at, block in enumerate(told)}
        out: list[_Block] = []
        for at, block in enumerate(told):
            out += [block, *(left.pop(block.page, []) if last[block.page] == at else [])]
        return out + [block for page in sorted(left) for block in left[page]]

    def _text_files(self) -> list[str]:
        """The ids of the files that may be ALTO, by the map of the pages, or as they are listed."""
        maps = [each for each in inside(self.root, "structMap") if each.get("TYPE", "").upper() == "PHYSICAL"]
        named = [ref.get("FILEID", "") for each in maps for ref in inside(each, "fptr", "area")]
        return list(dict.fromkeys(name for name in (named or self.files) if self._is_xml(name)))

    def _is_xml(self, name: str) -> bool:
        return bool(self.files.get(name, "").lower().endswith(".xml"))

    def _areas(self) -> Iterator[tuple[str, str, str]]:
        """What stories are made of: a file, a block in it, and what the nearest part that has a name is called."""
        for each in inside(self.root, "structMap"):
            if each.get("TYPE", "").upper() == "LOGICAL":
                for area in inside(each, "area"):
                    types = (div.get("TYPE", "") for div in area.iterancestors() if name_of(div) == "div")
                    label = next((type_ for type_ in types if type_ and type_.upper() not in _PLAIN), "")
                    yield area.get("FILEID", ""), area.get("BEGIN", ""), label

    def _alto(self, name: str) -> etree._Element | None:
        """The root of an ALTO file; None if the file is of another kind."""
        source = Source.open(self._path(self.files[name]))
        root = parse_xml(source, ("alto", "mets", "PcGts", name_of_root(source)), "ALTO")
        return root if name_of(root) == "alto" else None

    def _path(self, address: str) -> Path:
        """The file at an address in METS, which lies in the folder of the METS file or below it."""
        plain = unquote(re.sub(r"^file:(?://)?", "", address))
        folder = self.source.folder
        if folder is None:
            raise SourceError(f"{self.source.name}: METS names files, and a stream has none",
                              remedy="give the METS file by its name")  # fmt: skip
        path = folder / plain.removeprefix("./")
        outside = not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))
        if outside or not path.is_file():
            what = "lies outside its folder" if outside else "is not there"
            raise SourceError(f"{self.source.name}: {address[:80]}, which METS names, {what}",
                              remedy="put the ALTO files beside the METS file, as it names them")  # fmt: skip
        return path


_PLAIN = frozenset({"PARAGRAPH", "TEXT", "TEXT_BLOCK", "TEXTBLOCK", "BODY", "BODY_CONTENT", "CONTENT"})


def name_of_root(source: Source) -> str:
    """The first element of a file that may be of any kind."""
    found = re.search(rb"<(?![!?])(?:[\w.-]+:)?([\w.-]+)", source.data[:20_000])
    return found[1].decode("ascii", "ignore") if found else ""
