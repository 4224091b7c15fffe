"""The process that docconv runs in: its signals, and its three standard files, whatever became of them.

It assumes POSIX, and nothing of whoever started it: stdin, stdout and stderr may be closed, full or gone.
"""

from __future__ import annotations

import io
import os
import signal
import sys
from contextlib import contextmanager

TYPE_CHECKING = False  # mypy takes it for typing's, whose import is a third of the time that a cached call takes
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType
    from typing import Any, NoReturn


@contextmanager
def interruptible() -> Iterator[None]:
    """In this block Ctrl-C is an exception, around it the end; whoever has it ignored, keeps it so."""
    if signal.getsignal(signal.SIGINT) is not signal.SIG_DFL:
        yield
        return
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL)


def leave_on_signals() -> None:
    """End by an exception on SIGTERM and SIGHUP, as Python does on Ctrl-C, so that what was begun is cleared up.  What
    whoever started the process has it ignore (nohup) stays so."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _leave)


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)


def guard_standard_files() -> None:
    """See that no other file gets the number of one that is closed, and that nothing fails because nobody hears what
    is said on stderr.  What is written to a stdout that is closed fails like any write."""
    for number, access in enumerate((os.O_WRONLY, os.O_RDONLY, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, access), True)  # the lowest number that is free: this
    if sys.stdout is None:
        sys.stdout = io.TextIOWrapper(io.BufferedWriter(io.FileIO(1, "w", closefd=False)), "utf-8")
    encoding = "utf-8" if sys.stderr is None else sys.stderr.encoding
    unheard = io.BufferedWriter(_Unheard(2, "w", closefd=False))
    sys.stderr = io.TextIOWrapper(unheard, encoding, "backslashreplace", line_buffering=True)


class _Unheard(io.FileIO):
    """A file to which one may write, whether it takes it or not."""

    def write(self, data: Any) -> int:
        try:
            return super().write(data)
        except OSError:
            return len(data)


def flushed(code: int) -> int:
    """The exit code when all is written that was said on stdout; another if that could not be.  A reader that has gone
    away wanted no more."""
    try:
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        pass
    except OSError as error:
        if not code:  # else that has been said
            print(f"docconv: cannot write to stdout: {(error.strerror or str(error)).lower()}", file=sys.stderr)
        code = code or 2
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # for Python itself flushes once more
    return code
