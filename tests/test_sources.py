"""From the bytes of a source to its text: encodings, damage, and characters that must stay what they are."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docconv.chars import APART, composed


@pytest.mark.parametrize("encoding", ["euc_jis_2004", "cp932", "big5hkscs", "cp949"])
def test_what_a_set_of_characters_keeps_apart_stays_apart(encoding: str) -> None:
    every = [chr(point) for point in range(0x110000) if not 0xD800 <= point < 0xE000]
    kept = [each for each in every if each.encode(encoding, "ignore")]
    assert [each for each in kept if composed(each) != each] == []


@pytest.mark.parametrize(
    ("decomposed", "one"), [("e\u0301", "é"), ("か\u3099", "が"), ("ハ\u309a", "パ"), ("\u1112\u1161\u11ab", "한")]
)
def test_a_letter_and_its_mark_become_one_character(decomposed: str, one: str) -> None:
    assert composed(f"\ufa19{decomposed}\ufa10") == f"\ufa19{one}\ufa10"


@given(st.text())
def test_composing_is_normalising_but_for_what_is_kept_apart(text: str) -> None:
    once = composed(text)
    assert composed(once) == once
    assert unicodedata.normalize("NFC", once) == unicodedata.normalize("NFC", text)
    assert [each for each in once if each in _APART] == [each for each in text if each in _APART]


_APART = frozenset(
    chr(point)
    for first, last in ((0xF900, 0xFAFF), (0x2F800, 0x2FA1F), *[(ord(each),) * 2 for each in APART[:4]])
    for point in range(first, last + 1)
)
