"""The command line, called as an editor or a Makefile calls it: exit codes, what it says and where, what it leaves.

Sources are canonical markup and editions are HTML or markup, so that only the command line is under test.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from docconv import __version__, model, writers
from docconv.writers.markup import to_markup

GOOD = to_markup(model.Document(model.Meta("标题", "zh-Hans"), (model.Paragraph((model.Text("一段文字。"),)),)))
WANTING = to_markup(model.Document(model.Meta("标题", "zh-Hans"), (model.Figure(model.Missing(), id="fig-1"),)))
BAD = GOOD.replace("<p>", "<h9>").replace("</p>", "</h9>")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a good source, one that wants a picture, and a bad one; the tests run in it."""
    monkeypatch.chdir(tmp_path)
    for name, text in (("good", GOOD), ("wanting", WANTING), ("bad", BAD)):
        (tmp_path / f"{name}.xhtml").write_text(text, encoding="utf-8")
    return tmp_path


def docconv(*arguments: str, stdin: bytes = b"", **settings: Any) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", "docconv", *arguments], input=stdin, capture_output=True, **settings)


def left(folder: Path) -> list[str]:
    """What lies in the folder beside its sources."""
    return sorted(
        path.name for path in folder.iterdir() if path.name not in ("good.xhtml", "wanting.xhtml", "bad.xhtml")
    )


# ── Exit codes ──


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ("convert good.xhtml -o out.html", 0),
        ("check good.xhtml", 0),
        ("show good.xhtml", 0),
        ("--version", 0),
        ("--makefile", 0),
        ("convert bad.xhtml -o out.html", 1),
        ("check bad.xhtml", 1),
        ("show bad.xhtml", 1),
        ("", 2),
        ("print good.xhtml", 2),
        ("convert good.xhtml", 2),
        ("convert none.xhtml -o out.html", 2),
        ("convert . -o out.html", 2),
        ("convert good.xhtml -o none/out.html", 2),
        ("convert good.xhtml -o out.doc", 2),
        ("convert good.xhtml -o out", 2),
        ("convert good.xhtml -o out.html --style nothing", 2),
        ("convert good.xhtml -o out.html --from nothing", 2),
        ("convert good.xhtml -o out.html --images none", 2),
        ("show good.xhtml --until nothing", 2),
        ("check wanting.xhtml", 4),
        ("convert wanting.xhtml -o out.html --strict", 4),
        ("check good.xhtml bad.xhtml wanting.xhtml", 4),
    ],
)
def test_exit_codes(folder: Path, arguments: str, code: int) -> None:
    done = docconv(*arguments.split())
    assert done.returncode == code, done.stderr.decode()
    assert left(folder) == (["out.html"] if code == 0 and "-o" in arguments else [])
    assert b"Traceback" not in done.stderr
    if code in (1, 2):
        assert done.stderr


