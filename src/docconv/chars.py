"""What a character is: the classes that CLREQ and JLREQ name, as sets and patterns with names.

It assumes text that is `composed`.  Patterns are written as the inside of a regular expression's character class, so
that rules can combine them: `f"[{HAN}{KANA}]"`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

HAN = "\u3005\u3006\u3007\u3021-\u3029\u3038-\u303b\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
KANA = "\u3041-\u3096\u3099-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
HANGUL = "\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff"
BOPOMOFO = "\u3105-\u312f\u31a0-\u31bf"
IDEOGRAPHIC = HAN + KANA + BOPOMOFO
"""Characters that are set without spaces between them."""

STOPS = "。．！？"
"""Sentence-final marks (CLREQ 句末点号, JLREQ cl-04 and cl-06)."""
PAUSES = "，、；："
OPENING = "（〔［｛〈《「『【〖｟“‘"
"""Opening brackets and quotation marks: JLREQ cl-01."""
CLOSING = "）〕］｝〉》」』】〗｠”’"
"""Closing brackets and quotation marks: JLREQ cl-02."""
FULL_WIDTH = STOPS + PAUSES + OPENING + CLOSING + "…—～·・"

ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a-\u202e"
"""Joiners, soft hyphens, direction marks: typography that a source may have stored in its text."""

APART = "\u1f71\u1f73\u2126\u212b\uf900-\ufaff\U0002f800-\U0002fa1f"
"""Characters that JIS X 0213, Windows-31J, KS X 1001 or Big5-HKSCS keep apart from what NFC puts in their place: a
神 in a name is no 神 (U+FA19, U+795E)."""

_APART = re.compile(f"([{APART}]+)")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@cache
def is_content(character: str) -> bool:
    """Whether a character carries meaning of its own: letters, marks on them, numbers, currency and mathematical signs.
    No repair may lose, add or alter one."""
    if character in "~～∼|":
        return False  # a sign of range or a rule, though Unicode calls it mathematical
    category = unicodedata.category(character)
    return category[0] in "LNM" or category in ("Sc", "Sm") or character in "%°‰@#&"


def content(text: str) -> str:
    """The content characters of a text alone: what every repair must leave as it was."""
    return "".join(filter(is_content, text))


def composed(text: str) -> str:
    """`text` in Unicode NFC, but for the characters that East Asian sets keep apart: a letter and the mark on it become
    one character, no character becomes another."""
    if unicodedata.is_normalized("NFC", text):
        return text
    parts = enumerate(_APART.split(text))
    return "".join(part if at % 2 else unicodedata.normalize("NFC", part) for at, part in parts)


def controls(text: str) -> Iterator[tuple[int, str]]:
    """The characters that no XML file may hold, with their offsets."""
    return ((found.start(), found[0]) for found in _CONTROL.finditer(text))


def without_controls(text: str) -> str:
    return _CONTROL.sub("", text)
