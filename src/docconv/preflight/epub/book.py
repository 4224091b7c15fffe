"""An EPUB taken apart: package, manifest, spine, contents, documents, style sheets, as rules see them.

It assumes an archive that can be opened.  What cannot be read is written down and left out; no rule need care.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
import unicodedata
import zipfile
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from docconv.archive import Archive
from docconv.preflight.epub.css import Declaration, Sheet, read_sheet, read_style
from docconv.preflight.epub.fonts import Font, read_font
from docconv.preflight.epub.pictures import Picture, read_picture
from docconv.preflight.epub.tree import (
    CONTAINER,
    DC,
    MOST_ELEMENTS,
    NCX,
    OPF,
    SVG,
    XHTML,
    XML,
    Malformed,
    Node,
    Spot,
    parse_xml,
)

MOST_MARKUP = 3 * MOST_ELEMENTS
"""Elements of all files together; beyond, files are left unread."""
MOST_MATCHES = 50_000_000
"""How often a selector may be tried on an element; an ordinary novel takes some 100,000."""
MOST_STYLE = 2 * 2**20
"""Bytes of a style sheet that is read."""


class Hit(NamedTuple):
    """Where a rule is broken, and how."""

    spot: Spot
    message: str


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the manifest.  `entry` is the name of its file in the archive, or its address if it lies outside."""

    id: str
    entry: str
    media_type: str
    properties: frozenset[str]
    spot: Spot
    fallback: str = ""
    """The id of the line whose file is shown where this one cannot be."""

    @property
    def remote(self) -> bool:
        return is_remote(self.entry)


@dataclass(eq=False)
class Document:
    """An XHTML file of the book."""

    item: Item
    root: Node
    data: bytes
    in_spine: bool

    @property
    def entry(self) -> str:
        return self.item.entry

    def spot(self, node: Node) -> Spot:
        return Spot(self.entry, node.line, node.column)

    @cached_property
    def nodes(self) -> list[Node]:
        return list(self.root.walk())

    @cached_property
    def ids(self) -> dict[str, Node]:
        return {node.attrib["id"]: node for node in self.nodes if "id" in node.attrib}

    @cached_property
    def parents(self) -> dict[Node, Node]:
        return {child: node for node in self.nodes for child in node.children()}

    @property
    def body(self) -> Node | None:
        return next(self.root.walk(f"{XHTML}body"), None)

    @property
    def lang(self) -> str:
        return self.root.get("lang") or self.root.get(f"{XML}lang") or ""

    @cached_property
    def headings(self) -> list[Node]:
        return [node for node in self.nodes if re.fullmatch("h[1-6]", node.name)]

    @cached_property
    def images(self) -> list[Node]:
        """Pictures in the text: img and the images of SVG."""
        return [node for node in self.nodes if node.tag in (f"{XHTML}img", f"{SVG}image")]

    @cached_property
    def runs(self) -> list[tuple[Node, str]]:
        """The text by blocks, as it reads: without ruby annotations; code is one strange character."""
        out: list[tuple[Node, str]] = []
        if self.body is not None:
            _gather(self.body, out)
        return out

    @cached_property
    def styles(self) -> list[tuple[Node, list[Declaration]]]:
        """What attributes `style` say."""
        return [
            (node, read_style(node.attrib["style"], self.spot(node))) for node in self.nodes if "style" in node.attrib
        ]

    def above(self, node: Node) -> Iterator[Node]:
        """The elements that a node stands in, from the inside."""
        while (parent := self.parents.get(node)) is not None:
            yield parent
            node = parent

    def link(self, href: str) -> tuple[str, str]:
        return resolve(self.entry, href)


_INLINE_WORDS = (
    "a abbr b bdi bdo cite code data del dfn em i img ins kbd mark q rb rp rt rtc ruby s samp small span strong sub "
    "sup time u var wbr br svg math audio video object script style input button label "
)
_INLINE = frozenset(_INLINE_WORDS.split())
_SILENT = frozenset(("rt", "rp", "rtc", "script", "style"))
_STRANGE = frozenset(("code", "kbd", "samp", "pre", "br", "img", "svg", "math", "audio", "video", "object", "wbr"))


def _gather(block: Node, out: list[tuple[Node, str]]) -> None:
    """Add the runs of a block to `out`."""
    text: list[str] = []

    def flush() -> None:
        if "".join(text).strip("\ufffc \t\r\n"):
            out.append((block, "".join(text)))
        text.clear()

    def inside(element: Node) -> None:
        text.append(element.text or "")
        for child in element.children():
            if child.name in _STRANGE:
                text.append("\ufffc")
            elif child.name not in _INLINE:
                flush()
                _gather(child, out)
            elif child.name not in _SILENT:
                inside(child)
            text.append(child.tail or "")

    inside(block)
    flush()


