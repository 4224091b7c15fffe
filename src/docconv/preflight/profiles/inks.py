"""Rules on colour: what is not ink, what is black, what is printed over what, how much ink lies on one spot."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from docconv.preflight.profiles.colours import NAMES, PROCESS, Colour, Space
from docconv.preflight.profiles.content import Painted
from docconv.preflight.profiles.finished import MM, Finished, Sheet
from docconv.preflight.profiles.inkmap import InkMap, TooMuch, Work, adds
from docconv.preflight.profiles.plates import Separation, heaviest, most_ink, planes
from docconv.preflight.profiles.rule import Hit, Rule, x1a

_DEVICE_OF = {"RGB": "rgb", "CMYK": "cmyk", "GRAY": "gray"}


def colours(file: Finished) -> Iterator[Hit]:
    """RGB or Lab where there may be only ink: anywhere in PDF/X-1a; RGB of no known device in PDF/X-4."""
    intent = file.press_intent
    of_press = intent.colours if intent and intent.colours else "CMYK"
    for sheet, each in file.painted():
        space = each.colour.space.solid
        if _is_unseen(each):
            continue
        if file.profile.standard == "pdf/x-1a" and (space.is_rgb or space.family.startswith(("icc-", "cal-"))):
            yield _told(sheet, each, f"is in {NAMES[space.family]}")
        elif space.family == "rgb" and of_press != "RGB":
            yield _told(sheet, each, "is in DeviceRGB, which no profile explains")
        elif space.family == "cmyk" and of_press in ("RGB", "GRAY"):
            yield _told(sheet, each, f"is in DeviceCMYK, the output intent in {of_press}")
        elif not space.family:
            yield _told(sheet, each, "is in a damaged colour space")


def groups(file: Finished) -> Iterator[Hit]:
    """A group that is blended in RGB: on its way back to ink black becomes four colours."""
    for sheet in file.sheets:
        if any(group.is_rgb for group in sheet.content.groups):
            yield Hit("transparency is blended in RGB, not in the colours of the press", sheet.number)


def managed(file: Finished) -> Iterator[Hit]:
    """RGB or Lab with a profile: the printer converts it, with what he thinks right.  With the profile in the file it
    may become more ink than dries."""
    if file.profile.standard != "pdf/x-4":
        return
    limit, read = file.profile.ink_limit, _Read(file, file.to_ink) if file.to_ink else None
    for sheet, each in file.painted():
        space = each.colour.space.solid
        if space.is_rgb and space.family != "rgb" and not _is_unseen(each):
            most = read.most(sheet, each) if read and _is_large(sheet, each) else 0
            becomes = f", and becomes {most:.0f} % of ink by the profile in the file, more than {limit}"
            yield _told(sheet, each, f"is in {NAMES[space.family]}{becomes if most > limit + 1.5 else ''}")


def black_text(file: Finished) -> Iterator[Hit]:
    """Black text that is not of black ink alone: four plates that are a hair off blur it."""
    for sheet, each in file.printed("text"):
        if each.colour.is_black and not _is_pure(each.colour):
            yield Hit(f"black text in {each.colour.said()}, not in K alone", sheet.number, sheet.place(each.box))


def black_lines(file: Finished) -> Iterator[Hit]:
    """A thin black line that is not of black ink alone."""
    for sheet, each in file.printed("stroke", "fill"):
        thin = each.size < 0.5 * MM and "All" not in each.colour.space.root.inks
        if thin and each.colour.is_black and not _is_pure(each.colour):
            yield Hit(f"a thin line in {each.colour.said()}, not in K alone", sheet.number, sheet.place(each.box))


def black_areas(file: Finished) -> Iterator[Hit]:
    """A small black area that is not of black ink alone: it gains nothing by it, and its edges blur."""
    for sheet, each in file.printed("fill"):
        solid = each.cover == "whole" and each.shading is None and each.size >= 0.5 * MM
        if solid and _area(sheet, each) < _SOLID and each.colour.is_black and not _is_pure(each.colour):
            yield Hit(f"a small area in {each.colour.said()}, not in K alone", sheet.number, sheet.place(each.box))


_SOLID = 100  # mm²: from there on, black alone is printed grey


def _area(sheet: Sheet, each: Painted) -> float:
    return sheet.mm(each.box.width) * sheet.mm(each.box.height)


def _is_pure(colour: Colour) -> bool:
    inks = colour.inks()
    return bool(inks) and all(ink == "Black" or not share for ink, share in inks.items())


def overprint_black(file: Finished) -> Iterator[Hit]:
    """Small black text that is cut out of what is under it: where plates are off, paper shows around it."""
    most = file.profile.overprint_black_to
    for sheet, each in file.printed("text"):
        full = _is_pure(each.colour) and each.colour.inks().get("Black", 0) >= 0.99
        if full and not each.overprint and each.size <= most:
            yield Hit(f"black text of {each.size:.3g} pt does not overprint", sheet.number, sheet.place(each.box))


def overprint_white(file: Finished) -> Iterator[Hit]:
    """White that overprints: it is not there in print."""
    for sheet, each in file.printed("text", "fill", "stroke"):
        family = each.colour.space.root.family
        vanishes = each.mode == 1 or family == "spot"  # with OPM 0 a colour of the process cuts out what is under it
        if each.overprint and vanishes and each.colour.is_white:
            yield Hit(f"white {_WHAT[each.kind]} overprints, and vanishes", sheet.number, sheet.place(each.box))


_LEAST = 1.0 * MM  # what is smaller holds no ink that does not dry


def ink(file: Finished) -> Iterator[Hit]:
    """More ink on one spot than dries, in one thing."""
    limit = file.profile.ink_limit
    read = _Read(file)
    for sheet, each in file.printed("text", "fill", "stroke", "picture", "shading"):
        if "All" not in each.colour.space.root.inks and _is_large(sheet, each):
            most = read.most(sheet, each)
            if most > limit + 0.5:
                yield _told(sheet, each, f"has {most:.0f} % of ink, more than {limit}")


def _is_large(sheet: Sheet, each: Painted) -> bool:
    """Whether something is large enough to hold ink that does not dry."""
    return min(each.box.width, each.box.height) * sheet.unit >= _LEAST


class _Read:
    """How much ink things have, or become on their way to ink; each picture and each shading is looked into once."""

    def __init__(self, file: Finished, to_ink: Separation | None = None) -> None:
        self.file, self.to_ink = file, to_ink
        self.known: dict[tuple[int, int], float] = {}

    def most(self, sheet: Sheet, each: Painted) -> float:
        """The most ink that something has, in percent."""
        looked_into = each.shading if each.picture is None else each.picture.value if each.picture.space else None
        if looked_into is None:
            return self._of(each.colour)
        if not looked_into.is_indirect:
            return self._look(sheet, each)
        key = looked_into.objgen
        if key not in self.known:
            self.known[key] = self._look(sheet, each)
        return self.known[key]

    def _look(self, sheet: Sheet, each: Painted) -> float:
        if each.picture is None:
            return max(map(self._of, self.file.shades(each, sheet.number)), default=0.0)
        most = heaviest(each.picture, self.to_ink)
        if most is None and self.to_ink is None:
            self.file.unread.append((sheet.number, "the ink of a picture"))
        return most or 0.0

    def _of(self, colour: Colour) -> float:
        inks = self.to_ink.of_colour(colour) if self.to_ink else colour.inks()
        return 100 * sum(inks.values())


def ink_added(file: Finished) -> Iterator[Hit]:
    """More ink on one spot than dries, where one thing is printed over another.  Small black text is to overprint, and
    its strokes dry."""
    limit, work = file.profile.ink_limit, Work(file.to_ink)
    for sheet in file.sheets:
        things = [each for each in file.printed_on(sheet)
                  if each.kind != "text" or each.size > file.profile.overprint_black_to]  # fmt: skip
        if not any(map(adds, things)) or any(group.is_rgb for group in sheet.content.groups):
            continue
        page = InkMap(file.bleed(sheet), _LEAST / sheet.unit, limit, work)
        try:
            for each in things:
                page.paint(each, file.shades(each, sheet.number) if each.shading else ())
            spot = page.heaviest()
        except TooMuch:
            file.unread.append((sheet.number, "the sum of inks"))
            return
        if spot.ink > limit + 1.5:
            yield Hit(f"what is printed over each other has {spot.ink:.0f} % of ink, more than {limit}", sheet.number,
                      sheet.place(spot.box))  # fmt: skip


def one_plate(file: Finished) -> Iterator[Hit]:
    """Anything but black where one plate is made: on others, or as grey by the machine's own lights, it comes out."""
    known: dict[tuple[int, int], str] = {}
    for sheet, each in file.painted():
        if _is_unseen(each) or "All" in each.colour.space.root.inks:
            continue
        value = each.picture.value if each.picture and each.picture.space else each.shading
        if value is None or not value.is_indirect:
            found = _beside_black(file, sheet, each)
        elif value.objgen in known:
            found = known[value.objgen]
        else:
            found = known[value.objgen] = _beside_black(file, sheet, each)
        if found:
            yield _told(sheet, each, f"is in {found}, not in black alone")


