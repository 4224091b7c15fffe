"""How wide neighbours are: the blank halves of marks, what is squeezed out of them, the gap between Han and Latin.

It assumes marks that stand in a full em; a mark that its face sets narrower (a Japanese “, a Korean comma) has no
blank to give.  All lengths are in em of the character that they belong to.
"""

from __future__ import annotations

from enum import Enum
from functools import cache
from typing import NamedTuple

from docconv.typeset.classes import IDEOGRAPHIC, Kind

HALF, QUARTER, EIGHTH = 0.5, 0.25, 0.125

GAP_LEAST, GAP, GAP_MOST = EIGHTH, QUARTER, 1 / 3
"""Between Han or kana and Latin letters or digits: CLREQ 3.2.2 (¼ em, ⅛ to ½), JLREQ 3.2.6."""


class Marks(Enum):
    """How wide marks are (CLREQ 3.1.6, 标点宽度): FULL (全角), an em, less where two meet and at the ends of a line;
    KAIMING (开明), half an em but for 。！？; HALF (半角), half an em; NONE, always an em, nothing is squeezed."""

    FULL = "full"
    KAIMING = "kaiming"
    HALF = "half"
    NONE = "none"


class Blank(NamedTuple):
    """The blank part of a mark's em before and after its ink."""

    before: float
    after: float


_NONE = Blank(0, 0)
_RIGHT, _LEFT, _BOTH = Blank(0, HALF), Blank(HALF, 0), Blank(QUARTER, QUARTER)


@cache
def blank(kind: Kind, script: str) -> Blank:
    """What a mark of a class can give in a script: `Hans`, `Hant`, `Jpan` or any other, where marks give nothing.

    Marks stand at the left of their em on the mainland and in Japan, in its middle in Taiwan and Hong Kong
    (CLREQ 3.1.1); ： ； and ！ ？ stand in the middle in Japan, and ！ ？ give nothing there (JLREQ 3.1.4)."""
    if script not in ("Hans", "Hant", "Jpan"):
        return _NONE
    if kind is Kind.OPENING:
        return _LEFT
    if kind is Kind.CLOSING:
        return _RIGHT
    if kind is Kind.STOP or kind is Kind.PAUSE:
        return _BOTH if script == "Hant" else _RIGHT
    if kind is Kind.COLON:
        return _RIGHT if script == "Hans" else _BOTH
    if kind is Kind.EXCLAMATION:
        return {"Hans": _RIGHT, "Hant": _BOTH}.get(script, _NONE)
    return _BOTH if kind is Kind.MIDDLE and script == "Jpan" else _NONE


@cache
def is_narrow(kind: Kind, marks: Marks) -> bool:
    """Whether a mark stands on half an em everywhere."""
    return marks is Marks.HALF or (marks is Marks.KAIMING and kind not in (Kind.STOP, Kind.EXCLAMATION))


class Squeeze(NamedTuple):
    """What two adjacent marks lose: before the first, between them, after the second."""

    before: float
    between: float


_KEPT = Squeeze(0, 0)


def squeeze(first: Blank, second: Blank, script: str) -> Squeeze:
    """Two adjacent marks take 1.5 em (CLREQ 3.1.6.1, JLREQ 3.1.4): half an em goes, where it is blank.

    Centred marks lose it on both sides alike; in Japan they are ・ and ：, which keep their quarter of an em inside
    brackets (JLREQ table 1)."""
    facing = first.after + second.before
    if facing >= HALF:
        return Squeeze(0, HALF)
    if script == "Jpan":
        return _KEPT
    if first == _BOTH:
        return Squeeze(QUARTER, QUARTER)
    return Squeeze(0, facing) if facing else _KEPT


@cache
def has_gap(before: Kind, after: Kind) -> bool:
    """Whether Han meets Latin here (CSS Text 4 text-autospace: letters and digits, not their marks)."""
    western = (Kind.LETTER, Kind.DIGIT)
    return (before in IDEOGRAPHIC and after in western) or (before in western and after in IDEOGRAPHIC)


@cache
def may_stretch(before: Kind, after: Kind) -> bool:
    """Whether a justified line may open here: between characters that are set one by one, not at ——, ……, ～, ／
    (CLREQ 3.6.2), not after an opening nor before a closing mark (JLREQ table 5)."""
    fixed = (Kind.DASH, Kind.CONNECTOR, Kind.SOLIDUS, Kind.GLUE, Kind.SPACE, Kind.MIDDLE)
    if before in fixed or after in fixed or before in (Kind.OPENING, Kind.WESTERN_OPENING, Kind.PREFIX):
        return False
    closing = (Kind.CLOSING, Kind.WESTERN_CLOSING, Kind.STOP, Kind.PAUSE, Kind.COLON, Kind.EXCLAMATION, Kind.POSTFIX)
    if after in closing:
        return False
    if Kind.HANGUL in (before, after):  # 11월, Rust를
        return not (_is_western(before) or _is_western(after))
    return not (_is_western(before) and _is_western(after))


def _is_western(kind: Kind) -> bool:
    return kind in (Kind.LETTER, Kind.DIGIT, Kind.WESTERN_OPENING, Kind.WESTERN_CLOSING)
