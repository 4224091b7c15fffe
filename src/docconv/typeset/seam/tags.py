"""The tags of a PDF as the markup has them: WeasyPrint 70.0 builds them of boxes, page by page, and leaves much out.

It assumes docconv's markup, and replaces while `tagging()` is entered, in that thread alone:

    weasyprint.pdf.add_tags              builds the tree               → what a page's end cut is one element again
    weasyprint.pdf.tags._build_box_tree  makes an element of a box     → figures with captions, notes, scopes, languages
    weasyprint.pdf.stream.Stream.marked  marks content for an element  → running heads and folios as artifacts
    weasyprint.document.draw_page        draws a page                  → (to know its margins)
    weasyprint.draw.draw_border          draws a frame                 → that of a missing character's box as its figure
    weasyprint.pdf.ColorProfile          reads an ICC profile          → and closes its file
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from weasyprint import document as documents
from weasyprint import draw as drawing
from weasyprint import pdf as writing
from weasyprint.formatting_structure import boxes
from weasyprint.pdf import pydyf, stream
from weasyprint.pdf import tags as tagged

from docconv.typeset.seam import replacing

_KINDS = {"aside": "Div", "code": "Code", "em": "Span", "nav": "Div", "pre": "P", "strong": "Span", "sub": "Span",
          "sup": "Span"}  # fmt: skip
"""What WeasyPrint has no kind for, by the name of the element in the markup."""

_JOINED = {"Art", "BlockQuote", "Caption", "Code", "Div", "H1", "H2", "H3", "H4", "H5", "H6", "L", "LBody", "LI",
           "NonStruct", "Note", "P", "Part", "Sect", "Span"}  # fmt: skip
"""What is one element, however many boxes it has; a table repeats its head on every page."""


@contextmanager
def tagging() -> Iterator[None]:
    """Write tags as the markup has them inside this block, within `composition()`: one thread at a time."""
    tree = _Tree()
    with replacing(
        (writing, "add_tags", tree.add_tags),
        (tagged, "_build_box_tree", tree.build),
        (stream.Stream, "marked", tree.marked),
        (documents, "draw_page", tree.draw_page),
        (drawing, "draw_border", tree.draw_border),
        (writing, "ColorProfile", _profile),
    ):
        yield


def _profile(original: Any, file: Any, *others: Any) -> Any:
    with file:
        return original(io.BytesIO(file.read()), *others)


class _Tree:
    """The replacements, with what is known of the elements of one PDF."""

    def __init__(self) -> None:
        self._margins: set[Any] = set()
        self._sources: dict[int, Any] = {}
        """The element in the markup that an element of the tree comes from, by the number of the object."""
        self._parts: set[int] = set()
        """Elements of the tree that are a column, or another part, of the one that they stand in."""
        self._done: set[int] = set()
        self._open: list[Any] = [None]
        """The elements in the markup whose boxes are being read."""
        self._pages: list[Any] = []
        self._boxes: dict[int, Any] = {}
        """The box that is drawn for a missing character, by its element: not the one of the tree, but a copy."""

    # ── While pages are drawn ──

    def draw_page(self, original: Any, page: Any, stream: Any) -> None:
        self._margins = {box for margin in page.children if isinstance(margin, boxes.MarginBox)
                         for box in margin.descendants()}  # fmt: skip
        original(page, stream)

    def marked(self, original: Any, stream: Any, box: Any, tag: str) -> Any:
        return _artifact(stream) if box in self._margins else original(stream, box, tag)

    def draw_border(self, original: Any, stream: Any, box: Any) -> None:
        """The box in the place of a character that no font has is read aloud; frames are ornaments."""
        if not _is_missing_character(box) or stream._tags is None:
            original(stream, box)
            return
        self._boxes[id(box.element)] = box
        with stream.marked(box, "Figure"):
            tags, stream._tags = stream._tags, None  # an ornament may not stand in what is read
            original(stream, box)
            stream._tags = tags

    # ── When the tree is built ──

    def build(self, original: Any, box: Any, parent: Any, pdf: Any, page: int, nums: Any, annotations: Any,
              tags: Any) -> Iterator[Any]:  # fmt: skip
        """The elements of a box; what stands in the margins has none.

        A box that has no element of its own bears the name of the one around it."""
        if isinstance(box, boxes.MarginBox):
            return
        source = getattr(box, "element", None)
        is_own = source is not None and source is not self._open[-1] and "::" not in (box.element_tag or "")
        made = original(box, parent, pdf, page, nums, annotations, tags)
        while True:
            self._open.append(source)
            element = next(made, None)
            self._open.pop()
            if element is None:
                return
            if element.number not in self._done:
                self._done.add(element.number)
                if element["S"] == "/Figure":
                    self._measure(element, page)
                if source is not None and source is self._open[-1] and element["S"] in ("/NonStruct", parent["S"]):
                    self._parts.add(element.number)
                elif is_own:
                    self._sources[element.number] = source
                    self._complete(pdf, element, source)
                if _is_missing_character(box) and (drawn := self._boxes.pop(id(source), None)) in tags:
                    number = tags.pop(drawn)["mcid"]
                    nums[number] = element.reference
                    element["K"].append(number)
                    self._show(element, box, source, page)
            yield element

    def _complete(self, pdf: Any, element: Any, source: Any) -> None:
        """What the markup says of an element, and WeasyPrint does not."""
        name, kind = source.tag.rpartition("}")[2], source.get("class", "").split()
        if name in _KINDS and element["S"] == "/NonStruct":
            element["S"] = f"/{_KINDS[name]}"
        if language := source.get("lang"):
            element["Lang"] = pydyf.String(language)
        if name == "figure":
            _take_picture(pdf, element, self._sources)
        elif name == "th":
            element["A"]["Scope"] = "/Row" if source.get("scope") == "row" else "/Column"
        elif name == "aside" and "note" in kind:
            element["S"], element["ID"] = "/Note", pydyf.String(f"note-{element.number}")
        elif name == "span" and "ruby" in kind:
            self._complete_ruby(pdf, element)

    def _complete_ruby(self, pdf: Any, ruby: Any) -> None:
        """The base comes before its reading, as it is read, though it is set below (ISO 32000-1, 14.8.4.4.2)."""
        bases: list[Any] = []
        readings: list[Any] = []
        for reference in ruby["K"]:
            kid = _object(pdf, reference)
            source = self._sources.get(kid.number)
            is_reading = source is not None and "reading" in source.get("class", "").split()
            kid["S"] = "/RT" if is_reading else "/RB"
            self._parts.discard(kid.number)
            (readings if is_reading else bases).append(reference)
        if bases and readings:
            ruby["S"] = "/Ruby"
            ruby["K"][:] = [*bases, *readings]

    def _show(self, element: Any, box: Any, source: Any, page: int) -> None:
        """A missing character is a figure, with what the source says of it."""
        left, top = box.border_box_x(), box.border_box_y()
        area = (left, top, left + box.border_width(), top + box.border_height())
        element["S"], element["Alt"] = "/Figure", pydyf.String(source.get("aria-label", ""))
        element["A"] = pydyf.Dictionary({"O": "/Layout", "BBox": pydyf.Array(area)})
        self._measure(element, page)

    def _measure(self, figure: Any, page: int) -> None:
        """Where a figure lies, in pt from the foot of the page; WeasyPrint gives it in px from its head."""
        left, top, right, bottom = figure["A"]["BBox"]
        height = self._pages[page].height
        figure["A"]["BBox"] = pydyf.Array([each * 0.75 for each in (left, height - bottom, right, height - top)])

    def add_tags(self, original: Any, pdf: Any, document: Any, version: Any, streams: Any) -> None:
        self._pages = document.pages
        original(pdf, document, version, streams)
        root = _object(pdf, pdf.catalog["StructTreeRoot"])
        names: dict[str, Any] = {}
        for kid in root["K"]:
            self._join(pdf, _object(pdf, kid))
            _find_names(pdf, _object(pdf, kid), names)
        if names:
            pairs = [each for name in sorted(names) for each in (pydyf.String(name), names[name])]
            root["IDTree"] = pydyf.Dictionary({"Names": pydyf.Array(pairs)})

    def _join(self, pdf: Any, element: Any) -> None:
        """Make neighbours of one element where they come from one element of the markup: what the end of a line, a
        column or a page has cut."""
        kids: list[Any] = []
        for reference in list(self._without_parts(pdf, element)):
            kid = _object(pdf, reference)
            before = _object(pdf, kids[-1]) if kids else None
            if before is not None and self._are_one(pdf, before, kid):
                for grandkid in kid["K"]:
                    _object(pdf, grandkid)["P"] = before.reference
                before["K"] += kid["K"]
                kid["K"] = pydyf.Array()
            else:
                kids.append(reference)
        element["K"][:] = kids
        for reference in kids:
            kid = _object(pdf, reference)
            if kid is not None and "K" in kid:
                self._join(pdf, kid)

    def _without_parts(self, pdf: Any, element: Any) -> Iterator[Any]:
        """The kids of an element, and of its parts instead of these."""
        for reference in element["K"]:
            kid = _object(pdf, reference)
            if kid is None or kid.number not in self._parts:
                yield reference
                continue
            for grandkid in self._without_parts(pdf, kid):
                held = _object(pdf, grandkid)
                if held is None or "S" not in held:
                    yield reference  # marked content is of the element that it names
                    break
                held["P"] = element.reference
                yield grandkid

    def _are_one(self, pdf: Any, one: Any, other: Any) -> bool:
        if other is None or one.get("S") != other.get("S") or str(one.get("S", "/"))[1:] not in _JOINED:
            return False
        source = self._sources.get(one.number)
        if source is None or self._sources.get(other.number) is not source:
            return False
        kids = [_object(pdf, each) for each in (*one["K"], *other["K"])]
        return all(kid is not None and "S" in kid for kid in kids)


@contextmanager
def _artifact(stream: Any) -> Iterator[None]:
    pydyf.Stream.begin_marked_content(stream, "Artifact", pydyf.Dictionary({"Type": "/Pagination"}))
    yield
    pydyf.Stream.end_marked_content(stream)


def _object(pdf: Any, reference: Any) -> Any:
    """The dictionary that a reference means; None for the number of marked content."""
    return pdf.objects[int(reference.split()[0])] if isinstance(reference, bytes) else None


def _take_picture(pdf: Any, figure: Any, sources: dict[int, Any]) -> None:
    """A figure is its picture, or the box of a missing one, and its caption (ISO 14289-1, 7.3)."""
    for each in _below(pdf, figure):
        source = sources.get(each.number)
        is_box = source is not None and "placeholder" in source.get("class", "").split()
        if each["S"] != "/Figure" and not is_box:
            continue
        figure["S"], each["S"] = "/Figure", "/NonStruct"
        figure["Alt"] = (
            pydyf.String(source.get("aria-label", ""))
            if source is not None and is_box
            else each.pop("Alt", pydyf.String(""))
        )
        if "A" in each:
            figure["A"] = each.pop("A")
        return


def _is_missing_character(box: Any) -> bool:
    source = getattr(box, "element", None)
    if source is None or not isinstance(box, boxes.InlineBlockBox):
        return False
    return bool(source.tag.rpartition("}")[2] == "span" and "placeholder" in source.get("class", "").split())


def _below(pdf: Any, element: Any) -> Iterator[Any]:
    for reference in element["K"]:
        kid = _object(pdf, reference)
        if kid is not None and "S" in kid:
            yield kid
            yield from _below(pdf, kid)


def _find_names(pdf: Any, element: Any, names: dict[str, Any]) -> None:
    for each in _below(pdf, element):
        if "ID" in each:
            names[each["ID"].string] = each.reference
