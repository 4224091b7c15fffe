"""Heads: the lines that are one without a mark, and which of them is headline, kicker, deck or section head.

It assumes that blocks have the roles that their own words give.  The levels of an extractor are obeyed: its heads stay
heads, and a line of text becomes one only beside others.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

from docconv.numbering import Number, counts_on, goes_back, number_of, value_of
from docconv.readers.page import bylines, edges, forms
from docconv.readers.page.company import OUTSIDE, Company, closed, has_dateline, is_flow
from docconv.readers.page.lines import BOLD, Block

_REACH = 60
_LONGEST_HEAD = 120
"""Half-ems: what an extractor calls a head and is longer, a sentence, is none (house choice)."""
_SHORTEST = 8
"""Half-ems: a head that stands on its text without a blank line is no shorter (house choice)."""
_SHORT_LINE = 12
"""Half-ems: a line of a kicker in two lines (house choice)."""
_WORD = 4
"""Half-ems: a word of two characters may look like a name (高山) (house choice)."""
_NAMES = 6
"""Half-ems: a line of names is no shorter, a word that looks like one (时评) may be (house choice)."""
_STACK = 3
"""Heads without a mark that may stand on each other: kicker, headline, deck; more of them are a list."""


def find_heads(page: Company) -> None:
    """Tell headline, kicker, deck, byline and section heads."""
    heads = _Heads(page)
    heads.find_numbered()
    heads.find_unmarked()
    heads.find_names_and_decks()
    heads.rank()
    heads.settle_bylines()


class _Heads:
    def __init__(self, page: Company) -> None:
        self.page, self.blocks = page, page.blocks
        self.plain_news = False
        self.openers: set[int] = set()

    # ── Heads without a mark ──

    def find_numbered(self) -> None:
        """A line with a number is a head if it is short, no sentence, and has text below it instead of the next
        number: 一、总则 / 本办法所称… but not 一、总则 / 二、附则."""
        for number, block in enumerate(self.blocks):
            line = block.whole or (block.lines[0] if block.lines else None)
            if line is None or len(block.lines) != 1 or block.role not in ("", "item"):
                continue
            text = forms.shown(line.text)
            mark = number_of(text)
            if mark is None or not self._is_numbered_head(number, text, mark):
                continue
            block.kind, block.role, block.lines = "text", "head", [line]
            block.forget()

    def _is_numbered_head(self, number: int, text: str, mark: Number) -> bool:
        rest = text[mark.length :]
        if (
            forms.width(text) > 60
            or not forms.bare_head(rest or text, marks="，、", numbered=True)
            or self.page.labelled
        ):
            return False
        if number_of(rest) is not None or forms.fact(rest) or re.search(r"\D\d[.．、](?!\d)", rest):
            return False  # several numbers in one line
        below = self.page.neighbour(number, +1)
        if below is None or below.role not in ("", "paragraph", "table", "math", "abstract", "item", "quote", "verse"):
            return below is not None and below.role == "head"
        if self._row_goes_on(number, mark):
            return False  # a row of numbers is a list
        above = self.page.neighbour(number, -1)
        if above is not None and above.role in ("", "item") and counts_on(_written(above), text):
            return False  # the last of a row
        if above is not None and not closed(above) and not forms.headlike(above.text):
            return False
        if mark.points and self._counts_on_behind(number, text):
            return True
        if self._opens_numbers(number, mark):
            return True
        return self.page.opens_flow(below) or forms.width(below.text) > forms.width(text)

    def _counts_on_behind(self, number: int, text: str) -> bool:
        """Whether the next number of several levels stands behind one line: 1.1 水温 / 五度以上 / 1.2 水质."""
        behind = self.page.near(self.page.near(number, +1), +1)
        return behind > number and counts_on(text, _written(self.blocks[behind]))

    def _opens_numbers(self, number: int, mark: Number) -> bool:
        """Whether numbers of another style begin below, on a line that has a text of its own: 1. 현황 / 가. 수질 / …"""
        below = self.page.near(number, +1)
        first = number_of(_written(self.blocks[below]))
        text = self.page.neighbour(below, +1)
        begins = first is not None and first.style != mark.style and value_of(_written(self.blocks[below])) == 1
        return begins and text is not None and forms.width(text.text) > forms.width(self.blocks[below].text)

    def _row_goes_on(self, number: int, mark: Number) -> bool:
        """Whether the next number of a style stands below, with nothing but short lines between (none, if it counts
        in several levels)."""
        at = self.page.near(number, +1)
        for _ in range(1 if mark.points else _STACK):
            if at < 0 or is_flow(self.blocks[at]):
                return False
            other = number_of(_written(self.blocks[at]))
            if other is not None and other.style == mark.style:
                return True
            if forms.ends_sentence(self.blocks[at].text):
                return False
            at = self.page.near(at, +1)
        return False

    def find_unmarked(self) -> None:
        """Lines without a mark that have the form of heads and stand where heads stand become heads without level."""
        signed = [at for at, block in enumerate(self.blocks) if block.role == "head" and self._signed(at)]
        levels = {block.level for block in self.blocks if block.role == "head"}
        # on a page of signed stories without section heads, a line that is not signed is a paragraph cut short
        self.plain_news = len(signed) >= 2 and len(levels) <= 2 and BOLD not in levels
        found: list[int] = []
        for number in reversed(range(len(self.blocks))):  # from below, so that a head may stand on a head
            if self._is_unmarked(number):
                self.blocks[number].role = "head"
                found.append(number)
        self._undo_stacks(found)
        self._undo_siblings(found)
        for number in sorted(found):
            block, above = self.blocks[number], self.page.neighbour(number, -1)
            if block.role == "head" and above is not None and above.level and _is_second_line(above, block):
                alone = self.page.is_byline(self.page.near(number, +1)) or not self._has_siblings(number, above)
                block.level = above.level if alone else 0

    def _undo_stacks(self, found: list[int]) -> None:
        """More than a few lines in a row that look like heads are a list (contents, options, members); the last may
        be the head of what follows, if it ends as none of the others does."""
        run: list[int] = []
        for number in [*sorted(found), -1]:
            if run and number != run[-1] + 1:
                if len(run) > _STACK:
                    texts = [self.blocks[at].tight for at in run]
                    ends = [text[-2:] for text in texts]
                    listed = texts[-1] in texts[:-1]  # the contents have it, here it stands
                    for at in run[:-1] if listed or ends[-1] not in ends[:-1] else run:
                        self.blocks[at].role = ""
                run = []
            run.append(number)

    def _undo_siblings(self, found: list[int]) -> None:
        """Lines that end alike are a list, wherever they stand: members, options."""
        ends = Counter(self.blocks[at].tight[-2:] for at in found)
        for at in found:
            counted = re.search(r"\d", self.blocks[at].text) or forms.known_head(self.blocks[at].text)
            if ends[self.blocks[at].tight[-2:]] > _STACK and not counted:
                self.blocks[at].role = ""

    def _is_unmarked(self, number: int) -> bool:
        """Whether a line without a mark is a head: by its form, then by what stands above it and below."""
        block = self.blocks[number]
        if not self._may_head(block):
            return False
        if forms.known_head(block.text):
            return True
        above, below = self.page.neighbour(number, -1), self.page.neighbour(number, +1)
        if below is None or (above is not None and not self._may_follow(block, above)):
            return False  # a head follows a finished paragraph and has something under it
        if below.role == "head" and self._signs_above(number):
            return False
        if self.page.is_byline(self.page.near(number, +1)):
            return True
        if number == 0 and len(block.lines) == 1 and block.below and forms.width(block.text) >= _SHORT_LINE:
            return not self.page.crosses(block, below)  # the first line of a page, parted from the rest
        if self.page.labelled and number > self.page.named_from:
            return False
        return self._heads(block, above, below)

    def _may_head(self, block: Block) -> bool:
        """Whether a block is of the form that heads have, whatever stands about it."""
        if block.role or block.kind != "text" or len(block.lines) > 2:
            return False
        if block.indented and not self.page.indents:
            return False
        if self.page.is_label(block.text) or forms.labelled(block.text) or bylines.person(block.text):
            return False
        if not block.below and forms.width(block.text) < _SHORTEST:
            return False  # words that begin the line below
        return forms.known_head(block.text) or all(forms.headlike(forms.shown(line.text)) for line in block.lines)

    def _may_follow(self, block: Block, above: Block) -> bool:
        """Whether a head may stand under a block: that one is over, and the line is no name that signs it."""
        named = self.page.names_only(block) or _has_marked_names(block)
        if named and (above.role == "head" or forms.headlike(above.text)):
            return False
        return self._is_over(above)

    def _heads(self, block: Block, above: Block | None, below: Block) -> bool:
        """Whether a line that may be a head is one to the text below it."""
        if above is not None and above.role == below.role == "item":
            return False  # the second line of an item
        in_row = above is not None and above.role in ("", "item") and counts_on(_written(above), block.text)
        if in_row and (not is_flow(below) or counts_on(block.text, _written(below))):
            return False  # the last of a row
        if forms.bracketed(block.text):
            return forms.article(below.text)  # （定義） / 第二条　この法律において…
        if forms.contents(block.text):
            return True
        if below.role == "head":
            if goes_back(block.text, below.text):
                return False  # the last line of the contents
            numbered = number_of(below.text) is not None
            if numbered and above is not None and len(above.lines) == 1 and counts_on(_written(above), below.text):
                return False  # the text of a numbered head, however short
            return below.level in (0, self.page.top) or forms.dashed(below.text)
        if not self.page.opens_flow(below) or self.page.crosses(block, below):
            return False
        if above is None:
            return True
        if self.plain_news:
            return forms.halved(block.text) and not self.page.loose
        if self.page.indents and not block.indented and closed(above):
            return True
        return forms.bare_head(block.text) and not self.page.names_only(block)

    def _is_over(self, above: Block) -> bool:
        """Whether nothing of a block goes on below it: it has ended, or is a line of its own (a head, a fact)."""
        return closed(above) or forms.headlike(above.text) or forms.fact(above.text)

    # ── Signatures ──

    def _signed(self, number: int) -> bool:
        """Whether a head is that of a story: a byline or a jump line follows it, or a deck, which only a headline
        has."""
        for at in range(number + 1, min(number + _REACH, len(self.blocks))):
            block = self.blocks[at]
            if block.role in ("head", "deck", "") and block.kind != "item" and forms.dashed(block.text):
                return True
            if (block.role == "jump" and at == number + 1) or edges.continued(block.text):
                return True
            if block.role not in ("head", "deck", *OUTSIDE):
                return self.page.is_byline(at)
        return False

    def find_names_and_decks(self) -> None:
        """Under a head, a bare name is a byline, and what stands between head and byline is a deck."""
        for number, block in enumerate(self.blocks):
            above = self.page.neighbour(number, -1)
            if block.role or block.kind != "text" or above is None or above.role not in ("head", "deck"):
                continue
            below = self.page.near(number, +1)
            signed = below >= 0 and self.blocks[below].role == "byline"
            if above.role == "head" and above.level > self.page.top:
                continue  # a section is not signed
            if self.page.is_byline(number) or _has_marked_names(block):
                block.role = "" if has_dateline(block) else "byline"
            elif forms.dashed(block.text) and forms.width(block.text) < 100:
                block.role = "deck"
            elif _is_second_line(above, block) and self.page.is_byline(below):
                block.role, block.level = "head", above.level
            elif signed and forms.width(block.text) < 200 and not self._is_story(block, below):
                block.role = "deck"

    def _is_story(self, block: Block, signature: int) -> bool:
        """Whether a block is all of a story that is signed at its end: nothing but a head comes behind."""
        behind = self.page.neighbour(signature, +1)
        return forms.ends_sentence(block.text) and (behind is None or behind.role == "head")

    def settle_bylines(self) -> None:
        """A byline that stands under no head signs the end of a story, or is running text; one that heads the page
        signs a story whose headline is lost."""
        for number, block in enumerate(self.blocks):
            if block.role == "byline":
                above = self.page.neighbour(number, -1)
                display = block.kind == "head"  # set like a head, it signs the story wherever it stands
                if not display and above is not None and above.role not in ("headline", "deck", "byline", "kicker"):
                    block.role = "signature" if self._closes(number) else ""
            elif not block.role and block.kind == "text" and _may_sign(block) and self._closes(number):
                block.role = "signature"

    def _closes(self, number: int) -> bool:
        """Whether a block stands at the end of a story: a finished paragraph above, a head or nothing below."""
        above, below = self.page.neighbour(number, -1), self.page.neighbour(number, +1)
        ended = above is not None and above.role in ("", "paragraph", "resumed") and closed(above)
        return ended and (below is None or below.role in ("headline", "kicker", "section"))

    # ── Ranks ──

    def rank(self) -> None:
        """Tell headline, kicker, deck and section head apart: by level where the source has levels, by company
        where it has none."""
        heads = [number for number, block in enumerate(self.blocks) if block.role == "head"]
        levels = {self.blocks[number].level for number in heads} - {0, BOLD}
        top = min(levels, default=0)
        stacked = {one for one, other in pairwise(heads) if self.page.near(one, +1) == other}
        peers = [
            at
            for at in heads
            if self.blocks[at].level == top and at not in stacked and not forms.dashed(self.blocks[at].text)
        ]
        signed = [at for at in peers if self._signed(at) or self._opens_story(at, len(levels))]
        # where all heads have one level, those without a byline are sections of one story, unless most are signed
        leveled = len(levels) > 1 or len(signed) * 2 > len(peers)
        self.openers = set(signed)
        parallel = self._parallel([at for at in peers if at not in signed], signed)
        headline: Block | None = None  # the head directly above, if it is a headline
        seen = False
        for number, block in enumerate(self.blocks):
            if block.role != "head":
                if block.role not in OUTSIDE:
                    headline = None
                continue
            if block.level and forms.is_sentence(block.text) and forms.width(block.text) > _LONGEST_HEAD:
                block.role = ""  # a paragraph that begins with a large letter
            elif seen and bylines.office(block.text) and not any(each.role == "byline" for each in self.blocks):
                block.role = "byline"
            elif headline is not None:
                block.role = self._under_headline(number, headline, top, leveled)
            elif (
                self._opens_page(number)
                if not seen
                else self._is_headline(number, top, leveled and number not in parallel)
            ):
                block.role = "headline"
            else:
                block.role = "section"
            if block.role == "headline":
                self._lift_kicker(number)
                self._lift_short_lines(number)
                headline, seen = block, True
            elif block.role == "section":
                headline = None

    def _opens_story(self, number: int, levels: int) -> bool:
        """Whether a head opens a story by its own form where the source has one level for all: the name of a standing
        column, a head under the signature of another, or under a much shorter one with nothing that runs between."""
        block = self.blocks[number]
        if levels != 1 or not block.level:
            return False
        signature = self.page.near(number, -1)
        if signature > 0 and self._signs_above(signature):
            return True
        if forms.column_name(block.text):
            return True
        for above in reversed(self.blocks[max(0, number - _STACK) : number]):
            if above.role == "head":
                plain = number_of(above.text) is None and number_of(block.text) is None
                return plain and forms.width(above.text) * 3 <= forms.width(block.text)
            if forms.width(above.text) > _SHORT_LINE * 2 and above.role not in OUTSIDE:
                return False
        return False

    def _signs_above(self, number: int) -> bool:
        """Whether a block is the signature under a story."""
        block, above = self.blocks[number], self.page.neighbour(number, -1)
        names = not block.role and self.page.names_only(block) and forms.width(block.text) >= _NAMES
        return (names or block.role == "byline") and above is not None and is_flow(above) and closed(above)

    def _parallel(self, unsigned: list[int], signed: list[int]) -> set[int]:
        """Heads of one build between two that are signed: sections of one story (改善生态，构建… / 提升质量，奏响…)."""
        out: set[int] = set()
        for one, other in pairwise(unsigned):
            apart = any(one < at < other for at in signed)
            if not apart and forms.build(self.blocks[one].text) == forms.build(self.blocks[other].text) != "":
                out |= {one, other}
        return out

    def _opens_page(self, number: int) -> bool:
        """Whether the first head of a page is a headline: not if running text stands above it, whose own is lost,
        unless the source gives it the highest level."""
        block = self.blocks[number]
        above = sum(is_flow(each) for each in self.blocks[:number])
        return not above or (0 < block.level < BOLD and block.level <= self.page.top) or self._signed(number)

    def _under_headline(self, number: int, headline: Block, top: int, leveled: bool) -> str:
        """The role of a head that directly follows a headline."""
        block = self.blocks[number]
        if forms.dashed(block.text):
            return "deck"
        mark, above = number_of(block.text), number_of(headline.text)
        if mark is not None and block.level <= headline.level and (above is None or above.style != mark.style):
            return "section"
        below = self.page.neighbour(number, +1)
        if forms.bracketed(block.text) and below is not None and forms.article(below.text):
            return "section"  # （目的） / 第一条…
        if not forms.is_latin(headline.text) and forms.is_latin(block.text):
            return "deck" if self.page.touches(number, headline) else "section"  # the title in translation
        if (block.level == top and headline.level != top) or self._is_kicker(headline, block):
            if self.page.touches(number, headline):
                headline.role = "kicker"  # ## 在希望的田野上 / # 各地做好抢收抢种
            return "headline"
        if block.level == headline.level:
            return "deck" if forms.is_sentence(block.text) else "headline"  # its second line
        if not block.level and headline.level and self._has_siblings(number, headline):
            return "section"
        if not block.level or forms.is_sentence(block.text):
            return "deck"
        if below is not None and below.role == "byline" and block.level == headline.level + 1:
            return "deck"
        deck = block.level < self.page.deepest and leveled and block.level == headline.level + 1
        return "deck" if deck and not self._has_siblings(number, headline) else "section"

    def _has_siblings(self, number: int, headline: Block) -> bool:
        """Whether heads of the same level follow in the same story, as the sections do of which this is the first."""
        for block in self.blocks[number + 1 :]:
            if block.role == "head" and block.level == self.blocks[number].level:
                return True
            if block.role == "head" and 0 < block.level <= headline.level:
                return False
        return False

    def _is_kicker(self, one: Block, other: Block) -> bool:
        """Whether the first of two heads is the kicker of the second: shorter, where the second is no sentence."""
        if forms.is_sentence(other.text):
            return False
        if forms.document_number(one.text):
            return True
        if one.level != other.level:
            return bool(one.level) and forms.width(one.text) * 3 <= forms.width(other.text) * 2
        if not one.level:
            # of lines that nothing but their place makes heads, the one above the text is the headline
            halves = forms.width(one.text) / max(1, forms.width(other.text))
            return forms.halved(one.text) or not 0.75 <= halves <= 1.35
        shorter = forms.width(other.text) / max(1, forms.width(one.text))
        if forms.set_phrase(one.text):
            return shorter >= 2 or (shorter > 1 and not forms.set_phrase(other.text))
        return shorter >= 3

    def _is_headline(self, number: int, top: int, leveled: bool) -> bool:
        block = self.blocks[number]
        if block.level == BOLD or block.level > top:
            return False
        if number_of(block.text) is not None and not self._signed(number):
            return False
        if forms.is_latin(block.text) and not forms.is_latin(self.page.text):
            return False  # the title in translation
        if block.level == top and block.level:
            return leveled or number in self.openers
        below = self.page.neighbour(number, +1)
        over_head = below is not None and below.role == "head"  # a story that is only a picture
        return self._signed(number) or (leveled and (over_head or self.plain_news))

    def _lift_short_lines(self, number: int) -> None:
        """Two short lines of one length above a longer headline are its kicker: 积极行动 / 保种保供 / 吉林多举措…"""
        lines = self.blocks[max(0, number - 2) : number + 1]
        widths = [forms.width(line.text) for line in lines]
        stacked = [line.role for line in lines] in (["headline"] * 3, ["headline", "kicker", "headline"])
        if stacked and widths[0] == widths[1] <= _SHORT_LINE and widths[2] * 2 > widths[0] * 3:
            lines[0].role = lines[1].role = "kicker"

    def _lift_kicker(self, number: int) -> None:
        """A section head with nothing between it and the next headline is that headline's kicker."""
        above = self.page.neighbour(number, -1)
        if above is not None and above.role == "section" and self.page.touches(number, above):
            above.role = "kicker"


def _written(block: Block) -> str:
    """The first line of a block with the marker of an item."""
    line = block.whole or (block.lines[0] if block.lines else None)
    return forms.shown(line.text) if line else ""


def _is_second_line(head: Block, block: Block) -> bool:
    """Whether a short line under a head goes on with it."""
    short = forms.width(block.text) <= 28 and forms.headlike(block.text) and not forms.bracketed(block.text)
    return head.role == "head" and short and block.above <= 2 and not forms.ends_sentence(head.text)


def _has_marked_names(block: Block) -> bool:
    """Whether a block is names with the numbers or marks of their offices: 潘某 1,2　贺某 1,2."""
    text = " ".join(line.text for line in block.lines)
    return bylines.marked_names(text) and (bylines.bare_names(text) is None or forms.width(text) > _WORD)


def _may_sign(block: Block) -> bool:
    """Whether a block may be the signature under a story: names, or an office or initials in brackets."""
    if len(block.lines) > 2 or forms.width(block.text) > 50:
        return False
    return bylines.signature(block.text)
