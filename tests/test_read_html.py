"""Reading anybody's HTML: what is kept, what is dropped, and that nothing breaks the reader."""

from __future__ import annotations

import base64
import time
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docconv import model as m
from docconv.chars import composed
from docconv.pictures import Pictures
from docconv.problems import Problem, SourceError
from docconv.readers.html import read_html
from docconv.readers.inlines import identifier, iso_date, link_target, one_line, tidy
from docconv.readers.markup import read_markup
from docconv.readers.soup import parse
from docconv.readers.source import Source
from docconv.writers.markup import to_markup


def read(html: str | bytes) -> m.Document:
    return read_html(Source("page.html", html if isinstance(html, bytes) else html.encode()))


def body(html: str) -> tuple[m.Article | m.Block, ...]:
    return read(html).body


def texts(html: str) -> list[str]:
    return [m.plain(node.content) for node in m.walk(read(html)) if isinstance(node, m.Paragraph)]


def content(html: str) -> m.Inlines:
    (paragraph,) = body(f"<p>{html}</p>")
    assert isinstance(paragraph, m.Paragraph)
    return paragraph.content


def p(text: str) -> m.Paragraph:
    return m.Paragraph((m.Text(text),))


# ── White space and characters ──


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("中\n文", "中文"),
        ("中 \n\t 文", "中文"),
        ("かな\n漢字", "かな漢字"),
        ("終。\n「次", "終。「次"),
        ("中\nLatin", "中 Latin"),
        ("Latin\n中", "Latin 中"),
        ("one\ntwo", "one two"),
        ("한국\n사람", "한국 사람"),
        ("한국\n中文", "한국 中文"),
        ("他说\n“好”\n然后", "他说“好”然后"),
        ("“好。”\n“是。”", "“好。”“是。”"),
        ("a “b”\n“c” d", "a “b” “c” d"),
        ("그는 “네”\n「책」", "그는 “네” 「책」"),
        ("中 文", "中 文"),
        ("　　段首　中　", "段首　中"),
        ("a\u200bb\ufeffc\u2060d\u00ade", "abcde"),
        ("cafe\u0301", "café"),
        ("か\n\u3099", "が"),
        ("a\x00b\x07c\x85d", "abc d"),
        (" \xa0 ", ""),
    ],
)
def test_text_comes_in_the_normal_form(source: str, expected: str) -> None:
    assert one_line(source) == expected
    assert m.plain(tidy([m.Text(source)])) == expected
    assert texts(f"<p>{source}</p>") == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("中<b>\n文</b>", "中文"),
        ("<b>中</b>\n<i>文</i>", "中文"),
        ("a <b> b</b>", "a b"),
        ("a<b> </b>b", "a b"),
        ("中<ruby>漢<rt>かん</rt></ruby>\n字", "中漢字"),
        ("line <br> \n next", "line\nnext"),
        ("<br> text <br>", "text"),
        ("a<b></b><i><u></u></i>c", "ac"),
        ("a<!-- x -->b", "ab"),
    ],
)
def test_white_space_is_seen_across_tags(source: str, expected: str) -> None:
    assert m.plain(content(source)) == expected


words = st.text(st.sampled_from("中文가 a\n\u3000\xa0“。か\u3099\u200b\x00"), max_size=6)
leaves = st.one_of(
    words.map(m.Text),
    st.just(m.LineBreak()),
    words.map(m.Code),
    st.just(m.Ruby("漢", "かん")),
    st.just(m.NoteRef("n1")),
)
runs = st.recursive(
    st.lists(leaves, max_size=6).map(tuple),
    lambda inner: st.lists(st.one_of(leaves, inner.map(m.Strong), inner.map(m.Emphasis)), max_size=5).map(tuple),
    max_leaves=12,
)


@given(runs)
def test_the_normal_form_is_a_fixed_point(run: m.Inlines) -> None:
    once = tidy(run)
    assert tidy(once) == once
    text = m.plain(once)
    assert composed(text) == text
    assert not set(text) & set("\u200b\x00\t")
    assert not any(isinstance(a, m.Text) and isinstance(b, m.Text) for a, b in pairwise(once))


def test_a_long_run_takes_time_in_proportion() -> None:
    start = time.process_time()
    tidy([m.Text("\xa0" * 100_000 + "x" + "\xa0" * 100_000 + "y")])
    tidy([m.Text("中\n")] * 50_000)
    tidy([node for _ in range(30_000) for node in (m.Text(" "), m.NoteRef("n"))])
    assert time.process_time() - start < 3


# ── Inlines ──


