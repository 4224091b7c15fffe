"""No source makes docconv start a program but pandoc, Java and fc-list, whatever its pictures are.

It assumes that a program is started by Python, which tells its audit hooks, or found on PATH, where there are decoys.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import zipfile
from base64 import b64encode
from pathlib import Path

import pytest
from PIL import Image

from docconv.styles import HOUSE

HOOK = """
import os, sys

def hook(event, arguments):
    if event in ("subprocess.Popen", "os.posix_spawn", "os.exec", "os.spawn", "os.system", "os.startfile", "pty.spawn"):
        with open(os.environ["STARTED"], "a") as log:
            log.write(os.path.basename(os.fsdecode(arguments[0])).removesuffix(".exe") + "\\n")

sys.addaudithook(hook)
"""
DECOYS = (
    *("gs", "gswin64c", "eps2eps", "ps2pdf", "pdftoppm", "rsvg-convert", "inkscape", "convert", "magick", "dvisvgm"),
    *("djpeg", "cjpeg", "ppmtogif", "ppmquant", "dot", "xdg-open", "sh", "bash"),
)
ALLOWED = {"pandoc", "java", "fc-list", Path(sys.executable).name}
"""Python itself is what the processes of a batch are."""

EPS = b"""%!PS-Adobe-3.0 EPSF-3.0
%%BoundingBox: 0 0 9 9
%%EndComments
(written-by-a-picture) (w) file dup (text) writestring closefile
"""
HOSTILE = {
    "a.png": EPS,
    "b.jpg": EPS,
    "c.gif": EPS,
    "d.webp": EPS,
    "e.svg": EPS.replace(b"(text)", b"(<svg xmlns='http://www.w3.org/2000/svg'/>)"),
    "f.png": b"\xc5\xd0\xd3\xc6" + (30).to_bytes(4, "little") + len(EPS).to_bytes(4, "little") + bytes(18) + EPS,
    "g.png": b"%PDF-1.4\n" + EPS,
    "h.png": b"P6\n1 1\n255\n\0\0\0",
    "i.svg": b"<html><svg/></html>",
    "j.jpg": b"\xff\xd8\xff" + EPS,
    "k.png": b"\x89PNG\r\n\x1a\n" + EPS,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Sources of several kinds that show hostile pictures, a style with more, and decoys of programs."""
    inside = tmp_path / "inside"
    for each in ("decoys", "hook", "inside/out", "inside/a.md.images", "inside/house"):
        (tmp_path / each).mkdir(parents=True)
    (tmp_path / "hook" / "sitecustomize.py").write_text(HOOK)
    for name in DECOYS:
        decoy = tmp_path / "decoys" / name
        decoy.write_text(f'#!/bin/sh\necho {name} >>"$STARTED"\n')
        decoy.chmod(0o755)
    (tmp_path / "started").touch()
    Image.new("RGB", (4, 3), "navy").save(inside / "good.png")
    (inside / "good.md").write_text("# 山\n\n雨。\n\n![雲](good.png)\n")
    for name, data in HOSTILE.items():
        (inside / name).write_bytes(data)
    (inside / "a.md.images" / "cover.png").write_bytes(EPS)
    text = "\n\n".join(f"![絵 {name}]({name})" for name in HOSTILE)
    (inside / "a.md").write_text(f"# 山\n\n雨が降る。\n\n{text}\n", "utf-8")
    (inside / "data.md").write_text(f"# 山\n\n雨。\n\n![絵]({_address('image/png', EPS)})\n", "utf-8")
    (inside / "data.html").write_text(f"<h1>山</h1><p>雨。</p><img src='{_address('image/png', EPS)}'>", "utf-8")
    (inside / "house" / "wave.png").write_bytes(EPS)
    sheet = "".join(f"{name} {{ background: url({address}) }}\n" for name, address in {
        "body": "wave.png",
        "h1": _address("image/png", EPS),
        "h2": _address("image/svg+xml", EPS),
        "p": _address("font/woff2", EPS),
        "figure": _address("image/svg+xml", f"""<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">
            <image width="9" height="9" href="{_address('image/png', EPS)}"/></svg>""".encode()),
    }.items())  # fmt: skip
    for name in ("print", "screen", "ebook"):
        (inside / "house" / f"{name}.css").write_text((HOUSE / "plain" / f"{name}.css").read_text("utf-8") + sheet)
    return inside


def _address(kind: str, data: bytes) -> str:
    return f"data:{kind};base64,{b64encode(data).decode()}"


