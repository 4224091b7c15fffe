"""Columns as a page is made up: filled to one line of the grid, pictures over several of them, short ones spread.

It assumes WeasyPrint 70.0, of which it replaces two functions while `made_up()` is entered, in the thread that entered
it alone, and teaches it one value of CSS:

    weasyprint.layout.block.columns_layout   columns of any height → the least whole number of lines that holds the text
    weasyprint.layout.layout_backgrounds     backgrounds of a page that is laid out → the same, when its feet are evened
    column-span: 2                           a picture over the last two columns, at the top of the text that follows

WeasyPrint makes its columns higher by pixels until all fits, and leaves the last one as short as it comes out.  Here
columns differ by a line, and one that would end early, for a head or a picture does not fit below, has its space
above its own heads and pictures, in whole lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil, floor, isinf
from typing import Any

from weasyprint import layout
from weasyprint.css.properties import Dimension
from weasyprint.css.tokens import get_single_keyword
from weasyprint.css.validation.properties import PROPERTIES
from weasyprint.formatting_structure import boxes
from weasyprint.layout import block
from weasyprint.layout.percent import percentage, resolve_percentages
from weasyprint.text import line_break

from docconv.typeset.seam import replacing
from docconv.typeset.seam.feet import classes, even_feet


@contextmanager
def made_up() -> Iterator[None]:
    """Lay out with these columns inside this block, within `composition()`."""
    PROPERTIES["column-span"] = _column_span
    with replacing((block, "columns_layout", _columns_layout), (layout, "layout_backgrounds", _layout_backgrounds)):
        yield


def _columns_layout(original: Any, *arguments: Any) -> Any:
    return _layout(*arguments) if _is_known(arguments[1]) else original(*arguments)


def _layout_backgrounds(original: Any, page: Any, get_image: Any) -> Any:
    even_feet(page)
    return original(page, get_image)


def _column_span(tokens: Any) -> Any:
    if len(tokens) == 1 and tokens[0].type == "number" and tokens[0].is_integer and tokens[0].int_value > 1:
        return int(tokens[0].int_value)
    keyword = get_single_keyword(tokens)
    return keyword if keyword in ("all", "none") else None


_column_span.wants_base_url = False  # type: ignore[attr-defined]


def _is_known(box: Any) -> bool:
    """Whether a box of columns is one that is laid out here: of its own height, from left to right, in normal flow."""
    style = box.style
    return bool(style["height"] == "auto" and style["direction"] == "ltr" and style["position"] == "static")


@dataclass
class _Scene:
    """What WeasyPrint hands on from one layout to the next, and the columns' measures."""

    context: Any
    box: Any
    containing_block: Any
    bottom_space: float
    styles: tuple[Any, Any]
    width: float
    gap: float
    count: int
    pitch: float

    def x(self, column: int) -> float:
        return float(self.box.content_box_x()) + column * (self.width + self.gap)

    def across(self, columns: int) -> float:
        return columns * (self.width + self.gap) - self.gap

    def to_the_grid(self, y: float) -> float:
        """The grid's line at `y` or below it; `y` itself, if the text does not keep to the grid."""
        if self.box.style["line_snap"] != "baseline":
            return y
        top = float(self.context.current_footnote_area.page.content_box_y())
        return top + ceil((y - top) / self.pitch - 0.05) * self.pitch


