"""docconv's own editions, read back to the document that they were made of: EPUB and HTML.

What an edition adds — cover, contents, masthead, the cut into files, forms of notes, galleries — is undone, and what
remains is canonical markup, which is read strictly.  An edition that docconv made but that somebody has changed beyond
that is read like anybody's, as is every other EPUB and page of HTML.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from lxml import etree

from docconv import model as m
from docconv.archive import MOST_ENTRY, Archive, open_archive
from docconv.metadata import STATED
from docconv.pictures import embedded, is_edition
from docconv.problems import Say, SourceError, silent
from docconv.readers.epub import read_foreign
from docconv.readers.html import read_html as read_any_html
from docconv.readers.markup import XHTML, meta_of, parse, read_body
from docconv.readers.source import DEEPEST, Source


class _NotOurs(Exception):
    """The edition is not docconv's, or not as docconv made it."""


def read_epub(source: Source, say: Say = silent) -> m.Document:
    """The document of an e-book; a picture is called by its entry: EPUB/images/photo.jpg.

    Raises `SourceError` if the archive is damaged or out of bounds, or as `read_foreign` does."""
    archive = open_archive(source.data, source.name)
    try:
        return _book(source, archive)
    except (_NotOurs, SourceError):
        return read_foreign(source, archive, say)


def read_html(source: Source, say: Say = silent) -> m.Document:
    """The document of a page of HTML; in docconv's own the pictures are called picture-1.jpg, picture-2.png …  Of the
    index of a folder that docconv wrote, it is the whole document.

    Raises `SourceError` if the page is in no encoding."""
    try:
        return _site(source) or _page(source)
    except (_NotOurs, SourceError):
        return read_any_html(source, say)


# ── HTML ─────────────────────────────────────────────────────────────────────────────────────────────────


def _page(source: Source) -> m.Document:
    """What stands in `main`: canonical markup in HTML syntax, with pictures as `data:` addresses."""
    if not is_edition(source.data):
        raise _NotOurs
    root = _main(source.data, source.name)
    _undress(root)
    nodes, notes = read_body(root, source.name)
    return m.Document(_stated(source.data), nodes, notes)


def _main(data: bytes, file: str) -> etree._Element:
    """The main part of a page, as a page of XHTML."""
    head, _, rest = data.partition(b"</head>")
    start, end = rest.find(b"<main"), rest.rfind(b"</main>")
    if not 0 <= start < end:
        raise _NotOurs
    names = {address: name.encode() for name, address in embedded(data).items()}

    def named(found: re.Match[bytes]) -> bytes:
        if found[0] not in names:
            raise _NotOurs
        return names[found[0]]

    main = re.sub(rb'(?<= src=")data:[^"]*', named, rest[start:end].replace(b"<main", b"<body", 1))
    main = re.sub(rb"<(?:br|hr|img)\b[^>]*", rb"\g<0>/", main)  # what HTML leaves open
    lines = b"\n" * (head.count(b"\n") + rest.count(b"\n", 0, start))  # so that places are those of the page
    opened = b'<html xmlns="http://www.w3.org/1999/xhtml">'
    return _tree(opened + lines + main + b"</body></html>", file)


_INDEXED = re.compile(rb'<li><a href="((?:article|chapter|matter)-[0-9]{1,6}\.html)"')


def _site(source: Source) -> m.Document | None:
    """The document of a folder, from its index and the pages that this lists; None if the page is no index."""
    if not (listed := indexed(source)):
        return None
    nodes: list[Any] = []
    notes: dict[str, tuple[int, m.Note]] = {}
    for path in listed:
        if not path.is_file() or path.is_symlink() or path.stat().st_size > MOST_ENTRY:
            raise _NotOurs
        root = _main(Source.open(path).data, str(path))
        numbers = _undress(root)
        for link in root.iter(f"{XHTML}a"):
            if inside := _IN_BOOK.fullmatch(link.get("href", "")):
                link.set("href", inside[1])
        part, own = read_body(root, str(path))
        nodes += part
        _keep(own, numbers, notes)
    return m.Document(_stated(source.data), tuple(nodes), _in_order(notes))


