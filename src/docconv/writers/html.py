"""The HTML edition: one self-contained file for a browser, with its style and its pictures inside.

It assumes nothing of where it is opened: no script, no font, nothing from elsewhere.  It is the canonical markup in
HTML syntax, with a masthead, a skip link and a table of contents around it.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

from docconv import __version__
from docconv import model as m
from docconv.pictures import SUFFIXES, Pictures
from docconv.problems import Problem
from docconv.styles import Style
from docconv.words import Words, words
from docconv.writers import markup
from docconv.writers.labels import box_labels, headings, note_number, shown_title, title

_DESCRIPTION = 160
"""Characters: what search engines show."""


def write_html(document: m.Document, style: Style, pictures: Pictures, report: Callable[[Problem], None]) -> bytes:
    """The document as one HTML file in UTF-8.  The same document, style and pictures give the same bytes."""
    meta, shown = document.meta, words(document.meta.lang)
    main = _in_html_syntax(markup.body(document, _rendition(document, pictures)))
    return (
        f'<!doctype html>\n<html lang="{markup.escape(meta.lang or "und")}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{markup.escape(title(document) or shown.untitled)}</title>\n"
        f"{_metadata(document)}<style>\n{_safe(style.css('screen'))}</style>\n</head>\n<body>\n"
        f'<a class="skip generated" href="#text">{shown.skip}</a>\n'
        f'{_masthead(document)}{_contents(document, shown)}<main id="text">\n{main}</main>\n</body>\n</html>\n'
    ).encode()


def _rendition(document: m.Document, pictures: Pictures) -> markup.Rendition:
    def address(path: str) -> str:
        kind = SUFFIXES[Path(path).suffix.lower()]
        return f"data:{kind};base64,{b64encode(pictures.read(path)).decode()}"

    return markup.Rendition(
        picture=address,
        placeholder=box_labels(document),
        note_number=note_number(document),
        galleries=True,
        places=False,
        lang=document.meta.lang,
    )


_ONLY_IN_XHTML = re.compile(r' (?:xml:lang|epub:type)="[^"]*"')


def _in_html_syntax(xhtml: str) -> str:
    """Canonical markup without the attributes that only XHTML knows.  In text a quotation mark is `&quot;`, so the
    pattern meets attributes alone."""
    return _ONLY_IN_XHTML.sub("", xhtml)


def _safe(css: str) -> str:
    """A style sheet that cannot end its own element: `</style` in a comment or a string."""
    return css.replace("</", "<\\/")


def _metadata(document: m.Document) -> str:
    meta = document.meta
    pairs = [
        *(("author", author) for author in meta.authors),
        ("date", meta.date),
        ("description", _description(document)),
        ("generator", f"docconv {__version__}"),
        ("color-scheme", "light dark"),
    ]
    return "".join(f'<meta name="{name}" content="{markup.escape(value)}">\n' for name, value in pairs if value)


def _description(document: m.Document) -> str:
    """The beginning of the running text, whole sentences if there are any within reach."""
    running = (node for node in m.walk(document) if isinstance(node, m.Paragraph) and node.role in ("body", "abstract"))
    text = " ".join(m.plain(next(running, m.Paragraph(()))).split())
    if len(text) <= _DESCRIPTION:
        return text
    start = text[:_DESCRIPTION]
    end = max(start.rfind(mark) for mark in "。！？.!?")
    return start[: end + 1] if end > _DESCRIPTION // 3 else start + "…"


def _masthead(document: m.Document) -> str:
    """Publication and date, and the title of a manuscript unless its text shows it."""
    meta, above = document.meta, shown_title(document)
    date = markup.escape(meta.date)
    lines = [
        f'<p class="title">{markup.escape(above)}</p>\n' if above else "",
        f'<p class="details">{markup.escape(" ".join(meta.authors))}</p>\n' if above and meta.authors else "",
        f'<p class="publication">{markup.escape(meta.publication)}</p>\n' if meta.publication else "",
        f'<p class="date"><time datetime="{date}">{date}</time></p>\n' if date else "",
    ]
    inner = "".join(lines)
    return f'<header class="masthead">\n{inner}</header>\n' if inner else ""


def _contents(document: m.Document, shown: Words) -> str:
    entries = [(title, identifier) for title, identifier in headings(document) if identifier]
    if len(entries) < 2:
        return ""
    items = "".join(f'<li><a href="#{markup.escape(identifier)}">{markup.escape(title)}</a></li>\n'
                    for title, identifier in entries)  # fmt: skip
    return f'<nav class="contents" aria-label="{shown.contents}">\n<ol>\n{items}</ol>\n</nav>\n'