def resolve(base: str, href: str) -> tuple[str, str]:
    """The entry and the fragment that an address in the file `base` leads to; an address outside stays as it is.

    Names are composed (NFC) on both sides, for file systems decompose some (EPUB 3.3, File paths and file names)."""
    if is_remote(href):
        return href, ""
    path, _, fragment = href.partition("#")
    path = unquote(path.partition("?")[0])
    entry = posixpath.normpath(posixpath.join(posixpath.dirname(base), path)) if path else base
    return unicodedata.normalize("NFC", entry), unquote(fragment)


def is_remote(href: str) -> bool:
    """Whether an address has a scheme, or a host: http:, data:, //example.org."""
    try:
        parts = urlsplit(href.strip())
    except ValueError:
        return True
    return bool(parts.scheme or parts.netloc)


@dataclass(eq=False)
class Book:
    """A book.  `package` is the root of the package document, an empty one if there is none."""

    archive: Archive
    names: dict[str, zipfile.ZipInfo]
    opf: str = ""
    package: Node = field(default_factory=lambda: Node("none"))
    items: list[Item] = field(default_factory=list)
    spine: list[tuple[Item, Node]] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    sheets: list[Sheet] = field(default_factory=list)
    ncx: tuple[str, Node] | None = None
    malformed: list[Hit] = field(default_factory=list)
    """What is no XML, or no container of a book."""
    hostile: bool = False
    """Whether a file would exhaust other programs."""
    lost: list[Hit] = field(default_factory=list)
    """What manifest and spine name in vain."""
    unread: list[Hit] = field(default_factory=list)
    ciphers: dict[str, str] = field(default_factory=dict)
    """How entries are enciphered, by META-INF/encryption.xml."""
    matches: int = MOST_MATCHES
    language: str = ""
    """What the text is in: zh-Hans, zh-Hant, ja, ko or another tag."""
    _left: int = MOST_MARKUP

    def xml(self, entry: str) -> tuple[Node, bytes] | None:
        """The root of an entry and its bytes; None if it cannot be read, which is written down."""
        data = self.data(entry)
        if data is None:
            return None
        if self._left <= 0:
            self.leave(entry, "the book has more elements than anybody reads")
            return None
        try:
            root = parse_xml(data, min(MOST_ELEMENTS, self._left))
        except Malformed as error:
            self.hostile |= error.hostile
            self.malformed.append(Hit(Spot(entry, error.line, error.column), error.message))
            return None
        self._left -= sum(1 for _ in root.iter())
        return root, data

    def data(self, entry: str) -> bytes | None:
        """The bytes of an entry; None if it is not there or cannot be read, which is written down."""
        info = self.names.get(entry)
        if info is None:
            return None
        if self.ciphers.get(entry, OBFUSCATIONS[0]) not in OBFUSCATIONS:
            self.leave(entry, "it is enciphered")
            return None
        if (data := self.archive.read(info)) is None:
            self.leave(entry, "too long, enciphered or damaged")
        return data

    def leave(self, entry: str, why: str) -> None:
        hit = Hit(Spot(entry), f"not read: {why}")
        if hit not in self.unread:
            self.unread.append(hit)

    @cached_property
    def by_entry(self) -> dict[str, Item]:
        return {item.entry: item for item in self.items}

    def falls_back(self, item: Item, kinds: Collection[str]) -> bool:
        """Whether one of the files that may be shown in place of another is of some media type."""
        by_id = {each.id: each for each in self.items}
        seen: set[str] = set()
        while item.fallback in by_id and item.fallback not in seen:
            seen.add(item.fallback)
            item = by_id[item.fallback]
            if item.media_type in kinds:
                return True
        return False

    def may_lie_outside(self, address: str) -> bool:
        """Whether the manifest names an address as sound, film or font (EPUB 3.3, Resource locations)."""
        item = self.by_entry.get(address.strip())
        return item is not None and item.remote and item.media_type.startswith(MAY_BE_REMOTE)

    @cached_property
    def document_at(self) -> dict[str, Document]:
        return {document.entry: document for document in self.documents}

    @cached_property
    def nav(self) -> Document | None:
        return next((each for each in self.documents if "nav" in each.item.properties), None)

    @property
    def known(self) -> bool:
        """Whether there is a package document to go by."""
        return self.package.name == "package"

    @property
    def modern(self) -> bool:
        """Whether it is EPUB 3."""
        return self.package.get("version", "").startswith("3")

    @property
    def fixed(self) -> bool:
        """Whether its pages have a fixed layout."""
        return "pre-paginated" in self.meta("rendition:layout")

    def spot(self, node: Node) -> Spot:
        """The place of an element of the package."""
        return Spot(self.opf, node.line, node.column)

    def meta(self, name: str) -> list[str]:
        """The values of a property, as EPUB 3 or as EPUB 2 writes it."""
        return [said(node) for node in self.metas(name)]

    def metas(self, name: str) -> list[Node]:
        return [node for node in self.package.walk(f"{OPF}meta")
                if node.get("property", node.get("name")) == name and "refines" not in node.attrib]  # fmt: skip

    def dublin(self, name: str) -> list[Node]:
        return list(self.package.walk(f"{DC}{name}"))

    @cached_property
    def cover(self) -> Item | None:
        """The picture of the cover, as EPUB 3 or else as EPUB 2 names it."""
        for item in self.items:
            if "cover-image" in item.properties:
                return item
        named = self.meta("cover")
        return next((item for item in self.items if item.id in named), None)

    @cached_property
    def pictures(self) -> list[tuple[Item, Picture]]:
        """The pictures of the manifest that are in the book and can be unpacked."""
        named = [item for item in self.items if item.media_type.startswith("image/")]
        return [(item, read_picture(data)) for item in named if (data := self.data(item.entry)) is not None]

    @cached_property
    def fonts(self) -> list[tuple[Item, Font]]:
        """The fonts of the manifest that are in the book and can be unpacked."""
        named = [item for item in self.items if _FONT.fullmatch(item.media_type)]
        return [(item, read_font(data)) for item in named if (data := self._font_data(item)) is not None]

    def _font_data(self, item: Item) -> bytes | None:
        """The font as it is under its obfuscation."""
        data = self.data(item.entry)
        if data is None or item.entry not in self.ciphers:
            return data
        named = self.package.get("unique-identifier")
        name = next((node.said() for node in self.dublin("identifier") if node.get("id") == named), "")
        return _unveiled(data, self.ciphers[item.entry], name)

    @cached_property
    def text(self) -> list[Document]:
        """The documents of the text in reading order."""
        return [document for document in self.documents if document.in_spine]


