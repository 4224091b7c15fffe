"""The HTML edition as a folder: pages that lead to each other, and together show the text of the document."""

from __future__ import annotations

import io
import re
import shutil
from base64 import b64encode
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest
from fontTools.ttLib import TTFont
from PIL import Image as Pillow
from samples import MANUSCRIPT, NEWSPAPER, text
from test_html import Reader, linked_data, rendered

from docconv import model as m
from docconv import pipeline
from docconv.pictures import Pictures
from docconv.problems import Problem, UsageError
from docconv.styles import find_style
from docconv.writers.html import write_html
from docconv.writers.options import EditionOptions
from docconv.writers.site import write_site


def site(
    document: m.Document, pictures: Pictures | None = None, report: Callable[[Problem], None] = print
) -> dict[str, bytes]:
    return write_site(document, find_style(), pictures or Pictures(), report)


def pages(files: dict[str, bytes]) -> dict[str, Reader]:
    return {name: Reader(data.decode()) for name, data in files.items() if name.endswith(".html")}


@pytest.fixture(scope="module")
def newspaper() -> dict[str, bytes]:
    return site(NEWSPAPER)


BOOK = replace(
    MANUSCRIPT,
    body=(
        *MANUSCRIPT.body,
        m.Section((m.Text("尾声"),), text("全书完。"), id="last"),
    ),
)


def test_a_page_for_each_article_and_an_index(newspaper: dict[str, bytes]) -> None:
    articles = [f"article-{number}.html" for number in range(1, 5)]
    assert sorted(newspaper) == [*articles, "index.html", "style.css"]


@pytest.mark.parametrize("document", [NEWSPAPER, MANUSCRIPT, BOOK, m.Document(m.Meta(), ())])
def test_the_pages_together_show_the_text_and_no_other(document: m.Document) -> None:
    files = site(document)
    del files["index.html"]
    # readings, numbers of notes, and formulas, which hold their TeX
    beside = re.compile(rb'<(r[pt])>.*?</\1>|<a class="noteref".*?</a>|(?<=<semantics>).*?(?=<annotation)')
    shown = pages({name: beside.sub(b"", data) for name, data in files.items()})
    joined = re.sub(r"\s", "", "".join(reader.text for reader in shown.values()))
    runs = [re.sub(r"\s", "", run) for run in m.paragraphs(document)]
    assert all(run in joined for run in runs)
    assert Counter(joined) == Counter("".join(runs))


@pytest.mark.parametrize("document", [NEWSPAPER, BOOK])
def test_every_address_is_relative_and_leads_somewhere(document: m.Document) -> None:
    files = site(document)
    shown = pages(files)
    ids = {name: {each["id"] for _, each in reader.tags if "id" in each} for name, reader in shown.items()}
    for name, reader in shown.items():
        for tag, attributes in reader.tags:
            address = attributes.get("href") or attributes.get("src") or ""
            if not address or address.startswith(("http", "mailto:")):
                continue
            assert not address.startswith(("/", "file:")), (tag, address)
            file, _, identifier = address.partition("#")
            assert (file or name) in files
            assert not identifier or unquote(identifier) in ids[file or name], (name, address)


def test_a_link_to_another_chapter_leads_to_its_page() -> None:
    first = next(node for node in BOOK.body if isinstance(node, m.Section))
    last = m.Section((m.Text("尾声"),), (m.Paragraph((m.Link(f"#{first.id}", (m.Text("回"),)),)),), id="end")
    files = pages(site(replace(BOOK, body=(first, last))))
    assert f"chapter-1.html#{first.id}" in [each["href"] for each in files["chapter-2.html"].attributes("a")]


def test_pages_lead_to_the_next_the_previous_and_the_index(newspaper: dict[str, bytes]) -> None:
    shown = pages(newspaper)
    ways = {name: {each["rel"]: each["href"] for each in reader.attributes("a") if "rel" in each}
            for name, reader in shown.items()}  # fmt: skip
    assert ways["article-1.html"] == {"next": "article-2.html"}
    assert ways["article-2.html"] == {"prev": "article-1.html", "next": "article-3.html"}
    assert ways["article-4.html"] == {"prev": "article-3.html"}
    assert all("index.html" in [each["href"] for each in shown[name].attributes("a")] for name in ways if "art" in name)


def test_the_index_bears_the_masthead_and_leads_to_every_page(newspaper: dict[str, bytes]) -> None:
    index = Reader(newspaper["index.html"].decode())
    assert '<h1 class="title">株洲日报</h1>' in newspaper["index.html"].decode()
    assert index.attributes("time") == [{"datetime": "2022-11-16"}]
    links = [each["href"] for each in index.attributes("a") if not each["href"].startswith("#")]
    assert links == [f"article-{number}.html" for number in range(1, 5)]
    assert [each["url"] for each in linked_data(newspaper["index.html"].decode())["@graph"]] == links


def test_a_page_without_a_heading_bears_the_title_of_the_whole() -> None:
    document = m.Document(m.Meta(title="散文", lang="zh-Hans"), text("一段文字。"))
    assert '<h1 class="title">散文</h1>' in site(document)["matter-1.html"].decode()


