"""Reading finished pages: lines and columns as they stand, each rule on a page that breaks it and one that keeps it.

Pages are glyphs set by hand, in which `|` is a quarter em of blank and `^` takes half an em back; PDFs are written by
hand with pikepdf, or laid out by plain WeasyPrint, which knows no CJK composition.
"""

from __future__ import annotations

import io
import random
import time
from collections.abc import Callable
from itertools import pairwise

import pikepdf
import pytest

from docconv.preflight.pdf import MOST_PLACES, check_pdf, glyphs
from docconv.preflight.pdf.glyphs import MOST_BYTES, Glyph, GlyphPage, read_glyphs
from docconv.preflight.pdf.lines import Line, find_blocks, find_lines
from docconv.preflight.pdf.rules import RULES, Pages, region_of
from docconv.preflight.profiles import judge
from docconv.press import PROFILES
from docconv.problems import Problem, SourceError

EM = 10.0
LEFT = 50.0
BODY = "天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏"
"""Twenty-four characters without a mark."""


def set_line(text: str, y: float, x: float = LEFT, /, **kind: object) -> list[Glyph]:
    """A line in 10 pt: full-width characters an em, ASCII and · half an em."""
    out: list[Glyph] = []
    for character in text:
        if character in "|^":
            x += {"|": EM / 4, "^": -EM / 2}[character]
            continue
        width = EM / 2 if character < "\u2000" else EM
        out.append(Glyph(character, x, x + width, y, EM)._replace(**kind))
        x += width
    return out


def set_page(*lines: str, x: float = LEFT, pitch: float = 18, number: int = 1) -> GlyphPage:
    return GlyphPage(
        number, [glyph for row, text in enumerate(lines) for glyph in set_line(text, 700 - row * pitch, x)]
    )


def pages(*printed: GlyphPage, language: str = "zh-Hans") -> Pages:
    lines = [find_lines(page) for page in printed]
    return Pages(language, [line for page in lines for line in page], find_blocks(lines))


def found(code: str, *lines: str, language: str = "zh-Hans", page: GlyphPage | None = None) -> list[str]:
    rule = next(rule for rule in RULES if rule.code == code)
    document = pages(page or set_page(*lines), language=language)
    return [hit.message for hit in rule.find(document)] if rule.clause(language) else []


def texts(page: GlyphPage) -> list[str]:
    return [line.text for line in find_lines(page)]


# ── lines ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_columns_are_not_mixed() -> None:
    left = set_page(*[BODY[:10]] * 6)
    right = set_page(*["　　" + BODY[10:18], *[BODY[10:20]] * 5], x=LEFT + 12 * EM)
    page = GlyphPage(1, left.glyphs + right.glyphs)
    assert texts(page) == [BODY[:10], BODY[10:18], *[BODY[:10], BODY[10:20]] * 5]
    assert [round(block.left) for block in find_blocks([find_lines(page)])] == [50, 170]


def test_a_column_whose_line_opens_with_a_trimmed_bracket_stands_apart() -> None:
    left = set_page(*[BODY[:10]] * 6)
    right = set_page(*[BODY[10:20]] * 3, "^（" + BODY[11:20], *[BODY[10:20]] * 2, x=LEFT + 11.5 * EM)
    assert texts(GlyphPage(1, left.glyphs + right.glyphs))[6:8] == [BODY[:10], "（" + BODY[11:20]]


def test_a_stretched_space_does_not_cut_a_line() -> None:
    lines = [f"{BODY[: 6 + row]} {'|' * (20 - 3 * row)}{BODY[:10]}" for row in range(4)]
    assert len(texts(set_page(*lines))) == 4


def test_a_superscript_joins_its_line_and_ruby_does_not() -> None:
    body = set_line(BODY[:3], 700) + set_line(BODY[3:8], 700, LEFT + 4 * EM)
    note = [glyph._replace(x0=80, x1=84, size=6.0) for glyph in set_line("1", 704)]
    ruby = [glyph._replace(x0=52, x1=57, size=5.0) for glyph in set_line("あ", 710)]
    lines = find_lines(GlyphPage(1, body + note + ruby))
    assert [line.text for line in lines] == ["あ", BODY[:3] + "1" + BODY[3:8]]
    assert [glyph.raised for glyph in lines[1].glyphs] == [False] * 3 + [True] + [False] * 5


