"""The tables of Word: rows and cells with their spans.

It assumes that a cell that is merged with the one above stands in the file all the same, as a rule empty (ECMA-376
part 1, 17.4.84).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from lxml import etree

from docconv import model as m
from docconv.readers.blocks import LARGEST_SPAN, bounded
from docconv.readers.docx.assembly import Piece
from docconv.readers.docx.office import quoted
from docconv.readers.docx.package import child, is_on, name_of, number, value
from docconv.readers.docx.symbols import text_of

if TYPE_CHECKING:
    from docconv.readers.docx.story import Story


@dataclass(slots=True)
class GridCell:
    """A cell with the column that it begins in."""

    body: m.Blocks
    column: int
    width: int
    height: int = 1


@dataclass(slots=True)
class GridRow:
    """A row; `is_head` if it repeats at the top of each page."""

    is_head: bool
    cells: list[GridCell] = field(default_factory=list)


def read_table(element: etree._Element, story: Story) -> Iterator[Piece]:
    """A table as a piece of its flow; nothing of one without cells."""
    place = story.place()
    with story.deeper():
        rows = _rows(element, story)
    if not any(row.cells for row in rows):
        return
    made = table_of(rows, place, _sets_first_apart(child(element, "w:tblPr", "w:tblLook")))
    yield Piece("table", [made], (), place, [])


def table_of(rows: list[GridRow], place: m.Place | None, sets_first_apart: bool = False) -> m.Table:
    """The table of rows, of which some are its head."""
    heads = _heads(rows, sets_first_apart)
    head, body = (bounded([m.Row(tuple(_made(cell, is_head) for cell in row.cells)) for row in part])
                  for part, is_head in ((rows[:heads], True), (rows[heads:], False)))  # fmt: skip
    return m.Table(head=head, rows=body, place=place)


def _rows(element: etree._Element, story: Story) -> list[GridRow]:
    rows: list[GridRow] = []
    open_cells: dict[int, GridCell] = {}  # column → the cell that those below may be merged with
    for each in _within(element, "w:tr"):
        properties = child(each, "w:trPr")
        if child(properties, "w:del") is not None and not story.office.shows_changes:
            words = text_of(each)
            story.office.report("change-tracked", f"a row that was deleted is left out: {quoted(words)}", story.place(),
                                "accept it in Word; --track all shows it", words)  # fmt: skip
            continue
        rows.append(_row(each, properties, story, open_cells))
    return rows


def _within(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """The rows of a table or cells of a row, through controls and changes around them."""
    for each in element:
        if name_of(each) == name:
            yield each
        elif name_of(each) not in ("w:tbl", "w:p", "w:tc"):
            yield from _within(each, name)


def _row(
    element: etree._Element, properties: etree._Element | None, story: Story, above: dict[int, GridCell]
) -> GridRow:
    row = GridRow(is_on(child(properties, "w:tblHeader")))
    column = _span(child(properties, "w:gridBefore"), 0)
    if column:
        row.cells.append(GridCell((), 0, column))
    for each in _within(element, "w:tc"):
        settings = child(each, "w:tcPr")
        width = _span(child(settings, "w:gridSpan"), 1)
        merge, beside = child(settings, "w:vMerge"), child(settings, "w:hMerge")
        body = story.blocks(each)
        upper = above.get(column)
        if merge is not None and value(merge) != "restart" and upper is not None:
            upper.height += 1
            upper.body += body
        elif beside is not None and value(beside) != "restart" and row.cells:
            row.cells[-1].width += width
            row.cells[-1].body += body
        else:
            cell = GridCell(body, column, width)
            row.cells.append(cell)
            above.pop(column, None)
            if merge is not None:
                above[column] = cell
        column += width
    return row


def _span(element: etree._Element | None, otherwise: int) -> int:
    return min(max(number(value(element), otherwise), otherwise), LARGEST_SPAN) if element is not None else otherwise


def _heads(rows: list[GridRow], sets_first_apart: bool) -> int:
    """How many rows are the head: those that repeat on each page, else the first if the table's look sets it apart,
    with all rows that its cells reach into."""
    heads = next((at for at, row in enumerate(rows) if not row.is_head), len(rows))
    if not heads and len(rows) > 1 and sets_first_apart:
        heads = 1
    reach = heads
    for at, row in enumerate(rows):
        if at < reach:
            reach = max([reach, *(at + cell.height for cell in row.cells)])
    return 0 if reach >= len(rows) else reach


_FIRST_ROW = 0x20
"""The bit of a table's look for its first row (17.4.56)."""


def _sets_first_apart(look: etree._Element | None) -> bool:
    if stated := value(look, "w:firstRow"):
        return stated in ("1", "true", "on")
    bits = value(look)
    return re.fullmatch("[0-9A-Fa-f]{1,8}", bits) is not None and bool(int(bits, 16) & _FIRST_ROW)


def _made(cell: GridCell, is_head: bool) -> m.Cell:
    """A cell, which stands as its paragraphs do if they all stand alike."""
    aligns = {block.align if isinstance(block, m.Paragraph) else "" for block in cell.body}
    align = aligns.pop() if len(aligns) == 1 else ""
    body = cell.body
    if align:
        body = tuple(replace(block, align="") if isinstance(block, m.Paragraph) else block for block in body)
    return m.Cell(body, is_head, cell.width, cell.height, align)
