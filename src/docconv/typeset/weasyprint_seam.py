"""The seam into WeasyPrint 70.0: the only file that knows how it breaks, fills and draws lines.

It assumes exactly that version and replaces four of its functions while `composition()` is entered, in the thread that
entered it alone:

    weasyprint.layout.inline.split_inline_box       makes one line of a paragraph → the lines of `lines.Paragraph`
    weasyprint.layout.inline.justify_line           stretches word spaces         → nothing, for a line made here
    weasyprint.layout.preferred.inline_line_widths  least and greatest width      → those of `lines.Paragraph`
    weasyprint.draw.text.draw_first_line            shapes and writes glyphs      → glyphs where the line has them

Chinese, Japanese and Korean paragraphs are composed.  A paragraph in another language, or with anything that floats,
is positioned, keeps its blanks or runs from right to left, stays WeasyPrint's.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import Any, NamedTuple

import weasyprint
from weasyprint.draw import text as drawing
from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline, preferred
from weasyprint.layout.percent import resolve_percentages
from weasyprint.logger import LOGGER
from weasyprint.pdf import pydyf
from weasyprint.text import line_break
from weasyprint.text.ffi import FROM_UNITS, ffi, pango

from docconv.problems import ToolError
from docconv.typeset.breaks import Level
from docconv.typeset.classes import FULL_WIDTH_MARKS, IDEOGRAPHIC, Kind, cut, kind_of
from docconv.typeset.lines import Aim, Line, Manner, Paragraph, Unit

VERSION = "70.0"
_REPLACED = (
    (inline, "split_inline_box"),
    (inline, "justify_line"),
    (preferred, "inline_line_widths"),
    (drawing, "draw_first_line"),
)
_LOCK = threading.Lock()


@contextmanager
def composition() -> Iterator[None]:
    """Lay out and draw with CJK composition inside this block.  One thread at a time; others see plain WeasyPrint.

    Raises `ToolError` for a version of WeasyPrint whose inside is not known."""
    if weasyprint.__version__ != VERSION:
        raise ToolError(
            f"CJK composition knows WeasyPrint {VERSION}, not {weasyprint.__version__}",
            remedy=f"pip install weasyprint=={VERSION}",
        )
    with _LOCK:
        originals = [(module, name, getattr(module, name)) for module, name in _REPLACED]
        composer = _Composer()
        replacements = (composer.split_inline_box, composer.justify_line, composer.inline_line_widths,
                        composer.draw_first_line)  # fmt: skip
        thread = threading.get_ident()
        try:
            for (module, name, original), replacement in zip(originals, replacements, strict=True):
                setattr(module, name, _in_thread(thread, original, replacement))
            yield
        finally:
            for module, name, original in originals:
                setattr(module, name, original)


def _in_thread(thread: int, original: Any, replacement: Any) -> Any:
    def either(*arguments: Any, **options: Any) -> Any:
        if threading.get_ident() != thread:
            return original(*arguments, **options)
        return replacement(original, *arguments, **options)

    return either


# ── Glyphs ───────────────────────────────────────────────────────────────────────────────────────────────


class _Font:
    """A Pango font, once however often Pango hands it out, with a layout that keeps it alive."""

    def __init__(self, pango_font: Any, layout: Any) -> None:
        self.pango_font, self._layout = pango_font, layout


class _Glyph(NamedTuple):
    """A glyph of a font: lengths in px, and the text that it stands for (empty after the first of a cluster)."""

    font: _Font
    number: int
    advance: float
    x: float
    y: float
    text: str


class _Shape(NamedTuple):
    """The glyphs of a unit, its width, and how much of that is blank after them that the end of a line may drop."""

    glyphs: tuple[_Glyph, ...]
    width: float
    trim: float = 0.0


_TAKES_SCRIPT = frozenset({*FULL_WIDTH_MARKS, Kind.DASH, Kind.CONNECTOR, Kind.SOLIDUS}) - {Kind.MIDDLE}


class _Face:
    """A style's font at its size: the shapes of the units that were asked for, and the height of a line of text."""

    def __init__(self, style: Any, is_western: bool, fonts: dict[int, _Font]) -> None:
        self.style, self.is_western, self._fonts = style, is_western, fonts
        self.size = style["font_size"]
        self.shapes: dict[str, _Shape] = {"\n": _Shape((), 0.0)}
        self._units: dict[tuple[bool, ...], dict[str, Unit]] = {}
        layout = line_break.Layout(style)
        layout.set_text(" ")
        line, _ = layout.get_first_line()
        metrics = line_break.first_line_metrics(line, "", layout, None, False, style)
        self.height, self.baseline = metrics[4], metrics[5]
        self.leading = line_break.strut(style)[0] - self.height

    def units(self, texts: list[str], *manner: bool) -> list[Unit]:
        """Texts as units, one for all that are alike; `manner` is whether they are raised, code, bound."""
        self._learn(texts)
        known = self._units.setdefault(manner, {})
        raised, code, bound = manner
        for text in set(texts).difference(known):
            shape = self.shapes[text]
            known[text] = Unit(text, shape.width, self.size, 0.0, 0.0, shape.trim, raised, code, bound)
        return [known[text] for text in texts]

    def _learn(self, units: list[str]) -> None:
        """Shape units that are not known yet; single ideographs, which do not act on each other, all at once."""
        unknown = {unit for unit in units if unit not in self.shapes}
        ideographs = sorted(unit for unit in unknown if len(unit) == 1 and "\u4e00" <= unit <= "\u9fff")
        if ideographs:
            for glyph in self._glyphs("".join(ideographs), self.style):
                self.shapes[glyph.text] = _Shape((glyph,), glyph.advance)
        for unit in sorted(unknown.difference(ideographs)):
            self.shapes[unit] = self._shape(unit)

    def _shape(self, unit: str) -> _Shape:
        style = self.style
        if (len(unit) > 1 or self.is_western) and any(mark in unit for mark in "“”‘’"):
            style = style.copy()  # a Chinese face has them a whole em wide (CLREQ 3.1.2)
            features = style["font_feature_settings"]
            style["font_feature_settings"] = (*(() if features == "normal" else features), ("pwid", 1))
        takes_script = kind_of(unit[0]) in _TAKES_SCRIPT and not self.is_western
        glyphs = self._in_context(unit) if takes_script else self._glyphs(unit, style)
        width = sum(glyph.advance for glyph in glyphs)
        if unit == " ":
            return _Shape(tuple(glyphs), width + self.style["word_spacing"])
        if unit == "·" and not self.is_western and width < 0.45 * self.size:  # half an em (CLREQ 3.1.6.4)
            half = self.size / 2
            return _Shape((glyphs[0]._replace(x=(half - width) / 2),), half, (half - width) / 2)
        return _Shape(tuple(glyphs), width)

    def _in_context(self, unit: str) -> list[_Glyph]:
        """A mark as it stands in Han text: fonts have other forms of —— in Latin."""
        neighbour = "가" if (self.style["lang"] or "").startswith("ko") else "永"
        glyphs = self._glyphs(neighbour + unit, self.style)
        return glyphs[1:]

    def _glyphs(self, text: str, style: Any) -> list[_Glyph]:
        layout = line_break.Layout(style)
        layout.set_text(text)
        line, _ = layout.get_first_line()
        data = layout.text.encode()
        glyphs: list[_Glyph] = []
        run = line.runs[0]
        while run != ffi.NULL:
            glyphs.extend(self._run(run.data, data, layout))
            run = run.next
        return glyphs

    def _run(self, item: Any, data: bytes, layout: Any) -> Iterator[_Glyph]:
        font, string, offset = item.item.analysis.font, item.glyphs, item.item.offset
        address = int(ffi.cast("uintptr_t", font))
        known = self._fonts.setdefault(address, _Font(font, layout))
        clusters = [string.log_clusters[n] for n in range(string.num_glyphs)]
        starts = sorted(set(clusters))
        stops = dict(zip(starts, [*starts[1:], item.item.length], strict=True))
        sizes = Counter(clusters)
        number = 0
        for n, start in enumerate(clusters):
            number = number + 1 if n and clusters[n - 1] == start else 0  # which glyph of its cluster it is
            text = data[offset + start : offset + stops[start]].decode()
            if sizes[start] > 1:  # a letter and its marks: each its own, else the first has all
                text = text[number] if len(text) == sizes[start] else text if number == 0 else ""
            info = string.glyphs[n]
            yield _Glyph(known, info.glyph, info.geometry.width * FROM_UNITS, info.geometry.x_offset * FROM_UNITS,
                         info.geometry.y_offset * FROM_UNITS, text)  # fmt: skip


