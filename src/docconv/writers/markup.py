"""The canonical markup: the one serialisation of a document, and the only walk over its tree.

Semantic XHTML that an editor can open, compare and archive.  HTML, EPUB and PDF are this markup with a
`Rendition`: what the edition needs beside it (addresses of pictures, labels on placeholders).  Nothing in a
rendition adds a character to the text.  `docconv.readers.markup` reads it back to an equal document.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, assert_never

from docconv import __version__
from docconv import model as m
from docconv.lists import list_attributes
from docconv.metadata import STATED, named
from docconv.pictures import Pictures
from docconv.problems import Problem
from docconv.styles import Style
from docconv.words import alert_label, words

PROLOGUE = '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n'


_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;", "\t": "&#9;"})


def escape(text: str) -> str:
    """Text for element content and attribute values alike; a newline in an attribute never occurs."""
    return text.translate(_ESCAPES) if any(c in text for c in '&<>"\r\t') else text


def _no_attributes(node: m.Node) -> Mapping[str, str]:
    return {}


def _no_semantics(node: m.Article | m.Section, level: int) -> Mapping[str, str]:
    return {}


def _same(text: str) -> str:
    return text


def _as_tex(node: m.Math | m.MathBlock) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Rendition:
    """What an edition adds to the canonical markup, which is `Rendition()`.

    `text` makes markup of text; `picture` turns a picture's path into its address, `link` does so for `#id`;
    `placeholder` gives further attributes for the box of a missing picture, `section` those of a section with a
    heading of some level, `wide` those of the box in which a table, code or formula scrolls; `galleries` wraps
    neighbouring figures in one `div.gallery`; `columns` says before the rows of a table how many columns it has;
    `places` keeps `data-src`; `note_number` gives the number that a note is called by, or `note_call` the whole call;
    `formula` makes markup of a formula, or nothing if it stays TeX.
    """

    text: Callable[[str], str] = escape
    picture: Callable[[str], str] = _same
    link: Callable[[str], str] = _same
    placeholder: Callable[[m.Figure], Mapping[str, str]] = _no_attributes
    section: Callable[[m.Article | m.Section, int], Mapping[str, str]] = _no_semantics
    note_number: Callable[[str], str] = _same
    note_call: Callable[[str], str] | None = None
    wide: Callable[[m.Table | m.CodeBlock | m.MathBlock], Mapping[str, str]] = _no_attributes
    formula: Callable[[m.Math | m.MathBlock], str] = _as_tex
    galleries: bool = False
    columns: bool = False
    places: bool = True
    lang: str = ""


def to_markup(document: m.Document) -> str:
    """The document as one canonical XHTML file.  Equal documents, read from equal places, give equal text."""
    numbers = {note.id: str(number) for number, note in enumerate(document.notes, 1)}
    rendition = Rendition(lang=document.meta.lang, note_number=lambda note: numbers.get(note, note))
    return page(document.meta, body(document, rendition), head=_meta_elements(document.meta))


def write_markup(document: m.Document, style: Style, pictures: Pictures, report: Callable[[Problem], None]) -> bytes:
    """The canonical markup as an edition, for archiving and editing."""
    return to_markup(document).encode()


def page(meta: m.Meta, content: str, *, head: str = "", title: str = "", body_attributes: str = "") -> str:
    """A whole XHTML file around `content`; `head` is further markup for its head."""
    lang = escape(meta.lang or "und")
    shown = escape(title or meta.title or words(meta.lang).untitled)
    return (
        f'{PROLOGUE}<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"'
        f' lang="{lang}" xml:lang="{lang}">\n<head>\n<meta charset="utf-8"/>\n<title>{shown}</title>\n{head}</head>\n'
        f"<body{body_attributes}>\n{content}</body>\n</html>\n"
    )


def body(document: m.Document, rendition: Rendition, level: int = 1) -> str:
    """What stands in the body: articles, sections and blocks, then the notes.  `level` is that of the first heading."""
    return blocks(document.body, rendition, level) + "".join(note(each, rendition) for each in document.notes)


def blocks(nodes: tuple[Any, ...], rendition: Rendition, level: int = 1) -> str:
    """Blocks, one element a line; `level` is the depth of the next heading."""
    if rendition.galleries:
        return "".join(_gathered(nodes, rendition, level))
    return "".join(block(node, rendition, level) for node in nodes)


def block(node: m.Article | m.Block, r: Rendition, level: int = 1) -> str:
    """One block as markup, ending in a newline."""
    match node:
        case m.Paragraph():
            names = ("" if node.role == "body" else node.role, node.align)
            attributes = {"class": " ".join(filter(None, names)), "lang": node.lang, "xml:lang": node.lang}
            return _element("p", inlines(node.content, r), node, r, attributes)
        case m.Section(title, content, identifier):
            inner = _element(_heading(level), inlines(title, r), None, r) if title else ""
            inner += blocks(content, r, level + bool(title))  # no level is skipped
            return _container("section", inner, node, r, {"id": identifier, **r.section(node, level)})
        case m.Article():
            return _article(node, r, level)
        case m.Figure():
            return _figure(node, r)
        case m.Quote(content):
            return _container("blockquote", blocks(content, r, level), node, r)
        case m.List(items, start):
            tag, attributes = ("ul", {}) if start is None else ("ol", list_attributes(node))
            inner = "".join(_holder("li", item, {"class": _TASKS[item.done]}, r, level) for item in items)
            return _container(tag, inner, node, r, attributes)
        case m.Table():
            return _table(node, r, level)
        case m.Verse(stanzas):
            inner = "".join(f"<p>{inlines(stanza, r)}</p>\n" for stanza in stanzas)
            return _container("div", inner, node, r, {"class": "verse"})
        case m.Aside(content, kind, alert):
            label = alert_label(alert, r.lang) if alert else ""
            attributes = {"class": kind, "data-alert": alert, "aria-label": label}
            return _container("aside", blocks(content, r, level), node, r, attributes)
        case m.CodeBlock(text, language):
            name = f' class="language-{escape(language)}"' if language else ""
            return _element("pre", f"<code{name}>{escape(text)}</code>", node, r, r.wide(node))
        case m.MathBlock(tex):
            made = r.formula(node)
            box = {**r.wide(node), "class": "math"} if made else {"class": "math", "role": "math"}
            return _element("div", made or escape(tex), node, r, box)
        case m.Break():
            return f"<hr{_attributes(node, r)}/>\n"
        case m.PageBreak(label, identifier):
            attributes = {"class": "pagebreak", "role": "doc-pagebreak", "epub:type": "pagebreak", "id": identifier,
                          "aria-label": label}  # fmt: skip
            return f"<div{_attributes(node, r, attributes)}></div>\n"
        case _:
            assert_never(node)


_TASKS = {None: "", False: "task", True: "task-done"}
"""The class of a list's item, by what is known of a task."""