def test_inlines() -> None:
    assert content("<i>a</i><b>b</b>m<sup>2</sup>H<sub>2</sub><kbd>k</kbd>") == (
        m.Emphasis((m.Text("a"),)),
        m.Strong((m.Text("b"),)),
        m.Text("m"),
        m.Sup((m.Text("2"),)),
        m.Text("H"),
        m.Sub((m.Text("2"),)),
        m.Code("k"),
    )
    assert content('x<span lang="ja">日本</span><u>u</u>') == (
        m.Text("x"),
        m.Foreign("ja", (m.Text("日本"),)),
        m.Underline((m.Text("u"),)),
    )
    revised = '<del>a</del><ins>b</ins><s>c</s><span style="text-decoration: underline">d</span>'
    revised += '<span class="deletion">e</span><span style="color:red;text-decoration-line:line-through">f</span>'
    kinds = (m.Deletion, m.Insertion, m.Deletion, m.Underline, m.Deletion, m.Deletion)
    assert content(revised) == tuple(kind((m.Text(each),)) for kind, each in zip(kinds, "abcdef", strict=True))
    assert content('<math alttext="x^2"><mi>x</mi></math>') == (m.Math("x^2"),)
    assert content(r'a<span class="math inline">\(y\)</span>') == (m.Text("a"), m.Math("y"))


@pytest.mark.parametrize(
    "markup",
    [
        "<ruby>東<rt>とう</rt>京<rt>きょう</rt></ruby>",
        "<ruby>東<rp>(</rp><rt>とう</rt><rp>)</rp>京<rp>(</rp><rt>きょう</rt><rp>)</rp></ruby>",
        "<ruby><rb>東</rb><rb>京</rb><rt>とう</rt><rt>きょう</rt></ruby>",
        "<ruby><rb>東<rb>京<rt>とう<rt>きょう</ruby>",
    ],
)
def test_ruby_is_paired_however_it_is_written(markup: str) -> None:
    assert content(markup) == (m.Ruby("東", "とう"), m.Ruby("京", "きょう"))


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("http://例え.jp/道?q=1", "http://例え.jp/道?q=1"),
        (" HTTPS://a/b c", "HTTPS://a/b%20c"),
        ("mailto:a@b.c", "mailto:a@b.c"),
        ("#%E7%AB%A0", "#章"),
        ("javascript:alert(1)", ""),
        ("java\nscript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("file:///etc/passwd", ""),
        ("//host/x", ""),
        ("other.html", ""),
        ("http://[bad", ""),
        ("http:", ""),
        ("#", ""),
    ],
)
def test_a_link_leads_only_where_it_may(address: str, expected: str) -> None:
    assert link_target(address) == expected


def test_a_link_that_leads_nowhere_leaves_its_text() -> None:
    assert content('<a href="javascript:x">a</a> <a href="#none">b</a>') == (m.Text("a b"),)
    linked = body('<p><a href="#s">to</a></p><h2 id="s">S</h2><h2 id="t">T</h2><p>x</p>')
    assert linked[0] == m.Paragraph((m.Link("#s", (m.Text("to"),)),))
    assert [node.id for node in linked if isinstance(node, m.Section)] == ["s", ""]


def test_ids_are_xml_names() -> None:
    assert [identifier(each) for each in ("fn:1", "1a", "章 一", "a.b", "")] == ["fn-1", "id-1a", "章-一", "a.b", ""]


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2022年11月5日", "2022-11-05"),
        ("2022/1/5", "2022-01-05"),
        ("2022-11", "2022-11"),
        ("2022-11-05T08:00:00Z", "2022-11-05T08:00:00Z"),
        ("5 Nov", ""),
    ],
)
def test_dates(text: str, date: str) -> None:
    assert iso_date(text) == date


# ── Blocks ──


def test_headings_nest_by_level() -> None:
    section = m.Section
    assert body("<p>0<h1>一<p>1<h3>甲<p>2<h2>乙<p>3<h1>二") == (
        p("0"),
        section((m.Text("一"),), (p("1"), section((m.Text("甲"),), (p("2"),)), section((m.Text("乙"),), (p("3"),)))),
        section((m.Text("二"),), ()),
    )


def test_loose_text_makes_paragraphs() -> None:
    assert texts("a<div>b<p>c</div>d<br><br>e<br>　　f<br>g") == ["a", "b", "c", "d", "e", "f\ng"]


