"""Reading what OCR engines and libraries write of scans: small samples in the documented forms, and laws."""

from __future__ import annotations

from contextlib import suppress
from html import escape
from pathlib import Path

import pytest
from cases import furniture, nodes, texts
from hypothesis import given
from hypothesis import strategies as st

from docconv import model as m
from docconv.chars import content
from docconv.ledger import Ledger
from docconv.pipeline import normalise
from docconv.pipeline import read as read_source
from docconv.problems import DocconvError, SourceError, UsageError
from docconv.readers import guess
from docconv.readers.source import Source
from docconv.writers.markup import to_markup

LONG = "歇了十年的水车昨天又转了起来，看热闹的人站满了两边的河岸，孩子们在水里跑来跑去，一直玩到天黑才回家。"


def read(text: str, name: str, folder: Path | None = None) -> m.Document:
    path = str(folder / name) if folder else name
    return read_source(Source(path, text.encode(), folder), lang="zh-Hans")


# ── hOCR ──


def word(text: str, left: int, width: int, top: int = 0) -> str:
    return f"<span class='ocrx_word' title='bbox {left} {top} {left + width} {top + 20}; x_wconf 90'>{text}</span>"


def line(*words: str, kind: str = "ocr_line", left: int = 0, top: int = 0) -> str:
    return f"<span class='{kind}' title=\"bbox {left} {top} 500 {top + 20}\">\n{' '.join(words)}\n</span>"


def hocr(*areas: str, system: str = "tesseract 5.3") -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title>'
        f"<meta name='ocr-system' content='{system}'/></head><body><div class='ocr_page' title='image \"a.png\"'>"
        + "".join(areas)
        + "</div></body></html>"
    )


def area(*lines: str, kind: str = "ocr_par") -> str:
    return f"<div class='ocr_carea'>\n<p class='{kind}'>\n{''.join(lines)}\n</p>\n</div>"


def test_words_of_hocr_are_put_together_by_the_gaps_between_them() -> None:
    page = hocr(
        area(
            line(word("水车", 0, 40), word("又", 41, 20), word("转", 80, 20), word("ABC", 101, 60), word("5", 190, 10))
        ),
        area(line(word(LONG[:20], 0, 400)), line(word(LONG[20:], 0, 400), top=30)),
    )
    document = read(page, "page.hocr")
    assert "水车又 转 ABC 5" in "".join(m.paragraphs(document))
    assert LONG in "".join(m.paragraphs(normalise(document)))


def test_labels_of_hocr_are_obeyed() -> None:
    page = hocr(
        "<div class='ocr_header'><span class='ocr_line'>镇上的消息</span></div>",
        "<h1 class='ocr_title'><span class='ocr_line'>水车又转</span></h1>",
        area(line(word(LONG, 0, 400))),
        "<div class='ocr_photo' title='bbox 0 0 9 9'></div>",
        "<div class='ocr_caption'><span class='ocr_line'>图1 水车</span></div>",
        "<div class='ocr_pageno'>七</div>",
        system="other 1.0",
    )
    document = read(page, "page.html")
    assert furniture(document) == ["镇上的消息", "七"]
    assert m.plain(nodes(document, m.Article)[0].headline) == "水车又转"
    (figure,) = nodes(document, m.Figure)
    assert (figure.media, m.plain(figure.caption)) == (m.Missing(), "图1 水车")
    assert texts(document) == [LONG]


def test_a_wide_line_is_no_running_head_for_tesseract() -> None:
    page = hocr(area(line(word("水车又转", 0, 400), kind="ocr_header")), area(line(word(LONG, 0, 400))))
    assert not furniture(read(page, "page.hocr"))


def test_areas_of_hocr_may_say_their_order() -> None:
    def numbered(number: int, text: str) -> str:
        return f"<div class='ocr_carea' title='bbox 0 0 1 1; order {number}'><span class='ocr_line'>{text}</span></div>"

    document = read(hocr(numbered(2, "乙。"), numbered(1, "甲。")), "page.hocr")
    assert "".join(m.paragraphs(document)) == "甲。乙。"


# ── ALTO, METS ──


def string(text: str, left: int = 0) -> str:
    return f'<String CONTENT="{escape(text)}" HPOS="{left}" VPOS="0" WIDTH="{20 * len(text)}" HEIGHT="20"/>'


def text_line(*parts: str, left: int = 0, top: int = 0) -> str:
    return f'<TextLine HPOS="{left}" VPOS="{top}" WIDTH="400" HEIGHT="20">{"".join(parts)}</TextLine>'


