"""The glyphs of a finished PDF's pages, each with its place, and what its objects say about language and fonts.

It assumes that text runs from left to right; glyphs of vertical and turned text are counted and left out.  pdfminer.six
gives the exact advance of each glyph code, before any adjustment.  PDFium is no faster through Python, widens advances
to the ink and spreads the characters of an /ActualText evenly; pdfplumber, which is pdfminer with tables, is four times
slower.
"""

from __future__ import annotations

import logging
import re
import struct
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from docconv.problems import SourceError, ToolError

try:
    from pdfminer.cmapdb import CMapBase
    from pdfminer.pdfdevice import PDFTextDevice
    from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError
    from pdfminer.pdffont import PDFCIDFont, PDFFont, PDFType3Font
    from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
    from pdfminer.pdfpage import PDFPage
    from pdfminer.pdfparser import PDFParser
    from pdfminer.pdftypes import LITERALS_FLATE_DECODE, PDFStream, resolve1
    from pdfminer.psexceptions import PSException
    from pdfminer.psparser import literal_name
except ImportError:
    raise ToolError("checking a PDF needs pdfminer.six", remedy="pip install pdfminer.six") from None

if TYPE_CHECKING:
    from pdfminer.pdfcolor import PDFColorSpace
    from pdfminer.pdfdevice import PDFTextSeq
    from pdfminer.pdfinterp import PDFGraphicState, PDFStackT, PDFTextState
    from pdfminer.utils import Matrix

logging.getLogger("pdfminer").addHandler(logging.NullHandler())  # what matters is told as a finding

MOST_GLYPHS = 1_000_000
"""Where reading stops: three long novels.  It bounds time and memory on files that are made to exhaust them."""
MOST_BYTES = 16 * 2**20
"""How long the drawing of a page or a form may be when it is unpacked: a hundred times a full page of text."""
MOST_CODES = 500_000
"""How many codes of a CMap are read: eight times as many as there are."""
MOST_FORMS = 10_000
"""How many forms a page may draw: forms that draw forms twice grow without bound."""
MOST_DRAWING = 2**20
"""Bytes of drawing of a file that are followed, unpacked and each time that it is drawn, beside …"""
MOST_GROWTH = 20
"""… so many times its length: drawing packs to a fifth, and is half of a file at most."""


class Glyph(NamedTuple):
    """One character on the page; lengths in points.  `x0` to `x1` is its advance in the font, before any adjustment."""

    text: str
    x0: float
    x1: float
    baseline: float
    size: float
    font: str = ""
    slant: float = 0.0
    """The horizontal shear of the text matrix, as a tangent: 0 is upright."""
    stroked: bool = False
    """Whether the outline is painted as well as the inside (`2 Tr`)."""
    undefined: bool = False
    """Whether it is glyph 0 of its font, `.notdef`."""
    unmapped: bool = False
    """Whether the font does not say which character it is; `text` is U+FFFD."""
    raised: bool = False
    """Whether it is a small glyph off the baseline of its line: a superscript or subscript."""

    @property
    def width(self) -> float:
        """In em."""
        return (self.x1 - self.x0) / self.size


@dataclass(frozen=True, slots=True)
class GlyphPage:
    """`number` counts from 1; `turned` glyphs run in another direction than from left to right."""

    number: int
    glyphs: list[Glyph]
    turned: int = 0
    damaged: bool = False
    """Whether it was read in part only."""

    @property
    def vertical(self) -> bool:
        """Whether most text runs in another direction, or upright characters follow each other downwards."""
        return self.turned > len(self.glyphs) or _runs_down(self.glyphs)


@dataclass(frozen=True, slots=True)
class Printed:
    """What is in a PDF.  `language` is the catalog's /Lang; `absent` gives, for each font that is not in the file, the
    page on which it is first used; `complete` is False if reading stopped at `MOST_GLYPHS`."""

    pages: list[GlyphPage]
    language: str = ""
    absent: dict[str, int] = field(default_factory=dict)
    complete: bool = True


# What pdfminer raises on damaged files: its own, and those of Python on objects that are not what it expects.
_DAMAGE = (PSException, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, AssertionError, OSError,
           RecursionError, NotImplementedError, EOFError, struct.error, zlib.error)  # fmt: skip


def read_glyphs(data: bytes, name: str) -> Printed:
    """The glyphs of a PDF.  Raises `SourceError` if it is damaged beyond mending or locked with a password."""
    try:
        document = PDFDocument(PDFParser(BytesIO(data)))
        document.catalog.pop("PageLabels", None)  # a tree that pdfminer follows wherever it leads
        pages = PDFPage.create_pages(document)
        return _read(pages, _language(document), MOST_DRAWING + MOST_GROWTH * len(data))
    except PDFEncryptionError:
        raise SourceError(f"{name} is locked with a password", remedy="check a copy without one") from None
    except _DAMAGE:
        raise SourceError(f"{name} is no PDF, or damaged beyond mending", remedy="make the PDF anew") from None


