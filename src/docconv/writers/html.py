"""The HTML edition: one self-contained file for a browser, with its style and its pictures inside.

It assumes nothing of where it is opened: no script, no font, nothing from elsewhere.  It is the canonical markup in
HTML syntax, with a masthead, a skip link and a table of contents around it.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from docconv import model as m
from docconv.lists import number_css
from docconv.pictures import Pictures, data_address, kind_of
from docconv.problems import Problem
from docconv.styles import Style
from docconv.words import screen_words, words
from docconv.writers import markup
from docconv.writers.fonts import embed, font_css
from docconv.writers.formulas import mathml
from docconv.writers.head import head
from docconv.writers.labels import box_labels, note_number, shown_authors, shown_title
from docconv.writers.options import DEFAULT, EditionOptions
from docconv.writers.rgb import in_rgb
from docconv.writers.svg import plain_svg
from docconv.writers.theme import Brought, own_sheet, with_data
from docconv.writers.vertical import on_screen, upright

NOTHING_ELSE = "base-uri 'none'; form-action 'none'"
"""The end of every page's policy."""

_LONG = 24
"""Entries: contents that are longer are folded."""


def write_html(document: m.Document, style: Style, pictures: Pictures, report: Callable[[Problem], None],
               options: EditionOptions = DEFAULT) -> bytes:  # fmt: skip
    """The document as one HTML file in UTF-8.  The same document, style and pictures give the same bytes."""
    drawings = showable(document, pictures, report)

    def address(path: str) -> str:
        return data_address(kind_of(path, drawings[path]), drawings[path])

    document = without(document, drawings)
    faces = embed(document, report) if options.fonts else []
    css, brought = sheet(document, style, options, report)
    css = _safe(with_data(css, brought) + font_css(faces, lambda font: data_address("font/woff", font.data)))
    digest = b64encode(sha256(f"\n{css}".encode()).digest()).decode()
    own = "font-src data:; " if faces or any(each.is_face for each in brought.values()) else ""
    policy = f"default-src 'none'; img-src data:; {own}style-src 'sha256-{digest}'; {NOTHING_ELSE}"
    above = shown_title(document)
    look = replace(rendition(document, picture=address, options=options), formula=mathml(document, report))
    return page(
        document.meta.lang,
        f"{head(document, policy)}{markup.statement(document.meta, end='>')}<style>\n{css}</style>\n",
        masthead(replace(document.meta, authors=shown_authors(document)), above) + _contents(document),
        text(document, look, 2 if above else 1),
    )


def sheet(document: m.Document, style: Style, options: EditionOptions, report: Callable[[Problem], None]
          ) -> tuple[str, dict[str, Brought]]:  # fmt: skip
    """The style's sheet for screens, with the numbers of the document's lists, and the files that it brings along."""
    own, files = own_sheet(style, "screen", report)
    css = style.css("screen", own) + number_css(document)
    return on_screen(css) if options.vertical else css, files


def page(lang: str, head: str, above: str, main: str, below: str = "") -> bytes:
    """A whole page: `above` and `below` stand around the text."""
    return (
        f'<!doctype html>\n<html lang="{markup.escape(lang or "und")}">\n<head>\n{head}</head>\n<body>\n'
        f'<a class="skip generated" href="#text">{words(lang).skip}</a>\n'
        f'{above}<main id="text">\n{main}</main>\n{below}</body>\n</html>\n'
    ).encode()


def rendition(
    document: m.Document,
    picture: Callable[[str], str],
    link: Callable[[str], str] = lambda target: target,
    options: EditionOptions = DEFAULT,
) -> markup.Rendition:
    """How the text of a document looks on a screen."""
    return markup.Rendition(
        text=upright if options.vertical else markup.escape,
        picture=picture,
        link=link,
        placeholder=box_labels(document),
        note_number=note_number(document),
        wide=_wide(document),
        galleries=True,
        places=False,
        lang=document.meta.lang,
    )


def _wide(document: m.Document) -> Callable[[m.Table | m.CodeBlock | m.MathBlock], Mapping[str, str]]:
    """The box in which a table, code or formula scrolls by itself: keys reach it, and it has a name (WCAG 2.1.1)."""
    shown, labels = screen_words(document.meta.lang), dict[int, str]()
    for kind, label in ((m.Table, shown.table), (m.CodeBlock, shown.code), (m.MathBlock, shown.formula)):
        nodes = (node for node in m.walk(document) if isinstance(node, kind))
        labels |= {id(node): label.format(number) for number, node in enumerate(nodes, 1)}

    def attributes(node: m.Table | m.CodeBlock | m.MathBlock) -> dict[str, str]:
        caption = m.plain(node.caption) if isinstance(node, m.Table) else ""
        label = " ".join([labels[id(node)], *caption.split()])
        role = "group" if isinstance(node, m.MathBlock) else "region"  # no landmark: there may be very many
        return {"class": "wide", "role": role, "tabindex": "0", "aria-label": label}

    return attributes