def test_a_missing_library_is_exit_code_3(folder: Path) -> None:
    script = """
import sys
from docconv import cli, writers
from docconv.problems import ToolError

def fail(*arguments):
    raise ToolError("pango is not installed", remedy="apt-get install libpango-1.0-0")

writers.writer_for = lambda suffix, epub: fail
sys.exit(cli.main(["convert", "good.xhtml", "-o", "out.pdf"]))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True)
    assert (done.returncode, done.stdout) == (3, b"")
    assert done.stderr == "docconv: pango is not installed — apt-get install libpango-1.0-0\n".encode()
    assert left(folder) == []


# ── What it makes of several sources, and of what an editor states ──


def test_several_sources_make_one_edition_with_the_metadata_that_are_stated(folder: Path) -> None:
    call = "convert good.xhtml wanting.xhtml -o out.xhtml --title 合集 -M author=甲 -M author=乙 -M date=2022年11月16日"
    assert docconv(*call.split(), "-M", "publisher=某 社").returncode == 0
    markup = (folder / "out.xhtml").read_text(encoding="utf-8")
    assert "<title>合集</title>" in markup
    assert re.findall('<meta name="([a-z]+)" content="([^"]+)"/>', markup) == [
        ("author", "甲"), ("author", "乙"), ("date", "2022-11-16"), ("publisher", "某 社")
    ]  # fmt: skip
    assert "一段文字。" in markup
    assert 'id="fig-1"' in markup


# ── What it says ──


def test_success_is_silent() -> None:
    done = docconv("convert", "good.xhtml", "-o", "out.html", "-o", "out.xhtml")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_errors_name_file_line_and_column() -> None:
    line = BAD[: BAD.index("<h9>")].count("\n") + 1
    done = docconv("convert", "bad.xhtml", "-o", "out.html")
    assert done.stdout == b""
    assert done.stderr.decode() == (
        f"docconv: bad.xhtml:{line}:1: <h9> is not docconv markup here — read the file with --from html\n"
    )


def test_check_prints_problems_that_an_editor_understands() -> None:
    line = WANTING[: WANTING.index("<figure")].count("\n") + 1
    done = docconv("check", "wanting.xhtml")
    assert done.stderr == b""
    assert done.stdout.decode() == (
        f"wanting.xhtml:{line}:1: picture-missing: no picture for fig-1 — add fig-1.jpg to the images folder\n"
    )


def test_check_reads_a_finished_pdf_and_says_if_it_is_damaged(folder: Path) -> None:
    assert docconv("convert", "good.xhtml", "-o", "out.pdf").returncode == 0
    done = docconv("check", "out.pdf")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and no more")
    done = docconv("check", "broken.pdf")
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.startswith(b"docconv: broken.pdf is no PDF, or damaged beyond mending")


def test_check_reads_a_finished_epub_without_java_too(folder: Path) -> None:
    assert docconv("convert", "good.xhtml", "-o", "out.epub").returncode == 0
    bare = os.environ | {"PATH": ""}
    done = docconv("check", "out.epub", "--profile", "kindle", env=bare)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"out.epub: epub-unmeasured: EPUBCheck was not asked: Java is not installed")
    assert done.stdout.count(b"\n") == 1
    assert docconv("check", "out.epub", "--profile", "nook", env=bare).returncode == 2
    assert docconv("check", "out.epub", "--from", "epub", env=bare).stdout == b""  # as a source there is nothing to say
    data = (folder / "out.epub").read_bytes()
    (folder / "bad.epub").write_bytes(data.replace(b"mimetypeapplication", b"mimetypeApplication"))
    assert docconv("check", "bad.epub", "out.epub", env=bare).returncode == 4
    (folder / "broken.epub").write_bytes(data[:100])
    done = docconv("check", "broken.epub", env=bare)
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.startswith(b"docconv: broken.epub is no EPUB, or its archive is damaged")


def test_verbose_says_on_stderr_what_an_editor_should_look_at() -> None:
    done = docconv("convert", "wanting.xhtml", "-o", "out.html", "--verbose")
    assert (done.returncode, done.stdout) == (0, b"")
    assert b"picture-missing" in done.stderr


def test_without_verbose_one_line_says_how_to_see_them() -> None:
    done = docconv("convert", "wanting.xhtml", "-o", "out.html")
    assert (done.returncode, done.stdout) == (0, b"")
    assert done.stderr == b"docconv: 1 picture missing; docconv check wanting.xhtml lists it\n"
    told = docconv("convert", "wanting.xhtml", "-o", "out.html", "--from", "markup", "--images", ".", "--lang", "ja")
    assert told.stderr.endswith(b"docconv check --from markup --lang ja --images . wanting.xhtml lists it\n")
    piped = docconv("convert", "-", "--from", "markup", "-o", "out.html", stdin=WANTING.encode())
    assert piped.stderr == b"docconv: 1 picture missing; -v lists it\n"


def test_one_bad_source_does_not_hide_the_problems_of_the_next() -> None:
    done = docconv("check", "bad.xhtml", "wanting.xhtml")
    assert b"bad.xhtml:" in done.stderr
    assert b"wanting.xhtml:" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("convert none.xhtml -o out.html", "docconv: cannot read none.xhtml: no such file or directory"),
        ("convert . -o out.html", "docconv: . is a folder — name a file in it"),
        (
            "convert good.xhtml -o out.doc",
            "docconv: no edition ends in '.doc' — use one of .pdf .epub .html .xhtml ",
        ),
        ("convert good.xhtml -o out", "docconv: no edition ends in 'nothing' — use one of .pdf .epub .html .xhtml"),
        ("convert good.xhtml -o out.html -M x=1", "docconv: --metadata x=1: not NAME=VALUE — NAME is one of title, "),
        ("convert good.xhtml -o out.html -M title", "docconv: --metadata title: not NAME=VALUE — NAME is one of "),
        ("convert good.xhtml -o out.html --style nothing", "docconv: there is no style 'nothing' — one of "),
        ("convert good.xhtml -o out.html --from nothing", "docconv: there is no format 'nothing' — --from takes "),
        ("convert good.xhtml -o out.html --images none", "docconv: there is no folder none — make it, or "),
        ("convert good.xhtml -o ./good.xhtml", "docconv: ./good.xhtml is the source itself — name another output"),
        ("show good.xhtml --until nothing", "docconv: there is no stage 'nothing' — one of read, "),
    ],
)
def test_a_wrong_call_is_told_what_is_right(arguments: str, message: str) -> None:
    done = docconv(*arguments.split())
    assert done.stderr.decode().startswith(message)
    assert done.stderr.count(b"\n") == 1


# ── What it says for tools ──


@pytest.mark.parametrize("form", ["text", "json", "jsonl", "sarif", "github"])
def test_every_command_that_reports_says_it_in_every_form(form: str) -> None:
    checked = docconv("check", "wanting.xhtml", "--problems", "--format", form).stdout
    for call in (["convert", "wanting.xhtml", "-o", "-"], ["pictures", "wanting.xhtml"]):
        done = docconv(*call, "--report-format", form)
        assert (done.returncode, done.stderr) == (0, checked)
        assert done.stdout == docconv(*call).stdout
    assert b"picture-missing" in checked


@pytest.mark.parametrize("form", ["json", "jsonl", "sarif", "github"])
def test_an_error_is_a_finding_for_tools(form: str) -> None:
    checked = docconv("check", "bad.xhtml", "--format", form)
    converted = docconv("convert", "bad.xhtml", "-o", "out.html", "--report-format", form)
    assert (checked.returncode, converted.returncode) == (1, 1)
    assert checked.stdout == converted.stderr
    assert b"stopped" in checked.stdout
    assert checked.stderr.startswith(b"docconv: bad.xhtml:")
    if form == "json":
        [found] = json.loads(checked.stdout)
        assert (found["code"], found["severity"], found["file"]) == ("stopped", "error", "bad.xhtml")
        assert found["line"] > 1


# ── Streams and editions ──


def test_a_source_from_stdin_and_an_edition_to_stdout(folder: Path) -> None:
    docconv("convert", "good.xhtml", "-o", "out.html")
    done = docconv("convert", "-", "-o", "-", "--from", "markup", stdin=GOOD.encode())
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == (folder / "out.html").read_bytes()
    assert left(folder) == ["out.html"]


def test_the_edition_on_stdout_is_chosen() -> None:
    done = docconv("convert", "good.xhtml", "-o", "-", "--to", "xhtml")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"<?xml ")


def test_stdin_is_guessed_by_its_first_bytes() -> None:
    assert docconv("show", "-", stdin=GOOD.encode()).stdout == docconv("show", "good.xhtml").stdout


def test_what_is_shown_keeps_to_what_was_decided(folder: Path) -> None:
    (folder / "a.txt").write_text("⼈来了。\n", encoding="utf-8")
    (folder / "a.txt.docconv.toml").write_text('[[accept]]\nrule = "set-letter"\nline = 0\n', encoding="utf-8")
    assert "人来了。" in docconv("show", "a.txt").stdout.decode()


def test_several_outputs_come_of_one_reading(folder: Path) -> None:
    fifo = folder / "source.xhtml"  # it can be read once only
    os.mkfifo(fifo)
    command = [sys.executable, "-m", "docconv", "convert", fifo.name, "-o", "1.html", "-o", "2.xhtml", "-o", "3.html"]
    with subprocess.Popen(command) as process:
        fifo.write_bytes(GOOD.encode())
        assert process.wait(20) == 0
    assert left(folder) == ["1.html", "2.xhtml", "3.html", "source.xhtml"]
    assert (folder / "1.html").read_bytes() == (folder / "3.html").read_bytes()


def test_a_reader_that_goes_away_is_no_error(folder: Path) -> None:
    (folder / "long.xhtml").write_text(GOOD.replace("一段文字。", "一段文字。" * 50_000), encoding="utf-8")
    command = f"'{sys.executable}' -m docconv show long.xhtml | head -c 1"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"<", b"")


# ── What it leaves ──


@pytest.mark.parametrize("spelling", ["good.xhtml", "./good.xhtml", "none/../good.xhtml", "link.xhtml"])
def test_the_source_is_never_overwritten(folder: Path, spelling: str) -> None:
    (folder / "none").mkdir()
    (folder / "link.xhtml").symlink_to("good.xhtml")
    assert docconv("convert", "good.xhtml", "-o", "out.html", "-o", spelling).returncode == 2
    assert (folder / "good.xhtml").read_text(encoding="utf-8") == GOOD
    assert left(folder) == ["link.xhtml", "none"]


@pytest.mark.parametrize(
    "arguments",
    [
        "convert bad.xhtml -o out.html -o out.xhtml",
        "convert good.xhtml -o out.html -o out.doc",
        "convert wanting.xhtml -o out.html -o out.xhtml --strict",
    ],
)
def test_a_failure_leaves_nothing_and_the_old_edition_alone(folder: Path, arguments: str) -> None:
    (folder / "out.html").write_text("old")
    assert docconv(*arguments.split()).returncode
    assert left(folder) == ["out.html"]
    assert (folder / "out.html").read_text() == "old"


SLOW_WRITER = """
import os, sys, time
from docconv import cli, files