def test_an_article_finds_its_head() -> None:
    html = (
        "<article id=a lang=ja><header><p class=kicker>肩<h1>題</h1><p role=doc-subtitle>副</header>"
        "<address>記者</address><p>文<h2>節</h2><p>続</article>"
    )
    assert body(html) == (
        m.Article(
            kicker=(m.Text("肩"),),
            headline=(m.Text("題"),),
            deck=(m.Text("副"),),
            byline=(m.Text("記者"),),
            body=(p("文"), m.Section((m.Text("節"),), (p("続"),))),
            id="a",
            lang="ja",
        ),
    )
    (hgroup,) = body("<article><hgroup><p>肩</p><h1>題</h1><p>副</p></hgroup><p>文</article>")
    assert isinstance(hgroup, m.Article)
    assert (m.plain(hgroup.kicker), m.plain(hgroup.deck)) == ("肩", "副")
    (headless,) = body("<article><p>文<h2>節</h2><p>続</article>")
    assert isinstance(headless, m.Article)
    assert headless.headline == ()


LOOKS: dict[str, tuple[m.ListStyle, m.ListMarks]] = {
    "": ("1", "."),
    "type=A": ("A", "."),
    "type=i class=parens": ("i", "()"),
    "class='han wide-parens'": ("一", "（）"),
    "class=iroha": ("イ", "、"),
    "style='list-style-type: cjk-ideographic'": ("一", "、"),
    "style='margin:0;list-style: lower-roman inside'": ("i", "."),
    "style='list-style-type: none'": ("1", "."),
}


ALIGNED: dict[str, list[tuple[str, m.ParagraphAlign]]] = {
    "<p align=right>甲</p>": [("甲", "right")],
    "<p style='margin:0; text-align: center'>甲<p>乙": [("甲", "center"), ("乙", "")],
    "<p class=right>甲</p><p class='text-center'>乙</p>": [("甲", "right"), ("乙", "center")],
    "<center>甲<p>乙</center>丙": [("甲", "center"), ("乙", "center"), ("丙", "")],
    "<div align=right><p>甲<p align=left>乙</div>": [("甲", "right"), ("乙", "")],
    "<div class=right><p>甲</div>": [("甲", "")],
    "<body style='text-align:center'><p>甲": [("甲", "")],
    "<table style='text-align:center'><tr><td><p>甲</table>": [("甲", "")],
}


@pytest.mark.parametrize("source", ALIGNED)
def test_paragraphs_stand_where_their_box_says(source: str) -> None:
    found = [node for node in m.walk(read(source)) if isinstance(node, m.Paragraph)]
    assert [(m.plain(node.content), node.align) for node in found] == ALIGNED[source]


def test_lists_definitions_and_quotes() -> None:
    assert body("<ol start=3><li>a<li>b<ul><li>c</ul></ol>") == (
        m.List((m.ListItem((p("a"),)), m.ListItem((p("b"), m.List((m.ListItem((p("c"),)),))))), 3),
    )
    for said, look in LOOKS.items():
        assert body(f"<ol {said}><li>a</ol>") == (m.List((m.ListItem((p("a"),)),), 1, *look),)
    assert body("<dl><dt>T<dd>D<dd>E<dt>U<dd>F</dl>") == (
        m.List(
            (
                m.ListItem((m.Paragraph((m.Strong((m.Text("T"),)),)), p("D"), p("E"))),
                m.ListItem((m.Paragraph((m.Strong((m.Text("U"),)),)), p("F"))),
            )
        ),
    )
    assert body("<blockquote>q</blockquote><hr><pre><code class=language-py>a\n b</code></pre>") == (
        m.Quote((p("q"),)),
        m.Break(),
        m.CodeBlock("a\n b", "py"),
    )


def test_a_table_with_spans_and_alignment() -> None:
    html = (
        "<table><caption>C</caption><thead><tr><th align=center>H<th>I</thead>"
        "<tr><td colspan=9999999999>1<tr><td rowspan=0 style='text-align: right'>2<td>3</table>"
    )
    assert body(html) == (
        m.Table(
            caption=(m.Text("C"),),
            head=(m.Row((m.Cell((p("H"),), True, align="center"), m.Cell((p("I"),), True))),),
            rows=(
                m.Row((m.Cell((p("1"),), colspan=1000),)),
                m.Row((m.Cell((p("2"),), align="right"), m.Cell((p("3"),)))),
            ),
        ),
    )


def test_a_table_that_spans_without_end_loses_its_spans() -> None:
    (table,) = body("<table>" + "<tr><td colspan=1000 rowspan=1000>x" * 200 + "</table>")
    assert isinstance(table, m.Table)
    assert {cell.colspan * cell.rowspan for row in table.rows for cell in row.cells} == {1}


