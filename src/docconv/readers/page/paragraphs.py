"""Lines without marks of their own, put together into the paragraphs that they were printed as.

It assumes lines in their order, blank ones counted.  An extractor may keep every line of the print, with or without a
blank line after each, or write a paragraph to a line; the width of the page's own lines tells which.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from docconv.chars import HAN
from docconv.numbering import counts_on, number_of, opens_part, starts_anew
from docconv.readers.page import bylines, edges, forms, legends

if TYPE_CHECKING:
    from docconv.readers.page.lines import Line

LONGEST_WRAP = 130
"""Half-ems: no printed column wraps at more (A4 at 9 pt holds 120); wider lines are paragraphs (house choice)."""
_NARROWEST = 16
"""Half-ems: lines are not compared that are narrower than any column of text (house choice)."""


def measure_of(lines: Sequence[Line]) -> int:
    """The width in half-ems at which a page's lines were wrapped; 0 if they were not.

    Wrapped lines crowd at one width, and there are few beyond it."""
    return measure_of_widths(forms.width(line.text) for line in lines)


def measure_of_widths(found: Iterable[int]) -> int:
    """The same of the widths of lines, in half-ems."""
    widths = sorted(width for width in found if width >= _NARROWEST)
    if len(widths) < 4:
        return 0
    counts = Counter(widths)
    near = {width: sum(counts[width + step] for step in range(-3, 4)) for width in counts}
    beyond = {width: sum(count for other, count in counts.items() if other > width + 6) for width in counts}
    crowded = [
        width
        for width in counts
        if near[width] * 5 >= len(widths) and beyond[width] * 6 <= len(widths) and width <= LONGEST_WRAP
    ]
    return max(crowded, key=lambda width: (near[width], width)) + 2 if crowded else 0


def single_spaced(lines: list[Line]) -> list[Line]:
    """The lines of a page on which nearly every line is followed by a blank one, without the blank lines below lines
    that are full.

    Tools that take a PDF's lines for paragraphs write so; a blank line is then no evidence."""
    measure = measure_of(lines)
    if not measure or len(lines) < 8:
        return lines
    pairs = list(pairwise(lines))
    wrapped = [other for one, other in pairs if _is_full(one.text, measure) and not forms.ends_sentence(one.text)]
    spaced = sum(line.above == 1 for line in wrapped)
    if len(wrapped) < 6 or spaced * 10 < len(wrapped) * 7:
        return lines
    goes_on = {id(other) for one, other in pairs if other.above == 1 and _is_full(one.text, measure)}
    return [replace(line, above=0) if id(line) in goes_on else line for line in lines]


def _is_full(text: str, measure: int) -> bool:
    return forms.width(text) >= measure * 0.85 - 2


def paragraphs(lines: list[Line], page: int = 0) -> Iterator[list[Line]]:
    """The paragraphs of lines that stand without a blank one between them: lines that the extractor wrapped stay
    together; lines that are whole paragraphs, or have a form of their own (a byline, a credit), stand alone.

    `page` is the page's measure (`measure_of`), by which a few lines are judged that show none themselves."""
    if not lines:
        return
    widest = max(forms.width(line.text) for line in lines)
    measure = max(widest, page) if page * 0.7 <= widest <= page * 1.25 and len(lines) < 4 else widest
    base = min(line.column for line in lines)
    captions = [_is_caption(line.text, measure) for line in lines]
    units = [alone(line.text) for line in lines] if len(lines) > 1 else [False]
    single = [len(line.text) == 1 and not line.text.isascii() for line in lines]
    current = [lines[0]]
    for number, (line, following) in enumerate(pairwise(lines), 1):
        if units[number - 1] or units[number]:
            hands = edges.credit_list(line.text) and edges.credit_list(following.text)  # 撰文：… / 摄影：…
            signed = bylines.byline(line.text) is not None and bylines.byline(following.text) is not None
            goes_on = signed and not hands
        elif captions[number - 1] != captions[number] and len(lines) > 2:
            goes_on = False
        elif single[number - 1] or single[number]:
            goes_on = single[number - 1] and single[number]  # a tab at the edge, one character to a line
        elif forms.bracketed(following.text) and forms.ends_sentence(line.text):
            goes_on = False
        else:
            goes_on = _continues(line, following, measure, base)
        if not goes_on:
            yield current
            current = []
        current.append(following)
    yield current


_STANZA = 4
"""Lines: of three, prose may end each with a mark by chance (house choice)."""
_VERSE = 40
"""Half-ems: a line of verse is no longer (house choice)."""

_REGULAR = {10, 14}
"""Half-ems: the lines of regular verse, five or seven ideographs."""


def is_stanza(lines: Sequence[str]) -> bool:
    """Whether lines are verse: of five or seven ideographs, or short, and each ends with a mark, where prose is wrapped
    anywhere; not all of them are sentences."""
    if len(lines) < _STANZA or any(forms.width(line) > _VERSE or starts_anew(line) for line in lines):
        return False
    widths = {forms.width(line) for line in lines}
    if len(widths) == 1 and widths <= _REGULAR and re.fullmatch(f"[{HAN}\n]+", "\n".join(lines)):
        return True
    pauses = sum(line[-1] in "，、；,;" for line in lines)
    ended = sum(forms.ends_sentence(line) and line[-1] not in "：:；;" for line in lines)
    return pauses + ended == len(lines) and pauses * 3 >= len(lines)


_SHORT = 40
"""Half-ems: a line of a table of contents that is no paragraph (house choice)."""


def _is_numbered_line(line: Line) -> bool:
    """Whether a line is short and begins with a number, as those of contents do."""
    return forms.width(line.text) <= _SHORT and number_of(line.text) is not None


def _is_numbered_head(line: Line, following: Line, measure: int) -> bool:
    """Whether a line is a head with its number that stands on its text without a blank line: （2）课题 / 前述…"""
    number = number_of(line.text)
    if number is None or forms.width(line.text) > measure * 0.75:
        return False
    full = forms.width(following.text) >= measure * 0.85
    return full and forms.bare_head(line.text[number.length :], marks="，、", numbered=True)


def _is_caption(text: str, measure: int) -> bool:
    """Whether a line that is not full opens like a caption: （図2）送付管"""
    return legends.caption_lead(text) and forms.width(text) < measure * 0.8


def _continues(line: Line, following: Line, measure: int, base: int) -> bool:
    """Whether the next line goes on with the paragraph of this one."""
    if following.indented or measure > LONGEST_WRAP or opens_part(following.text):
        return False
    if bylines.marked_names(line.text) and bylines.marked_names(following.text):
        return True  # the authors of a paper, with the numbers of their offices at the ends of lines
    if counts_on(line.text, following.text) or (_is_numbered_line(line) and _is_numbered_line(following)):
        return False
    if _is_numbered_head(line, following, measure):
        return False
    width = forms.width(line.text)
    ended = forms.ends_sentence(line.text)
    full = width >= measure * 0.8 - 4
    if starts_anew(following.text) and (ended or not full):
        return False
    if ended and following.column >= base + 2 and line.column < following.column:
        return False  # an indent in blanks of ASCII
    # a line that is far from full ends its paragraph, or is a head
    return full or (width >= measure * 0.45 and not ended)


def alone(text: str) -> bool:
    """Whether a line is a paragraph of its own by its form, whatever stands above and below it: a byline, a credit …"""
    return (
        bylines.byline(text) is not None
        or legends.points(text)
        or edges.credit(text)
        or edges.jump(text)
        or edges.furniture(text)
        or edges.web_time(text)
        or (forms.dashed(text) and forms.headlike(text))
    )  # fmt: skip