def text(document: m.Document, look: markup.Rendition, level: int) -> str:
    """The text in HTML syntax, headings from `level` on.

    Matter beside it is no landmark (ARIA in HTML), for there may be much of it and it has no name; notes have one."""
    shown = _ONLY_IN_XHTML.sub("", markup.body(document, look, level))
    name = words(look.lang).note

    def numbered(note: re.Match[str]) -> str:
        number = look.note_number(note[1])
        return f'{note[0]} data-number="{number}" aria-label="{name} {number}"'

    shown = _NOTE.sub(numbered, shown)
    return _ASIDE.sub(r'<aside role="note" class="\1"', shown)


# In text a quotation mark is `&quot;`, `<` is `&lt;` and `>` is `&gt;`, so these meet tags alone
_ONLY_IN_XHTML = re.compile(r' (?:xml:lang|epub:type|xmlns)="[^"]*"|/(?=>)')
_NOTE = re.compile(r'<aside class="note" role="doc-footnote" id="([^"]*)"')
_ASIDE = re.compile(r'<aside class="(furniture|box|pullquote)"')


def _safe(css: str) -> str:
    """A style sheet that cannot end its own element: `</style` in a comment or a string."""
    return css.replace("</", "<\\/")


# ── Pictures ─────────────────────────────────────────────────────────────────────────────────────────────


def showable(document: m.Document, pictures: Pictures, report: Callable[[Problem], None]) -> dict[str, bytes]:
    """The pictures that the text shows, by their paths; drawings without anything active.  One that cannot be shown
    is reported."""
    found: dict[str, bytes] = {}
    for node in m.walk(document):
        if not isinstance(node, m.Image) or node.path in found:
            continue
        data = pictures.read(node.path)
        is_drawing = node.path.lower().endswith(".svg")
        found[node.path] = plain_svg(data) if is_drawing else in_rgb(data, inks_alone=True)
        if not found[node.path]:
            report(Problem("picture-unreadable", f"{node.path}: not a picture", node.place, "replace the file"))
    return {path: data for path, data in found.items() if data}


def without(document: m.Document, showable: Mapping[str, bytes]) -> m.Document:
    """The document with a placeholder for each picture that cannot be shown."""

    def step(node: Any) -> Any:
        lost = isinstance(node, m.Image) and node.path not in showable
        return m.Missing(node.path, node.alt, place=node.place) if lost else node

    paths = {node.path for node in m.walk(document) if isinstance(node, m.Image)}
    return document if paths <= showable.keys() else m.rewrite(document, step)


# ── Masthead and contents ────────────────────────────────────────────────────────────────────────────────


def masthead(meta: m.Meta, above: str, home: str = "") -> str:
    """Publication and date, the title to show `above` the text, and the authors; `home` is where they lead."""
    date, publication = markup.escape(meta.date), markup.escape(meta.publication)
    if home and publication:
        publication = f'<a href="{home}">{publication}</a>'
    lines = [
        f'<h1 class="title">{markup.escape(above)}</h1>\n' if above else "",
        f'<p class="details">{markup.escape(" ".join(meta.authors))}</p>\n' if meta.authors else "",
        f'<p class="publication">{publication}</p>\n' if publication else "",
        f'<p class="date"><time datetime="{date}">{date}</time></p>\n' if date else "",
    ]
    inner = "".join(lines)
    return f'<header class="masthead">\n{inner}</header>\n' if inner else ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the contents, with what stands below it."""

    title: str
    address: str
    below: list[Entry] = field(default_factory=list)

    def __len__(self) -> int:
        return 1 + sum(map(len, self.below))


def entries(nodes: Iterable[Any], address: Callable[[Any], str], depth: int = 2) -> list[Entry]:
    """The contents: articles, and chapters with their sections.  `address` is where a node is found."""
    return list(_entries(nodes, address, depth))


def _entries(nodes: Iterable[Any], address: Callable[[Any], str], depth: int) -> Iterator[Entry]:
    for node in nodes:
        if not isinstance(node, m.Article | m.Section):
            continue
        heading = " ".join(m.plain(node.headline if isinstance(node, m.Article) else node.title).split())
        below = entries(node.body, address, depth - 1) if isinstance(node, m.Section) and depth > 1 else []
        if heading and node.id:
            yield Entry(heading, address(node), below)
        else:
            yield from below


def _contents(document: m.Document) -> str:
    """The contents of a document in one file; of a single chapter, its sections."""
    lines = entries(document.body, lambda node: f"#{node.id}")
    return contents(document.meta.lang, lines[0].below if len(lines) == 1 else lines)


def contents(lang: str, entries: list[Entry], least: int = 2, longest: int = _LONG) -> str:
    """The entries as a list of links; folded if they are many, left out if they are fewer than `least`."""
    count = sum(map(len, entries))
    if count < least:
        return ""
    name, inner = words(lang).contents, _list(entries)
    folded = f"<details>\n<summary>{name}</summary>\n{inner}</details>\n" if count > longest else inner
    return f'<nav class="contents" aria-label="{name}">\n{folded}</nav>\n'


def _list(entries: list[Entry]) -> str:
    def item(entry: Entry) -> str:
        link = f'<a href="{markup.escape(entry.address)}">{markup.escape(entry.title)}</a>'
        return f"<li>{link}\n{_list(entry.below)}</li>\n" if entry.below else f"<li>{link}</li>\n"

    return f"<ol>\n{''.join(map(item, entries))}</ol>\n"
