"""What became of a run, for tools: JSON, and the XML of JUnit that continuous integration shows."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from docconv import __version__
from docconv.batch.job import Result
from docconv.files import write_pieces
from docconv.model import Place
from docconv.problems import Problem
from docconv.reports import problem


def write(path: Path, results: Sequence[Result]) -> None:
    """Write the summary whose form the suffix says, with the files in their order and never all in memory."""
    form = to_junit if path.suffix.lower() == ".xml" else to_json
    write_pieces(path, lambda: form(results))


def to_json(results: Sequence[Result]) -> Iterator[bytes]:
    """All of the run as one object."""
    counts = Counter(result.status for result in results)
    whole = _dumps({"docconv": __version__, "counts": dict(sorted(counts.items())), "files": []})
    start, end = whole.removesuffix("]\n}"), "\n ]\n}\n" if results else "]\n}\n"
    yield start.encode()
    for number, result in enumerate(results):
        record = _dumps(asdict(result)).replace("\n", "\n  ")
        yield f"{',' if number else ''}\n  {record}".encode(errors="surrogateescape")
    yield end.encode()


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)


def to_junit(results: Sequence[Result]) -> Iterator[bytes]:
    """A test case for each file: failed, in error (memory, time, a crash) or skipped (its turn did not come)."""
    kinds, seconds = Counter[str](), 0.0
    for result in results:
        kinds[_KINDS.get(result.status, "")] += 1
        seconds += result.seconds
    suite = ET.Element("testsuite", name="docconv batch", tests=str(len(results)), time=f"{seconds:.3f}",
                       failures=str(kinds["failure"]), errors=str(kinds["error"]),
                       skipped=str(kinds["skipped"]))  # fmt: skip
    end = b"</testsuite>"
    yield bytes(ET.tostring(suite, "utf-8", xml_declaration=True, short_empty_elements=False)).removesuffix(end)
    for result in results:
        yield bytes(ET.tostring(_case(result), "utf-8"))
    yield end


def _case(result: Result) -> ET.Element:
    case = ET.Element("testcase", classname="docconv", name=_clean(result.name), time=f"{result.seconds:.3f}")
    if kind := _KINDS.get(result.status):
        ET.SubElement(case, kind, type=result.status, message=_clean(result.message))
    if result.problems:
        lines = (f"{each.get('line', '')}: {each['code']}: {each['message']}" for each in result.problems)
        ET.SubElement(case, "system-out").text = _clean("\n".join(lines))
    return case


def findings(results: Sequence[Result]) -> list[Problem]:
    """What is to be said of the files in their order; of one that was not converted, why."""
    found: list[Problem] = []
    for result in results:
        found += map(problem, result.problems)
        if not result.is_good and result.status != "pending" and not result.problems:
            found.append(Problem("stopped", f"{result.status}: {result.message}", Place(0, 1, result.name)))
    return found


_KINDS = {"failed": "failure", "withheld": "failure", "memory": "error", "timeout": "error", "crashed": "error",
          "pending": "skipped"}  # fmt: skip


def _clean(text: str) -> str:
    """Text without what XML cannot hold."""
    return re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", text)
