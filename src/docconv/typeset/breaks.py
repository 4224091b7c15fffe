"""Where a line may end: kinsoku at the levels of CLREQ, GB/T 15834 and JLREQ, numbers with their units, Korean by word.

It assumes units as `classes.cut` makes them.  What is forbidden between two units is decided by the classes of the
characters that meet there; the first and last of a word speak for it.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import cache

from docconv.typeset.classes import IDEOGRAPHIC, Kind


class Level(Enum):
    """How much may not begin or end a line.

    LOOSE: small kana, ー, 々, ・ and ！？ may begin one (JLREQ 3.1.7, newspapers).  NORMAL: CLREQ basic; of the kana,
    small ones and ー may begin a line.  GB: no line ends with a solidus (GB/T 15834 5.1.9), nor begins with any kana
    of JLREQ's cl-09 to cl-11.  STRICT: besides, none begins with —— or …… (CLREQ)."""

    LOOSE = "loose"
    NORMAL = "normal"
    GB = "gb"
    STRICT = "strict"


NEVER_FIRST = frozenset({
    Kind.CLOSING, Kind.STOP, Kind.PAUSE, Kind.COLON, Kind.EXCLAMATION, Kind.MIDDLE, Kind.CONNECTOR, Kind.SOLIDUS,
    Kind.POSTFIX, Kind.WESTERN_CLOSING, Kind.SPACE, Kind.GLUE, Kind.BLANK, Kind.NEWLINE,
})  # fmt: skip
"""CLREQ 3.1.4 and JLREQ 3.1.7: marks that do not begin a line, and blanks, which end one."""

NEVER_LAST = frozenset({Kind.OPENING, Kind.PREFIX, Kind.WESTERN_OPENING, Kind.GLUE})
"""CLREQ 3.1.4 and JLREQ 3.1.8."""

_FIRST_AT = {
    Level.LOOSE: frozenset({Kind.SMALL_KANA, Kind.ITERATION, Kind.EXCLAMATION, Kind.MIDDLE}),
    Level.NORMAL: frozenset({Kind.SMALL_KANA}),
    Level.GB: frozenset(),
    Level.STRICT: frozenset(),
}
"""What a level lets begin a line, of that which the others do not."""

_KANA_NEVER_FIRST = frozenset({Kind.SMALL_KANA, Kind.ITERATION})
_WORD = frozenset({Kind.LETTER, Kind.DIGIT, Kind.WESTERN_OPENING, Kind.WESTERN_CLOSING, Kind.PREFIX})

COUNTED = frozenset("万亿兆千百元亩年月日时分秒点个名人次例所项米吨斤克升岁度倍成号期届级楼亿円萬億個歲時分円")
"""What follows a number and stays with it: numerals, units and the commonest counters."""

POWERS = frozenset("万亿萬億")
"""Numerals that follow digits, and keep what is counted with them: 126万元."""

_GROUP = re.compile(r"\d{3}(?!\d)")
_NOTE = re.compile(r"\[[0-9,–-]+\]")


@cache
def may_part(before: Kind, after: Kind, level: Level, by_word: bool) -> bool:
    """Whether a line may end between two characters of these classes.

    `by_word`: Korean that breaks at blanks alone (KLREQ, 어절)."""
    if before is Kind.NEWLINE:
        return True
    is_held = (after in NEVER_FIRST or after in _KANA_NEVER_FIRST) and after not in _FIRST_AT[level]
    if is_held or before in NEVER_LAST:
        return False
    if before is Kind.SPACE or before is Kind.BLANK:
        return True
    if by_word:
        return Kind.OBJECT in (before, after)
    if (level is Level.STRICT and after is Kind.DASH) or (before is Kind.DASH and after is Kind.DASH):
        return False
    if level is not Level.LOOSE and level is not Level.NORMAL and before is Kind.SOLIDUS:
        return False
    return not (before in _WORD and after in _WORD)


def are_groups(before: str, after: str) -> bool:
    """Whether a blank between two units parts the thousands of one number: 12 345 (KLREQ, 단어 분리 금지)."""
    return before.isdecimal() and len(before) <= 3 and _GROUP.match(after) is not None


def may_break(before: str, after: str, kinds: tuple[Kind, Kind], level: Level, by_word: bool) -> bool:
    """Whether a line may end between two units; `kinds` are the classes of the characters that meet.

    A number keeps its unit: 126万, 25年, 8.1万元; a note in brackets keeps its word: 说[1]."""
    if not may_part(*kinds, level, by_word):
        return (before[-1] in "-/?&=" and len(before) > 1 and kinds[1] in (Kind.LETTER, Kind.DIGIT)
                and not by_word)  # fmt: skip
    if after[0] in COUNTED and (kinds[0] is Kind.DIGIT or before in POWERS):
        return False
    return not (kinds[0] in IDEOGRAPHIC and _NOTE.fullmatch(after))
