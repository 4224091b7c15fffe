"""The numbers that Word sets before paragraphs: 第一章, 一、, (1), ①, 1.2.3 — none of them is text in the file.

It assumes that paragraphs are told in their order.  A number is counted as Word counts (ECMA-376 part 1, 17.9) and
written as its format says; a format that nobody knows is written in digits, as Word does.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import NamedTuple, get_args

from lxml import etree

from docconv import model as m
from docconv.lists import ORDERS, written_number
from docconv.readers.docx.package import child, inside, is_on, number, value
from docconv.readers.docx.styles import Look, Styles


class Numbered(NamedTuple):
    """The number of a paragraph.  `series` is what it counts on in; `label` is as Word shows it, with the blank that
    follows; `look` is how a list says the same, None if a list cannot; `value` is None for a bullet."""

    series: str
    level: int
    label: str
    value: int | None
    look: tuple[m.ListStyle, m.ListMarks] | None


@dataclass(frozen=True, slots=True)
class _Level:
    start: int = 1
    format: str = "decimal"
    text: str = ""
    suffix: str = "tab"
    restart: int = -1
    is_legal: bool = False


@dataclass(slots=True)
class _Series:
    """The levels of a numbering, and how far each has counted."""

    levels: dict[int, _Level]
    counts: dict[int, int] = field(default_factory=dict)
    begun: set[str] = field(default_factory=set)


class Numbering:
    """All numberings of a file, which count while paragraphs are told."""

    def __init__(self, root: etree._Element | None, styles: Styles) -> None:
        self.abstract = {value(each, "w:abstractNumId"): each for each in inside(root, "w:abstractNum")}
        self.numbers = {value(each, "w:numId"): each for each in inside(root, "w:num")}
        self.styles = styles
        self.series: dict[str, _Series] = {}
        self.levels: dict[str, dict[int, _Level]] = {}  # those of each number, its own among them

    def next(self, look: Look) -> Numbered | None:
        """The number of the next paragraph; None if it has none."""
        identifier, level = self._asked(look)
        element = self.numbers.get(identifier)
        if element is None:
            return None
        name = value(child(element, "w:abstractNumId"))
        series = self.series.setdefault(name, _Series(self._levels(name)))
        if identifier not in self.levels:
            self.levels[identifier] = series.levels | _overridden(element, series.levels)
        levels = self.levels[identifier]
        if level not in levels:
            return None
        _count(series, levels, level, identifier, element)
        return _written(name, level, levels, series.counts)

    def _asked(self, look: Look) -> tuple[str, int]:
        """The numbering and the level that a paragraph asks for, itself or by its style."""
        asked = look.find("w:numPr")
        identifier = value(child(asked, "w:numId"))
        if identifier and child(asked, "w:ilvl") is not None:
            return identifier, number(value(child(asked, "w:ilvl")))
        for style in look.styles:
            inherited = child(style.element, "w:pPr", "w:numPr")
            identifier = identifier or value(child(inherited, "w:numId"))
            if inherited is not None and asked is inherited:
                return identifier, self._level_of_style(identifier, style.element)
        return identifier, number(value(child(asked, "w:ilvl")))

    def _level_of_style(self, identifier: str, style: etree._Element) -> int:
        """The level that is bound to a style of paragraphs (17.9.23)."""
        name = value(child(self.numbers.get(identifier), "w:abstractNumId"))
        bound = (each for each in inside(self.abstract.get(name), "w:lvl")
                 if value(child(each, "w:pStyle")) == value(style, "w:styleId"))  # fmt: skip
        own = child(style, "w:pPr", "w:numPr", "w:ilvl")
        return number(value(own if own is not None else next(bound, None), "w:val" if own is not None else "w:ilvl"))

    def _levels(self, name: str) -> dict[int, _Level]:
        element = self.abstract.get(name)
        if (linked := value(child(element, "w:numStyleLink"))) and not [*inside(element, "w:lvl")]:
            style = next(iter(self.styles.chain(linked)), None)
            other = value(child(style.element if style else None, "w:pPr", "w:numPr", "w:numId"))
            element = self.abstract.get(value(child(self.numbers.get(other), "w:abstractNumId")))
        return {number(value(each, "w:ilvl")): _level(each) for each in inside(element, "w:lvl")}


def _level(element: etree._Element) -> _Level:
    # Word's own way of writing formats that came later stands in an alternative, the real one first (MS-DOCX 2.5)
    formats = [each for each in inside(element, "w:numFmt") if value(each) != "custom"]
    return _Level(
        number(value(child(element, "w:start")), 1 if child(element, "w:start") is not None else 0),
        value(formats[0]) if formats else "decimal",
        value(child(element, "w:lvlText"))[:_LONGEST],
        value(child(element, "w:suff")) or "tab",
        number(value(child(element, "w:lvlRestart")), -1),
        is_on(child(element, "w:isLgl")),
    )


_LONGEST = 60
"""Characters around a number: Word takes 31, and more of them before every paragraph would be an attack."""


def _overridden(element: etree._Element, levels: dict[int, _Level]) -> dict[int, _Level]:
    """The levels that a numbering has of its own, in the place of those of its kind (17.9.8)."""
    out: dict[int, _Level] = {}
    for each in inside(element, "w:lvlOverride"):
        at, own, start = number(value(each, "w:ilvl")), child(each, "w:lvl"), child(each, "w:startOverride")
        level = _level(own) if own is not None else levels.get(at)
        if level and start is not None:
            level = replace(level, start=number(value(start), 1))
        if level:
            out[at] = level
    return out


def _count(series: _Series, levels: dict[int, _Level], level: int, identifier: str, element: etree._Element) -> None:
    if identifier not in series.begun:
        series.begun.add(identifier)
        for each in inside(element, "w:startOverride"):
            series.counts.pop(number(value(each.getparent(), "w:ilvl")), None)
    for above in range(level):
        if above in levels:
            series.counts.setdefault(above, levels[above].start)
    series.counts[level] = series.counts[level] + 1 if level in series.counts else levels[level].start
    for below in [each for each in series.counts if each > level]:
        restart = levels[below].restart if below in levels else -1
        if restart < 0 or level < restart:
            del series.counts[below]


def _written(name: str, level: int, levels: dict[int, _Level], counts: dict[int, int]) -> Numbered:
    own = levels[level]
    if own.format == "bullet" or (own.format == "none" and not own.text.strip()):
        return Numbered(name, level, own.text.strip() if own.format == "bullet" else "", None, None)

    def count(found: re.Match[str]) -> str:
        at = int(found[1]) - 1
        form = "decimal" if own.is_legal else levels[at].format if at in levels else "none"
        return counted(counts[at], form) if at in counts else ""

    label = re.sub("%([1-9])", count, own.text)
    blank = "" if own.suffix == "nothing" or not label or label[-1] in _CLOSING else " "
    return Numbered(name, level, label + blank, counts[level], _look(own, level))


_CLOSING = "、．。）〉》」』】〕：　 "
"""What ends a number and has its own blank."""


def _look(level: _Level, at: int) -> tuple[m.ListStyle, m.ListMarks] | None:
    """How a list of the document shows a number; None if it cannot: 第一条, 1.2, 01."""
    before, found, after = level.text.partition(f"%{at + 1}")
    return look_of(level.format, before, after) if found else None


def look_of(form: str, before: str, after: str) -> tuple[m.ListStyle, m.ListMarks] | None:
    """How a list of the document shows a number in a format, with what stands around it; None if it cannot."""
    style = LISTED.get(form)
    marks = next((each for each in get_args(m.ListMarks) if each == (before + after).strip()), None)
    return (style, marks) if style and marks is not None and before.strip() in ("", "(", "（") else None


LISTED: dict[str, m.ListStyle] = {
    "decimal": "1",
    "lowerLetter": "a",
    "upperLetter": "A",
    "lowerRoman": "i",
    "upperRoman": "I",
    "decimalEnclosedCircle": "①",
    "decimalEnclosedCircleChinese": "①",
    "chineseCounting": "一",
    "chineseCountingThousand": "一",
    "taiwaneseCounting": "一",
    "taiwaneseCountingThousand": "一",
    "japaneseCounting": "一",
    "ideographTraditional": "甲",
    "aiueoFullWidth": "ア",
    "irohaFullWidth": "イ",
    "ganada": "가",
}
"""Formats of numbers (17.18.59) that a list of the document has."""


# ── How a number is written ──────────────────────────────────────────────────────────────────────────────


def counted(count: int, form: str) -> str:
    """A number in one of the formats of 17.18.59; in digits where the format has no such number."""
    if form == "none":
        return ""
    if form in _SEQUENCES:
        sequence = _SEQUENCES[form]
        return sequence[count - 1] if 0 < count <= len(sequence) else str(count)
    return _FORMS[form](count) if form in _FORMS and 0 < count < _MOST else str(count)


_MOST = 10_000
"""Numbers from here on are written in digits: no list is as long."""


def _letters(count: int) -> str:
    """a … z, aa, bb … (17.18.59, lowerLetter)."""
    return chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)


def _places(digits: str, units: str, zero: str, says_one: bool) -> Callable[[int], str]:
    """A writer of numbers by places: 一百零五, 百五, 壹佰零伍."""

    def write(count: int) -> str:
        out, gap = "", False
        for place in (3, 2, 1, 0):
            digit = count // 10**place % 10
            if not digit:
                gap = bool(out)
                continue
            shows_digit = place == 0 or digit > 1 or (says_one and (place > 1 or bool(out)))
            out += (zero if gap else "") + (digits[digit] if shows_digit else "") + ("", *units)[place]
            gap = False
        return out

    return write


def _digits(digits: str) -> Callable[[int], str]:
    """A writer of numbers digit by digit: 一〇五, １２."""
    return lambda count: str(count).translate(str.maketrans("0123456789", digits))


_HAN = "〇一二三四五六七八九"
_FORMS: dict[str, Callable[[int], str]] = {
    "lowerLetter": _letters,
    "upperLetter": lambda count: _letters(count).upper(),
    "lowerRoman": lambda count: written_number(count, "i"),
    "upperRoman": lambda count: written_number(count, "I"),
    "decimalZero": lambda count: f"{count:02}",
    "numberInDash": lambda count: f"- {count} -",
    "ordinal": lambda count: f"{count}{_ordinal(count)}",
    "hex": lambda count: f"{count:X}",
    "decimalFullWidth": _digits("０１２３４５６７８９"),
    "decimalFullWidth2": _digits("０１２３４５６７８９"),
    "ideographDigital": _digits(_HAN),
    "japaneseDigitalTenThousand": _digits(_HAN),
    "taiwaneseDigital": _digits("○" + _HAN[1:]),
    "koreanDigital": _digits("영일이삼사오육칠팔구"),
    "koreanDigital2": _digits("零" + _HAN[1:]),
    "chineseCounting": _places(_HAN, "十百千", "〇", says_one=True),
    "chineseCountingThousand": _places(_HAN, "十百千", "零", says_one=True),
    "taiwaneseCounting": _places(_HAN, "十百千", "零", says_one=True),
    "taiwaneseCountingThousand": _places(_HAN, "十百千", "零", says_one=True),
    "japaneseCounting": _places(_HAN, "十百千", "", says_one=False),
    "koreanCounting": _places("영일이삼사오육칠팔구", "십백천", "", says_one=False),
    "chineseLegalSimplified": _places("零壹贰叁肆伍陆柒捌玖", "拾佰仟", "零", says_one=True),
    "ideographLegalTraditional": _places("零壹貳參肆伍陸柒捌玖", "拾佰仟", "零", says_one=True),
    "japaneseLegal": _places("零壱弐参四伍六七八九", "拾百阡", "", says_one=True),
}


def _ordinal(count: int) -> str:
    return "th" if 10 < count % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(count % 10, "th")


def _run_of(first: str, length: int) -> str:
    return "".join(chr(ord(first) + each) for each in range(length))


_SEQUENCES: dict[str, str] = {
    "decimalEnclosedCircle": ORDERS["①"],
    "decimalEnclosedCircleChinese": ORDERS["①"],
    "decimalEnclosedFullstop": _run_of("⒈", 20),
    "decimalEnclosedParen": _run_of("⑴", 20),
    "ideographEnclosedCircle": _run_of("㊀", 10),
    "ideographTraditional": ORDERS["甲"],
    "ideographZodiac": "子丑寅卯辰巳午未申酉戌亥",
    "aiueo": ORDERS["ア"],
    "aiueoFullWidth": ORDERS["ア"],
    "iroha": ORDERS["イ"],
    "irohaFullWidth": ORDERS["イ"],
    "ganada": ORDERS["가"],
    "chosung": "ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ",
}