def test_a_heading_is_in_no_block() -> None:
    heading = [glyph._replace(size=16.0) for glyph in set_line("第一回", 750)]
    (block,) = find_blocks([find_lines(GlyphPage(1, heading + set_page(*[BODY] * 4).glyphs))])
    assert [line.number for line in block.lines()] == [2, 3, 4, 5]
    assert (block.left, block.right, block.measure) == (50, 290, 24)


def test_an_indent_begins_a_paragraph() -> None:
    lines = ["||||||||" + BODY[:22], BODY, BODY[:9], "||||||||" + BODY[:22], BODY, BODY[:5]]
    (block,) = find_blocks([find_lines(set_page(*lines))])
    assert [len(paragraph.lines) for paragraph in block.paragraphs] == [3, 3]
    assert not block.justified  # four full lines are no evidence
    (block,) = find_blocks([find_lines(set_page(*lines * 2))])
    assert block.justified


def test_a_sentence_that_ends_early_ends_a_paragraph() -> None:
    (block,) = find_blocks([find_lines(set_page(BODY, BODY[:20] + "。", BODY, BODY, BODY[:4]))])
    assert [len(paragraph.lines) for paragraph in block.paragraphs] == [2, 3]


def test_verse_among_prose_is_not_justified() -> None:
    prose = [*(BODY for _ in range(9)), "秋收冬藏。"]
    verse = [
        "天地玄黄，宇宙洪荒；日月盈，",
        "昃辰宿，列张寒来暑往，",
        "秋收冬藏，闰馀成，",
        "岁律吕调阳，云腾致雨，",
        "露结为霜。",
    ]
    set_in = [glyph for row, text in enumerate(verse) for glyph in set_line(text, 300 - row * 18, LEFT + 20)]
    blocks = find_blocks([find_lines(GlyphPage(1, [*set_page(*prose).glyphs, *set_in]))])
    assert [(block.left > LEFT + 10, block.justified) for block in blocks] == [(False, True), (True, False)]


def test_two_verses_of_lines_that_all_end_in_marks_are_not_justified() -> None:
    prose = [*(BODY for _ in range(9)), "秋收冬藏。"]
    verse = [
        "才自精明志自高，生于末世运偏消。",
        "清明涕泣江边望，千里东风一梦遥。",
        "秋收冬藏日月，闰馀成岁律吕调。",
        "湘江水逝楚云飞。",
    ]
    set_in = [glyph for row, text in enumerate(verse) for glyph in set_line(text, 300 - row * 18, LEFT + 20)]
    blocks = find_blocks([find_lines(GlyphPage(1, [*set_page(*prose).glyphs, *set_in]))])
    assert [(block.left > LEFT + 10, block.justified) for block in blocks] == [(False, True), (True, False)]


def test_the_edge_of_few_lines_is_where_all_end_if_marks_are_trimmed() -> None:
    quoted = [BODY[:20], BODY[:19] + "||，", BODY[:4]]
    set_in = [glyph for row, text in enumerate(quoted) for glyph in set_line(text, 300 - row * 18, LEFT + 20)]
    _, block = find_blocks([find_lines(GlyphPage(1, [*set_page(*[BODY] * 9).glyphs, *set_in]))])
    assert block.measure == 20


def test_lines_of_indented_single_line_paragraphs_are_last_lines() -> None:
    lines = ["||||" + BODY[:21] + "。", "||||" + BODY[:23], BODY, BODY[:9]]
    (block,) = find_blocks([find_lines(set_page(*lines))])
    assert [len(paragraph.lines) for paragraph in block.paragraphs] == [1, 3]


HEADLINES = [
    "（一）天地玄黄宇宙洪荒日月盈昃",
    "辰宿列张寒来",
    "“秋收”冬藏闰馀成岁",
    "《律吕》调阳云腾致雨露结为霜",
    "金生丽水",
    "（二）玉出昆冈剑号巨阙",
    "珠称夜光果珍李柰",
    "「菜重」芥姜",
]
"""Paragraphs of one line each."""


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "ja"])
def test_headlines_one_under_the_other_are_no_broken_lines(language: str) -> None:
    for above in ([], ["||||||||" + BODY[:22], BODY, BODY, BODY, BODY[:9]]):
        document = pages(set_page(*above, *HEADLINES * 2), language=language)
        assert [(rule.code, hit) for rule in RULES if rule.clause(language) for hit in rule.find(document)] == []