def test_pictures() -> None:
    assert body('<p> <a href="http://a/b"><img src="a b.jpg" alt="图"></a> </p>') == (
        m.Figure(m.Image("a b.jpg", "图")),
    )
    assert content('外<img src="g.png" alt="字">字') == (m.Text("外"), m.Picture(m.Image("g.png", "字")), m.Text("字"))
    assert body("<figure id=f><img src=1.png><img src=2.png><figcaption>说<span class=credit>摄</span></figure>") == (
        m.Figure(m.Image("1.png")),
        m.Figure(m.Image("2.png"), (m.Text("说"),), (m.Text("摄"),), "f"),
    )
    assert texts("<figure><table><tr><td>x</table><figcaption>说</figcaption></figure>") == ["x", "说"]
    assert body('<img src="data:image/png;base64,AAAA" alt="内">') == (m.Figure(m.Missing("", "内")),)


FOOTNOTES = {
    "pandoc": '<a href="#fn1" role="doc-noteref"><sup>1</sup></a>|<section class="footnotes" role="doc-endnotes"><hr>'
    '<ol><li id="fn1"><p>注<a href="#r" class="footnote-back">↩</a></p></li></ol></section>',
    "github": '<sup><a href="#fn1" data-footnote-ref>1</a></sup>|<section class="footnotes"><h2>Footnotes</h2>'
    '<ol><li id="fn1"><p>注 <a href="#r" class="data-footnote-backref footnote-backref">↩</a></p></li></ol></section>',
    "epub": '<a epub:type="noteref" href="#fn1">1</a>|<aside epub:type="footnote" id="fn1">注</aside>',
    "docconv": '<a class="noteref" role="doc-noteref" href="#fn1">1</a>|'
    '<aside class="note" role="doc-footnote" id="fn1"><p>注</p></aside>',
}


@pytest.mark.parametrize("kind", FOOTNOTES)
def test_footnotes(kind: str) -> None:
    mark, _, note = FOOTNOTES[kind].partition("|")
    document = read(f"<p>文{mark}字</p>{note}")
    assert document.body == (m.Paragraph((m.Text("文"), m.NoteRef("fn1"), m.Text("字"))),)
    assert document.notes == (m.Note("fn1", (p("注"),)),)


def test_what_is_not_text_is_dropped() -> None:
    html = (
        "<script>1</script><style>2</style><template>3</template><iframe>4</iframe><object>5</object><nav>6</nav>"
        "<form><label>L<input value=7></label><select><option>8</select><textarea>9</textarea></form>"
        "<svg><text>10</text></svg><p hidden>11</p><!-- 12 --><p onclick='x()'>T</p><noscript>13</noscript>"
    )
    assert texts(html) == ["4", "5", "L", "T"]


def test_meta_and_places() -> None:
    document = read('<html lang=zh-TW><head><title>題\n目</title><meta name=author content="甲"></head>\n<body>\n<p>文')
    assert document.meta == m.Meta("題目", "zh-TW", ("甲",))
    assert document.body[0].place == m.Place(4, 1, "page.html")


# ── Encodings ──


@pytest.mark.parametrize(
    ("label", "codec"),
    [("gb2312", "gb18030"), ("big5", "big5hkscs"), ("Shift_JIS", "cp932"), ("euc-kr", "cp949"), ("utf-8", "utf-8")],
)
def test_a_declared_encoding_is_believed(label: str, codec: str) -> None:
    text = "한국" if codec == "cp949" else "中文"
    assert read(f"<meta charset={label}><p>{text}".encode(codec)).body == (p(text),)


def test_a_mark_beats_a_declaration_and_text_beats_both() -> None:
    assert read("<meta charset=gb2312><p>中".encode("utf-16")).body == (p("中"),)
    assert read("<meta charset=gb2312><p>中文").body == (p("中文"),)
    assert read('<?xml version="1.0" encoding="GBK"?><html><p>中'.encode("gbk")).body == (p("中"),)
    assert read(b"<meta charset=gbk><p>a\xff\xffb").body == (p("a\ufffd\ufffdb"),)
    assert read(b"<meta charset=unicode_escape><p>a").body == (p("a"),)
    assert read(b"") == m.Document(m.Meta(), ())


# ── Depth and hostile sources ──

# fmt: off
DEEP = [
    "div", "span", "b", "blockquote", "ul><li", "table><tr><td", "section><h1>x</h1", "article", "aside", "figure",
    "a href='http://x/'", "font><p", "h1", "ruby", "dl><dd", "pre", "b>x</i", "p role=doc-footnote",
    "h2 id=a><a href=#a role=doc-noteref", "table", "dl><div", "ul", "tr", "figure><figcaption", "hgroup", "header",
]
# fmt: on


