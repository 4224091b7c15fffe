"""What the system allows docconv, and how docconv ends: limits, signals, another pandoc, no font.

The limits are those of processes that a test starts itself.
"""

from __future__ import annotations

import io
import json
import os
import resource
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from docconv import model, pandoc
from docconv.limits import LEAST_MEMORY, bound
from docconv.problems import SourceError, ToolError
from docconv.writers.markup import to_markup

GOOD = to_markup(model.Document(model.Meta("标题", "zh-Hans"), (model.Paragraph((model.Text("一段文字。"),)),)))
LINUX = sys.platform.startswith("linux")
BATCH = ("batch", "sources", "--out", "out", "--workers", "2", "--summary", "s.json")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sources").mkdir()
    for name in ("good", "sources/a", "sources/b", "sources/c"):
        Path(f"{name}.xhtml").write_text(GOOD, "utf-8")
    Path("good.rst").write_text("标题\n====\n\n一段文字。\n", "utf-8")
    return tmp_path


def docconv(*words: str, limits: dict[int, int] | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """A call, held to limits of the system; it never says a traceback."""

    def hold() -> None:
        for kind, most in (limits or {}).items():
            resource.setrlimit(kind, (most, most))

    done = subprocess.run([sys.executable, "-m", "docconv", *words], env={**os.environ, **environment}, timeout=100,
                          capture_output=True, text=True, preexec_fn=hold)  # fmt: skip
    assert "Traceback" not in done.stderr and "Exception ignored" not in done.stderr, done.stderr
    return done


def statuses() -> list[str]:
    return [each["status"] for each in json.loads(Path("s.json").read_text())["files"]]


# ── Limits ──


@pytest.mark.parametrize(
    "limits",
    [
        {resource.RLIMIT_CPU: 60},
        {resource.RLIMIT_AS: (LEAST_MEMORY + 100) * 2**20},
        {resource.RLIMIT_NOFILE: 64},
        {resource.RLIMIT_FSIZE: 2**20},
        {resource.RLIMIT_CORE: 0},
    ],
    ids=["-t", "-v", "-n", "-f", "-c"],
)
def test_a_batch_works_under_limits_that_leave_it_enough(limits: dict[int, int]) -> None:
    done = docconv(*BATCH, "--to", "html", limits=limits)
    assert (done.returncode, statuses()) == (0, ["done"] * 3), done.stderr


@pytest.mark.parametrize(
    ("limits", "says"),
    [
        ({resource.RLIMIT_AS: (LEAST_MEMORY - 100) * 2**20}, f"allows {LEAST_MEMORY - 100} MB of memory"),
        ({resource.RLIMIT_NOFILE: 10}, "too many open files"),
        ({resource.RLIMIT_FSIZE: 100}, "file too large"),
    ],
    ids=["-v", "-n", "-f"],
)
def test_a_batch_says_which_limit_it_meets(limits: dict[int, int], says: str) -> None:
    if resource.RLIMIT_AS in limits and not LINUX:
        pytest.skip("this system does not limit addresses")
    done = docconv(*BATCH, "--to", "html", limits=limits)
    assert done.returncode in (1, 2, 3)
    assert says in done.stderr.lower().replace("mb", "MB")


@pytest.mark.skipif(not LINUX, reason="this system does not limit addresses")
@pytest.mark.parametrize("megabytes", [120, 250, LEAST_MEMORY - 1])
def test_a_pdf_that_would_get_too_little_memory_is_refused_at_once(folder: Path, megabytes: int) -> None:
    start = time.process_time()
    done = docconv("convert", "good.xhtml", "-o", "out.pdf", limits={resource.RLIMIT_AS: megabytes * 2**20})
    assert time.process_time() - start < 5
    assert done.returncode in (1, 3)
    assert "memory" in done.stderr and done.stderr.count("\n") == 1, done.stderr
    assert not (folder / "out.pdf").exists()


def test_a_limit_is_never_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    set_to: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda kind: (50, 100))
    monkeypatch.setattr(resource, "setrlimit", lambda kind, limits: set_to.append(limits))
    bound(resource.RLIMIT_CPU, 70)
    bound(resource.RLIMIT_CPU, 700)
    assert set_to == [(70, 70), (100, 100)]


# ── No font ──


@pytest.mark.slow
def test_without_any_font_it_says_how_to_get_one(folder: Path) -> None:
    (folder / "fonts.conf").write_text("<fontconfig><dir>/nowhere</dir></fontconfig>")
    done = docconv("convert", "good.xhtml", "-o", "out.pdf", FONTCONFIG_FILE=str(folder / "fonts.conf"))
    assert done.returncode == 3
    assert done.stderr == "docconv: no font is installed — docconv doctor says how to get Noto CJK\n"


# ── Another pandoc ──

ANSWERS = 'case "$1" in --version) echo "pandoc 3.9"; exit;; esac; cat >/dev/null;'
PANDOCS = {
    "old": ('echo "pandoc 2.17.1.1"', "is pandoc 2.17, not 3.6"),
    "new": ('echo "pandoc 4.0"', "is pandoc 4.0, not 3.6"),
    "something else": ('echo "hello"', "is no pandoc"),
    "broken": ("exit 7", "does not run"),
    "silent": (f"{ANSWERS} exit 0", "pandoc answers with no tree"),
    "babbling": (f"{ANSWERS} echo '[1, 2'", "pandoc answers with no tree"),
    "killed": (f"{ANSWERS} kill -KILL $$", "pandoc was ended by SIGKILL"),
    "crashing": (f"{ANSWERS} kill -SEGV $$", "pandoc was ended by SIGSEGV"),
    "greedy": (f"{ANSWERS} echo 'pandoc: Heap exhausted;' >&2; exit 251", "more than 256 MB of memory"),
}


