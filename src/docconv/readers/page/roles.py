"""What each block of a page is: headline, kicker, deck, byline, section head, caption, credit, furniture, paragraph.

Evidence is taken in order of its strength: marks (▲, `#`), then forms (`docconv.readers.page.forms`), then the
company that a block keeps (what stands above and below, blank runs, the levels of the other heads).  A block whose
evidence is weak stays a paragraph: text in the wrong place is worse than text without a role.
"""

from __future__ import annotations

from collections import Counter

from docconv.chars import content
from docconv.readers.page import forms
from docconv.readers.page.lines import Block

_FLOW = ("paragraph", "abstract", "note", "item", "quote", "table", "code")
_OUTSIDE = ("furniture", "caption", "image", "credit", "jump", "rule")


def assign_roles(blocks: list[Block]) -> None:
    """Set `role` of every block: headline, kicker, deck, byline, section, caption, image, credit, jump, furniture,
    abstract, note, paragraph, or its kind (item, quote, table, code, rule)."""
    _by_form(blocks)
    _unmarked_heads(blocks)
    _heads(blocks)
    _bylines(blocks)
    _repeated_heads(blocks)
    _captions(blocks)
    for block in blocks:
        block.role = block.role or "paragraph"


def _by_form(blocks: list[Block]) -> None:
    for block in blocks:
        if block.kind not in ("text", "head"):
            block.role = block.kind
            continue
        text = block.text
        if block.kind == "head" and not forms.furniture(text):
            block.role = "head"
        elif forms.furniture(text):
            block.role = "furniture"
        elif forms.jump(text):
            block.role = "jump"
        elif forms.credit(text):
            block.role = "credit"
        elif forms.points(text):
            block.role = "caption"
        elif forms.byline(text) is not None or _byline_lines(block):
            block.role = "byline"
        elif forms.abstract(text):
            block.role = "abstract"
        elif forms.editors_note(text):
            block.role = "note"
        elif forms.inline_byline(text):
            block.role = "paragraph"


def _byline_lines(block: Block) -> bool:
    return len(block.lines) > 1 and all(forms.byline(line.text) is not None for line in block.lines)


# ── Heads ──


def _unmarked_heads(blocks: list[Block]) -> None:
    """Bare lines that have a head's form and keep a head's company become heads without a level."""
    for number, block in enumerate(blocks):
        if block.role or block.kind != "text" or len(block.lines) > 2 or block.indented:
            continue
        if not all(forms.headlike(line.text) for line in block.lines) or forms.caption_tail(block.text):
            continue
        above = _neighbour(blocks, number, -1)
        below = _neighbour(blocks, number, +1)
        if above is not None and above.role == "head" and _names_only(block):
            block.role = "byline"
            continue
        if below is None or (above is not None and not _closed(above)):
            continue  # a head follows a finished paragraph and has something under it
        if below.role == "byline" or below.role == "head" or _opens_flow(below):
            block.role = "head"
            block.level = 0


def _names_only(block: Block) -> bool:
    return all(forms.bare_names(forms.tightened(forms.shown(line.text))) is not None for line in block.lines)


def _neighbour(blocks: list[Block], number: int, step: int) -> Block | None:
    """The nearest block above or below that is not out of the flow."""
    number += step
    while 0 <= number < len(blocks):
        if blocks[number].role not in _OUTSIDE:
            return blocks[number]
        number += step
    return None


def _closed(block: Block) -> bool:
    return block.role not in ("", "paragraph") or forms.ends_sentence(block.lines[-1].text)


def _opens_flow(block: Block) -> bool:
    if block.role in ("abstract", "note", "item", "quote", "table", "code"):
        return True
    return block.role in ("", "paragraph") and (forms.width(block.text) > 40 or forms.ends_sentence(block.text))


def _heads(blocks: list[Block]) -> None:
    """Tell headline, kicker, deck and section head apart: by level where the source has levels, by company where
    it has none."""
    heads = [block for block in blocks if block.role == "head"]
    levels = sorted({block.level for block in heads if 0 < block.level < 6})
    top = levels[0] if levels else 0
    flat = len(levels) <= 1
    starts = [number for number, block in enumerate(blocks) if block.role == "head"]
    signed = sum(1 for number in starts if blocks[number].level == top and _signed(blocks, number))
    candidates = sum(1 for number in starts if blocks[number].level == top and not forms.dashed(blocks[number].text))
    # where every head has one level, heads without bylines are sections of one article, unless most are signed
    news = signed * 2 >= candidates and signed > 0
    several = signed >= 2 and not any(0 < b.level < 6 and b.level > top + 1 for b in heads)
    previous: Block | None = None
    seen = False
    for number, block in enumerate(blocks):
        if block.role != "head":
            if block.role not in _OUTSIDE:
                previous = block
            continue
        text = block.text
        if forms.dashed(text) and previous is not None and previous.role == "headline":
            block.role = "deck"
        elif previous is not None and previous.role == "headline":
            block.role = _after_headline(blocks, number, previous, top, flat)
        elif not seen or _is_headline(blocks, number, top, flat, news, several):
            block.role = "headline"
        else:
            block.role = "section"
        if block.role == "headline":
            seen = True
            if previous is not None and previous.role == "section" and _adjacent(blocks, number, previous):
                previous.role = "kicker"
        previous = block


