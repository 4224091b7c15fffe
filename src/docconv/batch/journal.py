"""The journal of a run: what became of each file, one line of JSON each, on the disk before anybody hears of it.

A line that was cut by a kill or a full disk is no line: what it would have said is done again.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from types import TracebackType

from docconv.batch.job import Result
from docconv.problems import UsageError


class Journal:
    """The journal in `path`, held by this run alone; a new one, or with `resume` the old one with more lines."""

    def __init__(self, path: Path, resume: bool) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("a+b")
        except OSError as error:
            raise UsageError(f"cannot write {path}: {(error.strerror or str(error)).lower()}") from None
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.close()
            raise UsageError(f"another run writes {path}", remedy="wait for it, or name another --journal") from None
        self._file.truncate(self._whole() if resume else 0)

    def _whole(self) -> int:
        """How many bytes of the file are whole lines."""
        self._file.seek(0)
        return self._file.read().rfind(b"\n") + 1

    def add(self, result: Result) -> None:
        """Write a line, and see it on the disk."""
        self._file.write(json.dumps(asdict(result), ensure_ascii=False).encode(errors="surrogateescape") + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()


def results_in(journal: Path) -> dict[str, Result]:
    """The last results by source, of a journal and of those of other shards beside it."""
    paths = [*sorted(journal.parent.glob("journal*.jsonl")), journal]
    return {result.source: result for path in paths for result in _results(path)}


def _results(path: Path) -> Iterator[Result]:
    if not path.is_file():
        return
    for line in path.read_bytes().split(b"\n"):
        try:
            record = json.loads(line.decode(errors="surrogateescape"))
            yield Result(**{**record, "problems": tuple(record["problems"])})
        except (ValueError, TypeError, KeyError):  # cut, or of another version
            continue
