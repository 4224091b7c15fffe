"""The e-book: EPUB 3 with one file an article or chapter, contents, page list, cover and accessibility metadata.

It assumes that ids are unique in the document.  `parts` cuts the text into files, `pages` writes them, `images` makes
pictures fit, `fonts` the faces, `claims` says how accessible it all is, `package` puts it together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Any, TypeAlias
from urllib.parse import quote, urlsplit

from docconv import model as m
from docconv.lists import number_css
from docconv.pictures import COVER, SUFFIXES, Pictures
from docconv.problems import Problem
from docconv.styles import Style
from docconv.words import words
from docconv.writers.cover import HEIGHT, paint_cover
from docconv.writers.epub.claims import claims_of
from docconv.writers.epub.images import Encoded, encode
from docconv.writers.epub.package import HTML, Entry, Item, Package, archive, contents_page, line
from docconv.writers.epub.pages import FRONT, NOTE_MARK, cover_page, matter, pages_of, sheet
from docconv.writers.epub.parts import LARGEST, Part, parts_of, sections
from docconv.writers.fonts import embed, embed_rare, font_css
from docconv.writers.options import DEFAULT, EditionOptions
from docconv.writers.theme import own_sheet
from docconv.writers.vertical import in_book

__all__ = ["LARGEST", "write_epub"]

Report: TypeAlias = Callable[[Problem], None]


def write_epub(document: m.Document, style: Style, pictures: Pictures, report: Report,
               options: EditionOptions = DEFAULT) -> bytes:  # fmt: skip
    """The document as EPUB.  Equal documents, styles and pictures give equal bytes.

    The moment in the package and the archive is SOURCE_DATE_EPOCH, else the document's own date, else 1980.
    Raises `UsageError` if SOURCE_DATE_EPOCH is no moment."""
    title = _title(document)
    packed = _pack(document, pictures, report)
    document = _sound(document, packed)
    parts = parts_of(document)
    files = {path: picture.file for path, picture in packed.items() if picture}
    pages = list(pages_of(document, parts, files, title, options, report))
    fonts = [*(embed(document, report) if options.fonts else ()), *embed_rare(pages, document.meta.lang, report)]
    own, brought = own_sheet(style, "ebook", report)
    whole = style.css("ebook", own)
    css = _css(whole + number_css(document), options) + font_css(fonts)
    has_fonts = bool(fonts) or any(each.is_face for each in brought.values())
    formulas = ["mathml" if "<math " in page else "" for page in pages]
    package = _package(document, title, parts, css, options, fonts=has_fonts, formulas=any(formulas))
    cover = _given_cover(pictures, report) or _picture(
        COVER, Encoded(".png", paint_cover(document.meta, title, _leads(package)))
    )
    package.add(
        Item("cover", "cover.xhtml", HTML, cover_page(document.meta, title, cover.file, options.vertical)), read=True
    )
    package.add(Item("nav", "nav.xhtml", HTML, contents_page(package, sheet("style.css")), "nav"), read=True)
    for part, page, holds in zip(parts, pages, formulas, strict=True):
        package.add(Item(part.name, part.file, HTML, page, holds), read=True)
    package.add(Item("style", "style.css", "text/css", css))
    if options.vertical:
        package.add(Item("cover-style", "cover.css", "text/css", whole))
    package.add(Item("cover-image", cover.file, cover.media_type, cover.data, "cover-image"))
    if _has_note_marks(document, options):
        package.add(Item("note-mark", NOTE_MARK.file, "image/png", NOTE_MARK.paint()))
    for font in fonts:
        package.add(Item(f"font-{PurePosixPath(font.file).stem}", font.file, "font/woff", font.data))
    for number, each in enumerate(brought.values(), 1):
        package.add(Item(f"theme-{number}", each.file, each.media_type, each.data))
    for number, picture in enumerate(filter(None, packed.values()), 1):
        package.add(Item(f"picture-{number}", picture.file, picture.media_type, picture.data))
    return archive(package)


def _package(document: m.Document, title: str, parts: Sequence[Part], css: str, options: EditionOptions, *,
             fonts: bool, formulas: bool) -> Package:  # fmt: skip
    print_pages = list(_print_pages(parts))
    marks = _has_note_marks(document, options)
    return Package(
        meta=document.meta,
        title=title,
        languages=list(dict.fromkeys([document.meta.lang or "und", *_languages(document)])),
        creators=list(_creators(document)),
        claims=list(claims_of(document, css, pages=bool(print_pages), marks=marks, formulas=formulas)),
        contents=[*_contents(document, parts)] or [Entry(1, title, parts[0].file)],
        start=next((part.file for part in parts if not _is_front(part)), parts[0].file),
        profile=options.profile,
        vertical=options.vertical,
        periodical=document.meta.kind == "page" and bool(document.meta.publication),
        pages=print_pages,
        fonts=fonts,
    )


def _has_note_marks(document: m.Document, options: EditionOptions) -> bool:
    return options.notes == "duokan" and bool(document.notes)


def _css(css: str, options: EditionOptions) -> str:
    css = in_book(css) if options.vertical else css
    if options.profile == "3.3":
        return css
    return re.sub(r"\s*-epub-[a-z-]+:[^;}]*;?", "", css)  # what 3.4 calls outdated


# ── Pictures and links: what a reading system would refuse is mended before the text is written ───────────


@dataclass(frozen=True, slots=True)
class _Picture:
    file: str
    media_type: str
    data: bytes


_Packed: TypeAlias = dict[str, _Picture | None]


def _pack(document: m.Document, pictures: Pictures, report: Report) -> _Packed:
    """Every picture that the text shows, by its path; None for one that cannot be shown, which is reported."""
    packed: _Packed = {}
    names: set[str] = set()
    for node in m.walk(document):
        if not isinstance(node, m.Image) or node.path in packed:
            continue
        encoded = encode(pictures.read(node.path))
        if encoded is None:
            report(Problem("picture-unreadable", f"{node.path}: not a picture", node.place, "replace the file"))
            packed[node.path] = None
            continue
        stem = re.sub(r"[^a-z0-9_]+", "-", PurePosixPath(node.path).stem.lower()).strip("-") or "picture"
        name = next(each for each in _numbered(stem) if each not in names)
        names.add(name)
        packed[node.path] = _picture(f"images/{name}", encoded)
    return packed


def _picture(stem: str, encoded: Encoded) -> _Picture:
    return _Picture(stem + encoded.suffix, SUFFIXES[encoded.suffix], encoded.data)


def _numbered(stem: str) -> Iterator[str]:
    yield stem
    number = 2
    while True:
        yield f"{stem}-{number}"
        number += 1


_NARROWEST = 1400
"""Pixels of a cover's shorter side that Apple Books asks for at least; Kobo and Kindle want 1600."""


