"""What a check of a finished PDF by a profile found, rule by rule: a value, and its JSON.

It assumes that the rules have been asked.  The JSON is what `docs/preflight-report.schema.json` says; what is there
keeps its name and its meaning, so that programs may rely on it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any, Literal

from docconv import __version__
from docconv.press import Profile
from docconv.problems import CODES, Problem

Result = Literal["pass", "error", "warning", "note", "unread"]

SCHEMA = "docconv-preflight-1"


@dataclass(frozen=True, slots=True)
class Finding:
    """One place at which a rule is broken.  `page` is 0 of the file's matter; `at` is in mm from the left and the top
    of the trimmed page."""

    message: str
    page: int = 0
    at: tuple[float, float] | None = None
    times: int = 1
    """How often on the page; `at` is the first place."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What came of one rule; `unread` says why it could not be asked."""

    rule: str
    code: str
    title: str
    clause: str
    remedy: str
    findings: tuple[Finding, ...] = ()
    unread: str = ""

    @property
    def result(self) -> Result:
        return "unread" if self.unread else CODES[self.code] if self.findings else "pass"

    @property
    def count(self) -> int:
        return sum(each.times for each in self.findings)

    @property
    def pages(self) -> list[int]:
        return sorted({each.page for each in self.findings if each.page})


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of all rules of a profile.  `trim` is the size of the finished page in mm, `size` its name if it has
    one; `inks` gives the number of
    pages that each is printed on; `problems` are the findings as the check tells them."""

    file: str
    digest: str
    pages: int
    trim: tuple[float, float]
    size: str
    version: str
    profile: Profile
    rulings: tuple[Ruling, ...]
    inks: dict[str, int] = field(default_factory=dict)
    fonts: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    """What was not looked at, and why."""
    problems: tuple[Problem, ...] = ()
    composition: tuple[Problem, ...] = ()
    """What the rules of composition say besides."""

    @property
    def passed(self) -> bool:
        """Whether nothing was found that is more than a note, and everything was read."""
        return all(each.result in ("pass", "note") for each in self.rulings) and not self.unread

    def count(self, *results: Result) -> int:
        return sum(each.result in results for each in self.rulings)


MOST_FINDINGS = 100
"""How many findings of a rule the JSON lists; `count` and `pages` are of all."""


def to_json(verdict: Verdict) -> str:
    profile = verdict.profile
    condition = profile.condition.identifier if profile.condition else None
    return _dumps(
        {
            "schema": SCHEMA,
            "docconv": __version__,
            "file": PurePath(verdict.file).name,
            "sha256": verdict.digest,
            "version": verdict.version,
            "pages": verdict.pages,
            "trim": list(verdict.trim),
            "size": verdict.size,
            "profile": {"name": profile.name, "standard": profile.standard, "condition": condition},
            "passed": verdict.passed,
            "rules": [_ruling(each) for each in verdict.rulings],
            "inks": verdict.inks,
            "fonts": list(verdict.fonts),
            "unread": list(verdict.unread),
            "composition": [_problem(each) for each in verdict.composition],
        }
    )


def _ruling(ruling: Ruling) -> dict[str, Any]:
    return {
        "rule": ruling.rule,
        "code": ruling.code,
        "title": ruling.title,
        "clause": ruling.clause,
        "remedy": ruling.remedy,
        "result": ruling.result,
        "unread": ruling.unread,
        "count": ruling.count,
        "pages": ruling.pages,
        "findings": [_finding(each) for each in ruling.findings[:MOST_FINDINGS]],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {"message": finding.message, "page": finding.page or None, "at": list(finding.at) if finding.at else None,
            "times": finding.times}  # fmt: skip


def _problem(problem: Problem) -> dict[str, Any]:
    place = problem.place
    return {"code": problem.code, "severity": problem.severity, "message": problem.message,
            "page": place.line if place else None, "line": place.column if place else None}  # fmt: skip


def page_ranges(pages: Iterable[int]) -> str:
    """1–3, 7, 9–12."""
    ranges: list[list[int]] = []
    for page in pages:
        if ranges and page == ranges[-1][1] + 1:
            ranges[-1][1] = page
        else:
            ranges.append([page, page])
    return ", ".join(f"{first}–{last}" if last > first else f"{first}" for first, last in ranges)


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
