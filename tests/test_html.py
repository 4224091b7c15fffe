"""The HTML edition: one file that stands alone, and shows the text of the document and no other."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from base64 import b64decode, b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from PIL import Image as Pillow
from samples import MANUSCRIPT, NEWSPAPER, figure, text

from docconv import model as m
from docconv import readers
from docconv.pictures import Pictures
from docconv.readers.source import Source
from docconv.styles import find_style
from docconv.writers.html import write_html
from docconv.writers.labels import headings
from docconv.writers.options import EditionOptions

VOID = {"meta", "br", "hr", "img", "link"}
BLOCKS = {"p", "h1", "h2", "h3", "figcaption", "caption", "li", "td", "th", "pre", "div"}


def html(document: m.Document, pictures: Pictures | None = None) -> str:
    problems: list[object] = []
    data = write_html(document, find_style(), pictures or Pictures(), problems.append)
    assert problems == []
    return data.decode("utf-8")


class Reader(HTMLParser):
    """The tags of a page, balanced, and the text inside `main`."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.stack: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(page)
        self.close()
        assert self.stack == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in VOID
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag

    def handle_data(self, data: str) -> None:
        if "main" in self.stack:
            self.text += data

    def attributes(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]

    def meta(self, name: str) -> list[str]:
        return [each["content"] for each in self.attributes("meta") if each.get("name") == name]


@pytest.fixture(scope="module")
def page() -> str:
    return html(NEWSPAPER)


def test_is_html_syntax_in_utf_8_and_the_language_of_the_text(page: str) -> None:
    assert page.startswith('<!doctype html>\n<html lang="zh-Hans">\n<head>\n<meta charset="utf-8">')
    for only_in_xml in ("<?xml", "xmlns", "xml:lang", "epub:type", "data-src"):
        assert only_in_xml not in page + html(MANUSCRIPT)


def test_main_shows_the_text_of_the_document_and_no_other(page: str) -> None:
    assert re.sub(r"\s", "", Reader(page).text) == re.sub(r"\s", "", "".join(m.paragraphs(NEWSPAPER)))


def test_nothing_is_added_between_letters(page: str) -> None:
    for paragraph in m.paragraphs(NEWSPAPER):
        assert paragraph in Reader(page).text


def test_head_describes_the_page(page: str) -> None:
    reader = Reader(page)
    assert "<title>彰显责任担当 筑牢校园防控“铜墙铁壁”</title>" in page
    assert reader.meta("date") == ["2022-11-16"]
    [description] = reader.meta("description")
    assert description.startswith("11月1日，奥密克戎") and description.endswith("。") and len(description) <= 160
    assert Reader(html(MANUSCRIPT)).meta("author") == ["顾千里", "黄荛圃"]


def test_head_describes_the_page_to_those_who_preview_links(page: str) -> None:
    properties = {each["property"]: each["content"] for each in Reader(page).attributes("meta") if "property" in each}
    assert properties.pop("og:description") == Reader(page).meta("description")[0]
    assert properties == {
        "og:title": "彰显责任担当 筑牢校园防控“铜墙铁壁”",
        "og:type": "article",
        "og:site_name": "株洲日报",
        "og:locale": "zh_CN",
        "article:published_time": "2022-11-16",
    }


@pytest.mark.parametrize(
    ("lang", "locale"), [("zh-HK", "zh_HK"), ("zh-Hant", "zh_TW"), ("ja", "ja_JP"), ("en-GB", "en_GB"), ("fr", None)]
)
def test_locale_is_named_if_it_is_known(lang: str, locale: str | None) -> None:
    reader = Reader(html(m.Document(m.Meta(lang=lang), text("一"))))
    found = [each["content"] for each in reader.attributes("meta") if each.get("property") == "og:locale"]
    assert found == ([locale] if locale else [])


def linked_data(page: str) -> Any:
    """What a page says in JSON-LD."""
    [data] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    return json.loads(data)


