"""From the bytes of a source to its text: encodings, damage, and characters that must stay what they are."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docconv import model as m
from docconv.chars import APART, composed
from docconv.pipeline import check
from docconv.problems import SourceError
from docconv.readers.encodings import LOST
from docconv.readers.source import Source


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


# ── Bytes ────────────────────────────────────────────────────────────────────────────────────────────────

TEXTS = {
    "gb18030": "雨下了一夜，到清晨才停。她说，这里的人都不会来了，我们还是回去吧。\n巷子的尽头是一家旧书店。\n",
    "big5hkscs": "雨下了一夜，到清晨才停。她說，這裡的人都不會來了，我們還是回去吧。\n巷子的盡頭是一家舊書店。\n",
    "cp932": "雨は一晩中降って、明け方にやんだ。ここにはもうだれも来ないから、帰りましょうと彼女が言った。\n",
    "euc_jp": "雨は一晩中降って、明け方にやんだ。ここにはもうだれも来ないから、帰りましょうと彼女が言った。\n",
    "cp949": "비가 밤새 내리고 새벽에야 그쳤다. 여기에는 이제 아무도 오지 않으니 돌아가자고 그녀가 말했다.\n",
    "utf-8": "雨下了一夜，到清晨才停。她说，这里的人都不会来了，我们还是回去吧。\n巷子的尽头是一家旧书店。\n",
}


@pytest.mark.parametrize("encoding", TEXTS)
@pytest.mark.parametrize("at", [0, 14, 30])
def test_a_damaged_byte_is_told_and_the_rest_is_read(encoding: str, at: int) -> None:
    text = TEXTS[encoding]
    data = bytearray(text.encode(encoding))
    start = len(text[:at].encode(encoding))
    data[start] = damaged = 0x86 if encoding == "cp932" else 0xFF  # in CP932 that is a sign of Apple's
    source = Source("a.txt", bytes(data))
    read = source.text()
    assert read.startswith(text[:at] + LOST)
    assert read.endswith(text[at + 2 :])
    (what, place), *_ = source.losses()
    assert place == m.Place(1, at + 1, "a.txt")
    assert f"0x{damaged:X}" in what


@pytest.mark.parametrize("encoding", ["gb18030", "euc_jp", "cp949"])
def test_a_byte_that_shifts_all_pairs_behind_it_harms_no_more_than_its_neighbour(encoding: str) -> None:
    text = TEXTS[encoding]
    data = bytearray(text.encode(encoding))
    start = len(text[:6].encode(encoding))
    data[start] ^= 0x80  # the first half of a pair becomes ASCII, the second begins a pair
    read = Source("a.txt", bytes(data)).text()
    assert read.startswith(text[:6] + chr(data[start]))
    assert read.endswith(text[8:])
    assert read.count(LOST) == 1


def test_half_a_pair_of_utf16() -> None:
    source = Source(
        "a.txt", "\ufeff雨\n一".encode("utf-16-le") + b"\x3d\xd8" + ("夜" * 20).encode("utf-16-le") + b"\x01"
    )
    assert source.text() == f"雨\n一{LOST}{'夜' * 20}{LOST}"
    assert [str(place) for _, place in source.losses()] == [str(m.Place(2, at, "a.txt")) for at in (2, 23)]


def test_every_damage_is_reported_and_many_with_a_number() -> None:
    text = TEXTS["gb18030"] * 20
    data = text.encode("gb18030").replace("夜".encode("gb18030"), b"\xff\xff")
    found = [each for each in check(Source("a.txt", data)) if each.code == "character-lost"]
    assert len(found) == 11
    assert found[0].message == "bytes 0xFFFF of gb18030 text are damaged: U+FFFD stands there"
    assert found[-1].message == "10 more characters are damaged, from here on"


def test_what_is_damaged_in_a_page_of_html_is_reported() -> None:
    data = (
        b'<html><head><meta charset="gbk"></head><body><p>' + "雨下".encode("gbk") + b"\xff" + "了。</p>".encode("gbk")
    )
    (problem,) = [each for each in check(Source("a.html", data)) if each.code == "character-lost"]
    assert problem.message == "U+FFFD stands for what is damaged (1)"


@pytest.mark.parametrize(
    "data",
    [
        "Il était une fois, à l’époque où… déjà vu, garçon, Noël. ".encode("cp1252") * 5,
        "Это обычный русский текст. ".encode("cp1251") * 5,
        bytes(range(256)) * 9,
        TEXTS["gb18030"].encode("gb18030") + b"\xff." * 20,
    ],
)
def test_a_decoding_that_nobody_would_believe_is_refused(data: bytes) -> None:
    with pytest.raises(SourceError, match="save the source as UTF-8"):
        Source("a.txt", data).text()


def test_japanese_is_told_by_its_ideographs_from_chinese_with_the_same_kana() -> None:
    text = "私は奥さんの態度の急に輝いて来たのを見て、むしろ安心した。"
    assert Source("a.txt", text.encode("euc_jp")).text() == text


def test_text_behind_much_ascii_is_read_in_its_encoding() -> None:
    text = "x = 1\n" * 20_000 + TEXTS["cp932"]
    assert Source("a.txt", text.encode("cp932")).text() == text