def note(node: m.Note, r: Rendition) -> str:
    """A note, to stand in the same file as the mark that calls it (EPUB 3 Structural Semantics, footnote)."""
    attributes = {"class": "note", "epub:type": "footnote", "role": "doc-footnote", "id": node.id}
    return _container("aside", blocks(node.body, r, 2), node, r, attributes)


def inlines(nodes: m.Inlines, r: Rendition) -> str:
    """A run of inlines.  No white space is added: what stands between two tags is text."""
    return "".join(_inline(node, r) for node in nodes)


_TAGS: Mapping[type[m.Inline], str] = {
    m.Emphasis: "em",
    m.Strong: "strong",
    m.Deletion: "del",
    m.Insertion: "ins",
    m.Underline: "u",
    m.Sub: "sub",
    m.Sup: "sup",
}
"""The element of each inline that is nothing but an element around a run."""


def _inline(node: m.Inline, r: Rendition) -> str:
    match node:
        case m.Text(text):
            return r.text(text)
        case m.Emphasis() | m.Strong() | m.Deletion() | m.Insertion() | m.Underline() | m.Sub() | m.Sup():
            tag = _TAGS[type(node)]
            return f"<{tag}>{inlines(node.content, r)}</{tag}>"
        case m.Link(target, content):
            address = r.link(target) if target.startswith("#") else target
            return f'<a href="{escape(address)}">{inlines(content, r)}</a>'
        case m.LineBreak():
            return "<br/>"
        case m.Ruby(base, reading):
            return f"<ruby>{r.text(base)}<rp>（</rp><rt>{escape(reading)}</rt><rp>）</rp></ruby>"
        case m.NoteRef(called) if r.note_call:
            return r.note_call(called)
        case m.NoteRef(called):
            mark = escape(r.note_number(called))
            return f'<a class="noteref" role="doc-noteref" epub:type="noteref" href="#{escape(called)}">{mark}</a>'
        case m.Code(text):
            return f"<code>{escape(text)}</code>"
        case m.Math(tex):
            made = r.formula(node)
            role = "" if made else ' role="math"'
            return f'<span class="math"{role}>{made or escape(tex)}</span>'
        case m.Foreign(lang, content):
            return f'<span lang="{escape(lang)}" xml:lang="{escape(lang)}">{inlines(content, r)}</span>'
        case m.Byline(content):
            return f'<span class="byline">{inlines(content, r)}</span>'
        case m.Name(name, role):
            attribute = f' data-role="{escape(role)}"' if role else ""
            return f'<span class="name"{attribute}>{r.text(name)}</span>'
        case m.Picture(media):
            return _media(media, media.alt, r, {}, inline=True)
        case _:
            assert_never(node)