def _layout(
    context: Any, box: Any, bottom_space: float, skip_stack: Any, containing_block: Any, page_is_empty: bool,
    absolute_boxes: Any, fixed_boxes: Any, adjoining_margins: Any, first_letter_style: Any, first_line_style: Any,
) -> Any:  # fmt: skip
    """The replacement of `columns_layout`: what spans all columns, and what is in columns, one after the other."""
    if "band" in classes(box):
        return _row(context, box, bottom_space, skip_stack, containing_block, page_is_empty, absolute_boxes,
                    fixed_boxes, adjoining_margins)  # fmt: skip
    context.in_column = True
    box = box.copy_with_children(_without_sections(box.children))
    box.position_y += block.collapse_margin(adjoining_margins)
    block.block_level_width(box, containing_block)
    scene = _scene(context, box, containing_block, bottom_space, (first_letter_style, first_line_style))
    flow = _Flow(scene, page_is_empty, absolute_boxes, fixed_boxes)
    resume = flow.set(box.children, skip_stack)
    context.in_column = False
    is_whole = not resume or page_is_empty or skip_stack or not flow.is_too_short(box.style["break_inside"])
    if (box.children and not flow.made) or not is_whole:
        return None, (0, None), {"break": "any", "page": None}, [], False
    box.children = flow.made
    _seal(box)
    box.height = max(flow.y + block.collapse_margin(flow.margins) - box.content_box_y(), _px(box.min_height))
    return box, resume, flow.next_page, [], False


def _seal(box: Any) -> None:
    """Keep WeasyPrint from breaking what is made up at another place, where it looks for a better one."""
    box.style = box.style.copy()
    box.style["break_inside"] = "avoid"


class _Resume(dict[int, Any]):
    """Where a story goes on, and the numbers of those rows of pictures further on that have been set already."""

    raised: frozenset[int] = frozenset()


def _resume(where: dict[int, Any], raised: frozenset[int]) -> _Resume:
    resume = _Resume(where)
    resume.raised = raised
    return resume


class _Flow:
    """What of a story stands on a page, from above downwards."""

    def __init__(self, scene: _Scene, page_is_empty: bool, absolute_boxes: Any, fixed_boxes: Any) -> None:
        self.scene, self.page_is_empty, self.elsewhere = scene, page_is_empty, (absolute_boxes, fixed_boxes)
        self.y = self.top = float(scene.box.content_box_y())
        self.margins: list[float] = []
        self.made: list[Any] = []
        self.next_page: Any = {"break": "any", "page": None}

    def set(self, children: Sequence[Any], skip_stack: Any) -> Any:
        """Set children from where the page before ended; return where the next page resumes.

        A row of pictures that does not fit below the text stands above it, and text closes the page: else it would
        stand alone on the next one, or leave this one short."""
        raised: frozenset[int] = getattr(skip_stack, "raised", frozenset())
        skip, inner = next(iter(skip_stack.items())) if skip_stack else (0, None)
        text: Any = None
        for numbers, part in _parts(children, skip, self.scene.count, raised):
            before, self.next_page = self._state(), {"break": "any", "page": None}
            is_set, rest = self._add(part, inner)
            if text and _is_row(part) and (rest or not is_set):
                if risen := self._raise(part, *text):
                    return _resume(risen, raised | {numbers[0]})
                is_set, rest = self._add(part, inner)
            if not is_set:
                return _resume({numbers[0]: None}, raised)
            if rest:
                return _resume({numbers[number]: below for number, below in rest.items()}, raised)
            text = (numbers, part, inner, before) if isinstance(part, list) else None
            inner = None
        return None

    def _state(self) -> tuple[float, list[float], list[Any]]:
        return self.y, self.margins, list(self.made)

    def _add(self, part: Any, inner: Any) -> tuple[bool, Any]:
        """Set a run of blocks in columns, or a block across them; whether that went, and what of it did not fit."""
        scene, empty = self.scene, self.page_is_empty and not self.made
        if isinstance(part, list):
            y = scene.to_the_grid(self.y + block.collapse_margin(self.margins))
            start = {0: inner} if inner else None
            new, rest, self.next_page = _columns(scene, part, y, start, empty, *self.elsewhere)
            self.y = max((column.position_y + column.height for column in new), default=y)
            self.margins = []
        else:
            new, below, self.next_page, self.margins = _across(scene, part, self.y, inner, empty, self.margins,
                                                               *self.elsewhere)  # fmt: skip
            self.y = new[0].border_box_y() + new[0].border_height() if new else self.y
            self.margins = [*self.margins, new[0].margin_bottom] if new else self.margins
            rest = {0: below} if below else None
        self.made += new
        return bool(new), rest

    def _raise(self, row: Any, numbers: Sequence[int], text: list[Any], inner: Any, before: Any) -> Any:
        """Set a row of pictures above the run of text that was set last; where the text resumes, or None if it
        stands better on the next page."""
        self._take_back(before)
        is_set, rest = self._add(row, None)
        picture = self.made[-1:]
        if is_set and not rest and self._room() > _LEAST:
            is_set, rest = self._add(text, inner)
            if is_set and rest:
                self.made = [each for each in self.made if each not in picture] + picture  # in the order of the source
                return {numbers[number]: below for number, below in rest.items()}
        self._take_back(before)
        self._add(text, inner)
        return None

    def _take_back(self, state: tuple[float, list[float], list[Any]]) -> None:
        gone = [box for box in self.made if box not in state[2]]
        block.remove_placeholders(self.scene.context, gone, *self.elsewhere)
        self.y, self.margins, self.made = state[0], state[1], list(state[2])

    def _room(self) -> float:
        """Lines that are left on the page."""
        scene = self.scene
        return float((scene.context.page_bottom - scene.bottom_space - self.y) / scene.pitch)

    def is_too_short(self, break_inside: str) -> bool:
        """Whether a story that wants to be whole shall rather begin a page than go on over one: it would leave less
        than two fifths of this one blank, or have no text here."""
        page = self.scene.context.current_footnote_area.page
        left = self.scene.context.page_bottom - self.scene.bottom_space - self.top
        has_text = any(box.is_column and box.height > _LEAST * self.scene.pitch for box in self.made)
        return block.avoid_page_break(break_inside, self.scene.context) and not (left > page.height * 0.4 and has_text)


