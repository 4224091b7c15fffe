"""How the numbers of a list are written: the numbers themselves, and what their look is called in markup and in CSS.

It assumes nothing but the model.  The four styles of Latin letters are what HTML's `type` says; the others, and the
marks around a number, are classes, since HTML has no word for them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cache
from math import ceil
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


def look_of_item(mark: str) -> Look:
    """The look of a list one of whose items begins with this number in figures or in a circle: （3） · 2) · ④"""
    first = re.sub("[①-⑳]", "①", re.sub(r"\d+", "1", mark.strip()).replace("．", "."))
    return look_written(first) or look_written(first.translate(_WIDE)) or PLAIN


_WIDE = str.maketrans("()", "（）")


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


# ── The numbers ──────────────────────────────────────────────────────────────────────────────────────────

ORDERS: Mapping[m.ListStyle, str] = {
    "①": "".join(map(chr, (*range(0x2460, 0x2474), *range(0x3251, 0x3260), *range(0x32B1, 0x32C0)))),
    "甲": "甲乙丙丁戊己庚辛壬癸",
    "ア": "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン",
    "イ": "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセス",
    "가": "가나다라마바사아자차카타파하",
}
"""Numbers that are signs in an order; what comes behind the last of them is a figure."""
_HAN_DIGITS = "〇一二三四五六七八九"
_MOST_HAN = 99
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
          (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_MOST_ROMAN = 3999


def marker(node: m.List, number: int) -> str:
    """What stands before the item of a list that has this number: （三）"""
    return _around(written_number(number, node.style), node.marks)


def label(node: m.List, number: int) -> str:
    """The same with what parts it from the text."""
    return marker(node, number) + _space(node.marks)


def _around(number: str, marks: m.ListMarks) -> str:
    """A number with the marks that stand around it, or behind it."""
    return f"{marks[0]}{number}{marks[1]}" if len(marks) == 2 else f"{number}{marks}"


def written_number(number: int, style: m.ListStyle) -> str:
    """A number in a style; a figure where the style has no such number."""
    match style:
        case "a" | "A" if number > 0:
            return _letters(number) if style == "a" else _letters(number).upper()
        case "i" | "I" if 0 < number <= _MOST_ROMAN:
            return _roman(number) if style == "i" else _roman(number).upper()
        case "一" if 0 < number <= _MOST_HAN:
            return _han(number)
        case _:
            order = ORDERS.get(style, "")
            return order[number - 1] if 0 < number <= len(order) else str(number)


def _letters(number: int) -> str:
    """a … z, aa, ab …"""
    out = ""
    while number:
        number, last = divmod(number - 1, 26)
        out = chr(ord("a") + last) + out
    return out


def _roman(number: int) -> str:
    out = ""
    for value, sign in _ROMAN:
        out += number // value * sign
        number %= value
    return out


def _han(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("" if tens < 2 else _HAN_DIGITS[tens]) + "十" * (tens > 0) + (_HAN_DIGITS[ones] if ones else "")


# ── In CSS ───────────────────────────────────────────────────────────────────────────────────────────────

_CSS_NAMES: Mapping[m.ListStyle, str] = {
    "1": "decimal",
    "a": "lower-alpha",
    "A": "upper-alpha",
    "i": "lower-roman",
    "I": "upper-roman",
    "①": "decimal",
    "一": "cjk-ideographic",
    "甲": "cjk-heavenly-stem",
    "ア": "katakana",
    "イ": "katakana-iroha",
    "가": "hangul",
}
"""What a reader shows that knows no @counter-style: the nearest that CSS 2.1 and its first successors have."""
_NARROW = 2
"""The room for numbers that every list has, in em (roles.css)."""


def number_css(document: m.Document, *, in_print: bool = False) -> str:
    """The rules for the lists of a document whose numbers do not look as HTML has them; nothing if it has none.

    For WeasyPrint the attribute `type` weighs more than a sheet that it is given, so `in_print` the sheet insists."""
    longest: dict[Look, float] = {}
    for node in m.walk(document):
        if isinstance(node, m.List) and node.start is not None and (look := (node.style, node.marks)) != PLAIN:
            numbers = range(node.start, node.start + len(node.items))
            width = max((_width(label(node, number)) for number in numbers), default=0.0)
            longest[look] = max(width, longest.get(look, 0))
    bases = sorted({style for style, _ in longest} & {"一", *ORDERS})
    rules = [
        *(_counter_css(style) for style in bases),
        *(_look_css(look, longest[look], in_print) for look in sorted(longest)),
    ]
    return "\n/* How lists are numbered */\n" + "".join(rules) if rules else ""


def _width(text: str) -> float:
    """The width of a number with what stands around it, in em: Latin letters take a half and a bit."""
    return sum({" ": 0.3}.get(character, 0.6 if character < "\u2000" else 1.0) for character in text)


def _space(marks: m.ListMarks) -> str:
    """What parts a number from its text: a mark of full width has its own space."""
    return "" if marks in ("、", "）", "（）") else " "


def _counter_css(style: m.ListStyle) -> str:
    """The numbers of an East Asian style, which not every reader has, as a counter of CSS."""
    if style == "一":
        each = [f'{number} "{_han(number)}"' for number in (*range(90, 9, -10), *range(9, 0, -1))]
        how = f"system: additive; range: 1 {_MOST_HAN}; additive-symbols: {', '.join(each)}"
    else:
        how = f"system: fixed; symbols: {' '.join(_quoted(sign) for sign in ORDERS[style])}"
    return f'@counter-style {STYLE_CLASSES[style]} {{ {how}; suffix: " "; fallback: decimal }}\n'


def _look_css(look: Look, width: float, in_print: bool) -> str:
    style, marks = look
    said = look_attributes(style, marks)
    kind = f'[type="{style}"]' if said["type"] else ""
    selector = f"ol{kind}" + "".join(f".{each}" for each in said["class"].split())
    base = STYLE_CLASSES.get(style, _CSS_NAMES[style])
    name = "-".join(filter(None, (base, MARK_CLASSES.get(marks, "stop"))))
    left, right = (marks[0], marks[1]) if len(marks) == 2 else ("", marks)
    right += _space(marks)
    room = f"; padding-left: {ceil(width)}em" if width > _NARROW else ""
    force = " !important" if in_print and kind else ""
    return (
        f"@counter-style {name} {{ system: extends {base}; prefix: {_quoted(left)}; suffix: {_quoted(right)} }}\n"
        f"{selector} {{ list-style-type: {_CSS_NAMES[style]}; list-style-type: {name}{force}{room} }}\n"
    )


def _quoted(text: str) -> str:
    return f'"{text}"'
