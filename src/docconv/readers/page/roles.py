"""What each block of a page is: headline, kicker, deck, byline, section head, caption, credit, furniture, paragraph.

Evidence is taken in order of its strength: marks (▲, `#`), then forms (`forms`, `bylines`, `edges`, `legends`), then
its neighbours (what stands above and below, blank runs, the levels of the other heads).  A block whose
evidence is weak stays a paragraph: text in the wrong place is worse than text without a role.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from docconv.chars import content
from docconv.numbering import number_of, stands_alone
from docconv.readers.page import bylines, edges, forms, legends
from docconv.readers.page.captions import (
    LONGEST,
    find_captions_by_blank_runs,
    find_captions_under_pictures,
    find_loose_captions,
    find_table_titles,
)
from docconv.readers.page.company import Company, Labels, is_flow
from docconv.readers.page.heads import find_heads
from docconv.readers.page.lines import BOLD, Block


def assign_roles(blocks: list[Block], labels: Labels) -> None:
    """Set `role` of every block: headline, kicker, deck, byline, signature, section, caption, image, credit, jump,
    furniture, abstract, note, paragraph, or its kind (item, quote, table, code, rule).  `labels` says what the
    extractor names: what it leaves unnamed is none for where it stands."""
    _part_from_site(blocks)
    _join_torn_numbers(blocks)
    page = Company(blocks, labels)
    _read_forms(page)
    if not labels.all:
        _find_edges(page)
        _find_repeated_lines(page)
    _find_recommended(page)
    _find_notes(page)
    if not labels.all:
        find_captions_under_pictures(page)
    find_table_titles(page)
    find_heads(page)
    find_loose_captions(page)
    find_captions_by_blank_runs(page)
    for block in blocks:
        block.role = block.role or "paragraph"


def _part_from_site(blocks: list[Block]) -> None:
    """The title of a web page and the trail of its site become two blocks: …的力量 / _澎湃号·政务_澎湃新闻-The Paper"""
    at = next(
        (at for at, block in enumerate(blocks[:3]) if block.kind in ("text", "head") and not _is_furniture(block)), -1
    )
    if at < 0:
        return
    block, cut = blocks[at], edges.trail(blocks[at].text)
    for number, line in enumerate(block.lines):
        if 0 < cut < len(line.text):
            rest = replace(line, text=line.text[cut:], column=line.column + cut, above=0)
            site = Block("furniture", [rest, *block.lines[number + 1 :]], below=block.below)
            block.lines = [*block.lines[:number], replace(line, text=line.text[:cut])]
            block.kind, block.level, block.below = "head", block.level or 1, 0
            block.forget()
            blocks.insert(at + 1, site)
            return
        cut -= len(line.text)


def _join_torn_numbers(blocks: list[Block]) -> None:
    """A number and the head that it belongs to become one block: 1.6.1 / Unix テキストツール; a folio may stand
    between."""
    for at in range(len(blocks) - 2, -1, -1):
        block = blocks[at]
        if block.kind != "text" or len(block.lines) != 1 or not stands_alone(block.text):
            continue
        near = next((to for to in (at + 1, at + 2) if to < len(blocks) and not _is_furniture(blocks[to])), -1)
        head = blocks[near] if near > 0 else block
        if head is not block and head.kind == "text" and len(head.lines) == 1 and forms.bare_head(head.text):
            block.lines.append(head.lines[0])
            block.below = head.below
            block.forget()
            del blocks[near]


# ── Forms ──


def _read_forms(page: Company) -> None:
    for block in page.blocks:
        if block.kind not in ("text", "head"):
            block.role = block.kind
        elif block.kind == "head" and block.level == BOLD and bylines.byline(block.text):
            block.role = "byline"
        elif edges.credit_list(block.text) and re.search("[|｜丨︱]", block.text):
            block.role = "credit"
        elif _is_furniture(block):
            block.role = "furniture"
        elif block.kind == "head":
            block.role = "head"
        else:
            block.role = _form(block, page.bullets)
    for one, other in pairwise(page.blocks):
        # one ◆ marks a caption, a row of them an enumeration
        if one.kind == other.kind == "text" and one.text[:1] == other.text[:1] and legends.bulleted(one.text):
            one.role = other.role = ""


def _is_furniture(block: Block) -> bool:
    tab = len(block.lines) >= 4 and all(len(line.text) == 1 for line in block.lines)  # one character to a line
    return tab or any(
        form(text) for form in (edges.furniture, edges.web_furniture) for text in (block.tight, block.text)
    )


def _form(block: Block, bullets: bool) -> str:
    """The role that a block's own words give it, or nothing.  `bullets` says that ○ begins an item or a
    speech on this page, as it does in Japanese and Korean."""
    text = block.tight
    if edges.jump(text):
        return "jump"
    if edges.credit(text) or edges.credit_list(text):
        return "credit"
    if legends.points(text):
        return "caption"
    if forms.abstract(text):
        return "abstract"
    if forms.editors_note(text):
        return "note"
    if bylines.inline_byline(text) or bylines.inline_byline(block.text):
        return "head" if bylines.titled_dateline(text) else "paragraph"
    if bylines.byline(block.text) is not None or bylines.byline(text) is not None or _byline_lines(block):
        return "byline"
    if bylines.proposer(text):
        return "byline"
    marked = legends.caption_mark(text) and not bullets and not bylines.speech(text)
    by_words = legends.caption_lead(text) or legends.caption_tail(text) or marked
    return "caption" if by_words and forms.width(text) <= LONGEST else ""


def _byline_lines(block: Block) -> bool:
    return len(block.lines) > 1 and all(bylines.byline(line.text) is not None for line in block.lines)


# ── Edges of a page ──

_TITLE = 90
"""Half-ems: no title of an article that is recommended is longer (house choice)."""
_SLOGAN = 44
"""Half-ems: a sentence behind an article that is no longer is the account's, not the author's (house choice)."""
_PLACE = 8
"""Half-ems: the name of a place beside the time of a web page (house choice)."""


def _find_edges(page: Company) -> None:
    """What stands at a page's edge: a running head beside a folio, single characters above all text, an address."""
    first = page.first_flow()
    _keep_bare_number(page)
    for number, block in enumerate(page.blocks):
        if edges.day(block.text) and _closes_letter(page, number):
            block.role = "paragraph"
        if block.role or block.kind != "text":
            continue
        beside = page.beside(number)
        edge = any(other.role == "furniture" for other in beside)
        if edges.address(block.text):
            block.role = "furniture" if edge or number < first or number == len(page.blocks) - 1 else ""
        elif forms.width(block.text) <= _PLACE and any(edges.web_time(other.text) for other in beside):
            block.role = "furniture"  # 2022-05-26 14:27 / 北京
        elif number < first and len(block.text) == 1 and block.text not in "一二三四五六七八九十":
            block.role = "furniture"
        elif number > first and any(other.role == "furniture" and edges.folio(other.text) for other in beside):
            block.role = "furniture" if edges.ruled_head(block.text) else ""


