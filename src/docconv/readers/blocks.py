"""How a reader builds blocks: headings into nested sections, a run into paragraphs, a story's lead into its head.

It assumes that a format gives a flat run of things, as HTML and pandoc do; the model has neither headings nor
free-standing kickers.  What comes out is in the normal form (see `docconv.readers.inlines`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Literal, TypeAlias, cast

from docconv import model as m
from docconv.readers.inlines import tidy

LARGEST_SPAN = 1000
"""Columns or rows that a cell may span (HTML, "table model")."""
LARGEST_TABLE = 100_000
"""Fields of a table, spans counted in full: more is an attack on the layout, and every span becomes 1."""


ROLES: dict[str, m.ParagraphRole] = {**m.NAMED_ROLES, "noindent": "resumed", "no-indent": "resumed"}
"""The roles of paragraphs by the names of classes and styles."""
PARTS: dict[str, Literal["kicker", "deck", "byline"]] = {
    "kicker": "kicker",
    "肩题": "kicker",
    "引题": "kicker",
    "deck": "deck",
    "副题": "deck",
    "副标题": "deck",
    "byline": "byline",
    "署名": "byline",
}
"""The parts of a story's head by the names of classes and styles."""


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    title: m.Inlines
    id: str = ""
    place: m.Place | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a story's head that is marked as such."""

    name: Literal["kicker", "deck", "byline"]
    content: m.Inlines
    place: m.Place | None = None


Item: TypeAlias = m.Block | m.Article | Heading | Part


def body(items: Iterable[Item]) -> tuple[m.Article | m.Block, ...]:
    """A document's body: what follows a heading is in its section, up to the next heading of its level or above."""
    top: list[Any] = []
    open_sections: list[tuple[Heading, list[Any]]] = []

    def close(level: int) -> None:
        while open_sections and open_sections[-1][0].level >= level:
            heading, inside = open_sections.pop()
            section = m.Section(heading.title, tuple(inside), heading.id, place=heading.place)
            (open_sections[-1][1] if open_sections else top).append(section)

    for item in items:
        match item:
            case Heading(level):
                close(level)
                open_sections.append((item, []))
            case m.Article():
                close(0)  # an article is in no section
                top.append(item)
            case _:
                block = m.Paragraph(item.content, place=item.place) if isinstance(item, Part) else item
                (open_sections[-1][1] if open_sections else top).append(block)
    close(0)
    return tuple(top)


def stories(items: Sequence[Item]) -> list[Item]:
    """The things of a document, in which a heading with a kicker above it, or a deck or byline under it, begins a
    story: a manuscript whose styles name the parts of an article is a page of articles."""
    levels = {at: item.level for at, item in enumerate(items) if isinstance(item, Heading)}
    headed = [level for at, level in levels.items() if _is_headed(items, at)]
    if not headed:
        return list(items)
    starts = [_first_part(items, at) for at, level in levels.items() if level == min(headed)]
    out = list(items[: starts[0]])
    for start, end in pairwise([*starts, len(items)]):
        out.append(article([], items[start:end]))
    return out


def _first_part(items: Sequence[Item], at: int) -> int:
    """Where the head of a story begins: at the kicker above its headline, if there is one."""
    above = items[at - 1] if at else None
    return at - 1 if isinstance(above, Part) and above.name == "kicker" else at


def _is_headed(items: Sequence[Item], at: int) -> bool:
    below = items[at + 1] if at + 1 < len(items) else None
    return _first_part(items, at) < at or (isinstance(below, Part) and below.name != "kicker")


def blocks(items: Iterable[Item]) -> m.Blocks:
    """The body of anything but a document, where a story can only be a section."""
    return cast(m.Blocks, body(_as_section(item) if isinstance(item, m.Article) else item for item in items))


def _as_section(article: m.Article) -> m.Section:
    head = tuple(m.Paragraph(part) for part in (article.kicker, article.deck, article.byline) if part)
    return m.Section(article.headline, head + article.body, article.id, place=article.place)


