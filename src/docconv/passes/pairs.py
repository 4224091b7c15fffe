"""Marks that stand in pairs: what is opened and not closed, closed and not opened, or turned the wrong way.

Nothing is changed here.  It assumes that the marks have the form that the house sets: what is still straight has been
left.  A half-width bracket may close what a full-width one opened, and the reverse.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from docconv import model as m
from docconv.chars import IDEOGRAPHIC
from docconv.passes.quotes import read_quotes

_PAIRS = {"“": "”", "「": "」", "『": "』", "《": "》", "（": "）", "【": "】", "〔": "〕"}
_OPENERS = {closer: opener for opener, closer in _PAIRS.items()}
_QUOTES = "“「『"
_EAST = re.compile(f"[{IDEOGRAPHIC}，。、；：？！…—]")
_INTRODUCING = "：:，,、（("
"""Before a quotation mark, they say that it opens."""
_MARK = re.compile(f"[{''.join([*_PAIRS, *_OPENERS])}()]")
_HALF = str.maketrans("()", "（）")
_ENUMERATION = re.compile(
    r"(?:^|[\s\ufffc\u3000。；;：:，,、！？])(?:\d{1,3}|[A-Za-z]|[一二三四五六七八九十]{1,3}|[①-⑳Ⅰ-Ⅻⅰ-ⅻ㈠-㈩가-하])$"
)
"""What may stand before a bracket that numbers an item and has no other: 1）  a）  三）."""
_FACE = re.compile("[:;：；=][-^o]?$")
"""Before a bracket, a face: the text says :) and nothing is closed."""
_SENTENCE_END = re.compile("[。．！？!?…—」』”）)]$")
_AHEAD, _DEEPEST = 200, 100
"""Marks that are looked at ahead, and pairs that are kept open: both more than any paragraph has (house choice)."""

Say = Callable[[m.Inlines, int, str, str], None]
"""Takes a run and the offset in it, what is wrong there, and what to do."""


@dataclass(slots=True)
class _Open:
    mark: str
    run: m.Inlines
    offset: int
    paragraph: int
    goes_on: bool = False  # the next paragraph may close it


class Pairs:
    """Reads paragraph after paragraph, and says of each mark without its partner what is wrong: once a fault.

    Speech over several paragraphs is opened at each and closed at the last (Chicago 13.32, GB/T 15834 by custom).  In a
    manuscript a pair may span paragraphs; on a page only where a paragraph ends within a sentence or the next opens
    anew, for there a lost mark is likelier.  In Japanese a quotation may hold half a bracket: laws quote so
    (`quoting`).  Where straight marks are set as pairs (`straight`), one that was left has no partner."""

    def __init__(self, say: Say, *, spanning: bool, quoting: bool, straight: bool) -> None:
        self._say, self._spanning, self._quoting, self._straight = say, spanning, quoting, straight
        self._open: list[_Open] = []
        self._paragraph = 0

    def read(self, run: m.Inlines, text: str) -> None:
        self._paragraph += 1
        marks = [(found.start(), found[0].translate(_HALF)) for found in _MARK.finditer(text)]
        if self._straight and '"' in text:
            marks = sorted([*marks, *_lone(text)])
        self._drop_ended(text)
        for number, (at, mark) in enumerate(marks):
            rest = [each for _, each in marks[number + 1 : number + 1 + _AHEAD]]
            if mark == '"':
                self._say(run, at, '" has no partner', "set it as a mark that opens or closes, with its partner")
            elif mark in _PAIRS:
                self._opened(run, text, at, mark, rest)
            else:
                self._closed(run, text, at, mark, rest)
        ends = _SENTENCE_END.search(text.rstrip()) is not None
        for each in self._open:
            each.goes_on = self._spanning or not ends

    def close(self) -> None:
        for each in self._open:
            self._never_closed(each)
        self._open.clear()

    def _drop_ended(self, text: str) -> None:
        """On a page, what neither goes on here nor is opened anew ended with its paragraph."""
        first = text.lstrip()[:1]
        for each in [each for each in self._open if not each.goes_on and each.mark != first]:
            self._open.remove(each)
            self._never_closed(each)

    def _opened(self, run: m.Inlines, text: str, at: int, mark: str, rest: Sequence[str]) -> None:
        before = next((each for each in reversed(self._open) if each.mark == mark), None)
        if before and before.paragraph < self._paragraph and not text[:at].strip():
            before.paragraph = self._paragraph  # opened anew
            return
        top = self._open[-1] if self._open else None
        turned = mark == "“" and text[at - 1] not in _INTRODUCING and _next_quote(rest) != "”"
        if turned and top and (top.mark, top.paragraph) == (mark, self._paragraph):
            self._say(run, at, "“ stands where ” should", "turn it")
            self._open.pop()
            return
        if len(self._open) == _DEEPEST:
            self._never_closed(self._open.pop(0))
        self._open.append(_Open("(" if text[at] == "(" else mark, run, at, self._paragraph))

    def _closed(self, run: m.Inlines, text: str, at: int, mark: str, rest: Sequence[str]) -> None:
        opener = _OPENERS[mark]
        marks = [each.mark.translate(_HALF) for each in self._open]
        if opener in marks:
            self._pop_to(len(marks) - 1 - marks[::-1].index(opener))
        elif text[at] == ")" or (
            mark == "）" and (_stands_alone(text, at) or (self._quoting and marks[-1:] == ["「"]))
        ):
            return
        elif mark == "”" and _next_quote(rest) == "”":
            self._say(run, at, "” stands where “ should", "turn it")
            self._open.append(_Open("“", run, at, self._paragraph))
        elif marks and marks[-1] not in _QUOTES and mark not in "”」』" and _PAIRS[marks[-1]] not in rest:
            self._say(run, at, f"{self._open.pop().mark} is closed by {mark}", "make them a pair")
        else:
            self._say(run, at, f"{mark} closes nothing", "add the opening mark, or remove it")

    def _pop_to(self, index: int) -> None:
        """Close the pair that was opened at a place of the stack; what was opened inside it never was."""
        quotation = self._open[index].mark == "「" and self._quoting
        for each in self._open[index + 1 :]:
            if not (quotation and each.mark == "（"):
                self._never_closed(each)
        del self._open[index:]

    def _never_closed(self, each: _Open) -> None:
        if each.mark != "(":
            self._say(each.run, each.offset, f"{each.mark} is never closed", "add the closing mark, or remove it")


def _lone(text: str) -> list[tuple[int, str]]:
    """Straight marks of East Asian text without a partner; at the head of a paragraph they open speech that goes on.
    One that is followed by its name is named: "(引号)."""
    lone = [at for at in read_quotes(text).lone if text[at + 1 : at + 2] not in ("(", "（")]
    return [(at, '"' if text[:at].strip() else "“") for at in lone if _EAST.search(text[max(0, at - 1) : at + 2])]


def _next_quote(marks: Sequence[str]) -> str:
    return next((mark for mark in marks if mark in "“”"), "")


def _stands_alone(text: str, at: int) -> bool:
    """Whether a closing bracket needs no partner: it numbers an item, or is a mouth."""
    before = text[max(0, at - _FAR) : at]
    return (_ENUMERATION.search(before) or _FACE.search(before)) is not None


_FAR = 6
"""Characters before a bracket that say what it is for."""
