"""The extracted page: text that OCR or a PDF tool lifted off a printed page, as a document.

It assumes nothing but lines.  `lines` finds blocks and keeps the blank runs as evidence; `forms`, `bylines`, `edges`
and `legends` know how printers write heads, bylines, folios and captions; `roles` says what each block is, and this
file puts articles together from them.
Nothing is repaired here: a cut paragraph stays two, a half-width comma stays half-width.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from docconv import model as m
from docconv.chars import HAN, KANA
from docconv.lists import PLAIN, look_of_item
from docconv.numbering import Depths, stands_alone
from docconv.problems import Say, silent
from docconv.readers.indents import mark_resumed
from docconv.readers.page import bylines, edges, forms, legends
from docconv.readers.page.company import Labels
from docconv.readers.page.inlines import read_inlines, read_text
from docconv.readers.page.lines import Block, Line, read_blocks, read_lines
from docconv.readers.page.markup import read_inserts, read_notes, with_calls
from docconv.readers.page.paragraphs import single_spaced
from docconv.readers.page.roles import assign_roles
from docconv.readers.source import Source


def read_page(source: Source, say: Say = silent) -> m.Document:
    """The document of an extracted page: one `Article` a headline, figures where their captions stood, running heads
    and folios as furniture.  Raises `SourceError` if the source is not text."""
    text = _FRONT.sub(lambda found: "\n" * found[0].count("\n"), source.text())
    clipped = _CLIPPED.match(text)
    front = clipped[0].count("\n") + 1 if clipped else 0
    read = read_lines(text)
    lines, notes = read_notes(single_spaced([line for line in read if line.number > front]), source.name)
    above = [Block("furniture", [line]) for line in read if line.number <= front and line.text.strip("-")]
    document = assemble(read_blocks([*above, *read_inserts(lines, source.name)]), source.name, _labels(text))
    return with_calls(document, notes)


_CLIPPED = re.compile(r"\A\ufeff?---\n(?:[^\s:#][^:\n]{0,20}:.*\n|[ \t]+-.*\n){1,40}---$", re.M)
"""What a clipping tool says of a page above it: its address, its tags."""


_FRONT = re.compile(r"^---\n(?=primary_language:|is_rotation_valid:)(?:\w+:.*\n){1,12}---$", re.M)
"""What olmOCR says of a page above it: its language, whether it stands upright, whether it is a table."""


_LABELS = re.compile(r"\bimg_in_(?:image|chart|table)_box|<!-- (?:image|formula-not-decoded) -->")
"""What PaddleOCR and docling leave, which name the heads of a page."""
_BREAKS = re.compile(f"[{KANA}{HAN}]<br>[{KANA}{HAN}]")
"""What yomitoku, which does so too, leaves at the ends of nearly all lines."""


def _labels(text: str) -> Labels:
    """What the extractor of a page names, told by what it leaves in the text."""
    breaks = len(_BREAKS.findall(text)) >= _SOME_BREAKS
    return Labels(heads=breaks or _LABELS.search(text) is not None, pictures=not breaks or "![" in text)


_SOME_BREAKS = 5
"""Breaks that show a page to be yomitoku's, which marks no picture (house choice)."""


def assemble(blocks: list[Block], file: str, labels: Labels) -> m.Document:
    """The document of a page's blocks, whose roles are told here; `labels` says what the extractor names itself."""
    assign_roles(blocks, labels)
    return mark_resumed(_Page(file).assemble(blocks))


@dataclass(slots=True)
class _Part:
    """A section in the making, `depth` levels below its article's own."""

    title: m.Inlines
    place: m.Place
    depth: int
    body: list[m.Block] = field(default_factory=list)


def _nested(parts: list[_Part]) -> list[m.Section]:
    """The sections of parts in their order, each in the one before it that is less deep."""
    out: list[m.Section] = []
    at = 0
    while at < len(parts):
        part = parts[at]
        end = next((other for other in range(at + 1, len(parts)) if parts[other].depth <= part.depth), len(parts))
        inside = _nested(parts[at + 1 : end])
        out.append(m.Section(part.title, (*part.body, *inside), place=part.place))
        at = end
    return out


