"""Composition without a renderer: cutting, kinsoku, widths, slack, lines, with half an em for every Latin character."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import weasyprint
from hypothesis import given
from hypothesis import strategies as st
from weasyprint.layout import inline

from docconv.problems import ToolError
from docconv.typeset.breaks import NEVER_FIRST, NEVER_LAST, Level
from docconv.typeset.classes import Kind, cut, kind_of
from docconv.typeset.hyphens import Limits, parts
from docconv.typeset.justify import Yield, shrink, stretch
from docconv.typeset.lines import Aim, Brackets, Hanging, Line, Manner, Paragraph, Unit
from docconv.typeset.seam import composition
from docconv.typeset.spacing import Blank, Marks, Squeeze, blank, has_gap, may_stretch, squeeze

EM = 10.0


def paragraph(text: str, script: str = "Hans", aim: Aim = Aim.FULL, **manner: Any) -> Paragraph:
    units = [Unit(unit, sum(EM if ord(c) > 0x2000 else EM / 2 for c in unit), EM) for unit in cut(text)]
    return Paragraph(units, Manner(script, EM, aim, **{"by_word": script == "Kore", **manner}))


def lines(text: str, measure: float, script: str = "Hans", aim: Aim = Aim.FULL, **manner: Any) -> list[str]:
    """The lines of a text at a measure in em, as texts."""
    made = paragraph(text, script, aim, **manner)
    return ["".join(unit.text for unit in made.units[line.start : line.last]) for line in set_lines(made, measure)]


def width_of(text: str, script: str = "Hans", **manner: Any) -> float:
    """The width of a text on one line, in em."""
    (line,) = set_lines(paragraph(text, script, **manner), 100)
    return (line.width + line.lead + line.trail) / EM


def set_lines(made: Paragraph, measure: float, indent: float = 0) -> list[Line]:
    result: list[Line] = []
    start = 0
    while start < len(made.units):
        first = measure - indent if start == 0 else measure
        result.append(made.line(start, first * EM, measure * EM))
        start = result[-1].next
    return result


# ── Classes ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("天地——玄黄……", "天|地|——|玄|黄|……"),
        ("用Word写3页", "用|Word|写|3|页"),
        ("他说don’t‘好’", "他|说|don’t|‘|好|’"),
        ("state-of-the-art", "state-|of-|the-|art"),
        ("见https://example.org/a/b", "见|https://|example.org/|a/|b"),
        ("时速120km/h", "时|速|120km/h"),
        ("改.git-ignore和qt5-base", "改|.git-ignore|和|qt5-base"),
        ("葛\U000e0100城", "葛\U000e0100|城"),
        ("a b", "a| |b"),
        ("ab\u200bcd", "ab|\u200b|cd"),
        ("8.1%，25℃", "8.1%|，|25|℃"),
    ],
)
def test_text_is_cut_into_units(text: str, units: str) -> None:
    assert cut(text) == units.split("|")


def test_quotes_of_an_english_passage_belong_to_words() -> None:
    assert "“Hello”" in cut("“Hello” again", western=True)


@given(st.text(alphabet="天地，。「」——……Word 12.5%—…’‘-/か゛っ가①▲\n　\u200b\u00a0"))
def test_units_are_the_text(text: str) -> None:
    assert "".join(cut(text)) == text
    assert "".join(cut(text, western=True)) == text


@pytest.mark.parametrize(
    ("characters", "kind"),
    [("天〇龘", Kind.HAN), ("あア", Kind.KANA), ("っョー", Kind.SMALL_KANA), ("々ゝ", Kind.ITERATION),
     ("가", Kind.HANGUL), ("「（“", Kind.OPENING), ("」）”", Kind.CLOSING), ("。", Kind.STOP), ("，、", Kind.PAUSE),
     ("：；", Kind.COLON), ("！？", Kind.EXCLAMATION), ("·・", Kind.MIDDLE), ("—…", Kind.DASH), ("～", Kind.CONNECTOR),
     ("①▲※", Kind.SYMBOL), ("Wé", Kind.LETTER), ("19", Kind.DIGIT)],
)  # fmt: skip
def test_kinds(characters: str, kind: Kind) -> None:
    assert {kind_of(character) for character in characters} == {kind}


# ── Breaks ───────────────────────────────────────────────────────────────────────────────────────────────


def opportunities(text: str, script: str = "Hans", **manner: Any) -> str:
    """The text with | wherever a line may end."""
    made = paragraph(text, script, **manner)
    marks = set(made.opportunities)
    return "".join(("|" if n in marks else "") + unit.text for n, unit in enumerate(made.units))


@pytest.mark.parametrize(
    "marked",
    [
        "天|地，|玄|黄。",
        "他|说：|“好！”",
        "甲·|乙|丙",
        "1～|5|天",
        "是|——|谁|……|呢",
        "共|126万元，|约|8.1%",
        "￥50|和|25℃",
        "去|年|11月|16日",
        "说[1]|是",
        "用|Word|写",
        "the |quick |fox",
        "甲／乙",
        "共|12 345 678元",
        "在|1998 |300人",
    ],
)
def test_where_a_line_may_end(marked: str) -> None:
    assert opportunities(marked.replace("|", "")) == marked


@pytest.mark.parametrize(
    ("level", "marked"),
    [(Level.NORMAL, "或／|与|——|是"), (Level.GB, "或／与|——|是"), (Level.STRICT, "或／与——|是")],
)
def test_levels_of_chinese(level: Level, marked: str) -> None:
    assert opportunities(marked.replace("|", ""), level=level) == marked


@pytest.mark.parametrize(
    ("level", "marked"),
    [(Level.LOOSE, "き|ゃ|っ|人|々|！|と|・|は。"), (Level.NORMAL, "き|ゃ|っ|人々！|と・|は。"),
     (Level.GB, "きゃっ|人々！|と・|は。")],
)  # fmt: skip
def test_levels_of_japanese(level: Level, marked: str) -> None:
    assert opportunities(marked.replace("|", ""), "Jpan", level=level) == marked


def test_korean_is_broken_at_blanks() -> None:
    assert opportunities("나는 그 사람을", "Kore") == "나는 |그 |사람을"


def test_korean_by_syllable_is_broken_between_any_two_but_marks() -> None:
    assert opportunities("나는 그(사람)을.", "Kore", by_word=False) == "나|는 |그|(사|람)|을."


def test_a_note_reference_stays_with_its_word() -> None:
    units = [Unit("说", EM, EM), Unit("1", EM / 3, EM * 0.7, raised=True), Unit("是", EM, EM)]
    made = Paragraph(units, Manner("Hans", EM))
    assert (made.opportunities, made.gaps) == ([2], [0, 0, 0])


def test_a_name_is_not_parted() -> None:
    units = [
        Unit(text, EM, EM, bound=bound) for text, bound in [("说", False), ("鲁", True), ("迅", True), ("是", False)]
    ]
    assert Paragraph(units, Manner("Hans", EM)).opportunities == [1, 3]


# ── Spacing ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("pair", "script", "lost"),
    [
        ("。」", "Hans", Squeeze(0, 0.5)),
        ("」「", "Hans", Squeeze(0, 0.5)),
        ("「『", "Hans", Squeeze(0, 0.5)),
        ("。」", "Hant", Squeeze(0.25, 0.25)),
        ("，「", "Hant", Squeeze(0, 0.5)),
        ("」。", "Hant", Squeeze(0, 0.5)),
        ("」・", "Jpan", Squeeze(0, 0.5)),
        ("（）", "Hans", Squeeze(0, 0)),
        ("！」", "Jpan", Squeeze(0, 0)),
    ],
)
def test_marks_lose_half_an_em_together(pair: str, script: str, lost: Squeeze) -> None:
    assert squeeze(blank(kind_of(pair[0]), script), blank(kind_of(pair[1]), script), script) == lost


def test_marks_of_other_scripts_give_nothing() -> None:
    assert blank(Kind.CLOSING, "Kore") == Blank(0, 0)


@pytest.mark.parametrize(
    ("pair", "there"), [("天W", True), ("3日", True), ("，W", False), ("天地", False), ("W3", False)]
)
def test_gap_between_han_and_latin(pair: str, there: bool) -> None:
    assert has_gap(kind_of(pair[0]), kind_of(pair[1])) is there


@pytest.mark.parametrize("pair", ["天—", "…天", "～5", "「天", "天。", "天／", "다.", "(가", "1월", "A를"])
def test_where_a_line_may_not_open(pair: str) -> None:
    assert not may_stretch(kind_of(pair[0]), kind_of(pair[1]))


# ── Slack ────────────────────────────────────────────────────────────────────────────────────────────────


def test_slack_goes_to_word_spaces_then_to_mixed_gaps_then_to_all() -> None:
    kinds = [Yield.WORD, Yield.MIXED, Yield.LETTERS, Yield.FIXED]
    room = [2.0, 1.0, 0.0, 0.0]
    assert stretch(1.5, kinds, room) == [1.5, 0, 0, 0]
    assert stretch(2.5, kinds, room) == [2.0, 0.5, 0, 0]
    assert stretch(6.0, kinds, room) == [3.0, 2.0, 1.0, 0]


def test_excess_comes_from_marks_then_from_mixed_gaps() -> None:
    assert shrink(3.0, [5.0, 0.0, 5.0], [0.0, 1.0, 0.0]) == [1.5, 0.0, 1.5]
    assert shrink(10.5, [5.0, 0.0, 5.0], [0.0, 1.0, 0.0]) == [5.0, 0.5, 5.0]


@given(st.floats(0, 100), st.lists(st.sampled_from(Yield), min_size=1, max_size=20))
def test_slack_is_spread_whole(slack: float, kinds: list[Yield]) -> None:
    gains = stretch(slack, kinds, [2.5 if kind in (Yield.WORD, Yield.MIXED) else 0 for kind in kinds])
    assert min(gains) >= 0
    assert all(gain == 0 for gain, kind in zip(gains, kinds, strict=True) if kind is Yield.FIXED)
    if set(kinds) != {Yield.FIXED}:
        assert sum(gains) == pytest.approx(slack)


# ── Lines ────────────────────────────────────────────────────────────────────────────────────────────────

PROSE = (
    "近日，工业和信息化部中小企业局发布公示（第126号），“天易科技城”自主创新园入选。该园区建设400万～500万m²工业厂房——"
    "总部基地、产业……物流use the Vue3框架及相关商住配套服务设施，总投资超过120亿元。"
    "「守好自己的门，看好自己的人」；做到守土有责！"
)


@pytest.mark.parametrize("measure", range(8, 41))
def test_lines_are_full_and_keep_kinsoku(measure: int) -> None:
    made = paragraph(PROSE)
    found = set_lines(made, measure, indent=2)
    for line in found[:-1]:
        assert line.width == pytest.approx((measure - 2 if line.start == 0 else measure) * EM)
    for line in found:
        assert line.start == 0 or made.units[line.start].head not in NEVER_FIRST
        assert line.next == len(made.units) or made.units[line.last - 1].tail not in NEVER_LAST
    assert [line.next for line in found[:-1]] == [line.start for line in found[1:]]


@given(st.text(alphabet="天地玄黄，。「」（）——……Word 125%·～か", min_size=1, max_size=80), st.integers(4, 30))
def test_every_unit_is_on_a_line(text: str, measure: int) -> None:
    made = paragraph(text)
    found = set_lines(made, measure)
    assert [line.start for line in found] == [0, *(line.next for line in found[:-1])]
    assert found[-1].next == len(made.units)


@pytest.mark.parametrize("aim", Aim)
@pytest.mark.parametrize("measure", [5, 8, 12, 30])
def test_a_forced_end_is_kept_however_short_its_line(aim: Aim, measure: int) -> None:
    text = "世人都晓神仙好，\n惟有功名忘不了！\n古今将相\n\n在何方？荒冢一堆草没了。"
    found = lines(text, measure, aim=aim)
    assert "".join(found).replace("\n", "") == text.replace("\n", "")
    for piece in ("好，", "了！", "相", "了。"):
        assert any(line.rstrip("\n").endswith(piece) for line in found)
    assert all("\n" not in line.strip("\n") for line in found)


def test_a_korean_line_grows_at_blanks_and_between_syllables() -> None:
    """Blanks take what is more than a quarter of an em between letters; a word alone on its line takes it all."""
    first, second, *_ = set_lines(paragraph("나는 그 사람을 항상 선생님이라고 불렀다", "Kore"), 9)
    assert first.shifts == pytest.approx([2.5, 0, 6.25, 0, 6.25, 2.5, 2.5])
    assert second.shifts == pytest.approx([5 / 7, 0, *[5 / 7] * 6])


def test_a_mark_that_just_misses_is_pushed_in() -> None:
    assert lines("天地，玄黄，宇宙洪荒，日月盈昃，", 10)[0] == "天地，玄黄，宇宙洪荒，"


def test_a_mark_at_the_end_is_half_as_wide_and_a_bracket_at_the_start_too() -> None:
    made = paragraph("天地玄黄宇宙洪荒日月，「辰宿列张」寒来暑往")
    first, second = set_lines(made, 10.5)[:2]
    assert (first.trail, second.lead) == (5, 5)


def test_the_last_line_has_no_single_character() -> None:
    assert [len(line) for line in lines("天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋。", 10)] == [10, 9, 3]


@pytest.mark.parametrize(
    ("marks", "width"),
    [(Marks.FULL, 13.5), (Marks.KAIMING, 12), (Marks.HALF, 11.5), (Marks.NONE, 14)],
)
@pytest.mark.parametrize("script", ["Hans", "Hant"])
def test_styles_of_marks(marks: Marks, width: float, script: str) -> None:
    """Nine letters and five marks; the one at the end of the line is half an em wide in all styles but NONE."""
    made = paragraph("天，地“玄黄”宇宙！洪荒列。", script, marks=marks)
    assert made.natural(0, len(made.units)) == pytest.approx(width * EM)


@pytest.mark.parametrize(
    ("text", "width"),
    [("这？！对", 3), ("这！！对", 3), ("这！！！对", 4), ("这？？？！对", 4), ("这‼对", 3), ("这⁉对", 3),
     ("这！对", 3), ("这？！”对", 4), ("“这？！”对", 5)],
)  # fmt: skip
def test_marks_of_question_and_exclamation_in_a_row(text: str, width: float) -> None:
    """GB/T 15834 5.1.2: two take one em, three take two."""
    assert width_of(text) == width
    assert width_of(text, marks=Marks.NONE) == len(text)


def test_marks_in_a_row_have_nothing_to_give_at_the_end_of_a_line() -> None:
    made = paragraph("天地玄黄？！宇宙洪荒")
    (first, _) = set_lines(made, 5)
    assert (first.last, first.width, first.trail) == (6, 5 * EM, EM / 2)


@pytest.mark.parametrize(
    ("text", "width"), [("何？　彼は", 5), ("何？ 彼は", 5), ("何？彼は", 4), ("何？」と", 4), ("何 彼は", 3.5)]
)
def test_a_blank_after_a_question_is_an_em_in_japanese(text: str, width: float) -> None:
    assert width_of(text, "Jpan") == width


@pytest.mark.parametrize("text", ["何ですか？　彼は", "何ですか？ 彼は"])
def test_that_blank_is_dropped_at_the_end_of_a_line(text: str) -> None:
    assert lines(text, 5, "Jpan") == ["何ですか？", "彼は"]


@pytest.mark.parametrize(
    ("brackets", "first", "others"), [(Brackets.FLUSH, 0.5, 0.5), (Brackets.FULL, 0, 0), (Brackets.HALF, 1, 0.5)]
)
def test_brackets_at_the_head_of_a_line(brackets: Brackets, first: float, others: float) -> None:
    """JLREQ 3.1.5, figures 70 to 72: how far the em of a bracket begins before its line."""
    made = paragraph("「天地玄黄、宇宙洪荒」「天地玄黄」\n「宇宙」", "Jpan", brackets=brackets)
    leads = [line.lead / EM for line in set_lines(made, 10) if made.units[line.start].text == "「"]
    assert leads == [first, others, first]


# What stands between two characters of a line, in em, beside their whole em boxes: JLREQ 3.1.4 and table 1.  A row is
# the class before, a column the class after.
JAPANESE_PAIRS = {
    "「": {"「": -0.5, "」": 0, "・": 0, "、": 0, "。": 0, "？": 0, "ア": 0, "漢": 0},
    "」": {"「": -0.5, "」": -0.5, "・": -0.5, "、": -0.5, "。": -0.5, "？": 0, "ア": 0, "漢": 0},
    "、": {"「": -0.5, "」": -0.5, "・": -0.5, "ア": 0, "漢": 0},
    "。": {"「": -0.5, "」": -0.5, "ア": 0, "漢": 0},
    "？": {"「": 0, "」": 0, "ア": 0, "漢": 0},
    "・": {"「": -0.5, "」": 0, "ア": 0, "漢": 0},
    "漢": {"「": 0, "」": 0, "・": 0, "、": 0, "。": 0, "？": 0, "ア": 0, "漢": 0, "a": 0.25, "1": 0.25},
    "ア": {"「": 0, "」": 0, "・": 0, "、": 0, "。": 0, "ー": 0, "漢": 0, "a": 0.25, "1": 0.25},
    "a": {"「": 0, "」": 0, "、": 0, "。": 0, "漢": 0.25, "ア": 0.25},
}


@pytest.mark.parametrize(
    ("before", "after", "gap"), [(a, b, gap) for a, row in JAPANESE_PAIRS.items() for b, gap in row.items()]
)
def test_pairs_of_japanese_classes(before: str, after: str, gap: float) -> None:
    made = paragraph(f"漢{before}{after}漢", "Jpan")
    (line,) = set_lines(made, 40)
    assert line.shifts[1] / EM == gap


@pytest.mark.parametrize(
    ("text", "hanging", "found"),
    [
        ("天地玄黄宇宙洪荒日月，盈昃", Hanging.NONE, "天地玄黄宇宙洪荒日|月，盈昃"),
        ("天地玄黄宇宙洪荒日月，盈昃", Hanging.ALLOWED, "天地玄黄宇宙洪荒日月，|盈昃"),
        ("天地玄黄宇宙洪荒日月）盈昃", Hanging.ALLOWED, "天地玄黄宇宙洪荒日|月）盈昃"),
        ("天地玄黄宇宙洪荒日月）。盈昃", Hanging.ALLOWED, "天地玄黄宇宙洪荒日|月）。盈昃"),
    ],
)
def test_hanging_marks(text: str, hanging: Hanging, found: str) -> None:
    assert lines(text, 10, hanging=hanging) == found.split("|")


def test_a_mark_that_fits_hangs_only_if_it_always_does() -> None:
    text = "天地玄黄宇宙洪荒日，月盈昃辰"
    allowed, always = (set_lines(paragraph(text, hanging=each), 9.5)[0] for each in (Hanging.ALLOWED, Hanging.ALWAYS))
    assert (allowed.trail, always.trail) == (5, 10)
    assert allowed.width == always.width == pytest.approx(95)


def test_marks_in_the_middle_of_their_em_do_not_hang() -> None:
    assert set_lines(paragraph("天地玄黄宇宙洪荒日月，盈昃", "Hant", hanging=Hanging.ALWAYS), 11)[0].trail < 10


def test_a_word_is_hyphenated_where_a_line_would_be_loose() -> None:
    words = [Unit("communi", 35, EM, hyphen=3), Unit("cation", 30, EM)]
    units = [*(Unit("天", EM, EM) for _ in range(6)), *words, *(Unit("地", EM, EM) for _ in range(8))]
    first, second = set_lines(Paragraph(units, Manner("Hans", EM)), 10)[:2]
    assert (units[first.last - 1].text, first.trail, first.width) == ("communi", -3, pytest.approx(100))
    assert units[second.start].text == "cation"


def test_a_word_that_fits_is_not_hyphenated() -> None:
    words = [Unit("communi", 35, EM, hyphen=3), Unit("cation", 30, EM)]
    units = [*(Unit("天", EM, EM) for _ in range(6)), *words, *(Unit("地", EM, EM) for _ in range(8))]
    found = set_lines(Paragraph(units, Manner("Hans", EM)), 13)
    assert [line.next for line in found] == [8, 16]


@pytest.mark.parametrize(
    ("unit", "lang", "found"),
    [
        ("communication,", "zh-Hans", "com|mu|nic|a|tion,"),
        ("--communication", "ja", "--com|mu|nic|a|tion"),
        ("Kommunikation", "de", "Kom|mu|ni|ka|tion"),
        ("Beijing", "zh-Hans", "Beijing"),
        ("example.org", "zh-Hans", "example.org"),
        ("x86assembler", "zh-Hans", "x86assembler"),
        ("ministry", "xx", "ministry"),
        ("actor", "zh-Hans", "actor"),
    ],
)
def test_hyphens(unit: str, lang: str, found: str) -> None:
    assert parts(unit, lang, Limits(6, 2, 3)) == tuple(found.split("|"))


@given(st.text(alphabet="communication-“”.,é1", max_size=20), st.sampled_from(["zh-Hans", "en", "fr"]))
def test_hyphens_keep_the_text(unit: str, lang: str) -> None:
    assert "".join(parts(unit, lang, Limits(6, 2, 3))) == unit


def test_a_headline_is_balanced_and_broken_at_a_blank() -> None:
    assert lines("石峰区在全省首推医疗救助", 10, aim=Aim.BALANCED) == ["石峰区在全省", "首推医疗救助"]
    assert lines("战疫路上党旗红 坚守疫线勇担当", 12, aim=Aim.BALANCED) == ["战疫路上党旗红", "坚守疫线勇担当"]


def test_a_headline_is_broken_at_the_edge_of_quoted_words() -> None:
    assert lines("市里建成“创新创业基地”", 8, aim=Aim.BALANCED) == ["市里建成", "“创新创业基地”"]
    assert lines("筑牢“铜墙铁壁”守住校园防线", 9, aim=Aim.BALANCED) == ["筑牢“铜墙铁壁”", "守住校园防线"]
    name = "天易科技城入选“国家小型微型企业创新创业示范基地”"
    assert lines(name, 9, aim=Aim.BALANCED) == ["天易科技城入选", "“国家小型微型企业", "创新创业示范基地”"]


def test_a_word_that_is_wider_than_the_measure_is_cut() -> None:
    word = [Unit(letter, EM / 2, EM) for letter in "internationalization"]
    found = set_lines(Paragraph(word, Manner("Hans", EM)), 8)
    assert [line.next - line.start for line in found] == [16, 4]


def test_whole_paragraphs_are_set_better_than_line_by_line() -> None:
    """Letters are spread less, in sum of squares, than with every line filled as far as it goes."""

    def spread(found: list[Line]) -> float:
        return sum(max(0.0, shift) ** 2 for line in found[:-1] for shift in line.shifts)

    whole = greedy = 0.0
    for measure in (12, 16, 20, 24):
        made = paragraph(PROSE)
        whole += spread(set_lines(made, measure))
        one_by_one, start = [], 0
        while start < len(made.units):
            end = max(end for end, _ in made._candidates(start, measure * EM))
            one_by_one.append(made._arrange(start, end, measure * EM))
            start = end
        greedy += spread(one_by_one)
    assert whole < greedy


# ── The seam ─────────────────────────────────────────────────────────────────────────────────────────────


def test_nothing_is_left_behind() -> None:
    original = inline.split_inline_box
    with pytest.raises(ValueError, match="inside"), composition():
        assert inline.split_inline_box is not original
        raise ValueError("inside")
    assert inline.split_inline_box is original


def test_an_unknown_weasyprint_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weasyprint, "__version__", "71.0")
    with pytest.raises(ToolError, match=r"knows WeasyPrint 70\.0, not 71\.0") as caught, composition():
        pass
    assert "weasyprint==70.0" in str(caught.value)


@pytest.mark.slow
def test_other_threads_have_plain_weasyprint() -> None:
    html, drawn = "<p lang=zh style='font: 10px Noto Serif CJK SC'>天地，「玄黄」用Word写", []

    def draw() -> None:
        drawn.append(weasyprint.HTML(string=html).write_pdf(uncompressed_pdf=True))

    draw()
    with composition():
        thread = threading.Thread(target=draw)
        thread.start()
        thread.join()
        draw()
    assert drawn[0] == drawn[1] != drawn[2]