def test_a_ragged_paragraph_is_not_taken_for_headlines() -> None:
    (block,) = find_blocks([find_lines(set_page(*[BODY[: 24 - row % 5] for row in range(9)]))])
    assert len(block.paragraphs) == 1


def test_a_column_ends_where_many_lines_end() -> None:
    """The next one begins with the mark of a list, which stands out of it."""
    left = set_page(*[BODY[:10]] * 8)
    right = set_page("^· " + BODY[:9], *[BODY[:10]] * 3, *["^· " + BODY[:9], BODY[:8]] * 2, x=LEFT + 11.5 * EM)
    assert texts(GlyphPage(1, left.glyphs + right.glyphs))[:2] == [BODY[:10], "· " + BODY[:9]]


def test_entries_of_a_list_are_paragraphs() -> None:
    for mark in ("· ", "1. ", "（1） "):
        lines = [mark + BODY[:20], mark + BODY[:18], mark + BODY[:21], BODY, BODY]
        assert found("pdf-line-start", *lines) == []


def test_entries_of_contents_are_no_broken_lines() -> None:
    entries = [f"{BODY[:4]}{' ·' * 18} 5", f"1{BODY[:4]}{' ·' * 17} 17", f"“{BODY[:3]}”{' ·' * 17} 20"] * 2
    for code in ("pdf-number-split", "pdf-line-start-mark", "pdf-right-edge"):
        assert found(code, *entries) == []


def test_what_is_set_in_on_both_sides_has_an_edge_of_its_own() -> None:
    lines = ["||||" + BODY[:23], BODY, BODY, BODY, "||||" + BODY[:19], BODY[:20], BODY[:20], BODY[:9]]
    blocks = find_blocks([find_lines(set_page(*lines, *lines))])
    assert {(block.left, block.right) for block in blocks} == {(50, 290), (50, 250)}
    assert found("pdf-right-edge", *lines, *lines) == []


def test_trimmed_brackets_alone_tell_the_edge_by_whole_letters() -> None:
    trimmed = ["||||||||" + BODY[:22], "^「" + BODY[:9] + "」"] * 4
    assert found("pdf-line-start-mark", *trimmed) == found("pdf-measure", *trimmed) == []
    assert len(found("pdf-line-start-mark", *["||||||||" + BODY[:22], "「" + BODY[:9] + "」"] * 4)) == 4


def test_a_full_last_line_of_a_column_may_be_stretched() -> None:
    assert found("pdf-mixed-gap", *[BODY] * 4, BODY[:10] + "||Word||" + BODY[:11]) == []
    assert len(found("pdf-mixed-gap", *[BODY] * 4, BODY[:10] + "||Word||" + BODY[:9])) == 2


# ── rules ────────────────────────────────────────────────────────────────────────────────────────────────────────────

B, C = BODY[:-1], BODY[:-2]

