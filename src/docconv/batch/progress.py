"""What a run says while it goes: a bar on a terminal, lines elsewhere; failures in both as they happen.

It speaks on stderr.  NO_COLOR and TERM=dumb are heeded.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING

from docconv.batch.job import Result

if TYPE_CHECKING:
    from rich.progress import Progress

EVERY = 10.0
"""Seconds between two lines where there is no terminal."""


def progress(total: int, quiet: bool) -> AbstractContextManager[Callable[[Result], None]]:
    """Who is told of each result.  `quiet` hears of failures only."""
    if quiet:
        return nullcontext(_say_failure)
    if sys.stderr.isatty() and (bar := _bar()) is not None:
        return _on_a_terminal(bar, total)
    return nullcontext(_Lines(total))


def failure(result: Result) -> str:
    """One line on a file that was not converted; nothing on one that was."""
    return "" if result.is_good else f"{result.name}: {result.status}: {result.message}"


def _say_failure(result: Result) -> None:
    if line := failure(result):
        print(f"docconv: {line}", file=sys.stderr, flush=True)


class _Pace:
    """How many files are converted in a second.  Those that an earlier run has done are seen through in no time, and do
    not count."""

    def __init__(self) -> None:
        self._count, self._start = 0, time.monotonic()

    def add(self, result: Result) -> float:
        if result.status == "unchanged" and not self._count:
            self._start = time.monotonic()
        else:
            self._count += 1
        return self._count / max(time.monotonic() - self._start, 1e-6)


class _Lines:
    """A line from time to time, with the rate and the time left."""

    def __init__(self, total: int) -> None:
        self._total, self._done, self._failed = total, 0, 0
        self._pace, self._last = _Pace(), time.monotonic()

    def __call__(self, result: Result) -> None:
        _say_failure(result)
        self._done += 1
        self._failed += not result.is_good
        rate = self._pace.add(result)
        if time.monotonic() - self._last >= EVERY or self._done == self._total:
            self._last = time.monotonic()
            left = int((self._total - self._done) / rate) if rate else 0
            print(f"docconv: {self._done}/{self._total} files, {self._failed} failed, {rate:.1f} a second, "
                  f"{left // 60}:{left % 60:02} left", file=sys.stderr, flush=True)  # fmt: skip


def _bar() -> Progress | None:
    """The bar, if rich is installed."""
    try:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
    except ImportError:
        return None
    return Progress(BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"), TimeRemainingColumn(),
                    console=Console(stderr=True))  # fmt: skip


@contextmanager
def _on_a_terminal(bar: Progress, total: int) -> Iterator[Callable[[Result], None]]:
    pace = _Pace()
    with bar:
        task = bar.add_task("", total=total, rate="")

        def tell(result: Result) -> None:
            if line := failure(result):
                bar.console.print(f"docconv: {line}", markup=False, highlight=False, soft_wrap=True)
            bar.update(task, advance=1, rate=f"{pace.add(result):.1f} files a second")

        yield tell
