"""What a run reads: every file, folder and font that its result depends on, also those it looked for in vain.

Whoever reads something says so with `note`; who wants to know listens with `recording()`.  It assumes that a file whose
size and times stay the same while the run lasts has not changed meanwhile.
"""

from __future__ import annotations

import io
import os
import sys
from contextlib import contextmanager
from contextvars import ContextVar
from errno import EBADF, EFBIG, ENAMETOOLONG
from stat import S_ISDIR, S_ISREG

try:
    from _blake2 import blake2b  # hashlib's own; hashlib loads OpenSSL first, which takes longer than all the rest here
except ImportError:  # not CPython
    from hashlib import blake2b

TYPE_CHECKING = False  # mypy takes it for typing's
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from os import PathLike
    from pathlib import Path
    from typing import IO, Literal, TypeAlias

    Kind: TypeAlias = Literal["content", "listing", "spellings", "opened", "font", "system", "link"]

Inputs = dict[tuple[str, str], str]
"""States by kind and path.  `content` is a file that is read, `listing` a folder whose names count, `spellings` a file
that is looked for as `alike` does, `font` a face that is set; `system` is what a machine has installed otherwise:
programs, libraries, folders of fonts; `link` is a name that leads to where nothing is read; `opened` is a file that was
read without a word of it.  What is installed is told by its times and size, for it is large; the rest by what is in
it."""

ABSENT = "absent"


def note(kind: Kind, *paths: str | PathLike[str]) -> None:
    """Say that what is made depends on these paths, whether they are there or not."""
    record = _record.get()
    if record is not None:
        for each in paths:
            path = os.fspath(each)
            known = (kind,) if kind != "opened" else ("opened", "content", "font", "system")
            if not any((other, path) in record for other in known):
                record[kind, path] = glance(path)


def note_within(folder: str | PathLike[str], path: str | PathLike[str]) -> None:
    """Say so of a file that somebody else's word names, which is read if it lies in the folder, and else is not: then
    what counts is where the name leads."""
    note("content" if is_within(folder, path) else "link", path)


def is_within(folder: str | PathLike[str], path: str | PathLike[str]) -> bool:
    """Whether a path leads to a place in a folder, through links and all, be anything there or not."""
    return f"{os.path.realpath(path)}/".startswith(f"{os.path.realpath(folder)}/".replace("//", "/"))


_record: ContextVar[Inputs | None] = ContextVar("docconv.inputs", default=None)


@contextmanager
def recording() -> Iterator[Inputs]:
    """Take down what is noted in this block."""
    record: Inputs = {}  # each as it was at a glance
    token = _record.set(record)
    try:
        yield record
    finally:
        _record.reset(token)


LARGEST = 2**29
"""Bytes of the largest source, sheet or picture (house choice): what has no end is given up after half a gigabyte."""


def read_whole(path: str | PathLike[str]) -> bytes:
    """The bytes of a file, or of what is read like one.  Raises `OSError` if it is larger than `LARGEST`."""
    note("content", path)
    with open(path, "rb") as file:
        return _bounded(file)


def read_stdin() -> bytes:
    """What stdin brings.  Raises `UsageError` if it is closed, or larger than `LARGEST`."""
    from docconv.problems import UsageError  # slow to import

    try:
        if sys.stdin is None:
            raise OSError(EBADF, os.strerror(EBADF))
        return _bounded(sys.stdin.buffer)
    except OSError as error:
        raise UsageError(f"cannot read stdin: {(error.strerror or str(error)).lower()}") from None


def _bounded(file: IO[bytes]) -> bytes:
    pieces: list[bytes] = []
    while piece := file.read(_PIECE):
        pieces.append(piece)
        if len(pieces) * _PIECE > LARGEST:
            raise OSError(EFBIG, os.strerror(EFBIG))
    return b"".join(pieces)


_PIECE = 2**20


def is_possible(path: str | PathLike[str]) -> bool:
    """Whether a file may have such a name at all: one that is made of another's may be too long."""
    try:
        os.lstat(path)
    except OSError as error:
        return error.errno != ENAMETOOLONG
    return True


def at_home(*names: str) -> list[Path]:
    """Places in the home folder; none if nobody knows of one."""
    from pathlib import Path  # slow to import

    home = os.path.expanduser("~")
    return [Path(home, each) for each in names] if os.path.isabs(home) else []


def settled(record: Inputs) -> Inputs | None:
    """The states of what was recorded; None if something has changed since it was read, or can be read only once."""
    states: Inputs = {}
    for (kind, path), before in record.items():
        state = _state(kind, path)
        if kind == "opened" and state == ABSENT:
            continue  # a file for the time being
        if not state or glance(path) != before:
            return None
        states[kind, path] = state
    return states


def unchanged(states: Mapping[tuple[str, str], str]) -> bool:
    """Whether everything is as it was."""
    return all(_state(kind, path) == state for (kind, path), state in states.items())


def _state(kind: str, path: str) -> str:
    """What an input is like now; nothing if that cannot be told, as of a pipe."""
    try:
        if kind == "spellings":
            return digest("\0".join(alike(path)).encode(errors="surrogateescape"))
        if kind == "link":
            return digest(os.path.realpath(path).encode(errors="surrogateescape"))
        found = os.stat(path)
        if kind in ("font", "system"):
            return glance(path)
        if kind == "listing" and S_ISDIR(found.st_mode):
            return digest("\0".join(sorted(os.listdir(path))).encode(errors="surrogateescape"))
        if S_ISREG(found.st_mode):
            with io.FileIO(path) as file:
                return digest(file.readall())
        return "folder" if S_ISDIR(found.st_mode) else ""
    except (OSError, ValueError):
        return ABSENT


def alike(path: str) -> list[str]:
    """What is there under a path in another Unicode form (NFC, NFD) or in other capitals, in an order that depends on
    the names alone: first what has the same letters.  Folders above it that are there are themselves."""
    folder, _, name = path.rpartition("/")
    is_there = not folder or os.path.isdir(folder)
    folders = [folder] if is_there else [each for each in alike(folder) if not os.path.islink(each)]
    found = [(each, other) for each in folders for other in _names(each or "/") if _folded(other) == _folded(name)]
    found.sort(key=lambda pair: (_composed(pair[1]) != _composed(name), pair))
    return [f"{each}/{other}" for each, other in found]


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except (OSError, ValueError):
        return []


def _folded(name: str) -> str:
    return _composed(_composed(name).casefold())


def _composed(name: str) -> str:
    from unicodedata import normalize

    return normalize("NFC", name)


def glance(path: str) -> str:
    try:
        found = os.stat(path)
    except (OSError, ValueError):  # not there, or no possible name
        return ABSENT
    return f"{found.st_size} {found.st_mtime_ns} {found.st_ctime_ns} {found.st_ino}"


def digest(data: bytes | memoryview) -> str:
    """A hash that tells contents apart: 64 letters."""
    return blake2b(data, digest_size=32).hexdigest()