_LEAST = 4
"""Lines of text that a head or a row of pictures has below it at least."""


def _is_row(part: Any) -> bool:
    return not isinstance(part, list) and (part.element_tag == "figure" or "gallery" in classes(part))


def _without_sections(children: Sequence[Any]) -> list[Any]:
    """The blocks of a story in one row, whatever section they are in: any of them may span columns."""
    row: list[Any] = []
    for child in children:
        row += _without_sections(child.children) if _is_mere_holder(child) else [child]
    return row


def _is_mere_holder(box: Any) -> bool:
    is_gallery = "gallery" in classes(box)
    return box.element_tag == "section" or (
        is_gallery and all(isinstance(child, boxes.BlockBox) for child in box.children)
    )


def _row(
    context: Any, box: Any, bottom_space: float, skip_stack: Any, containing_block: Any, page_is_empty: bool,
    absolute_boxes: Any, fixed_boxes: Any, adjoining_margins: Any,
) -> Any:  # fmt: skip
    """A band: its stacks side by side, all on one page; one that is higher than a page goes on over the next, each
    stack below itself."""
    box = box.copy_with_children(box.children)
    box.position_y += block.collapse_margin(adjoining_margins)
    block.block_level_width(box, containing_block)
    x, made = float(box.content_box_x()), list[Any]()
    rest: dict[int, Any] = {}
    for number, stack in enumerate(box.children):
        is_done = bool(skip_stack) and number not in skip_stack
        child = stack.copy_with_children([]) if is_done else stack.copy()
        child.position_x, child.position_y = x, box.content_box_y()
        begin = skip_stack.get(number) if skip_stack else None
        new, resume, *_ = block.block_level_layout(context, child, bottom_space, begin, box, page_is_empty,
                                                   absolute_boxes, fixed_boxes, [])  # fmt: skip
        if new is None or (resume and not page_is_empty):
            block.remove_placeholders(context, [each for each in (*made, new) if each], absolute_boxes, fixed_boxes)
            return None, (0, None), {"break": "any", "page": None}, [], False
        x += new.margin_width() if "stack" in classes(new) else 0  # a mark of the page of the print takes no room
        made.append(new)
        if resume:
            rest[number] = resume
    box.children = made
    _seal(box)
    box.height = max(new.position_y + new.margin_height() for new in made) - box.content_box_y()
    return box, rest or None, {"break": "any", "page": None}, [], False