def _language(document: PDFDocument) -> str:
    value = resolve1(document.catalog.get("Lang"))
    if not isinstance(value, bytes):
        return ""
    return value.decode("utf-16" if value[:2] in (b"\xfe\xff", b"\xff\xfe") else "latin-1", "replace").strip()


def _read(source: Iterable[PDFPage], language: str, drawing: int) -> Printed:
    resources = _Resources()
    resources.drawing = drawing
    pages: list[GlyphPage] = []
    absent: dict[str, int] = {}
    left = MOST_GLYPHS
    for number, page in enumerate(source, 1):
        device = _Device(resources, left)
        damaged = False
        try:
            for stream in page.contents:
                resources.spend(stream)
            _Interpreter(resources, device).process_page(page)
        except _Enough:
            pages.append(device.page(number, damaged=True))
            return Printed(pages, language, absent, complete=False)
        except _DAMAGE:
            damaged = True
        for font in device.absent:
            absent.setdefault(font, number)
        pages.append(device.page(number, damaged=damaged))
        left = device.left
    return Printed(pages, language, absent)


class _Enough(Exception):
    """A limit is reached."""


def _unpacked_length(reference: object) -> int:
    """How long a stream is when it is unpacked.  Raises `_Enough` if that is more than `MOST_BYTES`; it is not unpacked
    further to find out."""
    stream = resolve1(reference)
    if not isinstance(stream, PDFStream):
        return 0
    if (data := stream.rawdata) is None:  # it has been unpacked before
        return len(stream.get_data())
    for name, _ in stream.get_filters():
        if name not in LITERALS_FLATE_DECODE:
            break  # other filters unpack little, or are for pictures
        unpacking = zlib.decompressobj()
        try:
            data = unpacking.decompress(data, MOST_BYTES)
        except zlib.error:
            return len(data)  # damaged, or enciphered
        if unpacking.unconsumed_tail:
            raise _Enough
    if len(data) > MOST_BYTES:
        raise _Enough
    return len(data)