def indexed(source: Source) -> list[Path]:
    """The pages of the folder that a source is docconv's index of; none if it is no index."""
    if source.folder is None or not is_edition(source.data):
        return []
    return [source.folder / name.decode() for name in dict.fromkeys(_INDEXED.findall(source.data))]


def _keep(own: Iterable[m.Note], numbers: Mapping[str, int], notes: dict[str, tuple[int, m.Note]]) -> None:
    """Take up the notes of a file, each with its number; one that stands in several files is the same in all."""
    for note in own:
        notes.setdefault(note.id, (numbers.get(note.id, 0), note))


def _in_order(notes: Mapping[str, tuple[int, m.Note]]) -> tuple[m.Note, ...]:
    """Notes by their numbers."""
    return tuple(note for _, note in sorted(notes.values(), key=lambda each: each[0]))


def _tree(data: bytes, name: str, entry: str = "") -> etree._Element:
    if b"<!ENTITY" in data:
        raise _NotOurs
    return parse(data, name, entry)


def _stated(page: bytes) -> m.Meta:
    """The metadata that the head of an edition states, each in a line of its own."""
    head = page.partition(b"</head>")[0]
    values: dict[str, list[str]] = {}
    for line in re.findall(rb'^<meta name="%s[^>]*"(?=/?>$)' % re.escape(STATED.encode()), head, re.MULTILINE):
        element = _tree(line + b"/>", "")
        values.setdefault(element.get("name", "").removeprefix(STATED), []).append(element.get("content", ""))
    return meta_of(values)


# ── EPUB ─────────────────────────────────────────────────────────────────────────────────────────────────


def _book(source: Source, archive: Archive) -> m.Document:
    entries = {info.filename: info for info in archive.entries}

    def read(entry: str) -> bytes:
        data = archive.read(entries[entry]) if entry in entries else None
        if data is None:
            raise _NotOurs
        return data

    contents = read("EPUB/nav.xhtml")
    if not is_edition(contents):
        raise _NotOurs
    texts = list(_texts(read("EPUB/content.opf")))
    if sum(entries[entry].file_size for entry in texts if entry in entries) > MOST_ENTRY:
        raise _NotOurs
    pieces: list[_Piece] = []
    notes: dict[str, tuple[int, m.Note]] = {}
    for entry in texts:
        root = _tree(read(entry), source.name, entry)
        numbers = _undress(root)
        _settle_addresses(root, entry, entries)
        nodes, own = read_body(root, source.name, entry)
        pieces += map(_Piece, nodes, _depths(root, len(nodes)))
        _keep(own, numbers, notes)
    return m.Document(_stated(contents), tuple(_grown(pieces)), _in_order(notes))


_OPF = "{http://www.idpf.org/2007/opf}"


def _texts(package: bytes) -> Iterator[str]:
    """The entries of the text proper, in reading order."""
    root = _tree(package, "")
    files = {item.get("id"): item.get("href", "") for item in root.iter(f"{_OPF}item")}
    for name in dict.fromkeys(each.get("idref") for each in root.iter(f"{_OPF}itemref")):
        if files.get(name, "").startswith("text/"):
            yield f"EPUB/{files[name]}"


_IN_BOOK = re.compile(r"[a-z]+-[0-9-]+\.x?html(#.+)")


def _settle_addresses(root: etree._Element, entry: str, entries: Iterable[str]) -> None:
    """Links into other files become links in the document, and pictures are called by their entries."""
    for link in root.iter(f"{XHTML}a"):
        if inside := _IN_BOOK.fullmatch(link.get("href", "")):
            link.set("href", inside[1])
    for image in root.iter(f"{XHTML}img"):
        path = posixpath.normpath(posixpath.join(posixpath.dirname(entry), image.get("src", "")))
        if path not in entries:
            raise _NotOurs
        image.set("src", path)


# ── Files that were cut ──


@dataclass(slots=True)
class _Piece:
    """A node with what follows of it in the book, and the number of cut nodes that it stands in."""

    node: Any
    depth: int
    rest: list[_Piece] = field(default_factory=list)