def _article(node: m.Article, r: Rendition, level: int) -> str:
    parts = [
        _element("p", inlines(node.kicker, r), None, r, {"class": "kicker"}) if node.kicker else "",
        _element(_heading(level), inlines(node.headline, r), None, r, {"class": "headline"}) if node.headline else "",
        _element("p", inlines(node.deck, r), None, r, {"class": "deck", "role": "doc-subtitle"}) if node.deck else "",
        _element("p", inlines(node.byline, r), None, r, {"class": "byline"}) if node.byline else "",
    ]
    header = "".join(parts)
    inner = f"<header>\n{header}</header>\n" if header else ""
    attributes = {"id": node.id, "lang": node.lang, "xml:lang": node.lang}
    inner += blocks(node.body, r, level + bool(node.headline))
    return _container("article", inner, node, r, attributes)


def _figure(node: m.Figure, r: Rendition) -> str:
    missing = isinstance(node.media, m.Missing)
    label = node.media.alt or m.plain(node.caption)
    inner = _media(node.media, label, r, r.placeholder(node) if missing else {}) + "\n"
    credit = f'<span class="credit">{inlines(node.credit, r)}</span>' if node.credit else ""
    if node.caption or credit:
        inner += f"<figcaption>{inlines(node.caption, r)}{credit}</figcaption>\n"
    return _container("figure", inner, node, r, {"id": node.id, "class": "missing" if missing else ""})


def _media(media: m.Media, label: str, r: Rendition, further: Mapping[str, str], *, inline: bool = False) -> str:
    if isinstance(media, m.Image):
        address = escape(r.picture(media.path))
        crop = f' data-crop="{media.crop}"' if media.crop else ""
        return f'<img src="{address}" alt="{escape(media.alt)}"{crop}/>'
    tag = "span" if inline else "div"
    attributes = {
        "class": "placeholder",
        "role": "img",
        "aria-label": label or words(r.lang).missing,
        "data-wanted": media.wanted,
        "data-crop": media.crop,
        **further,
    }
    return f"<{tag}{_attributes(None, r, attributes)}></{tag}>"


def _table(node: m.Table, r: Rendition, level: int) -> str:
    def rows(rows: tuple[m.Row, ...], scope: str) -> str:
        return "".join(_container("tr", "".join(cell(each, scope) for each in row.cells), None, r) for row in rows)

    def cell(node: m.Cell, scope: str) -> str:
        attributes = {
            "scope": scope if node.header else "",
            "class": node.align,
            "colspan": "" if node.colspan == 1 else str(node.colspan),
            "rowspan": "" if node.rowspan == 1 else str(node.rowspan),
        }
        return _holder("th" if node.header else "td", node, attributes, r, level)

    inner = _element("caption", inlines(node.caption, r), None, r) if node.caption else ""
    inner += f'<colgroup span="{columns_of(node)}"></colgroup>\n' if r.columns else ""
    inner += _container("thead", rows(node.head, "col"), None, r) if node.head else ""
    inner += _container("tbody", rows(node.rows, "row"), None, r) if node.rows else ""
    table, box = _container("table", inner, node, r), r.wide(node)
    return _container("div", table, None, r, box) if box else table


