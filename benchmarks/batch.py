"""How fast `docconv batch` is, beside two processes that know nothing of each other; and what its processes take.

    .venv/bin/python benchmarks/batch.py FOLDER [FILES [EDITIONS]]

FOLDER has pages as .txt; they are copied, each with another text, until there are FILES (1,000).  EDITIONS are those of
`--to` (epub,html).  Both sides are run in
turn, halves first and last, for the machine may be shared: only their ratio says something.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from docconv.readers.source import decode

HALF = """
import sys
from docconv import pipeline
for name in open(sys.argv[1]).read().splitlines():
    stem = f"{sys.argv[2]}/{name.rpartition('/')[2][:-4]}"
    pipeline.convert(name, [f"{stem}.{each}" for each in sys.argv[3].split(",")])
"""


def main(folder: Path, count: int = 1000, editions: str = "epub,html") -> None:
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        sources = _copies(sorted(folder.glob("*.txt")), work / "in", count)
        ratios = []
        for turn in range(3):
            apart, their_work = _seconds(lambda t=turn: _apart(sources, work, f"apart-{t}", editions))
            together, our_work = _seconds(lambda t=turn: _together(work, f"together-{t}", editions))
            ratios.append(apart / together)
            print(f"two processes {count / apart:5.2f} files a second   batch --workers 2 {count / together:5.2f}   "
                  f"ratio {ratios[-1]:.2f} (of processor time {their_work / our_work:.2f})", flush=True)  # fmt: skip
        print(f"ratio of batch to two processes, the middle of three: {sorted(ratios)[1]:.2f}")
        print(f"the same bytes: {_bytes(work / 'apart-0') == _bytes(work / 'together-0')}")


def _copies(pages: list[Path], folder: Path, count: int) -> list[Path]:
    folder.mkdir()
    texts = [decode(page.read_bytes()) for page in pages]
    for number in range(count):
        text = f"{texts[number % len(texts)]}\n\n第{number}号。\n"
        (folder / f"{number:05}.txt").write_text(text, encoding="utf-8")
    return sorted(folder.iterdir())


def _seconds(call: Callable[[], None]) -> tuple[float, float]:
    """How long a call takes by the clock, and how long its processes compute."""
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    call()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - start, spent


def _apart(sources: list[Path], work: Path, out: str, editions: str) -> None:
    (work / out).mkdir()
    running = []
    for half in (0, 1):
        names = work / f"{half}.list"
        names.write_text("\n".join(map(str, sources[half::2])))
        running.append(subprocess.Popen([sys.executable, "-c", HALF, str(names), str(work / out), editions]))
    assert [each.wait() for each in running] == [0, 0]


def _together(work: Path, out: str, editions: str) -> None:
    call = [sys.executable, "-m", "docconv", "batch", str(work / "in"), "--to", editions, "--quiet",
            "--out", str(work / out), "--root", str(work / "in"), "--workers", "2"]  # fmt: skip
    running = subprocess.Popen(call)
    watch = threading.Thread(target=_watch, args=(running,))
    watch.start()
    assert running.wait() == 0
    watch.join()


def _watch(running: subprocess.Popen[bytes]) -> None:
    """Print what the processes take, at ten moments or more, in MB: the supervisor's, then those of the largest."""
    last = 0.0
    while running.poll() is None:
        time.sleep(0.5)
        if time.monotonic() - last < EVERY:
            continue
        last = time.monotonic()
        children = Path(f"/proc/{running.pid}/task").glob("*/children")
        try:
            pids = [pid for each in children for pid in each.read_text().split()]
            sizes = [_resident(pid) for pid in pids]
        except OSError:
            continue
        print(f"  supervisor {_resident(str(running.pid))} MB, processes {sizes} MB", flush=True)


EVERY = 15.0


def _resident(pid: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS")), 0)


def _bytes(folder: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in folder.iterdir() if each.is_file()}


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:3]), *sys.argv[3:])
