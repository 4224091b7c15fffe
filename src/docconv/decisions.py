"""What an editor decided about a source: in a file beside it, or in comments inside it.

A decision names a rule (or a problem's code) and a line of the source; the next build honours it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeGuard

from docconv.inputs import note
from docconv.ledger import RULES, Decision, Verb
from docconv.problems import CODES, UsageError


def read_decisions(path: Path) -> frozenset[Decision]:
    """The decisions in a file beside the source (`<source>.docconv.toml`); none if there is no such file.

        [[reject]]
        rule = "join-paragraph"
        line = 40

    Line 0 is every line.  Raises `UsageError` for a file that is not of this form, with what is wrong in it."""
    note("content", path)
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return frozenset()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{path}: {error}", remedy="correct the decisions file") from None
    return frozenset(_decisions(str(path), data))


def _decisions(name: str, data: dict[str, Any]) -> Iterator[Decision]:
    for verb, entries in data.items():
        for number, entry in enumerate(entries if isinstance(entries, list) else [entries], 1):
            where = f"{name}: [[{verb}]] {number}"
            if not isinstance(entry, dict) or not isinstance(entry.get("line"), int):
                raise UsageError(f"{where} needs a rule and a line", remedy='rule = "join-paragraph", line = 40')
            if unknown := entry.keys() - {"rule", "line", "column"}:
                raise UsageError(f"{where}: {min(unknown)} is not a key", remedy="rule, line and column are")
            yield _decision(where, verb, str(entry.get("rule")), entry["line"], entry.get("column", 0))


def _decision(where: str, verb: str, rule: str, line: int, column: int = 0) -> Decision:
    if not _is_verb(verb):
        raise UsageError(f"{where}: {verb} is no decision", remedy="one of reject, accept, ignore")
    known = CODES if verb == "ignore" else RULES
    if rule not in known:
        raise UsageError(f"{where}: there is no rule {rule!r} to {verb}", remedy=f"one of {', '.join(sorted(known))}")
    return Decision(verb, rule, line, column)


def _is_verb(word: str) -> TypeGuard[Verb]:
    return word in ("reject", "accept", "ignore")


_COMMENT = re.compile(r"<!--\s*docconv:\s*(\w+)\s+([\w-]+)\s*-->")


def inline_decisions(text: str, name: str = "") -> frozenset[Decision]:
    """The decisions in comments of a source's text: `<!-- docconv: reject join-paragraph -->`.

    A comment at the end of a line decides about that line; one on a line of its own, about the next that is not
    blank.  Raises `UsageError` for a verb or a rule that does not exist."""
    if "docconv:" not in text:
        return frozenset()
    found: set[Decision] = set()
    waiting: list[tuple[str, str, str]] = []
    for number, line in enumerate(text.split("\n"), 1):
        here = [(f"{name}:{number}", match[1], match[2]) for match in _COMMENT.finditer(line)]
        if _COMMENT.sub("", line).strip():
            found.update(_decision(where, verb, rule, number) for where, verb, rule in (*waiting, *here))
            waiting = []
        else:
            waiting += here
    return frozenset(found)