def _px(length: Any) -> float:
    return 0.0 if length == "auto" else float(length)


def _scene(context: Any, box: Any, containing_block: Any, bottom_space: float, styles: tuple[Any, Any]) -> _Scene:
    style = box.style
    gap = style["font_size"] if style["column_gap"] == "normal" else percentage(style["column_gap"], style, box.width)
    count, width = style["column_count"], style["column_width"]
    if width != "auto":
        most = max(1, floor((box.width + gap) / (width + gap)))
        count = most if count == "auto" else min(count, most)
    pitch = line_break.strut(style.root_style)[0]
    return _Scene(context, box, containing_block, bottom_space, styles, (box.width + gap) / count - gap, gap, count,
                  pitch)  # fmt: skip


def _parts(children: Sequence[Any], skip: int, count: int, raised: frozenset[int]) -> Iterator[tuple[list[int], Any]]:
    """What spans all columns by itself, and runs of what does not; each with the numbers of its children.

    What spans some columns begins a run; what has been set already is left out."""
    run: list[Any] = []
    numbers: list[int] = []
    for number, child in enumerate(children[skip:], skip):
        if number in raised:
            continue
        span = child.style["column_span"]
        is_across = span == "all" or (isinstance(span, int) and span >= count)
        if run and (is_across or isinstance(span, int)):
            yield numbers, run
            run, numbers = [], []
        if is_across:
            yield [number], child.copy()
        else:
            run.append(child.copy())
            numbers.append(number)
    if run:
        yield numbers, run


def _across(
    scene: _Scene, child: Any, y: float, skip_stack: Any, page_is_empty: bool, margins: Any, absolute_boxes: Any,
    fixed_boxes: Any,
) -> Any:  # fmt: skip
    """A child that spans all columns."""
    resolve_percentages(child, scene.containing_block)
    child.position_x, child.position_y = scene.box.content_box_x(), y
    new, resume, next_page, margins, _, _ = block.block_level_layout(
        scene.context, child, scene.bottom_space, skip_stack, scene.box, page_is_empty, absolute_boxes, fixed_boxes,
        margins, *scene.styles,
    )  # fmt: skip
    return ([] if new is None else [new]), resume, next_page, margins


def _columns(
    scene: _Scene, children: list[Any], y: float, skip_stack: Any, page_is_empty: bool, absolute_boxes: Any,
    fixed_boxes: Any,
) -> Any:  # fmt: skip
    """A run of children in columns, and where the next page resumes."""
    filling = _Filling(scene, children, y, skip_stack, page_is_empty)
    heights = filling.heights()
    columns, resume, next_page = filling.fill(heights, absolute_boxes, fixed_boxes)
    if any(column is None for column in columns) or not columns:
        return [], None, next_page
    bottom = y + max(heights) * scene.pitch
    for column in columns:
        _raise_head(column, scene.pitch)
        if column is not columns[-1] or resume:
            height = heights[round((column.position_x - scene.x(0)) / (scene.width + scene.gap))]
            _spread(column, y + height * scene.pitch, scene.pitch)
    reached = max(_foot(column) for column in columns)
    end = min(bottom, y + ceil((reached - y) / scene.pitch - 0.05) * scene.pitch) if not resume else bottom
    for column in columns:
        column.height = max(end - column.position_y, 0)
    if not resume:  # nothing is left for a column below a picture: no rule beside it either
        columns = [column for column in columns if column.height or column.children]
    resume = {number + len(filling.wide): rest for number, rest in resume.items()} if resume else None
    return [*filling.wide, *columns], resume, next_page