def _given_cover(pictures: Pictures, report: Report) -> _Picture | None:
    """The picture called `cover` in the images folder, if there is one."""
    path = pictures.named(COVER)
    if not path:
        return None
    encoded = encode(pictures.read(path), HEIGHT)
    if encoded is None or encoded.suffix not in (".jpg", ".png"):
        report(Problem("picture-unreadable", f"{path}: not a JPEG or PNG picture", None, "replace the file"))
        return None
    if min(encoded.size) < _NARROWEST:
        size = "{} × {}".format(*encoded.size)
        report(Problem("cover-small", f"{path} has {size} pixels", None, "shops want 1600 × 2560"))
    return _picture(COVER, encoded)


def _leads(package: Package) -> list[str]:
    """The headline that each page of an issue leads with."""
    entries = package.contents
    return [below.label for page, below in pairwise(entries) if page.level == 0 and below.level == 1]


def _sound(document: m.Document, packed: _Packed) -> m.Document:
    """The document with a placeholder for each picture that is not there, and without links that lead nowhere."""
    notes = {note.id for note in document.notes}
    ids = notes | {node.id for node in m.walk(document) if getattr(node, "id", "")}

    def step(node: Any) -> Any:
        match node:
            case m.Image(path, alt) if packed[path] is None:
                return m.Missing(path, alt, place=node.place)
            case m.NoteRef(note) if note not in notes:
                return m.Sup((m.Text(note),), place=node.place)
            case _:
                return node

    return m.rewrite_runs(m.rewrite(document, step), lambda run: _unbroken(run, ids))


