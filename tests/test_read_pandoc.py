"""Reading through pandoc: Markdown as East Asian authors write it, and packages that pandoc itself has made."""

from __future__ import annotations

import json
import subprocess
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypandoc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

import docconv.pandoc
from docconv import account, readers
from docconv import model as m
from docconv.account import letters
from docconv.pipeline import prepare
from docconv.problems import Problem, SourceError, ToolError
from docconv.readers.docx import read_docx
from docconv.readers.markup import read_markup
from docconv.readers.odt import read_odt
from docconv.readers.pandoc import read_pandoc
from docconv.readers.source import Source
from docconv.writers.markup import to_markup


def read(text: str | bytes, pandoc_format: str = "markdown") -> m.Document:
    source = Source("a.md", text if isinstance(text, bytes) else text.encode())
    own = {"docx": read_docx, "odt": read_odt}.get(pandoc_format)
    return own(source) if own else read_pandoc(source, pandoc_format)


def body(text: str, pandoc_format: str = "markdown") -> tuple[Any, ...]:
    return read(text, pandoc_format).body


def content(text: str) -> m.Inlines:
    (paragraph,) = body(text)
    return tuple(paragraph.content)


def p(text: str) -> m.Paragraph:
    return m.Paragraph((m.Text(text),))


# ── Markdown ──


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("中\n文", "中文"),
        ("中\nLatin\n文", "中 Latin 文"),
        ("한국\n사람", "한국 사람"),
        ("“好。”\n他说", "“好。”他说"),
        ("\"直\" 'quote' -- ... ", "\"直\" 'quote' -- ..."),
        ("　　段首", "段首"),
        ("a@b.c 和 @某人 \\foo{x}", "a@b.c 和 @某人 \\foo{x}"),
        ("中  \n文", "中\n文"),
        ("~~删~~[大]{.smallcaps}", "删大"),
    ],
)
def test_text_stays_as_typed(source: str, expected: str) -> None:
    assert m.plain(content(source)) == expected


@pytest.mark.parametrize("text", ["中。", "“中文”", "「あ」", "中文（注）", "공지:"])
def test_emphasis_needs_no_space_beside_full_width_marks(text: str) -> None:
    assert content(f"前**{text}**后") == (m.Text("前"), m.Strong((m.Text(text),)), m.Text("后"))
    assert content(f"前*{text}*后") == (m.Text("前"), m.Emphasis((m.Text(text),)), m.Text("后"))


def test_escaped_asterisks_are_text() -> None:
    assert content(r"前\*\*中\*\*后") == (m.Text("前**中**后"),)


def test_lines_through_and_under_words_are_read() -> None:
    revised = "~~a~~<ins>b</ins>[c]{.underline}[d]{.insertion}[e]{.deletion}<u>f</u>"
    kinds = (m.Deletion, m.Insertion, m.Underline, m.Insertion, m.Deletion, m.Underline)
    assert content(revised) == tuple(kind((m.Text(each),)) for kind, each in zip(kinds, "abcdef", strict=True))


@pytest.mark.parametrize(
    ("source", "start", "look"),
    [
        ("3. a", 3, ("1", ".")),
        ("b) a", 2, ("a", ")")),
        ("(iv) a", 4, ("i", "()")),
        ('::: {numbered="（一）"}\n2. a\n:::', 2, ("一", "（）")),
        ('::: {numbered="???"}\n1. a\n:::', 1, ("1", ".")),
    ],
)
def test_lists_keep_the_look_of_their_numbers(source: str, start: int, look: tuple[str, str]) -> None:
    (found,) = body(source)
    assert (found.start, (found.style, found.marks)) == (start, look)


def test_a_box_says_where_its_paragraphs_stand() -> None:
    day = m.Paragraph((m.Text("四月"),), align="right")
    for source in ("::: right\n四月\n:::", "::: {.text-right}\n四月\n:::", '<p align="right">四月</p>'):
        assert body(source) == (day,)
    source = '<div align="center">\n\n甲\n\n- 乙\n\n</div>\n\n丙'
    assert body(source) == (replace(p("甲"), align="center"), m.List((m.ListItem((p("乙"),)),)), p("丙"))


