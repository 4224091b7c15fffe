"""XML as a tree whose elements know their line and column: a hardened parser for files that nobody vouches for.

Expat opens no file and no connection by itself.  Entities that lie in the file are read, unless they grow to more than
anybody reads; those that lie outside are refused (EPUB 3.3, XML conformance).  lxml knows lines, but no columns.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple, cast
from xml.etree import ElementTree
from xml.parsers import expat

DEEPEST = 200
"""How deep elements may nest; rules may walk the tree by recursion."""
MOST_ELEMENTS = 300_000
"""How many elements a file may have: a novel has some ten thousand."""

MOST_EXPANDED = 10_000_000
"""Characters that the entities of a file may stand for, all together: a long novel has a million."""

XHTML = "{http://www.w3.org/1999/xhtml}"
OPS = "{http://www.idpf.org/2007/ops}"
OPF = "{http://www.idpf.org/2007/opf}"
DC = "{http://purl.org/dc/elements/1.1/}"
NCX = "{http://www.daisy.org/z3986/2005/ncx/}"
SVG = "{http://www.w3.org/2000/svg}"
MATHML = "{http://www.w3.org/1998/Math/MathML}"
CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}"
XLINK = "{http://www.w3.org/1999/xlink}"
XML = "{http://www.w3.org/XML/1998/namespace}"


class Node(ElementTree.Element):
    """An element.  `line` and `column` count from 1."""

    __slots__ = ("column", "line")

    line: int
    column: int

    def __bool__(self) -> bool:
        """An element is there, even if it holds no other."""
        return True

    @property
    def name(self) -> str:
        """The tag without its namespace."""
        return self.tag.rpartition("}")[2]

    @property
    def types(self) -> set[str]:
        """What it is, by `epub:type` and `role`."""
        roles = {role.removeprefix("doc-") for role in self.get("role", "").split()}
        return {*self.get(f"{OPS}type", "").split(), *roles}

    def children(self) -> list[Node]:
        return cast("list[Node]", list(self))

    def walk(self, *tags: str) -> Iterator[Node]:
        """This element and those below it in the order of the text; if tags are named, those alone."""
        for element in self.iter():
            if not tags or element.tag in tags:
                yield cast(Node, element)

    def said(self) -> str:
        """Its text, blanks collapsed."""
        return " ".join("".join(self.itertext()).split())


class Malformed(Exception):
    """The file cannot be read as XML; a `hostile` one can, but would exhaust who reads it."""

    def __init__(self, line: int, column: int, message: str, *, hostile: bool = False) -> None:
        super().__init__(message)
        self.line, self.column, self.message, self.hostile = line, column, message, hostile


def parse_xml(data: bytes, most: int = MOST_ELEMENTS) -> Node:
    """The root of an XML file with at most `most` elements.  Raises `Malformed`."""
    builder = _Builder(data, most)
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    parser.EntityDeclHandler = builder.declare
    parser.EndDoctypeDeclHandler = builder.measure
    parser.SkippedEntityHandler = builder.skip
    builder.parser = parser
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise Malformed(error.lineno, error.offset + 1, _reason(data, error)) from None
    except (ValueError, LookupError) as error:  # an encoding that Python does not know, or does not give to expat
        raise Malformed(1, 1, f"not readable: {error}") from None
    return builder.root


class _Builder:
    parser: expat.XMLParserType
    root: Node

    def __init__(self, file: bytes, most: int) -> None:
        self.file = file
        self.entities: dict[str, str] = {}
        self.open: list[Node] = []
        self.closed: Node | None = None
        self.text: list[str] = []
        self.count, self.most = 0, most

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.flush()
        node = Node(_named(tag), {_named(name): value for name, value in attributes.items()})
        node.line, node.column = self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1
        if self.open:
            self.open[-1].append(node)
        else:
            self.root = node
        self.open.append(node)
        self.closed = None
        self.count += 1
        if len(self.open) > DEEPEST:
            self.refuse(f"elements nest more than {DEEPEST} deep")
        if self.count > self.most:
            self.refuse(f"more than {self.most:,} elements")

    def end(self, tag: str) -> None:
        self.flush()
        self.closed = self.open.pop()

    def data(self, text: str) -> None:
        self.text.append(text)

    def flush(self) -> None:
        """Give the text since the last tag to the element that it stands in or behind."""
        text = "".join(self.text)
        self.text.clear()
        if text and self.closed is not None:
            self.closed.tail = text
        elif text and self.open:
            self.open[-1].text = text

    def skip(self, name: str, is_parameter: bool) -> None:
        """A character of XHTML's own table (&nbsp;), which no file of the book declares."""
        if not is_parameter:
            self.data("\ufffd")

    def declare(self, name: str, is_parameter: bool, value: str | None, *rest: object) -> None:
        """An entity; one that lies outside the file has no value."""
        if value is None:
            self.refuse(f"the file declares an entity that lies outside it, {name[:40]}")
        if not is_parameter:
            self.entities.setdefault(name, value or "")

    def measure(self) -> None:
        """Refuse a file whose entities grow beyond bounds, before any of them does."""
        if self.entities:
            called = _references(self.file.decode(_encoding(self.file), "replace"))
            sizes: dict[str, int] = {}
            if sum(count * self.size(name, sizes, 0) for name, count in called.items()) > MOST_EXPANDED:
                self.refuse("the file declares entities that grow beyond measure")

    def size(self, name: str, sizes: dict[str, int], depth: int) -> int:
        """How long an entity is with those in it; one of a few steps, for one that holds itself is an error."""
        if name not in sizes and name in self.entities and depth < DEEPEST:
            sizes[name] = 0
            called = _references(value := self.entities[name])
            inner = sum(count * self.size(each, sizes, depth + 1) for each, count in called.items())
            sizes[name] = 1 + len(value) + inner
        return sizes.get(name, MOST_EXPANDED if name in self.entities else 0)

    def refuse(self, message: str) -> None:
        line, column = self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1
        raise Malformed(line, column, message, hostile=True)


def _references(text: str) -> Counter[str]:
    """How often entities are named in a text."""
    return Counter(re.findall("&([^;&\\s#]+);", text))


def _encoding(data: bytes) -> str:
    """UTF-16 by its mark; else one in which names of entities are ASCII."""
    return "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"


def _named(name: str) -> str:
    return "{" + name if "}" in name else name


def _reason(data: bytes, error: expat.ExpatError) -> str:
    """What is wrong, said more kindly where expat says only "invalid token"."""
    inside = any(line == error.lineno for line in double_hyphens(data))
    return "-- stands inside a comment" if inside else expat.ErrorString(error.code)


def double_hyphens(data: bytes) -> Iterator[int]:
    """The lines on which two hyphens stand inside a comment."""
    start, counted, line = data.find(b"<!--"), 0, 1
    while start >= 0 and (end := data.find(b"-->", start + 4)) >= 0:
        at = data.find(b"--", start + 4, end + 1)  # with the hyphen that belongs to the end: --->
        if at >= 0:
            line += data.count(b"\n", counted, at)
            counted = at
            yield line
        start = data.find(b"<!--", end + 3)


class Spot(NamedTuple):
    """Where in a book: the entry, and line and column counted from 1; line 0 is the entry as a whole, entry "" the
    archive."""

    entry: str = ""
    line: int = 0
    column: int = 0
