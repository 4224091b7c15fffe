"""What a build was made of, for make and for other tools.

In make's form every name is quoted so that GNU make means the file and nothing else.  Paths are as they were opened:
relative to the working folder if it is above them.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from docconv.inputs import ABSENT, Inputs


class Dependencies(NamedTuple):
    """`sources` are those that the call names; `used` what else was read; `absent` what was looked for in vain;
    `read` are the files whose content was read; `beside` the folders of pictures that were written with the outputs."""

    outputs: Sequence[str]
    sources: Sequence[str]
    used: Sequence[str]
    absent: Sequence[str]
    complete: bool = True
    read: Sequence[str] = ()
    beside: Sequence[str] = ()


def dependencies(outputs: Iterable[str], sources: Iterable[str], inputs: Inputs, complete: bool = True) -> Dependencies:
    """What outputs depend on, in an order that depends on nothing else; programs and libraries are left out."""
    own = [_shown(path) for path in sources]
    known = {_shown(path): state for (kind, path), state in inputs.items() if _is_ours(kind, path)}
    used = sorted(path for path, state in known.items() if state != ABSENT and path not in own)
    absent = sorted(path for path, state in known.items() if state == ABSENT and path not in own)
    contents = {_shown(path): state for (kind, path), state in inputs.items() if kind in ("content", "opened")}
    read = sorted(path for path, state in contents.items() if path in known and re.fullmatch("[0-9a-f]{64}", state))
    return Dependencies(list(outputs), own, used, absent, complete, read)


def _is_ours(kind: str, path: str) -> bool:
    """What a rule can name: not what the system has, nor what may come in other capitals; of what was opened without a
    word, the files that are no part of the system, and are still there."""
    if kind == "opened":
        return not path.startswith(("/etc/", "/usr/", "/var/", "/lib")) and Path(path).exists()
    return kind not in ("system", "spellings", "link")


def _shown(path: str) -> str:
    """A path as make names the same file: `./a` is a, and what lies below the working folder is relative to it."""
    path = os.path.normpath(path) if ".." not in path.split("/") else path
    return path.removeprefix(f"{Path.cwd()}/")


def as_make(found: Dependencies) -> str:
    """A rule for GNU make: what was read, and an empty rule for each, so that a file that is removed is no error.

    A source is named only while it is there: if it is removed, the rules for other sources have their turn.  An input
    that is missing makes the outputs anew as soon as it is there, however old it is."""
    outputs = " ".join(map(_target, found.outputs))
    used = [path for path in found.used if is_speakable(path)]
    sources = [
        f"$(if $(wildcard {_pattern(path)}),{_prerequisite(path, _ENDS)})"
        for path in found.sources
        if is_speakable(path)
    ]
    absent = [_pattern(path) for path in found.absent if is_speakable(path)]
    lines = [f"{outputs}: {' '.join([*sources, *map(_prerequisite, used)])}"]
    lines += [f"{outputs}: $(if $(wildcard {' '.join(absent)}),docconv.appeared)"] if absent else []
    lines += [f"{outputs}: $(if $(wildcard {_pattern(path)}),,docconv.gone)"
              for path in found.beside if is_speakable(path)]  # fmt: skip
    lines += [f"{_target(path)}:" for path in used]
    lines += ["docconv.appeared:"] if absent else []
    lines += ["docconv.gone:"] if found.beside else []
    text = "".join(f"{line}\n" for line in [*lines, *_ignored(found)])
    used_names = [(name, mark) for name, mark in _NAMED.values() if f"$(docconv.{name})" in text]
    return "".join(f"docconv.{name} := {mark}\n" for name, mark in used_names) + text


_NAMED = {"(": ("open", "("), ")": ("close", ")"), "=": ("equals", "="), ",": ("comma", ","), "#": ("hash", "\\#")}
"""Marks that make takes for its own even behind a backslash: the variable that holds each, and how it is set."""

_UNSPEAKABLE = re.compile(r"[;|\n\r\t]|\\[ #]|\\$|\(.*\)$")
"""What make lets nobody write in a name: its own marks, a backslash before one, and `a(b)`, a member of an archive."""


def is_speakable(name: str) -> bool:
    """Whether make lets a file of that name be written down."""
    return not _UNSPEAKABLE.search(name)


def _ignored(found: Dependencies) -> list[str]:
    names = [path for path in (*found.sources, *found.used, *found.absent) if not is_speakable(path)]
    return [f"# make has no way to name {json.dumps(name, ensure_ascii=False)}" for name in names]


def _prerequisite(path: str, named: str = "=") -> str:
    r"""第1期 #2.txt → 第1期\ \#2.txt"""
    return _spelt(path, r"(\\*)([ #:*?\[\]])", named)


def _target(path: str) -> str:
    return _spelt(path, r"(\\*)([ #:*?\[\]%])", "=")


def _pattern(path: str) -> str:
    """A path for the function `wildcard`, in which a backslash takes away the meaning of any mark."""
    return _spelt(path, r"()([ #:*?\[\]\\])", _ENDS)


_ENDS = "=(),#"
"""What would end an argument of a function, and what would make a rule a variable."""


def _spelt(path: str, quoted: str, named: str) -> str:
    """`quoted` finds backslashes and the mark after them, to be doubled and quoted; `named` are marks to be named."""

    def spell(found: re.Match[str]) -> str:
        if found[2]:
            return f"{found[1] * 2}\\{found[2]}"
        return "$$" if found[0] == "$" else f"$(docconv.{_NAMED[found[0]][0]})"

    path = f"./{path}" if path.startswith("~") else path
    return re.sub(f"[{re.escape(named)}$]|{quoted}", spell, path)


def as_json(found: Dependencies) -> str:
    """With the SHA-256 of the files that were read, for an archive to tell what an edition was made of."""
    plain = found._asdict()
    plain["outputs"] = [*found.outputs, *plain.pop("beside")]
    plain["hashes"] = {path: sha256(Path(path).read_bytes()).hexdigest() for path in plain.pop("read")}
    return json.dumps(plain, ensure_ascii=False, indent=1) + "\n"


def as_zero(found: Dependencies) -> str:
    """What was read, each with a NUL behind it, for xargs -0."""
    return "".join(f"{path}\0" for path in (*found.sources, *found.used))


FORMATS: dict[str, Callable[[Dependencies], str]] = {"make": as_make, "json": as_json, "zero": as_zero}