def test_raw_inline_html_is_read() -> None:
    assert content(
        'm<sup>*2*</sup>H<sub>2</sub><ruby>漢<rt>かん</rt></ruby>a<br>b<u>**c**</u><span lang="ja">日</span>'
    ) == (
        m.Text("m"),
        m.Sup((m.Emphasis((m.Text("2"),)),)),
        m.Text("H"),
        m.Sub((m.Text("2"),)),
        m.Ruby("漢", "かん"),
        m.Text("a"),
        m.LineBreak(),
        m.Text("b"),
        m.Underline((m.Strong((m.Text("c"),)),)),
        m.Foreign("ja", (m.Text("日"),)),
    )
    assert content("甲**<u>乙</u>**丙")[1:] == (m.Strong((m.Underline((m.Text("乙"),)),)), m.Text("丙"))
    assert m.plain(content("a<font color=red>b</font>&lt;i&gt;</b>c<wbr>")) == "ab<i>c"
    assert content('<span class="name" data-role="文">周菁</span>') == (m.Name("周菁", "文"),)


@pytest.mark.parametrize(("attribute", "crop"), [("{crop=left}", "left"), ("{crop=sideways}", ""), ("", "")])
def test_a_picture_may_be_cropped(attribute: str, crop: m.Crop) -> None:
    assert body(f"![湘江](a.jpg){attribute}") == (m.Figure(m.Image("a.jpg", "湘江", crop), (m.Text("湘江"),), id=""),)


def test_words_are_marked_to_be_shown_large() -> None:
    assert body("::: pullquote\n步步留心\n:::") == (m.Aside((m.Paragraph((m.Text("步步留心"),)),), "pullquote"),)


def test_raw_blocks_are_read_with_the_markdown_in_them() -> None:
    assert body("<table><tr><td>**a**</td></tr>\n\n<tr><td>b</td></tr></table>\n") == (
        m.Table(
            rows=(
                m.Row((m.Cell((m.Paragraph((m.Strong((m.Text("a"),)),)),)),)),
                m.Row((m.Cell((p("b"),)),)),
            )
        ),
    )
    assert body("<aside>\n\n*e*\n\n- x\n\n</aside>\n\n<script>alert(1)</script>\n\n<!-- c -->\n\nend") == (
        m.Aside((m.Paragraph((m.Emphasis((m.Text("e"),)),)), m.List((m.ListItem((p("x"),)),)))),
        p("end"),
    )
    assert body('<div lang="ja">\n\n文\n\n</div>\n') == (m.Paragraph((m.Text("文"),), lang="ja"),)


def test_structure() -> None:
    assert body("前\n\n# 一\n\n甲\n\n### 二\n\n乙\n\n# 三\n") == (
        p("前"),
        m.Section((m.Text("一"),), (p("甲"), m.Section((m.Text("二"),), (p("乙"),)))),
        m.Section((m.Text("三"),), ()),
    )
    assert body(
        "3. a\n4. b\n\n    - c\n\n> q\n\n***\n\n| 一\n| 二\n|\n| 三\n\n```py\nx\n  y\n```\n\n术语\n:   义\n"
    ) == (
        m.List((m.ListItem((p("a"),)), m.ListItem((p("b"), m.List((m.ListItem((p("c"),)),))))), 3),
        m.Quote((p("q"),)),
        m.Break(),
        m.Verse(((m.Text("一"), m.LineBreak(), m.Text("二")), (m.Text("三"),))),
        m.CodeBlock("x\n  y", "py"),
        m.List((m.ListItem((m.Paragraph((m.Strong((m.Text("术语"),)),)), p("义"))),)),
    )


def test_an_id_is_kept_if_a_link_leads_to_it() -> None:
    document = read("[去](#章-一)[无](#none)\n\n# 章 一\n\n# 章 二\n")
    assert [each.id for each in document.body if isinstance(each, m.Section)] == ["章-一", ""]
    assert document.body[0] == m.Paragraph((m.Link("#章-一", (m.Text("去"),)), m.Text("无")))


