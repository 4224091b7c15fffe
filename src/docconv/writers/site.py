"""The HTML edition as a folder: a page for each article or chapter, contents, one style sheet, pictures as files.

It assumes nothing of where the folder lies: every address in it is relative, nothing comes from elsewhere.  Each page
is the markup of the HTML edition, with links to the pages before and after it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from pathlib import PurePosixPath
from typing import Any

from docconv import model as m
from docconv.pictures import Pictures, suffix_of
from docconv.problems import Problem
from docconv.styles import Style
from docconv.words import screen_words, words
from docconv.writers import markup
from docconv.writers.fonts import embed, font_css
from docconv.writers.formulas import mathml
from docconv.writers.head import head
from docconv.writers.html import (
    NOTHING_ELSE,
    Entry,
    contents,
    entries,
    masthead,
    page,
    rendition,
    sheet,
    showable,
    text,
    without,
)
from docconv.writers.labels import title
from docconv.writers.options import DEFAULT, EditionOptions
from docconv.writers.parts import groups, kind_of, notes_of

INDEX, SHEET = "index.html", "style.css"
# file: stands for a page that is opened from the disk, which has no host to be itself
_OWN = " ".join(f"{kind}-src 'self' file:;" for kind in ("img", "style", "font"))
_POLICY = f"default-src 'none'; {_OWN} {NOTHING_ELSE}"


def write_site(
    document: m.Document, style: Style, pictures: Pictures, report: Callable[[Problem], None],
    options: EditionOptions = DEFAULT,
) -> dict[str, bytes]:  # fmt: skip
    """The files of the folder by their names.  The same document, style and pictures give the same bytes."""
    shown = showable(document, pictures, report)
    document = without(document, shown)
    names = _picture_names(shown)
    pages = _pages(document)
    homes = _homes(pages)
    files = {names[path]: data for path, data in shown.items()}
    faces = embed(document, report) if options.fonts else []
    files |= {font.file: font.data for font in faces}
    css, brought = sheet(document, style, options, report)
    files |= {each.file: each.data for each in brought.values()}
    files |= {SHEET: (css + font_css(faces)).encode(), INDEX: _index(document, pages, homes)}
    labels = rendition(document, picture=lambda path: markup.escape(names[path]), options=options)
    labels = replace(labels, formula=mathml(document, report))
    for number, each in enumerate(pages):
        look = replace(labels, link=partial(_link, each, homes), lang=each.lang)
        before, after = pages[number - 1] if number else None, pages[number + 1] if number + 1 < len(pages) else None
        files[each.file] = _article_page(document, each, look, before, after)
    return files


@dataclass(frozen=True, slots=True)
class _Page:
    """A file of the text: its nodes, and the notes that are called there."""

    file: str
    nodes: tuple[Any, ...]
    lang: str
    title: str
    notes: tuple[m.Note, ...] = ()


def _pages(document: m.Document) -> list[_Page]:
    """The pages of the text, in reading order; at least one."""
    numbers = {"article": count(1), "chapter": count(1), "matter": count(1)}
    parts = groups(document.body) or [()]
    pages = []
    for nodes, notes in zip(parts, notes_of(parts, document.notes), strict=True):
        kind, lang = kind_of(nodes)
        name = f"{kind}-{next(numbers[kind])}.html"
        heading = title(m.Document(m.Meta(), nodes)) or title(document)
        pages.append(_Page(name, nodes, lang or document.meta.lang, heading, notes))
    return pages


def _picture_names(shown: Mapping[str, bytes]) -> dict[str, str]:
    """The name in the folder of each picture: its own, as every server and system can hold it."""
    names: dict[str, str] = {}
    for path, data in shown.items():
        stem = re.sub(r"[^a-z0-9_]+", "-", PurePosixPath(path.lower()).stem).strip("-") or "picture"
        suffix = suffix_of(path, data)
        choices = (f"images/{stem}{f'-{number}' if number > 1 else ''}{suffix}" for number in count(1))
        names[path] = next(name for name in choices if name not in names.values())
    return names


def _homes(pages: Sequence[_Page]) -> dict[str, _Page]:
    """The page on which each id stands first."""
    homes: dict[str, _Page] = {}
    for each in pages:
        for node in (node for top in (*each.nodes, *each.notes) for node in m.walk(top)):
            if getattr(node, "id", ""):
                homes.setdefault(node.id, each)
    return homes


def _link(here: _Page, homes: dict[str, _Page], target: str) -> str:
    """The address of `#id`, as seen from the page `here`."""
    home = homes.get(target[1:], here)
    inside = home is here or any(note.id == target[1:] for note in here.notes)
    return target if inside else f"{home.file}{target}"


def _article_page(
    document: m.Document, here: _Page, look: markup.Rendition, before: _Page | None, after: _Page | None
) -> bytes:
    record = replace(document.meta.colophon, description="")  # it is of the whole
    meta = replace(document.meta, title=here.title, lang=here.lang, colophon=record)
    part = m.Document(meta, here.nodes, here.notes)
    inside = contents(here.lang, entries(_sections(here.nodes), lambda node: f"#{node.id}"))
    above = "" if title(m.Document(m.Meta(), here.nodes)) else here.title
    relations = [("prev", before), ("next", after)]
    links = "".join(f'<link rel="{name}" href="{other.file}">\n' for name, other in relations if other)
    return page(
        here.lang,
        f'{head(part, _POLICY, document)}<link rel="stylesheet" href="{SHEET}">\n{links}',
        _running_head(document, above) + inside,
        text(part, look, 2 if above else 1),
        _pager(document.meta.lang, before, after),
    )


def _sections(nodes: Iterable[Any]) -> Iterable[Any]:
    """What the contents of a page list: the sections of its chapters."""
    return (child for node in nodes if isinstance(node, m.Section) for child in node.body)


def _section_address(page: _Page, node: m.Section) -> str:
    return f"{page.file}#{node.id}"


def _running_head(document: m.Document, above: str) -> str:
    """The name of the whole at the head of each page, as the way to its contents; the title of a page without one."""
    return masthead(replace(document.meta, publication=_name(document), authors=()), above, INDEX)


def _name(document: m.Document) -> str:
    """What the whole is called; a page of a newspaper is called after the paper, not after its first headline."""
    meta = document.meta
    own = title(document) if meta.title or len(document.body) == 1 else ""
    names = (meta.publication, "") if meta.kind == "page" else (own, meta.publication)
    return next(filter(None, names), words(meta.lang).contents)


def _pager(lang: str, before: _Page | None, after: _Page | None) -> str:
    """The way to the pages before and after, and to the contents."""

    def link(relation: str, other: _Page) -> str:
        lang = f' lang="{markup.escape(other.lang)}"' if other.lang else ""
        return f'<a rel="{relation}" href="{other.file}"{lang}>{markup.escape(other.title)}</a>\n'

    links = [
        link("prev", before) if before else "",
        f'<a class="up" href="{INDEX}">{words(lang).contents}</a>\n',
        link("next", after) if after else "",
    ]
    return f'<nav class="pager" aria-label="{screen_words(lang).pages}">\n{"".join(links)}</nav>\n'


def _index(document: m.Document, pages: Sequence[_Page], homes: dict[str, _Page]) -> bytes:
    """The contents of the whole, under its title."""
    meta = document.meta
    lines = []
    for each in pages:
        inside = entries(_sections(each.nodes), partial(_section_address, each))
        lines.append(Entry(each.title or each.file, each.file, inside))
    above = _name(document)
    shown = replace(
        meta,
        publication="" if above == meta.publication else meta.publication,
        authors=() if meta.kind == "page" else meta.authors,  # its articles have bylines of their own
    )
    document = replace(document, meta=replace(meta, title=above))
    return page(
        meta.lang,
        f"{head(document, _POLICY, address=lambda node: homes[node].file)}{markup.statement(meta, end='>')}"
        f'<link rel="stylesheet" href="{SHEET}">\n',
        masthead(shown, above),
        contents(meta.lang, lines, least=0, longest=sum(map(len, lines))),
    )
