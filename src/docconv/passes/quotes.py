"""Which of a text's straight quotation marks open, which close, and which do neither: the sign of inches (27"), or a
mark without its partner.

It assumes a run as a rule sees it: code and formulas are one object character each.  Curly marks and corner brackets
are taken at their word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from docconv.chars import CLOSING, OPENING

_OPENING, _CLOSING = OPENING + "([", CLOSING + ")]，。、；：？！,;:?!"
"""Before the one no mark closes, before the other none opens; in whichever width."""
_MARK = re.compile('["“”「」]')
_INCHES = re.compile(r"(?<![\d.A-Za-z])\d{1,3}(?:\.\d+)?$|[½¼¾]$")
_SAID = re.compile(r"[^，。！？,.!?]{0,8}(?:[说说道问答喊叫說問]|と言う|と言った)[，,：:]")
"""What stands between two halves of a speech and in none: 他又说，"""
_FAR = 16
"""Characters beside a mark that say what it is."""

_LONE, _TURNED, _BETWEEN, _INCH, _OPENS_BEHIND, _CLOSES_BEHIND = 4, 5, 9, 1, 2, 1
"""What it costs to take a mark for one without a partner, for one that faces the wrong way, two for a pair around what
stands between two halves of a speech, and one behind a number for the sign of inches, or for one that opens or closes
there all the same.  House choice: of two marks that both face the wrong way, or hold what nobody said, neither has a
partner."""


class Reading(NamedTuple):
    """The offsets of each pair, and of the straight marks without a partner, in their order."""

    pairs: list[tuple[int, int]]
    lone: list[int]


@dataclass(frozen=True, slots=True)
class _State:
    """A reading of the first marks of a text: what it costs, which mark is open (-1: none), and what was read last."""

    cost: int
    open: int = -1
    last: tuple[int, ...] = ()  # a pair, or a mark without a partner
    before: _State | None = None

    def then(self, cost: int, opened: int, *read: int) -> _State:
        return _State(self.cost + cost, opened, read, self)


def read_quotes(text: str) -> Reading:
    """The reading of all marks that costs least."""
    states = [_State(0)]
    for found in _MARK.finditer(text):
        following = [each for state in states for each in _readings(text, found.start(), state)]
        closed = min((each for each in following if each.open < 0), key=_worth, default=None)
        opened = min((each for each in following if each.open >= 0), key=_worth, default=None)
        states = [each for each in (closed, opened) if each]
    ends = [state if state.open < 0 else state.then(_LONE, -1, state.open) for state in states]
    read = [*_read(min(ends, key=_worth))][::-1]
    pairs = [(each[0], each[1]) for each in read if len(each) == 2]
    return Reading(pairs, sorted(each[0] for each in read if len(each) == 1 and text[each[0]] == '"'))


def _worth(state: _State) -> tuple[int, int]:
    """The cheapest is best; of two the one that opened last."""
    return state.cost, -state.open


def _read(state: _State | None) -> Iterator[tuple[int, ...]]:
    while state:
        if state.last:
            yield state.last
        state = state.before


def _readings(text: str, at: int, state: _State) -> Iterator[_State]:
    """What a mark may be after what was read before it."""
    mark, is_open = text[at], state.open >= 0
    before, after = text[max(0, at - _FAR) : at], text[at + 1 : at + 2]
    is_behind_number = mark == '"' and _INCHES.search(before) is not None
    if mark == '"':
        yield state.then(_LONE, state.open, at)
        if is_behind_number:
            yield state.then(_INCH, state.open)
    if mark in '"“「':
        turned = mark == '"' and (not after or after in _CLOSING or after.isspace())
        opened = state.then(_LONE, -1, state.open) if is_open else state
        yield opened.then(_TURNED * turned + _OPENS_BEHIND * is_behind_number, at)
    if mark in '"”」' and is_open:
        turned = mark == '"' and (before[-1:] in _OPENING or before[-1:].isspace())
        between = mark == '"' and _SAID.fullmatch(text[state.open + 1 : at]) is not None
        cost = _TURNED * turned + _BETWEEN * between + _CLOSES_BEHIND * is_behind_number
        yield state.then(cost, -1, state.open, at)
    elif mark in "”」":
        yield state