def _after_headline(blocks: list[Block], number: int, headline: Block, top: int, flat: bool) -> str:
    """The role of a head that directly follows a headline."""
    block = blocks[number]
    if headline.level and block.level and block.level < headline.level:
        headline.role = "kicker"  # ## 在希望的田野上 / # 各地做好抢收抢种
        return "headline"
    if block.level == headline.level and (block.level or block.lines[0].above <= 2):
        if block.level == 0 and (forms.is_sentence(block.text) or forms.width(block.text) > 44):
            return "deck"
        return "headline"  # the second line of a headline
    if block.level == 0 or forms.is_sentence(block.text):
        return "deck"
    below = _neighbour(blocks, number, +1)
    if below is not None and below.role == "byline" and block.level == headline.level + 1:
        return "deck"
    deeper = any(b.role == "head" and b.level > block.level and b.level < 6 for b in blocks)
    return "deck" if deeper and block.level == headline.level + 1 and not flat else "section"


def _is_headline(blocks: list[Block], number: int, top: int, flat: bool, news: bool, several: bool) -> bool:
    block = blocks[number]
    if block.level == 6:
        return False
    if block.level and block.level == top:
        return not flat or news or _signed(blocks, number)
    if block.level:
        # a lower head above the next headline is its kicker, which its own headline will say
        return False
    return _signed(blocks, number) or several


def _signed(blocks: list[Block], number: int) -> bool:
    """Whether a byline follows a head: as a block, inside the first paragraph, or as a bare name."""
    for block in blocks[number + 1 : number + 5]:
        if block.role == "byline":
            return True
        if block.role in ("head", *_OUTSIDE):
            continue
        if block.role in ("", "paragraph") and block.kind == "text":
            if forms.inline_byline(block.text):
                return True
            if forms.bare_names(block.text) is not None:
                return True
        return False
    return False


def _adjacent(blocks: list[Block], number: int, previous: Block) -> bool:
    return number > 0 and _neighbour(blocks, number, -1) is previous


# ── Bylines, running heads ──


def _bylines(blocks: list[Block]) -> None:
    """A bare name under a headline or deck is a byline; a byline far from any head belongs to its paragraph."""
    for number, block in enumerate(blocks):
        above = _neighbour(blocks, number, -1)
        heading = above is not None and above.role in ("headline", "deck", "byline")
        if not block.role and block.kind == "text" and heading and above is not None and above.role != "byline":
            if _names_only(block):
                block.role = "byline"
        elif block.role == "byline" and not heading:
            block.role = "" if number and forms.width(block.text) > 60 else "signature"


def _repeated_heads(blocks: list[Block]) -> None:
    """A headline printed again at the head of the next page, and lines that recur from page to page, are furniture."""
    titles: set[str] = set()
    count = Counter(content(block.text) for block in blocks if block.kind == "text")
    for number, block in enumerate(blocks):
        key = content(block.text)
        if block.role == "headline":
            if key in titles:
                block.role = "furniture"
            titles.add(key)
        elif (block.role in ("", "head", "section") and key in titles) or (
            block.role == "" and count[key] > 1 and forms.headlike(block.text) and number and len(block.lines) == 1
        ):
            block.role = "furniture"


# ── Captions ──

_LONGEST_CAPTION = 300
"""Half-ems: longer than any caption that is printed under one picture."""


def _captions(blocks: list[Block]) -> None:
    """Blocks that are captions by their words, by a picture above them, or by the blank runs around them."""
    wide_gaps = sum(1 for block in blocks[1:] if block.above >= 3) / max(len(blocks), 1)
    for number, block in enumerate(blocks):
        if block.role not in ("", "section", "headline") or block.kind != "text" or forms.inline_byline(block.text):
            continue
        text = block.text
        if forms.width(text) > _LONGEST_CAPTION:
            continue
        if block.role and not _by_words(text):
            continue
        under_image = number > 0 and blocks[number - 1].role == "image" and block.above <= 1
        if (
            _by_words(text)
            or forms.caption_mark(text)
            or (under_image and _may_caption(blocks, number))
            or _by_position(blocks, number, wide_gaps)
        ):
            block.role = "caption"


def _by_words(text: str) -> bool:
    return forms.caption_lead(text) or (forms.caption_tail(text) and forms.width(text) < 240)


def _may_caption(blocks: list[Block], number: int) -> bool:
    """Whether the block under a picture can be its caption: short, or parted from what follows."""
    block = blocks[number]
    return forms.width(block.text) <= 60 or block.below >= 2 or _interrupts(blocks, number)


def _by_position(blocks: list[Block], number: int, wide_gaps: float) -> bool:
    """Whether blank runs alone make a block a caption: a picture stood there."""
    block = blocks[number]
    if forms.width(block.text) > 200 or not (
        (block.above >= 3 and block.below >= 3) or (number == 0 and block.below >= 3)
    ):
        return False
    if _interrupts(blocks, number):
        return True
    rare = wide_gaps < 0.3
    wider = max(block.above, block.below if number + 1 < len(blocks) else 0) >= 4
    headed = any(other.role in ("headline", "head") for other in blocks[:number])
    closed = any(other.role == "credit" for other in blocks[:number])
    return (rare or wider) and (not headed or wider or closed or rare)


def _interrupts(blocks: list[Block], number: int) -> bool:
    """Whether a block stands in the middle of a paragraph: the one above has not ended."""
    above = number - 1
    while above >= 0 and blocks[above].role in ("image", "furniture"):
        above -= 1
    if above < 0 or number + 1 >= len(blocks):
        return False
    one, other = blocks[above], blocks[number + 1]
    return (
        one.role in ("", "paragraph")
        and one.kind == "text"
        and other.kind == "text"
        and not other.role
        and not forms.ends_sentence(one.lines[-1].text)
        and not other.indented
    )
