"""A build: what is made is written with its dependencies, and kept in the cache."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docconv.files import is_same, write_atomically
from docconv.inputs import Inputs, note, recording, settled
from docconv.problems import DocconvError, UsageError
from docconv.workflow import cache
from docconv.workflow.cache import Outcome
from docconv.workflow.dependencies import FORMATS, dependencies, is_speakable


@dataclass(frozen=True, slots=True)
class Call:
    """What a command says of a build: its own words, by which the cache knows it, and the files that it names."""

    words: Sequence[str]
    sources: Sequence[str]
    outputs: Sequence[str]
    deps: str | None = None
    deps_format: str = "make"
    if_changed: bool = False


def build(call: Call, make: Callable[[], Outcome]) -> None:
    """Do what `make` says, and remember it.  A failure writes nothing and touches nothing, except that dependencies in
    JSON say then that they are not complete."""
    _refuse_bad_dependencies(call)
    remembered = cache.remembers(call.words) and "-" not in call.sources
    key = cache.key_of(call.words) if remembered else ""
    _watch()
    with recording() as inputs:
        try:
            outcome = make()
        except DocconvError:
            if call.deps and call.deps_format == "json":
                write_atomically(Path(call.deps), _dependencies(call, inputs, complete=False))
            raise
    states = settled(inputs)
    beside = [str(path) for path, data in outcome.products if data and str(path).endswith(".images")]
    last = [(call.deps, _dependencies(call, states or inputs, beside=beside))] if call.deps else []
    outcome = Outcome([*outcome.products, *last], outcome.out, outcome.err, call.if_changed)
    outcome.deliver()
    if key and states is not None:
        cache.keep(key, outcome, states)


def _refuse_bad_dependencies(call: Call) -> None:
    if call.deps and any(is_same(call.deps, each) for each in (*call.sources, *call.outputs)):
        raise UsageError(f"{call.deps} is a source or an edition itself", remedy="name another file for --deps")
    if call.deps and call.deps_format == "make" and set(call.outputs) == {"-"}:
        raise UsageError("make knows no edition that goes to stdout", remedy="--deps-format json, or -o FILE")
    if call.deps and call.deps_format == "make" and (bad := [each for each in call.outputs if not is_speakable(each)]):
        raise UsageError(f"make has no way to name {bad[0]!r}", remedy="name another output, or --deps-format json")


_watching = False


def _watch() -> None:
    """From now on note every file that is opened to be read: should a reader forget to say so, no old edition comes out
    of the cache.  Python has no way to end this, so it is for a process that builds, and not for a library."""
    global _watching
    if not _watching:
        sys.addaudithook(_opened)
        _watching = True


def _opened(event: str, details: tuple[Any, ...]) -> None:
    if event != "open":
        return
    path, _, flags = details
    if isinstance(path, str) and not (flags or 0) & _NOT_READ and not path.startswith(_KNOWN):
        note("opened", path)


_NOT_READ = os.O_WRONLY | os.O_RDWR | getattr(os, "O_DIRECTORY", 0)
_KNOWN = (sys.prefix, sys.base_prefix, str(Path(__file__).parents[1]), "/proc/", "/dev/", "/sys/")
"""Where Python, its packages and docconv lie, which the key of the cache knows, and what is no file."""


def _dependencies(call: Call, inputs: Inputs, complete: bool = True, beside: Sequence[str] = ()) -> bytes:
    sources = [each for each in call.sources if each != "-"]
    outputs = [each for each in call.outputs if each != "-"]
    found = dependencies(outputs, sources, inputs, complete)._replace(beside=beside)
    return FORMATS[call.deps_format](found).encode(errors="surrogateescape")
