"""How lists are numbered: the numbers as text, their names in markup, and the same numbers in CSS."""

from __future__ import annotations

from typing import get_args

import pytest
import tinycss2
from hypothesis import given
from hypothesis import strategies as st
from strategies import LOOKS, documents

from docconv import model as m
from docconv.lists import (
    PLAIN,
    Look,
    look_attributes,
    look_in_css,
    look_of_item,
    look_stated,
    look_written,
    marker,
    number_css,
)


def numbered(style: m.ListStyle, marks: m.ListMarks = "", count: int = 1, start: int = 1) -> m.List:
    return m.List(tuple(m.ListItem(()) for _ in range(count)), start, style, marks)


def sheet(*lists: m.List) -> str:
    return number_css(m.Document(m.Meta(lang="zh-Hans"), lists))


@pytest.mark.parametrize(
    ("style", "numbers"),
    [
        ("1", {1: "1", 10: "10"}),
        ("a", {1: "a", 26: "z", 27: "aa", 703: "aaa", 0: "0"}),
        ("I", {4: "IV", 1994: "MCMXCIV", 4000: "4000"}),
        ("①", {1: "①", 20: "⑳", 21: "㉑", 36: "㊱", 50: "㊿", 51: "51"}),
        ("一", {1: "一", 10: "十", 11: "十一", 20: "二十", 99: "九十九", 100: "100"}),
        ("甲", {1: "甲", 10: "癸", 11: "11"}),
        ("ア", {1: "ア", 6: "カ", 46: "ン"}),
        ("イ", {1: "イ", 2: "ロ", 47: "ス"}),
        ("가", {1: "가", 14: "하", 15: "15"}),
    ],
)
def test_a_number_is_written_in_its_style(style: m.ListStyle, numbers: dict[int, str]) -> None:
    assert {each: marker(numbered(style), each) for each in numbers} == numbers


@given(st.sampled_from(LOOKS[0]), st.sampled_from(LOOKS[1]))
def test_a_look_is_known_by_its_attributes_and_by_its_first_number(style: m.ListStyle, marks: m.ListMarks) -> None:
    said = look_attributes(style, marks)
    assert look_stated(said["type"], said["class"]) == (style, marks)
    assert look_written(marker(numbered(style, marks), 1)) == (style, marks)
    if marks != ".":  # of the others a foreign sheet may say more than a class does
        assert look_in_css(said["type"], said["class"].split(), "") == (style, marks)


@given(documents())
def test_a_sheet_has_rules_for_the_lists_of_its_document_and_no_others(document: m.Document) -> None:
    css = number_css(document)
    rules = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    assert all(rule.type in ("qualified-rule", "at-rule") for rule in rules)
    looks = {
        (node.style, node.marks) for node in m.walk(document) if isinstance(node, m.List) and node.start is not None
    } - {PLAIN}
    assert sum(rule.type == "qualified-rule" for rule in rules) == len(looks)


@pytest.mark.parametrize(
    ("mark", "look"),
    [("3.", PLAIN), ("12．", PLAIN), ("2)", ("1", ")")), ("（3）", ("1", "（）")), ("④", ("①", "")),
     ("2、", ("1", "、")), ("（3)", ("1", "（）")), ("•", PLAIN)],
)  # fmt: skip
def test_the_number_of_any_item_says_the_look_of_its_list(mark: str, look: Look) -> None:
    assert look_of_item(mark) == look


def test_a_counter_has_the_numbers_and_the_marks() -> None:
    css = sheet(numbered("ア", "（）", 3))
    assert '@counter-style aiueo { system: fixed; symbols: "ア" "イ" "ウ"' in css
    assert '@counter-style aiueo-wide-parens { system: extends aiueo; prefix: "（"; suffix: "）" }' in css
    assert "ol.aiueo.wide-parens { list-style-type: katakana; list-style-type: aiueo-wide-parens" in css
    assert sheet(numbered("1", ".")) == ""


def test_a_list_has_room_for_its_longest_number() -> None:
    assert "padding" not in sheet(numbered("一", "、", 10))
    assert "padding-left: 3em" in sheet(numbered("一", "、", 11))
    assert "padding-left: 4em" in sheet(numbered("一", "（）", 3, 11))


def test_every_style_is_that_of_its_first_number() -> None:
    assert all(marker(numbered(style), 1) == style for style in get_args(m.ListStyle))
