"""The e-book: EPUB 3 with one file an article or chapter, contents, landmarks, cover and accessibility metadata.

It assumes that ids are unique in the document.  EbookLib writes the package, the contents and the NCX; it is handed
finished bytes, for it would rebuild (and sometimes empty) a chapter, and it never sees a file name or the clock.
"""

from __future__ import annotations

import io
import os
import re
import uuid
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import PurePosixPath
from typing import Any, TypeAlias
from urllib.parse import quote, urlsplit

from ebooklib import epub
from lxml import etree
from PIL import Image

from docconv import model as m
from docconv.pictures import SUFFIXES, Pictures
from docconv.problems import Problem, UsageError
from docconv.styles import Style
from docconv.words import script_tag, words
from docconv.writers import markup
from docconv.writers.cover import paint_cover
from docconv.writers.labels import box_labels, note_number

LARGEST = 260_000
"""Bytes of text in one file: beyond this old readers turn pages slowly."""

_HTML = "application/xhtml+xml"
_NAMESPACE = "{http://www.w3.org/1999/xhtml}"


def write_epub(document: m.Document, style: Style, pictures: Pictures, report: Callable[[Problem], None]) -> bytes:
    """The document as EPUB 3.3.  Equal documents, styles and pictures give equal bytes.

    The moment in the package and the archive is SOURCE_DATE_EPOCH, else the document's own date, else 1980.
    Raises `UsageError` if SOURCE_DATE_EPOCH is not a number."""
    packed = _pack(document, pictures, report)
    document = _sound(document, packed)
    title, parts = _title(document), _parts(document)
    book = _book(document, title)
    spine = [_add(book, "cover", "cover.xhtml", _HTML, _cover_page(document.meta, title)), "nav"]
    for part, page in zip(parts, _pages(document, parts, packed, title), strict=True):
        spine.append(_add(book, part.name, part.file, _HTML, page))
    _add(book, "style", "style.css", "text/css", style.css("ebook"))
    _add(book, "cover-image", "cover.png", "image/png", paint_cover(document.meta, title), "cover-image")
    for number, picture in enumerate(filter(None, packed.values()), 1):
        _add(book, f"picture-{number}", picture.file, picture.media_type, picture.data)
    book.spine = spine
    book.toc = _nested([*_headings(parts)] or [(1, title, parts[0].file)])
    book.guide = _guide(document.meta.lang, parts[0].file)
    return _archive(book, document.meta)


# ── Pictures and links: what a reading system would refuse is mended before the text is written ───────────


@dataclass(frozen=True, slots=True)
class _Picture:
    file: str
    media_type: str
    data: bytes


_Packed: TypeAlias = dict[str, _Picture | None]


def _pack(document: m.Document, pictures: Pictures, report: Callable[[Problem], None]) -> _Packed:
    """Every picture that the text shows, by its path; None for one that cannot be shown, which is reported."""
    packed: _Packed = {}
    names: set[str] = set()
    for node in m.walk(document):
        if not isinstance(node, m.Image) or node.path in packed:
            continue
        suffix, data = _core_media(pictures.read(node.path))
        if not suffix:
            report(Problem("picture-unreadable", f"{node.path}: not a picture", node.place, "replace the file"))
            packed[node.path] = None
            continue
        stem = re.sub(r"[^a-z0-9_]+", "-", PurePosixPath(node.path).stem.lower()).strip("-") or "picture"
        name = next(each for each in _numbered(stem) if each not in names)
        names.add(name)
        packed[node.path] = _Picture(f"images/{name}{suffix}", SUFFIXES[suffix], data)
    return packed


def _numbered(stem: str) -> Iterator[str]:
    yield stem
    number = 2
    while True:
        yield f"{stem}-{number}"
        number += 1


_SIGNATURES = ((b"\xff\xd8\xff", ".jpg"), (b"\x89PNG\r\n\x1a\n", ".png"), (b"GIF8", ".gif"))


def _core_media(data: bytes) -> tuple[str, bytes]:
    """The suffix that the bytes deserve, whatever their file was called, and the bytes in a format that every
    reading system shows (EPUB 3.3, core media types).  No suffix if they are no picture."""
    for signature, suffix in _SIGNATURES:
        if data.startswith(signature):
            return suffix, data
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return ".webp", data
    if b"<svg" in data[:4096]:
        return _plain_svg(data)
    try:
        out = io.BytesIO()
        Image.open(io.BytesIO(data)).save(out, "PNG")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return "", b""
    return ".png", out.getvalue()


