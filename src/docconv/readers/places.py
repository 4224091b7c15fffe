"""Places for a document whose format gave none: each text is looked up in the source that it came from.

It assumes that the document follows the source's order, as it does for Markdown, reStructuredText and their kin.  A
text that is not found as it stands (an escape, a note that was moved) has no place rather than a wrong one.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from typing import Any

from docconv import model as m

_WINDOW = 20_000
"""Characters that a text is looked for in, from where the last one was found: so that the whole stays linear."""


def with_places(document: m.Document, text: str, file: str) -> m.Document:
    """The document with the place of every text that is found in `text`, and of every block that begins with one."""
    lines = [0]
    for line in text.split("\n"):
        lines.append(lines[-1] + len(line) + 1)
    cursor = 0

    def place(at: int) -> m.Place:
        line = bisect_right(lines, at)
        return m.Place(line, at - lines[line - 1] + 1, file)

    def step(node: Any) -> Any:
        nonlocal cursor
        if isinstance(node, m.Text) and node.place is None and node.text.strip():
            found = _found(text, node.text, cursor)
            if found >= 0:
                cursor = found + min(len(node.text), _START)
                return replace(node, place=place(found))
        elif isinstance(node, m.Node) and node.place is None and (first := _first_place(node)):
            return replace(node, place=first)
        return node

    return m.rewrite(document, step)


_START = 16
"""Characters by which a text is known that goes over several lines of its source."""


def _found(text: str, wanted: str, cursor: int) -> int:
    start = wanted[:_START].strip()
    return text.find(start, cursor, cursor + _WINDOW)


def _first_place(node: Any) -> m.Place | None:
    """The place of what a node begins with."""
    return next((child.place for child in m.children(node) if child.place), None)