@dataclass(slots=True)
class _Story:
    """An article in the making: its head, and the list that takes the next block (its own, or its last section's)."""

    place: m.Place | None
    kicker: list[m.Inline] = field(default_factory=list)
    headline: list[m.Inline] = field(default_factory=list)
    deck: list[m.Inline] = field(default_factory=list)
    byline: list[m.Inline] = field(default_factory=list)
    body: list[m.Block] = field(default_factory=list)
    sections: list[_Part] = field(default_factory=list)
    depths: Depths = field(default_factory=Depths)
    closed: bool = False

    def add(self, block: m.Block) -> None:
        (self.sections[-1].body if self.sections and not self.closed else self.body).append(block)

    def is_fresh(self) -> bool:
        """Whether nothing but furniture stands below the head, so that another line may go on with it."""
        return not (self.sections or self.byline or self.deck) and all(map(m.is_furniture, self.body))

    def begin(self, block: Block, title: m.Inlines, place: m.Place) -> None:
        """Begin a section, as deep as its number or level says."""
        self.closed = False
        # nothing stands under the head of the contents but their lines
        depth = 0 if forms.contents(block.text) else self.depths.depth(block.text, block.level)
        self.sections.append(_Part(title, place, depth))

    def close_sections(self) -> None:
        """What follows a credit or a jump line belongs to the article, not to its last section."""
        self.body.extend(_nested(self.sections))
        self.sections.clear()

    def article(self) -> m.Article:
        self.close_sections()
        return m.Article(
            kicker=tuple(self.kicker),
            headline=tuple(self.headline),
            deck=tuple(self.deck),
            byline=tuple(self.byline),
            body=tuple(self.body),
            place=self.place,
        )