_FONT = re.compile(r"font/.*|application/(font-.*|x-font-.*|vnd\.ms-opentype)")
OBFUSCATIONS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")


def _unveiled(data: bytes, method: str, name: str) -> bytes:
    """A font without its obfuscation, whose key is made of the book's name (EPUB 3.3, Font obfuscation)."""
    if method == OBFUSCATIONS[0]:
        key, length = hashlib.sha1(re.sub(r"[ \t\r\n]", "", name).encode(), usedforsecurity=False).digest(), 1040
    else:
        key, length = bytes.fromhex(re.sub("[^0-9a-fA-F]", "", name.removeprefix("urn:uuid:"))[:32].zfill(32)), 1024
    head = bytes(byte ^ key[at % len(key)] for at, byte in enumerate(data[:length]))
    return head + data[length:]


MAY_BE_REMOTE = ("audio/", "video/", "font/", "application/font", "application/vnd.ms-opentype", "application/x-font")


def said(meta: Node) -> str:
    return meta.get("content") or meta.said()


def read_book(archive: Archive) -> Book:
    """The book in an archive, as much of it as can be read."""
    book = Book(archive, {unicodedata.normalize("NFC", entry.filename): entry for entry in archive.entries})
    book.ciphers = _ciphers(book)
    book.opf = _package_name(book)
    if not book.opf or (read := book.xml(book.opf)) is None:
        return book
    if read[0].tag != f"{OPF}package":
        book.malformed.append(Hit(Spot(book.opf, 1, 1), "is no package document"))
        return book
    book.package = read[0]
    book.items = list(_items(book))
    _read_spine(book)
    _read_documents(book)
    book.sheets = list(_sheets(book))
    toc = next((item for item in book.items if item.media_type == "application/x-dtbncx+xml"), None)
    if toc and (found := book.xml(toc.entry)) and found[0].tag == f"{NCX}ncx":
        book.ncx = toc.entry, found[0]
    return book