BROKEN: dict[str, tuple[str, list[str]]] = {  # code → language, lines of which at least one breaks the rule
    "pdf-line-start": ("zh-Hans", [BODY, "，" + B, BODY]),
    "pdf-line-end": ("zh-Hans", [BODY, B + "“", BODY]),
    "pdf-small-kana": ("ja", [BODY, "ょ" + B, BODY]),
    "pdf-pair-split": ("zh-Hans", [BODY, B + "—", "—" + B, BODY]),
    "pdf-number-split": ("zh-Hans", [BODY, C + "1234", "56" + B, BODY]),
    "pdf-note-parted": ("zh-Hans", [BODY, BODY, "[1]" + B, BODY]),
    "pdf-hyphen-added": ("zh-Hans", [BODY, B + "-", BODY]),
    "pdf-last-line": ("zh-Hans", [BODY, BODY, "天。"]),
    "pdf-marks-adjacent": ("zh-Hans", [BODY, C + "」「", BODY]),
    "pdf-line-end-mark": ("zh-Hans", [*[BODY] * 5, B + "，", BODY]),
    "pdf-line-start-mark": ("zh-Hans", [BODY, "「" + B, BODY]),
    "pdf-mixed-gap": ("zh-Hans", [BODY, C + "Word", BODY]),
    "pdf-loose-gap": ("zh-Hans", [BODY, "||".join(BODY[:16]), BODY]),
    "pdf-right-edge": ("zh-Hans", [*[BODY] * 5, B, BODY]),
    "pdf-ragged": ("zh-Hans", [BODY[: 24 - row % 5] for row in range(9)]),
    "pdf-measure": ("zh-Hans", [BODY + "||"] + [B + "||天"] * 7),
}
KEPT: dict[str, tuple[str, list[str]]] = {
    "pdf-line-start": ("zh-Hans", [BODY, "“" + B, "——" + C, "-3" + B]),
    "pdf-line-end": ("zh-Hans", [BODY, B + "”", BODY]),
    "pdf-small-kana": ("zh-Hans", [BODY, "ょ" + B, BODY]),
    "pdf-pair-split": ("zh-Hans", [BODY, C + "——", "——" + C, BODY]),
    "pdf-number-split": ("zh-Hans", [BODY, C + "1234", "年" + B, BODY]),
    "pdf-note-parted": ("zh-Hans", [BODY, BODY + "[1]", BODY, BODY]),
    "pdf-hyphen-added": ("zh-Hans", [BODY, C + "|well-", "known|" + B, BODY]),
    "pdf-last-line": ("zh-Hans", [BODY, BODY, "天地。"]),
    "pdf-marks-adjacent": ("zh-Hans", [BODY, C + "」^「", BODY]),
    "pdf-line-end-mark": ("zh-Hans", [*[BODY] * 5, BODY[:-3] + "||天地||，", BODY]),
    "pdf-line-start-mark": ("zh-Hans", [BODY, "^「" + B + "||天", BODY]),
    "pdf-mixed-gap": ("zh-Hans", [BODY, C + "|Word", BODY]),
    "pdf-loose-gap": ("zh-Hans", [BODY, "|".join(BODY[:19]), BODY]),
    "pdf-right-edge": ("zh-Hans", [*[BODY] * 5, BODY[:-2] + "||天||，", BODY]),
    "pdf-ragged": ("zh-Hans", [*[BODY] * 7, B, BODY]),
    "pdf-measure": ("zh-Hans", [BODY] * 8),
}
MADE = {  # code → what is done to every glyph of a good page
    "pdf-slanted": {"slant": 0.3},
    "pdf-emboldened": {"stroked": True},
    "pdf-region": {"font": "ABCDEF+NotoSerifCJKjp-Regular"},
    "pdf-glyph-missing": {"undefined": True},
    "pdf-text-form": {"text": "⼀"},
}


@pytest.mark.parametrize("code", BROKEN)
def test_a_rule_catches_what_breaks_it(code: str) -> None:
    language, lines = BROKEN[code]
    assert len(found(code, *lines, language=language)) == 1


@pytest.mark.parametrize("code", KEPT)
def test_a_rule_passes_what_keeps_it(code: str) -> None:
    language, lines = KEPT[code]
    assert found(code, *lines, language=language) == []


@pytest.mark.parametrize("code", MADE)
def test_a_rule_looks_at_faces_and_characters(code: str) -> None:
    made = GlyphPage(1, set_line(BODY[:4], 700, **MADE[code]))
    assert len(found(code, page=made)) == 1
    assert found(code, BODY) == []


def test_a_japanese_line_holds_forty_letters_at_most() -> None:
    assert found("pdf-measure", *[BODY + BODY[:17]] * 8, language="ja") == [
        "the measure is 41 em, and 40 are the most to be read"
    ]
    assert found("pdf-measure", *[BODY + BODY[:16]] * 8, language="ja") == []
    assert found("pdf-measure", *[BODY + BODY[:17]] * 8, language="zh-Hans") == []


