"""Paragraphs that go on after something that stood in between, told by the indents of the source.

It assumes a source that writes indents as ideographic spaces, so that the column of a paragraph's place says whether it
had one; where most paragraphs have none, their lack says nothing.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import Any

from docconv import model as m
from docconv.chars import HANGUL, IDEOGRAPHIC

_LETTER = re.compile(f"[{IDEOGRAPHIC}{HANGUL}A-Za-z0-9]")
_FEWEST, _MOST_WITHOUT = 4, 0.2
"""Indented paragraphs that make a habit, and what part of all may break it."""


def mark_resumed(document: m.Document) -> m.Document:
    """The document with the paragraphs marked that are not indented, against its habit, right after a quotation, a
    verse, a formula or a figure: the paragraph before it was not over (CLREQ 3.5.1, unfinished paragraphs).

    Speech, which Japanese does not indent, and lines that begin with a sign are left alone."""
    holders = [node for node in m.walk(document) if isinstance(node, m.Document | m.Article | m.Section)]
    columns = [column for holder in holders for node in holder.body if (column := _column(node))]
    indented = sum(column > 1 for column in columns)
    if indented < _FEWEST or len(columns) - indented > _MOST_WITHOUT * len(columns):
        return document

    def step(node: Any) -> Any:
        held = getattr(node, "body", None)
        return replace(node, body=_marked(held)) if isinstance(held, tuple) and len(held) > 1 else node

    document = m.rewrite(document, step, skip=m.is_furniture)
    return replace(document, body=_marked(document.body))


def _marked(body: tuple[Any, ...]) -> tuple[Any, ...]:
    goes_on = [False, *(_is_between(before) and _column(node) == 1 for before, node in pairwise(body))]
    return tuple(
        replace(node, role="resumed") if resumed else node for node, resumed in zip(body, goes_on, strict=True)
    )


def _is_between(node: Any) -> bool:
    return isinstance(node, m.Quote | m.Verse | m.MathBlock | m.Figure)


def _column(node: Any) -> int:
    """Where a paragraph of the text that begins with a letter begins in its line; 0 for anything else."""
    is_text = isinstance(node, m.Paragraph) and node.role == "body" and _LETTER.match(m.plain(node.content))
    return node.place.column if is_text and node.place else 0