class _Filling:
    """One run of children, to be filled into columns of some heights, in lines."""

    def __init__(self, scene: _Scene, children: list[Any], y: float, skip_stack: Any, page_is_empty: bool) -> None:
        self.scene, self.y, self.skip_stack, self.page_is_empty = scene, y, skip_stack, page_is_empty
        self.children, self.covered, self.depth = children, 0, 0.0
        self.wide: list[Any] = []
        span = children[0].style["column_span"]
        if isinstance(span, int) and not skip_stack:
            self._set_wide(children[0], span)

    def _set_wide(self, child: Any, span: int) -> None:
        """Lay the picture over the last columns; those begin below it."""
        column = self._column([child], self.scene.count - span, self.y, self.scene.across(span))
        made, resume, *_ = self._lay(column, self.scene.bottom_space, None, self.page_is_empty, [], [])
        if made is None or resume:
            return
        made.style = made.style.copy()
        made.style["column_span"] = "all"  # no rule is drawn at its left
        made.height = _foot(made) - made.position_y
        under = self.scene.to_the_grid(self.y + made.height + self.scene.pitch * 0.9)
        self.wide, self.covered, self.depth = [made], span, under - self.y
        self.children = self.children[1:]

    def heights(self) -> list[int]:
        """The heights of the columns in lines: as few as hold the text, and differing by one."""
        scene = self.scene
        room = scene.context.page_bottom if isinf(scene.bottom_space) else 0.0  # where nothing breaks
        most = floor((room or scene.context.page_bottom - scene.bottom_space - self.y) / scene.pitch + 0.05)
        columns, resume, _ = self.fill([most] * scene.count)
        if resume or most < 1 or any(column is None for column in columns):
            return [most] * scene.count
        used = sum(_foot(column) - column.position_y for column in columns)
        least = ceil((used + self.covered * self.depth) / scene.count / scene.pitch - 0.1)
        for height in range(max(least, 1), most):
            if self._holds([height] * scene.count):
                return self._balanced([height] * scene.count)
        return [most] * scene.count

    def _holds(self, heights: list[int]) -> bool:
        columns, resume, _ = self.fill(heights)
        return not resume and all(column is not None for column in columns)

    def _balanced(self, heights: list[int]) -> list[int]:
        """Heights by which the last column ends with the others, as far as may be."""
        tight = self.children
        made = self._loosened(self._evened(heights))
        if self._short(made) > 1:
            first, self.children = (self._short(made), self.children), tight
            other = self._evened(self._loosened(heights))
            if self._short(other) < first[0]:
                return other
            self.children = first[1]
        return made

    def _evened(self, heights: list[int]) -> list[int]:
        """The same heights, each a line less where the rest still holds the text: the last column fills up."""
        for number in range(self.scene.count - 1, -1, -1):
            tried = [each - (place == number) for place, each in enumerate(heights)]
            if heights[number] > 1 and self._holds(tried):
                heights = tried
        return heights

    def _loosened(self, heights: list[int]) -> list[int]:
        """The same heights; where the last column ends early, lines are added above the last heads and pictures."""
        short, tries = self._short(heights), 8
        for number in range(len(self.children) - 1, 0, -1):
            if self.children[number].element_tag not in _STRETCHED:
                continue
            for lines in range(min(short, _MOST), 0, -1):
                tries -= 1
                if short < 2 or tries < 0:
                    return heights
                tight = self.children
                lowered = _lowered(tight[number], lines * self.scene.pitch)
                self.children = [*tight[:number], lowered, *tight[number + 1 :]]
                if self._holds(heights) and (left := self._short(heights)) < short:
                    short = left
                    break
                self.children = tight
        return heights

    def _short(self, heights: list[int]) -> int:
        """How many lines the last column ends above the others."""
        columns, _, _ = self.fill(heights)
        feet = [_foot(column) for column in {round(column.position_x): column for column in columns}.values()]
        return floor((min(feet[:-1], default=feet[-1]) - feet[-1]) / self.scene.pitch + 0.1)

    def fill(self, heights: list[int], absolute_boxes: Any = None, fixed_boxes: Any = None) -> Any:
        """Columns of these heights (None for one that holds nothing), where the text resumes, and the next page.

        Without lists of boxes it is a trial.  A picture that does not fit below the text makes way for what follows it
        and opens the next column."""
        scene, columns, resume, children = self.scene, list[Any](), self.skip_stack, self.children
        next_page: Any = {"break": "any", "page": None}
        boxes_elsewhere = None if absolute_boxes is None else (absolute_boxes, fixed_boxes)
        waiting: Any = None
        moved: list[Any] = []
        for number, height in enumerate(heights):
            top = self.y + (self.depth if number >= scene.count - self.covered else 0)
            bottom = self.y + height * scene.pitch
            if waiting is not None:
                opening, top = self._open(waiting, number, top, bottom, boxes_elsewhere)
                columns.append(opening)
                waiting = None
            begin = resume
            made, resume, next_page = self._text(children, number, top, bottom, begin, boxes_elsewhere)
            late = self._late(children, made, resume, bottom) if number + 1 < len(heights) else None
            if late is not None:
                waiting = children[late]
                moved.append(waiting)
                children = children[:late] + children[late + 1 :]
                made, resume, next_page = self._text(children, number, top, bottom, begin, boxes_elsewhere)
            columns.append(made)
            if made is None or (resume is None and waiting is None):
                break
            if resume is None:
                resume = {len(children): None}
        if resume is None or next(iter(resume)) >= len(children):
            return columns, None, next_page
        return columns, {index + len(moved): rest for index, rest in resume.items()}, next_page

    def _late(self, children: list[Any], made: Any, resume: Any, bottom: float) -> int | None:
        """The number of a picture that did not fit below the text of a column, and left lines blank."""
        if made is None or not resume or bottom - _foot(made) < 1.8 * self.scene.pitch:
            return None
        ((index, rest),) = resume.items()
        is_picture = index < len(children) and _is_picture(children[index])
        follows = index + 1 < len(children) and children[index + 1].element_tag == "p"
        return index if rest is None and is_picture and follows else None

    def _open(self, picture: Any, number: int, top: float, bottom: float, elsewhere: Any) -> Any:
        """A picture at the top of a column, and where the text below it begins."""
        absolute, fixed = elsewhere or ([], [])
        column = self._column([picture], number, top, self.scene.width)
        made, cut, _ = self._lay(column, self.scene.context.page_bottom - bottom - 0.01, None, True, absolute, fixed)
        if made is None or cut or (elsewhere is None and _foot(made) > bottom + 0.1):  # its caption stays with it
            return None, top
        made.height = _foot(made) - made.position_y
        return made, self.scene.to_the_grid(_foot(made) + self.scene.pitch * 0.9)

    def _text(self, children: list[Any], number: int, top: float, bottom: float, resume: Any, elsewhere: Any) -> Any:
        """One column from `top` to `bottom`, where it resumes, and the next page."""
        if resume and next(iter(resume)) >= len(children):
            children, resume = [], None
        scene = self.scene
        absolute, fixed = elsewhere or ([], [])
        made, resume, next_page = self._lay(
            self._column(children, number, top, scene.width), scene.context.page_bottom - bottom - 0.01, resume,
            self.page_is_empty and elsewhere is not None and number == 0, absolute, fixed,
        )  # fmt: skip
        if elsewhere is None and made is not None:
            block.remove_placeholders(scene.context, [made], [], [])
        return made, resume, next_page

    def _column(self, children: list[Any], number: int, top: float, width: float) -> Any:
        box = self.scene.box
        column = box.anonymous_from(box, children=[child.copy() for child in children])
        resolve_percentages(column, self.scene.containing_block)
        column.is_column, column.width = True, width
        column.position_x, column.position_y = self.scene.x(number), top
        return column

    def _lay(self, column: Any, bottom_space: float, resume: Any, must: bool, absolute: Any, fixed: Any) -> Any:
        made, resume, next_page, *_ = block.block_box_layout(
            self.scene.context, column, bottom_space, resume, self.scene.containing_block, must, absolute, fixed, [],
            *self.scene.styles, discard=False, max_lines=None,
        )  # fmt: skip
        return made, resume, next_page