@pytest.mark.parametrize(
    ("language", "size", "told"),
    [("zh-Hans", 7.5, 1), ("zh-Hans", 7.875, 0), ("ja", 7.9, 1), ("ja", 8, 0), ("ko", 7, 0)],
)
def test_type_may_be_too_small(language: str, size: float, told: int) -> None:
    small = [glyph._replace(x0=glyph.x0 * size / 10, x1=glyph.x1 * size / 10, size=size)
             for glyph in set_page(*[BODY] * 8).glyphs]  # fmt: skip
    assert len(found("pdf-size", page=GlyphPage(1, small), language=language)) == told


def test_the_pitch_of_a_paragraph_is_constant() -> None:
    rows = [700, 682, 664, 645, 627]
    assert found("pdf-pitch", page=GlyphPage(1, [glyph for y in rows for glyph in set_line(BODY, y)])) == [
        "the line is 19.0 pt below the last, the others 18.0"
    ]
    assert found("pdf-pitch", *[BODY] * 5) == []


def test_a_reading_wider_than_its_base_fills_the_line() -> None:
    page = set_page(*[BODY] * 5, BODY[:23] + "|天", BODY, BODY)
    base = [glyph._replace(x0=glyph.x0 - 5, x1=glyph.x1 - 5) if glyph.x1 > 290 else glyph for glyph in page.glyphs]
    reading = [Glyph(mark, 275 + 5 * at, 280 + 5 * at, 700 - 5 * 18 + 8, 5.0) for at, mark in enumerate("あざむ")]
    assert len(found("pdf-right-edge", page=GlyphPage(1, base))) == 1
    assert found("pdf-right-edge", page=GlyphPage(1, base + reading)) == []


def test_every_rule_is_shown() -> None:
    shown = BROKEN.keys() | MADE.keys() | {"pdf-pitch", "pdf-size", "pdf-font-absent"}
    assert shown == {rule.code for rule in RULES}
    assert KEPT.keys() == BROKEN.keys()


@pytest.mark.parametrize(
    ("mark", "before", "language", "caught"),
    [
        ("·", BODY, "zh-Hans", True),
        ("～", BODY, "zh-Hans", True),
        ("—天", BODY, "zh-Hans", True),
        ("——", BODY, "zh-Hans", False),
        ("-5", C + "12", "zh-Hans", True),
        ("-5", BODY, "zh-Hans", False),
        (",天", BODY, "zh-Hans", True),
        ("？", BODY, "ko", True),
        ("·", BODY, "ja", True),
        ("々", BODY, "ja", False),
    ],
)
def test_marks_that_begin_a_line(mark: str, before: str, language: str, caught: bool) -> None:
    assert bool(found("pdf-line-start", BODY, before, mark + BODY[:20], BODY, language=language)) is caught


@pytest.mark.parametrize(
    ("end", "start", "caught"),
    [("￥", "50", True), ("50", "%", True), ("12,", "345", True), ("1234", "万", False), ("Route", "66", False)],
)
def test_numbers_and_their_signs(end: str, start: str, caught: bool) -> None:
    assert bool(found("pdf-number-split", BODY, C + end, start + C, BODY)) is caught


@pytest.mark.parametrize(
    ("line", "caught"),
    [("用 Word 写", False), ("用||Word||写", True), ("（Word）", False), ("第1|回", True), ("①甲", False)],
)
def test_gaps_between_scripts(line: str, caught: bool) -> None:
    line = line.replace(" ", "|")
    assert bool(found("pdf-mixed-gap", BODY, BODY, line + BODY[:18], BODY)) is caught


@pytest.mark.parametrize(
    ("font", "region"),
    [
        ("ABCDEF+Noto-Serif-CJK-SC", "SC"),
        ("NotoSansCJKhk-Bold", "HK"),
        ("SourceHanSerifK-Light", "KR"),
        ("MS-Mincho", "JP"),
        ("SimSun", "SC"),
        ("PMingLiU", "TC"),
        ("Times-Roman", ""),
        ("NotoSansMono", ""),
    ],
)
def test_the_region_of_a_face_is_told_by_its_name(font: str, region: str) -> None:
    assert region_of(font) == region


# ── files ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def check(data: bytes, lang: str = "") -> list[Problem]:
    return check_pdf(data, "a.pdf", guess=lambda text: "zh-Hans", lang=lang)


