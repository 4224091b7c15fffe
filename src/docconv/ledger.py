"""The ledger: every change that normalising makes, every doubt that it leaves, and what the editor decided.

Passes ask it whether a change is allowed, and write down what they did.  It is how docconv says what it changed, and
how an editor says no.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

from docconv.model import Place
from docconv.problems import Problem, where

RULES: dict[str, str] = {
    "adopt-figure": "house rule: pictures above a headline are the story's",
    "drop-stray-space": "CLREQ 3.2: no space between ideographs",
    "join-line": "CSS Text 4, 4.1.1: segment breaks",
    "join-paragraph": "house rule: a paragraph cut by a column or page is one",
    "pair-quote": "GB/T 15834, JIS X 4051: quotation marks are paired",
    "set-aside": "house rule: a repeated running head is kept once",
    "set-dash": "GB/T 15834: the dash is two ems",
    "set-ellipsis": "GB/T 15834: the ellipsis is two ems",
    "set-letter": "Unicode, compatibility forms: a radical is no ideograph",
    "set-range": "GB/T 15835: a range of quantities",
    "widen-mark": "GB/T 15834: marks beside Han are full-width",
}
"""Every rule with the clause that it follows.  docs/rules.md shows each with a before and an after."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change: `rule` is a key of `RULES`, `before` and `after` show it, `confidence` is 0 … 1."""

    rule: str
    place: Place | None
    before: str
    after: str
    confidence: float = 1.0

    def __str__(self) -> str:
        return f"{where(self.place)}{self.rule}: {_visible(self.before)} → {_visible(self.after)}"


def _visible(text: str) -> str:
    """A text in a message: a space or nothing must be seen."""
    return text.replace(" ", "␣").replace("\u3000", "□") or "∅"


Verb = Literal["reject", "accept", "ignore"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What an editor decided: `reject` a change, `accept` a doubtful one, `ignore` a problem.

    `rule` is a rule or a problem's code; `line` is the source's (0: all of them), and so is `column` if given
    (0: any).  `place` is where that was said."""

    verb: Verb
    rule: str
    line: int
    column: int = 0
    place: Place | None = field(default=None, compare=False)


@dataclass(slots=True)
class Ledger:
    """What was changed and what is in doubt, under the decisions of the editor.

    `file` is the source's name, for what has no place of its own."""

    decisions: frozenset[Decision] = frozenset()
    file: str = ""
    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    heeded: set[Decision] = field(default_factory=set)

    def changed(self, rule: str, place: Place | None, before: str, after: str, confidence: float = 1.0) -> None:
        where = place or (Place(0, 0, self.file) if self.file else None)
        self.changes.append(Change(rule, where, before, after, confidence))

    def doubt(self, code: str, message: str, place: Place | None, remedy: str = "") -> None:
        self.report(Problem(code, message, place, remedy))

    def report(self, problem: Problem) -> None:
        """Take a problem, unless the editor has decided to ignore it."""
        if problem.place is None and self.file:
            problem = replace(problem, place=Place(0, 0, self.file))
        if not self._decided("ignore", problem.code, problem.place):
            self.problems.append(problem)

    def rejects(self, rule: str, place: Place | None) -> bool:
        """Whether the editor does not want this change."""
        return self._decided("reject", rule, place)

    def accepts(self, rule: str, place: Place | None) -> bool:
        """Whether the editor wants this change, however doubtful."""
        return self._decided("accept", rule, place)

    def _decided(self, verb: Verb, rule: str, place: Place | None) -> bool:
        if not self.decisions or place is None:
            return False
        spots = ((0, 0), (place.line, 0), (place.line, place.column))
        found = self.decisions.intersection(Decision(verb, rule, *spot) for spot in spots)
        self.heeded |= found
        return bool(found)

    def report_stale(self, judged: Callable[[str], bool]) -> None:
        """Report the decisions that met nothing: the source has changed since, or the line was never right.  `judged`
        says of a rule or code whether it has had its turn."""
        said: dict[Place, list[Decision]] = {}
        for each in self.decisions:
            if each.place and judged(each.rule):
                said.setdefault(each.place, []).append(each)
        for place in sorted(said, key=lambda place: (place.file, place.line)):
            if not self.heeded.intersection(said[place]):
                self.report(self._stale(min(said[place], key=lambda each: each.line), place))

    def _stale(self, decision: Decision, place: Place) -> Problem:
        met = [each.place for each in self.changes if each.rule == decision.rule]
        met += [each.place for each in self.problems if each.code == decision.rule]
        lines = sorted({each.line for each in met if each and each.line})
        elsewhere = f"; it is in line{'s' * (len(lines) > 1)} {', '.join(map(str, lines[:5]))}" if lines else ""
        where = f" in line {decision.line}" if decision.line > 0 else "" if decision.line == 0 else " by its words"
        what = f"{decision.verb} {decision.rule} meets nothing{where}{elsewhere}"
        return Problem("decision-unused", what, place, "correct the decision, or delete it")
