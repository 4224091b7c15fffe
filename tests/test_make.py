"""The rules for make: what `include $(shell docconv --makefile)` gives a Makefile, with real and odd file names."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

import docconv
from docconv.styles import HOUSE

RULES = Path(docconv.__file__).with_name("docconv.mk")
TEXT = "# 标题\n\n一段文字，说明一件事情。\n"

# What stands in for docconv where only the rules are under test: it writes down how it was called.
RECORDER = """\
import pathlib, sys
convert, *flags, option, deps, source, o, output = sys.argv[1:]
assert (convert, option, o) == ("convert", "--deps", "-o"), sys.argv
assert pathlib.Path(source).is_file(), source
assert pathlib.Path(deps).name == f".{pathlib.Path(output).name}.d", deps
pathlib.Path(output).write_text(" ".join(flags))
if "--fail" in flags:
    sys.exit(4)
"""


def write_makefile(folder: Path, text: str, command: str = "") -> None:
    (folder / "recorder.py").write_text(RECORDER)
    recorder = f"'{sys.executable}' recorder.py"
    (folder / "Makefile").write_text(
        f"DOCCONV = {command or recorder}\ninclude {RULES}\n{textwrap.dedent(text)}", encoding="utf-8"
    )


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # not as a part of the make that runs the tests, whose flags would be inherited
    own = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    return subprocess.run(["make", *arguments], cwd=folder, env=own, capture_output=True, text=True)


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["txt", "md"])
def test_a_source_becomes_three_editions(tmp_path: Path, suffix: str) -> None:
    (tmp_path / f"第11期(一).{suffix}").write_text(TEXT, encoding="utf-8")
    write_makefile(tmp_path, "all: 第11期(一).pdf 第11期(一).epub 第11期(一).html", f"'{sys.executable}' -m docconv")
    done = make(tmp_path, "-j3")
    assert done.returncode == 0, done.stderr
    starts = {path.suffix: path.read_bytes()[:4] for path in tmp_path.glob("第*")}
    assert {name: starts[name] for name in (".pdf", ".epub")} == {".pdf": b"%PDF", ".epub": b"PK\3\4"}
    assert ".html" in starts
    assert make(tmp_path).stdout == "make: Nothing to be done for 'all'.\n"


@pytest.mark.slow
def test_a_failure_of_docconv_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_bytes(b"\xff\xfe\xff")
    write_makefile(tmp_path, "all: page.html page.epub page.pdf", f"'{sys.executable}' -m docconv")
    done = make(tmp_path, "-k")
    assert done.returncode == 2
    assert "docconv: page.txt:1:1: " in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["Makefile", "page.txt", "recorder.py"]


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("株洲日报", "株洲日报"),
        ("it's", "it's"),
        ('a"b', 'a"b'),
        ("a$b", "a$$b"),
        ("$(x)", "$$(x)"),
        ("a#b", r"a\#b"),
        ("a&b<c>", "a&b<c>"),
        ("`x`!", "`x`!"),
        ("-v", "-v"),
        ("50%", "50%"),
        ("a,b=c", "a,b=c"),
        ("a.b.c", "a.b.c"),
        ("子/页", "子/页"),
    ],
)
@pytest.mark.parametrize("suffix", ["txt", "md"])
def test_odd_names(tmp_path: Path, name: str, written: str, suffix: str) -> None:
    source = tmp_path / f"{name}.{suffix}"
    source.parent.mkdir(exist_ok=True)
    source.write_text(TEXT, encoding="utf-8")
    write_makefile(tmp_path, f"NAME = {written}\nall: $(NAME).html $(NAME).pdf $(NAME).epub")
    done = make(tmp_path)
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in source.parent.glob("*.*") if path.name not in ("recorder.py",)) == sorted(
        f"{source.stem}.{each}" for each in ("html", "pdf", "epub", suffix)
    )


def test_an_edition_is_made_anew_when_its_source_changes(tmp_path: Path) -> None:
    source = tmp_path / "page.txt"
    source.touch()
    write_makefile(tmp_path, "all: page.html")
    assert "convert" in make(tmp_path).stdout
    assert make(tmp_path).stdout == "make: Nothing to be done for 'all'.\n"
    os.utime(source, (time.time() + 5, time.time() + 5))
    assert "convert" in make(tmp_path).stdout


def test_a_failure_deletes_what_it_wrote(tmp_path: Path) -> None:
    (tmp_path / "page.txt").touch()
    write_makefile(tmp_path, "all: page.html")
    done = make(tmp_path, "DOCCONV_FLAGS=--fail")
    assert done.returncode == 2
    assert not (tmp_path / "page.html").exists()


def test_flags_for_all_and_for_one(tmp_path: Path) -> None:
    (tmp_path / "page.txt").touch()
    write_makefile(
        tmp_path,
        """
        DOCCONV_FLAGS = --lang ja
        all: page.html page.pdf
        page.pdf: DOCCONV_FLAGS += --strict
        """,
    )
    assert make(tmp_path).returncode == 0
    assert (tmp_path / "page.html").read_text() == "--lang ja"
    assert (tmp_path / "page.pdf").read_text() == "--lang ja --strict"


def test_including_the_rules_sets_no_goal(tmp_path: Path) -> None:
    write_makefile(tmp_path, "first:\n\t@echo first\n")
    assert make(tmp_path).stdout == "first\n"


# ── What an edition was made of, and what becomes of it when that changes ──


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder whose Makefile makes a page of HTML from a text that names a picture, in a style of its own."""
    shutil.copytree(HOUSE / "plain", tmp_path / "house")
    (tmp_path / "page.md").write_text("# 标题\n\n![图](photo.png)\n", encoding="utf-8")
    write_makefile(tmp_path, "DOCCONV_FLAGS = --style ./house\nall: page.html", f"'{sys.executable}' -m docconv")
    return tmp_path


