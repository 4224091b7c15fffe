"""The seam into WeasyPrint 70.0: the only room that knows how it breaks, fills and draws lines.

It assumes exactly that version and replaces six of its functions while `composition()` is entered, in the thread that
entered it alone:

    weasyprint.layout.block._linebox_layout         sets a block's lines          → on the page's grid, if asked for
    weasyprint.layout.inline.split_inline_box       makes one line of a paragraph → the lines of `lines.Paragraph`
    weasyprint.layout.inline.justify_line           stretches word spaces         → nothing, for a line made here
    weasyprint.layout.preferred.inline_line_widths  least and greatest width      → those of `lines.Paragraph`
    weasyprint.draw.text.draw_first_line            shapes and writes glyphs      → glyphs where the line has them
    weasyprint.pdf.stream.Stream.add_font           embeds a font                 → and notes its file

`faces` has the glyphs, `paragraphs` reads boxes, `building` makes them, `pen` writes glyphs; `properties` is the CSS
that WeasyPrint learns besides.

Chinese, Japanese and Korean paragraphs are composed.  A paragraph in another language, or with anything that floats,
is positioned, keeps its blanks or runs from right to left, stays WeasyPrint's.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import weasyprint
from weasyprint.draw import text as drawing
from weasyprint.formatting_structure import boxes
from weasyprint.layout import block, inline, preferred
from weasyprint.pdf import stream as pages
from weasyprint.text import line_break

from docconv.problems import ToolError
from docconv.typeset.classes import Kind
from docconv.typeset.seam import properties
from docconv.typeset.seam.building import LineBuilder
from docconv.typeset.seam.faces import Faces, Font, SetText
from docconv.typeset.seam.fonts import note_font
from docconv.typeset.seam.paragraphs import Source, holds_objects, read, skip_stack_to, unit_at
from docconv.typeset.seam.pen import PdfFont, Pen

VERSION = "70.0"
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
    composer = _Composer()
    with _LOCK, replacing(
        (block, "_linebox_layout", composer.linebox_layout),
        (inline, "split_inline_box", composer.split_inline_box),
        (inline, "justify_line", composer.justify_line),
        (preferred, "inline_line_widths", composer.inline_line_widths),
        (drawing, "draw_first_line", composer.draw_first_line),
        (pages.Stream, "add_font", _add_font),
    ):  # fmt: skip
        properties.teach()
        yield


@contextmanager
def replacing(*replacements: tuple[Any, str, Any]) -> Iterator[None]:
    """Put functions in the place of others, by owner and name, in this thread alone; each is given the original first.

    One thread at a time: `composition()` sees to that, and whatever else is replaced is replaced within it."""
    originals = [(owner, name, getattr(owner, name)) for owner, name, _ in replacements]
    thread = threading.get_ident()
    try:
        for (owner, name, original), (_, _, replacement) in zip(originals, replacements, strict=True):
            setattr(owner, name, _in_thread(thread, original, replacement))
        yield
    finally:
        for owner, name, original in originals:
            setattr(owner, name, original)


def _in_thread(thread: int, original: Any, replacement: Any) -> Any:
    def either(*arguments: Any, **options: Any) -> Any:
        if threading.get_ident() != thread:
            return original(*arguments, **options)
        return replacement(original, *arguments, **options)

    return either


def _add_font(original: Any, stream: Any, pango_font: Any) -> Any:
    note_font(pango_font)
    return original(stream, pango_font)


def _item_style(style: Any) -> Any:
    """The style of the item whose marker has this one."""
    while "list-item" not in style["display"] and style.parent_style is not None:
        style = style.parent_style
    return style


class _Composer:
    """The replacements, with the faces and fonts of one rendering."""

    def __init__(self) -> None:
        self._faces = Faces()
        self._pdf_fonts: dict[tuple[int, Font], PdfFont] = {}

    # ── weasyprint.layout.block ──────────────────────────────────────────────────────────────────────────

    def linebox_layout(
        self, original: Any, context: Any, box: Any, index: int, child: Any, new_children: Any, page_is_empty: bool,
        absolute_boxes: Any, fixed_boxes: Any, adjoining_margins: Any, bottom_space: float, position_y: float,
        *others: Any,
    ) -> Any:  # fmt: skip
        """The lines of a block, the first of them on the page's grid if the block's style says so; the number of a
        list's item stands on the first line of its text, whatever its own face."""
        style = _item_style(box.style) if box.is_outside_marker else box.style
        if style["line_snap"] == "baseline":
            position_y += self._to_the_grid(context, style, position_y + block.collapse_margin(adjoining_margins))
        if box.is_outside_marker:
            position_y += line_break.strut(style)[1] - line_break.strut(box.style)[1]
        return original(context, box, index, child, new_children, page_is_empty, absolute_boxes, fixed_boxes,
                        adjoining_margins, bottom_space, position_y, *others)  # fmt: skip

    def _to_the_grid(self, context: Any, style: Any, y: float) -> float:
        """How far from `y` the line begins whose baseline is on the grid: below, or a little above.

        The grid is that of the root's lines from the top of the page on.  Blocks with a line height of their own
        (heads, captions) stand between its lines; another face in the text stands on them."""
        pitch, base = line_break.strut(style.root_style)
        height, own_base = line_break.strut(style)
        if not pitch or abs(height - pitch) > 0.01:
            return 0.0
        away = (y + own_base - base - context.current_footnote_area.page.content_box_y()) % pitch
        if away < 0.01 or away > pitch - 0.01:
            return 0.0
        return float(-away if away < pitch / 5 else pitch - away)

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
            start = unit_at(source.root, skip_stack) if source else 0
        if source is None or start >= len(source.units):  # nothing is left but boxes without text
            return original(context, box, position_x, max_x, bottom_space, skip_stack, containing_block,
                            absolute_boxes, fixed_boxes, line_placeholders, waiting_floats, line_children,
                            first_letter_style, first_line_style)  # fmt: skip
        first = round(max_x - position_x, 5)
        line = source.paragraph.line(start, first, round(first + box.text_indent, 5))
        builder = LineBuilder(source, line, context, containing_block, absolute_boxes, fixed_boxes)
        made = builder.line_box(position_x)
        resume_at = None if line.next >= len(source.units) else skip_stack_to(source.root, line.next)
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
        if isinstance(box, boxes.LineBox) and skip_stack is None and not first_line and not holds_objects(box):
            source = self._source(context, box, (0, 0))
        if source is None:
            return original(context, box, outer, is_line_start, minimum, skip_stack, first_line)
        indent = box.style["text_indent"]
        indent = indent.value if getattr(indent, "unit", "%") == "px" else 0
        width = source.paragraph.narrowest() if minimum else source.paragraph.widest()
        return iter([width + indent + 1e-4])

    def _source(self, context: Any, line: Any, containing_block: Any) -> Source | None:
        """The paragraph of a line box, kept with it; None if it stays WeasyPrint's."""
        known = line.__dict__.get("composed_source")
        width = containing_block.width if holds_objects(line) else None  # what the size of an object depends on
        if known is None or known[0] is not line.children or known[2] != width:
            known = (line.children, read(self._faces, context, line, containing_block), width)
            line.composed_source = known
        source: Source | None = known[1]
        return source

    # ── weasyprint.draw.text ─────────────────────────────────────────────────────────────────────────────

    def draw_first_line(
        self, original: Any, stream: Any, textbox: Any, text_overflow: str, block_ellipsis: Any, matrix: Any
    ) -> Any:
        """Write the glyphs of a composed text box where its line has put them."""
        layout = textbox.pango_layout
        if not isinstance(layout, SetText):
            return original(stream, textbox, text_overflow, block_ellipsis, matrix)
        if not textbox.text.strip():
            return []
        used = dict.fromkeys(glyph.font for shape in layout.shapes for glyph in shape.glyphs)  # in their order
        fonts = {font: self._pdf_font(stream, font) for font in used}
        has_pictures = any(each.font.svg or each.font.png or each.font.colr or each.font.bitmap
                           for each in fonts.values())  # fmt: skip
        if has_pictures or text_overflow == "ellipsis" or block_ellipsis != "none":
            more = textbox.style["font_size"] if block_ellipsis != "none" else 0  # room for …
            layout.become_native(textbox.style, textbox.width + more)
            return original(stream, textbox, text_overflow, block_ellipsis, matrix)
        stream.set_text_matrix(*matrix.values)
        Pen(stream, fonts, textbox.style["font_size"]).write(layout)
        return []

    def _pdf_font(self, stream: Any, font: Font) -> PdfFont:
        key = (id(stream._fonts), font)
        if key not in self._pdf_fonts:
            self._pdf_fonts[key] = PdfFont(stream, font)
        return self._pdf_fonts[key]