def codes(data: bytes) -> set[str]:
    return {problem.code for problem in check(data)}


def pdf(content: str, *, encoding: str = "UniGB-UCS2-H", pages: int = 1) -> bytes:
    """A page with a content stream; /F1 is a font that is not embedded, its strings are UTF-16."""
    file = pikepdf.new()
    name = pikepdf.Name("/STSong-Light")
    descendant = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.CIDFontType0, BaseFont=name, DW=1000,
        CIDSystemInfo=pikepdf.Dictionary(Registry="Adobe", Ordering="GB1", Supplement=2),
        FontDescriptor=pikepdf.Dictionary(Type=pikepdf.Name.FontDescriptor, FontName=name, Flags=4),
    )  # fmt: skip
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type0, BaseFont=name,
        Encoding=pikepdf.Name(f"/{encoding}"), DescendantFonts=[descendant],
    )  # fmt: skip
    for _ in range(pages):
        page = file.add_blank_page(page_size=(400, 800))
        page.Contents = file.make_stream(content.encode())
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    out = io.BytesIO()
    file.save(out, deterministic_id=True)
    return out.getvalue()


def shown(text: str) -> str:
    return f"<{text.encode('utf-16-be').hex()}> Tj"


def test_a_page_that_unpacks_without_end_is_not_unpacked() -> None:
    data = pdf(f"BT /F1 10 Tf 1 0 0 1 50 700 Tm {shown(BODY)} ET " + "0 " * MOST_BYTES)
    assert len(data) < 200_000
    assert codes(data) == {"pdf-unmeasured"}


def remade(data: bytes, change: Callable[[pikepdf.Pdf], object]) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as file:
        change(file)
        file.save(out, deterministic_id=True)
    return out.getvalue()


def font_of(file: pikepdf.Pdf) -> pikepdf.Object:
    return file.pages[0].Resources.Font.F1


PLAIN = f"BT /F1 10 Tf 1 0 0 1 50 700 Tm {shown(BODY)} ET "


def endless_widths(file: pikepdf.Pdf) -> None:
    font_of(file).DescendantFonts[0].W = pikepdf.Array([0, 2**31 - 1, 500])


def endless_heights(file: pikepdf.Pdf) -> None:
    font_of(file).DescendantFonts[0].W2 = pikepdf.Array([0, 2**31 - 1, -1000, 500, 880])


def endless_characters(file: pikepdf.Pdf, start: str = "<00000000>", end: str = "<7fffffff>") -> None:
    table = f"1 beginbfrange {start} {end} <0041> endbfrange"
    font_of(file).ToUnicode = file.make_stream(table.encode())


def unwritten_characters(file: pikepdf.Pdf) -> None:
    """The same as strings in brackets."""
    endless_characters(file, r"(\000\000\000\000)", r"(\177\377\377\377)")


def endless_labels(file: pikepdf.Pdf) -> None:
    node = file.make_indirect(pikepdf.Dictionary(Nums=pikepdf.Array([0, pikepdf.Dictionary(S=pikepdf.Name.D)])))
    for _ in range(15):
        node = file.make_indirect(pikepdf.Dictionary(Kids=pikepdf.Array([node] * 10)))
    file.Root.PageLabels = node


def endless_contents(file: pikepdf.Pdf) -> None:
    page = file.pages[0].obj
    page.Contents = pikepdf.Array([file.make_indirect(file.make_stream(PLAIN.encode() * 100))] * 20_000)


def endless_pages(file: pikepdf.Pdf) -> None:
    file.pages[0].obj.Contents = file.make_stream(b"0 0 1 1 re f " * 40_000)
    for _ in range(200):
        file.pages.append(file.pages[0])


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (endless_widths, "damaged content on page 1"),
        (endless_heights, "damaged content on page 1"),
        (endless_characters, "damaged content on page 1"),
        (unwritten_characters, "damaged content on page 1"),
        (endless_contents, "the file is too long: read to page 1"),
        pytest.param(endless_pages, "the file is too long: read to page", marks=pytest.mark.slow),
        (endless_labels, ""),
    ],
)
def test_what_grows_without_end_is_bounded_and_told(change: Callable[[pikepdf.Pdf], object], told: str) -> None:
    data = remade(pdf(PLAIN), change)
    assert len(data) < 200_000
    start = time.process_time()
    problems = check(data)
    judge(data, "a.pdf", PROFILES["press-cn"])
    assert time.process_time() - start < 20
    assert any(told in each.message for each in problems)