class _Page:
    def __init__(self, file: str) -> None:
        self.file = file
        self.before: list[m.Block] = []  # what stands above the first headline
        self.stories: list[_Story] = []

    def assemble(self, blocks: list[Block]) -> m.Document:
        groups = list(_groups(blocks))
        for above, group, below in zip([[], *groups], groups, [*groups[1:], []], strict=False):
            if not any(_goes_on(beside, group) for beside in (above, below) if beside):
                _free_number(group)
            self._add(group)
        articles = [story.article() for story in self.stories]
        return m.Document(m.Meta(kind="page"), (*self.before, *articles))

    def _add(self, group: list[Block]) -> None:
        block = group[0]
        if block.node is not None:
            self._put(block, self._made(block.node, group[1:]))
            return
        match block.role:
            case "headline" | "kicker":
                self._head(block)
            case "deck" | "byline":
                run = self._byline(block) if block.role == "byline" else self._inlines(block)
                self._part(block, block.role, run)
            case "section":
                self._story(block).begin(block, self._inlines(block), self._place(block))
            case "item":
                self._put(block, self._list(group))
            case "verse":
                self._put(block, m.Verse((self._inlines(block),), place=self._place(block)))
            case "quote":
                self._put(block, self._quote(group))
            case "table title":
                table = group[1].node or self._table(group[1:])
                if isinstance(table, m.Table) and not table.caption:
                    table = replace(table, caption=self._inlines(block))
                self._put(block, table)
            case "table":
                self._put(block, self._table(group))
            case "caption":
                self._put(block, self._figure(group))
            case "furniture":
                paragraph = m.Paragraph(self._inlines(block), place=self._place(block))
                self._put(block, m.Aside((paragraph,), "furniture", place=self._place(block)))
            case "rule":
                self._put(block, m.Break(place=self._place(block)))
            case "paragraph" if 0 < edges.continued(block.lines[0].text) < len(block.lines[0].text):
                self._continuation(block)
            case "signature":
                byline = m.Byline(self._byline(block), place=self._place(block))
                self._put(block, m.Paragraph((byline,), place=self._place(block)))
            case _:
                self._put(block, self._paragraph(block))

    # ── Heads ──

    def _story(self, block: Block) -> _Story:
        if not self.stories:
            self.stories.append(_Story(self._place(block)))
        return self.stories[-1]

    def _head(self, block: Block) -> None:
        story = self.stories[-1] if self.stories else None
        fresh = story is not None and story.is_fresh()
        if story is None or not fresh or (block.role == "kicker" and story.headline):
            story = _Story(self._place(block))
            self.stories.append(story)
        self._part(block, block.role, self._inlines(block))

    def _part(self, block: Block, name: str, run: m.Inlines) -> None:
        part: list[m.Inline] = getattr(self._story(block), name)
        if part:
            part.append(m.LineBreak(place=self._place(block)))
        part.extend(run)

    def _byline(self, block: Block) -> m.Inlines:
        """The lines of a byline block, each with its names told apart."""
        out: list[m.Inline] = []
        for line in block.lines:
            if out:
                out.append(m.LineBreak(place=m.Place(line.number, 1, self.file)))
            tokens = None
            text = line.text
            for form in (bylines.byline, bylines.bare_names):
                tokens = tokens or form(text)
            if tokens is None:
                out.extend(read_text(text, m.Place(line.number, line.column, self.file)))
            else:
                out.extend(named(tokens, m.Place(line.number, line.column, self.file)))
        return tuple(out)

    # ── Blocks ──

    def _made(self, node: m.Block, below: list[Block]) -> m.Block:
        """A node that came ready, a picture with the caption under it."""
        return replace(node, caption=self._figure(below).caption) if isinstance(node, m.Figure) and below else node

    def _continuation(self, block: Block) -> None:
        """A paragraph that begins with a jump line: the line stands alone, and a story that goes on from another page
        begins there, unless its head stands directly above."""
        story = self.stories[-1] if self.stories else None
        if story is not None and (story.body or story.sections):
            self.stories.append(_Story(self._place(block)))
        first = block.lines[0]
        cut = edges.continued(first.text)
        jump = replace(block, lines=[replace(first, text=first.text[:cut])], role="jump")
        rest = replace(
            block, lines=[replace(first, text=first.text[cut:], column=first.column + cut), *block.lines[1:]]
        )
        self._put(block, self._paragraph(jump))
        self._put(block, self._paragraph(rest))

    def _put(self, block: Block, node: m.Block) -> None:
        outside = isinstance(node, m.Figure | m.Aside)
        if not self.stories and (outside or isinstance(node, m.Break)):
            self.before.append(node)
            return
        story = self._story(block)
        if isinstance(node, m.Paragraph) and node.role in ("credit", "jump") and story.sections:
            story.close_sections()
            story.closed = True
        story.add(node)

    def _paragraph(self, block: Block) -> m.Paragraph:
        run = self._inlines(block)
        if block.role in ("paragraph", ""):
            run = _with_byline(run)
        return m.Paragraph(run, m.NAMED_ROLES.get(block.role, "body"), place=self._place(block))

    def _figure(self, group: list[Block]) -> m.Figure:
        """A caption whose picture is gone, and the place of that picture."""
        caption: m.Inlines = ()
        for block in (each for each in group if each.role == "caption"):
            mark = legends.caption_mark(block.lines[0].text)
            first = block.lines[0]
            rest = replace(first, text=first.text[mark:], column=first.column + mark)
            caption = read_inlines([rest, *block.lines[1:]], self.file)
        return m.Figure(m.Missing(), caption, place=self._place(group[0]))

    def _list(self, group: list[Block], depth: int = 0) -> m.List:
        """The list of items, those that stand deeper inside the one above them."""
        items: list[m.ListItem] = []
        at = 0
        while at < len(group):
            block, end = group[at], at + 1
            while end < len(group) and depth < _DEEPEST and _inside(group[end], group[0]):
                end += 1
            body = [*self._item(block)]
            body += [self._list(group[at + 1 : end], depth + 1)] if end > at + 1 else []
            items.append(m.ListItem(tuple(body), place=self._place(block)))
            at = end
        first = _number(group[0].marker)
        look = PLAIN if first is None else look_of_item(group[0].marker)
        return m.List(tuple(items), first, *look, place=self._place(group[0]))

    def _item(self, block: Block) -> tuple[m.Block, ...]:
        run = self._inlines(block)
        return (m.Paragraph(run, place=self._place(block)),) if run else ()

    def _quote(self, group: list[Block]) -> m.Quote:
        paragraphs: list[list[Line]] = []
        for block in group:
            if paragraphs and not block.above:
                paragraphs[-1].extend(block.lines)
            else:
                paragraphs.append(list(block.lines))
        body = tuple(
            m.Paragraph(read_inlines(lines, self.file), place=m.Place(lines[0].number, lines[0].column, self.file))
            for lines in paragraphs
        )
        return m.Quote(body, place=self._place(group[0]))

    def _table(self, group: list[Block]) -> m.Table:
        lines = [line for block in group for line in block.lines]
        rows = [self._row(line) for line in lines]
        ruled = len(rows) > 1 and re.fullmatch(r"[|:\-\s]+", lines[1].text) is not None
        kept = [row for row, line in zip(rows, lines, strict=True) if not re.fullmatch(r"[|:\-\s]+", line.text)]
        head = kept[:1] if ruled and kept and any(cell.body for cell in kept[0].cells) else []
        rows = kept[1:] if ruled else kept
        head = [m.Row(tuple(replace(cell, header=True) for cell in row.cells), place=row.place) for row in head]
        return m.Table(head=tuple(head), rows=tuple(rows), place=self._place(group[0]))

    def _row(self, line: Line) -> m.Row:
        cells: list[m.Cell] = []
        for found in re.finditer(r"((?:\\.|[^|\\]|\\)*)(?:\||$)", line.text[1:]):
            if found.end() == found.start():
                break
            text = found[1]
            start = len(text) - len(text.lstrip())
            place = m.Place(line.number, line.column + 1 + found.start() + start, self.file)
            cells.append(self._cell(text.strip(), place))
        return m.Row(tuple(cells), place=m.Place(line.number, line.column, self.file))

    def _cell(self, text: str, place: m.Place) -> m.Cell:
        run = read_text(text, place) if text else ()
        return m.Cell((m.Paragraph(run, place=place),) if run else (), place=place)

    def _inlines(self, block: Block) -> m.Inlines:
        run = read_inlines(block.lines, self.file)
        if len(block.lines) > 1 and stands_alone(block.lines[0].text):  # a blank parts a number from its head
            return tuple(m.Text(" ", place=node.place) if isinstance(node, m.LineBreak) else node for node in run)
        return run

    def _place(self, block: Block) -> m.Place:
        return m.Place(block.lines[0].number, block.lines[0].column, self.file)