def test_notes_stand_on_the_page_that_calls_them() -> None:
    chapters = tuple(
        m.Section((m.Text(f"第{n}章"),), (m.Paragraph((m.Text("文"), m.NoteRef(f"n{n}"))),), id=f"c{n}") for n in (1, 2)
    )
    notes = tuple(m.Note(f"n{n}", text(f"注{n}")) for n in (1, 2))
    shown = pages(site(m.Document(m.Meta(lang="zh-Hans"), chapters, notes)))
    assert "注2" in shown["chapter-2.html"].text and "注1" not in shown["chapter-2.html"].text
    assert ">2</a>" in site(m.Document(m.Meta(lang="zh-Hans"), chapters, notes))["chapter-2.html"].decode()


def test_pictures_are_files_under_names_that_any_server_holds(tmp_path: Path) -> None:
    for name in ("图 1.png", "图 2.png", "Foto.PNG"):
        Pillow.new("RGB", (3, 2), "navy").save(tmp_path / name)
    (tmp_path / "d.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'><script>run()</script></svg>", "utf-8")
    names = ("图 1.png", "图 2.png", "Foto.PNG", "d.svg")
    files = site(m.Document(m.Meta(), tuple(m.Figure(m.Image(each, "alt")) for each in names)), Pictures(tmp_path))
    pictures = ["images/1.png", "images/2.png", "images/foto.png", "images/d.svg"]
    assert [each for each in files if each.startswith("images/")] == pictures
    assert [each["src"] for each in pages(files)["matter-1.html"].attributes("img")] == pictures
    assert b"run" not in files["images/d.svg"]


def test_a_drawing_that_is_none_is_a_box_and_a_problem(tmp_path: Path) -> None:
    (tmp_path / "d.svg").write_text("<svg", "utf-8")
    problems: list[Problem] = []
    files = site(m.Document(m.Meta(), (m.Figure(m.Image("d.svg")),)), Pictures(tmp_path), problems.append)
    assert b'class="placeholder"' in files["matter-1.html"]
    assert [each.code for each in problems] == ["picture-unreadable"]


# ── Converting to a folder ──


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "book.md").write_text("---\ntitle: 书\n---\n\n# 一\n\n甲。\n\n# 二\n\n乙。\n", "utf-8")
    return tmp_path / "book.md"


def contents(folder: Path) -> dict[str, bytes]:
    return {each.relative_to(folder).as_posix(): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


def test_an_output_that_ends_in_a_slash_or_is_a_folder_is_a_folder(source: Path) -> None:
    (source.parent / "there").mkdir()
    pipeline.convert(source, [f"{source.parent}/site/", source.parent / "there"])
    assert contents(source.parent / "site") == contents(source.parent / "there")
    assert {"index.html", "chapter-1.html", "chapter-2.html", "style.css"} < contents(source.parent / "site").keys()


def test_the_bytes_are_the_same_wherever_and_however_often(source: Path, tmp_path: Path) -> None:
    pipeline.convert(source, [f"{tmp_path}/a/"])
    pipeline.convert(source, [f"{tmp_path}/a/"])
    (tmp_path / "elsewhere").mkdir()
    copy = shutil.copy(source, tmp_path / "elsewhere")
    pipeline.convert(copy, [f"{tmp_path}/elsewhere/b/"])
    assert contents(tmp_path / "a") == contents(tmp_path / "elsewhere/b")
    assert not [name for name, data in contents(tmp_path / "a").items() if str(tmp_path).encode() in data]


def test_a_chapter_that_is_gone_takes_its_page_with_it_and_nothing_else(source: Path) -> None:
    pipeline.convert(source, [f"{source.parent}/site/"])
    (source.parent / "site/CNAME").write_text("example.org", "utf-8")
    source.write_text("# 一\n\n甲。\n", "utf-8")
    pipeline.convert(source, [f"{source.parent}/site/"])
    names = contents(source.parent / "site").keys()
    assert "chapter-2.html" not in names and "CNAME" in names


def test_a_folder_of_somebody_else_is_left_alone(source: Path) -> None:
    with pytest.raises(UsageError, match="docconv did not make it"):
        pipeline.convert(source, [source.parent])
    assert [each.name for each in source.parent.iterdir()] == ["book.md"]


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("chromium"), reason="needs Chromium")
def test_a_page_of_the_folder_is_styled_and_does_not_scroll_sideways(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    for name, data in site(BOOK).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)
    assert rendered(tmp_path, "site/chapter-1.html", 320) == "width 320, flex"


@pytest.mark.slow
def test_faces_are_embedded_on_demand_in_both_forms() -> None:
    """The characters that the page uses, in a WOFF; the policy lets it in, and nothing from elsewhere."""
    asked = EditionOptions(fonts=True)
    files = write_site(NEWSPAPER, find_style(), Pictures(), lambda problem: None, asked)
    faces = {name: data for name, data in files.items() if name.endswith(".woff")}
    assert set(faces) == {"fonts/normal.woff", "fonts/bold.woff"}
    assert b'src: url("fonts/normal.woff")' in files["style.css"]
    with TTFont(io.BytesIO(faces["fonts/normal.woff"])) as font:
        assert set("".join(m.paragraphs(NEWSPAPER)).replace("\n", "")) <= {chr(each) for each in font.getBestCmap()}
    whole = write_html(NEWSPAPER, find_style(), Pictures(), lambda problem: None, asked).decode()
    assert b64encode(faces["fonts/normal.woff"]).decode() in whole
    assert "font-src data:" in whole
    assert "font-src 'self' file:" in files["index.html"].decode()
