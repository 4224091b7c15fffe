"""Glyphs → lines → blocks of running text with their left and right edges.

It assumes horizontal text.  Columns are told by the left edges that many lines share; running heads, folios, captions
and ruby are lines of their own, and in no block unless they run over several lines like text.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, pairwise
from statistics import median

from docconv import chars
from docconv.preflight.pdf.glyphs import Glyph, GlyphPage

TOLERANCE = 0.3
"""Points: what an edge may be off before an eye, or a proof-reader's rule, sees it."""

_CUT = 0.9  # em: a wider gap may be one between columns
_SMALL = 0.8  # of the line's size: a superscript is smaller


@dataclass(slots=True, eq=False)
class Line:
    """One line of one column; `page` and `number` count from 1, from the top of the page."""

    glyphs: tuple[Glyph, ...]
    page: int = 0
    number: int = 0
    size: float = field(init=False)
    baseline: float = field(init=False)
    text: str = field(init=False)

    def __post_init__(self) -> None:
        level = [glyph for glyph in self.glyphs if not glyph.raised] or self.glyphs
        self.size, self.baseline = Counter((glyph.size, glyph.baseline) for glyph in level).most_common(1)[0][0]
        self.text = "".join(glyph.text for glyph in self.glyphs)

    @property
    def first(self) -> Glyph:
        return self.glyphs[0]

    @property
    def last(self) -> Glyph:
        return self.glyphs[-1]

    @property
    def x0(self) -> float:
        return self.glyphs[0].x0

    @property
    def x1(self) -> float:
        return self.glyphs[-1].x1

    def gaps(self) -> Iterator[tuple[Glyph, Glyph, float]]:
        """Neighbours that no space parts, with the gap between their advances in em of the line."""
        for a, b in pairwise(self.glyphs):
            if not (a.text.isspace() or b.text.isspace()):
                yield a, b, (b.x0 - a.x1) / self.size


@dataclass(frozen=True, slots=True)
class Paragraph:
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Block:
    """Paragraphs of one column on one page that share their type size and edges, in points.

    `justified`: whether most full lines of this size end at the right edge."""

    paragraphs: list[Paragraph]
    left: float
    right: float
    size: float
    justified: bool = False

    @property
    def measure(self) -> float:
        """In em."""
        return (self.right - self.left) / self.size

    def lines(self) -> Iterator[Line]:
        for paragraph in self.paragraphs:
            yield from paragraph.lines

    def full_lines(self) -> Iterator[Line]:
        """The lines that ought to fill the measure: all but the last of each paragraph."""
        for paragraph in self.paragraphs:
            yield from paragraph.lines[:-1]


def find_lines(page: GlyphPage) -> list[Line]:
    """The lines of a page from top to bottom, those of different columns apart."""
    pieces = _with_scripts([piece for row in _rows(page.glyphs) for piece in _pieces(row)])
    edges, ends = _common_edges(pieces), _common_ends(pieces)
    lines = [Line(tuple(glyphs)) for row in _by_baseline(pieces) for glyphs in _merged(row, edges, ends)]
    lines.sort(key=lambda line: (-round(line.baseline, 1), line.x0))
    for number, line in enumerate(lines, 1):
        line.page, line.number = page.number, number
    return lines


def find_blocks(pages: Iterable[Sequence[Line]]) -> list[Block]:
    """The running text of a document.  The width that most lines of a size have settles that of short pages."""
    drafts = [block for lines in pages for column in _columns(lines) for block in _draft_blocks(column)]
    usual = _usual_widths(drafts)
    blocks = [_with_right_edge(block, usual.get(round(block.size, 1))) for block in drafts]
    return _with_justification([block for block in blocks if _is_text(block)])


# ── lines ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _rows(glyphs: Iterable[Glyph]) -> Iterator[list[Glyph]]:
    """Glyphs on one baseline, whatever column they are in."""
    row: list[Glyph] = []
    for glyph in sorted(glyphs, key=lambda glyph: (-glyph.baseline, glyph.x0)):
        if row and row[-1].baseline - glyph.baseline > min(0.8, 0.1 * glyph.size):
            yield row
            row = []
        row.append(glyph)
    if row:
        yield row