class _Layout(line_break.Layout):  # type: ignore[misc]
    """What a composed text box has in place of a Pango layout: its shapes, and what stands after each; after the last,
    before the next box of the line."""

    def __init__(self, units: list[str], style: Any, shapes: list[_Shape], shifts: list[float]) -> None:
        self.text, self.units, self.shapes, self.shifts = "".join(units), units, shapes, shifts
        self.justification_spacing, self.max_width, self.first_line_direction = 0, None, 0
        if style["text_decoration_line"] != "none":
            self.setup(style)
            super().deactivate()

    def reactivate(self, style: Any) -> None:
        """Nothing: there is nothing to lay out again."""

    def deactivate(self) -> None:
        """Nothing: there is no Pango layout."""

    def become_native(self, style: Any) -> None:
        super().reactivate(style)


# ── Paragraphs ───────────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class _Node:
    """A box of the paragraph with the units that it holds; `offsets` are where those of a text begin, in bytes."""

    box: Any
    first: int
    end: int = 0
    children: list[_Node] = field(default_factory=list)
    offsets: list[int] = field(default_factory=list)
    face: _Face | None = None


class _Source:
    """A paragraph's boxes as units."""

    def __init__(self, root: _Node, units: list[Unit], manner: Manner) -> None:
        self.root, self.units, self.manner = root, units, manner
        self.paragraph = Paragraph(units, manner)


