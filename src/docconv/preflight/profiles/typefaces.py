"""Rules on type and lines: fonts that are in the file and may be there, glyphs that exist, strokes that hold."""

from __future__ import annotations

from collections.abc import Iterator

from docconv.preflight.profiles.finished import Finished
from docconv.preflight.profiles.fonts import Font
from docconv.preflight.profiles.objects import get, name
from docconv.preflight.profiles.rule import Hit, Rule

_RESTRICTED, _PREVIEW, _EDITABLE, _NO_SUBSET, _BITMAPS = 2, 4, 8, 0x100, 0x200


def embedded(file: Finished) -> Iterator[Hit]:
    """A font that is not in the file: the printer's machine takes another."""
    for font, page in file.fonts:
        if not font.is_embedded:
            yield Hit(f"{font.said} is not in the file", page)


def programs(file: Finished) -> Iterator[Hit]:
    """A font whose outlines are in a form that its kind, or the version of PDF, does not know."""
    for font, page in file.fonts:
        kind, held = name(get(font.inner, "/Subtype")), font.program_kind
        known = _PROGRAMS.get(kind)
        if held == "OpenType" and file.profile.standard == "pdf/x-1a":
            yield Hit(f"{font.said} is in the file as OpenType, which PDF 1.4 does not know", page)
        elif held and known and held not in known:
            yield Hit(f"{font.said} is a font {kind}, and its outlines are of the kind {held}", page)


_PROGRAMS = {
    "Type1": ("Type1", "Type1C", "OpenType"),
    "MMType1": ("Type1", "Type1C"),
    "TrueType": ("TrueType", "OpenType"),
    "CIDFontType0": ("CIDFontType0C", "OpenType"),
    "CIDFontType2": ("TrueType", "OpenType"),
}
"""By the kind of a font, in what form its outlines may be in the file (ISO 32000-1, 9.9, table 126)."""


def type3(file: Finished) -> Iterator[Hit]:
    """A font whose glyphs are drawings or bitmaps: emoji, faces that another program did not know how to embed."""
    for font, page in file.fonts:
        if font.is_type3:
            yield Hit(f"{font.said} is a Type 3 font, of drawings", page)


def licence(file: Finished) -> Iterator[Hit]:
    """A font whose maker does not allow that it is embedded as it is."""
    for font, page in file.fonts:
        if (bits := font.licence) is None:
            continue
        if bits & _RESTRICTED and not bits & (_PREVIEW | _EDITABLE):
            yield Hit(f"{font.said} may not be embedded, says its licence (fsType {bits})", page)
        elif bits & _BITMAPS:
            yield Hit(f"{font.said} may be embedded as bitmaps only, says its licence (fsType {bits})", page)
        elif bits & _NO_SUBSET and font.is_subset:
            yield Hit(f"{font.said} may be embedded whole only, says its licence (fsType {bits})", page)


def subset(file: Finished) -> Iterator[Hit]:
    """A font that is in the file whole."""
    for font, page in file.fonts:
        if font.is_embedded and not font.is_type3 and not font.is_subset:
            yield Hit(f"{font.said} is in the file whole, or its name does not say that it is a part", page)


def characters(file: Finished) -> Iterator[Hit]:
    """A font that does not say its characters: nobody can search, copy or correct its text."""
    for font, page in file.fonts:
        if fault := silent(font):
            yield Hit(fault, page)


def silent(font: Font) -> str:
    """What a font does not say of its characters; "" if it says all."""
    if not font.has_unicode:
        return f"{font.said} does not say its characters (ToUnicode)"
    missing = font.unmapped()
    return f"{font.said} does not say the characters of {len(missing)} of its codes (ToUnicode)" if missing else ""


def glyphs(file: Finished) -> Iterator[Hit]:
    """Text that shows the box of a missing glyph."""
    for font, page in file.fonts:
        if font.undefined():
            yield Hit(f"{font.said} has no glyph for a character: a box is printed (.notdef)", page)


def emboldened(file: Finished) -> Iterator[Hit]:
    """Bold that is made by painting outlines: counters fill with ink."""
    for sheet, each in file.printed("text"):
        if each.render in (2, 6) and each.font:
            yield Hit(f"{each.font.said} is made bold by its outlines", sheet.number, sheet.place(each.box))


_SMALLEST = 5.0


def small(file: Finished) -> Iterator[Hit]:
    """Type under 5 pt, or under 6 pt in several inks: plates that are a hair off fill it."""
    for sheet, each in file.printed("text"):
        inks = sum(1 for share in each.colour.inks().values() if share > 0.05)
        least = 6.0 if inks > 1 else _SMALLEST - 2
        if 0.5 < each.size < least:
            yield Hit(f"type of {each.size:.3g} pt", sheet.number, sheet.place(each.box))


def hairlines(file: Finished) -> Iterator[Hit]:
    """A line that is thinner than a plate holds."""
    least = file.profile.hairline
    for sheet, each in file.printed("stroke", "fill"):
        long = max(each.box.width, each.box.height) > 4 * max(each.size, 0.05)
        if each.size * sheet.unit < least - 0.005 and long and not each.colour.is_white:
            how = "as thin as the machine can" if each.size < 0.001 else f"{each.size * sheet.unit:.2g} pt thin"
            yield Hit(f"a line {how}, less than {least:g} pt", sheet.number, sheet.place(each.box))


RULES = (
    Rule("press-font", "Every font is in the file", embedded, "ISO 15930-7, Fonts", "embed the font"),
    Rule("press-font", "Outlines are in a form that their font knows", programs, "ISO 32000-1, Embedded font programs",
         "export with fonts embedded anew"),
    Rule("press-font", "No font is of Type 3", type3, "ISO 32000-1, Type 3 fonts", "set it in an OpenType face"),
    Rule("press-font", "Every font's licence allows that it is embedded", licence, "OpenType, OS/2 table: fsType",
         "take another font, or ask its maker"),
    Rule("press-font-note", "Every font is a subset", subset, "ISO 32000-1, Font subsets",
         "embed the characters that are used"),
    Rule("press-font-note", "Every font says its characters", characters, "ISO 32000-1, ToUnicode CMaps",
         "export with ToUnicode"),
    Rule("press-glyph", "Every character has a glyph", glyphs, "ISO 32000-1, Glyph selection in CIDFonts",
         "set the character in a face that has it"),
    Rule("press-type", "No bold is made by outlines", emboldened, "ISO 32000-1, Text rendering mode",
         "take a face that is drawn bold"),
    Rule("press-type", "No type is too small to print", small, "printers' advice on small type",
         "set it larger, or in one ink"),
    Rule("press-hairline", "No line is too thin to print", hairlines, "printers' advice on hairlines",
         "make it thicker"),
)  # fmt: skip
