"""The numbers that are printed on pages, and that count them.

It assumes that a number stands by itself, or between dashes, dots and the word for a page, at one height on most pages.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from docconv.preflight.profiles.content import Painted
from docconv.preflight.profiles.objects import Box

_LEAST = 8
"""Pages with numbers from which they are a series."""


class Folio(NamedTuple):
    """A number that stands by itself on a page, and the box of it."""

    page: int
    number: int
    box: Box


def series(numbers: Mapping[int, Sequence[Folio]]) -> list[Folio]:
    """Of the numbers on each page, those that stand at one height and count the pages; nothing if there are no such."""
    rows: dict[int, list[Folio]] = defaultdict(list)
    for each in (folio for page in numbers.values() for folio in page):
        rows[round(each.box.y0)].append(each)
    best: list[Folio] = []
    for row in rows:
        near = _of_pages([each for at in (row - 1, row, row + 1) for each in rows.get(at, ())])
        steps = [b.number - a.number == b.page - a.page for a, b in pairwise(near)]
        if len(near) > len(best) and sum(steps) * 5 >= len(steps) * 4:
            best = near
    return best if len(best) >= max(_LEAST, len(numbers) // 3) else []


def _of_pages(row: list[Folio]) -> list[Folio]:
    """One number of each page: that which is as far from the number of the page as most are."""
    usual = Counter(each.number - each.page for each in row)
    chosen: dict[int, Folio] = {}
    for each in sorted(row, key=lambda each: usual[each.number - each.page]):
        chosen[each.page] = each
    return [chosen[page] for page in sorted(chosen)]


_NUMBER = re.compile(r"[\W_第]*(?:(\d{1,4})|([〇一二三四五六七八九]{1,4}))[\W_页頁]*")
_MOST_LINES = 400  # of a page that are looked at: more are no text


def numbers_of(page: int, painted: Sequence[Painted]) -> Iterator[Folio]:
    """The numbers on a page that stand by themselves, with what is beside them on their lines."""
    lines: dict[int, list[Painted]] = defaultdict(list)
    for each in painted:
        if each.kind == "text" and each.render not in (3, 7):
            lines[round(each.box.y0 * 4)].append(each)
    for line in list(lines.values())[:_MOST_LINES]:
        if not any(each.codes for each in line):
            continue
        for run in _runs(sorted(line, key=lambda each: each.box.x0)):
            if len(run) <= _MOST_RUNS and all(each.codes for each in run):
                number = _number(unicodedata.normalize("NFKC", "".join(map(_text, run))))
                if number:
                    yield Folio(page, number, run[0].box)


_MOST_RUNS = 12


def _runs(line: Sequence[Painted]) -> Iterator[list[Painted]]:
    """What stands side by side, with less than an em between."""
    run: list[Painted] = []
    for each in line:
        if run and each.box.x0 - run[-1].box.x1 > max(each.size, 1):
            yield run
            run = []
        run.append(each)
    if run:
        yield run


def _text(each: Painted) -> str:
    font = each.font
    if font is None:
        return ""
    if font.characters:
        return "".join(font.characters.get(code, "\ufffd") for code in each.codes)
    return "\ufffd" if font.is_composite else bytes(each.codes).decode("latin-1")


def _number(text: str) -> int:
    """The number that a text is: 16, or 一六; 0 if it is none."""
    found = _NUMBER.fullmatch(text)
    if not found:
        return 0
    return int(found[1] or "".join(str(_DIGITS.index(each)) for each in found[2]))


_DIGITS = "〇一二三四五六七八九"