@pytest.mark.parametrize("tag", DEEP)
def test_any_depth_is_read_in_time_and_can_be_written(tag: str) -> None:
    start = time.process_time()
    document = read(f"<{tag}>" * 10_000 + "文")
    assert time.process_time() - start < 4
    assert "文" in to_markup(document)
    assert read_markup(Source("", to_markup(document).encode())) == document


# fmt: off
PIECES = [
    "<!--", "<a", "<", "&", "<?", "<![CDATA[", "</", "<a x='", "<title>", "<p>", "<li>", "<b><p>", "<table>x",
    "<ul><li>", "<i><b>x</i></b>", "<svg><g></p>", "<math><mi>", "<b><div><p></b>", "<dl><dd><dt>", "<object><p>",
    "<a href=x>y",
]
# fmt: on


@pytest.mark.parametrize("piece", PIECES)
def test_soup_is_read_in_time(piece: str) -> None:
    start = time.process_time()
    read(piece * (90_000 // len(piece)))
    assert time.process_time() - start < 4


@pytest.mark.parametrize(
    "tag", ["<font color=c{}><p>x", "<body a{}=b>", "<b id=b{}>", "<table><i class=i{}>", "<p a{}>"]
)
def test_a_tree_grows_with_its_source(tag: str) -> None:
    """The standard has what is left open begin anew in every paragraph: n tags would be n² elements."""
    pages = ["".join(map(tag.format, range(number))) for number in (1000, 2000)]
    small, large = (sum(1 for _ in parse(page).descendants) for page in pages)
    assert large < 3 * small < 100_000


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<b><p>甲</b>乙</p>丙", "<b></b><p><b>甲</b>乙</p>丙"),
        (
            "<table><tr><td>格</td>外<tr><td>二</table>末",
            "外<table><tbody><tr><td>格</td></tr><tr><td>二</td></tr></tbody></table>末",
        ),
        ("<p>一<div>二</p>三</div>四", "<p>一</p><div>二<p></p>三</div>四"),
        ("<a href=1>甲<a href=2>乙</a>", '<a href="1">甲</a><a href="2">乙</a>'),
        ("<ul><li>一<li>二<ul><li>三</ul>四</ul>", "<ul><li>一</li><li>二<ul><li>三</li></ul>四</li></ul>"),
        ("<svg><title>题<p>文", "<svg><title>题<p>文</p></title></svg>"),
        ("<svg><g><p>文", "<svg><g></g></svg><p>文</p>"),
    ],
)
def test_the_tree_is_that_of_browsers(source: str, expected: str) -> None:
    tree = parse(source)
    assert tree.body is not None
    assert tree.body.decode_contents() == expected


def test_well_formed_xhtml_is_read_as_xml() -> None:
    page = """<?xml version="1.0"?>
<!DOCTYPE html [<!ENTITY shu "书名">]>
<html xmlns="http://www.w3.org/1999/xhtml"><head><title/><script src="a.js"/></head>
<body><p>第<a id="p7"/>一&nbsp;段，&shu;。</p><div/><p>第二段。</p></body></html>"""
    assert read(page).body == (p("第一\xa0段，书名。"), p("第二段。"))
    assert read(page).body[0].place == m.Place(4, 1, "page.html")


def test_a_heading_that_is_left_open_ends_before_its_paragraphs() -> None:
    (section,) = body("<h1>一<p>文<p>又")
    assert section == m.Section((m.Text("一"),), (p("文"), p("又")))


# fmt: off
TAGS = [
    "p", "div", "b", "i", "a", "ul", "ol", "li", "table", "tr", "td", "th", "h1", "h2", "section", "article", "header",
    "figure", "figcaption", "img", "ruby", "rt", "rb", "rp", "pre", "code", "br", "hr", "dl", "dt", "dd", "aside",
    "span", "sup", "math", "script", "title", "blockquote", "caption", "thead", "body", "html", "q",
]
ATTRIBUTES = [
    "", "", " class='verse'", " class=byline", " id=a", " href='#a'", " href='#a' role=doc-noteref", " src=x.png",
    " role=doc-footnote id=a", " lang=ja", " colspan=3", " class=math", " class=credit", " hidden",
]
# fmt: on
soup = st.lists(
    st.one_of(
        st.builds("<{}{}>".format, st.sampled_from(TAGS), st.sampled_from(ATTRIBUTES)),
        st.builds("</{}>".format, st.sampled_from(TAGS)),
        st.text(st.sampled_from("中文あ한 a\n\u3000&<>\"'"), max_size=5),
    ),
    max_size=40,
).map("".join)


@settings(max_examples=300, deadline=None)
@given(soup)
def test_tag_soup_becomes_a_document_that_can_be_written_and_read(html: str) -> None:
    document = read(html)
    markup = to_markup(document)
    assert read_markup(Source("", markup.encode())) == document
    assert read(markup) == document


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_give_a_document_or_an_error_of_ours(data: bytes) -> None:
    with suppress(SourceError):
        to_markup(read(data)).encode()


