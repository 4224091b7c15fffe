"""What an editor decided about a source: in a file beside it, or in comments inside it.

A decision names a rule (or a problem's code) and a line of the source, by number or by its words; the next build
honours it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeGuard

from docconv.inputs import read_whole
from docconv.ledger import RULES, Decision, Verb
from docconv.model import Place
from docconv.problems import CODES, UsageError


def read_decisions(path: Path, source: str = "") -> frozenset[Decision]:
    """The decisions in a file beside the source (`<source>.docconv.toml`); none if there is no such file.

        [[reject]]
        rule = "join-paragraph"
        line = 40

    Line 0 is every line.  `words = "…"` finds the line by what stands in it, wherever that is by now in the `source`'s
    text; of several the one nearest to `line`, if that is given too.  Raises `UsageError` for a file that is not of
    this form, with what is wrong in it."""
    try:
        if path.exists() and not path.is_file():
            raise OSError("is no file")
        text = read_whole(path).decode()
        data = tomllib.loads(text)
    except FileNotFoundError:
        return frozenset()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(f"{path}: {error}", remedy="correct the decisions file") from None
    return frozenset(_decisions(str(path), text, data, source.split("\n")))


def _decisions(name: str, text: str, data: dict[str, Any], lines: list[str]) -> Iterator[Decision]:
    for verb, entries in data.items():
        for number, entry in enumerate(entries if isinstance(entries, list) else [entries]):
            place = Place(_line_of(text, verb, number), 1, name)
            is_table = isinstance(entry, dict)
            if not is_table or not isinstance(entry.get("line", 0 if entry.get("words") else None), int):
                raise UsageError(
                    f"[[{verb}]] needs a rule and a line", place=place, remedy='rule = "join-paragraph", line = 40'
                )
            if unknown := entry.keys() - {"rule", "line", "column", "words"}:
                raise UsageError(f"{min(unknown)} is not a key", place=place, remedy="rule, line, column and words are")
            for line in _found(str(entry.get("words", "")), entry.get("line", 0), lines):
                yield _decision(place, verb, str(entry.get("rule")), line, entry.get("column", 0))


def _line_of(text: str, verb: str, number: int) -> int:
    """The line of the n-th table of a verb; the first of all, if it is written otherwise."""
    heads = re.compile(rf"\s*\[\[\s*[\"']?{re.escape(verb)}[\"']?\s*\]\]")
    found = [at for at, line in enumerate(text.split("\n"), 1) if heads.match(line)]
    return found[number] if number < len(found) else 1


def _found(words: str, line: int, lines: list[str]) -> list[int]:
    """The lines that are meant; -1, which is none, if the words stand in none."""
    if not words:
        return [line]
    found = [number for number, each in enumerate(lines, 1) if words in each]
    if found and line:
        return [min(found, key=lambda number: abs(number - line))]
    return found or [-1]


def _decision(place: Place, verb: str, rule: str, line: int, column: int = 0) -> Decision:
    if not _is_verb(verb):
        raise UsageError(f"{verb} is no decision", place=place, remedy="one of reject, accept, ignore")
    known = CODES if verb == "ignore" else RULES
    if rule not in known:
        remedy = f"one of {', '.join(sorted(known))}"
        raise UsageError(f"there is no rule {rule!r} to {verb}", place=place, remedy=remedy)
    return Decision(verb, rule, line, column, place)


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
    waiting: list[tuple[Place, str, str]] = []
    for number, line in enumerate(text.split("\n"), 1):
        here = [(Place(number, match.start() + 1, name), match[1], match[2]) for match in _COMMENT.finditer(line)]
        if _COMMENT.sub("", line).strip():
            found.update(_decision(where, verb, rule, number) for where, verb, rule in (*waiting, *here))
            waiting = []
        else:
            waiting += here
    return frozenset(found)
