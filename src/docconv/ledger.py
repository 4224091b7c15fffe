"""The ledger: every change that normalising makes, and every doubt that it leaves to the editor.

Passes only append to it.  Nothing in it changes the document; it is how docconv says what it did.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from docconv.model import Place
from docconv.problems import Problem


@dataclass(frozen=True, slots=True)
class Change:
    """One change: `rule` names it (docs/rules.md), `before` and `after` show it, `confidence` is 0 … 1."""

    rule: str
    place: Place | None
    before: str
    after: str
    confidence: float = 1.0


@dataclass(slots=True)
class Ledger:
    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def changed(self, rule: str, place: Place | None, before: str, after: str, confidence: float = 1.0) -> None:
        self.changes.append(Change(rule, place, before, after, confidence))

    def doubt(self, code: str, message: str, place: Place | None, remedy: str = "") -> None:
        self.problems.append(Problem(code, message, place, remedy))
