"""The lines of an extracted page, and the blocks that they form.

An extractor writes a blank run where a picture was, two spaces where a line was broken, a `#` where type was large.
All of it is evidence, so lines keep their numbers and the blank lines before them; nothing is joined here but what
the source writes as one block: the lines between two blank ones, unless their form says that each stands alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Literal

from docconv import model as m
from docconv.numbering import number_of, starts_anew
from docconv.readers.page import edges, forms, legends
from docconv.readers.page.paragraphs import alone, is_stanza, measure_of, paragraphs

Kind = Literal[
    "text", "head", "image", "table", "item", "quote", "code", "rule",
    # what only an extractor that names things can tell
    "paragraph", "caption", "furniture", "note", "abstract", "math", "verse",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the source that is not blank.  `text` begins at `column` (1-based); `above` counts the blank lines
    before it; `indented` says that it began with an ideographic space, `blank` that blanks stood at its end."""

    number: int
    column: int
    text: str
    above: int
    indented: bool = False
    new_page: bool = False
    blank: bool = False


@dataclass
class Block:
    """Lines that stand together.  `level` is that of a head (1 … 6), `marker` a list item's; `node` is
    what the block is, if its source has said it all."""

    kind: Kind
    lines: list[Line]
    level: int = 0
    marker: str = ""
    below: int = 0
    role: str = ""
    node: m.Block | None = None
    whole: Line | None = None
    """The first line of an item with its marker."""

    @cached_property
    def text(self) -> str:
        """What a reader sees of the block's lines, run together: what its form is told by."""
        return "".join(forms.shown(line.text) for line in self.lines)

    @cached_property
    def tight(self) -> str:
        """The same without spaces between ideographs, for forms that a stray space would hide."""
        return forms.tightened(self.text)

    def forget(self) -> None:
        """Tell the texts anew, after the lines have changed."""
        self.__dict__.pop("text", None)
        self.__dict__.pop("tight", None)

    @property
    def above(self) -> int:
        return self.lines[0].above

    @property
    def indented(self) -> bool:
        return self.lines[0].indented


_INDENT = re.compile("(?:[ \t\u3000\u00a0]|&nbsp;)*")
_INDENT_OF_WEB = 4
"""Blanks that web pages put for the two ems of an indent (house style of Chinese news sites)."""
_HEAD = re.compile(r"(#{1,6})[ \u3000]+(.+?)[ #]*$")
_BOLD = re.compile(r"\*\*([^*]{1,60})\*\*[：:]?$")
BOLD = 6
"""The level of a head that is only bold: lower than any that has a `#`."""
_ITEM = re.compile(r"([-*+–—](?=[ \u3000])|[•·・●○◦▪‣▸∙]|\d{1,3}[.)、．]|[（(]\d{1,2}[）)]|[①-⑳])[ \u3000]*(?=\S)")
_DECISION = re.compile(r"\s*<!--\s*docconv:.*?-->\s*$")
_ENDED = re.compile("(?:(?<=[。！？])|(?<=[。！？][”」』]))\u3000{2,4}(?=[^\u3000])")
"""What extractors leave of a paragraph's end and of the indent of the next, where they keep no line ends."""
_RULE = re.compile(r"([-*_=—―─━·.・＊~～]\s?){3,}$")


def read_lines(text: str) -> list[Line]:
    """The lines that are not blank."""
    out: list[Line] = []
    above = 0
    new_page = False
    for number, raw in enumerate(text.split("\n"), 1):
        if "\f" in raw:  # pdftotext puts a form feed before the first line of a page
            raw, new_page = raw.replace("\f", " "), True
        if "docconv:" in raw:  # a decision of the editor is no part of the page
            raw, decided = _DECISION.subn("", raw)
            if decided and not raw.strip():
                continue
        indent = _INDENT.match(raw)
        start = indent.end() if indent else 0
        content = raw[start:].rstrip(" \t\u3000\u00a0")
        if not content:
            above += 1
            continue
        indented = "\u3000" in raw[:start] or raw[:start].count("&nbsp;") >= _INDENT_OF_WEB
        blank = len(content) < len(raw) - start
        at = 0
        for found in (
            *(() if content[0] in "|<" else _ENDED.finditer(content)),
            None,
        ):  # 。　　: a paragraph ends inside the line
            part = content[at : found.start() if found else len(content)]
            out.append(Line(number, start + 1 + at, part, above, indented, new_page, blank and found is None))
            above, new_page, indented, at = 0, False, True, found.end() if found else 0
    return out


