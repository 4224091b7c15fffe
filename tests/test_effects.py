"""Options that would do nothing: refused where they are typed, with the reason; never where they are configured."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from docconv import cli
from docconv.cli.effects import HEEDED, editions, stated
from docconv.cli.options import parser
from docconv.writers import WRITERS

PAGE = "# 渡口\n\n雨后，渡船开了。\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a source in it; the tests run there."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "a.md").write_text(PAGE, encoding="utf-8")
    (tmp_path / "house").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def docconv(call: str) -> int:
    """The exit code of a call; that of argparse too, which leaves by itself."""
    try:
        return cli.main(shlex.split(call))
    except SystemExit as end:
        return int(end.code or 0)


def of_edition(suffix: str) -> str:
    return f"convert a.md -o made{suffix}" if suffix != "-" else "convert a.md -o -"


@pytest.mark.parametrize(
    ("suffixes", "options", "said"),
    [
        (".pdf", "--vertical", "--vertical would do nothing: docconv sets no vertical lines in a PDF yet"),
        (".docx .icml", "--vertical", "--vertical would do nothing: it is not for .docx — it is for .epub, .html"),
        (".epub .html .docx", "--icc press.icc", "--icc would do nothing: it is not for"),
        (".epub .html .md", "--profile press-cn", "--profile would do nothing: it is not for"),
        (".epub", "--bleed 3mm", "--bleed would do nothing"),
        (".html", "--pdfx 4", "--pdfx would do nothing"),
        (".html", "--outline-text", "--outline-text would do nothing"),
        (".xhtml", "--no-marks", "--no-marks would do nothing"),
        (".epub", "--attach", "--attach would do nothing"),
        (".pdf .html", "--epub-profile 3.4", "--epub-profile would do nothing"),
        (".pdf .docx", "--epub-notes duokan", "--epub-notes would do nothing"),
        (".pdf .odt", "--embed-fonts", "--embed-fonts would do nothing"),
        (".docx .md .xhtml", "--style book", "--style would do nothing"),
        (".html .epub", "--style book", "--style would do nothing: the style book has no sheet for"),
        (".html", "--html-style ./house", "--html-style would do nothing: the style ./house has no sheet for .html"),
        (".epub", "--pdf-style book", "--pdf-style would do nothing"),
        (".pdf", "--html-style book", "--html-style would do nothing"),
        (".html .epub", "--paper A5", "--paper would do nothing"),
        (".html .epub", "--columns 2", "--columns would do nothing"),
        (".html .epub", "--set size=五号", "--set size=… would do nothing"),
        (".docx", "--set hanging=allow", "--set hanging=… would do nothing"),
        (".html", "--set punctuation=开明", "--set punctuation=… would do nothing"),
        (".icml", "--title 题", "--title would do nothing: .icml holds no title"),
        (".docx .odt .icml", "-M publisher=某社", "--metadata publisher=… would do nothing"),
        (".pdf", "-M series=丛书", "--metadata series=… would do nothing"),
        (".html", "--to pdf", "--to would do nothing: no edition goes to stdout"),
        (".html", "--deps-format json", "--deps-format would do nothing: there is no --deps"),
        ("-", "--if-changed", "--if-changed would do nothing: stdout has no time stamp"),
        (".pdf", "--pdf-style book --style plain", "--style would do nothing: every edition has a style of its own"),
    ],
)
def test_what_would_do_nothing_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], suffixes: str, options: str, said: str
) -> None:
    for suffix in suffixes.split():
        assert docconv(f"{of_edition(suffix)} {options}") == 2
        told = capsys.readouterr().err
        assert told.startswith(f"docconv: {said}".replace(".docx —", f"{suffix} —")), told
    assert [each.name for each in folder.iterdir() if each.name.startswith("made")] == []


@pytest.mark.parametrize(
    ("outputs", "options"),
    [
        ("-o made.epub -o made.docx", "--vertical --epub-notes duokan"),
        ("-o made.html", "--no-vertical --no-embed-fonts"),
        ("-o made.docx", "--no-vertical --title 题 -M author=某"),
        ("-o made/", "--style plain --set gap=off"),
        ("-o - -o made.md", "--to html --style plain"),
        ("-o made.html -o made.epub", "--style ./house --epub-style plain"),
        ("-o made.docx", "--allow-idle --style book --vertical --icc x.icc --profile press-cn"),
    ],
)
def test_what_one_edition_heeds_is_in_order(folder: Path, outputs: str, options: str) -> None:
    (folder / "made").mkdir()
    (folder / "house" / "screen.css").write_text("p { color: navy }", encoding="utf-8")
    assert docconv(f"convert a.md {outputs} {options}") == 0


def test_a_vertical_book_with_a_pdf_beside_it_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert docconv("convert a.md -o made.epub -o made.pdf --vertical") == 0
    assert capsys.readouterr().err == "docconv: 1 warning of an edition; -v lists it\n"
    assert docconv("convert a.md -o made.epub -o made.pdf --vertical -v") == 0
    assert "option-idle: made.pdf has horizontal lines" in capsys.readouterr().err
    assert docconv("convert a.md -o made.epub -o made.pdf --vertical --strict") == 4


@pytest.mark.parametrize("suffix", [*WRITERS, "/"])
def test_what_is_configured_is_for_all_editions(folder: Path, suffix: str) -> None:
    (folder / "docconv.toml").write_text(
        'style = "book"\n[set]\nsize = "五号"\n[metadata]\npublisher = "某社"\nseries = "丛书"\n[pdf]\nicc = "x.icc"\n'
        'bleed = "3mm"\npdfx = "4"\nink-limit = "300"\nstyle = "magazine"\n[epub]\nvertical = true\nnotes = "duokan"\n',
        encoding="utf-8",
    )
    assert docconv(f"convert a.md -o made{suffix}") == 0


def test_the_style_of_the_call_stands_before_the_configured_one(folder: Path) -> None:
    (folder / "house" / "screen.css").write_text("p { color: navy }", encoding="utf-8")
    (folder / "docconv.toml").write_text('[html]\nstyle = "./house"\n', encoding="utf-8")
    assert docconv("convert a.md -o house.html") == 0
    assert docconv("convert a.md -o plain.html --style plain") == 0
    (folder / "docconv.toml").unlink()
    assert docconv("convert a.md -o asked.html --style plain") == 0
    pages = {name: (folder / f"{name}.html").read_bytes() for name in ("house", "plain", "asked")}
    assert pages["plain"] == pages["asked"] != pages["house"]


def test_a_folder_and_stdout_are_editions() -> None:
    call = parser().parse_args(["convert", "a.md", "-o", "site/", "-o", "-", "--to", "docx", "-o", "b.PDF"])
    assert editions(call) == {".html", ".docx", ".pdf"}


def test_the_table_names_options_that_there_are() -> None:
    told = {action.dest for name in ("convert", "batch") for action in _options(name)}
    assert HEEDED.keys() <= told
    assert stated(parser(), ["convert", "a.md", "-o", "b.pdf", "--set", "size=五号"]).keys() == {
        "command", "sources", "output", "settings"
    }  # fmt: skip


def _options(command: str) -> list:  # type: ignore[type-arg]
    [commands] = [each for each in parser()._actions if each.dest == "command"]
    assert isinstance(commands.choices, dict)
    return list(commands.choices[command]._actions)


# ── batch, check, pictures ──


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("batch a.md --out o --to pdf --epub-notes duokan", "--epub-notes would do nothing: it is not for .pdf"),
        ("batch a.md --out o --to docx,md --style book", "--style would do nothing"),
        ("batch a.md --out o --to html -0", "--null would do nothing: no list is read from stdin"),
        ("batch a.md --out o --to pdf --vertical", "--vertical would do nothing: docconv sets no vertical lines"),
        ("check a.md --profile press-cn", "--profile would do nothing: it is for another kind of file"),
        ("check a.md --profile kindle", "--profile would do nothing"),
        ("check made.epub --profile press-cn", "--profile would do nothing"),
        ("check made.epub --from epub --profile kindle", "--profile would do nothing: --from reads a source"),
        ("check made.epub --diff", "--diff would do nothing: it is for a source"),
        ("check made.epub --images .", "--images would do nothing: it is for a source"),
        ("check a.md --diff --format json", "--format would do nothing: --diff has a form of its own"),
        ("check a.md --bleed 3", "--bleed would do nothing: it is for another kind of file"),
        ("pictures a.md --icc x.icc", "--icc is for a press"),
    ],
)
def test_other_commands_refuse_too(capsys: pytest.CaptureFixture[str], call: str, said: str) -> None:
    assert docconv("convert a.md -o made.epub") == 0
    capsys.readouterr()
    assert docconv(call) == 2
    assert capsys.readouterr().err.startswith(f"docconv: {said}")


def test_show_takes_no_pictures() -> None:
    assert docconv("show a.md --images .") == 2


# ── Values that cannot be ──


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("-M date=昨天", "--metadata date=昨天: 昨天 is no date"),
        ("-M date=2022-02-30", "--metadata date=2022-02-30: 2022-02-30 is no date"),
        ("-M identifier=978-7-5442-7087-9", "is no ISBN: its last digit does not fit"),
        ("-M 'identifier=ISSN 1673-4166'", "is no ISSN: its last digit does not fit"),
        ("--lang zz!!", "argument --lang: is a language tag such as zh-Hans, zh-Hant, ja, ko, not 'zz!!'"),
        ("--lang zh_CN", "argument --lang"),
        ("--set song=无此书宋 -o made.pdf", "song=无此书宋: no such face is installed"),
    ],
)
def test_a_value_that_cannot_be_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], options: str, said: str
) -> None:
    assert docconv(f"convert a.md -o made.html {options}") == (3 if "song" in options else 2)
    assert said in capsys.readouterr().err
    assert not (folder / "made.html").exists()


@pytest.mark.parametrize("options", ["--lang qaa", "--lang x-mine", "--lang zh-Hant-TW", "-M date=2022年11月16日"])
def test_what_is_well_formed_is_taken(options: str) -> None:
    assert docconv(f"convert a.md -o made.html {options}") == 0


def test_a_language_that_is_none_is_refused_in_the_configuration_with_its_line(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "docconv.toml").write_text('lang = "zz!!"\n', encoding="utf-8")
    assert docconv("convert a.md -o made.html") == 2
    assert capsys.readouterr().err.startswith("docconv: docconv.toml:1:1: lang is a language tag")


def test_a_folder_without_pictures_that_is_named_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "empty").mkdir()
    assert docconv("check a.md --images empty") == 4
    assert "picture-unused: there is no picture in empty — is it the right folder?" in capsys.readouterr().out