# ── Markup of our own ──

RICH = m.Document(
    m.Meta("题", "zh-Hans", ("甲", "乙"), "2022-11-05", "日报", "page"),
    (
        m.Article(
            kicker=(m.Text("肩"),),
            headline=(m.Text("主"), m.LineBreak(), m.Text("题")),
            deck=(m.Text("副"),),
            byline=(m.Text("本报记者"), m.Name("周菁", "记者")),
            body=(
                m.Paragraph((m.Byline((m.Text("株洲日报（"), m.Name("周菁", "记者"), m.Text("）"))), m.Text("讯"))),
                m.Paragraph((m.Text("提要"),), "abstract"),
                m.Paragraph((m.Text("日本"),), "note", "ja"),
                m.Figure(m.Missing("a.jpg"), (m.Text("说明"),), (m.Text("摄"),), "fig-1"),
                m.Figure(m.Missing(), id="fig-2"),
                m.Figure(m.Image("b.png", "图"), id="fig-3"),
                m.Section((), (p("无题"),)),
                m.Section((m.Text("节"),), (m.Section((m.Text("小节"),), (p("文"),), "s1"),)),
                m.Paragraph((m.Text("下转A4版"),), "jump"),
                m.Paragraph((m.Text("图由"),), "credit"),
            ),
            id="a1",
            lang="zh-Hans",
        ),
        m.Aside((p("责编"),), "furniture"),
        m.Aside((p("框"), m.Quote((p("引"),)))),
        m.Paragraph(
            (
                m.Emphasis((m.Text("e"),)),
                m.Strong((m.Text("s"),)),
                m.Link("http://a/b?c=d&e", (m.Text("l"),)),
                m.Link("#s1", (m.Text("节"),)),
                m.LineBreak(),
                m.LineBreak(),
                m.Ruby("漢", "かん"),
                m.NoteRef("n1"),
                m.Code("c  d"),
                m.Math("x<y"),
                m.Sub((m.Text("2"),)),
                m.Sup((m.Text("3"),)),
                m.Foreign("ja", (m.Text("日"),)),
                m.Picture(m.Image("g.png", "外字")),
                m.Picture(m.Missing("h.png", "h")),
                m.Text("末"),
            )
        ),
        m.List((m.ListItem((p("一"),)), m.ListItem(()), m.ListItem((p("二"), m.List((m.ListItem((p("三"),)),), 4))))),
        m.Table(
            caption=(m.Text("表"),),
            head=(m.Row((m.Cell((p("头"),), True, 2, align="center"),)),),
            rows=(m.Row((m.Cell((p("1"),), True), m.Cell((), align="right"))),),
        ),
        m.Verse(((m.Text("一"), m.LineBreak(), m.Text("二")), (m.Text("三"),))),
        m.CodeBlock("a\n\tb <c>", "py"),
        m.MathBlock("E=mc^2"),
        m.Break(),
    ),
    (m.Note("n1", (p("注"), p("又"))),),
)


def test_markup_of_our_own_comes_back_equal() -> None:
    assert read(to_markup(RICH)) == RICH
    untitled = replace(RICH, meta=replace(RICH.meta, title="", kind="manuscript"))
    assert read(to_markup(untitled)) == untitled


def test_places_of_the_first_source_come_back() -> None:
    document = m.Document(m.Meta(), (m.Paragraph((m.Text("x"),), place=m.Place(7, 3, "page.txt")),))
    assert read(to_markup(document)).body[0].place == m.Place(7, 3, "page.html")


def test_an_html_edition_comes_back_too() -> None:
    article = replace(RICH.body[0], body=(p("文"),))
    document = replace(RICH, meta=m.Meta("题", "zh-Hans", ("甲",)), body=(article, *RICH.body[1:3]), notes=())
    kind, generator = '<meta name="docconv:kind" content="manuscript"/>', '<meta name="generator" content="docconv 1">'
    dressed = to_markup(document).replace(kind, generator)
    dressed = dressed.replace(
        "<body>",
        '<body><a class="skip generated" href="#text">跳到正文</a><header class="masthead"><p>题</p></header>'
        '<nav><ol><li><a href="#a1">题</a></ol></nav><main id="text">',
    ).replace("</body>", "</main></body>")
    assert read(dressed) == document