_SCRIPTS = {"zh": "Hans", "ja": "Jpan", "ko": "Kore"}


def _script(lang: str | None) -> str:
    """zh-TW → Hant, zh → Hans, ja → Jpan, ko → Kore; empty for languages that are not composed."""
    tags = (lang or "").lower().split("-")
    script = _SCRIPTS.get(tags[0], "")
    return "Hant" if script == "Hans" and {"hant", "tw", "hk", "mo"} & set(tags) else script


_CENTRED_TAGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_CODE_TAGS = frozenset({"code", "kbd", "samp"})


class _Composer:
    """The replacements, with the faces and fonts of one rendering."""

    def __init__(self) -> None:
        self._faces: dict[str, _Face] = {}
        self._fonts: dict[int, _Font] = {}
        self._pdf_fonts: dict[tuple[int, _Font], _PdfFont] = {}

    # ── weasyprint.layout.inline ─────────────────────────────────────────────────────────────────────────

    def split_inline_box(
        self, original: Any, context: Any, box: Any, position_x: float, max_x: float, bottom_space: float,
        skip_stack: Any, containing_block: Any, absolute_boxes: Any, fixed_boxes: Any, line_placeholders: Any,
        waiting_floats: Any, line_children: Any, first_letter_style: Any, first_line_style: Any,
    ) -> Any:  # fmt: skip
        """The next line of a paragraph that is composed here."""
        source, start = None, 0
        if isinstance(box, boxes.LineBox) and not (first_letter_style or first_line_style):
            source = self._source(context, box, containing_block)
            start = _unit_at(source.root, skip_stack) if source else 0
        if source is None or start >= len(source.units):  # nothing is left but boxes without text
            return original(context, box, position_x, max_x, bottom_space, skip_stack, containing_block,
                            absolute_boxes, fixed_boxes, line_placeholders, waiting_floats, line_children,
                            first_letter_style, first_line_style)  # fmt: skip
        first = round(max_x - position_x, 5)
        line = source.paragraph.line(start, first, round(first + box.text_indent, 5))
        builder = _Builder(source, line, context, containing_block, absolute_boxes, fixed_boxes)
        made = builder.line_box(position_x)
        resume_at = None if line.next >= len(source.units) else _skip_stack(source.root, line.next)
        is_forced = source.units[line.next - 1].tail is Kind.NEWLINE
        return made, resume_at, is_forced, None, None, {"left": 0, "right": 0}

    def justify_line(self, original: Any, context: Any, line: Any, extra_width: float) -> None:
        """A line made here has been filled already."""
        if not getattr(line, "is_composed", False):
            original(context, line, extra_width)

    # ── weasyprint.layout.preferred ──────────────────────────────────────────────────────────────────────

    def inline_line_widths(
        self, original: Any, context: Any, box: Any, outer: bool, is_line_start: bool, minimum: bool,
        skip_stack: Any = None, first_line: bool = False,
    ) -> Any:  # fmt: skip
        """The least or greatest width of a paragraph, in one value: the widest line is all that is asked for."""
        source = None
        if isinstance(box, boxes.LineBox) and skip_stack is None and not first_line and not _holds_objects(box):
            source = self._source(context, box, (0, 0))
        if source is None:
            return original(context, box, outer, is_line_start, minimum, skip_stack, first_line)
        indent = box.style["text_indent"]
        indent = indent.value if getattr(indent, "unit", "%") == "px" else 0
        width = source.paragraph.narrowest() if minimum else source.paragraph.widest()
        return iter([width + indent + 1e-4])

    # ── Reading boxes ────────────────────────────────────────────────────────────────────────────────────

    def _source(self, context: Any, line: Any, containing_block: Any) -> _Source | None:
        """The paragraph of a line box, kept with it; None if it stays WeasyPrint's."""
        known = line.__dict__.get("composed_source")
        width = containing_block.width if _holds_objects(line) else None  # what the size of an object depends on
        if known is None or known[0] is not line.children or known[2] != width:
            known = (line.children, self._read(context, line, containing_block), width)
            line.composed_source = known
        source: _Source | None = known[1]
        return source

    def _read(self, context: Any, line: Any, containing_block: Any) -> _Source | None:
        style = line.style
        script = _script(style["lang"])
        if not script or style["direction"] != "ltr" or style["text_align_last"] == "justify":
            return None
        if not all(_is_plain(child) for child in line.children):
            return None
        units: list[Unit] = []
        root = _Node(line, 0)
        reading = _Reading(self, context, containing_block, units)
        for child in line.children:
            root.children.append(reading.node(child, raised=False, code=False))
        root.end = len(units)
        cjk = (*IDEOGRAPHIC, *FULL_WIDTH_MARKS, Kind.HANGUL)
        if not any(unit.head in cjk for unit in units):
            return None
        return _Source(root, units, Manner(script, style["font_size"], _aim(line), Level.GB, script == "Kore"))

    def face(self, style: Any) -> _Face:
        key = f"{line_break._font_style_cache_key(style, include_size=True)}{style['word_spacing']}"
        face = self._faces.get(key)
        if face is None:
            face = self._faces[key] = _Face(style, not _script(style["lang"]), self._fonts)
        return face

    # ── weasyprint.draw.text ─────────────────────────────────────────────────────────────────────────────

    def draw_first_line(
        self, original: Any, stream: Any, textbox: Any, text_overflow: str, block_ellipsis: Any, matrix: Any
    ) -> Any:
        """Write the glyphs of a composed text box where its line has put them."""
        layout = textbox.pango_layout
        if not isinstance(layout, _Layout):
            return original(stream, textbox, text_overflow, block_ellipsis, matrix)
        if not textbox.text.strip():
            return []
        used = {glyph.font for shape in layout.shapes for glyph in shape.glyphs}
        fonts = {font: self._pdf_font(stream, font) for font in used}
        has_pictures = any(each.font.svg or each.font.png or each.font.colr or each.font.bitmap
                           for each in fonts.values())  # fmt: skip
        if has_pictures or text_overflow == "ellipsis" or block_ellipsis != "none":
            layout.become_native(textbox.style)
            return original(stream, textbox, text_overflow, block_ellipsis, matrix)
        stream.set_text_matrix(*matrix.values)
        _Pen(stream, fonts, textbox.style["font_size"]).write(layout)
        return []

    def _pdf_font(self, stream: Any, font: _Font) -> _PdfFont:
        key = (id(stream._fonts), font)
        if key not in self._pdf_fonts:
            self._pdf_fonts[key] = _PdfFont(*stream.add_font(font.pango_font))
        return self._pdf_fonts[key]


