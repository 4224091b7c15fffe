"""Letters cast on wider bodies: glyphs with the gap that follows them, or a hyphen, for a part of their width.

Readers of PDF take a gap between two letters for a blank, by positions alone (MuPDF after Latin from 0.15 em on,
pdfplumber from 3 pt on).  A letter whose own width reaches up to its neighbour leaves none.  So a font of such letters
stands beside the font that they come from; its widths are true, as PDF/UA-1 7.21.5 asks.
"""

from __future__ import annotations

import io
from hashlib import md5
from typing import Any, NamedTuple

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont
from weasyprint.pdf.fonts import Font as EmbeddedFont


class Cast(NamedTuple):
    """A glyph, the blank that its body has before and after it besides its own, in thousandths of an em, and the glyph
    of a hyphen that follows it, if one does."""

    glyph: int
    lead: int
    room: int
    hyphen: int | None


class CastFont(EmbeddedFont):  # type: ignore[misc]
    """The letters of a font that were cast: as long as it is written, a table of them; then a font of its own."""

    file_content: bytes

    def __init__(self, source: EmbeddedFont) -> None:
        self.__dict__.update(source.__dict__)
        digest = md5(f"{source.hash} cast".encode(), usedforsecurity=False).digest()
        self.hash = "".join(chr(65 + letter % 26) for letter in digest[:6])
        self.name = b"/" + self.hash.encode() + b"+" + source.name.partition(b"+")[2]
        self.widths: dict[int, int] = {}
        self.to_unicode: dict[int, str] = {}
        self.missing: dict[int, int] = {}
        self._casts: dict[Cast, int] = {}

    def number(self, cast: Cast, width: int, text: str) -> int:
        """The number of a cast in this font; `width`, in thousandths, is that of its glyphs without blanks."""
        number = self._casts.get(cast)
        if number is None:
            number = self._casts[cast] = len(self._casts) + 1
            self.widths[number], self.to_unicode[number] = cast.lead + width + cast.room, text
        return number

    def clean(self, to_unicode: dict[int, str], hinting: bool) -> None:
        """Make the font file; WeasyPrint calls this when it writes its fonts."""
        glyphs = {glyph for cast in self._casts for glyph in (cast.glyph, cast.hyphen) if glyph is not None}
        super().clean(dict.fromkeys(sorted(glyphs), " "), hinting)
        self.file_content = _cast(self.file_content, self.index, list(self._casts))


def _cast(data: bytes, index: int, casts: list[Cast]) -> bytes:
    """An OpenType font with .notdef and the casts, in order, from the glyphs of a font."""
    source = TTFont(io.BytesIO(data), fontNumber=index, lazy=True)
    order, outlines, metrics = source.getGlyphOrder(), source.getGlyphSet(), source["hmtx"]
    em = source["head"].unitsPerEm
    names = [".notdef", *(f"cast{number}" for number in range(1, len(casts) + 1))]
    empty = T2CharStringPen(em, None)
    programs, widths = {".notdef": empty.getCharString()}, {".notdef": (em, 0)}
    for name, cast in zip(names[1:], casts, strict=True):
        width = metrics[order[cast.glyph]][0]
        lead, room = round(cast.lead * em / 1000), round(cast.room * em / 1000)
        total = lead + width + room + (metrics[order[cast.hyphen]][0] if cast.hyphen else 0)
        pen = T2CharStringPen(total, outlines)
        outlines[order[cast.glyph]].draw(TransformPen(pen, (1, 0, 0, 1, lead, 0)))
        if cast.hyphen:
            outlines[order[cast.hyphen]].draw(TransformPen(pen, (1, 0, 0, 1, lead + width, 0)))
        programs[name], widths[name] = pen.getCharString(), (total, 0)
    return _build(em, names, programs, widths, source["hhea"])


def _build(em: int, names: list[str], programs: dict[str, Any], widths: dict[str, Any], heights: Any) -> bytes:
    builder = FontBuilder(em, isTTF=False)
    builder.font.recalcTimestamp = False
    builder.setupHead(unitsPerEm=em, created=0, modified=0)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({})
    builder.setupCFF("Cast", {}, programs, {})
    builder.setupHorizontalMetrics(widths)
    builder.setupHorizontalHeader(ascent=heights.ascent, descent=heights.descent)
    builder.setupPost(keepGlyphNames=False)
    made = io.BytesIO()
    builder.save(made)
    return made.getvalue()