def _plain_svg(data: bytes) -> tuple[str, bytes]:
    """The drawing without scripts and without anything that lies outside it."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        return "", b""
    if root.tag != "{http://www.w3.org/2000/svg}svg":
        return "", b""
    for element in list(root.iter()):
        kind = etree.QName(element).localname if isinstance(element.tag, str) else "entity"
        outside = kind == "style" and re.search(r"@import|url\((?!['\"]?#)", element.text or "")
        if element is not root and (kind in ("script", "foreignObject", "entity") or outside):
            element.getparent().remove(element)
            continue
        for name, value in element.attrib.items():
            local = etree.QName(name).localname.lower()
            reference = local == "href" and not value.startswith(("#", "data:image/"))
            if local.startswith("on") or reference or re.search(r"url\((?!['\"]?#)", value):
                del element.attrib[name]
    return ".svg", etree.tostring(root, encoding="utf-8", xml_declaration=True)


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
    out: list[Any] = []
    for node in run:
        match node:
            case m.Link(target, content):
                address, inside = _address(target, ids), _unbroken(content, ids)
                out += [replace(node, target=address, content=inside)] if address else inside
            case m.Emphasis() | m.Strong() | m.Sub() | m.Sup() | m.Foreign() | m.Byline():
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


# ── Parts: which node goes into which file ────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Part:
    """A file of the book: its nodes, each with the level of its heading, and the notes called there."""

    name: str
    nodes: tuple[tuple[Any, int], ...]
    lang: str
    notes: tuple[m.Note, ...] = ()

    @property
    def file(self) -> str:
        return f"text/{self.name}.xhtml"


def _parts(document: m.Document) -> list[_Part]:
    """The files of the text, in reading order; at least one."""
    counts = {"article": 0, "chapter": 0, "matter": 0}
    parts: list[_Part] = []
    for group in _groups(document.body) or [()]:
        kind, lang = _kind(group)
        counts[kind] += 1
        for number, nodes in enumerate(_files(group), 1):
            name = f"{kind}-{counts[kind]}" + (f"-{number}" if number > 1 else "")
            parts.append(_Part(name, nodes, lang or document.meta.lang))
    return _with_notes(parts, document.notes)


def _groups(body: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Articles and chapters, and the running text between them.

    Pictures and furniture that stand alone open the article behind them: a page of their own would be empty."""
    groups: list[tuple[Any, ...]] = []
    loose: tuple[Any, ...] = ()
    for node in body:
        if not isinstance(node, m.Article | m.Section):
            loose = (*loose, node)
        elif all(_stands_beside(each) for each in loose):
            groups.append((*loose, node))
            loose = ()
        else:
            groups += [loose, (node,)]
            loose = ()
    if loose and groups and all(_stands_beside(each) for each in loose):
        groups[-1] += loose
    elif loose:
        groups.append(loose)
    return groups


def _stands_beside(node: m.Block) -> bool:
    return isinstance(node, m.Figure | m.Aside | m.Break) or (isinstance(node, m.Paragraph) and node.role != "body")


def _kind(group: Sequence[Any]) -> tuple[str, str]:
    """What a file is called after, and its language if it has one of its own."""
    for node in group:
        match node:
            case m.Article():
                return "article", node.lang
            case m.Section():
                return "chapter", ""
            case _:
                pass
    return "matter", ""


def _files(group: Sequence[Any]) -> list[tuple[tuple[Any, int], ...]]:
    """A group in files of at most `LARGEST` bytes, as far as its sections allow."""
    files: list[tuple[tuple[Any, int], ...]] = [()]
    size = 0
    for node, level, weight in (piece for member in group for piece in _pieces(member, 1)):
        if files[-1] and size + weight > LARGEST:
            files.append(())
            size = 0
        files[-1] += ((node, level),)
        size += weight
    return files


def _pieces(node: Any, level: int) -> Iterator[tuple[Any, int, int]]:
    """A node with its level and weight in bytes; if it is too heavy, what precedes its sections and they themselves."""
    weight = _weight(node, level)
    first = next((at for at, child in enumerate(_body(node)) if isinstance(child, m.Section)), None)
    if weight <= LARGEST or first is None:
        yield node, level, weight
        return
    head = replace(node, body=node.body[:first])
    yield head, level, _weight(head, level)
    for child in node.body[first:]:
        yield from _pieces(child, level + 1)


def _weight(node: Any, level: int) -> int:
    return len(_legal(markup.block(node, markup.Rendition(places=False), level)).encode())


