"""The journal of a run: what became of each file, one line of JSON each, on the disk before anybody hears of it.

A line that was cut by a kill or a full disk is no line: what it would have said is done again.  In memory is no more
than where the lines begin, so that a run may have as many files as it likes.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from types import TracebackType
from typing import IO, overload

from docconv.batch.job import Job, Result
from docconv.problems import UsageError


class Journal:
    """The journal in `path`, held by this run of `jobs` alone; a new one, or with `resume` the old one with more lines.

    What other shards' journals beside it know of these jobs is taken over where it does not."""

    def __init__(self, path: Path, jobs: Sequence[Job], resume: bool) -> None:
        self._path, self._jobs = path, jobs
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("a+b")
        except OSError as error:
            raise _unwritable(path, error) from None
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.close()
            raise UsageError(f"another run writes {path}", remedy="wait for it, or name another --journal") from None
        self._known: dict[str, int] = {}
        self._lines: dict[str, int] = {}
        if resume:
            self._take_up()
        else:
            self._file.truncate(0)
        self._start = self._end()

    def _take_up(self) -> None:
        """Find what is known of the jobs, in this journal and in those of other shards."""
        names = {job.source: job.source for job in self._jobs}
        self._known, whole = _last_lines(self._file, names)
        self._file.truncate(whole)
        for path in sorted({*self._path.parent.glob("journal*.jsonl")} - {self._path}, reverse=True):
            with path.open("rb") as other:
                for source, start in _last_lines(other, names)[0].items():
                    if source not in self._known:
                        self._known[source] = self._end()
                        self._file.write(_line(other, start))

    def known(self, job: Job) -> Result | None:
        """What an earlier run wrote of a job."""
        start = self._known.get(job.source)
        return None if start is None else _result(_line(self._file, start))

    def add(self, job: Job, result: Result) -> None:
        """Write a line, and see it on the disk.  Of a job that is unchanged, the line that says so is there."""
        if result.status == "unchanged" and job.source in self._known:
            self._lines[job.source] = self._known[job.source]
            return
        self._lines[job.source] = self._end()
        try:
            self._file.write(json.dumps(asdict(result), ensure_ascii=False).encode(errors="surrogateescape") + b"\n")
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            del self._lines[job.source]
            raise _unwritable(self._path, error) from None

    def results(self) -> Results:
        """What this run knows by now."""
        return Results(self._path, self._jobs, self._lines, self._start)

    def _end(self) -> int:
        return self._file.seek(0, os.SEEK_END)

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with suppress(OSError):  # what it could not take has been said
            self._file.close()


def _unwritable(path: Path, error: OSError) -> UsageError:
    return UsageError(f"cannot write {path}: {(error.strerror or str(error)).lower()}")


class Results(Sequence[Result]):
    """What became of each job, in their order, read from the journal whenever somebody looks: a job without a line is
    pending, and one with a line of an earlier run, unchanged."""

    def __init__(self, journal: Path, jobs: Sequence[Job], lines: dict[str, int], start: int) -> None:
        self._journal, self._jobs, self._lines, self._start = journal, jobs, lines, start

    def __len__(self) -> int:
        return len(self._jobs)

    def __iter__(self) -> Iterator[Result]:
        with self._journal.open("rb") as file:
            for job in self._jobs:
                yield self._of(job, file)

    @overload
    def __getitem__(self, index: int) -> Result: ...
    @overload
    def __getitem__(self, index: slice) -> list[Result]: ...
    def __getitem__(self, index: int | slice) -> Result | list[Result]:
        with self._journal.open("rb") as file:
            if isinstance(index, slice):
                return [self._of(job, file) for job in self._jobs[index]]
            return self._of(self._jobs[index], file)

    def _of(self, job: Job, file: IO[bytes]) -> Result:
        start = self._lines.get(job.source)
        result = None if start is None else _result(_line(file, start))
        if start is None or result is None:
            return job.ended("pending")
        return result if start >= self._start else replace(result, name=job.name, status="unchanged", seconds=0.0)


def _last_lines(file: IO[bytes], names: Mapping[str, str]) -> tuple[dict[str, int], int]:
    """Where the last line on each source of these names begins, and where the last whole line ends."""
    found: dict[str, int] = {}
    start = file.seek(0)
    for line in file:
        if not line.endswith(b"\n"):
            break
        if (result := _result(line)) and result.source in names:
            found[names[result.source]] = start  # the same string, for they are many
        start += len(line)
    return found, start


def _line(file: IO[bytes], start: int) -> bytes:
    file.seek(start)
    return file.readline()


def _result(line: bytes) -> Result | None:
    """What a line says; nothing if it was cut, or is of another version."""
    try:
        record = json.loads(line.decode(errors="surrogateescape"))
        return Result(**{**record, "problems": tuple(record["problems"])})
    except (ValueError, TypeError, KeyError):
        return None
