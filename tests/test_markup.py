"""The canonical markup: laws that hold for every document, and what it looks like.

It assumes nothing but the model, the writer of the markup and its reader.
"""

from __future__ import annotations

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from strategies import documents

from docconv import model as m
from docconv.problems import SourceError
from docconv.readers.markup import XHTML, read_markup
from docconv.readers.source import DEEPEST, Source
from docconv.writers.markup import to_markup

BLOCKS = {f"{XHTML}{tag}" for tag in ("p", "section", "figure", "blockquote", "ul", "ol", "table", "div", "aside",
                                      "pre", "hr")}  # fmt: skip
RUNS = {f"{XHTML}{tag}" for tag in ("p", "h1", "h2", "h3", "h4", "h5", "h6", "figcaption", "caption", "pre", "li", "td",
                                    "th", "div")}  # fmt: skip


def reread(markup: str) -> m.Document:
    return read_markup(Source("x.xhtml", markup.encode()))


def body_of(*nodes: m.Article | m.Block) -> str:
    """The markup of the nodes, without the page around it."""
    markup = to_markup(m.Document(m.Meta(lang="zh-Hans"), nodes))
    return markup.partition("<body>\n")[2].removesuffix("</body>\n</html>\n")


# ── Laws ──


@given(documents())
def test_what_is_written_is_read_back(document: m.Document) -> None:
    assert reread(to_markup(document)) == document


@given(documents())
def test_equal_documents_give_equal_bytes(document: m.Document) -> None:
    assert to_markup(copy.deepcopy(document)) == to_markup(document)


@given(documents())
def test_markup_that_was_read_is_written_unchanged(document: m.Document) -> None:
    once = to_markup(reread(to_markup(document)))  # reading gives every node its place
    assert to_markup(reread(once)) == once


@given(documents())
def test_markup_is_well_formed_and_free_of_carriage_returns(document: m.Document) -> None:
    markup = to_markup(document)
    assert "\r" not in markup
    assert etree.fromstring(markup.encode()).tag == f"{XHTML}html"


@given(documents())
def test_markup_shows_every_run_in_reading_order(document: m.Document) -> None:
    assert shown_runs(to_markup(document)) == [run for run in m.paragraphs(document) if run]


def shown_runs(markup: str) -> list[str]:
    """The text of every paragraph, heading, caption, cell … of a page, found without docconv."""
    body = etree.fromstring(markup.encode()).find(f"{XHTML}body")
    assert body is not None
    runs = [element for element in body.iter(*RUNS) if not any(child.tag in BLOCKS for child in element)]
    return [text for run in runs if (text := shown_text(run))]


def shown_text(element: etree._Element) -> str:
    """The text in an element: without readings and note numbers, `br` as a line end."""
    if element.tag in (f"{XHTML}rt", f"{XHTML}rp") or element.get("class") == "noteref":
        return ""
    if element.tag == f"{XHTML}br":
        return "\n"
    return (element.text or "") + "".join(shown_text(child) + (child.tail or "") for child in element)


# ── What it looks like ──


def test_an_article_has_a_header_and_a_body() -> None:
    article = m.Article(
        kicker=(m.Text("肩题"),),
        headline=(m.Text("主题"),),
        deck=(m.Text("——副题"),),
        byline=(m.Name("李逸峰", "记者"),),
        body=(m.Paragraph((m.Text("正文"),)), m.Paragraph((m.Text("（下转A4版）"),), "jump")),
        id="a1",
        place=m.Place(5),
    )
    assert body_of(article) == (
        '<article id="a1" data-src="5">\n<header>\n<p class="kicker">肩题</p>\n<h1 class="headline">主题</h1>\n'
        '<p class="deck" role="doc-subtitle">——副题</p>\n'
        '<p class="byline"><span class="name" data-role="记者">李逸峰</span></p>\n</header>\n'
        '<p>正文</p>\n<p class="jump">（下转A4版）</p>\n</article>\n'
    )


def test_a_missing_picture_is_a_placeholder_called_by_its_caption() -> None:
    assert body_of(m.Figure(m.Missing("图/1.jpg"), (m.Text("校门"),), (m.Text("李 摄"),), "fig-1")) == (
        '<figure id="fig-1" class="missing">\n'
        '<div class="placeholder" role="img" aria-label="校门" data-wanted="图/1.jpg"></div>\n'
        '<figcaption>校门<span class="credit">李 摄</span></figcaption>\n</figure>\n'
    )
    assert 'aria-label="待补图片"' in body_of(m.Figure(m.Missing()))