def _keep_bare_number(page: Company) -> None:
    """A bare number is no folio where the page dresses its folios: 의안 번호 / 9895 … - 1 - … - 2 -"""
    folios = [block for block in page.blocks if block.role == "furniture" and edges.folio(block.text)]
    bare = [block for block in folios if block.text.isdecimal()]
    if len(bare) == 1 and len(folios) > 2:
        bare[0].role = "paragraph"


def _closes_letter(page: Company, number: int) -> bool:
    """Whether a date stands under the office that signs a letter: 特此通知。 / 北山镇人民政府 / 2031年4月2日"""
    signed = number > 1 and bylines.office(page.blocks[number - 1].text)
    return signed and forms.ends_sentence(page.blocks[number - 2].text)


def _find_recommended(page: Company) -> None:
    """What a web page recommends behind its article, up to what is no title: 推荐阅读 / …"""
    behind = False
    for block in page.blocks:
        if block.role == "furniture" and edges.closes_article(block.text):
            behind = True
        elif behind and block.kind in ("text", "head", "item") and block.role in ("", "head", "item", "caption"):
            width = forms.width(block.text)
            short = width <= _TITLE and (width <= _SLOGAN or not forms.ends_sentence(block.text))
            behind = short or edges.web_furniture(block.text)
            if edges.address(block.text) or edges.source(block.text):
                block.role = "credit"
            elif behind:
                block.role = "furniture"


def _find_repeated_lines(page: Company) -> None:
    """A headline printed again at the head of the next page, and lines that recur from page to page, are furniture.
    A line that recurs in running order (（热烈鼓掌）, 下列说法正确的是) is text."""
    seen: dict[str, int] = {}
    flow = -1  # the last block of running text above
    for number, block in enumerate(page.blocks):
        flow = number - 1 if number and is_flow(page.blocks[number - 1]) else flow
        key = content(block.text)
        short = block.kind == "head" or forms.headlike(block.text)
        if not key or not short or block.role not in ("", "head", "furniture"):
            continue
        start = seen.setdefault(key, number)
        if start == number:
            continue
        first = page.blocks[start]
        if block.kind == "text" and not block.role and (first.role == "furniture" or _turns(page, number)):
            block.role = "head" if _begins_anew(page, number) else "furniture"
        elif block.role == first.role == "head" and flow < start:
            block.role = "furniture"  # the title once more: as a link, and as a head
        elif block.role == "head" and not first.role and page.blocks[0] is first and number == 1:
            first.role = "furniture"


def _turns(page: Company, number: int) -> bool:
    """Whether a new page begins at a block: furniture or a form feed is beside it, or a paragraph is cut there."""
    furniture = any(block.role == "furniture" for block in page.beside(number))
    return page.blocks[number].lines[0].new_page or furniture or page.interrupts(number)


def _begins_anew(page: Company, number: int) -> bool:
    """Whether a title that stands again on a new page heads what follows: the last item of a list has ended above it,
    and running text begins below."""
    above, below = page.neighbour(number, -1), page.neighbour(number, +1)
    if above is None or below is None or not forms.ends_sentence(above.text):
        return False
    return number_of(above.text) is not None and page.opens_flow(below)


# ── Notes ──

_MARK = re.compile(
    r"〔\d{1,3}〕|[\[［]\d{1,3}[\]］]|\d{1,3}[)）]|[＊*※]\d{1,3}|注\d{1,3}[:：]?|\d{1,2}(?=[ \u3000]?[\[［])"
)
"""The mark of a note, in the text and where the note begins."""


def _find_notes(page: Company) -> None:
    """A paragraph that begins with a number which the text above calls is a note: …《语丝》〔2〕… / 〔2〕周刊，…"""
    above = ""
    searched: dict[str, int] = {}  # how far the text above has none of a mark
    for block in page.blocks:
        if forms.heads_references(block.text):
            break
        line = block.whole or (block.lines[0] if block.lines else None)
        found = _MARK.match(forms.shown(line.text)) if line is not None and block.role in ("", "item") else None
        called = found is not None and above.find(found[0], searched.get(found[0], 0)) >= 0
        if found and not called:
            searched[found[0]] = max(0, len(above) - len(found[0]))
        if called and line is not None:
            block.kind, block.role = "text", "note"
            block.lines = [line, *block.lines[1:]]
            block.forget()
        above += forms.shown(" ".join(each.text for each in block.lines))