def read_blocks(parts: Iterable[Line | Block]) -> list[Block]:
    """The blocks of a page in the order of its lines, some of which are blocks already."""
    blocks: list[Block] = []
    parts = list(parts)
    measure = measure_of([part for part in parts if isinstance(part, Line)])
    for group in _groups(parts):
        if isinstance(group, Block):
            blocks.append(group)
        elif blocks and blocks[-1].kind == "image" and not group[0].above and _is_caption(group):
            blocks.append(Block("text", group))
        else:
            blocks.extend(_split(group, measure))
    for one, next_one in pairwise(blocks):
        one.below = next_one.above
    if blocks:
        blocks[-1].below = 9  # the end of the page is as good as any gap
    return blocks


def _is_caption(group: list[Line]) -> bool:
    """Whether lines directly under a picture are one caption, in two languages or for two pictures."""
    return all(legends.caption_lead(line.text) or _marked(line) is None for line in group) and any(
        legends.caption_lead(line.text) for line in group
    )


def _groups(parts: Iterable[Line | Block]) -> Iterator[Block | list[Line]]:
    """Runs of lines without a blank line between them, and the blocks that stand between runs."""
    group: list[Line] = []
    for part in parts:
        if group and (isinstance(part, Block) or part.above or part.new_page):
            yield group
            group = []
        if isinstance(part, Block):
            yield part
        else:
            group.append(part)
    if group:
        yield group


def _split(group: list[Line], measure: int) -> Iterator[Block]:
    """The blocks of one run of lines."""
    plain: list[Line] = []
    item: Block | None = None
    for line, below in zip(group, [*group[1:], None], strict=False):
        block = _marked(line)
        if block is not None and block.level == BOLD and below is not None and _runs_on(block, below):
            block = None
        if block is None and item is not None and not plain and _hangs(item, line, measure):
            item.lines.append(line)
            continue
        if block is None:
            plain.append(line)
            continue
        item = block if block.kind == "item" else None
        yield from _texts(plain, measure)
        plain = []
        yield block
    yield from _texts(plain, measure)


def _runs_on(head: Block, below: Line) -> bool:
    """Whether a bold line is the beginning of the paragraph whose text stands directly below it."""
    return _marked(below) is None and not below.indented and number_of(head.text) is None


def _hangs(item: Block, line: Line, measure: int) -> bool:
    """Whether a line goes on with the item of a list above it: it hangs below the item's text, or the item's line is
    full and has not ended."""
    last = item.lines[-1]
    if line.indented or alone(line.text):
        return False
    first = item.whole or item.lines[0]
    hanging = first.column < line.column <= item.lines[0].column + 2
    full = measure and forms.width(last.text) >= measure * 0.8 - 4
    return hanging or (bool(full) and not forms.ends_sentence(last.text) and not starts_anew(line.text))


def _marked(line: Line) -> Block | None:
    """The block that a line's own marks make it, if any."""
    text = line.text
    if found := _HEAD.match(text):
        inner = Line(line.number, line.column + found.start(2), found[2], line.above, line.indented, line.new_page)
        return Block("head", [inner], level=len(found[1]))
    if (found := _BOLD.match(text)) and not forms.is_sentence(found[1]):
        inner = Line(line.number, line.column + 2, found[1], line.above, line.indented, line.new_page)
        return Block("head", [inner], level=BOLD)
    if text.startswith("|") and text.count("|") > 1:
        return Block("table", [line])
    if text.startswith((">", "＞")) and len(text) > 1:
        rest = text[1:].lstrip()
        inner = Line(line.number, line.column + len(text) - len(rest), rest, line.above, line.indented)
        return Block("quote", [inner])
    if _RULE.match(text) or (text.startswith("<") and _RULE.match(forms.shown(text))):
        return Block("rule", [line])
    return _item(line)


def _item(line: Line) -> Block | None:
    found = _ITEM.match(line.text)
    if not found or (found[1] in "●○·" and legends.caption_mark(line.text)):
        return None
    if edges.folio(line.text) or edges.web_furniture(line.text):
        return None  # - 1 - · — END —
    rest = line.text[found.end() :]
    if rest[0] in "⋅·・~～–,，":
        return None  # 1.⋅2. · 1)~3)
    if found[1][0].isdigit() and (not rest or rest[0].isdigit() or (found[1][-1] == "." and rest[0] in "．.")):
        return None
    inner = replace(line, column=line.column + found.end(), text=rest)
    return Block("item", [inner], marker=found[1], whole=line)


def _texts(lines: list[Line], measure: int) -> Iterator[Block]:
    """The paragraphs of lines without marks, or the stanza that they are."""
    if is_stanza([line.text for line in lines]):
        return iter([Block("verse", lines)])
    return (Block("text", paragraph) for paragraph in paragraphs(lines, measure))
