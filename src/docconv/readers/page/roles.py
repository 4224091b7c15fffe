"""What each block of a page is: headline, kicker, deck, byline, section head, caption, credit, furniture, paragraph.

Evidence is taken in order of its strength: marks (▲, `#`), then forms (`docconv.readers.page.forms`), then the
company that a block keeps (what stands above and below, blank runs, the levels of the other heads).  A block whose
evidence is weak stays a paragraph: text in the wrong place is worse than text without a role.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from docconv.chars import content
from docconv.readers.page import forms
from docconv.readers.page.lines import Block

_OUTSIDE = ("furniture", "caption", "image", "credit", "jump", "rule")
_REACH = 60
"""Blocks that a block is judged by, above and below."""
_BOLD = 6
"""The level of a head that is only bold: lower than any that has a `#`."""


def assign_roles(blocks: list[Block]) -> None:
    """Set `role` of every block: headline, kicker, deck, byline, section, caption, image, credit, jump, furniture,
    abstract, note, paragraph, or its kind (item, quote, table, code, rule)."""
    page = _Page(blocks)
    page.read_forms()
    page.find_repeated_lines()
    page.find_captions_under_pictures()
    page.find_unmarked_heads()
    page.find_names_and_decks()
    page.rank_heads()
    page.settle_bylines()
    page.find_captions_by_blank_runs()
    for block in blocks:
        block.role = block.role or "paragraph"


class _Page:
    """The blocks of a page, and what is known of the page as a whole."""

    def __init__(self, blocks: list[Block]) -> None:
        self.blocks = blocks
        self.text = "\n".join(block.tight for block in blocks)
        gaps = sorted(block.above for block in blocks[1:])
        self.ordinary = gaps[len(gaps) // 2] if gaps else 0  # blank lines between two blocks of this page
        levels = [block.level for block in blocks if block.kind == "head" and block.level < _BOLD]
        self.top, self.deepest = min(levels, default=0), max(levels, default=0)
        self.plain_news = False
        # whether OCR put spaces into this page's text, so that a space means nothing
        self.loose = sum(block.text != block.tight for block in blocks) * 5 > len(blocks)
        self.pairs = Counter(one + two for one, two in pairwise(self.text))

    # ── Forms ──

    def read_forms(self) -> None:
        for block in self.blocks:
            if block.kind not in ("text", "head"):
                block.role = block.kind
            elif forms.furniture(block.tight) or forms.furniture(block.text):
                block.role = "furniture"
            elif block.kind == "head":
                block.role = "head"
            else:
                block.role = _form(block)
        for one, other in pairwise(self.blocks):
            # one ◆ marks a caption, a row of them an enumeration
            if one.kind == other.kind == "text" and one.text[:1] == other.text[:1] and forms.bulleted(one.text):
                one.role = other.role = ""

    def find_repeated_lines(self) -> None:
        """A headline printed again at the head of the next page, and lines that recur from page to page, are
        furniture."""
        seen: set[str] = set()
        for block in self.blocks:
            key = content(block.text)
            if not key or not forms.headlike(block.text) or block.role not in ("", "head", "furniture"):
                continue
            if key in seen and block.kind == "text":
                block.role = "furniture"
            seen.add(key)

    # ── Heads ──

    def find_unmarked_heads(self) -> None:
        """Bare lines that have a head's form and keep a head's company become heads without a level."""
        signed = [at for at, block in enumerate(self.blocks) if block.role == "head" and self._signed(at)]
        levels = {block.level for block in self.blocks if block.role == "head"}
        # on a page of signed stories without section heads, a line that is not signed is a paragraph cut short
        self.plain_news = len(signed) >= 2 and len(levels) <= 2 and _BOLD not in levels
        for number in reversed(range(len(self.blocks))):  # from below, so that a head may stand on a head
            block, above = self.blocks[number], self._neighbour(number, -1)
            if self._is_unmarked_head(number):
                block.role = "head"
                if above is not None and self._is_second_line(above, block):
                    block.level = above.level

    def _is_unmarked_head(self, number: int) -> bool:
        block = self.blocks[number]
        if block.role or block.kind != "text" or len(block.lines) > 2 or block.indented:
            return False
        if not all(forms.headlike(forms.shown(line.text)) for line in block.lines):
            return False
        above, below = self._neighbour(number, -1), self._neighbour(number, +1)
        if above is not None and self._names_only(block) and (above.role == "head" or forms.headlike(above.text)):
            return False  # a name under a head signs it
        if below is None or (above is not None and not _closed(above) and not forms.headlike(above.text)):
            return False  # a head follows a finished paragraph and has something under it
        if self._is_byline(self._near(number, +1)):
            return True
        if below.role == "head":
            return below.level in (0, self.top) or forms.dashed(below.text)
        if not _opens_flow(below) or self._crosses(block, below):
            return False
        if above is None:
            return True
        if self.plain_news:
            return forms.halved(block.text) and not self.loose
        return forms.bare_head(block.text) and not self._names_only(block)

    def _is_byline(self, number: int) -> bool:
        """Whether a block signs the head above it: a byline, a dateline, or a name with running text under it."""
        if number < 0:
            return False
        block = self.blocks[number]
        if block.role == "byline" or _has_dateline(block):
            return True
        if block.role or block.kind != "text" or not self._names_only(block):
            return False
        below = self._neighbour(number, +1)
        return below is not None and (below.role == "head" or _opens_flow(below))

    def _names_only(self, block: Block) -> bool:
        """Whether a block is nothing but names; what the page says again and again is no name (方程式)."""
        named = all(forms.bare_names(forms.tightened(forms.shown(line.text))) is not None for line in block.lines)
        return named and self.text.count(block.tight) <= 2

    def _signed(self, number: int) -> bool:
        """Whether a head is that of a story: a byline follows it, or a deck, which only a headline has."""
        for at in range(number + 1, min(number + _REACH, len(self.blocks))):
            block = self.blocks[at]
            if block.role in ("head", "deck", "") and block.kind != "item" and forms.dashed(block.text):
                return True
            if block.role not in ("head", "deck", *_OUTSIDE):
                return self._is_byline(at)
        return False

    def _crosses(self, one: Block, other: Block) -> bool:
        """Whether two blocks are parted inside a word: the characters at the cut stand together elsewhere."""
        pair = one.tight[-1:] + other.tight[:1]
        return forms.inside_word(pair) and self.pairs[pair] > 0

    def find_names_and_decks(self) -> None:
        """Under a head, a bare name is a byline, and what stands between head and byline is a deck."""
        for number, block in enumerate(self.blocks):
            above = self._neighbour(number, -1)
            if block.role or block.kind != "text" or above is None or above.role not in ("head", "deck"):
                continue
            below = self._near(number, +1)
            signed = below >= 0 and self.blocks[below].role == "byline"
            if above.role == "head" and above.level > self.top:
                continue  # a section is not signed
            if self._is_byline(number):
                block.role = "" if _has_dateline(block) else "byline"
            elif forms.dashed(block.text) and forms.width(block.text) < 100:
                block.role = "deck"
            elif self._is_second_line(above, block) and self._is_byline(below):
                block.role, block.level = "head", above.level
            elif signed and forms.width(block.text) < 200:
                block.role = "deck"

    def _is_second_line(self, head: Block, block: Block) -> bool:
        """Whether a short line under a head goes on with it."""
        short = forms.width(block.text) <= 28 and forms.headlike(block.text)
        return head.role == "head" and short and block.above <= 2 and not forms.ends_sentence(head.text)

    def rank_heads(self) -> None:
        """Tell headline, kicker, deck and section head apart: by level where the source has levels, by company
        where it has none."""
        heads = [number for number, block in enumerate(self.blocks) if block.role == "head"]
        levels = {self.blocks[number].level for number in heads} - {0, _BOLD}
        top = min(levels, default=0)
        peers = [at for at in heads if self.blocks[at].level == top and not forms.dashed(self.blocks[at].text)]
        signed = [at for at in peers if self._signed(at)]
        # where all heads have one level, those without a byline are sections of one story, unless most are signed
        leveled = len(levels) > 1 or len(signed) * 2 > len(peers)
        headline: Block | None = None  # the head directly above, if it is a headline
        seen = False
        for number, block in enumerate(self.blocks):
            if block.role != "head":
                if block.role not in _OUTSIDE:
                    headline = None
                continue
            if headline is not None:
                block.role = self._under_headline(number, headline, top, leveled)
            elif not seen or self._is_headline(number, top, leveled):
                block.role = "headline"
            else:
                block.role = "section"
            if block.role == "headline":
                self._lift_kicker(number)
                headline, seen = block, True
            elif block.role == "section":
                headline = None

    def _under_headline(self, number: int, headline: Block, top: int, leveled: bool) -> str:
        """The role of a head that directly follows a headline."""
        block = self.blocks[number]
        if forms.dashed(block.text):
            return "deck"
        if (block.level == top and headline.level != top) or self._is_kicker(headline, block):
            if self._touches(number, headline):
                headline.role = "kicker"  # ## 在希望的田野上 / # 各地做好抢收抢种
            return "headline"
        if block.level == headline.level:
            return "deck" if forms.is_sentence(block.text) else "headline"  # its second line
        if not block.level or forms.is_sentence(block.text):
            return "deck"
        below = self._neighbour(number, +1)
        if below is not None and below.role == "byline" and block.level == headline.level + 1:
            return "deck"
        return "deck" if block.level < self.deepest and leveled and block.level == headline.level + 1 else "section"

    def _is_kicker(self, one: Block, other: Block) -> bool:
        """Whether the first of two heads is the kicker of the second: shorter, where the second is no sentence."""
        if forms.is_sentence(other.text):
            return False
        if one.level != other.level:
            return bool(one.level) and forms.width(one.text) * 3 <= forms.width(other.text) * 2
        return forms.width(one.text) * 2 <= forms.width(other.text) and forms.set_phrase(one.text)

    def _is_headline(self, number: int, top: int, leveled: bool) -> bool:
        block = self.blocks[number]
        if block.level == _BOLD or block.level > top:
            return False
        if block.level == top and block.level:
            return leveled or self._signed(number)
        below = self._neighbour(number, +1)
        over_head = below is not None and below.role == "head"  # a story that is only a picture
        return self._signed(number) or (leveled and (over_head or self.plain_news))

    def _lift_kicker(self, number: int) -> None:
        """A section head with nothing between it and the next headline is that headline's kicker."""
        above = self._neighbour(number, -1)
        if above is not None and above.role == "section" and self._touches(number, above):
            above.role = "kicker"

    def _touches(self, number: int, above: Block) -> bool:
        """Whether nothing that is printed stands between a block and one above it."""
        while number and self.blocks[number - 1].role in ("furniture", "rule"):
            number -= 1
        return number > 0 and self.blocks[number - 1] is above

    def settle_bylines(self) -> None:
        """A byline that stands under no head signs the end of a story, or is running text."""
        for number, block in enumerate(self.blocks):
            above = self._neighbour(number, -1)
            if block.role == "byline" and (above is None or above.role not in ("headline", "deck", "byline")):
                block.role = ""

    # ── Captions ──

    def find_captions_under_pictures(self) -> None:
        """The block under a picture is its caption if it is short, parted from what follows, or in the middle of a
        paragraph."""
        for number, (picture, block) in enumerate(pairwise(self.blocks), 1):
            if picture.role != "image" or block.role or block.kind != "text" or block.above > 1:
                continue
            width = forms.width(block.text)
            if width <= 60 or (width <= _LONGEST_CAPTION and (block.below >= 2 or self._interrupts(number))):
                block.role = "caption"

    def find_captions_by_blank_runs(self) -> None:
        """A block is a caption by position alone if wide blank runs part it from both neighbours: a picture stood
        there.  Above the first headline and under the credit line stand only captions, so that less will do."""
        closed = False
        headed = not any(block.role == "headline" for block in self.blocks)
        for number, block in enumerate(self.blocks):
            headed = headed or block.role == "headline"
            closed = (closed or block.role == "credit") and block.role != "headline"
            if block.role or block.kind != "text" or forms.width(block.text) > 200:
                continue
            above, below = self._gaps(number)
            raw = (block.above if number else 9, block.below)
            run = max(3, self.ordinary + 2)  # a blank run is wide if it is wider than this page's ordinary ones
            wide = max(raw) >= run and min(raw) >= 2
            inside = self._interrupts(number) and not forms.ends_sentence(block.text)
            last = block.above >= run and self.blocks[number - 1].role == "furniture" and not self._flow_below(number)
            parted = min(above, below) >= run and (inside or max(above, below) > run)
            if len(self.blocks) > 1 and (parted or (wide and (closed or last or not headed))):
                block.role = "caption"

    def _flow_below(self, number: int) -> bool:
        return self._neighbour(number, +1) is not None

    def _gaps(self, number: int) -> tuple[int, int]:
        """The blank lines above and below a block that no neighbouring picture or page break explains."""
        block = self.blocks[number]
        above = self.blocks[number - 1].role if number else ""
        below = self.blocks[number + 1].role if number + 1 < len(self.blocks) else ""
        return (
            0 if above in ("caption", "image", "furniture") else block.above if number else 9,
            0 if below in ("caption", "image", "furniture") else block.below,
        )

    def _interrupts(self, number: int) -> bool:
        """Whether a block stands in the middle of a paragraph: the one above has not ended."""
        above = number - 1
        while above >= 0 and self.blocks[above].role in ("image", "furniture"):
            above -= 1
        if above < 0 or number + 1 >= len(self.blocks):
            return False
        one, other = self.blocks[above], self.blocks[number + 1]
        flow = one.role in ("", "paragraph") and one.kind == other.kind == "text" and not other.role
        return flow and not forms.ends_sentence(one.lines[-1].text) and not other.indented

    # ── Neighbours ──

    def _neighbour(self, number: int, step: int) -> Block | None:
        """The nearest block above or below that is in the flow."""
        at = self._near(number, step)
        return self.blocks[at] if at >= 0 else None

    def _near(self, number: int, step: int) -> int:
        """Where that block stands; −1 if there is none within reach."""
        for _ in range(_REACH):
            number += step
            if not 0 <= number < len(self.blocks):
                break
            if self.blocks[number].role not in _OUTSIDE:
                return number
        return -1


