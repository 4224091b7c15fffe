"""How the numbers of a list are written: what a style and its marks are called in markup, and in that of others.

It assumes nothing but the model.  The four styles of Latin letters are what HTML's `type` says; the others, and the
marks around a number, are classes, since HTML has no word for them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cache
from typing import TypeAlias, get_args

from docconv import model as m

Look: TypeAlias = tuple[m.ListStyle, m.ListMarks]
"""How the numbers of a list are written, and what stands around them."""

PLAIN: Look = ("1", ".")
"""The look of a list of which nothing else is known."""

LETTERS: tuple[m.ListStyle, ...] = ("a", "A", "i", "I")
"""The styles that an ordered list of HTML knows by its `type` (HTML, 4.4.5)."""

STYLE_CLASSES: dict[m.ListStyle, str] = {
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
    return {"start": "" if node.start in (None, 1) else str(node.start), **look_attributes(node.style, node.marks)}


def look_attributes(style: m.ListStyle, marks: m.ListMarks) -> dict[str, str]:
    """What of the attributes of an ordered list says how its numbers are written."""
    names = STYLE_CLASSES.get(style, ""), MARK_CLASSES.get(marks, "")
    return {"type": style if style in LETTERS else "", "class": " ".join(filter(None, names))}


def look_stated(kind: str, names: str) -> Look | None:
    """The look of a list with this `type` and these classes; None if they are not as `look_attributes` gives them."""
    return _stated().get((kind, names))


def look_written(first: str) -> Look | None:
    """The look of a list whose first number is written so: a) · （一） · ①; None for a form that no list has here."""
    return _written().get(first)


def look_in_css(kind: str, names: Collection[str], css: str) -> Look:
    """The look of a list of anybody's HTML, by its `type`, its classes and its own style; that of HTML if they say
    nothing of it."""
    found = _LIST_STYLE.search(css)
    marks = next((each for each, name in MARK_CLASSES.items() if name in names), None)
    named = {name: style for style, name in STYLE_CLASSES.items()} | _CSS_STYLES
    said = (found[1].lower() if found else "", *sorted(names))
    styles = [*(named[name] for name in said if name in named), *(each for each in LETTERS if each == kind.strip())]
    style = styles[0] if styles else "1"
    return style, marks if marks is not None else "、" if style in _COMMA else "" if style == "①" else "."


_COMMA = ("一", "甲", "ア", "イ")
"""Styles of CSS that have an ideographic comma behind the number (CSS Counter Styles 3, 6 and 7)."""
_LIST_STYLE = re.compile(r"(?:^|;)\s*list-style(?:-type)?\s*:\s*(?:(?:inside|outside)\s+)?([a-z-]+)", re.I)
_CSS_STYLES: dict[str, m.ListStyle] = {
    "lower-alpha": "a",
    "lower-latin": "a",
    "upper-alpha": "A",
    "upper-latin": "A",
    "lower-roman": "i",
    "upper-roman": "I",
    "circled-decimal": "①",
    "cjk-ideographic": "一",
    "simp-chinese-informal": "一",
    "trad-chinese-informal": "一",
    "japanese-informal": "一",
    "cjk-heavenly-stem": "甲",
    "katakana": "ア",
    "katakana-iroha": "イ",
    "hangul": "가",
}
"""The styles of CSS that are those of the model (CSS Counter Styles 3, and its ready-made ones)."""


@cache
def _stated() -> Mapping[tuple[str, str], Look]:
    said = {look: look_attributes(*look) for look in _looks()}
    return {(each["type"], each["class"]): look for look, each in said.items()}


@cache
def _written() -> Mapping[str, Look]:
    return {_around(style, marks): (style, marks) for style, marks in _looks()}


def _looks() -> list[Look]:
    return [(style, marks) for style in get_args(m.ListStyle) for marks in get_args(m.ListMarks)]


def _around(number: str, marks: m.ListMarks) -> str:
    """A number with the marks that stand around it, or behind it."""
    return f"{marks[0]}{number}{marks[1]}" if len(marks) == 2 else f"{number}{marks}"