@pytest.mark.parametrize("name", ["/../../../../tmp/cmap", "/tmp/cmap", "../cmap", "cmap\0"])
def test_an_encoding_that_is_a_path_opens_no_file(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr("gzip.open", lambda path, *rest, **more: opened.append(str(path)))
    data = pdf(PLAIN, encoding="Identity-H")
    changed = remade(data, lambda file: font_of(file).update({"/Encoding": pikepdf.Name("/" + name.strip("\0"))}))
    check(changed)
    judge(changed, "a.pdf", PROFILES["press-cn"])
    assert opened == []


def test_a_finding_names_page_line_and_clause() -> None:
    rows = "".join(f"1 0 0 1 50 {700 - 18 * row} Tm {shown(text)}\n" for row, text in enumerate([BODY, "。" + B, BODY]))
    problem = next(each for each in check(pdf(f"BT /F1 10 Tf {rows} ET")) if each.code == "pdf-line-start")
    assert problem.place is not None
    assert (problem.place.file, problem.place.line, problem.place.column) == ("a.pdf", 1, 2)
    assert (
        problem.message == "page 1, line 2: 。 begins the line (CLREQ, Prohibition Rules for Line Start and Line End)"
    )


def test_what_repeats_is_told_once() -> None:
    rows = "".join(f"1 0 0 1 50 {700 - 18 * row} Tm {shown('。' + B)}\n" for row in range(MOST_PLACES + 1))
    problems = [each for each in check(pdf(f"BT /F1 10 Tf {rows} ET")) if each.code == "pdf-line-start"]
    assert len(problems) == 1
    assert "9 times in all, next on page 1, line 2; page 1, line 3; page 1, line 4" in problems[0].message


def test_a_slanted_bold_made_and_absent_face() -> None:
    content = f"BT /F1 10 Tf 1 0 0.3 1 50 700 Tm {shown('天地')} 2 Tr 1 0 0 1 50 600 Tm {shown('玄黄')} ET"
    assert codes(pdf(content)) == {"pdf-slanted", "pdf-emboldened", "pdf-font-absent"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("0 0 100 100 re f", "no text"),
        (f"BT /F1 10 Tf 0 1 -1 0 50 300 Tm {shown(BODY)} ET", "vertical or turned text on page 1"),
        (f"BT /F1 10 Tf 1 0 0 1 50 700 Tm {shown(BODY)} /Nothing Do 1 0 0 ( cm [ ET", ""),
    ],
)
def test_what_cannot_be_measured_is_said(content: str, message: str) -> None:
    notes = [problem.message for problem in check(pdf(content)) if problem.code == "pdf-unmeasured"]
    assert message in "".join(notes)


def test_vertical_type_is_not_measured() -> None:
    notes = check(pdf(f"BT /F1 10 Tf 1 0 0 1 50 700 Tm {shown(BODY)} ET", encoding="UniGB-UCS2-V"))
    assert "vertical or turned text" in "".join(problem.message for problem in notes)


@pytest.mark.parametrize("data", [b"", b"no PDF at all", b"%PDF-1.7\n%%EOF", b"PK\x03\x04" + bytes(500)])
def test_what_is_no_pdf_is_refused(data: bytes) -> None:
    with pytest.raises(SourceError, match="damaged beyond mending"):
        check(data)


def test_a_locked_pdf_is_refused() -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf(""))) as file:
        file.save(out, encryption=pikepdf.Encryption(owner="a", user="b"))
    with pytest.raises(SourceError, match="password"):
        check(out.getvalue())


def test_a_damaged_pdf_is_read_or_refused() -> None:
    """Nothing but `SourceError` leaves the reader, whatever bytes are struck out."""
    good = pdf(f"BT /F1 10 Tf 1 0 0 1 50 700 Tm {shown(BODY)} ET", pages=3)
    chance = random.Random(1)
    for _ in range(60):
        data = bytearray(good)
        for _ in range(20):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            check(bytes(data[: chance.randrange(len(data))] if chance.random() < 0.3 else data))
        except SourceError:
            continue