def test_pictures_that_are_loaded_late_are_where_their_page_says() -> None:
    text = (
        '<img data-src="https://example.org/a?wx_fmt=jpeg"><p>文</p>'
        '<p><img src="data:image/svg+xml,x" data-original="b.png"></p><p><img src="c.png" data-src="d.png"></p>'
    )
    paths = [
        node.media.path for node in m.walk(read(text)) if isinstance(node, m.Figure) and isinstance(node.media, m.Image)
    ]
    assert paths == ["https://example.org/a?wx_fmt=jpeg", "b.png", "c.png"]


def test_text_that_is_not_displayed_is_left_out_and_told() -> None:
    text = (
        '<p>茶亭建在半山。</p>\n<div style="color: red; display : none"><p>预览<b style="display:none">时</b></p></div>'
    )
    assert "".join(m.paragraphs(read(text))) == "茶亭建在半山。"
    problems: list[Problem] = []
    read_html(Source("a.html", text.encode()), problems.append)
    (problem,) = problems
    assert (problem.code, problem.place) == ("text-hidden", m.Place(2, 1, "a.html"))
    assert "预览时" in problem.message


@pytest.mark.parametrize("style", ["visibility: hidden", "display: block", "display: none"])
def test_what_a_script_is_to_show_is_read(style: str) -> None:
    text = f'<div style="{style}"><p>茶亭建在半山，过路的人都在这里歇脚。</p></div><p>完</p>'
    assert "茶亭" in "".join(m.paragraphs(read(text)))
    problems: list[Problem] = []
    read_html(Source("a.html", text.encode()), problems.append)
    assert not problems


def told(html: str) -> dict[str, Problem]:
    """What is said of a page, by the first words of each message."""
    said: list[Problem] = []
    read_html(Source("a.html", html.encode()), said.append)
    assert len({each.message.split(":")[0] for each in said}) == len(said)
    return {each.message.partition(" ")[0]: each for each in said}


TEXT = "<p>亭在山腰，过路的人都在这里歇脚，喝一碗凉茶。</p>\n"


@pytest.mark.parametrize(
    ("element", "words"),
    [
        ("<object data='quiz.xml'><p>题目</p><ul><li>甲</li></ul></object>", "题目甲"),
        ("<video src='a.mp4'><p>影片：渡口</p></video>", "影片：渡口"),
        ("<audio controls>水声</audio>", "水声"),
        ("<canvas>图表：雨量</canvas>", "图表：雨量"),
        ("<iframe src='x'><p>框内的话</p></iframe>", "框内的话"),
        ("<details><summary>题解</summary>亭名。</details>", "题解亭名。"),
        ("<fieldset><legend>一</legend>甲</fieldset>", "一甲"),
        ("<map name=m><p>图例</p><area alt=x></map>", "图例"),
        ("<dialog open>话</dialog>", "话"),
        ("<progress>六成</progress><meter>三成</meter><output>九</output>", "六成三成九"),
        ("<svg><text>图中<tspan>的字</tspan></text><g></svg>", ""),
        ("<table><caption>表一</caption><caption>又题</caption></table>", "表一\n又题"),
        ("<table><caption>表一</caption><colgroup><col></colgroup><tr><td>甲<td>乙</table>", "表一甲乙"),
    ],
)
def test_what_stands_in_the_place_of_something_else_is_text(element: str, words: str) -> None:
    assert "".join(m.paragraphs(read(TEXT + element))).partition("凉茶。")[2] == words


def test_a_drawing_is_a_picture() -> None:
    drawing = "<svg viewBox='0 0 9 9'><title>方块</title><rect width='9' height='9'/><text>甲</text></svg>"
    page = f"{TEXT}<figure>{drawing}<figcaption>图一</figcaption></figure><p>见{drawing}处，<svg><text>坏</svg>。</p>"
    document = read(page)
    figure = document.body[1]
    assert isinstance(figure, m.Figure)
    assert (figure.media, figure.caption) == (m.Image("picture-1.svg", "方块甲"), (m.Text("图一"),))
    (picture, broken) = (node.media for node in m.walk(document.body[2]) if isinstance(node, m.Picture))
    assert (picture, broken) == (m.Image("picture-1.svg", "方块甲"), m.Missing("", "坏"))
    assert Pictures(package=page.encode()).read("picture-1.svg").startswith(b"<svg xmlns=")


def test_pictures_as_data_are_kept_and_those_that_only_keep_a_place_are_not() -> None:
    data = base64.b64encode(b"GIF89a" + bytes(200)).decode()
    page = f"<p><img src='data:image/gif;base64,{data}' alt=甲><img src='data:image/gif;base64,R0lGODlh'></p>"
    assert [each.media for each in m.walk(read(page)) if isinstance(each, m.Figure)] == [m.Image("picture-1.gif", "甲")]
    assert Pictures(package=page.encode()).read("picture-1.gif") == b"GIF89a" + bytes(200)


