"""Manuscripts in Markdown: read as GitHub reads them, with pandoc's notations, and as East Asian authors mean them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docconv import model as m
from docconv import readers
from docconv.pipeline import prepare
from docconv.problems import Problem
from docconv.readers.markup import read_markup
from docconv.readers.source import Source
from docconv.writers.markup import to_markup


def read(text: str, format: str = "markdown") -> m.Document:
    return readers.read(Source("a.md", text.encode()), format)


def body(text: str, format: str = "markdown") -> tuple[Any, ...]:
    return read(text, format).body


def content(text: str, format: str = "markdown") -> m.Inlines:
    (paragraph,) = body(text, format)
    return tuple(paragraph.content)


def said(text: str) -> list[tuple[str, int]]:
    problems: list[Problem] = []
    readers.read(Source("a.md", text.encode()), "markdown", say=problems.append)
    return [(each.code, each.place.line) for each in problems if each.place]


def p(text: str) -> m.Paragraph:
    return m.Paragraph((m.Text(text),))


def bold(text: str) -> m.Paragraph:
    return m.Paragraph((m.Strong((m.Text(text),)),))


def items(*texts: str, start: int | None = None) -> m.List:
    return m.List(tuple(m.ListItem((p(text),)) for text in texts), start)


def table(*rows: str, caption: str = "") -> m.Table:
    def row(cells: str, header: bool = False) -> m.Row:
        return m.Row(tuple(m.Cell((p(cell),) if cell else (), header) for cell in cells.split("|")))

    words = (m.Text(caption),) if caption else ()
    return m.Table(caption=words, head=(row(rows[0], True),), rows=tuple(row(each) for each in rows[1:]))


def link(address: str, text: str = "") -> m.Link:
    return m.Link(address, (m.Text(text or address),))


# ── Blocks ──

BLOCKS: dict[str, tuple[str, tuple[Any, ...]]] = {
    "a list below text": ("行李：\n- 雨伞\n- 水壶", (p("行李："), items("雨伞", "水壶"))),
    "a numbered list below text": ("先后：\n1. 起\n2. 承", (p("先后："), items("起", "承", start=1))),
    "only 1 begins a list below text": ("门牌是\n14. 院里有树。", (p("门牌是 14. 院里有树。"),)),
    "a head below text": ("引言。\n## 节", (p("引言。"), m.Section((m.Text("节"),), ()))),
    "no head without a blank": ("#标签", (p("#标签"),)),
    "a quotation below text": ("他写道：\n> 好雨。", (p("他写道："), m.Quote((p("好雨。"),)))),
    "a table below text": ("见下：\n| 站 | 时 |\n|---|---|\n| 东 | 九 |", (p("见下："), table("站|时", "东|九"))),
    "a table without outer bars": ("站 | 时\n--- | ---\n东 | 九", (table("站|时", "东|九"),)),
    "a row without bars": ("| 站 | 时 |\n|---|---|\n| 东 | 九 |\n西\n\n后", (table("站|时", "东|九", "西|"), p("后"))),
    "a table in a quotation": (
        "> 见下：\n> | 站 | 时 |\n> |---|---|\n> | 东 | 九 |",
        (m.Quote((p("见下："), table("站|时", "东|九"))),),
    ),
    "a table with a caption": (
        "| 站 | 时 |\n|---|---|\n| 东 | 九 |\n\n: 班次",
        (table("站|时", "东|九", caption="班次"),),
    ),
    "code below text": (
        "运行：\n```sh\nls *（x）*\n```\n完。",
        (p("运行："), m.CodeBlock("ls *（x）*", "sh"), p("完。")),
    ),
    "code with a file's name": (
        '```tsx title="b.tsx"\n<B/>\n\n{c}\n```\n\n完。',
        (m.CodeBlock("<B/>\n\n{c}", "tsx"), p("完。")),
    ),
    "code with lines": ("```js {2,4-5}\nx\n```", (m.CodeBlock("x", "js"),)),
    "a table's lines in code": ("```\n字\n| a |\n|---|\n[TOC]\n```", (m.CodeBlock("字\n| a |\n|---|\n[TOC]"),)),
    "indented code": ("前。\n\n    | a |\n    [TOC]\n", (p("前。"), m.CodeBlock("| a |\n[TOC]"))),
    "an indented fence below text": ("前。\n  ```\n  x\n  ```\n完。", (p("前。"), m.CodeBlock("x"), p("完。"))),
    "a fence that its list ends": (
        "- 甲\n  ```\n  x\n\n后。",
        (m.List((m.ListItem((p("甲"), m.CodeBlock("x"))),)), p("后。")),
    ),
    "code in a list": (
        "1. 装\n   ```sh\n   ls\n   ```\n2. 用",
        (m.List((m.ListItem((p("装"), m.CodeBlock("ls", "sh"))), m.ListItem((p("用"),))), 1),),
    ),
    "a nested list": (
        "- 春\n  - 花\n- 秋",
        (m.List((m.ListItem((p("春"), items("花"))), m.ListItem((p("秋"),)))),),
    ),
    "tasks": (
        "- [ ] 校对\n- [x] 排版\n- [甲] 文",
        (m.List((m.ListItem((p("校对"),), False), m.ListItem((p("排版"),), True), m.ListItem((p("[甲] 文"),)))),),
    ),
    "letters and brackets number nothing": ("(1) 甲\na. 乙", (p("(1) 甲 a. 乙"),)),
    "a definition": ("活字\n: 一字一粒。", (m.List((m.ListItem((bold("活字"), p("一字一粒。"))),)),)),
    "a verse": (
        "前\n\n| 春眠\n| 不觉晓\n\n后",
        (p("前"), m.Verse(((m.Text("春眠"), m.LineBreak(), m.Text("不觉晓")),)), p("后")),
    ),
    "a rule on the first line": ("---\n---\n\n文", (m.Break(), m.Break(), p("文"))),
    "an alert": ("> [!WARNING]\n> 水深。", (m.Aside((p("水深。"),), alert="warning"),)),
    "an alert of Obsidian": ("> [!info]- 渡口\n> 水深。", (m.Aside((bold("渡口"), p("水深。"))),)),
    "an alert of a kind of its own": ("> [!abstract]\n> 文", (m.Aside((bold("abstract"), p("文"))),)),
    "a box": ("::: tip\n带伞。\n:::", (m.Aside((p("带伞。"),), alert="tip"),)),
    "a box with a title": ("::: danger 涨水\n绕行。\n:::", (m.Aside((bold("涨水"), p("绕行。"))),)),
    "a title in brackets": (":::tip[带伞]\n有雨。\n:::", (m.Aside((bold("带伞"), p("有雨。"))),)),
    "a role": ("::: abstract\n提要。\n:::", (m.Paragraph((m.Text("提要。"),), "abstract"),)),
    "Markdown in raw code": ("<pre>\n一\n\n_二_\n</pre>", (m.CodeBlock("一\n\n_二_"),)),
    "an open fence around prose": ("```markdown\n# 题\n\n文。", (m.Section((m.Text("题"),), (p("文。"),)),)),
    "tildes as a rule": ("前。\n\n~~~~~~\n\n后来下雨，他没有走。", (p("前。"), m.Break(), p("后来下雨，他没有走。"))),
    "an open fence around code": ("前。\n\n```py\nx = 1\n", (p("前。"), m.CodeBlock("x = 1", "py"))),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), BLOCKS.values(), ids=BLOCKS.keys())
def test_blocks(text: str, expected: tuple[Any, ...]) -> None:
    assert body(text) == expected


# ── Inlines ──

INLINES: dict[str, tuple[str, m.Inlines]] = {
    "bold beside a mark": ("**重点**：说", (m.Strong((m.Text("重点"),)), m.Text("：说"))),
    "bold around a mark": ("**重点：**说", (m.Strong((m.Text("重点："),)), m.Text("说"))),
    "bold around quotation marks": ("说**“好”**了", (m.Text("说"), m.Strong((m.Text("“好”"),)), m.Text("了"))),
    "Korean bold": ("**공지(안):**를", (m.Strong((m.Text("공지(안):"),)), m.Text("를"))),
    "asterisks that are escaped": (r"注\*（一）\*尾", (m.Text("注*（一）*尾"),)),
    "code keeps its asterisks": ("`a*（b`", (m.Code("a*（b"),)),
    "struck out": ("交~~一百~~两百元", (m.Text("交"), m.Deletion((m.Text("一百"),)), m.Text("两百元"))),
    "struck out beside marks": ("交~~“一百”~~元", (m.Text("交"), m.Deletion((m.Text("“一百”"),)), m.Text("元"))),
    "a range": ("10~20，30~40", (m.Text("10~20，30~40"),)),
    "an index": ("H~2~O、m^2^", (m.Text("H"), m.Sub((m.Text("2"),)), m.Text("O、m"), m.Sup((m.Text("2"),)))),
    "powers": ("x^2+y^2", (m.Text("x^2+y^2"),)),
    "a face": ("好:)，:tada:", (m.Text("好:)，:tada:"),)),
    "an address": ("见 https://a.example/b 。", (m.Text("见 "), link("https://a.example/b"), m.Text(" 。"))),
    "an address in a sentence": (
        "见https://a.example/b，再说",
        (m.Text("见"), link("https://a.example/b"), m.Text("，再说")),
    ),
    "an address before a mark": (
        "（ https://a.example/b）后",
        (m.Text("（ "), link("https://a.example/b"), m.Text("）后")),
    ),
    "an address in brackets": ("见[https://a.example] 。", (m.Text("见[https://a.example] 。"),)),
    "an address without http": ("见 www.a.example", (m.Text("见 "), link("http://www.a.example", "www.a.example"))),
    "an address of mail": ("信 a@b.example", (m.Text("信 "), link("mailto:a@b.example", "a@b.example"))),
    "no link in a link": (
        "[去 https://a.example/ 看](https://b.example/)",
        (link("https://b.example/", "去 https://a.example/ 看"),),
    ),
    "a link above ruby": (
        "<ruby>[江户](https://a.example/)<rt>Edo</rt></ruby>",
        (m.Link("https://a.example/", (m.Ruby("江户", "Edo"),)),),
    ),
    "lines of Han and Latin": ("中\n文\nLatin\nword", (m.Text("中文 Latin word"),)),
    "a formula": ("$x*y$ 与 $`a`$", (m.Math("x*y"), m.Text(" 与 "), m.Math("a"))),
    "a name": ("[李逸]{.name role=摄影}", (m.Name("李逸", "摄影"),)),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), INLINES.values(), ids=INLINES.keys())
def test_inlines(text: str, expected: m.Inlines) -> None:
    assert content(text) == expected


# ── Notes ──


def noted(text: str) -> tuple[list[str], list[str]]:
    """The notes that are called, by their text, and all that are there."""
    document = read(text)
    texts = {note.id: m.plain(note.body[0].content) for note in document.notes if isinstance(note.body[0], m.Paragraph)}
    return [texts[node.note] for node in m.walk(document) if isinstance(node, m.NoteRef)], [*texts.values()]


def test_a_note_that_nobody_calls_stands_behind_the_text_and_is_reported() -> None:
    text = "渡船[^1]停了。\n\n[^1]: 木船。\n[^2]: 渡口在上游。\n"
    assert noted(text) == (["木船。"], ["木船。", "渡口在上游。"])
    assert said(text) == [("note-uncalled", 4)]


@pytest.mark.parametrize("mark", ["```", "~~~~ python", "> ```", "- ```"])
def test_a_note_that_nobody_calls_is_no_code_of_a_fence_left_open(mark: str) -> None:
    text = f"渡船。\n\n[^2]: 渡口在上游。\n\n{mark}\n{'>' * mark.startswith('>') or '  '} x = 1\n"
    assert noted(text) == ([], ["渡口在上游。"])
    assert [code.text.strip() for code in m.walk(read(text)) if isinstance(code, m.CodeBlock)] == ["x = 1"]


def test_a_note_that_is_there_twice_is_kept() -> None:
    text = "渡船[^a]停了。\n\n[^a]: 木船。\n\n[^a]: 铁船。\n"
    assert noted(text) == (["木船。"], ["木船。", "铁船。"])
    assert said(text) == [("note-uncalled", 5)]


def test_a_note_that_is_called_twice_is_one() -> None:
    assert noted("渡船[^a]与木船[^a]。\n\n[^a]: 即舟。\n") == (["即舟。", "即舟。"], ["即舟。"])
    assert noted("渡船[^a]与木船[^b]。\n\n[^a]: 同上。\n[^b]: 同上。\n") == (["同上。", "同上。"],) * 2


def test_a_call_without_a_note_is_text_and_is_reported() -> None:
    text = "```\n[^8]\n```\n\n渡船[^9]停了，`[^7]`。\n"
    assert m.plain(body(text)[1].content) == "渡船[^9]停了，[^7]。"
    assert said(text) == [("note-unknown", 5)]


def test_a_note_may_stand_in_its_place() -> None:
    assert noted("渡船^[木船，见[图](https://a.example/)。]停了。") == (["木船，见图。"], ["木船，见图。"])


# ── What is said ──


@pytest.mark.parametrize("command", ["[TOC]", "[[toc]]", "\\newpage", "\\pagebreak"])
def test_commands_are_left_out_and_said(command: str) -> None:
    text = f"前。\n\n{command}\n\n后。"
    assert body(text) == (p("前。"), p("后。"))
    assert said(text) == [("markdown-command", 3)]


@pytest.mark.parametrize("text", ["```\n雨停了，他走了。\n", "前。\n\n```py\nx = 1\n"])
def test_an_open_fence_is_said(text: str) -> None:
    assert [code for code, _ in said(text)] == ["fence-open"]


def test_nothing_is_said_of_a_plain_manuscript() -> None:
    assert said("# 题\n\n文[链](https://a.example/)[^1]。\n\n```\n[TOC]\n```\n\n[^1]: 注\n") == []


def test_what_is_said_is_among_the_problems() -> None:
    assert "markdown-command" in [
        each.code for each in prepare(Source("a.md", "# 题\n\n[TOC]\n\n文。".encode())).problems
    ]


# ── Dialects ──


def test_dialects() -> None:
    struck = "H~~2~~ www.a.example [文]{.name}"
    assert [type(node).__name__ for node in content(struck)] == ["Text", "Deletion", "Text", "Link", "Text", "Name"]
    assert [type(node).__name__ for node in content(struck, "gfm")] == ["Text", "Deletion", "Text", "Link", "Text"]
    assert [type(node).__name__ for node in content(struck, "commonmark")] == ["Text"]
    assert len(body("行李：\n- 雨伞", "pandoc-markdown")) == 1
    assert len(body("行李：\n- 雨伞\n\n见：\n| 站 |\n|---|", "gfm")) == 4


def test_what_docconv_wrote_is_read_in_the_notation_that_it_writes() -> None:
    text = "---\ndocconv: manuscript\n---\n\n行李：\n- 雨伞\n"
    assert body(text) == (p("行李： - 雨伞"),)
    assert said(text + "\n[TOC]\n") == []


# ── Whatever comes ──

# fmt: off
LINES = st.sampled_from([
    "文。", "- 甲", "  - 乙", "1. 丙", "> 丁", "> - 戊", "# 题", "```", "~~~~", "    ```py", "  ```", "> ```", "---",
    "| a | b |", "|---|---|", "| 一", "+---+", "| 一 |", "::: tip 题", ":::", "[^1]: 注", "[^1]", "文[^2]^[x]", "a: b",
    "> [!NOTE]", "> [!x] y", "[TOC]", "\\newpage", "***", ": 义", "**（甲）**乙", "<div>", "</div>", "<pre>", "$$",
    "- [ ] 己", "- [x]", "", "https://a.example，", "~~“删”~~了", "[a](https://b.example/)", "![图](a.png)",
])
# fmt: on


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(st.lists(LINES, max_size=12).map("\n".join))
def test_any_lines_become_a_document_and_no_letter_is_lost(text: str) -> None:
    document = read(text)
    assert read_markup(Source("", to_markup(document).encode())) == document
    shown = "".join(m.paragraphs(document))
    for character in "丙丁戊己":
        assert character not in text or character in shown


# ── Raw HTML ──


@pytest.mark.parametrize("tag", ["<style>", "<title>", "<svg>", '<textarea rows="3">', "<!-- 待查", "<div"])
def test_a_tag_that_is_never_closed_is_text_and_takes_nothing_along(tag: str) -> None:
    text = f"# 渡口\n\n清早起了雾。\n\n{tag}\n\n船夫解缆。\n\n# 归来\n\n他回来了。\n"
    sections = body(text)
    assert [m.plain(section.title) for section in sections] == ["渡口", "归来"]
    assert [m.plain(each.content) for each in sections[0].body][::2] == ["清早起了雾。", "船夫解缆。"]
    assert said(text) == [("tag-open", 5)]


def test_a_tag_that_is_closed_or_code_is_what_it_is() -> None:
    assert ("tag-open", 1) not in said("`<style>` 与 \\<title> 和 <svg/> 及 <!-- 注 -->\n")
    assert [m.plain(each.content) for each in body("<style>p {}</style>\n\n样式`<style>`在此")] == ["样式<style>在此"]


@pytest.mark.parametrize("tex", ["a<b 时 c", "x <y \\& z", "a <!-- b"])
def test_a_formula_in_which_less_stands_before_a_letter_is_no_tag(tex: str) -> None:
    text = f"若 ${tex}$，则\n\n$$\n{tex} \n$$\n\n止\n"
    first, shown, last = body(text)
    assert (first.content[1], shown) == (m.Math(tex), m.MathBlock(tex))
    assert m.plain(last.content) == "止"
    assert said(text) == []


def test_a_heading_in_raw_tags_that_stand_alone_is_a_heading() -> None:
    for format in ("markdown", "mediawiki", "textile"):
        (section,) = body("<h2>\n\n归来\n\n</h2>\n\n他回来了。", format)
        assert (m.plain(section.title), len(section.body)) == ("归来", 1)


def test_a_row_keeps_the_cells_that_its_table_has_no_column_for() -> None:
    (table,) = body("| 东 | 西 |\n|---|---|\n| 一 |\n| 二 | 三 | 四 |\n")
    assert [[m.plain(each.content) for each in cell.body] for cell in table.rows[1].cells] == [["二"], ["三"], ["四"]]


def test_a_link_in_a_link_leaves_its_text() -> None:
    (link,) = (
        node
        for node in content('看[甲<a href="https://b.example/">乙</a>丙](https://a.example/)')
        if isinstance(node, m.Link)
    )
    assert m.plain(link) == "甲乙丙"
    assert all(isinstance(node, m.Text) for node in link.content)


def test_words_behind_a_name_in_brackets_are_no_address() -> None:
    lines = [
        m.plain(each.content)
        for each in body("[记者]: 你好。\n\n[林远]: “坐吧。”\n\n见[图]与[1]。\n\n[1]: 图/甲.png\n")
    ]
    assert lines == ["[记者]: 你好。", "[林远]: “坐吧。”", "见[图]与1。"]
