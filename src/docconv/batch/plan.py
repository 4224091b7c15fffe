"""From what the user typed to jobs: which files, in which order, and where each edition goes.

Everything that is wrong with the call as a whole is found here, before anything is written.
"""

from __future__ import annotations

import hashlib
import os
import posixpath
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from docconv.batch import stores
from docconv.batch.job import Job, Recipe
from docconv.moment import stated_moment
from docconv.problems import UsageError
from docconv.readers import SUFFIXES


def plan(
    inputs: Iterable[str],
    out: str,
    editions: Sequence[str],
    recipe: Recipe,
    *,
    root: str = "",
    shard: tuple[int, int] = (1, 1),
) -> list[Job]:
    """The jobs, in the order of their names.  An input is a file, or a folder of sources; each edition goes to the
    same place below `out` as its source has below `root`: by default the current folder, or the one that all inputs
    share if one lies elsewhere.  `shard` (i, n) is the i-th of n parts, the same whatever else is to be done.

    Raises `UsageError` if two would write the same file, or one a source."""
    stated_moment()
    out = stores.absolute(out)
    sources = dict(_sources(inputs, out))
    if not sources:
        raise UsageError("there is no source among the inputs", remedy="name files, or folders with sources in them")
    root = stores.absolute(root) if root else _root(list(sources))
    fingerprint = recipe.fingerprint()
    jobs = []
    for source, name in sources.items():
        below = _below(root, source)
        outputs = tuple(f"{out}/{posixpath.splitext(below)[0]}.{edition}" for edition in editions)
        jobs.append((below, Job(name, source, outputs, recipe, fingerprint)))
    jobs.sort(key=lambda each: each[0])
    _refuse_collisions([job for _, job in jobs])
    return [job for below, job in jobs if _shard(below, shard[1]) == shard[0]]


def _sources(inputs: Iterable[str], out: str) -> Iterator[tuple[str, str]]:
    """The sources by their absolute names, and as the user would name them."""
    for name in inputs:
        absolute = stores.absolute(name)
        files = stores.files_below(absolute)
        if files is None:
            yield absolute, name
            continue
        ours = f"{out}/" if out.startswith(f"{absolute}/") else "\n"  # what an earlier run made is no source
        for file in files:
            if _is_source(file.removeprefix(f"{absolute}/")) and not file.startswith(ours):
                _refuse_outside(file, absolute)
                yield file, file if stores.is_address(name) else os.path.normpath(name + file.removeprefix(absolute))


def _is_source(below: str) -> bool:
    *folders, name = below.split("/")
    suffix = posixpath.splitext(name)[1].lower().removeprefix(".")
    known = suffix in SUFFIXES and suffix not in ("json", "jsonl", "xml")  # in a folder these may be anything
    return known and not any(folder.endswith(".images") for folder in folders)


def _refuse_outside(file: str, folder: str) -> None:
    if not stores.is_address(file) and not Path(os.path.realpath(file)).is_relative_to(os.path.realpath(folder)):
        raise UsageError(f"{file} is a link out of {folder}", remedy="remove it, or name the file that it leads to")


def _root(sources: list[str]) -> str:
    here = stores.absolute(".")
    if all(source.startswith(f"{here}/") for source in sources):
        return here
    stems = {source.partition("://")[0] if stores.is_address(source) else "" for source in sources}
    if len(stems) > 1:
        raise UsageError("the inputs have no folder in common", remedy="convert them in several runs")
    start = f"{stem}://" if (stem := stems.pop()) else ""
    return start + posixpath.commonpath([posixpath.dirname(source.removeprefix(start)) for source in sources])


def _below(root: str, source: str) -> str:
    root = root.rstrip("/") + "/"
    if not source.startswith(root) or ".." in source.split("/"):
        raise UsageError(f"{source} does not lie below {root}", remedy="name a --root above all inputs")
    return source.removeprefix(root)


def _refuse_collisions(jobs: Sequence[Job]) -> None:
    writers: dict[str, list[str]] = defaultdict(list)
    for job in jobs:
        for output in job.outputs:
            writers[output].append(job.name)
    taken: Mapping[str, list[str]] = {output: names for output, names in writers.items() if len(names) > 1}
    if taken:
        lines = [f"{' and '.join(names)} would both be written to {output}" for output, names in taken.items()]
        more = f"\n… and {len(lines) - 5} more" if len(lines) > 5 else ""
        raise UsageError("\n".join(lines[:5]) + more, remedy="convert them in two runs, each with its --out")
    for job in jobs:
        if job.source in writers:
            raise UsageError(f"{job.source} is a source and would be written", remedy="name another --out")


def _shard(below: str, count: int) -> int:
    return int.from_bytes(hashlib.sha256(below.encode(errors="surrogateescape")).digest()[:8]) % count + 1
