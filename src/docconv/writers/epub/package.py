"""The package of an e-book: metadata, manifest, spine, contents, landmarks, page list, and the archive around them.

EbookLib writes the package document and the NCX; it is handed finished bytes, for it would rebuild (and sometimes
empty) a chapter, and it never sees a file name or the clock.
"""

from __future__ import annotations

import io
import re
import uuid
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from ebooklib import epub

from docconv import model as m
from docconv.metadata import fits_isbn
from docconv.moment import LAST, stated_moment
from docconv.words import words
from docconv.writers import markup
from docconv.writers.vertical import upright

HTML = "application/xhtml+xml"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


class Entry(NamedTuple):
    """A line of the contents, or of the page list: its depth, what it says, where it leads."""

    level: int
    label: str
    address: str


@dataclass(frozen=True, slots=True)
class Item:
    """A file of the book as it stands: an `EpubHtml` would be parsed and written anew, without its head."""

    name: str
    file: str
    media_type: str
    content: str | bytes
    properties: str = ""


@dataclass(frozen=True, slots=True)
class Package:
    """What makes a book of files.  `claims` are properties of schema.org; `start` is where the text begins."""

    meta: m.Meta
    title: str
    languages: Sequence[str]
    creators: Sequence[str]
    claims: Sequence[tuple[str, str]]
    contents: Sequence[Entry]
    start: str
    profile: str = "3.3"
    vertical: bool = False
    periodical: bool = False
    pages: Sequence[Entry] = ()
    fonts: bool = False
    spine: list[str] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)

    def add(self, item: Item, *, read: bool = False) -> None:
        """Add a file; one that is `read` is a page of the book."""
        self.items.append(item)
        if read:
            self.spine.append(item.name)


def archive(package: Package) -> bytes:
    """The book as an archive: OCF 3.3 asks for the media type first, stored, and without an extra field.

    Raises `UsageError` if SOURCE_DATE_EPOCH is no moment."""
    moment = _moment(package.meta)
    book = _book(package)
    for item in package.items:
        content = legal(item.content).encode() if isinstance(item.content, str) else item.content
        added = book.add_item(epub.EpubItem(item.name, item.file, item.media_type, content))
        added.properties = item.properties.split()
    book.spine = package.spine
    old = package.profile == "3.3"
    if old:
        book.toc = _nested(package.contents)
        book.guide = [{"type": kind, "title": title, "href": file} for kind, title, file in _guide(package)]
        book.add_item(epub.EpubNcx())
    options = {"mtime": moment, "play_order": {"enabled": True, "start_from": 1}}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as out:
        writer = _Writer("", book, options)
        writer.out = _Entries(out, moment)
        writer.out.writestr("mimetype", b"application/epub+zip", zipfile.ZIP_STORED)
        writer._write_container()
        writer._write_opf()
        writer._write_items()
    return buffer.getvalue()


class _Writer(epub.EpubWriter):  # type: ignore[misc]
    """EbookLib's writer, which knows neither the language of the package nor a book without NCX."""

    def _write_opf_file(self, root: Any) -> None:
        root.set(_XML_LANG, self.book.language)
        root.set("dir", "ltr")
        if not self.book.toc:
            del root.find("spine").attrib["toc"]
        super()._write_opf_file(root)


@dataclass(frozen=True, slots=True)
class _Entries:
    """An archive in which every entry bears the same moment and mode; EbookLib writes into it."""

    archive: zipfile.ZipFile
    moment: datetime

    def writestr(self, name: str, data: bytes | str, compress_type: int = zipfile.ZIP_DEFLATED) -> None:
        entry = zipfile.ZipInfo(name, self.moment.timetuple()[:6])
        entry.create_system = 3  # as on Unix, wherever it is made
        entry.external_attr = 0o100644 << 16
        level = 1 if name.endswith((".png", ".jpg", ".gif", ".woff")) else 9  # these are packed already
        self.archive.writestr(entry, data, compress_type, level)


