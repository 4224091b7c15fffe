"""The tags of a PDF as the markup has them: one element of the tree for each of the markup, in the order of the source.

It assumes docconv's markup.  WeasyPrint 70.0 builds tags of boxes, page by page, and so tells what is in a column,
before what, and where it was cut; here boxes only tell what marked content an element has.  Replaced while `tagging()`
is entered, in that thread alone:

    weasyprint.pdf.add_tags              builds the tree               → of what the boxes have told
    weasyprint.pdf.tags._build_box_tree  makes elements of a page      → none yet
    weasyprint.pdf.stream.Stream.marked  marks content for an element  → what is no text of the document as an artifact
    weasyprint.document.draw_page        draws a page                  → (to know its margins and repeated heads)
    weasyprint.draw.draw_border          draws a frame                 → that of a missing character's box as its figure
    weasyprint.pdf.ColorProfile          reads an ICC profile          → and closes its file
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from weasyprint import document as documents
from weasyprint import draw as drawing
from weasyprint import pdf as writing
from weasyprint.formatting_structure import boxes
from weasyprint.pdf import pydyf, stream
from weasyprint.pdf import tags as tagged

from docconv.typeset.seam import replacing

_KINDS = {
    "a": "Link", "article": "Art", "aside": "Div", "aside.note": "Note", "blockquote": "BlockQuote",
    "caption": "Caption", "code": "Code", "div.math": "Formula", "div.verse": "Div", "em": "Span",
    "figcaption": "Caption", "figure": "Figure", "h1": "H1", "h2": "H2", "h3": "H3", "h4": "H4", "h5": "H5", "h6": "H6",
    "img": "Figure", "li": "LI", "nav": "Div", "ol": "L", "p": "P", "pre": "P", "section": "Sect", "span": "Span",
    "span.math": "Formula", "span.placeholder": "Figure", "span.reading": "RT", "span.ruby": "Ruby", "strong": "Span",
    "sub": "Span", "sup": "Span", "table": "Table", "tbody": "TBody", "td": "TD", "th": "TH", "thead": "THead",
    "tr": "TR", "ul": "L",
}  # fmt: skip
"""What an element of the markup is, by its name and class.  What has no kind only holds others together: they stand in
what holds it."""

_TEXT_IN = {"Art": "P", "BlockQuote": "P", "Div": "P", "Document": "P", "LI": "LBody", "Ruby": "RB", "Sect": "P"}
"""What holds the text of an element that may hold none itself (ISO 32000-1, 14.8.4)."""


@contextmanager
def tagging() -> Iterator[None]:
    """Write tags as the markup has them inside this block, within `composition()`: one thread at a time."""
    tree = _Tree()
    with replacing(
        (writing, "add_tags", tree.add_tags),
        (tagged, "_build_box_tree", tree.read_page),
        (stream.Stream, "marked", tree.marked),
        (documents, "draw_page", tree.draw_page),
        (drawing, "draw_border", tree.draw_border),
        (writing, "ColorProfile", _profile),
    ):
        yield


def _profile(original: Any, file: Any, *others: Any) -> Any:
    with file:
        return original(io.BytesIO(file.read()), *others)


@dataclass(slots=True, eq=False)
class _Tag:
    """An element of the tree; `parts` are what it holds, as it was met: others, marked content (page and number) and
    references of annotations."""

    value: Any
    order: tuple[int, int]
    page: int
    parts: list[Any] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return str(self.value["S"])[1:]


class _Tree:
    """The replacements, with what is known of the elements of one PDF."""

    def __init__(self) -> None:
        self._ornaments: set[Any] = set()
        """Boxes of the margins, and of heads that a table repeats."""
        self._heads: set[Any] = set()
        self._markup = _Markup(None)
        self._top = _Tag(None, (0, 0), 0)
        self._tags: dict[tuple[Any, str], _Tag] = {}
        """By element in the markup; and by what of it is an element in the tree alone, such as the body of an item."""
        self._frames: dict[Any, Any] = {}
        """The box that was drawn for a missing character, by its element: a copy of the one that is read."""
        self._pdf: Any = None
        self._pages: Any = ()

    # ── While pages are drawn ──

    def draw_page(self, original: Any, page: Any, stream: Any) -> None:
        for box in page.descendants():
            if isinstance(box, boxes.MarginBox) or self._is_repeated(box):
                self._ornaments.update(box.descendants(placeholders=True))
        original(page, stream)

    def _is_repeated(self, box: Any) -> bool:
        """Whether this is the head of a table once more: where it goes on, after the end of a column or page."""
        if not (isinstance(box, boxes.TableRowGroupBox) and box.is_header):
            return False
        is_repeated = box.element in self._heads
        self._heads.add(box.element)
        return is_repeated

    def marked(self, original: Any, stream: Any, box: Any, tag: str) -> Any:
        is_none = box in self._ornaments or _is_gap(box) or (_is_drawn_by_style(box) and not _label(box))
        return _artifact(stream) if is_none else original(stream, box, tag)

    def draw_border(self, original: Any, stream: Any, box: Any) -> None:
        """The box in the place of a character that no font has is read aloud; other frames are ornaments."""
        if not _is_missing_character(box) or stream._tags is None:
            original(stream, box)
            return
        self._frames[box.element] = box
        with stream.marked(box, "Figure"):
            tags, stream._tags = stream._tags, None  # an ornament may not stand in what is read
            original(stream, box)
            stream._tags = tags

    # ── When the tree is built ──

    def add_tags(self, original: Any, pdf: Any, document: Any, version: Any, streams: Any) -> None:
        self._pdf, self._pages = pdf, document.pages
        original(pdf, document, version, streams)
        for tag in (self._top, *self._tags.values()):
            tag.value["K"] = pydyf.Array(self._kids(tag))
        for (source, _), tag in self._tags.items():
            if tag.kind == "Table":
                self._relate_cells(source, tag)
        names = {tag.value["ID"].string: tag.value.reference for tag in self._tags.values() if "ID" in tag.value}
        if names:
            pairs = [each for name in sorted(names) for each in (pydyf.String(name), names[name])]
            root = pdf.objects[int(pdf.catalog["StructTreeRoot"].split()[0])]
            root["IDTree"] = pydyf.Dictionary({"Names": pydyf.Array(pairs)})

    def read_page(
        self, original: Any, page_box: Any, top: Any, pdf: Any, page: int, numbers: Any, annotations: Any, marks: Any
    ) -> Iterator[Any]:
        """Take down what the boxes of a page hold; what they hold together is known when all pages are read."""
        self._top.value = top
        for box in page_box.descendants(placeholders=True):
            if box.element is None or box in self._ornaments:
                continue
            if not self._markup.order:
                self._markup = _Markup(box.element)
            tag = self._tag(box.element, page)
            self._measure(tag, box, page)
            if box.link_annotation:
                link = self._link(box.element, page)
                link.parts.append(self._reference(box.link_annotation, page))
                annotations.append((link.value.reference, box.link_annotation))
            drawn = self._frames.pop(box.element, box) if _is_missing_character(box) else box
            if mark := marks.pop(drawn, None):
                holder = self._text_in(tag, box, page)
                holder.parts.append((page, mark["mcid"]))
                numbers[mark["mcid"]] = holder.value.reference
        yield from ()

    def _tag(self, source: Any, page: int) -> _Tag:
        """The element in the tree for one of the markup; for one that has no kind, that in which it stands."""
        if (source, "") in self._tags:
            return self._tags[source, ""]
        above = self._markup.above.get(source)
        if not (kind := _kind(source, above)):
            return self._tag(above, page) if above is not None else self._top
        holder = self._tag(above, page)
        if holder.kind == "LI":
            holder = self._part(above, holder, "LBody", page)
        tag = self._tags[source, ""] = self._new(kind, holder, (self._markup.order[source], 0), page)
        _complete(tag.value, source)
        return tag

    def _link(self, source: Any, page: int) -> _Tag:
        """The element of the link in which one stands: every box in a link has an annotation of its own."""
        tag = self._tag(source, page)
        above = self._markup.above.get(source)
        return tag if tag.kind == "Link" or above is None else self._link(above, page)

    def _part(self, source: Any, tag: _Tag, kind: str, page: int, *, is_last: bool = False) -> _Tag:
        """An element in the tree that holds a part of what the markup has in one."""
        key = (source, f"{kind}::after" if is_last else kind)
        if key not in self._tags:
            rank = len(list(source.iter())) - 1 if is_last else 0
            order = (self._markup.order[source] + rank, 2 if is_last else int(kind != "Lbl"))
            self._tags[key] = self._new(kind, tag, order, page)
        return self._tags[key]

    def _text_in(self, tag: _Tag, box: Any, page: int) -> _Tag:
        """The element that holds marked content of one."""
        role = box.element_tag.partition("::")[2]
        if _is_drawn_by_style(box):
            figure = self._part(box.element, tag, "Figure", page)
            figure.value["Alt"] = pydyf.String(_label(box))
            self._measure(figure, box, page)
            return figure
        if role == "marker":
            return self._part(box.element, tag, "Lbl", page)
        if kind := _TEXT_IN.get(tag.kind):
            return self._part(box.element, tag, kind, page, is_last=role == "after" and kind == "P")
        return tag

    def _new(self, kind: str, holder: _Tag, order: tuple[int, int], page: int) -> _Tag:
        value = pydyf.Dictionary({"Type": "/StructElem", "S": f"/{kind}", "P": holder.value.reference,
                                  "Pg": self._pdf.page_references[page]})  # fmt: skip
        self._pdf.add_object(value)
        tag = _Tag(value, order, page)
        holder.parts.append(tag)
        return tag

    def _reference(self, annotation: Any, page: int) -> Any:
        value = pydyf.Dictionary({"Type": "/OBJR", "Obj": annotation.reference, "Pg": self._pdf.page_references[page]})
        self._pdf.add_object(value)
        return value.reference

    def _measure(self, tag: _Tag, box: Any, page: int) -> None:
        """Where the picture of a figure lies, or the box of a missing one, in pt from the foot of the page."""
        is_box = isinstance(box, boxes.ReplacedBox) or "placeholder" in box.element.get("class", "").split()
        if is_box and tag.kind == "Figure" and "A" not in tag.value:
            left, top, foot = box.border_box_x(), box.border_box_y(), self._pages[page].height
            corners = (left, foot - top - box.border_height(), left + box.border_width(), foot - top)
            place = pydyf.Array([each * 0.75 for each in corners])
            tag.value["A"] = pydyf.Dictionary({"O": "/Layout", "BBox": place})

    def _kids(self, tag: _Tag) -> Iterator[Any]:
        """What an element holds, elements in the order of the source, whatever columns and pictures have made of it."""
        ordered = iter(sorted((part for part in tag.parts if isinstance(part, _Tag)), key=lambda each: each.order))
        for part in tag.parts:
            match part:
                case _Tag():
                    yield next(ordered).value.reference
                case (page, number) if page != tag.page:
                    yield pydyf.Dictionary({"Type": "/MCR", "Pg": self._pdf.page_references[page], "MCID": number})
                case (_, number):
                    yield number
                case reference:
                    yield reference

    def _relate_cells(self, table: Any, tag: _Tag) -> None:
        """Say of each head of a table what it is called, and of each cell what its heads are."""
        cells = [each for each in _grid(table) if (each[0], "") in self._tags]  # a style may show no heads
        names: dict[Any, Any] = {}
        for cell, rows, columns in cells:
            value = self._tags[cell, ""].value
            if value["S"] == "/TH":
                names[cell] = value["ID"] = pydyf.String(f"{tag.value.number}-{rows.start}-{columns.start}")
        heads = [each for each in cells if each[0] in names]
        for cell, rows, columns in cells:
            if cell not in names:
                mine = [names[head] for head, at, over in heads
                        if (_meet(at, rows) if head.get("scope") == "row" else _meet(over, columns))]  # fmt: skip
                self._tags[cell, ""].value["A"]["Headers"] = pydyf.Array(mine)


class _Markup:
    """Where each element of the markup stands: in which other, and as the how manyeth."""

    def __init__(self, root: Any) -> None:
        elements = list(root.iter()) if root is not None else []
        self.order = {element: number for number, element in enumerate(elements)}
        self.above = {child: element for element in elements for child in element}


def _is_gap(box: Any) -> bool:
    """Whether a box is the blank between elements that stand side by side."""
    return isinstance(box, boxes.TextBox) and not box.text.strip() and not _kind(box.element, None)


def _is_missing_character(box: Any) -> bool:
    is_span = box.element is not None and isinstance(box, boxes.InlineBlockBox) and _name(box.element) == "span"
    return is_span and "placeholder" in box.element.get("class", "").split()


def _is_drawn_by_style(box: Any) -> bool:
    """Whether a box is a picture of the style's: an ornament, or in the place of a label."""
    return isinstance(box, boxes.ReplacedBox) and "::" in box.element_tag


