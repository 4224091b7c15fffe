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
    """A glyph, the blank that its body has before and after it besides its own, and the glyph of a hyphen that follows
    it, if one does, with its width; lengths in thousandths of an em."""

    glyph: int
    lead: int
    room: int
    hyphen: int | None = None
    hyphen_width: int = 0


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
        self._source = source
        self._casts: dict[Cast, int] = {}

    def number(self, cast: Cast, width: int, text: str) -> int:
        """The number of a cast in this font; `width`, in thousandths, is that of its glyph alone."""
        number = self._casts.get(cast)
        if number is None:
            number = self._casts[cast] = len(self._casts) + 1
            self.widths[number] = cast.lead + width + cast.hyphen_width + cast.room
            self.to_unicode[number] = text
            for glyph, reads, own in ((cast.glyph, text, width), (cast.hyphen, "-", cast.hyphen_width)):
                if glyph is not None:  # so that the source is cut down to what holds it, and says so
                    self._source.to_unicode.setdefault(glyph, reads)
                    self._source.widths.setdefault(glyph, own)
        return number

    def clean(self, to_unicode: dict[int, str], hinting: bool) -> None:
        """Make the font file; WeasyPrint calls this when it writes its fonts, after the one that this comes from."""
        self.file_content = _cast(self._source.file_content, self.index, self._casts, self.widths)


def _cast(data: bytes, index: int, casts: dict[Cast, int], widths: dict[int, int]) -> bytes:
    """An OpenType font with .notdef and the casts, in the order of their numbers, from the glyphs of a font."""
    source = TTFont(io.BytesIO(data), fontNumber=index, lazy=True)
    order, em = source.getGlyphOrder(), source["head"].unitsPerEm
    is_cff = "CFF " in source  # its outlines are read without the widths of all glyphs, which take long
    outlines = source["CFF "].cff.topDictIndex[0].CharStrings if is_cff else source.getGlyphSet()
    programs, metrics = {".notdef": T2CharStringPen(em, None).getCharString()}, {".notdef": (em, 0)}
    for cast, number in casts.items():
        width, lead = round(widths[number] * em / 1000), round(cast.lead * em / 1000)
        pen = T2CharStringPen(width, None if is_cff else outlines)
        outlines[order[cast.glyph]].draw(TransformPen(pen, (1, 0, 0, 1, lead, 0)))
        if cast.hyphen is not None:
            before = round((widths[number] - cast.room - cast.hyphen_width) * em / 1000)
            outlines[order[cast.hyphen]].draw(TransformPen(pen, (1, 0, 0, 1, before, 0)))
        programs[f"cast{number}"], metrics[f"cast{number}"] = pen.getCharString(), (width, 0)
    return _build(em, programs, metrics, source)


def _build(em: int, programs: dict[str, Any], metrics: dict[str, Any], source: TTFont) -> bytes:
    builder = FontBuilder(em, isTTF=False)
    builder.font.recalcTimestamp = builder.font.recalcBBoxes = False  # to measure all glyphs takes as long as the rest
    kept = {name: getattr(source["head"], name) for name in ("created", "modified", "xMin", "yMin", "xMax", "yMax")}
    builder.setupHead(unitsPerEm=em, **kept)
    builder.setupGlyphOrder(list(programs))
    builder.setupCharacterMap({})
    builder.setupCFF("Cast", {}, programs, {})
    builder.setupHorizontalMetrics(metrics)
    heights, widest = source["hhea"], max(width for width, _ in metrics.values())
    builder.setupHorizontalHeader(ascent=heights.ascent, descent=heights.descent, advanceWidthMax=widest)
    builder.setupPost(keepGlyphNames=False)
    made = io.BytesIO()
    builder.save(made)
    return made.getvalue()
