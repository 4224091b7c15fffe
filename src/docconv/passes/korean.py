"""Whether a line of Korean ended where a word did: what stands for its break is then a space, else nothing.

Korean is written with spaces, yet books and layout programs break its lines inside words, so the break alone says
nothing.  It assumes lines without blanks about them; whether one stood at a line's end is told beside.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from docconv.chars import HANGUL


@dataclass(frozen=True, slots=True)
class Break:
    """The end of a line and the beginning of the next; `blank` says that the source had a blank between them."""

    before: str
    after: str
    blank: bool = False


@dataclass(frozen=True, slots=True)
class Habit:
    """What a text says of its breaks: the words that it has, whole and cut short, and how its source ends lines.

    `shares` is how many of the breaks stand between words: of those without a blank, and of those with one.  A source
    that breaks lines anywhere has a half, one that breaks them between words nearly all, and one that keeps the space
    at a line's end nearly all of the latter and few of the former."""

    words: Collection[str] = ()
    starts: Collection[str] = ()
    shares: tuple[float, float] = (0.5, 0.5)


def is_korean(before: str, after: str) -> bool:
    """Whether a break is one that this file judges: Hangul on either side of it."""
    return _HANGUL.fullmatch(before[-1:]) is not None or _HANGUL.fullmatch(after[:1]) is not None


def read_habit(text: str, breaks: Iterable[Break]) -> Habit:
    """The habit of a text in whose lines (parted by line feeds) a word stands whole, but for the first and the last."""
    if not _HANGUL.search(text):
        return Habit()
    words = frozenset(word for line in text.split("\n") for word in _WORD.findall(line)[1:-1])
    starts = frozenset(word[:end] for word in words for end in range(2, len(word)))
    plain = Habit(words, starts)
    known = [each for each in breaks if is_korean(each.before, each.after)]
    shares = [_share([_chance(each, plain) for each in known if each.blank is blank]) for blank in (False, True)]
    return Habit(words, starts, (shares[0], shares[1]))


def space_at_break(at: Break, habit: Habit) -> bool:
    """Whether a space belongs where a line was broken.

    …추정⏎에 의한… → 추정에; …인정을 할⏎수 있게… → 할 수"""
    if at.before[-1:] in _OPENING or at.after[:1] in _CLOSING:
        return False
    return _chance(at, habit) > 0.5


_HANGUL = re.compile(f"[{HANGUL}]")
_WORD = re.compile(f"[{HANGUL}]+")
_OPENING = tuple("([{〈《「『【“‘·ㆍ․‧∙/~～")
"""After these a line goes on without a space: brackets, and dots and strokes between the members of a list."""
_CLOSING = tuple(")]}〉》」』】”’,.·ㆍ․‧∙/~～%")


def _share(chances: list[float]) -> float:
    """How many of some breaks are likely to stand between words, if each alone would with this probability: by
    expectation and maximisation, from a half, and near to it while there are few."""
    share = 0.5
    for _ in range(10):
        odds = share / (1 - share)
        expected = sum(chance * odds / (chance * odds + 1 - chance) for chance in chances)
        share = (expected + _FEW) / (len(chances) + 2 * _FEW)
    return share


_FEW = 0.2
"""How much of a break between words, and of one inside a word, counts before any is seen (house choice)."""


# ── How likely a space is between two texts ──


def _chance(at: Break, habit: Habit) -> float:
    """The probability of a space, from the characters about the break, the words of the text and its source's way."""
    weights = _weights()
    score = sum(weights.get(name, 0.0) for name in features(at.before, at.after)) + _attested(at, habit)
    share = habit.shares[at.blank]
    score += math.log(share / (1 - share))  # Bayes: the weights were learnt at a half
    return 1 / (1 + math.exp(-score))


def features(before: str, after: str) -> list[str]:
    """What is weighed of the texts about a break: the characters next to it, and how long its two words are.

    A name is `characters before|characters after`, with a word's edge as _, a digit as 0, a letter as A, a Chinese
    character as 漢; and `3|2` for three characters of a word before the break and two after it."""
    left, right = _classes(" " + before[-_SEEN:]), _classes(after[:_SEEN] + " ")
    one, other = left.rpartition("_")[2], right.partition("_")[0]
    names = [f"{left[-length:]}|" for length in range(1, 5)] + [f"|{right[:length]}" for length in range(1, 5)]
    names += [f"{left[-length:]}|{right[:more]}" for length in (1, 2) for more in (1, 2)]
    names += [f"_{one[-6:]}|", f"|{other[:6]}_"]
    sizes = (min(len(one), 7), min(len(other), 7))
    names += [f"{sizes[0]}|", f"|{sizes[1]}", f"{min(sizes[0], 5)}|{min(sizes[1], 5)}"]
    return list(dict.fromkeys([*names, f"{min(len(one) + len(other), 12)}"]))


_SEEN = 12
"""Characters on either side of a break that are looked at."""


def _classes(text: str) -> str:
    text = re.sub("[0-9]", "0", re.sub("[A-Za-z]", "A", text))
    return re.sub("[\u4e00-\u9fff]", "漢", text).replace(" ", "_")


_JOINED, _BEGUN, _PARTED = -4.0, -3.5, 1.0
"""Logarithms of odds (house choice, by measurement): the word that a join would make stands elsewhere in the text;
one begins as it would; a half of it stands there as a word."""


def _attested(at: Break, habit: Habit) -> float:
    """What the rest of the text says of a break."""
    one, other = _tail(at.before), _head(at.after)
    if not one or not other:
        return 0.0
    score = _PARTED * ((one in habit.words) + (other in habit.words))
    if one + other in habit.words:
        return score + _JOINED
    return score + _BEGUN * (len(other) > 1 and one + other[:1] in habit.starts)


def _tail(text: str) -> str:
    """The Hangul that a text ends in."""
    return re.split(f"[^{HANGUL}]", text)[-1]


def _head(text: str) -> str:
    return re.split(f"[^{HANGUL}]", text)[0]


@cache
def _weights() -> dict[str, float]:
    """The weights of features: each line of the file is a weight in tenths and the features that bear it."""
    out: dict[str, float] = {}
    for line in Path(__file__).with_name("korean.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            tenths, *names = line.split(" ")
            out.update(dict.fromkeys(names, int(tenths) / 10))
    return out
