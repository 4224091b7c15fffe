"""A build that is killed again and again: no edition is ever broken, and the next make completes it.

    .venv/bin/python benchmarks/interruptions.py [PAGES [KILLS [SECONDS [COMPLETIONS]]]]

It writes PAGES texts (200), makes three editions of each, then does the same elsewhere with `make -j16`, which is
killed with all its children (kill -9) at KILLS random moments (100), SECONDS (12) after it began or sooner.  After
each, every edition that is there must be the one of the build that nobody disturbed, byte for byte.  COMPLETIONS times
(10) in between make is left to complete the build, and then some of it is thrown away: editions, dependencies, the
cache; so make is killed while all is made, and while most comes out of the cache and little but writing is done.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import docconv

SUFFIXES = (".pdf", ".epub", ".html")
MAKEFILE = f"""\
DOCCONV = '{sys.executable}' -m docconv
include {Path(docconv.__file__).with_name("docconv.mk")}
all: $(foreach text,$(wildcard *.txt),$(addprefix $(basename $(text)),{" ".join(SUFFIXES)}))
"""


def main(pages: int = 200, kills: int = 100, longest: int = 12, completions: int = 10) -> None:
    rng = random.Random(1)
    with tempfile.TemporaryDirectory() as name:
        clean, shaken = Path(name, "clean"), Path(name, "shaken")
        for folder in (clean, shaken):
            write_pages(folder, pages)
        start = time.perf_counter()
        assert make(clean).wait() == 0, "the first build fails"
        whole = time.perf_counter() - start
        print(f"{pages} pages, {pages * len(SUFFIXES)} editions in {whole:.0f} s", flush=True)
        print(*shake(clean, shaken, kills, longest, kills / completions, rng), sep="\n")


def shake(clean: Path, shaken: Path, kills: int, longest: float, every: float, rng: random.Random) -> list[str]:
    """Kill the build that many times, and complete it after every so many; returns what was seen.

    Raises `AssertionError` if an edition is broken."""
    wanted = editions(clean)
    completed = leftovers = seen = done = 0
    while done < kills:
        build = make(shaken)
        try:
            patience = longest * rng.random() ** 2 if (completed + 1) * every > done else None
            assert build.wait(patience) == 0, "make fails"
            assert editions(shaken) == wanted
            completed += 1
            print(f"complete after {done} kills; {seen} editions compared so far, none broken", flush=True)
            throw_away(shaken, rng)
        except subprocess.TimeoutExpired:
            os.killpg(build.pid, signal.SIGKILL)
            build.wait()
            done += 1
            there = editions(shaken)
            assert there.items() <= wanted.items(), "an edition is broken"
            seen += len(there)
            leftovers = max(leftovers, len(list(shaken.glob(".docconv-*.part"))))
    assert make(shaken).wait() == 0, "make fails after the last kill"
    assert editions(shaken) == wanted, "the build after the last kill differs"
    return [
        f"killed {done} times, completed {completed} times in between",
        f"{seen} editions compared after kills, none broken",
        f"at most {leftovers} hidden files left by killed processes",
        "the make after the last kill completes; all editions equal those of the undisturbed build",
    ]


def write_pages(folder: Path, pages: int) -> None:
    folder.mkdir()
    (folder / "Makefile").write_text(MAKEFILE, encoding="utf-8")
    rng = random.Random(0)
    for number in range(1, pages + 1):
        paragraphs = "".join(
            f"第{number}版第{k}段，报道一件事情，共有{rng.randrange(1000)}人参加。" * rng.randint(1, 6) + "\n\n"
            for k in range(1, rng.randint(2, 6))
        )
        (folder / f"第{number}版.txt").write_text(f"# 第{number}版\n\n{paragraphs}", encoding="utf-8")


def make(folder: Path) -> subprocess.Popen[bytes]:
    """`make -j16` in a process group of its own."""
    own = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    own["DOCCONV_CACHE"] = str(folder / "cache")
    return subprocess.Popen(["make", "-j16", "-s"], cwd=folder, env=own, stdout=subprocess.DEVNULL, process_group=0)


def editions(folder: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in folder.iterdir() if each.suffix in SUFFIXES}


def throw_away(folder: Path, rng: random.Random) -> None:
    """Some editions, some of what is known of them, some sources' times; and once in a while the cache."""
    for each in sorted(folder.iterdir()):
        if rng.random() < {".txt": 0.2, ".d": 0.2}.get(each.suffix, 0.5 * (each.suffix in SUFFIXES)):
            each.touch() if each.suffix == ".txt" else each.unlink()
    if rng.random() < 0.3:
        shutil.rmtree(folder / "cache", ignore_errors=True)  # gone since the last time, if make had nothing to do


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
