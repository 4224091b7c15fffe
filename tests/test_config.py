"""The configuration: which file counts, what stands before what, and what is said of mistakes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from docconv.workflow import config

SOURCE = "# 标题\n\n一段文字，说明一件事情。\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project, the top of a repository, with a source in it and one in a folder; the tests run in it."""
    folder = tmp_path / "project"
    (folder / "part").mkdir(parents=True)
    (folder / ".git").mkdir()
    for name in ("page.md", "part/page.md"):
        (folder / name).write_text(SOURCE, encoding="utf-8")
    monkeypatch.chdir(folder)
    return folder


def docconv(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "docconv", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=os.environ | environment)


def markup(*options: str, source: str = "page.md", **environment: str) -> str:
    """The markup of a source, by which one sees what counted."""
    done = docconv("convert", source, "-o", "-", "--to", "xhtml", *options, **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def write(text: str, name: str = "docconv.toml") -> None:
    Path(name).write_text(text, encoding="utf-8")


def test_the_file_is_found_above_the_source() -> None:
    write('lang = "ja"\n')
    assert 'lang="ja"' in markup()
    assert 'lang="ja"' in markup(source="part/page.md")
    write('lang = "ko"\n', "part/docconv.toml")
    assert 'lang="ko"' in markup(source="part/page.md")


def test_a_project_may_hold_it_in_pyproject() -> None:
    write('[project]\nname = "x"\n', "part/pyproject.toml")  # says nothing of docconv
    write('[tool.docconv]\nlang = "ja"\n', "pyproject.toml")
    assert 'lang="ja"' in markup(source="part/page.md")


def test_what_lies_above_the_repository_does_not_count(folder: Path) -> None:
    write('lang = "ja"\n', "../docconv.toml")
    assert 'lang="ja"' not in markup()


def test_the_command_line_stands_before_variables_and_these_before_the_file() -> None:
    write('lang = "ja"\n[metadata]\nauthor = ["甲", "乙"]\npublisher = "某社"\n')
    assert 'lang="ko"' in markup(DOCCONV_LANG="ko")
    assert 'lang="zh-Hant"' in markup("--lang", "zh-Hant", DOCCONV_LANG="ko")
    stated = markup("-M", "author=丙")
    assert re.findall('name="(author|publisher)" content="(.*?)"', stated) == [("author", "丙"), ("publisher", "某社")]


def test_a_switch_can_be_turned_off_again() -> None:
    write("strict = true\n")
    write("# 标题\n\n![图](missing.jpg)\n", "page.md")
    call = ["convert", "page.md", "-o", "page.html"]
    assert docconv(*call).returncode == 4
    assert docconv(*call, "--no-strict").returncode == 0
    assert docconv(*call, DOCCONV_STRICT="0").returncode == 0


def test_each_edition_may_have_a_style_of_its_own(folder: Path) -> None:
    for name in ("screen", "paper"):
        (folder / name).mkdir()
        (folder / name / "screen.css").write_text(f"body {{ font-family: {name} }}\n")
    write('style = "./paper"\nhtml.style = "./screen"\n')
    docconv("convert", "part/page.md", "-o", "a.html", "-o", "a/")
    assert "font-family: screen" in Path("a.html").read_text(encoding="utf-8")
    assert any("font-family: screen" in css.read_text() for css in Path("a").rglob("*.css"))
    docconv("convert", "part/page.md", "-o", "b.html", "--html-style", "./paper")
    assert "font-family: paper" in Path("b.html").read_text(encoding="utf-8")


def test_a_batch_is_configured_where_it_begins(folder: Path) -> None:
    write('lang = "ja"\n')
    assert docconv("batch", "part/page.md", "--out", "out", "--to", "xhtml").returncode == 0
    assert 'lang="ja"' in (folder / "out/part/page.xhtml").read_text(encoding="utf-8")


def test_a_path_is_relative_to_the_file_and_leads_nowhere_else(folder: Path) -> None:
    from PIL import Image

    (folder / "pictures").mkdir()
    Image.new("L", (40, 30)).save(folder / "pictures/photo.png")
    write("# 标题\n\n![图](photo.png)\n", "part/page.md")
    write('images = "pictures"\n')
    assert 'src="pictures/photo.png"' in markup(source="part/page.md")
    (folder.parent / "outside").mkdir()
    (folder / "link").symlink_to(folder.parent / "outside")
    for wrong in ("../outside", str(folder.parent / "outside"), "link"):
        write(f'images = "{wrong}"\n')
        done = docconv("check", "page.md")
        assert done.returncode == 2
        assert done.stderr == (
            f"docconv: docconv.toml:1:1: {wrong} is outside the folder of the configuration"
            " — name it on the command line, or put it there\n"
        )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('lang = "ja"\n\nstile = "book"\n', "docconv.toml:3:1: there is no key 'stile' — style?"),
        ("[epub]\n\n# a\nprofil = 1\n", "docconv.toml:4:1: there is no key 'epub.profil' — epub.profile?"),
        ('[html]\nnotes = "duokan"\n', "docconv.toml:2:1: there is no key 'html.notes' — epub.notes?"),
        ('x = """\nstyle = 3\n"""\nstyle = 3\n', "docconv.toml:1:1: there is no key 'x' — one of lang, "),
        ("style = 3\n", "docconv.toml:1:1: style is a text in quotes, not 3"),
        ('strict = "yes"\n', "docconv.toml:1:1: strict is true or false, not 'yes'"),
        ('set = "size"\n', "docconv.toml:1:1: set is a table, not 'size'"),
        ('[set]\nsize = "五号"\nsise = "五号"\n', "docconv.toml:3:1: there is no setting 'sise=五号' — size=…?"),
        ('[pdf]\nbleed = "50mm"\n', "docconv.toml:2:1: pdf.bleed is a length from 0 to 10 mm, not '50mm'"),
        ('[set]\nsize = "五斤"\n', "docconv.toml:2:1: '五斤' is no size of type — "),
        ("[metadata]\nauthor = 3\n", "docconv.toml:2:1: author is a text in quotes, or a list of some, not 3"),
        ('[metadata]\nauthor = "甲"\n\nautor = "乙"\n', "docconv.toml:4:1: there is no 'autor' to state — author?"),
        ('[epub]\nnotes = "x"\n', "docconv.toml:2:1: epub.notes is one of popup, duokan, not 'x'"),
        ("lang = \n", "docconv.toml: invalid value (at line 1, column 8) — correct the configuration"),
    ],
)
def test_a_mistake_is_told_with_its_line(text: str, message: str) -> None:
    write(text)
    for command in (["check", "page.md"], ["convert", "page.md", "-o", "page.html"], ["config"]):
        done = docconv(*command)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith(f"docconv: {message}")