@pytest.mark.parametrize("media", [m.Image("a.jpg", "江", "left"), m.Missing("a.jpg", "江", "bottom")])
def test_a_picture_keeps_the_side_that_is_asked_for(media: m.Media) -> None:
    document = m.Document(m.Meta(lang="zh-Hans"), (m.Figure(media, (m.Text("湘江"),), id="f"),))
    assert f'data-crop="{media.crop}"' in to_markup(document)
    assert reread(to_markup(document)) == document


def test_headings_are_as_deep_as_their_sections() -> None:
    section = m.Section((m.Text("最深"),), ())
    for _ in range(6):
        section = m.Section((m.Text("上层"),), (section,))
    assert "<h1>上层</h1>" in body_of(section)
    assert "<h6>最深</h6>" in body_of(section)


def test_an_item_with_one_plain_paragraph_is_written_without_p() -> None:
    one = m.Paragraph((m.Text("一"),))
    assert body_of(m.List((m.ListItem((one,)), m.ListItem((one, one))), 3)) == (
        '<ol start="3">\n<li>一</li>\n<li>\n<p>一</p>\n<p>一</p>\n</li>\n</ol>\n'
    )


@pytest.mark.parametrize(
    ("node", "opened"),
    [
        (m.List((), 3, "a", ")"), '<ol start="3" type="a" class="paren">'),
        (m.List((), 1, "①", ""), '<ol class="circled bare">'),
        (m.List((), 1, "一", "（）"), '<ol class="han wide-parens">'),
        (m.List((), 1, "I"), '<ol type="I">'),
        (m.List((), 1), "<ol>"),
        (m.List(()), "<ul>"),
    ],
)
def test_a_list_says_how_its_numbers_are_written(node: m.List, opened: str) -> None:
    assert body_of(node).startswith(f"{opened}\n")


def test_a_paragraph_that_stands_apart_says_where() -> None:
    day = (m.Text("四月二日"),)
    assert body_of(m.Paragraph(day, align="right")) == '<p class="right">四月二日</p>\n'
    assert body_of(m.Paragraph(day, "credit", align="center")) == '<p class="credit center">四月二日</p>\n'
    only = m.List((m.ListItem((m.Paragraph(day, align="right"),)),))
    assert '<li>\n<p class="right">' in body_of(only)


def test_no_white_space_comes_between_inlines() -> None:
    revised = m.Deletion((m.Text("戊"),)), m.Insertion((m.Text("己"),)), m.Underline((m.Text("庚"),))
    run = (m.Text("甲"), m.Emphasis((m.Text("乙"),)), m.Ruby("丙", "bǐng"), m.LineBreak(), m.Text("丁"), *revised)
    ruby = "<ruby>丙<rp>（</rp><rt>bǐng</rt><rp>）</rp></ruby>"
    markup = f"<p>甲<em>乙</em>{ruby}<br/>丁<del>戊</del><ins>己</ins><u>庚</u></p>\n"
    assert body_of(m.Paragraph(run)) == markup


def test_notes_are_numbered_in_their_order() -> None:
    call = m.Paragraph((m.Text("见"), m.NoteRef("b"), m.NoteRef("a")))
    notes = tuple(m.Note(name, (m.Paragraph((m.Text(name),)),)) for name in "ab")
    markup = to_markup(m.Document(m.Meta(), (call,), notes))
    assert 'href="#b">2</a>' in markup
    assert 'href="#a">1</a>' in markup
    assert '<aside class="note" epub:type="footnote" role="doc-footnote" id="a">' in markup


def test_places_survive() -> None:
    paragraph = m.Paragraph((m.Text("文"),), place=m.Place(17, 4, "page.txt"))
    (again,) = reread(to_markup(m.Document(m.Meta(), (paragraph,)))).body
    assert again.place == m.Place(17, 4, "x.xhtml")