def _beside_black(file: Finished, sheet: Sheet, each: Painted) -> str:
    """What something is printed in beside black; "" if in nothing."""
    space = each.colour.space
    if space.solid.is_rgb or not space.solid.family:
        return NAMES[space.solid.family]
    if each.picture is not None and each.picture.space is not None:
        if set(_inks(space, Colour(space))) <= {"Black"}:
            return ""
        found = planes(each.picture)
        if found is None:
            file.unread.append((sheet.number, "the inks of a picture"))
        used = {ink: most_ink([plane]) for ink, plane in (found or {}).items()}
    elif each.shading is not None:
        held = [colour.inks() for colour in file.shades(each, sheet.number)]
        held = held or [dict.fromkeys(_inks(space, Colour(space)), 1.0)]
        used = {ink: 100 * max(inks.get(ink, 0) for inks in held) for inks in held for ink in inks}
    else:
        used = {ink: 100 * share for ink, share in each.colour.inks().items()}
    return ", ".join(_SHORT.get(ink, ink) for ink, share in used.items() if ink != "Black" and share > _TRACE)


_TRACE = 2.0  # percent: what a JPEG leaves where there was nothing


def spots(file: Finished) -> Iterator[Hit]:
    """The inks beside those of four-colour printing: each is a plate, and money."""
    first: dict[str, int] = {}
    for sheet, each in file.painted():
        for name in each.colour.space.spots:
            first.setdefault(name, sheet.number)
    for name, page in sorted(first.items()):
        yield Hit(f"the spot colour {name}", page)
    plates: dict[str, str] = {}
    for name, page in first.items():
        other = plates.setdefault(_plain(name), name)
        if other != name:
            yield Hit(f"{name} and {other} are two plates, and one colour by their names", page)