def _groups(blocks: list[Block]) -> Iterator[list[Block]]:
    """Neighbours that make one node: the items of a list, the rows of a table, a picture and the caption under it."""
    group: list[Block] = []
    for block in blocks:
        if group and (not _belongs(group, block) or (block.role == "image" and len(group) > 1)):
            yield group
            group = []
        group.append(block)
    if group:
        yield group


def _goes_on(beside: list[Block], group: list[Block]) -> bool:
    """Whether a list may go on in another beside it, which has another mark; the same number twice is of columns."""
    return beside[0].role == "item" and _number(beside[0].marker) != _number(group[0].marker)


def _free_number(group: list[Block]) -> None:
    """One number is no list: its item is a paragraph that begins with it."""
    block = group[0]
    if block.role == "item" and len(group) == 1 and block.whole is not None and _number(block.marker) is not None:
        block.role, block.lines = "paragraph", [block.whole, *block.lines[1:]]
        block.forget()


_DEEPER = 2
"""Columns by which an item stands deeper than the one that holds it (CommonMark 5.2: the width of a bullet)."""


_DEEPEST = 20
"""Lists inside each other: what stands deeper is an item beside (house choice)."""


def _inside(item: Block, other: Block) -> bool:
    """Does an item stand so much deeper than one on another line that it belongs inside it?"""
    one, two = (each.whole or each.lines[0] for each in (item, other))
    return one.number != two.number and one.column >= two.column + _DEEPER