def block(name: str, *lines: str, more: str = "") -> str:
    return f'<TextBlock ID="{name}" {more}>{"".join(lines)}</TextBlock>'


def alto(*blocks: str, before: str = "", margin: str = "") -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><alto xmlns="http://www.loc.gov/standards/alto/ns-v4#">'
        f"{before}<Layout><Page ID='p'><TopMargin>{margin}</TopMargin><PrintSpace>{''.join(blocks)}</PrintSpace></Page>"
        "</Layout></alto>"
    )


TAGS = '<Tags><LayoutTag ID="T" LABEL="Title"/><LayoutTag ID="C" LABEL="caption"/></Tags>'


def test_labels_and_margins_of_alto_are_obeyed() -> None:
    document = read(
        alto(
            block("a", text_line(string("水车又转")), more='TAGREFS="T"'),
            block("b", text_line(string(LONG))),
            '<ComposedBlock TYPE="Illustration"><Illustration ID="i"/></ComposedBlock>',
            block("c", text_line(string("图1 水车")), more='TAGREFS="C"'),
            before=TAGS,
            margin=block("m", text_line(string("镇上的消息"))),
        ),
        "page.xml",
    )
    assert furniture(document) == ["镇上的消息"]
    assert m.plain(nodes(document, m.Article)[0].headline) == "水车又转"
    assert [m.plain(figure.caption) for figure in nodes(document, m.Figure)] == ["图1 水车"]
    assert texts(document) == [LONG]


def test_hyphens_and_blanks_of_alto_stay() -> None:
    parts = [string("An"), "<SP/>", '<String CONTENT="exam" SUBS_TYPE="HypPart1" SUBS_CONTENT="example"/>']
    document = read(alto(block("a", text_line(*parts, '<HYP CONTENT="-"/>'), text_line(string("ple.")))), "page.xml")
    assert "An exam-" in "\n".join(m.paragraphs(document))
    assert "ple." in "\n".join(m.paragraphs(document))


@pytest.mark.parametrize(
    ("before", "more"),
    [
        ('<ReadingOrder><OrderedGroup><ElementRef REF="b"/><ElementRef REF="a"/></OrderedGroup></ReadingOrder>', ""),
        ("", 'IDNEXT="a"'),
    ],
)
def test_alto_may_say_the_order_of_reading(before: str, more: str) -> None:
    blocks = block("a", text_line(string("甲。"))), block("b", text_line(string("乙。")), more=more)
    assert "".join(m.paragraphs(read(alto(*blocks, before=before), "page.xml"))) == "乙。甲。"


def test_lines_of_alto_that_stand_in_begin_paragraphs() -> None:
    lines = [text_line(string(f"{LONG[:20]}"), left=40 * (n % 2 == 0), top=30 * n) for n in range(4)]
    assert len(texts(read(alto(block("a", *lines)), "page.xml"))) == 2


METS = """<mets:mets xmlns:mets="http://www.loc.gov/METS/" xmlns:xlink="http://www.w3.org/1999/xlink">
<mets:fileSec><mets:fileGrp>
<mets:file ID="F1"><mets:FLocat xlink:href="file://./alto/1.xml"/></mets:file>
<mets:file ID="F2"><mets:FLocat xlink:href="alto/2.xml"/></mets:file>
<mets:file ID="P1"><mets:FLocat xlink:href="images/1.tif"/></mets:file>
</mets:fileGrp></mets:fileSec>
<mets:structMap TYPE="PHYSICAL"><mets:div>
<mets:div><mets:fptr FILEID="P1"/><mets:fptr FILEID="F1"/></mets:div><mets:div><mets:fptr FILEID="F2"/></mets:div>
</mets:div></mets:structMap>
<mets:structMap TYPE="LOGICAL"><mets:div TYPE="Newspaper"><mets:div TYPE="ARTICLE">
<mets:div TYPE="HEADLINE"><mets:fptr><mets:area FILEID="F1" BEGIN="b" BETYPE="IDREF"/></mets:fptr></mets:div>
<mets:div TYPE="BODY"><mets:div TYPE="PARAGRAPH">
<mets:fptr><mets:area FILEID="F1" BEGIN="a" BETYPE="IDREF"/></mets:fptr>
<mets:fptr><mets:area FILEID="F2" BEGIN="a" BETYPE="IDREF"/></mets:fptr></mets:div></mets:div>
</mets:div></mets:div></mets:structMap></mets:mets>"""


