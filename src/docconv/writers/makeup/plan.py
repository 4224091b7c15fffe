"""Which stories of a newspaper page stand side by side, in how many columns, under heads of what size.

It assumes a page of columns of one width, and measures stories by arithmetic: what it says of a height is true within
a line or two, and what is missing is found when the page is set (`columns`).  Stories keep their order, from left to
right and downwards.

A page is a pile of bands across all its columns; a band is a row of stacks, a stack some stories one under the other
in the same columns.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from itertools import combinations, pairwise, product
from math import ceil
from typing import Any

from docconv import model as m
from docconv.paper import Frame

Ratio = Callable[[m.Figure], float]
"""Height by width of a figure's picture."""


@dataclass(frozen=True, slots=True)
class Head:
    """A headline as it is set, in points."""

    size: float
    leading: float


@dataclass(frozen=True, slots=True)
class Span:
    """Where a row of pictures stands: over how many columns (0: in one), and how wide each picture is, in points."""

    columns: int
    width: float


@dataclass(frozen=True, slots=True)
class Story:
    node: Any
    columns: int
    head: Head
    lines: float
    measures: Measures

    def rows(self) -> Iterator[tuple[tuple[m.Figure, ...], bool, Span]]:
        """The rows of figures, whether they open the story, and where they stand."""
        return self.measures.rows(self.node, self.columns)


@dataclass(frozen=True, slots=True)
class Stack:
    columns: int
    stories: tuple[Story, ...]

    @property
    def lines(self) -> float:
        return sum(story.lines for story in self.stories)


@dataclass(frozen=True, slots=True)
class Band:
    stacks: tuple[Stack, ...]

    @property
    def lines(self) -> float:
        return max(stack.lines for stack in self.stacks)


