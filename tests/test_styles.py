"""The house's styles on paper, measured from finished PDFs."""

from __future__ import annotations

import io
import re
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pdfplumber
import pikepdf
import pytest
from PIL import Image as PillowImage

from docconv import model as m
from docconv.paper import MM, Frame, for_pages, paper_size
from docconv.pictures import Pictures
from docconv.pipeline import prepare
from docconv.problems import Problem, UsageError
from docconv.readers.source import Source
from docconv.styles import find_style
from docconv.writers.pdf import printed_figures, write_pdf

pytestmark = pytest.mark.slow

PROSE = (
    "天地玄黄，宇宙洪荒；日月盈昃，辰宿列张。寒来暑往，秋收冬藏，闰馀成岁，律吕调阳。"
    "“云腾致雨”，露结为霜——金生丽水，玉出昆冈。"
)
CHAPTERS = ("第一回 天地", "第二回 日月", "第三回 寒暑")


def book() -> m.Document:
    def chapter(number: int, title: str) -> m.Section:
        paragraphs = tuple(m.Paragraph((m.Text(PROSE * (1 + each % 3)),)) for each in range(18))
        verse = m.Quote((m.Paragraph((m.Text("云腾致雨，"), m.LineBreak(), m.Text("露结为霜。"))),))
        return m.Section(
            (m.Text(title),),
            (*paragraphs[:5], verse, *paragraphs[5:], m.Paragraph((m.Text(PROSE * 40),))),
            f"c{number}",
        )

    meta = m.Meta(lang="zh-Hans", title="千字文", authors=("周兴嗣",))
    return m.Document(meta, tuple(chapter(number, title) for number, title in enumerate(CHAPTERS)))


@cache
def pages(style: str) -> list[list[tuple[float, float, float, str]]]:
    """What stands on the lines of each page: (left edge, baseline, size, text), from the top."""
    problems: list[object] = []
    data = write_pdf(book(), find_style(style), Pictures(), problems.append)
    assert problems == []
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        return [_lines(page.chars) for page in pdf.pages]


def _lines(chars: list[dict[str, Any]]) -> list[tuple[float, float, float, str]]:
    rows: dict[tuple[float, float], list[dict[str, Any]]] = {}
    for char in chars:
        baseline = -float(char["matrix"][5])
        rows.setdefault((round(baseline, 1), round(float(char["size"]), 1)), []).append(char)
    return [(float(row[0]["x0"]), bottom, size, "".join(str(each["text"]) for each in row))
            for (bottom, size), row in sorted(rows.items())]  # fmt: skip


def test_a_book_opens_with_its_title_and_contents() -> None:
    title, contents, first, *_ = pages("book")
    assert [text for *_, text in title] == ["千字文", "周兴嗣"]
    assert contents[0][3] == "目录"
    entries = [re.fullmatch(r"(.+?)[ ·]+(\d+)", text) for *_, text in contents[1:]]
    assert [entry[1] for entry in entries if entry] == list(CHAPTERS)
    for entry in filter(None, entries):
        assert pages("book")[int(entry[2]) - 1][0][3] == entry[1]
    assert first[0][3] == CHAPTERS[0]


def test_heads_of_pages_are_left_out_where_a_chapter_opens() -> None:
    openings = 0
    for number, lines in enumerate(pages("book")[2:], 3):
        head, foot = lines[0][3], lines[-1][3]
        assert foot == str(number)
        if head in CHAPTERS and lines[0][2] > 10:
            openings += 1
        else:
            assert head in CHAPTERS if number % 2 else head == "千字文"
    assert openings == 3


def test_page_numbers_stand_outside() -> None:
    for number, lines in enumerate(pages("book")[2:], 3):
        assert (lines[-1][0] > 300) is (number % 2 == 1)


def test_a_page_of_a_book_has_28_lines_of_26_letters_on_one_grid() -> None:
    full = Counter[int]()
    for lines in pages("book")[2:]:
        text = [(left, bottom) for left, bottom, size, _ in lines if size == 10.5]
        full[len(text)] += 1
        away = [(baseline - text[0][1]) % 17 for _, baseline in text]
        assert max(min(each, 17 - each) for each in away) < 0.11  # of rounding
    assert max(full) == 28


def test_a_book_is_of_its_size() -> None:
    data = write_pdf(book(), find_style("book"), Pictures(), lambda problem: None)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            width, height = (float(side) / 72 * 25.4 for side in page.trimbox[2:])
            assert (width, height) == (pytest.approx(140, abs=0.01), pytest.approx(203, abs=0.01))


def test_each_chapter_of_a_volume_begins_a_page_of_a_book() -> None:
    rain = m.Paragraph((m.Text("雨下了一夜，到清晨才停。"),))
    chapters = tuple(m.Section((m.Text(f"第{number}章 雨"),), (rain,), f"c{number}") for number in "一二三")
    volume = m.Section((m.Text("第一卷 旧雨"),), chapters, "v")
    document = m.Document(m.Meta("书", "zh-Hans"), (volume,))
    data = write_pdf(document, find_style("book"), Pictures(), lambda problem: None)
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        shown = ["".join(line[3] for line in _lines(page.chars)) for page in pdf.pages]
    heads = ["第一卷 旧雨", "第一章 雨", "第二章 雨", "第三章 雨"]
    assert all(head in shown[1] for head in heads)
    assert [page[: len(head)] for head, page in zip(heads, shown[2:], strict=True)] == heads