@pytest.mark.parametrize("kind", PANDOCS)
def test_a_pandoc_that_will_not_do_is_named(folder: Path, kind: str) -> None:
    script, says = PANDOCS[kind]
    program = folder / "other"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    done = docconv("convert", "good.rst", "-o", "out.html", PYPANDOC_PANDOC=str(program))
    assert done.returncode == (1 if kind == "greedy" else 3)
    assert says in done.stderr and done.stderr.count("\n") == 1, done.stderr
    assert not (folder / "out.html").exists()


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda path: path.mkdir(), "there is no pandoc at"),
        (lambda path: None, "there is no pandoc at"),
        (lambda path: path.write_bytes(b"\x7fELF"), "does not run: permission denied"),
        (lambda path: path.write_bytes(b"\x7fELF") and path.chmod(0o755), "does not run: exec format error"),
    ],
    ids=["a folder", "nothing", "no program", "half a program"],
)
def test_what_is_no_pandoc_is_said(folder: Path, make: Any, says: str) -> None:
    make(folder / "other")
    done = docconv("convert", "good.rst", "-o", "out.html", PYPANDOC_PANDOC=str(folder / "other"))
    assert (done.returncode, says in done.stderr) == (3, True), done.stderr


def test_a_folder_of_its_name_is_not_taken_for_pandoc(folder: Path) -> None:
    (folder / "pandoc").mkdir()
    assert docconv("convert", "good.rst", "-o", "out.html").returncode == 0


@pytest.mark.parametrize("script", [f"{ANSWERS} exec sleep 100", f"{ANSWERS} while :; do :; done"])
def test_a_pandoc_that_never_ends_is_given_up(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    program = folder / "other"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PYPANDOC_PANDOC", str(program))
    monkeypatch.setattr(pandoc, "SECONDS", 1.0)
    monkeypatch.setattr(pandoc, "WAIT", 2.0)
    start = time.monotonic()
    with pytest.raises(SourceError, match="takes longer than 1 s"):
        pandoc.run_pandoc(["--from=rst", "--to=json"], b"x", "a.rst")
    assert time.monotonic() - start < 10


def test_a_pandoc_that_does_not_say_its_version_is_given_up(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "other").write_text("#!/bin/sh\nexec sleep 100\n")
    (folder / "other").chmod(0o755)
    monkeypatch.setenv("PYPANDOC_PANDOC", str(folder / "other"))
    monkeypatch.setattr(pandoc, "SECONDS", 0.5)
    with pytest.raises(ToolError, match="other does not answer"):
        pandoc.program()


# ── What pandoc may take ──


def package(size: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("word/document.xml", b" " * size)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "megabytes", "seconds"),
    [
        (b"x", 256, 10),
        (b"x" * 2**20, 384, 20),
        (package(2**20), 384, 20),
        (b"x" * 2**24, 1024, 120),
        (package(2**26), 1024, 120),
        (b"PK\3\4 no package", 256, 10),
    ],
    ids=["a few words", "a book", "a book in a package", "a library", "a bomb", "half a package"],
)
def test_the_bounds_of_pandoc_grow_with_its_source(
    monkeypatch: pytest.MonkeyPatch, data: bytes, megabytes: int, seconds: int
) -> None:
    held: list[float] = []
    calls: list[list[str]] = []
    start = subprocess.Popen
    monkeypatch.setattr(pandoc, "_hold_to", lambda process, most: held.append(most))
    monkeypatch.setattr(subprocess, "Popen", lambda call, **settings: calls.append(call) or start(["cat"], **settings))
    pandoc.run_pandoc(["--to=json"], data, "a.docx")
    assert f"-M{megabytes}m" in calls[0]
    assert round(held[0]) == seconds


# ── Signals ──


def ended(number: signal.Signals, delay: float, *words: str) -> int:
    """The exit code, as a shell has it, of a call that gets a signal after so many seconds."""
    process = subprocess.Popen([sys.executable, "-m", "docconv", *words], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)  # fmt: skip
    time.sleep(delay)
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    if b"Traceback" in said:  # of Python itself, while it starts
        assert number == signal.SIGINT and b"docconv" not in said, said.decode()
    return 128 - process.returncode if process.returncode < 0 else process.returncode


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_at_any_moment_ends_it_as_documented_and_leaves_nothing(folder: Path, number: signal.Signals) -> None:
    for delay in (*(0.01 * step for step in range(8)), 0.2, 0.3):
        assert ended(number, delay, "convert", "good.xhtml", "-o", "out.html") in (128 + number, 0, 1)
        assert not list(folder.rglob("*.part"))
        (folder / "out.html").unlink(missing_ok=True)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_batch_that_is_ended_writes_its_summary(folder: Path, number: signal.Signals) -> None:
    for name in range(60):
        Path(f"sources/{name}.xhtml").write_text(GOOD, "utf-8")
    process = subprocess.Popen([sys.executable, "-m", "docconv", *BATCH, "--to", "html"], stderr=subprocess.PIPE)
    journal = folder / "out/.docconv-batch/journal.jsonl"
    while not (journal.exists() and journal.read_bytes()):
        time.sleep(0.01)
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, b"Traceback" in said) == (128 + number, False)
    assert {"done", "pending"} <= set(statuses()) and len(statuses()) == 63
    assert not list(folder.rglob("*.part"))


def test_a_hangup_that_is_ignored_is_ignored(folder: Path) -> None:
    line = f"trap '' HUP; {sys.executable} -m docconv convert good.xhtml -o out.html & sleep .3; kill -HUP $!; wait $!"
    assert subprocess.run(["bash", "-c", line], capture_output=True).returncode == 0
    assert (folder / "out.html").exists()