def test_notes_and_formulas() -> None:
    document = read("文[^1]字^[又 *e*]，$x^2$ 即\n$$y$$\n后\n\n[^1]: 注\n")
    assert document.body == (
        m.Paragraph(
            (m.Text("文"), m.NoteRef("n1"), m.Text("字"), m.NoteRef("n2"), m.Text("，"), m.Math("x^2"), m.Text(" 即"))
        ),
        m.MathBlock("y"),
        p("后"),
    )
    assert document.notes == (
        m.Note("n1", (p("注"),)),
        m.Note("n2", (m.Paragraph((m.Text("又 "), m.Emphasis((m.Text("e"),)))),)),
    )


def test_pictures() -> None:
    assert body("![说 *明*](a%20b/%E5%9B%BE.png)\n\n![](x.png)\n\n字![外](g.png)字\n") == (
        m.Figure(m.Image("a b/图.png", "说 明"), (m.Text("说 "), m.Emphasis((m.Text("明"),)))),
        m.Figure(m.Image("x.png")),
        m.Paragraph((m.Text("字"), m.Picture(m.Image("g.png", "外")), m.Text("字"))),
    )
    (figure,) = body("![说明[某某摄]{.credit}](a.png)\n")
    assert (figure.caption, figure.credit) == ((m.Text("说明"),), (m.Text("某某摄"),))


def test_a_table() -> None:
    (table,) = body("| a | b |\n|:-:|--:|\n| 1 | *2* |\n\n: 表\n")
    assert table == m.Table(
        caption=(m.Text("表"),),
        head=(m.Row((m.Cell((p("a"),), True, align="center"), m.Cell((p("b"),), True, align="right"))),),
        rows=(
            m.Row(
                (
                    m.Cell((p("1"),), align="center"),
                    m.Cell((m.Paragraph((m.Emphasis((m.Text("2"),)),)),), align="right"),
                )
            ),
        ),
    )
    grid = "+---+---+\n| a | b |\n|   +---+\n|   | c |\n+---+---+\n"
    (table,) = body(grid)
    assert [[(cell.rowspan, cell.colspan) for cell in row.cells] for row in table.rows] == [[(2, 1), (1, 1)], [(1, 1)]]


def test_metadata() -> None:
    document = read(
        "---\ntitle: 题 *目*\nauthor: [甲, {name: 乙}]\ndate: 2024年1月2日\nlang: zh-TW\nabstract: 提要\n---\n\n文"
    )
    assert document.meta == m.Meta("题 目", "zh-TW", ("甲", "乙"), "2024-01-02")
    assert document.body == (m.Paragraph((m.Text("提要"),), "abstract"), p("文"))


@pytest.mark.parametrize(
    "source",
    [
        "---\n第一段\n\n第二：段\n\n---\n\n文",
        "---\n作者：某某\n---\n\n文",
        "---\n「a: [b\n---\n\n文",
        "文\n\n---\n\n- x\n\n---\n",
    ],
)
def test_a_rule_is_a_rule(source: str) -> None:
    nodes = [*m.walk(read(source))]
    assert not any(isinstance(node, m.Table) for node in nodes)
    shown = "".join(m.paragraphs(read(source)))
    assert all(character in shown for character in source if character.isalpha())


def test_boxes_make_articles() -> None:
    source = (
        "::: {.article #a}\n::: kicker\n肩\n:::\n\n# 题\n\n::: deck\n副\n:::\n\n"
        "::: byline\n记者 [周菁]{.name role=摄影}\n:::\n\n"
        "[某社]{.byline}讯\n\n::: jump\n下转\n:::\n:::\n"
    )
    assert body(source) == (
        m.Article(
            kicker=(m.Text("肩"),),
            headline=(m.Text("题"),),
            deck=(m.Text("副"),),
            byline=(m.Text("记者 "), m.Name("周菁", "摄影")),
            body=(m.Paragraph((m.Byline((m.Text("某社"),)), m.Text("讯"))), m.Paragraph((m.Text("下转"),), "jump")),
            id="a",
        ),
    )