def _pieces(row: list[Glyph]) -> Iterator[list[Glyph]]:
    """A row cut at every gap that may be one between columns."""
    row.sort(key=lambda glyph: glyph.x0)
    piece: list[Glyph] = []
    for glyph in row:
        if piece and glyph.x0 - piece[-1].x1 > _CUT * max(glyph.size, piece[-1].size):
            yield piece
            piece = []
        piece.append(glyph)
    yield piece


def _with_scripts(pieces: list[list[Glyph]]) -> list[list[Glyph]]:
    """Put superscripts and subscripts into the lines beside which they stand.

    Ruby stands over its base, and so stays apart."""
    pieces = sorted(pieces, key=lambda piece: piece[0].baseline)
    baselines = [piece[0].baseline for piece in pieces]
    taken: set[int] = set()
    for index, piece in enumerate(pieces):
        base, size = baselines[index], piece[0].size
        reach = size / _SMALL
        for near in range(bisect_left(baselines, base - reach), bisect_right(baselines, base + reach)):
            if near != index and near not in taken and _beside(piece, pieces[near]):
                pieces[near] = sorted([*pieces[near], *(glyph._replace(raised=True) for glyph in piece)],
                                      key=lambda glyph: glyph.x0)  # fmt: skip
                taken.add(index)
                break
    return [piece for index, piece in enumerate(pieces) if index not in taken]


def _beside(small: list[Glyph], host: list[Glyph]) -> bool:
    size = _usual_size(host)
    offset = abs(small[0].baseline - next(glyph.baseline for glyph in host if glyph.size == size)) / size
    if small[0].size > _SMALL * size or not 0.1 < offset < 0.6:
        return False
    x0, x1 = small[0].x0, small[-1].x1
    if x0 > host[-1].x1 + 0.5 * size or x1 < host[0].x0 - 0.5 * size:
        return False
    return all(min(x1, glyph.x1) - max(x0, glyph.x0) < 0.3 * (glyph.x1 - glyph.x0) + 0.01 for glyph in host)


def _usual_size(glyphs: Iterable[Glyph]) -> float:
    return Counter(glyph.size for glyph in glyphs).most_common(1)[0][0]


