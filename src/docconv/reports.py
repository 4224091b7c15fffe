"""Findings for people and for tools: text, JSON, JSON lines, SARIF 2.1.0, GitHub annotations; the ledger as JSON.

A finding is a problem or a change.  Every form names the same things: file, line, column, code, message, remedy.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import unified_diff
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from docconv import __version__
from docconv import model as m
from docconv.ledger import RULES, Change, Ledger
from docconv.problems import CheckFailed, DocconvError, Problem

Finding = Problem | Change


def to_text(findings: Sequence[Finding]) -> str:
    """`file:line:col: code: message`, one a line.  Marks that change alike on one line are counted, not repeated."""
    lines: list[str] = []
    last: tuple[object, ...] = ()
    count = 0
    for finding in findings:
        key = (finding.rule, finding.place and finding.place.line) if isinstance(finding, Change) else ()
        if key and key == last and isinstance(finding, Change) and finding.rule not in _SINGLE:
            count += 1
            continue
        if count:
            lines[-1] += f" (and {count} more on this line)"
        lines.append(str(finding))
        last, count = key, 0
    if count:
        lines[-1] += f" (and {count} more on this line)"
    return "".join(f"{line}\n" for line in lines)


_SINGLE = ("join-line", "join-paragraph", "adopt-figure", "set-aside")


def to_json_lines(findings: Sequence[Finding]) -> str:
    """A JSON object a line, for tools that read as they go."""
    return "".join(json.dumps(_plain(finding), ensure_ascii=False) + "\n" for finding in findings)


def to_json(findings: Sequence[Finding]) -> str:
    """A JSON array with one object a finding."""
    return _dumps([_plain(finding) for finding in findings])


def _plain(finding: Finding) -> dict[str, Any]:
    place = finding.place
    where: dict[str, Any] = {"file": place.file, "line": place.line, "column": place.column} if place else {}
    if place and place.entry:
        where["entry"] = place.entry
    if isinstance(finding, Change):
        return {"kind": "change", "code": finding.rule, **where, "before": finding.before, "after": finding.after,
                "confidence": finding.confidence, "clause": RULES[finding.rule]}  # fmt: skip
    return {"kind": "problem", "code": finding.code, "severity": finding.severity, **where,
            "message": finding.message, "remedy": finding.remedy}  # fmt: skip


def ledger_json(name: str, ledger: Ledger) -> str:
    """The ledger of one source: every change and every problem, in the order in which they were made."""
    return _dumps(
        {
            "docconv": __version__,
            "source": name,
            "changes": [_plain(change) for change in ledger.changes],
            "problems": [_plain(problem) for problem in ledger.problems],
        }
    )


def to_github(findings: Sequence[Finding]) -> str:
    """Workflow commands that GitHub shows beside the lines of a change."""
    return "".join(_annotation(finding) for finding in findings)


_LEVELS = {"error": "error", "warning": "warning", "note": "notice"}


def _annotation(finding: Finding) -> str:
    level = "notice" if isinstance(finding, Change) else _LEVELS[finding.severity]
    place = finding.place
    line = f"line={place.line},col={place.column}," if place and place.line and not place.entry else ""
    where = f" file={_escaped(place.file, ':,')},{line}" if place else " "
    inside = f"{place.entry}:{place.line}:{place.column}: " if place and place.entry else ""
    return f"::{level}{where}title={_code(finding)}::{_escaped(inside + _message(finding))}\n"


def _escaped(text: str, further: str = "") -> str:
    out = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    for character in further:
        out = out.replace(character, f"%{ord(character):02X}")
    return out


def to_sarif(findings: Sequence[Finding]) -> str:
    """SARIF 2.1.0, as code scanning services read it."""
    names = sorted({_code(finding) for finding in findings})
    driver = {
        "name": "docconv",
        "version": __version__,
        "rules": [{"id": name, "shortDescription": {"text": RULES.get(name, name)}} for name in names],
    }
    results = [_result(finding, names) for finding in findings]
    return _dumps(
        {
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
        }
    )


def _result(finding: Finding, names: list[str]) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": _code(finding),
        "ruleIndex": names.index(_code(finding)),
        "level": "note" if isinstance(finding, Change) else finding.severity,
        "message": {"text": _message(finding)},
    }
    if place := finding.place:
        physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(place)}}
        if place.line:
            physical["region"] = {"startLine": place.line, "startColumn": place.column}
        result["locations"] = [{"physicalLocation": physical}]
    return result


def _uri(place: m.Place) -> str:
    """A file, or one in an archive, as a reference by RFC 3986 (SARIF 2.1.0, 3.4.3 and 3.10.1)."""
    scheme = "file://" if PurePath(place.file).is_absolute() else ""
    path = "/".join(filter(None, (place.file.replace("\\", "/"), place.entry)))
    return scheme + quote(path, errors="surrogateescape")


def _code(finding: Finding) -> str:
    return finding.rule if isinstance(finding, Change) else finding.code


def _message(finding: Finding) -> str:
    if isinstance(finding, Change):
        return f"{finding.before or '∅'} → {finding.after or '∅'}"
    return finding.message + (f" — {finding.remedy}" if finding.remedy else "")


FORMATS: dict[str, Callable[[Sequence[Finding]], str]] = {
    "text": to_text,
    "json": to_json,
    "jsonl": to_json_lines,
    "sarif": to_sarif,
    "github": to_github,
}


def stopped(error: DocconvError) -> list[Problem]:
    """An error as findings, for the forms that tools read: what it is made of, and what it says itself."""
    found = error.problems if isinstance(error, CheckFailed) else ()
    return [*found, Problem("stopped", error.message, error.place, error.remedy)]


def problem(plain: Mapping[str, Any]) -> Problem:
    """The problem that one object of `to_json` tells of."""
    place = m.Place(plain["line"], plain["column"], plain["file"], plain.get("entry", "")) if "file" in plain else None
    return Problem(plain["code"], plain["message"], place, plain["remedy"])


def diff(name: str, before: m.Document, after: m.Document) -> str:
    """A unified diff of the text as read and as repaired, one line a paragraph."""
    return "".join(
        f"{line}\n"
        for line in unified_diff(
            _paragraphs(before), _paragraphs(after), f"{name} (as read)", f"{name} (repaired)", lineterm="", n=0
        )
    )


def _paragraphs(document: m.Document) -> list[str]:
    return [text.replace("\n", "⏎") for text in m.paragraphs(document)]


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Findings in the order of their places; those without one at the end."""

    def place(finding: Finding) -> tuple[str, int, int]:
        where = finding.place
        return (where.file, where.line, where.column) if where else ("\uffff", 0, 0)

    return sorted(findings, key=place)


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