def _lowered(box: Any, distance: float) -> Any:
    """A block with more space above it."""
    above = box.style["margin_top"]
    if not distance or above == "auto":
        return box
    box = box.copy()
    box.style = box.style.copy()
    box.style["margin_top"] = Dimension(above.value + distance, "px")
    return box


def _is_picture(box: Any) -> bool:
    return bool(box.element_tag == "figure" and box.style["column_span"] == "none")


# ── A column that ends early ──

_STRETCHED = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "figure", "table", "blockquote", "aside", "pre", "hr"})
_MOST = 3
"""Lines that may be added above one head or picture."""


def _foot(column: Any) -> float:
    """Where the last thing in a column ends, its margin left out."""
    last = next((child for child in reversed(column.children) if child.is_in_normal_flow()), None)
    if last is None:
        return float(column.position_y)
    if isinstance(last, boxes.BlockContainerBox) and last.children and last.element_tag not in _STRETCHED:
        return max(_foot(last), float(last.position_y))
    return float(last.position_y + last.margin_height() - _px(last.margin_bottom))


def _raise_head(column: Any, pitch: float) -> None:
    """What opens a column stands at its top: the space above a head is left out, in whole lines."""
    first: Any = column
    while isinstance(first, boxes.BlockContainerBox) and first.children and first.element_tag not in _STRETCHED:
        first = first.children[0]
    if isinstance(first, boxes.LineBox) or first is column or first.element_tag not in _STRETCHED:
        return
    above = first.border_box_y() - column.position_y
    lines = floor(above / pitch + 0.05)
    if lines > 0:
        for child in column.children:
            child.translate(0, -lines * pitch)


