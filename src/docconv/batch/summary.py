"""What became of a run, for tools: JSON, and the XML of JUnit that continuous integration shows."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from xml.etree import ElementTree as ET

from docconv import __version__
from docconv.batch.job import Result
from docconv.files import write_atomically
from docconv.model import Place
from docconv.problems import Problem
from docconv.reports import problem


def write(path: Path, results: Sequence[Result]) -> None:
    """Write the summary whose form the suffix says, with the files in their order."""
    write_atomically(path, to_junit(results) if path.suffix.lower() == ".xml" else to_json(results))


def to_json(results: Sequence[Result]) -> bytes:
    counts = Counter(result.status for result in results)
    files = [asdict(result) for result in results]
    whole = {"docconv": __version__, "counts": dict(sorted(counts.items())), "files": files}
    return json.dumps(whole, ensure_ascii=False, indent=1).encode(errors="surrogateescape") + b"\n"


def to_junit(results: Sequence[Result]) -> bytes:
    """A test case for each file: failed, in error (memory, time, a crash) or skipped (its turn did not come)."""
    kinds = [_KINDS.get(result.status, "") for result in results]
    seconds = sum(result.seconds for result in results)
    suite = ET.Element("testsuite", name="docconv batch", tests=str(len(results)), time=f"{seconds:.3f}",
                       failures=str(kinds.count("failure")), errors=str(kinds.count("error")),
                       skipped=str(kinds.count("skipped")))  # fmt: skip
    for result, kind in zip(results, kinds, strict=True):
        case = ET.SubElement(suite, "testcase", classname="docconv", name=_clean(result.name),
                             time=f"{result.seconds:.3f}")  # fmt: skip
        if kind:
            ET.SubElement(case, kind, type=result.status, message=_clean(result.message))
        if result.problems:
            lines = (f"{each.get('line', '')}: {each['code']}: {each['message']}" for each in result.problems)
            ET.SubElement(case, "system-out").text = _clean("\n".join(lines))
    return bytes(ET.tostring(suite, encoding="utf-8", xml_declaration=True))


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
