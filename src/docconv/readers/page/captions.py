"""Captions that bear no mark: under a picture, or where wide blank runs say that one stood there.

It assumes that heads have been told.
"""

from __future__ import annotations

import re
from itertools import pairwise

from docconv import model as m
from docconv.numbering import number_of
from docconv.readers.page import forms, legends
from docconv.readers.page.company import Company, closed
from docconv.readers.page.lines import Block

LONGEST = 300
"""Half-ems: longer than any caption that is printed under one picture (house choice)."""
_SHORTEST = 8
"""Half-ems: what is shorter names nothing (house choice)."""
_SHORT = 60
"""Half-ems: what stands under a picture and is no longer is its caption (house choice)."""


def find_captions_under_pictures(page: Company) -> None:
    """The block under a picture is its caption if it is short, parted from what follows, or in the middle of a
    paragraph."""
    for number, (picture, block) in enumerate(pairwise(page.blocks), 1):
        if picture.role == "caption" and not block.role and legends.legend(block.text):
            block.role = "caption"
            continue
        near = block.above <= max(1, page.ordinary)
        if picture.role != "image" or block.role or block.kind != "text" or not near or _is_told(picture):
            continue
        if forms.contents(block.text) or block.lines[0].new_page:
            continue
        below = page.blocks[number + 1] if number + 1 < len(page.blocks) else None
        if below is not None and _is_picture_story(block, below):
            block.role, block.level, below.role = "head", page.top, "caption"
            continue
        width = forms.width(block.text)
        if legends.legend(block.text):
            block.role = "caption"
            continue
        if width <= _SHORT or (width <= LONGEST and (block.below >= 2 or page.interrupts(number))):
            block.role = "caption"


def find_table_titles(page: Company) -> None:
    """Find the titles of tables, right above them, marked as heads or not at all."""
    for title, table in pairwise(page.blocks):
        plain = title.role in ("", "head", "caption") and title.kind in ("text", "head") and len(title.lines) == 1
        if table.kind == "table" and plain and legends.table_title(title.lines[0].text if title.lines else ""):
            title.role = "table title"


def _is_picture_story(title: Block, text: Block) -> bool:
    """Whether a picture's title and its caption stand under it, as in a picture story: 老外讲授剪枝 / 近日，…某某摄"""
    signed = legends.caption_tail(text.text) or re.search(r"[。”’] ?[\u4e00-\u9fff]{2,3}[报報摄攝]$", text.text)
    plain = text.kind == "text" and not text.role and forms.width(text.text) <= LONGEST
    return bool(signed) and plain and forms.width(title.text) <= 40 and not forms.ends_sentence(title.text)


def _is_told(picture: Block) -> bool:
    """Whether the source has said a picture's caption, or marks only its place: docling has the caption above it."""
    figure = picture.node
    return isinstance(figure, m.Figure) and (bool(figure.caption) or figure.media == m.Missing())


def find_loose_captions(page: Company) -> None:
    """Where an extractor marks no pictures, short lines among the text that are neither heads nor facts are what stood
    under them: 表彰状授与 / …"""
    if page.labels.pictures or not page.bullets or page.named_from >= len(page.blocks):
        return
    for number, block in enumerate(page.blocks):
        if number <= page.named_from or block.role or block.kind != "text" or forms.fact(block.text):
            continue
        above = page.neighbour(number, -1)
        short = _SHORTEST <= forms.width(block.text) <= _SHORT and forms.bare_head(block.text)
        quoted = re.search("[「」]|[Nn]ote|検索|ホームページ", block.text)
        if short and not quoted and number_of(block.text) is None and above is not None and closed(above):
            block.role = "caption"


def find_captions_by_blank_runs(page: Company) -> None:
    """A block is a caption by position alone if wide blank runs part it from both neighbours: a picture stood
    there.  Above the first headline and under the credit line stand only captions, so that less will do."""
    closed = False
    headed = not any(block.role == "headline" for block in page.blocks)
    for number, block in enumerate(page.blocks):
        headed = headed or block.role == "headline"
        closed = (closed or block.role == "credit") and block.role != "headline"
        if block.role or block.kind != "text" or forms.width(block.text) > 200 or forms.contents(block.text):
            continue
        above, below = _gaps(page, number)
        raw = (block.above if number else 9, block.below)
        run = max(3, page.ordinary + 2)  # a blank run is wide if it is wider than this page's ordinary ones
        wide = max(raw) >= run and min(raw) >= 2
        inside = page.interrupts(number) and not forms.ends_sentence(block.text)
        last = block.above >= run and page.blocks[number - 1].role == "furniture" and page.near(number, +1) < 0
        parted = min(above, below) >= run and (inside or max(above, below) > run)
        if len(page.blocks) > 1 and (parted or (wide and (closed or last or not headed))):
            block.role = "caption"


def _gaps(page: Company, number: int) -> tuple[int, int]:
    """The blank lines above and below a block that no neighbouring picture or page break explains."""
    block = page.blocks[number]
    above = page.blocks[number - 1].role if number else ""
    below = page.blocks[number + 1].role if number + 1 < len(page.blocks) else ""
    return (
        0 if above in ("caption", "image", "furniture") else block.above if number else 9,
        0 if below in ("caption", "image", "furniture") else block.below,
    )
