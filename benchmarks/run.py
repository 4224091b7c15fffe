"""How fast docconv is: ratios against a peer in one run, and pages a second in one process.

    .venv/bin/python benchmarks/run.py [RUNS]

It assumes that nothing else runs on the machine; only ratios travel from one machine to another.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack, nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median
from unittest.mock import patch

import pypandoc

from docconv.model import paragraphs
from docconv.pictures import Pictures
from docconv.pipeline import normalise, read
from docconv.readers.source import Source
from docconv.styles import find_style
from docconv.writers import pdf

SEED = Path(__file__).parents[1] / "seeds" / "zhuzhou-daily-2022-11.txt"
CSS = '@page { size: A4; margin: 25mm } body { font: 10.5pt/1.75 "Noto Serif CJK SC" }'


def main(runs: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        peers = {"pdf": _weasyprint, "epub": _pandoc_epub, "html": _pandoc_html}
        calls = [(SEED, suffix, peer) for suffix, peer in peers.items()]
        novel = _novel(folder)
        calls += [(novel, "epub", _pandoc_epub), (novel, "html", _pandoc_html)]
        for source, suffix, peer in calls:
            ours, theirs = _in_turn(runs, partial(_docconv, source, folder, suffix), partial(peer, source, folder))
            ratio = f"docconv {ours:6.2f} s   pandoc {theirs:6.2f} s   ratio {ours / theirs:.2f}"
            print(f"{source.stem[:8]} {suffix}".ljust(14), ratio)
    ours, theirs = _in_turn(3, lambda: _book(composed=True), lambda: _book(composed=False))
    print(
        f"pdf of 100,000 letters: composed {ours:.2f} s   plain WeasyPrint {theirs:.2f} s   ratio {ours / theirs:.2f}"
    )
    print(f"pages a second, read and repaired in one process: {_pages_a_second():.0f}")
    for characters in (100_000, 300_000, 900_000):
        print(f"{characters:7} characters as a page: {_seconds(characters):.2f} s")


def _in_turn(runs: int, one: Callable[[], None], other: Callable[[], None]) -> tuple[float, float]:
    """The medians of both, run in turn after one warm-up."""
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(runs + 1):
        for call, kept in ((one, times[0]), (other, times[1])):
            start = time.perf_counter()
            call()
            if number:
                kept.append(time.perf_counter() - start)
    return median(times[0]), median(times[1])


def _novel(folder: Path) -> Path:
    """Markdown of 300,000 letters in chapters, of the seed's paragraphs."""
    texts = [text for text in paragraphs(normalise(read(Source.open(SEED)))) if len(text) > 40 and "\n" not in text]
    texts *= 300_000 // sum(map(len, texts))
    chapters = (f"# 第{number}章\n\n" + "\n\n".join(texts[at : at + 30]) for number, at in
                enumerate(range(0, len(texts), 30), 1))  # fmt: skip
    path = folder / "novel.md"
    path.write_text("---\ntitle: 长篇\nlang: zh-Hans\n---\n\n" + "\n\n".join(chapters) + "\n", encoding="utf-8")
    return path


def _docconv(source: Path, folder: Path, suffix: str) -> None:
    command = [sys.executable, "-m", "docconv", "convert", "--no-cache", source, "-o", folder / f"out.{suffix}"]
    subprocess.run(command, check=True)


def _pandoc(source: Path, folder: Path, *arguments: str) -> None:
    subprocess.run([pypandoc.get_pandoc_path(), "--from=markdown", "-s", *arguments, source], cwd=folder, check=True,
                   stderr=subprocess.DEVNULL)  # fmt: skip


def _weasyprint(source: Path, folder: Path) -> None:
    (folder / "cjk.css").write_text(CSS, encoding="utf-8")
    _pandoc(source, folder, "--toc", "--mathml", "-t", "html5", "-c", "cjk.css", "-o", "x.html")
    weasyprint = Path(sys.executable).with_name("weasyprint")
    subprocess.run([weasyprint, "-q", "x.html", "x.pdf"], cwd=folder, check=True)


def _pandoc_epub(source: Path, folder: Path) -> None:
    _pandoc(source, folder, "-t", "epub3", "-o", "x.epub")


def _pandoc_html(source: Path, folder: Path) -> None:
    _pandoc(source, folder, "--toc", "-t", "html5", "-o", "y.html")


def _book(*, composed: bool) -> None:
    """The PDF of a long text, with composition or as WeasyPrint alone sets the same markup and style."""
    document = normalise(read(Source.open(SEED)))
    long = replace(document, body=document.body * (100_000 // len("".join(paragraphs(document)))))
    without = {"composition": nullcontext, "_rare_collections": nullcontext}
    with ExitStack() as stack:
        for name, nothing in () if composed else without.items():
            stack.enter_context(patch.object(pdf, name, nothing))
        pdf.write_pdf(long, find_style(), Pictures(), lambda problem: None)


def _pages_a_second() -> float:
    source = Source.open(SEED)
    start = time.perf_counter()
    for _ in range(50):
        normalise(read(source))
    return 50 / (time.perf_counter() - start)


def _seconds(characters: int) -> float:
    text = SEED.read_text(encoding="utf-8")
    source = Source("page.txt", (text * (characters // len(text) + 1))[:characters].encode())
    start = time.perf_counter()
    normalise(read(source, format="page"))
    return time.perf_counter() - start


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
