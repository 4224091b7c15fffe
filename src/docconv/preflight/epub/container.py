"""Rules on the container: the archive, its first entry, its names, and what must be XML in it.

They hold for a book that cannot be read any further.
"""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections.abc import Iterator

from docconv.preflight.epub.book import Book, Hit
from docconv.preflight.epub.rule import Rule
from docconv.preflight.epub.tree import Spot

_MIMETYPE = b"application/epub+zip"


def mimetype(book: Book) -> Iterator[Hit]:
    """The first entry is not `mimetype`, or is compressed, or says something else than application/epub+zip."""
    first = min(book.archive.entries, key=lambda entry: entry.header_offset, default=None)
    here = Spot("mimetype")
    if "mimetype" not in book.names:
        yield Hit(Spot(), "there is no entry mimetype")
        return
    entry = book.names["mimetype"]
    if first is not entry:
        yield Hit(here, "is not the first entry of the archive")
    if entry.compress_type != zipfile.ZIP_STORED:
        yield Hit(here, "is compressed")
    if entry.extra:
        yield Hit(here, "has an extra field")
    if (data := book.archive.read(entry)) != _MIMETYPE:
        yield Hit(here, f"says {(data or b'')[:40].decode('ascii', 'backslashreplace')!r}, not 'application/epub+zip'")


_FORBIDDEN = re.compile('["*:<>?\\\\|\x00-\x1f\x7f-\x9f\ue000-\uf8ff\ufff0-\uffff]')


def names(book: Book) -> Iterator[Hit]:
    """A name that leads out of the archive, that stands there twice, or that a file system cannot hold."""
    seen: dict[str, str] = {}
    for entry in book.archive.entries:
        name = entry.orig_filename.split("\x00")[0]
        parts = name.removesuffix("/").split("/")
        spot = Spot(entry.filename)
        if name.startswith(("/", "\\")) or re.match("[A-Za-z]:", name):
            yield Hit(spot, "the name is absolute")
        elif {"..", ".", ""} & set(parts):
            yield Hit(spot, "the name has a step that is . or .. or empty")
        elif found := _FORBIDDEN.search(name):
            yield Hit(spot, f"the name has U+{ord(found[0]):04X}, which may not stand in a name")
        elif any(part.endswith(".") for part in parts):
            yield Hit(spot, "a part of the name ends in a full stop")
        elif any(len(part.encode("utf-8", "replace")) > 255 for part in parts):
            yield Hit(spot, "a part of the name is longer than 255 bytes")
        folded = unicodedata.normalize("NFC", name).casefold()
        if folded in seen:
            same = seen[folded] == name
            yield Hit(spot, "the entry stands there twice" if same else f"differs from {seen[folded]} in case alone")
        seen.setdefault(folded, name)


def compression(book: Book) -> Iterator[Hit]:
    """An entry that is packed in another way than by Deflate, or enciphered by the archive."""
    for entry in book.archive.entries:
        if entry.flag_bits & 1:
            yield Hit(Spot(entry.filename), "is enciphered by the archive")
        elif entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            yield Hit(Spot(entry.filename), f"is compressed by method {entry.compress_type}, not by Deflate")


def well_formed(book: Book) -> Iterator[Hit]:
    """A file that should be XML and is not, or that declares entities."""
    yield from book.malformed


_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)""")


def encoding(book: Book) -> Iterator[Hit]:
    """A file in another encoding than UTF-8 or UTF-16."""
    for document in book.documents:
        found = _ENCODING.match(document.data[:200])
        if found and found[1].lower() not in (b"utf-8", b"utf-16"):
            yield Hit(Spot(document.entry, 1, 1), f"is in {found[1].decode()}, not in UTF-8")


def unread(book: Book) -> Iterator[Hit]:
    """What was not looked at, and why."""
    yield from book.unread


RULES = (
    Rule("epub-mimetype", mimetype, "EPUB 3.3, OCF ZIP container media type identification",
         "put mimetype first, stored, with these twenty bytes alone"),
    Rule("epub-name", names, "EPUB 3.3, File paths and file names", "rename the file"),
    Rule("epub-container", compression, "EPUB 3.3, ZIP file requirements", "pack the archive anew"),
    Rule("epub-xml", well_formed, "EPUB 3.3, XML conformance; META-INF/container.xml", "correct the file"),
    Rule("epub-xml", encoding, "EPUB 3.3, XML conformance", "save it as UTF-8"),
)  # fmt: skip
UNREAD = Rule("epub-unmeasured", unread, "", "check a copy without it")
"""Asked when all others have read what they need."""
