"""Rules on the sheet: the boxes of its pages, what is bled, where marks and text may stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from docconv.preflight.profiles.content import Painted
from docconv.preflight.profiles.finished import MM, Finished, Sheet
from docconv.preflight.profiles.objects import Box
from docconv.preflight.profiles.rule import Hit, Rule

EXACT = 0.01 * MM
"""To what sizes of boxes are compared; ten times as much for what is painted, which is rounded on its way."""


def trim(file: Finished) -> Iterator[Hit]:
    """A page that does not say where it is cut, or that is cut to another size than the rest."""
    sizes = Counter(_size(sheet) for sheet in file.sheets if "TrimBox" in sheet.boxes)
    usual = sizes.most_common(1)[0][0] if sizes else None
    for sheet in file.sheets:
        if "TrimBox" not in sheet.boxes:
            yield Hit("there is no TrimBox", sheet.number)
        elif usual and any(abs(own - other) > 0.01 for own, other in zip(_size(sheet), usual, strict=True)):
            yield Hit(f"the page is cut to {_said(_size(sheet))}, the others to {_said(usual)}", sheet.number)


def _size(sheet: Sheet) -> tuple[float, float]:
    return round(sheet.mm(sheet.trim.width), 2), round(sheet.mm(sheet.trim.height), 2)


def _said(size: tuple[float, float]) -> str:
    return f"{size[0]:g} × {size[1]:g} mm"


def bleed_box(file: Finished) -> Iterator[Hit]:
    """A page without a BleedBox, or with one that is less than the bleed beyond the trim."""
    asked = file.profile.bleed
    for sheet in file.sheets:
        bleed = sheet.boxes.get("BleedBox")
        if bleed is None:
            yield Hit(f"there is no BleedBox, {asked:g} mm beyond the TrimBox", sheet.number)
            continue
        trim = sheet.trim
        least = min(trim.x0 - bleed.x0, trim.y0 - bleed.y0, bleed.x1 - trim.x1, bleed.y1 - trim.y1)
        if sheet.mm(least) < asked - 0.01:
            yield Hit(f"the bleed is {max(0.0, sheet.mm(least)):.3g} mm, not {asked:g}", sheet.number)


def nesting(file: Finished) -> Iterator[Hit]:
    """A box that does not lie in the one that holds it; an ArtBox beside a TrimBox."""
    for sheet in file.sheets:
        boxes = sheet.boxes
        for inner, outer in (("TrimBox", "BleedBox"), ("BleedBox", "MediaBox"), ("TrimBox", "MediaBox")):
            if inner in boxes and outer in boxes and not boxes[outer].holds(boxes[inner], EXACT):
                yield Hit(f"the {inner} reaches beyond the {outer}", sheet.number)
        if "CropBox" in boxes and "TrimBox" in boxes and not boxes["CropBox"].holds(boxes["TrimBox"], EXACT):
            yield Hit("the CropBox hides a part of the trimmed page", sheet.number)
        if "ArtBox" in boxes and "TrimBox" in boxes:
            yield Hit("there are a TrimBox and an ArtBox; one may stand", sheet.number)


def bled(file: Finished) -> Iterator[Hit]:
    """A picture or a ground that reaches the trim, and not the edge of the bleed: white where the knife is off."""
    for sheet, each in file.painted("fill", "picture", "shading", "stroke"):
        trim, bleed = sheet.trim, file.bleed(sheet)
        if each.colour.is_white or not each.box.meets(trim) or trim.grown(-10 * EXACT).holds(each.box):
            continue
        if each.size and each.size < MM and each.kind == "stroke" and not _crosses(each.box, trim):
            continue
        if short := _sides(each.box, trim, bleed):
            what = {"picture": "a picture", "stroke": "a line"}.get(each.kind, "a ground")
            yield Hit(f"{what} reaches the trim and not the bleed: {', '.join(short)}", sheet.number,
                      sheet.place(each.box))  # fmt: skip


def _crosses(area: Box, trim: Box) -> bool:
    return area.x0 < trim.x0 or area.y0 < trim.y0 or area.x1 > trim.x1 or area.y1 > trim.y1


def _sides(area: Box, trim: Box, bleed: Box) -> list[str]:
    """The sides at which something reaches the trim, and ends before the bleed does."""
    near = 10 * EXACT
    return [
        side
        for side, at_trim, short in (
            ("left", area.x0 <= trim.x0 + near, area.x0 > bleed.x0 + near),
            ("right", area.x1 >= trim.x1 - near, area.x1 < bleed.x1 - near),
            ("top", area.y1 >= trim.y1 - near, area.y1 < bleed.y1 - near),
            ("bottom", area.y0 <= trim.y0 + near, area.y0 > bleed.y0 + near),
        )
        if at_trim and short
    ]


_THIN = 2.0  # points: printers' marks are lines


def marks_outside(file: Finished) -> Iterator[Hit]:
    """A printer's mark that reaches into the bleed: it is left on a page that is cut a little off."""
    for sheet, each in _marks(file):
        if each.box.meets(file.bleed(sheet).grown(-10 * EXACT)):
            yield Hit("a mark stands in the bleed", sheet.number, sheet.place(each.box))


