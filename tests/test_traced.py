"""What conversions start and open, by what the system itself tells of every call: nothing in Python is left out.

It assumes strace, on Linux, where a process may be traced; elsewhere the audit hooks of `test_programs.py` and
`test_hostile.py` tell what Python starts and opens.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

import docconv
from docconv.styles import HOUSE

PROGRAMS = {"pandoc", "java", "fc-list", Path(sys.executable).resolve().name, Path(sys.executable).name}
"""Python is docconv itself, its helper that tries drawings, and the processes of a batch."""
SYSTEM = (
    *("/usr/lib", "/usr/share", "/usr/local", "/lib", "/proc", "/sys", "/dev", "/etc/ld.so", "/etc/fonts"),
    *("/etc/localtime", "/etc/locale.alias", "/etc/mime.types", "/etc/java", "/etc/ssl/openssl.cnf"),
    "/var/cache/fontconfig",
)
"""Where libraries, faces and what belongs to them lie; nothing of anybody's."""

TEXT = """# 山

雨が降る。“引用”一段文字。

![雲](cloud.png) ![塔](tower.svg)

![外](../outside/secret.png) ![鏈](link.png)

| 一 | 二 |
|---|---|
| 三 | 四 |
"""
GRADIENT = """<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><linearGradient id="a" spreadMethod="repeat">
<stop stop-color="red"/></linearGradient><path d="M0 0h9v9z" fill="url(#a)"/></svg>"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a manuscript and its pictures, and what is nobody's business beside it."""
    traced = subprocess.run(["strace", "-f", "-y", "true"], capture_output=True) if shutil.which("strace") else None
    if traced is None or traced.returncode:
        pytest.skip("this system traces no process")
    for name in ("work", "outside", "home", "temporary"):
        (tmp_path / name).mkdir()
    (tmp_path / "work/a.md").write_text(TEXT, "utf-8")
    (tmp_path / "work/tower.svg").write_text(GRADIENT, "utf-8")
    Image.new("RGB", (40, 30), "navy").save(tmp_path / "work/cloud.png")
    Image.new("RGB", (40, 30), "red").save(tmp_path / "outside/secret.png")
    (tmp_path / "work/link.png").symlink_to("../outside/secret.png")
    shutil.copytree(HOUSE / "plain", tmp_path / "work/house")
    return tmp_path / "work"


def traced(folder: Path, *words: str) -> tuple[set[str], set[str], str]:
    """The programs that a call starts, the files that it opens, and what it says to the network."""
    log = folder.parent / "log"
    outside = folder.parent
    environment = {**os.environ, "HOME": str(outside / "home"), "TMPDIR": str(outside / "temporary"),
                   "DOCCONV_CACHE": str(outside / "home/cache"), "PYTHONDONTWRITEBYTECODE": "1"}  # fmt: skip
    call = ["strace", "-f", "-y", "-qq", "-s", "4096", "-e", "trace=execve,execveat,open,openat,openat2,creat,connect",
            "-e", "signal=none", "-o", str(log), sys.executable, "-m", "docconv", *words]  # fmt: skip
    done = subprocess.run(call, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode in (0, 4), done.stderr
    text = log.read_text(errors="surrogateescape")
    programs = set(re.findall(r'exec\w+\((?:AT_FDCWD<[^>]*>, )?"([^"]+)".* = 0$', text, re.M))
    opened = set(re.findall(r"(?:open\w*|creat)\(.* = \d+<([^>]+)>$", text, re.M))
    return {Path(each).name for each in programs}, opened, "".join(re.findall("^.*connect.*AF_INET.*$", text, re.M))


def nobodys(folder: Path, opened: set[str]) -> list[str]:
    """What was opened of all that is none of docconv's business."""
    python = (sys.prefix, sys.base_prefix, str(Path(docconv.__file__).parents[2]), *filter(None, sys.path))
    ours = (*python, *SYSTEM, *(f"{folder.parent}/{name}" for name in ("work", "home", "temporary")))
    return sorted(each for each in opened if not each.startswith(ours) and each not in ("/", "/usr"))


@pytest.mark.slow
@pytest.mark.parametrize("edition", ["pdf", "epub", "html", "docx", "odt", "icml", "md", "xhtml"])
def test_only_what_is_promised_is_started_and_opened(folder: Path, edition: str) -> None:
    """An edition of a manuscript, then of that edition, if it is read back."""
    outputs = ["-o", f"out.{edition}"]
    outputs += ["--style", "./house"] if edition in ("pdf", "epub", "html") else []
    outputs += ["--embed-fonts"] if edition in ("epub", "html") else []
    programs, opened, network = traced(folder, "convert", "a.md", *outputs)
    assert (programs - PROGRAMS, nobodys(folder, opened), network) == (set(), [], "")
    assert str(folder / "a.md") in opened and str(folder / "cloud.png") in opened
    if edition in ("pdf", "icml"):
        return
    programs, opened, network = traced(folder, "convert", f"out.{edition}", "-o", "again.html")
    assert (programs - PROGRAMS, nobodys(folder, opened), network) == (set(), [], "")


@pytest.mark.slow
def test_nothing_else_is_started_or_opened_in_a_batch_or_a_check(folder: Path) -> None:
    for words in (
        ("batch", "a.md", "--to", "html,epub", "--out", "out"),
        ("check", "a.md"),
        ("pictures", "a.md", "--sheet", "sheet.pdf"),
    ):
        programs, opened, network = traced(folder, *words)
        assert (programs - PROGRAMS, nobodys(folder, opened), network) == (set(), [], ""), words
    for words in (("check", "out/a.epub"), ("doctor",)):  # Java opens what it likes
        programs, _, network = traced(folder, *words)
        assert (programs - PROGRAMS, network) == (set(), ""), words


@pytest.mark.slow
def test_the_trace_sees_what_is_opened_and_started(folder: Path) -> None:
    (folder / "a.md").unlink()
    (folder / "a.md").symlink_to("../outside/secret.txt")
    (folder.parent / "outside/secret.txt").write_text("字\n", "utf-8")
    programs, opened, _ = traced(folder, "check", "a.md", "--from", "gfm")
    assert nobodys(folder, opened) == [str(folder.parent / "outside/secret.txt")]
    assert "pandoc" in programs