def test_mets_puts_the_pages_of_its_folder_in_order_and_names_their_parts(tmp_path: Path) -> None:
    (tmp_path / "alto").mkdir()
    one = alto(block("a", text_line(string(LONG[:-10]))), block("b", text_line(string("水车又转"))),
               block("c", text_line(string("商店启事，货物齐全。"))))  # fmt: skip
    (tmp_path / "alto" / "1.xml").write_text(one, encoding="utf-8")
    (tmp_path / "alto" / "2.xml").write_text(alto(block("a", text_line(string(LONG[-10:])))), encoding="utf-8")
    document = read(METS, "mets.xml", tmp_path)
    assert m.plain(nodes(document, m.Article)[0].headline) == "水车又转"
    assert "".join(texts(document)) == f"{LONG[:-10]}商店启事，货物齐全。{LONG[-10:]}"


@pytest.mark.parametrize("path", ["../1.xml", "/etc/passwd.xml", "alto/missing.xml", "http://example.org/1.xml"])
def test_mets_opens_no_file_elsewhere(tmp_path: Path, path: str) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "1.xml").write_text(alto(block("a", text_line(string("甲")))), encoding="utf-8")
    with pytest.raises(SourceError, match="METS names"):
        read(METS.replace("file://./alto/1.xml", path), "mets.xml", inner)
    with pytest.raises(SourceError, match="stream"):
        read_source(Source("-", METS.encode()))


# ── PAGE, ABBYY ──


def test_page_xml_of_transkribus() -> None:
    def region(name: str, text: str, structure: str) -> str:
        custom = f"readingOrder {{index:0;}} structure {{type:{structure};}}"
        return (
            f'<TextRegion id="{name}" custom="{custom}"><TextLine id="l{name}"><Coords points="0,0 400,20"/>'
            f"<TextEquiv><Unicode>{text}</Unicode></TextEquiv></TextLine></TextRegion>"
        )

    page = (
        '<?xml version="1.0"?><PcGts xmlns="http://schema.primaresearch.org/PAGE/gts/pagecontent/2013-07-15"><Page>'
        '<ReadingOrder><OrderedGroup><RegionRefIndexed index="1" regionRef="b"/><RegionRefIndexed index="0" '
        'regionRef="h"/></OrderedGroup></ReadingOrder>'
        + region("b", LONG, "paragraph")
        + region("h", "水车又转", "heading")
        + region("n", "七", "page-number")
        + '<ImageRegion id="i"/>'
        + region("c", "图1 水车", "caption")
        + "</Page></PcGts>"
    )
    document = read(page, "page.xml")
    assert m.plain(nodes(document, m.Article)[0].headline) == "水车又转"
    assert texts(document) == [LONG]
    assert furniture(document) == ["七"]
    assert [m.plain(figure.caption) for figure in nodes(document, m.Figure)] == ["图1 水车"]


def test_characters_and_roles_of_abbyy() -> None:
    def paragraph(text: str, style: str = "") -> str:
        characters = "".join(f"<charParams l='0'><charRecVariants/>{each}</charParams>" for each in text)
        return f'<par style="{style}"><line l="0" t="0" r="9" b="9"><formatting>{characters}</formatting></line></par>'

    def text_block(*paragraphs: str) -> str:
        return f'<block blockType="Text"><region/><text>{"".join(paragraphs)}</text></block>'

    page = (
        '<?xml version="1.0"?><document xmlns="http://www.abbyy.com/FineReader_xml/FineReader10-schema-v1.xml">'
        '<documentData><paragraphStyles><paragraphStyle id="H" role="heading" roleLevel="1"/>'
        '<paragraphStyle id="R" role="rt"/><paragraphStyle id="C" role="pictureCaption"/></paragraphStyles>'
        "</documentData><page>"
        + text_block(paragraph("镇上的消息", "R"), paragraph("水车又转", "H"), paragraph(LONG))
        + '<block blockType="Picture"/>'
        + text_block(paragraph("图1 水车", "C"))
        + '<block blockType="Table"><row><cell colSpan="2"><text><par><line><formatting>石 料</formatting></line></par>'
        "</text></cell></row></block></page></document>"
    )
    document = read(page, "page.xml")
    assert furniture(document) == ["镇上的消息"]
    assert m.plain(nodes(document, m.Article)[0].headline) == "水车又转"
    assert texts(document) == [LONG, "石 料"]
    assert [m.plain(figure.caption) for figure in nodes(document, m.Figure)] == ["图1 水车"]
    (table,) = nodes(document, m.Table)
    assert [[each.colspan for each in row.cells] for row in table.rows] == [[2]]


