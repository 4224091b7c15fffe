"""OpenDocument texts: what the word processor shows is kept, and what is left out is told."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from word import para, t

from docconv import model as m
from docconv.pipeline import prepare
from docconv.problems import Problem, SourceError
from docconv.readers.docx.package import SPACES
from docconv.readers.odt import read_odt
from docconv.readers.source import Source

_NAMESPACES = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in SPACES.items())


def odt(*body: str, styles: str = "", named: str = "", parts: dict[str, str] | None = None) -> bytes:
    """A text; `styles` are its own, `named` those of the file with its pages."""
    content = f"<office:automatic-styles>{styles}</office:automatic-styles><office:body><office:text>{''.join(body)}"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        file.writestr("content.xml", part("document-content", f"{content}</office:text></office:body>"))
        file.writestr("styles.xml", part("document-styles", named))
        for name, text in (parts or {}).items():
            file.writestr(name, text)
    return out.getvalue()


def part(name: str, content: str) -> str:
    return f'<?xml version="1.0"?><office:{name} {_NAMESPACES}>{content}</office:{name}>'


def p(*content: str, style: str = "") -> str:
    return f'<text:p text:style-name="{style}">{"".join(content)}</text:p>'


def look(name: str, family: str = "text", **properties: str) -> str:
    """A style with its properties: fo_text_align="center" …"""
    named = " ".join(f'{key.replace("_", ":", 1).replace("_", "-")}="{text}"' for key, text in properties.items())
    inside = f"<style:{family}-properties {named}/>"
    return f'<style:style style:name="{name}" style:family="{family}">{inside}</style:style>'


def read(*body: str, shows: bool = False, **package: Any) -> tuple[m.Document, list[Problem]]:
    said: list[Problem] = []
    return read_odt(Source("a.odt", odt(*body, **package), None, shows), said.append), said


def body(*content: str, **package: Any) -> tuple[Any, ...]:
    return read(*content, **package)[0].body


def texts(*content: str, **package: Any) -> list[str]:
    return [*m.paragraphs(read(*content, **package)[0])]


def says(*content: str, **package: Any) -> list[tuple[str, str]]:
    return [(each.code, each.words) for each in read(*content, **package)[1]]


RUBY = "<text:ruby><text:ruby-base>川</text:ruby-base><text:ruby-text>かわ</text:ruby-text></text:ruby>"


def test_ruby_has_base_and_reading() -> None:
    assert body(p("甲", RUBY, "乙")) == (m.Paragraph((t("甲"), m.Ruby("川", "かわ"), t("乙"))),)


FIELDS = "sequence bookmark-ref sequence-ref date page-number user-field-get author-name placeholder chapter " \
         "conditional-text variable-set expression text-input meta unheard"  # fmt: skip


@pytest.mark.parametrize("field", FIELDS.split())
def test_what_a_field_shows_is_text(field: str) -> None:
    assert texts(p("前", f"<text:{field}>所示</text:{field}>", "后")) == ["前所示后"]


def test_blanks_tabs_and_breaks() -> None:
    assert texts(p("甲<text:s text:c='3'/>乙<text:tab/>丙<text:line-break/>丁<text:soft-page-break/>戊")) == [
        "甲 乙 丙\n丁戊"
    ]


@pytest.mark.parametrize(
    ("properties", "kind"),
    [
        ({"fo_font_weight": "bold"}, m.Strong),
        ({"fo_font_style": "italic"}, m.Emphasis),
        ({"style_text_emphasize": "dot above"}, m.Emphasis),
        ({"style_text_underline_style": "wave"}, m.Underline),
        ({"style_text_line_through_style": "solid"}, m.Deletion),
        ({"style_text_position": "super 58%"}, m.Sup),
        ({"style_text_position": "-33% 58%"}, m.Sub),
    ],
)
def test_looks_are_kept(properties: dict[str, str], kind: Any) -> None:
    span = '<text:span text:style-name="T1">中</text:span>'
    (paragraph,) = body(p("前", span, "后"), styles=look("T1", **properties))
    assert paragraph.content == (t("前"), kind((t("中"),)), t("后"))


def test_paragraphs_keep_their_place_in_the_line() -> None:
    styles = look("C", "paragraph", fo_text_align="center") + look("R", "paragraph", fo_text_align="end")
    assert [each.align for each in body(p("题", style="C"), p("某年", style="R"), styles=styles)] == ["center", "right"]


@pytest.mark.parametrize(
    "box",
    [
        "<draw:frame><draw:text-box>{}</draw:text-box></draw:frame>",
        "<draw:custom-shape>{}</draw:custom-shape>",
        "<draw:g><draw:rect>{}</draw:rect></draw:g>",
    ],
)
def test_a_box_stands_behind_its_paragraph(box: str) -> None:
    assert body(p("框外", box.format(p("框内")), "的字")) == (para("框外的字"), m.Aside((para("框内"),)))
    assert body(box.format(p("框内"))) == (m.Aside((para("框内"),)),)


def test_pictures() -> None:
    def frame(anchor: str) -> str:
        image = '<draw:image xlink:href="Pictures/a.png"/><svg:title>渡口</svg:title>'
        return f'<draw:frame text:anchor-type="{anchor}">{image}</draw:frame>'

    image = m.Image("Pictures/a.png", "渡口")
    assert body(p("前", frame("as-char"), "后")) == (m.Paragraph((t("前"), m.Picture(image), t("后"))),)
    assert body(p("前", frame("paragraph"), "后")) == (para("前后"), m.Figure(image))
    caption = f"<draw:frame><draw:text-box>{p(frame('as-char'), '图1 渡口')}</draw:text-box></draw:frame>"
    assert body(p(caption)) == (m.Figure(image, (t("图1 渡口"),)),)


def test_an_object_is_a_formula_or_is_told() -> None:
    frame = p('<draw:frame><draw:object xlink:href="./Object 1"/></draw:frame>')
    formula = f'<math xmlns="{SPACES["math"]}"><msup><mi>x</mi><mn>2</mn></msup></math>'
    assert body(frame, parts={"Object 1/content.xml": formula}) == (m.MathBlock("x^{2}"),)
    assert says(frame) == [("object-unread", "")]


CHANGES = (
    '<text:tracked-changes><text:changed-region text:id="c1"><text:deletion><office:change-info/>'
    f'{p("三十元")}</text:deletion></text:changed-region><text:changed-region text:id="c2"><text:insertion>'
    "<office:change-info/></text:insertion></text:changed-region></text:tracked-changes>"
) + p('定价<text:change text:change-id="c1"/><text:change-start text:change-id="c2"/>四十元'
      '<text:change-end text:change-id="c2"/>整')  # fmt: skip


def test_changes_are_accepted_or_shown() -> None:
    assert texts(CHANGES) == ["定价四十元整"]
    assert says(CHANGES) == [("change-tracked", "三十元"), ("change-tracked", "")]
    (paragraph,) = body(CHANGES, shows=True)
    assert paragraph.content == (t("定价"), m.Deletion((t("三十元"),)), m.Insertion((t("四十元"),)), t("整"))


def test_comments_are_told_or_are_notes() -> None:
    comment = p("定价<office:annotation><dc:creator>李审</dc:creator><text:p>请核对</text:p></office:annotation>四十元")
    assert texts(comment) == ["定价四十元"]
    assert says(comment) == [("comment-left-out", "请核对")]
    document, said = read(comment, shows=True)
    assert document.notes == (m.Note("n1", (para("请核对"),)),)
    assert [each.code for each in said] == ["comment-kept"]


def test_hidden_text_is_told() -> None:
    hidden = p('前<text:hidden-text>暗</text:hidden-text><text:span text:style-name="H">藏</text:span>后')
    assert says(hidden, styles=look("H", text_display="none")) == [("text-hidden", "暗"), ("text-hidden", "藏")]
    assert texts(hidden, styles=look("H", text_display="none")) == ["前后"]


def test_running_heads_are_told_once() -> None:
    page = f"<office:master-styles><style:master-page><style:header>{p('某某志 卷三')}</style:header>" * 2
    page = page.replace("</style:header>", "</style:header></style:master-page></office:master-styles>")
    assert says(p("正文"), named=page) == [("running-head", "某某志 卷三")]


def test_contents_and_sections_are_kept() -> None:
    index = (
        f"<text:index-body><text:index-title>{p('目录')}</text:index-title>{p('第一章<text:tab/>3')}</text:index-body>"
    )
    template = "<text:index-title-template>目录</text:index-title-template>"
    source = f"<text:table-of-content-source>{template}</text:table-of-content-source>"
    contents = f"<text:table-of-content>{source}{index}</text:table-of-content>"
    assert texts(contents, f"<text:section>{p('节内')}</text:section>") == ["目录", "第一章 3", "节内"]


def test_notes_may_hold_anything() -> None:
    inside = f"<text:note-citation>1</text:note-citation><text:note-body>{p('注', RUBY)}</text:note-body>"
    note = f"<text:note>{inside}</text:note>"
    document, _ = read(p("文", note, "后"))
    assert document.body == (m.Paragraph((t("文"), m.NoteRef("n1"), t("后"))),)
    assert document.notes == (m.Note("n1", (m.Paragraph((t("注"), m.Ruby("川", "かわ"))),)),)


def test_every_letter_is_accounted_for() -> None:
    note = (
        f"<text:note><text:note-citation>9</text:note-citation><text:note-body>{p('注')}</text:note-body></text:note>"
    )
    problems = prepare(Source("a.odt", odt(CHANGES, p("文", note, RUBY)))).problems
    assert {each.code for each in problems} == {"change-tracked"}


# ── Numbers ──


def numbering(*formats: tuple[str, str, str]) -> str:
    levels = (f'<text:list-level-style-number text:level="{at}" style:num-format="{form}" style:num-prefix="{before}" '
              f'style:num-suffix="{after}"/>' for at, (form, before, after) in enumerate(formats, 1))  # fmt: skip
    return f'<text:list-style style:name="L">{"".join(levels)}</text:list-style>'


def listing(*items: str, look: str = 'text:style-name="L"') -> str:
    inside = "".join(f"<text:list-item>{item if item.startswith('<') else p(item)}</text:list-item>" for item in items)
    return f"<text:list {look}>{inside}</text:list>"


def items(*content: str) -> tuple[m.ListItem, ...]:
    return tuple(m.ListItem((para(each),)) for each in content)


def test_lists_say_how_they_are_numbered() -> None:
    styles = numbering(("一, 二, 三, ...", "（", "）"))
    assert body(listing("甲", "乙"), styles=styles) == (m.List(items("甲", "乙"), 1, "一", "（）"),)
    assert body(listing("甲", "乙"), styles=numbering(("1", "第", "条"))) == (para("第1条 甲"), para("第2条 乙"))
    assert body(listing("甲")) == (m.List(items("甲")),)


def test_lists_nest_and_go_on() -> None:
    inner = listing("子", look="")
    on = listing("丙", look='text:style-name="L" text:continue-numbering="true"')
    styles = numbering(("1", "", "."), ("a", "", ")"))
    first = (m.ListItem((para("甲"), m.List(items("子"), 1, "a", ")"))), *items("乙"))
    assert body(listing(p("甲") + inner, "乙"), p("间"), on, styles=styles) == (
        m.List(first, 1), para("间"), m.List(items("丙"), 3))  # fmt: skip


def test_numbers_of_heads_are_part_of_them() -> None:
    outline = (
        '<text:outline-style><text:outline-level-style text:level="1" style:num-format="一, 二, 三, ..." '
        'style:num-prefix="第" style:num-suffix="章"/><text:outline-level-style text:level="2" style:num-format="1" '
        'text:display-levels="2"/></text:outline-style>'
    )
    told = ((1, "总则"), (2, "目的"), (1, "罚则"))
    heads = [f'<text:h text:outline-level="{level}">{text}</text:h>' for level, text in told]
    assert texts(*heads, named=outline) == ["第一章 总则", "一.1 目的", "第二章 罚则"]


def test_a_table_keeps_its_spans_and_tells_what_it_covers() -> None:
    rows = (
        f"<table:table-header-rows><table:table-row><table:table-cell>{p('项')}</table:table-cell></table:table-row>"
        '</table:table-header-rows><table:table-row><table:table-cell table:number-rows-spanned="2">'
        f"{p('甲')}</table:table-cell></table:table-row><table:table-row><table:covered-table-cell>{p('盖')}"
        "</table:covered-table-cell></table:table-row>"
    )
    document, said = read(f"<table:table><table:table-column/>{rows}</table:table>")
    (table,) = document.body
    assert isinstance(table, m.Table)
    assert [cell.rowspan for row in table.rows for cell in row.cells] == [2]
    assert [row.cells[0].header for row in table.head] == [True]
    assert [(each.code, each.words) for each in said] == [("text-hidden", "盖")]


def test_links_lead_to_what_bears_a_bookmark() -> None:
    head = '<text:h text:outline-level="1"><text:bookmark text:name="渡"/>渡口</text:h>'
    first, section = body(p('见<text:bookmark-ref text:ref-name="渡">渡口</text:bookmark-ref>'), head)
    assert first.content == (t("见"), m.Link(f"#{section.id}", (t("渡口"),)))


# ── Attacks ──


@pytest.mark.parametrize("element", ["text:section", "text:span", "draw:g", "text:list"])
@pytest.mark.parametrize("depth", [150, 3000])
def test_depth_is_refused(element: str, depth: int) -> None:
    inside = "<text:list-item>" if element == "text:list" else ""
    opening, closing = f"<{element}>{inside}", f"{inside.replace('<', '</')}</{element}>"
    nested = opening * depth + ("文" if element == "text:span" else p("文")) + closing * depth
    with pytest.raises(SourceError, match=r"nest deeper|damaged"):
        read(p(nested) if element == "text:span" else nested)


def test_what_repeats_without_end_is_cut() -> None:
    cell = '<table:table-row><table:table-cell table:number-columns-repeated="999999999"/></table:table-row>'
    assert len(body(f"<table:table>{cell}</table:table>")[0].rows[0].cells) == 1000
    circle = '<style:style style:name="P" style:family="paragraph" style:parent-style-name="P"/>'
    assert texts(p('<text:s text:c="999999999"/>文', style="P"), styles=circle) == ["文"]


@pytest.mark.parametrize("data", [b"PK\x03\x04 cut short", odt(parts={}).replace(b"office:text", b"office:tex_")])
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(SourceError, match="damaged"):
        read_odt(Source("a.odt", data))


LEAVES = [p("文"), "字", RUBY, "<text:note/>", "<text:change/>", '<text:change-start text:change-id="c1"/>']
HOLDERS = ["text:p", "text:span", "text:list", "text:list-item", "table:table", "table:table-row", "table:table-cell",
           "text:h", "draw:frame", "draw:text-box", "text:note", "text:note-body", "text:a"]  # fmt: skip
pieces = st.recursive(
    st.sampled_from(LEAVES),
    lambda inner: st.builds(
        lambda name, content: f"<{name}>{''.join(content)}</{name}>",
        st.sampled_from(HOLDERS),
        st.lists(inner, max_size=4),
    ),
    max_leaves=12,
)


@given(st.lists(pieces, max_size=6), st.booleans())
def test_any_elements_in_any_order_are_read(content: list[str], shows: bool) -> None:
    document, _ = read(*content, shows=shows)
    assert isinstance(document, m.Document)
