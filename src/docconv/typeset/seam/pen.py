"""Glyphs written into the PDF where their line has put them, so that readers find the text and no more."""

from __future__ import annotations

from math import ceil
from typing import Any, NamedTuple

from weasyprint.logger import LOGGER
from weasyprint.pdf import pydyf
from weasyprint.text.ffi import FROM_UNITS, pango

from docconv.typeset.seam.casts import Cast, CastFont
from docconv.typeset.seam.faces import Font, Glyph, SetText, Shape

READ_AS_BLANK = 0.09
"""In em: a gap or an overlap that readers of PDF (pdftotext) may take for a blank or a new line."""

READ_AS_BLANK_AFTER_LATIN = 0.145
"""In em: MuPDF takes a gap from 0.15 em on for a blank, after letters and marks that are not East Asian."""

READ_AS_BLANK_ANYWHERE = 3.6
"""In px, 2.7 pt: pdfplumber takes a gap of more than 3 pt for a blank, whatever stands there."""

BODY_STEP = 40
"""In thousandths of an em: bodies are cast in steps of this width."""


class Sort(NamedTuple):
    """A glyph as it is written: its font's name in the PDF, hexadecimal code and width in thousandths."""

    font: str
    code: str
    width: int


class PdfFont:
    """A font in the PDF, its size, and the sorts that have been written in it."""

    def __init__(self, stream: Any, font: Font) -> None:
        self._stream = stream
        self.font, self.size = stream.add_font(font.pango_font)
        self._sorts: dict[tuple[int, int, int | None, bool], Sort] = {}

    def sort(self, glyph: Glyph, room: int, is_cast: bool) -> Sort:
        """A glyph on a body that is `room` thousandths wider; with `is_cast` it is cast, wider or not.

        What it reads is noted for the font."""
        is_cast = is_cast or room > 0 or glyph.hyphen is not None or glyph.lead > 0
        key = (glyph.number, room, glyph.hyphen, is_cast)
        known = self._sorts.get(key)
        if known is None:
            known = self._sorts[key] = self._cast(glyph, room) if is_cast else self._plain(glyph)
        return known

    def _plain(self, glyph: Glyph) -> Sort:
        font, number = self.font, glyph.number
        if number & pango.PANGO_GLYPH_UNKNOWN_FLAG:
            number = _missing(font, number, glyph.advance / self.size)
        if not font.to_unicode.get(number):
            font.to_unicode[number] = glyph.text
        if number not in font.widths:
            font.widths[number] = self._width(glyph.font, number)
        return Sort(font.hash, f"{number:04x}", font.widths[number])

    def _cast(self, glyph: Glyph, room: int) -> Sort:
        if glyph.number & pango.PANGO_GLYPH_UNKNOWN_FLAG:
            return self._plain(glyph)
        fonts, name = self._stream._fonts, f"cast {self.font.hash}"
        font = fonts.get(name)
        if font is None:
            font = fonts[name] = CastFont(self.font)
        width, lead = self._width(glyph.font, glyph.number), round(glyph.lead * 1000 / self.size)
        if lead:
            room += round(glyph.advance * 1000 / self.size) - lead - width
        hyphen_width = 0 if glyph.hyphen is None else self._width(glyph.font, glyph.hyphen)
        number = font.number(Cast(glyph.number, lead, room, glyph.hyphen, hyphen_width), width, glyph.text)
        return Sort(font.hash, f"{number:04x}", font.widths[number])

    def _width(self, font: Font, number: int) -> int:
        stream = self._stream
        pango.pango_font_get_glyph_extents(font.pango_font, number, stream.ink_rect, stream.logical_rect)
        width: int = round(stream.logical_rect.width * 1000 * FROM_UNITS / self.size)
        return width