def test_a_wrong_variable_is_told() -> None:
    done = docconv("check", "page.md", DOCCONV_STRICT="perhaps")
    assert done.stderr == "docconv: the variable DOCCONV_STRICT is true or false, not 'perhaps'\n"


def test_config_says_what_counts_and_where_it_was_said() -> None:
    write('style = "book"\n\n[set]\nsize = "五号"\n')
    done = docconv("config", "part/page.md", DOCCONV_LANG="ja")
    lines = done.stdout.splitlines()
    assert [line.removeprefix("# ").partition(" ")[0] for line in lines] == list(config.KEYS)
    assert 'lang = "ja"  # DOCCONV_LANG' in lines
    assert 'style = "book"  # docconv.toml:1' in lines
    assert 'set = {"size" = "五号"}  # docconv.toml:3' in lines
    assert 'epub.profile = "3.3"  # default' in lines
    write(done.stdout)  # what it prints is a configuration
    is_set = [line for line in lines if not line.startswith("#")]
    assert docconv("config", "page.md").stdout.count("docconv.toml:") == len(is_set)
    values = json.loads(docconv("config", "--format", "json").stdout)
    assert values["style"] == {"value": "book", "origin": "docconv.toml:5"}


def test_the_schema_knows_every_key_and_no_other() -> None:
    def keys(table: dict[str, object], above: str = "") -> list[str]:
        found = []
        for name, each in table["properties"].items():  # type: ignore[attr-defined]
            found += keys(each, f"{above}{name}.") if "properties" in each else [f"{above}{name}"]
        return found

    printed = docconv("config", "--schema").stdout
    shipped = Path(config.__file__).parents[1] / "docconv.schema.json"
    assert shipped.read_text(encoding="utf-8") == printed, f"docconv config --schema >{shipped}"
    schema = json.loads(printed)
    assert sorted(keys(schema)) == sorted(config.KEYS)
    assert schema["properties"]["epub"]["properties"]["notes"]["enum"] == ["popup", "duokan"]
    assert schema["properties"]["strict"]["type"] == "boolean"


def test_a_change_of_the_configuration_is_seen_by_the_cache_and_by_make(tmp_path: Path) -> None:
    environment = {"DOCCONV_CACHE": str(tmp_path / "cache")}
    call = ["convert", "part/page.md", "-o", "page.html", "--deps", "page.d"]

    def language() -> str:
        assert docconv(*call, **environment).returncode == 0
        return str(re.findall('<html[^>]* lang="(.*?)"', Path("page.html").read_text(encoding="utf-8"))[0])

    assert language() == "zh-Hans"
    assert "$(wildcard docconv.toml part/docconv.toml" in Path("page.d").read_text().replace("part/pyproject.toml ", "")
    write('lang = "ja"\n')
    assert language() == "ja"
    assert "\ndocconv.toml:\n" in Path("page.d").read_text()
    write('lang = "ko"\n')
    assert language() == "ko"
    write('lang = "ja"\n', "part/docconv.toml")
    assert language() == "ja"
    Path("part/docconv.toml").unlink()
    assert language() == "ko"


def test_the_documentation_has_every_key_and_no_other() -> None:
    page = (Path(__file__).parents[1] / "docs/workflow.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z.-]+)` \| `-.*?\|.*?\|$", page, re.MULTILINE)
    assert rows == list(config.KEYS)
    example = re.search(r'\n    lang = "zh-Hans"\n(?:(?:    .*)?\n)*', page)
    assert example is not None
    write(re.sub("^    ", "", example[0], flags=re.MULTILINE))
    assert docconv("config").returncode == 0