def sync(handle):
    print("writing", flush=True)
    time.sleep(60)

os.fsync = sync
sys.exit(cli.main(["convert", "good.xhtml", "-o", "out.html"]))
"""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_in_the_middle_of_writing_leaves_nothing(folder: Path, number: signal.Signals, code: int) -> None:
    process = subprocess.Popen([sys.executable, "-c", SLOW_WRITER], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"writing\n"
    assert left(folder) != []
    process.send_signal(number)
    _, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (code, b"")
    assert left(folder) == []


# ── Help ──


def test_help_imports_nothing_heavy() -> None:
    code = "import sys; from docconv.cli import main\ntry: main(['--help'])\nexcept SystemExit: print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"weasyprint", "bs4", "lxml", "ebooklib", "PIL", "docconv.pipeline"} & set(run.stdout.split())


@pytest.mark.parametrize("arguments", [["--help"], ["convert", "--help"], ["--makefile"]])
def test_help_waits_for_no_library(arguments: list[str]) -> None:
    script = f"""
import sys
from docconv.cli import main
try:
    main({arguments!r})
except SystemExit:
    pass
print(*(sys.modules.keys() & {{"weasyprint", "ebooklib", "bs4", "lxml", "PIL", "pypandoc"}}), file=sys.stderr, end="")
"""
    assert subprocess.run([sys.executable, "-c", script], capture_output=True).stderr == b""


@pytest.mark.parametrize("command", ["convert", "check", "show", "config", "clean", "doctor"])
def test_every_command_tells_its_exit_codes(command: str) -> None:
    help = docconv(command, "--help").stdout.decode()
    assert "exit codes:" in help
    assert "129, 130, 143" in help


def test_help_names_every_edition() -> None:
    help = docconv("convert", "--help").stdout.decode()
    assert all(suffix in help for suffix in writers.WRITERS)


def test_version() -> None:
    assert docconv("--version").stdout.decode() == f"docconv {__version__}\n"


def test_makefile_is_a_path_that_is_there() -> None:
    assert Path(docconv("--makefile").stdout.decode().strip()).is_file()
