"""Markdown that is heads and prose alone, as most novels are, read at once: pandoc takes a third of a second for it.

It assumes nothing: whatever might mean more to pandoc than a letter, a blank or a mark between letters makes it leave
the source to pandoc.  What it reads, it reads as `docconv.readers.markdown` does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

from docconv import model as m
from docconv.problems import DocconvError
from docconv.readers.blocks import Heading, Item, body
from docconv.readers.inlines import iso_date, language, one_line, tidy
from docconv.readers.source import Source

_WIDE = (
    "\u00a1-\u1fff\u2010-\u2027\u2030-\u205e\u2070-\u2fff\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufefe\uff00-\ufffd"
    "\U00010000-\U0003fffd"
)
"""Beyond ASCII, all but blanks of other kinds and controls."""
_MARKED = f"[{_WIDE}\u3000 A-Za-z0-9,.;:?!()%/'\"+=-]*(?<! )"
_ADDRESSES = ("://", "www.", "mailto:")
"""What is a link without any mark (GFM 6.9)."""
_LINE = re.compile(f"\u3000*((?![A-Za-z0-9]+[.)]|[•◦▪‣])[{_WIDE}A-Za-z0-9]{_MARKED})( {{2,}})?")
"""A line of a paragraph, and the blanks by which it is ended.  It does not begin with a mark of ASCII, as lists, rules
and tables do, nor with the number or dot of a list."""
_HEAD = re.compile(f"(#{{1,6}}) +([{_WIDE}A-Za-z0-9]{_MARKED})")
_FRONT = re.compile("---\n((?:[a-z]+: *[^\n]+\n)+)---(?:\n\n|$)")
_VALUE = re.compile(
    f"[{_WIDE}][{_WIDE}A-Za-z0-9 ]*|[A-Za-z]{{2,3}}(?:-[A-Za-z]{{2,8}})*|[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}"
)
"""A value that YAML takes for text and Markdown for plain words: a title, a language, a day."""
_NO_TEXT = frozenset({"yes", "no", "on", "off", "nan", "inf"})
_NAMES = frozenset({"title", "author", "lang", "date", "publication"})


def read_prose(source: Source) -> m.Document | None:
    """The document of a Markdown source; None if there is more in it than metadata, heads and paragraphs."""
    try:
        text = source.text()
    except DocconvError:
        return None  # pandoc's reader says what is wrong with it
    if any(mark in text for mark in _ADDRESSES):
        return None
    front = _FRONT.match(text)
    meta = _meta(front[1]) if front else m.Meta()
    start = front.end() if front else 0
    lines = enumerate(text[start:].split("\n"), text.count("\n", 0, start) + 1)
    items = _items(lines, source.name) if meta else None
    return m.Document(meta, body(items)) if meta and items else None


def _meta(front: str) -> m.Meta | None:
    values: dict[str, str] = {}
    for line in front.splitlines():
        name, _, value = line.partition(":")
        value = value.strip(" ")
        if name not in _NAMES or name in values or not _VALUE.fullmatch(value) or value.lower() in _NO_TEXT:
            return None
        if name == "date" and value and not iso_date(value):
            return None  # the other reader says so
        values[name] = one_line(value)
    return m.Meta(
        title=values.get("title", ""),
        lang=language(values.get("lang", "")),
        authors=(values["author"],) if values.get("author") else (),
        date=iso_date(values.get("date", "")),
        publication=values.get("publication", ""),
    )


def _items(lines: Iterable[tuple[int, str]], file: str) -> list[Item] | None:
    """The heads, paragraphs and quotations of numbered lines; None if a line is of none of them."""
    items: list[Item] = []
    for is_blank, group in groupby(lines, lambda line: not line[1]):
        chunk = [] if is_blank else list(group)
        while chunk and (found := _HEAD.fullmatch(chunk[0][1])):
            place = m.Place(chunk.pop(0)[0], found.start(2) + 1, file)
            items.append(Heading(len(found[1]), (m.Text(one_line(found[2]), place=place),), place=place))
        if not chunk:
            continue
        is_quote = chunk[0][1].startswith("> ")
        content = _run(chunk, "> " if is_quote else "", file)
        if content is None:
            return None
        paragraph = m.Paragraph(content, place=content[0].place)
        items.append(m.Quote((paragraph,), place=paragraph.place) if is_quote else paragraph)
    return items


def _run(lines: Sequence[tuple[int, str]], mark: str, file: str) -> m.Inlines | None:
    """The text of lines that all begin with a mark, ended where one ends in two blanks; None if one of them is no line
    of a paragraph."""
    content: list[m.Inline] = []
    held: list[str] = []
    place = m.Place(lines[0][0], len(mark) + 1, file)
    for number, line in lines:
        found = _LINE.fullmatch(line, len(mark)) if line.startswith(mark) else None
        if not found:
            return None
        start = found.start(1) if number == lines[0][0] else len(mark)  # only what indents the paragraph goes
        place = place if held else m.Place(number, start + 1, file)
        held.append(line[start : found.end(1)])
        if found[2] or number == lines[-1][0]:
            content += [m.Text("\n".join(held), place=place), m.LineBreak(place=place)]
            held.clear()
    return tidy(content[:-1])