# ── Contents, landmarks, page list ──


def contents_page(package: Package, head: str) -> str:
    """The navigation document; landmarks and page list are for machines, out of the reader's sight."""
    shown, text = words(package.meta.lang), upright if package.vertical else markup.escape
    landmarks = [f'<li><a epub:type="{kind}" href="{_escaped(file)}">{_escaped(title)}</a></li>\n'
                 for kind, title, file in _landmarks(package)]  # fmt: skip
    pages = "".join(f'<li><a href="{_escaped(each.address)}">{_escaped(each.label)}</a></li>\n'
                    for each in package.pages)  # fmt: skip
    body = (
        f'<nav epub:type="toc" id="contents" role="doc-toc" aria-labelledby="contents-title">\n'
        f'<h1 id="contents-title">{shown.contents}</h1>\n{_list(_nested(package.contents), text)}</nav>\n'
        f'<nav epub:type="landmarks" hidden="hidden">\n<ol>\n{"".join(landmarks)}</ol>\n</nav>\n'
    )
    if pages:
        body += (
            f'<nav epub:type="page-list" id="pages" role="doc-pagelist" hidden="hidden" aria-label="{shown.pages}">\n'
            f"<ol>\n{pages}</ol>\n</nav>\n"
        )
    return markup.page(package.meta, body, head=head + markup.statement(package.meta), title=shown.contents)


def _list(entries: Sequence[Any], text: Callable[[str], str]) -> str:
    out = "<ol>\n"
    for entry in entries:
        link, below = entry if isinstance(entry, tuple) else (entry, ())
        inner = f'<a href="{_escaped(link.href)}">{text(legal(link.title))}</a>'
        out += f"<li>{inner}\n{_list(below, text)}</li>\n" if below else f"<li>{inner}</li>\n"
    return f"{out}</ol>\n"


def _escaped(text: str) -> str:
    return markup.escape(legal(text))


def _nested(entries: Sequence[Entry]) -> list[Any]:
    """The entries as EbookLib wants them: a link, or a link with what stands below it."""
    top: list[tuple[Any, list[Any]]] = []
    stack = [(-1, top)]
    for number, (level, label, address) in enumerate(entries, 1):
        while stack[-1][0] >= level:
            stack.pop()
        below: list[tuple[Any, list[Any]]] = []
        stack[-1][1].append((epub.Link(address, label, f"heading-{number}"), below))
        stack.append((level, below))
    return _without_empty(top)


def _without_empty(entries: list[tuple[Any, list[Any]]]) -> list[Any]:
    """A link with nothing below it stands alone, else EbookLib writes an empty list, which is no XHTML."""
    return [(link, _without_empty(below)) if below else link for link, below in entries]


def _landmarks(package: Package) -> Iterator[tuple[str, str, str]]:
    for kind, title, file in _guide(package):
        yield "bodymatter" if kind == "text" else kind, title, file
    if package.periodical:  # a reader of a paper goes from article to article
        yield from (("chapter", entry.label, entry.address) for entry in package.contents if entry.level == 1)
    if package.pages:
        yield "page-list", words(package.meta.lang).pages, "nav.xhtml#pages"


def _guide(package: Package) -> list[tuple[str, str, str]]:
    """The landmarks of old readers: type, title, file."""
    name = words(package.meta.lang)
    return [("cover", name.cover, "cover.xhtml"), ("toc", name.contents, "nav.xhtml"),
            ("text", name.skip, package.start)]  # fmt: skip


# ── Metadata ──