def test_a_reading_copy_has_no_contents() -> None:
    assert all("目录" not in text for lines in pages("plain") for *_, text in lines)


# ── A magazine ──


def article(number: int, paragraphs: int = 30) -> m.Article:
    text = tuple(m.Paragraph((m.Text(PROSE * (1 + each % 3)),)) for each in range(paragraphs))
    figure = m.Figure(m.Missing(), (m.Text("天地之间。"),), id=f"f{number}")
    body = (*text[:9], m.Section((m.Text("日月"),), (*text[9:12], figure, *text[12:]), f"s{number}"))
    return m.Article(headline=(m.Text("天地玄黄"),), deck=(m.Text("——宇宙洪荒"),), body=body, id=f"a{number}")


@cache
def magazine() -> list[list[dict[str, Any]]]:
    """The characters of the text of each page."""
    problems: list[object] = []
    data = write_pdf(
        m.Document(m.Meta(lang="zh-Hans"), (article(1),)), find_style("magazine"), Pictures(), problems.append
    )
    assert problems == []
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        return [[char for char in page.chars if round(char["size"], 1) == 9.5] for page in pdf.pages]


def test_a_magazine_has_two_columns_of_23_letters() -> None:
    for chars in magazine():
        left = min(char["x0"] for char in chars)
        for char in chars:
            column = (char["x0"] - left + 4.8) // (218.5 + 21)
            assert column in (0, 1)
            right = left + column * 239.5 + 218.5
            assert char["x0"] < right + 0.1, char["text"]


def test_lines_of_both_columns_stand_on_one_grid() -> None:
    for chars in magazine():
        baselines = {round(-float(char["matrix"][5]), 1) for char in chars}
        away = [(each - min(baselines)) % 15.5 for each in baselines]
        assert len(baselines) > 15
        assert max(min(each, 15.5 - each) for each in away) < 0.11


def test_the_last_page_of_a_magazine_is_balanced() -> None:
    chars = magazine()[-1]
    middle = min(char["x0"] for char in chars) + 218.5
    feet = [
        max(-float(char["matrix"][5]) for char in chars if (char["x0"] > middle) is right) for right in (False, True)
    ]
    assert abs(feet[0] - feet[1]) <= 2 * 15.5 + 0.1


def pages_of(*articles: m.Article) -> list[Any]:
    """The pages of a magazine: letters of the text, captions by their first letter, height."""
    document = m.Document(m.Meta(lang="zh-Hans"), articles)
    data = write_pdf(document, find_style("magazine"), Pictures(), lambda problem: None)
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        return [
            (
                [char for char in page.chars if round(char["size"], 1) == 9.5],
                [char for char in page.chars if char["text"] == "馬" and char["size"] < 9],
                float(page.height),
            )
            for page in pdf.pages
        ]


@pytest.mark.parametrize("paragraphs", range(8, 48, 4))
def test_pictures_that_close_an_article_never_stand_alone_on_a_page(paragraphs: int) -> None:
    """A row that does not fit below the text stands above it, and all of the text follows in its order."""
    text = tuple(m.Paragraph((m.Text(PROSE),)) for _ in range(paragraphs))
    row = tuple(m.Figure(m.Missing(), (m.Text("馬。"),), id=f"f{number}") for number in range(4))
    pages = pages_of(m.Article(headline=(m.Text("天地玄黄"),), body=(*text, *row), id="a1"))
    assert sum(len(captions) for _, captions, _ in pages) == 4
    assert all(len({round(char["top"]) for char in chars}) >= 2 for chars, captions, _ in pages if captions)
    assert "".join(char["text"] for chars, _, _ in pages for char in chars) == PROSE * paragraphs


def test_an_article_begins_below_another_if_much_of_the_page_is_left() -> None:
    short = m.Article(headline=(m.Text("日月"),), body=(m.Paragraph((m.Text(PROSE * 4),)),), id="a2")
    (first, _, height), *_ = pages_of(short, article(1))
    assert max(char["bottom"] for char in first) > height - 65 - 2 * 15.5


@pytest.mark.parametrize("name", ["plain", "book", "magazine", "newspaper"])
def test_a_manuscript_shows_its_title(name: str) -> None:
    section = m.Section((m.Text("日月"),), (m.Paragraph((m.Text(PROSE),)),), "s1")
    meta = m.Meta(title="天地玄黄", authors=("周兴嗣",), lang="zh-Hans")
    problems: list[Problem] = []
    data = write_pdf(m.Document(meta, (section,)), find_style(name), Pictures(), problems.append)
    assert problems == []
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        text = "".join(char["text"] for char in pdf.pages[0].chars if char["size"] > 8)
    assert "天地玄黄" in text and "周兴嗣" in text


@pytest.mark.parametrize("name", ["plain", "book", "magazine", "newspaper"])
def test_a_table_has_as_many_columns_as_its_longest_row(name: str) -> None:
    """The first row is often a title; a cell may reach down into the rows below."""

    def row(*cells: m.Cell) -> m.Row:
        return m.Row(cells)

    def cell(text: str, **spans: int) -> m.Cell:
        return m.Cell((m.Paragraph((m.Text(text),)),), **spans)

    rows = row(cell("天", rowspan=2)), row(cell("地"), cell("玄"), cell("黄")), row(cell("宇", colspan=4), cell("宙"))
    table = m.Table(rows=rows)
    story = m.Article(headline=(m.Text("表"),), body=(m.Paragraph((m.Text("洪荒。"),)), table), id="a1")
    problems: list[Problem] = []
    data = write_pdf(m.Document(m.Meta(lang="zh-Hans"), (story,)), find_style(name), Pictures(), problems.append)
    assert problems == []
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        place = {char["text"]: round(char["x0"]) for char in pdf.pages[0].chars}
    assert place["天"] < place["地"] < place["玄"] < place["黄"] < place["宙"]