def marks_inks(file: Finished) -> Iterator[Hit]:
    """A printer's mark that is not on every plate."""
    for sheet, each in _marks(file):
        if "All" not in each.colour.space.root.inks:
            yield Hit(f"a mark is in {each.colour.said()}, not in all inks", sheet.number, sheet.place(each.box))


def _marks(file: Finished) -> Iterator[tuple[Sheet, Painted]]:
    """Thin lines beside the trimmed page."""
    for sheet, each in file.painted("stroke", "fill"):
        thin = each.size <= _THIN and not each.colour.is_white
        if thin and not each.box.meets(sheet.trim.grown(-EXACT)) and not _along(each.box, sheet.trim):
            yield sheet, each


def _along(area: Box, trim: Box) -> bool:
    """Whether a line is a frame of the page, drawn on the trim itself."""
    return area.meets(trim.grown(EXACT))


def safe_zone(file: Finished) -> Iterator[Hit]:
    """Text so near to the trim that a knife which is a little off cuts it, or that it looks so."""
    asked = file.profile.safe_zone
    for sheet, each in file.printed("text"):
        trim = sheet.trim
        if not each.box.meets(trim):
            continue
        near = min(each.box.x0 - trim.x0, each.box.y0 - trim.y0, trim.x1 - each.box.x1, trim.y1 - each.box.y1)
        if sheet.mm(near) < asked - 0.1:
            how = f"{sheet.mm(near):.1f} mm from the trim" if near > 0 else "over the trim"
            yield Hit(f"text stands {how}, not {asked:g} mm", sheet.number, sheet.place(each.box))


_X = "ISO 15930-7, Page boundary boxes"

RULES = (
    Rule("press-box", "Every page has a TrimBox, all of one size", trim, _X, "set TrimBox to the finished page"),
    Rule("press-box", "The BleedBox is as far beyond the TrimBox as is asked", bleed_box, "printers' advice on bleed",
         "export with bleed"),
    Rule("press-box", "Boxes lie in each other; no ArtBox beside a TrimBox", nesting, _X,
         "export with boxes that lie in each other: Trim in Bleed in Media"),
    Rule("press-bleed", "What touches the trim goes on to the edge of the bleed", bled, "printers' advice on bleed",
         "draw it out over the bleed"),
    Rule("press-marks", "Printer's marks stand outside the bleed", marks_outside, "ISO 15930-7, Page boundary boxes",
         "move marks out of the bleed"),
    Rule("press-marks", "Printer's marks are on all plates", marks_inks, "ISO 32000-1, Separation colour spaces: All",
         "draw marks in the separation All"),
    Rule("press-safe", "Text keeps its distance from the trim", safe_zone, "printers' advice on safe zones",
         "move the text inwards"),
)  # fmt: skip