def _belongs(group: list[Block], block: Block) -> bool:
    above = group[-1]
    match above.role, block.role:
        case "table title", "table":
            return True
        case "image", "caption":
            return block.above <= 2
        case "caption", "image":  # docling has the caption above the place of its picture
            return block.above <= 2 and isinstance(block.node, m.Figure) and block.node.media == m.Missing()
        case "item", "item":
            # a list numbers its items one after the other: where the print does not, another list begins
            if _inside(block, above):
                return True
            peer = next((each for each in reversed(group) if not _inside(each, block)), above)
            one, two = _number(peer.marker), _number(block.marker)
            return one is two is None or (one is not None and two == one + 1)
        case "table", "table":
            return not block.above and block.node is None
        case "quote", "quote":
            return block.above <= 1
        case _:
            return False


def _with_byline(run: m.Inlines) -> m.Inlines:
    """A paragraph that begins with a byline or dateline, with that part as a `Byline`."""
    text = m.plain(run)
    tight = forms.tightened(text)
    length = bylines.inline_byline(tight)
    if not length:  # 本报记者某某报道 ends in a space
        tight, length = text, bylines.inline_byline(text)
    if not length:
        return run
    # the length in the text as it stands, stray spaces included
    end, seen = 0, 0
    while seen < length:
        if text[end] != tight[seen]:
            end += 1
            continue
        end, seen = end + 1, seen + 1
    head, rest = split_run(run, end)
    if not all(isinstance(node, m.Text | m.LineBreak) for node in head) or not rest:
        return run
    named_head: list[m.Inline] = []
    for node in head:
        if isinstance(node, m.Text) and node.place:
            named_head.extend(named(bylines.inline_tokens(node.text), node.place))
        else:
            named_head.append(node)
    return (m.Byline(tuple(named_head), place=run[0].place), *rest)


def split_run(run: m.Inlines, offset: int) -> tuple[m.Inlines, m.Inlines]:
    """A run cut in two behind `offset` characters of its text; a node that is not plain text is never cut."""
    position = 0
    for number, node in enumerate(run):
        length = len(m.plain(node))
        if position + length <= offset:
            position += length
            continue
        if not isinstance(node, m.Text):
            return run[: number + 1], run[number + 1 :]
        cut = offset - position
        parts = [
            m.Text(text, place=place)
            for text, place in ((node.text[:cut], node.place), (node.text[cut:], node.place and node.place.right(cut)))
        ]
        return (*run[:number], *(parts[:1] if cut else ())), (parts[1], *run[number + 1 :])
    return run, ()


def _number(marker: str) -> int | None:
    """The number of an ordered item's marker: 1. (2) ③; None for a bullet."""
    digits = re.sub(r"\D", "", marker)
    if digits:
        return int(digits)
    return ord(marker) - ord("①") + 1 if "①" <= marker <= "⑳" else None


def named(tokens: Iterable[bylines.Token], place: m.Place) -> m.Inlines:
    """The inlines of a byline: every name a `Name` with the role printed before (or, for 摄, after) it."""
    out: list[m.Inline] = []
    role = ""
    column = 0
    for kind, text in tokens:
        here = place.right(column)
        column += len(text)
        if kind == "name":
            out.append(m.Name(text, role, place=here))
            continue
        if kind == "role":
            role = text
            if out and isinstance(named_before := out[-1], m.Name):  # 李佩珊摄
                out[-1] = m.Name(named_before.name, text, place=named_before.place)
        if out and isinstance(last := out[-1], m.Text):
            out[-1] = m.Text(last.text + text, place=last.place)
        else:
            out.append(m.Text(text, place=here))
    return tuple(out)