def test_reading_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(glyphs, "MOST_GLYPHS", 30)
    printed = read_glyphs(pdf(f"BT /F1 10 Tf 1 0 0 1 50 700 Tm {shown(BODY)} ET", pages=3), "a.pdf")
    assert not printed.complete
    assert [len(page.glyphs) for page in printed.pages] == [24, 6]


def test_forms_that_draw_themselves_come_to_an_end() -> None:
    file = pikepdf.open(io.BytesIO(pdf("/X Do")))
    forms = [file.make_indirect(file.make_stream(b"/X Do /X Do /X Do /X Do")) for _ in range(30)]
    for form, inner in pairwise([*forms, forms[-1]]):
        form.Type, form.Subtype, form.BBox = pikepdf.Name.XObject, pikepdf.Name.Form, [0, 0, 9, 9]
        form.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=inner))
    file.pages[0].Resources.XObject = pikepdf.Dictionary(X=forms[0])
    out = io.BytesIO()
    file.save(out)
    assert "pdf-unmeasured" in codes(out.getvalue())


# ── plain WeasyPrint ─────────────────────────────────────────────────────────────────────────────────────────────────


def laid_out(body: str, css: str = "", lang: str = "zh-Hans") -> bytes:
    weasyprint = pytest.importorskip("weasyprint")
    sheet = '@page{size:148mm 210mm;margin:20mm}body{margin:0;font:10.5pt/18pt "Noto Serif CJK SC"}p{margin:0}'
    html = f"<html lang={lang}><style>{sheet}{css}</style><body>{body}"
    return bytes(weasyprint.HTML(string=html).write_pdf())


PROSE = "他说：“好。”于是大家（《人民日报》记者）都去了伊万·伊里奇先生的家里，Word文档写了12页，天黑才回来。" * 12


@pytest.mark.slow
def test_plain_weasyprint_is_found_out() -> None:
    data = laid_out(f"<p>{PROSE}</p>", "body{width:200pt;text-align:justify}")
    assert codes(data) >= {"pdf-ragged", "pdf-marks-adjacent", "pdf-mixed-gap"}


@pytest.mark.slow
def test_an_interpunct_begins_a_line_in_a_narrow_column() -> None:
    data = laid_out(f"<p>{(BODY[:8] + '·' + BODY[:7]) * 4}</p>", "body{width:84pt}")
    assert any("· begins the line" in problem.message for problem in check(data))


@pytest.mark.slow
def test_han_that_fills_its_measure_has_no_finding() -> None:
    assert check(laid_out(f"<p>{BODY * 12}</p>" * 3, "body{width:252pt;text-align:justify}")) == []


@pytest.mark.slow
def test_a_superscript_pushes_lines_apart() -> None:
    note = "<sup style='font-size:8pt'>1</sup>"
    data = laid_out(f"<p>{BODY * 4}{note}{BODY * 4}</p>", "body{width:252pt;line-height:1.3}")
    assert "pdf-pitch" in codes(data)
    assert "pdf-pitch" not in codes(laid_out(f"<p>{BODY * 8}</p>", "body{width:252pt;line-height:1.3}"))


@pytest.mark.slow
def test_a_missing_glyph_and_a_face_of_another_region() -> None:
    data = laid_out("<p>天\U000ebfff地</p>" + f"<p>{BODY}</p>", 'p{font-family:"Noto Serif CJK JP"}')
    assert codes(data) == {"pdf-glyph-missing", "pdf-region"}


@pytest.mark.slow
def test_the_catalog_tells_the_language_and_the_caller_may_know_better() -> None:
    data = laid_out(f"<p>{BODY}</p>", lang="ja")
    assert codes(data) == {"pdf-region"}
    assert check(data, lang="zh-CN") == []


def test_a_line_knows_its_size_by_its_letters() -> None:
    line = Line(tuple(set_line(BODY[:3], 700) + set_line("1", 704, 80, size=6.0, raised=True)))
    assert (line.size, line.baseline) == (10.0, 700)