def _holds_objects(box: Any) -> bool:
    """Whether a picture or a box of its own stands in the line."""
    if isinstance(box, boxes.LineBox | boxes.InlineBox):
        return any(_holds_objects(child) for child in box.children)
    return not isinstance(box, boxes.TextBox)


def _aim(line: Any) -> Aim:
    if line.style["text_align_all"] == "justify" and line.element_tag not in _CENTRED_TAGS:
        return Aim.FULL
    is_head = line.element_tag in _CENTRED_TAGS or line.style["text_align_all"] == "center"
    return Aim.BALANCED if is_head else Aim.RAGGED


def _is_plain(box: Any) -> bool:
    """Whether a box is text, a plain inline box or a box in the line, in a way that is composed here."""
    if not box.is_in_normal_flow() or box.is_leader or box.style["direction"] != "ltr":
        return False
    if isinstance(box, boxes.TextBox):
        style = box.style
        return (style["white_space"] in ("normal", "nowrap", "pre-line") and style["letter_spacing"] == "normal"
                and style["font_size"] > 0 and "\t" not in box.text)  # fmt: skip
    if isinstance(box, boxes.InlineBox):
        edges = (box.style[f"{edge}_{side}"] for edge in ("margin", "padding") for side in ("left", "right"))
        is_fixed = all(edge == "auto" or getattr(edge, "unit", "") == "px" for edge in edges)
        return is_fixed and all(_is_plain(child) for child in box.children)
    return isinstance(box, boxes.AtomicInlineLevelBox)