# ── What a file is ──


@pytest.mark.parametrize(
    ("name", "text", "form"),
    [
        ("a.xml", alto(), "alto"),
        ("a.xml", METS, "alto"),
        ("a.html", hocr(), "hocr"),
        ("a.xhtml", hocr(), "hocr"),
        ("a.hocr", "", "hocr"),
        ("-", alto(), "alto"),
        ("-", METS, "alto"),
        ("-", hocr(), "hocr"),
        ("a.html", "<html><body><p>ocr_page</p></body></html>", "html"),
    ],
)
def test_a_scan_is_known_by_its_first_element(name: str, text: str, form: str) -> None:
    assert guess(Source(name, text.encode()))[0] == form


@pytest.mark.parametrize("text", ["", "<a/>", "<document/>", "正文"])
def test_other_xml_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        guess(Source("a.xml", text.encode()))


@pytest.mark.parametrize("form", ["alto", "page-xml", "abbyy"])
@pytest.mark.parametrize(
    "data",
    [b"", b"<alto", b"\xff\xfe\xfd", b"<other/>", "正文".encode(), b"<a>" * 5000,
     b'<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]><alto>&d;</alto>'],
)  # fmt: skip
def test_what_is_no_such_xml_is_refused(form: str, data: bytes) -> None:
    with suppress(SourceError):
        assert not list(m.paragraphs(read_source(Source("a.xml", data), format=form)))


# ── Laws ──

_TEXTS = st.lists(st.text("水车又转。，a1 -$*<&\\`[|~#", min_size=1, max_size=8), max_size=5)


@given(st.lists(_TEXTS, max_size=4))
def test_every_letter_of_a_scan_comes_through(pages: list[list[str]]) -> None:
    lines = [[text_line(string(text)) for text in texts] for texts in pages]
    written = "".join(text for texts in pages for text in texts)
    made = alto(*(block(f"b{at}", *each) for at, each in enumerate(lines)))
    spans = (area(*(line(word(escape(text), 0, 9)) for text in texts)) for texts in pages)
    for document in (read(made, "a.xml"), read(hocr(*spans), "a.hocr")):
        assert sorted(content("".join(m.paragraphs(document)))) == sorted(content(written))


_ELEMENTS = st.sampled_from(
    ["alto", "Layout", "Page", "PrintSpace", "TopMargin", "TextBlock", "TextLine", "String", "SP", "HYP", "PcGts",
     "TextRegion", "TextEquiv", "Unicode", "Coords", "document", "page", "block", "text", "par", "line", "formatting",
     "charParams", "row", "cell", "div", "span", "p"]
)  # fmt: skip
_ATTRIBUTES = st.sampled_from(
    ["", ' CONTENT="水"', ' HPOS="1" VPOS="x" WIDTH="9" HEIGHT="nan"', ' ID="a" IDNEXT="a"', ' class="ocr_page"',
     ' class="ocr_line" title="bbox 1 2 3 4"', " class='ocrx_word'", ' class="ocr_caption"', ' blockType="Picture"',
     ' colSpan="99999999" rowSpan="-1"', ' type="heading"', ' points="1,2 3"', ' TYPE="Title"']
)  # fmt: skip
_TREES = st.recursive(
    st.sampled_from(["水", "", " ", "图1"]),
    lambda inner: st.builds(
        lambda name, more, held: f"<{name}{more}>{''.join(held)}</{name}>",
        _ELEMENTS, _ATTRIBUTES, st.lists(inner, max_size=4),
    ),
    max_leaves=20,
)  # fmt: skip


@given(st.sampled_from(["alto", "PcGts", "document", "html"]), st.lists(_TREES, max_size=4))
def test_any_tree_reads_and_can_be_written(root: str, trees: list[str]) -> None:
    form = {"alto": "alto", "PcGts": "page-xml", "document": "abbyy", "html": "hocr"}[root]
    document = read_source(Source("a.xml", f"<{root}>{''.join(trees)}</{root}>".encode()), format=form)
    to_markup(normalise(document, Ledger()))


@given(st.sampled_from(["alto", "page-xml", "abbyy", "hocr"]), st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(form: str, data: bytes) -> None:
    with suppress(DocconvError):
        read_source(Source("a.xml", data), format=form)