def test_articles_of_a_page_are_described_one_by_one(page: str) -> None:
    data = linked_data(page)
    assert data["@context"] == "https://schema.org"
    assert [each["@type"] for each in data["@graph"]] == ["NewsArticle"] * 4
    first = data["@graph"][0]
    assert first["headline"] == "彰显责任担当 筑牢校园防控“铜墙铁壁”"
    assert first["alternativeHeadline"].startswith("——株洲经开区")
    assert [each["name"] for each in first["author"]] == ["李逸峰", "刘爱明", "肖力章"]
    assert (first["url"], first["inLanguage"], first["datePublished"]) == ("#a-campus", "zh-Hans", "2022-11-16")
    assert first["publisher"] == {"@type": "Organization", "name": "株洲日报"}


def test_a_manuscript_of_chapters_is_a_book_and_any_other_an_article() -> None:
    chapters = tuple(m.Section((m.Text(name),), text("文。"), id=name) for name in ("甲", "乙"))
    book = linked_data(html(m.Document(m.Meta(title="书", lang="zh-Hans", authors=("某",)), chapters)))
    assert (book["@type"], book["name"], [each["name"] for each in book["hasPart"]]) == ("Book", "书", ["甲", "乙"])
    essay = linked_data(html(m.Document(m.Meta(title="文", lang="zh-Hans"), text("文。"))))
    assert essay == {
        "@context": "https://schema.org", "@type": "Article", "headline": "文", "description": "文。",
        "inLanguage": "zh-Hans",
    }  # fmt: skip


def test_what_the_colophon_says_is_said_to_machines() -> None:
    people = (m.Contributor("译者", "translator"), m.Contributor("摄影者", "photographer"))
    record = m.Colophon(
        identifier="9787000000001", publisher="某社", rights="© 某社", description="一本书。",
        subjects=("历史", "小说"), series="丛书", number="3", contributors=people,
    )  # fmt: skip
    chapters = tuple(m.Section((m.Text(name),), text("文。"), id=name) for name in ("甲", "乙"))
    page = html(m.Document(m.Meta(title="书", lang="zh-Hans", colophon=record), chapters))
    data = linked_data(page)
    assert (data["identifier"], data["publisher"]["name"], data["copyrightNotice"]) == (
        "9787000000001", "某社", "© 某社"
    )  # fmt: skip
    assert (data["isPartOf"], data["position"]) == ({"@type": "BookSeries", "name": "丛书"}, "3")
    assert [data[role][0]["name"] for role in ("translator", "contributor")] == ["译者", "摄影者"]
    assert data["keywords"] == ["历史", "小说"]
    assert (Reader(page).meta("description"), Reader(page).meta("keywords")) == (["一本书。"], ["历史, 小说"])


@pytest.mark.parametrize("nasty", ["</script><script>x</script>", "<!--<script>", "a\u2028b\u2029c", '"}]}', "&lt;"])
def test_linked_data_cannot_be_left_by_any_text(nasty: str) -> None:
    document = m.Document(m.Meta(title=nasty, lang="zh-Hans"), text("文。"))
    page = html(document)
    assert linked_data(page)["headline"] == nasty
    raw = page[page.index("ld+json") : page.index("</head>")]
    assert not {"<", "\u2028", "\u2029"} & set(raw.partition(">")[2].partition("</script>")[0])