def columns_of(table: m.Table) -> int:
    """How many columns the rows of a table fill, the longest of them, with what reaches down into it."""
    widest = 1
    for rows in (table.head, table.rows):
        taken: set[tuple[int, int]] = set()
        for y, row in enumerate(rows):
            x = 0
            for cell in row.cells:
                while (y, x) in taken:
                    x += 1
                taken |= {(y + down, x + right) for down in range(cell.rowspan) for right in range(cell.colspan)}
                x += cell.colspan
            widest = max(widest, x)
    return widest


def _holder(tag: str, node: m.ListItem | m.Cell, attributes: Mapping[str, str], r: Rendition, level: int) -> str:
    """An item or a cell: one plain paragraph is written without its own `p`."""
    match node.body:
        case ():
            return _element(tag, "", node, r, attributes)
        case (m.Paragraph(role="body", lang="", align="") as only,):
            return _element(tag, inlines(only.content, r), node, r, attributes)
        case _:
            return _container(tag, blocks(node.body, r, level), node, r, attributes)


def _gathered(nodes: tuple[Any, ...], r: Rendition, level: int) -> list[str]:
    """Neighbouring figures in one gallery, so that a page can set them side by side."""
    out: list[str] = []
    row: list[str] = []

    def close() -> None:
        if len(row) > 1:
            size = f"of-{len(row)}" if len(row) < 5 else "of-4 of-more"
            out.append(f'<div class="gallery {size}">\n{"".join(row)}</div>\n')
        else:
            out.extend(row)
        row.clear()

    for node in nodes:
        if isinstance(node, m.Figure):
            row.append(block(node, r, level))
        else:
            close()
            out.append(block(node, r, level))
    close()
    return out


def _heading(level: int) -> str:
    return f"h{min(level, 6)}"


def _element(
    tag: str, content: str, node: m.Node | None, r: Rendition, attributes: Mapping[str, str] | None = None
) -> str:
    return f"<{tag}{_attributes(node, r, attributes)}>{content}</{tag}>\n"


def _container(
    tag: str, content: str, node: m.Node | None, r: Rendition, attributes: Mapping[str, str] | None = None
) -> str:
    return f"<{tag}{_attributes(node, r, attributes)}>\n{content}</{tag}>\n"


def _attributes(node: m.Node | None, r: Rendition, attributes: Mapping[str, str] | None = None) -> str:
    # XML would make a blank of a newline: the label of a placeholder is a caption, which may have several lines
    pairs = ((name, escape(value).replace("\n", "&#10;")) for name, value in (attributes or {}).items() if value)
    out = "".join(f' {name}="{value}"' for name, value in pairs)
    if r.places and node is not None and node.place is not None:
        line, column = node.place.line, node.place.column
        out += f' data-src="{line}"' if column == 1 else f' data-src="{line}:{column}"'
    return out


def statement(meta: m.Meta, end: str = "/>") -> str:
    """All that is known of the document, in the words of the canonical markup, for the head of an edition: what an
    edition says of itself to catalogues and search engines is more and less than that."""
    pairs = [
        ("title", meta.title),
        ("language", meta.lang),
        *(("author", author) for author in meta.authors),
        ("date", meta.date),
        ("publication", meta.publication),
        ("kind", meta.kind),
        *named(meta.colophon),
    ]
    return _metas(*((STATED + name, value) for name, value in [("version", __version__), *pairs]), end=end)


def _meta_elements(meta: m.Meta) -> str:
    pairs = [
        *(("author", author) for author in meta.authors),
        ("date", meta.date),
        ("publication", meta.publication),
        ("docconv:kind", meta.kind),
        ("docconv:title", "" if meta.title else "none"),
        *named(meta.colophon),
    ]
    return _metas(*pairs)


def _metas(*pairs: tuple[str, str], end: str = "/>") -> str:
    said = ((name, escape(value).replace("\n", "&#10;")) for name, value in pairs if value)
    return "".join(f'<meta name="{name}" content="{value}"{end}\n' for name, value in said)