_LONGEST_CAPTION = 300
"""Half-ems: longer than any caption that is printed under one picture."""


def _form(block: Block) -> str:
    """The role that a block of text has by its own words, or nothing."""
    text = block.tight
    if forms.jump(text):
        return "jump"
    if forms.credit(text):
        return "credit"
    if forms.points(text):
        return "caption"
    if forms.abstract(text):
        return "abstract"
    if forms.editors_note(text):
        return "note"
    if forms.inline_byline(text):
        return "paragraph"
    if forms.byline(block.text) is not None or forms.byline(text) is not None or _byline_lines(block):
        return "byline"
    by_words = forms.caption_lead(text) or forms.caption_tail(text) or forms.caption_mark(text)
    return "caption" if by_words and forms.width(text) <= _LONGEST_CAPTION else ""


def _byline_lines(block: Block) -> bool:
    return len(block.lines) > 1 and all(forms.byline(line.text) is not None for line in block.lines)


def _has_dateline(block: Block) -> bool:
    return block.role in ("", "paragraph") and block.kind == "text" and forms.inline_byline(block.tight) > 0


def _closed(block: Block) -> bool:
    return block.role not in ("", "paragraph") or forms.ends_sentence(forms.shown(block.lines[-1].text))


def _opens_flow(block: Block) -> bool:
    """Whether a block can be the first of a story or section."""
    if block.role in ("abstract", "note", "item", "quote", "table", "code"):
        return True
    return block.role in ("", "paragraph") and (forms.width(block.text) > 40 or forms.ends_sentence(block.text))
