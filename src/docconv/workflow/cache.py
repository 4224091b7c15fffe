"""The cache: what a command wrote and said, to be written and said again while all that it depends on is the same.

What a command's result depends on is its words, docconv's own files, the packages and variables that it runs with (its
key), and every file, folder and font that was read (`docconv.inputs`, kept with the result).  A key is looked up before
anything slow is imported: that is why this module imports so little, and why the format is marshal's.  An entry is one
file, written by renaming; a damaged one is none.
"""

from __future__ import annotations

import io
import marshal
import os
import sys
from contextlib import suppress

from docconv import __version__
from docconv.inputs import digest, glance, unchanged

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from docconv.inputs import Inputs

LARGEST = 1_000_000_000
"""Bytes that the cache may hold if DOCCONV_CACHE_SIZE does not say otherwise; the entries used longest ago go first."""

_VARIABLES = ("HOME", "LANG", "LC_ALL", "LC_CTYPE", "PATH", "PYPANDOC_PANDOC", "SOURCE_DATE_EPOCH", "XDG_CONFIG_HOME",
              "XDG_DATA_DIRS", "XDG_DATA_HOME")  # fmt: skip
_NOT = ("DOCCONV_CACHE", "DOCCONV_CACHE_SIZE")


class Outcome:
    """What a command does in the end: `products` are written (a file's bytes, or a folder's files by relative names),
    then `out` goes to stdout and `err` to stderr."""

    def __init__(self, products: Sequence[tuple[str, bytes | Mapping[str, bytes]]] = (), out: bytes = b"",
                 err: str = "", if_changed: bool = False) -> None:  # fmt: skip
        self.products, self.out, self.err, self.if_changed = products, out, err, if_changed

    def deliver(self) -> None:
        """All or nothing.  Raises `UsageError` if a product cannot be written."""
        from docconv.files import STDOUT, write_products

        write_products([*self.products, *([(STDOUT, self.out)] if self.out else [])], self.if_changed)
        sys.stderr.write(self.err)


def key_of(words: Sequence[str], environment: Mapping[str, str] = os.environ) -> str:
    """What a command depends on besides its inputs: its words, docconv, the packages and the variables around it."""
    variables = sorted(
        (name, value)
        for name, value in environment.items()
        if name in _VARIABLES or (name.startswith(("FONTCONFIG_", "DOCCONV_")) and name not in _NOT)
    )
    known = __version__, sys.version, list(words), variables, list(_code()), list(_packages())
    return digest(marshal.dumps(known, 2))


def _code() -> Iterator[tuple[str, int, int, int]]:
    """docconv's own files, by size and times; in a checkout its styles lie beside them."""
    root = os.path.dirname(os.path.dirname(__file__))
    yield from _files(root)
    yield from _files(os.path.join(os.path.dirname(os.path.dirname(root)), "styles"))


def _files(root: str) -> Iterator[tuple[str, int, int, int]]:
    for at, folders, _ in os.walk(root):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for each in sorted(os.scandir(at), key=lambda entry: entry.name):
            if each.is_file():
                found = each.stat()
                yield each.path[len(root) :], found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _packages() -> Iterator[tuple[str, str, int]]:
    """The installed packages: the names of their folders say the versions."""
    for folder in sys.path:
        if os.path.isdir(folder):
            for each in sorted(os.scandir(folder), key=lambda entry: entry.name):
                if each.name.endswith((".dist-info", ".egg-info", ".pth")):
                    yield folder, each.name, each.stat().st_mtime_ns


def folder(environment: Mapping[str, str] = os.environ) -> str:
    """Where the cache lies: DOCCONV_CACHE, else docconv/ in XDG_CACHE_HOME or the home folder; nothing if DOCCONV_CACHE
    is empty, or nobody knows a home."""
    if "DOCCONV_CACHE" in environment:
        return environment["DOCCONV_CACHE"]
    home = environment.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.path.join(home, "docconv") if os.path.isabs(home) else ""


def recall(words: Sequence[str]) -> Outcome | None:
    """What this command did last, if nothing that it depends on has changed since."""
    if not remembers(words):
        return None
    path = _entry(key_of(words))
    try:
        data = _read(path)
        rest = memoryview(data)[_SEAL:]
        if data[:_SEAL] != digest(rest).encode():
            return None
        states, products, out, err, if_changed = marshal.loads(rest)
        if not unchanged(states):
            return None
        os.utime(path)
    except (OSError, ValueError, EOFError, TypeError):
        return None
    if any(os.path.isdir(path) == isinstance(data, bytes) for path, data in products if os.path.exists(path)):
        return None  # a folder where a file was, or the other way round
    return Outcome(products, out, err, if_changed)


_SEAL = 64
"""Bytes of the digest that an entry opens with."""


def remembers(words: Sequence[str]) -> bool:
    """Whether what a command does may be kept."""
    return words[:1] == ["convert"] and "--no-cache" not in words and bool(folder())


def keep(key: str, outcome: Outcome, states: Inputs) -> None:
    """Keep what a command does for the next time, unless the disk refuses."""
    from docconv.files import write_atomically
    from docconv.problems import UsageError

    states = {**states, **{("system", path): glance(path) for path in _libraries()}}
    data = marshal.dumps((states, list(outcome.products), outcome.out, outcome.err, outcome.if_changed))
    try:
        os.makedirs(folder(), mode=0o700, exist_ok=True)
        write_atomically(_entry(key), digest(data).encode() + data)
        trim(_limit())
    except (OSError, UsageError):
        return  # a full disk, a home that cannot be written: the work is done all the same


def _libraries() -> list[str]:
    """The libraries that this process has loaded, Pango and HarfBuzz among them; Linux tells."""
    try:
        with open("/proc/self/maps", encoding="utf-8", errors="surrogateescape") as maps:
            paths = {line.split(maxsplit=5)[-1].rstrip("\n") for line in maps if ".so" in line}
    except OSError:
        return []
    return sorted(path for path in paths if path.startswith("/"))


def _entry(key: str) -> str:
    return os.path.join(folder(), f"{key}.run")


def _read(path: str) -> bytes:
    with io.FileIO(path) as file:
        return file.readall()


def _limit() -> int:
    size = os.environ.get("DOCCONV_CACHE_SIZE", "")
    return int(size) * 1_000_000 if size.isdecimal() else LARGEST


def trim(limit: int) -> tuple[int, int]:
    """Remove what killed runs left, and the entries used longest ago until the rest is no larger than `limit` bytes;
    returns how many were removed, and their bytes."""
    from docconv.files import remove_leftovers

    if not os.path.isdir(folder()):
        return 0, 0
    remove_leftovers(folder())
    with os.scandir(folder()) as entries:
        ours = [each for each in entries if each.name.endswith(".run")]
    found = sorted((each.stat().st_mtime, each.stat().st_size, each.path) for each in ours)
    total = before = sum(size for _, size, _ in found)
    removed = 0
    for _, size, path in found:
        if total <= limit:
            break
        with suppress(FileNotFoundError):
            os.unlink(path)
        removed, total = removed + 1, total - size
    return removed, before - total
