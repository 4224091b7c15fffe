"""The numbers and labels that lines begin with: 第三章, 一、, （一）, 1.1.1, ①, 제1장, Ⅱ., 关键词：.

It looks at one line alone.  Which style stands under which, only the page says: the one that comes later stands
deeper (`Depths`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

_COUNTED = "年月日时時点點分秒人个個名次种種万亿億元届歲岁回件社円台校つ割倍周週世号號大米吨噸斤亩畝"
"""Units: a number before one is a quantity and no number of a head (10月, 3つ)."""
HAN_NUMBER = "〇零一二三四五六七八九十百千两壹贰叁肆伍陆柒捌玖拾"
_STYLES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("part", re.compile(rf"第\s?[{HAN_NUMBER}\d０-９]{{1,5}}\s?[部编編篇卷]|제\s?\d{{1,3}}\s?[편부]")),
    ("chapter", re.compile(rf"第\s?[{HAN_NUMBER}\d０-９]{{1,5}}\s?[章回]|제\s?\d{{1,3}}\s?장|Chapter \d+", re.I)),
    ("section", re.compile(rf"第\s?[{HAN_NUMBER}\d０-９]{{1,5}}\s?[节節款]|제\s?\d{{1,3}}\s?[절관]")),
    ("han", re.compile(r"[一二三四五六七八九十]{1,3}(?:[、．.]\s?|[ \u3000]+)")),
    ("roman", re.compile(r"[ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ]{1,3}[.．、 \u3000]?\s?|(?:IX|IV|V?I{1,3}|X)[.．、]\s?")),
    ("bracketed han", re.compile(r"[（(][一二三四五六七八九十]{1,3}[）)]\s?")),
    (
        "digits",
        re.compile(
            r"(?P<digits>\d{1,2}(?:[.．]\d{1,2}){0,4})"
            rf"(?:[.．、](?!\d)\s?|[ \u3000]+(?!\d)|(?=[\u3040-\u30ff\u4e00-\u9fff가-힣])(?![{_COUNTED}]))"
        ),
    ),
    ("hangul", re.compile(r"[가나다라마바사아자차카타파하][.)]\s?")),
    ("bracketed digits", re.compile(r"[（(]\d{1,2}[）)]\s?|\d{1,2}[)）]\s?")),
    ("circled", re.compile(r"[①-⑳]\s?")),
    ("kana", re.compile(r"[（(][ア-ンｱ-ﾝ][）)]\s?|[ア-ン][ \u3000]")),
    ("letter", re.compile(r"[A-Za-zＡ-Ｚａ-ｚ][.．、)）][ \u3000]?(?=\S)")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Number:
    """A number at the head of a line: its style, how many points it has inside (1.2.3: 2), its length."""

    style: str
    points: int
    length: int


@lru_cache(maxsize=8192)
def number_of(text: str) -> Number | None:
    """The number that a line begins with, if it has one and a text behind it."""
    for style, form in _STYLES:
        found = form.match(text)
        if found and (found.end() < len(text) or style in ("part", "chapter", "section")):
            digits = found.groupdict().get("digits") or ""
            return Number(style, len(re.findall("[.．]", digits)), found.end())
    return None


_ALONE = re.compile(rf"0\d|\d{{1,2}}(?:\.\d{{1,2}}){{1,3}}|第[{HAN_NUMBER}\d]{{1,3}}[章节節]|제\s?\d{{1,2}}\s?[장절]")


def stands_alone(text: str) -> bool:
    """Whether a line is nothing but the number of a head, as layout programs and WeChat set it: 1.6.1 · 第三章 · 02"""
    return _ALONE.fullmatch(text.strip()) is not None


def counts_on(one: str, other: str) -> bool:
    """Whether two lines begin with a number and the next one, of one style: 一 某某… / 二 某某…"""
    number, following = number_of(one), number_of(other)
    if number is None or following is None or number.style != following.style:
        return False
    return 0 < value_of(one) == value_of(other) - 1


_ORDERS = ("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳", "ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ", "가나다라마바사아자차카타파하", "アイウエオカキクケコサシスセソ",
           "ABCDEFGHIJKLMNOP", "abcdefghijklmnop")  # fmt: skip


def goes_back(one: str, other: str) -> bool:
    """Whether the second of two lines begins with an earlier number of one style, as the text does behind its contents:
    1.2 … / 1.1 …"""
    number, following = number_of(one), number_of(other)
    if number is None or following is None or number.style != following.style:
        return False
    if number.style == "digits":
        parts = [[int(part) for part in re.findall(r"\d+", text[: each.length])] for text, each in
                 ((one, number), (other, following))]  # fmt: skip
        return parts[1] < parts[0]
    return value_of(other) < value_of(one)


def value_of(text: str) -> int:
    """The value of the number that a line begins with; 0 if it has none."""
    number = number_of(text)
    return _value(text[: number.length]) if number else 0


def _value(mark: str) -> int:
    """The value of a number as printed; the last part of several (1.2: 2); 0 if it has none."""
    if digits := re.findall(r"\d+", mark):
        return int(digits[-1])
    if han := re.search("[一二三四五六七八九十]+", mark):
        tens, ten, ones = han[0].rpartition("十")
        value = "零一二三四五六七八九".index
        return (value(tens) if tens else 1) * 10 * bool(ten) + (value(ones) if len(ones) == 1 else 0)
    return next((order.index(each) + 1 for each in mark for order in _ORDERS if each in order), 0)


_DIVISIONS = ("part", "chapter", "section")
"""Styles that say themselves what stands under what: a chapter stands under no 1.1, wherever a page begins."""


@dataclass
class Depths:
    """How deep each head of a story stands, told in their order: by its number, else by the level that the source
    gives it."""

    open: list[tuple[str, int]] = field(default_factory=list)  # the styles of the heads that are open, with levels

    def depth(self, text: str, level: int) -> int:
        """The depth of the next head, from 0; `level` is the source's (0: it gives none)."""
        number = number_of(text)
        style = f"{number.style}{number.points}" if number else f"#{level}"
        styles = [name for name, _ in self.open]
        if style in styles:
            del self.open[styles.index(style) :]
        elif number and number.style in _DIVISIONS:
            higher = tuple(_DIVISIONS[: _DIVISIONS.index(number.style)])
            while self.open and not self.open[-1][0].startswith((*higher, "#")):
                self.open.pop()
        elif number and number.style == "digits":
            while self.open and self.open[-1][0].startswith("digits") and self.open[-1][0] > style:
                self.open.pop()
        elif not number and level:
            while self.open and self.open[-1][1] >= level:
                self.open.pop()
        elif not number:
            self.open.clear()
        self.open.append((style, level))
        return len(self.open) - 1