def _unbroken(run: m.Inlines, ids: set[str]) -> m.Inlines:
    """The run with a valid address on every link; a link that has none is its text alone."""
    if all(isinstance(node, m.Text) for node in run):
        return run
    out: list[Any] = []
    for node in run:
        match node:
            case m.Link(target, content):
                address, inside = _address(target, ids), _unbroken(content, ids)
                out += [replace(node, target=address, content=inside)] if address else inside
            case _ if isinstance(node, m.Holder):
                out.append(replace(node, content=_unbroken(node.content, ids)))
            case _:
                out.append(node)
    return tuple(out)


def _address(target: str, ids: set[str]) -> str:
    if target.startswith("#"):
        return target if target[1:] in ids else ""
    try:
        parts = urlsplit(target)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https", "mailto") or (parts.scheme != "mailto" and not parts.hostname):
        return ""
    # a sign that may not stand in an address is escaped, and so is a % that begins no escape (RFC 3987, 2.2)
    return re.sub(r"%(?![0-9A-Fa-f]{2})|[\x00-\x20\"<>\\^`{|}]", lambda sign: quote(sign[0]), target)


# ── Contents ──────────────────────────────────────────────────────────────────────────────────────────────


def _contents(document: m.Document, parts: Sequence[Part]) -> Iterator[Entry]:
    """Every heading in reading order, under the pages of an issue.  One that heads a file is reached by the file
    itself, any other only by an id."""
    by_page = document.meta.kind == "page" and len(list(_print_pages(parts))) > 1
    page, due = "", ""
    for part in parts:
        address = part.file if part.is_headed else ""
        for node, level in (each for top, depth in part.nodes for each in sections(top, depth)):
            if isinstance(node, m.PageBreak):
                due = node.label
                continue
            if by_page and isinstance(node, m.Article) and due not in ("", page):
                page = due
                yield Entry(0, line(page), address or f"{part.file}#{node.id}")
                # the page begins where its first article does
                address = "" if node.id else address
            label = _label(node)
            if label and (address or node.id):
                yield Entry(level, label, address or f"{part.file}#{node.id}")
                address = ""


def _print_pages(parts: Sequence[Part]) -> Iterator[Entry]:
    """The pages of the print edition, each where it begins."""
    for part in parts:
        for node in (each for top, _ in part.nodes for each, _ in sections(top, 1)):
            if isinstance(node, m.PageBreak) and node.id and line(node.label):
                yield Entry(1, line(node.label), f"{part.file}#{node.id}")


def _is_front(part: Part) -> bool:
    """Whether a file stands before the text proper: a preface."""
    return any(matter(node, level) in FRONT for node, level in part.nodes)


def _label(node: Any) -> str:
    """What the contents call a node: its heading; an article without one, the beginning of its text."""
    match node:
        case m.Section(title):
            return line(m.plain(title))
        case m.Article():
            heading = node.headline or node.kicker or node.deck
            if heading:
                return line(m.plain(heading))
            start = line(next(m.paragraphs(m.Document(m.Meta(), (node,))), ""))
            return start if len(start) <= 24 else f"{start[:24]}…"
        case _:
            return ""


def _title(document: m.Document) -> str:
    headings = (_label(node) for top in document.body for node, _ in sections(top, 1))
    return line(document.meta.title) or next(filter(None, headings), words(document.meta.lang).untitled)


def _languages(document: m.Document) -> Iterator[str]:
    return (node.lang for node in document.body if isinstance(node, m.Article) and node.lang)


def _creators(document: m.Document) -> Iterable[str]:
    """The authors; for a page that names none, whoever its bylines name."""
    if document.meta.authors:
        return document.meta.authors
    bylines = (node.byline if isinstance(node, m.Article) else node.content
               for node in m.walk(document) if isinstance(node, m.Article | m.Byline))  # fmt: skip
    names = (each.name for run in bylines for top in run for each in m.walk(top) if isinstance(each, m.Name))
    return dict.fromkeys(filter(line, names))
