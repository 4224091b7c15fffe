"""Chinese words and how often they are used: which reading of a doubtful text is the likelier one.

It assumes simplified Chinese.  `lexicon.txt` says where its words come from and which it holds.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

_LONGEST = 4
"""Characters of the longest word in the lexicon."""
_WHOLE = 18
"""The logarithm of all uses in the lexicon's source, sixty million."""
_UNKNOWN = 3
"""The logarithm of the uses that a character has which the lexicon does not know.  House choice."""
_ABOUT = 4
"""Characters on either side that decide how a passage falls into words.  House choice: the longest word."""


class _Lexicon(NamedTuple):
    uses: dict[str, int]  # word → the logarithm of its uses
    verbal: frozenset[str]  # what can make a sentence: verbs, adjectives, adverbs, pronouns


def words_of(text: str) -> list[str]:
    """The words into which a text falls most likely: a character that belongs to none is one of its own."""
    return _best(text)[1]


def is_verbal(word: str) -> bool:
    return word in _lexicon().verbal


def gain(text: str, at: int, instead: str) -> int:
    """How much likelier a text is with other characters at a place: the logarithm of the ratio."""
    end = at + len(instead)
    before, after = text[max(0, at - _ABOUT) : at], text[end : end + _ABOUT]
    return _best(before + instead + after)[0] - _best(before + text[at:end] + after)[0]


def _best(text: str) -> tuple[int, list[str]]:
    """The likeliest words of a text, with the logarithm of how likely they are (a unigram model)."""
    uses = _lexicon().uses
    best: list[tuple[int, int]] = [(0, 0)]  # for each end: how likely, and where the last word begins
    for end in range(1, len(text) + 1):
        known = {start: uses.get(text[start:end]) for start in range(max(0, end - _LONGEST), end)}
        known[end - 1] = known[end - 1] or _UNKNOWN
        best.append(max((best[start][0] + word - _WHOLE, start) for start, word in known.items() if word is not None))
    found: list[str] = []
    end = len(text)
    while end:
        found.append(text[best[end][1] : end])
        end = best[end][1]
    return best[-1][0], found[::-1]


@cache
def _lexicon() -> _Lexicon:
    uses: dict[str, int] = {}
    verbal: set[str] = set()
    for line in Path(__file__).with_name("lexicon.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, *words = line.split(" ")
            uses.update(dict.fromkeys(words, int(kind.removesuffix("v"))))
            if kind.endswith("v"):
                verbal.update(words)
    return _Lexicon(uses, frozenset(verbal))