_LABELS = re.compile(
    r"(?:摘\s*要|关键词|关键字|關鍵詞|中图分类号|文献标识码|(?:收稿)?收稿日期|基金项目|作者简介|通信作者|要旨|キーワード|"
    r"키워드|주제어|핵심어|Abstract|Key ?words)\s?[:：]",
    re.I,
)
"""The labels with which a journal opens each part of an article's head."""
_STARTS = re.compile(
    r"第[〇零一二三四五六七八九十百千\d]{1,5}[章节節条條款編编](?![的所])|제\s?\d+\s?[조장절관]|"
    r"[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)]|"
    r"\d{1,2}(?:[.．]\d{1,2}){1,3}(?:[ \u3000]|(?=[\u4e00-\u9fff]))|[○◯◎●◆◇■□▪※・·]\s?|"
    r"[＊*※]\s?\d{1,3}\s|〔\d{1,3}〕|[\[［]\d{1,3}[\]］]|[①-⑳]|\d{1,2}[)）]\s?(?=[^\d])|注\d{0,2}[:：]"
)
"""How lines begin that open a paragraph, where the one above has ended."""


NOTE_MARKS = r"(?: ?(?:\^?[\[［]\d{1,3}(?:[-,–]\d{1,3})*[\]］]|〔\d{1,3}〕|[＊*※]\d{1,3}|[¹²³⁴⁵⁶⁷⁸⁹⁰]+))*"
"""Marks that call notes, as they stand behind a stop: 。^[1] · 。〔3〕 · 。＊30 ＊31."""


def opens_part(text: str) -> bool:
    """Whether a line opens a part of a paper's head, whatever stands above it: 关键词：… · Abstract: …"""
    return _LABELS.match(text) is not None


def starts_anew(text: str) -> bool:
    """Whether a line's first characters begin something: a numbered head, an article of a statute, a note, a speech."""
    return opens_part(text) or _STARTS.match(text) is not None
