"""The package of an office file: its parts, how they point at one another, and their XML, within bounds.

It assumes nothing of who made the file.  Names of elements are told in the short form that the standards have, `w:p` or
`text:p`; the strict form of Office Open XML, whose namespaces differ, is read as the usual one.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from lxml import etree

from docconv.archive import Archive, open_archive, refuse_bomb
from docconv.problems import SourceError
from docconv.readers.source import Source

_OOXML = "http://schemas.openxmlformats.org"
_MICROSOFT = "http://schemas.microsoft.com/office"
_ODF = "urn:oasis:names:tc:opendocument:xmlns"
SPACES = {
    "w": f"{_OOXML}/wordprocessingml/2006/main",
    "r": f"{_OOXML}/officeDocument/2006/relationships",
    "m": f"{_OOXML}/officeDocument/2006/math",
    "a": f"{_OOXML}/drawingml/2006/main",
    "pic": f"{_OOXML}/drawingml/2006/picture",
    "wp": f"{_OOXML}/drawingml/2006/wordprocessingDrawing",
    "c": f"{_OOXML}/drawingml/2006/chart",
    "dgm": f"{_OOXML}/drawingml/2006/diagram",
    "mc": f"{_OOXML}/markup-compatibility/2006",
    "cx": f"{_MICROSOFT}/drawing/2014/chartex",
    "wps": f"{_MICROSOFT}/word/2010/wordprocessingShape",
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "dc": "http://purl.org/dc/elements/1.1/",
    "cp": f"{_OOXML}/package/2006/metadata/core-properties",
    **{name: f"{_ODF}:{name}:1.0" for name in ("office", "text", "style", "table", "meta")},
    "draw": f"{_ODF}:drawing:1.0",
    "fo": f"{_ODF}:xsl-fo-compatible:1.0",
    "svg": f"{_ODF}:svg-compatible:1.0",
    "xlink": "http://www.w3.org/1999/xlink",
    "math": "http://www.w3.org/1998/Math/MathML",
}
"""The namespaces that are read, by the prefixes of ECMA-376 and of OpenDocument."""
_PREFIXES = {uri: prefix for prefix, uri in SPACES.items()}
_STRICT = {
    f"http://purl.oclc.org/ooxml/{path}": SPACES[prefix]
    for path, prefix in (
        ("wordprocessingml/main", "w"),
        ("officeDocument/relationships", "r"),
        ("officeDocument/math", "m"),
        ("drawingml/main", "a"),
        ("drawingml/picture", "pic"),
        ("drawingml/wordprocessingDrawing", "wp"),
        ("drawingml/chart", "c"),
        ("drawingml/diagram", "dgm"),
    )
}
"""The namespaces of the strict form (ECMA-376, part 1) → those of the transitional form (part 4)."""


@lru_cache(maxsize=4096)
def clark(name: str) -> str:
    """A short name as lxml has it: w:p → {http://…}p."""
    prefix, _, local = name.partition(":")
    return f"{{{SPACES[prefix]}}}{local}"


@lru_cache(maxsize=4096)
def _short(tag: str) -> str:
    space, _, local = tag.removeprefix("{").rpartition("}")
    return f"{_PREFIXES.get(space, '')}:{local}"


def name_of(element: etree._Element) -> str:
    """The short name of an element, `:p` in a namespace that nobody reads; nothing for what is none."""
    return _short(element.tag) if isinstance(element.tag, str) else ""


def child(element: etree._Element | None, *path: str) -> etree._Element | None:
    """The first element at the end of a path of names."""
    for name in path:
        element = None if element is None else element.find(clark(name))
    return element


def inside(element: etree._Element | None, *names: str) -> Iterator[etree._Element]:
    """The elements of these names inside one, in the order of the file."""
    return iter(()) if element is None else element.iter(*map(clark, names))


def value(element: etree._Element | None, name: str = "w:val") -> str:
    """An attribute; nothing if it, or the element, is not there."""
    return "" if element is None else str(element.get(clark(name)) or "")


def alternative(element: etree._Element) -> etree._Element:
    """The one of several forms of a thing that is read: the first that has text, a picture or a chart in it."""
    forms = [each for each in element if name_of(each) in ("mc:Choice", "mc:Fallback")]
    known = (each for each in forms if any(True for _ in inside(each, *_CONTENT)))
    return next(known, forms[-1] if forms else element)


_CONTENT = ("w:t", "m:t", "a:t", "a:blip", "v:imagedata", "v:textpath", "c:chart", "cx:chart", "dgm:relIds",
            "w:drawing", "w:fldChar", "w:sym")  # fmt: skip


def number(text: str, otherwise: int = 0) -> int:
    """A whole number of an attribute."""
    return int(text) if re.fullmatch(r"-?\d{1,9}", text, re.ASCII) else otherwise


def is_on(element: etree._Element | None) -> bool:
    """Whether a property that is on or off is there and on (ECMA-376 part 1, 17.17.4)."""
    return element is not None and value(element) not in ("0", "false", "off", "none")


_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How a compound file begins (MS-CFB 2.2): the old form of Word, and what holds an enciphered file."""


class Relation(NamedTuple):
    """What a part points at: `kind` is the last word of its type, `target` the name of a part, or an address."""

    kind: str
    target: str
    is_outside: bool


class Parts:
    """The parts of an office file by name; `kind` is docx or odt.  Raises `SourceError` for a file that is none, or
    holds more than anybody reads."""

    def __init__(self, source: Source, kind: str) -> None:
        self.name, self.kind = source.name, kind
        refuse_bomb(source.data, source.name)
        self.archive: Archive = open_archive(source.data, source.name, kind.upper())
        self.entries = {each.filename.lower().lstrip("/"): each for each in reversed(self.archive.entries)}

    def damaged(self, why: str) -> SourceError:
        return SourceError(f"{self.name} is damaged, or is not {self.kind}: {why}",
                           remedy="save it again from the program that made it")  # fmt: skip

    def xml(self, part: str) -> etree._Element | None:
        """The root of a part; None if it is not there.  Entities are never replaced, and nothing outside is read."""
        entry = self.entries.get(part.lower())
        if entry is None:
            return None
        data = self.archive.read(entry)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True,
                                 remove_comments=True, remove_pis=True)  # fmt: skip
        try:
            root = etree.fromstring(data or b"", parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise self.damaged(f"{part}: {str(error)[:100]}") from None
        if root.getroottree().docinfo.internalDTD is not None:
            raise self.damaged(f"{part} declares entities, which no office file may")
        return _transitional(root)


class Package(Parts):
    """The parts of a Word file, which point at one another."""

    def __init__(self, source: Source) -> None:
        if source.data.startswith(_COMPOUND):
            raise SourceError(f"{source.name} is in the old form of Word (.doc), or locked with a password",
                              remedy="open it and save it as .docx, without a password")  # fmt: skip
        super().__init__(source, "docx")
        self.links: dict[str, dict[str, Relation]] = {}
        kinds = {each.kind: each.target for each in self.relations("").values()}
        self.main = kinds.get("officeDocument", "word/document.xml")
        self.core = kinds.get("core-properties", "docProps/core.xml")

    def document(self) -> etree._Element:
        """The root of the part that holds the text."""
        root = self.xml(self.main)
        if root is None or name_of(root) != "w:document":
            raise self.damaged(f"it has no {self.main}" if root is None else f"{self.main} is no text of Word")
        return root

    def part(self, kind: str) -> str:
        """The name of the part of a kind that the text has one of: styles, numbering, footnotes …"""
        found = (each.target for each in self.relations(self.main).values() if each.kind == kind)
        return next(found, posixpath.join(posixpath.dirname(self.main), f"{kind}.xml"))

    def relations(self, part: str) -> dict[str, Relation]:
        """What a part points at, by the names that it has for it."""
        if part not in self.links:
            folder, file = posixpath.split(part)
            root = self.xml(posixpath.join(folder, "_rels", f"{file}.rels"))
            found = () if root is None else root.iter("{*}Relationship")
            self.links[part] = {each.get("Id", ""): _relation(each, folder) for each in found}
        return self.links[part]


def _relation(element: etree._Element, folder: str) -> Relation:
    target, is_outside = element.get("Target", ""), element.get("TargetMode") == "External"
    if not is_outside:
        target = posixpath.normpath(posixpath.join("/", folder, unquote(target))).lstrip("/")
    return Relation(element.get("Type", "").rpartition("/")[2], target, is_outside)


def _transitional(root: etree._Element) -> etree._Element:
    """A tree in the strict form in the usual one; any other as it is."""
    if not any(uri in _STRICT for uri in root.nsmap.values()):
        return root
    for element in root.iter(etree.Element):
        element.tag = _usual(element.tag)
        for name, text in list(element.attrib.items()):
            if (usual := _usual(str(name))) != name:
                del element.attrib[name]
                element.set(usual, text)
    return root


def _usual(name: str) -> str:
    space, _, local = name.removeprefix("{").rpartition("}")
    return f"{{{_STRICT[space]}}}{local}" if space in _STRICT else name
