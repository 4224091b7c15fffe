"""Spaces that an extractor put between ideographs.

East Asian text has no spaces between its words; OCR reads one where type was loose.  The spaces that mean something
stay: between the halves of a headline, in names (李 娜), behind a number (第一条 为了…), between an ideograph and a
Latin word.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace

from docconv import model as m
from docconv.chars import IDEOGRAPHIC
from docconv.edits import Edit, edit_run
from docconv.ledger import Ledger
from docconv.numbering import HAN_NUMBER
from docconv.words import script_tag

_WIDE = rf"{IDEOGRAPHIC}\u3001-\u3003\u3008-\u3011\u3014-\u301f\uff01-\uff60“”‘’…—"
_STRAY = re.compile(rf"(?<=[{_WIDE}])[ \u00a0]++(?=[{_WIDE}])")
_BESIDE_MARK = re.compile(
    r"(?<![ \u00a0])[ \u00a0]++(?=[，。、；：？！）》」』】”’])|(?<=[，。、；：？！（《「『【“‘])[ \u00a0]++"
)
"""A run of spaces is looked at once, from its beginning: there may be thousands."""
_SIGNED = re.compile(r"(?:记者|記者|通讯员|通訊員|摄影|攝影|作者)[^，。！？；：、,;:）)]{2,24}")
"""Behind these words stand names, and names are spaced: 本报记者 何 雨 摄."""
_NUMBER = re.compile(
    rf"第\s?[{HAN_NUMBER}]{{1,7}}\s?[部编編篇卷巻章回节節款条條項项話话課课](?:[のノ之][{HAN_NUMBER}]{{1,3}})?"
    r"(?=[ \u00a0])"
)
"""A number that a space parts from what it counts."""
_NUMBER_OF_HEAD = re.compile(rf"{_NUMBER.pattern}|[{HAN_NUMBER}]{{1,3}}(?=[ \u00a0])")


def drop_stray_spaces(document: m.Document, ledger: Ledger) -> m.Document:
    """Spaces between two ideographs of running text go.   测血压 的手 表 → 测血压的手表"""
    if document.meta.kind != "page" or script_tag(document.meta.lang) in ("ko", "en"):
        return document

    number = _NUMBER_OF_HEAD if script_tag(document.meta.lang) == "ja" else _NUMBER  # 一 歩行者は、… in a statute

    def prose(run: m.Inlines) -> m.Inlines:
        return edit_run(run, lambda text: _in_prose(text, number), ledger)

    def head(run: m.Inlines) -> m.Inlines:
        return edit_run(run, _in_head, ledger)

    def step(node: object) -> object:
        match node:
            case m.Paragraph((m.Byline(),)):
                return node  # who signs: names are spaced
            case m.Paragraph(role="body" | "resumed" | "abstract" | "note"):
                return replace(node, content=prose(node.content))
            case m.Figure():
                return replace(node, caption=prose(node.caption))
            case m.Section():
                return replace(node, title=head(node.title))
            case m.Article():
                return replace(node, kicker=head(node.kicker), headline=head(node.headline), deck=head(node.deck))
            case _:
                return node

    return m.rewrite(document, step, skip=m.is_furniture)


def _in_prose(text: str, counting: re.Pattern[str]) -> Iterator[Edit]:
    signed = [found.span() for found in _SIGNED.finditer(text)]
    number = counting.match(text)
    for found in (*_STRAY.finditer(text), *_BESIDE_MARK.finditer(text)):
        at = bisect_right(signed, found.start(), key=_start) - 1
        counted = number is not None and found.start() == number.end()
        if not counted and (at < 0 or found.end() > signed[at][1]):
            yield Edit(found.start(), found.end(), "", "drop-stray-space", 0.95)


def _start(span: tuple[int, int]) -> int:
    return span[0]


def _in_head(text: str) -> Iterator[Edit]:
    """In a head a space parts two halves; one that cuts off a character or two is stray, but not behind a number."""
    number = _NUMBER_OF_HEAD.match(text)
    for found in _STRAY.finditer(text):
        if number is not None and found.start() == number.end():
            continue
        before = re.split(r"[ \u00a0\u3000]", text[max(0, found.start() - 3) : found.start()])[-1]
        after = re.split(r"[ \u00a0\u3000]", text[found.end() : found.end() + 3])[0]
        if min(len(before), len(after)) < 3:
            yield Edit(found.start(), found.end(), "", "drop-stray-space", 0.8)