class _Reading:
    """Turns the boxes of one paragraph into units."""

    def __init__(self, composer: _Composer, context: Any, containing_block: Any, units: list[Unit]) -> None:
        self.composer, self.context, self.containing_block, self.units = composer, context, containing_block, units
        self.pending = 0.0  # the edges of inline boxes that no unit has taken yet

    def node(self, box: Any, raised: bool, code: bool) -> _Node:
        node = _Node(box, len(self.units))
        resolve_percentages(box, self.containing_block)
        box.position_y = 0
        if isinstance(box, boxes.TextBox):
            self._text(node, raised, code)
        elif isinstance(box, boxes.InlineBox):
            shift = box.style["vertical_align"]  # super and sub are lengths by now
            raised = raised or (isinstance(shift, int | float) and shift != 0)
            self._inline(node, raised, code or box.element_tag in _CODE_TAGS)
        else:
            made = inline.atomic_box(self.context, box, 0, None, self.containing_block, [], [])
            self._add([Unit("\ufffc", made.margin_width(), box.style["font_size"])])
        node.end = len(self.units)
        return node

    def _add(self, units: list[Unit]) -> None:
        if units and self.pending:
            units[0] = replace(units[0], before=self.pending)
            self.pending = 0.0
        self.units += units

    def _text(self, node: _Node, raised: bool, code: bool) -> None:
        box = node.box
        face = node.face = self.composer.face(box.style)
        texts = cut(box.text, western=face.is_western)
        self._add(face.units(texts, raised, code, box.style["white_space"] == "nowrap"))
        node.offsets = [0, *accumulate(len(text.encode()) for text in texts[:-1])]

    def _inline(self, node: _Node, raised: bool, code: bool) -> None:
        box = node.box
        for side in ("left", "right"):
            if getattr(box, f"margin_{side}") == "auto":
                setattr(box, f"margin_{side}", 0)
        self.pending += box.margin_left + box.border_left_width + box.padding_left
        for child in box.children:
            node.children.append(self.node(child, raised, code))
        after = box.margin_right + box.border_right_width + box.padding_right
        if len(self.units) > node.first:
            self.units[-1] = replace(self.units[-1], after=self.units[-1].after + after)
        else:
            self.pending += after


def _unit_at(root: _Node, skip_stack: Any) -> int:
    """The unit that WeasyPrint resumes at: {child: {child: {byte: None}}} from the line box downwards."""
    node = root
    while skip_stack is not None:
        [(index, skip_stack)] = skip_stack.items()
        if not node.children:
            return node.first + bisect_left(node.offsets, index)
        if index >= len(node.children):
            return node.end
        node = node.children[index]
    return node.first


def _skip_stack(node: _Node, unit: int) -> Any:
    """The same the other way."""
    if not node.children:
        return {node.offsets[unit - node.first]: None} if node.offsets and unit > node.first else None
    for index, child in enumerate(node.children):
        if child.first <= unit < child.end:
            return {index: _skip_stack(child, unit)}
    raise AssertionError(unit)


# ── Making boxes ─────────────────────────────────────────────────────────────────────────────────────────