def test_pictures_of_no_story_stand_beside_each_other() -> None:
    stories = newspaper().body
    loose = tuple(m.Figure(m.Missing(), (m.Text("天地之间。"),), id=f"p{each}") for each in range(3))
    document = replace(newspaper(), body=(*stories[:2], *loose, *stories[2:]))
    problems: list[Problem] = []
    printed = printed_figures(document, find_style("newspaper"), Pictures())
    write_pdf(document, find_style("newspaper"), Pictures(), problems.append)
    assert problems == [] and all(abs(each.width * MM - frame_of(()).column) < 1 for each in printed[2:5])


def test_a_wide_table_keeps_to_its_column() -> None:
    def cell(number: int) -> m.Cell:
        return m.Cell((m.Paragraph((m.Text(f"{number:X}格"),)),))

    table = m.Table(rows=tuple(m.Row(tuple(cell(number) for number in range(16))) for _ in range(4)))
    text = tuple(m.Paragraph((m.Text(PROSE),)) for _ in range(12))
    page = m.Document(m.Meta(lang="zh-Hans"), (m.Article(headline=(m.Text("表"),), body=(table, *text), id="a1"),))
    data = write_pdf(page, find_style("magazine"), Pictures(), lambda problem: None)
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        chars = [char for char in pdf.pages[0].chars if char["text"] in "0123456789ABCDEF格" and char["size"] < 9]
        left = min(char["x0"] for char in pdf.pages[0].chars if round(char["size"], 1) == 9.5)
    assert len(chars) > 100
    assert max(char["x1"] for char in chars if char["text"] == "格") <= left + 218.5 + 0.1


# ── A newspaper ──

STORIES = (
    ("彰显责任担当筑牢校园防线", 22),
    ("网上办理医疗救助", 6),
    ("科技城入选示范基地", 5),
    ("坚守一线勇担当", 16),
)


def newspaper() -> m.Document:
    """A page of four stories with sections, the first with two pictures, the last with one in its text."""

    def story(number: int, headline: str, paragraphs: int) -> m.Article:
        text = tuple(m.Paragraph((m.Text(PROSE * (1 + each % 3)),)) for each in range(paragraphs))
        pictures = tuple(m.Figure(m.Missing(), (m.Text("天地之间。"),), id=f"f{number}{each}") for each in "ab")
        half = paragraphs // 2
        last = (text[half], pictures[0], *text[half + 1 :]) if number == 3 else text[half:]
        body = (*(pictures if number == 0 else ()), *text[:half], m.Section((m.Text("日月"),), last, f"s{number}"))
        return m.Article(headline=(m.Text(headline),), deck=(m.Text("——宇宙洪荒"),), body=body, id=f"a{number}")

    stories = (story(number, headline, length) for number, (headline, length) in enumerate(STORIES))
    return m.Document(m.Meta(lang="zh-Hans", kind="page"), tuple(stories))


@cache
def paper(*settings: str) -> list[Any]:
    """The pages of the newspaper: what pdfplumber finds on each."""
    problems: list[object] = []
    data = write_pdf(newspaper(), find_style("newspaper", settings), Pictures(), problems.append)
    assert problems == []
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        return [{"chars": page.chars, "rects": page.rects, "lines": page.lines, "width": float(page.width),
                 "height": float(page.height)} for page in pdf.pages]  # fmt: skip


PAPERS = [(), ("paper=tabloid",), ("paper=berliner", "columns=5"), ("paper=A4", "columns=3"), ("size=10pt",)]
papers = pytest.mark.parametrize("settings", PAPERS, ids=lambda settings: " ".join(settings) or "broadsheet")


def frame_of(settings: tuple[str, ...]) -> Frame:
    frame = find_style("newspaper", settings).frame
    assert frame is not None
    return frame


