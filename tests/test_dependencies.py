"""What a build says it was made of: complete, and in words that GNU make understands whatever a file is called."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import pytest

from docconv.inputs import ABSENT, Inputs, note, note_within, recording, settled, unchanged
from docconv.styles import HOUSE
from docconv.workflow.dependencies import as_make, as_zero, dependencies

NAMES = ["a b", "a#b", "a$b", "50%", r"a\b", "a:b", "株洲 日报", "a[1]", "a*b", "q?", "(x", "x)", "f(x).txt", "a=b",
         "it's", 'q"q', "~x", "a,b", "-x", "a&b", "{a}", "$(x).txt", "第1期 #2: 100% $5.txt"]  # fmt: skip


def made(folder: Path, inputs: Inputs, sources: list[str], output: str = "out") -> int:
    """How often make has made `output` by now, of what these dependencies say."""
    log = folder / "log"
    rules = as_make(dependencies([output], sources, inputs))
    target = as_make(dependencies([output], [], {})).splitlines()[-1].rpartition(": ")[0]
    (folder / "Makefile").write_text(f'all:\n{rules}\n{target}: ; @echo >>log; touch -- "$$OUT"\nall: {target}\n')
    environment = {"PATH": os.environ["PATH"], "OUT": output}
    done = subprocess.run(["make", "all"], cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return log.read_text().count("\n") if log.exists() else 0


def touch(path: Path, when: float) -> None:
    path.touch()
    os.utime(path, (when, when))


@pytest.mark.parametrize("name", NAMES)
def test_make_follows_an_input_that_changes_and_goes(tmp_path: Path, name: str) -> None:
    inputs: Inputs = {("content", name): "something"}
    touch(tmp_path / name, 1e9)
    assert made(tmp_path, inputs, []) == 1
    assert made(tmp_path, inputs, []) == 1
    touch(tmp_path / name, (tmp_path / "out").stat().st_mtime + 1)
    assert made(tmp_path, inputs, []) == 2
    (tmp_path / name).unlink()
    assert made(tmp_path, inputs, []) == 3


@pytest.mark.parametrize("name", NAMES)
def test_make_follows_a_source_and_does_not_miss_it_when_it_goes(tmp_path: Path, name: str) -> None:
    touch(tmp_path / name, 1e9)
    assert made(tmp_path, {}, [name]) == 1
    assert made(tmp_path, {}, [name]) == 1
    touch(tmp_path / name, (tmp_path / "out").stat().st_mtime + 1)
    assert made(tmp_path, {}, [name]) == 2
    (tmp_path / name).unlink()
    assert made(tmp_path, {}, [name]) == 2


@pytest.mark.parametrize("name", NAMES)
def test_make_sees_what_was_missing_however_old_it_is(tmp_path: Path, name: str) -> None:
    inputs: Inputs = {("content", name): ABSENT}
    assert made(tmp_path, inputs, []) == 1
    assert made(tmp_path, inputs, []) == 1
    touch(tmp_path / name, 1)
    assert made(tmp_path, inputs, []) == 2


@pytest.mark.parametrize("name", [each for each in NAMES if "%" not in each])
def test_make_takes_the_names_of_outputs(tmp_path: Path, name: str) -> None:
    (tmp_path / "page.txt").touch()
    assert made(tmp_path, {}, ["page.txt"], name) == 1
    assert made(tmp_path, {}, ["page.txt"], name) == 1


@pytest.mark.parametrize("name", ["a;b", "a|b", "a\nb", "a\tb", "f(x)", "a\\", r"a\ b"])
def test_what_make_cannot_name_is_left_out_and_said(name: str) -> None:
    rules = as_make(dependencies(["out"], [], {("content", name): "something"}))
    assert rules.splitlines() == ["out: ", f"# make has no way to name {json.dumps(name)}"]


def test_paths_are_relative_to_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    inputs: Inputs = {("content", f"{tmp_path}/a.css"): "x", ("font", "/fonts/a.ttc"): "x"}
    found = dependencies(["out"], ["./page.txt"], inputs)
    assert as_zero(found) == "page.txt\0/fonts/a.ttc\0a.css\0"


# ── What is recorded ──


def test_a_record_holds_while_all_is_as_it_was(tmp_path: Path) -> None:
    file, absent = tmp_path / "file", tmp_path / "absent"
    file.write_text("one")
    with recording() as record:
        note("content", file, absent)
        note("listing", tmp_path)
    states = settled(record)
    assert states is not None
    os.utime(file, (1, 1))
    assert unchanged(states)
    file.write_text("two")
    assert not unchanged(states)
    file.write_text("one")
    assert unchanged(states)
    absent.touch()
    assert not unchanged(states)


def test_what_changes_while_it_is_read_is_not_settled(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("one")
    with recording() as record:
        note("content", file)
        file.write_text("two!")
    assert settled(record) is None


def test_a_pipe_is_not_settled(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with recording() as record:
        note("content", tmp_path / "pipe")
    assert settled(record) is None


def test_what_lies_outside_is_not_read_and_where_a_name_leads_is_known(tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    for each in (inside, outside):
        each.mkdir()
        (each / "picture.png").write_bytes(each.name.encode())
    (inside / "link.png").symlink_to(outside / "picture.png")
    with recording() as record:
        for name in ("picture.png", "link.png", "../outside/picture.png", "none.png"):
            note_within(inside, inside / name)
    states = settled(record)
    assert states is not None
    assert [kind for kind, _ in states] == ["content", "link", "link", "content"]
    found = dependencies(["out"], [], states)
    assert [Path(each).name for each in (*found.used, *found.absent)] == ["picture.png", "none.png"]
    (outside / "picture.png").write_bytes(b"other")
    assert unchanged(states)
    (inside / "link.png").unlink()
    (inside / "link.png").symlink_to("picture.png")
    assert not unchanged(states)


# ── What is recorded of real builds: everything that the program opens ──

SPY = """
import os, sys
opened = set()
def hook(event, arguments):
    writing = os.O_WRONLY | os.O_RDWR
    if event == "open" and isinstance(arguments[0], (str, bytes)) and not (arguments[2] or 0) & writing:
        opened.add(os.path.abspath(os.fsdecode(arguments[0])))
