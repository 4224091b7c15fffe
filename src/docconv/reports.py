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
    """`file:line:col: code: message`, one a line.  What a file has more than twice is told once, at its first place,
    with the count and the next places."""
    alike: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        alike.setdefault(_kind(finding), []).append(finding)
    told: dict[object, str] = {}  # by what is told in one line: a kind of finding, or a finding by its number
    for number, finding in enumerate(findings):
        kind = _kind(finding)
        if not _is_told_once(alike[kind]):
            told[number] = f"{finding}\n"
        elif kind not in told:
            told[kind] = f"{finding} ({_further(alike[kind][1:])})\n"
    return "".join(told.values())


def _kind(finding: Finding) -> tuple[str, str]:
    return finding.place.file if finding.place else "", _code(finding)


_OFTEN = 2
"""How often a fault of a source is told place by place; house choice."""
_FINISHED = ("pdf-", "epub", "press-", "archive-", "access-", "preflight-")
"""Codes of finished editions, whose rules count for themselves."""
_OF_ONE_CAUSE = ("picture-refused",)
"""Codes that have one remedy, however many places."""
_NEXT = 5
"""How many further places are named; house choice."""


def _is_told_once(alike: Sequence[Finding]) -> bool:
    code = _code(alike[0])
    return not code.startswith(_FINISHED) and len(alike) > (1 if code in _OF_ONE_CAUSE else _OFTEN)


def _further(alike: Sequence[Finding]) -> str:
    places = [f"{each.place.line}:{each.place.column}" for each in alike if each.place and each.place.line]
    named = f": {', '.join(places[:_NEXT])}{' …' * (len(places) > _NEXT)}" if places else ""
    return f"and {len(alike)} more{named}"


def to_lines(findings: Sequence[Finding]) -> str:
    """The same with a line for every place."""
    return "".join(f"{finding}\n" for finding in findings)


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
    "lines": to_lines,
    "json": to_json,
    "jsonl": to_json_lines,
    "sarif": to_sarif,
    "github": to_github,
}
IN_WORDS = ("text", "lines")
"""The forms for people, to whom an error is said apart."""


OF_EDITIONS = ("css-", "font-", "text-", "press-", "cover-", "picture-small", "picture-apart", "option-")
"""Codes of what an edition makes of a source, at which `docconv check` does not look."""
_NO_PICTURE = ("picture-missing", "picture-refused")


def closing_line(problems: Sequence[Problem], check: str) -> str:
    """What an editor must know of a conversion, in one line: missing pictures, warnings, suspects, and whether a page
    may have been taken for a manuscript.  Nothing if there is nothing.  `check` is the call that lists what is to be
    looked at in the source, if there is one.

    8 pictures missing, 8 places to look at; docconv check page.txt lists them"""
    grave = [each for each in problems if each.severity != "note" or each.code.startswith("suspect-")]
    source = [each for each in grave if not each.code.startswith(OF_EDITIONS)]
    pictures = sum(each.code in _NO_PICTURE for each in source)
    of_source = [
        *_counted(pictures, "picture missing", "pictures missing"),
        *_counted(len(source) - pictures, "place to look at", "places to look at"),
    ]
    doubtful = any(each.code == "read-doubtful" for each in problems)
    apart = sum(each.code == "picture-apart" for each in grave)
    of_editions = [
        *_counted(apart, "picture not beside the edition", "pictures not beside the edition"),
        *_counted(len(grave) - len(source) - apart, "warning of an edition", "warnings of editions"),
    ]
    parts = [
        f"{', '.join(counts)}; {call} lists {'it' if number == 1 else 'them'}"
        for counts, number, call in (
            (of_source, len(source), check or "-v"),
            (of_editions, len(grave) - len(source), "-v"),
        )
        if counts
    ]
    parts += ["read as a manuscript, in doubt; --from page says otherwise"] if doubtful else []
    return f"docconv: {'; '.join(parts)}\n" if parts else ""


def _counted(number: int, one: str, many: str) -> list[str]:
    return [f"{number} {one if number == 1 else many}"] if number else []


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
