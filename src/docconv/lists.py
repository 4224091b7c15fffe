"""How the numbers of a list are written: what a style and its marks are called in markup.

It assumes nothing but the model.  The four styles of Latin letters are what HTML's `type` says; the others, and the
marks around a number, are classes, since HTML has no word for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from docconv import model as m

LETTERS: tuple[m.ListStyle, ...] = ("a", "A", "i", "I")
"""The styles that an ordered list of HTML knows by its `type` (HTML, 4.4.5)."""

STYLE_CLASSES: Mapping[m.ListStyle, str] = {
    "①": "circled",
    "一": "han",
    "甲": "stems",
    "ア": "aiueo",
    "イ": "iroha",
    "가": "hangul",
}
MARK_CLASSES: Mapping[m.ListMarks, str] = {
    "": "bare",
    ")": "paren",
    "()": "parens",
    "、": "comma",
    "）": "wide-paren",
    "（）": "wide-parens",
}


def list_attributes(node: m.List) -> dict[str, str]:
    """The attributes of an ordered list; what is not said is as in HTML: from 1, in digits, each with a full stop."""
    names = STYLE_CLASSES.get(node.style, ""), MARK_CLASSES.get(node.marks, "")
    return {
        "start": "" if node.start in (None, 1) else str(node.start),
        "type": node.style if node.style in LETTERS else "",
        "class": " ".join(filter(None, names)),
    }


def list_look(kind: str, names: str) -> tuple[m.ListStyle, m.ListMarks] | None:
    """The style and the marks of a list with this `type` and these classes; None if they are not as they are written
    by `list_attributes`."""
    looks = {
        (written["type"], written["class"]): (style, marks)
        for style in get_args(m.ListStyle)
        for marks in get_args(m.ListMarks)
        for written in [list_attributes(m.List((), 1, style, marks))]
    }
    return looks.get((kind, names))