def is_made(folder: Path) -> bool:
    """Whether make makes the page anew; afterwards it has nothing to do."""
    done = make(folder)
    assert done.returncode == 0, done.stderr
    assert make(folder).stdout == "make: Nothing to be done for 'all'.\n"
    return "convert" in done.stdout


def test_make_follows_what_an_edition_was_made_of(project: Path) -> None:
    assert is_made(project)
    assert not is_made(project)
    later = time.time() + 5
    os.utime(project / "house/screen.css", (later, later))
    os.utime(project / "page.html", (later - 1, later - 1))
    os.utime(project / ".page.html.d", (later - 1, later - 1))
    assert "convert" in make(project).stdout


def test_make_sees_pictures_and_decisions_that_come_and_go(project: Path) -> None:
    from PIL import Image

    assert is_made(project)
    Image.new("L", (40, 30)).save(project / "photo.png")
    os.utime(project / "photo.png", (1, 1))  # from an old card
    assert is_made(project)
    (project / "photo.png").unlink()
    assert is_made(project)
    (project / "page.md.images").mkdir()
    assert is_made(project)
    (project / "page.md.docconv.toml").touch()
    assert is_made(project)
    (project / "page.md.docconv.toml").unlink()
    assert is_made(project)
    (project / "docconv.toml").write_text('lang = "ja"\n')
    assert is_made(project)
    assert not is_made(project)


def test_a_source_may_change_its_format(project: Path) -> None:
    assert is_made(project)
    (project / "page.md").rename(project / "page.txt")
    os.utime(project / "page.txt")
    assert is_made(project)


def test_clean_removes_editions_and_what_was_noted_of_them(project: Path) -> None:
    assert is_made(project)
    (project / "mine.html").touch()
    assert make(project, "docconv-clean").returncode == 0
    assert not (project / "page.html").exists()
    assert not (project / ".page.html.d").exists()
    assert (project / "mine.html").exists()
    assert make(project, "docconv-clean").returncode == 0


@pytest.mark.slow
def test_a_build_that_is_killed_leaves_no_broken_edition() -> None:
    script = Path(__file__).parents[1] / "benchmarks" / "interruptions.py"
    done = subprocess.run([sys.executable, script, "2", "4", "2", "1"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "killed 4 times" in done.stdout


SLOW_PANDOC = """\
#!/bin/sh
case "$*" in *--version*) echo pandoc 3.9; exit;; esac
echo $$ >pid
exec sleep 60
"""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_leaves_no_pandoc_behind(tmp_path: Path, number: signal.Signals, code: int) -> None:
    program = tmp_path / "pandoc"
    program.write_text(SLOW_PANDOC)
    program.chmod(0o755)
    (tmp_path / "page.md").write_text(f"{TEXT}\n- 一\n- 二\n", encoding="utf-8")
    command = [sys.executable, "-m", "docconv", "convert", "page.md", "-o", "page.html", "--deps", "page.d"]
    process = subprocess.Popen(command, cwd=tmp_path, env=os.environ | {"PYPANDOC_PANDOC": str(program)},
                               stderr=subprocess.PIPE)  # fmt: skip
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(number)
    assert process.communicate(timeout=20)[1] == b""
    assert process.returncode == code
    child = (tmp_path / "pid").read_text().strip()
    command_line = Path("/proc", child, "cmdline")  # empty for the dead whom nobody has asked for their end
    assert not command_line.exists() or not command_line.read_bytes(), "pandoc runs on"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["page.md", "pandoc", "pid"]