def article(lead: Sequence[Item], rest: Sequence[Item], *, id: str = "", lang: str = "",
            place: m.Place | None = None) -> m.Article:  # fmt: skip
    """A story from the things in its header and those after it.

    Its headline is the first heading that stands in the header or before any text, or else its only heading of
    level 1; parts of the head may stand before and after it."""
    parts: dict[str, m.Inlines] = {}
    left: list[Item] = []
    names: list[str] = []  # the heading that became the headline may bear the id that links mean

    def take(item: Item) -> bool:
        match item:
            case Part(name, content) if name not in parts:
                parts[name] = content
            case Heading(_, title, name) if "headline" not in parts:
                parts["headline"] = title
                names.append(name)
            case _:
                return False
        return True

    left.extend([item for item in lead if not take(item)])
    rest = list(rest)
    while rest and (isinstance(rest[0], m.Figure) or take(rest[0])):
        if isinstance(rest[0], m.Figure):
            left.append(rest[0])
        rest.pop(0)
    first = [item for item in rest if isinstance(item, Heading) and item.level == 1]
    if "headline" not in parts and len(first) == 1:
        take(first[0])
        rest.remove(first[0])
    return m.Article(**parts, body=blocks([*left, *rest]), id=id or "".join(names), lang=lang, place=place)


def paragraphs(
    run: Iterable[m.Inline],
    role: m.ParagraphRole = "body",
    lang: str = "",
    place: m.Place | None = None,
    align: m.ParagraphAlign = "",
) -> list[Item]:
    """A run as a paragraph, as figures if it is nothing but pictures, or as nothing if it is empty."""
    content = tidy(run)
    pictures = _only_pictures(content)
    if pictures is not None:
        return [m.Figure(picture.media, place=place) for picture in pictures]
    return [m.Paragraph(content, role, lang, align, place=place)]


def _only_pictures(run: m.Inlines) -> list[m.Picture] | None:
    """The pictures of a run that holds nothing else; None if it holds text."""
    found: list[m.Picture] = []
    for node in run:
        match node:
            case m.Picture():
                found.append(node)
            case m.Text(text) if text == " ":
                pass
            case m.LineBreak():
                pass
            case m.Link() | m.Emphasis() | m.Strong() | m.Deletion() | m.Insertion() | m.Underline() | m.Foreign():
                inside = _only_pictures(node.content)
                if inside is None:
                    return None
                found.extend(inside)
            case _:
                return None
    return found


def as_run(items: Iterable[Item]) -> list[m.Inline]:
    """Blocks as one run, where only a run can stand, as in a heading: what is a block of its own begins a line."""
    out: list[m.Inline] = []
    for item in items:
        match item:
            case m.Paragraph() | Part():
                run: Iterable[m.Inline] = item.content
            case Heading(_, title):
                run = title
            case m.Figure(media, caption, credit):
                run = (m.Picture(media), m.LineBreak(), *caption, m.LineBreak(), *credit)
            case m.Verse(stanzas):
                run = [node for stanza in stanzas for node in (*stanza, m.LineBreak())]
            case m.CodeBlock(text):
                run = (m.Code(text),)
            case m.MathBlock(tex):
                run = (m.Math(tex),)
            case _:
                inside = [*getattr(item, "caption", ()), *getattr(item, "title", ())]
                run = [*inside, m.LineBreak(), *as_run(_blocks_in(item))]
        out += [*run, m.LineBreak()]
    return out


def _blocks_in(item: Any) -> list[Any]:
    """The blocks directly inside another, through the items of a list and the cells of a table."""
    inside = (each for each in m.children(item) if not isinstance(each, m.Inline))
    return [block for each in inside for block in (_blocks_in(each) if _is_part(each) else [each])]


def _is_part(node: Any) -> bool:
    return isinstance(node, m.ListItem | m.Row | m.Cell)


