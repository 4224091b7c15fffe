"""Marks in the form that the language sets them: full-width by their neighbours, ranges, ellipses, dashes, quotes.

Only marks change, never a letter or a number.  A mark between two letters or two digits belongs to them (3,000;
10:30; f(x); e.g.) and stays.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from docconv.chars import CLOSING, IDEOGRAPHIC, OPENING
from docconv.edits import Edit, Finder, edit_runs
from docconv.ledger import Ledger
from docconv.model import Document
from docconv.words import script_tag

_WIDE = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！", "(": "（", ")": "）"}
_EAST = rf"[{IDEOGRAPHIC}，。、；：？！（）《》〈〉「」『』【】“”‘’…—％]"
_MARK = re.compile(r"[,;:?!]")
_BRACKET = re.compile(r"[()]")
_EAST_CHARACTER = re.compile(_EAST)


def set_marks(document: Document, ledger: Ledger) -> Document:
    """Marks as the document's language sets them; first the quotes, for which way one opens is told by the marks as
    printed."""
    language = script_tag(document.meta.lang)
    finders: list[Finder] = [_pairing(_QUOTES[language])] if language in _QUOTES else []
    if language not in ("ko", "en"):  # Korean sets its marks half-width (KLREQ)
        finders += [_widened, _ranges]
    if language in ("zh-Hans", "zh-Hant"):
        finders.append(_ellipses_and_dashes)
    return edit_runs(document, finders, ledger) if finders else document


def _widened(text: str) -> Iterator[Edit]:
    """Half-width marks beside East Asian text become full-width (GB/T 15834).

    突袭株洲,市委(左二) → 突袭株洲，市委（左二）   but 3,000  10:30  f(x)  U.S. stay"""
    yield from _widened_brackets(text)
    for found in _MARK.finditer(text):
        at = found.start()
        before, after = _neighbour(text, at, -1), _neighbour(text, at, +1)
        if not (_is_east(before) or _is_east(after)):
            continue
        if found[0] == ":" and before.isascii() and before.isalnum() and after in "/\\":
            continue  # http://
        yield from _wide(text, at)


def _neighbour(text: str, at: int, step: int) -> str:
    """The nearest character on a side, through blanks, closing marks and quotation marks that have no width of
    their own script: `“好”,` and `) ,` are judged by what they close."""
    for _ in range(_NEAR):
        at += step
        if not 0 <= at < len(text):
            return ""
        if text[at] not in " \u3000\"'":
            return text[at]
    return ""


_NEAR = 16
"""Characters in which a neighbour is looked for."""


def _is_east(character: str) -> bool:
    return bool(character) and _EAST_CHARACTER.match(character) is not None


def _widened_brackets(text: str) -> Iterator[Edit]:
    """Brackets are widened in pairs: a pair that holds or touches East Asian text."""
    open_at: list[int] = []
    east = [found.start() for found in _EAST_CHARACTER.finditer(text)] if "(" in text else []
    for found in _BRACKET.finditer(text):
        at = found.start()
        if found[0] == "(":
            open_at.append(at)
            continue
        if not open_at:
            if _is_east(_neighbour(text, at, -1)) or _is_east(_neighbour(text, at, +1)):
                yield from _wide(text, at)
            continue
        start = open_at.pop()
        if _belongs_east(text, start, at, east):
            yield from _wide(text, start)
            yield from _wide(text, at)
    for at in open_at:
        if _is_east(_neighbour(text, at, -1)) or _is_east(_neighbour(text, at, +1)):
            yield from _wide(text, at)


def _wide(text: str, at: int) -> Iterator[Edit]:
    """A mark made full-width, without the spaces beside it: the blank of a full-width mark is in the mark."""
    before, after = at, at + 1
    while before and text[before - 1] == " ":
        before -= 1
    while after < len(text) and text[after] == " ":
        after += 1
    for start, end in ((before, at), (at + 1, after)):
        if 0 < start < end < len(text):
            yield Edit(start, end, "", "widen-mark")
    yield Edit(at, at + 1, _WIDE[text[at]], "widen-mark")


def _belongs_east(text: str, start: int, end: int, east: list[int]) -> bool:
    if bisect_left(east, start) < bisect_left(east, end):
        return True
    before, after = text[start - 1 : start], text[end + 1 : end + 2]
    if before == " " or (before.isascii() and before.isalnum()):
        return False  # f(x), print (a): the bracket belongs to the word before it
    return _is_east(before) or (not before and _is_east(after))


_UNIT = "万亿千百％%℃度元倍岁米吨斤克升亩"
_RANGE = re.compile(
    rf"(?<!\d)(?P<left>\d[\d.,]{{0,30}}(?:[万亿千百]?[元美]?[元]?|[%％℃度])?)\s?(?P<sign>[-~－–〜∼]|—(?!—)|-{{2}})\s?(?=\d[\d.,]{{0,30}}\s?[{_UNIT}])"
)


def _ranges(text: str) -> Iterator[Edit]:
    """A range of quantities takes ～ (GB/T 15835).   400万-500万 → 400万～500万

    Only where a unit says that both numbers are quantities: 0731-88503604, 2020-2025, A-1 stay."""
    for found in _RANGE.finditer(text):
        start = found.start()
        if re.search(r"[\w\-–—～~.]$", text[max(0, start - 1) : start], re.ASCII):
            continue  # a stretch of a longer number: a telephone, a code, a date
        left = found["left"]
        if left[-1].isdigit() and found["sign"] in "—-" and "-" in text[found.end() : found.end() + 8]:
            continue
        yield Edit(found.start("sign"), found.end("sign"), "～", "set-range", 0.9)


_DOTS = re.compile(r"\.{3,}|。{3,}|…+|⋯{1,2}|·{3,6}")
_HYPHENS = re.compile("-{2,}|―{2}|─{2}")


def _ellipses_and_dashes(text: str) -> Iterator[Edit]:
    """Ellipses are …… and dashes —— (GB/T 15834 4.10, 4.11).   等等...他说--好 → 等等……他说——好

    A row of more than six dots is a leader, and a single dash may be a connector: 北京—上海."""
    for form, after, rule in ((_DOTS, "……", "set-ellipsis"), (_HYPHENS, "——", "set-dash")):
        for found in form.finditer(text):
            mark, length = found[0][0], len(found[0])
            if (mark == "." and length > 6) or (mark == "…" and length > 1) or (mark == "-" and length > 2):
                continue
            if _is_east(_neighbour(text, found.start(), -1)) or _is_east(_neighbour(text, found.end() - 1, +1)):
                yield Edit(found.start(), found.end(), after, rule, 0.95)


_QUOTES: dict[str, tuple[str, str]] = {"zh-Hans": ("“", "”"), "zh-Hant": ("「", "」"), "ja": ("「", "」")}


def _pairing(house: tuple[str, str]) -> Finder:
    """Straight double quotes beside East Asian text become a pair (GB/T 15834 4.8).

    "一带一路" → “一带一路”;  an opener that met a straight closer is closed in its own style"""

    def find(text: str) -> Iterator[Edit]:
        if '"' not in text:
            return
        # a text that already uses curly quotes keeps that style
        opener, closer = ("“", "”") if re.search("[“”]", text) else house
        for start, end in _pairs(text):
            inside, before, after = text[start + 1 : end], text[start - 1 : start], text[end + 1 : end + 2]
            if not (_EAST_CHARACTER.search(inside) or (_is_east(before) and _is_east(after))):
                continue
            if text[start] == '"':
                yield Edit(start, start + 1, opener, "pair-quote", 0.9)
            if text[end] == '"':
                yield Edit(end, end + 1, closer, "pair-quote", 0.9)

    return find


def _pairs(text: str) -> Iterator[tuple[int, int]]:
    """Where the quotations of a text begin and end; a straight mark may stand on either side of one."""
    start = -1
    for found in re.finditer('["“”「」]', text):
        mark, at = found[0], found.start()
        opens = mark in "“「" or (mark == '"' and _opens(text, at, start >= 0))
        if opens:
            start = at
        elif start >= 0:
            yield start, at
            start = -1


def _opens(text: str, at: int, inside: bool) -> bool:
    before, after = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    if not before or before in OPENING + " \n":
        return not inside or not after
    if not after or after in CLOSING + "，。、；：？！,;:?!\n":
        return False if inside else before in "：:，,"
    return not inside