def _label(box: Any) -> str:
    return str(box.element.get("data-label", ""))


def _kind(source: Any, above: Any) -> str:
    name = _name(source)
    if name == "img" and above is not None and _name(above) == "figure":
        return ""  # a figure is its picture with its caption (ISO 14289-1, 7.3)
    classes = source.get("class", "").split()
    return next((_KINDS[f"{name}.{each}"] for each in classes if f"{name}.{each}" in _KINDS), _KINDS.get(name, ""))


def _name(source: Any) -> str:
    return str(source.tag).rpartition("}")[2]


def _complete(value: Any, source: Any) -> None:
    """What the markup says of an element."""
    if language := source.get("lang"):
        value["Lang"] = pydyf.String(language)
    match value["S"]:
        case "/Figure":
            shown = (each.get("alt") or each.get("aria-label") for each in source.iter())
            value["Alt"] = pydyf.String(next(filter(None, shown), ""))
        case "/Formula":
            value["Alt"] = pydyf.String("".join(source.itertext()))
        case "/Note":
            value["ID"] = pydyf.String(f"note-{value.number}")
        case "/TH" | "/TD":
            scope = {"Scope": "/Row" if source.get("scope") == "row" else "/Column"} if value["S"] == "/TH" else {}
            spans = {name: int(source.get(name.lower())) for name in ("ColSpan", "RowSpan") if source.get(name.lower())}
            value["A"] = pydyf.Dictionary({"O": "/Table", **scope, **spans})


def _grid(table: Any) -> Iterator[tuple[Any, range, range]]:
    """The cells of a table with their rows and columns."""
    lines = [line for group in table if _name(group) in ("thead", "tbody") for line in group]
    taken: set[tuple[int, int]] = set()
    for row, line in enumerate(lines):
        column = 0
        for cell in line:
            while (row, column) in taken:
                column += 1
            rows = range(row, min(row + int(cell.get("rowspan", 1)), len(lines)))
            columns = range(column, column + int(cell.get("colspan", 1)))
            taken.update((each, over) for each in rows for over in columns)
            yield cell, rows, columns


def _meet(one: range, other: range) -> bool:
    return one.start < other.stop and other.start < one.stop


@contextmanager
def _artifact(stream: Any) -> Iterator[None]:
    pydyf.Stream.begin_marked_content(stream, "Artifact", pydyf.Dictionary({"Type": "/Pagination"}))
    yield
    pydyf.Stream.end_marked_content(stream)