class _Builder:
    """The boxes of one line: copies of the paragraph's, with the units that stand on it."""

    def __init__(self, source: _Source, line: Line, context: Any, containing_block: Any, absolute: Any,
                 fixed: Any) -> None:  # fmt: skip
        self.source, self.line, self.context = source, line, context
        self.containing_block, self.absolute, self.fixed = containing_block, absolute, fixed
        self.shift = 0.0  # what stands after the last unit that was set

    def line_box(self, position_x: float) -> Any:
        root = self.source.root
        children, _ = self._children(root, position_x - self.line.lead)
        made = root.box.copy_with_children(children)
        made.remove_decoration(start=self.line.start > 0, end=self.line.next < root.end)
        made.width = position_x + self.line.width - made.content_box_x()
        made.is_composed = True
        inline._adjust_line_height(made)
        return made

    def _children(self, parent: _Node, x: float) -> tuple[list[Any], float]:
        """The boxes of a node's children on this line, from `x` on; and where they end."""
        start, end = self.line.start, self.line.next
        made = []
        for node in parent.children:
            is_empty_here = node.first == node.end and (start <= node.first < end or node.first == self.source.root.end)
            if not is_empty_here and (node.first >= end or node.end <= start):
                continue
            if node.face is not None:
                box, x = self._text(node, x)
            elif isinstance(node.box, boxes.InlineBox):
                box, x = self._inline(node, x)
            else:
                box, x = self._atom(node, x)
            if box is not None:
                made.append(box)
        return made, x

    def _advance(self, x: float) -> float:
        x += self.shift
        self.shift = 0.0
        return x

    def _after(self, unit: int) -> float:
        number = unit - self.line.start
        return self.line.shifts[number] if number < len(self.line.shifts) else 0.0

    def _text(self, node: _Node, x: float) -> tuple[Any, float]:
        face = node.face
        assert face is not None
        units, line = self.source.units, self.line
        first, last = max(node.first, line.start), min(node.end, line.last)
        if first >= last or units[last - 1].tail is Kind.NEWLINE:
            last = max(first, last - 1) if first < last else first
        if first >= last:
            return None, x
        x = self._advance(x)
        here = units[first:last]
        self.shift = self._after(last - 1)
        shifts = [*line.shifts[first - line.start : last - 1 - line.start], self.shift]
        texts = [unit.text for unit in here]
        box = node.box.copy_with_text("".join(texts))
        box.position_x, box.position_y = x, self.source.root.box.position_y
        box.width = sum(unit.width for unit in here) + sum(shifts[:-1])
        box.pango_layout = _Layout(texts, box.style, [face.shapes[text] for text in texts], shifts)
        box.height = face.height
        box.margin_top = box.margin_bottom = face.leading / 2
        box.baseline = face.baseline + box.margin_top
        return box, x + box.width

    def _inline(self, node: _Node, x: float) -> tuple[Any, float]:
        x = self._advance(x) if node.first >= self.line.start else x
        box = node.box.copy_with_children([])
        box.remove_decoration(start=node.first < self.line.start, end=node.end > self.line.next)
        box.position_x, box.position_y = x, self.source.root.box.position_y
        children, x = self._children(node, x + box.margin_left + box.border_left_width + box.padding_left)
        box.children = children
        box.width = x - box.content_box_x()
        inline._adjust_line_height(box)
        return box, x + box.padding_right + box.border_right_width + box.margin_right

    def _atom(self, node: _Node, x: float) -> tuple[Any, float]:
        if node.first >= self.line.last:
            return None, x
        x = self._advance(x)
        box = inline.atomic_box(self.context, node.box, x, None, self.containing_block, self.absolute, self.fixed)
        box.position_x = x
        self.shift = self._after(node.first)
        return box, x + box.margin_width()


# ── Writing glyphs ───────────────────────────────────────────────────────────────────────────────────────


READ_AS_BLANK = 0.09
"""In em: a gap or an overlap that readers of PDF (pdftotext) may take for a blank or a new line."""


class _PdfFont:
    """A font in the PDF, its size, and the glyphs that have been written in it: their code and width."""

    def __init__(self, font: Any, size: float) -> None:
        self.font, self.size = font, size
        self._written: dict[int, tuple[str, int]] = {}

    def code(self, glyph: _Glyph, stream: Any) -> tuple[str, int]:
        """The hexadecimal code of a glyph and its width in the PDF; what it reads is noted for the font."""
        known = self._written.get(glyph.number)
        if known is None:
            known = self._written[glyph.number] = self._note(glyph, stream)
        return known

    def _note(self, glyph: _Glyph, stream: Any) -> tuple[str, int]:
        font, number = self.font, glyph.number
        if number & pango.PANGO_GLYPH_UNKNOWN_FLAG:
            number = _missing(font, number, glyph.advance / self.size)
        if not font.to_unicode.get(number):
            font.to_unicode[number] = glyph.text
        if number not in font.widths:
            pango.pango_font_get_glyph_extents(glyph.font.pango_font, number, stream.ink_rect, stream.logical_rect)
            font.widths[number] = round(stream.logical_rect.width * 1000 * FROM_UNITS / self.size)
        return f"{number:04x}", font.widths[number]


