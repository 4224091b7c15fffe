"""Words with their boxes, and the lines and blocks of text that they make.

It assumes only that boxes are in one unit; a word without a box is set as its file spells it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from docconv.chars import HAN, KANA
from docconv.readers.inlines import clean
from docconv.readers.layout.things import literal

_WIDE = re.compile(f"[{HAN}{KANA}\u3001-\u303f\uff00-\uff60]")
_GAP = 0.5
"""Of a character's height: a narrower gap between ideographs is none (house choice)."""
_INDENT = (0.7, 4.5)
"""The same: how far the first line of a paragraph stands in."""


@dataclass(frozen=True, slots=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    @property
    def size(self) -> float:
        """How large the characters are that stand in it, whichever way they run."""
        return min(self.right - self.left, self.bottom - self.top)


@dataclass(slots=True)
class Word:
    """A word; `spaced` says that the file has a blank before it."""

    text: str
    box: Box | None = None
    spaced: bool = False


def line_of(words: Sequence[Word]) -> str:
    """The text of a line: engines part ideographs as they part words, so that between two of them only a gap counts."""
    out = ""
    last: Word | None = None
    for word in words:
        text = " ".join(clean(word.text).split())
        if not text:
            continue
        if last is not None and word.spaced:
            tight = _WIDE.match(out[-1]) and _WIDE.match(text[0]) and not _parted(last.box, word.box)
            out += "" if tight else " "
        out += text
        last = word
    return out


def _parted(one: Box | None, other: Box | None) -> bool:
    if one is None or other is None:
        return False
    gap = max(other.left - one.right, other.top - one.bottom)
    return gap >= _GAP * min(one.size, other.size) > 0


def text_of(lines: Sequence[tuple[str, Box | None]]) -> str:
    """The text of a block, a line of it to a line of print, as the markup of a page.

    A line that stands in has an ideographic space, as pages have it."""
    kept = [(text, box) for text, box in lines if text]
    boxes = [box for _, box in kept if box is not None]
    upright = sum(box.bottom - box.top > 2 * (box.right - box.left) for box in boxes) * 2 > len(boxes)
    edge = min((box.top if upright else box.left for box in boxes), default=0)
    out: list[str] = []
    for text, box in kept:
        stands_in = (
            box is not None and len(kept) > 1 and _stands_in((box.top if upright else box.left) - edge, box.size)
        )
        out.append("\u3000" * stands_in + literal(text))
    return "\n".join(out)


def _stands_in(indent: float, size: float) -> bool:
    return size > 0 and _INDENT[0] * size <= indent <= _INDENT[1] * size


def box_of(values: Sequence[str | None], extent: bool = False) -> Box | None:
    """The box of four numbers: its corners, or one corner and its extent; None if they are none."""
    try:
        left, top, right, bottom = (float(value or "") for value in values)
    except ValueError:
        return None
    if extent:
        right, bottom = left + right, top + bottom
    return Box(left, top, right, bottom) if right >= left and bottom >= top else None