def _book(package: Package) -> Any:
    """An EbookLib book with all that is known of the document, and nothing in it yet."""
    meta, record = package.meta, package.meta.colophon
    book = epub.EpubBook()
    book.title, book.language = package.title, meta.lang or "und"
    # said in any case: a reading system must not guess
    book.set_direction("rtl" if package.vertical else "ltr")
    book.set_identifier(_identifier(package))
    readings = dict(record.readings)
    tell = _Metadata(book, meta.lang)
    if isbn(record.identifier):
        tell.refine("id", "identifier-type", "15", "onix:codelist5")
    elif issn(record.identifier):
        tell.say("identifier", f"urn:issn:{issn(record.identifier)}", "issn")
    tell.say("title", package.title, "title", readings.get(package.title, ""))
    for lang in package.languages:
        tell.say("language", lang)
    for number, name in enumerate(package.creators, 1):
        tell.person("creator", f"creator-{number}", line(name), "aut", readings.get(name, ""))
    for number, each in enumerate(record.contributors, 1):
        tell.person("contributor", f"contributor-{number}", line(each.name), _RELATORS[each.role],
                    readings.get(each.name, ""))  # fmt: skip
    for name, value in _said(package):
        tell.say(name, value)
    _tell_source(package, tell)
    _tell_series(package, tell)
    for name, value in package.claims:
        tell.meta(f"schema:{name}", value)
    # nobody may certify what lacks alternative text
    if record.certifier and ("accessModeSufficient", "textual") in package.claims:
        tell.meta("dcterms:conformsTo", "EPUB Accessibility 1.1 - WCAG 2.2 Level AA", "conformance")
        tell.refine("conformance", "a11y:certifiedBy", line(record.certifier))
    if package.fonts:
        book.add_prefix("ibooks", "http://vocabulary.itunes.apple.com/rdf/ibooks/vocabulary-extensions-1.0/")
        tell.meta("ibooks:specified-fonts", "true")
    if package.profile == "3.3":
        tell.old("cover", "cover-image")
        if package.vertical:
            tell.old("primary-writing-mode", "vertical-rl")
    return book


_RELATORS = {"translator": "trl", "editor": "edt", "illustrator": "ill", "photographer": "pht", "narrator": "nrt",
             "contributor": "ctb"}  # fmt: skip
"""MARC's codes for what people do."""


def _said(package: Package) -> Iterator[tuple[str, str]]:
    """What Dublin Core takes as it is."""
    meta, record = package.meta, package.meta.colophon
    if day(meta.date):
        yield "date", meta.date
    publisher = record.publisher or meta.publication
    yield from (("publisher", publisher), ("rights", record.rights), ("description", record.description))
    yield from (("subject", subject) for subject in record.subjects)
    if package.periodical:
        yield "type", "periodical"


def _tell_source(package: Package, tell: _Metadata) -> None:
    """The print edition, which the page list counts (EPUB Accessibility 1.1, 3.2)."""
    meta = package.meta
    print_edition = isbn(meta.colophon.source)
    source = f"urn:isbn:{print_edition}" if print_edition else meta.colophon.source
    if package.pages:
        source = source or " ".join(filter(None, (meta.publication or package.title, meta.date)))
    tell.say("source", source, "source")
    if package.pages:
        tell.refine("source", "source-of", "pagination")
        tell.meta("pageBreakSource", source)


def _tell_series(package: Package, tell: _Metadata) -> None:
    """The series of a book, or the paper of an issue, with its number there."""
    record = package.meta.colophon
    series = line(record.series or (package.meta.publication if package.periodical else ""))
    if not series:
        return
    tell.meta("belongs-to-collection", series, "series")
    tell.refine("series", "collection-type", "series")
    if issn(record.identifier):
        tell.refine("series", "dcterms:identifier", f"urn:issn:{issn(record.identifier)}")
    number = re.search(r"\d+(\.\d+)*", record.number)
    if number:
        tell.refine("series", "group-position", number[0])
    if package.profile == "3.3":
        tell.old("calibre:series", series)
        if number:
            tell.old("calibre:series_index", number[0])