def _spread(column: Any, bottom: float, pitch: float) -> None:
    """Add whole lines above the heads and pictures of a column, so that it ends at `bottom`."""
    short = floor((bottom - _foot(column)) / pitch + 0.1)
    points = list(_points_in(column))[1 if _opens(column) else 0 :]
    if not points or short < 1 or short > _MOST * len(points):
        return
    for number, point in enumerate(points):
        lines = short // len(points) + (number < short % len(points))
        if not lines:
            continue
        half = lines * pitch / 2 if point.element_tag == "figure" else 0
        _push(column, point, lines * pitch - half)
        if half and (after := _after(column, point)) is not None:
            _push(column, after, half)
        elif half:
            _push(column, point, half)


def _opens(column: Any) -> bool:
    """Whether a column begins with a head or picture."""
    first = column
    while isinstance(first, boxes.BlockContainerBox) and first.children:
        first = first.children[0]
        if first.element_tag in _STRETCHED and not isinstance(first, boxes.LineBox):
            return True
    return False


def _points_in(box: Any) -> Iterator[Any]:
    for child in box.children:
        if isinstance(child, boxes.LineBox) or not child.is_in_normal_flow():
            continue
        if child.element_tag in _STRETCHED:
            yield child
        elif isinstance(child, boxes.BlockContainerBox):
            yield from _points_in(child)


def _after(box: Any, target: Any) -> Any:
    """The block that follows a block in a column, on whatever level."""
    found = False
    for each in _leaves(box):
        if found:
            return each
        found = each is target
    return None


def _leaves(box: Any) -> Iterator[Any]:
    for child in box.children:
        if (
            not isinstance(child, boxes.BlockContainerBox)
            or child.element_tag in _STRETCHED
            or (child.children and isinstance(child.children[0], boxes.LineBox))
        ):
            yield child
        else:
            yield from _leaves(child)


def _push(box: Any, target: Any, distance: float) -> bool:
    """Move a block and all that follows it downwards; what holds it grows."""
    for number, child in enumerate(box.children):
        is_it = child is target
        if is_it or (isinstance(child, boxes.BlockContainerBox) and _push(child, target, distance)):
            for later in box.children[number + (not is_it) :]:
                later.translate(0, distance)
            if not box.is_column:
                box.height += distance
            return True
    return False