def test_an_empty_source_is_an_empty_document() -> None:
    for each in ("markdown", "docx", "rst"):
        assert read(b" \n", each) == m.Document(m.Meta(), ())


# ── Packages and other formats ──

MANUSCRIPT = """---
title: 题目
author: 甲
lang: zh-Hans
---

# 一

文 **粗** m^2^ “引”[^1]。

![说明](missing.png)

- 一
- 二

[^1]: 注 *强*
"""


def made(folder: Path, suffix: str) -> bytes:
    """The manuscript in another format, made by pandoc itself."""
    output = folder / f"made.{suffix}"
    command = [pypandoc.get_pandoc_path(), "-f", "markdown", "-t", suffix, "-s", "-o", str(output)]
    subprocess.run(command, input=MANUSCRIPT.encode(), check=True, capture_output=True)
    return output.read_bytes()


@pytest.mark.parametrize("suffix", ["docx", "odt", "epub", "rst", "latex", "org", "docbook", "fb2", "rtf", "typst"])
def test_what_pandoc_has_made_comes_back(suffix: str, tmp_path: Path) -> None:
    document = read(made(tmp_path, suffix), suffix)
    nodes = [*m.walk(document)]
    sections = [m.plain(node.title) for node in nodes if isinstance(node, m.Section)]
    assert "一" in sections
    assert any(isinstance(node, m.Strong) and m.plain(node) == "粗" for node in nodes)
    # pandoc writes no lists to FB2, and reads neither lists nor notes from its own RTF
    assert suffix in ("fb2", "rtf") or any(isinstance(node, m.List) for node in nodes)
    assert suffix == "rtf" or any("注" in text for text in m.paragraphs(document))
    assert str(tmp_path) not in repr(document)
    assert read_markup(Source("", to_markup(document).encode())) == document


def test_a_docx_keeps_its_title_and_notes(tmp_path: Path) -> None:
    document = read(made(tmp_path, "docx"), "docx")
    assert (document.meta.title, document.meta.authors) == ("题目", ("甲",))
    assert document.notes == (m.Note("n1", (m.Paragraph((m.Text("注 "), m.Emphasis((m.Text("强"),)))),)),)


def test_an_xml_source_may_be_in_any_encoding() -> None:
    source = '<?xml version="1.0" encoding="gb2312"?><article><para>中文</para></article>'
    assert read(source.encode("gb2312"), "docbook").body == (p("中文"),)


def test_no_other_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("SECRET")
    path = tmp_path / "secret.txt"
    for text, name in [
        (f".. include:: {path}\n", "rst"),
        (f"#+INCLUDE: {path}\n", "org"),
        (f"\\input{{{path}}}", "latex"),
    ]:
        try:
            assert "SECRET" not in to_markup(read(text, name))
        except SourceError as error:
            assert "SECRET" not in str(error)


# ── Errors ──


@pytest.mark.parametrize("name", ["epub"])
@pytest.mark.parametrize("data", [b"not a package", b"PK\x03\x04 cut short"])
def test_a_damaged_package_is_named(name: str, data: bytes) -> None:
    with pytest.raises(SourceError, match=f"a.md is damaged, or is not {name}: ") as caught:
        read(data, name)
    assert "/tmp" not in str(caught.value)
    assert caught.value.remedy


def test_without_pandoc_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docconv.pandoc, "_brought", str)
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("PYPANDOC_PANDOC", raising=False)
    with pytest.raises(ToolError) as caught:
        read("x")
    assert caught.value.exit_code == 3
    assert "pip install" in caught.value.remedy


def test_a_source_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SECONDS", "SECONDS_A_MEGABYTE", "WAIT"):
        monkeypatch.setattr(docconv.pandoc, name, 0.0001)
    with pytest.raises(SourceError, match="longer than"):
        read("x")


@pytest.mark.parametrize("piece", ["> ", "- ", "<div>\n\n", "<blockquote>\n\n", "<b>", "*a **b ", "[", "<span>"])
def test_depth_is_refused_or_flattened(piece: str) -> None:
    start = time.perf_counter()
    try:
        to_markup(read(piece * 150 + "文"))
    except SourceError as error:
        assert "deeper" in str(error)
    assert time.perf_counter() - start < 10