def _plain(name: str) -> str:
    """What a spot colour is called, whatever the paper that it is meant for: PANTONE 185 C, 185 U, 185 CVC."""
    return re.sub(r"(?<=\d)(cvc|cvu|cv|[cumnkze])$", "", re.sub(r"[\W_]+", "", name.casefold()))


def transparency(file: Finished) -> Iterator[Hit]:
    """Something transparent in PDF/X-1a, which knows no transparency."""
    for sheet, each in file.painted():
        if each.transparent:
            yield _told(sheet, each, f"is transparent: {each.transparent}")
    for sheet in file.sheets:
        if sheet.content.groups:
            yield Hit("there is a transparency group", sheet.number)


def _is_unseen(each: Painted) -> bool:
    return each.render in (3, 7)


_WHAT = {"text": "text", "fill": "area", "stroke": "line", "picture": "picture", "shading": "shading"}


def _told(sheet: Sheet, each: Painted, message: str) -> Hit:
    return Hit(f"{_WHAT[each.kind]} {message}", sheet.number, sheet.place(each.box))


_SHORT = dict(zip(PROCESS, ("cyan", "magenta", "yellow", "black"), strict=True))


def palette(file: Finished) -> dict[str, int]:
    """The inks of a file, each with the number of pages on which it is printed; marks are on all plates there are."""
    pages: Counter[str] = Counter()
    for sheet in file.sheets:
        used: set[str] = set()
        for each in sheet.content.painted:
            if "All" not in each.colour.space.root.inks:
                used |= _inks(each.colour.space, each.colour)
        pages.update(used)
    order = {ink: at for at, ink in enumerate(PROCESS)}
    return dict(sorted(pages.items(), key=lambda entry: (order.get(entry[0], 4), entry[0])))


def _inks(space: Space, colour: Colour) -> set[str]:
    if colour.values:
        return {ink for ink, share in colour.inks().items() if share}
    solid = space.root  # a picture or a shading, whose colours are many
    by_family = {"gray": {"Black"}, "icc-gray": {"Black"}, "cmyk": set(PROCESS), "icc-cmyk": set(PROCESS)}
    return by_family.get(solid.family, set(solid.inks) - {"All", "None"})


_X = "ISO 15930-7, Colour spaces"

RULES = (
    Rule("press-colour", "All colour is ink, or has a profile where the standard allows it", colours, _X,
         "convert to CMYK with the printer's profile"),
    Rule("press-colour", "Transparency is blended in the colours of the press", groups,
         "ISO 32000-1, Transparency group XObjects", "set the blending space to CMYK"),
    Rule("press-colour-managed", "Nothing is left for the printer to convert", managed, _X,
         "ask the printer, or convert to CMYK"),
    Rule("press-black", "Black text is of black ink alone", black_text, "printers' advice on black",
         "set it in 0 0 0 100"),
    Rule("press-black", "Thin black lines are of black ink alone", black_lines, "printers' advice on black",
         "set them in 0 0 0 100"),
    Rule("press-black", "Small black areas are of black ink alone", black_areas, "printers' advice on black",
         "set them in 0 0 0 100"),
    Rule("press-overprint", "Small black text overprints", overprint_black, "printers' advice on black",
         "turn on overprinting of black"),
    Rule("press-overprint", "Nothing white overprints", overprint_white, "Ghent Workgroup, White overprint",
         "let white knock out"),
    Rule("press-ink", "No spot has more ink than the paper takes", ink, "ISO 12647-2, tone value sum",
         "convert with a profile of that limit"),
    Rule("press-ink", "Nor has one where things are printed over each other", ink_added,
         "ISO 12647-2, tone value sum", "lighten what lies below, or let what lies above knock out"),
    Rule("press-mono", "Everything is in black alone", one_plate, "the order: one plate",
         "convert it to grey", lambda profile: profile.is_press and profile.is_mono),
    Rule("press-spot", "There are only the four process inks", spots, "ISO 32000-1, Separation colour spaces",
         "convert it to CMYK unless the plate is ordered"),
    Rule("press-unflattened", "Nothing is transparent", transparency, "ISO 15930-4, Transparency", "flatten it", x1a),
)  # fmt: skip