@dataclass(frozen=True)
class Measures:
    """What a style's page has room for; `heads` are the greatest sizes of headlines over one column, two …"""

    frame: Frame
    heads: tuple[float, ...]
    ratio: Ratio
    large: int = 2
    """Columns over which a picture stands at most."""
    beside: bool = False
    """Whether text stands beside a row of pictures that opens a story, rather than the row over all columns."""
    _known: dict[tuple[int, int], float] = field(default_factory=dict, repr=False)
    """Heights by `id()` of a story and its columns; 0 columns: the lines of its text."""

    @cached_property
    def larger(self) -> Measures:
        """The same, with pictures that may stand over a column more."""
        return replace(self, large=self.large + 1, _known={})

    # ── Heads ──

    def head(self, text: str, columns: int) -> Head:
        """The size at which a headline fills its columns in one line, or in two if one would be small."""
        most = self.heads[min(columns, len(self.heads)) - 1]
        letters = max(_ems(text), 1.0)
        across = self.frame.across(columns)
        lines = next((n for n in (1, 2, 3) if across * n / (letters + 0.5 * n) >= most * (0.72 if n == 1 else 0.6)), 3)
        size = min(most, across * lines / (letters + (lines > 1) * 1.5 * lines + 0.2))
        size = max(round(size * 2) / 2, self.frame.size * 1.4)
        return Head(size, ceil(size * 1.18 / self.frame.leading * 2) / 2 * self.frame.leading)

    def head_lines(self, node: Any, columns: int) -> float:
        """The lines of the grid that the head of a story takes, over so many columns."""
        if not (title := title_of(node)):
            return 1.0
        head, across, frame = self.head(title, columns), self.frame.across(columns), self.frame
        height = ceil(_ems(title) * head.size / across) * head.leading + 2 * frame.leading
        if isinstance(node, m.Article):
            height += frame.leading * (1.5 if node.kicker else 0)
            height += ceil(_ems(m.plain(node.deck)) * frame.size * 1.6 / across) * frame.leading * 2
            height += frame.leading * (m.plain(node.byline).count("\n") + 1.5 if node.byline else 0)
        return height / frame.leading

    # ── Pictures ──

    def rows(self, node: Any, columns: int) -> Iterator[tuple[tuple[m.Figure, ...], bool, Span]]:
        """The rows of figures of a story in so many columns, whether they open it, and where they stand."""
        for row, opens in rows_of(node):
            yield row, opens, self.row(row, columns, opens) if self.letters(node) else self._alone(row, columns)

    def _alone(self, figures: Sequence[m.Figure], columns: int) -> Span:
        """Where pictures stand in a story that is nothing else: over all its columns."""
        number = len(figures)
        return Span(columns, self._width(self._abreast(number, columns) or number, columns))

    def row(self, figures: Sequence[m.Figure], columns: int, opens: bool) -> Span:
        """Where a row of figures stands in a story of so many columns; one that opens it may stand over some of them,
        with text beside it."""
        frame, number = self.frame, len(figures)
        if columns == 1 or (number == 1 and not opens):
            return Span(0, frame.column)
        if opens:
            abreast = min(number if number <= 4 else 3, columns)
            each = min(self.large, columns // abreast)  # columns that a picture is wide
            if each > 1 and each * abreast <= columns:
                return Span(each * abreast, frame.across(each))
            if abreast > 1 and self.beside:
                return Span(abreast, frame.column)
        if abreast := self._abreast(number, columns):
            return Span(columns, self._width(abreast, columns))
        return Span(min(number, columns), frame.column) if opens else Span(0, frame.column)

    def _abreast(self, number: int, columns: int) -> int:
        """How many pictures of a row over all columns stand side by side: in even rows, as large as they may be, but
        in one row more than need be at most; 0 if they would be larger yet."""
        widest = self.frame.column * (self.large + 0.49)
        possible = [each for each in range(1, number + 1) if self._width(each, columns) >= 0.7 * self.frame.column]
        fewest = ceil(number / possible[-1])
        rows = {each: ceil(number / each) for each in possible
                if self._width(each, columns) <= widest and ceil(number / each) <= fewest + 1}  # fmt: skip
        return min(rows, key=lambda each: (rows[each] * each - number, each), default=0)

    def _width(self, abreast: int, columns: int) -> float:
        """The width of each of some pictures that fill columns side by side."""
        return (self.frame.across(columns) - (abreast - 1) * self.frame.gap) / abreast

    def figure_lines(self, figures: Sequence[m.Figure], span: Span) -> float:
        """The height of a row of figures with their captions, over the columns that it spans."""
        abreast = self.abreast(span)
        rows = [figures[each : each + abreast] for each in range(0, len(figures), abreast)]
        return sum(max(self._figure(each, span.width) for each in row) for row in rows)

    def abreast(self, span: Span) -> int:
        """How many pictures stand side by side in a span."""
        across = self.frame.across(span.columns or 1)
        return max(1, int((across + self.frame.gap + 0.1) / (span.width + self.frame.gap)))

    def _figure(self, figure: m.Figure, width: float) -> float:
        caption = m.plain(figure.caption) + m.plain(figure.credit)
        text = ceil(_ems(caption) * self.frame.size * 0.9 / width) * self.frame.leading * 0.9
        height = min(width * self.ratio(figure), self.frame.tallest)
        return (height + text + 1.5 * self.frame.leading) / self.frame.leading

    # ── Stories ──

    def story(self, node: Any, columns: int) -> Story:
        lines = self.head_lines(node, columns) + self.text_lines(node, columns)
        title = title_of(node)
        return Story(node, columns, self.head(title, columns), ceil(lines - 0.2), self)

    def text_lines(self, node: Any, columns: int) -> float:
        """The height of the columns below the head."""
        key = id(node), columns
        if key not in self._known:
            self._known[key] = self._text_lines(node, columns)
        return self._known[key]

    def _text_lines(self, node: Any, columns: int) -> float:
        beside = across = 0.0
        for figures, _, span in self.rows(node, columns):
            height = self.figure_lines(figures, span)
            if span.columns == columns:
                across += height
            else:
                beside += height * max(span.columns, 1)
        return ceil((beside + self.letters(node)) / columns) + across

    def letters(self, node: Any) -> float:
        """The lines of one endless column that the text of a story fills."""
        if (id(node), 0) not in self._known:
            self._known[id(node), 0] = self._letters(node)
        return self._known[id(node), 0]

    def _letters(self, node: Any) -> float:
        measure = self.frame.column / self.frame.size
        total = 0.0
        for each in m.walk(node):
            match each:
                case m.Paragraph(content):
                    total += max(1, ceil((_ems(m.plain(content)) + 2) / measure))
                case m.Section(title) if each is not node and title:
                    total += 1.5 + 1.5 * ceil(_ems(m.plain(title)) * 1.26 / measure)
                case m.Verse(stanzas):
                    total += sum(m.plain(stanza).count("\n") + 2 for stanza in stanzas)
                case m.Table():
                    total += 2 + 1.3 * (len(each.rows) + len(each.head))
                case m.CodeBlock(text) | m.MathBlock(text):
                    total += text.count("\n") + 2
                case _:
                    pass
        return total


def title_of(node: Any) -> str:
    """The words of a story's headline."""
    run = node.headline if isinstance(node, m.Article) else node.title if isinstance(node, m.Section) else ()
    return " ".join(m.plain(run).split())


def rows_of(node: Any) -> Iterator[tuple[tuple[m.Figure, ...], bool]]:
    """The figures of a story that stand in its text, neighbours together; and whether they open it."""
    opens = True
    for holder in [each for each in m.walk(node) if isinstance(each, m.Article | m.Section)]:
        run: list[m.Figure] = []
        for child in (*holder.body, None):
            if isinstance(child, m.Figure):
                run.append(child)
                continue
            if run:
                yield tuple(run), opens and holder is node
                run = []
            opens = False


def _ems(text: str) -> float:
    """About how wide a text is, in em."""
    return sum(1.0 if unicodedata.east_asian_width(each) in "WFA" else 0.56 for each in text)


# ── Bands ──

_MOST_IN_BAND = 5
_SHORTEST = 7
"""Lines below which a story in several columns looks like a strip."""
_BETWEEN = 2
"""Lines between two bands."""
_GIVE = 2.5
"""Lines that a story can be made longer by, above and below its head."""


def make_up(nodes: Sequence[Any], measures: Measures, start: float, spare: float) -> tuple[list[Band], float]:
    """The stories as bands, with pictures and heads as large as the pages have room for, and the line at which they
    end, counted through all pages.  `start` are the lines that the first page has lost already, `spare` those to be
    left on the last."""
    page = measures.frame.lines
    options: list[tuple[Any, list[Band], float]] = []
    sizes = ((3, 2), (2, 2), (3, 1), (2, 1), (1, 1))
    for scale, beside, (lead, rest) in product((1.0, 0.86), (False, True), sizes):
        heads = tuple(size * scale for size in measures.heads)
        tried = [replace(measures, large=large, heads=heads, beside=beside, _known={}) for large in (lead, rest)]
        for cost, made, end in bands(nodes, tried[0], tried[1], start, page - max(0, spare)):
            pages = ceil((end + spare) / page)
            left = pages * page - end
            cost += left * measures.frame.columns / 2 + 60 * (scale < 1) + 30 * beside
            options.append(((pages, left > page / 8, cost), made, end))
    return min(options, key=lambda option: option[0])[1:]


Piled = tuple[float, list[Band], float]
"""What some bands cost, the bands, and the line at which they end."""


def bands(nodes: Sequence[Any], lead: Measures, rest: Measures, start: float, highest: float) -> list[Piled]:
    """The stories as bands, those of several stacks so many lines high at most: of all ways, those that no other is
    both better and shorter than."""
    page = float(rest.frame.lines)
    measures = [lead, *[rest] * (len(nodes) - 1)]
    best: list[list[Piled]] = [[(0.0, [], start)]]
    for end in range(1, len(nodes) + 1):
        options: list[Piled] = []
        for begin in range(max(0, end - _MOST_IN_BAND), end):
            for band in _with_grown(_arrangements(nodes[begin:end], measures[begin:end])):
                if len(band.stacks) > 1 and band.lines > highest:  # stacks do not break
                    continue
                own = _cost(band, rest.frame, leads=begin == 0 and len(nodes) > 1)
                for cost, made, used in best[begin]:
                    lines, left = band.lines + (_BETWEEN if used % page else 0), -used % page
                    blank = _blank(band, lines, left, page)
                    carried = lines - left if left and not blank else 0.0
                    spoilt = 1.5 * blank + (_SHORTEST - carried if 0 < carried < _SHORTEST else 0)
                    options.append((cost + own + spoilt * rest.frame.columns, [*made, band], used + blank + lines))
        best.append(_front(options))
    return best[-1]


def _front(options: list[Piled]) -> list[Piled]:
    """Those that end above all that cost less."""
    front: list[Piled] = []
    for option in sorted(options, key=lambda option: (option[0], option[2])):
        if not front or option[2] < front[-1][2] - 0.5:
            front.append(option)
    return front


def _blank(band: Band, lines: float, left: float, page: float) -> float:
    """The lines left blank above a band that begins a page of its own, for it does not fit into those left."""
    if lines <= left or (len(band.stacks) == 1 and left > page / 5):  # a story may break
        return 0.0
    return left


def _arrangements(nodes: Sequence[Any], measures: Sequence[Measures]) -> Iterator[Band]:
    """The rows of stacks that some stories can make."""
    columns = measures[0].frame.columns
    if len(nodes) == 1:
        yield Band((Stack(columns, (measures[0].story(nodes[0], columns),)),))
        return
    for number in range(2, min(len(nodes), columns) + 1):
        for groups in _cuts(len(nodes), number):
            for widths in _cuts(columns, number):
                yield Band(
                    tuple(
                        Stack(b - a, tuple(measures[each].story(nodes[each], b - a) for each in range(first, last)))
                        for (first, last), (a, b) in zip(groups, widths, strict=True)
                    )
                )


def _with_grown(bands: Iterable[Band]) -> Iterator[Band]:
    """The bands, and those whose stacks have unlike feet with larger pictures in their short ones as well."""
    for band in bands:
        yield band
        foot = max(stack.lines + _GIVE * len(stack.stories) for stack in band.stacks if stack.lines == band.lines)
        stacks = tuple(_grown(stack, foot) for stack in band.stacks)
        if len(stacks) > 1 and stacks != band.stacks:
            yield Band(stacks)


def _grown(stack: Stack, height: float) -> Stack:
    """A stack with larger pictures, as far as the height goes."""
    for number, story in enumerate(stack.stories):
        larger = story.measures.larger.story(story.node, story.columns)
        stories = (*stack.stories[:number], larger, *stack.stories[number + 1 :])
        if larger.lines > story.lines and sum(each.lines for each in stories) <= height:
            stack = Stack(stack.columns, stories)
    return stack


@cache
def _cuts(length: int, parts: int) -> list[list[tuple[int, int]]]:
    """All ways to cut a length into so many parts, none empty."""
    cuts = ([0, *each, length] for each in combinations(range(1, length), parts - 1))
    return [list(pairwise(each)) for each in cuts]


def _cost(band: Band, frame: Frame, leads: bool) -> float:
    """How far a band is from what a maker-up would do, in lines of one column."""
    height, cost = band.lines, 0.0
    for stack in band.stacks:
        short = height - stack.lines - _GIVE * len(stack.stories)
        cost += stack.columns * max(0.0, short) ** 1.3
        cost += sum(_story_cost(story) for story in stack.stories)
    if leads and len(band.stacks) > 1:  # the lead is the widest
        first, *others = (stack.columns for stack in band.stacks)
        cost += 5 * frame.columns * max(0, 1 + max(others) - first)
    return cost


def _story_cost(story: Story) -> float:
    measures = story.measures
    text = measures.text_lines(story.node, story.columns)
    cost = 2.0 * story.columns * max(0.0, _SHORTEST - text) if story.columns > 1 else 0.0
    heights = [(row, span, measures.figure_lines(row, span)) for row, _, span in story.rows()]
    column = text - sum(height for _, span, height in heights if span.columns == story.columns)
    cost += 0.3 * story.columns * max(0.0, min(column, measures.frame.lines) - 45)
    within = [height / (1 if span.columns else len(row)) for row, span, height in heights
              if span.columns < story.columns]  # fmt: skip
    cost += 2.0 * story.columns * max(0.0, max(within, default=0.0) * 1.4 - text)  # a picture higher than its text
    for row, span, height in heights:
        cost += 12 * len(row) * (span.columns == 0 and len(row) > 1)  # neighbours that part
        abreast = measures.abreast(span)  # the hole in a last row:
        cost += -len(row) % abreast * max(span.columns, 1) / abreast * height / ceil(len(row) / abreast)
    most = measures.heads[min(story.columns, len(measures.heads)) - 1]
    cost += 6 * story.columns * max(0.0, 0.8 - story.head.size / most)
    lines = ceil(_ems(title_of(story.node)) * story.head.size / measures.frame.across(story.columns))
    return cost + 5 * max(0, lines - 2)


def split(nodes: Iterable[Any]) -> Iterator[tuple[str, list[Any]]]:
    """The body of a document as runs: stories to be arranged, loose blocks between them, furniture of the page; a page
    of the print begins a run."""
    run: list[Any] = []
    kind = ""
    for node in nodes:
        each = _kind(node)
        if run and (each != kind or each == "page"):
            yield kind, run
            run = []
        run.append(node)
        kind = each
    if run:
        yield kind, run


def _kind(node: Any) -> str:
    if isinstance(node, m.PageBreak):
        return "page"
    if isinstance(node, m.Article) or (isinstance(node, m.Section) and node.title):
        return "stories"
    return "furniture" if m.is_furniture(node) else "loose"