def _body(node: Any) -> m.Blocks:
    return node.body if isinstance(node, m.Article | m.Section) else ()


def _with_notes(parts: Sequence[_Part], notes: Sequence[m.Note]) -> list[_Part]:
    """Each note in the file that calls it, for a reader opens a note only there; one that nobody calls, in the last."""
    bodies = {note.id: note for note in notes}
    called = [_called((node for node, _ in part.nodes), bodies) for part in parts]
    called[-1] |= bodies.keys() - set().union(*called)
    return [replace(part, notes=tuple(note for note in notes if note.id in ids))
            for part, ids in zip(parts, called, strict=True)]  # fmt: skip


def _called(nodes: Iterable[Any], notes: dict[str, m.Note]) -> set[str]:
    """The ids of the notes that the nodes call, and of those that these notes call."""
    ids: set[str] = set()
    waiting = list(nodes)
    while waiting:
        for node in m.walk(waiting.pop()):
            if isinstance(node, m.NoteRef) and node.note not in ids:
                ids.add(node.note)
                waiting.append(notes[node.note])
    return ids


# ── Pages ─────────────────────────────────────────────────────────────────────────────────────────────────


def _pages(document: m.Document, parts: Sequence[_Part], packed: _Packed, title: str) -> Iterator[str]:
    """The XHTML of each part."""
    homes: dict[str, _Part] = {}
    for part in parts:
        for node in (each for top in (*(node for node, _ in part.nodes), *part.notes) for each in m.walk(top)):
            if getattr(node, "id", ""):
                homes.setdefault(node.id, part)
    labels, number = box_labels(document), note_number(document)
    for part in parts:
        rendition = markup.Rendition(
            picture=lambda path: f"../{picture.file}" if (picture := packed[path]) else "",
            link=partial(_link, part, homes),
            placeholder=labels,
            note_number=number,
            places=False,
            lang=part.lang,
        )
        text = "".join(markup.block(node, rendition, level) for node, level in part.nodes)
        text += "".join(markup.note(note, rendition) for note in part.notes)
        heading = next(filter(None, (_label(node) for node, _ in part.nodes)), title)
        yield markup.page(replace(document.meta, lang=part.lang), text, head=_sheet("../style.css"), title=heading)


def _link(here: _Part, homes: dict[str, _Part], target: str) -> str:
    """The address of `#id`, as seen from the file `here`."""
    home = homes[target[1:]]
    inside = home is here or any(note.id == target[1:] for note in here.notes)
    return target if inside else f"{PurePosixPath(home.file).name}{target}"


def _cover_page(meta: m.Meta, title: str) -> str:
    name = words(meta.lang).cover
    alt = markup.escape(f"{name}: {title}")
    content = f'<section epub:type="cover"><img src="cover.png" alt="{alt}" role="doc-cover"/></section>\n'
    return markup.page(meta, content, head=_sheet("style.css"), title=name, body_attributes=' class="cover"')


def _sheet(address: str) -> str:
    return f'<link rel="stylesheet" type="text/css" href="{address}"/>\n'


# ── Contents ──────────────────────────────────────────────────────────────────────────────────────────────


def _headings(parts: Sequence[_Part]) -> Iterator[tuple[int, str, str]]:
    """Level, text and address of each heading, in reading order.  The first of a file is reached by the file itself,
    any other only by an id."""
    for part in parts:
        address = part.file
        for node, level in (each for top, depth in part.nodes for each in _sections(top, depth)):
            label = _label(node)
            if label and (address or node.id):
                yield level, label, address or f"{part.file}#{node.id}"
                address = ""


def _sections(node: Any, level: int) -> Iterator[tuple[m.Article | m.Section, int]]:
    if isinstance(node, m.Article | m.Section):
        yield node, level
        for child in node.body:
            yield from _sections(child, level + 1)


def _label(node: Any) -> str:
    """What the contents call a node: its heading; an article without one, the beginning of its text."""
    match node:
        case m.Section(title):
            return _line(m.plain(title))
        case m.Article():
            heading = node.headline or node.kicker or node.deck
            if heading:
                return _line(m.plain(heading))
            start = _line(next(m.paragraphs(m.Document(m.Meta(), (node,))), ""))
            return start if len(start) <= 24 else f"{start[:24]}…"
        case _:
            return ""