def _depths(root: etree._Element, count: int) -> list[int]:
    """The depth of each of the `count` nodes of a file: `1*12 2*3`."""
    stated = root.find(f"{XHTML}body").get("data-depths", f"0*{count}")
    if not re.fullmatch(r"[0-9]{1,2}\*[0-9]{1,8}( [0-9]{1,2}\*[0-9]{1,8})*", stated):
        raise _NotOurs
    runs = [(int(depth), int(length)) for depth, _, length in (run.partition("*") for run in stated.split(" "))]
    if sum(length for _, length in runs) != count:
        raise _NotOurs
    return [depth for depth, length in runs for _ in range(length)]


def _grown(pieces: Iterable[_Piece]) -> Iterator[Any]:
    """The nodes of depth 0, each with all that was cut off it."""
    top: list[_Piece] = []
    path: list[_Piece] = []
    for piece in pieces:
        del path[piece.depth :]
        if len(path) < piece.depth or piece.depth > DEEPEST:
            raise _NotOurs
        (path[-1].rest if path else top).append(piece)
        path.append(piece)
    return map(_whole, top)


def _whole(piece: _Piece) -> Any:
    if not piece.rest:
        return piece.node
    if not isinstance(piece.node, m.Article | m.Section):
        raise _NotOurs
    return replace(piece.node, body=(*piece.node.body, *map(_whole, piece.rest)))


# ── What an edition adds ─────────────────────────────────────────────────────────────────────────────────


def _undress(root: etree._Element) -> dict[str, int]:
    """Turn an edition's markup into the canonical; returns the numbers of the notes by their ids."""
    for element in list(root.iter(*_DRESS)):
        undo = _DRESS[element.tag].get(element.get("class", ""))
        if undo:
            undo(element)
    etree.strip_elements(root, _GONE, with_tail=False)
    etree.strip_tags(root, _OPEN)
    notes = [each for each in root.iter(f"{XHTML}aside") if each.get("class") == "note"]
    return {each.get("id", ""): int(number) for each in notes if (number := each.get("data-number", "")).isdecimal()}


_GONE, _OPEN = "gone", "open"


def _open(element: etree._Element) -> None:
    """A gallery, figures that stand upright, a rare character: what is inside stays."""
    element.tag = _OPEN


def _drop_backlink(element: etree._Element) -> None:
    """The way back from a note, and its paragraph if that was made for it."""
    paragraph = element.getparent()
    alone = len(paragraph) == 1 and not paragraph.text and not element.tail
    (paragraph if alone else element).tag = _GONE


def _call_note(element: etree._Element) -> None:
    """The call of a note as 多看 wants it."""
    element.set("class", "noteref")
    for mark in element:
        mark.tag = _GONE


def _part_notes(element: etree._Element) -> None:
    """The list of notes as 多看 wants it."""
    element.tag = _OPEN
    for items in element:
        items.tag = _OPEN
        for item in items:
            item.tag = f"{XHTML}aside"
            item.set("class", "note")


def _drop(element: etree._Element) -> None:
    """The heading of a file that goes on with a chapter."""
    element.tag = _GONE


def _drop_mathml(element: etree._Element) -> None:
    """A formula that is shown: its TeX is what the box around it holds."""
    element.getparent().text = element.findtext(".//{*}annotation", "")
    element.tag = _GONE


_DRESS: dict[str, dict[str, Callable[[etree._Element], None]]] = {
    f"{XHTML}div": {name: _open for name in ("wide", "gallery of-2", "gallery of-3", "gallery of-4")},
    f"{XHTML}span": {"tcy": _open, "rare": _open},
    f"{XHTML}h1": {"continued": _drop},
    f"{XHTML}a": {"backlink": _drop_backlink, "duokan-footnote": _call_note},
    f"{XHTML}aside": {"notes": _part_notes},
    f"{XHTML}math": {"": _drop_mathml},
    "{http://www.w3.org/1998/Math/MathML}math": {"": _drop_mathml},
}
