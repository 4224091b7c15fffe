"""Rules on pictures: their resolution as printed, and their packing."""

from __future__ import annotations

from collections.abc import Iterator

from docconv.preflight.profiles.content import Painted, Picture
from docconv.preflight.profiles.finished import MM, Finished, Sheet
from docconv.preflight.profiles.objects import filters
from docconv.preflight.profiles.rule import Hit, Rule, x1a

_LEAST = 3 * MM  # a smaller picture is an ornament, a bullet, a pixel that is stretched to a ground


def resolution(file: Finished) -> Iterator[Hit]:
    """A picture whose pixels are seen in print."""
    least = file.profile.ppi_fail
    for sheet, each, picture in _measured(file):
        if picture.bits > 1 and picture.ppi < least - 0.5:
            yield _hit(sheet, each, picture, f"below {least}")


def soft(file: Finished) -> Iterator[Hit]:
    """A picture that prints soft; a drawing of one bit whose steps are seen."""
    for sheet, each, picture in _measured(file):
        least = file.profile.ppi_line_art if picture.bits == 1 else file.profile.ppi_warn
        if picture.ppi < least - 0.5 and (picture.bits == 1 or picture.ppi >= file.profile.ppi_fail - 0.5):
            what = "line art of one bit, " if picture.bits == 1 else ""
            yield _hit(sheet, each, picture, f"{what}below {least}")


def _measured(file: Finished) -> Iterator[tuple[Sheet, Painted, Picture]]:
    """The pictures that are large enough on the page, and have pixels enough, to be pictures."""
    for sheet, each in file.painted("picture"):
        picture = each.picture
        is_small = min(each.box.width, each.box.height) * sheet.unit < _LEAST
        if picture and picture.ppi and min(picture.width, picture.height) > 2 and not is_small:
            yield sheet, each, picture


def _hit(sheet: Sheet, each: Painted, picture: Picture, than: str) -> Hit:
    message = f"a picture of {picture.width} × {picture.height} pixels is printed at {picture.ppi:.0f} ppi, {than}"
    return Hit(message, sheet.number, sheet.place(each.box))


def packing(file: Finished) -> Iterator[Hit]:
    """A picture that is packed in a way, or in 16 bits, that PDF/X-1a does not know."""
    for sheet, each in file.painted("picture"):
        picture = each.picture
        if picture is None or picture.value is None:
            continue
        for name in {"JPXDecode", "JBIG2Decode"} & set(filters(picture.value)):
            yield Hit(f"a picture is packed by {name}", sheet.number, sheet.place(each.box))
        if picture.bits == 16:
            yield Hit("a picture has 16 bits a colour", sheet.number, sheet.place(each.box))


RULES = (
    Rule("press-resolution", "Pictures have pixels enough not to show them", resolution,
         "printers' advice on resolution", "take a larger picture, or print it smaller"),
    Rule("press-image", "Pictures are packed as the standard allows", packing, "ISO 15930-4, Images",
         "pack them by JPEG or Flate, in 8 bits", x1a),
    Rule("press-resolution-low", "Pictures have pixels enough to print sharp", soft, "printers' advice on resolution",
         "take a larger picture, or print it smaller"),
)  # fmt: skip