def test_our_part_of_the_reading_is_short() -> None:
    source = "# 题\n\n" + "中文段落，**粗**与 `code`，还有[链接](http://a/)和脚注^[注]。\n\n" * 2000
    start = time.process_time()  # without pandoc's
    read(source)
    assert time.process_time() - start < 5


# fmt: off
pieces = st.sampled_from([
    "文", "a", " ", "\n", "\n\n", "*", "**", "`", "#", "> ", "- ", "1. ", "|", "---", "<b>", "</b>", "<td>", "<table>",
    "</p>", "[", "](#a)", "![", "](x.png)", "[^1]", "\n[^1]: ", "$", ":::", "<ruby>", "<rt>", "<sup>", "&", "\\", "~",
    "^", "\u3000",
])
# fmt: on


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(st.lists(pieces, max_size=30).map("".join))
def test_any_markdown_becomes_a_document_that_can_be_written_and_read(text: str) -> None:
    document = read(text)
    assert read_markup(Source("", to_markup(document).encode())) == document


WORD = """
::: {custom-style="Kicker"}
肩题
:::

# 标题

::: {custom-style="Byline"}
本报记者 张三
:::

正文。

![](red.png)

::: {custom-style="Caption"}
图注
:::

# 次题

::: {custom-style="Deck"}
副题
:::

次文。
"""


def test_styles_of_word_make_articles_and_its_pictures_are_shown(tmp_path: Path) -> None:
    Image.new("RGB", (30, 20), "red").save(tmp_path / "red.png")
    (tmp_path / "a.md").write_text(WORD, encoding="utf-8")
    subprocess.run([pypandoc.get_pandoc_path(), "a.md", "-o", "a.docx"], cwd=tmp_path, check=True)
    (tmp_path / "red.png").unlink()
    prepared = prepare(Source.open(tmp_path / "a.docx"))
    first, second = prepared.document.body
    assert isinstance(first, m.Article)
    assert isinstance(second, m.Article)
    assert [m.plain(part) for part in (first.kicker, first.headline, first.byline)] == ["肩题", "标题", "本报记者 张三"]
    assert m.plain(second.deck) == "副题"
    (figure,) = [node for node in first.body if isinstance(node, m.Figure)]
    assert m.plain(figure.caption) == "图注"
    assert isinstance(figure.media, m.Image)
    assert prepared.pictures.read(figure.media.path).startswith(b"\x89PNG")
    assert prepared.problems == []


# ── What pandoc leaves out, or takes wrongly ──


def told(text: str, format: str) -> list[tuple[str, int]]:
    problems: list[Problem] = []
    readers.read(Source(f"a.{format}", text.encode()), format, say=problems.append)
    return [(each.code, each.place.line if each.place else 0) for each in problems]


def test_what_pandoc_warns_of_is_told() -> None:
    assert told("渡口\n\n见 |江| 与 [9]_\n", "rst") == [("reference-doubtful", 5), ("reference-doubtful", 5)]
    assert told("\\section{渡口}\n\\foo{雾}", "latex") == [("source-skipped", 2)]
    assert told("渡口\n\n{{信息框|名=茶亭}}\n", "mediawiki") == [("source-skipped", 0)]
    assert told("---\ndocconv: manuscript\n---\n\n渡口\n\n[^a]: 注\n", "markdown") == [("note-uncalled", 7)]


def test_metadata_that_no_edition_states_is_told() -> None:
    head = "---\ntitle: 渡口\nauthor: 陈一\nlayout: post\n来源: 江边日报\n---\n\n雾。\n"
    problems: list[Problem] = []
    readers.read(Source("a.md", head.encode()), "markdown", say=problems.append)
    assert [(each.code, each.words) for each in problems] == [("source-skipped", "江边日报")]


def test_the_title_of_a_picture_is_told() -> None:
    text = '![茶园](a.png "春茶采摘") 与[茶园](https://example.org/ "茶园")'
    problems: list[Problem] = []
    readers.read(Source("a.md", text.encode()), "markdown", say=problems.append)
    assert [(each.code, each.words) for each in problems] == [("source-skipped", "春茶采摘")]