def _nested(headings: Iterable[tuple[int, str, str]]) -> list[Any]:
    """The headings as EbookLib wants them: a link, or a link with what stands below it."""
    top: list[tuple[Any, list[Any]]] = []
    stack = [(0, top)]
    for number, (level, label, address) in enumerate(headings, 1):
        while stack[-1][0] >= level:
            stack.pop()
        below: list[tuple[Any, list[Any]]] = []
        stack[-1][1].append((epub.Link(address, label, f"heading-{number}"), below))
        stack.append((level, below))
    return _without_empty(top)


def _without_empty(entries: list[tuple[Any, list[Any]]]) -> list[Any]:
    """A link with nothing below it stands alone, else EbookLib writes an empty list, which is no XHTML."""
    return [(link, _without_empty(below)) if below else link for link, below in entries]


def _guide(lang: str, first: str) -> list[dict[str, str]]:
    """The landmarks, which EbookLib writes into the contents and, for old readers, into the package."""
    name = words(lang)
    return [
        {"type": "cover", "title": name.cover, "href": "cover.xhtml"},
        {"type": "toc", "title": name.contents, "href": "nav.xhtml"},
        {"type": "text", "title": name.skip, "href": first},
    ]


# ── Package ───────────────────────────────────────────────────────────────────────────────────────────────


def _book(document: m.Document, title: str) -> Any:
    """An EbookLib book with all that is known of the document, and nothing in it yet."""
    meta = document.meta
    book = epub.EpubBook()
    seal = "\n".join((meta.publication, title, meta.date, meta.lang)).encode("utf-8", "replace").decode()
    book.set_identifier(uuid.uuid5(uuid.NAMESPACE_URL, f"docconv:{seal}").urn)
    book.set_title(title)
    for lang in dict.fromkeys([meta.lang or "und", *_languages(document)]):
        book.add_metadata("DC", "language", lang)
    book.language = meta.lang or "und"
    for number, name in enumerate(_creators(document), 1):
        book.add_author(_line(name), role="aut", uid=f"creator-{number}")
    if _day(meta.date):
        book.add_metadata("DC", "date", meta.date)
    if meta.publication:
        book.add_metadata("DC", "publisher", _line(meta.publication))
    book.add_metadata(None, "meta", "", {"name": "cover", "content": "cover-image"})
    for name, value in _accessibility(document):
        book.add_metadata(None, "meta", value, {"property": f"schema:{name}"})
    # the text is set horizontally in every language, and a reading system must not guess otherwise
    book.set_direction("ltr")
    return book


def _title(document: m.Document) -> str:
    headings = (_label(node) for top in document.body for node, _ in _sections(top, 1))
    return _line(document.meta.title) or next(filter(None, headings), words(document.meta.lang).untitled)


def _languages(document: m.Document) -> Iterator[str]:
    return (node.lang for node in document.body if isinstance(node, m.Article) and node.lang)


def _creators(document: m.Document) -> Iterable[str]:
    """The authors; for a page that names none, whoever its bylines name."""
    if document.meta.authors:
        return document.meta.authors
    bylines = (node.byline if isinstance(node, m.Article) else node.content
               for node in m.walk(document) if isinstance(node, m.Article | m.Byline))  # fmt: skip
    names = (each.name for run in bylines for top in run for each in m.walk(top) if isinstance(each, m.Name))
    return dict.fromkeys(filter(_line, names))


_SUMMARIES = {
    "zh-Hans": ("文本可重排，标题分级，可由目录导航。", "图片均有替代文字。", "部分图片没有替代文字。"),
    "zh-Hant": ("文本可重排，標題分級，可由目錄導覽。", "圖片均有替代文字。", "部分圖片沒有替代文字。"),
    "ja": ("本文はリフローし、見出しと目次で移動できます。", "画像には代替テキストがあります。",
           "代替テキストのない画像があります。"),
    "ko": ("본문은 재배치되며 제목과 차례로 이동할 수 있습니다.", "모든 그림에 대체 텍스트가 있습니다.",
           "대체 텍스트가 없는 그림이 있습니다."),
    "en": ("The text reflows and can be navigated by headings and contents.", "All images have alternative text.",
           "Some images have no alternative text."),
}  # fmt: skip