@dataclass(frozen=True, slots=True)
class _Metadata:
    """Statements about a book, in EbookLib's way."""

    book: Any
    lang: str

    def say(self, name: str, value: str, identifier: str = "", reading: str = "") -> None:
        if not line(value):
            return
        self.book.add_metadata("DC", name, line(value), {"id": identifier} if identifier else {})
        if line(reading):
            self.refine(identifier, "file-as", line(reading))
            if lang := _language_of_reading(reading, self.lang):
                self.refine(identifier, "alternate-script", line(reading), lang=lang)

    def person(self, name: str, identifier: str, value: str, role: str, reading: str) -> None:
        if value:
            self.say(name, value, identifier, reading)
            self.refine(identifier, "role", role, "marc:relators")

    def meta(self, name: str, value: str, identifier: str = "") -> None:
        self.book.add_metadata(
            None, "meta", line(value), {"property": name, **({"id": identifier} if identifier else {})}
        )

    def refine(self, identifier: str, name: str, value: str, scheme: str = "", lang: str = "") -> None:
        attributes = {"refines": f"#{identifier}", "property": name}
        attributes |= ({"scheme": scheme} if scheme else {}) | ({_XML_LANG: lang} if lang else {})
        self.book.add_metadata(None, "meta", value, attributes)

    def old(self, name: str, value: str) -> None:
        """A statement in the way of EPUB 2."""
        self.book.add_metadata(None, "meta", "", {"name": name, "content": value})


def _language_of_reading(reading: str, lang: str) -> str:
    """The language and script in which a reading is written: かな, pinyin, romaja."""
    if re.search("[\u3041-\u30fa]", reading):
        return "ja-Hrkt"
    latin = re.search("[A-Za-z]", reading)
    return f"{lang.split('-')[0]}-Latn" if latin and lang and not lang.startswith("en") else ""


def _identifier(package: Package) -> str:
    """The ISBN or whatever else the colophon says that is the book's own; else a name made of what tells the book
    from others.  An ISSN is the paper's, not the issue's."""
    meta, stated = package.meta, line(package.meta.colophon.identifier)
    if isbn(stated):
        return f"urn:isbn:{isbn(stated)}"
    if stated and not issn(stated):
        return stated
    seal = "\n".join((meta.publication, package.title, meta.date, meta.lang, *filter(None, [meta.colophon.number])))
    return uuid.uuid5(uuid.NAMESPACE_URL, f"docconv:{seal.encode('utf-8', 'replace').decode()}").urn


def isbn(text: str) -> str:
    """The thirteen digits of an ISBN, or nothing if its last one does not fit."""
    digits = re.sub(r"^(?:urn:isbn:|isbn(?:-13)?[:：]?\s*)|[-\s]", "", text, flags=re.IGNORECASE)
    return digits if len(digits) == 13 and fits_isbn(digits) else ""


def issn(text: str) -> str:
    """An ISSN as it is written, 0000-0000, or nothing."""
    found = re.fullmatch(r"(?:urn:issn:|issn[:：]?\s*)?(\d{4}-\d{3}[\dX])", text.strip(), re.IGNORECASE | re.ASCII)
    return found[1].upper() if found else ""


def _moment(meta: m.Meta) -> datetime:
    """When the book was made, as far as that may be known: never from the clock."""
    first = datetime(1980, 1, 1, tzinfo=UTC)  # what an archive can name
    known = day(meta.date)
    own = datetime(known.year, known.month, known.day, tzinfo=UTC) if known else first
    return min(max(stated_moment() or own, first), LAST)


def day(text: str) -> date | None:
    """The first day of a date in ISO 8601 (2022, 2022-11 or 2022-11-04); None if it is none."""
    if not re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}", text):
        return None
    try:
        return date.fromisoformat(text + "-01" * ((10 - len(text)) // 3))
    except ValueError:
        return None


def line(text: str) -> str:
    """A text as one line, as metadata want it."""
    return re.sub(r"[ \t\r\n]+", " ", legal(text)).strip()


def legal(text: str) -> str:
    """The text without what XML 1.0 cannot hold (section 2.2)."""
    return _ILLEGAL.sub("", text)


_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
