"""What docling writes as JSON: a DoclingDocument.

It assumes the form of docling_core.types.doc; what points nowhere is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

from docconv import model as m
from docconv.readers.blocks import LARGEST_SPAN, LARGEST_TABLE, bounded
from docconv.readers.layout.things import KINDS, Thing, ThingKind, formula, literal, ruled
from docconv.readers.layout.values import Record, array, integer, record, string
from docconv.readers.page.inlines import read_inlines

_POINTER = re.compile(r"#/(texts|groups|tables|pictures|key_value_items|form_items)/(\d{1,9})")
_MARKER = re.compile(r"[^\w\s]?\d{1,4}[^\w\s]?|[①-⑳]")
_CHECKBOXES = {"checkbox_selected": "☑ ", "checkbox_unselected": "☐ "}


class Docling:
    """A DoclingDocument: a tree of JSON pointers (`$ref`) from `body` through `children` to `texts`, `groups`,
    `tables` and `pictures`; `furniture` is the older place of running heads (now `content_layer`).

    A text has `label`, `text`, `orig`, `level`, `marker`, `enumerated`, `code_language`, `formatting`; a picture or
    table has `captions` and `footnotes`; all have `prov` with `page_no`."""

    def __init__(self, document: Record) -> None:
        self.document = document
        self.seen: set[str] = set()
        self.number = 0

    def things(self) -> list[Thing]:
        floats = [record(node) for name in ("tables", "pictures", "texts") for node in array(self.document.get(name))]
        owned = {ref for node in floats for name in ("captions", "footnotes") for ref in _pointers(node.get(name))}
        roots = [*_pointers(_children(self.document, "body")), *_pointers(_children(self.document, "furniture"))]
        things = list(self._walk(roots, owned))
        if not things:  # a tree that leads nowhere
            names = ("texts", "tables", "pictures")
            every = [f"#/{name}/{at}" for name in names for at in range(len(array(self.document.get(name))))]
            things = list(self._walk(every, owned))
        return things

    def _walk(self, roots: list[str], owned: set[str]) -> Iterator[Thing]:
        stack = roots[::-1]
        while stack:
            pointer = stack.pop()
            if pointer in self.seen or pointer in owned:
                continue
            self.seen.add(pointer)
            node = self._node(pointer)
            if not node:
                continue
            self.number += not pointer.startswith("#/groups/") or node.get("label") == "inline"
            if pointer.startswith("#/pictures/"):
                yield self._picture(node, owned)
            elif pointer.startswith("#/tables/"):
                yield self._table(node)
            elif pointer.startswith(("#/key_value_items/", "#/form_items/")):
                yield from self._pairs(node)
            elif pointer.startswith("#/groups/") and node.get("label") == "inline":
                yield self._thing("text", self._joined(node), node)
            else:
                if pointer.startswith("#/texts/"):
                    yield self._text(node)
                stack += _pointers(node.get("children"))[::-1]

    def _node(self, pointer: str) -> Record:
        """The object at a pointer; an empty one if it points nowhere."""
        found = _POINTER.fullmatch(pointer)
        nodes = array(self.document.get(found[1])) if found else []
        return record(nodes[int(found[2])]) if found and int(found[2]) < len(nodes) else {}

    def _thing(self, kind: ThingKind, text: str, node: Record) -> Thing:
        page = next((integer(record(each).get("page_no")) for each in array(node.get("prov"))), 0)
        caption = "\n".join(self._strings(node.get("captions")))
        return Thing(kind, text, self.number, page, caption=caption, notes=self._strings(node.get("footnotes")))

    def _strings(self, pointers: object) -> list[str]:
        return [literal(string(self._node(pointer).get("text"))) for pointer in _pointers(pointers)]

    def _text(self, node: Record) -> Thing:
        label, text = string(node.get("label")), string(node.get("text"))
        thing = self._thing(KINDS.get(label, "text"), _styled(node), node)
        match thing.kind:
            case "head":
                thing.level = 1 if label == "title" else integer(node.get("level"), 1) + 1
            case "item":
                marker = string(node.get("marker"))
                thing.marker = marker if node.get("enumerated") is True and _MARKER.fullmatch(marker) else ""
            case "code":
                thing.text, thing.marker = text, string(node.get("code_language")).lower()
            case "math" if text:
                thing.text = text
            case "math":  # a formula that was found and not read: what the PDF holds of it
                thing.kind = "paragraph"
            case "text" if label in _CHECKBOXES:
                thing.text = _CHECKBOXES[label] + thing.text
        layer = string(node.get("content_layer"))
        if layer not in ("", "body"):
            thing.kind = "note" if layer == "notes" else "furniture"
        return thing

    def _picture(self, node: Record, owned: set[str]) -> Thing:
        """The texts inside a picture are part of it: what it says instead of being seen."""
        inside: list[str] = []
        stack = _pointers(node.get("children"))[::-1]
        while stack:
            pointer = stack.pop()
            if pointer not in self.seen and pointer not in owned:
                self.seen.add(pointer)
                inside.append(string(self._node(pointer).get("text")))
                stack += _pointers(self._node(pointer).get("children"))[::-1]
        thing = self._thing("picture", "\n".join(filter(None, inside)), node)
        thing.marker = string(record(node.get("image")).get("uri"))
        return thing

    def _table(self, node: Record) -> Thing:
        thing = self._thing("table", "", node)
        thing.table = _table(record(node.get("data")))
        self.seen.update(_pointers(node.get("children")))  # what its cells hold
        return thing

    def _pairs(self, node: Record) -> Iterator[Thing]:
        for cell in array(record(node.get("graph")).get("cells")):
            yield self._thing("text", literal(string(record(cell).get("text"))), node)

    def _joined(self, group: Record) -> str:
        """The parts of one paragraph; docling drops the white space between them."""
        text, last = "", ""
        for pointer in _pointers(group.get("children")):
            self.seen.add(pointer)
            node = self._node(pointer)
            part = string(node.get("text")) or string(node.get("orig"))
            text += " " if _latin(last) and _latin(part[:1]) else ""
            text += formula(part) if node.get("label") == "formula" else _styled(node)
            last = part[-1:] or last
        return text


def _children(document: Record, name: str) -> object:
    return record(document.get(name)).get("children")


def _pointers(value: object) -> list[str]:
    pointers = (record(each).get("$ref", record(each).get("cref")) for each in array(value))
    return [pointer for pointer in pointers if isinstance(pointer, str)]


def _latin(character: str) -> bool:
    return "!" <= character <= "\u024f"


def _styled(node: Record) -> str:
    """A text as the inline markup of a page, with its `formatting`."""
    text = literal(string(node.get("text")) or string(node.get("orig")))
    style = record(node.get("formatting"))
    for name, tag in (("bold", "b"), ("italic", "i")):
        text = f"<{tag}>{text}</{tag}>" if text and style.get(name) is True else text
    tag = {"sub": "sub", "super": "sup"}.get(string(style.get("script")), "")
    return f"<{tag}>{text}</{tag}>" if text and tag else text


def _table(data: Record) -> m.Table:
    """A table of `data.table_cells`, or of `data.grid` where they are missing.

    A cell has `text`, `row_span`, `col_span`, `start_row_offset_idx`, `start_col_offset_idx` and `column_header`; no
    two cover a field, and fields that none covers are empty cells."""
    cells = _cells(data)
    height = max((row + cell.rowspan for (row, _), cell in cells.items()), default=0)
    width = max((column + cell.colspan for (_, column), cell in cells.items()), default=0)
    rows = _filled(cells, height, width) if height * width <= LARGEST_TABLE else _as_listed(cells)
    head = 0
    while head < len(rows) and rows[head].cells and all(cell.header for cell in rows[head].cells):
        head += 1
    head = head if head < len(rows) else 0
    return m.Table(head=bounded(rows[:head]), rows=bounded(rows[head:]))


def _filled(cells: dict[tuple[int, int], m.Cell], height: int, width: int) -> list[m.Row]:
    """The rows with an empty cell in every field that no cell covers."""
    taken: set[tuple[int, int]] = set()
    rows: list[m.Row] = []
    for row in range(height):
        line: list[m.Cell] = []
        for column in range(width):
            if (row, column) in taken and (row, column) not in cells:
                continue
            cell = cells.get((row, column), m.Cell(()))
            free = (n for n in range(1, cell.colspan) if (row, column + n) in taken or (row, column + n) in cells)
            cell = replace(cell, colspan=next(free, cell.colspan))  # no further than the next cell
            taken |= {(row + down, column + right) for down in range(cell.rowspan) for right in range(cell.colspan)}
            line.append(cell)
        rows.append(m.Row(tuple(line)))
    return rows


def _as_listed(cells: dict[tuple[int, int], m.Cell]) -> list[m.Row]:
    """The rows of a table whose numbers make no sense: its cells in their order, none spanning another."""
    return [
        m.Row(tuple(replace(cells[at], colspan=1, rowspan=1) for at in line))
        for _, line in groupby(sorted(cells), key=lambda at: at[0])
    ]


def _cells(data: Record) -> dict[tuple[int, int], m.Cell]:
    """The cells by row and column, each once: a grid repeats a cell in all fields that it covers."""
    listed = [record(cell) for cell in array(data.get("table_cells"))]
    placed = [(0, at, cell) for at, cell in enumerate(listed)] or [
        (row, column, record(cell))
        for row, line in enumerate(array(data.get("grid")))
        for column, cell in enumerate(array(line))
    ]
    out: dict[tuple[int, int], m.Cell] = {}
    for row, column, cell in placed:
        at = (
            integer(cell.get("start_row_offset_idx"), row),
            integer(cell.get("start_col_offset_idx"), column),
        )
        text = string(cell.get("text")).strip()
        run = read_inlines(ruled(literal(text), 1), "") if text else ()
        if min(at) >= 0 and max(at) < LARGEST_TABLE:
            out.setdefault(
                at,
                m.Cell(
                    (m.Paragraph(run),) if run else (),
                    header=cell.get("column_header") is True or cell.get("row_header") is True,
                    colspan=min(max(integer(cell.get("col_span"), 1), 1), LARGEST_SPAN),
                    rowspan=min(max(integer(cell.get("row_span"), 1), 1), LARGEST_SPAN),
                ),
            )
    return out