_BOX = re.compile("([□☐■☑☒])[ \u3000\xa0]+(?=\\S)")
"""The box that word processors and forms show before a task, open or ticked."""


def with_tasks(items: tuple[m.ListItem, ...]) -> tuple[m.ListItem, ...]:
    """The items of a bullet list as tasks, if each of them begins with a box; boxes that are all black are bullets."""
    boxes = [_box(item) for item in items]
    if not items or None in boxes or {box[1] for box in boxes if box} == {"■"}:
        return items
    return tuple(_ticked(item, box) for item, box in zip(items, boxes, strict=True) if box)


def _box(item: m.ListItem) -> re.Match[str] | None:
    match item.body:
        case (m.Paragraph((m.Text(text), *_)), *_) if item.done is None:
            return _BOX.match(text)
        case _:
            return None


def _ticked(item: m.ListItem, box: re.Match[str]) -> m.ListItem:
    first, *rest = item.body
    if not isinstance(first, m.Paragraph) or not isinstance(words := first.content[0], m.Text):
        return item
    place = words.place.right(box.end()) if words.place else None
    words = m.Text(words.text[box.end() :], place=place)
    return m.ListItem(
        (replace(first, content=(words, *first.content[1:])), *rest), box[1] not in "□☐", place=item.place
    )


def bounded(rows: Sequence[m.Row]) -> tuple[m.Row, ...]:
    """The rows with their spans between 1 and `LARGEST_SPAN` and inside the table."""
    area = 0
    out: list[m.Row] = []
    for number, row in enumerate(rows):
        left = min(len(rows) - number, LARGEST_SPAN)
        cells = [
            replace(cell, colspan=min(max(cell.colspan, 1), LARGEST_SPAN), rowspan=min(max(cell.rowspan, 1), left))
            for cell in row.cells
        ]
        area += sum(cell.colspan * cell.rowspan for cell in cells)
        out.append(replace(row, cells=tuple(cells)))
    if area > LARGEST_TABLE:
        return tuple(replace(r, cells=tuple(replace(c, colspan=1, rowspan=1) for c in r.cells)) for r in out)
    return tuple(out)


def settle_links(document: m.Document) -> m.Document:
    """The document with unique ids, and with no link to an id that it does not have: such a link leaves its text."""
    owners = m.Article | m.Section | m.Figure | m.Note
    ids = [node.id for node in m.walk(document) if isinstance(node, owners) and node.id]
    if len(ids) != len(set(ids)):
        document = _with_unique_ids(document)
    targets = {f"#{each}" for each in ids}

    def settle(run: m.Inlines) -> m.Inlines:
        dangling = any(_dangles(node, targets) for each in run for node in m.walk(each))
        return tidy(without_links(run, lambda link: _dangles(link, targets))) if dangling else run

    return m.rewrite_runs(document, settle)


def _with_unique_ids(document: m.Document) -> m.Document:
    seen: set[str] = set()

    def step(node: Any) -> Any:
        if not isinstance(node, m.Article | m.Section | m.Figure) or not node.id:
            return node
        if node.id in seen:
            return replace(node, id="")
        seen.add(node.id)
        return node

    first: dict[str, m.Note] = {}
    for note in document.notes:
        first.setdefault(note.id, note)
    seen |= first.keys()
    notes = tuple(m.rewrite(note, step) for note in first.values())
    return replace(document, body=m.rewrite(replace(document, notes=()), step).body, notes=notes)


def _dangles(node: Any, targets: set[str]) -> bool:
    return isinstance(node, m.Link) and node.target.startswith("#") and node.target not in targets


def without_links(run: m.Inlines, is_out: Callable[[m.Link], bool]) -> m.Inlines:
    """The run with the text of each of certain links in its place."""
    out: list[m.Inline] = []
    for node in run:
        if isinstance(node, m.Holder):
            node = replace(node, content=without_links(node.content, is_out))
        if isinstance(node, m.Link) and is_out(node):
            out.extend(node.content)
        else:
            out.append(node)
    return tuple(out)
