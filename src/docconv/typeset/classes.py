"""What a character is to a compositor: the classes of JLREQ (appendix A) and CLREQ (3.1), and how text is cut by them.

It assumes composed text (`chars.composed`).  A unit of composition is a letter with its marks, a Western word (or a
part of it that a line may end after), a blank, or a pair —— or …… that is set as one.
"""

from __future__ import annotations

import re
import unicodedata
from enum import IntEnum
from functools import cache

from docconv import chars


class Kind(IntEnum):
    """Classes of characters that composition tells apart; numbers in brackets are JLREQ's."""

    HAN = 0  # ideographs (cl-19)
    KANA = 1  # hiragana, katakana, bopomofo (cl-15, cl-16)
    SMALL_KANA = 2  # small kana and the long vowel (cl-10, cl-11)
    ITERATION = 3  # 々 ゝ ヽ (cl-09)
    HANGUL = 4
    OPENING = 5  # opening brackets and quotes (cl-01)
    CLOSING = 6  # closing brackets and quotes (cl-02)
    STOP = 7  # 。 ． (cl-06)
    PAUSE = 8  # ， 、 (cl-07)
    COLON = 9  # ： ；
    EXCLAMATION = 10  # ！ ？ (cl-04)
    MIDDLE = 11  # · ・ (cl-05)
    DASH = 12  # —— …… (cl-08)
    CONNECTOR = 13  # ～ – (cl-03)
    SOLIDUS = 14  # ／
    PREFIX = 15  # ￥ № + − (cl-12)
    POSTFIX = 16  # ％ ℃ ‰ (cl-13)
    SYMBOL = 17  # ▲ ※ ①: set like ideographs
    LETTER = 18  # Western letters (cl-27)
    DIGIT = 19  # European digits (cl-24)
    WESTERN_OPENING = 20  # ( [ before a word
    WESTERN_CLOSING = 21  # ) ] , . after a word
    SPACE = 22  # U+0020, a break opportunity
    GLUE = 23  # U+00A0 and joiners: no break
    BLANK = 24  # U+3000
    OBJECT = 25  # a picture or box in the line
    NEWLINE = 26  # a forced end of line


FULL_WIDTH_MARKS = frozenset({Kind.OPENING, Kind.CLOSING, Kind.STOP, Kind.PAUSE, Kind.COLON, Kind.EXCLAMATION,
                              Kind.MIDDLE})  # fmt: skip
"""Marks that stand in an em of which half or less is ink, when their face sets them so."""

DOUBLE_MARKS = frozenset("‼⁇⁈⁉")
"""Two marks in one em, which they fill."""

IDEOGRAPHIC = frozenset({Kind.HAN, Kind.KANA, Kind.SMALL_KANA, Kind.ITERATION})

_TABLE = {
    Kind.OPENING: chars.OPENING,
    Kind.CLOSING: chars.CLOSING,
    Kind.STOP: "。．｡",
    Kind.PAUSE: "，、､",
    Kind.COLON: "：；",
    Kind.EXCLAMATION: "！？‼⁇⁈⁉",
    Kind.MIDDLE: "·・‧•∙⋅",
    Kind.DASH: "—…‥⸺―",
    Kind.CONNECTOR: "～〜–゠∼",
    Kind.SOLIDUS: "／",
    Kind.SMALL_KANA: "ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿー",
    Kind.ITERATION: "々〻ゝゞヽヾ",
    Kind.PREFIX: "￥＄￡＃＠№¥$£€#@+−±＋－∓",
    Kind.POSTFIX: "％‰℃℉°′″¢￠",
    Kind.SPACE: " \u200b",
    Kind.GLUE: "\u00a0\u2060\u200d\ufeff\u202f",
    Kind.BLANK: "\u3000",
    Kind.SYMBOL: "※〒§¶",
    Kind.OBJECT: "\ufffc",
    Kind.NEWLINE: "\n\u2028\u2029",
    Kind.WESTERN_OPENING: "([{<",
    Kind.WESTERN_CLOSING: ")]}>,.;:!?%/-~",
}
_KINDS = {character: kind for kind, characters in _TABLE.items() for character in characters}