class _Pen:
    """Writes shapes as TJ arrays.  Positions are rounded from the start of the text, so that no error adds up.

    Where units stand apart or overlap, what they read is written beside them (ActualText): no blank is read there."""

    def __init__(self, stream: Any, fonts: dict[_Font, _PdfFont], em: float) -> None:
        self.stream, self.fonts, self.em = stream, fonts, em
        self.font: _Font | None = None
        self.at = 0.0  # where the PDF's own pen is, in thousandths of the font size
        self.parts: list[str] = []

    def write(self, layout: _Layout) -> None:
        x, limit, is_replacing = 0.0, READ_AS_BLANK * self.em, False
        last = len(layout.shapes) - 1
        for number, (shape, shift) in enumerate(zip(layout.shapes, layout.shifts, strict=True)):
            is_apart = not -limit <= shift <= limit
            if is_apart and not is_replacing:
                self._replace(layout, number)
                is_replacing = True
            pen = x
            for count, glyph in enumerate(shape.glyphs, 1):
                ends_box = number == last and is_apart and count == len(shape.glyphs)
                self._glyph(glyph, pen, shift if ends_box else 0.0)
                pen += glyph.advance
            x += shape.width + shift
            if is_replacing and (number == last or not is_apart):
                self._flush()
                self.stream.end_marked_content()
                is_replacing = False
        self._flush()

    def _replace(self, layout: _Layout, number: int) -> None:
        """Say what the units read from this one up to the next that stands close to its neighbour."""
        end = number
        while end + 1 < len(layout.shifts) and abs(layout.shifts[end]) > READ_AS_BLANK * self.em:
            end += 1
        self._flush()
        actual = f"<feff{''.join(layout.units[number : end + 1]).encode('utf-16-be').hex()}>"
        self.stream.begin_marked_content("Span", pydyf.Dictionary({"ActualText": actual}))

    def _glyph(self, glyph: _Glyph, x: float, gap: float = 0.0) -> None:
        """Write a glyph at `x`.  Before a `gap` to the next box of the line it is made to reach that far, and so does
        the text that replaces it."""
        if glyph.number == pango.PANGO_GLYPH_EMPTY:
            return
        pdf_font = self.fonts[glyph.font]
        if glyph.font is not self.font:
            self._flush()
            if self.font is not None:
                self.at *= self.fonts[self.font].size / pdf_font.size
            self.font = glyph.font
            self.stream.set_font_size(pdf_font.font.hash, pdf_font.size)
        code, width = pdf_font.code(glyph, self.stream)
        away = round((x + glyph.x) / pdf_font.size * 1000 - self.at)
        if away:
            self.parts.append(f">{-away}<")
            self.at += away
        if gap:
            self._flush()
            self.stream.stream.append(f"{gap:.3f} Tc")
        if glyph.y:
            self._flush()
            self.stream.set_text_rise(-glyph.y)
            self.stream.show_text(f"<{code}>")
            self.stream.set_text_rise(0)
        else:
            self.parts.append(code)
        self.at += width
        if gap:
            self._flush()
            self.stream.stream.append("0 Tc")

    def _flush(self) -> None:
        if self.parts:
            self.stream.show_text(f"<{''.join(self.parts)}>".replace("<>", ""))
            self.parts.clear()


def _missing(font: Any, number: int, advance: float) -> int:
    """A glyph for a character that no font has, and the warning that WeasyPrint gives for it."""
    codepoint = number - pango.PANGO_GLYPH_UNKNOWN_FLAG
    LOGGER.warning(
        '.notdef glyph rendered for Unicode string unsupported by fonts: "%s" (U+%04X)', chr(codepoint), codepoint
    )
    unused = int(font.get_unused_glyph_id(codepoint))
    font.widths[unused] = round(advance * 1000)
    font.widths.setdefault(0, font.widths[unused])  # a reader that sees .notdef gives it this width
    return unused