sys.addaudithook(hook)
from docconv.cli import main
code = main(sys.argv[2:])
with open(sys.argv[1], "w") as out:
    out.write("\\n".join(sorted(opened)))
sys.exit(code)
"""

SOURCE = """\
# 标题

一段文字，说明一件事情。

![图](photo.png)

![没有](missing.jpg)
"""


def opened_and_named(folder: Path, *arguments: str) -> tuple[set[str], Mapping[str, list[str]]]:
    """What a call opens for reading, but for Python and its packages; and what it says that it is made of."""
    command = [sys.executable, "-c", SPY, "../opened", "convert", *arguments]
    command += ["--deps", "../deps", "--deps-format", "json"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    python = (
        sys.prefix,
        sys.base_prefix,
        "/proc",
        "/dev",
        "/etc/fonts",
        "/etc/ld.so",
        "/lib",
        "/usr/lib",
        "/usr/share/zoneinfo",
        "/etc/localtime",
        "/usr/share/mime",
        "/etc/mime.types",
        "/etc/apache2",
        "/tmp/tmp",
    )
    opened = (folder.parent / "opened").read_text().split("\n")
    package = str(Path(__file__).parents[1] / "src")
    names = {path for path in opened if not path.startswith((*python, package))}
    return names, json.loads((folder.parent / "deps").read_text())


@pytest.mark.slow
@pytest.mark.parametrize("edition", ["pdf", "epub", "html", "xhtml", "docx", "icml", "md", "site/"])
def test_every_file_that_a_build_opens_is_named(tmp_path: Path, edition: str) -> None:
    from PIL import Image

    folder = tmp_path / "work"
    (folder / "page.md.images").mkdir(parents=True)
    shutil.copytree(HOUSE / "plain", folder / "house")
    (folder / "page.md").write_text(SOURCE, encoding="utf-8")
    (folder / "page.md.docconv.toml").write_text('[[ignore]]\nrule = "picture-missing"\nline = 7\n')
    Image.new("L", (40, 30)).save(folder / "photo.png")
    Image.new("L", (400, 300)).save(folder / "page.md.images/cover.png")
    output = edition if edition.endswith("/") else f"out.{edition}"
    asked = ["--style", "./house"] if edition in ("pdf", "epub", "html", "site/") else []
    asked += ["--embed-fonts"] if asked and edition != "pdf" else []
    opened, named = opened_and_named(folder, "page.md", "-o", output, *asked)
    inputs = {str(folder / name) for name in (*named["sources"], *named["used"])}
    opened = {name for name in opened if not name.startswith("/usr/share/fonts") and not name.endswith(".part")}
    assert opened <= inputs
    assert {str(folder / name) for name in ("page.md", "page.md.docconv.toml", "page.md.images", "photo.png")} <= inputs
    assert {"missing.jpg", "page.md.images/missing.jpg"} <= set(named["absent"])
    assert named["complete"] is True
    if edition in ("pdf", "epub", "html", "site/"):
        assert any("fonts" in name for name in named["used"]), "the faces are among the inputs"


def test_json_has_the_hashes_of_what_was_read(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(SOURCE, encoding="utf-8")
    command = [sys.executable, "-m", "docconv", "convert", "page.md", "-o", "page.html", "--deps", "deps"]
    assert subprocess.run([*command, "--deps-format", "json"], cwd=tmp_path, capture_output=True).returncode == 0
    found = json.loads((tmp_path / "deps").read_text())
    assert found["hashes"]["page.md"] == sha256(SOURCE.encode()).hexdigest()
    assert {name for name in found["used"] if name.endswith(".css")} <= found["hashes"].keys()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("-o page.html --deps page.md", "docconv: page.md is a source or an edition itself — "),
        ("-o page.html --deps ./page.html", "docconv: ./page.html is a source or an edition itself — "),
        ("-o - --deps deps", "docconv: make knows no edition that goes to stdout — "),
    ],
)
def test_dependencies_that_make_no_sense_are_refused(tmp_path: Path, arguments: str, message: str) -> None:
    (tmp_path / "page.md").write_text(SOURCE, encoding="utf-8")
    command = [sys.executable, "-m", "docconv", "convert", "page.md", *arguments.split()]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(message)
    assert (tmp_path / "page.md").read_text(encoding="utf-8") == SOURCE
    assert [path.name for path in tmp_path.iterdir()] == ["page.md"]


def test_a_failed_build_writes_no_dependencies_for_make(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_bytes(b"\xff\xfe\xff")
    command = [sys.executable, "-m", "docconv", "convert", "page.txt", "-o", "page.html", "--deps", "deps"]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True).returncode == 1
    assert not (tmp_path / "deps").exists()
    assert subprocess.run([*command, "--deps-format", "json"], cwd=tmp_path, capture_output=True).returncode == 1
    assert json.loads((tmp_path / "deps").read_text())["complete"] is False