def _package_name(book: Book) -> str:
    """The name of the package document; what stands in the way of it is written down."""
    where = Spot("META-INF/container.xml")
    if where.entry not in book.names:
        book.malformed.append(Hit(Spot(), "there is no META-INF/container.xml"))
        return ""
    if (read := book.xml(where.entry)) is None:
        return ""
    paths = [node.get("full-path", "") for node in read[0].walk(f"{CONTAINER}rootfile")]
    if not paths or paths[0] not in book.names:
        said = f"{paths[0] or 'its package document'}, which is not there" if paths else "no package document"
        book.malformed.append(Hit(where, f"names {said}"))
        return ""
    return paths[0]


def _ciphers(book: Book) -> dict[str, str]:
    read = book.xml("META-INF/encryption.xml")
    ciphers: dict[str, str] = {}
    for data in read[0].walk("{http://www.w3.org/2001/04/xmlenc#}EncryptedData") if read else ():
        method = next((node.get("Algorithm", "") for node in data.iter() if node.tag.endswith("}EncryptionMethod")), "")
        for node in data.iter():
            if node.tag.endswith("}CipherReference"):
                ciphers[unicodedata.normalize("NFC", unquote(node.get("URI", "")))] = method
    return ciphers


def _items(book: Book) -> Iterator[Item]:
    seen: set[str] = set()
    for node in book.package.walk(f"{OPF}item"):
        entry, _ = resolve(book.opf, node.get("href", ""))
        properties = frozenset(node.get("properties", "").split())
        item = Item(
            node.get("id", ""), entry, node.get("media-type", ""), properties, book.spot(node), node.get("fallback", "")
        )
        if not item.remote and item.entry not in book.names:
            book.lost.append(Hit(item.spot, f"the manifest names {item.entry}, which is not in the archive"))
        elif item.entry in seen:
            book.lost.append(Hit(item.spot, f"the manifest names {item.entry} twice"))
        seen.add(item.entry)
        yield item


def _read_spine(book: Book) -> None:
    by_id = {item.id: item for item in book.items}
    for node in book.package.walk(f"{OPF}itemref"):
        item = by_id.get(node.get("idref", ""))
        if item is None:
            book.lost.append(
                Hit(book.spot(node), f"the spine names {node.get('idref', '')!r}, which the manifest lacks")
            )
        else:
            book.spine.append((item, node))
    if not book.spine:
        book.lost.append(Hit(Spot(book.opf), "the spine is empty"))


def _read_documents(book: Book) -> None:
    spine = dict.fromkeys(item.entry for item, _ in book.spine)
    order = {entry: at for at, entry in enumerate(spine)}
    pages = [item for item in book.items if item.media_type == "application/xhtml+xml"]
    for item in sorted(dict.fromkeys(pages), key=lambda item: order.get(item.entry, len(order))):
        if (read := book.xml(item.entry)) is not None:
            book.documents.append(Document(item, *read, item.entry in order))


def _sheets(book: Book) -> Iterator[Sheet]:
    """The style sheets in files, then those in documents."""
    for item in book.items:
        if item.media_type == "text/css" and (data := book.data(item.entry)) is not None:
            if len(data) > MOST_STYLE:
                book.leave(item.entry, "a style sheet of more than 2 MB")
                continue
            yield read_sheet(data.decode("utf-8-sig", "replace"), item.entry)
    for document in book.documents:
        for node in document.root.walk(f"{XHTML}style"):
            yield read_sheet((node.text or "")[:MOST_STYLE], document.entry, node.line, node.column)


def sheets_of(book: Book, document: Document) -> list[Sheet]:
    """The sheets that a document follows: those that it links, with what they import, and its own."""
    linked = [document.link(node.get("href", ""))[0] for node in document.root.walk(f"{XHTML}link")
              if "stylesheet" in node.get("rel", "").split()]  # fmt: skip
    wanted = _with_imports(book, linked)
    own = [sheet for sheet in book.sheets if sheet.entry == document.entry]
    return [sheet for entry in wanted for sheet in book.sheets if sheet.entry == entry] + own


def _with_imports(book: Book, entries: Iterable[str]) -> list[str]:
    out: list[str] = []
    waiting = list(entries)
    while waiting:
        entry = waiting.pop(0)
        if entry not in out:
            out.append(entry)
            sheets = [sheet for sheet in book.sheets if sheet.entry == entry]
            waiting += [resolve(entry, target)[0] for sheet in sheets for target, _ in sheet.addresses]
    return out


def all_declarations(book: Book) -> Iterator[Declaration]:
    """Every declaration of the book, in sheets and attributes."""
    for sheet in book.sheets:
        yield from sheet.declarations
    for document in book.documents:
        for _, declarations in document.styles:
            yield from declarations