class _Codes(CMapBase):
    """The two-byte codes of a font whose encoding is a CMap in the file, which pdfminer does not read.

    ToUnicode speaks of codes and widths of glyphs, so both are kept: `glyphs` gives the one for the other."""

    def __init__(self, glyphs: dict[int, int]) -> None:
        super().__init__()
        self.glyphs = glyphs

    def decode(self, code: bytes) -> Iterable[int]:
        return [code for (code,) in struct.iter_unpack(">H", code[: len(code) // 2 * 2])]


_CID_CHARACTER = re.compile(rb"<([0-9A-Fa-f]{4})>\s*(\d+)")
_CID_RANGE = re.compile(rb"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]{4})>\s*(\d+)")


def codes_of(cmap: bytes) -> dict[int, int]:
    """The glyph of each code, as a CMap in the file says."""
    glyphs: dict[int, int] = {}
    left = MOST_CODES
    for low, high, glyph in _CID_RANGE.findall(cmap):
        start, end = int(low, 16), int(high, 16)
        left -= max(1, end - start)
        if left < 0:
            break
        glyphs.update(zip(range(start, end + 1), range(int(glyph), int(glyph) + 65536), strict=False))
    glyphs.update((int(code, 16), int(glyph)) for code, glyph in _CID_CHARACTER.findall(_CID_RANGE.sub(b"", cmap)))
    return glyphs


def _refuse_ranges(font: Mapping[str, object]) -> None:
    """Raise `ValueError` if a font speaks of more codes than there are, each of which pdfminer would write down: in the
    widths of its glyphs, or in the table of its characters."""
    held = resolve1(font.get("DescendantFonts"))
    for each in [font, *map(resolve1, held if isinstance(held, list) else ())]:
        if isinstance(each, dict):
            spans = sum(_span(resolve1(each.get(key)), step) for key, step in (("W", 3), ("W2", 5)))
            if spans > MOST_CODES:
                raise ValueError("widths of more glyphs than there are")
    table = resolve1(font.get("ToUnicode"))
    if isinstance(table, PDFStream) and _unpacked_length(table):
        blocks = b" ".join(_RANGES.findall(table.get_data()))
        codes = sum(_code(high) - _code(low) for low, high in _SPAN.findall(blocks))
        if b"(" in blocks or codes > MOST_CODES:
            raise ValueError("characters of more codes than there are")


_RANGES = re.compile(rb"begin(?:bf|cid|notdef)range(.*?)end(?:bf|cid|notdef)range", re.S)
_SPAN = re.compile(rb"<([0-9A-Fa-f\s]+)>\s*<([0-9A-Fa-f\s]+)>\s*[<\[0-9/]")


def _code(digits: bytes) -> int:
    return int(b"".join(digits.split()) or b"0", 16)


def _span(widths: object, step: int) -> int:
    """How many glyphs an array W or W2 speaks of by their first and last (ISO 32000-1, 9.7.4.3)."""
    span, run = 0, list[float]()
    for each in map(resolve1, widths if isinstance(widths, list) else ()):
        run = [*run, each] if isinstance(each, int | float) else []
        if len(run) == step:
            span, run = span + max(0, int(run[1]) - int(run[0])), []
    return span


class _Resources(PDFResourceManager):
    """pdfminer's, with fonts that bring their own encoding; `drawing` is what may still be followed, in bytes."""

    drawing = 0

    def spend(self, stream: object) -> None:
        """Raises `_Enough` if a stream is longer than what may still be followed."""
        self.drawing -= _unpacked_length(stream)
        if self.drawing < 0:
            raise _Enough

    def get_font(self, objid: object, spec: Mapping[str, object]) -> PDFFont:
        _refuse_ranges(spec)
        font = super().get_font(objid, spec)
        encoding = resolve1(spec.get("Encoding"))
        if isinstance(font, PDFCIDFont) and isinstance(encoding, PDFStream) and not isinstance(font.cmap, _Codes):
            font.cmap = _Codes(codes_of(encoding.get_data()))
        return font


class _Interpreter(PDFPageInterpreter):
    """pdfminer's, with a limit on forms."""

    def do_Do(self, xobjid_arg: PDFStackT) -> None:  # noqa: N802
        assert isinstance(self.device, _Device)
        self.device.forms += 1
        if self.device.forms > MOST_FORMS:
            raise _Enough
        form = resolve1(self.xobjmap.get(str(literal_name(xobjid_arg))))
        if isinstance(form, PDFStream) and literal_name(form.get("Subtype")) == "Form":
            assert isinstance(self.rsrcmgr, _Resources)
            self.rsrcmgr.spend(form)
        super().do_Do(xobjid_arg)


class _Device(PDFTextDevice):
    """Takes down the glyphs of one page as they are drawn."""

    def __init__(self, resources: PDFResourceManager, left: int) -> None:
        super().__init__(resources)
        self.left, self.forms, self.turned, self.mode = left, 0, 0, 0
        self.glyphs: list[Glyph] = []
        self.fonts: dict[int, tuple[PDFFont, str]] = {}
        self.absent: list[str] = []

    def page(self, number: int, *, damaged: bool) -> GlyphPage:
        return GlyphPage(number, self.glyphs, self.turned, damaged)

    def render_string(
        self, textstate: PDFTextState, seq: PDFTextSeq, ncs: PDFColorSpace, graphicstate: PDFGraphicState
    ) -> None:
        self.mode = textstate.render
        super().render_string(textstate, seq, ncs, graphicstate)

    def render_char(
        self,
        matrix: Matrix,
        font: PDFFont,
        fontsize: float,
        scaling: float,
        rise: float,
        cid: int,
        ncs: PDFColorSpace,
        graphicstate: PDFGraphicState,
    ) -> float:
        """Take down one glyph; returns its advance in text space."""
        self.left -= 1
        if self.left < 0:
            raise _Enough
        cmap = getattr(font, "cmap", None)
        glyph = cmap.glyphs.get(cid, cid) if isinstance(cmap, _Codes) else cid
        advance = font.char_width(glyph) * fontsize * scaling
        a, b, c, d, x, y = matrix
        size = abs(fontsize * d)
        if font.is_vertical() or a * fontsize <= 0 or abs(b) > 0.02 * abs(a) or size < 0.1:
            self.turned += 1
            return advance
        text, unmapped = _text(font, cid)
        name = self._name(font)
        undefined = glyph == 0 and font.is_multibyte() and not text.isspace()
        x, y = x + rise * c, y + rise * d
        part = advance * a / max(1, len(text))
        for number, character in enumerate(text):  # a glyph for several characters (——, ffi) gives each a part
            x0 = x + number * part
            self.glyphs.append(
                Glyph(character, x0, x0 + part, y, size, name, c / d, self.mode == 2, undefined, unmapped)
            )
        return advance

    def _name(self, font: PDFFont) -> str:
        if id(font) not in self.fonts:
            name = str(getattr(font, "basefont", "") or font.fontname)
            self.fonts[id(font)] = font, name
            if not isinstance(font, PDFType3Font) and not any(
                f"FontFile{kind}" in font.descriptor for kind in ("", 2, 3)
            ):
                self.absent.append(name)
        return self.fonts[id(font)][1]


def _text(font: PDFFont, cid: int) -> tuple[str, bool]:
    """The characters of a glyph code, and whether the font does not tell them."""
    try:
        text = font.to_unichr(cid)
    except _DAMAGE:
        return "\ufffd", True
    if not text or "\ufffd" in text or "\0" in text:
        return ("\ufffd", True) if font.char_width(cid) else ("", False)
    return re.sub("[\ud800-\udfff]", "\ufffd", text), False


def _runs_down(glyphs: list[Glyph]) -> bool:
    down = across = 0
    for a, b in pairwise(glyphs):
        if abs(b.x0 - a.x0) < 0.1 * a.size and 0.8 < (a.baseline - b.baseline) / a.size < 1.6:
            down += 1
        elif abs(b.baseline - a.baseline) < 0.1 * a.size:
            across += 1
    return down > across and down > 10
