"""Reading what layout extractors write as JSON: small samples in the documented forms, and that nothing breaks it."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from typing import Any

import pytest
from cases import furniture, nodes, texts
from hypothesis import given
from hypothesis import strategies as st

from docconv import model as m
from docconv.ledger import Ledger
from docconv.pipeline import normalise
from docconv.pipeline import read as read_source
from docconv.problems import SourceError
from docconv.readers.layout import looks_like_layout, read_layout
from docconv.readers.source import Source
from docconv.writers.markup import to_markup

LONG = "国庆假期，各地抢抓农时，秋收秋种有序推进，田间地头一派繁忙景象，农机手驾驶着收割机来回穿梭。"


def read(value: object) -> m.Document:
    return read_layout(Source("page.json", json.dumps(value).encode()))


# ── MinerU ──

MINERU: list[dict[str, Any]] = [
    {"type": "text", "text": "各地做好抢收抢种", "text_level": 1, "page_idx": 0},
    {"type": "text", "text": "本报记者 王 娜", "page_idx": 0},
    {"type": "text", "text": LONG, "page_idx": 0},
    {
        "type": "image",
        "img_path": "images/a8ec.jpg",
        "image_caption": ["▲ 农机手在田间作业。"],
        "image_footnote": ["新华社发"],
        "page_idx": 0,
    },
    {
        "type": "table",
        "img_path": "images/e3cb.jpg",
        "table_caption": ["表2 各地进度"],
        "table_footnote": ["注：截至10月5日。"],
        "table_body": '<html><body><table><tr><td rowspan="2">地区</td><td>$5 \\%$</td></tr>'
        "<tr><td>a</td></tr></table></body></html>",
        "page_idx": 1,
    },
    {"type": "equation", "text": "$$\nQ _ { \\% } = f ( P )\n$$", "text_format": "latex", "page_idx": 1},
    {
        "type": "code",
        "sub_type": "code",
        "code_caption": ["清单1"],
        "code_body": "if a:\n    b()",
        "guess_lang": "python",
        "page_idx": 1,
    },
    {"type": "list", "sub_type": "text", "list_items": ["1. 早稻", "2. 晚稻"], "page_idx": 1},
    {"type": "header", "text": "人民日报", "page_idx": 1},
    {"type": "page_number", "text": "甲五", "page_idx": 1},
    {"type": "aside_text", "text": "侧栏", "page_idx": 1},
    {"type": "page_footnote", "text": "* 通讯作者。", "page_idx": 1},
]


def test_a_content_list_becomes_an_article() -> None:
    document = read(MINERU)
    (article,) = nodes(document, m.Article)
    assert document.meta.kind == "page"
    assert m.plain(article.headline) == "各地做好抢收抢种"
    assert nodes(article, m.Name) == [m.Name("王 娜", "本报记者")]
    assert texts(document) == [LONG, "地区", "5 \\%", "a", "清单1", "早稻", "晚稻"]
    assert texts(document, "note") == ["新华社发", "注：截至10月5日。", "* 通讯作者。"]
    assert furniture(document) == ["人民日报", "甲五", "侧栏"]


def test_a_picture_keeps_its_relative_path_and_its_caption() -> None:
    (figure,) = nodes(read(MINERU), m.Figure)
    assert figure.media == m.Image("images/a8ec.jpg")
    assert m.plain(figure.caption) == "农机手在田间作业。"


def test_a_table_keeps_its_spans_its_caption_and_its_formulas() -> None:
    (table,) = nodes(read(MINERU), m.Table)
    assert m.plain(table.caption) == "表2 各地进度"
    assert [[cell.rowspan for cell in row.cells] for row in table.rows] == [[2, 1], [1]]
    assert nodes(table, m.Math) == [m.Math("5 \\%")]


def test_formulas_code_and_lists_keep_their_kind() -> None:
    document = read(MINERU)
    assert nodes(document, m.MathBlock) == [m.MathBlock("Q _ { \\% } = f ( P )")]
    assert nodes(document, m.CodeBlock) == [m.CodeBlock("if a:\n    b()", "python")]
    (items,) = nodes(document, m.List)
    assert (items.start, len(items.items)) == (1, 2)


def test_a_place_is_the_number_of_the_thing() -> None:
    document = read(MINERU)
    (figure,), (table,) = nodes(document, m.Figure), nodes(document, m.Table)
    (paragraph,) = (node for node in nodes(document, m.Paragraph) if m.plain(node.content) == LONG)
    assert paragraph.place == m.Place(3, 1, "page.json")
    assert (figure.place, table.place) == (m.Place(4, 1, "page.json"), m.Place(5, 1, "page.json"))


def test_captions_before_mineru_2_are_read() -> None:
    (figure,) = nodes(
        read([{"type": "image", "img_path": "a.jpg", "img_caption": ["图1 稻田"], "page_idx": 0}]), m.Figure
    )
    assert m.plain(figure.caption) == "图1 稻田"


@pytest.mark.parametrize("path", ["", "data:image/png;base64,AAAA", 7, None])
def test_a_picture_without_a_file_is_missing(path: object) -> None:
    entry = {"type": "image", "img_path": path, "image_caption": ["图1 稻田"], "page_idx": 0}
    (figure,) = nodes(read([entry]), m.Figure)
    assert figure.media == m.Missing()
    assert m.plain(figure.caption) == "图1 稻田"


def test_a_table_without_its_text_is_a_picture() -> None:
    entry = {"type": "table", "img_path": "images/t.jpg", "table_caption": ["表1"], "page_idx": 0}
    (figure,) = nodes(read([entry]), m.Figure)
    assert figure.media == m.Image("images/t.jpg")


def test_the_second_form_of_the_content_list() -> None:
    def text(content: str, kind: str = "text") -> dict[str, str]:
        return {"type": kind, "content": content}

    pages = [
        [
            {"type": "title", "content": {"title_content": [text("标题一")], "level": 1}},
            {
                "type": "paragraph",
                "content": {"paragraph_content": [text(LONG), text("x^2_i", "equation_inline"), text("*星*")]},
            },
            {"type": "page_header", "content": {"page_header_content": [text("报头")]}},
        ],
        [
            {
                "type": "image",
                "content": {"image_source": {"path": "images/b.jpg"}, "image_caption": [text("图1 甲")]},
            },
            {"type": "table", "content": {"html": "<table><tr><td>乙</td></tr></table>", "table_caption": []}},
            {"type": "equation_interline", "content": {"math_content": "a=b", "math_type": "latex"}},
            {"type": "list", "content": {"list_items": [{"item_type": "text", "item_content": [text("丙")]}]}},
            {"type": "code", "content": {"code_content": [text("x = 1")], "code_language": "python"}},
        ],
    ]
    document = read(pages)
    assert m.plain(nodes(document, m.Article)[0].headline) == "标题一"
    assert f"{LONG}x^2_i*星*" in texts(document)
    assert nodes(document, m.Math) == [m.Math("x^2_i")]
    assert nodes(document, m.Figure)[0].media == m.Image("images/b.jpg")
    assert furniture(document) == ["报头"]
    assert nodes(document, m.MathBlock) == [m.MathBlock("a=b")]
    assert nodes(document, m.CodeBlock) == [m.CodeBlock("x = 1", "python")]
    assert len(nodes(document, m.Table)) == len(nodes(document, m.List)) == 1


def test_the_middle_form_keeps_the_lines_of_print() -> None:
    def line(text: str, **more: object) -> dict[str, Any]:
        return {"spans": [{"type": "text", "content": text}], **more}

    picture = [
        {"type": "image_body", "lines": [{"spans": [{"type": "image", "image_path": "c.jpg"}]}]},
        {"type": "image_caption", "lines": [line("图1 丁")]},
    ]
    page = {
        "page_idx": 0,
        "para_blocks": [
            {"type": "title", "lines": [line("大标题")]},
            {"type": "text", "lines": [line("签字仪式在北京举"), line("行，多年来双方合作不断深入。")]},
            {"type": "image", "blocks": picture},
            {"type": "list", "lines": [line("甲", is_list_start_line=True), line("乙", is_list_start_line=False)]},
            {"type": "interline_equation", "lines": [{"spans": [{"type": "interline_equation", "content": "a"}]}]},
        ],
        "discarded_blocks": [{"type": "discarded", "lines": [line("报眉")]}],
    }
    document = read({"pdf_info": [page], "_backend": "pipeline", "_version_name": "2.5"})
    assert "签字仪式在北京举\n行，多年来双方合作不断深入。" in texts(document)
    (figure,) = nodes(document, m.Figure)
    assert (figure.media, m.plain(figure.caption)) == (m.Image("c.jpg"), "图1 丁")
    assert "甲\n乙" in texts(document)
    assert nodes(document, m.MathBlock) == [m.MathBlock("a")]
    assert furniture(document) == ["报眉"]


def test_what_recurs_in_running_order_stays_where_the_extractor_put_it() -> None:
    def unit(name: str, page: int) -> list[dict[str, Any]]:
        texts = ["一、填空", "1. 下列写法正确的是（ ）", "(A)甲", "(B)乙"]
        return [
            {"type": "text", "text": name, "text_level": 1, "page_idx": page},
            *({"type": "text", "text": text, "text_level": 2 * (text[1] == "、"), "page_idx": page} for text in texts),
        ]

    ledger = Ledger()
    document = normalise(read([*unit("第一课练习", 0), *unit("第二课练习", 1), *unit("第三课练习", 2)]), ledger)
    assert texts(document) == ["1. 下列写法正确的是（ ）", "(A)甲", "(B)乙"] * 3
    assert not furniture(document)
    assert not [change for change in ledger.changes if change.rule == "set-aside"]


def test_what_the_model_of_mineru_wrote_itself() -> None:
    page = [
        {"type": "header", "bbox": [0, 0, 1, 1], "content": "镇上的消息"},
        {"type": "title", "content": "水车又转"},
        {"type": "text", "content": LONG},
        {"type": "image", "content": None},
        {"type": "image_caption", "content": "图1 水车"},
        {"type": "table", "content": "<table><tr><td>石</td></tr></table>"},
        {"type": "equation", "content": "\\[a=b\\]"},
    ]
    document = read([page])
    assert furniture(document) == ["镇上的消息"]
    assert m.plain(nodes(document, m.Article)[0].headline) == "水车又转"
    assert [m.plain(figure.caption) for figure in nodes(document, m.Figure)] == ["图1 水车"]
    assert nodes(document, m.MathBlock) == [m.MathBlock("a=b")]


def test_links_and_fenced_code_of_mineru_3() -> None:
    link = {"type": "hyperlink", "content": "水文站", "url": "https://example.org/a"}
    document = read(
        [
            [
                {"type": "paragraph", "content": {"paragraph_content": [{"type": "text", "content": "见"}, link]}},
                {"type": "code", "content": {"code_content": [{"type": "text", "content": "x = 1"}]}},
            ]
        ]
    )
    assert nodes(document, m.Link) == [m.Link("https://example.org/a", (m.Text("水文站"),))]
    (code,) = nodes(read([{"type": "code", "code_body": "```python\nx = 1\n```", "page_idx": 0}]), m.CodeBlock)
    assert code == m.CodeBlock("x = 1", "python")


def test_text_of_markdown_may_hold_what_stands_by_itself() -> None:
    text = "功率为\n$$\nP = Q h\n$$\n其中 Q 为流量。"
    document = read([{"type": "text", "text": text, "page_idx": 0}])
    assert nodes(document, m.MathBlock) == [m.MathBlock("P = Q h")]
    assert texts(document) == ["功率为", "其中 Q 为流量。"]


# ── Formulas in running text ──


@pytest.mark.parametrize(
    ("text", "formulas"),
    [
        (r"数量 $N _ { \mathrm { z e r o } }$ 与", [r"N _ { \mathrm { z e r o } }"]),
        (r"其中 $T$ 为温度，$a\_b \{c\}$ 不变。", ["T", r"a\_b \{c\}"]),
        (r"即 \(x_1\) 与 \(y_1\)。", ["x_1", "y_1"]),
        (r"耗时\(1h\)以内", []),
        ("售价 $5 至 $6，约合 US$7 million。", []),
        ("费用 $5 or US$6 不等。", []),
        (r"价格 \$x_1\$ 元。", []),
    ],
)
def test_dollars_are_formulas_only_around_tex(text: str, formulas: list[str]) -> None:
    document = read([{"type": "text", "text": text, "page_idx": 0}])
    assert [node.tex for node in nodes(document, m.Math)] == formulas


def test_an_exponent_alone_is_raised() -> None:
    document = read([{"type": "text", "text": "面积达到120m$^{2}$以上。", "page_idx": 0}])
    assert nodes(document, m.Sup) == [m.Sup((m.Text("2"),))]


# ── PaddleOCR ──


def block(label: str, content: str, order: int | None = None, box: object = (10, 20, 30, 40)) -> dict[str, Any]:
    return {"block_label": label, "block_content": content, "block_bbox": box, "block_order": order}


PADDLE = {
    "input_path": "page.png",
    "page_index": None,
    "model_settings": {},
    "parsing_res_list": [
        block("header", "株洲日报"),
        block("header_image", ""),
        block("doc_title", "各地做好抢收抢种", 1),
        block("paragraph_title", "1.1 秋粮", 3),
        block("text", f"本报讯（记者 王娜）{LONG}", 2),
        block("text", "签字仪式在北京举\n行，多年来合作不断。", 4),
        block("image", ""),
        block("figure_title", "图1 稻田", 5),
        block("figure_title", "表1 产量", 6),
        block("table", "<html><body><table><tr><td>甲</td><td>乙</td></tr></table></body></html>", 7),
        block("formula", "$$ a=b $$", 8),
        block("formula_number", "(3)", 9),
        block("abstract", "本文讨论产量。", 10),
        block("reference", "[1] 某书。", 11),
        block("whatever", "未知标签也是正文。", 12),
        block("footnote", "① 见上页。"),
        block("number", "十二"),
        block("aside_text", "边注"),
    ],
}


def test_parsing_results_become_an_article() -> None:
    document = read(PADDLE)
    (article,) = nodes(document, m.Article)
    assert m.plain(article.headline) == "各地做好抢收抢种"
    assert [m.plain(section.title) for section in nodes(document, m.Section)] == ["1.1 秋粮"]
    assert furniture(document) == ["株洲日报", "十二", "边注"]
    assert texts(document, "abstract") == ["本文讨论产量。"]
    assert texts(document, "note") == ["① 见上页。"]
    assert {"签字仪式在北京举\n行，多年来合作不断。", "[1] 某书。", "未知标签也是正文。"} <= set(texts(document))


def test_block_order_is_the_order_of_reading() -> None:
    document = read(PADDLE)
    (article,) = nodes(document, m.Article)
    assert [type(node) for node in article.body[:2]] == [m.Paragraph, m.Section]
    assert nodes(article.body[0], m.Byline)


def test_captions_find_the_picture_or_table_next_to_them() -> None:
    document = read(PADDLE)
    figure = next(figure for figure in nodes(document, m.Figure) if figure.caption)
    (table,) = nodes(document, m.Table)
    assert (m.plain(figure.caption), m.plain(table.caption)) == ("图1 稻田", "表1 产量")


def test_a_picture_has_the_path_to_which_paddlex_saves_it() -> None:
    media = [figure.media for figure in nodes(read(PADDLE), m.Figure)]
    assert media == [
        m.Image("imgs/img_in_header_image_box_10_20_30_40.jpg"),
        m.Image("imgs/img_in_image_box_10_20_30_40.jpg"),
    ]
    document = read({"parsing_res_list": [block("image", '<div><img src="imgs/x.jpg" alt="Image" /></div>')]})
    assert nodes(document, m.Figure)[0].media == m.Image("imgs/x.jpg")


def test_a_formula_takes_its_number() -> None:
    assert nodes(read(PADDLE), m.MathBlock) == [m.MathBlock(r"a=b \tag{3}")]


def test_a_caption_alone_stands_for_its_picture() -> None:
    document = read(
        {"parsing_res_list": [block("doc_title", "题"), block("text", LONG), block("figure_title", "稻田")]}
    )
    (figure,) = nodes(document, m.Figure)
    assert (figure.media, m.plain(figure.caption)) == (m.Missing(), "稻田")


@pytest.mark.parametrize(
    "wrapped",
    [
        {"res": PADDLE},
        [PADDLE, PADDLE],
        {"layoutParsingResults": [{"prunedResult": PADDLE}]},
        {"errorCode": 0, "result": {"layoutParsingResults": [{"prunedResult": PADDLE}]}},
    ],
)
def test_pages_come_alone_in_a_list_or_from_a_server(wrapped: object) -> None:
    assert m.plain(nodes(read(wrapped), m.Article)[0].headline) == "各地做好抢收抢种"


# ── docling ──


def docling(children: list[str], **nodes: list[dict[str, Any]]) -> dict[str, Any]:
    body = {"self_ref": "#/body", "children": [{"$ref": each} for each in children], "label": "unspecified"}
    return {"schema_name": "DoclingDocument", "version": "1.8.0", "name": "x", "body": body, "groups": [], **nodes}


def item(label: str, text: str, **more: object) -> dict[str, Any]:
    return {"label": label, "text": text, "orig": text, "prov": [{"page_no": 1}], "children": [], **more}


def refs(*pointers: str) -> list[dict[str, str]]:
    return [{"$ref": each} for each in pointers]


def cell(text: str, row: int, column: int, rows: int = 1, columns: int = 1, header: bool = False) -> dict[str, Any]:
    return {
        "text": text,
        "start_row_offset_idx": row,
        "end_row_offset_idx": row + rows,
        "start_col_offset_idx": column,
        "end_col_offset_idx": column + columns,
        "row_span": rows,
        "col_span": columns,
        "column_header": header,
    }


DOCLING = docling(
    ["#/texts/0", "#/texts/1", "#/texts/2", "#/groups/0", "#/pictures/0", "#/tables/0", "#/texts/6", "#/texts/7",
     "#/texts/8", "#/groups/1", "#/texts/13", "#/texts/14"],
    texts=[
        item("page_header", "国会立法调查处", content_layer="furniture"),
        item("title", "各地做好抢收抢种"),
        item("text", f"{LONG}其中 a<b>c 与 5*3**2、C:\\_x 不变。"),
        item("list_item", "早稻", enumerated=True, marker="1."),
        item("list_item", "晚稻", enumerated=True, marker="2."),
        item("caption", "图1 稻田"),
        item("section_header", "二、秋粮", level=1),
        item("code", "a = 1\nb = 2", code_language="Python"),
        item("formula", "", orig="a 2 +8 = 12"),
        item("caption", "表1 产量"),
        item("text", "图中文字"),
        item("text", "重点", formatting={"bold": True}),
        item("text", "在此。", formatting={"script": "super"}),
        item("footnote", "1) 见前。"),
        item("checkbox_selected", "同意"),
    ],
    groups=[
        {"label": "list", "children": refs("#/texts/3", "#/texts/4")},
        {"label": "inline", "children": refs("#/texts/11", "#/texts/12")},
    ],
    pictures=[
        {
            "label": "picture",
            "captions": refs("#/texts/5"),
            "children": refs("#/texts/5", "#/texts/10"),
            "image": {"mimetype": "image/png", "uri": "x_artifacts/image_0.png"},
        }
    ],
    tables=[
        {
            "label": "table",
            "captions": refs("#/texts/9"),
            "children": refs("#/texts/9"),
            "data": {
                "num_rows": 3,
                "num_cols": 3,
                "table_cells": [
                    cell("地区", 0, 0, header=True),
                    cell("产量", 0, 1, columns=2, header=True),
                    cell("甲", 1, 0, rows=2),
                    cell("10", 1, 2),
                    cell("20", 2, 1),
                ],
            },
        }
    ],
)  # fmt: skip


def test_a_docling_document_becomes_an_article() -> None:
    document = read(DOCLING)
    (article,) = nodes(document, m.Article)
    assert m.plain(article.headline) == "各地做好抢收抢种"
    assert [m.plain(section.title) for section in nodes(document, m.Section)] == ["二、秋粮"]
    assert furniture(document) == ["国会立法调查处"]
    assert texts(document, "note") == ["1) 见前。"]
    (items,) = nodes(document, m.List)
    assert (items.start, len(items.items)) == (1, 2)
    assert nodes(document, m.CodeBlock) == [m.CodeBlock("a = 1\nb = 2", "python")]
    assert {"a 2 +8 = 12", "☑ 同意"} <= set(texts(document))


def test_docling_text_is_plain_text() -> None:
    assert f"{LONG}其中 a<b>c 与 5*3**2、C:\\_x 不变。" in texts(read(DOCLING))


def test_inline_groups_are_one_paragraph() -> None:
    (paragraph,) = (node for node in nodes(read(DOCLING), m.Paragraph) if m.plain(node.content) == "重点在此。")
    assert paragraph.content == (m.Strong((m.Text("重点"),)), m.Sup((m.Text("在此。"),)))


def test_text_in_a_picture_is_what_it_says_instead_of_being_seen() -> None:
    document = read(DOCLING)
    (figure,) = nodes(document, m.Figure)
    assert figure.media == m.Image("x_artifacts/image_0.png", "图中文字")
    assert m.plain(figure.caption) == "图1 稻田"
    assert "图中文字" not in texts(document)


def test_a_docling_table_has_all_its_fields() -> None:
    (table,) = nodes(read(DOCLING), m.Table)

    def rows(part: tuple[m.Row, ...]) -> list[list[tuple[str, int, int]]]:
        return [
            [("".join(m.plain(p.content) for p in nodes(c, m.Paragraph)), c.rowspan, c.colspan) for c in row.cells]
            for row in part
        ]

    assert m.plain(table.caption) == "表1 产量"
    assert rows(table.head) == [[("地区", 1, 1), ("产量", 1, 2)]]
    assert rows(table.rows) == [[("甲", 2, 1), ("", 1, 1), ("10", 1, 1)], [("20", 1, 1), ("", 1, 1)]]


def test_a_grid_does_where_there_are_no_cells() -> None:
    wide = cell("宽", 0, 0, columns=2)
    data = {"grid": [[wide, wide], [cell("甲", 1, 0), cell("乙", 1, 1)]]}
    (table,) = nodes(read(docling(["#/tables/0"], tables=[{"label": "table", "data": data}])), m.Table)
    assert [[c.colspan for c in row.cells] for row in table.rows] == [[2], [1, 1]]


def test_pointers_that_lead_nowhere_or_in_circles_are_left() -> None:
    groups = [{"label": "section", "children": refs("#/groups/0", "#/groups/1", "#/texts/9", "nowhere", "#/texts/0")},
              {"label": "section", "children": refs("#/groups/0")}]  # fmt: skip
    document = read(docling(["#/groups/0", "#/texts/0"], groups=groups, texts=[item("text", LONG)]))
    assert texts(document) == [LONG]


def test_a_tree_that_leads_nowhere_gives_the_texts_in_their_order() -> None:
    assert texts(read(docling(["#/texts/7"], texts=[item("text", LONG), item("text", "乙。")]))) == [LONG, "乙。"]


def test_groups_may_nest_by_the_thousand() -> None:
    groups = [{"label": "section", "children": refs(f"#/groups/{n + 1}")} for n in range(5000)]
    groups.append({"label": "section", "children": refs("#/texts/0")})
    assert texts(read(docling(["#/groups/0"], groups=groups, texts=[item("text", LONG)]))) == [LONG]


# ── dots.ocr, marker, olmOCR ──

DOTS = [
    {"bbox": [1, 2, 3, 4], "category": "Page-header", "text": "镇上的消息"},
    {"bbox": [1, 2, 3, 4], "category": "Title", "text": "# 水车又转"},
    {"bbox": [1, 2, 3, 4], "category": "Text", "text": f"{LONG}其中 $x_1$ 不变。"},
    {"bbox": [1, 2, 3, 4], "category": "Section-header", "text": "## 一、修缮"},
    {"bbox": [1, 2, 3, 4], "category": "List-item", "text": "- 早稻"},
    {"bbox": [1, 2, 3, 4], "category": "Picture"},
    {"bbox": [1, 2, 3, 4], "category": "Caption", "text": "图1 水车"},
    {"bbox": [1, 2, 3, 4], "category": "Caption", "text": "表1 用料"},
    {"bbox": [1, 2, 3, 4], "category": "Table", "text": "<table><tr><td>石</td></tr></table>"},
    {"bbox": [1, 2, 3, 4], "category": "Formula", "text": "$$a=b$$"},
    {"bbox": [1, 2, 3, 4], "category": "Footnote", "text": "① 见前。"},
]


def marker(kind: str, html: str, *children: dict[str, Any], name: str = "") -> dict[str, Any]:
    return {"id": name, "block_type": kind, "html": html, "polygon": [], "children": list(children) or None}


MARKER = {
    "block_type": "Document",
    "metadata": {},
    "children": [
        marker(
            "Page",
            "<content-ref src='/page/0/SectionHeader/0'></content-ref>",
            marker("PageHeader", "<p>镇上的消息</p>"),
            marker("SectionHeader", "<h1>水车又转</h1>"),
            marker("Text", f'<p block-type="Text">{LONG}其中 <math display="inline">x_1</math> 不变。</p>'),
            marker("SectionHeader", "<h2>一、修缮</h2>"),
            marker("ListGroup", "<ul></ul>", marker("ListItem", "<li>早稻</li>")),
            marker(
                "FigureGroup",
                "",
                marker("Figure", "", name="/page/0/Figure/7"),
                marker("Caption", "<p>图1 <b>水车</b></p>"),
            ),
            marker("Caption", "<p>表1 用料</p>"),
            marker("Table", "<table><tbody><tr><td>石</td></tr></tbody></table>", marker("TableCell", "石")),
            marker("Equation", '<p><math display="block">a=b</math></p>'),
            marker("Footnote", "<p>① 见前。</p>"),
        )
    ],
}


@pytest.mark.parametrize("value", [DOTS, [DOTS], MARKER])
def test_every_label_of_a_model_is_obeyed(value: object) -> None:
    document = read(value)
    (article,) = nodes(document, m.Article)
    assert m.plain(article.headline) == "水车又转"
    assert [m.plain(section.title) for section in nodes(document, m.Section)] == ["一、修缮"]
    assert nodes(document, m.Math) == [m.Math("x_1")]
    assert nodes(document, m.MathBlock) == [m.MathBlock("a=b")]
    assert [m.plain(figure.caption) for figure in nodes(document, m.Figure)] == ["图1 水车"]
    assert [m.plain(table.caption) for table in nodes(document, m.Table)] == ["表1 用料"]
    assert len(nodes(document, m.List)) == 1
    assert texts(document, "note") == ["① 见前。"]
    assert furniture(document) == ["镇上的消息"]


def test_a_picture_has_the_name_that_marker_gives_it() -> None:
    assert [figure.media for figure in nodes(read(MARKER), m.Figure)] == [m.Image("_page_0_Figure_7.jpeg")]


def test_plain_text_of_html_stays_plain() -> None:
    page = marker("Page", "", marker("Text", "<p>a &lt;b&gt; * 5$ 与 5$ <a href='#p'>上</a><sup>2</sup></p>"))
    document = read({"block_type": "Document", "children": [page], "metadata": {}})
    assert "a <b> * 5$ 与 5$ 上2" in "".join(m.paragraphs(document))
    assert not nodes(document, m.Link)


def test_pages_of_olmocr_are_pages_of_markdown() -> None:
    text = "# 水车又转\n\n歇了十年的水车昨天又转了起来，看热闹的人站满了两边的河\n岸，直到天黑。"
    dolma = {
        "id": "0a",
        "text": text,
        "source": "olmocr",
        "added": "2025-01-01",
        "metadata": {},
        "attributes": {"pdf_page_numbers": [[0, text.index("岸"), 1], [text.index("岸"), len(text), 2]]},
    }
    for data in (json.dumps(dolma), f"{json.dumps(dolma)}\n{json.dumps(dolma)}\n"):
        document = normalise(read_source(Source("pages.jsonl", data.encode()), lang="zh-Hans"))
        assert m.plain(nodes(document, m.Article)[0].headline) == "水车又转"
        assert "两边的河岸，直到天黑。" in "".join(m.paragraphs(document))


# ── What is refused ──


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not JSON"),
        (b'{"pdf_info": [}', r"page\.json:1:15: this is not JSON"),
        (b"[" * 100_000, "nests too deep"),
        (b"[" + b"1" * 5000 + b"]", "too long"),
        (b'{"a": 1}', "not a layout"),
        (b"[1, 2]", "not a layout"),
        (b'"text"', "not a layout"),
        (b"\xff\xfe\xfd", "."),
    ],
)
def test_anything_else_is_an_error(data: bytes, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        read_layout(Source("page.json", data))


def test_an_empty_list_is_an_empty_document() -> None:
    assert read([]).body == ()


def test_a_table_of_a_million_fields_keeps_its_text() -> None:
    data = {"table_cells": [cell("甲", 0, 0, rows=999, columns=999), cell("乙", 90_000, 90_000)]}
    document = read(docling(["#/tables/0"], tables=[{"label": "table", "data": data}]))
    assert texts(document) == ["甲", "乙"]


def test_long_texts_are_read_in_linear_time() -> None:
    start = time.process_time()
    for text in ("$" * 50_000, "$a" * 50_000, "\\(" * 50_000, "<b" * 50_000, "\\" * 100_000, "`" * 50_000):
        read([{"type": "text", "text": text, "page_idx": 0}])
    assert time.process_time() - start < 5


@pytest.mark.parametrize("value", [MINERU, PADDLE, DOCLING, DOTS, MARKER, {"pdf_info": [{"para_blocks": []}]}])
def test_a_layout_is_known_by_its_keys(value: object) -> None:
    assert looks_like_layout(json.dumps(value).encode())
    assert looks_like_layout(b"\xef\xbb\xbf\n " + json.dumps(value, indent=1).encode())


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b'{"pandoc-api-version":[1,23],"blocks":[]}', "正文".encode()])
def test_other_files_are_not_taken_for_a_layout(data: bytes) -> None:
    assert not looks_like_layout(data)


# ── Laws ──

LABELS = [
    "text", "title", "image", "table", "equation", "code", "list", "header", "index", "paragraph", "page_header",
    "doc_title", "paragraph_title", "figure_title", "table_title", "formula", "formula_number", "seal", "chart",
    "Text", "Picture", "Page", "ListGroup", "Formula", "Table",
    "section_header", "list_item", "caption", "footnote", "inline", "checkbox_selected", "image_body", "header_image",
]  # fmt: skip
KEYS = [
    "type", "text", "text_level", "page_idx", "img_path", "image_caption", "table_body", "table_caption", "code_body",
    "list_items", "content", "title_content", "paragraph_content", "html", "level", "lines", "spans", "blocks",
    "block_label", "block_content", "block_bbox", "block_order", "label", "orig", "children", "captions", "data",
    "table_cells", "grid", "prov", "page_no", "$ref", "marker", "enumerated", "formatting", "image", "uri", "col_span",
    "bbox", "category", "block_type", "polygon", "page",
    "row_span", "start_row_offset_idx", "start_col_offset_idx", "footnotes", "image_source", "math_content",
]  # fmt: skip
SCRAPS = [
    "本报记者 王 娜", "▲ 图", "（下转A4版）", "图1 甲", "表1", "$x_1$", "$$a$$", "<table><tr><td>甲", "<b>", "\\(",
    "**", "1. ", "①", "\n\n", "\u3000", "#/texts/0", "#/groups/0", "#/groups/1", "#/tables/0", "#/pictures/0",
    "\ud800", "\x00", "\ufdd0", "`", "data:x", "../../etc/passwd", "&lt;", "|a|b|",
]  # fmt: skip
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 3), st.integers(), st.floats(), st.text(max_size=8),
    st.sampled_from(LABELS), st.lists(st.sampled_from(SCRAPS), max_size=4).map("".join),
)  # fmt: skip
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(KEYS), inner, max_size=6)),
    max_leaves=25,
)
things = st.dictionaries(st.sampled_from(KEYS), values, max_size=8)
labels = st.sampled_from(["type", "block_label", "label", "category", "block_type"])
labelled = st.builds(lambda thing, key, label: {**thing, key: label}, things, labels, st.sampled_from(LABELS))
lists = st.lists(st.one_of(labelled, labelled, values), max_size=4)
layouts = st.one_of(
    lists,
    st.lists(lists, max_size=3),
    st.builds(lambda a, b: {"pdf_info": [{"para_blocks": a, "discarded_blocks": b}]}, lists, lists),
    st.builds(lambda blocks: {"parsing_res_list": blocks}, lists),
    st.builds(lambda blocks: {"block_type": "Document", "children": blocks}, lists),
    st.builds(
        lambda texts, groups, tables, pictures: docling(
            ["#/groups/0", "#/tables/0", "#/pictures/0", "#/texts/0", "#/texts/1"],
            texts=texts, groups=groups, tables=tables, pictures=pictures,
        ),
        lists, lists, lists, lists,
    ),
)  # fmt: skip


@given(layouts)
def test_any_layout_reads_and_can_be_written(value: object) -> None:
    with suppress(SourceError):
        to_markup(normalise(read(value), Ledger()))


@given(values)
def test_any_json_reads_or_is_refused(value: object) -> None:
    with suppress(SourceError):
        read(value)


@given(st.lists(st.text("字、。「」a1 $*_<>&\\`[]()#|\u3000\n", max_size=40), max_size=4))
def test_plain_text_comes_through_whole(written: list[str]) -> None:
    """Not a visible character of docling's text is lost or added, whatever mark it looks like."""
    document = read(
        docling([f"#/texts/{n}" for n in range(len(written))], texts=[item("page_header", t) for t in written])
    )
    assert "".join("".join(furniture(document)).split()) == "".join("".join(written).split())
