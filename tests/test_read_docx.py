"""Word files, as Word shows them: fields, ruby, boxes, changes, numbers, and what is told of the rest."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from word import field, levels, listed, notes, p, para, part, r, styles, t, table, tc, word

from docconv import model as m
from docconv.pipeline import prepare
from docconv.problems import Problem, SourceError
from docconv.readers.docx import read_docx
from docconv.readers.docx.numbering import counted
from docconv.readers.docx.package import SPACES
from docconv.readers.source import Source

BREAK = "<w:r><w:br/></w:r>"
EMPTY_PICTURE = '<pic:pic><pic:blipFill><a:blip r:embed="rId9"/></pic:blipFill></pic:pic>'


def read(*body: str, shows: bool = False, **package: Any) -> tuple[m.Document, list[Problem]]:
    said: list[Problem] = []
    data = word(*body, **package)
    return read_docx(Source("a.docx", data, None, shows), said.append), said


def body(*content: str, **package: Any) -> tuple[Any, ...]:
    return read(*content, **package)[0].body


def run(*content: str, **package: Any) -> m.Inlines:
    """What a paragraph of these runs holds."""
    (paragraph,) = body(p(*content), **package)
    return tuple(paragraph.content)


def texts(*content: str, **package: Any) -> list[str]:
    return [*m.paragraphs(read(*content, **package)[0])]


def says(*content: str, **package: Any) -> list[tuple[str, str]]:
    """What is told: the code, and the words that are left out."""
    return [(each.code, each.words) for each in read(*content, **package)[1]]


# ── Fields ──


@pytest.mark.parametrize(
    ("runs", "text"),
    [
        (("图", field("SEQ 图 \\* ARABIC", "7"), " 渡口"), "图7 渡口"),
        (("见", field("REF _Ref1", "第三章"), "。"), "见第三章。"),
        (("图", '<w:fldSimple w:instr="SEQ 图">' + r("7") + "</w:fldSimple>", "渡口"), "图7渡口"),
        (("第", field("PAGEREF _Toc1", "12"), "页"), "第12页"),
        (("共", field("= 3 + 4", "7"), "件"), "共7件"),
        (("今", field("DATE", "四", "月"), "日"), "今四月日"),
        (("外", field("IF ", field("MERGEFIELD 名", "甲"), "乙"), "内"), "外甲乙内"),
        ((field("FORMTEXT", "填写"), "者"), "填写者"),
        (("索引", field('XE "渡口"'), "词"), "索引词"),
        ((field("SYMBOL 252 \\f Wingdings"), "已办"), "✔已办"),
        ((field("MACROBUTTON NoMacro 在此填写"), "。"), "在此填写。"),
        ((field("EQ \\o\\ac(○,3)"), "项"), "③项"),
    ],
)
def test_what_a_field_shows_is_text(runs: tuple[str, ...], text: str) -> None:
    assert m.plain(run(*runs)) == text


def test_a_field_goes_over_paragraphs() -> None:
    begin, separate, end = (f'<w:r><w:fldChar w:fldCharType="{each}"/></w:r>' for each in ("begin", "separate", "end"))
    instruction = f"{begin}<w:r><w:instrText>TOC \\o</w:instrText></w:r>{separate}"
    assert texts(p(instruction, "第一章"), p("第二章", end), p("正文")) == ["第一章", "第二章", "正文"]


def test_a_field_that_never_ends_hides_nothing() -> None:
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    assert texts(p("前", begin, "中"), p("后")) == ["前中", "后"]


def test_text_in_an_instruction_is_told() -> None:
    asked = field("IF ", "不显示的字").replace('w:fldCharType="separate"', "")
    assert says(p("前", asked, "后")) == [("text-hidden", "不显示的字")]


def test_boxes_of_a_form_are_seen() -> None:
    def ticked(state: str) -> str:
        form = f"<w:ffData><w:checkBox>{state}</w:checkBox></w:ffData>"
        return field("FORMCHECKBOX").replace('fldCharType="begin"/>', f'fldCharType="begin">{form}</w:fldChar>')

    assert m.plain(run(ticked("<w:checked/>"), "是", ticked('<w:default w:val="0"/>'), "否")) == "☒是☐否"
    entries = '<w:listEntry w:val="甲"/><w:listEntry w:val="乙"/>'
    choice = f'<w:ffData><w:ddList><w:result w:val="1"/>{entries}</w:ddList></w:ffData>'
    listing = field("FORMDROPDOWN").replace('fldCharType="begin"/>', f'fldCharType="begin">{choice}</w:fldChar>')
    assert m.plain(run("选", listing)) == "选乙"


def test_fields_and_hyperlinks_lead_somewhere() -> None:
    outside = run("见", field('HYPERLINK "https://example.org/a" \\o "提示"', "网页"))
    assert outside == (t("见"), m.Link("https://example.org/a", (t("网页"),)))
    assert run(
        '<w:hyperlink r:id="rId1">' + r("网页") + "</w:hyperlink>", relations={"rId1": "https://example.org/"}
    ) == (m.Link("https://example.org/", (t("网页"),)),)
    mark = '<w:bookmarkStart w:id="1" w:name="_Ref9"/><w:bookmarkStart w:id="2" w:name="_Toc9"/>'
    heading = p(mark, "渡口", look='<w:outlineLvl w:val="0"/>')
    first, section = body(p("见", field("REF _Toc9 \\h", "渡口")), heading)
    assert first.content == (t("见"), m.Link(f"#{section.id}", (t("渡口"),)))
    assert m.plain(section.title) == "渡口"
    assert run(field('HYPERLINK "file:///C:/a"', "文件")) == (t("文件"),)


# ── Ruby and looks ──


def ruby(base: str, reading: str) -> str:
    return f"<w:r><w:ruby><w:rubyPr/><w:rt>{r(reading)}</w:rt><w:rubyBase>{r(base)}</w:rubyBase></w:ruby></w:r>"


def test_ruby_has_base_and_reading() -> None:
    assert run("甲", ruby("川", "かわ"), ruby("岸", "ぎし"), "乙") == (
        t("甲"), m.Ruby("川", "かわ"), m.Ruby("岸", "ぎし"), t("乙"))  # fmt: skip
    assert run(field('EQ \\* jc2 \\* "Font:宋体" \\* hps10 \\o\\ad(\\s\\up 9(かわ),川)')) == (m.Ruby("川", "かわ"),)


@pytest.mark.parametrize(
    ("look", "kind"),
    [
        ("<w:b/>", m.Strong),
        ("<w:i/>", m.Emphasis),
        ('<w:em w:val="dot"/>', m.Emphasis),
        ("<w:strike/>", m.Deletion),
        ("<w:dstrike/>", m.Deletion),
        ('<w:u w:val="wave"/>', m.Underline),
        ('<w:vertAlign w:val="superscript"/>', m.Sup),
        ('<w:vertAlign w:val="subscript"/>', m.Sub),
    ],
)
def test_looks_are_kept(look: str, kind: Any) -> None:
    assert run("前", r("中", look), r("间", look), "后") == (t("前"), kind((t("中间"),)), t("后"))


@pytest.mark.parametrize("look", ['<w:b w:val="0"/>', '<w:u w:val="none"/>', '<w:em w:val="none"/>', "<w:caps/>"])
def test_what_is_off_is_off(look: str) -> None:
    assert run("前", r("中", look)) == (t("前中"),)


def test_looks_come_from_character_styles() -> None:
    strong = '<w:style w:type="character" w:styleId="S"><w:name w:val="强调"/><w:rPr><w:b/></w:rPr></w:style>'
    weaker = '<w:style w:type="character" w:styleId="T"><w:name w:val="变体"/><w:basedOn w:val="S"/></w:style>'
    parts = {"styles.xml": part("w:styles", strong + weaker)}
    assert run(r("中", '<w:rStyle w:val="T"/>'), parts=parts) == (m.Strong((t("中"),)),)


def test_signs_that_are_no_text_are_kept() -> None:
    signs = (
        '<w:r><w:sym w:font="Wingdings" w:char="F0FC"/><w:t>甲</w:t><w:noBreakHyphen/><w:t>乙</w:t><w:tab/>'
        "<w:t>丙</w:t>"
        '<w:ptab w:alignment="right"/><w:t>丁</w:t><w:br/><w:t>戊</w:t><w:softHyphen/><w:t>己</w:t></w:r>'
    )
    assert m.plain(run(signs)) == "✔甲\u2011乙 丙 丁\n戊己"
    greek = r("abg", '<w:rFonts w:ascii="Symbol" w:hAnsi="Symbol"/>')
    assert (texts(p(greek)), says(p(greek))) == (["αβγ"], [("source-skipped", "abg")])
    assert m.plain(run('<w:r><w:sym w:font="某厂符号" w:char="F041"/></w:r>')) == "\uf041"


def test_a_run_with_a_picture_or_a_call_keeps_its_text() -> None:
    mixed = '<w:r><w:t>甲</w:t><w:footnoteReference w:id="1"/><w:t>乙</w:t></w:r>'
    document, _ = read(p(mixed), parts={"footnotes.xml": notes("footnote", "注文")})
    (paragraph,) = document.body
    assert paragraph.content == (t("甲"), m.NoteRef("n1"), t("乙"))
    assert document.notes == (m.Note("n1", (para("注文"),)),)


def test_hidden_text_is_left_out_and_told() -> None:
    assert says(p("前", r("暗中", "<w:vanish/>"), r("写的", "<w:vanish/>"), "后")) == [("text-hidden", "暗中写的")]
    assert texts(p("前", r("暗中", "<w:vanish/>"), "后")) == ["前后"]


def test_elements_that_nobody_knows_keep_their_text() -> None:
    assert texts("<w:unheard>" + p("甲", "<w:unheard>" + r("乙") + "</w:unheard>") + "</w:unheard>") == ["甲乙"]
    control = "<w:sdt><w:sdtPr><w:alias w:val='x'/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"
    assert texts(p("甲", control.format(r("控件")), "乙"), control.format(p("丙"))) == ["甲控件乙", "丙"]
    assert texts("<w:t>裸字</w:t>", p("甲", "<w:t>裸</w:t>")) == ["裸字", "甲裸"]
    assert texts(r("无段"), p("甲", "<w:smartTag><w:smartTagPr/>" + r("乙") + "</w:smartTag>")) == ["无段", "甲乙"]


# ── Boxes, pictures, objects ──

BOX = "<w:txbxContent>{}</w:txbxContent>"
DRAWING = "<w:drawing><wp:{0}>{2}<a:graphic>{1}</a:graphic></wp:{0}></w:drawing>"
SHAPE = DRAWING.format("anchor", f"<wps:wsp><wps:txbx>{BOX}</wps:txbx></wps:wsp>", "")
VML = f"<w:pict><v:shape><v:textbox>{BOX}</v:textbox></v:shape></w:pict>"


@pytest.mark.parametrize("box", [SHAPE, VML])
def test_a_text_box_stands_behind_its_paragraph(box: str) -> None:
    assert body(p("框外", f"<w:r>{box.format(p('框内'))}</w:r>", "的字"), p("后")) == (
        para("框外的字"), m.Aside((para("框内"),)), para("后"))  # fmt: skip


def test_of_two_forms_of_a_box_one_is_read() -> None:
    both = (
        f'<mc:AlternateContent><mc:Choice Requires="wps">{SHAPE.format(p("框内"))}</mc:Choice>'
        f"<mc:Fallback>{VML.format(p('框内'))}</mc:Fallback></mc:AlternateContent>"
    )
    assert texts(p("框外", f"<w:r>{both}</w:r>")) == ["框外", "框内"]
    unknown = (
        f'<mc:AlternateContent><mc:Choice Requires="x"/><mc:Fallback>{r("旧")}</mc:Fallback></mc:AlternateContent>'
    )
    assert texts(p(unknown)) == ["旧"]


def picture(kind: str = "inline", inside: str = EMPTY_PICTURE) -> str:
    words = '<wp:docPr id="1" name="x" descr="渡口的船"/>'
    return f"<w:r>{DRAWING.format(kind, inside, words)}</w:r>"


def test_pictures_stand_in_the_line_or_behind_it() -> None:
    package = {"relations": {"rId9": "image word/media/image1.png".replace("word/", "")}}
    image = m.Image("media/image1.png", "渡口的船")
    assert body(p("前", picture(), "后"), **package) == (m.Paragraph((t("前"), m.Picture(image), t("后"))),)
    assert body(p(picture()), **package) == (m.Figure(image),)
    assert body(p("前", picture("anchor"), "后"), **package) == (para("前后"), m.Figure(image))


def test_a_picture_is_found_in_the_package() -> None:
    out = BytesIO()
    Image.new("RGB", (30, 20), "red").save(out, "PNG")
    data = word(p(picture()), relations={"rId9": "image media/image1.PNG"}, parts={"media/image1.PNG": out.getvalue()})
    prepared = prepare(Source("a.docx", data))
    (figure,) = prepared.document.body
    assert isinstance(figure, m.Figure)
    assert prepared.pictures.read(figure.media.path) == out.getvalue()  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("inside", "target", "code"),
    [
        (EMPTY_PICTURE, "image media/image1.emf", "picture-unreadable"),
        ('<c:chart r:id="rId9"/>', "chart charts/chart1.xml", "object-unread"),
        ('<dgm:relIds r:dm="rId9"/>', "diagramData diagrams/data1.xml", "object-unread"),
    ],
)
def test_what_cannot_be_shown_is_a_box_and_is_told(inside: str, target: str, code: str) -> None:
    document, said = read(p(picture(inside=inside)), relations={"rId9": target})
    assert isinstance(document.body[0], m.Figure)
    assert isinstance(document.body[0].media, m.Missing)
    assert document.body[0].media.alt == "渡口的船"
    assert [each.code for each in said] == [code]


def test_words_of_charts_are_told_and_those_of_diagrams_kept() -> None:
    chart = (
        "<c:title><a:p><a:r><a:t>水位</a:t></a:r></a:p></c:title><c:pt><c:v>三月</c:v></c:pt><c:pt><c:v>5</c:v></c:pt>"
    )
    package: dict[str, Any] = {
        "relations": {"rId9": "chart charts/c.xml"},
        "parts": {"charts/c.xml": part("c:chartSpace", chart)},
    }
    (problem,) = read(p(picture(inside='<c:chart r:id="rId9"/>')), **package)[1]
    assert problem.words.split() == ["水位", "三月", "5"]
    points = "".join(
        f"<dgm:pt><dgm:t><a:p><a:r><a:t>{each}</a:t></a:r></a:p></dgm:t></dgm:pt>" for each in ("起草", "审定")
    )
    package = {"relations": {"rId9": "data d/d.xml"}, "parts": {"d/d.xml": part("dgm:dataModel", points)}}
    assert body(p(picture(inside='<dgm:relIds r:dm="rId9"/>')), **package)[1] == m.Aside((para("起草"), para("审定")))


def test_a_formula_of_the_old_kind_is_told() -> None:
    shape = '<v:shape><v:imagedata r:id="rId9"/></v:shape><o:OLEObject ProgID="Equation.3" r:id="rId8"/>'
    document, said = read(
        p("由", f"<w:r><w:object>{shape}</w:object></w:r>", "得"), relations={"rId9": "image media/a.wmf"}
    )
    assert m.plain(document.body[0].content) == "由得"  # type: ignore[union-attr]
    assert [each.code for each in said] == ["picture-unreadable", "object-unread"]
    assert "formula in the old form" in said[1].message


def test_formulas_are_tex() -> None:
    def formula(letter: str) -> str:
        base, power = (f"<m:r><m:t>{each}</m:t></m:r>" for each in (letter, "2"))
        return f"<m:oMath><m:sSup><m:e>{base}</m:e><m:sup>{power}</m:sup></m:sSup></m:oMath>"

    assert run("设", formula("x"), "为") == (t("设"), m.Math("x^{2}"), t("为"))
    assert body(p("得", f"<m:oMathPara>{formula('y')}</m:oMathPara>", "止")) == (
        para("得"),
        m.MathBlock("y^{2}"),
        para("止"),
    )


# ── Changes and comments ──

CHANGED = p(
    "定价",
    '<w:del w:id="1" w:author="x"><w:r><w:delText>三十元</w:delText></w:r></w:del>',
    '<w:ins w:id="2" w:author="x">' + r("四十元") + "</w:ins>",
)


def test_changes_are_accepted_and_told() -> None:
    assert texts(CHANGED) == ["定价四十元"]
    assert says(CHANGED) == [("change-tracked", "三十元"), ("change-tracked", "")]


def test_changes_may_be_shown() -> None:
    (paragraph,) = body(CHANGED, shows=True)
    assert paragraph.content == (t("定价"), m.Deletion((t("三十元"),)), m.Insertion((t("四十元"),)))
    assert says(CHANGED, shows=True) == []


def test_a_deleted_paragraph_mark_joins_two_paragraphs() -> None:
    mark = '<w:rPr><w:del w:id="3" w:author="x"/></w:rPr>'
    assert texts(p("前半", look=mark), p("后半")) == ["前半后半"]
    assert texts(p("前半", look=mark), p("后半"), shows=True) == ["前半", "后半"]


def test_what_was_moved_stands_where_it_went() -> None:
    gone, come = (f'<w:move{where} w:id="1" w:author="x">{r("甲")}</w:move{where}>' for where in ("From", "To"))
    moved = p(gone, "乙", come)
    assert texts(moved) == ["乙甲"]


def test_a_deleted_row_is_told() -> None:
    rows = table(tc("甲"), '<w:trPr><w:del w:id="1" w:author="x"/></w:trPr>' + tc("乙"))
    assert texts(rows) == ["甲"]
    assert says(rows) == [("change-tracked", "乙")]


def test_comments_are_told_or_are_notes() -> None:
    start, end = (f'<w:commentRange{each} w:id="1"/>' for each in ("Start", "End"))
    commented = p("定价", start, "四十元", end, '<w:r><w:commentReference w:id="1"/></w:r>')
    parts = {"comments.xml": notes("comment", "请核对价目")}
    document, said = read(commented, parts=parts)
    assert [*m.paragraphs(document)] == ["定价四十元"]
    assert [(each.code, each.message, each.words) for each in said] == [
        ("comment-left-out", "李审: 请核对价目", "请核对价目")
    ]
    document, said = read(commented, parts=parts, shows=True)
    assert document.notes == (m.Note("n1", (para("请核对价目"),)),)
    assert [each.code for each in said] == ["comment-kept"]


def test_the_command_line_shows_changes(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(word(CHANGED))

    def shown(*options: str) -> str:
        command = [sys.executable, "-m", "docconv", "show", *options, "a.docx"]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout

    assert "<del>三十元</del><ins>四十元</ins>" in shown("--track", "all")
    assert "三十元" not in shown()
    (tmp_path / "docconv.toml").write_text('track = "all"\n')
    assert "<del>三十元</del>" in shown()


# ── Numbers ──


@pytest.mark.parametrize(
    ("form", "numbers"),
    [
        ("chineseCounting", {1: "一", 10: "十", 12: "十二", 20: "二十", 35: "三十五", 105: "一百〇五"}),
        ("chineseCountingThousand", {105: "一百零五", 110: "一百一十", 1008: "一千零八"}),
        ("japaneseCounting", {10: "十", 105: "百五", 1110: "千百十"}),
        ("chineseLegalSimplified", {3: "叁", 12: "拾贰", 25: "贰拾伍"}),
        ("ideographDigital", {12: "一二", 105: "一〇五"}),
        ("ideographTraditional", {1: "甲", 10: "癸", 11: "11"}),
        ("decimalEnclosedCircle", {1: "①", 20: "⑳", 21: "㉑", 36: "㊱", 51: "51"}),
        ("decimalFullWidth", {12: "１２"}),
        ("lowerLetter", {1: "a", 26: "z", 27: "aa"}),
        ("upperRoman", {4: "IV", 1994: "MCMXCIV"}),
        ("aiueoFullWidth", {1: "ア", 3: "ウ"}),
        ("ganada", {2: "나"}),
        ("koreanDigital", {12: "일이"}),
        ("decimalZero", {3: "03"}),
        ("ordinal", {1: "1st", 12: "12th", 23: "23rd"}),
        ("unheard", {5: "5"}),
        ("none", {5: ""}),
    ],
)
def test_numbers_are_written_as_word_writes_them(form: str, numbers: dict[int, str]) -> None:
    assert {each: counted(each, form) for each in numbers} == numbers


@given(st.integers(), st.text())
def test_any_number_is_written_in_any_format(count: int, form: str) -> None:
    counted(count, form)


def test_numbers_of_heads_are_part_of_them() -> None:
    heads = [
        p("总则", style="H1"),
        p("目的", style="H2"),
        p("范围", style="H2"),
        p("罚则", style="H1"),
        p("处罚", style="H2"),
    ]
    parts = {
        "styles.xml": styles(
            H1=f'<w:name w:val="heading 1"/><w:pPr>{listed(0)}</w:pPr>',
            H2=f'<w:name w:val="heading 2"/><w:pPr>{listed(1)}</w:pPr>',
        ),
        "numbering.xml": levels(("chineseCounting", "第%1章"), ("decimal", "%1.%2"), suffix="<w:isLgl/>"),
    }
    assert texts(*heads, parts=parts) == ["第1章 总则", "1.1 目的", "1.2 范围", "第2章 罚则", "2.1 处罚"]
    parts["numbering.xml"] = levels(("chineseCounting", "第%1章"), ("chineseCounting", "（%2）"))
    assert texts(*heads, parts=parts) == ["第一章 总则", "（一）目的", "（二）范围", "第二章 罚则", "（一）处罚"]


@pytest.mark.parametrize(
    ("form", "text", "style", "marks"),
    [
        ("decimal", "%1.", "1", "."),
        ("decimal", "%1)", "1", ")"),
        ("decimal", "（%1）", "1", "（）"),
        ("chineseCounting", "%1、", "一", "、"),
        ("decimalEnclosedCircle", "%1", "①", ""),
        ("upperLetter", "%1.", "A", "."),
        ("lowerRoman", "(%1)", "i", "()"),
        ("ideographTraditional", "%1．", None, None),
    ],
)
def test_lists_say_how_they_are_numbered(form: str, text: str, style: str, marks: str) -> None:
    items = [p(each, look=listed()) for each in ("申请", "审查")]
    content = body(*items, parts={"numbering.xml": levels((form, text))})
    if style is None:
        assert content == (para("甲．申请"), para("乙．审查"))
    else:
        inner = tuple(m.ListItem((para(each),)) for each in ("申请", "审查"))
        assert content == (m.List(inner, 1, style, marks),)  # type: ignore[arg-type]


def test_lists_nest_and_go_on() -> None:
    parts = {"numbering.xml": levels(("decimal", "%1."), ("decimal", "%1.%2"), ("bullet", "•"))}
    one, two, three = (listed(level) for level in range(3))
    items = [p("甲", look=one), p("子", look=two), p("丑", look=three), p("乙", look=one), p("间"), p("丙", look=one)]
    dot = m.List((m.ListItem((para("丑"),)),))
    first = m.List((m.ListItem((para("甲"), para("1.1 子"), dot)), m.ListItem((para("乙"),))), 1)
    assert body(*items, parts=parts) == (first, para("间"), m.List((m.ListItem((para("丙"),)),), 3))


def test_a_numbering_may_start_anew() -> None:
    numbering = levels(("decimal", "%1."))
    start = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>'
    anew = f'<w:num w:numId="2"><w:abstractNumId w:val="0"/>{start}</w:num>'
    parts = {"numbering.xml": numbering.replace("</w:numbering>", f"{anew}</w:numbering>")}
    lists = body(p("甲", look=listed()), p("乙", look=listed(number=2)), p("丙", look=listed(number=2)), parts=parts)
    assert [(each.start, len(each.items)) for each in lists] == [(1, 1), (5, 2)]


# ── Blocks ──


@pytest.mark.parametrize(("jc", "align"), [("center", "center"), ("right", "right"), ("end", "right"), ("both", "")])
def test_paragraphs_keep_their_place_in_the_line(jc: str, align: m.ParagraphAlign) -> None:
    assert body(p("某年某月", look=f'<w:jc w:val="{jc}"/>')) == (m.Paragraph((t("某年某月"),), align=align),)


def test_heads_are_known_by_their_level_whatever_their_style_is_called() -> None:
    first = '<w:name w:val="章题"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr>'
    second = '<w:name w:val="节题"/><w:basedOn w:val="x1"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr>'
    parts = {"styles.xml": styles(x1=first, x2=second)}
    (section,) = body(p("一", style="x1"), p("二", style="x2"), p("文"), parts=parts)
    assert section == m.Section((t("一"),), (m.Section((t("二"),), (para("文"),)),))


def test_captions_join_their_figures_and_tables() -> None:
    parts = {"styles.xml": styles(c='<w:name w:val="caption"/>')}
    figure = p("图", field("SEQ 图", "1"), " 渡口", style="c")
    above = p("表", field("SEQ 表", "1"), " 水位", style="c")
    relations = {"rId9": "image media/a.png"}
    content = body(p(picture()), figure, above, table(tc("五")), parts=parts, relations=relations)
    assert [m.plain(each.caption) for each in content] == ["图1 渡口", "表1 水位"]
    assert [type(each) for each in content] == [m.Figure, m.Table]


def test_a_table_keeps_its_spans() -> None:
    down, on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    rows = (
        "<w:trPr><w:tblHeader/></w:trPr>" + tc("项", look='<w:gridSpan w:val="2"/>') + tc("数"),
        tc("甲", look=down) + tc("子") + tc("1"),
        tc(look=on) + tc("丑") + tc(p("2", look='<w:jc w:val="right"/>')),
    )
    (made,) = body(table(*rows))
    cells = [row.cells for row in (*made.head, *made.rows)]
    assert [[(m.plain(c.body[0].content), c.colspan, c.rowspan) for c in row] for row in cells] == [
        [("项", 2, 1), ("数", 1, 1)], [("甲", 1, 2), ("子", 1, 1), ("1", 1, 1)], [("丑", 1, 1), ("2", 1, 1)],
    ]  # fmt: skip
    assert made.rows[1].cells[1].align == "right"


def test_a_large_first_letter_stands_before_its_word() -> None:
    assert texts(p("从", look='<w:framePr w:dropCap="drop" w:lines="3"/>'), p("前有一座山。")) == ["从前有一座山。"]


def test_notes_may_hold_anything_and_are_read_once() -> None:
    call = '<w:r><w:footnoteReference w:id="{}"/></w:r>'
    parts = {
        "footnotes.xml": notes("footnote", p(ruby("川", "かわ"), call.format(2)), p("二", call.format(1)), p("三"))
    }
    document, said = read(p("甲", call.format(1), "乙", call.format(1), "丙", call.format(7)), parts=parts)
    assert document.notes == (
        m.Note("n1", (m.Paragraph((m.Ruby("川", "かわ"), m.NoteRef("n2"))),)),
        m.Note("n2", (m.Paragraph((t("二"), m.NoteRef("n1"))),)),
    )
    assert [(each.code, each.words) for each in said] == [("note-unknown", ""), ("note-uncalled", "三")]


def test_running_heads_are_told_once() -> None:
    setting = '<w:sectPr><w:headerReference w:type="default" r:id="rId5"/></w:sectPr>'
    package: dict[str, Any] = {"relations": {"rId5": "header header1.xml"},
                               "parts": {"header1.xml": part("w:hdr", p("某某志 卷三"))}}  # fmt: skip
    document, (problem,) = read(p("正文", look=setting), setting, **package)
    assert [*m.paragraphs(document)] == ["正文"]
    assert (problem.code, problem.words) == ("running-head", "某某志 卷三")
    assert problem.place == m.Place(0, 0, "a.docx", "word/header1.xml")


def test_places_are_paragraphs() -> None:
    _, (problem,) = read(p("一"), table(tc("二")), p("三", r("暗", "<w:vanish/>")))
    assert (problem.place, str(problem).split(" ")[0]) == (m.Place(3, 1, "a.docx"), "a.docx:3:1:")


# ── The whole ──


def test_the_title_is_that_of_the_text_or_of_the_file() -> None:
    head = p("渡口志", style="T"), p("周野", style="A"), p("2024年3月", style="D"), p("正文")
    named = {"T": "Title", "A": "Author", "D": "Date"}
    parts: dict[str, str | bytes] = {
        "styles.xml": styles(**{key: f'<w:name w:val="{name}"/>' for key, name in named.items()})
    }
    assert read(*head, parts=parts)[0].meta == m.Meta("渡口志", authors=("周野",), date="2024-03")
    facts = "<dc:title>旧题</dc:title><dc:creator>{}</dc:creator><cp:keywords>渡口；河流</cp:keywords>"
    facts += "<dc:language>ja</dc:language>"
    parts["docProps/core.xml"] = part("cp:coreProperties", facts.format("周野;陈默"))
    assert read(*head, parts=parts)[0].meta.title == "渡口志"
    document, (problem,) = read(p("正文"), parts=parts)
    assert document.meta == m.Meta("旧题", "ja", ("周野", "陈默"), colophon=m.Colophon(subjects=("渡口", "河流")))
    assert problem.code == "author-assumed"
    parts["docProps/core.xml"] = part("cp:coreProperties", facts.format("Administrator"))
    assert read(p("正文"), parts=parts)[0].meta.authors == ()


def test_the_strict_form_of_the_standard_is_read() -> None:
    data = word(p("甲", r("乙", "<w:b/>")))
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            strict = old.read(name).replace(SPACES["w"].encode(), b"http://purl.oclc.org/ooxml/wordprocessingml/main")
            new.writestr(name, strict)
    (paragraph,) = read_docx(Source("a.docx", out.getvalue())).body
    assert paragraph == m.Paragraph((t("甲"), m.Strong((t("乙"),))))


def test_every_letter_is_accounted_for() -> None:
    note = '<w:r><w:footnoteReference w:id="1"/></w:r>'
    data = word(CHANGED, p("文", note, ruby("川", "かわ")), parts={"footnotes.xml": notes("footnote", "注")})
    assert {each.code for each in prepare(Source("a.docx", data)).problems} == {"change-tracked"}


# ── Attacks ──

DEEP = 3000


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>"),
        ("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"),
        ("<w:unheard>", "</w:unheard>"),
        (f"<w:p><w:r>{VML.partition('{}')[0]}", f"{VML.partition('{}')[2]}</w:r></w:p>"),
        ("<w:p><w:ins>", "</w:ins></w:p>"),
    ],
)
@pytest.mark.parametrize("depth", [120, DEEP])
def test_depth_is_refused(before: str, after: str, depth: int) -> None:
    with pytest.raises(SourceError, match=r"nest deeper|damaged"):
        read(before * depth + p("文") + after * depth)


def test_entities_are_refused() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "文文文文"><!ENTITY b "&a;&a;&a;&a;">]><w:footnotes xmlns:w="{}">&b;</w:footnotes>'
    with pytest.raises(SourceError, match="declares entities"):
        read(p("文"), parts={"footnotes.xml": bomb.format(SPACES["w"])})


def test_what_points_at_itself_ends() -> None:
    parts = {
        "styles.xml": styles(a='<w:basedOn w:val="b"/>', b='<w:basedOn w:val="a"/>'),
        "numbering.xml": levels(("decimal", "%1")).replace("<w:lvl ", '<w:numStyleLink w:val="a"/><w:lvl '),
    }
    assert texts(p("文", style="a", look=listed()), parts=parts) == ["文"]


def test_a_long_number_is_cut() -> None:
    content = texts(*[p("文", look=listed())] * 3, parts={"numbering.xml": levels(("decimal", "字" * 100_000))})
    assert max(map(len, content)) < 100


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PK\x03\x04 cut short", "a.docx is no DOCX, or its archive is damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old form of Word"),
        (word(parts={"document.xml": "<w:document"}), "damaged"),
        (word(parts={"document.xml": "<x/>"}), "no text of Word"),
    ],
)
def test_what_is_no_word_file_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(SourceError, match=said):
        read_docx(Source("a.docx", data))


pieces = st.recursive(
    st.sampled_from(
        [
            "<w:r/>",
            r("文"),
            p("文"),
            field("REF a", "果"),
            ruby("川", "かわ"),
            tc("格"),
            "<w:del/>",
            BREAK,
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r>',
            '<w:r><w:fldChar w:fldCharType="end"/></w:r>',
            '<w:r><w:footnoteReference w:id="1"/></w:r>',
            "<m:oMathPara/>",
            "<w:sectPr/>",
        ]
    ),
    lambda inner: st.builds(
        lambda name, content: f"<w:{name}>{''.join(content)}</w:{name}>",
        st.sampled_from(
            ["p", "r", "tbl", "tr", "tc", "sdt", "sdtContent", "ins", "del", "hyperlink", "pict", "ruby", "rt"]
        ),
        st.lists(inner, max_size=4),
    ),
    max_leaves=12,
)


@given(st.lists(pieces, max_size=6), st.booleans())
def test_any_elements_in_any_order_are_read(content: list[str], shows: bool) -> None:
    document, _ = read(*content, shows=shows, parts={"footnotes.xml": notes("footnote", "注")})
    assert isinstance(document, m.Document)