def columns_of(page: Any, frame: Frame) -> dict[int, list[Any]]:
    """The letters of the text, by the column of the page."""
    left = frame.outer
    columns: dict[int, list[Any]] = {}
    for char in page["chars"]:
        if round(char["size"], 2) == frame.size and "Serif" in char["fontname"]:
            columns.setdefault(int((char["x0"] - left + frame.size) // (frame.column + frame.gap)), []).append(char)
    return columns


@papers
def test_every_column_is_a_whole_number_of_letters_and_full(settings: tuple[str, ...]) -> None:
    frame = frame_of(settings)
    assert frame.column / frame.size == pytest.approx(round(frame.column / frame.size))
    ends = []
    for page in paper(*settings):
        columns = columns_of(page, frame)
        assert set(columns) <= set(range(frame.columns))
        for number, chars in columns.items():
            right = frame.outer + number * (frame.column + frame.gap) + frame.column
            rows: dict[float, float] = {}
            for char in chars:
                baseline = round(float(char["matrix"][5]), 1)
                rows[baseline] = max(rows.get(baseline, 0.0), char["x1"])
            ends += [right - end for end in rows.values()]
    assert min(ends) > -frame.size / 2 - 0.1  # a mark that ends a line is cast on its whole em
    flush = sum(abs(end) < 0.1 or abs(end + frame.size / 2) < 0.1 for end in ends)
    assert flush > 0.7 * len(ends)  # the others end a paragraph


@papers
def test_lines_of_all_stories_stand_on_one_grid(settings: tuple[str, ...]) -> None:
    frame = frame_of(settings)
    for page in paper(*settings):
        baselines = {float(char["matrix"][5]) for chars in columns_of(page, frame).values() for char in chars}
        away = [(max(baselines) - each) % frame.leading for each in baselines]
        assert max(min(each, frame.leading - each) for each in away) < 0.11


@papers
def test_nothing_of_a_newspaper_stands_outside_its_margins(settings: tuple[str, ...]) -> None:
    frame = frame_of(settings)
    for page in paper(*settings):
        body = [each for each in (*page["chars"], *page["rects"]) if each["top"] > frame.top]
        assert min(each["x0"] for each in body) >= frame.outer - frame.size / 2 - 0.1
        assert max(each["x1"] for each in body) <= page["width"] - frame.outer + frame.size / 2 + 0.1
        assert max(each["bottom"] for each in body) <= page["height"] - frame.bottom + frame.leading / 2


@papers
def test_no_head_is_stranded(settings: tuple[str, ...]) -> None:
    frame = frame_of(settings)
    heads = 0
    for page in paper(*settings):
        columns = columns_of(page, frame)
        for char in page["chars"]:
            if char["text"] == "日" and "Bold" in char["fontname"] and char["size"] < 16:
                heads += 1
                column = columns[int((char["x0"] - frame.outer + 1) // (frame.column + frame.gap))]
                below = {round(each["top"]) for each in column if 0 < each["top"] - char["top"] < 6 * frame.leading}
                assert len(below) >= 2
    assert heads == 4


@papers
def test_captions_stand_below_their_pictures(settings: tuple[str, ...]) -> None:
    frame = frame_of(settings)
    captions = 0
    for page in paper(*settings):
        boxes = [rect for rect in page["rects"] if rect["height"] > 20 and rect["width"] > 20]
        for char in page["chars"]:
            if char["text"] == "天" and "Sans" in char["fontname"] and char["size"] < frame.size:
                captions += 1
                assert any(0 < char["top"] - box["bottom"] < frame.leading and abs(box["x0"] - char["x0"]) < 2
                           for box in boxes)  # fmt: skip
    assert captions == 3


def test_stories_stand_side_by_side_under_heads_of_their_width() -> None:
    frame = frame_of(())
    [page] = paper()
    lead, second, third, fourth = (
        max((char for char in page["chars"] if char["text"] == text[0]), key=lambda char: float(char["size"]))
        for text, _ in STORIES
    )
    assert lead["size"] >= fourth["size"] >= third["size"] > second["size"]
    assert lead["top"] < second["top"] < fourth["top"]
    assert abs(second["top"] - third["top"]) < 3 * frame.leading  # two short ones side by side
    assert third["x0"] - second["x0"] > frame.column


def test_a_front_page_is_filled_though_the_next_stories_would_not_fit_below_large_pictures() -> None:
    """Text stands beside the pictures that open the first story, then; of two plans the one that leaves less blank."""
    page = prepare(Source.open(next(Path(__file__).parents[1].glob("seeds/*.txt")))).document
    named = replace(page, meta=replace(page.meta, publication="株洲日报"))
    style = find_style("newspaper", ("paper=tabloid",))
    assert style.frame is not None
    with pdfplumber.open(io.BytesIO(write_pdf(named, style, Pictures(), lambda problem: None))) as pdf:
        foot = max(char["bottom"] for char in pdf.pages[0].chars)
        assert float(pdf.pages[0].height) - style.frame.bottom - foot < 4 * style.frame.leading


def test_a_style_that_is_made_up_says_how_large_heads_are(tmp_path: Path) -> None:
    sheet = find_style("newspaper").sheet("print").read_text("utf-8")
    (tmp_path / "print.css").write_text(sheet.replace("--heads:", "--other:"), "utf-8")
    with pytest.raises(UsageError, match="not how large heads are"):
        write_pdf(newspaper(), find_style(f"{tmp_path}/"), Pictures(), print)
    in_mm = sheet.replace("--size: 9pt", "--size: 3.175mm")
    (tmp_path / "print.css").write_text(in_mm, "utf-8")
    assert find_style(f"{tmp_path}/").heads == pytest.approx(find_style("newspaper").heads)


def test_every_page_of_the_print_opens_at_the_top_left() -> None:
    text = (m.Paragraph((m.Text(PROSE * 2),)),) * 2
    short = (m.Article(headline=(m.Text("日月盈昃"),), body=text, id=f"b{number}") for number in range(2))
    body = (m.PageBreak("A4"), newspaper().body[0], m.PageBreak("A5"), *short)
    style, named = find_style("newspaper"), m.Document(m.Meta(lang="zh-Hans"), body)
    assert style.frame is not None
    with pdfplumber.open(io.BytesIO(write_pdf(named, style, Pictures(), print))) as pdf:
        assert len(pdf.pages) == 2
        for page in pdf.pages:
            body_letters = [char for char in page.chars if char["top"] > style.frame.top]
            assert min(char["x0"] for char in body_letters) == pytest.approx(style.frame.outer, abs=style.frame.size)
            assert min(char["top"] for char in body_letters) < style.frame.top + 4 * style.frame.leading
            assert max(char["x1"] for char in body_letters) < float(page.width) - style.frame.outer + 5


@pytest.mark.parametrize("settings", [(), ("paper=tabloid",), ("paper=berliner",)], ids=" ".join)
def test_no_text_stands_on_a_picture(settings: tuple[str, ...]) -> None:
    page = prepare(Source.open(next(Path(__file__).parents[1].glob("seeds/*.txt")))).document
    named = replace(page, meta=replace(page.meta, publication="株洲日报"))
    boxes = 0
    with pdfplumber.open(io.BytesIO(write_pdf(named, find_style("newspaper", settings), Pictures(), print))) as pdf:
        for each in pdf.pages:
            pictures = [rect for rect in each.rects if min(rect["non_stroking_color"] or (0,)) > 0.9]
            boxes += len(pictures)
            letters = [char for char in each.chars if round(char["size"]) == 9]
            assert not [
                (char["text"], box["top"])
                for char in letters
                for box in pictures
                if box["x0"] < (char["x0"] + char["x1"]) / 2 < box["x1"]
                and box["top"] < (char["top"] + char["bottom"]) / 2 < box["bottom"]
            ]
    assert boxes >= 8


@pytest.mark.parametrize("pictures", [1, 2, 5])
def test_a_story_of_pictures_alone_has_them_over_all_its_columns(pictures: int) -> None:
    """A 图片新闻: a headline, a picture, its caption."""
    figures = tuple(m.Figure(m.Missing(), (m.Text("天地之间。"),), id=f"p{each}") for each in range(pictures))
    alone = m.Article(headline=(m.Text("为新世纪欢呼"),), body=figures, id="alone")
    document = newspaper()
    document = replace(document, body=(*document.body[:2], alone, *document.body[2:]))
    problems: list[Problem] = []
    style = find_style("newspaper", ["paper=tabloid"])
    frame, tabloid = frame_of(("paper=tabloid",)), Pictures()
    write_pdf(document, style, tabloid, problems.append)
    assert problems == []
    width = printed_figures(document, style, tabloid)[2].width * MM
    possible = [(frame.across(columns) - (abreast - 1) * frame.gap) / abreast
                for columns in range(1, 5) for abreast in range(1, pictures + 1)]  # fmt: skip
    assert any(abs(width - each) < 1 for each in possible), (width, possible)


def a_page(chosen: Random) -> m.Document:
    """Stories of any length, with pictures, sections and quotations anywhere in them."""
    stories = []
    for number in range(chosen.randint(1, 6)):
        body: list[Any] = [m.Paragraph((m.Text(PROSE * chosen.randint(1, 3)),)) for _ in range(chosen.randint(1, 16))]
        for row in range(chosen.randint(0, 3)):
            caption, place = m.Text("天地之间，日月盈昃。" * chosen.randint(1, 3)), chosen.randint(0, len(body))
            body[place:place] = [m.Figure(m.Missing(), (caption,), id=f"f{number}{row}{each}")
                                 for each in range(chosen.choice([1, 1, 1, 2, 3, 4]))]  # fmt: skip
        if chosen.random() < 0.3:
            body.insert(chosen.randint(0, len(body)), m.Quote((m.Paragraph((m.Text(PROSE),)),)))
        if chosen.random() < 0.5:
            place = chosen.randint(0, len(body))
            body[place:] = [m.Section((m.Text("日月盈昃"),), tuple(body[place:]), f"s{number}")]
        headline = m.Text("天地玄黄宇宙洪荒日月盈昃"[: chosen.randint(4, 12)])
        deck = (m.Text("——辰宿列张"),) if chosen.random() < 0.4 else ()
        stories.append(m.Article(headline=(headline,), deck=deck, body=tuple(body), id=f"a{number}"))
    name = "天地日报" if chosen.random() < 0.3 else ""
    return m.Document(m.Meta(lang="zh-Hans", kind="page", publication=name), tuple(stories))


MADE_UP = [
    ("newspaper", ()),
    ("newspaper", ("paper=tabloid",)),
    ("newspaper", ("paper=A4", "columns=3")),
    ("newspaper", ("paper=berliner", "columns=5")),
    ("newspaper", ("paper=390x540mm", "columns=6")),
    ("magazine", ("paper=A4", "columns=2")),
]


@pytest.mark.parametrize("seed", [*range(10), 22, 84, 95, 141, 150, 310, 317])
def test_all_of_a_page_is_printed_whatever_its_stories_are(seed: int) -> None:
    """Within the margins of some page: captions of pictures at the foot of a column, stories higher than a page …"""
    chosen = Random(seed)
    document, (name, settings) = a_page(chosen), chosen.choice(MADE_UP)
    problems: list[Problem] = []
    data = write_pdf(document, find_style(name, settings), Pictures(), problems.append)
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        within = (
            char["text"]
            for page in pdf.pages
            for char in page.chars
            if char["bottom"] < float(page.height) - 20 and char["x1"] < float(page.width) - 10
        )
        seen = Counter("".join(within))
    wanted = Counter("".join("".join(m.paragraphs(document)).split()))
    assert not wanted - seen and problems == []


def test_columns_of_a_story_end_within_some_lines_of_each_other() -> None:
    frame = frame_of(())
    [page] = paper()
    columns = columns_of(page, frame)
    feet = [max(char["bottom"] for char in chars) for _, chars in sorted(columns.items())]
    assert max(feet[:-1]) - min(feet[:-1]) <= frame.leading + 0.2
    assert max(feet) - min(feet) <= 3 * frame.leading


def test_a_story_of_plain_text_has_even_columns() -> None:
    text = tuple(m.Paragraph((m.Text(PROSE * (1 + each % 3)),)) for each in range(31))
    story = m.Document(m.Meta(lang="zh-Hans"), (m.Article(headline=(m.Text("宇宙洪荒"),), body=text, id="a1"),))
    style = find_style("newspaper")
    frame = style.frame
    assert frame is not None
    with pdfplumber.open(io.BytesIO(write_pdf(story, style, Pictures(), lambda problem: None))) as pdf:
        page = {"chars": pdf.pages[0].chars}
    feet = [max(char["bottom"] for char in chars) for chars in columns_of(page, frame).values()]
    assert len(feet) == 6
    assert max(feet) - min(feet) <= 2 * frame.leading + 0.2  # of which one is that no line of a paragraph stands alone


def test_a_paper_is_headed_by_its_name_and_its_pages_by_their_folios() -> None:
    meta = m.Meta(lang="zh-Hans", publication="株洲日报", date="2022-11-17", kind="page",
                  colophon=m.Colophon(number="10086"))  # fmt: skip
    text = tuple(m.Paragraph((m.Text(PROSE * (1 + each % 3)),)) for each in range(12))
    stories = [m.Article(headline=(m.Text(f"标题{number}"),), body=text, id=f"a{number}") for number in "一二"]
    body = (m.PageBreak("第A4版：要闻"), stories[0], m.PageBreak("第A5版"), stories[1])
    data = write_pdf(m.Document(meta, body), find_style("newspaper"), Pictures(), lambda problem: None)
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        first, second = (re.sub(r"\s", "", page.extract_text()) for page in pdf.pages)
    assert first.startswith("第A4版：要闻株洲日报2022年11月17日星期四第10086期标题一")
    assert second.startswith("株洲日报2022年11月17日星期四第A5版标题二")


# ── Papers ──


@pytest.mark.parametrize(
    ("name", "size"),
    [("A4", (210, 297)), ("b5-jis", (182, 257)), ("16开", (185, 260)), ("大16開", (210, 285)), ("大32开", (140, 203)),
     ("四六判", (127, 188)), ("신국판", (152, 225)), ("tabloid", (270, 390)), ("对开", (390, 540)),
     ("390x540mm", (390, 540)), ("18.5 × 26 cm", (185, 260)), ("8.5x11in", (215.9, 279.4))],
)  # fmt: skip
def test_sizes_of_paper(name: str, size: tuple[float, float]) -> None:
    assert paper_size(name) == pytest.approx(size)


@pytest.mark.parametrize(
    ("setting", "message"),
    [("paper=大16k", "there is no paper '大16k' — 大16开?"), ("paper=4x5mm", "sides from 50 to 2000 mm"),
     ("columns=many", "'many' is no number of columns — 1 to 12"), ("columns=12", "12 columns of .* too narrow")],
)  # fmt: skip
def test_what_is_no_page(setting: str, message: str) -> None:
    with pytest.raises(UsageError, match=re.escape(message) if ".*" not in message else message):
        find_style("magazine", [setting])


@pytest.mark.parametrize("name", ["plain", "book", "magazine", "newspaper"])
@pytest.mark.parametrize("paper", ["A4", "A5", "B5-JIS", "16开", "四六判", "신국판", "tabloid"])
def test_a_page_has_whole_letters_and_lines_on_any_paper(name: str, paper: str) -> None:
    frame = find_style(name, [f"paper={paper}"]).frame
    assert frame is not None
    assert frame.column / frame.size == pytest.approx(round(frame.column / frame.size))
    assert frame.inner + frame.measure + frame.outer == pytest.approx(frame.width)
    assert frame.top + frame.ruled + frame.lines * frame.leading + frame.bottom == pytest.approx(frame.height)
    assert min(frame.inner, frame.outer, frame.bottom) > 8 * 72 / 25.4


def test_the_inner_margin_grows_with_the_book() -> None:
    frame = find_style("book").frame
    assert frame is not None
    thin, thick = for_pages(frame, 200), for_pages(frame, 600)
    assert thin == frame
    assert thick.inner - thin.inner == pytest.approx(4 * 72 / 25.4)
    assert thick.inner + thick.outer == pytest.approx(thin.inner + thin.outer)


def test_a_page_that_the_sheet_sets_itself_takes_no_paper(tmp_path: Path) -> None:
    (tmp_path / "print.css").write_text("@page { size: A5 }", "utf-8")
    with pytest.raises(UsageError, match="sets its page itself"):
        find_style(str(tmp_path), ["paper=A4"])


# ── Pictures and words shown large ──


def feature(path: str, crop: m.Crop = "") -> m.Document:
    text = tuple(m.Paragraph((m.Text(PROSE * 2),)) for _ in range(12))
    quote = m.Aside((m.Paragraph((m.Text("露结为霜"),)),), "pullquote")
    opening = m.Figure(m.Image(path, crop=crop), (m.Text("天地之间。"),), id="f1")
    story = m.Article(headline=(m.Text("天地玄黄"),), body=(opening, *text[:6], quote, *text[6:]), id="a1")
    return m.Document(m.Meta(lang="zh-Hans"), (story,))


def picture(folder: Path, width: int, height: int, **options: Any) -> str:
    """A picture whose left half is red and whose right half is blue."""
    image = PillowImage.new("RGB", (width, height), "red")
    image.paste("blue", (width // 2, 0, width, height))
    image.save(folder / "p.png", **options)
    return "p.png"


def test_a_picture_opens_an_article_as_wide_as_the_page(tmp_path: Path) -> None:
    style, frame = find_style("magazine"), find_style("magazine").frame
    assert frame is not None
    document = feature(picture(tmp_path, 2400, 1200))
    [printed] = printed_figures(document, style, Pictures(folder=tmp_path))
    assert (printed.width, printed.height) == pytest.approx((frame.measure / MM, frame.measure / MM / 2), abs=0.2)


@pytest.mark.parametrize(("crop", "colours"), [("left", {(255, 0, 0)}), ("right", {(0, 0, 255)})])
def test_a_picture_is_cropped_to_its_box_at_the_side_that_is_asked_for(
    tmp_path: Path, crop: m.Crop, colours: set[tuple[int, ...]]
) -> None:
    document = feature(picture(tmp_path, 4000, 1000), crop)
    data = write_pdf(document, find_style("magazine"), Pictures(folder=tmp_path), lambda problem: None)
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        shown = pdf.pages[0].to_image(resolution=30).original.convert("RGB")
    seen = {colour for _, colour in shown.getcolors(1 << 16) if colour in {(255, 0, 0), (0, 0, 255)}}
    assert seen >= colours
    main = max((count, colour) for count, colour in shown.getcolors(1 << 16) if colour in seen)[1]
    assert {main} == colours


@pytest.mark.parametrize("name", ["plain", "book", "magazine", "newspaper"])
@pytest.mark.parametrize("paper", ["A4", "A6"])
def test_a_picture_is_never_higher_than_the_page(name: str, paper: str, tmp_path: Path) -> None:
    """An infographic made for telephones, in a story with text before and after it."""
    path = picture(tmp_path, 400, 6000)
    text = tuple(m.Paragraph((m.Text(PROSE),)) for _ in range(6))
    figure = m.Figure(m.Image(path), (m.Text("天地之间。"),), id="f1")
    story = m.Article(headline=(m.Text("天地玄黄"),), body=(*text[:3], figure, *text[3:]), id="a1")
    document, problems = (
        m.Document(m.Meta(lang="zh-Hans"), (story, replace(story, body=text[:1], id="a2"))),
        list[Problem](),
    )
    style = find_style(name, [f"paper={paper}", "columns=1"])
    data = write_pdf(document, style, Pictures(tmp_path), problems.append)
    assert not [each for each in problems if each.code != "picture-small"]
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        (drawn,) = [image for page in pdf.pages for image in page.images]
        assert drawn["height"] < 0.75 * float(pdf.pages[0].height)


def test_a_picture_is_turned_as_its_exif_says(tmp_path: Path) -> None:
    exif = PillowImage.Exif()
    exif[0x0112] = 6
    document = feature(picture(tmp_path, 2400, 1200, exif=exif))
    [printed] = printed_figures(document, find_style("magazine"), Pictures(folder=tmp_path))
    assert printed.height == pytest.approx(2 * printed.width, rel=0.01)


def test_a_picture_that_is_too_small_for_its_size_is_a_problem(tmp_path: Path) -> None:
    problems: list[Problem] = []
    document = feature(picture(tmp_path, 600, 300))
    write_pdf(document, find_style("magazine"), Pictures(folder=tmp_path), problems.append)
    [problem] = problems
    assert (problem.code, problem.severity) == ("picture-small", "warning")
    assert "p.png: 600 × 300 pixels for 162 × 81 mm, 94 to the inch" in str(problem)


def test_words_shown_large_stand_in_the_column_and_once() -> None:
    data = write_pdf(feature("none.png"), find_style("magazine"), Pictures(), lambda problem: None)
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        large = [char for page in pdf.pages for char in page.chars if round(char["size"]) == 17]
    assert "".join(char["text"] for char in large) == "露结为霜"


# ── A style of one's own ──

THEME = """\
html { font-size: 10.5pt; line-height: 18pt; --figure-width: 90mm; --box: 90mm;
       --gallery-2-width: 45mm; --gallery-3-width: 30mm; --gallery-4-width: 45mm }
p { colour: red }
p { text-align: middle }
p::selected { color: red }
h1 { background: url(paper.png) }
h1 { background: url("https://example.com/paper.png") }
@container (width > 1em) { p { color: red } }
@font-face { font-family: "Mine"; src: url(mine.ttf) }
@page { @top-middle { content: "x" } }
blockquote { font-family: "No Such Face" }
p { font-family: "No Such Face", "Noto Serif CJK SC" }
p { transition: color 1s }
h2 { -webkit-hyphens: auto }
"""


def test_what_a_style_asks_in_vain_is_told_once_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "print.css").write_text(THEME, "utf-8")
    problems: list[Problem] = []
    write_pdf(book(), find_style(str(tmp_path)), Pictures(), problems.append)
    places = [(problem.code, problem.place.line) for problem in problems if problem.place]
    assert sorted(places, key=lambda each: (each[1], each[0])) == [
        ("css-ignored", 3), ("css-ignored", 4), ("css-ignored", 5), ("css-ignored", 6), ("picture-refused", 7),
        ("css-ignored", 8), ("css-ignored", 9), ("css-ignored", 10), ("css-ignored", 11),
        ("css-ignored", 13), ("css-ignored", 14),
    ]  # fmt: skip
    assert len(problems) == len(places)
    assert all(problem.place and problem.place.file == str(tmp_path / "print.css") for problem in problems)


def test_a_rule_that_weasyprint_stumbles_over_is_an_error_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "print.css").write_text("p { color: red }\n\nh2 { width: calc(1em + ) }\n", "utf-8")
    with pytest.raises(UsageError, match=r"print\.css:3: WeasyPrint cannot read this rule"):
        write_pdf(book(), find_style(str(tmp_path)), Pictures(), lambda problem: None)


@pytest.mark.parametrize(
    ("name", "settings", "narrow"),
    [
        ("newspaper", [], True),
        ("magazine", [], False),
        ("magazine", ["paper=A4", "columns=3"], True),
        ("book", [], False),
    ],
)
def test_paragraphs_stand_in_by_one_letter_in_narrow_columns(name: str, settings: list[str], narrow: bool) -> None:
    assert ("p { text-indent: 1em }" in find_style(name, settings).page_css()) == narrow


@pytest.mark.parametrize(("lang", "size", "letters"), [("zh-Hans", 10.5, 26), ("ja", 9, 30), ("ko", 10.5, 26)])
def test_a_book_in_japanese_is_set_smaller(lang: str, size: float, letters: int) -> None:
    frame = replace(find_style("book"), lang=lang).frame
    assert frame is not None
    assert (frame.size, round(frame.column / frame.size)) == (size, letters)
    asked = replace(find_style("book", ["size=五号"]), lang=lang).frame
    assert asked is not None
    assert asked.size == 10.5


# ── What editors write ──

LISTED: tuple[tuple[m.List, list[str]], ...] = tuple(
    (m.List(tuple(m.ListItem((m.Paragraph((m.Text("渡船靠岸。"),)),)) for _ in numbers), start, style, marks), numbers)
    for start, style, marks, numbers in (
        (1, "一", "（）", ["（一）", "（二）"]),
        (9, "①", "", ["⑨", "⑩"]),
        (2, "a", ")", ["b)", "c)"]),
        (1, "イ", "、", ["イ、", "ロ、"]),
        (1, "1", ".", ["1.", "2."]),
    )
)


@pytest.mark.parametrize("style", ["book", "plain", "magazine", "newspaper"])
def test_numbers_of_lists_look_as_written_and_stand_on_the_line_of_their_text(style: str) -> None:
    code = m.CodeBlock("make all " * 40)
    held = [block for each, _ in LISTED for block in (each, code)]
    document = m.Document(m.Meta(lang="zh-Hans", title="题"), (m.Section((m.Text("章"),), tuple(held)),))
    problems: list[object] = []
    data = write_pdf(document, find_style(style), Pictures(), problems.append)
    assert problems == []
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        found = Counter[str]()
        for page in pdf.pages:
            for text in page.chars:
                if text["text"] == "渡" and text["size"] > 8.6:
                    beside = [each for each in page.chars if abs(each["matrix"][5] - text["matrix"][5]) < 0.1
                              and text["x0"] - 50 < each["x0"] < text["x0"]]  # fmt: skip
                    beside.sort(key=lambda each: float(each["x0"]))
                    found["".join(str(each["text"]) for each in beside).strip()] += 1
    assert found == Counter(number for _, numbers in LISTED for number in numbers)


@pytest.mark.parametrize("style", ["book", "plain", "magazine"])
def test_a_signature_stands_to_the_right_and_a_dedication_in_the_middle(style: str) -> None:
    lines = (("正文" * 60, ""), ("北岭渡口管理处", "right"), ("献给摆渡的人", "center"))
    body = tuple(m.Paragraph((m.Text(text),), align=align) for text, align in lines)  # type: ignore[arg-type]
    document = m.Document(m.Meta(lang="zh-Hans"), body)
    data = write_pdf(document, find_style(style), Pictures(), lambda problem: None)
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        chars = [char for page in pdf.pages for char in page.chars]
    left, right = (edge(float(char[side]) for char in chars if char["text"] in "正文")
                   for edge, side in ((min, "x0"), (max, "x1")))  # fmt: skip
    signed = [char for char in chars if char["text"] in "北岭渡口管理处" and char["size"] > 9]
    middle = [char for char in chars if char["text"] in "献给摆的人"]
    assert abs(max(char["x1"] for char in signed) - right) < 0.5
    assert abs(min(char["x0"] for char in middle) + max(char["x1"] for char in middle) - left - right) < 1


def test_a_revision_is_seen_on_paper() -> None:
    """A line through what is struck out, one below what is underlined and two below what is put in, all in the ink of
    the text."""
    kinds = (m.Deletion, m.Underline, m.Insertion)
    run = tuple(node for kind in kinds for node in (m.Text("渡"), kind((m.Text("水"),))))
    document = m.Document(m.Meta(lang="zh-Hans"), (m.Paragraph(run),))
    data = write_pdf(document, find_style("book"), Pictures(), lambda problem: None)
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        (page,) = pdf.pages
        water = [char for char in page.chars if char["text"] == "水"]
        beside = [
            sorted(float(char["matrix"][5] - line["y0"]) / float(char["size"]) for line in page.lines
                   if abs(line["x0"] - char["x0"]) < 0.1)
            for char in water
        ]  # fmt: skip
        assert {line["stroking_color"] for line in page.lines} == {char["non_stroking_color"] for char in water}
    struck, under, put_in = beside
    assert [len(struck), len(under), len(put_in)] == [1, 1, 2]
    assert -0.5 < struck[0] < -0.2
    assert 0.12 < under[0] < 0.25  # the body of a letter reaches 0.12 em below its baseline
    assert 0.12 < put_in[0] < put_in[1] < 0.3