def test_the_policy_lets_in_the_sheet_and_nothing_that_runs(page: str) -> None:
    [policy] = [each["content"] for each in Reader(page).attributes("meta") if "http-equiv" in each]
    sheet = page[page.index("<style>") + 7 : page.index("</style>")]
    digest = b64encode(sha256(sheet.encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    assert page.index("http-equiv") < page.index("<style>")


def test_tables_and_code_scroll_in_boxes_that_keys_reach() -> None:
    row = (m.Row((m.Cell(text("一")),)),)
    body = (m.Table(caption=(m.Text("历年"),), rows=row), m.CodeBlock("x = 1"), m.Table(rows=row))
    reader = Reader(html(m.Document(m.Meta(lang="zh-Hans"), body)))
    boxes = [(tag, each["aria-label"], each["role"], each["tabindex"]) for tag, each in reader.tags
             if each.get("class") == "wide"]  # fmt: skip
    assert boxes == [
        ("div", "表 1 历年", "region", "0"), ("pre", "代码 1", "region", "0"), ("div", "表 2", "region", "0")
    ]  # fmt: skip


def test_matter_beside_the_text_is_no_landmark() -> None:
    asides = (m.Aside(text("责编"), "furniture"), m.Aside(text("链接")))
    assert [each["role"] for each in Reader(html(m.Document(m.Meta(), asides))).attributes("aside")] == ["note", "note"]


def test_notes_have_names() -> None:
    [note] = [each for each in Reader(html(MANUSCRIPT)).attributes("aside") if each["class"] == "note"]
    assert (note["role"], note["aria-label"]) == ("doc-footnote", "注 1")


def test_masthead_stands_outside_the_text(page: str) -> None:
    before = page[: page.index("<main")]
    assert '<p class="publication">株洲日报</p>' in before
    assert '<time datetime="2022-11-16">' in before
    assert "masthead" not in html(replace(NEWSPAPER, meta=m.Meta(lang="zh-Hans", kind="page"))).split("</style>")[1]


def test_title_of_a_manuscript_is_shown_unless_its_text_shows_it() -> None:
    assert '<h1 class="title">汉字与版面</h1>' in html(MANUSCRIPT)
    repeated = replace(MANUSCRIPT, meta=replace(MANUSCRIPT.meta, title="第一章 字与行"))
    assert 'class="title"' not in html(repeated)
    assert '<p class="details">顾千里 黄荛圃</p>' in html(repeated)
    later = replace(MANUSCRIPT, meta=replace(MANUSCRIPT.meta, title=headings(MANUSCRIPT)[1][0]))
    assert f'<h1 class="title">{later.meta.title}</h1>' in html(later)


def test_an_author_whom_a_byline_names_is_not_named_twice() -> None:
    story = m.Article(headline=(m.Text("渡口"),), byline=(m.Name("沈默"),), body=(m.Paragraph((m.Text("船来了。"),)),))
    meta = m.Meta("渡口", "zh-Hans", ("沈默", "王山"))
    assert '<p class="details">王山</p>' in html(m.Document(meta, (story,)))


def test_contents_lead_to_every_article(page: str) -> None:
    reader = Reader(page)
    [nav] = reader.attributes("nav")
    assert nav["aria-label"] == "目录"
    ids = {attributes["id"] for _, attributes in reader.tags if "id" in attributes}
    links = [each["href"] for each in reader.attributes("a") if each["href"].startswith("#a-")]
    assert links == ["#a-campus", "#a-relief", "#a-park", "#a-street"]
    assert {link[1:] for link in links} <= ids


def test_one_article_needs_no_contents() -> None:
    assert "<nav" not in html(replace(NEWSPAPER, body=NEWSPAPER.body[:1]))


def test_long_contents_are_folded_and_hold_the_sections_of_chapters() -> None:
    def chapter(name: str, sections: int) -> m.Section:
        below = tuple(m.Section((m.Text(f"{name}{n}"),), text("文。"), id=f"{name}{n}") for n in range(sections))
        return m.Section((m.Text(name),), below, id=name)

    short, long = (html(m.Document(m.Meta(lang="ja"), (chapter("上", n), chapter("下", n)))) for n in (2, 20))
    assert [each["href"] for each in Reader(short).attributes("a")[1:]] == [
        "#上",
        "#上0",
        "#上1",
        "#下",
        "#下0",
        "#下1",
    ]
    assert "<details>" not in short
    assert "<summary>目次</summary>" in long and len(Reader(long).attributes("li")) == 42


def test_headings_begin_below_a_title_that_stands_above() -> None:
    chapter = m.Section((m.Text("章"),), (m.Section((m.Text("节"),), text("文。")),))
    titled = Reader(html(m.Document(m.Meta(title="书", lang="zh-Hans"), (chapter,))))
    assert [tag for tag, _ in titled.tags if re.fullmatch("h[1-6]", tag)] == ["h1", "h2", "h3"]
    bare = Reader(html(m.Document(m.Meta(lang="zh-Hans"), (chapter,))))
    assert [tag for tag, _ in bare.tags if re.fullmatch("h[1-6]", tag)] == ["h1", "h2"]


def test_skip_link_leads_to_the_text(page: str) -> None:
    reader = Reader(page)
    assert reader.attributes("a")[0] == {"class": "skip generated", "href": "#text"}
    assert reader.attributes("main") == [{"id": "text"}]


def test_missing_picture_says_its_number_what_is_wanted_and_the_name_of_the_file(page: str) -> None:
    boxes = [each for each in Reader(page).attributes("div") if each.get("class") == "placeholder"]
    assert len(boxes) == 8
    assert boxes[3]["data-label"] == "图 4 · 待补图片"
    assert boxes[3]["data-size"] == "3:2 · 1800 × 1200 px"
    assert boxes[3]["data-file"] == "fig-00000004.jpg"
    assert (boxes[3]["role"], boxes[3]["aria-label"]) == ("img", "网格员上门指导居民申报。")


def test_pictures_are_inside_the_file(tmp_path: Path) -> None:
    Pillow.new("RGB", (3, 2), "navy").save(tmp_path / "图 1.png")
    document = m.Document(m.Meta(lang="zh-Hans"), (m.Figure(m.Image("图 1.png", "湘江"), (m.Text("晨雾"),)),))
    [image] = Reader(html(document, Pictures(tmp_path))).attributes("img")
    kind, data = image["src"].split(",")
    assert kind == "data:image/png;base64"
    assert b64decode(data) == (tmp_path / "图 1.png").read_bytes()
    assert image["alt"] == "湘江"


def test_nothing_is_fetched_or_run(page: str) -> None:
    for document in (page, html(MANUSCRIPT)):
        reader = Reader(document)
        assert not {"link", "iframe", "object"} & {tag for tag, _ in reader.tags}
        assert {each["type"] for each in reader.attributes("script")} == {"application/ld+json"}
        assert "@import" not in document
        assert "url(" not in document


def test_hostile_text_stays_text() -> None:
    nasty = '</style></main><script>alert(1)</script> " xml:lang="ja" \' & &amp;'
    document = m.Document(m.Meta(title=nasty, lang="zh-Hans", publication=nasty), text(nasty))
    page = html(document)
    assert len(Reader(page).attributes("script")) == 1
    assert nasty in Reader(page).text


def test_same_document_gives_the_same_bytes(page: str) -> None:
    assert html(NEWSPAPER) == page


def test_document_without_anything_is_a_page() -> None:
    page = html(m.Document(m.Meta(), ()))
    assert '<html lang="und">' in page
    assert "<title>Untitled</title>" in page


# ── The sheet ────────────────────────────────────────────────────────────────────────────────────────────


def schemes() -> list[dict[str, str]]:
    """The colours of the light, the dark and the printed scheme."""
    css = find_style().css("screen")
    return [dict(re.findall(r"--(\w+): (#[0-9a-f]+);", block)) for block in re.findall(r":root \{([^}]*)\}", css)]


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    digits = colour[1:] if len(colour) == 7 else "".join(each * 2 for each in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("number", range(3), ids=["light", "dark", "print"])
def test_contrast_is_enough_in_every_scheme(number: int) -> None:
    scheme = schemes()[number]
    for ground in ("paper", "box"):
        for ink in ("ink", "quiet", "link"):
            assert contrast(scheme[ink], scheme[ground]) >= 4.5, (ink, ground)


def test_shared_rules_leave_a_reader_free() -> None:
    css = re.sub(r"/\*.*?\*/", "", find_style().sheets("screen")[0].read_text("utf-8"), flags=re.DOTALL)
    assert not re.search(r"\d(px|pt|mm)\b|var\(|--|#[0-9a-f]{3}|!important", css)
    assert all(height.endswith("em") for height in re.findall(r"(?<![-\w])height: ([^;}]+\w)", css))


def rendered(folder: Path, page: str, width: int) -> str:
    """What Chromium makes of a page in a frame so wide: how wide it is to scroll, and whether its sheet applies."""
    script = """const root = f.contentDocument.documentElement, masthead = root.querySelector('.masthead')
        document.body.append(`<width ${root.scrollWidth}, ${getComputedStyle(masthead).display}>`)"""
    return in_browser(folder, page, width, script)


def in_browser(folder: Path, page: str, width: int, script: str) -> str:
    """What a script appends to the frame's document in Chromium, between < and >, when the page `f` is laid out."""
    frame = f'<iframe id="f" src="{page}" style="width:{width}px;height:900px;border:0"></iframe>'
    (folder / "frame.html").write_text(f"<body>{frame}<script>onload = () => {{{script}}}</script>", "utf-8")
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files",
               "--hide-scrollbars", "--virtual-time-budget=3000", f"--user-data-dir={folder}/profile", "--dump-dom",
               f"file://{folder}/frame.html"]  # fmt: skip
    env = {**os.environ, "HOME": str(folder)}
    out = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60, env=env).stdout
    [found] = re.findall(r"&lt;(.*?)&gt;", out)
    return str(found)


def test_lines_may_run_down() -> None:
    document = m.Document(m.Meta(lang="ja"), text("11月23日"))
    page = write_html(document, find_style(), Pictures(), lambda problem: None, EditionOptions(vertical=True)).decode()
    assert "writing-mode: vertical-rl" in page
    assert '<p><span class="tcy">11</span>月<span class="tcy">23</span>日</p>' in page
    assert readers.read(Source("page.html", page.encode())) == document


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("chromium"), reason="needs Chromium")
def test_a_page_with_lines_that_run_down_is_no_higher_than_its_window(tmp_path: Path) -> None:
    document = m.Document(NEWSPAPER.meta, (*NEWSPAPER.body, *MANUSCRIPT.body), MANUSCRIPT.notes)
    options = EditionOptions(vertical=True)
    (tmp_path / "page.html").write_bytes(write_html(document, find_style(), Pictures(), print, options))
    script = """const root = f.contentDocument.documentElement, view = f.contentWindow
        document.body.append(`<${root.scrollHeight} ${root.scrollWidth > 5000} ${Math.round(view.scrollX)}>`)"""
    assert in_browser(tmp_path, "page.html", 1280, script) == "900 true 0"  # it begins at the right


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("chromium"), reason="needs Chromium")
@pytest.mark.parametrize("width", [320, 768, 1280])
def test_no_page_scrolls_sideways(width: int, tmp_path: Path) -> None:
    wide = m.Table(rows=(m.Row(tuple(m.Cell(text(f"第{n}栏内容")) for n in range(12))),))
    body = (*NEWSPAPER.body, *MANUSCRIPT.body, wide, m.CodeBlock("x" * 300), *text("https://example.org/" + "a" * 200))
    Pillow.new("L", (900, 40)).save(tmp_path / "wide.png")
    line = m.Paragraph((m.Text("行中图"), m.Picture(m.Image("wide.png", "横图"))))
    meta = replace(NEWSPAPER.meta, kind="manuscript")  # whose formulas are set
    document = m.Document(meta, (*body, line, figure(10, "末图")), MANUSCRIPT.notes)
    inner = html(document, Pictures(tmp_path))
    (tmp_path / "page.html").write_text(inner, "utf-8")
    assert rendered(tmp_path, "page.html", width) == f"width {width}, flex"