@pytest.mark.parametrize(
    ("image", "address"),
    [
        ("<img src='/s/blank.gif' data-original='a/亭.jpg'>", "a/亭.jpg"),
        ("<img srcset='s.jpg 320w, l.jpg 1280w, m.jpg 640w'>", "l.jpg"),
        ("<picture><source srcset='l.webp 2x, s.webp'><img alt=亭></picture>", "l.webp"),
        ("<object data='a.svg' type='image/svg+xml'>亭</object>", "a.svg"),
        ("<svg><image href='a.jpg'/></svg>", "a.jpg"),
    ],
)
def test_a_picture_is_where_the_page_has_it(image: str, address: str) -> None:
    (figure,) = (each for each in m.walk(read(f"<p>{image}</p>")) if isinstance(each, m.Figure))
    assert isinstance(figure.media, m.Image)
    assert figure.media.path == address


@pytest.mark.parametrize(
    ("element", "code", "words"),
    [
        ("<nav><a href='/'>首页</a> <a href='/x'>散文</a></nav><nav>上一篇</nav>", "text-left-out", "首页 散文 上一篇"),
        ("<form><button>提交</button><input value=搜索><select><option>全部</select></form>", "text-left-out",
         "提交 搜索 全部"),
        ("<noscript>请打开脚本</noscript>", "text-left-out", "请打开脚本"),
        ("<dialog>登录</dialog>", "text-hidden", "登录"),
        ("<span class='sr-only'>新窗口</span>", "text-hidden", "新窗口"),
        ("<p hidden>旧文</p><p style='display:none'>草稿</p>", "text-hidden", "旧文 草稿"),
        ("<span>甲</span><span aria-hidden=true>甲</span>", "text-left-out", "甲"),
        ("<math><semantics><mi>α</mi><annotation encoding='application/x-tex'>\\alpha</annotation></semantics></math>",
         "text-left-out", "α"),
    ],
)  # fmt: skip
def test_what_is_no_text_is_left_out_and_said_once(element: str, code: str, words: str) -> None:
    (problem,) = told(TEXT + element).values()
    assert (problem.code, problem.words, problem.place) == (code, words, m.Place(2, 1, "a.html"))


@pytest.mark.parametrize("tag", ["nav", "p hidden", "noscript", "dialog"])
def test_what_holds_most_of_a_page_is_its_text(tag: str) -> None:
    page = f"<p>甲</p><{tag}>亭在山腰，过路的人都在这里歇脚。</{tag.split()[0]}>"
    assert "亭在山腰" in "".join(m.paragraphs(read(page)))
    assert not told(page)


def test_notes_that_say_nothing_of_themselves_are_known_by_their_way_back() -> None:
    page = """<p>过了枫岭<a id=r1 href=#n1>[1]</a>，又过渡口<a href=#n2><sup>2</sup></a>。</p>
<p><a id=n1 href=#r1>[1]</a> 山名。</p><p id=n2>2. 在枫岭下。</p><p><a href=#top>3</a> 不是注。</p>"""
    document = read(page)
    assert texts(page) == ["过了枫岭，又过渡口。", "3 不是注。", "山名。", "在枫岭下。"]
    assert [note.id for note in document.notes] == ["n1", "n2"]


@pytest.mark.parametrize(
    "mark",
    [
        '<span class="reader_footer_note" data-wr-footernote="旧渡口在下游。"></span>',
        '<span class="zhangyue-footnote" zy-footnote="旧渡口在下游。"></span>',
        '<img class="qqreader-footnote" src="note.png" alt="旧渡口在下游。"/>',
    ],
)
def test_a_note_that_a_shop_keeps_in_an_attribute_is_a_note(mark: str) -> None:
    document = read(f"<body><p>渡口{mark}重开。</p></body>")
    (paragraph,) = document.body
    assert isinstance(paragraph, m.Paragraph)
    assert [type(node) for node in paragraph.content] == [m.Text, m.NoteRef, m.Text]
    assert [m.plain(each.content) for each in document.notes[0].body if isinstance(each, m.Paragraph)] == [
        "旧渡口在下游。"
    ]


def test_a_note_as_duokan_has_it_is_a_note() -> None:
    document = read(
        '<body><p>渡口<a class="duokan-footnote" href="#d1"><img src="note.png"/></a>重开。</p>'
        '<ol class="duokan-footnote-content"><li class="duokan-footnote-item" id="d1"><p>旧渡口在下游。</p></li></ol>'
        "</body>"
    )
    assert len(document.notes) == 1
    assert len(document.body) == 1