class Pen:
    """Writes shapes as TJ arrays.  Positions are rounded from the start of the text, so that no error adds up.

    Where units stand apart, or overlap, what they read is written beside them (ActualText), so that no blank is read
    there.  Readers that go by position alone take a wide gap for one all the same: the letter before it gets a wider
    body."""

    def __init__(self, stream: Any, fonts: dict[Font, PdfFont], em: float) -> None:
        self.stream, self.fonts, self.em = stream, fonts, em
        self.name = ""
        self.size = em
        self.at = 0.0  # where the PDF's own pen is, in thousandths of the font size
        self.parts: list[str] = []

    def write(self, layout: SetText) -> None:
        rooms = [self._room(shape, shift) for shape, shift in zip(layout.shapes, layout.shifts, strict=True)]
        spans, x, end = self._spans(layout, rooms), 0.0, -1
        is_cast = False
        last = len(layout.shapes) - 1
        for number, (shape, shift) in enumerate(zip(layout.shapes, layout.shifts, strict=True)):
            if number in spans:
                end = spans[number]
                is_cast = any(rooms[number : end + 1])
                self._replace("".join(layout.units[number : end + 1]))
            pen = x
            for count, glyph in enumerate(shape.glyphs, 1):
                ends_unit = count == len(shape.glyphs)
                gap = shift if number == last == end and ends_unit and self._is_apart(shift, rooms[number]) else 0.0
                self._glyph(glyph, pen, rooms[number] if ends_unit else 0, is_cast, gap)
                pen += glyph.advance
            x += shape.width + shift
            if number == end:
                self._flush()
                self.stream.end_marked_content()
                is_cast = False
        self._flush()

    def _spans(self, layout: SetText, rooms: list[int]) -> dict[int, int]:
        """The first and last unit of every run whose units stand apart from each other, or overlap."""
        spans: dict[int, int] = {}
        start, last = None, len(rooms) - 1
        for number, (shift, room) in enumerate(zip(layout.shifts, rooms, strict=True)):
            is_apart = self._is_apart(shift, room)
            if is_apart and start is None:
                start = number
            if start is not None and (number == last or not is_apart):
                spans[start], start = number, None
        return spans

    def _is_apart(self, shift: float, room: int) -> bool:
        return abs(shift - room * self.em / 1000) > READ_AS_BLANK * self.em

    def _room(self, shape: Shape, shift: float) -> int:
        """How much of a gap the body of the letter before it takes: what is too much for a gap that is none to read."""
        limit = READ_AS_BLANK_ANYWHERE
        if shape.glyphs and shape.glyphs[-1].text[-1:] < "\u2e80":
            limit = min(limit, READ_AS_BLANK_AFTER_LATIN * self.em)
        return ceil((shift - limit) * 1000 / self.em / BODY_STEP) * BODY_STEP if shift > limit else 0

    def _replace(self, text: str) -> None:
        """Say what is read from here to the end of the span.  All of it is one string in one font where that can be:
        PDFium takes the first string of a span for the whole."""
        self._flush()
        actual = f"<feff{text.encode('utf-16-be').hex()}>"
        self.stream.begin_marked_content("Span", pydyf.Dictionary({"ActualText": actual}))

    def _glyph(self, glyph: Glyph, x: float, room: int, is_cast: bool, gap: float) -> None:
        """Write a glyph at `x`.  Before a `gap` to the next box of the line it is made to reach that far, and so does
        the text that replaces it."""
        if glyph.number == pango.PANGO_GLYPH_EMPTY:
            return
        pdf_font = self.fonts[glyph.font]
        sort = pdf_font.sort(glyph, room, is_cast)
        if (sort.font, pdf_font.size) != (self.name, self.size):
            self._flush()
            self.at *= self.size / pdf_font.size
            self.name, self.size = sort.font, pdf_font.size
            self.stream.set_font_size(self.name, self.size)
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
            self.stream.show_text(f"<{sort.code}>")
            self.stream.set_text_rise(0)
        else:
            self.parts.append(sort.code)
        self.at += sort.width
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