def _common_edges(pieces: list[list[Glyph]]) -> list[float]:
    """The left edges at which many lines of a page begin, or three that follow each other, in half points."""
    begins = [(round(2 * piece[0].x0), piece[0].baseline, piece[0].size) for piece in pieces if len(piece) > 1]
    starts = Counter(start for start, _, _ in begins)
    enough = max(4, len(pieces) // 12)
    common = {start for start in starts if starts[start] + max(starts[start - 1], starts[start + 1]) >= enough}
    for _, group in groupby(sorted(begins), lambda begin: begin[0]):
        stack = list(group)
        common |= {high[0] for low, high in zip(stack, stack[2:], strict=False) if 0 < high[1] - low[1] < 5 * low[2]}
    return sorted(start / 2 for start in common)


def _common_ends(pieces: list[list[Glyph]]) -> set[int]:
    """The right edges at which many pieces of a page end, in half points."""
    ends = Counter(round(2 * piece[-1].x1) for piece in pieces if len(piece) > 1)
    return {end for end in ends if ends[end] >= max(_MANY, len(pieces) // 12)}


_MANY = 6
"""Lines that make an edge: more than a table has rows, mostly."""


def _by_baseline(pieces: list[list[Glyph]]) -> Iterator[list[list[Glyph]]]:
    def baseline(piece: list[Glyph]) -> float:
        size = _usual_size(piece)
        return next(glyph.baseline for glyph in piece if glyph.size == size)

    row: list[list[Glyph]] = []
    last = 0.0
    for piece in sorted(pieces, key=baseline):
        if row and baseline(piece) - last > 0.8:
            yield row
            row = []
        row.append(piece)
        last = baseline(piece)
    if row:
        yield row


def _merged(row: list[list[Glyph]], edges: list[float], ends: set[int]) -> Iterator[list[Glyph]]:
    """Pieces of one row, joined again unless the edge of a column lies between them; blanks at the ends fall away."""
    line: list[Glyph] = []
    for piece in sorted(row, key=lambda piece: piece[0].x0):
        trimmed = piece[0].size / 2 if piece[0].text in chars.OPENING else 0.0
        if line and (
            round(2 * line[-1].x1) in ends
            or _edge_between(line[-1].x1 + 0.4 * line[-1].size, piece[0].x0 + trimmed + TOLERANCE, edges)
        ):
            yield from _trimmed(line)
            line = []
        line = [*line, *piece]
    yield from _trimmed(line)


def _edge_between(low: float, high: float, edges: list[float]) -> bool:
    at = bisect_left(edges, low)
    return at < len(edges) and edges[at] <= high + 0.25


def _trimmed(line: list[Glyph]) -> Iterator[list[Glyph]]:
    while line and line[-1].text.isspace():
        line.pop()
    start = next((index for index, glyph in enumerate(line) if not glyph.text.isspace()), len(line))
    if line[start:]:
        yield line[start:]


# ── blocks ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _columns(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Lines of one size that stand over each other."""
    for _, group in groupby(sorted(lines, key=lambda line: round(line.size, 1)), lambda line: round(line.size, 1)):
        columns: list[list[Line]] = []
        for line in sorted(group, key=lambda line: (-line.baseline, line.x0)):
            column = next((column for column in columns if _over(column[-1], line)), None)
            if column is None:
                columns.append([line])
            else:
                column.append(line)
        yield from columns


def _over(above: Line, below: Line) -> bool:
    return above.x0 < below.x1 and below.x0 < above.x1 and 0.5 < (above.baseline - below.baseline) / below.size < 3.5


def _draft_blocks(column: list[Line]) -> Iterator[Block]:
    """The paragraphs of a column by left edge: a quotation is set in, and has edges of its own.

    A paragraph of one line shows no edge, and goes with those around it."""
    paragraphs = list(_paragraphs(column))
    lefts = Counter(round(_left(paragraph), 1) for paragraph in paragraphs if len(paragraph.lines) > 1)
    if not lefts:
        return
    main = lefts.most_common(1)[0][0]
    edge = _evident_edge([line for paragraph in paragraphs for line in paragraph.lines])
    groups: dict[tuple[float, float], list[Paragraph]] = {}
    for paragraph in paragraphs:
        left = _left(paragraph) if len(paragraph.lines) > 1 else main
        near = next((known for known, _ in groups if abs(known - left) <= 0.6), left)
        groups.setdefault((near, _set_in(paragraph, edge)), []).append(paragraph)
    for (left, _), group in groups.items():
        lines = [line for paragraph in group for line in paragraph.lines]
        yield Block(group, left, max(line.x1 for line in lines), lines[0].size)


def _paragraphs(column: list[Line]) -> Iterator[Paragraph]:
    pitch = median([a.baseline - b.baseline for a, b in pairwise(column)] or [0.0])
    left, right = min(line.x0 for line in column), max(line.x1 for line in column)
    headlines = _headlines(column)
    lines = [column[0]]
    for index, (above, line) in enumerate(pairwise(column), 2):
        trimmed = 0.5 if line.first.text in chars.OPENING else 0.0  # an indent may have lost the blank of a bracket
        indented = line.x0 - above.x0 > (0.8 - trimmed) * line.size
        outdented = index < len(column) and line.x0 - column[index].x0 > 0.8 * line.size  # the next is further left
        apart = above.baseline - line.baseline > 1.25 * pitch
        begins = indented or outdented or apart or is_item(line) or index - 1 in headlines
        if begins or _LEADER.search(above.text) or _ends_early(above, left, right):
            yield Paragraph(lines)
            lines = []
        lines.append(line)
    yield Paragraph(lines)


def _set_in(paragraph: Paragraph, edge: float | None) -> float:
    """The right edge of a paragraph whose full lines, two at least, end before that of the column; else 0."""
    full = paragraph.lines[:-1]
    own = max((round(line.x1, 1) for line in full), default=0.0)
    apart = len(full) > 1 and edge is not None and own < edge - TOLERANCE
    return own if apart and all(abs(line.x1 - own) <= TOLERANCE for line in full) else 0.0


_ITEM = re.compile(r"(?:[·•◦‣▪○●■□◆◇–—-]|\d{1,3}[.、)．）]|[(（]\d{1,3}[)）])\s")


_LEADER = re.compile(r"(?:[·.…‥・․]\s?){6,}")
"""The dots of an entry of contents, which lead to the number of a page: no running text."""


def is_item(line: Line) -> bool:
    """Whether a line begins as an entry of a list does: with a mark or a number and a blank."""
    return _ITEM.match(line.text) is not None


def _evident_edge(column: list[Line]) -> float | None:
    """The right edge that a third of the lines of a column share, three at least; None if there is none."""
    edge, hits = _mode(Counter(round(line.x1, 1) for line in column))
    return edge if hits >= 3 and hits * 3 >= len(column) else None


def _headlines(column: list[Line]) -> set[int]:
    """Where lines of a column stand one under the other, each a paragraph of its own, such as headlines: among the
    lines around them a third are much shorter than the column, few share an edge, and what begins the next line would
    have had room.  The numbers are those of the lines that begin a paragraph."""
    edge = _evident_edge(column)
    goal = max(line.x1 for line in column) if edge is None else edge
    width = goal - min(line.x0 for line in column)
    free = [above.x1 + _room_for(line) <= goal + TOLERANCE for above, line in pairwise(column)]
    short = [is_free and goal - above.x1 > width / 4 for is_free, above in zip(free, column, strict=False)]
    flush = [edge is not None and is_flush(line, edge) for line in column[:-1]]
    begins: set[int] = set()
    for at, is_free in enumerate(free):
        near = slice(max(0, at - _AROUND), at + _AROUND + 1)
        seen = len(free[near])
        if sum(short[near]) * 3 < seen or sum(flush[near]) * 2 > seen:
            continue
        if is_free or (sum(free[near]) * 2 > seen and not flush[at]):
            begins.add(at + 1)
    return begins


_AROUND = 4
"""So many lines before and behind one tell whether it stands among headlines."""


def _room_for(line: Line) -> float:
    """What the least part of a line takes that could stand at the end of the line above, in points."""
    found = _LEAST.match(line.text)
    width = (
        line.glyphs[found.end() - 1].x1 - line.x0 if found and found.end() <= len(line.glyphs) else line.x1 - line.x0
    )
    return width + _BETWEEN * line.size


_BETWEEN = 0.25
"""The gap before Western letters, in em."""


def _ends_early(line: Line, left: float, right: float) -> bool:
    """Whether a line is so short that it ends a paragraph, or ends a sentence where more would have fitted."""
    short = right - line.x1
    return short > 0.4 * (right - left) or (short > 1.6 * line.size and line.last.text in _FINAL)


_FINAL = frozenset("。．！？…—" + chars.CLOSING)
_LEAST = re.compile(
    f"[{re.escape(chars.OPENING)}]*(?:[0-9A-Za-z\u00c0-\u024f.,:%/@+=_-]+|—+|…+|.)"
    f"[。．，、；：！？·‧・～〜％%{re.escape(chars.CLOSING)}]*"
)
"""What a line begins with and is not broken."""


def _left(paragraph: Paragraph) -> float:
    """The left edge of the lines behind the first; an opening bracket is no witness, for its blank may be trimmed.

    If nothing else begins a line, that edge holds with which the measure is of whole letters."""
    lines = paragraph.lines[1:] or paragraph.lines
    if plain := [line for line in lines if line.first.text not in chars.OPENING]:
        return Counter(round(line.x0, 1) for line in plain).most_common(1)[0][0]
    size, right = lines[0].size, max(line.x1 for line in paragraph.lines)
    edges = [round(lines[0].x0 + blank * size, 1) for blank in (0.0, 0.5)]
    return min(edges, key=lambda edge: abs((right - edge) / size - round((right - edge) / size)))


def _usual_widths(blocks: Iterable[Block]) -> dict[float, float]:
    """Of each size the width that most full lines have, in points."""
    widths: dict[float, Counter[float]] = {}
    for block in blocks:
        count = widths.setdefault(round(block.size, 1), Counter())
        count.update(round(line.x1 - block.left, 1) for line in block.full_lines() if not ends_in_mark(line))
    return {size: width for size, count in widths.items() if count for width, _ in [_mode(count)]}


def _with_right_edge(block: Block, usual: float | None) -> Block:
    """The edge at which most full lines end; if too few do, that of other pages, or the longest line."""
    ends = [line.x1 for line in block.full_lines() if not ends_in_mark(line)]
    mode, hits = _mode(Counter(round(end, 1) for end in ends)) if ends else (0.0, 0)
    if hits >= 3 and hits * 4 >= sum(1 for _ in block.full_lines()):
        return replace(block, right=median(end for end in ends if abs(end - mode) <= 0.2))
    for edge in sorted(set(ends), reverse=True):  # of few lines, that at which all end, with their marks trimmed
        if all(is_flush(line, edge) for line in block.full_lines()):
            return replace(block, right=edge)
    if usual is not None and abs(block.left + usual - block.right) < 1.6 * block.size:
        return replace(block, right=block.left + usual)
    return block


def _mode(count: Counter[float]) -> tuple[float, int]:
    """The value, in tenths of a point, near which most lie; the largest of them if several do."""

    def near(value: float) -> int:
        return sum(count[round(value + step / 10, 1)] for step in (-1, 0, 1))

    best = max(count, key=lambda value: (near(value), count[value], value))
    return best, near(best)


_MARKS = frozenset("。．，、；：！？" + chars.CLOSING)


def ends_in_mark(line: Line) -> bool:
    """Whether a line ends in a mark with a blank half, which may or may not be trimmed."""
    return line.last.text in _MARKS and line.last.width > 0.9


def is_flush(line: Line, right: float) -> bool:
    return abs(short_of(line, right)) <= TOLERANCE


def short_of(line: Line, right: float) -> float:
    """How far before the edge a line ends, in points: the advance of its last glyph, or the ink of a mark that is
    trimmed on one side (zh-Hans, ja), on both (zh-Hant), or hung behind the edge."""
    em = line.last.size
    ends = [line.x1]
    if ends_in_mark(line):
        ends += [line.last.x0 + em / 2, line.last.x0 + 0.75 * em, line.last.x0]
    nearest: float = min((right - end for end in ends), key=abs)
    return nearest


def _with_justification(blocks: list[Block]) -> list[Block]:
    """Say of each block whether text of its size is justified: half of the full lines and more end at the edge.

    Verse among prose is not, whatever the prose is."""
    flush, full = Counter[float](), Counter[float]()
    for block in blocks:
        for line in block.full_lines():
            full[round(block.size, 1)] += 1
            flush[round(block.size, 1)] += is_flush(line, block.right)
    evident = {size for size, count in full.items() if count >= 5 and flush[size] * 2 >= count}
    return [replace(block, justified=round(block.size, 1) in evident and not _is_verse(block)) for block in blocks]


def _is_verse(block: Block) -> bool:
    """Whether all lines end in marks but not at the edge, or of many hardly one ends there."""
    full = list(block.full_lines())
    flush = sum(is_flush(line, block.right) for line in full)
    return (flush < len(full) and all(map(ends_in_mark, full))) or (flush * 3 < len(full) and len(full) >= 4)


_LETTER = re.compile(f"[{chars.IDEOGRAPHIC}{chars.HANGUL}]")


def _is_text(block: Block) -> bool:
    """Running East Asian text: three lines and more, at least four em wide, well filled and without wide holes."""
    lines = list(block.lines())
    if len(lines) < 3 or block.measure < 4 or sum(map(_has_letter, lines)) * 2 < len(lines):
        return False
    if sum(any(gap > 1.5 for _, _, gap in line.gaps()) for line in lines) * 2 > len(lines):
        return False  # a table, or labels side by side
    full = list(block.full_lines())
    return len(full) >= 2 and median(line.x1 - line.x0 for line in full) > 0.6 * (block.right - block.left)


def _has_letter(line: Line) -> bool:
    return _LETTER.search(line.text) is not None