def test_latex_keeps_the_digits_behind_a_command() -> None:
    text = (
        r"\section{表}\begin{longtable}{>{\raggedright\arraybackslash}p{2cm}>{\centering}p{2cm}}" "\n"
        r"甲 & 5,809 \\ 乙 & 27 个 \\" "\n" r"\end{longtable}" "\n\n" r"\songti 5月开工\hskip 5pt 完" "\n"
    )  # fmt: skip
    shown = "".join(letters(piece.text) for piece in account.shown(read(text, "latex")))
    assert shown == "表甲5809乙27个5月开工完"


def test_the_parts_of_a_figure_keep_their_captions() -> None:
    text = (
        r"\begin{figure}\begin{subfigure}{5cm}\includegraphics{a.png}\caption{左图}\end{subfigure}" "\n"
        r"\begin{subfigure}{5cm}\includegraphics{b.png}\caption{右图}\end{subfigure}\caption{两图}\end{figure}"
    )  # fmt: skip
    assert [m.plain(figure.caption) for figure in body(text, "latex")] == ["左图", "右图\n两图"]


def test_the_description_of_a_picture_holds_that_of_a_picture_in_it() -> None:
    (figure,) = body("![甲 ![乙](b.png)](a.png)", "commonmark")
    assert figure.media.alt == "甲 乙"


@pytest.mark.parametrize(
    ("source", "done"),
    [
        ("<ul><li>☐ a</li><li>☑ b</li></ul>", [False, True]),
        ("<ul><li>□ a</li><li>□ b</li></ul>", [False, False]),
        ("<ul><li>■ a</li><li>■ b</li></ul>", [None, None]),
        ("<ul><li>☐ a</li><li>b</li></ul>", [None, None]),
        ("<ul><li>□a</li></ul>", [None]),
        ("<ol><li>☐ a</li></ol>", [None]),
    ],
)
def test_items_that_all_begin_with_a_box_are_tasks(source: str, done: list[bool | None]) -> None:
    (found,) = body(source, "html")
    assert [item.done for item in found.items] == done
    assert [m.plain(item.body[0].content)[-1] for item in found.items] == list("ab")[: len(done)]


def test_latex_keeps_the_labels_of_items() -> None:
    text = (
        r"\begin{itemize}\item[甲、] 一\item 二\end{itemize}"
        r"\begin{description}\tightlist\item[渡口] 过河处\end{description}"
    )
    shown = "".join(letters(piece.text) for piece in account.shown(read(text, "latex")))
    assert shown == "甲一二渡口过河处"


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (r"\ansi\ansicpg936{\fonttbl{\f0\fcharset134 SimSun;}}", r"\'b6\'c9\'bf\'da"),
        (r"\ansi\ansicpg1252{\fonttbl{\f0\fcharset134 SimSun;}}", r"\'b6\'c9\'bf\'da"),
        (r"\ansi\ansicpg932{\fonttbl{\f0\fcharset128 MS Mincho;}}", r"\'93\'6e\'8c\'fb"),
        (r"\ansi\ansicpg936{\fonttbl{\f0\fcharset134 SimSun;}}", r"\uc2 \u28193\'b6\'c9\u21475\'bf\'da"),
        (r"\ansi\ansicpg1252{\fonttbl{\f0 Times;}}", r"\u28193?\u21475?"),
    ],
)
def test_rtf_is_read_in_its_code_page(head: str, words: str) -> None:
    (paragraph,) = body(rf"{{\rtf1{head}\pard\f0 {words}\par}}", "rtf")
    assert m.plain(paragraph.content) == "渡口"
    assert told(rf"{{\rtf1{head}\pard\f0 {words}\par}}", "rtf") == []


def test_a_notebook_keeps_its_notes() -> None:
    cell = {"cell_type": "markdown", "metadata": {}, "source": ["甲[^1]。\n", "\n", "[^1]: 注文"]}
    book = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (note,) = read(json.dumps(book), "ipynb").notes
    assert [m.plain(each.content) for each in note.body if isinstance(each, m.Paragraph)] == ["注文"]
