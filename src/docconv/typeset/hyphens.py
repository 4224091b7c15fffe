"""Where a Western word may be hyphenated: the patterns of its language, from pyphen (those of LibreOffice).

It assumes that a lower-case word in a Chinese, Japanese or Korean paragraph is English.  Names, abbreviations,
addresses and whatever has figures or marks inside stay whole.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import pyphen

from docconv.typeset.classes import script_of

_WORD = re.compile(r"(\W*)([^\W\d_]+)(\W*)")


class Limits(NamedTuple):
    """The least number of letters of a word that is hyphenated, before a hyphen and after it (CSS Text 4)."""

    word: int
    before: int
    after: int


@cache
def parts(unit: str, lang: str, limits: Limits) -> tuple[str, ...]:
    """A unit at the places where a hyphen may stand: ("communi", "cation,"); itself alone if there are none.

    `lang` is the language of its paragraph or run."""
    found = _WORD.fullmatch(unit)
    is_cjk = script_of(lang) != ""
    if not found or not _is_word(found[2], is_cjk, limits):
        return (unit,)
    known = pyphen.language_fallback("en" if is_cjk else lang)
    if not known:
        return (unit,)
    places = _dictionary(known, limits.before, limits.after).positions(found[2])
    cuts = [0, *(found.start(2) + int(place) for place in places), len(unit)]
    return tuple(unit[start:end] for start, end in pairwise(cuts))


def _is_word(word: str, is_cjk: bool, limits: Limits) -> bool:
    if len(word) < limits.word:
        return False
    return (word.isascii() and word.islower()) if is_cjk else word[1:].islower()


@cache
def _dictionary(lang: str, before: int, after: int) -> pyphen.Pyphen:
    return pyphen.Pyphen(lang=lang, left=before, right=after)
