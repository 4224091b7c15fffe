"""What stands above and below a block of a page, and what is known of the page as a whole.

It assumes blocks in reading order.  A role is told by a block's own words first and by its neighbours second.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from operator import add

from docconv.chars import HANGUL, KANA
from docconv.readers.page import bylines, forms
from docconv.readers.page.lines import BOLD, Block
from docconv.readers.page.paragraphs import measure_of

OUTSIDE = ("furniture", "caption", "image", "credit", "jump", "rule", "note")
"""Roles of what stands beside the running text."""
_SOME_HEADS = 3
"""Heads by which an extractor shows that it tells them (house choice)."""
_A_LINE = 40
"""Half-ems: what is no longer may be a line of its own, and is no paragraph that was cut (house choice)."""
_REACH = 60
"""Blocks that a block is judged by, above and below."""


@dataclass(frozen=True, slots=True)
class Labels:
    """What an extractor names on a page, so that what it leaves unnamed is none: `heads` (but for lines above the
    first), or `all`.  `pictures` says that it marks where pictures stood; else their captions stand loose."""

    heads: bool = False
    all: bool = False
    pictures: bool = True


class Company:
    """The blocks of a page, and what is known of the page as a whole."""

    def __init__(self, blocks: list[Block], labels: Labels) -> None:
        self.blocks, self.labels = blocks, labels
        heads = sum(block.kind == "head" and block.level < BOLD for block in blocks)
        self.labelled = labels.all or (labels.heads and heads >= _SOME_HEADS)
        first = next((at for at, block in enumerate(blocks) if block.kind == "head"), len(blocks))
        self.named_from = -1 if labels.all else first
        self.text = "\n".join(block.tight for block in blocks)
        gaps = sorted(block.above for block in blocks[1:])
        self.ordinary = gaps[len(gaps) // 2] if gaps else 0  # blank lines between two blocks of this page
        levels = [block.level for block in blocks if block.kind == "head" and block.level < BOLD]
        self.top, self.deepest = min(levels, default=0), max(levels, default=0)
        # whether OCR put spaces into this page's text, so that a space means nothing
        self.loose = sum(block.text != block.tight for block in blocks) * 5 > len(blocks)
        self.pairs = Counter(map(add, self.text, self.text[1:]))
        self.frequent: dict[str, bool] = {}  # texts that were looked for
        self.measure = measure_of([line for block in blocks if block.kind == "text" for line in block.lines])
        long = [block for block in blocks if block.kind == "text" and forms.width(block.text) > 60]
        # whether this page indents its paragraphs: then an indent means nothing, and its lack something
        self.indents = len(long) >= 3 and sum(block.indented for block in long) * 4 >= len(long) * 3
        # whether it is Japanese or Korean, where ○ and ● begin an item or a speech
        self.bullets = len(re.findall(f"[{KANA}{HANGUL}]", self.text)) * 8 > len(self.text)

    # ── Neighbours ──

    def neighbour(self, number: int, step: int) -> Block | None:
        """The nearest block above or below that is in the flow."""
        at = self.near(number, step)
        return self.blocks[at] if at >= 0 else None

    def near(self, number: int, step: int) -> int:
        """Where that block stands; −1 if there is none within reach."""
        for _ in range(_REACH):
            number += step
            if not 0 <= number < len(self.blocks):
                break
            if self.blocks[number].role not in OUTSIDE:
                return number
        return -1

    def beside(self, number: int) -> list[Block]:
        """The blocks directly above and below."""
        return [self.blocks[at] for at in (number - 1, number + 1) if 0 <= at < len(self.blocks)]

    def touches(self, number: int, above: Block) -> bool:
        """Whether nothing that is printed stands between a block and one above it."""
        last = max(0, number - _REACH)
        while number > last and self.blocks[number - 1].role in ("furniture", "rule"):
            number -= 1
        return number > 0 and self.blocks[number - 1] is above

    def interrupts(self, number: int) -> bool:
        """Whether a block stands in the middle of a paragraph: the one above has not ended."""
        above = number - 1
        while above >= max(0, number - _REACH) and self.blocks[above].role in ("image", "furniture"):
            above -= 1
        if above < 0 or number + 1 >= len(self.blocks):
            return False
        one, other = self.blocks[above], self.blocks[number + 1]
        flow = one.role in ("", "paragraph") and one.kind == other.kind == "text" and not other.role
        return (
            flow
            and forms.width(one.text) > _A_LINE
            and not forms.ends_sentence(one.lines[-1].text)
            and not other.indented
        )

    def crosses(self, one: Block, other: Block) -> bool:
        """Whether two blocks are parted inside a word: the characters at the cut stand together elsewhere."""
        pair = one.tight[-1:] + other.tight[:1]
        return forms.inside_word(pair) and self.pairs[pair] > 0

    def first_flow(self) -> int:
        """Where the running text begins; the number of blocks if there is none."""
        return next((at for at, block in enumerate(self.blocks) if is_flow(block)), len(self.blocks))

    # ── What a block is to its neighbours ──

    def opens_flow(self, block: Block) -> bool:
        """Whether a block can be the first of a story or section."""
        if block.role in ("abstract", "item", "quote", "table", "code", "math", "verse"):
            return True
        if block.role not in ("", "paragraph"):
            return False
        first = forms.width(block.lines[0].text) if block.lines else 0
        full = self.measure > 0 and first >= self.measure * 0.75
        return full or forms.width(block.text) > 40 or forms.ends_sentence(block.text)

    def names_only(self, block: Block) -> bool:
        """Whether a block is nothing but names; what the page says again and again is no name (方程式)."""
        lines = [forms.shown(line.text) for line in block.lines]
        named = all(bylines.bare_names(line) or bylines.bare_names(forms.tightened(line)) for line in lines)
        return named and not self._is_frequent(block.tight)

    def _is_frequent(self, text: str) -> bool:
        """Whether the page says something more than twice."""
        if len(text) > 1 and self.pairs[text[:2]] <= 2:
            return False
        if text not in self.frequent:
            self.frequent[text] = self.text.count(text) > 2
        return self.frequent[text]

    def is_label(self, text: str) -> bool:
        """Whether a line begins with a label that begins another line too: 记者：… · Q：…"""
        label = re.match(r"[^:：，。\s]{1,10}\s?[:：]", text)
        return label is not None and len(re.findall(rf"^{re.escape(label[0])}", self.text, re.M)) > 1

    def is_byline(self, number: int) -> bool:
        """Whether a block signs the head above it: a byline, a dateline, or a name with running text under it."""
        if number < 0:
            return False
        block = self.blocks[number]
        if block.role == "byline" or has_dateline(block):
            return True
        if block.role or block.kind != "text" or not self.names_only(block):
            return False
        below = self.neighbour(number, +1)
        return below is not None and (below.role == "head" or self.opens_flow(below))


def is_flow(block: Block) -> bool:
    """Whether a block is running text of some length."""
    return block.kind in ("text", "paragraph") and block.role in ("", "paragraph") and forms.width(block.text) > 60


def closed(block: Block) -> bool:
    """Whether a block has come to its end, so that something new may begin below it."""
    return block.role not in ("", "paragraph") or forms.ends_sentence(forms.shown(block.lines[-1].text))


def has_dateline(block: Block) -> bool:
    return block.role in ("", "paragraph") and block.kind == "text" and bylines.inline_byline(block.tight) > 0
