"""The numbers that lines begin with, how they count on, how deep their heads stand, and the width of lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docconv.numbering import Depths, counts_on, goes_back, number_of, opens_part, stands_alone, starts_anew, value_of
from docconv.readers.page.paragraphs import LONGEST_WRAP, is_stanza, measure_of_widths


@pytest.mark.parametrize(
    ("text", "style", "number"),
    [
        ("第一编 河流", "part", "第一编"),
        ("第三章", "chapter", "第三章"),
        ("第12章 水车", "chapter", "第12章"),
        ("제1장 총칙", "chapter", "제1장"),
        ("第二节 水渠", "section", "第二节"),
        ("제2절 모임", "section", "제2절"),
        ("一、水源", "han", "一、"),
        ("二　水患", "han", "二　"),
        ("Ⅲ. 街", "roman", "Ⅲ. "),
        ("（四）井", "bracketed han", "（四）"),
        ("1. 伞", "digits", "1. "),
        ("1.2.3 물받이", "digits", "1.2.3 "),
        ("3水车", "digits", "3"),
        ("나. 배경", "hangul", "나. "),
        ("（2）船", "bracketed digits", "（2）"),
        ("3) 桨", "bracketed digits", "3) "),
        ("①棉布", "circled", "①"),
        ("（ア）傘", "kana", "（ア）"),
        ("A．竹子", "letter", "A．"),
        # quantities, words and what has no text behind its number
        ("10月的水位", "", ""),
        ("3つの船", "", ""),
        ("一条河", "", ""),
        ("1,204人", "", ""),
        ("3.5米", "", ""),
        ("1.", "", ""),
        ("水源", "", ""),
        ("", "", ""),
    ],
)
def test_the_number_of_a_line(text: str, style: str, number: str) -> None:
    found = number_of(text)
    assert (found.style if found else "") == style
    assert text[: found.length if found else 0] == number


@pytest.mark.parametrize(("text", "points"), [("1 甲", 0), ("1.2 甲", 1), ("1.2.3.4 甲", 3), ("一、甲", 0)])
def test_how_many_points_a_number_has(text: str, points: int) -> None:
    found = number_of(text)
    assert found is not None
    assert found.points == points


@pytest.mark.parametrize(
    ("one", "other"),
    [("一、甲", "二、乙"), ("九、甲", "十、乙"), ("十九、甲", "二十、乙"), ("1.9 甲", "1.10 乙"), ("①甲", "②乙"),
     ("가. 갑", "나. 을"), ("Ⅰ 甲", "Ⅱ 乙"), ("第一章 甲", "第二章 乙"), ("(3) 甲", "(4) 乙"), ("B. 甲", "C. 乙")],
)  # fmt: skip
def test_numbers_that_count_on(one: str, other: str) -> None:
    assert counts_on(one, other)
    assert not counts_on(other, one)
    assert not counts_on(one, one)


@pytest.mark.parametrize(
    ("one", "other"), [("一、甲", "三、乙"), ("一、甲", "（二）乙"), ("1. 甲", "2月乙"), ("甲", "乙")]
)
def test_numbers_that_do_not(one: str, other: str) -> None:
    assert not counts_on(one, other)


@pytest.mark.parametrize(
    ("one", "other", "back"),
    [
        ("1.2 甲", "1.1 乙", True),
        ("2 甲", "1.1 乙", True),
        ("第四章 甲", "第一章 乙", True),
        ("1.1 甲", "1.1.1 乙", False),
        ("一、甲", "（一）乙", False),
        ("甲", "1 乙", False),
    ],
)
def test_numbers_that_go_back(one: str, other: str, back: bool) -> None:
    assert goes_back(one, other) is back
    assert not goes_back(other, one) or not back


@pytest.mark.parametrize(
    ("text", "value"),
    [("二十一、甲", 21), ("十、甲", 10), ("3.4 甲", 4), ("Ⅳ 甲", 4), ("다. 병", 3), ("（イ）甲", 2), ("甲", 0)],
)
def test_the_value_of_a_number(text: str, value: int) -> None:
    assert value_of(text) == value


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("1.6.1", True),
        ("第三章", True),
        ("제2장", True),
        ("02", True),
        ("12", False),
        ("1.6.1 甲", False),
        ("2031", False),
    ],
)
def test_a_number_that_stands_apart_from_its_head(text: str, alone: bool) -> None:
    assert stands_alone(text) is alone


def depths(*heads: str | tuple[str, int]) -> list[int]:
    """The depths of heads in their order, each alone or with the level of its source."""
    known = Depths()
    return [known.depth(*(head if isinstance(head, tuple) else (head, 0))) for head in heads]


def test_what_comes_later_stands_deeper() -> None:
    heads = ("第一章 河", "一、水源", "（一）北泉", "1. 庙", "（二）南泉", "二、水患", "第二章 街", "一、东街")
    assert depths(*heads) == [0, 1, 2, 3, 2, 1, 0, 1]


def test_points_are_depths() -> None:
    assert depths("1 甲", "1.1 乙", "1.1.1 丙", "1.2 丁", "2 戊") == [0, 1, 2, 1, 0]
    assert depths("2.3.1 甲", "2.4 乙", "3 丙", "3.1 丁") == [0, 0, 0, 1]


def test_a_chapter_stands_under_no_1_1() -> None:
    assert depths("2.4 甲", "第三章 乙", "3.1 丙", "第四章 丁") == [0, 0, 1, 0]
    heads = ("第一编 甲", "第一章 乙", "第一节 丙", "一、丁", "第二节 戊", "第二章 己", "第二编 庚")
    assert depths(*heads) == [0, 1, 2, 3, 2, 1, 0]


def test_heads_without_a_number_stand_as_the_source_says() -> None:
    assert depths(("甲", 2), ("乙", 3), ("丙", 2), ("丁", 4), ("戊", 3)) == [0, 1, 0, 1, 1]
    assert depths("甲", "乙", ("一、丙", 0), "丁") == [0, 0, 1, 0]


_HEADS = st.sampled_from(
    [
        "第一编 甲",
        "第二章 甲",
        "第三节 甲",
        "一、甲",
        "（二）甲",
        "1. 甲",
        "1.1 甲",
        "1.1.1 甲",
        "①甲",
        "가. 갑",
        "A. 甲",
        "甲",
        "",
    ]
)


@given(st.lists(st.tuples(st.one_of(_HEADS, st.text(max_size=6)), st.integers(0, 6)), max_size=12))
def test_no_head_stands_deeper_than_there_are_styles(heads: list[tuple[str, int]]) -> None:
    known = Depths()
    styles: set[str] = set()
    last = -1
    for text, level in heads:
        number = number_of(text)
        styles.add(f"{number.style}{number.points}" if number else f"#{level}")
        depth = known.depth(text, level)
        assert 0 <= depth < len(styles)
        assert depth <= last + 1
        last = depth


_START = st.sampled_from(
    [
        "第",
        "제",
        "一",
        "十",
        "（",
        "(",
        "1",
        "12",
        ".",
        "．",
        "、",
        "①",
        "Ⅴ",
        "章",
        "장",
        "가",
        "ア",
        "A",
        " ",
        "　",
        "月",
    ]
)


@given(st.one_of(st.text(max_size=12), st.lists(_START, max_size=6).map("".join)), st.text(max_size=6))
def test_any_line_has_a_number_or_none(text: str, other: str) -> None:
    number = number_of(text)
    assert number is None or 0 < number.length <= len(text)
    counts_on(text, other)
    assert starts_anew(text) or not opens_part(text)


@given(st.lists(st.integers(0, 400), max_size=60))
def test_a_measure_is_a_width_of_the_page(widths: list[int]) -> None:
    measure = measure_of_widths(widths)
    assert measure == 0 or (measure - 2 in widths and measure - 2 <= LONGEST_WRAP)
    assert measure == measure_of_widths(reversed(widths))


@given(st.integers(16, LONGEST_WRAP), st.integers(4, 40))
def test_lines_of_one_width_have_that_measure(width: int, count: int) -> None:
    assert measure_of_widths([width] * count) == width + 2


@pytest.mark.parametrize(
    ("lines", "verse"),
    [
        (["风从对岸来，", "吹过三棵柳树。", "我数到第四棵，", "船就开了。"], True),
        (["风从对岸来，", "吹过三棵柳树。", "我数到第四棵，"], False),
        (["水车停了十年，今年春天又", "转了起来，来看的人站满了", "河岸，连对面的山上也有人，", "都看着水车。"], False),
        (["一、水源；", "二、水患；", "三、街道；", "四、水井。"], False),
        (["他走了。", "她来了。", "门开着。", "灯亮着。"], False),
    ],
)  # fmt: skip
def test_verse_ends_each_line_with_a_mark(lines: list[str], verse: bool) -> None:
    assert is_stanza(lines) is verse
