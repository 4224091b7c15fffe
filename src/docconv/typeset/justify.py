"""How the slack of a line is spread: in the order of the standards, evenly within a class, to its limits.

It assumes gaps that say what they are and how far they yield.  Lengths are in one unit, the caller's.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from math import inf


class Yield(IntEnum):
    """What a gap is when a line is filled."""

    FIXED = 0
    WORD = 1  # a word space
    MIXED = 2  # between Han and Latin
    LETTERS = 3  # between characters
    BESIDE_MARK = 4  # between a mark and a character


def stretch(slack: float, kinds: Sequence[Yield], room: Sequence[float], most: float = inf) -> list[float]:
    """What each gap gains so that the gains sum to `slack`: word spaces, then Han–Latin gaps, then all alike
    (CLREQ 3.6.2, JLREQ 3.8.4).  `room` is what a WORD or MIXED gap may grow; `most`, what there may be between letters
    as long as there is any other gap.

    Without any gap that yields, nothing is gained: a single long word stays as it is."""
    gains = [0.0] * len(kinds)
    for kind in (Yield.WORD, Yield.MIXED):
        slack = _fill(gains, [n for n, each in enumerate(kinds) if each is kind], room, slack)
    if slack > 0:
        letters = [n for n, each in enumerate(kinds) if each is Yield.LETTERS]
        others = [n for n, each in enumerate(kinds) if each not in (Yield.LETTERS, Yield.FIXED)]
        each = slack / max(len(letters) + len(others), 1)
        between_letters = min(each, most) if others else each
        for n in letters:
            gains[n] += between_letters
        for n in others:
            gains[n] += (slack - between_letters * len(letters)) / len(others)
    return gains


def _fill(gains: list[float], gaps: Sequence[int], room: Sequence[float], slack: float) -> float:
    """Give to some gaps alike, none more than its room; what is left of the slack."""
    open_gaps = sorted(gaps, key=lambda n: room[n])
    for position, n in enumerate(open_gaps):
        share = min(room[n], slack / (len(open_gaps) - position))
        gains[n] += share
        slack -= share
    return max(slack, 0.0)


def shrink(excess: float, blanks: Sequence[float], mixed: Sequence[float]) -> list[float]:
    """What each gap loses so that the losses sum to `excess`: first the blanks of marks, then Han–Latin gaps, each in
    proportion to what it has (CLREQ 3.6.1, 推入).  They are never asked for more than they have together."""
    losses = [0.0] * len(blanks)
    for rooms in (blanks, mixed):
        total = sum(rooms)
        if total > 0 and excess > 0:
            part = min(1.0, excess / total)
            losses = [loss + part * room for loss, room in zip(losses, rooms, strict=True)]
            excess -= part * total
    return losses
