"""The cache: a second build of the same costs nothing and says the same; a change of anything is seen."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

CALL = ["convert", "page.md", "-o", "page.html", "--style", "./house", "-v"]
SOURCE = "# 标题\n\n一段文字，说明一件事情。\n\n![图](photo.png)\n\n![没有](missing.png)\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a source, a picture and a style, and a cache beside it; the tests run in it."""
    from PIL import Image

    monkeypatch.setenv("DOCCONV_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "work"
    (folder / "house").mkdir(parents=True)
    (folder / "page.md").write_text(SOURCE, encoding="utf-8")
    (folder / "house/screen.css").write_text("body { color: black }\n")
    Image.new("L", (40, 30)).save(folder / "photo.png")
    monkeypatch.chdir(folder)
    return folder


def docconv(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "docconv", *arguments]
    return subprocess.run(command, capture_output=True, env=os.environ | environment)


BARE = """
import sys
sys.modules.update(dict.fromkeys(("docconv.pipeline", "docconv.cli")))  # to import them is an error
sys.argv = ["docconv", *sys.argv[1:]]
from docconv.__main__ import main
sys.exit(main())
"""


def is_remembered(*arguments: str, **environment: str) -> bool:
    """Whether a call is done without anything that could do it anew."""
    command = [sys.executable, "-c", BARE, *(arguments or CALL)]
    return subprocess.run(command, capture_output=True, env=os.environ | environment).returncode == 0


def test_a_second_build_writes_and_says_the_same(folder: Path) -> None:
    first = docconv(*CALL)
    assert first.returncode == 0
    assert b"picture-missing" in first.stderr
    page = (folder / "page.html").read_bytes()
    (folder / "page.html").unlink()
    assert is_remembered()
    (folder / "page.html").unlink()
    second = docconv(*CALL)
    assert (second.returncode, second.stdout, second.stderr) == (0, first.stdout, first.stderr)
    assert (folder / "page.html").read_bytes() == page


def test_what_goes_to_stdout_and_into_a_folder_is_remembered(folder: Path) -> None:
    call = ["convert", "page.md", "-o", "-", "-o", "site/", "--deps", "deps", "--ledger", "ledger.json"]
    first = docconv(*call)
    names = ["deps", "ledger.json", "site/index.html"]
    before = [(folder / name).read_bytes() for name in names]
    (folder / "site/index.html").unlink()
    (folder / "site/mine.txt").touch()
    assert is_remembered(*call)
    assert docconv(*call).stdout == first.stdout != b""
    assert [(folder / name).read_bytes() for name in names] == before
    assert (folder / "site/mine.txt").exists()


def write(path: str, text: str) -> Callable[[], object]:
    return lambda: Path(path).write_text(text, encoding="utf-8")


def paint(path: str) -> Callable[[], object]:
    def change() -> None:
        from PIL import Image

        Path(path).parent.mkdir(exist_ok=True)
        Image.new("L", (50, 30)).save(path)

    return change


@pytest.mark.parametrize(
    "change",
    [
        write("page.md", SOURCE.replace("一", "两")),
        write("house/screen.css", "body { color: navy }\n"),
        write("page.md.docconv.toml", '[[ignore]]\nrule = "picture-missing"\nline = 7\n'),
        paint("photo.png"),
        paint("missing.png"),
        paint("page.md.images/missing.png"),
        lambda: Path("photo.png").unlink(),
        lambda: Path("house/screen.css").unlink(),
        lambda: Path("page.md.images").mkdir(),
    ],
    ids=["source", "sheet", "decisions", "picture", "new picture", "picture in its folder", "no picture",
         "no sheet", "new folder"],
)  # fmt: skip
def test_a_change_of_anything_is_seen(folder: Path, change: Callable[[], object]) -> None:
    docconv(*CALL)
    assert is_remembered()
    change()
    assert not is_remembered()
    kept = docconv(*CALL), Path("page.html").read_bytes()
    fresh = docconv(*CALL, "--no-cache"), Path("page.html").read_bytes()
    assert (kept[0].stderr, kept[1]) == (fresh[0].stderr, fresh[1])


def test_what_is_of_no_concern_to_an_edition_is_not_looked_at() -> None:
    docconv(*CALL)
    Path("house/print.css").write_text("body { color: navy }")
    assert is_remembered()


def test_a_change_of_options_variables_or_docconv_is_seen(tmp_path: Path) -> None:
    docconv(*CALL)
    assert is_remembered()
    assert not is_remembered(*CALL, "--lang", "ja")
    assert not is_remembered(*CALL, "--no-cache")
    assert not is_remembered(SOURCE_DATE_EPOCH="86400")
    assert not is_remembered(FONTCONFIG_FILE="/nowhere")
    assert not is_remembered(DOCCONV_CACHE="")
    other = tmp_path / "packages"
    (other / "weasyprint-99.dist-info").mkdir(parents=True)
    assert not is_remembered(PYTHONPATH=os.pathsep.join([os.environ.get("PYTHONPATH", ""), str(other)]))


def test_a_file_that_is_only_touched_is_the_same() -> None:
    docconv(*CALL)
    Path("page.md").touch()
    Path("house/screen.css").touch()
    assert is_remembered()


@pytest.mark.slow
def test_a_change_of_a_font_is_seen(tmp_path: Path) -> None:
    """A face of one's own in the place of the system's; then another one under the same name."""
    fonts = tmp_path / "home/.local/share/fonts"
    fonts.mkdir(parents=True)
    installed = subprocess.run(["fc-match", "-f", "%{file}", "DejaVu Sans Mono"], capture_output=True, text=True).stdout
    (fonts / "mine.ttf").write_bytes(Path(installed).read_bytes())
    home = {"HOME": str(tmp_path / "home")}
    call = ["convert", "page.md", "-o", "page.pdf"]
    docconv(*call, **home)
    assert is_remembered(*call, **home)
    (fonts / "another.ttf").write_bytes(Path(installed).read_bytes())
    assert not is_remembered(*call, **home)


FORGETFUL = """
import sys
from docconv import cli, pipeline
from pathlib import Path
convert = pipeline.convert

def reads_more(*arguments, **options):
    Path("more.txt").read_text()
    return convert(*arguments, **options)

pipeline.convert = reads_more
sys.argv = ["docconv", *sys.argv[1:]]
sys.exit(cli.main())
"""


def test_a_file_that_is_read_without_a_word_is_seen(folder: Path) -> None:
    (folder / "more.txt").write_text("one")
    call = [*CALL, "--deps", "deps"]
    subprocess.run([sys.executable, "-c", FORGETFUL, *call], check=True, capture_output=True)
    assert "more.txt:" in (folder / "deps").read_text().splitlines()
    assert is_remembered(*call)
    (folder / "more.txt").write_text("two")
    assert not is_remembered(*call)


def test_a_stream_is_not_remembered() -> None:
    call = ["convert", "-", "--from", "markdown", "-o", "page.html"]
    command = [sys.executable, "-m", "docconv", *call]
    assert subprocess.run(command, input=SOURCE.encode()).returncode == 0
    assert not is_remembered(*call)


def test_a_failure_is_not_remembered() -> None:
    assert docconv(*CALL, "--strict").returncode == 4
    assert not is_remembered(*CALL, "--strict")


@pytest.mark.parametrize("damage", [lambda data: b"", lambda data: data[:-1], lambda data: data[:40],
                                    lambda data: data[:100] + bytes([data[100] ^ 1]) + data[101:],
                                    lambda data: b"\0" * len(data)])  # fmt: skip
def test_a_damaged_entry_is_none(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    docconv(*CALL)
    page = Path("page.html").read_bytes()
    [entry] = (tmp_path / "cache").glob("*.run")
    entry.write_bytes(damage(entry.read_bytes()))
    assert not is_remembered()
    assert docconv(*CALL).returncode == 0
    assert Path("page.html").read_bytes() == page
    assert is_remembered()


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert docconv(*CALL, DOCCONV_CACHE=str(tmp_path / "file" / "cache")).returncode == 0


def test_the_cache_stays_within_its_bounds(tmp_path: Path) -> None:
    for number in range(5):
        Path("page.md").write_text("# 标题\n\n" + f"第{number}段文字。" * 100_000, encoding="utf-8")
        docconv("convert", "page.md", "-o", "page.html", DOCCONV_CACHE_SIZE="4")
        entries = list((tmp_path / "cache").glob("*.run"))
        assert entries
        assert sum(entry.stat().st_size for entry in entries) <= 4_000_000
        assert is_remembered("convert", "page.md", "-o", "page.html", DOCCONV_CACHE_SIZE="4")


def test_an_unchanged_edition_keeps_its_time_stamp_if_asked(folder: Path) -> None:
    call = [*CALL, "--if-changed", "--deps", "page.d"]
    for _ in range(2):  # made, and remembered
        docconv(*call)
        os.utime("page.html", (1, 1))
        docconv(*call)
        assert Path("page.html").stat().st_mtime == 1
    Path("page.md").write_text(SOURCE + "\n又一段。\n", encoding="utf-8")
    docconv(*call)
    assert Path("page.html").stat().st_mtime > 1
    os.utime("page.html", (1, 1))
    docconv(*CALL)
    assert Path("page.html").stat().st_mtime > 1


def test_a_cached_build_costs_no_more_than_to_start_python() -> None:
    def seconds(*command: str) -> float:
        start = time.perf_counter()
        assert subprocess.run([sys.executable, *command], capture_output=True).returncode == 0
        return time.perf_counter() - start

    docconv(*CALL)
    pairs = [(seconds("-m", "docconv", *CALL), seconds("-c", "import argparse")) for _ in range(11)]
    ours, python = (statistics.median(each) for each in zip(*pairs, strict=True))
    assert ours < 3 * python


def test_a_cached_build_imports_nothing_slow() -> None:
    docconv(*CALL)
    script = BARE.replace("sys.exit(main())", "main(); print(*sys.modules, file=sys.stdout)")
    done = subprocess.run([sys.executable, "-c", script, *CALL], capture_output=True, text=True)
    slow = {"weasyprint", "bs4", "lxml", "PIL", "pypandoc", "argparse", "json", "dataclasses", "docconv.model",
            "hashlib", "pathlib", "typing", "re"}  # fmt: skip
    assert not slow & set(done.stdout.split())