_RANGES = (
    (re.compile(f"[{chars.HAN}]"), Kind.HAN),
    (re.compile(f"[{chars.KANA}{chars.BOPOMOFO}]"), Kind.KANA),
    (re.compile(f"[{chars.HANGUL}]"), Kind.HANGUL),
    (re.compile("[\uff10-\uff5a\u2460-\u24ff\u3200-\u33ff]"), Kind.SYMBOL),
)


@cache
def kind_of(character: str) -> Kind:
    """The class of a character, without regard to its neighbours."""
    if (kind := _KINDS.get(character)) is not None:
        return kind
    for pattern, kind in _RANGES:
        if pattern.match(character):
            return kind
    category = unicodedata.category(character)
    if category == "Nd":
        return Kind.DIGIT
    return Kind.SYMBOL if category in ("So", "Co") or "\u2190" <= character <= "\u2bff" else Kind.LETTER


_SINGLE = (f"{chars.HAN}{chars.KANA}{chars.BOPOMOFO}{chars.HANGUL}{re.escape(chars.FULL_WIDTH)}"
           "\u2190-\u2bff\u2460-\u24ff\u3000-\u303f\u3200-\u33ff\uff00-\uffef\ufe30-\ufe4f\ufffc"
           "＋－％‰℃℉№‼⁇⁈⁉‧•‥⸺―–゠∼※§¶")  # fmt: skip
_EXTENDERS = "\u0300-\u036f\u3099\u309a\ufe00-\ufe0f\u200d\U000e0100-\U000e01ef"
_UNIT = re.compile(
    f"—{{2,3}}|…{{2}}|[{_SINGLE}][{_EXTENDERS}]*|[\n\u2028\u2029]|[ \u200b]|[\u00a0\u2060\ufeff\u202f]"
    f"|(?:[^\\s\u200b\u2060\ufeff{_SINGLE}]|(?<=[A-Za-z])’(?=[A-Za-z]))+|."
)
_ENGLISH = re.compile(f"(?:[^\\s\u200b\u2060\ufeff{_SINGLE}]|[“”‘’])+|{_UNIT.pattern}")
_COMPOUND = re.compile(r"[(\[\"']*[A-Za-z]+(?:-[A-Za-z]+)+[^\w-]*")
_PARTS = re.compile(r"[^-/?&=]*(?:(?<=[A-Za-z]{2})-(?=[A-Za-z]{2})|[/?&=]+(?=[\w%]))|.+$")


def cut(text: str, *, western: bool = False) -> list[str]:
    """The units of a text; their concatenation is the text.

    With `western`, curly quotes belong to words, as in an English passage; else only an apostrophe inside one does."""
    units: list[str] = []
    for unit in (_ENGLISH if western else _UNIT).findall(text):
        if len(unit) > 3 and unit.isascii() and ("-" in unit or "/" in unit):
            units.extend(_parts(unit))
        else:
            units.append(unit)
    return units


def _parts(word: str) -> list[str]:
    """A word at its hyphens, an address at its slashes: state-of-the-art → state-, of-, the-, art.

    A name of a file, a command or a model (.git-ignore, qt5-base) stays whole, and so does km/h."""
    is_address = "://" in word or word.count("/") > 1 or ("/" in word and "." in word)
    if not is_address and ("/" in word or not _COMPOUND.fullmatch(word)):
        return [word]
    return _PARTS.findall(word)


@cache
def ends(unit: str) -> tuple[Kind, Kind]:
    """The classes of a unit's first and last character."""
    return kind_of(unit[0]), kind_of(unit[-1])


_SCRIPTS = {"zh": "Hans", "ja": "Jpan", "ko": "Kore"}


def script_of(lang: str | None) -> str:
    """zh-TW → Hant, zh → Hans, ja → Jpan, ko → Kore; empty for languages that are not composed."""
    tags = (lang or "").lower().split("-")
    script = _SCRIPTS.get(tags[0], "")
    return "Hant" if script == "Hans" and {"hant", "tw", "hk", "mo"} & set(tags) else script