def _accessibility(document: m.Document) -> Iterator[tuple[str, str]]:
    """The properties that EPUB Accessibility 1.1 asks for, as far as this very text deserves them."""
    nodes = list(m.walk(document))
    images = [node for node in nodes if isinstance(node, m.Image)]
    described = all(image.alt.strip() for image in images)
    yield "accessMode", "textual"
    if images:
        yield "accessMode", "visual"
    yield "accessModeSufficient", "textual" if described else "textual,visual"
    features = ["structuralNavigation", "tableOfContents", "readingOrder"]
    features += ["alternativeText"] if described else []
    features += ["rubyAnnotations"] if any(isinstance(node, m.Ruby) for node in nodes) else []
    for feature in features:
        yield "accessibilityFeature", feature
    yield "accessibilityHazard", "none"
    lang = script_tag(document.meta.lang)
    text, good, bad = _SUMMARIES[lang]
    pictures = "" if not images else good if described else bad
    yield "accessibilitySummary", text + (" " if pictures and lang in ("en", "ko") else "") + pictures


def _add(book: Any, name: str, file: str, media_type: str, content: str | bytes, properties: str = "") -> Any:
    """A file for the book, as it stands: an `EpubHtml` would be parsed and written anew, without its head."""
    data = _legal(content).encode() if isinstance(content, str) else content
    item = epub.EpubItem(name, file, media_type, data)
    if properties:
        item.properties = [properties]
    return book.add_item(item)


def _archive(book: Any, meta: m.Meta) -> bytes:
    """The book as an archive: OCF 3.3 asks for the media type first, stored, and without an extra field."""
    moment = _moment(meta)
    options = {
        "mtime": moment,
        "epub3_pages": False,  # it would parse every chapter to look for page numbers
        "landmark_title": words(meta.lang).contents,
        "play_order": {"enabled": True, "start_from": 1},
    }
    writer = epub.EpubWriter("", book, options)
    book.add_item(epub.EpubNcx())
    _add(book, "nav", "nav.xhtml", _HTML, _contents(writer, words(meta.lang).contents), "nav")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        writer.out = _Entries(archive, moment)
        writer.out.writestr("mimetype", b"application/epub+zip", zipfile.ZIP_STORED)
        writer._write_container()
        writer._write_opf()
        writer._write_items()
    return buffer.getvalue()


@dataclass(frozen=True, slots=True)
class _Entries:
    """An archive in which every entry bears the same moment and mode; EbookLib writes into it."""

    archive: zipfile.ZipFile
    moment: datetime

    def writestr(self, name: str, data: bytes | str, compress_type: int = zipfile.ZIP_DEFLATED) -> None:
        entry = zipfile.ZipInfo(name, self.moment.timetuple()[:6])
        entry.create_system = 3  # as on Unix, wherever it is made
        entry.external_attr = 0o100644 << 16
        self.archive.writestr(entry, data, compress_type, 9)


def _contents(writer: Any, title: str) -> bytes:
    """EbookLib's contents with a heading of the first level, and with the landmarks out of the reader's sight."""
    nav = epub.EpubNav(title=title)
    nav.add_link(href="style.css", rel="stylesheet", type="text/css")
    root = etree.fromstring(writer._get_nav(nav))
    root.find("{*}head").insert(0, etree.Element(f"{_NAMESPACE}meta", charset="utf-8"))
    contents, landmarks = root.iter(f"{_NAMESPACE}nav")
    contents.set("id", "contents")
    contents[0].tag = f"{_NAMESPACE}h1"
    landmarks.set("hidden", "hidden")
    result: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True, doctype="<!DOCTYPE html>")
    return result


def _moment(meta: m.Meta) -> datetime:
    """When the book was made, as far as that may be known: never from the clock."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    first, last = datetime(1980, 1, 1, tzinfo=UTC), datetime(2107, 12, 31, tzinfo=UTC)  # what an archive can name
    if not epoch:
        day = _day(meta.date)
        made = datetime(day.year, day.month, day.day, tzinfo=UTC) if day else first
    elif epoch.isascii() and epoch.isdigit():
        made = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=min(int(epoch), 2**32))
    else:
        raise UsageError(f"SOURCE_DATE_EPOCH is {epoch!r}", remedy="set it to seconds since 1970, or unset it")
    return min(max(made, first), last)


def _day(text: str) -> date | None:
    """The first day of a date in ISO 8601 (2022, 2022-11 or 2022-11-04); None if it is none."""
    if not re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}", text):
        return None
    try:
        return date.fromisoformat(text + "-01" * ((10 - len(text)) // 3))
    except ValueError:
        return None


def _line(text: str) -> str:
    """A heading as one line, as metadata want it."""
    return re.sub(r"[ \t\r\n]+", " ", _legal(text)).strip()


def _legal(text: str) -> str:
    """The text without what XML 1.0 cannot hold (section 2.2)."""
    return re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)