# ── What is refused ──


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        ("<p>一</p>\n<h9>二</h9>", 3, "<h9> is not docconv markup here"),
        ('<p class="fancy">一</p>', 2, '<p class="fancy"> is not docconv markup here'),
        ("<p>一</p>\n<!-- 二 -->\n三", 2, "text stands loose: 三"),
        ("<p>一<!-- 二 --></p>", 2, "a comment or instruction is not docconv markup here"),
        ("<p>一<script>x()</script></p>", 2, "<script> is not docconv markup here"),
        ("<p>一", 2, "this is not well-formed XHTML"),
        ('<ol start="x"><li>一</li></ol>', 2, 'start="x" is not a number'),
        ('<ol type="x"><li>一</li></ol>', 2, "<ol> is not docconv markup here"),
        ('<ol class="paren han"><li>一</li></ol>', 2, '<ol class="paren han"> is not docconv markup here'),
        ('<p class="right credit">一</p>', 2, '<p class="right credit"> is not docconv markup here'),
        ("<pre/>", 2, "<pre> is not docconv markup here"),
        ("<pre>一</pre>", 2, "text stands loose: 一"),
        ('<table><tr><td colspan="-1">一</td></tr></table>', 2, "<tr> is not docconv markup here"),
        ("<blockquote>" * (DEEPEST + 1) + "</blockquote>" * (DEEPEST + 1), 2, f"nest deeper than {DEEPEST}"),
        ("<p>" + "<em>" * (DEEPEST + 1) + "</em>" * (DEEPEST + 1) + "</p>", 2, f"nest deeper than {DEEPEST}"),
    ],
)
def test_what_is_not_our_markup_is_an_error_with_its_line(content: str, line: int, message: str) -> None:
    page = f'<html xmlns="http://www.w3.org/1999/xhtml"><head><title>t</title></head>\n<body>{content}\n</body></html>'
    with pytest.raises(SourceError) as caught:
        reread(page)
    assert message in str(caught.value)
    assert caught.value.place is not None
    assert abs(caught.value.place.line - line) <= 1
    assert caught.value.exit_code == 1


@given(documents(), st.data())
@settings(max_examples=300)
def test_altered_markup_is_read_whole_or_refused(document: m.Document, data: st.DataObject) -> None:
    root = etree.fromstring(to_markup(document).encode())
    alter(data.draw(st.sampled_from(list(root.iter())), label="element"), data)
    altered = etree.tostring(root, encoding="unicode")
    try:
        again = to_markup(read_markup(Source("x.xhtml", altered.encode())))
    except SourceError as error:
        assert str(error).startswith("x.xhtml:")
    else:
        assert all_text(again) == all_text(altered)


def alter(element: etree._Element, data: st.DataObject) -> None:
    """Do to an element what a careless editor does."""
    match data.draw(st.sampled_from(("rename", "empty", "strip", "number", "fill", "wrap")), label="alteration"):
        case "rename":
            element.tag = data.draw(st.sampled_from(sorted(RUNS | BLOCKS)), label="tag")
        case "empty":
            element[:] = []
            element.text = None
        case "strip":
            element.attrib.clear()
        case "number":
            for name in ("start", "colspan", "rowspan", "data-src"):
                element.set(name, data.draw(st.sampled_from(("", "0", "-1", "²", "9" * 5000, "x")), label=name))
        case "fill":
            element.text = "文"
        case "wrap":
            inner = etree.SubElement(element, f"{XHTML}{data.draw(st.sampled_from(('em', 'p')), label='inner')}")
            inner.text = "文"


def all_text(markup: str) -> str:
    """All the text of a page, without the white space between its elements."""
    body = etree.fromstring(markup.encode()).find(f"{XHTML}body")
    assert body is not None
    return "".join(shown_text(body).split())


@pytest.mark.parametrize("data", [b"", b"<html/>", b"\xff\xfe\x00", b"<html xmlns='http://www.w3.org/1999/xhtml'/>"])
def test_what_is_no_page_is_an_error(data: bytes) -> None:
    with pytest.raises(SourceError):
        read_markup(Source("x.xhtml", data))


def test_entities_stay_shut() -> None:
    page = to_markup(m.Document(m.Meta(), (m.Paragraph((m.Text("一"),)),)))
    attack = page.replace("<!DOCTYPE html>", '<!DOCTYPE html [<!ENTITY e SYSTEM "file:///etc/passwd">]>')
    with pytest.raises(SourceError):
        reread(attack.replace("一", "&e;"))