def docconv(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A call of docconv in the folder, none of whose processes may start another program."""
    outside = folder.parent
    environment = {
        **os.environ,
        "PATH": f"{outside / 'decoys'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": os.pathsep.join([str(outside / "hook"), *sys.path]),
        "STARTED": str(outside / "started"),
        "DOCCONV_CACHE": "",
    }
    call = [sys.executable, "-m", "docconv", *words]
    done = subprocess.run(call, cwd=folder, env=environment, capture_output=True, text=True, timeout=180)
    assert "Traceback" not in done.stderr and "WeasyPrint" not in done.stderr, done.stderr
    assert started(folder) <= ALLOWED
    assert not list(outside.rglob("written-by-a-picture"))
    return done


def started(folder: Path) -> set[str]:
    return set((folder.parent / "started").read_text().split())


def outs(stem: str, suffixes: str) -> list[str]:
    return [word for suffix in suffixes.split() for word in ("-o", f"out/{stem}.{suffix}")]


SCREENS = "html epub docx odt icml md xhtml"
SAY = ("--report-format", "lines")


@pytest.mark.parametrize("suffixes", [SCREENS, pytest.param("pdf", marks=pytest.mark.slow)])
def test_no_picture_of_a_source_runs(folder: Path, suffixes: str) -> None:
    done = docconv(folder, "convert", "a.md", "--style", "./house", *outs("a", suffixes), *SAY)
    assert done.returncode == 0, done.stderr
    for name in HOSTILE:
        assert re.search(rf"^a\.md:\d+:\d+: picture-unreadable: {name}: ", done.stderr, re.M), done.stderr
    assert "picture-unreadable: wave.png: not a picture" in done.stderr
    if suffixes == SCREENS:
        assert "picture-unreadable: cover.png: not a JPEG or PNG picture" in done.stderr
        assert (folder / "out" / "a.xhtml").read_text("utf-8").count('class="placeholder"') == len(HOSTILE)
        assert "pandoc" in started(folder)


@pytest.mark.parametrize("source", ["data.md", "data.html"])
@pytest.mark.parametrize("suffixes", [SCREENS, pytest.param("pdf", marks=pytest.mark.slow)])
def test_no_picture_that_is_written_out_runs(folder: Path, source: str, suffixes: str) -> None:
    done = docconv(folder, "convert", source, *outs("data", suffixes))
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("kind", ["docx", "odt", "epub", "html"])
def test_no_picture_of_a_package_runs(folder: Path, kind: str) -> None:
    assert docconv(folder, "convert", "good.md", "-o", f"out/good.{kind}").returncode == 0
    package, good = folder / "out" / f"good.{kind}", (folder / "good.png").read_bytes()
    package.write_bytes(_with_other_pictures(package.read_bytes(), good))
    for call in (["convert", *outs("again", SCREENS), *SAY], ["check"]):
        done = docconv(folder, call[0], f"out/good.{kind}", *call[1:])
        assert done.returncode in (0, 4)
        if call[0] == "convert":
            assert "picture-unreadable" in done.stderr, done.stderr


def _with_other_pictures(data: bytes, good: bytes) -> bytes:
    """The package, or page of HTML, with PostScript for every picture."""
    if not data.startswith(b"PK"):
        assert b64encode(good) in data
        return data.replace(b64encode(good), b64encode(EPS))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        assert any(name.endswith(".png") for name in old.namelist())
        for name in old.namelist():
            new.writestr(name, EPS if name.endswith(".png") else old.read(name))
    return out.getvalue()


def test_no_picture_runs_when_sources_are_checked(folder: Path) -> None:
    done = docconv(folder, "check", "a.md", "data.md", "data.html", "good.md", "--format", "lines")
    assert done.returncode == 4
    in_html = 1  # the one that stands in the page itself
    assert sum("picture-unreadable" in line for line in done.stdout.splitlines()) == len(HOSTILE) + in_html


@pytest.mark.slow
def test_no_picture_runs_when_pictures_are_listed_or_files_converted_in_a_batch(folder: Path) -> None:
    done = docconv(folder, "pictures", "a.md", "--sheet", "out/sheet.pdf")
    assert done.returncode == 0, done.stderr
    sources = ("a.md", "data.html", "good.md")
    done = docconv(folder, "batch", *sources, "--out", "out", "--to", "html,epub,pdf,docx", "--style", "./house")
    assert done.returncode == 0, done.stderr
    assert "pandoc" in started(folder)


def test_what_is_started_is_seen(folder: Path) -> None:
    """Both by Python and by what Python starts."""
    environment = {"PATH": f"{folder.parent / 'decoys'}", "PYTHONPATH": str(folder.parent / "hook"),
                   "STARTED": str(folder.parent / "started")}  # fmt: skip
    call = [sys.executable, "-c", "import subprocess; subprocess.run(['/usr/bin/env', 'gs'])"]
    subprocess.run(call, env=environment, check=True)
    assert started(folder) == {"env", "gs"}
